"""Since when a case waits: as long as it waits for the same at the same step, whatever runs in between."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from flows import answering
from flows.store.case_store import CaseStore
from processes.procedure import Procedure
from tests.flows.fakes import Clock, FakeServices
from tests.flows.running import Office
from tests.flows.test_pipeline import KNOWS_MARI, LOOK_UP, MARI, PEOPLE, case, procedure

PERSON = "people.person-by-nik"
AGAIN = procedure("""
  - form: ask
    asks: [applicant.nik]
  - decide: enough
    by: office
    needs: [applicant.nik]
    ways:
      - {way: enough}
      - {way: again, steps: [{back to: ask}]}
  - issue: card
    carries: [applicant.nik]
""")
BESIDE = procedure("""
  - form: ask
    asks: [applicant.nik]
  - parallel:
      - branch: one
        steps: [{check: here, by: office, verifies: [applicant.nik]}, {check: then, by: office, verifies: [applicant.nik]}]
      - branch: two
        steps: [{check: there, by: office, verifies: [applicant.nik]}]
  - issue: card
    carries: [applicant.nik]
""")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CaseStore]:
    where = tmp_path / "cases.sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres")
    store = CaseStore.open(where, clock=Clock())
    yield store
    store.close()


def opened(store: CaseStore, what: Procedure, services: FakeServices | None = None, cases: int = 1) -> Office:
    office = Office(what, PEOPLE, store, services or FakeServices())
    office.take([case(f"mari-{number}", applicant__nik=MARI) for number in range(cases)])
    office.run()
    return office


def since(store: CaseStore) -> dict[str, str]:
    return {wait.step: wait.since for wait in store.waiting()}


def test_a_registry_that_is_asked_again_has_been_waited_for_since_the_first_time(store: CaseStore) -> None:
    services = FakeServices(down={PERSON})
    office = opened(store, LOOK_UP, services)
    before = since(store)
    office.run()
    assert [wait.why for wait in store.waiting()] == ["down"]
    assert since(store) == before
    answering.answer(store, office.kept()["mari-0"], "data", {}, "done", "office")  # ask it again
    office.run()
    assert since(store) == before
    services.down.clear()
    office.run()
    assert [wait.why for wait in store.waiting()] == ["none"]
    assert since(store) == before
    services.records = KNOWS_MARI
    office.run()
    assert office.outcomes()["mari-0"].kind == "issued"


def test_what_was_answered_and_is_waited_for_once_more_is_waited_for_since_then(store: CaseStore) -> None:
    office = opened(store, AGAIN)
    before = since(store)
    answering.answer(store, office.kept()["mari-0"], "enough", {}, "again", "office")
    office.run()
    assert since(store).keys() == before.keys() == {"enough"}
    assert since(store)["enough"] > before["enough"]


def test_what_is_answered_beside_it_does_not_matter(store: CaseStore) -> None:
    office = opened(store, BESIDE)
    before = since(store)
    answering.answer(store, office.kept()["mari-0"], "here", {}, "done", "office")
    office.run()
    now = since(store)
    assert now.keys() == {"then", "there"}
    assert now["there"] == before["there"] == before["here"] < now["then"]


def test_for_many_cases_there_are_no_more_statements_than_for_few(store: CaseStore) -> None:
    statements = list[str]()
    office = opened(store, LOOK_UP, FakeServices(down={PERSON}), cases=2)
    event.listen(store.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    office.run()
    few = sum("waits" in one for one in statements)
    office.take([case(f"more-{number}", applicant__nik=MARI) for number in range(60)])
    office.run()
    statements.clear()
    office.run()
    assert sum("waits" in one for one in statements) == few > 1
