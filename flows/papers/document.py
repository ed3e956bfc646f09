"""A paper of headings, paragraphs and tables, as plain values; and the PDF of it. Knows no paper's content."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from analysis.drawing.text import clean
from flows.papers.typesetting import pdf
from processes.words import Language, Words

Cell = tuple[str, ...]  # lines
Side = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A line above what follows; level 1 is the paper's own title."""

    text: str
    level: int = 2
    kind: str = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text across the page."""

    text: str
    bold: bool = False
    align: Side = "left"
    small: bool = False
    kind: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head that is repeated on each page."""

    head: tuple[str, ...]
    wide: tuple[float, ...]  # of the columns, in relation to each other
    rows: tuple[tuple[Cell, ...], ...]
    sides: tuple[Side, ...] = ()  # of the columns; left, where nothing is said
    bands: tuple[int, ...] = ()  # rows that are a heading across all columns
    numbered: bool = False  # the lines of a cell, if there are several
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who signs, beside each other: each some lines, with room for a signature below the first ones."""

    parties: tuple[tuple[str, ...], ...]
    kind: str = "signatures"


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a new page."""

    kind: str = "page"


class Bar(NamedTuple):
    """One thing, how much of it there was and will be, and both in words."""

    name: str
    before: float
    after: float
    said: str


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart: two bars a line, told apart by their filling."""

    name: str
    before: str
    after: str
    bars: tuple[Bar, ...]
    kind: str = "bars"


Block = Heading | Paragraph | Table | Signatures | NewPage | Bars


@dataclass(frozen=True, slots=True)
class Document:
    """A paper."""

    title: str
    language: Language
    blocks: tuple[Block, ...]
    foot: str  # at the bottom of each page, before its number
    size: float = 9.0  # of the letters, points


PAGE = Words("halaman {} dari {}", "page {} of {}")


def document_pdf(document: Document) -> bytes:
    """Return a paper as PDF on A4.

    Raises:
        PictureError: If it cannot be made.
    """
    before, between, after = PAGE.in_language(document.language).split("{}")
    data = _cleaned(asdict(document)) | {"page": [before, between, after]}
    return pdf("document.typ", data)


def pages_of(made: bytes) -> int:
    """Return how many pages a PDF has that typst made."""
    return len(re.findall(rb"/Type\s*/Page\b", made))


def _cleaned(value: Any) -> Any:
    """Return data whose texts hold nothing that cannot be printed."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: _cleaned(one) for key, one in value.items()}
    if isinstance(value, Bar):
        return _cleaned(value._asdict())
    if isinstance(value, list | tuple):
        return [_cleaned(one) for one in value]
    return value


def said(words: Iterable[Words], language: Language) -> Cell:
    """Return lines in a language, as a cell."""
    return tuple(one.in_language(language) for one in words)


def numbered(lines: Sequence[str]) -> tuple[str, ...]:
    """Return lines with their numbers, if there are several."""
    return tuple(f"{number}. {one}" for number, one in enumerate(lines, 1)) if len(lines) > 1 else tuple(lines)
