"""The review as a web application: pages for reviewers, their decisions, and what guards both."""

import re
import secrets
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from flows.pictures import FONTS, PictureError
from flows.review.deciding import ConflictError, OutsideError
from flows.review.desk import Ahead, Desk
from flows.review.judging import Matter, judged
from flows.review.overview import view_of
from flows.review.pages import Pages, Visitor
from flows.review.site import Site
from flows.review.supposing import Supposed, supposed
from flows.worklist.guard import HEADERS, NUMBER, App, Guard
from flows.worklist.sessions import Session, Signer, right_token
from processes.policy import Decision
from processes.procedure import Procedure
from processes.words import LANGUAGES, Language

COOKIE, LANGUAGE = "sekali_review", "sekali_lang"
REVIEWER = "reviewer"  # whoever has given the password, where there is one
LONGEST_NAME, LONGEST_REASON, MOST_FIELDS = 200, 2000, 5000
HERE = Path(__file__).parent
ASSETS = {
    "base.css": (HERE.parent / "worklist" / "style.css", "text/css"),
    "review.css": (HERE / "static" / "review.css", "text/css"),
    "review.js": (HERE / "static" / "review.js", "text/javascript"),
    **{name: (FONTS / name, "font/ttf") for name in ("Arimo-Regular.ttf", "Arimo-Bold.ttf")},
}
GUARDED = {
    **HEADERS,
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
}


class Sent(NamedTuple):
    """What a form sent."""

    values: dict[str, list[str]]

    def said(self, name: str) -> str:
        """Return the last value of a name; empty, if there is none."""
        return (self.values.get(name) or [""])[-1]


class UnreadableError(ValueError):
    """A form that no browser sends."""


