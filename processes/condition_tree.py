"""Expressions as values: constants, facts and operations on them; knows neither their text nor their meaning.

A tree has three kinds of nodes. Every operator and every function is an `Operation`, named as it is written:

>>> Operation(">", (Fact("child.age_days"), Constant("number", 60)))
Operation(operator='>', operands=(Fact(path='child.age_days'), Constant(kind='number', value=60)))

`not`, `is known`, `is not known` and the sign `-` take one operand; `and` and `or` two or more; `between` takes the
value and its two bounds; `in` the value and then each of the list; `if` the condition and its two branches.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

ConstantKind = Literal["text", "number", "days", "date", "yes/no"]

FUNCTIONS = {
    "today": 0,
    "date": 1,
    "years_between": 2,
    "months_between": 2,
    "days_between": 2,
    "weekday": 1,
    "count": 1,
    "any": 1,
    "all": 1,
    "sum": 1,
    "min": 1,
    "max": 1,
    "length": 1,
    "substring": 3,
    "starts_with": 2,
    "contains": 2,
    "upper": 1,
    "lower": 1,
    "number": 1,
    "text": 1,
}  # each with how many arguments it takes
OVER_MEMBERS = frozenset({"count", "any", "all", "sum", "min", "max"})  # make one value of a list
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})

# How tightly operators bind, from the loosest to the tightest; `if` binds looser than all.
OR, AND, NOT, COMPARED, SUM, PRODUCT, SIGN = range(1, 8)
POWERS = {
    "or": OR,
    "and": AND,
    **dict.fromkeys([*COMPARISONS, "in", "between", "is"], COMPARED),
    **dict.fromkeys("+-", SUM),
    **dict.fromkeys("*/", PRODUCT),
}

MOST_CHARACTERS = 1_000
MOST_DEPTH = 50
MOST_DEPTH_GROWN, MOST_NODES_GROWN = 200, 10_000  # after computed elements are put in the place of their facts


@dataclass(frozen=True, slots=True)
class Constant:
    """A value written out; `days` is a number written as a span, as in `P60D`. Numbers are never negative."""

    kind: ConstantKind
    value: str | int | float | bool | date
    column: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact, by its dotted path."""

    path: str
    column: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator or a function and what it is applied to."""

    operator: str
    operands: tuple["Expression", ...]
    column: int = field(default=0, compare=False, repr=False)


Expression = Constant | Fact | Operation


class TooLargeError(ValueError):
    """Computed elements that use each other have grown into an expression nobody could follow."""


def facts_read(expression: Expression) -> frozenset[str]:
    """Return the paths of all facts the expression may read; `today()` is not a fact.

    >>> sorted(facts_read(Operation("and", (Fact("child.twin"), Operation("not", (Fact("mother.poor"),))))))
    ['child.twin', 'mother.poor']
    """
    found, waiting = set(), [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Fact):
            found.add(node.path)
        elif isinstance(node, Operation):
            waiting.extend(node.operands)
    return frozenset(found)


def renamed(expression: Expression, new_name: Callable[[str], str]) -> Expression:
    """Return the expression with every fact's path replaced.

    >>> renamed(Fact("birth_date"), lambda path: f"child.{path}")
    Fact(path='child.birth_date')
    """
    match expression:
        case Fact(path, column):
            return Fact(new_name(path), column)
        case Operation(operator, operands, column):
            return Operation(operator, tuple([renamed(operand, new_name) for operand in operands]), column)
    return expression


def substituted(expression: Expression, replacement: Callable[[str], Expression | None]) -> Expression:
    """Return the expression with facts replaced by what they are computed from.

    Args:
        expression: What to change; it is read, never changed.
        replacement: For the path of a fact, the expression that takes its place, or None to keep the fact. What it
            returns is put in as it is: facts in it are not replaced again.

    Raises:
        TooLargeError: If the result is deeper than 200 or has more than 10,000 nodes.

    >>> born = Operation("-", (Operation("today", ()), Fact("birth_date")))
    >>> substituted(Operation(">", (Fact("age"), Constant("number", 60))), {"age": born}.get).operands[0] == born
    True
    """
    result = _substituted(expression, replacement)
    if deepest(result, MOST_DEPTH_GROWN, MOST_NODES_GROWN) is not None:
        raise TooLargeError(f"more than {MOST_DEPTH_GROWN} levels or {MOST_NODES_GROWN} nodes")
    return result


def _substituted(expression: Expression, replacement: Callable[[str], Expression | None]) -> Expression:
    match expression:
        case Fact(path):
            put = replacement(path)
            return expression if put is None else put
        case Operation(operator, operands, column):
            return Operation(operator, tuple([_substituted(operand, replacement) for operand in operands]), column)
    return expression


def deepest(expression: Expression, most_depth: int, most_nodes: int) -> Expression | None:
    """Return the first node that lies too deep or is one too many, or None where all is within bounds.

    Complexity: at most `most_nodes` steps, however large the expression is.
    """
    waiting, nodes = [(expression, 1)], 0
    while waiting:
        node, depth = waiting.pop()
        nodes += 1
        if depth > most_depth or nodes > most_nodes:
            return node
        if isinstance(node, Operation):
            waiting.extend([(operand, depth + 1) for operand in node.operands])
    return None
