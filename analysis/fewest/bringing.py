"""Who may bring a fact, as atoms: suppliers, what is computed, today's steps; and what must be there for that."""

from collections.abc import Iterable
from typing import NamedTuple

from analysis.fewest.answer_sets import Program
from analysis.fewest.choices import Choices
from analysis.instance import bits


class Bringing(NamedTuple):
    """That a rule brings a fact."""

    rule: int
    level: int  # how sure it makes it at most
    confirms: bool
    atom: int  # that it is in force

    def reaches(self, level: int) -> bool:
        """Whether it may make a fact that sure."""
        return self.level >= level and not (self.confirms and level < 2)


Sure = tuple[int, int]  # a fact, at a level
Brought = frozenset[tuple[int, bool]]  # facts, given or confirmed
Way = tuple[int, list[Sure]]  # an atom, and what must be there besides


class Bringers:
    """By fact: who may bring it."""

    def __init__(self, program: Program, choices: Choices) -> None:
        """Look through the rules and the suppliers."""
        self.instance = choices.instance
        self.computing: list[list[Bringing]] = [[] for _ in self.instance.facts]
        self.supplying: list[list[Bringing]] = [[] for _ in self.instance.facts]
        self.today: list[list[Bringing]] = [[] for _ in self.instance.facts]  # by steps, and what is computed
        for supplier, atom in choices.use.items():
            used = Bringing(supplier.rule, supplier.level, supplier.confirms, atom)
            self.supplying[supplier.fact].append(used)
        for item, rules in self.instance.rules_of_items.items():
            kept = program.true if item < 0 else choices.kept(item)
            for number in bits(rules) if kept else ():
                rule = self.instance.rules[number]
                for fact in bits(rule.outputs):
                    one = Bringing(number, rule.level, bool(rule.confirms >> fact & 1), kept)
                    self.today[fact].append(one)
                    if self.instance.computed >> number & 1:
                        self.computing[fact].append(one)

    def ways(self, brought: Iterable[Bringing], fact: int, level: int) -> list[Way]:
        """Return how some rules may make a fact so sure."""
        return [(one.atom, self._resting_on(one, fact, level)) for one in brought if one.reaches(level)]

    def _resting_on(self, one: Bringing, fact: int, level: int) -> list[Sure]:
        """Return what must be there, and how sure, so that a rule brings a fact at a level."""
        rule = self.instance.rules[one.rule]
        confirmed = 1 << fact if one.confirms else 0
        return [
            *((key, max(level, rule.key_level)) for key in bits(rule.keys & ~confirmed)),
            *((said, 1) for said in bits(confirmed)),
            *((consent, 1) for consent in bits(rule.consent)),
        ]
