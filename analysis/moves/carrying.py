"""Leaves out carrying that brings nothing to anybody, or papers that nobody looks at; asks nobody whether it pays."""

from collections.abc import Iterator

from analysis.moves.candidate import Candidate, exchanged
from analysis.moves.effects import Surroundings
from processes.policy import MoveKind
from processes.procedure import Approve, Carry, Check, Decide, FormStep, Identify, Issue, Pay, Step, actor
from processes.words import Words


def needless_carrying(around: Surroundings) -> Iterator[Candidate]:
    """Yield each step by which papers are carried to no purpose any more.

    *drop carrying*: nothing is done at the place before papers are carried on or the case ends; or no paper is left in
    the case, and nobody has to come along. *share papers*: there are papers, but nobody there looks at them: what is done
    there reads facts only, which the case holds. Whoever fills in a form, pays, logs in or fetches a letter there must come.

    A return to the carrying leads to the step right after it then; where none follows, it stays.

    Complexity: a search of the graph for each such step.
    """
    for steps in around.lists:
        for number, step in enumerate(steps):
            if not isinstance(step, Carry) or step.needs or step.records:
                continue
            after = steps[number + 1] if number + 1 < len(steps) else None
            if (step.id in around.targets and not isinstance(after, Step)) or len(steps) == 1:
                continue
            found = _needless(around, step)
            if found is not None:
                kind, why = found
                returns = {step.id: after.id} if isinstance(after, Step) else {}
                made = (*steps[:number], *steps[number + 1 :])
                yield Candidate(exchanged(around.instance.procedure, steps, made, returns), kind, (step.id,), why)


def _needless(around: Surroundings, carry: Carry) -> tuple[MoveKind, Words] | None:
    there = list(_done_there(around, carry))
    if any(isinstance(step, FormStep | Identify | Pay) for step in there):
        return None
    at_place = [step for step in there if carry.to is None or (step.by and actor(step.by).whom == carry.to)]
    place = carry.to or "…"
    if carry.to is not None and not at_place:
        return "drop carrying", Words(
            f"tidak ada lagi yang dikerjakan di {place}", f"nothing is done at {place} any more"
        )
    if any(isinstance(step, Issue) and step.document for step in at_place):
        return None  # somebody has to fetch it
    if not _papers_before(around, carry):
        return "drop carrying", Words("tidak ada lagi berkas yang dibawa", "no paper is left to carry")
    if carry.to is not None and not any(_looks_at_papers(step) for step in at_place):
        return "share papers", Words(
            f"yang dikerjakan di {place} hanya membaca fakta yang sudah ada dalam kasus",
            f"what is done at {place} reads facts only, which the case holds",
        )
    return None


def _looks_at_papers(step: Step) -> bool:
    silent = isinstance(step, Decide | Approve) and step.needs is None
    return silent or (isinstance(step, Check) and bool(step.verifies))


def _done_there(around: Surroundings, carry: Carry) -> Iterator[Step]:
    """Yield the steps that can come after a carrying, until papers are carried on."""
    graph, points = around.instance.graph, around.instance.points
    waiting, seen = list(graph.successors(around.node(carry))), set[int]()
    while waiting:
        node = waiting.pop()
        step = points[node].step
        if node in seen or (isinstance(step, Carry) and points[node].kind == "step"):
            continue
        seen.add(node)
        waiting += graph.successors(node)
        if step is not None and points[node].kind == "step":
            yield step


def _papers_before(around: Surroundings, carry: Carry) -> bool:
    """Whether some paper may have come into the case before: handed in, or issued."""
    at = around.node(carry)
    for node, place in enumerate(around.instance.points):
        if not around.instance.reachable[node] >> at & 1:
            continue
        step = place.step
        if (isinstance(step, FormStep) and step.documents) or (isinstance(step, Issue) and step.document):
            return True
    return False
