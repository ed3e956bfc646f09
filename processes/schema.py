"""JSON Schemas of the files of a catalogue, with the names it defines, for editors to complete; checks nothing itself."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from annotated_types import MinLen
from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from processes import catalogue as cat
from processes.catalogue import Catalogue
from processes.element import CodeList, DataElement, Entity, Relation
from processes.page import said_of
from processes.part import Part
from processes.policy import Decision, Policy
from processes.procedure import (
    KINDS,
    About,
    Back,
    Branch,
    Carry,
    Channel,
    Derive,
    Document,
    FormStep,
    Identify,
    Issue,
    Item,
    Lookup,
    Need,
    Notify,
    Procedure,
    Record,
    Role,
    Start,
    Step,
    Way,
)
from processes.reading import SINGLE, Lists
from processes.resolved import naming_of
from processes.shapes import Dotted, Ground, Named, Share, Time, Title
from processes.words import Words

Schema = dict[str, Any]

KIND_WORDS = {
    "procedure": Words("Prosedur layanan", "Procedure"),
    "form": Words("Formulir", "Form"),
    "registry": Words("Registri", "Registry"),
    "entity": Words("Entitas", "Entity"),
    "policy": Words("Kebijakan", "Policy"),
    "lists": Words(
        "Daftar: perangkat daerah, kode, bukti dukung, perjanjian", "Lists: agencies, codes, evidence, agreements"
    ),
}
FOLDER = ".schemas"  # of a catalogue, where they stand


def schemas(catalogue: Catalogue, procedures: Iterable[Procedure] = ()) -> dict[str, Schema]:
    """Return a JSON Schema (draft 2020-12) for each kind of file.

    Args:
        catalogue: Its names become the values an editor offers, with their titles as descriptions.
        procedures: Their names, and those of their roles, too.

    Returns:
        The schemas by kind: the kinds of files that hold one thing, and `lists`. The same names give the same schemas,
        whatever order they are in.

    Complexity:
        Linear in the number of names; of facts, in roles times elements.

    Examples:
        >>> from processes.words import same
        >>> made = schemas(Catalogue(agencies=(cat.Agency(id="desa", title=same("Pemerintah desa")),)))
        >>> made["procedure"]["$defs"]["agency-name"]
        {'enum': ['desa'], 'enumDescriptions': ['Pemerintah desa']}
    """
    names = _names(catalogue, tuple(procedures))
    models: dict[str, type[Part]] = {**SINGLE, "lists": Lists}
    return {
        kind: _Schemas(names, facts="fact" if kind == "procedure" else "element").whole(kind, model)
        for kind, model in models.items()
    }


def schema_files(catalogue: Catalogue, procedures: Iterable[Procedure] = ()) -> dict[str, str]:
    """Return the schemas as the texts of files, by the files' names."""
    made = schemas(catalogue, procedures)
    return {
        f"{kind}.json": json.dumps(schema, ensure_ascii=False, indent=1) + "\n" for kind, schema in sorted(made.items())
    }


# --- the names that a catalogue defines ---------------------------------------------------------------------------------

_Titles = dict[str, Words | None]  # a name and what it is called


