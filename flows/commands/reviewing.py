"""What reviewers decided about findings, in words, and which decisions no longer have their ground; decides nothing."""

from collections.abc import Iterator

from analysis.finding import Finding
from analysis.findings.asked_elsewhere import asked_elsewhere
from analysis.findings.decisions import judged
from analysis.redesign import analysed
from processes.policy import Decision, Policy
from processes.problem import Problem, Severity
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
    perhaps = Words("", "")
    if decision.procedure is None:
        perhaps = Words(" (atau prosedurnya tidak dilihat di sini)", " (or its procedure was not looked at here)")
    return Words(
        f"Keputusan {decision.by} tentang '{decision.finding}' tidak diterapkan: tidak ada temuan dengan dasar itu lagi{perhaps.id}.",
        f"The decision of {decision.by} on '{decision.finding}' is not applied: there is no finding on this ground any more{perhaps.en}.",
    )


def outdated_decisions(found: Read) -> Iterator[Problem]:
    """Yield, as advice, the decisions that stand in the files that were read and meet no finding of the procedures there.

    Complexity: an analysis of each procedure for each policy with such decisions.
    """
    for policy in found.policies:
        told = [one for one in policy.decisions if one.where.file in found.files]
        if told:
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
