"""`sekali digest`: in numbers, what waits and what look-ups came to; decides nothing."""

import json
from datetime import timedelta
from typing import Any

import click

from flows.commands.cases import opened
from flows.commands.speaking import command as made
from flows.commands.speaking import language, option, say
from flows.commands.tables import heading, table
from flows.metrics import metrics
from flows.outcomes import OUTCOMES
from flows.store.case_store import CaseStore
from flows.store.counting import look_ups, stands
from flows.whereabouts import newest, rows
from processes.words import Words, same

HELP = Words(
    "Ringkasan dalam angka, untuk dibaca setiap pagi: kasus yang menunggu, di mana dan sejak kapan, dan hasil pencarian ke "
    "registri beberapa hari ini. Tanpa data siapa pun. Dengan --format prometheus: untuk pemantauan.",
    "A summary in numbers, to be read each morning: which cases wait, where and since when, and what look-ups of the last "
    "days came to. Nobody's data are in it. With --format prometheus: for monitoring.",
)


@made("digest", HELP, "sekali digest --days 7")
@option(
    "--days",
    type=click.IntRange(1, 3660),
    default=1,
    show_default=True,
    words=Words("Pencarian dalam sekian hari.", "Look-ups of so many days."),
)
@option("--store", metavar="FILE", words=Words("Penyimpanan kasus.", "The case store."))
@option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "prometheus"]),
    default="text",
    words=Words("Bentuk keluaran.", "How to print it."),
)
def command(days: int, store: str | None, form: str) -> int:
    """Print the digest."""
    cases = opened(store)
    try:
        if form == "prometheus":
            click.echo(metrics(cases), nl=False)
            return 0
        since = (cases.clock() - timedelta(days)).isoformat(timespec="seconds")
        waiting = _waiting(cases)
        asked = [
            {"service": one.service, "outcome": say(OUTCOMES.get(one.outcome, same(one.outcome))), "cases": one.cases}
            for one in look_ups(cases, since)
        ]
    finally:
        cases.close()
    if form == "json":
        click.echo(json.dumps({"waiting": waiting, "look-ups": asked}, ensure_ascii=False, indent=1))
        return 0
    click.echo(heading(say(Words("Yang menunggu", "What waits"))))
    click.echo(_table(waiting) if waiting else say(Words("Tidak ada.", "Nothing.")))
    click.echo("\n" + heading(say(Words(f"Pencarian {days} hari ini", f"Look-ups of {days} days"))))
    heads = {
        "service": Words("layanan", "service"),
        "outcome": Words("hasil", "outcome"),
        "cases": Words("kasus", "cases"),
    }
    named = [{say(heads[key]): value for key, value in one.items()} for one in asked]
    click.echo(_table(named) if named else say(Words("Tidak ada.", "None.")))
    return 0


def _waiting(cases: CaseStore) -> list[dict[str, Any]]:
    """Return what waits, by procedure."""
    procedure, found = say(Words("prosedur", "procedure")), list[dict[str, Any]]()
    for name in cases.procedures():
        some = [one for one in stands(cases, name) if one.state == "waiting"]
        found += [{procedure: name} | row for row in rows(some, newest(cases, name), language())]
    return found


def _table(some: list[dict[str, Any]]) -> str:
    heads = list(some[0])
    numbers = frozenset(n for n, head in enumerate(heads) if isinstance(some[0][head], int))
    return table(heads, [[str(row[head]) for head in heads] for row in some], right=numbers)
