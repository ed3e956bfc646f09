"""Comparing two procedures on made-up cases: what is right is alike, and what is planted is found, in a small case."""

import pytest

from analysis.comparing.comparison import Comparison, Found, compared
from analysis.redesign import redesigned
from processes.procedure import Procedure
from processes.reading import read
from processes.resolved import resolved
from tests.analysis.properties import Examined
from tests.generating import POLICY, tiny
from tests.sketching import Sketch, sketch

SERVICES = """
registry: hall
title: hall
agency: village
services:
  some-by-nik: {about: person, needs: [nik], gives: [name, birth_date, family], coverage: 0.9}
  deed: {about: person, needs: [name, birth_date], gives: [tax_paid], key_level: declared}
"""
TODAY = """
- form: apply
  asks: [child.name, child.birth_date, mother.nik, mother.name, mother.birth_date, father.nik, father.name, child.phone, child.income,
         {asks: child.sex, if: child.income > 100}, {act: signature, id: signed}]
  documents: [ktp of mother, ktp of father, birth-notice of child]
- choose:
    - if: length(child.name) > 20
      steps:
        - back to: apply
          anew: [child.name]
    - else: []
- check: papers
  by: office
  verifies: [mother.nik, mother.name, mother.birth_date, father.nik, father.name, child.birth_date]
- lookup: deed
  service: hall.deed
  about: child
- choose:
    - if: child.tax_paid
      steps:
        - refuse: has-a-deed
    - else: []
- choose:
    - if: child.age_days > 60
      steps:
        - decide: late
          by: head of office
          needs: [child.name, child.birth_date, child.phone]
          ways:
            - way: allowed
            - way: not-allowed
              steps:
                - refuse: late-without-reason
    - else: []
- decide: fine
  by: office
  needs: [mother.name]
  ways:
    - way: good
    - way: incomplete
      steps:
        - back to: apply
    - way: bad
      steps:
        - refuse: not-fine
- parallel:
    - branch: one
      steps:
        - issue: note
          by: office
          carries: [father.name]
    - branch: other
      steps:
        - choose:
            - if: child.income > 5000
              steps:
                - refuse: rich
            - else: []
- issue: deed-made
  by: office
  carries: [child.name, child.birth_date, mother.name, mother.birth_date]
  records: {statistics: [child.income]}
"""
REDESIGN = (
    TODAY.replace("mother.name, mother.birth_date, father.nik, father.name, child.phone", "father.nik, child.phone")
    .replace(
        "mother.nik, mother.name, mother.birth_date, father.nik, father.name, child.birth",
        "mother.nik, father.nik, child.birth",
    )
    .replace(
        "- lookup: deed\n",
        """- lookup: mother
  service: people.person-by-nik
  about: mother
  gets: [name, birth_date]
- lookup: father
  service: hall.some-by-nik
  about: father
  gets: [name]
  not_found:
    - form: father-by-hand
      asks: [father.name]
      documents: [ktp of father]
    - check: father-papers
      by: office
      verifies: [father.name]
- lookup: deed
""",
    )
)
ROLES = "{applicant: person, child: person, mother: {is: child.mother}, father: person}"


def made(steps: str) -> Sketch:
    return sketch(steps, SERVICES, roles=ROLES)


def compare(after: str, before: str = TODAY, number: int = 400, seed: int = 0) -> Comparison:
    one, other = made(before), made(after)
    return compared(one.model, other.model, one.policy, number, seed)


def kinds(result: Comparison) -> set[tuple[str, str, str]]:
    return {(one.difference.kind, one.difference.step, one.difference.subject) for one in result.differences}


def the(result: Comparison, kind: str) -> Found:
    return next(one for one in result.differences if one.difference.kind == kind)


@pytest.fixture(scope="module")
def right() -> Comparison:
    return compare(REDESIGN)


def test_a_right_redesign_ends_every_case_alike(right: Comparison) -> None:
    assert right.is_alike, right.differences
    assert right.alike > 300


def test_every_way_of_both_is_gone(right: Comparison) -> None:
    assert [one for one in right.ways if not one.cases] == []
    places = {(one.goal.side, one.goal.place, one.goal.way) for one in right.ways}
    assert {
        ("before", "choose 0", "0"),  # the return
        ("before", "fine", "incomplete"),
        ("before", "apply: child.sex", "not asked"),
        ("after", "father", "none"),
        ("after", "father", "several"),
        ("after", "choose 3", "0"),  # in a side of the parallel part
    } <= places


def test_a_registry_that_does_not_tell_one_from_another_holds_a_case_up_and_no_more(right: Comparison) -> None:
    assert right.held_up > 0


