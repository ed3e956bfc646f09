"""`sekali erase`: the data of closed cases go, the audit trail stays; decides nothing."""

from collections.abc import Mapping
from datetime import date

import click

from flows import erasing
from flows.commands.cases import opened, the_case
from flows.commands.run import day_of
from flows.commands.settings_here import settings_here
from flows.commands.speaking import USAGE_FAULT, option, say, stop
from flows.commands.speaking import command as made
from flows.store.rows import Kept
from processes.words import Words, same

HELP = Words(
    "Menghapus data sebuah kasus yang sudah selesai, semua yang selesai sebelum suatu tanggal (--closed-before), atau semua yang masa "
    "simpannya menurut pengaturan telah lewat (--due); keduanya tanpa --yes hanya dihitung: jawaban, nilai, dan dokumen yang terbit. "
    "Yang tinggal: bahwa kasus itu ada, cara berakhirnya, dan jejak auditnya.",
    "Erases the data of a closed case, of all that were closed before a day (--closed-before), or of all that have been kept for as "
    "long as the settings say (--due); without --yes these two are only counted: answers, values, what was issued. What stays: that "
    "the case was there, how it ended, and its audit trail.",
)


@made("erase", HELP, "sekali erase AK-00017 --why 'kept as long as the law says'")
@click.argument("case", required=False)
@option(
    "--why",
    metavar="TEXT",
    default="",
    words=Words("Alasannya, tanpa data pribadi.", "Why, without anybody's data."),
)
@option("--by", metavar="WHO", default="", words=Words("Siapa yang menghapus.", "Who erases it."))
@option(
    "--closed-before",
    "day",
    metavar="DATE",
    words=Words("Semua yang selesai sebelum tanggal ini.", "All that were closed before this day."),
)
@option(
    "--due",
    is_flag=True,
    words=Words("Semua yang masa simpannya lewat.", "All that have been kept long enough."),
)
@option(
    "--settings", metavar="FILE", words=Words("Pengaturan, dengan masa simpan.", "The settings, with the retention.")
)
@option("--date", "on", metavar="DATE", words=Words("Hari ini.", "What today is."))
@option("--yes", is_flag=True, words=Words("Benar-benar hapus.", "Really erase them."))
@option("--procedure", metavar="NAME", words=Words("Hanya prosedur ini.", "Just this procedure."))
@option("--store", metavar="FILE", words=Words("Penyimpanan kasus.", "The case store."))
def command(
    case: str | None,
    why: str,
    by: str,
    day: str | None,
    due: bool,
    settings: str | None,
    on: str | None,
    yes: bool,
    procedure: str | None,
    store: str | None,
) -> int:
    """Erase cases."""
    if (case is not None) + (day is not None) + due != 1:
        raise stop(
            Words("Sebutkan satu kasus, --closed-before, atau --due.", "Name a case, --closed-before, or --due."),
            USAGE_FAULT,
        )
    if not due and not why:
        raise stop(Words("--why belum disebut.", "--why is missing."), USAGE_FAULT)
    before = None if day is None else _day(day)
    retention = _retention(store, settings) if due else {}
    cases = opened(store)
    try:
        wanted: list[tuple[Words, list[Kept]]] = []
        if due:
            wanted += [
                (same(why) if why else kept_for(days), some)
                for of, days, some in erasing.due(cases, retention, day_of(on))
                if procedure in (None, of)
            ]
        elif before is None:
            wanted.append((same(why), [_closed(the_case(cases, case or "", procedure))]))
        else:
            wanted.append((same(why), cases.closed_before(before, procedure)))
        if case is None and not yes:
            n = sum(len(some) for _, some in wanted)
            click.echo(say(Words(f"Akan dihapus: {n} kasus. Ulangi dengan --yes.", f"To be erased: {n} cases. Call it again with --yes.")))  # fmt: skip
            return 0
        n = sum(len(erasing.erase(cases, some, reason, by)) for reason, some in wanted)
    finally:
        cases.close()
    click.echo(say(Words(f"Data {n} kasus dihapus.", f"The data of {n} {'case was' if n == 1 else 'cases were'} erased.")))  # fmt: skip
    return 0


def kept_for(days: int) -> Words:
    """Return why cases are erased that were kept for as long as the settings say."""
    return Words(f"masa simpan {days} hari telah lewat", f"they were kept for {days} days, as the settings say")


def _retention(store: str | None, settings: str | None) -> Mapping[str, int]:
    """Return how long cases are kept, or say where that is to be written."""
    said = settings_here(store, settings)
    if not said.retention:
        raise stop(
            Words(
                'Pengaturan tidak menyebut masa simpan. Tulis dalam sekali.toml: [retention], lalu prosedur = hari, atau "*" = hari.',
                'The settings do not say how long cases are kept. Write in sekali.toml: [retention], then procedure = days, or "*" = days.',
            )
        )
    return said.retention


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
