"""Ways to tamper with a redesign and with its certificate; each says whether what comes out could be as good."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError

from processes.catalogue import FormField
from processes.procedure import (
    Approve,
    Back,
    Check,
    Choose,
    Decide,
    FormStep,
    Identify,
    Issue,
    Item,
    Lookup,
    Need,
    Notify,
    Parallel,
    Pay,
    Procedure,
    Record,
    Refuse,
    Step,
    Steps,
    Wait,
    kind_of,
    walk,
)
from processes.resolved import resolved
from processes.shapes import Duration, Ground
from processes.words import same
from processes.writing import procedure_text
from tests.analysis.properties import Examined

Edit = Callable[[Item], tuple[Item, ...]]


class Tampered(NamedTuple):
    """A redesign that was tampered with."""

    kind: str
    step: str  # where
    procedure: Procedure
    perhaps: bool = False  # whether it could be a redesign as good as the other, for the oracle to say


@dataclass(frozen=True)
class Otherwise(Examined):
    """A procedure with a redesign that somebody else made."""

    made_otherwise: Procedure | None = None

    @property
    def after(self) -> Procedure | None:
        """That redesign."""
        return self.made_otherwise


# --- editing trees of steps -----------------------------------------------------------------------------------------


def edited(procedure: Procedure, edit: Edit) -> Procedure:
    """Return a procedure in which each item is replaced by what `edit` makes of it, inner ones first."""
    return procedure.model_copy(update={"steps": _edited(procedure.steps, edit)})


def _edited(steps: Steps, edit: Edit) -> Steps:
    return tuple(new for item in steps for new in edit(_inside_edited(item, edit)))


def _inside_edited(item: Item, edit: Edit) -> Item:
    match item:
        case Choose() | Parallel():
            inner = [one.model_copy(update={"steps": _edited(one.steps, edit)}) for one in item.branches]
            return item.model_copy(update={"branches": tuple(inner)})
        case Decide() | Approve():
            ways = [one.model_copy(update={"steps": _edited(one.steps, edit)}) for one in item.ways]
            return item.model_copy(update={"ways": tuple(ways)})
        case Lookup() if item.not_found:
            return item.model_copy(update={"not_found": _edited(item.not_found, edit)})
    return item


def changed(procedure: Procedure, step: str, **update: Any) -> Procedure:
    """Return a procedure in which one step says something else."""
    return edited(procedure, lambda i: (i.model_copy(update=update),) if isinstance(i, Step) and i.id == step else (i,))


def without(procedure: Procedure, step: str) -> Procedure:
    """Return a procedure without a step."""
    return edited(procedure, lambda i: () if isinstance(i, Step) and i.id == step else (i,))


def before(procedure: Procedure, step: str, new: Item) -> Procedure:
    return edited(procedure, lambda i: (new, i) if isinstance(i, Step) and i.id == step else (i,))


def swapped(procedure: Procedure, first: Item, second: Item) -> Procedure:
    """Return a procedure in which two steps that stand one after the other have changed places."""

    def swap(steps: Steps) -> Steps:
        made = list(steps)
        for n in range(len(made) - 1):
            if made[n] is first and made[n + 1] is second:
                made[n], made[n + 1] = made[n + 1], made[n]
        return tuple(made)

    def edit(item: Item) -> tuple[Item, ...]:
        match item:
            case Choose() | Parallel():
                return (
                    item.model_copy(
                        update={"branches": tuple(b.model_copy(update={"steps": swap(b.steps)}) for b in item.branches)}
                    ),
                )
        return (item,)

    made = procedure.model_copy(update={"steps": swap(procedure.steps)})
    return edited(made, edit) if made.steps == procedure.steps else made


# --- with the redesign ----------------------------------------------------------------------------------------------


def tampered(examined: Examined) -> Iterator[Tampered]:
    """Yield redesigns that were tampered with, of every kind that the redesign has something for."""
    after = examined.after
    assert after is not None
    random = Random(examined.made.seed)
    for step in list(after.step_by_id.values()):
        yield from _of_any(examined, after, step, random)
        yield from _saying_more(examined, after, step)
        match step:
            case FormStep():
                yield from _of_form(examined, after, step, random)
            case Check():
                for name in step.verifies:
                    left = tuple(one for one in step.verifies if one != name)
                    yield Tampered("a check less", step.id, changed(after, step.id, verifies=left), perhaps=True)
                yield Tampered("a check more", step.id, _verifying_more(after, step))
            case Lookup():
                yield from _of_look_up(examined, after, step, random)
            case Decide() | Approve():
                yield from _of_judgement(after, step)
            case Issue():
                yield from _of_issue(after, step)
            case Refuse():
                yield Tampered("no refusal", step.id, without(after, step.id))
            case Pay():
                yield Tampered("another fee", step.id, changed(after, step.id, fee=step.fee + 1))
            case Notify():
                yield Tampered("somebody else is told", step.id, changed(after, step.id, whom="village"))
    yield from _of_structure(examined, after, random)
    yield Tampered("another purpose", "", after.model_copy(update={"purpose": "tax"}))
    yield Tampered("another agency", "", after.model_copy(update={"agency": "village"}))
    yield Tampered("another law", "", after.model_copy(update={"legal_basis": ("UU 1/2000",)}))
    yield Tampered("another time limit", "", after.model_copy(update={"time_limit": Duration(9, "days")}))
    yield Tampered("another to whom it goes up", "", after.model_copy(update={"escalates_to": "head of office"}))
    yield Tampered("silence approves the whole", "", after.model_copy(update={"silence_approves": Duration(9, "days")}))
    yield Tampered("another number of cases", "", after.model_copy(update={"volume": after.volume + 1}))
    roles = tuple(one.model_copy(update={"entity": "family"}) if one.id == "child" else one for one in after.roles)
    yield Tampered("another role", "", after.model_copy(update={"roles": roles}))


def _of_any(examined: Examined, after: Procedure, step: Step, random: Random) -> Iterator[Tampered]:
    old = examined.made.procedure.step_by_id
    if step.id in old:
        yield Tampered("another ground", step.id, changed(after, step.id, rests_on=Ground(law="UU 1/2000")))
        yield Tampered("another purpose of a step", step.id, changed(after, step.id, purpose="tax"))
        if not isinstance(step, Lookup):
            yield Tampered("somebody else does it", step.id, changed(after, step.id, by="village"))
        if not isinstance(step, Wait | FormStep | Identify | Check | Lookup):
            letter = isinstance(step, Issue) and step.letter
            signature = isinstance(step, Approve) and not (step.needs or step.ways or step.gives)
            yield Tampered("a step less", step.id, without(after, step.id), perhaps=letter or signature)
        if step.records:
            yield Tampered("no record", step.id, changed(after, step.id, records=()))
    if random.random() < 0.3:
        yield Tampered("a step more", step.id, before(after, step.id, Notify(id="told", by="office")))
        yield Tampered(
            "a question more",
            step.id,
            before(after, step.id, FormStep(id="more", asks=(FormField(asks="child.phone"),))),
        )
        yield Tampered(
            "a log-in more", step.id, before(after, step.id, Identify(id="in", using="eid", by="child")), perhaps=True
        )


MORE: dict[str, Any] = {
    "by": "head of office",
    "minutes": 77.0,
    "waits": Duration(7, "hours"),
    "within": Duration(8, "hours"),
    "escalates_to": "head of office",
    "needs": (Need(fact="applicant.nik"),),
    "records": (Record(id="taxes", takes=(Need(fact="applicant.nik"),)),),
    "rests_on": Ground(law="UU 1/2000"),
    "note": "hand this in at the back door",
    "gives": ("applicant.finding", "child.finding"),
    "inspects": ("applicant.nik",),
    "document": "ktp of child",
    "changes": ("people",),
    "starts": ("another",),
    "silence_approves": Duration(9, "hours"),
    "whom": "village",
    "lasts": Duration(6, "hours"),
    "to": "village",
    "using": "another",
}
"""What a step can be made to say besides, or instead, by its field."""


def _saying_more(examined: Examined, after: Procedure, step: Step) -> Iterator[Tampered]:
    """Yield a step that says something which it did not say, one field at a time; what people are asked for in minutes nobody proves."""
    new = step.id not in examined.made.procedure.step_by_id
    for name, value in MORE.items():
        if name not in type(step).model_fields or getattr(step, name) == value:
            continue
        if new and (name == "by" or (name == "minutes" and isinstance(step, FormStep | Check))):
            continue  # who does it is held against today's request, its log-in or the agency; see `_of_residual`
        perhaps = name == "inspects"  # where no paper shows it, it is inspected anyway
        kind = f"something more is said: {name}" + " of what is new" * new
        yield Tampered(kind, step.id, changed(after, step.id, **{name: value}), perhaps=perhaps)


def _of_residual(after: Procedure, step: Lookup) -> Iterator[Tampered]:
    """Yield what can be done to what is asked by hand where a look-up that was put in finds nothing."""
    for one in step.not_found:
        match one:
            case FormStep():
                yield Tampered("a residual form for the office", one.id, changed(after, one.id, by="village"))
                under = {"condition": "child.flag"}
                for number, field in enumerate(one.asks):
                    for kind, update in (
                        ("under a condition", under),
                        ("on another ground", {"rests_on": Ground(law="UU 1/2000")}),
                        ("in other words", {"label": same("something else")}),
                        ("as an act", {"act": "declaration", "id": "sworn"}),
                        ("with a consent", {"act": "consent", "id": "agreed", "consents_to": step.service}),
                        ("declaring more", {"declares": ("child.name",)}),
                    ):
                        asks = (*one.asks[:number], field.model_copy(update=update), *one.asks[number + 1 :])
                        if asks != one.asks:
                            yield Tampered(f"a residual question {kind}", one.id, changed(after, one.id, asks=asks))
                for number, paper in enumerate(one.documents):
                    for kind, update in (
                        ("under a condition", under),
                        ("on another ground", {"rests_on": Ground(law="UU 1/2000")}),
                        ("for a share", {"share": 0.5}),
                        ("of another kind", {"document": "statement of applicant"}),
                    ):
                        other = paper.model_copy(update=update)
                        papers = (*one.documents[:number], other, *one.documents[number + 1 :])
                        if other != paper:
                            made = changed(after, one.id, documents=papers)
                            yield Tampered(f"a residual document {kind}", one.id, made, perhaps="kind" in kind)
            case Check():
                yield Tampered("a residual check elsewhere", one.id, changed(after, one.id, by="village"))
                yield Tampered("a residual check by nobody", one.id, changed(after, one.id, by=None))
                inspecting = changed(after, one.id, inspects=one.verifies)
                yield Tampered("a residual check without papers", one.id, inspecting)


def _of_form(examined: Examined, after: Procedure, step: FormStep, random: Random) -> Iterator[Tampered]:
    """Yield what can be done to a form, as far as it asks something else then: a field may be one that it does not use."""
    today = resolved(after, examined.made.catalogue).questions(step), step.documents
    for one in _of_fields(examined, after, step, random):
        form = one.procedure.step_by_id[step.id]
        assert isinstance(form, FormStep)
        if (resolved(one.procedure, examined.made.catalogue).questions(form), form.documents) != today:
            yield one


def _of_fields(examined: Examined, after: Procedure, step: FormStep, random: Random) -> Iterator[Tampered]:
    model = resolved(after, examined.made.catalogue)
    questions = model.questions(step)
    residual = step.id not in examined.made.procedure.step_by_id
    for one in questions:
        left = tuple(
            model.naming.shown(o.id) if o.fact and "#" not in o.id else o.id for o in questions if o is not one
        )
        kind = "an act less" if one.act else "a residual question less" if residual else "a question less"
        perhaps = not one.act and not residual
        if one.consents_to and one.id.startswith("consent-"):
            kind = "a consent less"
            field = next(field for field in step.asks if field.id == one.id)
            twice = (*(step.only or ()), f"{one.id}#2")
            yield Tampered("consented twice", step.id, changed(after, step.id, asks=(*step.asks, field), only=twice))
        yield Tampered(kind, step.id, changed(after, step.id, only=left), perhaps=perhaps)
    for number, document in enumerate(step.documents):
        left_over = tuple(one for one in step.documents if one is not document)
        yield Tampered("a document less", step.id, changed(after, step.id, documents=left_over), perhaps=True)
        first = [one.model_copy(update={"rests_on": Ground(law="UU 1/2000")}) for one in document.either[:1]]
        for kind, update in (
            ("for a share", {"share": document.share / 2}),
            ("that costs less", {"minutes": 0.5}),
            ("on another ground", {"rests_on": Ground(law="UU 1/2000")}),
            ("of another kind", {"document": "kk of child", "either": ()}),
            ("on another ground, of several", {"either": (*first, *document.either[1:])}),
        ):
            other = document.model_copy(update=update)
            if other != document and not residual:
                papers = (*step.documents[:number], other, *step.documents[number + 1 :])
                yield Tampered(f"a document {kind}", step.id, changed(after, step.id, documents=papers))
    asked = {one.fact for one in questions}
    others = [f"{role}.{element}" for role in ("applicant", "child") for element in ("phone", "name", "income", "flag")]
    more = [one for one in others if one not in asked]
    if more:
        field = FormField(asks=random.choice(more))
        only = None if step.only is None else (*step.only, str(field.asks))
        old = examined.made.procedure.step_by_id.get(step.id)
        today = examined.made.model.questions(old) if isinstance(old, FormStep) else ()
        again = any(one.fact == field.asks for one in today)  # what today asks may be asked still
        made = changed(after, step.id, asks=(*step.asks, field), only=only)
        yield Tampered("another question", step.id, made, perhaps=again)
    for number, field in enumerate(step.asks):
        if field.asks and not field.act:
            role, _, element = field.asks.rpartition(".")
            other = "child" if role == "applicant" else "applicant"
            if role in ("applicant", "child") and f"{other}.{element}" not in asked:
                fields = [*step.asks]
                fields[number] = field.model_copy(update={"asks": f"{other}.{element}"})
                only = (
                    None
                    if step.only is None
                    else tuple(f"{other}.{element}" if o == field.asks else o for o in step.only)
                )
                yield Tampered("the other's fact", step.id, changed(after, step.id, asks=tuple(fields), only=only))
            fields = [*step.asks]
            under = "not(child.flag)" if str(field.condition) != "not(child.flag)" else "child.flag"
            fields[number] = field.model_copy(update={"condition": under})
            yield Tampered(
                "another condition of a question",
                step.id,
                changed(after, step.id, asks=tuple(fields)),
                perhaps=field.condition is None,
            )
            fields[number] = field.model_copy(update={"act": "choice"})
            yield Tampered("an act made of a question", step.id, changed(after, step.id, asks=tuple(fields)))
            fields[number] = field.model_copy(update={"label": same("something else")})
            if not residual:
                yield Tampered("another label", step.id, changed(after, step.id, asks=tuple(fields)))


def _verifying_more(after: Procedure, step: Check) -> Procedure:
    more = next(f for f in ("child.phone", "applicant.flag", "mother.age", "mother.flag") if f not in step.verifies)
    return changed(after, step.id, verifies=(*step.verifies, more))


def _of_look_up(examined: Examined, after: Procedure, step: Lookup, random: Random) -> Iterator[Tampered]:
    new = step.id not in examined.made.procedure.step_by_id
    catalogue = examined.made.catalogue
    service = catalogue.service[step.service]
    yield Tampered("a look-up less", step.id, without(after, step.id), perhaps=True)
    if not new:
        others = sorted(name for name in catalogue.service if name != step.service)
        if others:
            yield Tampered("another service today", step.id, changed(after, step.id, service=random.choice(others)))
        return
    more = [word for word in (*service.gives, *service.confirms) if word not in step.gets]
    for word in more:
        yield Tampered("a fact more", step.id, changed(after, step.id, gets=(*step.gets, word)), perhaps=True)
    if len(step.gets) > 1:
        yield Tampered("a fact less", step.id, changed(after, step.id, gets=step.gets[1:]), perhaps=True)
    yield Tampered("whatever there is", step.id, changed(after, step.id, gets=()))
    for name in sorted(catalogue.service):
        if name != step.service:
            yield Tampered("another service", step.id, changed(after, step.id, service=name), perhaps=True)
    for role in ("applicant", "child", "mother", "household"):
        if role != step.about and isinstance(step.about, str):
            yield Tampered("about somebody else", step.id, changed(after, step.id, about=role), perhaps=True)
    yield Tampered("a wider purpose", step.id, changed(after, step.id, purpose="tax"))
    yield Tampered("a law that does not say so", step.id, changed(after, step.id, rests_on=Ground(law="UU 1/2000")))
    if step.rests_on is not None and step.rests_on.law:
        ended = Ground(law=step.rests_on.law, until=date(2020, 1, 1))
        yield Tampered("a law that has ended", step.id, changed(after, step.id, rests_on=ended))
    yield from _of_residual(after, step)
    yield Tampered("an officer asks", step.id, changed(after, step.id, by="office"))
    again = step.model_copy(update={"id": f"{step.id}-again", "not_found": ()})
    if not step.not_found:
        yield Tampered("asked twice", step.id, before(after, step.id, again))
    if step.not_found:
        yield Tampered("no residual form", step.id, changed(after, step.id, not_found=()))
        if len(step.not_found) > 1:
            yield Tampered(
                "no residual check", step.id, changed(after, step.id, not_found=step.not_found[:1]), perhaps=True
            )
        yield Tampered(
            "a refusal where nothing is found", step.id, changed(after, step.id, not_found=(Refuse(id="no-luck"),))
        )
    first = next(item for item in walk(after.steps) if isinstance(item, Step))
    if first.id != step.id:
        moved = before(without(after, step.id), first.id, step)
        if first.id in moved.step_by_id:
            yield Tampered("asked before anything is known", step.id, moved, perhaps=True)


def _of_judgement(after: Procedure, step: Decide | Approve) -> Iterator[Tampered]:
    if step.needs:
        yield Tampered("a judgement that reads less", step.id, changed(after, step.id, needs=step.needs[1:]))
        yield Tampered("a judgement that reads silently", step.id, changed(after, step.id, needs=None))
    more = (*(step.needs or ()), Need(fact="applicant.name"))
    if not any(need.fact == "applicant.name" for need in step.needs or ()):
        yield Tampered("a judgement that reads more", step.id, changed(after, step.id, needs=more))
    if len(step.ways) > 1:
        names = [
            step.ways[1].model_copy(update={"id": step.ways[0].id}),
            step.ways[0].model_copy(update={"id": step.ways[1].id}),
        ]
        yield Tampered("ways with each other's names", step.id, changed(after, step.id, ways=(*names, *step.ways[2:])))
        yield Tampered("a way less", step.id, changed(after, step.id, ways=step.ways[:-1]))


def _of_issue(after: Procedure, step: Issue) -> Iterator[Tampered]:
    if step.carries:
        yield Tampered("something less is issued", step.id, changed(after, step.id, carries=step.carries[1:]))
        first = step.carries[0]
        lower = first.model_copy(update={"at": "declared" if first.at != "declared" else None})
        yield Tampered("issued at another level", step.id, changed(after, step.id, carries=(lower, *step.carries[1:])))
    if not any(need.fact == "child.phone" for need in step.carries):
        more = (*step.carries, Need(fact="child.phone"))
        yield Tampered("something more is issued", step.id, changed(after, step.id, carries=more))
    if not step.letter:
        yield Tampered("only a letter", step.id, changed(after, step.id, letter=True))


def _of_structure(examined: Examined, after: Procedure, random: Random) -> Iterator[Tampered]:
    lists = [after.steps, *(b.steps for i in walk(after.steps) if isinstance(i, Choose | Parallel) for b in i.branches)]
    for steps in lists:
        for one, other in pairwise(steps):
            made = swapped(after, one, other)
            name = getattr(one, "id", "")
            yield Tampered("two steps change places", name, made, perhaps=True)
    yield from _across_edges(examined, after)
    conditional = [one for one in walk(after.steps) if isinstance(one, Choose) and one.branches[0].condition]
    for one, other in pairwise(conditional):
        if str((a := one.branches[0]).condition) != str((b := other.branches[0]).condition):
            made = _with(after, one, (a.model_copy(update={"condition": b.condition}), *one.branches[1:]))
            there = [it for it in walk(made.steps) if isinstance(it, Choose)]
            swapped_one = b.model_copy(update={"condition": a.condition})
            number = [it for it in walk(after.steps) if isinstance(it, Choose)].index(other)
            made = _with(made, there[number], (swapped_one, *there[number].branches[1:]))
            yield Tampered("conditions of each other", "", made)
    for item in walk(after.steps):
        match item:
            case Choose():
                first = item.branches[0]
                otherwise = first.model_copy(update={"condition": f"not({first.condition})"})
                yield Tampered("another condition", "", _with(after, item, (otherwise, *item.branches[1:])))
                if len(item.branches) > 1 and first.steps != item.branches[-1].steps:
                    last = item.branches[-1]
                    crossed = (
                        first.model_copy(update={"steps": last.steps}),
                        *item.branches[1:-1],
                        last.model_copy(update={"steps": first.steps}),
                    )
                    yield Tampered("ways with each other's steps", "", _with(after, item, crossed))
            case Parallel() if len(item.branches) > 1:
                yield Tampered("a side less", "", _with(after, item, item.branches[1:]))
            case Back():
                more = item.model_copy(update={"anew": (*item.anew, "child.income")})
                if "child.income" not in item.anew:
                    yield Tampered("more is asked anew", "", edited(after, _instead(item, more)))
                if item.anew:
                    yield Tampered(
                        "less is asked anew", "", edited(after, _instead(item, item.model_copy(update={"anew": ()})))
                    )
                targets = [s for s in after.step_by_id if s != item.target]
                if targets:
                    target = random.choice(targets)
                    yield Tampered(
                        "a return elsewhere",
                        "",
                        edited(after, _instead(item, item.model_copy(update={"target": target}))),
                        perhaps=True,
                    )


def _across_edges(examined: Examined, after: Procedure) -> Iterator[Tampered]:
    """Yield steps that go in or out of a choice or a parallel part, over its edge."""
    old, places = examined.made.procedure.step_by_id, after.steps
    for number, item in enumerate(places):
        if not isinstance(item, Choose | Parallel):
            continue
        last = item.branches[-1]
        if last.steps and isinstance(out := last.steps[-1], Step):
            less = item.model_copy(update={"branches": (*item.branches[:-1], _ending(last, last.steps[:-1]))})
            made = after.model_copy(update={"steps": (*places[:number], less, out, *places[number + 1 :])})
            yield Tampered("a step out of a branch", out.id, made, perhaps=out.id not in old)
        if number and isinstance(into := places[number - 1], Step):
            more = item.model_copy(update={"branches": (*item.branches[:-1], _ending(last, (into, *last.steps)))})
            made = after.model_copy(update={"steps": (*places[: number - 1], more, *places[number + 1 :])})
            yield Tampered("a step into a branch", into.id, made, perhaps=into.id not in old)


def _ending(branch: Any, steps: Steps) -> Any:
    return branch.model_copy(update={"steps": steps})


def _instead(old: Item, new: Item) -> Edit:
    return lambda item: (new,) if item is old else (item,)


def _with(after: Procedure, item: Choose | Parallel, branches: tuple[Any, ...]) -> Procedure:
    """Return a procedure in which one choice or parallel part has other branches."""
    number = next(n for n, one in enumerate(i for i in walk(after.steps) if type(i) is type(item)) if one is item)
    count = iter(range(10_000))
    order: dict[int, int] = {}
    for one in walk(after.steps):
        if type(one) is type(item):
            order[id(one)] = next(count)
    made = branches

    def edit(steps: Steps) -> Steps:
        found: list[Item] = []
        for one in steps:
            if order.get(id(one)) == number and type(one) is type(item):
                found.append(one.model_copy(update={"branches": made}))
                continue
            found.append(_inner(one, edit))
        return tuple(found)

    return after.model_copy(update={"steps": edit(after.steps)})


def _inner(item: Item, edit: Callable[[Steps], Steps]) -> Item:
    match item:
        case Choose() | Parallel():
            inner = [one.model_copy(update={"steps": edit(one.steps)}) for one in item.branches]
            return item.model_copy(update={"branches": tuple(inner)})
        case Decide() | Approve():
            return item.model_copy(
                update={"ways": tuple(one.model_copy(update={"steps": edit(one.steps)}) for one in item.ways)}
            )
    return item


# --- with the certificate -------------------------------------------------------------------------------------------


def saying_otherwise(after: Procedure, today: Procedure, random: Random) -> Iterator[Tampered]:
    """Yield a redesign that says one thing otherwise, as its file has it: what is said at another place under the same key.

    Left out is what forms ask and checks verify, which may be less than today; what is put in; the redesign's own name; and the
    name of a log-in [under another it is one that is new, where one has gone].
    """
    data = yaml.safe_load(procedure_text(after))
    there: dict[str | int, list[Any]] = {}
    for path, value in (*leaves(data), *leaves(yaml.safe_load(procedure_text(today)))):
        there.setdefault(path[-1], []).append(value)
    for path, value in list(leaves(data)):
        step = _step_at(data, path)
        if (
            ASKED & {*path}
            or path[-1] == "identify"
            or path[0] in ("procedure", "title")
            or (step and step not in today.step_by_id)
        ):
            continue
        others = [one for one in there[path[-1]] if one != value] + said_otherwise(value)
        put(data, path, other := random.choice(others))
        with suppress(ValidationError):  # no procedure at all
            yield Tampered(f"{'.'.join(map(str, path))}: {other}", step, Procedure.model_validate(deepcopy(data)))
        put(data, path, value)


ASKED = {"asks", "only", "uses", "documents", "verifies"}


def _step_at(data: Any, path: tuple[int | str, ...]) -> str:
    """Return the name of the innermost step that a path of a procedure's file lies in."""
    found = ""
    for key in path:
        data = data[key]
        kind = kind_of(data) if isinstance(data, dict) else None
        if kind is not None and isinstance(data[kind], str):
            found = data[kind]
    return found


