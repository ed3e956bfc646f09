"""The worklist as a web application: pages for people, an API for programs, and what guards both."""

import secrets
from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from flows.answering import NotTakenError
from flows.worklist.api import Fault, Text, add_api, not_taken, refused
from flows.worklist.browsers import UnreadableError
from flows.worklist.counted import add_metrics
from flows.worklist.desk import Desk
from flows.worklist.guard import API, NUMBER, App, Guard
from flows.worklist.pages import Pages, add_pages
from flows.worklist.taking import NoSuchTaskError

_ABOUT = (
    "What waits for whom in running cases, and how it is answered. The same code takes answers here, on the page and at the "
    "command line. A call is taken only if the case has not changed since it was read (`moves`)."
)


def application(
    desk: Desk, *, hosts: frozenset[str] = frozenset(), tell: Callable[[str], None] = lambda _: None
) -> App:
    """Return the application of a desk.

    Args:
        desk: What is worked on.
        hosts: The names under which it may be called; none: any.
        tell: Takes a line for the log; no line holds what anybody typed.
    """
    app = FastAPI(
        title="Sekali worklist",
        version="1",
        description=_ABOUT,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    pages = Pages(desk)
    add_api(app, desk)
    add_metrics(app, desk)
    add_pages(app, desk, pages)

    def refuse(request: Request, status: int, text: str, number: str = "") -> Response:
        if request.scope["path"].startswith(API):
            return refused(status, f"{text} {number}".strip())
        return pages.message(request, status, text, number)

    def unknown(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101  # there are no others
        text = {404: "not-found", 405: "wrong-method"}.get(error.status_code, "unreadable")
        answer = refuse(request, error.status_code, text)
        answer.headers.update(error.headers or {})
        return answer

    def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)  # noqa: S101  # there are no others
        return refused(400 if _unreadable(error) else 422, "wrong", *(_fault(one) for one in error.errors()))

    def gone(request: Request, error: Exception) -> Response:
        return not_taken(request, error) if request.scope["path"].startswith(API) else refuse(request, 404, "gone")

    def failed(request: Request, _: Exception) -> Response:
        return refuse(request, 500, "failure", request.scope.setdefault(NUMBER, secrets.token_hex(4)))

    app.add_exception_handler(Exception, failed)
    app.add_exception_handler(HTTPException, unknown)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(NotTakenError, not_taken)
    app.add_exception_handler(NoSuchTaskError, gone)
    app.add_exception_handler(UnreadableError, lambda request, _: refuse(request, 400, "unreadable"))
    return Guard(app, refuse=refuse, token=desk.token, hosts=hosts, tell=tell)


def _unreadable(error: RequestValidationError) -> bool:
    return any(one["type"] == "json_invalid" for one in error.errors())


def _fault(one: dict[str, object]) -> Fault:
    """Return a fault of the shape of a call: where it is and of what kind, without what was sent."""
    place = one["loc"]
    assert isinstance(place, tuple)  # noqa: S101  # pydantic says so
    where = ".".join(str(piece) for piece in place[1:3])[:300]
    kind = str(one["type"]).replace("_", " ")
    return Fault(field=where, says=Text(id=f"Bentuknya tidak sesuai: {kind}.", en=f"It does not fit: {kind}."))
