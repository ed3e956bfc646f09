"""Why a question stays is told by what the service nearest to bringing it lacks."""

import pytest

from analysis.removal import Choice
from analysis.staying import stays
from tests.sketching import agreement, sketch

ASKS_INCOME = """
- form: apply
  asks: [applicant.nik, applicant.income]
  documents: [ktp of applicant]
- check: papers
  by: office
  verifies: [applicant.nik]
- decide: enough
  by: village
  needs: [applicant.income]
  ways:
    - way: enough
      steps: []
    - way: too-much
      steps:
        - refuse: too-much
- issue: deed
  by: office
  carries: [applicant.nik]
"""
INCOMES = """
registry: taxes
title: taxes
agency: village
services:
  income-by-nik: {about: person, needs: [nik], gives: [income]}
  income-by-phone: {about: person, needs: [phone], gives: [income]}
"""


def why(*agreements: str, policy: str = "") -> str:
    return sketch(ASKS_INCOME, INCOMES, *agreements, policy=policy).stays("apply", "applicant.income")


def test_nobody_holds_it() -> None:
    assert sketch(ASKS_INCOME).stays("apply", "applicant.income") == "applicant.income: no service holds it"


@pytest.mark.parametrize(
    ("made", "policy", "reason"),
    [
        ("", "", "office, village has no agreement for taxes.income-by-nik"),
        (agreement("a", "taxes.income-by-nik", purposes="[tax]"), "", "is not for the purpose registration"),
        (agreement("a", "taxes.income-by-nik", until="2026-01-01"), "", "(it ended on 2026-01-01)"),
        (agreement("a", "taxes.income-by-nik", consumer="village", state="planned"), "", "(it is only planned)"),
        (agreement("a", "taxes.income-by-nik", consumer="village"), "", "but not by office"),
        (agreement("a", "taxes.income-by-nik"), "without_agreements: [a]", "the policy leaves out the agreement a"),
        (
            agreement("a", "taxes.income-by-phone") + agreement("b", "taxes.income-by-nik", state="none")[12:],
            "",
            "the agreement b is not in force on 2026-06-15 (it is not concluded)",
        ),
        (
            agreement("a", "taxes.income-by-phone"),
            "",
            "held by taxes.income-by-phone about applicant, but without this",
        ),
    ],
    ids=["no agreement", "purpose", "over", "the step's agency", "only the step's", "left out", "nearest", "key"],
)
def test_the_nearest_to_lawful_is_named(made: str, policy: str, reason: str) -> None:
    assert reason in why(made, policy=policy)


def test_what_a_reviewer_has_decided_is_told_as_such() -> None:
    today = sketch(ASKS_INCOME, INCOMES).today
    item = next(one for one in today.instance.items if one.kind == "question")
    today.bound[item.number] = "decided"

    told = stays(today, Choice(today.instance.everything, 0), ())

    assert {one.subject: one.why.en for one in told}["applicant.nik"] == "a reviewer's decision"


SOME_ONLY = """
- form: apply
  asks: [applicant.nik, applicant.sex, applicant.income]
- choose:
    - if: applicant.sex = "f"
      steps:
        - issue: grant
          by: office
          carries: [applicant.income]
    - else: []
- issue: deed
  by: office
  carries: [applicant.nik]
"""


def test_of_what_is_asked_only_of_some_it_is_told_when_and_why() -> None:
    made = sketch(SOME_ONLY)

    assert made.stays("apply", "applicant.income") == (
        'asked only if applicant.sex = "f"; applicant.income: no service holds it'
    )


def test_a_log_in_that_is_new_is_a_change_and_does_not_stay() -> None:
    made = sketch(ASKS_INCOME)

    assert "log-in added" in {one.kind for one in made.analysis.redesign.changes}
    assert {one.subject for one in made.analysis.redesign.stays} == {"applicant.income"}


# --- what could go, and stays because that is lighter


