"""Judgements that do not say what they read: what was brought before them must go on being there, by whatever means."""

from analysis.compiling import compiled
from analysis.redesign import lacks
from processes.procedure import FormStep
from tests.analysis.test_traps import DEED, asked, made
from tests.sketching import Sketch

JUDGE = """
- decide: judge
  by: office
  ways: [{way: yes-way}, {way: no-way, steps: [refuse: no-good]}]
"""
FIRST = asked("child.name", "mother.phone", form="first")


def behind(one: Sketch) -> dict[tuple[str, str], int]:
    """Return how sure each fact must be behind each step."""
    instance = one.today.instance
    steps = {node: place.step.id for node, place in enumerate(instance.points) if place.step is not None}
    return {
        (steps[need.demand.behind], instance.shown(need.demand.fact)): need.level
        for need in one.today.needs.stated
        if need.demand.what == "behind"
    }


def test_what_is_asked_before_it_is_demanded_behind_the_form() -> None:
    found = made(FIRST + JUDGE + DEED.format("child.name"))

    assert behind(found) == {("first", "child.name"): 1, ("first", "mother.phone"): 1}
    assert found.redesigned.asks("first") == ["child.name", "mother.phone"]


def test_what_comes_behind_it_is_not() -> None:
    found = made(FIRST + JUDGE + asked("child.phone") + DEED.format("child.name"))

    assert ("more", "child.phone") not in behind(found)
    assert "child.phone" not in found.redesigned.asks()


def test_who_asks_again_what_is_there_may_go() -> None:
    found = made(FIRST + asked("child.name", "child.phone") + JUDGE + DEED.format("child.name"))

    assert ("asked again", "more", "child.name") in found.found
    assert sorted(found.redesigned.asks()) == ["child.name", "child.phone", "mother.phone"]


def test_what_is_asked_on_one_way_only_stays_on_it() -> None:
    """It is not certain at the judgement, but right behind the form that asks it."""
    one_way = """
- decide: before
  by: office
  needs: []
  ways:
    - way: one
      steps:
        - form: there
          asks: [child.phone]
    - way: other
"""
    found = made(FIRST + one_way + JUDGE + DEED.format("child.name"))

    assert behind(found)["there", "child.phone"] == 1
    assert found.redesigned.asks("there") == ["child.phone"]


def test_a_redesign_that_has_lost_it_lacks_it_though_the_form_is_gone() -> None:
    found = made(FIRST + asked("child.phone") + JUDGE + DEED.format("child.name"))
    steps = tuple(s for s in found.procedure.steps if not (isinstance(s, FormStep) and s.id == "more"))
    without = found.procedure.model_copy(update={"steps": steps})
    after = compiled(without, found.today.instance.model.catalogue, found.today.instance.policy, offers=False)

    lacking = {(one.demand.what, found.today.instance.shown(one.demand.fact)) for one in lacks(found.today, after)}
    assert lacking == {("behind", "child.phone"), ("silent judgement", "child.phone")}
