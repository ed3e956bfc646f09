"""How long the law leaves an agency, and what is left of it: what is with the citizen does not count. Knows no page and decides nothing.

A working day lasts from an hour of one day to the same hour of the next; Saturdays and Sundays do not count. Days are those of the
machine's time zone.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from flows.store.case_store import CaseStore, Times, Waiting
from processes.procedure import Procedure, actor
from processes.shapes import Duration

Stop = tuple[datetime, datetime | None]  # while the clock stands still; None: it does so now

DAY = timedelta(days=1)
SATURDAY = 5


class Deadline(NamedTuple):
    """A limit, and what is left of it."""

    limit: Duration
    due: datetime | None  # nothing, while the clock stands still
    left: timedelta  # below nought, when it is over

    @property
    def late(self) -> bool:
        """Whether it is over."""
        return self.left < timedelta()


def deadline(start: datetime, limit: Duration, stops: Iterable[Stop], now: datetime) -> Deadline:
    """Reckon a limit.

    Args:
        start: When its clock begins.
        limit: How long it is.
        stops: While it stands still; they may overlap.
        now: The time.

    Complexity: linear in the stops, after sorting, and in the days between.
    """
    office = limit.unit == "working days"
    left, here = timedelta(minutes=limit.amount * 24 * 60 if office else limit.minutes), start
    for begin, end in sorted(stops, key=lambda one: one[0]):
        if begin > here:
            run = _counted(here, min(begin, now), office=office)
            if run > left:
                break
            left, here = left - run, begin
        if end is None:
            return Deadline(limit, None, left)
        here = max(here, end)
    due = _after(here, left, office=office)
    return Deadline(limit, due, left - _counted(here, now, office=office) if now > here else left)


def _counted(start: datetime, end: datetime, *, office: bool) -> timedelta:
    """Return how much of the time between counts."""
    if end <= start:
        return timedelta()
    if not office:
        return end - start
    whole = timedelta()
    here = start.astimezone()
    last = end.astimezone()
    while here < last:
        midnight = here.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
        if here.weekday() < SATURDAY:
            whole += min(midnight, last) - here
        here = midnight
    return whole


def _after(start: datetime, left: timedelta, *, office: bool) -> datetime:
    """Return when so much time has passed."""
    if not office:
        return start + left
    here = start.astimezone()
    while True:
        midnight = here.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
        if here.weekday() < SATURDAY:
            if left <= midnight - here:
                return here + left
            left -= midnight - here
        here = midnight


def of_case(
    procedure: Procedure, limit: Duration, times: Times, waits: Collection[Waiting], now: datetime
) -> Deadline | None:
    """Return what is left of a limit that counts for a whole case; nothing, where it is not known when the case came in.

    Args:
        procedure: What the case is pinned to.
        limit: Of the procedure.
        times: Of the case.
        waits: All it waits for.
        now: The time.
    """
    if not times.came:
        return None
    stops: list[Stop] = [
        (_at(since), _at(at)) for who, since, at in times.answered if since and with_citizen(who, procedure)
    ]
    if waits and all(with_citizen(one.who, procedure) for one in waits):
        begun = [one.since for one in waits if one.since]
        stops += [(_at(min(begun)), None)] if begun else []
    return deadline(_at(times.came), limit, stops, now)


def with_citizen(who: str, procedure: Procedure) -> bool:
    """Whether somebody is one of those whom a case is about, not of an agency."""
    return actor(who).whom in procedure.role_by_id


def of_wait(procedure: Procedure, wait: Waiting, now: datetime) -> Deadline | None:
    """Return what is left of the limit of the step where a case waits, if it has one."""
    step = procedure.step_by_id.get(wait.step)
    limit = step.within if step else None
    return deadline(_at(wait.since), limit, (), now) if limit and wait.since else None


def deadlines(store: CaseStore, waits: Sequence[Waiting]) -> dict[tuple[int, str], Deadline]:
    """Return the nearest limit of each thing that cases wait for, where there is one: of its step, or of the whole case.

    Args:
        store: Where the cases are.
        waits: Some of what they wait for; by (case, step).
    """
    now, found = store.clock(), dict[tuple[int, str], Deadline]()
    procedures = {number: store.definition(number).procedure for number in {one.definition for one in waits}}
    limited = sorted({one.case_id for one in waits if procedures[one.definition].time_limit})
    times, whole = store.times(limited), dict[int, list[Waiting]]()
    for one in store.waits_of(limited):
        whole.setdefault(one.case_id, []).append(one)
    for one in waits:
        procedure = procedures[one.definition]
        both = [of_wait(procedure, one, now)]
        if procedure.time_limit and one.case_id in times:
            both.append(of_case(procedure, procedure.time_limit, times[one.case_id], whole.get(one.case_id, ()), now))
        known = [each for each in both if each is not None]
        if known:
            found[one.case_id, one.step] = min(known, key=lambda each: each.left)
    return found


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
