import json
import shutil
from pathlib import Path

import pytest

from analysis.change import Optimum, Redesign
from analysis.redesign import redesigned
from flows.commands.redesign import proof
from processes.part import placeless
from processes.reading import read
from tests.flows.commands.calling import sekali

BIRTH = "processes/purbalingga/procedures/akta-kelahiran.yaml"
SILENT = "processes/purbalingga/procedures/perubahan-data.yaml"
CATALOGUE = """
entity: person
key: nik
elements: {nik: , name: , phone: }
"""
LISTS = """
agencies: {office: {title: Office}}
purposes: {registration: {title: Registration}}
"""
FAULTY = """
procedure: faulty
title: Faulty
agency: office
purpose: registration
roles: {applicant: person}
steps:
  - form: apply
    asks: [applicant.name]
  - issue: deed
    by: office
    carries: [applicant.name, applicant.phone]
"""


@pytest.mark.parametrize(
    ("proven", "gap", "told"),
    [
        (True, 0.0, "Proven: no other choice of questions"),
        (False, 0.0, "Proven: no other choice asks less of people; agencies might have less to do"),
        (False, 0.002, "at most 0.1 minutes above the least"),
        (False, 1.2, "at most 1.2 minutes above the least"),
    ],
)
def test_how_good_a_redesign_is_known_to_be_is_never_said_too_well(proven: bool, gap: float, told: str) -> None:
    procedure = read([BIRTH]).procedures[0]
    assert told in proof(Redesign(procedure, None, optimum=Optimum(proven, gap, 10.0)))


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    for name, text in {"person": CATALOGUE, "lists": LISTS, "faulty": FAULTY}.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path / "faulty.yaml"


def test_findings_are_printed_with_the_lines_that_make_them_so() -> None:
    said = sekali("analyse", BIRTH)

    assert said.exit_code == 0
    assert "letter needless" in said.stdout
    assert "processes/purbalingga/forms/F-2.01.yaml:" in said.stdout


def test_findings_as_json_are_in_both_languages() -> None:
    (found,) = json.loads(sekali("analyse", BIRTH, "--format", "json").stdout)

    assert found["procedure"] == "akta-kelahiran"
    assert all(one["says"]["id"] and one["says"]["en"] and one["witnesses"] for one in found["findings"])
    assert len({one["id"] for one in found["findings"]}) == len(found["findings"])


def test_a_procedure_that_lacks_a_fact_is_not_redesigned_and_says_so(faulty: Path) -> None:
    analysed, refused = sekali("analyse", faulty), sekali("redesign", faulty)

    assert (analysed.exit_code, refused.exit_code) == (1, 1)
    assert "'applicant.phone' is needed, but not certain to be there on every way" in analysed.stdout
    assert "cannot be redesigned" in refused.stdout


def test_a_redesign_says_what_changes_what_stays_and_why() -> None:
    said = sekali("redesign", BIRTH)

    assert said.exit_code == 0
    for words in (
        "letter dropped",
        "question dropped",
        "still asked at",
        "an act that only that person can do",
        "citizen minutes",
    ):
        assert words in said.stdout


def test_a_redesign_speaks_indonesian() -> None:
    said = sekali("redesign", BIRTH, lang="id")

    assert "isian dihapus" in said.stdout
    assert "tindakan yang hanya dapat dilakukan orang itu sendiri" in said.stdout


def test_a_redesign_is_written_as_files_that_read_back_equal(tmp_path: Path) -> None:
    catalogue = tmp_path / "purbalingga"
    shutil.copytree("processes/purbalingga", catalogue)
    birth, folder = catalogue / "procedures" / "akta-kelahiran.yaml", catalogue / "redesigned"

    said = sekali("redesign", birth, "--to", folder)

    again = read([folder / "akta-kelahiran-redesigned.yaml"])
    whole = read([birth])
    redesign = redesigned(whole.procedures[0], whole.catalogue, whole.policies[0])
    changes = json.loads((folder / "akta-kelahiran-redesigned.changes.json").read_text(encoding="utf-8"))
    assert said.exit_code == 0
    assert not [one for one in again.problems if one.severity == "problem"]
    assert redesign.after is not None
    assert placeless(again.procedures[0]) == placeless(redesign.after)
    assert {one["kind"] for one in changes["changes"]} >= {"question dropped", "letter dropped", "step dropped"}
    assert all(one["why"]["id"] and one["why"]["en"] for one in changes["stays"])


def test_a_silent_judgement_keeps_every_fact_before_it() -> None:
    (found,) = json.loads(sekali("redesign", SILENT, "--format", "json").stdout)

    assert {one["kind"] for one in found["changes"]} == {"question dropped", "document dropped"}
    dropped = {one["subject"] for one in found["changes"]}
    stays = {one["subject"] for one in found["stays"]}
    assert "applicant.change_ground" in stays, "nobody but the citizen brings it, whoever may read it"
    assert not dropped & stays


def test_another_day_is_another_redesign() -> None:
    (now,) = json.loads(sekali("redesign", BIRTH, "--format", "json").stdout)
    (before_any_agreement,) = json.loads(sekali("redesign", BIRTH, "--format", "json", "--on", "2001-01-01").stdout)

    assert now["burden"]["after"]["citizen_minutes"] <= before_any_agreement["burden"]["after"]["citizen_minutes"]
    added = {one["subject"] for one in before_any_agreement["changes"] if one["kind"] == "look-up added"}
    assert added <= {"siak.birth-record"}, "the office's own register needs no agreement with anybody"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("analyse", "nowhere"), 2, "nowhere"),
        (("redesign", BIRTH, "--on", "yesterday"), 2, "is not a date"),
        (("redesign", BIRTH, "--policy", "strict"), 2, "no policy 'strict'"),
        (("analyse",), 2, "PATH"),
    ],
)
def test_wrong_calls_get_a_clear_line(arguments: tuple[str, ...], code: int, said: str) -> None:
    done = sekali(*arguments)

    assert done.exit_code == code
    assert said in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
