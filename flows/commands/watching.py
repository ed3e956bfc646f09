"""Looking again after each edit: which files belong to a path, whether they have changed, and the loop; computes nothing."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from flows.commands.speaking import option, say
from processes.files import found
from processes.reading import catalogue_around
from processes.words import Words

SECONDS = 0.1  # between two looks at the files; an edit is answered when they have stood still for one

Stamp = dict[str, tuple[int, int]]  # file -> when it was changed, and its size


def watch_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option that keeps a command looking."""
    words = Words(
        "Amati berkas: hitung lagi yang bergantung pada setiap perubahan. Ctrl-C mengakhiri.",
        "Keep looking: compute again what depends on each edit. Ctrl-C ends it.",
    )
    return option("--watch", is_flag=True, words=words)(function)


def watching(path: str, look: Callable[[], int], *, wait: Callable[[float], None] = time.sleep) -> int:
    """Look now, and again after each edit of the files at a path or of the catalogue around it, until Ctrl-C.

    Args:
        path: A file or folder.
        look: Reads, computes, prints; may end with `click.exceptions.Exit` after saying why.
        wait: Lets some seconds pass.

    Returns:
        The exit code: that of the last look.
    """
    code = 0
    try:
        seen = stamps(path)
        while True:
            started = time.perf_counter()
            try:
                code = look()
            except click.exceptions.Exit as end:
                code = end.exit_code
            took = time.perf_counter() - started
            click.echo(
                say(
                    Words(
                        f"— {took:.2f} detik; mengamati {len(seen)} berkas, Ctrl-C mengakhiri —",
                        f"— {took:.2f} seconds; watching {len(seen)} files, Ctrl-C ends —",
                    )
                ),
                err=True,
            )
            seen = _changed(path, seen, wait)
    except KeyboardInterrupt:
        click.echo(say(Words("Selesai mengamati.", "No longer watching.")), err=True)
    return code


def _changed(path: str, seen: Stamp, wait: Callable[[float], None]) -> Stamp:
    """Wait until files have changed and then stood still for a moment."""
    now = seen
    while now == seen:
        wait(SECONDS)
        now = stamps(path)
    while (still := _after(path, wait)) != now:
        now = still
    return now


def _after(path: str, wait: Callable[[float], None]) -> Stamp:
    wait(SECONDS)
    return stamps(path)


def stamps(path: str) -> Stamp:
    """Return when each file at a path, or of the catalogue around it, was last changed; those that are gone are left out."""
    given = Path(path)
    if not given.exists():
        return {}
    folders = [given, around] if (around := catalogue_around(given)) is not None else [given]
    stamped: Stamp = {}
    for file in found(folders)[0]:
        try:
            status = file.stat()
        except OSError:
            continue  # gone between being found and being looked at
        stamped[str(file)] = (status.st_mtime_ns, status.st_size)
    return stamped
