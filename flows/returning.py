"""A case goes back to whoever filled in its forms, with what is marked there; and on its way again. Knows no command and no page.

It goes the way of a `back to` of the procedure: the marked facts, and all that rests on them, are lost and asked anew, and what was
decided since is decided anew. So nothing is decided on what somebody has found to be wrong.
"""

from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple

from flows.answering import CHANGED, RETURNED, NotTakenError
from flows.audit import sent_back
from flows.compiling import Program, left_by
from flows.keeping import Dates, moved, moving
from flows.moving import RETURNS, Moving, Wait
from flows.store.case_store import CaseStore
from flows.store.rows import Kept, Ready, Returned, Waiting
from processes.problem import nearest
from processes.procedure import Approve, Check, Decide, FormStep, Lookup, Pay, Step, actor
from processes.resolved import Resolved, service_fact
from processes.words import Words

LONGEST_REASON = 4_000  # characters

Kind = Literal["wrong", "incomplete", "outdated"]
KINDS: Mapping[str, Words] = {
    "wrong": Words("salah", "wrong"),
    "incomplete": Words("tidak lengkap", "incomplete"),
    "outdated": Words("sudah tidak berlaku", "outdated"),
}

WITHOUT_REASON = Words("Tulis alasannya: pemohon berhak mengetahuinya.", "Say why: whoever asked has a right to know.")
BAD_REASON = Words(
    f"Alasan paling panjang {LONGEST_REASON} huruf, tanpa karakter khusus.",
    f"A reason has at most {LONGEST_REASON} letters, and none that cannot be printed.",
)
NOTHING_MARKED = Words("Tandai apa yang perlu diperbaiki.", "Mark what is to be mended.")


class Sender(NamedTuple):
    """Whoever sends a case back."""

    role: str  # as in `by`
    name: str
    why: str


def bad_reason(why: str) -> bool:
    """Whether a reason is too long, or holds what cannot be printed."""
    return len(why) > LONGEST_REASON or any(not sign.isprintable() and sign not in "\r\n\t" for sign in why)


def of_citizens(who: str, model: Resolved) -> bool:
    """Whether somebody is one of those whom a case is about, not of an agency."""
    return actor(who).whom in model.procedure.role_by_id


def may_send_back(wait: Waiting, model: Resolved) -> bool:
    """Whether a case can be sent back from where it waits: an officer decides or checks there."""
    step = model.procedure.step_by_id.get(wait.step)
    human = isinstance(step, Check | Decide | Approve)
    return human and wait.waits_for == "decision" and not of_citizens(wait.who, model)


def returnable(case: Moving, program: Program, step: str, passed: Collection[str]) -> dict[str, str]:
    """Return what can be marked, each with the form that asks it: facts that were said on a form, and papers that were handed in.

    Args:
        case: As it is kept.
        program: Its procedure.
        step: Where an officer has it.
        passed: The steps it has passed.
    """
    model, found = program.model, dict[str, str]()
    here = program.around[step]
    for name, form in model.procedure.step_by_id.items():
        if not isinstance(form, FormStep) or name not in passed or beside(program.around[name], here):
            continue
        asked = {str(one.fact) for one in model.questions(form) if one.fact}
        for paper in model.papers(form):
            asked |= set(map(str, paper.may_show))
            if case.handed_in & program.paper_bits[paper.id]:
                found.setdefault(paper.id, name)
        for fact in asked:
            if fact in case.marks and name in case.marks[fact][1:]:
                found.setdefault(fact, name)
    return found


def beside(one: tuple[tuple[int, int], ...], other: tuple[tuple[int, int], ...]) -> bool:
    """Whether two steps stand in different sides of one parallel part: neither comes before the other."""
    sides = dict(other)
    return any(sides.get(part, side) != side for part, side in one)


def send_back(
    store: CaseStore,
    program: Program,
    dates: Dates,
    kept: Kept,
    wait: Waiting,
    marks: Mapping[str, str],
    by: Sender,
) -> Returned:
    """Send a case back to whoever filled in its forms.

    Args:
        store: Where the case is.
        program: Its procedure.
        dates: What tells its dates.
        kept: The case, as just read.
        wait: What it waits for, of an officer.
        marks: Facts, by any name, and papers, as `ktp of mother`; each with what is the matter.
        by: Who sends it back.

    Returns:
        Where it went, and what is marked there.

    Raises:
        NotTakenError: With all that is wrong with it; then nothing is changed.
    """
    model = program.model
    if by.role and by.role not in wait.answerable_by:
        says = Words(f"Tugas ini untuk {wait.who}, bukan {by.role}.", f"This is for {wait.who}, not for {by.role}.")
        raise NotTakenError(says, why="role")
    if not may_send_back(wait, model):
        raise NotTakenError(
            Words(
                f"Dari '{wait.step}' kasus tidak dapat dikembalikan: di sana tidak ada petugas yang memutuskan.",
                f"A case cannot be sent back from '{wait.step}': no officer decides there.",
            )
        )
    case = moving(Ready(kept.id, kept.key, kept.moves, kept.given, kept.held), program, kept.position, dates)
    there = returnable(case, program, wait.step, store.passed(kept.id))
    chosen, wrong = _marked(marks, there, model)
    first = min((there[name] for name in chosen), key=lambda form: program.by_label[form], default="")
    for name in chosen:
        if name in program.paper_bits and there[name] != first:
            wrong[name] = Words(
                f"diserahkan dengan '{there[name]}', setelah '{first}'; kembalikan sendiri.",
                f"it is handed in with '{there[name]}', after '{first}'; send it back by itself.",
            )
    faults = [] if chosen or wrong else [NOTHING_MARKED]
    if not by.why.strip() or bad_reason(by.why):
        wrong["why"] = BAD_REASON if by.why.strip() else WITHOUT_REASON
    if faults or wrong:
        raise NotTakenError(*faults, of_facts=wrong)

    facts = [name for name in chosen if name not in program.paper_bits]
    case.waits = still_waiting(store, kept)
    rewind(case, program, wait.step, first, facts)
    gone = sum(program.paper_bits.get(name, 0) for name in chosen)
    case.past = case.past.but(handed_in=case.handed_in & ~gone)
    form = model.procedure.step_by_id[first]
    missing = tuple(name for name in facts if there[name] == first)
    case.waits.append(Wait(first, "answer", str(form.by or model.procedure.agency), missing, RETURNED))
    marked = {model.naming.shown(name) if name in facts else name: kind for name, kind in chosen.items()}
    returned = Returned(wait.step, first, marked, by.role or wait.who, by.name.strip(), by.why.strip(), "")
    told = {name: KINDS[kind] for name, kind in chosen.items()}
    entry = sent_back(model.procedure, kept.id, wait.step, told, returned.who)
    if not store.put_back(moved(case, program), [entry], returned):
        raise NotTakenError(CHANGED, why="changed")
    return returned


