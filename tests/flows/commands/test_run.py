"""`sekali run`, `sekali cases` and `sekali answer` as people call them, from the first file to the last answer."""

import json
import os
import subprocess
import sys
from contextlib import chdir
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.flows.commands.calling import Said, sekali

CATALOGUE = (
    """
entity: person
key: nik
elements:
  nik: {title: {id: NIK, en: identity number}, pattern: '[0-9]{4}'}
  name: {title: {id: Nama, en: name}, max: 30}
  birth_date: date
  age_days: {type: number, computed: today() - birth_date}
""",
    """
agencies: {office: {title: office, officers: {head: head of the office}}}
purposes: {registration: registration}
""",
)
PROCEDURE = """
procedure: card
title: {id: Kartu, en: Card}
agency: office
purpose: registration
roles: {applicant: person}
steps:
  - form: apply
    title: {id: Mengisi formulir, en: Fill in the form}
    asks: [applicant.nik, applicant.name, applicant.birth_date]
  - choose:
      - if: applicant.age_days < 365
        steps:
          - refuse: too-young
            title: {id: Terlalu muda, en: Too young}
      - else: []
  - decide: enough
    title: {id: Cukup?, en: Enough?}
    by: head of office
    needs: [applicant.name]
    ways:
      - {way: enough}
      - way: not-enough
        steps:
          - refuse: too-little
            title: {id: Kurang, en: Too little}
  - issue: card
    carries: [applicant.name]
"""
CASES = [
    {"case": "K-1", "facts": {"applicant.nik": "0001", "applicant.name": "Siti", "applicant.birth_date": "1995-07-24"}},
    {"case": "K-2", "facts": {"applicant.nik": "0002", "applicant.name": "Ani", "applicant.birth_date": "2026-05-01"}},
    {"case": "K-3", "facts": {"applicant.nik": "0003"}},
]


class Desk:
    """A folder with a procedure and cases, where commands are called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for number, text in enumerate((*CATALOGUE, PROCEDURE)):
            (folder / f"{number}.yaml").write_text(text)
        self.cases(*CASES)

    def cases(self, *cases: object) -> None:
        """Write the case file."""
        lines = [one if isinstance(one, str) else json.dumps(one) for one in cases]
        (self.folder / "cases.jsonl").write_text("\n".join(lines) + "\n")

    def call(self, *arguments: str, lang: str = "en") -> Said:
        """Call the command line, standing in the folder."""
        with chdir(self.folder), patch.dict(os.environ):
            for name in list(os.environ):
                if name.startswith(("SEKALI_", "PREFECT_")):
                    del os.environ[name]
            return sekali(*arguments, lang=lang)

    def run(self, *more: str, lang: str = "en") -> Said:
        """Run the procedure without Prefect."""
        return self.call("run", "2.yaml", "--date", "2026-11-01", "--no-prefect", *more, lang=lang)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def results(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_from_a_case_file_to_the_last_answer(desk: Desk) -> None:
    first = desk.run("--cases", "cases.jsonl")
    assert first.exit_code == 0, first.stderr
    assert results(first.stdout) == [
        {
            "case": "K-1",
            "outcome": "waiting",
            "step": "enough",
            "title": "Enough?",
            "waits_for": "decision",
            "who": "head of office",
        },
        {"case": "K-2", "outcome": "refused", "step": "too-young", "title": "Too young"},
        {
            "case": "K-3",
            "outcome": "waiting",
            "step": "apply",
            "title": "Fill in the form",
            "waits_for": "answer",
            "who": "applicant",
            "missing": ["applicant.name", "applicant.birth_date"],
        },
    ]
    assert "New cases: 3." in first.stderr
    assert "0 issued; 1 refused: Too young; 1 waiting: Enough?; 1 waiting: Fill in the form." in first.stderr

    listed = desk.call("cases").stdout
    assert [line.split()[0] for line in listed.splitlines()[2:]] == ["K-1", "K-3"]
    assert "Siti" not in listed

    assert desk.call("answer", "K-1", "enough", "--way", "enough", "--by", "head of office").exit_code == 0
    some = desk.call("answer", "K-3", "apply", "applicant.name=Budi")
    assert some.stdout == "Taken. Still missing: applicant.birth_date.\n"
    assert desk.call("answer", "K-3", "apply", "applicant.birth_date=1990-01-31").exit_code == 0

    second = desk.run()
    assert [(one["case"], one["outcome"]) for one in results(second.stdout)] == [("K-1", "issued"), ("K-3", "waiting")]
    assert results(second.stdout)[0]["outputs"] == {"card": {"applicant.name": "Siti"}}
    assert desk.call("answer", "K-3", "enough", "--way", "not-enough").exit_code == 0
    last = desk.run("--results", "results.jsonl", lang="id")
    assert last.stdout == ""
    assert results((desk.folder / "results.jsonl").read_text()) == [
        {"case": "K-3", "outcome": "refused", "step": "too-little", "title": "Kurang"}
    ]
    assert "1 ditolak: Kurang" in last.stderr
    assert desk.call("cases").stdout == "No case waits.\n"
    assert desk.call("cases", "--format", "json").stdout == "[]\n"
    assert [one["case"] for one in json.loads(desk.call("cases", "--all", "--format", "json").stdout)] == [
        "K-1",
        "K-2",
        "K-3",
    ]


SENT_BACK = """
procedure: card
title: Card
agency: office
purpose: registration
roles: {applicant: person}
steps:
  - form: apply
    by: applicant
    asks: [applicant.name]
  - choose:
      - if: length(applicant.name) < 3
        steps:
          - back to: apply
            anew: [applicant.name]
      - else: []
  - decide: complete
    by: head of office
    needs: []
    ways:
      - {way: complete}
      - way: incomplete
        steps:
          - back to: apply
  - issue: card
    carries: [applicant.name]
