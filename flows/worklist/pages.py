"""The worklist for people: pages that need no scripts; what is sent goes through the same code as `sekali answer`."""

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import orjson
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from flows.answering import NotTakenError, Typed
from flows.case_files import title_of
from flows.returning import KINDS, LONGEST_REASON, Sender
from flows.store.rows import Kept, Returned, Said, Waiting
from flows.worklist import browsers
from flows.worklist.desk import PAGE, Desk
from flows.worklist.hints import hint, input_mode, plain_fault
from flows.worklist.history import happened
from flows.worklist.sessions import COOKIE, Session, right_token
from flows.worklist.taking import LONGEST_NAME, NoSuchTaskError, Sent, take, waiting_at, wrong_role
from flows.worklist.task import RIGHT, Field, Task
from flows.worklist.texts import TEXTS
from flows.worklist.waiting import limit_words
from processes.case import DONE, Value
from processes.procedure import Approve, Decide
from processes.words import Language, Words

STYLE = Path(__file__).with_name("style.css")
MOST_FIELDS = 2_000
WAS = "was:"  # in a draft, before a fact: what a registry told of it when the draft was begun
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Form(NamedTuple):
    """What a browser sent: the last of each name."""

    values: Mapping[str, str]

    def said(self, name: str) -> str:
        """Return one value; empty, if it is not there."""
        return self.values.get(name, "")

    def typed(self) -> dict[str, str]:
        """Return what people typed, without what the page itself sends along."""
        return {name: value for name, value in self.values.items() if name not in ("token", "moves", "do")}


async def _form(request: Request) -> Form:
    """Read a form.

    Raises:
        UnreadableError: If it is none.
    """
    return Form(dict(await browsers.sent(request, MOST_FIELDS)))


