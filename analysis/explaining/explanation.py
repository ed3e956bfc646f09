"""One fact explained: where it comes from, who needs it and how sure, what else could bring it and why it does not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from analysis.change import Redesign
from analysis.compiling import compiled
from analysis.demand import Requirement
from analysis.explaining.options import Option, options
from analysis.explaining.sources import Source, sources
from analysis.instance import DemandKind, Instance
from analysis.optional import with_options
from analysis.removal import Today
from processes.part import Location
from processes.procedure import Choose, Step
from processes.resolved import Resolved
from processes.words import Words

Because = Literal["law", "stated", "today", "key"]
Fate = Literal["stays", "removed", "added"]


@dataclass(frozen=True, slots=True)
class Reader:
    """Something that needs a fact, at a level, for a reason."""

    step: str
    what: DemandKind
    level: int
    today: int  # how sure it is there today
    because: Because
    ground: str = ""  # the law, where there is one
    where: Location = Location("", 0, 0)
    fate: Fate = "stays"  # what the redesign makes of the step


@dataclass(frozen=True, slots=True)
class Explanation:
    """What there is to say about one fact of a procedure."""

    procedure: str
    fact: str  # as people write it
    words: Words
    today: tuple[Source, ...]
    redesigned: tuple[Source, ...]
    behind: tuple[tuple[str, tuple[Source, ...]], ...]  # the keys of what brings it in the redesign, however far back
    readers: tuple[Reader, ...]
    options: tuple[Option, ...]
    stays: tuple[Words, ...]  # why what is still asked for it stays
    refused: tuple[Words, ...]  # why there is no redesign
    before: Resolved = field(repr=False, compare=False)  # the procedure as it is,
    after: Resolved | None = field(repr=False, compare=False)  # and redesigned: for whoever tells more of its steps


def explained(today: Today, redesign: Redesign, fact: str, after: Instance | None = None) -> Explanation | None:
    """Return where a fact of a procedure comes from, who needs it, and what else could bring it.

    Args:
        today: The procedure as it is.
        redesign: What it is redesigned to, or why it could not be.
        fact: By any name the procedure has for it.
        after: The redesign, compiled without offers, if it is at hand.

    Returns:
        Nothing if the procedure knows no such fact; see `known_facts`.

    Complexity: three supply analyses, and one for each service that could bring the fact.
    """
    today = with_options(today)
    instance = today.instance
    model = instance.model
    name = model.naming.canonical(fact)
    if name is None:
        return None
    if after is None and redesign.after is not None:
        after = compiled(redesign.after, model.catalogue, instance.policy, offers=False)
    proven = redesign.optimum is not None and redesign.optimum.proven
    now, readers = tuple(sources(instance, name)), tuple(_readers(today, name))
    then = tuple(sources(after, name)) if after else ()
    return Explanation(
        procedure=instance.procedure.id,
        fact=model.naming.shown(name),
        words=model.naming.words(name),
        today=now,
        redesigned=then,
        behind=tuple(_behind(after, name)) if after else (),
        readers=(*_with_fates(readers, redesign), *(_new_readers(instance, after, name) if after else ())),
        options=tuple(options(today, after, name, max((one.level for one in readers), default=0), proven=proven)),
        stays=tuple(dict.fromkeys(_stays(instance, redesign, then))),
        refused=redesign.refused,
        before=model,
        after=after.model if after else None,
    )


def known_facts(today: Today) -> tuple[str, ...]:
    """Return the names of all facts that can be asked about: those of every role, and all that the procedure speaks of."""
    naming = today.instance.model.naming
    found = [
        f"{role}.{one.id}" for role in naming.roles if (who := naming.subject(role)) for one in who.entity.elements
    ]
    spoken = [naming.shown(name) for name in today.instance.facts if naming.fact(name) is not None]
    return tuple(dict.fromkeys((*spoken, *found)))


def _behind(after: Instance, name: str) -> Iterator[tuple[str, tuple[Source, ...]]]:
    """Yield the keys of what brings a fact, with what brings them in turn, each once."""
    seen, waiting = {name}, [name]
    while waiting:
        for source in sources(after, waiting.pop(0)):
            for key in source.keys:
                canonical = after.model.naming.canonical(key) or key
                if canonical not in seen:
                    seen.add(canonical)
                    waiting.append(canonical)
                    yield key, tuple(sources(after, canonical))


# --- who needs it -----------------------------------------------------------------------------------------------------


def _readers(today: Today, name: str) -> Iterator[Reader]:
    instance = today.instance
    if name not in instance.index:
        return
    fact = instance.index[name]
    for one in today.needs.stated:
        if one.demand.fact == fact:
            yield _reader(instance, one)
    for node, state in today.needs.silent:
        step = instance.points[node].step
        if state.level(fact) and step is not None:
            sure = state.level(fact)
            yield Reader(step.id, "silent judgement", sure, sure, "today", where=step.where)


def _with_fates(readers: Iterable[Reader], redesign: Redesign) -> Iterator[Reader]:
    """Tell readers that the redesign drops from those that stay."""
    before, after = redesign.before.step_by_id, redesign.after
    for one in readers:
        gone = after is not None and one.step in before and one.step not in after.step_by_id
        yield replace(one, fate="removed") if gone else one


def _reader(instance: Instance, one: Requirement) -> Reader:
    demand = one.demand
    place = instance.points[demand.behind if demand.what == "behind" else demand.node]
    step = place.step.id if place.step is not None else "choose"
    because: Because = "today"
    if demand.what in ("key", "confirmed"):
        because = "key"
    elif demand.stated > 0:
        because = "law" if demand.law else "stated"
    return Reader(step, demand.what, one.level, one.today, because, _law(instance, one), demand.where)


def _law(instance: Instance, one: Requirement) -> str:
    """Return the law that a demand rests on, as the nearest thing that states one says it."""
    demand, place = one.demand, instance.points[one.demand.node]
    if not demand.law:
        return ""
    grounds = []
    if isinstance(place.item, Choose):
        grounds = [branch.rests_on for branch in place.item.branches if branch.where == demand.where]
    elif isinstance(place.step, Step):
        records = [take for record in place.step.records for take in record.takes]
        needs = (*(place.step.needs or ()), *getattr(place.step, "carries", ()), *records)
        grounds = [need.rests_on for need in needs if need.where == demand.where]
        registers = {one.id: one for one in instance.model.catalogue.registers}
        for taken in place.step.records:
            if taken.id in registers:
                grounds.append(registers[taken.id].rests_on)
        grounds.append(place.step.rests_on)
    return next((str(ground.law) for ground in grounds if ground is not None and ground.law), "")


def _new_readers(before: Instance, after: Instance, name: str) -> Iterator[Reader]:
    """Yield the look-ups that a redesign puts in for which the fact is a key."""
    for demand in after.demands:
        step = after.points[demand.node].step
        new = step is not None and step.id not in before.procedure.step_by_id
        if new and step is not None and demand.what == "key" and after.facts[demand.fact] == name:
            yield Reader(step.id, "key", demand.enough, demand.enough, "key", where=step.where, fate="added")


def _stays(instance: Instance, redesign: Redesign, then: tuple[Source, ...]) -> Iterator[Words]:
    places = {(source.step, source.what) for source in then if source.kind in ("question", "act", "document", "log-in")}
    for one in redesign.stays:
        if (one.step, one.subject) in places or any(step == one.step == what for step, what in places):
            yield one.why
