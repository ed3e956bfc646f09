"""`sekali cases`: lists cases and what they wait for; without anybody's data."""

import json
import os
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

import click

from flows import keeping
from flows.audit import displayed
from flows.case_files import title_of
from flows.commands.settings_here import holidays_here
from flows.commands.speaking import command as made
from flows.commands.speaking import language, option, say, stop
from flows.commands.tables import table
from flows.compiling import compiled
from flows.contesting import Contest, contests
from flows.deadlines import Deadline, deadlines
from flows.look_up_steps import NOT_LISTED
from flows.moving import Moving
from flows.origins import origins
from flows.outcomes import WAITS_FOR, told
from flows.returning import KINDS
from flows.settings import store_of
from flows.store.case_store import CaseStore
from flows.store.errors import StoreError
from flows.store.rows import Kept, Ready, Returned, Waiting
from flows.worklist.task import offer_words
from flows.worklist.waiting import limit_words
from processes.case import Value
from processes.resolved import Resolved, resolved
from processes.words import Words

HELP = Words(
    "Menampilkan kasus yang menunggu: langkahnya, apa yang ditunggu, dan siapa yang dapat menjawab; atau semua kasus. "
    "Data pribadi tidak ditampilkan, kecuali dengan --show: semua data satu kasus, dan dari mana asalnya; siapa yang "
    "melihatnya (--by) dicatat dalam jejak audit.",
    "Lists the cases that wait: at which step, for what, and who can answer; or all cases. Shows nobody's data, but with "
    "--show: all data of one case, and where they come from; who looks (--by) is noted in the audit trail.",
)
STATES = {
    "ready": Words("siap", "ready"),
    "waiting": Words("menunggu", "waiting"),
    "issued": Words("diterbitkan", "issued"),
    "refused": Words("ditolak", "refused"),
    "erased": Words("datanya dihapus", "its data erased"),
}


@made("cases", HELP, "sekali cases --waiting --procedure akta-kelahiran")
@option("--store", metavar="FILE", words=Words("Penyimpanan kasus.", "The case store."))
@option(
    "--settings",
    metavar="FILE",
    words=Words("Dengan --show: pengaturan, untuk hari libur.", "With --show: the settings, for holidays."),
)
@option(
    "--waiting/--all",
    "waiting",
    default=True,
    words=Words("Hanya yang menunggu, atau semuanya.", "Just those that wait, or all."),
)
@option("--procedure", metavar="NAME", words=Words("Hanya prosedur ini.", "Just this procedure."))
@option("--who", metavar="NAME", words=Words("Hanya yang dapat dijawab oleh ini.", "Just what this one can answer."))
@option(
    "--show",
    "shown_case",
    metavar="CASE",
    words=Words(
        "Tampilkan data kasus ini, masing-masing dengan asalnya.",
        "Show the data of this case, each with where it is from.",
    ),
)
@option("--by", metavar="WHO", default="", words=Words("Dengan --show: siapa yang melihat.", "With --show: who looks."))
@option("--why", metavar="TEXT", default="", words=Words("Dengan --show: untuk apa.", "With --show: what for."))
@option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    words=Words("Bentuk keluaran.", "How to print it."),
)
def command(
    store: str | None,
    settings: str | None,
    waiting: bool,
    procedure: str | None,
    who: str | None,
    shown_case: str | None,
    by: str,
    why: str,
    form: str,
) -> int:
    """List cases, or show one."""
    cases = opened(store)
    try:
        if shown_case is not None:
            holidays = holidays_here(store, settings)
            _show(cases, the_case(cases, shown_case, procedure), form, by, why, holidays)
            return 0
        if waiting or who:
            rows = _waiting(cases, procedure, who)
            heads = [
                Words("kasus", "case"),
                Words("langkah", "step"),
                Words("menunggu", "waits for"),
                Words("siapa", "who"),
                Words("yang kurang", "missing"),
            ]
        else:
            rows = _all(cases, procedure)
            heads = [
                Words("kasus", "case"),
                Words("prosedur", "procedure"),
                Words("keadaan", "state"),
                Words("langkah", "step"),
            ]
        if form == "json":
            before = "["  # a case at a time: there may be millions
            for data, _ in rows:
                click.echo(before + "\n" + json.dumps(data, ensure_ascii=False), nl=False)
                before = ","
            click.echo("[]" if before == "[" else "\n]")
            return 0
        shown = [cells for _, cells in rows]
        if shown:
            click.echo(table([say(head) for head in heads], shown))
        else:
            click.echo(say(Words("Tidak ada kasus yang menunggu.", "No case waits.") if waiting else _NO_CASES))
    finally:
        cases.close()
    return 0