class Pages:
    """Makes the pages."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.templates = Environment(
            loader=PackageLoader("flows.worklist"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.templates.filters["at"] = _at
        self.templates.filters["inputmode"], self.templates.filters["hint"] = input_mode, hint
        self.templates.tests["day"] = lambda text: not text or bool(DAY.fullmatch(text))

    def language(self, request: Request) -> Language:
        """Return in which language somebody reads: as chosen, else as their browser says."""
        return browsers.spoken(request, self.desk.language)

    def session(self, request: Request) -> Session | None:
        """Return who works."""
        return self.desk.signer.session(request.cookies.get(COOKIE))

    def page(self, request: Request, template: str, status: int = 200, **more: Any) -> HTMLResponse:
        """Return a page."""
        language, session = self.language(request), self.session(request)
        fresh = session is None
        session = session or self.desk.signer.new()

        def say(words: Words | str) -> str:
            return (TEXTS[words] if isinstance(words, str) else words).in_language(language)

        text = self.templates.get_template(template).render(
            say=say,
            limit=lambda deadline: say(limit_words(deadline)),
            language=language,
            other="en" if language == "id" else "id",
            here=_local(request),
            session=session,
            token=self.desk.signer.token(session),
            **more,
        )
        response = HTMLResponse(text, status)
        if fresh:
            self.remember(request, response, session)
        return response

    def message(self, request: Request, status: int, text: str, number: str = "") -> HTMLResponse:
        """Return a page that says one thing."""
        return self.page(request, "message.html", status, text=text, number=number)

    def remember(self, request: Request, response: Response, session: Session) -> None:
        """Let a browser keep a session, until it is closed."""
        browsers.keep(request, response, COOKIE, self.desk.signer.cookie(session))


def add_pages(app: FastAPI, desk: Desk, pages: Pages) -> None:
    """Add the pages to an application."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/style.css")
    def style() -> FileResponse:
        return FileResponse(STYLE, media_type="text/css", headers={"Cache-Control": "no-cache"})

    browsers.add_usual(routes, lambda request: pages.message(request, 404, "not-found"))

    @routes.get("/")
    def start(request: Request) -> Response:
        session = pages.session(request)
        if session is not None and session.role:
            return RedirectResponse("/tasks", 303)
        return _sign_in_page(desk, pages, request)

    @routes.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        form, session = await _form(request), pages.session(request)
        if session is None or not desk.signer.fits(session, form.said("token")):
            return _sign_in_page(desk, pages, request, 403, {"": "no-cookie"}, form.typed())
        name, role, faults = " ".join(form.said("name").split()), form.said("role"), dict[str, str]()
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            faults["name"] = "wrong-name"
        with desk.open():
            known = desk.roles()
        if role not in known:
            faults["role"] = "wrong-role"
        if desk.token and not right_token(form.said("password"), desk.token):
            faults["password"] = "wrong-token"  # noqa: S105  # the name of a text
        if faults:
            return _sign_in_page(desk, pages, request, 403 if "password" in faults else 422, faults, form.typed())
        response = RedirectResponse("/tasks", 303)
        pages.remember(request, response, desk.signer.new()._replace(role=role, name=name))
        return response

    @routes.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        form, session = await _form(request), pages.session(request)
        response = RedirectResponse("/", 303)
        if session is not None and desk.signer.fits(session, form.said("token")):
            response.delete_cookie(COOKIE)
        return response

    @routes.get("/tasks")
    def work(request: Request, after: str = "0") -> Response:
        session = pages.session(request)
        if session is None or not session.role:
            return RedirectResponse("/", 303)
        begin = int(after) if re.fullmatch(r"[0-9]{1,15}", after) else 0
        with desk.open():
            page = desk.work(session.role, None, begin, PAGE)
            title, waiting = desk.roles().get(session.role, (Words(session.role, session.role), 0))
            late = [one for one in desk.late(session.role, PAGE) if session.role not in (one.role, one.escalated)]
            return pages.page(request, "work.html", page=page, title=title, waiting=waiting, begin=begin, late=late)

    @routes.get("/tasks/{case}/{step}")
    def read(request: Request, case: str, step: str) -> Response:
        session = pages.session(request)
        if session is None or not session.role:
            return RedirectResponse("/", 303)
        draft, changed = desk.store.draft(_number(case), step), dict[str, tuple[Value, Value]]()
        typed: dict[str, str] = orjson.loads(draft) if draft else {}
        if draft:
            with suppress(NotTakenError):  # another role: told below
                changed = desk.refresh(_number(case), step, session.role).changed
        with desk.open():
            try:
                kept, wait = waiting_at(desk.store, _number(case), step)
            except NoSuchTaskError:
                if changed:  # what a registry tells now leads the case elsewhere
                    return _gone(pages, request, Form(typed))
                raise
            if wrong_role(wait, session.role) is not None:
                return _not_yours(pages, desk, request, kept, wait)
            if changed:
                typed |= {f"{WAS}{name}": orjson.dumps(was).decode() for name, (was, _) in changed.items()}
                desk.store.save_draft(kept, step, orjson.dumps(typed), session.name)
            notice = "saved" if request.query_params.get("saved") and draft else "resumed" if draft else ""
            was = {name.removeprefix(WAS): orjson.loads(said) for name, said in typed.items() if name.startswith(WAS)}
            model = desk.programs.of(kept.definition).model
            before = {model.naming.shown(name): desk.value(kept, name, raw) for name, raw in was.items()}
            return _task_page(
                pages, request, desk.task_of(kept, wait), typed, notice="fresh" if before else notice, before=before
            )

    @routes.post("/tasks/{case}/{step}")
    async def answer(request: Request, case: str, step: str) -> Response:
        form, session = await _form(request), pages.session(request)
        if session is None:
            return pages.message(request, 403, "no-cookie")
        with desk.open():
            try:
                kept, wait = waiting_at(desk.store, _number(case), step)
            except NoSuchTaskError:
                return _gone(pages, request, form)
            if not session.role or wrong_role(wait, session.role) is not None:
                return _not_yours(pages, desk, request, kept, wait, form)
            task = desk.task_of(kept, wait)
            if not desk.signer.fits(session, form.said("token")):
                return _task_page(pages, request, task, form.typed(), 403, notice="old-page")
            moves = form.said("moves")
            sent = _sent(form, task, session, int(moves) if re.fullmatch(r"[0-9]{1,15}", moves) else -1)
            if form.said("do") == "save":
                told_before = _told_before(desk.store.draft(kept.id, step))
                content = orjson.dumps(form.typed() | told_before)
                if sent.moves != kept.moves or not desk.store.save_draft(kept, step, content, session.name):
                    return _task_page(pages, request, task, form.typed(), 409, notice="changed")
                return RedirectResponse(f"{quote(request.url.path)}?saved=1", 303)
            if form.said("do") == "contest":
                return _contest(desk, pages, request, form, session, kept, wait, task, sent.moves)
            if form.said("do") == "consent":
                return _ask_consent(desk, pages, request, form, session, kept, wait, task, sent.moves)
            if form.said("do") == "back":
                return _send_back(desk, pages, request, form, session, kept, wait, task, sent.moves)
            try:
                take(
                    desk.store, kept, wait, task, sent, whole=form.said("do") != "again" and wait.waits_for != "nobody"
                )
            except NotTakenError as error:
                if error.why == "changed":
                    return _task_page(pages, request, task, form.typed(), 409, notice="changed")
                return _task_page(pages, request, task, form.typed(), 422, faults=error)
        return RedirectResponse(f"/taken/{kept.id}/{quote(step, safe='')}", 303)

    @routes.get("/taken/{case}/{step}")
    def taken(request: Request, case: str, step: str) -> Response:
        session = pages.session(request)
        if session is None or not session.role:
            return RedirectResponse("/", 303)
        with desk.open():
            said = [one for one in desk.store.said(_number(case)) if one.step == step]
            back = [one for one in desk.store.returned(_number(case)) if one.step == step]
            both: list[Said | Returned] = [*said[-1:], *back[-1:]]
            newest = max(both, key=lambda one: one.at, default=None)
            if newest is None or newest.who != session.role:
                return pages.message(request, 404, "not-found")
            kept = next(desk.store.by_id([_number(case)]))
            model = desk.programs.of(kept.definition).model
            said_so = happened(newest, model)
            if isinstance(newest, Returned):
                to = title_of(model, newest.form)
                return pages.page(request, "sent-back.html", kept=kept, said=said_so, to=to, procedure=model.procedure)
            decided = isinstance(model.procedure.step_by_id.get(step), Decide | Approve)
            return pages.page(
                request,
                "taken.html",
                kept=kept,
                said=said_so,
                procedure=model.procedure,
                title=title_of(model, step),
                objection=model.procedure.objection if decided else None,
            )

    app.include_router(routes)


