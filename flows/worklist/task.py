"""One thing a case waits for, as whoever does it must see it: what to fill in or decide, and what is known; knows no page."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from analysis.drawing.wording import whom_words
from flows import keeping
from flows.answering import NONE_OF_THEM, RETURNED, SENT_BACK, SETTLED, asked_at, ways_of
from flows.compiling import Program
from flows.consenting import withheld
from flows.contesting import Contest, contestable, contests
from flows.deadlines import deadlines
from flows.facts import computing
from flows.form_steps import WITHHELD
from flows.keeping import Dates
from flows.look_up_steps import CHOSEN, CORRECTED
from flows.look_ups import by_hand
from flows.moving import Moving
from flows.origins import Origin, origins
from flows.outcomes import CHOOSE, CONSENT_AGAIN, CONTESTED, TO_SIGN
from flows.past import Mark as Whence
from flows.returning import marks_of, may_send_back, of_citizens, returnable
from flows.store.case_store import CaseStore
from flows.store.rows import Kept, Ready, Returned, Waiting
from flows.worklist.history import NOT_LISTED, SETTLED_IN_WORDS, Happened, act_words, done_words, history, paper_words
from flows.worklist.waiting import Item, in_words
from processes import condition
from processes.case import DONE, Value
from processes.element import Assurance, CodeList, ElementType
from processes.procedure import Approve, Back, Check, Decide, FormStep, Lookup, Pay, Refuse, Step, Way, walk
from processes.resolved import Paper, Question, Resolved, service_fact
from processes.words import Words, same

RIGHT = "right-"  # before a fact: what is right in place of what a registry told


class Choice(NamedTuple):
    """One answer that can be chosen."""

    code: str
    words: Words


class Field(NamedTuple):
    """A fact to fill in."""

    fact: str  # as people write it
    label: Words
    type: ElementType
    many: bool  # one value for each member
    choices: tuple[Choice, ...]
    pattern: str | None
    least: float | None  # of a text, characters
    most: float | None


class Section(NamedTuple):
    """The fields about one person or thing."""

    title: Words
    fields: tuple[Field, ...]


class Shown(NamedTuple):
    """A fact that is known, to be read."""

    fact: str
    label: Words
    value: Words
    sure: Words
    whence: Words


class Act(NamedTuple):
    """What whoever fills in a form does besides: declares, signs, consents."""

    id: str
    label: Words
    consent: bool


class Decision(NamedTuple):
    """One way a decision can go."""

    way: str
    title: Words
    wants_reason: bool  # because the case is refused, or goes back


class Mark(NamedTuple):
    """A fact or a paper that can be marked, or is marked, as to be mended."""

    name: str  # of a fact as people write it, of a paper as `ktp of mother`
    label: Words
    kind: str = ""  # see `returning.KINDS`


class SentBack(NamedTuple):
    """With what an officer has sent the case back."""

    marks: tuple[Mark, ...]
    why: str
    role: Words
    name: str
    at: str


class Contested(NamedTuple):
    """What a registry told and somebody contests."""

    fact: str
    label: Words
    was: Words
    said: Words
    role: Words
    name: str
    why: str
    at: str
    settled: str  # `registry`, `said`; empty, while that is open


class Task(NamedTuple):
    """All there is to see and to do."""

    item: Item
    moves: int  # of the case when it was read: whoever answers must have seen this
    sections: tuple[Section, ...]
    acts: tuple[Act, ...]
    decisions: tuple[Decision, ...]
    again: bool  # whether trying again is an answer, too
    shown: tuple[Shown, ...]
    papers: tuple[Words, ...]
    objection: Words | None  # how to object to a decision, if the procedure says
    markable: tuple[Mark, ...]  # with what an officer may send the case back
    sent_back: SentBack | None  # why somebody is asked again
    history: tuple[Happened, ...]  # so far, in words
    contestable: tuple[Field, ...]  # what registries told, and whoever fills in the form may contest
    contests: tuple[Contested, ...]  # what is contested of what is shown here
    withheld: tuple[Words, ...]  # the consents for want of which it waits here

    @property
    def fields(self) -> list[Field]:
        """All fields, in order."""
        return [field for section in self.sections for field in section.fields]

    @property
    def names(self) -> dict[str, Words]:
        """What fields and acts are called where they do not stand under their heading: no two alike."""
        labels = [field.label for field in self.fields]
        found = {act.id: act.label for act in self.acts} | {mark.name: mark.label for mark in self.markable}
        found |= {f"{RIGHT}{field.fact}": field.label for field in self.contestable}
        for section in self.sections:
            for field in section.fields:
                whose, label = section.title, field.label
                alike = labels.count(label) > 1
                found[field.fact] = Words(f"{whose.id}: {label.id}", f"{whose.en}: {label.en}") if alike else label
        return found


def task_of(
    store: CaseStore,
    program: Program,
    dates: Dates,
    kept: Kept,
    wait: Waiting,
    today: date,
    holidays: Collection[date],
) -> Task:
    """Return a thing that a case waits for.

    Args:
        store: Where the case is.
        program: Its procedure.
        dates: What tells its dates.
        kept: The case, as just read.
        wait: What it waits for.
        today: The day on which ages and conditions are read.
        holidays: Days that are no working days.

    Complexity: linear in the facts of the case.
    """
    model, step = program.model, program.model.procedure.step_by_id.get(wait.step)
    case = keeping.moving(Ready(kept.id, kept.key, kept.moves, kept.given, kept.held), program, "", dates)
    known = {str(model.naming.canonical(one.fact)): one for one in origins(case, program, store.passed(kept.id))}
    form = step if isinstance(step, FormStep) else None
    shows = store.definition(kept.definition).policy.shows
    read, papers = _read(model, step, known, case if shows else None), _papers(program, step, case, today)
    returns = store.returned(kept.id)
    return Task(
        item=in_words(wait, model, deadlines(store, [wait], holidays).get((wait.case_id, wait.step))),
        moves=kept.moves,
        sections=_sections(to_fill_in(wait, model), model, form),
        acts=_acts(program, form, case, today, wait.why) if form and wait.waits_for == "answer" else (),
        decisions=_of_registry(case, wait, model) or (_decisions(step, wait) if step else ()),
        again=wait.waits_for == "registry" or wait.why == SENT_BACK,
        shown=tuple(_shown(program, case, name, known, today) for name in read),
        papers=tuple(paper_words(one, model) for one in papers),
        objection=model.procedure.objection,
        markable=_markable(store, program, case, wait, read, papers) if may_send_back(wait, model) else (),
        sent_back=_sent_back(returns, wait, model),
        history=history(store.said(kept.id), returns, model),
        contestable=tuple(_field(name, None, model) for name in contestable(case, program, wait) if name in read),
        contests=tuple(
            _contested(one, model)
            for one in contests(kept.given, dates)
            if wait.step == one.step or one.fact in read or wait.who == one.who
        ),
        withheld=tuple(act_words(model, act) for acts in withheld(case, program, wait).values() for act in acts),
    )


# --- to fill in -----------------------------------------------------------------------------------------------------


def to_fill_in(wait: Waiting, model: Resolved) -> tuple[str, ...]:
    """Return the facts to fill in: those that are missing; where a registry does not know, what it would have told."""
    step = model.procedure.step_by_id.get(wait.step)
    if wait.why in (CHOOSE, CONTESTED):
        return ()
    if isinstance(step, Lookup) and wait.waits_for == "registry":
        return tuple(name for name in by_hand(model, step) if name in asked_at(model, wait))
    if wait.why == SENT_BACK:
        return tuple(asked_at(model, wait))
    return wait.missing if wait.waits_for == "answer" else ()


def _sections(names: Iterable[str], model: Resolved, form: FormStep | None) -> tuple[Section, ...]:
    """Group facts by whom they are about, in the order of a printed form, else of the procedure's roles and of the entity."""
    naming, questions = model.naming, list[Question](model.questions(form) if form else ())
    printed = {one.fact: number for number, one in enumerate(questions) if one.fact and one.block.id}
    labels = {one.fact: one.label for one in questions if one.fact}
    roles = {subject.name: number for number, role in enumerate(naming.roles) if (subject := naming.subject(role))}
    groups: dict[str, list[tuple[tuple[int, int], str]]] = {}
    for name in names:
        fact = naming.fact(name)
        if fact is None:
            continue
        subject = naming.subject(name) if fact.relation is not None else None
        about = (subject or fact.owner).name  # the number of the mother stands with what is asked about the mother
        elements = [element.id for element in (subject or fact.owner).entity.elements]
        place = elements.index(fact.element.id) if fact.element.id in elements else len(elements)
        groups.setdefault(about, []).append(((printed.get(name, len(questions)), place), name))
    first = {about: min(one[0][0] for one in some) for about, some in groups.items()}
    order = sorted(groups, key=lambda about: (first[about], roles.get(about, len(roles)), about))
    return tuple(
        Section(
            _upper(naming.role_words(_shown_about(about, model))),
            tuple(_field(name, labels.get(name), model) for _, name in sorted(groups[about])),
        )
        for about in order
    )


