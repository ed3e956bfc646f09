"""What every redesign keeps, and what no least burdensome one does: settled at once, before anything is weighed."""

from collections.abc import Iterable
from typing import NamedTuple

from analysis.burden import times
from analysis.instance import bits
from analysis.removal import Today
from analysis.scenarios import Outcomes, Supplier, outcomes
from analysis.suppliers import is_free
from analysis.supply import closed_under, supply
from analysis.weighing import thousandths

Levels = tuple[int, ...]  # the facts, as bits, that are there at each level or more


class Presolved(NamedTuple):
    """What is settled about items, by number, and the suppliers that are left."""

    forced: frozenset[int]  # no redesign does without
    needless: frozenset[int]  # in no least redesign
    suppliers: tuple[Supplier, ...]


def presolved(today: Today, suppliers: Iterable[Supplier]) -> Presolved:
    """Return what is settled about the items of a procedure, and who may still bring its facts.

    An item is *forced* if without it, but with everything else, some demand is not met. What forced items bring, and suppliers
    that cost no citizen anything from there, is there for nothing. Who costs a citizen something and nowhere brings more
    than that is *needless*: a redesign that does without is as good and costs less.

    Args:
        today: The procedure, with its requirements met.
        suppliers: Who may bring its facts.

    Complexity: an analysis of supply with a bit for each item; one more, and a closure for each point.
    """
    instance, some = today.instance, tuple(suppliers)
    count = len(instance.items) + len(instance.options)
    free = [number for number in range(count) if number not in today.bound]
    every = (1 << len(free) + 1) - 1  # a scenario without each of them, and last the one with all
    kept = [every] * count
    for place, number in enumerate(free):
        kept[number] &= ~(1 << place)
    without = outcomes(instance, today.needs, len(free) + 1, kept, dict.fromkeys(some, every))
    lost = _fails(today, without, len(free))
    forced = {number for place, number in enumerate(free) if lost >> place & 1}
    needless = {option.number for option in instance.options if option.instead_of in forced}
    if not instance.policy.shows:
        sure = [one for one in some if is_free(instance.rules[one.rule])]
        there = _for_nothing(today, forced, sure)
        lacking: dict[int, Levels] = {
            node: (best.all1 & ~one, best.all2 & ~two, best.all3 & ~three)
            for node, (one, two, three) in there.items()
            if (best := without.at(node, len(free))) is not None
        }
        needless |= _needless(today, [number for number in free if number not in forced], there, lacking)
        anywhere = [_union(levels[n] for levels in lacking.values()) for n in range(3)]
        wanted = [one for one in some if any(facts >> one.fact & 1 for facts in anywhere[: one.level])]
        some = tuple(sorted({*sure, *wanted}))
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


def _for_nothing(today: Today, forced: Iterable[int], sure: Iterable[Supplier]) -> dict[int, Levels]:
    """Return, by point, what comes of forced items and of suppliers that cost no citizen anything."""
    rules = _union(1 << one.rule for one in sure)
    supplied = supply(today.instance, today.bound_items | _union(1 << number for number in forced))
    closed = {state: closed_under(today.instance, state, rules) for state in {*supplied.before} if state is not None}
    return {node: closed[state] for node, state in enumerate(supplied.before) if state is not None}


def _needless(today: Today, free: Iterable[int], there: dict[int, Levels], lacking: dict[int, Levels]) -> set[int]:
    """Return the questions, documents and log-ins that cost something and bring nothing that is not there for nothing.

    What a form's own acts and conditions read, nobody can look up in the middle of it: there it has to be there before.
    """
    instance, often = today.instance, times(today.instance)
    checked = _union(item.facts for item in instance.items if item.kind == "check")
    found = set[int]()
    for number in free:
        item = instance.item(number)
        if item.kind not in ("question", "paper", "log-in") or not thousandths(item.minutes * often.item[number]):
            continue
        behind = instance.reachable[item.node] | 1 << item.node
        missed: list[Levels] = [levels for node, levels in lacking.items() if behind >> node & 1]
        if item.node in today.needing:
            missed.append(tuple(~facts for facts in there[item.node]))
        one, two, three = (_union(levels[n] for levels in missed) for n in range(3))
        surer = two | three if item.kind == "log-in" else two & checked
        if not item.facts & (one | surer):
            found.add(number)
    for asked in today.asked_beside:  # which go together
        together = set(bits(asked))
        if not together <= found:
            found -= together
    return found


def _union(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found
