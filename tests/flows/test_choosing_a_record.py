"""A registry holds several records for what it was asked: somebody says which one is meant, or none; nobody is asked twice."""

import re
from datetime import date
from pathlib import Path

import orjson
import pytest

from flows import answering
from flows.answering import NotTakenError
from flows.compiling import compiled
from flows.keeping import Dates, moving
from flows.look_up_steps import MOST_OFFERED
from flows.origins import origins
from flows.store.rows import Ready
from processes.case import Case
from processes.procedure import Procedure
from tests.flows.commands.test_run import Desk as Folder
from tests.flows.fakes import FakeServices
from tests.flows.running import Office
from tests.flows.test_pipeline import PEOPLE, procedure
from tests.flows.worklist.office import Browser
from tests.sketching import parts_of

PLAIN = """
  - form: apply
    asks: [applicant.nik]
  - lookup: data
    by: office
    service: people.person-by-nik
    about: applicant{}
  - issue: card
    carries: [applicant.name]
"""
RESIDUAL = """
    not_found:
      - form: residual
        asks: [applicant.name]"""
KEYS = ("people.person-by-nik", ("0001",))
TWINS = [{"name": name, "birth_date": date(1995, 7, 24)} for name in ("MARI", "MAI <b>")]


def opened(folder: Path, more: str = "", records: int = 2) -> Office:
    twins = (TWINS * records)[:records]
    office = Office.opened(folder, procedure(PLAIN.format(more)), PEOPLE, FakeServices({KEYS: twins}))
    office.take([Case("K-1", {"applicant.nik": "0001"})])
    office.run()
    return office


def choose(office: Office, decision: str) -> None:
    answering.answer(office.store, office.kept()["K-1"], "data", {}, decision, "office", name="Ratna")


def asked(office: Office) -> int:
    assert isinstance(office.services, FakeServices)
    return len(office.services.asked)


def test_what_is_chosen_is_taken_and_nobody_is_asked_again(tmp_path: Path) -> None:
    office = opened(tmp_path)
    [wait] = office.store.waiting()
    assert (wait.step, wait.waits_for, wait.why, wait.who) == ("data", "registry", "choose", "office")
    office.run()
    assert asked(office) == 1  # who is there to choose is not disturbed
    choose(office, "2")
    office.run()

    [output] = office.outcomes()["K-1"].outputs
    assert dict(output.facts) == {"applicant.name": "MAI <b>"}
    assert asked(office) == 1
    kept = office.kept()["K-1"]
    assert [record[0] for record in orjson.loads(kept.held or b"")["offered"]["data"][2]] == ["MARI", "MAI <b>"]
    assert orjson.loads(kept.given)["chosen"] == {"data": 1}
    [said] = office.store.said(1)
    assert (said.what, said.name) == (("2",), "Ratna")


def test_it_is_as_sure_as_what_somebody_has_looked_at(tmp_path: Path) -> None:
    office = opened(tmp_path)
    choose(office, "1")
    office.run()
    kept = office.kept()["K-1"]
    program = compiled(office.procedure, office.catalogue)
    case = moving(Ready(kept.id, kept.key, kept.moves, kept.given, kept.held), program, "", Dates(program.model.naming))
    name = next(one for one in origins(case, program, office.store.passed(1)) if one.fact == "applicant.name")

    assert name.assurance <= 2
    assert [one.says.en for one in name.sources] == ["chosen by office among several of people.person-by-nik"]
    assert name.sources[0].at > "2026"


@pytest.mark.parametrize(("more", "where", "what"), [(RESIDUAL, "residual", "answer"), ("", "data", "registry")])
def test_not_in_the_list_leads_to_the_residual_form(tmp_path: Path, more: str, where: str, what: str) -> None:
    office = opened(tmp_path, more)
    choose(office, "not-listed")
    office.run()
    waits = office.outcomes()["K-1"]
    assert (waits.step, waits.waits_for) == (where, what)
    office.run()
    assert asked(office) == 1

    answering.answer(office.store, office.kept()["K-1"], where, {"applicant.name": "RINI"}, None, waits.who)
    office.run()
    [output] = office.outcomes()["K-1"].outputs
    assert dict(output.facts) == {"applicant.name": "RINI"}


def test_the_registry_can_be_asked_again_also_after_a_choice(tmp_path: Path) -> None:
    office = opened(tmp_path)
    choose(office, "not-listed")
    office.run()
    office.services = FakeServices({KEYS: TWINS[:1]})
    choose(office, "done")
    office.run()
    assert office.outcomes()["K-1"].kind == "issued"


