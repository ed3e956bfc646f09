"""What a move is: a change beyond leaving out, with why it may be made and what it gains; plain data that moves nothing."""

import hashlib
from dataclasses import dataclass, field

from analysis.finding import FindingKind
from processes.policy import MoveKind
from processes.procedure import Procedure
from processes.words import Words

KIND_WORDS: dict[MoveKind, Words] = {
    "merge": Words("gabungkan", "merge"),
    "side by side": Words("kerjakan bersamaan", "side by side"),
    "drop carrying": Words("hapus pengantaran berkas", "drop carrying"),
    "share papers": Words("bagikan berkas", "share papers"),
    "automate": Words("otomatiskan", "automate"),
    "ask before the split": Words("tanyakan sebelum bercabang", "ask before the split"),
    "knock out first": Words("dahulukan penolakan", "knock out first"),
}

RESTS_ON: dict[MoveKind, FindingKind] = {
    "drop carrying": "carry needless",
    "share papers": "carry needless",
    "side by side": "order",
    "knock out first": "order",
}
"""The findings that speak of what a kind of move mends; a reviewer who rejects such a finding rejects the move."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a procedure costs a case, expected; in minutes."""

    citizen: float
    agency: float
    elapsed: float  # from the request to the end, waiting included


@dataclass(frozen=True, slots=True)
class Move:
    """One change beyond leaving out. Its steps are named as they were before it, after all the moves made earlier."""

    procedure: str
    kind: MoveKind
    steps: tuple[str, ...]  # what was moved, in the order before
    into: str  # the step that holds what was moved, or "": of a merge, of a question that is asked earlier
    over: tuple[str, ...]  # the steps that what was moved has changed its order with, or now stands beside
    why: Words  # why it may
    gain: Measure
    made_in: Procedure = field(repr=False)  # the procedure before it
    findings: tuple[str, ...] = ()  # the ids of the findings it rests on

    @property
    def id(self) -> str:
        """A fingerprint of what is moved and how, so that a reviewer's decision on it can be kept."""
        said = "\n".join((self.procedure, self.kind, *self.steps, "over", *self.over, "into", self.into))
        return "m" + hashlib.sha256(said.encode()).hexdigest()[:11]


@dataclass(frozen=True, slots=True)
class Left:
    """A step that is left to people though a move was looked for, or a start the law does not name yet, and why."""

    step: str
    why: Words
