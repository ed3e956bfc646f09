"""What look-ups of a plan cost more than was counted, told the solver with the reason, so that it holds for other plans too."""

from collections.abc import Iterator, Sequence

from analysis.chain import chance_of_any
from analysis.fewest.answer_sets import Program
from analysis.fewest.bringing import Brought
from analysis.fewest.choices import Choices, Plan
from analysis.fewest.demanded import Read, There
from analysis.fewest.how_often import TINY
from analysis.fewest.known import Known
from analysis.fewest.pricing import About, LookUp, Prices
from analysis.instance import bits, union
from analysis.placing import Call
from analysis.scenarios import Supplier
from analysis.supply import Supply, supply
from analysis.weighing import thousandths

Asked = list[tuple[float, int]]  # chances, each with the atom that a look-up is asked at least as likely


class Learning:
    """Learns how often the look-ups of plans are really asked."""

    def __init__(self, program: Program, choices: Choices, prices: Prices) -> None:
        """Know nothing yet."""
        self.program, self.choices, self.prices, self.demanded = program, choices, prices, prices.how_often.demanded
        self.instance, self.reach, self.steps = choices.instance, prices.times.reach, prices.how_often.steps
        self.asked: dict[About, Asked] = {}
        self.learnt = set[Plan]()
        self.without: dict[Brought, There] = {}  # how facts come to be there unless a supplier brings some
        self.supplied: dict[tuple[Plan, Brought], Supply] = {}

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

        The reason holds for other plans too: whoever has it bring the same, keeps what reads it or what comes of it, and takes and
        keeps nothing by which that is there without it, asks it wherever this plan reads it. That may be less often than this
        plan asks it, which places it where its keys are: the rest is a guess.

        Args:
            plan: What was chosen.
            held: The atoms of the answer that chose it.
            looked_up: Its look-ups.
            called: How likely each is really asked.
            guessing: Whether to tell what was a guess, too; from then on some plan may cost less than is told.
        """
        if plan in self.learnt and not guessing:
            return False  # what was told of it does not explain it
        learnt = False
        with self.program.writing():
            for call, really in zip(looked_up, called, strict=True):
                about = (call.first.service, call.first.about)
                known = self.prices.look_ups.get(about)
                if known is None:
                    continue
                if about not in self.asked:
                    self.asked[about] = [(self.steps[step], atom) for step, atom in known.often.items()]
                counted = max(chance for chance, atom in self.asked[about] if atom in held or chance == self.steps[0])
                if really > counted + TINY:
                    chance, reason = self._reason(plan, call, really)
                    if guessing or chance > counted + TINY:
                        self._tell(known, self.asked[about], really if guessing else chance, reason)
                        learnt = True
                        self.learnt.add(plan)
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

    def _reason(self, plan: Plan, call: Call, chance: float) -> tuple[float, list[int]]:
        """Return how likely a look-up is asked at least, and why: what reads something that is not there unless it brings a fact."""
        brought = list(self._brought(plan, call))
        if call.ends:  # other plans may place it otherwise
            return 0.0, [self.choices.use[one] for one in brought]
        reason, places, likely = set[int](), list[int](), 0.0
        for node in sorted(bits(union(call.readers.values())), key=lambda node: (-self.reach[node], node)):
            each = [[one] for one in brought if call.readers.get(one.fact, 0) >> node & 1]
            some = [*each, brought] if len(brought) > 1 else each  # each may come otherwise with another's help
            why = next(filter(None, (self._why(plan, one, node) for one in some)), None)
            if why is not None:
                reason.update(why)
                places.append(node)
                likely = self.reach[node] if len(places) == 1 else chance_of_any(self.instance, frozenset(places))
                if likely >= chance - TINY:
                    break
        return min(chance, likely), sorted(reason)

    def _brought(self, plan: Plan, call: Call) -> Iterator[Supplier]:
        """Yield what a look-up brings in a plan."""
        for one in plan.suppliers:
            rule = self.instance.rules[one.rule]
            if (rule.service, rule.about) == (call.first.service, call.first.about):
                yield one

    def _why(self, plan: Plan, some: Sequence[Supplier], node: int) -> list[int] | None:
        """Return the atoms because of which a place needs some suppliers of a plan; nothing, if that is not seen.

        Whatever else is taken: they are used, something is kept that reads a fact at the place, and that is not there, nor at the
        end of some way that comes there, unless somebody brings what they bring.
        """
        brought = frozenset((one.fact, one.confirms) for one in some)
        for read in self.demanded.reads:
            if (
                read.node == node
                and (read.item < 0 or plan.kept >> read.item & 1)
                and self._lacking(plan, brought, read)
            ):
                there = [self._without(brought).there((state, read.fact, read.level)) for state in _ways_to(read)]
                if self.program.true not in there:
                    if_kept = [self.choices.keep[read.item]] if read.item in self.choices.keep else []
                    return [*(self.choices.use[one] for one in some), *if_kept, *(-atom for atom in there if atom)]
        return None

    def _without(self, brought: Brought) -> There:
        if brought not in self.without:
            self.without[brought] = self.demanded.without(brought)
        return self.without[brought]

    def _lacking(self, plan: Plan, brought: Brought, read: Read) -> bool:
        """Whether something that is read is not there in a plan if no supplier brings some facts."""
        if (plan, brought) not in self.supplied:
            rules = []
            for one in plan.suppliers:
                if (one.fact, one.confirms) not in brought:
                    gives, confirms = (0, 1 << one.fact) if one.confirms else (1 << one.fact, 0)
                    rules.append(self.instance.rules[one.rule].used_for(gives, confirms, one.level))
            using = self.instance.with_offers(rules)
            self.supplied[plan, brought] = supply(using, plan.kept, using.offered)
        found = self.supplied[plan, brought]
        states = (found.before[read.node], found.after[read.node])
        return all(state is None or state.level(read.fact) < read.level for state in states)


def _ways_to(read: Read) -> Iterator[Known]:
    """Yield what is known where something is read, and at the ends of ways that come there, where it may be looked up."""
    waiting = [read.state]
    while waiting:
        state = waiting.pop()
        yield state
        waiting += state.met if state.by_ways else ()
