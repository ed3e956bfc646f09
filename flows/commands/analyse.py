"""`sekali analyse`: findings as a table or as JSON."""

import json
from collections import Counter
from typing import Any

import click

from analysis.finding import BLOCKING, KIND_WORDS, Finding
from analysis.redesign import Analysis, analysed
from flows.commands.catalogues import WhatIf, chosen, what_if
from flows.commands.speaking import command as made
from flows.commands.speaking import language, option, say
from flows.commands.tables import heading, table
from processes.procedure import Procedure
from processes.words import Words

HELP = Words(
    "Menunjukkan isian, dokumen, pemeriksaan, surat, dan langkah yang tidak perlu, masing-masing dengan tempatnya di "
    "dalam berkas. Kode keluar 1 bila prosedurnya sendiri cacat (ada fakta yang kurang, atau alurnya tidak sehat).",
    "Says which questions, documents, checks, letters and steps are needless, each with the places in the files that "
    "make it so. Exit code 1 if the procedure itself is at fault (a fact is missing, or it is unsound).",
)


@made("analyse", HELP, "sekali analyse processes/purbalingga/procedures/akta-kelahiran.yaml")
@click.argument("path")
@option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    words=Words("Bentuk keluaran.", "How to print it."),
)
@what_if
@option(
    "--witnesses/--no-witnesses",
    default=True,
    words=Words("Tunjukkan bukti setiap temuan.", "Show the witnesses of each finding."),
)
def command(path: str, form: str, assumed: WhatIf, witnesses: bool) -> int:
    """Print the findings about every procedure at a path."""
    found = chosen(path, *assumed)
    results = [(procedure, analysed(procedure, found.catalogue, found.policy)) for procedure in found.procedures]
    if form == "json":
        click.echo(
            json.dumps([as_data(procedure, analysis) for procedure, analysis in results], ensure_ascii=False, indent=2)
        )
    else:
        for procedure, analysis in results:
            click.echo(as_text(procedure, analysis, witnesses=witnesses))
    return 1 if any(one.kind in BLOCKING for _, analysis in results for one in analysis.findings) else 0


def as_text(procedure: Procedure, analysis: Analysis, *, witnesses: bool) -> str:
    """Return the findings about a procedure as a table, with the places under each."""
    title = heading(f"{procedure.title.in_language(language())} ({procedure.id})")
    if not analysis.findings:
        return f"{title}\n{say(Words('Tidak ada temuan.', 'Nothing was found.'))}\n"
    rows = []
    for one in analysis.findings:
        rows.append(
            [
                KIND_WORDS[one.kind].in_language(language()),
                one.step,
                one.subject,
                one.says.in_language(language()),
                one.id,
            ]
        )
        if witnesses:
            rows += [["", "", "", f"· {witness.in_language(language())}", ""] for witness in one.witnesses]
    heads = [
        say(Words("temuan", "finding")),
        say(Words("langkah", "step")),
        say(Words("tentang", "about")),
        say(Words("penjelasan", "because")),
        "id",
    ]
    counted = Counter(KIND_WORDS[one.kind].in_language(language()) for one in analysis.findings)
    total = ", ".join(f"{number} {kind}" for kind, number in counted.most_common())
    return f"{title}\n\n{table(heads, rows, wide=76)}\n\n{total}\n"


def as_data(procedure: Procedure, analysis: Analysis) -> dict[str, Any]:
    """Return the findings about a procedure as plain data, texts in both languages."""
    return {"procedure": procedure.id, "findings": [_finding(one) for one in analysis.findings]}


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "step": one.step,
        "subject": one.subject,
        "says": one.says._asdict(),
        "witnesses": [
            {"file": w.where.file, "line": w.where.line, "column": w.where.column, "role": w.role._asdict()}
            for w in one.witnesses
        ],
    }
