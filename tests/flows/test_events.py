"""Event logs: every step of every case once, in order, when and by whose role; and nobody's data."""

import json
import os
import sqlite3
import xml.etree.ElementTree as ET
from contextlib import chdir, closing
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import pytest

from flows import answering
from flows.events import FORMS, Trace, as_ocel, as_xes, happened
from tests.flows.commands.calling import sekali
from tests.flows.fakes import FakeServices
from tests.flows.running import Office
from tests.flows.test_pipeline import DECIDE, KNOWS_MARI, LOOK_UP, MAI, MARI, PEOPLE, case

XES = "{http://www.xes-standard.org/}"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office.opened(tmp_path, DECIDE, PEOPLE)
    office.take(
        [
            case("again", applicant__nik=MARI, applicant__name="MARI"),
            case("refused", {"enough": ("hopeless",)}, applicant__nik=MAI, applicant__name="MAI"),
            case("just-asked"),
        ]
    )
    office.run()
    answering.answer(office.store, office.kept()["again"], "enough", {}, "not-enough", "office")
    office.run()
    answering.answer(office.store, office.kept()["again"], "ask", {"applicant.name": "MARY"}, None, "applicant")
    office.run()
    answering.answer(office.store, office.kept()["again"], "enough", {}, "enough", "office")
    office.run()
    return office


def steps(trace: Trace) -> list[str]:
    return [one.step for one in trace.events]


def test_every_step_is_told_as_often_as_it_was_passed_in_order(office: Office) -> None:
    again, refused, asked = happened(office.store)

    assert steps(again) == ["ask", "enough", "ask", "enough", "card"]
    assert steps(refused) == ["ask", "enough", "too-poor"]
    assert steps(asked) == []
    assert [one.outcome for one in (again, refused, asked)] == ["issued", "refused", ""]
    assert [(one.step, one.kind, one.who) for one in refused.events] == [
        ("ask", "form", "applicant"),
        ("enough", "decide", "office"),
        ("too-poor", "refuse", ""),
    ]


def test_what_somebody_answered_has_the_time_of_the_answer(office: Office) -> None:
    again, *_ = happened(office.store)
    with closing(sqlite3.connect(str(office.store.engine.url.database))) as store:
        answered = [at for (at,) in store.execute("select at from answers order by number")]
        passed = [at for (at,) in store.execute("select at from batches order by number")]

    times = [one.at for one in again.events]
    assert times[1:4] == answered, "both judgements and the second form"
    assert times[0] in passed
    assert times[4] in passed
    assert times == sorted(times)


def test_a_look_up_tells_whom_it_asked(tmp_path: Path) -> None:
    office = Office.opened(tmp_path, LOOK_UP, PEOPLE, FakeServices(KNOWS_MARI))
    office.take([case("mari", applicant__nik=MARI)])
    office.run()
    (found,) = happened(office.store)

    assert [(one.step, one.service) for one in found.events] == [
        ("ask", ""),
        ("data", "people.person-by-nik"),
        ("card", ""),
    ]
    log = json.loads("".join(as_ocel([found])))
    asking = next(one for one in log["events"] if one["type"] == "data")
    assert {one["objectId"] for one in asking["relationships"]} == {"case 1", "people.person-by-nik"}


def test_only_cases_of_the_procedure_asked_for(office: Office) -> None:
    assert len(list(happened(office.store, "sample"))) == 3
    assert not list(happened(office.store, "other"))


def test_xes_says_what_happened(office: Office) -> None:
    found = list(happened(office.store))
    log = ET.fromstring("".join(as_xes(found)))

    told = [
        [{part.get("key"): part.get("value") for part in event} for event in trace.findall(f"{XES}event")]
        for trace in log.findall(f"{XES}trace")
    ]
    assert [[one["concept:name"] for one in trace] for trace in told] == [steps(one) for one in found]
    for event in (event for trace in told for event in trace):
        assert datetime.fromisoformat(str(event["time:timestamp"])).tzinfo is not None


def test_in_ocel_all_that_is_referred_to_is_there(office: Office) -> None:
    log = json.loads("".join(as_ocel(happened(office.store))))

    assert len(log["events"]) == 8
    assert {one["id"] for one in log["objects"]} == {"case 1", "case 2", "case 3"}
    types = {one["name"]: {part["name"] for part in one["attributes"]} for one in log["eventTypes"]}
    for event in log["events"]:
        assert {part["name"] for part in event["attributes"]} == types[event["type"]]
        assert {one["objectId"] for one in event["relationships"]} <= {one["id"] for one in log["objects"]}
    assert len({one["id"] for one in log["events"]}) == len(log["events"])


@pytest.mark.parametrize("form", FORMS)
def test_nothing_happened_is_a_log_too(form: str, tmp_path: Path) -> None:
    office = Office.opened(tmp_path, DECIDE, PEOPLE)
    text = "".join(FORMS[form](happened(office.store)))  # type: ignore[index]  # one of them

    assert json.loads(text)["events"] == [] if form == "ocel" else not list(ET.fromstring(text).iter(f"{XES}trace"))


@pytest.mark.parametrize("form", FORMS)
def test_nobodys_data_are_in_a_log(office: Office, form: str) -> None:
    with chdir(Path(str(office.store.engine.url.database)).parent), patch.dict(os.environ):
        printed = sekali("events", "--format", form, "--store", "cases.sqlite", lang="en")
        saved = sekali("events", "--format", form, "--store", "cases.sqlite", "-o", "log", lang="en")

        assert (printed.exit_code, saved.exit_code) == (0, 0), printed.stderr + saved.stderr
        assert Path("log").read_text() == printed.stdout
    for private in ("MARI", "MARY", "MAI", MARI, MAI, "again", "refused-", "just-asked"):
        assert private not in printed.stdout
