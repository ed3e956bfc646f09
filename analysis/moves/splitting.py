"""Asks before a split, once, what several of its sides ask; asks nobody whether it pays."""

from collections.abc import Iterator

from analysis.instance import Instance, union
from analysis.moves.candidate import Candidate, exchanged
from analysis.moves.effects import Surroundings
from analysis.moves.forms import asking_also, asking_less
from processes.procedure import FormStep, Item, Parallel, ParallelBranch, Steps
from processes.resolved import Question
from processes.words import Words

Asking = dict[str, list[tuple[FormStep, Question]]]


def asked_once(around: Surroundings) -> Iterator[Candidate]:
    """Yield, for each fact that two sides of a split both ask, the procedure in which one form before it asks the fact.

    That form is the last one before the split, of the same person, in the same list, so that all who come to the split
    come by it; where there is none, and the sides' forms ask nothing else, the first of these goes before the split.
    Only questions without a condition, on forms that every case in their side comes by; none of a fact that may be asked
    anew (a side that does keeps its own question), and none of which a condition asks whether it is known.

    Complexity: linear in the questions of each split.
    """
    for steps in around.lists:
        for number, item in enumerate(steps):
            if isinstance(item, Parallel):
                for fact, forms in _asked_by_sides(around, item).items():
                    candidate = _candidate(around, steps, number, item, fact, forms)
                    if candidate is not None:
                        yield candidate


def _asked_by_sides(around: Surroundings, split: Parallel) -> Asking:
    """Return the facts that several sides ask of the same person, with the forms that do."""
    instance, model = around.instance, around.instance.model
    tested = _tested(instance)
    found: Asking = {}
    for branch in split.branches:
        mine: set[str] = set()
        for item in branch.steps:
            if around.effects(item).may_end:
                break
            questions = model.questions(item) if isinstance(item, FormStep) else ()
            asked = [one.fact for one in questions]
            for question in questions:
                if question.fact is None or question.condition is not None or question.act or question.fact in mine:
                    continue
                if asked.count(question.fact) > 1:
                    continue  # it would be asked there still
                number = instance.index[question.fact]
                if not (tested | around.asked_anew) >> number & 1:
                    assert isinstance(item, FormStep)  # noqa: S101  # only forms have questions
                    found.setdefault(question.fact, []).append((item, question))
                    mine.add(question.fact)
    return {
        fact: forms
        for fact, forms in found.items()
        if len(forms) > 1 and len({form.by for form, _ in forms}) == 1 and len({q.label for _, q in forms}) == 1
    }


def _tested(instance: Instance) -> int:
    """Return the facts of which a condition asks whether they are known, and all that they may be known from."""
    facts, before = 0, -1
    for demand in instance.demands:
        if demand.stated < 0 and demand.what in ("condition", "field"):
            facts |= 1 << demand.fact
    while facts != before:
        before = facts
        facts |= union(rule.keys for rule in instance.rules if (rule.gives | rule.confirms) & before)
    return facts


def _candidate(
    around: Surroundings, steps: Steps, number: int, split: Parallel, fact: str, forms: list[tuple[FormStep, Question]]
) -> Candidate | None:
    model = around.instance.model
    first, question = forms[0]
    left = {form.id: asking_less(model, form, [one.id]) for form, one in forms}
    if any(form.id in around.targets for form, _ in forms if left[form.id] is None):
        return None
    home = next((at for at in reversed(range(number)) if _is_form_of(steps[at], first.by)), None)
    before = list(steps[:number])
    if home is not None:
        form = before[home]
        assert isinstance(form, FormStep)  # noqa: S101  # just looked for
        before[home], into = asking_also(model, form, question), form.id
    elif all(one is None for one in left.values()):
        into = first.id
        before.append(first)
    else:
        return None
    branches = tuple(
        one.model_copy(update={"steps": tuple(kept for item in one.steps if (kept := _left(item, left)) is not None)})
        for one in split.branches
    )
    rest = _without_empty(split, branches)
    shown = model.naming.shown(fact)
    return Candidate(
        exchanged(around.instance.procedure, steps, (*before, *rest, *steps[number + 1 :])),
        "ask before the split",
        tuple(form.id for form, _ in forms),
        Words(
            f"'{shown}' ditanyakan di beberapa cabang yang berjalan bersamaan; satu kali sebelum bercabang sudah cukup",
            f"several sides that run beside each other ask '{shown}'; once before they part is enough",
        ),
        into=into,
        names={form.id: into for form, _ in forms if left[form.id] is None},
    )


def _is_form_of(item: Item, by: str | None) -> bool:
    return isinstance(item, FormStep) and item.by == by


def _left(item: Item, left: dict[str, FormStep | None]) -> Item | None:
    return left[item.id] if isinstance(item, FormStep) and item.id in left else item


def _without_empty(split: Parallel, branches: tuple[ParallelBranch, ...]) -> Steps:
    """Return what stands in the place of a split: nothing is left parallel if only one side has anything to do."""
    full = tuple(one for one in branches if one.steps)
    if len(full) > 1:
        return (split.model_copy(update={"branches": full}),)
    return full[0].steps if full else ()
