"""The fewest questions: the least burdensome choice, with proof, or the best found and the gap; builds no procedure.

What a choice costs and what it must bring is put to an answer set solver: what can be chosen (`choices`), what is known at each place
(`known`), what is demanded there (`demanded`), what it costs (`pricing`). The solver does not see all that becomes of a case on its
way: whether every demand is met at its place is asked of the analysis of supply, and what it finds wanting is told the solver as
a cut, a set of which something must be taken.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from analysis.fewest.answer_sets import Answer, Program
from analysis.fewest.choices import Choices, Plan
from analysis.fewest.demanded import Demanded
from analysis.fewest.known import KnownByPlace
from analysis.fewest.learning import Learning
from analysis.fewest.presolving import Open, presolved
from analysis.fewest.pricing import Prices, price
from analysis.fewest.suppliers import suppliers
from analysis.instance import Instance, bits, union
from analysis.placing import Call
from analysis.removal import Today
from analysis.scenarios import Outcomes, Supplier, outcomes
from analysis.weighing import Weight

SECONDS = 2.0  # of this process' time, for the least; then the best found so far is given, with the gap
WIDEST = 9  # elements of a cut that are tried in every combination


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan that meets every demand, and what it costs by the solver's count: never more than it really does."""

    plan: Plan
    citizen: int  # thousandths of a minute, above what cannot change
    agency: int
    fetched: int


class Cut(NamedTuple):
    """Of these items and suppliers at least one is taken by every plan that meets all demands."""

    reader: int | None  # if it keeps this item, whose condition or key is read
    items: tuple[int, ...]
    suppliers: tuple[Supplier, ...]
    unless: tuple[
        Supplier, ...
    ]  # or one of these is not, through whom what is needed is lost with what a return asks anew


