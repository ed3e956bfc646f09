"""The residual form of a look-up, before it is built: what is asked by hand where a service finds nothing, and what it costs."""

from collections.abc import Collection
from functools import cached_property
from itertools import combinations

from analysis.instance import Instance
from processes.procedure import Check, actor
from processes.resolved import Question

USUAL_CHECK = 5.0  # minutes, where today checks no such paper
MOST_TOGETHER = 4  # documents, of which every set is tried


class Residuals:
    """Prices of one procedure's residual forms."""

    def __init__(self, instance: Instance) -> None:
        """Take a compiled procedure."""
        self.instance = instance
        self.contact = instance.policy.contact_minutes

    def question(self, fact: int) -> float:
        """Return the minutes a case of asking a fact by hand: today's field, the quickest of several, else what its element usually takes."""
        known = self.instance.model.naming.fact(self.instance.facts[fact])
        return self.each(fact) * (self.instance.model.expected(known.owner.name) if known else 1)

    def each(self, fact: int) -> float:
        """Return the minutes of asking a fact by hand of one member, if it is about several."""
        field = self.field(fact)
        if field is not None:
            return self._each(field)
        known = self.instance.model.naming.fact(self.instance.facts[fact])
        return known.element.usual_minutes if known else 0.0

    def field(self, fact: int) -> Question | None:
        """Return the question of today that asks a fact, the quickest of several."""
        return self._fields.get(fact)

    def _each(self, question: Question) -> float:
        return round(question.minutes / (self.instance.model.expected(question.about) or 1), 3)

    @cached_property
    def _fields(self) -> dict[int, Question]:
        found: dict[int, Question] = {}
        for item in self.instance.items:
            if item.question is not None and item.facts and not item.question.act:
                fact = item.facts.bit_length() - 1
                if fact not in found or self._each(item.question) < self._each(found[fact]):
                    found[fact] = item.question
        return found

    def papers(self, fact: int) -> tuple[str, ...]:
        """Return the documents, as people write them, that prove a fact."""
        return tuple(self._papers.get(fact, {}))

    def minutes(self, paper: str) -> float:
        """Return the minutes a case of bringing a document, of all members if it is about several."""
        return self._minutes[paper]

    def carried(self, paper: str) -> frozenset[str]:
        """Return the facts a document carries, by name."""
        return self._carries[paper]

    def cheapest(self, proven: Collection[int], said: Collection[int] = ()) -> tuple[str, ...]:
        """Return the documents of the cheapest form that proves some facts and has others said.

        Of equal ones those that are asked for today, then the first by name.

        Each document counts once for all it carries; what no document of the form carries is asked, if it need only be said.

        Complexity: exponential in the documents that carry any of it, of which at most four are taken together.
        """
        names = sorted({name for fact in (*proven, *said) for name in self.papers(fact)})
        found: list[tuple[float, int, int, tuple[str, ...]]] = []
        for number in range(min(MOST_TOGETHER, len(names)) + 1):
            for some in combinations(names, number):
                carried = {fact for fact in (*proven, *said) if any(name in self.papers(fact) for name in some)}
                if carried.issuperset(proven):
                    asked = sum(self.question(fact) for fact in said if fact not in carried)
                    new = sum(name not in self._taken for name in some)
                    found.append((round(asked + sum(self.minutes(name) for name in some), 6), number, new, some))
        if found:
            return min(found)[3]
        each = [
            min(self.papers(fact), key=lambda name: (self.minutes(name), name not in self._taken, name))
            for fact in proven
            if self.papers(fact)
        ]
        return tuple(sorted(set(each)))

    def checking(self, facts: Collection[int]) -> float:
        """Return the minutes an officer takes to check the papers."""
        check = self.check(facts)
        return check.minutes if check else USUAL_CHECK

    def check(self, facts: Collection[int]) -> Check | None:
        """Return the check of today that is done like it: the first of these facts, by the procedure's agency."""
        wanted = sum(1 << fact for fact in facts)
        return next((step for checked, step in self._checks if checked & wanted), None)

    @cached_property
    def _checks(self) -> list[tuple[int, Check]]:
        """What is checked by the procedure's agency, in order."""
        checks = [(item.facts, item.step) for item in self.instance.items if item.kind == "check"]
        return [
            (facts, step)
            for facts, step in checks
            if isinstance(step, Check) and step.by and actor(step.by).whom == self.instance.procedure.agency
        ]

    @cached_property
    def _minutes(self) -> dict[str, float]:
        return {name: minutes for found in self._papers.values() for name, minutes in found.items()}

    @cached_property
    def _taken(self) -> frozenset[str]:
        """The documents of today's forms."""
        papers = [item.paper.id for item in self.instance.items if item.paper is not None]
        return frozenset(name for paper in papers for name in paper.split(" | "))

    @cached_property
    def _carries(self) -> dict[str, frozenset[str]]:
        facts: dict[str, set[str]] = {}
        for fact, found in self._papers.items():
            for name in found:
                facts.setdefault(name, set()).add(self.instance.facts[fact])
        return {name: frozenset(some) for name, some in facts.items()}

    @cached_property
    def _papers(self) -> dict[int, dict[str, float]]:
        """By fact: the documents that prove it, with their minutes."""
        instance, naming = self.instance, self.instance.model.naming
        found: dict[int, dict[str, float]] = {}
        for kind in instance.model.catalogue.evidence:
            if kind.assurance != "documented":
                continue
            for role in self._subjects:
                subject = naming.subject(role)
                if subject is None or subject.entity.id != kind.about:
                    continue
                for name in naming.known(f"{role}.{element}" for element in kind.carries):
                    if name in instance.index:
                        shown = f"{kind.id} of {shown_role(instance, subject.name)}"
                        minutes = kind.minutes * instance.model.expected(subject.name)
                        found.setdefault(instance.index[name], {}).setdefault(shown, minutes)
        return found

    @cached_property
    def _subjects(self) -> list[str]:
        names = self.instance.facts
        paths = [".".join(name.split(".")[:end]) for name in names for end in range(1, name.count(".") + 2)]
        return list(dict.fromkeys([*self.instance.procedure.role_by_id, *paths]))


def shown_role(instance: Instance, subject: str) -> str:
    """Return a role, or whoever a relation reaches, as people write it in this procedure."""
    naming = instance.model.naming
    found = naming.subject(subject)
    shown = naming.shown(subject) if found is None or not found.reached else naming.shown(f"{subject}.")
    return shown.removesuffix(".")
