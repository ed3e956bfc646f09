"""What people hand in wrongly, as they hand it in: each is told in words with its place, ends with an honest exit code, and costs nothing.

What single lines, settings and calls can be wrong in is also in `test_case_files`, `test_connectors`, `test_rest` and `worklist/test_api`.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.flows.commands.calling import Said
from tests.flows.commands.test_run import Desk

DEEP = "[" * 50_000


def line(key: str, **facts: object) -> str:
    """A line of a case file, `name` meaning the applicant's."""
    return json.dumps({"case": key, "facts": {f"applicant.{name}": value for name, value in facts.items()}})


# A line, and what is told of it; nothing: it is a case.
LINES: dict[str, tuple[str | bytes, str]] = {
    "fields in another order": ('{"papers": null, "facts": {}, "case": "L-1"}', ""),
    "no key": ('{"facts": {}}', "'case' must be the number of the case"),
    "a key of two lines": (line("L\r\nX-Admin: 1"), "'case' must be the number of the case"),
    "a key that steers the terminal": (line("\x1b[2J"), "'case' must be the number of the case"),
    "a key that is read backwards": (line("\u202egnp"), "'case' must be the number of the case"),
    "a key of spaces": (line("  "), "'case' must be the number of the case"),
    "a key too many": ('{"case": "L-2", "csae": 1}', "The key 'csae' is not known. Did you mean 'case'?"),
    "the same key again": (line("L-1"), "The case 'L-1' stands in line 1 already."),
    "half a letter": ('{"case": "L-3", "facts": {"applicant.name": "\\ud800"}}', "The line is no JSON (column 46)"),
    "a byte that is no letter": (b'{"case": "L-4", "facts": {"applicant.name": "Andr\xe9"}}', "Save the file as UTF-8"),
    "nested": ('{"case": "L-5", "facts": {"applicant.name": ' + DEEP, "The line is no JSON"),
    "huge": (line("L-6", name="x" * 1_100_000), "The line is too long."),
    "a name of lines": (line("L-7", name="SITI\r\nANI"), "characters that cannot be printed"),
    "a name with NUL": (line("L-8", name="SITI\0"), "characters that cannot be printed"),
    "a name too long": (line("L-9", name="x" * 31), "it must be at most 30"),
    "a name of spaces": (line("L-10", name="   "), "The answer is empty. If there is none, write null."),
    "a name as an object": (line("L-11", name={"first": "SITI"}), "One text is needed here."),
    "a name as yes": (line("L-12", name=True), "True is not a text. Write it in quotes"),
    "a number for a text": (line("L-13", nik=1), "Write it in quotes"),
    "no such day": (line("L-14", birth_date="2026-02-30"), "is not a date. Write year-month-day"),
    "a day with a time": (line("L-15", birth_date="1995-07-24T00:00"), "is not a date"),
}
MORE_LINES: dict[str, tuple[str | bytes, str]] = {
    "a week for a day": (line("M-1", birth_date="1995-W30-1"), "is not a date"),
    "no such fact": ('{"case": "M-2", "facts": {"__proto__": 1}}', "There is no fact '__proto__'."),
    "a decision as a number": ('{"case": "M-3", "decisions": {"enough": 5}}', "There are: enough, not-enough."),
    "a decision at no step": ('{"case": "M-4", "decisions": {"enouhg": "done"}}', "Did you mean 'enough'?"),
    "an event that starts nothing": ('{"case": "M-5", "event": {}}', "No event starts this procedure"),
    "SQL in a name": (line("M-6", name="R'); DROP TABLE cases;--"), ""),
    "SQL in a key": (line("x'; DROP TABLE cases; --"), ""),
    "a way up in a key": (line("../../etc/passwd"), ""),
    "a formula in a name": (line("M-7", name="=cmd|' /C calc'!A0"), ""),
    "a page in a key": (line("<script>alert(1)</script>"), ""),
    "a fact twice": ('{"case": "M-8", "facts": {"applicant.name": "A", "applicant.name": "B"}}', "is said twice."),
}  # fmt: skip
ROWS: dict[str, tuple[str, str]] = {
    "a formula for a name": ("C-1,=1+1", ""),
    "a formula for a key": ("=1+1,SITI", ""),
    "a macro for a key": ("+cmd|' /C calc'!A0,SITI", ""),
    "a cell too few": ("C-2", "The line has 1 columns; it must have 2."),
    "a cell too many": ("C-3,SITI,ANI", "The line has 3 columns; it must have 2."),
    "a key of two lines": ('"C-4\nC-5",SITI', "'case' must be the number of the case"),
    "letters behind a quote": ('"C-6"x,SITI', "The line is no CSV"),
}

