"""Where a fact comes from: the rules that give it, in order; judges nothing."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

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
    there = (state.own1, state.own2, state.own3)
    return Sources(instance, there, _numbers(rules | state.rules), (fact, level)).chain(fact, level)


@lru_cache(maxsize=64)
def _numbers(rules: int) -> tuple[int, ...]:
    return tuple(bits(rules))  # the same are used for most facts of a procedure


Sure = tuple[int, int]  # a fact and a level


class Use(NamedTuple):
    """That a rule is used for a fact."""

    rule: int
    fact: int
    level: int
    needs: tuple[Sure, ...]  # what it takes to be that sure
    before: frozenset[Sure]  # of these, what must be so when the rule is used; the rest may come later


class Sources:
    """The first rule that brings each fact to each level, tried in rounds, in a given order."""

    def __init__(self, instance: Instance, there: Levels, rules: Iterable[int], wanted: "Sure | None" = None) -> None:
        """Find the sources.

        Args:
            instance: The compiled procedure.
            there: What needs no rule.
            rules: The rules that may be used, by number; of two that bring a fact in the same round the first counts.
            wanted: The only fact and level that is asked for; what comes after it is left out.
        """
        self.instance, self.start, self.wanted = instance, there, wanted
        self.by: dict[tuple[int, int], int] = {}  # (fact, level) -> the rule that brings it there first
        usable = list(rules)
        changed = self._round(usable, list(there))
        while changed and wanted not in self.by:
            compiled = instance.rules
            waiting = [n for n in usable if (compiled[n].keys | compiled[n].confirms | compiled[n].consent) & changed]
            changed = self._round(waiting, self.there)

    def _round(self, numbers: list[int], there: list[int]) -> int:
        """Apply some rules, one after the other; return the facts they made surer, as bits."""
        self.there = there
        changed = 0
        for number in numbers:
            if self.wanted in self.by:
                break
            _, keys, least, most, gives, confirms, consent = self.instance.rules_compiled[number]
            one = there[0]
            if consent & ~one:
                continue
            if gives & ~there[2] and not keys & ~one:
                changed |= self._raise(number, gives, _level(there, keys, least, most))
            for fact in bits(confirms & one & ~there[2]):  # a confirming service gives no value
                changed |= self._raise(number, 1 << fact, _level(there, keys & ~(1 << fact), least, most))
        return changed

    def _raise(self, number: int, facts: int, level: int) -> int:
        changed = 0
        for reached in range(level):
            new = facts & ~self.there[reached]
            if new:
                self.there[reached] |= new
                changed |= new
                for fact in bits(new):
                    self.by[fact, reached + 1] = number
        return changed

    def chain(self, fact: int, level: int) -> tuple[int, ...]:
        """Return the rules behind a fact at a level, and behind their keys, each once, first things first."""
        return tuple(dict.fromkeys(use.rule for use in self.uses(fact, level)))

    def uses(self, fact: int, level: int) -> tuple[Use, ...]:
        """Return what each rule behind a fact is used for, first things first."""
        found: dict[tuple[int, int], Use] = {}
        self._collect(fact, level, found, set())
        return tuple(found.values())

    def _collect(self, fact: int, level: int, found: dict[tuple[int, int], Use], seen: set[tuple[int, int]]) -> None:
        number = self.by.get((fact, level))
        if number is None or (fact, level) in seen:
            return
        seen.add((fact, level))
        rule = self.instance.rules[number]
        confirms = bool(rule.confirms >> fact & 1)
        needed = {key: max(level, rule.key_level) for key in bits(rule.keys) if not (confirms and key == fact)}
        if confirms:
            needed[fact] = level - 1  # it must have been said, or told by somebody less sure
        least = max(1, rule.key_level)
        before = frozenset(
            (key, min(at, least)) for key, at in needed.items() if not self.start[min(at, least) - 1] >> key & 1
        )  # it can be asked with keys just sure enough: the answer gets surer with them, as others show it on paper
        for key, at in (*needed.items(), *sorted(before)):
            self._collect(key, at, found, seen)
        found[fact, level] = Use(number, fact, level, tuple(needed.items()), before)


def _level(there: list[int], keys: int, least: int, most: int) -> int:
    """Return how sure a rule's answer is; 0 if its keys are not sure enough."""
    one, two, three = there
    sure = 0 if keys & ~one else 3 if not keys & ~three else 2 if not keys & ~two else 1
    return min(sure, most) if sure >= least else 0
