"""What every redesign keeps, and what no least burdensome one does: settled at once, before anything is weighed."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from analysis.burden import times
from analysis.consents import asking_everybody, filled_in, needs_form
from analysis.fewest.suppliers import is_free
from analysis.instance import bits, union
from analysis.remaining import in_place_of
from analysis.removal import Today
from analysis.scenarios import Outcomes, Supplier, outcomes
from analysis.supply import closed_under, supply
from analysis.weighing import thousandths

Levels = tuple[int, int, int]  # the facts, as bits, that are there at each level or more
NOTHING: Levels = (0, 0, 0)


class Presolved(NamedTuple):
    """What is settled about items, by number, and the suppliers that are left."""

    forced: frozenset[int]  # no redesign does without
    needless: frozenset[int]  # in no least redesign
    suppliers: tuple[Supplier, ...]


def presolved(today: Today, suppliers: Iterable[Supplier]) -> Presolved:
    """Return what is settled about the items of a procedure, and who may still bring its facts.

    An item is *forced* if without it, but with everything else, some demand is not met. With a supplier for each fact that costs
    no citizen anything, some demands are met by what is forced. A fact is *open* if some demand of it is not, or if an open
    fact may rest on it; no supplier is taken for open facts. Who costs a citizen something and brings nothing open is *needless*:
    whatever redesign has it, all open facts come as well without it, and the others from what is forced and from these
    suppliers.

    Args:
        today: The procedure, with its requirements met.
        suppliers: Who may bring its facts.

    Complexity: an analysis of supply with a bit for each item, one more, and as long as more facts turn out to be open a closure
    for each state there is.
    """
    instance, some = today.instance, tuple(suppliers)
    count = len(instance.items) + len(instance.options)
    free = [number for number in range(count) if number not in today.staying]
    every = (1 << len(free) + 1) - 1  # a scenario without each of them, and last the one with all
    kept = [every] * count
    for place, number in enumerate(free):
        kept[number] &= ~(1 << place)
    without = outcomes(instance, today.needs, len(free) + 1, kept, dict.fromkeys(some, every), {})
    lost = _fails(today, without, len(free))
    forced = {number for place, number in enumerate(free) if lost >> place & 1}
    needless = {option.number for option in instance.options if option.instead_of in forced} | {*bits(today.without)}
    if not instance.policy.shows:
        open_ = Open(today, forced, some).facts()
        free = [number for number in free if number not in forced and number not in today.bound]
        needless |= _needless(today, forced, free, open_)
        some = tuple(one for one in some if is_free(instance.rules[one.rule]) or open_ >> one.fact & 1)
    return Presolved(frozenset(forced), frozenset(needless), some)


def _fails(today: Today, without: Outcomes, everything: int) -> int:
    """Return the scenarios, as bits, in which something lacks that is there with everything, whatever is kept.

    What only a question's condition or a look-up of today reads is not needed: these may go.
    """
    bad = without.silently
    for one, failing in zip(today.needs.stated, without.failing, strict=True):
        if one.demand.item < 0 and not failing >> everything & 1:
            bad |= failing
    return 0 if without.silently >> everything & 1 else bad


class Open:
    """Which facts are open: found by taking ever fewer suppliers."""

    def __init__(self, today: Today, forced: Iterable[int], some: Sequence[Supplier]) -> None:
        self.today, self.instance, self.some = today, today.instance, some
        self.supplied = supply(self.instance, today.staying_items | union(1 << number for number in forced))

    def facts(self) -> int:
        """Return them, as bits."""
        taken = self.suppliers()
        found = self._resting(
            union(reads for _, _, reads in self.instance.asked_under)
        )  # who asks under a condition knows it
        while True:
            there = self._with([one for one in taken if not found >> one.fact & 1])
            more = found | self._resting(self._lacking(there))
            if more == found:
                return found
            found = more

    def suppliers(self) -> list[Supplier]:
        """Choose one supplier a fact that costs nothing, each after those that bring its keys: the one that most often can."""
        sure = [one for one in self.some if is_free(self.instance.rules[one.rule]) and not one.confirms]
        taken: dict[int, Supplier] = {}
        while True:
            there = set(self._with(taken.values()))
            best: dict[int, tuple[int, Supplier]] = {}
            for one in sure:
                if one.fact not in taken:
                    rule = self.instance.rules[one.rule]
                    often = sum(not rule.keys & ~facts for levels in there for facts in levels[rule.key_level - 1 :])
                    if often > (best[one.fact][0] if one.fact in best else 0):
                        best[one.fact] = (often, one)
            if not best:
                return list(taken.values())
            taken |= {fact: one for fact, (_, one) in best.items()}

    def _with(self, some: Iterable[Supplier]) -> list[Levels]:
        """Return, by point, what is there with some suppliers, each for just its fact."""
        facts: dict[int, int] = {}
        for one in some:
            facts[one.rule] = facts.get(one.rule, 0) | 1 << one.fact
        rules = [self.instance.rules[number].used_for(gives, 0, 3) for number, gives in sorted(facts.items())]
        instance = self.instance.with_offers(rules)
        states = {state for state in self.supplied.before if state is not None}
        closed = {state: closed_under(instance, state, instance.offered & ~instance.computed) for state in states}
        return [NOTHING if state is None else closed[state] for state in self.supplied.before]

    def _lacking(self, there: list[Levels]) -> int:
        """Return the facts of which some demand is not met."""
        found = 0
        for one in self.today.needs.stated:
            fact, level = one.demand.fact, one.level
            if level > 0 and self.supplied.read[one.demand.number] < level:
                found |= 1 << fact & ~there[one.demand.node][level - 1]
        for node, then in self.today.needs.silent:
            found |= union(facts & ~mine for facts, mine in zip(then[3:6], there[node], strict=True))
        return found

    def _resting(self, facts: int) -> int:
        """Add the facts that some may rest on: keys, what is confirmed, what they are computed from."""
        rules = [(1 << one.fact, self.instance.rules[one.rule]) for one in self.some]
        today = [self.instance.rules[number] for number in (*self.instance.today, *bits(self.instance.computed))]
        rules += [(rule.gives | rule.confirms, rule) for rule in today]
        grown = True
        while grown:
            more = facts | union(
                rule.keys | rule.consent | rule.confirms & made for made, rule in rules if made & facts
            )
            facts, grown = more, more != facts
        return facts


def _needless(today: Today, forced: Iterable[int], free: Iterable[int], open_: int) -> set[int]:
    """Return what costs something and brings nothing open, not even by a consent or a log-in that takes its form."""
    instance, often = today.instance, times(today.instance)
    carrying = {one.node for one in instance.options if needs_form(one) and one.facts & open_}
    everybody = asking_everybody(instance)
    carrying -= filled_in(instance, today.staying_items | union(1 << number for number in forced))
    found = {
        number
        for number in free
        if (item := instance.item(number)).kind in ("question", "paper", "log-in", "consent")
        and not item.facts & open_
        and not (item.node in carrying and everybody & item.bit)
        and thousandths(item.minutes * often.item[number])
    }
    for sides in today.asked_beside:  # which go together
        together = {*bits(union(sides)), *bits(in_place_of(instance, union(sides)))}
        if not together <= found:
            found -= together
    return found
