"""Running: births through procedures, all look-ups found, against other engines.

    python -m benchmarks running [CASES] [--grown CASES] [--only TEXT]

`akta-sepuluh.yaml` is the work that the aims name: ten steps, three of them look-ups in SQL. The other one is the sample's redesigned
birth certificate. The store is on disk and commits in full; the audit trail is on; the registries are SQLite files of 100,000 people,
asked directly or over HTTP (a process for each, which shares the processors with the run). Everything is in one table, made in one
run of this program, so that the ratios hold on any machine; on a busy one the seconds are those of a busy one, and the processor's
seconds say more. `--grown` says how many cases the store is filled with before cases are run in it again.
"""

import os
import resource
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks import postgres
from benchmarks.births import SAMPLE, TEN, Births, Measured
from benchmarks.peers import Row, peers
from flows.demo.settings import VARIABLE
from flows.pipeline import Run, services_needed
from flows.prefect_settings import prepare
from flows.settings import Settings, read_settings

CASES, GROWN = 10_000, 100_000
TIMES = 3  # of which the best counts
ONE_BY_ONE = 10  # times fewer cases where each subject is a question
ALONE = 5  # cases that get a flow of their own
WARM = 20  # cases run one after the other, each alone


def main(arguments: list[str]) -> None:
    """Print the table."""
    parser = ArgumentParser(prog="python -m benchmarks running")
    parser.add_argument("cases", nargs="?", type=int, default=CASES)
    parser.add_argument("--grown", type=int, default=GROWN, help="how many cases to fill a store with; 0: none")
    parser.add_argument("--only", default="", help="only rows with this text")
    told = parser.parse_args(arguments)
    print("| what | cases | seconds | seconds of our processor | cases a second | of our processor |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |", flush=True)
    with tempfile.TemporaryDirectory(prefix="sekali-benchmark-") as folder, ExitStack() as stack:
        prepare(os.environ, Path(folder) / ".prefect")
        lacking, notes = postgres.missing(), list[str]()
        address = None if lacking else stack.enter_context(postgres.server())
        for what, number, how in _rows(Births(Path(folder)), told.cases, told.grown, address, lacking, notes):
            if told.only not in what:
                continue
            done = how if isinstance(how, str) else how()
            if isinstance(done, str):
                print(f"| {what} | – | not measured: {done} | | | |", flush=True)
            else:
                wall, used = done
                print(
                    f"| {what} | {number:,} | {wall:.2f} | {used:.2f} | {number / wall:,.1f} | {number / max(used, 1e-6):,.1f} |",
                    flush=True,
                )
        for note in notes:
            print(f"\n{note}")


