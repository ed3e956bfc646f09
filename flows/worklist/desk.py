"""What pages and API share: the store behind them, opened for one request at a time; knows no page and no call."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from threading import Lock

from flows.answering import CHANGED, NotTakenError, Typed
from flows.compiling import Program
from flows.consenting import ask_again
from flows.contesting import contest
from flows.keeping import Dates
from flows.pipeline import Pipeline
from flows.refreshing import NOTHING, Refreshed, refresh
from flows.returning import Sender, send_back
from flows.store.case_store import CaseStore
from flows.store.rows import Kept, Returned, Waiting
from flows.worklist.sessions import Signer
from flows.worklist.taking import waiting_at, wrong_role
from flows.worklist.task import Task, task_of, value_words
from flows.worklist.waiting import Item, Page, Programs, late_in, listed
from processes.procedure import actor
from processes.words import Language, Words

PAGE = 25  # rows
LOOKED_AT = 1_000  # waiting cases of a role, to find the late ones among them


class Desk:
    """A store, and whoever works on it."""

    def __init__(
        self,
        store: CaseStore,
        *,
        token: str = "",
        language: Language = "id",
        today: Callable[[], date] = date.today,
        holidays: Collection[date] = (),
        pipelines: Callable[[str, int], Pipeline] | None = None,
    ) -> None:
        """Make a desk.

        Args:
            store: Where the cases are.
            token: What whoever comes must know; empty, if whoever reaches the server may work.
            language: Of people who have not chosen one.
            today: The day.
            holidays: Days that are no working days.
            pipelines: Gives what asks registries for the cases of a procedure that are pinned to a definition; nothing, if none can be
                asked from here.
        """
        self.store, self.token, self.language = store, token, language
        self.today, self.holidays = today, holidays
        self.programs = Programs(store)
        self.signer = Signer()
        self._pipelines = pipelines
        self._lock, self._asking = Lock(), Lock()

    @contextmanager
    def open(self) -> Iterator["Desk"]:
        """Let one request at a time in: names are looked up in tables that grow while they are read."""
        with self._lock:
            yield self

    def roles(self) -> dict[str, tuple[Words, int]]:
        """Return who can be waited for, in words, and how much waits for each."""
        waiting = dict(self.store.waiting_by_role())
        return {role: (title, waiting.get(role, 0)) for role, title in self.programs.roles().items()}

    def work(self, role: str | None, procedure: str | None, after: int, most: int) -> Page:
        """Return what waits; see `listed`."""
        return listed(self.store, self.programs, self.holidays, role=role, procedure=procedure, after=after, most=most)

    def late(self, agency: str, most: int) -> list[Item]:
        """Return what officers of an agency have let lie beyond its time limit: it goes up to the agency, which sees who has it."""
        roles = [one for one in dict(self.store.waiting_by_role()) if actor(one).whom == agency]
        found = {
            (item.case, item.step): item  # what has gone up is two's
            for role in roles
            for item in late_in(self.store, self.programs, self.holidays, role=role, most=most, looked_at=LOOKED_AT)
        }
        return sorted(
            found.values(), key=lambda item: (item.deadline.left if item.deadline else timedelta(), item.case)
        )[:most]

    def task(self, case: int, step: str) -> tuple[Kept, Waiting, Task]:
        """Return what a case waits for at a step.

        Raises:
            NoSuchTaskError: If it does not wait there.
        """
        kept, wait = waiting_at(self.store, case, step)
        return kept, wait, self.task_of(kept, wait)

    def task_of(self, kept: Kept, wait: Waiting) -> Task:
        """Return what a case waits for, to be read."""
        program, dates = self.programs.with_dates(kept.definition)
        return task_of(self.store, program, dates, kept, wait, self.today(), self.holidays)

    def refresh(self, case: int, step: str, role: str) -> Refreshed:
        """Ask registries again what they told a case a while ago; see `flows.refreshing`. To be called outside of `open`: it may take long.

        Raises:
            NoSuchTaskError: If the case does not wait there.
            NotTakenError: If another role is waited for.
        """
        with self._asking:
            kept, wait = waiting_at(self.store, case, step)
            if (fault := wrong_role(wait, role)) is not None:
                raise fault
            if self._pipelines is None:
                return NOTHING
            return refresh(self.store, self._pipelines(kept.procedure, kept.definition), kept, wait)

    def value(self, kept: Kept, name: str, raw: object) -> Words:
        """Return a value of a fact, as it stands in JSON, as people read it."""
        program, dates = self.programs.with_dates(kept.definition)
        fact = program.model.naming.fact(name)
        codes = program.model.catalogue.code_list.get(fact.element.codes or "") if fact else None
        return value_words(dates.revived(name, raw), codes)

    def contest(self, kept: Kept, wait: Waiting, facts: Mapping[str, Typed], by: Sender, moves: int) -> tuple[str, ...]:
        """Contest what registries told; see `flows.contesting.contest`.

        Raises:
            NotTakenError: With all that is wrong with it, also if the case has changed since that number of moves; then nothing is changed.
        """
        program, dates = self._unchanged(kept, wait, by, moves)
        return contest(self.store, program, dates, kept, wait, facts, by)

    def ask_consent(self, kept: Kept, wait: Waiting, by: Sender, moves: int) -> str:
        """Ask for consents once more that were withheld; see `flows.consenting.ask_again`.

        Raises:
            NotTakenError: If nothing was withheld, or the case has changed since that number of moves; then nothing is changed.
        """
        program, dates = self._unchanged(kept, wait, by, moves)
        return ask_again(self.store, program, dates, kept, wait, by)

    def _unchanged(self, kept: Kept, wait: Waiting, by: Sender, moves: int) -> tuple[Program, Dates]:
        """Return the program of a case, if it may be touched by somebody and is as they have seen it."""
        if (fault := wrong_role(wait, by.role)) is not None:
            raise fault
        if moves != kept.moves:
            raise NotTakenError(CHANGED, why="changed")
        return self.programs.with_dates(kept.definition)

    def send_back(self, kept: Kept, wait: Waiting, marks: Mapping[str, str], by: Sender, moves: int) -> Returned:
        """Send a case back with what is marked; see `flows.returning.send_back`.

        Raises:
            NotTakenError: With all that is wrong with it, also if the case has changed since that number of moves; then nothing is changed.
        """
        program, dates = self._unchanged(kept, wait, by, moves)
        return send_back(self.store, program, dates, kept, wait, marks, by)
