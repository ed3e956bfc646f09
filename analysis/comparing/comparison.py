"""Runs generated cases through two procedures by the book, and tells where they end otherwise; proves nothing.

What is compared, on each case that ends today: how it ends, what is issued and entered in registers, which judgements, acts,
payments and notices are gone, and which of them only one of the procedures comes by; and at each judgement, output and choice of today
that both pass, that it reads the same values, no less sure than today guarantees there (or the law states). A fact has one true
value in a case, and suppliers tell it: so a check that is gone refuses nobody here.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Literal, NamedTuple

from analysis.comparing.covering_cases import Covering, Goal
from analysis.comparing.worlds import Recipe, Setting, World
from analysis.compiling import compiled
from analysis.instance import bits
from analysis.interpreter import Run
from analysis.removal import Today
from processes import condition
from processes.case import Outcome, Value
from processes.element import Assurance
from processes.policy import Policy
from processes.procedure import Approve, Choose, Decide, Lookup, Notify, Parallel, Pay, Refuse, Steps, inside, walk
from processes.resolved import Resolved, service_fact
from processes.words import Words

MOST_SHOWN = 20  # differences of different kinds
COMPARED = frozenset(
    {"judgement", "need", "output", "record", "act", "condition"}
)  # demands of today that stay demands

DifferenceKind = Literal["outcome", "output", "record", "judgement", "act", "step", "value", "level"]


class Difference(NamedTuple):
    """In what two runs of one case differ: the same for all cases that show it."""

    kind: DifferenceKind
    step: str
    subject: str


@dataclass(frozen=True)
class Shown:
    """A small case in which the procedures differ, as people read it."""

    facts: tuple[tuple[str, Value], ...]  # as people write them: those that decide, and the one it is about
    decisions: tuple[tuple[str, tuple[str, ...]], ...]
    registries: tuple[tuple[str, str], ...]  # those that do not find just one
    before: Outcome
    after: Outcome
    last_side_first: bool = False  # it shows only if the last side of a parallel part is done first
    by_event: bool = False  # it shows only if an event starts the case


@dataclass(frozen=True)
class Found:
    """A difference, what it means, how many cases show it, and the smallest of them."""

    difference: Difference
    says: Words
    times: int
    case: Shown


@dataclass(frozen=True)
class Way:
    """A way of one of the procedures: how many cases took it, and if none did, why."""

    goal: Goal
    place: Words
    way: Words
    cases: int
    why: Words | None = None


@dataclass(frozen=True)
class Comparison:
    """What came of comparing two procedures."""

    before: str
    after: str
    seed: int
    cases: int
    alike: int
    other_reason: int  # of those alike: refused in both, for reasons whose order the redesign has changed
    held_up: int  # of all: a registry did not tell one from another, and they were gone on with as if it had
    not_ended: int  # cases that come to no end today
    differing: int
    differences: tuple[Found, ...]
    ways: tuple[Way, ...]

    @property
    def is_alike(self) -> bool:
        """Whether no case was found that ends otherwise."""
        return not self.differing


class _How(NamedTuple):
    """How a case is run, where there is more than one way to."""

    by_event: bool = False  # whether an event started it
    last_side_first: bool = False


PLAINLY = _How()
HOW = (PLAINLY, _How(last_side_first=True), _How(by_event=True), _How(by_event=True, last_side_first=True))


@dataclass
class _Tried:
    """A case with its two runs, those that differ if any do."""

    recipe: Recipe
    world: World
    runs: tuple[Run, Run]
    held_up: bool = False
    how: _How = PLAINLY
    differences: dict[Difference, Words] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether it ends today."""
        return self.runs[0].outcome.kind != "waiting"


