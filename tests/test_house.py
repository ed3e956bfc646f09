"""The repository as a whole: what its files may not say, and that its commands are what they claim."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = re.compile(
    r"/(?:work|home|root|Users|tmp/bash_jobs)/\w+|(?:pypi|pythonhosted|npmjs|conda|anaconda)\.(?:org|com)"
)


def tracked_files() -> list[Path]:
    """Every file git knows, or a skip where this is no clone."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git clone")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """What `make` says, also when these tests were themselves started by make."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE") and name != "PYTHON"}
    return subprocess.run(["make", *arguments], cwd=ROOT, env=clean, capture_output=True, text=True, check=False)


def test_the_lock_names_no_address():
    assert "://" not in (ROOT / "requirements.lock").read_text()


def test_every_package_of_the_lock_has_a_hash():
    packages = re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text().strip())
    assert len(packages) > 50
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []


def test_the_lock_holds_what_the_project_asks_for():
    locked = {
        name.lower() for name in re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    assert {re.split(r"[<>=\[]", one)[0] for one in asked} <= locked


def test_no_file_names_a_machines_path_or_a_package_index():
    told = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in tracked_files()
        if path != Path(__file__)
        for found in [OURS.search(path.read_bytes().decode("utf-8", "replace"))]
        if found
    ]
    assert told == []


def test_prefect_started_by_hand_calls_nobody():
    assert tomllib.loads((ROOT / "prefect.toml").read_text())["server"]["analytics_enabled"] is False


def test_the_build_can_be_started():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z][\w-]*):", makefile, re.MULTILINE)
    listed = re.findall(r"^make (\S+)", make("help").stdout, re.MULTILINE)
    assert sorted(targets) == sorted(listed)
    assert sorted(targets) == sorted(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split())


def test_make_alone_shows_help():
    assert make().stdout == make("help").stdout


def test_a_python_too_old_or_missing_is_told_plainly():
    tried = make("--always-make", "PYTHON=no-such-python", ".venv/.done")
    assert tried.returncode
    assert "Sekali needs Python 3.11 or newer" in tried.stderr
