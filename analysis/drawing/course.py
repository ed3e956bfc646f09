"""The course of cases through a picture: the boxes in their lanes, and the arrows from one to the next; writes no text."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from analysis.drawing import look
from analysis.drawing.alignment import Piece, walk_pieces
from analysis.drawing.content import Content
from analysis.drawing.dot import Arrow, Box
from analysis.drawing.lanes import REGISTRIES, in_order, lane_of_each
from analysis.drawing.look import Mark
from analysis.drawing.ways import WayLabel, labels_of
from processes.procedure import Back, Choose, Item, Lookup, Parallel, Refuse, Step

Side = Literal["before", "after"]
SIDES: tuple[Side, ...] = ("before", "after")


class Course(NamedTuple):
    """What is to be seen of a sequence of pieces."""

    lanes: tuple[str, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    starts: tuple[str, ...]
    ends: tuple[str, ...]


def course(pieces: tuple[Piece, ...], content: Content) -> Course:
    """Return the boxes and arrows of pieces.

    An arrow that only today's cases take goes; one that only cases of the redesign take comes, if it leads from or to
    something that comes, and otherwise is the shorter way past what goes.

    Complexity: linear in the number of pieces.
    """
    return _Course(pieces, content).drawn()


@dataclass(frozen=True, slots=True)
class _Place:
    """The boxes of one piece."""

    enters: str
    leaves: str  # the same, but for parallel parts
    ways: tuple[str | None, ...] = ()


class _Course:
    def __init__(self, pieces: tuple[Piece, ...], content: Content) -> None:
        self.pieces, self.content = pieces, content
        self.lane_of = lane_of_each(pieces, content.before.procedure)
        self.lanes = in_order(self.lane_of)
        if content.after.procedure.starts_from is not None and REGISTRIES not in self.lanes:
            self.lanes = (*self.lanes, REGISTRIES)
        self.boxes: list[Box] = []
        self.marks: dict[str, Mark] = {}
        self.places: dict[int, _Place] = {}
        self.step_box: dict[tuple[Side, str], str] = {}
        self.edges: dict[tuple[str, str, bool], set[Side]] = {}
        self.stopping: list[str] = []

    def drawn(self) -> Course:
        """Make all boxes in the order of the text, then the arrows of both courses."""
        first, last = self.pieces[0], self.pieces[-1]
        starts = [self._end_box(self._ground(first), self.content.start())]
        if event := self.content.event():
            starts.append(self._box(REGISTRIES, event, look.box("lookup", "stays")))
        self._make(self.pieces, frozenset(self.lanes))
        end = self._end_box(self._ground(last), self.content.end())
        for side in SIDES:
            for tail in self._sequence(self.pieces, starts, side):
                self._connect(tail, end, side)
        arrows = tuple(self._arrow(*edge, sides) for edge, sides in self.edges.items())
        return Course(self.lanes, tuple(self.boxes), arrows, tuple(starts), (*self.stopping, end))

    def _ground(self, piece: Piece) -> str:
        lane = self.lane_of[id(piece)]
        return lane if lane != REGISTRIES else self.lanes[0]

    # --- boxes

    def _box(
        self,
        lane: str,
        label: str,
        drawn: dict[str, str],
        tooltip: str = "",
        mark: Mark = "stays",
        *,
        main: bool = True,
    ) -> str:
        name = f"n{len(self.boxes) + 1}"
        self.boxes.append(Box(name, self.lanes.index(lane), label, drawn, tooltip, main))
        self.marks[name] = mark
        return name

    def _end_box(self, lane: str, label: str) -> str:
        return self._box(lane, label, look.END)

    def _make(self, pieces: tuple[Piece, ...], free: frozenset[str]) -> None:
        """Make the boxes of pieces; in the lanes that are free they stand on the straight line."""
        for piece in pieces:
            lane, mark = self.lane_of[id(piece)], piece.mark
            main = lane in free
            match piece.item:
                case Step() as step:
                    label, tooltip = self.content.label(piece), self.content.tooltip(piece)
                    name = self._box(lane, label, look.box(step.kind, mark), tooltip, mark, main=main)
                    self._remember(piece, name)
                    if isinstance(step, Refuse):
                        self.stopping.append(name)
                case Choose() as choice:
                    label = self.content.choice(choice, mark)
                    name = self._box(lane, label, look.choice(mark, titled=bool(label)), "", mark, main=main)
                case Parallel():
                    name = self._box(lane, "", look.bar(mark), "", mark, main=main)
                case _:
                    continue
            self.places[id(piece)] = _Place(name, name, self._ways(piece, free))
            if isinstance(piece.item, Parallel):
                join = self._box(lane, "", look.bar(mark), "", mark, main=main)
                self.places[id(piece)] = _Place(name, join, self.places[id(piece)].ways)

    def _remember(self, piece: Piece, name: str) -> None:
        for side, step in zip(SIDES, (piece.before, piece.after), strict=True):
            if isinstance(step, Step):
                self.step_box[side, step.id] = name

    def _ways(self, piece: Piece, free: frozenset[str]) -> tuple[str | None, ...]:
        """Make the boxes of each way: what is said on it, then its pieces."""
        lane = self.lane_of[id(piece)]
        labels = labels_of(piece.item, self.content.after.naming)
        nested = ((), *piece.ways) if isinstance(piece.item, Lookup) and labels else piece.ways
        straight = _straightest(nested, labels)
        taken = [self._lanes_of(way) | {lane} for way in nested]
        boxes: list[str | None] = []
        for number, way in enumerate(nested):
            others = frozenset().union(
                *(lanes for other, lanes in enumerate(taken) if other < number or other == straight)
            )
            left = free if number == straight else free - others
            text = self.content.way(labels[number], piece.mark) if number < len(labels) else ""
            tooltip = self.content.way_tooltip(labels[number]) if text else ""
            boxes.append(self._box(lane, text, look.WAY, tooltip, piece.mark, main=lane in left) if text else None)
            self._make(way, left)
        return tuple(boxes)

    def _lanes_of(self, pieces: tuple[Piece, ...]) -> set[str]:
        return {self.lane_of[id(piece)] for piece in walk_pieces(pieces)}

    # --- arrows

    def _sequence(self, pieces: tuple[Piece, ...], tails: list[str], side: Side) -> list[str]:
        for piece in pieces:
            item = piece.before if side == "before" else piece.after
            if item is not None:
                tails = self._item(piece, item, tails, side)
        return tails

    def _item(self, piece: Piece, item: Item, tails: list[str], side: Side) -> list[str]:
        if isinstance(item, Back):
            for tail in tails:
                if (target := self.step_box.get((side, item.target))) is not None:
                    self._connect(tail, target, side, back=True)
            return []
        place = self.places[id(piece)]
        for tail in tails:
            self._connect(tail, place.enters, side)
        if isinstance(item, Refuse):
            return []
        nested = self._nested(piece, item)
        if not nested:
            return [place.leaves]
        tails = []
        for number, way in enumerate(nested):
            entry = place.ways[number] if number < len(place.ways) else None
            if entry is not None:
                self._connect(place.enters, entry, side)
            tails += self._sequence(way, [entry or place.enters], side)
        if isinstance(item, Parallel) and tails:
            for tail in tails:
                self._connect(tail, place.leaves, side)
            return [place.leaves]
        return tails

    def _nested(self, piece: Piece, item: Item) -> tuple[tuple[Piece, ...], ...]:
        if isinstance(item, Lookup):
            return ((), piece.ways[0]) if item.not_found else ()
        return piece.ways

    def _connect(self, tail: str, head: str, side: Side, *, back: bool = False) -> None:
        self.edges.setdefault((tail, head, back), set()).add(side)

    def _arrow(self, tail: str, head: str, back: bool, sides: set[Side]) -> Arrow:
        mark: Mark = "stays"
        if sides == {"before"}:
            mark = "removed"
        elif "added" in (self.marks[tail], self.marks[head]):
            mark = "added"
        drawn = look.arrow(mark, back=back)
        if not back and self._is_way(head):
            drawn = {**drawn, "arrowhead": "none"}
        return Arrow(tail, head, drawn)

    def _is_way(self, name: str) -> bool:
        return any(name in place.ways for place in self.places.values())


def _straightest(ways: tuple[tuple[Piece, ...], ...], labels: tuple[WayLabel, ...]) -> int:
    """Return the number of the way that goes straight on: one that does not end, the likeliest of them, the shortest."""

    def wish(number: int) -> tuple[object, ...]:
        way = ways[number]
        ends = bool(way) and isinstance(way[-1].item, Back | Refuse)
        share = labels[number].share if number < len(labels) else None
        return ends, -(share or 0.0), len(way), number

    return min(range(len(ways)), key=wish, default=0)
