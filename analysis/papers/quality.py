"""The *mutu baku* of each row of an SOP: what must be there before, how long it takes, what is there afterwards; draws nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.drawing.wording import (
    duration_words,
    money_words,
    small,
    title_of,
    whom_words,
)
from analysis.papers.telling import agency_words, count_words, facts_words, listed, paper_name, paper_words
from processes.catalogue import DataService
from processes.condition_tree import facts_read
from processes.procedure import (
    Approve,
    Carry,
    Check,
    Choose,
    Decide,
    Derive,
    FormStep,
    Identify,
    Issue,
    Item,
    Lookup,
    Need,
    Notify,
    Pay,
    Refuse,
    Step,
    Wait,
    walk,
)
from processes.resolved import Resolved, service_fact
from processes.words import Words, same


@dataclass(frozen=True, slots=True)
class Quality:
    """Three cells of a row; a cell is a list of lines."""

    needs: tuple[Words, ...]
    minutes: float  # of work, if all that may be asked is asked
    output: tuple[Words, ...]


def quality(item: Item, model: Resolved) -> Quality:
    """Return what a step or choice needs, how long it takes, and what it leaves.

    Complexity: linear in its questions, papers and facts; of a check, also in the papers handed in before it.
    """
    naming = model.naming

    def facts(names: Iterable[str]) -> tuple[Words, ...]:
        return facts_words(naming, names)

    match item:
        case Choose():
            conditions = [naming.expression(one.condition) for one in item.branches if one.condition]
            read = [fact for one in conditions if one is not None for fact in sorted(facts_read(one))]
            return Quality(facts(read), 0.0, (Words("Jalur yang ditempuh", "The way to go"),))
        case FormStep():
            return _of_form(item, model)
        case Identify():
            log_in = naming.catalogue.log_in.get(item.using)
            minutes = item.minutes or (log_in.minutes if log_in else 0.0)
            sure = Words("Identitas dipastikan", "The identity is certain")
            return Quality((title_of(log_in),) if log_in else (), minutes, (sure,))
        case Lookup():
            service = model.service(item)
            keys = [service_fact(model.subjects(item), key) for key in service.needs] if service else []
            return Quality(facts(keys), item.minutes, facts(model.looked_up(item)))
        case Check():
            verified = _with_heading(Words("Diverifikasi", "Verified"), facts(item.verifies))
            found = _with_heading(Words("Hasil pemeriksaan", "Found"), facts(item.gives))
            return Quality((*_papers_with(item, model), *facts(_names(item.needs))), item.minutes, (*verified, *found))
        case Derive():
            read = []
            for one in item.computes:
                expression = naming.expression(one.expression)
                read += sorted(facts_read(expression)) if expression is not None else []
            return Quality(facts(read), item.minutes, facts(one.id for one in item.computes))
        case Decide() | Approve():
            return Quality(_read(item, model), item.minutes, (*_decided(item), *facts(item.gives)))
        case Pay():
            paid = Words(
                f"{title_of(item).id} {money_words(item.fee).id}", f"{title_of(item).en} {money_words(item.fee).en}"
            )
            return Quality((), item.minutes, (Words(f"{paid.id} dibayar", f"{paid.en} paid"),))
        case Issue():
            kind = naming.catalogue.paper.get(item.document.partition(" of ")[0]) if item.document else None
            made = kind.title if kind else title_of(item)
            given = _with_heading(Words("Ditetapkan", "Given"), facts(item.gives))
            return Quality(facts((*_names(item.needs), *_names(item.carries))), item.minutes, (made, *given))
        case Notify():
            whom = whom_words(item.whom, naming) if item.whom else None
            told = (
                Words(f"Pemberitahuan kepada {small(whom.id)}", f"Notice to {small(whom.en)}")
                if whom
                else title_of(item)
            )
            return Quality(facts(_names(item.carries)), item.minutes, (told,))
        case Carry():
            to = agency_words(naming.catalogue, item.to) if item.to else None
            there = (
                Words(f"Berkas di {to.id}", f"Papers at {to.en}") if to else Words("Berkas diantar", "Papers carried")
            )
            return Quality((Words("Berkas", "Papers"),), item.minutes, (there,))
        case Refuse():
            return Quality((), item.minutes, (Words("Permohonan ditolak", "The case is refused"),))
        case Wait():
            return Quality((), item.minutes, ())
    return Quality((), 0.0, ())


def _of_form(step: FormStep, model: Resolved) -> Quality:
    """Return a form: its sheets with how many questions, its documents; of both the minutes."""
    questions, papers = model.questions(step), model.papers(step)
    sheets = []
    for use in step.uses:
        if (form := model.catalogue.form.get(use.id)) is not None:
            sheets.append(Words(f"{form.id} {form.title.id}", f"{form.id} {form.title.en}"))
    asked = sum(one.fact is not None for one in questions)
    acts = dict.fromkeys(one.label for one in questions if one.fact is None)
    count = [Words(f"{asked} isian", f"{asked} question{'s' if asked != 1 else ''}")] if asked else []
    needs = (*sheets, *count, *acts, *(paper_words(model.naming, one) for one in papers))
    minutes = sum(one.minutes for one in questions) + sum(one.minutes * one.share for one in papers)
    minutes = minutes or step.minutes
    made = Words("Berkas permohonan", "Papers of the case") if papers else Words("Formulir terisi", "Form filled in")
    return Quality(needs, minutes, (made,))


def _papers_with(step: Check, model: Resolved) -> tuple[Words, ...]:
    """Return the papers asked for before a check that carry what it verifies."""
    wanted = frozenset(model.naming.known(step.verifies))
    found: dict[str, Words] = {}
    for one in walk(model.procedure.steps):
        if one is step:
            break
        for paper in model.papers(one) if isinstance(one, FormStep) else ():
            if paper.may_show & wanted:
                found.setdefault(paper.id, paper_name(model.naming, paper))
    return tuple(found.values())


def _read(step: Decide | Approve, model: Resolved) -> tuple[Words, ...]:
    if step.needs is None:
        return (Words("Seluruh berkas dan data kasus", "All papers and data of the case"),)
    return facts_words(model.naming, _names(step.needs))


def _decided(step: Decide | Approve) -> tuple[Words, ...]:
    if not step.ways:
        return (Words("Disetujui", "Approved"),)
    told = [title_of(way) for way in step.ways]
    return (Words(" / ".join(one.id for one in told), " / ".join(one.en for one in told)),)


def _with_heading(heading: Words, told: tuple[Words, ...]) -> tuple[Words, ...]:
    return (Words(f"{heading.id}:", f"{heading.en}:"), *told) if told else ()


def _names(needs: tuple[Need, ...] | None) -> tuple[str, ...]:
    return tuple(need.fact for need in needs or ())


def time_words(minutes: float) -> Words:
    """Return working time as an SOP states it, to a tenth of a minute.

    >>> time_words(35).id, time_words(12.52).id, time_words(0)
    ('35 menit', '12,5 menit', Words(id='–', en='–'))
    """
    if round(minutes, 1) <= 0:
        return same("–")
    exact = round(float(minutes), 1)
    number = count_words(exact, 0 if exact.is_integer() else 1)
    return Words(f"{number.id} menit", f"{number.en} min")


def notes(step: Step, model: Resolved) -> tuple[Words, ...]:
    """Return what else is to be said of a step: the queue before it, its limit, who is asked and on which ground."""
    told: list[Words] = []
    if step.waits is not None and step.waits.amount:
        time = duration_words(step.waits)
        told.append(Words(f"Menunggu {time.id} sebelumnya", f"{time.en} wait before it"))
    if isinstance(step, Wait) and step.lasts is not None:
        time = duration_words(step.lasts)
        told.append(Words(f"Menunggu {time.id}", f"Wait of {time.en}"))
    if step.within is not None:
        time = duration_words(step.within)
        told.append(Words(f"Paling lambat {time.id}", f"Within {time.en}"))
    if isinstance(step, Approve) and step.silence_approves is not None:
        time = duration_words(step.silence_approves)
        told.append(Words(f"Diam {time.id} berarti setuju", f"Silence of {time.en} counts as approval"))
    if isinstance(step, Lookup) and (service := model.service(step)) is not None:
        told.append(_asked(step, service, model))
    if isinstance(step, Issue):
        changed = [one.title for one in model.catalogue.registries if one.id in step.changes]
        if changed:
            names = listed(changed)
            told.append(Words(f"Mengubah data di {names.id}", f"Changes data in {names.en}"))
    registers = {one.id: one.title for one in model.catalogue.registers}
    for record in step.records:
        where = registers.get(record.id, same(record.id))
        told.append(Words(f"Dicatat: {where.id}", f"Recorded in: {where.en}"))
    return tuple(told)


def _asked(step: Lookup, service: DataService, model: Resolved) -> Words:
    """Return which registry a look-up asks, and how many it finds."""
    name = step.service.partition(".")[0]
    registry = next((one.title for one in model.catalogue.registries if one.id == name), same(name))
    finds = count_words(100 * service.coverage, 0 if (100 * service.coverage).is_integer() else 1)
    return Words(
        f"Akses data {registry.id} (layanan {step.service}; cakupan {finds.id}%)",
        f"Asks the {registry.en} (service {step.service}; finds {finds.en}%)",
    )
