"""Brings the tables of a store of an older version up to date, one version at a time; knows nothing of how cases move.

A list of our own, not Alembic: there are few tables, a store is one file that people carry about, and all that is wanted is to run what
is lacking, in order, within the transaction that opens it: a store is of one version or the other, never in between.
"""

from collections.abc import Callable
from itertools import groupby
from operator import itemgetter

import orjson
from sqlalchemy import Connection, insert, text, update

from flows.audit import Entry, chained, content
from flows.audit_verifier import FIRST_HASH
from flows.store import tables
from flows.store.errors import StoreError
from processes.words import Words, same


def migrate(connection: Connection, version: str) -> None:
    """Bring a store up to date.

    Args:
        connection: Within a transaction that has the store alone.
        version: Of its tables, as it says itself.

    Raises:
        StoreError: If it is of a version that is not known here, or cannot be brought up to date.
    """
    while version != tables.VERSION:
        if version not in MIGRATIONS:
            raise StoreError(
                Words(
                    f"Penyimpanan ini dibuat oleh versi Sekali yang lain (tabel versi {version}, di sini {tables.VERSION}). "
                    "Pakai versi itu, atau perbarui Sekali.",
                    f"The store was made by another version of Sekali (tables of version {version}, here {tables.VERSION}). "
                    "Use that one, or bring Sekali up to date.",
                )
            )
        version, bring = MIGRATIONS[version]
        bring(connection)
    connection.execute(update(tables.meta).where(tables.meta.c.name == "version").values(value=version))


def _trail_by_case(connection: Connection) -> None:
    """Version 2: an entry of the audit trail for each outcome, found by case; cases whose data are erased."""
    connection.execute(text("ALTER TABLE cases ADD COLUMN erased TEXT"))
    old = connection.execute(
        text(
            'SELECT a.number, a.batch, a."row", a.hash, r.procedure FROM audit a '
            "LEFT JOIN batches b ON b.number = a.batch LEFT JOIN runs r ON r.number = b.run ORDER BY a.number"
        )
    ).all()
    connection.execute(text("DROP TABLE audit"))
    tables.metadata.create_all(connection, tables=[tables.audit, tables.audited])
    before, last, number = FIRST_HASH, FIRST_HASH, 0
    for _, some in groupby(old, key=itemgetter(1)):
        first, cases = number + 1, set[int]()
        for row in some:
            before = chained(before, row.row if isinstance(row.row, bytes) else b"")
            if before != row.hash:  # to write it anew would hide what somebody has done
                raise StoreError(
                    Words(
                        f"Jejak audit penyimpanan ini telah diubah pada baris {row.number}. Simpan berkasnya sebagai bukti.",
                        f"The audit trail of the store was changed at row {row.number}. Keep the file: it is evidence.",
                    )
                )
            _, _, at, step, service, consumer, purpose, basis, facts, outcomes = orjson.loads(row.row)
            why = same(f"{row.procedure}: {step}")
            for outcome, of in outcomes.items():
                number += 1
                entry = Entry(
                    "look-up",
                    row.procedure or "",
                    step,
                    service,
                    consumer,
                    purpose,
                    (basis,) if basis else (),
                    tuple(facts),
                    why,
                    outcome,
                    "registry",
                    of,
                )
                made = content(number, at, entry)
                last = chained(last, made)
                connection.execute(insert(tables.audit).values(number=number, first=first, content=made, hash=last))
                cases.update(of)
        rows = [{"case_id": case, "first": first} for case in sorted(cases)]
        if rows:
            connection.execute(insert(tables.audited), rows)


def _people(connection: Connection) -> None:
    """Version 3: since when cases wait, who answered by name and why, and drafts."""
    for table, column in (("waits", "since"), ("answers", "name"), ("answers", "why")):
        connection.execute(text(f"ALTER TABLE {table} ADD COLUMN {column} TEXT NOT NULL DEFAULT ''"))
    tables.metadata.create_all(connection, tables=[tables.drafts])


def _returned(connection: Connection) -> None:
    """Version 4: cases that were sent back; when cases were taken in, and how long answers were waited for."""
    connection.execute(text("ALTER TABLE answers ADD COLUMN since TEXT NOT NULL DEFAULT ''"))
    tables.metadata.create_all(connection, tables=[tables.returned, tables.intakes])


def _answers_of(connection: Connection) -> None:
    """Version 5: the answers of a case are found without looking at all others."""
    tables.answers_of.create(connection)


def _escalated(connection: Connection) -> None:
    """Version 6: to whom what is late has gone up; what waits, and what a run has moved, is found without looking at all cases."""
    connection.execute(text("ALTER TABLE waits ADD COLUMN escalated TEXT NOT NULL DEFAULT ''"))
    for index in (tables.waiting, tables.waits_of_whom, tables.waits_gone_up, tables.waits_for_registry):
        index.create(connection)
    tables.batches_of_run.create(connection)
    tables.segments_of_batch.create(connection)


def _closed(connection: Connection) -> None:
    """Version 7: how many cases are closed is kept."""
    tables.metadata.create_all(connection, tables=[tables.closed])
    connection.execute(
        text(
            "INSERT INTO closed (procedure, outcome, reason, cases) "
            "SELECT procedure, coalesce(outcome, ''), coalesce(reason, ''), count(*) FROM cases "
            "WHERE state = 'done' GROUP BY 1, 2, 3"
        )
    )


# By version: the next, and what brings a store there.
MIGRATIONS: dict[str, tuple[str, Callable[[Connection], None]]] = {
    "1": ("2", _trail_by_case),
    "2": ("3", _people),
    "3": ("4", _returned),
    "4": ("5", _answers_of),
    "5": ("6", _escalated),
    "6": ("7", _closed),
}
