"""What really happened to cases, as event logs that process-mining tools read; without personal data; decides nothing.

A case is told by its number in the store, whoever does a step by the role or agency, never by name. A step has the time of the
answer or decision that it waited for, else that of the batch which passed it.

Sources: XES, IEEE Std 1849-2023, https://www.xes-standard.org; OCEL 2.0, Berti et al. (2024), https://www.ocel-standard.org.
"""

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Literal, NamedTuple
from xml.sax.saxutils import quoteattr

import orjson
from sqlalchemy import Connection, select

from flows.store import tables
from flows.store.case_store import CaseStore
from processes.procedure import Lookup, Step

CHUNK = 1000  # cases a question

SENT_BACK = " sent back"  # after the step from which a case was sent back
GONE_UP = " gone up"  # after the step at which a case was late

Form = Literal["xes", "ocel"]


class Event(NamedTuple):
    """A step that a case has passed."""

    step: str
    kind: str  # form, check, lookup, …
    at: str  # ISO 8601, with the offset from UTC
    who: str  # role or agency; of what has gone up, to whom; empty for what nobody does
    service: str  # that was asked; else empty


class Trace(NamedTuple):
    """What happened to a case."""

    case: int
    procedure: str
    redesigned: bool
    outcome: str  # issued, refused; empty while it is under way
    events: tuple[Event, ...]


def happened(store: CaseStore, procedure: str | None = None) -> Iterator[Trace]:
    """Yield what happened to each case so far, in the order in which they came.

    Args:
        store: Where the cases are.
        procedure: Just those of this one.

    Complexity: linear in steps; a thousand cases at a time are held.
    """
    cases, last, steps = tables.cases, 0, dict[int, Mapping[str, Step]]()
    wanted = select(cases.c.id, cases.c.procedure, cases.c.definition, cases.c.outcome).order_by(cases.c.id)
    if procedure is not None:
        wanted = wanted.where(cases.c.procedure == procedure)
    while True:
        with store.engine.connect() as connection:
            some = connection.execute(wanted.where(cases.c.id > last).limit(CHUNK)).all()
            if not some:
                return
            ids = [row.id for row in some]
            passed, answered, back = _passed(connection, ids), _answered(connection, ids), _sent_back(connection, ids)
            up = _gone_up(connection, ids)
        for case, name, definition, outcome in some:
            pinned = store.definition(definition)
            if definition not in steps:
                steps[definition] = _steps(store, name, definition)
            events = [*_events(steps[definition], passed.get(case, ()), answered.get(case, ()))]
            events += [*back.get(case, ()), *up.get(case, ())]
            yield Trace(case, name, pinned.redesigned, outcome or "", tuple(sorted(events, key=lambda one: one.at)))
        last = some[-1].id


def _passed(connection: Connection, ids: Sequence[int]) -> dict[int, list[tuple[str, list[str]]]]:
    """Return, by case, when batches passed which steps."""
    segments, batches = tables.segments, tables.batches
    rows = connection.execute(
        select(segments.c.case_id, batches.c.at, segments.c.steps)
        .join(batches, batches.c.number == segments.c.batch)
        .where(segments.c.case_id.in_(ids))
        .order_by(segments.c.case_id, segments.c.batch)
    )
    return {case: [(row.at, orjson.loads(row.steps)) for row in its] for case, its in groupby(rows, lambda row: row[0])}


