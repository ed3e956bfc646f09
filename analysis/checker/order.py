"""Moves that only change the order of steps, or put them side by side [11]: none may notice it (Bernstein 1966)."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, combinations

from analysis.checker import words as says
from analysis.checker.rules import Set, union
from analysis.checker.stage import Stage, alike
from analysis.checker.steps import shown
from analysis.checker.things import asked_on, brought, condition_facts, stated
from processes.covering import covers
from processes.procedure import (
    Approve,
    Back,
    Carry,
    Check,
    Choose,
    Decide,
    FormStep,
    Identify,
    Issue,
    Item,
    Lookup,
    Notify,
    Parallel,
    Pay,
    Refuse,
    Step,
    Steps,
    Wait,
    actor,
    inside,
    walk,
)
from processes.resolved import Question

Sides = tuple[tuple[int, int], ...]  # of which new parallel parts, and which of their sides


def reordered(stage: Stage, old: Steps, new: Steps) -> Steps | None:
    """Return what stands there, if only the order of steps changed, or which stand beside each other; refuse where they notice it."""
    flat = list(_flat(old, new, ()))
    order = _order(old, [item for item, _ in flat])
    if not flat or order is None:
        return None
    beside, swapped = list[tuple[Item, Item]](), list[tuple[Item, Item]]()  # whose first comes second now
    for (a, (one, here)), (b, (other, there)) in combinations(enumerate(flat), 2):
        if any(split == same and n != m for split, n in here for same, m in there):
            beside.append((one, other))
        elif order[a] > order[b]:
            swapped.append((other, one))
    ahead = over = [item for item, within in flat if within]
    pairs, others, is_held, alone = beside, swapped, _may_end, _hands  # `alone`: what no two of them have in common
    if stage.move.kind == "knock out first":
        ahead, over = [second for _, second in swapped], [first for first, _ in swapped]
        pairs, others, is_held, alone = swapped, beside, _does_more_than_refuse, _decides_by
    moved = {id(item): item for item in (*over, *ahead)}.values()
    agencies = {actor(step.by).whom for item in moved for step in _steps(item) if step.by}
    if pairs is swapped and len(agencies) > 1 and not stage.law.policy.knock_outs_across_agencies:
        stage.no(says.OTHER_AGENCIES, ", ".join(sorted(agencies)))
    for item in moved:
        if is_held(stage, item) or _stays_put(stage, item):
            stage.no(says.KEEPS_ITS_PLACE, shown(item))
    does = {id(item): (*_does(stage, item), alone(stage, item)) for item in moved}
    for one, other in pairs:
        (reads, writes, mine), (read, written, its) = does[id(one)], does[id(other)]
        if mine & its or writes & (read | written) or written & reads:
            others.append((one, other))
    for one, other in others:
        stage.no(says.DEPENDS, shown(one), shown(other))
    stage.told(_names(ahead), over=_names(over))
    return new


def _flat(old: Steps, new: Steps, sides: Sides) -> Iterator[tuple[Item, Sides]]:
    """Yield the items of a list and of the parallel parts that are new in it, each with its sides of those."""
    for item in new:
        if isinstance(item, Parallel) and not any(alike((item,), (one,)) for one in old):
            for number, branch in enumerate(item.branches):
                yield from _flat(old, branch.steps, (*sides, (id(item), number)))
        else:
            yield item, sides


def _order(old: Steps, new: Sequence[Item]) -> list[int] | None:
    """Return where items stood before, if they are the same items."""
    left, found = dict(enumerate(old)), list[int]()
    for item in new:
        itself = (n for n, one in left.items() if one is item)
        number = next(chain(itself, (n for n, one in left.items() if alike((one,), (item,)))), None)
        if number is None:
            return None
        found.append(number)
        del left[number]
    return None if left else found


# --- what keeps its place


def _does_more_than_refuse(stage: Stage, item: Item) -> bool:
    """Whether it is noticed outside or written down, or ends a case otherwise than by a decision of which some ways refuse, after a notice at most."""
    noticed = isinstance(item, Notify) or any(
        isinstance(one, FormStep | Identify | Pay) or (one.records and not isinstance(one, Refuse | Notify))
        for one in _steps(item)
    )
    if noticed or not isinstance(item, Choose | Decide):
        return noticed or _may_end(stage, item)
    if isinstance(item, Choose) and not covers(stage.start.naming, item.branches):
        return True
    ends = [steps for steps in inside(item) if steps]
    return not 0 < len(ends) < len(inside(item)) or not all(
        isinstance(steps[-1], Refuse) and all(isinstance(one, Notify | Wait) for one in steps[:-1]) for steps in ends
    )


def _stays_put(stage: Stage, item: Item) -> bool:
    """Whether it is signed, issued, carried, waited for, returned to, the request, or a judgement that reads whatever there is."""
    for one in walk((item,)):
        refusal = isinstance(one, Wait) and one is not item and isinstance(item, Choose | Decide)
        if isinstance(one, Approve | Issue | Carry | Wait) and not refusal:
            return True
        if isinstance(one, Step) and (one.id in stage.targets or one.id in stage.start.requests):
            return True
        if isinstance(one, Decide) and one.needs is None and one.by is not None:
            return True
    return False


def _may_end(stage: Stage, item: Item) -> bool:
    """Whether a case can end in it, go back from it, or get stuck."""
    naming, inner = stage.start.naming, [*walk((item,))]
    stuck = any(isinstance(one, Choose) and not covers(naming, one.branches) for one in inner)
    return stuck or any(isinstance(one, Refuse | Back) for one in inner)


def _decides_by(stage: Stage, item: Item) -> Set:
    """Return the facts a decision goes by and what they are computed from; whom they are about is none of them."""
    facts, naming, rules = set[str](), stage.start.naming, stage.start.rules
    for one in walk((item,)) if isinstance(item, Choose | Decide) else ():
        if isinstance(one, Choose):
            facts.update(*(rules.facts_in(branch.condition) for branch in one.branches))
        elif isinstance(one, Decide):
            facts.update(naming.known(need.fact for need in one.needs or ()))
    facts -= {who.key for name in facts if (who := naming.subject(name.rpartition(".")[0]))}
    computed = union(rule.bit for rule in rules.every if rule.kind in ("derive", "computed"))
    return rules.known_from(stage.start.facts.of(facts), computed)


# --- what an item does


def _does(stage: Stage, item: Item) -> tuple[Set, Set]:
    """Return what an item reads, and what it writes that others can notice, with all in it."""
    reads = writes = 0
    for one in walk((item,)):
        if isinstance(one, Choose):
            facts = {fact for branch in one.branches for fact in stage.start.rules.facts_in(branch.condition)}
            reads |= stage.start.facts.of(facts)
        elif isinstance(one, Step):
            read, written = _step_does(stage, one)
            reads, writes = reads | read, writes | written
    return reads, stage.start.rules.resting(writes)


def _step_does(stage: Stage, step: Step) -> tuple[Set, Set]:
    known = stage.start.naming.known
    reads = {*known(need.fact for _, need in stated(step))}
    writes = {fact for fact, _, _ in brought(stage.then, step)} | {f"register {one.id}" for one in step.records}
    match step:
        case FormStep():
            for item in asked_on(stage.then, step):
                reads |= condition_facts(item)
                if isinstance(item, Question):
                    reads |= {*item.declares}
                    writes |= {f"consent to {item.consents_to}"} if item.consents_to else set()
        case Check():
            reads |= {*known(step.verifies)}
        case Lookup():
            reads |= {f"registry {step.service.partition('.')[0]}", f"consent to {step.service}"}
        case Issue():
            writes |= {"outputs", *(f"registry {name}" for name in step.changes)}
        case Pay():
            writes |= {"payments"}
        case Notify():
            writes |= {f"told {step.whom}"}
    parts = [step.id, *(name for name, home in stage.homes.items() if home == step.id)]
    rules = [rule for name in parts for rule in stage.start.rules.of.get(name, ())]
    asked_with, made = union(rule.keys | rule.confirms for rule in rules), union(rule.about for rule in rules)
    return stage.start.facts.of(reads) | asked_with, stage.start.facts.of(writes) | made


def _hands(stage: Stage, item: Item) -> Set:
    return stage.start.facts.of(f"hands of {one.by}" for one in _steps(item) if one.by)


def _steps(item: Item) -> list[Step]:
    return [one for one in walk((item,)) if isinstance(one, Step)]


def _names(items: Iterable[Item]) -> list[str]:
    return list(dict.fromkeys(step.id for item in items for step in _steps(item)))
