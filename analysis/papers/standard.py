"""The service standard of a procedure: the 14 components of PermenPANRB 15/2014, each from the model or left to be filled in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from analysis.certificate import fingerprint
from analysis.compiling import compiled
from analysis.drawing.wording import duration_words, money_words, small, title_of
from analysis.moves.measuring import measure
from analysis.papers.identity import equipment
from analysis.papers.sop import sop
from analysis.papers.telling import NOT_KNOWN, agency_words, begun, count_words, facts_words, laws_of, paper_words
from analysis.papers.version import Version
from processes.procedure import Approve, FormStep, Issue, Lookup, Pay, Step
from processes.words import Words

EFFECTIVE_MINUTES = 75_000
"""A year's effective working time of one person: 1,250 hours, PermenPANRB 1/2020."""

Part = Literal["delivery", "organisation"]
PARTS: dict[Part, Words] = {
    "delivery": Words("Proses penyampaian pelayanan", "Delivery of the service"),
    "organisation": Words("Pengelolaan pelayanan di dalam organisasi", "Management of the service in the organisation"),
}
TITLES = (
    Words("Persyaratan", "Requirements"),
    Words("Sistem, mekanisme, dan prosedur", "System, mechanism and procedure"),
    Words("Jangka waktu pelayanan", "Time"),
    Words("Biaya/tarif", "Fees"),
    Words("Produk pelayanan", "Product"),
    Words("Penanganan pengaduan, saran, dan masukan", "Complaints, suggestions and comments"),
    Words("Dasar hukum", "Legal basis"),
    Words("Sarana dan prasarana, dan/atau fasilitas", "Facilities"),
    Words("Kompetensi pelaksana", "Competence of staff"),
    Words("Pengawasan internal", "Internal supervision"),
    Words("Jumlah pelaksana", "Number of staff"),
    Words("Jaminan pelayanan", "Guarantee of service"),
    Words("Jaminan keamanan dan keselamatan pelayanan", "Guarantee of security and safety"),
    Words("Evaluasi kinerja pelaksana", "Evaluation of performance"),
)
DELIVERY = 6  # of the components; the others are of the organisation


@dataclass(frozen=True, slots=True)
class Component:
    """One of the 14."""

    number: int
    part: Part
    title: Words
    lines: tuple[Words, ...]
    known: bool  # whether the model says all of it; else the agency fills in the rest


@dataclass(frozen=True, slots=True)
class Standard:
    """A service standard."""

    service: Words
    unit: Words
    state: Words
    components: tuple[Component, ...]
    source: str  # the fingerprint of the procedure


def standard(version: Version) -> Standard:
    """Return the service standard of a procedure, as it is or redesigned.

    Complexity: that of its SOP.
    """
    found = (
        (_requirements(version), True),
        (_procedure(version), True),
        (_time(version), version.procedure.time_limit is not None),
        (_fees(version), True),
        (_products(version), True),
        (_complaints(version), version.procedure.objection is not None),
        (laws_of(version.procedure, version.policy), bool(version.procedure.legal_basis)),
        ([*_channels(version), *equipment(version)], False),
        ((), False),
        (_supervision(version), False),
        (_staff(version), False),
        (_guarantee(version), False),
        (_security(version), False),
        ((), False),
    )
    components = tuple(
        Component(
            number,
            "delivery" if number <= DELIVERY else "organisation",
            title,
            (*begun(lines), *(() if known else (NOT_KNOWN if not tuple(lines) else _REST,))),
            known,
        )
        for number, (title, (lines, known)) in enumerate(
            zip(TITLES, ((tuple(lines), known) for lines, known in found), strict=True), start=1
        )
    )
    unit = agency_words(version.catalogue, version.procedure.agency)
    return Standard(version.title, unit, version.state, components, fingerprint(version.procedure))


_REST = Words("[selebihnya diisi instansi]", "[the rest is to be filled in by the agency]")


def _steps(version: Version) -> Iterable[Step]:
    return version.procedure.step_by_id.values()


def _requirements(version: Version) -> Iterable[Words]:
    """Yield forms, papers and acts, each once."""
    model = version.model
    found: dict[Words, None] = {}
    for step in _steps(version):
        if not isinstance(step, FormStep):
            continue
        questions = model.questions(step)
        asked = sum(one.fact is not None for one in questions)
        if asked:
            title = title_of(step)
            told = Words(f"{title.id} ({asked} isian)", f"{title.en} ({asked} question{'s' if asked > 1 else ''})")
            found[told] = None
        for question in questions:
            if question.fact is None:
                found[question.label] = None
    papers = [paper for step in _steps(version) if isinstance(step, FormStep) for paper in model.papers(step)]
    for paper in papers:
        found[paper_words(model.naming, paper)] = None
    yield from found
    if not papers:
        yield Words("Pemohon tidak perlu membawa dokumen apa pun", "The applicant need not bring anything")


def _procedure(version: Version) -> Iterable[Words]:
    """Yield the rows of the SOP, who does each first."""
    told = sop(version)
    for line in told.lines:
        if line.step:
            doer, activity = told.doers[line.doer], line.activity[0]
            yield Words(f"{doer.id}: {small(activity.id)}", f"{doer.en}: {small(activity.en)}")


