"""Moves batches of cases through procedures: read, advance, write back in one transaction; knows no Prefect.

A run can end at any point. Each batch is written whole or not at all, so whoever runs next goes on from there.
"""

import gc
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from math import ceil
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from flows import keeping, logs
from flows.audit import Entry
from flows.compiling import Program, compiled
from flows.escalating import escalate
from flows.law import Judge, Law
from flows.moving import Asked, Moving, Wait
from flows.ports import DataServices
from flows.silence import approve_by_silence
from flows.store.case_store import CaseStore
from flows.store.definitions import Definition
from flows.store.patience import patiently
from flows.store.rows import Group, Moved, Ready
from processes.catalogue import Agreement
from processes.procedure import Lookup, Procedure
from processes.words import Words

BATCH = 1_000  # cases a transaction
BATCHES = 10  # a call of `move`

NO_CONSENT = Words("persetujuan tidak diberikan", "the consent that it needs was not given")

Tell = Callable[[int], None]  # how many more cases have been moved


class Pipeline:
    """A definition, made ready to move its cases."""

    def __init__(
        self,
        definition: Definition,
        services: DataServices,
        law: Judge | None = None,
        agreements: tuple[Agreement, ...] | None = None,
    ) -> None:
        """Make what moves the cases of a definition.

        Args:
            definition: What they are pinned to.
            services: The registries.
            law: Says whether these may be asked; if nothing is said, agreements do.
            agreements: Those of today; if nothing is said, those of the definition.
        """
        self.definition = definition
        self.services = services
        self.program: Program = compiled(definition.procedure, definition.catalogue)
        self.law: Judge = law or Law(self.program.model, definition.policy, agreements)
        self.dates = keeping.Dates(self.program.model.naming)

    def advance(
        self, rows: Sequence[Ready], position: str, today: date, asked: list[Asked]
    ) -> tuple[list[Moved], list[Entry]]:
        """Move cases from a position to where they end or wait.

        Args:
            rows: The cases, as they are kept.
            position: Where they stand.
            today: The day of the run.
            asked: Where what registries were asked is put, also if something fails on the way.

        Returns:
            What became of the cases, and what goes into the audit trail.
        """
        begun = time.perf_counter()
        cases = [keeping.moving(row, self.program, position, self.dates) for row in rows]
        self.program.advance(cases, today, self.services.ask, self.law, asked)
        logs.tell(
            "segment",
            procedure=str(self.definition.procedure.id),
            segment=position or "start",
            cases=len(cases),
            seconds=time.perf_counter() - begun,
        )
        return [keeping.moved(case, self.program) for case in cases], list(self.entries(asked, today))

    def parked(self, row: Ready, position: str, why: str) -> Moved:
        """Return a case that stays where it is because its data cannot be worked with."""
        case = Moving(row.id, {}, {}, None)
        case.moves = row.moves
        case.tokens = self.program.tokens(position) or {0}
        label = self.program.position(case)
        case.waits = [Wait(label.split()[0] if label else "", "nobody", why=why)]
        return keeping.moved(case, self.program)._replace(held=None, position=position)

    def entries(self, asked: Iterable[Asked], today: date) -> Iterator[Entry]:
        """Yield the entries of the audit trail for what registries were asked."""
        for one in asked:
            says = self.law(one.step, one.words, today)
            for (outcome, source), cases in one.outcomes.items():
                yield Entry(
                    what="look-up",
                    procedure=str(self.definition.procedure.id),
                    step=one.step,
                    service=one.service,
                    consumer=says.consumer,
                    purpose=says.purpose,
                    basis=says.basis,
                    facts=one.facts,
                    reason=NO_CONSENT if outcome == "no consent" else says.reason,
                    outcome=outcome,
                    source=source,
                    cases=cases,
                )


def services_needed(procedure: Procedure) -> list[str]:
    """Return the services that a procedure's look-ups ask."""
    return list(dict.fromkeys(str(step.service) for step in procedure.step_by_id.values() if isinstance(step, Lookup)))


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Keep Python from looking for circles among the values of some batches, where there are none: a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Chunk(NamedTuple):
    """Up to ten batches of cases that stand at the same place: the work of one task."""

    group: Group  # of which they are the cases up to its last
    after: int  # the number of the last case before them
    cases: int  # how many there were when it was cut off
    part: int

    @property
    def segment(self) -> str:
        """Where the cases stand."""
        return self.group.position or "start"


