"""Every value of a case says where it comes from, as of when, and how sure it is."""

from pathlib import Path

from flows import answering, keeping
from flows.origins import Origin, origins
from flows.store.rows import Ready
from processes.case import DONE, Case
from processes.element import Assurance
from tests.flows.fakes import FakeServices
from tests.flows.running import Office
from tests.flows.test_pipeline import KNOWS_MARI, MAI, MARI, PEOPLE, procedure

STEPS = """
  - form: ask
    by: applicant
    asks: [applicant.nik, applicant.income]
    documents: [kk of applicant]
  - check: look
    by: office
    verifies: [applicant.nik]
  - lookup: data
    service: people.person-by-nik
    about: applicant
    gets: [name, birth_date]
  - derive: double
    computes: {child.income: applicant.income * 2}
  - check: desk
    by: head of office
    gives: [child.nik]
  - issue: card
    by: office
    carries: [applicant.name, applicant.family, applicant.birth_date, child.income, child.nik]
"""

WAITING = """
  - form: ask
    by: applicant
    asks: [applicant.nik]
  - pay: fee
  - lookup: data
    service: people.person-by-nik
    about: applicant
    gets: [name]
  - issue: card
    carries: [applicant.name]
"""


def shown(office: Office, key: str) -> dict[str, Origin]:
    kept = office.kept()[key]
    program = office.new_run().pipeline(kept.definition).program
    row = Ready(kept.id, kept.key, kept.moves, kept.given, kept.held)
    moving = keeping.moving(row, program, "", keeping.Dates(program.model.naming))
    return {one.fact: one for one in origins(moving, program, office.store.passed(kept.id))}


def told(origin: Origin) -> tuple[Assurance, list[str]]:
    return origin.assurance, [source.says.en for source in origin.sources]


def test_who_said_it_which_paper_shows_it_which_registry_told_it(tmp_path: Path) -> None:
    office = Office.opened(tmp_path, procedure(STEPS), PEOPLE, services=FakeServices(KNOWS_MARI))
    facts = {
        "applicant.nik": MARI,
        "applicant.income": 5,
        "applicant.family": "33",
        "applicant.name": "Mary",
        "child.nik": MAI,
    }
    office.take([Case("mari", facts, {"look": (DONE,), "desk": (DONE,)})])
    office.run()

    found = {name: told(origin) for name, origin in shown(office, "mari").items()}
    assert found == {
        "applicant.nik": (Assurance.DOCUMENTED, ["said by applicant", "checked by office"]),
        "applicant.income": (Assurance.DECLARED, ["said by applicant"]),
        "applicant.family": (Assurance.DECLARED, ["stands on kk of applicant"]),
        "applicant.name": (
            Assurance.DOCUMENTED,
            ["stands on kk of applicant", "looked up in people.person-by-nik"],
        ),
        "applicant.birth_date": (Assurance.DOCUMENTED, ["looked up in people.person-by-nik"]),
        "child.income": (Assurance.DECLARED, ["computed"]),
        "child.nik": (Assurance.AUTHORITATIVE, ["found or given by head of the office, office"]),
    }


def test_it_is_said_as_of_when(tmp_path: Path) -> None:
    office = Office.opened(tmp_path, procedure(WAITING), PEOPLE, services=FakeServices(KNOWS_MARI))
    office.take([Case("mari", {"applicant.nik": MARI})])
    office.run()
    first = shown(office, "mari")["applicant.nik"].sources[0]
    answering.answer(office.store, office.kept()["mari"], "fee", {}, DONE, "")
    office.run()

    later = shown(office, "mari")
    assert later["applicant.nik"].sources == (first,)
    assert first.at.startswith("2026-11-02T")
    assert later["applicant.name"].sources[0].at > first.at


def test_what_a_person_says_in_place_of_a_registry_is_told_as_that(tmp_path: Path) -> None:
    office = Office.opened(tmp_path, procedure(WAITING.replace("  - pay: fee\n", "")), PEOPLE)
    office.take([Case("mai", {"applicant.nik": MAI})])
    office.run()
    answering.answer(office.store, office.kept()["mai"], "data", {"applicant.name": "Mai"}, None, "")
    office.run()

    assert told(shown(office, "mai")["applicant.name"]) == (
        Assurance.DOCUMENTED,
        ["said by office in place of people.person-by-nik"],
    )


def test_what_a_registry_confirms_is_still_said_by_whom_it_was_said(tmp_path: Path) -> None:
    steps = """
  - form: ask
    by: applicant
    asks: [applicant.nik, applicant.name]
  - lookup: same
    service: people.confirm
    about: applicant
    gets: [name]
  - issue: card
    carries: [applicant.name]
"""
    services = FakeServices({("people.confirm", (MARI,)): [{"name": "MARI"}]})
    office = Office.opened(tmp_path, procedure(steps), PEOPLE, services=services)
    office.take([Case("mari", {"applicant.nik": MARI, "applicant.name": "Mari"})])
    office.run()

    assert told(shown(office, "mari")["applicant.name"]) == (
        Assurance.DECLARED,
        ["said by applicant", "confirmed by people.confirm"],
    )
