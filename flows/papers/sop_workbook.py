"""An SOP as a workbook: readable cells with merged heads, and the symbols and arrows drawn over them; decides no cell's text."""

from collections.abc import Callable

from openpyxl.worksheet.worksheet import Worksheet

from analysis.papers.flowchart import Symbol
from analysis.papers.sop import Sop
from flows.papers.drawing_ml import Cells, drawing
from flows.papers.identity_block import ARMS, GOVERNMENT, TITLE
from flows.papers.routes import Grid, Place, routed
from flows.papers.sheet import Item, Shape, Stroke, Text, broken, tall
from flows.papers.sop_pages import HEADS, QUALITY, TURNED, Columns
from flows.papers.workbook import as_bytes, heighten, new_sheet, put, widen
from processes.words import Language, Words

SCALE = 1.3  # larger than on the page, and made smaller again when it is printed
SIZE = 8.0
LEAST = 42.0
SIGNS: dict[Symbol, str] = {"terminal": "⬭", "activity": "▭", "decision": "◇"}
SYMBOL_WORDS: dict[Symbol, Words] = {
    "terminal": Words("kapsul: mulai atau akhir", "capsule: start or end"),
    "activity": Words("kotak: kegiatan", "box: activity"),
    "decision": Words("belah ketupat: keputusan", "diamond: decision"),
}
HEAD_HIGH, TURNED_HIGH = 16.0, 90.0
ARROW = Words("anak panah", "arrow")


def sop_workbook(sop: Sop, language: Language) -> bytes:
    """Return an SOP as an XLSX file in one language.

    Complexity: linear in its cells, and that of the arrows.
    """

    def said(words: Words) -> str:
        return words.in_language(language)

    return _Book(sop, said).made()


