"""A procedure as the flowchart of an SOP: rows in order, each with one symbol, and arrows between them; knows no cell's text.

Source: PermenPANRB 35/2012, branching flowcharts of five symbols. A diamond has two ways, so a choice among more is a chain of
diamonds; for what is done side by side there is no symbol, so it stands one after the other and the rows say so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from analysis.drawing.ways import WayLabel, said_on_ways
from analysis.drawing.wording import OTHERWISE
from processes.procedure import Approve, Back, Choose, Decide, Item, Lookup, Parallel, Refuse, Step, Steps
from processes.resolved import Naming
from processes.words import Words

Symbol = Literal["terminal", "activity", "decision"]
YES, NO = Words("Ya", "Yes"), Words("Tidak", "No")
SYSTEM = "system"  # who does what nobody is named for


class Answer(NamedTuple):
    """One way out of a diamond."""

    label: Words  # yes or no
    title: Words
    share: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """One activity: what it is in the model, who does it, and with which symbol it is drawn."""

    item: Item | None  # none for a beginning and an end that no step is
    doer: str  # as `by` of a step, or SYSTEM
    symbol: Symbol
    branch: int = 0  # of the ways of the item, which one the diamond asks for
    answers: tuple[Answer, ...] = ()
    beside: tuple[int, int] | None = None  # the rows it may be done side by side with


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one row to another; numbers count from 0."""

    tail: int
    head: int
    label: Words | None = None

    @property
    def back(self) -> bool:
        """Whether it leads back up."""
        return self.head <= self.tail


@dataclass(frozen=True, slots=True)
class Flowchart:
    """The rows of an SOP and how they follow each other."""

    rows: tuple[Row, ...]
    arrows: tuple[Arrow, ...]


class _Exit(NamedTuple):
    row: int
    label: Words | None = None


_Exits = tuple[_Exit, ...]


def flowchart(steps: Steps, naming: Naming) -> Flowchart:
    """Return a procedure's steps as rows and arrows.

    A choice by condition and an end stand with whoever has the case in hand: whoever did the step before.

    Complexity: linear in steps and ways.
    """
    walk = _Walk(naming)
    open_ends = walk.through(steps, ())
    return walk.finished(open_ends)


class _Walk:
    def __init__(self, naming: Naming) -> None:
        self.naming = naming
        self.rows: list[Row] = []
        self.arrows: list[Arrow] = []
        self.first_row: dict[str, int] = {}
        self.holder = SYSTEM

    def add(self, row: Row, entering: _Exits) -> int:
        number = len(self.rows)
        self.rows.append(row)
        self.arrows += [Arrow(one.row, number, one.label) for one in entering]
        if isinstance(row.item, Step):
            self.first_row.setdefault(row.item.id, number)
        self.holder = row.doer
        return number

    def through(self, steps: Steps, entering: _Exits) -> _Exits:
        """Add rows for steps; return what leads on behind them."""
        for item in steps:
            entering = self.one(item, entering)
        return entering

    def one(self, item: Item, entering: _Exits) -> _Exits:
        match item:
            case Back():
                if (target := self.first_row.get(item.target)) is not None:
                    self.arrows += [Arrow(one.row, target, one.label) for one in entering]
                return ()
            case Parallel():
                return self.side_by_side(item, entering)
            case Choose() if len(item.branches) > 1:
                return self.choice(item, [branch.steps for branch in item.branches], self.holder, entering)
            case Decide() | Approve() if len(item.ways) > 1:
                return self.choice(item, [way.steps for way in item.ways], doer_of(item, self.holder), entering)
            case Lookup() if item.not_found:
                return self.choice(item, [(), item.not_found], doer_of(item, self.holder), entering)
            case Choose():
                return self.through(item.branches[0].steps, entering)
            case Refuse():
                self.add(Row(item, doer_of(item, self.holder), "terminal"), entering)
                return ()
        row = self.add(Row(item, doer_of(item, self.holder), "activity"), entering)
        behind: _Exits = (_Exit(row),)
        return self.through(item.ways[0].steps, behind) if isinstance(item, Decide | Approve) and item.ways else behind

    def choice(self, item: Item, ways: Sequence[Steps], doer: str, entering: _Exits) -> _Exits:
        """Add a diamond for each way but the last, each followed by the rows of its way; the last way follows the last `no`."""
        told = said_on_ways(item, self.naming)
        ends: list[_Exit] = []
        for number, way in enumerate(ways[:-1]):
            rest = told[number + 1 :]
            left = [one.share for one in rest if one.share is not None]
            yes = Answer(YES, _called(told[number]), told[number].share)
            no = Answer(NO, _called(rest[0]) if len(rest) == 1 else OTHERWISE, sum(left) if left else None)
            self.holder = doer
            row = self.add(Row(item, doer, "decision", number, (yes, no)), entering)
            ends += self.through(way, (_Exit(row, YES),))
            entering = (_Exit(row, NO),)
        self.holder = doer
        return (*ends, *self.through(ways[-1], entering))

    def side_by_side(self, item: Parallel, entering: _Exits) -> _Exits:
        spans = []
        for branch in item.branches:
            start = len(self.rows)
            entering = self.through(branch.steps, entering)
            spans.append((start, len(self.rows) - 1))
        for start, end in spans:
            others = [span for span in spans if span != (start, end) and span[0] <= span[1]]
            if start <= end and others:
                self.rows[start] = replace(self.rows[start], beside=(others[0][0], others[-1][1]))
        return entering

    def finished(self, open_ends: _Exits) -> Flowchart:
        """Return the whole, with a capsule at its beginning and at its end."""
        if not self.rows:
            return Flowchart((Row(None, SYSTEM, "terminal"), Row(None, SYSTEM, "terminal")), (Arrow(0, 1),))
        if self.rows[0].symbol == "activity":
            self.rows[0] = replace(self.rows[0], symbol="terminal")
        else:
            self.begin()
            open_ends = tuple(one._replace(row=one.row + 1) for one in open_ends)
        last = len(self.rows) - 1
        if {one.row for one in open_ends} == {last} and self.rows[last].symbol == "activity":
            self.rows[last] = replace(self.rows[last], symbol="terminal")
        elif open_ends and open_ends != (_Exit(0),):
            self.add(Row(None, self.rows[last].doer, "terminal"), open_ends)
        return Flowchart(tuple(self.rows), tuple(dict.fromkeys(self.arrows)))

    def begin(self) -> None:
        """Put a capsule before the first row."""
        moved = (
            replace(one, beside=(one.beside[0] + 1, one.beside[1] + 1)) if one.beside else one for one in self.rows
        )
        self.rows = [Row(None, self.rows[0].doer, "terminal"), *moved]
        self.arrows = [Arrow(0, 1), *(replace(one, tail=one.tail + 1, head=one.head + 1) for one in self.arrows)]


def doer_of(step: Item, holder: str) -> str:
    """Return who does a step: whom it names; whoever has the case in hand, for an end; else the system."""
    by = getattr(step, "by", None)
    return str(by) if by is not None else holder if isinstance(step, Refuse) else SYSTEM


def _called(label: WayLabel) -> Words:
    return label.title or label.condition or OTHERWISE
