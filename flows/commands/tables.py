"""Tables that people can read, in a terminal and in a pipe; knows nothing of what they say."""

import math
from collections.abc import Sequence

import click

from flows.commands.speaking import colours_wanted

WIDEST = 60


def at_most(minutes: float) -> str:
    """Return a bound on minutes, never less than it is.

    >>> at_most(0.002), at_most(1.2)
    ('0.1', '1.2')
    """
    return f"{math.ceil(round(10 * minutes, 6)) / 10:.1f}"


def table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], *, right: frozenset[int] = frozenset(), wide: int = WIDEST
) -> str:
    """Return rows under heads, each column as wide as it must be; long texts are broken over lines.

    >>> print(table(["kind", "times"], [["asked again", "2"]], right=frozenset({1})))
    kind         times
    -----------  -----
    asked again      2
    """
    broken = [[_broken(str(cell), wide) for cell in row] for row in rows]
    widths = [
        max([len(head), *(len(line) for row in broken for line in row[column])]) for column, head in enumerate(heads)
    ]
    lines = [_line(list(heads), widths, right), "  ".join("-" * width for width in widths)]
    for row in broken:
        for number in range(max(len(cell) for cell in row)):
            lines.append(_line([cell[number] if number < len(cell) else "" for cell in row], widths, right))
    return "\n".join(lines)


def _line(cells: list[str], widths: list[int], right: frozenset[int]) -> str:
    padded = [
        cell.rjust(width) if column in right else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(padded).rstrip()


def _broken(text: str, wide: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > wide:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def heading(text: str) -> str:
    """Return a text that stands out in a terminal, and is plain in a pipe or where colours are off."""
    return click.style(text, bold=True) if colours_wanted() else text
