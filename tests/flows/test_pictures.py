"""Pictures: which program draws, what it draws, what is said where it cannot; and the command that draws."""

import os
import shutil
import stat
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analysis import drawing
from analysis.change import Redesign
from flows import pictures
from flows.commands import draw
from flows.commands.main import cli
from flows.pictures import BUNDLED, PictureError, engine, render
from processes.words import Words
from tests.analysis.test_drawing import DRAWINGS, EVIL
from tests.sketching import sketch

PURBALINGGA = Path(__file__).parent.parent.parent / "processes" / "purbalingga"
ENGINES = [pytest.param(None, id="the one that comes along")]
if shutil.which("dot"):
    ENGINES.append(pytest.param(Path(shutil.which("dot")), id="the system's"))


def program(folder: Path, name: str, does: str = "exit 1") -> Path:
    """Write a program."""
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / name
    made.write_text(f"#!/bin/sh\n{does}\n")
    made.chmod(made.stat().st_mode | stat.S_IXUSR)
    return made


# --- which program draws ----------------------------------------------------------------------------------------------


def test_the_program_that_is_named_draws_before_all_others(tmp_path):
    named, beside = program(tmp_path / "named", "my-dot"), program(tmp_path / "python", BUNDLED)
    found = engine({"SEKALI_DOT": str(named), "PATH": str(beside.parent)}, str(beside.parent / "python"))
    assert found == named


def test_the_one_that_comes_with_pip_draws_before_the_systems(tmp_path):
    beside, system = program(tmp_path / "python", BUNDLED), program(tmp_path / "system", "dot")
    assert engine({"PATH": str(system.parent)}, str(beside.parent / "python")) == beside


def test_the_systems_draws_where_there_is_no_other(tmp_path):
    system = program(tmp_path / "system", "dot")
    assert engine({"PATH": str(system.parent)}, str(tmp_path / "python" / "python")) == system


@pytest.mark.parametrize(
    ("environment", "says"),
    [({"PATH": "/nowhere"}, "Graphviz is not to be found"), ({"SEKALI_DOT": "/nowhere/dot"}, "names '/nowhere/dot'")],
)
def test_where_there_is_none_both_languages_say_what_to_do(environment, says):
    with pytest.raises(PictureError, match=says) as caught:
        engine(environment, "/nowhere/python")
    assert caught.value.words.id != caught.value.words.en
    assert "SEKALI_DOT" in caught.value.words.id


# --- what it draws ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("program", ENGINES)
@pytest.mark.parametrize("name", DRAWINGS)
def test_an_approved_drawing_becomes_a_picture_with_all_its_text(name, program):
    drawn = ET.fromstring(render(DRAWINGS[name](), "svg", program))
    text = " ".join("".join(drawn.itertext()).split())
    wanted = {
        "today-id": ["Mengisi formulir", "Memeriksa berkas", "Masyarakat"],
        "both-en": ["+ Residual form", "Letter of the village", "no longer taken"],
        "nested-en": ["On the spot", "Fee", "Pause"],
    }[name]
    assert [one for one in wanted if one not in text] == []
    struck = [one.text for one in drawn.iter("{http://www.w3.org/2000/svg}text") if one.get("text-decoration")]
    assert ("Letter of the village" in struck) == (name == "both-en")


@pytest.mark.parametrize("program", ENGINES)
@pytest.mark.parametrize("text", EVIL)
def test_a_picture_shows_every_text_as_it_is_written_and_runs_none(text, program):
    s = sketch("- form: apply\n  asks: [child.name]")
    first = s.procedure.steps[0].model_copy(update={"title": Words(text, text), "note": f"note {text}"})
    dot = drawing.today(s.procedure.model_copy(update={"steps": (first,)}), s.catalogue, "en")
    drawn = ET.fromstring(render(dot, "svg", program))
    assert {one.tag.rpartition("}")[2] for one in drawn.iter()} <= {
        "svg", "g", "title", "polygon", "path", "polyline", "ellipse", "text", "a"
    }  # fmt: skip
    tips = [one.get("{http://www.w3.org/1999/xlink}title") or "" for one in drawn.iter()]
    shown = " ".join(text.replace("\u202e", " ").replace("\x07", " ").split())
    assert any(f"note {shown}".strip() in tip.split("\n") for tip in tips)


