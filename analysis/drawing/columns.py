"""Which ways go straight on and which step aside, and how far, so that no two stand in one place; knows no size."""

from analysis.drawing.alignment import Piece
from analysis.drawing.ways import WayLabel
from processes.procedure import Back, Refuse

Span = dict[str, tuple[int, int]]  # lane -> the columns used in it, from and to
Shift = dict[str, int]  # lane -> how many columns aside, to the right


class Columns:
    """Puts the ways of each choice beside each other; the way that goes straight on stays in the middle of the lanes.

    What goes is pushed aside, so that what stays keeps its straight line.
    """

    def __init__(
        self,
        lane_of: dict[int, str],
        order: tuple[str, ...],
        labels: dict[int, tuple[WayLabel, ...]],
        target_lane: dict[str, str],
    ) -> None:
        self.lane_of, self.order, self.labels, self.target_lane = lane_of, order, labels, target_lane
        self._shifts: dict[int, tuple[Shift, ...]] = {}

    def shifts(self, piece: Piece) -> tuple[Shift, ...]:
        """Return how far aside each way of a piece stands, lane by lane, from where the piece stands."""
        if id(piece) not in self._shifts:
            self._shifts[id(piece)] = self._find(piece)
        return self._shifts[id(piece)]

    def reach(self, piece: Piece) -> tuple[int, int]:
        """Return from which to which column the first boxes of a piece's ways stand in its own lane."""
        lane = self.lane_of[id(piece)]
        places = [shift.get(lane, 0) for shift in self.shifts(piece)]
        return min(places, default=0), max(places, default=0)

    def _find(self, piece: Piece) -> tuple[Shift, ...]:
        ways, labels = piece.ways, self.labels[id(piece)]
        lane = self.lane_of[id(piece)]
        straight = straightest(ways, labels)
        used: Span = _joined({lane: (0, 0)}, self.span(ways[straight]) if ways else {})
        found: list[Shift] = [{} for _ in ways]
        for number, way in enumerate(ways):
            if number == straight:
                continue
            left = self._goes_left(way, lane)
            shift: Shift = {}
            for at, (low, high) in _joined({lane: (0, 0)}, self.span(way)).items():
                if at in used:
                    shift[at] = used[at][0] - 1 - high if left else used[at][1] + 1 - low
                used = _joined(used, {at: (low + shift.get(at, 0), high + shift.get(at, 0))})
            found[number] = shift
        return tuple(found)

    def span(self, pieces: tuple[Piece, ...]) -> Span:
        """Return which columns some pieces take up."""
        span: Span = {}
        for piece in pieces:
            if isinstance(piece.item, Back):
                continue
            aside = aside_of(piece)
            here = {self.lane_of[id(piece)]: (aside, aside)}
            for way, shift in zip(piece.ways, self.shifts(piece), strict=True):
                inside = _joined({self.lane_of[id(piece)]: (0, 0)}, self.span(way))
                moved = {
                    lane: (low + shift.get(lane, 0) + aside, high + shift.get(lane, 0) + aside)
                    for lane, (low, high) in inside.items()
                }
                here = _joined(here, moved)
            span = _joined(span, here)
        return span

    def _goes_left(self, way: tuple[Piece, ...], lane: str) -> bool:
        first = next(iter(way), None)
        if first is None:
            return False
        if isinstance(first.item, Back):
            to = self.target_lane.get(first.item.target, lane)
        else:
            to = self.lane_of[id(first)]
        return self.order.index(to) < self.order.index(lane)


def aside_of(piece: Piece) -> int:
    """Return how many columns a piece stands aside by itself."""
    return 1 if piece.mark == "removed" else 0


def straightest(ways: tuple[tuple[Piece, ...], ...], labels: tuple[WayLabel, ...]) -> int:
    """Return the number of the way that goes straight on: one that does not end, the likeliest of them, the shortest."""

    def wish(number: int) -> tuple[object, ...]:
        way = ways[number]
        ends = bool(way) and isinstance(way[-1].item, Back | Refuse)
        share = labels[number].share if number < len(labels) else None
        return ends, -(share or 0.0), len(way), number

    return min(range(len(ways)), key=wish, default=0)


def _joined(one: Span, other: Span) -> Span:
    joined = dict(one)
    for lane, (low, high) in other.items():
        old = joined.get(lane, (low, high))
        joined[lane] = (min(old[0], low), max(old[1], high))
    return joined
