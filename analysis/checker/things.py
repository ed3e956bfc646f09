"""What a step says that it reads and brings, and what questions and documents are; goes no way."""

from collections.abc import Hashable, Iterator
from typing import Any

from processes import condition
from processes.part import Part, placeless
from processes.procedure import Approve, Check, Decide, FormStep, Identify, Issue, Need, Notify, Step, actor
from processes.resolved import Paper, Question, Resolved

Asked = Question | Paper
Names = frozenset[str]
# What must be the same of a question that stays, besides what it costs.
ALIKE = ("fact", "act", "label", "ground", "declares", "consents_to", "same", "about", "block")


def stated(step: Step) -> Iterator[tuple[str, Need]]:
    """Yield what a step says that it reads: for what, and which fact."""
    for need in step.needs or ():
        yield "judgement" if isinstance(step, Decide | Approve) else "need", need
    for record in step.records:
        yield from (("record", need) for need in record.takes)
    yield from (("output", need) for need in (step.carries if isinstance(step, Issue | Notify) else ()))


def gives_of(step: Step) -> tuple[str, ...]:
    """Return the facts that a step says it finds."""
    return step.gives if isinstance(step, Check | Decide | Approve | Issue) else ()


def brought(model: Resolved, step: Step, *, finds: bool = True) -> Iterator[tuple[str, int, str]]:
    """Yield what a step makes known itself: each fact, how sure at most, and by which question or document, if by one.

    What a check verifies must have been said before. What a step finds itself comes last, if it is wanted.
    """
    match step:
        case FormStep():
            yield from ((fact, 1, name_of(item)) for item in asked_on(model, step) for fact in sorted(given_by(item)))
        case Identify():
            yield from ((fact, 3, "") for fact in log_in_facts(model, step))
        case Check():
            yield from ((fact, 2, "") for fact in model.naming.known(step.verifies))
    yield from ((fact, 3, "") for fact in model.naming.known(gives_of(step)) if finds)


# --- what forms ask


def asked_on(model: Resolved, form: FormStep) -> list[Asked]:
    """Return what a form asks."""
    return [*model.questions(form), *model.papers(form)]


def asked_by(model: Resolved) -> dict[str, list[Asked]]:
    """Return what each form of a procedure asks."""
    return {
        step.id: asked_on(model, step) for step in model.procedure.step_by_id.values() if isinstance(step, FormStep)
    }


def name_of(item: Asked) -> str:
    """Name a question or document by what stays the same in a redesign; of a fact asked twice on a form, both alike."""
    if isinstance(item, Paper):
        return item.id
    return item.fact if item.fact and not item.act else item.id.partition("#")[0]


def act_of(item: Asked) -> str | None:
    """Return which kind of act a question is, if it is one."""
    return item.act if isinstance(item, Question) else None


def known_as(item: Asked) -> Hashable:
    """Return what a question or document stays the same by when forms are moved: what it is, and its condition."""
    return type(item), name_of(item), act_of(item), item.condition


def said_by(item: Asked) -> Hashable:
    """Return what a question or document says; how long a question takes is a share of its form's minutes."""
    says = [item.document] if isinstance(item, Paper) else [getattr(item, name) for name in ALIKE]
    return known_as(item), *map(said, says)


def said(value: Any) -> Any:
    """Return what is said, without where it stands in a file."""
    return placeless(value) if isinstance(value, Part) else value


def given_by(item: Asked) -> Names:
    """Return the facts that a question or document gives."""
    return item.facts if isinstance(item, Paper) else frozenset([item.fact] if item.fact else [])


def condition_facts(item: Asked) -> Names:
    """Return the facts that the condition of a question or document reads, if it has one."""
    return condition.facts_read(item.condition) if item.condition is not None else frozenset()


# --- who logs in, and who consents


def log_in_facts(model: Resolved, step: Identify) -> tuple[str, ...]:
    """Return what a log-in tells of whoever logs in."""
    log_in, who = model.catalogue.log_in.get(step.using), model.naming.subject(actor(step.by or "").whom)
    if log_in is None or who is None:
        return ()
    return (who.key, *model.naming.known(f"{who.name}.{element}" for element in log_in.gives))


def consenting(model: Resolved, step: FormStep, question: Question) -> str:
    """Return who consents by an act: whoever fills in the form, if the act is about nobody else; else nobody."""
    who = model.naming.subject(actor(step.by or "").whom)
    return who.name if who is not None and question.about in ("", who.name) else ""


def consent(service: str, who: str) -> str:
    """Return what is certain where somebody has consented that a service is asked."""
    return f"consent to {service} by {who}"
