"""Papers read again by other libraries than those that wrote them."""

import io
import xml.etree.ElementTree as ET
import zipfile
from typing import Any

from pypdf import PdfReader
from python_calamine import CalamineWorkbook


def pages(pdf: bytes) -> list[str]:
    """Return the text of each page, its words one space apart."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Return the size of each page in points."""
    return [(round(page.mediabox.width), round(page.mediabox.height)) for page in PdfReader(io.BytesIO(pdf)).pages]


def cells(xlsx: bytes) -> list[list[Any]]:
    """Return the cells of the first sheet, row by row."""
    return CalamineWorkbook.from_filelike(io.BytesIO(xlsx)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def part(xlsx: bytes, name: str) -> ET.Element:
    """Return a part of a workbook as XML."""
    with zipfile.ZipFile(io.BytesIO(xlsx)) as archive:
        return ET.fromstring(archive.read(name))


def drawn(xlsx: bytes) -> list[str]:
    """Return which shapes are drawn on the first sheet, in their order."""
    found = part(xlsx, "xl/drawings/drawing1.xml")
    geometry = "{http://schemas.openxmlformats.org/drawingml/2006/main}prstGeom"
    return [one.get("prst", "") for one in found.iter(geometry)]
