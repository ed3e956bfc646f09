"""What expressions come to, held against a slow evaluator that follows the definitions word by word."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from processes.condition import Constant, Expression, Fact, Operation, facts_read, parse, to_text
from processes.condition_types import check, type_of
from processes.condition_value import Value, compiled, compiled_for_each, evaluate
from tests.processes.condition_examples import TODAY, TYPES, any_typed, conditions, typed, values

FACTS: dict[str, Value] = {
    "age": 12,
    "born": date(2014, 3, 1),
    "income": 1_500_000,
    "name": "Sri Rahayu",
    "nik": "3303014501140001",
    "poor": True,
    "sex": "2",
    "movers.age": (40, 12, 3),
    "movers.poor": (False, True, None),
    "movers.unknown": (1, None),
    "nobody.age": (),
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("age > 10", True),
        ("age > 12", False),
        ("age >= 12", True),
        ("10 < age", True),
        ("age = 12.0", True),
        ("age != 12", False),
        ("missing > 10", None),
        ("10 > missing", None),
        ("missing = missing", None),
        ("poor", True),
        ("not poor", False),
        ("not missing", None),
        ("poor or missing", True),
        ("missing or poor", True),
        ("missing or not poor", None),
        ("missing and not poor", False),
        ("missing and poor", None),
        ('sex in ["1", "2"]', True),
        ('sex in ["1"]', False),
        ("age in [missing, 12]", True),
        ("age in [missing, 13]", None),
        ("missing in [1]", None),
        ("age between 12 and 12", True),
        ("age between 13 and missing", False),
        ("age between 12 and missing", None),
        ("age is known", True),
        ("missing is known", False),
        ("missing is not known", True),
        ("(missing > 1) is known", False),
        ("if poor then 1 else 2", 1),
        ("if age > 99 then 1 else 2", 2),
        ("if missing then 1 else 1", None),
        ("if poor then 1 else missing", 1),
        ("1 + 2 * 3", 7),
        ("10 - 2 - 3", 5),
        ("7 / 2", 3.5),
        ("1 / 0", None),
        ("1 / (age - 12)", None),
        ("-age + 1", -11),
        ("999999999999999 * 999999999999999", None),
        ("missing + 1", None),
        ('"a" + "b"', "ab"),
        ("today() - born", 4651),
        ("today() - born > P60D", True),
        ("born + 1", date(2014, 3, 2)),
        ("P1D + born", date(2014, 3, 2)),
        ("born - 1", date(2014, 2, 28)),
        ("born - 1.9", date(2014, 2, 28)),
        ("born + 999999999", None),
        ('born = date("2014-03-01")', True),
        ("years_between(born, today())", 12),
        ('years_between(date("2004-02-29"), date("2005-02-28"))', 0),
        ('years_between(date("2004-02-29"), date("2005-03-01"))', 1),
        ('years_between(date("2005-03-01"), date("2004-02-29"))', -1),
        ('years_between(date("2026-11-25"), today())', 0),
        ('months_between(date("2026-01-31"), date("2026-02-28"))', 0),
        ('months_between(date("2026-01-31"), date("2026-03-31"))', 2),
        ("days_between(born, today())", 4651),
        ("weekday(today())", 2),
        ("length(name)", 10),
        ("substring(nik, 7, 2)", "45"),
        ("number(substring(nik, 7, 2)) > 40", True),
        ("substring(name, 5, 99)", "Rahayu"),
        ("substring(name, 0, 2)", None),
        ("substring(name, 99, 2)", ""),
        ("substring(name, 1, -1)", None),
        ('starts_with(nik, "3303")', True),
        ('contains(name, "aha")', True),
        ("upper(name)", "SRI RAHAYU"),
        ("lower(name)", "sri rahayu"),
        ('number("12")', 12),
        ('number("-1.5")', -1.5),
        ('number("1.000,50")', None),
        ('number("1e3")', None),
        ('number("٣")', None),
        ("text(age)", "12"),
        ("text(6 / 3)", "2"),
        ("text(born)", "2014-03-01"),
        ("text(poor)", "true"),
        ('date("2014-03-01") = born', True),
        ("date(name)", None),
        ('date(substring("20140301", 1, 8))', None),
        ("count(movers.age)", 3),
        ("count(movers.poor)", 3),
        ("count(missing)", None),
        ("sum(movers.age)", 55),
        ("sum(movers.unknown)", None),
        ("min(movers.age)", 3),
        ("max(movers.age * 2)", 80),
        ("max(movers.unknown)", None),
        ("any(movers.age < 17)", True),
        ("all(movers.age < 17)", False),
        ("any(movers.poor)", True),
        ("all(movers.poor)", False),
        ("any(movers.poor and movers.age > 17)", False),
        ("any(movers.poor and movers.age < 10)", None),
        ("all(movers.poor or movers.age > 17)", None),
        ("any(missing)", None),
        ("any(nobody.age < 17)", False),
        ("all(nobody.age < 17)", True),
        ("sum(nobody.age)", 0),
        ("count(nobody.age)", 0),
        ("min(nobody.age)", None),
        ("any(movers.age = age)", True),
        ("any(movers.age > missing)", None),
        ("any(movers.age > missing or movers.age = 40)", True),
        ("any(nobody.age > missing)", False),
        ("sum(if movers.age < 17 then 1 else 0)", 2),
        ("any(movers.age = max(movers.age))", True),
        ("all(movers.age < sum(movers.age))", True),
        ("any(movers.age > count(nobody.age) + 39)", True),
        ("any(movers.age = movers.unknown)", None),
    ],
)
def test_an_expression_comes_to(text: str, value: object) -> None:
    came_to = evaluate(parse(text), FACTS, TODAY)
    assert came_to == value
    assert type(came_to) is type(value)


def test_facts_may_be_asked_for_one_by_one() -> None:
    asked = []

    def ask(path: str) -> Value:
        asked.append(path)
        return FACTS.get(path)

    assert evaluate(parse("age > 10 and missing is not known"), ask, TODAY) is True
    assert sorted(asked) == ["age", "missing"]


def test_an_expression_can_be_worked_out_for_each_member() -> None:
    minor = compiled_for_each(parse("movers.age < 17 or movers.age = max(movers.age)"))
    assert minor(FACTS, TODAY) == (True, True, True)
    assert compiled_for_each(parse("movers.poor"))(FACTS, TODAY) == (False, True, None)
    assert compiled_for_each(parse("nobody.age > 1"))(FACTS, TODAY) == ()
    assert compiled_for_each(parse("missing > 1"))(FACTS, TODAY) is None


@pytest.mark.parametrize("text", ["text(a)", "a + a", "a * a", "-a", "a / 1", "born + a", "sum(many)"])
def test_numbers_beyond_bounds_are_unknown(text: str) -> None:
    for huge in (10**19, 10**5000, float("inf"), float("nan"), -(10**5000)):
        assert evaluate(parse(text), {"a": huge, "born": TODAY, "many": (huge, 1.5)}, TODAY) is None


# The slow evaluator

AND = {
    (True, True): True,
    (True, False): False,
    (True, None): None,
    (False, False): False,
    (False, None): False,
    (None, None): None,
}
OR = {
    (True, True): True,
    (True, False): True,
    (True, None): True,
    (False, False): False,
    (False, None): None,
    (None, None): None,
}
NOT = {True: False, False: True, None: None}


def look_up(table: dict[Any, bool | None], one: bool | None, other: bool | None) -> bool | None:
    return table[one, other] if (one, other) in table else table[other, one]


def slowly(expression: Expression, facts: Mapping[str, Any], member: int | None = None) -> Any:
    """Evaluate by the definitions; `member` is which one of the many-role it is about."""
    match expression:
        case Constant(_, value):
            return value
        case Fact(path):
            fact: Any = facts.get(path)
            return fact[member] if member is not None and isinstance(fact, tuple) else fact
        case Operation("if", (condition, then, otherwise)):
            holds = slowly(condition, facts, member)
            return None if holds is None else slowly(then if holds else otherwise, facts, member)
        case Operation("any" | "all" | "sum" | "min" | "max" | "count" as name, (inside,)):
            return slowly_over(name, inside, facts)
    parts = [slowly(operand, facts, member) for operand in expression.operands]
    match expression.operator, parts:
        case "and", [first, *rest]:
            for part in rest:
                first = look_up(AND, first, part)
            return first
        case "or", [first, *rest]:
            for part in rest:
                first = look_up(OR, first, part)
            return first
        case "not", [part]:
            return NOT[part]
        case "is known", [part]:
            return part is not None
        case "is not known", [part]:
            return part is None
        case "in", [value, *choices]:
            found: bool | None = False
            for choice in choices:
                found = look_up(OR, found, None if value is None or choice is None else value == choice)
            return found
        case "between", [value, low, high]:
            above = None if value is None or low is None else low <= value
            below = None if value is None or high is None else value <= high
            return look_up(AND, above, below)
    return None if any(part is None for part in parts) else slowly_known(expression.operator, *parts)


def slowly_over(name: str, inside: Expression, facts: Mapping[str, Any]) -> Any:
    outermost = facts_read(inside) if not inner(inside) else facts_outside(inside)
    lists = [facts[path] for path in outermost if isinstance(facts.get(path), tuple)]
    if not lists:
        return None
    results = [slowly(inside, facts, member) for member in range(len(lists[0]))]
    match name:
        case "count":
            return len(results)
        case "any" | "all":
            told: bool | None = name == "all"
            for result in results:
                told = look_up(AND if name == "all" else OR, told, result)
            return told
    if any(result is None for result in results):
        return None
    if name == "sum":
        return within(sum, results)
    return sorted(results)[0 if name == "min" else -1] if results else None


def inner(expression: Expression) -> bool:
    return isinstance(expression, Operation) and (
        expression.operator in ("any", "all", "sum", "min", "max", "count") or any(map(inner, expression.operands))
    )


def facts_outside(expression: Expression) -> set[str]:
    match expression:
        case Fact(path):
            return {path}
        case Operation(operator, operands) if operator not in ("any", "all", "sum", "min", "max", "count"):
            return set[str]().union(*map(facts_outside, operands))
    return set()


def within(function: Any, *arguments: Any) -> Any:
    try:
        number = function(*arguments)
    except (ZeroDivisionError, OverflowError):
        return None
    return number if abs(number) <= 10**18 else None


def slowly_known(operator: str, *parts: Any) -> Any:
    match operator, parts:
        case "=", (a, b):
            return a == b
        case "!=", (a, b):
            return a != b
        case "<", (a, b):
            return a < b
        case "<=", (a, b):
            return a < b or a == b
        case ">", (a, b):
            return b < a
        case ">=", (a, b):
            return b < a or a == b
        case "+", (date() as a, b):
            return shifted(a, int(b))
        case "+", (a, date() as b):
            return shifted(b, int(a))
        case "+", (str() as a, b):
            return f"{a}{b}"
        case "+", (a, b):
            return within(lambda: a + b)
        case "-", (date() as a, date() as b):
            return a.toordinal() - b.toordinal()
        case "-", (date() as a, b):
            return shifted(a, -int(b))
        case "-", (a, b):
            return within(lambda: a - b)
        case "-", (a,):
            return within(lambda: 0 - a)
        case "*", (a, b):
            return within(lambda: a * b)
        case "/", (a, b):
            return within(lambda: a / b)
        case "today", ():
            return TODAY
        case "years_between", (a, b):
            return full_years(a, b) if a <= b else -full_years(b, a)
        case "months_between", (a, b):
            return full_months(a, b) if a <= b else -full_months(b, a)
        case "days_between", (a, b):
            return b.toordinal() - a.toordinal()
        case "weekday", (a,):
            return (a.toordinal() - 1) % 7 + 1
        case "length", (a,):
            return len(list(a))
        case "substring", (a, start, length):
            chosen = [letter for place, letter in enumerate(a, 1) if int(start) <= place < int(start) + int(length)]
            return None if start < 1 or length < 0 else "".join(chosen)
        case "starts_with", (a, b):
            return a[: len(b)] == b
        case "contains", (a, b):
            return a.find(b) >= 0
        case "upper", (a,):
            return a.upper()
        case "lower", (a,):
            return a.lower()
    return slowly_converted(operator, parts[0])


def slowly_converted(function: str, value: Any) -> Any:
    match function, value:
        case "text", bool():
            return str(value).lower()
        case "text", int() | float():
            if abs(value) > 10**18:
                return None
            return (
                f"{value:.15f}".rstrip("0").rstrip(".")
                if abs(value) < 0.0001 and value
                else str(value).removesuffix(".0")
            )
        case "text", _:
            return str(value)
        case "number", _:
            sign, digits = (-1, value[1:]) if value[:1] == "-" else (1, value)
            parts = digits.split(".")
            if len(parts) > 2 or not all(part and len(part) <= 15 and set(part) <= set("0123456789") for part in parts):
                return None
            return sign * (int(digits) if len(parts) == 1 else float(digits))
        case "date", _:
            try:
                year, month, day = value.split("-")
                return date(int(year), int(month), int(day)) if value == f"{year:0>4}-{month:0>2}-{day:0>2}" else None
            except ValueError:
                return None
    raise AssertionError(function)


def shifted(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days)
    except OverflowError:
        return None


def full_years(start: date, end: date) -> int:
    years = end.year - start.year
    return years if (start.month, start.day) <= (end.month, end.day) else years - 1


def full_months(start: date, end: date) -> int:
    months = (end.year - start.year) * 12 + (end.month - start.month)
    return months if start.day <= end.day else months - 1


def same(one: object, other: object) -> bool:
    return one == other and (one is None) == (other is None) and isinstance(one, bool) == isinstance(other, bool)


@given(any_typed, values())
def test_expressions_come_to_what_the_definitions_say(expression: Expression, facts: dict[str, Value]) -> None:
    expected = slowly(expression, facts)
    assert same(evaluate(expression, facts, TODAY), expected)
    assert same(compiled(expression)(facts, TODAY), expected)


@given(typed("number", many=True), values())
def test_for_each_member_they_come_to_it_too(expression: Expression, facts: dict[str, Value]) -> None:
    lists = [len(of) for path in facts_outside(expression) if isinstance(of := facts.get(path), tuple)]
    expected = tuple(slowly(expression, facts, member) for member in range(lists[0])) if lists else None
    assert compiled_for_each(expression)(facts, TODAY) == expected


@given(any_typed, values())
def test_what_is_well_typed_is_of_its_type_or_unknown(expression: Expression, facts: dict[str, Value]) -> None:
    assume(check(expression, TYPES) == [])
    of = type_of(expression, TYPES)
    assert of is not None
    value = evaluate(expression, facts, TODAY)
    classes: dict[str, Any] = {
        "text": str,
        "choice": str,
        "number": (int, float),
        "money": (int, float),
        "date": date,
        "yes/no": bool,
    }
    assert value is None or isinstance(value, classes[of.kind])
    assert isinstance(value, bool) == (of.kind == "yes/no" and value is not None)


@given(conditions, conditions, conditions, values())
def test_kleenes_laws_hold(a: Expression, b: Expression, c: Expression, facts: dict[str, Value]) -> None:
    def come_to_the_same(one: str, other: str) -> None:
        put = {"a": f"({to_text(a)})", "b": f"({to_text(b)})", "c": f"({to_text(c)})"}
        left, right = (
            evaluate(parse(" ".join(put.get(word, word) for word in text.split())), facts, TODAY)
            for text in (one, other)
        )
        assert left is right

    come_to_the_same("not ( a and b )", "not a or not b")
    come_to_the_same("not ( a or b )", "not a and not b")
    come_to_the_same("not not a", "a")
    come_to_the_same("a and b", "b and a")
    come_to_the_same("a or ( b and c )", "( a or b ) and ( a or c )")
    come_to_the_same("a and ( a or b )", "a")
    come_to_the_same("a or a", "a")


def test_and_or_follow_their_tables() -> None:
    for one, other in product((True, False, None), repeat=2):
        facts: dict[str, Value] = {"a": one, "b": other}
        assert evaluate(parse("a and b"), facts, TODAY) is look_up(AND, one, other)
        assert evaluate(parse("a or b"), facts, TODAY) is look_up(OR, one, other)
        assert evaluate(parse("not a"), facts, TODAY) is NOT[one]


@given(conditions, values(), st.data())
def test_what_is_certain_stays_so_when_more_becomes_known(
    expression: Expression, facts: dict[str, Value], data: st.DataObject
) -> None:
    if "is known" in to_text(expression) or "is not known" in to_text(expression):
        return
    more = {path: value for path, value in data.draw(values()).items() if not TYPES[path].many}
    known = {path: value for path, value in facts.items() if value is not None}
    before, after = evaluate(expression, known, TODAY), evaluate(expression, {**more, **known}, TODAY)
    assert before is None or before is after
