"""Conditions and computed facts: whether they can be read and make sense; knows no part they stand in."""

import re
from collections.abc import Callable, Iterable, Iterator

from processes import condition
from processes.checking.names import Known, Reached, names_of
from processes.condition_types import FactType, check
from processes.element import DataElement, Entity
from processes.part import Part
from processes.problem import Problem
from processes.words import Words

YES_NO = FactType("yes/no")


def expression_problems(
    known: Known,
    text: str,
    part: Part,
    types: Callable[[str], FactType | None],
    names: Callable[[], Iterable[str]],
    expected: FactType | None,
    unread: Callable[[str], bool] | None = None,
    better: Callable[[str], Words | None] | None = None,
) -> Iterator[Problem]:
    """Yield what is wrong with an expression.

    Args:
        known: What names can mean.
        text: The expression.
        part: The part it stands in.
        types: The type of a fact by its path, or nothing if there is none.
        names: The paths that could be meant by a wrong one.
        expected: What it must give, if that is known.
        unread: Whether a fact may be declared in what could not be read, and so is not told as unknown.
        better: A better mend than the nearest name, for a fact that there is not.
    """
    try:
        parsed = condition.parse(text)
    except condition.ConditionError as error:
        where = known.inside(text, error.column, part)
        yield Problem(code=error.code, where=where, fault=error.fault, mend=error.mend)
        return
    for fault in check(parsed, types, expected, names):
        mend = fault.mend
        if fault.code == "unknown-fact":
            path = _path_at(parsed, fault.column)
            doubtful = (unread or known.is_lost_path)(path)
            mend = (better(path) if better else None) or mend
        else:
            doubtful = known.is_lost("type", "codes", "unread")
            if fault.code == "wrong-type" and (day := _BARE_DAY.search(text)):
                mend = Words(f'Tulis date("{day[0]}").', f'Write date("{day[0]}").')
        if not doubtful:
            yield Problem(code=fault.code, where=known.inside(text, fault.column, part), fault=fault.fault, mend=mend)


_BARE_DAY = re.compile(r"""(?<!["'0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?!["'0-9])""")


def _path_at(expression: condition.Expression, column: int) -> str:
    """Return the fact that stands at a column."""
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, condition.Fact) and node.column == column:
            return node.path
        if isinstance(node, condition.Operation):
            waiting.extend(node.operands)
    return ""


def facts_in(text: str) -> frozenset[str]:
    """Return the facts that an expression reads; none, if it cannot be read."""
    try:
        return condition.facts_read(condition.parse(text))
    except condition.ConditionError:
        return frozenset()


def type_of_element(known: Known, element: DataElement, *, many: bool = False, members: str = "") -> FactType:
    """Return the type that an element has in expressions."""
    codes = known.catalogue.code_list.get(element.codes or "")
    if element.type != "choice":
        return FactType(element.type, (), many, members)
    return FactType("choice", tuple(str(code.id) for code in codes.codes) if codes else (), many, members)


def type_of_reached(known: Known, reached: Reached, members: str = "") -> FactType:
    """Return the type that a fact has in expressions."""
    return type_of_element(known, reached.element, many=reached.many, members=members)


def paths_from(known: Known, entity: Entity) -> list[str]:
    """Return what can be said from an entity: its elements, its relations, and what is one relation away."""
    paths = names_of(entity)
    for relation in entity.relations:
        if target := known.catalogue.entity.get(relation.entity):
            paths += [f"{relation.id}.{name}" for name in names_of(target)]
    return paths