def _marked(
    marks: Mapping[str, str], there: Mapping[str, str], model: Resolved
) -> tuple[dict[str, str], dict[str, Words]]:
    """Return what is marked, by canonical names; and what is wrong with the marks, by the names that were used."""
    chosen, wrong = dict[str, str](), dict[str, Words]()
    shown = {model.naming.shown(name) if model.naming.fact(name) else name: name for name in there}
    for name, said in marks.items():
        found = str(model.naming.canonical(name) or name)
        if said not in KINDS:
            kinds = ", ".join(KINDS)
            wrong[name] = Words(f"'{said}' bukan salah satu dari {kinds}.", f"'{said}' is none of {kinds}.")
        elif found in there:
            chosen[found] = said
        else:
            near = nearest(name, list(shown))
            mend = Words(f" Maksud Anda '{near}'?", f" Did you mean '{near}'?") if near else Words("", "")
            wrong[name] = Words(
                f"tidak diisi pada formulir kasus ini.{mend.id}", f"no form of this case has asked it.{mend.en}"
            )
    return chosen, wrong


def still_waiting(store: CaseStore, kept: Kept) -> list[Wait]:
    """Return what a case waits for, as it moves."""
    waits = store.waiting(case=kept.id)
    return [Wait(one.step, one.waits_for, one.who, one.missing, one.why) for one in waits]


def rewind(
    case: Moving, program: Program, here: str, there: str, anew: Collection[str], *, decided: bool = False
) -> None:
    """Bring a case from a step back to one that it has passed.

    Args:
        case: With what it waits for; changed in place.
        program: Its procedure.
        here: The step.
        there: The earlier one.
        anew: The facts that are lost, with all that rests on them.
        decided: Whether what was decided since still holds; else it is decided anew.
    """
    number, before = program.by_label[there], set(case.values)
    program.levels.forget(case, anew)
    for name in anew:
        case.facts.pop(name, None)
    lost = {*anew, *before.difference(case.values)}
    gone = {program.by_label[here]}
    left = left_by(program.around[here], program.around[there], program.joins)
    case.tokens -= gone.union(left or ())
    case.waits = [wait for wait in case.waits if program.by_label[wait.step] in case.tokens]
    case.tokens.add(number)
    case.past = case.past.but(visits={**case.visits, RETURNS: case.visits.get(RETURNS, 0) + 1})
    case.given_changed = True
    decisions, answered, by_hand = dict(case.decisions), set(case.answered), dict(case.by_hand)
    for name, step in program.model.procedure.step_by_id.items():
        if program.by_label.get(name, -1) < number or beside(program.around[name], program.around[there]):
            continue
        if isinstance(step, Check | Decide | Approve | Pay) and not decided:
            decisions[str(name)] = list(decisions.get(name, ()))[: case.visits.get(name, 0)]
            answered.add(str(name))
        elif isinstance(step, Lookup) and lost.intersection(_keys(step, program.model)):
            by_hand.pop(name, None)
    if case.signed is not None:  # who has declared what is lost declares it anew
        forms = (one for one in program.model.procedure.step_by_id.values() if isinstance(one, FormStep))
        anew_too = {
            str(one.id) for one in forms if any(lost.intersection(act.declares) for act in program.model.questions(one))
        }
        case.signed -= anew_too
    case.decisions, case.answered, case.by_hand = decisions, frozenset(answered), by_hand


def _keys(step: Lookup, model: Resolved) -> frozenset[str]:
    service, subjects = model.service(step), model.subjects(step)
    needed: tuple[str, ...] = tuple(map(str, service.needs)) if service else ()
    return frozenset(map(str, model.naming.known(service_fact(subjects, word) for word in needed)))


def marks_of(returned: Collection[Returned], wait: Waiting, model: Resolved) -> tuple[Returned, dict[str, str]] | None:
    """Return with what a case was sent back to where it waits: who sent it and why, and what is marked and still to be mended there.

    Args:
        returned: When it was sent back, in the order of time.
        wait: What it waits for.
        model: Its procedure.
    """
    if not returned or wait.waits_for != "answer":
        return None
    *_, last = returned
    step: Step | None = model.procedure.step_by_id.get(wait.step)
    missing = {model.naming.shown(name) for name in wait.missing}
    papers = {one.id for one in model.papers(step)} if isinstance(step, FormStep) and wait.why == RETURNED else set()
    found = {name: kind for name, kind in last.marks.items() if name in missing | papers}
    return (last, found) if found else None
