"""What the catalogue offers a procedure: its computed elements and its lawful services as rules; knows no step."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from analysis.instance import FactIndex, Rule
from analysis.lawful import permissions, usable
from processes import condition
from processes.catalogue import Agreement, Catalogue, DataService
from processes.element import Assurance, level
from processes.part import NOWHERE, Location, Same
from processes.policy import Policy
from processes.resolved import Naming, Resolved, Subject, service_fact

MOST_RELATIONS = 3  # how far over relations rules are looked for


@dataclass(frozen=True, slots=True)
class Offered:
    """Rules beyond those of today's steps."""

    rules: tuple[Rule, ...]
    computed: int  # those that hold everywhere, as bits of these rules
    consentable: tuple[
        tuple[int, int], ...
    ]  # (point of a form, consent bit) where a consent that they need can be asked


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
    ) -> None:
        self.model, self.policy, self.facts, self.forms_by = model, policy, facts, forms_by
        self.naming, self.catalogue = model.naming, model.catalogue
        self.consentable: dict[int, list[int]] = {}  # by consent bit: the points of the forms where it can be asked

    def add(self, read: set[str], *, services: bool = True) -> Offered:
        """Return what the catalogue computes, and what its services offer lawfully if wanted, as far as somebody reads it.

        Backwards from the facts that are read: a rule is taken if it gives one of them, and then its keys are read too.

        Complexity: linear in services times subjects of the fitting kind, and in how far rules feed on each other.
        """
        relevant = set(read)
        procedure = self.model.procedure
        offers = (
            _lawful(Same(self.catalogue), Same(self.policy), procedure.agency, procedure.purpose) if services else ()
        )
        taken: list[_Candidate] = []
        names: set[str] = set()
        subjects: list[Subject] = []
        waiting: list[_Candidate] = []  # in the order of the catalogue, without what is taken
        before = -1
        while len(relevant) > before:
            before = len(relevant)
            if (now := self._subjects(relevant)) != subjects:
                subjects = now
                waiting = [one for one in self._candidates(subjects, offers) if one.name not in names]
            left = []
            for candidate in waiting:
                if relevant.isdisjoint(candidate.answers):
                    left.append(candidate)
                elif candidate.name not in names:
                    taken.append(candidate)
                    names.add(candidate.name)
                    relevant.update(candidate.needed)
            waiting = left
        return self._rules(taken, relevant)

    def _subjects(self, facts: set[str]) -> list[Subject]:
        """Return the roles, and whoever the facts pass on the way, each once."""
        paths = [*self.naming.roles]
        for name in sorted(facts):
            first, *rest = name.split(".")
            paths.append(first)
            for part in rest[:MOST_RELATIONS]:
                first = f"{first}.{part}"
                paths.append(first)
        found = map(self.naming.subject, dict.fromkeys(paths))
        return list({subject.name: subject for subject in found if subject is not None}.values())

    def _candidates(self, subjects: list[Subject], offers: tuple["_Offer", ...]) -> Iterator["_Candidate"]:
        for subject in subjects:
            for element in subject.entity.elements:
                if element.computed and (parsed := self.naming.expression(element.computed, subject)):
                    name = f"{self.naming.shown(subject.name)}.{element.id}"
                    needed = tuple(sorted(condition.facts_read(parsed)))
                    yield _Candidate(name, needed, (subject.fact(element.id),), where=element.where)
        yield from _of_services(Same(self.naming), Same(offers), tuple(subject.name for subject in subjects))

    def _rules(self, candidates: Iterable["_Candidate"], relevant: set[str]) -> Offered:
        rules: list[Rule] = []
        computed = 0
        offered: dict[tuple[str, tuple[tuple[str, str], ...]], int] = {}
        for candidate in candidates:
            if candidate.asked is None:
                computed |= 1 << len(rules)
                keys, gives = self.facts.mask(candidate.needed), self.facts.mask(candidate.answers)
                rules.append(Rule("computed", candidate.name, keys, gives, where=candidate.where))
                continue
            asked = candidate.asked
            answers = self._answers(asked, relevant)
            about = tuple([(name, subject.name) for name, subject in asked.about.items()])
            have = offered.get((asked.service, about), 0)
            consent = self._consent(asked)
            keys = self.facts.mask(asked.needed)
            if (answers.gives | answers.confirms) & ~have:  # another agreement for the same facts adds nothing
                offered[asked.service, about] = have | answers.gives | answers.confirms
                rules += [self._rule(asked, part, keys, consent, about) for part in self._repairable(asked, answers)]
        consentable = [(node, bit) for bit, nodes in self.consentable.items() for node in nodes]
        return Offered(tuple(rules), computed, tuple(consentable))

    def _repairable(self, asked: "_Asked", answers: "_Answers") -> list["_Answers"]:
        """Cap what a service that does not find everybody gives at the level that a residual form can bring instead.

        A question brings a fact at declared, a document that carries it at documented, nothing at authoritative.
        """
        if asked.offer.coverage >= 1 or answers.level < Assurance.DOCUMENTED:
            return [answers]
        gives, confirms, _, words = answers
        provable = self._provable(asked) & (gives | confirms)
        parts = [_Answers(gives & provable, confirms & provable, 2, words)] if provable else []
        return [*parts, _Answers(gives & ~provable, 0, 1, words)] if gives & ~provable else parts

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

    def _provable(self, asked: "_Asked") -> int:
        """Return what a document can prove of a service's answers."""
        index, provable = self.facts.index, self._provable_facts
        found = 0
        for _, fact, _ in asked.answers:
            if fact in provable and fact in index:
                found |= 1 << index[fact]
        return found

    def service_rule(
        self,
        name: str,
        offer: DataService,
        about: dict[str, Subject],
        agreement: Agreement | None,
        facts: frozenset[str] | None,
    ) -> Rule | None:
        """Return a service asked about certain subjects as a rule, or nothing if the catalogue does not know its keys.

        Args:
            name: As `registry.service`.
            offer: The service.
            about: Who stands for its subjects.
            agreement: What allows it.
            facts: What that allows, in the service's words; everything, if nothing is said.
        """
        asked = _asked(self.naming, name, offer, about, agreement, facts)
        if asked is None:
            return None
        answers, consent = self._answers(asked), self._consent(asked)
        subjects = tuple([(subject_name, subject.name) for subject_name, subject in about.items()])
        return self._rule(asked, answers, self.facts.mask(asked.needed), consent, subjects)

    def _answers(self, asked: "_Asked", only: set[str] | None = None) -> "_Answers":
        """Return what a service answers; only certain facts of it, if some are named."""
        words: dict[int, str] = {}
        gives = confirms = 0
        for word, fact, confirmed in asked.answers:
            if only is None or fact in only:
                bit = 1 << self.facts.number(fact)
                words[bit] = word
                if confirmed:
                    confirms |= bit
                else:
                    gives |= bit
        return _Answers(gives, confirms, int(level(asked.offer.assurance)), tuple(words.items()))

    def _consent(self, asked: "_Asked") -> int:
        """Return the consents that are needed, as bits; each can be asked for on any form of whoever gives it."""
        consent = 0
        if asked.agreement is not None and asked.agreement.consent:
            for subject in asked.about.values():
                bit = self.facts.consent(asked.service, subject.name)
                consent |= bit
                self.consentable[bit] = self.forms_by.get(subject.name, [])
        return consent

    def _rule(
        self, asked: "_Asked", answers: "_Answers", keys: int, consent: int, about: tuple[tuple[str, str], ...]
    ) -> Rule:
        whom = " and ".join([self.naming.shown_subject(one) for one in asked.about.values()])
        return Rule(
            kind="service",
            name=f"{asked.service} about {whom}",
            keys=keys,
            gives=answers.gives,
            confirms=answers.confirms,
            level=answers.level,
            key_level=int(level(self.catalogue.key_levels[asked.service])),
            coverage=asked.offer.coverage,
            consent=consent,
            service=asked.service,
            about=about,
            words=answers.words,
            agreement=asked.agreement,
            where=asked.offer.where,
        )


