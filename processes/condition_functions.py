"""What the operators and functions of expressions give for known values; knows no tree and nothing of unknown facts.

Each is total over values of its types: what cannot be computed (a division by zero, a text that is no date, a day
beyond the calendar, a number beyond ±10^18) is None, unknown.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from processes.condition import plain_number

LARGEST = 10**18  # so that whole numbers fit into a database's column
LONGEST = 10_000  # characters of a text
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _bounded(number: float) -> float | None:
    return number if -LARGEST <= number <= LARGEST else None  # what is no number at all lies outside too


def _plus(left: Any, right: Any) -> Any:
    if isinstance(left, str):
        return left + right if len(left) + len(right) <= LONGEST else None
    if isinstance(right, date):
        left, right = right, left
    if isinstance(left, date):
        return _moved(left, right)
    return _calculated(lambda: left + right)


def _minus(left: Any, right: Any) -> Any:
    if isinstance(left, date):
        return (left - right).days if isinstance(right, date) else _moved(left, -right)
    return _calculated(lambda: left - right)


def _moved(day: date, days: float) -> date | None:
    """Return the day so many whole days later, if the calendar reaches so far."""
    try:
        return day + timedelta(days=int(days))
    except (OverflowError, ValueError):
        return None


def _times(left: Any, right: Any) -> Any:
    return _calculated(lambda: left * right)


def _divided(left: Any, right: Any) -> Any:
    return _calculated(lambda: left / right)


def negative(number: float) -> float | None:
    """Return the number with the other sign."""
    return _bounded(-number)


def _calculated(calculation: Callable[[], float]) -> float | None:
    try:
        return _bounded(calculation())
    except (ZeroDivisionError, OverflowError):
        return None


def full_months(start: date, end: date) -> int:
    """Return how many full months lie between two days; negative if the second is the earlier.

    A month is full on the day of the same number; where a month has no such day, on the first day after it.

    >>> full_months(date(2024, 2, 29), date(2025, 2, 28)), full_months(date(2024, 2, 29), date(2025, 3, 1))
    (11, 12)
    """
    if end < start:
        return -full_months(end, start)
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def _full_years(start: date, end: date) -> int:
    months = full_months(start, end)
    return months // 12 if months >= 0 else -(-months // 12)


def _days_between(start: date, end: date) -> int:
    return (end - start).days


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _number(text: str) -> float | None:
    if not _NUMBER.fullmatch(text):
        return None
    return float(text) if "." in text else int(text)


def _as_text(value: str | float | bool | date) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, int | float):
        return str(value)
    if _bounded(value) is None:
        return None
    return plain_number(int(value) if value == int(value) else value)


def _substring(text: str, start: float, length: float) -> str | None:
    if start < 1 or length < 0:
        return None
    first = int(start) - 1
    return text[first : first + int(length)]


def _contains(text: str, part: str) -> bool:
    return part in text


# Over the values of all members, some of which may be unknown


def _any(results: list[Any]) -> bool | None:
    return True if True in results else None if None in results else False


def _all(results: list[Any]) -> bool | None:
    return False if False in results else None if None in results else True


def _sum(results: list[Any]) -> float | None:
    return None if None in results else _calculated(lambda: sum(results))


def _least(results: list[Any]) -> Any:
    return min(results) if results and None not in results else None


def _greatest(results: list[Any]) -> Any:
    return max(results) if results and None not in results else None


COMPARE: dict[str, Callable[[Any, Any], Any]] = {"=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "+": _plus,
    "-": _minus,
    "*": _times,
    "/": _divided,
    "not": lambda value: not value,
    "date": _date,
    "years_between": _full_years,
    "months_between": full_months,
    "days_between": _days_between,
    "weekday": date.isoweekday,
    "length": len,
    "substring": _substring,
    "starts_with": str.startswith,
    "contains": _contains,
    "upper": str.upper,
    "lower": str.lower,
    "number": _number,
    "text": _as_text,
}
OVER_MEMBERS: dict[str, Callable[[list[Any]], Any]] = {
    "count": len,
    "any": _any,
    "all": _all,
    "sum": _sum,
    "min": _least,
    "max": _greatest,
}
