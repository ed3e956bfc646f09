"""The proof of a redesign refuses what is wrong, and a redesign is given wherever today's procedure has no fault."""

from collections.abc import Callable

import pytest

from analysis.compiling import compiled
from analysis.redesign import lacks
from processes.procedure import Check, Choose, FormStep, Item, Lookup, Procedure, Steps, walk
from tests.sketching import Sketch, agreement, sketch

CARD = "evidence:\n  card: {title: card, about: person, carries: [nik]}\n"
FOUND = sketch(
    """
- form: apply
  asks: [mother.nik, child.name, child.income]
  documents: [card of mother]
- check: papers
  by: office
  verifies: [mother.nik]
- form: more
  asks: [mother.name, mother.phone, child.birth_date]
- choose:
    - if: child.income > 5
      steps:
        - approve: rich
          by: office
          needs: [child.birth_date]
    - else: []
- decide: fine
  by: office
  needs: [mother.name, child.name]
  ways:
    - way: good
    - way: bad
      steps:
        - back to: apply
          anew: [mother.nik]
- issue: deed
  by: office
  carries: [mother.nik, mother.name, child.name, child.birth_date]
""",
    agreement("a", "people.person-by-nik"),
    CARD,
)


def changed(steps: Steps, change: Callable[[Item], list[Item]]) -> Steps:
    """Return steps with a change made to each, those inside choices too."""
    made: list[Item] = []
    for item in steps:
        if isinstance(item, Choose):
            branches = tuple(b.model_copy(update={"steps": changed(b.steps, change)}) for b in item.branches)
            made += change(item.model_copy(update={"branches": branches}))
        else:
            made += change(item)
    return tuple(made)


def lacking(found: Sketch, change: Callable[[Item], list[Item]]) -> set[str]:
    """Return the facts that a redesign lacks after a change."""
    after: Procedure = found.after.model_copy(update={"steps": changed(found.after.steps, change)})
    instance = compiled(after, found.catalogue, found.policy, offers=False)
    return {found.instance.shown(one.demand.fact) for one in lacks(found.today, instance)}


def test_the_redesign_itself_lacks_nothing() -> None:
    assert FOUND.redesigned.look_ups
    assert lacking(FOUND, lambda item: [item]) == set()


def without_question(fact: str) -> Callable[[Item], list[Item]]:
    def change(item: Item) -> list[Item]:
        if isinstance(item, FormStep):
            asked = FOUND.redesigned.asks(item.id)
            return [item.model_copy(update={"only": tuple(one for one in asked if one != fact)})]
        return [item]

    return change


@pytest.mark.parametrize("fact", ["child.name", "child.income", "child.birth_date"])
def test_a_question_too_few_is_found_out(fact: str) -> None:
    assert fact in FOUND.redesigned.asks()
    assert fact in lacking(FOUND, without_question(fact))


def test_a_look_up_too_few_is_found_out() -> None:
    assert lacking(FOUND, lambda item: [] if isinstance(item, Lookup) else [item]) == {"mother.name"}


def test_a_look_up_before_its_key_is_sure_is_found_out() -> None:
    (look_up,) = (item for item in FOUND.after.steps if isinstance(item, Lookup))

    def early(item: Item) -> list[Item]:
        if isinstance(item, Lookup):
            return []
        return [look_up, item] if isinstance(item, Check) else [item]

    assert "mother.name" in lacking(FOUND, early)


def test_a_check_too_few_is_found_out() -> None:
    """The number is printed documented today, and opens the mother's file."""
    assert lacking(FOUND, lambda item: [] if isinstance(item, Check) else [item]) == {"mother.nik", "mother.name"}


def test_a_check_of_papers_is_no_inspection_because_the_papers_are_gone() -> None:
    def bare(item: Item) -> list[Item]:
        if isinstance(item, FormStep) and item.id == "apply":
            asks = ["mother.nik", *(one for one in FOUND.redesigned.asks("apply") if one != "mother.nik")]
            return [item.model_copy(update={"documents": (), "only": tuple(asks)})]
        return [item]

    assert "mother.nik" in lacking(FOUND, bare)


