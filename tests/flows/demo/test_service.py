"""A registry in SQL served over HTTP: it keeps its promises there as well, well or badly; and the sample catalogue's."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
import stamina

from flows.connectors.registries import Registries
from flows.connectors.sql import SqlServices
from flows.demo.faults import KINDS, Faults
from flows.demo.population import Population
from flows.demo.service import registry_app, serving
from flows.demo.settings import CATALOGUE, VARIABLE, demo_settings, over_http
from flows.ports import DataServices, Down, Keys
from flows.settings import as_toml, read_settings
from processes.catalogue import Catalogue
from processes.reading import read
from tests.flows.commands.calling import sekali
from tests.flows.test_connectors import JAAN, KNOWN, MAI, MARI, Promises, folder

__all__ = ["folder"]  # a fixture

NOW = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
NAMES = ["people.by-nik", "people.births", "people.deed", "people.family", "people.couple"]
NAME = ("name",)


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    stamina.set_testing(True, attempts=20, cap=True)
    yield
    stamina.set_testing(False)


@contextmanager
def over(
    folder: Path,
    catalogue: Catalogue,
    registry: str,
    names: list[str],
    *,
    batches: bool = True,
    token: str = "secret",
    time_out: float = 10,
) -> Iterator[tuple[Registries, Faults]]:
    """Serve what the settings of a folder say, and give registries that ask it over HTTP, and what may be wrong with it."""
    settings = read_settings(folder / "sekali.toml", {})
    sql = SqlServices(settings, catalogue)
    app = Faults(registry_app(catalogue, sql, registry, "secret", names, batches=batches))
    app.slow = 3
    with serving(app) as address:
        urlopen(f"{address}/openapi.json").close()  # it is ready
        there = over_http(address, names, batches=batches)
        for service in there.values():
            service |= {"time_out": time_out, "attempts": 2 if time_out > 1 else 1}
        (folder / "http.toml").write_text(as_toml(there))
        made = Registries(read_settings(folder / "http.toml", {VARIABLE: token}), catalogue, lambda: NOW)
        yield made, app
        made.close()
    sql.close()


class TestOneByOne(Promises):
    @pytest.fixture
    def services(self, folder: Path) -> Iterator[DataServices]:
        with over(folder, KNOWN, "people", NAMES, batches=False) as (services, _):
            yield services


class TestManyAtOnce(Promises):
    @pytest.fixture
    def services(self, folder: Path) -> Iterator[DataServices]:
        with over(folder, KNOWN, "people", NAMES) as (services, _):
            yield services


@pytest.mark.parametrize("batches", [True, False])
def test_it_answers_as_its_database_does(folder: Path, batches: bool) -> None:
    sql = SqlServices(read_settings(folder / "sekali.toml", {}), KNOWN)
    questions: list[tuple[str, tuple[str, ...], list[Keys]]] = [
        ("by-nik", ("name", "birth_date", "mother", "family.address", "income", "tax_paid"), [(MARI,), (MAI,), ("0",)]),
        ("births", NAME, [(MAI, date(1995, 7, 24)), (MAI, date(1995, 7, 25))]),
        ("deed", ("has_deed",), [("Mari", date(1995, 7, 24)), ("Mai", date(1970, 6, 5))]),
        ("family", ("members.name", "address", "members"), [("33",), ("34",), ("36",)]),
        ("couple", ("wife.name",), [(JAAN, MAI), (MARI, MAI)]),
    ]
    with over(folder, KNOWN, "people", NAMES, batches=batches) as (services, _):
        assert services.problems(NAMES) == []
        for service, words, keys in questions:
            name = f"people.{service}"
            assert services.ask(name, words, keys) == sql.ask(name, words, keys), service
    sql.close()


def test_one_whose_row_cannot_be_read_spoils_no_other(folder: Path) -> None:
    with over(folder, KNOWN, "people", NAMES) as (services, _):
        found = services.ask("people.by-nik", NAME, [(MARI,), (JAAN,), (MAI,)])
    assert found == {(MARI,): (("Mari",),), (JAAN,): Down(), (MAI,): (("Mai",),)}


def test_whoever_shows_another_token_learns_nothing(folder: Path) -> None:
    with over(folder, KNOWN, "people", NAMES, token="guessed") as (services, _):
        assert services.ask("people.by-nik", NAME, [(MARI,)]) == {(MARI,): Down()}
        assert "token (401)" in services.troubles["people.by-nik"].en


UNTIL = Down(NOW + timedelta(seconds=60))
FAULTS = {
    "slow": Down(),
    "dripping": Down(),
    "down": Down(),
    "flapping": (("Mari",),),
    "busy": UNTIL,
    "broken": Down(),
    "rubbish": "malformed",
    "half": "malformed",
    "elsewhere": Down(),
    "endless": "malformed",
}


@pytest.mark.parametrize("fault", KINDS)
def test_a_fault_comes_to_what_it_should_and_is_over_with_it(folder: Path, fault: str) -> None:
    quick = 1 if fault in ("slow", "dripping") else 10
    with over(folder, KNOWN, "people", NAMES, batches=False, time_out=quick) as (services, app):
        app.now = fault
        assert services.ask("people.by-nik", NAME, [(MARI,)]) == {(MARI,): FAULTS[fault]}

        app.now = ""
        after = UNTIL if fault == "busy" else (("Mari",),)
        assert services.ask("people.by-nik", NAME, [(MARI,)]) == {(MARI,): after}


def test_a_registry_may_fall_ill_in_the_middle(folder: Path) -> None:
    with over(folder, KNOWN, "people", NAMES, batches=False) as (services, app):
        app.now, app.spared = "broken", 1
        answers = [services.ask("people.by-nik", NAME, [(MARI,)])[(MARI,)] for _ in range(2)]
    assert answers == [(("Mari",),), Down()]


@pytest.fixture(scope="module")
def sample(population: Population, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("sample")
    (made / "sekali.toml").write_text(demo_settings(population.folder))
    return made


@pytest.mark.parametrize("registry", ["siak", "faskes", "simkah", "dtsen", "bpjs", "pbb"])
def test_every_registry_of_the_sample_catalogue_can_be_served(sample: Path, registry: str) -> None:
    catalogue = read([CATALOGUE]).catalogue
    names = [name for name in catalogue.service if name.startswith(f"{registry}.")]
    with over(sample, catalogue, registry, names) as (services, _):
        assert services.problems(names) == []


def test_the_command_serves_until_it_is_ended(sample: Path) -> None:
    program = Path(sys.executable).with_name("sekali")
    arguments = [program, "registry", "pbb", "--settings", sample / "sekali.toml", "--port", "0"]
    environment = {**os.environ, VARIABLE: "secret", "PYTHONUNBUFFERED": "1", "SEKALI_LANG": "en"}
    with subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as served:
        assert served.stdout is not None
        lines = []
        while not lines or not lines[-1].startswith("token"):
            lines.append(served.stdout.readline().decode())
            assert lines[-1]
        (sample / "served.toml").write_text("".join(lines))
        address = lines[1].split('"')[1]
        assert address.startswith("http://127.0.0.1:")
        assert "/arrears" in json.load(urlopen(address))["paths"]
        time.sleep(0.1)
        served.send_signal(signal.SIGINT)
        assert served.wait(20) == 0
    assert read_settings(sample / "served.toml", {VARIABLE: "secret"}).services.keys() == {"pbb.arrears"}


@pytest.mark.parametrize(
    ("name", "said"),
    [("sak", "no registry 'sak' in SQL. Did you mean 'siak'?"), ("xyzzy", "There are: bpjs, dtsen, faskes")],
)
def test_what_is_no_registry_is_told(sample: Path, name: str, said: str) -> None:
    told = sekali("registry", name, "--settings", sample / "sekali.toml")
    assert (told.exit_code, said in told.stderr) == (2, True)


def test_a_port_that_is_taken_is_told(sample: Path) -> None:
    with over(sample, read([CATALOGUE]).catalogue, "pbb", ["pbb.arrears"]):
        port = (sample / "http.toml").read_text().split(":")[2].split("/")[0]
        told = sekali("registry", "pbb", "--settings", sample / "sekali.toml", "--port", port)
    assert (told.exit_code, "cannot be served" in told.stderr) == (1, True)
