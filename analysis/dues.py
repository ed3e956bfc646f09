"""What is asked of those only who took some ways of a choice that is over: certain behind it, if all others have it by then."""

from collections.abc import Callable, Iterable, Sequence

import networkx as nx

from analysis.instance import Rule, Ways, bits
from processes.graph import Point


class Dues:
    """Facts that say that a case has a fact or will be asked for it, and the rules that read and write them.

    Whoever takes the ways has such a *due*, and so has who has the fact. Whoever has the due, and comes to where the fact is asked
    under the condition of these ways, has the fact.
    """

    def __init__(self, points: Sequence[Point], graph: "nx.DiGraph[int]", number: Callable[[str], int]) -> None:
        """Begin with none.

        Args:
            points: Those of the procedure.
            graph: What follows what.
            number: Gives a fact its number.
        """
        self.points, self.graph, self.number = points, graph, number
        self.by_fact: dict[int, int] = {}  # the dues of each fact, as bits
        self.had: list[Rule] = []  # hold everywhere: who has the fact has the due
        self.taking: dict[int, int] = {}  # by entry of a way: the dues of whoever takes it

    def asked(self, ways: Ways, facts: int, names: Sequence[str]) -> list[Rule]:
        """Return the rules that hold where some facts have been asked of those who took some ways of a choice that is over."""
        found = []
        for fact in bits(facts):
            due = 1 << self.number(f"{names[fact]} asked or had: {ways.choose} {sorted(ways.taken)}")
            if not self.by_fact.get(fact, 0) & due:
                self.by_fact[fact] = self.by_fact.get(fact, 0) | due
                self.had.append(Rule("due", names[fact], 1 << fact, due, level=1))
                for entry in self._entries(ways):
                    self.taking[entry] = self.taking.get(entry, 0) | due
            found.append(Rule("due", names[fact], due, 1 << fact, level=1))
        return found

    def _entries(self, ways: Ways) -> Iterable[int]:
        return (entry for entry in self.graph.successors(ways.choose) if self.points[entry].way in ways.taken)
