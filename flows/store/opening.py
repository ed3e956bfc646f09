"""Opens the database of a case store: its address, its pragmas, its tables; knows nothing of cases."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, insert, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from flows.store import tables
from flows.store.errors import StoreError
from flows.store.migrations import migrate
from flows.store.patience import is_away
from processes.words import Words

PRAGMAS = (
    "page_size = 16384",  # of a new file: a case brings some kilobytes, of which smaller pages would waste half
    "journal_mode = WAL",
    "secure_delete = ON",  # what is erased or written anew leaves nothing in the file
    "synchronous = FULL",  # what is committed outlives a loss of power
    "busy_timeout = 30000",
    "cache_size = -32000",
    "wal_autocheckpoint = 16000",  # pages, 64 MB: else nearly every batch pays for moving the journal into the file
)
OPENING = 0x5E6A11  # of PostgreSQL's locks, the one of whoever opens a store; any number, always the same
WRITES = "sekali_writes"  # execution option of a connection that will write


def address(store: str | Path) -> str:
    """Return the database address of a store: a file's path, or an address already.

    >>> address("sekali.sqlite"), address("postgresql+psycopg://db/sekali")
    ('sqlite:///sekali.sqlite', 'postgresql+psycopg://db/sekali')
    """
    return str(store) if "://" in str(store) else f"sqlite:///{store}"


def opened(store: str | Path, *, must_exist: bool = False, named_by: str = "--store") -> Engine:
    """Return the engine of a store; its tables are made if it is new, and brought up to date if it is old.

    Args:
        store: A file's path or a database address.
        must_exist: Whether a file that is not there is a fault.
        named_by: How whoever opens it can name another one.

    Raises:
        StoreError: If it is no store of ours, cannot be reached, or was made by another version.
    """
    try:
        url = make_url(address(store))
        shown = url.render_as_string(hide_password=True)
    except ArgumentError:
        raise StoreError(
            Words("Alamat penyimpanan tidak dapat dibaca.", "The store's address cannot be read.")
        ) from None
    if url.get_backend_name() == "sqlite" and url.database:
        _look_at_file(Path(url.database), must_exist=must_exist, named_by=named_by)
    try:
        engine = create_engine(url, hide_parameters=True)
        if url.get_backend_name() == "sqlite":
            event.listen(engine, "connect", _on_connect)
            event.listen(engine, "begin", _on_begin)
        with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            _make_tables(connection)
    except (SQLAlchemyError, ImportError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise StoreError(
            Words(
                f"Penyimpanan kasus '{shown}' tidak dapat dibuka: {reason}.",
                f"The case store '{shown}' cannot be opened: {reason}.",
            ),
            away=is_away(error),
        ) from None
    return engine


def _look_at_file(path: Path, *, must_exist: bool, named_by: str) -> None:
    if path.is_dir():
        raise StoreError(Words(f"'{path}' adalah folder.", f"'{path}' is a folder."))
    if must_exist and not path.exists():
        raise StoreError(
            Words(
                f"Tidak ada penyimpanan kasus '{path}'. 'sekali run' membuatnya; sebutkan dengan {named_by} bila ada di tempat lain.",
                f"There is no case store '{path}'. 'sekali run' makes one; name it with {named_by} if it is elsewhere.",
            )
        )
    if not path.parent.exists():
        raise StoreError(Words(f"Tidak ada folder '{path.parent}'.", f"There is no folder '{path.parent}'."))


def _on_connect(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # we say ourselves when a transaction begins
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    # who will write says so at once: nobody can then come between what it reads and what it writes
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _make_tables(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # as BEGIN IMMEDIATE does: one at a time
        connection.execute(select(func.pg_advisory_xact_lock(OPENING)))
    there = set(inspect(connection).get_table_names())
    if "meta" not in there:
        if there:
            raise StoreError(Words("Basis data ini memuat hal lain.", "The database holds something else than cases."))
        tables.metadata.create_all(connection)
        connection.execute(insert(tables.meta).values(name="version", value=tables.VERSION))
        return
    version = connection.execute(select(tables.meta.c.value).where(tables.meta.c.name == "version")).scalar()
    if version != tables.VERSION:
        migrate(connection, str(version))
