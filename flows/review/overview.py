"""All procedures in a table, before and after, with totals a year: values to show; knows no page and computes no redesign."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from analysis.change import Redesign
from processes.catalogue import Catalogue
from processes.procedure import Procedure
from processes.words import Language, Words, same

FIGURES = ("questions", "documents", "contacts", "steps", "minutes")


class Pair(NamedTuple):
    """A figure today and redesigned; the latter is nothing where there is no redesign."""

    before: float
    after: float | None

    @property
    def less(self) -> float:
        """How much less it is."""
        return 0.0 if self.after is None else self.before - self.after

    @property
    def share(self) -> float:
        """What is left of it."""
        return 1.0 if not self.before or self.after is None else self.after / self.before


class Row(NamedTuple):
    """One procedure."""

    id: str
    title: Words
    agency: str
    agency_title: Words
    volume: float  # cases a year
    figures: dict[str, Pair]  # a case; empty, as long as it is being computed
    open: int  # what the redesign rests on that nobody has decided yet
    refused: tuple[Words, ...] = ()
    proven: bool = False

    @property
    def known(self) -> bool:
        """Whether it is computed."""
        return bool(self.figures)


class Totals(NamedTuple):
    """All rows together, in a year."""

    cases: float
    hours: Pair  # of citizens
    questions: Pair
    documents: Pair
    contacts: Pair
    open: int


class View(NamedTuple):
    """How the table is looked at."""

    sort: str = "title"
    down: bool = False
    text: str = ""
    agency: str = ""
    only_open: bool = False

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What stands of it in an address."""
        said = [
            ("sort", self.sort if self.sort != "title" else ""),
            ("down", "1" if self.down else ""),
            ("q", self.text),
            ("agency", self.agency),
            ("open", "1" if self.only_open else ""),
        ]
        return [(name, value) for name, value in said if value]


SORTS = ("title", *FIGURES, "volume", "open")


def view_of(asked: Callable[[str], str]) -> View:
    """Return how an address wants the table looked at; what it does not know is left out."""
    sort = asked("sort")
    return View(
        sort if sort in SORTS else "title",
        bool(asked("down")),
        asked("q")[:200].strip(),
        asked("agency"),
        bool(asked("open")),
    )


def row(procedure: Procedure, catalogue: Catalogue, redesign: Redesign | None, undecided: int = 0) -> Row:
    """Return the row of a procedure; without figures, as long as its redesign is being computed."""
    agency = catalogue.agency.get(procedure.agency)
    figures = figures_of(redesign) if redesign is not None else {}
    return Row(
        procedure.id,
        procedure.title,
        procedure.agency,
        agency.title if agency else same(procedure.agency),
        procedure.volume,
        figures,
        undecided,
        redesign.refused if redesign is not None else (),
        redesign is not None and redesign.optimum is not None and redesign.optimum.proven,
    )


def figures_of(redesign: Redesign) -> dict[str, Pair]:
    """Return what is asked of people, expected a case, and how many steps there are."""
    before, after = redesign.burden_before, redesign.burden_after
    if before is None:
        return {}
    steps = Pair(
        len(redesign.before.step_by_id), len(redesign.after.step_by_id) if redesign.after is not None else None
    )
    return {
        "questions": Pair(before.questions, after.questions if after else None),
        "documents": Pair(before.documents, after.documents if after else None),
        "contacts": Pair(before.contacts, after.contacts if after else None),
        "steps": steps,
        "minutes": Pair(before.citizen_minutes, after.citizen_minutes if after else None),
    }


def rows_seen(rows: Iterable[Row], view: View, language: Language) -> list[Row]:
    """Return the rows that a view shows, in its order; what is not known yet comes last.

    Complexity: n log n.
    """
    wanted = view.text.casefold().split()
    seen = [
        one
        for one in rows
        if (not view.agency or one.agency == view.agency)
        and (not view.only_open or one.open)
        and all(word in _searched(one) for word in wanted)
    ]
    seen.sort(key=lambda one: one.title.in_language(language).casefold())
    if view.sort == "title":
        return seen[::-1] if view.down else seen
    known = [one for one in seen if one.known or view.sort == "volume"]
    known.sort(key=lambda one: _by(one, view.sort), reverse=view.down)
    return known + [one for one in seen if one not in known]


def _searched(one: Row) -> str:
    return " ".join((one.id, *one.title, one.agency, *one.agency_title)).casefold()


def _by(one: Row, sort: str) -> float:
    if sort in FIGURES:
        return one.figures[sort].less
    return one.volume if sort == "volume" else one.open


def totals(rows: Sequence[Row]) -> Totals:
    """Return what all known rows come to in a year; a procedure without a redesign stays as it is."""
    known = [one for one in rows if one.known]

    def yearly(name: str, unit: float = 1.0) -> Pair:
        pairs = [(one.volume, one.figures[name]) for one in known]
        return Pair(
            sum(volume * pair.before for volume, pair in pairs) / unit,
            sum(volume * (pair.before if pair.after is None else pair.after) for volume, pair in pairs) / unit,
        )

    return Totals(
        sum(one.volume for one in known),
        yearly("minutes", 60),
        yearly("questions"),
        yearly("documents"),
        yearly("contacts"),
        sum(one.open for one in known),
    )
