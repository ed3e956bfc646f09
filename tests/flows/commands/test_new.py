"""`sekali new`: files to start from pass the check where they are put, and nothing is ever written over."""

import shutil
from pathlib import Path

import pytest

from processes.reading import read
from processes.starting import KINDS
from tests.flows.commands.calling import sekali


def texts_in(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("started")
    assert sekali("new", "catalogue", "regency", "--in", folder).exit_code == 0
    return folder / "regency"


@pytest.fixture
def catalogue(started: Path, tmp_path: Path) -> Path:
    """A catalogue to start from, in a folder in which there is nothing else."""
    return shutil.copytree(started, tmp_path / "regency")


def test_a_new_catalogue_passes_the_check(catalogue: Path):
    assert sekali("check", catalogue).exit_code == 0
    assert sekali("schema", catalogue, "--check").exit_code == 0
    assert (catalogue / "first-procedure.yaml").is_file()


@pytest.mark.parametrize("kind", KINDS)
def test_every_new_file_passes_the_check(kind: str, catalogue: Path):
    done = sekali("new", kind, "another", "--in", catalogue)
    assert done.exit_code == 0
    assert f"written: {catalogue / 'another.yaml'}\n" in done.stdout
    assert read([catalogue]).problems == ()


def test_the_new_names_are_known_to_editors_at_once(catalogue: Path):
    sekali("new", "agencies", "village", "--in", catalogue)
    assert sekali("schema", catalogue, "--check").exit_code == 0
    assert '"head of village"' in (catalogue / ".schemas" / "procedure.json").read_text("utf-8")


def test_in_a_folder_of_the_catalogue_the_header_leads_back_to_its_schemas(catalogue: Path):
    (catalogue / "forms").mkdir()
    sekali("new", "form", "F-2.01", "--in", catalogue / "forms")
    first = (catalogue / "forms" / "F-2.01.yaml").read_text("utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../.schemas/form.json"
    assert not (catalogue / "forms" / ".schemas").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_there_is_left_alone(kind: str, catalogue: Path):
    (catalogue / "mine.yaml").write_text("# mine\npolicy: mine\n", encoding="utf-8")
    before = texts_in(catalogue)
    done = sekali("new", kind, "mine", "--in", catalogue)
    assert done.exit_code == 1
    assert "Choose another name" in done.stderr
    assert texts_in(catalogue) == before


def test_a_catalogue_is_made_in_no_folder_that_holds_something(catalogue: Path):
    before = texts_in(catalogue)
    done = sekali("new", "catalogue", "regency", "--in", catalogue.parent)
    assert done.exit_code == 1
    assert "is there already and was left alone" in done.stderr
    assert texts_in(catalogue) == before


def test_an_empty_folder_will_do_for_a_catalogue(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    assert sekali("new", "catalogue", "empty", "--in", tmp_path).exit_code == 0


def test_a_name_that_is_taken_is_told(catalogue: Path):
    (catalogue / "deeper").mkdir()
    done = sekali("new", "procedure", "first-procedure", "--in", catalogue / "deeper")
    assert done.exit_code == 1
    assert "There is a procedure 'first-procedure' in this catalogue already." in done.stderr
    assert list((catalogue / "deeper").iterdir()) == []


def test_where_there_is_no_catalogue_a_way_is_shown(tmp_path: Path):
    done = sekali("new", "procedure", "permit", "--in", tmp_path)
    assert done.exit_code == 1
    assert "sekali new catalogue FOLDER" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_catalogue_can_be_made_piece_by_piece(tmp_path: Path):
    for kind in ("agencies", "entity", "purposes", "evidence", "registry", "agreements", "form", "policy", "procedure"):
        done = sekali("new", kind, f"my_{kind}", "--in", tmp_path)
        assert (done.exit_code, done.stderr) == (0, "")
    assert read([tmp_path]).problems == ()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["procedure", "Permit!"], 1, "cannot be the name of a procedure"),
        (["procedure", "../permit"], 1, "cannot be the name of a procedure"),
        (["procedur", "permit"], 2, ""),
        (["procedure"], 2, ""),
        (["procedure", "permit", "--in", "nowhere"], 2, "There is no folder 'nowhere'."),
    ],
    ids=["odd name", "path for a name", "unknown kind", "no name", "no folder"],
)
def test_wrong_calls_are_told(arguments: list[str], code: int, told: str, catalogue: Path):
    if "--in" not in arguments:
        arguments = [*arguments, "--in", str(catalogue)]
    done = sekali("new", *arguments)
    assert done.exit_code == code
    assert told in done.stderr


def test_what_cannot_be_written_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = sekali("new", "catalogue", "file/regency", "--in", tmp_path)
    assert done.exit_code == 1
    assert "cannot be written" in done.stderr


def test_comments_and_answers_are_in_the_language_one_speaks(tmp_path: Path):
    done = sekali("new", "catalogue", "kabupaten", "--in", tmp_path, lang="id")
    assert "ditulis:" in done.stdout
    assert "Siapa atau apa yang diurus" in (tmp_path / "kabupaten" / "first-procedure.yaml").read_text("utf-8")
