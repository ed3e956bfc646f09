"""`sekali migrate`: which waiting cases go on under another procedure, and their moving; decides nothing."""

import json
import os
import sys
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

import click

from flows.commands.catalogues import WhatIf, chosen, what_if
from flows.commands.run import after, day_of, only
from flows.commands.speaking import command as made
from flows.commands.speaking import language, option, say, stop
from flows.commands.tables import table
from flows.migrating import LOTS, Judged, judged, moving_over
from flows.settings import store_of
from flows.store.case_store import CaseStore
from flows.store.definitions import Definition
from flows.store.errors import StoreError
from flows.store.standing import standing
from processes.words import Words

HELP = Words(
    "Memindahkan kasus yang belum selesai ke prosedur yang baru: menurut rancang ulangnya, atau prosedur seperti tertulis kini "
    "(--today). Ditunjukkan dahulu kasus mana yang pindah, yang tetap, dan yang perlu orang, dengan alasannya (--plan: itu saja). "
    "Yang tidak pindah selesai menurut prosedur tempat ia dimulai.",
    "Moves cases that are not closed to the new procedure: its redesign, or the procedure as it is written now (--today). Shows "
    "first which cases move, which stay and which need a person, and why (--plan: only that). What does not move ends on the "
    "procedure it began with.",
)
EXAMPLES = 3  # cases named in a row of the table


class Row(NamedTuple):
    """Cases that stand at the same place and of which the same becomes, for the same reason."""

    one: Judged
    keys: tuple[str, ...]


@made("migrate", HELP, "sekali migrate processes/purbalingga/procedures/akta-kelahiran.yaml --plan")
@click.argument("path")
@option(
    "--redesign/--today",
    "redesign",
    default=True,
    words=Words(
        "Ke rancang ulang, atau ke prosedur seperti tertulis.", "To the redesign, or to the procedure as written."
    ),
)
@option("--plan", is_flag=True, words=Words("Tunjukkan saja.", "Only show it."))
@option("--yes", is_flag=True, words=Words("Pindahkan tanpa bertanya lagi.", "Move them without asking again."))
@option("--by", metavar="WHO", default="", words=Words("Siapa yang memindahkan.", "Who moves them."))
@option("--store", metavar="FILE", words=Words("Penyimpanan kasus.", "The case store."))
@what_if
@option("--date", "day", metavar="DATE", words=Words("Hari ini.", "What today is."))
@option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    words=Words("Bentuk keluaran.", "How to print it."),
)
def command(
    path: str,
    redesign: bool,
    plan: bool,
    yes: bool,
    by: str,
    store: str | None,
    assumed: WhatIf,
    day: str | None,
    form: str,
) -> int:
    """Show what becomes of the open cases, and move those that may move."""
    today = day_of(day)
    found = chosen(path, *assumed._replace(on=assumed.on or day))
    procedure = only(found, path)
    definition = Definition(after(found, procedure) if redesign else procedure, found.catalogue, found.policy, redesign)
    try:
        cases = CaseStore.open(store_of(os.environ, store), must_exist=True)
    except StoreError as error:
        raise stop(error.words) from None
    try:
        number = cases.number_of(definition)
        told = list(judged(standing(cases, procedure.id, number or 0), cases.definition, definition, today))
        moved = [one.moved for one in told if one.moved is not None]
        _show(_rows(told), form)
        if plan or not moved or not _sure(len(moved), yes=yes):
            return 0
        cases.set_law(procedure.id, found.catalogue)
        if not cases.repin(cases.pin(procedure.id, definition), moved, moving_over(definition.procedure, by)):
            raise stop(
                Words(
                    "Beberapa kasus baru saja berubah, jadi tidak ada yang dipindahkan. Ulangi.",
                    "Some cases have just changed, so none was moved. Call it again.",
                )
            )
    finally:
        cases.close()
    n = len(moved)
    click.echo(
        say(
            Words(
                f"{n} kasus dipindahkan; 'sekali run' menjalankannya.",
                f"{n} {'case was' if n == 1 else 'cases were'} moved; 'sekali run' takes them on.",
            )
        ),
        err=True,
    )
    return 0


def _rows(told: Sequence[Judged]) -> list[Row]:
    """Put the same together: first what moves, then what stays; the many before the few."""

    def same(one: Judged) -> tuple[int, str, str]:
        return list(LOTS).index(one.lot), one.at, one.why.en

    rows = [
        Row(some[0], tuple(one.key for one in some))
        for _, its in groupby(sorted(told, key=same), same)
        if (some := list(its))
    ]
    return sorted(rows, key=lambda row: (list(LOTS).index(row.one.lot), -len(row.keys)))


def _show(rows: Sequence[Row], form: str) -> None:
    if form == "json":
        data = [
            {"lot": row.one.lot, "at": row.one.at, "why": say(row.one.why), "number": len(row.keys), "cases": row.keys}
            for row in rows
        ]
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
        return
    if not rows:
        click.echo(say(Words("Tidak ada kasus terbuka pada prosedur lain.", "No open case is on another procedure.")))
        return
    heads = [
        Words("", ""),
        Words("kasus", "cases"),
        Words("kini pada", "now at"),
        Words("karena", "because"),
        Words("misalnya", "such as"),
    ]
    cells = [
        [
            say(LOTS[row.one.lot]),
            str(len(row.keys)),
            row.one.at or "-",
            say(row.one.why),
            ", ".join(row.keys[:EXAMPLES]),
        ]
        for row in rows
    ]
    click.echo(table([say(head) for head in heads], cells, right=frozenset({1})))
    counts = {lot: sum(len(row.keys) for row in rows if row.one.lot == lot) for lot in LOTS}
    click.echo(
        "\n" + ", ".join(f"{number} {LOTS[lot].in_language(language())}" for lot, number in counts.items()) + "."
    )


def _sure(number: int, *, yes: bool) -> bool:
    """Whether the cases are to be moved: whoever is at a terminal is asked, everybody else has to say so."""
    if yes:
        return True
    if not sys.stdin.isatty():
        click.echo(
            say(Words("Ulangi dengan --yes untuk memindahkan.", "Call it again with --yes to move them.")), err=True
        )
        return False
    return click.confirm(say(Words(f"Pindahkan {number} kasus?", f"Move {number} cases?")), err=True)
