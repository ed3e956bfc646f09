"""What runs must survive, really done to a process of its own: kill -9, another writer, a full disk, a clock set back.

Each time nothing is lost, nothing is done twice, and the cases end as in a run that nobody disturbs.
"""

import os
import resource
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from threading import Event, Thread

import orjson
import pytest
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

from flows.audit_verifier import verify
from flows.keeping import given
from flows.pipeline import Run
from flows.prefect_flows import run_as_flow
from flows.store.case_store import CaseStore
from flows.store.definitions import Definition
from flows.store.trail import Trail
from processes.policy import Policy
from tests.flows.fakes import FakeServices
from tests.flows.running import Office
from tests.flows.test_pipeline import KNOWS_MARI, MARI, PEOPLE, case, procedure

KILLS = {"by itself": 200, "as a Prefect flow": 40}  # SEKALI_KILLS=200 has as many of both
CASES = 60
BATCH = 4  # so that a run has many moments at which it can die

# Children begin as copies of a process that has loaded all and does nothing else: they start at once, and hold no lock of ours.
processes = get_context("forkserver")
processes.set_forkserver_preload([__name__, "fastapi"])  # which Prefect loads late

SEEN = procedure("""
  - form: ask
    asks: [applicant.nik]
  - lookup: data
    service: people.person-by-nik
    about: applicant
    gets: [name]
  - decide: enough
    by: office
    needs: [applicant.name]
    ways:
      - {way: enough}
      - way: again
        steps:
          - back to: ask
            anew: [applicant.nik]
      - way: hopeless
        steps:
          - refuse: too-poor
  - issue: card
    carries: [applicant.name]
""")
WAYS = ["enough", "hopeless", ["again", "enough"], ["again", "again", "enough"]]


def move(folder: Path, batch: int, most_bytes: int = 0, prefect: dict[str, str] | None = None) -> None:
    """Move all cases of a store as far as they go; the disk may be full after some bytes; as a flow of a Prefect server, if one is named."""
    if most_bytes:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # else the process would die, where a full disk just says no
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    store = CaseStore.open(folder / "cases.sqlite")
    services = FakeServices(KNOWS_MARI)
    run = Run(store, lambda _: services, datetime(2026, 6, 15, tzinfo=UTC).date(), SEEN.id, batch=batch)
    if prefect is None:
        run.run()
        return
    os.environ.update(prefect)
    told = {PREFECT_API_URL: prefect["PREFECT_API_URL"], PREFECT_HOME: Path(prefect["PREFECT_HOME"])}
    with temporary_settings(updates=told):
        run_as_flow(run)


def started(
    folder: Path, batch: int = BATCH, most_bytes: int = 0, prefect: dict[str, str] | None = None
) -> BaseProcess:
    """Start a process that moves all cases of a store."""
    child = processes.Process(target=move, args=(folder, batch, most_bytes, prefect))
    child.start()
    return child


