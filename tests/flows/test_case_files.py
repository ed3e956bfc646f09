"""Case files: what a line means, and what is said of a line that means nothing."""

from datetime import date
from pathlib import Path

import pytest

from flows.case_files import Answers, FileError, LineFault, read_cases
from processes.case import Case
from processes.catalogue import Catalogue
from processes.procedure import Procedure, Start
from processes.resolved import resolved
from tests.sketching import CATALOGUE, catalogue, parts_of

KNOWN = catalogue(
    CATALOGUE,
    "codes:\n  sex: {'1': male, '2': female}\n",
    "entity: person\nkey: nik\nelements:\n  nik: {pattern: '[0-9]{4}'}\n  name: {max: 20}\n  birth_date: date\n  income: money\n"
    "  sex: {type: choice, codes: sex}\n  paid: yes/no\nrelations: {mother: person, family: family}",
)
[(_, PROCEDURE)] = parts_of("""
procedure: sample
title: sample
agency: office
purpose: registration
roles: {applicant: person, child: person, mother: {is: child.mother}, movers: many person}
steps:
  - form: ask
    asks: [applicant.name, mother.nik, child.birth_date, movers.name, applicant.income, applicant.sex, applicant.paid]
    documents: [ktp of mother, {either: [kk of applicant, ktp of applicant]}]
  - check: papers
    by: office
    verifies: [mother.nik]
  - decide: complete
    by: office
    needs: []
    ways:
      - {way: complete}
      - way: incomplete
        steps:
          - back to: ask
  - issue: card
""")
assert isinstance(PROCEDURE, Procedure)
ANSWERS = Answers(resolved(PROCEDURE, KNOWN))


def read(folder: Path, content: bytes, name: str = "cases.jsonl") -> list[tuple[int, Case | str]]:
    file = folder / name
    file.write_bytes(content)
    return [
        (one.line, one.words.en) if isinstance(one, LineFault) else (one[0], one[1])
        for one in read_cases(file, ANSWERS)
    ]


def test_a_line_of_json_is_a_case_under_any_names_the_procedure_has(tmp_path: Path) -> None:
    line = (
        b'{"case": "B-1", "facts": {"applicant.name": "Siti", "mother.nik": "3303", "child.birth_date": "2026-10-05", '
        b'"movers.name": ["Ani", "Budi"], "applicant.income": 5.5, "applicant.paid": true, "applicant.sex": null}, '
        b'"decisions": {"complete": ["incomplete", "complete"], "papers": "done"}, "papers": ["ktp of child.mother"]}'
    )
    [(_, found)] = read(tmp_path, line)
    assert found == Case(
        "B-1",
        {
            "applicant.name": "Siti",
            "child.mother": "3303",
            "child.birth_date": date(2026, 10, 5),
            "movers.name": ("Ani", "Budi"),
            "applicant.income": 5.5,
            "applicant.paid": True,
            "applicant.sex": None,
        },
        {"complete": ("incomplete", "complete"), "papers": ("done",)},
        frozenset(["ktp of mother"]),
    )


def test_a_table_says_the_same(tmp_path: Path) -> None:
    table = (
        "\ufeffcase,applicant.name,mother.nik,child.birth_date,movers.name,applicant.sex,decision:complete,papers\r\n"
        '"B-1","Siti, the second",3303,2026-10-05,Ani|Budi,-,incomplete|complete,ktp of mother;kk of applicant\r\n'
        "B-2,,,,,,,\r\n"
    )
    found = read(tmp_path, table.encode(), "cases.csv")
    assert found == [
        (
            2,
            Case(
                "B-1",
                {
                    "applicant.name": "Siti, the second",
                    "child.mother": "3303",
                    "child.birth_date": date(2026, 10, 5),
                    "movers.name": ("Ani", "Budi"),
                    "applicant.sex": None,
                },
                {"complete": ("incomplete", "complete")},
                frozenset(["ktp of mother", "kk of applicant"]),
            ),
        ),
        (3, Case("B-2", {}, {}, frozenset())),
    ]


def test_a_table_may_have_semicolons_between_its_cells(tmp_path: Path) -> None:
    assert read(tmp_path, b"case;applicant.name\nB-1;Siti\n", "cases.csv") == [
        (2, Case("B-1", {"applicant.name": "Siti"}))
    ]


