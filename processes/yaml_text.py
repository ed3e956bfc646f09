"""YAML text as plain data with places, and the faults of its writing; knows no word of the language written in it."""

import gc
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import yaml

from processes import yaml_words as words
from processes.part import Location, Mapping, Text
from processes.places import place_inside
from processes.problem import Problem
from processes.yaml_syntax import syntax_problem

MOST_LEVELS = 50  # far more than a procedure needs, far less than Python's recursion bears


@dataclass(frozen=True, eq=False)
class Document:
    """What stands in one YAML file: its data, its faults, and where each part of the data stands.

    `data` is None if the file could not be read or holds no mapping. Else it holds all that could be read:
    a `Mapping` for each mapping, lists, and `Text`, `int`, `float`, `bool` and `None` as YAML 1.2 reads them.
    What is told as a problem (a second key of the same name, an alias, a level too deep) is left out of it.
    """

    file: str
    data: Mapping | None
    problems: tuple[Problem, ...]
    _text: str = field(repr=False)

    def place(self, loc: Sequence[int | str], key: bool = False) -> Location:
        r"""Return the place of the part of the data that a path leads to.

        Args:
            loc: Keys and indices from the top, as pydantic gives them. An element that leads nowhere (the name
                of a union's member, a key that is missing) is skipped, so that the nearest part around is found.
            key: Whether the key itself is wanted rather than its value; pydantic's "[key]" at the end says so too.

        Returns:
            The place of the value, or of its key; of the beginning of the file if there is no data.

        Complexity:
            The first question costs one more reading of the text: a thousand trees kept for the few files with
            faults cost far more, in memory and in garbage collection.

        Examples:
            >>> document = parse("steps:\n  - form: apply\n    minutes: many\n", "akta.yaml")
            >>> print(document.place(("steps", 0, "form", "minutes")))  # "form" names the kind of step here
            akta.yaml:3:14
            >>> print(document.place(("steps", 0, "minutes"), key=True))
            akta.yaml:3:5
        """
        if self._tree is None:
            return Location(self.file, 1, 1)
        path = tuple(loc)
        if path and path[-1] == "[key]":
            path, key = path[:-1], True
        key_node, node = _end_of(self._tree, path)
        return _place(self.file, key_node if key and key_node is not None else node)

    def inside(self, text: Text, column: int) -> Location:
        """Return the place of a column (from 1) inside a text of the data."""
        return place_inside(text, column, self._text)

    @cached_property
    def _tree(self) -> yaml.Node | None:
        return None if self.data is None else _read(self._text, self.file, [])[1]


_Entry = tuple[yaml.Node | None, yaml.Node]  # a value with its key, if it has one


def _end_of(root: yaml.Node, path: tuple[int | str, ...]) -> _Entry:
    """Return where a path leads if as few of its elements as possible are skipped.

    Each node that can be reached is kept with the number of elements followed to it, and when it was reached: of two
    equally good ends the later is meant, since pydantic names the field last.
    """
    reached: dict[int, tuple[int, int, _Entry]] = {id(root): (0, -1, (None, root))}
    for when, element in enumerate(path):
        for followed, _, entry in tuple(reached.values()):
            child = _child(entry[1], element)
            if child is not None and followed + 1 >= reached.get(id(child[1]), (0, 0, entry))[0]:
                reached[id(child[1])] = (followed + 1, when, child)
    return max(reached.values(), key=lambda end: end[:2])[2]


def _child(node: yaml.Node, element: int | str) -> _Entry | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(element)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(element, int) and 0 <= element < len(node.value):
        return None, node.value[element]
    return None


def _place(file: str, node: yaml.Node) -> Location:
    return Location(file, node.start_mark.line + 1, node.start_mark.column + 1)


def parse(text: str, file: str) -> Document:
    r"""Return what a YAML text holds, with all faults that can be told without knowing what it should hold.

    Args:
        text: The text of the file. A byte order mark and line ends of any kind are fine.
        file: The name under which people know the file; it becomes part of every place.

    Returns:
        The document; its problems are in the order of the text. Nothing is raised, whatever the text.

    Complexity:
        Linear in the length of the text. An alias is never expanded.

    Examples:
        >>> document = parse("title: Akta\nminutes: 35\nopen: on\ntitle: Kartu\n", "akta.yaml")
        >>> document.data
        {'title': 'Akta', 'minutes': 35, 'open': 'on'}
        >>> for problem in document.problems:
        ...     print(problem.where, problem.code)
        akta.yaml:3:7 looks-like-truth
        akta.yaml:4:1 duplicate-key
    """
    problems: list[Problem] = []
    text = _without_hidden(text, file, problems)
    data, _ = _read(text, file, problems)
    return Document(file, data, tuple(sorted(problems, key=lambda problem: problem.where)), text)


def _read(text: str, file: str, problems: list[Problem]) -> tuple[Mapping | None, yaml.Node | None]:
    """Return the data of a text and the tree they were made of, which has the same keys and indices."""
    with without_garbage_collection():
        root = _compose(text, file, problems)
        return _Walk(text, file, problems).document(root), root


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Stop Python's search for garbage while many small things are made that are all kept.

    Reading makes thousands of nodes and no garbage; searching them over and over made one large file four times
    slower, and a thousand small ones two and a half times: who reads many files puts this around all of them.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


