"""Expressions written as text, and changed as trees."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.condition import (
    Constant,
    Expression,
    Fact,
    Operation,
    TooLargeError,
    facts_read,
    parse,
    renamed,
    substituted,
    to_text,
)
from processes.condition_value import Value, evaluate
from tests.processes.condition_examples import TODAY, TYPES, any_typed, typed, untyped, values


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("not a", "not(a)"),
        ("not(a) and b", "not(a) and b"),
        ("(not a) = b", "(not(a)) = b"),
        ("(a and b) or c", "a and b or c"),
        ("a and (b or c)", "a and (b or c)"),
        ("((a))", "a"),
        ("'it\\'s \"so\"'", '"it\'s \\"so\\""'),
        ("a-(b-c)", "a - (b - c)"),
        ("(a-b)-c", "a - b - c"),
        ("-(-a)", "--a"),
        ("-(a*b)", "-(a * b)"),
        ("a in['x','y']", 'a in ["x", "y"]'),
        ("(a = b) = c", "(a = b) = c"),
        (
            "if (if a then b else c) then 1 else (if d then 2 else 3)",
            "if (if a then b else c) then 1 else if d then 2 else 3",
        ),
        ("if a or b then 1 else 2", "if a or b then 1 else 2"),
        ("(if a then b else c) or d", "(if a then b else c) or d"),
        ("0.00001", "0.00001"),
        ("P060D", "P60D"),
        ("date('2020-01-31')", 'date("2020-01-31")'),
    ],
)
def test_an_expression_is_written_in_one_form(said: str, written: str) -> None:
    assert to_text(parse(said)) == written


@given(any_typed | untyped)
def test_what_is_written_reads_back_equal(expression: Expression) -> None:
    assert parse(to_text(expression)) == expression


def test_equal_means_the_same_kind_too() -> None:
    assert parse("1") != parse("true")
    assert parse("P1D") != parse("1")
    assert len({parse("a = 1"), parse(" a  = 1"), parse("(a = 1)")}) == 1


def test_an_expression_can_be_stored() -> None:
    expression = parse('a.born > date("2020-01-31") or a.sex in ["1"]')
    assert pickle.loads(pickle.dumps(expression)) == expression


@given(any_typed)
def test_renaming_renames_exactly_the_facts_that_are_read(expression: Expression) -> None:
    changed = renamed(expression, lambda path: f"case.{path}")
    assert facts_read(changed) == {f"case.{path}" for path in facts_read(expression)}
    assert renamed(changed, lambda path: path.removeprefix("case.")) == expression


@given(any_typed, typed("number"), typed("yes/no"), typed("date"), values())
def test_a_fact_replaced_by_what_it_is_computed_from_gives_the_same_value(
    expression: Expression, age: Expression, poor: Expression, born: Expression, facts: dict[str, Value]
) -> None:
    put = {"a.age": age, "a.poor": poor, "b.born": born}
    computed = {path: evaluate(one, facts, TODAY) for path, one in put.items()}
    try:
        whole = substituted(expression, put.get)
    except TooLargeError:
        return
    assert evaluate(whole, facts, TODAY) == evaluate(expression, {**facts, **computed}, TODAY)


def test_what_is_put_in_is_not_replaced_again() -> None:
    assert substituted(parse("a + b"), {"a": Fact("b"), "b": Fact("c")}.get) == parse("b + c")


def test_computed_elements_that_double_each_time_are_refused_in_time() -> None:
    expression: Expression = Fact("a")
    with pytest.raises(TooLargeError):
        for _ in range(60):
            expression = substituted(parse("a + a"), {"a": expression}.get)


def test_computed_elements_that_grow_deep_are_refused() -> None:
    expression: Expression = Fact("a")
    with pytest.raises(TooLargeError):
        for _ in range(300):
            expression = substituted(parse("-a"), {"a": expression}.get)


@given(st.sampled_from(sorted(TYPES)))
def test_today_is_no_fact(path: str) -> None:
    assert facts_read(Operation("-", (Operation("today", ()), Fact(path)))) == {path}
    assert facts_read(Constant("number", 1)) == frozenset()
