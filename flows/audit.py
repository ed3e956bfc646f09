"""The audit trail as data: entries, their hashes, and the lines that are exported; knows no database and nothing of how cases move.

An entry says what one look-up asked for the cases of a batch that came to the same: who asked, which registry, what for, on which
basis, for which facts; or that somebody was shown the data of a case, or erased them. It names cases by their numbers in the store
and never says anything of them, so that the trail outlives the erasure of a case. `audit_verifier` says how entries hang together.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import orjson

from flows.audit_verifier import FORMAT, Head
from processes.procedure import Procedure
from processes.words import Words


class Entry(NamedTuple):
    """What was done with the data of some cases at once, and what it came to."""

    what: Literal["look-up", "display", "return", "contest", "escalation", "erasure", "migration"]
    procedure: str
    step: str
    service: str  # as `registry.service`
    consumer: str  # the agency that asked; who looked, erased, or moved; to whom it went up
    purpose: str
    basis: tuple[str, ...]  # agreements and the law they rest on
    facts: tuple[str, ...]  # their names in the procedure
    reason: Words
    outcome: str
    source: str  # `registry`; `case`, where the answer to an earlier look-up of the same case was used again
    cases: Sequence[int]  # by their numbers in the store


def displayed(procedure: Procedure, case: int, facts: tuple[str, ...], by: str, why: str) -> Entry:
    """Return the entry for data of a case that somebody was shown.

    Args:
        procedure: What the case is about.
        case: Its number in the store.
        facts: The names of what was shown.
        by: Who looked; if nothing is said, the agency of the procedure.
        why: In people's words; it must not speak of anybody, because it stays.
    """
    return Entry(
        what="display",
        procedure=str(procedure.id),
        step="",
        service="",
        consumer=by or str(procedure.agency),
        purpose="",
        basis=(),
        facts=facts,
        reason=Words(
            f"Data kasus dilihat: {why}" if why else "Data kasus dilihat",
            f"The data of the case were looked at: {why}" if why else "The data of the case were looked at",
        ),
        outcome="shown",
        source="case",
        cases=(case,),
    )


def sent_back(procedure: Procedure, case: int, step: str, marks: Mapping[str, Words], by: str) -> Entry:
    """Return the entry for a case that was sent back to whoever had filled in its form.

    Args:
        procedure: What the case is about.
        case: Its number in the store.
        step: Where it stood.
        marks: The names of the facts and papers that are marked, each with what is the matter. Why is told elsewhere: it may speak of
            somebody.
        by: Who sent it back.
    """
    kinds = list(dict.fromkeys(marks.values()))
    told = Words(", ".join(one.id for one in kinds), ", ".join(one.en for one in kinds))
    return Entry(
        what="return",
        procedure=str(procedure.id),
        step=step,
        service="",
        consumer=by,
        purpose="",
        basis=(),
        facts=tuple(marks),
        reason=Words(f"Kasus dikembalikan, karena isinya {told.id}", f"The case was sent back: {told.en}"),
        outcome="sent back",
        source="case",
        cases=(case,),
    )


def contested(procedure: Procedure, case: int, step: str, facts: tuple[str, ...], by: str) -> Entry:
    """Return the entry for what registries told and somebody contests. What is right instead, and why, is told elsewhere.

    Args:
        procedure: What the case is about.
        case: Its number in the store.
        step: The form on which it was contested.
        facts: The names of what is contested.
        by: Who contests it, as in `by`.
    """
    return Entry(
        what="contest",
        procedure=str(procedure.id),
        step=step,
        service="",
        consumer=by,
        purpose="",
        basis=(),
        facts=facts,
        reason=Words("Isi registri dibantah", "What a registry told was contested"),
        outcome="contested",
        source="case",
        cases=(case,),
    )


def escalated(procedure: Procedure, cases: Sequence[int], step: str, to: str, why: Words) -> Entry:
    """Return the entry for what has gone up to somebody because it is over its time limit; nobody looked at data by it.

    Args:
        procedure: What the cases are about.
        cases: Their numbers in the store.
        step: Where they wait.
        to: Who can do it as well now, as in `by`.
        why: Over which limit it is, and with whom.
    """
    return Entry(
        what="escalation",
        procedure=str(procedure.id),
        step=step,
        service="",
        consumer=to,
        purpose="",
        basis=(),
        facts=(),
        reason=why,
        outcome="escalated",
        source="case",
        cases=cases,
    )


class Written(NamedTuple):
    """An entry as it stands in the store."""

    number: int
    content: bytes
    hash: str


def content(number: int, at: str, entry: Entry) -> bytes:
    """Return an entry as the JSON that its hash is made of."""
    said = entry._asdict() | {"entry": number, "at": at, "reason": {"id": entry.reason.id, "en": entry.reason.en}}
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)


def chained(previous: str, text: bytes) -> str:
    """Return the hash of an entry: it covers all entries before.

    >>> chained("0" * 64, b"{}") == hashlib.sha256(b"0" * 64 + b"{}").hexdigest()
    True
    """
    return hashlib.sha256(previous.encode() + text).hexdigest()


def exported(after: Head, entries: Iterable[Written]) -> Iterator[bytes]:
    """Yield a trail as lines of JSON: a line for each case and look-up.

    Args:
        after: The entry before the first of them.
        entries: As they follow each other.
    """
    yield _line({"trail": FORMAT, "after": after.entry, "hash": after.hash})
    head, rows = after, 0
    for one in entries:
        for line in _lines(one):
            yield line
            rows += 1
        head = Head(one.number, one.hash)
    yield _line({"head": head.entry, "hash": head.hash, "rows": rows})


def _lines(one: Written) -> Iterator[bytes]:
    """Yield the lines of an entry; what they have in common is made into text once. What is no entry any more is no JSON."""
    try:
        said: dict[str, Any] = orjson.loads(one.content)
        cases: list[int] = list(said.pop("cases"))
    except (ValueError, TypeError, KeyError, AttributeError):
        yield b"no entry\n"
        return
    # the number that the hash covers is the one that is told: whoever numbers a row anew changes nothing by it
    common = orjson.dumps({**said, "of": len(cases)})[:-1]
    for row, case in enumerate(cases, 1):
        end = f',"hash":"{one.hash}"' if row == len(cases) else ""
        yield common + f',"row":{row},"case":{case}{end}}}\n'.encode()


def _line(said: dict[str, Any]) -> bytes:
    return orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE)
