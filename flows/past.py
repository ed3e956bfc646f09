"""What lies behind cases that have gone the same way, kept once for all of them; knows no step and no store.

Of a batch nearly all cases know the same facts from the same steps. So how sure a case is of what it knows, and what follows
from that, is worked out once for all cases with the same past, and a step gives each of them the next one. A past is never changed.
"""

from collections.abc import Mapping
from typing import Any

# How sure a value is by itself (without look-up or derivation), and the steps that brought it; see `levels`.
# A tuple, and the same one for all values that a step brings, because millions are made.
Mark = tuple[Any, ...]

MOST = 2_000  # that are kept for later batches


class Past:
    """What cases have behind them."""

    __slots__ = ("handed_in", "levels", "marks", "of", "passed", "plans", "visits")

    def __init__(
        self, of: "Pasts", marks: Mapping[str, Mark], visits: Mapping[str, int], handed_in: int, passed: tuple[str, ...]
    ) -> None:
        self.of = of
        self.marks = marks  # of the facts that a case holds, in the order of its values
        self.visits = visits  # how often steps that can be returned to were passed
        self.handed_in = handed_in  # papers, a bit each
        self.passed = passed  # steps, since the case was read from the store
        self.levels: dict[str, int] = {}  # of facts, as far as they were reckoned
        self.plans: dict[
            Any, Any
        ] = {}  # what steps have worked out for cases with this past, each under a name of its own

    def but(
        self,
        marks: Mapping[str, Mark] | None = None,
        *,
        visits: Mapping[str, int] | None = None,
        handed_in: int | None = None,
        passed: tuple[str, ...] | None = None,
    ) -> "Past":
        """Return the past that differs from this in what is given."""
        return self.of.past(
            self.marks if marks is None else marks,
            self.visits if visits is None else visits,
            self.handed_in if handed_in is None else handed_in,
            self.passed if passed is None else passed,
        )


class Pasts:
    """All pasts of the cases of one procedure, each once."""

    def __init__(self) -> None:
        self._known: dict[Any, Past] = {}
        self.first = self.past({}, {}, 0)

    def past(
        self, marks: Mapping[str, Mark], visits: Mapping[str, int], handed_in: int, passed: tuple[str, ...] = ()
    ) -> Past:
        """Return a past; what is given must not be changed any more.

        Complexity: linear in the facts.
        """
        key = (tuple(marks.items()), tuple(visits.items()), handed_in, passed)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Past(self, marks, visits, handed_in, passed)
        return found

    def renew(self) -> None:
        """Let go of those that were met, if they are many: cases that all differ must not fill the memory."""
        if len(self._known) > MOST:
            self._known.clear()
            self.first = self.past({}, {}, 0)
