"""A decision that somebody sends: looked at whole, then kept or refused with the reason; knows no page and no request."""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from flows.review.deciding import ConflictError, OutsideError
from flows.review.desk import Desk
from flows.review.judging import Matter
from processes.policy import Decision
from processes.procedure import Procedure

LONGEST_NAME, LONGEST_REASON = 200, 2000
WHAT = re.compile(
    r"[fm][0-9a-f]{11}@[0-9a-z]{1,64}"
)  # a finding or move, and the version of its decision that was seen


class Sent(NamedTuple):
    """What a form says."""

    decision: str  # accepted, rejected or undo
    what: tuple[str, ...]  # as `WHAT`
    by: str
    why: str


class Refused(NamedTuple):
    """Why nothing was kept."""

    status: int  # of HTTP
    text: str  # the name of what is told
    conflict: ConflictError | None = None


def take(desk: Desk, procedure: Procedure, sent: Sent, today: date) -> Refused | None:
    """Keep what somebody decided, all of it or nothing; nothing that others decided meanwhile is written over.

    Args:
        desk: Where it is kept.
        procedure: What it is about.
        sent: What was sent.
        today: The day of the decision.
    """
    if sent.decision not in ("accepted", "rejected", "undo") or not sent.what:
        return Refused(422, "unreadable")
    if sent.decision != "undo":
        if proper_name(sent.by) is None:
            return Refused(422, "wrong-name")
        if len(sent.why) > LONGEST_REASON or (sent.decision == "rejected" and not sent.why):
            return Refused(422, "wrong-reason")
    try:
        if sent.decision == "undo":
            finding, _, version = sent.what[-1].partition("@")
            desk.decisions.undo(procedure.id, finding, version)
            return None
        matters = _matters(desk, procedure, sent.what)
        if len(matters) < len(sent.what):
            return Refused(409, "nothing-to-decide")
        desk.decisions.decide([(_decision(procedure, one, sent, today), version) for one, version in matters])
    except ConflictError as error:
        return Refused(409, "conflict", error)
    except (OutsideError, OSError):
        return Refused(422, "not-written")
    return None


def proper_name(said: str) -> str | None:
    """Return the name somebody typed, in one line; nothing, if it is none.

    >>> proper_name("  Ibu   Rini "), proper_name("")
    ('Ibu Rini', None)
    """
    name = " ".join(said.split())
    return name if name and len(name) <= LONGEST_NAME and name.isprintable() else None


def _matters(desk: Desk, procedure: Procedure, what: Sequence[str]) -> list[tuple[Matter, str]]:
    """Return what is decided on, as it is found now, with the versions that were seen; not what was decided in another file."""
    state = desk.state()
    known = {one.id: one for one in desk.judged(state, desk.looked(state, procedure)).matters}
    found = [(known[name], version) for name, _, version in (one.partition("@") for one in what) if name in known]
    return [(one, version) for one, version in found if one.decision is None or desk.is_own_file(one.decision)]


def _decision(procedure: Procedure, one: Matter, sent: Sent, today: date) -> Decision:
    return Decision(
        finding=one.id,
        procedure=procedure.id,
        decision="accepted" if sent.decision == "accepted" else "rejected",
        by=proper_name(sent.by) or "",
        on=today,
        why=sent.why or None,
        about=f"{one.kind.en}: {one.says.en}"[:1000],
    )
