"""Values of the language for property tests: small, and with every odd text that could trip a writer."""

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MinLen
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from processes.catalogue import Agreement, DataService, FormField
from processes.part import Part
from processes.procedure import Branch, Document, Procedure, Role
from processes.shapes import Duration, Ground, Named, Unit
from processes.words import Words

# Names that YAML, or YAML 1.1, would take for something else, among plain ones.
NAMES = (
    "no", "on", "y", "null", "true", "apply", "late-registration", "child", "mother", "birth_date",
    "child.name", "child.mother.nik", "mother.no", "siak.person-by-nik", "null.on",
    "ktp of mother", "head of disdukcapil", "no of on", "child.name#2",
    "f0a1b2c3d4e5", "F-2.01", "1", "007", "1.0", "1e3", "0x1F", "0o7", "1_000", "2026-01-01", "12.30", "Null", "NO", "True",
)  # fmt: skip
ODD_TEXTS = (
    "no", "on", "Yes", "null", "~", "true", "12", "1.5", "1e3", ".5", "-1", "+1", "0x1F", "1_000", "12:30", "2026-01-31",
    "a: b", "a:", ": a", "a #b", "#a", "- a", "-", "?", "? a", "!a", "!", "&a", "*a", "|", ">", "%a", "@a", "`a`", "{a}", "[a]",
    "a, b", "a]", '"', '"a"', "'", "it's", "a\\b", "<<", "=", "---", "--- a", "...", " a", "a ", "a  b", "\ta", "a\tb",
    "a\nb", "a\n", "\na", "\n", "a\n\nb", " a\nb", "a \nb", "a\n  b\n", "a\n- b", "a\n# b\n", "a\r\nb", "\r",
    "é", "ﷺ", "日本", "\U0001f600", "\u200b", "\u00a0", "\ufeff", "a\u2028b", "\x85", "\x00", "\x7f", "\u200da",
    "Perpres 96/2018 Art. 33", "UU 24/2013: Pasal 27", "x" * 130, "no " * 50, " no" * 50, "no  " * 40 + "no", "a - # : " * 20 + "a", "a \n" * 40,
)  # fmt: skip
TEXTS = st.sampled_from(ODD_TEXTS) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)

# Of parts that must have exactly one of some fields, those fields.
_ONE_OF: dict[type[Part], tuple[str, ...]] = {
    Role: ("entity", "many", "reached", "some_of"),
    Ground: ("law", "local", "habit"),
    Document: ("document", "either"),
}
# Of parts that must have at least one of some fields, one of those fields.
_NEEDS: dict[type[Part], str] = {FormField: "act", DataService: "gives"}
_MOST_DEPTH = 3  # of steps within steps


def procedures() -> st.SearchStrategy[Procedure]:
    """Procedures of any shape; they need not mean anything."""
    return parts(Procedure)


def parts(model: type[Part], depth: int = 0) -> st.SearchStrategy[Any]:
    """Parts of a kind; each field is given or not, whatever its type admits."""
    return _parts(model, depth).map(lambda fields: model(**fields))


@cache
def _parts(model: type[Part], depth: int) -> st.SearchStrategy[dict[str, Any]]:
    required: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in model.model_fields.items():
        if name == "where" or name in _ONE_OF.get(model, ()) or _too_deep(field, depth):
            continue
        needed = field.is_required() or name == _NEEDS.get(model) or (model is Branch and name == "condition")
        (required if needed else optional)[name] = _field(model, name, depth)
    fields = st.fixed_dictionaries(required, optional=optional)
    if model is Agreement:
        fields = fields.filter(lambda one: not (one.get("since") and one.get("until")) or one["since"] <= one["until"])
    if model in _ONE_OF:
        names = [name for name in _ONE_OF[model] if not _too_deep(model.model_fields[name], depth)]
        one = st.one_of(*(st.fixed_dictionaries({name: _field(model, name, depth, some=True)}) for name in names))
        fields = st.builds(lambda rest, chosen: {**rest, **chosen}, fields, one)
    return fields


