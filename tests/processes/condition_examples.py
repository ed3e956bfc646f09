"""Facts, values and expressions for the tests of conditions, drawn by Hypothesis; knows no test."""

from datetime import date

from hypothesis import strategies as st

from processes.condition import Constant, Expression, Fact, Operation
from processes.condition_kinds import FactType
from processes.condition_tree import FUNCTIONS
from processes.condition_value import Value

TODAY = date(2026, 11, 24)
CODES = ("1", "2", "x")
TYPES = {
    "a.age": FactType("number"),
    "a.size": FactType("number"),
    "a.income": FactType("money"),
    "a.born": FactType("date"),
    "b.born": FactType("date"),
    "a.name": FactType("text"),
    "b.name": FactType("text"),
    "a.poor": FactType("yes/no"),
    "b.poor": FactType("yes/no"),
    "a.sex": FactType("choice", CODES),
    "movers": FactType("text", many=True),
    "movers.age": FactType("number", many=True),
    "movers.born": FactType("date", many=True),
    "movers.name": FactType("text", many=True),
    "movers.poor": FactType("yes/no", many=True),
}

texts = st.text(alphabet=st.sampled_from("aB1 \"'\\é\n.%{}"), max_size=6)
days = st.dates(date(1900, 1, 1), date(2100, 1, 1)) | st.sampled_from([date(2024, 2, 29), TODAY, date.min, date.max])
whole = st.integers(0, 100)
numbers = whole | st.decimals(0, 1000, places=2).map(float) | st.sampled_from([10**15 - 1, 0.00001])
constants: dict[str, st.SearchStrategy[Expression]] = {
    "number": st.builds(Constant, st.just("number"), numbers) | st.builds(Constant, st.just("days"), whole),
    "date": st.builds(Constant, st.just("date"), days),
    "text": st.builds(Constant, st.just("text"), texts | st.sampled_from(["2020-02-30", "2020-02-29", "12.5", "-3"])),
    "yes/no": st.builds(Constant, st.just("yes/no"), st.booleans()),
}
KINDS = list(constants)

single_values = {
    "number": st.integers(-1000, 1000) | st.floats(-1e6, 1e6) | st.sampled_from([10**30, -(10**18)]),
    "date": days,
    "text": texts,
    "yes/no": st.booleans(),
    "choice": st.sampled_from(CODES),
}
single_values["money"] = single_values["number"]


@st.composite
def values(draw: st.DrawFn) -> dict[str, Value]:
    """Draw the facts of a case: each known, unknown, or not there at all."""
    members = draw(st.integers(0, 3))
    drawn: dict[str, Value] = {}
    for path, of in TYPES.items():
        one = st.none() | single_values[of.kind]
        if of.many:
            drawn[path] = draw(st.none() | st.tuples(*[one] * members))
        elif draw(st.booleans()):
            drawn[path] = draw(one)
    return drawn


@st.composite
def typed(draw: st.DrawFn, kind: str, depth: int = 3, many: bool = False) -> Expression:
    """Draw an expression that gives a `kind`; `many` where it is worked out for each of the movers."""
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        kinds = (kind, "money") if kind == "number" else (kind,)
        paths = [path for path, of in TYPES.items() if (many or not of.many) and of.kind in kinds]
        facts: st.SearchStrategy[Expression] = st.sampled_from(paths).map(Fact) if paths else st.nothing()
        return draw(facts | constants[kind])

    def of(other: str) -> Expression:
        return draw(typed(other, depth - 1, many))

    made = draw(st.sampled_from(_FORMS[kind]))
    match made:
        case "if":
            return Operation("if", (of("yes/no"), of(kind), of(kind)))
        case "and" | "or":
            return Operation(made, tuple([of("yes/no") for _ in range(draw(st.integers(2, 3)))]))
        case "=" | "!=" | "is known" | "is not known" | "in":
            other = draw(st.sampled_from(KINDS))
            many_operands = {"is known": 1, "is not known": 1, "in": draw(st.integers(2, 4))}.get(made, 2)
            return Operation(made, tuple([of(other) for _ in range(many_operands)]))
        case "<" | "<=" | ">" | ">=" | "between":
            other = draw(st.sampled_from(["number", "date"]))
            return Operation(made, tuple([of(other) for _ in range(3 if made == "between" else 2)]))
        case "choice":
            return Operation("=", (Fact("a.sex"), Constant("text", draw(st.sampled_from(CODES)))))
        case "any" | "all" | "sum" | "min" | "max":
            inside = draw(typed(kind, depth - 1, True))
            member = Fact("movers.poor")  # so that there surely is a list
            return Operation(made, (Operation("if", (member, inside, inside)),))
        case "count":
            return Operation("count", (Fact(draw(st.sampled_from(["movers", "movers.age"]))),))
        case "moved":
            return Operation(draw(st.sampled_from("+-")), (of("date"), of("number")))
        case "later":
            return Operation("+", (of("number"), of("date")))
        case "difference":
            return Operation("-", (of("date"), of("date")))
        case "negative":
            return Operation("-", (of("number"),))
        case "date":  # of a text written out, the reader makes a constant
            return Operation(
                "date", (draw(typed("text", depth - 1, many).filter(lambda one: not isinstance(one, Constant))),)
            )
        case "text":
            return Operation("text", (of(draw(st.sampled_from(KINDS))),))
        case "joined":
            return Operation("+", (of("text"), of("text")))
    return Operation(made, tuple([of(other) for other in _TAKES[made]]))


