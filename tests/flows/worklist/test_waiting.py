"""What waits for whom: the oldest first, page by page, with what is missing in words."""

import json
from pathlib import Path

import pytest

from flows.answering import NotTakenError, answer
from flows.store.case_store import CaseStore
from flows.worklist.waiting import Programs, listed
from processes.case import Case
from tests.flows.commands.test_run import Desk
from tests.flows.running import Office
from tests.flows.test_pipeline import MAI, MARI, PEOPLE, procedure

SIDES = procedure("""
  - parallel:
      - branch: left
        steps:
          - form: ask
            asks: [applicant.birth_date, applicant.name]
      - branch: right
        steps:
          - decide: look
            by: head of office
            ways: [{way: good}, {way: bad}]
""")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office.opened(tmp_path, SIDES, PEOPLE)
    office.take([Case(f"K-{number}", {}) for number in range(5)])
    office.run()
    return office


def keys(store: CaseStore, **wanted: object) -> list[tuple[str, str]]:
    return [(one.key, one.step) for one in listed(store, Programs(store), (), **wanted).items]  # type: ignore[arg-type]


def test_a_role_sees_its_own_work_the_oldest_first(office: Office) -> None:
    assert keys(office.store, role="head of office", most=9) == [(f"K-{number}", "look") for number in range(5)]


@pytest.mark.parametrize("most", range(1, 12))
def test_page_by_page_everything_is_seen_once(office: Office, most: int) -> None:
    seen, after = list[tuple[str, str]](), 0
    while True:
        page = listed(office.store, Programs(office.store), (), after=after, most=most)
        seen += [(one.key, one.step) for one in page.items]
        if page.after is None:
            break
        after = page.after

    assert seen == [(f"K-{number}", step) for number in range(5) for step in ("ask", "look")]


def test_what_is_missing_is_said_in_words_and_since_when(office: Office) -> None:
    [item] = listed(office.store, Programs(office.store), (), role="applicant", most=1).items

    assert [one.words.en for one in item.missing] == ["birth date of the applicant", "name of the applicant"]
    assert item.since.startswith("2026-11-02T08:00")


def test_who_and_why_are_kept_with_an_answer(office: Office) -> None:
    case = office.kept()["K-1"]
    answer(office.store, case, "look", {}, "bad", "head of office", name="Bu Ratna", why="too little")

    [said] = office.store.said(case.id)
    assert said[:5] == ("look", ("bad",), "head of office", "Bu Ratna", "too little")
    assert said.at


def test_faults_of_facts_are_told_by_fact(office: Office) -> None:
    with pytest.raises(NotTakenError) as told:
        answer(
            office.store,
            office.kept()["K-1"],
            "ask",
            {"applicant.birth_date": "12", "child.nmae": "x"},
            None,
            "applicant",
        )

    assert set(told.value.of_facts) == {"applicant.birth_date", "child.nmae"}
    assert "not a date" in told.value.of_facts["applicant.birth_date"].en
    assert told.value.why == "wrong"


def test_a_fact_said_twice_under_two_names_is_told(tmp_path: Path) -> None:
    office = Office.opened(tmp_path, procedure("\n  - form: ask\n    asks: [child.mother.nik]\n"), PEOPLE)
    office.take([Case("K", {})])
    office.run()

    with pytest.raises(NotTakenError, match="twice"):
        answer(office.store, office.kept()["K"], "ask", {"child.mother.nik": MARI, "child.mother": MAI}, None, "")
    answer(office.store, office.kept()["K"], "ask", {"child.mother.nik": MARI, "child.mother": MARI}, None, "")
    assert office.kept()["K"].state == "ready"


def test_the_command_lists_by_role_in_words(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.run("--cases", "cases.jsonl")

    text = desk.call("worklist").stdout
    assert text.index("name of the applicant") < text.index("head of the office, office (head of office): 1")
    assert "keputusan" in desk.call("worklist", "--role", "head of office", lang="id").stdout
    [one] = json.loads(desk.call("worklist", "--role", "applicant", "--format", "json").stdout)
    assert (one["case"], [missing["fact"] for missing in one["missing"]]) == (
        "K-3",
        ["applicant.name", "applicant.birth_date"],
    )


def test_a_role_that_is_none_is_told_with_the_one_meant(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.run("--cases", "cases.jsonl")

    told = desk.call("worklist", "--role", "haed of office")
    assert (told.exit_code, "Did you mean 'head of office'?" in told.stderr) == (1, True)
    assert desk.call("worklist", "--procedure", "none").stdout == "Nothing waits.\n"
