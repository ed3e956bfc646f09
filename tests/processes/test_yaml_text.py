"""YAML text becomes plain data with places, and every fault of its writing is told at once."""

import gc
import json
import pickle
from collections.abc import Callable
from typing import Annotated, Any, Literal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Discriminator, Tag, ValidationError

from processes.part import Location, Mapping, Text
from processes.problem import Severity
from processes.yaml_text import MOST_LEVELS, Document, parse

VALUES: list[tuple[str, object]] = [
    ("35", 35),
    ("-7", -7),
    ("+7", 7),
    ("0", 0),
    ("0o17", 15),
    ("0x1F", 31),
    ("3.5", 3.5),
    (".5", 0.5),
    ("1e3", 1000.0),
    ("true", True),
    ("FALSE", False),
    ("null", None),
    ("~", None),
    ("", None),
    ("# a comment", None),
    ("Akta kelahiran", "Akta kelahiran"),
    ("12:30", "12:30"),
    ("1_000", "1_000"),
    ("2024-01-31", "2024-01-31"),
    ("15%", "15%"),
    ("3 days", "3 days"),
    ("F-2.01", "F-2.01"),
    ("1.2.3", "1.2.3"),
    ("0b11", "0b11"),
    ("tRuE", "tRuE"),
    (".inf", ".inf"),
    (".nan", ".nan"),
    ("1e999", "1e999"),
    ("9" * 5000, "9" * 5000),
    ("-", None),  # a list of one empty item stands here; see below
    ("'35'", "35"),
    ('"true"', "true"),
    ('"no"', "no"),
    ("''", ""),
    ('"\\u00e9 \\n"', "é \n"),
    ("sex != 'F' & x*y!", "sex != 'F' & x*y!"),
    ("https://example.org/a#b", "https://example.org/a#b"),
    (">\n  long\n  text\n", "long text\n"),
    ("|\n  1\n", "1\n"),
    ("kutipan\n  akta", "kutipan akta"),
    ("[1, x, '2']", [1, "x", "2"]),
    ("{id: Ya, en: 2}", {"id": "Ya", "en": 2}),
]


@pytest.mark.parametrize(("written", "read"), VALUES, ids=[written[:20] or "nothing" for written, _ in VALUES])
def test_values_are_read_as_yaml_1_2_reads_them(written: str, read: object) -> None:
    document = parse(f"a: {written}" if written != "-" else "a:\n", "a.yaml")

    assert document.problems == ()
    assert document.data == {"a": read}
    assert document.data is not None
    assert type(document.data["a"]) in (Text, Mapping, list, int, float, bool, type(None))


def test_keys_are_text_whatever_they_look_like() -> None:
    assert parse("1: a\ntrue: b\nnull: c\n'x': d\n? e\n: f\n", "a.yaml").data == {
        "1": "a", "true": "b", "null": "c", "x": "d", "e": "f",
    }  # fmt: skip


def bomb() -> str:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)]
    return "\n".join(lines)


def nested(levels: int) -> str:
    return "a: " + "[" * (levels - 1) + "]" * (levels - 1)


Told = list[tuple[str, int, int]]