# A whole file: its name, what is in it, the exit code, and what is told.
FILES: dict[str, tuple[str, bytes, int, str]] = {
    "UTF-16": ("a.jsonl", line("F-1").encode("utf-16"), 1, "a.jsonl:1: The line is not UTF-8. Save the file as UTF-8."),
    "UTF-16 table": ("a.csv", "case,applicant.name\nF-1,SITI\n".encode("utf-16"), 1, "a.csv:1: "),
    "with a byte order mark": ("a.jsonl", b"\xef\xbb\xbf" + line("F-2").encode(), 0, "New cases: 1."),
    "ends of lines of Windows": ("a.jsonl", f"{line('F-3')}\r\n{line('F-4')}\r\n".encode(), 0, "New cases: 2."),
    "ends of lines of old Macs": ("a.jsonl", f"{line('F-5')}\r{line('F-6')}\r".encode(), 1, "a.jsonl:1: The line is no JSON"),
    "nothing": ("a.jsonl", b"", 0, "New cases: 0."),
    "an empty table": ("a.csv", b"", 1, "a.csv:1: The first line of a CSV file must name the columns, 'case' among them."),
    "zeros": ("a.jsonl", bytes(1000), 1, "a.jsonl:1: The line is no JSON (column 1)."),
    "a workbook": ("a.xlsx", b"PK\x03\x04\xff\xfe", 1, "a.xlsx:1: The line is not UTF-8"),
    "one list": ("a.jsonl", b'[{"case": "F-7"}]', 1, "a.jsonl:1: The line is no JSON object."),
    "over several lines": ("a.jsonl", b'{\n"case": "F-8"\n}', 1, "a.jsonl:1: The line is no JSON"),
    "a column twice": ("a.csv", b"case,case\n1,2\n", 1, "a.csv:1: There are two columns 'case'."),
    "a column that is none": ("a.csv", b"case,applicant.nme\n1,x\n", 1, "Did you mean 'applicant.name'?"),
    "no key column": ("a.csv", b"nik,applicant.name\n1,x\n", 1, "'case' among them."),
    "a quote that stays open": ("a.csv", b'case,applicant.name\n"F-9,x\nF-10,y\n', 1, "a.csv:2: The line is no CSV"),
    "a folder": (".", b"", 1, "'.' cannot be read: Is a directory."),
    "not there": ("nowhere.jsonl", b"", 2, "'nowhere.jsonl' cannot be read: No such file or directory."),
}  # fmt: skip

