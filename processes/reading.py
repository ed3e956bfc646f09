"""YAML files as checked values, with every problem of every file at once; knows how files belong together, judges no procedure."""

import os
import re
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator

from processes import checking
from processes.catalogue import (
    Agency,
    Agreement,
    Catalogue,
    EvidenceType,
    Form,
    Identification,
    Purpose,
    Register,
    Registry,
)
from processes.element import CodeList, Entity
from processes.files import MOST_BYTES, found, shown, text_of
from processes.fitting import fit, names_in
from processes.part import Location, Mapping, Part
from processes.policy import Decision, Policy
from processes.problem import Problem, Severity, nearest
from processes.procedure import Procedure
from processes.shapes import Named, placed
from processes.wording import listed, more_problems, short
from processes.words import Words
from processes.yaml_text import Document, parse, without_garbage_collection


class Read(NamedTuple):
    """What some files say, and what is wrong with them."""

    catalogue: Catalogue
    procedures: tuple[Procedure, ...]
    policies: tuple[Policy, ...]
    problems: tuple[Problem, ...]  # problems and advice, by file, line and column
    files: tuple[str, ...] = ()  # those at the given paths
    decisions: tuple[Decision, ...] = ()  # that stand in files of their own; each policy has them as well


def _code_lists(value: object) -> object:
    """Read `codes: {housing: {own: …, rent: …}}`, where a list is nothing but its codes."""
    if not isinstance(value, dict):
        return value
    return placed(value, {name: placed(name, {"codes": codes}) for name, codes in value.items()})


class Lists(Part):
    """A file of lists; each may be spread over many files."""

    codes: Annotated[tuple[CodeList, ...], Named(), BeforeValidator(_code_lists)] = ()
    agencies: Annotated[tuple[Agency, ...], Named()] = ()
    registers: Annotated[tuple[Register, ...], Named()] = ()
    purposes: Annotated[tuple[Purpose, ...], Named(short="title")] = ()
    evidence: Annotated[tuple[EvidenceType, ...], Named()] = ()
    identification: Annotated[tuple[Identification, ...], Named()] = ()
    agreements: Annotated[tuple[Agreement, ...], Named()] = ()
    decisions: tuple[Decision, ...] = ()  # of reviewers; they hold under every policy of the catalogue


SINGLE: dict[str, type[Part]] = {
    "procedure": Procedure,
    "form": Form,
    "entity": Entity,
    "registry": Registry,
    "policy": Policy,
}
LISTS = tuple(name for name in Lists.model_fields if name != "where")
_KINDS = (*SINGLE, *LISTS)


def read(paths: Iterable[str | Path], beside: str | Path | None = None) -> Read:
    """Return what the files at the given paths say together, and everything that is wrong with them.

    A folder is a catalogue: all YAML files in it belong together. A file given alone (or a folder that declares no entity or no
    agency) is read within *its* catalogue, the nearest folder above that declares both; see `catalogue_around`. Of the rest of
    that catalogue no problem is told but one, that it has some; and only procedures of the given paths are returned.

    Args:
        paths: Folders and files.
        beside: The file whose catalogue all of them are read within, if it has one: of a redesign, today's procedure.

    Returns:
        The catalogue and the procedures without what does not fit, and every problem and piece of advice.

    Complexity:
        Linear in the size of the files.
    """
    with without_garbage_collection():
        return _read([Path(path) for path in paths], None if beside is None else catalogue_around(Path(beside)))


def _read(given: list[Path], within: Path | None) -> Read:
    files, problems = found(given)
    work = _Reading()
    for path in files:
        work.take(path, told=True)
    if files and not (work.parts["entity"] and work.parts["agencies"]):
        told = {path.resolve() for path in files}
        folders = {path if path.is_dir() else path.parent for path in given if path.exists()}
        around = {within} if within else {folder for path in folders if (folder := catalogue_around(path))}
        for path in found(sorted(around))[0]:
            if path.resolve() not in told:
                work.take(path, told=False)
    return work.all_of_it(problems)


