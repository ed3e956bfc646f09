"""Pages served to browsers: on this machine, or beyond it with a token; knows no page."""

import ipaddress
import os
import socket
from collections.abc import Callable
from typing import Any

import click
import uvicorn

from flows.commands.speaking import USAGE_FAULT, option, say, stop
from processes.words import Words

TOKEN = "SEKALI_TOKEN"  # noqa: S105  # its name
SHORTEST = 16  # characters of a token


def where_to_listen(port: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add the options `--port`, with this usual one, and `--host` to a command that serves pages."""

    def added(function: Callable[..., Any]) -> Callable[..., Any]:
        function = option(
            "--host",
            default="127.0.0.1",
            show_default=True,
            metavar="ADDRESS",
            words=Words("Alamat yang didengarkan.", "The address to listen at."),
        )(function)
        return option(
            "--port",
            type=click.IntRange(0, 65535),
            default=port,
            show_default=True,
            metavar="NUMBER",
            words=Words("Porta; 0: yang bebas.", "The port; 0: any that is free."),
        )(function)

    return added


def token_for(host: str) -> str:
    """Return what whoever comes must know: what the environment says; on this machine that may be nothing.

    Raises:
        click.exceptions.Exit: After saying so, if others could come without a token.
    """
    token = os.environ.get(TOKEN, "")
    if not is_loopback(host) and len(token) < SHORTEST:
        raise stop(
            Words(
                f"Di luar mesin ini {TOKEN} wajib ada di lingkungan, paling sedikit {SHORTEST} huruf; misalnya dari: openssl rand -hex 24",
                f"Beyond this machine {TOKEN} must be in the environment, {SHORTEST} letters or more; such as from: openssl rand -hex 24",
            ),
            USAGE_FAULT,
        )
    return token


def names_of(host: str) -> frozenset[str]:
    """Return the names under which a server at an address may be called; none, if any."""
    return frozenset({"localhost", "127.0.0.1", "[::1]", _in_address(host)}) if is_loopback(host) else frozenset()


def serve(app: Callable[..., Any], host: str, port: int, what: Words) -> None:
    """Listen, say where, and serve an application until Ctrl-C.

    Raises:
        click.exceptions.Exit: After saying why, if nobody can listen there.
    """
    listener = _listening(host, port)
    address = f"http://{_in_address(host)}:{listener.getsockname()[1]}/"
    click.echo(say(Words(f"{what.id}: {address} (Ctrl-C menghentikan)", f"{what.en}: {address} (Ctrl-C stops it)")))
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,  # who looked at what is nobody's business
        server_header=False,
        date_header=False,
        limit_concurrency=200,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run(sockets=[listener])


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
