"""Erases the data of closed cases, and says so in the audit trail; knows no command."""

from collections.abc import Iterable
from itertools import groupby

from flows.audit import Entry
from flows.store.case_store import CaseStore, Kept
from processes.words import Words


def erase(store: CaseStore, cases: Iterable[Kept], why: str, by: str = "") -> list[int]:
    """Erase the data of closed cases.

    Args:
        store: Where they are.
        cases: As just read; those that are not closed, or erased already, stay as they are.
        why: In people's words; it must not speak of anybody, because it stays.
        by: Who erases them; if nothing is said, the agency of the procedure.

    Returns:
        The numbers of those that were erased.
    """
    found = list[int]()
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
            reason=Words(f"Data kasus dihapus: {why}", f"The data of the case were erased: {why}"),
            outcome="erased",
            source="case",
            cases=(),
        )
        found += store.erase([one.id for one in some], entry)
    return found