class _Reading:
    """Files read so far, and what they hold."""

    def __init__(self) -> None:
        self.parts: dict[str, list[Any]] = {kind: [] for kind in _KINDS}
        self.problems: list[Problem] = []
        self.lost: set[str] = set()  # names in what could not be read
        self.gaps: set[Location] = set()  # parts that something was left out of
        self.told: list[str] = []  # the files whose problems are wanted
        self.texts: dict[str, str] = {}  # of the files that may be told about
        self.elsewhere: list[Part] = []  # procedures that are not wanted

    def take(self, path: Path, *, told: bool) -> None:
        """Read one more file."""
        file = shown(path)
        if told:
            self.told.append(file)
        text = text_of(path)
        if isinstance(text, Problem):
            self.problems.append(text)
            if text.code in ("not-utf-8", "not-text"):
                self.lost.update(_WORD.findall(path.read_bytes()[:MOST_BYTES].decode("latin-1")))
            return
        self.texts[file] = text
        document = parse(text, file)
        self.problems += document.problems
        if any(problem.severity is Severity.PROBLEM for problem in document.problems):
            self.lost.update((_WORD if document.data is None else _KEY).findall(text))
        if document.data is not None:
            self.add(document, document.data, told=told)

    def add(self, document: Document, data: Mapping, *, told: bool) -> None:
        kind = next((key for key in data if key in SINGLE), None)
        if kind is None and not any(key in LISTS for key in data):
            self.lost.update(names_in(data))
            if data or not document.problems:
                self.problems.append(_no_kind(document, data))
            return
        fitted = fit(SINGLE[kind] if kind else Lists, document)
        self.problems += fitted.problems
        self.lost |= fitted.lost
        self.gaps |= fitted.gaps
        if fitted.value is None:
            return
        if kind is None:
            for name in LISTS:
                self.parts[name] += getattr(fitted.value, name)
        elif told or kind != "procedure":
            self.parts[kind].append(fitted.value)
        else:
            self.elsewhere.append(fitted.value)

    def all_of_it(self, problems: list[Problem]) -> Read:
        """Put the parts together and hold them against each other."""
        decisions = tuple(self.parts.pop("decisions"))
        one_each = {kind: checking.first_of_each(kind, parts, self.problems) for kind, parts in self.parts.items()}
        catalogue = Catalogue(
            entities=one_each["entity"],
            codes=one_each["codes"],
            agencies=one_each["agencies"],
            registers=one_each["registers"],
            purposes=one_each["purposes"],
            evidence=one_each["evidence"],
            forms=one_each["form"],
            registries=one_each["registry"],
            identification=one_each["identification"],
            agreements=one_each["agreements"],
        )
        procedures, policies = one_each["procedure"], tuple(deciding(one, decisions) for one in one_each["policy"])
        names = [part.id for part in (*procedures, *self.elsewhere) if isinstance(part, Procedure)]
        faulty = frozenset(place.file for place in self.gaps)
        known = checking.Known(catalogue, frozenset(names), frozenset(self.lost - {""}), self.texts, faulty)
        for rule in (
            checking.catalogue_problems(known),
            *(checking.procedure_problems(known, procedure) for procedure in procedures),
            *(checking.policy_problems(known, policy) for policy in policies),
        ):
            self.problems += _first(problem for problem in rule if problem.where not in self.gaps)
        told = set(self.told)
        problems = problems + [problem for problem in self.problems if problem.where.file in told]
        others = {p.where.file for p in self.problems if p.severity is Severity.PROBLEM} - told
        if others and self.told:
            problems.append(_catalogue_has_problems(Location(self.told[0], 1, 1), sorted(others)))
        policies = policies or tuple(deciding(Policy(), decisions) for _ in decisions[:1])
        return Read(catalogue, procedures, policies, in_order(problems), tuple(self.told), decisions)


def deciding(policy: Policy, decisions: tuple[Decision, ...]) -> Policy:
    """Return a policy with decisions that stand in files of their own, behind those that stand in it."""
    if not decisions:
        return policy
    return policy.model_copy(update={"decisions": (*policy.decisions, *decisions)})