GOOD = b'{"case": "good"}\n'


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"nonsense", "The line is no JSON (column 1)."),
        (b'{"case": "B-1"', "The line is no JSON"),
        (b'{"case": "\xff"}', "The line is not UTF-8."),
        (b'{"case": "B-1", "case": "B-2"}', "'case' is said twice."),
        (
            b'{"case": "B-1", "facts": {"applicant.name": "x", "applicant.name": "y"}}',
            "'applicant.name' is said twice.",
        ),
        (b'{"case": "B-1", "decisions": {"complete": [["complete"]]}}', "'[…]' is no decision at 'complete'."),
        (b'{"case": "B-1", "decisions": {"complete": {}}}', "'[…]' is no decision at 'complete'."),
        (
            b'{"case": "B-1", "papers": ' + b"[" * 1000 + b'":"' + b"]" * 1000 + b"}",
            "The procedure asks for no document",
        ),
        (b'{"case": NaN}', "The line is no JSON"),
        (b"[" * 100_000, "The line is no JSON"),
        (b"[1]", "The line is no JSON object."),
        (b'"B-1"', "The line is no JSON object."),
        (b"{}", "'case' must be the number of the case: a text of 1 to 200 characters."),
        (b'{"case": 17}', "'case' must be the number of the case"),
        (b'{"case": ""}', "'case' must be the number of the case"),
        (b'{"case": "a\\u0000"}', "'case' must be the number of the case"),
        (b'{"case": "' + b"9" * 300 + b'"}', "'case' must be the number of the case"),
        (b'{"cas": "B-1"}', "The key 'cas' is not known. Did you mean 'case'?"),
        (b'{"case": "B-1", "facts": []}', "'facts' must be a JSON object."),
        (b'{"case": "B-1", "facts": {"aplicant.name": "x"}}', "Did you mean 'applicant.name'?"),
        (
            b'{"case": "B-1", "facts": {"applicant.name": ["x"]}}',
            "'applicant.name': Just one value is needed, not a list.",
        ),
        (
            b'{"case": "B-1", "facts": {"movers.name": "x"}}',
            "'movers.name': A list is needed, a value for each member.",
        ),
        (b'{"case": "B-1", "facts": {"movers.name": ["x", 5]}}', "'movers.name': 5 is not a text."),
        (
            b'{"case": "B-1", "facts": {"mother.nik": "33033"}}',
            "'mother.nik': '33033' does not fit the pattern [0-9]{4}.",
        ),
        (b'{"case": "B-1", "facts": {"mother.nik": 3303}}', "Write it in quotes"),
        (b'{"case": "B-1", "facts": {"child.birth_date": "5 Oct"}}', "'5 Oct' is not a date."),
        (b'{"case": "B-1", "facts": {"applicant.sex": "male"}}', "Did you mean '1'?"),
        (
            b'{"case": "B-1", "facts": {"mother.nik": "3303", "child.mother": "3304"}}',
            "is said twice, and differently.",
        ),
        (b'{"case": "B-1", "decisions": {"complet": "complete"}}', "Did you mean 'complete'?"),
        (b'{"case": "B-1", "decisions": {"complete": "yes"}}', "There are: complete, incomplete."),
        (b'{"case": "B-1", "decisions": {"complete": ["complete", 5]}}', "'5' is no decision at 'complete'."),
        (b'{"case": "B-1", "papers": "ktp of mother"}', "'papers' must be a list."),
        (b'{"case": "B-1", "papers": ["ktp of mothr"]}', "The procedure asks for no document 'ktp of mothr'."),
        (b'{"case": "B-1", "papers": [{}]}', "The procedure asks for no document"),
        (b'{"case": "' + b"9" * 1_100_000 + b'"}', "The line is too long."),
    ],
)
def test_a_line_that_is_no_case_is_told_and_the_others_are_read(tmp_path: Path, line: bytes, said: str) -> None:
    (number, told), (_, good) = read(tmp_path, line + b"\n\n" + GOOD)
    assert number == 1
    assert isinstance(told, str) and said in told
    assert len(told) < 300
    assert good == Case("good", {})


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (b"B-1", "The line has 1 columns; it must have 2."),
        (b"B-1,x,y", "The line has 3 columns; it must have 2."),
        (b"B-1,\xff", "The line is not UTF-8."),
        (b"B-1,=1+1\x00", ""),
        (b'B-1,"x"y', "The line is no CSV"),
        (b",Siti", "'case' must be the number of the case"),
        (b"B-1," + b"x" * 200_000, "The line is no CSV: field larger than field limit"),
    ],
)
def test_a_row_that_is_no_case_is_told_and_the_others_are_read(tmp_path: Path, row: bytes, said: str) -> None:
    found = read(tmp_path, b"case,applicant.name\n" + row + b"\ngood,Siti\n", "cases.csv")
    assert isinstance(found[0][1], str) and said in found[0][1]
    assert found[-1][1] == Case("good", {"applicant.name": "Siti"})


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"", "The first line of a CSV file must name the columns, 'case' among them."),
        (b"B-1,Siti", "'case' among them."),
        (
            b"case,applicant.nme",
            "Column 'applicant.nme': There is no fact 'applicant.nme'. Did you mean 'applicant.name'?",
        ),
        (b"case,decision:complet", "Column 'decision:complet': Nobody decides at a step 'complet'."),
        (b"case,applicant.name,applicant.name", "There are two columns 'applicant.name'."),
    ],
)
def test_a_table_whose_columns_mean_nothing_is_refused_whole(tmp_path: Path, head: bytes, said: str) -> None:
    with pytest.raises(FileError) as error:
        read(tmp_path, head + b"\nB-1,x\n", "cases.csv")
    assert "cases.csv:1: " in error.value.words.en
    assert said in error.value.words.en