def compared(before: Resolved, after: Resolved, policy: Policy, number: int, seed: int = 0) -> Comparison:
    """Run so many cases through two procedures and say in what they differ.

    Args:
        before: The procedure as it is.
        after: Its redesign, over the same catalogue.
        policy: Its date is the day on which conditions are read.
        number: How many cases.
        seed: The same gives the same cases.

    Complexity: two runs by the book a case, twice that where sides stand beside each other or an event may start it, about a millisecond each two; making a
    case that differs small takes a few hundred more.
    """
    comparing = _Comparing(Setting(before, after, policy.date), policy)
    covering = Covering(comparing.setting, seed)
    count: Counter[str] = Counter()
    times: Counter[Difference] = Counter()
    smallest: dict[Difference, _Tried] = {}
    for recipe in islice(covering.proposed(), number):
        tried = comparing.tried(recipe, covering)
        count["held up"] += tried.held_up
        if not tried.ended:
            count["not ended"] += 1
        elif tried.differences:
            count["differing"] += 1
            for one in tried.differences:
                times[one] += 1
                if one not in smallest or tried.recipe.size < smallest[one].recipe.size:
                    smallest[one] = tried
        else:
            count["alike"] += 1
            count["other reason"] += tried.runs[0].outcome.step != tried.runs[1].outcome.step
    found = sorted(smallest, key=lambda one: (KINDS.index(one.kind), -times[one], one))
    return Comparison(
        before=before.procedure.id,
        after=after.procedure.id,
        seed=seed,
        cases=number,
        alike=count["alike"],
        other_reason=count["other reason"],
        held_up=count["held up"],
        not_ended=count["not ended"],
        differing=count["differing"],
        differences=tuple(comparing.shown(one, times[one], smallest[one]) for one in found[:MOST_SHOWN]),
        ways=tuple(comparing.ways(covering)),
    )


KINDS: tuple[DifferenceKind, ...] = ("outcome", "output", "record", "judgement", "act", "step", "level", "value")


def _with_keys(recipe: Recipe, keys: Sequence[str]) -> Recipe | None:
    """Return a case in which there are keys of which it says that there are none: a service that finds everybody has them."""
    none = [key for key in keys if key in recipe.values and recipe.values[key] is None]
    return replace(recipe, values={n: v for n, v in recipe.values.items() if n not in none}) if none else None


