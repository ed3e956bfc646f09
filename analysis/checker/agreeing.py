"""The checker where today has a fact only if choices with the same condition agree: all ways once more, for each answer to them."""

from collections import Counter
from collections.abc import Iterator
from itertools import product

from analysis.checker.ways import NONE, Read, Way
from processes import condition
from processes.procedure import Back, walk

MOST = 6  # conditions whose answers are gone through: each doubles the ways


def short(way: Way) -> set[Read]:
    """Return what is read where it is not there on every way, or not as sure as the law states."""
    return {read for read, one in way.reads.items() if one.sure < max(one.law, 0 if one.tested else 1)}


def by_answers(*procedures: Way) -> Iterator[tuple[Way, ...]]:
    """Yield all ways of some procedures once more for each answer to the conditions that several choices have in each of them.

    Two choices with the same condition go the same way if nothing that it reads is asked anew in between, nor known at the one
    and not yet at the other. Nothing is yielded where there is no such condition, or more than `MOST`.

    Complexity: 2 to the number of such conditions, at most 64, times one look at all ways.
    """
    shared = set.intersection(*(set(_repeated(way)) for way in procedures))
    if 0 < len(shared) <= MOST:
        for told in product((True, False), repeat=len(shared)):
            answers = dict(zip(sorted(shared), told, strict=True))
            yield tuple(Way(way.model, way.papered, answers) for way in procedures)


def _repeated(way: Way) -> Iterator[str]:
    backs = [item for item in walk(way.model.procedure.steps) if isinstance(item, Back)]
    lost = way.resting(NONE.union(*(way.naming.known(back.anew) for back in backs)))
    times: Counter[str] = Counter()
    for one in way.flow.chooses:
        parsed = [way.naming.expression(branch.condition) for branch in one.branches if branch.condition]
        times.update({condition.to_text(text) for text in parsed if text is not None})
    for text, number in times.items():
        if number > 1 and not way.facts_in(text) & lost and not _asks_what_is_known(condition.parse(text)):
            yield text


def _asks_what_is_known(one: condition.Expression) -> bool:
    match one:
        case condition.Operation("is known" | "is not known", _):
            return True
        case condition.Operation(_, operands):
            return any(map(_asks_what_is_known, operands))
    return False
