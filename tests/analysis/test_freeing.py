"""What would free a question that stays: every smallest set, each proven, and nothing more than is needed."""

from itertools import chain, combinations
from random import Random

import pytest

from analysis.compiling import compiled
from analysis.explaining.freeing import Freeing, freeing, smallest
from analysis.explaining.supposing import Concluded, FindsAll, InForce, Lowered, NewService, Supposition, supposed
from analysis.optional import with_options
from analysis.remaining import in_place_of, kept_in, new_log_ins, remaining
from analysis.removal import Today
from tests.sketching import Sketch, agreement, sketch

INCOME = """
- form: apply
  asks: [applicant.nik, applicant.income]
  documents: [ktp of applicant]
- check: papers
  by: office
  verifies: [applicant.nik]
- form: more
  asks: [applicant.phone]
- decide: enough
  by: office
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
TAXES = """
registry: taxes
title: taxes
agency: village
services:
  by-nik: {about: person, needs: [nik], gives: [income]}
  number: {about: person, needs: [nik], gives: [tax_paid]}
"""
CHAIN = """
registry: taxes
title: taxes
agency: village
services:
  number: {about: person, needs: [nik], gives: [phone]}
  by-number: {about: person, needs: [phone], gives: [income]}
"""


def what_frees(made: Sketch, step: str, subject: str, most: int = 3) -> Freeing:
    redesign = made.analysis.redesign
    found = freeing(made.procedure, made.catalogue, made.policy, redesign, most)
    return next(one for one in found if (one.step, one.subject) == (step, subject))


def sets(found: Freeing) -> list[set[Supposition]]:
    return [set(way.suppositions) for way in found.ways]


def known(found: Freeing) -> list[set[Supposition]]:
    return [one for one in sets(found) if not any(isinstance(s, NewService) for s in one)]


def test_an_agreement_that_is_planned_or_over_or_left_out_frees() -> None:
    planned = sketch(INCOME, TAXES, agreement("a", "taxes.by-nik", state="planned"))
    over = sketch(INCOME, TAXES, agreement("a", "taxes.by-nik", until="2020-01-01"))
    left = sketch(INCOME, TAXES, agreement("a", "taxes.by-nik"), policy="without_agreements: [a]")

    for made in (planned, over, left):
        found = what_frees(made, "apply", "applicant.income")
        assert known(found) == [{InForce("a")}], "and no new agreement for what that one allows"
        (way,) = [one for one in found.ways if InForce("a") in one.suppositions]
        assert not way.asked
        assert way.citizen_minutes is not None


def test_an_agreement_that_nobody_has_planned_frees() -> None:
    found = what_frees(sketch(INCOME, TAXES), "apply", "applicant.income")

    assert known(found) == [{Concluded("taxes.by-nik", "office", "registration")}]


def test_a_service_that_is_not_there_frees() -> None:
    (one,) = sets(what_frees(sketch(INCOME), "apply", "applicant.income"))

    (service,) = one
    assert isinstance(service, NewService)
    assert (service.needs, service.gives, service.shown) == (("nik",), ("income",), "applicant")


HOME = """
- form: apply
  asks: [{asks: applicant.sex, minutes: 9}, applicant.phone]
- issue: deed
  by: office
  carries: [applicant.sex, applicant.phone]
"""
HOMES = """
registry: homes
title: homes
agency: village
services:
  by-nik: {about: person, needs: [nik], gives: [sex]}
"""


def test_an_agreement_that_needs_a_log_in_frees_where_one_may_be_added() -> None:
    planned = agreement("a", "homes.by-nik", state="planned")

    found = what_frees(sketch(HOME, HOMES, planned), "apply", "applicant.sex")
    assert known(found) == [{InForce("a")}]
    assert not any(way.asked for way in found.ways)
    lone = what_frees(sketch(HOME, HOMES, planned), "apply", "applicant.phone")
    assert [one.needs for way in sets(lone) for one in way if isinstance(one, NewService)] == [("nik",)]
    without = sketch(HOME, HOMES, planned, policy="new_log_ins: false")
    assert known(what_frees(without, "apply", "applicant.sex")) == []


def test_what_only_its_consent_keeps_is_freed_by_an_agreement_without() -> None:
    consent = agreement("a", "taxes.by-nik", consent="true")
    made = sketch(INCOME, TAXES, consent, policy="contact_minutes: 10\nconsent_minutes: 30")

    found = what_frees(made, "apply", "applicant.income")

    assert "it could go already" in str(found.only)
    assert sets(found) == [{Concluded("taxes.by-nik", "office", "registration")}]
    (way,) = found.ways
    assert not way.asked
    assert [one.says.en for one in way.suppositions] == [
        "a new agreement: office may ask taxes.by-nik for registration, without consents"
    ]


def test_several_agreements_are_needed_together_along_a_chain() -> None:
    chain_of_two = (
        agreement("a", "taxes.number", state="planned") + agreement("b", "taxes.by-number", state="none")[12:]
    )
    made = sketch(INCOME, CHAIN, chain_of_two)

    assert {InForce("a"), InForce("b")} in known(what_frees(made, "apply", "applicant.income"))
    assert known(what_frees(made, "apply", "applicant.income", most=1)) == [], "within a smaller bound nothing is told"


SEX = """
- form: apply
  asks: [applicant.nik]
  documents: [ktp of applicant, sex-proof of applicant]
