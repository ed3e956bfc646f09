"""What cases are pinned to, and which agreements hold for them now; knows no case."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select

from flows.store import tables
from flows.store.database import Database, utc_now
from flows.store.definitions import Definition, Pinned, pinned, restored
from processes.catalogue import Catalogue
from processes.policy import Policy
from processes.procedure import Procedure

LAW = "law of "  # before a procedure's name: the hash of the catalogue whose agreements hold now
_HASHES = ("procedure_hash", "catalogue_hash", "policy_hash")


class Pinning(Database):
    """The definitions in a store."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        super().__init__(engine, clock)
        self._definitions: dict[int, Definition] = {}

    def pin(self, procedure: str, definition: Definition) -> int:
        """Keep a definition of a procedure, and return its number; the same definition is kept once.

        Args:
            procedure: Whose cases will be pinned to it. A redesign's own name is another, its cases are the procedure's.
            definition: Today's procedure or a redesign of it, with all it rests on.
        """
        parts = [pinned(part) for part in definition[:3]]
        table, row = tables.definitions, dict(zip(_HASHES, [part.hash for part in parts], strict=True))
        with self._writing() as connection:
            number = _number_of(connection, row)
            if number is None:
                for part in parts:
                    self._keep(connection, part)
                made = connection.execute(
                    insert(table).values(procedure=procedure, redesigned=definition.redesigned, **row)
                )
                number = made.inserted_primary_key[0] if made.inserted_primary_key else 0
        self._definitions[int(number)] = definition
        return int(number)

    def number_of(self, definition: Definition) -> int | None:
        """Return the number under which a definition is pinned; nothing, if it is not."""
        hashes = [pinned(part).hash for part in definition[:3]]
        with self._reading() as connection:
            return _number_of(connection, dict(zip(_HASHES, hashes, strict=True)))

    def definition(self, number: int) -> Definition:
        """Return what is pinned under a number."""
        if number not in self._definitions:
            table, texts = tables.definitions, tables.texts
            with self._reading() as connection:
                row = connection.execute(select(table).where(table.c.number == number)).one()
                content = {
                    text.hash: text.content
                    for text in connection.execute(
                        select(texts).where(texts.c.hash.in_([row.procedure_hash, row.catalogue_hash, row.policy_hash]))
                    )
                }
            self._definitions[number] = Definition(
                restored(Procedure, content[row.procedure_hash]),
                restored(Catalogue, content[row.catalogue_hash]),
                restored(Policy, content[row.policy_hash]),
                bool(row.redesigned),
            )
        return self._definitions[number]

    def definition_numbers(self, procedure: str | None = None) -> list[int]:
        """Return the numbers of all definitions, or of those of a procedure."""
        table = tables.definitions
        wanted = select(table.c.number)
        if procedure is not None:
            wanted = wanted.where(table.c.procedure == procedure)
        with self._reading() as connection:
            return [int(one) for one in connection.execute(wanted).scalars()]

    def set_law(self, procedure: str, catalogue: Catalogue) -> None:
        """Keep which agreements there are now for the cases of a procedure, whatever catalogue they are pinned to."""
        part, meta, name = pinned(catalogue), tables.meta, f"{LAW}{procedure}"
        with self._writing() as connection:
            self._keep(connection, part)
            connection.execute(delete(meta).where(meta.c.name == name))
            connection.execute(insert(meta).values(name=name, value=part.hash))

    def newer_law(self, procedure: str, definition: int) -> Catalogue | None:
        """Return the catalogue whose agreements hold now for the cases of a procedure, if it is another than that of a definition."""
        meta, texts, table = tables.meta, tables.texts, tables.definitions
        its_own = select(table.c.catalogue_hash).where(table.c.number == definition).scalar_subquery()
        wanted = (
            select(texts.c.content)
            .join(meta, meta.c.value == texts.c.hash)
            .where(meta.c.name == f"{LAW}{procedure}", texts.c.hash != its_own)
        )
        with self._reading() as connection:
            content = connection.execute(wanted).scalar()
        return None if content is None else restored(Catalogue, content)

    def _keep(self, connection: Connection, part: Pinned) -> None:
        there = select(tables.texts.c.hash).where(tables.texts.c.hash == part.hash)
        if connection.execute(there).scalar() is None:
            connection.execute(insert(tables.texts).values(hash=part.hash, content=part.content))


def _number_of(connection: Connection, hashes: Mapping[str, str]) -> int | None:
    table = tables.definitions
    same = [table.c[name] == value for name, value in hashes.items()]
    found: int | None = connection.execute(select(table.c.number).where(*same)).scalar()
    return found
