"""The worklist for programs: list, read, answer, as JSON; described by OpenAPI."""

from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, FastAPI, Path, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from flows.answering import NotTakenError, Why
from flows.returning import LONGEST_REASON, Kind, Sender
from flows.store.rows import Said
from flows.worklist.desk import PAGE, Desk
from flows.worklist.history import Happened
from flows.worklist.taking import LONGEST_NAME, NoSuchTaskError, Sent, take, waiting_at, wrong_role
from flows.worklist.task import Contested, Mark, SentBack, Task
from flows.worklist.task import Field as FieldToFill
from flows.worklist.waiting import Item
from processes.case import WaitingFor
from processes.element import ElementType
from processes.words import Words

MOST = 200  # rows a call
LARGEST = 2**53 - 1  # of a case's number


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Model):
    """The same text in Indonesian and in English."""

    id: str
    en: str


class Fact(_Model):
    """A fact that is missing."""

    fact: str
    title: Text


class Work(_Model):
    """A case and one thing it waits for."""

    case: int = Field(description="the number of the case in the store")
    key: str = Field(description="the case's own key")
    procedure: str
    procedure_title: Text
    step: str
    title: Text
    waits_for: WaitingFor
    why: Text | None
    role: str = Field(description="who can answer")
    role_title: Text
    escalated_to: str | None = Field(description="who can answer as well, because it is over its time limit")
    missing: list[Fact]
    since: str | None = Field(description="when it began to wait")
    due: str | None = Field(description="when its nearest time limit is over; none, if it has none, or it stands still")
    late: bool = Field(description="its time limit is over")
    stands_still: bool = Field(description="its time limit stands still, because it is with the citizen")


class Worklist(_Model):
    """Part of what waits, the oldest case first."""

    work: list[Work]
    after: int | None = Field(description="where to go on, if there is more")


class RoleWork(_Model):
    """How much waits for a role."""

    role: str
    title: Text
    waiting: int


class Choice(_Model):
    """An answer that can be chosen."""

    code: str
    title: Text


class Asked(_Model):
    """A fact to fill in."""

    fact: str
    title: Text
    about: Text = Field(description="the heading it stands under: whom or what it is about")
    type: ElementType
    many: bool = Field(description="a list, one value for each member")
    choices: list[Choice]
    pattern: str | None
    min: float | None
    max: float | None


class Known(_Model):
    """A fact that is known and read at the step."""

    fact: str
    title: Text
    value: Text
    sure: Text
    whence: Text


class ActToDo(_Model):
    """A declaration, a signature or a consent."""

    act: str
    title: Text
    consent: bool


class WayToGo(_Model):
    """What can be decided."""

    decision: str
    title: Text
    wants_reason: bool


class SaidBefore(_Model):
    """What somebody answered or decided in the case."""

    step: str
    step_title: Text
    what: list[str]
    what_words: list[Text]
    role: str
    role_title: Text
    name: str
    why: str = Field(description="as it is kept; of an approval by silence, no text to be read")
    why_words: Text
    at: str


class Marked(_Model):
    """A fact or a paper that can be marked, or is marked, as to be mended."""

    name: str
    title: Text
    kind: Kind | None = None


class Returning(_Model):
    """That the case was sent back, with what and why."""

    marks: list[Marked]
    why: str
    role: Text
    name: str
    at: str


class ContestedValue(_Model):
    """What a registry told and somebody contests."""

    fact: str
    title: Text
    registry: Text
    said: Text
    why: str
    role: Text
    name: str
    at: str
    settled: Literal["", "registry", "said"] = Field(description="whose value holds; empty, while that is open")


class Reading(_Model):
    """A task with all that is needed to do it."""

    work: Work
    moves: int = Field(description="send it back with the answer: it is taken only if the case has not changed since")
    asked: list[Asked]
    known: list[Known]
    papers: list[Text]
    acts: list[ActToDo]
    decisions: list[WayToGo]
    again: bool = Field(description="the decision 'done' means: try again")
    said: list[SaidBefore]
    objection: Text | None = Field(description="how to object to a decision, if the procedure says")
    markable: list[Marked] = Field(description="with what the case can be sent back")
    sent_back: Returning | None = Field(description="with what an officer has sent it back here")
    contestable: list[Asked] = Field(description="what registries told and can be contested")
    contests: list[ContestedValue]
    withheld: list[Text] = Field(
        description="the consents for want of which it waits here; they can be asked for again"
    )


