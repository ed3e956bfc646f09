"""A PostgreSQL server for a benchmark: made for it, reached by a socket, gone with it. It writes to the disk as it comes."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

USER = "postgres"  # PostgreSQL does not run as root


def missing() -> str:
    """Return what is not there that is needed; nothing, if all is."""
    if find_spec("psycopg") is None:
        return "psycopg is not installed"
    return "" if shutil.which("initdb") and shutil.which("pg_ctl") else "initdb and pg_ctl are not on the path"


def _as_user(*command: str | Path) -> None:
    user = USER if os.name == "posix" and os.geteuid() == 0 else None
    said = [str(one) for one in command]
    subprocess.run(said, user=user, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


@contextmanager
def server() -> Iterator[str]:
    """Yield the address of its databases, without their name."""
    folder = Path(tempfile.mkdtemp(prefix="sekali-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, USER)
    data = folder / "data"
    try:
        _as_user("initdb", "-D", data, "-A", "trust", "-U", USER, "-E", "UTF8", "--locale", "C")
        _as_user("pg_ctl", "-D", data, "-w", "-o", f"-k {folder} -h ''", "-l", folder / "log", "start")
        try:
            yield f"postgresql+psycopg://{USER}@/{{}}?host={folder}"
        finally:
            _as_user("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def database(address: str, name: str) -> str:
    """Make a database, and return its address."""
    from sqlalchemy import create_engine

    engine = create_engine(address.format("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"create database {name}")
    engine.dispose()
    return address.format(name)
