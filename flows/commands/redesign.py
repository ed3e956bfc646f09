"""`sekali redesign`: the redesign, what changes, what stays and why; as text, as JSON, or as files."""

import json
from collections.abc import Collection
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import click

from analysis.certificate import Certificate, certificate_text
from analysis.change import Burden, Change, Redesign, Stay
from analysis.explaining.freeing import Freeing, freeing
from analysis.move import KIND_WORDS, Left, Move
from analysis.moves import left_as_it_is
from analysis.redesign import analysed
from analysis.remembering import Remembered, afresh
from flows.commands import freeing as what_frees
from flows.commands.catalogues import Chosen, WhatIf, chosen, what_if
from flows.commands.reviewing import Grounds, outdated_words
from flows.commands.speaking import command as made
from flows.commands.speaking import language, option, say, stop
from flows.commands.tables import at_most, heading, table
from flows.commands.watching import watch_option, watching
from flows.saving import save
from processes.catalogue import Catalogue
from processes.policy import Policy
from processes.procedure import Procedure
from processes.words import Words
from processes.writing import procedure_text

HELP = Words(
    "Merancang ulang prosedur: menghapus yang tidak perlu secara bersama-sama dan menyisipkan penelusuran data. "
    "Menunjukkan setiap perubahan dengan temuannya, dan untuk setiap isian yang tetap, alasannya.",
    "Redesigns a procedure: takes out together what is needless, and puts in look-ups. Says every change with its "
    "findings, and for every question that stays, why.",
)
CHANGE_WORDS = {
    "question dropped": Words("isian dihapus", "question dropped"),
    "document dropped": Words("dokumen dihapus", "document dropped"),
    "check dropped": Words("pemeriksaan dihapus", "check dropped"),
    "letter dropped": Words("surat dihapus", "letter dropped"),
    "signature dropped": Words("tanda tangan dihapus", "signature dropped"),
    "log-in dropped": Words("log masuk dihapus", "log-in dropped"),
    "look-up dropped": Words("penelusuran dihapus", "look-up dropped"),
    "step dropped": Words("langkah dihapus", "step dropped"),
    "look-up added": Words("penelusuran data baru", "look-up added"),
    "residual form added": Words("formulir sisa baru", "residual form added"),
    "consent added": Words("persetujuan baru", "consent added"),
    "question narrowed": Words("isian hanya bagi sebagian", "question asked of some only"),
    "document narrowed": Words("dokumen hanya bagi sebagian", "document asked of some only"),
    "log-in added": Words("log masuk baru", "log-in added"),
}


@made("redesign", HELP, "sekali redesign processes/purbalingga/procedures/akta-kelahiran.yaml --to redesigned/")
@click.argument("path")
@option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "yaml"]),
    default="table",
    words=Words("Bentuk keluaran.", "How to print it."),
)
@option(
    "--to",
    "folder",
    type=click.Path(file_okay=False),
    words=Words("Tulis prosedur dan daftar perubahan ke folder.", "Write procedure and list of changes into a folder."),
)
@option(
    "--what-frees",
    "frees",
    is_flag=True,
    words=Words(
        "Untuk setiap isian yang tetap: perjanjian, layanan, cakupan atau hukum apa yang membebaskannya.",
        "For every question that stays: which agreements, services, coverage or law would free it.",
    ),
)
@what_if
@watch_option
def command(path: str, form: str, folder: str | None, frees: bool, watch: bool, assumed: WhatIf) -> int:
    """Redesign every procedure at a path."""

    def answer(procedure: Procedure, catalogue: Catalogue, policy: Policy) -> Answer:
        redesign = analysed(procedure, catalogue, policy).redesign
        frees_it = freeing(procedure, catalogue, policy, redesign) if frees else None
        if redesign.after is None:
            return Answer(redesign, frees_it)
        return Answer(redesign, frees_it, left_as_it_is(redesign.after, catalogue, policy))

    about = Remembered(answer).about if watch else partial(afresh, answer)

    def look() -> int:
        found = chosen(path, *assumed)
        told = about(found.procedures, found.catalogue, found.policy)
        lost = Grounds(path, found).lost_by([one.answer.redesign for one in told])
        _show([_with_lost(one.answer, lost) for one in told if one.again], found, form, folder)
        return 1 if any(one.answer.redesign.after is None for one in told) else 0

    return watching(path, look) if watch else look()


class Answer(NamedTuple):
    """What there is to say about one procedure."""

    redesign: Redesign
    frees: tuple[Freeing, ...] | None  # nothing, where it was not asked for
    left: tuple[Left, ...] = ()  # what no move may change


def _with_lost(answer: Answer, lost: Collection[str]) -> Answer:
    """Return an answer with those decisions alone that have lost their ground, not those that are about something else."""
    stale = tuple(one for one in answer.redesign.stale if one.finding in lost)
    return answer._replace(redesign=replace(answer.redesign, stale=stale))


