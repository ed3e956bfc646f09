"""What servers of pages ask of a browser: the language it reads in, a cookie that it keeps, the forms it sends; knows no page."""

import re
from collections.abc import Callable
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from processes.words import LANGUAGES, Language

LANGUAGE = "sekali_lang"  # the cookie with the language that somebody chose
_HERE = re.compile(r"/(?![/\\])[^\\\x00-\x1f]*")  # an address of this server, and of no other


class UnreadableError(ValueError):
    """A form that no browser sends."""


def spoken(request: Request, usual: Language) -> Language:
    """Return in which language somebody reads: as chosen, else as their browser says, else the usual one."""
    for wanted in (request.cookies.get(LANGUAGE), request.headers.get("accept-language", "")[:2].lower()):
        if wanted in LANGUAGES:
            return "id" if wanted == "id" else "en"
    return usual


def add_usual(routes: APIRouter, not_found: Callable[[Request], Response]) -> None:
    """Add what browsers ask of every such server: to switch the language and come back, and an icon, which there is not."""

    @routes.get("/lang/{language}")
    def switch(request: Request, language: str, to: str = "/") -> Response:
        if language not in LANGUAGES:
            return not_found(request)
        response = RedirectResponse(to if _HERE.fullmatch(to) else "/", 303)
        response.set_cookie(LANGUAGE, language, samesite="lax", httponly=True, max_age=31_536_000)
        return response

    @routes.get("/favicon.ico")
    def icon() -> Response:
        return Response(status_code=204)


def keep(request: Request, response: Response, name: str, value: str) -> None:
    """Let a browser keep a cookie until it is closed, which no script reads and no other site sends."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, httponly=True, samesite="strict", secure=secure)


async def sent(request: Request, most: int) -> list[tuple[str, str]]:
    """Return the names and values of a form, in its order.

    Raises:
        UnreadableError: If it is none, or holds more than so many.
    """
    try:
        text = (await request.body()).decode("ascii")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=most)
    except ValueError:
        raise UnreadableError from None
