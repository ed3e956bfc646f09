"""What waits for whom, the oldest case first, with what is missing in words; knows no command and no page."""

from collections.abc import Collection
from datetime import UTC, date
from typing import NamedTuple

from analysis.drawing.wording import whom_words
from flows.case_files import title_of
from flows.compiling import Program, compiled
from flows.deadlines import Deadline, deadlines
from flows.keeping import Dates
from flows.outcomes import WAITS_FOR, told
from flows.store.case_store import CaseStore
from flows.store.rows import Waiting
from processes.case import WaitingFor
from processes.resolved import Resolved
from processes.words import Words

PAGE = 500  # rows that are looked at together


class Missing(NamedTuple):
    """A fact that is waited for."""

    fact: str  # as people write it
    words: Words


class Item(NamedTuple):
    """A case and one thing it waits for, in words."""

    case: int  # its number in the store
    key: str
    procedure: str
    procedure_title: Words
    step: str
    title: Words
    waits_for: WaitingFor
    what: Words
    why: Words | None
    role: str  # who can answer: as in `by`
    role_title: Words
    missing: tuple[Missing, ...]
    since: str  # when it began to wait; empty in stores that did not keep it
    deadline: Deadline | None = None  # the nearest: of the step, or of the whole case
    escalated: str = ""  # who can answer as well, because it is late


class Page(NamedTuple):
    """Part of a worklist, and where it goes on."""

    items: tuple[Item, ...]
    after: int | None  # the number of the last case, if there is more


class Programs:
    """The procedures that cases are pinned to, compiled when they are needed."""

    def __init__(self, store: CaseStore) -> None:
        self.store = store
        self._programs: dict[int, tuple[Program, Dates]] = {}

    def of(self, definition: int) -> Program:
        """Return the procedure of that number."""
        return self.with_dates(definition)[0]

    def with_dates(self, definition: int) -> tuple[Program, Dates]:
        """Return the procedure of that number, and what tells its dates."""
        if definition not in self._programs:
            pinned = self.store.definition(definition)
            program = compiled(pinned.procedure, pinned.catalogue)
            self._programs[definition] = program, Dates(program.model.naming)
        return self._programs[definition]

    def roles(self) -> dict[str, Words]:
        """Return who can ever be waited for, as in `by`, in words."""
        found: dict[str, Words] = {}
        for number in self.store.definition_numbers():
            model = self.of(number).model
            procedure = model.procedure
            steps = procedure.step_by_id.values()
            up = [one for one in (procedure.escalates_to, *(step.escalates_to for step in steps)) if one]
            for role in (*(str(step.by or procedure.agency) for step in steps), *up):
                found.setdefault(role, whom_words(role, model.naming))
        return found


def listed(
    store: CaseStore,
    programs: Programs,
    holidays: Collection[date],
    *,
    role: str | None = None,
    procedure: str | None = None,
    after: int = 0,
    most: int,
) -> Page:
    """Return what waits, the oldest case first.

    Args:
        store: Where the cases are.
        programs: Their procedures.
        holidays: Days that are no working days.
        role: Only what this one can answer, as in `by`.
        procedure: Only its cases.
        after: Where to go on: only cases with a higher number.
        most: How many at most; only a case that waits for more at once is told whole.

    Complexity: linear in `most`, whatever the store holds.
    """
    waits = list(store.waiting(procedure, who=role, after=after, most=most + 1))
    more = len(waits) > most
    if more:  # so that the next page begins with a case
        waits = [one for one in waits if one.case_id != waits[-1].case_id] or list(
            store.waiting(procedure, who=role, case=waits[0].case_id)
        )
    limits = deadlines(store, waits, holidays)
    items = tuple(
        in_words(one, programs.of(one.definition).model, limits.get((one.case_id, one.step))) for one in waits
    )
    return Page(items, items[-1].case if more else None)


def in_words(wait: Waiting, model: Resolved, deadline: Deadline | None = None) -> Item:
    """Return what a case waits for, in words."""
    naming = model.naming
    known = wait.step in model.procedure.step_by_id
    return Item(
        case=wait.case_id,
        key=wait.key,
        procedure=wait.procedure,
        procedure_title=model.procedure.title,
        step=wait.step,
        title=title_of(model, wait.step) if known else Words("Sebuah pilihan", "A choice"),
        waits_for=wait.waits_for,
        what=WAITS_FOR[wait.waits_for],
        why=told(wait.why) if wait.why else None,
        role=wait.who,
        role_title=whom_words(wait.who, naming) if wait.who else Words("Tidak ada", "Nobody"),
        missing=tuple(Missing(naming.shown(name), naming.words(name)) for name in wait.missing),
        since=wait.since,
        deadline=deadline,
        escalated=wait.escalated,
    )


def late_in(
    store: CaseStore,
    programs: Programs,
    holidays: Collection[date],
    *,
    role: str | None,
    procedure: str | None = None,
    most: int,
    looked_at: int | None = None,
) -> tuple[Item, ...]:
    """Return what is over its time limit, the oldest case first.

    Args:
        store: Where the cases are.
        programs: Their procedures.
        holidays: Days that are no working days.
        role: Only what this one can answer.
        procedure: Only its cases.
        most: How many at most.
        looked_at: At how many waiting ones at most is looked: the oldest are late first.

    Complexity: linear in what is looked at.
    """
    found, after, seen = list[Item](), 0, 0
    while len(found) < most and (looked_at is None or seen < looked_at):
        page = listed(store, programs, holidays, role=role, procedure=procedure, after=after, most=PAGE)
        seen += len(page.items)
        found += [item for item in page.items if item.deadline is not None and item.deadline.late]
        if page.after is None:
            break
        after = page.after
    return tuple(found[:most])


def limit_words(deadline: Deadline) -> Words:
    """Return what is left of a limit, as people say it."""
    if deadline.due is None:
        return Words("batas waktu berhenti selama ada pada pemohon", "the time limit stands still with the applicant")
    at = f"{deadline.due.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return (
        Words(f"lewat batas sejak {at}", f"over the limit since {at}")
        if deadline.late
        else Words(f"batas {at}", f"due {at}")
    )
