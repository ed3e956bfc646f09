"""`sekali audit`: the trail of who looked at what and why is exported, verified, and told to whom it is about; decides nothing."""

import io
import json
import os
import sys
from pathlib import Path

import click

from flows.audit_verifier import FAULTS, Head, Verdict, read_head, verify
from flows.citizen import as_page, as_text, looks
from flows.commands.cases import Models, opened, the_case
from flows.commands.speaking import USAGE_FAULT, command_group, language, option, say, stop
from flows.commands.speaking import command as made
from flows.saving import save
from flows.settings import store_of
from flows.store.trail import Trail
from processes.words import Words

HELP = Words(
    "Jejak audit: setiap permintaan data ke registri, dirantai dengan hash, tanpa data pribadi.",
    "The audit trail: each time a registry was asked for somebody's data, chained by hash, without personal data.",
)
EXPORT = Words(
    "Mencetak jejak audit sebagai JSON Lines: satu baris setiap kasus dan permintaan. Ujungnya (head) dicetak terpisah; simpan di "
    "tempat lain, agar terlihat bila kelak ada yang dipotong.",
    "Prints the audit trail as JSON Lines: a line for each case and look-up. Its head is told besides; keep it elsewhere, "
    "so that it shows if something is cut off later.",
)
VERIFY = Words(
    "Memeriksa jejak audit: berkas ekspor, atau jejak dalam penyimpanan. Menemukan baris yang diubah, dihapus, dipindah, disisipkan; "
    "dengan --head juga yang dipotong atau ditulis ulang. Berkas ekspor juga dapat diperiksa tanpa Sekali, dengan flows/audit_verifier.py.",
    "Verifies the audit trail: an exported file, or the trail in the store. Finds rows that were changed, dropped, moved, put in; with "
    "--head also those cut off, or written anew. An export can be verified without Sekali as well, by flows/audit_verifier.py alone.",
)
CASE = Words(
    "Memberi tahu siapa melihat data sebuah kasus, kapan, untuk apa, dan berdasarkan apa.",
    "Tells who looked at the data of a case, when, what for, and on which legal basis.",
)
STORE = Words("Penyimpanan kasus.", "The case store.")
FAULTS_ID = {
    "not a trail": "ini bukan baris pertama jejak audit",
    "not JSON": "baris ini bukan JSON, atau bentuknya tidak benar",
    "out of order": "di sini seharusnya {what}: ada baris yang hilang, dipindah, atau disisipkan",
    "differs": "baris ini berbeda dari baris lain dalam entrinya pada '{what}'",
    "changed": "hash entri {what} tidak sesuai dengan barisnya: baris itu, atau yang sebelumnya, telah diubah",
    "no end": "baris terakhir jejak ini tidak ada: jejaknya terpotong",
    "wrong end": "baris terakhir tidak sesuai dengan baris-baris sebelumnya",
    "after the end": "ada baris setelah baris terakhir",
    "another head": "hash entri {what} lain daripada ujung yang disimpan: jejaknya ditulis ulang",
    "shorter": "jejaknya berakhir sebelum entri {what}, yang ujungnya disimpan: bagian akhirnya dipotong",
    "begins later": "jejaknya mulai setelah entri {what}, yang ujungnya disimpan: jejak ini tidak dapat membuktikannya",
}


@made("export", EXPORT, "sekali audit export > trail.jsonl")
@option(
    "--after",
    type=click.IntRange(0),
    default=0,
    metavar="ENTRY",
    words=Words("Mulai setelah entri ini.", "Begin after this entry."),
)
@option("--store", metavar="FILE", words=STORE)
def export(after: int, store: str | None) -> int:
    """Print the trail."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(
            encoding="utf-8", newline="\n"
        )  # whatever the terminal speaks: the hashes are made of this
    cases = opened(store)
    line = b""
    try:
        for line in Trail(cases.engine).export(after):
            click.echo(line.decode(), nl=False)
    except LookupError:
        raise stop(Words(f"Tidak ada entri {after}.", f"There is no entry {after}."), USAGE_FAULT) from None
    finally:
        cases.close()
    last = json.loads(line)
    head = Head(last["head"], last["hash"])
    click.echo(say(Words(f"Ujung: {head}. Simpan di tempat lain.", f"Head: {head}. Keep it elsewhere.")), err=True)
    return 0


@made("verify", VERIFY, "sekali audit verify trail.jsonl --head 42-9f86d081884c7d65…")
@click.argument("exported", required=False, metavar="[EXPORT]")
@option("--head", metavar="HEAD", words=Words("Ujung yang disimpan di tempat lain.", "A head that was kept elsewhere."))
@option("--store", metavar="FILE", words=STORE)
def verification(exported: str | None, head: str | None, store: str | None) -> int:
    """Verify the trail."""
    kept = read_head(head) if head else None
    if head and kept is None:
        raise stop(
            Words(f"'{head}' bukan ujung jejak: angka-hash.", f"'{head}' is no head: it is a number, '-' and a hash."),
            USAGE_FAULT,
        )
    misplaced = None
    if exported is not None:
        with open(exported, "rb") as file:
            verdict = verify(file, kept)
        where = exported
    else:
        verdict, misplaced = _of_store(store, kept)
        where = store_of(os.environ, store)
    for fault in verdict.faults:
        says = Words(FAULTS_ID[fault.kind].format(what=fault.what), FAULTS[fault.kind].format(what=fault.what))
        click.echo(f"{where}:{fault.line}: {say(says)}.")
    if misplaced:
        click.echo(f"{where}: {say(_hidden(*misplaced))}")
    if verdict.faults or misplaced:
        return 1
    rows, end = verdict.rows, verdict.head
    click.echo(
        say(Words(f"Tidak ada yang salah: {rows} baris. Ujung: {end}", f"Nothing is wrong: {rows} lines. Head: {end}"))
    )
    return 0


def _of_store(store: str | None, kept: Head | None) -> tuple[Verdict, tuple[int, int] | None]:
    """Verify the trail in the store, and whether each case is told all of it."""
    cases = opened(store)
    try:
        trail = Trail(cases.engine)
        verdict = verify(trail.export(), kept)
        return verdict, None if verdict.faults else trail.misplaced(verdict.head.entry)
    finally:
        cases.close()


def _hidden(entry: int, case: int) -> Words:
    return Words(
        f"daftar untuk kasus nomor {case} tidak sesuai dengan jejaknya pada entri {entry}.",
        f"what the case with number {case} is told is not what the trail says at entry {entry}.",
    )


@made("case", CASE, "sekali audit case AK-00017 --lang id --html page.html")
@click.argument("case")
@option("--html", metavar="FILE", words=Words("Tulis sebagai halaman web.", "Write it as a web page."))
@option("--procedure", metavar="NAME", words=Words("Prosedur kasus itu.", "The procedure of the case."))
@option("--store", metavar="FILE", words=STORE)
def of_case(case: str, html: str | None, procedure: str | None, store: str | None) -> int:
    """Tell who looked at the data of a case."""
    cases = opened(store)
    try:
        kept = the_case(cases, case, procedure)
        model = Models(cases).of(kept.definition)
        told = list(looks(Trail(cases.engine).of_case(kept.id), model))
    finally:
        cases.close()
    title = model.procedure.title
    if html is None:
        click.echo(as_text(case, title, told, language()))
        return 0
    save(Path(html), as_page(case, title, told, language()))
    click.echo(say(Words(f"Ditulis: {html}", f"Written: {html}")))
    return 0


command = command_group("audit", HELP, "sekali audit case AK-00017", export, verification, of_case)