_TAKES = {
    **dict.fromkeys("+-*/", ("number", "number")),
    "not": ("yes/no",),
    "today": (),
    **dict.fromkeys(["years_between", "months_between", "days_between"], ("date", "date")),
    "weekday": ("date",),
    **dict.fromkeys(["length", "number", "upper", "lower"], ("text",)),
    **dict.fromkeys(["starts_with", "contains"], ("text", "text")),
    "substring": ("text", "number", "number"),
}
_FORMS = {
    "yes/no": (
        *("if", "and", "or", "not", "=", "!=", "<", "<=", ">", ">=", "between", "in", "is known", "is not known"),
        *("choice", "any", "all", "starts_with", "contains"),
    ),
    "number": (
        *("if", "+", "-", "*", "/", "negative", "difference", "sum", "min", "max", "count"),
        *("years_between", "months_between", "days_between", "weekday", "length", "number"),
    ),
    "date": ("if", "moved", "later", "today", "min", "max", "date"),
    "text": ("if", "joined", "substring", "upper", "lower", "text"),
}

conditions = typed("yes/no")
any_typed = st.sampled_from(KINDS).flatmap(typed)


def _grown(inside: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    def operation(operator: str, least: int, most: int) -> st.SearchStrategy[Expression]:
        operands = st.lists(inside, min_size=least, max_size=most).map(tuple)
        return st.builds(Operation, st.just(operator), operands)

    return st.one_of(
        *[operation(sign, 2, 2) for sign in ("=", "<=", "+", "-", "*", "/")],
        *[operation(sign, 2, 3) for sign in ("and", "or", "in")],
        *[operation(sign, 1, 1) for sign in ("not", "-", "is known", "is not known")],
        *[operation(sign, 3, 3) for sign in ("between", "if")],
        st.sampled_from(sorted(FUNCTIONS)).flatmap(lambda name: operation(name, FUNCTIONS[name], FUNCTIONS[name])),
    )


def _is_read_as_date(expression: Expression) -> bool:
    """Tell whether it holds `date("…")` as an operation, which the reader makes a constant."""
    match expression:
        case Operation("date", (Constant("text"),)):
            return True
        case Operation(_, operands):
            return any(map(_is_read_as_date, operands))
    return False


paths = st.sampled_from([*TYPES, "count", "today", "P60", "a.in.not", "x"])
leaves = st.one_of(*constants.values(), st.builds(Fact, paths))
untyped = st.recursive(leaves, _grown, max_leaves=8).filter(lambda expression: not _is_read_as_date(expression))

WORDS = (
    *("or", "and", "not", "in", "is", "known", "between", "if", "then", "else", "true", "false"),
    *("=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "(", ")", "[", "]", ","),
    *("a.age", "x", "notx", "_", "count", "today", "today()", "any", "max(", "date(", "substring("),
    *("1", "2.5", "12x", "P60D", "P60D.x", '"2020-02-29"', '"F"', "'x'", '"a\\"b"'),
    *("==", ".", '"', "'", "\\", "é"),
)
token_soup = st.lists(st.sampled_from(WORDS), max_size=12).flatmap(
    lambda words: st.sampled_from([" ", "", "\n\t "]).map(lambda gap: gap.join(words))
)
