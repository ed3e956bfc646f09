"""How often a case is expected to come by each point, and how likely it comes there at all; knows no minutes."""

from math import prod
from typing import NamedTuple

from analysis.instance import Instance
from analysis.once import once
from processes.graph import edges_into

MOST_VISITS = 1000  # expected of a loop that hardly anybody leaves


class Chain(NamedTuple):
    """What the stated shares come to, by point."""

    visits: tuple[float, ...]  # expected
    reach: tuple[float, ...]  # the chance of at least one visit


@once
def chain(instance: Instance) -> Chain:
    """Return how often a case comes by each point.

    The points are a Markov chain: choices are independent, sides of a parallel part are all taken, and a join is passed
    if every side gets through. With *A* the chain without its returns, a pass over the points gives what starts anywhere;
    what returns is found from as many linear equations as there are returns.

    Complexity: linear in points, for each return; cubic in the number of returns.

    Source: Kemeny, J. G., Snell, J. L. (1960). Finite Markov Chains, fundamental matrix: the chance to come to *n* at
    all is the expected number of visits divided by the expected number from *n* on.
    """
    arcs = _arcs(instance)
    last = len(arcs) - 1
    loops = _Loops(arcs, 0, last)
    visits = loops.visits(0)
    reach = list(visits)
    if loops.returns:
        again = loops.again()
        reach = [here / again[node] for node, here in enumerate(visits)]
    return Chain(tuple(visits), tuple(min(1.0, chance) for chance in reach))


def chance_of_any(instance: Instance, nodes: frozenset[int]) -> float:
    """Return the chance that a case comes to any of some points.

    Complexity: as for `chain`.
    """
    return min(1.0, sum(first_chances(instance, nodes).values()))


def first_chances(instance: Instance, nodes: frozenset[int]) -> dict[int, float]:
    """Return, for each of some points, the chance that a case comes to none of the others before.

    Each point is passed at most once if nothing leads on from the others. Of points in sides beside each other nobody knows which
    comes first: together they count as often as a case comes to any of them, each side by itself, in proportion.

    Complexity: as for `chain`.
    """
    arcs = [[(source, share) for source, share in into if source not in nodes] for into in _arcs(instance)]
    first = _Loops(arcs, 0, len(arcs) - 1).visits(0)
    found = {node: max(0.0, first[node]) for node in nodes}
    around = {(depth, split) for node in nodes for depth, (split, _) in enumerate(instance.points[node].sides)}
    for _, split in sorted(around, reverse=True):  # inner ones first
        sides: dict[int, list[int]] = {}
        for node in nodes:
            side = dict(instance.points[node].sides).get(split)
            if side is not None:
                sides.setdefault(side, []).append(node)
        of_side = [sum(found[node] for node in some) for some in sides.values()]
        if len(of_side) > 1 and all(of_side):
            any_of = first[split] * (1 - prod(1 - min(1.0, chance / first[split]) for chance in of_side))
            for node in [node for some in sides.values() for node in some]:
                found[node] *= any_of / sum(of_side)
    return found


Arcs = list[list[tuple[int, float]]]  # by point: (a point before it, the share of what is there that comes here)


@once
def _arcs(instance: Instance) -> Arcs:
    """Return the arcs of the chain, so that a join is passed as often as all its sides are got through.

    What comes through side *i* of a split is a share *t* of what enters it. With *x* come from inside the side (when a
    case is followed from there on), a join is passed split · t₁t₂… + Σ xᵢ · (the other t), which is linear in split and sides.
    """
    graph, points = instance.graph, instance.points
    arcs: Arcs = [[(source, edge["share"]) for source, edge in edges_into(graph, node)] for node in range(len(points))]
    joins = [node for node, place in enumerate(points) if place.kind == "join"]
    for join in sorted(joins, key=lambda node: -points[node].at):  # inner ones first
        ends = [source for source, _ in arcs[join]]
        through = []
        for end in ends:
            entry = points[end].at
            side = next(
                n for n in graph.successors(entry) if points[n].way == points[end].way and points[n].kind == "side"
            )
            through.append(_Loops(arcs, side, end).visits(side)[end - side])
        others = [prod(share for n, share in enumerate(through) if n != number) for number in range(len(ends))]
        arcs[join] = [(points[join].at, (1 - len(ends)) * prod(through)), *zip(ends, others, strict=True)]
    return arcs


class _Loops:
    """A stretch of points, from a first to a last one, with the returns that lie in it."""

    def __init__(self, arcs: Arcs, first: int, last: int) -> None:
        self.first, self.size = first, last - first + 1
        self.arcs: Arcs = [[] for _ in range(self.size)]
        self.returns: list[tuple[int, int, float]] = []  # (from, to, share)
        for node in range(first, last + 1):
            for source, share in arcs[node]:
                if first <= source <= last and source < node:
                    self.arcs[node - first].append((source - first, share))
                elif node <= source <= last:
                    self.returns.append((source - first, node - first, share))
        self.onward = [self._pass(target) for _, target, _ in self.returns]
        rows = [[share * way[source] for way in self.onward] for source, _, share in self.returns]
        self.inverse = _inverse_of_rest(rows)

    def _pass(self, start: int) -> list[float]:
        here = [0.0] * self.size
        here[start] = 1.0
        for node in range(start + 1, self.size):
            for source, share in self.arcs[node]:
                here[node] += share * here[source]
        return here

    def visits(self, start: int) -> list[float]:
        """Return the expected visits of each point of the stretch by a case that stands at `start` once."""
        here = self._pass(start - self.first)
        back = self._returning([share * here[source] for source, _, share in self.returns])
        for often, way in zip(back, self.onward, strict=True):
            for node, share in enumerate(way):
                here[node] += often * share
        return here

    def _returning(self, first: list[float]) -> list[float]:
        return [sum(row[n] * first[n] for n in range(len(first))) for row in self.inverse]

    def again(self) -> list[float]:
        """Return, for each point, how often a case that stands there is expected to have stood there in the end."""
        to_return = []
        for source, _, share in self.returns:
            chance = [0.0] * self.size
            chance[source] = share
            for node in range(source, -1, -1):
                for before, part in self.arcs[node]:
                    chance[before] += part * chance[node]
            to_return.append(chance)
        found = []
        for node in range(self.size):
            onward = [(number, chance[node]) for number, chance in enumerate(to_return) if chance[node]]
            found.append(
                1
                + sum(
                    sum(row[number] * chance for number, chance in onward) * way[node]
                    for row, way in zip(self.inverse, self.onward, strict=True)
                    if way[node]
                )
            )
        return found


def _inverse_of_rest(matrix: list[list[float]]) -> list[list[float]]:
    """Return the inverse of the unit matrix minus a matrix, by elimination; a loop nobody leaves counts as hardly left."""
    size = len(matrix)
    rows = [
        [(1.0 if i == j else 0.0) - matrix[i][j] for j in range(size)] + [1.0 if i == j else 0.0 for j in range(size)]
        for i in range(size)
    ]
    for column in range(size):
        pivot = max(rows[column][column], 1 / MOST_VISITS)
        rows[column] = [value / pivot for value in rows[column]]
        for other in range(size):
            factor = rows[other][column]
            if other != column and factor:
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[column], strict=True)]
    return [row[size:] for row in rows]