def _shown_about(about: str, model: Resolved) -> str:
    subject = model.naming.subject(about)
    return model.naming.shown_subject(subject) if subject else about


def _field(name: str, label: Words | None, model: Resolved) -> Field:
    fact = model.naming.fact(name)
    assert fact is not None  # noqa: S101  # the caller has looked
    element = fact.element
    codes = model.catalogue.code_list.get(element.codes or "")
    return Field(
        fact=model.naming.shown(name),
        label=_upper(label or model.naming.words(name)),
        type=element.type,
        many=fact.many,
        choices=tuple(Choice(str(code.id), code.title) for code in codes.codes) if codes else (),
        pattern=str(element.pattern) if element.pattern else None,
        least=element.min,
        most=element.max,
    )


def _upper(words: Words) -> Words:
    return Words(words.id[:1].upper() + words.id[1:], words.en[:1].upper() + words.en[1:])


def _acts(program: Program, form: FormStep, case: Moving, today: date, why: str) -> tuple[Act, ...]:
    """Return what is declared, signed and consented to.

    Who mends a form signs it again, but has consented before; who is asked for a consent once more is asked for that alone.
    """
    return tuple(
        Act(one.id, _upper(one.label), bool(one.consents_to))
        for one in program.model.questions(form)
        if one.act
        and _may_hold(program, one.condition, case, today)
        and not (why == RETURNED and one.consents_to)
        and (why != CONSENT_AGAIN or (one.consents_to and WITHHELD in case.decisions.get(one.id, ())))
    )


