"""What stands before every page and call: where they come from, how large they are, what browsers may do with an answer.

Nothing of what is sent goes into a log: of a failure only its kind is told, and a number by which people can report it.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response

from flows.worklist.sessions import right_token

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

LARGEST_BODY = 256_000  # bytes
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
API = "/api/"
NUMBER = "sekali.number"  # in the scope of a request: by which a failure can be reported
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",  # pages show what people said of themselves
}

Refuse = Callable[[Request, int, str, str], Response]  # request, status, which text, a number to report


class Guard:
    """Wraps an application."""

    def __init__(
        self,
        app: App,
        *,
        refuse: Refuse,
        token: str,
        hosts: frozenset[str],
        tell: Callable[[str], None],
        headers: Mapping[str, str] = HEADERS,
    ) -> None:
        """Make a guard.

        Args:
            app: What is guarded.
            refuse: Makes the answer to what is refused.
            token: What calls of the API must bring; empty, if whoever reaches the server may call it.
            hosts: The names under which the server may be called; none: any. A page elsewhere cannot then reach a server
                of this machine by giving it another name.
            tell: Takes a line for the log.
            headers: Of every answer.
        """
        self.app, self.refuse, self.token, self.hosts, self.tell = app, refuse, token, hosts, tell
        self.headers = headers

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        begun = False

        async def dressed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
            await send(message)

        request = Request(scope)
        refused = self._refused(request)
        if refused is None and request.method not in SAFE:
            body = await _body(receive)
            if body is None:
                refused = (413, "too-large")
            else:
                receive = _again(body, receive)
        if refused is not None:
            await self.refuse(request, *refused, "")(scope, receive, dressed)
            return
        try:
            await self.app(scope, receive, dressed)
        except Exception as error:  # noqa: BLE001  # the outermost place: what it says may quote what people typed
            number = scope.setdefault(NUMBER, secrets.token_hex(4))
            self.tell(f"{number}: {type(error).__name__} at {request.method} {request.scope['path'].split('/')[1]}")
            if not begun:
                await self.refuse(request, 500, "failure", number)(scope, receive, dressed)

    def _refused(self, request: Request) -> tuple[int, str] | None:
        """Return the status and the text with which a request is refused before anybody looks at what it says."""
        headers, path = request.headers, request.scope["path"]
        if self.hosts and _host(headers.get("host", "")) not in self.hosts:
            return 421, "wrong-host"
        if path.startswith(API) and self.token:
            kind, _, said = headers.get("authorization", "").partition(" ")
            if kind.lower() != "bearer" or not right_token(said.strip(), self.token):
                return 401, "no-token"
        if request.method in SAFE:
            return None
        if not _from_here(headers):
            return 403, "other-site"
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != (JSON if path.startswith(API) else FORM):
            return 415, "wrong-type"
        length = headers.get("content-length", "0")
        return (413, "too-large") if not length.isdecimal() or int(length[:20]) > LARGEST_BODY else None


def _host(said: str) -> str:
    """Return the name of a host without its port.

    >>> _host("localhost:8600"), _host("[::1]:8600"), _host("[::1]")
    ('localhost', '[::1]', '[::1]')
    """
    return said[: said.index("]") + 1] if "]" in said else said.partition(":")[0].lower()


def _from_here(headers: Headers) -> bool:
    """Whether a request comes from our own pages, or from no page at all."""
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2] == headers.get("host", "")


async def _body(receive: Receive) -> bytes | None:
    """Return the body of a request; nothing, if it is too large."""
    pieces, size = list[bytes](), 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        piece = message.get("body", b"")
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_BODY:
            return None
        if not message.get("more_body", False):
            return b"".join(pieces)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return what gives a body that was read once more."""
    given = False

    async def give() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give