def _send_back(
    desk: Desk,
    pages: Pages,
    request: Request,
    form: Form,
    session: Session,
    kept: Kept,
    wait: Waiting,
    task: Task,
    moves: int,
) -> Response:
    marks = {one.name: kind for one in task.markable if (kind := form.said(f"mark:{one.name}"))}
    try:
        desk.send_back(kept, wait, marks, Sender(session.role, session.name, form.said("back-why")), moves)
    except NotTakenError as error:
        if error.why == "changed":
            return _task_page(pages, request, task, form.typed(), 409, notice="changed")
        told = {"back-why" if name == "why" else name: says for name, says in error.of_facts.items()}
        whole = error.faults[len(error.of_facts) :]
        return _task_page(pages, request, task, form.typed(), 422, faults=NotTakenError(*whole, of_facts=told))
    return RedirectResponse(f"/taken/{kept.id}/{quote(wait.step, safe='')}", 303)


def _ask_consent(
    desk: Desk,
    pages: Pages,
    request: Request,
    form: Form,
    session: Session,
    kept: Kept,
    wait: Waiting,
    task: Task,
    moves: int,
) -> Response:
    try:
        went = desk.ask_consent(kept, wait, Sender(session.role, session.name, ""), moves)
    except NotTakenError as error:
        notice = "changed" if error.why == "changed" else ""
        faults = None if notice else error
        return _task_page(pages, request, task, form.typed(), 409 if notice else 422, notice=notice, faults=faults)
    mine = next((one for one in desk.store.waiting(case=kept.id) if one.step == went), None)
    here = mine is not None and session.role in mine.answerable_by
    return RedirectResponse(
        f"/{'tasks' if here else 'taken'}/{kept.id}/{quote(went if here else wait.step, safe='')}", 303
    )


def _contest(
    desk: Desk,
    pages: Pages,
    request: Request,
    form: Form,
    session: Session,
    kept: Kept,
    wait: Waiting,
    task: Task,
    moves: int,
) -> Response:
    facts = {one.fact: value for one in task.contestable if (value := _value(form, one, RIGHT)) != ""}
    rest = {name: said for name, said in form.typed().items() if not name.startswith((RIGHT, "contest-why"))}
    try:
        if moves == kept.moves:  # what is typed so far waits until the case comes back to the form
            content = orjson.dumps(rest | _told_before(desk.store.draft(kept.id, wait.step)))
            desk.store.save_draft(kept, wait.step, content, session.name)
        desk.contest(kept, wait, facts, Sender(session.role, session.name, form.said("contest-why")), moves)
    except NotTakenError as error:
        if error.why == "changed":
            return _task_page(pages, request, task, form.typed(), 409, notice="changed")
        told = {"contest-why" if name == "why" else f"{RIGHT}{name}": says for name, says in error.of_facts.items()}
        whole = error.faults[len(error.of_facts) :]
        return _task_page(pages, request, task, form.typed(), 422, faults=NotTakenError(*whole, of_facts=told))
    return RedirectResponse(f"/taken/{kept.id}/{quote(wait.step, safe='')}", 303)


