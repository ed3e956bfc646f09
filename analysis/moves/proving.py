"""Whether a procedure whose steps were moved still gives every step what it had; moves nothing."""

from collections.abc import Mapping
from dataclasses import replace

from analysis.instance import Instance, bits
from analysis.supply import supply
from processes import condition
from processes.procedure import Choose

Readings = dict[tuple[str, str, str], int]  # by place, fact and what it is read for: the least level there
Inspected = Mapping[str, frozenset[str]]


def falls_short(before: Instance, after: Instance, inspected: Inspected, names: Mapping[str, str]) -> str | None:
    """Return a place that has some fact less surely than before the move, or nothing if the move holds.

    What a step read before, it reads after, at no lower level, wherever it stands now. So if every demand of today is
    met before the move, it is met after it.

    Args:
        before: The procedure before the move.
        after: The procedure after it.
        inspected: By check, what papers of today's procedure showed before it.
        names: The new name of each step that has gone into another.

    Complexity: one supply analysis of each.
    """
    then = _readings(before, inspected, names)
    now = _readings(after, inspected, {})
    for reading, level in then.items():
        if now.get(reading, -1) < level:
            return f"{reading[0]}: {reading[1]}"
    return None


def _readings(instance: Instance, inspected: Inspected, names: Mapping[str, str]) -> Readings:
    instance = replace(instance, inspected=inspected)
    supplied = supply(instance, instance.everything)
    found: Readings = {}
    for demand in instance.demands:
        level = supplied.read[demand.number]
        if level >= 0:
            at = place(instance, demand.node)
            reading = (names.get(at, at), instance.facts[demand.fact], demand.what)
            found[reading] = min(level, demand.enough, found.get(reading, 3))
    for node, work in enumerate(instance.work):
        state = supplied.before[node]
        if work and work[0][0] == "silent" and state is not None:
            at = place(instance, node)
            for fact in bits(state.all1):
                found[names.get(at, at), instance.facts[fact], "silent"] = state.level(fact)
    return found


def place(instance: Instance, node: int) -> str:
    """Name a point by what it keeps when it moves: its step, or the conditions of its choice."""
    item = instance.points[node].item
    if isinstance(item, Choose):
        parsed = [instance.model.naming.expression(one.condition or "") for one in item.branches]
        return " | ".join(condition.to_text(one) if one is not None else "else" for one in parsed)
    step = instance.points[node].step
    return step.id if step is not None else ""
