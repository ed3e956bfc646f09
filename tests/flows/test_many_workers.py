"""Runs that several processes share, and servers that go away under them: the same outcomes as one process that nobody disturbs."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import orjson
import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from flows.audit_verifier import verify
from flows.store import tables
from flows.store.case_store import CaseStore
from flows.store.opening import address
from flows.store.trail import Trail
from tests.flows.conftest import Postgres
from tests.flows.prefect_server import Server, prefect_server
from tests.flows.test_faults import _once
from tests.flows.test_prefect_flows import (
    NAME,
    NIK,
    PLACE,
    SEKALI,
    _processes,
    arguments,
    planted_in,
    recorded,
    run,
    the_folder,
)

pytestmark = pytest.mark.slow

DOCUMENT = Path("docs/many-workers.md")
CASES = 1500
SHARED = ("--workers", "2", "--batch", "10")


def account(store: str | Path) -> dict[str, object]:
    """Return, by case, how it ended, what it issued, what it passed how often, and what was asked for it; the trail must hold."""
    opened = CaseStore.open(store)
    try:
        export = list(Trail(opened.engine).export())
        assert not verify(export).faults
        asked: dict[int, list[str]] = {}
        for line in export:
            row = orjson.loads(line)
            if "case" in row and "service" in row:
                asked.setdefault(row["case"], []).append(row["outcome"])  # of what is not found each run asks again
        passed: dict[int, list[str]] = {}
        columns = tables.segments.c
        with opened.engine.connect() as connection:
            for number, steps in connection.execute(
                select(columns.case_id, columns.steps).order_by(columns.case_id, columns.batch)
            ):
                passed.setdefault(number, []).extend(orjson.loads(steps))
        return {
            one.key: (
                *(one.state, one.position, one.outcome, one.reason, one.outputs),
                passed.get(one.id),
                _once(asked.get(one.id, []), "none"),
            )
            for one in opened.all_cases()
        }
    finally:
        opened.close()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Return how the cases end in one process that nobody disturbs."""
    folder = the_folder(tmp_path_factory.mktemp("undisturbed"), CASES)
    done = run(folder, dict(os.environ), "--no-prefect")
    assert done.returncode == 0, done.stderr
    found = account(folder / "cases.sqlite")
    assert len(found) == CASES
    return found


