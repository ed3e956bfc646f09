"""What can be wrong with a registry over HTTP, switched on while it is served; for tests, and to see what a run makes of it."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

KINDS = ("slow", "dripping", "down", "flapping", "busy", "broken", "rubbish", "half", "elsewhere", "endless")
ENDLESS = 1_000  # times 64 KB
HALF_OF = 1 << 10  # bytes


class Faults:
    """Lets an application answer badly as long as a fault is switched on.

    Attributes:
        now: The fault; empty: none.
        slow: After how many seconds a slow answer comes, or the next byte of a dripping one.
        after: For how many seconds a busy one wants to be left alone; nothing: it does not say.
        spared: Questions that are answered well all the same, before the fault comes.
        asked: How many questions there were.
    """

    def __init__(self, app: App, now: str = "") -> None:
        self.app = app
        self.now = now
        self.slow = 30.0
        self.after: int | None = 60
        self.spared = 0
        self.asked = 0

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer a question, well or badly; what describes the registry is always told well."""
        if scope["type"] != "http" or scope["path"].endswith("/openapi.json"):
            await self.app(scope, receive, send)
            return
        self.asked += 1
        if not self.now or self.spared > 0 or (self.now == "flapping" and self.asked % 2 == 0):
            self.spared -= 1
            await self.app(scope, receive, send)
        elif self.now == "slow":
            await asyncio.sleep(self.slow)
            await self.app(scope, receive, send)
        else:
            await self._answer_badly(send)

    async def _answer_badly(self, send: Send) -> None:
        match self.now:
            case "down" | "flapping":
                await _tell(send, 503, b"")
            case "busy":
                after = [] if self.after is None else [(b"retry-after", str(self.after).encode())]
                await _tell(send, 429, b"", after)
            case "broken":
                await _tell(send, 500, b"Internal Server Error")
            case "elsewhere":
                await _tell(send, 307, b"", [(b"location", b"http://169.254.169.254/latest")])
            case "endless":
                await _tell(send, 200, b"[", more=True)
                for _ in range(ENDLESS):
                    await send({"type": "http.response.body", "body": b" " * (1 << 16), "more_body": True})
                await send({"type": "http.response.body", "body": b"]"})
            case "half":
                await _tell(send, 200, b'[{"name": "MA', [(b"content-length", str(HALF_OF).encode())])
            case "dripping":
                await _tell(send, 200, b"[", more=True)
                for _ in range(100):
                    await asyncio.sleep(self.slow)
                    await send({"type": "http.response.body", "body": b" ", "more_body": True})
                await send({"type": "http.response.body", "body": b"]"})
            case _:
                await _tell(send, 200, b"<html>\x00Sedang ada gangguan</html>")


async def _tell(
    send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]] | None = None, *, more: bool = False
) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers or []})
    await send({"type": "http.response.body", "body": body, "more_body": more})
