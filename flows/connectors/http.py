"""Questions over HTTP to a registry that may be slow, down or busy; knows no service and never tells what was asked.

Each question runs through, from outside in: the breaker (a registry that fails again and again is left alone for a while), the
retries (with back-off and jitter, or when the registry says), its share of the rate, the time-out of the whole answer.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple

import httpx2
import pybreaker
import stamina

from processes.words import Words, same

LONGEST_WAIT = 5.0  # seconds for which a registry that says when to ask again is waited for; for longer, cases wait
MOST_HEADERS = 100  # of an answer
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})  # statuses after which asking again may help
BUSY = frozenset({429, 503})  # that may say when

LATE = Words("tidak menjawab pada waktunya", "no answer in time")
BROKE_OFF = Words("jawabannya terputus", "it broke off")
LEAVE_ALONE = Words("minta ditanya lagi nanti", "it asked to be left alone")
TOO_OFTEN = Words("terlalu sering gagal", "it has failed too often")

# The client's own logs hold addresses, and addresses hold keys: they reach nobody, whoever listens and whatever is set up later.
for _name in [*logging.root.manager.loggerDict]:
    if _name.partition(".")[0] in ("httpx2", "httpcore2"):
        logging.getLogger(_name).addFilter(lambda record: False)
stamina.instrumentation.set_on_retry_hooks([])


class Manners(NamedTuple):
    """How a registry is asked."""

    time_out: float  # seconds
    attempts: int
    at_once: int
    per_second: float | None
    failures: int  # in a row, before it is left alone
    pause: float  # seconds for which it is


class Question(NamedTuple):
    """What is asked."""

    method: str
    url: httpx2.URL
    headers: Mapping[str, str]
    content: bytes | None
    most_bytes: int  # of the answer
    answers: frozenset[int]  # statuses that are answers; with any other, there is none


class Reply(NamedTuple):
    """What was answered."""

    status: int
    content: bytes | None  # nothing: it broke off, or is too long to be read


class SilentError(Exception):
    """No answer came; `why` holds nothing of what was asked."""

    def __init__(self, why: Words, until: datetime | None = None, *, broken: bool = False) -> None:
        super().__init__(why.en)
        self.why, self.until = why, until
        self.broken = broken  # whether it may be for one of those who were asked about


class _FailedError(Exception):
    """One attempt failed."""

    def __init__(
        self, why: Words, *, again: bool, after: float | None = None, reply: Reply | None = None, broken: bool = False
    ) -> None:
        super().__init__(why.en)
        self.why, self.again, self.after, self.reply, self.broken = why, again, after, reply, broken

    @property
    def busy(self) -> bool:
        """Whether the registry is well, and only wants to be left alone."""
        return self.after is not None and self.after > LONGEST_WAIT


class Line:
    """A line to one registry, on which several may ask at once."""

    def __init__(self, manners: Manners, clock: Callable[[], datetime]) -> None:
        self.manners = manners
        self.clock = clock
        self.silent_until: datetime | None = None  # as the registry itself has said
        self._left_alone_until: datetime | None = None
        self._client = httpx2.Client(
            follow_redirects=False,  # what leads elsewhere might be given the token, and whom a case is about
            trust_env=False,
            timeout=manners.time_out,
            limits=httpx2.Limits(max_connections=manners.at_once, max_keepalive_connections=manners.at_once),
            headers={"User-Agent": "sekali", "Accept": "application/json", "Accept-Encoding": "identity"},
        )
        self._pace = Pace(manners.per_second)
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=manners.failures,
            reset_timeout=manners.pause,
            exclude=[lambda error: isinstance(error, _FailedError) and error.busy],
            listeners=[_Listener(self)],
            throw_new_error_on_trip=False,
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def ask(self, question: Question) -> Reply:
        """Return the answer to a question.

        Args:
            question: What is asked.

        Raises:
            SilentError: If there is none, with when to ask again where that is known.
        """
        now = self.clock()
        if self.silent_until is not None and now < self.silent_until:
            raise SilentError(LEAVE_ALONE, self.silent_until)
        try:
            return self._guarded(question)
        except pybreaker.CircuitBreakerError:
            raise SilentError(TOO_OFTEN, self._left_alone_until) from None
        except _FailedError as error:
            if error.reply is not None:
                return error.reply
            if error.after is not None:
                self.silent_until = self.clock() + timedelta(seconds=error.after)
                raise SilentError(error.why, self.silent_until) from None
            open_now = self._breaker.current_state == pybreaker.STATE_OPEN
            until = self._left_alone_until if open_now else None
            raise SilentError(error.why, until, broken=error.broken) from None

    def _guarded(self, question: Question) -> Reply:
        """Ask through the breaker, which holds its lock for as long as a call takes: only what must be alone goes through it."""
        if self._breaker.current_state != pybreaker.STATE_CLOSED:
            return self._breaker.call(self._retried, question)
        try:
            reply = self._retried(question)
        except _FailedError as error:
            with suppress(_FailedError, pybreaker.CircuitBreakerError):
                self._breaker.call(_raise, error)
            raise
        with suppress(pybreaker.CircuitBreakerError):
            self._breaker.call(bool)
        return reply

    def _retried(self, question: Question) -> Reply:
        for attempt in stamina.retry_context(on=_again, attempts=self.manners.attempts, timeout=None, wait_jitter=0.5):
            with attempt:
                return self._once(question)
        raise AssertionError("there is always an attempt")

    def _once(self, question: Question) -> Reply:
        self._pace.wait()
        ends = time.monotonic() + self.manners.time_out
        try:
            request = self._client.build_request(
                question.method, question.url, headers=dict(question.headers), content=question.content
            )
            response = self._client.send(request, stream=True)
        except httpx2.TimeoutException:
            raise _FailedError(LATE, again=True) from None
        except httpx2.HTTPError as error:
            raise _FailedError(_kind(error), again=True) from None
        try:
            status = response.status_code
            if status in AGAIN:
                after = _after(response, self.clock()) if status in BUSY else None
                soon = after is None or after <= LONGEST_WAIT
                raise _FailedError(
                    Words(f"menjawab {status}", f"it answers {status}"), again=soon, after=after, broken=status == 500
                )
            if status not in question.answers:
                raise _FailedError(_refusal(status), again=False)
            if len(response.headers) > MOST_HEADERS or "content-encoding" in response.headers:
                return Reply(status, None)
            return Reply(status, self._content(response, question.most_bytes, ends))
        finally:
            response.close()

    def _content(self, response: httpx2.Response, most_bytes: int, ends: float) -> bytes | None:
        content = bytearray()
        try:
            for chunk in response.iter_raw():
                content += chunk
                if len(content) > most_bytes:
                    return None
                if time.monotonic() > ends:
                    raise _FailedError(LATE, again=True)
        except httpx2.TimeoutException:
            raise _FailedError(LATE, again=True) from None
        except httpx2.HTTPError:
            raise _FailedError(BROKE_OFF, again=True, reply=Reply(response.status_code, None)) from None
        return bytes(content)


class _Listener(pybreaker.CircuitBreakerListener):
    """Notes until when a registry is left alone."""

    def __init__(self, line: Line) -> None:
        self.line = line

    def state_change(
        self,
        cb: pybreaker.CircuitBreaker,
        old_state: pybreaker.CircuitBreakerState | None,
        new_state: pybreaker.CircuitBreakerState,
    ) -> None:
        """Note it as soon as that begins."""
        if new_state.name == pybreaker.STATE_OPEN:
            self.line._left_alone_until = self.line.clock() + timedelta(seconds=cb.reset_timeout)


class Pace:
    """Lets so many through a second, and no burst of them."""

    def __init__(
        self,
        per_second: float | None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.between = 1 / per_second if per_second else 0.0
        self.clock, self.sleep = clock, sleep
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Wait for one's turn."""
        if not self.between:
            return
        with self._lock:
            now = self.clock()
            turn = max(now, self._next)
            self._next = turn + self.between
        self.sleep(turn - now)


def _raise(error: Exception) -> None:
    raise error


def _again(error: Exception) -> bool | float:
    if not isinstance(error, _FailedError) or not error.again:
        return False
    return True if error.after is None else error.after


def _after(response: httpx2.Response, now: datetime) -> float | None:
    """Return for how many seconds a registry wants to be left alone, if it says so."""
    said = response.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit() and len(said) < 7:  # up to eleven days
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - now).total_seconds())
    except (ValueError, TypeError):
        return None


def _refusal(status: int) -> Words:
    """Return what a status says that is no answer."""
    if status in (401, 403):
        return Words(f"token ditolak ({status})", f"it refuses the token ({status})")
    if 300 <= status < 400:
        return Words(f"mengarah ke tempat lain ({status})", f"it leads elsewhere ({status})")
    return Words(
        f"menjawab {status}, yang tidak dikenal deskripsinya",
        f"it answers {status}, which its description does not know",
    )


def _kind(error: httpx2.HTTPError) -> Words:
    """Return what went wrong, without the address."""
    match error:
        case httpx2.ConnectError():
            return Words("tidak ada sambungan", "no connection")
        case httpx2.RemoteProtocolError():
            return BROKE_OFF
        case _:
            return same(type(error).__name__)
