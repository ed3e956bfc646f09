"""The identity block of an SOP as it stands on the first page; decides no box's text."""

from collections.abc import Callable

from analysis.papers.identity import Box, Identity
from flows.papers.sheet import QUIET, Item, Shape, Text, broken, tall, written
from processes.words import Words

SIZE, NAME_SIZE, TITLE_SIZE = 6.8, 9.5, 11.0
PAD = 3.5
LABEL_WIDE = 88.0
EMBLEM = 44.0
LONG = 6  # items of a list that stand below each other

TITLE = Words("STANDAR OPERASIONAL PROSEDUR", "STANDARD OPERATING PROCEDURE")
ARMS = Words("[lambang daerah]", "[arms]")
GOVERNMENT = Words("[nama pemerintah daerah]", "[name of the government]")


def identity_block(
    identity: Identity, said: Callable[[Words], str], margin: float, wide: float
) -> tuple[list[Item], float]:
    """Return what is drawn of an identity block at the top of a page, and where it ends."""
    half = wide / 2
    items: list[Item] = [Text(margin, margin - 6, wide, said(TITLE), TITLE_SIZE, bold=True, align="center")]
    items.append(Text(margin, margin + 8, wide, said(identity.state), 7.5, align="center", colour=QUIET))
    top = margin + 21
    y = top
    for box in identity.lines:
        told = broken([said(one) for one in box.lines], half - LABEL_WIDE - 2 * PAD, SIZE, most=8)
        high = tall(told, SIZE) + 2 * PAD
        items.append(Shape("rect", margin + half, y, LABEL_WIDE, high, thick=0.5))
        items.append(Shape("rect", margin + half + LABEL_WIDE, y, half - LABEL_WIDE, high, thick=0.5))
        items += written([said(box.label)], margin + half + PAD, y + PAD, LABEL_WIDE - 2 * PAD, SIZE, bold=True)
        items += written(told, margin + half + LABEL_WIDE + PAD, y + PAD, half - LABEL_WIDE - 2 * PAD, SIZE)
        y += high
    items += _unit(identity, said, margin, top, half, y - top)
    for left, right in zip(identity.boxes[::2], identity.boxes[1::2], strict=True):
        cells = [_columns(box, said, half) for box in (left, right)]
        high = max(tall(column, SIZE) for cell in cells for column in cell) + 2 * PAD + SIZE * 1.5
        for x, box, cell in zip((margin, margin + half), (left, right), cells, strict=True):
            items.append(Shape("rect", x, y, half, high, thick=0.5))
            items.append(Text(x + PAD, y + PAD, half - 2 * PAD, said(box.label), SIZE, bold=True))
            for number, column in enumerate(cell):
                start = x + number * half / len(cell)
                items += written(column, start + PAD, y + PAD + SIZE * 1.4, half / len(cell) - 2 * PAD, SIZE)
        y += high
    return items, y + 8


def _columns(box: Box, said: Callable[[Words], str], wide: float) -> list[list[str]]:
    """Return the lines of a box, numbered if there are several; long lists in two columns, so that the flow begins on this page."""
    told = [said(one) for one in box.lines]
    if len(told) > 1:
        told = [f"{number}. {one}" for number, one in enumerate(told, 1)]
    middle = (len(told) + 1) // 2 if len(told) > LONG else len(told)
    columns = [told[:middle], told[middle:]] if len(told) > LONG else [told]
    return [broken(one, wide / len(columns) - 2 * PAD, SIZE, most=24) for one in columns]


def _unit(identity: Identity, said: Callable[[Words], str], x: float, y: float, wide: float, high: float) -> list[Item]:
    """Return the left half: room for the arms, and the unit's name."""
    names = [said(GOVERNMENT), *broken([said(identity.unit)], wide - EMBLEM - 6 * PAD, NAME_SIZE, bold=True, most=4)]
    middle = y + high / 2
    left = x + EMBLEM + 4 * PAD
    lines = written(names, left, middle - tall(names, NAME_SIZE) / 2, wide - EMBLEM - 6 * PAD, NAME_SIZE, bold=True)
    return [
        Shape("rect", x, y, wide, high, thick=0.5),
        Shape("rect", x + 2 * PAD, middle - EMBLEM / 2, EMBLEM, EMBLEM, thick=0.3, colour=QUIET),
        Text(x + 2 * PAD, middle - 4, EMBLEM, said(ARMS), 5.2, align="center", colour=QUIET),
        *lines,
    ]
