"""The case store: takes cases in, hands out those that can move, takes back what became of them; knows no kind of step.

It is the truth about every case. What a batch did (new places, values, results, what registries were asked) is written in
one transaction or not at all, and only if nobody has moved the cases meanwhile: so a run can die at any point, two runs can
work at once, and nothing is done twice.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Engine, Select, delete, func, insert, select, true, union_all, update

from flows.audit import Entry
from flows.outcomes import CHOOSE, DOWN_UNTIL
from flows.store import many, tables, trail
from flows.store.definitions import Definition, Pinned, pinned, restored
from flows.store.opening import WRITES, opened
from processes.case import WaitingFor
from processes.catalogue import Catalogue
from processes.policy import Policy
from processes.procedure import Procedure

CHUNK = 1000  # rows a statement
NOTHING_GIVEN = b'{"facts":{},"decisions":{},"papers":null}'  # by a case whose data were erased
LAW = "law of "  # before a procedure's name: the hash of the catalogue whose agreements hold now

_READY = (
    "SELECT id, key, moves, given.content, held.content FROM cases JOIN given ON given.case_id = id "
    "LEFT JOIN held ON held.case_id = id "
    "WHERE state = 'ready' AND definition = ? AND position = ? AND id > ? AND id <= ? ORDER BY id LIMIT ?"
)
# Of cases that came to the same; at the end stand their numbers.
_MOVED_ALIKE = (
    "UPDATE cases SET moves = moves + 1, state = ?, position = ?, outcome = ?, reason = ? "
    "WHERE moves = ? AND id IN (SELECT (numbers))"
)
_SEGMENTS_ALIKE = "INSERT INTO segments (first, visit, batch, steps, case_id) SELECT ?, ?, ?, ?, (numbers)"
SEGMENT = "case_id, first, visit, batch, steps"
WAIT = "case_id, number, step, waits_for, who, missing, why, since, escalated"
ALIKE = 8  # from so many on a statement for all of them is quicker than a row for each


class Ready(NamedTuple):
    """A case that can move, as it is kept."""

    id: int
    key: str
    moves: int
    given: bytes
    held: bytes | None


class Group(NamedTuple):
    """Cases that stand at the same place of the same definition and can move."""

    definition: int
    position: str
    cases: int
    last: int  # the highest number among them


class Moved(NamedTuple):
    """What became of a case."""

    id: int
    moves: int  # as it was read
    state: str
    position: str
    held: bytes | None  # nothing: it holds what it held
    outcome: str | None
    reason: str | None
    outputs: bytes | None
    first: str  # the first step it passed; empty if none
    visit: int
    steps: bytes
    waits: tuple[tuple[str, str, str, str, str], ...]  # step, what for, who, missing, why
    given: bytes | None = None  # where that has changed


class Waiting(NamedTuple):
    """A case and one thing it waits for."""

    key: str
    procedure: str
    definition: int
    step: str
    waits_for: WaitingFor
    who: str
    missing: tuple[str, ...]
    why: str
    case_id: int
    since: str
    escalated: str = ""  # who can answer as well, because it is late

    @property
    def answerable_by(self) -> tuple[str, ...]:
        """Who can answer; nobody in particular, if there is none."""
        return tuple(one for one in (self.who, self.escalated) if one)


class Said(NamedTuple):
    """An answer or a decision that somebody gave: what, who, when, and why."""

    step: str
    what: tuple[str, ...]  # facts, or the way
    who: str  # as in `by`
    name: str
    why: str
    at: str


class Returned(NamedTuple):
    """That a case was sent back: from which step to which form, what is marked there and how; who, when, and why."""

    step: str
    form: str
    marks: Mapping[str, str]  # facts and papers -> wrong, incomplete, outdated
    who: str  # as in `by`
    name: str
    why: str
    at: str


class Times(NamedTuple):
    """When a case came in, and how long its answers were waited for."""

    came: str  # empty in stores that did not keep it
    answered: tuple[tuple[str, str, str], ...]  # who answered, since when that was waited for, and when they did


class Kept(NamedTuple):
    """A case as it is kept."""

    id: int
    key: str
    procedure: str
    definition: int
    state: str
    position: str
    moves: int
    given: bytes
    held: bytes | None
    outcome: str | None
    reason: str | None
    outputs: bytes | None
    erased: str | None = None  # when its data were


class Intake(NamedTuple):
    """What became of cases that were to be taken in."""

    ids: tuple[int, ...]  # in the order given
    new: int


def utc_now() -> datetime:
    """Return the time of the machine."""
    return datetime.now(UTC)


class CaseStore:
    """Cases in a database."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self.engine = engine
        self.clock = clock
        self._definitions: dict[int, Definition] = {}

    @classmethod
    def open(
        cls,
        store: str | Path,
        *,
        must_exist: bool = False,
        clock: Callable[[], datetime] = utc_now,
        named_by: str = "--store",
    ) -> "CaseStore":
        """Open the store at a path or database address.

        Raises:
            StoreError: If it cannot be used.
        """
        return cls(opened(store, must_exist=must_exist, named_by=named_by), clock)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @property
    def is_file(self) -> bool:
        """Whether it is a file of this machine."""
        return self.engine.dialect.name == "sqlite"

    def _now(self) -> str:
        return self.clock().isoformat(timespec="seconds")

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            yield connection

    # --- definitions

    def pin(self, procedure: str, definition: Definition) -> int:
        """Keep a definition of a procedure, and return its number; the same definition is kept once.

        Args:
            procedure: Whose cases will be pinned to it. A redesign's own name is another, its cases are the procedure's.
            definition: Today's procedure or a redesign of it, with all it rests on.
        """
        parts = [pinned(part) for part in definition[:3]]
        table, row = tables.definitions, dict(zip(_HASHES, [part.hash for part in parts], strict=True))
        with self._writing() as connection:
            number = _number_of(connection, row)
            if number is None:
                for part in parts:
                    self._keep(connection, part)
                made = connection.execute(
                    insert(table).values(procedure=procedure, redesigned=definition.redesigned, **row)
                )
                number = made.inserted_primary_key[0] if made.inserted_primary_key else 0
        self._definitions[int(number)] = definition
        return int(number)

    def number_of(self, definition: Definition) -> int | None:
        """Return the number under which a definition is pinned; nothing, if it is not."""
        hashes = [pinned(part).hash for part in definition[:3]]
        with self._reading() as connection:
            return _number_of(connection, dict(zip(_HASHES, hashes, strict=True)))

    def definition(self, number: int) -> Definition:
        """Return what is pinned under a number."""
        if number not in self._definitions:
            table, texts = tables.definitions, tables.texts
            with self._reading() as connection:
                row = connection.execute(select(table).where(table.c.number == number)).one()
                content = {
                    text.hash: text.content
                    for text in connection.execute(
                        select(texts).where(texts.c.hash.in_([row.procedure_hash, row.catalogue_hash, row.policy_hash]))
                    )
                }
            self._definitions[number] = Definition(
                restored(Procedure, content[row.procedure_hash]),
                restored(Catalogue, content[row.catalogue_hash]),
                restored(Policy, content[row.policy_hash]),
                bool(row.redesigned),
            )
        return self._definitions[number]

    def set_law(self, procedure: str, catalogue: Catalogue) -> None:
        """Keep which agreements there are now for the cases of a procedure, whatever catalogue they are pinned to."""
        part, meta, name = pinned(catalogue), tables.meta, f"{LAW}{procedure}"
        with self._writing() as connection:
            self._keep(connection, part)
            connection.execute(delete(meta).where(meta.c.name == name))
            connection.execute(insert(meta).values(name=name, value=part.hash))

    def newer_law(self, procedure: str, definition: int) -> Catalogue | None:
        """Return the catalogue whose agreements hold now for the cases of a procedure, if it is another than that of a definition."""
        meta, texts, table = tables.meta, tables.texts, tables.definitions
        its_own = select(table.c.catalogue_hash).where(table.c.number == definition).scalar_subquery()
        wanted = (
            select(texts.c.content)
            .join(meta, meta.c.value == texts.c.hash)
            .where(meta.c.name == f"{LAW}{procedure}", texts.c.hash != its_own)
        )
        with self._reading() as connection:
            content = connection.execute(wanted).scalar()
        return None if content is None else restored(Catalogue, content)

    def _keep(self, connection: Connection, part: Pinned) -> None:
        there = select(tables.texts.c.hash).where(tables.texts.c.hash == part.hash)
        if connection.execute(there).scalar() is None:
            connection.execute(insert(tables.texts).values(hash=part.hash, content=part.content))

    # --- cases coming in

    def take_in(self, procedure: str, definition: int, given: Sequence[tuple[str, bytes]]) -> Intake:
        """Take cases in that are not there yet; those that are there stay as they are.

        Args:
            procedure: Whose cases they are.
            definition: What new ones are pinned to.
            given: The key of each, and what it brings along.
        """
        ids: dict[str, int] = {}
        new = 0
        table = tables.cases
        for start in range(0, len(given), CHUNK):
            some = given[start : start + CHUNK]
            with self._writing() as connection:
                rows = [(procedure, key, definition, "ready", "", 0) for key, _ in some]
                columns = "procedure, key, definition, state, position, moves"
                there = "ON CONFLICT (procedure, key) DO NOTHING"
                fresh = max(0, many.add(connection, table, columns, rows, or_else=there))
                new += fresh
                found = connection.execute(
                    select(table.c.key, table.c.id).where(
                        table.c.procedure == procedure, table.c.key.in_([key for key, _ in some])
                    )
                )
                ids.update((key, number) for key, number in found)
                if fresh:  # numbers grow, so the highest is of one of those
                    self._note_intake(connection, max(ids[key] for key, _ in some))
                brought = [(ids[key], content) for key, content in some]
                there = "ON CONFLICT (case_id) DO NOTHING"
                many.add(connection, tables.given, "case_id, content", brought, or_else=there)
        return Intake(tuple(ids[key] for key, _ in given), new)

    def _note_intake(self, connection: Connection, last: int) -> None:
        """Note when cases up to that number came in. Where several come in at once, some have the time of those beside them."""
        connection.execute(insert(tables.intakes).values(last=last, at=self._now()))

    # --- runs

    def begin_run(self, procedure: str, reason: str) -> int:
        """Note that a run begins; return its number. What waits for a registry may try again in it, if it is time."""
        cases, waits = tables.cases, tables.waits
        later = waits.c.why.startswith(DOWN_UNTIL) & (waits.c.why > DOWN_UNTIL + self._now())
        mine = (cases.c.id == waits.c.case_id, cases.c.procedure == procedure, cases.c.state == "waiting")
        asking = select(waits.c.case_id).where(waits.c.waits_for == "registry", waits.c.why != CHOOSE, ~later)
        asking = asking.where(select(cases.c.id).where(*mine).exists())  # so that not all cases are looked at
        with self._writing() as connection:
            made = connection.execute(
                insert(tables.runs).values(procedure=procedure, reason=reason, started=self._now())
            )
            connection.execute(
                update(cases).where(cases.c.id.in_(asking)).values(state="ready", moves=cases.c.moves + 1)
            )
            return int(made.inserted_primary_key[0]) if made.inserted_primary_key else 0

    def began(self, run: int) -> tuple[str, str] | None:
        """Return of which procedure a run is, and when it began; nothing if there is no such run."""
        table = tables.runs
        with self._reading() as connection:
            row = connection.execute(select(table.c.procedure, table.c.started).where(table.c.number == run)).first()
        return None if row is None else (str(row.procedure), str(row.started))

    def moved_in(self, run: int) -> int:
        """Return how many cases a run has moved so far, whoever did it; a case that moved twice counts twice."""
        table = tables.batches
        with self._reading() as connection:
            total = connection.execute(select(func.sum(table.c.cases)).where(table.c.run == run)).scalar()
        return int(total or 0)

    def end_run(self, run: int) -> None:
        """Note that a run has ended."""
        with self._writing() as connection:
            connection.execute(update(tables.runs).where(tables.runs.c.number == run).values(ended=self._now()))

    def ready(self, procedure: str) -> list[Group]:
        """Return where cases stand that can move, in the order in which they came."""
        cases = tables.cases
        numbers = select(tables.definitions.c.number).where(tables.definitions.c.procedure == procedure)
        with self._reading() as connection:
            rows = connection.execute(
                select(cases.c.definition, cases.c.position, func.count(), func.max(cases.c.id))
                .where(cases.c.state == "ready", cases.c.definition.in_(numbers))
                .group_by(cases.c.definition, cases.c.position)
                .order_by(func.min(cases.c.id))
            ).all()
        return [Group(*row) for row in rows]

    def ends(self, group: Group, size: int) -> list[int]:
        """Return, of the cases of a group in the order of their numbers, the number of every so-many-th, and of the last."""
        cases = tables.cases
        numbered = (
            select(cases.c.id, func.row_number().over(order_by=cases.c.id).label("n"))
            .where(
                cases.c.state == "ready",
                cases.c.definition == group.definition,
                cases.c.position == group.position,
                cases.c.id < group.last,
            )
            .subquery()
        )
        wanted = select(numbered.c.id).where(numbered.c.n % size == 0).order_by(numbered.c.id)
        with self._reading() as connection:
            return [*connection.execute(wanted).scalars(), group.last]

    def open_definitions(self, procedure: str) -> list[int]:
        """Return the numbers of the definitions that cases of a procedure are pinned to which can move or wait."""
        cases, numbers = tables.cases, tables.definitions.c.number
        found = {group.definition for group in self.ready(procedure)}
        mine = (cases.c.procedure == procedure, cases.c.state == "waiting", cases.c.definition == numbers)
        with self._reading() as connection:
            found |= set(connection.execute(select(numbers).where(select(cases.c.id).where(*mine).exists())).scalars())
        return sorted(found)

    def ready_batch(self, group: Group, after: int, most: int) -> list[Ready]:
        """Return the next cases of a group, in the order of their numbers."""
        parameters = (group.definition, group.position, after, group.last, most)
        with self._reading() as connection:
            rows = connection.exec_driver_sql(self._text(_READY), parameters).fetchall()
        return [Ready(*row) for row in rows]

    def write(self, run: int, segment: str, moved: Sequence[Moved], asked: Sequence[Entry]) -> bool:
        """Write what became of a batch, all at once; return whether it was written.

        It is not where somebody else has moved one of the cases meanwhile: they must then be read again.

        Args:
            run: Its number.
            segment: Where the cases stood.
            moved: What became of each.
            asked: What registries were asked for them: it goes into the audit trail.
        """
        with self._writing() as connection:
            at = self._now()
            made = connection.execute(insert(tables.batches).values(run=run, segment=segment, cases=len(moved), at=at))
            batch = int(made.inserted_primary_key[0]) if made.inserted_primary_key else 0
            alike, single = _by_what_they_came_to(moved)
            if _write_places(connection, alike, single) != len(moved):
                connection.get_transaction().rollback()  # type: ignore[union-attr]  # it has begun
                return False
            for some in alike:
                if (m := some[0]).first:
                    numbers = [one.id for one in some]
                    many.alike(connection, _SEGMENTS_ALIKE, (m.first, m.visit, batch, m.steps), numbers)
            rows = [(m.id, m.first, m.visit, batch, m.steps) for m in single if m.first]
            many.add(connection, tables.segments, SEGMENT, rows)
            _write_held(connection, moved)
            news = _news(connection, asked)  # before what it rests on is written anew
            _write_waits(connection, moved, at)
            for one in moved:
                if one.given is not None:
                    connection.execute(
                        update(tables.given).where(tables.given.c.case_id == one.id).values(content=one.given)
                    )
            trail.append(connection, at, news)
        return True

    def remember_failure(self, run: int, segment: str, case: int | None, error: Exception) -> None:
        """Keep what went wrong; it may quote personal data, and so stays here."""
        with self._writing() as connection:
            connection.execute(
                insert(tables.failures).values(
                    run=run,
                    segment=segment,
                    case_id=case,
                    kind=type(error).__name__,
                    message=str(error),
                    at=self._now(),
                )
            )

    # --- people

    def find(self, key: str, procedure: str | None = None) -> list[Kept]:
        """Return the cases of that key: one a procedure."""
        table = tables.cases
        wanted = _kept().where(table.c.key == key)
        if procedure is not None:
            wanted = wanted.where(table.c.procedure == procedure)
        with self._reading() as connection:
            return [Kept(*row) for row in connection.execute(wanted.order_by(table.c.procedure))]

    def by_id(self, ids: Sequence[int]) -> Iterator[Kept]:
        """Yield cases by their numbers, in that order."""
        table = tables.cases
        for start in range(0, len(ids), CHUNK):
            some = ids[start : start + CHUNK]
            with self._reading() as connection:
                rows = connection.execute(_kept().where(table.c.id.in_(some))).all()
            found = {row[0]: Kept(*row) for row in rows}
            yield from (found[number] for number in some)

    def ids_of_run(self, run: int) -> list[int]:
        """Return the numbers of the cases that a run has moved or parked."""
        segments, batches = tables.segments, tables.batches
        with self._reading() as connection:
            rows = connection.execute(
                select(segments.c.case_id)
                .where(segments.c.batch.in_(select(batches.c.number).where(batches.c.run == run)))
                .distinct()
                .order_by(segments.c.case_id)
            )
            return [int(number) for (number,) in rows]

    def passed(self, case: int) -> dict[str, str]:
        """Return when a case last passed each of its steps."""
        segments, batches = tables.segments, tables.batches
        wanted = (
            select(segments.c.steps, batches.c.at)
            .join(batches, batches.c.number == segments.c.batch)
            .where(segments.c.case_id == case)
            .order_by(batches.c.number)
        )
        with self._reading() as connection:
            return {step: str(at) for steps, at in connection.execute(wanted) for step in orjson.loads(steps)}

    def waiting(
        self,
        procedure: str | None = None,
        *,
        case: int | None = None,
        who: str | None = None,
        after: int = 0,
        most: int | None = None,
    ) -> Iterator[Waiting]:
        """Yield what cases wait for, in the order in which they came.

        Args:
            procedure: Only its cases.
            case: Only this one.
            who: Only what this one can answer.
            after: Only cases with a higher number.
            most: How many at most.

        Complexity: linear in what is told, and in what else waits for the same one, or in the procedure; not in the cases.
        """
        cases, waits = tables.cases, tables.waits
        wanted = (
            select(*_waiting_columns(), waits.c.number)
            .join(waits, waits.c.case_id == cases.c.id)
            .where(cases.c.state == "waiting", cases.c.id > after)
        )
        if procedure is not None:
            wanted = wanted.where(cases.c.procedure == procedure)
        if case is not None:
            wanted = wanted.where(cases.c.id == case)
        theirs = [wanted]
        if who is not None:  # each is found by an index of its own
            gone_up = (waits.c.escalated == who, waits.c.escalated != "", waits.c.who != who)
            theirs = [wanted.where(waits.c.who == who), wanted.where(*gone_up)]
        told = union_all(*theirs)
        told = told.order_by(*(told.selected_columns[name] for name in ("case_id", "number"))).limit(most)
        with self._reading() as connection:
            for row in connection.execute(told):
                yield _waiting(row[:-1])

    def waiting_by_role(self) -> list[tuple[str, int]]:
        """Return how much waits for whom: (as in `by`, how many answers); what has gone up waits for both."""
        cases, waits, found = tables.cases, tables.waits, Counter[str]()
        with self._reading() as connection:
            for who, there in ((waits.c.who, true()), (waits.c.escalated, waits.c.escalated != "")):
                mine = select(cases.c.id).where(cases.c.id == waits.c.case_id, cases.c.state == "waiting")
                wanted = select(who, func.count()).where(mine.exists(), there).group_by(who)
                found.update({str(one): int(number) for one, number in connection.execute(wanted)})
        return sorted(found.items())

    def definition_numbers(self, procedure: str | None = None) -> list[int]:
        """Return the numbers of all definitions, or of those of a procedure."""
        table = tables.definitions
        wanted = select(table.c.number)
        if procedure is not None:
            wanted = wanted.where(table.c.procedure == procedure)
        with self._reading() as connection:
            return [int(one) for one in connection.execute(wanted).scalars()]

    def said(self, case: int) -> list[Said]:
        """Return what people answered and decided in a case, in the order of time."""
        table = tables.answers
        columns = [table.c[name] for name in Said._fields]
        with self._reading() as connection:
            rows = connection.execute(select(*columns).where(table.c.case_id == case).order_by(table.c.number)).all()
        return [Said(*row)._replace(what=tuple(orjson.loads(row[1]))) for row in rows]

    def times(self, cases: Sequence[int]) -> dict[int, Times]:
        """Return when cases came in, and how long their answers were waited for."""
        intakes, answers, found, ordered = tables.intakes, tables.answers, dict[int, Times](), sorted(cases)
        for start in range(0, len(ordered), CHUNK):
            some = ordered[start : start + CHUNK]
            said = select(answers.c.case_id, answers.c.who, answers.c.since, answers.c.at)
            said = said.where(answers.c.case_id.in_(some)).order_by(answers.c.number)
            last = select(func.min(intakes.c.last)).where(intakes.c.last >= some[-1]).scalar_subquery()
            between = intakes.c.last.between(some[0], func.coalesce(last, some[-1]))
            answered = defaultdict[int, list[tuple[str, str, str]]](list)
            with self._reading() as connection:
                for case, *told in connection.execute(said):
                    answered[case].append((str(told[0]), str(told[1]), str(told[2])))
                came = connection.execute(
                    select(intakes.c.last, intakes.c.at).where(between).order_by(intakes.c.last)
                ).all()
            for case in some:
                place = bisect_left(came, case, key=itemgetter(0))
                found[case] = Times(str(came[place].at) if place < len(came) else "", tuple(answered[case]))
        return found

    def waits_of(self, cases: Sequence[int]) -> list[Waiting]:
        """Return all that cases wait for."""
        table, waits, found = tables.cases, tables.waits, list[Waiting]()
        for start in range(0, len(cases), CHUNK):
            wanted = (
                select(*_waiting_columns())
                .join(waits, waits.c.case_id == table.c.id)
                .where(table.c.state == "waiting", table.c.id.in_(cases[start : start + CHUNK]))
                .order_by(table.c.id, waits.c.number)
            )
            with self._reading() as connection:
                found += [_waiting(row) for row in connection.execute(wanted)]
        return found

    def draft(self, case: int, step: str) -> bytes | None:
        """Return what was typed into the form of a step and not sent yet, as it was saved."""
        table = tables.drafts
        with self._reading() as connection:
            found: bytes | None = connection.execute(
                select(table.c.content).where(table.c.case_id == case, table.c.step == step)
            ).scalar()
        return found

    def save_draft(self, case: Kept, step: str, content: bytes, name: str) -> bool:
        """Keep what was typed into the form of a step, in place of what was kept before.

        Returns:
            Whether it was kept; it is not if the case has changed meanwhile.
        """
        table, cases = tables.drafts, tables.cases
        with self._writing() as connection:
            unchanged = (cases.c.id == case.id, cases.c.moves == case.moves, cases.c.state == "waiting")
            if connection.execute(select(cases.c.id).where(*unchanged)).scalar() is None:
                return False
            connection.execute(delete(table).where(table.c.case_id == case.id, table.c.step == step))
            connection.execute(
                insert(table).values(case_id=case.id, step=step, content=content, name=name, at=self._now())
            )
        return True

    def first_waits(self, ids: Sequence[int]) -> dict[int, Waiting]:
        """Return, for each of some cases that waits, the first thing it waits for."""
        cases, waits = tables.cases, tables.waits
        wanted = (
            select(cases.c.id, *_waiting_columns())
            .join(waits, waits.c.case_id == cases.c.id)
            .where(cases.c.state == "waiting", cases.c.id.in_(ids))
            .order_by(waits.c.number)
        )
        found: dict[int, Waiting] = {}
        with self._reading() as connection:
            for row in connection.execute(wanted):
                found.setdefault(row[0], _waiting(row[1:]))
        return found

    def answer(
        self,
        case: Kept,
        given: bytes,
        step: str,
        what: Sequence[str],
        who: str,
        left: Sequence[str],
        *,
        name: str = "",
        why: str = "",
    ) -> bool:
        """Take an answer; unless facts are still missing, the case can then move again.

        Args:
            case: As it was read.
            given: What it now brings along.
            step: Where it waits.
            what: The facts that were said, or the decision.
            who: Who answers.
            left: The facts that are still missing.
            name: Who that is by name.
            why: In their words.

        Returns:
            Whether the answer was taken; it is not if the case has changed meanwhile.
        """
        table, waits = tables.cases, tables.waits
        with self._writing() as connection:
            done = connection.execute(
                update(table)
                .where(table.c.id == case.id, table.c.moves == case.moves, table.c.state == "waiting")
                .values(state="waiting" if left else "ready", moves=table.c.moves + 1)
            )
            if done.rowcount != 1:
                return False
            mine = (waits.c.case_id == case.id, waits.c.step == step)
            since = _begun(connection, case.id, step)
            connection.execute(update(tables.given).where(tables.given.c.case_id == case.id).values(content=given))
            if left:
                missing = orjson.dumps(list(left)).decode()
                connection.execute(update(waits).where(*mine).values(missing=missing))
            else:  # what is waited for there after that is waited for anew; a registry that is asked again is not
                connection.execute(delete(waits).where(*mine, waits.c.waits_for != "registry"))
            connection.execute(
                delete(tables.drafts).where(tables.drafts.c.case_id == case.id, tables.drafts.c.step == step)
            )
            connection.execute(
                insert(tables.answers).values(
                    case_id=case.id,
                    step=step,
                    what=orjson.dumps(list(what)).decode(),
                    who=who,
                    at=self._now(),
                    name=name,
                    why=why,
                    since=since,
                )
            )
        return True

    def escalate(self, entries: Sequence[Entry]) -> int:
        """Let what waits be for somebody else as well, and return how much did: of the cases of each entry, at its step, whoever it names.

        Args:
            entries: For the audit trail. What has gone up before, or does not wait there any more, is left out.
        """
        waits, news = tables.waits, list[Entry]()
        with self._writing() as connection:
            for one in entries:
                gone = list[int]()
                for start in range(0, len(one.cases), CHUNK):
                    mine = waits.c.case_id.in_(one.cases[start : start + CHUNK])
                    up = update(waits).where(mine, waits.c.step == one.step, waits.c.escalated == "")
                    up = up.values(escalated=one.consumer).returning(waits.c.case_id)
                    gone += connection.execute(up).scalars()
                if gone:
                    news.append(one._replace(cases=sorted(gone)))
            trail.append(connection, self._now(), news)
        return sum(len(one.cases) for one in news)

    def put_back(
        self, case: Moved, entries: Sequence[Entry], returned: Returned | None = None, said: Said | None = None
    ) -> bool:
        """Write what became of one case outside of a run: it was sent back, or registries were asked again.

        Args:
            case: What became of it; what it waited for before, too, has been waited for as long as before.
            entries: For the audit trail.
            returned: With what it was sent back; when is told here.
            said: What somebody said by that.

        Returns:
            Whether it was written; it is not if the case has changed meanwhile.
        """
        table = tables.returned
        with self._writing() as connection:
            at = self._now()
            if not _write_places(connection, [], [case]):
                return False
            begun = _begun(connection, case.id, said.step) if said is not None else ""
            _write_held(connection, [case])
            connection.execute(update(tables.given).where(tables.given.c.case_id == case.id).values(content=case.given))
            _write_waits(connection, [case], at)
            if case.first:
                made = connection.execute(insert(tables.batches).values(run=0, segment=case.first, cases=1, at=at))
                batch = int(made.inserted_primary_key[0]) if made.inserted_primary_key else 0
                row = (case.id, case.first, case.visit, batch, case.steps)
                many.add(connection, tables.segments, SEGMENT, [row])
            if returned is not None:
                drafts = tables.drafts  # what was typed there speaks of what is asked anew
                mine = (drafts.c.case_id == case.id, drafts.c.step.in_((returned.step, returned.form)))
                connection.execute(delete(drafts).where(*mine))
                marked = returned._asdict() | {"marks": orjson.dumps(returned.marks).decode(), "at": at}
                connection.execute(insert(table).values(case_id=case.id, **marked))
            if said is not None:
                row_of_answer = said._asdict() | {"what": orjson.dumps(said.what).decode()}
                connection.execute(insert(tables.answers).values(case_id=case.id, since=begun, **row_of_answer))
            trail.append(connection, at, entries)
        return True

    def returned(self, case: int) -> list[Returned]:
        """Return when a case was sent back, in the order of time."""
        table = tables.returned
        columns = [table.c[name] for name in Returned._fields]
        with self._reading() as connection:
            rows = connection.execute(select(*columns).where(table.c.case_id == case).order_by(table.c.number)).all()
        return [Returned(*row)._replace(marks=orjson.loads(row.marks)) for row in rows]

    def note(self, entry: Entry) -> None:
        """Put an entry at the end of the audit trail, by itself."""
        with self._writing() as connection:
            trail.append(connection, self._now(), [entry])

    # --- going on under another definition

    def open_cases(self, procedure: str, but: int, after: int) -> list[Kept]:
        """Return the next cases of a procedure that are not closed and not pinned to a definition, in the order of their numbers."""
        cases = tables.cases
        wanted = _kept().where(cases.c.procedure == procedure, cases.c.state != "done", cases.c.definition != but)
        with self._reading() as connection:
            rows = connection.execute(wanted.where(cases.c.id > after).order_by(cases.c.id).limit(CHUNK)).all()
        return [Kept(*row) for row in rows]

    def repin(self, definition: int, moved: Sequence[Moved], entry: Entry) -> bool:
        """Move cases to another definition, all of them or none; return whether that was done.

        It is not where somebody has moved one of them meanwhile. Where a case waits for the same step as before, it has waited
        since then.

        Args:
            definition: Where they go.
            moved: How they stand there.
            entry: What the audit trail says of it.
        """
        held, drafts = tables.held, tables.drafts
        with self._writing() as connection:
            rows = [(definition, one.state, one.position, one.id, one.moves) for one in moved]
            columns = "definition, state, position, id, moves"
            if many.change(connection, tables.cases, "moves = cases.moves + 1", columns, rows) != len(moved):
                connection.get_transaction().rollback()  # type: ignore[union-attr]  # it has begun
                return False
            at, entries = self._now(), list[Entry]()
            for start in range(0, len(moved), CHUNK):
                some = moved[start : start + CHUNK]
                ids = [one.id for one in some]
                _write_waits(connection, some, at)
                connection.execute(delete(held).where(held.c.case_id.in_(ids)))
                values = [(m.id, m.held) for m in some if m.held is not None]
                many.add(connection, held, "case_id, content", values)
                typed = connection.execute(
                    select(drafts.c.case_id, drafts.c.step).where(drafts.c.case_id.in_(ids))
                ).all()
                still = {(one.id, wait[0]) for one in some for wait in one.waits}
                for case, step in {(case, step) for case, step in typed} - still:
                    connection.execute(delete(drafts).where(drafts.c.case_id == case, drafts.c.step == step))
                entries.append(entry._replace(cases=ids))
            trail.append(connection, at, entries)
        return True

    # --- erasing

    def closed_before(self, day: str, procedure: str | None = None) -> list[Kept]:
        """Return the cases that were closed before a day and hold data still.

        Args:
            day: As year-month-day.
            procedure: Whose cases; all, if nothing is said.
        """
        cases, segments, batches = tables.cases, tables.segments, tables.batches
        last = (
            select(segments.c.case_id)
            .join(batches, batches.c.number == segments.c.batch)
            .group_by(segments.c.case_id)
            .having(func.max(batches.c.at) < day)
        )
        wanted = _kept().where(cases.c.state == "done", cases.c.erased.is_(None), cases.c.id.in_(last))
        wanted = wanted.order_by(cases.c.id)
        if procedure is not None:
            wanted = wanted.where(cases.c.procedure == procedure)
        with self._reading() as connection:
            return [Kept(*row) for row in connection.execute(wanted)]

    def erase(self, cases: Sequence[int], entry: Entry) -> list[int]:
        """Erase the data of closed cases: what they brought along, what they held and issued, what failures quote of them.

        That they were there, how they ended and what the audit trail says of them stays.

        Args:
            cases: By their numbers; those that are not closed, or erased already, stay as they are.
            entry: Who erases them, and why, for the audit trail.

        Returns:
            The numbers of those that were erased.
        """
        table, done = tables.cases, list[int]()
        for start in range(0, len(cases), CHUNK):
            with self._writing() as connection:
                open_still = (table.c.state == "done", table.c.erased.is_(None))
                wanted = select(table.c.id).where(table.c.id.in_(cases[start : start + CHUNK]), *open_still)
                some = [int(number) for number in connection.execute(wanted.order_by(table.c.id)).scalars()]
                if not some:
                    continue
                at = self._now()
                connection.execute(update(table).where(table.c.id.in_(some)).values(erased=at, moves=table.c.moves + 1))
                given, held, failures, answers = tables.given, tables.held, tables.failures, tables.answers
                connection.execute(update(given).where(given.c.case_id.in_(some)).values(content=NOTHING_GIVEN))
                connection.execute(delete(held).where(held.c.case_id.in_(some)))
                connection.execute(delete(tables.drafts).where(tables.drafts.c.case_id.in_(some)))
                connection.execute(update(failures).where(failures.c.case_id.in_(some)).values(message=""))
                connection.execute(delete(tables.drafts).where(tables.drafts.c.case_id.in_(some)))
                for table_of_reasons in (answers, tables.returned):
                    mine = table_of_reasons.c.case_id.in_(some)
                    connection.execute(update(table_of_reasons).where(mine).values(why=""))
                trail.append(connection, at, [entry._replace(cases=some)])
                done += some
        if self.engine.dialect.name == "sqlite":
            self._empty_journal()
        return done

    def _empty_journal(self) -> None:
        """Move the journal into the file and empty it: the old pages stand there until then."""
        raw = self.engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            raw.close()

    # --- counting

    def counts(self, procedure: str | None = None) -> list[tuple[str, str, str, str, int]]:
        """Return how many cases came to what: (procedure, state, outcome, step of the refusal, cases)."""
        table = tables.cases
        columns = (
            table.c.procedure,
            table.c.state,
            func.coalesce(table.c.outcome, ""),
            func.coalesce(table.c.reason, ""),
        )
        wanted = select(*columns, func.count()).group_by(*columns).order_by(*columns)
        if procedure is not None:
            wanted = wanted.where(table.c.procedure == procedure)
        with self._reading() as connection:
            return [(str(a), str(b), str(c), str(d), int(n)) for a, b, c, d, n in connection.execute(wanted)]

    def all_cases(self, procedure: str | None = None) -> Iterator[Kept]:
        """Yield all cases in the order in which they came."""
        table = tables.cases
        wanted = _kept().order_by(table.c.id)
        if procedure is not None:
            wanted = wanted.where(table.c.procedure == procedure)
        with self._reading() as connection:
            for row in connection.execute(wanted):
                yield Kept(*row)

    # --- the few statements that must be quick

    def _text(self, statement: str) -> str:
        return statement if self.engine.dialect.paramstyle == "qmark" else statement.replace("?", "%s")