def _names(catalogue: Catalogue, procedures: tuple[Procedure, ...]) -> dict[str, _Titles]:
    """Return the names that may stand somewhere, by what they name."""
    names: dict[str, _Titles] = {
        "agency": {one.id: one.title for one in catalogue.agencies},
        "entity": {one.id: one.title for one in catalogue.entities},
        "codes": {one.id: None for one in catalogue.codes},
        "purpose": {one.id: one.title for one in catalogue.purposes},
        "register": {one.id: one.title for one in catalogue.registers},
        "evidence": {one.id: one.title for one in catalogue.evidence},
        "form": {one.id: one.title for one in catalogue.forms},
        "registry": {one.id: one.title for one in catalogue.registries},
        "service": {name: one.title for name, one in catalogue.service.items()},
        "event": {name: one.title for name, one in catalogue.event.items()},
        "log-in": {one.id: one.title for one in catalogue.identification},
        "agreement": {one.id: one.title for one in catalogue.agreements},
        "procedure": {one.id: one.title for one in procedures},
        "element": {inner.id: inner.title for one in catalogue.entities for inner in _inner(one)},
        "fact": dict(_facts(catalogue, procedures)),
        "role": {role: None for role, _ in _roles(catalogue, procedures)},
    }
    officers = {f"{post.id} of {one.id}": post.title for one in catalogue.agencies for post in one.officers}
    names["actor"] = {**names["agency"], **officers}
    for form in catalogue.forms:
        names[f"part of {form.id}"] = {part.id: part.title for part in form.parts}
    return {kind: dict(sorted(titles.items())) for kind, titles in names.items()}


def _roles(catalogue: Catalogue, procedures: tuple[Procedure, ...]) -> Iterator[tuple[str, Entity]]:
    """Yield the roles that forms and procedures know, with what they are."""
    for form in catalogue.forms:
        for part in form.parts:
            if part.role and (entity := catalogue.entity.get(part.about)):
                yield part.role, entity
    for procedure in procedures:
        known = naming_of(catalogue, procedure)
        for role in procedure.roles:
            if subject := known.subject(role.id):
                yield role.id, subject.entity


def _facts(catalogue: Catalogue, procedures: tuple[Procedure, ...]) -> Iterator[tuple[str, Words | None]]:
    for role, entity in _roles(catalogue, procedures):
        for one in _inner(entity):
            yield f"{role}.{one.id}", one.title


def _inner(entity: Entity) -> list[DataElement | Relation]:
    return [*entity.elements, *entity.relations]


# What a field names, where its type does not tell; the facts of `Dotted` fields need not be listed.
_MEANS: dict[type[Part], dict[str, str]] = {
    DataElement: {"codes": "codes"},
    Relation: {"entity": "entity"},
    cat.Register: {"agency": "agency"},
    cat.EvidenceType: {"about": "entity", "issuer": "agency"},
    cat.FormField: {"consents_to": "service", "same": "role"},
    cat.FormPart: {"about": "entity", "role": "role"},
    cat.Form: {"agency": "agency"},
    cat.Subject: {"entity": "entity"},
    cat.DataService: {"about": "entity"},
    cat.Event: {"about": "entity"},
    cat.Registry: {"agency": "agency"},
    cat.Identification: {"about": "entity"},
    cat.Agreement: {"consumer": "agency", "services": "service", "purposes": "purpose"},
    Policy: {"with_agreements": "agreement", "without_agreements": "agreement"},
    Decision: {"procedure": "procedure"},
    Role: {"entity": "entity", "many": "entity", "some_of": "role"},
    Document: {"document": "paper"},
    Step: {"by": "actor", "escalates_to": "actor", "purpose": "purpose"},
    Identify: {"using": "log-in"},
    Lookup: {"service": "service", "about": "role", "gets": "element"},
    About: {"role": "role"},
    Issue: {"document": "paper", "changes": "registry", "starts": "procedure"},
    Notify: {"whom": "actor"},
    Carry: {"to": "agency"},
    Start: {"event": "event", "about": "role"},
    Procedure: {"agency": "agency", "escalates_to": "actor", "purpose": "purpose"},
}
_OPEN = frozenset({"element", "fact", "role", "actor"})  # kinds of names that may also be others than those listed


@cache
def _meaning(model: type[Part], name: str) -> str:
    return next((_MEANS[one][name] for one in model.__mro__ if name in _MEANS.get(one, ())), "")


# --- where the page speaks of a part's keys -------------------------------------------------------------------------------

