"""`sekali schema`: schemas are written for a catalogue, and told when they are out of date."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import processes
from processes.schema import FOLDER
from processes.starting import start_of_catalogue
from tests.flows.commands.calling import sekali

SAMPLE = Path(processes.__file__).parent / "purbalingga"
NAMES = ["entity.json", "form.json", "lists.json", "policy.json", "procedure.json", "registry.json"]


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    folder = tmp_path / "regency"
    folder.mkdir()
    for file, text in start_of_catalogue("en").items():
        (folder / file).write_text(text, encoding="utf-8")
    return folder


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_schemas_are_written_into_the_catalogue(catalogue: Path):
    done = sekali("schema", catalogue)
    assert done.exit_code == 0
    assert names_in(catalogue / FOLDER) == NAMES
    assert done.stdout.splitlines() == [f"written: {catalogue / FOLDER / name}" for name in NAMES]
    assert "population.by-key" in (catalogue / FOLDER / "procedure.json").read_text(encoding="utf-8")


def test_schemas_are_written_where_one_wants_them(catalogue: Path, tmp_path: Path):
    assert sekali("schema", catalogue, "--to", tmp_path / "other").exit_code == 0
    assert names_in(tmp_path / "other") == NAMES
    assert not (catalogue / FOLDER).exists()


def test_a_file_of_the_catalogue_means_the_whole_catalogue(catalogue: Path):
    sekali("schema", catalogue / "policy.yaml")
    assert names_in(catalogue / FOLDER) == NAMES


def test_current_schemas_pass(catalogue: Path):
    sekali("schema", catalogue)
    done = sekali("schema", catalogue, "--check")
    assert (done.exit_code, done.stdout) == (0, "All schemas are current.\n")


def test_schemas_out_of_date_are_told_and_left_alone(catalogue: Path):
    sekali("schema", catalogue)
    before = (catalogue / FOLDER / "procedure.json").read_text(encoding="utf-8")
    (catalogue / "more.yaml").write_text("agencies: {desa: {title: Desa}}\n", encoding="utf-8")
    done = sekali("schema", catalogue, "--check")
    assert done.exit_code == 1
    assert f"out of date: {catalogue / FOLDER / 'procedure.json'}\n" in done.stdout
    assert f"Run 'sekali schema {catalogue}'." in done.stdout
    assert (catalogue / FOLDER / "procedure.json").read_text(encoding="utf-8") == before


def test_missing_and_broken_schemas_are_out_of_date(catalogue: Path):
    sekali("schema", catalogue)
    (catalogue / FOLDER / "form.json").unlink()
    (catalogue / FOLDER / "policy.json").write_bytes(b"\xff")
    done = sekali("schema", catalogue, "--check")
    assert done.stdout.count("out of date") == 2


def test_problems_of_the_catalogue_are_told_on_the_side(catalogue: Path):
    (catalogue / "wrong.yaml").write_text("agencies: {desa: {titel: Desa}}\n", encoding="utf-8")
    done = sekali("schema", catalogue)
    assert done.exit_code == 0
    assert "names that could not be read are not in the schemas" in done.stderr
    assert json.loads((catalogue / FOLDER / "lists.json").read_text(encoding="utf-8"))


def test_no_folder_is_a_wrong_call(tmp_path: Path):
    done = sekali("schema", tmp_path / "nowhere")
    assert (done.exit_code, done.stderr) == (2, f"There is no folder '{tmp_path / 'nowhere'}'.\n")


def test_a_folder_without_files_is_told(tmp_path: Path):
    done = sekali("schema", tmp_path)
    assert done.exit_code == 1
    assert "There is no YAML file" in done.stderr


def test_what_cannot_be_written_is_told(catalogue: Path):
    (catalogue / FOLDER).write_text("in the way", encoding="utf-8")
    done = sekali("schema", catalogue)
    assert done.exit_code == 1
    assert "cannot be written" in done.stderr


def test_the_samples_schemas_are_current():
    assert sekali("schema", SAMPLE, "--check").exit_code == 0


@pytest.mark.parametrize("command", ["schema", "new"])
def test_nothing_slow_is_imported(command: str):
    code = f"import sys, flows.commands.{command}; print(*{{name.split('.')[0] for name in sys.modules}})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"prefect", "networkx", "sqlalchemy", "fastapi", "rich"} & set(loaded)
