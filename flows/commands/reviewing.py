"""What reviewers decided about findings, in words, and which decisions no longer have their ground; decides nothing."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from analysis.change import Redesign
from analysis.finding import Finding
from analysis.findings.asked_elsewhere import asked_elsewhere
from analysis.findings.decisions import judged
from analysis.redesign import analysed
from flows.commands.catalogues import Chosen, neighbours
from processes.policy import Decision, Policy
from processes.problem import Problem, Severity
from processes.procedure import Procedure
from processes.reading import Read
from processes.words import Words


def decision_words(decision: Decision) -> Words:
    """Return what a reviewer said of a finding."""
    why = f": {decision.why}" if decision.why else ""
    said = {"accepted": Words("diterima", "accepted"), "rejected": Words("ditolak", "rejected")}[decision.decision]
    return Words(
        f"{said.id} oleh {decision.by} pada {decision.on}{why}", f"{said.en} by {decision.by} on {decision.on}{why}"
    )


def outdated_words(decision: Decision) -> Words:
    """Return that a decision is not applied, because there is no such finding on this ground."""
    return Words(
        f"Keputusan {decision.by} tentang '{decision.finding}' tidak diterapkan: tidak ada temuan dengan dasar itu lagi.",
        f"The decision of {decision.by} on '{decision.finding}' is not applied: there is no finding on this ground any more.",
    )


class Grounds:
    """Whether a decision that meets no finding of the procedures at a path has lost its ground, as far as that can be told there."""

    def __init__(self, path: str, found: Chosen) -> None:
        self._path, self._found = path, found

    @cached_property
    def _all(self) -> tuple[Procedure, ...]:
        return neighbours(self._path, self._found)

    @cached_property
    def _asked_elsewhere(self) -> frozenset[str]:
        """The findings that are there only where all procedures are looked at together."""
        found = self._found
        return frozenset(
            one.id for each in found.procedures for one in asked_elsewhere(each, found.catalogue, self._all)
        )

    def lost(self, decision: Decision) -> bool:
        """Return whether it has; one that names no procedure may be about any of the catalogue, so all must have been looked at."""
        if decision.procedure is None and len(self._all) > len(self._found.procedures):
            return False
        return decision.finding not in self._asked_elsewhere

    def lost_by(self, redesigns: Sequence[Redesign]) -> frozenset[str]:
        """Return the findings of decisions that have lost their ground: those that name no procedure, if no redesign knows them."""
        each = [{decision.finding for decision in one.stale} for one in redesigns]
        everywhere = set[str].intersection(*each) if each else set[str]()
        told = (decision for one in redesigns for decision in one.stale)
        return frozenset(one.finding for one in told if (one.procedure or one.finding in everywhere) and self.lost(one))


def outdated_decisions(found: Read) -> Iterator[Problem]:
    """Yield, as advice, the decisions that stand in the files that were read and meet no finding of the procedures there.

    Complexity: an analysis of each procedure for each policy with such decisions.
    """
    for policy in found.policies:
        told = [one for one in policy.decisions if one.where.file in found.files]
        if told and found.procedures:
            for decision in judged(_findings(found, policy), policy, [one.id for one in found.procedures]).stale:
                if decision not in told:
                    continue
                yield Problem(
                    code="outdated-decision",
                    where=decision.where,
                    fault=outdated_words(decision),
                    mend=Words("Tinjau kembali dengan 'sekali analyse'.", "Look at it again with 'sekali analyse'."),
                    severity=Severity.ADVICE,
                )


def _findings(found: Read, policy: Policy) -> Iterator[Finding]:
    for procedure in found.procedures:
        yield from analysed(procedure, found.catalogue, policy).findings
        yield from asked_elsewhere(procedure, found.catalogue, found.procedures)
