"""What a return that asks facts anew makes be lost: these facts, and all that rests on them; knows no case's values."""

from collections import Counter
from functools import cached_property

from analysis.instance import Instance, union
from analysis.once import once


class Losing:
    """What is lost in a procedure if some rules are in use, by which facts rest on others."""

    def __init__(self, instance: Instance, by: int) -> None:
        """Look at the returns.

        Args:
            instance: The procedure.
            by: The rules in use, as bits.
        """
        self.instance, self.by = instance, by

    @cached_property
    def resting_on(self) -> dict[int, int]:
        """For each set of facts that is lost somewhere: those facts and all that rests on them."""
        lost = {anew for _, _, anew in self.instance.asked_anew} | {hold for hold in self.held if hold}
        return {facts: self.instance.resting(facts, self.by) for facts in lost}

    @cached_property
    def giving_again(self) -> dict[int, int]:
        """For each set of facts that is lost somewhere, with what rests on it: the rules that give or confirm some of it."""
        return {
            rest: union(1 << n for n, rule in enumerate(self.instance.rules) if (rule.gives | rule.confirms) & rest)
            for rest in self.resting_on.values()
        }

    @cached_property
    def killed_in(self) -> dict[int, list[int]]:
        """By join: for each side, the facts that a return inside it asks anew, with what rests on them."""
        return {node: self._killed[place.at] for node, place in enumerate(self.instance.points) if place.kind == "join"}

    @cached_property
    def _killed(self) -> dict[int, list[int]]:
        """By split: the same."""
        sides = Counter(place.at for place in self.instance.points if place.kind == "side")
        killed = {split: [0] * number for split, number in sides.items()}
        for source, _, facts in self.instance.asked_anew:
            for split, side in self.instance.points[source].sides:
                killed[split][side] |= self.instance.resting(facts, self.by)
        return killed

    @cached_property
    def held(self) -> tuple[int, ...]:
        """By point: the facts that nobody there can count on, because a side running beside it asks them anew."""
        return tuple(
            union(
                facts
                for split, side in place.sides
                for number, facts in enumerate(self._killed[split])
                if number != side
            )
            for place in self.instance.points
        )


def losing(instance: Instance, by: int) -> Losing:
    """Return what is lost in a procedure if some rules are in use; found once for each set of them."""
    known = _known(instance)
    if by not in known:
        known[by] = Losing(instance, by)
    return known[by]


@once
def _known(instance: Instance) -> dict[int, Losing]:  # of this instance
    return {}