def _rows(
    births: Births, number: int, grown: int, address: str | None, lacking: str, notes: list[str]
) -> Iterator[Row]:
    from flows.prefect_flows import flow_of, run_as_flow  # after `prepare`

    def directly(run: Run) -> int:
        return run.run()

    def best(
        procedure: str, how: Callable[[Run], Any], batch: int = 1_000, cases: int = number, **world: Any
    ) -> Measured:
        found: Measured | None = None
        for _ in range(world.pop("times", TIMES)):
            here = births.world(**{name: make() if callable(make) else make for name, make in world.items()})
            births.take(here, procedure, cases)
            measured = births.run(here, procedure, how, batch)
            assert measured.cases == cases
            here.close()
            if found is None or measured.seconds < found.seconds:
                found = measured
        assert found is not None
        return found

    ten, sample = (best(name, run_as_flow, cases=min(100, number), times=1) for name in (TEN, SAMPLE))  # warm, too
    ten_steps, its_own = _work(ten), _work(sample)
    databases = 0

    def fresh() -> str | None:
        nonlocal databases
        databases += 1
        return postgres.database(str(address), f"sekali_{databases}")

    yield f"{ten_steps}: one Prefect flow, batches of 1,000", number, lambda: best(TEN, run_as_flow).seconds
    yield "the same without Prefect", number, lambda: best(TEN, directly).seconds
    yield "and in batches of 100", number, lambda: best(TEN, directly, 100).seconds
    on_postgres = lacking or (lambda: best(TEN, run_as_flow, store=fresh).seconds)
    yield "the same flow, the store on PostgreSQL", number, on_postgres
    yield f"{its_own}: one Prefect flow, batches of 1,000", number, lambda: best(SAMPLE, run_as_flow).seconds
    yield "the same without Prefect", number, lambda: best(SAMPLE, directly).seconds
    yield (
        "before it: taking them in, each answer checked",
        number,
        lambda: min(births.take(births.world(), SAMPLE, number) for _ in range(TIMES)),
    )

    def over(procedure: str, cases: int, *, batches: bool) -> tuple[float, float]:
        needed = services_needed(births.definitions[procedure].procedure)
        with over_http(births.folder, births.settings, needed, batches=batches) as there:
            # the registries' pages and the connections are warm only the second time
            return best(procedure, directly, cases=cases, told=there, times=2).seconds

    fewer = max(1, number // ONE_BY_ONE)
    yield (
        "ten steps, every look-up over HTTP, up to 100 subjects a question",
        number,
        lambda: over(TEN, number, batches=True),
    )
    yield "and with a question for each subject", fewer, lambda: over(TEN, fewer, batches=False)

    def alone(how: Callable[[Run], Any], times: int) -> tuple[float, float]:
        here = births.world()
        births.take(here, TEN, 1)
        births.run(here, TEN, directly)  # warm
        seconds = []
        for one in range(times):
            births.take(here, TEN, 1, one + 1)
            seconds.append(births.run(here, TEN, how).seconds)
        here.close()
        return sum(wall for wall, _ in seconds), sum(used for _, used in seconds)

    yield "one case alone, warm, without Prefect, one after the other", WARM, lambda: alone(directly, WARM)
    yield "a Prefect flow for each case, without heartbeat", ALONE, lambda: alone(run_as_flow, ALONE)
    as_it_comes: Callable[[Run], Any] = lambda run: flow_of(run)(TEN, "benchmark")  # noqa: E731
    yield "a Prefect flow for each case, as Prefect comes", ALONE, lambda: alone(as_it_comes, ALONE)
    if grown:
        yield from _growing(grown, number, notes)
    yield from peers(births.folder, postgres.database(address, "dbos") if address else None)


def _work(of: Measured) -> str:
    return f"{of.steps:.1f} steps and {of.look_ups} look-up{'s' * (of.look_ups > 1)} a case".replace(".0 ", " ")


@contextmanager
def over_http(folder: Path, settings: Settings, services: Iterable[str], *, batches: bool) -> Iterator[Settings]:
    """Serve the registries of some services over HTTP, a process each, and give the settings that lead there."""
    environment = {**os.environ, VARIABLE: "benchmark"}
    told = dict(settings.services)
    with ExitStack() as stack:
        for registry in sorted({name.partition(".")[0] for name in services}):
            said = ["registry", registry, "--settings", str(settings.file), "--port", "0"]
            said += ["--batches" if batches else "--no-batches"]
            program = f"from flows.commands.main import run; run({said!r})"
            served = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", program],
                    env=environment,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                )
            )
            stack.callback(served.terminate)
            assert served.stdout is not None
            mine = sum(name.startswith(f"{registry}.") for name in settings.services)
            text = ""
            while text.count("\ntoken") < mine or not text.endswith("\n"):  # the last key of each
                text += served.stdout.readline()
                assert served.poll() is None
            (folder / "there.toml").write_text(text)
            told |= read_settings(folder / "there.toml", environment).services
        yield Settings(told, folder / "there.toml")


# --- a store that grows, in a process of its own, so that what it takes of memory can be told -------------------------


def _growing(grown: int, number: int, notes: list[str]) -> Iterator[Row]:
    told: list[str] = []

    def filled() -> tuple[float, float]:
        with tempfile.TemporaryDirectory(prefix="sekali-grown-") as folder:
            said = [
                sys.executable,
                "-c",
                "from benchmarks import running; running.grow()",
                folder,
                str(grown),
                str(number),
            ]
            told.extend(subprocess.run(said, check=True, capture_output=True, text=True).stdout.split())
        return float(told[0]), float(told[1])

    yield f"ten steps without Prefect, {grown:,} cases at once", grown, filled
    if told:
        yield f"more cases, with {grown:,} in the store", number, lambda: (float(told[2]), float(told[3]))
        notes.append(f"The process that ran {grown:,} cases held {told[4]} MB at most.")


def grow() -> None:
    """Fill a store, and run some cases more in it; print how long both took and the most memory that was held, in MB."""
    folder, grown, number = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    births = Births(folder)
    here = births.world()
    births.take(here, TEN, grown)
    found = [births.run(here, TEN, lambda run: run.run()).seconds]
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    births.take(here, TEN, number, grown)
    found.append(births.run(here, TEN, lambda run: run.run()).seconds)
    print(*found[0], *found[1], held)
