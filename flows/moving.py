"""Cases on their way through a procedure, in memory, many at once; knows no store and no kind of step."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from flows.law import Judge
from flows.past import Mark, Past, Pasts
from flows.ports import Ask, Record
from processes.case import Value, WaitingFor

# Who answered: the registry; the case, from what that had answered before; nobody, because nobody was asked.
Source = Literal["registry", "case", "nobody"]


class Wait(NamedTuple):
    """What a case waits for at a step."""

    step: str
    waits_for: WaitingFor
    who: str = ""
    missing: tuple[str, ...] = ()  # facts
    why: str = ""  # of a registry: see `outcomes`; of nobody: rounds, no way, failure


class Asked(NamedTuple):
    """That a look-up was made for some cases at once: what it asked, and what it came to, by the number of each case."""

    step: str
    service: str
    words: tuple[str, ...]
    facts: tuple[str, ...]  # what these are in the procedure
    outcomes: Mapping[tuple[str, Source], Sequence[int]]


class Offer(NamedTuple):
    """Several records that a registry holds for the same keys."""

    keys: str  # as JSON
    facts: tuple[str, ...]  # what the records say, in their order
    records: tuple[Record, ...]


NO_PAST = Pasts().first  # of a case that has not begun


class Moving:
    """A case in memory: what it brings along, what it holds by now, and where it stands."""

    __slots__ = (
        "answered", "asked", "by_hand", "chosen", "confirmed", "consents", "contested", "decisions", "ended", "event", "facts",
        "given_changed", "id", "moves", "offered", "outputs", "papers", "past", "rounds", "signed", "tokens", "values", "waits",
    )  # fmt: skip

    def __init__(
        self,
        number: int,
        facts: dict[str, Value],
        decisions: Mapping[str, Sequence[str]],
        papers: frozenset[str] | None,
    ) -> None:
        self.id = number  # in the store
        self.moves = 0  # how often it was moved; what is written back must find it unchanged
        # what it brings along
        self.facts = facts
        self.decisions = decisions
        self.papers = papers
        self.event: Mapping[str, Value] | None = None  # what the event brought that started it
        self.answered: frozenset[str] = (
            frozenset()
        )  # steps whose decision a person gave while the case waited, visit by visit
        self.rounds = 1  # how often it may be sent back MOST_VISITS times: once more for each answer given then
        self.by_hand: Mapping[
            str, Collection[str]
        ] = {}  # by look-up: the facts that a person has said in place of the registry
        self.chosen: Mapping[str, int] = {}  # by look-up: which record on offer is meant; see `steps`
        self.contested: Mapping[str, Mapping[str, Any]] = {}  # by look-up and fact; see `contesting`
        # forms that people have filled in and signed; nothing, while nobody has answered: what a case brings along is done by then
        self.signed: frozenset[str] | None = None
        self.given_changed = False
        # what it holds
        self.values: dict[str, Value] = {}  # of a case that an event started, at first what that brought
        self.past: Past = NO_PAST  # how sure these are, and the way it has come; changed together with them
        self.outputs: list[tuple[str, Mapping[str, Value]]] = []  # what steps issued: the facts it carries
        self.asked: dict[
            tuple[str, str], Sequence[Record]
        ] = {}  # answers that a later look-up of the case is answered from
        self.confirmed: dict[
            str, tuple[Value, str]
        ] = {}  # what a registry says of a fact nobody has said yet, and where
        self.offered: dict[str, Offer] = {}  # by look-up: the records among which somebody chooses
        self.consents: frozenset[str] = frozenset()  # to look-ups; see `law.consent`
        # where it stands
        self.tokens: set[int] = set()  # places; several within a parallel part
        self.waits: list[Wait] = []
        self.ended: tuple[str, str] | None = None  # the outcome, and the step of a refusal

    @property
    def marks(self) -> Mapping[str, Mark]:
        """How sure the case is of each value by itself, and the steps that brought it, in the order of the values."""
        return self.past.marks

    @property
    def handed_in(self) -> int:
        """Papers, a bit each."""
        return self.past.handed_in

    @property
    def visits(self) -> Mapping[str, int]:
        """How often steps that can be returned to were passed."""
        return self.past.visits

    @property
    def passed(self) -> tuple[str, ...]:
        """Steps, since it was read from the store."""
        return self.past.passed


class Place(NamedTuple):
    """A point of a program where cases can be."""

    number: int
    label: str  # the step, or the choice
    step: str = ""
    counted: bool = False  # whether cases can come here more than once


def _passed(past: Past, place: Place) -> Past:
    """Return the past of cases that have passed a step as well."""
    step, visits = place.step, None
    if place.counted:
        visits = {**past.visits, step: past.visits.get(step, 0) + 1}
    after = past.plans[step] = past.but(visits=visits, passed=(*past.passed, step))
    return after


RETURNS = " returns"  # among the visits of a case: how often it was sent back
MOST_VISITS = 100  # of one step, before a case that always returns is given up


class Work:
    """A batch of cases that is moved through a program, place by place.

    All cases at a place are moved at once, so that a registry is asked about all of them together; the first places of
    the text come first, so that the sides of a parallel part are gone through one after the other.
    """

    def __init__(self, places: int, today: date, ask: Ask, law: Judge, asked: list[Asked], *, parallel: bool) -> None:
        self.today = today
        self.ask = ask
        self.law = law
        self.asked = asked
        self.parallel = parallel
        self.at: list[list[Moving]] = [[] for _ in range(places)]
        self.lowest = 0

    def forward(self, cases: list[Moving], here: int, there: int) -> None:
        """Move cases from one place to another."""
        if not cases:
            return
        if self.parallel:
            for case in cases:
                case.tokens.discard(here)
                case.tokens.add(there)
        at = self.at[there]
        if at:
            at += cases
        else:
            self.at[there] = cases
        if there < self.lowest:
            self.lowest = there

    def done(self, cases: list[Moving], place: Place, there: int) -> None:
        """Note that cases have passed a step, and move them on."""
        self.pass_step(cases, place)
        self.forward(cases, place.number, there)

    def pass_step(self, cases: list[Moving], place: Place) -> None:
        """Note that cases have passed a step."""
        step, before, after = place.step, NO_PAST, NO_PAST
        for case in cases:
            if case.past is not before:  # mostly those of a batch have the same
                before = case.past
                after = before.plans.get(step) or _passed(before, place)
            case.past = after

    def park(self, case: Moving, place: Place, wait: Wait) -> None:
        """Leave a case where it stands."""
        case.waits.append(wait)
        case.tokens.add(place.number)

    def end(self, case: Moving, how: tuple[str, str]) -> None:
        """Close a case with an outcome, and the step of a refusal, whatever runs beside."""
        case.ended = how
        case.tokens.clear()
        case.waits.clear()

    def run(self, ops: "Sequence[Op]", cases: Iterable[Moving]) -> None:
        """Move cases from where they stand to where they end or wait."""
        for case in cases:
            for place in case.tokens:
                self.at[place].append(case)
            if not self.parallel:
                case.tokens.clear()
        self.lowest = 0
        while self.lowest < len(ops):
            here = self.lowest
            batch = self.at[here]
            self.lowest = here + 1
            if batch:
                self.at[here] = []
                if self.parallel:  # some may have ended, or gone back, in another side
                    batch = [case for case in batch if here in case.tokens]
                ops[here](self, batch)


Op = Callable[[Work, list[Moving]], None]
