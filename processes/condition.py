"""Expressions as text: the small language of conditions and derivations; knows no types and no values.

A part of FEEL, the expression language of DMN, with `is known` besides. From the loosest to the tightest:

    if a then b else c                      alone, in brackets, or between the commas of a function
    or;  and;  not                          `not x`, or as FEEL writes it `not(x)`
    = != < <= > >=  in [...]  between a and b  is known  is not known      one in a row: `a < b < c` is refused
    + -;  * /;  the sign -

This module is the front door: it writes, `condition_reading` reads, `condition_tree` is what is read. Then
`condition_types` checks, `condition_value` computes, and `condition_words` tells people.
"""

from processes.condition_reading import ConditionError, parse
from processes.condition_tree import (
    COMPARED,
    NOT,
    POWERS,
    SIGN,
    Constant,
    Expression,
    Fact,
    Operation,
    TooLargeError,
    facts_read,
    renamed,
    substituted,
)

__all__ = [
    "ConditionError",
    "Constant",
    "Expression",
    "Fact",
    "Operation",
    "TooLargeError",
    "facts_read",
    "parse",
    "renamed",
    "substituted",
    "to_text",
]


def to_text(expression: Expression) -> str:
    """Return the expression as text, in one form: reading it gives an equal expression.

    >>> to_text(parse("not (child.sex  = 'F')and(child.age_days>P60D)"))
    'not(child.sex = "F") and child.age_days > P60D'
    """
    return _text(expression, 0)


def _text(expression: Expression, power: float) -> str:
    """Return the text, in brackets where it binds no tighter than `power`."""
    match expression:
        case Constant():
            return _constant_text(expression)
        case Fact(path):
            return path
    operator, operands = expression.operator, expression.operands
    match operator:
        case "if":
            condition, then, otherwise = operands
            binds = 0.5  # alone or in brackets
            text = f"if {_text(condition, binds)} then {_text(then, binds)} else {_text(otherwise, 0)}"
        case "or" | "and":
            binds = POWERS[operator]
            text = f" {operator} ".join([_text(operand, binds) for operand in operands])
        case "not":
            return f"not({_text(operands[0], 0)})" if power <= NOT else f"(not({_text(operands[0], 0)}))"
        case "-" if len(operands) == 1:
            return f"-{_text(operands[0], SIGN - 1)}"
        case "in":
            binds = COMPARED
            text = f"{_text(operands[0], binds)} in [{', '.join([_text(operand, 0) for operand in operands[1:]])}]"
        case "between":
            binds = COMPARED
            value, low, high = [_text(operand, binds) for operand in operands]
            text = f"{value} between {low} and {high}"
        case "is known" | "is not known":
            binds = COMPARED
            text = f"{_text(operands[0], binds)} {operator}"
        case _ if operator in POWERS:
            binds = POWERS[operator]
            first = binds if binds == COMPARED else binds - 1  # sums and products go on from the left
            text = f"{_text(operands[0], first)} {operator} {_text(operands[1], binds)}"
        case _:
            return f"{operator}({', '.join([_text(operand, 0) for operand in operands])})"
    return f"({text})" if binds <= power else text


def _constant_text(constant: Constant) -> str:
    value = constant.value
    match constant.kind:
        case "text":
            return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
        case "date":
            return f'date("{value}")'
        case "days":
            return f"P{value}D"
        case "yes/no":
            return "true" if value else "false"
    return plain_number(value) if isinstance(value, int | float) else str(value)


def plain_number(value: float) -> str:
    """Return a number in digits, never with an exponent.

    >>> plain_number(0.00001), plain_number(12), plain_number(1.5)
    ('0.00001', '12', '1.5')
    """
    text = repr(value)
    return f"{value:.15f}".rstrip("0").rstrip(".") if "e" in text else text