class _Comparing:
    def __init__(self, setting: Setting, policy: Policy) -> None:
        self.setting = setting
        self.required = _required(setting, policy)
        self.guards = [dict(_guards(model.procedure.steps, ())) for model in setting.models]
        self.choices = [_choices(setting, number) for number in (0, 1)]
        before, after = (model.procedure.step_by_id for model in setting.models)
        self.judgements = [
            step.id
            for step in before.values()
            if isinstance(step, Decide | Approve) and step.by and (step.ways or step.needs != ())
        ]
        self.kept = after
        start = setting.before.event_start
        self.starts = (
            (True,) if start is not None and start.of_all else (False, True) if start is not None else (False,)
        )
        self.plainly = _How(by_event=self.starts[0])
        self.has_sides = any(
            isinstance(item, Parallel) for model in setting.models for item in walk(model.procedure.steps)
        )
        self.told = [step.id for step in before.values() if isinstance(step, Pay | Notify)]
        self.doing = [
            step.id
            for step in before.values()
            if isinstance(step, Decide | Approve | Pay | Notify) and step.id in after
        ]

    def run(self, recipe: Recipe, how: _How | None = None) -> tuple[World, tuple[Run, Run]]:
        """Run a case through both."""
        how = how or self.plainly
        world, (start, _) = World(self.setting, recipe), [model.event_start for model in self.setting.models]
        case = world.case
        if how.by_event and start is not None:
            case = replace(case, event={name: world.value(name) for name in start.facts})
        one, other = (
            book.run(case, self.setting.today, world.registries, world.corrected, last_side_first=how.last_side_first)
            for book in self.setting.books
        )
        return world, (one, other)

    def tried(self, recipe: Recipe, covering: Covering | None = None) -> _Tried:
        """Run a case, and go on with it as if a registry had found the one it is asked about, where it holds the case up.

        Where sides stand beside each other it is run again with the last of them first: what comes of it then in the redesign
        must be what comes of it today in either order. Where an event may start it, it is run so, too.
        """
        world, runs = self.run(recipe)
        if unasked := set(recipe.corrected) - runs[0].anew:  # what is not asked anew was no mistake
            recipe = replace(recipe, corrected={n: v for n, v in recipe.corrected.items() if n not in unasked})
            world, runs = self.run(recipe)
        if covering is not None:
            covering.note(recipe, runs)
        held_up, again, every = False, recipe, self._every_way(recipe, runs)
        while (found := self._none_or_found(again, every.values())) is not None:
            held_up, again = True, found
            world, runs = self.run(again)
            every = self._every_way(again, runs)
        tried = _Tried(recipe if not held_up else again, world, runs, held_up, self.plainly)
        for how, (before, after) in every.items() if tried.ended else ():
            same_start = [one for other, (one, _) in every.items() if other.by_event == how.by_event]
            if differing := self._least_differences(after, same_start):
                tried.runs, tried.differences, tried.how = (before, after), differing, how
                break
        return tried

    def _every_way(self, recipe: Recipe, plainly: tuple[Run, Run]) -> dict[_How, tuple[Run, Run]]:
        """Return the runs of a case with the sides in either order, as far as there are any, and for either start."""
        ways = [how for how in HOW if (self.has_sides or not how.last_side_first) and how.by_event in self.starts]
        return {how: plainly if how == self.plainly else self.run(recipe, how)[1] for how in ways}

    def _none_or_found(self, recipe: Recipe, every: Iterable[tuple[Run, Run]]) -> Recipe | None:
        return next((found for runs in every if (found := self._found_after_all(recipe, runs)) is not None), None)

    def _least_differences(self, after: Run, befores: Sequence[Run]) -> dict[Difference, Words]:
        """Return in what a run of the redesign differs from that run of today which it is most like."""
        ended = [one for one in befores if one.outcome.kind != "waiting"]
        return min((dict(self.differences(before, after)) for before in ended), key=len, default={})

    def _found_after_all(self, recipe: Recipe, runs: tuple[Run, Run]) -> Recipe | None:
        """Return the case with the answer that it waits for, if it may be waited for: else the redesign is stuck."""
        for number, run in enumerate(runs):
            outcome = run.outcome
            if outcome.waits_for == "registry" and (wrong := recipe.corrected.keys() & set(outcome.missing)):
                return replace(recipe, corrected={n: v for n, v in recipe.corrected.items() if n not in wrong})
            if outcome.waits_for != "registry" or outcome.missing:
                continue
            model = self.setting.models[number]
            step = model.procedure.step_by_id[outcome.step]
            assert isinstance(step, Lookup)  # noqa: S101  # nobody else waits for a registry
            about = f"{step.service} about {', '.join(s.name for _, s in sorted(model.subjects(step).items()))}"
            service = model.service(step)
            answer = recipe.answers.get(about)
            covers = service is None or service.coverage >= 1
            if answer == "several" or (answer == "none" and (number == 0 or covers)):
                return replace(recipe, answers={name: one for name, one in recipe.answers.items() if name != about})
            keys = [service_fact(model.subjects(step), word) for word in service.needs] if service is not None else []
            if answer is None and (number == 0 or covers):
                return _with_keys(recipe, model.naming.known(keys))
        return None

    # --- what differs

    def differences(self, before: Run, after: Run) -> Iterator[tuple[Difference, Words]]:
        """Yield in what two runs of a case differ that ends today."""
        if not self._same_end(before.outcome, after.outcome):
            step = after.outcome.step or before.outcome.step
            subject = f"{before.outcome.kind} {before.outcome.step}".strip()
            yield Difference("outcome", step, subject), _ends(before.outcome, after.outcome)
            return
        if before.outcome.kind == "issued":
            yield from self._outputs(before.outcome, after.outcome)
        yield from self._records(before, after)
        for step in self.judgements:
            if step in before.passed and step not in self.kept and not self._signed_with_another(step, after):
                says = Words(f"'{step}' tidak lagi diputuskan", f"'{step}' is not decided any more")
                yield Difference("judgement", step, step), says
        for step in self.told:
            if step in before.passed and step not in self.kept and not self._told_with_another(step, after):
                yield Difference("step", step, ""), _not_come_by(step)
        for act in sorted(before.acts - after.acts):
            yield Difference("act", act, act), Words(f"'{act}' tidak lagi dilakukan", f"'{act}' is not done any more")
        if before.outcome.kind == "issued":
            yield from self._come_by(set(before.passed), set(after.passed))
        yield from self._reads(before, after)

    def _signed_with_another(self, step: str, after: Run) -> bool:
        """Whether what a signature stands for is signed by the same officer at another step, who reads as much there."""
        today, now = (model.procedure.step_by_id for model in self.setting.models)
        was = today[step]
        if not isinstance(was, Approve) or was.ways or was.needs is None:
            return False
        read = {need.fact for need in was.needs}
        return any(
            isinstance(one := now[name], Approve)
            and one.by == was.by
            and read <= {need.fact for need in one.needs or ()}
            for name in after.passed
        )

    def _told_with_another(self, step: str, after: Run) -> bool:
        """Whether the same people tell the same one all that a notice tells in another one that the case comes by."""
        today, now = (model.procedure.step_by_id for model in self.setting.models)
        was = today[step]
        return isinstance(was, Notify) and any(
            isinstance(one := now[name], Notify)
            and (one.by, one.whom) == (was.by, was.whom)
            and {need.fact for need in was.carries} <= {need.fact for need in one.carries}
            for name in after.passed
        )

    def _same_end(self, before: Outcome, after: Outcome) -> bool:
        if before.kind != after.kind:
            return False
        return before.step == after.step or (before.kind == "refused" and self._swapped(before.step, after.step))

    def _swapped(self, one: str, other: str) -> bool:
        """Whether two refusals stand in the other order in the redesign, each behind what it stood behind.

        Then both reasons hold, and the other one is found first.
        """
        today, redesigned = self.guards
        if any(today.get(step) is None or today.get(step) != redesigned.get(step) for step in (one, other)):
            return False
        orders = [list(model.procedure.step_by_id) for model in self.setting.models]
        first, second = (order.index(one) < order.index(other) for order in orders)
        return first != second

    def _come_by(self, had: set[str], has: set[str]) -> Iterator[tuple[Difference, Words]]:
        """Yield the judgements, payments and notices that only one of the runs came by."""
        for step in self.doing:
            if step in had - has:
                yield Difference("step", step, ""), _not_come_by(step)
            elif step in has - had:
                says = Words(f"'{step}' dilewati, saat ini tidak", f"a case comes by '{step}', and does not today")
                yield Difference("step", step, ""), says

    def _outputs(self, before: Outcome, after: Outcome) -> Iterator[tuple[Difference, Words]]:
        had = {(one.step, name): value for one in before.outputs for name, value in one.facts}
        has = {(one.step, name): value for one in after.outputs for name, value in one.facts}
        steps = {one.step for one in before.outputs} ^ {one.step for one in after.outputs}
        for step in sorted(steps):
            gone = step in {one.step for one in before.outputs}
            says = (
                Words(f"'{step}' tidak diterbitkan", f"'{step}' is not issued")
                if gone
                else Words(f"'{step}' diterbitkan, saat ini tidak", f"'{step}' is issued, and is not today")
            )
            yield Difference("output", step, ""), says
        for step, name in dict.fromkeys([*had, *has]):
            if step not in steps and had.get((step, name)) != has.get((step, name)):
                yield Difference("output", step, name), self._other_value(step, name, had, has)

    def _records(self, before: Run, after: Run) -> Iterator[tuple[Difference, Words]]:
        had, has = (
            {(one.register, name): value for one in run.recorded for name, value in one.facts}
            for run in (before, after)
        )
        for register, name in dict.fromkeys([*had, *has]):
            if had.get((register, name)) != has.get((register, name)):
                yield Difference("record", register, name), self._other_value(register, name, had, has)

    def _other_value(
        self, where: str, name: str, had: Mapping[tuple[str, str], Value], has: Mapping[tuple[str, str], Value]
    ) -> Words:
        fact = self.setting.before.naming.shown(name)
        if (where, name) not in has:
            return Words(f"'{where}' tidak lagi memuat {fact}", f"'{where}' does not carry {fact} any more")
        if (where, name) not in had:
            return Words(f"'{where}' memuat {fact}, saat ini tidak", f"'{where}' carries {fact}, and does not today")
        if has[where, name] is None:
            return Words(f"'{where}' memuat {fact} tanpa isi", f"'{where}' carries {fact} without a value")
        return Words(f"'{where}' memuat {fact} yang lain", f"'{where}' carries another {fact}")

    def _reads(self, before: Run, after: Run) -> Iterator[tuple[Difference, Words]]:
        """Yield what is read less surely than it must be, or with another value, where both come by."""
        had, has = self._read(before, 0), self._read(after, 1)
        passed = {place for place, _ in has} | set(after.passed)
        for key, (_, value) in had.items():
            if key not in self.required or key[0] not in passed:
                continue
            place, name = key
            shown, needed = self.setting.before.naming.shown(name), self.required[key]
            level, now = has.get(key, (0, None))
            if level < needed:
                least, reached = Assurance(needed).words, Assurance(level).words
                says = Words(
                    f"'{place}' membaca {shown} hanya pada tingkat '{reached.id}', seharusnya '{least.id}'",
                    f"'{place}' reads {shown} at '{reached.en}' only, and must at '{least.en}'",
                )
                yield Difference("level", place, name), says
            elif now != value:
                says = Words(f"'{place}' membaca {shown} yang lain", f"'{place}' reads another {shown}")
                yield Difference("value", place, name), says

    def _read(self, run: Run, number: int) -> dict[tuple[str, str], tuple[int, Value]]:
        """Return, by place and fact, the least level and the last value that were read there."""
        found: dict[tuple[str, str], tuple[int, Value]] = {}
        names = self.choices[number]
        for one in run.read:
            key = (names.get(one.step, one.step), one.fact)
            found[key] = (min(one.level, found[key][0]) if key in found else one.level, one.value)
        return found

    # --- shown

    def shown(self, difference: Difference, times: int, tried: _Tried) -> Found:
        """Return a difference with the smallest case that shows it."""
        shrinking = True
        while shrinking:
            shrinking = False
            for recipe in tried.recipe.simpler():
                smaller = self.tried(recipe)
                if difference in smaller.differences and not smaller.held_up:
                    tried, shrinking = smaller, True
                    break
        before, after = tried.runs
        read = {one.fact for run in tried.runs for one in run.read if one.step.startswith("choose ")}
        bases = {base for name in read for base in condition.facts_read(self.setting.base(condition.Fact(name)))} | set(
            tried.recipe.values
        )
        shown = [*sorted(bases), difference.subject]
        naming = self.setting.before.naming
        facts = dict.fromkeys(name for name in shown if self.setting.fact(name) is not None)
        case = Shown(
            facts=tuple((naming.shown(name), tried.world.said(name)) for name in facts),
            decisions=tuple(
                (step, tried.world.case.decisions[step][: max(run.passed.count(step) for run in tried.runs)])
                for step in self.setting.ways
                if step in {*before.passed, *after.passed}
            ),
            registries=tuple(sorted(tried.recipe.answers.items())),
            before=before.outcome,
            after=after.outcome,
            last_side_first=tried.how.last_side_first,
            by_event=tried.how.by_event,
        )
        return Found(difference, tried.differences[difference], times, case)

    def ways(self, covering: Covering) -> Iterator[Way]:
        """Yield all ways of both procedures, with how many cases took them."""
        for goal in covering.goals:
            place, way = _told(self.setting, covering, goal)
            times = covering.taken[goal]
            yield Way(goal, place, way, times, None if times else _why(covering, goal))


