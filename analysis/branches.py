"""Conditions that pick some ways of a choice: what they read, how they are written, how likely they hold; asks for nothing."""

from collections.abc import Iterable, Iterator, Sequence

from analysis.instance import Instance, Ways
from processes import condition
from processes.graph import Point
from processes.procedure import Choose
from processes.resolved import Naming


def ways_after(points: Sequence[Point], node: int) -> Iterator[Ways]:
    """Yield every condition over a choice that is still to come behind a point: one of its ways, or all but one.

    Choices inside ways that an officer's judgement picks are left out: nobody knows beforehand what it will be.
    """
    mine = dict(points[node].ways_around)
    for choose in range(node + 1, len(points)):
        place = points[choose]
        if place.kind != "choose" or not isinstance(place.item, Choose):
            continue
        around = tuple(one for one in place.ways_around if one[0] not in mine)
        elsewhere = any(mine.get(at, way) != way for at, way in place.ways_around)
        if elsewhere or any(at <= node or not isinstance(points[at].item, Choose) for at, _ in around):
            continue
        several = len(place.item.branches)
        for way in range(several) if several > 1 else ():
            yield Ways(choose, frozenset([way]), around)
            if several > 2:
                yield Ways(choose, frozenset(range(several)) - {way}, around)


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
    """Return how likely a case takes at least one of several ways: ways of one choice exclude each other, choices are independent."""
    by_choice: dict[int, list[tuple[tuple[tuple[int, int], ...], frozenset[int]]]] = {}
    for ways in several:
        path = (*ways.around, (ways.choose, -1))
        by_choice.setdefault(path[0][0], []).append((path, ways.taken))
    return _any(instance, by_choice)


def _any(instance: Instance, by_choice: dict[int, list[tuple[tuple[tuple[int, int], ...], frozenset[int]]]]) -> float:
    none = 1.0
    for choose, paths in by_choice.items():
        taken = 0.0
        for entry in instance.graph.successors(choose):
            way = instance.points[entry].way
            inner: dict[int, list[tuple[tuple[tuple[int, int], ...], frozenset[int]]]] = {}
            whole = False
            for path, last in paths:
                if len(path) == 1:
                    whole = whole or way in last
                elif path[0][1] == way:
                    inner.setdefault(path[1][0], []).append((path[1:], last))
            chance = 1.0 if whole else _any(instance, inner) if inner else 0.0
            taken += instance.graph[choose][entry]["share"] * chance
        none *= 1.0 - taken
    return 1.0 - none
