"""Runs as Prefect flows: what Prefect is told, what it is not, and what happens when a run is killed.

One Prefect server serves all of these tests; it is started the first time one of them asks for it.
"""

import base64
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from flows import deploy
from flows.prefect_flows import RunFailedError
from flows.prefect_settings import QUIET, prepare
from tests.flows.prefect_server import Server

SEKALI = Path(sys.executable).with_name("sekali")
NIK, NAME, PLACE = "3303012407959001", "Kusumawardhani", "Jalan Kenanga 17"  # to be looked for where they must not be

ELEMENTS = """
entity: person
key: nik
elements: {nik: text, name: text, address: text, birth_date: date, age_days: {type: number, computed: today() - birth_date}}
"""
OTHERS = """
agencies: {office: {title: office}}
purposes: {registration: registration}
agreements:
  all: {consumer: office, services: [people.by-nik], purposes: [registration]}
"""
REGISTRY = """
registry: people
title: people
agency: office
services:
  by-nik: {about: person, needs: [nik], gives: [name], key_level: declared}
"""
PROCEDURE = """
procedure: sample
title: Sample
agency: office
purpose: registration
roles: {applicant: person}
steps:
  - form: ask
    asks: [applicant.nik, applicant.address, applicant.birth_date]
  - lookup: data
    service: people.by-nik
    about: applicant
  - choose:
      - if: applicant.age_days < 0
        steps:
          - refuse: not-born
            title: Not born
      - else: []
  - approve: agreed
    by: office
    needs: []
  - issue: card
    carries: [applicant.name, applicant.address]
"""


def the_folder(folder: Path, cases: int, *, decided: bool = True) -> Path:
    """Write a catalogue, a registry, settings and cases into a folder."""
    catalogue = folder / "catalogue"
    catalogue.mkdir()
    for name, text in {"elements": ELEMENTS, "others": OTHERS, "people": REGISTRY, "sample": PROCEDURE}.items():
        (catalogue / f"{name}.yaml").write_text(text)
    with closing(sqlite3.connect(folder / "people.sqlite")) as made, made:
        made.execute("create table person (nik text primary key, name text)")
        made.executemany("insert into person values (?, ?)", [(f"{NIK}{n}", f"{NAME} {n}") for n in range(cases)])
    (folder / "sekali.toml").write_text('[services."people.by-nik"]\ndatabase = "people.sqlite"\ntable = "person"\n')
    with (folder / "cases.jsonl").open("w") as lines:
        for n in range(cases):
            facts = {"applicant.nik": f"{NIK}{n}", "applicant.address": PLACE, "applicant.birth_date": "1995-07-24"}
            if n % 10 == 1:
                facts["applicant.birth_date"] = "2030-01-01"
            if n % 10 == 2:
                del facts["applicant.address"]
            if n % 10 == 3:
                facts["applicant.nik"] = f"unknown {NIK}"
            decisions = {"agreed": "done"} if decided and n % 10 != 4 else {}
            lines.write(json.dumps({"case": f"C-{n}", "facts": facts, "decisions": decisions}) + "\n")
    return folder


def arguments(folder: Path, *more: str) -> list[str]:
    return [
        str(SEKALI), "run", str(folder / "catalogue" / "sample.yaml"), "--cases", str(folder / "cases.jsonl"),
        "--store", str(folder / "cases.sqlite"), "--results", str(folder / "results.jsonl"), "--date", "2026-11-01", *more,
    ]  # fmt: skip


