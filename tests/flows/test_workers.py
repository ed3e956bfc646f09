"""Who moves the cases of a run: how that is said, what is refused, and what a worker needs."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.exc import IntegrityError, OperationalError

from flows.commands.run import command
from flows.pipeline import Chunk
from flows.settings import RestService, Settings, SettingsError, read_settings
from flows.store import patience
from flows.workers import Workers, WorkersError, workers_for, workers_of
from flows.working import CannotWorkError, Errand, forget, move, run_of, shared
from tests.flows.fakes import FakeServices
from tests.flows.running import Office
from tests.flows.test_pipeline import KNOWS_MARI, LOOK_UP, MARI, PEOPLE, case


@pytest.mark.parametrize(
    "said",
    ["two", "-1", "257", "1.5", "True", "10.0.0.5:8786", "http://10.0.0.5:8786", "tcp://10.0.0.5", "tcp://a b:1"],
)
def test_what_names_no_workers_is_refused_with_the_mend(said: str) -> None:
    with pytest.raises(WorkersError, match="Write how many processes"):
        workers_of(said)


def test_what_is_said_now_wins_over_the_environment_and_that_over_the_settings() -> None:
    settings, environment = Workers(2), {"SEKALI_WORKERS": "3"}

    assert workers_for(environment, settings, "4", store_is_file=True) == Workers(4)
    assert workers_for(environment, settings, store_is_file=True) == Workers(3)
    assert workers_for({}, settings, store_is_file=True) == settings
    assert not workers_for(environment, settings, "0", store_is_file=True)


@pytest.mark.parametrize("address", ["tcp://localhost:8786", "tcp://127.0.0.1:8786", "tls://[::1]:8786"])
def test_workers_of_this_machine_reach_a_file(address: str) -> None:
    assert workers_for({}, Workers(), address, store_is_file=True).scheduler == address


def test_workers_of_other_machines_need_postgresql() -> None:
    with pytest.raises(WorkersError, match=r"do not reach an SQLite store.*SEKALI_STORE=postgresql"):
        workers_for({}, Workers(), "tcp://10.0.0.5:8786", store_is_file=True)
    assert workers_for({}, Workers(), "tcp://10.0.0.5:8786", store_is_file=False)


def test_without_dask_the_mend_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.workers.find_spec", lambda name: None)
    with pytest.raises(WorkersError, match=r"sekali\[dask\]"):
        workers_for({}, Workers(), "2", store_is_file=True)
    assert not workers_for({}, Workers(), store_is_file=True)


def test_the_settings_file_names_them(tmp_path: Path) -> None:
    file = tmp_path / "sekali.toml"
    file.write_text('workers = "tcp://10.0.0.5:8786"\n')
    assert read_settings(file, {}).workers == Workers(scheduler="tcp://10.0.0.5:8786")
    file.write_text("\nworkers = 4000\n")
    with pytest.raises(SettingsError, match=r"sekali.toml:2:1: '4000' names no workers"):
        read_settings(file, {})


def test_workers_without_prefect_are_refused(tmp_path: Path) -> None:
    told = ["processes/purbalingga/procedures/ktp-el.yaml", "--store", str(tmp_path / "cases.sqlite")]
    done = CliRunner().invoke(command, [*told, "--no-prefect", "--workers", "2"])

    assert (done.exit_code, "--no-prefect" in done.output) == (2, True), done.output


# --- chunks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("among", "sizes"),
    [(1, [50, 7]), (2, [15, 15, 15, 12]), (4, [10, 10, 10, 10, 10, 7]), (100, [5] * 11 + [2])],
)
def test_chunks_have_every_case_once_and_something_for_each_worker(
    tmp_path: Path, among: int, sizes: list[int]
) -> None:
    office = Office.opened(tmp_path, LOOK_UP, PEOPLE, FakeServices(KNOWS_MARI))
    office.take([case(f"case-{number}", applicant__nik=MARI) for number in range(57)])
    run = office.new_run(batch=5)
    run.begin()
    chunks = list(run.chunks(among))

    assert [chunk.cases for chunk in chunks] == sizes
    found = [[row.id for row in office.store.ready_batch(chunk.group, chunk.after, 100)] for chunk in chunks]
    assert [len(some) for some in found] == sizes
    assert [number for some in found for number in some] == [one.id for one in office.store.all_cases()]
    moved = [run.move(chunk) for chunk in reversed(chunks)]
    assert moved == sizes[::-1]
    assert [run.move(chunk) for chunk in chunks] == [0] * len(chunks), "nothing is done twice"


# --- a worker -------------------------------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("SEKALI_STORE", str(tmp_path / "cases.sqlite"))
    monkeypatch.setenv("SEKALI_SETTINGS", str(tmp_path / "sekali.toml"))
    (tmp_path / "sekali.toml").write_text(
        '[services."people.person-by-nik"]\ndatabase = "people.sqlite"\ntable = "person"\n'
        'columns = {birth_date = "born"}\n'
    )
    made = Office.opened(tmp_path, LOOK_UP, PEOPLE)
    made.take([case("mari", applicant__nik=MARI)])
    return made


def errand(office: Office) -> tuple[Errand, Chunk]:
    run = office.new_run()
    run.begin()
    began = office.store.began(run.number)
    assert began is not None
    [chunk] = run.chunks()
    return Errand.of(run, began[1], 2, chunk), chunk


def test_an_errand_holds_plain_names_and_numbers_alone(office: Office) -> None:
    told, chunk = errand(office)

    assert {type(part) for part in told} == {str, int}
    assert (told.chunk.group.last, told.chunk.after) == (chunk.group.last, chunk.after)


def test_a_worker_that_has_another_store_does_nothing(office: Office) -> None:
    told, _ = errand(office)
    for wrong in (told._replace(run=7), told._replace(started="2026-01-01"), told._replace(procedure="another")):
        with pytest.raises(CannotWorkError, match="the store of this worker has no run"):
            run_of(wrong)


def test_a_worker_whose_registries_cannot_be_asked_does_nothing(office: Office) -> None:
    told, _ = errand(office)
    with pytest.raises(CannotWorkError, match=r"people\.sqlite"):
        run_of(told)
    assert [one.state for one in office.store.all_cases()] == ["ready"]


def test_a_worker_without_a_store_says_how_to_name_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    told, _ = errand(office)
    monkeypatch.setenv("SEKALI_STORE", "nowhere.sqlite")
    with pytest.raises(CannotWorkError, match="name it with SEKALI_STORE"):
        run_of(told)


def test_a_worker_moves_its_chunk_and_keeps_what_it_has_opened_for_the_next(office: Office, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "people.sqlite")) as made, made:
        made.execute("create table person (nik text, name text, born text, mother text, family text)")
        made.execute("insert into person values (?, 'Mari', '1995-07-24', null, null)", [MARI])
    told, _ = errand(office)
    world, run = run_of(told)
    try:
        assert move(world, run, told) == (1, {})
        assert office.kept()["mari"].outcome == "issued"
        assert run_of(told) == (world, run)
        assert move(world, run, told) == (0, {})
    finally:
        forget()


def test_what_a_registry_bears_it_bears_from_all_workers_together() -> None:
    siak = RestService(openapi="siak.json", operation="person", at_once=6, per_second=9)
    [one] = shared(Settings({"siak.person": siak}), 3).services.values()
    assert isinstance(one, RestService)
    assert (one.at_once, one.per_second) == (2, 3)


# --- a store that is away -------------------------------------------------------------------------------------------


class DriverError(Exception):
    """What a driver raises, by its usual names."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("told")
        self.sqlstate = sqlstate