def _too_deep(field: FieldInfo, depth: int) -> bool:
    return depth >= _MOST_DEPTH and not field.is_required() and "Item" in str(field.annotation)


def _field(model: type[Part], name: str, depth: int, *, some: bool = False) -> st.SearchStrategy[Any]:
    field = model.model_fields[name]
    if name == "either":
        simple = st.builds(Document, document=_leaf(Document.model_fields["document"].annotation, ()))
        return st.lists(simple, min_size=2, max_size=3).map(tuple)
    made = _values(field.annotation, tuple(field.metadata), depth + 1)
    if some or name == _NEEDS.get(model):
        return made.filter(lambda value: value is not None and value != ())
    return made


def _values(annotation: Any, metadata: tuple[Any, ...], depth: int) -> st.SearchStrategy[Any]:
    """Values of an annotation, with the constraints that stand beside it."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _values(arguments[0], (*arguments[1:], *metadata), depth)
    if annotation is Words:
        words = st.just("") | TEXTS
        return words.map(lambda text: Words(text, text)) | st.builds(Words, words, words)
    if annotation is Duration:
        return st.builds(Duration, _amounts(), st.sampled_from(get_args(Unit)))
    if origin in (Union, UnionType):
        kinds = [one for one in arguments if not (depth > _MOST_DEPTH and "Item" in _fields_of(one))]
        return st.one_of(*(_values(one, (), depth) for one in kinds))
    if origin is tuple and arguments[-1] is not Ellipsis:
        return st.tuples(*(_values(one, (), depth) for one in arguments))
    if origin is tuple:
        return _tuples(arguments[0], metadata, depth)
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return st.deferred(lambda: parts(annotation, depth))
    return _leaf(annotation, metadata)


def _fields_of(annotation: Any) -> str:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return " ".join(str(field.annotation) for field in annotation.model_fields.values())
    return ""


def _tuples(item: Any, metadata: tuple[Any, ...], depth: int) -> st.SearchStrategy[Any]:
    least = max([one.min_length for one in _flat(metadata) if isinstance(one, MinLen)], default=0)
    named = any(isinstance(one, Named) for one in metadata)
    unique: Callable[[Any], Any] | None = (lambda part: part.id) if named else None
    if not isinstance(item, type) and _leaf_base(item) is str:
        unique = str
    return st.lists(_values(item, (), depth), min_size=least, max_size=max(least, 3), unique_by=unique).map(tuple)


def _leaf_base(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _flat(metadata: tuple[Any, ...]) -> list[Any]:
    return [one for item in metadata for one in (item.metadata if isinstance(item, FieldInfo) else [item])]


def _leaf(annotation: Any, metadata: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    while get_origin(annotation) in (Annotated, Union, UnionType):
        if get_origin(annotation) is Annotated:
            metadata = (*get_args(annotation)[1:], *metadata)
        annotation = get_args(annotation)[0]
    constraints = _flat(metadata)
    if annotation is type(None):
        return st.none()
    if get_origin(annotation) is Literal:
        return st.sampled_from(get_args(annotation))
    if annotation is bool:
        return st.booleans()
    if annotation is date:
        return st.dates()
    if annotation in (int, float):
        least = max([one.ge for one in constraints if isinstance(one, Ge)], default=-1e9)
        most = min([one.le for one in constraints if isinstance(one, Le)], default=1e18)
        if annotation is int:
            return st.integers(int(least), int(most))
        usual = [value for value in (0.0, 0.15, 1.0, 2.5, 35.0, 14200.0) if least <= value <= most]
        return st.sampled_from(usual) | st.floats(least, most, allow_subnormal=False)
    assert annotation is str, annotation
    pattern = next((p for one in constraints if (p := getattr(one, "pattern", None))), None)
    if pattern is None:
        return TEXTS
    return st.sampled_from([name for name in NAMES if re.search(pattern, name)])


def _amounts() -> st.SearchStrategy[float]:
    return st.sampled_from([0, 1, 1.0, 2, 3, 0.5, 90, 1234567.125]) | st.floats(0, 1e12, allow_subnormal=False)
