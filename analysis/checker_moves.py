"""The checker goes through moves one by one: what stands elsewhere than before, and whether it may; knows no certificate's other lines."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from analysis import checker_words as says
from analysis.certificate import GROUNDS, Move
from analysis.checker_steps import place_of, shown
from analysis.checker_ways import NONE, Facts, Way, given_by, log_in_facts
from processes import condition
from processes.catalogue import Agreement
from processes.covering import covers
from processes.part import Part
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
ASKED = ("uses", "asks", "only", "documents", "minutes")  # of a form: what its questions and documents come from
SAME_GROUND = {"by", "rests_on", "within", "purpose"}  # what two steps have in common that can be one


@dataclass(frozen=True, slots=True)
class Does:
    """What an item does that others can notice."""

    reads: Facts
    writes: Facts

    def disturbs(self, other: "Does") -> bool:
        """Return whether one writes what the other reads or writes (Bernstein 1966)."""
        return bool(self.writes & (other.reads | other.writes) or other.writes & self.reads)


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
    does: dict[str, Does] = field(default_factory=dict)  # by step
    names: dict[str, str] = field(default_factory=dict)  # steps that have gone into another -> that one
    automated: list[Check] = field(default_factory=list)

    def check(self, end: Way) -> None:
        """Refuse every move that may not be made, and what is less sure at the end than at the start."""
        stages = [*(one.made_in for one in self.moves), self.new]
        self._changed_by_none(stages[0])
        for number, move in enumerate(self.moves):
            self.path, self.model = f"moves[{number}]", end.model
            self._move(move, stages[number], stages[number + 1])
        self._as_sure(end)

    def _changed_by_none(self, old: Procedure) -> None:
        """Name the steps of the redesign that are new, or not as they were, though no move speaks of them."""
        told = {name for move in self.moves for name in (*move.steps, move.into)}
        for name, step in self.new.step_by_id.items():
            was = old.step_by_id.get(name)
            if was is None or type(was) is not type(step):
                self.refuse(place_of(self.new, step), says.UNEXPLAINED_STEP, name)
            elif was is not step and name not in told and _own(was) != _own(step):
                self.refuse(place_of(self.new, step), says.MOVED_MORE, name)

    def _no(self, words: Words, *parts: object, part: str = "") -> None:
        self.refuse(f"{self.path}.{part}" if part else self.path, words, *parts)

    def _move(self, move: Move, was: Procedure, now: Procedure) -> None:
        if move.kind not in GROUNDS:
            self._no(says.UNKNOWN_MOVE, move.kind, part="kind")
            return
        if move.kind not in self.policy.moves:
            self._no(says.MOVE_SWITCHED_OFF, move.kind, part="kind")
        if move.because != GROUNDS[move.kind]:
            self._no(says.SAYS_OTHERWISE, move.because, GROUNDS[move.kind], part="because")
        if was.model_dump(exclude={"steps"}) != now.model_dump(exclude={"steps"}):
            self._no(says.MOVED_MORE, "procedure")
            return
        differing, targets = list(_differing(was.steps, now.steps)), dict(_targets(was, now))
        if len(differing) != 1:
            self._no(says.MOVED_MORE, move.kind)
            return
        self.was, self.now, self.done = was, now, dict[int, Does]()
        self.targets = {item.target for item in walk(was.steps) if isinstance(item, Back)}
        old, new = differing[0]
        led = self._kind(move)(move, old, new)
        if targets != ({} if led is None else led):
            self._no(says.MOVED_MORE, "back to")

    def _kind(self, move: Move) -> Callable[[Move, Steps, Steps], dict[str, str] | None]:
        """Return what tells whether a move of its kind may be made; it gives the returns that lead elsewhere then."""
        return {
            "merge": self._merge,
            "side by side": self._beside,
            "drop carrying": self._carry,
            "share papers": self._carry,
            "automate": self._automate,
            "ask before the split": self._ask_before,
            "knock out first": self._knock_out,
        }[move.kind]

    def _says(self, move: Move, steps: Iterable[str], into: str = "", over: Iterable[str] = ()) -> None:
        for part, told, true in (("steps", move.steps, steps), ("over", move.over, over)):
            if sorted(told) != sorted(true):
                self._no(says.SAYS_OTHERWISE, ", ".join(told) or "-", ", ".join(true) or "-", part=part)
        if move.into != into:
            self._no(says.SAYS_OTHERWISE, move.into or "-", into or "-", part="into")

    # --- merge

    def _merge(self, move: Move, old: Steps, new: Steps) -> None:
        at = next((n for n, (one, other) in enumerate(zip(old, new, strict=False)) if not _same(one, other)), len(new))
        if len(new) != len(old) - 1 or not _all_same(old[at + 2 :], new[at + 1 :]):
            return self._no(says.MOVED_MORE, move.kind)
        first, second, one = old[at], old[at + 1], new[at]
        if not (isinstance(first, Step) and isinstance(second, Step) and type(first) is type(second) is type(one)):
            return self._no(says.NOT_ALIKE, shown(first), shown(second))
        assert isinstance(one, Step)  # noqa: S101  # as just asked
        self._says(move, (first.id, second.id), into=one.id)
        if first.by is None or _part(first, SAME_GROUND) != _part(second, SAME_GROUND):
            self._no(says.NOT_ALIKE, first.id, second.id)
        if {record.id for record in first.records} & {record.id for record in second.records}:
            self._no(says.NOT_ALIKE, first.id, second.id)
        if second.id in self.targets:
            self._no(says.RETURN_BETWEEN, second.id)
        needs = tuple(dict.fromkeys((*(first.needs or ()), *(second.needs or ()))))
        waits = [each.waits for each in (first, second) if each.waits is not None]
        expected = {
            "minutes": round(first.minutes + second.minutes, 3),
            "waits": max(waits, key=lambda time: time.minutes, default=None),
            "needs": None if first.needs is second.needs is None else needs,
            "records": (*first.records, *second.records),
            "note": "; ".join(str(each.note) for each in (first, second) if each.note) or None,
        } | self._both(first, second, one)
        for name, value in expected.items():
            if _plain(getattr(one, name)) != _plain(value):
                self._no(says.FIELD_NOT_AS_TODAY, one.id, name)
        if _spoken(one) != [f"{a}; {b}" for a, b in zip(_spoken(first), _spoken(second), strict=True)]:
            self._no(says.FIELD_NOT_AS_TODAY, one.id, "title")
        rest = set(type(one).model_fields) - expected.keys() - {"title"}
        if _part(one, rest) != _part(first, rest):
            self._no(says.NOT_ALIKE, first.id, one.id)
        did = self._of(first), self._of(second)
        self.does[first.id] = Does(did[0].reads | did[1].reads, did[0].writes | did[1].writes)
        self._into(second.id, first.id)
        return None

    def _both(self, first: Step, second: Step, one: Step) -> dict[str, Any]:
        """Return what a merged step must say of what is told by its kind alone."""
        match first, second, one:
            case Check(), Check(), Check():
                shown_there = [self.shown.get(each.id, NONE) for each in (first, second)]
                if (shown_there[0] ^ shown_there[1]) & {*self.model.naming.known((*first.verifies, *second.verifies))}:
                    self._no(says.OTHER_PAPERS, first.id, second.id)
                return {
                    "verifies": tuple(dict.fromkeys((*first.verifies, *second.verifies))),
                    "gives": tuple(dict.fromkeys((*first.gives, *second.gives))),
                }
            case Approve(), Approve(), Approve():
                if any(each.ways or each.silence_approves or each.needs is None for each in (first, second)):
                    self._no(says.NOT_ALIKE, first.id, second.id)
                return {"gives": (*first.gives, *second.gives)}
            case Notify(), Notify(), Notify():
                if first.whom != second.whom:
                    self._no(says.NOT_ALIKE, first.id, second.id)
                return {"carries": tuple(dict.fromkeys((*first.carries, *second.carries)))}
            case FormStep(), FormStep(), FormStep():
                then = [_asked(self._resolved(self.was), each) for each in (first, second)]
                if sorted((*then[0], *then[1])) != sorted(_asked(self._resolved(self.now), one)):
                    self._no(says.ASKS_OTHERWISE, one.id)
                needs = tuple(dict.fromkeys((*(first.needs or ()), *(second.needs or ()))))
                compared = {name: getattr(one, name) for name in ASKED}  # minutes are shared out among the questions
                return {"needs": needs or None, **compared}
        self._no(says.NOT_ALIKE, first.id, second.id)
        return {}

    # --- side by side, and knock out first

    def _beside(self, move: Move, old: Steps, new: Steps) -> None:
        flat: list[tuple[Item, tuple[tuple[int, int], ...]]] = []

        def flatten(steps: Steps, sides: tuple[tuple[int, int], ...]) -> None:
            for item in steps:
                if isinstance(item, Parallel) and not any(_same(item, one) for one in old):
                    for number, branch in enumerate(item.branches):
                        flatten(branch.steps, (*sides, (id(item), number)))
                else:
                    flat.append((item, sides))

        flatten(new, ())
        order = self._order(old, [item for item, _ in flat])
        if order is None:
            return self._no(says.MOVED_MORE, move.kind)
        moved = [item for item, sides in flat if sides]
        names = [step.id for item in moved for step in _steps(item)]
        self._says(move, names, over=names)
        for item in moved:
            if self._stays_put(item) or self._may_end(item):
                self._no(says.KEEPS_ITS_PLACE, shown(item))
        hands = {id(item): _hands(item) for item in moved}
        for (a, (one, here)), (b, (other, there)) in combinations(enumerate(flat), 2):
            beside = bool(here and there) and any(part == way and n != m for part, n in here for way, m in there)
            if beside and (self._of(one).disturbs(self._of(other)) or hands[id(one)] & hands[id(other)]):
                self._no(says.DEPENDS, shown(one), shown(other))
            if not beside and order[a] > order[b]:
                self._no(says.DEPENDS, shown(one), shown(other))
        return None

    def _order(self, old: Steps, new: Sequence[Item]) -> list[int] | None:
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

    def _knock_out(self, move: Move, old: Steps, new: Steps) -> None:
        order = self._order(old, new)
        if order is None:
            return self._no(says.MOVED_MORE, move.kind)
        swapped = [(old[b], old[a]) for a, b in combinations(order, 2) if a > b]  # whose first comes second now
        changed = {id(item) for pair in swapped for item in pair}
        agencies = set()
        for item in (item for item in old if id(item) in changed):
            decides = isinstance(item, Choose | Decide)
            if self._stays_put(item) or any(
                _shows(one) for one in _steps(item) if not isinstance(one, Refuse | Notify)
            ):
                self._no(says.KEEPS_ITS_PLACE, shown(item))
            if isinstance(item, Notify) or (not self._just_refuses(item) if decides else self._may_end(item)):
                self._no(says.KEEPS_ITS_PLACE, shown(item))
            agencies |= {actor(one.by).whom for one in _steps(item) if one.by}
        if len(agencies) > 1 and not self.policy.knock_outs_across_agencies:
            self._no(says.OTHER_AGENCIES, ", ".join(sorted(agencies)))
        for one, other in swapped:
            both_decide = isinstance(one, Choose | Decide) and isinstance(other, Choose | Decide)
            if self._of(one).disturbs(self._of(other)) or (both_decide and self._facts_of(one) & self._facts_of(other)):
                self._no(says.DEPENDS, shown(one), shown(other))
        ahead = {id(other) for _, other in swapped}
        behind = {id(one) for one, _ in swapped}
        self._says(
            move,
            [step.id for item in old if id(item) in ahead for step in _steps(item)],
            over=[step.id for item in old if id(item) in behind for step in _steps(item)],
        )
        return None

    def _just_refuses(self, item: Item) -> bool:
        """Whether of a decision some ways refuse, with a notice at most, and the others just go on."""
        if isinstance(item, Choose) and not covers(self.model.naming, item.branches):
            return False
        ends = [steps for steps in inside(item) if steps]
        return 0 < len(ends) < len(list(inside(item))) and all(
            isinstance(steps[-1], Refuse) and all(isinstance(one, Notify | Wait) for one in steps[:-1])
            for steps in ends
        )

    def _facts_of(self, item: Item) -> Facts:
        """Return the facts a decision goes by and what they are computed from; whom they are about is none of them."""
        facts = {
            name
            for one in walk((item,))
            for name in (
                self._condition_facts(one)
                if isinstance(one, Choose)
                else self.model.naming.known(need.fact for need in one.needs or ())
                if isinstance(one, Decide)
                else ()
            )
        }
        keys = {subject.key for name in facts if (subject := self.model.naming.subject(name.rpartition(".")[0]))}
        found, grown = facts - keys, True
        rules = [
            *self.start.everywhere,
            *(r for rules in self.start.rules.values() for r in rules if r.kind == "derive"),
        ]
        while grown:
            more = {key for rule in rules if rule.gives & found for key in rule.keys} - found
            found |= more
            grown = bool(more)
        return frozenset(found)

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

    # --- what is carried, automated, asked once

    def _carry(self, move: Move, old: Steps, new: Steps) -> dict[str, str] | None:
        at = next((n for n, (one, other) in enumerate(zip(old, new, strict=False)) if not _same(one, other)), len(new))
        carry, after = old[at], old[at + 1] if at + 1 < len(old) else None
        if not isinstance(carry, Carry) or not _all_same(old[at + 1 :], new[at:]) or carry.needs or carry.records:
            self._no(says.MOVED_MORE, move.kind)
            return None
        self._says(move, (carry.id,))
        follow = _following(self.was)
        there, waiting = list[Step](), list(follow[carry.id])
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            step = self.was.step_by_id[name]
            if name in seen or isinstance(step, Carry):
                continue
            seen.add(name)
            there.append(step)
            waiting += follow[name]
        at_place = [one for one in there if carry.to is None or (one.by and actor(one.by).whom == carry.to)]
        idle = carry.to is not None and not at_place
        fetched = any(isinstance(one, Issue) and one.document for one in at_place)
        looked_at = any(
            (isinstance(one, Decide | Approve) and one.needs is None) or (isinstance(one, Check) and one.verifies)
            for one in at_place
        )
        papers = any(
            (isinstance(one, FormStep) and one.documents) or (isinstance(one, Issue) and one.document)
            for one in self.was.step_by_id.values()
            if self._comes_before(follow, one.id, carry.id)
        )
        allowed = idle or (
            not fetched and (not papers or (move.kind == "share papers" and carry.to is not None and not looked_at))
        )
        if not allowed or any(isinstance(one, FormStep | Identify | Pay) for one in there):
            self._no(says.CARRIED_FOR_SOMETHING, carry.id)
        if carry.id not in self.targets:
            return None
        if not isinstance(after, Step):
            self._no(says.KEEPS_ITS_PLACE, shown(carry))
            return None
        return {carry.id: after.id}

    def _comes_before(self, follow: dict[str, set[str]], one: str, other: str) -> bool:
        seen, waiting = {one}, [one]
        while waiting:
            more = follow[waiting.pop()] - seen
            seen |= more
            waiting += more
        return other in seen

    def _automate(self, move: Move, old: Steps, new: Steps) -> None:
        pairs = [(one, other) for one, other in zip(old, new, strict=False) if not _same(one, other)]
        if len(old) != len(new) or len(pairs) != 1:
            return self._no(says.MOVED_MORE, move.kind)
        was, now = pairs[0]
        rest = set(type(was).model_fields) - {"by", "minutes", "waits"}
        if not isinstance(was, Step) or not isinstance(now, Step) or _part(was, rest) != _part(now, rest):
            return self._no(says.MOVED_MORE, move.kind)
        self._says(move, (was.id,))
        if now.by is not None or now.minutes or now.waits is not None or was.by is None or was.needs:
            self._no(says.STILL_JUDGED, was.id)
        match was:
            case Lookup() if self._may_be_asked(was):
                pass
            case Derive():
                pass
            case Check() if (
                not was.gives
                and was.verifies
                and not any(was.id in self.start.flow.before(one) for one in self.start.silent)
            ):
                self.automated.append(was)
            case _:
                self._no(says.STILL_JUDGED, was.id)
        return None

    def _may_be_asked(self, step: Lookup) -> bool:
        service = self.model.service(step)
        wanted = set(step.gets or (*service.gives, *service.confirms)) if service else set()
        purpose = step.purpose or self.was.purpose
        return any(
            not self.refuses(one, step.service)
            and purpose in one.purposes
            and not one.consent
            and (one.facts == "all" or wanted <= set(one.facts))
            for one in self.model.catalogue.agreements
        )

    def _ask_before(self, move: Move, old: Steps, new: Steps) -> None:
        """Ask that a fact goes from forms in several sides of a split to one form before it, and nothing else changes."""
        then, now = self._resolved(self.was), self._resolved(self.now)
        forms = [one for one in (self.was.step_by_id.get(name) for name in move.steps) if isinstance(one, FormStep)]
        into = self.now.step_by_id.get(move.into)
        asked = [{one.fact: one for one in then.questions(form) if one.fact} for form in forms]
        shared = {fact for fact in asked[0] if all(fact in one for one in asked)} if asked else set()
        if len(forms) != len(move.steps) or len(forms) < 2 or not isinstance(into, FormStep) or move.over:
            return self._no(says.MOVED_MORE, move.kind)
        splits = [item for item in old if isinstance(item, Parallel) and _holds(item, move.steps)]
        sides = [_side(splits[0], form.id) for form in forms] if len(splits) == 1 else [None]
        home = self.was.step_by_id.get(into.id)
        still = [self.now.step_by_id.get(form.id) for form in forms if form.id != into.id]
        left_to_ask = set[str | None]().union(*(_facts(now, form) for form in still))
        moved = sorted(shared - left_to_ask)
        if None in sides or len(set(sides)) < len(sides) or len(moved) != 1 or not isinstance(home, FormStep):
            return self._no(says.MOVED_MORE, move.kind)
        fact, first = moved[0], into.id in move.steps
        questions = [one[fact] for one in asked]
        wanted = _asked(then, home) if first else [*_asked(then, home), _text(questions[0])]
        kept_anew = [name for one in walk(self.was.steps) if isinstance(one, Back) for name in one.anew]
        tested = {read.fact for read, how in self.start.reads.items() if how.tested and "condition" in read.what}
        if (
            sorted(wanted) != sorted(_asked(now, into))
            or {form.by for form in forms} != {into.by}
            or any(one.condition is not None or one.act for one in questions)
            or fact in self.start.resting(frozenset(then.naming.known(kept_anew))) | tested
        ):
            self._no(says.ASKS_OTHERWISE, into.id)
        expected = self._without(old, splits[0], move, into, first=first)
        if expected is None or not _all_alike(expected, new, {*move.steps, into.id}):
            self._no(says.MOVED_MORE, move.kind)
        for form, question in zip(forms, questions, strict=True):
            left = self.now.step_by_id.get(form.id)
            less = list(_asked(then, form))
            less.remove(_text(question))
            if left is None:
                self._into(form.id, into.id)
                if form.id in self.targets or form.needs or form.records:
                    self._no(says.RETURN_BETWEEN, form.id)
            if form.id != into.id and sorted(less) != sorted(_asked(now, left) if isinstance(left, FormStep) else ()):
                self._no(says.ASKS_OTHERWISE, form.id)
        did = self._of(home)
        self.does[into.id] = Does(did.reads, did.writes | {fact})
        return None

    def _without(self, old: Steps, split: Parallel, move: Move, into: FormStep, *, first: bool) -> list[Item] | None:
        """Return the list as it must be then; of forms only the name counts."""
        gone = {name for name in move.steps if name not in self.now.step_by_id or name == into.id}
        made: list[Item] = []
        for item in old:
            if item is not split:
                made.append(item)
                continue
            sides = [
                tuple(one for one in branch.steps if getattr(one, "id", "") not in gone) for branch in split.branches
            ]
            full = [
                branch.model_copy(update={"steps": steps})
                for branch, steps in zip(split.branches, sides, strict=True)
                if steps
            ]
            made += [into] if first else []
            made += (
                [split.model_copy(update={"branches": tuple(full)})] if len(full) > 1 else full[0].steps if full else ()
            )
        place = next((n for n, item in enumerate(made) if getattr(item, "id", "") == into.id), None)
        behind = old.index(split)
        return made if place is not None and (first or place < behind) else None

    # --- what an item does

    def _of(self, item: Item) -> Does:
        """Return what an item does, with all in it; found once for each item of a stage."""
        if id(item) not in self.done:
            self.done[id(item)] = self._all_of(item)
        return self.done[id(item)]

    def _all_of(self, item: Item) -> Does:
        reads, writes = NONE, NONE
        for one in walk((item,)):
            if isinstance(one, Choose):
                reads |= self._condition_facts(one)
            if isinstance(one, Step):
                did = self.does.setdefault(one.id, self.does.get(one.id) or self._step(one))
                reads, writes = reads | did.reads, writes | did.writes
        return Does(reads, self.start.resting(writes))

    def _condition_facts(self, one: Choose) -> Facts:
        return NONE.union(*(self.start.facts_in(branch.condition) for branch in one.branches))

    def _step(self, step: Step) -> Does:
        way, naming = self.start, self.model.naming
        needs = [*(step.needs or ()), *getattr(step, "carries", ())]
        needs += [need for record in step.records for need in record.takes]
        reads = {*naming.known(need.fact for need in needs)}
        writes = {*naming.known(getattr(step, "gives", ())), *(f"register {record.id}" for record in step.records)}
        for rule in way.rules.get(step.id, ()):
            reads |= rule.keys | rule.confirms
            writes |= rule.gives | rule.confirms
        match step:
            case FormStep():
                for item in way.asked.get(step.id, ()):
                    writes |= given_by(item)
                    reads |= condition.facts_read(item.condition) if item.condition else NONE
                    if isinstance(item, Question):
                        reads |= {*item.declares}
                        writes |= {f"consent to {item.consents_to}"} if item.consents_to else NONE
            case Check():
                reads |= (verified := {*naming.known(step.verifies)})
                writes |= verified
            case Identify():
                writes |= {*log_in_facts(way.model, step)}
            case Lookup():
                reads |= {f"registry {step.service.partition('.')[0]}", f"consent to {step.service}"}
            case Issue():
                writes |= {"outputs", *(f"registry {name}" for name in step.changes)}
            case Pay():
                writes |= {"payments"}
            case Notify():
                writes |= {f"told {step.whom}"}
        return Does(frozenset(reads), frozenset(writes))

    # --- the end against the start

    def _into(self, step: str, home: str) -> None:
        self.names = {name: home if one == step else one for name, one in self.names.items()} | {step: home}

    def _resolved(self, procedure: Procedure) -> Resolved:
        if procedure is self.new:
            return self.model
        return Resolved(procedure, self.model.catalogue, self.model.naming)

    def _as_sure(self, end: Way) -> None:
        """Ask that whoever reads a fact reads it at the end as surely as at the start, wherever that is now."""
        then, now = _readings(self.start), _readings(end)
        for (place, what, fact), wanted in then.items():
            home = self.names.get(place, place)
            if (found := now.get((home, what, fact), -1)) < wanted:
                step = self.new.step_by_id.get(home)
                self.refuse(
                    place_of(self.new, step) if step else place, says.LESS_SURE_MOVED, fact, max(found, 0), wanted
                )
        for place in self.start.silent:
            for fact, wanted in self.start.at[place].sure.items():
                if (sure := end.sure(place, fact)) < wanted:
                    self.refuse(place, says.LESS_SURE_MOVED, fact, sure, wanted)
        for check in self.automated:
            for fact in self.model.naming.known(check.verifies):
                if end.sure(check.id, fact) < 2:
                    self.refuse(check.id, says.STILL_JUDGED, check.id)


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


def _part(part: Step, names: set[str]) -> dict[str, Any]:
    """Return some of what a step says itself."""
    return part.model_dump(include=names - INSIDE)


def _own(step: Step) -> dict[str, Any]:
    """Return what a step says itself, without the steps in it."""
    return step.model_dump(exclude=INSIDE)


def _plain(value: Any) -> object:
    """Return a value without the places its parts were read from."""
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.model_dump() if isinstance(value, Part) else value


def _spoken(step: Step) -> list[str]:
    return [text.lower() for text in (step.title or (step.id, step.id))]


def _hands(item: Item) -> set[str]:
    return {one.by for one in _steps(item) if one.by}


def _shows(step: Step) -> bool:
    """Whether somebody outside notices a step, or finds it written down."""
    return isinstance(step, FormStep | Identify | Pay) or bool(step.records)


def _facts(model: Resolved, form: Step | None) -> set[str | None]:
    return {one.fact for one in model.questions(form)} if isinstance(form, FormStep) else set()


def _same(one: Item, other: Item) -> bool:
    if one is other or type(one) is not type(other):
        return one is other
    if isinstance(one, Step) and isinstance(other, Step) and one.id != other.id:
        return False
    return one.model_dump() == other.model_dump()


def _all_same(some: Sequence[Item], others: Sequence[Item]) -> bool:
    return len(some) == len(others) and all(_same(one, other) for one, other in zip(some, others, strict=True))


def _all_alike(some: Sequence[Item], others: Sequence[Item], forms: set[str]) -> bool:
    """Return whether two lists are the same but for what some forms ask."""
    if len(some) != len(others):
        return False
    for one, other in zip(some, others, strict=True):
        if isinstance(one, FormStep) and isinstance(other, FormStep) and one.id == other.id and one.id in forms:
            names = set(FormStep.model_fields) - {"asks", "only", "minutes"}
            if _part(one, names) != _part(other, names):
                return False
        elif isinstance(one, Parallel) and isinstance(other, Parallel) and _holds(one, tuple(forms)):
            pairs = list(zip(one.branches, other.branches, strict=False))
            heads = all(a.model_dump(exclude={"steps"}) == b.model_dump(exclude={"steps"}) for a, b in pairs)
            same = all(_all_alike(a.steps, b.steps, forms) for a, b in pairs)
            if len(one.branches) != len(other.branches) or not heads or not same:
                return False
        elif not _same(one, other):
            return False
    return True


def _holds(item: Item, names: Iterable[str]) -> bool:
    return any(step.id in set(names) for step in _steps(item))


def _side(split: Parallel, name: str) -> int | None:
    return next(
        (n for n, b in enumerate(split.branches) if any(getattr(one, "id", "") == name for one in b.steps)), None
    )


def _steps(item: Item) -> list[Step]:
    return [one for one in walk((item,)) if isinstance(one, Step)]


def _differing(old: Steps, new: Steps) -> Iterator[tuple[Steps, Steps]]:
    """Yield the lists that are not the same, the innermost around each difference; where returns lead to is not looked at."""
    if old is new:
        return
    inner: list[tuple[Steps, Steps]] = []
    for one, other in zip(old, new, strict=False):
        if one is other or (isinstance(one, Back) and isinstance(other, Back)):
            continue
        if len(old) != len(new) or type(one) is not type(other) or not _alike_outside(one, other):
            yield old, new
            return
        inner += zip(inside(one), inside(other), strict=True)
    if len(old) != len(new):
        yield old, new
        return
    for a, b in inner:
        yield from _differing(a, b)


def _alike_outside(one: Item, other: Item) -> bool:
    """Return whether two items say the same but for the steps in them."""
    if one.model_dump(exclude=INSIDE) != other.model_dump(exclude=INSIDE):
        return False
    parts = [
        [part.model_dump(exclude={"steps"}) for part in getattr(each, "branches", getattr(each, "ways", ()))]
        for each in (one, other)
    ]
    return parts[0] == parts[1]


def _targets(was: Procedure, now: Procedure) -> Iterator[tuple[str, str]]:
    """Yield where returns lead elsewhere; of another number of returns, all."""
    old, new = ([item for item in walk(one.steps) if isinstance(item, Back)] for one in (was, now))
    for one, other in zip(old, new, strict=False):
        if one.target != other.target or one.anew != other.anew:
            yield one.target, other.target
    if len(old) != len(new):
        yield "back", "back"


def _following(procedure: Procedure) -> dict[str, set[str]]:
    """Return, for each step, the steps that may come right after it."""
    found: dict[str, set[str]] = {name: set() for name in procedure.step_by_id}

    def sequence(steps: Steps, then: set[str]) -> set[str]:
        for item in reversed(steps):
            inner = [sequence(one, then) for one in inside(item)]
            into = set[str]().union(*inner)
            if isinstance(item, Back):
                then = {item.target}
            elif isinstance(item, Refuse):
                found[item.id], then = set(), {item.id}
            elif isinstance(item, Step):
                found[item.id] |= into | (then if not inner or isinstance(item, Lookup) else set())
                then = {item.id}
            else:
                then = into | then  # a choice may have no way for a case; a side may be done before the other
        return then

    sequence(procedure.steps, set())
    return found


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