def _answered(connection: Connection, ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Return, by case, when people answered at which steps."""
    answers = tables.answers
    rows = connection.execute(
        select(answers.c.case_id, answers.c.at, answers.c.step)
        .where(answers.c.case_id.in_(ids))
        .order_by(answers.c.case_id, answers.c.number)
    )
    return {case: [(row.at, row.step) for row in its] for case, its in groupby(rows, lambda row: row[0])}


def _sent_back(connection: Connection, ids: Sequence[int]) -> dict[int, list[Event]]:
    """Return, by case, that it was sent back from a step."""
    table = tables.returned
    rows = connection.execute(
        select(table.c.case_id, table.c.step, table.c.at, table.c.who)
        .where(table.c.case_id.in_(ids))
        .order_by(table.c.case_id, table.c.number)
    )
    return {
        case: [Event(f"{row.step}{SENT_BACK}", "send back", row.at, row.who, "") for row in its]
        for case, its in groupby(rows, lambda row: row[0])
    }


def _gone_up(connection: Connection, ids: Sequence[int]) -> dict[int, list[Event]]:
    """Return, by case, that it went up because it was late: only the audit trail says so for good."""
    audit, audited = tables.audit, tables.audited
    of_these = select(audited.c.first).where(audited.c.case_id.in_(ids))
    wanted, found = select(audit.c.content).where(audit.c.first.in_(of_these)), dict[int, list[Event]]()
    for content in connection.execute(wanted.order_by(audit.c.number)).scalars():
        if b'"escalation"' in content and (said := orjson.loads(content))["what"] == "escalation":
            event = Event(f"{said['step']}{GONE_UP}", "escalate", said["at"], said["consumer"], "")
            for case in said["cases"]:
                found.setdefault(case, []).append(event)
    return found


def _steps(store: CaseStore, procedure: str, definition: int) -> Mapping[str, Step]:
    """Return the steps that a case can have passed, by name: also under a definition that it was pinned to before."""
    table = tables.definitions
    with store.engine.connect() as connection:
        others = connection.execute(select(table.c.number).where(table.c.procedure == procedure)).scalars().all()
    every = [definition, *sorted((number for number in others if number != definition), reverse=True)]
    return ChainMap(*(store.definition(number).procedure.step_by_id for number in every))


def _events(
    steps: Mapping[str, Step], passed: Iterable[tuple[str, list[str]]], answered: Iterable[tuple[str, str]]
) -> Iterator[Event]:
    before = ""
    for at, names in passed:
        for number, name in enumerate(names):
            step = steps.get(name)
            if step is None:  # a choice
                continue
            # what waits stands first in what was passed at once
            when = max((one for one, where in answered if where == name and before < one <= at), default=at)
            yield Event(name, step.kind, when if number == 0 else at, _who(step), _service(step))
        before = at


def _who(step: Step) -> str:
    return getattr(step, "by", None) or ""


def _service(step: Step) -> str:
    return step.service if isinstance(step, Lookup) else ""


# --- forms of an event log


def as_xes(traces: Iterable[Trace]) -> Iterator[str]:
    """Yield a log as XES, a case at a time."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<log xes.version="1849-2016" xmlns="http://www.xes-standard.org/">\n'
        '  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>\n'
        '  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>\n'
        '  <extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>\n'
        '  <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>\n'
        '  <classifier name="Step" keys="concept:name"/>\n'
    )
    for one in traces:
        lines = ["  <trace>", _string("concept:name", str(one.case), 4), _string("procedure", one.procedure, 4)]
        lines.append(f'    <boolean key="redesigned" value="{str(one.redesigned).lower()}"/>')
        lines += [_string("outcome", one.outcome, 4)] if one.outcome else []
        for event in one.events:
            told = {"concept:name": event.step, "lifecycle:transition": "complete", "org:role": event.who}
            told |= {"kind": event.kind, "service": event.service}
            date = f'      <date key="time:timestamp" value={quoteattr(event.at)}/>'
            lines += ["    <event>", date, *(_string(key, value, 6) for key, value in told.items() if value)]
            lines.append("    </event>")
        yield "\n".join([*lines, "  </trace>\n"])
    yield "</log>\n"


def _string(key: str, value: str, indent: int) -> str:
    return f"{' ' * indent}<string key={quoteattr(key)} value={quoteattr(value)}/>"


NEVER = "1970-01-01T00:00:00+00:00"  # since when an object is what it is, as OCEL wants it for what never changes


def as_ocel(traces: Iterable[Trace]) -> Iterator[str]:
    """Yield a log as OCEL 2.0 in JSON: steps are events, cases and the services that were asked are objects."""
    number, steps, services = 0, dict[str, None](), dict[str, None]()
    objects = list[bytes]()  # short ones; events, of which there are many more, are never held
    before = '{"events": [\n'
    for one in traces:
        case = f"case {one.case}"
        told = {"procedure": one.procedure, "redesigned": str(one.redesigned).lower(), "outcome": one.outcome}
        objects.append(_object(case, "case", told))
        for event in one.events:
            number += 1
            steps[event.step] = None
            related = [{"objectId": case, "qualifier": "case"}]
            if event.service:
                services[event.service] = None
                related.append({"objectId": event.service, "qualifier": "asked"})
            written = {
                "id": str(number),
                "type": event.step,
                "time": event.at,
                "attributes": [{"name": "kind", "value": event.kind}, {"name": "role", "value": event.who}],
                "relationships": related,
            }
            yield before + orjson.dumps(written).decode()
            before = ",\n"
    yield "\n], " if number else before + "], "
    objects += [_object(name, "service", {}) for name in services]
    yield '"objects": [\n' + ",\n".join(one.decode() for one in objects) + "\n], "
    types = {
        "objectTypes": [
            {"name": "case", "attributes": _typed("procedure", "redesigned", "outcome")},
            {"name": "service", "attributes": []},
        ],
        "eventTypes": [{"name": step, "attributes": _typed("kind", "role")} for step in steps],
    }
    yield orjson.dumps(types).decode().removeprefix("{") + "\n"


def _object(name: str, kind: str, told: dict[str, str]) -> bytes:
    attributes = [{"name": key, "time": NEVER, "value": value} for key, value in told.items()]
    return orjson.dumps({"id": name, "type": kind, "attributes": attributes, "relationships": []})


def _typed(*names: str) -> list[dict[str, str]]:
    return [{"name": name, "type": "string"} for name in names]


FORMS: dict[Form, Callable[[Iterable[Trace]], Iterator[str]]] = {"xes": as_xes, "ocel": as_ocel}
