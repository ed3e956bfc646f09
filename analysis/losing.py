"""What a return that asks facts anew makes be lost: these facts, and all that rests on them; knows no case's values."""

from collections import Counter
from typing import NamedTuple

from analysis.instance import Instance, union
from analysis.once import once


class Losing(NamedTuple):
    """What is lost in a procedure if some rules are in use, by which facts rest on others; keeps no hold of the procedure."""

    resting_on: dict[int, int]  # for each set of facts that is lost somewhere: those facts and all that rests on them
    giving_again: dict[int, int]  # for each of these with what rests on it: the rules that give or confirm some of it
    killed_in: dict[int, list[int]]  # by join, for each side: what a return inside it asks anew, with what rests on it
    held: tuple[int, ...]  # by point: what nobody there can count on, because a side running beside it asks it anew


def losing(instance: Instance, by: int) -> Losing:
    """Return what is lost in a procedure if some rules, as bits, are in use; found once for each set of them.

    Complexity: linear in points, and for each return in the rules, as often as more facts turn out to rest on others.
    """
    known = _known(instance)
    if by not in known:
        known[by] = _losing(instance, by)
    return known[by]


@once
def _known(instance: Instance) -> dict[int, Losing]:  # of this instance
    return {}


def _losing(instance: Instance, by: int) -> Losing:
    points = instance.points
    sides = Counter(place.at for place in points if place.kind == "side")
    killed = {split: [0] * number for split, number in sides.items()}
    for source, _, facts in instance.asked_anew:
        for split, side in points[source].sides:
            killed[split][side] |= instance.resting(facts, by)
    held = tuple(
        union(facts for split, side in place.sides for number, facts in enumerate(killed[split]) if number != side)
        for place in points
    )
    lost = {anew for _, _, anew in instance.asked_anew} | {hold for hold in held if hold}
    resting_on = {facts: instance.resting(facts, by) for facts in lost}
    giving_again = {
        rest: union(1 << number for number, rule in enumerate(instance.rules) if rule.outputs & rest)
        for rest in resting_on.values()
    }
    joins = {node: killed[place.at] for node, place in enumerate(points) if place.kind == "join"}
    return Losing(resting_on, giving_again, joins, held)
