"""Runs every benchmark and prints its table: `python -m benchmarks [NAME...]`."""

import sys
from importlib import import_module

NAMES = ("starting", "analysing", "redesigning", "soundness", "running")


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all of them, one after the other."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    for name in names or NAMES:
        print(f"\n## {name}\n", flush=True)
        import_module(f"benchmarks.{name}").main([])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
