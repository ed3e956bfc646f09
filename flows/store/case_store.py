"""The case store: takes cases in, hands out those that can move, takes back what became of them; knows no kind of step.

It is the truth about every case. What a batch did (new places, values, results, what registries were asked) is written in
one transaction or not at all, and only if nobody has moved the cases meanwhile: so a run can die at any point, two runs can
work at once, and nothing is done twice.
"""

from collections.abc import Iterator, Sequence

import orjson
from sqlalchemy import Connection, func, insert, select

from flows.audit import Entry
from flows.store import many, tables, trail
from flows.store.batches import Batches
from flows.store.database import CHUNK
from flows.store.erasure import Erasure
from flows.store.people import People
from flows.store.pinning import Pinning
from flows.store.rows import Intake, Kept, whole_cases


class CaseStore(Pinning, Batches, People, Erasure):
    """Cases in a database."""

    def take_in(self, procedure: str, definition: int, given: Sequence[tuple[str, bytes]]) -> Intake:
        """Take cases in that are not there yet; those that are there stay as they are.

        Args:
            procedure: Whose cases they are.
            definition: What new ones are pinned to.
            given: The key of each, and what it brings along.
        """
        ids: dict[str, int] = {}
        new = 0
        table = tables.cases
        for start in range(0, len(given), CHUNK):
            some = given[start : start + CHUNK]
            with self._writing() as connection:
                rows = [(procedure, key, definition, "ready", "", 0) for key, _ in some]
                columns = "procedure, key, definition, state, position, moves"
                there = "ON CONFLICT (procedure, key) DO NOTHING"
                fresh = max(0, many.add(connection, table, columns, rows, or_else=there))
                new += fresh
                found = connection.execute(
                    select(table.c.key, table.c.id).where(
                        table.c.procedure == procedure, table.c.key.in_([key for key, _ in some])
                    )
                )
                ids.update((key, number) for key, number in found)
                if fresh:  # numbers grow, so the highest is of one of those
                    self._note_intake(connection, max(ids[key] for key, _ in some))
                brought = [(ids[key], content) for key, content in some]
                there = "ON CONFLICT (case_id) DO NOTHING"
                many.add(connection, tables.given, "case_id, content", brought, or_else=there)
        return Intake(tuple(ids[key] for key, _ in given), new)

    def _note_intake(self, connection: Connection, last: int) -> None:
        """Note when cases up to that number came in. Where several come in at once, some have the time of those beside them."""
        connection.execute(insert(tables.intakes).values(last=last, at=self._now()))

    def find(self, key: str, procedure: str | None = None) -> list[Kept]:
        """Return the cases of that key: one a procedure."""
        table = tables.cases
        wanted = whole_cases().where(table.c.key == key)
        if procedure is not None:
            wanted = wanted.where(table.c.procedure == procedure)
        with self._reading() as connection:
            return [Kept(*row) for row in connection.execute(wanted.order_by(table.c.procedure))]

    def by_id(self, ids: Sequence[int]) -> Iterator[Kept]:
        """Yield cases by their numbers, in that order."""
        table = tables.cases
        for start in range(0, len(ids), CHUNK):
            some = ids[start : start + CHUNK]
            with self._reading() as connection:
                rows = connection.execute(whole_cases().where(table.c.id.in_(some))).all()
            found = {row[0]: Kept(*row) for row in rows}
            yield from (found[number] for number in some)

    def all_cases(self, procedure: str | None = None) -> Iterator[Kept]:
        """Yield all cases in the order in which they came."""
        table = tables.cases
        wanted = whole_cases().order_by(table.c.id)
        if procedure is not None:
            wanted = wanted.where(table.c.procedure == procedure)
        with self._reading() as connection:
            for row in connection.execute(wanted):
                yield Kept(*row)

    def counts(self, procedure: str | None = None) -> list[tuple[str, str, str, str, int]]:
        """Return how many cases came to what: (procedure, state, outcome, step of the refusal, cases).

        Complexity: linear in open cases.
        """
        cases, closed, found = tables.cases, tables.closed, list[tuple[str, str, str, str, int]]()
        ended = select(closed.c.procedure, closed.c.outcome, closed.c.reason, closed.c.cases)
        waiting = select(cases.c.procedure, func.count()).where(cases.c.state == "waiting").group_by(cases.c.procedure)
        if procedure is not None:
            ended, waiting = ended.where(closed.c.procedure == procedure), waiting.where(cases.c.procedure == procedure)
        for name in self.procedures() if procedure is None else [procedure]:
            if ready := sum(group.cases for group in self.ready(name)):
                found.append((name, "ready", "", "", ready))
        with self._reading() as connection:
            found += [(of, "done", outcome, reason, n) for of, outcome, reason, n in connection.execute(ended)]
            found += [(of, "waiting", "", "", n) for of, n in connection.execute(waiting)]
        return sorted(found)

    def procedures(self) -> list[str]:
        """Return of which procedures there can be cases."""
        with self._reading() as connection:
            return sorted(set(connection.execute(select(tables.definitions.c.procedure)).scalars()))

    def passed(self, case: int) -> dict[str, str]:
        """Return when a case last passed each of its steps."""
        segments, batches = tables.segments, tables.batches
        wanted = (
            select(segments.c.steps, batches.c.at)
            .join(batches, batches.c.number == segments.c.batch)
            .where(segments.c.case_id == case)
            .order_by(batches.c.number)
        )
        with self._reading() as connection:
            return {step: str(at) for steps, at in connection.execute(wanted) for step in orjson.loads(steps)}

    def note(self, entry: Entry) -> None:
        """Put an entry at the end of the audit trail, by itself."""
        with self._writing() as connection:
            trail.append(connection, self._now(), [entry])
