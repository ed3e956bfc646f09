"""`sekali registry`: serves a registry that is in SQL over HTTP, on this machine alone; decides nothing."""

import os
import secrets
import threading
from contextlib import suppress

import click

from flows.commands.catalogues import chosen
from flows.commands.settings_here import settings_here
from flows.commands.speaking import USAGE_FAULT, option, say, stop
from flows.commands.speaking import command as made
from flows.connectors.sql import SqlServices
from flows.demo.faults import KINDS, Faults
from flows.demo.service import registry_app, serving
from flows.demo.settings import CATALOGUE, VARIABLE, over_http
from flows.settings import Settings, SqlService, as_toml
from processes.problem import nearest
from processes.words import Words

HELP = Words(
    "Melayani sebuah registri dalam basis data SQL (misalnya milik 'sekali demo') lewat HTTP: deskripsi OpenAPI, token, operasi "
    "untuk satu dan untuk banyak orang. Hanya pada mesin ini, dan dengan gangguan bila diminta. Ctrl-C mengakhiri.",
    "Serves a registry that is in an SQL database (one of 'sekali demo', say) over HTTP: an OpenAPI description, a token, an "
    "operation for one and one for many. On this machine alone, and with a fault if that is wanted. Ctrl-C ends it.",
)


@made("registry", HELP, "sekali registry siak --settings sekali-demo/sekali.toml --fault flapping")
@click.argument("registry")
@option("--settings", metavar="FILE", words=Words("Pengaturan registri.", "The registries' settings."))
@option(
    "--catalogue",
    metavar="PATH",
    default=str(CATALOGUE),
    words=Words("Katalog tempat layanannya.", "The catalogue where its services stand."),
)
@option("--port", type=click.IntRange(0, 65535), default=8800, show_default=True, words=Words("Porta.", "The port."))
@option(
    "--batches/--no-batches",
    "batches",
    default=True,
    words=Words("Dapat ditanya tentang banyak orang sekaligus.", "Whether it can be asked about many at once."),
)
@option("--fault", type=click.Choice(KINDS), default=None, words=Words("Gangguan.", "What is wrong with it."))
def command(registry: str, settings: str | None, catalogue: str, port: int, batches: bool, fault: str | None) -> int:
    """Serve until that is ended."""
    told = settings_here(None, settings)
    services = {name: one for name, one in told.services.items() if isinstance(one, SqlService)}
    mine = [name for name in services if name.partition(".")[0] == registry]
    if not mine:
        raise _unknown(registry, sorted({name.partition(".")[0] for name in services}))
    token = os.environ.get(VARIABLE) or secrets.token_urlsafe(24)
    known = chosen(catalogue).catalogue
    sql = SqlServices(Settings(services, told.file), known)
    app = registry_app(known, sql, registry, token, mine, batches=batches)
    try:
        with serving(Faults(app, fault or ""), port) as address, suppress(KeyboardInterrupt):
            click.echo(as_toml(over_http(address, mine, batches=batches)))
            shown = f"export {VARIABLE}={token}"
            click.echo(
                say(
                    Words(
                        f"{shown}   # lalu tulis di atas dalam sekali.toml",
                        f"{shown}   # and write the above in sekali.toml",
                    )
                ),
                err=True,
            )
            threading.Event().wait()
    except OSError as error:
        raise stop(Words(f"Tidak dapat dilayani: {error}.", f"It cannot be served: {error}.")) from None
    finally:
        sql.close()
    return 0


def _unknown(registry: str, known: list[str]) -> click.exceptions.Exit:
    near = nearest(registry, known)
    hint = (
        Words(f" Maksud Anda '{near}'?", f" Did you mean '{near}'?")
        if near
        else Words(f" Yang ada: {', '.join(known) or '-'}.", f" There are: {', '.join(known) or '-'}.")
    )
    return stop(
        Words(
            f"Pengaturan tidak memuat registri '{registry}' dalam SQL.{hint.id}",
            f"The settings have no registry '{registry}' in SQL.{hint.en}",
        ),
        USAGE_FAULT,
    )