_CAME_TO = itemgetter(
    *map(Moved._fields.index, ("moves", "state", "position", "outcome", "reason", "first", "visit", "steps"))
)


def _by_what_they_came_to(moved: Sequence[Moved]) -> tuple[list[list[Moved]], list[Moved]]:
    """Return the cases that came to the same as many others, together; and the others."""
    found: dict[tuple[object, ...], list[Moved]] = {}
    for one in moved:
        found.setdefault(_CAME_TO(one), []).append(one)
    alike = [some for some in found.values() if len(some) >= ALIKE]
    return alike, [one for some in found.values() if len(some) < ALIKE for one in some]


def _write_places(connection: Connection, alike: Sequence[Sequence[Moved]], single: Sequence[Moved]) -> int:
    """Write where cases are now; return how many of them nobody else has moved meanwhile."""
    written = 0
    for some in alike:
        m = some[0]
        values = (m.state, m.position, m.outcome, m.reason, m.moves)
        written += many.alike(connection, _MOVED_ALIKE, values, [one.id for one in some])
    rows = [(m.state, m.position, m.outcome, m.reason, m.id, m.moves) for m in single]
    columns = "state, position, outcome, reason, id, moves"
    return written + many.change(connection, tables.cases, "moves = cases.moves + 1", columns, rows)


