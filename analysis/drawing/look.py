"""Colours, shapes and lines of pictures, and how much room they take; knows no procedure.

Every colour has a contrast of at least 4.5 to 1 with what it stands on. What goes and what comes differ in more than
colour, so that they can be told apart in grey: struck out and dashed the one, bold with a plus and a thick border the
other.
"""

from typing import Literal, NamedTuple

Mark = Literal["stays", "removed", "added"]

FONT = "Arimo"
INK, QUIET, LINE, RULE = "#1F2933", "#52606D", "#616E7C", "#CBD2D9"
PAPER, LANE, HEADER = "#FFFFFF", "#F5F7FA", "#E4E7EB"
GONE, GONE_FILL = "#A61B1B", "#FFF5F5"
NEW, NEW_FILL, NEW_HEADER = "#0B4F8A", "#E6F1FB", "#CFE3F5"

TITLE, SMALL, HEAD = 10, 8, 12  # sizes of letters in points

STEP_WIDE = 150.0  # points of text in a step's box
COLUMN_WIDE = 128.0  # of one column of questions in a form
LANE_WIDE = 180.0  # of a lane's title
WAY_WIDE = 118.0  # of what is said on a way

INKS: dict[Mark, str] = {"stays": INK, "removed": GONE, "added": NEW}
FILLS: dict[Mark, str] = {"stays": PAPER, "removed": GONE_FILL, "added": NEW_FILL}
HEADERS: dict[Mark, str] = {"stays": HEADER, "removed": GONE_FILL, "added": NEW_HEADER}
BORDERS: dict[Mark, tuple[str, float]] = {"stays": (LINE, 1), "removed": (GONE, 1.2), "added": (NEW, 2.4)}


class Shape(NamedTuple):
    """A shape of Graphviz, and the room it needs beside what is written in it."""

    drawn: dict[str, str]
    wider: float
    higher: float
    times: float = 1.0  # as high as what is written, for shapes that grow with it


SHAPES: dict[str, Shape] = {
    "form": Shape({"shape": "box", "margin": "0"}, 3, 3),
    "identify": Shape({"shape": "house"}, 24, 14, 1.45),
    "lookup": Shape({"shape": "cylinder"}, 18, 6, 1.34),
    "check": Shape({"shape": "box", "style": "rounded"}, 18, 10),
    "derive": Shape({"shape": "component"}, 30, 14),
    "decide": Shape({"shape": "hexagon"}, 84, 14),
    "choose": Shape({"shape": "diamond"}, 24, 24),
    "pay": Shape({"shape": "invtrapezium"}, 70, 12),
    "approve": Shape({"shape": "box", "style": "rounded", "peripheries": "2"}, 18, 10),
    "issue": Shape({"shape": "note"}, 22, 12),
    "notify": Shape({"shape": "parallelogram"}, 70, 12),
    "carry": Shape({"shape": "house", "orientation": "270"}, 78, 12),
    "wait": Shape({"shape": "ellipse"}, 40, 16, 1.2),
    "refuse": Shape({"shape": "doubleoctagon"}, 36, 20),
    "end": Shape({"shape": "box", "style": "rounded"}, 26, 10),
    "way": Shape({"shape": "plaintext"}, 6, 2),
}
WIDTHS = {
    "carry": 130.0,
    "decide": 122.0,
    "pay": 120.0,
    "notify": 120.0,
    "refuse": 126.0,
}  # of text, in shapes with slanted sides

TIP = 18  # what the tip of an arrow takes of its right side

GROWING = frozenset({"form", "way"})  # may become larger than was reckoned, without harm


def box(kind: str, mark: Mark) -> dict[str, str]:
    """Return how a step of a kind is drawn."""
    drawn = dict(SHAPES[kind].drawn)
    if kind == "way":
        return drawn
    style = ["filled", *([drawn.pop("style")] if "style" in drawn else []), *(["dashed"] if mark == "removed" else [])]
    colour, thick = BORDERS[mark]
    fill = INK if kind == "end" else FILLS[mark]
    return {
        **drawn,
        "style": ",".join(style),
        "fillcolor": fill,
        "color": INK if kind == "end" else colour,
        "penwidth": f"{thick:g}",
    }


def room(kind: str, wide: float, high: float) -> tuple[float, float]:
    """Return how wide and high a box of a kind is around a label."""
    shape = SHAPES[kind]
    least = STEP_WIDE + 18 if kind not in ("choose", "way", "end") else 0.0
    return max(wide + shape.wider, least), high * shape.times + shape.higher


def bar(mark: Mark) -> dict[str, str]:
    """Return how a parallel part begins and ends: a thick bar."""
    return {"shape": "box", "style": "filled", "fillcolor": INKS[mark], "color": INKS[mark]}


BAR_SIZE = (130.0, 5.0)


def arrow(mark: Mark, *, back: bool = False) -> dict[str, str]:
    """Return how the way from one step to the next is drawn; a return is dashed."""
    drawn = {
        "stays": {"color": LINE},
        "removed": {"color": GONE, "style": "dotted", "penwidth": "1.3", "arrowhead": "empty"},
        "added": {"color": NEW, "penwidth": "2.2"},
    }[mark]
    if back:
        drawn = {**drawn, "style": "dotted" if mark == "removed" else "dashed", "arrowhead": "vee"}
    return drawn
