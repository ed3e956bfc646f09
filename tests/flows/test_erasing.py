"""The data of closed cases go, from the file itself; the audit trail stays whole and says so."""

from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from sqlalchemy import insert

from flows import answering, erasing
from flows.audit_verifier import verify
from flows.citizen import as_text, looks
from flows.store import tables
from flows.store.trail import Trail
from processes.case import DONE
from processes.resolved import resolved
from processes.words import same
from tests.flows.fakes import FakeServices
from tests.flows.running import Office
from tests.flows.test_pipeline import MARI, PEOPLE, case, procedure

PLANTED = ("SRIKANDI-OF-THE-FILE", "WANODYA-OF-THE-REGISTRY", "PHONE-08123456789")
STEPS = """
  - form: ask
    by: applicant
    asks: [applicant.nik, child.name]
  - lookup: data
    service: people.person-by-nik
    about: applicant
    gets: [name]
  - pay: fee
  - form: more
    by: applicant
    asks: [applicant.phone]
  - issue: card
    carries: [applicant.name, child.name]
"""


def closed(folder: Path, *keys: str) -> Office:
    """Return an office where cases have waited twice before they were closed."""
    knows = {("people.person-by-nik", (MARI,)): [{"name": PLANTED[1]}]}
    office = Office.opened(folder, procedure(STEPS), PEOPLE, services=FakeServices(knows))
    office.take([case(key, applicant__nik=MARI, child__name=PLANTED[0]) for key in keys])
    office.run()
    for key in keys:
        answering.answer(office.store, office.kept()[key], "fee", {}, DONE, "")
    office.run()
    for key in keys:
        answering.answer(office.store, office.kept()[key], "more", {"applicant.phone": PLANTED[2]}, None, "")
    office.run()
    return office


def on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("cases.sqlite*"))


def test_what_is_erased_is_nowhere_in_the_file(tmp_path: Path) -> None:
    office = closed(tmp_path, *[f"K-{number}" for number in range(20)])
    office.store.remember_failure(1, "start", 1, ValueError(f"cannot read {PLANTED[0]}"))
    with office.store.engine.begin() as connection:
        draft = {"case_id": 1, "step": "more", "content": PLANTED[2].encode(), "name": "", "at": ""}
        connection.execute(insert(tables.drafts), [draft])
    for word in PLANTED:
        assert word.encode() in on_disk(tmp_path)

    assert len(erasing.erase(office.store, office.kept().values(), "kept long enough")) == 20

    for word in PLANTED:
        assert word.encode() not in on_disk(tmp_path)


def test_what_is_not_erased_stays(tmp_path: Path) -> None:
    office = closed(tmp_path, "K-1", "K-2")
    erasing.erase(office.store, [office.kept()["K-1"]], "asked for")

    first, second = (office.kept()[key] for key in ("K-1", "K-2"))
    assert (first.outcome, first.held, first.outputs) == ("issued", None, None)
    assert orjson.loads(first.given)["facts"] == {}
    assert first.erased is not None and second.erased is None
    assert [dict(output.facts) for output in office.outcomes()["K-2"].outputs] == [
        {"applicant.name": PLANTED[1], "child.name": PLANTED[0]}
    ]


def test_the_trail_is_whole_and_tells_of_the_erasure(tmp_path: Path) -> None:
    office = closed(tmp_path, "K-1", "K-2")
    trail = Trail(office.store.engine)
    before = trail.head()
    erasing.erase(office.store, office.kept().values(), "kept long enough", by="archive")

    lines = list(trail.export())
    assert verify(lines, before).faults == ()
    assert trail.misplaced(trail.head().entry) is None
    told = [orjson.loads(line) for line in lines[1:-1]]
    assert [(one["what"], one["case"], one["consumer"]) for one in told] == [
        ("look-up", 1, "office"),
        ("look-up", 2, "office"),
        ("erasure", 1, "archive"),
        ("erasure", 2, "archive"),
    ]
    text = as_text("K-1", same("x"), looks(trail.of_case(1), resolved(office.procedure, PEOPLE)), "en")
    assert "The data of the case were erased: kept long enough" in text


def test_a_case_that_is_open_or_erased_is_left_alone(tmp_path: Path) -> None:
    office = closed(tmp_path, "K-1")
    office.take([case("open", applicant__nik=MARI, child__name=PLANTED[0])])
    office.run()
    assert erasing.erase(office.store, [office.kept()["open"]], "by mistake") == []
    assert orjson.loads(office.kept()["open"].given)["facts"] != {}

    assert erasing.erase(office.store, [office.kept()["K-1"]], "once") == [1]
    assert erasing.erase(office.store, [office.kept()["K-1"]], "twice") == []
    assert [line for line in Trail(office.store.engine).export() if b"twice" in line or b"by mistake" in line] == []


def test_a_case_that_comes_again_does_not_bring_back_what_was_erased(tmp_path: Path) -> None:
    office = closed(tmp_path, "K-1")
    erasing.erase(office.store, office.kept().values(), "asked for")
    office.take([case("K-1", applicant__nik=MARI, child__name=PLANTED[0])])
    office.run()

    assert orjson.loads(office.kept()["K-1"].given)["facts"] == {}
    assert PLANTED[0].encode() not in on_disk(tmp_path)


@pytest.mark.parametrize(("day", "found"), [("2026-11-02", []), ("2026-11-03", ["K-1"])])
def test_cases_are_found_by_the_day_on_which_they_were_closed(tmp_path: Path, day: str, found: list[str]) -> None:
    office = closed(tmp_path, "K-1")  # the clock of the tests stands at 2 November
    office.store.clock = lambda: datetime(2026, 11, 20, tzinfo=UTC)
    office.take([case("K-2", applicant__nik=MARI, child__name=PLANTED[0])])
    office.run()

    assert [one.key for one in office.store.closed_before(day)] == found
    assert [one.key for one in office.store.closed_before(day, "another")] == []
