"""All decisions of a catalogue, with what each is about and whether it still has its ground: values to show; knows no page."""

from typing import NamedTuple

from flows.review.desk import Desk, State
from flows.review.judging import Matter
from flows.review.looked import Looked
from processes.policy import Decision
from processes.words import Words, same


class Made(NamedTuple):
    """One decision."""

    decision: Decision
    about: Words  # what it is about, as that is found now; else as it was found then
    title: Words | None  # of its procedure
    stale: bool  # that is found no more, or on other ground
    version: str  # of its file; empty, if it cannot be taken back here


def decisions(desk: Desk, state: State) -> list[Made]:
    """Return all decisions, those without ground first.

    Complexity: that of looking at each procedure with a decision.
    """
    stale, found = set[str](), dict[str, tuple[Matter, Looked]]()
    for procedure in state.procedures:
        if any(one.procedure in (None, procedure.id) for one in state.policy.decisions):
            looked = desk.looked(state, procedure)
            told = desk.judged(state, looked)
            stale |= {one.finding for one in told.stale}
            found |= {one.id: (one, looked) for one in told.matters}
    stale |= {one.finding for one in state.policy.decisions if one.procedure is None} - found.keys()
    titles = {one.id: one.title for one in state.procedures}
    made = [
        Made(
            one,
            _about(one, found.get(one.finding)),
            titles.get(one.procedure or ""),
            one.finding in stale,
            desk.decisions.kept(one.procedure, one.finding).version if one.procedure and desk.is_own_file(one) else "",
        )
        for one in state.policy.decisions
    ]
    return sorted(made, key=lambda one: (not one.stale, one.decision.procedure or "", str(one.decision.on)))


def _about(decision: Decision, found: tuple[Matter, Looked] | None) -> Words:
    if found is None:
        return same(decision.about or decision.finding)
    matter, looked = found
    says = looked.worded(matter.says)
    return Words(f"{matter.kind.id}: {says.id}", f"{matter.kind.en}: {says.en}")
