"""Who goes on with a draft is shown what registries tell now: they are asked again, and a changed value is shown as changed."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import orjson
import pytest

from flows import answering
from flows.audit_verifier import verify
from flows.refreshing import Refreshed, refresh
from flows.store.trail import Trail
from flows.worklist.app import application
from flows.worklist.desk import Desk
from processes.case import Case
from processes.policy import Policy
from tests.flows.fakes import Clock, FakeServices
from tests.flows.running import Office
from tests.flows.test_pipeline import PEOPLE, procedure
from tests.flows.worklist.office import Browser

STEPS = procedure("""
  - form: apply
    asks: [applicant.nik]
  - lookup: data
    service: people.person-by-nik
    about: applicant
    not_found:
      - form: residual
        asks: [applicant.name, applicant.birth_date]
  - decide: fits
    by: office
    needs: [applicant.name]
    ways: [{way: fits}]
  - form: more
    asks: [child.name]
  - issue: card
    carries: [applicant.name, child.name]
""")
KEYS = ("people.person-by-nik", ("0001",))
MARI, MARIA = ({"name": name, "birth_date": date(1995, 7, 24)} for name in ("MARI", "MARIA"))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Return an office whose case waits for its second form, with what a registry has told."""
    office = replace(Office.opened(tmp_path, STEPS, PEOPLE, FakeServices({KEYS: [MARI]})), policy=Policy(shows=True))
    office.take([Case("K-1", {"applicant.nik": "0001"}, {"fits": ("fits",)})])
    office.run()
    assert office.outcomes()["K-1"].step == "more"
    return office


def days_later(office: Office, days: float) -> None:
    clock = office.store.clock
    assert isinstance(clock, Clock)
    clock.now += timedelta(days=days)


def tell(office: Office, *records: dict[str, object], down: bool = False) -> FakeServices:
    services = FakeServices({KEYS: list(records)}, {KEYS[0]} if down else set())  # type: ignore[arg-type]
    office.services = services
    return services


def again(office: Office) -> Refreshed:
    kept = office.kept()["K-1"]
    [wait] = office.store.waiting()
    return refresh(office.store, office.new_run().pipeline(kept.definition), kept, wait)


def test_what_was_told_today_is_not_asked_again(office: Office) -> None:
    services, before = tell(office, MARIA), office.kept()
    assert again(office) == Refreshed((), silent=False, changed={})
    assert (services.asked, office.kept()) == ([], before)


def test_what_the_policy_wants_young_is_asked_again_sooner(office: Office) -> None:
    pinned = office.store.definition(1)
    office.store._definitions[1] = pinned._replace(policy=Policy.model_validate({"most_age": "1 hour"}))
    days_later(office, 0.1)
    tell(office, MARIA)
    assert again(office).changed == {"applicant.name": ("MARI", "MARIA")}


def test_unchanged_the_case_waits_as_before_and_since_then(office: Office) -> None:
    [wait] = office.store.waiting()
    days_later(office, 2)
    services = tell(office, MARI)
    assert again(office) == Refreshed(("data",), silent=False, changed={})

    assert len(services.asked) == 1
    [still] = office.store.waiting()
    assert still == wait
    assert again(office).asked == ()  # it is fresh now
    assert len([line for line in Trail(office.store.engine).export() if b'"look-up"' in line]) == 2


def test_a_changed_value_is_taken_told_and_what_was_decided_on_the_old_one_decided_anew(office: Office) -> None:
    days_later(office, 2)
    tell(office, MARIA)
    assert again(office) == Refreshed(("data",), silent=False, changed={"applicant.name": ("MARI", "MARIA")})

    assert office.outcomes()["K-1"].step == "fits"
    answering.answer(office.store, office.kept()["K-1"], "fits", {}, "fits", "office")
    office.run()
    answering.answer(office.store, office.kept()["K-1"], "more", {"child.name": "ANI"}, None, "applicant")
    office.run()
    [output] = office.outcomes()["K-1"].outputs
    assert dict(output.facts) == {"applicant.name": "MARIA", "child.name": "ANI"}
    assert verify(list(Trail(office.store.engine).export())).faults == ()


