"""`sekali analyse`: findings as a table or as JSON."""

import json
from collections import Counter
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import click

from analysis.compiling import compiled
from analysis.finding import Finding
from analysis.findings.asked_elsewhere import asked_elsewhere
from analysis.findings.decisions import Judged, judged
from analysis.findings.leaning import Leaning, leaning
from analysis.redesign import analysed
from analysis.remembering import Remembered, afresh
from analysis.removal import Today
from flows.commands.catalogues import Chosen, WhatIf, chosen, what_if
from flows.commands.reviewing import Grounds, decision_words, outdated_words
from flows.commands.speaking import command as made
from flows.commands.speaking import language, option, say
from flows.commands.tables import heading, table
from flows.commands.watching import watch_option, watching
from processes.catalogue import Catalogue
from processes.policy import Decision, Policy
from processes.procedure import Procedure
from processes.words import Words

HELP = Words(
    "Menunjukkan isian, dokumen, pemeriksaan, surat, dan langkah yang tidak perlu, masing-masing dengan tempatnya di "
    "dalam berkas; untuk beberapa prosedur sekaligus juga yang ditanyakan lebih dari satu instansi. "
    "Kode keluar 1 bila prosedurnya sendiri cacat (ada fakta yang kurang, atau alurnya tidak sehat).",
    "Says which questions, documents, checks, letters and steps are needless, each with the places in the files that "
    "make it so; of several procedures at once also what more than one agency asks. "
    "Exit code 1 if the procedure itself is at fault (a fact is missing, or it is unsound).",
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
@watch_option
def command(path: str, form: str, assumed: WhatIf, witnesses: bool, watch: bool) -> int:
    """Print the findings about every procedure at a path."""
    about = Remembered(_own).about if watch else partial(afresh, _own)
    printed: dict[str, tuple[Result, Judged]] = {}

    def look() -> int:
        found = chosen(path, *assumed)
        told = about(found.procedures, found.catalogue, found.policy)
        results = [_with_others(one.answer, found) for one in told]
        review = judged(
            [one for result in results for one in result.findings], found.policy, [one.id for one in found.procedures]
        )
        grounds = Grounds(path, found)
        review = replace(review, stale=tuple(one for one in review.stale if grounds.lost(one)))
        _show([one for one in results if printed.get(one.procedure.id) != (one, review)], review, form, witnesses)
        printed.clear()
        printed.update({one.procedure.id: (one, review) for one in results})
        return 1 if any(one.blocks for result in results for one in result.findings) else 0

    return watching(path, look) if watch else look()


class Result(NamedTuple):
    """What there is to say about one procedure."""

    procedure: Procedure
    findings: tuple[Finding, ...]
    complete: bool  # whether all sets of findings that lean on each other are told


def _show(results: list[Result], review: Judged, form: str, witnesses: bool) -> None:
    if form == "json":
        click.echo(json.dumps([as_data(result, review) for result in results], ensure_ascii=False, indent=2))
    else:
        for result in results:
            click.echo(as_text(result, review, witnesses=witnesses))
    for decision in review.stale:
        click.echo(f"{decision.where}: {say(outdated_words(decision))}", err=True)


def _own(procedure: Procedure, catalogue: Catalogue, policy: Policy) -> Result:
    """Return what there is to say about a procedure by itself."""
    findings = analysed(procedure, catalogue, policy).findings
    leans = Leaning((), complete=True)
    if not any(one.blocks for one in findings):
        leans = leaning(Today(compiled(procedure, catalogue, policy)), findings)
    return Result(procedure, leans.told(findings), leans.complete)


def _with_others(result: Result, found: Chosen) -> Result:
    """Return a result with what other procedures of the same look have to do with it."""
    elsewhere = asked_elsewhere(result.procedure, found.catalogue, found.procedures)
    return result._replace(findings=(*result.findings, *elsewhere))


def as_text(result: Result, review: Judged, *, witnesses: bool) -> str:
    """Return the findings about a procedure as a table, with the places under each."""
    procedure = result.procedure
    title = heading(f"{procedure.title.in_language(language())} ({procedure.id})")
    if not result.findings:
        return f"{title}\n{say(Words('Tidak ada temuan.', 'Nothing was found.'))}\n"
    decided = {one.id: decision for one, decision in review.decided}
    rows = []
    for one in result.findings:
        rows.append(
            [
                one.kind_words.in_language(language()),
                one.step,
                one.subject,
                one.says.in_language(language()),
                one.id,
            ]
        )
        notes = [witness.in_language(language()) for witness in one.witnesses] if witnesses else []
        notes += [say(leaning_words(one))] if one.leans_on else []
        notes += [say(decision_words(decided[one.id]))] if one.id in decided else []
        rows += [["", "", "", f"· {note}", ""] for note in notes]
    heads = [
        say(Words("temuan", "finding")),
        say(Words("langkah", "step")),
        say(Words("tentang", "about")),
        say(Words("penjelasan", "because")),
        "id",
    ]
    counted = Counter(one.kind_words.in_language(language()) for one in result.findings)
    total = ", ".join(f"{number} {kind}" for kind, number in counted.most_common())
    more = "" if result.complete else f"\n{say(NOT_ALL)}"
    return f"{title}\n\n{table(heads, rows, wide=76)}\n\n{total}{more}\n"


NOT_ALL = Words(
    "Mungkin masih ada temuan lain yang saling bergantung: pencariannya dibatasi.",
    "More findings may lean on each other: the search for them is bounded.",
)
MOST_SETS = 4  # of findings on which one leans, that are shown


def leaning_words(one: Finding) -> Words:
    """Return on which other findings one leans: with all of one of these sets it does not hold."""
    sets = "; ".join(" + ".join(ids) for ids in one.leans_on[:MOST_SETS])
    more = f"; … ({len(one.leans_on) - MOST_SETS})" if len(one.leans_on) > MOST_SETS else ""
    return Words(f"bergantung pada: {sets}{more}", f"leans on: {sets}{more}")


def as_data(result: Result, review: Judged) -> dict[str, Any]:
    """Return the findings about a procedure as plain data, texts in both languages."""
    decided = {one.id: decision for one, decision in review.decided}
    name = result.procedure.id
    return {
        "procedure": name,
        "findings": [_finding(one, decided.get(one.id)) for one in result.findings],
        "leaning_complete": result.complete,
        "outdated_decisions": [_decision(one) for one in review.stale if one.procedure in (None, name)],
    }


def _finding(one: Finding, decision: Decision | None) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "blocks": one.blocks,
        "step": one.step,
        "subject": one.subject,
        "says": one.says._asdict(),
        "witnesses": [
            {"file": w.where.file, "line": w.where.line, "column": w.where.column, "role": w.role._asdict()}
            for w in one.witnesses
        ],
        "leans_on": [list(ids) for ids in one.leans_on],
        "decision": _decision(decision) if decision is not None else None,
    }


def _decision(one: Decision) -> dict[str, Any]:
    return {
        "finding": str(one.finding),
        "decision": one.decision,
        "by": str(one.by),
        "on": one.on.isoformat(),
        "why": str(one.why) if one.why else None,
    }
