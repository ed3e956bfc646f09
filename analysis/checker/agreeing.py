"""Where today has a fact only if choices with the same condition agree: all ways once more, for each answer to them [4]."""

from collections import Counter
from collections.abc import Iterator
from itertools import product

from analysis.checker.conditions import asks_what_is_known
from analysis.checker.ways import Read, Way
from processes import condition
from processes.procedure import Back, walk

MOST = 6  # conditions whose answers are gone through: each doubles the ways


def short(way: Way) -> set[Read]:
    """Return what is read where it is not there on every way, or not as sure as the law states."""
    return {read for read, one in way.reads.items() if one.sure < max(one.law, 0 if one.tested else 1)}


def by_answers(today: Way, *redesigns: Way) -> Iterator[tuple[Way, ...]]:
    """Yield all ways of today's procedure and some redesigns once more for each answer to the conditions that several choices have in each of them.

    Two choices with the same condition go the same way if nothing that it reads is asked anew in between, nor known at the one
    and not yet at the other. Nothing is yielded where there is no such condition, or more than `MOST`.

    Complexity: 2 to the number of such conditions, at most 64, times one look at all ways.
    """
    shared = set.intersection(*(set(_repeated(way)) for way in (today, *redesigns)))
    if 0 < len(shared) <= MOST:
        for told in product((True, False), repeat=len(shared)):
            answers = dict(zip(sorted(shared, key=condition.to_text), told, strict=True))
            then = Way(today.model, today.facts, answers=answers)
            yield then, *(Way(way.model, way.facts, then.seen(*way.beside[:2]), answers) for way in redesigns)


def _repeated(way: Way) -> Iterator[condition.Expression]:
    anew = (name for item in walk(way.model.procedure.steps) if isinstance(item, Back) for name in item.anew)
    lost = way.rules.resting(way.facts.of(way.naming.known(anew)))
    conditions = [{one for branch in choose.branches if (one := way.expression(branch))} for choose in way.flow.chooses]
    for one, number in Counter(one for some in conditions for one in some).items():
        if number > 1 and not way.facts.of(condition.facts_read(one)) & lost and not asks_what_is_known(one):
            yield one