def _why(covering: Covering, goal: Goal) -> Words:
    if not covering.reached(goal):
        return Words("tidak ada kasus yang sampai ke tempat ini", "no case came to this place")
    if goal in covering.tried:
        return Words(
            "tidak ditemukan nilai yang membawa kasus ke jalan ini", "no values were found that lead a case this way"
        )
    return Words("jumlah kasus terlalu sedikit", "there were too few cases")


def _told(setting: Setting, covering: Covering, goal: Goal) -> tuple[Words, Words]:
    """Return a place and a way in words."""
    place = covering.places[goal.side][goal.place]
    item = place.item
    if isinstance(item, Choose):
        conditions = [branch.condition for branch in item.branches if branch.condition]
        name = conditions[0] if conditions else ""
        taken = item.branches[int(goal.way)].condition
        if taken is None:
            way = Words("selain itu", "else")
        else:
            way = Words("ya", "yes") if len(conditions) == 1 else Words(str(taken), str(taken))
        return Words(f"bila {name}", f"if {name}"), way
    ways = {
        "asked": Words("ditanyakan", "asked"),
        "not asked": Words("tidak ditanyakan", "not asked"),
        "found": Words("ditemukan", "found"),
        "none": Words("tidak ditemukan", "not found"),
        "several": Words("lebih dari satu", "several found"),
    }
    return Words(goal.place, goal.place), ways.get(goal.way, Words(goal.way, goal.way))


