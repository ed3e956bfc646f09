"""What stops the YAML reader is told at the place of the mend, whatever place the reader names."""

import pytest

from processes.yaml_text import parse

ROWS: list[tuple[str, str, str, int, int, str]] = [
    ("no colon", "procedure akta\ntitle: x\n", "missing-colon", 1, 1, "'procedure: akta'"),
    ("no colon before an indented list", "steps\n  - form: x\n", "missing-colon", 1, 1, "'steps:'"),
    ("no colon in the last line", "a: 1\n# note\nvolume 30\n", "missing-colon", 3, 1, "'volume: 30'"),
    ("no colon in a list item", "a:\n  - b: 1\n  - c\n    d: 1\n", "missing-colon", 3, 5, "'c:'"),
    ("no space after the colon", "title:Akta\nsteps: []\n", "missing-space", 1, 7, "Write 'title: Akta'."),
    ("no space after the last colon", "a: 1\ntitle:Akta\n", "missing-space", 2, 7, "Write 'title: Akta'."),
    ("no-break space after the colon", "a:\xa0b\nc: 1\n", "missing-space", 1, 3, "type an ordinary space"),
    ("no space after a hyphen", "a:\n- b\n-c\n", "missing-space", 3, 1, "Write '- c'."),
    ("no space after a colon in brackets", "a: [b, c:]\n", "missing-space", 1, 9, "a space and the value"),
    ("colon without key in braces", "a: {:b: c}\n", "missing-key", 1, 5, "before the colon"),
    ("colon in text", "title: Akta: kutipan\n", "colon-in-text", 1, 12, '"Akta: kutipan"'),
    ("colon in a list item's text", "a:\n  - b: c: d\n", "colon-in-text", 2, 9, '"c: d"'),
    ("colon in text in braces", "a: {id: b, en: c: d}\n", "colon-in-text", 1, 17, '"c: d"'),
    ("curly quotation marks", "a: “b: c”\n", "colon-in-text", 1, 6, 'by straight ones: "b: c"'),
    ("colon without key", "- : a\n", "missing-key", 1, 3, "before the colon"),
    ("colon alone", ": a\n", "missing-key", 1, 1, "before the colon"),
    ("key too long", "a: 1\n" + "x" * 1025 + ": 1\n", "key-too-long", 2, 1, "Shorten"),
    ("key too long for the first line", "x" * 1025 + ": 1\n", "key-too-long", 1, 1, "Shorten"),
    ("indented under a value", "a: 1\n  b: 2\n", "indentation", 2, 3, "column 1 like 'a'"),
    ("indented under a value in an item", "a:\n  - b: 1\n     c: 2\n", "indentation", 3, 6, "column 5 like 'b'"),
    ("indented in between", "a:\n    b: 1\n  c: 2\n", "indentation", 3, 3, "column 1 or 5"),
    ("indented in between items", "a:\n  - b: 1\n   c: 2\n", "indentation", 3, 4, "column 3 or 5"),
    ("long text ending in between", "a: |\n  x\n y\n", "indentation", 3, 2, "column 1 or 3"),
    ("item among keys", "a: 1\n- b\n", "list-among-keys", 2, 1, "key of the list"),
    ("key among items", "a:\n  - x\n  b: 1\n", "key-among-items", 3, 3, "Begin it with '- '"),
    ("list behind its key", "a: - b\n", "list-after-key", 1, 4, "own line"),
    ("quotation mark open to the end", 'a: 1\nb: "x\nc: 1\n', "unclosed-quote", 2, 4, 'Close the text with "'),
    ("quotation mark closed by the next", 'a: "x\nb: "y"\nc: 1\n', "unclosed-quote", 1, 4, 'Close the text with "'),
    ("apostrophe in single marks", "a: 'it's'\n", "text-after-end", 1, 8, "inside it as ''"),
    ("text behind a quoted one", 'a: "b" c\n', "text-after-end", 1, 8, "one pair of quotation marks"),
    ("text behind a quoted one in brackets", 'a: ["b" c]\n', "text-after-end", 1, 9, "one pair of quotation marks"),
    ("text behind a quoted item", "a:\n  - 'b' c\n", "text-after-end", 2, 9, "one pair of quotation marks"),
    ("text behind a list", "a: [b] c\n", "text-after-end", 1, 8, "if it is text"),
    ("open bracket", "a: [x, y\nb: 1\n", "unclosed-bracket", 1, 4, "Write ']'"),
    ("open brace at the end", "a: 1\nb: {x: 1\n", "unclosed-bracket", 2, 4, "Write '}'"),
    ("bracket in the last place", "a: 1\nb: [", "unclosed-bracket", 2, 4, "Write ']'"),
    ("comma in the last place", "a:\n  b: {c: [1, 2],\n", "unclosed-bracket", 2, 6, "Write '}'"),
    ("closing bracket alone", "a: ]\n", "stray-sign", 1, 4, "Remove the ']'"),
    ("two commas", "a: [x,,y]\n", "stray-sign", 1, 7, "Remove the ','"),
    ("bracket of the wrong kind", "a: {b: [}]\n", "stray-sign", 1, 9, "Remove the '}'"),
    ("one bracket too many", "a:\n  b: {c: 1}}\n", "text-after-end", 2, 12, "remove what is too much"),
    ("at sign", "a: @x\n", "reserved-start", 1, 4, '"@x"'),
    ("at sign before a key", "a: 1\n@b: {c: 1}\n", "reserved-start", 2, 1, '"@b".'),
    ("backtick", "a: `x`\n", "reserved-start", 1, 4, '"`x`"'),
    ("per cent", "a: %x\n", "reserved-start", 1, 4, '"%x"'),
    ("asterisk", "a: *penting*\n", "reserved-start", 1, 4, '"*penting*"'),
    ("asterisk and space", "a: * penting\n", "reserved-start", 1, 4, '"* penting"'),
    ("ampersand", "a: & co\n", "reserved-start", 1, 4, '"& co"'),
    ("same anchor twice", "a: &x 1\nb: &x 2\n", "reserved-start", 2, 4, '"&x 2"'),
    ("exclamation marks", "a: !x!y z\n", "reserved-start", 1, 4, '"!x!y z"'),
    ("unfinished tag", "a: !<\n", "reserved-start", 1, 4, '"!<"'),
    ("question mark", "a: ? b\n", "reserved-start", 1, 4, '"? b"'),
    ("comparison", "if: > 60\n", "reserved-start", 1, 5, '"> 60"'),
    ("text behind a bar", "a: | x\n", "reserved-start", 1, 4, "on the next line"),
    ("text with a quotation mark to be quoted", 'a: @"x"\n', "reserved-start", 1, 4, "'@\"x\"'"),
    ("tab before a key", "a:\n\tb: 1\n\tc: 1\n", "tab", 2, 1, "in this file: 2"),
    ("tab behind spaces", "a:\n  - b\n \t- c\n", "tab", 3, 2, "in this file: 1"),
    ("tab in long text", "a: |\n\tx\n", "tab", 2, 1, "by spaces"),
    ("backslash", 'a: "C:\\data"\n', "backslash", 1, 7, "single quotation marks"),
    ("unfinished code", 'a: "\\x4"\n', "backslash", 1, 7, "single quotation marks"),
    ("half a character", 'a: "\\ud800"\n', "backslash", 1, 7, "single quotation marks"),
    ("per cent in front", "%x\na: 1\n", "yaml-directive", 1, 1, "Remove the line"),
    ("YAML of another version", "%YAML 2.0\n---\na: 1\n", "yaml-directive", 1, 1, "Remove the line"),
    ("brackets without end", "[" * 100_000, "too-deep", 1, 1001, "Use fewer levels"),
    ("braces without end", "{" * 100_000, "too-deep", 1, 1001, "Use fewer levels"),
    ("hyphens without end", "- " * 100_000, "too-deep", 1, 1999, "Use fewer levels"),
]


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "mend"), [pytest.param(*row, id=title) for title, *row in ROWS]
)
def test_the_fault_that_stops_the_reader(text: str, code: str, line: int, column: int, mend: str) -> None:
    document = parse(text, "a.yaml")

    (problem,) = document.problems
    assert (problem.code, *problem.where) == (code, "a.yaml", line, column)
    assert mend in problem.mend.en
    assert problem.fault.id != problem.fault.en
    assert problem.mend.id != problem.mend.en
    assert document.data is None


def test_the_place_is_the_same_with_line_ends_of_another_system() -> None:
    for title, text, code, line, column, _ in ROWS:
        (problem,) = parse(text.replace("\n", "\r\n"), "a.yaml").problems

        assert (problem.code, problem.where.line, problem.where.column) == (code, line, column), title


def test_long_text_is_shortened_in_messages() -> None:
    (problem,) = parse("a: @" + "x" * 10_000, "a.yaml").problems

    assert len(str(problem)) < 300
