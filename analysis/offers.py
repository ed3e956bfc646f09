"""What the catalogue offers a procedure: its computed elements and its lawful services as rules; knows no step."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from analysis.instance import FactIndex, Rule
from analysis.lawful import permissions, usable
from processes import condition
from processes.catalogue import Agreement, DataService
from processes.element import Assurance, level
from processes.part import Location
from processes.policy import Policy
from processes.resolved import Resolved, Subject, service_fact

MOST_RELATIONS = 3  # how far over relations rules are looked for


@dataclass(frozen=True, slots=True)
class Offered:
    """Rules beyond those of today's steps."""

    rules: tuple[Rule, ...]
    computed: int  # those that hold everywhere, as bits of these rules
    consents: tuple[tuple[int, int], ...]  # (point of a form, consent bit) that they need asked


class Offers:
    """Makes rules of services and computed elements.

    `forms_by` says at which points somebody fills in a form, by the canonical name of who it is: there a consent can be asked.
    """

    def __init__(
        self,
        model: Resolved,
        policy: Policy,
        facts: FactIndex,
        forms_by: Mapping[str, list[int]],
        consents: Iterable[tuple[int, int]],
    ) -> None:
        self.model, self.policy, self.facts, self.forms_by = model, policy, facts, forms_by
        self.naming, self.catalogue = model.naming, model.catalogue
        self.consents = list(consents)

    def add(self, read: set[str], *, services: bool = True) -> Offered:
        """Return what the catalogue computes, and what its services offer lawfully if wanted, as far as somebody reads it.

        Backwards from the facts that are read: a rule is taken if it gives one of them, and then its keys are read too.
        """
        relevant = set(read)
        offers = self._offers() if services else []
        candidates: dict[str, _Candidate] = {}
        before = -1
        while len(relevant) > before:
            before = len(relevant)
            for candidate in self._candidates(relevant, offers, candidates):
                if not relevant.isdisjoint(candidate.answers):
                    candidates[candidate.name] = candidate
                    relevant.update(candidate.needed)
        return self._rules(candidates.values(), relevant)

    def _offers(self) -> list[tuple[str, DataService, Agreement, frozenset[str]]]:
        consumers, purpose = frozenset([self.model.procedure.agency]), self.model.procedure.purpose
        return [
            (name, offer, permission.agreement, permission.facts)
            for name, offer in self.catalogue.service.items()
            if usable(offer, self.policy)
            for permission in permissions(self.catalogue, self.policy, name, consumers, purpose)
        ]

    def _subjects(self, facts: set[str]) -> list[Subject]:
        """Return the roles, and whoever the facts pass on the way, each once."""
        paths = [*self.naming.roles]
        for name in sorted(facts):
            parts = name.split(".")
            paths += [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
        found = (self.naming.subject(path) for path in dict.fromkeys(paths) if path.count(".") <= MOST_RELATIONS)
        return list({subject.name: subject for subject in found if subject is not None}.values())

    def _candidates(
        self,
        relevant: set[str],
        offers: list[tuple[str, DataService, Agreement, frozenset[str]]],
        known: dict[str, "_Candidate"],
    ) -> Iterator["_Candidate"]:
        subjects = self._subjects(relevant)
        of_kind: dict[str, list[Subject]] = {}
        for subject in subjects:
            of_kind.setdefault(subject.entity.id, []).append(subject)
            for element in subject.entity.elements:
                name = f"{self.naming.shown(subject.name)}.{element.id}"
                if (
                    element.computed
                    and name not in known
                    and (parsed := self.naming.expression(element.computed, subject))
                ):
                    needed = tuple(sorted(condition.facts_read(parsed)))
                    yield _Candidate(
                        name,
                        needed,
                        (subject.fact(element.id),),
                        rule=Rule("computed", name, 0, 0, where=element.where),
                    )
        for service, offer, agreement, facts in offers:
            pairings = (
                [{"": one} for one in of_kind.get(offer.about, ())]
                if isinstance(offer.about, str)
                else _pairings(offer, subjects)
            )
            for about in pairings:
                name = f"{service} about {', '.join(one.name for one in about.values())} under {agreement.id}"
                if name not in known and (
                    found := self._service_candidate(name, service, offer, about, agreement, facts)
                ):
                    yield found

    def _service_candidate(
        self,
        name: str,
        service: str,
        offer: DataService,
        about: dict[str, Subject],
        agreement: Agreement,
        facts: frozenset[str],
    ) -> "_Candidate | None":
        needed = self.naming.known(service_fact(about, fact) for fact in offer.needs)
        if len(needed) < len(offer.needs):
            return None
        answers = self.naming.known(
            service_fact(about, fact) for fact in (*offer.gives, *offer.confirms) if fact in facts
        )
        return _Candidate(name, needed, answers, service=(service, offer, about, agreement, facts))

    def _rules(self, candidates: Iterable["_Candidate"], relevant: set[str]) -> Offered:
        rules: list[Rule] = []
        computed = 0
        offered: dict[tuple[str, tuple[tuple[str, str], ...]], int] = {}
        for candidate in candidates:
            if candidate.service is None:
                computed |= 1 << len(rules)
                keys, gives = self.facts.mask(candidate.needed), self.facts.mask(candidate.answers)
                rules.append(
                    Rule(
                        "computed",
                        candidate.name,
                        keys,
                        gives,
                        where=candidate.rule.where if candidate.rule else Location("", 0, 0),
                    )
                )
                continue
            rule = self.service_rule(*candidate.service, only=relevant)
            if rule is None:
                continue
            have = offered.get((rule.service, rule.about), 0)
            if (rule.gives | rule.confirms) & ~have:  # another agreement for the same facts adds nothing
                offered[rule.service, rule.about] = have | rule.gives | rule.confirms
                rules.extend(self._repairable(rule))
        return Offered(tuple(rules), computed, tuple(self.consents))

    def _repairable(self, rule: Rule) -> Iterator[Rule]:
        """Cap what a service that does not find everybody gives at the level that a residual form can bring instead.

        A question brings a fact at declared, a document that carries it at documented, nothing at authoritative.
        """
        if rule.coverage >= 1 or rule.level < Assurance.DOCUMENTED:
            yield rule
            return
        provable = self._provable()
        if (rule.gives | rule.confirms) & provable:
            yield replace(rule, gives=rule.gives & provable, confirms=rule.confirms & provable, level=2)
        if rule.gives & ~provable:
            yield replace(rule, gives=rule.gives & ~provable, confirms=0, level=1)

    @cached_property
    def _provable_facts(self) -> frozenset[str]:
        subjects = self._subjects(set(self.facts.index))
        return frozenset(
            name
            for kind in self.catalogue.evidence
            if kind.assurance == "documented"
            for subject in subjects
            if subject.entity.id == kind.about
            for name in self.naming.known(f"{subject.name}.{element}" for element in kind.carries)
        )

    def _provable(self) -> int:
        return sum(1 << self.facts.index[name] for name in self._provable_facts if name in self.facts.index)

    def service_rule(
        self,
        name: str,
        offer: DataService,
        about: dict[str, Subject],
        agreement: Agreement | None,
        facts: frozenset[str] | None,
        only: set[str] | None = None,
    ) -> Rule | None:
        """Return a service asked about certain subjects as a rule, or nothing if the catalogue does not know its keys.

        Args:
            name: As `registry.service`.
            offer: The service.
            about: Who stands for its subjects.
            agreement: What allows it.
            facts: What that allows, in the service's words; everything, if nothing is said.
            only: The facts anybody reads, canonical; everything, if nothing is said.
        """
        needed = self.naming.known(service_fact(about, fact) for fact in offer.needs)
        if len(needed) < len(offer.needs):
            return None
        words: dict[int, str] = {}
        gives = confirms = 0
        for fact in (*offer.gives, *offer.confirms):
            if facts is not None and fact not in facts:
                continue
            canonical = self.naming.canonical(service_fact(about, fact))
            if canonical is None or (only is not None and canonical not in only):
                continue
            bit = 1 << self.facts.number(canonical)
            words[bit] = fact
            if fact in offer.gives:
                gives |= bit
            else:
                confirms |= bit
        consent = 0
        if agreement is not None and agreement.consent:
            for subject in about.values():
                forms = self.forms_by.get(subject.name, [])
                consent |= self.facts.consent(name, subject.name)
                if not any(bit == self.facts.consent(name, subject.name) for _, bit in self.consents) and forms:
                    self.consents.append((forms[0], self.facts.consent(name, subject.name)))
        shown = " and ".join(
            self.naming.shown(one.name).removesuffix("." + one.entity.key) if one.reached else one.name
            for one in about.values()
        )
        return Rule(
            kind="service",
            name=f"{name} about {shown}",
            keys=self.facts.mask(needed),
            gives=gives,
            confirms=confirms,
            level=int(level(offer.assurance)),
            key_level=int(level(self.catalogue.key_level(offer))),
            coverage=offer.coverage,
            consent=consent,
            service=name,
            about=tuple((subject_name, subject.name) for subject_name, subject in about.items()),
            words=tuple(words.items()),
            agreement=agreement,
            where=offer.where,
        )


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A rule that may be added, if somebody reads what it gives."""

    name: str
    needed: tuple[str, ...]
    answers: tuple[str, ...]
    service: tuple[str, DataService, dict[str, Subject], Agreement, frozenset[str]] | None = None
    rule: Rule | None = None


def _pairings(offer: DataService, subjects: list[Subject]) -> Iterator[dict[str, Subject]]:
    """Yield every way to let different subjects of the procedure stand for those of the service, one person for each."""
    assert not isinstance(offer.about, str)  # noqa: S101  # callers have asked
    wanted = list(offer.about)

    def choose(number: int, chosen: dict[str, Subject]) -> Iterator[dict[str, Subject]]:
        if number == len(wanted):
            yield dict(chosen)
            return
        for subject in subjects:
            fits = subject.entity.id == wanted[number].entity and not subject.many
            if fits and subject not in chosen.values():
                yield from choose(number + 1, {**chosen, wanted[number].id: subject})

    yield from choose(0, {})
