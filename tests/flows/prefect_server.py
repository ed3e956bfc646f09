"""A Prefect server of the tests' own, which can be killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import httpx

from flows.prefect_settings import prepare


class Server(NamedTuple):
    """Where it keeps what it is told, what leads others to it, and its process."""

    home: Path
    environment: dict[str, str]
    process: int

    def kill(self) -> None:
        """Let it be gone at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.process, signal.SIGKILL)


@contextmanager
def prefect_server(home: Path) -> Iterator[Server]:
    """Start a server, and stop it in the end."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "SEKALI_"))}
    prepare(environment, home)
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "uvicorn", "--factory", "prefect.server.api.server:create_app", "--port", port]
    with subprocess.Popen(
        [*command, "--log-level", "critical"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            _wait_for(f"http://127.0.0.1:{port}/api/health")
            yield Server(home, {**environment, "PREFECT_API_URL": f"http://127.0.0.1:{port}/api"}, process.pid)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)


def _wait_for(address: str) -> None:
    for _ in range(240):
        try:
            if httpx.get(address).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise AssertionError("the server did not start")
