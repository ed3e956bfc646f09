"""A case that an officer sends back: only what is marked is asked again, and all that rests on it is done anew."""

from datetime import date
from pathlib import Path

import orjson
import pytest

from flows import answering
from flows.answering import NotTakenError
from flows.audit_verifier import verify
from flows.citizen import looks
from flows.erasing import erase
from flows.events import happened
from flows.outcomes import WHY
from flows.returning import KINDS, Sender, send_back
from flows.store.rows import Returned
from flows.store.trail import Trail
from flows.worklist.waiting import Programs
from processes.case import Case
from tests.flows.fakes import FakeServices
from tests.flows.running import Office
from tests.flows.test_pipeline import PEOPLE, procedure
from tests.flows.worklist.office import FACTS, parts

HEAD, COUNTER = "head of office", "counter of office"
REGISTRY = {
    ("people.by-nik", ("1234",)): [{"name": "RINI", "birth_date": date(1995, 7, 24)}],
    ("people.by-nik", ("5678",)): [{"name": "SARI", "birth_date": date(1991, 1, 1)}],
}


def opened(folder: Path) -> Office:
    """Return an office whose case has come to the counter: a form, a decision and a look-up are behind it."""
    office = Office.opened(folder, *parts(), FakeServices(REGISTRY))
    office.take([Case("K-1", FACTS)])
    office.run()
    say(office, "enough", decision="enough", who=HEAD)
    office.run()
    assert office.outcomes()["K-1"].step == "desk"
    return office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return opened(tmp_path)


def say(office: Office, step: str, who: str = "applicant", decision: str | None = None, **facts: str) -> None:
    named = {name.replace("__", "."): value for name, value in facts.items()}
    answering.answer(office.store, office.kept()["K-1"], step, named, decision, who)


def back(
    office: Office, step: str = "desk", role: str = COUNTER, why: str = "the number is another", **marks: str
) -> Returned:
    kept = office.kept()["K-1"]
    program, dates = Programs(office.store).with_dates(kept.definition)
    wait = answering.wait_of(office.store, kept, step, program.model)
    named = {name.replace("__", ".").replace("_of_", " of "): kind for name, kind in marks.items()}
    return send_back(office.store, program, dates, kept, wait, named, Sender(role, "Ratna", why))


def values(office: Office) -> dict[str, object]:
    held: dict[str, object] = orjson.loads(office.kept()["K-1"].held or b"")["values"]
    return held


def test_only_what_is_marked_is_asked_again_and_what_rests_on_it_is_done_anew(office: Office) -> None:
    assert values(office)["applicant.name"] == "RINI"
    back(office, applicant__nik="wrong")

    [wait] = office.store.waiting()
    assert (wait.step, wait.who, wait.missing, wait.why) == ("apply", "applicant", ("applicant.nik",), "sent back")
    assert not {"applicant.nik", "applicant.name"} & values(office).keys()
    assert values(office)["child.sex"] == "2"

    office.run()  # it stays with the citizen
    say(office, "apply", applicant__nik="5678")
    office.run()
    assert office.outcomes()["K-1"].step == "enough"  # who decided on the old number decides again
    say(office, "enough", decision="enough", who=HEAD)
    office.run()
    assert values(office)["applicant.name"] == "SARI"
    say(office, "desk", decision="done", who=COUNTER)
    office.run()
    [output] = office.outcomes()["K-1"].outputs
    assert dict(output.facts) == {"applicant.name": "SARI"}


def test_it_can_be_sent_back_again_and_again(office: Office) -> None:
    for nik in ("5678", "1234", "5678"):
        back(office, applicant__nik="outdated")
        say(office, "apply", applicant__nik=nik)
        office.run()
        back(office, "enough", HEAD, child__sex="wrong")
        say(office, "apply", child__sex="1")
        office.run()
        say(office, "enough", decision="enough", who=HEAD)
        office.run()
    assert len(office.store.returned(1)) == 6
    assert values(office)["applicant.name"] == "SARI"


def test_who_when_what_and_why_are_kept_and_erased_with_the_case(office: Office) -> None:
    back(office, applicant__nik="wrong", child__sex="incomplete")
    say(office, "apply", applicant__nik="5678", child__sex="1")
    office.run()
    say(office, "enough", decision="not-enough", who=HEAD)
    office.run()

    [kept] = office.store.returned(1)
    assert kept.at > "2026-11-02"
    assert kept._replace(at="") == Returned(
        "desk",
        "apply",
        {"applicant.nik": "wrong", "child.sex": "incomplete"},
        COUNTER,
        "Ratna",
        "the number is another",
        "",
    )
    assert erase(office.store, [office.kept()["K-1"]], "five years") == [1]
    [kept] = office.store.returned(1)
    assert (kept.why, kept.name) == ("", "Ratna")


def test_the_audit_trail_tells_of_it_without_the_reason_and_verifies(office: Office) -> None:
    back(office, applicant__nik="wrong")
    trail = Trail(office.store.engine)
    lines = list(trail.export())

    assert verify(lines).faults == ()
    [told] = [orjson.loads(line) for line in lines if b'"return"' in line]
    assert (told["step"], told["facts"], told["consumer"]) == ("desk", ["applicant.nik"], COUNTER)
    assert b"the number is another" not in b"".join(lines)
    model = Programs(office.store).of(office.kept()["K-1"].definition).model
    [*_, look] = looks(trail.of_case(1), model)
    assert look.outcome.en == "sent back to be mended"
    assert look.why.en == "The case was sent back: wrong"