WRONG = {
    "a look-up of somebody else's fact": (
        ("about: mother\n", "about: father\n"),
        ("level", "deed-made", "child.mother.name"),  # it stands on the paper, but nobody has compared it
    ),
    "a look-up that does not get it all": (
        ("gets: [name, birth_date]", "gets: [name]"),
        ("level", "deed-made", "child.mother.birth_date"),
    ),
    "a question that is needed": (("child.phone, child.income,", "child.income,"), ("level", "late", "child.phone")),
    "a condition a little changed": (("age_days > 60", "age_days >= 60"), ("outcome", "late-without-reason", "issued")),
    "a condition turned round": (
        ("if: child.tax_paid", "if: not(child.tax_paid)"),
        ("outcome", "has-a-deed", "issued"),
    ),
    "a check of papers": (
        ("verifies: [mother.nik, father.nik, child.birth_date]", "verifies: [mother.nik, father.nik]"),
        ("level", "deed-made", "child.birth_date"),
    ),
    "a key that is not sure": (
        ("verifies: [mother.nik, father.nik, child", "verifies: [father.nik, child"),
        ("outcome", "mother", "issued"),
    ),
    "a refusal of a judgement": (
        ("              steps:\n                - refuse: late-without-reason\n", ""),
        ("outcome", "late-without-reason", "refused late-without-reason"),
    ),
    "a refusal in a side": (
        ("              steps:\n                - refuse: rich\n", "              steps: []\n"),
        ("outcome", "rich", "refused rich"),
    ),
    "a judgement": (
        ("  by: office\n  needs: [mother.name]\n", "  needs: [mother.name]\n"),
        ("outcome", "not-fine", "refused not-fine"),
    ),
    "what a judgement reads": (
        ("needs: [child.name, child.birth_date, child.phone]", "needs: [child.name, child.birth_date]"),
        ("level", "late", "child.phone"),
    ),
    "the way of those who are not found": (
        (REDESIGN[REDESIGN.index("  not_found:") : REDESIGN.index("- lookup: deed\n")], ""),
        ("outcome", "father", "issued"),
    ),
    "the papers of those who are not found": (
        (
            "      documents: [ktp of father]\n    - check: father-papers\n      by: office\n      verifies: [father.name]\n",
            "",
        ),
        ("level", "note", "father.name"),
    ),
    "what is carried": (("carries: [father.name]", "carries: []"), ("output", "note", "father.name")),
    "what is recorded": (
        ("records: {statistics: [child.income]}", "note: nothing"),
        ("record", "statistics", "child.income"),
    ),
    "an act": ((", {act: signature, id: signed}", ""), ("act", "signed", "signed")),
    "an output": (
        ("- issue: note\n          by: office\n          carries: [father.name]", "- notify: note"),
        ("output", "note", ""),
    ),
    "where a return asks anew": (("          anew: [child.name]\n", ""), ("outcome", "apply", "issued")),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_in_a_redesign_is_found(what: str) -> None:
    (old, new), expected = WRONG[what]
    assert REDESIGN.count(old) == 1, "the plant must change something"
    number = 400 if what == "a condition a little changed" else 150  # few cases lie on the border
    result = compare(REDESIGN.replace(old, new), number=number)

    assert not result.is_alike
    assert expected in kinds(result)


def test_a_key_that_was_answered_wrongly_at_first_finds_whoever_it_is_about() -> None:
    """Else a look-up by it would be stuck, as its service finds everybody; that a return asks it anew is compared all the same."""
    form = "- form: apply\n  asks: [child.name, child.birth_date]\n"
    look_up = "- lookup: paid\n  service: hall.deed\n  about: child\n"
    rest = """
- decide: fine
  by: office
  needs: [child.name]
  ways:
    - way: good
    - way: wrong
      steps:
        - back to: apply
          anew: [child.name]
- issue: deed-made
  by: office
  carries: [child.name]
"""
    result = compare(form + look_up + rest, form + rest, 100)

    assert result.is_alike
    assert not compare(form + look_up + rest.replace("          anew: [child.name]\n", ""), form + rest, 100).is_alike


NOTICES = """
- form: apply
  asks: [child.name, child.income]
- {{notify: received, whom: applicant, carries: [child.name]}}
{}- choose:
    - if: child.income > 50
      steps:
{}        - refuse: rich
    - else: []
- issue: deed
  by: office
  carries: [child.name]
"""
TOLD = "- {notify: told, whom: WHOM, carries: [child.name]}\n"
WHY = "        - {notify: why, whom: applicant, carries: [child.income]}\n"
BOTH = NOTICES.format(TOLD.replace("WHOM", "applicant"), WHY)


@pytest.mark.parametrize(
    ("before", "after", "gone"),
    [
        (BOTH, NOTICES.format("", WHY), set()),  # the other notice tells the same one as much
        (NOTICES.format(TOLD.replace("WHOM", "child"), WHY), NOTICES.format("", WHY), {("step", "told", "")}),
        (BOTH, NOTICES.format("", ""), {("step", "why", "")}),  # of a case that is refused, too
        (BOTH, NOTICES.format("", "").replace("received, whom: applicant, carries: [child.name]", "received, whom: applicant"),
         {("step", "told", ""), ("step", "why", ""), ("level", "received", "child.name")}),
    ],
    ids=["with another", "to somebody else", "before a refusal", "with one that tells less"],
)  # fmt: skip
def test_a_notice_that_is_gone_is_told_with_another_or_is_found(
    before: str, after: str, gone: set[tuple[str, str, str]]
) -> None:
    assert kinds(compare(after, before, 60)) == gone


def test_a_look_up_of_somebody_elses_fact_leaves_what_is_issued_without_it() -> None:
    steps = """
- form: apply
  asks: [mother.nik, father.nik{}]
- check: look
  by: office
  verifies: [mother.nik, father.nik]
{}- issue: deed
  by: office
  carries: [mother.name at declared]
"""
    before = steps.format(", mother.name", "")
    look_up = "- lookup: data\n  service: people.person-by-nik\n  about: {}\n  gets: [name]\n"
    about_her, about_him = (steps.format("", look_up.format(who)) for who in ("mother", "father"))

    assert compare(about_her, before, 50).is_alike
    result = compare(about_him, before, 50)
    assert ("output", "deed", "child.mother.name") in kinds(result)
    assert the(result, "output").says.en == "'deed' carries mother.name without a value"


def test_the_smallest_case_holds_little_but_what_matters() -> None:
    result = compare(REDESIGN.replace("age_days > 60", "age_days > 61"))
    case = the(result, "outcome").case

    facts = dict(case.facts)
    assert str(facts["child.birth_date"]) == "2026-04-15", "61 days before"
    assert dict(case.decisions)["late"] == ("not-allowed",)
    assert case.registries == ()
    assert (case.before.step, case.after.kind) == ("late-without-reason", "issued")
    assert set(facts) <= {"child.birth_date", "child.income", "child.name", "child.tax_paid", "child.sex"}


def test_the_same_seed_gives_the_same_cases() -> None:
    wrong = REDESIGN.replace("age_days > 60", "age_days > 61")

    assert compare(wrong, number=150, seed=7) == compare(wrong, number=150, seed=7)


def test_a_way_that_no_case_can_take_is_told_with_the_reason() -> None:
    never = TODAY.replace("if: child.age_days > 60", "if: child.age_days > 60 and child.age_days < 50")
    result = compare(never, before=never, number=120)

    not_taken = {
        (one.goal.side, one.goal.place, one.goal.way): one.why.en for one in result.ways if one.why is not None
    }
    assert "no values were found" in not_taken["before", "choose 2", "0"]
    assert "no case came" in not_taken["before", "late", "allowed"]
    assert result.is_alike


def test_two_refusals_that_swap_places_may_refuse_for_the_other_reason() -> None:
    one = "- choose:\n    - if: child.income > 50\n      steps:\n        - refuse: rich\n    - else: []\n"
    other = "- choose:\n    - if: child.age_days > 60\n      steps:\n        - refuse: late\n    - else: []\n"
    head, tail = (
        "- form: apply\n  asks: [child.income, child.birth_date]\n",
        "- issue: deed\n  carries: [child.income]\n",
    )
    result = compare(head + other + one + tail, before=head + one + other + tail, number=100)

    assert result.is_alike and result.other_reason > 0
    swapped = compare(
        head
        + (one + other)
        .replace("refuse: rich", "refuse: x")
        .replace("refuse: late", "refuse: rich")
        .replace("refuse: x", "refuse: late")
        + tail,
        before=head + one + other + tail,
        number=100,
    )
    assert not swapped.is_alike, "reasons that change places without their conditions are no swap of refusals"


EACH = """
- form: apply
  asks: [movers.income, movers.nik, {asks: movers.phone, if: movers.income > 5}]
- choose:
    - if: count(movers.nik) > 2
      steps:
        - refuse: too-many
    - else: []
- issue: deed
  by: office
  carries: [movers.phone]
"""


def test_members_of_a_many_role_are_tried_in_numbers_and_one_by_one() -> None:
    one = sketch(EACH, SERVICES, roles="{applicant: person, movers: {many: person}}")
    wrong = sketch(
        EACH.replace("movers.income > 5}", "movers.income > 6}"),
        SERVICES,
        roles="{applicant: person, movers: {many: person}}",
    )
    same = compared(one.model, one.model, one.policy, 200)

    assert same.is_alike and all(way.cases for way in same.ways)
    assert not compared(one.model, wrong.model, one.policy, 200).is_alike


@pytest.mark.parametrize("seed", [*range(30), 175])  # 175: a look-up by the phone of somebody who perhaps has none
def test_redesigns_of_random_procedures_end_alike(seed: int) -> None:
    examined = Examined(tiny(seed))
    if examined.after is not None:
        result = compared(examined.made.model, examined.after_model, POLICY, 60, seed)

        assert result.is_alike, (result.differences, examined.made.yaml())


@pytest.mark.slow
def test_the_redesign_of_the_birth_certificate_is_alike_and_less_is_not() -> None:
    found = read(["processes/purbalingga/procedures/akta-kelahiran.yaml"])
    [procedure], [policy] = found.procedures, found.policies
    after = redesigned(procedure, found.catalogue, policy).after
    assert after is not None

    def result(other: Procedure, number: int) -> Comparison:
        return compared(resolved(procedure, found.catalogue), resolved(other, found.catalogue), policy, number)

    right = result(after, 300)
    assert right.is_alike and all(way.cases for way in right.ways)
    apply = after.steps[0]
    for dropped in apply.only or ():  # type: ignore[union-attr]  # it is a form
        fewer = apply.model_copy(update={"only": tuple(one for one in apply.only if one != dropped)})  # type: ignore[union-attr]
        assert not result(after.model_copy(update={"steps": (fewer, *after.steps[1:])}), 60).is_alike, dropped


# --- sides beside each other

APPLIES = "- form: apply\n  asks: [child.name]\n"
ASKS = "- form: more\n  asks: [child.phone]\n"
TELLS = "- notify: told\n  carries: [child.phone]\n"
DEED = "- issue: deed\n  by: office\n  carries: [child.name, child.phone]\n"


def sides(*steps: str) -> str:
    branches = [f"    - branch: side-{n}\n      steps:\n{_within(one, 8)}" for n, one in enumerate(steps)]
    return "- parallel:\n" + "".join(branches)


def _within(steps: str, columns: int) -> str:
    return "".join(f"{' ' * columns}{line}\n" for line in steps.splitlines())


def test_sides_that_disturb_each_other_differ_in_one_of_the_orders_in_which_they_can_be_done() -> None:
    """In the order of the text all is well; the other way round somebody is told what nobody has said yet."""
    one_after_the_other, beside = APPLIES + ASKS + TELLS + DEED, APPLIES + sides(ASKS, TELLS) + DEED

    found = compare(beside, one_after_the_other, number=30)
    turned = compare(APPLIES + sides(TELLS, ASKS) + DEED, one_after_the_other, number=30)

    assert kinds(found) == kinds(turned) == {("level", "told", "child.phone")}
    assert the(found, "level").case.last_side_first
    assert not the(turned, "level").case.last_side_first


def test_what_is_chance_today_may_be_chance_in_the_redesign() -> None:
    """Either side may be the first to refuse, today and then."""

    def refusing(name: str, condition: str) -> str:
        return f"- choose:\n    - if: {condition}\n      steps: [{{refuse: {name}}}]\n    - else: []\n"

    asks = APPLIES + ASKS
    one, other = refusing("long", "length(child.name) > 3"), refusing("known", "length(child.phone) > 3")

    assert compare(asks + sides(other, one) + DEED, asks + sides(one, other) + DEED, number=60).is_alike
    assert not compare(asks + sides(other, one) + DEED, asks + one + DEED, number=60).is_alike


SIGNED = """
- approve: one
  by: head of office
  needs: [child.name]
- approve: other
  by: {by}
  needs: [child.phone]
"""


@pytest.mark.parametrize(
    ("by", "needs", "alike"),
    [
        ("head of office", "child.name, child.phone", True),
        ("head of office", "child.name", False),
        ("office", "child.name, child.phone", False),
    ],
)
def test_two_signatures_that_have_become_one_are_both_given(by: str, needs: str, alike: bool) -> None:
    """Only by the same officer, who reads what he read for both."""
    once = f"- approve: one\n  by: head of office\n  needs: [{needs}]\n"

    found = compare(APPLIES + ASKS + once + DEED, APPLIES + ASKS + SIGNED.replace("{by}", by) + DEED, number=10)

    assert found.is_alike == alike
