"""Reading expressions: what each text means, what is wrong with others, and agreement with the documented grammar."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lark import Lark, LarkError, Transformer, v_args

from processes.condition import ConditionError, Constant, Expression, Fact, Operation, parse, to_text
from tests.processes.condition_examples import any_typed, token_soup, untyped

A, B, C = Fact("a"), Fact("b"), Fact("c")
ONE, TWO, THREE = (Constant("number", number) for number in (1, 2, 3))


def op(operator: str, *operands: Expression) -> Operation:
    return Operation(operator, operands)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("12", Constant("number", 12)),
        ("1.50", Constant("number", 1.5)),
        ("P60D", Constant("days", 60)),
        ('"F"', Constant("text", "F")),
        ("'F'", Constant("text", "F")),
        (r'"a \"b\" \\ \'c\'"', Constant("text", "a \"b\" \\ 'c'")),
        ("true", Constant("yes/no", True)),
        ("false", Constant("yes/no", False)),
        ('date("2020-01-31")', Constant("date", date(2020, 1, 31))),
        ('date ( "2020-01-31" )', Constant("date", date(2020, 1, 31))),
        ("date(a)", op("date", A)),
        ("today()", op("today")),
        ("child.mother.nik", Fact("child.mother.nik")),
        ("birth_date", Fact("birth_date")),
        ("child.is.not", Fact("child.is.not")),
        ("count", Fact("count")),
        ("notary", Fact("notary")),
        ("a or b and c", op("or", A, op("and", B, C))),
        ("a and b or c", op("or", op("and", A, B), C)),
        ("a or b or c", op("or", A, B, C)),
        ("(a or b) or c", op("or", op("or", A, B), C)),
        ("not a and b", op("and", op("not", A), B)),
        ("not(a) and b", op("and", op("not", A), B)),
        ("not a = 1", op("not", op("=", A, ONE))),
        ("not not a", op("not", op("not", A))),
        ("a = 1 and b != 2", op("and", op("=", A, ONE), op("!=", B, TWO))),
        ("a+1<=b", op("<=", op("+", A, ONE), B)),
        ("a - b - c", op("-", op("-", A, B), C)),
        ("a - (b - c)", op("-", A, op("-", B, C))),
        ("a-b", op("-", A, B)),
        ("a + b * c", op("+", A, op("*", B, C))),
        ("a / b * c", op("*", op("/", A, B), C)),
        ("-a * b", op("*", op("-", A), B)),
        ("a - -b", op("-", A, op("-", B))),
        ("a=-1", op("=", A, op("-", ONE))),
        ("a in [1, 2]", op("in", A, ONE, TWO)),
        ("a in [b or c]", op("in", A, op("or", B, C))),
        ("a is known", op("is known", A)),
        ("a is not known or b", op("or", op("is not known", A), B)),
        ("a between 1 and 2 and b", op("and", op("between", A, ONE, TWO), B)),
        ("if a then 1 else 2", op("if", A, ONE, TWO)),
        ("if a then 1 else if b then 2 else 3", op("if", A, ONE, op("if", B, TWO, THREE))),
        ("if a then b else b or c", op("if", A, B, op("or", B, C))),
        ("1 + (if a then 1 else 2)", op("+", ONE, op("if", A, ONE, TWO))),
        ("any(movers.age < 17)", op("any", op("<", Fact("movers.age"), Constant("number", 17)))),
        ("substring(a, 1, 2)", op("substring", A, ONE, TWO)),
        ("sum(if a then 1 else 2)", op("sum", op("if", A, ONE, TWO))),
        ("\n a\t=\r\n 1 ", op("=", A, ONE)),
    ],
)
def test_a_text_is_read_as(text: str, tree: Expression) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "column", "fault", "mend"),
    [
        ("", 1, "The expression is empty.", "Write child.age_days > 60."),
        ("  ", 1, "The expression is empty.", "Write child.age_days > 60."),
        ("a == 1", 3, "'==' is not a sign of this language.", "Write '='."),
        ("a <> 1", 3, "'<>' is not a sign of this language.", "Write '!='."),
        ("a && b", 3, "'&&' is not a sign of this language.", "Write 'and'."),
        ("a || b", 3, "'||' is not a sign of this language.", "Write 'or'."),
        ("!a", 1, "'!' is not a sign of this language.", "Write 'not'."),
        ("a => 1", 3, "'=>' is not a sign of this language.", "Write '>='."),
        ("a ≥ 1", 3, "'≥' is not a sign of this language.", "Write '>='."),
        ("a – b", 3, "'–' is not a sign of this language.", "Write '-'."),
        ("a = “F”", 5, "'“' is not a sign of this language.", "Write '\"'."),
        ("a\N{NO-BREAK SPACE}= 1", 2, "'\N{NO-BREAK SPACE}' is not a sign of this language.", "Write ' '."),
        ("a % 2", 3, "'%' is not a sign of this language.", "Write one of = != < <= > >= + - * / ( ) [ ] ,."),
        ("a AND b", 3, "'AND' cannot stand here.", "Write 'and'."),
        ("a dan b", 3, "'dan' cannot stand here.", "Write 'and'."),
        ("NOT(a)", 1, "There is no function 'NOT'.", "Write 'not'."),
        ('a = "F', 5, 'The text that opens with " is not closed.',
         'Close it with "; inside a text write a quote as \\" and a backslash as \\\\.'),
        ("a = 'F", 5, "The text that opens with ' is not closed.",
         "Close it with '; inside a text write a quote as \\' and a backslash as \\\\."),
        ('"C:\\x"', 1, 'The text that opens with " is not closed.',
         'Close it with "; inside a text write a quote as \\" and a backslash as \\\\.'),
        ("(a or b", 1, "The bracket '(' is not closed.", "Write ')'."),
        ("b and (a or (b", 13, "The bracket '(' is not closed.", "Write ')'."),
        ("a in [1, 2", 6, "The bracket '[' is not closed.", "Write ']'."),
        ("any(a", 4, "The bracket '(' is not closed.", "Write ')'."),
        ("a or b)", 7, "')' cannot stand here.", "Leave it out, or open the bracket."),
        ("a b", 3, "'b' cannot stand here.", "Write a sign, or 'and', 'or', between them."),
        ("12x", 3, "'x' cannot stand here.", "Write a sign, or 'and', 'or', between them."),
        ("a >", 4, "Nothing follows '>'.", 'Write a fact, a number, a "text" or date("…").'),
        ("a and", 6, "Nothing follows 'and'.", 'Write a fact, a number, a "text" or date("…").'),
        ("> 5", 1, "No value stands before '>'.", 'Write a fact, a number, a "text" or date("…").'),
        ("a > = 5", 5, "'=' cannot follow '>'.", "Write one sign only."),
        ("a = ()", 6, "')' cannot follow '('.", 'Write a fact, a number, a "text" or date("…").'),
        ("a in []", 7, "']' cannot follow '['.", 'Write a fact, a number, a "text" or date("…").'),
        ("a in 1", 6, "'[' is missing after 'in'.", 'Write in ["…", "…"].'),
        ("a not in [1]", 3, "'not' cannot stand here.", "Write not(… in […])."),
        ('a is "F"', 6, "After 'is' only 'known' or 'not known' may stand.", "To compare, write '='."),
        ("a is not b", 10, "After 'is' only 'known' or 'not known' may stand.", "To compare, write '='."),
        ("known a", 1, "No value stands before 'known'.", "Write … is known."),
        ("a < b < c", 7, "Two comparisons stand in a row.", "Join them by 'and', or use brackets: a < b and b < c."),
        ("a is known = true", 12, "Two comparisons stand in a row.",
         "Join them by 'and', or use brackets: a < b and b < c."),
        ("a = not b", 5, "'not' must stand in brackets here.", "Write (not …)."),
        ("1 + if a then 1 else 2", 5, "'if' must stand in brackets here.", "Write (if … then … else …)."),
        ("if a then 1", 12, "'else' is missing after 'if'.", "Write 'else'."),
        ("if a 1 else 2", 6, "'then' is missing after 'if'.", "Write 'then'."),
        ("a between 1", 12, "'and' is missing after 'between'.", "Write between … and …."),
        ("year_between(a, b)", 1, "There is no function 'year_between'.", "Write years_between(…, …)."),
        ("child.age(1)", 1, "There is no function 'child.age'.", "Write …"),
        ("days_between(a)", 1, "days_between is given 1 values; it takes 2.", "Write days_between(…, …)."),
        ("today(1)", 1, "today is given 1 values; it takes 0.", "Write today()."),
        ('date("2020-02-30")', 6, '"2020-02-30" is not a date.', 'Write year-month-day, as in date("2020-01-31").'),
        ('date("31/01/2020")', 6, '"31/01/2020" is not a date.', 'Write year-month-day, as in date("2020-01-31").'),
        ("a = 3303010101010001", 5, "This number has more than 15 digits.", 'Write identifiers as texts: "…".'),
        ("P6000000000000000D", 1, "This number has more than 15 digits.", 'Write identifiers as texts: "…".'),
        ("1.", 2, "'.' is not a sign of this language.", "Write one of = != < <= > >= + - * / ( ) [ ] ,."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_column_and_its_mend(text: str, column: int, fault: str, mend: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text)
    told = caught.value
    assert (told.column, told.fault.en) == (column, fault)
    assert told.mend.en == mend or (mend == "Write …" and told.code == "unknown-function")
    assert told.fault.id != told.fault.en
    assert told.mend.id != told.mend.en


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("a" * 1001, "condition-too-long", 1001),
        ("(" * 500 + "a" + ")" * 499, "condition-too-deep", 102),
        ("not " * 240 + "a", "condition-too-deep", 405),
        ("-" * 999 + "a", "condition-too-deep", 102),
        (" + ".join(["a"] * 51), "condition-too-deep", 5),
        ("upper(" * 50 + "a" + ")" * 50, "condition-too-deep", 301),
        ("if a then b else " * 55 + "c", "condition-too-deep", None),
    ],
    ids=["1,001 characters", "500 brackets", "240 not", "999 signs", "51 terms", "50 functions", "55 if"],
)
def test_what_is_too_large_is_refused(text: str, code: str, column: int | None) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text)
    assert caught.value.code == code
    assert column in (caught.value.column, None)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1000,
        "(" * 100 + "a" + ")" * 100,
        " + ".join(["a"] * 50),
        "upper(" * 49 + "a" + ")" * 49,
        " or ".join(["a"] * 200),
    ],
    ids=["1,000 characters", "100 brackets", "50 terms", "49 functions", "200 ways"],
)
def test_what_is_just_within_bounds_is_read(text: str) -> None:
    assert parse(to_text(parse(text))) == parse(text)


@given(st.text(max_size=60) | token_soup)
@example("\x00")
@example("\ud800")
@example("é")
def test_no_text_gives_anything_but_a_tree_or_one_fault(text: str) -> None:
    try:
        parse(text)
    except ConditionError as told:
        assert 1 <= told.column <= len(text) + 1


def test_columns_are_those_of_the_text() -> None:
    tree = parse('a.age > 60 and a.sex = "F"')
    assert isinstance(tree, Operation)
    assert tree.column == 12
    assert [operand.column for operand in tree.operands] == [7, 22]


# The documented grammar as oracle


class _Tree(Transformer[Any, Expression]):
    """Makes the tree of what the documented grammar has read."""

    def start(self, expression: Expression) -> Expression:
        return expression

    def number(self, digits: str) -> Expression:
        _few(digits.replace(".", ""))
        return Constant("number", float(digits) if "." in digits else int(digits))

    def days(self, said: str) -> Expression:
        _few(said[1:-1])
        return Constant("days", int(said[1:-1]))

    def text(self, said: str) -> Expression:
        return Constant("text", re.sub(r"\\(.)", r"\1", said[1:-1]))

    def true(self) -> Expression:
        return Constant("yes/no", True)

    def false(self) -> Expression:
        return Constant("yes/no", False)

    def fact(self, path: str) -> Expression:
        return Fact(str(path))

    def binary(self, left: Expression, sign: str, right: Expression) -> Expression:
        return op(str(sign), left, right)

    def call(self, name: str, *arguments: Expression) -> Expression:
        if name == "date" and isinstance(arguments[0], Constant) and arguments[0].kind == "text":
            said = str(arguments[0].value)
            if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", said):
                raise _RefusedError
            return Constant("date", date.fromisoformat(said))
        return op(str(name), *arguments)


class _RefusedError(LarkError):
    pass


def _few(digits: str) -> None:
    if len(digits) > 15:
        raise _RefusedError


for _rule, _operator in {
    "if": "if",
    "or": "or",
    "and": "and",
    "not": "not",
    "in": "in",
    "between": "between",
    "known": "is known",
    "not_known": "is not known",
    "plus": "+",
    "minus": "-",
    "negative": "-",
}.items():
    setattr(_Tree, _rule, lambda self, *operands, operator=_operator: op(operator, *operands))

_MADE: Any = v_args(inline=True)(_Tree)
GRAMMAR = Lark(Path(__file__).with_name("condition.lark").read_text(encoding="utf-8"), parser="lalr", lexer="basic")


def by_grammar(text: str) -> Expression | None:
    try:
        tree: Expression = _MADE().transform(GRAMMAR.parse(text))
        return tree
    except (LarkError, ValueError):
        return None


def by_reader(text: str) -> Expression | None:
    try:
        return parse(text)
    except ConditionError:
        return None


@settings(max_examples=300)
@given(token_soup)
@example('date("2020-02-30")')
@example("count (a)")
@example("counta (a)")
@example("P60Dx")
def test_the_reader_and_the_documented_grammar_agree_on_any_words(text: str) -> None:
    assert by_reader(text) == by_grammar(text)


@given(any_typed | untyped, st.data())
def test_the_reader_and_the_documented_grammar_agree_on_expressions_with_a_word_changed(
    tree: Expression, data: st.DataObject
) -> None:
    words = re.findall(r'"[^"]*"|[\w.]+|\s+|.', to_text(tree))
    place = data.draw(st.integers(0, len(words) - 1))
    words[place] = data.draw(st.sampled_from(["", "and", "(", ")", "not ", "1", "=", "if a then "])) + data.draw(
        st.sampled_from([words[place], ""])
    )
    text = "".join(words)
    assert by_reader(text) == by_grammar(text)
