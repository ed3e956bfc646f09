"""Ways through a procedure, as the points they pass, and how they are told; judges nothing."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice

from analysis.instance import Instance
from processes.graph import Point
from processes.procedure import Approve, Back, Choose, Decide, Lookup, Parallel
from processes.words import Words

MOST_TOLD = 14  # of the names on a way; of a longer one the middle is left out


def way_to(instance: Instance, node: int, first: int = 0) -> tuple[int, ...]:
    """Return a shortest way between two points, both with it; through a parallel part it follows one side.

    Complexity: linear in the points.
    """
    came = {first: -1}
    waiting = deque([first])
    while waiting and node not in came:
        here = waiting.popleft()
        for later in instance.graph.successors(here):
            if later not in came:
                came[later] = here
                waiting.append(later)
    way = [node]
    while came.get(way[-1], -1) >= 0:
        way.append(came[way[-1]])
    return tuple(way[::-1])


def decides_something(instance: Instance, way: Sequence[int]) -> bool:
    """Whether a case could have gone otherwise: the way takes a branch of a choice, or returns."""
    return any(instance.points[node].kind in ("way", "back") for node in way)


def told(instance: Instance, way: Sequence[int]) -> Words:
    """Return a way in words: its steps, and at choices which way it takes."""
    half = MOST_TOLD // 2
    first = list(islice(_names(instance, way), MOST_TOLD + 1))
    if len(first) > MOST_TOLD:
        last = list(islice(_names(instance, way[::-1]), half))
        first = [*first[:half], Words("…", "…"), *last[::-1]]
    return Words(" → ".join(name.id for name in first), " → ".join(name.en for name in first))


def _names(instance: Instance, way: Sequence[int]) -> Iterator[Words]:
    return (name for node in way if (name := _name(instance.points[node])) is not None)


def nearest(instance: Instance, node: int) -> str:
    """Return the name of the step at a point, or of the next one after it; nothing where none comes."""
    seen, waiting = {node}, deque([node])
    while waiting:
        here = waiting.popleft()
        if (step := instance.points[here].step) is not None:
            return step.id
        new = [later for later in instance.graph.successors(here) if later not in seen]
        seen.update(new)
        waiting += new
    return ""


def _name(place: Point) -> Words | None:
    item = place.item
    if place.kind == "back" and isinstance(item, Back):
        return Words(f"kembali ke '{item.target}'", f"back to '{item.target}'")
    if place.kind == "way":
        match item:
            case Choose() if item.branches[place.way].condition:
                text = f"({item.branches[place.way].condition})"
                return Words(f"jika {text}", f"if {text}")
            case Choose():
                conditions = [branch.condition for branch in item.branches if branch.condition]
                if len(conditions) == 1:
                    return Words(f"jika tidak ({conditions[0]})", f"if not ({conditions[0]})")
                return Words("selain itu", "else")
            case Decide() | Approve():
                text = f"'{item.ways[place.way].id}'"
                return Words(text, text)
            case Lookup():
                return Words("ditemukan", "found") if place.way == 0 else Words("tidak ditemukan", "not found")
    if place.kind == "side" and isinstance(item, Parallel):
        name = item.branches[place.way].id
        return Words(f"cabang '{name}'", f"branch '{name}'")
    if place.step is not None and place.kind in ("step", "refused"):
        return Words(place.step.id, place.step.id)
    return None
