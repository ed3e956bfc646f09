"""Where a fact comes from: the rules that give it, in order; judges nothing."""

from analysis.instance import Instance, bits
from analysis.supply import State


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
    return _Search(instance, state, rules | state.rules).chain(fact, level)


class _Search:
    def __init__(self, instance: Instance, state: State, rules: int) -> None:
        self.instance = instance
        self.levels = {fact: _own(state, fact) for fact in bits(state.own1)}
        self.by: dict[tuple[int, int], int] = {}  # (fact, level) -> the rule that brings it there first
        grown = True
        while grown:
            grown = sum(self._apply(number) for number in bits(rules)) > 0  # each is tried, whatever the others did

    def _apply(self, number: int) -> bool:
        rule = self.instance.rules[number]
        if any(fact not in self.levels for fact in bits(rule.consent)):
            return False
        grown = False
        for fact in bits(rule.gives | rule.confirms):
            confirmed = bool(rule.confirms >> fact & 1)
            if confirmed and fact not in self.levels:
                continue  # a confirming service gives no value
            keys = rule.keys & ~(1 << fact) if confirmed else rule.keys
            sure = min((self.levels.get(key, 0) for key in bits(keys)), default=3)
            reached = min(sure, rule.level) if sure >= rule.key_level else 0
            for level in range(self.levels.get(fact, 0) + 1, reached + 1):
                self.by[fact, level] = number
                grown = True
            self.levels[fact] = max(self.levels.get(fact, 0), reached)
            if not self.levels[fact]:
                del self.levels[fact]
        return grown

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


def _own(state: State, fact: int) -> int:
    return (state.own1 >> fact & 1) + (state.own2 >> fact & 1) + (state.own3 >> fact & 1)
