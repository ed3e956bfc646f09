"""Servers of the tests' own, for one session: PostgreSQL, reached by a socket, and Prefect; gone with it."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import create_engine

from tests.flows.prefect_server import Server, prefect_server

# Who starts the tests in the background may have them ignore Ctrl-C; what they start must not, for some send it one.
signal.signal(signal.SIGINT, signal.default_int_handler)

USER = "postgres"  # PostgreSQL does not run as root
PATIENCE = "240"  # seconds: a busy machine takes more than the minute that pg_ctl waits by itself


def _as_user(*command: str | Path, well: tuple[int, ...] = (0,)) -> int:
    done = subprocess.run(
        [str(one) for one in command],
        user=USER if os.name == "posix" and os.geteuid() == 0 else None,
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
    )
    assert done.returncode in well, f"{command[0]} ended with {done.returncode}: {done.stderr}"
    return done.returncode


class Postgres(NamedTuple):
    """A server that can be stopped and started."""

    folder: Path

    def address(self, database: str) -> str:
        """Return the address of a database."""
        return f"postgresql+psycopg://{USER}@/{database}?host={self.folder}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-k {self.folder} -h '' -c fsync=off -c max_connections=50"
        told = ("-w", "-t", PATIENCE, "-o", options, "-l", self.folder / "log")
        _as_user("pg_ctl", "-D", self.folder / "data", *told, "start")

    def stop(self, how: str) -> None:
        """Stop it: fast is in order, immediate is as if it had crashed; nobody is waited for."""
        _as_user("pg_ctl", "-D", self.folder / "data", "-m", how, "-w", "-t", PATIENCE, "stop")

    def end(self) -> None:
        """Stop it for good, if it runs: a test that stopped it and failed may have left it so."""
        if _as_user("pg_ctl", "-D", self.folder / "data", "status", well=(0, 3)) == 0:  # 3: it does not run
            self.stop("immediate")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """Start a server."""
    pytest.importorskip("psycopg")
    if shutil.which("initdb") is None or shutil.which("pg_ctl") is None:
        pytest.skip("no initdb and pg_ctl on the path")
    folder = Path(tempfile.mkdtemp(prefix="sekali-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, USER)
    data = folder / "data"
    try:
        _as_user("initdb", "-D", data, "-A", "trust", "-U", USER, "-E", "UTF8", "--locale", "C", "--no-sync")
        server = Postgres(folder)
        try:
            server.start()
            yield server
        finally:
            server.end()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres(postgres_server: Postgres, request: pytest.FixtureRequest) -> Iterator[str]:
    """Make a database for one test, and yield its address."""
    name = f"test_{abs(hash(request.node.nodeid)):x}"
    engine = create_engine(postgres_server.address("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"create database {name}")
    yield postgres_server.address(name)
    engine.dispose()  # the server may have been started anew
    with engine.connect() as connection:
        connection.exec_driver_sql(f"drop database {name} with (force)")
    engine.dispose()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start a Prefect server, which the tests of a file share; it needs half of a processor even when nobody asks it."""
    with prefect_server(tmp_path_factory.mktemp("prefect")) as started:
        yield started
