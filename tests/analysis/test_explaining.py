"""One fact explained: sources, readers with the reason of their level, and why each other supplier is not chosen."""

import re

import pytest

from analysis.compiling import compiled
from analysis.drawing.derivation import derivation
from analysis.explaining.explanation import Explanation, explained, known_facts
from analysis.redesign import redesigned
from analysis.removal import Today
from tests.generating import few, few_policy
from tests.seeds import blocks
from tests.sketching import CATALOGUE, Sketch, agreement, sketch

STEPS = """
- form: apply
  asks: [applicant.nik, applicant.name, applicant.birth_date, applicant.income]
  documents: [ktp of applicant]
- check: papers
  by: office
  verifies: [applicant.nik]
- decide: enough
  by: office
  needs: [applicant.income, {fact: applicant.name, at: declared, rests_on: {law: UU 1/2000}}]
  ways:
    - way: enough
      steps: []
    - way: too-much
      steps:
        - refuse: too-much
- issue: deed
  by: office
  carries: [applicant.nik, applicant.birth_date]
"""
CARD = "evidence:\n  ktp: {title: identity card, about: person, carries: [nik], minutes: 5}\n"
NO_LOG_IN = "new_log_ins: false"
LAWFUL = CARD + agreement("a", "people.person-by-nik")
CIRCLE = """
registry: people
title: people
agency: village
services:
  nik-by-name: {about: person, needs: [name], gives: [nik], key_level: declared}
  name-by-nik: {about: person, needs: [nik], gives: [name], key_level: declared}
"""


def told(fact: str, *more: str, steps: str = STEPS, policy: str = NO_LOG_IN) -> Explanation:
    made = sketch(steps, *more, policy=policy)
    found = explained(made.today, made.analysis.redesign, fact)
    assert found is not None
    return found


def why(found: Explanation, name: str) -> str:
    (one,) = [one for one in found.options if one.name == name]
    return one.why_not.en if one.why_not else "used"


def test_where_a_fact_comes_from_and_where_it_will() -> None:
    found = told("applicant.name", LAWFUL)

    assert [(one.kind, one.step, one.what, one.level) for one in found.today] == [
        ("question", "apply", "applicant.name", 1)
    ]
    assert ("document", "ktp of applicant", 2) in [
        (one.kind, one.what, one.level) for one in told("applicant.name").today
    ]
    assert all(one.where.line for one in found.today)
    (looked_up,) = [one for one in found.redesigned if one.kind == "look-up"]
    assert looked_up.what == "people.person-by-nik about applicant"
    assert looked_up.keys == ("applicant.nik",)
    assert [key for key, _ in found.behind] == ["applicant.nik"]
    assert {one.kind for one in dict(found.behind)["applicant.nik"]} == {"document", "check"}


def test_who_needs_it_and_why_so_sure() -> None:
    (name,) = told("applicant.name").readers
    assert (name.step, name.what, name.level, name.because, name.ground) == (
        "enough",
        "judgement",
        1,
        "law",
        "UU 1/2000",
    )
    (income,) = told("applicant.income").readers
    assert (income.level, income.because) == (1, "today")
    assert [(one.step, one.level) for one in told("applicant.nik").readers] == [("deed", 2)]


def test_a_key_of_what_the_redesign_puts_in_has_a_reader_more() -> None:
    readers = told("applicant.nik", LAWFUL).readers

    assert [one.because for one in readers] == ["today", "key"]
    assert readers[1].step.startswith("look-up")
    assert [one.fate for one in readers] == ["stays", "added"]


def test_what_is_chosen_and_what_is_not_needed() -> None:
    both = agreement("a", "people.person-by-nik", "people.confirm")
    found = told("applicant.name", CARD, both)

    assert why(found, "people.person-by-nik about applicant") == "used"
    assert "it comes with ktp of applicant" in why(told("applicant.name", both), "people.person-by-nik about applicant")
    assert why(found, "people.confirm about applicant") == "nobody needs it any surer"
    assert "nobody" in why(told("applicant.phone", _holding("gives: [phone]")), "people.held about applicant")


def _holding(offer: str, *agreements: str) -> str:
    return (
        f"registry: people\ntitle: people\nagency: village\nservices:\n  held: {{about: person, needs: [nik], {offer}}}\n---\n"
        + ("".join(agreements) or agreement("h", "people.held"))
    )


