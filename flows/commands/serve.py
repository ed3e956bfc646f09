"""`sekali serve`: the worklist as a page and an API, on this machine unless told otherwise."""

import ipaddress
import os
import socket

import click
import uvicorn

from flows.commands.cases import opened
from flows.commands.speaking import USAGE_FAULT, language, option, say, stop
from flows.commands.speaking import command as made
from flows.worklist.app import application
from flows.worklist.desk import Desk
from processes.words import Words

HELP = Words(
    "Menyajikan daftar kerja sebagai halaman (tanpa skrip, untuk telepon juga) dan API (OpenAPI: /api/openapi.json). Hanya "
    "di mesin ini, kecuali dengan --host; lalu SEKALI_TOKEN di lingkungan wajib, sebagai kata sandi halaman dan token API.",
    "Serves the worklist as a page (without scripts, for phones too) and as an API (OpenAPI: /api/openapi.json). Only on this "
    "machine, unless --host says otherwise; then SEKALI_TOKEN must be in the environment: password of the page, token of the API.",
)
TOKEN = "SEKALI_TOKEN"  # noqa: S105  # its name
SHORTEST = 16  # characters of a token
PORT = 8600


@made("serve", HELP, "sekali serve --port 8600")
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    metavar="NUMBER",
    words=Words("Porta; 0: yang bebas.", "The port; 0: any that is free."),
)
@option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    words=Words("Alamat yang didengarkan.", "The address to listen at."),
)
@option("--store", metavar="FILE", words=Words("Penyimpanan kasus.", "The case store."))
def command(port: int, host: str, store: str | None) -> int:
    """Serve the worklist."""
    token = os.environ.get(TOKEN, "")
    here = is_loopback(host)
    if not here and len(token) < SHORTEST:
        raise stop(
            Words(
                f"Di luar mesin ini {TOKEN} wajib ada di lingkungan, paling sedikit {SHORTEST} huruf; misalnya dari: openssl rand -hex 24",
                f"Beyond this machine {TOKEN} must be in the environment, {SHORTEST} letters or more; such as from: openssl rand -hex 24",
            ),
            USAGE_FAULT,
        )
    cases = opened(store)
    try:
        listener = _listening(host, port)
        hosts = frozenset({"localhost", "127.0.0.1", "[::1]", _in_address(host)}) if here else frozenset()
        app = application(
            Desk(cases, token=token, language=language()), hosts=hosts, tell=lambda line: click.echo(line, err=True)
        )
        address = f"http://{_in_address(host)}:{listener.getsockname()[1]}/"
        click.echo(
            say(Words(f"Daftar kerja: {address} (Ctrl-C menghentikan)", f"Worklist: {address} (Ctrl-C stops it)"))
        )
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,  # who looked at which case is nobody's business
            server_header=False,
            date_header=False,
            limit_concurrency=200,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=5,
        )
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        cases.close()
    return 0


def is_loopback(host: str) -> bool:
    """Whether an address can only be reached from this machine.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()  # before the address is told: whoever comes at once waits in line
    except OSError as error:
        reason = error.strerror or str(error)
        raise stop(
            Words(
                f"Tidak dapat mendengarkan di {host}:{port}: {reason}. Pilih --port lain.",
                f"Cannot listen at {host}:{port}: {reason}. Choose another --port.",
            )
        ) from None
    return listener
