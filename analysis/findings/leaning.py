"""Findings that lean on each other: each holds alone, together they do not; removes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.finding import Finding
from analysis.findings.decisions import items_of
from analysis.instance import Instance, bits, union
from analysis.removal import Today
from analysis.supply import supply_meeting

GOING = frozenset(
    {
        "asked again",
        "never used",
        "held by a registry",
        "derivable",
        "document needless",
        "check needless",
        "letter needless",
    }
)
"""The kinds of findings that take something away by themselves."""
MOST_TRIED = 300  # sets of findings that are tried for each fact that somebody reads
MOST_CONFLICTS = 30  # that are told of each such fact


@dataclass(frozen=True, slots=True)
class Leaning:
    """Which findings cannot all go, as small sets of ids; whether these are all such sets."""

    conflicts: tuple[frozenset[str], ...]
    complete: bool

    def told(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return findings, each with the sets of others on which it leans."""
        leans: dict[str, list[tuple[str, ...]]] = {}
        for conflict in self.conflicts:
            for one in conflict:
                leans.setdefault(one, []).append(tuple(sorted(conflict - {one})))
        return tuple(
            one.model_copy(update={"leans_on": tuple(sorted(leans[one.id], key=lambda ids: (len(ids), ids)))})
            if one.id in leans
            else one
            for one in findings
        )


def leaning(today: Today, findings: Iterable[Finding]) -> Leaning:
    """Return the minimal sets of findings that hold each alone and not together, whatever lawful services are asked.

    *G leans on H* iff {G} and {H} hold and {G, H} does not; a set of any size in which each part holds and the whole does not is a
    *conflict* (a ring of three questions, each of which the other two give). For each fact that somebody reads,
    the sets are looked for whose removal loses just this fact: among the findings that touch it or what it may
    rest on. At most `MOST_TRIED` sets are tried and `MOST_CONFLICTS` told for each fact; whether that was enough is said.

    Args:
        today: The procedure as it is.
        findings: What was found of it.

    Complexity: a supply analysis for each fact that is read, and for each conflict of *k* of *n* findings about *k* log *n* more; up
    to the bound for the proof that there are no others.

    Source: minimal conflicts by halving: Junker, U. (2004). QuickXplain. AAAI-04, 167-172; all of them by leaving out one
        member after the other: Reiter, R. (1987). A theory of diagnosis from first principles. Artificial Intelligence 32(1).
    """
    going = [one for one in findings if one.kind in GOING]
    removes = {one.id: mask for one in going if (mask := items_of(today.instance, one))}
    gone = union(removes.values())
    readings = _readings(today)
    on_items = any(item >= 0 and gone >> item & 1 for _, item in readings)
    if not removes or (not on_items and today.feasible(today.instance.everything & ~gone, today.offered)):
        return Leaning((), complete=True)
    conflicts: set[frozenset[str]] = set()
    complete = True
    for (fact, item), needed in readings.items():
        concerned = [one for one in removes if _touches(today.instance, removes[one], fact)]
        if item >= 0:
            concerned = [one for one in concerned if not removes[one] >> item & 1]  # else nobody reads it here any more
        search = _Search(today, fact, needed, removes)
        conflicts.update(search.conflicts(concerned))
        complete = complete and search.complete
    smallest = [one for one in conflicts if not any(other < one for other in conflicts)]
    smallest = [one for one in smallest if len(one) > 1]  # one alone is a look-up of no use that would lose its key
    return Leaning(tuple(sorted(smallest, key=lambda one: (len(one), sorted(one)))), complete)


def _readings(today: Today) -> dict[tuple[int, int], list[int]]:
    """Return, by fact that is read and item on whose account (-1 for a step), the levels needed by demand, and nothing else."""
    found: dict[tuple[int, int], list[int]] = {}
    for one in today.needs.stated:
        if one.level > 0:
            levels = found.setdefault((one.demand.fact, one.demand.item), [0] * len(today.instance.demands))
            levels[one.demand.number] = one.level
    for _, state in today.needs.silent:
        for fact in bits(state.all1):
            found.setdefault((fact, -1), [0] * len(today.instance.demands))
    return found


def _touches(instance: Instance, items: int, fact: int) -> bool:
    """Whether some of these items say something of a fact, of what it may rest on, or of what decides whether it is asked."""
    cone = _cone(instance, fact)
    return any(instance.items[number].facts & cone for number in bits(items))


def _cone(instance: Instance, fact: int) -> int:
    """Return a fact with all that it may come from by any rule, and that conditions on whoever gives it read."""
    cone, before = 1 << fact, 0
    while cone != before:
        before = cone
        for rule in instance.rules:
            if (rule.gives | rule.confirms) & cone:
                cone |= rule.keys
        for _, facts, reads in instance.asked_under:
            if facts & cone:
                cone |= reads
    return cone


class _Search:
    """The search for the sets of findings that together lose one fact."""

    def __init__(self, today: Today, fact: int, needed: Sequence[int], removes: dict[str, int]) -> None:
        self.today, self.fact, self.needed, self.removes = today, fact, needed, removes
        self.start = today.with_all(today.offered)
        self.tried = 0
        self.complete = True

    def conflicts(self, ids: list[str]) -> list[frozenset[str]]:
        found: list[frozenset[str]] = []
        waiting, seen = [frozenset(ids)], {frozenset(ids)}
        while waiting:
            some = waiting.pop()
            conflict = next((one for one in found if one <= some), None)
            if conflict is None:
                if self.tried >= MOST_TRIED or len(found) >= MOST_CONFLICTS:
                    self.complete = False
                    break
                if self.holds(some):
                    continue
                conflict = frozenset(self.smallest([], [one for one in ids if one in some], []))
                found.append(conflict)
            for one in sorted(conflict):
                rest = some - {one}
                if rest not in seen:
                    seen.add(rest)
                    waiting.append(rest)
        return found

    def smallest(self, base: list[str], some: list[str], added: list[str]) -> list[str]:
        """Return a smallest part of some findings that does not hold together with a base; all of them with it do not."""
        if added and not self.holds(base):
            return []
        if len(some) == 1:
            return some
        first, second = some[: len(some) // 2], some[len(some) // 2 :]
        needed = self.smallest([*base, *first], second, first)
        return [*self.smallest([*base, *needed], first, needed), *needed]

    def holds(self, some: Iterable[str]) -> bool:
        """Whether the fact is still there wherever it is read, without what these findings take away."""
        self.tried += 1
        kept = self.today.instance.everything & ~union(self.removes[one] for one in some)
        found = supply_meeting(self.today.instance, kept, self.today.offered, self.needed, self.start)
        if found is None:
            return False
        for node, then in self.today.needs.silent:
            now = found.before[node]
            if now is not None and now.level(self.fact) < then.level(self.fact):
                return False
        return True
