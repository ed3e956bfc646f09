"""Published and recomputed examples of the theory, as far as the language can say them; each test names its source."""

import pytest

from analysis.chain import chain
from tests import oracle
from tests.sketching import CATALOGUE, Sketch, agreement, sketch

ELEMENTS = "abcdefgh"
BASE = CATALOGUE.replace(
    "  sex: text\n", "  sex: text\n" + "".join(f"  {one}: {{type: number, minutes: 1}}\n" for one in ELEMENTS)
)


def example(steps: str, *more: str) -> Sketch:
    return sketch(steps, *more, base=BASE)


def certain(one: Sketch, step: str) -> dict[str, int]:
    """Return what is certain before a step, with its levels."""
    levels = {fact: one.before(step, fact) for fact in one.instance.facts if not fact.startswith("consent")}
    return {one.model.naming.shown(fact): level for fact, level in levels.items() if level}


# Nielson, Nielson, Hankin, Principles of Program Analysis (1999), 2.1.1: available expressions. a+b is child.a, a*b child.b,
# a+1 child.c; node 4 returns and asks all three anew. Node 5 stands on a way that no first passage needs to take.
AVAILABLE = """
- form: one
  asks: [child.a]
- form: two
  asks: [child.b]
- decide: first
  by: office
  needs: []
  ways:
    - way: straight
    - way: back-again
      steps:
        - form: five
          asks: [child.a]
- form: three
  asks: [child.a]
- decide: four
  by: office
  needs: []
  ways:
    - way: done
    - way: again
      steps:
        - back to: five
          anew: [child.a, child.b, child.c]
- issue: deed
  by: office
  carries: [child.a]
"""


@pytest.mark.parametrize(
    ("step", "there"),
    [
        ("one", {}),
        ("two", {"child.a": 1}),
        ("three", {"child.a": 1}),
        ("four", {"child.a": 1}),
        ("five", {}),
        ("deed", {"child.a": 1}),
    ],
)
def test_example_1_a_return_takes_away_what_it_asks_anew(step: str, there: dict[str, int]) -> None:
    assert certain(example(AVAILABLE), step) == there


def test_example_1_the_question_behind_the_return_stays_and_the_one_that_is_certain_goes() -> None:
    found = example(AVAILABLE)

    assert ("asked again", "three", "child.a") in found.found
    assert not any(
        step == "five" for kind, step, _ in found.found if kind != "lost"
    )  # the value of three is, on the return
    assert "child.a" in found.redesigned.asks("five")


# The same, 2.1.4: live variables. 1 gives x, 2 gives y, 3 gives x again, 4 reads x and y, both ways give z, 7 gives x.
LIVE = """
- form: one
  asks: [child.a]
- form: two
  asks: [child.b]
- form: three
  asks: [child.a]
- decide: four
  by: office
  needs: [child.a, child.b]
  ways:
    - way: five
      steps:
        - form: five-form
          asks: [child.c]
          needs: [child.b]
    - way: six
      steps:
        - form: six-form
          asks: [child.c]
          needs: [child.b]
- form: seven
  asks: [child.a]
  needs: [child.c]
"""


def test_example_2_what_is_given_after_all_reading_is_never_used() -> None:
    found = example(LIVE)

    assert ("never used", "seven", "child.a") in found.found
    assert ("asked again", "three", "child.a") in found.found
    assert [one for one in found.redesigned.asks() if one == "child.a"] == ["child.a"]
    assert "child.b" in found.redesigned.asks()
    assert "child.c" in found.redesigned.asks("five-form")
    assert "child.c" in found.redesigned.asks("six-form")


