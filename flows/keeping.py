"""Cases as the store keeps them, and as they move in memory: one made from the other; knows no database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import orjson

from flows.compiling import Program
from flows.moving import RETURNS, Moving, Offer
from flows.past import Mark, Past
from flows.store.rows import Kept, Moved, Ready
from processes.case import Case, Outcome, Output, Scalar, Value
from processes.resolved import Naming, Resolved

GIVEN = ("facts", "decisions", "papers")  # what every case brings along
WRITTEN = " written"  # no step has such a name


class Dates(dict[str, bool]):
    """Which facts are dates: JSON has none, so they must be told from texts by their names."""

    def __init__(self, naming: Naming) -> None:
        super().__init__()
        self.naming = naming
        self._special: list[str] | None = None

    def __missing__(self, name: str) -> bool:
        fact = self.naming.fact(name)
        found = self[name] = fact is not None and fact.element.type == "date"
        return found

    def revived_of(self, values: dict[str, Any], some: tuple[str, ...]) -> dict[str, Value]:
        """Make those values of a case again what they were that a step may take; changes them in place."""
        if self._special is None:
            self._special = [name for name in some if self[name] or ((fact := self.naming.fact(name)) and fact.many)]
        for name in self._special:
            value = values.get(name)
            if value.__class__ is str:
                values[name] = date.fromisoformat(value) if self[name] else value
            elif value is not None:
                values[name] = self.revived(name, value)
        return values

    def revived(self, name: str, value: Any) -> Value:
        """Return a value as it was before it became JSON."""
        if isinstance(value, list):
            return tuple([self._single(name, one) for one in value])
        return self._single(name, value)

    def _single(self, name: str, value: Any) -> Scalar | None:
        return date.fromisoformat(value) if isinstance(value, str) and self[name] else value

    def revive(self, values: dict[str, Any]) -> dict[str, Value]:
        """Make values again what they were before they became JSON; changes them in place."""
        for name, value in values.items():
            kind = value.__class__
            if kind is str:
                if self[name]:
                    values[name] = date.fromisoformat(value)
            elif kind is list:
                values[name] = self.revived(name, value)
        return values


def given(case: Case, taken: Collection[str] | None = None) -> bytes:
    """Return what a case brings along as bytes.

    Args:
        case: The case.
        taken: The facts that some step of its procedure may take: answers to what nobody asks are not kept.
    """
    papers = None if case.papers is None else sorted(case.papers)
    facts = case.facts if taken is None else {name: value for name, value in case.facts.items() if name in taken}
    said: dict[str, Any] = {"facts": facts, "decisions": case.decisions, "papers": papers}
    return orjson.dumps(said if case.event is None else said | {"event": case.event})


def moving(row: Ready, program: Program, position: str, dates: Dates) -> Moving:
    """Return a case that can move."""
    data = orjson.loads(row.given)
    papers = data["papers"]
    facts = dates.revived_of(data["facts"], program.taken)
    case = Moving(row.id, facts, data["decisions"], None if papers is None else frozenset(papers))
    case.moves = row.moves
    if len(data) > len(GIVEN):
        _add(case, data, dates)
    if position:
        case.tokens = program.tokens(position)
    if row.held is not None:
        _hold(case, orjson.loads(row.held), program, dates)
    elif case.event is not None:
        start(case, case.event, program.model)
    return case


def _add(case: Moving, data: Mapping[str, Any], dates: Dates) -> None:
    """Add what few cases bring along: what people have said since, and the event that started it."""
    case.answered = frozenset(data.get("answered", ()))
    case.rounds, case.by_hand = data.get("rounds", 1), data.get("by_hand", {})
    case.chosen, case.contested = data.get("chosen", {}), data.get("contested", {})
    if (signed := data.get("signed")) is not None:
        case.signed = frozenset(signed)
    if (event := data.get("event")) is not None:
        case.event = dates.revive(event)


def start(case: Moving, event: Mapping[str, Value], model: Resolved) -> None:
    """Let a case that an event started have what that brought."""
    case.event = event
    if (known := model.event_start) is not None:
        brought = [name for name in known.facts if name in event]
        case.values |= {name: event[name] for name in brought}
        case.past = case.past.but({**case.marks, **dict.fromkeys(brought, (known.level,))})


def _hold(case: Moving, data: Mapping[str, Any], program: Program, dates: Dates) -> None:
    case.values = dates.revive(data["values"])
    marks = [tuple(mark) for mark in data["marks"]]
    handed_in = 0
    for paper in data.get("papers", ()):
        handed_in |= program.paper_bits[paper]
    of = {name: marks[number] for name, number in zip(case.values, data["of"], strict=True)}
    case.past = program.pasts.past(of, data.get("visits", {}), handed_in)
    case.confirmed = {
        name: (dates.revived(name, value), step) for name, (value, step) in data.get("confirmed", {}).items()
    }
    case.consents = frozenset(data.get("consents", ()))
    case.outputs = [(step, dates.revive(facts)) for step, facts in data.get("outputs", ())]
    case.offered = {step: _offer(offer, dates) for step, offer in data.get("offered", {}).items()}
    for group, keys, records in data.get("asked", ()):
        if group not in program.groups:  # kept by an older version: the registry is asked again
            continue
        facts = program.groups[group].facts
        case.asked[group, keys] = tuple(
            tuple(dates.revived(name, value) for name, value in zip(facts, record, strict=True)) for record in records
        )


def _offer(data: Sequence[Any], dates: Dates) -> Offer:
    """Return records on offer as they were before they became JSON."""
    keys, facts, records = data
    revived = [tuple(map(dates.revived, facts, record)) for record in records]
    return Offer(keys, tuple(facts), tuple(revived))


class _Written(NamedTuple):
    """What the store keeps alike of all cases with a past."""

    held: bytes  # JSON, after the values
    first: str
    visit: int
    steps: bytes


def _written(past: Past, program: Program) -> _Written:
    # values and marks are always put in and taken out together, so they stand in the same order
    marks: dict[Mark, int] = {}
    of = [marks.setdefault(mark, len(marks)) for mark in past.marks.values()]
    held: dict[str, Any] = {"marks": list(marks), "of": of}
    if past.handed_in:
        held["papers"] = [name for name, bit in program.paper_bits.items() if past.handed_in & bit]
    if past.visits:
        held["visits"] = past.visits
    first = past.passed[0] if past.passed else ""
    # the how-many-eth of that step it was; steps outside of loops are visited anew only after a return
    visit = max(1, past.visits.get(first, 0) - past.passed.count(first) + 1) + past.visits.get(RETURNS, 0)
    found = _Written(b"," + orjson.dumps(held)[1:], first, visit, orjson.dumps(past.passed))
    past.plans[WRITTEN] = found
    return found


def moved(case: Moving, program: Program) -> Moved:
    """Return what became of a case, as the store keeps it."""
    past, ended = case.past, case.ended
    written: _Written = past.plans.get(WRITTEN) or _written(past, program)
    held = b'{"values":' + orjson.dumps(case.values) + written.held
    more: dict[str, Any] = {}
    if case.consents:
        more["consents"] = sorted(case.consents)
    if case.offered:
        more["offered"] = {step: tuple(offer) for step, offer in case.offered.items()}
    if case.confirmed and ended is None:
        more["confirmed"] = case.confirmed
    outputs = None
    if ended is None:
        if case.outputs:
            more["outputs"] = case.outputs
        if case.asked:
            more["asked"] = [(group, keys, records) for (group, keys), records in case.asked.items()]
    elif ended[0] == "issued":
        outputs = orjson.dumps(case.outputs)
    if more:
        held = held[:-1] + b"," + orjson.dumps(more)[1:]
    return Moved(
        case.id,
        case.moves,
        "waiting" if ended is None else "done",
        program.position(case) if case.tokens else "",
        held,
        ended[0] if ended else None,
        ended[1] or None if ended else None,
        outputs,
        written.first,
        written.visit,
        written.steps,
        tuple([(w.step, w.waits_for, w.who, orjson.dumps(w.missing).decode(), w.why) for w in case.waits])
        if case.waits
        else (),
        _given_again(case) if case.given_changed else None,
    )


def _given_again(case: Moving) -> bytes:
    papers = None if case.papers is None else sorted(case.papers)
    said: dict[str, Any] = {"facts": case.facts, "decisions": case.decisions, "papers": papers}
    said |= {"answered": sorted(case.answered)}
    said |= {"rounds": case.rounds, "by_hand": dict(case.by_hand)}
    said |= {"chosen": dict(case.chosen)} if case.chosen else {}
    said |= {"signed": sorted(case.signed)} if case.signed is not None else {}
    said |= {"contested": case.contested} if case.contested else {}
    return orjson.dumps(said if case.event is None else said | {"event": case.event})


def outcome(row: Kept, dates: Dates) -> Outcome | None:
    """Return the outcome of a case that has ended; nothing if it has not."""
    if row.outcome == "issued":
        outputs = [
            Output(step, tuple(dates.revive(facts).items())) for step, facts in orjson.loads(row.outputs or b"[]")
        ]
        return Outcome("issued", outputs=tuple(outputs))
    return Outcome("refused", row.reason or "") if row.outcome == "refused" else None
