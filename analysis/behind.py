"""Where in a redesign a case is right behind a step of today's procedure, be that step gone or not; judges nothing."""

from functools import cached_property

from analysis.certificate import COMPLETES
from analysis.instance import Instance
from processes.procedure import FormStep, Step, walk

Name = tuple[str, str, int]


class Behind:
    """A procedure and its redesign, both compiled."""

    def __init__(self, before: Instance, after: Instance) -> None:
        self.before, self.after = before, after

    def point(self, step: int) -> int | None:
        """Return the last point of the redesign that a case has passed once it is behind a step of today's procedure.

        That is the step itself, if it is still there, with the look-ups that were put in behind it. Else it is what comes before
        the next that is left of what followed it. None where nothing of all that is left.

        Complexity: linear in the steps that are gone or new around it, but for a pass over both procedures, once.
        """
        here = self._today(step)
        if here is not None:
            return self._past_new(here)
        ways = dict(self.before.points[step].ways_around)
        (follows,) = self.before.graph.successors(step)
        for _ in self.before.points:
            there = self._today(follows)
            if there is not None:
                return self._right_before(there, ways.get(self.before.points[follows].at, 0))
            later = list(self.before.graph.successors(follows))
            merge = [n for n, place in enumerate(self.before.points) if place.kind == "merge" and place.at == follows]
            if not later:
                return None
            follows = (merge or later)[0]
        return None

    def _today(self, node: int) -> int | None:
        """Return the point of the redesign that is a point of today's procedure."""
        return self._there.get(_name(self._numbers[0], self.before, node))

    @cached_property
    def _numbers(self) -> tuple[dict[int, int], dict[int, int]]:
        return _numbers(self.before), _numbers(self.after)

    @cached_property
    def _there(self) -> dict[Name, int]:
        points = enumerate(self.after.points)
        return {
            _name(self._numbers[1], self.after, node): node for node, place in points if not self._is_new(place.step)
        }

    def _is_new(self, step: Step | None) -> bool:
        """Whether a step is none of today's; a form that stays just on a return no more stands where it stood."""
        if step is None:
            return False
        was = self.before.procedure.step_by_id.get(step.id)
        on_return = isinstance(step, FormStep) and step.asks == (COMPLETES,) and step != was
        return type(was) is not type(step) or on_return

    def _past_new(self, here: int) -> int:
        after = self.after
        while later := list(after.graph.successors(here)):
            place = after.points[later[0]]
            if place.kind != "step" or not isinstance(place.step, Step) or not self._is_new(place.step):
                break
            ends = [n for n, one in enumerate(after.points) if one.kind == "merge" and one.at == later[0]]
            here = (ends or later)[0]
        return here

    def _right_before(self, there: int, way: int) -> int | None:
        """Return the point from which a case comes to another but by a return; to where ways meet, on one of them."""
        points = self.after.points
        coming = [one for one in self.after.graph.predecessors(there) if points[one].kind != "back"]
        if points[there].kind == "merge":
            coming = [one for one in coming if (points[there].at, way) in points[one].ways_around]
        return coming[0] if coming else None


def _numbers(instance: Instance) -> dict[int, int]:
    """Number choices, parallel parts and returns: a redesign has them in the same order."""
    kinds: dict[str, int] = {}
    found = {}
    for item in walk(instance.procedure.steps):
        if not isinstance(item, Step):
            found[id(item)] = kinds[item.kind] = kinds.get(item.kind, -1) + 1
    return found


def _name(numbers: dict[int, int], instance: Instance, node: int) -> Name:
    """Name a point by what stays the same in a redesign."""
    place = instance.points[node]
    step = place.step
    item = step.id if step is not None else str(numbers.get(id(place.item), ""))
    return place.kind, f"{getattr(place.item, 'kind', '')} {item}", place.way