def _may_hold(program: Program, parsed: condition.Expression | None, case: Moving, today: date) -> bool:
    """Whether a condition holds, or is not known yet."""
    if parsed is None:
        return True
    found = program.facts.expression(parsed)(case, today)
    return any(one is not False for one in found) if isinstance(found, tuple) else found is not False


# --- to decide ------------------------------------------------------------------------------------------------------


def _decisions(step: Step, wait: Waiting) -> tuple[Decision, ...]:
    if wait.why == RETURNED and not wait.missing:  # just papers are to be mended
        return (Decision(DONE, Words("Sudah dilengkapi", "They are brought"), wants_reason=False),)
    if wait.why in (TO_SIGN, CONSENT_AGAIN):
        return (Decision(DONE, Words("Kirim", "Send"), wants_reason=False),)
    if wait.waits_for != "decision":
        return ()
    if ways_of(step) == (DONE,):
        return (Decision(DONE, done_words(step), wants_reason=False),)
    ways = step.ways if isinstance(step, Decide | Approve) else ()
    return tuple(
        Decision(str(way.id), way.title or same(way.id.replace("-", " ")), wants_reason=wants_reason(way))
        for way in ways
    )


def _of_registry(case: Moving, wait: Waiting, model: Resolved) -> tuple[Decision, ...]:
    """Return what can be decided where a registry tells something that somebody must look at."""
    if wait.why == CONTESTED:
        return tuple(Decision(way, SETTLED_IN_WORDS[way], wants_reason=True) for way in SETTLED)
    return _offered(case, wait, model) if wait.why == CHOOSE else ()


def _offered(case: Moving, wait: Waiting, model: Resolved) -> tuple[Decision, ...]:
    """Return the records of a registry among which somebody chooses, each in words; and that it is none of them."""
    offer = case.offered.get(wait.step)
    if offer is None:
        return ()
    found = []
    for number, record in enumerate(offer.records, 1):
        said = [offer_words(name, value, model) for name, value in zip(offer.facts, record, strict=True)]
        title = Words("; ".join(one.id for one in said), "; ".join(one.en for one in said))
        found.append(Decision(str(number), title, wants_reason=False))
    return (*found, Decision(NONE_OF_THEM, NOT_LISTED, wants_reason=False))


def offer_words(name: str, value: Value, model: Resolved) -> Words:
    """Return what a record says of a fact."""
    fact, words = model.naming.fact(name), _upper(model.naming.words(name))
    told = value_words(value, model.catalogue.code_list.get(fact.element.codes or "") if fact else None)
    return Words(f"{words.id}: {told.id}", f"{words.en}: {told.en}")


def wants_reason(way: Way) -> bool:
    """Whether a way must be given a reason: it refuses the case, or sends it back."""
    return any(isinstance(item, Refuse | Back) for item in walk(way.steps))


# --- to read --------------------------------------------------------------------------------------------------------


def _read(model: Resolved, step: Step | None, known: dict[str, Origin], shown: Moving | None = None) -> tuple[str, ...]:
    """Return the facts that a step reads, and no others; of a judgement that does not say what it reads, all that is known.

    Args:
        model: The procedure.
        step: Where the case waits.
        known: What the case holds.
        shown: The case, where whoever fills in a form sees what registries told.
    """
    if step is None:
        return ()
    named = [need.fact for need in step.needs or ()]
    match step:
        case FormStep():
            named += [name for one in model.questions(step) for name in one.declares]
            if shown is not None and of_citizens(str(step.by or ""), model):
                named += [name for name, mark in shown.marks.items() if _from_registry(mark, model)]
        case Check():
            named += step.verifies
        case Lookup():
            service = model.service(step)
            subjects = model.subjects(step)
            named += [service_fact(subjects, word) for word in (service.needs if service else ())]
        case Decide() | Approve() if step.needs is None:
            named += list(known)
    return tuple(dict.fromkeys(model.naming.known(named)))


