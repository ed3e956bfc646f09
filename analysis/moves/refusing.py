"""Puts refusing decisions that cost little and refuse much before the dear ones; asks nobody whether it pays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

from analysis.chain import chain
from analysis.moves.candidate import Candidate, exchanged
from analysis.moves.effects import Effects, Surroundings, steps_in
from analysis.moves.measuring import CLOSE
from processes.graph import shares
from processes.procedure import Choose, Decide, FormStep, Item, Notify, Refuse, Steps, Wait, actor
from processes.words import Words

MOST = 7  # decisions in a row whose every order is tried; of more only neighbours swap


@dataclass(frozen=True, slots=True)
class Block:
    """A refusing decision with the work right before it that it rests on."""

    items: Steps
    cost: float  # minutes of citizens and agencies a case
    refuses: float  # the share of cases that end in it
    does: Effects  # all of it together
    decides_by: frozenset[str]  # what the decision itself reads
    agencies: frozenset[str]


def knock_outs(around: Surroundings) -> Iterator[Candidate]:
    """Yield, for each row of refusing decisions, the order with the least expected minutes, if it is another one.

    Expected are the sum of each cost times the chance that nothing refused before. Without bonds between them that is the
    order of rising cost / refusing share; with bonds (one needs what another finds) all orders are tried.

    What the rule rests on, and how it is seen to:
    - the decisions are independent: they decide by different facts; the shares are those stated;
    - a decision costs the same whether it refuses or not: a refusal is but its notice;
    - no question and no set-up is shared: neither writes what another reads or writes, and no form is among them;
    - whoever is refused is refused in any order; the reason may be another of those that hold, which the move says.

    Decisions of different agencies keep their order, unless the policy lets them swap.

    Args:
        around: The procedure.

    Complexity: factorial in the decisions of a row, at most `MOST`; linear in the rest.

    Source:
        van der Aalst, W. M. P. (2001). Re-engineering knock-out processes. https://doi.org/10.1016/S0167-9236(00)00136-6
    """
    visits = chain(around.instance).visits
    for steps in around.lists:
        for start, row in _rows(around, steps, visits):
            order = best_order(row, bonds(row, across=around.instance.policy.knock_outs_across_agencies))
            if list(order) == list(range(len(row))):
                continue
            end = start + sum(len(block.items) for block in row)
            moved = tuple(item for number in order for item in row[number].items)
            swapped = [
                number for place, number in enumerate(order) if any(other < number for other in order[place + 1 :])
            ]
            over = sorted(
                {
                    other
                    for place, one in enumerate(order)
                    if one in swapped
                    for other in order[place + 1 :]
                    if other < one
                }
            )
            yield Candidate(
                exchanged(around.instance.procedure, steps, (*steps[:start], *moved, *steps[end:])),
                "knock out first",
                _names(row, swapped),
                _why(row, swapped),
                over=_names(row, over),
            )


def _names(row: Sequence[Block], numbers: Sequence[int]) -> tuple[str, ...]:
    return tuple(step.id for number in numbers for item in row[number].items for step in steps_in(item))


def _why(row: Sequence[Block], swapped: Sequence[int]) -> Words:
    reasons = [step.id for block in row for item in block.items for step in steps_in(item) if isinstance(step, Refuse)]
    rates = ", ".join(f"{row[n].cost:.4g}/{row[n].refuses:.3g}" for n in range(len(row)))
    both = ", ".join(f"'{reason}'" for reason in reasons)
    count = len(swapped)
    return Words(
        f"{count} keputusan yang murah atau sering menolak didahulukan (menit/porsi yang ditolak: {rates}); semuanya membaca "
        f"fakta yang berbeda. Kasus yang ditolak tetap sama; alasannya dapat menjadi alasan lain yang juga berlaku: {both}",
        f"{count} decisions that cost little or refuse much come first (minutes / share refused: {rates}); each decides by "
        f"facts of its own. The same cases are refused; perhaps for another of the reasons that hold: {both}",
    )


def expected_cost(row: Sequence[Block], order: Sequence[int]) -> float:
    """Return the expected minutes of a case that meets decisions in an order until one refuses it."""
    left, minutes = 1.0, 0.0
    for number in order:
        minutes += left * row[number].cost
        left *= 1.0 - row[number].refuses
    return minutes


def best_order(row: Sequence[Block], before: frozenset[tuple[int, int]]) -> tuple[int, ...]:
    """Return the order of least expected minutes in which no bond is broken; of equal ones that nearest to the text.

    Args:
        row: The decisions.
        before: Pairs of which the first must stay before the second.
    """
    usual = tuple(range(len(row)))
    if len(row) > MOST:
        return _by_neighbours(row, before)
    best, least = usual, expected_cost(row, usual)
    for order in permutations(usual):
        place = {number: at for at, number in enumerate(order)}
        if all(place[one] < place[other] for one, other in before):
            minutes = expected_cost(row, order)
            if minutes < least - CLOSE:
                best, least = order, minutes
    return best


def _by_neighbours(row: Sequence[Block], before: frozenset[tuple[int, int]]) -> tuple[int, ...]:
    order = list(range(len(row)))
    swapped = True
    while swapped:
        swapped = False
        for at, (one, other) in enumerate(pairwise(tuple(order))):
            swap = [*order[:at], other, one, *order[at + 2 :]]
            if (one, other) not in before and expected_cost(row, swap) < expected_cost(row, order) - CLOSE:
                order, swapped = swap, True
                break
    return tuple(order)


def bonds(row: Sequence[Block], *, across: bool) -> frozenset[tuple[int, int]]:
    """Return the pairs of decisions that keep their order: one disturbs the other, or both decide by the same fact."""
    return frozenset(
        (one, other)
        for other in range(len(row))
        for one in range(other)
        if row[one].does.disturbs(row[other].does)
        or row[one].decides_by & row[other].decides_by
        or not (across or len(row[one].agencies | row[other].agencies) <= 1)
    )


def _rows(around: Surroundings, steps: Steps, visits: Sequence[float]) -> Iterator[tuple[int, list[Block]]]:
    """Yield the rows of refusing decisions that stand behind each other with nothing but movable work between."""
    row: list[Block] = []
    start = 0
    work: list[Item] = []
    for number, item in enumerate(steps):
        if _refuses(around, item):
            if not row:
                work = _needed(around, work, item)
                start = number - len(work)
            row.append(_block(around, (*work, item), visits))
            work = []
        elif _movable(around, item):
            work.append(item)
        else:
            if len(row) > 1:
                yield start, row
            row, work = [], []
    if len(row) > 1:
        yield start, row


def _needed(around: Surroundings, work: list[Item], decision: Item) -> list[Item]:
    """Return the shortest stretch right before a decision that holds all work before it that it rests on."""
    does = [around.effects(item) for item in (*work, decision)]
    resting, first = {len(work)}, len(work)
    for number in reversed(range(len(work))):
        if any(does[number].disturbs(does[later]) for later in resting):
            resting.add(number)
            first = number
    return work[first:]


def _movable(around: Surroundings, item: Item) -> bool:
    does = around.effects(item)
    fixed = does.may_end or does.steady or does.visible or around.returned_to(item)
    return not fixed and not any(isinstance(one, FormStep) or one.records for one in steps_in(item))


def _refuses(around: Surroundings, item: Item) -> bool:
    """Whether an item is a decision some ways of which refuse, with a notice at most, and the others just go on."""
    ways = _ways(item)
    if not ways or around.returned_to(item):
        return False
    ends = [one for _, one in ways if one]
    refusals = all(
        isinstance(one[-1], Refuse) and all(isinstance(step, Notify | Wait) for step in one[:-1]) for one in ends
    )
    silent = isinstance(item, Decide) and (item.needs is None or bool(item.gives))
    silent = silent or any(step.records for step in steps_in(item))
    return bool(ends) and len(ends) < len(ways) and refusals and not silent and not around.may_get_stuck(item)


def _ways(item: Item) -> list[tuple[float | None, Steps]]:
    """Return the share and the steps of each way of a decision."""
    match item:
        case Choose():
            return [(one.share, one.steps) for one in item.branches]
        case Decide():
            return [(one.share, one.steps) for one in item.ways]
        case _:
            return []


def _block(around: Surroundings, items: Steps, visits: Sequence[float]) -> Block:
    parts = [around.effects(item) for item in items]
    decision = items[-1]
    ways = _ways(decision)
    refused = sum(share for share, (_, ends) in zip(shares([one for one, _ in ways]), ways, strict=True) if ends)
    entering = visits[around.node(items[0])]
    work = [step for item in items for step in steps_in(item)]
    minutes = sum(step.minutes * visits[node] for step in work for node in around.nodes[id(step)][:1])
    return Block(
        items=items,
        cost=minutes / entering if entering else 0.0,
        refuses=refused,
        does=Effects(
            reads=frozenset().union(*(one.reads for one in parts)),
            writes=frozenset().union(*(one.writes for one in parts)),
            hands=frozenset().union(*(one.hands for one in parts)),
            may_end=True,
            steady=False,
            visible=False,
        ),
        decides_by=_decides_by(around, decision),
        agencies=frozenset(actor(step.by).whom for step in work if step.by is not None),
    )


def _decides_by(around: Surroundings, decision: Item) -> frozenset[str]:
    """Return the facts a decision goes by, and what they are computed from; whom they are about is none of them."""
    instance = around.instance
    node = around.node(decision)
    keys = {
        f"{name.rpartition('.')[0]}.{subject.entity.key}"
        for name in instance.facts
        if (subject := instance.model.naming.subject(name.rpartition(".")[0])) is not None
    }
    read = {
        instance.facts[demand.fact] for demand in instance.demands if demand.node == node and demand.what != "behind"
    } - keys
    grown = True
    while grown:
        grown = False
        for number in range(len(instance.rules)):
            rule = instance.rules[number]
            from_ = set(instance.names(rule.keys))
            if rule.kind in ("computed", "derive") and read & set(instance.names(rule.gives)) and not from_ <= read:
                read |= from_
                grown = True
    return frozenset(read)