DriversOperationalError = type("OperationalError", (DriverError,), {})
DriversIntegrityError = type("IntegrityError", (DriverError,), {})


def raised(sqlstate: str | None) -> OperationalError:
    return OperationalError("select", {}, DriversOperationalError(sqlstate))


@pytest.mark.parametrize("sqlstate", [None, "08006", "57P01", "57P03", "40P01", "40001", "53300"])
def test_a_server_that_is_away_is_waited_for(sqlstate: str | None) -> None:
    left = [raised(sqlstate), DriversOperationalError(sqlstate)]  # as SQLAlchemy tells it, and as a stream does

    def do() -> str:
        if left:
            raise left.pop()
        return "done"

    assert patience.patiently(do) == "done"


@pytest.mark.parametrize(
    "error",
    [
        raised("53100"),  # its disk is full
        OperationalError("insert", {}, sqlite3.OperationalError("database is locked")),  # a file is not away
        IntegrityError("insert", {}, DriversIntegrityError("23505")),
        DriversIntegrityError(None),
        ValueError(),
    ],
)
def test_what_waiting_does_not_mend_is_told_at_once(error: Exception) -> None:
    times = []

    def do() -> None:
        times.append(1)
        raise error

    with pytest.raises(type(error)):
        patience.patiently(do)
    assert len(times) == 1


def test_a_server_that_stays_away_is_told_in_the_end() -> None:
    def do() -> None:
        raise raised(None)

    with pytest.raises(OperationalError):
        patience.patiently(do, seconds=0.3)
