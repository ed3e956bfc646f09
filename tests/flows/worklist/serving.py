"""`sekali serve` as people start it: a server of its own on loopback, ended as Ctrl-C ends it; for tests."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RUN = "from flows.commands.main import run; run()"


def sekali(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start the command line in a process of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SEKALI_")}
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=clean | {"SEKALI_LANG": "en", "PYTHONUNBUFFERED": "1"} | environment,
    )


@contextmanager
def serving(store: Path, *more: str, **environment: str) -> Iterator[str]:
    """Serve a store, and yield the address."""
    with started("serve", "--port", "0", "--store", str(store), *more, **environment) as address:
        yield address


@contextmanager
def started(*arguments: str, **environment: str) -> Iterator[str]:
    """Start a command that serves, and yield the address that it tells."""
    server = sekali(*arguments, **environment)
    assert server.stdout is not None
    line = server.stdout.readline()
    found = re.search(r"http://\S+(?=/)", line)
    try:
        assert found is not None, server.communicate()[1]
        yield found[0]
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGINT)
        server.communicate(timeout=20)
