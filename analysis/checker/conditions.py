"""What a condition says, given that others hold or do not; goes no way."""

from collections.abc import Iterator, Mapping

from processes import condition
from processes.condition import Expression, Operation

KNOWN = ("is known", "is not known")


def holds(one: Expression, truths: Mapping[Expression, bool]) -> bool | None:
    """Return whether a condition holds, given that some do and some do not; nothing, if that does not say."""
    if one in truths:
        return truths[one]
    match one:
        case Operation("not", (inner,)):
            known = holds(inner, truths)
            return None if known is None else not known
        case Operation("and" | "or" as operator, parts):
            decided, found = operator == "or", [holds(part, truths) for part in parts]
            return decided if decided in found else None if None in found else not decided
    # a conjunction that holds, an alternative that does not, tells of each of its parts
    told = (truth for other, truth in truths.items() if one in alternatives(other, "and" if truth else "or"))
    return next(told, None)


def alternatives(one: Expression, *operators: str) -> tuple[Expression, ...]:
    """Return the parts of a conjunction or an alternative."""
    if isinstance(one, Operation) and one.operator in (operators or ("and", "or")):
        return one.operands
    return ()


def parts_of(one: Expression) -> Iterator[Expression]:
    """Yield a condition and all conditions that it is made of."""
    yield one
    if isinstance(one, Operation) and one.operator in ("and", "or", "not"):
        for part in one.operands:
            yield from parts_of(part)


def only_tested(one: Expression | None) -> frozenset[str]:
    """Return the facts of which a condition asks only whether they are known."""
    tested, read, waiting = set[str](), set[str](), [one]
    while waiting:
        match waiting.pop():
            case condition.Fact(path):
                read.add(path)
            case Operation("is known" | "is not known", (condition.Fact(path),)):
                tested.add(path)
            case Operation(_, operands):
                waiting.extend(operands)
    return frozenset(tested - read)


def asks_what_is_known(one: Expression) -> bool:
    """Return whether a condition asks of anything whether it is known."""
    return isinstance(one, Operation) and (one.operator in KNOWN or any(map(asks_what_is_known, one.operands)))
