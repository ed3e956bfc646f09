"""`sekali doctor`: all that is looked at before running, a line each; decides nothing."""

import json
import os
from collections.abc import Iterator
from datetime import date

import click

from flows.commands.catalogues import chosen
from flows.commands.run import day_of
from flows.commands.speaking import colours_wanted, option, say
from flows.commands.speaking import command as made
from flows.doctoring import Look, agreement_looks, holiday_looks, prefect_looks, registry_looks, store_looks
from flows.settings import Settings, SettingsError, settings_of, store_of
from flows.store.case_store import CaseStore
from flows.store.definitions import Definition
from flows.store.errors import StoreError
from processes.words import Words

HELP = Words(
    "Memeriksa semua yang diperlukan untuk menjalankan kasus: penyimpanan, pengaturan, registri, perjanjian yang akan habis, hari "
    "libur, kasus yang tidak berlanjut, dan Prefect; masing-masing dengan cara memperbaikinya. Kode keluar 1 bila ada yang harus diperbaiki.",
    "Looks at all that running cases needs: store, settings, registries, agreements about to end, holidays, cases that do not go "
    "on, and Prefect; each with its mend. Exit code 1 if something has to be mended.",
)
MARKS = {"well": "✓", "note": "!", "mend": "✗"}
COLOURS = {"well": "green", "note": "yellow", "mend": "red"}


@made("doctor", HELP, "sekali doctor processes/purbalingga --days 90")
@click.argument("path", required=False, metavar="[CATALOGUE]")
@option("--store", metavar="FILE", words=Words("Penyimpanan kasus.", "The case store."))
@option("--settings", metavar="FILE", words=Words("Pengaturan registri.", "The registries' settings."))
@option(
    "--days",
    type=click.IntRange(0, 3660),
    default=60,
    show_default=True,
    words=Words(
        "Perjanjian dan daftar hari libur yang habis dalam sekian hari.",
        "Agreements and holidays that end within so many days.",
    ),
)
@option("--date", "day", metavar="DATE", words=Words("Hari ini.", "What today is."))
@option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    words=Words("Bentuk keluaran.", "How to print it."),
)
def command(path: str | None, store: str | None, settings: str | None, days: int, day: str | None, form: str) -> int:
    """Print what was found."""
    today = day_of(day)
    looks = list(_looks(path, store, settings, today, days))
    if form == "json":
        told = [
            {"about": say(one.about), "state": one.state, "says": say(one.says), "mend": say(one.mend)} for one in looks
        ]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for one in looks:
            mark = MARKS[one.state]
            mark = click.style(mark, fg=COLOURS[one.state]) if colours_wanted() else mark
            mend = f" {say(one.mend)}" if one.state != "well" and say(one.mend) else ""
            click.echo(f"{mark} {say(one.about)}: {say(one.says).rstrip('.')}.{mend}")
    return 1 if any(one.state == "mend" for one in looks) else 0


def _looks(path: str | None, store: str | None, settings: str | None, today: date, days: int) -> Iterator[Look]:
    found = chosen(path) if path else None
    planned = [Definition(one, found.catalogue, found.policy, False) for one in found.procedures] if found else []
    address, about = store_of(os.environ, store), Words("penyimpanan kasus", "case store")
    cases: CaseStore | None = None
    try:
        cases = CaseStore.open(address, must_exist=True)
    except StoreError as error:
        yield Look(about, "mend" if store else "note", error.words)
    read = Settings({})
    try:
        read = settings_of(os.environ, address, settings)
    except SettingsError as error:
        for one in error.problems:
            says = Words(f"{one.where}: {one.fault.id}", f"{one.where}: {one.fault.en}")
            yield Look(Words("pengaturan", "settings"), "mend", says, one.mend)
    try:
        if cases is not None:
            yield from store_looks(cases)
        running = list(_running(cases)) if cases else []
        yield from registry_looks(read, running, planned)
        yield from agreement_looks([*running, *planned], today, days)
        yield from holiday_looks(read, [*running, *planned], today, days)
    finally:
        if cases is not None:
            cases.close()
    yield from prefect_looks(os.environ)


def _running(cases: CaseStore) -> Iterator[Definition]:
    """Yield what open cases are pinned to."""
    for procedure in cases.procedures():
        for number in cases.open_definitions(procedure):
            yield cases.definition(number)
