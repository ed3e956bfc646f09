"""What procedures share: agencies, papers, forms, registries, agreements; knows no procedure and no address."""

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from processes.element import CodeList, Entity, LevelName
from processes.part import Part
from processes.shapes import (
    Code,
    Day,
    Dotted,
    Dotteds,
    Expression,
    Free,
    Ground,
    Minutes,
    Name,
    Named,
    Rupiah,
    ServiceName,
    Share,
    Time,
    Title,
    Word,
    no_twice,
    placed,
)

# --- who ------------------------------------------------------------------------------------------------------------


class Officer(Part):
    """A post in an agency, as in `by: head of disdukcapil`."""

    id: Name
    title: Title


class Agency(Part):
    """A public body that answers for steps."""

    id: Name
    title: Title
    officers: Annotated[tuple[Officer, ...], Named(short="title")] = ()


class Register(Part):
    """A register or a statistic that takes facts from procedures: a demand like any other."""

    id: Name
    title: Title
    agency: Name
    rests_on: Ground | None = None


# --- papers ---------------------------------------------------------------------------------------------------------


class EvidenceType(Part):
    """A kind of document, and what it costs the citizen to bring one."""

    id: Name
    title: Title
    about: Word  # the entity whose facts it carries
    carries: Dotteds
    issuer: Name | None = None
    assurance: Literal["declared", "documented"] = "documented"  # a statement before witnesses only declares
    minutes: Minutes = 5.0
    copies: Annotated[int, Field(ge=0, le=1000)] = 0
    fee: Rupiah = 0.0
    visits: Annotated[float, Field(ge=0, le=100)] = 0.0  # journeys made just to get it
    valid: Time | None = None


ActKind = Literal["choice", "declaration", "signature", "consent", "presence"]


class FormField(Part):
    """One question of a form, or an act; names are relative to the one the part is about."""

    asks: Dotted | None = None
    act: ActKind | None = None
    id: Name | None = None  # of an act that asks nothing
    label: Title | None = None
    minutes: Minutes | None = None
    condition: Expression | None = Field(default=None, alias="if")
    rests_on: Ground | None = None
    declares: Dotteds = ()  # facts that the act states to be true: they are shown, and must be there
    consents_to: ServiceName | None = None
    same: tuple[Dotted, Dotted] | None = None  # two roles that this act says are one person

    @model_validator(mode="before")
    @classmethod
    def _question(cls, value: object) -> object:
        return placed(value, {"asks": value}) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _asks_or_acts(self) -> Self:
        if self.asks is None and self.act is None:
            raise PydanticCustomError("field", "a field asks one fact, or is an act")
        return self


class FormPart(Part):
    """A named block of a form, all about one person or thing; the same block may return for several roles."""

    id: Name
    title: Title | None = None
    about: Word
    role: Word | None = None  # the role it is about in most procedures
    fields: Annotated[tuple[FormField, ...], Field(min_length=1)]


class Form(Part):
    """A form as printed: named parts with fields."""

    id: Code = Field(alias="form")
    title: Title
    agency: Name | None = None
    rests_on: Ground | None = None
    parts: Annotated[tuple[FormPart, ...], Named(), Field(min_length=1)]


# --- sharing --------------------------------------------------------------------------------------------------------


class Subject(Part):
    """One of those a service is asked about, where there are several."""

    id: Word
    entity: Word


class DataService(Part):
    """A way to ask a registry: with these facts, for those."""

    id: Name
    title: Title | None = None
    about: Word | Annotated[tuple[Subject, ...], Named(short="entity"), Field(min_length=1)]
    needs: Dotteds
    gives: Dotteds = ()
    confirms: Dotteds = ()
    assurance: LevelName = "authoritative"
    key_level: LevelName | None = None  # the least level of its keys; documented, unless all is about things
    coverage: Share = 1.0
    fresh: Time | None = None  # how old an answer may be
    price: Rupiah = 0.0
    seconds: Annotated[float, Field(ge=0)] = 1.0

    @model_validator(mode="after")
    def _answers(self) -> Self:
        if not self.gives and not self.confirms:
            raise PydanticCustomError("answers", "a service gives or confirms something")
        return self


class Event(Part):
    """Something a registry announces by itself, such as a birth."""

    id: Name
    title: Title | None = None
    about: Word
    carries: Dotteds
    assurance: LevelName = "authoritative"
    coverage: Share = 1.0


class Registry(Part):
    """The authoritative store of some facts, with the services it offers and the events it announces."""

    id: Name = Field(alias="registry")
    title: Title
    agency: Name
    services: Annotated[tuple[DataService, ...], Named()] = ()
    events: Annotated[tuple[Event, ...], Named()] = ()


class Identification(Part):
    """A log-in that makes sure who somebody is: it gives the key of that person."""

    id: Name
    title: Title
    about: Word
    gives: Dotteds = ()  # besides the key
    minutes: Minutes = 1.0
    coverage: Share = 1.0  # of the people who can use it
    offered: bool = True  # False where only procedures that have it today may use it