FREE = ("weight_before", "weight_after", "optimum.family")
"""What a certificate only claims, as it says itself: the burden, and among which redesigns the best was sought."""


def leaves(data: Any, path: tuple[int | str, ...] = ()) -> Iterator[tuple[tuple[int | str, ...], Any]]:
    """Yield every single thing that a certificate says, with its path."""
    match data:
        case dict():
            for key, value in data.items():
                yield from leaves(value, (*path, key))
        case list():
            for number, value in enumerate(data):
                yield from leaves(value, (*path, number))
        case _:
            yield path, data


def lists(data: Any, path: tuple[int | str, ...] = ()) -> Iterator[tuple[tuple[int | str, ...], list[Any]]]:
    """Yield every list of a certificate, with its path."""
    match data:
        case dict():
            for key, value in data.items():
                yield from lists(value, (*path, key))
        case list():
            yield path, data
            for number, value in enumerate(data):
                yield from lists(value, (*path, number))


def said_otherwise(value: Any) -> list[Any]:
    """Return other values of the same kind."""
    match value:
        case bool():
            return [not value]
        case int():
            return [one for one in (value - 1, value + 1) if one >= 0]
        case float():
            return [value / 2 if value else 1.0, value + 0.125]
        case str():
            return [value + "x", ""] if value else ["x"]
        case None:
            return ["x"]
    return []


def put(data: Any, path: tuple[int | str, ...], value: Any) -> None:
    """Change one place of a certificate."""
    for key in path[:-1]:
        data = data[key]
    data[path[-1]] = value


def at(data: Any, path: tuple[int | str, ...]) -> Any:
    """Return one place of a certificate."""
    for key in path:
        data = data[key]
    return data