# Characters YAML forbids, line ends that no editor shows as such, and signs that nobody sees. The joiners of emoji
# and of some scripts (U+200C, U+200D) and the no-break space are left alone: they do occur in text.
_HIDDEN = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060\\u2066-\\u2069"
    "\\ud800-\\udfff\\ufeff\\ufffe\\uffff]"
)
_HIDDEN_FIRST = re.compile(f"^{_HIDDEN.pattern}+", re.MULTILINE)  # a space would be an indent
# Spaces that YAML takes for letters, in front of a key or a dash, where it needs real ones.
_STRANGE = "\\u00a0\\u2000-\\u200a\\u202f\\u3000"
_STRANGE_SPACE = re.compile(f"^ *[{_STRANGE}](?=[ {_STRANGE}]*(?:- |[\\w.+-]+:(?: |$)))", re.MULTILINE)


def _without_hidden(text: str, file: str, problems: list[Problem]) -> str:
    """Return the text with a space for each hidden character, so that the rest can be read and places stay right.

    At the left edge a space would change what belongs to what, so there such a character only goes.
    """
    text = text.removeprefix("\ufeff")
    seen: dict[str, Problem] = {}
    for match in _HIDDEN.finditer(text):
        if (sign := match[0]) not in seen:
            seen[sign] = words.hidden_character(_place_of_index(text, match.start(), file), sign, text.count(sign))
    problems.extend(seen.values())
    if strange := _STRANGE_SPACE.search(text):
        problems.append(words.strange_space(_place_of_index(text, strange.end() - 1, file), strange[0][-1]))
    return _HIDDEN.sub(" ", _HIDDEN_FIRST.sub("", text)) if seen else text


def _place_of_index(text: str, index: int, file: str) -> Location:
    lines = re.split(r"\r\n|\r|\n", text[:index])
    return Location(file, len(lines), len(lines[-1]) + 1)


class _Reader(yaml.CSafeLoader):
    """The C reader, with no guess at what a plain scalar means: YAML 1.1's guesses are not ours, and cost time."""

    def resolve(self, kind: type[Any], value: str, implicit: Any) -> str:
        """Return no tag for what has none, so that a tag in the file can be told."""
        return ""


def _compose(text: str, file: str, problems: list[Problem]) -> yaml.Node | None:
    """Return the first document's tree; further documents and what stops the reader are told as problems."""
    root: yaml.Node | None = None
    try:
        reader = _Reader(text)
        if reader.check_node():
            root = reader.get_node()
        if reader.check_node():
            second: Any = reader.peek_event()
            begins = text.rfind("---", 0, second.start_mark.index)
            problems.append(words.second_document(_place_of_index(text, max(begins, 0), file)))
    except yaml.YAMLError as error:
        problems.append(syntax_problem(error, text, file))
        return root
    if root is None or (isinstance(root, yaml.ScalarNode) and not root.value and root.style == ""):
        problems.append(words.empty(Location(file, 1, 1)))
        return None
    return root


def _place_of_mark(file: str, mark: Any) -> Location:
    return Location(file, mark.line + 1, mark.column + 1)


# YAML 1.2's core schema, but for the infinities and not-a-number, which no quantity of ours can be.
_CONSTANTS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INTEGER = re.compile(r"[-+]?[0-9]{1,100}")
_COLON = re.compile(r"\s*:")
_PROPERTY = re.compile(r"[^\s,\[\]{}]*")  # an anchor or tag, as written
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]")
_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2}\.[0-9]{2}0")  # as 25000 is written in Indonesian
_OTHER_BASE = re.compile(r"0o[0-7]{1,100}|0x[0-9a-fA-F]{1,100}")
_REAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_TRUTH_ELSEWHERE = frozenset(
    form for word in ("y", "n", "yes", "no", "on", "off") for form in (word, word.capitalize(), word.upper())
)


