"""The API: list, read, answer; honest about what is wrong, whatever is sent."""

import json
import logging
import re
import threading
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient

from flows.worklist.app import application
from flows.worklist.desk import Desk
from flows.worklist.guard import LARGEST_BODY
from tests.flows.running import Office
from tests.flows.worklist.office import JSON, Browser, office_in


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return office_in(tmp_path)


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Return an office for tests that change nothing."""
    return office_in(tmp_path_factory.mktemp("office"))


def answer_of(**more: Any) -> dict[str, Any]:
    return {"role": "applicant", "name": "Ratna", "moves": 1, "facts": JSON, "consents": {"ask-people": True}} | more


def decision_of(**more: Any) -> dict[str, Any]:
    return {"role": "head of office", "name": "Ratna", "moves": 1, "decision": "enough"} | more


def back_of(**more: Any) -> dict[str, Any]:
    return {
        "role": "head of office",
        "name": "Ratna",
        "moves": 1,
        "marks": {"applicant.nik": "wrong"},
        "why": "x",
    } | more


def test_an_officer_sends_a_case_back_and_only_what_is_marked_is_asked(office: Office) -> None:
    client = Browser(office, role="").client
    task = client.get("/api/tasks/2/enough", params={"role": "head of office"}).json()
    assert [one["name"] for one in task["markable"]] == ["applicant.nik", "child.sex", "ktp of applicant"]
    sent = client.post("/api/tasks/2/enough/back", json=back_of(moves=task["moves"], why="another number"))
    assert (sent.status_code, sent.json()) == (200, {"step": "apply", "marks": {"applicant.nik": "wrong"}})

    mine = client.get("/api/tasks/2/apply", params={"role": "applicant"}).json()
    assert [one["fact"] for one in mine["asked"]] == ["applicant.nik"]
    assert [act["act"] for act in mine["acts"]] == ["truth"]  # consents stay given
    assert mine["sent_back"]["why"] == "another number"
    assert [(one["name"], one["kind"]) for one in mine["sent_back"]["marks"]] == [("applicant.nik", "wrong")]
    said = answer_of(moves=mine["moves"], facts={"applicant.nik": "5678"}, consents={})
    assert client.post("/api/tasks/2/apply", json=said).json() == {"state": "ready", "missing": []}
    office.run()
    [before] = client.get("/api/tasks/2/enough", params={"role": "head of office"}).json()["said"]
    assert (before["step"], before["step_title"]["en"], before["role_title"]["id"]) == (
        "apply",
        "Fill in the form",
        "Pemohon",
    )
    assert (before["what"], before["what_words"][0]["en"]) == (["applicant.nik"], "identity number of the applicant")


def test_list_read_answer(office: Office) -> None:
    client = Browser(office, role="").client
    [one] = [
        one for one in client.get("/api/tasks", params={"role": "applicant"}).json()["work"] if one["key"] == "A-1"
    ]
    where = f"/api/tasks/{one['case']}/{one['step']}"
    task = client.get(where, params={"role": "applicant"}).json()

    assert {field["fact"]: field["type"] for field in task["asked"]} == {
        "applicant.nik": "text",
        "applicant.birth_date": "date",
        "applicant.poor": "yes/no",
        "applicant.income": "money",
        "child.sex": "choice",
        "mother.nik": "text",
        "mother.name": "text",
        "movers.name": "text",
    }
    assert [act["act"] for act in task["acts"] if act["consent"]] == ["ask-people"]
    taken = client.post(where, json=answer_of(moves=task["moves"]))
    assert (taken.status_code, taken.json()) == (200, {"state": "ready", "missing": []})
    facts = orjson.loads(office.kept()["A-1"].given)["facts"]
    assert facts["movers.name"] == ["ANI", None, "BUDI"]
    assert facts["applicant.poor"] is False


def test_roles_and_pages(office: Office) -> None:
    client = Browser(office, role="").client
    assert {one["role"]: one["waiting"] for one in client.get("/api/roles").json()} == {
        "applicant": 2,
        "head of office": 2,
        "office": 1,
        "counter of office": 0,
    }
    first = client.get("/api/tasks", params={"most": 2}).json()
    rest = client.get("/api/tasks", params={"after": first["after"]}).json()
    assert [one["key"] for one in first["work"] + rest["work"]] == ["A-1", "D-1", "D-2", "R-1", "A-2"]
    assert rest["after"] is None


def test_part_of_an_answer_may_be_sent(office: Office) -> None:
    client = Browser(office, role="").client
    taken = client.post("/api/tasks/1/apply", json=answer_of(facts={"applicant.nik": "1234"}))

    assert taken.json()["state"] == "waiting"
    assert "mother.name" in taken.json()["missing"]


def test_all_faults_are_told_at_once_each_with_its_fact(office: Office) -> None:
    facts = {"applicant.nik": "12", "applicant.poor": "perhaps", "movers.name": "ANI|" + "X" * 31, "child.nmae": "x"}
    told = Browser(office, role="").client.post("/api/tasks/1/apply", json=answer_of(facts=facts, consents={}))

    assert told.status_code == 422
    assert {fault["field"] for fault in told.json()["faults"]} == {*facts, "ask-people"}
    assert office.store.said(1) == []


# What is sent, and what comes back: status, and what is told.
DEEP = "[" * 20_000 + "]" * 20_000
WRONG: dict[str, tuple[str, bytes | dict[str, Any], int, str]] = {
    "no JSON": ("1/apply", b"{", 400, ""),
    "nothing": ("1/apply", b"", 422, ""),
    "no UTF-8": ("1/apply", b'{"role": "\xff"}', 400, ""),
    "nested too deep": ("1/apply", b'{"facts": {"a": ' + DEEP.encode() + b"}}", 400, ""),
    "a list": ("1/apply", b"[]", 422, ""),
    "a text": ("1/apply", b'"x"', 422, ""),
    "null": ("1/apply", b"null", 422, ""),
    "too large": ("1/apply", b'{"role": "' + b"x" * LARGEST_BODY + b'"}', 413, ""),
    "a key too many": ("1/apply", answer_of(admin=True), 422, "extra forbidden"),
    "no name": ("1/apply", answer_of(name=""), 422, "name"),
    "a name of spaces": ("1/apply", answer_of(name="   "), 422, "name"),
    "a name of lines": ("1/apply", answer_of(name="a\nb"), 422, "name"),
    "a long name": ("1/apply", answer_of(name="x" * 201), 422, "name"),
    "moves as text": ("1/apply", answer_of(moves="1"), 422, "moves"),
    "moves below nought": ("1/apply", answer_of(moves=-1), 422, "moves"),
    "moves too large": ("1/apply", answer_of(moves=2**63), 422, "moves"),
    "facts as a list": ("1/apply", answer_of(facts=["x"]), 422, "facts"),
    "a fact as an object": ("1/apply", answer_of(facts={"applicant.nik": {"a": 1}}), 422, "facts"),
    "a fact nested": ("1/apply", answer_of(facts={"movers.name": [["a"]]}), 422, "facts"),
    "a number for a text": ("1/apply", answer_of(facts={"applicant.nik": 1234}), 422, "applicant.nik"),
    "a list for one": ("1/apply", answer_of(facts={"applicant.nik": ["1234"]}), 422, "applicant.nik"),
    "one for a list": ("1/apply", answer_of(facts={"movers.name": True}), 422, "movers.name"),
    "not a number": ("1/apply", answer_of(facts={"applicant.income": "NaN"}), 422, "applicant.income"),
    "an infinite number": ("1/apply", b'{"role":"applicant","name":"x","moves":1,"facts":{"applicant.income":1e999}}', 422, ""),
    "half a letter": ("1/apply", b'{"role":"applicant","name":"x","moves":1,"facts":{"mother.name":"\\ud800"}}', 422, ""),
    "a NUL": ("1/apply", answer_of(facts={"mother.name": "a\x00b"}), 422, "mother.name"),
    "a fact that is none": ("1/apply", answer_of(facts={"applicant.nki": "1"}), 422, "Did you mean"),
    "a fact that is not asked": ("1/apply", answer_of(facts={"applicant.sex": "1"}), 422, "not asked"),
    "SQL": ("1/apply", answer_of(facts={"applicant.nik": "1'; DROP TABLE cases; --"}), 422, "applicant.nik"),
    "a date that is none": ("1/apply", answer_of(facts={"applicant.birth_date": "2026-02-30"}), 422, "not a date"),
    "no consent said": ("1/apply", answer_of(consents={}), 422, "ask-people"),
    "a consent that is none": ("1/apply", answer_of(consents={"ask-people": True, "x": True}), 422, "no such consent"),
    "a consent as text": ("1/apply", answer_of(consents={"ask-people": "yes"}), 422, "consents"),
    "a decision on a form": ("1/apply", answer_of(decision="enough"), 422, "Nothing is decided"),
    "another role": ("1/apply", answer_of(role="head of office"), 403, "role"),
    "no such case": ("99/apply", answer_of(), 404, ""),
    "case nought": ("0/apply", answer_of(), 422, ""),
    "a case too large": (f"{2**64}/apply", answer_of(), 422, ""),
    "no number": ("A-1/apply", answer_of(), 422, ""),
    "another step": ("1/enough", answer_of(), 404, ""),
    "a step that is none": ("1/%00", answer_of(), 404, ""),
    "a way up": ("1/..%2f..%2fetc", answer_of(), 404, ""),
    "an older case": ("1/apply", answer_of(moves=0), 409, "changed"),
    "no decision": ("2/enough", decision_of(decision=None), 422, "way"),
    "a way that is none": ("2/enough", decision_of(decision="enuogh"), 422, "Did you mean"),
    "facts on a decision": ("2/enough", decision_of(facts={"applicant.nik": "1234"}), 422, "applicant.nik"),
    "a refusal without a reason": ("2/enough", decision_of(decision="not-enough", why=" "), 422, "why"),
    "a reason too long": ("2/enough", decision_of(why="x" * 4001), 422, "why"),
    "a reason with signs": ("2/enough", decision_of(decision="not-enough", why="\x1b[2J"), 422, "why"),
    "back from a form": ("1/apply/back", back_of(role="applicant"), 422, "cannot be sent back"),
    "back without marks": ("2/enough/back", back_of(marks={}), 422, "marks"),
    "back with a kind that is none": ("2/enough/back", back_of(marks={"applicant.nik": "ugly"}), 422, "marks"),
    "back with a fact that is none": ("2/enough/back", back_of(marks={"applicant.nki": "wrong"}), 422, "Did you mean"),
    "back with marks as a list": ("2/enough/back", back_of(marks=["applicant.nik"]), 422, "marks"),
    "back without a reason": ("2/enough/back", back_of(why="  "), 422, "Say why"),
    "back with signs": ("2/enough/back", back_of(why="\x1b[2J"), 422, "why"),
    "back by another role": ("2/enough/back", back_of(role="applicant"), 403, "role"),
    "back of an older case": ("2/enough/back", back_of(moves=0), 409, "changed"),
    "fresh by nobody": ("1/apply/fresh", {}, 422, "role"),
    "fresh by another role": ("1/apply/fresh", {"role": "head of office"}, 403, "role"),
    "fresh of no case": ("99/apply/fresh", {"role": "applicant"}, 404, ""),
    "contest without facts": ("1/apply/contest", back_of(marks=None), 422, ""),
    "back of no case": ("99/enough/back", back_of(), 404, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_and_changes_nothing(still: Office, name: str) -> None:
    where, sent, status, says = WRONG[name]
    browser, before = Browser(still, role=""), still.kept()
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    told = browser.client.post(f"/api/tasks/{where}", content=body, headers={"content-type": "application/json"})

    assert told.status_code == status, told.text
    assert set(told.json()) == {"error", "faults"}
    assert says in told.text
    assert still.kept() == before
    assert browser.lines == []


@pytest.mark.parametrize(
    ("method", "path", "more", "status"),
    [
        ("POST", "/api/tasks/1/apply", {"content": b"a=b"}, 415),
        ("POST", "/api/tasks/1/apply", {"data": {"role": "applicant"}}, 415),
        ("POST", "/sign-in", {"json": {}}, 415),
        ("POST", "/sign-in", {"content": b"name=%ff", "headers": {"content-type": "application/x-www-form-urlencoded"}}, 400),
        ("POST", "/sign-in", {"content": b"a=1&" * 2001, "headers": {"content-type": "application/x-www-form-urlencoded"}}, 400),
        ("POST", "/sign-in", {"content": b"a=" + b"x" * LARGEST_BODY, "headers": {"content-type": "application/x-www-form-urlencoded"}}, 413),
        ("DELETE", "/api/tasks/1/apply", {}, 415),
        ("PUT", "/api/tasks/1/apply", {"json": {}}, 405),
        ("GET", "/api/tasks/1/apply", {}, 422),
        ("GET", "/api/tasks/1/apply?role=head+of+office", {}, 403),
        ("GET", "/api/tasks?most=0", {}, 422),
        ("GET", "/api/late", {}, 422),
        ("GET", "/api/late?agency=nobody", {}, 200),
        ("GET", "/api/tasks?most=201", {}, 422),
        ("GET", "/api/tasks?after=-1", {}, 422),
        ("GET", f"/api/tasks?after={2**64}", {}, 422),
        ("GET", "/api/nowhere", {}, 404),
        ("GET", "/tasks/99999999999999999999/apply", {}, 303),
        ("GET", "/docs", {}, 404),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_calls_that_are_none(still: Office, method: str, path: str, more: dict[str, Any], status: int) -> None:
    browser = Browser(still, role="")
    assert browser.client.request(method, path, **more).status_code == status
    assert browser.lines == []


def test_a_body_that_does_not_say_how_large_it_is_is_cut_off(office: Office) -> None:
    def pieces() -> Any:
        for _ in range(LARGEST_BODY // 1000 + 2):
            yield b"x" * 1000

    client = Browser(office, role="").client
    told = client.post("/api/tasks/1/apply", content=pieces(), headers={"content-type": "application/json"})
    assert told.status_code == 413


def test_an_answer_is_taken_once(office: Office) -> None:
    client = Browser(office, role="").client
    assert client.post("/api/tasks/2/enough", json=decision_of()).status_code == 200
    assert client.post("/api/tasks/2/enough", json=decision_of()).status_code == 404
    assert client.post("/api/tasks/2/enough", json=decision_of(moves=2)).status_code == 404
    assert len(office.store.said(2)) == 1


def test_of_many_at_once_one_is_taken(office: Office) -> None:
    browsers = [Browser(office, role="") for _ in range(8)]
    # At its first call FastAPI looks at its routes, and mutes the warnings of all threads meanwhile.
    for browser in browsers:
        browser.client.post("/api/tasks/2/enough", json=decision_of(moves=99))
    statuses: list[int] = []
    gate = threading.Barrier(len(browsers))

    def decide(browser: Browser) -> None:
        gate.wait()
        statuses.append(browser.client.post("/api/tasks/2/enough", json=decision_of()).status_code)

    threads = [threading.Thread(target=decide, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses)[0] == 200
    assert set(sorted(statuses)[1:]) <= {404, 409}
    assert len(office.store.said(2)) == 1


def test_without_the_token_nobody_learns_anything(office: Office) -> None:
    client = Browser(office, token="a-long-password-1", role="").client
    for headers in (
        {},
        {"authorization": "Bearer x"},
        {"authorization": "Basic YTpi"},
        {"authorization": "a-long-password-1"},
    ):
        for path in ("/api/tasks", "/api/roles", "/api/openapi.json", "/api/nowhere"):
            told = client.get(path, headers=headers)
            assert (told.status_code, told.headers["www-authenticate"]) == (401, "Bearer")
    assert client.get("/api/tasks", headers={"authorization": "Bearer a-long-password-1"}).status_code == 200


def test_under_another_name_the_server_does_not_answer(office: Office) -> None:
    app = application(Desk(office.store), hosts=frozenset({"localhost", "[::1]"}))
    for host, status in (("localhost:8600", 200), ("[::1]:8600", 200), ("evil.example", 421), ("", 421)):
        client = TestClient(app, base_url="http://localhost")  # type: ignore[arg-type]
        assert client.get("/api/tasks", headers={"host": host}).status_code == status, host


def test_the_description_names_every_call_with_what_can_come_back(office: Office) -> None:
    described = Browser(office, role="").client.get("/api/openapi.json").json()

    assert set(described["paths"]) == {
        "/api/late",
        "/api/roles",
        "/api/tasks",
        "/api/tasks/{case}/{step}",
        "/api/tasks/{case}/{step}/back",
        "/api/tasks/{case}/{step}/consent",
        "/api/tasks/{case}/{step}/contest",
        "/api/tasks/{case}/{step}/fresh",
    }
    for calls in described["paths"].values():
        for call in calls.values():
            assert call["description"]
            assert {"200", "401", "403", "404", "409", "422"} <= set(call["responses"])


def test_nothing_anybody_typed_goes_into_a_log(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    browser = Browser(office, role="")
    with caplog.at_level(logging.DEBUG):
        browser.client.post("/api/tasks/1/apply", json=answer_of(facts={"mother.name": "PLANTED-NAME" * 9}))
        browser.client.post("/api/tasks/1/apply", json=answer_of(why="PLANTED-WHY"))
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx")]
    assert not re.search("PLANTED", "\n".join([*ours, *browser.lines]))