_NO_CASES = Words("Tidak ada kasus.", "There are no cases.")


def opened(store: str | None) -> CaseStore:
    """Open the store that a command is about, which must be there."""
    try:
        return CaseStore.open(store_of(os.environ, store), must_exist=True)
    except StoreError as error:
        raise stop(error.words) from None


def the_case(store: CaseStore, key: str, procedure: str | None) -> Kept:
    """Return the case of that key, or say why it cannot be told."""
    found = store.find(key, procedure)
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(one.procedure for one in found)
        raise stop(
            Words(
                f"Kasus '{key}' ada pada beberapa prosedur ({names}). Sebutkan dengan --procedure.",
                f"Several procedures have a case '{key}' ({names}). Say which with --procedure.",
            )
        )
    waits = next(store.waiting(procedure), None)
    example = (
        Words(f" Yang menunggu misalnya '{waits.key}'.", f" One that waits is '{waits.key}'.")
        if waits
        else Words("", "")
    )
    raise stop(Words(f"Tidak ada kasus '{key}'.{example.id}", f"There is no case '{key}'.{example.en}"))


class Models:
    """The procedures that cases are pinned to, read when they are needed."""

    def __init__(self, store: CaseStore) -> None:
        self.store = store
        self._models: dict[int, Resolved] = {}

    def of(self, definition: int) -> Resolved:
        """Return the procedure of that number."""
        if definition not in self._models:
            pinned = self.store.definition(definition)
            self._models[definition] = resolved(pinned.procedure, pinned.catalogue)
        return self._models[definition]


def _waiting(store: CaseStore, procedure: str | None, who: str | None) -> Iterator[tuple[dict[str, Any], list[str]]]:
    models = Models(store)
    for one in store.waiting(procedure, who=who):
        model = models.of(one.definition)
        missing = [model.naming.shown(name) for name in one.missing]
        data = {
            "case": one.key,
            "procedure": one.procedure,
            "step": one.step,
            "waits_for": one.waits_for,
            "who": one.who,
            "missing": missing,
            "why": one.why,
        }
        yield data, [one.key, step_words(one, model), reason(one), one.who, ", ".join(missing)]


def _show(store: CaseStore, case: Kept, form: str, by: str, why: str, holidays: Collection[date]) -> None:
    """Print what a case holds, and where each value comes from; who looks is noted in the audit trail before."""
    definition = store.definition(case.definition)
    program = compiled(definition.procedure, definition.catalogue)
    ready = Ready(case.id, case.key, case.moves, case.given, case.held)
    dates = keeping.Dates(program.model.naming)
    moving = keeping.moving(ready, program, "", dates)
    found, returns = origins(moving, program, store.passed(case.id)), store.returned(case.id)
    if found or moving.offered:
        facts = tuple(dict.fromkeys([*moving.values, *(name for one in moving.offered.values() for name in one.facts)]))
        store.note(displayed(definition.procedure, case.id, facts, by, why))
    if form == "json":
        data: list[dict[str, Any]] = [
            {
                "fact": one.fact,
                "value": one.value,
                "assurance": one.assurance.words.en,
                "sources": [{"step": s.step, "says": say(s.says), "at": s.at} for s in one.sources],
            }
            for one in found
        ]
        data += [
            {"fact": name, "sent_back": kind, "step": back.step, "why": back.why, "who": back.who, "name": back.name}
            | {"at": back.at}
            for back in returns
            for name, kind in back.marks.items()
        ]
        data += [one._asdict() | {"contested": True} for one in contests(case.given, dates)]
        data += [
            {"step": step, "offered": number + 1, "chosen": moving.chosen.get(step) == number}
            | dict(zip(offer.facts, record, strict=True))
            for step, offer in moving.offered.items()
            for number, record in enumerate(offer.records)
        ]
        click.echo(json.dumps(data, ensure_ascii=False, indent=1, default=str))
        return
    lines = [_limit(one) for one in deadlines(store, store.waits_of([case.id]), holidays).values()]
    lines += (
        [_returned(one) for one in returns]
        + _offered(moving, program.model)
        + _contested(contests(case.given, dates), program.model)
    )
    if lines:
        click.echo("\n".join(lines) + "\n")
    if not found:
        click.echo(say(Words("Kasus ini belum menyimpan data.", "The case holds no data.")))
        return
    heads = [
        Words("fakta", "fact"),
        Words("nilai", "value"),
        Words("kepastian", "how sure"),
        Words("asal", "whence"),
        Words("sejak", "as of"),
    ]
    rows = [
        [
            say(one.title),
            _value(one.value),
            say(one.assurance.words),
            "; ".join(say(source.says) for source in one.sources),
            one.sources[-1].at[:10],
        ]
        for one in found
    ]
    click.echo(table([say(head) for head in heads], rows, wide=40))


