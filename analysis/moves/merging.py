"""Merges neighbouring steps of one desk or person into one; asks nobody whether it pays."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TypeVar

from analysis.moves.candidate import Candidate, exchanged
from analysis.moves.effects import Surroundings
from analysis.moves.forms import one_form
from processes.procedure import Approve, Check, FormStep, Item, Notify, Step
from processes.shapes import Time, Title
from processes.words import Words

Inspected = Mapping[str, frozenset[str]]  # by check: what papers of today's procedure showed before it
Merged = TypeVar("Merged", Check, Approve, Notify)


def merges(around: Surroundings, inspected: Inspected) -> Iterator[Candidate]:
    """Yield each merge of two neighbouring steps that are done by the same hands for the same reason.

    Two checks, two signatures, two notices to the same person, two forms of one person. Nothing stands between, so the
    same cases come by both. The law each rests on, its time limit and its purpose must be the same, else one of them
    would be lost; no return may lead to the second alone; the second must not wait for what the first gives.

    Args:
        around: The procedure.
        inspected: By check, the facts that papers of today's procedure showed before it.

    Complexity: linear in steps.
    """
    for steps in around.lists:
        for number, (first, second) in enumerate(pairwise(steps)):
            merged = _merged(around, first, second, inspected)
            if merged is None or not isinstance(first, Step) or not isinstance(second, Step):
                continue
            made = (*steps[:number], merged, *steps[number + 2 :])
            yield Candidate(
                exchanged(around.instance.procedure, steps, made),
                "merge",
                (first.id, second.id),
                _why(first, second),
                into=first.id,
                names={second.id: first.id},
            )


def _merged(
    around: Surroundings, first: Item, second: Item, inspected: Inspected
) -> FormStep | Check | Approve | Notify | None:
    if not isinstance(first, Step) or not isinstance(second, Step) or second.id in around.targets:
        return None
    if first.by is None or not _alike(first, second):
        return None
    match first, second:
        case Check(), Check() if _same_papers(around, first, second, inspected):
            named = ("verifies", "inspects", "gives")
            both = {name: tuple(dict.fromkeys((*getattr(first, name), *getattr(second, name)))) for name in named}
            return _one(first, second, both)
        case Approve(), Approve() if _plain(first) and _plain(second) and not first.gives:
            return _one(first, second, {"gives": second.gives})
        case Notify(), Notify() if first.whom == second.whom:
            return _one(first, second, {"carries": tuple(dict.fromkeys((*first.carries, *second.carries)))})
        case FormStep(), FormStep():
            return one_form(
                around, first, second, title=_title(first, second), waits=_longer(first.waits, second.waits)
            )
        case _:
            return None


def _alike(first: Step, second: Step) -> bool:
    """Whether two steps are done by the same hands, for the same reason, within the same time, and whom it goes up to."""
    alike = all(
        getattr(first, name) == getattr(second, name)
        for name in ("by", "rests_on", "within", "escalates_to", "purpose")
    )
    registers = {record.id for record in first.records}
    return alike and not any(one.id in registers for one in second.records)


def _plain(step: Approve) -> bool:
    """Whether a signature is just that: it picks no way, counts not by silence, and says what it reads."""
    return not step.ways and step.silence_approves is None and step.needs is not None


def _same_papers(around: Surroundings, first: Check, second: Check, inspected: Inspected) -> bool:
    """Whether what the second verifies was shown by papers before both or before neither: a check of papers stays one."""
    naming = around.instance.model.naming
    differing = inspected.get(first.id, frozenset()) ^ inspected.get(second.id, frozenset())
    return differing.isdisjoint(naming.known((*first.verifies, *second.verifies)))


def _one(first: Merged, second: Merged, both: Mapping[str, object]) -> Merged:
    needs = None if first.needs is second.needs is None else (*(first.needs or ()), *(second.needs or ()))
    return first.model_copy(
        update={
            **both,
            "title": _title(first, second),
            "minutes": round(first.minutes + second.minutes, 3),
            "waits": _longer(first.waits, second.waits),
            "needs": needs if needs is None else tuple(dict.fromkeys(needs)),
            "records": (*first.records, *second.records),
            "note": _note(first, second),
        }
    )


def _note(first: Step, second: Step) -> str | None:
    return "; ".join(str(one.note) for one in (first, second) if one.note) or None


def _title(first: Step, second: Step) -> Title:
    one, other = (step.title or Words(step.id, step.id) for step in (first, second))
    return Words(f"{one.id}; {_small(other.id)}", f"{one.en}; {_small(other.en)}")


def _small(text: str) -> str:
    """Begin small, unless it is an abbreviation or a name."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _longer(one: Time | None, other: Time | None) -> Time | None:
    """Return the longer of two queues: whoever does both waits for no more than that."""
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda time: time.minutes)


def _why(first: Step, second: Step) -> Words:
    what = {
        "form": Words("diisi orang yang sama", "filled in by the same person"),
        "check": Words("diperiksa petugas yang sama", "checked by the same desk"),
        "approve": Words("ditandatangani pejabat yang sama", "signed by the same officer"),
    }.get(first.kind, Words("disampaikan kepada orang yang sama", "told to the same person"))
    return Words(
        f"'{first.id}' dan '{second.id}' {what.id}, tanpa langkah di antaranya dan dengan dasar yang sama",
        f"'{first.id}' and '{second.id}' are {what.en}, with nothing between them and on the same ground",
    )
