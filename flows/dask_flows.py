"""Hands the chunks of a run to Dask workers, each as a Prefect task of whatever flow is running; decides nothing.

A worker that dies gives its chunk back, and another does it again. That is harmless: each batch is written whole or not at all,
and only where nobody has moved its cases. How many were moved is therefore asked of the store, not of the workers.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from types import MappingProxyType

from distributed import as_completed
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect_dask.task_runners import DaskTaskRunner

from flows import working
from flows.pipeline import Chunk, Run
from flows.prefect_flows import RunFailedError, harmless, told_to_others
from flows.workers import Workers
from flows.working import CannotWorkError, Errand, Report

SECONDS = "20s"  # until a scheduler must have answered


@task(name="move", task_run_name="{segment}, {cases} cases, part {part}", cache_policy=NO_CACHE, persist_result=False)
def move(segment: str, part: int, cases: int, errand: tuple[object, ...]) -> Report:
    """Move a chunk of cases, in a worker; it is told names and numbers alone."""
    told = Errand(*errand)  # type: ignore[arg-type]  # as it was taken apart
    try:
        world, run = working.run_of(told)
    except CannotWorkError as error:
        cannot = str(error)
    else:
        run.failure = None
        return harmless(lambda: working.move(world, run, told), run, segment)
    raise RunFailedError(cannot)


def run_at(workers: Workers, run: Run, environment: Mapping[str, str] = MappingProxyType({})) -> int:
    """Make a run whose cases others move; return how many were.

    Args:
        workers: Who.
        run: The run.
        environment: What processes that are started for it find in theirs.

    Raises:
        RunFailedError: If some could not be moved; all others are.
    """
    with told_to_others(), _started(workers, environment) as runner:
        among = sum(runner.client.nthreads().values())
        if not among:
            raise RunFailedError(
                f"the Dask scheduler at {workers.scheduler} has no workers: start some with 'dask worker'"
            )
        run.run(partial(_hand_out, run, runner, among), among)
    run.moved = run.store.moved_in(run.number)
    return run.moved


@contextmanager
def _started(workers: Workers, environment: Mapping[str, str]) -> Iterator[DaskTaskRunner]:
    if workers.scheduler:
        runner = DaskTaskRunner(address=workers.scheduler, client_kwargs={"timeout": SECONDS})
    else:
        runner = DaskTaskRunner(
            cluster_kwargs={
                "n_workers": workers.processes,
                "threads_per_worker": 1,
                "dashboard_address": "127.0.0.1:0",  # any free port: two runs at once do not want the same
                "security": True,  # else whoever is on this machine could have them do anything
                "env": dict(environment),
            }
        )
    with runner:
        yield runner


def _hand_out(run: Run, runner: DaskTaskRunner, among: int, chunks: Iterable[Chunk]) -> None:
    began = run.store.began(run.number)
    assert began is not None  # noqa: S101  # it has
    under_way = {}
    for chunk in chunks:
        errand = Errand.of(run, began[1], among, chunk)
        told = {"segment": chunk.segment, "part": chunk.part, "cases": chunk.cases, "errand": tuple(errand)}
        future = runner.submit(move, told)
        under_way[future.wrapped_future.key] = future
    failed: Exception | None = None
    for done in as_completed([one.wrapped_future for one in under_way.values()], loop=runner.client.loop):
        try:
            # let go of at once: Dask does again what a dead worker had done as long as somebody holds it
            report: Report = under_way.pop(done.key).result()
        except Exception as error:  # noqa: BLE001  # the others go on
            failed = failed or error
            continue
        run.moved += report.cases
        run.tell(report.cases)
        run.troubles |= report.troubles
    if failed is not None:
        raise failed
