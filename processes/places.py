"""Where a sign of a text stands in the file, however the text was written; knows no word of the language."""

import re

from processes.part import Location, Text


def place_inside(text: Text, column: int, file_text: str) -> Location:
    r"""Return the place of a column (from 1) inside a text that was read from a file.

    The text is laid beside what is written: quotation marks, line breaks and what stands before a long text are stepped over.
    Where the two part, as behind a code like `\\u0041`, the place of the whole text is all that can be told.

    Complexity: linear in the number of lines before the text, and in its length.

    >>> from processes.part import Location
    >>> print(place_inside(Text("child.age > 60", Location("a.yaml", 2, 9)), 11, "a: b\n    if: 'child.age > 60'\n"))
    a.yaml:2:20
    """
    where = text.where
    lines = [f"{line}\n" for line in re.split(r"\r\n|\r|\n", file_text)]
    if not 0 < where.line <= len(lines):
        return where
    rest = "".join(lines[where.line - 1 :][: len(text) + 2])[where.column - 1 :]
    at = _begin(rest)
    quote = rest[:1] if rest[:1] in ("'", '"') else ""
    for sign in text[: column - 1]:
        behind = _over(rest, at, sign, quote)
        if behind is None:
            return where
        at = behind
    if sign := text[column - 1 : column]:  # else it is the end of the text that is wrong
        while rest[at : at + 1].isspace() and not sign.isspace():
            at += 1
        if rest[at : at + 1] != sign:
            return where
    before = rest[:at]
    down = before.count("\n")
    return Location(where.file, where.line + down, at + where.column if not down else at - before.rindex("\n"))


def _begin(rest: str) -> int:
    """Return where the text itself begins: behind its quotation mark, or below `>` and `|`."""
    if rest[:1] in ("'", '"'):
        return 1
    if rest[:1] in (">", "|"):
        return rest.find("\n") + 1
    return 0


def _over(rest: str, at: int, sign: str, quote: str) -> int | None:
    """Return the place behind a sign of the text; nothing if something else is written there."""
    if sign.isspace():
        end = at
        while rest[end : end + 1].isspace():
            end += 1
        one = rest[at : at + 1] == sign and sign != "\n" and "\n" not in rest[at:end]
        return at + 1 if one else end if end > at else None
    while rest[at : at + 1].isspace():  # the indent of a line
        at += 1
    if rest[at : at + 1] == sign:
        return at + (2 if quote == "'" and rest[at : at + 2] == "''" else 1)
    return at + 2 if quote == '"' and rest[at : at + 2] == f"\\{sign}" else None
