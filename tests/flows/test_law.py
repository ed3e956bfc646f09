"""What the law forbids is not asked, whatever the design supposed; and no case is lost by it."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

from analysis.lawful import permissions
from flows import answering
from flows.answering import NotTakenError
from flows.case_files import Answers, LineFault, read_cases
from flows.law import Law
from flows.store.trail import Trail
from processes.case import Case, Value
from processes.catalogue import Catalogue
from processes.policy import Policy
from processes.procedure import Procedure
from processes.resolved import resolved
from tests.flows.fakes import FakeServices
from tests.flows.running import Office
from tests.flows.test_pipeline import KNOWS_MARI, MAI, MARI, SERVICES, case, procedure
from tests.sketching import CATALOGUE, catalogue

TODAY = date(2026, 6, 15)
AGREED = """
agreements:
  a1:
    consumer: {consumer}
    services: [people.person-by-nik]
    purposes: [{purpose}]
    facts: {facts}
    consent: {consent}
    state: {state}
    from: {since}
    until: {until}
"""
USUAL = {
    "consumer": "office",
    "purpose": "registration",
    "facts": "[name, mother]",
    "consent": "false",
    "state": "in force",
    "since": "2026-01-01",
    "until": "2026-12-31",
}
LOOK_UP = """
  - form: ask
    by: applicant
    asks: [applicant.nik]
  - lookup: data
    service: people.person-by-nik
    about: applicant
    gets: [name]
  - issue: card
    carries: [applicant.name]
"""
WITH_FORM = LOOK_UP.replace(
    "    gets: [name]\n",
    """    gets: [name]
    not_found:
      - form: by-hand
        by: applicant
        asks: [applicant.name]
