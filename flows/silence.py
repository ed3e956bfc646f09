"""Silence as approval: where a procedure says that an agency's silence counts as approval, it is taken for that when it has lasted so long.

That somebody has looked is never supposed: a check stays with people, so that no fact is the surer for silence.
"""

from collections.abc import Collection
from datetime import date, datetime

from analysis.drawing.wording import duration_words
from flows.answering import NotTakenError, answer
from flows.deadlines import by_case, deadline, of_case, with_citizen
from flows.store.case_store import CaseStore
from flows.store.rows import Times, Waiting
from processes.case import DONE
from processes.procedure import Approve, Back, Decide, Procedure, Refuse, Step, walk
from processes.shapes import Duration
from processes.words import Words, same

SILENCE = " silence "  # as what people write never begins: why something was approved by silence, before the limit


def approve_by_silence(store: CaseStore, procedure: str, holidays: Collection[date]) -> int:
    """Take silence that has lasted long enough for an approval, and return how often.

    Args:
        store: Where the cases are.
        procedure: Whose cases.
        holidays: Days that are no working days.

    Complexity: where no silence approves, a look at the definitions; else linear in what waits for decisions.
    """
    pinned = {number: store.definition(number).procedure for number in store.definition_numbers(procedure)}
    if not any(_says_so(one) for one in pinned.values()):
        return 0
    now, taken = store.clock(), 0
    waits = [one for one in store.waiting(procedure) if one.definition in pinned and one.waits_for == "decision"]
    whole = [one.case_id for one in waits if pinned[one.definition].silence_approves]
    times, all_of = store.times(whole), by_case(store.waits_of(whole))
    for wait in waits:
        of_its_case = (times.get(wait.case_id), all_of.get(wait.case_id, ()))
        limit = _over(pinned[wait.definition], wait, *of_its_case, now, holidays)
        if limit is not None:
            taken += _approve(store, wait, pinned[wait.definition].step_by_id[wait.step], limit)
    return taken


def _says_so(procedure: Procedure) -> bool:
    return bool(procedure.silence_approves) or any(
        isinstance(one, Approve) and one.silence_approves for one in procedure.step_by_id.values()
    )


def approving(step: Step | None) -> str:
    """Return the decision that approves: the first way that neither refuses the case nor sends it back; empty, if there is none."""
    if not isinstance(step, Approve | Decide):
        return ""
    if not step.ways:
        return DONE
    ways = (one for one in step.ways if not any(isinstance(item, Refuse | Back) for item in walk(one.steps)))
    return next((str(one.id) for one in ways), "")


def _over(
    procedure: Procedure,
    wait: Waiting,
    times: Times | None,
    waits: Collection[Waiting],
    now: datetime,
    holidays: Collection[date],
) -> Duration | None:
    """Return the limit after which silence approves what is waited for, if that is over."""
    step = procedure.step_by_id.get(wait.step)
    if not approving(step) or with_citizen(wait.who, procedure):
        return None
    own = step.silence_approves if isinstance(step, Approve) else None
    if own and wait.since and deadline(datetime.fromisoformat(wait.since), own, (), now, holidays).late:
        return own
    whole = procedure.silence_approves
    if whole and times is not None:
        left = of_case(procedure, whole, times, waits, now, holidays)
        if left is not None and left.late:
            return whole
    return None


def _approve(store: CaseStore, wait: Waiting, step: Step, limit: Duration) -> int:
    [kept] = store.by_id([wait.case_id])
    why = f"{SILENCE}{limit.amount} {limit.unit}"
    try:
        answer(store, kept, wait.step, {}, approving(step), wait.who, why=why, by_silence=True)
    except NotTakenError:  # somebody was quicker
        return 0
    return 1


def reason(why: str) -> Words:
    """Return why something was decided, as people read it.

    >>> reason(" silence 2.0 working days").en, reason("She moved.").en
    ('Silence of 2 working days counts as approval.', 'She moved.')
    """
    if not why.startswith(SILENCE):
        return same(why)
    amount, _, unit = why.removeprefix(SILENCE).partition(" ")
    lasted = duration_words(Duration(float(amount), unit))  # type: ignore[arg-type]  # as it was written
    return Words(f"Diam selama {lasted.id} berlaku sebagai persetujuan.", f"Silence of {lasted.en} counts as approval.")