def _not_come_by(step: str) -> Words:
    return Words(f"'{step}' tidak dilewati lagi", f"a case does not come by '{step}' any more")


def _ends(before: Outcome, after: Outcome) -> Words:
    one, other = _end(before), _end(after)
    return Words(f"saat ini {one.id}; rancang ulang {other.id}", f"today {one.en}; redesigned {other.en}")


def _end(outcome: Outcome) -> Words:
    if outcome.kind == "issued":
        return Words("diterbitkan", "issued")
    if outcome.kind == "refused":
        return Words(f"ditolak: {outcome.step}", f"refused: {outcome.step}")
    missing = f" ({', '.join(outcome.missing)})" if outcome.missing else ""
    whats = {
        "answer": Words("jawaban", "an answer"),
        "decision": Words("keputusan", "a decision"),
        "registry": Words("register", "a registry"),
        "nobody": Words("tidak seorang pun", "nobody"),
    }
    what = whats[outcome.waits_for or "nobody"]
    return Words(
        f"berhenti pada '{outcome.step}', menunggu {what.id}{missing}",
        f"stuck at '{outcome.step}', waiting for {what.en}{missing}",
    )


def _choices(setting: Setting, number: int) -> dict[str, str]:
    """Return what the choices of a procedure are called, so that the same choice has the same name in both."""
    book = setting.books[number]
    named: dict[str, str] = {}
    for item in _all_choices(setting.models[number]):
        named[book.places[id(item)]] = choice_name(item)
    return named


