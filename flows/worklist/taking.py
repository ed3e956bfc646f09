"""What somebody sends for a task -> an answer of the case, or all that is wrong with it; knows no page."""

from collections.abc import Mapping
from typing import NamedTuple

from flows.answering import CHANGED, NotTakenError, Typed, answer
from flows.returning import BAD_REASON, WITHOUT_REASON, bad_reason
from flows.store.case_store import CaseStore
from flows.store.rows import Kept, Waiting
from flows.worklist.task import Task
from processes.words import Words

LONGEST_NAME = 200  # characters
REASON = "why"  # the field of the reason; no fact has such a name

EMPTY = Words("Belum diisi.", "This is not filled in.")
UNDECIDED = Words("Pilih salah satu.", "Choose one.")
UNCONFIRMED = Words("Belum dinyatakan.", "This is not confirmed.")


class Sent(NamedTuple):
    """What somebody sends."""

    role: str  # in which they answer, as in `by`
    name: str
    moves: int  # of the case as they have seen it
    facts: Mapping[str, Typed]
    decision: str | None = None
    why: str = ""
    consents: Mapping[str, bool] = {}
    confirmed: frozenset[str] | None = None  # acts; None: not asked for, as by a program that has them on file


class NoSuchTaskError(LookupError):
    """There is no such case, or it does not wait there."""


def waiting_at(store: CaseStore, case: int, step: str) -> tuple[Kept, Waiting]:
    """Return a case that waits at a step, and what for.

    Raises:
        NoSuchTaskError: If it is not there, or does not wait there.
    """
    try:
        kept = next(store.by_id([case]))
    except KeyError:
        raise NoSuchTaskError(str(case)) from None
    found = next((wait for wait in store.waiting(case=case) if wait.step == step), None)
    if found is None:
        raise NoSuchTaskError(f"{case} {step}")
    return kept, found


def wrong_role(wait: Waiting, role: str) -> NotTakenError | None:
    """Return what is wrong with a role that is not the one waited for."""
    if role == wait.who or role in wait.answerable_by:
        return None
    return NotTakenError(
        Words(f"Tugas ini untuk {wait.who}, bukan {role}.", f"This is for {wait.who}, not for {role}."), why="role"
    )


def take(store: CaseStore, kept: Kept, wait: Waiting, task: Task, sent: Sent, *, whole: bool) -> tuple[str, ...]:
    """Take what somebody sends.

    Args:
        store: Where the case is.
        kept: The case, as just read.
        wait: What it waits for.
        task: The same, as it is shown.
        sent: What is sent.
        whole: Whether everything that is asked must be there.

    Returns:
        The facts that are still missing.

    Raises:
        NotTakenError: With all that is wrong with it; then nothing is changed.
    """
    if (fault := wrong_role(wait, sent.role)) is not None:
        raise fault
    if sent.moves != kept.moves:
        raise NotTakenError(CHANGED, why="changed")
    also: dict[str, Words] = {}
    if whole:
        also |= {field.fact: EMPTY for field in task.fields if field.fact not in sent.facts}
    if task.decisions and sent.decision is None:
        also["way"] = UNDECIDED
    also |= {one.id: UNDECIDED for one in task.acts if one.consent and one.id not in sent.consents}
    if sent.confirmed is not None:
        also |= {one.id: UNCONFIRMED for one in task.acts if not one.consent and one.id not in sent.confirmed}
    chosen = next((one for one in task.decisions if one.way == sent.decision), None)
    if chosen is not None and chosen.wants_reason and not sent.why.strip():
        also[REASON] = WITHOUT_REASON
    if bad_reason(sent.why):
        also[REASON] = BAD_REASON
    return answer(
        store,
        kept,
        wait.step,
        sent.facts,
        sent.decision,
        sent.role,
        consents=sent.consents,
        name=sent.name.strip(),
        why=sent.why.strip(),
        also=also,
    )
