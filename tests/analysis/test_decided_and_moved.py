"""A redesign is bound to what reviewers decided, moved once, certified; and to redesign it again changes nothing."""

import pytest

from analysis.change import Redesign
from analysis.redesign import analysed, decided_today
from processes.policy import Policy
from processes.procedure import Procedure
from processes.reading import read
from tests.analysis.moving import SAFE, lively
from tests.generating import POLICY, tiny
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
    assert kinds <= {"look-up dropped", "look-up added", "step dropped"}, kinds  # one look-up may take another's place


@pytest.mark.parametrize("seeds", [range(0, 40), range(40, 80)], ids=str)
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


FOUND = read(["processes/purbalingga"])


@pytest.mark.parametrize("procedure", FOUND.procedures, ids=lambda one: one.id)
def test_to_redesign_a_redesign_of_the_sample_catalogue_changes_nothing(procedure: Procedure) -> None:
    policy = FOUND.policies[0]
    redesign = analysed(procedure, FOUND.catalogue, policy).redesign
    assert redesign.after is not None and redesign.certificate is not None
    again(redesign, FOUND, policy)


def test_the_findings_that_decisions_speak_of_are_those_without_decisions() -> None:
    free = sketch(STEPS)
    [needless] = [one for one in free.analysis.findings if one.kind == "never used"]
    kept = decided(needless.id)

    _, found = decided_today(kept.procedure, kept.catalogue, kept.policy)
    assert needless.id in {one.id for one in found}
