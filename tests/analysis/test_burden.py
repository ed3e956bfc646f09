"""What a procedure asks of people, worked out by hand."""

from textwrap import indent

import pytest

from analysis.burden import burden
from analysis.chain import chain
from analysis.change import Burden
from tests.sketching import Sketch, agreement, sketch

CONTACT = "contact_minutes: 10"


def often(one: Sketch, step: str) -> tuple[float, float]:
    """Return expected visits of a step, and the chance to come to it at all."""
    visits, reach = chain(one.instance)
    node = next(n for n, point in enumerate(one.instance.points) if point.step is not None and point.step.id == step)
    return visits[node], reach[node]


LOOP = """
- form: apply
  asks: [child.phone]
- form: inside
  asks: [{asks: child.name, minutes: 1}]
- decide: again
  by: office
  minutes: 6
  needs: [child.name]
  ways:
    - way: enough
    - way: once-more
      share: 30%
      steps:
        - back to: inside
          anew: [ANEW]
- issue: deed
  by: office
  carries: [child.name, child.phone]
"""


@pytest.mark.parametrize(("anew", "times"), [("child.name", 1 / 0.7), ("child.phone", 1.0)], ids=["it", "another"])
def test_a_question_counts_each_time_only_if_a_return_asks_it_anew(anew: str, times: float) -> None:
    """Source: worked example 18 a: a body that returns with probability 0.3 is passed 1 / 0.7 times."""
    found = sketch(LOOP.replace("ANEW", anew), policy="contact_minutes: 0")
    phone = 0.5  # before the loop

    assert burden(found.instance).citizen_minutes == pytest.approx(times + phone, abs=0.001)
    assert burden(found.instance).agency_minutes == pytest.approx(6 / 0.7, abs=0.001)


@pytest.mark.parametrize(("share", "second"), [(0.1, 1.5), (0.5, 7.5)])
def test_a_second_form_is_a_contact_for_those_who_come_to_it(share: float, second: float) -> None:
    """Source: worked example 18 b: a question of 5 minutes in a form of its own, a contact of 10, on one way only."""
    found = sketch(
        f"""
- form: apply
  asks: [{{asks: child.income, minutes: 2}}]
- choose:
    - if: child.income > 5
      share: {share}
      steps:
        - form: more
          asks: [{{asks: child.name, minutes: 5}}]
    - else: []
""",
        policy=CONTACT,
    )

    assert burden(found.instance).citizen_minutes == pytest.approx(10 + 2 + second, abs=0.001)
    assert burden(found.instance).contacts == pytest.approx(1 + share, abs=0.001)


def test_a_procedure_by_hand() -> None:
    """Two fields and a document of 5 in the first form; log-in 1; a payment of 3; a declaration; checks and signatures."""
    found = sketch(
        """
- form: apply
  minutes: 6
  asks: [{asks: child.name, minutes: 1}, {asks: mother.nik, minutes: 2}]
  documents: [ktp of mother]
- identify: log-in
  with: eid
- check: papers
  by: office
  minutes: 8
  verifies: [mother.nik]
- decide: fine
  by: office
  minutes: 4
  needs: [mother.nik]
  ways:
    - {way: good, share: 0.75}
    - way: bad
      steps:
        - refuse: not-fine
- pay: fee
  minutes: 3
- form: sign
  asks: [{act: declaration, id: promise, minutes: 2}]
- form: office-form
  by: office
  asks: [{asks: child.phone, minutes: 7}]
- issue: deed
  by: office
  minutes: 1
  carries: [child.name]
""",
        policy=CONTACT,
    )

    assert burden(found.instance) == Burden(
        questions=2 + 0.75,
        documents=1,
        contacts=1 + 0.75,
        citizen_minutes=6 + 5 + 1 + 10 + 0.75 * (3 + 2 + 10),
        agency_minutes=8 + 4 + 0.75 * (7 + 1),
    )


def test_minutes_of_a_field_count_for_each_of_many() -> None:
    roles = "{applicant: person, movers: {many: person, expected: 2.5}}"
    found = sketch("- form: apply\n  asks: [{asks: movers.name, minutes: 2}]\n", roles=roles, policy=CONTACT)

    assert burden(found.instance).citizen_minutes == 10 + 5


