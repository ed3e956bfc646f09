"""Sharing: the births of `running.py` moved by two Dask workers, against one process, on either kind of store.

    python -m benchmarks sharing [CASES]

The workers are there already and have moved other cases before, as those of a scheduler have; what starting them costs stands by itself.
All of them, the store's server and Prefect's share the processors of this machine, so two workers cannot be twice as quick on two. Each
run is one over new cases in the same store: its workers begin by reading what the cases are pinned to.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from benchmarks import postgres
from benchmarks.births import TEN, Births
from flows.pipeline import Run
from flows.prefect_settings import prepare
from flows.store.case_store import CaseStore
from flows.workers import Workers
from flows.world import World

CASES = 30_000
TIMES = 2  # of which the best counts
WARM = 2_000  # cases
KB = 1024

Row = tuple[str, int, float]  # what, cases, seconds


def main(arguments: list[str]) -> None:
    """Print the table, and what a case takes in the store."""
    number = int(arguments[0]) if arguments else CASES
    with tempfile.TemporaryDirectory(prefix="sekali-benchmark-") as folder:
        prepare(os.environ, Path(folder) / ".prefect")
        print("| what | cases | seconds | cases a second |\n| --- | ---: | ---: | ---: |")
        for what, cases, seconds in shared(Births(Path(folder)), number):
            print(f"| {what} | {cases:,} | {seconds:.2f} | {cases / seconds:,.1f} |", flush=True)


def shared(births: Births, number: int) -> Iterator[Row]:
    """Yield the rows: for each kind of store one process and two workers on the same work."""
    yield from _on("SQLite", births, str(births.folder / "shared.sqlite"), number)
    if missing := postgres.missing():
        print(f"Not on PostgreSQL: {missing}.", file=sys.stderr)
        return
    with postgres.server() as server:
        yield from _on("PostgreSQL", births, postgres.database(server, "shared"), number)


def _on(kind: str, births: Births, store: str, number: int) -> Iterator[Row]:
    from flows.dask_flows import run_at  # after `prepare`
    from flows.prefect_flows import run_as_flow

    world = births.world(store=store)
    first = 0

    def best(how: object, number: int, times: int) -> float:
        nonlocal first
        seconds = []
        for _ in range(times):
            births.take(world, TEN, number, first)
            first += number
            seconds.append(births.run(world, TEN, how).seconds[0])  # type: ignore[arg-type]
        return min(seconds)

    def one(run: Run) -> None:
        run_as_flow(run)

    best(one, WARM, 1)
    yield f"one process, {kind}", number, best(one, number, TIMES)
    start = time.perf_counter()
    with _workers(births, store) as scheduler:

        def two(run: Run) -> None:
            run_as_flow(run, partial(run_at, Workers(scheduler=scheduler), run))

        best(two, WARM, 1)
        print(
            f"{kind}: two workers began and had moved {WARM:,} cases after {time.perf_counter() - start:.1f} s",
            file=sys.stderr,
        )
        yield f"two Dask workers, {kind}", number, best(two, number, TIMES)
        print(f"{kind}: a worker held {_most_held(scheduler)} MB at most", file=sys.stderr)
    size = size_of(world)
    print(f"{kind}: {size / first / KB:.2f} kB a case in the store", file=sys.stderr)
    world.close()


@contextmanager
def _workers(births: Births, store: str) -> Iterator[str]:
    """Yield the address of a scheduler with two workers, a process each."""
    from distributed import LocalCluster

    assert births.settings.file is not None
    told = {"SEKALI_STORE": store, "SEKALI_SETTINGS": str(births.settings.file)}
    with ExitStack() as stack:
        cluster = stack.enter_context(LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, env=told))
        yield str(cluster.scheduler_address)


def _most_held(scheduler: str) -> int:
    """Return the most memory that one of the workers has held so far, in MB."""
    from distributed import Client

    with Client(scheduler) as client:
        held: dict[str, int] = client.run(lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return max(held.values()) // KB


def size_of(world: World) -> int:
    """Return how many bytes the store takes, with its indexes."""
    store: CaseStore = world.store
    if store.is_file:
        file = Path(str(store.engine.url.database))
        return sum(one.stat().st_size for one in file.parent.glob(f"{file.name}*"))  # with its journal
    with store.engine.connect() as connection:
        return int(connection.exec_driver_sql("select pg_database_size(current_database())").scalar() or 0)


if __name__ == "__main__":
    main(sys.argv[1:])
