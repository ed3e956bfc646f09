"""`sekali digest`, and the metrics: numbers of what waits and what look-ups came to, and nobody's data."""

import json
import os
import re
from contextlib import chdir
from pathlib import Path
from unittest.mock import patch

import pytest
from starlette.testclient import TestClient

from flows import logs
from flows.store.case_store import CaseStore
from flows.store.counting import look_ups
from flows.worklist.app import application
from flows.worklist.desk import Desk as Worklist
from tests.flows.commands.calling import sekali
from tests.flows.commands.test_audit import Desk

SAMPLE = re.compile(r'([a-z_]+)\{((?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)*)\} (\S+)')


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An office where one card is issued, one person is not found, and one has not said the key."""
    made = Desk(tmp_path)
    cases = [{"case": f"SITI-{nik}", "facts": {"applicant.nik": nik} if nik else {}} for nik in ("0001", "0009", "")]
    (made.folder / "cases.jsonl").write_text("".join(json.dumps(one) + "\n" for one in cases))
    assert made.call("run", "3.yaml", "--cases", "cases.jsonl", "--no-prefect").exit_code == 0
    return made


def samples(text: str) -> dict[tuple[str, ...], float]:
    """The samples of a text that Prometheus would read."""
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            read = SAMPLE.fullmatch(line)
            assert read, line
            labels = re.findall(r'="((?:[^"\\]|\\.)*)"', read[2])
            found[(read[1], *labels)] = float(read[3])
    return found


def test_what_waits_and_what_look_ups_came_to(desk: Desk) -> None:
    said = desk.call("digest")

    assert said.exit_code == 0
    assert re.search(
        r"card +Fetch personal data +waiting +a registry: nothing was found +1 +\d{4}-\d\d-\d\d", said.stdout
    )
    assert re.search(r"card +apply +waiting +an answer +1 ", said.stdout)
    assert re.search(r"people.by-nik +it was found +1", said.stdout)
    assert re.search(r"people.by-nik +nothing was found +1", said.stdout)
    assert "Yang menunggu" in desk.call("digest", lang="id").stdout

    told = json.loads(desk.call("digest", "--format", "json").stdout)
    assert [one["cases"] for one in told["waiting"]] == [1, 1]
    assert {(one["outcome"], one["cases"]) for one in told["look-ups"]} == {
        ("it was found", 1),
        ("nothing was found", 1),
    }


def test_look_ups_before_a_time_are_left_out(desk: Desk) -> None:
    store = CaseStore.open(desk.folder / "sekali.sqlite")
    assert look_ups(store, "9999") == []
    assert look_ups(store) == [("people.by-nik", "found", 1), ("people.by-nik", "none", 1)]
    store.close()


def test_metrics_are_in_the_form_that_prometheus_reads_and_tell_of_nobody(desk: Desk) -> None:
    text = desk.call("digest", "--format", "prometheus").stdout
    found = samples(text)

    assert found["sekali_cases", "card", "issued"] == 1
    assert found["sekali_cases", "card", "waiting", "data", "registry", "none"] == 1
    assert found["sekali_cases", "card", "waiting", "apply", "answer"] == 1
    assert found["sekali_look_ups_total", "people.by-nik", "found"] == 1
    assert found["sekali_runs_total", "card"] == 1
    assert found["sekali_last_run_timestamp_seconds", "card"] > 1.7e9
    assert 0 <= found["sekali_last_run_duration_seconds", "card"] < 600
    assert found["sekali_waiting_since_timestamp_seconds", "card", "apply", "answer"] > 1.7e9
    for line in text.splitlines():
        assert "SITI" not in line and "0001" not in line
    names = {name for name, *_ in found}
    assert all(f"# TYPE {name} " in text for name in names)


def test_the_server_tells_them_to_whoever_has_the_token(desk: Desk) -> None:
    store = CaseStore.open(desk.folder / "sekali.sqlite")
    client = TestClient(application(Worklist(store, token="secret")), base_url="http://127.0.0.1")

    assert client.get("/api/metrics").status_code == 401
    told = client.get("/api/metrics", headers={"Authorization": "Bearer secret"})

    assert told.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert samples(told.text)["sekali_cases", "card", "issued"] == 1
    store.close()


def test_what_runs_do_is_told_in_lines_of_json_to_whoever_wants_them(desk: Desk) -> None:
    log = desk.folder / "log.jsonl"
    with chdir(desk.folder), patch.dict(os.environ, SEKALI_LOG=str(log), SEKALI_STORE="new.sqlite"):
        said = sekali("run", "3.yaml", "--cases", "cases.jsonl", "--no-prefect")
    logs.set_up({})

    assert said.exit_code == 0
    assert "SITI" not in log.read_text() and "0001" not in log.read_text()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [one["event"] for one in lines] == ["run began", "asked", "segment", "run ended"]
    began, asked, segment, ended = lines
    assert (began["run"], began["procedure"], began["reason"]) == (1, "card", "new cases")
    assert (asked["service"], asked["subjects"], asked["found"], asked["none"]) == ("people.by-nik", 2, 1, 1)
    assert (segment["segment"], segment["cases"], ended["cases"]) == ("start", 3, 3)
    assert all(0 <= one["seconds"] < 600 for one in (asked, segment, ended))


def test_nothing_is_told_where_nobody_asks_for_it_and_a_wrong_file_is_told(desk: Desk) -> None:
    assert "{" not in desk.call("run", "3.yaml", "--no-prefect").stderr
    with chdir(desk.folder), patch.dict(os.environ, SEKALI_LOG="nowhere/log.jsonl"):
        said = sekali("cases")
    assert said.exit_code == 2
    assert "Cannot be read or written: " in said.stderr
