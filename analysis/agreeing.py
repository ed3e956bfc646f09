"""Choices with the same condition go the same way: a procedure as each answer to such conditions leaves it; judges nothing."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import product

from analysis.instance import Instance
from processes import condition
from processes.procedure import Choose

MOST_REPEATED = 6  # conditions: each doubles what is looked at


def repeated(instance: Instance) -> tuple[str, ...]:
    """Return the conditions that stand at several choices and have one answer, in the order of the text.

    One that reads what a return asks anew may have another answer the second time, so may one that asks whether something is
    known.

    Complexity: linear in the branches.
    """
    lost = 0
    for edges in instance.before:
        for _, anew in edges:
            lost |= instance.answers_resting(anew) if anew else 0
    times: dict[str, int] = {}
    for place in instance.points:
        if place.kind == "choose" and isinstance(place.item, Choose):
            for text in {text for text in _conditions(instance, place.item) if text}:
                parsed = condition.parse(text)
                if not instance.mask(sorted(condition.facts_read(parsed))) & lost and not asks_what_is_known(parsed):
                    times[text] = times.get(text, 0) + 1
    return tuple(text for text, number in times.items() if number > 1)


def asks_what_is_known(one: condition.Expression) -> bool:
    """Return whether an expression asks of some fact whether it is known."""
    match one:
        case condition.Operation("is known" | "is not known", _):
            return True
        case condition.Operation(_, operands):
            return any(asks_what_is_known(operand) for operand in operands)
    return False


def answers(texts: Collection[str]) -> Iterator[dict[str, bool]]:
    """Yield each way of answering some conditions; nothing for none, or for more than `MOST_REPEATED`.

    Complexity: 2 to the number of conditions, at most 64.
    """
    if 0 < len(texts) <= MOST_REPEATED:
        for told in product((True, False), repeat=len(texts)):
            yield dict(zip(texts, told, strict=True))


def agreeing(instance: Instance) -> Iterator[Instance]:
    """Yield the procedure once for each answer to its repeated conditions, without the ways that answer does not take.

    Complexity: that of `answers`, times linear.
    """
    for answer in answers(repeated(instance)):
        yield answered(instance, answer)


def answered(instance: Instance, answer: Mapping[str, bool]) -> Instance:
    """Return a procedure without the ways that are not taken if some conditions have these answers.

    What could come before a step still does where it is asked whether a check is one of papers.

    Complexity: linear.
    """
    shut = {
        node
        for node, place in enumerate(instance.points)
        if place.kind == "way" and isinstance(place.item, Choose) and _is_shut(instance, place.item, place.way, answer)
    }
    graph = instance.graph.copy()
    graph.remove_edges_from([(source, node) for node in shut for source in instance.graph.predecessors(node)])
    before = tuple(() if node in shut else edges for node, edges in enumerate(instance.before))
    return replace(instance, graph=graph, before=before)


def _is_shut(instance: Instance, item: Choose, way: int, answer: Mapping[str, bool]) -> bool:
    """Whether a branch is not taken: its condition does not hold, or one before it does."""
    texts = _conditions(instance, item)
    return answer.get(texts[way], True) is False or any(answer.get(text, False) for text in texts[:way])


def _conditions(instance: Instance, item: Choose) -> list[str]:
    """Return the condition of each branch, alike however it is written; nothing for `else`."""
    parsed = [
        instance.model.naming.expression(branch.condition) if branch.condition else None for branch in item.branches
    ]
    return ["" if one is None else condition.to_text(one) for one in parsed]
