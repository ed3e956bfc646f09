"""Files are written whole, or not at all."""

import os
import stat
from pathlib import Path

import pytest

from flows import saving
from flows.saving import save, save_new


def test_a_text_is_saved_as_it_is(tmp_path: Path):
    path = tmp_path / "deep" / "down" / "a.json"
    assert save(path, "é\r\n\n")
    assert path.read_bytes() == "é\r\n\n".encode()


def test_a_file_that_holds_the_text_is_left_alone(tmp_path: Path):
    path = tmp_path / "a.json"
    save(path, "a")
    os.utime(path, (1, 1))
    assert not save(path, "a")
    assert path.stat().st_mtime == 1


def test_where_writing_fails_the_old_text_stays_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "a.json"
    save(path, "old")

    def fails(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(saving.os, "replace", fails)
    with pytest.raises(OSError, match="no room"):
        save(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_others_may_read_what_they_may_usually_read(tmp_path: Path):
    usual, saved = tmp_path / "usual", tmp_path / "saved"
    usual.write_text("a")
    save(saved, "a")
    assert stat.S_IMODE(saved.stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)


def test_a_new_file_never_takes_the_place_of_another(tmp_path: Path):
    path = tmp_path / "a.yaml"
    save_new(path, "mine")
    with pytest.raises(FileExistsError):
        save_new(path, "other")
    assert path.read_text() == "mine"
