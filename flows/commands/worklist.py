"""`sekali worklist`: what waits for whom, the oldest case first, with what is missing in words."""

import json
from collections.abc import Collection, Mapping, Sequence

import click

from flows.commands.cases import opened
from flows.commands.settings_here import holidays_here
from flows.commands.speaking import command as made
from flows.commands.speaking import option, say, stop
from flows.commands.tables import heading, table
from flows.worklist.waiting import Item, Programs, late_in, limit_words, listed
from processes.problem import nearest
from processes.words import Words

HELP = Words(
    "Menampilkan pekerjaan setiap peran: kasus yang menunggunya, yang terlama dahulu, dan apa yang kurang, dengan kata-kata. "
    "Isi data tidak ditampilkan. Sebagai halaman: sekali serve.",
    "Lists what waits for each role: its cases, the oldest first, and what is missing, in words. Shows nobody's data. As a "
    "page: sekali serve.",
)
SHOWN = 4  # missing facts in a row; JSON has them all
MOST = 50  # rows a role, if nothing is said
HEADS = [
    Words("kasus", "case"),
    Words("prosedur", "procedure"),
    Words("langkah", "step"),
    Words("menunggu", "waits for"),
    Words("yang kurang", "missing"),
    Words("sejak", "since"),
    Words("batas waktu", "time limit"),
]


@made("worklist", HELP, "sekali worklist --role 'counter of disdukcapil'")
@option("--role", metavar="ROLE", words=Words("Hanya peran ini, seperti pada 'by'.", "Just this role, as in 'by'."))
@option("--procedure", metavar="NAME", words=Words("Hanya prosedur ini.", "Just this procedure."))
@option(
    "--most",
    type=click.IntRange(1, 100_000),
    default=MOST,
    show_default=True,
    metavar="NUMBER",
    words=Words("Paling banyak sekian untuk setiap peran.", "At most that many for each role."),
)
@option("--late", is_flag=True, words=Words("Hanya yang lewat batas waktu.", "Just what is over its time limit."))
@option("--store", metavar="FILE", words=Words("Penyimpanan kasus.", "The case store."))
@option("--settings", metavar="FILE", words=Words("Pengaturan: hari libur.", "The settings: holidays."))
@option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    words=Words("Bentuk keluaran.", "How to print it."),
)
def command(
    role: str | None,
    procedure: str | None,
    most: int,
    late: bool,
    store: str | None,
    settings: str | None,
    form: str,
) -> int:
    """List what waits for whom."""
    holidays = holidays_here(store, settings)
    cases = opened(store)
    try:
        waiting = dict(cases.waiting_by_role())
        if role is not None and role not in waiting:
            _no_work(Programs(cases).roles(), role)
        programs = Programs(cases)
        titles = programs.roles()
        work = {
            one: late_in(cases, programs, holidays, role=one, procedure=procedure, most=most)
            if late
            else listed(cases, programs, holidays, role=one, procedure=procedure, most=most).items
            for one in ([role] if role is not None else list(waiting))
        }
    finally:
        cases.close()
    if form == "json":
        each = {(item.case, item.step): item for items in work.values() for item in items}  # what has gone up is two's
        click.echo(json.dumps([_data(item) for item in each.values()], ensure_ascii=False, indent=1))
    elif not any(work.values()):
        click.echo(say(Words("Tidak ada yang menunggu.", "Nothing waits.")))
    else:
        parts = [_of_role(one, titles, items, waiting, most) for one, items in work.items() if items]
        click.echo("\n\n".join(parts))
    return 0


def _no_work(known: Collection[str], role: str) -> None:
    """Say so if a role is none that cases could ever wait for."""
    if role in known:
        return
    near = nearest(role, sorted(known))
    mend = (
        Words(f" Maksud Anda '{near}'?", f" Did you mean '{near}'?")
        if near
        else Words(f" Yang ada: {', '.join(sorted(known))}.", f" There are: {', '.join(sorted(known))}.")
    )
    raise stop(
        Words(
            f"Tidak ada peran '{role}' dalam prosedur yang dijalankan.{mend.id}",
            f"No procedure that is run has a role '{role}'.{mend.en}",
        )
    )


def _of_role(role: str, titles: Mapping[str, Words], items: Sequence[Item], waiting: dict[str, int], most: int) -> str:
    """Return the work of one role as text."""
    there, title = waiting.get(role, len(items)), titles.get(role) or items[0].role_title
    shown = Words(f"{len(items)} dari {there}", f"{len(items)} of {there}") if len(items) >= most < there else None
    count = say(shown) if shown else str(len(items))
    head = heading(f"{say(title)} ({role or '-'}): {count}")
    rows = [
        [
            one.key,
            say(one.procedure_title),
            f"{say(one.title)} ({one.step})" if one.waits_for != "nobody" else say(one.title),
            f"{say(one.what)}: {say(one.why)}" if one.why else say(one.what),
            _some([say(missing.words) for missing in one.missing]),
            one.since[:16].replace("T", " "),
            say(limit_words(one.deadline)) + _came_up(one, role) if one.deadline else "",
        ]
        for one in items
    ]
    return f"{head}\n{table([say(head) for head in HEADS], rows, wide=40)}"


def _came_up(item: Item, role: str) -> str:
    """Return from whom something has come up to a role."""
    if item.role == role:
        return ""
    return say(Words(f"; naik dari {item.role_title.id}", f"; come up from {item.role_title.en}"))


def _some(names: list[str]) -> str:
    """Return names, of many just the first and how many more there are."""
    if len(names) <= SHOWN + 1:
        return ", ".join(names)
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + say(Words(f" dan {more} lainnya", f" and {more} more"))


def _data(item: Item) -> dict[str, object]:
    return {
        "case": item.key,
        "number": item.case,
        "procedure": item.procedure,
        "procedure_title": say(item.procedure_title),
        "step": item.step,
        "title": say(item.title),
        "waits_for": item.waits_for,
        "why": say(item.why) if item.why else None,
        "role": item.role,
        "role_title": say(item.role_title),
        "escalated_to": item.escalated or None,
        "missing": [{"fact": one.fact, "words": say(one.words)} for one in item.missing],
        "since": item.since or None,
        "due": item.deadline.due.isoformat(timespec="seconds") if item.deadline and item.deadline.due else None,
        "late": item.deadline is not None and item.deadline.late,
    }
