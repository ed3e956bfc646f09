"""What two persons must sign or consent to cannot be done by one and the same."""

from pathlib import Path

import pytest

from flows import answering
from flows.answering import NotTakenError
from processes.case import Case
from processes.procedure import Procedure
from tests.flows.running import Office
from tests.flows.test_pipeline import PEOPLE
from tests.flows.worklist.office import Browser
from tests.sketching import parts_of

PROCEDURE = """
procedure: sample
title: sample
agency: office
purpose: registration
roles: {applicant: person, child: person, mother: {is: child.mother}}
steps:
  - form: apply
    asks:
      - applicant.nik
      - child.mother
      - {act: signature, id: mine, label: {id: Tanda tangan, en: Signature}}
  - form: agree
    by: mother
    asks: [{act: consent, id: hers, consents_to: people.person-by-nik, label: {id: Setuju, en: Agreed}}]
  - form: tell
    by: child
    asks: [child.name]
  - check: desk
    by: counter of office
    verifies: [applicant.nik]
  - approve: first
    by: head of office
    needs: [applicant.nik]
  - approve: second
    by: office
    needs: [applicant.nik]
  - issue: card
    carries: [applicant.nik]
"""
[(_, STEPS)] = parts_of(PROCEDURE)
assert isinstance(STEPS, Procedure)


def opened(folder: Path, mother: str = "4321") -> Office:
    office = Office.opened(folder, STEPS, PEOPLE)
    office.take([Case("K-1", {})])
    office.run()
    say(office, "apply", "applicant", "Siti Aminah", **{"applicant.nik": "1234", "child.mother": mother})
    return office


def say(office: Office, step: str, who: str, name: str, decision: str | None = None, **facts: str) -> None:
    consents = {"hers": True} if step == "agree" else {}
    answering.answer(office.store, office.kept()["K-1"], step, facts, decision, who, name=name, consents=consents)
    office.run()


def test_a_second_person_is_asked_and_it_must_be_another_one(tmp_path: Path) -> None:
    office = opened(tmp_path)
    assert [(wait.step, wait.who) for wait in office.store.waiting()] == [("agree", "mother")]
    before = office.kept()
    for name in ("Siti Aminah", " SITI  aminah "):
        with pytest.raises(NotTakenError, match=r"as applicant\. For mother it takes somebody else"):
            say(office, "agree", "mother", name)
    with pytest.raises(NotTakenError, match="Say who answers"):
        say(office, "agree", "mother", "")
    assert office.kept() == before
    say(office, "agree", "mother", "Rini")
    assert office.outcomes()["K-1"].step == "tell"


def test_who_is_both_may_do_both(tmp_path: Path) -> None:
    office = opened(tmp_path, mother="1234")
    say(office, "agree", "mother", "Siti Aminah")
    assert office.outcomes()["K-1"].step == "tell"


def test_two_approvals_want_two_officers_and_what_is_no_signature_anybody(tmp_path: Path) -> None:
    office = opened(tmp_path)
    say(office, "agree", "mother", "Rini")
    say(office, "tell", "child", "Rini", **{"child.name": "ANI"})
    say(office, "desk", "counter of office", "Ratna", "done")
    say(office, "first", "head of office", "Ratna", "done")
    for name in ("Ratna", "Siti Aminah"):
        with pytest.raises(NotTakenError, match="somebody else"):
            say(office, "second", "office", name, "done")
    say(office, "second", "office", "Budi", "done")
    assert office.outcomes()["K-1"].kind == "issued"


def test_page_and_api_say_so(tmp_path: Path) -> None:
    office = opened(tmp_path)
    browser = Browser(office, role="mother", name="Siti Aminah")
    form = browser.page_of("K-1", "agree") | {"act:hers": "given", "way": "done", "do": "send"}
    told = browser.client.post("/tasks/1/agree", data=form)
    assert (told.status_code, "it takes somebody else" in told.text) == (422, True)
    assert 'value="given" checked' in told.text
    said = {"role": "mother", "name": "Siti Aminah", "moves": int(form["moves"]), "consents": {"hers": True}}
    refused = browser.client.post("/api/tasks/1/agree", json=said)
    assert (refused.status_code, "it takes somebody else" in refused.text) == (422, True)
    assert browser.client.post("/api/tasks/1/agree", json=said | {"consents": {}, "name": "Rini"}).status_code == 422
    assert (
        browser.client.post("/api/tasks/1/agree", json=said | {"decision": "done", "name": "Rini"}).status_code == 200
    )


def test_what_a_case_brings_along_is_signed_by_then(tmp_path: Path) -> None:
    office = Office.opened(tmp_path, STEPS, PEOPLE)
    office.take([Case("K-1", {"applicant.nik": "1234", "child.mother": "4321", "child.name": "ANI"})])
    office.run()
    assert office.outcomes()["K-1"].step == "desk"


def test_who_withholds_it_is_not_taken_to_have_consented(tmp_path: Path) -> None:
    office = opened(tmp_path)
    answering.answer(
        office.store, office.kept()["K-1"], "agree", {}, None, "mother", name="Rini", consents={"hers": False}
    )
    office.run()
    kept = office.kept()["K-1"]
    assert office.outcomes()["K-1"].step == "tell"
    assert b'"hers":["withheld"]' in kept.given
    assert b"consents" not in (kept.held or b"")