""",
)
CONSENTING = LOOK_UP.replace(
    "asks: [applicant.nik]",
    "asks: [applicant.nik, {act: consent, id: agree, label: agree, consents_to: people.person-by-nik}]",
)


def agreed(**other: str) -> Catalogue:
    return catalogue(CATALOGUE, SERVICES, AGREED.format(**(USUAL | other)))


def office(folder: Path, steps: str = LOOK_UP, **agreement: str) -> Office:
    return Office.opened(folder, procedure(steps), agreed(**agreement), services=FakeServices(KNOWS_MARI))


def asked(office: Office) -> list[Any]:
    services = office.services
    assert isinstance(services, FakeServices)
    return services.asked


def trail(office: Office) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in list(Trail(office.store.engine).export())[1:-1]]


def waits(office: Office) -> list[tuple[str, str, str]]:
    return [(wait.step, wait.waits_for, wait.why) for wait in office.store.waiting()]


# --- agreement, date, purpose, facts --------------------------------------------------------------------------------

UNLAWFUL: Mapping[str, tuple[dict[str, str], str]] = {
    "it ended yesterday": ({"until": "2026-06-14"}, "is not in force on 2026-06-15 (it ended on 2026-06-14)"),
    "it begins tomorrow": ({"since": "2026-06-16"}, "(it begins on 2026-06-16)"),
    "it is only planned, for today": ({"state": "planned", "since": "2026-06-15"}, "(it is only planned, from 2026-06-15)"),
    "it is none": ({"state": "none"}, "(it is not concluded)"),
    "another agency has it": ({"consumer": "village"}, "office has no agreement for people.person-by-nik"),
    "another purpose": ({"purpose": "tax"}, "is not for the purpose registration"),
    "other facts": ({"facts": "[mother]"}, "does not cover name"),
}  # fmt: skip


@pytest.mark.parametrize("why", UNLAWFUL)
def test_what_is_not_lawful_is_not_asked_and_waits_and_is_in_the_trail(tmp_path: Path, why: str) -> None:
    agreement, says = UNLAWFUL[why]
    here = office(tmp_path, **agreement)
    here.take([case("mari", applicant__nik=MARI)])
    here.run()

    assert asked(here) == []
    assert waits(here) == [("data", "registry", "not lawful")]
    [line] = trail(here)
    assert (line["outcome"], line["source"], line["basis"], line["facts"]) == (
        "not lawful",
        "nobody",
        [],
        ["applicant.name"],
    )
    assert says in line["reason"]["en"]
    assert line["reason"]["id"] != line["reason"]["en"]


@pytest.mark.parametrize(
    "days", [{}, {"until": "2026-06-15"}, {"since": "2026-06-15"}], ids=["within", "last", "first"]
)
def test_what_is_lawful_is_asked(tmp_path: Path, days: dict[str, str]) -> None:
    here = office(tmp_path, **days)
    here.take([case("mari", applicant__nik=MARI)])
    here.run()

    assert len(asked(here)) == 1
    assert here.outcomes()["mari"].kind == "issued"
    assert [(line["outcome"], line["basis"]) for line in trail(here)] == [("found", ["a1"])]


SUPPOSED = {
    "planned ones": Policy(agreements="planned", date=date(2026, 12, 1)),
    "all": Policy(agreements="all"),
    "this one": Policy(with_agreements=("a1",)),
}


@pytest.mark.parametrize("policy", SUPPOSED.values(), ids=SUPPOSED)
def test_what_the_design_supposed_makes_nothing_lawful(tmp_path: Path, policy: Policy) -> None:
    here = office(tmp_path, state="planned", since="2026-08-01")
    here.policy = policy
    granted = permissions(here.catalogue, policy, "people.person-by-nik", frozenset(["office"]), "registration")
    assert granted, "by the design it is lawful"
    here.take([case("mari", applicant__nik=MARI)])
    here.run()

    assert asked(here) == []
    assert waits(here) == [("data", "registry", "not lawful")]


def test_the_day_is_that_of_the_run_and_a_case_goes_on_when_it_is_lawful(tmp_path: Path) -> None:
    here = office(tmp_path, since="2026-07-01")
    here.take([case("mari", applicant__nik=MARI)])
    here.run()
    assert waits(here) == [("data", "registry", "not lawful")]
    here.today = date(2026, 7, 1)
    here.run()

    assert here.outcomes()["mari"].kind == "issued"
    assert [line["outcome"] for line in trail(here)] == ["not lawful", "found"]


def test_that_nobody_was_asked_is_told_once_for_as_long_as_the_case_waits(tmp_path: Path) -> None:
    here = office(tmp_path, since="2026-07-01")
    here.take([case("mari", applicant__nik=MARI)])
    here.run()
    here.take([case("mai", applicant__nik=MAI)])
    here.run()
    here.run()

    assert waits(here) == [("data", "registry", "not lawful")] * 2
    assert [(line["case"], line["outcome"]) for line in trail(here)] == [(1, "not lawful"), (2, "not lawful")]


def test_what_may_not_be_asked_falls_back_to_the_residual_form(tmp_path: Path) -> None:
    here = office(tmp_path, WITH_FORM, until="2026-06-14")
    here.take([case("mari", applicant__nik=MARI, applicant__name="Mari"), case("later", applicant__nik=MARI)])
    here.run()

    assert asked(here) == []
    assert here.outcomes()["mari"].kind == "issued"
    assert waits(here) == [("by-hand", "answer", "")]
    assert sorted((line["case"], line["outcome"]) for line in trail(here)) == [(1, "not lawful"), (2, "not lawful")]


TWICE = """
  - form: ask
    asks: [applicant.nik]
  - lookup: first
    service: people.person-by-nik
    about: applicant
    gets: [name]
  - lookup: second
    service: people.person-by-nik
    about: applicant
    gets: [{second}]{more}
  - issue: card
    carries: [applicant.name]