class Search:
    """Plans from the least burdensome on."""

    def __init__(self, today: Today, *, seconds: float = SECONDS) -> None:
        """Put the question to the solver.

        Args:
            today: The procedure, with its requirements met.
            seconds: How long to look for the best; then the best found so far is given.
        """
        self.today, self.instance = today, today.instance
        settled = presolved(today, suppliers(today))
        self.program = Program()
        with self.program.writing():
            self.choices = Choices(self.program, today, settled)
            demanded = Demanded(self.program, self.choices, KnownByPlace(self.program, self.choices))
            prices = Prices(self.program, self.choices, demanded)
        self.learning = Learning(self.program, self.choices, prices)
        self.held = frozenset[int]()  # the atoms of the last answer
        self.cuts = 0
        self.bound = Weight(0, 0, 0)  # no plan costs less
        self.proven = True
        self.seconds = seconds
        self.until = time.process_time() + seconds
        self.given = False  # whether any plan was given

    def next(self) -> Offer | None:
        """Return the least burdensome plan that has not been given yet; nothing, if there is none, or none in time."""
        while True:
            left = self.until - time.process_time()
            answer = self.program.solve(max(0.05, left))
            if not (answer.proven if answer else self.program.ended):
                self.proven = False
                self.bound = max(self.bound, price(self.program.least()))
            if answer is not None and answer.proven:
                self.bound = max(self.bound, price(answer.costs))
            offer = self._offer(answer) if answer is not None else None
            if answer is not None and offer is None:
                if left > 0:
                    continue
                self.proven = False
            if offer is None and not self.proven and not self.given:
                offer = self._with_free_suppliers()
            self.given = True
            return offer

    def _offer(self, answer: Answer) -> Offer | None:
        """Return the plan of an answer; nothing, if it does not meet all demands: then the solver is told what it lacks."""
        plan, self.held = self.choices.plan(answer.held), answer.held
        cuts = list(self._cuts(plan))
        for cut in cuts:
            if cut is None:
                self.choices.forbid(plan)
            else:
                self.choices.require(*cut)
        self.cuts += len(cuts)
        return None if cuts else Offer(plan, *price(answer.costs))

    def _with_free_suppliers(self) -> Offer | None:
        """Return the least burdensome plan with just suppliers that cost nothing, one for each fact, if it is found in half the time.

        With who brings what settled little is left to be chosen: better than nothing, where nothing was found in time.
        """
        taken = set(Open(self.today, self.choices.forced, self.choices.suppliers).suppliers())
        supposing = [atom if one in taken else -atom for one, atom in self.choices.use.items()]
        until = time.process_time() + self.seconds / 2
        while (left := until - time.process_time()) > 0:
            answer = self.program.solve(left, supposing)
            offer = self._offer(answer) if answer is not None else None
            if answer is None or offer is not None:
                return offer
        return None

    def learn(self, plan: Plan, looked_up: Sequence[Call], called: Sequence[float], *, guessing: bool = False) -> bool:
        """Take note of how often the look-ups of the plan given last are asked; return whether that is more often than was counted.

        If that is a guess about other plans, what is proven from then on is not.
        """
        return self.learning.learn(plan, self.held, looked_up, called, guessing=guessing)

    def leave_out(self, plan: Plan, facts: frozenset[int]) -> None:
        """Give no plan again with those who bring some facts in this one; this plan itself in any case."""
        self.choices.leave_out(one for one in plan.suppliers if one.fact in facts)
        self.choices.forbid(plan)

    def forbid(self, plan: Plan) -> None:
        """Do not give a plan again."""
        self.choices.forbid(plan)

    # --- what a plan lacks

    def _cuts(self, plan: Plan) -> Iterable[Cut | None]:
        """Yield, for the demands a plan does not meet, items and suppliers of which one must be taken to meet it.

        `None` of a demand that would be met but for a look-up of today: then it is just this plan that does not meet it.

        A cut is what is left out of a largest set, around the plan, with which the demand is still not met: what could not
        matter is added first, all at once where that holds.
        """
        found = self._outcomes(plan)
        if found.feasible:
            return
        losing = self._losing(plan)
        anyway = self._outcomes(plan, {}) if self.instance.asked_anew else found
        wanting = [at for at, failing in enumerate(found.failing) if failing]
        if not wanting:
            yield self._cut_of(plan, None, losing, anyway)
            return
        told: set[int] = set()
        for at in wanting:
            one = self.today.needs.stated[at]
            if one.demand.fact not in told and len(told) < 3:
                told.add(one.demand.fact)
                yield self._cut_of(plan, at, losing, anyway)

    def _outcomes(self, plan: Plan, lost_by: Mapping[Supplier, int] | None = None) -> Outcomes:
        kept, used = _kept(self.instance, plan.kept, 1), dict.fromkeys(plan.suppliers, 1)
        return outcomes(self.instance, self.today.needs, 1, kept, used, lost_by)

    def _losing(self, plan: Plan) -> tuple[Supplier, ...]:
        """Return by whom in a plan facts rest on what a return asks anew: what they bring is lost with it."""
        rules = self.instance.rules
        by = union(1 << one.rule for one in plan.suppliers) | self.instance.known_by(plan.kept)
        lost = union(self.instance.resting(anew, by) for _, _, anew in self.instance.asked_anew)
        return tuple(one for one in plan.suppliers if rules[one.rule].keys & lost)

    def _cut_of(self, plan: Plan, at: int | None, losing: Sequence[Supplier], anyway: Outcomes) -> Cut | None:
        """Return the cut of a demand that a plan does not meet; nothing, if it would but for a look-up of today."""
        if self._fails(at, anyway):
            return self._cut(plan, at, ())
        if not self._fails(at, self._outcomes(plan, dict.fromkeys(losing, 1))):
            return None
        return self._cut(plan, at, self._through_whom(plan, at, losing))

    def _through_whom(self, plan: Plan, at: int | None, losing: Sequence[Supplier]) -> list[Supplier]:
        """Return a smallest part of those through whom facts are lost with which a demand is not met."""
        found: list[Supplier] = []
        while losing:
            number = len(losing) + 1
            everywhere = (1 << number) - 1
            lost_by = dict.fromkeys(found, everywhere) | {one: (2 << place) - 1 for place, one in enumerate(losing)}
            kept, used = _kept(self.instance, plan.kept, everywhere), dict.fromkeys(plan.suppliers, everywhere)
            needless = max(self._fails(at, outcomes(self.instance, self.today.needs, number, kept, used, lost_by)))
            found += losing[needless : needless + 1]
            losing = losing[needless + 1 :]
        return found

    def _fails(self, at: int | None, found: Outcomes) -> list[int]:
        return list(bits(found.silently if at is None else found.failing[at]))

    def _cut(self, plan: Plan, at: int | None, losing: Sequence[Supplier]) -> Cut:
        """Return what is left out of a largest set with which a demand is not met, or what silent judgements read.

        To take more supplies more, but that facts are lost through those taken: here they are lost through just some, who are told.
        """
        demand = None if at is None else self.today.needs.stated[at].demand
        elements = self._left_out(plan, -1 if demand is None else demand.fact)
        inside: list[int | Supplier] = []
        outside: list[int | Supplier] = []
        while elements:
            if len(elements) <= WIDEST:
                best = max(
                    self._failing(plan, at, losing, inside, elements, every=True),
                    key=lambda mask: (mask.bit_count(), -mask),
                )
                outside += [one for number, one in enumerate(elements) if not best >> number & 1]
                break
            longest = max(self._failing(plan, at, losing, inside, elements, every=False))
            inside += elements[:longest]
            if longest < len(elements):
                outside.append(elements[longest])
            elements = elements[longest + 1 :]
        return Cut(
            demand.item if demand is not None and demand.item in self.choices.keep else None,
            tuple(one for one in outside if isinstance(one, int)),
            tuple(one for one in outside if not isinstance(one, int)),
            tuple(losing),
        )

    def _left_out(self, plan: Plan, fact: int) -> list[int | Supplier]:
        """Return what a plan does without, last what would bring a fact itself."""
        unused = (one for one in self.choices.suppliers if one not in plan.suppliers)
        dropped = (number for number in self.choices.free if not plan.kept >> number & 1)

        def brings_it(one: int | Supplier) -> bool:
            if isinstance(one, int):
                return bool(self.instance.item(one).facts >> max(0, fact) & 1)
            return one.fact == fact

        return sorted([*unused, *dropped], key=brings_it)

    def _failing(
        self,
        plan: Plan,
        at: int | None,
        losing: Sequence[Supplier],
        inside: Sequence[int | Supplier],
        elements: Sequence[int | Supplier],
        *,
        every: bool,
    ) -> list[int]:
        """Return which scenarios do not meet a demand: every subset of some elements, or the first few of them."""
        number = 1 << len(elements) if every else len(elements) + 1
        everywhere = (1 << number) - 1
        kept = _kept(self.instance, plan.kept, everywhere)
        used: dict[Supplier, int] = dict.fromkeys(plan.suppliers, everywhere)
        for one in inside:
            _set(kept, used, one, everywhere)
        for place, one in enumerate(elements):
            _set(kept, used, one, _pattern(place, number) if every else everywhere & ~((2 << place) - 1))
        lost_by = dict.fromkeys(losing, everywhere)
        found = outcomes(self.instance, self.today.needs, number, kept, used, lost_by)
        return self._fails(at, found)


def _kept(instance: Instance, kept: int, mask: int) -> list[int]:
    return [mask if kept >> number & 1 else 0 for number in range(len(instance.items) + len(instance.options))]


def _set(kept: list[int], used: dict[Supplier, int], one: int | Supplier, mask: int) -> None:
    if isinstance(one, int):
        kept[one] = mask
    else:
        used[one] = mask


def _pattern(place: int, number: int) -> int:
    """Return the subsets, numbered by their bits, that hold the element at a place.

    >>> bin(_pattern(1, 8))
    '0b11001100'
    """
    half = 1 << place
    return ((1 << number) - 1) // ((1 << half) + 1) << half