@contextmanager
def begun(folder: Path, environment: dict[str, str], *more: str) -> "Iterator[subprocess.Popen[str]]":
    """Start a run, and see that nothing of it stays."""
    with subprocess.Popen(
        arguments(folder, *more),
        env={**environment, "SEKALI_LANG": "en"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def wait_until_moved(store: str | Path, cases: int, seconds: float = 240) -> int:
    """Wait until so many cases have been moved; return how many were."""
    engine = create_engine(address(store))
    moved = select(func.count()).select_from(tables.cases).where(tables.cases.c.moves > 0)
    ends = time.monotonic() + seconds
    try:
        while time.monotonic() < ends:
            with suppress(SQLAlchemyError), engine.connect() as connection:
                if (found := int(connection.execute(moved).scalar() or 0)) >= cases:
                    return found
            time.sleep(0.01)
    finally:
        engine.dispose()
    raise AssertionError("nothing was moved")


def workers_below(parent: int) -> list[int]:
    """Return the worker processes of a run."""
    return [pid for pid, above, words in _processes() if above == parent and "spawn_main" in words]


def in_the_document(beginning: str, otherwise: dict[str, str]) -> list[str]:
    """Return the commands of the document that begin so, with some words in place of others."""
    commands = re.findall(rf"(?m)^{beginning}.*$", DOCUMENT.read_text(encoding="utf-8"))
    for word, other in otherwise.items():
        commands = [command.partition("  #")[0].replace(word, other) for command in commands]
    return commands


# --- workers --------------------------------------------------------------------------------------------------------


def test_two_workers_on_one_file_end_as_one_process_and_tell_nobodys_data(
    tmp_path: Path, server: Server, undisturbed: dict[str, object]
) -> None:
    folder = the_folder(tmp_path, CASES)
    done = run(folder, server.environment, *SHARED)

    assert done.returncode == 0, done.stderr
    assert account(folder / "cases.sqlite") == undisturbed
    assert f"{CASES} cases moved" in done.stderr
    names = recorded(server.home, f"select name from task_run where name like 'start, 100 cases, part {CASES // 100}'")
    assert names, "each chunk is a task run"
    assert planted_in(server.home, {NIK, NAME, "Kenanga"}) == {}
    for word in (NIK, NAME, PLACE):
        assert word not in done.stdout + done.stderr


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes where Linux shows them")
def test_kill_9_of_a_worker_loses_nothing_and_does_nothing_twice(
    tmp_path: Path, server: Server, undisturbed: dict[str, object]
) -> None:
    folder = the_folder(tmp_path, CASES)
    with begun(folder, server.environment, *SHARED) as process:
        moved = wait_until_moved(folder / "cases.sqlite", 200)
        first, second = workers_below(process.pid)
        os.kill(first, signal.SIGKILL)
        _, said = process.communicate(timeout=240)

    assert moved < CASES
    assert process.returncode == 0, said
    assert account(folder / "cases.sqlite") == undisturbed
    assert f"{CASES} cases moved" in said, "those of the dead worker are counted"
    assert not {first, second} & {pid for pid, _, words in _processes() if words}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes where Linux shows them")
def test_kill_9_of_a_run_takes_its_workers_with_it_and_the_next_run_goes_on(
    tmp_path: Path, server: Server, undisturbed: dict[str, object]
) -> None:
    folder = the_folder(tmp_path, CASES)
    with begun(folder, server.environment, *SHARED) as process:
        moved = wait_until_moved(folder / "cases.sqlite", 200)
        workers = workers_below(process.pid)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        for _ in range(300):
            if not set(workers) & {pid for pid, _, words in _processes() if words}:
                break
            time.sleep(0.1)
        else:
            raise AssertionError("a worker outlived the run")
    again = run(folder, server.environment, "--no-prefect")

    assert moved < CASES
    assert again.returncode == 0, again.stderr
    assert account(folder / "cases.sqlite") == undisturbed


def test_what_breaks_in_a_worker_is_told_and_the_next_run_goes_on(
    tmp_path: Path, server: Server, undisturbed: dict[str, object]
) -> None:
    folder = the_folder(tmp_path, CASES)
    assert run(folder, server.environment, "--no-prefect", "--settings", "nowhere.toml").returncode == 1
    with closing(CaseStore.open(folder / "cases.sqlite")) as store, store.engine.begin() as spoilt:
        spoilt.exec_driver_sql(
            "create trigger breaks before update of position on cases when new.id = 1234 begin "
            f"select raise(abort, 'broken for {NIK} {NAME} {PLACE}'); end"
        )
    done = run(folder, server.environment, *SHARED)

    assert done.returncode == 1
    assert "IntegrityError" in done.stderr
    assert "run again to go on" in done.stderr
    assert "Traceback" not in done.stderr
    assert planted_in(server.home, {NIK, NAME, "Kenanga"}) == {}
    with closing(CaseStore.open(folder / "cases.sqlite")) as store:
        assert 0 < sum(one.state == "ready" for one in store.all_cases()) <= 100, "only its chunk is left"
        with store.engine.begin() as mended:
            mended.exec_driver_sql("drop trigger breaks")
    assert run(folder, server.environment, "--no-prefect").returncode == 0
    assert account(folder / "cases.sqlite") == undisturbed


# --- a scheduler ----------------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_workers_of_a_scheduler_end_as_one_process_and_the_deployed_flow_uses_them_too(
    tmp_path: Path, server: Server, postgres: str, undisturbed: dict[str, object]
) -> None:
    folder = the_folder(tmp_path, CASES)
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    scheduler = f"tcp://127.0.0.1:{port}"
    environment = {
        **server.environment,
        "SEKALI_STORE": postgres,
        "SEKALI_SETTINGS": str(folder / "sekali.toml"),
        "DASK_LOGGING__DISTRIBUTED": "critical",
    }
    said = {
        "tcp://10.0.0.5:8786": scheduler,
        "10.0.0.5": "127.0.0.1",
        "8786": str(port),
        "--nworkers 4": "--nworkers 2",
    }
    commands = [[sys.executable, "-m", *command.split()] for command in in_the_document("dask ", said)]
    assert len(commands) == 2
    [shared_run] = [command for command in in_the_document("sekali run ", said) if scheduler in command]
    processes = [
        subprocess.Popen(
            one,
            env=environment,
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for one in commands
    ]
    try:
        time.sleep(1)
        more = shared_run.split()[3:]  # behind the procedure
        done = run(folder, environment, *more, "--store", postgres, "--batch", "10")
        assert done.returncode == 0, done.stderr
        assert account(postgres) == undisturbed

        answer = [SEKALI, "answer", "C-4", "agreed", "--done"]
        subprocess.run(answer, env=environment, check=True, capture_output=True)
        deployed = "from flows.deploy import run_procedure; print(run_procedure('sample', reason='on answers'))"
        again = subprocess.run(
            [sys.executable, "-c", deployed],
            env={**environment, "SEKALI_WORKERS": scheduler},
            capture_output=True,
            text=True,
            check=False,
        )
        asked_again = sum(key[-1] == "3" for key in undisturbed)
        assert again.stdout == f"{1 + asked_again}\n", again.stderr
    finally:
        for process in processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_a_scheduler_that_does_not_answer_is_told(tmp_path: Path, server: Server) -> None:
    folder = the_folder(tmp_path, 20)
    done = run(folder, server.environment, "--workers", "tcp://127.0.0.1:9")

    assert done.returncode == 1
    assert "tcp://127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr
    assert "run again to go on" in done.stderr


# --- servers that go away -------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.parametrize(("how", "more"), [("fast", ("--no-prefect", "--batch", "10")), ("immediate", SHARED)])
def test_postgresql_started_anew_in_mid_run_is_waited_for(
    tmp_path: Path,
    server: Server,
    postgres_server: Postgres,
    postgres: str,
    undisturbed: dict[str, object],
    how: str,
    more: tuple[str, ...],
) -> None:
    folder = the_folder(tmp_path, CASES)
    told = ("--store", postgres, "--settings", str(folder / "sekali.toml"))
    with begun(folder, server.environment, *more, *told) as process:
        moved = wait_until_moved(postgres, 200)
        postgres_server.stop(how)
        try:
            time.sleep(2)
        finally:
            postgres_server.start()
        _, said = process.communicate(timeout=240)

    assert moved < CASES
    assert process.returncode == 0, said
    assert account(postgres) == undisturbed


def test_a_prefect_server_killed_in_mid_run_loses_nothing(tmp_path: Path, undisturbed: dict[str, object]) -> None:
    folder = the_folder(tmp_path, CASES)
    with prefect_server(tmp_path / "prefect") as own:
        with begun(folder, own.environment, "--batch", "4") as process:
            moved = wait_until_moved(folder / "cases.sqlite", 200)
            own.kill()
            killed = time.monotonic()
            _, said = process.communicate(timeout=240)
        seconds = time.monotonic() - killed
        left = sum(one[0] == "ready" for one in account(folder / "cases.sqlite").values())  # type: ignore[index]
        again = run(folder, own.environment, "--no-prefect")

    assert moved < CASES
    assert seconds < 90, "it does not go on trying to reach it"
    assert "Traceback" not in said
    assert (process.returncode == 0) == (left == 0), said
    assert again.returncode == 0, again.stderr
    assert account(folder / "cases.sqlite") == undisturbed