_LISTS_SECTION = "`codes`, `agencies`, `registers`, `purposes`"
_PAGE: dict[type[Part], tuple[str, str]] = {
    Entity: ("`entity`", "field"),
    DataElement: ("`entity`", ""),
    Relation: ("`entity`", ""),
    cat.Agency: (_LISTS_SECTION, ""),
    cat.Register: (_LISTS_SECTION, ""),
    cat.EvidenceType: ("`evidence`", "field"),
    cat.FormPart: ("`form`", "field of a part"),
    cat.FormField: ("`form`", "field of a field"),
    cat.DataService: ("`registry`", "field of a service"),
    cat.Identification: ("`identification`", ""),
    cat.Agreement: ("`agreements`", "field"),
    Policy: ("`policy`", ""),
    Procedure: ("The procedure", "field"),
    Document: ("form", ""),
    Channel: ("The procedure", ""),
    Way: ("decide", ""),
    Branch: ("decide", ""),
    Back: ("back to", ""),
    Step: ("Steps", "field"),
}


_KIND_OF_STEP = {model: kind for kind, model in KINDS.items()}


def _description(model: type[Part], key: str) -> str | None:
    kind = _KIND_OF_STEP.get(model)
    if key == kind:
        return model.__doc__
    section, table = next((_PAGE[one] for one in model.__mro__ if one in _PAGE), ("", ""))
    own = said_of(key, kind) if kind and key not in Step.model_fields else None
    return own or said_of(key, section, table)


# --- the shapes of files --------------------------------------------------------------------------------------------------


