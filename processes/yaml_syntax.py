"""What stopped the YAML reader, told from its complaint and the lines around; knows neither the tree nor the language.

libyaml says where it gave up ("did not find expected key"), seldom what a person did wrong. Its complaint and a look
at the lines around usually tell: which quotation mark was never closed, which line above lacks its colon.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from yaml import MarkedYAMLError, YAMLError

from processes import yaml_words as words
from processes.part import Location
from processes.problem import Problem


class _Mark(NamedTuple):
    line: int  # from 0, as the reader counts
    column: int
    offset: int


class _Stop(NamedTuple):
    """Where the reader stopped, and the text around it."""

    text: str
    lines: list[str]
    file: str
    at: _Mark  # the character it could not go on with
    since: _Mark  # the beginning of what it was reading then

    def place(self, mark: _Mark) -> Location:
        if mark.line < len(self.lines):
            return Location(self.file, mark.line + 1, mark.column + 1)
        return Location(self.file, max(len(self.lines), 1), len(self.line(len(self.lines) - 1)) + 1)  # at the end

    def line(self, number: int) -> str:
        return self.lines[number] if 0 <= number < len(self.lines) else ""

    def sign(self, mark: _Mark) -> str:
        return self.text[mark.offset : mark.offset + 1]

    def before(self) -> str:
        """The line up to the character."""
        return self.line(self.at.line)[: self.at.column].rstrip()

    def rest(self, mark: _Mark) -> str:
        """The line from a mark on."""
        return self.line(mark.line)[mark.column :].strip()

    def line_above(self) -> int:
        """The number of the nearest line above that says something; -1 if none does."""
        above = min(self.at.line, len(self.lines)) - 1
        while above >= 0 and _says_nothing(self.lines[above]):
            above -= 1
        return above


def syntax_problem(error: YAMLError, text: str, file: str) -> Problem:
    """Return the problem that stopped the YAML reader, in words an analyst can act on.

    Args:
        error: What the reader raised; its English text is used to tell the causes apart.
        text: The text that was read, without characters YAML forbids.
        file: The name of the file, as people know it.

    Returns:
        One problem at the place where the mend is to be made, which need not be where the reader stopped.

    Examples:
        >>> import yaml
        >>> text = "title: Akta: kutipan"
        >>> try:
        ...     yaml.compose(text, Loader=yaml.CSafeLoader)
        ... except yaml.YAMLError as error:
        ...     print(syntax_problem(error, text, "akta.yaml"))
        akta.yaml:1:12: Text without quotation marks holds a colon and a space, which reads as a new key.
        Put the text in quotation marks: "Akta: kutipan". [colon-in-text]
    """
    if not isinstance(error, MarkedYAMLError):
        return words.unreadable(Location(file, 1, 1), str(error))
    since = _mark(error.context_mark)
    at = _mark(error.problem_mark) or since or _Mark(0, 0, 0)
    stop = _Stop(text, text.splitlines(), file, at, since or at)
    doing, complaint = error.context or "", error.problem or ""
    for beginning, explain in _CAUSES:
        if complaint.startswith(beginning) or doing.startswith(beginning):
            return explain(stop)
    return words.unreadable(stop.place(at), complaint)


def _mark(mark: object) -> _Mark | None:
    if mark is None:
        return None
    return _Mark(getattr(mark, "line", 0), getattr(mark, "column", 0), getattr(mark, "index", 0))


_LONGEST_KEY = 1024
_ODD_SPACES = "\u00a0\u202f\u3000"
_START = re.compile(r" *(?:- +)*")
_KEY = re.compile(r"( *(?:- +)*)([^\s:#'\"\[{][^:#]*):(?= |$)")
_SECOND_COLON = re.compile(r" *(?:- +)*[^\s:#'\"\[{][^:#]*: +(\S.*)$")
_NO_SPACE = re.compile(rf"\s*(?:- +)*([A-Za-z_][\w-]*:)([^ \t/:{_ODD_SPACES}].*|[{_ODD_SPACES}].*)$")


def _says_nothing(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _colon_too_many(stop: _Stop) -> Problem:
    """Tell apart the reasons why a colon may not stand where it stands; the most common is on the line above."""
    line = stop.line(stop.at.line)
    text = _SECOND_COLON.match(line)
    if text and ": " in line[: stop.at.column]:
        return words.colon_in_text(stop.place(stop.at), text[1])
    number = stop.line_above()
    if not stop.before():
        return words.no_key(stop.place(stop.at))
    if stop.at.column > _LONGEST_KEY or number < 0:
        return words.key_too_long(Location(stop.file, stop.at.line + 1, _indent(line) + 1))
    above = stop.line(number)
    if tight := _NO_SPACE.match(above):
        return _no_space(stop, number, tight)
    key = _KEY.match(above)
    if key is None:
        start = _START.match(above)
        column = start.end() if start else 0
        return words.no_colon(Location(stop.file, number + 1, column + 1), above[column:].strip())
    return words.too_far_in(Location(stop.file, stop.at.line + 1, _indent(line) + 1), key[2].strip(), len(key[1]) + 1)


def _no_colon_found(stop: _Stop) -> Problem:
    line = stop.line(stop.since.line)
    if tight := _NO_SPACE.match(line):
        return _no_space(stop, stop.since.line, tight)
    if re.match(r"\s*-[^\s-]", line):
        return words.no_space_after(stop.place(stop.since), "-", line.strip()[1:])
    if len(stop.rest(stop.since)) > _LONGEST_KEY:
        return words.key_too_long(stop.place(stop.since))
    return words.no_colon(stop.place(stop.since), stop.rest(stop.since))


def _no_space(stop: _Stop, number: int, tight: re.Match[str]) -> Problem:
    where = Location(stop.file, number + 1, tight.end(1) + 1)
    if tight[2][0] in _ODD_SPACES:
        return words.odd_space(where, tight[1])
    return words.no_space_after(where, tight[1], tight[2])


def _no_key_found(stop: _Stop) -> Problem:
    sign = stop.sign(stop.at)
    if sign == ":" and not stop.before().strip(" -"):
        return words.no_key(stop.place(stop.at))
    if before := stop.before():
        return _goes_on(stop, before)
    if sign in ("]", "}", ","):
        return words.stray_sign(stop.place(stop.at), sign)
    if sign == "-" and stop.at.column == stop.since.column:
        return words.item_among_keys(stop.place(stop.at))
    return words.out_of_line(stop.place(stop.at), _open_columns(stop))


def _no_item_found(stop: _Stop) -> Problem:
    before = stop.before()
    if before.strip(" -"):
        return _goes_on(stop, before)
    if stop.at.column == stop.since.column:
        return words.key_among_items(stop.place(stop.at), stop.since.line + 1)
    return words.out_of_line(stop.place(stop.at), _open_columns(stop))


def _open_columns(stop: _Stop) -> list[int]:
    """Return the one or two columns nearest to the line's own in which groups of lines above it begin."""
    columns = set()
    least = len(stop.text)
    for line in reversed(stop.lines[: stop.at.line]):
        indent = _indent(line)
        if indent < least and not _says_nothing(line):
            start = _START.match(line)
            columns |= {indent + 1, start.end() + 1 if start else indent + 1}
            least = indent
    nearest = sorted(columns, key=lambda column: abs(column - stop.at.column - 1))[:2]
    return sorted(nearest) or [1]


