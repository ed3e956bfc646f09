"""How long it takes to check and analyse many procedures, and to redesign them too.

    python -m benchmarks.analysing [--procedures N] [--processes N]

Analysing is finding all that is needless (`analysis.findings.redundancy.findings`). Redesigning, choosing and proving included, is
measured on every tenth of them besides.
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import NamedTuple

from analysis.compiling import compiled
from analysis.findings.redundancy import findings
from analysis.redesign import redesigned
from analysis.removal import Today
from benchmarks.generated import write
from processes.policy import Policy
from processes.problem import Severity
from processes.reading import read

POLICY = Policy(id="benchmark", date=date(2026, 6, 15))
SIZES = (1000, 4000)  # twice, so that growth shows
EVERY = 10  # is redesigned besides


class Part(NamedTuple):
    """What one process did."""

    procedures: int
    checking: float  # CPU seconds
    analysing: float
    redesigning: float
    redesigned: int
    problems: int
    findings: int
    megabytes: float


def main(arguments: Sequence[str]) -> None:
    """Print a row a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--procedures", type=int, action="append", help="how many; may be given more than once")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(arguments)
    print(
        "| procedures | processes | seconds | checking, ms each | analysing, ms each | findings | redesigning, ms each | MB |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for number in chosen.procedures or SIZES:
        with tempfile.TemporaryDirectory() as made:
            folders = [Path(made) / f"share-{n}" for n in range(chosen.processes)]  # each with the same catalogue
            for n, folder in enumerate(folders):
                write(folder, range(n, number, chosen.processes), chosen.seed)
            start = time.perf_counter()
            parts = _in_processes(folders)
            seconds = time.perf_counter() - start - max(part.redesigning for part in parts)
        assert sum(part.problems for part in parts) == 0, "a generated procedure is not well-formed"
        checking, analysing = (1000 * sum(part[n] for part in parts) / number for n in (1, 2))
        redesigning = 1000 * sum(part.redesigning for part in parts) / max(1, sum(part.redesigned for part in parts))
        found, megabytes = sum(part.findings for part in parts), max(part.megabytes for part in parts)
        print(
            f"| {number:,} | {chosen.processes} | {seconds:.1f} | {checking:.1f} | {analysing:.1f} "
            f"| {found:,} | {redesigning:.0f} | {megabytes:.0f} |",
            flush=True,
        )


def _in_processes(folders: list[Path]) -> list[Part]:
    if len(folders) == 1:
        return [_one(folders[0])]
    with ProcessPoolExecutor(len(folders)) as pool:
        return list(pool.map(_one, folders))


def _one(folder: Path) -> Part:
    """Check and analyse the procedures of a catalogue."""
    start = time.process_time()
    found = read([folder])
    read_after = time.process_time()
    said = sum(len(findings(Today(compiled(one, found.catalogue, POLICY)))) for one in found.procedures)
    analysed_after = time.process_time()
    some = found.procedures[::EVERY]
    made = sum(redesigned(one, found.catalogue, POLICY).after is not None for one in some)
    return Part(
        len(found.procedures),
        read_after - start,
        analysed_after - read_after,
        time.process_time() - analysed_after,
        made,
        sum(problem.severity is Severity.PROBLEM for problem in found.problems),
        said,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
