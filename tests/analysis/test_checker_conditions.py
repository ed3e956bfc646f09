"""What a redesign asks of some only counts at those choices alone that want nothing surer than it was where it was asked."""

import pytest

from analysis.compiling import compiled
from analysis.redesign import lacks
from processes.procedure import FormStep, Procedure
from tests.analysis.test_checker_refuses import refusals
from tests.sketching import Sketch, sketch
from tests.tampering import changed

TWO_CHOICES = """
- form: apply
  asks: [{apply}]
- form: second
  asks: [{second}]
- choose:
    - if: child.sex = "m"
      steps: [{early}]
    - else: []
- check: visit
  by: office
  verifies: [child.sex]
- choose:
    - if: child.sex = "m"
      steps: [{late}]
    - else: []
- issue: deed
  by: office
  carries: [child.sex]
"""
READS = "{notify: told, by: office, carries: [child.phone]}"
ABSENT = "'child.phone' is absent here, but needed declared"
WAITS = "{wait: a-while}"


def of_some(made: Sketch, form: str, fact: str, condition: str) -> Procedure:
    """Return a procedure in which a form asks for a fact of some only."""
    asking = made.procedure.step_by_id[form]
    assert isinstance(asking, FormStep)
    under = {"condition": condition}
    asks = tuple(one.model_copy(update=under) if str(one.asks) == fact else one for one in asking.asks)
    return changed(made.procedure, form, asks=asks)


@pytest.mark.parametrize(
    ("early", "late", "found"),
    [(READS, WAITS, []), (WAITS, READS, [ABSENT])],
    ids=["by the choice before the check", "by the choice behind it"],
)
@pytest.mark.parametrize(
    ("apply", "second", "form"),
    [("child.sex", "child.phone", "second"), ("child.sex, child.phone", "child.income", "apply")],
    ids=["on another form", "on the same form"],
)
def test_what_is_asked_on_somebody_s_word_counts_where_his_word_decides(
    early: str, late: str, found: list[str], apply: str, second: str, form: str
) -> None:
    """The check may find another answer, and then nobody was asked."""
    made = sketch(TWO_CHOICES.format(apply=apply, second=second, early=early, late=late))

    after = of_some(made, form, "child.phone", 'child.sex = "m"')

    refused = refusals(made, after)
    assert (found[0] in refused) if found else not refused
    assert not [line for line in refused if line.startswith("it says")], (
        "whoever makes the certificate counts as the checker"
    )
    assert bool(lacks(made.today, compiled(after, made.catalogue, made.policy, offers=False))) == bool(found)


IF_THEY_AGREE = """
- form: apply
  asks: [child.sex, child.income]
- choose:
    - if: child.sex = "m"
      steps: [{{form: some, asks: [child.phone]}}]
    - else: []
{check}
- choose:
    - if: child.sex = "m"
      steps:
        - choose:
            - if: child.income > 50
              steps: [{{notify: told, by: office, carries: [child.phone]}}]
            - else: []
    - else: []
- issue: deed
  by: office
  carries: [child.sex]
"""


@pytest.mark.parametrize(
    ("check", "found"),
    [
        ("", []),
        ("- {check: visit, by: office, verifies: [child.income]}", [ABSENT]),
    ],
    ids=["as sure", "surer"],
)
def test_also_where_today_has_a_fact_only_because_choices_agree(check: str, found: list[str]) -> None:
    made = sketch(IF_THEY_AGREE.format(check=check))

    refused = refusals(made, of_some(made, "some", "child.phone", "child.income > 50"))
    assert (found[0] in refused) if found else not refused
