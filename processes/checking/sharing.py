"""Rules of what procedures share: papers, forms, registries, agreements; knows no procedure."""

from collections.abc import Iterable, Iterator

from processes.catalogue import (
    Agreement,
    DataService,
    EvidenceType,
    Form,
    FormField,
    FormPart,
    Identification,
    Registry,
    Subject,
)
from processes.checking.expressions import YES_NO, expression_problems, paths_from, type_of_reached
from processes.checking.names import (
    Known,
    Reached,
    advice,
    entity_fact,
    follow,
    names_of,
    one_of,
    place,
    problem,
    reference,
    reserved,
    seen_from_here,
)
from processes.condition_types import FactType
from processes.element import Entity
from processes.part import Part
from processes.policy import Decision, Policy
from processes.problem import Problem, nearest
from processes.words import Words


def register_problems(known: Known) -> Iterator[Problem]:
    """Yield what is wrong with registers."""
    for register in known.catalogue.registers:
        yield from reference(known, "agency", register.agency, place(register.agency, register), known.catalogue.agency)


def evidence_problems(known: Known, paper: EvidenceType) -> Iterator[Problem]:
    """Yield what is wrong with a kind of document."""
    yield from _facts_of(known, paper.about, paper.carries, paper)
    if paper.issuer is not None:
        yield from reference(known, "agency", paper.issuer, place(paper.issuer, paper), known.catalogue.agency)


def form_problems(known: Known, form: Form) -> Iterator[Problem]:
    """Yield what is wrong with a form."""
    if form.agency is not None:
        yield from reference(known, "agency", form.agency, place(form.agency, form), known.catalogue.agency)
    for part in form.parts:
        yield from _form_part(known, part)


def _form_part(known: Known, part: FormPart) -> Iterator[Problem]:
    yield from reference(known, "entity", part.about, place(part.about, part), known.catalogue.entity)
    entity = known.catalogue.entity.get(part.about)
    for one in part.fields:
        yield from field_problems(known, one)
        if entity is None:
            continue
        for path in ([one.asks] if one.asks else []) + list(one.declares):
            yield from entity_fact(known, entity, path, place(path, one))
        if one.condition is not None:
            yield from _condition(known, entity, one, one.condition)


def _condition(known: Known, entity: Entity, one: FormField, text: str) -> Iterator[Problem]:
    def types(path: str) -> FactType | None:
        reached = follow(known.catalogue, entity, path.split("."))
        return type_of_reached(known, reached, path.partition(".")[0]) if isinstance(reached, Reached) else None

    yield from expression_problems(
        known,
        text,
        one,
        types,
        lambda: paths_from(known, entity),
        YES_NO,
        better=lambda path: _relative(known, entity, path),
    )


def _relative(known: Known, entity: Entity, path: str) -> Words | None:
    first = path.partition(".")[0]
    return None if nearest(first, names_of(entity)) else seen_from_here(known.catalogue, entity, path)


def field_problems(known: Known, one: FormField) -> Iterator[Problem]:
    """Yield what is wrong with a question or act, whoever it is about."""
    if one.act is None and (one.declares or one.same or one.consents_to):
        yield problem(
            "not-an-act",
            one.where,
            Words(
                "Hanya tindakan yang dapat menyatakan, menyetujui, atau menyamakan peran.",
                "Only an act can declare, consent or say that two roles are one.",
            ),
            Words("Tambahkan 'act: declaration' atau tindakan lain.", "Add 'act: declaration' or another act."),
        )
    if one.consents_to is None:
        return
    yield from reference(known, "service", one.consents_to, place(one.consents_to, one), known.catalogue.service)
    if one.act is not None and one.act != "consent":
        yield problem(
            "consent-without-act",
            place(one.consents_to, one),
            Words(f"Tindakan '{one.act}' bukan persetujuan.", f"The act '{one.act}' is not a consent."),
            Words("Tulis 'act: consent'.", "Write 'act: consent'."),
        )
    elif (
        one.consents_to in known.catalogue.service
        and not known.lost
        and not any(
            agreement.consent
            and (one.consents_to in agreement.services or not set(agreement.services) <= set(known.catalogue.service))
            for agreement in known.catalogue.agreements
        )
    ):
        yield advice(
            "needless-consent",
            place(one.consents_to, one),
            Words(
                f"Tidak ada perjanjian tentang '{one.consents_to}' yang mensyaratkan persetujuan.",
                f"No agreement on '{one.consents_to}' asks for a consent.",
            ),
            Words(
                "Hapus tindakan ini, atau tulis 'consent: true' di perjanjiannya.",
                "Leave the act out, or write 'consent: true' in the agreement.",
            ),
        )


def registry_problems(known: Known, registry: Registry) -> Iterator[Problem]:
    """Yield what is wrong with a registry."""
    yield from reference(known, "agency", registry.agency, place(registry.agency, registry), known.catalogue.agency)
    for service in registry.services:
        yield from _service(known, service)
    for event in registry.events:
        yield from _facts_of(known, event.about, event.carries, event)


