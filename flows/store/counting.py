"""How many cases stand where: numbers alone, of nobody in particular; decides nothing."""

from collections import Counter
from typing import NamedTuple

import orjson
from sqlalchemy import func, select

from flows.outcomes import DOWN_UNTIL
from flows.store import tables
from flows.store.case_store import CaseStore


class Stand(NamedTuple):
    """How many cases are in the same state at the same step."""

    procedure: str
    state: str  # ready, waiting, issued, refused
    step: str  # where they stand, or of the refusal; empty at the beginning, and of what was issued
    waits_for: str  # of what waits: answer, decision, registry, nobody
    why: str  # as in `outcomes`, without a time
    cases: int
    since: str  # the longest of those that wait has done so; empty, if none does


def stands(store: CaseStore, procedure: str | None = None) -> list[Stand]:
    """Return where cases are, by procedure, state and step; a case that waits for several things is counted at each.

    Args:
        store: Where they are.
        procedure: Only its cases.

    Complexity: linear in open cases; the database counts.
    """
    cases, waits, closed = tables.cases, tables.waits, tables.closed
    ended = select(closed.c.procedure, closed.c.outcome, closed.c.reason, closed.c.cases)
    waiting = (
        select(cases.c.procedure, waits.c.step, waits.c.waits_for, waits.c.why, func.count(), func.min(waits.c.since))
        .join(waits, waits.c.case_id == cases.c.id)
        .where(cases.c.state == "waiting")
        .group_by(cases.c.procedure, waits.c.step, waits.c.waits_for, waits.c.why)
    )
    if procedure is not None:
        waiting, ended = waiting.where(cases.c.procedure == procedure), ended.where(closed.c.procedure == procedure)
    found: dict[tuple[str, ...], tuple[int, str]] = {}
    for name in store.procedures() if procedure is None else [procedure]:
        for group in store.ready(name):
            place = (name, "ready", group.position, "", "")
            found[place] = (found.get(place, (0, ""))[0] + group.cases, "")
    with store.engine.connect() as connection:
        for of, outcome, reason, number in connection.execute(ended):
            found[of, outcome, reason, "", ""] = (number, "")
        for of, step, what, why, number, since in connection.execute(waiting):
            key = (of, "waiting", step, what, "down" if why.startswith(DOWN_UNTIL) else why)
            before, first = found.get(key, (0, since))
            found[key] = (before + number, min(first, since))
    return [Stand(*key, *of) for key, of in sorted(found.items())]  # type: ignore[arg-type,call-arg]  # as they stand in it


class LookedUp(NamedTuple):
    """For how many cases a service was asked, or was not, to the same outcome."""

    service: str
    outcome: str
    cases: int


def look_ups(store: CaseStore, since: str = "") -> list[LookedUp]:
    """Return what look-ups came to, by service and outcome, as the audit trail has it.

    Args:
        store: Where it is.
        since: Those from this time on, in UTC; all, if nothing is said.

    Complexity: linear in the trail since then; one entry at a time is held.
    """
    table, found = tables.audit, Counter[tuple[str, str]]()
    with store.engine.connect() as connection:
        wanted = select(table.c.content).order_by(table.c.number.desc())
        for (content,) in connection.execution_options(yield_per=100).execute(wanted):
            said = orjson.loads(content)
            if said["at"] < since:
                break
            if said["what"] == "look-up":
                found[said["service"], said["outcome"]] += len(said["cases"])
    return [LookedUp(*key, number) for key, number in sorted(found.items())]


class LastRun(NamedTuple):
    """The newest run of a procedure."""

    procedure: str
    runs: int  # so many there were
    started: str
    ended: str  # empty: it has not, or was killed


def last_runs(store: CaseStore) -> list[LastRun]:
    """Return the newest run of each procedure."""
    runs = tables.runs
    newest = select(func.max(runs.c.number), func.count()).group_by(runs.c.procedure)
    with store.engine.connect() as connection:
        numbers = {int(last): int(number) for last, number in connection.execute(newest)}
        rows = connection.execute(select(runs).where(runs.c.number.in_(numbers)).order_by(runs.c.procedure)).all()
    return [LastRun(row.procedure, numbers[row.number], row.started, row.ended or "") for row in rows]


def failures(store: CaseStore) -> dict[str, int]:
    """Return how often what failed, by kind; what it said may be of somebody, and stays where it is."""
    table = tables.failures
    with store.engine.connect() as connection:
        counted = select(table.c.kind, func.count()).group_by(table.c.kind).order_by(table.c.kind)
        return {str(kind): int(number) for kind, number in connection.execute(counted)}