- check: papers
  by: office
  verifies: [applicant.nik, applicant.sex]
- issue: deed
  by: office
  carries: [applicant.nik, {fact: applicant.sex, at: documented, rests_on: {law: UU 1/2000}}]
"""
PROOF = "evidence:\n  sex-proof: {title: proof, about: person, carries: [sex], minutes: 9}\n"


def test_a_law_that_asks_for_less_frees() -> None:
    by_name = """
registry: register
title: register
agency: village
services:
  sex: {about: person, needs: [nik], gives: [sex], assurance: declared}
"""
    made = sketch(SEX, PROOF, by_name, agreement("a", "register.sex"))

    (one,) = known(what_frees(made, "apply", "sex-proof of applicant"))

    (law,) = one
    assert isinstance(law, Lowered)
    assert (law.fact, law.level) == ("applicant.sex", 1)
    assert law.says.en == "the law asks for applicant.sex only declared"


def test_a_service_that_finds_everybody_frees_where_that_must_be_sure() -> None:
    plain = "evidence:\n  sex-proof: {title: proof, about: person, carries: [phone], minutes: 9}\n"
    steps = SEX.replace("documents: [ktp of applicant, sex-proof of applicant]", "asks: [applicant.sex]").replace(
        "  asks: [applicant.nik]\n  asks: [applicant.sex]",
        "  asks: [applicant.nik, applicant.sex]\n  documents: [ktp of applicant]",
    )
    partly = """
registry: register
title: register
agency: village
services:
  sex: {about: person, needs: [nik], gives: [sex], coverage: 0.9}
"""
    made = sketch(steps, plain, partly, agreement("a", "register.sex"))

    assert {FindsAll("register.sex")} in known(what_frees(made, "apply", "applicant.sex"))


SOME_ONLY = """
- form: apply
  asks: [applicant.nik, applicant.sex, applicant.income]
  documents: [ktp of applicant]
- check: papers
  by: office
  verifies: [applicant.nik]
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


@pytest.mark.parametrize("log_ins", ["true", "false"])
def test_what_is_asked_only_of_some_stays_and_is_freed_like_all_else(log_ins: str) -> None:
    planned = agreement("a", "taxes.by-nik", state="planned")
    made = sketch(SOME_ONLY, TAXES, planned, policy=f"new_log_ins: {log_ins}")
    assert "question narrowed" in {one.kind for one in made.analysis.redesign.changes}

    found = what_frees(made, "apply", "applicant.income")

    assert known(found) == [{InForce("a")}]
    assert not any(way.asked for way in found.ways)
    lone = what_frees(sketch(SOME_ONLY, policy=f"new_log_ins: {log_ins}"), "apply", "applicant.income")
    assert [type(one) for way in sets(lone) for one in way] == [NewService]


def test_what_is_bound_is_told_as_such() -> None:
    acts = INCOME.replace("asks: [applicant.phone]", "asks: [{act: signature, id: sign}]")
    assert what_frees(sketch(acts), "more", "sign").only is not None
    assert "only the law" in str(what_frees(sketch(acts), "more", "sign").only)


def test_what_a_silent_judgement_reads_is_freed_as_anything_else_is() -> None:
    silent = INCOME.replace("  needs: [applicant.income]\n", "")
    assert what_frees(sketch(silent), "apply", "applicant.income").ways


def test_where_nothing_frees_it_that_is_said() -> None:
    first = """
- form: apply
  asks: [applicant.name, {act: signature, id: sign, declares: [applicant.name]}]
- issue: deed
  by: office
  carries: [applicant.name]
"""
    found = what_frees(sketch(first, policy="new_log_ins: false"), "apply", "applicant.name")

    assert found.ways == ()
    assert "before that form" in str(found.only)
    logged_in = what_frees(sketch(first), "apply", "applicant.name")
    assert {Concluded("people.person-by-nik", "office", "registration")} in sets(logged_in), (
        "known before it by a log-in"
    )


