"""What the documents show is true: commands exist and print what is printed there, and nothing is left out."""

import os
import re
import shlex
import subprocess
import sys
from importlib import import_module
from math import ceil
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


def test_the_reckoning_for_a_nation_follows_from_what_was_measured() -> None:
    document = Path("docs/many-workers.md").read_text(encoding="utf-8")
    measured = Path("benchmarks/README.md").read_text(encoding="utf-8")
    procedures = [file.read_text(encoding="utf-8") for file in Path("processes/purbalingga/procedures").glob("*.yaml")]
    volume = sum(int(re.findall(r"(?m)^volume: (\d+) per year", text)[0]) for text in procedures)
    people = 16_500 / 0.0157  # as ktp-el.yaml says of those who turn 17
    [(rate, size)] = re.findall(r"One process moved ([\d,]+) cases a second .* takes ([\d.]+) kB there", document)
    rows = dict(re.findall(r"(?m)^\| ([^|]+?) \| (.+) \|$", document[document.index("## Reckoned") :]))

    assert f"{volume:,} cases a year in a regency of {round(people, -3):,.0f} people" in document
    assert re.search(rf"\| one process, PostgreSQL \| [\d,]+ \| [\d.]+ \| {rate}(\.\d)? \|", measured)
    assert f"{size} kB" in measured
    [held] = re.findall(r"each held (\d+) MB at most", document)
    assert f"held {held} MB at most" in measured
    for column, cases in enumerate((round(volume / people * 200e6, -5), 5 * 200e6)):
        busiest = 4 * cases * 5 / (250 * 8 * 3600)
        workers = ceil(busiest / int(rate.replace(",", "")))
        reckoned = {
            "cases a year": f"{cases / 1e6:,.1f} million".replace(".0 ", " "),
            "moves a year: cases × 5": f"{cases * 5 / 1e6:,.1f} million".replace(".0 ", " "),
            "moves a second in office hours: / (250 × 8 × 3,600)": f"{busiest / 4:,.0f}",
            "in the busiest hour: × 4": f"{busiest:,.0f}",
            f"processes that this takes: / {rate}, rounded up": f"{workers:,}",
            "with twice as many as that, for what goes wrong": f"{2 * workers:,}",
            "connections to PostgreSQL: one each, and the run": f"{2 * workers + 1:,}",
            f"the store grows by: cases × {size} kB, a year": f"{cases * float(size) * 1024 / 1e9:,.0f} GB",
        }
        assert re.search(
            rf"\b{3 * cases / (250 * 8 * 3600):,.0f}\b(?= questions a second|, and each agreement)", document
        )
        assert {name: rows[name].split(" | ")[column] for name in reckoned} == reckoned
