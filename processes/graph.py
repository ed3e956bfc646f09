"""A procedure as a graph of points; decides nothing."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import networkx as nx

from processes.part import Location
from processes.procedure import (
    Approve,
    Back,
    Choose,
    Decide,
    FormStep,
    Item,
    Lookup,
    Parallel,
    Procedure,
    Refuse,
    Step,
    Steps,
)

PointKind = Literal[
    "start", "step", "choose", "way", "merge", "split", "side", "side end", "join", "back", "refused", "end"
]


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the graph.

    `item` is the step or choice it belongs to; `way` numbers the branch of a way or a side; `sides` names the
    parallel sides it lies in, as (split, side) from the outside in.
    """

    kind: PointKind
    item: Item | None = None
    way: int = 0
    sides: tuple[tuple[int, int], ...] = ()
    ways_around: tuple[tuple[int, int], ...] = ()  # the ways it lies in, as (choice, way) from the outside in
    at: int = 0  # for ways, merges, sides and joins: the point of the choice or split they belong to
    step: Step | None = field(init=False, repr=False, compare=False)  # of a step's point, and of its ways

    def __post_init__(self) -> None:
        object.__setattr__(self, "step", self.item if isinstance(self.item, Step) else None)

    @property
    def where(self) -> Location:
        """The place in the file, as far as it has one."""
        return self.item.where if self.item else Location("", 0, 0)


def flow_graph(procedure: Procedure, coverage: Callable[[Lookup], float] = lambda _: 1.0) -> "nx.DiGraph[int]":
    """Return the graph of a procedure.

    Args:
        procedure: A well-formed one; a return to a step that is not there has no edge.
        coverage: How likely a look-up finds something, for those that say what happens if it does not.

    Returns:
        Points numbered in the order of the text, 0 the start; the attribute `point` of a node is its `Point`. An
        edge has `share`, the probability that it is taken from its source, and edges of returns have `anew`, the
        facts as written that are asked anew.

    Complexity: linear in the number of steps.
    """
    return _Builder(procedure, coverage).graph


def forms_before(procedure: Procedure, names: Iterable[str]) -> dict[str, tuple[FormStep, ...]]:
    """Return, for each of some steps, the forms that may be filled in before it.

    From these a case can come to it, over returns too, or they lie in parallel sides beside it.

    Complexity: a search of the graph for each of them.
    """
    wanted = frozenset(names)
    if not wanted:
        return {}
    graph = flow_graph(procedure)
    steps = {node: here.step for node in graph if (here := point(graph, node)).kind == "step" and here.step}
    forms = {node: step for node, step in steps.items() if isinstance(step, FormStep)}
    found: dict[str, tuple[FormStep, ...]] = {}
    for node, step in steps.items():
        if step.id in wanted:
            earlier, here = nx.ancestors(graph, node), point(graph, node)
            found[step.id] = tuple(
                form for one, form in forms.items() if one in earlier or _beside(point(graph, one), here)
            )
    return found


def _beside(one: Point, other: Point) -> bool:
    """Whether two points lie in different sides of the same split."""
    sides = dict(one.sides)
    return any(sides.get(split, side) != side for split, side in other.sides)


def point(graph: "nx.DiGraph[int]", node: int) -> Point:
    """Return the point of a node."""
    found: Point = graph.nodes[node]["point"]
    return found


