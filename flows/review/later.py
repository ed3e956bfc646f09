"""A value that takes long: reckoned in a process of its own, so that a server goes on answering others; knows no page."""

import multiprocessing
import signal
import threading
import weakref
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_ONE_AT_A_TIME = threading.Lock()


class UnreckonedError(Exception):
    """It could not be reckoned; the text says which kind of fault it was."""


class _Box:
    """What the thread that waits for a process shares with those who ask: nothing that refers to them."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.value: Any = None
        self.fault = ""
        self.process: BaseProcess | None = None
        self.wanted = True


class Later(Generic[T]):
    """A value that is begun when it is first asked for, and given up when nobody can ask for it any more."""

    def __init__(self, work: Callable[..., T], *arguments: object) -> None:
        """Say what is to be done.

        Args:
            work: A function that can be named; it and its arguments go to another process.
            arguments: What it is called with.
        """
        self._work, self._arguments = work, arguments
        self._box = _Box()
        self._begun = threading.Lock()
        weakref.finalize(self, _give_up, self._box)

    def get(self, seconds: float) -> T | None:
        """Return the value, if it is there within so many seconds.

        Raises:
            UnreckonedError: If there will be none.
        """
        if self._begun.acquire(blocking=False):
            thread = threading.Thread(target=_reckon, args=(self._box, self._work, self._arguments), daemon=True)
            thread.start()
        if not self._box.done.wait(seconds):
            return None
        if self._box.fault:
            raise UnreckonedError(self._box.fault)
        value: T = self._box.value
        return value

    def now(self) -> T:
        """Return the value, reckoned here unless it is there already."""
        if not self._box.done.is_set() or self._box.fault:
            self._box.value, self._box.fault = self._work(*self._arguments), ""
            self._box.done.set()
        value: T = self._box.value
        return value


def _reckon(box: _Box, work: Callable[..., object], arguments: tuple[object, ...]) -> None:
    """Have a process do it, and keep what it sends; one after the other, for each keeps a processor busy."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # Ctrl-C is for the server, which ends its processes
    with _ONE_AT_A_TIME:
        if box.wanted:
            context = multiprocessing.get_context("spawn")
            here, there = context.Pipe()
            box.process = context.Process(target=_done, args=(there,), daemon=True)
            box.process.start()
            there.close()
            try:
                here.send((work, arguments))
                box.value, box.fault = here.recv()
            except Exception as error:  # noqa: BLE001  # whatever it is: whoever asked is told, and nobody waits for ever
                box.fault = type(error).__name__
            box.process.join()
    box.done.set()


def _done(there: Connection) -> None:
    """Do what is sent, in a process of its own, and send what it comes to."""
    try:
        work, arguments = there.recv()
        told = (work(*arguments), "")
    except Exception as error:  # noqa: BLE001  # whatever it is: whoever asked is told
        told = (None, type(error).__name__)
    there.send(told)


def _give_up(box: _Box) -> None:
    box.wanted = False
    if box.process is not None and box.process.is_alive():
        box.process.kill()