def test_a_field_under_a_condition_counts_for_the_share_of_that_way() -> None:
    found = sketch(
        """
- form: apply
  asks: [{asks: child.income, minutes: 1}, {asks: child.name, minutes: 4, if: child.income > 5}]
- choose:
    - if: child.income > 5
      share: 0.25
      steps:
        - refuse: rich
    - else: []
""",
        policy=CONTACT,
    )

    assert burden(found.instance).citizen_minutes == 10 + 1 + 1
    assert burden(found.instance).questions == 1.25


def test_a_paper_that_only_some_bring_counts_for_them() -> None:
    found = sketch("- form: apply\n  documents: [{document: ktp of mother, share: 0.4}, kk of child]\n", policy=CONTACT)

    assert burden(found.instance).citizen_minutes == 10 + 0.4 * 5 + 5
    assert burden(found.instance).documents == 1.4


@pytest.mark.parametrize(("shows", "minutes"), [("true", 0.6), ("false", 0.0)])
def test_facts_that_are_shown_are_looked_over(shows: str, minutes: float) -> None:
    found = sketch(
        """
- form: apply
  asks: [{act: presence, id: here, minutes: 0}]
- identify: log-in
  with: eid
  minutes: 1
- lookup: mine
  service: people.person-by-nik
  about: applicant
  gets: [name, birth_date, mother]
""",
        policy=f"{CONTACT}\nshows: {shows}\nlook_over_minutes: 0.2",
    )

    assert burden(found.instance).citizen_minutes == pytest.approx(10 + 1 + minutes)


NESTED = """
- form: apply
  asks: [child.name]
- parallel:
    - branch: one
      steps:
        - check: first
          by: office
          verifies: [child.name]
        - decide: inner
          by: office
          needs: []
          ways:
            - way: go-on
            - way: once-more
              share: 0.5
              steps:
                - back to: first
    - branch: other
      steps:
        - decide: maybe
          by: office
          needs: []
          ways:
            - {way: go, share: 0.8}
            - way: stop
              steps:
                - refuse: stopped
- decide: outer
  by: office
  needs: []
  ways:
    - way: finish
    - way: from-the-start
      share: 0.25
      steps:
        - back to: apply
- issue: deed
  by: office
"""


@pytest.mark.parametrize(
    ("step", "visits", "reach"),
    [
        ("apply", 1.25, 1.0),  # comes back with 0.8 · 0.25
        ("first", 2.5, 1.0),
        ("maybe", 1.25, 1.0),
        ("stopped", 0.25, 0.25),
        ("outer", 1.0, 0.8),
        ("deed", 0.75, 0.75),
    ],
)
def test_loops_within_and_around_a_parallel_part(step: str, visits: float, reach: float) -> None:
    assert often(sketch(NESTED), step) == pytest.approx((visits, reach))


def test_whoever_never_leaves_a_loop_is_counted_as_hardly_leaving() -> None:
    found = sketch("""
- form: apply
  asks: [child.name]
- decide: never
  by: office
  needs: []
  ways:
    - way: again
      steps:
        - back to: apply
""")

    assert often(found, "apply")[0] == pytest.approx(1000, abs=2)


# --- several members ------------------------------------------------------------------------------------------------

FOUR_MOVERS = "{applicant: person, movers: {many: person, expected: 4}}"
CARDS = """
- form: apply
  asks: [movers.nik, movers.phone]
  documents: [{}]
- check: papers
  by: office
  verifies: [movers.nik, movers.name]
- issue: letter
  by: office
  carries: [movers.nik, movers.name]
"""


