"""One run of a procedure for one applicant, as data: what the world will answer, and what came out; knows no store and no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Scalar = str | int | float | bool | date
Value = (
    Scalar | None | tuple[Scalar | None, ...]
)  # nothing: asked, and there is none; a tuple: one for each of a many-role


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a case before it runs.

    `facts` are answers by canonical fact, ready for whatever step asks; a fact that is not among them has not been
    answered, one that is None has been answered with "there is none". `decisions` says what people decided, by
    step: the way of a judgement, or `done` where there is only something to do; of a list, each visit takes the next and
    the last one stays. `papers` are the documents the applicant has, as `ktp of mother`; None means all that are asked for.
    `event` is what the event brought that started the case, by canonical fact; None means that somebody asked for it.
    """

    id: str
    facts: Mapping[str, Value]
    decisions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    papers: frozenset[str] | None = None
    event: Mapping[str, Value] | None = None


DONE = "done"  # the decision on a step where a person only does something

WaitingFor = Literal["answer", "decision", "registry", "nobody"]


@dataclass(frozen=True, slots=True)
class Output:
    """What an issue step made: the facts it carries, by the name it gives them."""

    step: str
    facts: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a case came to.

    `issued` and `refused` are ends; a `waiting` case stands at `step` until somebody answers.
    """

    kind: Literal["issued", "refused", "waiting"]
    step: str = ""  # of a refusal or a waiting
    outputs: tuple[Output, ...] = ()
    waits_for: WaitingFor | None = None
    missing: tuple[str, ...] = ()  # the facts it waits for
    who: str = ""  # who can answer: as in `by`
