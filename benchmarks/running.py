"""Running: birth certificates through the redesigned procedure, all look-ups found, against a Prefect flow for each case.

    python -m benchmarks running [CASES]

The store is on disk and commits in full; the registries are SQLite files of 100,000 people. Everything is in one table, made
in one run of this program, so that the ratios hold on any machine; on a busy one the figures are those of a busy one.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from flows.case_files import Answers
from flows.demo.births import write_births
from flows.demo.population import DEMO_DATE, DEMO_PEOPLE, DEMO_SEED, populate
from flows.demo.settings import demo_settings
from flows.intake import take_in
from flows.prefect_settings import prepare
from flows.settings import read_settings
from flows.store.case_store import CaseStore
from flows.store.definitions import Definition
from flows.world import World
from processes.reading import read
from processes.resolved import resolved

CATALOGUE = Path(__file__).parents[1] / "processes" / "purbalingga"
PROCEDURE = "akta-kelahiran"
CASES = 10_000
TIMES = 3  # of which the best counts
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

    def world(name: str, cases: int) -> World:
        store = CaseStore.open(folder / f"{name}.sqlite")
        file = folder / f"{name}.jsonl"
        file.write_text("".join(json.dumps(case) + "\n" for case in _many(lines, cases)))
        start = time.perf_counter()
        taken = take_in(file, answers, store, PROCEDURE, store.pin(PROCEDURE, definition), lambda fault: None)
        intake[name] = time.perf_counter() - start
        assert taken.new == cases
        return World(store, settings, DEMO_DATE)

    def timed(do: Callable[[], Any]) -> float:
        start = time.perf_counter()
        do()
        return time.perf_counter() - start

    def moved(name: str, cases: int, how: Callable[[Any], Any], batch: int = 1_000) -> float:
        here = world(name, cases)
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
    for what, how in (
        ("a Prefect flow for each case, as Prefect comes", lambda run: flow_of(run)(PROCEDURE, "benchmark")),
        ("a Prefect flow for each case, without heartbeat", run_as_flow),
    ):
        seconds = sum(moved(f"alone-{n}-{len(what)}", 1, how) for n in range(ALONE))
        yield what, ALONE, seconds


def _many(lines: list[dict[str, Any]], number: int) -> Iterator[dict[str, Any]]:
    """Yield as many births as wanted, of babies about whom the registries are right; the same ones again under other keys."""
    clean = lines[-1_000:]
    for key, line in enumerate(islice(cycle(clean), number)):
        decisions = {**line["decisions"], "complete": "complete", "late-registration": "allowed"}
        yield {"case": f"B-{key}", "facts": line["facts"], "decisions": decisions}


if __name__ == "__main__":
    main([])
