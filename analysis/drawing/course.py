"""The course of cases through a picture: the boxes in their lanes, and the arrows from one to the next; writes no text."""

from typing import NamedTuple

from analysis.drawing import look
from analysis.drawing.alignment import SIDES, Piece, Side, of_one_side, walk_pieces
from analysis.drawing.columns import Columns, aside_of
from analysis.drawing.label import EMPTY, Label
from analysis.drawing.lanes import REGISTRIES, in_order, lane_of_each
from analysis.drawing.look import Mark
from analysis.drawing.picture import Arrow, Box
from analysis.drawing.tooltips import Tooltips
from analysis.drawing.ways import labels_of
from analysis.drawing.wording import TOGETHER
from processes.procedure import Back, Choose, FormStep, Item, Parallel, Refuse, Step


class Course(NamedTuple):
    """What is to be seen of a sequence of pieces."""

    lanes: tuple[str, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def course(pieces: tuple[Piece, ...], tooltips: Tooltips) -> Course:
    """Return the boxes and arrows of pieces.

    An arrow that only today's cases take goes; one that only cases of the redesign take comes, if it leads from or to
    something that comes, and otherwise is the shorter way past what goes. Where one side alone is to be seen, its own boxes
    and arrows are, with what becomes of them.

    Complexity: linear in the number of pieces, times how deep they are nested.
    """
    return _Course(pieces, tooltips).drawn()


class _Place(NamedTuple):
    """The boxes of one piece."""

    enters: str
    leaves: str  # the same, but for parallel parts
    ways: tuple[str | None, ...] = ()


class _Course:
    def __init__(self, pieces: tuple[Piece, ...], tooltips: Tooltips) -> None:
        side = tooltips.content.side
        self.pieces = pieces = pieces if side is None else of_one_side(pieces, side)
        self.tooltips, self.content, self.shown = tooltips, tooltips.content, side
        content = self.content
        self.lane_of = lane_of_each(pieces, content.before.procedure)
        self.lanes = in_order(self.lane_of)
        if content.after.procedure.starts_from is not None and REGISTRIES not in self.lanes:
            self.lanes = (*self.lanes, REGISTRIES)
        every = list(walk_pieces(pieces))
        self.labels = {id(piece): labels_of(piece, content.before.naming) for piece in every}
        lane_of_step = {piece.item.id: self.lane_of[id(piece)] for piece in every if isinstance(piece.item, Step)}
        self.columns = Columns(self.lane_of, self.lanes, self.labels, lane_of_step)
        self.boxes: list[Box] = []
        self.marks: dict[str, Mark] = {}
        self.places: dict[int, _Place] = {}
        self.step_box: dict[tuple[Side, str], str] = {}
        self.edges: dict[tuple[str, str, bool], set[Side]] = {}

    def drawn(self) -> Course:
        """Make all boxes in the order of the text, then the arrows of both courses."""
        starts = [self._box("end", self._ground(self.pieces[0]), 0, *self.content.start())]
        if event := self.content.event():
            starts.append(self._box("lookup", REGISTRIES, 0, *event))
        self._make(self.pieces, dict.fromkeys(self.lanes, 0))
        end = self._box("end", self._ground(self.pieces[-1]), 0, *self.content.end())
        for side in SIDES:
            for tail in self._sequence(self.pieces, starts, side):
                self._connect(tail, end, side)
        said = {box.name for box in self.boxes if box.said}
        arrows = tuple(
            self._arrow(*edge, sides, said) for edge, sides in self.edges.items() if self.shown in (None, *sides)
        )
        return Course(self.lanes, tuple(self.boxes), arrows)

    def _ground(self, piece: Piece) -> str:
        lane = self.lane_of[id(piece)]
        return lane if lane != REGISTRIES else self.lanes[0]

    # --- boxes

    def _box(
        self,
        kind: str,
        lane: str,
        column: int,
        label: Label,
        tooltip: str,
        mark: Mark = "stays",
        *,
        reach: tuple[int, int] = (0, 0),
        beside: int | None = None,
        link: str = "",
    ) -> str:
        name = f"n{len(self.boxes) + 1}"
        if kind == "bar":
            drawn, (wide, high) = look.bar(mark), look.BAR_SIZE
        else:
            drawn, (wide, high) = look.box(kind, mark), look.room(kind, label.width, label.height)
        self.boxes.append(
            Box(
                name,
                self.lanes.index(lane),
                column,
                label,
                drawn,
                wide,
                high,
                tooltip,
                said=kind == "way",
                reach=reach,
                beside=beside,
                grows=kind in look.GROWING,
                link=link,
            )
        )
        self.marks[name] = mark
        return name

    def _make(self, pieces: tuple[Piece, ...], column: dict[str, int]) -> None:
        """Make the boxes of pieces, each in its lane, so many columns aside there."""
        for piece in pieces:
            lane, mark, aside = self.lane_of[id(piece)], piece.mark, aside_of(piece)
            inner = {at: columns + aside for at, columns in column.items()}
            here, reach = inner[lane], self.columns.reach(piece)
            match piece.item:
                case Step() as step:
                    label, tooltip = self.content.label(piece), self.tooltips.step(piece)
                    # the lines of a form lead each elsewhere
                    link = "" if isinstance(step, FormStep) else self.content.link(piece)
                    name = self._box(step.kind, lane, here, label, tooltip, mark, reach=reach, link=link)
                    self._remember(piece, name)
                case Choose() as choice:
                    titled = self.content.choice(choice, mark)
                    name = self._box(
                        "decide" if titled.html else "choose",
                        lane,
                        here,
                        titled,
                        self.tooltips.choice(choice),
                        mark,
                        reach=reach,
                    )
                case Parallel():
                    name = self._box("bar", lane, here, EMPTY, self.content.said(TOGETHER), mark, reach=reach)
                case _:
                    continue
            ways = self._ways(piece, inner)
            join = (
                self._box("bar", lane, here, EMPTY, self.content.said(TOGETHER), mark)
                if isinstance(piece.item, Parallel)
                else name
            )
            self.places[id(piece)] = _Place(name, join, ways)

    def _ways(self, piece: Piece, column: dict[str, int]) -> tuple[str | None, ...]:
        """Make the boxes of each way: what is said on it, then its pieces."""
        lane = self.lane_of[id(piece)]
        labels = self.labels[id(piece)]
        boxes: list[str | None] = []
        for number, (way, shift) in enumerate(zip(piece.ways, self.columns.shifts(piece), strict=True)):
            there = {at: columns + shift.get(at, 0) for at, columns in column.items()}
            text = self.content.way(labels[number], piece.mark) if number < len(labels) else EMPTY
            said = None
            if text.html:
                alone = all(self.lane_of[id(one)] != lane or isinstance(one.item, Back) for one in way)
                tooltip = self.tooltips.way(labels[number])
                said = self._box(
                    "way", lane, there[lane], text, tooltip, piece.mark, beside=column[lane] if alone else None
                )
            boxes.append(said)
            self._make(way, there)
        return tuple(boxes)

    def _remember(self, piece: Piece, name: str) -> None:
        for side, step in zip(SIDES, (piece.before, piece.after), strict=True):
            if isinstance(step, Step):
                self.step_box[side, step.id] = name

    # --- arrows

    def _sequence(self, pieces: tuple[Piece, ...], tails: list[str], side: Side) -> list[str]:
        """Connect what follows the tails; return the boxes that something is to follow."""
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
        if not piece.ways:
            return [place.leaves]
        ends = []
        for entry, way in zip(place.ways, piece.ways, strict=True):
            if entry is not None:
                self._connect(place.enters, entry, side)
            ends += self._sequence(way, [entry or place.enters], side)
        if not isinstance(item, Parallel):
            return ends
        for tail in ends:
            self._connect(tail, place.leaves, side)
        return [place.leaves] if ends else []

    def _connect(self, tail: str, head: str, side: Side, *, back: bool = False) -> None:
        self.edges.setdefault((tail, head, back), set()).add(side)

    def _arrow(self, tail: str, head: str, back: bool, sides: set[Side], said: set[str]) -> Arrow:
        mark: Mark = "stays"
        if sides == {"before"}:
            mark = "removed"
        elif "added" in (self.marks[tail], self.marks[head]):
            mark = "added"
        drawn = look.arrow(mark, back=back)
        return Arrow(tail, head, {**drawn, "arrowhead": "none"} if head in said else drawn, back)