@pytest.mark.parametrize(
    ("offer", "agreed", "reason"),
    [
        ("gives: [income]", agreement("h", "people.held", until="2026-01-01"), "it ended on 2026-01-01"),
        ("gives: [income]", agreement("h", "people.held", purposes="[tax]"), "not for the purpose registration"),
        ("gives: [income]", agreement("h", "people.held", consumer="village"), "office has no agreement"),
        ("gives: [income, name]", agreement("h", "people.held", facts="[name]"), "does not cover income"),
        ("gives: [income]", agreement("h", "people.held"), "used"),
        ("gives: [income], key_level: authoritative", agreement("h", "people.held"), "is only documented"),
    ],
    ids=["date", "purpose", "consumer", "fact", "used", "key"],
)
def test_why_a_service_is_not_used(offer: str, agreed: str, reason: str) -> None:
    found = told("applicant.income", _holding(offer, agreed))

    assert reason in why(found, "people.held about applicant")


def test_a_log_in_that_the_redesign_adds_is_told_as_source_key_and_option() -> None:
    """With it a key is authoritative that a checked paper makes documented only."""
    sure = _holding("gives: [income], key_level: authoritative")
    income, nik = told("applicant.income", sure, policy=""), told("applicant.nik", sure, policy="")

    assert why(income, "people.held about applicant") == "used"
    assert [(key.needed, key.there) for one in income.options if one.used for key in one.keys] == [(3, 3)]
    (log_in,) = nik.redesigned
    assert (log_in.kind, log_in.step, log_in.what, log_in.level) == ("log-in", "log-in-applicant", "eid", 3)
    assert why(nik, "eid") == "used"


def test_what_is_asked_only_of_some_is_told_as_such() -> None:
    steps = """
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
    found = told("applicant.income", _holding("gives: [income], coverage: 0.5"), steps=steps)

    (asked,) = found.redesigned
    assert asked.conditional and not found.today[0].conditional
    assert [one.en.split(";")[0] for one in found.stays] == ['asked only if applicant.sex = "f"']
    assert "is only declared" in why(found, "people.held about applicant")


def test_coverage_that_is_not_enough_is_told() -> None:
    steps = """
- form: apply
  asks: [applicant.nik]
  documents: [ktp of applicant]
- check: papers
  by: office
  verifies: [applicant.nik]
- lookup: sex
  by: office
  service: people.held
  about: applicant
- issue: deed
  by: office
  carries: [{fact: applicant.sex, at: documented}]
"""
    partly = """
registry: people
title: people
agency: village
services:
  held: {about: person, needs: [nik], gives: [sex]}
  partly: {about: person, needs: [nik], gives: [sex], coverage: 0.9}
"""
    made = agreement("h", "people.held", "people.partly")

    assert why(told("applicant.sex", partly, made, steps=steps), "people.partly about applicant") == (
        "at most declared, as it finds nothing in 10% of cases; needed documented"
    )


def test_what_would_be_a_circle_is_told_as_one() -> None:
    steps = """
- form: apply
  asks: [applicant.nik, applicant.name]
- issue: deed
  by: office
  carries: [applicant.nik, applicant.name]
"""
    made = agreement("a", "people.nik-by-name", "people.name-by-nik")
    found = told("applicant.nik", CIRCLE, made, steps=steps), told("applicant.name", CIRCLE, made, steps=steps)
    reasons = {why(found[0], "people.nik-by-name about applicant"), why(found[1], "people.name-by-nik about applicant")}

    assert "used" in reasons, "one gives the other"
    assert len(reasons) == 2

    none = """
- form: apply
  asks: [applicant.nik]
- issue: deed
  by: office
  carries: [applicant.nik]
