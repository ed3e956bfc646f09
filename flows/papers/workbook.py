"""Cells of a workbook in which every text stays a text, whatever it begins with; knows no paper."""

import io

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from analysis.drawing.text import clean, shortened
from flows.papers.drawing_ml import with_drawing

MOST = 32_000  # characters of a cell
FACE = "Arial"
DIGIT = 5.25  # points a character of the usual font is wide, and what is beside
BESIDE = 3.75
THIN = Side(style="thin", color="000000")
FRAME = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
FAINT = Side(style="hair", color="A0A0A0")
FAINT_FRAME = Border(left=FAINT, right=FAINT, top=FAINT, bottom=FAINT)
TINT = PatternFill("solid", fgColor="EEEEEE")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def new_sheet(title: str, sheet_title: str) -> tuple[Workbook, Worksheet]:
    """Return a workbook of a title with one empty sheet, on A4 that lies and as wide as one page."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101  # a new workbook has one
    sheet.title = sheet_title[:31]
    book.properties.title, book.properties.creator = shortened(clean(title), 200), "sekali"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.5
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(right=_HeaderFooterPart(text="&P / &N", size=7))
    return book, sheet


def put(
    sheet: Worksheet,
    row: int,
    column: int,
    lines: list[str],
    *,
    rows: int = 1,
    columns: int = 1,
    size: float = 8,
    bold: bool = False,
    middle: bool = False,
    turned: bool = False,
    tinted: bool = False,
    framed: bool = True,
    grey: bool = False,  # letters and frame, for what is drawn over
) -> None:
    """Write lines of text into a cell, merged with those beside and below it.

    Whatever the text begins with, it is kept as text, also when somebody edits the cell.
    """
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)  # noqa: S101  # no cell is written twice
    text = shortened("\n".join(clean(line) for line in lines), MOST)
    cell.value = text
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(FORMULA)
    cell.font = Font(name=FACE, size=size, bold=bold, color="808080" if grey else "000000")
    cell.alignment = Alignment(
        horizontal="center" if middle else "left",
        vertical="center" if middle else "top",
        wrap_text=True,
        text_rotation=90 if turned else 0,
    )
    for other in sheet.iter_rows(row, row + rows - 1, column, column + columns - 1):
        for one in other:
            assert isinstance(one, Cell | MergedCell)  # noqa: S101
            if framed:
                one.border = FAINT_FRAME if grey else FRAME
            if tinted:
                one.fill = TINT
    if rows > 1 or columns > 1:
        sheet.merge_cells(start_row=row, start_column=column, end_row=row + rows - 1, end_column=column + columns - 1)


def widen(sheet: Worksheet, column: int, points: float) -> None:
    """Make a column so many points wide."""
    sheet.column_dimensions[get_column_letter(column)].width = max(1.0, (points - BESIDE) / DIGIT)


def heighten(sheet: Worksheet, row: int, points: float) -> None:
    """Make a row so many points high; a spreadsheet admits at most 409."""
    sheet.row_dimensions[row].height = min(points, 409.0)


def as_bytes(book: Workbook, drawing: str | None = None) -> bytes:
    """Return a workbook as a file, with what is drawn on its first sheet; the same of the same, always."""
    made = io.BytesIO()
    book.save(made)
    return with_drawing(made.getvalue(), drawing)