FAULTS: list[tuple[str, str | Callable[[], str], Told, object]] = [
    ("key twice", "a: 1\nb: 2\na: 3\n", [("duplicate-key", 3, 1)], {"a": 1, "b": 2}),
    ("key three times", "a: 1\na: 2\na: 3\n", [("duplicate-key", 2, 1), ("duplicate-key", 3, 1)], {"a": 1}),
    ("key twice in braces", "t: {id: a, id: b}\n", [("duplicate-key", 1, 12)], {"t": {"id": "a"}}),
    ("key twice, once in quotation marks", "a: 1\n'a': 2\n", [("duplicate-key", 2, 1)], {"a": 1}),
    (
        "faults within the second of two",
        "a: 1\na: {b: 1, b: 2}\n",
        [("duplicate-key", 2, 1), ("duplicate-key", 2, 11)],
        {"a": 1},
    ),
    ("merge key", "<<: {b: 1}\na: 1\n", [("merge-key", 1, 1)], {"a": 1}),
    ("quoted, it is a key like others", "'<<': 1\n", [], {"<<": 1}),
    ("tag", "a: !money 5\nb: 1\n", [("tag", 1, 4)], {"a": 5, "b": 1}),
    ("tag of YAML's own", "a: !!str 5\n", [("tag", 1, 4)], {"a": 5}),
    ("tag with an address", "a: !<x> b\n", [("tag", 1, 4)], {"a": "b"}),
    ("tag without a name", "a: ! penting\n", [("tag", 1, 4)], {"a": "penting"}),
    ("tag that was meant as a comparison", 'if: != "F"\n', [("tag", 1, 5)], {"if": "F"}),
    ("tag of a list", "a: !x [1]\n", [("tag", 1, 4)], {"a": [1]}),
    ("tag of the document", "!x\na: 1\n", [("tag", 1, 1)], {"a": 1}),
    ("alias of the whole document", "&x\na: 1\nb: *x\n", [("anchor", 1, 1), ("alias", 3, 4)], {"a": 1}),
    ("anchor nobody refers to", "a: &x 1\n", [("anchor", 1, 4)], {"a": 1}),
    ("anchor of a key", "&x a: 1\n", [("anchor", 1, 1)], {"a": 1}),
    ("anchor that was meant as text", "a: &co kg\n", [("anchor", 1, 4)], {"a": "kg"}),
    ("anchor and tag", "a: &x !y 1\n", [("anchor", 1, 4)], {"a": 1}),
    ("alias", "a: &x 1\nb: *x\n", [("anchor", 1, 4), ("alias", 2, 4)], {"a": 1}),
    ("alias in a list", "a: [&x 1, *x, 2]\n", [("anchor", 1, 5), ("alias", 1, 11)], {"a": [1, 2]}),
    ("alias as a key", "a: &x 1\n*x : 2\n", [("anchor", 1, 4), ("alias", 2, 1)], {"a": 1}),
    ("alias of what it stands in", "a: &x [1, *x]\n", [("anchor", 1, 4), ("alias", 1, 11)], {"a": [1]}),
    ("list as a key", "[a]: 1\nb: 2\n", [("key-not-text", 1, 1)], {"b": 2}),
    ("mapping as a key", "? {a: 1}\n: 1\n", [("key-not-text", 1, 3)], {}),
    ("two documents", "a: 1\n---\nb: 2\n", [("several-documents", 2, 1)], {"a": 1}),
    ("an empty second document", "a: 1\n---\n", [("several-documents", 2, 1)], {"a": 1}),
    ("faults in the second document, which is not read", "a: no\n---\nb: [\n", [("looks-like-truth", 1, 4), ("several-documents", 2, 1)], {"a": "no"}),
    ("text behind the end", "a: 1\n...\nb: 2\n", [("several-documents", 3, 1)], {"a": 1}),
    ("first and last lines of a document", "---\na: 1\n...\n", [], {"a": 1}),
    ("YAML's version", "%YAML 1.2\n---\na: 1\n", [], {"a": 1}),
    ("nothing", "", [("empty-file", 1, 1)], None),
    ("only comments", "# a\n\n# b\n", [("empty-file", 1, 1)], None),
    ("only the first line of a document", "---\n", [("empty-file", 1, 1)], None),
    ("only a byte order mark", "\ufeff", [("empty-file", 1, 1)], None),
    ("text alone", "akta\n", [("not-a-mapping", 1, 1)], None),
    ("a number alone", "5\n", [("not-a-mapping", 1, 1)], None),
    ("a list", "# a\n- a\n", [("not-a-mapping", 2, 1)], None),
    ("as deep as may be", nested(MOST_LEVELS), [], json.loads("{" + f'"a": {nested(MOST_LEVELS)[3:]}' + "}")),
    ("a level deeper", nested(MOST_LEVELS + 1), [("too-deep", 1, 3 + MOST_LEVELS)], ...),
    ("many levels deeper", nested(900), [("too-deep", 1, 3 + MOST_LEVELS)], ...),
    ("byte order mark", "\ufeffa: no\n", [("looks-like-truth", 1, 4)], {"a": "no"}),
    ("byte order mark within", "a: 1\nb: \ufeffx\n", [("hidden-character", 2, 4)], {"a": 1, "b": "x"}),
    ("byte order mark before a key", "a: 1\n\ufeffb: x\n", [("hidden-character", 2, 1)], {"a": 1, "b": "x"}),
    ("no-break space for an indent", "a:\n\u00a0 b: 1\n", [("strange-space", 2, 1)], {"a": None, "\u00a0 b": 1}),
    ("no-break space before a dash", "a:\n  \u00a0- b\n", [("strange-space", 2, 3)], {"a": "\u00a0- b"}),
    ("no-break space in a text", "a: Rp\u00a05\n", [], {"a": "Rp\u00a05"}),
    ("zero byte", "a: x\0y\n", [("hidden-character", 1, 5)], {"a": "x y"}),
    ("escape sequence of a terminal", "a: x\x1b[31my\x1b\n", [("hidden-character", 1, 5)], {"a": "x [31my"}),
    ("space of no width", "a: x\u200by\n", [("hidden-character", 1, 5)], {"a": "x y"}),
    ("letters turned round", "a: x\u202ey\n", [("hidden-character", 1, 5)], {"a": "x y"}),
    ("line end no editor shows", "a: x\u2028b: 1\n", [("hidden-character", 1, 5), ("colon-in-text", 1, 7)], None),
    ("half a character", "a: x\ud800y\n", [("hidden-character", 1, 5)], {"a": "x y"}),
    ("control characters of two kinds", "\x07a: 1\x08\x08\n", [("hidden-character", 1, 1), ("hidden-character", 1, 6)], ...),
    ("no-break space and joiner", "a: x\xa0y\u200dz\n", [], {"a": "x\xa0y\u200dz"}),
    ("comma in text in braces", "t: {id: a, b, en: c}\n", [("no-value-in-braces", 1, 12)], {"t": {"id": "a", "en": "c"}}),
    ("no space in braces", "t: {id:a, en: b}\n", [("no-value-in-braces", 1, 5)], {"t": {"en": "b"}}),
    ("empty value in braces", "t: {id: , en: b}\n", [], {"t": {"id": None, "en": "b"}}),
    ("value that is true elsewhere", "a: on\n", [("looks-like-truth", 1, 4)], {"a": "on"}),
    ("key that is true elsewhere", "on: a\n", [("looks-like-truth", 1, 1)], {"on": "a"}),
    ("word that is true elsewhere", "t: {id: Ya, en: Yes}\n", [("looks-like-truth", 1, 17)], {"t": {"id": "Ya", "en": "Yes"}}),
    ("items that are true elsewhere", "a: [y, 'n', N, ok]\n", [("looks-like-truth", 1, 5), ("looks-like-truth", 1, 13)], ...),
    ("a code without quotation marks", "a: 0330\n", [("leading-zero", 1, 4)], {"a": 330}),
    ("a code with letters", "a: 03A0\n", [], {"a": "03A0"}),
    ("list without spaces", "a:\n  -b\n  -c\n", [("list-in-text", 2, 3)], {"a": "-b -c"}),
    ("list below a value", "a:\n  - b: 1\n      - c\n", [("list-in-text", 2, 8)], {"a": [{"b": "1 - c"}]}),
    ("text with hyphens", "a: 1 - 2\n  3 -4\n", [], {"a": "1 - 2 3 -4"}),
    ("tabs where YAML takes them", "a:\t1\t# x\nb: 'x\ty'\n", [], {"a": 1, "b": "x\ty"}),
    ("line ends of another system", "a: 1\r\nb: no\r\nc: |\r\n  x\r\n", [("looks-like-truth", 2, 4)], {"a": 1, "b": "no", "c": "x\n"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told", "data"), [pytest.param(*row, id=title) for title, *row in FAULTS])
def test_faults_are_told_with_their_places_and_the_rest_is_read(text: str, told: Told, data: object) -> None:
    document = parse(text, "a.yaml")

    assert [(problem.code, problem.where.line, problem.where.column) for problem in document.problems] == told
    assert data is ... or document.data == data
    for problem in document.problems:
        assert problem.where.file == "a.yaml"
        assert problem.fault.id != problem.fault.en
        assert problem.mend.id != problem.mend.en


def test_advice_is_told_apart_from_problems() -> None:
    document = parse("a: no\nb: 007\nc:\n  -x\n  -y\nc: 1\n", "a.yaml")

    assert [problem.severity for problem in document.problems] == [Severity.ADVICE] * 3 + [Severity.PROBLEM]


def test_a_second_key_is_told_with_the_place_of_the_first() -> None:
    (problem,) = parse("a: 1\nb: {c: 1,\n  c: 2}\n", "a.yaml").problems

    assert problem.in_language("en") == (
        "a.yaml:3:3: The key 'c' is written again here; the first is in line 2, column 5. "
        "Remove one, or join what they say; only the first is used. [duplicate-key]"
    )
    assert problem.in_language("id") == (
        "a.yaml:3:3: Kunci 'c' ditulis lagi di sini; yang pertama ada di baris 2, kolom 5. "
        "Hapus salah satu, atau gabungkan isinya; hanya yang pertama yang dipakai. [duplicate-key]"
    )


def test_an_alias_bomb_is_told_and_not_expanded() -> None:
    document = parse(bomb(), "a.yaml")

    assert document.data == {"a": ["x"] * 9} | {key: [] for key in "bcdefghi"}
    codes = [problem.code for problem in document.problems]
    assert (codes.count("anchor"), codes.count("alias"), len(codes)) == (9, 8 * 9, 9 + 8 * 9)


def test_all_faults_of_a_file_come_at_once_in_the_order_of_the_text() -> None:
    text = "on: 1\na: !x 1\na: 2\nb: {c, d: 2}\n<<: 1\ne: \u200b&y 1\n[f]: *y\n---\ng: [\n"

    assert [problem.code for problem in parse(text, "a.yaml").problems] == [
        "looks-like-truth", "tag", "duplicate-key", "no-value-in-braces", "merge-key",
        "hidden-character", "anchor", "key-not-text", "several-documents",
    ]  # fmt: skip


def test_texts_and_mappings_know_their_places() -> None:
    data = parse("a: x\nb:\n  - c: 'y'\n    d: {e: z}\n", "a.yaml").data
    assert data is not None

    item = data["b"][0]
    assert data.where == Location("a.yaml", 1, 1)
    assert [key.where for key in data] == [Location("a.yaml", 1, 1), Location("a.yaml", 2, 1)]
    assert item.where == Location("a.yaml", 3, 5)
    assert item["c"].where == Location("a.yaml", 3, 8)
    assert item["d"].where == Location("a.yaml", 4, 8)
    assert item["d"]["e"].where == Location("a.yaml", 4, 12)


# --- places for whatever pydantic finds ---


class Form(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    form: str
    minutes: int = 0


class Choose(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    choose: list["Branch"]


def kind_of(step: object) -> str | None:
    keys = step if isinstance(step, dict) else ()
    return "form" if "form" in keys else "choose" if "choose" in keys else None


Step = Annotated[Annotated[Form, Tag("form")] | Annotated[Choose, Tag("choose")], Discriminator(kind_of)]


class Branch(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    share: float
    steps: list[Step] = []


class Procedure(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    procedure: str
    kind: Literal["a", "b"] = "a"
    roles: dict[Annotated[str, "role"], str] = {}
    shares: dict[float, str] = {}
    steps: list[Step]


PLANTED = """\
procedure: 5
kind: c
roles:
  child: person
  mother: [person]
shares: {half: x}
steps:
  - form: apply
    minutes: many
    colour: red
  - choose:
      - share: much
        steps:
          - {form: 7, minutes: 3.5}
          - {pay: 1}
      - steps:
          - choose: none
          - form: [x]
extra: 1
"""


def test_every_fault_pydantic_finds_has_its_place() -> None:
    document = parse(PLANTED, "a.yaml")
    with pytest.raises(ValidationError) as caught:
        Procedure.model_validate(document.data)

    places = [
        (fault["type"], *document.place(fault["loc"], key=fault["type"] == "extra_forbidden")[1:])
        for fault in caught.value.errors()
    ]

    assert places == [
        ("string_type", 1, 12),
        ("literal_error", 2, 7),
        ("string_type", 5, 11),
        ("float_type", 6, 10),
        ("int_type", 9, 14),
        ("extra_forbidden", 10, 5),
        ("float_type", 12, 16),
        ("string_type", 14, 20),
        ("int_type", 14, 32),
        ("union_tag_not_found", 15, 13),
        ("missing", 16, 9),
        ("list_type", 17, 21),
        ("string_type", 18, 19),
        ("extra_forbidden", 19, 1),
    ]


@pytest.mark.parametrize(
    ("loc", "key", "line", "column"),
    [
        ((), False, 1, 1),
        (("a",), False, 1, 4),
        (("a",), True, 1, 1),
        (("a", "[key]"), False, 1, 1),
        (("b", 0, "c"), False, 3, 8),
        (("b", 0, "tag", "c"), True, 3, 5),
        (("b", 0, "missing"), False, 3, 5),
        (("b", 7), False, 3, 3),
        (("b", -1), False, 3, 3),
        (("nowhere", "at", "all"), False, 1, 1),
        (("1",), True, 5, 1),
        ((1,), True, 5, 1),
    ],
)
def test_a_path_leads_as_far_as_it_can(loc: tuple[int | str, ...], key: bool, line: int, column: int) -> None:
    document = parse("a: x\nb:\n  - c: y\n    d: 1\n1: z\n", "a.yaml")

    assert document.place(loc, key) == Location("a.yaml", line, column)


def test_places_are_right_behind_what_was_left_out() -> None:
    document = parse("a: [&x 1, *x, 2]\nb: 1\nb: {c: 2}\nd: 3\n", "a.yaml")

    assert document.data == {"a": [1, 2], "b": 1, "d": 3}
    assert document.place(("a", 1)) == Location("a.yaml", 1, 15)
    assert document.place(("b", "c")) == Location("a.yaml", 2, 4)


def test_a_path_through_many_levels_of_one_name_takes_no_time() -> None:
    levels = 12
    text = "x:\n" + "".join("  " * level + "- x:\n" for level in range(levels)) + "  " * levels + "- 1\n"
    document = parse(text, "a.yaml")

    assert document.problems == ()
    where = document.place(("x", 0, "x") * levels + ("y",))
    assert where.line > levels


def test_without_data_every_path_leads_to_the_beginning() -> None:
    assert parse("a: [", "a.yaml").place(("a", 0)) == Location("a.yaml", 1, 1)


# --- properties ---

SIGNS = "ab01-+.:,?!&*|>'\"%@`#[]{}<=~ \t\n\r\\ /_éü中😀\xa0\u2028\ufeff\0no"
writings = st.one_of(st.text(max_size=60), st.text(st.sampled_from(SIGNS), max_size=60))
HEAP = """\
a: 1
- a
  b: x
  - c: [1, 2]
    d: {e: f}
"q": 'z'
- &x y
  *x
---
? k
: v
\tt: 1
s: |
   long
u: !t 1
[
}
a: b: c

# c
no: off
w: 'open
...
"""
lines = st.lists(st.sampled_from(HEAP.split("\n")), max_size=12).map("\n".join)


def check(document: Document, text: str) -> None:
    """Whatever was read: places lie in the text, and all is told in both languages."""
    ends = text.count("\n") + text.count("\r") + 1
    for problem in document.problems:
        assert 1 <= problem.where.line <= ends
        assert problem.where.column >= 1
        assert all([problem.fault.id, problem.fault.en, problem.mend.id, problem.mend.en])
    assert list(document.problems) == sorted(document.problems, key=lambda problem: problem.where)
    assert document.data is not None or document.problems
    document.place(("a", 0, "b"))


@given(writings)
def test_no_text_makes_the_reader_raise(text: str) -> None:
    check(parse(text, "a.yaml"), text)


@given(lines)
def test_no_heap_of_lines_makes_the_reader_raise(text: str) -> None:
    check(parse(text, "a.yaml"), text)


@given(writings, st.integers(0, 60))
def test_what_is_cut_off_somewhere_is_read_or_told(text: str, end: int) -> None:
    check(parse(PLANTED[: end * 5] + text, "a.yaml"), PLANTED + text)


plain = st.text(st.sampled_from(SIGNS.replace("\u2028", "").replace("\ufeff", "").replace("\0", "")), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False) | plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(plain, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
mappings = st.dictionaries(plain, values, max_size=4)


@given(mappings, st.sampled_from([None, 2]))
def test_json_is_read_as_what_it_says(data: dict[str, Any], indent: int | None) -> None:
    document = parse(json.dumps(data, ensure_ascii=False, indent=indent), "a.yaml")

    assert document.problems == ()
    assert document.data == data


@given(mappings)
def test_written_by_another_tool_it_is_the_same_data(data: dict[str, Any]) -> None:
    """PyYAML writes YAML 1.1: it quotes all we take for something else than text, but for numbers of base eight."""
    document = parse(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "a.yaml")

    assert [problem for problem in document.problems if problem.severity is Severity.PROBLEM] == []
    assert document.data == data


@given(mappings, st.sampled_from([None, 2]))
def test_every_text_stands_where_its_path_leads(data: dict[str, Any], indent: int | None) -> None:
    document = parse(json.dumps(data, ensure_ascii=False, indent=indent), "a.yaml")

    def compare(part: object, path: tuple[int | str, ...]) -> None:
        if isinstance(part, Text | Mapping):
            assert document.place(path) == part.where
        if isinstance(part, Mapping):
            for key, value in part.items():
                assert document.place((*path, key), key=True) == key.where
                compare(value, (*path, key))
        elif isinstance(part, list):
            for index, item in enumerate(part):
                compare(item, (*path, index))

    compare(document.data, ())


def test_garbage_collection_is_left_as_it_was() -> None:
    parse("a: 1", "a.yaml")
    assert gc.isenabled()

    gc.disable()
    try:
        parse("a: [", "a.yaml")
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_text_keeps_its_place_on_its_way_to_another_process() -> None:
    text = Text("akta", Location("akta.yaml", 3, 5))
    again = pickle.loads(pickle.dumps(text))
    assert (type(again), again, again.where) == (Text, text, text.where)
