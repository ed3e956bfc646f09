"""Which procedures ask which registry what, under which agreement, and which agreements redesigns want; writes no paper.

Everything is read off the certificate of a redesign, which the checker has accepted: its suppliers say which service is asked with
what for what, its demands say who reads each fact.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analysis.certificate import Certificate, Supplier
from analysis.chain import chain
from analysis.change import Redesign
from analysis.compiling import compiled
from analysis.drawing.wording import title_of
from analysis.lawful import counts, permissions
from analysis.redesign import redesigned
from processes.catalogue import Agreement, Catalogue, DataService, Registry
from processes.element import Assurance
from processes.policy import Policy
from processes.procedure import Choose, Lookup, Procedure, actor, walk
from processes.resolved import Naming, resolved, service_fact
from processes.words import Words


@dataclass(frozen=True, slots=True)
class SharedFact:
    """One fact that is fetched, and who reads it."""

    name: str  # canonical
    words: Words  # it, and whose it is
    word: str  # the service's own
    confirmed: bool  # the service says whether it agrees, and gives no value
    sensitive: bool  # special-category data
    readers: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Access:
    """That one procedure asks one service."""

    procedure: Procedure  # of today
    step: str  # the look-up
    service: str  # as `registry.service`
    offer: DataService
    registry: Registry
    consumer: str  # the agency in whose name it is asked
    purpose: str
    agreement: Agreement | None  # that allows it, or would
    about: tuple[Words, ...]  # whom it is asked about
    keys: tuple[tuple[Words, Assurance], ...]  # what it is asked with, and how sure that is there
    facts: tuple[SharedFact, ...]
    a_year: float  # expected, where the volume is known


def accesses(redesign: Redesign, catalogue: Catalogue, policy: Policy) -> tuple[Access, ...]:
    """Return what a redesign asks registries, in the order of its text; nothing of one that was refused.

    Args:
        redesign: With its certificate.
        catalogue: Where services and agreements stand.
        policy: Which agreements count.

    Complexity: linear in the certificate, times the agreements of each service.
    """
    if redesign.unmoved is None or redesign.certificate is None:
        return ()
    return tuple(_Accesses(redesign, redesign.certificate, redesign.unmoved, catalogue, policy).all())


class _Accesses:
    def __init__(
        self, redesign: Redesign, certificate: Certificate, unmoved: Procedure, catalogue: Catalogue, policy: Policy
    ) -> None:
        self.before, self.certificate, self.after = redesign.before, certificate, unmoved
        self.catalogue, self.policy = catalogue, policy
        self.naming: Naming = resolved(unmoved, catalogue).naming
        self.registries = {one.id: one for one in catalogue.registries}
        instance = compiled(unmoved, catalogue, policy, offers=False)
        reach = chain(instance).reach
        self.chance = {p.step.id: reach[n] for n, p in enumerate(instance.points) if p.step and p.kind == "step"}

        chooses = [item for item in walk(unmoved.steps) if isinstance(item, Choose)]
        self.choices = {f"choose {number}": _condition_words(item) for number, item in enumerate(chooses)}

    def all(self) -> Iterator[Access]:
        for supplier in self.certificate.suppliers:
            step = self.after.step_by_id.get(supplier.step)
            if supplier.kind == "service" and isinstance(step, Lookup):
                yield from self.of(supplier, step)

    def of(self, supplier: Supplier, step: Lookup) -> Iterator[Access]:
        """Yield what a look-up asks, once for each agreement it rests on."""
        offer = self.catalogue.service[supplier.name]
        words = self.words(supplier, offer)
        purpose = str(step.purpose or self.after.purpose)
        consumers = frozenset({str(self.after.agency), *([actor(step.by).whom] if step.by else [])})
        allowed = permissions(self.catalogue, self.policy, supplier.name, consumers, purpose)
        left = [*supplier.gives, *supplier.confirms]
        shared: dict[Agreement | None, list[str]] = {}
        for permission in allowed:
            mine = [fact for fact in left if words.get(fact) in permission.facts]
            left = [fact for fact in left if fact not in mine]
            if mine:
                shared[permission.agreement] = mine
        if left:
            shared[None] = left
        for agreement, facts in shared.items():
            yield Access(
                procedure=self.before,
                step=step.id,
                service=supplier.name,
                offer=offer,
                registry=self.registries[supplier.name.partition(".")[0]],
                consumer=str(agreement.consumer) if agreement else self.consumer(step),
                purpose=purpose,
                agreement=agreement,
                about=tuple(self.whom(role) for role in supplier.about.values()),
                keys=tuple((self.naming.words(key.fact), Assurance(key.level)) for key in supplier.keys),
                facts=tuple(self.fact(fact, words.get(fact, fact), supplier) for fact in facts),
                a_year=self.before.volume * self.chance.get(step.id, 0.0),
            )

    def whom(self, role: str) -> Words:
        """Return who somebody is that a service is asked about, by the role that reaches them where there is one."""
        subject = self.naming.subject(role)
        return self.naming.role_words(self.naming.shown_subject(subject) if subject is not None else role)

    def consumer(self, step: Lookup) -> str:
        """Return who asks where no agreement says so: the agency whose officer does it, else the procedure's."""
        by = actor(step.by).whom if step.by else ""
        return by if by in self.catalogue.agency else str(self.after.agency)

    def words(self, supplier: Supplier, offer: DataService) -> dict[str, str]:
        """Return what a service calls each fact that it can say."""
        subjects = {name: self.naming.subject(role) for name, role in supplier.about.items()}
        known = {name: subject for name, subject in subjects.items() if subject is not None}
        named = ((self.naming.canonical(service_fact(known, word)), word) for word in (*offer.gives, *offer.confirms))
        return {fact: word for fact, word in named if fact is not None}

    def fact(self, name: str, word: str, supplier: Supplier) -> SharedFact:
        known = self.naming.fact(name)
        return SharedFact(
            name=name,
            words=self.naming.words(name),
            word=word,
            confirmed=name in supplier.confirms,
            sensitive=known is not None and known.element.sensitive,
            readers=tuple(self.readers(name)),
        )

    def readers(self, fact: str) -> Iterable[Words]:
        """Return the steps that read a fact, by the demands of the certificate; what rests on it is told by what it is a key of."""
        steps = self.after.step_by_id
        places = dict.fromkeys(one.place for one in self.certificate.demands if one.fact == fact)
        named = (place.removeprefix("behind ") for place in places)
        told = [title_of(steps[place]) for place in named if place in steps]
        told += [self.choices[place] for place in places if place in self.choices]
        for supplier in self.certificate.suppliers:
            if any(key.fact == fact for key in supplier.keys):
                step = steps.get(supplier.step)
                key_of = title_of(step) if step is not None else self.naming.words(supplier.name)
                told.append(Words(f"kunci: {key_of.id}", f"key of: {key_of.en}"))
        return dict.fromkeys(told)