class _Asked(NamedTuple):
    """A service asked about certain subjects; facts by their canonical names."""

    service: str  # as `registry.service`
    offer: DataService
    about: dict[str, Subject]
    agreement: Agreement | None
    needed: tuple[str, ...]
    answers: list[tuple[str, str, bool]]  # the service's word, the fact, and whether it is only confirmed


class _Answers(NamedTuple):
    """What a service answers, facts as bits, and how sure."""

    gives: int
    confirms: int
    level: int
    words: tuple[tuple[int, str], ...]  # by bit: the service's own word


class _Candidate(NamedTuple):
    """A rule that may be added, if somebody reads what it gives."""

    name: str
    needed: tuple[str, ...]
    answers: tuple[str, ...]
    asked: _Asked | None = None  # nothing, if it is computed
    where: Location = NOWHERE


class _Offer(NamedTuple):
    """A service that may be asked."""

    service: str
    offer: DataService
    agreement: Agreement
    facts: frozenset[str]  # in the service's own words


@lru_cache(maxsize=4)
def _lawful(catalogue: Same[Catalogue], policy: Same[Policy], agency: str, purpose: str) -> tuple[_Offer, ...]:
    """Return what an agency may ask for a purpose; procedures of one agency share it."""
    return tuple(
        _Offer(name, offer, permission.agreement, permission.facts)
        for name, offer in catalogue.it.service.items()
        if usable(offer, policy.it)
        for permission in permissions(catalogue.it, policy.it, name, frozenset([agency]), purpose)
    )


@lru_cache(maxsize=16)
def _of_services(
    naming: Same[Naming], offers: Same[tuple[_Offer, ...]], subjects: tuple[str, ...]
) -> tuple[_Candidate, ...]:
    """Return what services may be asked about some subjects; procedures of one agency with the same roles share it."""
    whom = [subject for name in subjects if (subject := naming.it.subject(name)) is not None]
    found: list[_Candidate] = []
    for service, offer, agreement, facts in offers.it:
        for about in _pairings(offer, whom):
            asked = _asked(naming.it, service, offer, about, agreement, facts)
            if asked is not None:
                name = f"{service} about {', '.join(one.name for one in about.values())} under {agreement.id}"
                found.append(_Candidate(name, asked.needed, tuple(fact for _, fact, _ in asked.answers), asked))
    return tuple(found)


def _asked(
    naming: Naming,
    service: str,
    offer: DataService,
    about: dict[str, Subject],
    agreement: Agreement | None,
    facts: frozenset[str] | None,
) -> _Asked | None:
    needed = naming.known(service_fact(about, fact) for fact in offer.needs)
    if len(needed) < len(offer.needs):
        return None
    answers = [
        (word, fact, confirmed)
        for confirmed, words in ((False, offer.gives), (True, offer.confirms))
        for word in words
        if (facts is None or word in facts) and (fact := naming.canonical(service_fact(about, word))) is not None
    ]
    return _Asked(service, offer, about, agreement, needed, answers)


def _pairings(offer: DataService, subjects: list[Subject]) -> Iterator[dict[str, Subject]]:
    """Yield every way to let different subjects of the procedure stand for those of the service, one person for each."""
    if isinstance(offer.about, str):
        yield from ({"": one} for one in subjects if one.entity.id == offer.about)
        return
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
