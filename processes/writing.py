"""Values of the language as YAML that reads back equal; knows no folder, writes no file and keeps no comment."""

import re
from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, get_args

import yaml

from processes.catalogue import (
    Agency,
    Agreement,
    DataService,
    Event,
    EvidenceType,
    FormField,
    FormPart,
    Identification,
    Register,
)
from processes.element import CodeList, Relation
from processes.part import Part
from processes.procedure import (
    KINDS,
    Branch,
    Choose,
    Document,
    FormUse,
    Need,
    Parallel,
    ParallelBranch,
    PartUse,
    Procedure,
    Role,
    Step,
)
from processes.shapes import Duration, Ground, Named
from processes.words import Words
from processes.yaml_text import parse

WIDTH = 110  # columns; what does not fit on one line is written one item a line


def procedure_text(procedure: Procedure, header: Iterable[str] = ()) -> str:
    """Return a procedure as YAML, in the style of the language's page: steps read like a table of contents.

    Args:
        procedure: What to write. Its `where`s are left out.
        header: Lines of comment to put above it, without their `# `.

    Returns:
        Text that reads back as an equal procedure (but for where its parts stand), the same for equal procedures.

    Complexity:
        Linear in the length of the text, times the depth of nesting.

    Examples:
        >>> from processes.procedure import Wait
        >>> from processes.words import same
        >>> small = Procedure(id="visit", title=same("Visit"), agency="desa", purpose="care", volume=90.0,
        ...     roles=(Role(id="owner", entity="person"),), steps=(Wait(id="pause", lasts=Duration(3, "days")),))
        >>> print(procedure_text(small, ["Made by hand."]), end="")
        # Made by hand.
        procedure: visit
        title: Visit
        agency: desa
        purpose: care
        volume: 90 per year
        roles:
          owner: person
        steps:
          - wait: pause
            for: 3 days
    """
    return part_text(procedure, header)


def part_text(part: Part, header: Iterable[str] = ()) -> str:
    """Return what a whole file says (a procedure, form, entity, registry, policy, or lists) as YAML; see `procedure_text`."""
    comment = "".join(f"# {line}".rstrip() + "\n" for text in header for line in text.splitlines() or [""])
    node = _node(_entries(part), indent=0, start=WIDTH)
    text = str(yaml.serialize(node, Dumper=_Writer, width=_NO_FOLDING, allow_unicode=True))
    return comment + (text if _can_be_seen(text) else "".join(map(_seen, text)))


def one_line(data: Any) -> str:
    """Return a text, or a list or mapping of texts, as YAML on one line.

    >>> one_line(["on", "F-2.01"]), one_line({"id": "Biaya: 3", "en": "fee"})
    ("['on', F-2.01]", "{id: 'Biaya: 3', en: fee}")
    """
    node = _node([data], indent=0, start=-_NEVER)  # as an item, since a text alone is followed by dots
    text = str(yaml.serialize(node, Dumper=_Writer, width=_NO_FOLDING, allow_unicode=True))
    return text.removeprefix("[").removesuffix("]\n")


# --- values as plain data, in the shapes people write -------------------------------------------------------------------


class _Block(dict[str, Any]):
    """A mapping that is written one key a line, however short."""


# Parts that people look for by eye, and so begin a line each. All others stand on one line if they fit.
_TALL: tuple[type[Part], ...] = (
    *KINDS.values(),
    Branch,
    ParallelBranch,
    FormPart,
    DataService,
    Event,
    EvidenceType,
    Agency,
    Register,
    Identification,
    Agreement,
)
_ONE_LINE_TABLES = frozenset({"records", "computes", "about"})
_ALWAYS = frozenset({"by", "id"})  # written even where nothing need be said

# Of a step: who and how long, then what this kind of step does, then what every step may say, then the steps within.
_FIRST = ("id", "title", "by", "minutes", "waits")
_LATER = ("needs", "records", "rests_on", "within", "escalates_to", "purpose", "note")
_LAST = ("ways", "not_found")


@cache
def _order(model: type[Part]) -> tuple[str, ...]:
    names = [name for name in model.model_fields if name != "where"]
    if model in (Choose, Parallel):
        return tuple(reversed(names))  # a title below a hundred lines would be overlooked
    if not issubclass(model, Step):
        return tuple(names)
    own = [name for name in names if name not in (*_FIRST, *_LATER, *_LAST)]
    return (*_FIRST, *own, *_LATER, *(name for name in _LAST if name in names))


