"""Forms put together, with a question more or with some less; weighs nothing."""

from collections import Counter
from collections.abc import Collection

from analysis.moves.effects import Surroundings
from processes.catalogue import FormField
from processes.procedure import FormStep
from processes.resolved import Question, Resolved
from processes.shapes import Time, Title


def one_form(
    around: Surroundings, first: FormStep, second: FormStep, *, title: Title, waits: Time | None
) -> FormStep | None:
    """Return one form that asks what two ask, or nothing if they cannot be told apart on one form.

    They cannot where both print the same form of the catalogue or take the same paper, or where a fact that may be asked
    anew would get another share of the minutes.

    Complexity: linear in their questions.
    """
    instance = around.instance
    model = instance.model
    forms = {use.id for use in first.uses} & {use.id for use in second.uses}
    papers = {paper.id for paper in model.papers(first)} & {paper.id for paper in model.papers(second)}
    questions = (*model.questions(first), *model.questions(second))
    asked = [one.fact for one in questions if one.fact]
    anew = any(instance.index[fact] in _bits(around.asked_anew) for fact in asked)
    if forms or papers or len(set(asked)) < len(asked) or (anew and (first.minutes or second.minutes)):
        return None
    minutes = round(sum(one.minutes for one in questions), 3) if first.minutes or second.minutes else 0.0
    records, needs = (*first.records, *second.records), (*(first.needs or ()), *(second.needs or ()))
    return first.model_copy(
        update={
            "title": title,
            "waits": waits,
            "minutes": minutes,
            "uses": (*first.uses, *second.uses),
            "asks": (*first.asks, *second.asks),
            "only": _only(model, first, second),
            "documents": (*first.documents, *second.documents),
            "records": records,
            "needs": tuple(dict.fromkeys(needs)) or None,
            "note": "; ".join(str(one.note) for one in (first, second) if one.note) or None,
        }
    )


def _bits(mask: int) -> set[int]:
    return {number for number in range(mask.bit_length()) if mask >> number & 1}


def _only(model: Resolved, first: FormStep, second: FormStep) -> tuple[str, ...] | None:
    """Return the questions that remain on the one form, numbered as they come on it; nothing if all of both remain."""
    if first.only is None and second.only is None:
        return None
    printed: list[tuple[str, bool]] = []  # in the order of the one form: a question, and whether it is asked
    asked: list[tuple[str, bool]] = []
    for step in (first, second):
        kept = {one.id for one in model.questions(step)}
        whole = step.model_copy(update={"id": f"{step.id} as printed", "only": None})
        marked = [(one.id.partition("#")[0], one.id in kept) for one in model.questions(whole)]
        printed += marked[: len(marked) - len(step.asks)]
        asked += marked[len(marked) - len(step.asks) :]
    seen: Counter[str] = Counter()
    names = []
    for name, kept_there in (*printed, *asked):
        seen[name] += 1
        if kept_there:
            names.append(written(model, name if seen[name] == 1 else f"{name}#{seen[name]}"))
    return tuple(names)


def written(model: Resolved, question: str) -> str:
    """Return the name of a question as people write it: a fact by its role, an act as it is."""
    name, again, number = question.partition("#")
    return (model.naming.shown(name) if model.naming.fact(name) is not None else name) + again + number


def asking_also(model: Resolved, step: FormStep, question: Question) -> FormStep:
    """Return a form that asks one question more, at its end."""
    assert question.fact is not None  # noqa: S101  # acts are not moved
    each = question.minutes / (model.expected(question.about) or 1.0)
    field = FormField(
        asks=model.naming.shown(question.fact), label=question.label, minutes=round(each, 3), rests_on=question.ground
    )
    whole = step.model_copy(update={"id": f"{step.id} as printed", "only": None})
    times = 1 + sum(one.fact == question.fact for one in model.questions(whole))
    name = question.fact if times == 1 else f"{question.fact}#{times}"
    update: dict[str, object] = {"asks": (*step.asks, field)}
    if step.only is not None:
        update["only"] = (*step.only, written(model, name))
    if step.minutes:
        update["minutes"] = round(step.minutes + question.minutes, 3)
    return step.model_copy(update=update)


def asking_less(model: Resolved, step: FormStep, dropped: Collection[str]) -> FormStep | None:
    """Return a form without some of its questions, named by their ids; nothing if nothing is left of it."""
    left = [one for one in model.questions(step) if one.id not in dropped]
    if not left and not step.documents and not step.needs and not step.records:
        return None
    update: dict[str, object] = {"only": tuple(written(model, one.id) for one in left)}
    if step.minutes:
        update["minutes"] = round(sum(one.minutes for one in left), 3)
    return step.model_copy(update=update)
