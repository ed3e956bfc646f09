"""The databases of the registries: their tables and how rows get into them; knows nobody who stands in them.

Each database is written beside its place and then put there whole, so that no half-written registry can be found.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

Row = tuple[str | int | None, ...]


class Table(NamedTuple):
    """A table of a registry: what makes it, what fills it, what finds things in it."""

    create: str
    insert: str
    indexes: tuple[str, ...] = ()


SIAK_PERSON = Table(
    """CREATE TABLE person (
        nik TEXT NOT NULL PRIMARY KEY, kk_no TEXT NOT NULL, name TEXT NOT NULL, sex TEXT NOT NULL,
        birth_place TEXT NOT NULL, birth_date TEXT NOT NULL, blood_type TEXT NOT NULL, religion TEXT NOT NULL,
        marital_status TEXT NOT NULL, family_relation TEXT NOT NULL, education TEXT NOT NULL, occupation TEXT NOT NULL,
        citizenship TEXT NOT NULL, mother_nik TEXT, mother_name TEXT, father_nik TEXT, father_name TEXT,
        birth_deed_no TEXT, marriage_deed_no TEXT, marriage_date TEXT, life_status TEXT NOT NULL
    ) WITHOUT ROWID""",
    "INSERT INTO person VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    (
        "CREATE INDEX person_by_family ON person (kk_no)",
        "CREATE INDEX person_by_birth ON person (name, birth_date, mother_name)",
    ),
)
SIAK_FAMILY = Table(
    """CREATE TABLE family (
        kk_no TEXT NOT NULL PRIMARY KEY, head_nik TEXT NOT NULL, address TEXT NOT NULL, rt TEXT NOT NULL,
        rw TEXT NOT NULL, hamlet TEXT NOT NULL, village TEXT NOT NULL, district TEXT NOT NULL, regency TEXT NOT NULL,
        province TEXT NOT NULL, postcode TEXT NOT NULL
    ) WITHOUT ROWID""",
    "INSERT INTO family VALUES (?,?,?,?,?,?,?,?,?,?,?)",
)
# Twins share mother and day: asked with these two, the registry answers with several births.
FASKES_BIRTH = Table(
    """CREATE TABLE birth (
        mother_nik TEXT NOT NULL, birth_date TEXT NOT NULL, sex TEXT NOT NULL, birth_time TEXT NOT NULL,
        birth_kind TEXT NOT NULL, birth_order INTEGER NOT NULL, birth_place TEXT NOT NULL,
        birth_place_kind TEXT NOT NULL, birth_attendant TEXT NOT NULL, weight_g INTEGER NOT NULL,
        length_cm INTEGER NOT NULL, PRIMARY KEY (mother_nik, birth_date, birth_order)
    ) WITHOUT ROWID""",
    "INSERT INTO birth VALUES (?,?,?,?,?,?,?,?,?,?,?)",
    ("CREATE INDEX birth_by_mother ON birth (mother_nik)",),
)
FASKES_DIAGNOSIS = Table(
    """CREATE TABLE diagnosis (
        nik TEXT NOT NULL PRIMARY KEY, listed_disease TEXT NOT NULL, diagnosis_date TEXT NOT NULL
    ) WITHOUT ROWID""",
    "INSERT INTO diagnosis VALUES (?,?,?)",
)
FASKES_DEATH = Table(
    """CREATE TABLE death (
        nik TEXT NOT NULL PRIMARY KEY, death_date TEXT NOT NULL, death_time TEXT NOT NULL, death_place TEXT NOT NULL,
        death_cause TEXT NOT NULL, death_certifier TEXT NOT NULL
    ) WITHOUT ROWID""",
    "INSERT INTO death VALUES (?,?,?,?,?,?)",
)
SIMKAH_MARRIAGE = Table(
    """CREATE TABLE marriage (
        wife_nik TEXT NOT NULL PRIMARY KEY, husband_nik TEXT NOT NULL, marriage_deed_no TEXT NOT NULL,
        marriage_date TEXT NOT NULL
    ) WITHOUT ROWID""",
    "INSERT INTO marriage VALUES (?,?,?,?)",
    ("CREATE INDEX marriage_by_husband ON marriage (husband_nik)",),
)
DTSEN_FAMILY = Table(
    "CREATE TABLE family (kk_no TEXT NOT NULL PRIMARY KEY, decile INTEGER NOT NULL) WITHOUT ROWID",
    "INSERT INTO family VALUES (?,?)",
)
BPJS_MEMBER = Table(
    """CREATE TABLE member (
        nik TEXT NOT NULL PRIMARY KEY, jkn_no TEXT NOT NULL, jkn_kind TEXT NOT NULL, jkn_status TEXT NOT NULL,
        jkn_class TEXT NOT NULL
    ) WITHOUT ROWID""",
    "INSERT INTO member VALUES (?,?,?,?,?)",
)
PBB_TAXPAYER = Table(
    "CREATE TABLE taxpayer (nik TEXT NOT NULL PRIMARY KEY, pbb_paid INTEGER NOT NULL) WITHOUT ROWID",
    "INSERT INTO taxpayer VALUES (?,?)",
)


def write(database: Path, tables: Iterable[tuple[Table, list[Row]]]) -> None:
    """Write a registry's database, replacing the one that stands there.

    Rows are sorted by their first columns, which are the keys: so they go in at the end of the table each, and the
    file does not depend on the order in which they were made.

    Args:
        database: The file; its folder must exist.
        tables: The tables with all their rows.
    """
    unfinished = database.with_name(f"{database.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(unfinished, isolation_level=None)) as connection:
        # nobody reads the file before it is whole, so it needs no journal
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for table, rows in tables:
            connection.execute(table.create)
            in_order: list[Row] = sorted(rows, key=_key)
            connection.executemany(table.insert, in_order)
            for index in table.indexes:
                connection.execute(index)
        connection.execute("COMMIT")
    unfinished.replace(database)


def _key(row: Row) -> Any:
    return row[:2]
