"""The data of closed cases go from a store; that they were there stays."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update

from flows.audit import Entry
from flows.store import tables, trail
from flows.store.database import CHUNK, Database
from flows.store.rows import Kept, whole_cases

NOTHING_GIVEN = b'{"facts":{},"decisions":{},"papers":null}'  # by a case whose data were erased


class Erasure(Database):
    """What is erased from a store."""

    def closed_before(self, day: str, procedure: str | None = None) -> list[Kept]:
        """Return the cases that were closed before a day and hold data still.

        Args:
            day: As year-month-day.
            procedure: Whose cases; all, if nothing is said.
        """
        cases, segments, batches = tables.cases, tables.segments, tables.batches
        last = (
            select(segments.c.case_id)
            .join(batches, batches.c.number == segments.c.batch)
            .group_by(segments.c.case_id)
            .having(func.max(batches.c.at) < day)
        )
        wanted = whole_cases().where(cases.c.state == "done", cases.c.erased.is_(None), cases.c.id.in_(last))
        wanted = wanted.order_by(cases.c.id)
        if procedure is not None:
            wanted = wanted.where(cases.c.procedure == procedure)
        with self._reading() as connection:
            return [Kept(*row) for row in connection.execute(wanted)]

    def erase(self, cases: Sequence[int], entry: Entry) -> list[int]:
        """Erase the data of closed cases: what they brought along, what they held and issued, what failures quote of them.

        That they were there, how they ended and what the audit trail says of them stays.

        Args:
            cases: By their numbers; those that are not closed, or erased already, stay as they are.
            entry: Who erases them, and why, for the audit trail.

        Returns:
            The numbers of those that were erased.
        """
        table, done = tables.cases, list[int]()
        for start in range(0, len(cases), CHUNK):
            with self._writing() as connection:
                open_still = (table.c.state == "done", table.c.erased.is_(None))
                wanted = select(table.c.id).where(table.c.id.in_(cases[start : start + CHUNK]), *open_still)
                some = [int(number) for number in connection.execute(wanted.order_by(table.c.id)).scalars()]
                if not some:
                    continue
                at = self._now()
                connection.execute(update(table).where(table.c.id.in_(some)).values(erased=at, moves=table.c.moves + 1))
                given, held, failures, answers = tables.given, tables.held, tables.failures, tables.answers
                connection.execute(update(given).where(given.c.case_id.in_(some)).values(content=NOTHING_GIVEN))
                connection.execute(delete(held).where(held.c.case_id.in_(some)))
                connection.execute(delete(tables.drafts).where(tables.drafts.c.case_id.in_(some)))
                connection.execute(update(failures).where(failures.c.case_id.in_(some)).values(message=""))
                connection.execute(delete(tables.drafts).where(tables.drafts.c.case_id.in_(some)))
                for table_of_reasons in (answers, tables.returned):
                    mine = table_of_reasons.c.case_id.in_(some)
                    connection.execute(update(table_of_reasons).where(mine).values(why=""))
                trail.append(connection, at, [entry._replace(cases=some)])
                done += some
        if self.engine.dialect.name == "sqlite":
            self._empty_journal()
        return done

    def _empty_journal(self) -> None:
        """Move the journal into the file and empty it: the old pages stand there until then."""
        raw = self.engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            raw.close()
