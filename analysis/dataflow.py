"""Where data is read, written and destroyed in vain, too early or at the same time: on flows of points; knows no law and no wording.

Sides of a parallel part are told by the points themselves (`sides`). What is asked of a datum is always: of certain events, which
one can come first? It is answered from the end backwards, once for all data, a bit a datum. A way through a parallel part passes
all its sides, in any order: an event in one side can come first before the other sides begin, and the join comes first only if
every side can be got through without any of the events.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from analysis.soundness import Net

Pattern = Literal[
    "missing",
    "strongly redundant",
    "weakly redundant",
    "strongly lost",
    "weakly lost",
    "inconsistent",
    "never destroyed",
    "twice destroyed",
    "not deleted on time",
]
PATTERNS: tuple[Pattern, ...] = get_args(Pattern)
Event = Literal["read", "write", "destroy", "end"]


@dataclass(frozen=True, slots=True)
class Uses:
    """What a point does with data, as bits: it reads, then writes, then destroys."""

    reads: int = 0
    writes: int = 0
    destroys: int = 0


NOTHING = Uses()


@dataclass(frozen=True)
class DataFlow:
    """A sound flow whose points use data."""

    net: Net
    sides: tuple[
        tuple[tuple[int, int], ...], ...
    ]  # by point: the sides it lies in, as (split, side), from the outside in
    uses: tuple[Uses, ...]

    @cached_property
    def reached(self) -> tuple[int, ...]:
        """The points a case can come to, in their order."""
        found, waiting = {0}, [0]
        while waiting:
            new = [node for node in self.net.following[waiting.pop()] if node not in found]
            found.update(new)
            waiting += new
        return tuple(sorted(found))

    @cached_property
    def before(self) -> tuple[tuple[int, ...], ...]:
        """By point: the points right before it."""
        found: list[list[int]] = [[] for _ in self.net.kinds]
        for node in self.reached:
            for later in self.net.following[node]:
                found[later].append(node)
        return tuple(tuple(one) for one in found)

    @cached_property
    def join_of(self) -> dict[int, int]:
        """By split: its join, where there is one."""
        return {
            self.sides[node][-1][0]: join
            for join in self.reached
            if self.net.kinds[join] == "join"
            for node in self.before[join]
            if self.sides[node]
        }

    def leaves(self, node: int, later: int) -> bool:
        """Whether the edge leads from a side to its join."""
        return self.net.kinds[later] == "join" and bool(self.sides[node])

    def ends(self, node: int) -> bool:
        """Whether the case ends at a point."""
        return self.net.kinds[node] in ("end", "stop")

    def inside(self, split: int, side: int) -> tuple[int, ...]:
        """The points in one side of a parallel part."""
        return self._inside.get((split, side), ())

    @cached_property
    def _inside(self) -> dict[tuple[int, int], tuple[int, ...]]:
        found: dict[tuple[int, int], list[int]] = {}
        for node in self.reached:
            for one in self.sides[node]:
                found.setdefault(one, []).append(node)
        return {one: tuple(nodes) for one, nodes in found.items()}

    @cached_property
    def sides_of(self) -> dict[int, tuple[int, ...]]:
        """By split: its sides."""
        found: dict[int, list[int]] = {}
        for split, side in self._inside:
            found.setdefault(split, []).append(side)
        return {split: tuple(sorted(sides)) for split, sides in found.items()}

    def beside(self, node: int) -> Iterator[int]:
        """Yield the points in sides that run beside a point."""
        for split, mine in self.sides[node]:
            for side in self.sides_of[split]:
                if side != mine:
                    yield from self.inside(split, side)

    def way_to(self, node: int, first: int = 0) -> tuple[int, ...]:
        """Return a shortest way between two points, both with it; through a parallel part it follows one side."""
        came = self._came_from.get(first) or self._came_from.setdefault(first, self._search(first))
        way = [node]
        while came[way[-1]] >= 0:
            way.append(came[way[-1]])
        return tuple(way[::-1])

    def _search(self, first: int) -> dict[int, int]:
        """Return the points that can come after one, each with the point before it on a shortest way; none has -1."""
        came = {first: -1}
        waiting = deque([first])
        while waiting:
            here = waiting.popleft()
            for later in self.net.following[here]:
                if later not in came:
                    came[later] = here
                    waiting.append(later)
        return came

    @cached_property
    def _came_from(self) -> dict[int, dict[int, int]]:
        """By first point: what `_search` found, once looked for."""
        return {}

    @cached_property
    def turns_back(self) -> bool:
        """Whether some edge leads to a point of the same or a lesser number."""
        return any(later <= node for node in self.reached for later in self.net.following[node])


@dataclass(frozen=True, slots=True)
class DataFault:
    """One fault of one datum: the point it speaks of, the other point that makes it so, and a way on which it shows.

    The way tells the points of one thread: through a parallel part that does nothing with the datum it goes from the split to the join.
    """

    pattern: Pattern
    datum: int
    node: int
    other: int
    way: tuple[int, ...]


def data_faults(flow: DataFlow, patterns: Sequence[Pattern] = PATTERNS) -> tuple[DataFault, ...]:
    """Return the data-flow faults of a flow, by pattern, then in the order of the points.

    *Weakly* is told only where *strongly* is not. What *strongly* says of all continuations it says of those that come to an end
    or to the event: nobody goes round a loop for ever. Of sides that run beside, it takes them to be done already.

    Args:
        flow: A sound flow, in which no edge but those to joins leads out of a side.
        patterns: Which faults are looked for.

    Complexity: a few passes over the points for each pattern, all data at once; a search of the flow for each fault found.

    Source:
        Trčka, N., van der Aalst, W. M. P., Sidorova, N. (2009). Data-flow anti-patterns: discovering data-flow errors in workflows.
        https://doi.org/10.1007/978-3-642-02144-2_34.
    """
    found: list[DataFault] = []
    looks: dict[tuple[frozenset[Event], frozenset[Event]], First] = {}
    for pattern in patterns:
        match pattern:
            case "missing":
                found += _missing(flow)
            case "inconsistent":
                changes = [one.writes | one.destroys for one in flow.uses]
                found += conflicts(flow, changes, [_all(one) for one in flow.uses])
            case _:
                found += _by_events(flow, pattern, looks)
    return tuple(found)


# By pattern: after which event, which events are looked out for, which of them make it a fault if they can come first; and for
# `strongly` and `not deleted on time`: which of them excuse it, if they can come first.
_EVENTS: dict[str, tuple[Event, tuple[Event, ...], tuple[Event, ...]]] = {
    "strongly redundant": ("write", ("read", "destroy", "end"), ("read",)),
    "weakly redundant": ("write", ("read", "destroy", "end"), ("destroy", "end")),
    "strongly lost": ("write", ("read", "write", "destroy", "end"), ("read", "destroy", "end")),
    "weakly lost": ("write", ("read", "write", "destroy"), ("write",)),
    "never destroyed": ("write", ("destroy", "end"), ("end",)),
    "twice destroyed": ("destroy", ("write", "destroy"), ("destroy",)),
    "not deleted on time": ("read", ("read",), ("read",)),
}
_EXCUSED = ("strongly redundant", "strongly lost", "not deleted on time")


def _by_events(
    flow: DataFlow, pattern: Pattern, looks: dict[tuple[frozenset[Event], frozenset[Event]], "First"]
) -> Iterator[DataFault]:
    def look(watched: Iterable[Event], wanted: Iterable[Event]) -> First:
        key = (frozenset(watched), frozenset(wanted))
        return looks.get(key) or looks.setdefault(key, First(flow, *key))

    after, watched, wanted = _EVENTS[pattern]
    first = look(watched, wanted)
    written = _union(flow.uses[node].writes for node in flow.reached)
    stronger = {"weakly redundant": "strongly redundant", "weakly lost": "strongly lost"}.get(pattern)
    for node in flow.reached:
        uses = flow.uses[node]
        at = {"write": uses.writes, "destroy": uses.destroys, "read": uses.reads & ~uses.destroys & written, "end": 0}[
            after
        ]
        if not at:
            continue
        if pattern in _EXCUSED:
            data = at & ~first.after(node, after)
        else:
            data = at & (first.after(node, after) | first.beside(node))
            if data and stronger:
                data &= look(*_EVENTS[stronger][1:]).after(node, after)
        for datum in _bits(data):
            shown = look(watched, set(watched) - set(wanted)) if pattern in _EXCUSED else first
            rest = shown.way(node, after, datum)
            yield DataFault(pattern, datum, node, rest[-1] if rest else -1, (*flow.way_to(node), *rest))


class First:
    """Which of some events can come first: the wanted ones before any other that is watched for."""

    def __init__(self, flow: DataFlow, watched: Iterable[Event], wanted: Iterable[Event]) -> None:
        self.flow, self.watched, self.wanted = flow, frozenset(watched), frozenset(wanted)
        self.everything = -1
        size = len(flow.net.kinds)
        self.hit, self.blocked = [0] * size, [0] * size  # by point: what it does itself
        for node in flow.reached:
            if flow.uses[node] != NOTHING or flow.ends(node):
                self.hit[node], self.blocked[node] = self._here(node)
        # Before each point, and after it: that a wanted event can come first at all, within the innermost side, and that the end of
        # that side can be come to without any event.
        self.before_it = [[0] * size for _ in range(3)]
        self.after_it = [[0] * size for _ in range(3)]
        changed = True
        while changed:
            changed = False
            for node in reversed(flow.reached):
                now = self._behind(node)
                for kind in range(3):
                    self.after_it[kind][node] = now[kind]
                    value = now[kind] & ~self.hit[node] & ~self.blocked[node] | (self.hit[node] if kind < 2 else 0)
                    if value != self.before_it[kind][node]:
                        self.before_it[kind][node] = value
                        changed = flow.turns_back  # else all that comes later is settled already

    def _here(self, node: int, since: Event | None = None) -> tuple[int, int]:
        """Return the data of which a wanted event comes first at a point, and of which another one does."""
        hit = blocked = 0
        uses = self.flow.uses[node]
        events: list[tuple[Event, int]] = [
            ("read", uses.reads),
            ("write", uses.writes),
            ("destroy", uses.destroys),
            ("end", self.everything if self.flow.ends(node) else 0),
        ]
        begun = since is None
        for event, data in events:
            if begun and event in self.watched:
                new = data & ~hit & ~blocked
                hit, blocked = (hit | new, blocked) if event in self.wanted else (hit, blocked | new)
            begun = begun or event == since
        return hit, blocked

    def _behind(self, node: int) -> tuple[int, int, int]:
        flow = self.flow
        at_all, inside, through = self.before_it
        following = flow.net.following[node]
        if flow.net.kinds[node] == "split":
            some, every = 0, self.everything
            for later in following:
                some, every = some | inside[later], every & through[later]
            join = flow.join_of.get(node)
            if join is None:
                return some, some, 0
            return some | every & at_all[join], some | every & inside[join], every & through[join]
        total = within = passing = 0
        for later in following:
            total |= at_all[later]
            if flow.leaves(node, later):
                passing = self.everything
            else:
                within, passing = within | inside[later], passing | through[later]
        return total, within, passing

    def after(self, node: int, event: Event) -> int:
        """Return the data of which a wanted event can come first after an event at a point; sides beside it are done."""
        hit, blocked = self._here(node, event)
        return hit | self.after_it[0][node] & ~blocked

    def beside(self, node: int) -> int:
        """Return the data of which a wanted event can come at any time in a side that runs beside a point."""
        found = 0
        for other in self.flow.beside(node):
            found |= self.hit[other]
        return found

    def way(self, node: int, event: Event, datum: int) -> tuple[int, ...]:
        """Return the points after a point, up to where the wanted event comes first; none if it comes at the point itself."""
        bit, flow = 1 << datum, self.flow
        if self._here(node, event)[0] & bit:
            return ()
        if not self.after_it[0][node] & bit:
            return next(((other,) for other in flow.beside(node) if self.hit[other] & bit), ())
        came: dict[tuple[int, int], tuple[int, int] | None] = {(node, 0): None}
        waiting = deque([(node, 0)])
        while waiting:
            here = waiting.popleft()
            if here != (node, 0) and self.hit[here[0]] & bit:
                way = []
                step: tuple[int, int] | None = here
                while step is not None and step != (node, 0):
                    way.append(step[0])
                    step = came[step]
                return tuple(way[::-1])
            for new in self._next(*here, bit):
                if new not in came:
                    came[new] = here
                    waiting.append(new)
        return ()

    def _next(self, node: int, kind: int, bit: int) -> Iterator[tuple[int, int]]:
        flow = self.flow
        if flow.net.kinds[node] == "split":
            for later in flow.net.following[node]:
                if self.before_it[1][later] & bit:
                    yield later, 1
            join = flow.join_of.get(node)
            if join is not None and all(self.before_it[2][later] & bit for later in flow.net.following[node]):
                yield join, kind
            return
        for later in flow.net.following[node]:
            if self.before_it[kind][later] & bit and not (kind == 1 and flow.leaves(node, later)):
                yield later, kind


def _missing(flow: DataFlow) -> Iterator[DataFault]:
    """Yield reading and destroying of what some way has not written, or has destroyed since: a greatest solution, forward.

    In a side nothing is there that a side beside it destroys, so at the join what any side brought is there.
    """
    size = len(flow.net.kinds)
    held = [_union(flow.uses[other].destroys for other in flow.beside(node)) for node in range(size)]
    there_before, there_after = [-1] * size, [-1] * size
    changed = True
    while changed:
        changed = False
        for node in flow.reached:
            arriving = 0 if node == 0 else -1
            if flow.net.kinds[node] == "join":
                arriving = _brought(flow, node, there_after)
            else:
                for earlier in flow.before[node]:
                    arriving &= there_after[earlier]
            arriving &= ~held[node]
            uses = flow.uses[node]
            leaving = (arriving | uses.writes) & ~uses.destroys & ~held[node]
            if (arriving, leaving) != (there_before[node], there_after[node]):
                there_before[node], there_after[node] = arriving, leaving
                changed = True
    for node in flow.reached:
        uses = flow.uses[node]
        for datum in _bits((uses.reads | uses.destroys & ~uses.writes) & ~there_before[node]):
            way = _way_without(flow, node, datum, there_after, held)
            yield DataFault("missing", datum, node, -1, way)


def _brought(flow: DataFlow, join: int, after: list[int]) -> int:
    sides: dict[tuple[int, int], int] = {}
    for node in flow.before[join]:
        side = flow.sides[node][-1]
        sides[side] = sides.get(side, -1) & after[node]
    return _union(sides.values())


def _way_without(flow: DataFlow, node: int, datum: int, after: list[int], held: list[int]) -> tuple[int, ...]:
    """Return a way to a point on which a datum is not written, or not since it was destroyed."""
    behind: dict[int, int] = {}  # by point: the one after it on the way
    waiting = deque([node])
    start = 0
    while waiting:
        here = waiting.popleft()
        if here in behind and (here == 0 or (flow.uses[here].destroys | held[here]) >> datum & 1):
            start = here
            break
        for earlier in flow.before[here]:
            if earlier not in behind and not after[earlier] >> datum & 1:
                behind[earlier] = here
                waiting.append(earlier)
    way = [*flow.way_to(start)]
    while way[-1] in behind:
        way.append(behind[way[-1]])
        if way[-1] == node:
            break
    return tuple(way)


def conflicts(flow: DataFlow, changes: Sequence[int], uses: Sequence[int]) -> Iterator[DataFault]:
    """Yield, for each parallel part, the data that one side changes while another uses it: the first such points.

    Args:
        flow: A sound flow.
        changes: By point, the data it changes, as bits.
        uses: By point, the data that must not be changed beside it.

    Complexity: linear in the points of sides, for each split around them and each of its sides.
    """
    for split, sides in sorted(flow.sides_of.items()):
        told = 0
        for side in sides:
            others = [node for other in sides if other != side for node in flow.inside(split, other)]
            used = _union(uses[node] for node in others)
            for node in flow.inside(split, side):
                changed = changes[node] & used & ~told
                told |= changed
                for datum in _bits(changed):
                    other = next(one for one in others if uses[one] >> datum & 1)
                    way = (*flow.way_to(split), *flow.way_to(node, split)[1:], *flow.way_to(other, split)[1:])
                    yield DataFault("inconsistent", datum, node, other, way)


def _all(uses: Uses) -> int:
    return uses.reads | uses.writes | uses.destroys


def _union(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
