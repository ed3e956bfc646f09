"""Puts refusing decisions that cost little and refuse much before the dear ones; asks nobody whether it pays."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, permutations

from analysis.chain import chain
from analysis.moves.candidate import Candidate, exchanged
from analysis.moves.effects import Effects, Surroundings, steps_in
from analysis.moves.measuring import CLOSE
from processes.graph import shares
from processes.procedure import Choose, Decide, FormStep, Item, Notify, Refuse, Steps, Wait, actor
from processes.words import Words

MOST = 7  # blocks in a row whose every order is tried; of more only neighbours swap


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """One item of a row: a refusing decision, or work that ends no case."""

    place: int  # in the row
    item: Item
    cost: float  # minutes of citizens and agencies, each time
    refuses: float  # the share of cases that end in it
    does: Effects
    decides: bool = True  # whether it is a refusing decision
    decides_by: frozenset[str] = frozenset()  # what that reads


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A refusing decision, or work on which none rests, with the work before it that it rests on.

    Of several that rest on the same work the first has it done for all.
    """

    pieces: tuple[Piece, ...]
    rests_on: tuple[Piece, ...] = ()  # in the order of the text, and with what these rest on

    @property
    def cost(self) -> float:
        """Minutes, without those of the work it rests on."""
        return sum(one.cost for one in self.pieces)

    @property
    def decides(self) -> bool:
        """Whether it is a refusing decision."""
        return self.pieces[-1].decides

    @property
    def refuses(self) -> float:
        """The share of cases that end in it: of work none."""
        return self.pieces[-1].refuses


def knock_outs(around: Surroundings) -> Iterator[Candidate]:
    """Yield, for each row of refusing decisions, the order with the least expected minutes, if it is another one.

    Expected are the sum of each cost times the chance that nothing refused before. Without bonds between them that is the
    order of rising cost / refusing share; with bonds (one needs what another finds), and where several rest on the same work,
    all orders are tried: then no ratio tells the best. Work on which no decision rests comes behind those that refuse.

    What the rule rests on, and how it is seen to:
    - the decisions are independent: they decide by different facts; the shares are those stated;
    - a decision costs the same whether it refuses or not: a refusal is but its notice;
    - neither writes what another reads or writes, and no form is among them;
    - whoever is refused is refused in any order; the reason may be another of those that hold, which the move says.

    Decisions of different agencies keep their order, unless the policy lets them swap.

    Args:
        around: The procedure.

    Complexity: factorial in the blocks of a row, at most `MOST`; quadratic in the length of the row.

    Source:
        van der Aalst, W. M. P. (2001). Re-engineering knock-out processes. https://doi.org/10.1016/S0167-9236(00)00136-6
    """
    visits = chain(around.instance).visits
    across = around.instance.policy.knock_outs_across_agencies
    for steps in around.lists:
        for start, row in _rows(around, steps, visits, across=across):
            found = blocks(row)
            order = best_order(found, bonds(found))
            done = in_order(found, order)
            swapped = [
                (one, other) for one, other in combinations(done, 2) if one.place > other.place
            ]  # whose first comes second today
            if not swapped:
                continue
            moved = tuple(one.item for one in done)
            yield Candidate(
                exchanged(around.instance.procedure, steps, (*steps[:start], *moved, *steps[start + len(row) :])),
                "knock out first",
                _names(one for one, _ in swapped),
                _why(found, [one for one, _ in swapped]),
                over=_names(other for _, other in swapped),
            )


def _names(pieces: Iterable[Piece]) -> tuple[str, ...]:
    ordered = sorted(dict.fromkeys(pieces), key=lambda one: one.place)
    return tuple(step.id for one in ordered for step in steps_in(one.item))


def _why(row: Sequence[Block], swapped: Sequence[Piece]) -> Words:
    reasons = [
        step.id for block in row for one in block.pieces for step in steps_in(one.item) if isinstance(step, Refuse)
    ]
    rates = ", ".join(f"{_with_work(block):.4g}/{block.refuses:.3g}" for block in row if block.decides)
    both = ", ".join(f"'{reason}'" for reason in reasons)
    count = len({one for one in swapped if one.decides})
    return Words(
        f"{count} keputusan yang murah atau sering menolak didahulukan (menit/porsi yang ditolak: {rates}); semuanya membaca "
        f"fakta yang berbeda. Kasus yang ditolak tetap sama; alasannya dapat menjadi alasan lain yang juga berlaku: {both}",
        f"{count} decisions that cost little or refuse much come first (minutes / share refused: {rates}); each decides by "
        f"facts of its own. The same cases are refused; perhaps for another of the reasons that hold: {both}",
    )


