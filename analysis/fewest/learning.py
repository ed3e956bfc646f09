"""What look-ups of a plan cost more than was counted, told the solver with the reason, so that it holds for other plans too."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from analysis.chain import chance_of_any
from analysis.fewest.answer_sets import Program
from analysis.fewest.choices import Choices, Plan
from analysis.fewest.how_often import TINY
from analysis.fewest.pricing import About, LookUp, Prices
from analysis.instance import bits, union
from analysis.placing import Call
from analysis.weighing import thousandths

Asked = list[tuple[float, int]]  # chances, each with the atom that a look-up is asked at least as likely


class Learning:
    """Learns how often the look-ups of plans are really asked."""

    def __init__(self, program: Program, choices: Choices, prices: Prices) -> None:
        """Know nothing yet."""
        self.program, self.choices, self.prices = program, choices, prices
        self.instance, self.reach, self.steps = choices.instance, prices.times.reach, prices.how_often.steps
        self.asked: dict[About, Asked] = {}

    def learn(
        self,
        plan: Plan,
        held: frozenset[int],
        looked_up: Sequence[Call],
        called: Sequence[float],
        *,
        guessing: bool = False,
    ) -> bool:
        """Tell how often look-ups of a plan are really asked, where that is more often than was told; return whether it was.

        The reason holds for other plans too: whoever takes the same suppliers for what is behind a look-up, keeps what
        reads it, and takes and keeps nothing more that would bring it otherwise, asks it wherever this plan reads it. That may
        be less often than this plan asks it, which places it where its keys are: the rest is a guess.

        Args:
            plan: What was chosen.
            held: The atoms of the answer that chose it.
            looked_up: Its look-ups.
            called: How likely each is really asked.
            guessing: Whether to tell what was a guess, too; from then on some plan may cost less than is told.
        """
        learnt = False
        with self.program.writing():
            for number, (call, really) in enumerate(zip(looked_up, called, strict=True)):
                about = (call.first.service, call.first.about)
                known = self.prices.look_ups.get(about)
                if known is None:
                    continue
                if about not in self.asked:
                    self.asked[about] = [(self.steps[step], atom) for step, atom in known.often.items()]
                counted = max(chance for chance, atom in self.asked[about] if atom in held or chance == self.steps[0])
                if really > counted + TINY:
                    chance, reason = self._reason(plan, looked_up, number, really)
                    if guessing or chance > counted + TINY:
                        self._tell(known, self.asked[about], really if guessing else chance, reason)
                        learnt = True
        return learnt

    def _tell(self, known: LookUp, asked: Asked, chance: float, reason: Sequence[int]) -> None:
        """Let a look-up cost what it does if it is asked so often, for a reason, apart from what it costs anyway."""
        more = self.program.open(told=True)
        self.program.must(more, reason)
        weights: dict[int, list[tuple[int, int]]] = {}
        before = self.steps[0]
        for upto in sorted({one for one, _ in asked if before < one < chance} | {chance}):
            beyond = self.program.due([[more, *(-atom for one, atom in asked if one >= upto)]])
            for priority, atom, minutes in known.spent:
                if weight := thousandths(minutes * upto) - thousandths(minutes * before):
                    weights.setdefault(priority, []).append((self.program.due([[atom, beyond]]), weight))
            before = upto
        for priority, some in weights.items():
            self.program.minimize(priority, some)
        asked.append((chance, more))

    def _reason(self, plan: Plan, looked_up: Sequence[Call], number: int, chance: float) -> tuple[float, list[int]]:
        """Return how likely a look-up is asked at least, and why: who brings what to places that read it, and that nobody else does."""
        if looked_up[number].ends:  # other plans may place it otherwise
            return 0.0, self._body(
                plan, {(looked_up[number].first.service, fact) for fact in looked_up[number].facts}, ()
            )
        anyway, places, likely = self._brought_anyway(plan), list[int](), 0.0
        through, readers = set[tuple[str, int]](), set[int]()
        for node in sorted(bits(union(looked_up[number].readers.values())), key=lambda node: (-self.reach[node], node)):
            chain = self._chain(plan, looked_up, number, node, frozenset())
            if chain is None or any(anyway >> fact & 1 for _, fact in chain.through):
                continue
            through.update(chain.through)
            readers.update(chain.readers)
            places.append(node)
            likely = self.reach[node] if len(places) == 1 else chance_of_any(self.instance, frozenset(places))
            if likely >= chance - TINY:
                break
        return min(chance, likely), self._body(plan, through, readers)

    def _body(self, plan: Plan, through: Collection[tuple[str, int]], readers: Iterable[int]) -> list[int]:
        """Return the atoms that say of a plan that some services bring some facts, that some items read them, and nobody else brings them."""
        choices, rules = self.choices, self.instance.rules
        facts = union(1 << fact for _, fact in through)
        body = {choices.keep[item] for item in readers if item in choices.keep}
        for one, atom in choices.use.items():
            if one in plan.suppliers:
                if (rules[one.rule].service, one.fact) in through:
                    body.add(atom)
            elif one.confirms and facts >> one.fact & 1:
                body.add(-atom)
        for item, atom in choices.keep.items():
            if not plan.kept >> item & 1 and self.instance.item(item).facts & facts:
                body.add(-atom)
        return sorted(body)

    def _brought_anyway(self, plan: Plan) -> int:
        """Return the facts that rules of today's steps that are kept, or computed ones, may bring once their keys are there."""
        instance, numbers = self.instance, set(bits(self.instance.computed))
        for kind, number, item in (operation for work in instance.work for operation in work):
            if kind == "rule" and (item < 0 or plan.kept >> item & 1):
                numbers.add(number)
        return union(instance.rules[number].gives | instance.rules[number].confirms for number in numbers)

    def _chain(
        self, plan: Plan, looked_up: Sequence[Call], number: int, node: int, seen: frozenset[int]
    ) -> "_Chain | None":
        """Return through which look-ups a place reads what one brings, and what is kept that reads it; nothing, if that is not seen."""
        call = looked_up[number]
        for fact in sorted(fact for fact, readers in call.readers.items() if readers >> node & 1):
            mine = (call.first.service, fact)
            readers = self._readers(plan, node, fact)
            if readers:
                return _Chain((mine,), readers)
            for later, other in enumerate(looked_up):
                if later == number or later in seen or not any(at >> node & 1 for at in other.readers.values()):
                    continue
                if any(rule.keys >> fact & 1 for rule in other.rules):
                    rest = self._chain(plan, looked_up, later, node, seen | {number})
                    if rest is not None:
                        return _Chain((mine, *rest.through), rest.readers)
        return None

    def _readers(self, plan: Plan, node: int, fact: int) -> frozenset[int]:
        """Return the kept items with which a fact is read at a place, -1 for what reads it whatever is kept."""
        today, instance = self.choices.today, self.instance
        items = {
            one.demand.item
            for one in today.needs.stated
            if one.level > 0 and (one.demand.node, one.demand.fact) == (node, fact)
        }
        items |= {-1 for at, then in today.needs.silent if at == node and then.all1 >> fact & 1}
        items |= {
            item for item, _, reads in instance.asked_under if reads >> fact & 1 and instance.item(item).node == node
        }
        return frozenset(item for item in items if item < 0 or plan.kept >> item & 1)


class _Chain(NamedTuple):
    """How a place reads a fact."""

    through: tuple[tuple[str, int], ...]  # services, each with the fact it brings there
    readers: frozenset[int]  # kept items, -1 for what reads it whatever is kept