class _Walk:
    """One walk over a tree that makes data of it, tells problems, and takes from the tree what the data leave out."""

    def __init__(self, text: str, file: str, problems: list[Problem]) -> None:
        self.text = text
        self.file = file
        self.problems = problems
        self.seen: set[int] = set()  # nodes met, by id(): one met again was reached by an alias
        self.may_be_marked = "&" in text or "!" in text
        self.marked: set[int] = set()  # where anchors and tags were told; a mapping begins where its first key does
        self.aliased = False

    def document(self, root: yaml.Node | None) -> Mapping | None:
        """Return the data of the whole document, which must be a mapping."""
        if root is None:
            return None
        if not isinstance(root, yaml.MappingNode):
            self.problems.append(words.not_a_mapping(_place(self.file, root)))
            return None
        self.is_alias(root)  # no: it is the first; but it may have an anchor or a tag
        data = self.mapping(root, 1)
        if self.aliased:
            self.problems.extend(_aliases(self.text, self.file))
        return data

    def mapping(self, node: yaml.MappingNode, level: int) -> Mapping:
        data = Mapping()
        data.where = _place(self.file, node)
        kept = []
        first: dict[Text, Location] = {}
        for key, value in node.value:
            if self.is_alias(key) or not self.is_text_key(key):
                continue
            name = self.key(key)
            content, present = self.value(value, level)
            if name in first:
                self.problems.append(words.second_key(name.where, name, first[name]))
                continue
            first[name] = name.where
            if node.flow_style and content is None and self.is_bare(key, value):
                self.problems.append(words.no_value(name.where, name))
            elif present:
                data[name] = content
                kept.append((key, value))
        if len(kept) < len(node.value):
            node.value = kept
        return data

    def sequence(self, node: yaml.Node, level: int) -> list[Any]:
        data = []
        kept = []
        for item in node.value:
            content, present = self.value(item, level)
            if present:
                data.append(content)
                kept.append(item)
        if len(kept) < len(node.value):
            node.value = kept
        return data

    def value(self, node: yaml.Node, level: int) -> tuple[Any, bool]:
        """Return the data of a node inside a collection of the level, and whether there is any."""
        if self.is_alias(node):
            return None, False
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node), True
        if level >= MOST_LEVELS:
            self.problems.append(words.too_deep(_place(self.file, node), MOST_LEVELS))
            return None, False
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, level + 1), True
        return self.sequence(node, level + 1), True

    def is_alias(self, node: yaml.Node) -> bool:
        """Whether the node was met before; on the first meeting its anchor and tag are told."""
        if not self.may_be_marked:
            return False
        if id(node) in self.seen:
            self.aliased = True
            return True
        self.seen.add(id(node))
        start = node.start_mark.index
        sign = self.text[start : start + 1]
        if (node.tag or sign in ("&", "!")) and start not in self.marked:
            self.marked.add(start)
            written = _PROPERTY.match(self.text, start)
            name = written[0] if written else sign
            self.problems.append((words.anchor if sign == "&" else words.tag)(_place(self.file, node), name))
        return False

    def is_text_key(self, key: yaml.Node) -> bool:
        if not isinstance(key, yaml.ScalarNode):
            self.problems.append(words.key_not_text(_place(self.file, key)))
            return False
        if key.value == "<<" and key.style == "":
            self.problems.append(words.merge_key(_place(self.file, key)))
            return False
        return True

    def key(self, key: yaml.ScalarNode) -> Text:
        name = Text(key.value, _place(self.file, key))
        if key.style == "" and key.value in _TRUTH_ELSEWHERE:
            self.problems.append(words.truth_elsewhere(name.where, name))
        return name

    def scalar(self, node: yaml.ScalarNode) -> Text | float | bool | None:
        value = node.value
        if node.style != "":
            return Text(value, _place(self.file, node))
        if value in _CONSTANTS:
            return _CONSTANTS[value]
        if value[0] in "+-.0123456789":
            number = _number(value)
            if number is not None:
                if _LEADING_ZERO.match(value):
                    self.problems.append(words.leading_zero(_place(self.file, node), value, number))
                elif _THOUSANDS.fullmatch(value):
                    self.problems.append(words.thousands(_place(self.file, node), value))
                return number
        text = Text(value, _place(self.file, node))
        if (value[0] == "-" or " -" in value) and self.looks_like_list(node):
            self.problems.append(words.list_in_text(text.where))
        if value in _TRUTH_ELSEWHERE:
            self.problems.append(words.truth_elsewhere(text.where, text))
        return text

    def looks_like_list(self, node: yaml.ScalarNode) -> bool:
        """Whether a plain text goes on over lines that begin with a hyphen."""
        return re.search(r"\n[ \t]*-", self.text[node.start_mark.index : node.end_mark.index]) is not None

    def is_bare(self, key: yaml.Node, value: yaml.Node) -> bool:
        """Whether no colon stands between the key and its (empty) value."""
        return not _COLON.match(self.text, key.end_mark.index)


def _number(value: str) -> int | float | None:
    if _INTEGER.fullmatch(value):
        return int(value)
    if _OTHER_BASE.fullmatch(value):
        return int(value[2:], 8 if value[1] == "o" else 16)
    if _REAL.fullmatch(value):
        real = float(value)
        return real if math.isfinite(real) else None
    return None


def _aliases(text: str, file: str) -> Iterator[Problem]:
    """Yield a problem for each alias. The tree does not tell where they stand, the events of the reader do."""
    anchors: dict[str, Location] = {}
    try:
        for event in yaml.parse(text, Loader=_Reader):
            if isinstance(event, yaml.AliasEvent) and event.anchor:
                where = _place_of_mark(file, event.start_mark)
                yield words.alias(where, event.anchor, anchors.get(event.anchor, where))
            elif isinstance(event, yaml.NodeEvent) and event.anchor:
                anchors[event.anchor] = _place_of_mark(file, event.start_mark)
    except yaml.YAMLError:
        return  # a fault behind the first document, told already
