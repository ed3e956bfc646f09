"""A return whose form has gone asks whoever is sent back to complete what is lacking, and nobody else."""

from analysis.burden import burden
from analysis.moves.returning import kept_on_returns
from analysis.redesign import lacks
from processes.procedure import Back, walk
from tests.sketching import Sketch, sketch

HAND_IN = "- form: hand-in\n  documents: [ktp of mother]\n"
TODAY = f"""
- form: apply
  asks: [child.name]
{HAND_IN}- check: counter
  by: office
  verifies: [child.name]
- decide: complete
  by: office
  needs: [child.name]
  ways:
    - {{way: is-complete, share: 90%}}
    - way: incomplete
      share: 10%
      steps: [{{back to: hand-in}}]
- issue: deed
  by: office
  carries: [child.name]
"""
ONCE_MORE = """- decide: again
  by: office
  needs: [child.name]
  ways: [{way: is-fine}, {way: not-fine, share: 10%, steps: [{back to: hand-in}]}]
- issue"""


def without_hand_in(steps: str) -> str:
    """What a redesign makes of it that knows no better: the return leads to what follows."""
    return steps.replace(HAND_IN, "").replace("back to: hand-in", "back to: counter")


def kept(today: str, after: str) -> tuple[Sketch, tuple[str, ...]]:
    """Return the redesign with forms kept on returns, and their names."""
    made = sketch(after)
    found, names = kept_on_returns(sketch(today).procedure, made.procedure)
    return Sketch(found, made.catalogue, made.policy), names


def test_a_form_that_is_gone_stays_on_the_return_that_led_to_it() -> None:
    found, names = kept(TODAY, without_hand_in(TODAY))

    assert names == ("hand-in",)
    assert found.steps == ["apply", "counter", "complete", "hand-in", "deed"]
    assert (found.asks("hand-in"), found.papers()) == (["completes"], [])
    assert [item.target for item in walk(found.procedure.steps) if isinstance(item, Back)] == ["counter"]
    assert not lacks(sketch(TODAY).today, found.instance)


def test_it_costs_those_a_contact_who_are_sent_back_and_nobody_else() -> None:
    found, _ = kept(TODAY, without_hand_in(TODAY))
    before, after = burden(sketch(without_hand_in(TODAY)).instance), burden(found.instance)

    assert round(after.contacts - before.contacts, 3) == 0.111  # 0.1 + 0.1² + …
    assert after.citizen_minutes < burden(sketch(TODAY).instance).citizen_minutes


def test_a_form_that_stays_is_what_the_return_leads_to() -> None:
    found, names = kept(TODAY, TODAY)

    assert (names, found.procedure) == ((), sketch(TODAY).procedure)


def test_two_returns_keep_a_form_each() -> None:
    today = TODAY.replace("- issue", ONCE_MORE)
    found, names = kept(today, without_hand_in(today))

    assert names == ("hand-in", "hand-in-2")
    assert found.steps == ["apply", "counter", "complete", "hand-in", "again", "hand-in-2", "deed"]


def test_a_form_of_an_officer_is_none_that_a_citizen_comes_back_to() -> None:
    today = TODAY.replace("- form: hand-in\n", "- form: hand-in\n  by: office\n")
    after = without_hand_in(TODAY)

    assert kept(today, after)[1] == ()