def _condition_words(choice: Choose) -> Words:
    """Return what a choice by condition is about, by the title of its first way that has one."""
    title = choice.title or next((branch.title for branch in choice.branches if branch.title is not None), None)
    if title is None:
        return Words("syarat sebuah pilihan", "condition of a choice")
    return Words(f"syarat: {title.id}", f"condition: {title.en}")


@dataclass(frozen=True, slots=True)
class Sharing:
    """Everything procedures ask under one agreement."""

    agreement: Agreement
    wanted: bool  # it does not count on the policy's day
    accesses: tuple[Access, ...]


def sharings(
    procedures: Iterable[Procedure], catalogue: Catalogue, policy: Policy, redesigns: Iterable[Redesign] | None = None
) -> tuple[Sharing, ...]:
    """Return the agreements that redesigns of procedures use, then those that they want.

    An agreement is wanted if the redesign asks a service under it as soon as all agreements of the catalogue count, and it does not
    count on the policy's day. What a look-up of today asks without leave wants the agreement that would allow it, too.

    Args:
        procedures: Well-formed ones.
        catalogue: What they refer to.
        policy: The day, and what counts.
        redesigns: Of these procedures under this policy, in their order, if they are at hand.

    Complexity: two redesigns for each procedure that an agreement could concern which does not count, one for each other.
    """
    everything = policy.model_copy(update={"agreements": "all"})
    found: dict[str, list[Access]] = {}
    chosen = list(procedures)
    now = list(redesigns) if redesigns is not None else [redesigned(one, catalogue, policy) for one in chosen]
    for procedure, redesign in zip(chosen, now, strict=True):
        used = [one for one in accesses(redesign, catalogue, policy) if one.agreement is not None]
        if not any(_concerns(one, procedure) and not counts(one, policy) for one in catalogue.agreements):
            then: tuple[Access, ...] = ()
        else:
            then = accesses(redesigned(procedure, catalogue, everything), catalogue, everything)
        wanted = [one for one in then if one.agreement is not None and not counts(one.agreement, policy)]
        for one in (*used, *wanted):
            assert one.agreement is not None  # noqa: S101  # as just asked
            found.setdefault(one.agreement.id, []).append(one)
    told = [
        Sharing(one, not counts(one, policy), tuple(found[one.id])) for one in catalogue.agreements if one.id in found
    ]
    return (*(one for one in told if not one.wanted), *(one for one in told if one.wanted))


def _concerns(agreement: Agreement, procedure: Procedure) -> bool:
    """Return whether an agreement allows anything for a purpose of a procedure to an agency that has to do with it."""
    steps = procedure.step_by_id.values()
    agencies = {procedure.agency, *(actor(one.by).whom for one in steps if one.by)}
    purposes = {procedure.purpose, *(one.purpose for one in steps if one.purpose)}
    return agreement.consumer in agencies and not purposes.isdisjoint(agreement.purposes)
