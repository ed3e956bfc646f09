import json
from pathlib import Path

import pytest

from tests.flows.commands.calling import sekali
from tests.sketching import CATALOGUE, agreement

BIRTH = "processes/purbalingga/procedures/akta-kelahiran.yaml"
CARD = "processes/purbalingga/procedures/ktp-el.yaml"


@pytest.fixture(scope="module")
def redesigned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("redesigned")
    for path in (BIRTH, CARD):
        assert sekali("redesign", path, "--to", folder).exit_code == 0
    return folder


TYPED = """
procedure: typed
title: Typed
agency: office
purpose: registration
roles: {applicant: person}
steps:
  - form: apply
    by: applicant
    asks: [applicant.nik]
  - lookup: name
    service: people.person-by-nik
    about: applicant
    gets: [name]
  - issue: letter
    by: office
    carries: [applicant.name]
"""


def test_a_redesign_is_compared_with_today(redesigned: Path) -> None:
    said = sekali("compare", BIRTH, redesigned / "akta-kelahiran-redesigned.yaml", "--cases", 150)

    assert said.exit_code == 0, said.stderr
    assert "150 cases (seed 0):" in said.stdout and " 0 differ" in said.stdout
    assert "late-registration" in said.stdout and "Ways taken: " in said.stdout
    assert "a check that is gone refuses nobody here" in said.stdout


def test_it_speaks_indonesian(redesigned: Path) -> None:
    said = sekali("compare", BIRTH, redesigned, "--cases", 60, lang="id")

    assert said.exit_code == 0
    assert "berakhir sama" in said.stdout and "cases" not in said.stdout.replace("--cases", "")


def test_procedures_of_folders_are_paired_by_their_names(redesigned: Path) -> None:
    said = sekali("compare", "processes/purbalingga/procedures", redesigned, "--cases", 30, "--format", "json")

    assert [(one["before"], one["after"]) for one in json.loads(said.stdout)] == [
        ("akta-kelahiran", "akta-kelahiran-redesigned"),
        ("ktp-el", "ktp-el-redesigned"),
    ]


@pytest.mark.slow
def test_a_difference_is_shown_in_a_small_case(redesigned: Path, tmp_path: Path) -> None:
    text = (redesigned / "akta-kelahiran-redesigned.yaml").read_text(encoding="utf-8")
    assert text.count("child.age_days > 60") == 1
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text.replace("child.age_days > 60", "child.age_days > 90"), encoding="utf-8")

    said = sekali("compare", BIRTH, wrong, "--cases", 1000)
    assert said.exit_code == 1
    assert "today refused: late-without-reason; redesigned issued" in said.stdout

    [data] = json.loads(sekali("compare", BIRTH, wrong, "--cases", 1000, "--format", "json").stdout)
    difference, undecided = data["differences"]
    assert (difference["kind"], undecided["kind"]) == ("outcome", "step")
    assert undecided["step"] == "late-registration", "though the case may be allowed, nobody decides it any more"
    assert difference["smallest"]["decisions"]["late-registration"] == ["not-allowed"]
    assert "2026-07" < difference["smallest"]["facts"]["child.birth_date"] < "2026-09", (
        "between 60 and 90 days before the day of the policy"
    )


def test_a_copy_that_kept_its_name_can_be_compared(tmp_path: Path) -> None:
    copy = tmp_path / "copy.yaml"
    copy.write_text(Path(CARD).read_text(encoding="utf-8"), encoding="utf-8")

    assert sekali("compare", CARD, copy, "--cases", 20).exit_code == 0


def test_where_no_case_comes_to_an_end_nothing_is_shown(tmp_path: Path) -> None:
    """The look-up asks with a number that was only typed, so every case waits."""
    for number, text in enumerate([*CATALOGUE.split("\n---\n"), agreement("own", "people.person-by-nik"), TYPED]):
        (tmp_path / f"{number}.yaml").write_text(text, encoding="utf-8")
    stuck = next(path for path in tmp_path.iterdir() if path.read_text(encoding="utf-8") == TYPED)
    said = sekali("compare", stuck, stuck, "--cases", 20)

    assert said.exit_code == 1
    assert "0 end alike, 0 differ, 20 come to no end today.\nNo case came to an end" in said.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere.yaml", BIRTH], "There is no file or folder 'nowhere.yaml'"),
        ([BIRTH, "nowhere.yaml"], "There is no file or folder 'nowhere.yaml'"),
        ([BIRTH, BIRTH, "--cases", 0], "--cases"),
        ([BIRTH, BIRTH, "--seed", "many"], "--seed"),
        (["processes/purbalingga/procedures", "examples"], "is a redesign of what stands at"),
    ],
)
def test_wrong_usage_is_told(arguments: list[object], told: str, redesigned: Path, tmp_path: Path) -> None:
    if "examples" in arguments:
        other = tmp_path / "other.yaml"
        other.write_text(
            Path(CARD).read_text(encoding="utf-8").replace("procedure: ktp-el", "procedure: other"), "utf-8"
        )
        arguments = [arguments[0], other]
    said = sekali("compare", *arguments)

    assert said.exit_code == 2
    assert told in said.stderr and "Traceback" not in said.stderr


def test_a_redesign_with_problems_is_not_compared(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(Path(CARD).read_text(encoding="utf-8").replace("applicant.", "aplicant."), encoding="utf-8")
    said = sekali("compare", CARD, broken)

    assert said.exit_code == 1
    assert "broken.yaml:" in said.stderr and "Mend these problems first." in said.stderr
