"""Running: birth certificates through the redesigned procedure, all look-ups found, against a Prefect flow for each case.

    python -m benchmarks running [CASES]

The store is on disk and commits in full; the registries are SQLite files of 100,000 people, asked directly or over HTTP (a process
for each, which shares the processors with the run). Everything is in one table, made
in one run of this program, so that the ratios hold on any machine; on a busy one the figures are those of a busy one.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from flows.case_files import Answers
from flows.demo.births import write_births
from flows.demo.population import DEMO_DATE, DEMO_PEOPLE, DEMO_SEED, populate
from flows.demo.settings import VARIABLE, demo_settings
from flows.intake import take_in
from flows.pipeline import services_needed
from flows.prefect_settings import prepare
from flows.settings import Settings, read_settings
from flows.store.case_store import CaseStore
from flows.store.definitions import Definition
from flows.world import World
from processes.reading import read
from processes.resolved import resolved

CATALOGUE = Path(__file__).parents[1] / "processes" / "purbalingga"
PROCEDURE = "akta-kelahiran"
CASES = 10_000
TIMES = 3  # of which the best counts
ONE_BY_ONE = 10  # times fewer cases where each subject is a question
ALONE = 5  # cases that get a flow of their own


def main(arguments: list[str]) -> None:
    """Print the table."""
    number = int(arguments[0]) if arguments else CASES
    with tempfile.TemporaryDirectory(prefix="sekali-benchmark-") as folder:
        prepare(os.environ, Path(folder) / ".prefect")
        rows = list(_rows(Path(folder), number))
    print("| what | cases | seconds | cases a second |\n| --- | ---: | ---: | ---: |")
    for what, cases, seconds in rows:
        print(f"| {what} | {cases:,} | {seconds:.2f} | {cases / seconds:,.1f} |")


def _rows(folder: Path, number: int) -> Iterator[tuple[str, int, float]]:
    from analysis.redesign import redesigned
    from flows.prefect_flows import flow_of, run_as_flow  # after `prepare`

    population = populate(folder / "registries", DEMO_PEOPLE, DEMO_SEED, DEMO_DATE, newborn_babies=1_500)
    write_births(population, folder / "births.jsonl", 1_500, DEMO_SEED, DEMO_DATE)
    (folder / "sekali.toml").write_text(demo_settings(folder / "registries"))
    settings = read_settings(folder / "sekali.toml", {})
    found = read([CATALOGUE])
    procedure = next(one for one in found.procedures if one.id == PROCEDURE)
    after = redesigned(procedure, found.catalogue, found.policies[0]).after
    assert after is not None
    definition = Definition(after, found.catalogue, found.policies[0], redesigned=True)
    answers = Answers(resolved(procedure, found.catalogue), resolved(after, found.catalogue))
    lines = [json.loads(line) for line in (folder / "births.jsonl").read_text().splitlines()]
    steps = len(after.step_by_id)
    intake: dict[str, float] = {}

    def world(name: str, cases: int, told: Settings) -> World:
        store = CaseStore.open(folder / f"{name}.sqlite")
        file = folder / f"{name}.jsonl"
        file.write_text("".join(json.dumps(case) + "\n" for case in _many(lines, cases)))
        start = time.perf_counter()
        taken = take_in(file, answers, store, PROCEDURE, store.pin(PROCEDURE, definition), lambda fault: None)
        intake[name] = time.perf_counter() - start
        assert taken.new == cases
        return World(store, told, DEMO_DATE)

    def timed(do: Callable[[], Any]) -> float:
        start = time.perf_counter()
        do()
        return time.perf_counter() - start

    def moved(name: str, cases: int, how: Callable[[Any], Any], batch: int = 1_000, told: Settings = settings) -> float:
        here = world(name, cases, told)
        run = here.run(PROCEDURE, "benchmark", lambda more: None, batch)
        seconds = timed(lambda: how(run))
        assert run.moved == cases
        issued = sum(n for _, _, outcome, _, n in here.store.counts() if outcome == "issued")
        assert issued > 0.9 * cases, "not what this benchmark is about"
        here.close()
        return seconds

    def best(name: str, how: Callable[[Any], Any], batch: int = 1_000) -> float:
        return min(moved(f"{name}-{n}", number, how, batch) for n in range(TIMES))

    moved("warm", 100, run_as_flow)  # the server starts, modules are imported
    yield f"one Prefect flow, {steps} steps a case, batches of 1,000", number, best("flow", run_as_flow)
    yield "the same run without Prefect", number, best("direct", lambda run: run.run())
    yield "and in batches of 100", number, best("hundreds", lambda run: run.run(), 100)
    yield (
        "before it: taking them in, each answer checked",
        number,
        min(seconds for name, seconds in intake.items() if "-" in name),
    )
    needed = services_needed(after)
    for what, batches, share in (
        ("the same run, every look-up over HTTP, up to 100 subjects a question", True, 1),
        ("and with a question for each subject", False, ONE_BY_ONE),
    ):
        cases = max(1, number // share)
        with over_http(folder, settings, needed, batches=batches) as there:
            # the registries' pages and the connections are warm only the second time
            seconds = min(moved(f"http-{batches}-{n}", cases, lambda run: run.run(), told=there) for n in range(2))
        yield what, cases, seconds
    for what, how in (
        ("a Prefect flow for each case, as Prefect comes", lambda run: flow_of(run)(PROCEDURE, "benchmark")),
        ("a Prefect flow for each case, without heartbeat", run_as_flow),
    ):
        seconds = sum(moved(f"alone-{n}-{len(what)}", 1, how) for n in range(ALONE))
        yield what, ALONE, seconds


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


def _many(lines: list[dict[str, Any]], number: int) -> Iterator[dict[str, Any]]:
    """Yield as many births as wanted, of babies about whom the registries are right; the same ones again under other keys."""
    clean = lines[-1_000:]
    for key, line in enumerate(islice(cycle(clean), number)):
        decisions = {**line["decisions"], "complete": "complete", "late-registration": "allowed"}
        yield {"case": f"B-{key}", "facts": line["facts"], "decisions": decisions}


if __name__ == "__main__":
    main([])
