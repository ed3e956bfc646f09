"""How the steps of a compiled procedure read facts: values, levels and conditions as closures; knows no step."""

from collections.abc import Callable
from datetime import date

from flows.moving import Moving
from processes import condition
from processes.case import Value
from processes.condition_value import compiled
from processes.resolved import Naming

ValueOf = Callable[[Moving, date], Value]
LevelOf = Callable[[Moving], int]
Holds = Callable[[Moving, date], bool]


class Facts:
    """Makes the closures that read facts, those that are always computed included."""

    def __init__(self, naming: Naming) -> None:
        self.naming = naming
        self._computed: dict[str, tuple[ValueOf, LevelOf] | None] = {}

    def value(self, name: str) -> ValueOf:
        """Return what gives the value of a fact: what was asked or looked up, else what it is computed from."""
        if (computed := self._of(name)) is not None:
            return computed[0]
        return lambda case, today: case.values.get(name)

    def level(self, name: str) -> LevelOf:
        """Return what gives the level of a fact."""
        if (computed := self._of(name)) is not None:
            return computed[1]
        return lambda case: case.marks[name][0] if name in case.marks else 0

    def expression(self, parsed: condition.Expression) -> ValueOf:
        """Return what an expression comes to."""
        run = compiled(parsed)
        names = sorted(condition.facts_read(parsed))
        if all(self._of(name) is None for name in names):
            return lambda case, today: run(case.values, today)
        readers = [(name, self.value(name)) for name in names]
        return lambda case, today: run({name: read(case, today) for name, read in readers}, today)

    def least_level(self, names: "frozenset[str] | tuple[str, ...]") -> LevelOf:
        """Return what gives the least level of some facts; 3 if there are none."""
        readers = [self.level(name) for name in sorted(names)]
        return lambda case: min([read(case) for read in readers], default=3)

    def holds(self, parsed: condition.Expression) -> Holds:
        """Return whether a condition is true; unknown is not true."""
        value = self.expression(parsed)
        return lambda case, today: value(case, today) is True

    def _of(self, name: str) -> tuple[ValueOf, LevelOf] | None:
        """Return the readers of a fact that is computed, or nothing if it is not."""
        if name not in self._computed:
            self._computed[name] = None  # so that a circle ends: `check` has reported it
            self._computed[name] = self._compile(name)
        return self._computed[name]

    def _compile(self, name: str) -> tuple[ValueOf, LevelOf] | None:
        fact = self.naming.fact(name)
        if fact is None or fact.element.computed is None or fact.relation is not None:
            return None
        parsed = self.naming.expression(fact.element.computed, fact.owner)
        if parsed is None:
            return None
        run, least = self.expression(parsed), self.least_level(condition.facts_read(parsed))

        def value(case: Moving, today: date) -> Value:
            if name in case.values:
                return case.values[name]
            return run(case, today) if least(case) else None

        def level(case: Moving) -> int:
            found: int = case.marks[name][0] if name in case.marks else least(case)
            return found

        return value, level
