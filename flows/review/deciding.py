"""Reviewers' decisions as files of the catalogue, one each: read with its version, written only over that version; knows no page."""

import contextlib
import fcntl
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from flows.saving import save
from processes.fitting import fit
from processes.policy import Decision
from processes.reading import Lists
from processes.writing import part_text
from processes.yaml_text import parse

FOLDER = "decisions"  # of a catalogue
NONE = "none"  # the version of a decision that nobody has made
_PROCEDURE, _FINDING = re.compile(r"[a-z][a-z0-9_-]{0,99}"), re.compile(r"[fm][0-9a-f]{11}")
_MOST_REMEMBERED = 50  # earlier texts of one file


class OutsideError(ValueError):
    """A decision that would stand outside the catalogue's folder, or under no proper name."""


class Kept(NamedTuple):
    """A decision as it is kept."""

    decision: Decision | None
    version: str  # of its file; whoever writes says which one they saw


class ConflictError(Exception):
    """Somebody else has decided meanwhile."""

    def __init__(self, finding: str, kept: Kept) -> None:
        super().__init__(finding)
        self.finding, self.kept = finding, kept


class Decisions:
    """The decisions of one catalogue; several servers, and people with editors, may write them at once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / FOLDER
        self._earlier: dict[Path, list[tuple[str | None, str]]] = {}  # text before, and the version written then

    def kept(self, procedure: str, finding: str) -> Kept:
        """Return a decision with its version.

        Raises:
            OutsideError: If the names are none of a decision.
        """
        return _kept(self._path(procedure, finding))

    def decide(self, decisions: Sequence[tuple[Decision, str]]) -> None:
        """Keep decisions, each over the version that was seen; all of them or, if one has changed meanwhile, none.

        Raises:
            ConflictError: If one has been made or changed by somebody else.
            OutsideError: If one names no procedure, or would stand outside the catalogue.
            OSError: If they cannot be written.
        """
        made = [(self._path(one.procedure or "", one.finding), one, version) for one, version in decisions]
        with self._alone():
            for path, one, version in made:
                if (kept := _kept(path)).version != version:
                    raise ConflictError(one.finding, kept)
                if kept.version != NONE and len(decisions_in(path, str(path)) or ()) > 1:
                    raise OutsideError(one.finding)  # somebody has put others beside it
            for path, one, _ in made:
                before, text = _text(path), part_text(Lists(decisions=(one,)))
                save(path, text)
                earlier = self._earlier.setdefault(path, [])
                earlier.append((before, _version(text)))
                del earlier[:-_MOST_REMEMBERED]

    def undo(self, procedure: str, finding: str, version: str) -> None:
        """Take a decision back: what stood there before stands there again, as far as this server wrote over it; else nothing does.

        Raises:
            ConflictError: If it is not as it was seen.
            OutsideError: If the names are none of a decision.
            OSError: If it cannot be written.
        """
        path = self._path(procedure, finding)
        with self._alone():
            kept = _kept(path)
            if kept.version != version:
                raise ConflictError(finding, kept)
            earlier = self._earlier.get(path, [])
            before = earlier.pop()[0] if earlier and earlier[-1][1] == version else None
            if before is not None:
                save(path, before)
                return
            path.unlink(missing_ok=True)
            for folder in (path.parent, self.folder):
                with contextlib.suppress(OSError):  # something else stands in it
                    folder.rmdir()

    def _path(self, procedure: str, finding: str) -> Path:
        if not _PROCEDURE.fullmatch(procedure) or not _FINDING.fullmatch(finding):
            raise OutsideError(finding)
        path = self.folder / procedure / f"{finding}.yaml"
        if not path.resolve().is_relative_to(self.root.resolve()):  # a link leads out of it
            raise OutsideError(finding)
        return path

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Let nobody else who writes decisions of this catalogue write meanwhile."""
        handle = os.open(self.root, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def decisions_in(path: Path, file: str) -> tuple[Decision, ...] | None:
    """Return the decisions that stand in a file; nothing at all, if it is no proper file of decisions.

    Args:
        path: The file.
        file: What it is called in places.
    """
    text = _text(path)
    document = parse(text, file) if text is not None else None
    if document is None or document.data is None or document.problems:
        return None
    fitted = fit(Lists, document)
    return fitted.value.decisions if fitted.value is not None and not fitted.problems else None


def _kept(path: Path) -> Kept:
    text = _text(path)
    if text is None:
        return Kept(None, NONE)
    found = decisions_in(path, str(path)) or ()
    return Kept(found[0] if found else None, _version(text))


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None


def _version(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
