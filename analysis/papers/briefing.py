"""The briefing for leadership, as numbers and words: what changes, what it saves, what to sign, who does what, what is at risk.

Every number is one of the model's (volumes, burdens, certificates, agreements) or a sum or product of such; the fields keep them
unrounded.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta

from analysis.change import Burden, Change, ChangeKind, Redesign
from analysis.drawing.wording import dated, day_words, title_of
from analysis.lawful import refusal
from analysis.papers.assuming import assumed, assuming_words
from analysis.papers.sharing import Access, Sharing, accesses
from analysis.papers.telling import agency_words, count_words, listed
from analysis.redesign import redesigned
from processes.catalogue import Catalogue
from processes.policy import Policy
from processes.procedure import actor
from processes.words import Words

SOON = timedelta(days=365)  # an agreement that ends within a year is a risk


@dataclass(frozen=True, slots=True)
class Service:
    """What changes for those who apply for one service; a case each, expected."""

    procedure: str
    title: Words
    volume: float  # cases a year; 0 where it is not known
    before: Burden
    after: Burden

    @property
    def hours(self) -> float:
        """Hours that citizens are spared a year."""
        return self.volume * (self.before.citizen_minutes - self.after.citizen_minutes) / 60


@dataclass(frozen=True, slots=True)
class Total:
    """One figure of a year over all services whose volume is known."""

    name: Words
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Signing:
    """A decision that is asked for: to conclude one agreement."""

    agreement: str
    title: Words
    giver: Words
    user: Words
    procedures: tuple[Words, ...]
    hours: float  # that citizens are spared a year beyond the redesigns, by it alone
    months: float | None
    cost: float | None
    consent: bool
    mends: bool  # without it, a look-up of today is not lawful


@dataclass(frozen=True, slots=True)
class Task:
    """What one agency does."""

    agency: Words
    lines: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Briefing:
    """All that a briefing says."""

    day: date
    services: tuple[Service, ...]  # the greatest saving first
    refused: tuple[Words, ...]  # services that cannot be redesigned as they are
    totals: tuple[Total, ...]
    signings: tuple[Signing, ...]  # the greatest saving first
    together: float  # hours that all of these spare a year, beyond the redesigns
    tasks: tuple[Task, ...]
    risks: tuple[Words, ...]


def briefing(
    redesigns: Sequence[Redesign], shared: Sequence[Sharing], catalogue: Catalogue, policy: Policy
) -> Briefing:
    """Return the briefing about redesigning some procedures together.

    Args:
        redesigns: Of the procedures, under this policy.
        shared: What `sharings` says of them.
        catalogue: What they refer to.
        policy: The day, and what counts.

    Complexity: a redesign for each agreement and procedure that wants it, and one for all agreements together.
    """
    made = [one for one in redesigns if one.after is not None]
    wanted = [one for one in shared if one.wanted]
    asked = [access for one in made for access in accesses(one, catalogue, policy)]
    services = sorted(map(_service, made), key=lambda one: (-one.hours, one.procedure))
    gains = _Gains(redesigns, catalogue, policy)
    unlawful = {(one.procedure.id, one.service) for one in asked if one.agreement is None}
    signings = [_signing(one, catalogue, gains, unlawful) for one in wanted]
    concerned = {access.procedure.id for one in wanted for access in one.accesses}
    return Briefing(
        day=policy.date,
        services=tuple(services),
        refused=tuple(one.before.title for one in redesigns if one.after is None),
        totals=_totals(services, policy),
        signings=tuple(sorted(signings, key=lambda one: (-one.hours, one.agreement))),
        together=gains.of([one.agreement.id for one in wanted], concerned),
        tasks=tuple(_tasks(made, shared, asked, catalogue)),
        risks=tuple(_risks(made, shared, asked, catalogue, policy)),
    )


def _service(redesign: Redesign) -> Service:
    before, after = redesign.burden_before, redesign.burden_after
    assert before is not None and after is not None  # noqa: S101  # of one that was made
    return Service(redesign.before.id, redesign.before.title, redesign.before.volume, before, after)


def _totals(services: Sequence[Service], policy: Policy) -> tuple[Total, ...]:
    """Return the sums a year; citizens' time also as money, by the policy's rate."""

    def sums(name: Words, each: str, times: float = 1.0) -> Total:
        then = sum(one.volume * getattr(one.before, each) for one in services) * times
        now = sum(one.volume * getattr(one.after, each) for one in services) * times
        return Total(name, then, now)

    return (
        sums(Words("Isian yang ditanyakan", "Questions asked"), "questions"),
        sums(Words("Dokumen yang diminta", "Documents asked for"), "documents"),
        sums(Words("Urusan dengan formulir", "Dealings with a form"), "contacts"),
        sums(Words("Jam masyarakat", "Hours of citizens"), "citizen_minutes", 1 / 60),
        sums(Words("Jam petugas", "Hours of officers"), "agency_minutes", 1 / 60),
        sums(
            Words("Nilai waktu masyarakat (juta rupiah)", "Citizens' time (million rupiah)"),
            "citizen_minutes",
            policy.rupiah_per_minute / 1_000_000,
        ),
    )


class _Gains:
    """What agreements spare citizens beyond the redesigns that there are without them."""

    def __init__(self, redesigns: Sequence[Redesign], catalogue: Catalogue, policy: Policy) -> None:
        self.catalogue, self.policy = catalogue, policy
        self.now = {one.before.id: one for one in redesigns}

    def of(self, agreements: Sequence[str], procedures: Iterable[str]) -> float:
        """Return the hours a year that some agreements together spare in some procedures."""
        return sum(self.in_one(name, agreements) for name in sorted(procedures)) if agreements else 0.0

    def in_one(self, name: str, agreements: Sequence[str]) -> float:
        taken = tuple(dict.fromkeys((*self.policy.with_agreements, *agreements)))
        policy = self.policy.model_copy(update={"with_agreements": taken})
        now = self.now[name]
        then = redesigned(now.before, self.catalogue, policy)
        if now.burden_after is None or then.burden_after is None:
            return 0.0
        return now.before.volume * (now.burden_after.citizen_minutes - then.burden_after.citizen_minutes) / 60


def _signing(sharing: Sharing, catalogue: Catalogue, gains: _Gains, unlawful: Set[tuple[str, str]]) -> Signing:
    agreement = sharing.agreement
    names = dict.fromkeys(one.procedure.id for one in sharing.accesses)
    takes = agreement.takes
    return Signing(
        agreement=str(agreement.id),
        title=title_of(agreement),
        giver=listed(dict.fromkeys(agency_words(catalogue, one.registry.agency) for one in sharing.accesses)),
        user=agency_words(catalogue, agreement.consumer),
        procedures=tuple(dict.fromkeys(one.procedure.title for one in sharing.accesses)),
        hours=gains.of([agreement.id], names),
        months=takes.months if takes is not None else None,
        cost=takes.cost if takes is not None else None,
        consent=agreement.consent,
        mends=any((one.procedure.id, one.service) in unlawful for one in sharing.accesses),
    )


# --- who does what ----------------------------------------------------------------------------------------------------


def _tasks(
    redesigns: Sequence[Redesign], shared: Sequence[Sharing], asked: Sequence[Access], catalogue: Catalogue
) -> Iterable[Task]:
    """Yield what each agency has to do, in the order of the catalogue; those with nothing are left out."""
    found: dict[str, list[Words]] = {str(one.id): [] for one in catalogue.agencies}
    for agency, lines in found.items():
        mine = [one for one in redesigns if one.before.agency == agency]
        if mine:
            names = listed(one.before.title for one in mine)
            lines.append(
                Words(f"Menerapkan rancang ulang: {names.id}", f"Puts the redesigns into practice: {names.en}")
            )
            lines += _stops_asking(mine)
        lines += _stops_making(agency, redesigns, catalogue)
        lines += _answers(agency, asked, catalogue)
        signs = [
            str(one.agreement.id)
            for one in shared
            if one.wanted and agency in {one.agreement.consumer, *(access.registry.agency for access in one.accesses)}
        ]
        if signs:
            lines.append(Words(f"Menandatangani {', '.join(signs)}", f"Signs {', '.join(signs)}"))
        if lines:
            yield Task(agency_words(catalogue, agency), tuple(lines))


def _stops_asking(redesigns: Sequence[Redesign]) -> list[Words]:
    questions, documents = (
        sum(change.kind == kind for one in redesigns for change in one.changes)
        for kind in ("question dropped", "document dropped")
    )
    if not questions + documents:
        return []
    return [
        Words(
            f"Tidak lagi meminta {questions} isian dan {documents} dokumen",
            f"No longer asks {questions} questions and {documents} documents",
        )
    ]


def _stops_making(agency: str, redesigns: Sequence[Redesign], catalogue: Catalogue) -> list[Words]:
    """Return the letters and signatures of an agency that fall away."""
    told = []
    wanted: tuple[tuple[ChangeKind, Words], ...] = (
        ("letter dropped", Words("Tidak lagi menerbitkan", "No longer issues")),
        ("signature dropped", Words("Tidak lagi menandatangani", "No longer signs")),
    )
    for kind, words in wanted:
        titles = dict.fromkeys(
            title_of(one.before.step_by_id[change.step])
            for one in redesigns
            for change in one.changes
            if change.kind == kind and _by(one, change, catalogue) == agency
        )
        if titles:
            names = listed(titles)
            told.append(Words(f"{words.id}: {names.id}", f"{words.en}: {names.en}"))
    return told


def _by(redesign: Redesign, change: Change, catalogue: Catalogue) -> str:
    """Return the agency whose step a change is about."""
    step = redesign.before.step_by_id.get(change.step)
    whom = actor(step.by).whom if step is not None and step.by else ""
    return whom if whom in catalogue.agency else str(redesign.before.agency)


def _answers(agency: str, asked: Sequence[Access], catalogue: Catalogue) -> list[Words]:
    """Return how often the registries of an agency are asked a year."""
    told = []
    for registry in catalogue.registries:
        if registry.agency == agency and (often := asked_a_year(asked, registry.id)):
            number = count_words(often)
            told.append(
                Words(
                    f"Menjawab ± {number.id} akses data setahun: {registry.title.id}",
                    f"Answers ≈ {number.en} look-ups a year: {registry.title.en}",
                )
            )
    return told


def asked_a_year(found: Iterable[Access], registry: str | None = None) -> float:
    """Return how often a registry, or all of them, are expected to be asked a year; a look-up under two agreements once."""
    each = {(one.procedure.id, one.step): one.a_year for one in found if registry in (None, one.registry.id)}
    return sum(each.values())


def not_found_a_year(found: Iterable[Access]) -> float:
    """Return how many look-ups a year are expected to find nothing, by the coverage of their services."""
    each = {(one.procedure.id, one.step): one.a_year * (1 - one.offer.coverage) for one in found}
    return sum(each.values())


# --- what is at risk --------------------------------------------------------------------------------------------------


def _risks(
    redesigns: Sequence[Redesign],
    shared: Sequence[Sharing],
    found: Sequence[Access],
    catalogue: Catalogue,
    policy: Policy,
) -> Iterable[Words]:
    """Yield what the figures and the proof rest on, and where they may fail."""
    yield Words(
        "Pembuktian berasumsi bahwa setiap fakta memiliki satu nilai yang benar dan registri menyampaikannya",
        "The proof assumes that every fact has one true value, and that registries tell it",
    )
    if (more := assuming_words(assumed(catalogue, policy))) is not None:
        yield Words(f"Nota ini {more.id}", f"This briefing {more.en}")
    if missed := not_found_a_year(found):
        number, asked = count_words(missed), count_words(asked_a_year(found))
        yield Words(
            f"Dari ± {asked.id} akses data setahun, ± {number.id} tidak menemukan data (cakupan registri): pemohon diminta seperti sekarang",
            f"Of ≈ {asked.en} look-ups a year ≈ {number.en} find nothing (coverage of registries): the applicant is asked as today",
        )
    for access in found:
        if access.agreement is None:
            why = refusal(
                catalogue, policy, access.service, frozenset([access.consumer]), access.purpose, access.facts[0].word
            )
            says = dated(why.says) if why is not None else Words("", "")
            title = access.procedure.title
            yield Words(
                f"{title.id}: akses data saat ini belum sah ({says.id})",
                f"{title.en}: a look-up of today is not lawful ({says.en})",
            )
    for one in shared:
        until = one.agreement.until
        if not one.wanted and until is not None and until <= policy.date + SOON:
            day = day_words(until)
            yield Words(
                f"Perjanjian {one.agreement.id} berakhir {day.id}", f"The agreement {one.agreement.id} ends on {day.en}"
            )
    open_ends = [one for one in redesigns if one.optimum is None or not one.optimum.proven]
    if open_ends:
        names = listed(one.before.title for one in open_ends)
        yield Words(f"Belum terbukti paling sedikit: {names.id}", f"Not proven to ask least: {names.en}")
    unknown = [one for one in redesigns if not one.before.volume]
    if unknown:
        names = listed(one.before.title for one in unknown)
        yield Words(f"Jumlah permohonan belum diketahui: {names.id}", f"Volume not known: {names.en}")
    yield Words(
        "Menit, bagian, dan jumlah permohonan adalah angka model; yang berupa perkiraan ditandai di berkasnya",
        "Minutes, shares and volumes are the model's; those that are estimates say so in its files",
    )
