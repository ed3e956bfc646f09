"""What reviewers decided about findings, and which of their decisions no longer have the ground they were made on."""

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.finding import Finding, FindingKind
from analysis.findings.witnessing import asks
from analysis.instance import Instance, Item, union
from processes.policy import Decision, Policy

REMOVING: dict[FindingKind, tuple[str, ...]] = {
    "asked again": ("question",),
    "never used": ("question",),
    "held by a registry": ("question",),
    "derivable": ("question",),
    "document needless": ("paper",),
    "check needless": ("check",),
    "letter needless": ("letter",),
    "only some need it": ("question", "paper"),
    "no legal basis": ("question", "paper"),
    "empty step": ("question", "paper", "check"),
}
"""The kinds of findings that speak of items of a procedure, and of which kinds of items."""

OF_STEPS: tuple[FindingKind, ...] = ("carry needless", "signature without a fact", "empty step")
"""The kinds of findings that speak of a whole step."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Findings with what reviewers said of them."""

    decided: tuple[tuple[Finding, Decision], ...]
    stale: tuple[Decision, ...]  # of findings that there are no more, or not on this ground

    @property
    def rejected(self) -> tuple[Finding, ...]:
        """What reviewers rejected: what these findings speak of stays as it is."""
        return tuple(one for one, decision in self.decided if decision.decision == "rejected")


def judged(findings: Iterable[Finding], policy: Policy, procedures: Iterable[str] = ()) -> Judged:
    """Return which findings reviewers decided on, and which of their decisions are stale.

    Args:
        findings: What was found, of one procedure or of several.
        policy: Where the decisions stand.
        procedures: Those that were looked at. A decision that names another one is neither applied nor stale; one that
            names none is stale if its finding is not there. Nothing given: those of the findings.

    Complexity: linear in both.
    """
    if not policy.decisions:
        return Judged((), ())
    found = tuple(findings)
    by_id = {one.id: one for one in found}
    looked_at = {*procedures} or {one.procedure for one in found}
    decided, stale = [], []
    for decision in policy.decisions:
        one = by_id.get(str(decision.finding))
        if one is not None and decision.procedure in (None, one.procedure):
            decided.append((one, decision))
        elif not decision.of_a_move and (decision.procedure is None or decision.procedure in looked_at):
            stale.append(decision)
    return Judged(tuple(decided), tuple(stale))


def items_kept(instance: Instance, findings: Iterable[Finding], policy: Policy) -> int:
    """Return the items, as bits, that stay because a reviewer rejected the finding that they are needless.

    A check stays with what it looks at: the papers before it that show what it checks, else the questions that ask it.

    Complexity: a pass over the items for each rejected finding, and for each check that stays.
    """
    found = 0
    for one in judged(findings, policy).rejected:
        found |= items_of(instance, one)
    checks = [item for item in instance.items if item.kind == "check" and found & item.bit]
    for check in checks:
        said = [one for one in instance.items if one.facts & check.facts and _comes_before(instance, one, check)]
        papers = union(one.bit for one in said if one.kind == "paper")
        found |= papers or union(one.bit for one in said if one.kind == "question")
    return found


def _comes_before(instance: Instance, one: Item, other: Item) -> bool:
    return bool(instance.reachable[one.node] >> other.node & 1)


def steps_kept(findings: Iterable[Finding], policy: Policy) -> frozenset[str]:
    """Return the steps that stay, whatever is left to do there, because a reviewer rejected the finding that they are needless."""
    return frozenset(one.step for one in judged(findings, policy).rejected if one.kind in OF_STEPS)


def items_of(instance: Instance, finding: Finding) -> int:
    """Return the items that a finding speaks of, as bits: none, if it speaks of a whole step, an order or a level.

    A letter goes with the papers it makes.
    """
    kinds = REMOVING.get(finding.kind, ())
    found = 0
    for item in instance.items:
        if item.kind in kinds and item.step.id == finding.step and _speaks_of(instance, finding, item):
            found |= item.bit
    if finding.kind == "letter needless":
        made = {getattr(instance.items[number].step, "document", None) for number in _numbers(found)}
        for item in instance.items:
            if item.paper is not None and item.paper.document.document in made - {None}:
                found |= item.bit
    return found


def _speaks_of(instance: Instance, finding: Finding, item: Item) -> bool:
    if finding.kind == "empty step" or item.kind in ("check", "letter"):
        return finding.subject == item.step.id
    if item.paper is not None:
        name = item.paper.id
    elif item.facts:
        name = instance.shown(item.facts.bit_length() - 1)
    else:
        name = item.question.id if item.question else ""
    if finding.kind == "no legal basis":  # its witness is the ground
        return finding.subject == name
    return finding.subject == name and asks(item) == finding.witnesses[0]


def _numbers(mask: int) -> list[int]:
    return [number for number in range(mask.bit_length()) if mask >> number & 1]
