"""Shapes and lines on a worksheet as DrawingML, which openpyxl does not write; knows no paper.

Each shape is anchored to the cells it stands over, so that it moves with them.
"""

import io
import re
import zipfile
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from analysis.drawing.text import clean
from flows.papers.sheet import Item, Shape, Stroke, Text

EMU = 12700  # English metric units a point
FORMS = {
    "rect": "rect",
    "capsule": "flowChartTerminator",
    "diamond": "diamond",
    "pentagon": "flowChartOffpageConnector",
}
SPACES = (
    'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # of files in the archive: the same workbook of the same values
CORE = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")


@dataclass(frozen=True)
class Cells:
    """Where columns and rows begin, in points; the last number is where all ends."""

    columns: Sequence[float]
    rows: Sequence[float]

    def at(self, x: float, y: float) -> str:
        """Return a point as a cell and how far inside it stands."""
        column = max(0, min(bisect_right(self.columns, x) - 1, len(self.columns) - 2))
        row = max(0, min(bisect_right(self.rows, y) - 1, len(self.rows) - 2))
        inside, below = round((x - self.columns[column]) * EMU), round((y - self.rows[row]) * EMU)
        return (
            f"<xdr:col>{column}</xdr:col><xdr:colOff>{inside}</xdr:colOff>"
            f"<xdr:row>{row}</xdr:row><xdr:rowOff>{below}</xdr:rowOff>"
        )


def drawing(items: Sequence[Item], cells: Cells, said: Sequence[str]) -> str:
    """Return a worksheet's drawing.

    Args:
        items: What is drawn, in points from the upper left corner of the sheet.
        cells: Where its cells are.
        said: What each item is, for those who do not see it.
    """
    inside = "".join(
        _anchored(number, item, cells, words)
        for number, (item, words) in enumerate(zip(items, said, strict=True), start=2)
    )
    return f"{HEAD}<xdr:wsDr {SPACES}>{inside}</xdr:wsDr>"


def _anchored(number: int, item: Item, cells: Cells, said: str) -> str:
    x, y, wide, high = _box(item)
    place = f"<xdr:from>{cells.at(x, y)}</xdr:from><xdr:to>{cells.at(x + wide, y + high)}</xdr:to>"
    name = f'<xdr:cNvPr id="{number}" name="{number}" descr={quoteattr(clean(said))}/>'
    frame = (
        f'<a:xfrm><a:off x="{round(x * EMU)}" y="{round(y * EMU)}"/>'
        f'<a:ext cx="{round(wide * EMU)}" cy="{round(high * EMU)}"/></a:xfrm>'
    )
    kind = ' txBox="1"' if isinstance(item, Text) else ""
    shape = (
        f'<xdr:sp macro="" textlink=""><xdr:nvSpPr>{name}<xdr:cNvSpPr{kind}/></xdr:nvSpPr>'
        f"<xdr:spPr>{frame}{''.join(_look(item))}</xdr:spPr>{_words(item)}</xdr:sp>"
    )
    return f"<xdr:twoCellAnchor>{place}{shape}<xdr:clientData/></xdr:twoCellAnchor>"


def _box(item: Item) -> tuple[float, float, float, float]:
    if not isinstance(item, Stroke):
        return item.x, item.y, item.wide, item.high if isinstance(item, Shape) else item.size * 1.5
    xs, ys = [x for x, _ in item.points], [y for _, y in item.points]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def _look(item: Item) -> Iterator[str]:
    match item:
        case Shape():
            yield f'<a:prstGeom prst="{FORMS[item.form]}"><a:avLst/></a:prstGeom>'
            yield f'<a:solidFill><a:srgbClr val="{(item.fill or "#ffffff")[1:]}"/></a:solidFill>'
            yield f'<a:ln w="{round(item.thick * EMU)}"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln>'
        case Stroke():
            yield _path(item)
            tip = '<a:tailEnd type="triangle" w="med" len="med"/>' if item.arrow else ""
            ink = '<a:solidFill><a:srgbClr val="000000"/></a:solidFill>'
            yield f'<a:noFill/><a:ln w="{round(item.thick * EMU)}">{ink}{tip}</a:ln>'
        case Text():
            yield '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/>'


def _path(item: Stroke) -> str:
    x, y, wide, high = _box(item)
    points = [(round((a - x) * EMU), round((b - y) * EMU)) for a, b in item.points]
    (first_x, first_y), *others = points
    told = f'<a:moveTo><a:pt x="{first_x}" y="{first_y}"/></a:moveTo>'
    told += "".join(f'<a:lnTo><a:pt x="{a}" y="{b}"/></a:lnTo>' for a, b in others)
    size = f'w="{round(wide * EMU)}" h="{round(high * EMU)}"'
    return (
        "<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>"
        f'<a:rect l="0" t="0" r="r" b="b"/><a:pathLst><a:path {size} fill="none">{told}</a:path></a:pathLst></a:custGeom>'
    )


def _words(item: Item) -> str:
    if not isinstance(item, Text):
        return ""
    run = (
        f'<a:r><a:rPr lang="en-US" sz="{round(item.size * 100)}"/><a:t>{_escaped(item.text)}</a:t></a:r>'
        if item.text
        else ""
    )
    inset = 'lIns="0" tIns="0" rIns="0" bIns="0"'
    return f'<xdr:txBody><a:bodyPr wrap="none" {inset}/><a:lstStyle/><a:p>{run}</a:p></xdr:txBody>'


def _escaped(text: str) -> str:
    return quoteattr(clean(text))[1:-1].replace('"', "&quot;")


def with_drawing(workbook: bytes, drawing_xml: str | None) -> bytes:
    """Return a workbook with a drawing on its first sheet, if there is one; the same of the same, always.

    Args:
        workbook: As openpyxl has written it, without any drawing.
        drawing_xml: What `drawing` returned.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:

        def put(name: str, content: bytes) -> None:
            new.writestr(zipfile.ZipInfo(name, LONG_AGO), content, zipfile.ZIP_DEFLATED)

        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = CORE.sub(b"", content)
            elif drawing_xml is not None and name == "[Content_Types].xml":
                kind = "application/vnd.openxmlformats-officedocument.drawing+xml"
                told = f'<Override PartName="/xl/drawings/drawing1.xml" ContentType="{kind}"/></Types>'
                content = content.replace(b"</Types>", told.encode())
            elif drawing_xml is not None and name == "xl/worksheets/sheet1.xml":
                told = f'<drawing xmlns:r="{OFFICE}" r:id="rId1"/></worksheet>'
                content = content.replace(b"</worksheet>", told.encode())
            put(name, content)
        if drawing_xml is not None:
            target = f'<Relationship Id="rId1" Type="{OFFICE}/drawing" Target="/xl/drawings/drawing1.xml"/>'
            put("xl/drawings/drawing1.xml", drawing_xml.encode())
            put(
                "xl/worksheets/_rels/sheet1.xml.rels",
                f'{HEAD}<Relationships xmlns="{RELATIONS}">{target}</Relationships>'.encode(),
            )
    return made.getvalue()
