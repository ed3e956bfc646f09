"""What of a catalogue a procedure can reach: all that an analysis of it may depend on; knows no analysis."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from processes.catalogue import Catalogue, DataService, Form, Registry
from processes.element import Entity
from processes.part import Part, Same
from processes.procedure import FormStep, Procedure

_WORD = re.compile(r"\w+")


def reached(procedure: Procedure, catalogue: Catalogue) -> Catalogue:
    """Return the part of a catalogue that a procedure can reach: whatever is left out can change nothing about it.

    It can reach what it names; the entities that the relations of its roles lead to; the services that give a fact it names, or
    a key of such a service, and so on; the agreements about these; and the documents that show such a fact. It is told by names
    alone, so that what is called the same counts as the same: it may be more than is needed, never less.

    Args:
        procedure: The procedure.
        catalogue: What it is written against.

    Returns:
        A catalogue whose parts are those of the whole; where nothing in it changes, it equals the one before.

    Complexity: linear in procedure and catalogue, times the longest chain of keys.
    """
    entities = _entities(procedure, catalogue)
    kinds = {one.id for one in entities}
    names = set(procedure.names)
    forms = tuple(one for one in catalogue.forms if one.id in procedure.texts)
    names |= set(_names(forms)) | {one.key for one in entities}
    names |= set(_names(one for one in catalogue.evidence if one.id in names))
    names |= set(_names(one for one in catalogue.identification if one.about in kinds))
    if _two_are_one(procedure, forms):  # in all they have
        names |= {word for one in entities for word in _words(one)}
    services = _services(catalogue, entities, names)
    kept = {name for name, _ in services}
    agreements = tuple(one for one in catalogue.agreements if not kept.isdisjoint(one.services))
    named = names | {one.consumer for one in agreements}
    return Catalogue(
        entities=entities,
        codes=tuple(
            one for one in catalogue.codes if any(one.id == e.codes for entity in entities for e in entity.elements)
        ),
        agencies=tuple(one for one in catalogue.agencies if one.id in named),
        registers=tuple(one for one in catalogue.registers if one.id in names),
        purposes=tuple(one for one in catalogue.purposes if one.id in names),
        evidence=tuple(
            one
            for one in catalogue.evidence
            if one.id in names or (one.about in kinds and not names.isdisjoint(_last(one.carries)))
        ),
        forms=forms,
        registries=tuple(_registries(catalogue, kept, kinds, names)),
        identification=tuple(one for one in catalogue.identification if one.about in kinds or one.id in names),
        agreements=agreements,
    )


def _entities(procedure: Procedure, catalogue: Catalogue) -> tuple[Entity, ...]:
    """Return the entities of its roles and all that their relations lead to."""
    waiting = [role.entity or role.many or "" for role in procedure.roles]
    seen: set[str] = set()
    while waiting:
        entity = catalogue.entity.get(waiting.pop())
        if entity is not None and entity.id not in seen:
            seen.add(entity.id)
            waiting += [relation.entity for relation in entity.relations]
    return tuple(one for one in catalogue.entities if one.id in seen)


def _services(catalogue: Catalogue, entities: tuple[Entity, ...], names: set[str]) -> list[tuple[str, DataService]]:
    """Return the services that say something that is named; what they are asked by is named from then on, and computed from."""
    kinds = {one.id for one in entities}
    there = [one for one in _answers(Same(catalogue)) if one.about <= kinds]
    computed = [(e.id, frozenset(_WORD.findall(e.computed))) for one in entities for e in one.elements if e.computed]
    found: list[_Answering] = []
    before = -1
    while len(names) > before:
        before = len(names)
        for name, words in computed:
            if name in names:
                names |= words
        found = [one for one in there if one.name in names or not names.isdisjoint(one.says)]
        names.update(*(one.asked_by for one in found))
    return [(one.name, one.service) for one in found]


class _Answering(NamedTuple):
    """A service and the words in it that matter here."""

    name: str
    service: DataService
    about: frozenset[str]  # entities
    says: frozenset[str]
    asked_by: frozenset[str]


@lru_cache(maxsize=8)  # for as many procedures as are written against the same
def _answers(catalogue: Same[Catalogue]) -> list[_Answering]:
    return [
        _Answering(
            name,
            one,
            about=frozenset([one.about] if isinstance(one.about, str) else (who.entity for who in one.about)),
            says=frozenset(_last((*one.gives, *one.confirms))),
            asked_by=frozenset(word for fact in one.needs for word in fact.split(".")),
        )
        for name, one in catalogue.it.service.items()
    ]


def _registries(catalogue: Catalogue, services: set[str], kinds: set[str], names: set[str]) -> Iterator[Registry]:
    for registry in catalogue.registries:
        offers = tuple(one for one in registry.services if f"{registry.id}.{one.id}" in services)
        events = tuple(
            one
            for one in registry.events
            if f"{registry.id}.{one.id}" in names or (one.about in kinds and not names.isdisjoint(_last(one.carries)))
        )
        if offers or events:
            same = len(offers) == len(registry.services) and len(events) == len(registry.events)
            yield registry if same else registry.model_copy(update={"services": offers, "events": events})


def _last(facts: Iterable[str]) -> Iterator[str]:
    """Yield what facts are called, without whose they are."""
    return (fact.rpartition(".")[2] for fact in facts)


def _words(entity: Entity) -> Iterator[str]:
    yield from (one.id for one in entity.elements)
    yield from (one.id for one in entity.relations)


def _names(parts: Iterable[Part]) -> frozenset[str]:
    return frozenset[str]().union(*(part.names for part in parts))


def _two_are_one(procedure: Procedure, forms: Iterable[Form]) -> bool:
    """Whether an act says of two roles that they are one."""
    asked = [one for step in procedure.step_by_id.values() if isinstance(step, FormStep) for one in step.asks]
    asked += [one for form in forms for part in form.parts for one in part.fields]
    return any(one.same for one in asked)
