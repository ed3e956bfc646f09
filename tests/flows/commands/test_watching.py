"""`--watch`: looks again after each edit, shows only what has changed, outlives a broken edit, and ends cleanly."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from flows.commands import watching as module
from flows.commands.watching import stamps, watching
from tests.flows.commands.calling import sekali

SAMPLE = Path("processes/purbalingga")
SEKALI = Path(sys.executable).with_name("sekali")


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "office"))


def edits(*steps: Callable[[], object]) -> Callable[[float], None]:
    """Return what waits by making one edit each time it is wanted; when there is none left, Ctrl-C is pressed."""
    left: Iterator[Callable[[], object]] = iter(steps)

    def wait(_: float) -> None:
        step = next(left, None)
        if step is None:
            raise KeyboardInterrupt
        step()

    return wait


def nothing() -> None:
    """Leave the files as they are."""


def replaced(file: Path, old: str, new: str) -> Callable[[], object]:
    def edit() -> None:
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def test_it_looks_once_for_each_edit_and_ends_with_the_last_code(catalogue: Path) -> None:
    codes = iter([0, 1, 0])
    looks: list[int] = []

    def look() -> int:
        looks.append(next(codes))
        return looks[-1]

    kia = catalogue / "procedures" / "kia.yaml"
    wait = edits(
        nothing, replaced(kia, "title:", "title: "), nothing, nothing, replaced(kia, "title: ", "title:"), nothing
    )

    assert watching(str(kia), look, wait=wait) == 0
    assert looks == [0, 1, 0]


def test_an_edit_is_answered_when_the_files_stand_still(catalogue: Path) -> None:
    looks: list[int] = []
    kia, sktm = catalogue / "procedures" / "kia.yaml", catalogue / "procedures" / "sktm.yaml"
    wait = edits(replaced(kia, "title:", "title: "), replaced(sktm, "title:", "title: "), nothing)

    watching(str(catalogue), lambda: looks.append(0) or 0, wait=wait)

    assert len(looks) == 2


def test_a_broken_edit_is_said_and_watching_goes_on(catalogue: Path) -> None:
    def look() -> int:
        told.append(len(told))
        if len(told) == 2:
            raise click.exceptions.Exit(1)
        return 0

    told: list[int] = []
    kia = catalogue / "procedures" / "kia.yaml"
    wait = edits(replaced(kia, "title:", "title: "), nothing, replaced(kia, "title: ", "title:"), nothing)

    assert watching(str(kia), look, wait=wait) == 0
    assert len(told) == 3


def test_the_catalogue_around_a_procedure_is_watched_too(catalogue: Path) -> None:
    kia = catalogue / "procedures" / "kia.yaml"

    assert {str(kia), str(catalogue / "registries" / "siak.yaml")} <= set(stamps(str(kia)))
    assert stamps(str(catalogue / "nowhere")) == {}


@pytest.mark.parametrize("command", ["analyse", "redesign"])
def test_after_an_edit_only_what_has_changed_is_told(
    command: str, catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kia, sktm = catalogue / "procedures" / "kia.yaml", catalogue / "procedures" / "sktm.yaml"
    for file in (catalogue / "procedures").iterdir():
        if file.stem not in ("kia", "sktm", "pbi-apbd"):
            file.unlink()
    old = "title: {id: "
    wait = edits(
        replaced(sktm, old, "title: {id: Baru "),
        nothing,
        replaced(kia, "procedure: kia", "procedure: [kia"),
        nothing,
        replaced(kia, "procedure: [kia", "procedure: kia"),
        nothing,
    )
    monkeypatch.setattr(module.watching, "__kwdefaults__", {"wait": wait})

    told = sekali(command, str(catalogue / "procedures"), "--watch", lang="id")

    assert told.exit_code == 0
    assert told.stdout.count("(kia)") == 1, "broken and mended, it is as it was"
    assert told.stdout.count("(sktm)") == 2
    assert told.stdout.count("(pbi-apbd)") == (2 if command == "analyse" else 1), "what it asks like another names that"
    assert "kia.yaml:" in told.stderr
    assert "Selesai mengamati." in told.stderr
    assert "Traceback" not in told.stderr


def test_ctrl_c_ends_it_cleanly(catalogue: Path) -> None:
    kia = catalogue / "procedures" / "kia.yaml"
    running = subprocess.Popen(
        [SEKALI, "analyse", kia, "--watch"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "SEKALI_LANG": "en"},
    )
    assert running.stderr is not None
    assert "watching" in running.stderr.readline()
    started = time.monotonic()
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=30)

    assert running.returncode == 0
    assert said.strip() == "No longer watching."
    assert time.monotonic() - started < 10
