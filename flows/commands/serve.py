"""`sekali serve`: the worklist as a page and an API, on this machine unless told otherwise."""

import click

from flows.commands.cases import opened
from flows.commands.listening import names_of, serve, token_for, where_to_listen
from flows.commands.run import day_of
from flows.commands.settings_here import settings_here
from flows.commands.speaking import command as made
from flows.commands.speaking import language, option
from flows.worklist.app import application
from flows.worklist.desk import Desk
from flows.world import World
from processes.words import Words

HELP = Words(
    "Menyajikan daftar kerja sebagai halaman (tanpa skrip, untuk telepon juga) dan API (OpenAPI: /api/openapi.json). Hanya "
    "di mesin ini, kecuali dengan --host; lalu SEKALI_TOKEN di lingkungan wajib, sebagai kata sandi halaman dan token API.",
    "Serves the worklist as a page (without scripts, for phones too) and as an API (OpenAPI: /api/openapi.json). Only on this "
    "machine, unless --host says otherwise; then SEKALI_TOKEN must be in the environment: password of the page, token of the API.",
)
PORT = 8600


@made("serve", HELP, "sekali serve --port 8600")
@where_to_listen(PORT)
@option("--store", metavar="FILE", words=Words("Penyimpanan kasus.", "The case store."))
@option(
    "--settings", metavar="FILE", words=Words("Berkas pengaturan registri.", "The settings file of the registries.")
)
def command(port: int, host: str, store: str | None, settings: str | None) -> int:
    """Serve the worklist."""
    token = token_for(host)
    read = settings_here(store, settings)
    world = World(opened(store), read, day_of(None))
    try:
        desk = Desk(
            world.store,
            token=token,
            language=language(),
            holidays=read.holidays,
            pipelines=world.pipeline if read.services else None,
        )
        app = application(desk, hosts=names_of(host), tell=lambda line: click.echo(line, err=True))
        serve(app, host, port, Words("Daftar kerja", "Worklist"))
    finally:
        world.close()
    return 0
