"""Puts steps side by side that do not depend on each other; asks nobody whether it pays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from analysis.instance import bits
from analysis.moves.candidate import Candidate, exchanged
from analysis.moves.effects import Surroundings, steps_in
from analysis.moves.measuring import CLOSE, elapsed
from processes.procedure import Item, Parallel, ParallelBranch, Steps, walk
from processes.words import Words

LONGEST = 24  # steps in a row that are looked at together; more are cut there


def stand_beside(around: Surroundings, passing: Sequence[float]) -> Iterator[Candidate]:
    """Yield, for each list of steps in which that shortens the time, the list with steps put side by side.

    Side by side may stand neighbours of which neither writes what the other reads or writes (Bernstein 1966), which the
    same cases come by (no case may end among them, or come back to one of them alone), and which different hands do.
    The request, signatures, what is issued, carried or waited for keep their place: they stand on all that was done before.
    What shows outside (a payment, a notice) is never beside a decision that may end the case.

    Args:
        around: The procedure.
        passing: By point, the minutes that pass there in an expected case.

    Complexity: cubic in the length of a list, and no list longer than `LONGEST` is looked at in one.
    """
    for steps in around.lists:
        plan = _Plan(around, steps, passing)
        made = plan.made()
        if made is not None:
            new = [item for item in made if not any(item is one for one in steps)]
            moved = [step.id for item in new for step in steps_in(item)]
            yield Candidate(
                exchanged(around.instance.procedure, steps, made),
                "side by side",
                tuple(moved),
                Words(
                    "tidak ada yang membaca atau mengubah hal yang diubah oleh lainnya, kasus yang sama melewati semuanya, "
                    "dan tidak ada kasus yang berakhir di antaranya",
                    "none writes what another reads or writes, the same cases come by all of them, and none ends among them",
                ),
                over=tuple(moved),
            )


@dataclass(frozen=True)
class _Plan:
    """How a list of steps is done in the shortest time: cut into stretches, each in sides that do not depend on each other."""

    around: Surroundings
    steps: Steps
    passing: Sequence[float]

    @cached_property
    def conflicts(self) -> dict[int, int]:
        """By item that may stand beside another: the items of its row that it must keep its order with, as bits."""
        found: dict[int, int] = {}
        row: list[int] = []
        for number, item in enumerate(self.steps):
            if not self.free[number]:
                row = []
                continue
            does, found[number] = self.around.effects(item), 0
            for other in row:
                if does.conflicts(self.around.effects(self.steps[other])):
                    found[number] |= 1 << other
                    found[other] |= 1 << number
            row.append(number)
        return found

    @cached_property
    def minutes(self) -> tuple[float, ...]:
        """The time that passes at each item of the list."""
        return tuple(self._minutes(item) for item in self.steps)

    def _minutes(self, item: Item) -> float:
        nodes = self.around.nodes
        mine = {node for step in steps_in(item) for node in nodes[id(step)]}
        if not any(isinstance(one, Parallel) for one in walk((item,))):
            return sum(self.passing[node] for node in mine)
        return elapsed(self.around.instance, [m if n in mine else 0.0 for n, m in enumerate(self.passing)])

    @cached_property
    def free(self) -> tuple[bool, ...]:
        """Whether each item may stand beside another."""
        return tuple(self.around.movable(item) for item in self.steps)

    def made(self) -> Steps | None:
        """Return the list with steps side by side, or nothing if that saves no time."""
        if not self._perhaps():
            return None
        time, made = self._best(tuple(range(len(self.steps))))
        return made if time < sum(self.minutes) - CLOSE else None

    def _perhaps(self) -> bool:
        """Whether two items that take time stand in one row of items that may stand beside another."""
        lasting = 0
        for free, item, time in zip(self.free, self.steps, self.minutes, strict=True):
            lasting = lasting + (time > CLOSE) if free else 0
            if lasting > 1 or (lasting and isinstance(item, Parallel)):
                return True
        return False

    @cached_property
    def found(self) -> dict[tuple[int, ...], tuple[float, Steps]]:
        """What was found already: the shortest time of some items, and how they are done in it."""
        return {}

    def _best(self, numbers: tuple[int, ...]) -> tuple[float, Steps]:
        """Return the shortest time of some items in their order, and how they are done in it."""
        if numbers not in self.found:
            self.found[numbers] = self._shortest(numbers)
        return self.found[numbers]

    def _shortest(self, numbers: tuple[int, ...]) -> tuple[float, Steps]:
        """Cut some items into stretches.

        Of all ways to cut them into stretches the shortest, with the fewest items side by side: by dynamic programming
        over where the last stretch begins.
        """
        best: list[tuple[float, int, tuple[int, ...]]] = [(0.0, 0, ())]  # by end: time, items beside, cuts
        sides: dict[tuple[int, int], Sequence[tuple[int, ...]]] = {}
        for end in range(1, len(numbers) + 1):
            time, beside, cuts = best[end - 1]
            found = (time + self.minutes[numbers[end - 1]], beside, (*cuts, end - 1))
            groups: list[int] = []  # of the items from `start` on, as bits: none depends on another
            for start in range(end - 1, max(-1, end - 1 - LONGEST), -1):
                if not self.free[numbers[start]]:
                    break
                groups = self._with(numbers[start], groups)
                apart = self._apart(groups) if len(groups) > 1 else ()
                if len(apart) < 2:
                    continue
                longest = max(self._best(side)[0] for side in apart)
                before = best[start]
                tried = (before[0] + longest, before[1] + end - start, (*before[2], start))
                if (tried[0] < found[0] - CLOSE) or (tried[0] < found[0] + CLOSE and tried[1] < found[1]):
                    found = tried
                    sides[start, end] = apart
            best.append(found)
        made: list[Item] = []
        for start, end in pairwise((*best[-1][2], len(numbers))):
            if end - start == 1:
                made.append(self.steps[numbers[start]])
            else:
                made.append(self._parallel(sides[start, end]))
        return best[-1][0], tuple(made)

    def _with(self, number: int, groups: list[int]) -> list[int]:
        """Return groups of items with one more: what it depends on, or depends on it, is one group with it."""
        against, mine, others = self.conflicts[number], 1 << number, []
        for one in groups:
            if one & against:
                mine |= one
            else:
                others.append(one)
        return [*others, mine]

    def _apart(self, groups: list[int]) -> list[tuple[int, ...]]:
        """Return the items of groups that do not depend on each other, each in its order.

        What takes no time stays with what stands before it.
        """
        lasting: list[int] = []
        brief: list[int] = []
        for one in sorted(groups, key=_first):
            (lasting if sum(self.minutes[i] for i in bits(one)) > CLOSE else brief).append(one)
        for one in brief if len(lasting) > 1 else ():
            before = [n for n, other in enumerate(lasting) if _first(other) < _first(one)]
            lasting[max(before, default=0, key=lambda n: _first(lasting[n]))] |= one
        return [tuple(bits(one)) for one in lasting]

    def _parallel(self, sides: Sequence[tuple[int, ...]]) -> Parallel:
        branches: list[ParallelBranch] = []
        for side in sides:
            _, steps = self._best(side)
            new = len(steps) == 1 and not any(steps[0] is one for one in self.steps)
            inner = steps[0].branches if new and isinstance(steps[0], Parallel) else ()
            if inner and not {one.id for one in inner} & {one.id for one in branches}:
                branches += inner
            else:
                branches.append(ParallelBranch(id=self._name(steps, branches), steps=steps))
        return Parallel(branches=tuple(branches))

    def _name(self, steps: Steps, others: list[ParallelBranch]) -> str:
        first = next((step.id for item in steps for step in steps_in(item)), "side")
        name, number = first, 2
        while any(one.id == name for one in others):
            name, number = f"{first}-{number}", number + 1
        return name


def _first(items: int) -> int:
    """Return the bit of the first of some items."""
    return items & -items
