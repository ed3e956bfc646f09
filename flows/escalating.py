"""What officers let lie beyond its time limit goes up to whom the procedure names, who can then do it as well. Knows no page.

It stays with the officer, too: whoever is first does it. That it went up is in the audit trail.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from analysis.drawing.wording import duration_words, whom_words
from flows.audit import escalated
from flows.deadlines import deadlines, with_citizen
from flows.store.case_store import CaseStore
from flows.store.rows import Waiting
from processes.procedure import Procedure
from processes.resolved import resolved
from processes.shapes import Duration
from processes.words import Words


def escalate(store: CaseStore, procedure: str, holidays: Collection[date]) -> int:
    """Let what is late go up, and return how much did.

    Args:
        store: Where the cases are.
        procedure: Whose cases.
        holidays: Days that are no working days.

    Complexity: where nothing goes up, a look at the definitions; else linear in what waits for officers.
    """
    pinned = {number: store.definition(number) for number in store.definition_numbers(procedure)}
    if not any(_says_so(one.procedure) for one in pinned.values()):
        return 0
    waits = [
        one
        for one in store.waiting(procedure)
        if one.definition in pinned and not one.escalated and goes_up_to(one, pinned[one.definition].procedure)
    ]
    limits, late = deadlines(store, waits, holidays), defaultdict[tuple[int, str, str, str, Duration], list[int]](list)
    for one in waits:
        limit = limits.get((one.case_id, one.step))
        if limit is not None and limit.late:
            to = goes_up_to(one, pinned[one.definition].procedure)
            late[one.definition, one.step, one.who, to, limit.limit].append(one.case_id)
    entries = []
    for (number, step, who, to, over), cases in late.items():
        definition = pinned[number]
        naming, length = resolved(definition.procedure, definition.catalogue).naming, duration_words(over)
        whom = whom_words(who, naming)
        why = Words(
            f"Batas waktu {length.id} lewat; masih pada {whom.id}",
            f"Over its time limit of {length.en}; it is still with {whom.en}",
        )
        entries.append(escalated(definition.procedure, cases, step, to, why))
    return store.escalate(entries)


def _says_so(procedure: Procedure) -> bool:
    return any((procedure.escalates_to, *(one.escalates_to for one in procedure.step_by_id.values())))


def goes_up_to(wait: Waiting, procedure: Procedure) -> str:
    """Return to whom it goes up when it is late, as in `by`; empty, if to nobody: it is theirs already, or is with the citizen."""
    step = procedure.step_by_id.get(wait.step)
    to = (step.escalates_to if step else None) or procedure.escalates_to or ""
    return "" if to == wait.who or not wait.who or step is None or with_citizen(wait.who, procedure) else to