def _time(version: Version) -> Iterable[Words]:
    """Yield the legal limits, and the time to be expected."""
    procedure = version.procedure
    if procedure.time_limit is not None:
        limit = duration_words(procedure.time_limit)
        yield Words(f"Paling lama {limit.id} menurut ketentuan", f"At most {limit.en} by law")
    for step in _steps(version):
        if step.within is not None:
            limit, title = duration_words(step.within), title_of(step)
            yield Words(f"{title.id}: paling lama {limit.id}", f"{title.en}: at most {limit.en}")
    instance = compiled(procedure, version.catalogue, version.policy, offers=False)
    hours = count_words(measure(instance).elapsed / 60, 1)
    yield Words(
        f"Rata-rata menurut model {hours.id} jam sejak permohonan, termasuk menunggu",
        f"On average, by the model, {hours.en} hours from the request, waiting included",
    )


def _fees(version: Version) -> Iterable[Words]:
    """Yield what is paid in the procedure, and what papers cost to get."""
    top = {step.id for step in version.procedure.steps if isinstance(step, Pay)}
    paid = [step for step in _steps(version) if isinstance(step, Pay)]
    for step in paid:
        title, fee = title_of(step), money_words(step.fee)
        some = Words("", "") if step.id in top else Words(" (hanya pada sebagian permohonan)", " (in some cases only)")
        yield Words(f"{title.id}: {fee.id}{some.id}", f"{title.en}: {fee.en}{some.en}")
    if not any(step.fee for step in paid):
        yield Words("Tidak dipungut biaya dalam prosedur ini", "Nothing is charged in this procedure")
    papers = {
        kind.id: kind
        for step in _steps(version)
        if isinstance(step, FormStep)
        for paper in version.model.papers(step)
        for kind in paper.kinds
        if kind.fee
    }
    for kind in papers.values():
        fee = money_words(kind.fee)
        yield Words(f"Untuk memperoleh {kind.title.id}: {fee.id}", f"To obtain the {small(kind.title.en)}: {fee.en}")


def _products(version: Version) -> Iterable[Words]:
    """Yield the outputs that make a paper, change a registry or start what follows; else all but letters."""
    issued = [step for step in _steps(version) if isinstance(step, Issue) and not step.letter]
    lasting = [step for step in issued if step.document or step.changes or step.starts]
    for step in lasting or issued:
        kind = version.catalogue.paper.get(step.document.partition(" of ")[0]) if step.document else None
        if kind is None and step.gives and not step.starts:
            yield from facts_words(version.model.naming, step.gives)  # a number that is given
        else:
            yield kind.title if kind else title_of(step)


def _complaints(version: Version) -> Iterable[Words]:
    if version.procedure.objection is not None:
        yield version.procedure.objection


def _channels(version: Version) -> Iterable[Words]:
    for channel in version.procedure.channels:
        title = title_of(channel)
        yield Words(f"Saluran: {title.id}", f"Channel: {title.en}")


def _supervision(version: Version) -> Iterable[Words]:
    """Yield who approves what others did."""
    told = sop(version)
    by_step = {line.step: told.doers[line.doer] for line in told.lines}
    for step in _steps(version):
        if isinstance(step, Approve):
            title, doer = title_of(step), by_step[step.id]
            yield Words(f"{title.id} oleh {doer.id}", f"{title.en} by {small(doer.en)}")


def _staff(version: Version) -> Iterable[Words]:
    """Yield how many posts the work needs, by volume and minutes."""
    volume, minutes = version.procedure.volume, version.asks.agency_minutes
    if volume:
        posts, cases = count_words(volume * minutes / EFFECTIVE_MINUTES, 1), count_words(volume)
        each, year = count_words(minutes, 1), count_words(EFFECTIVE_MINUTES)
        yield Words(
            f"Kebutuhan menurut beban kerja, semua instansi: {cases.id} permohonan × {each.id} menit ÷ {year.id} menit = {posts.id} orang",
            f"Needed by workload, all agencies: {cases.en} cases × {each.en} minutes ÷ {year.en} minutes = {posts.en} people",
        )


def _guarantee(version: Version) -> Iterable[Words]:
    procedure = version.procedure
    if procedure.time_limit is not None:
        limit = duration_words(procedure.time_limit)
        yield Words(f"Diselesaikan paling lama {limit.id}", f"Completed within {limit.en}")
    if procedure.silence_approves is not None:
        limit = duration_words(procedure.silence_approves)
        yield Words(
            f"Tanpa keputusan dalam {limit.id}, permohonan dianggap dikabulkan",
            f"Without a decision within {limit.en}, the case counts as approved",
        )
    if version.redesign is not None:
        yield Words(
            "Setiap permohonan diputus sama seperti sebelum rancang ulang (sertifikat pembuktian)",
            "Every case is decided as before the redesign (certificate of proof)",
        )


def _security(version: Version) -> Iterable[Words]:
    """Yield which registries are asked, and that a consent is asked for where the law wants it."""
    names = dict.fromkeys(step.service for step in _steps(version) if isinstance(step, Lookup))
    for name in names:
        service = version.catalogue.service.get(name)
        title = title_of(service) if service is not None else Words(name, name)
        yield Words(
            f"Data pemohon hanya diakses untuk tujuan layanan ini: {small(title.id)} ({name})",
            f"Data are looked up for the purpose of this service only: {small(title.en)} ({name})",
        )
    questions = [q for step in _steps(version) if isinstance(step, FormStep) for q in version.model.questions(step)]
    if any(question.consents_to for question in questions):
        yield Words("Akses data dengan persetujuan yang bersangkutan", "Looked up with consent")
