"""The review as a web application: its addresses, its assets, and what guards them."""

import secrets
from collections.abc import Callable
from datetime import date
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from flows.review.desk import Ahead, Desk
from flows.review.pages import Pages
from flows.review.routes import Routes
from flows.worklist.browsers import UnreadableError
from flows.worklist.guard import HEADERS, NUMBER, App, Guard
from processes.words import Language

HERE = Path(__file__).parent
ASSETS = {
    "base.css": (HERE.parent / "worklist" / "style.css", "text/css"),
    "review.css": (HERE / "static" / "review.css", "text/css"),
    "review.js": (HERE / "static" / "review.js", "text/javascript"),
    **{name: (HERE / "static" / name, "font/woff2") for name in ("Arimo-Regular.woff2", "Arimo-Bold.woff2")},
}
GUARDED = {
    **HEADERS,
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
}


def application(
    desk: Desk,
    *,
    token: str = "",
    language: Language = "id",
    hosts: frozenset[str] = frozenset(),
    tell: Callable[[str], None] = lambda _: None,
    ahead: Ahead | None = None,
    patience: float | None = None,
    today: Callable[[], date] = date.today,
) -> App:
    """Return the application of a desk.

    Args:
        desk: What is reviewed.
        token: What whoever comes must know; empty, if whoever reaches the server may review.
        language: Of people who have not chosen one.
        hosts: The names under which it may be called; none: any.
        tell: Takes a line for the log; no line holds what anybody typed.
        ahead: Computes what is missing; without it, whoever asks waits.
        patience: Seconds that whoever asks for what takes long waits before a page says that it is being computed, in a process
            of its own; without it, they wait.
        today: The day of a decision.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_middleware(GZipMiddleware, compresslevel=5)  # a page of 60 steps to a tenth
    routes = Routes(Pages(desk, patience), token, language, ahead, today, ASSETS)
    app.include_router(routes.made())

    def unknown(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101  # there are no others
        text = {404: "not-found", 405: "wrong-method"}.get(error.status_code, "unreadable")
        answer = routes.message(request, error.status_code, text)
        answer.headers.update(error.headers or {})
        return answer

    def failed(request: Request, _: Exception) -> Response:
        return routes.message(request, 500, "failure", request.scope.setdefault(NUMBER, secrets.token_hex(4)))

    app.add_exception_handler(Exception, failed)
    app.add_exception_handler(HTTPException, unknown)
    app.add_exception_handler(UnreadableError, lambda request, _: routes.message(request, 400, "unreadable"))
    return Guard(app, refuse=routes.message, token="", hosts=hosts, tell=tell, headers=GUARDED)
