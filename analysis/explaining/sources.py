"""Where a fact comes from in a procedure, today's or redesigned: everything that brings it or makes it surer; judges nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from analysis.instance import Instance, Item, Rule, bits
from processes.part import Location
from processes.procedure import Identify, Lookup

SourceKind = Literal[
    "question", "act", "document", "log-in", "check", "look-up", "confirmed", "computed", "made", "event"
]


@dataclass(frozen=True, slots=True)
class Source:
    """Something that brings a fact, or makes it surer."""

    kind: SourceKind
    step: str  # where; nothing, for what is computed everywhere
    what: str  # the question, document, log-in or service, as people write it
    level: int  # how sure it makes the fact, at most
    keys: tuple[str, ...] = ()  # the facts it is looked up or computed by, as people write them
    where: Location = Location("", 0, 0)
    residual: bool = False  # only where a look-up finds nothing
    conditional: bool = False


def sources(instance: Instance, name: str) -> Iterator[Source]:
    """Yield everything in a procedure that brings a fact or makes it surer, in the order of the text.

    Complexity: linear in items, points and rules.
    """
    if name not in instance.index:
        return
    fact, start, by = instance.index[name], instance.model.event_start, instance.procedure.starts_from
    if start is not None and by is not None and name in start.facts:
        yield Source("event", "", by.event, start.level, where=by.where, conditional=not start.of_all)
    for item in instance.items:
        if item.facts >> fact & 1 and (source := _of_item(instance, item, fact)):
            yield source
    for node, work in enumerate(instance.work):
        step = instance.points[node].step
        for kind, operand, _ in work:
            if kind == "give" and operand >> fact & 1 and step is not None:
                yield Source("made", step.id, step.id, 3, where=step.where)
            elif kind == "rule" and instance.rules[operand].gives >> fact & 1:
                rule = instance.rules[operand]
                if rule.kind in ("derive", "same") and step is not None:
                    yield Source("computed", step.id, rule.name, rule.level, _keys(instance, rule), rule.where)
    for number in bits(instance.computed):
        rule = instance.rules[number]
        if rule.gives >> fact & 1:
            yield Source("computed", "", instance.shown(fact), rule.level, _keys(instance, rule), rule.where)


def _of_item(instance: Instance, item: Item, fact: int) -> Source | None:
    points = instance.points
    step, where = item.step.id, item.where if item.where.line else item.step.where
    residual = any(isinstance(points[at].item, Lookup) for at, _ in points[item.node].ways_around)
    asked = item.question or item.paper
    conditional = asked is not None and asked.condition is not None
    if item.question is not None:
        kind: SourceKind = "act" if item.question.act else "question"
        return Source(kind, step, instance.shown(fact), 1, (), where, residual, conditional)
    if item.paper is not None:
        sure = 2 if instance.facts[fact] in item.paper.documented else 1
        return Source("document", step, item.paper.id, sure, (), where, residual, conditional)
    if item.kind == "log-in" and isinstance(item.step, Identify):
        return Source("log-in", step, item.step.using, 3, (), where)
    if item.kind == "check":
        return Source("check", step, instance.shown(fact), 2, (), where, residual)
    if item.kind == "lookup" and isinstance(item.step, Lookup):
        asked_by = [rule for rule in instance.rules if rule.kind == "service" and rule.where == item.step.where]
        about = {name: who.name for name, who in instance.model.subjects(item.step).items()}
        mine = (one for one in asked_by if one.service == item.step.service and dict(one.about) == about)
        rule = next(mine, None)
        if rule is not None:
            confirms = bool(rule.confirms >> fact & 1)
            return Source(
                "confirmed" if confirms else "look-up", step, rule.name, rule.level, _keys(instance, rule), where
            )
    return None


def _keys(instance: Instance, rule: Rule) -> tuple[str, ...]:
    return tuple(instance.shown(key) for key in bits(rule.keys))