One = StrictStr | StrictBool | StrictInt | StrictFloat | None
Short = Annotated[str, Field(max_length=300)]
Role_ = Annotated[str, Field(min_length=1, max_length=300, description="in which they do; as `role` of the task")]
PersonName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_NAME,
        pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$",
        description="who that is; kept with the answer",
    ),
]
Moves = Annotated[int, Field(ge=0, le=LARGEST, strict=True)]


class Answer(_Model):
    """What somebody answers or decides."""

    role: Role_
    name: PersonName
    moves: Moves
    facts: Annotated[dict[Short, One | Annotated[list[One], Field(max_length=1000)]], Field(max_length=1000)] = {}
    decision: Annotated[str, Field(max_length=300)] | None = None
    why: Annotated[str, Field(max_length=LONGEST_REASON)] = Field(
        default="", description="needed where the case is refused or sent back"
    )
    consents: Annotated[dict[Short, StrictBool], Field(max_length=100)] = {}


class Contesting(_Model):
    """What is right in place of what registries told."""

    role: Role_
    name: PersonName
    moves: Moves
    facts: Annotated[
        dict[Short, One | Annotated[list[One], Field(max_length=1000)]], Field(min_length=1, max_length=1000)
    ]
    why: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]


class WentToLookUps(_Model):
    """The look-ups whose answers are contested; the case waits at the first of them."""

    steps: list[str]


class Back(_Model):
    """What an officer sends a case back with."""

    role: Role_
    name: PersonName
    moves: Moves
    marks: Annotated[dict[Short, Kind], Field(min_length=1, max_length=1000)] = Field(
        description="facts and papers of `markable`, each with what is the matter"
    )
    why: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]


class AskConsent(_Model):
    """Who wants a consent that was withheld to be asked for once more."""

    role: Role_
    name: PersonName
    moves: Moves


class ConsentAsked(_Model):
    """Where the case waits for it."""

    step: str


class WentBack(_Model):
    """Where a case that was sent back is."""

    step: str
    marks: dict[str, Kind]


class AskAgain(_Model):
    """Who wants what registries told a while ago to be asked again."""

    role: Role_


class Change(_Model):
    """A fact of which a registry tells something else now."""

    fact: str
    title: Text
    before: Text
    now: Text


class Fresh(_Model):
    """What came of asking registries again."""

    asked: list[str] = Field(description="the look-ups that were made again")
    silent: bool = Field(description="a registry did not answer: all is as it was")
    changed: list[Change]


class Taken(_Model):
    """What became of an answer."""

    state: Literal["ready", "waiting"] = Field(description="ready: the next run takes the case on")
    missing: list[str] = Field(description="facts that are still missing")


class Fault(_Model):
    """One thing that is wrong."""

    field: str = Field(description="the fact, 'way' or 'why'; empty, if it is the whole")
    says: Text


class Refused(_Model):
    """Why something was not done; then nothing is changed."""

    error: str
    faults: list[Fault] = []


STATUS: dict[Why, int] = {"wrong": 422, "role": 403, "changed": 409, "not waiting": 409}
_DESCRIBED: dict[int | str, dict[str, object]] = {
    number: {"model": Refused, "description": says}
    for number, says in {
        400: "the body cannot be read",
        401: "no token, or a wrong one",
        403: "another role is waited for, or the call comes from another site's page",
        404: "no such case, or it does not wait there",
        409: "the case has changed, or does not wait any more",
        413: "the body is too large",
        415: "the body is not JSON",
        421: "the server has another name",
        422: "something in it is wrong; each thing with its field",
    }.items()
}
Case = Annotated[int, Path(ge=1, le=LARGEST)]
StepName = Annotated[str, Path(max_length=300)]
Role = Annotated[str, Query(min_length=1, max_length=300, description="who answers, as in `by`")]


