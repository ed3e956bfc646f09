"""What could be otherwise: agreements, services, coverage, the law; and what a procedure, catalogue and policy are then."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from processes.catalogue import Agreement, Catalogue, DataService, Registry, Subject
from processes.element import Assurance, LevelName
from processes.part import Location, Part
from processes.policy import Policy
from processes.procedure import Need, Procedure
from processes.words import Words, same

REGISTRY = "supposed"  # of services that are not there
_LEVELS: tuple[LevelName, ...] = ("declared", "documented", "authoritative")


@dataclass(frozen=True, slots=True)
class InForce:
    """That an agreement of the catalogue is in force."""

    agreement: str

    @property
    def says(self) -> Words:
        """It in words."""
        return Words(f"perjanjian {self.agreement} berlaku", f"the agreement {self.agreement} in force")


@dataclass(frozen=True, slots=True)
class Concluded:
    """That there is an agreement for all facts of a service, without consents, which nobody has planned yet."""

    service: str
    consumer: str
    purpose: str

    @property
    def says(self) -> Words:
        """It in words."""
        return Words(
            f"perjanjian baru: {self.consumer} boleh menanyakan {self.service} untuk {self.purpose}, tanpa persetujuan orangnya",
            f"a new agreement: {self.consumer} may ask {self.service} for {self.purpose}, without consents",
        )


@dataclass(frozen=True, slots=True)
class FindsAll:
    """That a service finds everybody."""

    service: str

    @property
    def says(self) -> Words:
        """It in words."""
        return Words(f"{self.service} menemukan semua orang", f"{self.service} finds everybody")


@dataclass(frozen=True, slots=True)
class NewService:
    """That there is a service, with its agreement, which finds everybody; names are the entity's own."""

    entity: str
    needs: tuple[str, ...]
    gives: tuple[str, ...]
    consumer: str
    purpose: str
    shown: str  # of whom it is needed
    by: str = ""  # the entity of somebody else, if the keys are theirs,
    by_shown: str = ""  # and who that is

    @property
    def says(self) -> Words:
        """It in words."""
        keys, facts = ", ".join(self.needs), ", ".join(self.gives)
        if self.by:
            return Words(
                f"layanan baru yang memberikan {facts} {self.shown} dari {keys} {self.by_shown}",
                f"a new service that gives {facts} of {self.shown} from {keys} of {self.by_shown}",
            )
        return Words(
            f"layanan baru yang memberikan {facts} {self.shown} dari {keys}-nya",
            f"a new service that gives {facts} of {self.shown} from their {keys}",
        )


@dataclass(frozen=True, slots=True)
class Lowered:
    """That the law asks for a fact to be no surer than a level, wherever it says how sure it must be."""

    fact: str  # canonical
    level: int
    places: tuple[Location, ...]  # of the needs
    shown: str

    @property
    def says(self) -> Words:
        """It in words."""
        level = Assurance(self.level).words
        return Words(f"hukum hanya meminta {self.shown} {level.id}", f"the law asks for {self.shown} only {level.en}")


Supposition = InForce | Concluded | FindsAll | NewService | Lowered


def supposed(
    procedure: Procedure, catalogue: Catalogue, policy: Policy, suppositions: Iterable[Supposition]
) -> tuple[Procedure, Catalogue, Policy]:
    """Return a procedure, its catalogue and a policy as they are if some things are otherwise.

    Complexity: linear in the catalogue, and in the procedure where the law is lowered.
    """
    for number, one in enumerate(suppositions):
        match one:
            case InForce(agreement):
                left = tuple(name for name in policy.without_agreements if name != agreement)
                taken = tuple(dict.fromkeys((*policy.with_agreements, agreement)))
                policy = policy.model_copy(update={"with_agreements": taken, "without_agreements": left})
            case Concluded(service, consumer, purpose):
                made = allowing(f"{REGISTRY}-{number}", service, consumer, purpose)
                catalogue = catalogue.model_copy(update={"agreements": (*catalogue.agreements, made)})
            case FindsAll(service):
                catalogue = _with_coverage(catalogue, service)
            case NewService():
                name = f"s{number}"
                registry = registry_of(name, [service_of(one, name)])
                made = allowing(f"{REGISTRY}-{number}", f"{registry.id}.{name}", one.consumer, one.purpose)
                catalogue = catalogue.model_copy(
                    update={
                        "registries": (*catalogue.registries, registry),
                        "agreements": (*catalogue.agreements, made),
                    }
                )
            case Lowered(_, level, places):
                procedure = lowered(procedure, dict.fromkeys(places, _LEVELS[level - 1]))
    return procedure, catalogue, policy


def service_of(one: NewService, name: str) -> DataService:
    """Return a supposed service as one of the catalogue: asked with whatever is there, and as sure as that."""
    about: str | tuple[Subject, ...] = one.entity
    needs, gives = one.needs, one.gives
    if one.by:
        about = (Subject(id="of", entity=one.entity), Subject(id="by", entity=one.by))
        needs, gives = tuple(f"by.{key}" for key in needs), tuple(f"of.{fact}" for fact in gives)
    return DataService(id=name, about=about, needs=needs, gives=gives, key_level="declared", assurance="authoritative")


def registry_of(name: str, services: Iterable[DataService]) -> Registry:
    """Return a registry of services that are not there."""
    return Registry(id=f"{REGISTRY}-{name}", title=same(REGISTRY), agency=REGISTRY, services=tuple(services))


def allowing(name: str, service: str, consumer: str, purpose: str, like: Agreement | None = None) -> Agreement:
    """Return an agreement in force for a service; for the facts, and with the consent, of one it is like."""
    return Agreement(
        id=name,
        consumer=consumer,
        services=(service,),
        purposes=(purpose,),
        facts=like.facts if like else "all",
        consent=like.consent if like else False,
    )


def _with_coverage(catalogue: Catalogue, service: str) -> Catalogue:
    registries = tuple(
        registry.model_copy(
            update={
                "services": tuple(
                    one.model_copy(update={"coverage": 1.0}) if f"{registry.id}.{one.id}" == service else one
                    for one in registry.services
                )
            }
        )
        if service.startswith(f"{registry.id}.")
        else registry
        for registry in catalogue.registries
    )
    return catalogue.model_copy(update={"registries": registries})


def lowered(procedure: Procedure, levels: Mapping[Location, LevelName]) -> Procedure:
    """Return a procedure in which the needs at some places state another level."""

    def changed(part: Part) -> Part:
        if isinstance(part, Need) and part.where in levels:
            return part.model_copy(update={"at": levels[part.where]})
        return part

    made = _each(procedure, changed)
    assert isinstance(made, Procedure)  # noqa: S101  # a part stays what it is
    return made


def _each(value: Any, change: Callable[[Part], Part]) -> Any:
    """Return a value with every part in it changed; what does not change stays the same value."""
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        made = tuple(_each(one, change) for one in value)
        return value if all(a is b for a, b in zip(made, value, strict=True)) else made
    if not isinstance(value, Part):
        return value
    inside = {name: _each(one, change) for name, one in value if name != "where"}
    differs = {name: one for name, one in inside.items() if one is not getattr(value, name)}
    return change(value.model_copy(update=differs) if differs else value)