@pytest.mark.parametrize(
    ("steps", "kind"),
    [
        ("- form: apply\n  asks: [child.name]\n- issue: deed\n  carries: [child.phone]\n", "missing"),
        (
            "- form: apply\n  asks: [child.name]\n- issue: deed\n  carries: [child.name at documented]\n",
            "missing",
        ),
    ],
    ids=["not there", "not sure enough"],
)
def test_what_is_missing_today_leaves_no_redesign_and_is_told(steps: str, kind: str) -> None:
    redesign = sketch(steps).analysis.redesign

    assert redesign.after is None
    assert kind in {one.kind for one in sketch(steps).analysis.findings}
    assert redesign.refused


APPLY = "- form: apply\n  asks: [child.name]\n"
DEED = "- issue: deed\n  by: office\n  carries: [child.name]\n"
ROUND = """
- decide: fine
  by: office
  needs: [child.name]
  ways:
    - way: good
      {good}
    - way: bad
      steps:
        - back to: apply
"""
REFUSES = """
- parallel:
    - branch: one
      steps:
        - refuse: always
    - branch: other
      steps:
        - notify: somebody
"""


@pytest.mark.parametrize(
    ("steps", "unsound"),
    [
        (APPLY + ROUND.format(good="steps: []") + DEED, {}),
        (APPLY + ROUND.format(good="steps: [{back to: fine}]"), {"apply": "a case that comes to 'apply' never ends"}),
        (APPLY + REFUSES, {}),
    ],
    ids=["a way out", "no way out", "always refused beside it"],
)
def test_whoever_can_never_end_is_told_and_blocks(steps: str, unsound: dict[str, str]) -> None:
    found = sketch(steps)

    assert {f.step: f.says.en for f in found.analysis.findings if f.kind == "unsound"} == unsound
    assert (found.analysis.redesign.after is None) == bool(unsound)


def test_a_step_that_no_case_comes_to_is_told() -> None:
    found = sketch(APPLY + "- refuse: all\n" + DEED)

    assert found.finding("unsound", "deed").says.en == "no case comes to 'deed'"


@pytest.mark.parametrize(("coverage", "used"), [("99%", True), ("90%", False)])
def test_a_service_is_worth_its_residual_form_or_is_left_out(coverage: str, used: bool) -> None:
    """A question of half a minute against a contact of 30 for those who are not found: one in a hundred, or ten."""
    registry = f"""
registry: r
title: r
agency: village
services:
  s: {{about: person, needs: [nik], gives: [phone], coverage: {coverage}, key_level: declared}}
"""
    steps = """
- form: apply
  asks: [child.nik, child.phone]
- issue: deed
  by: office
  carries: [child.nik, child.phone]
"""
    found = sketch(steps, registry, agreement("a", "r.s"))

    assert bool(found.redesigned.look_ups) is used
    assert used or found.after.steps == found.procedure.steps


BESIDE = """
- form: apply
  asks: [child.sex]
- parallel:
    - branch: one
      steps:
        - form: first
          asks: [child.name]
    - branch: other
      steps:
        - form: second
          asks: [child.name]
- issue: deed
  by: office
  carries: [{}]
"""


@pytest.mark.parametrize(("carried", "asked"), [("child.name", 2), ("child.sex", 0)], ids=["read", "never used"])
def test_of_two_sides_that_ask_the_same_both_stay_or_none(carried: str, asked: int) -> None:
    assert sketch(BESIDE.format(carried), policy="moves: []").redesigned.asks().count("child.name") == asked


def test_the_same_procedure_comes_to_the_same_redesign() -> None:
    again = Sketch(FOUND.procedure, FOUND.catalogue, FOUND.policy)

    assert again.analysis == FOUND.analysis
    assert [one.id for one in again.analysis.findings] == [one.id for one in FOUND.analysis.findings]


