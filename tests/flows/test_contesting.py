"""What a registry told is contested: both values and the reason are kept, nothing is altered on the way, and an officer settles it."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import orjson
import pytest

from flows import answering
from flows.answering import NotTakenError
from flows.audit_verifier import verify
from flows.compiling import compiled
from flows.contesting import contest, contests
from flows.keeping import Dates, moving
from flows.origins import origins
from flows.returning import Sender
from flows.store.rows import Ready
from flows.store.trail import Trail
from flows.worklist.waiting import Programs
from processes.case import Case
from processes.policy import Policy
from tests.flows.commands.test_run import Desk as Folder
from tests.flows.fakes import FakeServices
from tests.flows.running import Office
from tests.flows.test_pipeline import PEOPLE, procedure
from tests.flows.worklist.office import Browser

STEPS = procedure("""
  - form: apply
    asks: [applicant.nik]
  - lookup: data
    by: office
    service: people.person-by-nik
    about: applicant
  - decide: fits
    by: head of office
    needs: [applicant.name]
    ways: [{way: fits}]
  - form: more
    asks: [child.name, applicant.name]
  - issue: card
    carries: [applicant.name, applicant.birth_date, child.name]
""")
KEYS = ("people.person-by-nik", ("0001",))
BORN = date(1995, 7, 24)


def record(name: str, born: date = BORN) -> dict[str, object]:
    return {"name": name, "birth_date": born}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    services = FakeServices({KEYS: [record("MARI")]})  # type: ignore[list-item]
    office = replace(Office.opened(tmp_path, STEPS, PEOPLE, services), policy=Policy(shows=True))
    office.take([Case("K-1", {"applicant.nik": "0001"})])
    office.run()
    decide(office, "fits", "fits", "head of office")
    office.run()
    assert office.outcomes()["K-1"].step == "more"
    return office


def decide(office: Office, step: str, decision: str, who: str) -> None:
    answering.answer(office.store, office.kept()["K-1"], step, {}, decision, who, name="Ratna", why="seen")


def contested(
    office: Office, why: str = "see my birth certificate", role: str = "applicant", **facts: str
) -> tuple[str, ...]:
    kept = office.kept()["K-1"]
    program, dates = Programs(office.store).with_dates(kept.definition)
    [wait] = office.store.waiting()
    named = {name.replace("__", "."): value for name, value in facts.items()}
    return contest(office.store, program, dates, kept, wait, named, Sender(role, "Siti", why))


def finish(office: Office) -> dict[str, object]:
    """Let everything else be done, and return what is issued."""
    office.run()
    decide(office, "fits", "fits", "head of office")  # who decided on the contested value decides anew
    office.run()
    answering.answer(office.store, office.kept()["K-1"], "more", {"child.name": "ANI"}, None, "applicant")
    office.run()
    [output] = office.outcomes()["K-1"].outputs
    return dict(output.facts)


def test_it_waits_for_whoever_answers_for_the_look_up_and_nothing_is_altered(office: Office) -> None:
    assert contested(office, applicant__name="MARIA") == ("data",)

    office.run()  # the registry tells the same still
    [wait] = office.store.waiting()
    assert (wait.step, wait.waits_for, wait.why, wait.who) == ("data", "registry", "contested", "office")
    assert wait.missing == ("applicant.name",)
    kept = office.kept()["K-1"]
    assert orjson.loads(kept.held or b"")["values"]["applicant.name"] == "MARI"
    [one] = contests(kept.given, Programs(office.store).with_dates(kept.definition)[1])
    assert (one.was, one.said, one.who, one.name, one.why) == (
        "MARI",
        "MARIA",
        "applicant",
        "Siti",
        "see my birth certificate",
    )
    [*_, said] = office.store.said(1)
    assert (said.what, said.name, said.why) == (("applicant.name contested",), "Siti", "see my birth certificate")


def test_the_citizen_is_right_as_far_as_an_officer_has_looked(office: Office) -> None:
    contested(office, applicant__birth_date="1995-07-25")
    decide(office, "data", "citizen-right", "office")
    assert finish(office)["applicant.birth_date"] == date(1995, 7, 25)

    kept = office.kept()["K-1"]
    program = compiled(office.procedure, office.catalogue)
    case = moving(Ready(kept.id, kept.key, kept.moves, kept.given, kept.held), program, "", Dates(program.model.naming))
    born = next(one for one in origins(case, program, office.store.passed(1)) if one.fact == "applicant.birth_date")
    assert born.assurance == 2
    assert [one.says.en for one in born.sources] == [
        "corrected by office: what people.person-by-nik told was contested"
    ]
    [one] = contests(kept.given, Dates(program.model.naming))
    assert (one.was, one.said, one.settled) == (BORN, date(1995, 7, 25), "said")


def test_the_registry_is_right(office: Office) -> None:
    contested(office, applicant__name="MARIA")
    decide(office, "data", "registry-right", "office")
    assert finish(office)["applicant.name"] == "MARI"


def test_a_registry_that_was_corrected_settles_it(office: Office) -> None:
    contested(office, applicant__name="MARIA", applicant__birth_date="1995-07-25")
    office.services = FakeServices({KEYS: [record("maria", date(1995, 7, 25))]})  # type: ignore[list-item]
    assert finish(office) == {"applicant.name": "maria", "applicant.birth_date": date(1995, 7, 25), "child.name": "ANI"}


def test_it_can_be_contested_again_when_something_new_is_known(office: Office) -> None:
    contested(office, applicant__name="MARIA")
    decide(office, "data", "registry-right", "office")
    office.run()
    decide(office, "fits", "fits", "head of office")
    office.run()
    contested(office, applicant__name="MARIAM")
    decide(office, "data", "citizen-right", "office")
    assert finish(office)["applicant.name"] == "MARIAM"


def test_the_audit_trail_tells_of_it_without_values_and_verifies(office: Office) -> None:
    contested(office, applicant__name="MARIA")
    lines = list(Trail(office.store.engine).export())
    assert verify(lines).faults == ()
    [told] = [orjson.loads(line) for line in lines if b'"contest"' in line]
    assert (told["step"], told["facts"], told["outcome"]) == ("more", ["applicant.name"], "contested")
    assert b"MARIA" not in b"".join(lines)
    assert b"birth certificate" not in b"".join(lines)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "Say what is right"),
        ({"applicant__name": "mari "}, "that is what is on record"),
        ({"applicant__birth_date": "yesterday"}, "not a date"),
        ({"applicant__nik": "0002"}, "no registry has told it"),
        ({"child__name": "ANI"}, "no registry has told it"),
        ({"applicant__nmae": "X"}, "Did you mean"),
        ({"applicant__name": "MARIA", "why": " "}, "Say why it is wrong"),
        ({"applicant__name": "MARIA", "role": "office"}, "not for office"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_and_changes_nothing(office: Office, more: dict[str, str], says: str) -> None:
    before = office.kept()
    with pytest.raises(NotTakenError) as error:
        contested(office, **more)
    assert says in str(error.value)
    assert office.kept() == before


def test_what_a_registry_told_cannot_just_be_said_otherwise(office: Office) -> None:
    with pytest.raises(NotTakenError, match="cannot just be altered"):
        answering.answer(office.store, office.kept()["K-1"], "more", {"applicant.name": "MARIA"}, None, "applicant")


def test_only_what_is_a_choice_settles_it(office: Office) -> None:
    contested(office, applicant__name="MARIA")
    with pytest.raises(NotTakenError, match="is no choice here"):
        decide(office, "data", "fits", "office")


def test_on_the_page_it_is_contested_and_settled_and_what_was_typed_stays(office: Office) -> None:
    citizen, clerk = Browser(office, name="Siti"), Browser(office, role="office", name="Bu Ratna")
    page = citizen.get("K-1", "more")
    assert re.findall(r'name="(right-fact:[^"]*)"', page) == [
        "right-fact:applicant.name",
        "right-fact:applicant.birth_date",
    ]
    form = citizen.page_of("K-1", "more") | {"fact:child.name": "AN", "do": "contest"}
    told = citizen.client.post("/tasks/1/more", data=form | {"right-fact:applicant.name": "MARI"})
    assert (told.status_code, "that is what is on record" in told.text) == (422, True)
    assert "Say why it is wrong" in told.text
    right = {"right-fact:applicant.name": "MARIA <b>", "contest-why": "my certificate"}
    assert citizen.client.post("/tasks/1/more", data=form | right).status_code == 303

    assert "what the registry told is contested" in clerk.client.get("/tasks").text
    page = clerk.get("K-1", "data")
    for word in ("MARI", "MARIA &lt;b&gt;", "my certificate", "Siti", "What the registry tells is right"):
        assert word in page
    form = clerk.page_of("K-1", "data") | {"way": "citizen-right", "do": "send"}
    assert clerk.client.post("/tasks/1/data", data=form).status_code == 422  # not without a reason
    assert clerk.client.post("/tasks/1/data", data=form | {"why": "I saw it"}).status_code == 303
    office.run()
    decide(office, "fits", "fits", "head of office")
    office.run()
    page = citizen.get("K-1", "more")
    assert 'value="AN"' in page
    assert "what was said instead is right" in page


def test_by_the_api(office: Office) -> None:
    client = Browser(office, role="").client
    task = client.get("/api/tasks/1/more", params={"role": "applicant"}).json()
    assert [one["fact"] for one in task["contestable"]] == ["applicant.name", "applicant.birth_date"]
    body = {
        "role": "applicant",
        "name": "Siti",
        "moves": task["moves"],
        "facts": {"applicant.name": "MARIA"},
        "why": "x",
    }
    assert client.post("/api/tasks/1/more/contest", json=body | {"moves": 0}).status_code == 409
    assert client.post("/api/tasks/1/more/contest", json=body | {"role": "office"}).status_code == 403
    assert client.post("/api/tasks/1/more/contest", json=body | {"facts": {}}).status_code == 422
    assert client.post("/api/tasks/1/more/contest", json=body).json() == {"steps": ["data"]}
    task = client.get("/api/tasks/1/data", params={"role": "office"}).json()
    [one] = task["contests"]
    assert (one["registry"]["en"], one["said"]["en"], one["settled"]) == ("MARI", "MARIA", "")
    assert [way["decision"] for way in task["decisions"]] == ["registry-right", "citizen-right"]


def test_by_the_command_line(office: Office, tmp_path: Path) -> None:
    folder, store = Folder(tmp_path), ("--store", "cases.sqlite")
    said = ("answer", "K-1", "more", "--contest", "applicant.name=MARIA", *store)
    assert "Say why it is wrong" in folder.call(*said).stderr
    assert folder.call(*said, "--why", "my certificate").stdout.startswith("Contested. The case 'K-1' waits at data")
    assert (
        "Contested: Name of the applicant: MARI → MARIA. my certificate"
        in folder.call("cases", "--show", "K-1", *store).stdout
    )
    assert "--way registry-right|citizen-right" in folder.call("answer", "K-1", "data", *store).stderr
    assert folder.call("answer", "K-1", "data", "--way", "registry-right", *store).exit_code == 0
