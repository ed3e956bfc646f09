"""Values of facts for made-up cases: a plain one for each, and those around which conditions change their minds; knows no procedure."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from processes import condition
from processes.case import Value
from processes.condition_value import Single
from processes.element import DataElement
from processes.resolved import Fact

MOST = 40  # values that are tried of one fact
FEW = 4  # codes of a list that are tried besides those that conditions name


class Candidates:
    """The values that are tried of each fact that some condition reads.

    Taken from the constants of the conditions: each of them, and what lies right beside it; of a date, what lies so many
    days and years before and behind today; of a text, texts that are so long, or begin with it, or have it inside. Facts
    that are read in one condition share their values, so that they can be equal.
    """

    def __init__(
        self, fact: Callable[[str], Fact | None], codes: Callable[[DataElement], tuple[str, ...]], today: date
    ) -> None:
        """Make an empty collection.

        Args:
            fact: What a fact is.
            codes: The codes of a choice.
            today: The day on which conditions are read.
        """
        self._fact, self._codes, self._today = fact, codes, today
        self.by_fact: dict[str, tuple[Single, ...]] = {}

    def add(self, expression: condition.Expression) -> None:
        """Take in a condition whose computed facts are replaced by what they are computed from."""
        names = sorted(condition.facts_read(expression))
        constants, tested = _constants(expression), _tested(expression)
        types = {name: fact.element.type for name in names if (fact := self._fact(name)) is not None}
        for name in types:
            fact = self._fact(name)
            assert fact is not None  # noqa: S101  # only those have a type
            codes = self._codes(fact.element)
            shared = [self.usual(other) for other in types if types[other] == types[name]]
            values = [*_around(fact.element, constants, self._today), *shared, *codes[:FEW]]
            if name in tested:
                values.append(None)
            fitting = [value for value in values if value is None or _fits(fact.element, codes, value)]
            self.by_fact[name] = tuple(dict.fromkeys([self.usual(name), *self.by_fact.get(name, ()), *fitting]))[:MOST]

    def usual(self, name: str) -> Single:
        """Return the plain value of a fact."""
        fact = self._fact(name)
        return _plain(name, fact.element, self._codes(fact.element)) if fact is not None else None

    def another(self, name: str) -> Single:
        """Return a value of a fact that is not the plain one, as far as its kind has another."""
        fact = self._fact(name)
        if fact is None:
            return None
        codes = self._codes(fact.element)
        some: list[Single] = [False, True] if fact.element.type == "yes/no" else [*codes]
        values = [*some, *(_plain(name + sign, fact.element, codes) for sign in "?!")]
        return next((value for value in values if value != self.usual(name)), None)

    def all_of(self, name: str) -> tuple[Single, ...]:
        """Return the values to try of a fact, those of few possible ones that no condition reads included."""
        if name in self.by_fact:
            return self.by_fact[name]
        fact = self._fact(name)
        codes = self._codes(fact.element) if fact is not None else ()
        return codes[:FEW] or (False, True)


def _plain(name: str, element: DataElement, codes: tuple[str, ...]) -> Single:
    """Return a value that no other fact of its kind has, as far as its kind has so many."""
    own = sum((place + 1) * ord(sign) for place, sign in enumerate(name)) % 997
    match element.type:
        case "number" | "money":
            low = int(element.min or 0)
            high = int(element.max) if element.max is not None else low + 1000
            return low + own % max(1, high - low + 1)
        case "date":
            return date(1990, 1, 1) + timedelta(days=own)
        case "yes/no":
            return False
        case "choice" if codes:
            return codes[own % len(codes)]
        case _:
            return name


def _around(element: DataElement, constants: list[condition.Constant], today: date) -> Iterator[Single]:
    numbers = [int(one.value) for one in constants if one.kind in ("number", "days") and abs(float(one.value)) < 10**15]  # type: ignore[arg-type]  # by their kind
    texts = [str(one.value) for one in constants if one.kind == "text"]
    match element.type:
        case "number" | "money":
            for number in numbers:
                yield from (number, number + 1, number - 1)
            yield from (0, 2 * max(numbers, default=10) + 10)
        case "date":
            for one in constants:
                if isinstance(one.value, date):
                    yield from (one.value, one.value + timedelta(days=1), one.value - timedelta(days=1))
            yield today
            for number in numbers:
                yield from _days(today, number)
        case "yes/no":
            yield from (True, False)
        case "choice":
            yield from texts
        case _:
            yield from texts
            for text in texts:
                yield f"A{text}B"
            for number in numbers:
                for length in (number, number + 1, number - 1) if 0 < number <= 200 else ():
                    yield from ("x" * length, *(f"A{text}B".ljust(length, "x")[:length] for text in texts))
                    yield from ("0" * (length - 1) + text for text in texts)


def _days(today: date, number: int) -> Iterator[date]:
    """Yield the days around so many days and years before and behind today."""
    for days in (number, number + 1, number - 1, -number, -number - 1, -number + 1):
        if abs(days) < 40_000:
            yield today - timedelta(days=days)
    if 0 < number <= 150:
        born = _years_before(today, number)
        yield from (born, born + timedelta(days=1), born - timedelta(days=1))


def _years_before(today: date, years: int) -> date:
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February
        return today.replace(year=today.year - years, day=28)


def _fits(element: DataElement, codes: tuple[str, ...], value: Value) -> bool:
    """Whether a form would take the value, its pattern left aside."""
    if codes:
        return value in codes
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (element.min is None or value >= element.min) and (element.max is None or value <= element.max)
    if isinstance(value, str):
        return bool(value) and (element.max is None or len(value) <= element.max or element.type == "choice")
    return True


def _constants(expression: condition.Expression) -> list[condition.Constant]:
    match expression:
        case condition.Constant():
            return [expression]
        case condition.Operation(_, operands):
            return [one for operand in operands for one in _constants(operand)]
    return []


def _tested(expression: condition.Expression) -> frozenset[str]:
    """Return the facts of which it is asked whether they are known."""
    if not isinstance(expression, condition.Operation):
        return frozenset()
    if expression.operator in ("is known", "is not known"):
        return condition.facts_read(expression)
    return frozenset(name for operand in expression.operands for name in _tested(operand))