class _Book:
    def __init__(self, sop: Sop, said: Callable[[Words], str]) -> None:
        self.sop, self.said = sop, said
        self.doers = len(sop.doers)
        wide = Columns(self.doers).widths
        doer = wide[2] / max(1, self.doers)
        self.wide = [SCALE * one for one in (*wide[:2], *[doer] * self.doers, *wide[3:])]
        self.high: list[float] = []  # of the rows that are written, in points

    @property
    def columns(self) -> int:
        return len(self.wide)

    def made(self) -> bytes:
        book, sheet = new_sheet(f"SOP {self.said(self.sop.identity.name)}", "SOP")
        for number, points in enumerate(self.wide, start=1):
            widen(sheet, number, points)
        self.identity(sheet)
        first = self.heads(sheet)
        places = self.rows(sheet)
        for one in self.sop.totals:
            self.row(sheet, 14)
            put(sheet, len(self.high), 1, [self.said(one)], columns=self.columns, bold=True, framed=False, size=SIZE)
        sheet.print_title_rows = f"{first}:{first + 1}"
        for number, points in enumerate(self.high, start=1):
            heighten(sheet, number, points)
        items = self.drawn(places)
        cells = Cells(_sums(self.wide), _sums([min(one, 409.0) for one in self.high]))
        return as_bytes(book, drawing([one for one, _ in items], cells, [words for _, words in items]))

    def row(self, sheet: Worksheet, high: float) -> int:
        self.high.append(high)
        return len(self.high)

    # --- the identity block

    def identity(self, sheet: Worksheet) -> None:
        """Write the block in two halves of about the same width."""
        half = self.halves()
        right = self.columns - half
        label = max(1, right // 3)
        wide = sum(self.wide[half + label :])
        identity = self.sop.identity
        put(
            sheet,
            self.row(sheet, 20),
            1,
            [self.said(TITLE)],
            columns=self.columns,
            bold=True,
            middle=True,
            framed=False,
            size=12,
        )
        put(sheet, self.row(sheet, 14), 1, [self.said(identity.state)], columns=self.columns, middle=True, framed=False)
        self.row(sheet, 6)
        first = len(self.high) + 1
        for box in identity.lines:
            told = [self.said(one) for one in box.lines]
            row = self.row(sheet, self.needed(told, wide))
            put(sheet, row, half + 1, [self.said(box.label)], columns=label, bold=True)
            put(sheet, row, half + label + 1, told, columns=right - label)
        names = [self.said(ARMS), "", self.said(GOVERNMENT), self.said(identity.unit)]
        put(sheet, first, 1, names, rows=len(identity.lines), columns=half, bold=True, middle=True, size=10)
        for left, other in zip(identity.boxes[::2], identity.boxes[1::2], strict=True):
            lists = []
            for box in (left, other):
                told = [self.said(one) for one in box.lines]
                numbered = [f"{n}. {one}" for n, one in enumerate(told, 1)] if len(told) > 1 else told
                lists.append([f"{self.said(box.label)}:", *numbered])
            room = (sum(self.wide[:half]), sum(self.wide[half:]))
            row = self.row(sheet, max(self.needed(told, wide) for told, wide in zip(lists, room, strict=True)))
            put(sheet, row, 1, lists[0], columns=half)
            put(sheet, row, half + 1, lists[1], columns=right)
        self.row(sheet, 10)

    def halves(self) -> int:
        """Return after how many columns about half of the width is reached."""
        whole, sums = sum(self.wide), _sums(self.wide)
        best = min(range(1, self.columns), key=lambda number: abs(sums[number] - whole / 2))
        return min(best, self.columns - 2)

    def needed(self, told: list[str], wide: float) -> float:
        """Return how high a row must be for some lines in so wide a cell."""
        return tall(broken(told, wide - 8, SIZE, most=200), SIZE) + 6

    # --- the flow table

    def heads(self, sheet: Worksheet) -> int:
        turned = self.wide[2] / SCALE < TURNED
        names = [self.said(one) for one in self.sop.doers]
        deep = TURNED_HIGH if turned else max(self.needed([name], self.wide[2]) for name in names)
        first, second = self.row(sheet, HEAD_HIGH), self.row(sheet, max(deep, HEAD_HIGH))
        after = 3 + self.doers
        number, activity, done_by, quality, remarks = (self.said(one) for one in HEADS)
        look = {"bold": True, "middle": True, "tinted": True}
        put(sheet, first, 1, [number], rows=2, **look)
        put(sheet, first, 2, [activity], rows=2, **look)
        put(sheet, first, 3, [done_by], columns=self.doers, **look)
        put(sheet, first, after, [quality], columns=3, **look)
        put(sheet, first, after + 3, [remarks], rows=2, **look)
        for place, name in enumerate(names):
            put(sheet, second, 3 + place, [name], turned=turned, middle=True, tinted=True)
        for place, head in enumerate(QUALITY):
            put(sheet, second, after + place, [self.said(head)], **look)
        return first

    def rows(self, sheet: Worksheet) -> list[Place]:
        """Write the rows; return where each stands."""
        places = []
        after = 3 + self.doers
        for number, line in enumerate(self.sop.lines, start=1):
            texts = {
                1: [str(number)],
                2: [self.said(one) for one in line.activity],
                after: [self.said(one) for one in line.needs] or ["–"],
                after + 1: [self.said(line.time)],
                after + 2: [self.said(one) for one in line.output] or ["–"],
                after + 3: [self.said(one) for one in line.notes],
            }
            top = sum(self.high)
            high = min(409.0, max(LEAST, *(self.needed(told, self.wide[at - 1]) for at, told in texts.items())))
            row = self.row(sheet, high)
            for at, told in texts.items():
                put(sheet, row, at, told, middle=at in (1, after + 1))
            for doer in range(self.doers):
                sign = [SIGNS[line.symbol]] if doer == line.doer else []
                put(sheet, row, 3 + doer, sign, middle=True, grey=True)
            places.append(Place(0, top, high, line.doer, line.symbol))
        return places

    # --- what is drawn over them

    def drawn(self, places: list[Place]) -> list[tuple[Item, str]]:
        """Return symbols, arrows and what is said at them, each with what it is."""
        grid = Grid(sum(self.wide[:2]), self.wide[2], self.doers, [0.0], [sum(self.high)])
        labels = {arrow: self.said(arrow.label) for arrow in self.sop.arrows if arrow.label is not None}
        items = routed(grid, places, self.sop.arrows, labels).get(0, [])
        shapes = iter(enumerate(self.sop.lines, start=1))
        told: list[tuple[Item, str]] = []
        for item in items:
            match item:
                case Shape():
                    number, line = next(shapes)
                    told.append((item, f"{number}: {self.said(SYMBOL_WORDS[line.symbol])}"))
                case Stroke():
                    told.append((item, self.said(ARROW)))
                case Text():
                    told.append((item, item.text))
        return told


def _sums(sizes: list[float]) -> list[float]:
    """Return where each of some sizes begins, and where the last ends."""
    found = [0.0]
    for one in sizes:
        found.append(found[-1] + one)
    return found
