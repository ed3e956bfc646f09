"""What a registry told is contested by whoever it is about: both values and the reason are kept, and an officer settles it.

The value is never altered on the way. The case goes back to the look-up and waits there: it goes on when the registry holds what was
said, or when somebody has settled whose value holds. Knows no command and no page.
"""

from collections.abc import Mapping
from typing import NamedTuple

import orjson

from flows.answering import CHANGED, NotTakenError, Typed, typed_out
from flows.audit import contested
from flows.case_files import Answers
from flows.compiling import Program
from flows.keeping import Dates, moved, moving
from flows.look_up_steps import CHOSEN
from flows.moving import Moving, Wait
from flows.outcomes import CONTESTED
from flows.returning import BAD_REASON, Sender, bad_reason, beside, of_citizens, rewind, still_waiting
from flows.steps import plain
from flows.store.case_store import CaseStore
from flows.store.rows import Kept, Ready, Said, Waiting
from processes.case import Value
from processes.procedure import FormStep, Lookup
from processes.resolved import Resolved
from processes.values import WrongValueError
from processes.words import Words

WITHOUT_REASON = Words("Tulis mengapa itu salah.", "Say why it is wrong.")
NOTHING_SAID = Words("Tulis apa yang benar.", "Say what is right.")
CONTESTS = " contested"  # after a fact, where it is kept what was said
THE_SAME = Words("itulah yang tercatat.", "that is what is on record.")


class Contest(NamedTuple):
    """One value of a registry that somebody contests."""

    step: str  # the look-up
    fact: str
    was: Value  # as the registry told
    said: Value
    who: str
    name: str
    why: str
    at: str
    settled: str  # whose value holds: `registry`, `said`; empty, while that is open


def contests(given: bytes, dates: Dates) -> list[Contest]:
    """Return what is contested in a case, settled or not, from what it brings along."""
    found = []
    for step, facts in orjson.loads(given).get("contested", {}).items():
        for fact, one in facts.items():
            both = {key: dates.revived(fact, one[key]) for key in ("was", "said")}
            found.append(Contest(step, fact, **(one | both)))
    return found


def contestable(case: Moving, program: Program, wait: Waiting) -> dict[str, str]:
    """Return what whoever fills in a form can contest, each with the look-up that told it.

    Args:
        case: As it is kept.
        program: Its procedure.
        wait: What it waits for.
    """
    model = program.model
    form = model.procedure.step_by_id.get(wait.step)
    if not isinstance(form, FormStep) or wait.waits_for != "answer" or not of_citizens(wait.who, model):
        return {}
    found = {}
    for fact, mark in case.marks.items():
        step = next((name for one in reversed(mark[1:]) if (name := _look_up(one, model))), "")
        told = step and (not mark[0] or mark[-1].endswith(CHOSEN))
        if told and not beside(program.around[step], program.around[wait.step]):
            found[fact] = step
    return found


def _look_up(source: str, model: Resolved) -> str:
    name = source.removesuffix(CHOSEN)
    return name if isinstance(model.procedure.step_by_id.get(name), Lookup) else ""


def contest(
    store: CaseStore,
    program: Program,
    dates: Dates,
    kept: Kept,
    wait: Waiting,
    facts: Mapping[str, Typed],
    by: Sender,
    also: Mapping[str, Words] | None = None,
) -> tuple[str, ...]:
    """Note that what registries told is wrong; the case then waits for whoever settles it.

    Args:
        store: Where the case is.
        program: Its procedure.
        dates: What tells its dates.
        kept: The case, as just read.
        wait: The form where it waits.
        facts: What is right instead, by any name of the facts.
        by: Who says so, and why.
        also: What whoever calls has found wrong.

    Returns:
        The look-ups whose answers are contested.

    Raises:
        NotTakenError: With all that is wrong with it; then nothing is changed.
    """
    model = program.model
    if by.role and by.role != wait.who:
        says = Words(f"Tugas ini untuk {wait.who}, bukan {by.role}.", f"This is for {wait.who}, not for {by.role}.")
        raise NotTakenError(says, why="role")
    case = moving(Ready(kept.id, kept.key, kept.moves, kept.given, kept.held), program, kept.position, dates)
    there, wrong, chosen = contestable(case, program, wait), dict(also or {}), dict[str, Value]()
    answers = Answers(model)
    for name, raw in facts.items():
        try:
            canonical, many, _ = answers.fact(name)
            if canonical not in there:
                raise WrongValueError(
                    Words("tidak berasal dari registri; tidak ada yang dibantah.", "no registry has told it here.")
                )
            _, value = answers.value(name, typed_out(raw, many=many) if isinstance(raw, str) else raw)
            if plain(value) == plain(case.values[canonical]):
                raise WrongValueError(THE_SAME)
        except WrongValueError as error:
            wrong[name] = error.words
            continue
        chosen[str(canonical)] = value
    if not by.why.strip() or bad_reason(by.why):
        wrong["why"] = BAD_REASON if by.why.strip() else WITHOUT_REASON
    faults = [] if facts else [NOTHING_SAID]
    if faults or wrong:
        raise NotTakenError(*faults, of_facts=wrong)

    at = store.clock().isoformat(timespec="seconds")
    noted = {step: dict(one) for step, one in case.contested.items()}
    who = {"who": wait.who, "name": by.name.strip(), "why": by.why.strip(), "at": at, "settled": ""}
    for name, value in chosen.items():
        noted.setdefault(there[name], {})[name] = who | {"was": case.values[name], "said": value}
    steps = sorted({there[name] for name in chosen}, key=lambda one: program.by_label[one])
    case.waits = still_waiting(store, kept)
    rewind(case, program, wait.step, steps[0], ())
    case.contested = noted
    first = model.procedure.step_by_id[steps[0]]
    mine = tuple(name for name in chosen if there[name] == steps[0])
    case.waits.append(Wait(steps[0], "registry", str(first.by or model.procedure.agency), mine, CONTESTED))
    entry = contested(model.procedure, kept.id, wait.step, tuple(chosen), wait.who)
    what = tuple(f"{model.naming.shown(name)}{CONTESTS}" for name in chosen)
    said = Said(wait.step, what, wait.who, by.name.strip(), by.why.strip(), at)
    if not store.put_back(moved(case, program), [entry], said=said):
        raise NotTakenError(CHANGED, why="changed")
    return tuple(steps)
