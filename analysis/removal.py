"""What can go together: the items a redesign keeps and the rules it uses; knows no wording and builds nothing."""

from dataclasses import dataclass
from functools import cached_property

from analysis.demand import Requirements, meets, requirements
from analysis.instance import Instance, Item, bits
from analysis.supply import Supply, supply
from processes.procedure import Issue


@dataclass(frozen=True)
class Today:
    """A procedure as it is, with what its points have and need: what every question about removing starts from."""

    instance: Instance

    @cached_property
    def supplied(self) -> Supply:
        """What is certain today."""
        return supply(self.instance, self.instance.everything)

    @cached_property
    def needs(self) -> Requirements:
        """What must go on being met."""
        return requirements(self.instance, self.supplied)

    @cached_property
    def bound(self) -> dict[int, str]:
        """The items that stay whatever shares their data, each with the reason as a word."""
        found = {item.number: item.bound for item in self.instance.items if item.bound}
        for item in self.instance.items:
            if self.needs.bound >> item.number & 1:
                found.setdefault(item.number, "silent")
            elif item.kind == "question" and item.facts & self._anew(item):
                found.setdefault(item.number, "anew")
        return found

    def _anew(self, item: Item) -> int:
        """The facts that a return which comes by this item asks anew."""
        facts = 0
        for target, edges in enumerate(self.instance.before):
            for _, anew in edges:
                if anew and (target == item.node or self.instance.reachable[target] >> item.node & 1):
                    facts |= anew
        return facts

    @cached_property
    def offered(self) -> int:
        """The rules a redesign may use beyond today's."""
        return self.instance.offered & ~self.instance.computed

    def feasible(self, kept: int, rules: int) -> bool:
        """Return whether every requirement is met with these items kept and these rules in force."""
        return meets(self.needs, supply(self.instance, kept, rules))

    def supply_without(self, kept: int, rules: int) -> Supply:
        """Return what is certain with these items kept and these rules in force."""
        return supply(self.instance, kept, rules)

    @cached_property
    def letters(self) -> dict[int, int]:
        """By letter: the items of documents that it makes, as bits."""
        made: dict[int, int] = {}
        for letter in self.instance.items:
            if letter.kind == "letter" and isinstance(letter.step, Issue):
                made[letter.number] = sum(
                    paper.bit
                    for paper in self.instance.items
                    if paper.paper is not None
                    and letter.step.document
                    and paper.paper.document.document == letter.step.document
                )
        return made

    @cached_property
    def sole(self) -> int:
        """Items without which some fact that is read has no source at all, as bits: no need to try to drop them."""
        instance = self.instance
        read = 0
        for one in self.needs.stated:
            if one.level > 0 and one.demand.item < 0:
                read |= 1 << one.demand.fact
        sources: dict[int, int] = {}
        for item in instance.items:
            if item.kind in ("question", "paper", "log-in"):
                for fact in bits(item.facts & read):
                    sources[fact] = sources.get(fact, 0) | item.bit
        given = 0
        for rule in instance.rules:
            given |= rule.gives
        for work in instance.work:
            for kind, facts, _ in work:
                if kind == "give":
                    given |= facts
        alone = 0
        for fact, items in sources.items():
            if not given >> fact & 1 and items & (items - 1) == 0:
                alone |= items
        return alone


@dataclass(frozen=True, slots=True)
class Choice:
    """What a redesign keeps of today and which offered rules it uses."""

    kept: int
    rules: int


def together(today: Today, without: int = 0) -> Choice:
    """Return a set of removals that hold together, and rules that carry them, as few as can be dropped one by one.

    Items are tried from the dearest to the cheapest, each against all that have gone before it: so of two facts that
    give each other one stays. Then rules are dropped that nothing needs, those that find least first. No single
    item and no single rule more could go; whether another set were cheaper is not asked here.

    Args:
        today: The procedure, with its requirements met.
        without: Rules not to be used, as bits.

    Complexity: a supply analysis for each item and rule that is tried.
    """
    instance = today.instance
    rules = today.offered & ~without
    kept = instance.everything
    for item in sorted(instance.items, key=_dearest):
        if item.number in today.bound or today.sole & item.bit or item.kind == "lookup":
            continue
        if kept & today.letters.get(item.number, 0):
            continue  # a letter whose paper is still asked for
        if today.feasible(kept & ~item.bit, rules):
            kept &= ~item.bit
    calls: dict[tuple[object, ...], int] = {}
    for number in bits(rules):
        rule = instance.rules[number]
        calls[rule.service, rule.about] = calls.get((rule.service, rule.about), 0) | 1 << number
    for call in sorted(calls.values(), key=lambda call: _least_useful(instance, call)):
        if today.feasible(kept, rules & ~call):
            rules &= ~call
    for number in sorted(bits(rules), key=lambda n: (-instance.rules[n].gives.bit_count(), n)):
        if today.feasible(kept, rules & ~(1 << number)):
            rules &= ~(1 << number)
    for item in instance.items:  # look-ups of today last, so that none makes room for its own copy
        if item.kind == "lookup" and today.feasible(kept & ~item.bit, rules):
            kept &= ~item.bit
    return Choice(kept, rules)


def _dearest(item: Item) -> tuple[object, ...]:
    """Letters after the papers they make; otherwise the dearest first, and the first in the text of two that cost the same."""
    order = {"paper": 0, "letter": 1, "question": 2, "log-in": 3, "check": 4, "lookup": 5}
    return (order[item.kind], -item.minutes - item.officer_minutes, item.number)


def _least_useful(instance: Instance, call: int) -> tuple[object, ...]:
    rules = [instance.rules[number] for number in bits(call)]
    return (
        rules[0].coverage,
        bool(not rules[0].consent),
        -sum((rule.gives | rule.confirms).bit_count() for rule in rules),
        call,
    )
