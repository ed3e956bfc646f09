"""Where today has a fact only if choices with the same condition agree: advice, and a redesign that keeps what that rests on."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from random import Random

import pytest

from analysis.certifying import certify
from analysis.change import Redesign
from analysis.checker.verifying import verify
from analysis.comparing.comparison import compared
from analysis.compiling import compiled
from analysis.findings.data_faults import missing
from analysis.redesign import analysed, lacks
from analysis.removal import Today
from processes.procedure import Item, Procedure, Step, walk
from processes.resolved import resolved
from tests.generating import POLICY, Made, tiny
from tests.seeds import blocks
from tests.sketching import Sketch, agreement, sketch

FIRST = "- form: apply\n  asks: [child.nik, child.birth_date, mother.nik]\n"
DEED = "- issue: deed\n  by: office\n  carries: [child.birth_date]\n"
ASKED = "{form: more, asks: [child.name]}"
SEEN = (
    "{form: more, asks: [child.name], documents: [ktp of child]}, {check: papers, by: office, verifies: [child.name]}"
)
NEEDED = "{notify: told, carries: [child.name]}"
SURELY = "{issue: copy, by: office, carries: [child.name at documented]}"


def late(steps: str, condition: str = "child.age_days > 60") -> str:
    return f"- choose:\n    - if: {condition}\n      steps: [{steps}]\n    - else: []\n"


def twice(
    asked: str = ASKED, needed: str = NEEDED, between: str = "", condition: str = "child.age_days > 60"
) -> Sketch:
    parts = FIRST + late(asked, condition) + between + late(needed, condition) + DEED
    return sketch(parts, agreement("people", "people.person-by-nik"))


def without(procedure: Procedure, *names: str) -> Procedure:
    """Return a procedure without some steps."""

    def less(items: tuple[Item, ...]) -> Iterator[Item]:
        for item in items:
            if isinstance(item, Step):
                if item.id not in names:
                    yield item
            else:
                branches = tuple(one.model_copy(update={"steps": tuple(less(one.steps))}) for one in item.branches)  # type: ignore[union-attr]  # choices only
                yield item.model_copy(update={"branches": branches})

    return procedure.model_copy(update={"steps": tuple(less(procedure.steps))})


def refused_without(one: Sketch, *names: str) -> list[str]:
    """Return what the checker says of a redesign that leaves out some steps, and has a certificate that says so."""
    today = Today(compiled(one.procedure, one.catalogue, one.policy))
    redesign = one.analysis.redesign
    assert redesign.after is not None
    less = replace(redesign, after=without(redesign.after, *names), moves=())
    certificate = certify(today, less)
    assert less.after is not None
    return [
        str(refusal.says.en) for refusal in verify(one.procedure, less.after, one.catalogue, one.policy, certificate)
    ]


@pytest.mark.parametrize(("asked", "needed"), [(ASKED, NEEDED), (SEEN, SURELY), (SEEN, NEEDED)])
def test_it_is_advice_and_there_is_a_redesign(asked: str, needed: str) -> None:
    one = twice(asked, needed)

    (told,) = [found for found in one.analysis.findings if found.kind == "missing"]

    assert told.advice
    assert not told.blocks
    assert "missing (advice)" in str(told)
    assert "make them one choice, the second within the first ('child.age_days > 60')" in str(told)
    assert one.analysis.redesign.certificate is not None
    assert one.analysis.redesign.changes  # something else could go


def test_what_gives_the_fact_and_makes_it_sure_stays_though_a_registry_holds_it() -> None:
    redesign = twice(SEEN, NEEDED).analysis.redesign

    assert redesign.after is not None
    kept = {item.id for item in walk(redesign.after.steps) if isinstance(item, Step)}
    assert {"more", "papers"} <= kept
    (why,) = [one.why.en for one in redesign.stays if one.subject == "child.name"]
    assert "only if choices with the same condition agree" in why


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"between": "- form: again\n  asks: [mother.phone]\n"}, ""),
        ({"condition": "mother.phone is known"}, "known at the second, perhaps, and not at the first"),
        (
            {
                "between": "- decide: fine\n  by: office\n  needs: [child.birth_date]\n  ways:\n    - way: good\n"
                "    - way: bad\n      steps: [{back to: fine, anew: [child.birth_date]}]\n"
            },
            "asked anew, and so perhaps otherwise",
        ),
        ({"needed": NEEDED.replace("child.name", "child.name, mother.phone")}, "lacks something else, too"),
        ({"needed": SURELY}, "there, but not as sure as the law states"),
    ],
    ids=["nothing is changed between", "known or not", "asked anew", "something else", "not so sure"],
)
def test_where_the_answers_may_differ_or_do_not_help_it_blocks(changed: dict[str, str], why: str) -> None:
    one = twice(**changed)

    assert any(found.blocks for found in one.analysis.findings) == bool(why)
    assert (one.analysis.redesign.after is None) == bool(why)


def test_a_check_of_papers_is_none_by_itself_where_the_papers_are_asked_of_others_only() -> None:
    """With the answer on which nobody brings papers the check would else look like an inspection, which needs none."""
    papers = "{form: brought, documents: [ktp of child]}"
    asked = "{form: more, asks: [child.name]}, {check: papers, by: office, verifies: [child.name]}"
    steps = FIRST + late(papers, "child.age_days > 90") + late("{wait: a-week}", "child.age_days > 90")
    steps += late(asked) + late(SURELY) + DEED

    (told,) = missing(sketch(steps).today)

    assert not told.advice


def test_a_redesign_that_leaves_out_what_gives_it_is_refused_by_both() -> None:
    one = twice(ASKED, NEEDED)
    less = without(one.procedure, "more")

    assert [need.demand.fact for need in lacks(one.today, compiled(less, one.catalogue, one.policy, offers=False))]
    assert any("'child.name' is absent here, but needed declared" in said for said in refused_without(one, "more"))


def test_a_redesign_that_leaves_out_what_makes_it_sure_is_refused() -> None:
    one = twice(SEEN, NEEDED)

    assert any(
        "'child.name' is declared here, but needed documented" in said for said in refused_without(one, "papers")
    )


def agreeing_twice(made: Made) -> Made | None:
    """Return a random procedure of which a form stands under a condition, and what reads its answers under the same one."""
    random, data = Random(made.seed), deepcopy(made.steps_of)
    first, *steps, last = data["steps"]
    forms = [number for number, step in enumerate(steps[:-1]) if "form" in step]
    if not forms:
        return None
    first["asks"] = [*(one for one in first.get("asks", []) if one != "mother.income"), "mother.income"]
    number = random.choice(forms)
    condition = random.choice(["mother.income > 50", "mother.tax > 100 or mother.income > 7"])
    carried = [one for one in steps[number].get("asks", []) if isinstance(one, str)][:3] or ["mother.income"]
    reader = {"issue": "more-issued", "by": "office", "carries": carried}
    later = random.randint(number + 1, len(steps) - 1)
    last["carries"] = ["mother.income"]
    data["steps"] = [
        first,
        *steps[:number],
        {"choose": [{"if": condition, "steps": [steps[number]]}, {"else": []}]},
        *steps[number + 1 : later],
        {"choose": [{"if": condition, "steps": [*steps[later:], reader]}, {"else": []}]},
        last,
    ]
    return Made(made.seed, made.files, data)


@pytest.mark.parametrize("seeds", blocks(120, 30), ids=str)
def test_random_procedures_whose_choices_agree_are_redesigned_and_decide_every_case_alike(seeds: range) -> None:
    alike = 0
    for seed in seeds:
        made = agreeing_twice(tiny(seed))
        if made is None:
            continue
        today = Today(compiled(made.procedure, made.catalogue, POLICY))
        if today.needs.missing or not today.needs.agreed:
            continue
        analysis = analysed(made.procedure, made.catalogue, POLICY)
        redesign: Redesign = analysis.redesign
        if any(found.blocks for found in analysis.findings):
            continue
        assert redesign.after is not None, (redesign.refused, made.yaml())
        result = compared(made.model, resolved(redesign.after, made.catalogue), POLICY, 60, seed)
        assert result.is_alike, (result.differences, made.yaml())
        alike += bool(redesign.changes)
    assert alike > 3
