"""What expressions come to: three-valued evaluation over the facts of one case; knows no types and no clock.

A fact that is absent is None, *unknown*, and unknown spreads as in Kleene's logic, which is SQL's: a comparison with it
is unknown, `false and unknown` is false, `true or unknown` is true. What cannot be computed is unknown as well.

Facts of a many-role are tuples, one value for each member.
"""

from collections.abc import Callable, Mapping
from datetime import date
from operator import attrgetter, eq, le
from typing import Any

from processes import condition_functions as functions
from processes.condition import to_text
from processes.condition_tree import OVER_MEMBERS, Constant, Expression, Fact, Operation, facts_read

Single = str | int | float | bool | date | None
Value = Single | tuple[Single, ...]
Values = Mapping[str, Value]
Compiled = Callable[[Values, date], Value]

_Run = Callable[[Mapping[Any, Any], date], Any]  # what holds a value of each type is not told apart inside


def evaluate(expression: Expression, values: Values | Callable[[str], Value], today: date) -> Value:
    """Return what the expression comes to; for many cases, `compiled` once is faster.

    Args:
        expression: One that `condition_types.check` finds no fault with.
        values: The case's facts by path, or how to ask for one; what is not there is unknown.
        today: What `today()` stands for.

    Raises:
        TypeError: If values are not of the types the expression was checked against.

    >>> from processes.condition import parse
    >>> born = {"child.birth_date": date(2026, 1, 1)}
    >>> evaluate(parse("today() - child.birth_date > P60D"), born, today=date(2026, 4, 1))
    True
    >>> evaluate(parse('child.sex = "F" or mother.poor'), {"mother.poor": True}, today=date(2026, 4, 1))
    True
    """
    facts = {path: values(path) for path in facts_read(expression)} if callable(values) else values
    return compiled(expression)(facts, today)


def compiled(expression: Expression) -> Compiled:
    """Return the expression as a function of the case's facts and of today, quick to call many times.

    >>> from processes.condition import parse
    >>> late = compiled(parse("child.age_days > 60"))
    >>> late({"child.age_days": 61}, date(2026, 4, 1)), late({}, date(2026, 4, 1))
    (True, None)
    """
    return _run(expression)


def compiled_for_each(expression: Expression) -> Callable[[Values, date], tuple[Single, ...] | None]:
    """Return the expression as a function that gives one value for each member of a many-role.

    For what is asked or computed of each member by itself, where its facts stand outside `any`, `sum` and so on.
    It gives None where it is unknown who the members are.

    >>> from processes.condition import parse
    >>> minor = compiled_for_each(parse("movers.age < 17"))
    >>> minor({"movers.age": (40, 12, None)}, date(2026, 4, 1))
    (False, True, None)
    """
    each = _each_member(expression)

    def run(values: Values, today: date) -> tuple[Single, ...] | None:
        results = each(values, today)
        return None if results is None else tuple(results)

    return run


def about_each(expression: Expression, many: Callable[[str], bool]) -> bool:
    """Return whether an expression is about each member of a many-role by itself: a fact of it stands outside `any` and the like.

    Args:
        expression: Any expression.
        many: Whether the fact of a path is a list, one value for each member.

    >>> from processes.condition import parse
    >>> [about_each(parse(text), {"movers.age"}.__contains__) for text in ("movers.age < 17", "any(movers.age < 17)")]
    [True, False]
    """
    return any(many(path) for path in _outermost(expression)[0])


def _run(expression: Expression) -> _Run:
    match expression:
        case Constant(_, value):
            return lambda values, today: value
        case Fact(path):
            return lambda values, today: values.get(path)
    operator, operands = expression.operator, expression.operands
    if operator in OVER_MEMBERS:
        return _over_members(operator, operands[0])
    if operator in functions.COMPARE:
        return _comparison(functions.COMPARE[operator], *operands)
    if operator == "in" and all(isinstance(choice, Constant) for choice in operands[1:]):
        return _strict(frozenset(map(attrgetter("value"), operands[1:])).__contains__, [_run(operands[0])])
    runs = [_run(operand) for operand in operands]
    if operator in _SPECIAL:
        return _SPECIAL[operator](runs)
    if operator == "-" and len(runs) == 1:
        return _strict(functions.negative, runs)
    return _strict(functions.FUNCTIONS[operator], runs)


# Operators that can have an answer though something in them is unknown


def _and(runs: list[_Run]) -> _Run:
    def run(values: Mapping[Any, Any], today: date) -> bool | None:
        result: bool | None = True
        for part in runs:
            value = part(values, today)
            if value is None:
                result = None
            elif not value:
                return False
        return result

    return run


