"""The addresses of the review: who asks, in which language and under which assumptions, and what they get; makes no page itself."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from flows.papers.files import TYPES, Paper
from flows.pictures import PictureError
from flows.review.desk import Ahead
from flows.review.overview import view_of
from flows.review.pages import Pages, Visitor
from flows.review.site import Site
from flows.review.supposing import USUALLY, Supposed, is_supposing, supposed
from flows.review.taking import WHAT, Sent, proper_name, take
from flows.worklist import browsers
from flows.worklist.sessions import Session, Signer, right_token
from processes.words import Language

COOKIE = "sekali_review"
REVIEWER = "reviewer"  # whoever has given the password, where there is one
MOST_FIELDS = 5000


class Routes:
    """Answers requests with the pages of a desk."""

    def __init__(
        self,
        pages: Pages,
        token: str,
        language: Language,
        ahead: Ahead | None,
        today: Callable[[], date],
        assets: Mapping[str, tuple[Path, str]],
    ) -> None:
        """Say with what; see `application`."""
        self.pages, self.desk, self.token, self.language = pages, pages.desk, token, language
        self.ahead, self.today, self.assets = ahead, today, assets
        self.signer = Signer()

    # --- who looks, and how

    def site(self, request: Request) -> Site:
        """Return in which language and under which assumptions somebody reads."""
        asked = {name: request.query_params.getlist(name) for name in request.query_params}
        state = self.desk.state() if any(map(is_supposing, asked)) else None
        what = supposed(asked, state.catalogue.agreements, state.policy) if state is not None else Supposed()
        return Site(self.spoken(request), what)

    def spoken(self, request: Request) -> Language:
        """Return in which language somebody reads."""
        return browsers.spoken(request, self.language)

    def session(self, request: Request) -> Session | None:
        """Return who looks, if they may."""
        session = self.signer.session(request.cookies.get(COOKIE))
        return session if session is not None and (not self.token or session.role == REVIEWER) else None

    def answer(self, request: Request, text: str | None, session: Session | None, status: int = 200) -> Response:
        """Return a page, and let the browser keep its session; what is nothing is a page that is not there."""
        if text is None:
            return self.not_found(request)
        response = HTMLResponse(text, status)
        if session is not None and request.cookies.get(COOKIE) != self.signer.cookie(session):
            self.remember(request, response, session)
        return response

    def remember(self, request: Request, response: Response, session: Session) -> None:
        """Let a browser keep a session, until it is closed."""
        browsers.keep(request, response, COOKIE, self.signer.cookie(session))

    def visitor(self, session: Session) -> Visitor:
        """Return whoever looks, as pages want to know them."""
        return Visitor(self.signer.token(session), session.name, bool(self.token))

    def message(self, request: Request, status: int, text: str, number: str = "") -> Response:
        """Return a page that says one thing."""
        return HTMLResponse(self.pages.message(Site(self.spoken(request)), Visitor(), text, number), status)

    def not_found(self, request: Request) -> Response:
        """Return the page that says that there is none."""
        return self.message(request, 404, "not-found")

    def seen(self, request: Request, make: Callable[[Site, Visitor, str], str | None]) -> Response:
        """Return a page for whoever may see it; others sign in."""
        session = self.session(request)
        if session is None:
            if self.token:
                return RedirectResponse("/sign-in", 303)
            session = self.signer.new()
        return self.answer(request, make(self.site(request), self.visitor(session), _local(request)), session)

    def paper(self, request: Request, name: str, find: Callable[[Site], Paper | None]) -> Response:
        """Return a paper as a file for whoever may see it; others sign in."""
        if self.session(request) is None and self.token:
            return RedirectResponse("/sign-in", 303)
        form = "xlsx" if name.endswith(".xlsx") else "pdf"
        try:
            paper = find(self.site(request))
            if paper is None or not name.endswith(f".{form}") or form not in paper.forms:
                return self.not_found(request)
            content = paper.content(form)
        except PictureError as error:
            return HTMLResponse(self.pages.message(Site(self.spoken(request)), Visitor(), error.words), 500)
        headers = {"Content-Disposition": f'attachment; filename="{paper.name}.{form}"'}
        return Response(content, media_type=TYPES[form], headers=headers)

    # --- the addresses

    def made(self) -> APIRouter:
        """Return them all."""
        routes = APIRouter(include_in_schema=False)
        pages = self.pages
        browsers.add_usual(routes, self.not_found)

        @routes.get("/assets/{name}")
        def asset(request: Request, name: str) -> Response:
            if name not in self.assets:
                return self.not_found(request)
            path, kind = self.assets[name]
            return FileResponse(path, media_type=kind)

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
                for what in dict.fromkeys((site.supposed, USUALLY)):
                    self.desk.compute_all(what)
                return pages.overview(site, visitor, view, here)[0]

            return self.seen(request, make)

        @routes.get("/decisions")
        def decisions(request: Request) -> Response:
            return self.seen(request, pages.decisions)

        @routes.get("/what-if")
        def what_if(request: Request) -> Response:
            return self.seen(request, pages.what_if)

        @routes.get("/papers")
        def papers(request: Request) -> Response:
            return self.seen(request, pages.papers)

        @routes.get("/papers/{file}")
        def shared_paper(request: Request, file: str) -> Response:
            return self.paper(request, file, lambda site: pages.shared_paper(site, file.rpartition(".")[0]))

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
            return self.paper(request, file, lambda site: pages.paper(site, name, file.rpartition(".")[0]))

        @routes.post("/p/{name}/decide")
        async def decide(request: Request, name: str) -> Response:
            return await run_in_threadpool(self.decide, request, name, await browsers.sent(request, MOST_FIELDS))

        @routes.get("/sign-in")
        def sign_in(request: Request) -> Response:
            session = self.signer.session(request.cookies.get(COOKIE)) or self.signer.new()
            text = pages.sign_in(Site(self.spoken(request)), Visitor(self.signer.token(session)))
            return self.answer(request, text, session)

        @routes.post("/sign-in")
        async def signed_in(request: Request) -> Response:
            sent = dict(await browsers.sent(request, MOST_FIELDS))
            session = self.signer.session(request.cookies.get(COOKIE))
            fault = ""
            if session is None or not self.signer.fits(session, sent.get("token", "")):
                fault = "no-cookie"
            elif not right_token(sent.get("password", ""), self.token):
                fault = "wrong-token"
            if fault:
                session = session or self.signer.new()
                visitor = Visitor(self.signer.token(session))
                text = pages.sign_in(Site(self.spoken(request)), visitor, fault, sent.get("name", ""))
                return self.answer(request, text, session, 403)
            response = RedirectResponse("/", 303)
            name = proper_name(sent.get("name", "")) or ""
            self.remember(request, response, self.signer.new()._replace(role=REVIEWER, name=name))
            return response

        @routes.post("/sign-out")
        async def sign_out(request: Request) -> Response:
            sent, session = dict(await browsers.sent(request, MOST_FIELDS)), self.session(request)
            response = RedirectResponse("/", 303)
            if session is not None and self.signer.fits(session, sent.get("token", "")):
                response.delete_cookie(COOKIE)
            return response

        return routes

    # --- deciding

    def decide(self, request: Request, name: str, form: list[tuple[str, str]]) -> Response:
        """Keep what somebody decided, or say why not, with all that they typed."""
        session, site = self.session(request), Site(self.spoken(request))
        if session is None:
            return RedirectResponse("/sign-in", 303) if self.token else self.message(request, 403, "no-cookie")
        procedure = self.desk.state().procedure(name)
        if procedure is None:
            return self.not_found(request)
        said = dict(form)
        what = tuple(value for field, value in form if field == "what" and WHAT.fullmatch(value))
        typed = {one: said.get(one, "") for one in ("by", "why", "back")}
        why = typed["why"].replace("\r\n", "\n").strip()
        sent = Sent(said.get("decision", ""), what, typed["by"], why)
        if not self.signer.fits(session, said.get("token", "")):
            text = self.pages.decide(site, self.visitor(session), procedure, typed, what, "old-page")
            return self.answer(request, text, session, 403)
        refused = take(self.desk, procedure, sent, self.today())
        if refused is not None:
            visitor = self.visitor(session)
            text = self.pages.decide(site, visitor, procedure, typed, what, refused.text, refused.conflict)
            return self.answer(request, text, session, refused.status)
        one = sent.decision != "undo" and len(what) == 1
        kept = f"?kept={what[0].partition('@')[0]}" if one else ""
        back = typed["back"] if re.fullmatch(r"[a-z0-9_-]{1,200}", typed["back"]) else "content"
        response = RedirectResponse(f"{site.to('procedure', procedure.id)}{kept}#{back}", 303)
        self.remember(request, response, session._replace(name=proper_name(sent.by) or session.name))
        return response


def _local(request: Request) -> str:
    """Return where somebody is, to come back to."""
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 0