def test_the_event_log_tells_of_it(office: Office) -> None:
    back(office, applicant__nik="wrong")
    say(office, "apply", applicant__nik="5678")
    office.run()

    [trace] = happened(office.store)
    assert [one.step for one in trace.events] == ["apply", "enough", "data", "desk sent back", "apply"]
    assert [one.at for one in trace.events] == sorted(one.at for one in trace.events)


def test_a_paper_can_be_sent_back_alone(office: Office) -> None:
    back(office, ktp_of_applicant="incomplete")
    assert b'"papers"' not in (office.kept()["K-1"].held or b"")

    with pytest.raises(NotTakenError, match="Waited for: --done"):
        say(office, "apply")
    say(office, "apply", decision="done")
    office.run()
    assert orjson.loads(office.kept()["K-1"].held or b"")["papers"] == ["ktp of applicant"]
    assert office.outcomes()["K-1"].step == "enough"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "Mark what is to be mended"),
        ({"applicant__nik": "ugly"}, "none of wrong, incomplete, outdated"),
        ({"applicant__nki": "wrong"}, "Did you mean 'applicant.nik'"),
        ({"applicant__name": "wrong"}, "no form of this case has asked it"),  # a registry said it
        ({"applicant__nik": "wrong", "why": " "}, "Say why"),
        ({"applicant__nik": "wrong", "why": "x" * 4001}, "at most 4000"),
        ({"applicant__nik": "wrong", "role": HEAD}, "not for head of office"),
        ({"applicant__nik": "wrong", "step": "apply"}, "waits at 'desk'"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_and_changes_nothing(office: Office, more: dict[str, str], says: str) -> None:
    before = office.kept()
    with pytest.raises(NotTakenError) as error:
        back(office, **more)

    assert says in str(error.value)
    assert office.kept() == before
    assert office.store.returned(1) == []


def test_while_it_is_with_the_citizen_no_officer_can_do_anything(office: Office) -> None:
    back(office, applicant__nik="wrong")
    with pytest.raises(NotTakenError):
        say(office, "desk", decision="done", who=COUNTER)
    with pytest.raises(NotTakenError, match="not asked here"):  # and the citizen only what is marked
        say(office, "apply", child__sex="1")


def test_of_two_who_send_it_back_one_does(office: Office) -> None:
    kept = office.kept()["K-1"]
    program, dates = Programs(office.store).with_dates(kept.definition)
    wait = answering.wait_of(office.store, kept, "desk", program.model)
    by = Sender(COUNTER, "Ratna", "why")
    send_back(office.store, program, dates, kept, wait, {"applicant.nik": "wrong"}, by)
    with pytest.raises(NotTakenError) as error:
        send_back(office.store, program, dates, kept, wait, {"applicant.nik": "wrong"}, by)
    assert error.value.why == "changed"


SIDES = procedure("""
  - form: ask
    asks: [applicant.name]
  - parallel:
      - branch: left
        steps:
          - form: more
            asks: [applicant.birth_date]
          - decide: look
            by: head of office
            ways: [{way: good}, {way: bad}]
      - branch: right
        steps:
          - check: desk
            by: counter of office
            verifies: [applicant.name]
  - decide: last
    by: head of office
    ways: [{way: good}]
""")


def test_within_a_side_the_other_side_stays_as_it_is(tmp_path: Path) -> None:
    office = Office.opened(tmp_path, SIDES, PEOPLE)
    office.take([Case("K-1", {"applicant.name": "RINI", "applicant.birth_date": date(1995, 7, 24)})])
    office.run()
    since = {one.step: one.since for one in office.store.waiting()}
    back(office, "look", HEAD, applicant__birth_date="wrong")

    waits = {one.step: one for one in office.store.waiting()}
    assert waits.keys() == {"more", "desk"}
    assert waits["desk"].since == since["desk"]
    say(office, "more", applicant__birth_date="1991-01-01")
    office.run()
    assert {one.step for one in office.store.waiting()} == {"look", "desk"}


def test_out_of_a_parallel_part_all_its_sides_are_left(tmp_path: Path) -> None:
    office = Office.opened(tmp_path, SIDES, PEOPLE)
    office.take([Case("K-1", {"applicant.name": "RINI", "applicant.birth_date": date(1995, 7, 24)})])
    office.run()
    back(office, "desk", COUNTER, applicant__name="wrong")
    assert {one.step for one in office.store.waiting()} == {"ask"}

    say(office, "ask", applicant__name="SARI")
    office.run()
    say(office, "look", HEAD, "good")
    say_again(office, "desk")
    office.run()
    assert {one.step for one in office.store.waiting()} == {"last"}


def say_again(office: Office, step: str) -> None:
    office.run()
    say(office, step, COUNTER, "done")


def test_the_form_of_one_side_cannot_be_marked_from_the_other(tmp_path: Path) -> None:
    office = Office.opened(tmp_path, SIDES, PEOPLE)
    office.take([Case("K-1", {"applicant.name": "RINI", "applicant.birth_date": date(1995, 7, 24)})])
    office.run()
    with pytest.raises(NotTakenError, match="no form of this case has asked it"):
        back(office, "desk", COUNTER, applicant__birth_date="wrong")


def test_kinds_and_reasons_are_said_in_both_languages() -> None:
    assert [one for one in (*KINDS.values(), WHY["sent back"]) if one.id == one.en] == []
