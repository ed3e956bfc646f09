"""How sure the facts of a case are, reckoned from what brought them; and what is lost when facts are asked anew. Knows no step.

A case keeps no levels. It keeps, for each fact, how sure it is by itself and which steps brought it. What was looked up or
derived is as sure as the facts it rests on are *now*: when a key is checked later, all that was found with it rises, too.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from flows.moving import Moving
from flows.past import Mark, Past
from processes.case import Value
from processes.resolved import Subject

SAME = " same "  # after a form's name, before the number of an act there that says two roles are one: no answer to a question
LOST = " not "  # after such an act, before a fact that was asked anew since: among the visits of a case, as the act is


class Source(NamedTuple):
    """That a step knows a fact from others: how sure it can be at most, and the facts it rests on."""

    most: int
    keys: frozenset[str]


class Levels:
    """Reckons levels of facts."""

    def __init__(
        self,
        sources: Mapping[tuple[str, str], Source],
        twins: Mapping[str, Sequence[tuple[Subject, Subject]]],
        computed: Callable[[str], frozenset[str] | None],
    ) -> None:
        """Make what reckons the levels of one procedure's facts.

        Args:
            sources: For (step, fact): where the step has the fact from, if from other facts.
            twins: By step: the subjects that an act there says are one.
            computed: What a fact is always computed from; nothing for one that is not.
        """
        self._sources = sources
        self._twins = twins
        self._computed = lru_cache(maxsize=None)(computed)
        self.sources = lru_cache(maxsize=None)(self._sources_of)
        self._pairs = lru_cache(maxsize=None)(self._pairs_of)

    def _sources_of(self, step: str, fact: str) -> tuple[Source, ...]:
        """Return where a step has a fact from; nothing if somebody said it there, or found it out."""
        if SAME not in step:
            found = self._sources.get((step, fact))
            return (found,) if found else ()
        known = [name for one, other in self._both_ways(step) if (name := _twin(other, one, fact))]
        return tuple(Source(1, frozenset([name])) for name in known)

    def _both_ways(self, act: str) -> tuple[tuple[Subject, Subject], ...]:
        form, _, number = act.partition(SAME)
        one, other = self._twins[form][int(number)]
        return (one, other), (other, one)

    def _pairs_of(self, act: str) -> tuple[tuple[str, str], ...]:
        """Return each fact of the two roles that an act says are one, with the same fact under the other."""
        return tuple(
            (str(one.fact(element.id)), str(other.fact(element.id)))
            for one, other in self._both_ways(act)
            for element in one.entity.elements
        )

    def make_same(self, case: Moving, act: str) -> None:
        """Let two roles be one person: what is known of either is known of the other, now and later."""
        visits = {name: number for name, number in case.visits.items() if not name.startswith(act + LOST)} | {act: 1}
        values, marks = case.values, dict(case.marks)
        for name in list(values):
            for one, other in self._both_ways(act):
                if twin := _twin(one, other, name):
                    _bring(values, marks, twin, name, act)
        case.past = case.past.but(marks, visits=visits)

    def tell_twins(self, case: Moving) -> None:
        """Let what was learnt since of one role be known of the other, where an act has said that they are one person."""
        if not case.visits:
            return
        values, marks = case.values, dict(case.marks)
        acts = [name for name in case.visits if SAME in name and LOST not in name]
        known = -1
        while acts and known < len(values):
            known = len(values)
            for act in acts:
                for name, twin in self._pairs(act):
                    if name in values and not {act + LOST + name, act + LOST + twin} & case.visits.keys():
                        _bring(values, marks, twin, name, act)
        if acts:
            case.past = case.past.but(marks)

    def level(self, case: Moving, fact: str) -> int:
        """Return how sure a fact is now; nothing is the surer for itself."""
        return self.level_in(case.past, fact)

    def level_in(self, past: Past, fact: str) -> int:
        """Return how sure a fact is in cases with a past."""
        found = past.levels.get(fact)
        if found is None:
            found = past.levels[fact] = self._level(past.marks, fact, frozenset())
        return found

    def _level(self, marks: Mapping[str, Mark], fact: str, under: frozenset[str]) -> int:
        mark = marks.get(fact)
        level: int = mark[0] if mark else 0
        if level == 3 or fact in under:
            return level
        around = None
        for step in mark[1:] if mark else ():
            for most, keys in self.sources(step, fact):
                if most > level:
                    around = around or under | {fact}
                    level = max(level, min([most, *[self._level(marks, key, around) for key in keys]]))
        inputs = self._computed(fact)
        if inputs is not None:
            around = around or under | {fact}
            level = max(level, min([self._level(marks, one, around) for one in inputs], default=3))
        return level

    def forget(self, case: Moving, facts: Collection[str]) -> None:
        """Lose facts that are asked anew, and all that rests on them; what was also said by itself stays as said."""
        lost = set(facts)
        values, marks, visits = case.values, dict(case.marks), dict(case.visits)
        for name in lost:
            if name in values:
                del values[name]
                del marks[name]
        grown = True
        while grown:
            grown = False
            for name, mark in list(marks.items()):
                if name not in lost and self._rests(name, mark, lost):
                    lost.add(name)
                    grown = True
                    if mark[0]:
                        marks[name] = (mark[0], *[step for step in mark[1:] if not self.sources(step, name)])
                    else:
                        del values[name]
                        del marks[name]
        for act in [name for name in visits if SAME in name and LOST not in name]:
            visits |= {act + LOST + name: 1 for name, _ in self._pairs(act) if name in lost}
        case.past = case.past.but(marks, visits=visits)
        for name, (_, step) in list(case.confirmed.items()):
            if name in facts or self._rests(name, (0, step), lost):
                del case.confirmed[name]

    def _rests(self, name: str, mark: Mark, lost: set[str]) -> bool:
        return any(source.keys & lost for step in mark[1:] for source in self.sources(step, name))


def _twin(one: Subject, other: Subject, name: str) -> str:
    """Return the name that a fact of one role has under the other; nothing, if it is no fact of it."""
    if name == one.key:
        return str(other.key)
    return other.name + name[len(one.name) :] if name.startswith(one.name + ".") else ""


def _bring(values: dict[str, Value], marks: dict[str, Mark], twin: str, name: str, act: str) -> None:
    values.setdefault(twin, values[name])
    marks[twin] = brought(marks.get(twin), act)


def brought(mark: Mark | None, step: str) -> Mark:
    """Return the mark of a fact that a step has brought, too."""
    if mark is None:
        return (0, step)
    return mark if step in mark[1:] else (*mark, step)
