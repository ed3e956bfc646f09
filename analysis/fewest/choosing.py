"""Which redesign is taken: the least burdensome one that holds, weighed exactly; builds nothing."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from operator import add, attrgetter, itemgetter
from typing import Generic, TypeVar

from analysis.consents import with_consents
from analysis.fewest.choices import Plan
from analysis.fewest.search import SECONDS, Search
from analysis.instance import Item, Rule, bits, union
from analysis.optional import with_options
from analysis.placing import Call, calls
from analysis.removal import Choice, Today
from analysis.weighing import Scales, Weight, thousandths

UNEXPLAINED = 3  # plans that really cost more than was counted, before it is guessed that others alike do
MOST_PLANS = 20  # weighed, before the best of them is given with its gap


Built = TypeVar("Built")


class DoesNotHoldError(Exception):
    """What was built of a choice does not hold: some facts, by index, do not come as they should."""

    def __init__(self, facts: frozenset[int]) -> None:
        super().__init__()
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Chosen(Generic[Built]):
    """A choice, the look-ups it comes to, what it asks of people, and what was made of it."""

    among: Today  # with everything it was chosen from
    today: Today  # with just the rules that are used
    choice: Choice
    looked_up: list[Call]
    weight: Weight
    bound: Weight  # no redesign of the family weighs less
    built: Built

    @property
    def optimal(self) -> bool:
        """Whether it is proven that none weighs less."""
        return self.weight <= self.bound


def chosen(
    today: Today,
    build: Callable[[Today, Choice, list[Call]], Built],
    seconds: float = SECONDS,
    *,
    options: bool = True,
) -> Chosen[Built] | None:
    """Return the least burdensome redesign that holds, or nothing if none was found.

    The solver gives plans from the least on, by a count that never comes to more than a plan really costs: it does not see
    which ways share a look-up. So the first plan that really costs no more than the next one by that count is the least.

    Args:
        today: The procedure, with its requirements met.
        build: Makes what is wanted of a choice; raises `DoesNotHoldError`. Then who brings these facts is left out, and the
            result is only the best found: no redesign weighs less than was proven until then.
        seconds: How long to look; then the best found is given, with the gap. Where nothing was found in time, what is asked of
            some only is left out, and once more as long is looked.
        options: Whether questions may be asked of some only, and log-ins brought in.

    Complexity: a search for the least, which may be exponential, within the time; then for each plan that is weighed a supply
    analysis, and for each that is best so far what building takes.
    """
    tried = [_chosen(one, build, seconds, options=options) for one in (today, *today.doing_without())]
    found = [one for one in tried if one is not None]
    if not found:
        return None
    return replace(min(found, key=attrgetter("weight")), bound=min(one.bound for one in found))


def _chosen(
    today: Today, build: Callable[[Today, Choice, list[Call]], Built], seconds: float, *, options: bool
) -> Chosen[Built] | None:
    """Return the least burdensome redesign that holds and keeps no look-up that it is to do without."""
    least = with_consents(today)
    among = with_consents(with_options(today)) if options else least
    best, bound = _search(among, build, seconds)
    if best is None and options:
        best, _ = _search(least, build, seconds)
    if best is None:  # today's procedure, if that can be built
        everything = Choice(today.instance.everything, 0)
        using = today.with_offers(())
        weight = Scales(today.instance).weight(everything, [])
        with suppress(DoesNotHoldError):
            best = Chosen(today, using, everything, [], weight, bound, build(using, everything, []))
    return replace(best, bound=min(bound, best.weight)) if best is not None else None


def _search(
    today: Today, build: Callable[[Today, Choice, list[Call]], Built], seconds: float
) -> tuple[Chosen[Built] | None, Weight]:
    """Return the best that was found, and what none weighs less than."""
    search, scales = Search(today, seconds=seconds), Scales(today.instance)
    fixed = scales.weight(Choice(today.staying_items, 0), [])
    best: Chosen[Built] | None = None
    bound, exact, guessing, unexplained = fixed, True, False, 0
    for _ in range(MOST_PLANS):
        offer = search.next()
        counted = Weight(*map(add, fixed, search.bound))
        if exact and not guessing:
            bound = max(bound, counted)
        if offer is None:
            if search.proven and exact and not guessing and best is not None:
                bound = best.weight  # all others have been weighed
            break
        if best is not None and best.weight <= max(bound, counted):
            break
        using, choice = settled(today, offer.plan)
        looked_up = calls(using, choice)
        weight = scales.weight(choice, looked_up)
        if weight > counted:
            apart = calls(using, choice, together=False)
            weight, looked_up = min((weight, looked_up), (scales.weight(choice, apart), apart), key=itemgetter(0))
        if best is None or weight < best.weight:
            choice, looked_up = _first_in_text(using, choice, looked_up, scales)
            try:
                best = Chosen(today, using, choice, looked_up, weight, bound, build(using, choice, looked_up))
            except DoesNotHoldError as wrong:
                exact = False
                search.leave_out(offer.plan, wrong.facts)
                continue
            if weight <= bound or not exact:
                break
        if not search.proven:
            break
        often = [scales.called(one) for one in looked_up]
        if not search.learn(offer.plan, looked_up, often):
            unexplained += 1
            if unexplained > UNEXPLAINED and search.learn(offer.plan, looked_up, often, guessing=True):
                guessing = True
            else:
                search.forbid(offer.plan)
    return best, bound


def _first_in_text(today: Today, choice: Choice, looked_up: list[Call], scales: Scales) -> tuple[Choice, list[Call]]:
    """Keep, of things that bring the same, cost the same and do as well, those that stand first in the text; tried one by one.

    Complexity: a supply analysis for each pair of which one might stand in for the other.
    """
    weight = scales.weight(choice, looked_up)
    for one, others in _alike(today, choice.kept, scales):
        for other in others:
            kept = choice.kept & ~one.bit | other.bit
            taken = other.instead_of if other.instead_of >= 0 else other.number  # today's, of which it is asked
            asked = (item.instead_of if item.instead_of >= 0 else item.number for item in _kept(today, choice.kept))
            if taken in asked or today.holding(kept, choice.rules) is None:
                continue
            changed = Choice(kept, choice.rules)
            placed = calls(today, changed)
            if scales.weight(changed, placed) == weight:
                choice, looked_up = changed, placed
                break
    return choice, looked_up


def _alike(today: Today, kept: int, scales: Scales) -> Iterator[tuple[Item, list[Item]]]:
    """Yield what is kept, and before it in the text what would bring the same at the same cost, the first first."""
    together = union((*map(union, today.asked_beside), *today.letters.values())) | today.bound_items
    groups: dict[tuple[object, ...], list[Item]] = {}
    for item in (*today.instance.items, *today.instance.options):
        if item.kind in ("question", "paper") and item.facts and not together >> item.number & 1:
            cost = thousandths(item.minutes * scales.times.item[item.number])
            groups.setdefault((item.kind, item.facts, item.under, cost), []).append(item)
    for some in groups.values():
        some.sort(key=lambda item: (item.node, item.instead_of, item.number))
        for place, item in enumerate(some):
            if place and kept >> item.number & 1:
                yield item, some[:place]


def _kept(today: Today, kept: int) -> Iterator[Item]:
    return (today.instance.item(number) for number in bits(kept))


def settled(today: Today, plan: Plan) -> tuple[Today, Choice]:
    """Return the procedure with just the rules that a plan uses, each for just the facts it is used for, and the choice."""
    parts: dict[tuple[int, int], tuple[int, int]] = {}
    for one in plan.suppliers:
        gives, confirms = parts.get((one.rule, one.level), (0, 0))
        bit = 1 << one.fact
        parts[one.rule, one.level] = (gives, confirms | bit) if one.confirms else (gives | bit, confirms)
    rules: list[Rule] = [
        today.instance.rules[number].used_for(gives, confirms, level)
        for (number, level), (gives, confirms) in sorted(parts.items())
    ]
    using = today.with_offers(rules)
    return using, Choice(plan.kept, using.instance.offered & ~using.instance.computed)
