"""Where each box of a picture stands; knows its size, its lane and what comes before it, and not what it means."""

from dataclasses import dataclass
from typing import NamedTuple

from analysis.drawing.picture import Arrow, Box

HALF = 84.0  # points from the middle of a lane to the side of a usual step
GUTTER = 26.0  # between columns
WAY_HALF = 62.0  # half of what is said on the straight way
NEAR = 16.0  # between what is said on ways
PITCH = 2 * HALF + GUTTER
BETWEEN = 19.0  # above a box; an arrow must be seen
UNDER = 9.0  # above what is said on a way
PADDING = 20.0  # at the sides of a lane
HEAD_HIGH, LANE_GAP, LEAST_LANE = 46.0, 6.0, 216.0


class Spot(NamedTuple):
    """A rectangle on the picture, in points from the upper left corner."""

    left: float
    top: float
    wide: float
    high: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands."""

    boxes: dict[str, Spot]
    heads: tuple[Spot, ...]
    lanes: tuple[Spot, ...]
    wide: float
    high: float


def layout(boxes: tuple[Box, ...], arrows: tuple[Arrow, ...], lanes: int) -> Layout:
    """Return where the boxes stand: each under all that lead to it, and under all above it in its lane.

    Args:
        boxes: In an order in which what comes before stands before.
        arrows: Those that lead back move nothing.
        lanes: How many there are.

    Complexity: the arrows, and for each lane the square of the number of its boxes.
    """
    before: dict[str, list[str]] = {}
    for arrow in arrows:
        if not arrow.back:
            before.setdefault(arrow.head, []).append(arrow.tail)
    middle = {box.name: _middle(box) for box in boxes}
    bottom: dict[str, float] = {}
    top: dict[str, float] = {}
    placed: list[list[Box]] = [[] for _ in range(lanes)]
    for box in boxes:
        space = UNDER if box.said else BETWEEN
        least = HEAD_HIGH + BETWEEN
        for name in before.get(box.name, ()):
            least = max(least, bottom.get(name, 0.0) + space)
        left, right = _reach(box, middle[box.name])
        for other in placed[box.lane]:
            if (
                middle[other.name] - other.wide / 2 < right + NEAR / 2
                and middle[other.name] + other.wide / 2 > left - NEAR / 2
            ):
                least = max(least, bottom[other.name] + space)
        top[box.name], bottom[box.name] = least, least + box.high
        placed[box.lane].append(box)
    high = max(bottom.values(), default=0.0) + BETWEEN
    return _spread(boxes, placed, middle, top, high)


def _middle(box: Box) -> float:
    """Return how far the middle of a box is from the middle of its lane's first column."""
    if box.beside is None or box.beside == box.column:
        return _column(box.column, box.wide)
    steps = box.column - box.beside
    side = 1 if steps > 0 else -1
    return _column(box.beside, 0) + side * (WAY_HALF + NEAR + box.wide / 2 + (abs(steps) - 1) * PITCH)


def _column(column: int, wide: float) -> float:
    """Return where the middle of something so wide stands in a column; wide things step further aside."""
    if not column:
        return 0.0
    side = 1 if column > 0 else -1
    return side * (HALF + GUTTER + (abs(column) - 1) * PITCH + max(HALF, wide / 2))


def _reach(box: Box, middle: float) -> tuple[float, float]:
    """Return from where to where a box takes room: where ways lead aside, nothing above may stand in between."""
    left, right = middle - box.wide / 2, middle + box.wide / 2
    low, high = box.reach
    return min(left, middle + low * PITCH), max(right, middle + high * PITCH)


def _spread(
    boxes: tuple[Box, ...], placed: list[list[Box]], middle: dict[str, float], top: dict[str, float], high: float
) -> Layout:
    """Lay the lanes side by side, each as wide as what stands in it."""
    spots: dict[str, Spot] = {}
    heads, areas, at = [], [], 0.0
    for lane in placed:
        left = min([middle[box.name] - box.wide / 2 for box in lane], default=0.0)
        right = max([middle[box.name] + box.wide / 2 for box in lane], default=0.0)
        wide = max(right - left + 2 * PADDING, LEAST_LANE)
        start = at + (wide - (right - left)) / 2 - left
        for box in lane:
            spots[box.name] = Spot(start + middle[box.name] - box.wide / 2, top[box.name], box.wide, box.high)
        heads.append(Spot(at, 0.0, wide, HEAD_HIGH))
        areas.append(Spot(at, 0.0, wide, high))
        at += wide + LANE_GAP
    return Layout(spots, tuple(heads), tuple(areas), at - LANE_GAP, high)
