"""Which services of the catalogue hold a fact of a procedure, and why one may not be asked; knows no redesign."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from analysis.instance import Instance
from analysis.lawful import Refusal, refusal
from analysis.once import once
from processes.catalogue import Catalogue, DataService
from processes.procedure import actor
from processes.resolved import Naming, Resolved, service_fact
from processes.words import Words


@dataclass(frozen=True, slots=True)
class Holder:
    """A service asked about one of those that a fact is about."""

    service: str  # as `registry.service`
    offer: DataService
    subject: str  # canonical: about whom it would be asked
    word: str  # the service's own word for the fact
    confirms: bool
    keys: tuple[str, ...]  # canonical; in the service's own words where they are about somebody else


def holders(model: Resolved, fact: str) -> Iterator[Holder]:
    """Yield the services that give or confirm a fact, those that give it first, in the order of the catalogue.

    Args:
        model: The procedure read against its catalogue.
        fact: The fact, canonical.

    Complexity: linear in what services say about such data elements of those whom the fact's path passes.
    """
    naming, parts = model.naming, fact.split(".")
    known = naming.fact(fact)
    elements = {parts[-1], known.element.id} if known is not None else {parts[-1]}
    found: list[tuple[bool, int, int, int, Holder]] = []
    for end in range(1, len(parts) + 1):
        subject = naming.subject(".".join(parts[:end]))
        if subject is None:
            continue
        for element in elements:
            for said in _said_of(model.catalogue).get((subject.entity.id, element), ()):
                offer, word = said.offer, said.word
                if naming.canonical(service_fact({said.name: subject}, word)) == fact:
                    keys = tuple(_key(naming, said.name, subject.name, key) for key in offer.needs)
                    holder = Holder(said.service, offer, subject.name, word, word not in offer.gives, keys)
                    found.append((holder.confirms, said.at, end, said.number, holder))
    yield from (holder for *_, holder in sorted(found, key=lambda one: one[:-1]))


class _Said(NamedTuple):
    """A word of a service about one of its subjects."""

    at: int  # the place of the service in the catalogue
    number: int  # of the word in the service
    service: str
    offer: DataService
    name: str  # of the subject
    word: str


@once
def _said_of(catalogue: Catalogue) -> dict[tuple[str, str], list[_Said]]:
    """Return, by entity and data element, what services say of it."""
    found: dict[tuple[str, str], list[_Said]] = {}
    for at, (service, offer) in enumerate(catalogue.service.items()):
        about = {"": offer.about} if isinstance(offer.about, str) else {one.id: one.entity for one in offer.about}
        words = [(name, entity, word) for name, entity in about.items() for word in (*offer.gives, *offer.confirms)]
        for number, (name, entity, word) in enumerate(words):
            said = _Said(at, number, service, offer, name, word)
            found.setdefault((entity, word.rpartition(".")[2]), []).append(said)
    return found


def _key(naming: Naming, name: str, subject: str, key: str) -> str:
    mine = not name or key.startswith(f"{name}.")
    path = f"{subject}.{key.removeprefix(f'{name}.') if name else key}"
    return (naming.canonical(path) or key) if mine else key


def consumers(instance: Instance, fact: int) -> frozenset[str]:
    """Return in whose name a fact may be asked: the procedure's agency, and those whose steps read it."""
    return frozenset([instance.procedure.agency]) | _reading(instance).get(fact, frozenset())


@once
def _reading(instance: Instance) -> dict[int, frozenset[str]]:
    """Return, by fact, the agencies whose steps read it."""
    found: dict[int, set[str]] = {}
    for one in instance.demands:
        step = instance.points[one.node].step
        if one.what != "behind" and step is not None and step.by:
            found.setdefault(one.fact, set()).add(actor(step.by).whom)
    agencies = instance.model.catalogue.agency.keys()
    return {fact: frozenset(whom & agencies) for fact, whom in found.items()}


def refused(instance: Instance, fact: int, holder: Holder) -> Refusal | None:
    """Return why a service that holds a fact may not be asked for it; nothing, if it may."""
    procedure, catalogue = instance.procedure, instance.model.catalogue
    asked, alone, all_of_them = (
        (catalogue, instance.policy, holder.service),
        frozenset([procedure.agency]),
        consumers(instance, fact),
    )
    theirs = refusal(*asked, all_of_them, procedure.purpose, holder.word)
    if theirs is not None or all_of_them == alone or refusal(*asked, alone, procedure.purpose, holder.word) is None:
        return theirs
    says = Words(
        f"{holder.service} boleh ditanyakan oleh instansi langkah yang membacanya, tetapi tidak oleh {procedure.agency}",
        f"{holder.service} may be asked by the agency whose step reads it, but not by {procedure.agency}",
    )
    return Refusal(1, says)
