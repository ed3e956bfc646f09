"""`sekali doctor`: what is well, what soon matters, what has to be mended; and an honest exit code."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.flows.commands.calling import Said
from tests.flows.commands.test_audit import FILES, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    said = desk.run("0001")
    assert said.exit_code == 0, said.stderr
    return desk


def told(said: Said) -> dict[tuple[str, str], str]:
    """Return what was said, by subject and state, with its mend."""
    return {(one["about"], one["state"]): f"{one['says']} {one['mend']}" for one in json.loads(said.stdout)}


def doctor(desk: Desk, *arguments: str) -> Said:
    return desk.call("doctor", ".", "--date", "2026-11-01", *arguments)


def test_where_all_is_well_nothing_is_to_be_mended(desk: Desk) -> None:
    said = doctor(desk)

    assert said.exit_code == 0, said.stdout
    assert [line[0] for line in said.stdout.splitlines()] == ["✓"] * 4, said.stdout
    assert "sqlite:///sekali.sqlite: 1 cases" in said.stdout
    assert "people.by-nik" in said.stdout
    assert "all look-ups are allowed until 2026-12-31" in said.stdout


def test_it_speaks_indonesian(desk: Desk) -> None:
    assert "semua pencarian boleh" in desk.call("doctor", ".", lang="id").stdout


@pytest.mark.parametrize(
    ("until", "days", "state", "says"),
    [
        ("2026-10-31", "60", "mend", "it ended on 2026-10-31"),
        ("2026-11-30", "60", "note", "is not allowed any more from 2026-12-01, in 30 days"),
        ("2026-11-30", "29", "well", "all look-ups are allowed until 2026-11-30"),
        ("2026-11-01", "1", "note", "from 2026-11-02, in 1 days"),
    ],
)
def test_agreements_that_end_are_told_in_time(desk: Desk, until: str, days: str, state: str, says: str) -> None:
    (desk.folder / "1.yaml").write_text(FILES[1].replace("legal_basis", f"until: {until}, legal_basis"))
    said = doctor(desk, "--days", days, "--format", "json")

    assert says in told(said)["agreements", state]
    assert said.exit_code == (1 if state == "mend" else 0)


@pytest.mark.parametrize(
    ("said", "days", "state", "says"),
    [
        ("", 30, "note", "none is named; just Saturdays and Sundays are no working days (card) Write in sekali.toml"),
        ("2026-12-25", 60, "well", "they are known until 2026-12-25"),
        ("2026-12-25, 2027-01-01", 61, "well", "they are known until 2027-01-01"),
        ("2026-12-25", 61, "note", "the list ends on 2026-12-25; those of 2027 are not there (card) Add them to"),
        ("2025-12-25", 0, "mend", "the list ends on 2025-12-25; those of 2026 are not there"),
    ],
)
def test_a_list_of_holidays_that_ends_is_told_in_time(desk: Desk, said: str, days: int, state: str, says: str) -> None:
    (desk.folder / "3.yaml").write_text(FILES[3].replace("roles:", "time_limit: 5 working days\nroles:"))
    settings = desk.folder / "sekali.toml"
    settings.write_text(f"holidays = [{said}]\n{settings.read_text()}")
    told_here = doctor(desk, "--days", str(days), "--format", "json")

    assert says in told(told_here)["holidays", state]
    assert told_here.exit_code == (1 if state == "mend" else 0)


def test_a_registry_that_is_not_there_is_told_with_its_mend(desk: Desk) -> None:
    (desk.folder / "people.sqlite").unlink()
    said = doctor(desk, "--format", "json")

    assert said.exit_code == 1
    assert "cannot be opened" in told(said)["registries", "mend"]
    assert "Look at its address" in told(said)["registries", "mend"]


def test_settings_that_say_something_wrong_are_told(desk: Desk) -> None:
    (desk.folder / "sekali.toml").write_text('[services."people.by-nik"]\ntable = "person"\n')
    said = doctor(desk, "--format", "json")

    assert said.exit_code == 1
    assert "'database' is missing" in told(said)["settings", "mend"]


def test_what_is_not_set_up_matters_only_to_cases_that_wait_for_it(desk: Desk) -> None:
    (desk.folder / "sekali.toml").unlink()
    planned = doctor(desk, "--format", "json")
    assert planned.exit_code == 0
    assert "No registry is set up for 'people.by-nik'" in told(planned)["registries", "note"]

    (desk.folder / "sekali.toml").write_text(
        '[services."people.by-nik"]\ndatabase = "sqlite:///people.sqlite"\ntable = "person"\n'
    )
    assert desk.run("0009").exit_code == 0, "it is not found, so its case waits"
    (desk.folder / "sekali.toml").unlink()
    waiting = doctor(desk, "--format", "json")
    assert waiting.exit_code == 1
    assert "1 at data" in told(waiting)["cases wait for a registry", "note"]


DESCRIPTION = {
    "openapi": "3.1.0",
    "info": {"title": "people", "version": "1"},
    "paths": {
        "/people/{nik}": {
            "get": {
                "operationId": "person",
                "parameters": [{"name": "nik", "in": "path", "required": True, "schema": {"type": "string"}}],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"properties": {"name": {"type": "string"}}}}}}
                },
            }
        }
    },
}


@pytest.mark.parametrize("listens", [True, False])
def test_a_registry_described_by_a_file_is_reached_or_told(desk: Desk, listens: bool) -> None:
    (desk.folder / "people.json").write_text(json.dumps(DESCRIPTION))
    with server(200) as address:
        (desk.folder / "sekali.toml").write_text(
            f'[services."people.by-nik"]\nopenapi = "people.json"\noperation = "person"\naddress = "{address}"\n'
        )
        if listens:
            assert "can be opened: people.by-nik" in told(doctor(desk, "--format", "json"))["registries", "well"]
            return
    said = doctor(desk, "--format", "json")

    assert said.exit_code == 0, "cases wait until it answers"
    assert (
        "people.by-nik does not answer: it cannot be reached (Connection refused)" in told(said)["registries", "note"]
    )


def test_a_store_that_is_named_must_be_there(desk: Desk) -> None:
    assert doctor(desk, "--store", "elsewhere.sqlite").exit_code == 1
    (desk.folder / "sekali.sqlite").unlink()
    assert doctor(desk).exit_code == 0, "'sekali run' makes one"


@contextmanager
def server(code: int) -> Iterator[str]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(code if self.path == "/api/health" else 404)
            self.end_headers()
            self.wfile.write(b"true")

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answering) as made:
        thread = Thread(target=made.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{made.server_port}/api"
        finally:
            made.shutdown()
            thread.join()


@pytest.mark.parametrize(("code", "state"), [(200, "well"), (500, "mend"), (0, "mend")])
def test_prefects_server_is_asked_if_one_is_named(
    desk: Desk, code: int, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.doctoring import prefect_looks

    with server(code or 200) as address:
        if code:
            (look,) = prefect_looks({"PREFECT_API_URL": address})
    if not code:  # nobody listens there any more
        (look,) = prefect_looks({"PREFECT_API_URL": address})

    assert look.state == state
    assert (look.mend.en != "") == (state == "mend")


def test_no_file_is_read_for_a_server() -> None:
    from flows.doctoring import prefect_looks

    (look,) = prefect_looks({"PREFECT_API_URL": "file:///etc"})
    assert look.state == "mend"


def test_a_case_that_is_stuck_is_to_be_mended(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.folder / "sekali.sqlite")) as store, store:
        store.execute(
            "insert into waits (case_id, number, step, waits_for, who, missing, why) values (1, 0, 'apply', 'nobody', '', '[]', 'rounds')"
        )
    said = doctor(desk, "--format", "json")

    assert said.exit_code == 1
    assert told(said)["cases that are stuck", "mend"].startswith("1 at apply: always sent back")