def _write_held(connection: Connection, moved: Sequence[Moved]) -> None:
    """Write what cases hold; one that was never moved has held nothing yet."""
    columns = "case_id, content, outputs"
    new = [(m.id, m.held, m.outputs) for m in moved if m.held is not None and not m.moves]
    old = [(m.id, m.held, m.outputs) for m in moved if m.held is not None and m.moves]
    many.add(connection, tables.held, columns, new)
    there = "ON CONFLICT (case_id) DO UPDATE SET content = excluded.content, outputs = excluded.outputs"
    many.add(connection, tables.held, columns, old, or_else=there)


def _write_waits(connection: Connection, moved: Sequence[Moved], at: str) -> None:
    """Write what cases wait for now: where that is what they waited for at the same step, they have since then, and it stays up.

    Complexity: a statement for so many cases, and one for what they wait for.
    """
    table, since = tables.waits, dict[tuple[int, str, str], tuple[str, str]]()
    waited = [m.id for m in moved if m.moves]  # what was never moved has never waited
    for start in range(0, len(waited), CHUNK):
        gone = delete(table).where(table.c.case_id.in_(waited[start : start + CHUNK]))
        names = ("case_id", "step", "waits_for", "since", "escalated")
        rows = connection.execute(gone.returning(*(table.c[name] for name in names)))
        since.update({(case, step, what): (begun, up) for case, step, what, begun, up in rows})
    kept = [(m.id, n, *wait, *since.get((m.id, *wait[:2]), (at, ""))) for m in moved for n, wait in enumerate(m.waits)]
    many.add(connection, table, WAIT, kept)