@pytest.mark.parametrize(("form", "begins"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_the_same_drawing_gives_the_same_picture(form, begins):
    first, second = (render(DRAWINGS["both-en"](), form) for _ in range(2))
    assert first.startswith(begins)
    assert first == second


def test_a_page_has_letters_of_its_own():
    made = render(DRAWINGS["both-en"](), "pdf")
    assert b"Arimo" in made
    assert (pictures.FONTS / "OFL.txt").is_file()


def test_a_very_large_picture_is_drawn_less_finely():
    assert pictures._dots_per_inch('<svg width="1000pt" height="1000pt"') == pictures.DOTS_PER_INCH
    assert pictures._dots_per_inch('<svg width="5000pt" height="90000pt"') < 30


# --- what is said where it cannot -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("does", "says"),
    [
        ("echo 'Error: syntax error in line 3' >&2; exit 1", "syntax error in line 3"),
        ("exit 7", "7"),
        ("sleep 5", "did not finish in"),
    ],
)
def test_a_program_that_fails_is_told_of(tmp_path, monkeypatch, does, says):
    monkeypatch.setattr(pictures, "SECONDS", 0.5)
    with pytest.raises(PictureError, match=says):
        render("digraph {}", "svg", program(tmp_path, "dot", does))


def test_a_file_that_is_no_program_is_told_of(tmp_path):
    (tmp_path / "dot").write_text("nothing")
    with pytest.raises(PictureError, match="cannot be run"):
        render("digraph {}", "svg", tmp_path / "dot")


def test_text_that_is_no_drawing_is_told_of():
    with pytest.raises(PictureError, match="could not draw"):
        render("digraph { a [", "svg")


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def sekali(tmp_path, monkeypatch):
    """Run the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, [*arguments], standalone_mode=False)

    return run


KIA = str(PURBALINGGA / "procedures" / "kia.yaml")


@pytest.mark.parametrize(
    ("arguments", "file"),
    [
        ([], "kia-today.svg"),
        (["--both"], "kia-both.svg"),
        (["--redesign", "--format", "dot"], "kia-redesign.dot"),
        (["--format", "pdf", "-o", "a/picture.pdf"], "a/picture.pdf"),
        (["--format", "png", "-o", "pictures"], "pictures/kia-today.png"),
        (["-o", "picture.dot"], "picture.dot"),
    ],
    ids=["today", "both", "redesign", "to a file", "to a folder", "as the name ends"],
)
def test_draw_writes_a_picture_and_says_where(sekali, arguments, file):
    done = sekali("draw", KIA, *arguments)
    assert (done.output, done.return_value) == (f"{file}\n", 0)
    assert Path(file).stat().st_size > 1000


@pytest.mark.parametrize(("language", "word"), [("id", "Masyarakat"), ("en", "Citizens")])
def test_draw_speaks_the_language_it_is_asked_for(sekali, language, word):
    sekali("draw", KIA, "--lang", language)
    assert word in Path("kia-today.svg").read_text()


def test_draw_draws_every_procedure_of_a_folder(sekali):
    done = sekali("draw", str(PURBALINGGA / "procedures"), "--format", "dot", "-o", "all")
    names = {path.stem for path in (PURBALINGGA / "procedures").glob("*.yaml")}
    assert {Path(line).name for line in done.output.split()} == {f"{name}-today.dot" for name in names}


def test_draw_says_why_a_redesign_is_refused_and_draws_none(sekali, tmp_path, monkeypatch):
    why = Words("fakta kurang", "a fact is missing")
    monkeypatch.setattr(draw, "redesigned", lambda procedure, *_: Redesign(procedure, None, refused=(why,)))
    done = sekali("draw", KIA, "--both", "--lang", "en")
    assert done.return_value == 1
    assert "a fact is missing" in done.output
    assert not list(tmp_path.glob("*.svg"))


@pytest.mark.parametrize(("language", "says"), [("id", "tidak ada program seperti itu"), ("en", "no such program")])
def test_draw_says_in_a_line_that_nothing_can_draw(sekali, monkeypatch, language, says):
    monkeypatch.setenv("SEKALI_DOT", "/nowhere/dot")
    done = sekali("draw", KIA, "--lang", language)
    assert (done.return_value, done.output.count("\n")) == (1, 1)
    assert says in done.output


def test_draw_says_that_it_cannot_write(sekali):
    Path("there").write_text("a file")
    done = sekali("draw", KIA, "-o", "there/picture.svg", "--lang", "en")
    assert done.return_value == 1
    assert "cannot be written" in done.output


def test_the_bundled_engine_is_there():
    assert engine(os.environ, sys.executable).name.startswith(BUNDLED)


def test_the_map_of_a_catalogue_is_drawn(tmp_path):
    file = tmp_path / "map.svg"
    told = CliRunner().invoke(cli, ["draw", str(PURBALINGGA), "--map", "-o", str(file)], env={"SEKALI_LANG": "en"})
    assert (told.exit_code, told.output.strip()) == (0, str(file))
    text = " ".join("".join(ET.fromstring(file.read_bytes()).itertext()).split())
    assert all(
        one in text for one in ("Map of services and registries", "Birth certificate", "population registry", "a01")
    )
