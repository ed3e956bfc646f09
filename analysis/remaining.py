"""What of today's procedure, and of what it might have besides, a redesigned one has; chooses nothing."""

from bisect import bisect_right
from collections.abc import Iterator

from analysis.branches import expression
from analysis.instance import Instance, Item
from processes import condition
from processes.procedure import Identify, Step, walk

Name = tuple[str, str, str]


def remaining(before: Instance, after: Instance) -> int:
    """Return the items of a procedure that another one made of it has too, as bits.

    An item is known by its kind, its step and what it is about: that stays the same in a redesign. What the redesign asks only
    of some is not the item any more, but the option to ask it under that condition; a log-in that today has not is the option
    to log in before the form that it stands before. Options are found only where `before` has them.

    Complexity: linear in the items of both, times the options.
    """
    there = {(name_of(after, item), _under(item) is None) for item in after.items}
    kept = sum(item.bit for item in before.items if (name_of(before, item), _under(item) is None) in there)
    some = {(_asked(after, item), condition.to_text(under)) for item in after.items if (under := _under(item))}
    for option in before.options:
        if option.under is not None:
            tree = expression(before.points, before.model.naming, option.under)
            if tree is not None and (_asked(before, option), condition.to_text(tree)) in some:
                kept |= option.bit
    return kept | sum(option.bit for option in _new_log_ins(before, after))


def name_of(instance: Instance, item: Item) -> Name:
    """Return what an item is known by: its kind, its step, and its question, document or facts."""
    if item.question is not None:
        return item.kind, item.step.id, item.question.id
    if item.paper is not None:
        return item.kind, item.step.id, item.paper.id
    facts = "" if item.kind in ("lookup", "letter", "log-in") else " ".join(instance.names(item.facts))
    return item.kind, item.step.id, facts


def still_asked(before: Instance, item: Item, after: Instance) -> bool:
    """Return whether a procedure made of another still asks for what an item asks for there, if only of some."""
    wanted, some = name_of(before, item), _asked(before, item)
    return any(name_of(after, one) == wanted or (_under(one) and _asked(after, one) == some) for one in after.items)


def in_place_of(instance: Instance, items: int) -> int:
    """Return the options to ask some items, as bits, under a condition instead."""
    return sum(option.bit for option in instance.options if option.instead_of >= 0 and items >> option.instead_of & 1)


def new_log_ins(instance: Instance) -> int:
    """Return the options to log in where nobody does today, as bits."""
    return sum(option.bit for option in instance.options if option.log_in is not None)


def kept_in(before: Instance, kept: int, other: Instance) -> int:
    """Return items and options, as bits, of the same procedure compiled with another catalogue or policy; what that has not is left out.

    Complexity: linear in the options of both.
    """
    there = {_option(option): option.bit for option in other.options}
    found = kept & before.everything
    for option in before.options:
        if kept & option.bit:
            found |= there.get(_option(option), 0)
    return found


def _option(one: Item) -> tuple[object, ...]:
    return one.node, one.instead_of, one.under, one.log_in.id if one.log_in is not None else ""


def _under(item: Item) -> condition.Expression | None:
    asked = item.question or item.paper
    return asked.condition if asked is not None else None


def _asked(instance: Instance, item: Item) -> tuple[str, ...]:
    """Return what something asks for: a question put behind those of its form has another name there."""
    return item.kind, item.step.id, item.paper.id if item.paper else "", *instance.names(item.facts)


def _new_log_ins(before: Instance, after: Instance) -> Iterator[Item]:
    """Yield the options that the log-ins of a redesign are which today has not: each stands before its form, or where that was."""
    order = [one for one in walk(after.procedure.steps) if isinstance(one, Step)]
    steps = {place.step.id: node for node, place in enumerate(before.points) if place.step is not None}
    for at, step in enumerate(order):
        if not isinstance(step, Identify) or step.id in steps:
            continue
        following = next((steps[one.id] for one in order[at + 1 :] if one.id in steps), len(before.points))
        about = next((after.names(one.facts) for one in after.items if one.step is step), ())
        same = [
            one
            for one in before.options
            if one.log_in is not None and one.log_in.id == step.using and set(about) & set(before.names(one.facts))
        ]
        nodes = sorted(one.node for one in same)
        place = bisect_right(nodes, following) - 1
        yield from (one for one in same if place >= 0 and one.node == nodes[place])