# Recomputed example 3: levels, a choice, a parallel part and a return that reopens the name after its check.
LEVELS = """
- form: apply
  asks: [mother.nik, child.name, child.birth_date, applicant.phone]
- check: papers
  by: office
  verifies: [child.birth_date]
- choose:
    - if: child.age_days > 60
      share: 10%
      steps:
        - form: late-form
          asks: [child.h]
        - approve: late-approve
          by: office
          needs: [child.h, child.birth_date at documented]
    - else: []
- parallel:
    - branch: card
      steps:
        - check: lookup-kk
          by: office
          gives: [mother.family, mother.name]
    - branch: name
      steps:
        - check: check-name
          by: office
          verifies: [child.name]
- decide: first
  by: office
  needs: []
  ways:
    - way: straight
    - way: corrected
      steps:
        - form: correct
          asks: [child.name]
{again}
- decide: inspect
  by: office
  needs: [mother.name at documented, child.name at documented]
  ways:
    - way: right
    - way: wrong
      steps:
        - back to: correct
          anew: [child.name]
- issue: deed
  by: office
  carries: [child.name at documented, child.birth_date at documented, mother.name at documented, mother.family at documented]
"""
AGAIN = """
        - check: check-again
          by: office
          verifies: [child.name]
"""
APPLIED = {"applicant.phone": 1, "child.birth_date": 1, "child.name": 1, "mother.nik": 1, "child.age_days": 1}
CHECKED = {**APPLIED, "child.birth_date": 2, "child.age_days": 2}
LOOKED_UP = {**CHECKED, "mother.family": 3, "mother.name": 3}


@pytest.mark.parametrize(
    ("step", "there"),
    [
        ("apply", {}),
        ("papers", APPLIED),
        ("late-form", CHECKED),
        ("late-approve", {**CHECKED, "child.h": 1}),
        ("lookup-kk", CHECKED),
        ("check-name", CHECKED),
        ("inspect", LOOKED_UP),
        ("deed", LOOKED_UP),
    ],
)
def test_example_3_levels_through_a_choice_a_parallel_part_and_a_return(step: str, there: dict[str, int]) -> None:
    found = certain(example(LEVELS.format(again="")), step)

    assert {fact.replace("mother.family.kk_no", "mother.family"): level for fact, level in found.items()} == there


def test_example_3_the_old_check_does_not_cover_the_new_name() -> None:
    once, again = example(LEVELS.format(again="")), example(LEVELS.format(again=AGAIN.strip("\n")))

    missing = {(step, subject) for kind, step, subject in once.found if kind == "missing"}
    assert missing == {("inspect", "child.name"), ("deed", "child.name")}
    assert again.before("inspect", "child.name") == 2
    assert not [kind for kind, _, _ in again.found if kind == "missing"]
    assert ("never used", "apply", "applicant.phone") in again.found


# Recomputed example 4: `a` is documented before a parallel part; one side returns and asks it anew, the other asks and reads it.
BESIDE = """
- form: start
  asks: [child.a]
- check: look
  by: office
  verifies: [child.a]
- parallel:
    - branch: left
      steps:
        - {first}
        - decide: left-again
          by: office
          needs: []
          ways:
            - way: done
            - way: again
              steps:
                - back to: left-first
                  anew: [child.a]
    - branch: right
      steps:
        - form: g
          asks: [{asks}]
        - notify: r
          needs: [child.b]
- issue: after
  by: office
  carries: [child.b]
"""


@pytest.mark.parametrize(
    ("first", "asks", "r", "after"),
    [
        ("notify: left-first", "child.a, child.b", {"child.b": 1}, {"child.b": 1}),
        ("{form: left-first, asks: [child.a]}", "child.b", {"child.b": 1}, {"child.a": 1, "child.b": 1}),
    ],
    ids=["a: lost and not asked again", "b: lost and asked again beside it"],
)
def test_example_4_what_a_sibling_asks_anew_nobody_counts_on(
    first: str, asks: str, r: dict[str, int], after: dict[str, int]
) -> None:
    found = example(BESIDE.format(first=first, asks=asks))

    assert certain(found, "r") == r
    assert certain(found, "after") == after