def _from_registry(mark: Whence, model: Resolved) -> bool:
    """Whether a look-up told a value, also where somebody has chosen or corrected it, and nobody else has said it."""
    settled = (CHOSEN, CORRECTED)
    steps = (model.procedure.step_by_id.get(name.removesuffix(CHOSEN).removesuffix(CORRECTED)) for name in mark[1:])
    return (not mark[0] or mark[-1].endswith(settled)) and any(isinstance(step, Lookup) for step in steps)


def _shown(program: Program, case: Moving, name: str, known: dict[str, Origin], today: date) -> Shown:
    naming = program.model.naming
    fact, found = naming.fact(name), known.get(name)
    codes = program.model.catalogue.code_list.get(fact.element.codes or "") if fact else None
    if found is None and computing(naming, name) is not None:
        value = program.facts.value(name)(case, today)
        sure, whence = Assurance(program.levels.level(case, name)).words, Words("dihitung", "computed")
    elif found is None:
        value, sure, whence = None, Assurance.ABSENT.words, same("")
    else:
        value, sure = found.value, found.assurance.words
        whence = Words("; ".join(s.says.id for s in found.sources), "; ".join(s.says.en for s in found.sources))
    return Shown(naming.shown(name), _upper(naming.words(name)), value_words(value, codes), sure, whence)


def value_words(value: Value, codes: CodeList | None = None) -> Words:
    """Return a value as people read it.

    >>> value_words((True, None)).en
    'yes; none'
    """
    if isinstance(value, tuple):
        each = [value_words(one, codes) for one in value] or [Words("tidak ada", "none")]
        return Words("; ".join(one.id for one in each), "; ".join(one.en for one in each))
    if value is None:
        return Words("tidak ada", "none")
    if isinstance(value, bool):
        return Words("ya", "yes") if value else Words("tidak", "no")
    found = next((code.title for code in codes.codes if str(code.id) == value), None) if codes else None
    return found or same(str(value))


def _papers(program: Program, step: Step | None, case: Moving, today: date) -> tuple[Paper, ...]:
    """Return the papers that a form takes, or that whoever checks and judges has in hand."""
    model = program.model
    if isinstance(step, FormStep):
        return tuple(one for one in model.papers(step) if _may_hold(program, one.condition, case, today))
    if not isinstance(step, Check | Decide | Approve | Pay):
        return ()
    forms = [item for item in walk(model.procedure.steps) if isinstance(item, FormStep)]
    papers = {one.id: one for form in forms for one in model.papers(form)}
    return tuple(one for one in papers.values() if case.handed_in & program.paper_bits[one.id])


# --- contested ------------------------------------------------------------------------------------------------------


def _contested(one: Contest, model: Resolved) -> Contested:
    naming = model.naming
    fact = naming.fact(one.fact)
    codes = model.catalogue.code_list.get(fact.element.codes or "") if fact else None
    return Contested(
        naming.shown(one.fact),
        _upper(naming.words(one.fact)),
        value_words(one.was, codes),
        value_words(one.said, codes),
        whom_words(one.who, naming),
        one.name,
        one.why,
        one.at,
        one.settled,
    )


# --- sent back ------------------------------------------------------------------------------------------------------


def _markable(
    store: CaseStore, program: Program, case: Moving, wait: Waiting, read: Iterable[str], papers: Iterable[Paper]
) -> tuple[Mark, ...]:
    """Return what an officer may mark of what they see."""
    there, naming = returnable(case, program, wait.step, store.passed(case.id)), program.model.naming
    facts = [Mark(naming.shown(name), _upper(naming.words(name))) for name in read if name in there]
    return (*facts, *(Mark(one.id, paper_words(one, program.model)) for one in papers if one.id in there))


def _sent_back(returns: list[Returned], wait: Waiting, model: Resolved) -> SentBack | None:
    found = marks_of(returns, wait, model)
    if found is None:
        return None
    last, marks = found
    step = model.procedure.step_by_id[wait.step]
    papers = {one.id: paper_words(one, model) for one in model.papers(step)} if isinstance(step, FormStep) else {}
    told = tuple(Mark(name, papers.get(name) or _upper(model.naming.words(name)), kind) for name, kind in marks.items())
    return SentBack(told, last.why, whom_words(last.who, model.naming), last.name, last.at)
