"""Whether a procedure whose steps were moved still gives every step what it had; moves nothing."""

from collections.abc import Mapping

from analysis.instance import Instance, bits
from analysis.supply import Supply
from processes import condition
from processes.procedure import Choose

Readings = dict[tuple[str, str, str], int]  # by place, fact and what it is read for: the least level there


def falls_short(before: Readings, after: Readings, names: Mapping[str, str]) -> str | None:
    """Return a place that has some fact less surely than before the move, or nothing if the move holds.

    What a step read before, it reads after, at no lower level, wherever it stands now. So if every demand of today is
    met before the move, it is met after it.

    Args:
        before: What was read before the move.
        after: What is read after it.
        names: The new name of each step that has gone into another.

    Complexity: linear in what is read.
    """
    for (at, fact, what), level in before.items():
        if after.get((names.get(at, at), fact, what), -1) < level:
            return f"{at}: {fact}"
    return None


def readings(instance: Instance, supplied: Supply) -> Readings:
    """Return what each place reads, and how sure it is there at least; of judgements that do not say, all that is there.

    Complexity: linear in demands, and in facts for each such judgement.
    """
    found: Readings = {}
    for demand in instance.demands:
        level = supplied.read[demand.number]
        if level >= 0 and demand.what != "behind":  # of that the steps are held against today's
            reading = (place(instance, demand.node), instance.facts[demand.fact], demand.what)
            found[reading] = min(level, demand.enough, found.get(reading, 3))
    for node, work in enumerate(instance.work):
        state = supplied.before[node]
        if work and work[0][0] == "silent" and state is not None:
            for fact in bits(state.all1):
                found[place(instance, node), instance.facts[fact], "silent"] = state.level(fact)
    return found


def place(instance: Instance, node: int) -> str:
    """Name a point by what it keeps when it moves: its step, or the conditions of its choice."""
    item = instance.points[node].item
    if isinstance(item, Choose):
        parsed = [instance.model.naming.expression(one.condition or "") for one in item.branches]
        return " | ".join(condition.to_text(one) if one is not None else "else" for one in parsed)
    step = instance.points[node].step
    return step.id if step is not None else ""
