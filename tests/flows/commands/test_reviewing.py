"""What reviewers decided, what leans on what and what several agencies ask, as the commands show it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.flows.commands.calling import sekali
from tests.flows.review.reviewing import FEW, catalogue_in


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    return catalogue_in(tmp_path, (*FEW, "ktp-el"))


def analysed(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(sekali("analyse", path, "--format", "json").stdout)
    return found


def decide(catalogue: Path, finding: str, more: str = "") -> None:
    with (catalogue / "policy.yaml").open("a", encoding="utf-8") as policy:
        policy.write(
            f"decisions:\n  - {{finding: {finding}, decision: rejected, by: Ibu Rini, "
            f'"on": 2026-10-01, why: we call them{more}}}\n'
        )


def never_used(path: Path) -> str:
    (found,) = analysed(path)
    return next(str(one["id"]) for one in found["findings"] if one["kind"] == "never used")


def test_a_folder_says_what_several_agencies_ask(catalogue: Path) -> None:
    one = catalogue / "procedures" / "sktm.yaml"
    kinds = [{found["kind"] for found in result["findings"]} for result in analysed(catalogue)]
    assert any("asked by another agency" in found for found in kinds)
    assert "asked by another agency" not in {found["kind"] for found in analysed(one)[0]["findings"]}


def test_what_leans_on_what_is_shown_in_both_forms(catalogue: Path) -> None:
    path = catalogue / "procedures" / "sktm.yaml"
    (result,) = analysed(path)
    assert result["leaning_complete"] is True
    by_id = {one["id"]: one for one in result["findings"]}
    leaning = [one for one in by_id.values() if one["leans_on"]]
    assert leaning
    for one in leaning:
        for ids in one["leans_on"]:
            assert all(any(one["id"] in others for others in by_id[other]["leans_on"]) for other in ids)
    assert f"leans on: {leaning[0]['leans_on'][0][0]}" in sekali("analyse", path).stdout
    assert "bergantung pada: " in sekali("analyse", path, lang="id").stdout


def test_a_decision_is_shown_with_its_finding(catalogue: Path) -> None:
    path = catalogue / "procedures" / "sktm.yaml"
    decide(catalogue, never_used(path), ", procedure: sktm")
    assert "rejected by Ibu Rini on 2026-10-01: we call them" in sekali("analyse", path).stdout
    assert "ditolak oleh Ibu Rini" in sekali("analyse", path, lang="id").stdout
    (result,) = analysed(path)
    assert [one["decision"]["why"] for one in result["findings"] if one["decision"]] == ["we call them"]
    assert "outdated" not in sekali("check", catalogue).stdout


def test_a_decision_without_ground_is_reported_and_not_applied(catalogue: Path) -> None:
    decide(catalogue, "f00000000000")
    said = sekali("analyse", catalogue)
    assert "policy.yaml:13:5: The decision of Ibu Rini on 'f00000000000' is not applied" in said.stderr
    assert "[outdated-decision]" in sekali("check", catalogue).stdout
    assert sekali("check", catalogue).exit_code == 0


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ('{finding: abc, decision: rejected, by: A, "on": 2026-10-01}', "bad-finding"),
        ('{finding: f00000000000, procedure: none, decision: rejected, by: A, "on": 2026-10-01}', "unknown-procedure"),
        ('{finding: f00000000000, decision: perhaps, by: A, "on": 2026-10-01}', "not-a-choice"),
    ],
)
def test_what_is_no_decision_is_a_problem(catalogue: Path, lines: str, code: str) -> None:
    with (catalogue / "policy.yaml").open("a", encoding="utf-8") as policy:
        policy.write(f"decisions:\n  - {lines}\n")
    said = sekali("check", catalogue)
    assert said.exit_code == 1 and f"[{code}]" in said.stdout


def test_a_finding_is_decided_once(catalogue: Path) -> None:
    decision = '{finding: f00000000000, decision: rejected, by: A, "on": 2026-10-01}'
    with (catalogue / "policy.yaml").open("a", encoding="utf-8") as policy:
        policy.write(f"decisions:\n  - {decision}\n  - {decision}\n")
    assert "[decided-twice]" in sekali("check", catalogue).stdout


def test_decisions_in_files_of_their_own_count_like_those_in_the_policy(catalogue: Path) -> None:
    path = catalogue / "procedures" / "sktm.yaml"
    finding = never_used(path)
    (before,) = json.loads(sekali("redesign", path, "--format", "json").stdout)
    file = catalogue / "decisions" / "sktm" / f"{finding}.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(
        f"decisions:\n  - finding: {finding}\n    procedure: sktm\n    decision: rejected\n    by: Ibu Rini\n"
        "    'on': 2026-10-01\n    about: never used\n"
    )

    assert sekali("check", catalogue).exit_code == 0
    (after,) = json.loads(sekali("redesign", path, "--format", "json").stdout)
    assert after["burden"]["after"]["questions"] > before["burden"]["after"]["questions"]
    (catalogue / "policy.yaml").unlink()  # then the usual policy counts, with the same decisions
    assert "rejected by Ibu Rini" in sekali("analyse", path).stdout


def test_an_outdated_decision_is_told_where_it_stands(catalogue: Path) -> None:
    (catalogue / "decisions").mkdir()
    decision = 'decisions:\n  - {finding: f00000000000, decision: rejected, by: Ibu Rini, "on": 2026-10-01}\n'
    (catalogue / "decisions" / "old.yaml").write_text(decision)
    said = sekali("check", catalogue).stdout
    assert "decisions/old.yaml:2:5: advice: The decision of Ibu Rini on 'f00000000000' is not applied" in said
    assert said.count("[outdated-decision]") == 1
    decide(catalogue, "f00000000000")
    assert "[decided-twice]" in sekali("check", catalogue).stdout


def test_one_file_calls_no_decision_outdated_that_is_about_others_or_about_all(catalogue: Path) -> None:
    path = catalogue / "procedures" / "sktm.yaml"
    together = json.loads(sekali("analyse", catalogue / "procedures", "--format", "json").stdout)
    found = {one["procedure"]: one["findings"] for one in together}
    shared = next(one["id"] for one in found["sktm"] if one["kind"] == "asked by another agency")
    of_another = next(one["id"] for one in found["kia"] if one["kind"] == "never used")
    (catalogue / "decisions").mkdir()
    made = {"shared": f"{shared}, procedure: sktm", "another": of_another, "old": "f00000000000, procedure: sktm"}
    for name, finding in made.items():
        said = f'decisions:\n  - {{finding: {finding}, decision: accepted, by: Ibu Rini, "on": 2026-10-01}}\n'
        (catalogue / "decisions" / f"{name}.yaml").write_text(said)
    (redesigned,) = json.loads(sekali("redesign", path, "--format", "json").stdout)
    assert redesigned["outdated_decisions"] == ["f00000000000"]
    told = sekali("analyse", path).stderr
    assert ("f00000000000" in told, shared in told, of_another in told) == (True, False, False)


def test_a_policy_from_elsewhere_obeys_the_decisions_of_the_catalogue(catalogue: Path, tmp_path: Path) -> None:
    path = catalogue / "procedures" / "sktm.yaml"
    finding = never_used(path)
    (catalogue / "decisions").mkdir()
    decision = f'decisions:\n  - {{finding: {finding}, decision: rejected, by: Ibu Rini, "on": 2026-10-01}}\n'
    (catalogue / "decisions" / "one.yaml").write_text(decision)
    (tmp_path / "mine.yaml").write_text("policy: mine\nagreements: all\n")
    assert "rejected by Ibu Rini" in sekali("analyse", path, "--policy", tmp_path / "mine.yaml").stdout
