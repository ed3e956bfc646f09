"""`sekali events`: what really happened, for tools that mine processes; decides nothing."""

import sys
from pathlib import Path

import click

from flows.commands.cases import opened
from flows.commands.speaking import command as made
from flows.commands.speaking import option, say
from flows.events import FORMS, Form, happened
from flows.saving import save_parts
from processes.words import Words

HELP = Words(
    "Menulis apa yang benar-benar terjadi sebagai log kejadian: langkah setiap kasus, kapan, dan peran siapa; tanpa data "
    "pribadi. XES atau OCEL 2.0 (JSON), untuk pm4py, ProM, Disco dan sejenisnya.",
    "Writes what really happened as an event log: the steps of each case, when, and whose role; without personal data. "
    "XES or OCEL 2.0 (JSON), for pm4py, ProM, Disco and the like.",
)


@made("events", HELP, "sekali events --format xes --output events.xes")
@option(
    "--format",
    "form",
    type=click.Choice(list(FORMS)),
    default="xes",
    words=Words("Bentuk log.", "The form of the log."),
)
@option("--procedure", metavar="NAME", words=Words("Hanya prosedur ini.", "Just this procedure."))
@option(
    "--output",
    "-o",
    metavar="FILE",
    words=Words("Ke mana log ditulis; bila tidak disebut, dicetak.", "Where to write it; else it is printed."),
)
@option("--store", metavar="FILE", words=Words("Penyimpanan kasus.", "The case store."))
def command(form: Form, procedure: str | None, output: str | None, store: str | None) -> int:
    """Write the log."""
    cases = opened(store)
    try:
        parts = FORMS[form](happened(cases, procedure))
        if output is None:
            for part in parts:
                sys.stdout.write(part)
        else:
            save_parts(Path(output), (part.encode() for part in parts))
            click.echo(say(Words(f"Log kejadian: {output}", f"Event log: {output}")), err=True)
    finally:
        cases.close()
    return 0
