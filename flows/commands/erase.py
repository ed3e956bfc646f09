"""`sekali erase`: the data of closed cases go, the audit trail stays; decides nothing."""

from datetime import date

import click

from flows import erasing
from flows.commands.cases import opened, the_case
from flows.commands.speaking import USAGE_FAULT, option, say, stop
from flows.commands.speaking import command as made
from flows.store.case_store import Kept
from processes.words import Words

HELP = Words(
    "Menghapus data sebuah kasus yang sudah selesai, atau semua yang selesai sebelum suatu tanggal (--closed-before; tanpa --yes hanya "
    "dihitung): jawaban, nilai, dan dokumen yang terbit. Yang tinggal: bahwa kasus itu ada, cara berakhirnya, dan jejak auditnya.",
    "Erases the data of a closed case, or of all that were closed before a day (--closed-before; without --yes they are only "
    "counted): answers, values, what was issued. What stays: that the case was there, how it ended, and its audit trail.",
)


@made("erase", HELP, "sekali erase AK-00017 --why 'kept as long as the law says'")
@click.argument("case", required=False)
@option(
    "--why",
    metavar="TEXT",
    required=True,
    words=Words("Alasannya, tanpa data pribadi.", "Why, without anybody's data."),
)
@option("--by", metavar="WHO", default="", words=Words("Siapa yang menghapus.", "Who erases it."))
@option(
    "--closed-before",
    "day",
    metavar="DATE",
    words=Words("Semua yang selesai sebelum tanggal ini.", "All that were closed before this day."),
)
@option("--yes", is_flag=True, words=Words("Benar-benar hapus.", "Really erase them."))
@option("--procedure", metavar="NAME", words=Words("Hanya prosedur ini.", "Just this procedure."))
@option("--store", metavar="FILE", words=Words("Penyimpanan kasus.", "The case store."))
def command(
    case: str | None, why: str, by: str, day: str | None, yes: bool, procedure: str | None, store: str | None
) -> int:
    """Erase cases."""
    if (case is None) == (day is None):
        raise stop(Words("Sebutkan satu kasus, atau --closed-before.", "Name a case, or --closed-before."), USAGE_FAULT)
    before = None if day is None else _day(day)
    cases = opened(store)
    try:
        if before is None:
            wanted = [_closed(the_case(cases, case or "", procedure))]
        else:
            wanted = cases.closed_before(before, procedure)
            if not yes:
                n = len(wanted)
                click.echo(say(Words(f"Akan dihapus: {n} kasus. Ulangi dengan --yes.", f"To be erased: {n} cases. Call it again with --yes.")))  # fmt: skip
                return 0
        n = len(erasing.erase(cases, wanted, why, by))
    finally:
        cases.close()
    click.echo(say(Words(f"Data {n} kasus dihapus.", f"The data of {n} {'case was' if n == 1 else 'cases were'} erased.")))  # fmt: skip
    return 0


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise stop(
            Words(f"'{text}' bukan tanggal. Tulis tahun-bulan-hari.", f"'{text}' is not a date. Write year-month-day."),
            USAGE_FAULT,
        ) from None


def _closed(case: Kept) -> Kept:
    """Return a case, or say why it cannot be erased."""
    if case.erased:
        raise stop(
            Words(f"Data kasus '{case.key}' sudah dihapus.", f"The data of the case '{case.key}' are erased already.")
        )
    if case.state != "done":
        raise stop(
            Words(
                f"Kasus '{case.key}' belum selesai; data kasus baru dapat dihapus setelah selesai.",
                f"The case '{case.key}' is not closed; data can be erased when it is.",
            )
        )
    return case
