"""How a field is filled in, in words and for keyboards; knows no page."""

import re

from flows.worklist.task import Field
from processes.condition import plain_number
from processes.words import Words

_DIGIT = re.compile(r"\[[0-9-]+\]|\\d|[0-9]")
_TIMES = re.compile(r"\{([0-9]+)\}")
NOTHING = Words("", "")


def hint(field: Field, *, as_text: bool = False) -> Words:
    """Return how a field is filled in; empty, if that needs no telling.

    Args:
        field: The field.
        as_text: Whether a date is typed as a text.

    >>> hint(Field("a.nik", NOTHING, "text", False, (), "[1-9][0-9]{15}", None, None)).en
    '16 digits.'
    """
    told = [_lines(field)] if field.many else []
    if field.type == "date" and (field.many or as_text):
        told.append(Words("Tahun-bulan-hari, misalnya 2026-10-05.", "Year-month-day, such as 2026-10-05."))
    elif field.type in ("number", "money"):
        told.append(Words("Angka saja, tanpa pemisah ribuan.", "Digits only, without separators."))
        told.append(_bounds(field, NOTHING))
    elif field.type == "text" and (digits := digits_of(field.pattern)):
        told.append(Words(f"{digits} angka.", f"{digits} digits."))
    elif field.type == "text" and (field.least is not None or field.most is not None):
        told.append(_bounds(field, Words(" huruf", " letters")))
    return Words(" ".join(one.id for one in told if one.id), " ".join(one.en for one in told if one.en))


def _lines(field: Field) -> Words:
    how = Words("Satu baris untuk setiap orang; '-' bila tidak ada.", "One line for each person; '-' if there is none.")
    if field.type == "yes/no":
        return Words(f"{how.id} ya atau tidak.", f"{how.en} yes or no.")
    if not field.choices:
        return how
    codes = [Words(f"{one.code} = {one.words.id}", f"{one.code} = {one.words.en}") for one in field.choices]
    listed = Words("; ".join(one.id for one in codes), "; ".join(one.en for one in codes))
    return Words(f"{how.id} Kode: {listed.id}.", f"{how.en} Codes: {listed.en}.")


def _bounds(field: Field, what: Words) -> Words:
    low = None if field.least is None else plain_number(field.least).removesuffix(".0")
    high = None if field.most is None else plain_number(field.most).removesuffix(".0")
    if low is not None and high is not None:
        return Words(f"{low} sampai {high}{what.id}.", f"{low} to {high}{what.en}.")
    if high is not None:
        return Words(f"Paling banyak {high}{what.id}.", f"At most {high}{what.en}.")
    return NOTHING if low is None else Words(f"Paling sedikit {low}{what.id}.", f"At least {low}{what.en}.")


def digits_of(pattern: str | None) -> int:
    """Return how many digits a pattern wants; 0, if it wants something else or not always as many.

    >>> [digits_of(one) for one in ("[1-9][0-9]{15}", "[0-9]{4}", "[1-9]([04][1-9]|[37][01])[0-9]{8}", "[A-Z]+", None)]
    [16, 4, 11, 0, 0]
    """
    size, at = _sequence(pattern or "", 0)
    return size or 0 if at == len(pattern or "") else 0


def _sequence(pattern: str, at: int) -> tuple[int | None, int]:
    """Return how many digits the pieces from a place on want, and where they end; nothing, if they want something else."""
    size = 0
    while at < len(pattern) and pattern[at] not in "|)":
        if pattern[at] == "(":
            one, at = _group(pattern, at + 1)
        else:
            found = _DIGIT.match(pattern, at)
            one, at = (1, found.end()) if found else (None, at)
        if one is None:
            return None, at
        times = _TIMES.match(pattern, at)
        size, at = (size + one * int(times[1]), times.end()) if times else (size + one, at)
    return size, at


def _group(pattern: str, at: int) -> tuple[int | None, int]:
    """Return how many digits each alternative of a group wants, and where the group ends."""
    sizes = set[int | None]()
    while True:
        size, at = _sequence(pattern, at)
        sizes.add(size)
        if at >= len(pattern) or pattern[at] != "|":
            break
        at += 1
    closed = at < len(pattern) and pattern[at] == ")"
    return (sizes.pop() if len(sizes) == 1 and closed else None), at + 1


def plain_fault(field: Field, fault: Words) -> Words:
    """Return a fault without the pattern that nobody but a programmer reads, where the hint says the same."""
    digits = digits_of(field.pattern)
    if not digits or field.pattern is None or field.pattern not in fault.en:
        return fault
    return Words(f"Diperlukan {digits} angka yang sah.", f"A valid number of {digits} digits is needed.")


def input_mode(field: Field) -> str:
    """Return which keys a phone shows for a field."""
    if field.type in ("number", "money"):
        return "decimal"
    return "numeric" if digits_of(field.pattern) else "text"