def _goes_on(stop: _Stop, before: str) -> Problem:
    """Tell text behind a closing quotation mark from a mark that closes the text of a line above by accident."""
    mark = before[-1]
    if mark in ("'", '"') and before.count(mark) % 2 == 1:
        opened = stop.at.line - 1
        while opened >= 0 and stop.lines[opened].count(mark) % 2 == 0:
            opened -= 1
        if opened >= 0:
            column = stop.lines[opened].rindex(mark)
            return words.quote_not_closed(Location(stop.file, opened + 1, column + 1), mark)
    return words.text_after_end(stop.place(stop.at), mark, stop.rest(stop.at))


def _bracket(stop: _Stop) -> Problem:
    before, rest = stop.before(), stop.rest(stop.at)
    if stop.at.line == stop.since.line and rest:
        if stop.sign(stop.at) == ":":
            entry = re.split(r"[,\[{]|: ", before)[-1].strip() + rest.rstrip("]}")
            return words.colon_in_text(stop.place(stop.at), entry)
        if before[-1:] in ("'", '"'):
            return words.text_after_end(stop.place(stop.at), before[-1], rest)
    return words.bracket_not_closed(stop.place(stop.since), stop.sign(stop.since))


def _no_content(stop: _Stop) -> Problem:
    sign = stop.sign(stop.at)
    if sign in ("]", "}", ","):
        return words.stray_sign(stop.place(stop.at), sign)
    if sign == ":":
        return words.no_key(stop.place(stop.at))
    opened = _last_open_bracket(stop.text[: stop.at.offset])
    if sign or opened is None:
        return words.unreadable(stop.place(stop.at), "did not find expected node content")
    lines = stop.text[:opened].splitlines() or [""]
    if stop.text[opened - 1 : opened] in ("\n", "\r"):
        lines.append("")
    return words.bracket_not_closed(Location(stop.file, len(lines), len(lines[-1]) + 1), stop.text[opened])