"""


def test_who_was_sent_back_again_and_again_is_asked_anew(desk: Desk) -> None:
    (desk.folder / "2.yaml").write_text(SENT_BACK)
    desk.cases(
        {"case": "K-1", "facts": {"applicant.name": "A"}, "decisions": {"complete": "complete"}},
        {"case": "K-2", "facts": {"applicant.name": "Budi"}, "decisions": {"complete": "incomplete"}},
    )
    desk.run("--cases", "cases.jsonl")
    assert desk.call("cases").stdout.count("always sent back; answer anew") == 2
    assert "Answer anew with fact=value (applicant.name), or --done" in desk.call("answer", "K-1", "apply").stderr

    desk.call("answer", "K-1", "apply", "applicant.name=B")
    desk.call("answer", "K-2", "apply", "--done")
    again = results(desk.run().stdout)
    assert [(one["step"], one["waits_for"]) for one in again] == [("apply", "answer"), ("complete", "decision")]

    desk.call("answer", "K-1", "apply", "applicant.name=Siti")
    desk.call("answer", "K-2", "complete", "--way", "complete")
    assert [one["outcome"] for one in results(desk.run().stdout)] == ["issued", "issued"]


def test_the_same_file_again_changes_nothing_and_says_the_same(desk: Desk) -> None:
    first, second = desk.run("--cases", "cases.jsonl"), desk.run("--cases", "cases.jsonl")
    assert second.stdout == first.stdout
    assert "New cases: 0; 3 were there already." in second.stderr


def test_lines_that_are_no_cases_are_told_and_the_others_run(desk: Desk) -> None:
    desk.cases("nonsense", CASES[1], {"case": "K-2"}, {"case": "K-9", "facts": {"applicant.nk": "0001"}})
    done = desk.run("--cases", "cases.jsonl")
    assert done.exit_code == 1
    assert [one["case"] for one in results(done.stdout)] == ["K-2"]
    assert done.stderr.splitlines()[:3] == [
        "cases.jsonl:1: The line is no JSON (column 1).",
        "cases.jsonl:3: The case 'K-2' stands in line 2 already.",
        "cases.jsonl:4: 'applicant.nk': There is no fact 'applicant.nk'. Did you mean 'applicant.nik'?",
    ]
    assert "New cases: 1; 3 lines refused." in done.stderr


def test_one_line_refused_is_one_line(desk: Desk) -> None:
    desk.cases("nonsense")
    assert "New cases: 0; 1 line refused." in desk.run("--cases", "cases.jsonl").stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["K-3", "apply"], "Waited for: applicant.name=… applicant.birth_date=…"),
        (["K-3", "apply", "applicant.nme=x"], "Did you mean 'applicant.name'?"),
        (["K-3", "apply", "applicant.name=" + "x" * 31], "it must be at most 30."),
        (["K-3", "apply", "applicant.birth_date=tomorrow"], "'tomorrow' is not a date."),
        (["K-3", "apply", "applicant.age_days=5"], "it is not asked here."),
        (["K-3", "apply", "--done"], "Nothing is decided here."),
        (["K-3", "enough", "--way", "enough"], "The case 'K-3' waits at 'apply', not 'enough'."),
        (["K-3", "aply", "applicant.name=x"], "There is no step 'aply'. The case 'K-3' waits at 'apply'."),
        (["K-3", "apply", "applicant.name=x", "--by", "office"], "applicant can answer this, not office."),
        (["K-3", "apply", "applicant.name"], "'applicant.name' is not of the form fact=value."),
        (
            ["K-1", "enough", "--way", "enuogh"],
            "'enuogh' is no choice here (enough, not-enough). Did you mean 'enough'?",
        ),
        (["K-1", "enough", "--done"], "'done' is no choice here"),
        (["K-1", "enough"], "A decision is waited for: --way enough|not-enough."),
        (["K-2", "apply", "applicant.name=x"], "The case 'K-2' does not wait: it is closed."),
        (["K-9", "apply", "applicant.name=x"], "There is no case 'K-9'. One that waits is 'K-1'."),
        (["K-1", "enough", "--way", "enough", "--done"], "Write --way or --done, not both."),
    ],
)
def test_an_answer_that_cannot_be_is_told_and_changes_nothing(standing: Desk, arguments: list[str], said: str) -> None:
    before = standing.call("cases", "--format", "json").stdout
    done = standing.call("answer", *arguments)
    assert said in done.stderr
    assert done.exit_code in (1, 2)
    assert standing.call("cases", "--format", "json").stdout == before


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk where cases wait; tests that use it change nothing."""
    desk = Desk(tmp_path_factory.mktemp("standing"))
    assert desk.run("--cases", "cases.jsonl").exit_code == 0
    return desk


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        (["nowhere.yaml"], "There is no file or folder 'nowhere.yaml'.", 2),
        (["2.yaml", "--cases", "nowhere.jsonl"], "'nowhere.jsonl' cannot be read: No such file or directory.", 2),
        (["2.yaml", "--store", "nowhere/cases.sqlite"], "There is no folder 'nowhere'.", 1),
        (["2.yaml", "--store", "2.yaml"], "cannot be opened: file is not a database.", 1),
        (["2.yaml", "--settings", "nowhere.toml"], "nowhere.toml:1:1: It cannot be read", 1),
        (["2.yaml", "--date", "tomorrow"], "'tomorrow' is not a date. Write year-month-day.", 2),
        (["2.yaml", "--batch", "0"], "--batch", 2),
    ],
)
def test_what_cannot_be_run_is_told(standing: Desk, arguments: list[str], said: str, code: int) -> None:
    done = standing.call("run", *arguments, "--no-prefect")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.exit_code == code


