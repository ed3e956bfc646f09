"""What steps, questions and papers are about, and what a condition says given others; goes no way."""

from collections.abc import Iterator, Mapping

from processes import condition
from processes.procedure import (
    Approve,
    Check,
    Decide,
    FormStep,
    Identify,
    Issue,
    Need,
    Notify,
    Step,
    actor,
)
from processes.resolved import Paper, Question, Resolved

Asked = Question | Paper
Names = frozenset[str]


def gives_of(step: Step) -> tuple[str, ...]:
    """Return the facts that a step says it finds."""
    return step.gives if isinstance(step, Check | Decide | Approve | Issue) else ()


def carries_of(step: Step) -> tuple[Need, ...]:
    """Return the facts that a step puts on what goes out."""
    return step.carries if isinstance(step, Issue | Notify) else ()


def needs_of(step: Step) -> list[Need]:
    """Return the facts that a step reads itself."""
    return [*(step.needs or ()), *carries_of(step), *(need for record in step.records for need in record.takes)]


def name_of(item: Asked) -> str:
    """Name a question or document by what stays the same in a redesign; of a fact asked twice on a form, both alike."""
    if isinstance(item, Paper):
        return item.id
    return item.fact if item.fact and not item.act else item.id.partition("#")[0]


def act_of(item: Asked) -> str | None:
    """Return which kind of act a question is, if it is one."""
    return item.act if isinstance(item, Question) else None


def given_by(item: Asked) -> Names:
    """Return the facts that a question or document gives."""
    return item.facts if isinstance(item, Paper) else frozenset([item.fact] if item.fact else [])


def known_as(item: Asked) -> tuple[object, ...]:
    """Return what a question or document stays the same by when forms are moved: what it is, and its condition."""
    return type(item), name_of(item), act_of(item), item.condition


def condition_facts(item: Asked) -> Names:
    """Return the facts that the condition of a question or document reads, if it has one."""
    return condition.facts_read(item.condition) if item.condition is not None else frozenset()


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


def holds(one: condition.Expression, truths: Mapping[condition.Expression, bool]) -> bool | None:
    """Return whether a condition holds, given that some do and some do not; nothing, if that does not say."""
    if one in truths:
        return truths[one]
    match one:
        case condition.Operation("not", (inner,)):
            known = holds(inner, truths)
            return None if known is None else not known
        case condition.Operation("and" | "or" as operator, parts):
            decided, found = operator == "or", [holds(part, truths) for part in parts]
            return decided if decided in found else None if None in found else not decided
    # a conjunction that holds, an alternative that does not, tells of each of its parts
    told = (truth for other, truth in truths.items() if one in alternatives(other, "and" if truth else "or"))
    return next(told, None)


def alternatives(one: condition.Expression, *operators: str) -> tuple[condition.Expression, ...]:
    """Return the parts of a conjunction or an alternative."""
    if isinstance(one, condition.Operation) and one.operator in (operators or ("and", "or")):
        return one.operands
    return ()


def parts_of(one: condition.Expression) -> Iterator[condition.Expression]:
    """Yield a condition and all conditions that it is made of."""
    yield one
    if isinstance(one, condition.Operation) and one.operator in ("and", "or", "not"):
        for part in one.operands:
            yield from parts_of(part)


def only_tested(one: condition.Expression | None) -> Names:
    """Return the facts of which a condition asks only whether they are known."""
    tested, read, waiting = set[str](), set[str](), [one]
    while waiting:
        match waiting.pop():
            case condition.Fact(path):
                read.add(path)
            case condition.Operation("is known" | "is not known", (condition.Fact(path),)):
                tested.add(path)
            case condition.Operation(_, operands):
                waiting.extend(operands)
    return frozenset(tested - read)


def asks_what_is_known(one: condition.Expression) -> bool:
    """Return whether a condition asks of anything whether it is known."""
    match one:
        case condition.Operation("is known" | "is not known", _):
            return True
        case condition.Operation(_, operands):
            return any(map(asks_what_is_known, operands))
    return False
