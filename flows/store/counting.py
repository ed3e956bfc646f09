"""How many cases stand where: numbers alone, of nobody in particular; decides nothing."""

from typing import NamedTuple

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

    Complexity: linear in cases; the database counts.
    """
    cases, waits = tables.cases, tables.waits
    still = (
        select(cases.c.procedure, cases.c.state, cases.c.outcome, cases.c.reason, cases.c.position, func.count())
        .where(cases.c.state != "waiting")
        .group_by(cases.c.procedure, cases.c.state, cases.c.outcome, cases.c.reason, cases.c.position)
    )
    waiting = (
        select(cases.c.procedure, waits.c.step, waits.c.waits_for, waits.c.why, func.count(), func.min(waits.c.since))
        .join(waits, waits.c.case_id == cases.c.id)
        .where(cases.c.state == "waiting")
        .group_by(cases.c.procedure, waits.c.step, waits.c.waits_for, waits.c.why)
    )
    if procedure is not None:
        still, waiting = (one.where(cases.c.procedure == procedure) for one in (still, waiting))
    found: dict[tuple[str, ...], tuple[int, str]] = {}
    with store.engine.connect() as connection:
        for of, state, outcome, reason, position, number in connection.execute(still):
            where = (reason or "") if state == "done" else position
            found[of, outcome or state, where, "", ""] = (number, "")
        for of, step, what, why, number, since in connection.execute(waiting):
            key = (of, "waiting", step, what, "down" if why.startswith(DOWN_UNTIL) else why)
            before, first = found.get(key, (0, since))
            found[key] = (before + number, min(first, since))
    return [Stand(*key, *of) for key, of in sorted(found.items())]  # type: ignore[arg-type,call-arg]  # as they stand in it
