"""A page as what is drawn on it: texts, lines and shapes at places in points; knows no paper and no file format."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from analysis.drawing.text import lines

A4_WIDE, A4_HIGH = 841.89, 595.28  # lying; points
LEADING = 1.22  # of the size of the letters, from line to line
INK, QUIET, RULE, TINT = "#000000", "#5a5a5a", "#8a8a8a", "#eeeeee"
Align = Literal["left", "center", "right"]
Form = Literal["rect", "capsule", "diamond", "pentagon"]


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; its upper left corner, and how wide it may be."""

    x: float
    y: float
    wide: float
    text: str
    size: float = 6.5
    bold: bool = False
    align: Align = "left"
    colour: str = INK
    turned: bool = False  # read from below
    backed: bool = False  # on white, over what is drawn below it

    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line from point to point, with a tip at its end if it is an arrow."""

    points: tuple[tuple[float, float], ...]
    arrow: bool = False
    thick: float = 0.7
    colour: str = INK

    kind: str = "stroke"


@dataclass(frozen=True, slots=True)
class Shape:
    """A symbol or a box."""

    form: Form
    x: float
    y: float
    wide: float
    high: float
    fill: str = ""
    thick: float = 0.7
    colour: str = INK

    kind: str = "shape"


Item = Text | Stroke | Shape


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page."""

    items: tuple[Item, ...]
    wide: float = A4_WIDE
    high: float = A4_HIGH


def as_data(sheets: Iterable[Sheet], title: str, language: str) -> dict[str, Any]:
    """Return pages as plain data, for whatever draws them."""
    pages = [
        {"wide": sheet.wide, "high": sheet.high, "items": [asdict(item) for item in sheet.items]} for sheet in sheets
    ]
    return {"title": title, "language": language, "pages": pages}


def broken(texts: Iterable[str], wide: float, size: float, *, bold: bool = False, most: int = 40) -> list[str]:
    """Return texts, each begun on a new line, broken into lines of at most so many points; at most so many lines.

    What is left out is said by "…" at the end of the last line.
    """
    told: list[str] = []
    for text in texts:
        told += lines(text, wide, size, most=most, bold=bold)
        if len(told) > most:
            return [*told[: most - 1], told[most - 1].rstrip(".… ") + " …"]
    return [line for line in told if line]


def written(
    told: Iterable[str],
    x: float,
    y: float,
    wide: float,
    size: float,
    *,
    bold: bool = False,
    align: Align = "left",
    colour: str = INK,
) -> Iterator[Text]:
    """Yield lines of text one under the other."""
    for number, line in enumerate(told):
        yield Text(x, y + number * size * LEADING, wide, line, size, bold=bold, align=align, colour=colour)


def tall(told: list[str], size: float) -> float:
    """Return how much room lines of text take."""
    return len(told) * size * LEADING