NIK = "applicant.nik=1"
# A call of `sekali answer`, and what is told; K-1 waits for a decision, K-2 is closed, K-3 waits for answers.
ANSWERS: dict[str, tuple[tuple[str, ...], str]] = {
    "a closed case": (("K-2", "apply", NIK), "The case 'K-2' does not wait: it is closed."),
    "no such case": (("K-9", "apply", NIK), "There is no case 'K-9'. One that waits is 'K-1'."),
    "a case of SQL": (("' OR 1=1 --", "apply", NIK), "There is no case '' OR 1=1 --'."),
    "another step": (("K-1", "apply", NIK), "The case 'K-1' waits at 'enough', not 'apply'."),
    "no such step": (("K-1", "nowhere", NIK), "There is no step 'nowhere'. The case 'K-1' waits at 'enough'."),
    "another role": (("K-1", "enough", "--way", "enough", "--by", "applicant"), "head of office can answer this, not applicant."),
    "no such way": (("K-1", "enough", "--way", "enuogh"), "Did you mean 'enough'?"),
    "a decision on a form": (("K-3", "apply", "--way", "enough"), "Nothing is decided here."),
    "facts for a decision": (("K-1", "enough", "applicant.name=SITI"), "no fact is asked here."),
    "nothing": (("K-1", "enough"), "A decision is waited for: --way enough|not-enough."),
    "no sign of equality": (("K-3", "apply", "applicant.name"), "fact=value"),
    "no such fact": (("K-3", "apply", "applicant.nam=SITI"), "Did you mean 'applicant.name'?"),
    "a name of lines": (("K-3", "apply", "applicant.name=a\rb"), "characters that cannot be printed"),
    "a name too long": (("K-3", "apply", "applicant.name=" + "x" * 31), "it must be at most 30"),
    "no date": (("K-3", "apply", "applicant.birth_date=soon"), "'soon' is not a date."),
}  # fmt: skip

# Settings, and what is told of them.
SETTINGS: dict[str, tuple[bytes, str]] = {
    "no TOML": (b"[services", "bad.toml:1:"),
    "no UTF-8": (b"\xff\xfe[", "bad.toml"),
    "zeros": (bytes(10), "bad.toml:1:1:"),
    "no such part": (b"[servces]\n", "Did you mean 'services'?"),
    "no table": (b"services = 5\n", "bad.toml:1:1:"),
    "no such connector": (b'[services."people.by-nik"]\nsoap = "https://x"\n', "bad.toml:2:1: The key 'soap' is not known here."),
    "no database": (b'[services."people.by-nik"]\ntable = "person"\n', "bad.toml:1:1: 'database' is missing"),
    "holidays in quotes": (b'workers = 2\nholidays = [2026-12-25, "2027-01-01"]\n', "bad.toml:2:26: '2027-01-01' is no day in a list. Write days"),
    "a holiday that is none": (b"holidays = [2026-02-30]\n", "bad.toml:1:13: This is no TOML: Invalid date or datetime. Write a day that there is"),
    "a holiday twice": (b"holidays = [\n 2026-12-25,\n 2026-12-25,\n]\n", "bad.toml:3:2: The holiday 2026-12-25 is named twice. Remove one"),
    "holidays as one day": (b"holidays = 2026-12-25\n", "bad.toml:1:12: '2026-12-25' is no day in a list."),
    "a holiday with an hour": (b"holidays = [2026-12-25 08:00:00]\n", "bad.toml:1:13: '2026-12-25 08:00:00' is no day in a list."),
    "a year for a holiday": (b"holidays = [2026]\n", "bad.toml:1:13: '2026' is no day in a list."),
    "two connectors": (
        b'[services."people.by-nik"]\ndatabase = "sqlite:///x"\nopenapi = "https://x"\ntable = "x"\noperation = "x"\n',
        "bad.toml",
    ),
}  # fmt: skip


def well_said(said: Said, code: int) -> None:
    """Assert that a call ended as it should, and with words."""
    assert said.exit_code == code, said.stderr
    assert "Traceback" not in said.stderr
    assert "A fault inside sekali" not in said.stderr
    assert all(len(one) < 400 for one in said.stderr.splitlines())


class Handed(NamedTuple):
    """What was handed in as a file, and what came of it."""

    told: dict[int, str]  # by line
    cases: frozenset[str]


