r"""Regular expressions of elements: whether they are ones, and whether some answer would keep them busy for ever; knows no element.

A search that tries all ways to divide an answer takes time exponential in its length where a part that repeats can be divided
in more than one way, as in `(a+)+`. So a repeated group is refused if it holds a repetition or alternatives, unless one sign that
nothing else in the group fits stands at its beginning or end, as in `[0-9]+(\.[0-9]+)*`. This refuses some patterns that would do.
"""

import re
import warnings
from typing import NamedTuple

from processes.words import Words

_MANY = 8  # repetitions so few take no time worth telling


class PatternFault(NamedTuple):
    """What is wrong with a pattern."""

    code: str
    column: int  # from 1
    fault: Words
    mend: Words


def pattern_fault(pattern: str) -> PatternFault | None:
    r"""Return what is wrong with a regular expression, if something is.

    Complexity:
        Linear in its length, but for the sets it names.

    Examples:
        >>> pattern_fault("[0-9]{16}"), pattern_fault(r"[0-9]+(\.[0-9]+)*")
        (None, None)
        >>> pattern_fault("([a-z]+)*").code, pattern_fault("[a-z").code
        ('slow-pattern', 'bad-pattern')
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern)
    except (re.error, RecursionError, OverflowError, Warning) as error:
        at = error.pos if isinstance(error, re.error) and error.pos is not None else 0
        return PatternFault(
            "bad-pattern",
            at + 1,
            Words("Pola ini bukan ekspresi reguler yang sah.", "The pattern is not a regular expression."),
            Words(
                "Periksa kurung dan garis miring terbalik; contoh: '[0-9]{16}'.",
                "See its brackets and backslashes; an example is '[0-9]{16}'.",
            ),
        )
    group = _slow(pattern)
    if group is None:
        return None
    return PatternFault(
        "slow-pattern",
        group + 1,
        Words(
            "Pola ini mengulang kelompok yang isinya juga berulang; untuk jawaban tertentu pemeriksaannya tidak kunjung selesai.",
            "The pattern repeats a group that repeats something itself; for some answers trying it would never end.",
        ),
        Words(
            "Tulis tanpa pengulangan di dalam pengulangan, atau awali kelompok dengan tanda pemisah, misalnya '(-[0-9]+)*'.",
            "Write it without a repetition inside a repetition, or begin the group with a separator, as in '(-[0-9]+)*'.",
        ),
    )


class _Group:
    """A group that is open: where, and what was met in it so far."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.pieces: list[str] = []  # what fits one sign each: a set, an escape, a sign
        self.divides = False  # it holds a repetition or alternatives
        self.loose: set[int] = set()  # pieces that repeat or may be missing


def _slow(pattern: str) -> int | None:
    """Return where a repeated group begins that can be divided in several ways."""
    stack = [_Group(0)]
    at = 0
    closed: _Group | None = None
    while at < len(pattern):
        sign = pattern[at]
        if sign == "(":
            stack.append(_Group(at))
            at += 1
            if lead := re.compile(r"\?(?:P<\w+>|[aiLmsux-]*:|<?[=!]|P=\w+|[aiLmsux-]+(?=\)))").match(pattern, at):
                at = lead.end()
            closed = None
            continue
        if sign == ")" and len(stack) > 1:
            closed = stack.pop()
            outer = stack[-1]
            outer.pieces += closed.pieces
            outer.divides = outer.divides or closed.divides
            at += 1
            continue
        if sign in "*+?" or (sign == "{" and re.compile(r"\{\d*,?\d*\}").match(pattern, at)):
            end = at + 1 if sign != "{" else pattern.index("}", at) + 1
            least, most = _times(pattern[at:end])
            if closed and most > _MANY and closed.divides and not _has_separator(closed, pattern):
                return closed.start
            if least != most:
                stack[-1].divides = True
                stack[-1].loose.add(len(stack[-1].pieces) - 1)
            closed = None
            at = end + (pattern[end : end + 1] in ("?", "+") and sign != "?")
            continue
        if sign == "|":
            stack[-1].divides = True
            stack[-1].loose |= {0, -1, len(stack[-1].pieces) - 1}
            at += 1
            closed = None
            continue
        end = _end_of_piece(pattern, at)
        stack[-1].pieces.append(pattern[at:end])
        closed, at = None, end
    return None


def _times(quantifier: str) -> tuple[int, int]:
    if quantifier in "*+?":
        return {"*": (0, 10**6), "+": (1, 10**6), "?": (0, 1)}[quantifier]
    low, comma, high = quantifier[1:-1].partition(",")
    least = int(low or 0)
    return least, int(high) if high else 10**6 if comma else least


def _end_of_piece(pattern: str, at: int) -> int:
    if pattern[at] == "\\":
        return at + 2
    if pattern[at] != "[":
        return at + 1
    end = at + 1 + (pattern[at + 1 : at + 2] == "^")
    end += pattern[end : end + 1] == "]"
    while end < len(pattern) and pattern[end] != "]":
        end += 2 if pattern[end] == "\\" else 1
    return end + 1


def _has_separator(group: _Group, pattern: str) -> bool:
    """Whether a sign that nothing else in the group fits begins or ends each turn of it."""
    last = len(group.pieces) - 1
    return any(
        place not in group.loose and -1 not in group.loose and _is_separator(group.pieces, place)
        for place in {0, last}
        if last >= 0
    )


def _is_separator(pieces: list[str], place: int) -> bool:
    sign = pieces[place]
    if sign.startswith("["):
        return False
    plain = sign[1:] if sign.startswith("\\") else sign
    if (sign.startswith("\\") and plain.isalnum()) or sign in ".^$":
        return False
    others = pieces[:place] + pieces[place + 1 :]
    return not any(
        re.fullmatch(other, plain) for other in others if other not in "^$" and not re.match(r"\\[bBAZ0-9]", other)
    )
