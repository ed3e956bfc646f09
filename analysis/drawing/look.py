"""Colours, shapes and lines of pictures; knows no procedure.

Every colour has a contrast of at least 4.5 to 1 with what it stands on. What goes and what comes differ in more than
colour, so that they can be told apart in grey: struck out and dashed the one, bold with a plus and a thick border the other.
"""

from typing import Literal

Mark = Literal["stays", "removed", "added"]

FONT = "Arimo"
INK, QUIET, LINE, RULE = "#1F2933", "#52606D", "#616E7C", "#CBD2D9"
PAPER, LANE, HEADER = "#FFFFFF", "#F5F7FA", "#E4E7EB"
GONE, GONE_FILL = "#A61B1B", "#FFF5F5"
NEW, NEW_FILL, NEW_HEADER = "#0B4F8A", "#E6F1FB", "#CFE3F5"

TITLE, SMALL, HEAD = 10, 8, 12  # sizes of letters in points

STEP_WIDE = 150.0  # points of text in a step's box
COLUMN_WIDE = 128.0  # of one column of questions in a form
LANE_WIDE = 170.0  # of a lane's title
PILL_WIDE = 120.0  # of what is said on a way

STEP_WIDTH = "2.3"  # inches at least

SHAPES: dict[str, dict[str, str]] = {
    "form": {"shape": "box", "margin": "0"},
    "identify": {"shape": "house", "margin": "0.12,0.04"},
    "lookup": {"shape": "cylinder", "margin": "0.12,0.08"},
    "check": {"shape": "box", "style": "rounded"},
    "derive": {"shape": "component"},
    "decide": {"shape": "hexagon", "margin": "0,0.04"},
    "pay": {"shape": "parallelogram", "margin": "0,0.04"},
    "approve": {"shape": "box", "style": "rounded", "peripheries": "2"},
    "issue": {"shape": "note"},
    "notify": {"shape": "tab"},
    "carry": {"shape": "cds", "margin": "0.14,0.10"},
    "wait": {"shape": "ellipse", "margin": "0.02,0.02"},
    "refuse": {"shape": "doubleoctagon", "margin": "0.04,0.05"},
}

INKS: dict[Mark, str] = {"stays": INK, "removed": GONE, "added": NEW}
FILLS: dict[Mark, str] = {"stays": PAPER, "removed": GONE_FILL, "added": NEW_FILL}
HEADERS: dict[Mark, str] = {"stays": HEADER, "removed": GONE_FILL, "added": NEW_HEADER}


def box(kind: str, mark: Mark) -> dict[str, str]:
    """Return how a step of a kind is drawn."""
    shape = dict(SHAPES.get(kind, SHAPES["check"]))
    style = ["filled", *([shape.pop("style")] if "style" in shape else [])]
    if mark == "removed":
        style.append("dashed")
    borders = {"stays": (LINE, "1"), "removed": (GONE, "1.2"), "added": (NEW, "2.4")}
    colour, thick = borders[mark]
    return {
        "width": STEP_WIDTH,
        **shape,
        "style": ",".join(style),
        "fillcolor": FILLS[mark],
        "color": colour,
        "penwidth": thick,
    }


def arrow(mark: Mark, *, back: bool = False) -> dict[str, str]:
    """Return how the way from one step to the next is drawn; a return is dashed and pulls nothing upwards."""
    drawn = {
        "stays": {"color": LINE},
        "removed": {"color": GONE, "style": "dotted", "penwidth": "1.3", "arrowhead": "empty"},
        "added": {"color": NEW, "penwidth": "2.2"},
    }[mark]
    if back:
        drawn = {
            **drawn,
            "style": "dotted" if mark == "removed" else "dashed",
            "arrowhead": "vee",
            "constraint": "false",
        }
    return drawn


def font(html: str, *, size: float | None = None, colour: str | None = None, bold: bool = False) -> str:
    """Return a piece of an HTML-like label in a size, a colour and a weight.

    >>> font("Akta", size=8, bold=True)
    '<FONT POINT-SIZE="8"><B>Akta</B></FONT>'
    """
    inside = f"<B>{html}</B>" if bold else html
    said = (f' POINT-SIZE="{size:g}"' if size else "") + (f' COLOR="{colour}"' if colour else "")
    return f"<FONT{said}>{inside}</FONT>" if said else inside


def marked(html: str, mark: Mark, *, size: float | None = None, bold: bool = False) -> str:
    """Return a piece of an HTML-like label that stays, is struck out, or stands out."""
    colour = None if mark == "stays" else INKS[mark]
    inside = f"<S>{html}</S>" if mark == "removed" else html
    return font(inside, size=size, colour=colour, bold=bold or mark == "added")


END = {
    "shape": "box",
    "style": "filled,rounded",
    "fillcolor": INK,
    "color": INK,
    "fontcolor": PAPER,
    "margin": "0.16,0.05",
}
WAY = {"shape": "plaintext", "margin": "0.03,0.01", "fontcolor": QUIET}


def choice(mark: Mark, *, titled: bool) -> dict[str, str]:
    """Return how a choice is drawn: a diamond; a flat one, if it has a title."""
    if titled:
        return {**box("decide", mark), "shape": "hexagon"}
    return {
        **box("choose", mark),
        "shape": "diamond",
        "style": "filled",
        "width": "0.32",
        "height": "0.32",
        "margin": "0",
    }


def bar(mark: Mark) -> dict[str, str]:
    """Return how a parallel part begins and ends: a thick bar."""
    ink = INKS[mark]
    return {
        "shape": "box",
        "style": "filled",
        "fillcolor": ink,
        "color": ink,
        "width": "2",
        "height": "0.07",
        "margin": "0",
    }
