"""What is to be seen on a picture: lanes, boxes and arrows, as values; knows no procedure and no place."""

from dataclasses import dataclass

from analysis.drawing.label import Label


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its name is ours, its label is escaped already."""

    name: str
    lane: int
    column: int  # 0 is the straight line of a lane; others stand aside
    label: Label
    drawn: dict[str, str]  # attributes of Graphviz
    wide: float
    high: float
    tooltip: str  # line by line, what it is first
    said: bool = False  # it is what is said on a way
    reach: tuple[int, int] = (0, 0)  # the columns that its ways take, from and to
    beside: int | None = None  # and nothing of that way stands under it, so it stands near the choice in this column
    grows: bool = False  # it may become larger than was reckoned
    link: str = ""  # where a click leads


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one box to another."""

    tail: str
    head: str
    drawn: dict[str, str]
    back: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a picture, HTML-like and escaped already, with all in one row or in two."""

    wide: str
    narrow: str


@dataclass(frozen=True, slots=True)
class Lane:
    """The title of a lane, as it is drawn and plain."""

    label: Label
    plain: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that is to be seen."""

    title: str  # plain
    header: Header
    lanes: tuple[Lane, ...]
    boxes: tuple[Box, ...]  # what comes before in a case stands before
    arrows: tuple[Arrow, ...]
