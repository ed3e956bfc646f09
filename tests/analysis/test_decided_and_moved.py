"""A redesign is bound to what reviewers decided, moved once, certified; and to redesign it again changes nothing."""

import pytest

from analysis.change import Redesign
from analysis.redesign import analysed, decided_today
from processes.policy import Policy
from tests.analysis.moving import SAFE, lively
from tests.catalogue import NAMES, policy, redesign, sample
from tests.generating import POLICY, tiny
from tests.seeds import blocks
from tests.sketching import Sketch, sketch

STEPS = """
- form: apply
  asks: [child.name, child.phone, child.income]
- check: one
  by: village
  waits: 1 hour
  verifies: [child.name]
- check: two
  by: office
  waits: 1 hour
  verifies: [child.phone]
- issue: deed
  by: office
  carries: [child.name, child.phone]
"""
DECIDED = 'decisions:\n- {{finding: {}, decision: {}, by: a reviewer, "on": 2026-06-01}}'


def decided(finding: str, decision: str = "rejected", more: str = "") -> Sketch:
    return sketch(STEPS, policy=DECIDED.format(finding, decision) + more)


def test_what_a_reviewer_keeps_stays_and_says_so() -> None:
    free = sketch(STEPS)
    [needless] = [one for one in free.analysis.findings if one.kind == "never used"]
    assert "child.income" not in free.redesigned.asks()

    kept = decided(needless.id)
    assert "child.income" in kept.redesigned.asks()
    assert [one.why.en for one in kept.analysis.redesign.stays if one.subject == "child.income"] == [
        "a reviewer's decision"
    ]
    assert kept.analysis.redesign.certificate is not None and not kept.analysis.redesign.stale

    assert "child.income" not in decided(needless.id, "accepted").redesigned.asks()


def rejecting(steps: str, kind: str, subject: str, *more: str, policy: str = "") -> Sketch:
    """Return a sketch in which a reviewer has rejected the finding of a kind about something, none of whose decisions is stale."""
    one = sketch(steps, *more, policy=policy).finding(kind, subject)
    made = sketch(steps, *more, policy=f"{policy}\n{DECIDED.format(one.id, 'rejected')}")
    assert made.analysis.redesign.after is not None and not made.analysis.redesign.stale
    assert one.id in {found.id for found in made.analysis.findings}
    return made


EMPTIED = """
- form: apply
  asks: [child.name]
  documents: [ktp of child]
- check: papers
  by: office
  verifies: [child.nik]
- form: more
  asks: [child.phone]
- issue: deed
  by: office
  carries: [child.name]
"""


def test_a_step_that_would_be_empty_stays_if_a_reviewer_says_so() -> None:
    free = sketch(EMPTIED)
    assert free.redesigned.steps == ["apply", "deed"]

    kept = rejecting(EMPTIED, "empty step", "more")
    assert kept.redesigned.steps == ["apply", "more", "deed"]
    assert kept.redesigned.asks("more") == ["child.phone"]
    assert kept.stays("more", "child.phone") == "a reviewer's decision"
    [witness] = kept.finding("empty step", "more").witnesses
    assert witness.role.en == "nothing that can still come reads 'child.phone'"
    both = sketch(
        EMPTIED,
        policy="decisions:\n"
        + "".join(
            f"- {{finding: {free.finding('empty step', one).id}, decision: rejected, by: r, 'on': 2026-06-01}}\n"
            for one in ("papers", "more")
        ),
    )
    assert both.redesigned.steps == ["apply", "papers", "more", "deed"]
    assert not both.analysis.redesign.stale
    accepted = sketch(EMPTIED, policy=DECIDED.format(free.finding("empty step", "more").id, "accepted"))
    assert accepted.redesigned.steps == ["apply", "deed"] and not accepted.analysis.redesign.stale


@pytest.mark.parametrize("kind", ["check needless", "empty step"])
def test_a_check_stays_with_the_papers_it_looks_at(kind: str) -> None:
    kept = rejecting(EMPTIED, kind, "papers")

    assert "papers" in kept.redesigned.steps
    assert kept.redesigned.papers() == ["ktp of child"]


LETTER = """
- form: ask-village
  asks: [child.name, child.phone]
- carry: to-village
  to: village
  by: applicant
  minutes: 20
- issue: introduction
  by: village
  letter: true
  carries: [child.name]
  document: introduction of child
- carry: to-office
  to: office
  by: applicant
  minutes: 20
- form: apply
  asks: [child.sex]
  documents: [introduction of child]
- issue: deed
  by: office
  carries: [child.name, child.phone, child.sex]
"""