def _first(problems: Iterable[Problem]) -> list[Problem]:
    """Return the first problems, and if there are more, that there are."""
    first = list(islice(problems, _MOST_TOLD + 1))
    if len(first) > _MOST_TOLD:
        first[-1] = more_problems(_MOST_TOLD, first[-1].where)
    return first


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return each problem once, by file, line and column; no advice on how to write what is wrong anyway."""
    problems = list(problems)
    wrong = {problem.where for problem in problems if problem.severity is Severity.PROBLEM}
    problems = [problem for problem in problems if problem.code != "looks-like-truth" or problem.where not in wrong]
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.where, problem.code)))


# --- the catalogue that a file belongs to ---------------------------------------------------------------------------

# Names in a file that cannot be read: its keys, or of what is no YAML, every word.
_KEY = re.compile(r"([A-Za-z0-9][\w.+-]*) *:")
_WORD = re.compile(r"[A-Za-z0-9][\w.+-]*")
_ENTITY = re.compile(r"^entity *: *(\S+)", re.MULTILINE)
_AGENCIES = re.compile(r"^agencies *:", re.MULTILINE)
_MOST_TOLD = 1000  # problems of names in the catalogue, and in each procedure
_LEVELS_UP = 3
_MOST_FILES = 1000


def catalogue_around(path: Path) -> Path | None:
    """Return the folder of the catalogue that a file or folder belongs to.

    It is the nearest folder, from the path's own on upwards (three levels at most), whose files, or those of the folders right in it, declare an entity
    and agencies. A folder that declares an entity twice holds several catalogues: it is none, nor is any above it. Going up
    ends at the top of a repository, too.

    Args:
        path: A file or folder that exists.

    Returns:
        The folder, relative where the path is, or nothing if there is none.

    Complexity:
        At most 1,000 files are looked into.
    """
    start = path.resolve()
    folder = start if start.is_dir() else start.parent
    for _ in range(_LEVELS_UP + 1):
        entities, agencies = _declared(folder)
        if len(entities) != len(set(entities)):
            return None
        if entities and agencies:
            return folder if path.is_absolute() else Path(os.path.relpath(folder))
        if (folder / ".git").exists() or folder.parent == folder:
            return None
        folder = folder.parent
    return None


def _declared(folder: Path) -> tuple[list[str], bool]:
    """Return the entities declared in a folder and the folders right in it, and whether agencies are."""
    entities: list[str] = []
    agencies = False
    try:
        files = [file for pattern in ("*.y*ml", "*/*.y*ml") for file in islice(folder.glob(pattern), _MOST_FILES)]
    except OSError:
        return [], False
    for file in files:
        if not any(part.startswith(".") for part in file.relative_to(folder).parts) and isinstance(
            text := text_of(file), str
        ):
            entities += _ENTITY.findall(text)
            agencies = agencies or _AGENCIES.search(text) is not None
    return entities, agencies


# --- problems of whole files ----------------------------------------------------------------------------------------


def _no_kind(document: Document, data: Mapping) -> Problem:
    keys = [str(key) for key in data]
    first = keys[0] if keys else ""
    mends = ((key, near) for key in keys if (near := nearest(key, _KINDS)))
    if pair := next(mends, None):
        mend = Words(
            f"Tulis '{pair[1]}' sebagai ganti '{short(pair[0])}'.", f"Write '{pair[1]}' for '{short(pair[0])}'."
        )
        first = pair[0]
    else:
        mend = Words(
            f"Berkas memuat satu dari {listed(SINGLE)}, atau daftar {listed(LISTS)}, di tepi kiri.",
            f"A file holds one of {listed(SINGLE)}, or the lists {listed(LISTS)}, at the left edge.",
        )
    return Problem(
        code="unknown-kind",
        where=document.place((first,), key=True),
        fault=Words("Tidak jelas apa yang dimuat berkas ini.", "Nothing tells what this file holds."),
        mend=mend,
    )


def _catalogue_has_problems(where: Location, files: list[str]) -> Problem:
    names = listed(files[:3]) + (", …" if len(files) > 3 else "")
    return Problem(
        code="catalogue-has-problems",
        where=where,
        fault=Words(
            f"Katalog yang memuat berkas ini bermasalah di berkas lain: {names}.",
            f"The catalogue this file belongs to has problems in other files: {names}.",
        ),
        mend=Words(
            "Periksa seluruh folder katalog dengan 'sekali check'.",
            "Run 'sekali check' on the folder of the catalogue.",
        ),
    )
