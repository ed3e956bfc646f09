"""A run as a Prefect flow: a task for each segment and up to 10,000 cases; decides nothing.

Prefect stores what it is given in clear: parameters, names and the messages of exceptions. So it is given names of
procedures and steps, and numbers. What goes wrong is kept in the case store, and Prefect is told the kind of it alone.
"""

import atexit
import base64
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from prefect import flow, task
from prefect.artifacts import create_image_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.flows import Flow
from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from flows.pipeline import Chunk, Run
from flows.store.counting import stands
from flows.whereabouts import newest, picture, rows
from processes.words import Words, language_from

Done = TypeVar("Done")


class RunFailedError(Exception):
    """A run could not go on; the reason is in the case store, under the number of the run."""


def harmless(do: Callable[[], Done], run: Run, segment: str) -> Done:
    """Do something, and turn what it raises into an exception that tells nobody's data."""
    try:
        return do()
    except Exception as error:  # noqa: BLE001  # whatever it is, Prefect must not see it
        run.failed(segment, error)
        failure = f"run {run.number}, at {segment}: {type(error).__name__}"
    raise RunFailedError(failure)  # outside of the except clause, so that it carries no cause


def moving(run: Run) -> Callable[[Iterable[Chunk]], None]:
    """Return what moves chunks of cases, each as a task of whatever flow is running."""

    @task(
        name="move", task_run_name="{segment}, {cases} cases, part {part}", cache_policy=NO_CACHE, persist_result=False
    )
    def move(segment: str, part: int, cases: int) -> int:
        chunk = given.pop()
        return harmless(lambda: run.move(chunk), run, segment)

    given: list[Chunk] = []

    def as_tasks(chunks: Iterable[Chunk]) -> None:
        for chunk in chunks:
            given.append(chunk)  # a task's arguments are numbers and names alone
            move(chunk.segment, chunk.part, chunk.cases)

    return as_tasks


def moved_and_told(run: Run, do: Callable[[], int] | None = None) -> int:
    """Make a run within whatever flow is running, and leave there where the cases are; return how many were moved.

    Args:
        run: It.
        do: What makes it, if it is not made here, with a task for each chunk.

    Raises:
        RunFailedError: If it could not go on.
    """
    try:
        return harmless(do or (lambda: run.run(moving(run))), run, "run")
    finally:
        if run.finished or run.failure is not None:  # whoever cancels a run is not kept waiting
            with suppress(Exception):  # a picture for people: no run fails for want of it
                leave_artifacts(run)


def leave_artifacts(run: Run) -> None:
    """Leave a table and a picture of where the cases are, with the running flow: numbers, and the procedure's own words."""
    language = language_from(os.environ)
    found, definition = stands(run.store, run.procedure), newest(run.store, run.procedure)
    words = Words("Di mana kasusnya, setelah run ini", "Where the cases are, after this run").in_language(language)
    create_table_artifact(rows(found, definition, language), key=f"cases-{_key(run.procedure)}", description=words)
    if definition is not None:
        image = base64.b64encode(picture(found, definition, language)).decode()
        create_image_artifact(
            f"data:image/svg+xml;base64,{image}", key=f"picture-{_key(run.procedure)}", description=words
        )


def _key(procedure: str) -> str:
    """Return a procedure's name as Prefect admits it in a key: small letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", procedure)


class _Stays:
    """What stays in this process: a flow is sent to workers with all that it holds."""

    def __init__(self, do: Callable[[], int] | None = None) -> None:
        self.do = do

    def __call__(self) -> int:
        assert self.do is not None  # noqa: S101  # a worker makes no runs
        return self.do()

    def __reduce__(self) -> tuple[type["_Stays"], tuple[()]]:
        return _Stays, ()


def flow_of(run: Run, do: Callable[[], int] | None = None) -> "Flow[[str, str], int]":
    """Return the flow that makes a run; see `moved_and_told`."""
    make = _Stays(lambda: moved_and_told(run, do))

    @flow(name="sekali-run", flow_run_name="{procedure}, {reason}", persist_result=False, validate_parameters=False)
    def run_procedure(procedure: str, reason: str) -> int:
        """Move every ready case of one procedure as far as it goes."""
        end_own_server_with_us()  # it has been started by now
        return make()

    return run_procedure


def run_as_flow(run: Run, do: Callable[[], int] | None = None) -> int:
    """Make a run as a flow, and return how many cases were moved; for command lines, which nobody watches for heartbeats.

    See `moved_and_told`.

    Raises:
        RunFailedError: If it could not go on.
    """
    # without a heartbeat: its thread would be waited for a second at the end
    with temporary_settings(updates={PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        return flow_of(run, do)(str(run.procedure), run.reason)  # a plain text, which can be sent


def stop_own_server() -> None:
    """Stop the server that Prefect has started for this process, if it has: else it would outlive us."""
    for _, process in _own_servers():
        process.terminate()


@contextmanager
def told_to_others() -> Iterator[None]:
    """See that whoever is sent tasks finds the server that Prefect has started for this process, if it has."""
    own = [address for address, _ in _own_servers()]
    with temporary_settings(updates={PREFECT_API_URL: own[0]} if own else {}):
        yield


def end_own_server_with_us() -> None:
    """See that the server that Prefect has started for this process, if it has, ends also when this process is killed.

    Then nobody here can stop it any more. So a shell waits for the end of what it reads, which comes when we are gone, however
    that came about; a Ctrl-C does not reach it. Where there is no such shell, the server stays behind a `kill -9`.
    """
    for _, server in _own_servers() if os.name == "posix" else ():
        guard = subprocess.Popen(  # noqa: S603  # our own words
            ["/bin/sh", "-c", 'read -r _; kill "$1"', "sekali", str(server.pid)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        atexit.register(guard.kill)  # before Prefect stops the server itself: what comes last is done first


def _own_servers() -> "Iterator[tuple[str, subprocess.Popen[bytes]]]":
    """Yield the servers that Prefect has started for this process and that still run: address and process.

    Not documented by Prefect: it keeps what it has started in a class attribute. Importing that module takes seconds, so
    it is only looked for where Prefect has imported it.
    """
    module = sys.modules.get("prefect.server.api.server")
    for server in list(module.SubprocessASGIServer._instances.values()) if module else ():
        if server.server_process is not None and server.server_process.poll() is None:
            yield server.api_url, server.server_process
