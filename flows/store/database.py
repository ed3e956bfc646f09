"""The database of a case store: opened, read and written in transactions; knows no case."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine

from flows.store.opening import WRITES, opened

CHUNK = 1000  # rows a statement


def utc_now() -> datetime:
    """Return the time of the machine."""
    return datetime.now(UTC)


class Database:
    """A database, and the clock by which it is written."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self.engine = engine
        self.clock = clock

    @classmethod
    def open(
        cls,
        store: str | Path,
        *,
        must_exist: bool = False,
        clock: Callable[[], datetime] = utc_now,
        named_by: str = "--store",
    ) -> Self:
        """Open the store at a path or database address.

        Raises:
            StoreError: If it cannot be used.
        """
        return cls(opened(store, must_exist=must_exist, named_by=named_by), clock)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @property
    def is_file(self) -> bool:
        """Whether it is a file of this machine."""
        return self.engine.dialect.name == "sqlite"

    def _now(self) -> str:
        return self.clock().isoformat(timespec="seconds")

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            yield connection

    def _text(self, statement: str) -> str:
        return statement if self.engine.dialect.paramstyle == "qmark" else statement.replace("?", "%s")
