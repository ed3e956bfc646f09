"""What names can mean, and how it is told that one means nothing; knows no rule of any part."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from processes.catalogue import Catalogue
from processes.element import DataElement, Entity, Relation
from processes.part import Location, Part, Text
from processes.places import place_inside
from processes.problem import Problem, Severity, nearest
from processes.wording import listed, short
from processes.words import Words, same


@dataclass(frozen=True)
class Known:
    """All that names can mean, and what could not be read."""

    catalogue: Catalogue
    procedures: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()  # names in what was left out: whoever means them is not wrong
    texts: Mapping[str, str] = field(
        default_factory=dict, repr=False
    )  # of the files, to find places inside expressions
    faulty: frozenset[str] = frozenset()  # files that something was left out of

    def is_lost(self, *names: str) -> bool:
        """Whether one of the names stood in what could not be read."""
        return not self.lost.isdisjoint(names)

    def is_lost_path(self, path: str) -> bool:
        """Whether one of the names of a path stood in what could not be read."""
        return self.is_lost(*path.split("."))

    def inside(self, text: str, column: int, part: Part) -> Location:
        """Return the place of a column (from 1) inside a text, as exactly as the way it was written tells."""
        if not isinstance(text, Text):
            return part.where
        return place_inside(text, column, self.texts.get(text.where.file, ""))


def place(value: object, part: Part) -> Location:
    """Return where a text was read from, or else the part it belongs to."""
    return value.where if isinstance(value, Text) else part.where


def problem(code: str, where: Location, fault: Words, mend: Words) -> Problem:
    """Return a problem; a shorter way to write it."""
    return Problem(code=code, where=where, fault=fault, mend=mend)


def advice(code: str, where: Location, fault: Words, mend: Words) -> Problem:
    """Return a piece of advice."""
    return Problem(code=code, where=where, fault=fault, mend=mend, severity=Severity.ADVICE)


# What can be named, and where it is declared.
THINGS = {
    "entity": (Words("entitas", "entity"), same("'entity: …'")),
    "codes": (Words("daftar kode", "code list"), same("'codes:'")),
    "agency": (Words("instansi", "agency"), same("'agencies:'")),
    "register": (Words("register", "register"), same("'registers:'")),
    "purpose": (Words("tujuan pemanfaatan", "purpose"), same("'purposes:'")),
    "evidence": (Words("jenis dokumen", "kind of document"), same("'evidence:'")),
    "form": (Words("formulir", "form"), same("'form: …'")),
    "registry": (Words("registri", "registry"), same("'registry: …'")),
    "service": (Words("layanan data", "service"), Words("'services:' sebuah registri", "'services:' of a registry")),
    "event": (Words("peristiwa", "event"), Words("'events:' sebuah registri", "'events:' of a registry")),
    "log-in": (Words("cara masuk", "log-in"), same("'identification:'")),
    "agreement": (Words("perjanjian kerja sama", "agreement"), same("'agreements:'")),
    "procedure": (Words("prosedur", "procedure"), same("'procedure: …'")),
    "policy": (Words("kebijakan", "policy"), same("'policy: …'")),
    "role": (Words("peran", "role"), same("'roles:'")),
    "step": (Words("langkah", "step"), same("'steps:'")),
}


def reference(known: Known, kind: str, name: str, where: Location, names: Collection[str]) -> Iterator[Problem]:
    """Yield the problem that a name of that kind means nothing, if it does not.

    >>> known = Known(Catalogue())
    >>> [found] = reference(known, "agency", "desq", Location("a.yaml", 1, 1), ["desa", "dinsos"])
    >>> print(found)
    a.yaml:1:1: There is no agency 'desq'. Write 'desa'. [unknown-agency]
    """
    if name in names or known.is_lost(name, *name.split(".")):
        return
    what, home = THINGS[kind]
    fault = Words(f"Tidak ada {what.id} '{short(name)}'.", f"There is no {what.en} '{short(name)}'.")
    yield problem(f"unknown-{kind}", where, fault, one_of(name, names, home))


def one_of(name: str, names: Iterable[str], home: Words | None = None) -> Words:
    """Return the mend of a wrong name: the nearest right one, or all of a few, and where to declare it."""
    names = sorted(set(names))
    if near := nearest(name, names):
        return Words(f"Tulis '{near}'.", f"Write '{near}'.")
    if len(names) == 1:
        return Words(f"Yang ada hanya '{names[0]}'.", f"There is only '{names[0]}'.")
    few = Words(f"Tulis salah satu dari {listed(names)}", f"Write one of {listed(names)}")
    if home is None:
        return Words(f"{few.id}.", f"{few.en}.") if names else Words("Hapus.", "Leave it out.")
    if names and len(names) <= 8:
        return Words(f"{few.id}, atau daftarkan dalam {home.id}.", f"{few.en}, or declare it in {home.en}.")
    return Words(f"Daftarkan dalam {home.id}.", f"Declare it in {home.en}.")


def first_of_each(kind: str, parts: list[Any], problems: list[Problem]) -> tuple[Any, ...]:
    """Return the parts without those whose name another has already, and tell those.

    Args:
        kind: The key under which such parts are written.
        parts: The parts, in the order of reading.
        problems: A problem for each part left out is added to these.
    """
    first: dict[str, Any] = {}
    for part in parts:
        if part.id not in first:
            first[part.id] = part
        elif part.id not in ("unread", "unread.unread"):
            what = THINGS[_SINGULAR.get(kind, kind)][0]
            problems.append(_second(what, part, first[part.id].where))
    return tuple(first.values())


_SINGULAR = {
    "agencies": "agency",
    "registers": "register",
    "purposes": "purpose",
    "identification": "log-in",
    "agreements": "agreement",
}


def _second(what: Words, part: Any, first: Location) -> Problem:
    return problem(
        "declared-twice",
        part.where,
        Words(
            f"{what.id.capitalize()} '{part.id}' sudah didaftarkan di {first}.",
            f"The {what.en} '{part.id}' is declared already, in {first}.",
        ),
        Words("Hapus salah satu, atau beri nama lain.", "Remove one of them, or give it another name."),
    )


# Names that would read as words of the expression language wherever they stand alone.
RESERVED = frozenset(["or", "and", "not", "in", "is", "known", "between", "if", "then", "else", "true", "false"])


def reserved(name: str, where: Location) -> Iterator[Problem]:
    """Yield the problem of a name that expressions could not use."""
    if name in RESERVED:
        yield problem(
            "reserved-word",
            where,
            Words(f"'{name}' adalah kata dalam bahasa ekspresi.", f"'{name}' is a word of the expression language."),
            Words(f"Pilih nama lain, misalnya '{name}_'.", f"Choose another name, such as '{name}_'."),
        )


# --- facts seen from an entity --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reached:
    """What a path from an entity reaches."""

    entity: Entity  # whose it is
    element: DataElement  # of a relation, the key of what it reaches
    relation: Relation | None
    many: bool


@dataclass(frozen=True, slots=True)
class Astray:
    """Where a path from an entity leads nowhere."""

    at: int  # the name that leads nowhere, from 0
    entity: Entity | None  # where it was looked for; nothing if that entity is told as unknown already
    after: DataElement | None = None  # the element that something was said to follow


def follow(catalogue: Catalogue, entity: Entity, names: list[str]) -> Reached | Astray:
    """Follow names from an entity, over relations, to an element or to the key of what is reached.

    Complexity: linear in the number of names.
    """
    many = False
    for at, name in enumerate(names):
        last = at == len(names) - 1
        element, relation = entity.element(name), entity.relation(name)
        if element is not None and (last or relation is None):
            return Reached(entity, element, None, many) if last else Astray(at + 1, entity, element)
        if relation is None:
            return Astray(at, entity)
        target = catalogue.entity.get(relation.entity)
        if target is None:
            return Astray(at, None)
        many = many or relation.many
        if last:
            key = target.element(target.key)
            return Reached(entity, key, relation, many) if key else Astray(at, None)
        entity = target
    return Astray(0, entity)


def entity_fact(known: Known, entity: Entity, path: str, where: Location, before: str = "") -> Iterator[Problem]:
    """Yield the problem that an entity has no such fact, if it has not.

    Args:
        known: What names can mean.
        entity: Whose fact it should be.
        path: The fact, seen from that entity.
        where: Where it is written.
        before: What stands before it where it is written, as `child.`; for the mend.
    """
    names = path.split(".")
    astray = follow(known.catalogue, entity, names)
    if isinstance(astray, Astray):
        yield from strayed(known, astray, names, where, before)


def strayed(known: Known, astray: Astray, names: list[str], where: Location, before: str = "") -> Iterator[Problem]:
    """Yield the problem of a path that leads nowhere, unless it leads into what could not be read."""
    entity = astray.entity
    if entity is None or known.is_lost(*names) or known.is_lost(entity.id):
        return
    reached = before + "".join(f"{name}." for name in names[: astray.at])
    if astray.after is not None:
        yield problem(
            "over-an-element",
            where,
            Words(
                f"'{reached[:-1]}' adalah elemen data; tidak ada yang dapat mengikutinya.",
                f"'{reached[:-1]}' is an element; nothing can follow it.",
            ),
            Words(f"Tulis '{reached[:-1]}'.", f"Write '{reached[:-1]}'."),
        )
        return
    name = names[astray.at]
    near = nearest(name, names_of(entity))
    home = Words(f"'elements:' entitas '{entity.id}'", f"'elements:' of the entity '{entity.id}'")
    mend = one_of(name, names_of(entity), home)
    if astray.at == 0:
        mend = seen_from_here(known.catalogue, entity, ".".join(names), before) or mend
    whole = reached + ".".join([near or "", *names[astray.at + 1 :]])
    yield problem(
        "unknown-fact",
        where,
        Words(
            f"Entitas '{entity.id}' tidak mempunyai elemen atau hubungan '{short(name)}'.",
            f"The entity '{entity.id}' has no element or relation '{short(name)}'.",
        ),
        Words(f"Tulis '{whole}'.", f"Write '{whole}'.") if near else mend,
    )


def seen_from_here(catalogue: Catalogue, entity: Entity, path: str, before: str = "") -> Words | None:
    """Return the mend of a fact that says whose it is, where all facts are one entity's: `applicant.name` for `name`."""
    _, _, rest = path.partition(".")
    if not rest or isinstance(follow(catalogue, entity, rest.split(".")), Astray):
        return None
    return Words(
        f"Tulis '{before}{rest}': fakta di sini sudah dilihat dari '{entity.id}'.",
        f"Write '{before}{rest}': facts are seen from a '{entity.id}' here.",
    )


def names_of(entity: Entity) -> list[str]:
    """Return the names of an entity's elements and relations."""
    return [element.id for element in entity.elements] + [relation.id for relation in entity.relations]
