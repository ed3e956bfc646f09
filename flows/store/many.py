"""Writes many rows at once, as quickly as the database can: rows of their own, and one row alike for many cases; decides nothing.

SQLite is given a statement and all its rows; PostgreSQL all rows of new data as a stream (`COPY`), else a column after the other.
"""

from collections.abc import Sequence

import orjson
from sqlalchemy import Connection, Integer, LargeBinary, Table

Rows = Sequence[tuple[object, ...]]


def add(connection: Connection, table: Table, columns: str, rows: Rows, *, or_else: str = "") -> int:
    """Insert rows, and return how many were.

    Args:
        connection: Within a transaction that writes.
        table: Where to.
        columns: Their names, separated by commas.
        rows: In the order of the columns.
        or_else: What to do with a row that is there already, as `ON CONFLICT …`; if nothing is said, there is none.
    """
    if not rows:
        return 0
    into = f"INSERT INTO {table.name} ({columns})"
    if not _postgresql(connection):
        marks = ", ".join("?" * len(rows[0]))
        return connection.exec_driver_sql(f"{into} VALUES ({marks}) {or_else}", list(rows)).rowcount
    if or_else:
        return _by_columns(connection, f"{into} SELECT * FROM {_unnested(table, columns)} {or_else}", rows)  # noqa: S608  # our own words
    with connection.connection.cursor().copy(f"COPY {table.name} ({columns}) FROM STDIN") as stream:
        for row in rows:
            stream.write_row(row)
    return len(rows)


def change(connection: Connection, table: Table, sets: str, columns: str, rows: Rows) -> int:
    """Change rows that are as they were read, and return how many were changed.

    Args:
        connection: Within a transaction that writes.
        table: Which.
        sets: What is set besides, as `a = a + 1`.
        columns: The names of what is set, separated by commas, then those that are compared: the last two.
        rows: In the order of the columns.
    """
    if not rows:
        return 0
    names = columns.split(", ")
    if not _postgresql(connection):
        told = "".join([f", {name} = ?" for name in names[:-2]])
        where = " AND ".join([f"{name} = ?" for name in names[-2:]])
        return connection.exec_driver_sql(f"UPDATE {table.name} SET {sets}{told} WHERE {where}", list(rows)).rowcount  # noqa: S608
    told = "".join([f", {name} = new.{name}" for name in names[:-2]])
    where = " AND ".join([f"{table.name}.{name} = new.{name}" for name in names[-2:]])
    text = f"UPDATE {table.name} SET {sets}{told} FROM {_unnested(table, columns)} AS new ({columns}) WHERE {where}"  # noqa: S608
    return _by_columns(connection, text, rows)


def alike(connection: Connection, statement: str, values: tuple[object, ...], numbers: Sequence[int]) -> int:
    """Execute a statement for many numbers alike, and return how many rows it changed.

    Args:
        connection: Within a transaction that writes.
        statement: With a `?` for each value, and at its end `(numbers)`: a column of them.
        values: What is alike.
        numbers: What is not.
    """
    if not numbers:
        return 0
    if _postgresql(connection):
        text = statement.replace("?", "%s").replace("(numbers)", "unnest(CAST(%s AS INTEGER[]))")
        return connection.exec_driver_sql(text, (*values, list(numbers))).rowcount
    text = statement.replace("(numbers)", "value FROM json_each(?)")
    return connection.exec_driver_sql(text, (*values, orjson.dumps(numbers).decode())).rowcount


def _postgresql(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _unnested(table: Table, columns: str) -> str:
    """Return columns that are told as lists, as PostgreSQL makes rows of them."""
    types = [table.c[name].type for name in columns.split(", ")]
    names = ["INTEGER" if isinstance(t, Integer) else "BYTEA" if isinstance(t, LargeBinary) else "TEXT" for t in types]
    return f"unnest({', '.join([f'CAST(%b AS {name}[])' for name in names])})"


def _by_columns(connection: Connection, text: str, rows: Rows) -> int:
    return connection.exec_driver_sql(text, tuple(map(list, zip(*rows, strict=True)))).rowcount
