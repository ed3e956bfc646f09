"""What a procedure asks of people: expected minutes, documents and contacts a case; compares nothing."""

from analysis.change import Burden
from analysis.instance import Instance, Item
from processes import condition
from processes.procedure import Choose, FormStep, actor, walk

ROUNDS = 500  # of an iteration that converges geometrically with the chance of a return
SMALL = 1e-12


def visits(instance: Instance, start: int = 0) -> tuple[float, ...]:
    """Return how often a case is expected to come by each point, if it stands at `start` once.

    The points are a Markov chain: choices are independent, sides of a parallel part are all taken, and a join is
    passed if every side gets through.

    Complexity: a pass over the edges for each round; one round where nothing returns.

    Source: Kemeny, J. G., Snell, J. L. (1960). Finite Markov Chains, fundamental matrix.
    """
    graph, points = instance.graph, instance.points
    expected = [0.0] * len(points)
    for _ in range(ROUNDS):
        moved = 0.0
        for node, place in enumerate(points):
            arriving = [expected[source] * graph.edges[source, node]["share"] for source in graph.predecessors(node)]
            if place.kind == "join":
                split = expected[place.at]
                now = split
                for one in arriving:
                    now = now * one / split if split else 0.0
            else:
                now = sum(arriving) + (1.0 if node == start else 0.0)
            moved = max(moved, abs(now - expected[node]))
            expected[node] = now
        if moved < SMALL:
            break
    return tuple(expected)


def reach(instance: Instance, expected: tuple[float, ...]) -> tuple[float, ...]:
    """Return how likely a case comes by each point at least once, given how often it is expected to."""
    likely = list(expected)
    for node in range(len(instance.points)):
        if instance.reachable[node] >> node & 1 and expected[node]:
            likely[node] = expected[node] / visits(instance, node)[node]
    return tuple(min(1.0, chance) for chance in likely)


def burden(instance: Instance) -> Burden:
    """Return what a procedure asks of a case on average.

    Fields, documents, log-ins and acts cost their minutes wherever their form is reached (each time, where a return asks the fact anew);
    every form that asks something costs a contact, and the request always does; what else people do costs its minutes
    each time. In thousandths of a minute, so that sums do not depend on their order.
    """
    expected = visits(instance)
    likely = reach(instance, expected)
    anew = 0
    for edges in instance.before:
        for _, facts in edges:
            anew |= facts
    questions = documents = contacts = citizen = agency = 0
    asking: dict[int, list[float]] = {}
    for item in instance.items:
        if item.kind not in ("question", "paper", "log-in"):
            continue
        times = expected[item.node] if item.facts & anew else likely[item.node]
        times *= _chance(instance, item)
        citizen += round(1000 * item.minutes * times)
        agency += round(1000 * item.officer_minutes * times)
        if item.kind == "question" and item.facts:
            questions += round(1000 * times)
        if item.kind == "paper" and item.minutes:
            documents += round(1000 * times * (item.paper.share if item.paper else 1))
        if item.kind != "log-in":
            asking.setdefault(item.node, []).append(_chance(instance, item))
    for node, place in enumerate(instance.points):
        step = place.step
        if step is None or place.kind != "step" or step.by is None:
            continue
        by_citizen = actor(step.by).whom in instance.model.procedure.role_by_id
        if isinstance(step, FormStep):
            if by_citizen and (node in asking or node == instance.request):
                chance = 1.0 if node == instance.request else _any(asking[node])
                contacts += round(1000 * expected[node] * chance)
        elif step.kind != "identify":
            minutes = round(1000 * step.minutes * expected[node])
            citizen, agency = (citizen + minutes, agency) if by_citizen else (citizen, agency + minutes)
    citizen += round(instance.policy.contact_minutes * contacts)
    return Burden(questions / 1000, documents / 1000, contacts / 1000, citizen / 1000, agency / 1000)


def _chance(instance: Instance, item: Item) -> float:
    """How likely the condition of an item holds: the share of the branch with that condition, else counted in full."""
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


def _any(chances: list[float]) -> float:
    none = 1.0
    for chance in chances:
        none *= 1.0 - chance
    return 1.0 - none