@pytest.mark.parametrize("seed", range(20))
def test_every_set_is_proven_and_none_is_larger_than_needed(seed: int) -> None:
    """Each way holds where it is really so, and no part of it does: seen by compiling every one of them."""
    chance = Random(seed)
    states = [chance.choice(["planned", "none", "in force"]) for _ in range(4)]
    coverages = [chance.choice([1, 0.9]) for _ in range(4)]
    facts = ["phone", "income", "tax_paid", "sex"]
    services = "".join(
        f"  s{n}: {{about: person, needs: [{chance.choice(['nik', 'phone', 'sex'])}], gives: [{facts[n]}],"
        f" coverage: {coverages[n]}, key_level: declared}}\n"
        for n in range(4)
    )
    agreed = "".join(agreement(f"a{n}", f"taxes.s{n}", state=states[n])[12 if n else 0 :] for n in range(4))
    made = sketch(INCOME, f"registry: taxes\ntitle: taxes\nagency: village\nservices:\n{services}", agreed)
    redesign = made.analysis.redesign
    assert redesign.after is not None
    assert redesign.unmoved is not None
    base = with_options(made.today).instance
    kept = remaining(base, compiled(redesign.unmoved, made.catalogue, made.policy, offers=False))
    for found in freeing(made.procedure, made.catalogue, made.policy, redesign):
        item = next(
            one
            for one in base.items
            if one.step.id == found.step
            and found.subject in (one.paper and one.paper.id, *map(base.shown, _facts(one.facts)))
        )
        for way in found.ways:
            for chosen in _subsets(way.suppositions):
                now = with_options(Today(compiled(*supposed(made.procedure, made.catalogue, made.policy, chosen))))
                without = kept & ~(item.bit | in_place_of(base, item.bit))
                there = kept_in(base, without, now.instance) | new_log_ins(now.instance)
                holds = now.holding(there, now.offered) is not None
                assert holds == (len(chosen) == len(way.suppositions) or found.only is not None), (
                    f"seed {seed}: {chosen}"
                )


def _facts(mask: int) -> list[int]:
    return [number for number in range(mask.bit_length()) if mask >> number & 1]


def _subsets(told: tuple[Supposition, ...]) -> list[tuple[Supposition, ...]]:
    return list(chain.from_iterable(combinations(told, size) for size in range(len(told) + 1)))


@pytest.mark.parametrize("seed", range(60))
def test_the_search_finds_all_smallest_sets_and_only_those(seed: int) -> None:
    """Against trying all subsets, on random monotone functions."""
    chance = Random(seed)
    number = chance.randint(1, 9)
    seeds = [
        frozenset(chance.sample(range(number), chance.randint(0, min(4, number)))) for _ in range(chance.randint(0, 5))
    ]

    def holds(chosen: frozenset[int]) -> bool:
        return any(one <= chosen for one in seeds)

    everything = [frozenset(one) for size in range(4) for one in combinations(range(number), size)]
    right = [one for one in everything if holds(one) and not any(holds(one - {out}) for out in one)]

    assert set(smallest(number, holds, 3)) == set(right), f"seed {seed}"


def test_what_several_sides_ask_is_freed_together() -> None:
    sides = """
- form: apply
  asks: [applicant.nik]
  documents: [ktp of applicant]
- check: papers
  by: office
  verifies: [applicant.nik]
- parallel:
    - branch: first
      steps:
        - form: one
          asks: [applicant.income]
    - branch: second
      steps:
        - form: other
          asks: [applicant.income]
- issue: deed
  by: office
  carries: [applicant.nik, applicant.income]
"""
    made = sketch(sides, TAXES, agreement("a", "taxes.by-nik", state="planned"))

    for step in ("one", "other"):
        found = what_frees(made, step, "applicant.income")
        assert known(found) == [{InForce("a")}]
        assert not any(way.asked for way in found.ways)


BY_HAND = """
- form: apply
  asks: [applicant.nik]
  documents: [ktp of applicant]
- check: papers
  by: office
  verifies: [applicant.nik]
- lookup: data
  service: taxes.by-nik
  about: applicant
  gets: [income]
  not_found:
    - form: by-hand
      asks: [applicant.income]
- issue: deed
  by: office
  carries: [applicant.nik, applicant.income]
"""
TWO_TAXES = """
registry: taxes
title: taxes
agency: village
services:
  by-nik: {about: person, needs: [nik], gives: [income], coverage: 90%}
  all: {about: person, needs: [nik], gives: [income]}
  some: {about: person, needs: [nik], gives: [income], coverage: 80%}
"""


def test_what_is_asked_by_hand_is_freed_with_its_look_up() -> None:
    """By another service or if the same finds everybody; a second agreement for the same one would find nothing again."""
    made = sketch(
        BY_HAND,
        TWO_TAXES,
        agreement("a", "taxes.by-nik"),
        agreement("b", "taxes.all", state="planned"),
        agreement("c", "taxes.by-nik", state="planned"),
    )
    found = what_frees(made, "by-hand", "applicant.income", 1)
    assert {FindsAll("taxes.by-nik")} in known(found) and {InForce("b")} in known(found)
    assert not any(InForce("c") in one for one in known(found))
    assert not any(way.asked for way in found.ways if InForce("b") in way.suppositions)


@pytest.mark.parametrize("stays", ["", "\n    - form: more\n      asks: [{act: signature, id: signed}]"])
def test_what_is_asked_by_hand_beside_an_act_stays_with_it(stays: str) -> None:
    """Whatever is done there goes with the look-up, and an act does not."""
    steps = BY_HAND.replace("      asks: [applicant.income]", "      asks: [applicant.income]" + stays)
    made = sketch(steps, TWO_TAXES, agreement("a", "taxes.by-nik"), agreement("b", "taxes.all", state="planned"))

    assert bool(known(what_frees(made, "by-hand", "applicant.income", 1))) == (not stays)


def test_what_a_redesign_may_have_besides_is_looked_for_once() -> None:
    made = sketch(INCOME)
    extended = with_options(made.today)
    assert extended.instance.options
    assert with_options(extended) is extended
