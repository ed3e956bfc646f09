"""DOT text as a picture: finds Graphviz and runs it, and makes PDF and PNG of what it draws; knows no procedure."""

import html
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import typst
from graphviz.backend import dot_command, execute  # type: ignore[import-untyped]
from graphviz.exceptions import ExecutableNotFound  # type: ignore[import-untyped]

from processes.words import Words

Form = Literal["svg", "png", "pdf"]
FORMS: tuple[Form, ...] = ("svg", "png", "pdf")

FONTS = Path(__file__).with_name("assets") / "fonts"
ENGINE_VARIABLE = "SEKALI_DOT"
BUNDLED = "graphviz-pure"  # the engine that comes by pip, beside Python
SECONDS = 60  # that a picture may take; a hundred steps take less than one
DOTS_PER_INCH, MOST_DOTS = 144, 60_000_000

_PAGE = b"""#set page(width: auto, height: auto, margin: 0pt)
#set document(title: sys.inputs.title, date: none)
#image(bytes(sys.inputs.svg), format: "svg")
"""


class PictureError(Exception):
    """Why there is no picture, in both languages."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


def engine(environment: Mapping[str, str] = os.environ, python: str = sys.executable) -> Path:
    """Return the program that draws: what `SEKALI_DOT` names, else the one beside Python, else the system's `dot`.

    Raises:
        PictureError: If there is none of them.
    """
    if chosen := environment.get(ENGINE_VARIABLE):
        if found := shutil.which(chosen, path=environment.get("PATH")):
            return Path(found)
        raise PictureError(
            Words(
                f"{ENGINE_VARIABLE} menunjuk '{chosen}', tetapi tidak ada program seperti itu.",
                f"{ENGINE_VARIABLE} names '{chosen}', but there is no such program.",
            )
        )
    beside = Path(python).parent
    for name, where in ((BUNDLED, str(beside)), (BUNDLED, environment.get("PATH")), ("dot", environment.get("PATH"))):
        if found := shutil.which(name, path=where or os.defpath):
            return Path(found)
    raise PictureError(
        Words(
            f"Graphviz tidak ditemukan. Pasang dengan 'pip install {BUNDLED}', pasang Graphviz pada sistem, atau "
            f"tunjukkan programnya dengan {ENGINE_VARIABLE}.",
            f"Graphviz is not to be found. Install it with 'pip install {BUNDLED}', install the system's Graphviz, or "
            f"name its program in {ENGINE_VARIABLE}.",
        )
    )


def render(dot_text: str, form: Form, program: Path | None = None) -> bytes:
    """Return a picture of DOT text.

    Graphviz draws SVG; PNG and PDF are made of that, always with the same letters.

    Args:
        dot_text: As `analysis.drawing` writes it.
        form: Which kind of file.
        program: The engine, if it is known already.

    Raises:
        PictureError: If there is no engine, or it cannot draw the text.
    """
    svg = _svg(dot_text, program or engine())
    if form == "svg":
        return svg.encode()
    found = re.search(r"<title>([^<]*)</title>", svg)
    inputs = {"svg": svg, "title": html.unescape(found[1]) if found else ""}
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[FONTS])
    dots = _dots_per_inch(svg) if form == "png" else None
    try:
        made = typst.compile(_PAGE, format=form, ppi=dots, font_paths=fonts, sys_inputs=inputs)
    except typst.TypstError as error:
        raise PictureError(
            Words(f"{form} tidak dapat dibuat dari gambar: {error}", f"{form} cannot be made of the picture: {error}")
        ) from error
    assert isinstance(made, bytes)  # noqa: S101  # one page is one file
    return made


def _svg(dot_text: str, program: Path) -> str:
    command = [str(program), *dot_command.command("dot", "svg")[1:]]
    try:
        done = execute.run_check(
            command, input=dot_text.encode(errors="replace"), capture_output=True, quiet=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        raise PictureError(
            Words(
                f"Graphviz tidak selesai dalam {SECONDS} detik. Coba gambar prosedur yang lebih kecil.",
                f"Graphviz did not finish in {SECONDS} seconds. Try a smaller procedure.",
            )
        ) from None
    except (ExecutableNotFound, OSError) as error:
        raise PictureError(
            Words(f"'{program}' tidak dapat dijalankan: {error}.", f"'{program}' cannot be run: {error}.")
        ) from error
    except subprocess.CalledProcessError as error:
        told = (error.stderr or b"").decode(errors="replace").strip().split("\n")[0]
        said = told or f"{program}: {error.returncode}"
        raise PictureError(
            Words(f"Graphviz tidak dapat menggambar: {said}", f"Graphviz could not draw: {said}")
        ) from error
    # Fonts as wide as Arimo, where a reader has none.
    return bytes(done.stdout).decode().replace(' font-family="Arimo"', f' font-family="{FAMILY}"')


FAMILY = "Arimo, Arial, Liberation Sans, Helvetica, sans-serif"


def _dots_per_inch(svg: str) -> float:
    """Return how fine a picture can be without becoming too large for a machine's memory."""
    size = re.search(r'<svg width="([\d.]+)pt" height="([\d.]+)pt"', svg)
    if size is None:
        return DOTS_PER_INCH
    square_inches = float(size[1]) / 72 * float(size[2]) / 72
    return float(min(DOTS_PER_INCH, (MOST_DOTS / max(square_inches, 0.01)) ** 0.5))
