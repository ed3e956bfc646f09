"""A paper of headings, paragraphs and tables as a workbook; knows no paper's content."""

from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from flows.papers.document import Document, Heading, NewPage, Paragraph, Signatures, Table, numbered
from flows.papers.sheet import broken, tall
from flows.papers.workbook import as_bytes, heighten, new_sheet, put, widen

WIDE = 520.0  # points, of all columns
SIZE = 9.0
GRID = 24  # narrow columns, of which the cells of every table take as many as they need


def document_workbook(document: Document, name: str) -> bytes:
    """Return a paper as an XLSX file with one sheet of this name."""
    book, sheet = new_sheet(document.title, name)
    sheet.page_setup.orientation = "portrait"
    for column in range(1, GRID + 1):
        widen(sheet, column, WIDE / GRID)
    row = 1
    for block in document.blocks:
        match block:
            case Heading(text, level):
                _across(sheet, row, [text], bold=True, size=12 if level == 1 else 10, middle=level == 1)
            case Paragraph(text, bold, align):
                _across(sheet, row, [text], bold=bold, middle=align == "center")
            case Table():
                row = _table(sheet, row, block)
            case Signatures(parties):
                _signed(sheet, row, parties)
            case NewPage():
                sheet.row_breaks.append(Break(id=row))
        row += 1
    return as_bytes(book)


def _across(
    sheet: Worksheet, row: int, lines: list[str], *, bold: bool = False, size: float = SIZE, middle: bool = False
) -> None:
    put(sheet, row, 1, lines, columns=GRID, bold=bold, size=size, middle=middle, framed=False)
    heighten(sheet, row, tall(broken(lines, WIDE - 8, size, bold=bold, most=200), size) + 5)


def _table(sheet: Worksheet, row: int, block: Table) -> int:
    """Write a table; return its last row."""
    spans = _spans(block.wide)
    starts = [1 + sum(spans[:number]) for number in range(len(spans))]
    if block.head:
        for start, span, text in zip(starts, spans, block.head, strict=True):
            put(sheet, row, start, [text], columns=span, bold=True, middle=True, tinted=True, size=SIZE)
        heads = zip(block.head, spans, strict=True)
        heighten(sheet, row, max(_high([text], span) for text, span in heads))
        row += 1
    for number, cells in enumerate(block.rows):
        if number in block.bands:
            put(sheet, row, 1, list(cells[0]), columns=GRID, bold=True, tinted=True, size=SIZE)
        else:
            told = [numbered(cell) if block.numbered else cell for cell in cells]
            for start, span, lines in zip(starts, spans, told, strict=True):
                put(sheet, row, start, list(lines), columns=span, size=SIZE)
            heighten(sheet, row, max(_high(list(cell), span) for cell, span in zip(told, spans, strict=True)))
        row += 1
    return row


def _spans(wide: tuple[float, ...]) -> list[int]:
    """Return how many narrow columns each column takes, all together the whole grid.

    >>> _spans((1, 4, 7))
    [2, 8, 14]
    """
    ends = [round(GRID * sum(wide[: number + 1]) / sum(wide)) for number in range(len(wide))]
    starts = [0, *ends[:-1]]
    return [max(1, end - start) for start, end in zip(starts, ends, strict=True)]


def _high(lines: list[str], span: int) -> float:
    return tall(broken(lines, span * WIDE / GRID - 8, SIZE, most=200), SIZE) + 5


def _signed(sheet: Worksheet, row: int, parties: tuple[tuple[str, ...], ...]) -> None:
    spans = _spans(tuple(1.0 for _ in parties))
    for number, (party, span) in enumerate(zip(parties, spans, strict=True)):
        start = 1 + sum(spans[:number])
        lines = [party[0], "", "", "", *party[1:]]
        put(sheet, row, start, lines, columns=span, middle=True, framed=False, size=SIZE)
    heighten(sheet, row, max(len(party) + 3 for party in parties) * SIZE * 1.35)
