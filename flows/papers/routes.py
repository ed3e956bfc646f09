"""The arrows of an SOP on its pages: where each runs, and which leave a page by a connector; knows no text of a cell.

Arrows to the next row run along the border of both rows, all others in the gutters between the columns of doers, which no symbol
stands in; every one enters its symbol from above. What leads to another page ends in a pentagon with a letter, and begins again in one
with the same letter.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis.papers.flowchart import Arrow, Symbol
from flows.papers.sheet import INK, Item, Shape, Stroke, Text

CLEAR = 3.4  # from the border of a row to an arrow along it
TRACKS = (2.6, 5.0, 7.4, 9.8, 12.2)  # how far from the border of a column arrows run in a gutter
PENTAGON_WIDE, PENTAGON_HIGH = 11.0, 12.0
STRIP = 17.0  # height of the room for pentagons above and below the rows of a page
SLOT = 32.0  # from pentagon to pentagon, at least
LABEL = 5.5
SYMBOL_HIGH: dict[Symbol, float] = {"terminal": 12.0, "activity": 13.0, "decision": 17.0}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands."""

    page: int
    top: float
    high: float
    column: int
    symbol: Symbol

    @property
    def middle(self) -> float:
        """The height at which its symbol stands."""
        return self.top + self.high / 2


@dataclass(frozen=True)
class Grid:
    """The columns of doers, and where the rows of each page begin and end."""

    left: float
    column: float  # width of one
    columns: int
    tops: Sequence[float]  # by page
    bottoms: Sequence[float]

    @property
    def symbol(self) -> float:
        """How wide a symbol is."""
        return min(0.58 * self.column, 34.0)

    def centre(self, column: int) -> float:
        """The middle of a column."""
        return self.left + (column + 0.5) * self.column

    def border(self, number: int) -> float:
        """The border before a column, or behind the last."""
        return self.left + number * self.column


def routed(
    grid: Grid, places: Sequence[Place], arrows: Sequence[Arrow], said: dict[Arrow, str], to_page: str = "{}"
) -> dict[int, list[Item]]:
    """Return what is drawn on each page: symbols in the order of their rows, arrows, and what is said at them.

    Args:
        grid: Columns and pages.
        places: Where each row stands.
        arrows: Between rows, by their numbers.
        said: Yes or no, at the tail of an arrow.
        to_page: How a page is named beside a connector.

    Complexity: that of the long arrows, times those that run beside each.
    """
    return _Routes(grid, places, to_page, said).drawn(arrows)


