"""Where an engine of this kind goes wrong easily: a small procedure for each trap, and what must come out of it."""

from datetime import date

import pytest

from analysis.interpreter import Record, Run, run
from processes.case import DONE, Case, Value
from processes.procedure import Check, Choose, FormStep, Lookup, walk
from tests.sketching import ROLES, Sketch, agreement, sketch

TODAY = date(2026, 6, 15)
TREASURY = """
registry: treasury
title: treasury
agency: office
services:
  six: {about: person, needs: [nik], gives: [name, birth_date, phone, income, tax_paid, sex]}
  sex-by-nik: {about: person, needs: [nik], gives: [sex], coverage: 90%}
  phone-by-nik: {about: person, needs: [nik], gives: [phone], coverage: 90%}
  sex-of-nobody: {about: person, needs: [nik], gives: [sex], coverage: 0}
  by-phone: {about: person, needs: [phone], gives: [phone, sex], key_level: declared}
  sex-by-phone: {about: person, needs: [phone], gives: [sex], key_level: declared}
  phone-by-sex: {about: person, needs: [sex], gives: [phone], key_level: declared}
---
evidence:
  card: {title: card, about: person, carries: [nik], minutes: 5}
  notice: {title: notice, about: person, carries: [name, birth_date, sex], minutes: 8}
"""
PEOPLE = agreement("people", "people.person-by-nik")
DEED = """
- issue: deed
  by: office
  carries: [{}]
"""
CHILD = """
- form: apply
  asks: [child.nik]
  documents: [card of child]
- check: papers
  by: office
  verifies: [child.nik]
"""
MOTHER = CHILD.replace("child", "mother")
ASKED = """
- form: {form}
  asks: [{facts}]
"""
LOOKUP = """
- lookup: names
  service: people.{}
  about: mother
  gets: [name]
"""


def deed(*facts: str) -> str:
    return DEED.format(", ".join(facts))


def asked(*facts: str, form: str = "more") -> str:
    return ASKED.format(form=form, facts=", ".join(facts))


def made(steps: str, *agreements: str, roles: str = ROLES) -> Sketch:
    return sketch(steps, TREASURY, *agreements, roles=roles)


def went(one: Sketch, facts: dict[str, Value], *records: Record, **decisions: str) -> Run:
    """Run a case; whoever asks a registry is told these records, officers do what there is to do, visit by visit."""
    named = {one.model.naming.canonical(fact) or fact: value for fact, value in facts.items()}
    done = {step.id: (DONE,) for step in walk(one.procedure.steps) if isinstance(step, Check)}
    decided = {**done, **{step: tuple(ways.split()) for step, ways in decisions.items()}}
    return run(one.model, Case("case", named, decided), TODAY, lambda service, keys: records)


# --- ways


BRANCHES = """
- form: apply
  asks: [child.sex]
- choose:
    - if: child.sex = "1"
      steps:
        - form: one
          asks: [child.name]
    - else:
        - form: other
          asks: [{}]
- form: all
  asks: [child.name]
"""


@pytest.mark.parametrize(("other", "again"), [("child.phone", False), ("child.name", True)], ids=["one way", "both"])
def test_what_one_way_alone_asks_is_not_there_after_the_ways_meet(other: str, again: bool) -> None:
    found = made(BRANCHES.format(other) + deed("child.name"))

    assert (("asked again", "all", "child.name") in found.found) == again
    assert found.before("all", "child.name") == (1 if again else 0)
    assert went(found.redesigned, {"child.sex": "2", "child.name": "Siti"}).outcome.kind == "issued"


SIBLINGS = """
- form: apply
  asks: [child.nik]
- parallel:
    - branch: one
      steps:
        - form: first
          asks: [child.name]
    - branch: two
      steps:
        - form: second
          asks: [{}]
        - notify: tell
          whom: applicant
          needs: [child.name]
"""


def test_what_a_sibling_asks_cannot_be_counted_on() -> None:
    both = sketch(SIBLINGS.format("child.name") + deed("child.nik", "child.name"), TREASURY, policy="moves: []")
    one = made(SIBLINGS.format("child.phone") + deed("child.nik", "child.name"))

    assert ("asked again", "second", "child.name") not in both.found
    assert both.redesigned.asks("second") == ["child.name"]
    assert "child.name" in {subject for kind, _, subject in one.found if kind == "missing"}
    assert one.before("deed", "child.name") == 1, "after the sides have met it is there"


RETURN = """
- form: correct
  asks: [mother.nik]
- decide: right
  by: office
  needs: []
  ways:
    - way: fine
    - way: wrong
      share: 10%
      steps:
        - back to: correct
          anew: [{}]
"""


