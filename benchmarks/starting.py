"""How long a command takes from the shell, and what it must not import."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 7
HEAVY = ("prefect", "networkx", "sqlalchemy", "rich", "graphviz", "numpy")
COMMANDS = (["--help"], ["check", "processes/purbalingga"])


def main(_: list[str]) -> None:
    """Print a row a command: the least and the median seconds, and the heavy modules it imports."""
    sekali = str(Path(sys.executable).with_name("sekali"))
    print("| command | best s | median s | heavy imports |")
    print("| --- | --- | --- | --- |")
    for arguments in COMMANDS:
        seconds = [_seconds([sekali, *arguments]) for _ in range(RUNS)]
        heavy = ", ".join(_heavy(arguments)) or "none"
        print(f"| `sekali {' '.join(arguments)}` | {min(seconds):.2f} | {statistics.median(seconds):.2f} | {heavy} |")


def _seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def _heavy(arguments: list[str]) -> list[str]:
    program = f"import sys\nfrom flows.commands.main import cli\ncli.main({arguments!r}, standalone_mode=False)\nprint(*sys.modules, file=sys.stderr)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False).stderr.split()
    return [name for name in HEAVY if name in loaded]


if __name__ == "__main__":
    main(sys.argv[1:])