def _returned(back: Returned) -> str:
    """Return with what a case was sent back, as a line."""
    marks = ", ".join(f"{name} ({say(KINDS[kind])})" for name, kind in back.marks.items())
    who = f"{back.name}, {back.who}" if back.name else back.who
    head = say(Words("Dikembalikan", "Sent back"))
    return f"{back.at[:16].replace('T', ' ')} {head}: {marks}. {back.why} ({who}, {back.step})"


def _offered(case: Moving, model: Resolved) -> list[str]:
    """Return the records that registries offered, and which was chosen, as lines."""
    lines = []
    for step, offer in case.offered.items():
        chosen = case.chosen.get(step)
        for number, record in enumerate(offer.records):
            said = "; ".join(say(offer_words(*pair, model)) for pair in zip(offer.facts, record, strict=True))
            mark = say(Words(" (dipilih)", " (chosen)")) if chosen == number else ""
            lines.append(f"{step} --way {number + 1}: {said}{mark}")
        if chosen == NOT_LISTED:
            lines.append(f"{step}: " + say(Words("tidak satu pun dipilih", "none of them was chosen")))
    return lines


def _contested(found: list[Contest], model: Resolved) -> list[str]:
    """Return what is contested, as lines."""
    states = {
        "": Words("belum diputuskan", "not settled yet"),
        "registry": Words("isi registri benar", "the registry is right"),
        "said": Words("yang membantah benar", "what was said instead is right"),
    }
    return [
        f"{one.at[:16].replace('T', ' ')} {say(Words('Dibantah', 'Contested'))}: {say(offer_words(one.fact, one.was, model))} → "
        f"{_value(one.said)}. {one.why} ({f'{one.name}, ' if one.name else ''}{one.who}); {say(states[one.settled])}"
        for one in found
    ]


def _limit(deadline: Deadline) -> str:
    """Return what is left of a time limit, as a line."""
    told = say(limit_words(deadline))
    return f"{say(Words('Batas waktu', 'Time limit'))} {deadline.limit}: {told}"


def _value(value: Value) -> str:
    """Return a value as people read it."""
    if isinstance(value, tuple):
        return "; ".join(_value(one) for one in value)
    if isinstance(value, bool):
        return say(Words("ya", "yes") if value else Words("tidak", "no"))
    return "-" if value is None else str(value)


def step_words(wait: Waiting, model: Resolved) -> str:
    """Return a step as people know it, with its name for `sekali answer`."""
    title = title_of(model, wait.step).in_language(language())
    return f"{title} ({wait.step})" if wait.step in model.procedure.step_by_id else say(Words("pilihan", "a choice"))


def reason(wait: Waiting) -> str:
    """Return what is waited for, and why."""
    what = say(WAITS_FOR[wait.waits_for])
    return f"{what}: {say(told(wait.why))}" if wait.why else what


def _all(store: CaseStore, procedure: str | None) -> Iterator[tuple[dict[str, Any], list[str]]]:
    models = Models(store)
    for one in store.all_cases(procedure):
        state = "erased" if one.erased else one.outcome or one.state
        where = one.reason or one.position
        data = {"case": one.key, "procedure": one.procedure, "state": state, "step": where}
        title = title_of(models.of(one.definition), where).in_language(language()) if where else ""
        yield data, [one.key, one.procedure, say(STATES[state]), title]