@dataclass
class _Schemas:
    """The schema of one kind of file while it is made."""

    names: dict[str, _Titles]
    facts: str  # what dotted names are in this kind of file
    defs: dict[str, Schema] = field(default_factory=dict)

    def whole(self, kind: str, model: type[Part]) -> Schema:
        title = KIND_WORDS[kind]
        entries = self.entries(model)
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"{title.id} / {title.en}",
            **entries,
            "$defs": dict(sorted(self.defs.items())),
        }

    def entries(self, model: type[Part], without: str = "") -> Schema:
        """Return a part as a mapping from keys, perhaps without the one that stands before its colon."""
        hints = get_type_hints(model, include_extras=True)
        fields = {name: info for name, info in model.model_fields.items() if name not in ("where", without)}
        properties = {}
        for name, info in fields.items():
            key = info.alias or name
            shape = self.special(model, name) or self.shape(hints[name], _meaning(model, name))
            if info.default is not None and not info.is_required() and type(None) in get_args(hints[name]):
                shape = {"anyOf": [shape, {"type": "null"}]}  # may be taken back
            said = _description(model, key)
            properties[key] = {**shape, "description": said} if said else shape
        required = [info.alias or name for name, info in fields.items() if info.is_required()]
        about = {"description": model.__doc__} if model.__doc__ else {}
        needs = {"required": required} if required else {}
        return {**about, "type": "object", "properties": properties, **needs, "additionalProperties": False}

    def special(self, model: type[Part], name: str) -> Schema | None:
        """Return the shape of the few fields that are written otherwise than their values say."""
        if (model, name) == (FormStep, "uses"):
            return self.uses()
        if (model, name) == (Procedure, "volume"):
            return {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^\d[\d,]* per year$"}]}
        if (model, name) == (Relation, "entity"):
            return {"anyOf": [self.name("entity"), self.many()]}
        if (model, name) == (Derive, "computes"):  # its names are facts, of any kind
            return {**self.table(self.shape(Dotted), self.shape(str)), "minProperties": 1}
        return None

    # --- by the type of a field ---

    def shape(self, annotation: Any, means: str = "") -> Schema:
        """Return what a field of this type may be; `means` says what its texts name."""
        if annotation is Item:
            return self.ref("step", lambda: {"oneOf": [self.part(kind) for kind in KINDS.values()]})
        if annotation is Dotted:
            return self.name(means or self.facts)
        if shared := next((name for name, one in _SHARED.items() if one is annotation), None):
            return self.ref(shared, lambda: _leaf(annotation))
        if get_origin(annotation) is Annotated:
            inner, *metadata = get_args(annotation)
            if isinstance(inner, type) and not issubclass(inner, Part):
                return self.leaf(annotation, means)
            return self.constrained(inner, metadata, means)
        if get_origin(annotation) in (Union, UnionType):
            shapes = [self.shape(one, means) for one in get_args(annotation) if one is not type(None)]
            return shapes[0] if len(shapes) == 1 else {"anyOf": shapes}
        if get_origin(annotation) is tuple:
            return self.listed(annotation, means)
        if isinstance(annotation, type) and issubclass(annotation, Part):
            return self.part(annotation)
        return self.leaf(annotation, means)

    def leaf(self, annotation: Any, means: str) -> Schema:
        schema = _leaf(annotation)
        return self.name(means) if means and schema.get("type") == "string" else schema

    def constrained(self, inner: Any, metadata: Iterable[Any], means: str) -> Schema:
        named = next((one for one in metadata if isinstance(one, Named)), None)
        shape = self.named(get_args(inner)[0], named) if named else self.shape(inner, means)
        flat = [m for one in metadata for m in (one.metadata if isinstance(one, FieldInfo) else [one])]
        for least in (one.min_length for one in flat if isinstance(one, MinLen)):
            shape = {**shape, "minProperties" if named else "minItems": least}
        return shape

    def listed(self, annotation: Any, means: str) -> Schema:
        items = get_args(annotation)
        shape = {"type": "array", "items": self.shape(items[0], means)}
        return shape if items[-1] is Ellipsis else {**shape, "minItems": len(items), "maxItems": len(items)}

    def named(self, model: type[Part], named: Named) -> Schema:
        """Return a mapping from names to parts."""
        if model is CodeList:
            return self.table(self.shape(str), self.shape(get_type_hints(CodeList, include_extras=True)["codes"]))
        hints = get_type_hints(model, include_extras=True)
        key = model.__name__.lower()
        item = self.ref(f"{key}-named", lambda: self.named_item(model, named))
        if model is Record and self.names["register"]:
            titles = self.names["register"]
            properties = {name: _titled(dict(item), title) for name, title in titles.items()}
            return {"type": "object", "properties": properties, "additionalProperties": False}
        return self.table(self.shape(hints[named.name]), item)

    def named_item(self, model: type[Part], named: Named) -> Schema:
        entries = self.entries(model, without=named.name)
        shapes = [entries]
        if named.short:
            hint = get_type_hints(model, include_extras=True)[named.short]
            shapes.insert(0, self.special(model, named.short) or self.shape(hint, _meaning(model, named.short)))
        if model is Role:
            shapes.insert(1, self.many())
        elif "required" not in entries:
            shapes.append({"type": "null"})
        return shapes[0] if len(shapes) == 1 else {"anyOf": shapes}

    def table(self, keys: Schema, items: Schema) -> Schema:
        pattern = {key: keys[key] for key in ("pattern",) if key in keys}
        return {
            "type": "object",
            **({"propertyNames": pattern} if pattern else {}),
            "additionalProperties": items,
        }

    # --- parts ---

    def part(self, model: type[Part]) -> Schema:
        kind = _KIND_OF_STEP.get(model)
        name = f"{kind.replace(' ', '-')}-step" if kind else model.__name__.lower()
        return self.ref(name, lambda: self.written(model))

    def written(self, model: type[Part]) -> Schema:
        """Return all the ways in which a part may be written."""
        entries = self.entries(model)
        if model is Branch:
            return self.branch(entries)
        if model is Need:
            return {"anyOf": [self.name(self.facts), self.at_level(), entries]}
        if model is cat.FormField:
            return {"anyOf": [self.name(self.facts), entries]}
        if model is Document:
            return {"anyOf": [self.name("paper"), entries]}
        if model is Ground:
            return {"anyOf": [{"const": "habit", "description": "Nothing but habit"}, entries]}
        return entries

    def branch(self, entries: Schema) -> Schema:
        keys = entries["properties"]
        steps = {"anyOf": [keys["steps"], {"type": "null"}]}
        others = {key: shape for key, shape in keys.items() if key not in ("if", "steps")}
        return {
            "oneOf": [
                {**entries, "required": ["if"]},
                {**entries, "properties": {"else": steps, **others}, "required": ["else"]},
            ]
        }

    def at_level(self) -> Schema:
        dotted = _leaf(Dotted)["pattern"].rstrip("$")
        return {"type": "string", "pattern": f"{dotted} at (declared|documented|authoritative)$"}

    def uses(self) -> Schema:
        """Return forms and their parts."""
        role = self.name("role")
        titles = self.names["form"]
        if not titles:
            return {"anyOf": [{"type": "string"}, {"type": "object"}]}
        forms = {name: _titled(self.used(name, role), title) for name, title in titles.items()}
        listed = {"type": "object", "properties": forms, "minProperties": 1, "additionalProperties": False}
        return {"anyOf": [self.name("form"), listed]}

    def used(self, form: str, role: Schema) -> Schema:
        titles = self.names[f"part of {form}"]
        roles = {"anyOf": [role, {"type": "array", "items": role}, {"type": "null"}]}
        parts = {name: _titled(roles, title) for name, title in titles.items()}
        return {
            "anyOf": [
                {"type": "array", "items": _enum(titles)},
                {"type": "object", "properties": parts, "additionalProperties": False},
                {"type": "null"},
            ]
        }

    # --- names ---

    def name(self, kind: str) -> Schema:
        """Return the names of a kind that the catalogue defines; any name, if it defines none."""
        return self.ref(f"{kind}-name", lambda: self.paper() if kind == "paper" else self.known(kind))

    def known(self, kind: str) -> Schema:
        titles = self.names[kind]
        if not titles:
            return _leaf(Dotted) if kind in ("element", "fact", "role") else {"type": "string"}
        if kind not in _OPEN:
            return _enum(titles)
        other = r"^[a-z][a-z0-9_]*$" if kind == "actor" else _leaf(Dotted)["pattern"]
        return {"anyOf": [_enum(titles), {"type": "string", "pattern": other}]}

    def many(self) -> Schema:
        return self.ref("many", lambda: self.known_many())

    def known_many(self) -> Schema:
        titles = self.names["entity"]
        if not titles:
            return {"type": "string", "pattern": "^many [a-z][a-z0-9_]*$"}
        return _enum({f"many {name}": title for name, title in titles.items()})

    def paper(self) -> Schema:
        titles = self.names["evidence"]
        kinds = f"({'|'.join(titles)})" if titles else "[a-z][a-z0-9_-]*"
        shape = {"type": "string", "pattern": f"^{kinds} of [a-z][a-z0-9_.]*$"}
        return {**shape, "examples": [f"{kind} of applicant" for kind in titles]} if titles else shape

    def ref(self, name: str, make: Any) -> Schema:
        """Return a reference to a definition, made when it is first wanted; parts hold themselves."""
        if name not in self.defs:
            self.defs[name] = {}
            self.defs[name] = make()
        return {"$ref": f"#/$defs/{name}"}


def _enum(titles: _Titles) -> Schema:
    """Return names as the values that are offered, each described by its title."""
    described = [_said(title) for title in titles.values()]
    return {"enum": list(titles), **({"enumDescriptions": described} if any(described) else {})}


def _titled(shape: Schema, title: Words | None) -> Schema:
    return {**shape, "description": _said(title)} if title else shape


def _said(title: Words | None) -> str:
    if title is None:
        return ""
    return title.id if title.id == title.en else f"{title.id} / {title.en}"


_SHARED = {"title": Title, "share": Share, "time": Time}


def _leaf(annotation: Any) -> Schema:
    """Return what pydantic says of a type that holds no part."""
    return TypeAdapter(annotation).json_schema()
