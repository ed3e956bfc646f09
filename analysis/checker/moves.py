"""The checker goes through moves one by one: what stands elsewhere than before, and whether it may; knows no certificate's other lines."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from analysis.certificate import GROUNDS, Move, level_words
from analysis.checker import words as says
from analysis.checker.flow import Flow, lists, reach
from analysis.checker.steps import ROUNDED, place_of, shown, unlike
from analysis.checker.ways import (
    NONE,
    Facts,
    Way,
    condition_facts,
    gives_of,
    known_from,
    needs_of,
)
from processes import condition
from processes.catalogue import Agreement
from processes.covering import covers
from processes.policy import Policy
from processes.procedure import (
    Approve,
    Back,
    Carry,
    Check,
    Choose,
    Decide,
    Derive,
    FormStep,
    Identify,
    Issue,
    Item,
    Lookup,
    Notify,
    Parallel,
    Pay,
    Procedure,
    Refuse,
    Step,
    Steps,
    Wait,
    actor,
    inside,
    walk,
)
from processes.resolved import Question, Resolved
from processes.words import Words

INSIDE = {"steps", "branches", "ways", "not_found"}  # where steps hold other steps
SAME_GROUND = {"by", "rests_on", "within", "purpose"}  # what two steps have in common that can be one
Does = tuple[Facts, Facts]  # what an item reads, and what it writes, that others can notice
Ahead = tuple[Parallel, str]  # a split, and the form of one of its sides that goes ahead of it


@dataclass
class Moves:
    """Moves from one procedure to another, each held against what its kind may do."""

    moves: tuple[Move, ...]
    new: Procedure  # what the last one led to
    start: Way  # all ways of the procedure that the first was made in
    shown: dict[str, Facts]  # by check: what papers show before it today
    policy: Policy
    refuses: Callable[[Agreement, str], Words | None]  # why an agreement allows nothing
    refuse: Callable[..., None]
    answered: Sequence[
        tuple[Way, Way]
    ] = ()  # the same start and end, each for an answer to conditions that choices share
    does: dict[str, Does] = field(default_factory=dict)  # by step
    homes: dict[str, str] = field(default_factory=dict)  # steps that have gone into another -> that one
    automated: list[Check] = field(default_factory=list)

    def check(self, end: Way) -> None:
        """Refuse every move that may not be made, and what is less sure at the end than at the start [11]."""
        stages = [*(one.made_in for one in self.moves), self.new]
        told = {name for move in self.moves for name in (*move.steps, move.into)}
        for name, step in self.new.step_by_id.items():  # so that the line is named, besides the move
            was = stages[0].step_by_id.get(name)
            if was is None or type(was) is not type(step):
                self.refuse(place_of(self.new, step), says.UNEXPLAINED_STEP, name)
            elif name not in told and unlike(was, step, INSIDE):
                self.refuse(place_of(self.new, step), says.MOVED_MORE, name)
        for number, move in enumerate(self.moves):
            self.path, self.model = f"moves[{number}]", end.model
            self.was, self.now = stages[number : number + 2]
            self._move(move)
        for start, then in ((self.start, end), *self.answered):
            self._as_sure(start, then)

    def _no(self, words: Words, *parts: object, part: str = "") -> None:
        self.refuse(self.path + part, words, *parts)

    def _move(self, move: Move) -> None:
        if move.kind not in GROUNDS:
            return self._no(says.UNKNOWN_MOVE, move.kind, part=".kind")
        if move.kind not in self.policy.moves:
            self._no(says.MOVE_SWITCHED_OFF, move.kind, part=".kind")
        if move.because != GROUNDS[move.kind]:
            self._no(says.SAYS_OTHERWISE, move.because, GROUNDS[move.kind], part=".because")
        self.done, self.led = dict[int, Does](), dict[str, str]()  # where returns lead elsewhere than before
        then, now = ([item for item in walk(one.steps) if isinstance(item, Back)] for one in (self.was, self.now))
        self.targets, self.flow = {back.target for back in then}, Flow(self.was)
        kinds = {"merge": self._merge, "automate": self._automate, "ask before the split": self._ask_before}
        kinds |= {"drop carrying": self._carry, "share papers": self._carry}
        kinds.get(move.kind, self._reorder)(move)
        led = [(self.led.get(one.target, one.target), one.anew) for one in then]
        if led != [(one.target, one.anew) for one in now]:
            self._no(says.MOVED_MORE, "back to")
        return None

    # --- that nothing else changes

    def _just(
        self, move: Move, changed: Collection[str] = (), gone: Collection[str] = (), ahead: Ahead | None = None
    ) -> bool:
        """Ask that all is as it was but for some steps: those that change, those that go, and one that goes ahead of a split."""
        into = {ahead[1]} if ahead else set[str]()
        then = self._outline(self.was.steps, {*changed} - into, {*gone, *into}, ahead)
        now = self._outline(self.now.steps, {*changed, *into}, ())
        if unlike(self.was, self.now, {"steps"}) or then != now:
            self._no(says.MOVED_MORE, move.kind)
            return False
        return True

    def _outline(
        self, steps: Steps, changed: Collection[str], gone: Collection[str], ahead: Ahead | None = None
    ) -> list[object]:
        """Return what a list of steps says: of those that change their names; a split of which one side is left is that side."""
        found: list[object] = []
        for item in steps:
            name = item.id if isinstance(item, Step) else None
            if name in changed:
                found.append(name)
            elif isinstance(item, Parallel):
                sides = [
                    (branch.model_dump(exclude={"steps"}), side)
                    for branch in item.branches
                    if (side := self._outline(branch.steps, changed, gone, ahead))
                ]
                found += [ahead[1]] if ahead and item is ahead[0] else []
                found += [(item.title, sides)] if len(sides) > 1 else sides[0][1] if sides else []
            elif name not in gone:
                inner = [self._outline(one, changed, gone, ahead) for one in inside(item)]
                found.append((_head(item), inner))
        return found

    # --- what is merged, left out, automated, asked once

    def _merge(self, move: Move) -> None:
        """Ask that one step does what two neighbours did, for the same reason."""
        match [self.was.step_by_id.get(name) for name in move.steps], self.now.step_by_id.get(move.into):
            case [
                Check() | Approve() | Notify() | FormStep() as first,
                Check() | Approve() | Notify() | FormStep() as second,
            ], Step() as one if type(first) is type(second) is type(one):
                pass
            case _:
                return self._no(says.MOVED_MORE, move.kind)
        neighbours = self.flow.then[self.flow.behind[first.id]] == [second.id]
        if not neighbours or one.id != first.id or move.over or not self._just(move, {first.id}, {second.id}):
            return self._no(says.MOVED_MORE, move.kind)
        alike = not SAME_GROUND & {*unlike(first, second)} and first.by is not None
        told = self._merged(first, second, one)
        if told is None or not alike or {r.id for r in first.records} & {r.id for r in second.records}:
            self._no(says.NOT_ALIKE, first.id, second.id)
        if second.id in self.targets:
            self._no(says.RETURN_BETWEEN, second.id)
        waits = [each.waits for each in (first, second) if each.waits is not None]
        merged = {
            "minutes": round(first.minutes + second.minutes, 3),
            "waits": max(waits, key=lambda time: time.minutes, default=None),
            "needs": None if first.needs is second.needs is None else _both(first.needs or (), second.needs or ()),
            "records": (*first.records, *second.records),
            "note": "; ".join(str(each.note) for each in (first, second) if each.note) or None,
            "title": one.title,
        } | (told or {})
        for name in unlike(first.model_copy(update=merged), one):
            self._no(says.FIELD_NOT_AS_TODAY, one.id, name)
        if _spoken(one) != [f"{a}; {b}" for a, b in zip(_spoken(first), _spoken(second), strict=True)]:
            self._no(says.FIELD_NOT_AS_TODAY, one.id, "title")
        self.does[first.id] = _together([self._of(first), self._of(second)])
        self._into(second.id, first.id)
        return None

    def _merged(self, first: Step, second: Step, one: Step) -> dict[str, Any] | None:
        """Return what a merged step must say of what is told by its kind alone; nothing, if two such cannot be one."""
        match first, second, one:
            case Check(), Check(), Check():
                verified = _both(first.verifies, second.verifies)
                papers = self.shown.get(first.id, NONE) ^ self.shown.get(second.id, NONE)
                if papers & {*self.model.naming.known(verified)}:
                    self._no(says.NOT_ALIKE, first.id, second.id)
                return {"verifies": verified, "gives": _both(first.gives, second.gives)}
            case Approve(), Approve(), Approve():
                decides = any(each.ways or each.silence_approves or each.needs is None for each in (first, second))
                return None if decides else {"gives": (*first.gives, *second.gives)}
            case Notify(), Notify(), Notify():
                return {"carries": _both(first.carries, second.carries)} if first.whom == second.whom else None
            case FormStep(), FormStep(), FormStep():
                asked = [*_asked(self._resolved(self.was), first), *_asked(self._resolved(self.was), second)]
                if sorted(asked) != sorted(_asked(self._resolved(self.now), one)):
                    self._no(says.ASKS_OTHERWISE, one.id)
                minutes = [q.minutes for form in (first, second) for q in self._resolved(self.was).questions(form)]
                if abs(one.minutes - (sum(minutes) if first.minutes or second.minutes else 0.0)) > ROUNDED:
                    self._no(says.FIELD_NOT_AS_TODAY, one.id, "minutes")
                needs = _both(first.needs or (), second.needs or ()) or None
                return {"needs": needs, **_asking(one)}
        return None

    def _carry(self, move: Move) -> None:
        """Ask that nothing is done where papers were carried, that there are none, or that nobody there looks at them."""
        steps = self.was.step_by_id
        carry = steps.get(_only(move.steps))
        if not isinstance(carry, Carry) or carry.needs or carry.records or move.into or move.over:
            return self._no(says.MOVED_MORE, move.kind)
        if not self._just(move, gone={carry.id}):
            return None
        others = {name for name, step in steps.items() if isinstance(step, Carry)}
        reached, earlier = reach(self.flow.then, self.flow.then[carry.id], others), self.flow.before(carry.id)
        there = [step for name, step in steps.items() if name in reached and name not in others]
        at_place = [one for one in there if carry.to is None or (one.by and actor(one.by).whom == carry.to)]
        fetched = any(isinstance(one, Issue) and one.document for one in at_place)
        judged = any(isinstance(one, Decide | Approve) and one.needs is None for one in at_place)
        looked_at = judged or any(isinstance(one, Check) and one.verifies for one in at_place)
        papers = any(_papers(step) for name, step in steps.items() if name in earlier)
        shared = move.kind == "share papers" and carry.to is not None and not looked_at
        needless = (carry.to is not None and not at_place) or (not fetched and (not papers or shared))
        if not needless or any(isinstance(one, FormStep | Identify | Pay) for one in there):
            self._no(says.CARRIED_FOR_SOMETHING, carry.id)
        [behind] = self.flow.then[self.flow.behind[carry.id]]
        if behind in steps:
            self.led[carry.id] = str(behind)
        elif carry.id in self.targets:
            self._no(says.KEEPS_ITS_PLACE, shown(carry))
        return None

    def _automate(self, move: Move) -> None:
        """Ask that whoever does it judges nothing, so that a machine can."""
        name = _only(move.steps)
        was, now = self.was.step_by_id.get(name), self.now.step_by_id.get(name)
        if was is None or type(was) is not type(now) or move.into or move.over:
            return self._no(says.MOVED_MORE, move.kind)
        if not self._just(move, {name}):
            return None
        for part in unlike(was.model_copy(update={"by": None, "minutes": 0.0, "waits": None}), now):
            self._no(says.STILL_JUDGED if part in ("by", "minutes", "waits") else says.MOVED_MORE, name)
        judged = was.by is None or bool(was.needs)
        match was:
            case Lookup():
                judged |= not self._may_be_asked(was)
            case Check():
                read = any(name in self.start.flow.before(one) for one in self.start.silent)
                judged |= bool(was.gives) or not was.verifies or read
                self.automated.append(was)
            case _:
                judged |= not isinstance(was, Derive)
        if judged:
            self._no(says.STILL_JUDGED, name)
        return None

    def _may_be_asked(self, step: Lookup) -> bool:
        service, purpose = self.model.service(step), step.purpose or self.was.purpose
        wanted = set(step.gets or (*service.gives, *service.confirms)) if service else set()
        return any(
            not self.refuses(one, step.service)
            and purpose in one.purposes
            and not one.consent
            and (one.facts == "all" or wanted <= set(one.facts))
            for one in self.model.catalogue.agreements
        )

    def _ask_before(self, move: Move) -> None:
        """Ask that a fact goes from forms in several sides of a split to one form before it."""
        then, now, steps = self._resolved(self.was), self._resolved(self.now), self.now.step_by_id
        before, split = self._split(move.steps)
        home, into = self.was.step_by_id.get(move.into), steps.get(move.into)
        if split is None or not isinstance(home, FormStep) or not isinstance(into, FormStep) or move.over:
            return self._no(says.MOVED_MORE, move.kind)
        goes_ahead, gone = move.into in move.steps, {name for name in move.steps if name not in steps}
        if not goes_ahead and not any(one is home for one in before):
            return self._no(says.MOVED_MORE, move.kind)
        if not self._just(move, {*move.steps, move.into} - gone, gone, (split, move.into) if goes_ahead else None):
            return None
        forms = [form for form in map(self.was.step_by_id.get, move.steps) if isinstance(form, FormStep)]
        left = [form for form in map(steps.get, {*move.steps} - {into.id}) if isinstance(form, FormStep)]
        asked = [{one.fact: one for one in then.questions(form) if one.fact} for form in forms]
        moved = {*asked[0]}.intersection(*asked[1:]) - {one.fact for form in left for one in now.questions(form)}
        if len(moved) != 1:
            return self._no(says.MOVED_MORE, move.kind)
        [fact] = moved
        questions = [one[fact] for one in asked]
        anew = then.naming.known(name for one in walk(self.was.steps) if isinstance(one, Back) for name in one.anew)
        if (
            {form.by for form in forms} != {into.by}
            or len({one.label for one in questions}) > 1
            or any(one.condition is not None or one.act for one in questions)
            or fact in self.start.resting(frozenset(anew)) | self._tested()
        ):
            self._no(says.ASKS_OTHERWISE, into.id)
        for form, question in zip(forms, questions, strict=True):
            if form.id in gone:
                self._into(form.id, into.id)
                if form.id in self.targets or form.needs or form.records:
                    self._no(says.RETURN_BETWEEN, form.id)
            if form is not home:
                self._asks(form, steps.get(form.id), less=question)
        self._asks(home, into, more=None if goes_ahead else questions[0])
        reads, writes = self._of(home)
        self.does[into.id] = reads, writes | {fact}
        return None

    def _split(self, names: Sequence[str]) -> tuple[Steps, Parallel | None]:
        """Return the split of which each of some forms stands in another side, and what stands before it in its list."""
        for steps in lists(self.was.steps):
            for number, item in enumerate(steps):
                if isinstance(item, Parallel):
                    forms = [{one.id for one in side.steps if isinstance(one, FormStep)} for side in item.branches]
                    sides = [[n for n, side in enumerate(forms) if name in side] for name in names]
                    if 1 < len(names) == len({n for side in sides for n in side}) and all(sides):
                        return steps[:number], item
        return (), None

    def _asks(
        self, was: FormStep, now: Step | None, *, less: Question | None = None, more: Question | None = None
    ) -> None:
        """Ask that a form asks what it asked but for one question less or more, in as many minutes, and says the same else."""
        asked, minutes = _asked(self._resolved(self.was), was), was.minutes
        if less is not None:
            asked.remove(_text(less))
            minutes -= less.minutes if minutes else 0.0
        if more is not None:
            asked.append(_text(more))
            minutes += more.minutes if minutes else 0.0
        still = _asked(self._resolved(self.now), now) if isinstance(now, FormStep) else []
        if sorted(asked) != sorted(still):
            self._no(says.ASKS_OTHERWISE, was.id)
        if isinstance(now, FormStep):
            if unlike(was, now, {"asks", "only", "minutes"}):
                self._no(says.MOVED_MORE, was.id)
            if abs(now.minutes - minutes) > ROUNDED:
                self._no(says.FIELD_NOT_AS_TODAY, was.id, "minutes")

    def _tested(self) -> Facts:
        """Return the facts of which a condition asks whether they are known, and all that they may be known from."""
        facts = {read.fact for read, how in self.start.reads.items() if how.tested and "condition" in read.what}
        rules = (rule for rules in self.start.rules.values() for rule in rules)
        return known_from(frozenset(facts), [*self.start.everywhere, *rules])

    # --- what only changes its order: side by side, and knock out first

    def _reorder(self, move: Move) -> None:
        """Ask that in one list only such change their order, or stand beside each other now, as do not notice it."""
        differing = list(_differing(self.was.steps, self.now.steps))
        if unlike(self.was, self.now, {"steps"}) or len(differing) != 1:
            return self._no(says.MOVED_MORE, move.kind)
        [(old, new)] = differing
        flat = list(_flat(old, new, ()))
        order = _order(old, [item for item, _ in flat])
        if order is None:
            return self._no(says.MOVED_MORE, move.kind)
        beside, swapped = list[tuple[Item, Item]](), list[tuple[Item, Item]]()  # whose first comes second now
        for (a, (one, here)), (b, (other, there)) in combinations(enumerate(flat), 2):
            if any(split == same and n != m for split, n in here for same, m in there):
                beside.append((one, other))
            elif order[a] > order[b]:
                swapped.append((other, one))
        knock_out, sided = move.kind == "knock out first", [item for item, within in flat if within]
        pairs = swapped if knock_out else beside
        for one, other in beside if knock_out else swapped:
            self._no(says.DEPENDS, shown(one), shown(other))
        over, ahead = ([one for one, _ in swapped], [other for _, other in swapped]) if knock_out else (sided, sided)
        self._says(move, _names(ahead), _names(over))
        moved = {id(item): item for item in (*over, *ahead)}.values()
        for item in moved:
            if self._stays_put(item) or (
                _noticed(item) or not self._just_refuses(item) if knock_out else self._may_end(item)
            ):
                self._no(says.KEEPS_ITS_PLACE, shown(item))
        agencies = {actor(step.by).whom for item in moved for step in _steps(item) if step.by}
        if knock_out and len(agencies) > 1 and not self.policy.knock_outs_across_agencies:
            self._no(says.OTHER_AGENCIES, ", ".join(sorted(agencies)))
        for one, other in pairs:
            (reads, writes), (others, written) = self._of(one), self._of(other)
            alike = self._decides_by(one) & self._decides_by(other) if knock_out else _hands(one) & _hands(other)
            if alike or writes & (others | written) or written & reads:  # Bernstein (1966)
                self._no(says.DEPENDS, shown(one), shown(other))
        return None

    def _says(self, move: Move, steps: Iterable[str], over: Iterable[str]) -> None:
        for part, told, true in (
            ("steps", move.steps, [*steps]),
            ("over", move.over, [*over]),
            ("into", [move.into], [""]),
        ):
            if sorted(told) != sorted(true):
                self._no(says.SAYS_OTHERWISE, ", ".join(told) or "-", ", ".join(true) or "-", part=f".{part}")

    def _just_refuses(self, item: Item) -> bool:
        """Whether of a decision some ways refuse, with a notice at most, and the others just go on; of others, whether none ends."""
        if not isinstance(item, Choose | Decide):
            return not self._may_end(item)
        if isinstance(item, Choose) and not covers(self.model.naming, item.branches):
            return False
        ends = [steps for steps in inside(item) if steps]
        return 0 < len(ends) < len(inside(item)) and all(
            isinstance(steps[-1], Refuse) and all(isinstance(one, Notify | Wait) for one in steps[:-1])
            for steps in ends
        )

    def _decides_by(self, item: Item) -> Facts:
        """Return the facts a decision goes by and what they are computed from; whom they are about is none of them."""
        facts, naming = NONE, self.model.naming
        for one in walk((item,)) if isinstance(item, Choose | Decide) else ():
            if isinstance(one, Choose):
                facts |= self._conditions(one)
            elif isinstance(one, Decide):
                facts |= {*naming.known(need.fact for need in one.needs or ())}
        facts -= {who.key for name in facts if (who := naming.subject(name.rpartition(".")[0]))}
        derived = (rule for rules in self.start.rules.values() for rule in rules if rule.kind == "derive")
        return known_from(facts, [*self.start.everywhere, *derived])

    def _stays_put(self, item: Item) -> bool:
        """Whether it is signed, issued, carried, waited for, returned to, the request, or a judgement that reads whatever there is."""
        for one in walk((item,)):
            refusal = isinstance(one, Wait) and one is not item and isinstance(item, Choose | Decide)
            if isinstance(one, Approve | Issue | Carry | Wait) and not refusal:
                return True
            if isinstance(one, Step) and (one.id in self.targets or one.id in self.start.requests):
                return True
            if isinstance(one, Decide) and one.needs is None and one.by is not None:
                return True
        return False

    def _may_end(self, item: Item) -> bool:
        """Whether a case can end in it, go back from it, or get stuck."""
        return any(
            isinstance(one, Refuse | Back) or (isinstance(one, Choose) and not covers(self.model.naming, one.branches))
            for one in walk((item,))
        )

    # --- what an item does

    def _of(self, item: Item) -> Does:
        """Return what an item does, with all in it; found once for each item of a stage."""
        if id(item) not in self.done:
            found = [(self._conditions(one), NONE) for one in walk((item,)) if isinstance(one, Choose)]
            for step in _steps(item):
                if step.id not in self.does:
                    self.does[step.id] = self._step(step)
                found.append(self.does[step.id])
            reads, writes = _together(found)
            self.done[id(item)] = reads, self.start.resting(writes)
        return self.done[id(item)]

    def _conditions(self, one: Choose) -> Facts:
        return NONE.union(*(self.start.facts_in(branch.condition) for branch in one.branches))

    def _step(self, step: Step) -> Does:
        way, naming = self.start, self.model.naming
        reads = {*naming.known(need.fact for need in needs_of(step))}
        writes = {*naming.known(gives_of(step)), *way.brings(step), *(f"register {one.id}" for one in step.records)}
        for rule in way.rules.get(step.id, ()):
            reads |= rule.keys | rule.confirms
            writes |= rule.gives | rule.confirms
        match step:
            case FormStep():
                for item in way.asked.get(step.id, ()):
                    reads |= condition_facts(item)
                    if isinstance(item, Question):
                        reads |= {*item.declares}
                        writes |= {f"consent to {item.consents_to}"} if item.consents_to else NONE
            case Check():
                reads |= way.brings(step)
            case Lookup():
                reads |= {f"registry {step.service.partition('.')[0]}", f"consent to {step.service}"}
            case Issue():
                writes |= {"outputs", *(f"registry {name}" for name in step.changes)}
            case Pay():
                writes |= {"payments"}
            case Notify():
                writes |= {f"told {step.whom}"}
        return frozenset(reads), frozenset(writes)

    # --- the end against the start

    def _into(self, step: str, home: str) -> None:
        self.homes = {name: home if one == step else one for name, one in self.homes.items()} | {step: home}

    def _resolved(self, procedure: Procedure) -> Resolved:
        if procedure is self.new:
            return self.model
        return Resolved(procedure, self.model.catalogue, self.model.naming)

    def _as_sure(self, start: Way, end: Way) -> None:
        """Ask that whoever reads a fact reads it at the end as surely as at the start, wherever that is now."""
        now = _readings(end)
        for (place, what, fact), wanted in _readings(start).items():
            home = self.homes.get(place, place)
            self._least(home, fact, now.get((home, what, fact), -1), wanted)
        for place in start.silent:
            for fact, wanted in start.at[place].sure.items():
                self._least(place, fact, end.sure(place, fact), wanted)
        for check in (one for one in self.automated if one.id in end.at):
            for fact in self.model.naming.known(check.verifies):
                self._least(check.id, fact, end.sure(check.id, fact), 2)

    def _least(self, place: str, fact: str, sure: int, wanted: int) -> None:
        if sure < wanted:
            step = self.new.step_by_id.get(place)
            self.refuse(
                place_of(self.new, step) if step else place,
                says.TOO_LOW,
                fact,
                level_words(max(sure, 0)),
                level_words(wanted),
            )


def _readings(way: Way) -> dict[tuple[str, str, str], int]:
    """Return how sure each fact is where it is read; a choice is named by its conditions, as its place is no name of it."""
    texts = {
        way.flow.name[id(one)]: " | ".join(branch.condition or "else" for branch in one.branches)
        for one in way.flow.chooses
    }
    found: dict[tuple[str, str, str], int] = {}
    for read, one in way.reads.items():
        key = (texts.get(read.place, read.place), read.what, read.fact)
        found[key] = min(one.sure, one.enough, found.get(key, 3))
    return found


def _asking(form: FormStep) -> dict[str, Any]:
    """Return the fields of a form that its questions and documents come from."""
    return {name: getattr(form, name) for name in ("uses", "asks", "only", "documents", "minutes")}


def _only(names: Sequence[str]) -> str:
    """Return the only one of some names; an empty one, which no step has, if they are more or none."""
    return names[0] if len(names) == 1 else ""


def _both(some: tuple[Any, ...], others: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys((*some, *others)))


def _together(many: Sequence[Does]) -> Does:
    return NONE.union(*(reads for reads, _ in many)), NONE.union(*(writes for _, writes in many))


def _spoken(step: Step) -> list[str]:
    return [text.lower() for text in (step.title or (step.id, step.id))]


def _papers(step: Step) -> bool:
    """Whether papers come into the case."""
    return bool(step.documents if isinstance(step, FormStep) else isinstance(step, Issue) and step.document)


def _hands(item: Item) -> set[str]:
    return {one.by for one in _steps(item) if one.by}


def _noticed(item: Item) -> bool:
    """Whether somebody outside notices it before a refusal, or finds it written down."""
    return isinstance(item, Notify) or any(
        isinstance(one, FormStep | Identify | Pay) or (one.records and not isinstance(one, Refuse | Notify))
        for one in _steps(item)
    )


def _same(one: Item, other: Item) -> bool:
    return type(one) is type(other) and getattr(one, "id", "") == getattr(other, "id", "") and not unlike(one, other)


def _steps(item: Item) -> list[Step]:
    return [one for one in walk((item,)) if isinstance(one, Step)]


def _names(items: Iterable[Item]) -> list[str]:
    return list(dict.fromkeys(step.id for item in items for step in _steps(item)))


def _flat(
    old: Steps, new: Steps, sides: tuple[tuple[int, int], ...]
) -> Iterator[tuple[Item, tuple[tuple[int, int], ...]]]:
    """Yield the items of a list and of the parallel parts that are new in it, each with its sides of those."""
    for item in new:
        if isinstance(item, Parallel) and not any(_same(item, one) for one in old):
            for number, branch in enumerate(item.branches):
                yield from _flat(old, branch.steps, (*sides, (id(item), number)))
        else:
            yield item, sides


def _order(old: Steps, new: Sequence[Item]) -> list[int] | None:
    """Return where items stood before, if they are the same items."""
    left, found = dict(enumerate(old)), list[int]()
    for item in new:
        number = next((n for n, one in left.items() if one is item), None)
        number = next((n for n, one in left.items() if _same(one, item)), None) if number is None else number
        if number is None:
            return None
        found.append(number)
        del left[number]
    return None if left else found


def _differing(old: Steps, new: Steps) -> Iterator[tuple[Steps, Steps]]:
    """Yield the lists that are not the same, the innermost around each difference; where returns lead to is not looked at."""
    pairs = list(zip(old, new, strict=False)) if old is not new else []
    if len(old) != len(new) or not all(one is other or _head(one) == _head(other) for one, other in pairs):
        yield old, new
        return
    for one, other in pairs:
        for inner, others in zip(inside(one), inside(other), strict=True) if one is not other else ():
            yield from _differing(inner, others)


def _head(item: Item) -> object:
    """Return what an item says but for the steps in it; of a return, that it is one."""
    parts = [part.model_dump(exclude={"steps"}) for part in getattr(item, "branches", getattr(item, "ways", ()))]
    return type(item), {} if isinstance(item, Back) else item.model_dump(exclude=INSIDE), parts


def _asked(model: Resolved, step: FormStep) -> list[str]:
    """Return what a form asks, each as what it says."""
    papers = [
        repr((one.minutes, one.share, sorted(one.facts), sorted(one.documented), one.document.model_dump()))
        for one in model.papers(step)
    ]
    return [_text(one) for one in model.questions(step)] + papers


def _text(one: Question) -> str:
    """Return what a question says; its minutes are a share of its form's."""
    under = condition.to_text(one.condition) if one.condition is not None else ""
    named = one.fact or one.id.partition("#")[0]
    same = [subject.name for subject in one.same or ()]
    told = (named, one.act, one.label, one.ground, sorted(one.declares), one.consents_to, same, one.about, under)
    return repr(told)
