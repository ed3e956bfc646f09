"""Cases as the store keeps them, and as they move in memory: one made from the other; knows no database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import orjson

from flows.compiling import Program
from flows.moving import RETURNS, Mark, Moving, Offer
from flows.store.case_store import Kept, Moved, Ready
from processes.case import Case, Outcome, Output, Scalar, Value
from processes.resolved import Naming, Resolved


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
            if (value := values.get(name)) is not None:
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
    case = Moving(
        row.id,
        dates.revived_of(data["facts"], program.taken),
        data["decisions"],
        None if papers is None else frozenset(papers),
        frozenset(data.get("answered", ())),
        data.get("rounds", 1),
        data.get("by_hand", {}),
    )
    case.key, case.moves, case.chosen = row.key, row.moves, data.get("chosen", {})
    if position:
        case.tokens = program.tokens(position)
    if (event := data.get("event")) is not None:
        case.event = dates.revive(event)
    if row.held is not None:
        _hold(case, orjson.loads(row.held), program, dates)
    elif case.event is not None:
        start(case, case.event, program.model)
    return case


def start(case: Moving, event: Mapping[str, Value], model: Resolved) -> None:
    """Let a case that an event started have what that brought."""
    case.event = event
    if (known := model.event_start) is not None:
        for name in known.facts:
            if name in event:
                case.values[name], case.marks[name] = event[name], (known.level,)


def _hold(case: Moving, data: Mapping[str, Any], program: Program, dates: Dates) -> None:
    case.values = dates.revive(data["values"])
    marks = [tuple(mark) for mark in data["marks"]]
    case.marks = {name: marks[number] for name, number in zip(case.values, data["of"], strict=True)}
    case.visits = data.get("visits", {})
    case.confirmed = {
        name: (dates.revived(name, value), step) for name, (value, step) in data.get("confirmed", {}).items()
    }
    case.consents.update(data.get("consents", ()))
    for paper in data.get("papers", ()):
        case.handed_in |= program.paper_bits[paper]
    case.outputs = [Output(step, tuple(dates.revive(facts).items())) for step, facts in data.get("outputs", ())]
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


def moved(case: Moving, program: Program) -> Moved:
    """Return what became of a case, as the store keeps it."""
    # values and marks are always put in and taken out together, so they stand in the same order
    marks: dict[Mark, int] = {}
    of = [marks.setdefault(mark, len(marks)) for mark in case.marks.values()]
    held: dict[str, Any] = {"values": case.values, "marks": list(marks), "of": of}
    if case.handed_in:
        held["papers"] = [name for name, bit in program.paper_bits.items() if case.handed_in & bit]
    if case.visits:
        held["visits"] = case.visits
    if case.consents:
        held["consents"] = sorted(case.consents)
    if case.offered:
        held["offered"] = {step: tuple(offer) for step, offer in case.offered.items()}
    if case.confirmed and case.ended is None:
        held["confirmed"] = case.confirmed
    outputs = None
    if case.ended is None:
        if case.outputs:
            held["outputs"] = _outputs(case.outputs)
        if case.asked:
            held["asked"] = [(group, keys, records) for (group, keys), records in case.asked.items()]
    elif case.ended[0] == "issued":
        outputs = orjson.dumps(_outputs(case.outputs))
    first = case.passed[0] if case.passed else ""
    return Moved(
        id=case.id,
        moves=case.moves,
        state="waiting" if case.ended is None else "done",
        position=program.position(case),
        held=orjson.dumps(held),
        outcome=case.ended[0] if case.ended else None,
        reason=case.ended[1] or None if case.ended else None,
        outputs=outputs,
        first=first,
        visit=_visit(case, first) if case.visits else 1,
        steps=_as_json(tuple(case.passed)),
        waits=tuple([(w.step, w.waits_for, w.who, orjson.dumps(w.missing).decode(), w.why) for w in case.waits]),
        given=_given_again(case) if case.given_changed else None,
    )


def _visit(case: Moving, first: str) -> int:
    """Return the how-many-eth visit of a step it was; steps outside of loops are visited anew only after a return."""
    return max(1, case.visits.get(first, 0) - case.passed.count(first) + 1) + case.visits.get(RETURNS, 0)


@lru_cache(maxsize=4096)
def _as_json(steps: tuple[str, ...]) -> bytes:
    """Return steps as JSON; many cases go the same way."""
    return orjson.dumps(steps)


def _outputs(outputs: Sequence[Output]) -> list[tuple[str, dict[str, Value]]]:
    return [(output.step, dict(output.facts)) for output in outputs]


def _given_again(case: Moving) -> bytes:
    papers = None if case.papers is None else sorted(case.papers)
    said: dict[str, Any] = {"facts": case.facts, "decisions": case.decisions, "papers": papers}
    said |= {"answered": sorted(case.answered)}
    said |= {"rounds": case.rounds, "by_hand": dict(case.by_hand)}
    said |= {"chosen": dict(case.chosen)} if case.chosen else {}
    return orjson.dumps(said if case.event is None else said | {"event": case.event})


def outcome(row: Kept, dates: Dates) -> Outcome | None:
    """Return the outcome of a case that has ended; nothing if it has not."""
    if row.outcome == "issued":
        outputs = [
            Output(step, tuple(dates.revive(facts).items())) for step, facts in orjson.loads(row.outputs or b"[]")
        ]
        return Outcome("issued", outputs=tuple(outputs))
    return Outcome("refused", row.reason or "") if row.outcome == "refused" else None