@pytest.mark.parametrize(
    ("anew", "key", "name"), [("mother.nik", 1, 0), ("mother.phone", 2, 2)], ids=["the key", "another fact"]
)
def test_what_is_asked_anew_loses_its_check_and_what_was_looked_up_with_it(anew: str, key: int, name: int) -> None:
    found = made(
        MOTHER + LOOKUP.format("person-by-nik") + RETURN.format(anew) + deed("mother.nik", "mother.name"), PEOPLE
    )

    assert (found.before("deed", "mother.nik"), found.before("deed", "mother.name")) == (key, name)
    assert (("missing", "deed", "mother.name") in found.found) == (name == 0)


@pytest.mark.parametrize(("way", "name", "key"), [("fine", "Siti", 2), ("wrong fine", None, 1)], ids=["once", "twice"])
def test_a_case_that_came_back_forgot_what_rested_on_the_old_answer(way: str, name: str | None, key: int) -> None:
    found = made(
        MOTHER + LOOKUP.format("person-by-nik") + RETURN.format("mother.nik") + deed("mother.nik", "mother.name"),
        PEOPLE,
    )
    case = went(found, {"mother.nik": "1"}, {"name": "Siti"}, right=way)

    assert dict(case.outcome.outputs[0].facts)["child.mother.name"] == name
    assert [one.level for one in case.read if one.step == "deed"] == [key, key if name else 0]


@pytest.mark.parametrize(("anew", "stays"), [("mother.name", True), ("mother.phone", False)], ids=["it", "another"])
def test_the_question_that_a_return_asks_anew_stays_whoever_holds_the_answer(anew: str, stays: bool) -> None:
    returns = RETURN.format(anew).replace("asks: [mother.nik]", "asks: [mother.name]")
    found = made(MOTHER + returns + deed("mother.nik", "mother.name"), PEOPLE)

    assert ("mother.name" in found.redesigned.asks("correct")) == stays


LATE = """
- form: more
  asks: [mother.name, child.birth_date]
- choose:
    - if: child.age_days > 60
      steps:
        - refuse: too-late
    - else: {}
"""
TELL = """
        - notify: tell
          whom: applicant
          needs: [mother.name]
"""


@pytest.mark.parametrize("other", ["[]", TELL], ids=["read after", "read on the other way and after"])
def test_nobody_is_looked_up_who_is_refused_before(other: str) -> None:
    after = made(MOTHER + LATE.format(other) + deed("mother.nik", "mother.name"), PEOPLE).redesigned
    facts: dict[str, Value] = {"mother.nik": "1", "child.birth_date": date(2026, 1, 1)}

    assert len(after.look_ups) == 1
    late = went(after, facts, {"name": "Siti"})
    assert (late.outcome.kind, late.asked) == ("refused", [])
    assert went(after, {**facts, "child.birth_date": TODAY}, {"name": "Siti"}).outcome.kind == "issued"


# --- services


def test_a_number_that_was_only_said_opens_nobodys_file() -> None:
    said = made(asked("mother.nik", "mother.name") + deed("mother.nik", "mother.name"), PEOPLE)
    shown = made(MOTHER + asked("mother.name") + deed("mother.nik", "mother.name"), PEOPLE)

    assert not said.found
    assert (said.redesigned.look_ups, "mother.name" in said.redesigned.asks()) == ([], True)
    assert (len(shown.redesigned.look_ups), "mother.name" in shown.redesigned.asks()) == (1, False)


def test_a_look_up_with_a_number_that_was_only_said_is_not_made() -> None:
    case = went(
        made(asked("mother.nik") + LOOKUP.format("person-by-nik") + deed("mother.nik", "mother.name"), PEOPLE),
        {"mother.nik": "1"},
        {"name": "Siti"},
    )

    assert (case.outcome.kind, case.outcome.step, case.asked) == ("waiting", "names", [])


def test_a_service_cannot_bring_its_own_key() -> None:
    found = made(
        asked("child.phone") + asked("child.sex", form="sex") + deed("child.phone", "child.sex"),
        agreement("tax", "treasury.by-phone"),
    )

    assert ("held by a registry", "more", "child.phone") not in found.found
    assert found.redesigned.asks() == ["child.phone"]


def test_of_two_facts_that_give_each_other_one_stays() -> None:
    steps = asked("child.phone") + asked("child.sex", form="sex") + deed("child.phone", "child.sex")
    found = made(steps, agreement("tax", "treasury.sex-by-phone", "treasury.phone-by-sex"))

    assert len(found.redesigned.asks()) == 1
    assert len(found.redesigned.look_ups) == 1


