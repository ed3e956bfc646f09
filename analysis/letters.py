"""Letters and the papers carried for them: which office is gone to for which letters; decides nothing."""

from analysis.instance import Instance
from processes.procedure import Carry, Issue, Item, Step, Steps, Wait, actor, inside, walk


def letters_behind(instance: Instance) -> dict[int, tuple[int, ...]]:
    """Return, by point of a step that carries papers to an office, the items of the letters this office writes right after it.

    Where the office does something else besides, or a reviewer keeps the carrying, it is gone to anyway, and nothing is returned.

    Complexity: linear in the number of steps.
    """
    letters = {id(item.step): item.number for item in instance.items if item.kind == "letter"}
    nodes = {id(place.item): node for node, place in enumerate(instance.points) if place.kind == "step"}
    found: dict[int, tuple[int, ...]] = {}
    lists: list[Steps] = [instance.procedure.steps]
    lists += [steps for item in walk(instance.procedure.steps) for steps in inside(item)]
    for steps in lists:
        carry: Carry | None = None
        for item in steps:
            if isinstance(item, Carry):
                carry = item if item.id not in instance.standing else None
            elif carry is not None and carry.to is not None and _writes(item, carry.to) and id(item) in letters:
                found[nodes[id(carry)]] = (*found.get(nodes[id(carry)], ()), letters[id(item)])
            elif not isinstance(item, Wait):
                if carry is not None and carry.to is not None and _at(item, carry.to):
                    found.pop(nodes[id(carry)], None)
                carry = None
    return found


def _writes(item: Item, agency: str) -> bool:
    return isinstance(item, Issue) and item.letter and _at(item, agency)


def _at(item: Item, agency: str) -> bool:
    """Whether a step is done at an agency."""
    return isinstance(item, Step) and item.by is not None and actor(item.by).whom == agency
