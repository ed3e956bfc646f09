"""What a citizen has told in another procedure already; looks at several procedures, and so at none of their redesigns."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analysis.finding import Finding, Witness, told_apart
from processes.catalogue import Catalogue
from processes.part import Location
from processes.procedure import FormStep, Issue, Procedure, walk
from processes.resolved import Resolved, resolved
from processes.words import Words, same

MOST_WITNESSES = 3


@dataclass(frozen=True, slots=True)
class _Asked:
    """That a procedure asks people for a fact."""

    procedure: Procedure
    step: str
    shown: str
    where: Location


def asked_elsewhere(procedure: Procedure, catalogue: Catalogue, others: Iterable[Procedure]) -> tuple[Finding, ...]:
    """Return the questions that another procedure asks too: *asked by another agency*.

    The same question is the same element of the same kind of role: a role of the same name and entity, or what the same
    relations reach from one. Another procedure counts if it belongs to another agency or to the same event in life, or starts this
    one; not if this one starts it, for then it comes later. What is shared here is a wish, not a right: whether the other
    agency may hand it on is for an agreement to say, and then the finding is *held by a registry*. So no redesign rests on it.

    Args:
        procedure: The one whose questions are looked at.
        catalogue: What all of them refer to.
        others: The other procedures of the catalogue.

    Complexity: linear in the questions of all procedures.

    Source: once only, Regulation (EU) 2018/1724 Art. 14; life events as in the European Interoperability Framework (2017).
    """
    related = [other for other in others if other.id != procedure.id and _related(procedure, other)]
    asked: dict[tuple[str, str], list[_Asked]] = {}
    for other in sorted(
        related, key=lambda one: (not _starts(one, procedure.id), one.life_event != procedure.life_event)
    ):
        for kind, one in _questions(resolved(other, catalogue)):
            if all(known.procedure is not other for known in asked.setdefault(kind, [])):
                asked[kind].append(one)
    found = [
        _finding(one, asked[kind], catalogue)
        for kind, one in _questions(resolved(procedure, catalogue))
        if asked.get(kind)
    ]
    return tuple(told_apart(found))


def _related(procedure: Procedure, other: Procedure) -> bool:
    if _starts(procedure, other.id) and not _starts(other, procedure.id):
        return False
    same_event = procedure.life_event is not None and procedure.life_event == other.life_event
    return same_event or other.agency != procedure.agency or _starts(other, procedure.id)


def _starts(one: Procedure, other: str) -> bool:
    return any(other in step.starts for step in walk(one.steps) if isinstance(step, Issue))


def _questions(model: Resolved) -> Iterator[tuple[tuple[str, str], _Asked]]:
    """Yield what forms ask people, with the kind of role and element: the entity and the canonical fact."""
    for step in walk(model.procedure.steps):
        if not isinstance(step, FormStep) or (step.by or "").split(" of ")[-1] in model.catalogue.agency:
            continue
        for question in model.questions(step):
            fact = model.naming.fact(question.fact) if question.fact else None
            if fact is not None and question.act is None:
                role = model.naming.subject(fact.name.partition(".")[0])
                entity = role.entity.id if role is not None else ""
                shown = model.naming.shown(fact.name)
                yield (entity, fact.name), _Asked(model.procedure, step.id, shown, question.where)


def _finding(one: _Asked, others: list[_Asked], catalogue: Catalogue) -> Finding:
    first = others[0].procedure
    agency = catalogue.agency[first.agency].title if first.agency in catalogue.agency else same(first.agency)
    says = Words(
        f"'{one.shown}' juga ditanyakan oleh {agency.id} pada “{first.title.id}”",
        f"{agency.en} asks for '{one.shown}' too, for “{first.title.en}”",
    )
    asks = Words(f"'{one.step}' memintanya", f"'{one.step}' asks for it")
    witnesses = [Witness(where=one.where, role=asks, ground=f"asks {one.step}")]
    for other in others[:MOST_WITNESSES]:
        title = other.procedure.title
        role = Words(f"“{title.id}” memintanya juga", f"“{title.en}” asks for it too")
        ground = f"{other.procedure.id}: {other.step} asks {other.shown}"
        witnesses.append(Witness(where=other.where, role=role, ground=ground))
    return Finding(
        kind="asked by another agency",
        procedure=one.procedure.id,
        step=one.step,
        subject=one.shown,
        says=says,
        witnesses=tuple(witnesses),
    )
