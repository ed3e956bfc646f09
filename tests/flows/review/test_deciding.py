"""Decisions as files: kept apart, over the version that was seen alone, taken back, never outside of the catalogue."""

import re
from datetime import date
from pathlib import Path

import pytest

from flows.review.deciding import NONE, ConflictError, Decisions, OutsideError, decisions_in
from processes.policy import Decision

FINDING = "f0123456789a"


def decision(finding: str = FINDING, procedure: str | None = "kia", by: str = "Ibu Rini", why: str = "no") -> Decision:
    return Decision(finding=finding, procedure=procedure, decision="rejected", by=by, on=date(2026, 11, 5), why=why)


def test_a_decision_is_a_small_file_that_reads_back(tmp_path: Path) -> None:
    kept = Decisions(tmp_path)
    said = decision(why="a 'quote' -> <b>\nand: a line # more")
    kept.decide([(said, NONE)])

    (file,) = tmp_path.rglob("*.yaml")
    assert file == tmp_path / "decisions" / "kia" / f"{FINDING}.yaml"
    (read,) = decisions_in(file, "x") or ()
    assert (read.finding, read.by, read.why, read.on) == (said.finding, said.by, said.why, said.on)
    assert kept.kept("kia", FINDING).version != NONE


def test_nobodys_decision_is_written_over(tmp_path: Path) -> None:
    one, other = Decisions(tmp_path), Decisions(tmp_path)  # two servers
    one.decide([(decision(), NONE)])
    with pytest.raises(ConflictError) as told:
        other.decide([(decision(by="Pak Budi"), NONE)])
    assert told.value.kept.decision is not None
    assert told.value.kept.decision.by == "Ibu Rini"
    other.decide([(decision(by="Pak Budi"), told.value.kept.version)])
    assert (one.kept("kia", FINDING).decision or decision()).by == "Pak Budi"


def test_of_several_decisions_all_are_kept_or_none(tmp_path: Path) -> None:
    kept = Decisions(tmp_path)
    kept.decide([(decision(), NONE)])
    with pytest.raises(ConflictError):
        kept.decide([(decision("f00000000001"), NONE), (decision(by="Pak Budi"), NONE)])
    assert kept.kept("kia", "f00000000001").decision is None


def test_what_is_taken_back_is_as_it_was_before(tmp_path: Path) -> None:
    kept = Decisions(tmp_path)
    kept.decide([(decision(), NONE)])
    first = kept.kept("kia", FINDING)
    kept.decide([(decision(by="Pak Budi"), first.version)])
    second = kept.kept("kia", FINDING)
    with pytest.raises(ConflictError):
        kept.undo("kia", FINDING, first.version)
    kept.undo("kia", FINDING, second.version)
    assert kept.kept("kia", FINDING) == first
    kept.undo("kia", FINDING, first.version)
    assert not (tmp_path / "decisions").exists()


def test_what_another_server_wrote_is_taken_back_to_nothing(tmp_path: Path) -> None:
    Decisions(tmp_path).decide([(decision(), NONE)])
    other = Decisions(tmp_path)
    other.undo("kia", FINDING, other.kept("kia", FINDING).version)
    assert other.kept("kia", FINDING).version == NONE


@pytest.mark.parametrize(
    ("procedure", "finding"),
    [("../kia", FINDING), ("kia", "../../f"), ("", FINDING), ("kia/..", FINDING), ("kia", "f0/../../x")],
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, procedure: str, finding: str) -> None:
    with pytest.raises(OutsideError):
        Decisions(tmp_path).kept(procedure, finding)


def test_no_link_leads_out_of_the_folder(tmp_path: Path) -> None:
    root, outside = tmp_path / "catalogue", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "decisions").symlink_to(outside)
    with pytest.raises(OutsideError):
        Decisions(root).decide([(decision(), NONE)])
    assert list(outside.iterdir()) == []


def test_what_others_put_into_the_same_file_is_left_alone(tmp_path: Path) -> None:
    kept = Decisions(tmp_path)
    kept.decide([(decision(), NONE)])
    file = next(tmp_path.rglob("*.yaml"))
    more = re.sub(FINDING, "f00000000001", file.read_text().partition("\n")[2])
    file.write_text(file.read_text() + more)
    with pytest.raises(OutsideError):
        kept.decide([(decision(by="Pak Budi"), kept.kept("kia", FINDING).version)])
    assert "f00000000001" in file.read_text()