@dataclass
class Run:
    """One run over all cases of a procedure that can move."""

    store: CaseStore
    services_of: Callable[[Definition], DataServices]
    today: date
    procedure: str
    reason: str = "by hand"
    batch: int = BATCH
    tell: Tell = lambda cases: None
    number: int = 0
    moved: int = 0
    started: float = 0.0  # by the machine's counter of seconds
    finished: bool = False
    failure: Exception | None = None
    troubles: dict[str, Words] = field(default_factory=dict)  # services that did not answer the workers
    law: Judge | None = None  # see `Pipeline`
    holidays: frozenset[date] = frozenset()  # days that are no working days
    _pipelines: dict[int, Pipeline] = field(default_factory=dict)

    def begin(self) -> int:
        """Note in the store that the run begins, and return how many cases can move."""
        self.number = self.store.begin_run(self.procedure, self.reason)
        logs.tell("run began", run=self.number, procedure=self.procedure, reason=self.reason)
        approve_by_silence(self.store, self.procedure, self.holidays)
        escalate(self.store, self.procedure, self.holidays)
        return sum(group.cases for group in self.store.ready(self.procedure))

    def run(self, move_all: Callable[[Iterable[Chunk]], None] | None = None, among: int = 1) -> int:
        """Move every case as far as it goes, and return how many were moved.

        Args:
            move_all: What moves all chunks, if not `self.move` one after the other; whoever wraps that in something, or lets
                others do it, gives it here.
            among: How many work at once: the chunks are cut so that there is something for each.
        """
        self.started = time.perf_counter()
        if not self.number:
            self.begin()
        chunks = self.chunks(among)
        if move_all is not None:
            move_all(chunks)
        else:
            for chunk in chunks:
                self.move(chunk)
        patiently(lambda: self.store.end_run(self.number))
        self.finished = True
        seconds = time.perf_counter() - self.started
        logs.tell("run ended", run=self.number, procedure=self.procedure, cases=self.moved, seconds=seconds)
        return self.moved

    def chunks(self, among: int = 1) -> Iterator[Chunk]:
        """Yield all cases that can move now, in chunks that have none in common: so that several can work at once.

        Args:
            among: How many will; each then gets two chunks or more, if there are as many batches.
        """
        for group in patiently(lambda: self.store.ready(self.procedure)):
            batches = BATCHES if among == 1 else max(1, min(BATCHES, ceil(group.cases / (2 * among * self.batch))))
            after, left, size = 0, group.cases, batches * self.batch
            for part, last in enumerate(patiently(partial(self.store.ends, group, size)), 1):
                yield Chunk(group._replace(last=last), after, max(1, min(left, size)), part)
                after, left = last, left - size

    def failed(self, segment: str, error: Exception) -> None:
        """Keep why the run could not go on, in the store if that can still be written; and for whoever asked for it."""
        if self.failure is None:
            self.failure = error
            logs.tell("run failed", run=self.number, segment=segment, kind=type(error).__name__)
            with suppress(SQLAlchemyError):
                self.store.remember_failure(self.number, segment, None, error)

    def pipeline(self, definition: int) -> Pipeline:
        """Return the pipeline of a definition that cases are pinned to."""
        if definition not in self._pipelines:
            pinned = self.store.definition(definition)
            now = self.store.newer_law(self.procedure, definition)
            agreements = now.agreements if now else None
            self._pipelines[definition] = Pipeline(pinned, self.services_of(pinned), self.law, agreements)
        return self._pipelines[definition]

    def move(self, chunk: Chunk) -> int:
        """Move the cases of a chunk, batch by batch, and return how many were moved; those that others have moved are left alone."""
        before, last = self.moved, chunk.after
        pipeline = patiently(lambda: self.pipeline(chunk.group.definition))
        with without_garbage_collection():
            while last < chunk.group.last:
                last = patiently(partial(self._move_batch, pipeline, chunk, last))
        return self.moved - before

    def _move_batch(self, pipeline: Pipeline, chunk: Chunk, last: int) -> int:
        """Move the next batch of a chunk, and return the number up to which its cases are now done."""
        rows = self.store.ready_batch(chunk.group, last, self.batch)
        if not rows:
            return chunk.group.last
        moved, asked = self._advanced(pipeline, rows, chunk)
        if not self.store.write(self.number, chunk.segment, moved, asked):
            return last  # somebody else has moved some of them meanwhile: what is left of the batch is read again
        self.moved += len(moved)
        self.tell(len(moved))
        return rows[-1].id

    def _advanced(self, pipeline: Pipeline, rows: Sequence[Ready], chunk: Chunk) -> tuple[list[Moved], list[Entry]]:
        """Move a batch; a case that cannot be worked with is found by halving, and parked, so that the others go on."""
        asked: list[Asked] = []
        try:
            return pipeline.advance(rows, chunk.group.position, self.today, asked)
        except Exception as error:  # noqa: BLE001  # whatever is wrong with one case must not stop the others
            if len(rows) == 1:
                self.store.remember_failure(self.number, chunk.segment, rows[0].id, error)
                parked = pipeline.parked(rows[0], chunk.group.position, "failure")
                return [parked], list(pipeline.entries(asked, self.today))
        half = len(rows) // 2
        first, second = (self._advanced(pipeline, some, chunk) for some in (rows[:half], rows[half:]))
        return first[0] + second[0], first[1] + second[1]
