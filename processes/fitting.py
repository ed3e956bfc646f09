"""Plain data as values of the language; what does not fit is told and left out. Knows no folder and follows no name."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from types import UnionType
from typing import Annotated, Any, Generic, NamedTuple, TypeVar, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from processes.part import Location, Mapping, Part, Text
from processes.problem import Problem, nearest
from processes.procedure import KINDS
from processes.wording import Misfit, problem_of
from processes.yaml_text import Document

P = TypeVar("P", bound=Part)

# Put where a text is needed and what stood there did not fit, so that what stands around it still can be checked.
UNREAD = ("unread", "unread.unread", "unread of unread")
_MOST_ROUNDS = 60  # each makes the data smaller; no file needs a tenth of them


class Fitted(NamedTuple, Generic[P]):
    """What could be made of a file."""

    value: P | None
    problems: tuple[Problem, ...]
    lost: frozenset[str]  # names in what was left out: they may be meant elsewhere
    gaps: frozenset[Location] = (
        frozenset()
    )  # the parts that something was left out of: what they lack is not their fault


def fit(model: type[P], document: Document) -> Fitted[P]:
    """Return a document's data as a value, without what does not fit, and the problems of that.

    What does not fit is dropped and the rest is tried again, so that one wrong key hides nothing else. A problem that
    exists only because something was dropped is not told.

    Args:
        model: What the data should be.
        document: A file that was read; its `data` must be a mapping, and is used up by this.

    Returns:
        The value, unless nothing of it is left; the problems; the names that were dropped with their parts.

    Complexity:
        One validation where all is well; else one for each level at which dropping leaves a gap.
    """
    work = _Work(model, document)
    for _ in range(_MOST_ROUNDS):
        try:
            return work.fitted(model.model_validate(work.data))
        except ValidationError as error:
            if not work.without(error.errors(include_url=False, include_input=False)):
                break
    work.lost.update(names_in(document.data))
    return work.fitted(None)


def names_in(data: object) -> Iterator[str]:
    """Yield every name that data could declare: keys, and texts behind keys that name something.

    >>> sorted(names_in({"form": "F-1", "parts": {"child": {"about": "person"}}}))
    ['F-1', 'about', 'child', 'form', 'parts']
    """
    if isinstance(data, dict):
        for key, value in data.items():
            yield str(key)
            if isinstance(value, str) and key in _NAMING:
                yield str(value)
            yield from names_in(value)
    elif isinstance(data, list):
        for item in data:
            yield from names_in(item)


_NAMING = frozenset({*KINDS, "procedure", "form", "entity", "registry", "policy", "way", "branch", "id"})


@dataclass
class _Place:
    """Where in the data an error is: the way there today, and before anything was dropped."""

    path: list[Any] = field(default_factory=list)
    original: list[Any] = field(default_factory=list)
    parents: list[Any] = field(default_factory=list)
    node: Any = None
    is_key: bool = False
    is_named: bool = False  # its name stands before the colon

    def down(self, key: Any, original: Any) -> None:
        """Go to what stands at a key or an index."""
        self.path.append(key)
        self.original.append(original)
        self.parents.append(self.node)
        self.node = self.node[key]


class _Work:
    """The data of one file while they are made to fit."""

    def __init__(self, model: type[Part], document: Document) -> None:
        self.model, self.document = model, document
        self.data: Any = document.data
        self.problems: list[Problem] = []
        self.lost: set[str] = set()
        self.touched: set[int] = set()  # containers that something was dropped from, by id()
        self.origin: dict[int, list[int]] = {}  # of lists that items were dropped from: where each stood at first
        self.gaps: set[Location] = set()
        self.changed = False
        self.tries: dict[tuple[int, Any], int] = {}  # how many stand-ins were tried at a key

    def without(self, errors: list[ErrorDetails]) -> bool:
        """Tell the errors and take away what they are about; say whether anything is left."""
        drops: list[tuple[Any, Any]] = []
        placed = [(error, place) for error in _one_each(errors) if (place := self.place(error["loc"]))]
        for error, place in placed:
            if isinstance(place.node, dict) and (key := _TOLD_AT.get(error["type"])) in place.node:
                place.down(key, key)
        unknown: dict[int, list[str]] = {}
        for error, place in placed:
            if error["type"] == "extra_forbidden":
                unknown.setdefault(id(place.parents[-1]), []).append(str(place.path[-1]))
        for error, place in placed:
            if _only_follows(error, place):
                continue
            misspelt = error["type"] == "missing" and nearest(str(error["loc"][-1]), unknown.get(id(place.node), ()))
            if id(place.node) not in self.touched and not self.stands_in(place) and not misspelt:
                self.tell(error, place)
            if not self.mend(error, place, drops):
                return False
        harmless = {
            (id(place.parents[-1]), place.path[-1]) for error, place in placed if error["type"] == "extra_forbidden"
        }
        for parent, key in sorted(drops, key=lambda drop: drop[1] if isinstance(drop[1], int) else -1, reverse=True):
            self.drop(parent, key, gap=(id(parent), key) not in harmless)
        return bool(drops) or bool(self.tries) or self.changed

    def place(self, loc: tuple[int | str, ...]) -> _Place | None:
        """Follow an error's path through the data, which is written more shortly than the values it becomes."""
        at = _Place(node=self.data)
        for n, element in enumerate(loc):
            node, key = at.node, element
            if isinstance(node, dict):
                if isinstance(element, int):
                    if element >= len(node):
                        return None
                    key = list(node)[element]
                    at.is_key = loc[n + 1 :] == ("id",)
                elif n and isinstance(loc[n - 1], int) and element in KINDS:
                    continue  # tells the kind of step
                elif element not in node:
                    if element != "steps" or "else" not in node:
                        continue  # a name of our own: written as something else, or missing
                    key = "else"
            elif not isinstance(node, list) or not isinstance(element, int) or element >= len(node):
                continue
            at.is_named = isinstance(node, dict) and isinstance(element, int)
            moved = isinstance(element, int) and id(node) in self.origin
            at.down(key, self.origin[id(node)][element] if moved and isinstance(element, int) else key)
            if at.is_key:
                break
        return at

    def tell(self, error: ErrorDetails, place: _Place) -> None:
        details = dict(error.get("ctx", {}))
        fields, _ = _fields(self.model, error["loc"])
        reason, path, is_key, value = error["type"], place.original, place.is_key, place.node
        if reason == "missing":
            details["key"] = str(error["loc"][-1])
        elif reason == "literal_error" and isinstance(value, str) and " at " in value:
            value = value.partition(" at ")[2]  # the level of a need
        elif reason == "model_type":
            reason = {"PartUse": "string_type", "FormUse": "string_type"}.get(details.get("class_name", ""), reason)
        if reason == "no-key":
            path, is_key = [*path, details["key"]], True
            fields, _ = _fields(self.model, (*error["loc"], ""))
        elif reason == "extra_forbidden":
            is_key = True
        elif reason == "name-twice":
            path, is_key = [*path, details["item"], "id"], True
        elif is_key:
            value = path[-1]
        elif place.is_named and reason in _OF_THE_WHOLE:
            is_key = True
        elif reason in ("model_type", "mapping"):
            fields, _ = _fields(self.model, (*error["loc"], ""))
        key = next((str(name) for name in reversed(path) if isinstance(name, str)), "")
        is_item = bool(path) and isinstance(path[-1], int)
        misfit = Misfit(reason, details, key, is_item, value, tuple(fields))
        self.problems.append(problem_of(misfit, self.document.place(path, key=is_key)))

    def stands_in(self, place: _Place) -> bool:
        return bool(place.path) and (id(place.parents[-1]), place.path[-1]) in self.tries

    def mend(self, error: ErrorDetails, place: _Place, drops: list[tuple[Any, Any]]) -> bool:
        """Plan to drop what the error is about, or put a stand-in there; say whether that can be done."""
        reason, loc = error["type"], error["loc"]
        if reason == "missing":
            if self.stand_in(place.node, str(loc[-1])):
                return True
        elif reason in ("no-key", "name-twice"):
            details = error.get("ctx", {})
            node = place.node if reason == "no-key" else place.node[details["item"]]
            self.drop(node, details.get("key", "id"), gap=False)
            self.changed = True
            return True
        elif (
            place.path and not place.is_key and reason != "extra_forbidden" and not isinstance(place.node, dict | list)
        ):
            _, info = _fields(self.model, loc)
            if info is not None and info.is_required() and self.stand_in(place.parents[-1], place.path[-1]):
                return True
        if not place.path:
            return False
        drops.append((place.parents[-1], place.path[-1]))
        return True

    def stand_in(self, node: Any, key: Any) -> bool:
        if not isinstance(node, dict):
            return False
        tried = self.tries.get((id(node), key), 0)
        if tried == len(UNREAD):
            return False
        self.tries[id(node), key] = tried + 1
        if isinstance(old := node.get(key), str):
            self.lost.add(str(old))
        self.lost.add("unread")
        node[key] = Text(UNREAD[tried], node.where if isinstance(node, Mapping) else self.document.place(()))
        return True

    def drop(self, parent: Any, key: Any, *, gap: bool) -> None:
        """Take something away; `gap` tells that what is around it may not fit any more for that reason."""
        if isinstance(parent, dict):
            if key not in parent:
                return
            self.lost.add(str(key))
        elif key >= len(parent):
            return
        else:
            del self.origin.setdefault(id(parent), list(range(len(parent))))[key]
        self.lost.update(names_in(parent[key]))
        if gap:
            self.touched.add(id(parent))
            self.note_gap(parent)
        del parent[key]

    def note_gap(self, container: Any) -> None:
        """Remember where the part is that a container is, or is the list of."""
        way = _way_to(self.data, container)
        for node, key in reversed(way):
            if isinstance(node, Mapping):
                self.gaps.add(node.where)
                if isinstance(key, Text):
                    self.gaps.add(key.where)
                if node is not container:
                    break

    def fitted(self, value: P | None) -> Fitted[P]:
        return Fitted(value, tuple(self.problems), frozenset(self.lost), frozenset(self.gaps))