class Conclusion(Part):
    """What it takes to conclude an agreement."""

    months: Annotated[float, Field(ge=0)] = 0.0
    cost: Rupiah = 0.0


class Agreement(Part):
    """That a consumer may ask services for these facts and these purposes."""

    id: Name
    title: Title | None = None
    consumer: Name
    services: Annotated[tuple[ServiceName, ...], Field(min_length=1), AfterValidator(no_twice)]
    purposes: Annotated[tuple[Name, ...], Field(min_length=1), AfterValidator(no_twice)]
    facts: Dotteds | Literal["all"] = "all"
    legal_basis: tuple[Free, ...] = ()
    consent: bool = False
    state: Literal["in force", "planned", "none"] = "in force"
    since: Day | None = Field(default=None, alias="from")
    until: Day | None = None  # the last day
    takes: Conclusion | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and self.since > self.until:
            raise PydanticCustomError("period", "the agreement ends before it begins")
        return self


class Purpose(Part):
    """What data may be used for."""

    id: Name
    title: Title
    legal_basis: tuple[Free, ...] = ()


# --- all of it ------------------------------------------------------------------------------------------------------


class Catalogue(Part):
    """Everything procedures share, by kind; the indexes are made once and read often."""

    entities: tuple[Entity, ...] = ()
    codes: tuple[CodeList, ...] = ()
    agencies: tuple[Agency, ...] = ()
    registers: tuple[Register, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    evidence: tuple[EvidenceType, ...] = ()
    forms: tuple[Form, ...] = ()
    registries: tuple[Registry, ...] = ()
    identification: tuple[Identification, ...] = ()
    agreements: tuple[Agreement, ...] = ()

    @cached_property
    def entity(self) -> dict[str, Entity]:
        """The entities by name."""
        return {entity.id: entity for entity in self.entities}

    @cached_property
    def code_list(self) -> dict[str, CodeList]:
        """The code lists by name."""
        return {codes.id: codes for codes in self.codes}

    @cached_property
    def agency(self) -> dict[str, Agency]:
        """The agencies by name."""
        return {agency.id: agency for agency in self.agencies}

    @cached_property
    def paper(self) -> dict[str, EvidenceType]:
        """The kinds of documents by name."""
        return {paper.id: paper for paper in self.evidence}

    @cached_property
    def form(self) -> dict[str, Form]:
        """The forms by code."""
        return {form.id: form for form in self.forms}

    @cached_property
    def service(self) -> dict[str, DataService]:
        """The services by `registry.service`."""
        return {f"{registry.id}.{service.id}": service for registry in self.registries for service in registry.services}

    @cached_property
    def key_levels(self) -> dict[str, LevelName]:
        """By `registry.service`: how sure its keys must be before it answers."""
        return {name: self.key_level(service) for name, service in self.service.items()}

    @cached_property
    def agreements_on(self) -> dict[str, tuple[Agreement, ...]]:
        """By `registry.service`: the agreements that name it, in the order of the text."""
        found: dict[str, list[Agreement]] = {}
        for agreement in self.agreements:
            for name in dict.fromkeys(agreement.services):
                found.setdefault(name, []).append(agreement)
        return {name: tuple(agreements) for name, agreements in found.items()}

    def key_level(self, service: DataService) -> LevelName:
        """Return how sure the keys of a service must be before it answers.

        Where the service does not say, its keys must be documented: an answer to a typed number is a disclosure, whatever it
        is used for. Only if everything it is asked about, asked with and answers is of *things* (a parcel, a vehicle), and so
        tells nobody anything about people, is it enough that somebody said its keys.

        Complexity: linear in the lengths of the service's facts.
        """
        if service.key_level is not None:
            return service.key_level
        paths = [fact.split(".") for fact in (*service.needs, *service.gives, *service.confirms)]
        if isinstance(service.about, str):
            of_things = all(self._of_things(service.about, path) for path in paths)
        else:
            subjects = {subject.id: subject.entity for subject in service.about}
            of_things = all(self._of_things(subjects.get(first, ""), rest) for first, *rest in paths)
        return "declared" if of_things else "documented"

    def _of_things(self, entity: str, names: list[str]) -> bool:
        """Whether a path from an entity goes over things only, to a fact of one of them or to one of them."""
        for name in names:
            here = self.entity.get(entity)
            if here is None or not here.thing:
                return False
            if here.element(name) is not None:
                return True
            relation = here.relation(name)
            if relation is None:
                return False
            entity = relation.entity
        last = self.entity.get(entity)
        return last is not None and last.thing

    @cached_property
    def event(self) -> dict[str, Event]:
        """The events by `registry.event`."""
        return {f"{registry.id}.{event.id}": event for registry in self.registries for event in registry.events}

    @cached_property
    def log_in(self) -> dict[str, Identification]:
        """The log-ins by name."""
        return {log_in.id: log_in for log_in in self.identification}
