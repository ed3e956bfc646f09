"""Runs every benchmark and prints its table: `python -m benchmarks [NAME [ARGUMENT...]]`.

What follows the name of one benchmark is for it: `python -m benchmarks running 300`.
"""

import sys
from importlib import import_module
from itertools import takewhile

NAMES = ("starting", "analysing", "redesigning", "soundness", "running", "growing", "sharing", "reviewing")


def main(arguments: list[str]) -> int:
    """Run the named benchmarks, or all of them, one after the other; or one, with arguments of its own."""
    names = list(takewhile(lambda one: one in NAMES, arguments))
    own = arguments[len(names) :]
    if own and len(names) != 1:
        print(f"There is no benchmark {own[0]}; there are {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    for name in names or NAMES:
        print(f"\n## {name}\n", flush=True)
        import_module(f"benchmarks.{name}").main(own)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