@pytest.mark.parametrize("command", [["cases"], ["answer", "K-1", "x", "--done"]])
def test_without_a_store_there_is_nothing_to_list_or_answer(tmp_path: Path, command: list[str]) -> None:
    done = Desk(tmp_path).call(*command)
    assert done.exit_code == 1
    assert "There is no case store 'sekali.sqlite'." in done.stderr
    assert not (tmp_path / "sekali.sqlite").exists()


def test_listing_and_answering_need_no_prefect(standing: Desk) -> None:
    program = "import sys; from flows.commands import answer, cases; print('prefect' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "False\n"
    )


def test_a_registry_that_is_not_set_up_is_told_before_anything_moves(desk: Desk) -> None:
    (desk.folder / "3.yaml").write_text(
        "registry: people\ntitle: people\nagency: office\nservices:\n  by-nik: {about: person, needs: [nik], gives: [name], key_level: declared}\n"
        "---\n".replace("---\n", "")
    )
    look_up = "  - lookup: data\n    service: people.by-nik\n    about: applicant\n    gets: [name]\n"
    (desk.folder / "2.yaml").write_text(PROCEDURE.replace("  - choose:", look_up + "  - choose:"))
    done = desk.run("--cases", "cases.jsonl")
    assert done.exit_code == 1
    assert "sekali.toml:1:1: No registry is set up for 'people.by-nik'." in done.stderr
    assert desk.call("cases", "--all").stdout == "There are no cases.\n"


def test_a_case_of_the_sample_catalogue_waits_and_takes_one_answer_after_another(desk: Desk) -> None:
    procedure = str(Path("processes/purbalingga/procedures/perubahan-data.yaml").resolve())
    desk.cases({"case": "PD-1", "facts": {}})
    (first,) = results(desk.call("run", procedure, "--cases", "cases.jsonl", "--no-prefect").stdout)

    wrong = desk.call("answer", "PD-1", "apply", "applicant.nik=12")
    right = desk.call("answer", "PD-1", "apply", "applicant.nik=3303095708900001")

    (waiting,) = json.loads(desk.call("cases", "--format", "json").stdout)
    assert (wrong.exit_code, right.exit_code) == (1, 0)
    assert "does not fit the pattern" in wrong.stderr
    assert set(waiting["missing"]) == set(first["missing"]) - {"applicant.nik"}  # type: ignore[call-overload]


def test_a_case_is_sent_back_and_told_of(desk: Desk) -> None:
    desk.run("--cases", "cases.jsonl")
    back = ["answer", "K-1", "enough", "--send-back", "applicant.name=wrong", "--name", "Ratna"]
    for more, status, says in (
        ((), 1, "why: Say why"),
        (("--why", "x", "--way", "enough"), 2, "nothing is answered or decided"),
        (("--why", "x", "--send-back", "applicant"), 2, "fact=value"),
        (("--why", "it differs from the card", "--by", "head of office"), 0, "was sent back: Fill in the form (apply)"),
    ):
        told = desk.call(*back, *more)
        assert (told.exit_code, says in told.stdout + told.stderr) == (status, True), told

    shown = desk.call("cases", "--show", "K-1")
    assert "Sent back: applicant.name (wrong). it differs from the card (Ratna, head of office, enough)" in shown.stdout
    assert "Dikembalikan: applicant.name (salah)" in desk.call("cases", "--show", "K-1", lang="id").stdout
    told = json.loads(desk.call("cases", "--show", "K-1", "--format", "json").stdout)
    assert [one["why"] for one in told if one.get("sent_back") == "wrong"] == ["it differs from the card"]
    assert "sent back to be mended" in desk.call("audit", "case", "K-1").stdout
    assert "sent back" in desk.call("cases").stdout
    assert desk.call("answer", "K-1", "apply", "applicant.name=Sita").exit_code == 0
    assert results(desk.run().stdout)[0]["step"] == "enough"
