"""How far a run is: a bar on a terminal, now and then a line elsewhere; knows no case."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import click

from flows.commands.speaking import say
from processes.words import Words

SECONDS = 5.0  # between lines


class Progress(NamedTuple):
    """Where to tell how far it is."""

    moved: Callable[[int], None]  # so many more cases
    say: Callable[[Words], None]


@contextmanager
def progress(cases: int) -> Iterator[Progress]:
    """Show how many of so many cases have been moved, on standard error."""
    if cases and sys.stderr.isatty():
        with _bar(cases) as shown:
            yield shown
    else:
        yield _lines(cases)


@contextmanager
def _bar(cases: int) -> Iterator[Progress]:
    from rich.console import Console  # a fifth of a second, and only on a terminal
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as bar:
        task = bar.add_task(say(Words("Kasus", "Cases")), total=cases)
        yield Progress(
            moved=lambda more: bar.advance(task, more), say=lambda words: bar.update(task, description=say(words))
        )


def _lines(cases: int) -> Progress:
    done, last = 0, time.monotonic()

    def moved(more: int) -> None:
        nonlocal done, last
        done += more
        if time.monotonic() - last >= SECONDS or done == cases:
            last = time.monotonic()
            click.echo(say(Words(f"{done} dari {cases} kasus", f"{done} of {cases} cases")), err=True)

    return Progress(moved=moved, say=lambda words: click.echo(say(words), err=True))
