"""Cases, what they wait for and what was said of them, as values; and how they are read from their tables."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Select, select

from flows.store import tables
from processes.case import WaitingFor


class Ready(NamedTuple):
    """A case that can move, as it is kept."""

    id: int
    key: str
    moves: int
    given: bytes
    held: bytes | None


class Group(NamedTuple):
    """Cases that stand at the same place of the same definition and can move."""

    definition: int
    position: str
    cases: int
    last: int  # the highest number among them


class Moved(NamedTuple):
    """What became of a case."""

    id: int
    moves: int  # as it was read
    state: str
    position: str
    held: bytes | None  # nothing: it holds what it held
    outcome: str | None
    reason: str | None
    outputs: bytes | None
    first: str  # the first step it passed; empty if none
    visit: int
    steps: bytes
    waits: tuple[tuple[str, str, str, str, str], ...]  # step, what for, who, missing, why
    given: bytes | None = None  # where that has changed


class Waiting(NamedTuple):
    """A case and one thing it waits for."""

    key: str
    procedure: str
    definition: int
    step: str
    waits_for: WaitingFor
    who: str
    missing: tuple[str, ...]
    why: str
    case_id: int
    since: str
    escalated: str = ""  # who can answer as well, because it is late

    @property
    def answerable_by(self) -> tuple[str, ...]:
        """Who can answer; nobody in particular, if there is none."""
        return tuple(one for one in (self.who, self.escalated) if one)


class Said(NamedTuple):
    """An answer or a decision that somebody gave: what, who, when, and why."""

    step: str
    what: tuple[str, ...]  # facts, or the way
    who: str  # as in `by`
    name: str
    why: str
    at: str


class Returned(NamedTuple):
    """That a case was sent back: from which step to which form, what is marked there and how; who, when, and why."""

    step: str
    form: str
    marks: Mapping[str, str]  # facts and papers -> wrong, incomplete, outdated
    who: str  # as in `by`
    name: str
    why: str
    at: str


class Times(NamedTuple):
    """When a case came in, and how long its answers were waited for."""

    came: str  # empty in stores that did not keep it
    answered: tuple[tuple[str, str, str], ...]  # who answered, since when that was waited for, and when they did


class Kept(NamedTuple):
    """A case as it is kept."""

    id: int
    key: str
    procedure: str
    definition: int
    state: str
    position: str
    moves: int
    given: bytes
    held: bytes | None
    outcome: str | None
    reason: str | None
    outputs: bytes | None
    erased: str | None = None  # when its data were


class Intake(NamedTuple):
    """What became of cases that were to be taken in."""

    ids: tuple[int, ...]  # in the order given
    new: int


def whole_cases() -> Select[Any]:
    """Return what reads whole cases."""
    cases, given, held = tables.cases, tables.given, tables.held
    large = {"given": given.c.content, "held": held.c.content, "outputs": held.c.outputs}
    columns = [large[name] if name in large else cases.c[name] for name in Kept._fields]
    return select(*columns).select_from(
        cases.join(given, given.c.case_id == cases.c.id).outerjoin(held, held.c.case_id == cases.c.id)
    )


def waiting_columns() -> list[Any]:
    """Return the columns that `waiting_of` reads."""
    cases, waits = tables.cases, tables.waits
    return [(cases if name in ("key", "procedure", "definition") else waits).c[name] for name in Waiting._fields]


def waiting_of(row: Sequence[Any]) -> Waiting:
    """Return what a row says that a case waits for."""
    found = Waiting(*row)
    return found._replace(missing=tuple(orjson.loads(str(found.missing))))