def edges_into(graph: "nx.DiGraph[int]", node: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the points right before a point, each with the attributes of the edge from it.

    Not by `graph.edges`, which networkx keeps with a reference back: the graph would outlive its last use.
    """
    found: Iterable[tuple[int, dict[str, Any]]] = graph.pred[node].items()
    yield from found


def shares(stated: list[float | None]) -> list[float]:
    """Return how likely each way is; what the stated shares leave is spread evenly over the others.

    >>> shares([0.2, None, None])
    [0.2, 0.4, 0.4]
    """
    said = sum(share for share in stated if share is not None)
    silent = sum(share is None for share in stated)
    rest = max(0.0, 1.0 - said) / silent if silent else 0.0
    whole = said + rest * silent
    if not whole:
        return [1.0 / len(stated)] * len(stated)
    return [(rest if share is None else share) / whole for share in stated]


class _Builder:
    def __init__(self, procedure: Procedure, coverage: Callable[[Lookup], float]) -> None:
        self._coverage = coverage
        self.graph: nx.DiGraph[int] = nx.DiGraph()
        self._step_at: dict[str, int] = {}
        self._returns: list[tuple[int, Back]] = []
        last = self._sequence(procedure.steps, self._add(Point("start"), None), (), ())
        self._add(Point("end"), last)
        for node, back in self._returns:
            if back.target in self._step_at:
                self.graph.add_edge(node, self._step_at[back.target], share=1.0, anew=back.anew)

    def _add(self, new: Point, before: int | None, share: float = 1.0) -> int:
        node = len(self.graph)
        self.graph.add_node(node, point=new)
        if before is not None:
            self.graph.add_edge(before, node, share=share, anew=())
        return node

    def _sequence(
        self, steps: Steps, before: int | None, sides: tuple[tuple[int, int], ...], ways: tuple[tuple[int, int], ...]
    ) -> int | None:
        for item in steps:
            before = self._item(item, before, sides, ways)
        return before

    def _item(
        self, item: Item, before: int | None, sides: tuple[tuple[int, int], ...], ways: tuple[tuple[int, int], ...]
    ) -> int | None:
        match item:
            case Choose():
                node = self._add(Point("choose", item, 0, sides, ways), before)
                parts = [(branch.share, branch.steps) for branch in item.branches]
                return self._ways(node, item, parts, sides, ways)
            case Parallel():
                return self._parallel(item, before, sides, ways)
            case Back():
                self._returns.append((self._add(Point("back", item, 0, sides, ways), before), item))
                return None
            case Refuse():
                self._step_at[item.id] = self._add(Point("refused", item, 0, sides, ways), before)
                return None
        node = self._step_at[item.id] = self._add(Point("step", item, 0, sides, ways), before)
        if isinstance(item, Decide | Approve) and item.ways:
            return self._ways(node, item, [(way.share, way.steps) for way in item.ways], sides, ways)
        if isinstance(item, Lookup) and item.not_found:
            return self._ways(
                node, item, [(found := self._coverage(item), ()), (1 - found, item.not_found)], sides, ways
            )
        return node

    def _ways(
        self,
        node: int,
        item: Item,
        parts: list[tuple[float | None, Steps]],
        sides: tuple[tuple[int, int], ...],
        ways: tuple[tuple[int, int], ...],
    ) -> int | None:
        ends = []
        for number, (share, (_, steps)) in enumerate(zip(shares([stated for stated, _ in parts]), parts, strict=True)):
            inner = (*ways, (node, number))
            entry = self._add(Point("way", item, number, sides, inner, node), node, share)
            ends.append(self._sequence(steps, entry, sides, inner))
        return self._meet(Point("merge", item, 0, sides, ways, node), ends)

    def _parallel(
        self, item: Parallel, before: int | None, sides: tuple[tuple[int, int], ...], ways: tuple[tuple[int, int], ...]
    ) -> int | None:
        node = self._add(Point("split", item, 0, sides, ways), before)
        ends = []
        for number, branch in enumerate(item.branches):
            inner = (*sides, (node, number))
            entry = self._add(Point("side", item, number, inner, ways, node), node)
            last = self._sequence(branch.steps, entry, inner, ways)
            ends.append(None if last is None else self._add(Point("side end", item, number, inner, ways, node), last))
        if any(end is None for end in ends):
            return None  # a side that never ends never joins
        return self._meet(Point("join", item, 0, sides, ways, node), ends)

    def _meet(self, new: Point, ends: list[int | None]) -> int | None:
        reached = [end for end in ends if end is not None]
        if not reached:
            return None
        node = self._add(new, None)
        for end in reached:
            self.graph.add_edge(end, node, share=1.0, anew=())
        return node
