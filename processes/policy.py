"""What counts when a procedure is redesigned: the date, which agreements, how much coverage, what things weigh; knows no finding."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from processes.part import Part
from processes.shapes import Day, Free, KeptPlace, Minutes, Name, Rupiah, Share, Time, Title

Counting = Literal["in force", "planned", "all"]
MoveKind = Literal[
    "merge",
    "side by side",
    "drop carrying",
    "share papers",
    "automate",
    "ask before the split",
    "knock out first",
]
"""The changes beyond leaving out; what each does and may do stands in `analysis/README.md`."""

USUAL_MOVES: tuple[MoveKind, ...] = ("merge", "side by side", "drop carrying", "automate", "ask before the split")
"""Those after which every case ends as before, for the same reason, and nobody is trusted with more than before."""


class Decision(Part):
    """What a reviewer says of one finding or move; it holds as long as that rests on what it rested on then."""

    finding: Annotated[str, Field(pattern=r"^[fm][0-9a-f]{11}$"), KeptPlace]  # its id, as it is shown; of a move: `m…`
    procedure: Name | None = None  # the one it is about
    decision: Literal["accepted", "rejected"]
    by: Free
    on: Day
    why: Free | None = None
    about: Free | None = None  # what was found then, in words: to be read where there is no such finding any more

    @property
    def of_a_move(self) -> bool:
        """Whether it is about a move, not about a finding."""
        return self.finding.startswith("m")


class Policy(Part):
    """The choices of the reviewers that every redesign rests on."""

    id: Name = Field(alias="policy", default="usual")
    title: Title | None = None
    date: Day = date(2026, 1, 1)
    agreements: Counting = "in force"  # planned: also those that begin by the date; all: as if every one were concluded
    with_agreements: tuple[Name, ...] = ()  # as if in force
    without_agreements: tuple[Name, ...] = ()  # as if there were none
    least_coverage: Share = 0.0  # a service that finds fewer is not used
    most_age: Time | None = None  # an answer that may be older is not used
    shows: bool = False  # the citizen sees looked-up facts and may correct them
    contact_minutes: Minutes = 30.0  # a form to be dealt with at all: opening, going, queueing
    consent_minutes: Minutes = 0.5
    look_over_minutes: Minutes = 0.1  # a fact that is shown
    rupiah_per_minute: Rupiah = 238.0  # of the citizen's time: minimum wage 2026 of the sample regency / 173 h
    new_log_ins: bool = True
    moves: tuple[MoveKind, ...] = USUAL_MOVES  # which changes beyond leaving out may be made
    knock_outs_across_agencies: bool = False  # whether refusing steps of different agencies may swap places
    decisions: tuple[Decision, ...] = ()  # of the reviewers; what they rejected stays as it is