@dataclass
class _Routes:
    """Finds a way for each arrow."""

    grid: Grid
    places: Sequence[Place]
    page_words: str  # "p. {}"
    yes_no: dict[Arrow, str]  # what is said at the tail of an arrow
    found: dict[int, list[Item]] = field(default_factory=dict)
    used: dict[tuple[int, int, float], list[tuple[float, float, int]]] = field(default_factory=dict)
    slots: dict[tuple[int, bool], list[float]] = field(default_factory=dict)
    letters: dict[int, str] = field(default_factory=dict)
    left: dict[tuple[int, bool, int], float] = field(default_factory=dict)  # by page, strip and head: its pentagon
    labels: list[tuple[int, Text]] = field(default_factory=list)
    taken: dict[int, set[int]] = field(default_factory=dict)  # by row: sides by which an arrow has left

    def drawn(self, arrows: Sequence[Arrow]) -> dict[int, list[Item]]:
        """Return what is drawn on each page: symbols first, then arrows, then what is said at them."""
        for place in self.places:
            self.found.setdefault(place.page, []).append(self.symbol(place))
        straight = [one for one in arrows if one.head == one.tail + 1]
        others = sorted(
            (one for one in arrows if one.head != one.tail + 1), key=lambda one: (abs(one.head - one.tail), one.tail)
        )
        for one in straight:
            self.straight(one)
        for one in others:
            self.around(one)
        self.arrivals(arrows)
        for page, label in self.labels:
            self.put(page, label)
        return self.found

    def symbol(self, place: Place) -> Shape:
        high, wide = SYMBOL_HIGH[place.symbol], self.grid.symbol
        form = {"terminal": "capsule", "activity": "rect", "decision": "diamond"}[place.symbol]
        fill = "#dddddd" if place.symbol == "terminal" else "#ffffff"
        x, y = self.grid.centre(place.column) - wide / 2, place.middle - high / 2
        return Shape(form, x, y, wide, high, fill=fill, thick=0.9)  # type: ignore[arg-type]

    def top(self, place: Place) -> float:
        return place.middle - SYMBOL_HIGH[place.symbol] / 2

    def bottom(self, place: Place) -> float:
        return place.middle + SYMBOL_HIGH[place.symbol] / 2

    def put(self, page: int, *items: Item) -> None:
        self.found.setdefault(page, []).extend(items)

    # --- to the next row

    def straight(self, arrow: Arrow) -> None:
        tail, head = self.places[arrow.tail], self.places[arrow.head]
        x, to = self.grid.centre(tail.column), self.grid.centre(head.column)
        self.say(arrow, tail, x + 1.5, self.bottom(tail) + 0.2)
        if tail.page != head.page:
            self.leave(arrow, tail.page, x, self.bottom(tail), down=True)
            return
        y = head.top - CLEAR
        points = [(x, self.bottom(tail)), (x, y), (to, y), (to, self.top(head))]
        self.put(tail.page, Stroke(tuple(dict.fromkeys(points)), arrow=True))

    # --- past other rows

    def around(self, arrow: Arrow) -> None:
        tail, head = self.places[arrow.tail], self.places[arrow.head]
        same_page = tail.page == head.page
        if same_page:
            until = head.top + CLEAR
        else:
            until = self.grid.bottoms[tail.page] if head.page > tail.page else self.grid.tops[tail.page]
        side, x = self.gutter(arrow, tail, tail.middle, until)
        edge = self.grid.centre(tail.column) + side * self.grid.symbol / 2
        self.say(arrow, tail, edge + side * 1.0, tail.middle - LABEL * 1.25, right=side < 0)
        if same_page:
            to = self.grid.centre(head.column)
            points = [(edge, tail.middle), (x, tail.middle), (x, until), (to, until), (to, self.top(head))]
            self.put(tail.page, Stroke(tuple(points), arrow=True))
        else:
            self.put(tail.page, Stroke(((edge, tail.middle), (x, tail.middle))))
            self.leave(arrow, tail.page, x, tail.middle, down=head.page > tail.page)

    def gutter(self, arrow: Arrow, tail: Place, start: float, end: float) -> tuple[int, float]:
        """Return by which side an arrow leaves its symbol, and where it runs: towards its head, if there is room."""
        head = self.places[arrow.head]
        towards = 1 if head.column > tail.column or (head.column == tail.column and not arrow.back) else -1
        if tail.column in (0, self.grid.columns - 1) and self.grid.columns > 1:
            towards = 1 if tail.column == 0 else -1  # where what is said at it finds room
        free = [side for side in (towards, -towards) if side not in self.taken.get(arrow.tail, set())] or [towards]
        tracks = {side: self.track(arrow, tail, side, start, end) for side in free}
        side = min(free, key=lambda one: (tracks[one][0], free.index(one)))
        _, x = tracks[side]
        border = tail.column + (side > 0)
        self.used.setdefault((tail.page, border, x), []).append((min(start, end), max(start, end), arrow.head))
        self.taken.setdefault(arrow.tail, set()).add(side)
        return side, x

    def track(self, arrow: Arrow, tail: Place, side: int, start: float, end: float) -> tuple[int, float]:
        """Return how far out the first free track is on a side, and where."""
        border = tail.column + (side > 0)
        low, high = min(start, end) - 2, max(start, end) + 2
        for number, x in enumerate(self.tracks(border, -side)):
            there = self.used.get((tail.page, border, x), ())
            if all(one[2] == arrow.head or one[1] < low or one[0] > high for one in there):
                return number, x
        return 99, self.tracks(border, -side)[-1]

    def tracks(self, border: int, first: int) -> list[float]:
        """Return where arrows may run at a border, the nearest to the symbol that it comes from first."""
        room = (self.grid.column - self.grid.symbol) / 2 - 1.2
        steps = [step for step in TRACKS if step <= room] or [TRACKS[0]]
        sides = [side for side in (first, -first) if 0 <= border - (side < 0) < self.grid.columns]
        if len(sides) == 1 and len(steps) > 1:
            steps = steps[1:]  # the border of the table is thick
        return [self.grid.border(border) + side * step for step in steps for side in sides]

    # --- from page to page

    def letter(self, head: int) -> str:
        """Return the letter of the connectors that lead to a row."""
        if head not in self.letters:
            number, name = len(self.letters), ""
            while number >= 0:
                name, number = chr(65 + number % 26) + name, number // 26 - 1
            self.letters[head] = name
        return self.letters[head]

    def leave(self, arrow: Arrow, page: int, x: float, y: float, *, down: bool) -> None:
        """Lead an arrow from a point into a pentagon in the strip below or above the rows."""
        edge = self.grid.bottoms[page] if down else self.grid.tops[page]
        bend, y_end = (edge + 1.2, edge + 3) if down else (edge - 1.2, edge - 3)
        known = self.left.get((page, down, arrow.head))
        at = self.left[page, down, arrow.head] = self.slot(page, down, x) if known is None else known
        points = [(x, y), (x, bend), (at, bend), (at, y_end)]
        self.put(page, Stroke(tuple(dict.fromkeys(points)), arrow=True))
        if known is None:
            top = y_end if down else y_end - PENTAGON_HIGH
            self.pentagon(page, at, top, self.letter(arrow.head))
            to = self.page_words.format(self.places[arrow.head].page + 1)
            self.labels.append((page, Text(at + PENTAGON_WIDE / 2 + 1, top + 2, 22, to, LABEL)))

    def pentagon(self, page: int, x: float, y: float, letter: str) -> None:
        shape = Shape("pentagon", x - PENTAGON_WIDE / 2, y, PENTAGON_WIDE, PENTAGON_HIGH, fill="#ffffff", thick=0.9)
        text = Text(x - PENTAGON_WIDE / 2, y + 0.8, PENTAGON_WIDE, letter, 6.5, bold=True, align="center")
        self.put(page, shape)
        self.labels.append((page, text))

    def slot(self, page: int, down: bool, x: float) -> float:
        """Return the place nearest to where a pentagon is wanted at which there is none yet."""
        used = self.slots.setdefault((page, down), [])
        low, high = self.grid.left + 7, self.grid.border(self.grid.columns) - 7
        wanted = [x] + [x + side * step * 4 for step in range(1, 120) for side in (1, -1)]
        free = [at for at in wanted if low <= at <= high and all(abs(at - other) >= SLOT for other in used)]
        used.append(free[0] if free else min(max(x, low), high))
        return used[-1]

    def arrivals(self, arrows: Sequence[Arrow]) -> None:
        """Lead from a pentagon to each row that arrows from other pages come to; once for those before, once for those behind."""
        coming = dict.fromkeys(
            (one.head, self.places[one.tail].page < self.places[one.head].page)
            for one in arrows
            if self.places[one.tail].page != self.places[one.head].page
        )
        for number, from_above in coming:
            head = self.places[number]
            to = self.grid.centre(head.column)
            edge = self.grid.tops[head.page] if from_above else self.grid.bottoms[head.page]
            first = from_above and not any(p.page == head.page and p.top < head.top for p in self.places)
            until = head.top + CLEAR
            if first:
                x, inner = to, edge
            else:
                fake = Arrow(number, number)
                sides = [(self.track(fake, head, side, edge, until), side) for side in (-1, 1)]
                (_, x), side = min(sides)
                key = (head.page, head.column + (side > 0), x)
                self.used.setdefault(key, []).append((min(edge, until), max(edge, until), number))
                inner = until
            at = self.slot(head.page, not from_above, x)
            start = edge - 2 if from_above else edge + 3
            bend = edge if from_above else edge + 1.2
            points = [(at, start), (at, bend), (x, bend), (x, inner), (to, inner), (to, self.top(head))]
            self.put(head.page, Stroke(tuple(dict.fromkeys(points)), arrow=True))
            y = edge - 2 - PENTAGON_HIGH if from_above else edge + 3
            self.pentagon(head.page, at, y, self.letter(number))

    def say(self, arrow: Arrow, tail: Place, x: float, y: float, *, right: bool = False) -> None:
        """Say yes or no beside the tail of an arrow."""
        said = self.yes_no.get(arrow)
        if said:
            wide = len(said) * LABEL * 0.58
            text = Text(x - wide if right else x, y, wide, said, LABEL, backed=True, colour=INK)
            self.labels.append((tail.page, text))
