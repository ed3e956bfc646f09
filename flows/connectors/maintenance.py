"""Maintenance windows as registries publish them: when one does not answer, and until when; looks at no clock."""

import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKLY = re.compile(r"(daily|Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\d\d:\d\d)-(\d\d:\d\d)")
_ONCE = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d) to (\d{4}-\d\d-\d\d \d\d:\d\d)")


class Window(NamedTuple):
    """A time in which a registry does not answer."""

    zone: ZoneInfo
    days: tuple[int, ...] = ()  # of the week, on which it begins; none: it is only once
    begins: time = time()
    ends: time = time()  # on the next day, if it is not later than when it begins
    once: tuple[datetime, datetime] | None = None

    def until(self, now: datetime) -> datetime | None:
        """Return when the window ends, if it is one now."""
        if self.once is not None:
            return self.once[1] if self.once[0] <= now < self.once[1] else None
        here = now.astimezone(self.zone)
        for back in (0, 1):
            day = here.date() - timedelta(days=back)
            begins = datetime.combine(day, self.begins, self.zone)
            over = timedelta(days=self.ends <= self.begins)
            ends = datetime.combine(day + over, self.ends, self.zone)
            if day.weekday() in self.days and begins <= here < ends:
                return ends
        return None


def window(said: str, zone: ZoneInfo) -> Window:
    """Return a window as settings say it.

    >>> at = datetime(2026, 11, 29, 2, 30, tzinfo=ZoneInfo("Asia/Jakarta"))  # a Sunday
    >>> str(window("Sun 01:00-03:00", ZoneInfo("Asia/Jakarta")).until(at))
    '2026-11-29 03:00:00+07:00'

    Raises:
        ValueError: If it cannot be read.
    """
    if found := _WEEKLY.fullmatch(said):
        days = tuple(range(7)) if found[1] == "daily" else (DAYS.index(found[1]),)
        return Window(zone, days, time.fromisoformat(found[2]), time.fromisoformat(found[3]))
    if found := _ONCE.fullmatch(said):
        begins, ends = (datetime.fromisoformat(one).replace(tzinfo=zone) for one in found.groups())
        if begins < ends:
            return Window(zone, once=(begins, ends))
    raise ValueError(said)


def down_until(windows: Iterable[Window], now: datetime) -> datetime | None:
    """Return until when a registry does not answer by what it has published, or nothing if it does now."""
    return max((end for one in windows if (end := one.until(now)) is not None), default=None)
