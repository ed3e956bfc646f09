"""The SOP of a procedure in the form of PermenPANRB 35/2012, as values: identity, doers, rows with symbols, arrows, totals."""

import re
from dataclasses import dataclass

from analysis.certificate import fingerprint
from analysis.compiling import compiled
from analysis.drawing.wording import OTHERWISE, condition_words, duration_words, large, share_words, small, title_of
from analysis.moves.measuring import measure
from analysis.papers.flowchart import SYSTEM, Arrow, Flowchart, Row, Symbol, flowchart
from analysis.papers.identity import Identity, identity
from analysis.papers.quality import Quality, notes, quality, time_words
from analysis.papers.telling import begun, count_words, listed, rests_words
from analysis.papers.version import Version
from processes.part import NOWHERE, Location
from processes.procedure import Approve, Choose, Decide, Lookup, Refuse, Step, actor
from processes.resolved import Resolved
from processes.words import Words, same


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the flow table, every cell a list of lines."""

    activity: tuple[Words, ...]
    doer: int  # the number of its column
    symbol: Symbol
    needs: tuple[Words, ...]
    time: Words
    output: tuple[Words, ...]
    notes: tuple[Words, ...]
    step: str  # in the model; "" of a choice by condition, a beginning and an end
    where: Location  # in the files


@dataclass(frozen=True, slots=True)
class Sop:
    """All that stands in an SOP."""

    identity: Identity
    doers: tuple[Words, ...]  # in the order of their first row
    lines: tuple[Line, ...]
    arrows: tuple[Arrow, ...]
    totals: tuple[Words, ...]
    source: str  # the fingerprint of the procedure


def sop(version: Version) -> Sop:
    """Return the SOP of a procedure, as it is or redesigned.

    A step is a row, a choice a diamond; what the redesign looks up is a row of the *system*. Times are those of the model: of work
    in their column, of waiting in the remarks; the totals are those of an expected case, as everywhere else.

    Complexity: linear in the procedure.
    """
    chart = flowchart(version.procedure.steps, version.model.naming)
    doers = tuple(dict.fromkeys(row.doer for row in chart.rows))
    lines = tuple(
        _line(row, number, chart, doers.index(row.doer), version.model) for number, row in enumerate(chart.rows)
    )
    named = tuple(doer_words(one, version.model) for one in doers)
    return Sop(identity(version), named, lines, chart.arrows, _totals(version), fingerprint(version.procedure))


def doer_words(doer: str, model: Resolved) -> Words:
    """Return who a column is: a role, or an officer, whose agency is named unless it is the procedure's own."""
    if doer == SYSTEM:
        return Words("Sistem", "System")
    whom, officer = actor(doer)
    agency = model.catalogue.agency.get(whom)
    if agency is None:
        return model.naming.role_words(whom)
    post = next((one.title for one in agency.officers if one.id == officer), same(officer) if officer else None)
    if post is None:
        return agency.title
    if whom == model.procedure.agency:
        return Words(large(post.id), large(post.en))
    return Words(f"{large(post.id)}, {agency.title.id}", f"{large(post.en)}, {small(agency.title.en)}")


def _line(row: Row, number: int, chart: Flowchart, doer: int, model: Resolved) -> Line:
    if row.item is None:
        named = Words("Mulai", "Start") if number == 0 else Words("Selesai", "End")
        return Line((named,), doer, row.symbol, (), same("–"), (), (), "", NOWHERE)
    again = row.branch > 0  # a further diamond of the same choice: nothing is done anew
    cells = Quality((), 0.0, ()) if again else quality(row.item, model)
    step = row.item if isinstance(row.item, Step) else None
    said = [] if step is None or again else [*notes(step, model)]
    if step is not None and not again and (ground := rests_words(step)) is not None:
        said.append(ground)
    if row.beside is not None:
        first, last = row.beside[0] + 1, row.beside[1] + 1
        span = f"{first}" if first == last else f"{first}–{last}"
        said.append(Words(f"Dapat bersamaan dengan no. {span}", f"May be done side by side with no. {span}"))
    return Line(
        activity=(_activity(row),),
        doer=doer,
        symbol=row.symbol,
        needs=begun(cells.needs),
        time=time_words(cells.minutes),
        output=begun(cells.output),
        notes=begun((*_ways(row, number, chart, model), *said)),
        step=step.id if step is not None else "",
        where=row.item.where,
    )


