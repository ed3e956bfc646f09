"""What a procedure asks of people: expected minutes, documents and contacts a case; compares nothing."""

from collections.abc import Iterable
from typing import NamedTuple

from analysis.branches import share, union_share
from analysis.chain import chain, first_chances
from analysis.change import Burden
from analysis.instance import Instance, Item
from analysis.once import once
from processes import condition
from processes.procedure import Choose, FormStep, Lookup, actor, walk


class Times(NamedTuple):
    """How often things are asked."""

    visits: tuple[float, ...]  # by point, expected
    reach: tuple[float, ...]  # by point, the chance of at least one visit
    item: tuple[float, ...]  # by item, how often it is asked for or done
    chance: tuple[float, ...]  # by item, how likely its condition holds


@once
def times(instance: Instance) -> Times:
    """Return how often each thing is asked: each time, where a return asks its fact anew, else at most once.

    Nobody is asked what an event brings that started the case.
    """
    every, ever = chain(instance)
    asked = _asked_first(instance, ever)
    visits, reach = _residual_forms_once(instance, every, ever, asked)
    anew = 0
    for edges in instance.before:
        for _, facts in edges:
            anew |= facts
    items = (*instance.items, *instance.options)
    started, brought = from_event(instance)
    chances = tuple(_chance(instance, item) * (1.0 - started if brought >> item.number & 1 else 1.0) for item in items)
    return Times(
        visits,
        reach,
        tuple(
            (
                asked[item.node]
                if item.kind == "lookup"
                else visits[item.node]
                if item.facts & anew
                else reach[item.node]
            )
            * chance
            for item, chance in zip(items, chances, strict=True)
        ),
        chances,
    )


@once
def from_event(instance: Instance) -> tuple[float, int]:
    """Return how many cases an event starts, and the questions and papers, as bits, that are not asked then, for it brings them.

    They are those without a condition, and no acts; what a return asks anew is counted in full.
    """
    start = instance.model.event_start
    if start is None:
        return 0.0, 0
    carried = instance.mask(start.facts)
    for edges in instance.before:
        for _, facts in edges:
            carried &= ~facts
    brought = 0
    for item in instance.items:
        asked = item.question or item.paper
        if asked is None or asked.condition is not None or not item.facts or item.facts & ~carried:
            continue
        if start.stands_for(item.paper) if item.paper else item.question and not item.question.act:
            brought |= item.bit
    return start.share, brought


def _residual_forms_once(
    instance: Instance, visits: tuple[float, ...], reach: tuple[float, ...], asked: dict[int, float]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Let what follows a look-up that found nothing happen as often as the look-up is reached and finds nothing.

    Whoever is not found is asked once, though a return leads past the look-up again, or the same is looked up elsewhere.
    """
    often, chance = list(visits), list(reach)
    for node, place in enumerate(instance.points):
        for at, way in place.ways_around:
            if way and at in asked and visits[at]:
                once = asked[at] * visits[node] / visits[at]
                often[node] = chance[node] = min(once, chance[at])
                break
    return tuple(often), tuple(chance)


def _asked_first(instance: Instance, reach: tuple[float, ...]) -> dict[int, float]:
    """Return, for each look-up, how likely a case comes there and has not asked the same elsewhere before."""
    alike: dict[tuple[str, tuple[str, ...]], set[int]] = {}
    for node, place in enumerate(instance.points):
        if isinstance(step := place.step, Lookup) and place.kind == "step":
            about = tuple(subject.name for _, subject in sorted(instance.model.subjects(step).items()))
            if step.not_found:
                alike.setdefault((step.service, about), set()).add(node)
            else:  # whoever is not found there goes no further
                alike[step.id, ()] = {node}
    found: dict[int, float] = {}
    for nodes in alike.values():
        found |= first_chances(instance, frozenset(nodes)) if len(nodes) > 1 else {n: reach[n] for n in nodes}
    return found


@once
def burden(instance: Instance) -> Burden:
    """Return what a procedure asks of a case on average.

    Fields, documents, log-ins and acts cost their minutes wherever their form is reached (each time, where a return asks the fact anew);
    every form that asks something costs a contact, and the request always does; looked-up facts that are shown are looked
    over; what else people do costs its minutes each time. In thousandths of a minute, so that sums do not depend on their order.
    """
    often = times(instance)
    questions = documents = contacts = citizen = agency = 0
    asking: dict[int, list[tuple[Item, float]]] = {}
    for item, asked, chance in zip(instance.items, often.item, often.chance, strict=False):
        if item.kind == "lookup" and instance.policy.shows:
            citizen += round(1000 * instance.policy.look_over_minutes * item.facts.bit_count() * asked)
        if item.kind not in ("question", "paper", "log-in"):
            continue
        citizen += round(1000 * item.minutes * asked)
        agency += round(1000 * item.officer_minutes * asked)
        if item.kind == "question" and item.facts:
            questions += round(1000 * asked)
        if item.kind == "paper" and item.minutes:
            documents += round(1000 * asked * (item.paper.share if item.paper else 1))
        if item.kind != "log-in":
            asking.setdefault(item.node, []).append((item, chance))
    for node, place in enumerate(instance.points):
        step = place.step
        if step is None or place.kind != "step" or step.by is None:
            continue
        by_citizen = actor(step.by).whom in instance.model.procedure.role_by_id
        if isinstance(step, FormStep):
            if by_citizen and (node in asking or node in instance.requests):
                likely = contact(instance, node, asking.get(node, ()))
                contacts += round(1000 * often.visits[node] * likely)
                citizen += round(1000 * instance.policy.contact_minutes * often.visits[node] * likely)
        elif step.kind != "identify":
            minutes = round(1000 * step.minutes * often.visits[node])
            citizen, agency = (citizen + minutes, agency) if by_citizen else (citizen, agency + minutes)
    return Burden(questions / 1000, documents / 1000, contacts / 1000, citizen / 1000, agency / 1000)


def _chance(instance: Instance, item: Item) -> float:
    """How likely the condition of an item holds: the share of the branch with that condition, else counted in full."""
    if item.under is not None:
        return share(instance, item.under)
    under = item.question.condition if item.question else item.paper.condition if item.paper else None
    if under is None:
        return 1.0
    text = condition.to_text(under)
    for one in walk(instance.procedure.steps):
        if isinstance(one, Choose):
            for branch in one.branches:
                parsed = instance.model.naming.expression(branch.condition) if branch.condition else None
                if branch.share is not None and parsed is not None and condition.to_text(parsed) == text:
                    return branch.share
    return 1.0


def contact(instance: Instance, node: int, asked: Iterable[tuple[Item, float]]) -> float:
    """Return how likely somebody has to do with a form at a point: the request is one, unless an event has started the case.

    Args:
        instance: The procedure.
        node: The form's point.
        asked: Its questions and papers, each with how likely its condition holds.
    """
    if node not in instance.requests:
        return any_asked(instance, asked)
    started, brought = from_event(instance)
    return 1.0 - started * (1.0 - any_asked(instance, [one for one in asked if not brought >> one[0].number & 1]))


def any_asked(instance: Instance, asked: Iterable[tuple[Item, float]]) -> float:
    """Return how likely a form asks for anything: the chance that any of the conditions of its questions and papers holds.

    What an event brings is asked of all others together.
    """
    started, brought = from_event(instance)
    none, ways, by_request = 1.0, [], False
    for item, chance in asked:
        if item.under is not None:
            ways.append(item.under)
        elif brought >> item.number & 1:
            by_request = True
        else:
            none *= 1.0 - chance
    return 1.0 - none * (started if by_request else 1.0) * (1.0 - union_share(instance, ways))
