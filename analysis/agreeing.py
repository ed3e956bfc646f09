"""Choices with the same condition go the same way: a procedure as each answer to such conditions leaves it; judges nothing."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from analysis.instance import Instance
from processes import condition
from processes.procedure import Choose

MOST_REPEATED = 6  # conditions: each doubles what is looked at


def repeated(instance: Instance) -> tuple[str, ...]:
    """Return the conditions that stand at several choices and read nothing that a return asks anew, in the order of the text.

    Complexity: linear in the branches.
    """
    lost = 0
    for edges in instance.before:
        for _, anew in edges:
            lost |= instance.resting_on[anew] if anew else 0
    times: dict[str, int] = {}
    for place in instance.points:
        if place.kind == "choose" and isinstance(place.item, Choose):
            for text in {text for text in _conditions(instance, place.item) if text}:
                parsed = instance.model.naming.expression(text)
                if parsed is not None and not instance.mask(sorted(condition.facts_read(parsed))) & lost:
                    times[text] = times.get(text, 0) + 1
    return tuple(text for text, number in times.items() if number > 1)


def agreeing(instance: Instance) -> Iterator[Instance]:
    """Yield the procedure once for each answer to its repeated conditions, without the ways that answer does not take.

    Nothing is yielded where no condition is repeated, or more than `MOST_REPEATED` are.

    Complexity: 2 to the number of repeated conditions, at most 64, times linear.
    """
    texts = repeated(instance)
    if not texts or len(texts) > MOST_REPEATED:
        return
    for answers in product((True, False), repeat=len(texts)):
        answer = dict(zip(texts, answers, strict=True))
        shut = {
            node
            for node, place in enumerate(instance.points)
            if place.kind == "way"
            and isinstance(place.item, Choose)
            and _is_shut(instance, place.item, place.way, answer)
        }
        graph = instance.graph.copy()
        graph.remove_edges_from([(source, node) for node in shut for source in instance.graph.predecessors(node)])
        before = tuple(() if node in shut else edges for node, edges in enumerate(instance.before))
        yield replace(instance, graph=graph, before=before)


def _is_shut(instance: Instance, item: Choose, way: int, answer: dict[str, bool]) -> bool:
    """Whether a branch is not taken: its condition does not hold, or one before it does."""
    texts = _conditions(instance, item)
    return answer.get(texts[way], True) is False or any(answer.get(text, False) for text in texts[:way])


def _conditions(instance: Instance, item: Choose) -> list[str]:
    """Return the condition of each branch, alike however it is written; nothing for `else`."""
    parsed = [
        instance.model.naming.expression(branch.condition) if branch.condition else None for branch in item.branches
    ]
    return ["" if one is None else condition.to_text(one) for one in parsed]
