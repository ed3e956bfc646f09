"""Made-up cases walked through a procedure and its redesign, step beside step, by the book: values to show; knows no page."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from difflib import SequenceMatcher
from itertools import islice
from typing import NamedTuple

from analysis.comparing.covering_cases import Covering
from analysis.comparing.worlds import Recipe, Setting, World
from analysis.drawing.facts import FactsOf
from analysis.drawing.wording import KIND_WORDS, day_words, small, title_of, whom_words
from analysis.interpreter import Run
from flows.review.looked import Looked
from processes import condition
from processes.case import Outcome, Value
from processes.condition_value import Single
from processes.procedure import FormStep, Issue, Lookup, Step
from processes.resolved import Resolved
from processes.words import Words, same

LOOK_UP_WAYS = {
    "found": Words("ditemukan", "found"),
    "none": Words("tidak ditemukan", "finds nothing"),
    "several": Words("ditemukan beberapa", "finds several"),
}
MOST_CASES = 6  # that are offered
MOST_TRIED = 150  # to find them


class Said(NamedTuple):
    """Something with its value in the made-up case."""

    what: Words
    value: Words


class Stop(NamedTuple):
    """One step that the case comes by."""

    step: str
    title: Words
    kind: Words
    who: Words | None
    asked: tuple[Said, ...]  # of the citizen
    papers: tuple[Words, ...]
    seen: tuple[Said, ...]  # by whoever does the step, or the system
    way: Words | None  # that somebody chose, or whether a look-up found something


class Beside(NamedTuple):
    """The same moment in both procedures; nothing where one of them has no such step."""

    today: Stop | None
    then: Stop | None


class Walk(NamedTuple):
    """One case in both procedures."""

    number: int  # from 1
    about: tuple[Words, ...]  # what is otherwise than in a plain case
    rows: tuple[Beside, ...]
    ends: tuple[Words, Words]

    def asked(self, side: int, until: int | None = None) -> int:
        """Return how many questions a citizen has answered by a row."""
        stops = (row[side] for row in self.rows[:until])
        return sum(len(one.asked) for one in stops if one is not None)

    def papers(self, side: int, until: int | None = None) -> int:
        """Return how many documents a citizen has handed in by a row."""
        stops = (row[side] for row in self.rows[:until])
        return sum(len(one.papers) for one in stops if one is not None)


def walks(looked: Looked) -> tuple[Walk, ...]:
    """Return a few cases that go different ways, each through both procedures.

    Complexity: two runs by the book for each case that is tried.
    """
    if looked.after is None:
        return ()
    setting = Setting(looked.before, looked.after, looked.policy.date)
    covering = Covering(setting, 0)
    found: dict[tuple[tuple[str, ...], ...], Walk] = {}
    for recipe in islice(covering.proposed(), MOST_TRIED):
        world = World(setting, recipe)
        start = looked.before.event_start
        case = world.case
        if start is not None and start.of_all:
            case = replace(case, event={name: world.value(name) for name in start.facts})
        one, other = (book.run(case, setting.today, world.registries, world.corrected) for book in setting.books)
        covering.note(recipe, (one, other))
        ways = (tuple(one.passed), tuple(other.passed))
        if ways in found or "waiting" in (one.outcome.kind, other.outcome.kind):
            continue
        found[ways] = _Walking(looked, setting, world, (one, other)).walk(len(found) + 1, recipe)
        if len(found) == MOST_CASES:
            break
    every = (
        [one for one in next(iter(found.values())).about if all(one in walk.about for walk in found.values())]
        if found
        else []
    )
    return tuple(
        one._replace(about=tuple(about for about in one.about if about not in every)) for one in found.values()
    )


class _Walking:
    def __init__(self, looked: Looked, setting: Setting, world: World, runs: tuple[Run, Run]) -> None:
        self.looked, self.setting, self.world, self.runs = looked, setting, world, runs
        self.naming, self.name = looked.before.naming, looked.worded.name

    def walk(self, number: int, recipe: Recipe) -> Walk:
        one, other = (list(self._stops(side)) for side in (0, 1))
        return Walk(
            number,
            tuple(self._otherwise(recipe)),
            tuple(_beside(one, other)),
            (self._end(self.runs[0].outcome), self._end(self.runs[1].outcome)),
        )

    def _otherwise(self, recipe: Recipe) -> Iterator[Words]:
        """Yield in what a case is not a plain one."""
        for name, value in recipe.values.items():
            what, said = self.naming.words(name), self.told(name, value)
            yield Words(f"{what.id}: {said.id}", f"{what.en}: {said.en}")
        for step, ways in recipe.ways.items():
            title, way = self.name(step), self._way(step, ways[0]) if ways else None
            yield Words(f"{title.id}: {way.id}", f"{title.en}: {way.en}") if way is not None else title
        for service, answer in recipe.answers.items():
            if answer == "none":
                title = self.name(service)
                yield Words(f"{title.id}: tidak ditemukan", f"{title.en}: finds nothing")
        for paper in sorted(recipe.without):
            title = self.name(paper)
            yield Words(f"tanpa {small(title.id)}", f"without the {small(title.en)}")

    def _way(self, step: str, way: str) -> Words:
        """Return what a way out of a step is called."""
        for model in self.setting.models:
            ways = getattr(model.procedure.step_by_id.get(step), "ways", ())
            if (found := next((one for one in ways if str(one.id) == way), None)) is not None:
                return title_of(found)
        return LOOK_UP_WAYS.get(way) or same(way.replace("-", " "))

    def _stops(self, side: int) -> Iterator[Stop]:
        model, run = self.setting.models[side], self.runs[side]
        for name in run.passed:
            step = model.procedure.step_by_id.get(name)
            if step is not None:
                yield self._stop(model, run, side, step)

    def _stop(self, model: Resolved, run: Run, side: int, step: Step) -> Stop:
        asked, papers = tuple[Said, ...](), tuple[Words, ...]()
        if isinstance(step, FormStep):
            asked = tuple(
                Said(one.label, self.told(one.fact, self.world.said(one.fact)) if one.fact else same("✓"))
                for one in model.questions(step)
                if self._holds(side, one.condition)
            )
            facts = FactsOf(model, model)
            papers = tuple(facts.paper_words(one) for one in model.papers(step) if self._holds(side, one.condition))
        seen = {one.fact: one.value for one in run.read if one.step == step.id}
        if isinstance(step, Lookup):
            seen |= {name: run.values[name].value for name in model.looked_up(step) if name in run.values}
        if isinstance(step, Issue):
            seen |= {n: v for made in run.outcome.outputs if made.step == step.id for n, v in self._carried(made.facts)}
        way = next((one.way for one in run.taken if one.place == step.id), None)
        kind = "letter" if isinstance(step, Issue) and step.letter else step.kind
        return Stop(
            step.id,
            title_of(step),
            KIND_WORDS[kind],
            whom_words(step.by, self.naming) if step.by is not None else None,
            asked,
            papers,
            tuple(Said(self.naming.words(name), self.told(name, value)) for name, value in seen.items()),
            self._way(step.id, way) if way else None,
        )

    def _carried(self, facts: Sequence[tuple[str, Value]]) -> Iterator[tuple[str, Value]]:
        for name, value in facts:
            if (known := self.naming.canonical(name)) is not None:
                yield known, value

    def _holds(self, side: int, under: condition.Expression | None) -> bool:
        if under is None:
            return True
        return self.setting.books[side].evaluate(under, self.world.value, self.setting.today) is True

    def told(self, name: str, value: Value) -> Words:
        """Return a value as people write it: of a code, what it means."""
        if isinstance(value, tuple):
            each = [self._single(name, one) for one in value]
            return Words("; ".join(one.id for one in each), "; ".join(one.en for one in each)) if each else same("–")
        return self._single(name, value)

    def _single(self, name: str, value: Single) -> Words:
        if value is None:
            return Words("tidak ada", "none")
        if isinstance(value, bool):
            return Words("ya", "yes") if value else Words("tidak", "no")
        if isinstance(value, date):
            return day_words(value)
        if value == name or not str(value).strip():  # of a plain text it matters to nobody what it says
            return same("…")
        fact = self.naming.fact(name)
        codes = self.looked.catalogue.code_list.get(fact.element.codes or "") if fact is not None else None
        for code in codes.codes if codes is not None else ():
            if code.id == value:
                return code.title
        return same(str(value))

    def _end(self, outcome: Outcome) -> Words:
        if outcome.kind == "issued":
            return Words("Selesai: diterbitkan", "Ends: issued")
        title = self.name(outcome.step)
        return Words(f"Ditolak: {title.id}", f"Refused: {title.en}")


def _beside(one: list[Stop], other: list[Stop]) -> Iterator[Beside]:
    """Yield the stops of both sides, the same steps beside each other."""
    names = [stop.step for stop in one], [stop.step for stop in other]
    for _, a, b, c, d in SequenceMatcher(None, *names, autojunk=False).get_opcodes():
        left, right = one[a:b], other[c:d]
        if names[0][a:b] == names[1][c:d]:
            yield from map(Beside, left, right)
        else:
            yield from (Beside(stop, None) for stop in left)
            yield from (Beside(None, stop) for stop in right)
