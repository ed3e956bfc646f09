"""Moves one by one: what stands elsewhere than before, and whether it may [11]; knows no certificate's other lines.

A move changes one list of steps. What is the same at its beginning and its end is put aside; what is left, the *window*, must have
become what the kind of move says. Steps may change their order, or come to stand side by side, if none writes what another reads
or writes (Bernstein 1966).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, takewhile

from analysis.certificate import GROUNDS, Move, level_words
from analysis.checker import words as says
from analysis.checker.additions import Law
from analysis.checker.flow import Flow, reach, turned
from analysis.checker.rules import Set, at, level_of, union
from analysis.checker.steps import ROUNDED, place_of, shown, unlike
from analysis.checker.things import Asked, condition_facts, given_by, gives_of, log_in_facts, needs_of
from analysis.checker.ways import Read, Way
from processes import condition
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
ASKING = {"uses", "asks", "only", "documents", "minutes"}  # where a form's questions and documents come from
# In what two steps that become one may differ; else they are done by the same hands, on the same ground, in the same time.
EACH_ITS_OWN = {"id", "title", "waits", "needs", "records", "note", "verifies", "inspects", "gives", "carries"} | ASKING
Does = tuple[Set, Set]  # what an item reads, and what it writes, that others can notice


class Moves:
    """Moves from one procedure to another, each held against what its kind may do."""

    def __init__(self, start: Way, papers: dict[str, Set], law: Law, refuse: Callable[..., None]) -> None:
        self.start, self.papers, self.law, self.refuse = start, papers, law, refuse
        self.model, self.naming, self.facts = start.model, start.naming, start.facts
        self.policy: Policy = law.policy
        self.homes: dict[str, str] = {}  # steps that have gone into another -> that one
        self.automated: list[Check] = []

    def check(self, moves: Sequence[Move], end: Way, answered: Iterable[tuple[Way, Way]]) -> None:
        """Refuse every move that may not be made, and what is less sure at the end than at the start [11].

        `answered` is the same start and end, each for an answer to conditions that choices share.
        """
        self.new = end.model.procedure
        stages = [*(one.made_in for one in moves), self.new]
        told = {name for move in moves for name in (*move.steps, move.into)}
        for name, step in self.new.step_by_id.items():  # so that the line is named, besides the move
            was = stages[0].step_by_id.get(name)
            if was is None or type(was) is not type(step):
                self.refuse(place_of(self.new, step), says.UNEXPLAINED_STEP, name)
            elif name not in told and unlike(was, step, INSIDE):
                self.refuse(place_of(self.new, step), says.MOVED_MORE, name)
        for number, move in enumerate(moves):
            self.path, self.move = f"moves[{number}]", move
            self.was, self.now = stages[number : number + 2]
            self._move()
        for then, now in ((self.start, end), *answered):
            self._as_sure(then, now)

    def _no(self, words: Words, *parts: object, part: str = "") -> None:
        self.refuse(self.path + part, words, *parts)

    def _move(self) -> None:
        move = self.move
        if move.kind not in GROUNDS:
            return self._no(says.UNKNOWN_MOVE, move.kind, part=".kind")
        if move.kind not in self.policy.moves:
            self._no(says.MOVE_SWITCHED_OFF, move.kind, part=".kind")
        if move.because != GROUNDS[move.kind]:
            self._no(says.SAYS_OTHERWISE, move.because, GROUNDS[move.kind], part=".because")
        kinds = {"merge": self._merge, "automate": self._automate, "ask before the split": self._ask_before}
        kinds |= {"drop carrying": self._carry, "share papers": self._carry}
        then, now = ([one for one in walk(it.steps) if isinstance(one, Back)] for it in (self.was, self.now))
        self.targets, self.led = {back.target for back in then}, dict[str, str]()  # where returns lead elsewhere now
        old, new = _window(self.was.steps, self.now.steps)
        if unlike(self.was, self.now, {"steps"}) or not kinds.get(move.kind, self._reorder)(old, new):
            return self._no(says.MOVED_MORE, move.kind)
        if [(self.led.get(one.target, one.target), one.anew) for one in then] != [(o.target, o.anew) for o in now]:
            self._no(says.MOVED_MORE, "back to")
        return None

    def _told(self, steps: Iterable[str], into: str = "", over: Iterable[str] = ()) -> bool:
        """Ask that a move says what was moved, into what, over what."""
        what = {
            "steps": (self.move.steps, [*steps]),
            "into": ([self.move.into], [into]),
            "over": (self.move.over, [*over]),
        }
        for part, (told, true) in what.items():
            if sorted(told) != sorted(true):
                self._no(says.SAYS_OTHERWISE, ", ".join(told) or "-", ", ".join(true) or "-", part=f".{part}")
        return True

    # --- two become one

    def _merge(self, old: Steps, new: Steps) -> bool:
        """Ask that one step does what two neighbours did, for the same reason."""
        match old, new:
            case (Step() as first, Step() as second), (Check() | Approve() | Notify() | FormStep() as one,) if (
                type(first) is type(second) is type(one)
            ):
                pass
            case _:
                return False
        if first.by is None or {*unlike(first, second)} - EACH_ITS_OWN or not self._can_be_one(first, second):
            self._no(says.NOT_ALIKE, first.id, second.id)
        if second.id in self.targets:
            self._no(says.RETURN_BETWEEN, second.id)
        for name in unlike(first.model_copy(update=_both(first, second)), one, ASKING | {"title"}):
            self._no(says.FIELD_NOT_AS_TODAY, one.id, name)
        if _spoken(one) != [f"{a}; {b}" for a, b in zip(_spoken(first), _spoken(second), strict=True)]:
            self._no(says.FIELD_NOT_AS_TODAY, one.id, "title")
        if isinstance(one, FormStep):
            questions = [one for form in (first, second) for one in self._resolved(self.was).questions(form)]  # type: ignore[arg-type]
            asked = [*_asked(self._resolved(self.was), first), *_asked(self._resolved(self.was), second)]
            minutes = sum(each.minutes for each in questions) if first.minutes or second.minutes else 0.0
            self._asks(one, asked, minutes)
        elif one.minutes != round(first.minutes + second.minutes, 3):
            self._no(says.FIELD_NOT_AS_TODAY, one.id, "minutes")
        self._into(second.id, first.id)
        return one.id == first.id and self._told((first.id, second.id), first.id)

    def _can_be_one(self, first: Step, second: Step) -> bool:
        """Whether neither decides, both enter other registers, and papers come before both checks or before neither."""
        if {record.id for record in first.records} & {record.id for record in second.records}:
            return False
        if isinstance(first, Approve):
            return not any(one.ways or one.silence_approves or one.needs is None for one in (first, second))  # type: ignore[attr-defined]
        verified = self.facts.of(
            self.naming.known(name for one in (first, second) for name in getattr(one, "verifies", ()))
        )
        return not (self.papers.get(first.id, 0) ^ self.papers.get(second.id, 0)) & verified

    def _asks(self, form: Step, asked: list[str], minutes: float) -> None:
        """Ask that a form asks something, in as many minutes."""
        if sorted(asked) != sorted(_asked(self._resolved(self.now), form)):
            self._no(says.ASKS_OTHERWISE, form.id)
        if abs(form.minutes - minutes) > ROUNDED:
            self._no(says.FIELD_NOT_AS_TODAY, form.id, "minutes")

    # --- papers are not carried

    def _carry(self, old: Steps, new: Steps) -> bool:
        """Ask that nothing is done where papers were carried, that there are none, or that nobody there looks at them."""
        if len(old) != 1 or new or not isinstance(carry := old[0], Carry) or carry.needs or carry.records:
            return False
        steps, flow = self.was.step_by_id, Flow(self.was)
        others = {name for name, step in steps.items() if isinstance(step, Carry)}
        there = [steps[str(n)] for n in reach(flow.then, flow.then[carry.id], others) - others if n in steps]
        earlier = reach(came := turned(flow.then), came[carry.id])
        at_place = [one for one in there if carry.to is None or (one.by and actor(one.by).whom == carry.to)]
        fetched = any(isinstance(one, Issue) and one.document for one in at_place)
        judged = any(isinstance(one, Decide | Approve) and one.needs is None for one in at_place)
        looked_at = judged or any(isinstance(one, Check) and one.verifies for one in at_place)
        papers = any(_papers(step) for name, step in steps.items() if name in earlier)
        shared = self.move.kind == "share papers" and carry.to is not None and not looked_at
        needless = (carry.to is not None and not at_place) or (not fetched and (not papers or shared))
        if not needless or any(isinstance(one, FormStep | Identify | Pay) for one in there):
            self._no(says.CARRIED_FOR_SOMETHING, carry.id)
        [behind] = flow.then[flow.behind[carry.id]]
        if behind in steps:
            self.led[carry.id] = str(behind)
        elif carry.id in self.targets:
            self._no(says.KEEPS_ITS_PLACE, shown(carry))
        return self._told([carry.id])

    # --- a machine does it

    def _automate(self, old: Steps, new: Steps) -> bool:
        """Ask that whoever does it judges nothing, so that a machine can."""
        if len(old) != 1 or len(new) != 1 or type(was := old[0]) is not type(new[0]) or not isinstance(was, Step):
            return False
        for part in unlike(was.model_copy(update={"by": None, "minutes": 0.0, "waits": None}), new[0]):
            self._no(says.STILL_JUDGED if part in ("by", "minutes", "waits") else says.MOVED_MORE, was.id)
        judged = was.by is None or bool(was.needs)
        match was:
            case Lookup():
                judged |= not self._may_be_asked(was)
            case Check():
                judged |= bool(was.gives) or not was.verifies or was.id in self.start.before_silent
                self.automated.append(was)
            case _:
                judged |= not isinstance(was, Derive)
        if judged:
            self._no(says.STILL_JUDGED, was.id)
        return self._told([was.id])

    def _may_be_asked(self, step: Lookup) -> bool:
        service, purpose = self.model.service(step), step.purpose or self.was.purpose
        wanted = set(step.gets or (*service.gives, *service.confirms)) if service else set()
        return any(
            not self.law.no_permission(one, step.service)
            and purpose in one.purposes
            and not one.consent
            and (one.facts == "all" or wanted <= set(one.facts))
            for one in self.law.agreements.values()
        )

    # --- several sides ask it, and so it is asked once, before them

    def _ask_before(self, old: Steps, new: Steps) -> bool:
        """Ask that a fact goes from forms in several sides of a split to one form before it."""
        then, now, names = self._resolved(self.was), self._resolved(self.now), self.move.steps
        into = self.now.step_by_id.get(self.move.into)
        if not old or not isinstance(split := old[-1], Parallel) or not isinstance(into, FormStep):
            return False
        found = [
            [one for one in side.steps if isinstance(one, FormStep) and one.id in names] for side in split.branches
        ]
        forms = [one for side in found for one in side]
        ahead = [one for one in forms if one.id == into.id] if len(old) == 1 else []
        left = {one.id: self.now.step_by_id.get(one.id) for one in forms if one not in ahead}
        [home] = ahead or old[:1]
        if not isinstance(home, FormStep) or home.id != into.id or len(forms) < 2 or max(map(len, found)) > 1:
            return False
        if not _alike((into, *old[1:-1], *_split(split, {**left, into.id: None})), new):
            return False
        asked = [{one.fact: one for one in then.questions(form) if one.fact} for form in forms]
        staying = {one.fact for form in left.values() if isinstance(form, FormStep) for one in now.questions(form)}
        moved = {*asked[0]}.intersection(*asked[1:]) - staying
        if len(moved) != 1:
            return False
        [fact] = moved
        questions = [one[fact] for one in asked]
        anew = self.naming.known(name for one in walk(self.was.steps) if isinstance(one, Back) for name in one.anew)
        if (
            {form.by for form in forms} != {into.by}
            or len({one.label for one in questions}) > 1
            or any(one.condition is not None or one.act for one in questions)
            or self.facts[fact] & (self.start.rules.resting(self.facts.of(anew)) | self._tested())
        ):
            self._no(says.ASKS_OTHERWISE, into.id)
        for form, question in zip(forms, questions, strict=True):
            if form.id in left and left[form.id] is None:
                self._into(form.id, into.id)
                if form.id in self.targets or form.needs or form.records:
                    self._no(says.RETURN_BETWEEN, form.id)
            if form.id in left:
                self._changed(form, left[form.id], less=question)
        self._changed(home, into, more=None if ahead else questions[0])
        return self._told([one.id for one in forms], into.id)

    def _changed(
        self, was: Step, now: Step | None, *, less: Question | None = None, more: Question | None = None
    ) -> None:
        """Ask that a form asks what it asked but for one question less or more, and says the same else."""
        asked, minutes = _asked(self._resolved(self.was), was), was.minutes
        if less is not None:
            asked.remove(_text(less))
            minutes -= less.minutes if minutes else 0.0
        if more is not None:
            asked.append(_text(more))
            minutes += more.minutes if minutes else 0.0
        if now is None:
            if asked:
                self._no(says.ASKS_OTHERWISE, was.id)
            return
        if unlike(was, now, {"asks", "only", "minutes"}):
            self._no(says.MOVED_MORE, was.id)
        self._asks(now, asked, minutes)

    def _tested(self) -> Set:
        """Return the facts of which a condition asks whether they are known, and all that they may be known from."""
        facts = (read.fact for read, how in self.start.reads.items() if how.tested and "condition" in read.what)
        return self.start.rules.known_from(self.facts.of(facts), -1)

    # --- what only changes its order: side by side, and knock out first

    def _reorder(self, old: Steps, new: Steps) -> bool:
        """Ask that only such change their order, or stand beside each other now, as do not notice it."""
        flat = list(_flat(old, new, ()))
        order = _order(old, [item for item, _ in flat])
        if not flat or order is None:
            return False
        beside, swapped = list[tuple[Item, Item]](), list[tuple[Item, Item]]()  # whose first comes second now
        for (a, (one, here)), (b, (other, there)) in combinations(enumerate(flat), 2):
            if any(split == same and n != m for split, n in here for same, m in there):
                beside.append((one, other))
            elif order[a] > order[b]:
                swapped.append((other, one))
        knock_out, sided = self.move.kind == "knock out first", [item for item, within in flat if within]
        for one, other in beside if knock_out else swapped:
            self._no(says.DEPENDS, shown(one), shown(other))
        over, ahead = ([one for one, _ in swapped], [other for _, other in swapped]) if knock_out else (sided, sided)
        moved = {id(item): item for item in (*over, *ahead)}.values()
        for item in moved:
            held = (_noticed(item) or not self._just_refuses(item)) if knock_out else self._may_end(item)
            if held or self._stays_put(item):
                self._no(says.KEEPS_ITS_PLACE, shown(item))
        agencies = {actor(step.by).whom for item in moved for step in _steps(item) if step.by}
        if knock_out and len(agencies) > 1 and not self.policy.knock_outs_across_agencies:
            self._no(says.OTHER_AGENCIES, ", ".join(sorted(agencies)))
        does = {id(item): self._of(item) for item in moved}
        for one, other in swapped if knock_out else beside:
            (reads, writes), (others, written) = does[id(one)], does[id(other)]
            alike = self._decides_by(one) & self._decides_by(other) if knock_out else _hands(one) & _hands(other)
            if alike or writes & (others | written) or written & reads:
                self._no(says.DEPENDS, shown(one), shown(other))
        return self._told(_names(ahead), over=_names(over))

    def _just_refuses(self, item: Item) -> bool:
        """Whether of a decision some ways refuse, with a notice at most, and the others just go on; of others, whether none ends."""
        if not isinstance(item, Choose | Decide):
            return not self._may_end(item)
        if isinstance(item, Choose) and not covers(self.naming, item.branches):
            return False
        ends = [steps for steps in inside(item) if steps]
        return 0 < len(ends) < len(inside(item)) and all(
            isinstance(steps[-1], Refuse) and all(isinstance(one, Notify | Wait) for one in steps[:-1])
            for steps in ends
        )

    def _decides_by(self, item: Item) -> Set:
        """Return the facts a decision goes by and what they are computed from; whom they are about is none of them."""
        facts = set[str]()
        for one in walk((item,)) if isinstance(item, Choose | Decide) else ():
            if isinstance(one, Choose):
                facts.update(*(self.start.rules.facts_in(branch.condition) for branch in one.branches))
            elif isinstance(one, Decide):
                facts.update(self.naming.known(need.fact for need in one.needs or ()))
        facts -= {who.key for name in facts if (who := self.naming.subject(name.rpartition(".")[0]))}
        computed = union(rule.bit for rule in self.start.rules.every if rule.kind in ("derive", "computed"))
        return self.start.rules.known_from(self.facts.of(facts), computed)

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
            isinstance(one, Refuse | Back) or (isinstance(one, Choose) and not covers(self.naming, one.branches))
            for one in walk((item,))
        )

    # --- what an item does

    def _of(self, item: Item) -> Does:
        """Return what an item does, with all in it."""
        found, model = list[Does](), self._resolved(self.was)
        for one in walk((item,)):
            if isinstance(one, Choose):
                read = (fact for branch in one.branches for fact in self.start.rules.facts_in(branch.condition))
                found.append((self.facts.of(read), 0))
            elif isinstance(one, Step):
                found.append(self._step(one, model))
        reads, writes = union(reads for reads, _ in found), union(writes for _, writes in found)
        return reads, self.start.rules.resting(writes)

    def _step(self, step: Step, model: Resolved) -> Does:
        naming = self.naming
        reads = {*naming.known(need.fact for need in needs_of(step))}
        writes = {*naming.known(gives_of(step)), *(f"register {one.id}" for one in step.records)}
        match step:
            case FormStep():
                items: list[Asked] = [*model.questions(step), *model.papers(step)]
                for item in items:
                    reads |= condition_facts(item)
                    writes |= given_by(item)
                    if isinstance(item, Question):
                        reads |= {*item.declares}
                        writes |= {f"consent to {item.consents_to}"} if item.consents_to else set()
            case Identify():
                writes |= {*log_in_facts(model, step)}
            case Check():
                reads |= {*naming.known(step.verifies)}
                writes |= {*naming.known(step.verifies)}
            case Lookup():
                reads |= {f"registry {step.service.partition('.')[0]}", f"consent to {step.service}"}
            case Issue():
                writes |= {"outputs", *(f"registry {name}" for name in step.changes)}
            case Pay():
                writes |= {"payments"}
            case Notify():
                writes |= {f"told {step.whom}"}
        parts = [step.id, *(name for name, home in self.homes.items() if home == step.id)]
        rules = [rule for name in parts for rule in self.start.rules.of.get(name, ())]
        asked_with, made = union(rule.keys | rule.confirms for rule in rules), union(rule.about for rule in rules)
        return self.facts.of(reads) | asked_with, self.facts.of(writes) | made

    # --- the end against the start

    def _into(self, step: str, home: str) -> None:
        self.homes = {name: home if one == step else one for name, one in self.homes.items()} | {step: home}

    def _resolved(self, procedure: Procedure) -> Resolved:
        return Resolved(procedure, self.model.catalogue, self.naming)

    def _as_sure(self, start: Way, end: Way) -> None:
        """Ask that whoever reads a fact reads it at the end as surely as at the start, wherever that is now."""
        now = _readings(end)
        for (place, what, fact), wanted in _readings(start).items():
            home = self.homes.get(place, place)
            self._least(home, fact, now.get(Read(home, what, fact), -1), wanted)
        for place in start.silent:
            seen = start.at[place].sure
            for fact in self.facts.names(seen & ~(end.at[place].sure if place in end.at else 0)):
                self._least(place, fact, end.sure(place, fact), level_of(seen, self.facts[fact]))
        for check in (one for one in self.automated if one.id in end.at):
            verified = at(2, self.facts.of(self.naming.known(check.verifies)))
            for fact in self.facts.names(verified & ~end.at[check.id].sure):
                self._least(check.id, fact, end.sure(check.id, fact), 2)

    def _least(self, place: str, fact: str, sure: int, wanted: int) -> None:
        if sure < wanted:
            step = self.new.step_by_id.get(place)
            where, there = place_of(self.new, step) if step else place, max(sure, 0)
            self.refuse(where, says.TOO_LOW, fact, level_words(there), level_words(wanted))


# --- what is the same, and what not


def _window(old: Steps, new: Steps) -> tuple[Steps, Steps]:
    """Return what is not the same of two lists between what is; of one item that says the same, that inside it."""
    front = len(list(takewhile(lambda pair: _alike(pair[:1], pair[1:]), zip(old, new, strict=False))))
    old, new = old[front:], new[front:]
    back = len(list(takewhile(lambda pair: _alike(pair[:1], pair[1:]), zip(old[::-1], new[::-1], strict=False))))
    old, new = old[: len(old) - back], new[: len(new) - back]
    if len(old) == len(new) == 1 and _head(old[0]) == _head(new[0]):
        inner = [pair for pair in zip(inside(old[0]), inside(new[0]), strict=True) if not _alike(*pair)]
        if len(inner) == 1:
            return _window(*inner[0])
    return old, new


def _alike(old: Steps, new: Steps) -> bool:
    """Whether two lists of steps say the same; where returns lead to is not looked at."""
    if len(old) != len(new):
        return False
    return all(
        one is other or (_head(one) == _head(other) and all(map(_alike, inside(one), inside(other))))
        for one, other in zip(old, new, strict=True)
    )


def _head(item: Item) -> object:
    """Return what an item says but for the steps in it; of a return, that it is one."""
    parts = [part.model_dump(exclude={"steps"}) for part in getattr(item, "branches", getattr(item, "ways", ()))]
    return type(item), {} if isinstance(item, Back) else item.model_dump(exclude=INSIDE), parts


def _split(split: Parallel, left: dict[str, Step | None]) -> Steps:
    """Return a split with other forms in its sides: no side that is empty; if one is left, that instead of the split."""
    branches = []
    for branch in split.branches:
        steps = tuple(left.get(getattr(one, "id", ""), one) for one in branch.steps)
        branches.append(branch.model_copy(update={"steps": tuple(one for one in steps if one is not None)}))
    full = [one for one in branches if one.steps]
    return (split.model_copy(update={"branches": tuple(full)}),) if len(full) > 1 else full[0].steps if full else ()


def _flat(
    old: Steps, new: Steps, sides: tuple[tuple[int, int], ...]
) -> Iterator[tuple[Item, tuple[tuple[int, int], ...]]]:
    """Yield the items of a list and of the parallel parts that are new in it, each with its sides of those."""
    for item in new:
        if isinstance(item, Parallel) and not any(_alike((item,), (one,)) for one in old):
            for number, branch in enumerate(item.branches):
                yield from _flat(old, branch.steps, (*sides, (id(item), number)))
        else:
            yield item, sides


def _order(old: Steps, new: Sequence[Item]) -> list[int] | None:
    """Return where items stood before, if they are the same items."""
    left, found = dict(enumerate(old)), list[int]()
    for item in new:
        number = next((n for n, one in left.items() if one is item), None)
        number = next((n for n, one in left.items() if _alike((one,), (item,))), None) if number is None else number
        if number is None:
            return None
        found.append(number)
        del left[number]
    return None if left else found


# --- what steps say


def _both(first: Step, second: Step) -> dict[str, object]:
    """Return what one step says that stands for two, but for its title and what a form asks."""
    waits = [one.waits for one in (first, second) if one.waits is not None]
    made: dict[str, object] = {
        "waits": max(waits, key=lambda time: time.minutes, default=None),
        "records": (*first.records, *second.records),
        "note": "; ".join(str(one.note) for one in (first, second) if one.note) or None,
    }
    for name in {"needs", "verifies", "inspects", "gives", "carries"} & type(first).model_fields.keys():
        both = [getattr(one, name) for one in (first, second)]
        made[name] = None if both == [None, None] else tuple(dict.fromkeys(one for some in both for one in some or ()))
    return made | ({"needs": made["needs"] or None} if isinstance(first, FormStep) else {})


def _spoken(step: Step) -> list[str]:
    return [text.lower() for text in (step.title or (step.id, step.id))]


def _asked(model: Resolved, step: Step) -> list[str]:
    """Return what a form asks, each as what it says."""
    if not isinstance(step, FormStep):
        return []
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


def _readings(way: Way) -> dict[Read, int]:
    """Return how sure each fact is where it is read; a choice is named by its conditions, as its place is no name of it."""
    texts = {
        way.flow.name[id(one)]: " | ".join(branch.condition or "else" for branch in one.branches)
        for one in way.flow.chooses
    }
    found: dict[Read, int] = {}
    for read, one in way.reads.items():
        key = read._replace(place=texts.get(read.place, read.place))
        found[key] = min(one.sure, one.enough, found.get(key, 3))
    return found


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


def _steps(item: Item) -> list[Step]:
    return [one for one in walk((item,)) if isinstance(one, Step)]


def _names(items: Iterable[Item]) -> list[str]:
    return list(dict.fromkeys(step.id for item in items for step in _steps(item)))
