"""What reviewers can decide of a procedure, what they have decided, and what of it has lost its ground; knows no page and no file."""

from typing import NamedTuple

from analysis.finding import Finding
from analysis.findings.decisions import OF_STEPS, REMOVING
from analysis.move import KIND_WORDS, RESTS_ON, Move
from analysis.redesign import Analysis
from processes.part import Location
from processes.policy import Decision, Policy
from processes.words import Words

FOLLOWED = frozenset({*REMOVING, *OF_STEPS, *RESTS_ON.values()})
"""The kinds of findings that a redesign follows: to reject one of them changes it."""


class Matter(NamedTuple):
    """Something to decide on: a finding or a move."""

    id: str
    kind: Words
    says: Words
    step: str
    where: Location
    used: bool  # whether the redesign rests on it
    follows: bool  # whether to reject it changes the redesign
    decision: Decision | None
    finding: Finding | None = None
    move: Move | None = None

    @property
    def open(self) -> bool:
        """Whether the redesign rests on it and nobody has decided."""
        return self.used and self.decision is None


class Judged(NamedTuple):
    """All there is to decide of a procedure."""

    matters: tuple[Matter, ...]
    stale: tuple[Decision, ...]  # about this procedure, and not applied: that is found no more, or on other ground
    not_made: tuple[Decision, ...]  # about moves that were rejected, and so are not made

    @property
    def open(self) -> int:
        """How much the redesign rests on that nobody has decided."""
        return sum(one.open for one in self.matters)

    def of(self, ids: tuple[str, ...]) -> tuple[Matter, ...]:
        """Return the matters of some ids."""
        return tuple(one for one in self.matters if one.id in ids)


def judged(analysis: Analysis, policy: Policy, elsewhere: tuple[Finding, ...] = ()) -> Judged:
    """Return what can be decided of a procedure.

    Args:
        analysis: Its findings and its redesign.
        policy: Where the decisions stand.
        elsewhere: What was found of it together with other procedures.

    Complexity: linear in findings, changes, moves and decisions.
    """
    redesign = analysis.redesign
    decided = {str(one.finding): one for one in policy.decisions}
    used = {name for change in redesign.changes for name in change.findings}
    used |= {name for move in redesign.moves for name in move.findings}
    matters = [
        Matter(
            one.id,
            one.kind_words,
            one.says,
            one.step,
            one.where,
            one.id in used,
            one.kind in FOLLOWED,
            decided.get(one.id),
            one,
        )
        for one in (*analysis.findings, *elsewhere)
    ]
    for move in redesign.moves:
        where = (
            redesign.before.step_by_id[move.steps[0]].where
            if move.steps[0] in redesign.before.step_by_id
            else Location("", 0, 0)
        )
        matters.append(
            Matter(
                move.id,
                KIND_WORDS[move.kind],
                move.why,
                move.steps[0],
                where,
                True,
                True,
                decided.get(move.id),
                None,
                move,
            )
        )
    known = {one.id for one in matters}
    found_no_more = {
        *(one.finding for one in redesign.stale),
        *(n for n, one in decided.items() if one.decision == "accepted"),
    }
    stale = tuple(one for name, one in decided.items() if one.procedure and name in found_no_more - known)
    outdated = {one.finding for one in stale}
    not_made = tuple(
        one
        for name, one in decided.items()
        if one.of_a_move and name not in known and name not in outdated and one.decision == "rejected"
    )
    return Judged(tuple(matters), stale, not_made)
