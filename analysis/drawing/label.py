"""Labels of boxes as HTML-like text that knows how large it will be; knows no procedure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from analysis.drawing.look import INKS, Mark
from analysis.drawing.text import escaped, lines, lines_of, width

LEADING = 1.2  # of a line, times the size of its letters


class Row(NamedTuple):
    """One line of a label."""

    html: str
    width: float
    size: float  # of its letters
    link: str = ""  # where a click on it leads

    @property
    def height(self) -> int:
        """How high the line is."""
        return round(self.size * LEADING)


class Label(NamedTuple):
    """What is written in a box, and how many points it takes."""

    html: str
    width: float
    height: float


EMPTY = Label("", 0, 0)


def row(text: str, size: float, *, mark: Mark = "stays", bold: bool = False, colour: str | None = None) -> Row:
    """Return one line that stays, is struck out, or stands out.

    >>> row("Akta", 8, mark="removed").html
    '<FONT POINT-SIZE="8" COLOR="#A61B1B"><S>Akta</S></FONT>'
    """
    heavy = bold or mark == "added"
    html = escaped(text)
    if not html:
        return Row("", 0, size)  # signs around nothing are a fault to Graphviz
    html = f"<B>{html}</B>" if heavy else html
    html = f"<S>{html}</S>" if mark == "removed" else html
    ink = colour if mark == "stays" else INKS[mark]
    tint = f' COLOR="{ink}"' if ink else ""
    return Row(f'<FONT POINT-SIZE="{size:g}"{tint}>{html}</FONT>', width(text, size, bold=heavy), size)


def rows(
    text: str | Sequence[str],
    wide: float,
    size: float,
    *,
    mark: Mark = "stays",
    bold: bool = False,
    colour: str | None = None,
    most: int = 3,
) -> list[Row]:
    """Return a text, or several with dots between them, in as many lines as it takes; see `row`."""
    heavy = bold or mark == "added"
    broken = (
        lines(text, wide, size, most=most, bold=heavy)
        if isinstance(text, str)
        else lines_of(text, wide, size, most=most, bold=heavy)
    )
    return [row(line, size, mark=mark, bold=bold, colour=colour) for line in broken]


def beside(parts: Iterable[Row]) -> Row:
    """Return lines as one line, a space between them."""
    told = list(parts)
    size = max((part.size for part in told), default=0.0)
    wide = sum(part.width for part in told) + width(" ", size) * (len(told) - 1)
    return Row(f'<FONT POINT-SIZE="{size:g}"> </FONT>'.join(part.html for part in told), wide, size)


def gap(height: float) -> Row:
    """Return an empty line."""
    return Row("", 0, height / LEADING)


def stacked(told: Iterable[Row], *, left: bool = False, high: float = 0) -> Label:
    """Return lines one under the other, in the middle or at the left, and nothing below them down to a height.

    A table with a row for each, as engines do not agree on how far apart lines of text stand; and a space behind each,
    as they do not agree on how high in its row a line of one piece stands.

    >>> stacked([row("Akta", 10), row("8 menit", 8)]).height
    22
    """
    told = list(told)
    if (left_over := high - sum(one.height for one in told)) > 0:
        told.append(gap(left_over))
    side = ' ALIGN="LEFT"' if left else ""
    inside = "".join(
        f'<TR><TD HEIGHT="{one.height}"{side}{_linked(one)}>{"" if left else _space(one)}{one.html}{_space(one)}</TD></TR>'
        for one in told
    )
    wide, whole = max((one.width for one in told), default=0), sum(one.height for one in told)
    return Label(f"{TABLE}{inside}</TABLE>" if told else "", wide, whole)


def _linked(one: Row) -> str:
    # a title of its own, for else it has that of the whole box
    return f' HREF="{escaped(one.link)}" TITLE="?"' if one.link else ""


def _space(one: Row) -> str:
    return f'<FONT POINT-SIZE="{one.size:g}"> </FONT>' if one.html else ""


TABLE = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">'
