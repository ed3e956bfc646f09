"""Which items of today's procedure a redesigned one still has; chooses nothing."""

from analysis.instance import Instance, Item

Name = tuple[str, str, str]


def remaining(before: Instance, after: Instance) -> int:
    """Return the items of a procedure that another one made of it has too, as bits.

    An item is known by its kind, its step and what it is about: that stays the same in a redesign.

    Complexity: linear in the items of both.
    """
    there = {name_of(after, item) for item in after.items}
    return sum(item.bit for item in before.items if name_of(before, item) in there)


def name_of(instance: Instance, item: Item) -> Name:
    """Return what an item is known by: its kind, its step, and its question, document or facts."""
    if item.question is not None:
        return item.kind, item.step.id, item.question.id
    if item.paper is not None:
        return item.kind, item.step.id, item.paper.id
    facts = "" if item.kind in ("lookup", "letter", "log-in") else " ".join(instance.names(item.facts))
    return item.kind, item.step.id, facts
