"""How long the law leaves an agency, and what is left of it: what is with the citizen does not count. Knows no page and decides nothing.

A working day lasts from an hour of one day to the same hour of the next; Saturdays, Sundays and holidays do not count. Days are those
of the machine's time zone.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from flows.store.case_store import CaseStore
from flows.store.rows import Times, Waiting
from processes.procedure import Approve, Procedure, actor
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


def deadline(
    start: datetime, limit: Duration, stops: Iterable[Stop], now: datetime, holidays: Collection[date]
) -> Deadline:
    """Reckon a limit.

    Args:
        start: When its clock begins.
        limit: How long it is.
        stops: While it stands still; they may overlap.
        now: The time.
        holidays: Days that are no working days, besides Saturdays and Sundays.

    Complexity: linear in the stops, after sorting, and in the days between.
    """
    free = holidays if limit.unit == "working days" else None
    left, here = timedelta(minutes=limit.minutes if free is None else limit.amount * 24 * 60), start
    for begin, end in sorted(stops, key=lambda one: one[0]):
        if begin > here:
            run = _counted(here, min(begin, now), free)
            if run > left:
                break
            left, here = left - run, begin
        if end is None:
            return Deadline(limit, None, left)
        here = max(here, end)
    due = _after(here, left, free)
    return Deadline(limit, due, left - _counted(here, now, free) if now > here else left)


def _counted(start: datetime, end: datetime, free: Collection[date] | None) -> timedelta:
    """Return how much of the time between counts: what is no free day; all of it, if no day is free."""
    if end <= start:
        return timedelta()
    if free is None:
        return end - start
    whole = timedelta()
    here = start.astimezone()
    last = end.astimezone()
    while here < last:
        midnight = here.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
        if _works(here, free):
            whole += min(midnight, last) - here
        here = midnight
    return whole


def _after(start: datetime, left: timedelta, free: Collection[date] | None) -> datetime:
    """Return when so much time has passed."""
    if free is None:
        return start + left
    here = start.astimezone()
    while True:
        midnight = here.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
        if _works(here, free):
            if left <= midnight - here:
                return here + left
            left -= midnight - here
        here = midnight


def _works(day: datetime, free: Collection[date]) -> bool:
    return day.weekday() < SATURDAY and day.date() not in free


def counts_working_days(procedure: Procedure) -> bool:
    """Whether a procedure has a time limit for which holidays matter."""
    return any(limit.unit == "working days" for limit in _limits(procedure) if limit is not None)


def _limits(procedure: Procedure) -> Iterator[Duration | None]:
    yield from (procedure.time_limit, procedure.silence_approves)
    for step in procedure.step_by_id.values():
        yield from (step.within, step.silence_approves if isinstance(step, Approve) else None)


def of_case(
    procedure: Procedure,
    limit: Duration,
    times: Times,
    waits: Collection[Waiting],
    now: datetime,
    holidays: Collection[date],
) -> Deadline | None:
    """Return what is left of a limit that counts for a whole case; nothing, where it is not known when the case came in.

    Args:
        procedure: What the case is pinned to.
        limit: Of the procedure.
        times: Of the case.
        waits: All it waits for.
        now: The time.
        holidays: Days that are no working days.
    """
    if not times.came:
        return None
    stops: list[Stop] = [
        (_at(since), _at(at)) for who, since, at in times.answered if since and with_citizen(who, procedure)
    ]
    if waits and all(with_citizen(one.who, procedure) for one in waits):
        begun = [one.since for one in waits if one.since]
        stops += [(_at(min(begun)), None)] if begun else []
    return deadline(_at(times.came), limit, stops, now, holidays)


def with_citizen(who: str, procedure: Procedure) -> bool:
    """Whether somebody is one of those whom a case is about, not of an agency."""
    return actor(who).whom in procedure.role_by_id


def of_wait(procedure: Procedure, wait: Waiting, now: datetime, holidays: Collection[date]) -> Deadline | None:
    """Return what is left of the limit of the step where a case waits, if it has one."""
    step = procedure.step_by_id.get(wait.step)
    limit = step.within if step else None
    return deadline(_at(wait.since), limit, (), now, holidays) if limit and wait.since else None


def deadlines(
    store: CaseStore, waits: Sequence[Waiting], holidays: Collection[date]
) -> dict[tuple[int, str], Deadline]:
    """Return the nearest limit of each thing that cases wait for, where there is one: of its step, or of the whole case.

    Args:
        store: Where the cases are.
        waits: Some of what they wait for; by (case, step).
        holidays: Days that are no working days.
    """
    now, found = store.clock(), dict[tuple[int, str], Deadline]()
    procedures = {number: store.definition(number).procedure for number in {one.definition for one in waits}}
    limited = sorted({one.case_id for one in waits if procedures[one.definition].time_limit})
    times, whole = store.times(limited), by_case(store.waits_of(limited))
    for one in waits:
        procedure = procedures[one.definition]
        both = [of_wait(procedure, one, now, holidays)]
        if procedure.time_limit and one.case_id in times:
            all_its_own = whole.get(one.case_id, ())
            both.append(of_case(procedure, procedure.time_limit, times[one.case_id], all_its_own, now, holidays))
        known = [each for each in both if each is not None]
        if known:
            found[one.case_id, one.step] = min(known, key=lambda each: each.left)
    return found


def by_case(waits: Iterable[Waiting]) -> dict[int, list[Waiting]]:
    """Return what cases wait for, each case with all that it waits for."""
    found = dict[int, list[Waiting]]()
    for one in waits:
        found.setdefault(one.case_id, []).append(one)
    return found


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
