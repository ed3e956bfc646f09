"""What a choice would ask of people, told without building it: to tell a better choice from a worse one; builds nothing."""

from collections.abc import Iterable

from analysis.burden import times
from analysis.instance import Instance, bits
from analysis.placing import Call
from analysis.removal import Choice
from processes.element import Assurance
from processes.procedure import Check, FormStep, actor


class Scales:
    """Weighs the choices of one procedure."""

    def __init__(self, instance: Instance) -> None:
        """Find out once how often everything is asked."""
        self.instance, self.times = instance, times(instance)
        self._papers = self._dearest_papers()

    def weight(self, choice: Choice, looked_up: Iterable[Call]) -> tuple[int, int]:
        """Return what a choice asks of the citizen and of agencies, in thousandths of a minute a case.

        Kept things and contacts as `burden` counts them. A look-up that may find nothing costs its residual form: a contact, a
        question or the cheapest document for each fact, each by itself, though one document may prove several.
        """
        instance = self.instance
        citizen = agency = 0.0
        asking = set(instance.requests)
        for number in bits(choice.kept):
            item = instance.items[number]
            citizen += item.minutes * self.times.item[number]
            agency += item.officer_minutes * self.times.item[number]
            if item.kind in ("question", "paper"):
                asking.add(item.node)
            if isinstance(item.step, Check):
                agency += item.step.minutes * self.times.visits[item.node] / len(item.step.verifies)
        for node in asking:
            if node >= 0 and isinstance(step := instance.points[node].step, FormStep) and self._by_citizen(step):
                citizen += instance.policy.contact_minutes * self.times.visits[node]
        for call in looked_up:
            citizen += self._residual(call)
        return round(1000 * citizen), round(1000 * agency)

    def _by_citizen(self, step: FormStep) -> bool:
        return step.by is not None and actor(step.by).whom in self.instance.procedure.role_by_id

    def _residual(self, call: Call) -> float:
        minutes = 0.0
        if self.instance.policy.shows:
            minutes += self.instance.policy.look_over_minutes * len(call.facts)
        if call.first.coverage < 1:
            by_hand = self.instance.policy.contact_minutes
            for fact, level in call.facts.items():
                by_hand += self._papers.get(fact, 0.0) if level >= Assurance.DOCUMENTED else self._question(fact)
            minutes += (1 - call.first.coverage) * by_hand
        called = min(1.0, sum(self.times.reach[node] for node in call.before))
        return minutes * called

    def _question(self, fact: int) -> float:
        asked = [item.minutes for item in self.instance.items if item.kind == "question" and item.facts == 1 << fact]
        if asked:
            return min(asked)
        known = self.instance.model.naming.fact(self.instance.facts[fact])
        return known.element.usual_minutes if known else 0.0

    def _dearest_papers(self) -> dict[int, float]:
        """Return, by fact, the minutes of the cheapest document that proves it."""
        instance, found = self.instance, dict[int, float]()
        for kind in instance.model.catalogue.evidence:
            if kind.assurance == "documented":
                for fact, name in enumerate(instance.facts):
                    known = instance.model.naming.fact(name)
                    if known is not None and known.owner.entity.id == kind.about and known.element.id in kind.carries:
                        found[fact] = min(kind.minutes, found.get(fact, kind.minutes))
        return found
