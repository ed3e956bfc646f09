"""Verifies an exported audit trail: finds what was changed, dropped, moved, put in or cut off. Needs this file and Python alone.

    python audit_verifier.py trail.jsonl [--head 42-3f9a…]

A trail is lines of JSON. The first says what the lines after it rest on: `{"trail": "sekali audit 1", "after": 0, "hash": "00…"}`.
Then each line says of one case what one look-up asked and what it came to. Lines with the same `entry` were written at once;
they differ in `row` and `case` alone, and the last of them carries the entry's `hash`. The last line of all says how many
entries there are, and the hash of the last: the *head*.

The hash of an entry is SHA-256 over the hash before it (as 64 small hexadecimal digits) and the entry as JSON: what its lines have in
common without `of`, with the cases as a list `cases`; keys sorted, no spaces, UTF-8. So it covers all that stands before it.

What no chain can show by itself is an end that was cut off, or a whole trail that was written anew: for that, keep a head
elsewhere, and give it with `--head`.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterable
from typing import Any, NamedTuple

FORMAT = "sekali audit 1"
FIRST_HASH = "0" * 64  # what the chain begins with
_HEAD = re.compile(r"(\d{1,18})-([0-9a-f]{64})")
_HASH = re.compile(r"[0-9a-f]{64}")


class Head(NamedTuple):
    """Where a trail ends, or once ended: the number of an entry, and its hash."""

    entry: int
    hash: str

    def __str__(self) -> str:
        """Return it as people keep it."""
        return f"{self.entry}-{self.hash}"


class Fault(NamedTuple):
    """What is wrong with a trail: the line of the export, and what it is there."""

    line: int
    kind: str  # one of `FAULTS`
    what: str = ""


FAULTS = {
    "not a trail": "this is not the first line of an audit trail",
    "not JSON": "this line is not JSON, or not of the form that it must have",
    "out of order": "here should be {what}: lines are missing, stand elsewhere, or were put in",
    "differs": "this line differs from the others of its entry in '{what}'",
    "changed": "the hash of entry {what} is not that of its lines: they, or those before them, were changed",
    "no end": "the last line of the trail is missing: it is cut off",
    "wrong end": "the last line says something else than the lines before it",
    "after the end": "there are lines after the last",
    "another head": "entry {what} has another hash than the head that was kept: the trail was written anew",
    "shorter": "the trail ends before entry {what}, whose head was kept: its end is cut off",
    "begins later": "the trail begins after entry {what}, whose head was kept: it can say nothing about it",
}


class Verdict(NamedTuple):
    """What came out: the head, how many lines there are, and the faults."""

    head: Head
    rows: int
    faults: tuple[Fault, ...]


def read_head(text: str) -> Head | None:
    """Return a head that somebody has kept, or nothing if it is none.

    >>> read_head("2-" + "a" * 64).entry
    2
    """
    found = _HEAD.fullmatch(text.strip())
    return Head(int(found[1]), found[2]) if found else None


def verify(lines: Iterable[str | bytes], kept: Head | None = None) -> Verdict:
    """Verify a trail.

    Args:
        lines: Of the export.
        kept: A head that was kept elsewhere.

    Returns:
        What is there, and what is wrong with it. It stops at the first fault: what comes after one cannot be trusted.

    Complexity: linear in the lines; holds one entry at a time.
    """
    reader = _Reader(kept)
    for number, line in enumerate(lines, 1):
        if (fault := reader.take(number, line)) is not None:
            return Verdict(reader.head, reader.rows, (fault,))
    fault = reader.end()
    return Verdict(reader.head, reader.rows, (fault,) if fault else ())


class _Reader:
    """Reads a trail line by line."""

    def __init__(self, kept: Head | None) -> None:
        self.kept = kept
        self.head = Head(0, FIRST_HASH)
        self.rows = 0
        self.line = 0
        self.ended = False
        self.shared: dict[str, Any] | None = None  # what the lines of the entry that is being read have in common
        self.of = 0
        self.cases: list[Any] = []

    def take(self, number: int, line: str | bytes) -> Fault | None:
        self.line = number
        try:
            said = json.loads(line, object_pairs_hook=_once)
        except (ValueError, RecursionError):
            return Fault(number, "not JSON")
        if not isinstance(said, dict):
            return Fault(number, "not JSON")
        if number == 1:
            return self._first(said)
        if self.ended:
            return Fault(number, "after the end")
        return self._last(said) if "head" in said else self._row(said)

    def end(self) -> Fault | None:
        """Return what is wrong when there are no more lines."""
        if not self.ended:
            return Fault(self.line + 1, "no end")
        if self.kept is not None and self.kept.entry > self.head.entry:
            return Fault(self.line, "shorter", str(self.kept.entry))
        return None

    def _first(self, said: dict[str, Any]) -> Fault | None:
        after, previous = said.get("after"), said.get("hash")
        if said.keys() != {"trail", "after", "hash"} or said["trail"] != FORMAT:
            return Fault(1, "not a trail")
        if not isinstance(after, int) or not _number(after) or not isinstance(previous, str):
            return Fault(1, "not a trail")
        if not _HASH.fullmatch(previous) or (not after and previous != FIRST_HASH):
            return Fault(1, "not a trail")
        self.head = Head(after, previous)
        if self.kept is not None and self.kept.entry < after:
            return Fault(1, "begins later", str(self.kept.entry))
        return self._compared(1)

    def _row(self, said: dict[str, Any]) -> Fault | None:
        entry, row, of = (said.pop(name, None) for name in ("entry", "row", "of"))
        case, found = said.pop("case", None), said.pop("hash", None)
        if not (_number(entry) and _number(row) and _number(of) and _number(case)):
            return Fault(self.line, "not JSON")
        awaited = (self.head.entry + 1, len(self.cases) + 1)
        if (entry, row) != awaited or not row <= of:
            return Fault(self.line, "out of order", f"row {awaited[1]} of entry {awaited[0]}")
        if self.shared is None:
            self.shared, self.of = said, of
        elif said != self.shared or of != self.of:
            differs = [name for name in sorted({*said, *self.shared}) if said.get(name) != self.shared.get(name)]
            return Fault(self.line, "differs", ", ".join(differs) or "of")
        self.cases.append(case)
        self.rows += 1
        if row < of:
            return Fault(self.line, "differs", "hash") if found is not None else None
        return self._entry(found)

    def _entry(self, found: object) -> Fault | None:
        entry = self.head.entry + 1
        content = json.dumps(
            {**(self.shared or {}), "entry": entry, "cases": self.cases},
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=False,
        )
        self.shared, self.cases = None, []
        try:
            reckoned = hashlib.sha256(self.head.hash.encode() + content.encode()).hexdigest()
        except UnicodeEncodeError:  # half a sign
            reckoned = ""
        if found != reckoned:
            return Fault(self.line, "changed", str(entry))
        self.head = Head(entry, reckoned)
        return self._compared(self.line)

    def _last(self, said: dict[str, Any]) -> Fault | None:
        self.ended = True
        if self.cases:
            return Fault(self.line, "out of order", f"row {len(self.cases) + 1} of entry {self.head.entry + 1}")
        right = {"head": self.head.entry, "hash": self.head.hash, "rows": self.rows}
        return None if said == right else Fault(self.line, "wrong end")

    def _compared(self, line: int) -> Fault | None:
        """Compare the head so far with the one that was kept."""
        if self.kept is not None and self.kept.entry == self.head.entry and self.kept.hash != self.head.hash:
            return Fault(line, "another head", str(self.head.entry))
        return None


def _number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its members; a name that stands twice would let two readers see two things."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def main(arguments: list[str]) -> int:
    """Verify the file that is named, and say what came out; return 0 if nothing is wrong, 1 if something is, 2 if it was called wrongly."""
    kept = None
    if len(arguments) == 3 and arguments[1] == "--head":
        kept = read_head(arguments[2])
    if len(arguments) not in (1, 3) or (len(arguments) == 3 and kept is None):
        print("usage: python audit_verifier.py TRAIL.jsonl [--head NUMBER-HASH]", file=sys.stderr)
        return 2
    try:
        with open(arguments[0], "rb") as file:
            verdict = verify(file, kept)
    except OSError as error:
        print(f"{arguments[0]}: {error.strerror}", file=sys.stderr)
        return 2
    for fault in verdict.faults:
        print(f"{arguments[0]}:{fault.line}: {FAULTS[fault.kind].format(what=fault.what)}")
    if not verdict.faults:
        print(f"Nothing is wrong: {verdict.rows} lines. Head: {verdict.head}")
    return 1 if verdict.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