def _last_open_bracket(text: str) -> int | None:
    """Return where the last bracket stands that is not closed. Brackets in quotation marks are not told apart."""
    closed = 0
    for index in range(len(text) - 1, -1, -1):
        if text[index] in "]}":
            closed += 1
        elif text[index] in "[{":
            if closed == 0:
                return index
            closed -= 1
    return None


def _not_a_start(stop: _Stop) -> Problem:
    return _tab(stop) if stop.sign(stop.at) == "\t" else _reserved(stop)


def _colon_in_brackets(stop: _Stop) -> Problem:
    return words.colon_in_brackets(stop.place(stop.at))


def _tab(stop: _Stop) -> Problem:
    return words.tab(stop.place(stop.at), sum("\t" in line[: _indent(line)] for line in stop.lines))


def _quote(stop: _Stop) -> Problem:
    return words.quote_not_closed(stop.place(stop.since), stop.sign(stop.since))


def _reserved(stop: _Stop) -> Problem:
    return words.reserved_start(stop.place(stop.at), re.split(r":(?= |$)", stop.rest(stop.at))[0])


def _reserved_before(stop: _Stop) -> Problem:
    return words.reserved_start(stop.place(stop.since), stop.rest(stop.since))


def _block_text(stop: _Stop) -> Problem:
    return words.block_text(stop.place(stop.since), stop.rest(stop.since))


def _item_after_key(stop: _Stop) -> Problem:
    return words.item_after_key(stop.place(stop.at))


def _backslash(stop: _Stop) -> Problem:
    return words.backslash(stop.place(stop.at))


def _after_document(stop: _Stop) -> Problem:
    return words.after_document(stop.place(stop.at))


def _directive(stop: _Stop) -> Problem:
    return words.directive(Location(stop.file, stop.since.line + 1, 1))


def _too_deep(stop: _Stop) -> Problem:
    return words.too_deep(stop.place(stop.at), 1000)  # the reader's own limit


# The beginning of the reader's complaint, or of what it says it was doing; the first that fits is taken.
_CAUSES: tuple[tuple[str, Callable[[_Stop], Problem]], ...] = (
    ("mapping values are not allowed", _colon_too_many),
    ("could not find expected ':'", _no_colon_found),
    ("found a tab character", _tab),
    ("found character that cannot start", _not_a_start),
    ("found unexpected end of stream", _quote),
    ("found unexpected document indicator", _quote),
    ("found unknown escape", _backslash),
    ("did not find expected hexdecimal", _backslash),
    ("found invalid Unicode character escape", _backslash),
    ("found unexpected ':'", _colon_in_brackets),
    ("did not find expected ',' or", _bracket),
    ("did not find expected node content", _no_content),
    ("did not find expected key", _no_key_found),
    ("did not find expected '-'", _no_item_found),
    ("block sequence entries are not allowed", _item_after_key),
    ("mapping keys are not allowed", _reserved),
    ("found undefined alias", _reserved),
    ("found undefined tag", _reserved),
    ("found duplicate anchor", _reserved),
    ("while scanning an alias", _reserved_before),
    ("while scanning an anchor", _reserved_before),
    ("while scanning a tag", _reserved_before),
    ("while parsing a tag", _reserved_before),
    ("while scanning a block scalar", _block_text),
    ("did not find expected <document start>", _after_document),
    ("while scanning a directive", _directive),
    ("while scanning a %", _directive),
    ("while parsing a %", _directive),
    ("found incompatible YAML", _directive),
    ("found duplicate %", _directive),
    ("exceeded maximum nesting depth", _too_deep),
)
