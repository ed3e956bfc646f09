"""How long it takes to analyse, redesign and verify many procedures, how much of it is proven, and what memory it takes.

    python -m benchmarks.redesigning [--procedures N ...] [--hard N] [--large N] [--processes N] [--seed N]

Everything that `sekali redesign` does with a procedure, but for printing and drawing it: it is read and checked, analysed, the
fewest questions are chosen and proven, its steps moved, the certificate made, and the independent checker has accepted it.
"""

import argparse
import gc
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial, wraps
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

from analysis import redesign
from benchmarks.generated import EVERYDAY, HARD, LARGE, Kind, write
from processes.policy import Policy
from processes.problem import Severity
from processes.reading import read

POLICY = Policy(id="benchmark", date=date(2026, 6, 15))
SIZES = (1_000, 10_000)  # so that growth shows
AT_ONCE = 250  # procedures that a process reads and holds at once
STAGES = {  # column -> the function of `analysis.redesign` that is timed, without those of the list within it
    "compiling": "compiled",
    "finding": "findings",
    "choosing": "chosen",
    "rewriting": "rewritten",
    "moving": "moved",
    "certifying": "certified",
}


class Part(NamedTuple):
    """What one process did with some procedures; seconds are of the processor."""

    process: int
    procedures: int
    problems: int
    reading: float
    redesigning: float
    stages: dict[str, float]
    proven: int
    gaps: tuple[float, ...]  # citizen minutes a case, of those not proven
    refused: int
    megabytes: float  # the most that the process has held so far


class Stopwatch:
    """Seconds of the processor by name; while one runs inside another, only the inner one runs."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._running: list[str] = []
        self._since = 0.0

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that does the same and is timed."""

        @wraps(function)
        def timing(*arguments: Any, **named: Any) -> Any:
            self._lap()
            self._running.append(name)
            try:
                return function(*arguments, **named)
            finally:
                self._lap()
                self._running.pop()

        return timing

    def _lap(self) -> None:
        now = time.process_time()
        if self._running:
            name = self._running[-1]
            self.seconds[name] = self.seconds.get(name, 0.0) + now - self._since
        self._since = now


watch = Stopwatch()  # of this process


def main(arguments: Sequence[str]) -> None:
    """Print a row for each size and kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--procedures", type=int, nargs="*", help=f"how many everyday ones; {SIZES}, if nothing is said"
    )
    parser.add_argument("--hard", type=int, default=1_000, help="how many of the hard kind")
    parser.add_argument("--large", type=int, default=1, help="how many of 300 steps")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(arguments)
    everyday = SIZES if chosen.procedures is None else chosen.procedures
    columns = ["kind", "procedures", "processes", "seconds", "CPU ms each", "reading", *STAGES, "rest"]
    columns += ["proven, %", "gap of the others, minutes", "refused", "MB"]
    print(f"| {' | '.join(columns)} |\n| --- |{' ---: |' * (len(columns) - 1)}")
    for kind, number in (*((EVERYDAY, size) for size in everyday), (HARD, chosen.hard), (LARGE, chosen.large)):
        if number:
            print(f"| {' | '.join(_row(kind, number, chosen.processes, chosen.seed))} |", flush=True)


def _row(kind: Kind, number: int, processes: int, seed: int) -> list[str]:
    processes = min(processes, number)
    with tempfile.TemporaryDirectory() as made:
        shares = max(processes, ceil(number / AT_ONCE))
        folders = [Path(made) / f"share-{n}" for n in range(shares)]  # each with the same catalogue
        for n, folder in enumerate(folders):
            write(folder, range(n, number, shares), seed, kind)
        start = time.perf_counter()
        parts = _in_processes(folders, processes)
        seconds = time.perf_counter() - start
    assert sum(part.problems for part in parts) == 0, "a generated procedure is not well-formed"
    gaps = [gap for part in parts for gap in part.gaps]
    reading, redesigning = sum(part.reading for part in parts), sum(part.redesigning for part in parts)
    stages = [sum(part.stages.get(name, 0.0) for part in parts) for name in STAGES]
    each = [reading + redesigning, reading, *stages, redesigning - sum(stages)]
    return [
        kind.name,
        f"{number:,}",
        str(processes),
        f"{seconds:.1f}",
        *(f"{1000 * one / number:.1f}" for one in each),
        f"{100 * sum(part.proven for part in parts) / number:.1f}",
        f"{sum(gaps) / len(gaps):.2f}" if gaps else "-",
        str(sum(part.refused for part in parts)),
        f"{sum(_most(parts).values()):.0f}",
    ]


def _most(parts: Iterable[Part]) -> dict[int, float]:
    """Return, by process, the most megabytes that it held."""
    found: dict[int, float] = {}
    for part in parts:
        found[part.process] = max(part.megabytes, found.get(part.process, 0.0))
    return found


def _in_processes(folders: list[Path], processes: int) -> list[Part]:
    with ProcessPoolExecutor(processes, initializer=_time_stages) as pool:
        return list(pool.map(_one, folders))


def _time_stages() -> None:
    for name, function in STAGES.items():
        setattr(redesign, function, watch.timed(name, getattr(redesign, function)))


def _one(folder: Path) -> Part:
    """Read, analyse, redesign and verify the procedures of a folder; nothing of them is held afterwards."""
    watch.seconds.clear()
    start = time.process_time()
    found = read([folder])
    gc.freeze()  # what was read stays to the end: the collector of garbage need not look at it again and again
    read_after = time.process_time()
    analysed = partial(redesign.analysed, catalogue=found.catalogue, policy=POLICY)
    proven, refused, gaps = 0, 0, list[float]()
    for made in (analysed(procedure).redesign for procedure in found.procedures):
        if made.optimum is not None and made.optimum.proven:
            proven += 1
        elif made.optimum is not None:
            gaps.append(made.optimum.gap)
        refused += made.after is None
        assert made.after is None or made.certificate is not None, "a redesign without a certificate"
    gc.unfreeze()
    return Part(
        os.getpid(),
        len(found.procedures),
        sum(problem.severity is Severity.PROBLEM for problem in found.problems),
        read_after - start,
        time.process_time() - read_after,
        dict(watch.seconds),
        proven,
        tuple(gaps),
        refused,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