def add_api(app: FastAPI, desk: Desk) -> None:
    """Add the calls to an application."""
    api = APIRouter(prefix="/api", responses=_DESCRIBED)

    @api.get("/roles")
    def roles() -> list[RoleWork]:
        """Say who can be waited for, and how much waits for each."""
        with desk.open():
            return [RoleWork(role=one, title=_text(title), waiting=n) for one, (title, n) in desk.roles().items()]

    @api.get("/tasks")
    def work(
        role: Annotated[str | None, Query(max_length=300)] = None,
        procedure: Annotated[str | None, Query(max_length=300)] = None,
        after: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
        most: Annotated[int, Query(ge=1, le=MOST)] = PAGE,
    ) -> Worklist:
        """List what waits, the oldest case first."""
        with desk.open():
            page = desk.work(role, procedure, after, most)
        return Worklist(work=[_work(item) for item in page.items], after=page.after)

    @api.get("/late")
    def late(
        agency: Annotated[str, Query(min_length=1, max_length=300, description="as in `by`")],
        most: Annotated[int, Query(ge=1, le=MOST)] = PAGE,
    ) -> list[Work]:
        """List what an agency and its officers have let lie beyond a time limit, the latest first, each with who has it."""
        with desk.open():
            return [_work(item) for item in desk.late(agency, most)]

    @api.get("/tasks/{case}/{step}")
    def read(case: Case, step: StepName, role: Role) -> Reading:
        """Read a task."""
        with desk.open():
            _, wait, task = desk.task(case, step)
        if (fault := wrong_role(wait, role)) is not None:
            raise fault
        return _reading(task)

    @api.post("/tasks/{case}/{step}")
    def answer(case: Case, step: StepName, answer: Answer) -> Taken:
        """Answer or decide; all that is wrong is told at once, and nothing is changed then."""
        sent = Sent(answer.role, answer.name, answer.moves, answer.facts, answer.decision, answer.why, answer.consents)
        with desk.open():
            kept, wait, task = desk.task(case, step)
            left = take(desk.store, kept, wait, task, sent, whole=False)
        return Taken(state="waiting" if left else "ready", missing=list(left))

    @api.post("/tasks/{case}/{step}/fresh")
    def fresh(case: Case, step: StepName, who: AskAgain) -> Fresh:
        """Ask registries again what they told more than a day ago, before somebody goes on with a form."""
        found = desk.refresh(case, step, who.role)
        with desk.open():
            kept = next(desk.store.by_id([case]))
            naming = desk.programs.of(kept.definition).model.naming
            changed = [
                Change(
                    fact=naming.shown(name),
                    title=_text(naming.words(name)),
                    before=_text(desk.value(kept, name, _raw(was))),
                    now=_text(desk.value(kept, name, _raw(now))),
                )
                for name, (was, now) in found.changed.items()
            ]
        return Fresh(asked=list(found.asked), silent=found.silent, changed=changed)

    @api.post("/tasks/{case}/{step}/contest")
    def contest(case: Case, step: StepName, said: Contesting) -> WentToLookUps:
        """Contest what registries told: both values are kept, and the case waits until an officer has settled it."""
        with desk.open():
            kept, wait = waiting_at(desk.store, case, step)
            went = desk.contest(kept, wait, said.facts, Sender(said.role, said.name, said.why), said.moves)
        return WentToLookUps(steps=list(went))

    @api.post("/tasks/{case}/{step}/consent")
    def ask_consent(case: Case, step: StepName, who: AskConsent) -> ConsentAsked:
        """Ask for the consents once more for want of which a case waits here."""
        with desk.open():
            kept, wait = waiting_at(desk.store, case, step)
            went = desk.ask_consent(kept, wait, Sender(who.role, who.name, ""), who.moves)
        return ConsentAsked(step=went)

    @api.post("/tasks/{case}/{step}/back")
    def send_back(case: Case, step: StepName, back: Back) -> WentBack:
        """Send a case back to whoever filled in its forms, with what is marked; they are asked for that alone."""
        with desk.open():
            kept, wait = waiting_at(desk.store, case, step)
            went = desk.send_back(kept, wait, back.marks, Sender(back.role, back.name, back.why), back.moves)
        return WentBack.model_validate({"step": went.form, "marks": went.marks})

    app.include_router(api)


def _raw(value: object) -> object:
    """Return a value as JSON has it."""
    return orjson.loads(orjson.dumps(value))


