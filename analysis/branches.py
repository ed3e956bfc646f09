"""Conditions that pick some ways of a choice: what they read, how they are written, how likely they hold; asks for nothing."""

from collections.abc import Iterable, Iterator, Sequence

from analysis.chain import chain
from analysis.instance import Instance, Ways
from processes import condition
from processes.graph import Point, edges_into
from processes.procedure import Choose
from processes.resolved import Naming


def chooses(points: Sequence[Point]) -> tuple[int, ...]:
    """Return the points of choices by condition."""
    return tuple(node for node, place in enumerate(points) if place.kind == "choose" and isinstance(place.item, Choose))


def ways_beside(points: Sequence[Point], choices: Iterable[int], node: int) -> Iterator[Ways]:
    """Yield every condition over some choices that do not hold a point: one of their ways, or all but one.

    The choice is still to come behind the point, or over before it. Choices inside ways that an officer's judgement picks are left
    out: nobody knows beforehand what it will be.
    """
    mine, sides = dict(points[node].ways_around), dict(points[node].sides)
    for choose in choices:
        place = points[choose]
        if choose in mine or not isinstance(place.item, Choose):
            continue
        around = tuple(one for one in place.ways_around if one[0] not in mine)
        elsewhere = any(mine.get(at, way) != way for at, way in place.ways_around)
        beside = choose < node and any(sides.get(split, side) != side for split, side in place.sides)
        if elsewhere or beside or not all(isinstance(points[at].item, Choose) for at, _ in around):
            continue
        yield from _ways_of(choose, len(place.item.branches), around, over=choose < node)


def all_ways(points: Sequence[Point], choices: Iterable[int]) -> Iterator[Ways]:
    """Yield every condition over some choices, with all, some or none of the choices around them."""
    for choose in choices:
        whole, outside = points[choose].item, points[choose].ways_around
        for around in (outside[start:] for start in range(len(outside) + 1)):
            if isinstance(whole, Choose) and all(isinstance(points[at].item, Choose) for at, _ in around):
                yield from _ways_of(choose, len(whole.branches), around, over=False)


def _ways_of(choose: int, several: int, around: tuple[tuple[int, int], ...], *, over: bool) -> Iterator[Ways]:
    """Yield each way of a choice, and all but each."""
    for way in range(several) if several > 1 else ():
        yield Ways(choose, frozenset([way]), around, over)
        if several > 2:
            yield Ways(choose, frozenset(range(several)) - {way}, around, over)


def expression(points: Sequence[Point], naming: Naming, ways: Ways) -> condition.Expression | None:
    """Return the condition that a case takes these ways; nothing, if one of the conditions cannot be read."""
    whole = points[ways.choose].item
    assert isinstance(whole, Choose)  # noqa: S101  # as `Ways` says
    several = len(whole.branches)
    other = next((way for way in range(several) if way not in ways.taken), 0)
    parts = [_way_taken(points, naming, at, way) for at, way in ways.around]
    if len(ways.taken) == 1:
        parts.append(_way_taken(points, naming, ways.choose, min(ways.taken)))
    elif whole.branches[other].condition is None:  # all but the last: any of the conditions before it holds
        held = [naming.expression(branch.condition) for branch in whole.branches[:other] if branch.condition]
        known = [tree for tree in held if tree is not None]
        parts.append([condition.Operation("or", tuple(known))] if len(known) == len(held) else None)
    else:
        one = _way_taken(points, naming, ways.choose, other)
        parts.append(None if one is None else [condition.Operation("not", (_all(one),))])
    flat = [tree for part in parts for tree in part or ()]
    return None if any(part is None for part in parts) else _all(flat)


def _way_taken(points: Sequence[Point], naming: Naming, choose: int, way: int) -> list[condition.Expression] | None:
    """Return the conditions that all hold where one way is taken: its own, and none of those before it."""
    whole = points[choose].item
    assert isinstance(whole, Choose)  # noqa: S101  # as `Ways` says
    found: list[condition.Expression] = []
    for number, branch in enumerate(whole.branches[: way + 1]):
        if branch.condition is None:
            continue
        parsed = naming.expression(branch.condition)
        if parsed is None:
            return None
        found.append(parsed if number == way else condition.Operation("not", (parsed,)))
    return found


def _all(parts: list[condition.Expression]) -> condition.Expression:
    return parts[0] if len(parts) == 1 else condition.Operation("and", tuple(parts))


def share(instance: Instance, ways: Ways) -> float:
    """Return how likely a case takes these ways; choices are independent."""
    return union_share(instance, [ways])


def union_share(instance: Instance, several: Iterable[Ways]) -> float:
    """Return how likely a case takes at least one of several ways: ways of one choice exclude each other, choices are independent.

    Of a choice that is over only the cases count that came out of it: others do not come to where it is asked.
    """
    by_choice: dict[tuple[int, bool], list[_Path]] = {}
    for ways in several:
        path = (*ways.around, (ways.choose, -1))
        by_choice.setdefault((path[0][0], ways.over), []).append((path, ways.taken))
    return _any(instance, by_choice)


_Path = tuple[tuple[tuple[int, int], ...], frozenset[int]]  # the ways from the outside in, and those of the last choice


def _any(instance: Instance, by_choice: dict[tuple[int, bool], list[_Path]]) -> float:
    none = 1.0
    for (choose, over), paths in by_choice.items():
        taken = 0.0
        for way, likely in (_came_out(instance, choose) if over else _going_in(instance, choose)).items():
            inner: dict[tuple[int, bool], list[_Path]] = {}
            whole = False
            for path, last in paths:
                if len(path) == 1:
                    whole = whole or way in last
                elif path[0][1] == way:
                    inner.setdefault((path[1][0], over), []).append((path[1:], last))
            taken += likely * (1.0 if whole else _any(instance, inner) if inner else 0.0)
        none *= 1.0 - taken
    return 1.0 - none


def _going_in(instance: Instance, choose: int) -> dict[int, float]:
    """Return how likely a case takes each way of a choice."""
    return {instance.points[n].way: edge["share"] for n, edge in instance.graph.succ[choose].items()}


def _came_out(instance: Instance, choose: int) -> dict[int, float]:
    """Return how likely a case that came out of a choice took each of its ways."""
    visits, out = chain(instance).visits, dict[int, float]()
    for node, place in enumerate(instance.points):
        if place.kind == "merge" and place.at == choose:
            for source, edge in edges_into(instance.graph, node):
                way = dict(instance.points[source].ways_around)[choose]
                out[way] = out.get(way, 0.0) + visits[source] * edge["share"]
    whole = sum(out.values())
    return {way: often / whole for way, often in out.items()} if whole else _going_in(instance, choose)
