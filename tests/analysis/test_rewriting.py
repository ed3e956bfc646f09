"""What is left of steps in a redesign, and what is put in besides look-ups."""

import pytest

from analysis.comparing.comparison import compared
from processes.procedure import Back, Check, FormStep, Lookup, Wait, walk
from tests.sketching import Sketch, agreement, sketch

PARTLY = """
registry: partly
title: partly
agency: village
services:
  by-nik: {about: person, needs: [nik], gives: [name, birth_date, phone, income, sex], coverage: 0.99}
---
evidence:
  card: {title: card, about: person, carries: [nik]}
"""
AGREED = agreement("partly", "partly.by-nik")
CHILD = """
- form: apply
  asks: [child.nik]
  documents: [card of child]
- check: papers
  by: office
  minutes: 7
  verifies: [child.nik{}]
"""


def residual(found: Sketch) -> list[object]:
    """Return the steps of the residual forms."""
    return [step for item in walk(found.after.steps) if isinstance(item, Lookup) for step in item.not_found]


# --- what stays


def test_the_request_stays_as_one_press_of_a_button() -> None:
    found = sketch("- form: apply\n  minutes: 12\n  asks: [child.phone]\n- issue: deed\n  by: office\n  carries: []\n")

    (request,) = (item for item in walk(found.after.steps) if isinstance(item, FormStep))
    assert (request.id, request.only, found.redesigned.asks(), request.minutes) == ("apply", (), [], 0)


def test_a_form_shares_out_the_minutes_of_what_stays() -> None:
    found = sketch("""
- form: apply
  minutes: 30
  asks: [{asks: child.name, minutes: 1}, {asks: child.phone, minutes: 2}]
- issue: deed
  by: office
  carries: [child.name]
""")

    assert found.after.step_by_id["apply"].minutes == 10


def test_of_a_question_that_a_form_asks_twice_one_stays() -> None:
    found = sketch("""
- form: apply
  asks: [child.name, child.phone, child.name]
- issue: deed
  by: office
  carries: [child.name]
""")

    assert found.redesigned.asks("apply") == ["child.name"]


def test_of_a_question_that_stands_twice_the_one_that_everybody_is_asked_can_be_kept() -> None:
    """The first is asked of some only; the second is told from it as `child.name#2`."""
    found = sketch("""
- form: apply
  asks: [child.sex, {asks: child.name, if: child.sex = "1"}, child.name]
- issue: deed
  by: office
  carries: [child.name]
""")

    (form,) = (item for item in walk(found.after.steps) if isinstance(item, FormStep))
    assert form.only == ("child.name#2",)
    assert [question.condition for question in found.redesigned.model.questions(form)] == [None]


def test_a_check_keeps_what_somebody_needs_surer() -> None:
    found = sketch("""
- form: apply
  asks: [child.name, child.phone]
- check: look
  by: office
  verifies: [child.phone, child.name]
- issue: deed
  by: office
  carries: [child.name at documented]
""")

    step = found.after.step_by_id["look"]
    assert isinstance(step, Check)
    assert step.verifies == ("child.name",)


def test_a_check_that_names_a_fact_under_two_names_keeps_it_once() -> None:
    found = sketch("""
- form: apply
  asks: [mother.name]
- check: look
  by: office
  verifies: [child.mother.name, mother.name]
- issue: deed
  by: office
  carries: [mother.name at documented]
""")

    step = found.after.step_by_id["look"]
    assert isinstance(step, Check)
    assert len(step.verifies) == 1


LETTER = """
- form: apply
  asks: [child.name]
- issue: note
  by: village
  letter: true
  carries: [child.name]
  {more}
- issue: deed
  by: office
  carries: [child.name]
"""


@pytest.mark.parametrize(
    ("more", "stays"),
    [
        ("minutes: 1", False),
        ("records: {statistics: [child.name]}", True),
        ("gives: [child.phone]", True),
        ("changes: [people]", True),
    ],
    ids=["a mere letter", "enters it in a register", "brings a fact of its own", "changes a registry"],
)
def test_a_letter_that_does_more_than_carry_stays(more: str, stays: bool) -> None:
    assert ("note" in sketch(LETTER.format(more=more)).redesigned.steps) is stays


DECIDES = """
- form: apply
  asks: [child.nik]
  documents: [card of child]
- check: papers
  by: office
  verifies: [child.nik]
- lookup: known
  service: partly.by-nik
  about: child
  gets: [phone]
  not_found:
    - {not_found}
- issue: deed
  by: office
  carries: [child.nik]
"""


