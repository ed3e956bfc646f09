"""Plain data as values of the language; what does not fit is told and left out. Knows no folder and follows no name."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from processes.model_paths import Path, fields_beside, fields_inside, is_required, one_each
from processes.part import Location, Mapping, Part, Text
from processes.problem import Problem, nearest
from processes.procedure import KINDS
from processes.wording import Misfit, more_problems, problem_of
from processes.yaml_text import Document

P = TypeVar("P", bound=Part)

# Put where a text is needed and what stood there did not fit, so that what stands around it still can be checked.
STAND_INS = ("unread", "unread.unread", "unread of unread")
MOST_TOLD = 500  # problems of one file; whoever has more will not read them all
_MOST_ROUNDS = 60  # each makes the data smaller; no file needs a tenth of them


class Fitted(NamedTuple, Generic[P]):
    """What could be made of a file."""

    value: P | None
    problems: tuple[Problem, ...]
    lost: frozenset[str]  # names in what was left out: they may be meant elsewhere
    gaps: frozenset[Location]  # the parts that something was left out of: what they lack is not their fault


def fit(model: type[P], document: Document) -> Fitted[P]:
    """Return a document's data as a value, without what does not fit, and the problems of that.

    What does not fit is dropped and the rest is tried again, so that one wrong key hides nothing else. A problem that
    exists only because something was dropped is not told.

    Args:
        model: What the data should be.
        document: A file that was read; its `data` must be a mapping, and is used up by this.

    Returns:
        The value, unless nothing of it is left; the problems; the names that were dropped, and where parts lack something now.

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
class _Error:
    """One error, and where in the data it is: the way there today, and before anything was dropped."""

    reason: str
    loc: Path
    details: dict[str, Any]
    node: Any
    path: list[Any] = field(default_factory=list)
    original: list[Any] = field(default_factory=list)
    parents: list[Any] = field(default_factory=list)
    is_named: bool = False  # the name of what is wrong stands before a colon
    at_name: bool = False  # and is itself what is wrong

    def down(self, key: Any, original: Any) -> None:
        """Go to what stands at a key or an index."""
        self.path.append(key)
        self.original.append(original)
        self.parents.append(self.node)
        self.node = self.node[key]

    @property
    def slot(self) -> tuple[int, Any]:
        """The container and the key of what is wrong, to remember it by."""
        return (id(self.parents[-1]), self.path[-1]) if self.path else (0, None)


# Faults found in a mapping that are about what stands at one of its keys.
_ABOUT_A_KEY = {"parts": "uses", "volume": "volume"}
# Faults of a mapping as a whole, told where its name stands.
_OF_THE_WHOLE = frozenset({"missing", "role", "answers", "period"})
# What is written as a mere text, though it becomes a part.
_TEXTS = frozenset({"PartUse", "FormUse"})
_OFTEN_TEXTS = frozenset({"FormField", "Need", "Document"})


