"""Runs, and the batches of cases that they move: what can move is handed out, what became of it is written; knows nobody who answers."""

from collections import Counter
from collections.abc import Sequence
from operator import itemgetter

from sqlalchemy import Connection, delete, func, insert, select, update

from flows.audit import Entry
from flows.outcomes import CHOOSE, DOWN_UNTIL
from flows.store import many, tables, trail
from flows.store.database import CHUNK, Database
from flows.store.rows import Group, Kept, Moved, Ready, whole_cases

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
_CLOSED = (
    "INSERT INTO closed (procedure, outcome, reason, cases) SELECT procedure, ?, ?, ? FROM runs WHERE number = ? "
    "ON CONFLICT (procedure, outcome, reason) DO UPDATE SET cases = closed.cases + excluded.cases"
)
SEGMENT = "case_id, first, visit, batch, steps"
WAIT = "case_id, number, step, waits_for, who, missing, why, since, escalated"
ALIKE = 8  # from so many on a statement for all of them is quicker than a row for each


class Batches(Database):
    """The runs over the cases of a store."""

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
            if write_places(connection, alike, single) != len(moved):
                connection.get_transaction().rollback()  # type: ignore[union-attr]  # it has begun
                return False
            for some in alike:
                if (m := some[0]).first:
                    numbers = [one.id for one in some]
                    many.alike(connection, _SEGMENTS_ALIKE, (m.first, m.visit, batch, m.steps), numbers)
            rows = [(m.id, m.first, m.visit, batch, m.steps) for m in single if m.first]
            many.add(connection, tables.segments, SEGMENT, rows)
            write_held(connection, moved)
            news = _news(connection, asked)  # before what it rests on is written anew
            write_waits(connection, moved, at)
            for one in moved:
                if one.given is not None:
                    connection.execute(
                        update(tables.given).where(tables.given.c.case_id == one.id).values(content=one.given)
                    )
            trail.append(connection, at, news)
            ended = Counter((m.outcome or "", m.reason or "") for m in moved if m.state == "done")
            # last, because all who close such cases write to one row
            for (outcome, reason), number in sorted(ended.items()):
                connection.exec_driver_sql(self._text(_CLOSED), (outcome, reason, number, run))
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

    def open_cases(self, procedure: str, but: int, after: int) -> list[Kept]:
        """Return the next cases of a procedure that are not closed and not pinned to a definition, in the order of their numbers."""
        cases = tables.cases
        wanted = whole_cases().where(cases.c.procedure == procedure, cases.c.state != "done", cases.c.definition != but)
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
                write_waits(connection, some, at)
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


def write_places(connection: Connection, alike: Sequence[Sequence[Moved]], single: Sequence[Moved]) -> int:
    """Write where cases are now; return how many of them nobody else has moved meanwhile."""
    written = 0
    for some in alike:
        m = some[0]
        values = (m.state, m.position, m.outcome, m.reason, m.moves)
        written += many.alike(connection, _MOVED_ALIKE, values, [one.id for one in some])
    rows = [(m.state, m.position, m.outcome, m.reason, m.id, m.moves) for m in single]
    columns = "state, position, outcome, reason, id, moves"
    return written + many.change(connection, tables.cases, "moves = cases.moves + 1", columns, rows)


def write_held(connection: Connection, moved: Sequence[Moved]) -> None:
    """Write what cases hold; one that was never moved has held nothing yet."""
    columns = "case_id, content, outputs"
    new = [(m.id, m.held, m.outputs) for m in moved if m.held is not None and not m.moves]
    old = [(m.id, m.held, m.outputs) for m in moved if m.held is not None and m.moves]
    many.add(connection, tables.held, columns, new)
    there = "ON CONFLICT (case_id) DO UPDATE SET content = excluded.content, outputs = excluded.outputs"
    many.add(connection, tables.held, columns, old, or_else=there)


def write_waits(connection: Connection, moved: Sequence[Moved], at: str) -> None:
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
