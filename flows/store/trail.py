"""The audit trail in the store: entries are put at its end within the transaction that they tell of, and read back; decides nothing."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, insert, select, text

from flows.audit import Entry, Written, chained, content, exported
from flows.audit_verifier import FIRST_HASH, Head
from flows.store import tables
from flows.store.many import alike

_AUDITED = "INSERT INTO audited (first, case_id) SELECT ?, (numbers)"


def append(connection: Connection, at: str, entries: Sequence[Entry]) -> None:
    """Put entries at the end of the trail.

    The last hash is read inside the transaction that writes the next, and nobody else can put an entry there meanwhile: so
    several runs make one chain. It is done last, and is short: one hash for all cases of an entry.

    Args:
        connection: Within a transaction that writes.
        at: When.
        entries: What was done.
    """
    if not entries:
        return
    if connection.dialect.name == "postgresql":  # in SQLite whoever writes is alone anyway
        connection.execute(text("LOCK TABLE audit IN EXCLUSIVE MODE"))
    last = _head(connection)
    first, rows, cases = last.entry + 1, [], set[int]()
    for number, entry in enumerate(entries, first):
        said = content(number, at, entry)
        last = Head(number, chained(last.hash, said))
        rows.append({"number": number, "first": first, "content": said, "hash": last.hash})
        cases.update(entry.cases)
    connection.execute(insert(tables.audit), rows)
    alike(connection, _AUDITED, (first,), sorted(cases))


def _head(connection: Connection) -> Head:
    table = tables.audit
    newest = connection.execute(select(table.c.number, table.c.hash).order_by(table.c.number.desc()).limit(1)).first()
    return Head(newest.number, newest.hash) if newest else Head(0, FIRST_HASH)


class Trail:
    """The audit trail of a store, as it is read."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def head(self) -> Head:
        """Return where it ends now: what can be kept elsewhere, to see later that nothing was cut off."""
        with self.engine.connect() as connection:
            return _head(connection)

    def export(self, after: int = 0) -> Iterator[bytes]:
        """Yield it as lines of JSON, as it is at this moment; see `flows.audit_verifier`.

        Args:
            after: The number of the entry after which it begins.

        Raises:
            LookupError: If there is no such entry.
        """
        table = tables.audit
        with self.engine.connect() as connection, connection.begin():
            before = Head(0, FIRST_HASH)
            if after:
                found = connection.execute(select(table.c.hash).where(table.c.number == after)).scalar()
                if found is None:
                    raise LookupError(after)
                before = Head(after, str(found))
            wanted = _written().where(table.c.number > after).order_by(table.c.number)
            with connection.execution_options(yield_per=100).execute(wanted) as rows:
                yield from exported(before, (Written(*row) for row in rows))

    def of_case(self, case: int) -> Iterator[dict[str, Any]]:
        """Yield what the trail says of a case, in the order in which it was done: as exported, without the other cases."""
        table, audited = tables.audit, tables.audited
        mine = select(audited.c.first).where(audited.c.case_id == case)
        with self.engine.connect() as connection:
            for row in connection.execute(_written().where(table.c.first.in_(mine)).order_by(table.c.number)):
                said: dict[str, Any] = orjson.loads(row.content)
                if case in said.pop("cases"):
                    yield said

    def misplaced(self, upto: int) -> tuple[int, int] | None:
        """Return the first (entry, case) of which the trail and the table by which `of_case` finds entries say different things.

        No hash covers that table; so it is compared with the entries themselves, which must have been verified before.

        Args:
            upto: The last entry that was verified: runs may go on meanwhile.

        Complexity: linear in entries and cases, after sorting them.
        """
        table, audited = tables.audit, tables.audited
        entries = select(table.c.first, table.c.content).where(table.c.first <= upto)
        entries = entries.order_by(table.c.first, table.c.number)
        index = select(audited.c.first, audited.c.case_id).where(audited.c.first <= upto)
        index = index.order_by(audited.c.first, audited.c.case_id)
        with (
            self.engine.connect() as reading,
            self.engine.connect() as beside,
            reading.execution_options(yield_per=100).execute(entries) as written,
            beside.execution_options(yield_per=1000).execute(index) as found,
        ):
            for one, other in zip_longest(_by_case(written), map(tuple, found)):
                if one != other:
                    return min(pair for pair in (one, other) if pair is not None)
        return None


def _by_case(rows: Iterable[Any]) -> Iterator[tuple[int, int]]:
    """Yield each first entry with each case of those that were written with it, in order."""
    for first, some in groupby(rows, key=itemgetter(0)):
        for case in sorted({case for _, said in some for case in orjson.loads(said)["cases"]}):
            yield first, case


def _written() -> Any:
    table = tables.audit
    return select(table.c.number, table.c.content, table.c.hash)
