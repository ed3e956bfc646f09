"""What each point of a procedure reads, gives and loses, as the data-flow faults need it; finds none itself."""

from dataclasses import dataclass

from analysis.dataflow import DataFlow, Uses
from analysis.instance import Instance, bits
from analysis.soundness import Net, NodeKind, net_of, without_dead


@dataclass(frozen=True)
class Given:
    """By point: the facts, as bits, that something does there."""

    asked: tuple[int, ...]  # by a question without a condition
    found: tuple[int, ...]  # by an agency, a log-in or a look-up: no mere saying replaces it
    perhaps: tuple[int, ...]  # by a question under a condition
    computed: tuple[int, ...]  # where it stands
    raised: tuple[int, ...]  # by a check, or shown by a document
    read: tuple[int, ...]
    lost: tuple[int, ...]  # asked anew from there on, with all that rests on it


def given(instance: Instance) -> Given:
    """Return what each point does with facts.

    To read what is computed from others, or what is another's by "is the same", is to read those.

    Complexity: linear in what the points do, and in the rules for each point that reads.
    """
    size = len(instance.points)
    asked, found, perhaps, computed, raised, read, lost = ([0] * size for _ in range(7))
    for item in instance.items:
        if item.kind == "question" and item.question is not None:
            (asked if item.question.condition is None else perhaps)[item.node] |= item.facts
        elif item.kind in ("check", "paper"):
            raised[item.node] |= item.facts
        elif item.kind == "log-in":
            found[item.node] |= item.facts
    everything = (1 << len(instance.facts)) - 1
    for node, work in enumerate(instance.work):
        for kind, number, _ in work:
            if kind == "give":
                found[node] |= number
            elif kind == "demand" and instance.demands[number].what != "behind":  # that is what is read elsewhere
                read[node] |= 1 << instance.demands[number].fact
            elif kind == "silent":
                read[node] |= everything
            elif kind == "rule":
                rule = instance.rules[number]
                (found if rule.kind == "service" else computed)[node] |= rule.gives if rule.kind != "same" else 0
        if read[node]:
            read[node] = _with_inputs(instance, read[node])
    for node, edges in enumerate(instance.before):
        for source, facts in edges:
            if facts and instance.points[source].kind == "back" and node in instance.graph[source]:
                lost[source] |= instance.answers_resting(facts)
    return Given(*(tuple(one) for one in (asked, found, perhaps, computed, raised, read, lost)))


def _with_inputs(instance: Instance, facts: int) -> int:
    grown = True
    while grown:
        grown = False
        for number in {*instance.today, *bits(instance.computed)}:
            rule = instance.rules[number]
            if rule.kind != "service" and rule.gives & facts and rule.keys & ~facts:
                facts |= rule.keys
                grown = True
    return facts


def overwriting(instance: Instance, uses: Given, *, sure: bool) -> DataFlow:
    """Return how facts are given and read on the ways forward: a return asks nothing that is there and not asked anew.

    Args:
        instance: The compiled procedure.
        uses: What its points do.
        sure: Whether only what an agency, a log-in or a registry says is looked at, which no mere saying replaces.
    """
    net = without_dead(net_of(instance.graph))
    kinds: list[NodeKind] = list(net.kinds)
    following = list(net.following)
    for node, place in enumerate(instance.points):
        if place.kind == "back":
            kinds[node], following[node] = "stop", ()
    flow = Net(tuple(kinds), tuple(following))
    points = range(len(instance.points))
    writes = [uses.found[node] | (0 if sure else uses.asked[node]) for node in points]
    once = twice = 0
    for facts in writes:
        once, twice = once | facts, twice | once & facts
    writes = [facts & twice for facts in writes]  # what is given once is never given again
    reads = [uses.read[node] | uses.raised[node] & ~writes[node] for node in points]
    return DataFlow(
        flow,
        tuple(place.sides for place in instance.points),
        tuple(Uses(reads[node], writes[node] & ~reads[node], uses.lost[node]) for node in points),
    )


def read_aloud(instance: Instance, uses: Given) -> tuple[int, ...]:
    """Return, by point, the facts it is said to read: what a silent judgement might read is not known."""
    silent = [any(kind == "silent" for kind, _, _ in work) for work in instance.work]
    return tuple(0 if quiet else facts for quiet, facts in zip(silent, uses.read, strict=True))


def side_by_side(instance: Instance) -> DataFlow:
    """Return the flow with its sides, whatever its points do."""
    nothing = tuple(Uses() for _ in instance.points)
    return DataFlow(without_dead(net_of(instance.graph)), tuple(place.sides for place in instance.points), nothing)
