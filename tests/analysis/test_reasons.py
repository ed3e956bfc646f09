"""Every thing that a redesign leaves out says why it can go, also where that only holds together with other changes."""

import pytest

from analysis.redesign import analysed
from tests.catalogue import NAMES, redesign
from tests.generating import POLICY, tiny
from tests.seeds import blocks
from tests.sketching import Sketch, agreement, sketch

NIK = """
registry: people
title: people
agency: village
services:
  by-nik: {about: person, needs: [nik], gives: [name, income], key_level: declared}
  by-phone: {about: person, needs: [phone], gives: [nik, name], key_level: declared}
"""


def whys(one: Sketch) -> dict[tuple[str, str], str]:
    """Return why each thing that is gone can go."""
    return {(change.kind, change.subject): change.says.en for change in one.analysis.redesign.changes}


def deed(*facts: str) -> str:
    return f"- issue: deed\n  by: office\n  carries: [{', '.join(facts)}]\n"


def test_a_question_that_only_goes_with_others_says_who_brings_its_fact() -> None:
    """Asked twice, each is needless given the other; the one that stays is told."""
    steps = "- form: apply\n  asks: [child.phone, {asks: child.name, minutes: 9}]\n- form: more\n  asks: [child.name, child.sex]\n"

    why = whys(sketch(steps + deed("child.name", "child.sex", "child.phone")))

    assert why["question dropped", "child.name"] == "'child.name' comes from what 'more' asks for"


@pytest.mark.parametrize(
    ("seed", "kind", "subject", "why"),
    [
        (7, "question", "applicant.income", "once the other changes are made no step reads 'applicant.income'"),
        (88, "document", "notice of applicant", "'applicant.age' comes from r.s3 about applicant"),
        (25, "document", "letter of applicant", "'applicant.name' comes from the log-in 'log-in-applicant'"),
        (
            36,
            "document",
            "statement of movers",
            "once the other changes are made nobody reads what 'statement of movers' shows",
        ),
        (5, "check", "mother.age", "'mother.age' comes from the check 'check-3'"),
        (30, "check", "applicant.age", "'applicant.age' comes from r.pair about mother, applicant"),
        (4, "check", "child.flag", "nobody needs 'child.flag' surer than without this"),
        (6, "log-in", "identify-5", "nobody needs 'applicant.name', 'applicant.nik' surer than without this"),
        (162, "log-in", "identify-5", "'applicant.name' comes from the log-in 'log-in-applicant'"),
    ],
)
def test_what_goes_only_together_with_other_things_says_what_became_of_its_facts(
    seed: int, kind: str, subject: str, why: str
) -> None:
    """Random procedures in which the thing by itself could not go, and so has no finding."""
    made = tiny(seed)
    changes = analysed(made.procedure, made.catalogue, POLICY).redesign.changes
    (found,) = [one for one in changes if (one.kind, one.subject) == (f"{kind} dropped", subject)]

    assert found.says.en == why
    assert not found.findings


def test_a_key_that_nobody_reads_today_stays_and_says_that_the_redesign_uses_it() -> None:
    steps = "- form: apply\n  asks: [child.phone, {asks: child.nik, minutes: 20}, {asks: child.name, minutes: 20}]\n"
    one = sketch(steps + deed("child.nik", "child.name"), NIK, agreement("a", "people.by-phone"))

    assert [found.subject for found in one.analysis.findings if found.kind == "never used"] == ["child.phone"]
    (why,) = [stay.why.en for stay in one.analysis.redesign.stays if stay.subject == "child.phone"]
    assert why == "it is the key of people.by-phone about child; never used today, the redesign uses it"


EMPTY = ("comes another way", "is no longer asked for", "is no longer checked here")


@pytest.mark.parametrize("seeds", blocks(60, 20), ids=str)
def test_no_change_of_a_random_redesign_only_says_that_it_is_one(seeds: range) -> None:
    for made in map(tiny, seeds):
        for change in analysed(made.procedure, made.catalogue, POLICY).redesign.changes:
            assert not any(text in change.says.en for text in EMPTY), (change, made.yaml())


def test_no_change_of_the_sample_catalogue_only_says_that_it_is_one() -> None:
    for name in NAMES:
        for change in redesign(name).changes:
            assert not any(text in change.says.en for text in EMPTY), change


def test_what_empties_a_step_is_told_as_it_is() -> None:
    steps = "- form: apply\n  asks: [child.name]\n- form: more\n  asks: [child.phone]\n"
    one = sketch(steps + deed("child.name"))

    [witness] = one.finding("empty step", "more").witnesses
    assert witness.role.en == "nothing that can still come reads 'child.phone'"


def test_a_log_in_in_place_of_which_another_tells_the_key_of_a_look_up_says_so() -> None:
    steps = """
- identify: log-in
  by: applicant
  with: eid
  minutes: 5
- form: apply
  asks: [applicant.phone]
- lookup: find
  service: people.by-nik
  about: applicant
  gets: [name]
"""
    one = sketch(steps + deed("applicant.name", "applicant.phone"), NIK, agreement("a", "people.by-nik"))

    assert whys(one)["log-in dropped", "log-in"] == "what people.by-nik is asked with of it is sure enough without this"