def _service(known: Known, service: DataService) -> Iterator[Problem]:
    paths = (*service.needs, *service.gives, *service.confirms)
    if isinstance(service.about, str):
        yield from _facts_of(known, service.about, paths, service)
    else:
        yield from _facts_of_several(known, service, service.about, paths)
    for path in service.confirms:
        if path in service.gives:
            yield advice(
                "gives-and-confirms",
                place(path, service),
                Words(
                    f"Layanan ini memberi dan juga memastikan '{path}'.",
                    f"The service gives '{path}' and confirms it as well.",
                ),
                Words("Cukup tulis dalam 'gives'.", "It is enough to write it in 'gives'."),
            )
        elif path in service.needs:
            yield advice(
                "needs-and-confirms",
                place(path, service),
                Words(
                    f"Layanan ini ditanya dengan '{path}' dan juga memastikannya.",
                    f"The service is asked with '{path}' and confirms it as well.",
                ),
                Words(
                    "Tulis dalam 'needs' hanya kunci pencariannya: yang dipastikan toh disebutkan kepadanya, dan sebagai kunci harus sudah pasti sebelumnya.",
                    "Write in 'needs' only what it looks up by: what it confirms it is told anyway, and a key must be sure enough before.",
                ),
            )


def _facts_of_several(
    known: Known, service: DataService, subjects: tuple[Subject, ...], paths: Iterable[str]
) -> Iterator[Problem]:
    entities = {subject.id: known.catalogue.entity.get(subject.entity) for subject in subjects}
    for subject in subjects:
        yield from reserved(subject.id, subject.where)
        yield from reference(known, "entity", subject.entity, place(subject.entity, subject), known.catalogue.entity)
    for path in paths:
        first, _, rest = path.partition(".")
        if first not in entities or not rest:
            if known.is_lost(first):
                continue
            near = nearest(first, entities) or next(iter(entities))
            yield problem(
                "unknown-subject",
                place(path, service),
                Words(
                    f"'{path}' tidak diawali salah satu subjek layanan ini.",
                    f"'{path}' does not begin with one of the subjects of the service.",
                ),
                Words(f"Tulis misalnya '{near}.{rest or first}'.", f"Write, for example, '{near}.{rest or first}'."),
            )
        elif entity := entities[first]:
            yield from entity_fact(known, entity, rest, place(path, service), f"{first}.")


def log_in_problems(known: Known, log_in: Identification) -> Iterator[Problem]:
    """Yield what is wrong with a log-in."""
    yield from _facts_of(known, log_in.about, log_in.gives, log_in)


def _facts_of(known: Known, about: str, paths: Iterable[str], part: Part) -> Iterator[Problem]:
    """Yield what is wrong with an entity's name and with facts seen from it."""
    yield from reference(known, "entity", about, place(about, part), known.catalogue.entity)
    if entity := known.catalogue.entity.get(about):
        for path in paths:
            yield from entity_fact(known, entity, path, place(path, part))


def agreement_problems(known: Known, agreement: Agreement) -> Iterator[Problem]:
    """Yield what is wrong with an agreement."""
    catalogue = known.catalogue
    if agreement.state == "planned" and agreement.since is None:
        yield advice(
            "planned-for-no-day",
            agreement.where,
            Words(
                f"Perjanjian '{agreement.id}' direncanakan, tetapi tidak disebut mulai kapan; jadi tidak pernah dihitung.",
                f"The agreement '{agreement.id}' is planned, but nothing says from when; so it never counts.",
            ),
            Words("Tambahkan 'from:' dengan tanggal mulainya.", "Add 'from:' with its first day."),
        )
    yield from reference(known, "agency", agreement.consumer, place(agreement.consumer, agreement), catalogue.agency)
    purposes = {purpose.id for purpose in catalogue.purposes}
    for purpose in agreement.purposes:
        yield from reference(known, "purpose", purpose, place(purpose, agreement), purposes)
    for service in agreement.services:
        yield from reference(known, "service", service, place(service, agreement), catalogue.service)
    services = [catalogue.service[name] for name in agreement.services if name in catalogue.service]
    if len(services) < len(agreement.services) or agreement.facts == "all":
        return
    known_facts = {fact for service in services for fact in (*service.gives, *service.confirms, *service.needs)}
    for fact in agreement.facts:
        if fact not in known_facts and not known.is_lost_path(fact):
            yield problem(
                "unknown-service-fact",
                place(fact, agreement),
                Words(f"Tidak satu pun layanan ini memberi '{fact}'.", f"None of these services gives '{fact}'."),
                one_of(fact, known_facts),
            )


def policy_problems(known: Known, policy: Policy) -> Iterator[Problem]:
    """Yield what is wrong with a policy."""
    names = {agreement.id for agreement in known.catalogue.agreements}
    for name in (*policy.with_agreements, *policy.without_agreements):
        yield from reference(known, "agreement", name, place(name, policy), names)
    for name in policy.with_agreements:
        if name in policy.without_agreements:
            yield problem(
                "with-and-without",
                place(name, policy),
                Words(f"'{name}' dihitung dan sekaligus tidak dihitung.", f"'{name}' is counted and left out at once."),
                Words("Hapus dari salah satu daftar.", "Take it out of one of the lists."),
            )
    said: dict[str, Decision] = {}
    for decision in policy.decisions:
        if decision.procedure is not None:
            yield from reference(
                known, "procedure", decision.procedure, place(decision.procedure, decision), known.procedures
            )
        first = said.setdefault(decision.finding, decision)
        if first is not decision:
            yield problem(
                "decided-twice",
                place(decision.finding, decision),
                Words(
                    f"Temuan '{decision.finding}' sudah diputuskan oleh {first.by} pada {first.on}.",
                    f"The finding '{decision.finding}' has been decided by {first.by} on {first.on}.",
                ),
                Words("Biarkan satu keputusan saja.", "Leave one decision only."),
            )
