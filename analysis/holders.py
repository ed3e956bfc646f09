"""Which services of the catalogue hold a fact of a procedure, and why one may not be asked; knows no redesign."""

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.instance import Instance
from analysis.lawful import Refusal, refusal
from processes.catalogue import DataService
from processes.procedure import Step, actor
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

    Complexity: a pass over the services, for each of whose facts the relations on the fact's path are tried.
    """
    parts = fact.split(".")
    subjects = [model.naming.subject(".".join(parts[:end])) for end in range(1, len(parts) + 1)]
    found = []
    for service, offer in model.catalogue.service.items():
        about = {"": offer.about} if isinstance(offer.about, str) else {one.id: one.entity for one in offer.about}
        for subject in subjects:
            for name, entity in about.items():
                if subject is None or subject.entity.id != entity:
                    continue
                for word in (*offer.gives, *offer.confirms):
                    if model.naming.canonical(service_fact({name: subject}, word)) == fact:
                        keys = tuple(_key(model.naming, name, subject.name, key) for key in offer.needs)
                        found.append(Holder(service, offer, subject.name, word, word not in offer.gives, keys))
    yield from sorted(found, key=lambda one: one.confirms)


def _key(naming: Naming, name: str, subject: str, key: str) -> str:
    mine = not name or key.startswith(f"{name}.")
    path = f"{subject}.{key.removeprefix(f'{name}.') if name else key}"
    return (naming.canonical(path) or key) if mine else key


def consumers(instance: Instance, fact: int) -> frozenset[str]:
    """Return in whose name a fact may be asked: the procedure's agency, and those whose steps read it."""
    reading = {instance.points[one.node].step for one in instance.demands if one.fact == fact and one.what != "behind"}
    agencies = {actor(step.by).whom for step in reading if isinstance(step, Step) and step.by}
    return frozenset({instance.procedure.agency} | agencies & instance.model.catalogue.agency.keys())


def refused(instance: Instance, fact: int, holder: Holder) -> Refusal | None:
    """Return why a service that holds a fact may not be asked for it; nothing, if it may."""
    procedure, catalogue = instance.procedure, instance.model.catalogue
    asked = (catalogue, instance.policy, holder.service)
    theirs = refusal(*asked, consumers(instance, fact), procedure.purpose, holder.word)
    mine = refusal(*asked, frozenset([procedure.agency]), procedure.purpose, holder.word)
    if theirs is not None or mine is None:
        return theirs
    says = Words(
        f"{holder.service} boleh ditanyakan oleh instansi langkah yang membacanya, tetapi tidak oleh {procedure.agency}",
        f"{holder.service} may be asked by the agency whose step reads it, but not by {procedure.agency}",
    )
    return Refusal(1, says)
