"""`sekali serve` with real HTTP: on this machine only, guarded elsewhere, quiet about who looked at what, gone with Ctrl-C."""

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.flows.commands import calling
from tests.flows.worklist.office import office_in
from tests.flows.worklist.serving import sekali, serving

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
PASSWORD = "a-long-password-1"


def store_in(folder: Path) -> Path:
    office_in(folder).store.close()
    return folder / "cases.sqlite"


def test_it_serves_page_and_api_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    server = sekali("serve", "--port", "0", "--store", str(store_in(tmp_path)))
    assert server.stdout is not None
    address = server.stdout.readline().split()[1]
    try:
        with httpx.Client(base_url=address) as client:
            assert "Sign in" in client.get("/").text
            work = client.get("/api/tasks", params={"role": "head of office"}).json()["work"]
            assert [one["key"] for one in work] == ["D-1", "D-2"]
            answer = {"role": "head of office", "name": "SITI PLANTED", "moves": 1, "decision": "enough"}
            assert client.post(f"/api/tasks/{work[0]['case']}/enough", json=answer).status_code == 200
            assert client.post("/api/tasks/1/apply", json={"name": "SITI PLANTED"}).status_code == 422
            answered = client.get("/api/tasks").headers
            assert "server" not in answered
    finally:
        server.send_signal(signal.SIGINT)
        out, err = server.communicate(timeout=20)

    assert server.returncode in (0, 130)
    assert "PLANTED" not in out + err
    assert "Traceback" not in err


@pytest.mark.parametrize("token", [None, "short"])
def test_beyond_this_machine_it_wants_a_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, token: str | None
) -> None:
    if token:
        monkeypatch.setenv("SEKALI_TOKEN", token)
    else:
        monkeypatch.delenv("SEKALI_TOKEN", raising=False)
    refused = calling.sekali("serve", "--host", "0.0.0.0", "--port", "0", "--store", store_in(tmp_path))
    assert (refused.exit_code, "SEKALI_TOKEN must be in the environment" in refused.stderr) == (2, True)


def test_with_a_token_it_serves_those_who_have_it(tmp_path: Path) -> None:
    with serving(store_in(tmp_path), "--host", "0.0.0.0", SEKALI_TOKEN=PASSWORD) as address:
        address = address.replace("0.0.0.0", "127.0.0.1")
        assert httpx.get(f"{address}/api/tasks").status_code == 401
        assert httpx.get(f"{address}/api/tasks", headers={"authorization": f"Bearer {PASSWORD}"}).status_code == 200


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = sekali("serve", "--port", port, "--store", str(store_in(tmp_path)))
        _, err = refused.communicate(timeout=60)

    assert (refused.returncode, "Choose another --port" in err) == (1, True)


@pytest.mark.slow
def test_nothing_that_can_be_sent_makes_it_fail(tmp_path: Path) -> None:
    """Whatever fits the description, and whatever does not, is answered as the description says, and never with a failure."""
    pytest.importorskip("schemathesis")
    checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
    options = ["--checks", checks, "--max-examples", "60", "--mode", "all", "--seed", "1", "--no-color"]
    with serving(store_in(tmp_path)) as address:
        done = subprocess.run(
            [SCHEMATHESIS, "run", f"{address}/api/openapi.json", *options, "--generation-database", "none"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 0, done.stdout[-5000:] + done.stderr
    cases = re.search(r"(\d[\d,]*) generated", done.stdout)
    assert cases is not None, done.stdout[-2000:]
    assert int(cases[1].replace(",", "")) > 200
