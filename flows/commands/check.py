"""`sekali check`: every problem of every file, as lines or as JSON; finds none itself."""

import json
import os
from collections import Counter
from importlib import import_module

import click

from flows.commands.speaking import USAGE_FAULT, colours_wanted, option, say, stop
from flows.commands.speaking import command as made
from processes.problem import Problem, Severity
from processes.reading import Read, in_order, read
from processes.words import Words

HELP = Words(
    "Memeriksa berkas katalog: setiap masalah dengan berkas, baris, kolom, dan cara memperbaikinya; saran ditandai. "
    "Berkas yang disebut sendiri diperiksa bersama katalog yang memuatnya. "
    "Kode keluar 0 bila tidak ada masalah, 1 bila ada, 2 bila perintahnya keliru.",
    "Checks the files of a catalogue: every problem with its file, line and column and how to mend it; advice is marked so. "
    "A file named alone is checked within the catalogue it belongs to. "
    "Exit code 0 if there is no problem, 1 if there is, 2 if it was called wrongly.",
)


@made("check", HELP, "sekali check processes/purbalingga")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    words=Words(
        "Bentuk keluaran: text untuk dibaca, json untuk penyunting teks dan CI.",
        "How to print it: text to read, json for editors and CI.",
    ),
)
def command(paths: tuple[str, ...], form: str) -> int:
    """Print what is wrong with the files at some paths."""
    if "" in paths:
        words = Words(
            "Salah satu PATH kosong. Tulis nama folder atau berkas; '.' untuk folder ini.",
            "One PATH is empty. Write the name of a folder or file; '.' for this folder.",
        )
        raise stop(words, USAGE_FAULT)
    found = _with_outdated_decisions(read(paths))
    if form == "json":
        click.echo(json.dumps([as_data(problem) for problem in found.problems], ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join([*(as_line(problem) for problem in found.problems), closing(found)]))
    if not all(os.path.lexists(path) for path in paths):
        return USAGE_FAULT
    return 1 if any(problem.severity is Severity.PROBLEM for problem in found.problems) else 0


def _with_outdated_decisions(found: Read) -> Read:
    """Add advice on decisions of reviewers that have lost their ground; analysis is loaded only where somebody decided something."""
    wrong = any(problem.severity is Severity.PROBLEM for problem in found.problems)
    if wrong or not any(policy.decisions for policy in found.policies):
        return found
    outdated = import_module("flows.commands.reviewing").outdated_decisions(found)
    return found._replace(problems=in_order((*found.problems, *outdated)))


def as_line(problem: Problem) -> str:
    """Return a problem as one line: place, fault, mend and code; advice is marked as such behind its place."""
    where, fault, mend, code = f"{problem.where}:", say(problem.fault), say(problem.mend), f"[{problem.code}]"
    mark = f"{say(Words('saran', 'advice'))}: " if problem.severity is Severity.ADVICE else ""
    if colours_wanted():
        where, code = click.style(where, bold=True), click.style(code, dim=True)
        mark = click.style(mark, fg="yellow")
        fault = fault if mark else click.style(fault, fg="red")
    return f"{where} {mark}{fault} {mend} {code}"


def closing(found: Read) -> str:
    """Return the line that sums up."""
    times = Counter(problem.severity for problem in found.problems)
    problems, advices, files = times[Severity.PROBLEM], times[Severity.ADVICE], len(found.files)
    counted = Words(
        " dan ".join([f"{problems} masalah"] * (problems > 0) + [f"{advices} saran"] * (advices > 0)),
        " and ".join(_many(problems, "problem") + _many(advices, "piece of advice", "pieces of advice")),
    )
    within = Words(f"{files} berkas", f"{files} file" + "s" * (files != 1))
    if not found.problems:
        text = say(Words(f"Tidak ada masalah dalam {within.id}.", f"No problem in {within.en}."))
    elif not files:
        text = say(Words(f"{counted.id}; tidak ada berkas yang dibaca.", f"{counted.en}; no file was read."))
    else:
        text = say(Words(f"{counted.id} dalam {within.id}.", f"{counted.en} in {within.en}."))
    if colours_wanted():
        return click.style(text, bold=True, fg="red" if problems else "green")
    return text


def _many(number: int, one: str, several: str = "") -> list[str]:
    return [f"{number} {one if number == 1 else several or one + 's'}"] if number else []


def as_data(problem: Problem) -> dict[str, object]:
    """Return a problem as plain data, its texts in both languages."""
    return {
        "file": problem.where.file,
        "line": problem.where.line,
        "column": problem.where.column,
        "code": problem.code,
        "severity": str(problem.severity),
        "message": problem.fault._asdict(),
        "mend": problem.mend._asdict(),
    }