_HASHES = ("procedure_hash", "catalogue_hash", "policy_hash")


def _number_of(connection: Connection, hashes: Mapping[str, str]) -> int | None:
    table = tables.definitions
    same = [table.c[name] == value for name, value in hashes.items()]
    found: int | None = connection.execute(select(table.c.number).where(*same)).scalar()
    return found


def _begun(connection: Connection, case: int, step: str) -> str:
    """Return since when a case waits at a step; empty, if it does not."""
    table = tables.waits
    wanted = select(table.c.since).where(table.c.case_id == case, table.c.step == step)
    return str(connection.execute(wanted).scalar() or "")


def _news(connection: Connection, entries: Sequence[Entry]) -> list[Entry]:
    """Return what the audit trail does not say yet: that nobody was asked, it says once for as long as a case waits for the same."""
    table, found = tables.waits, list[Entry]()
    for one in entries:
        cases = one.cases
        if one.source == "nobody":
            same = (table.c.case_id.in_(cases), table.c.step == one.step, table.c.why == one.outcome)
            told = set(connection.execute(select(table.c.case_id).where(*same)).scalars())
            cases = [case for case in cases if case not in told]
        if cases:
            found.append(one._replace(cases=cases))
    return found


def _kept() -> Select[Any]:
    """Return what reads whole cases."""
    cases, given, held = tables.cases, tables.given, tables.held
    large = {"given": given.c.content, "held": held.c.content, "outputs": held.c.outputs}
    columns = [large[name] if name in large else cases.c[name] for name in Kept._fields]
    return select(*columns).select_from(
        cases.join(given, given.c.case_id == cases.c.id).outerjoin(held, held.c.case_id == cases.c.id)
    )


def _waiting_columns() -> list[Any]:
    cases, waits = tables.cases, tables.waits
    return [(cases if name in ("key", "procedure", "definition") else waits).c[name] for name in Waiting._fields]


def _waiting(row: Sequence[Any]) -> Waiting:
    found = Waiting(*row)
    return found._replace(missing=tuple(orjson.loads(str(found.missing))))