@pytest.mark.parametrize("name", ["nowhere.jsonl", "nowhere.csv", "."])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        list(read_cases(tmp_path / name, ANSWERS))


EVENTS = (
    "registry: births\ntitle: births\nagency: village\nevents:\n  birth: {about: person, carries: [birth_date, mother]}"
)


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ('{"child.birth_date": "2026-10-05", "mother.nik": "3303"}', ""),
        ("{}", ""),
        ('{"child.name": "Siti"}', "The event does not carry 'child.name'; it carries: child.birth_date, mother.nik."),
        ('{"child.birth_date": "soon"}', "'child.birth_date': "),
        ("[]", "'event' must be a JSON object."),
    ],
)
def test_what_an_event_brought_is_read_as_answers_are(tmp_path: Path, event: str, told: str) -> None:
    start = Start(event="births.birth", about="child", share=0.5)
    started = resolved(PROCEDURE.model_copy(update={"starts_from": start}), _with_events())
    (tmp_path / "cases.jsonl").write_text('{"case": "B-1", "event": ' + event + "}")

    [one] = read_cases(tmp_path / "cases.jsonl", Answers(started))

    if told:
        assert isinstance(one, LineFault)
        assert told in one.words.en
    else:
        assert not isinstance(one, LineFault)
        brought = {"child.birth_date": date(2026, 10, 5), "child.mother": "3303"}
        assert one[1].event == (brought if event != "{}" else {})


@pytest.mark.parametrize(("share", "read_so"), [(1.0, False), (0.5, True)])
def test_where_an_event_starts_every_case_each_has_one(tmp_path: Path, share: float, read_so: bool) -> None:
    start = Start(event="births.birth", about="child", share=share)
    started = resolved(PROCEDURE.model_copy(update={"starts_from": start}), _with_events())
    (tmp_path / "cases.jsonl").write_text('{"case": "B-1"}')

    [one] = read_cases(tmp_path / "cases.jsonl", Answers(started))

    assert isinstance(one, LineFault) != read_so
    assert read_so or "starts every case" in str(one)


def _with_events() -> Catalogue:
    return KNOWN.model_copy(update={"registries": (*KNOWN.registries, *catalogue(CATALOGUE, EVENTS).registries[-1:])})


def test_where_no_event_starts_cases_none_has_one(tmp_path: Path) -> None:
    [(_, told)] = read(tmp_path, b'{"case": "B-1", "event": {}}')
    assert "No event starts this procedure" in str(told)