@pytest.mark.parametrize(
    ("not_found", "stays"), [("refuse: nobody", True), ("{form: by-hand, asks: [child.phone]}", False)]
)
def test_a_look_up_that_refuses_whom_it_does_not_find_is_a_decision(not_found: str, stays: bool) -> None:
    found = sketch(DECIDES.format(not_found=not_found), PARTLY, AGREED)

    assert ("known" in found.redesigned.steps) is stays


BY_HAND = """
- form: apply
  asks: [child.nik, child.sex]
  documents: [card of child]
- check: papers
  by: office
  verifies: [child.nik]
- lookup: known
  service: partly.by-nik
  about: child
  gets: [phone]
  not_found:
{by_hand}
{then}
- issue: deed
  by: office
  carries: [child.nik, child.sex{carries}]
"""
BY_HAND_CHECKED = """\
    - {form: by-hand, asks: [child.phone, child.income, child.sex], documents: [kk of child]}
    - {check: seen, by: office, verifies: [child.income]}"""


WHOLLY = "wholly.by-nik"
EVERYBODY = """
registry: wholly
title: wholly
agency: village
services:
  by-nik: {about: person, needs: [nik], gives: [phone]}
"""


def test_what_is_asked_by_hand_goes_with_its_look_up_where_another_service_finds_more() -> None:
    steps = BY_HAND.format(by_hand=BY_HAND_CHECKED, then="", carries=", child.phone")
    found = sketch(steps, PARTLY, EVERYBODY, agreement("wholly", WHOLLY), policy="contact_minutes: 10")

    assert [service for service, _, _ in found.redesigned.look_ups] == [WHOLLY]
    assert "by-hand" not in found.redesigned.steps
    optimum, after = found.analysis.redesign.optimum, found.analysis.redesign.burden_after
    assert optimum is not None and after is not None and optimum.proven
    assert optimum.minutes == pytest.approx(after.citizen_minutes, abs=0.01)


def test_where_a_look_up_finds_nothing_only_what_it_was_to_give_and_somebody_reads_is_asked() -> None:
    found = sketch(BY_HAND.format(by_hand=BY_HAND_CHECKED, then="", carries=", child.phone"), PARTLY)

    assert found.redesigned.asks("by-hand") == ["child.phone"]
    assert found.redesigned.papers("by-hand") == []
    assert "seen" not in found.redesigned.steps
    assert {("never used", "by-hand", "child.income"), ("asked again", "by-hand", "child.sex")} <= found.found
    assert ("document needless", "by-hand", "kk of child") in found.found
    assert ("check needless", "seen", "seen") in found.found
    assert found.stays("by-hand", "child.phone") == "it is asked only where a look-up finds nothing"
    assert compared(found.model, found.redesigned.model, found.policy, 60).is_alike


def test_where_a_look_up_finds_nothing_and_nothing_is_left_to_ask_the_case_goes_on() -> None:
    chooses = "- choose:\n    - if: child.phone is known\n      steps:\n        - notify: call\n          whom: child\n    - else: []"
    steps = BY_HAND.format(by_hand="    - {form: by-hand, asks: [child.income]}", then=chooses, carries="")
    found = sketch(steps, PARTLY, AGREED)

    assert found.redesigned.asks("by-hand") == []
    look_up = found.after.step_by_id["known"]
    assert isinstance(look_up, Lookup)
    assert [type(one) for one in look_up.not_found] == [Wait]
    assert compared(found.model, found.redesigned.model, found.policy, 60).is_alike


KNOWN_OR_NOT = """
- form: apply
  asks: [child.nik, child.sex]
  documents: [card of child]
- check: papers
  by: office
  verifies: [child.nik]
- choose:
    - if: child.sex = "1"
      steps:
        - form: more
          asks: [child.phone]
    - else: []
- choose:
    - if: child.phone is {known}
      steps:
        - refuse: without
    - else: []
- issue: deed
  by: office
  carries: [child.nik]
"""


@pytest.mark.parametrize("known", ["known", "not known"])
def test_whether_a_fact_is_known_stays_what_it_was_on_every_way(known: str) -> None:
    found = sketch(KNOWN_OR_NOT.format(known=known), PARTLY, AGREED)

    assert "child.phone" in found.redesigned.asks("more")
    assert found.stays("more", "child.phone") == "a condition asks whether it is known"
    assert found.redesigned.look_ups == [], "it would be known to all"


# --- returns to what is gone


