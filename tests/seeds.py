"""Which seeds random tests try: a few each time, the rest with the slow tests; a test that fails has its seeds in its name."""

import pytest


def blocks(stop: int, size: int, *, start: int = 0, quick: int = 1) -> list[object]:
    """Return the seeds from `start` to `stop` as parameters of `size` seeds each, all but the first `quick` marked slow."""
    return [
        pytest.param(range(one, min(one + size, stop)), marks=() if number < quick else pytest.mark.slow)
        for number, one in enumerate(range(start, stop, size))
    ]
