r"""Regular expressions of elements: whether they are ones, and whether some answer would keep them busy for ever; knows no element.

A search that tries all ways to divide an answer takes time exponential in its length where a part that repeats can be divided
in more than one way, as in `(a+)+`. So a repeated group is refused if it holds a repetition or alternatives, unless one sign that
nothing else in the group fits stands at its beginning or end, as in `[0-9]+(\.[0-9]+)*`. This refuses some patterns that would do.
"""

import re
import warnings
from dataclasses import dataclass, field
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


@dataclass
class _Group:
    """A group that is open, or was just closed: where it begins, and what was met in it so far."""

    start: int  # in the pattern
    first: int  # the number its first piece has in the group around it
    pieces: list[str] = field(default_factory=list)  # what fits one sign each: a set, an escape, a sign
    loose: set[int] = field(default_factory=set)  # pieces that repeat, may be missing, or are one of several
    divides: bool = False  # it holds a repetition or alternatives
    alternatives: bool = False


_TOKEN = re.compile(
    r"(?P<open>\((?:\?(?:P<\w+>|P=\w+|[aiLmsux-]*:|<?[=!]|[aiLmsux-]+(?=\))))?)"
    r"|(?P<close>\))"
    r"|(?P<either>\|)"
    r"|(?P<times>[*+?]|\{[0-9]+(?:,[0-9]*)?\}|\{,[0-9]+\})(?:[?+](?![*+?{]))?"
    r"|(?P<piece>\[\^?\]?(?:\\.|[^\]\\])*\]|\\.|.)",
    re.DOTALL,
)
_ALMOST_ANYTHING = frozenset([".", r"\S", r"\w", r"\W", r"\D"])
_MOST_OF_ANYTHING = 3  # repetitions of what fits almost anything: each multiplies the time by the length


def _slow(pattern: str) -> int | None:
    """Return where a repeated part begins that can be divided in too many ways."""
    stack = [_Group(0, 0)]
    closed: _Group | None = None
    anything = 0
    for token in _TOKEN.finditer(pattern):
        group, just_closed, closed = stack[-1], closed, None
        match token.lastgroup:
            case "open":
                stack.append(_Group(token.start(), len(group.pieces)))
            case "close" if len(stack) > 1:
                closed = stack.pop()
                if closed.alternatives:
                    closed.loose.update(range(len(closed.pieces)))
                stack[-1].loose |= {closed.first + piece for piece in closed.loose}
                stack[-1].pieces += closed.pieces
                stack[-1].divides |= closed.divides
            case "either":
                group.divides = group.alternatives = True
            case "times":
                least, most = _times(token["times"])
                begin = just_closed.first if just_closed else len(group.pieces) - 1
                if just_closed and most > _MANY and just_closed.divides and not _has_separator(just_closed):
                    return just_closed.start
                if least != most:
                    group.divides = True
                    group.loose.update(range(begin, len(group.pieces)))
                anything += most > _MANY and group.pieces[-1:] != [] and group.pieces[-1] in _ALMOST_ANYTHING
                if anything > _MOST_OF_ANYTHING:
                    return token.start() - len(group.pieces[-1])
            case _:
                group.pieces.append(token[0])
    return None


def _times(quantifier: str) -> tuple[int, int]:
    if quantifier in "*+?":
        return {"*": (0, 10**6), "+": (1, 10**6), "?": (0, 1)}[quantifier]
    low, comma, high = quantifier[1:-1].partition(",")
    least = int(low or 0)
    return least, int(high) if high else 10**6 if comma else least


def _has_separator(group: _Group) -> bool:
    """Whether a sign that nothing else in the group fits begins or ends each turn of it."""
    ends = {0, len(group.pieces) - 1} if group.pieces else set[int]()
    return any(place not in group.loose and _is_separator(group.pieces, place) for place in ends)


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
