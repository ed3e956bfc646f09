"""Answers as people, files and registries write them -> values of a fact's type, or what is wrong; knows no form and no case."""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from processes.condition import plain_number
from processes.element import CodeList, DataElement
from processes.problem import nearest
from processes.words import Words

Single = str | int | float | bool | date | None
Parser = Callable[[object], Single]

LONGEST = 10_000  # characters of a text, where the element does not say
LARGEST = 10**18  # as in expressions
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YES = frozenset({"true", "yes", "ya", "benar"})
_NO = frozenset({"false", "no", "tidak", "salah"})
_SHOWN = 40  # characters of a wrong value that are repeated to whoever wrote it


class WrongValueError(ValueError):
    """A value that its fact cannot have; `words` say what is wrong and what would be right, in both languages."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


def parsed(element: DataElement, codes: CodeList | None, raw: object) -> Single:
    """Return what an answer means, checked like a form would check it.

    Args:
        element: Of what the answer is one: its type, pattern and bounds count.
        codes: The list of a choice; None lets every code pass.
        raw: Text as typed, or what JSON makes of it; None is the answer "there is none".

    Raises:
        WrongValueError: If the element cannot have this value.

    >>> parsed(DataElement(id="birth_date", type="date"), None, "2026-10-05")
    datetime.date(2026, 10, 5)
    >>> parsed(DataElement(id="nik", pattern="[0-9]{16}"), None, "12")
    Traceback (most recent call last):
    processes.values.WrongValueError: '12' does not fit the pattern [0-9]{16}.
    """
    return parser(element, codes)(raw)


def parser(element: DataElement, codes: CodeList | None) -> Parser:
    """Return `parsed` for one element, quick to call many times."""
    read = _READ[element.type](element, codes)

    def parse(raw: object) -> Single:
        if raw is None:
            return None
        if isinstance(raw, str):
            raw = raw.strip()
            if not raw:
                raise WrongValueError(
                    Words(
                        "Isian kosong. Bila memang tidak ada, tulis null.",
                        "The answer is empty. If there is none, write null.",
                    )
                )
        return read(raw)

    return parse


# --- one reader a type ----------------------------------------------------------------------------------------------


def _text(element: DataElement, codes: CodeList | None) -> Parser:
    longest = LONGEST if element.max is None else int(element.max)
    shortest = 0 if element.min is None else int(element.min)
    fits = _compiled(str(element.pattern)).fullmatch if element.pattern else None

    def read(raw: object) -> str:
        if not isinstance(raw, str):
            raise _not_text(raw)
        if not raw.isprintable() and not all(sign.isprintable() or sign in "\n\t" for sign in raw):
            raise WrongValueError(
                Words(
                    "Teks memuat karakter yang tidak dapat dicetak.", "The text has characters that cannot be printed."
                )
            )
        if not shortest <= len(raw) <= longest:
            raise _out_of_bounds(
                Words(f"Panjang teks {len(raw)} karakter", f"The text has {len(raw)} characters"), element
            )
        if fits is not None and not fits(raw):
            raise WrongValueError(
                Words(
                    f"'{_short(raw)}' tidak sesuai pola {element.pattern}.",
                    f"'{_short(raw)}' does not fit the pattern {element.pattern}.",
                )
            )
        return raw

    return read


def _number(element: DataElement, codes: CodeList | None) -> Parser:
    least = -LARGEST if element.min is None else element.min
    most = LARGEST if element.max is None else element.max

    def read(raw: object) -> int | float:
        value: int | float | None = None
        if isinstance(raw, str) and _NUMBER.fullmatch(raw):
            value = float(raw) if "." in raw else int(raw)
        elif isinstance(raw, int | float) and not isinstance(raw, bool):
            value = raw
        if value is None or value != value:
            raise WrongValueError(
                Words(
                    f"'{_short(raw)}' bukan bilangan. Tulis seperti 12 atau 1.5, tanpa pemisah ribuan.",
                    f"'{_short(raw)}' is not a number. Write it like 12 or 1.5, without commas.",
                )
            )
        if not least <= value <= most:
            raise _out_of_bounds(Words(f"Nilainya {_short(value)}", f"The value is {_short(value)}"), element)
        return value

    return read


def _day(element: DataElement, codes: CodeList | None) -> Parser:
    def read(raw: object) -> date:
        if type(raw) is date:
            return raw
        if isinstance(raw, str) and _DAY.fullmatch(raw):
            try:
                return date.fromisoformat(raw)
            except ValueError:
                pass
        raise WrongValueError(
            Words(
                f"'{_short(raw)}' bukan tanggal. Tulis tahun-bulan-hari, seperti 2026-10-05.",
                f"'{_short(raw)}' is not a date. Write year-month-day, like 2026-10-05.",
            )
        )

    return read


def _yes_no(element: DataElement, codes: CodeList | None) -> Parser:
    def read(raw: object) -> bool:
        if isinstance(raw, bool):
            return raw
        if isinstance(raw, str):
            said = raw.lower()
            if said in _YES or said in _NO:
                return said in _YES
        raise WrongValueError(Words(f"'{_short(raw)}' bukan ya atau tidak.", f"'{_short(raw)}' is neither yes nor no."))

    return read


def _choice(element: DataElement, codes: CodeList | None) -> Parser:
    known = frozenset(str(code.id) for code in codes.codes) if codes else None

    def read(raw: object) -> str:
        if not isinstance(raw, str):
            raise _not_text(raw)
        if known is not None and raw not in known:
            raise _no_code(raw, codes)
        return raw

    return read


_READ: dict[str, Callable[[DataElement, CodeList | None], Parser]] = {
    "text": _text,
    "number": _number,
    "money": _number,
    "date": _day,
    "yes/no": _yes_no,
    "choice": _choice,
}


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


# --- what is wrong --------------------------------------------------------------------------------------------------


def _short(raw: object) -> str:
    text = str(raw)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _not_text(raw: object) -> WrongValueError:
    if isinstance(raw, bool | int | float):
        return WrongValueError(
            Words(
                f'{_short(raw)} bukan teks. Tulis di antara tanda kutip: "{_short(raw)}".',
                f'{_short(raw)} is not a text. Write it in quotes: "{_short(raw)}".',
            )
        )
    return WrongValueError(Words("Diperlukan satu teks.", "One text is needed here."))


def _out_of_bounds(what: Words, element: DataElement) -> WrongValueError:
    low = None if element.min is None else plain_number(element.min).removesuffix(".0")
    high = None if element.max is None else plain_number(element.max).removesuffix(".0")
    if low is not None and high is not None:
        allowed = Words(f"seharusnya {low} sampai {high}", f"it must be {low} to {high}")
    elif low is not None:
        allowed = Words(f"paling sedikit {low}", f"it must be at least {low}")
    else:
        most = high or plain_number(LONGEST if element.type == "text" else LARGEST)
        allowed = Words(f"paling banyak {most}", f"it must be at most {most}")
    return WrongValueError(Words(f"{what.id}; {allowed.id}.", f"{what.en}; {allowed.en}."))


def _no_code(raw: str, codes: CodeList | None) -> WrongValueError:
    assert codes is not None  # noqa: S101  # only lists that are there are compared with
    ids = [str(code.id) for code in codes.codes]
    meant = next(
        (code for code in codes.codes if raw.casefold() in (code.title.id.casefold(), code.title.en.casefold())), None
    )
    near = str(meant.id) if meant else nearest(raw, ids)
    some = ", ".join(ids[:12]) + (", …" if len(ids) > 12 else "")
    mend = (
        Words(f"Maksud Anda '{near}'?", f"Did you mean '{near}'?")
        if near
        else Words(f"Kode yang ada: {some}.", f"The codes are: {some}.")
    )
    return WrongValueError(
        Words(
            f"'{_short(raw)}' bukan kode dari daftar '{codes.id}'. {mend.id}",
            f"'{_short(raw)}' is not a code of the list '{codes.id}'. {mend.en}",
        )
    )