def _all_choices(model: Resolved) -> Iterator[Choose]:
    return (item for item in walk(model.procedure.steps) if isinstance(item, Choose))


def _guards(steps: Steps, around: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each refusal with the ways it stands in, the outermost first."""
    for item in steps:
        match item:
            case Refuse():
                yield item.id, around
            case Choose():
                conditions = [str(branch.condition or "else") for branch in item.branches]
                for number, branch in enumerate(item.branches):
                    yield from _guards(branch.steps, (*around, " / ".join(conditions[: number + 1])))
            case Decide() | Approve():
                for way in item.ways:
                    yield from _guards(way.steps, (*around, f"{item.id}: {way.id}"))
            case _:
                for inner in inside(item):
                    yield from _guards(inner, (*around, item.id) if isinstance(item, Lookup) else around)


def choice_name(item: Choose) -> str:
    """Return a choice as it is called in both procedures: by its conditions."""
    return " | ".join(f"if {branch.condition}" for branch in item.branches if branch.condition)


def _required(setting: Setting, policy: Policy) -> dict[tuple[str, str], int]:
    """Return the level at which each place of today must go on having each fact: the law's, or what today guarantees there.

    The least, where a place reads a fact more than once.
    """
    today = Today(compiled(setting.before.procedure, setting.catalogue, policy))
    instance = today.instance
    found: dict[tuple[str, str], int] = {}

    def note(node: int, fact: int, level: int) -> None:
        point = instance.points[node]
        item = point.item
        place = point.step.id if point.step is not None else choice_name(item) if isinstance(item, Choose) else ""
        key = (place, instance.facts[fact])
        found[key] = min(level, found.get(key, 3))

    for one in today.needs.stated:
        if one.demand.what in COMPARED:
            note(one.demand.node, one.demand.fact, one.level)
    for node, state in today.needs.silent:
        for fact in bits(state.all1):
            note(node, fact, state.level(fact))
    return found
