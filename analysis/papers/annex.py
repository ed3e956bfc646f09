"""The draft annex of a data-sharing agreement: which data, by which service, for which purpose and procedure, on which basis, how long."""

from dataclasses import dataclass

from analysis.drawing.wording import dated, day_words, duration_words, large, money_words, share_words, title_of
from analysis.lawful import refusal
from analysis.papers.assuming import assumed
from analysis.papers.sharing import Access, SharedFact, Sharing
from analysis.papers.telling import TO_FILL, agency_words, begun, count_words, listed
from processes.catalogue import Agreement, Catalogue, DataService
from processes.element import Assurance, level
from processes.policy import Policy
from processes.resolved import of_whom
from processes.words import Words, same


@dataclass(frozen=True, slots=True)
class DataRow:
    """One data element that is shared."""

    data: Words
    service: str
    kind: Words  # usual or special-category; given or only compared
    about: tuple[Words, ...]
    uses: tuple[Words, ...]  # by procedure: the steps that read it


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One service through which it is shared."""

    service: str
    title: Words
    asked_with: tuple[Words, ...]
    answers: tuple[Words, ...]  # how sure, how many it finds, how fresh
    a_year: float


@dataclass(frozen=True, slots=True)
class Annex:
    """A draft annex, whatever is not known left to be filled in."""

    agreement: str
    title: Words
    wanted: bool
    state: Words
    giver: Words
    user: Words
    own: bool  # the user keeps the registry itself
    purposes: tuple[Words, ...]
    legal_basis: tuple[Words, ...]
    procedures: tuple[Words, ...]
    data: tuple[DataRow, ...]
    services: tuple[ServiceRow, ...]
    term: tuple[Words, ...]
    consent: Words


def annex(sharing: Sharing, catalogue: Catalogue, policy: Policy) -> Annex:
    """Return the draft annex of one agreement, as far as the procedures that were looked at use or want it.

    Only what is read is shared: the facts are those of the certificates.

    Complexity: linear in the facts fetched under it.
    """
    agreement, accesses = sharing.agreement, sharing.accesses
    keepers = dict.fromkeys(one.registry.agency for one in accesses)
    purposes = dict.fromkeys(one.purpose for one in accesses)
    known = {one.id: one for one in catalogue.purposes}
    titles = tuple(known[one].title if one in known else same(one) for one in purposes)
    laws = [*agreement.legal_basis, *(law for one in purposes if one in known for law in known[one].legal_basis)]
    return Annex(
        agreement=str(agreement.id),
        title=title_of(agreement),
        wanted=sharing.wanted,
        state=_state(sharing, catalogue, policy),
        giver=listed(agency_words(catalogue, one) for one in keepers),
        user=agency_words(catalogue, agreement.consumer),
        own=keepers.keys() == {agreement.consumer},
        purposes=begun(titles),
        legal_basis=tuple(same(str(law)) for law in dict.fromkeys(laws)) or (TO_FILL,),
        procedures=tuple(dict.fromkeys(one.procedure.title for one in accesses)),
        data=tuple(_data(sharing, catalogue)),
        services=tuple(_services(accesses, catalogue)),
        term=tuple(_term(agreement, policy)),
        consent=_consent(agreement),
    )


def _state(sharing: Sharing, catalogue: Catalogue, policy: Policy) -> Words:
    """Return whether an agreement is in force, and why not."""
    day = day_words(policy.date)
    if not sharing.wanted and str(sharing.agreement.id) in assumed(catalogue, policy):
        return Words(f"Diandaikan berlaku pada {day.id}", f"Assumed to be in force on {day.en}")
    if not sharing.wanted:
        return Words(f"Berlaku pada {day.id} dan dipakai", f"In force on {day.en}, and used")
    first = sharing.accesses[0]
    found = refusal(catalogue, policy, first.service, frozenset([first.consumer]), first.purpose, first.facts[0].word)
    why = dated(found.says) if found is not None else same("")
    return Words(f"Diperlukan; {why.id}", f"Wanted; {why.en}")


def _data(sharing: Sharing, catalogue: Catalogue) -> list[DataRow]:
    """Return a row for each data element of each service, in the order of the service's words."""
    found: dict[tuple[str, str], list[tuple[Access, SharedFact]]] = {}
    for access in sharing.accesses:
        for fact in access.facts:
            found.setdefault((access.service, fact.word), []).append((access, fact))
    order = {
        (name, word): place
        for name, offer in catalogue.service.items()
        for place, word in enumerate((*offer.gives, *offer.confirms))
    }
    rows = []
    for (service, word), uses in sorted(found.items(), key=lambda one: (one[0][0], order.get(one[0], 0))):
        first_access, first_fact = uses[0]
        kind = Words("spesifik", "special category") if first_fact.sensitive else Words("umum", "general")
        if first_fact.confirmed:
            kind = Words(f"{kind.id}; hanya dicocokkan", f"{kind.en}; only compared")
        told: dict[Words, dict[Words, None]] = {}
        for access, fact in uses:
            told.setdefault(access.procedure.title, {}).update(dict.fromkeys(fact.readers))
        rows.append(
            DataRow(
                data=word_words(catalogue, first_access.offer, word),
                service=service,
                kind=kind,
                about=begun(dict.fromkeys(whom for access, _ in uses for whom in access.about)),
                uses=tuple(_use(title, tuple(steps)) for title, steps in told.items()),
            )
        )
    return rows