def test_who_is_not_found_any_more_goes_the_residual_way(office: Office) -> None:
    days_later(office, 2)
    tell(office)
    assert again(office).changed["applicant.name"] == ("MARI", None)
    assert office.outcomes()["K-1"].step == "residual"


def test_a_registry_that_does_not_answer_changes_nothing_but_the_trail(office: Office) -> None:
    days_later(office, 2)
    tell(office, down=True)
    before = office.kept()
    assert again(office) == Refreshed(("data",), silent=True, changed={})
    assert office.kept() == before
    assert sum(b'"down"' in line for line in Trail(office.store.engine).export()) == 1


class Person(Browser):
    """A browser at a desk that can ask registries."""

    def __init__(self, office: Office) -> None:
        super().__init__(office, role="")
        desk = Desk(office.store, language="en", pipelines=lambda _, number: office.new_run().pipeline(number))
        self.client.app = application(desk, tell=self.lines.append)  # type: ignore[assignment]
        self.client._transport.app = self.client.app  # type: ignore[attr-defined]
        self.sign_in("applicant", "Ratna")


def test_a_draft_is_shown_with_what_registries_tell_now(tmp_path: Path) -> None:
    plain = procedure(STEPS_WITHOUT_DECISION)
    office = replace(Office.opened(tmp_path, plain, PEOPLE, FakeServices({KEYS: [MARI]})), policy=Policy(shows=True))
    office.take([Case("K-1", {"applicant.nik": "0001"})])
    office.run()
    browser = Person(office)
    assert "MARI" in browser.get("K-1", "more")  # the policy shows what was looked up
    draft = {"fact:child.name": "AN", "do": "save"}
    assert browser.client.post("/tasks/1/more", data=browser.page_of("K-1", "more") | draft).status_code == 303
    days_later(office, 2)
    tell(office, MARIA)

    for _ in range(2):  # and it stays so until the form is sent
        page = browser.get("K-1", "more")
        assert re.search(r"MARIA<br><strong[^>]*>before: MARI</strong>", page)
        assert 'value="AN"' in page
        assert "Registries were asked again" in page
        saved = browser.client.post("/tasks/1/more", data=browser.page_of("K-1", "more") | draft)
        assert saved.status_code == 303
    sent = browser.client.post("/tasks/1/more", data=browser.page_of("K-1", "more") | draft | {"do": "send"})
    assert sent.status_code == 303


STEPS_WITHOUT_DECISION = """
  - form: apply
    asks: [applicant.nik]
  - lookup: data
    service: people.person-by-nik
    about: applicant
  - form: more
    asks: [child.name]
  - issue: card
    carries: [applicant.name, child.name]
"""


def test_the_api_asks_again_and_tells_what_has_changed(office: Office) -> None:
    browser = Person(office)
    days_later(office, 2)
    tell(office, MARIA)
    refused = browser.client.post("/api/tasks/1/more/fresh", json={"role": "office"})
    told = browser.client.post("/api/tasks/1/more/fresh", json={"role": "applicant"})

    assert refused.status_code == 403
    assert told.status_code == 200
    assert (told.json()["asked"], told.json()["silent"]) == (["data"], False)
    [change] = told.json()["changed"]
    assert (change["fact"], change["before"]["en"], change["now"]["en"]) == ("applicant.name", "MARI", "MARIA")
    assert browser.client.post("/api/tasks/1/more/fresh", json={"role": "applicant"}).status_code == 404


def test_nothing_of_a_draft_that_leads_elsewhere_is_lost(office: Office) -> None:
    browser = Person(office)
    draft = {"fact:child.name": "ANI", "do": "save"}
    browser.client.post("/tasks/1/more", data=browser.page_of("K-1", "more") | draft)
    days_later(office, 2)
    tell(office, MARIA)
    page = browser.client.get("/tasks/1/more")

    assert page.status_code == 409
    assert "ANI" in page.text
    answering.answer(office.store, office.kept()["K-1"], "fits", {}, "fits", "office")
    office.run()
    assert 'value="ANI"' in browser.get("K-1", "more")
    assert orjson.loads(office.store.draft(1, "more") or b"")["fact:child.name"] == "ANI"
