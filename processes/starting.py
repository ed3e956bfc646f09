"""Files to start from, with explanations, in the words of a catalogue; knows no folder and writes nothing."""

import re
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any, Literal, NamedTuple, get_args

from pydantic import TypeAdapter, ValidationError

from processes.catalogue import Catalogue
from processes.element import Entity
from processes.fitting import fit
from processes.part import Part
from processes.reading import SINGLE, Lists
from processes.shapes import Code, Name, Word
from processes.wording import short
from processes.words import Language, Words, same
from processes.writing import one_line
from processes.yaml_text import parse

Kind = Literal["procedure", "form", "registry", "entity", "agencies", "purposes", "evidence", "agreements", "policy"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_ONE_OF: dict[Kind, Words] = {
    "procedure": Words("prosedur", "a procedure"),
    "form": Words("formulir", "a form"),
    "registry": Words("registri", "a registry"),
    "entity": Words("entitas", "an entity"),
    "agencies": Words("perangkat daerah", "an agency"),
    "purposes": Words("tujuan", "a purpose"),
    "evidence": Words("jenis dokumen", "a kind of document"),
    "agreements": Words("perjanjian", "an agreement"),
    "policy": Words("kebijakan", "a policy"),
}
# What must be there before: a file that names what does not exist would not pass the check.
RESTS_ON: dict[Kind, tuple[Kind, ...]] = {
    "procedure": ("agencies", "purposes", "entity"),
    "form": ("agencies", "entity"),
    "registry": ("agencies", "entity"),
    "evidence": ("agencies", "entity"),
    "agreements": ("agencies", "purposes", "registry"),
}


class CannotStartError(ValueError):
    """There can be no such file; `words` say why, and what can be done, in both languages."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


class Existing(NamedTuple):
    """What is there already."""

    catalogue: Catalogue = Catalogue()
    procedures: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()


def start_of(kind: Kind, name: str, existing: Existing, language: Language, schemas: str = ".schemas") -> str:
    """Return the text of a new file, which passes the check together with what is there.

    Args:
        kind: What it shall hold.
        name: What this is called.
        existing: Names of it are used in the file.
        language: Of the comments in it.
        schemas: The folder of the catalogue's schemas, as seen from the file.

    Raises:
        CannotStartError: If the name cannot be one or is taken, or something is missing that the file must name.

    Examples:
        >>> print(start_of("policy", "bold", Existing(), "en").splitlines()[0])
        # yaml-language-server: $schema=.schemas/policy.json
    """
    _check_name(kind, name)
    if name in _names(kind, existing):
        raise CannotStartError(
            Words(
                f"Sudah ada {_ONE_OF[kind].id} '{name}' dalam katalog ini. Pilih nama lain.",
                f"There is {_ONE_OF[kind].en} '{name}' in this catalogue already. Choose another name.",
            )
        )
    for other in RESTS_ON.get(kind, ()):
        if not (_names(other, existing) if other != "registry" else existing.catalogue.service):
            raise CannotStartError(
                Words(
                    f"Katalog ini belum memiliki {_ONE_OF[other].id}, padahal berkas ini harus menyebutnya. "
                    f"Buat dahulu: sekali new {other} NAME",
                    f"This catalogue has not yet got {_ONE_OF[other].en}, which the file must name. "
                    f"Make one first: sekali new {other} NAME",
                )
            )
    return _filled(kind, name, _title(name), existing.catalogue, language, schemas)


def _check_name(kind: Kind, name: str) -> None:
    shape: Any = {"form": Code, "entity": Word}.get(kind, Name)
    try:
        TypeAdapter(shape).validate_python(name)
    except ValidationError:
        letters = {
            "form": Words("huruf, angka, '.', '-', '_' dan '+'", "letters, digits, '.', '-', '_' and '+'"),
            "entity": Words("huruf kecil, angka dan '_'", "small letters, digits and '_'"),
        }.get(kind, Words("huruf kecil, angka, '-' dan '_'", "small letters, digits, '-' and '_'"))
        first = Words("huruf atau angka", "a letter or a digit") if kind == "form" else Words("huruf", "a letter")
        folder = Words(" Folder disebut dengan --in FOLDER.", " The folder is said with --in FOLDER.")
        if "/" not in name:
            folder = same("")
        raise CannotStartError(
            Words(
                f"'{short(name)}' tidak dapat menjadi nama {_ONE_OF[kind].id}. "
                f"Pakai {letters.id}, paling banyak 100; yang pertama {first.id}.{folder.id}",
                f"'{short(name)}' cannot be the name of {_ONE_OF[kind].en}. "
                f"Use {letters.en}, 100 at most; the first is {first.en}.{folder.en}",
            )
        ) from None


def _names(kind: Kind, existing: Existing) -> Mapping[str, object]:
    catalogue = existing.catalogue
    match kind:
        case "procedure":
            return dict.fromkeys(existing.procedures)
        case "policy":
            return dict.fromkeys(existing.policies)
        case "form":
            return catalogue.form
        case "entity":
            return catalogue.entity
        case "agencies":
            return catalogue.agency
        case "evidence":
            return catalogue.paper
        case "registry":
            return {one.id: one for one in catalogue.registries}
        case "purposes":
            return {one.id: one for one in catalogue.purposes}
        case "agreements":
            return {one.id: one for one in catalogue.agreements}


def _title(name: str) -> Words:
    text = re.sub(r"[-_]+", " ", name).strip()
    text = text[:1].upper() + text[1:]
    return Words(text, text)


# --- a whole catalogue --------------------------------------------------------------------------------------------------

_CATALOGUE: tuple[tuple[str, Kind | Literal["person"], str, Words], ...] = (
    ("agencies.yaml", "agencies", "civil-registry", Words("Dinas Kependudukan", "Civil registry office")),
    ("purposes.yaml", "purposes", "public-service", Words("Pelayanan publik", "Public service")),
    ("person.yaml", "person", "person", Words("Orang", "Person")),
    ("evidence.yaml", "evidence", "identity-card", Words("Kartu tanda penduduk", "Identity card")),
    ("population-registry.yaml", "registry", "population", Words("Registri penduduk", "Population registry")),
    ("agreements.yaml", "agreements", "population-data", Words("Pemanfaatan data penduduk", "Use of population data")),
    ("policy.yaml", "policy", "usual", Words("Kebijakan biasa", "Usual policy")),
    ("first-procedure.yaml", "procedure", "first-procedure", Words("Prosedur pertama", "First procedure")),
)


def start_of_catalogue(language: Language) -> dict[str, str]:
    """Return the texts of a small whole catalogue by the names of its files; it passes the check.

    >>> list(start_of_catalogue("en"))[-1]
    'first-procedure.yaml'
    """
    texts: dict[str, str] = {}
    catalogue = Catalogue()
    for file, template, name, title in _CATALOGUE:
        texts[file] = _filled(template, name, title, catalogue, language, ".schemas")
        catalogue = _with(catalogue, texts[file])
    return texts


def _with(catalogue: Catalogue, text: str) -> Catalogue:
    """Return a catalogue with what one of our texts says."""
    document = parse(text, "")
    kind = next((kind for kind in SINGLE if kind in (document.data or {})), None)
    model: type[Part] = SINGLE[kind] if kind else Lists
    value = fit(model, document).value
    if isinstance(value, Lists):
        return catalogue.model_copy(update={name: made for name, made in value if name != "where" and made})
    many = {"entity": "entities", "registry": "registries"}.get(kind or "")
    return catalogue.model_copy(update={many: (value,)}) if many else catalogue


# --- templates ------------------------------------------------------------------------------------------------------------

_TEMPLATES = Path(__file__).parent / "templates"
_WHOLE_LINE = re.compile(r"^( *)#(id|en) (.*)\n", re.MULTILINE)
_BEHIND = re.compile(r"  #id (.*?)  #en (.*)$", re.MULTILINE)


def _filled(template: str, name: str, title: Words, catalogue: Catalogue, language: Language, schemas: str) -> str:
    kind = {"person": "entity"}.get(template, template)
    schema = kind if kind in SINGLE else "lists"
    text = (_TEMPLATES / f"{template}.yaml.txt").read_text(encoding="utf-8")
    text = _WHOLE_LINE.sub(lambda line: f"{line[1]}# {line[3]}\n" if line[2] == language else "", text)
    text = _BEHIND.sub(lambda pair: f"  # {pair[1] if language == 'id' else pair[2]}", text)
    header = f"# yaml-language-server: $schema={schemas}/{schema}.json\n"
    return header + Template(text).substitute(_words_of(catalogue), **_own_words(name, title))


def _own_words(name: str, title: Words) -> dict[str, str]:
    form_title = {"id": f"Formulir {name}", "en": f"Form {name}"}
    return {"name": one_line(name), "title": one_line(title._asdict()), "form_title": one_line(form_title)}


def _words_of(catalogue: Catalogue) -> dict[str, str]:
    """Return what stands for the names in a template: the first of each kind that fits together."""
    entity = catalogue.entity.get("person") or next(iter(catalogue.entities), None)
    agency = next(iter(catalogue.agencies), None)
    name = agency.id if agency else ""
    posts = [f"{post.id} of {name}" for post in agency.officers] if agency else []
    return {
        "agency": one_line(name),
        "officer": one_line(posts[0] if posts else name),
        "counter": one_line(posts[-1] if posts else name),
        "purpose": one_line(next((one.id for one in catalogue.purposes), "")),
        "purposes": one_line([one.id for one in catalogue.purposes[:1]]),
        "form": one_line(next((one.id for one in catalogue.forms), "F-2.01")),
        **_service_words(catalogue),
        **_entity_words(entity, catalogue),
    }


def _service_words(catalogue: Catalogue) -> dict[str, str]:
    """Return a service, and who asks it: another agency than the one that keeps the registry, if there is one."""
    for registry in catalogue.registries:
        for service in registry.services:
            others = [one.id for one in catalogue.agencies if one.id != registry.agency]
            return {
                "services": one_line([f"{registry.id}.{service.id}"]),
                "consumer": one_line(others[0] if others else registry.agency),
            }
    return {"services": "[]", "consumer": ""}


_VERIFY = """\
  verify:
    title: {{id: Verifikasi sesuai atau tidak sesuai, en: Says right or wrong}}
    about: {entity}
    needs: {key}
    confirms: {answers}"""


def _entity_words(entity: Entity | None, catalogue: Catalogue) -> dict[str, str]:
    if entity is None:
        words = ("entity", "key", "elements", "answers", "verify", "fact", "facts", "fields", "documents")
        return dict.fromkeys(words, "") | {"relations": "# relations:\n#   owner: person"}
    usual = [one.id for one in entity.elements if one.id != entity.key and not (one.computed or one.sensitive)]
    elements = [entity.key, *usual[:2]]
    paper = next((one for one in catalogue.evidence if one.about == entity.id and entity.key in one.carries), None)
    documents = f"documents: {one_line([f'{paper.id} of applicant'])}" if paper else "# documents: [ktp of applicant]"
    return {
        "entity": one_line(entity.id),
        "key": one_line([entity.key]),
        "elements": one_line(elements),
        "answers": one_line(usual[:2] or [entity.key]),
        "verify": _VERIFY.format(entity=one_line(entity.id), key=one_line([entity.key]), answers=one_line(usual[:2]))
        if usual
        else "  # verify: {about: …, needs: […], confirms: […]}",  # nothing that it is not told anyway
        "fact": one_line([f"applicant.{entity.key}"]),
        "facts": one_line([f"applicant.{element}" for element in elements]),
        "fields": "\n".join(f"      - {one_line(element)}" for element in elements),
        "documents": documents,
        "relations": f"relations:\n  owner: {one_line(entity.id)}",
    }
