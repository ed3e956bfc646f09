"""Where a fact comes from: the rules that give it, in order; judges nothing."""

from collections.abc import Iterable

from analysis.instance import Instance, bits
from analysis.supply import State

Levels = tuple[int, int, int]  # the facts at level 1 or more, 2 or more, 3, as bits


def support(instance: Instance, state: State, rules: int, fact: int, level: int) -> tuple[int, ...]:
    """Return the numbers of the rules a fact rests on at a place, those that must come first first.

    Args:
        instance: The compiled procedure.
        state: What is certain at the place; its `own` levels need no rule.
        rules: The rules that may be used, as bits.
        fact: The fact, by index.
        level: How sure it must be.

    Returns:
        Nothing if the fact is there by itself, or cannot be had from these rules.

    Complexity: a closure, then linear in the rules that are returned.
    """
    return Sources(instance, (state.own1, state.own2, state.own3), bits(rules | state.rules)).chain(fact, level)


class Sources:
    """The first rule that brings each fact to each level, tried in rounds, in a given order."""

    def __init__(self, instance: Instance, there: Levels, rules: Iterable[int]) -> None:
        """Find the sources.

        Args:
            instance: The compiled procedure.
            there: What needs no rule.
            rules: The rules that may be used, by number; of two that bring a fact in the same round the first counts.
        """
        self.instance = instance
        self.there = there
        self.by: dict[tuple[int, int], int] = {}  # (fact, level) -> the rule that brings it there first
        usable = list(rules)
        waiting = usable
        while waiting:
            changed = 0
            for number in waiting:
                changed |= self._apply(number)
            reading = [instance.rules[number] for number in usable]
            waiting = [n for n, r in zip(usable, reading, strict=True) if (r.keys | r.confirms | r.consent) & changed]

    def _apply(self, number: int) -> int:
        """Apply a rule; return the facts it made surer, as bits."""
        rule = self.instance.rules[number]
        one = self.there[0]
        if rule.consent & ~one:
            return 0
        changed = self._raise(number, rule.gives, self._level(rule.keys, rule.key_level, rule.level))
        for fact in bits(rule.confirms & one):  # a confirming service gives no value
            bit = 1 << fact
            changed |= self._raise(number, bit, self._level(rule.keys & ~bit, rule.key_level, rule.level))
        return changed

    def _level(self, keys: int, least: int, most: int) -> int:
        one, two, three = self.there
        sure = 0 if keys & ~one else 3 if not keys & ~three else 2 if not keys & ~two else 1
        return min(sure, most) if sure >= least else 0

    def _raise(self, number: int, facts: int, level: int) -> int:
        changed = 0
        levels = list(self.there)
        for reached in range(level):
            new = facts & ~levels[reached]
            levels[reached] |= facts
            changed |= new
            for fact in bits(new):
                self.by[fact, reached + 1] = number
        if changed:
            self.there = (levels[0], levels[1], levels[2])
        return changed

    def chain(self, fact: int, level: int) -> tuple[int, ...]:
        """Return the rules behind a fact at a level, and behind their keys, each once, first things first."""
        found: list[int] = []
        self._collect(fact, level, found, set())
        return tuple(found)

    def _collect(self, fact: int, level: int, found: list[int], seen: set[tuple[int, int]]) -> None:
        number = self.by.get((fact, level))
        if number is None or (fact, level) in seen:
            return
        seen.add((fact, level))
        rule = self.instance.rules[number]
        keys = rule.keys & ~(1 << fact) if rule.confirms >> fact & 1 else rule.keys
        if rule.confirms >> fact & 1:
            self._collect(fact, level - 1, found, seen)
        for key in bits(keys):
            self._collect(key, max(level, rule.key_level), found, seen)
        if number not in found:
            found.append(number)