def _show(answers: list[Answer], found: Chosen, form: str, folder: str | None) -> None:
    """Print redesigns, and write them where that is wanted."""
    if form == "json":
        told = [as_data(one.redesign) | _left_data(one) | _frees_data(one) for one in answers]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    for answer in answers:
        one = answer.redesign
        if form == "yaml" and one.after is not None:
            click.echo(procedure_text(one.after))
        elif form == "table":
            click.echo(as_text(answer))
            if answer.frees is not None and one.after is not None:
                click.echo(what_frees.as_text(answer.frees) + "\n")
        if folder is not None and one.after is not None:
            for file in written(one, Path(folder)):
                click.echo(say(Words(f"ditulis: {file}", f"written: {file}")), err=form != "table")
        if one.after is None and form != "table":
            click.echo(refusal(one), err=True)


def _frees_data(answer: Answer) -> dict[str, Any]:
    return {} if answer.frees is None else {"what_frees": what_frees.as_data(answer.frees)}


def certificate_for(redesign: Redesign) -> Certificate:
    """Return the certificate of a redesign, which the checker has accepted: without one nothing is written, drawn or run.

    Raises:
        click.exceptions.Exit: After saying so, if there is none.
    """
    if redesign.certificate is None:
        raise stop(
            Words(
                f"Rancang ulang '{redesign.before.id}' tidak memiliki sertifikat; ia tidak ditulis, digambar, atau dijalankan.",
                f"The redesign of '{redesign.before.id}' has no certificate; it is not written, drawn or run.",
            )
        )
    return redesign.certificate


def written(redesign: Redesign, folder: Path) -> list[Path]:
    """Write a redesigned procedure and, next to it, its changes and its certificate; return the files.

    Raises:
        click.exceptions.Exit: After saying so, if there is no certificate; then nothing is written.
    """
    assert redesign.after is not None  # noqa: S101  # callers have asked
    claims = certificate_for(redesign)
    procedure = folder / f"{redesign.after.id}.yaml"
    changes = folder / f"{redesign.after.id}.changes.json"
    certificate = folder / f"{redesign.after.id}.certificate.json"
    made = f"Redesigned from '{redesign.before.id}'; what changed and why stands in {changes.name}."
    save(procedure, procedure_text(redesign.after, header=[made]))
    save(changes, json.dumps(as_data(redesign), ensure_ascii=False, indent=2) + "\n")
    save(certificate, certificate_text(claims))
    return [procedure, changes, certificate]


def refusal(redesign: Redesign) -> str:
    """Return why there is no redesign."""
    head = say(
        Words(
            f"{redesign.before.id}: tidak dapat dirancang ulang, karena:",
            f"{redesign.before.id}: cannot be redesigned, because:",
        )
    )
    return "\n".join([head, *(f"  - {reason.in_language(language())}" for reason in redesign.refused)])


def as_text(answer: Answer) -> str:
    """Return a redesign as people read it: the figures, the changes, the moves, what stays."""
    redesign = answer.redesign
    parts = [heading(f"{redesign.before.title.in_language(language())} ({redesign.before.id})")]
    if redesign.after is None:
        return "\n\n".join([*parts, refusal(redesign)]) + "\n"
    parts += [one for one in (figures(redesign), proof(redesign)) if one]
    if redesign.changes:
        heads = [
            say(Words("perubahan", "change")),
            say(Words("langkah", "step")),
            say(Words("tentang", "about")),
            say(Words("penjelasan", "because")),
            say(Words("temuan", "findings")),
        ]
        rows = [
            [
                CHANGE_WORDS[one.kind].in_language(language()),
                one.step,
                one.subject,
                one.says.in_language(language()),
                " ".join(one.findings),
            ]
            for one in redesign.changes
        ]
        parts.append(table(heads, rows))
    else:
        parts.append(say(Words("Tidak ada yang dapat dihapus.", "Nothing can go.")))
    parts += [one for one in (moves(redesign), left(answer), stale(redesign)) if one]
    if redesign.stays:
        heads = [
            say(Words("tetap ditanyakan di", "still asked at")),
            say(Words("apa", "what")),
            say(Words("mengapa", "why")),
        ]
        parts.append(
            table(heads, [[one.step, one.subject, one.why.in_language(language())] for one in redesign.stays], wide=90)
        )
    return "\n\n".join(parts) + "\n"


def moves(redesign: Redesign) -> str:
    """Return what was placed better after the fewest questions were found, each move with its own gain; empty, if nothing was."""
    heads = [
        say(Words("pemindahan", "move")),
        say(Words("langkah", "steps")),
        say(Words("mengapa boleh", "why it may")),
        say(Words("menit warga", "citizen minutes")),
        say(Words("menit petugas", "agency minutes")),
        say(Words("menit sampai selesai", "minutes to the end")),
        say(Words("nomor", "id")),
    ]
    rows = [
        [
            KIND_WORDS[one.kind].in_language(language()),
            ", ".join(one.steps),
            one.why.in_language(language()),
            *(f"{gain:.1f}" for gain in (one.gain.citizen, one.gain.agency, one.gain.elapsed)),
            one.id,
        ]
        for one in redesign.moves
    ]
    return table(heads, rows, right=frozenset({3, 4, 5})) if rows else ""