def test_a_choice_holds_for_the_number_that_was_asked_only(tmp_path: Path) -> None:
    office = opened(tmp_path)
    choose(office, "2")
    kept = office.kept()["K-1"]
    held = orjson.loads(kept.held or b"")
    held["values"]["applicant.nik"] = "0002"
    with office.store._writing() as connection:
        connection.exec_driver_sql("UPDATE held SET content = ?", (orjson.dumps(held),))
    office.run()
    assert office.outcomes()["K-1"].kind == "waiting"
    assert asked(office) == 2


@pytest.mark.parametrize("decision", ["0", "3", "-1", "x", ""])
def test_what_is_not_on_offer_cannot_be_chosen(tmp_path: Path, decision: str) -> None:
    office = opened(tmp_path)
    with pytest.raises(NotTakenError, match=r"is no choice here \(1, 2, not-listed\)"):
        choose(office, decision)


def test_of_too_many_nobody_is_shown_and_it_is_said_by_hand(tmp_path: Path) -> None:
    office = opened(tmp_path, records=MOST_OFFERED + 1)
    [wait] = office.store.waiting()
    assert wait.why == "several"
    assert b"MARI" not in (office.kept()["K-1"].held or b"")


MANY = """
procedure: sample
title: sample
agency: office
purpose: registration
roles: {movers: many person}
steps:
  - form: apply
    by: movers
    asks: [movers.nik]
  - lookup: data
    by: office
    service: people.person-by-nik
    about: movers
    gets: [name]
  - issue: card
    carries: [movers.name]
"""


@pytest.mark.parametrize(("alike", "why"), [(1, "choose"), (4, "choose"), (5, "several")])
def test_of_many_the_members_records_are_put_together(tmp_path: Path, alike: int, why: str) -> None:
    [(_, many)] = parts_of(MANY)
    assert isinstance(many, Procedure)
    names = {"0001": ["ANI"], "0002": ["MARI", "MAI"]} | {f"1{n}": ["RINI", "RITA"] for n in range(alike - 1)}
    known = {(KEYS[0], (nik,)): [{"name": name} for name in some] for nik, some in names.items()}
    office = Office.opened(tmp_path, many, PEOPLE, FakeServices(known))
    office.take([Case("K-1", {"movers.nik": tuple(names)})])
    office.run()

    assert [one.why for one in office.store.waiting()] == [why]
    if alike == 1:
        page = Browser(office, role="office").get("K-1", "data")
        assert [one in page for one in ("ANI; MARI", "ANI; MAI")] == [True, True]
        assert re.findall(r'name="way" value="([\w-]+)"', page) == ["1", "2", "not-listed"]
        choose(office, "2")
        office.run()
        [output] = office.outcomes()["K-1"].outputs
        assert dict(output.facts) == {"movers.name": ("ANI", "MAI")}


def test_of_many_of_whom_one_is_not_found_nobody_is_chosen(tmp_path: Path) -> None:
    [(_, many)] = parts_of(MANY)
    assert isinstance(many, Procedure)
    office = Office.opened(tmp_path, many, PEOPLE, FakeServices({KEYS: TWINS}))
    office.take([Case("K-1", {"movers.nik": ("0001", "0009")})])
    office.run()
    assert [one.why for one in office.store.waiting()] == ["none"]


def test_page_and_api_offer_a_chooser(tmp_path: Path) -> None:
    office = opened(tmp_path, RESIDUAL)
    browser = Browser(office, role="office")
    page = browser.get("K-1", "data")

    assert "several were found" in browser.client.get("/tasks").text
    assert "Which one is meant?" in page
    assert re.findall(r'name="way" value="([\w-]+)"', page) == ["1", "2", "not-listed"]
    assert "Name of the applicant: MAI &lt;b&gt;" in page
    assert "Not in the list" in page
    assert "fact:applicant.name" not in page
    where, form = "/tasks/1/data", browser.page_of("K-1", "data")
    assert browser.client.post(where, data=form | {"do": "send"}).status_code == 422
    task = browser.client.get("/api/tasks/1/data", params={"role": "office"}).json()
    assert [one["decision"] for one in task["decisions"]] == ["1", "2", "not-listed"]
    assert browser.client.post(where, data=form | {"do": "send", "way": "2"}).status_code == 303
    assert orjson.loads(office.kept()["K-1"].given)["chosen"] == {"data": 1}


def test_the_command_line_shows_what_is_on_offer(tmp_path: Path) -> None:
    opened(tmp_path).store.close()
    folder = Folder(tmp_path)
    store = ("--store", "cases.sqlite")
    assert "choose with --way NUMBER, or --way not-listed" in folder.call("answer", "K-1", "data", *store).stderr
    assert folder.call("answer", "K-1", "data", "--way", "2", *store).exit_code == 0
    shown = folder.call("cases", "--show", "K-1", *store)
    assert "data --way 1: Name of the applicant: MARI" in shown.stdout
    assert "MAI <b>" in next(line for line in shown.stdout.splitlines() if line.endswith("(chosen)"))
