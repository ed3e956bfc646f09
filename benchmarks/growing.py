"""Growing: whether new cases cost the same however many a store holds.

    python -m benchmarks growing [CASES...]

One store is filled to each of the sizes in turn, with the births in ten steps of `running.py`; of ten cases that fill it one waits for a
signature. At each size a thousand new births are taken in, as from a file, and run without Prefect; each several times, of which the
best by the processor counts. What a run does once, however few cases it has, is in its row; so is what a run through Prefect does
besides: counting where all cases are. Cases that fill the store are taken in without being looked at, which is quicker.
"""

import sys
import tempfile
import time
from itertools import count, islice
from pathlib import Path

import orjson
from sqlalchemy import select

from benchmarks.births import TEN, Births, Seconds, timed
from benchmarks.sharing import size_of
from flows.store import tables
from flows.store.counting import stands

SIZES = (1_000, 10_000, 100_000, 1_000_000)
NEW = 1_000  # cases
TIMES = 5  # of which the best counts
AT_ONCE = 50_000  # cases that fill the store
WAITING = 10  # of so many one waits
MB = 1024 * 1024


def main(arguments: list[str]) -> None:
    """Print the table."""
    sizes = sorted(map(int, arguments)) or SIZES
    heads = (
        "cases in the store",
        f"taking {NEW:,} in, ms",
        "running them, ms",
        "counting all, ms",
        "store, MB",
        "filling, s",
    )
    print(f"| {' | '.join(heads)} |\n|{' ---: |' * len(heads)}", flush=True)
    with tempfile.TemporaryDirectory(prefix="sekali-benchmark-") as folder:
        store = Growing(Births(Path(folder)))
        for size in sizes:
            began = time.perf_counter()
            store.fill(size)
            filled = time.perf_counter() - began
            taking, running = store.new()
            counting = min((timed(lambda: stands(store.world.store)) for _ in range(TIMES)), key=lambda one: one[1])
            cells = [f"{size:,}", *map(_ms, (taking, running, counting)), f"{size_of(store.world) / MB:,.0f}"]
            print(f"| {' | '.join([*cells, f'{filled:.0f}'])} |", flush=True)
        store.world.close()
    print("\nMilliseconds by the clock, and in brackets of our processor.")


def _ms(seconds: Seconds) -> str:
    wall, used = seconds
    return f"{wall * 1000:,.0f} ({used * 1000:,.0f})"


class Growing:
    """A store with births that grows."""

    def __init__(self, births: Births) -> None:
        self.births, self.world, self.first, self.keys = births, births.world(), 0, count()
        self.take()
        store = self.world.store
        with store.engine.connect() as connection:
            brought = (
                connection.execute(select(tables.given.c.content).order_by(tables.given.c.case_id)).scalars().all()
            )
        self.given = [bytes(one) for one in brought]
        for number in range(0, len(self.given), WAITING):
            said = orjson.loads(self.given[number])
            del said["decisions"]["signature"]
            self.given[number] = orjson.dumps(said)
        self.run()

    def take(self) -> Seconds:
        """Take new births in, as from a file."""
        seconds = self.births.take(self.world, TEN, NEW, self.first)
        self.first += NEW
        return seconds

    def run(self) -> Seconds:
        """Move what can move."""
        run = self.world.run(TEN, "benchmark", lambda more: None)
        return timed(run.run)

    def new(self) -> tuple[Seconds, Seconds]:
        """Return how long taking new births in takes, and running them."""
        both = [(self.take(), self.run()) for _ in range(TIMES)]
        taking, running = zip(*both, strict=True)
        return min(taking, key=lambda one: one[1]), min(running, key=lambda one: one[1])

    def fill(self, size: int) -> None:
        """Fill the store with so many cases, as far as there are not as many."""
        store = self.world.store
        pinned = store.pin(TEN, self.births.definitions[TEN])
        left = size - sum(n for *_, n in store.counts())
        while left > 0:
            numbers = list(islice(self.keys, min(left, AT_ONCE)))
            store.take_in(TEN, pinned, [(f"F-{n}", self.given[n % len(self.given)]) for n in numbers])
            self.run()
            left -= len(numbers)


if __name__ == "__main__":
    main(sys.argv[1:])