VERBS = {
    "form": Words("Mengisi", "Fill in"),
    "identify": Words("Masuk", "Log in"),
    "lookup": Words("Mencari data", "Look up"),
    "check": Words("Memeriksa", "Check"),
    "derive": Words("Menghitung", "Compute"),
    "decide": Words("Memutuskan", "Decide"),
    "pay": Words("Membayar", "Pay"),
    "approve": Words("Mengesahkan", "Approve"),
    "issue": Words("Menerbitkan", "Issue"),
    "notify": Words("Memberitahukan", "Tell"),
    "carry": Words("Mengantar berkas", "Carry papers"),
    "wait": Words("Menunggu", "Wait"),
    "refuse": Words("Menolak", "Refuse"),
}
"""What is done, for an activity whose title does not say it: an SOP's begins with a verb."""


_VERB = re.compile(r"(?i)^(\w+ )?(me(m|n|l|r|w|y)\w{3,}|cari)\b")


def _activity(row: Row) -> Words:
    """Return what is done: the title of a step, with a verb before it if it has none; of a choice by condition, what is looked at."""
    item = row.item
    if isinstance(item, Choose) or row.branch > 0:
        asked = row.answers[0].title
        return Words(f"Memeriksa apakah: {_small(asked.id)}", f"See whether: {_small(asked.en)}")
    assert isinstance(item, Step)  # noqa: S101  # what has no row is no other
    title = title_of(item)
    if isinstance(item, Lookup) and row.symbol == "decision":
        title = Words(f"{title.id.rstrip('?')}; ditemukan?", f"{title.en.rstrip('?')}; found?")
    asks = isinstance(item, Decide | Approve) and title.id.endswith("?")
    if not asks and not isinstance(item, Refuse) and _VERB.search(title.id):
        return title
    verb = VERBS[item.kind]
    return Words(f"{verb.id}: {small(title.id)}", f"{verb.en}: {small(title.en)}")


def _ways(row: Row, number: int, chart: Flowchart, model: Resolved) -> list[Words]:
    """Return where each answer of a diamond leads, and under which condition; where another row leads back to."""
    told: list[Words] = []
    leads = {arrow.label: arrow for arrow in chart.arrows if arrow.tail == number}
    for answer in row.answers:
        arrow = leads.get(answer.label)
        to = Words("selesai", "the end")
        if arrow is not None:
            to = Words(f"no. {arrow.head + 1}", f"no. {arrow.head + 1}")
            if arrow.back:
                to = Words(f"kembali ke {to.id}", f"back to {to.en}")
        said = [] if answer.title == OTHERWISE else [Words(_small(answer.title.id), _small(answer.title.en))]
        said += [share_words(answer.share)] if answer.share is not None else []
        what = listed(said)
        inside = Words(f" ({what.id})", f" ({what.en})") if said else Words("", "")
        told.append(Words(f"{answer.label.id}{inside.id}: {to.id}", f"{answer.label.en}{inside.en}: {to.en}"))
    if isinstance(row.item, Choose):
        branch = row.item.branches[row.branch]
        condition = model.naming.expression(branch.condition) if branch.condition else None
        if condition is not None and branch.title is not None:
            when = condition_words(condition, model.naming)
            told.append(Words(f"Ya bila {when.id}", f"Yes if {when.en}"))
    told += [
        Words(f"Kembali ke no. {one.head + 1}", f"Back to no. {one.head + 1}")
        for one in chart.arrows
        if one.tail == number and one.label is None and one.back
    ]
    return told


def _totals(version: Version) -> tuple[Words, ...]:
    """Return the expected minutes of a case, as the burden has them, and the legal limit."""
    asks, procedure = version.asks, version.procedure
    instance = compiled(procedure, version.catalogue, version.policy, offers=False)
    citizen, agency = count_words(asks.citizen_minutes, 1), count_words(asks.agency_minutes, 1)
    hours = count_words(measure(instance).elapsed / 60, 1)
    told = [
        Words(
            f"Rata-rata per permohonan: {citizen.id} menit pemohon (termasuk urusan dengan formulir), {agency.id} menit petugas",
            f"A case on average: {citizen.en} minutes of the applicant (dealings with forms included), {agency.en} minutes of officers",
        ),
        Words(
            f"Rata-rata sampai selesai: {hours.id} jam, termasuk menunggu",
            f"To the end on average: {hours.en} hours, waiting included",
        ),
    ]
    if procedure.time_limit is not None:
        limit = duration_words(procedure.time_limit)
        told.append(Words(f"Batas waktu menurut ketentuan: {limit.id}", f"Legal limit: {limit.en}"))
    return tuple(told)


def _small(text: str) -> str:
    return small(text).rstrip("?")