@pytest.mark.parametrize("moves", ["[]", "[drop carrying, share papers]"])
@pytest.mark.parametrize("kind", ["carry needless", "empty step"])
def test_carrying_stays_if_a_reviewer_says_so_though_the_letter_goes(kind: str, moves: str) -> None:
    assert "to-village" not in sketch(LETTER, policy=f"moves: {moves}").redesigned.steps

    kept = rejecting(LETTER, kind, "to-village", policy=f"moves: {moves}")

    assert "introduction" not in kept.redesigned.steps
    assert "to-village" in kept.redesigned.steps


def test_a_signature_stays_if_a_reviewer_says_so_and_no_other_goes_instead() -> None:
    signed = EMPTIED + "".join(f"- approve: {one}\n  by: office\n  needs: []\n" for one in ("first", "second"))
    assert "first" not in sketch(signed).redesigned.steps

    kept = rejecting(signed, "signature without a fact", "first", policy="moves: [merge]")

    assert kept.redesigned.steps[-2:] == ["first", "second"]


def test_a_choice_keeps_its_place_if_a_reviewer_rejects_its_order() -> None:
    steps = """
- form: apply
  asks: [child.name, child.income]
- check: visit
  by: office
  minutes: 30
  gives: [child.tax_paid]
- choose:
    - {if: child.income > 3, share: 20%, steps: [{refuse: too-rich}]}
    - else: []
- issue: deed
  by: office
  carries: [child.name, child.tax_paid]
"""
    moves = "moves: [knock out first]"
    assert sketch(steps, policy=moves).redesigned.steps == ["apply", "too-rich", "visit", "deed"]

    kept = rejecting(steps, "order", "child.income > 3", policy=moves)

    assert kept.redesigned.steps == ["apply", "visit", "too-rich", "deed"]


def test_a_decision_without_its_ground_is_told_and_never_applied() -> None:
    outdated = decided("f00000000000")

    assert "child.income" not in outdated.redesigned.asks()
    assert [one.finding for one in outdated.analysis.redesign.stale] == ["f00000000000"]


def test_a_move_that_a_reviewer_rejected_is_not_made() -> None:
    [move] = sketch(STEPS).analysis.redesign.moves
    assert move.kind == "side by side" and move.gain.elapsed == 60.0

    rejected = decided(move.id).analysis.redesign
    assert not rejected.moves and rejected.certificate is not None


def test_moves_the_policy_switches_off_are_not_made() -> None:
    assert not sketch(STEPS, policy="moves: []").analysis.redesign.moves


def again(redesign: Redesign, made: object, policy: Policy) -> None:
    """Assert that redesigning a redesign changes nothing."""
    assert redesign.after is not None
    second = analysed(redesign.after, made.catalogue, policy).redesign  # type: ignore[attr-defined]  # whatever has one
    assert second.burden_after == redesign.burden_after and not second.moves
    kinds = {one.kind for one in second.changes}
    # one look-up may take another's place, with what is asked by hand where it finds nothing
    assert kinds <= {"look-up dropped", "look-up added", "step dropped", "residual form added"}, kinds


@pytest.mark.parametrize("seeds", blocks(80, 10), ids=str)
def test_to_redesign_a_random_redesign_moves_nothing_more(seeds: range) -> None:
    policy = POLICY.model_copy(update={"moves": SAFE})
    for seed in seeds:
        for made in (lively(seed), tiny(seed)):
            redesign = analysed(made.procedure, made.catalogue, policy).redesign
            if redesign.after is None:
                continue
            second = analysed(redesign.after, made.catalogue, policy).redesign
            if second.changes:
                continue  # what is asked could still change: then other steps stand beside each other
            assert not second.moves, (seed, [(one.kind, one.steps) for one in second.moves])


@pytest.mark.parametrize("name", NAMES)
def test_to_redesign_a_redesign_of_the_sample_catalogue_changes_nothing(name: str) -> None:
    once = redesign(name)
    assert once.after is not None and once.certificate is not None
    again(once, sample(), policy())


def test_the_findings_that_decisions_speak_of_are_those_without_decisions() -> None:
    free = sketch(STEPS)
    [needless] = [one for one in free.analysis.findings if one.kind == "never used"]
    kept = decided(needless.id)

    _, found = decided_today(kept.procedure, kept.catalogue, kept.policy)
    assert needless.id in {one.id for one in found}
