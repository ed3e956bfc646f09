"""Questions and documents that only some cases need, where it is known beforehand which: to be asked of those alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analysis.demand import meets_silently
from analysis.finding import Finding, Witness
from analysis.findings.witnessing import asks, finding
from analysis.instance import Demand, Instance, Item, Operation, Ways, bits
from analysis.removal import Today
from analysis.supply import supply_meeting
from processes import condition
from processes.procedure import Choose
from processes.words import Words

MOST_READERS = 3  # that are shown as witnesses


@dataclass(frozen=True, slots=True)
class Narrowing:
    """That some items are needed on some ways of one choice alone."""

    condition: Ways
    items: tuple[Item, ...]
    readers: tuple[tuple[int, ...], ...]  # by item: the points that need what it gives


def needed_by_some(today: Today) -> Iterator[Finding]:
    """Yield questions and documents that *only some need*: see `narrowings`."""
    instance = today.instance
    for found in narrowings(today):
        under = _said(instance, found.condition)
        choose = instance.points[found.condition.choose].item
        for item, nodes in zip(found.items, found.readers, strict=True):
            name = item.paper.id if item.paper is not None else instance.shown(item.facts.bit_length() - 1)
            says = Words(
                f"'{name}' hanya dibutuhkan jika {under}, dan itu sudah diketahui: tanyakan hanya dalam hal itu",
                f"'{name}' is needed only if {under}, which is known by then: ask for it only then",
            )
            witnesses = [asks(item)]
            if choose is not None:
                picks = Words("menentukan kasus yang membutuhkannya", "picks the cases that need it")
                witnesses.append(Witness(where=choose.where, role=picks, ground=under))
            for place in (instance.points[node] for node in nodes[:MOST_READERS]):
                step = place.step.id if place.step is not None else "choose"
                role = Words(f"'{step}' membutuhkannya", f"'{step}' needs it")
                witnesses.append(Witness(where=place.where, role=role, ground=f"{step} needs it"))
            yield finding(instance, "only some need it", item.step.id, name, says, witnesses)


def narrowings(today: Today) -> Iterator[Narrowing]:
    """Yield what could be asked under a condition, by choice: each alone, as all of a choice together.

    The condition is one way of one choice by condition, with the ways around it, or all of its ways but one. Every place that
    needs what the item gives stands in those ways; every fact these conditions read is certain before the item, earlier
    fields of the same form included, at the level at which the choice reads it; and no return asks one anew. Whether
    every demand is still met is tried, not reasoned about. What can go altogether is not narrowed.

    Of several choices that would do the innermost is taken.

    Complexity: a pass over the demands for each item, and a supply analysis for each choice (more where some items of
    one fail).

    Source: partial dead code elimination, which moves work into the ways that use it: Knoop, J., Rüthing, O., Steffen, B.
        (1994), PLDI '94, https://doi.org/10.1145/178243.178256.
    """
    instance = today.instance
    if not any(isinstance(place.item, Choose) for place in instance.points):
        return
    reading = _reading(today)
    goes = today.alone(0) | today.alone(today.offered) | today.bound_items
    groups: dict[Ways, list[tuple[Item, tuple[int, ...]]]] = {}
    for item in instance.items:
        if goes & item.bit or not item.facts or not _unconditional(instance, item):
            continue
        nodes = _readers(instance, item, reading)
        if nodes and (found := _choice(instance, item, nodes)) is not None:
            groups.setdefault(found, []).append((item, nodes))
    for ways, members in groups.items():
        reads = _reads(instance, ways)
        if reads is None or any(
            instance.resting(anew) & reads for edges in instance.before for _, anew in edges if anew
        ):
            continue
        holding = _those_that_hold(today, ways, reads, members)
        if holding:
            yield Narrowing(ways, tuple(item for item, _ in holding), tuple(nodes for _, nodes in holding))


def _unconditional(instance: Instance, item: Item) -> bool:
    return any(kind in ("ask", "paper") and number == item.number for kind, number, _ in instance.work[item.node])


def _reading(today: Today) -> dict[int, list[tuple[int, int]]]:
    """Return by fact who needs it, as (point, level); what is computed from it needs it too."""
    instance = today.instance
    found: dict[int, list[tuple[int, int]]] = {}
    for one in today.needs.stated:
        for fact in bits(_computed_from(instance, 1 << one.demand.fact)):
            found.setdefault(fact, []).append((one.demand.node, one.level))
    for node, state in today.needs.silent:
        for fact in bits(state.all1):
            found.setdefault(fact, []).append((node, state.level(fact)))
    return found


def _computed_from(instance: Instance, facts: int) -> int:
    before = 0
    while facts != before:
        before = facts
        for number in bits(instance.computed):
            if instance.rules[number].gives & facts:
                facts |= instance.rules[number].keys
    return facts


def _readers(instance: Instance, item: Item, reading: dict[int, list[tuple[int, int]]]) -> tuple[int, ...]:
    """Return the points that need what an item gives; of a document those that need it surer than said, if there are any."""
    needing = [pair for fact in bits(item.facts) for pair in reading.get(fact, ())]
    sure = [pair for pair in needing if pair[1] > 1] if item.paper is not None else []
    return tuple(
        sorted({node for node, _ in sure or needing if instance.reachable[item.node] >> node & 1 or node == item.node})
    )


def _choice(instance: Instance, item: Item, nodes: Sequence[int]) -> Ways | None:
    """Return the innermost choice by condition on some of whose ways all of these points lie, though the item does not."""
    around = [dict(instance.points[node].ways_around) for node in nodes]
    mine = dict(instance.points[item.node].ways_around)
    for choose, _ in reversed(instance.points[nodes[0]].ways_around):
        whole = instance.points[choose].item
        if choose in mine or not isinstance(whole, Choose) or not all(choose in ways for ways in around):
            continue
        taken = frozenset(ways[choose] for ways in around)
        several = len(whole.branches)
        if several > 1 and len(taken) in (1, several - 1):
            return Ways(choose, taken, tuple(one for one in instance.points[choose].ways_around if one[0] not in mine))
    return None


def _reads(instance: Instance, ways: Ways) -> int | None:
    """Return the facts that decide whether a case takes these ways; nothing, if an officer's judgement stands around them."""
    found = 0
    for at, way in (*ways.around, (ways.choose, _last_asked(instance, ways))):
        whole = instance.points[at].item
        if not isinstance(whole, Choose):
            return None
        for branch in whole.branches[: way + 1]:
            if branch.condition is not None:
                parsed = instance.model.naming.expression(branch.condition)
                if parsed is None:
                    return None
                found |= instance.mask(condition.facts_read(parsed))
    return found


