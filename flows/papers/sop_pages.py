"""An SOP on pages of A4 that lie: identity block, flow table with its head on each page, arrows; decides no cell's text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from analysis.drawing.text import width
from analysis.papers.sop import Line, Sop
from flows.papers.identity_block import identity_block
from flows.papers.routes import STRIP, Grid, Place, routed
from flows.papers.sheet import (
    A4_HIGH,
    A4_WIDE,
    LEADING,
    QUIET,
    RULE,
    TINT,
    Item,
    Shape,
    Sheet,
    Stroke,
    Text,
    broken,
    tall,
    written,
)
from processes.words import Language, Words

MARGIN, FOOT = 28.0, 14.0
SIZE, HEAD_SIZE = 6.3, 6.5
PAD = 3.0
LEAST = 38.0  # height of a row, so that arrows and what is said at them find room
NUMBER_WIDE, TIME_WIDE = 19.0, 34.0
DOER_WIDE, DOERS_WIDE = 52.0, 345.0  # one column at most, all of them at most
FIRST = 13.0  # height of the upper row of the head
TURNED = 44.0  # columns narrower than this have their head read from below
MOST_LINES = 46  # of a cell; the workbook holds all

HEADS = (
    Words("No.", "No."),
    Words("Kegiatan", "Activity"),
    Words("Pelaksana", "Done by"),
    Words("Mutu baku", "Quality standard"),
    Words("Keterangan", "Remarks"),
)
QUALITY = (Words("Kelengkapan", "Needed"), Words("Waktu", "Time"), Words("Output", "Output"))
PAGE_OF = Words("halaman {} dari {}", "page {} of {}")
TO_PAGE = Words("hal. {}", "p. {}")


@dataclass(frozen=True)
class Columns:
    """Where the columns of the table stand."""

    doers: int

    @property
    def doer(self) -> float:
        """How wide the column of one doer is."""
        return min(DOER_WIDE, DOERS_WIDE / max(1, self.doers))

    @property
    def widths(self) -> tuple[float, ...]:
        """Of number, activity, all doers, needed, time, output, remarks."""
        doers = self.doer * self.doers
        rest = A4_WIDE - 2 * MARGIN - NUMBER_WIDE - TIME_WIDE - doers
        return (NUMBER_WIDE, 0.25 * rest, doers, 0.29 * rest, TIME_WIDE, 0.20 * rest, 0.26 * rest)

    @property
    def lefts(self) -> tuple[float, ...]:
        """Where each begins, and where the last ends."""
        found = [MARGIN]
        for wide in self.widths:
            found.append(found[-1] + wide)
        return tuple(found)


def sop_pages(sop: Sop, language: Language) -> list[Sheet]:
    """Return the pages of an SOP in one language.

    Complexity: linear in rows, but for arrows: those that are long, times those that run beside them.
    """
    return _Laid(sop, language).pages()


class _Laid:
    def __init__(self, sop: Sop, language: Language) -> None:
        self.sop = sop
        self.said: Callable[[Words], str] = lambda words: words.in_language(language)
        self.columns = Columns(len(sop.doers))
        self.head_items, self.head_high = self.head()
        self.cells = [self.row_cells(number, line) for number, line in enumerate(sop.lines)]

    def pages(self) -> list[Sheet]:
        front, front_end = identity_block(self.sop.identity, self.said, MARGIN, A4_WIDE - 2 * MARGIN)
        places, tops, bottoms = self.placed(front_end)
        grid = Grid(self.columns.lefts[2], self.columns.doer, len(self.sop.doers), tops, bottoms)
        arrows = self.sop.arrows
        labels = {arrow: self.said(arrow.label) for arrow in arrows if arrow.label is not None}
        drawn = routed(grid, places, arrows, labels, self.said(TO_PAGE))
        sheets = []
        for page in range(len(tops)):
            items: list[Item] = list(front) if page == 0 else []
            rows = [number for number, place in enumerate(places) if place.page == page]
            if rows:
                items += self.table(page, rows, places, tops[page], bottoms[page])
            items += drawn.get(page, [])
            if page == len(tops) - 1:
                items += self.totals(bottoms[page] + 6)
            items += self.foot(page, len(tops))
            sheets.append(Sheet(tuple(items)))
        return sheets

    def placed(self, front_end: float) -> tuple[list[Place], list[float], list[float]]:
        """Return where each row stands, and on each page where its rows begin and end."""
        heights = [self.row_high(cells) for cells in self.cells]
        low = A4_HIGH - MARGIN - FOOT
        last = self.totals_high() + 8
        places: list[Place] = []
        tops, bottoms = [front_end + self.head_high], [front_end + self.head_high]
        if tops[0] + heights[0] + STRIP > low:  # no room for a row below the identity block
            tops.append(MARGIN + self.head_high + STRIP)
            bottoms.append(tops[-1])
        for number, (line, high) in enumerate(zip(self.sop.lines, heights, strict=True)):
            below = last if number == len(heights) - 1 else STRIP
            if bottoms[-1] + high + below > low and bottoms[-1] > tops[-1]:
                tops.append(MARGIN + self.head_high + STRIP)
                bottoms.append(tops[-1])
            places.append(Place(len(tops) - 1, bottoms[-1], high, line.doer, line.symbol))
            bottoms[-1] += high
        return places, tops, bottoms

    # --- cells

    def row_cells(self, number: int, line: Line) -> list[list[str]]:
        """Return the broken lines of the cells of a row, without those of doers."""
        wide = self.columns.widths
        told = [
            ([str(number + 1)], wide[0]),
            ([self.said(one) for one in line.activity], wide[1]),
            ([self.said(one) for one in line.needs] or ["–"], wide[3]),
            ([self.said(line.time)], wide[4]),
            ([self.said(one) for one in line.output] or ["–"], wide[5]),
            ([self.said(one) for one in line.notes], wide[6]),
        ]
        return [broken(texts, room - 2 * PAD, SIZE, most=MOST_LINES) for texts, room in told]

    def row_high(self, cells: list[list[str]]) -> float:
        return max(LEAST, max(tall(cell, SIZE) for cell in cells) + 2 * PAD)

    def table(self, page: int, rows: Sequence[int], places: Sequence[Place], top: float, bottom: float) -> list[Item]:
        """Return the rows of a page with their rules, and the head above them."""
        lefts, wide = self.columns.lefts, self.columns.widths
        lead = top - (STRIP if page > 0 else 0)
        start = lead - self.head_high
        strip = STRIP if any(place.page > page for place in places) else 0
        end = bottom + strip
        items: list[Item] = [Shape("rect", lefts[0], start, lefts[-1] - lefts[0], self.head_high, fill=TINT, thick=0)]
        for border in range(1, len(self.sop.doers)):
            x = lefts[2] + border * self.columns.doer
            items.append(Stroke(((x, lead), (x, end)), thick=0.3, colour="#c4c4c4"))
        for number in rows:
            place = places[number]
            for cell, column in zip(self.cells[number], (0, 1, 3, 4, 5, 6), strict=True):
                middle = column in (0, 4)
                items += written(
                    cell,
                    lefts[column] + PAD,
                    place.top + PAD,
                    wide[column] - 2 * PAD,
                    SIZE,
                    align="center" if middle else "left",
                )
            items.append(Stroke(((lefts[0], place.top), (lefts[-1], place.top)), thick=0.4, colour=RULE))
        items.append(Stroke(((lefts[0], bottom), (lefts[-1], bottom)), thick=0.4, colour=RULE))
        inner = {lefts[4], lefts[5]}  # below one head for all three
        items += [Stroke(((x, start + (FIRST if x in inner else 0)), (x, end)), thick=0.6) for x in lefts]
        items += [Stroke(((lefts[0], y), (lefts[-1], y)), thick=0.6) for y in (start, lead, end)]
        return [*items, *(self.moved(item, start) for item in self.head_items)]

    def head(self) -> tuple[list[Item], float]:
        """Return the head of the table as it stands at the top of a page, and its height."""
        lefts, wide, doer = self.columns.lefts, self.columns.widths, self.columns.doer
        first = FIRST
        turned = doer < TURNED
        names = [self.said(one) for one in self.sop.doers]
        second = 13.0
        labels: list[list[str]] = []
        for room in (44, 54, 64, 74, 84, 96, 110) if turned else (doer - 4,):
            labels = [broken([name], room - 6 if turned else room, SIZE, most=8) for name in names]
            needed = max(tall(label, SIZE) for label in labels)
            whole = all(width(word, SIZE) <= room - 6 for name in names for word in name.split())
            second = room if turned else max(second, needed + 6)
            if not turned or (needed <= doer - 3 and whole):
                break
        items: list[Item] = []
        for head, column, span in zip(HEADS, (0, 1, 2, 3, 6), (1, 1, 1, 3, 1), strict=True):
            room = sum(wide[column : column + span])
            deep = first if column in (2, 3) else first + second
            y = (deep - HEAD_SIZE * LEADING) / 2
            items.append(Text(lefts[column], y, room, self.said(head), HEAD_SIZE, bold=True, align="center"))
        for head, column in zip(QUALITY, (3, 4, 5), strict=True):
            y = first + (second - HEAD_SIZE * LEADING) / 2
            items.append(Text(lefts[column], y, wide[column], self.said(head), HEAD_SIZE, bold=True, align="center"))
        for number, label in enumerate(labels):
            left = lefts[2] + number * doer
            if turned:
                start = left + (doer - tall(label, SIZE)) / 2
                for row, line in enumerate(label):
                    items.append(Text(start + row * SIZE * LEADING, first + second, second, line, SIZE, turned=True))
            else:
                y = first + (second - tall(label, SIZE)) / 2
                items += written(label, left + 2, y, doer - 4, SIZE, align="center")
        across = (lefts[2], lefts[6])
        items.append(Stroke(((across[0], first), (across[1], first)), thick=0.4))
        items += [
            Stroke(((x, first), (x, first + second)), thick=0.4)
            for x in (lefts[2] + number * doer for number in range(1, len(names)))
        ]
        return items, first + second

    def moved(self, item: Item, down: float) -> Item:
        """Return an item of the head where the head stands."""
        match item:
            case Text():
                return replace(item, y=item.y + down)
            case Stroke():
                return replace(item, points=tuple((x, y + down) for x, y in item.points))
        return item

    # --- what stands below

    def totals_lines(self) -> list[str]:
        return broken([self.said(one) for one in self.sop.totals], A4_WIDE - 2 * MARGIN, HEAD_SIZE)

    def totals_high(self) -> float:
        return tall(self.totals_lines(), HEAD_SIZE)

    def totals(self, y: float) -> list[Item]:
        return list(written(self.totals_lines(), MARGIN, y, A4_WIDE - 2 * MARGIN, HEAD_SIZE, bold=True))

    def foot(self, page: int, pages: int) -> list[Item]:
        identity = self.sop.identity
        told = f"SOP {self.said(identity.name)} – {self.said(identity.state)} – {self.sop.source[:12]}"
        y = A4_HIGH - MARGIN - 2
        number = self.said(PAGE_OF).format(page + 1, pages)
        left = broken([told], 600, 6, most=1)
        return [
            *written(left, MARGIN, y, 600, 6, colour=QUIET),
            Text(A4_WIDE - MARGIN - 120, y, 120, number, 6, align="right", colour=QUIET),
        ]