def test_what_only_a_consent_would_replace_says_so() -> None:
    made = sketch(
        ASKS_INCOME, INCOMES, agreement("a", "taxes.income-by-nik", consent="true"), policy="consent_minutes: 30"
    )

    assert made.stays("apply", "applicant.income") == (
        "the services that could replace it need a person's consent: to ask for that would be more"
    )


def test_what_only_a_service_that_finds_too_few_would_replace_says_so() -> None:
    some = INCOMES.replace("gives: [income]}", "gives: [income], coverage: 0.05}", 1)
    made = sketch(ASKS_INCOME, some, agreement("a", "taxes.income-by-nik"), policy="contact_minutes: 30")

    assert made.stays("apply", "applicant.income") == (
        "the services that could replace it do not find everybody: their residual forms would ask more"
    )


TWO_KEYS = """
- form: apply
  asks: [child.sex, {asks: child.income, minutes: 9}]
- choose:
    - if: child.sex = "f"
      steps:
        - form: one
          asks: [{asks: child.nik, minutes: 20}]
        - notify: first
          whom: child
          needs: [child.income, child.nik]
    - else:
        - form: other
          asks: [child.phone]
        - notify: second
          whom: child
          needs: [child.income, child.phone]
- issue: deed
  by: office
  carries: [child.sex]
"""


def test_what_only_two_services_together_would_replace_says_so() -> None:
    services = INCOMES.replace("gives: [income]}", "gives: [income], key_level: declared}")
    agreed = agreement("a", "taxes.income-by-nik") + agreement("b", "taxes.income-by-phone")[12:]
    made = sketch(TWO_KEYS, services, agreed)

    assert made.stays("apply", "child.income").endswith(
        "only several services together could replace it, and a redesign takes one supplier a fact"
    )


def test_what_several_sides_ask_says_so() -> None:
    sides = """
- form: apply
  asks: [child.sex, child.name]
- parallel:
    - branch: one
      steps:
        - form: first
          asks: [child.phone]
        - {notify: called, whom: child, needs: [child.phone]}
    - branch: two
      steps:
        - form: second
          asks: [{asks: child.phone, if: child.sex = "f"}]
- issue: deed
  by: office
  carries: [child.sex, child.name]
"""
    assert sketch(sides).stays("second", "child.phone") == (
        "several sides of a parallel part ask it: it stays in all of them or in none"
    )


def test_what_is_given_by_one_and_confirmed_by_another_is_no_case_of_several_suppliers() -> None:
    services = """
registry: taxes
title: taxes
agency: village
services:
  says: {about: person, needs: [nik], gives: [income], assurance: declared, coverage: 0.5}
  confirms: {about: person, needs: [nik], confirms: [income]}
"""
    agreed = agreement("a", "taxes.says", "taxes.confirms")
    surer = ASKS_INCOME.replace("needs: [applicant.income]", "needs: [{fact: applicant.income, at: documented}]")
    papers = surer.replace("[ktp of applicant]", "[ktp of applicant, payslip of applicant]")
    made = sketch(
        papers.replace("verifies: [applicant.nik]", "verifies: [applicant.nik, applicant.income]"),
        services,
        "evidence:\n  payslip: {title: payslip, about: person, carries: [income], minutes: 90}",
        agreed,
        policy="contact_minutes: 30",
    )

    assert made.stays("apply", "applicant.income") == (
        "the services that could replace it do not find everybody: their residual forms would ask more"
    )


def test_a_log_in_of_today_is_not_exchanged_for_a_new_one_that_costs_the_same() -> None:
    steps = """
- identify: log-in
  by: applicant
  with: eid
- form: apply
  asks: [applicant.phone]
- lookup: find
  service: taxes.income-by-nik
  about: applicant
- issue: deed
  by: office
  carries: [applicant.income, applicant.phone]
"""
    made = sketch(steps, INCOMES, agreement("a", "taxes.income-by-nik"))

    assert "log-in" in made.redesigned.steps
    assert made.analysis.redesign.changes == ()
