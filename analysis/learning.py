"""What look-ups of a plan cost more than was counted, told the solver with the reason, so that it holds for other plans too."""

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_

from analysis.answer_sets import Program
from analysis.chain import chance_of_any
from analysis.choices import Choices, Plan
from analysis.how_often import TINY
from analysis.instance import bits
from analysis.placing import Call
from analysis.pricing import CITIZEN, LookUp, Prices
from analysis.weighing import thousandths


class Learning:
    """Learns how often the look-ups of plans are really asked."""

    def __init__(self, program: Program, choices: Choices, prices: Prices) -> None:
        """Know nothing yet."""
        self.program, self.choices, self.prices = program, choices, prices
        self.instance, self.reach, self.steps = choices.instance, prices.times.reach, prices.how_often.steps

    def learn(self, plan: Plan, held: frozenset[int], looked_up: Sequence[Call], called: Sequence[float]) -> bool:
        """Tell how often look-ups of a plan are really asked, where that is more often than was told; return whether it was.

        The reason holds for other plans too: whoever takes the same suppliers for what is behind a look-up, keeps what
        reads it, and keeps nothing more that would bring it otherwise.

        Args:
            plan: What was chosen.
            held: The atoms of the answer that chose it.
            looked_up: Its look-ups.
            called: How likely each is really asked.
        """
        learnt = False
        with self.program.writing():
            for number, (call, chance) in enumerate(zip(looked_up, called, strict=True)):
                known = self.prices.look_ups.get((call.first.service, call.first.about))
                if known is None:
                    continue
                step = max(at for at, atom in known.often.items() if atom in held or at == 0)
                if chance > self.steps[step] + TINY:
                    self._tell(known, step, chance, self._reason(plan, looked_up, number, chance))
                    learnt = True
        return learnt

    def _tell(self, known: LookUp, step: int, chance: float, reason: list[int]) -> None:
        """Let a look-up cost what it does if it is asked so often, for a reason and not more often anyway."""
        above = [at for at in known.often if at > step]
        more = self.program.atom()
        self.program.rule(more, [*reason, *([-known.often[min(above)]] if above else [])])
        weights = [
            (self.program.due([[atom, more]]), weight)
            for atom, minutes in known.spent
            if (weight := thousandths(minutes * chance) - thousandths(minutes * self.steps[step])) > 0
        ]
        self.program.minimize(CITIZEN, weights)

    def _reason(self, plan: Plan, looked_up: Sequence[Call], number: int, chance: float) -> list[int]:
        """Return why a look-up is asked so often: who brings what to the places that read it, and that nothing else does."""
        choices, body, facts = self.choices, set[int](), 0
        for node in self._enough(looked_up[number], chance):
            for call, fact, reader in self._chain(looked_up, number, node, frozenset()):
                facts |= 1 << fact
                body |= {
                    choices.use[one]
                    for one in plan.suppliers
                    if one.fact == fact and self.instance.rules[one.rule].service == call.first.service
                }
                if reader in choices.keep:
                    body.add(choices.keep[reader])
        for item, atom in choices.keep.items():
            if not plan.kept >> item & 1 and self.instance.item(item).facts & facts:
                body.add(-atom)
        return sorted(body)

    def _enough(self, call: Call, chance: float) -> Iterator[int]:
        """Yield places that read what a look-up brings, the likeliest first, until it is asked so often for them alone."""
        read, before = reduce(or_, call.readers.values(), 0), list[int]()
        for node in sorted(bits(read), key=lambda node: (-self.reach[node], node)):
            yield node
            before.append(node)
            together = self.reach[node] if len(before) == 1 else chance_of_any(self.instance, frozenset(before))
            if together >= chance - TINY:
                return

    def _chain(
        self, looked_up: Sequence[Call], number: int, node: int, seen: frozenset[int]
    ) -> list[tuple[Call, int, int]]:
        """Return the look-ups through which a place reads what one brings, each with the fact, and the item that reads it."""
        call = looked_up[number]
        for fact in sorted(fact for fact, readers in call.readers.items() if readers >> node & 1):
            for need in self.choices.today.needs.stated:
                if need.level > 0 and (need.demand.node, need.demand.fact) == (node, fact):
                    return [(call, fact, need.demand.item)]
            for later, other in enumerate(looked_up):
                if later == number or later in seen or not any(at >> node & 1 for at in other.readers.values()):
                    continue
                if any(rule.keys >> fact & 1 for rule in other.rules):
                    rest = self._chain(looked_up, later, node, seen | {number})
                    if rest:
                        return [(call, fact, -1), *rest]
        return [(call, min(call.facts, default=0), -1)] if not seen else []