# Recomputed example 5: the only gap between the fixpoint and the least over all ways: a derivation behind a merge.
MERGED = """
- decide: which
  by: office
  needs: []
  ways:
    - way: one
      steps:
        - form: said
          asks: [child.h]
        - check: found
          by: office
          gives: [child.g]
    - way: two
      steps:
        - check: found-other
          by: office
          gives: [child.h]
- derive: sum
  computes:
    child.g: child.h
- issue: after
  by: office
  carries: [child.g]
"""


def test_example_5_the_engine_is_below_the_ways_where_a_derivation_follows_a_merge() -> None:
    found = example(MERGED)

    assert found.before("after", "child.g") == 1
    assert oracle.ways(found.model).before["after"]["child.g"] == 3


def services(*rules: str) -> tuple[str, ...]:
    """Return a registry with a service for each rule `keys -> answers`, and its agreement."""
    lines = ["registry: r", "title: r", "agency: village", "services:"]
    for number, rule in enumerate(rules):
        keys, _, answers = rule.partition(" -> ")
        lines.append(f"  s{number}: {{about: person, needs: [{keys}], gives: [{answers}], key_level: declared}}")
    return "\n".join(lines), agreement("all", *(f"r.s{number}" for number in range(len(rules))))


def asked(minutes: dict[str, float], demand: str, *rules: str) -> set[str]:
    """Return what the redesign of one form and one issue asks."""
    fields = "".join(f"\n    - {{asks: child.{fact}, minutes: {cost}}}" for fact, cost in minutes.items())
    carried = ", ".join(f"child.{fact}" for fact in demand.split())
    steps = f"- form: apply\n  asks:{fields}\n- issue: deed\n  by: office\n  carries: [{carried}]\n"
    found = example(steps, *services(*rules))
    return {one.removeprefix("child.") for one in found.redesigned.asks()}


# Recomputed example 9: NIK gives name and birth date, and they with the mother give the NIK.
CIRCLE = ("nik -> name, birth_date, a", "name, birth_date, b -> nik")


def test_example_9_of_two_facts_that_give_each_other_both_are_not_dropped() -> None:
    minimal = ({"nik"}, {"name", "birth_date", "b"})

    assert asked({"nik": 2, "name": 1, "birth_date": 1, "b": 1, "a": 4}, "a birth_date name nik", *CIRCLE) in minimal
    dear = asked({"nik": 4, "name": 1, "birth_date": 1, "b": 1, "a": 4}, "a birth_date name nik", *CIRCLE)
    assert dear == {"name", "birth_date", "b"}, "3 minutes against 4"


# Recomputed example 10: any one of three may go, no two; in a ring any two, not all three.
def test_example_10_two_of_three_and_a_ring_of_three() -> None:
    same = {"a": 1.0, "b": 1.0, "c": 1.0}

    assert len(asked(same, "a b c", "a, b -> c", "b, c -> a", "a, c -> b")) == 2
    assert asked({"a": 2, "b": 3, "c": 4}, "a b c", "a -> b", "b -> c", "c -> a") == {"a"}


# Dumas, La Rosa, Mendling, Reijers, Fundamentals of BPM (example 22 b): completeness is checked again with probability 0.2.
def test_example_22_a_step_that_is_repeated_with_probability_a_fifth_is_passed_five_quarters_of_a_time() -> None:
    found = example("""
- form: apply
  asks: [child.a]
- check: complete
  by: office
  verifies: [child.a]
- decide: enough
  by: office
  needs: [child.a]
  ways:
    - {way: enough-said, share: 0.8}
    - way: more
      share: 0.2
      steps:
        - back to: complete
- issue: deed
  by: office
  carries: [child.a]
""")
    points = {point.step.id: node for node, point in enumerate(found.instance.points) if point.step}
    visits, reach = chain(found.instance)

    assert visits[points["complete"]] == pytest.approx(1 / 0.8)
    assert (reach[points["complete"]], visits[points["deed"]]) == pytest.approx((1, 1))
