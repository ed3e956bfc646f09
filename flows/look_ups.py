"""What the look-ups of a procedure want to know, and of whom: which of them are answered from one another; knows no case."""

from collections.abc import Callable
from typing import NamedTuple

from analysis.demand import read_anywhere
from flows.facts import computing
from processes.procedure import Approve, Decide, FormStep, Lookup, actor, walk
from processes.resolved import Resolved, service_fact


class Group(NamedTuple):
    """Look-ups of one service about the same subjects, for the same purpose: the later ones are answered from the first."""

    id: str
    service: str
    words: tuple[str, ...]  # all that any of them wants
    facts: tuple[str, ...]  # what these are in the procedure
    kept: bool  # whether an answer may be wanted again


def wanted_words(model: Resolved, step: Lookup) -> tuple[str, ...]:
    """Return what a look-up wants to know, as its service names it: what it says that it gets, else what anybody reads of it.

    What a service only confirms is always wanted: it may be held against what somebody says.

    Complexity: of what says nothing, linear in the procedure.
    """
    service = model.service(step)
    if service is None:
        return ()
    if step.gets:
        return tuple(map(str, step.gets))
    read = _read_of_look_ups(model)
    given = [str(word) for word in service.gives if read is None or name_of(model, step, word) in read]
    return (*given, *map(str, service.confirms))


def _read_of_look_ups(model: Resolved) -> frozenset[str] | None:
    """Return the facts that somebody reads or asks, or that stand on a paper; nothing, where everything may be read.

    Whoever decides without saying by what may read all that the case holds; and of two roles that an act says are one person,
    what is known of either is read of the other.
    """
    known = set[str]()
    for item in walk(model.procedure.steps):
        if isinstance(item, Decide | Approve) and item.needs is None and item.by:
            return None
        for question in model.questions(item) if isinstance(item, FormStep) else ():
            if question.same:
                return None
            known |= {str(question.fact)} if question.fact else set()
        for paper in model.papers(item) if isinstance(item, FormStep) else ():
            known |= paper.may_show
    return read_anywhere(model) | known


def group_of(model: Resolved, step: Lookup) -> str:
    """Return what look-ups have in common of which the later are answered from the first: service, subjects, purpose, who asks."""
    purpose = step.purpose or model.procedure.purpose
    consumer = actor(step.by).whom if step.by else model.procedure.agency
    subjects = (subject.name for _, subject in sorted(model.subjects(step).items()))
    return " ".join([step.service, *subjects, "for", str(purpose), "by", str(consumer)])


def groups(model: Resolved, again: Callable[[Lookup], bool]) -> dict[str, Group]:
    """Return the groups of look-ups of a procedure.

    Args:
        model: The procedure.
        again: Whether a case can come to a look-up more than once.
    """
    found: dict[str, Group] = {}
    for step in walk(model.procedure.steps):
        if isinstance(step, Lookup):
            name = group_of(model, step)
            before = found.get(name)
            words = dict.fromkeys([*(before.words if before else ()), *wanted_words(model, step)])
            facts = tuple(name_of(model, step, word) for word in words)
            found[name] = Group(name, str(step.service), tuple(words), facts, before is not None or again(step))
    return found


def name_of(model: Resolved, step: Lookup, word: str) -> str:
    """Return the fact that a word of a look-up's service means in the procedure."""
    name = service_fact(model.subjects(step), word)
    return str(model.naming.canonical(name) or name)


def looked_up(model: Resolved, step: Lookup) -> tuple[str, ...]:
    """Return the facts that a look-up is about, without those that are always computed."""
    names = dict.fromkeys(name_of(model, step, word) for word in wanted_words(model, step))
    return tuple(name for name in names if computing(model.naming, name) is None)


def by_hand(model: Resolved, step: Lookup) -> tuple[str, ...]:
    """Return the facts that a person must say to stand in for a registry: what it gives; if it gives nothing, what it confirms."""
    service = model.service(step)
    given = [word for word in wanted_words(model, step) if service is not None and word in service.gives]
    names = {name_of(model, step, word) for word in given}
    return tuple(name for name in looked_up(model, step) if name in names or not names)