def run(folder: Path, environment: dict[str, str], *more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        arguments(folder, *more),
        env={**environment, "SEKALI_LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def outcomes(folder: Path) -> dict[str, tuple[str, str | None]]:
    lines = [json.loads(line) for line in (folder / "results.jsonl").read_text().splitlines()]
    return {line["case"]: (line["outcome"], line.get("step")) for line in lines}


def expected(number: int) -> tuple[str, str | None]:
    return {
        1: ("refused", "not-born"),
        2: ("waiting", "ask"),
        3: ("waiting", "data"),
        4: ("waiting", "agreed"),
    }.get(number % 10, ("issued", None))


def planted_in(home: Path, planted: set[str]) -> dict[str, set[str]]:
    """Where in a Prefect home each planted word lies; empty is what we want."""
    found: dict[str, set[str]] = {}

    def look(place: str, content: bytes) -> None:
        for word in planted:
            if word.encode() in content:
                found.setdefault(word, set()).add(place)

    for database in home.rglob("*.db"):
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
            for table in tables:
                rows = connection.execute(f'select * from "{table}"')
                columns = [column[0] for column in rows.description]
                for row in rows:
                    for column, value in zip(columns, row, strict=True):
                        look(f"{table}.{column}", value if isinstance(value, bytes) else str(value).encode())
    for file in home.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            look(file.relative_to(home).parts[0], content)  # also what SQLite has deleted but not overwritten
            if file.parent.name == "storage":  # two forms: bare base64, or JSON with base64 in "result"
                text = json.loads(content)["result"] if content.startswith(b"{") else content
                look("storage", base64.b64decode(text))
    return found


def recorded(home: Path, statement: str) -> list[tuple[str, ...]]:
    """Return what Prefect has recorded; its recorder is given a few seconds."""
    rows: list[tuple[str, ...]] = []
    for _ in range(20):
        with closing(sqlite3.connect(f"file:{home / 'prefect.db'}?mode=ro", uri=True)) as told:
            rows = told.execute(statement).fetchall()
        if rows:
            return rows
        time.sleep(0.5)
    return rows


def test_prefect_is_told_names_and_numbers_and_nobodys_data(tmp_path: Path, server: Server) -> None:
    folder = the_folder(tmp_path, 50)
    done = run(folder, server.environment)

    assert done.returncode == 0, done.stderr
    assert outcomes(folder) == {f"C-{n}": expected(n) for n in range(50)}
    [(name, parameters)] = recorded(server.home, "select name, parameters from flow_run where state_type = 'COMPLETED'")
    assert (name, json.loads(parameters)) == ("sample, new cases", {"procedure": "sample", "reason": "new cases"})
    assert recorded(server.home, "select name from task_run") == [("start, 50 cases, part 1",)]
    table, image = recorded(server.home, "select data from artifact where flow_run_id is not null order by key")
    told = {(row["step"], row["state"], row["waits for"]): row["cases"] for row in json.loads(json.loads(table[0]))}
    assert told == {
        ("", "issued", ""): 30,
        ("Not born", "refused", ""): 5,
        ("ask", "waiting", "an answer"): 5,
        ("data", "waiting", "a registry: nothing was found"): 5,
        ("agreed", "waiting", "a decision"): 5,
    }
    drawn = base64.b64decode(json.loads(image[0]).partition(",")[2]).decode()
    assert drawn.count("Not born · 5 refused") >= 1
    assert drawn.count("agreed · 5 waiting") >= 1
    assert "C-4" not in table[0] + drawn
    assert planted_in(server.home, {NIK, NAME, "Kenanga"}) == {}
    for word in (NIK, NAME, "Kenanga"):
        assert word not in done.stdout + done.stderr + drawn
    assert "30 issued; 5 refused: Not born; 5 waiting: ask; 5 waiting: data; 5 waiting: agreed." in done.stderr
    assert len(done.stderr.splitlines()) <= 6, done.stderr


@pytest.mark.slow
def test_what_breaks_a_run_is_told_to_prefect_without_anybodys_data(tmp_path: Path, server: Server) -> None:
    folder = the_folder(tmp_path, 20)
    first = run(folder, server.environment, "--no-prefect")
    assert first.returncode == 0, first.stderr
    with closing(sqlite3.connect(folder / "cases.sqlite")) as spoilt, spoilt:
        spoilt.execute("update cases set state = 'ready' where key = 'C-4'")
        spoilt.execute(
            "create trigger breaks before update of position on cases begin "
            f"select raise(abort, 'broken for {NIK} {NAME} {PLACE}'); end"
        )
    done = run(folder, server.environment)

    assert done.returncode == 1
    assert "It stopped: IntegrityError" in done.stderr
    assert "run again to go on" in done.stderr
    assert recorded(server.home, "select name from flow_run where state_type = 'FAILED'")
    assert planted_in(server.home, {NIK, NAME, "Kenanga"}) == {}


@pytest.mark.slow
def test_a_deployment_moves_what_answers_have_made_ready(tmp_path: Path, server: Server) -> None:
    folder = the_folder(tmp_path, 5)
    assert run(folder, server.environment, "--no-prefect").returncode == 0
    store = str(folder / "cases.sqlite")
    subprocess.run([SEKALI, "answer", "C-4", "agreed", "--done", "--store", store], check=True, capture_output=True)
    deployed = "from flows.deploy import run_procedure; print(run_procedure('sample', reason='on answers'))"
    done = subprocess.run(
        [sys.executable, "-c", deployed],
        env={**server.environment, "SEKALI_STORE": store},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == "2\n", done.stderr  # the answered one, and one that asks its registry again
    cases = subprocess.run([SEKALI, "cases", "--all", "--store", store], check=True, capture_output=True, text=True)
    assert "C-4   sample     issued" in cases.stdout


class Pool:
    """A work pool, to which `prefect.yaml` is deployed."""

    def __init__(self, server: Server, store: Path) -> None:
        self.environment = {
            **server.environment,
            "SEKALI_HOME": os.getcwd(),
            "SEKALI_STORE": str(store),
            "PATH": f"{SEKALI.parent}:{os.environ['PATH']}",
            "PREFECT_WORKER_QUERY_SECONDS": "1",  # so that a worker takes up a run at once
        }
        self.prefect("work-pool", "create", "sekali", "--type", "process", "--overwrite")
        self.prefect("deploy", "--all")

    def prefect(self, *arguments: str) -> str:
        """Call `prefect`, and return what it says."""
        done = subprocess.run(
            self.command(*arguments), env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False, timeout=240,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def command(self, *arguments: str) -> list[str]:
        return [str(SEKALI.with_name("prefect")), "--no-prompt", *arguments]

    def ask(self, reason: str, **parameters: object) -> None:
        """Ask for a run of the deployment."""
        given = {"procedure": "sample", "reason": reason, **parameters}
        told = [word for key, value in given.items() for word in ("--param", f"{key}={value}")]
        self.prefect("deployment", "run", "sekali-run/on-answers", *told)


@pytest.mark.slow
def test_a_run_that_is_cancelled_keeps_what_it_did_and_the_next_goes_on(tmp_path: Path, server: Server) -> None:
    folder = the_folder(tmp_path, 3000, decided=False)
    assert run(folder, server.environment, "--no-prefect").returncode == 0
    with closing(sqlite3.connect(folder / "cases.sqlite")) as store, store:
        store.execute("update cases set state = 'ready' where state = 'waiting'")  # as if all had been answered
    pool = Pool(server, folder / "cases.sqlite")
    pool.ask("to be cancelled", batch=1)
    worker = subprocess.Popen(
        pool.command("worker", "start", "--pool", "sekali"),
        env=pool.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    named = "from flow_run where name = 'sample, to be cancelled'"
    try:
        _wait_until(lambda: bool(recorded(server.home, f"select 1 {named} and state_type = 'RUNNING'")))
        [(number,)] = recorded(server.home, f"select id {named}")
        pool.prefect("flow-run", "cancel", str(number))
        _wait_until(lambda: bool(recorded(server.home, f"select 1 {named} and state_type = 'CANCELLED'")))
        ready = _counted(folder / "cases.sqlite", "state = 'ready'")
        pool.ask("afterwards", batch=1000)
        done = "from flow_run where name = 'sample, afterwards' and state_type = 'COMPLETED'"
        _wait_until(lambda: bool(recorded(server.home, f"select 1 {done}")))
    finally:
        os.killpg(worker.pid, signal.SIGTERM)
        worker.wait(30)

    assert ready > 0
    assert _counted(folder / "cases.sqlite", "state = 'ready'") == 0
    assert _counted(folder / "cases.sqlite", "moves > 3") == 0  # nothing was done twice


def _counted(store: Path, condition: str) -> int:
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as told:
        (number,) = told.execute(f"select count(*) from cases where {condition}").fetchone()
    return int(number)


def _wait_until(holds: Callable[[], bool], seconds: int = 240) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return
        time.sleep(0.2)
    raise AssertionError("it did not come to that")


@pytest.mark.slow
def test_what_is_deployed_to_a_work_pool_is_run_by_a_worker(tmp_path: Path, server: Server) -> None:
    folder = the_folder(tmp_path, 5)
    assert run(folder, server.environment, "--no-prefect").returncode == 0
    store = str(folder / "cases.sqlite")
    subprocess.run([SEKALI, "answer", "C-4", "agreed", "--done", "--store", store], check=True, capture_output=True)

    pool = Pool(server, folder / "cases.sqlite")
    pool.ask("by a worker")
    pool.prefect("worker", "start", "--pool", "sekali", "--run-once")

    cases = subprocess.run([SEKALI, "cases", "--all", "--store", store], check=True, capture_output=True, text=True)
    assert "C-4   sample     issued" in cases.stdout
    states = recorded(server.home, "select state_type from flow_run where name = 'sample, by a worker'")
    assert states == [("COMPLETED",)]
    deployed = "select name, concurrency_limit, json_extract(concurrency_options, '$.collision_strategy') from deployment order by name"
    assert recorded(server.home, deployed) == [("nightly", 1, "ENQUEUE"), ("on-answers", 1, "ENQUEUE")]
    assert recorded(server.home, "select count(*) from deployment_schedule where active") == [(2,)]


@pytest.mark.slow
def test_the_planted_word_would_be_found(tmp_path: Path, server: Server) -> None:
    program = "from prefect import flow\n@flow\ndef tells(word: str): return 1\ntells('a planted ' + 'mulberry')\n"
    subprocess.run([sys.executable, "-c", program], env=server.environment, check=True, capture_output=True)
    assert "mulberry" in planted_in(server.home, {"mulberry"})


@pytest.mark.slow
def test_a_run_that_is_killed_is_taken_up_by_the_next(tmp_path: Path, server: Server) -> None:
    folder = the_folder(tmp_path, 3000)
    killed = subprocess.Popen(
        arguments(folder, "--batch", "20"),
        env=server.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    moved = _wait_until_moved(folder / "cases.sqlite", 200)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    again = run(folder, server.environment)

    assert moved < 3000
    assert again.returncode == 0, again.stderr
    assert "New cases: 0; 3000 were there already." in again.stderr
    assert outcomes(folder) == {f"C-{n}": expected(n) for n in range(3000)}
    with closing(sqlite3.connect(folder / "cases.sqlite")) as told:
        assert told.execute(
            "select max(times) from (select count(*) times from segments group by case_id)"
        ).fetchone() == (1,)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes where Linux shows them")
@pytest.mark.slow
def test_the_server_that_prefect_started_for_a_run_ends_with_it_also_when_it_is_killed(
    tmp_path: Path, server: Server
) -> None:
    folder = the_folder(tmp_path, 3000)
    environment = {name: value for name, value in server.environment.items() if name != "PREFECT_API_URL"}
    with subprocess.Popen(
        arguments(folder, "--batch", "20"),
        env={**environment, "PREFECT_HOME": str(tmp_path / "prefect")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as killed:
        try:
            _wait_until_moved(folder / "cases.sqlite", 40, seconds=150)  # a server of one's own takes its time
            [own] = [pid for pid, parent, words in _processes() if parent == killed.pid and "create_app" in words]
            os.kill(killed.pid, signal.SIGKILL)
            killed.wait()
            assert _ends(own), "the server outlived the run"
        finally:
            with suppress(ProcessLookupError):
                os.killpg(killed.pid, signal.SIGKILL)


def _ends(number: int) -> bool:
    for _ in range(100):
        if not any(pid == number and words for pid, _, words in _processes()):
            return True
        time.sleep(0.1)
    return False


def _processes() -> Iterator[tuple[int, int, str]]:
    """Yield the number, the parent and the words of each process."""
    for folder in Path("/proc").iterdir():
        try:
            status = (folder / "stat").read_text() if folder.name.isdecimal() else ""
            words = (folder / "cmdline").read_text() if status else ""
        except OSError:
            continue  # it is gone
        if status:
            yield int(folder.name), int(status.rpartition(")")[2].split()[1]), words


def _wait_until_moved(store: Path, cases: int, seconds: int = 48) -> int:
    for _ in range(50 * seconds):
        try:
            with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as told:
                (moved,) = told.execute("select count(*) from cases where moves > 0").fetchone()
            if moved >= cases:
                return int(moved)
        except sqlite3.OperationalError:
            pass
        time.sleep(0.02)
    raise AssertionError("nothing was moved")


@pytest.mark.slow
def test_ctrl_c_ends_a_run_at_once_and_keeps_what_is_done(tmp_path: Path, server: Server) -> None:
    folder = the_folder(tmp_path, 3000)
    with subprocess.Popen(
        arguments(folder, "--batch", "10"),
        env={**server.environment, "SEKALI_LANG": "en"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as stopped:
        _wait_until_moved(folder / "cases.sqlite", 100)
        started = time.monotonic()
        os.killpg(stopped.pid, signal.SIGINT)
        _, said = stopped.communicate(timeout=60)
        seconds = time.monotonic() - started

    assert (stopped.returncode, seconds < 5) == (130, True)
    assert "Stopped. What is done is kept; run again to go on." in said
    assert "Traceback" not in said
    assert run(folder, server.environment, "--no-prefect").returncode == 0
    assert outcomes(folder) == {f"C-{n}": expected(n) for n in range(3000)}


@pytest.mark.slow
def test_without_any_server_a_run_works_and_leaves_no_server_behind(tmp_path: Path) -> None:
    folder = the_folder(tmp_path, 20)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "SEKALI_"))}
    done = run(folder, environment)

    assert done.returncode == 0, done.stderr
    assert outcomes(folder) == {f"C-{n}": expected(n) for n in range(20)}
    assert len(done.stderr.splitlines()) <= 6, done.stderr
    home = folder / ".prefect"
    assert recorded(home, "select name from flow_run where state_type = 'COMPLETED'") == [("sample, new cases",)]
    assert planted_in(home, {NIK, NAME, "Kenanga"}) == {}
    running = subprocess.run(["ps", "axeww"], capture_output=True, text=True, check=False).stdout
    assert str(home) not in running


def test_what_the_engineer_has_set_stays() -> None:
    environment = {"PREFECT_API_URL": "http://server/api", "PREFECT_LOGGING_LEVEL": "INFO"}
    prepare(environment, Path("home"))
    assert environment == {**QUIET, "PREFECT_API_URL": "http://server/api", "PREFECT_LOGGING_LEVEL": "INFO"}


def test_a_deployed_run_without_a_store_says_by_which_variable_to_name_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEKALI_STORE", str(tmp_path / "nowhere.sqlite"))
    with pytest.raises(RunFailedError) as error:
        deploy.run_procedure.fn("sample")

    assert "name it with SEKALI_STORE if it is elsewhere" in str(error.value)
    assert "--store" not in str(error.value)
