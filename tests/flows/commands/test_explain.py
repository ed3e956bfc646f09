"""`sekali explain`: as text in both languages, as JSON, as a picture; and what is said where it cannot."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.flows.commands.calling import sekali

BIRTH = "processes/purbalingga/procedures/akta-kelahiran.yaml"


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "en",
            ["Where it comes from today", "the law: UU 23/2006 Art. 66", "its key applicant.birth_date is not there"],
        ),
        ("id", ["Asalnya saat ini", "hukum: UU 23/2006 Art. 66", "kuncinya applicant.birth_date belum ada di sana"]),
    ],
)
def test_a_fact_is_explained_in_both_languages(lang: str, said: list[str]) -> None:
    told = sekali("explain", BIRTH, "applicant.nik", lang=lang)

    assert told.exit_code == 0
    text = " ".join(told.stdout.split())
    assert all(one in text for one in said[:2])
    data = json.loads(sekali("explain", BIRTH, "applicant.nik", "--format", "json").stdout)
    assert any(one["why_not"] and said[2] in one["why_not"][lang] for one in data["options"])


def test_what_is_assumed_changes_what_is_explained() -> None:
    def used(*assumed: str) -> dict[str, bool]:
        data = json.loads(sekali("explain", BIRTH, "child.birth_order", "--format", "json", *assumed).stdout)
        return {one["name"]: one["used"] for one in data["options"]}

    assert used()["faskes.birth-by-mother about child"] is False
    assert used("--with", "a07")["faskes.birth-by-mother about child"] is True


def test_who_needs_it_only_today_is_told_as_such() -> None:
    data = json.loads(sekali("explain", BIRTH, "mother.name", "--format", "json").stdout)

    fates = {one["step"]: one["fate"] for one in data["readers"]}
    assert fates["village-letter"] == "removed"
    assert fates["birth-certificate"] == "stays"
    assert "village-letter (the redesign drops it)" in sekali("explain", BIRTH, "mother.name").stdout


def test_its_derivation_is_drawn(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "name.svg"

    told = sekali("explain", BIRTH, "mother.name", "--draw", file)

    assert told.exit_code == 0
    assert f"drawn: {file}" in told.stdout
    text = " ".join("".join(ET.fromstring(file.read_text(encoding="utf-8")).itertext()).split())
    assert "Full name of the mother" in text
    assert "Family card of the mother" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["mother.nme"], "knows no fact 'mother.nme'. Like it: 'mother.name', "),
        (["name"], "knows no fact 'name'. Like it: "),
        (["nothing"], "knows no fact 'nothing'. Write role.element; the roles are applicant, child, mother, "),
        (["mother.name", "--draw", "name.jpg"], "A picture is written to .svg, .png, .pdf, .dot, not 'name.jpg'."),
    ],
    ids=["nearest", "no role", "nothing like it", "no picture"],
)
def test_what_cannot_be_explained_is_said_with_the_mend(arguments: list[str], said: str) -> None:
    told = sekali("explain", BIRTH, *arguments)

    assert told.exit_code == 2
    assert said in told.stderr


def test_one_procedure_is_explained_at_a_time() -> None:
    told = sekali("explain", "processes/purbalingga/procedures", "mother.name")

    assert told.exit_code == 2
    assert "Choose one procedure" in told.stderr