def _with_work(block: Block) -> float:
    return block.cost + sum(one.cost for one in block.rests_on)


def in_order(row: Sequence[Block], order: Iterable[int]) -> tuple[Piece, ...]:
    """Return the pieces of blocks as they are done in an order: work right before the first that rests on it."""
    done: dict[Piece, None] = {}
    for number in order:
        done |= dict.fromkeys((*row[number].rests_on, *row[number].pieces))
    return tuple(done)


def expected_cost(row: Sequence[Block], order: Iterable[int]) -> float:
    """Return the expected minutes of a case that meets decisions in an order until one refuses it."""
    left, minutes = 1.0, 0.0
    for piece in in_order(row, order):
        minutes += left * piece.cost
        left *= 1.0 - piece.refuses
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


def bonds(row: Sequence[Block]) -> frozenset[tuple[int, int]]:
    """Return the pairs of blocks that keep their order.

    One disturbs the other, or work behind it on which the other rests; or both decide by the same fact.
    """
    return frozenset(
        (one, other)
        for other in range(len(row))
        for one in range(other)
        if any(_keep_their_order(a, b) for a in row[one].pieces for b in (*row[other].rests_on, *row[other].pieces))
    )


def _keep_their_order(one: Piece, other: Piece) -> bool:
    return one.place < other.place and (one.does.disturbs(other.does) or bool(one.decides_by & other.decides_by))


def blocks(row: Sequence[Piece]) -> list[Block]:
    """Return the decisions of a row with what they rest on, and between them the work on which none rests.

    Complexity: quadratic in the length of the row.
    """
    rests_on: dict[Piece, list[Piece]] = {}
    for number, piece in enumerate(row):
        mine: set[Piece] = set()
        for earlier in row[:number]:
            if not earlier.decides and earlier.does.disturbs(piece.does):
                mine |= {earlier, *rests_on[earlier]}
        rests_on[piece] = sorted(mine, key=lambda one: one.place)
    needed = {one for piece in row if piece.decides for one in rests_on[piece]}
    found: list[Block] = []
    for piece in row:
        if piece.decides or not found or found[-1].decides or found[-1].pieces[-1].place < piece.place - 1:
            found += [Block((piece,), tuple(rests_on[piece]))] if piece not in needed else []
        elif piece not in needed:  # one stretch of work with what stands right before it
            together = (*found[-1].pieces, piece)
            resting = {*found[-1].rests_on, *rests_on[piece]} - {*together}
            found[-1] = Block(together, tuple(sorted(resting, key=lambda one: one.place)))
    return found


def _rows(
    around: Surroundings, steps: Steps, visits: Sequence[float], *, across: bool
) -> Iterator[tuple[int, list[Piece]]]:
    """Yield the rows of refusing decisions with the movable work before and between them, all of one agency unless across them.

    Work behind the last decision is none of it.
    """
    row: list[Piece] = []
    start = 0
    agencies: set[str] = set()
    for number, item in enumerate((*steps, None)):
        refusing = item is not None and _refuses(around, item)
        theirs = {actor(step.by).whom for step in steps_in(item) if step.by is not None} if item is not None else set()
        fits = item is not None and (refusing or _movable(around, item))
        if not fits or (len(agencies | theirs) > 1 and not across):
            while row and not row[-1].decides:
                row.pop()
            if len(row) > 1:
                yield start, row
            row, agencies, start = [], set(), number + (not fits)
        if fits and item is not None:
            row.append(_piece(around, len(row), item, visits, refusing=refusing))
            agencies |= theirs


def _movable(around: Surroundings, item: Item) -> bool:
    does = around.effects(item)
    fixed = isinstance(item, Choose | Decide) or does.may_end or does.steady or does.visible or around.returned_to(item)
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


def _piece(around: Surroundings, place: int, item: Item, visits: Sequence[float], *, refusing: bool) -> Piece:
    ways = _ways(item) if refusing else []
    taken = shares([one for one, _ in ways]) if ways else []
    refused = sum(share for share, (_, ends) in zip(taken, ways, strict=True) if ends)
    entering = visits[around.node(item)]
    minutes = sum(step.minutes * visits[node] for step in steps_in(item) for node in around.nodes[id(step)][:1])
    return Piece(
        place=place,
        item=item,
        cost=minutes / entering if entering else 0.0,
        refuses=refused,
        does=around.effects(item),
        decides=refusing,
        decides_by=_decides_by(around, item) if refusing else frozenset(),
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