@pytest.mark.parametrize(("service", "stays"), [("confirm", True), ("person-by-nik", False)])
def test_a_service_that_confirms_gives_nothing(service: str, stays: bool) -> None:
    found = made(CHILD + asked("child.name") + deed("child.nik", "child.name"), agreement("a", f"people.{service}"))

    assert (("held by a registry", "more", "child.name") in found.found) != stays
    assert ("child.name" in found.redesigned.asks()) == stays


@pytest.mark.parametrize(
    ("said", "used"),
    [
        ({}, True),
        ({"until": "2026-06-14"}, False),
        ({"until": "2026-06-15"}, True),
        ({"from_": "2026-06-15"}, True),
        ({"from_": "2026-06-16"}, False),
        ({"purposes": "[tax]"}, False),
        ({"purposes": "[tax, registration]"}, True),
        ({"consumer": "village"}, False),
        ({"facts": "[birth_date]"}, False),
        ({"state": "planned", "from_": "2026-01-01"}, False),
        ({"state": "none"}, False),
    ],
    ids=lambda value: ", ".join(map(" ".join, value.items())) or "in force" if isinstance(value, dict) else None,
)
def test_only_an_agreement_for_this_day_consumer_purpose_and_fact_counts(said: dict[str, str], used: bool) -> None:
    found = made(
        MOTHER + asked("mother.name") + deed("mother.nik", "mother.name"),
        agreement("a", "people.person-by-nik", **said),
    )

    assert bool(found.redesigned.look_ups) == used
    assert ("mother.name" in found.redesigned.asks()) != used


def test_of_six_facts_that_a_service_gives_only_the_one_that_is_read_is_fetched() -> None:
    found = made(
        MOTHER + asked("mother.income", "mother.phone") + deed("mother.nik", "mother.income"),
        agreement("a", "treasury.six"),
    )

    assert [gets for _, _, gets in found.redesigned.look_ups] == [("income",)]
    assert found.redesigned.asks() == [], "the card shows the number"


@pytest.mark.parametrize(("by", "used"), [("applicant", False), ("mother", True)])
def test_a_consent_is_given_by_the_person_the_data_are_about(by: str, used: bool) -> None:
    sign = f"\n- form: sign\n  by: {by}\n  asks: [{{act: signature, id: promise}}]\n"
    steps = MOTHER + sign + asked("mother.income") + deed("mother.nik", "mother.income")
    found = made(steps, agreement("a", "treasury.six", consent="true"))

    assert bool(found.redesigned.look_ups) == used
    given = [change.step for change in found.analysis.redesign.changes if change.kind == "consent added"]
    assert given == (["sign"] if used else [])


@pytest.mark.parametrize(("service", "used"), [("sex-of-nobody", False), ("six", True)], ids=["nobody", "everybody"])
def test_who_finds_nobody_is_not_asked_and_who_finds_everybody_needs_no_other_form(service: str, used: bool) -> None:
    steps = MOTHER + asked("mother.sex") + deed("mother.nik", "mother.sex")
    found = made(steps, agreement("a", f"treasury.{service}"))

    assert (("held by a registry", "more", "mother.sex") in found.found) == used
    assert bool(found.redesigned.look_ups) == used
    assert ("mother.sex" in found.redesigned.asks()) != used


CONDITION = """
- choose:
    - if: mother.sex = "1"
      steps:
        - refuse: wrong
    - else: []
"""


@pytest.mark.parametrize(("sex", "kind"), [("1", "refused"), ("2", "issued")])
def test_a_condition_reads_what_only_the_residual_form_brought(sex: str, kind: str) -> None:
    found = made(MOTHER + asked("mother.sex") + CONDITION + deed("mother.nik"), agreement("a", "treasury.sex-by-nik"))
    (lookup,) = (item for item in walk(found.after.steps) if isinstance(item, Lookup))

    assert [type(step) for step in lookup.not_found] == [FormStep]
    assert went(found.redesigned, {"mother.nik": "1", "mother.sex": sex}).outcome.kind == kind
    assert went(found.redesigned, {"mother.nik": "1"}, {"sex": sex}).outcome.kind == kind


