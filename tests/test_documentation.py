"""What the documents show is true: commands exist and print what is printed there, and nothing is left out."""

import os
import re
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from flows.commands.main import COMMANDS
from flows.commands.speaking import Command

README = Path("README.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"(?m)^(?:\$ )?sekali ([a-z]+)", README)
CONSOLES = re.findall(r"(?s)```console\n\$ sekali (.*?)\n(.*?)```", README)
SEKALI = Path(sys.executable).with_name("sekali")
PLAIN = {**os.environ, "NO_COLOR": "1", "SEKALI_LANG": "en"}


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "demo"])
def test_every_command_is_shown_in_the_readme(name: str) -> None:
    assert name in SHOWN, f"show 'sekali {name}' in README.md"


def test_the_readme_shows_no_command_that_is_not_there() -> None:
    assert set(SHOWN) <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_in_both_languages_and_an_example(name: str) -> None:
    command = import_module(f"flows.commands.{name}").command

    assert isinstance(command, Command)
    assert command.words.id
    assert command.words.en
    assert command.words.id != command.words.en
    assert command.example.startswith(f"sekali {name}")


@pytest.mark.parametrize(("arguments", "printed"), CONSOLES, ids=[arguments for arguments, _ in CONSOLES])
def test_the_readme_prints_what_the_command_prints(arguments: str, printed: str) -> None:
    done = subprocess.run([SEKALI, *shlex.split(arguments)], capture_output=True, text=True, env=PLAIN, check=False)

    assert done.stdout.rstrip() == printed.rstrip()


@pytest.mark.parametrize("language", ["id", "en"])
def test_help_speaks_both_languages(language: str) -> None:
    done = subprocess.run([SEKALI, "--help", "--lang", language], capture_output=True, text=True, check=True)

    for words in COMMANDS.values():
        assert words.in_language("id" if language == "id" else "en") in " ".join(done.stdout.split())


@pytest.mark.parametrize("arguments", [["--help"], ["check", "processes/purbalingga"], ["--version"]])
def test_quick_commands_import_nothing_heavy(arguments: list[str]) -> None:
    program = f"import sys\nfrom flows.commands.main import run\ntry:\n    run({arguments!r})\nfinally:\n    print(*sys.modules, file=sys.stderr)"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=PLAIN, check=True)

    heavy = {"prefect", "networkx", "sqlalchemy", "rich", "graphviz", "httpx2", "stamina", "pybreaker", "fastapi"}
    heavy |= {"uvicorn", "jinja2", "openpyxl", "typst"}
    assert not heavy & set(done.stderr.split())


def test_the_picture_in_the_readme_is_current(tmp_path: Path) -> None:
    drawn = tmp_path / "drawn.svg"
    procedure = "processes/purbalingga/procedures/akta-kelahiran.yaml"

    subprocess.run([SEKALI, "draw", procedure, "--both", "--lang", "en", "-o", drawn], check=True)

    assert drawn.read_bytes() == Path("docs/akta-kelahiran.svg").read_bytes(), "draw docs/akta-kelahiran.svg again"
