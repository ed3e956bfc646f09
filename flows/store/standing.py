"""Open cases as they stand, with all that was done for them; decides nothing."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import orjson
from sqlalchemy import Connection, select

from flows.store import tables
from flows.store.case_store import CaseStore
from flows.store.rows import Kept


class Stop(NamedTuple):
    """One thing that a case waits for."""

    step: str
    waits_for: str
    why: str


class Standing(NamedTuple):
    """An open case, and what was done for it."""

    kept: Kept
    waits: tuple[Stop, ...]
    passed: tuple[str, ...]  # steps, in the order of time
    outcomes: Mapping[str, str]  # of its look-ups, by step: what the last one came to


def standing(store: CaseStore, procedure: str, but: int) -> Iterator[Standing]:
    """Yield the cases of a procedure that are not closed, in the order in which they came.

    Args:
        store: Where they are.
        procedure: Whose cases.
        but: Not those that are pinned to this definition.

    Complexity: linear in cases and in what was done for them; a thousand cases at a time are held.
    """
    last = 0
    while some := store.open_cases(procedure, but, last):
        ids = [one.id for one in some]
        with store.engine.connect() as connection, connection.begin():
            waits, passed, outcomes = _waits(connection, ids), _passed(connection, ids), _outcomes(connection, ids)
        for one in some:
            yield Standing(one, waits.get(one.id, ()), passed.get(one.id, ()), outcomes.get(one.id, {}))
        last = ids[-1]


def _waits(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[Stop, ...]]:
    table = tables.waits
    columns = (table.c.case_id, *(table.c[name] for name in Stop._fields))
    rows = connection.execute(
        select(*columns).where(table.c.case_id.in_(ids)).order_by(table.c.case_id, table.c.number)
    )
    return {case: tuple(Stop(*row[1:]) for row in its) for case, its in groupby(rows, itemgetter(0))}


def _passed(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    table = tables.segments
    rows = connection.execute(
        select(table.c.case_id, table.c.steps).where(table.c.case_id.in_(ids)).order_by(table.c.case_id, table.c.batch)
    )
    return {
        case: tuple(step for _, steps in its for step in orjson.loads(steps))
        for case, its in groupby(rows, itemgetter(0))
    }


def _outcomes(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return, by case and step, what look-ups came to: the audit trail is where that is kept."""
    audit, audited = tables.audit, tables.audited
    theirs = select(audited.c.first).where(audited.c.case_id.in_(ids))
    wanted, found = set(ids), dict[int, dict[str, str]]()
    for (content,) in connection.execute(
        select(audit.c.content).where(audit.c.first.in_(theirs)).order_by(audit.c.number)
    ):
        said = orjson.loads(content)
        if said["what"] == "look-up":
            for case in wanted.intersection(said["cases"]):
                found.setdefault(case, {})[said["step"]] = said["outcome"]
    return found