@pytest.mark.parametrize(("service", "used"), [("phone-by-nik", False), ("six", True)], ids=["most", "everybody"])
def test_what_was_inspected_is_not_left_to_who_finds_only_most_and_to_a_mere_saying(service: str, used: bool) -> None:
    inspect = "\n- check: inspect\n  by: office\n  verifies: [mother.phone]\n"
    steps = MOTHER + asked("mother.phone") + inspect + deed("mother.nik", "mother.phone")
    found = made(steps, agreement("a", f"treasury.{service}"))

    assert bool(found.redesigned.look_ups) == used
    assert ("inspect" in found.redesigned.steps) != used
    assert found.redesigned.before("deed", "mother.phone") == 2


KEY_ON_ONE_WAY = """
- choose:
    - if: mother.nik = "1"
      share: 30%
      steps:
        - decide: one
          by: office
          needs: [mother.sex]
          ways: [{way: good}]
    - else:
        - lookup: find
          service: treasury.six
          about: mother
          gets: [phone]
        - decide: other
          by: office
          needs: [mother.sex]
          ways: [{way: good}]
"""


def test_who_must_be_asked_for_a_key_on_one_way_only_is_asked_there_only() -> None:
    """Both ways read the sex by the phone; on the second one of them a look-up of today tells the phone anyway."""
    steps = MOTHER + asked("{asks: mother.sex, minutes: 30}") + KEY_ON_ONE_WAY + deed("mother.nik")
    found = made(steps, agreement("a", "treasury.phone-by-nik", "treasury.sex-by-phone"))

    redesign = found.analysis.redesign
    assert [service for service, _, _ in found.redesigned.look_ups] == [
        "treasury.phone-by-nik",
        "treasury.sex-by-phone",
        "treasury.six",
        "treasury.sex-by-phone",
    ]
    assert redesign.optimum is not None
    assert redesign.optimum.proven
    choose = next(one for one in found.after.steps if isinstance(one, Choose))
    assert isinstance(choose.branches[0].steps[0], Lookup)


INSPECTED = """
registry: births
title: births
agency: office
services:
  birth-by-nik: {about: person, needs: [nik], gives: [birth_date], coverage: 90%}
---
evidence:
  notice: {title: notice, about: person, carries: [birth_date, sex], minutes: 2}
"""
LOOK = """
- check: look
  by: office
  verifies: [mother.birth_date, mother.sex]
"""


def test_what_is_inspected_stays_so_where_the_papers_of_a_residual_form_show_it() -> None:
    read = "- decide: fine\n  by: office\n  needs: [mother.birth_date]\n  ways: [{way: good}]"
    steps = MOTHER + asked("{asks: mother.birth_date, minutes: 30}", "mother.sex") + read + LOOK
    steps += deed("mother.nik", "mother.birth_date", "mother.sex")
    found = made(steps, INSPECTED, agreement("a", "births.birth-by-nik"))

    look = found.after.step_by_id["look"]
    assert isinstance(look, Check)
    assert (look.verifies, look.inspects) == (("mother.sex",), ("mother.sex",))
    assert found.analysis.redesign.optimum is not None
    assert found.analysis.redesign.optimum.proven
    assert found.redesigned.before("deed", "mother.sex") == 2
    assert found.redesigned.analysis.redesign.after is not None
    assert found.redesigned.analysis.redesign.after.step_by_id["look"] == look, "to redesign it again changes nothing"


def test_who_says_that_he_inspects_needs_no_paper() -> None:
    look = LOOK + "  inspects: [mother.sex]"
    steps = MOTHER + "- form: more\n  asks: [mother.sex]\n  documents: [notice of mother]" + look
    found = made(steps + deed("mother.nik", "mother.sex"), INSPECTED)

    assert found.redesigned.papers() == ["card of mother"]
    assert found.redesigned.before("deed", "mother.sex") == 2


# --- people


def test_a_case_with_none_of_many_goes_through() -> None:
    roles = "{applicant: person, movers: {many: person, expected: 2}}"
    steps = (
        MOTHER.replace("mother", "movers") + asked("movers.name", "movers.phone") + deed("movers.nik", "movers.name")
    )
    found = made(steps, PEOPLE, roles=roles)
    nobody: dict[str, Value] = {"movers.nik": (), "movers.name": (), "movers.phone": ()}

    for one in (found, found.redesigned):
        end = went(one, nobody, {"name": ()}).outcome
        assert end.kind == "issued"
        assert dict(end.outputs[0].facts) == {"movers.nik": (), "movers.name": ()}
    assert "movers.name" not in found.redesigned.asks()


def test_whom_nobody_leads_to_is_not_looked_up() -> None:
    alone = made(asked("child.nik", "mother.name") + deed("child.nik", "mother.name"), PEOPLE)
    led = made(CHILD + asked("mother.name") + deed("child.nik", "mother.name"), PEOPLE)

    assert (alone.redesigned.look_ups, "mother.name" in alone.redesigned.asks()) == ([], True)
    assert "mother.name" not in led.redesigned.asks()
    assert [gets for _, _, gets in led.redesigned.look_ups] == [("mother",), ("name",)]