def left(answer: Answer) -> str:
    """Return what no move may change, and why; empty, if there is nothing."""
    heads = [say(Words("tetap seperti adanya", "left as it is")), say(Words("mengapa", "why"))]
    rows = [[one.step, one.why.in_language(language())] for one in answer.left]
    return table(heads, rows, wide=90) if rows else ""


def stale(redesign: Redesign) -> str:
    """Return the reviewers' decisions that are not applied because their ground is no more."""
    return "\n".join(say(outdated_words(one)) for one in redesign.stale)


def proof(redesign: Redesign) -> str:
    """Return whether the redesign is proven to ask least, or by how much it may miss that."""
    best = redesign.optimum
    if best is None:
        return ""
    if best.proven:
        told = Words(
            "Terbukti: tidak ada pilihan lain atas isian, dokumen, pemeriksaan, dan pemasok (satu untuk setiap fakta) yang meminta lebih sedikit.",
            "Proven: no other choice of questions, documents, checks and suppliers (one a fact) asks less.",
        )
    elif best.gap <= 0:
        told = Words(
            "Terbukti: tidak ada pilihan lain yang meminta lebih sedikit dari warga; pekerjaan instansi mungkin masih dapat berkurang.",
            "Proven: no other choice asks less of people; agencies might have less to do with another.",
        )
    else:
        most = at_most(best.gap)
        told = Words(
            f"Terbaik yang ditemukan; paling banyak {most} menit di atas yang paling ringan.",
            f"The best that was found; at most {most} minutes above the least.",
        )
    if redesign.on_returns:
        forms = ", ".join(f"'{one}'" for one in redesign.on_returns)
        told = Words(
            f"{told.id} Di luar itu: {forms}, yang tetap hanya bagi yang dikembalikan.",
            f"{told.en} Not counted in that: {forms}, which stays just for those who are sent back.",
        )
    return say(told)


def figures(redesign: Redesign) -> str:
    """Return the burden before and after, a case on average."""
    before, after = redesign.burden_before, redesign.burden_after
    if before is None or after is None:
        return ""
    heads = [
        say(Words("rata-rata per kasus", "a case on average")),
        say(Words("saat ini", "today")),
        say(Words("rancang ulang", "redesigned")),
    ]
    named = [
        (Words("isian", "questions"), before.questions, after.questions),
        (Words("dokumen", "documents"), before.documents, after.documents),
        (Words("urusan dengan formulir", "dealings with a form"), before.contacts, after.contacts),
        (Words("menit warga", "citizen minutes"), before.citizen_minutes, after.citizen_minutes),
        (Words("menit petugas", "agency minutes"), before.agency_minutes, after.agency_minutes),
    ]
    return table(
        heads, [[say(words), f"{one:.1f}", f"{other:.1f}"] for words, one, other in named], right=frozenset({1, 2})
    )


def as_data(redesign: Redesign) -> dict[str, Any]:
    """Return a redesign as plain data, texts in both languages."""
    return {
        "procedure": redesign.before.id,
        "redesign": redesign.after.id if redesign.after else None,
        "refused": [reason._asdict() for reason in redesign.refused],
        "burden": {"before": _burden(redesign.burden_before), "after": _burden(redesign.burden_after)},
        "changes": [_change(one) for one in redesign.changes],
        "stays": [_stay(one) for one in redesign.stays],
        "moves": [_moved(one) for one in redesign.moves],
        "on_returns": list(redesign.on_returns),
        "outdated_decisions": [one.finding for one in redesign.stale],
        "optimum": None if (best := redesign.optimum) is None else {"proven": best.proven, "gap": best.gap},
    }


def _moved(one: Move) -> dict[str, Any]:
    gain = {"citizen": one.gain.citizen, "agency": one.gain.agency, "elapsed": one.gain.elapsed}
    return {
        "id": one.id,
        "kind": one.kind,
        "steps": list(one.steps),
        "into": one.into,
        "over": list(one.over),
        "why": one.why._asdict(),
        "gain": gain,
        "findings": list(one.findings),
    }


def _left_data(answer: Answer) -> dict[str, Any]:
    return {"left": [{"step": one.step, "why": one.why._asdict()} for one in answer.left]}


def _burden(burden: Burden | None) -> dict[str, float] | None:
    if burden is None:
        return None
    names = ("questions", "documents", "contacts", "citizen_minutes", "agency_minutes")
    return {name: getattr(burden, name) for name in names}


def _change(one: Change) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "step": one.step,
        "subject": one.subject,
        "says": one.says._asdict(),
        "findings": list(one.findings),
    }


def _stay(one: Stay) -> dict[str, Any]:
    return {"step": one.step, "subject": one.subject, "why": one.why._asdict()}
