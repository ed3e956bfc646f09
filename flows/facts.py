"""How the steps of a compiled procedure read facts: values, levels and conditions as closures; knows no step."""

from collections.abc import Callable, Sequence
from datetime import date

from flows.moving import Moving
from processes import condition
from processes.case import Value
from processes.condition_value import about_each, compiled, compiled_for_each
from processes.resolved import Naming

ValueOf = Callable[[Moving, date], Value]
Holds = Callable[[Moving, date], bool]
Whom = Callable[[Moving, date], bool | tuple[bool, ...]]  # whether; of several, for which, if not for all or none


class Facts:
    """Makes the closures that read facts, those that are always computed included."""

    def __init__(self, naming: Naming) -> None:
        self.naming = naming
        self._computed: dict[str, ValueOf | None] = {}

    def value(self, name: str) -> ValueOf:
        """Return what gives the value of a fact: what was asked or looked up, else what it is computed from."""
        computed = self._of(name)
        if computed is None:
            return lambda case, today: case.values.get(name)
        return lambda case, today: case.values[name] if name in case.values else computed(case, today)

    def values(self, names: Sequence[str]) -> Callable[[Moving, date], tuple[Value, ...]]:
        """Return what gives the values of several facts, in that order."""
        if all(self._of(name) is None for name in names):
            if len(names) == 1:
                (only,) = names
                return lambda case, today: (case.values.get(only),)
            return lambda case, today: tuple(map(case.values.get, names))
        readers = [self.value(name) for name in names]
        return lambda case, today: tuple([read(case, today) for read in readers])

    def named(self, names: Sequence[str]) -> Callable[[Moving, date], dict[str, Value]]:
        """Return what gives the values of several facts, each with its name."""
        if all(self._of(name) is None for name in names):

            def named(case: Moving, today: date) -> dict[str, Value]:
                get = case.values.get
                return {name: get(name) for name in names}

            return named
        readers = [(name, self.value(name)) for name in names]
        return lambda case, today: {name: read(case, today) for name, read in readers}

    def expression(self, parsed: condition.Expression) -> ValueOf:
        """Return what an expression comes to: of facts of a many-role outside of `any` and the like, one for each member."""
        run = compiled_for_each(parsed) if self.about_each(parsed) else compiled(parsed)
        names = sorted(condition.facts_read(parsed))
        if all(self._of(name) is None for name in names):
            return lambda case, today: run(case.values, today)
        readers = [(name, self.value(name)) for name in names]
        return lambda case, today: run({name: read(case, today) for name, read in readers}, today)

    def holds(self, parsed: condition.Expression) -> Holds:
        """Return whether a condition is true; unknown is not true."""
        value = self.expression(parsed)
        return lambda case, today: value(case, today) is True

    def whom(self, parsed: condition.Expression) -> Whom:
        """Return whether a condition is true; of each member of a many-role, where it is about each: empty, if there is none."""
        if not self.about_each(parsed):
            return self.holds(parsed)
        value = self.expression(parsed)

        def whom(case: Moving, today: date) -> bool | tuple[bool, ...]:
            found = value(case, today)
            if not isinstance(found, tuple):
                return False
            each = tuple([one is True for one in found])
            return each if not each or len(set(each)) > 1 else each[0]

        return whom

    def about_each(self, parsed: condition.Expression) -> bool:
        """Whether an expression is about each member of a many-role by itself."""
        return about_each(parsed, lambda name: (fact := self.naming.fact(name)) is not None and fact.many)

    def _of(self, name: str) -> ValueOf | None:
        """Return what computes a fact, or nothing if it is not a computed one."""
        if name not in self._computed:
            self._computed[name] = None  # so that a circle ends: `check` has reported it
            parsed = computing(self.naming, name)
            self._computed[name] = self.expression(parsed) if parsed is not None else None
        return self._computed[name]


def computing(naming: Naming, name: str) -> condition.Expression | None:
    """Return the expression that a fact is always computed by, if there is one."""
    fact = naming.fact(name)
    if fact is None or fact.element.computed is None or fact.relation is not None:
        return None
    return naming.expression(fact.element.computed, fact.owner)


def computed_from(naming: Naming, name: str) -> frozenset[str] | None:
    """Return the facts that a fact is always computed from; nothing for one that is not."""
    parsed = computing(naming, name)
    return None if parsed is None else frozenset(condition.facts_read(parsed))
