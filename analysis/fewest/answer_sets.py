"""An answer set program: written rule by rule, then solved for its best answers; knows nothing of what its atoms stand for.

An atom is a number, the same number below zero says that it does not hold. `true` always holds, and 0 stands for what never does.
An answer set is a least fixpoint of the rules, so no atom in it supports itself.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import clingo

# Lower bounds from unsatisfiable cores, the heaviest weights first: some 20 times as quick here as branch and bound. The programs
# are small: to simplify them first takes longer than it spares.
SOLVER = [
    "--opt-strategy=usc,one,stratify",
    "--configuration=jumpy",
    "--heuristic=Vmtf",
    "--opt-heuristic=model",
    "--sat-prepro=0",
    "--eq=0",
    "--warn=none",
]


WAKE = 0.05  # seconds after which it is looked whether time is up


class Answer(NamedTuple):
    """An answer set."""

    held: frozenset[int]  # of the atoms that answers tell of
    costs: Mapping[int, int]  # by priority
    proven: bool  # that none is better


class Program:
    """Atoms and rules, and the solver that they are given to. Rules are written inside `writing`, answers asked outside."""

    def __init__(self) -> None:
        """Begin with no rule."""
        self._control = clingo.Control(SOLVER)
        self._backend: clingo.Backend
        self._told: list[int] = []
        self._open: list[int] = []
        self._priorities = set[int]()
        self._either: dict[tuple[int, int], int] = {}
        self._every: dict[tuple[int, ...], int] = {}
        self.true = 0
        self.ended = False  # whether the last search went through all there is

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Let rules be written."""
        with self._control.backend() as self._backend:
            if not self.true:
                self.true = self.atom()
                self.rule(self.true, [])
            yield
            if self._open:
                self.choice(self._open)
                self._open = []

    def solve(self, seconds: float, supposing: Sequence[int] = ()) -> Answer | None:
        """Return the best answer set, or the best that was found in time; nothing, if there is none.

        Args:
            seconds: How long to look, of this process' time: so a busy machine comes to the same answer, only later.
            supposing: Atoms that are to hold, this time.

        Complexity: exponential at worst.
        """
        with self._control.solve(supposing, yield_=False, async_=True) as handle:
            until = time.process_time() + seconds
            while not handle.wait(WAKE):
                if time.process_time() > until:
                    handle.cancel()
                    break
            self.ended = bool(handle.get().exhausted)
            last = handle.last()
            if last is None:
                return None
            proven = self.ended or not self._priorities
            held = frozenset(atom for atom in self._told if last.is_true(atom))
            return Answer(held, dict(zip(sorted(self._priorities, reverse=True), last.cost, strict=False)), proven)

    def least(self) -> Mapping[int, int]:
        """Return what no answer set costs less than, by the highest priority, as far as the last search came to prove it."""
        lower = self._control.statistics["summary"]["lower"] if self._priorities else ()
        return {max(self._priorities): int(one) for one in list(lower)[:1]}

    # --- atoms

    def atom(self) -> int:
        """Return a new atom."""
        return int(self._backend.add_atom())

    def told(self) -> int:
        """Return a new atom that answers tell of."""
        self._told.append(self.atom())
        return self._told[-1]

    # --- rules

    def rule(self, head: int, body: Sequence[int]) -> None:
        """Let an atom hold if all of a body hold."""
        self._backend.add_rule([head], body)

    def choice(self, atoms: Sequence[int], body: Sequence[int] = ()) -> None:
        """Leave open which of some atoms hold, if all of a body do."""
        self._backend.add_rule(atoms, body, True)

    def never(self, body: Sequence[int]) -> None:
        """Forbid that all of a body hold."""
        self._backend.add_rule([], body)

    def must(self, atom: int, body: Sequence[int]) -> None:
        """Forbid that all of a body hold and an open atom does not.

        No best answer has it elsewhere, as it costs something. That spares the solver half of what a rule means, and all that
        rules in a circle mean.
        """
        self._backend.add_rule([], [*body, -atom])

    def at_most_one(self, atoms: Iterable[int]) -> None:
        """Forbid that two of some atoms hold."""
        two = self.atom()
        self._backend.add_weight_rule([two], 2, [(atom, 1) for atom in atoms])
        self.never([two])

    def minimize(self, priority: int, weights: Sequence[tuple[int, int]]) -> None:
        """Let atoms cost something, each a weight; the highest priority is least first."""
        self._priorities.add(priority)
        self._backend.add_minimize(priority, weights)

    # --- atoms that others make true

    def open(self, *, told: bool = False) -> int:
        """Return a new atom that may hold whatever else does, for what costs something: see `must`."""
        atom = self.told() if told else self.atom()
        self._open.append(atom)
        return atom

    def due(self, bodies: Iterable[Sequence[int]]) -> int:
        """Return an open atom that must hold where all of any of some bodies do: one of theirs, if it says that alone."""
        found = list(bodies)
        if len(found) == 1 and len(found[0]) == 1:
            return found[0][0]
        atom = self.open()
        for body in found:
            self.must(atom, body)
        return atom

    def any_of(self, bodies: Iterable[Sequence[int]]) -> int:
        """Return a new atom: that all of any of some bodies hold."""
        found = self.atom()
        for body in bodies:
            self.rule(found, body)
        return found

    def all_of(self, body: Iterable[int]) -> int:
        """Return the atom that all of these hold: one of them, if it says that alone."""
        rest = [atom for atom in dict.fromkeys(body) if atom != self.true]
        if not rest:
            return self.true
        if len(rest) == 1:
            return rest[0]
        found = self.atom()
        self.rule(found, rest)
        return found

    def either(self, one: int, other: int) -> int:
        """Return the atom that one of two holds: the same for the same two; 0, if both never do."""
        if one == other or not other or one == self.true:
            return one
        if not one or other == self.true:
            return other
        pair = (min(one, other), max(one, other))
        if pair not in self._either:
            self._either[pair] = self.any_of(([one], [other]))
        return self._either[pair]

    def every(self, atoms: Iterable[int]) -> int:
        """Return the atom that all of these hold: the same for the same; 0, if one of them never does."""
        several = tuple(dict.fromkeys(atoms))
        if 0 in several:
            return 0
        if several not in self._every:
            self._every[several] = self.all_of(several)
        return self._every[several]