def _last_asked(instance: Instance, ways: Ways) -> int:
    """Return the way up to whose condition must be known, to say whether a case takes one of these ways or none."""
    whole = instance.points[ways.choose].item
    several = len(whole.branches) if isinstance(whole, Choose) else 0
    return min(ways.taken) if len(ways.taken) == 1 else next(way for way in range(several) if way not in ways.taken)


def _those_that_hold(
    today: Today, ways: Ways, reads: int, members: list[tuple[Item, tuple[int, ...]]]
) -> list[tuple[Item, tuple[int, ...]]]:
    if _holds(today, ways, reads, [item for item, _ in members]):
        return members
    if len(members) == 1:
        return []
    half = len(members) // 2
    return [
        *_those_that_hold(today, ways, reads, members[:half]),
        *_those_that_hold(today, ways, reads, members[half:]),
    ]


def _holds(today: Today, ways: Ways, reads: int, items: list[Item]) -> bool:
    """Whether every demand is met if these items are asked only of the cases that will take these ways."""
    instance = today.instance
    choices = {ways.choose, *(at for at, _ in ways.around)}
    levels: dict[int, int] = {}
    for one in today.needs.stated:
        if one.demand.node in choices:
            levels[one.demand.fact] = max(one.level, levels.get(one.demand.fact, 1))
    work = [list(operations) for operations in instance.work]
    demands, needed = list(instance.demands), list(today.needed)
    for item in items:
        known: list[Operation] = []
        for fact in bits(reads):
            known.append(("demand", len(demands), 0))
            demands.append(Demand(len(demands), item.node, fact, 0, law=False, what="condition"))
            needed.append(levels.get(fact, 1))
        asking = [kind in ("ask", "paper") and number == item.number for kind, number, _ in work[item.node]].index(True)
        work[item.node][asking : asking + 1] = [*known, ("fold", item.number, reads)]
    for node, place in enumerate(instance.points):
        if place.kind == "way" and place.at == ways.choose and place.way in ways.taken:
            work[node].insert(0, ("unfold", len(instance.conditional), 0))
    trial = replace(
        instance,
        work=tuple(tuple(operations) for operations in work),
        demands=tuple(demands),
        conditional={**instance.conditional, "on these ways": sum(item.bit for item in items)},
    )
    supplied = supply_meeting(trial, trial.everything, 0, needed)
    return supplied is not None and meets_silently(today.needs, supplied)


def _said(instance: Instance, ways: Ways) -> str:
    """Return in the words of conditions which cases take these ways."""
    around = [_one_way(instance, at, way) for at, way in ways.around]
    way = _last_asked(instance, ways)
    here = _one_way(instance, ways.choose, way)
    return " and ".join([*around, f"not ({here})" if way not in ways.taken else here])


def _one_way(instance: Instance, choose: int, way: int) -> str:
    whole = instance.points[choose].item
    texts = [branch.condition for branch in whole.branches] if isinstance(whole, Choose) else []
    return " and ".join([*(f"not ({text})" for text in texts[:way]), *([str(texts[way])] if texts[way] else [])])
