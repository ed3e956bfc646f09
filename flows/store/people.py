"""What people are waited for, what they say, and with what a case goes back to them; knows no run."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from operator import itemgetter

import orjson
from sqlalchemy import Connection, delete, func, insert, select, true, union_all, update

from flows.audit import Entry
from flows.store import many, tables, trail
from flows.store.batches import SEGMENT, write_held, write_places, write_waits
from flows.store.database import CHUNK, Database
from flows.store.rows import Kept, Moved, Returned, Said, Times, Waiting, waiting_columns, waiting_of


class People(Database):
    """What is between a store and those who answer."""

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
            select(*waiting_columns(), waits.c.number)
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
                yield waiting_of(row[:-1])

    def waiting_by_role(self) -> list[tuple[str, int]]:
        """Return how much waits for whom: (as in `by`, how many answers); what has gone up waits for both."""
        cases, waits, found = tables.cases, tables.waits, Counter[str]()
        with self._reading() as connection:
            for who, there in ((waits.c.who, true()), (waits.c.escalated, waits.c.escalated != "")):
                mine = select(cases.c.id).where(cases.c.id == waits.c.case_id, cases.c.state == "waiting")
                wanted = select(who, func.count()).where(mine.exists(), there).group_by(who)
                found.update({str(one): int(number) for one, number in connection.execute(wanted)})
        return sorted(found.items())

    def waits_of(self, cases: Sequence[int]) -> list[Waiting]:
        """Return all that cases wait for."""
        table, waits, found = tables.cases, tables.waits, list[Waiting]()
        for start in range(0, len(cases), CHUNK):
            wanted = (
                select(*waiting_columns())
                .join(waits, waits.c.case_id == table.c.id)
                .where(table.c.state == "waiting", table.c.id.in_(cases[start : start + CHUNK]))
                .order_by(table.c.id, waits.c.number)
            )
            with self._reading() as connection:
                found += [waiting_of(row) for row in connection.execute(wanted)]
        return found

    def first_waits(self, ids: Sequence[int]) -> dict[int, Waiting]:
        """Return, for each of some cases that waits, the first thing it waits for."""
        cases, waits = tables.cases, tables.waits
        wanted = (
            select(cases.c.id, *waiting_columns())
            .join(waits, waits.c.case_id == cases.c.id)
            .where(cases.c.state == "waiting", cases.c.id.in_(ids))
            .order_by(waits.c.number)
        )
        found: dict[int, Waiting] = {}
        with self._reading() as connection:
            for row in connection.execute(wanted):
                found.setdefault(row[0], waiting_of(row[1:]))
        return found

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
            if not write_places(connection, [], [case]):
                return False
            begun = _begun(connection, case.id, said.step) if said is not None else ""
            write_held(connection, [case])
            connection.execute(update(tables.given).where(tables.given.c.case_id == case.id).values(content=case.given))
            write_waits(connection, [case], at)
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


def _begun(connection: Connection, case: int, step: str) -> str:
    """Return since when a case waits at a step; empty, if it does not."""
    table = tables.waits
    wanted = select(table.c.since).where(table.c.case_id == case, table.c.step == step)
    return str(connection.execute(wanted).scalar() or "")
