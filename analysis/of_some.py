"""A redesign compiled to be held beside today's procedure; knows no search and judges nothing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from analysis.certain import certain
from analysis.instance import Instance, Item, bits, union
from analysis.removal import Today
from processes import condition
from processes.procedure import Choose, walk

Chosen = tuple[str, int]  # a choice: its conditions, and how many choices with the same come before it


def beside(today: Today, after: Instance) -> Instance:
    """Return a redesign as it counts beside today's procedure.

    To leave out papers makes no inspection of a check. And what only the redesign asks under a condition counts just at those
    choices by it that want what the condition reads no surer than it was where it was asked: else a check in between may have
    found another answer.

    Args:
        today: The procedure as it is.
        after: The redesign, compiled without offers; one that is given back is given back unchanged.

    Complexity: a supply analysis of the redesign; one more for each time that something counts no longer.
    """
    papers = today.instance.papers_before_checks
    after = after if after.inspected == papers else replace(after, inspected=papers)
    while (fewer := _counting_fewer(today, after)) is not None:
        after = fewer
    return after


def _counting_fewer(today: Today, after: Instance) -> Instance | None:
    """Return a redesign without the first things that count where they must not; nothing, if all count rightly."""
    conditional_items = [item for item in after.items if _under(item) is not None]
    then = {_asked(item) for item in today.instance.items} if conditional_items else set()
    of_some = union(item.bit for item in conditional_items if _asked(item) not in then)
    if not of_some:
        return None
    known, wanted = _known(after, of_some), dict(_wanted(today))
    conditional, work, names = dict(after.conditional), [*after.work], [*after.conditional]
    for node, place in enumerate(after.points):
        for at, (kind, number, operand) in enumerate(after.work[node] if place.kind == "way" else ()):
            counted = after.conditional_items[number] & of_some if kind == "unfold" else 0
            levels = _levels(after, place.ways_around, wanted) if counted else {}
            left = union(
                1 << item for item in bits(counted) if any(n < levels.get(f, 0) for f, n in known[item].items())
            )
            if left:
                name = f"{names[number]} at {node}"
                conditional[name] = after.conditional_items[number] & ~left
                work[node] = (*work[node][:at], (kind, [*conditional].index(name), operand), *work[node][at + 1 :])
    return replace(after, conditional=conditional, work=tuple(work)) if len(conditional) > len(names) else None


def _known(after: Instance, items: int) -> dict[int, dict[str, int]]:
    """Return, by item, how sure what its condition reads is where it is asked."""
    read, found = certain(after).read, dict[int, dict[str, int]]((item, {}) for item in bits(items))
    for demand in after.demands:
        if demand.what == "field" and demand.item in found:
            found[demand.item][after.facts[demand.fact]] = max(read[demand.number], 0)
    return found


def _wanted(today: Today) -> Iterator[tuple[tuple[Chosen, str], int]]:
    """Yield how sure each choice of today wants each fact it reads."""
    instance = today.instance
    chosen = _choices(instance)
    for one in today.needs.stated:
        if one.demand.what == "condition":
            tested = one.demand.stated < 0  # it is only asked whether it is known
            level = one.level if one.level > 0 or tested else 3
            yield (chosen[id(instance.points[one.demand.node].item)], instance.facts[one.demand.fact]), max(level, 0)


def _levels(
    after: Instance, around: tuple[tuple[int, int], ...], wanted: dict[tuple[Chosen, str], int]
) -> dict[str, int]:
    """Return how sure the choices around a way want the facts that they read on the way there."""
    chosen, found = _choices(after), dict[str, int]()
    for node, way in around:
        item = after.points[node].item
        for branch in item.branches[: way + 1] if isinstance(item, Choose) else ():
            parsed = after.model.naming.expression(branch.condition) if branch.condition else None
            for fact in condition.facts_read(parsed) if parsed is not None else ():
                found[fact] = max(found.get(fact, 0), wanted.get((chosen[id(item)], fact), 3))
    return found


def _choices(instance: Instance) -> dict[int, Chosen]:
    """Return what each choice is told by when others come to stand before it."""
    found, met = dict[int, Chosen](), Counter[str]()
    for item in walk(instance.procedure.steps):
        if isinstance(item, Choose):
            text = " | ".join(branch.condition or "else" for branch in item.branches)
            found[id(item)] = text, met[text]
            met[text] += 1
    return found


def _asked(item: Item) -> object:
    """Return what a question or document stays the same by when forms are moved: what it is, and its condition."""
    question = item.question
    if question is None:
        return item.kind, item.paper.id if item.paper is not None else "", None, _under(item)
    name = question.fact if question.fact and not question.act else question.id.partition("#")[0]
    return item.kind, name, question.act, _under(item)


def _under(item: Item) -> condition.Expression | None:
    asked = item.question or item.paper
    return asked.condition if asked is not None else None
