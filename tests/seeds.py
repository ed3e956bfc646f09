"""Which seeds random tests try: a few each time, the rest with the slow tests; a test that fails has its seeds in its name.

`SEKALI_SEEDS=10 make test-all` tries ten times as many with the slow tests.
"""

import os

import pytest

TIMES = int(os.environ.get("SEKALI_SEEDS", "1"))


def blocks(stop: int, size: int, *, start: int = 0, quick: int = 1) -> list[object]:
    """Return the seeds from `start` to `stop`, or as many times more, in ranges of `size`, all but the first `quick` marked slow."""
    end = start + (stop - start) * TIMES
    return [
        pytest.param(range(one, min(one + size, end)), marks=() if number < quick else pytest.mark.slow)
        for number, one in enumerate(range(start, end, size))
    ]


def many(count: int, size: int) -> list[range]:
    """Return so many seeds from 1,000 on, or as many times more, in ranges of `size`: for tests that are marked slow."""
    return [range(start, start + size) for start in range(1000, 1000 + count * TIMES, size)]