def _told_before(draft: bytes | None) -> dict[str, str]:
    """Return what is kept with a draft of values that a registry has changed since."""
    typed: dict[str, str] = orjson.loads(draft) if draft else {}
    return {name: said for name, said in typed.items() if name.startswith(WAS)}


def _local(request: Request) -> str:
    """Return where somebody is, to come back to: pages that are only sent to have none."""
    path = request.url.path
    return quote("/" if path in ("/sign-in", "/sign-out") else path, safe="/")


def _number(text: str) -> int:
    """Return the number of a case as it stands in an address; 0, which no case has, if it is none."""
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else 0


def _sign_in_page(
    desk: Desk,
    pages: Pages,
    request: Request,
    status: int = 200,
    faults: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    with desk.open():
        roles = desk.roles()
    said = {name: value for name, value in (typed or {}).items() if name != "password"}
    return pages.page(
        request, "sign-in.html", status, roles=roles, faults=faults or {}, typed=said, password=bool(desk.token)
    )


def _task_page(
    pages: Pages,
    request: Request,
    task: Task,
    typed: Mapping[str, str],
    status: int = 200,
    *,
    notice: str = "",
    faults: NotTakenError | None = None,
    before: Mapping[str, Words] | None = None,
) -> Response:
    beside = _beside(task, faults.of_facts) if faults else {}
    whole = faults.faults[len(faults.of_facts) :] if faults else ()
    going_back = "back-why" in beside or any(typed[name] for name in typed if name.startswith(("mark:", "back-why")))
    contesting = any(name.startswith((RIGHT, "contest-why")) and said for name, said in {**typed, **beside}.items())
    return pages.page(
        request, "task.html", status, task=task, typed=typed, notice=notice, beside=beside, whole=whole,
        longest=LONGEST_REASON, kinds=KINDS, going_back=going_back, contesting=contesting, before=before or {},
    )  # fmt: skip


def _beside(task: Task, faults: Mapping[str, Words]) -> dict[str, Words]:
    """Return faults in the order of the page, in words for those who fill in forms."""
    fields = {field.fact: field for field in task.fields} | {f"{RIGHT}{one.fact}": one for one in task.contestable}
    order = [*fields, *(act.id for act in task.acts), *(mark.name for mark in task.markable)]
    found = {name: faults[name] for name in (*order, *faults) if name in faults}
    return {name: plain_fault(fields[name], says) if name in fields else says for name, says in found.items()}


def _gone(pages: Pages, request: Request, form: Form) -> Response:
    return pages.page(request, "gone.html", 409, typed=_typed_to_show(form), text="gone", why="gone-why", who=None)


def _not_yours(
    pages: Pages, desk: Desk, request: Request, kept: Kept, wait: Waiting, form: Form | None = None
) -> Response:
    title = desk.programs.roles().get(wait.who)
    typed = _typed_to_show(form) if form else {}
    return pages.page(request, "gone.html", 403, typed=typed, text="not-yours", why="not-yours-why", who=title)


def _typed_to_show(form: Form) -> dict[str, str]:
    return {name.partition(":")[2] or name: value for name, value in form.typed().items() if value.strip()}


def _sent(form: Form, task: Task, session: Session, moves: int) -> Sent:
    """Return what a form says."""
    do = form.said("do")
    facts = {field.fact: value for field in task.fields if (value := _value(form, field)) != ""}
    return Sent(
        role=session.role,
        name=session.name,
        moves=moves,
        facts={} if do == "again" else facts,
        decision=DONE if do == "again" else form.said("way") or None,
        why=form.said("why")[: LONGEST_REASON + 1],
        consents={
            one.id: form.said(f"act:{one.id}") == "given"
            for one in task.acts
            if one.consent and form.said(f"act:{one.id}")
        },
        confirmed=frozenset(one.id for one in task.acts if form.said(f"act:{one.id}")),
    )


def _value(form: Form, field: Field, before: str = "") -> Typed:
    """Return what a field says: a text, a list of them, nothing if there is none; an empty text, if it is not filled in."""
    if form.said(f"{before}none:{field.fact}"):
        return None
    text = form.said(f"{before}fact:{field.fact}").strip()
    if not field.many or not text:
        return text.replace("\r\n", "\n")
    return [None if line.strip() == "-" else line.strip() for line in text.splitlines() if line.strip()]


def _at(text: str) -> str:
    """Return a time as people read it.

    >>> _at("2026-11-02T08:00:01+00:00")
    '2026-11-02 08:00 UTC'
    """
    return f"{text[:16].replace('T', ' ')} UTC" if text else ""