def test_the_same_element_of_two_people_is_two_questions() -> None:
    found = made(asked("child.name") + asked("mother.name", form="then") + deed("child.name", "mother.name"))

    assert not found.found
    assert found.redesigned.asks() == ["child.name", "mother.name"]


@pytest.mark.parametrize(("applicant", "again"), [("{is: mother}", True), ("person", False)], ids=["one", "two"])
def test_a_person_in_two_roles_is_asked_once(applicant: str, again: bool) -> None:
    roles = f"{{child: person, mother: {{is: child.mother}}, applicant: {applicant}}}"
    steps = asked("mother.name") + asked("applicant.name", form="then")
    found = made(steps + deed("mother.name", "applicant.name"), roles=roles)

    assert ("asked again" in {kind for kind, _, _ in found.found}) == again
    assert len(found.redesigned.asks()) == (1 if again else 2)


# --- forms, documents, judgements


def test_a_document_stays_for_the_one_fact_that_no_service_gives() -> None:
    facts = ("child.name", "child.birth_date", "child.sex")
    paper = asked(*facts) + "  documents: [notice of child]\n"
    check = f"\n- check: notices\n  by: office\n  verifies: [{', '.join(facts)}]\n"
    after = made(CHILD + paper + check + deed("child.nik", *facts), PEOPLE).redesigned

    assert "notice of child" in after.papers()
    assert after.before("deed", "child.sex") == 2
    assert [
        gets for _, _, gets in made(CHILD + paper + check + deed("child.nik", *facts[:2]), PEOPLE).redesigned.look_ups
    ] == [("name", "birth_date")]


def test_an_act_stays_where_everything_else_goes() -> None:
    sign = "\n- form: sign\n  by: mother\n  asks: [mother.phone, {act: signature, id: promise}]\n"
    found = made(asked("child.name") + sign + deed("child.name"))

    assert found.redesigned.asks() == ["child.name", "promise"]
    assert "sign" in found.redesigned.steps


@pytest.mark.parametrize(("needs", "stays"), [("", True), ("needs: []", False)], ids=["silent", "reads nothing"])
def test_a_judgement_that_does_not_say_reads_everything(needs: str, stays: bool) -> None:
    judge = f"\n- decide: judge\n  by: office\n  {needs}\n  ways: [{{way: yes-way}}, {{way: no-way, steps: [refuse: no-good]}}]\n"
    found = made(asked("child.name", "mother.phone") + judge + deed("child.name"))

    assert (("never used", "more", "mother.phone") in found.found) != stays
    assert ("mother.phone" in found.redesigned.asks()) == stays


# --- values


def test_a_mere_saying_does_not_replace_a_surer_value() -> None:
    found = made(MOTHER + LOOKUP.format("person-by-nik") + asked("mother.name") + deed("mother.name"), PEOPLE)
    case = went(found, {"mother.nik": "1", "mother.name": "Sity"}, {"name": "Siti"})

    assert "mother.name" not in found.redesigned.asks()
    assert dict(case.outcome.outputs[0].facts) == {"child.mother.name": "Siti"}


def test_a_value_that_the_registry_does_not_confirm_goes_no_further() -> None:
    found = made(
        MOTHER + asked("mother.name") + LOOKUP.format("confirm") + deed("mother.name"), agreement("a", "people.confirm")
    )
    case = went(found, {"mother.nik": "1", "mother.name": "Sity"}, {"name": "Siti"})

    assert (case.outcome.kind, case.outcome.step, case.outcome.missing) == ("waiting", "names", ("child.mother.name",))


SAME = """
- choose:
    - if: child.sex = "1"
      steps:
        - form: one
          asks: [child.phone, {}]
    - else: []
"""


@pytest.mark.parametrize("here", [True, False], ids=["on every way", "on one way"])
def test_two_roles_are_one_person_only_where_somebody_said_so(here: bool) -> None:
    act = "{act: declaration, id: me, same: [applicant, mother]}"
    steps = asked("child.sex", "mother.name", act if here else "child.birth_date") + SAME.format(act)
    found = made(steps + asked("applicant.name", form="then") + deed("applicant.name", "mother.name"))

    assert (("derivable", "then", "applicant.name") in found.found) == here
    assert len({"applicant.name", "mother.name"}.intersection(found.redesigned.asks())) == (1 if here else 2)