def _entries(part: Part, without: str = "") -> _Block:
    """Return what a part says besides what goes without saying, by the keys of the language."""
    entries = _Block()
    for name in _order(type(part)):
        field, value = type(part).model_fields[name], getattr(part, name)
        unsaid = not field.is_required() and value == field.default
        if name == without or (unsaid and (name not in _ALWAYS or value is None)):
            continue
        entries[field.alias or name] = _field(name, value, _named(type(part), name))
    return entries


@cache
def _named(model: type[Part], name: str) -> Named | None:
    field = model.model_fields[name]
    return next((one for one in _metadata(field.annotation, field.metadata) if isinstance(one, Named)), None)


def _metadata(annotation: Any, own: Iterable[Any] = ()) -> Iterable[Any]:
    yield from own
    for inner in get_args(annotation):
        yield from _metadata(inner, getattr(inner, "__metadata__", ()))


def _field(name: str, value: Any, named: Named | None) -> Any:
    if named and isinstance(value, tuple):
        table = _table(value, named)
        return dict(table) if name in _ONE_LINE_TABLES and isinstance(table, dict) else table
    if name == "uses":
        return _uses(value)
    if name == "volume" and float(value).is_integer():
        return f"{value:.0f} per year"
    return _data(value)


def _data(value: Any) -> Any:
    match value:
        case Part():
            return _part(value)
        case Words():
            return value.id if value.id == value.en else {"id": value.id, "en": value.en}
        case Duration():
            return _time(value)
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return int(value)
        case tuple():
            return [_data(item) for item in value]
        case _:
            return value


def _time(time: Duration) -> float | str:
    if time.unit == "minutes" and time.amount < 1e9:
        return int(time.amount) if float(time.amount).is_integer() else time.amount
    amount = format(Decimal(repr(time.amount)), "f")  # never like 1e-05
    return f"{amount.removesuffix('.0')} {time.unit if time.amount != 1 else time.unit[:-1]}"


def _part(part: Part) -> Any:
    entries = _entries(part)
    match part:
        case Need():
            at = f" at {part.at}" if part.at else ""
            return entries if part.rests_on else f"{part.fact}{at}"
        case Document() if entries.keys() == {"document"}:
            return part.document
        case FormField() if entries.keys() == {"asks"}:
            return part.asks
        case Ground() if entries.keys() == {"habit"}:
            return "habit"
        case Branch() if part.condition is None:
            steps = entries.pop("steps", [])
            return _Block({"else": steps, **entries})
    return entries if isinstance(part, _TALL) else dict(entries)


def _table(parts: tuple[Part, ...], named: Named) -> Any:
    """Return parts as a mapping from their names; as a list, if two have the same name."""
    names = [getattr(part, named.name) for part in parts]
    if len(set(names)) < len(names):
        return [_entries(part) for part in parts]
    return _Block({name: _named_item(part, named) for name, part in zip(names, parts, strict=True)})


def _named_item(part: Part, named: Named) -> Any:
    if isinstance(part, CodeList):
        return _field("codes", part.codes, _named(CodeList, "codes"))
    entries = _entries(part, without=named.name)
    many = {"many": part.many} if isinstance(part, Role) else {"entity": getattr(part, "entity", None), "many": True}
    if isinstance(part, Role | Relation) and entries == many:
        return f"many {part.many if isinstance(part, Role) else part.entity}"
    if named.short and entries.keys() <= {named.short}:
        return _data(getattr(part, named.short))
    return entries if isinstance(part, _TALL) else dict(entries)


def _uses(uses: tuple[FormUse, ...]) -> Any:
    """Return `F-2.01`, or forms with their parts; at full length, if a form or one of its parts is named twice."""
    if len(uses) == 1 and not uses[0].parts:
        return uses[0].id
    if _twice(uses) or any(_twice(use.parts) for use in uses):
        return [dict(_entries(use)) for use in uses]
    return _Block({use.id: _used_parts(use) for use in uses})


def _twice(named: tuple[FormUse, ...] | tuple[PartUse, ...]) -> bool:
    return len({one.id for one in named}) < len(named)


def _used_parts(use: FormUse) -> Any:
    if not use.parts:
        return None
    if not any(part.roles for part in use.parts):
        return [part.id for part in use.parts]
    return {part.id: part.roles[0] if len(part.roles) == 1 else list(part.roles) or None for part in use.parts}