"""


def test_what_a_later_look_up_wants_is_asked_with_the_first_only_if_all_of_it_is_lawful(tmp_path: Path) -> None:
    here = office(tmp_path, TWICE.format(second="birth_date", more=""))  # which the agreement does not cover
    here.take([case("mari", applicant__nik=MARI)])
    here.run()

    assert [words for _, words, _ in asked(here)] == [("name",)]
    assert waits(here) == [("second", "registry", "not lawful")]
    held = orjson.loads(here.kept()["mari"].held or b"")
    assert "1995-07-24" not in str(held)


def test_an_answer_is_not_used_again_for_another_purpose(tmp_path: Path) -> None:
    here = office(tmp_path, TWICE.format(second="name", more="\n    purpose: tax"))
    here.take([case("mari", applicant__nik=MARI)])
    here.run()

    assert waits(here) == [("second", "registry", "not lawful")]
    assert [(line["step"], line["purpose"], line["outcome"]) for line in trail(here)] == [
        ("first", "registration", "found"),
        ("second", "tax", "not lawful"),
    ]


def test_answers_hold_nothing_but_what_was_asked_for(tmp_path: Path) -> None:
    here = office(tmp_path)
    here.take([case("mari", applicant__nik=MARI)])
    here.run()
    with here.store.engine.connect() as connection:
        held = connection.exec_driver_sql("select content from held").scalar()
    assert "1995" not in str(held) and MAI not in str(held)
    assert "Mari" in str(held)


def test_an_agreement_that_was_taken_back_since_allows_nothing_any_more(tmp_path: Path) -> None:
    here = office(tmp_path)
    here.take([case("mari", applicant__nik=MARI)])
    here.store.set_law("sample", agreed(until="2026-06-01"))
    here.run()
    assert (asked(here), waits(here)) == ([], [("data", "registry", "not lawful")])

    here.store.set_law("sample", agreed())
    here.run()
    assert here.outcomes()["mari"].kind == "issued"


EVERYTHING = LOOK_UP.replace("    gets: [name]\n", "")
SILENT = "  - decide: fine\n    by: office\n    ways: [{way: good}]\n  - issue: card"
ONE_PERSON = "asks: [applicant.nik, {act: declaration, id: me, label: me, same: [applicant, child]}]"


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (EVERYTHING, ("name",)),
        (EVERYTHING.replace("[applicant.name]", "[applicant.mother, applicant.age_days]"), ("birth_date", "mother")),
        (EVERYTHING.replace("  - issue: card", SILENT), ("name", "birth_date", "mother", "family")),
        (EVERYTHING.replace("asks: [applicant.nik]", ONE_PERSON), ("name", "birth_date", "mother", "family")),
        (EVERYTHING.replace("[applicant.nik]", "[applicant.nik, applicant.family]"), ("name", "family")),
    ],
    ids=["what is carried", "what is computed from", "who decides silently", "one person", "what is asked"],
)  # fmt: skip
def test_a_look_up_that_does_not_say_what_it_gets_asks_for_what_somebody_reads(
    tmp_path: Path, steps: str, words: tuple[str, ...]
) -> None:
    here = office(tmp_path, steps, facts="all")
    here.take([case("mari", applicant__nik=MARI, applicant__family="3")])
    here.run()

    assert [asks for _, asks, _ in asked(here)] == [words]


# --- consent --------------------------------------------------------------------------------------------------------


def test_with_the_consent_of_whom_the_data_are_about_it_is_asked(tmp_path: Path) -> None:
    here = office(tmp_path, CONSENTING, consent="true")
    here.take([case("mari", applicant__nik=MARI)])
    here.run()

    assert here.outcomes()["mari"].kind == "issued"


def test_who_withholds_consent_is_not_asked_about(tmp_path: Path) -> None:
    here = office(tmp_path, CONSENTING, consent="true")
    here.take([case("mari", {"agree": ("withheld",)}, applicant__nik=MARI), case("mai", applicant__nik=MAI)])
    here.run()

    assert [keys for _, _, keys in asked(here)] == [((MAI,),)]
    assert waits(here) == [("data", "registry", "no consent"), ("data", "registry", "none")]
    told = {line["case"]: (line["outcome"], line["source"]) for line in trail(here)}
    assert told == {1: ("no consent", "nobody"), 2: ("none", "registry")}


def test_a_consent_that_nobody_asks_for_was_not_given(tmp_path: Path) -> None:
    here = office(tmp_path, LOOK_UP, consent="true")
    here.take([case("mari", applicant__nik=MARI)])
    here.run()

    assert (asked(here), waits(here)) == ([], [("data", "registry", "no consent")])


def test_the_consent_of_somebody_else_is_none(tmp_path: Path) -> None:
    about_child = CONSENTING.replace("about: applicant", "about: child").replace("applicant.nik", "child.nik")
    here = office(tmp_path, about_child.replace("[applicant.name]", "[child.name]"), consent="true")
    here.take([case("mari", child__nik=MARI)])
    here.run()

    assert (asked(here), waits(here)) == ([], [("data", "registry", "no consent")])


def test_a_consent_under_a_condition_counts_where_that_holds(tmp_path: Path) -> None:
    steps = CONSENTING.replace("label: agree,", "label: agree, if: applicant.nik = '" + MARI + "',")
    here = office(tmp_path, steps, consent="true")
    here.take([case("mari", applicant__nik=MARI), case("mai", applicant__nik=MAI)])
    here.run()

    assert waits(here) == [("data", "registry", "no consent")]
    assert here.outcomes()["mari"].kind == "issued"


def test_a_consent_holds_also_after_the_case_has_waited(tmp_path: Path) -> None:
    steps = CONSENTING.replace("  - lookup: data", "  - pay: fee\n  - lookup: data")
    here = office(tmp_path, steps, consent="true")
    here.take([case("mari", applicant__nik=MARI)])
    here.run()
    answering.answer(here.store, here.kept()["mari"], "fee", {}, "done", "")
    here.run()

    assert here.outcomes()["mari"].kind == "issued"


# --- a person in place of the registry ------------------------------------------------------------------------------


@pytest.mark.parametrize("unlawful", [True, False], ids=["not lawful", "none"])
def test_a_person_can_say_what_the_registry_may_not_or_cannot(tmp_path: Path, unlawful: bool) -> None:
    here = office(tmp_path, until="2026-06-14" if unlawful else "2026-12-31")
    here.take([case("mai", applicant__nik=MAI)])
    here.run()
    with pytest.raises(NotTakenError, match=r"or say in its place: applicant\.name"):
        answering.answer(here.store, here.kept()["mai"], "data", {}, None, "")
    left = answering.answer(here.store, here.kept()["mai"], "data", {"applicant.name": "Mai"}, None, "")
    here.run()

    assert left == ()
    [output] = here.outcomes()["mai"].outputs
    assert dict(output.facts) == {"applicant.name": "Mai"}
    program = here.new_run().pipeline(1).program
    held: Mapping[str, Value] = orjson.loads(here.kept()["mai"].held or b"")["marks"]
    assert [2, "data by hand"] in list(held), "as sure as what somebody has looked at, and no surer"
    assert program.levels.sources("data by hand", "applicant.name") == ()


def test_what_was_prepared_does_not_stand_in_for_a_registry(tmp_path: Path) -> None:
    here = office(tmp_path)
    here.take([case("mai", applicant__nik=MAI, applicant__name="Somebody")])
    here.run()

    assert waits(here) == [("data", "registry", "none")]


def test_all_that_the_registry_gives_must_be_said(tmp_path: Path) -> None:
    steps = LOOK_UP.replace("gets: [name]", "gets: [name, mother]")
    here = office(tmp_path, steps)
    here.take([case("mai", applicant__nik=MAI)])
    here.run()
    left = answering.answer(here.store, here.kept()["mai"], "data", {"applicant.name": "Mai"}, None, "")
    assert left == ("applicant.mother",)
    here.run()
    assert here.outcomes()["mai"].kind == "waiting"
    assert answering.answer(here.store, here.kept()["mai"], "data", {"applicant.mother": MARI}, None, "") == ()
    here.run()
    assert here.outcomes()["mai"].kind == "issued"


# --- the same code --------------------------------------------------------------------------------------------------


def test_of_several_agreements_those_without_consent_come_first() -> None:
    both = AGREED.format(**USUAL) + AGREED.format(**(USUAL | {"facts": "all", "consent": "true"})).replace(
        "agreements:\n", ""
    ).replace("a1", "a2")
    found: Procedure = procedure(LOOK_UP)
    law = Law(resolved(found, catalogue(CATALOGUE, SERVICES, both)), Policy())

    assert law("data", ("name",), TODAY)[:2] == (True, False)
    says = law("data", ("name", "birth_date"), TODAY)
    assert (says.lawful, says.consent, says.basis) == (True, True, ("a1", "a2"))


def test_a_case_file_can_withhold_a_consent_and_nothing_else_of_it(tmp_path: Path) -> None:
    answers = Answers(resolved(procedure(CONSENTING), agreed(consent="true")))
    file = tmp_path / "cases.jsonl"
    file.write_text('{"case": "a", "decisions": {"agree": "withheld"}}\n{"case": "b", "decisions": {"agree": "no"}}\n')
    first, second = read_cases(file, answers)

    assert first == (1, Case("a", {}, {"agree": ("withheld",)}))
    assert isinstance(second, LineFault)
    assert "There are: given, withheld." in second.words.en