def _use(title: Words, steps: tuple[Words, ...]) -> Words:
    named = listed(steps) if steps else Words("tidak dibaca langkah mana pun", "read by no step")
    return Words(f"{title.id}: {named.id}", f"{title.en}: {named.en}")


def word_words(catalogue: Catalogue, offer: DataService, word: str) -> Words:
    """Return a service's word for a fact in words, over the relations it leads.

    >>> from processes.element import DataElement, Entity
    >>> person = Entity(id="person", key="nik", elements=(DataElement(id="nik", title=Words("NIK", "NIK")),))
    >>> offer = DataService(id="s", about="person", needs=("nik",), gives=("nik",))
    >>> word_words(Catalogue(entities=(person,)), offer, "nik").en
    'NIK'
    """
    names = word.split(".")
    if isinstance(offer.about, str):
        entity = catalogue.entity.get(offer.about)
    else:
        subjects = {one.id: one.entity for one in offer.about}
        entity = catalogue.entity.get(subjects.get(names[0], ""))
        names = names[1:]
    passed: list[Words] = []
    for number, name in enumerate(names):
        element = entity.element(name) if entity is not None else None
        relation = entity.relation(name) if entity is not None else None
        part = element or relation
        if part is None:
            return same(word)
        passed.append(title_of(part))
        if relation is not None and number < len(names) - 1:
            entity = catalogue.entity.get(relation.entity)
    told = passed[-1] if passed else same(word)
    for whose in reversed(passed[:-1]):
        told = of_whom(told, whose)
    return Words(large(told.id), large(told.en))


def _services(accesses: tuple[Access, ...], catalogue: Catalogue) -> list[ServiceRow]:
    """Return a row for each service, with how often it is expected to be asked a year."""
    found: dict[str, list[Access]] = {}
    for one in accesses:
        found.setdefault(one.service, []).append(one)
    rows = []
    for name, uses in found.items():
        offer = uses[0].offer
        least = Assurance(level(catalogue.key_level(offer))).words
        keys = listed(word_words(catalogue, offer, key) for key in offer.needs)
        rows.append(
            ServiceRow(
                service=name,
                title=begun([title_of(offer)])[0],
                asked_with=(keys, Words(f"paling rendah: {least.id}", f"at least: {least.en}")),
                answers=tuple(_answers(offer)),
                a_year=sum({(one.procedure.id, one.step): one.a_year for one in uses}.values()),
            )
        )
    return rows


def _answers(offer: DataService) -> list[Words]:
    sure, finds = Assurance(level(offer.assurance)).words, share_words(offer.coverage)
    told = [
        Words(f"tingkat keyakinan: {sure.id}", f"how sure: {sure.en}"),
        Words(f"cakupan {finds.id}", f"finds {finds.en}"),
    ]
    if offer.fresh is not None:
        age = duration_words(offer.fresh)
        told.append(Words(f"umur data paling lama {age.id}", f"at most {age.en} old"))
    if offer.price:
        price = money_words(offer.price)
        told.append(Words(f"{price.id} setiap akses", f"{price.en} each time"))
    return told


def _term(agreement: Agreement, policy: Policy) -> list[Words]:
    """Return from when to when, what concluding it takes, and that nothing is known of how long data are kept."""
    start = day_words(agreement.since) if agreement.since is not None else TO_FILL
    end = day_words(agreement.until) if agreement.until is not None else TO_FILL
    if agreement.state == "in force" and agreement.since is None:
        start = Words("sudah berlaku", "in force already")
    if agreement.until is not None and agreement.until < policy.date:
        end = Words(
            f"{end.id} (telah berakhir); perpanjangan: {TO_FILL.id}", f"{end.en} (over); extended to: {TO_FILL.en}"
        )
    told = [Words(f"Mulai: {start.id}", f"From: {start.en}"), Words(f"Sampai: {end.id}", f"Until: {end.en}")]
    if agreement.takes is not None:
        months, cost = count_words(agreement.takes.months), money_words(agreement.takes.cost)
        told.append(
            Words(
                f"Perkiraan penyusunan: {months.id} bulan, {cost.id}",
                f"Concluding it takes an estimated {months.en} months and {cost.en}",
            )
        )
    kept = Words("Data disimpan selama", "Data are kept for")
    return [*told, Words(f"{kept.id}: {TO_FILL.id}", f"{kept.en}: {TO_FILL.en}")]


def _consent(agreement: Agreement) -> Words:
    if agreement.consent:
        return Words(
            "Setiap akses memerlukan persetujuan orang yang datanya diakses",
            "Each time, the person whom the data are about must consent",
        )
    return Words(
        "Tanpa persetujuan tersendiri; dasar hukum di atas", "Without a consent of its own; on the legal basis above"
    )


def yearly(row: ServiceRow) -> Words:
    """Return how often a service is expected to be asked a year."""
    if not row.a_year:
        return Words("[jumlah permohonan belum ada dalam model]", "[the model knows no volume]")
    number = count_words(row.a_year)
    return Words(f"± {number.id} per tahun", f"≈ {number.en} a year")