def refused(status: int, error: str, *faults: Fault) -> JSONResponse:
    """Return the answer to a call that was refused."""
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return JSONResponse(Refused(error=error, faults=list(faults)).model_dump(), status, headers)


def not_taken(request: Request, error: Exception) -> JSONResponse:
    """Return the answer where an answer was not taken."""
    if isinstance(error, NoSuchTaskError):
        return refused(404, "not waiting")
    assert isinstance(error, NotTakenError)  # noqa: S101  # there are no others
    of_facts = [Fault(field=name, says=_text(says)) for name, says in error.of_facts.items()]
    whole = [Fault(field="", says=_text(says)) for says in error.faults[len(of_facts) :]]
    return refused(STATUS[error.why], error.why, *of_facts, *whole)


def _text(words: Words) -> Text:
    return Text(id=words.id, en=words.en)


def _work(item: Item) -> Work:
    return Work(
        case=item.case,
        key=item.key,
        procedure=item.procedure,
        procedure_title=_text(item.procedure_title),
        step=item.step,
        title=_text(item.title),
        waits_for=item.waits_for,
        why=_text(item.why) if item.why else None,
        role=item.role,
        role_title=_text(item.role_title),
        escalated_to=item.escalated or None,
        missing=[Fact(fact=one.fact, title=_text(one.words)) for one in item.missing],
        since=item.since or None,
        due=item.deadline.due.isoformat(timespec="seconds") if item.deadline and item.deadline.due else None,
        late=item.deadline is not None and item.deadline.late,
        stands_still=item.deadline is not None and item.deadline.due is None,
    )


def _reading(task: Task) -> Reading:
    return Reading(
        work=_work(task.item),
        moves=task.moves,
        asked=[_asked(one, section.title) for section in task.sections for one in section.fields],
        known=[
            Known(
                fact=one.fact,
                title=_text(one.label),
                value=_text(one.value),
                sure=_text(one.sure),
                whence=_text(one.whence),
            )
            for one in task.shown
        ],
        papers=[_text(one) for one in task.papers],
        acts=[ActToDo(act=one.id, title=_text(one.label), consent=one.consent) for one in task.acts],
        decisions=[
            WayToGo(decision=one.way, title=_text(one.title), wants_reason=one.wants_reason) for one in task.decisions
        ],
        again=task.again,
        said=[_said_before(one, one.kept) for one in task.history if isinstance(one.kept, Said)],
        objection=_text(task.objection) if task.objection else None,
        markable=[_marked(one) for one in task.markable],
        sent_back=_returning(task.sent_back) if task.sent_back else None,
        contestable=[_asked(one, one.label) for one in task.contestable],
        contests=[_contested(one) for one in task.contests],
        withheld=[_text(one) for one in task.withheld],
    )


def _said_before(words: Happened, kept: Said) -> SaidBefore:
    return SaidBefore(
        step=kept.step,
        step_title=_text(words.step),
        what=list(kept.what),
        what_words=[_text(one) for one in words.what],
        role=kept.who,
        role_title=_text(words.who),
        name=kept.name,
        why=kept.why,
        why_words=_text(words.why),
        at=kept.at,
    )


def _asked(one: FieldToFill, about: Words) -> Asked:
    return Asked(
        fact=one.fact,
        title=_text(one.label),
        about=_text(about),
        type=one.type,
        many=one.many,
        choices=[Choice(code=choice.code, title=_text(choice.words)) for choice in one.choices],
        pattern=one.pattern,
        min=one.least,
        max=one.most,
    )


def _contested(one: Contested) -> ContestedValue:
    said = {"fact": one.fact, "title": _text(one.label), "registry": _text(one.was), "said": _text(one.said)}
    more = {"why": one.why, "role": _text(one.role), "name": one.name, "at": one.at, "settled": one.settled}
    return ContestedValue.model_validate(said | more)


def _marked(one: Mark) -> Marked:
    return Marked.model_validate({"name": one.name, "title": _text(one.label), "kind": one.kind or None})


def _returning(one: SentBack) -> Returning:
    marks = [_marked(mark) for mark in one.marks]
    return Returning(marks=marks, why=one.why, role=_text(one.role), name=one.name, at=one.at)
