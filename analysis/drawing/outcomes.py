"""What a fact comes to where somebody reads it: papers, registers, registries, refusals, who is told; knows no redesign."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from analysis.drawing.wording import title_of, whom_words
from processes.part import Location
from processes.procedure import Approve, Choose, Decide, Issue, Item, Notify, Procedure, Refuse, Step, inside, walk
from processes.resolved import Resolved
from processes.words import Words, same

OutcomeKind = Literal["paper", "register", "registry", "refused", "told", "follows"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that comes of a step that reads a fact."""

    kind: OutcomeKind
    words: Words


@dataclass(frozen=True, slots=True)
class Place:
    """A step or choice that reads a fact: what kind it is, what it is called, and what comes of it."""

    kind: str
    title: Words
    outcomes: tuple[Outcome, ...]


def place_of(step: str, where: Location, what: str, model: Resolved) -> Place | None:
    """Return where a fact is read; nothing, if the procedure has no such step or choice.

    Args:
        step: The name of a step; of a choice by condition, anything else.
        where: Where the demand stands, which tells a choice from others.
        what: The kind of demand; what is only recorded comes to its register alone.
        model: The procedure read against its catalogue.

    Complexity: linear in the procedure.
    """
    steps = (one for one in walk(model.procedure.steps) if isinstance(one, Step) and one.id == step)
    item: Item | None = next(steps, None) or _choice(model.procedure, where)
    if item is None:
        return None
    return Place(item.kind, _title(item, where), tuple(dict.fromkeys(_outcomes(item, where, what, model))))


def _choice(procedure: Procedure, where: Location) -> Choose | None:
    """Return the choice with a branch that stands there."""
    for item in walk(procedure.steps):
        if isinstance(item, Choose) and where.line and any(branch.where == where for branch in item.branches):
            return item
    return None


def _title(item: Item, where: Location) -> Words:
    if isinstance(item, Choose):
        told = next((branch.title for branch in item.branches if branch.where == where), None)
        return item.title or told or Words("pilihan", "a choice")
    return title_of(item)


def _outcomes(item: Item, where: Location, what: str, model: Resolved) -> Iterator[Outcome]:
    catalogue = model.catalogue
    if isinstance(item, Step):
        taken = [one for one in item.records if what != "record" or any(need.where == where for need in one.takes)]
        registers = {one.id: one.title for one in catalogue.registers}
        if what == "record" or not isinstance(item, Issue):
            yield from (Outcome("register", registers.get(one.id, same(one.id))) for one in taken)
        if what == "record":
            return
    match item:
        case Issue():
            kind = catalogue.paper.get(item.document.partition(" of ")[0]) if item.document else None
            if kind is not None:
                yield Outcome("paper", kind.title)
            registries = {one.id: one.title for one in catalogue.registries}
            yield from (Outcome("registry", registries.get(one, same(one))) for one in item.changes)
            yield from (Outcome("follows", same(str(one))) for one in item.starts)
        case Choose() | Decide() | Approve():
            yield from _refusals(item)
        case Notify() if item.whom is not None:
            yield Outcome("told", whom_words(item.whom, model.naming))


def _refusals(item: Choose | Decide | Approve) -> Iterable[Outcome]:
    """Yield the refusals that its ways lead to."""
    for way in inside(item):
        for one in walk(way):
            if isinstance(one, Refuse):
                yield Outcome("refused", title_of(one))
