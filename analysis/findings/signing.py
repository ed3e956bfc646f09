"""Signatures that decide nothing and add nothing, in a chain of them; judges no other step."""

from collections.abc import Iterator

import networkx as nx

from analysis.finding import Finding, Witness
from analysis.findings.legal import in_force
from analysis.findings.witnessing import finding
from analysis.instance import Instance
from processes.policy import Policy
from processes.procedure import Approve
from processes.words import Words


def signatures_without_a_fact(instance: Instance) -> Iterator[Finding]:
    """Yield approvals that read nothing, decide nothing and add nothing, where every case is approved at another place too.

    Complexity: a search of the graph for each pair of approvals.

    Source: the heuristics "task elimination" and "contact reduction" of Reijers, H. A., Liman Mansar, S. (2005). Best practices
        in business process redesign. https://doi.org/10.1016/j.omega.2004.04.012.
    """
    for step, other in needless_signatures(instance):
        says = Words(
            f"'{step.id}' tidak membaca, memutuskan, atau menambah apa pun; setiap kasus juga disetujui pada '{other.id}'",
            f"'{step.id}' reads, decides and adds nothing; every case is approved at '{other.id}' as well",
        )
        signs = Words("menyetujui tanpa membaca apa pun", "approves without reading anything")
        too = Words(f"'{other.id}' juga menyetujui", f"'{other.id}' approves too")
        witnesses = [
            Witness(where=step.where, role=signs, ground="approves"),
            Witness(where=other.where, role=too, ground=f"approves too {other.id}"),
        ]
        yield finding(instance, "signature without a fact", step.id, step.id, says, witnesses)


def needless_signatures(instance: Instance) -> Iterator[tuple[Approve, Approve]]:
    """Yield approvals that read nothing (`needs: []`), choose no way, give and record nothing, each with another that every case passes.

    One that a law in force names stays, and so does one whose silence counts as approval: it has an effect of its own. Each
    way past a signature that is told here passes another approval that is not told, so that all of them can go at once.
    Those that rest on habit are told before those on which a local standard insists.

    Complexity: a search of the graph for each pair of approvals.
    """
    approvals = {
        node: place.step
        for node, place in enumerate(instance.points)
        if place.kind == "step" and isinstance(place.step, Approve)
    }
    empty = [node for node, step in approvals.items() if adds_nothing(step, instance.policy)]
    standing = dict(approvals)
    for node in sorted(empty, key=lambda one: (_weight(approvals[one], instance.policy), one)):
        step = approvals[node]
        other = next((one for at, one in standing.items() if at != node and _always_with(instance, node, at)), None)
        if other is None:
            continue
        del standing[node]
        yield step, other


def adds_nothing(step: Approve, policy: Policy) -> bool:
    """Return whether an approval says that it reads nothing, does nothing besides, and is not the one a law names."""
    named = step.rests_on is not None and step.rests_on.law is not None and in_force(step.rests_on, policy)
    return step.needs == () and not (step.ways or step.gives or step.records or step.silence_approves or named)


def _weight(step: Approve, policy: Policy) -> int:
    """How much speaks for a signature: nothing any more, nothing said, a local standard."""
    ground = step.rests_on
    if ground is None:
        return 1
    return 0 if ground.habit or not in_force(ground, policy) else 2


def _always_with(instance: Instance, node: int, other: int) -> bool:
    """Whether each case that passes a point and comes to the end passes another one, before or after it."""
    without = nx.restricted_view(instance.graph, [other], [])
    if node not in nx.descendants(without, 0):
        return True
    later = nx.descendants(without, node)
    return not any(instance.points[one].kind == "end" for one in later)