def handed_in(folder: Path, name: str, lines: list[bytes]) -> Handed:
    desk = Desk(folder)
    (folder / name).write_bytes(b"\n".join([*lines, b""]))
    said = desk.run("--cases", name)
    well_said(said, 1)
    told = {}
    for one in said.stderr.splitlines():
        if one.startswith(f"{name}:"):
            _, number, fault = one.split(":", 2)
            told[int(number)] = fault
    return Handed(told, frozenset(one["case"] for one in map(json.loads, said.stdout.splitlines())))


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Handed]:
    """The tables of lines, each handed in as one file, in which a good case comes last."""

    def given(name: str, rows: list[str | bytes]) -> Handed:
        lines = [one if isinstance(one, bytes) else one.encode() for one in rows]
        return handed_in(tmp_path_factory.mktemp("desk"), name, lines)

    return {
        "lines": given("lines.jsonl", [*(one for one, _ in LINES.values()), line("good")]),
        "more lines": given("more.jsonl", [*(one for one, _ in MORE_LINES.values()), line("good")]),
        "rows": given("rows.csv", ["case,applicant.name", *(one for one, _ in ROWS.values()), "good,SITI"]),
    }


def places(rows: dict[str, tuple[str, str]], first: int) -> Iterator[int]:
    """The line in which each row begins."""
    for row, _ in rows.values():
        yield first
        first += row.count("\n") + 1


@pytest.mark.parametrize(("number", "name"), [*enumerate(LINES, 1)], ids=LINES)
def test_a_line(handed: dict[str, Handed], number: int, name: str) -> None:
    assert LINES[name][1] in handed["lines"].told.get(number, "")
    assert (number in handed["lines"].told) == bool(LINES[name][1])


@pytest.mark.parametrize(("number", "name"), [*enumerate(MORE_LINES, 1)], ids=MORE_LINES)
def test_another_line(handed: dict[str, Handed], number: int, name: str) -> None:
    assert MORE_LINES[name][1] in handed["more lines"].told.get(number, "")
    assert (number in handed["more lines"].told) == bool(MORE_LINES[name][1])


@pytest.mark.parametrize(("number", "name"), [*zip(places(ROWS, 2), ROWS, strict=True)], ids=ROWS)
def test_a_row(handed: dict[str, Handed], number: int, name: str) -> None:
    assert ROWS[name][1] in handed["rows"].told.get(number, "")
    assert (number in handed["rows"].told) == bool(ROWS[name][1])


def test_the_others_are_taken_in_as_they_are(handed: dict[str, Handed]) -> None:
    assert handed["lines"].cases == {"L-1", "good"}
    assert handed["more lines"].cases == {
        "M-6", "x'; DROP TABLE cases; --", "../../etc/passwd", "M-7", "<script>alert(1)</script>", "good",
    }  # fmt: skip
    assert handed["rows"].cases == {"C-1", "=1+1", "+cmd|' /C calc'!A0", "good"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    made = Desk(tmp_path_factory.mktemp("desk"))
    made.run("--cases", "cases.jsonl")
    return made


@pytest.mark.parametrize("name", FILES)
def test_a_file(desk: Desk, name: str) -> None:
    file, content, code, told = FILES[name]
    if content or file.startswith("a."):
        (desk.folder / file).write_bytes(content)

    said = desk.run("--cases", file)

    well_said(said, code)
    assert told in said.stderr
    assert (desk.folder / "sekali.sqlite").exists()


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer(desk: Desk, name: str) -> None:
    arguments, told = ANSWERS[name]
    before = desk.call("cases", "--format", "json").stdout

    said = desk.call("answer", *arguments)

    well_said(said, said.exit_code)
    assert said.exit_code in (1, 2)
    assert told in said.stderr
    assert desk.call("cases", "--format", "json").stdout == before


def test_the_same_answer_twice_is_taken_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.run("--cases", "cases.jsonl")
    assert desk.call("answer", "K-1", "enough", "--way", "enough").exit_code == 0

    said = desk.call("answer", "K-1", "enough", "--way", "not-enough")

    well_said(said, 1)
    assert "The case 'K-1' does not wait: it is ready to go on; call 'sekali run'." in said.stderr
    assert "issued" in desk.run().stdout


@pytest.mark.parametrize("name", SETTINGS)
def test_settings(desk: Desk, name: str) -> None:
    content, told = SETTINGS[name]
    (desk.folder / "bad.toml").write_bytes(content)

    said = desk.run("--settings", "bad.toml")

    well_said(said, 1)
    assert told in said.stderr
    assert "Mend the settings first." in said.stderr