# --- plain data as nodes of YAML: what stands on one line, what on many ---------------------------------------------------

_NEVER = 1_000_000  # the width of what cannot stand on one line
_SIMPLE = re.compile(r"[A-Za-z0-9][\w .%/+-]*")


def _node(data: Any, indent: int, start: int) -> yaml.Node:
    """Return data as a node.

    Args:
        data: Mappings, lists and scalars.
        indent: The column of its keys or dashes, where it goes over many lines.
        start: The column at which it begins, where it stands on one line.
    """
    fits = start + _width(data) <= WIDTH
    if not isinstance(data, AnyMapping | list):
        return _scalar(data, long=not fits)
    flow = fits or not data
    if isinstance(data, AnyMapping):
        pairs = [(_scalar(key), _value_node(key, value, indent, flow)) for key, value in data.items()]
        return yaml.MappingNode(_Writer.DEFAULT_MAPPING_TAG, pairs, flow_style=flow)
    items = [_node(item, indent + 2, -_NEVER if flow else _item_start(item, indent)) for item in data]
    return yaml.SequenceNode(_Writer.DEFAULT_SEQUENCE_TAG, items, flow_style=flow)


def _value_node(key: str, value: Any, indent: int, flow: bool) -> yaml.Node:
    if value is None and key != "by":
        return yaml.ScalarNode(_OTHER, "")  # a part of a form, with nothing more to say
    return _node(value, indent + 2, -_NEVER if flow else indent + len(key) + 2)


def _item_start(item: Any, indent: int) -> int:
    """Return where an item of a list begins; one with a single key reads better without braces."""
    single = isinstance(item, AnyMapping) and len(item) == 1
    return WIDTH if single else indent + 2


def _width(data: Any) -> int:
    """Return how many columns data take on one line, or about so."""
    if isinstance(data, _Block) and data:
        return _NEVER
    if isinstance(data, AnyMapping):
        return sum(len(key) + 4 + _width(value) for key, value in data.items())
    if isinstance(data, list):
        return _NEVER if any(isinstance(item, AnyMapping) for item in data) else sum(2 + _width(item) for item in data)
    text = _written(data)
    return _NEVER if data is None or "\n" in text else len(text) + (0 if _SIMPLE.fullmatch(text) else 2)


_TEXT, _OTHER = "tag:yaml.org,2002:str", "other"


def _scalar(value: str | float | None, *, long: bool = False) -> yaml.ScalarNode:
    text = _written(value)
    if not isinstance(value, str):
        return yaml.ScalarNode(_OTHER, text)
    style = None  # what the text needs
    if not _can_be_seen(text):
        style = '"'
    elif "\n" in text:
        style = "|"
    elif long and " " in text and not text.startswith(" "):
        style = ">"
    return yaml.ScalarNode(_TEXT, text, style=style)


def _written(value: str | float | None) -> str:
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _can_be_seen(text: str) -> bool:
    return text.isprintable() or text.replace("\n", "").isprintable()


def _seen(sign: str) -> str:
    """Return a character as it stands between double quotes, where it would show nothing by itself."""
    if sign == "\n" or sign.isprintable():
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


_NO_FOLDING = 2**31 - 1
_FOLD_AFTER = WIDTH - 10  # the writer breaks a line only behind the word that goes beyond


class _Writer(yaml.SafeDumper):
    """PyYAML's writer, which quotes what our reader would take for something else than text."""

    def resolve(self, kind: type[Any], value: Any, implicit: Any) -> str:
        """Return what a node would be read as if it carried no tag."""
        if kind is not yaml.ScalarNode:
            return self.DEFAULT_MAPPING_TAG if kind is yaml.MappingNode else self.DEFAULT_SEQUENCE_TAG
        plain, _ = implicit
        return _OTHER if plain and not _reads_as_text(value) else _TEXT

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Set the dashes of a list in from the key above it."""
        super().increase_indent(flow, False)

    def write_folded(self, text: str) -> None:
        """Write a long text over several lines, which is done with nothing else."""
        self.best_width = _FOLD_AFTER
        super().write_folded(text)
        self.best_width = _NO_FOLDING


@lru_cache(maxsize=20_000)
def _reads_as_text(value: str) -> bool:
    """Whether a text without quotes reads as that text, without a hint."""
    if "\n" in value:
        return False
    document = parse(f"text: {value}\n", "")
    return document.data == {"text": value} and not document.problems