class _Work:
    """The data of one file while they are made to fit."""

    def __init__(self, model: type[Part], document: Document) -> None:
        self.model, self.document = model, document
        self.data: Any = document.data
        self.problems: list[Problem] = []
        self.lost: set[str] = set()
        self.touched: set[int] = set()  # containers that something was dropped from, by id()
        self.thinned: set[int] = set()  # and those that only lost a key that none of them has
        self.origin: dict[int, list[int]] = {}  # of lists that items were dropped from: where each stood at first
        self.keys: dict[int, list[Any]] = {}  # of mappings met in this round
        self.stand_ins: dict[tuple[int, Any], int] = {}  # how many were tried at a key

    def fitted(self, value: P | None) -> Fitted[P]:
        """Return the result, with the places of all parts that something was dropped from."""
        gaps = frozenset(_places_of(self.touched, self.data)) if self.touched else frozenset[Location]()
        return Fitted(value, tuple(self.problems), frozenset(self.lost), gaps)

    def without(self, details: list[ErrorDetails]) -> bool:
        """Tell the errors and take away what they are about; say whether anything is left."""
        self.keys.clear()
        errors = [error for one in one_each(details) if (error := self.located(one)) and not _only_follows(error)]
        misspelt: dict[int, list[str]] = {}
        for error in errors:
            if error.reason == "extra_forbidden":
                misspelt.setdefault(id(error.parents[-1]), []).append(str(error.path[-1]))
        for error in errors:
            if len(self.problems) <= MOST_TOLD and not self.follows(error, misspelt):
                self.tell(error)
        drops: list[tuple[Any, Any, bool]] = []
        for error in errors:
            if not self.replaced(error):
                if (drop := _to_drop(error)) is None:
                    return False
                drops.append(drop)
        for parent, key, leaves_gap in sorted(drops, key=_last_items_first):
            self.drop(parent, key, leaves_gap=leaves_gap)
        return True

    def located(self, details: ErrorDetails) -> _Error | None:
        """Follow an error's path through the data, which are written more shortly than the values they become."""
        loc = details["loc"]
        error = _Error(details["type"], loc, dict(details.get("ctx", {})), self.data)
        for n, element in enumerate(loc):
            if isinstance(error.node, dict):
                key = self.key_meant(error.node, loc, n)
                if key is _NONE:
                    continue  # a name of our own: missing, or written as something else
                if isinstance(element, int) and key is None:
                    return None
                error.is_named = isinstance(element, int)
                error.at_name = error.is_named and loc[n + 1 :] == ("id",)
                error.down(key, key)
                if error.at_name:
                    break
            elif isinstance(error.node, list) and isinstance(element, int) and element < len(error.node):
                error.is_named = False
                error.down(element, self.origin.get(id(error.node), range(len(error.node)))[element])
        if isinstance(error.node, dict) and (key := _ABOUT_A_KEY.get(error.reason)) in error.node:
            error.down(key, key)
        return error

    def key_meant(self, node: dict[Any, Any], loc: Path, n: int) -> Any:
        """Return the key of a mapping that an element of a path means, `_NONE` if it means none of them."""
        element = loc[n]
        if isinstance(element, int):  # the parts of a mapping from names are counted
            if id(node) not in self.keys:
                self.keys[id(node)] = list(node)
            return self.keys[id(node)][element] if element < len(node) else None
        if n and isinstance(loc[n - 1], int) and element in KINDS:
            return _NONE  # tells the kind of step
        if element == "steps" and "steps" not in node and "else" in node:
            return "else"
        return element if element in node else _NONE

    def follows(self, error: _Error, misspelt: dict[int, list[str]]) -> bool:
        """Whether there is an error only because of another: what was dropped here, or a key that was misspelt."""
        if id(error.node) in self.touched or error.slot in self.stand_ins:
            return True
        if error.reason == "missing":
            return nearest(str(error.loc[-1]), misspelt.get(id(error.node), ())) is not None
        return id(error.node) in self.thinned

    def tell(self, error: _Error) -> None:
        """Put an error into words, at its place."""
        reason, details, path, value = error.reason, error.details, error.original, error.node
        fields, at_key = fields_beside(self.model, error.loc), error.at_name or reason == "extra_forbidden"
        match reason:
            case "missing":
                details["key"] = str(error.loc[-1])
                at_key = error.is_named
            case "no-key":
                path, at_key = [*path, details["key"]], True
                fields = fields_inside(self.model, error.loc)
            case "name-twice":
                path, at_key = [*path, details["item"], "id"], True
            case "model_type" if details.get("class_name") in _TEXTS:
                reason = "string_type"
            case "model_type" | "mapping":
                fields = fields_inside(self.model, error.loc)
                if details.get("class_name") in _OFTEN_TEXTS:
                    reason = "text_or_model"
            case "extra_forbidden" if len(path) == 1:
                reason = "extra_at_root"
            case "literal_error" if isinstance(value, str) and " at " in value:
                column = value.index(" at ") + 5
                value, details["level"] = value[column - 1 :], column  # of a need
            case _ if error.at_name:
                value = path[-1]
            case _ if error.is_named and reason in _OF_THE_WHOLE:
                at_key = True
        key = next((str(name) for name in reversed(path) if isinstance(name, str)), "")
        is_item = bool(path) and isinstance(path[-1], int)
        misfit = Misfit(reason, details, key, is_item, value, tuple(fields))
        where = self.document.place(path, key=at_key)
        if "level" in details and isinstance(error.node, Text):
            where = self.document.inside(error.node, details["level"])
        is_last = len(self.problems) == MOST_TOLD
        self.problems.append(more_problems(MOST_TOLD, where) if is_last else problem_of(misfit, where))

    def replaced(self, error: _Error) -> bool:
        """Put a stand-in where a text must be and none that fits is; say whether that could be tried."""
        if error.reason == "missing":
            return self.stand_in(error.node, str(error.loc[-1]))
        if not error.path or error.at_name or error.reason in ("extra_forbidden", "no-key", "name-twice"):
            return False
        if isinstance(error.node, dict | list) or not is_required(self.model, error.loc):
            return False
        return self.stand_in(error.parents[-1], error.path[-1])

    def stand_in(self, node: Any, key: Any) -> bool:
        """Put the next stand-in at a key; say whether there was one left."""
        tried = self.stand_ins.get((id(node), key), 0)
        if not isinstance(node, Mapping) or tried == len(STAND_INS):
            return False
        self.stand_ins[id(node), key] = tried + 1
        self.lost.update(["unread", str(node.get(key, "unread"))])
        node[key] = Text(STAND_INS[tried], node.where)
        return True

    def drop(self, parent: Any, key: Any, *, leaves_gap: bool) -> None:
        """Take something away, if it is still there."""
        if isinstance(parent, list):
            if key >= len(parent):
                return
            if id(parent) not in self.origin:
                self.origin[id(parent)] = list(range(len(parent)))
            del self.origin[id(parent)][key]
        elif key not in parent:
            return
        else:
            self.lost.add(str(key))
        self.lost.update(names_in(parent[key]))
        (self.touched if leaves_gap else self.thinned).add(id(parent))
        del parent[key]


_NONE = object()


def _only_follows(error: _Error) -> bool:
    """Whether a list is called too short only because its items did not fit."""
    return error.reason == "too_short" and len(error.node or ()) >= error.details.get("min_length", 1)


def _to_drop(error: _Error) -> tuple[Any, Any, bool] | None:
    """Return what to take away because of an error: from what, at which key, and whether that leaves a gap."""
    if error.reason == "no-key":
        return error.node, error.details["key"], False
    if error.reason == "name-twice":
        return error.node[error.details["item"]], "id", False
    if not error.path:
        return None
    return error.parents[-1], error.path[-1], error.reason != "extra_forbidden"


def _last_items_first(drop: tuple[Any, Any, bool]) -> int:
    return -drop[1] if isinstance(drop[1], int) else 1


def _places_of(wanted: set[int], data: Any) -> Iterator[Location]:
    """Yield the places of parts that are among the wanted containers, or hold one of them as a list."""
    waiting: list[tuple[Any, Any, list[Location]]] = [(data, None, [])]
    while waiting:
        node, key, around = waiting.pop()
        if isinstance(node, Mapping):
            around = [node.where, *([key.where] if isinstance(key, Text) else [])]
        if id(node) in wanted:
            yield from around
        inner = node.items() if isinstance(node, dict) else enumerate(node)
        waiting += [(child, key, around) for key, child in inner if isinstance(child, dict | list)]