RETURN = """
- form: apply
  asks: [child.name]
- form: gone
  asks: [child.phone]
{between}
- decide: fine
  by: office
  needs: [child.name]
  ways:
    - way: good
    - way: bad
      share: 0.2
      steps:
        - back to: gone
- issue: deed
  by: office
  carries: [child.name, child.sex]
"""
CHOICE = """- choose:
    - if: child.name = "x"
      steps:
        - notify: x
    - else: []
- form: sex
  asks: [child.sex]"""


@pytest.mark.parametrize(
    ("between", "target"),
    [("- form: sex\n  asks: [child.sex]", "sex"), (CHOICE, "gone")],
    ids=["a step", "a choice"],
)
def test_a_return_to_a_step_that_is_gone_leads_to_what_followed_it(between: str, target: str) -> None:
    found = sketch(RETURN.format(between=between))

    (back,) = (item for item in walk(found.after.steps) if isinstance(item, Back))
    assert back.target == target
    assert isinstance(found.after.step_by_id[target], FormStep if target == "sex" else Wait)
    assert "child.phone" not in found.redesigned.asks()


def test_a_return_leads_to_the_look_up_that_is_put_in_for_the_step_that_is_gone() -> None:
    found = sketch(
        CHILD.format("")
        + """
- form: more
  asks: [child.phone]
- decide: fine
  by: office
  needs: [child.phone]
  ways:
    - way: good
    - way: bad
      share: 0.2
      steps:
        - back to: more
- issue: deed
  by: office
  carries: [child.nik]
""",
        PARTLY.replace("coverage: 0.99", "coverage: 1"),
        AGREED,
    )

    (back,) = (item for item in walk(found.after.steps) if isinstance(item, Back))
    assert isinstance(found.after.step_by_id[back.target], Lookup)


# --- residual forms


def test_a_residual_form_asks_just_what_somebody_needs() -> None:
    found = sketch(
        CHILD.format("")
        + "- form: more\n  asks: [{asks: child.phone, minutes: 4}, child.sex, child.income]\n"
        + "- issue: deed\n  by: office\n  carries: [child.nik, child.phone, child.income]\n",
        PARTLY,
        AGREED,
    )

    (form,) = residual(found)
    assert isinstance(form, FormStep)
    assert [(str(one.asks), one.minutes) for one in form.asks] == [("child.phone", 4), ("child.income", 0.33)]
    assert (form.documents, form.by) == ((), "applicant")


def test_a_residual_form_takes_the_papers_that_prove_and_has_them_checked() -> None:
    found = sketch(
        CHILD.format("")
        + "- form: more\n  asks: [child.name]\n  documents: [birth-notice of child]\n"
        + "- form: then\n  asks: [{asks: child.birth_date, minutes: 40}]\n"
        + "- check: notices\n  by: office\n  minutes: 9\n  verifies: [child.birth_date]\n"
        + "- issue: deed\n  by: office\n  carries: [child.nik, child.birth_date at documented]\n",
        PARTLY,
        AGREED,
        policy="contact_minutes: 1",
    )

    form, check = residual(found)
    assert isinstance(form, FormStep)
    assert isinstance(check, Check)
    assert (form.asks, [one.document for one in form.documents]) == ((), ["ktp of child"]), (
        "the cheapest that carries it"
    )
    assert (check.verifies, check.by, check.minutes) == (("child.birth_date",), "office", 9)


def test_minutes_of_a_residual_question_are_those_of_one_of_many() -> None:
    roles = "{applicant: person, child: {many: person, expected: 4}}"
    found = sketch(
        CHILD.format("")
        + "- form: more\n  asks: [{asks: child.phone, minutes: 3}]\n"
        + "- issue: deed\n  by: office\n  carries: [child.nik, child.phone]\n",
        PARTLY,
        AGREED,
        roles=roles,
    )

    (form,) = residual(found)
    assert isinstance(form, FormStep)
    assert [one.minutes for one in form.asks] == [3]


@pytest.mark.parametrize(
    ("known", "fact"),
    [
        ("lookup: find\n  service: people.nik-by-name\n  about: child\n  gets: [nik]", "child.nik"),
        ("derive: compute\n  computes: {child.phone: child.birth_date}", "child.phone"),
    ],
    ids=["looked up", "computed"],
)
def test_what_only_some_are_asked_stays_if_more_is_known_of_them_then(known: str, fact: str) -> None:
    found = sketch(f"""
- form: apply
  asks: [child.name, child.sex]
- choose:
    - if: child.sex = "m"
      steps:
        - form: more
          asks: [child.birth_date]
    - else: []
- {known}
- choose:
    - if: {fact} is known
      steps: [{{refuse: unfit}}]
    - else: []
- issue: deed
  by: office
  carries: [child.name, child.sex]
""")

    assert "more" in found.after.step_by_id