def _or(runs: list[_Run]) -> _Run:
    def run(values: Mapping[Any, Any], today: date) -> bool | None:
        result: bool | None = False
        for part in runs:
            value = part(values, today)
            if value is None:
                result = None
            elif value:
                return True
        return result

    return run


def _in(runs: list[_Run]) -> _Run:
    value, *choices = runs
    return _or([_strict(eq, [value, choice]) for choice in choices])


def _between(runs: list[_Run]) -> _Run:
    value, low, high = runs
    return _and([_strict(le, [low, value]), _strict(le, [value, high])])


def _known(runs: list[_Run]) -> _Run:
    [inside] = runs
    return lambda values, today: inside(values, today) is not None


def _not_known(runs: list[_Run]) -> _Run:
    [inside] = runs
    return lambda values, today: inside(values, today) is None


def _if(runs: list[_Run]) -> _Run:
    condition, then, otherwise = runs

    def run(values: Mapping[Any, Any], today: date) -> Any:
        holds = condition(values, today)
        if holds is None:
            return None
        return then(values, today) if holds else otherwise(values, today)

    return run


def _today(runs: list[_Run]) -> _Run:
    return lambda values, today: today


_SPECIAL: dict[str, Callable[[list[_Run]], _Run]] = {
    "and": _and,
    "or": _or,
    "in": _in,
    "between": _between,
    "is known": _known,
    "is not known": _not_known,
    "if": _if,
    "today": _today,
}


# Operators that are unknown where anything in them is


def _comparison(compare: Callable[[Any, Any], Any], left: Expression, right: Expression) -> _Run:
    if not (isinstance(left, Fact) and isinstance(right, Constant)):
        return _strict(compare, [_run(left), _run(right)])
    path, constant = left.path, right.value

    def run(values: Mapping[Any, Any], today: date) -> Any:  # by far the commonest, so without a call for each side
        value = values.get(path)
        return None if value is None else compare(value, constant)

    return run


def _strict(function: Callable[..., Any], runs: list[_Run]) -> _Run:
    if len(runs) == 1:
        [only] = runs

        def run_one(values: Mapping[Any, Any], today: date) -> Any:
            value = only(values, today)
            return None if value is None else function(value)

        return run_one
    if len(runs) == 2:
        first, second = runs

        def run_two(values: Mapping[Any, Any], today: date) -> Any:
            left = first(values, today)
            if left is None:
                return None
            right = second(values, today)
            return None if right is None else function(left, right)

        return run_two

    def run(values: Mapping[Any, Any], today: date) -> Any:
        arguments = [part(values, today) for part in runs]
        return None if None in arguments else function(*arguments)

    return run


# Functions over the members of a many-role


def _over_members(function: str, inside: Expression) -> _Run:
    each, combine = _each_member(inside), functions.OVER_MEMBERS[function]

    def run(values: Mapping[Any, Any], today: date) -> Any:
        results = each(values, today)
        return None if results is None else combine(results)

    return run


def _each_member(inside: Expression) -> Callable[[Mapping[Any, Any], date], list[Any] | None]:
    """Return what evaluates `inside` for each member; it gives None where the members are unknown.

    A fact whose value is a tuple is one of the members', any other is the same for all of them. A function over members
    inside `inside` is about all of them again, so it is worked out once, before.
    """
    facts, inner = _outermost(inside)
    before = {to_text(node): _run(node) for node in inner}
    run = _run(_with_results(inside))

    def each(values: Mapping[Any, Any], today: date) -> list[Any] | None:
        found = {path: values.get(path) for path in facts}
        columns = {path: value for path, value in found.items() if isinstance(value, tuple)}
        if len({len(column) for column in columns.values()}) != 1:
            return None  # no list at all, or lists that are not about the same members
        for text, part in before.items():
            found[text] = part(values, today)
        rows = zip(*columns.values(), strict=True)
        return [run({**found, **dict(zip(columns, row, strict=True))}, today) for row in rows]

    return each


def _outermost(expression: Expression) -> tuple[set[str], set[Operation]]:
    """Return the facts that stand outside of inner functions over members, and those functions."""
    facts: set[str] = set()
    inner: set[Operation] = set()
    waiting = [expression]
    while waiting:
        match waiting.pop():
            case Fact(path):
                facts.add(path)
            case Operation(operator) as node if operator in OVER_MEMBERS:
                inner.add(node)
            case Operation(_, operands):
                waiting.extend(operands)
    return facts, inner


def _with_results(expression: Expression) -> Expression:
    """Return the expression with each inner function over members read like a fact, by its text."""
    if isinstance(expression, Operation):
        if expression.operator in OVER_MEMBERS:
            return Fact(to_text(expression))
        return Operation(expression.operator, tuple([_with_results(operand) for operand in expression.operands]))
    return expression