def test_what_a_return_loses_does_not_rest_on_what_nobody_looks_up() -> None:
    """The number could be looked up from the name that is asked anew; but it is not, and its owner's mother is still known."""
    found = sketch(
        """
- form: apply
  asks: [child.nik]
  documents: [ktp of child]
- check: seen
  by: office
  verifies: [child.nik]
- lookup: known
  service: people.person-by-nik
  about: child
  gets: [mother]
- form: more
  asks: [child.name, child.phone, child.birth_date]
- decide: fit
  by: office
  needs: [child.name, child.phone]
  ways: [{way: "yes", share: 0.9}, {way: "no", steps: [{back to: more, anew: [child.name]}]}]
- issue: deed
  by: office
  carries: [child.mother, child.name]
""",
        agreement("one", "people.person-by-nik", "people.nik-by-name"),
    )

    assert not [one for one in found.analysis.findings if one.kind == "missing"]
    best = found.analysis.redesign.optimum
    assert ("question dropped", "child.birth_date") in {
        (one.kind, one.subject) for one in found.analysis.redesign.changes
    }
    assert best is not None
    assert best.proven  # no look-up had to be left out of account


def test_a_question_is_asked_only_of_those_whose_papers_do_not_say_it() -> None:
    found = sketch("""
- form: apply
  asks: [child.sex, {asks: child.birth_date, minutes: 3}, child.phone]
  documents: [{document: birth-notice of child, if: child.sex = "1"}]
- choose:
    - if: child.sex = "1"
      share: 0.9
      steps:
        - check: compared
          by: office
          verifies: [child.birth_date]
        - issue: noted
          by: office
          carries: [child.birth_date at documented]
    - else: []
- issue: deed
  by: office
  carries: [child.sex, child.phone, child.birth_date]
""")

    (form,) = (one for one in found.after.steps if isinstance(one, FormStep))
    conditions = {one.asks: one.condition for one in form.asks}
    assert conditions["child.birth_date"] == 'not(child.sex = "1")', form


def test_what_a_look_up_shows_is_weighed_fact_by_fact_whether_it_is_there_or_new() -> None:
    """Else the same look-up anew might weigh a thousandth less, and a redesign redesigned would exchange it for itself."""
    registry = """
registry: tax
title: tax
agency: village
services: {all: {about: person, needs: [nik], gives: [name, income, phone, sex], key_level: declared, coverage: 99%}}
"""
    steps = """
- form: apply
  asks: [child.nik, child.birth_date, child.name, child.income, child.phone, child.sex]
- choose:
    - {if: child.birth_date > date("2020-01-01"), share: 0.8%, steps: [{refuse: too-young}]}
    - else: []
- issue: deed
  by: office
  carries: [child.nik, child.name, child.income, child.phone, child.sex]
"""
    made = sketch(steps, registry, agreement("a", "tax.all"), policy="contact_minutes: 30\nshows: true\nmoves: []")
    after = made.redesigned.procedure
    again = Sketch(after, made.catalogue, made.policy).analysis.redesign

    assert [step.id for step in walk(after.steps) if isinstance(step, Lookup)] == ["look-up-all-child"]
    assert not again.changes


def test_the_condition_of_a_question_beside_an_act_on_the_same_fact_is_not_the_act_s() -> None:
    """So who gives what the condition asks about may change, as for any other question that nobody needs."""
    made = sketch("""
- form: apply
  asks: [child.name]
- form: more
  asks: [{act: choice, asks: mother.name}, {asks: mother.name, if: child.phone is known}]
- form: last
  asks: [child.phone]
- issue: deed
  by: office
  carries: [child.name]
""")
    redesign = made.analysis.redesign

    assert redesign.after is not None, redesign.refused
    assert ("question dropped", "child.phone") in {(change.kind, change.subject) for change in redesign.changes}
