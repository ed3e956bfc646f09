"""Who may bring a fact: each answer of an offered service by itself, without what nobody reads or another makes needless."""

from collections.abc import Iterator
from typing import NamedTuple

from analysis.instance import Instance, Rule, bits
from analysis.removal import Today
from analysis.residual import Residuals
from analysis.scenarios import Supplier


class Sought(NamedTuple):
    """The facts, as bits, that somebody may read."""

    at_all: int
    surely: int  # surer than declared


def suppliers(today: Today) -> tuple[Supplier, ...]:
    """Return what offered services may bring, in the order of the catalogue, without what is never better than another.

    What a service brings that does not find everybody is used either as declared, where a question can stand in for it, or as
    documented, where a document has to: they cost a different residual form. So nothing is documented that no document
    proves, and what need only be declared is no dearer as declared.

    Complexity: linear in rules for each that something sought rests on; quadratic in the services that give the same fact.
    """
    instance, residuals = today.instance, Residuals(today.instance)
    sought = _sought(today)
    found: dict[tuple[int, bool], list[Supplier]] = {}
    for number in bits(today.offered):
        rule = instance.rules[number]
        for fact in bits(rule.gives & sought.at_all):
            found.setdefault((fact, False), []).extend(
                Supplier(number, fact, level)
                for level in (range(1, rule.level + 1) if rule.coverage < 1 else (rule.level,))
                if level == 1 or rule.coverage >= 1 or (sought.surely >> fact & 1 and residuals.papers(fact))
            )
        for fact in bits(rule.confirms & sought.surely) if rule.level > 1 else ():
            if rule.coverage >= 1 or residuals.papers(fact):
                found.setdefault((fact, True), []).append(Supplier(number, fact, rule.level, confirms=True))
    return tuple(sorted(one for same in found.values() for one in _undominated(instance, same)))


def _sought(today: Today) -> Sought:
    """Return the facts that demands and conditions of ours read, and those on which they may rest by any rule."""
    at_all, surely = 0, 0
    for level, facts in _read(today):
        at_all |= facts
        surely |= facts if level > 1 else 0
    rules, grown = today.instance.rules, True
    while grown:
        before = at_all, surely
        for rule in rules:
            made = rule.gives | rule.confirms
            if made & at_all:
                at_all |= rule.keys | rule.consent | rule.confirms & at_all
                surely |= rule.keys if rule.key_level > 1 or made & surely else 0
        grown = (at_all, surely) != before
    return Sought(at_all, surely)


def _read(today: Today) -> Iterator[tuple[int, int]]:
    """Yield levels, each with facts that are read at it."""
    instance = today.instance
    yield from ((one.level, 1 << one.demand.fact) for one in today.needs.stated if one.level > 0)
    yield from ((level, facts) for _, then in today.needs.silent for level, facts in enumerate(then[3:6], start=1))
    for number, _, reads in instance.asked_under:
        yield 1, reads
        yield from ((2, facts) for facts in instance.fold_levels.get(number, ()))


def _undominated(instance: Instance, same: list[Supplier]) -> list[Supplier]:
    """Leave out who needs no fewer keys than another that brings as much for nothing."""
    free = [one for one in same if is_free(instance.rules[one.rule])]
    return [
        one
        for one in same
        if not any(
            other != one
            and _at_least_as_good(instance, other, one)
            and not (other > one and _as_good(instance, one, other))
            for other in free
        )
    ]


def is_free(rule: Rule) -> bool:
    """Whether a service finds everybody and asks nobody: to use it costs no citizen anything."""
    return rule.coverage >= 1 and not rule.consent


def _as_good(instance: Instance, one: Supplier, other: Supplier) -> bool:
    return is_free(instance.rules[one.rule]) and _at_least_as_good(instance, one, other)


def _at_least_as_good(instance: Instance, one: Supplier, other: Supplier) -> bool:
    mine, theirs = instance.rules[one.rule], instance.rules[other.rule]
    fact = 1 << one.fact if one.confirms else 0
    return one.level >= other.level and not mine.keys & ~fact & ~theirs.keys and mine.key_level <= theirs.key_level
