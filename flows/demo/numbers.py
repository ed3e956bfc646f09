"""The numbers of civil registration, built as the law builds them; knows no person.

A number tells where and when it was given out, in the six digits of the district and six of the date, then counts.
"""

from collections import Counter
from datetime import date
from functools import cache

from flows.demo.codes import FEMALE

ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


class Numbers:
    """Gives out numbers, none of them twice."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def nik(self, district_code: str, born: int, sex: str) -> str:
        """Return a person's number, whose day is 40 higher for a woman; `born` counts days as `date.toordinal`.

        >>> numbers = Numbers()
        >>> numbers.nik("330309", date(1990, 8, 17).toordinal(), "2")
        '3303095708900001'
        >>> numbers.nik("330309", date(1990, 8, 17).toordinal(), "1")
        '3303091708900001'
        """
        return self._next(district_code + (woman_digits(born) if sex == FEMALE else man_digits(born)))

    def kk_no(self, district_code: str, issued: int) -> str:
        """Return a family card's number.

        >>> Numbers().kk_no("330309", date(2019, 3, 4).toordinal())
        '3303090403190001'
        """
        return self._next(district_code + man_digits(issued), kind="KK")

    def deed_no(self, kind: str, issued: int) -> str:
        """Return the number of a deed of Purbalingga; kinds are LU, LT (birth in time, late), KW (marriage).

        >>> Numbers().deed_no("LU", date(2024, 1, 3).toordinal())
        '3303-LU-03012024-0001'
        """
        return self._next(f"3303-{kind}-{long_digits(issued)}-")

    def _next(self, beginning: str, kind: str = "") -> str:
        given = self._given
        given[kind + beginning] += 1
        return f"{beginning}{given[kind + beginning]:04d}"


def nik_says(nik: str) -> tuple[str, str, str]:
    """Return the district, the birth day as DDMMYY and the sex that a person's number tells.

    >>> nik_says("3303095708900001")
    ('330309', '170890', '2')
    """
    day = int(nik[6:8])
    return nik[:6], f"{day - 40 if day > 40 else day:02d}{nik[8:12]}", "2" if day > 40 else "1"


@cache
def iso(day: int) -> str:
    """Return a day, counted as `date.toordinal`, as registries write it."""
    return date.fromordinal(day).isoformat()


@cache
def man_digits(day: int) -> str:
    """Return a day as DDMMYY."""
    return date.fromordinal(day).strftime("%d%m%y")


@cache
def woman_digits(day: int) -> str:
    """Return a day as DDMMYY with 40 added to the day of the month."""
    digits = man_digits(day)
    return f"{int(digits[:2]) + 40}{digits[2:]}"


@cache
def long_digits(day: int) -> str:
    """Return a day as DDMMYYYY."""
    return date.fromordinal(day).strftime("%d%m%Y")


@cache
def year_of(day: int) -> int:
    """Return the year of a day counted as `date.toordinal`."""
    return date.fromordinal(day).year


@cache
def day_before(today: date, years: int) -> int:
    """Return the same day so many years ago, counted as `date.toordinal`; 29 February becomes the 28th.

    >>> date.fromordinal(day_before(date(2024, 2, 29), 1)).isoformat()
    '2023-02-28'
    """
    try:
        return today.replace(year=today.year - years).toordinal()
    except ValueError:
        return today.replace(year=today.year - years, day=28).toordinal()


def age_on(today: date, born: int) -> int:
    """Return the completed years of somebody born on a day counted as `date.toordinal`.

    >>> age_on(date(2026, 11, 1), date(2009, 11, 2).toordinal())
    16
    """
    born_on = date.fromordinal(born)
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
