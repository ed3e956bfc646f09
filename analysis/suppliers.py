"""Who may bring a fact: each answer of an offered service by itself, without those that another makes needless."""

from analysis.instance import Instance, Rule, bits
from analysis.removal import Today
from analysis.scenarios import Supplier


def suppliers(today: Today) -> tuple[Supplier, ...]:
    """Return what offered services may bring, in the order of the catalogue, without what is never better than another.

    What a service brings that does not find everybody is used either as declared, where a question can stand in for it, or as
    documented, where a document has to: they cost a different residual form.

    Complexity: quadratic in the services that give the same fact.
    """
    instance = today.instance
    found: dict[tuple[int, bool], list[Supplier]] = {}
    for number in bits(today.offered):
        rule = instance.rules[number]
        for fact in bits(rule.gives):
            levels = range(1, rule.level + 1) if rule.coverage < 1 else (rule.level,)
            found.setdefault((fact, False), []).extend(Supplier(number, fact, level) for level in levels)
        for fact in bits(rule.confirms) if rule.level > 1 else ():
            found.setdefault((fact, True), []).append(Supplier(number, fact, rule.level, confirms=True))
    return tuple(sorted(one for same in found.values() for one in _undominated(instance, same)))


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
