"""A PostgreSQL server of the tests' own: made for one session of tests, reached by a socket, gone with it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

USER = "postgres"  # PostgreSQL does not run as root


def _as_user(*command: str | Path) -> None:
    subprocess.run(
        [str(one) for one in command],
        user=USER if os.name == "posix" and os.geteuid() == 0 else None,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
    )


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start a server, and yield the address of its databases without their name."""
    pytest.importorskip("psycopg")
    if shutil.which("initdb") is None or shutil.which("pg_ctl") is None:
        pytest.skip("no initdb and pg_ctl on the path")
    folder = Path(tempfile.mkdtemp(prefix="sekali-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, USER)
    data = folder / "data"
    try:
        _as_user("initdb", "-D", data, "-A", "trust", "-U", USER, "-E", "UTF8", "--locale", "C", "--no-sync")
        options = f"-k {folder} -h '' -c fsync=off -c max_connections=50"
        _as_user("pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start")
        try:
            yield f"postgresql+psycopg://{USER}@/{{}}?host={folder}"
        finally:
            _as_user("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres(postgres_server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Make a database for one test, and yield its address."""
    name = f"test_{abs(hash(request.node.nodeid)):x}"
    engine = create_engine(postgres_server.format("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"create database {name}")
    yield postgres_server.format(name)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"drop database {name} with (force)")
    engine.dispose()