def _way_to(data: Any, container: Any) -> list[tuple[Any, Any]]:
    """Return the containers from the top down to one, each with the key it stands at."""
    waiting: list[tuple[Any, list[tuple[Any, Any]]]] = [(data, [(data, None)])]
    while waiting:
        node, way = waiting.pop()
        if node is container:
            return way
        inner = node.items() if isinstance(node, dict) else enumerate(node)
        waiting += [(child, [*way, (child, key)]) for key, child in inner if isinstance(child, dict | list)]
    return []


# Faults found in a mapping that are about what stands at one of its keys.
_TOLD_AT = {"parts": "uses", "volume": "volume"}
# Faults of a mapping as a whole, told where its name stands.
_OF_THE_WHOLE = frozenset({"missing", "role", "answers", "period"})


def _one_each(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Return one error for each place: where a value may be of several shapes, the one of the shape it comes nearest to."""
    chosen: dict[tuple[Any, ...], ErrorDetails] = {}
    for error in errors:
        plain = tuple(element for element in error["loc"] if not (isinstance(element, str) and _is_union_tag(element)))
        if plain in chosen and len(plain) < len(error["loc"]):
            if chosen[plain]["type"] == "string_type" and error["type"] == "mapping":
                chosen[plain] = {**chosen[plain], "type": "name_or_mapping"}
        else:
            chosen[plain] = error
    deeper = {plain[:n] for plain, error in chosen.items() if len(plain) < len(error["loc"]) for n in range(len(plain))}
    return [error for plain, error in chosen.items() if plain not in deeper or len(plain) == len(error["loc"])]


def _is_union_tag(element: str) -> bool:
    return "[" in element or element.startswith(("constrained-", "nullable"))


def _only_follows(error: ErrorDetails, place: _Place) -> bool:
    """Whether a list is called too short only because its items did not fit."""
    return (
        error["type"] == "too_short"
        and bool(place.node)
        and len(place.node) >= error.get("ctx", {}).get("min_length", 1)
    )


def _fields(model: type[Part], loc: tuple[int | str, ...]) -> tuple[dict[str, FieldInfo], FieldInfo | None]:
    """Return the fields that may stand beside the last element of a path, by their keys, and that field itself."""
    models: tuple[type[Part], ...] = (model,)
    fields: dict[str, FieldInfo] = {}
    info: FieldInfo | None = None
    for element in loc:
        if isinstance(element, int):
            continue
        if len(models) > 1 and (kind := KINDS.get(element)) in models and kind is not None:
            models = (kind,)
            continue
        fields = {key: field for one in models for key, field in _keys(one).items()}
        info = fields.get(element)
        if info is not None:
            models = _parts(info.annotation)
    return fields, info


@cache
def _keys(model: type[Part]) -> dict[str, FieldInfo]:
    written = {field.alias or name: field for name, field in model.model_fields.items() if name != "where"}
    return {
        key: field for key, field in written.items() if key != "id" or not field.is_required()
    }  # else it stands before the colon


def _parts(annotation: Any) -> tuple[type[Part], ...]:
    """Return the parts that an annotation speaks of, inside tuples and unions."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return (annotation,)
    if get_origin(annotation) is Annotated:
        return _parts(get_args(annotation)[0])
    if get_origin(annotation) in (tuple, Union, UnionType):
        return tuple(part for inner in get_args(annotation) for part in _parts(inner))
    return ()
