"""What a choice asks of people, told without building it: to tell a better choice from a worse one; builds nothing."""

from collections.abc import Iterable
from typing import NamedTuple

from analysis.burden import contact, times
from analysis.chain import chance_of_any
from analysis.instance import Instance, Item, bits
from analysis.letters import letters_behind
from analysis.placing import Call
from analysis.removal import Choice
from analysis.residual import Residuals
from processes.element import Assurance
from processes.procedure import Check, FormStep, actor


class Weight(NamedTuple):
    """What is least first: expected thousandths of a minute of the citizen, then of agencies, then facts fetched."""

    citizen: int
    agency: int
    fetched: int


class Scales:
    """Weighs the choices of one procedure."""

    def __init__(self, instance: Instance) -> None:
        """Find out once how often everything is asked."""
        self.instance, self.times = instance, times(instance)
        self.residuals = Residuals(instance)
        self.letters = letters_behind(instance)

    def weight(self, choice: Choice, looked_up: Iterable[Call]) -> Weight:
        """Return what a choice asks of people, expected a case, apart from what no choice changes.

        Kept things and contacts as `burden` counts them. A look-up that may find nothing costs its residual form, as often as
        it is asked and finds nothing.

        Complexity: linear in items and look-ups.
        """
        instance, often = self.instance, self.times
        citizen = agency = fetched = 0
        asking: dict[int, list[tuple[Item, float]]] = {node: [] for node in instance.requests}
        checking, going = set[int](), set[int]()
        for number in bits(choice.kept):
            item = instance.item(number)
            citizen += thousandths(item.minutes * often.item[number])
            agency += thousandths(item.officer_minutes * often.item[number])
            if item.kind in ("question", "paper"):
                asking.setdefault(item.node, []).append((item, often.chance[number]))
            elif item.kind == "check" and only_checks(item):
                checking.add(item.node)
            elif item.kind == "letter":
                going |= {carry for carry, letters in self.letters.items() if number in letters}
            elif item.kind == "lookup":
                fetched += item.facts.bit_count()
                if instance.policy.shows:  # as of a new look-up: else the same one anew might weigh a little less
                    shown = thousandths(instance.policy.look_over_minutes * often.item[number])
                    citizen += item.facts.bit_count() * shown
            if item.kind in ("letter", "lookup"):
                mine, theirs = step_minutes(instance, item.node)
                citizen += thousandths(mine * often.visits[item.node])
                agency += thousandths(theirs * often.visits[item.node])
        for node, asked in asking.items():
            if asks_citizen(instance, node):
                likely = contact(instance, node, asked)
                citizen += thousandths(instance.policy.contact_minutes * often.visits[node] * likely)
        for node in (*checking, *going):
            mine, theirs = step_minutes(instance, node)
            citizen += thousandths(mine * often.visits[node])
            agency += thousandths(theirs * often.visits[node])
        for call in looked_up:
            mine, theirs = self._call(call)
            citizen, agency, fetched = citizen + mine, agency + theirs, fetched + len(call.facts)
        return Weight(citizen, agency, fetched)

    def called(self, call: Call) -> float:
        """Return how likely a look-up is asked at any of its places: whoever was not found is not asked again at another."""
        nodes = frozenset(spot.node for spot in call.places)
        return self.times.reach[min(nodes)] if len(nodes) == 1 else chance_of_any(self.instance, nodes)

    def _call(self, call: Call) -> tuple[int, int]:
        """Return what a look-up costs the citizen and an agency."""
        policy, residuals = self.instance.policy, self.residuals
        called = self.called(call)
        citizen = agency = 0
        if policy.shows:
            citizen += len(call.facts) * thousandths(policy.look_over_minutes * called)
        missed = (1 - call.first.coverage) * called
        if not missed:
            return citizen, agency
        by_hand = residual(call)
        proven = [fact for fact, level in by_hand.items() if level >= Assurance.DOCUMENTED]
        papers = residuals.cheapest(proven, [fact for fact in by_hand if fact not in proven])
        carried = {name for paper in papers for name in residuals.carried(paper)}
        citizen += thousandths(missed * residuals.contact)
        citizen += sum(thousandths(missed * residuals.minutes(paper)) for paper in papers)
        citizen += sum(
            thousandths(missed * residuals.question(fact))
            for fact in by_hand
            if self.instance.facts[fact] not in carried and fact not in proven
        )
        if proven:
            agency += thousandths(missed * residuals.checking(proven))
        return citizen, agency


def residual(call: Call) -> dict[int, int]:
    """Return the facts that a residual form has to bring, with their levels: all that is used."""
    return dict(call.facts)


def thousandths(minutes: float) -> int:
    """Return minutes as a whole number, so that sums do not depend on their order."""
    return round(1000 * minutes)


def asks_citizen(instance: Instance, node: int) -> bool:
    """Whether a point is a form of a person, and so a contact."""
    step = instance.points[node].step
    return isinstance(step, FormStep) and step.by is not None and actor(step.by).whom in instance.procedure.role_by_id


def step_minutes(instance: Instance, node: int) -> tuple[float, float]:
    """Return what a step takes each time, of the citizen and of an agency."""
    step = instance.points[node].step
    if step is None or step.by is None:
        return 0.0, 0.0
    by_citizen = actor(step.by).whom in instance.procedure.role_by_id
    return (step.minutes, 0.0) if by_citizen else (0.0, step.minutes)


def only_checks(item: Item) -> bool:
    """Whether a check does nothing besides, and so goes with the last fact it checks."""
    step = item.step
    return isinstance(step, Check) and not (step.gives or step.needs or step.records)