@pytest.mark.parametrize(
    ("paper", "minutes"),
    [
        ("ktp of movers", 4 * 5),
        ("{document: ktp of movers, minutes: 2}", 4 * 2),
        ("either: [ktp of movers, kk of movers]", 4 * 5),
        ("ktp of applicant", 5),
    ],
    ids=["each brings one", "a shorter one", "one or another", "one for all"],
)
def test_a_paper_of_several_is_brought_by_each(paper: str, minutes: float) -> None:
    with_paper = sketch(CARDS.format(paper), roles=FOUR_MOVERS)
    without = sketch(CARDS.replace("  documents: [{}]\n", ""), roles=FOUR_MOVERS)

    spent = burden(with_paper.instance).citizen_minutes - burden(without.instance).citizen_minutes
    assert spent == pytest.approx(minutes)


SOME_NOT_FOUND = """
registry: half
title: half
agency: village
services:
  by-nik: {about: person, needs: [nik], gives: [birth_date, income], coverage: 75%}
"""
SEEN = """
- form: apply
  asks: [movers.nik]
- check: look
  by: office
  verifies: [movers.nik]
"""
INCOME = """
- form: more
  asks: [{asks: movers.income, minutes: 3}]
- issue: letter
  by: office
  carries: [movers.income]
"""
BIRTH = """
- form: more
  documents: [birth-notice of movers]
- check: notice
  by: office
  verifies: [movers.birth_date]
- issue: letter
  by: office
  carries: [movers.birth_date]
"""


@pytest.mark.parametrize(
    ("read", "today", "again"),
    [(INCOME, 4 * 3, 4 * 3), (BIRTH, 4 * 8, 4 * 5)],
    ids=["a question", "the cheapest paper"],
)
def test_whoever_of_several_is_not_found_answers_for_himself(read: str, today: float, again: float) -> None:
    """In a quarter of the cases: a contact of 10, and a question of 3 minutes or a paper of 5 of each of four."""
    found = sketch(SEEN + read, SOME_NOT_FOUND, agreement("half", "half.by-nik"), roles=FOUR_MOVERS, policy=CONTACT)
    asked = burden(sketch(SEEN, roles=FOUR_MOVERS, policy=CONTACT).instance).citizen_minutes

    assert burden(found.instance).citizen_minutes == pytest.approx(asked + 10 + today)
    assert found.analysis.redesign.optimum.minutes == pytest.approx(asked + 0.25 * (10 + again))
    assert burden(found.redesigned.instance).citizen_minutes == pytest.approx(asked + 0.25 * (10 + again))


# --- the same look-up at several places -----------------------------------------------------------------------------

NOT_FOUND = """
registry: half
title: half
agency: village
services:
  by-nik: {about: person, needs: [nik], gives: [phone], coverage: 50%}
"""
LOOK_UP = """- lookup: {0}
  service: half.by-nik
  about: child
  not_found:
    - form: by-hand-{0}
      by: applicant
      asks: [{{asks: child.phone, minutes: 10}}]
"""


def look_up(name: str, depth: int) -> str:
    return indent(LOOK_UP.format(name), " " * depth)


ONE_WAY = """
- choose:
    - if: child.income > {}
      share: {}
      steps:
{}
    - else: []
"""
TWO_SIDES = """
- parallel:
    - branch: one
      steps:
{}
    - branch: other
      steps:
{}
"""


@pytest.mark.parametrize(
    ("steps", "chance"),
    [
        (ONE_WAY.format(5, 0.4, look_up("one", 8)) + ONE_WAY.format(9, 0.5, look_up("two", 8)), 1 - 0.6 * 0.5),
        (ONE_WAY.format(5, 0.4, look_up("one", 8)) + look_up("two", 0), 1.0),
        (TWO_SIDES.format(look_up("one", 8), look_up("two", 8)), 1.0),
        (look_up("one", 0), 1.0),
    ],
    ids=["on ways of two choices", "on a way, and behind it", "on two sides", "once"],
)
def test_whoever_is_not_found_is_asked_once_wherever_the_same_is_looked_up(steps: str, chance: float) -> None:
    asked = "- form: apply\n  asks: [child.nik, child.income]\n"
    found, bare = (sketch(asked + some, NOT_FOUND, policy=CONTACT) for some in (steps, "- notify: bare"))

    spent = burden(found.instance).citizen_minutes - burden(bare.instance).citizen_minutes
    assert spent == pytest.approx(0.5 * (10 + 10) * chance, abs=0.002)
