"""What a procedure asks without a law that says so: by habit, by a rule that is no longer in force, or surer than it must be."""

from collections.abc import Iterator

from analysis.finding import Finding, Witness
from analysis.findings.witnessing import choice_name, finding, level_words
from analysis.instance import Instance, bits
from analysis.removal import Today
from processes.element import Assurance
from processes.part import Location
from processes.policy import Policy
from processes.procedure import Approve, Choose, Decide, FormStep, Step, walk
from processes.shapes import Ground
from processes.words import Words

ASKED_BY_STEPS = ("judgement", "need", "output", "record", "condition")  # the demands that a law could state


def in_force(ground: Ground, policy: Policy) -> bool:
    """Return whether a rule counts on the policy's date; its last day is included."""
    return ground.until is None or ground.until >= policy.date


def without_legal_basis(instance: Instance) -> Iterator[Finding]:
    """Yield fields, documents, steps and ways that are said to rest on habit, or on a rule that is no longer in force.

    Nothing is concluded where no ground is stated, and a local standard in force is a ground. That something rests on
    habit does not say that nobody reads it: it may be needed, and then a rule is what is lacking.

    Source: administrative decisions rest on law: UU 30/2014 Art. 5, 8 and 9; a requirement without a basis is taken out of the
        standards of service, PermenPANRB 15/2014.

    Complexity: linear in steps, fields and documents.
    """
    for item in walk(instance.procedure.steps):
        if isinstance(item, Choose):
            for branch in item.branches:
                condition = branch.title.en if branch.title else str(branch.condition or "else")
                yield from _baseless(instance, "choose", condition, branch.rests_on, branch.where)
            continue
        if not isinstance(item, Step):
            continue
        yield from _baseless(instance, item.id, item.id, item.rests_on, item.where)
        if isinstance(item, Decide | Approve):
            for way in item.ways:
                yield from _baseless(instance, item.id, f"{item.id}: {way.id}", way.rests_on, way.where)
        if isinstance(item, FormStep):
            for use in item.uses:
                form = instance.model.catalogue.form.get(use.id)
                if form is not None:
                    yield from _baseless(instance, item.id, form.id, form.rests_on, form.where)
            for question in instance.model.questions(item):
                fact = instance.model.naming.shown(question.fact) if question.fact else question.id
                yield from _baseless(instance, item.id, fact, question.ground, question.where)
            for paper in instance.model.papers(item):
                yield from _baseless(instance, item.id, paper.id, paper.ground, paper.where)


def _baseless(instance: Instance, step: str, subject: str, ground: Ground | None, where: Location) -> Iterator[Finding]:
    if ground is None or (not ground.habit and in_force(ground, instance.policy)):
        return
    place = ground.where if ground.where.line else where
    if ground.habit:
        says = Words(f"'{subject}' hanya kebiasaan", f"'{subject}' rests on habit")
        role, said = Words("disebut kebiasaan", "says that it is habit"), "habit"
    else:
        rule = ground.law or ground.local
        says = Words(
            f"'{subject}' bersandar pada {rule}, yang berlaku sampai {ground.until}",
            f"'{subject}' rests on {rule}, which was in force until {ground.until}",
        )
        role, said = Words(f"menyebut {rule}", f"names {rule}"), f"{rule} until {ground.until}"
    yield finding(instance, "no legal basis", step, subject, says, [Witness(where=place, role=role, ground=said)])


def asked_surer_than_the_law(today: Today) -> Iterator[Finding]:
    """Yield, for each step and choice, the facts it needs surer than declared though it names no law in force for that.

    Only facts for which somebody must bring a paper, log in or be checked: what an officer finds or a registry
    answers is as sure as it is at nobody's cost. A level is needed because the procedure states it (`at`), or else
    because today guarantees it. No redesign acts on this: to ask less is for whoever makes the rules.

    Source: personal data are asked for in a limited and specific way, UU 27/2022 Art. 16 (2).

    Complexity: linear in demands.
    """
    instance = today.instance
    costly = 0
    for item in instance.items:
        if item.kind in ("paper", "check", "log-in"):
            costly |= item.facts
    for work in instance.work:
        for kind, given, _ in work:
            costly &= ~given if kind == "give" else -1
    at: dict[int, dict[int, int]] = {}
    for one in today.needs.stated:
        sure = one.level > Assurance.DECLARED and costly >> one.demand.fact & 1
        if sure and not one.demand.law and one.demand.what in ASKED_BY_STEPS:
            levels = at.setdefault(one.demand.node, {})
            levels[one.demand.fact] = max(levels.get(one.demand.fact, 0), one.level)
    for node, levels in at.items():
        place = instance.points[node]
        step = place.step.id if place.step is not None else "choose"
        name = step if place.step is not None else choice_name(place.item)
        facts = {level: [instance.shown(fact) for fact in bits(_with(levels, level))] for level in (2, 3)}
        told = [(level, names) for level, names in facts.items() if names]
        says = Words(
            f"'{name}' membutuhkan " + "; ".join(f"{', '.join(n)} {level_words(v).id}" for v, n in told) + ", tanpa menyebut hukum yang memintanya",
            f"'{name}' needs " + "; ".join(f"{', '.join(n)} {level_words(v).en}" for v, n in told) + ", and names no law that asks for that",
        )  # fmt: skip
        role = Words("membutuhkannya", "needs them")
        ground = [f"{fact} at {level}" for level, names in told for fact in names]
        witness = Witness(where=place.where, role=role, ground="needs")
        yield finding(instance, "does the law ask less?", step, name, says, [witness], ground)


def _with(levels: dict[int, int], level: int) -> int:
    return sum(1 << fact for fact, sure in levels.items() if sure == level)
