"""Whether the branches of a choice leave a case with nowhere to go; knows no step and no supply."""

from collections.abc import Iterator, Sequence

from processes import condition
from processes.procedure import Branch
from processes.resolved import Naming


def covers(naming: Naming, branches: Sequence[Branch]) -> bool:
    """Return whether some branch of a choice is taken whatever is answered.

    So it is with an `else`, where one condition is the opposite of another, and where plain conditions over one fact name
    each of its answers. What is absent meets no condition; that a fact is there is a matter of supply, not of this.
    """
    if any(branch.condition is None for branch in branches):
        return True
    parsed = [tree for branch in branches if branch.condition and (tree := naming.expression(branch.condition))]
    texts = {condition.to_text(tree) for tree in parsed}
    if any(condition.to_text(opposite) in texts for tree in parsed for opposite in opposites(tree)):
        return True
    answers: dict[str, set[object]] = {}
    for tree in parsed:
        for fact, values in _plain_answers(tree):
            answers.setdefault(fact, set()).update(values)
    return any((possible := _answers(naming, fact)) and given >= possible for fact, given in answers.items())


def _answers(naming: Naming, name: str) -> set[object]:
    """Return every answer a fact admits, if they can be listed."""
    fact = naming.fact(name)
    if fact is None or fact.many or fact.relation is not None:
        return set()
    if fact.element.type == "yes/no":
        return {True, False}
    codes = naming.catalogue.code_list.get(fact.element.codes or "") if fact.element.type == "choice" else None
    return {code.id for code in codes.codes} if codes else set()


def _plain_answers(tree: condition.Expression) -> Iterator[tuple[str, list[object]]]:
    match tree:
        case condition.Fact(path):
            yield path, [True]
        case condition.Operation("not", (condition.Fact(path),)):
            yield path, [False]
        case condition.Operation("=" | "in", (condition.Fact(path), *others)):
            values = [one.value for one in others if isinstance(one, condition.Constant)]
            if len(values) == len(others):
                yield path, list(values)
        case condition.Operation("or", operands):
            for operand in operands:
                yield from _plain_answers(operand)


_OPPOSITE = {
    "=": "!=",
    "!=": "=",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
    "is known": "is not known",
    "is not known": "is known",
}


def opposites(tree: condition.Expression) -> Iterator[condition.Expression]:
    """Yield the ways to write that a condition does not hold."""
    if isinstance(tree, condition.Operation) and tree.operator == "not":
        yield tree.operands[0]
    yield condition.Operation("not", (tree,))
    if isinstance(tree, condition.Operation) and tree.operator in _OPPOSITE:
        yield condition.Operation(_OPPOSITE[tree.operator], tree.operands)