def filled(folder: Path, clock: Callable[[], datetime] | None = None) -> Office:
    """Return an office with cases of which some are refused, some sent back, and of some nothing is found."""
    folder.mkdir()
    office = Office.opened(folder, SEEN, PEOPLE, FakeServices(KNOWS_MARI))
    if clock is not None:
        office.store = CaseStore.open(folder / "cases.sqlite", clock=clock)
    some = []
    for n in range(CASES):
        nik = MARI if n % 10 else "3303010000000000"
        way = WAYS[n % len(WAYS)]
        some.append(case(f"case-{n}", {"enough": tuple(way) if isinstance(way, list) else (way,)}, applicant__nik=nik))
    number = office.store.pin(SEEN.id, Definition(SEEN, PEOPLE, Policy()))
    office.store.take_in(SEEN.id, number, [(one.id, given(one)) for one in some])
    return office


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Return how the cases end where nothing happens."""
    office = filled(tmp_path_factory.mktemp("undisturbed") / "office")
    office.run()
    return told(office)


def told(office: Office) -> dict[str, object]:
    """Return, by case, how it ended, what it passed how often, and what was asked for it; the trail must hold."""
    export = list(Trail(office.store.engine).export())
    assert not verify(export).faults
    asked: dict[int, list[str]] = {}
    for line in export:
        row = orjson.loads(line)
        if "case" in row and "service" in row:
            asked.setdefault(row["case"], []).append(row["outcome"])  # of what is not found each run asks again
    with closing(sqlite3.connect(str(office.store.engine.url.database))) as store:
        passed: dict[int, list[str]] = {}
        for number, steps in store.execute("select case_id, steps from segments order by case_id, batch"):
            passed.setdefault(number, []).extend(orjson.loads(steps))
    outcomes = office.outcomes()
    return {
        one.key: (outcomes[one.key], passed.get(one.id), _once(asked.get(one.id, []), "none"))
        for one in office.store.all_cases()
    }


def _once(words: list[str], some: str) -> list[str]:
    return [word for number, word in enumerate(words) if word != some or words.index(some) == number]


@pytest.mark.slow
@pytest.mark.parametrize("how", KILLS)
def test_kill_9_at_any_moment_loses_nothing_and_does_nothing_twice(
    tmp_path: Path, undisturbed: dict[str, object], how: str, request: pytest.FixtureRequest
) -> None:
    prefect = request.getfixturevalue("server").environment if how == "as a Prefect flow" else None
    wanted, random, kills, folder = int(os.environ.get("SEKALI_KILLS", KILLS[how])), Random(9), 0, 0
    usual = min(how_long(tmp_path / f"usual-{n}", prefect) for n in range(3))  # the first waits for what is loaded
    while kills < wanted:
        folder += 1
        office = filled(tmp_path / str(folder))
        while True:
            child = started(office_folder(office), prefect=prefect)
            child.join(random.uniform(0.0, 1.2 * usual))
            if not child.is_alive():
                break
            child.kill()
            child.join()
            kills += child.exitcode == -signal.SIGKILL
        assert child.exitcode == 0
        assert told(office) == undisturbed, f"folder {folder}, {kills} kills, seed 9"


def finished(folder: Path) -> bool:
    """Move all cases of a store; return whether that went well."""
    child = started(folder)
    child.join()
    return child.exitcode == 0


def how_long(folder: Path, prefect: dict[str, str] | None) -> float:
    """Return the seconds that a run in a process of its own takes."""
    filled(folder)
    began, child = time.monotonic(), started(folder, prefect=prefect)
    child.join()
    assert child.exitcode == 0
    return time.monotonic() - began


def office_folder(office: Office) -> Path:
    return Path(str(office.store.engine.url.database)).parent


def test_several_runs_at_once_do_nothing_twice(tmp_path: Path, undisturbed: dict[str, object]) -> None:
    office = filled(tmp_path / "office")
    children = [started(tmp_path / "office", batch) for batch in (3, 4, 5)]
    for child in children:
        child.join()

    assert [child.exitcode for child in children] == [0, 0, 0]
    assert told(office) == undisturbed


@contextmanager
def another_writer(path: Path) -> Iterator[None]:
    """Hold the store's lock most of the time."""
    ended = Event()

    def write() -> None:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as other:
            while not ended.is_set():
                other.execute("begin immediate")
                other.execute("insert into runs (procedure, reason, started) values ('another', 'writes', '')")
                time.sleep(0.02)
                other.execute("rollback")
                time.sleep(0.005)

    thread = Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_another_writer_only_delays(tmp_path: Path, undisturbed: dict[str, object]) -> None:
    office = filled(tmp_path / "office")
    with another_writer(tmp_path / "office" / "cases.sqlite"):
        child = started(tmp_path / "office", 20)
        child.join()

    assert child.exitcode == 0
    assert told(office) == undisturbed


def test_a_file_that_may_not_grow_loses_nothing(tmp_path: Path, undisturbed: dict[str, object]) -> None:
    office = filled(tmp_path / "office")
    size = max(one.stat().st_size for one in (tmp_path / "office").iterdir())
    full = started(tmp_path / "office", most_bytes=size + 40_000)
    full.join()
    assert full.exitcode == 1, "it says so, and does not hang"
    some = sum(one.state != "ready" for one in office.store.all_cases())
    assert some < CASES

    assert finished(tmp_path / "office")
    assert told(office) == undisturbed


@pytest.mark.slow
def test_a_full_disk_loses_nothing(tmp_path: Path, undisturbed: dict[str, object]) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    try:
        subprocess.run(mounted, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"NO SMALL DISK CAN BE MOUNTED HERE: {error}")
    try:
        office = filled(disk / "office")
        with (disk / "filling").open("wb") as filling:  # all but a little
            left = int(
                subprocess.run(
                    ["df", "--output=avail", "-B1", disk], check=True, capture_output=True, text=True
                ).stdout.split()[1]
            )
            filling.write(b"x" * max(0, left - 60_000))
        full = started(disk / "office")
        full.join()
        assert full.exitcode == 1
        (disk / "filling").unlink()

        assert finished(disk / "office")
        assert told(office) == undisturbed
    finally:
        office.store.close()
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_clock_that_is_set_back_changes_nothing_but_times(tmp_path: Path, undisturbed: dict[str, object]) -> None:
    now = [datetime(2026, 11, 2, 8, 0, tzinfo=UTC)]

    def back() -> datetime:
        now[0] -= timedelta(hours=1)
        return now[0]

    office = filled(tmp_path / "office", back)
    office.run(batch=7)

    assert told(office) == undisturbed