"""
    assert why(told("applicant.nik", CIRCLE, made, steps=none), "people.nik-by-name about applicant") == (
        "a circle: its key (applicant.name) is itself there, or sure enough, only with this fact"
    )


def test_documents_and_log_ins_of_the_catalogue_are_options() -> None:
    found = told("applicant.nik", steps=STEPS.replace("ktp of", "kk of"))
    by_kind = {(one.kind, one.name): one for one in found.options}

    assert ("document", "ktp of applicant") in by_kind
    log_in = by_kind["log-in", "eid"]
    assert log_in.why_not is not None and log_in.level == 3
    rare = CATALOGUE.replace("about: person, minutes: 1}", "about: person, minutes: 1, coverage: 0.25}")
    made = Sketch(sketch(STEPS).procedure, sketch(STEPS, rare).catalogue, sketch(STEPS).policy)
    again = explained(made.today, made.analysis.redesign, "applicant.nik")
    assert again is not None
    assert why(again, "eid") == "only 25% of people can use it"


def test_a_fact_is_known_by_any_of_its_names_and_others_are_not() -> None:
    made = sketch(STEPS)

    one = explained(made.today, made.analysis.redesign, "child.mother.name")
    other = explained(made.today, made.analysis.redesign, "mother.name")
    assert one == other and one is not None and one.fact == "mother.name"
    assert explained(made.today, made.analysis.redesign, "child.nme") is None
    assert {"child.name", "mother.nik", "applicant.income"} <= set(known_facts(made.today))


# --- as a drawing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_drawing_shows_all_of_it_and_is_always_the_same(language: str) -> None:
    found = told("applicant.name", LAWFUL)

    drawn = derivation(found, "id" if language == "id" else "en")

    assert drawn == derivation(found, "id" if language == "id" else "en")
    text = re.sub(r"<[^>]*>", " ", drawn)
    assert {"id": "Person by nik applicant", "en": "Person by nik of the applicant"}[language] in text
    assert {"id": "penelusuran data", "en": "look-up"}[language] in text
    assert {"id": "hukum: UU 1/2000", "en": "the law: UU 1/2000"}[language] in text


def test_names_that_mean_something_to_graphviz_are_only_text() -> None:
    evil = told("applicant.name", steps=STEPS.replace("law: UU 1/2000", r"law: '\"><b>\N]; x [label=\"'"))

    drawn = derivation(evil, "en")

    assert "<b>" not in drawn
    assert "&lt;b&gt;" in drawn


def test_what_is_dearer_and_what_another_does_as_well() -> None:
    rare = _holding("gives: [income], coverage: 0.5", agreement("h", "people.held"))
    assert "it could, but the redesign that was chosen asks less" in why(
        told("applicant.income", rare, policy=f"contact_minutes: 60\n{NO_LOG_IN}"), "people.held about applicant"
    )
    shown = sketch(
        STEPS.replace(", applicant.income]", "]", 1).replace(
            "[ktp of applicant]", "[ktp of applicant, statement of applicant]"
        ),
        rare,
        policy=f"contact_minutes: 60\n{NO_LOG_IN}",
    )
    found = explained(shown.today, shown.analysis.redesign, "applicant.income")
    assert found is not None and "statement of applicant" in shown.redesigned.papers(), "which shows nothing else"
    assert "it could, but the redesign that was chosen asks less" in why(found, "people.held about applicant")
    two = """
registry: people
title: people
agency: village
services:
  one: {about: person, needs: [nik], gives: [income]}
  two: {about: person, needs: [nik], gives: [income]}
"""
    found = told("applicant.income", two, agreement("h", "people.one", "people.two"))
    reasons = {why(found, "people.one about applicant"), why(found, "people.two about applicant")}
    assert "used" in reasons
    assert any("was chosen: it asks no more of people" in one for one in reasons)


@pytest.mark.parametrize("seeds", blocks(60, 15), ids=str)
def test_every_fact_of_random_procedures_is_explained(seeds: range) -> None:
    """Whatever could bring a fact is used or has a reason, and what is said of the redesign is what is in it."""
    for seed in seeds:
        made = few(seed)
        policy = few_policy(seed)
        today = Today(compiled(made.procedure, made.catalogue, policy))
        redesign = redesigned(made.procedure, made.catalogue, policy)
        for fact in known_facts(today):
            found = explained(today, redesign, fact)
            assert found is not None, f"seed {seed}: {fact}"
            assert all(one.used == (one.why_not is None) for one in found.options), f"seed {seed}: {fact}"
            used = {one.name for one in found.options if one.used and one.kind == "service"}
            looked_up = {one.what for one in found.redesigned if one.kind == "look-up"}
            assert used <= looked_up, f"seed {seed}: {fact}"
            if not redesign.refused:
                steps = redesign.after.step_by_id if redesign.after else {}
                assert all(not one.step or one.step in steps for one in found.redesigned), f"seed {seed}: {fact}"
            assert derivation(found, "en").endswith("}\n")
