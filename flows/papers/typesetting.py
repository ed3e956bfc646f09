"""Templates and their data as PDF, by typst: what people wrote is data, never part of a template."""

import json
from pathlib import Path
from typing import Any

import typst

from flows.pictures import FONTS, PictureError
from processes.words import Words

HERE = Path(__file__).parent


def pdf(template: str, data: dict[str, Any]) -> bytes:
    """Return the PDF that a template makes of data; the same of the same, always.

    Raises:
        PictureError: If it cannot be made.
    """
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[FONTS])
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    try:
        made = typst.compile((HERE / template).read_bytes(), format="pdf", font_paths=fonts, sys_inputs=inputs)
    except typst.TypstError as error:
        raise PictureError(Words(f"pdf tidak dapat dibuat: {error}", f"the pdf cannot be made: {error}")) from error
    assert isinstance(made, bytes)  # noqa: S101  # a PDF is one file
    return made
