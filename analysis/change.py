"""What a redesign changes and what it leaves, with the reasons; plain data that knows neither who made it nor who checks it."""

from dataclasses import dataclass
from typing import Literal

from analysis.certificate import Certificate
from analysis.move import Move
from processes.policy import Decision
from processes.procedure import Procedure
from processes.words import Words

ChangeKind = Literal[
    "question dropped",
    "document dropped",
    "check dropped",
    "letter dropped",
    "signature dropped",
    "log-in dropped",
    "look-up dropped",
    "step dropped",
    "look-up added",
    "residual form added",
    "consent added",
    "question narrowed",
    "document narrowed",
    "log-in added",
]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between today and the redesign."""

    kind: ChangeKind
    step: str  # where it is: a step of today, or the added one
    subject: str  # the fact, act, document or service, as people write it; a question as `shown` by the procedure
    says: Words
    findings: tuple[str, ...] = ()  # the ids of the findings it rests on


@dataclass(frozen=True, slots=True)
class Stay:
    """A question, act or document that stays, and why."""

    step: str
    subject: str
    why: Words


@dataclass(frozen=True, slots=True)
class Burden:
    """What a procedure asks of people, expected over its cases; a case each."""

    questions: float  # asked, acts not counted
    documents: float
    contacts: float
    citizen_minutes: float
    agency_minutes: float


@dataclass(frozen=True, slots=True)
class Optimum:
    """Whether a redesign is proven to be the least burdensome of its family.

    The family: today's questions, documents, log-ins and checks kept or not, one supplier and one confirming service a fact. A form
    that stays just on the return to it is outside of this minimum: its minutes come on top, whatever else is chosen.
    """

    proven: bool
    gap: float  # citizen minutes a case, by which the least may at most be less; 0 also where only agency minutes are open
    minutes: float = (
        0.0  # citizen minutes of what was proven: before any move, and without forms that stay just on returns
    )


@dataclass(frozen=True, slots=True)
class Redesign:
    """A procedure before and after, and why they differ; `after` is None where it had to be refused."""

    before: Procedure
    after: Procedure | None
    changes: tuple[Change, ...] = ()
    stays: tuple[Stay, ...] = ()
    refused: tuple[Words, ...] = ()
    burden_before: Burden | None = None
    burden_after: Burden | None = None
    optimum: Optimum | None = None
    moves: tuple[Move, ...] = ()  # made after the fewest questions were found, in their order
    on_returns: tuple[
        str, ...
    ] = ()  # the forms that stay just on the return to them; their minutes are beside the minimum
    stale: tuple[Decision, ...] = ()  # of reviewers, whose ground is no more: not applied
    certificate: Certificate | None = None  # which the checker has accepted

    @property
    def unmoved(self) -> Procedure | None:
        """The redesign before any move: its questions stand on the forms on which they stand today."""
        return self.moves[0].made_in if self.moves else self.after
