"""YAML files as checked values, with every problem of every file at once; knows how files belong together, judges no procedure."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import BeforeValidator

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
from processes.fitting import fit, names_in
from processes.part import Location, Mapping, Part
from processes.policy import Policy
from processes.problem import Problem, nearest
from processes.procedure import Procedure
from processes.shapes import Named, placed
from processes.wording import listed
from processes.words import Words
from processes.yaml_text import Document, parse


class Read(NamedTuple):
    """What some files say, and what is wrong with them."""

    catalogue: Catalogue
    procedures: tuple[Procedure, ...]
    policies: tuple[Policy, ...]
    problems: tuple[Problem, ...]  # problems and advice, by file, line and column


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


SINGLE: dict[str, type[Part]] = {"procedure": Procedure, "form": Form, "entity": Entity, "registry": Registry, "policy": Policy}
LISTS = tuple(name for name in Lists.model_fields if name != "where")


_ROOT_KEY = re.compile(r"^(?:entity|agencies) *:", re.MULTILINE)  # of files that only a catalogue has
_MOST_LEVELS_UP = 5
_MOST_FOLDERS = 500
_NAME_IN_TEXT = re.compile(r"([A-Za-z0-9][\w.+-]*) *:(?: +([A-Za-z0-9][\w.+-]*))?")


def read(paths: Iterable[str | Path]) -> Read:
    """Return what the files at the given paths say together, and everything that is wrong with them.

    A folder is a catalogue: all YAML files in it belong together. A file given alone is read within *its* catalogue: the nearest
    folder above it in which (or below which) both an `entity` and `agencies` are declared; going up stops after five folders, at
    the top of a repository and at the home folder. Where there is no such folder, the file stands alone. Of the rest of that catalogue no
    problem is told but one, that it has some; and `procedures` and `policies` are those of the given files only.

    Args:
        paths: Folders and files.

    Returns:
        The catalogue without what does not fit, and every problem and piece of advice, in the order of files, lines and columns.

    Complexity:
        Linear in the size of the files.
    """
    asked, problems = found(paths)
    around = _catalogue_around(path for path in map(Path, paths) if path.is_file())
    work = _Reading()
    given = {path.resolve() for path in asked}
    for path in asked:
        work.take(path, told=True)
    for path in around:
        if path.resolve() not in given:
            work.take(path, told=False)
    catalogue = work.catalogue()
    ...