def application(
    desk: Desk,
    *,
    token: str = "",
    language: Language = "id",
    hosts: frozenset[str] = frozenset(),
    tell: Callable[[str], None] = lambda _: None,
    ahead: Ahead | None = None,
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
        today: The day of a decision.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    routes = _Routes(desk, token, language, ahead, today)
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


class _Routes:
    def __init__(
        self, desk: Desk, token: str, language: Language, ahead: Ahead | None, today: Callable[[], date]
    ) -> None:
        self.desk, self.token, self.language, self.ahead, self.today = desk, token, language, ahead, today
        self.pages = Pages(desk)
        self.signer = Signer()

    # --- who looks, and how

    def site(self, request: Request) -> Site:
        """Return in which language and under which assumptions somebody reads."""
        asked = {name: request.query_params.getlist(name) for name in request.query_params}
        nothing = not any(name in ("on", "with", "without") or name.startswith("as-") for name in asked)
        state = None if nothing else self.desk.state()
        what = supposed(asked, state.catalogue.agreements, state.policy) if state is not None else Supposed()
        return Site(self.spoken(request), what)

    def spoken(self, request: Request) -> Language:
        for wanted in (request.cookies.get(LANGUAGE), request.headers.get("accept-language", "")[:2].lower()):
            if wanted in LANGUAGES:
                return "id" if wanted == "id" else "en"
        return self.language

    def session(self, request: Request) -> Session | None:
        """Return who looks, if they may."""
        session = self.signer.session(request.cookies.get(COOKIE))
        return session if session is not None and (not self.token or session.role == REVIEWER) else None

    def answer(self, request: Request, text: str | None, session: Session | None, status: int = 200) -> Response:
        """Return a page, and let the browser keep its session; what is nothing is a page that is not there."""
        if text is None:
            return self.message(request, 404, "not-found")
        response = HTMLResponse(text, status)
        if session is not None and request.cookies.get(COOKIE) != self.signer.cookie(session):
            self.remember(request, response, session)
        return response

    def remember(self, request: Request, response: Response, session: Session) -> None:
        """Let a browser keep a session, until it is closed."""
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, self.signer.cookie(session), httponly=True, samesite="strict", secure=secure)

    def visitor(self, session: Session) -> Visitor:
        return Visitor(self.signer.token(session), session.name, bool(self.token))

    def message(self, request: Request, status: int, text: str, number: str = "") -> Response:
        """Return a page that says one thing."""
        return HTMLResponse(self.pages.message(Site(self.spoken(request)), Visitor(), text, number), status)

    def seen(self, request: Request, make: Callable[[Site, Visitor, str], str | None]) -> Response:
        """Return a page for whoever may see it; others sign in."""
        session = self.session(request)
        if session is None:
            if self.token:
                return RedirectResponse("/sign-in", 303)
            session = self.signer.new()
        return self.answer(request, make(self.site(request), self.visitor(session), _local(request)), session)

    # --- the addresses

    def made(self) -> APIRouter:
        """Return them all."""
        routes = APIRouter(include_in_schema=False)
        pages = self.pages

        @routes.get("/assets/{name}")
        def asset(request: Request, name: str) -> Response:
            if name not in ASSETS:
                return self.message(request, 404, "not-found")
            path, kind = ASSETS[name]
            return FileResponse(path, media_type=kind)

        @routes.get("/favicon.ico")
        def icon() -> Response:
            return Response(status_code=204)

        @routes.get("/lang/{language}")
        def switch(request: Request, language: str, to: str = "/") -> Response:
            if language not in LANGUAGES:
                return self.message(request, 404, "not-found")
            local = to if re.fullmatch(r"/(?![/\\])[^\\\x00-\x1f]*", to) else "/"
            response = RedirectResponse(local, 303)
            response.set_cookie(LANGUAGE, language, samesite="lax", httponly=True, max_age=31_536_000)
            return response

        @routes.get("/")
        def overview(request: Request) -> Response:
            def make(site: Site, visitor: Visitor, here: str) -> str:
                view = view_of(lambda name: request.query_params.get(name, ""))
                text, whole = pages.overview(site, visitor, view, here)
                if whole:
                    return text
                if self.ahead is not None:
                    self.ahead.want(site.supposed)
                    return text
                self.desk.compute_all(site.supposed)
                return pages.overview(site, visitor, view, here)[0]

            return self.seen(request, make)

        @routes.get("/decisions")
        def decisions(request: Request) -> Response:
            return self.seen(request, pages.decisions)

        @routes.get("/what-if")
        def what_if(request: Request) -> Response:
            return self.seen(request, pages.what_if)

        @routes.get("/p/{name}")
        def procedure(request: Request, name: str, kept: str = "") -> Response:
            known = kept if re.fullmatch(r"[fm][0-9a-f]{11}", kept) else ""
            return self.seen(request, lambda site, visitor, here: pages.procedure(site, visitor, name, here, known))

        @routes.get("/p/{name}/forms")
        def forms(request: Request, name: str) -> Response:
            return self.seen(request, lambda site, visitor, here: pages.forms(site, visitor, name, here))

        @routes.get("/p/{name}/walk")
        def walk(request: Request, name: str, case: str = "1", at: str = "0") -> Response:
            return self.seen(
                request, lambda site, visitor, here: pages.walk(site, visitor, name, _number(case), _number(at), here)
            )

        @routes.get("/p/{name}/frees")
        def frees(request: Request, name: str) -> Response:
            return self.seen(request, lambda site, visitor, here: pages.frees(site, visitor, name, here))

        @routes.get("/p/{name}/fact")
        def fact(request: Request, name: str) -> Response:
            wanted = request.query_params.get("name", "")[:500]
            return self.seen(request, lambda site, visitor, here: pages.fact(site, visitor, name, wanted, here))

        @routes.get("/p/{name}/papers/{file}")
        def paper(request: Request, name: str, file: str) -> Response:
            if self.session(request) is None and self.token:
                return RedirectResponse("/sign-in", 303)
            try:
                content = pages.paper(self.site(request), name, file.removesuffix(".pdf"))
            except PictureError as error:
                return HTMLResponse(pages.message(Site(self.spoken(request)), Visitor(), error.words), 500)
            if content is None:
                return self.message(request, 404, "not-found")
            headers = {"Content-Disposition": f'attachment; filename="{name}-{file}"'}
            return Response(content, media_type="application/pdf", headers=headers)

        @routes.post("/p/{name}/decide")
        async def decide(request: Request, name: str) -> Response:
            return self.decide(request, name, await _sent(request))

        @routes.get("/sign-in")
        def sign_in(request: Request) -> Response:
            session = self.signer.session(request.cookies.get(COOKIE)) or self.signer.new()
            text = pages.sign_in(Site(self.spoken(request)), Visitor(self.signer.token(session)))
            return self.answer(request, text, session)

        @routes.post("/sign-in")
        async def signed_in(request: Request) -> Response:
            sent = await _sent(request)
            session = self.signer.session(request.cookies.get(COOKIE))
            site = Site(self.spoken(request))
            if session is None or not self.signer.fits(session, sent.said("token")):
                session = session or self.signer.new()
                text = pages.sign_in(site, Visitor(self.signer.token(session)), "no-cookie", sent.said("name"))
                return self.answer(request, text, session, 403)
            if not right_token(sent.said("password"), self.token):
                text = pages.sign_in(site, Visitor(self.signer.token(session)), "wrong-token", sent.said("name"))
                return self.answer(request, text, session, 403)
            response = RedirectResponse("/", 303)
            self.remember(request, response, self.signer.new()._replace(role=REVIEWER, name=_name(sent) or ""))
            return response

        @routes.post("/sign-out")
        async def sign_out(request: Request) -> Response:
            sent, session = await _sent(request), self.session(request)
            response = RedirectResponse("/", 303)
            if session is not None and self.signer.fits(session, sent.said("token")):
                response.delete_cookie(COOKIE)
            return response

        return routes

    # --- deciding

    def decide(self, request: Request, name: str, sent: Sent) -> Response:
        """Keep what somebody decided, or say why not; nothing that others decided meanwhile is written over."""
        session, site = self.session(request), Site(self.spoken(request))
        if session is None:
            return RedirectResponse("/sign-in", 303) if self.token else self.message(request, 403, "no-cookie")
        state = self.desk.state()
        procedure = state.procedure(name)
        if procedure is None:
            return self.message(request, 404, "not-found")
        what = [one for one in sent.values.get("what", []) if re.fullmatch(r"[fm][0-9a-f]{11}@[0-9a-z]{1,64}", one)]
        typed = {one: sent.said(one) for one in ("by", "why", "back")}

        def again(status: int, fault: str, conflict: ConflictError | None = None) -> Response:
            text = self.pages.decide(site, self.visitor(session), procedure, typed, what, fault, conflict)
            return self.answer(request, text, session, status)

        if not self.signer.fits(session, sent.said("token")):
            return again(403, "old-page")
        deciding = sent.said("decision")
        by, why = _name(sent), sent.said("why").replace("\r\n", "\n").strip()
        if deciding not in ("accepted", "rejected", "undo") or not what:
            return again(422, "unreadable")
        if deciding != "undo" and by is None:
            return again(422, "wrong-name")
        if deciding != "undo" and (len(why) > LONGEST_REASON or (deciding == "rejected" and not why)):
            return again(422, "wrong-reason")
        try:
            if deciding == "undo":
                finding, _, version = what[-1].partition("@")
                self.desk.decisions.undo(procedure.id, finding, version)
            else:
                matters = self._matters(procedure, what)
                if len(matters) < len(what):
                    return again(409, "nothing-to-decide")
                self.desk.decisions.decide(
                    [(self._decision(procedure, one, deciding, by or "", why), version) for one, version in matters]
                )
        except ConflictError as error:
            return again(409, "conflict", error)
        except (OutsideError, OSError):
            return again(422, "not-written")
        finding = what[-1].partition("@")[0]
        kept = "" if deciding == "undo" or len(what) > 1 else f"?kept={finding}"
        back = typed["back"] if re.fullmatch(r"[a-z0-9_-]{1,200}", typed["back"]) else "content"
        response = RedirectResponse(f"{site.to('procedure', procedure.id)}{kept}#{back}", 303)
        self.remember(request, response, session._replace(name=by or session.name))
        return response

    def _matters(self, procedure: Procedure, what: Sequence[str]) -> list[tuple[Matter, str]]:
        """Return what is decided on, as it is found now, with the versions that were seen; not what has been decided elsewhere."""
        state = self.desk.state()
        looked = self.desk.looked(state, procedure)
        known = {one.id: one for one in judged(looked.analysis, looked.policy).matters}
        found = [(known[name], version) for name, _, version in (one.partition("@") for one in what) if name in known]
        return [(one, version) for one, version in found if one.decision is None or self.desk.is_own_file(one.decision)]

    def _decision(self, procedure: Procedure, one: Matter, decision: str, by: str, why: str) -> Decision:
        about = f"{one.kind.en}: {one.says.en}"
        return Decision(
            finding=one.id,
            procedure=procedure.id,
            decision="accepted" if decision == "accepted" else "rejected",
            by=by,
            on=self.today(),
            why=why or None,
            about=about[:1000],
        )


def _local(request: Request) -> str:
    """Return where somebody is, to come back to."""
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 0


def _name(sent: Sent) -> str | None:
    """Return the name somebody typed; nothing, if it is none."""
    name = " ".join(sent.said("by" if sent.said("by") else "name").split())
    return name if name and len(name) <= LONGEST_NAME and name.isprintable() else None


async def _sent(request: Request) -> Sent:
    """Read a form.

    Raises:
        UnreadableError: If it is none.
    """
    try:
        text = (await request.body()).decode("ascii")
        return Sent(parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS))
    except ValueError:
        raise UnreadableError from None
