"""Erases the data of closed cases, and says so in the audit trail; knows no command."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby

from flows.audit import Entry
from flows.store.case_store import CaseStore
from flows.store.rows import Kept
from processes.words import Words, same


def erase(store: CaseStore, cases: Iterable[Kept], why: str | Words, by: str = "") -> list[int]:
    """Erase the data of closed cases.

    Args:
        store: Where they are.
        cases: As just read; those that are not closed, or erased already, stay as they are.
        why: In people's words; it must not speak of anybody, because it stays.
        by: Who erases them; if nothing is said, the agency of the procedure.

    Returns:
        The numbers of those that were erased.
    """
    found, words = list[int](), why if isinstance(why, Words) else same(why)
    for number, some in groupby(sorted(cases, key=lambda one: one.definition), key=lambda one: one.definition):
        procedure = store.definition(number).procedure
        entry = Entry(
            what="erasure",
            procedure=str(procedure.id),
            step="",
            service="",
            consumer=by or str(procedure.agency),
            purpose="",
            basis=(),
            facts=(),
            reason=Words(f"Data kasus dihapus: {words.id}", f"The data of the case were erased: {words.en}"),
            outcome="erased",
            source="case",
            cases=(),
        )
        found += store.erase([one.id for one in some], entry)
    return found


def due(store: CaseStore, retention: Mapping[str, int], today: date) -> Iterator[tuple[str, int, list[Kept]]]:
    """Yield, by procedure, for how many days closed cases are kept, and those that are kept longer than that.

    Args:
        store: Where they are.
        retention: Days by procedure; `*` for those that are not named. Of what is not said there all is kept.
        today: The day; a case that was closed so many days before it is kept for this day still.
    """
    for procedure in store.procedures():
        days = retention.get(procedure, retention.get("*"))
        if days is not None:
            yield procedure, days, store.closed_before((today - timedelta(days)).isoformat(), procedure)
