"""Where the values of a case come from: who said them, which paper shows them, which registry told them, as of when; reads no store.

A case keeps with each value which steps brought it; what a step is says the rest, and the store when it was passed.
"""

from collections.abc import Mapping
from typing import NamedTuple

from analysis.drawing.wording import whom_words
from flows.compiling import Program
from flows.levels import SAME
from flows.look_up_steps import BY_HAND, CHOSEN, CORRECTED
from flows.moving import Moving
from processes.case import Value
from processes.element import Assurance
from processes.procedure import Check, Derive, FormStep, Identify, Lookup, Step
from processes.resolved import Resolved, service_fact
from processes.words import Words, same


class Source(NamedTuple):
    """One step that brought a value, or made it surer."""

    step: str
    says: Words
    at: str  # when the step was passed; empty, if it was not yet


class Origin(NamedTuple):
    """A value of a case with where it comes from, the earliest source first."""

    fact: str  # as people write it
    title: Words
    value: Value
    assurance: Assurance
    sources: tuple[Source, ...]


def origins(case: Moving, program: Program, passed: Mapping[str, str]) -> list[Origin]:
    """Return the values that a case holds, each with where it comes from.

    Args:
        case: As it is kept.
        program: Its procedure.
        passed: By step: when the case last passed it.
    """
    model = program.model
    found = []
    for name, value in case.values.items():
        steps = [str(step) for step in case.marks[name][1:]]
        sources = [Source(one, _says(one, name, model), passed.get(_step_of(one), "")) for one in steps]
        if not steps:
            sources = [Source("", _WITHOUT_STEP if case.event is None else _BY_EVENT, "")]
        level = Assurance(program.levels.level(case, name))
        found.append(Origin(model.naming.shown(name), model.naming.words(name), value, level, tuple(sources)))
    return found


_BY_EVENT = Words("dibawa peristiwa yang memulai kasus", "brought by the event that started the case")
_WITHOUT_STEP = Words("tidak ada anggotanya", "there are no members")


def _step_of(source: str) -> str:
    return source.partition(SAME)[0].removesuffix(BY_HAND).removesuffix(CHOSEN).removesuffix(CORRECTED)


def _says(source: str, fact: str, model: Resolved) -> Words:
    """Return what a step did for a fact."""
    step = model.procedure.step_by_id.get(_step_of(source))
    if step is None:
        return same(source)
    who = whom_words(str(step.by or model.procedure.agency), model.naming)
    if SAME in source:
        return Words(
            f"{who.id} menyatakan bahwa keduanya orang yang sama", f"{who.en} said that the two are the same person"
        )
    if source.endswith(BY_HAND):
        return Words(
            f"dinyatakan {who.id} sebagai pengganti {_service(step)}", f"said by {who.en} in place of {_service(step)}"
        )
    if source.endswith(CORRECTED):
        return Words(
            f"dibetulkan {who.id}: yang diambil dari {_service(step)} dibantah",
            f"corrected by {who.en}: what {_service(step)} told was contested",
        )
    if source.endswith(CHOSEN):
        return Words(
            f"dipilih {who.id} dari beberapa data {_service(step)}",
            f"chosen by {who.en} among several of {_service(step)}",
        )
    match step:
        case FormStep():
            return _form(step, fact, who, model)
        case Lookup() if fact in _confirmed(step, model):
            return Words(f"dicocokkan dengan {_service(step)}", f"confirmed by {_service(step)}")
        case Lookup():
            return Words(f"diambil dari {_service(step)}", f"looked up in {_service(step)}")
        case Check() if fact in model.naming.known(step.verifies):
            return Words(f"diperiksa {who.id}", f"checked by {who.en}")
        case Identify():
            return Words(f"diketahui dari masuk dengan {step.using}", f"known from the log-in with {step.using}")
        case Derive():
            return Words("dihitung", "computed")
    return Words(f"ditetapkan {who.id}", f"found or given by {who.en}")


def _form(step: FormStep, fact: str, who: Words, model: Resolved) -> Words:
    """Return who said a fact on a form, or which of its papers show it."""
    if any(question.fact == fact for question in model.questions(step)):
        return Words(f"dijawab {who.id}", f"said by {who.en}")
    papers = [paper.id.replace(" | ", " / ") for paper in model.papers(step) if fact in paper.may_show]
    return Words(f"tertulis pada {', '.join(papers)}", f"stands on {', '.join(papers)}")


def _confirmed(step: Lookup, model: Resolved) -> frozenset[str]:
    service = model.service(step)
    words = service.confirms if service else ()
    subjects = model.subjects(step)
    return frozenset(model.naming.known(service_fact(subjects, word) for word in words))


def _service(step: Step) -> str:
    return str(step.service) if isinstance(step, Lookup) else ""
