"""How facts come from facts, and sets of facts as integers: three bits a fact, one for each level; goes no way."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from analysis.checker.things import asked_on, condition_facts, stated
from processes import condition
from processes.element import level
from processes.procedure import Check, Choose, Derive, FormStep, Lookup, Step, walk
from processes.resolved import Question, Resolved, service_fact

Set = int
Levels = int  # of each fact, as many of its three bits as its level says
EACH_LEVEL = 3


def union(sets: Iterable[Set]) -> Set:
    """Return the union of some sets."""
    return reduce(or_, sets, 0)


def each(some: Set) -> Iterator[int]:
    """Yield the numbers of a set's bits."""
    while some:
        low = some & -some
        yield low.bit_length() - 1
        some ^= low


class Bits(dict[Hashable, Set]):
    """Things by the bit that stands for each."""

    width = 1

    def __init__(self) -> None:
        self.things: list[Hashable] = []

    def __missing__(self, thing: Hashable) -> Set:
        bit = self[thing] = 1 << self.width * len(self)
        self.things.append(thing)
        return bit

    def of(self, things: Iterable[Hashable]) -> Set:
        """Return the set of some things."""
        return union(self[one] for one in things)

    def names(self, some: Set) -> list[str]:
        """Return the names of a set's things."""
        return sorted({str(self.things[number // self.width]) for number in each(some)})


class Facts(Bits):
    """Facts by the lowest of their three bits: that they are there."""

    width = EACH_LEVEL


def at(n: int, facts: Set) -> Levels:
    """Return facts at a level."""
    return facts * ((1 << n) - 1)


def level_of(levels: Levels, fact: Set) -> int:
    """Return how sure a fact is."""
    return (levels >> fact.bit_length() - 1 & at(EACH_LEVEL, 1)).bit_count()


@dataclass(slots=True, eq=False)
class Rule:
    """Facts from facts."""

    step: str  # that puts it in force; none, if it holds everywhere
    kind: str
    name: str
    keys: Set
    gives: Set
    confirms: Set = 0
    most: int = EACH_LEVEL
    least: int = 1  # level of its keys
    bit: Set = 0

    @property
    def about(self) -> Set:
        """All facts that it makes known or surer."""
        return self.gives | self.confirms


class Rules:
    """The rules of a procedure, and what follows from them."""

    def __init__(self, model: Resolved, facts: Facts) -> None:
        self.model, self.naming, self.facts = model, model.naming, facts
        self.every: list[Rule] = []
        self._reading, self._giving = dict[int, Set](), dict[int, Set]()  # by fact: rules
        steps = model.procedure.step_by_id
        self.of = {name: self._entered(self._by_step(step)) for name, step in steps.items()}
        self.on_paper = {name: self._entered(self._by_paper(step)) for name, step in steps.items()}
        self.everywhere = self._entered(self._computed())
        self.always = union(rule.bit for rule in self.everywhere)
        self.all = union(rule.bit for rule in self.every)

    def _entered(self, rules: Iterable[Rule]) -> list[Rule]:
        found = list(rules)
        for rule in found:
            rule.bit = 1 << len(self.every)
            self.every.append(rule)
            for facts, table in ((rule.keys | rule.confirms, self._reading), (rule.about, self._giving)):
                for fact in each(facts):
                    table[fact] = table.get(fact, 0) | rule.bit
        return found

    def _by_step(self, step: Step) -> Iterator[Rule]:
        """Yield the rules that a step puts in force."""
        of, known = self.facts.of, self.naming.known
        match step:
            case FormStep():
                for one in self.model.questions(step):
                    if one.same and one.condition is None:
                        name = " is ".join(subject.name for subject in one.same)
                        for a, b in (one.same, one.same[::-1]):
                            for element in a.entity.elements:
                                key, made = of([a.fact(element.id)]), of([b.fact(element.id)])
                                yield Rule(step.id, "same", name, key, made, most=1)
            case Lookup() if service := self.model.service(step):
                who, wanted = self.model.subjects(step), step.gets or (*service.gives, *service.confirms)
                keys = {*known(service_fact(who, word) for word in service.needs)}
                gives, confirms = (
                    of(known(service_fact(who, word) for word in words if word in wanted))
                    for words in (service.gives, service.confirms)
                )
                if len(keys) == len(service.needs):
                    most, least = int(level(service.assurance)), int(level(self.model.catalogue.key_level(service)))
                    yield Rule(step.id, "service", step.service, of(keys), gives, confirms, most, max(least, 1))
            case Derive():
                for derived in step.computes:
                    fact, parsed = self.naming.canonical(derived.id), self.naming.expression(derived.expression)
                    if fact and parsed:
                        yield Rule(step.id, "derive", fact, of(condition.facts_read(parsed)), of([fact]))

    def _by_paper(self, step: Step) -> Iterator[Rule]:
        """Yield what a look-up says as far as those it did not find have had it checked on paper."""
        checks = [one for one in walk(step.not_found) if isinstance(one, Check)] if isinstance(step, Lookup) else []
        checked = self.facts.of(name for one in checks for name in self.naming.known(one.verifies))
        for rule in self.of[step.id] if checked else ():
            if rule.about & checked:
                gives, confirms, most = rule.gives & checked, rule.confirms & checked, min(rule.most, 2)
                yield replace(rule, gives=gives, confirms=confirms, most=most)

    def _computed(self) -> Iterator[Rule]:
        """Yield a rule for every computed fact that this procedure names, or that another is computed from."""
        names, made = {*self._named()}, set[str]()
        while names:
            name = names.pop()
            fact = self.naming.fact(name)
            if name in made or fact is None or fact.relation is not None or not fact.element.computed:
                continue
            if parsed := self.naming.expression(fact.element.computed, fact.owner):
                made.add(name)
                names |= (read := condition.facts_read(parsed))
                yield Rule("", "computed", name, self.facts.of(read), self.facts.of([name]))

    def _named(self) -> Iterator[str]:
        for rules in self.of.values():
            for rule in rules:
                yield from self.facts.names(rule.keys | rule.confirms)
        for item in walk(self.model.procedure.steps):
            if isinstance(item, Step):
                yield from self.naming.known(need.fact for _, need in stated(item))
            if isinstance(item, FormStep):
                for one in asked_on(self.model, item):
                    yield from condition_facts(one)
                    yield from one.declares if isinstance(one, Question) else ()
            if isinstance(item, Choose):
                for branch in item.branches:
                    yield from self.facts_in(branch.condition)

    def facts_in(self, text: str | None) -> frozenset[str]:
        """Return the facts that a condition reads."""
        parsed = self.naming.expression(text) if text else None
        read = condition.facts_read(parsed) if parsed else ()
        return frozenset(fact for fact in read if self.naming.fact(fact))

    # --- what follows

    def _some(self, table: Mapping[int, Set], levels: Levels) -> Set:
        return union(table.get(bit - bit % EACH_LEVEL, 0) for bit in each(levels))

    def closed(self, sure: Levels, force: Set, trying: Set) -> Levels:
        """Raise levels by the rules in force until nothing changes: among rules the least solution [3].

        Complexity: linear in what changes, and in the rules that are tried.
        """
        trying &= force
        while trying:
            rule = self.every[(trying & -trying).bit_length() - 1]
            trying &= trying - 1
            for n in range(rule.most):
                least = max(n, rule.least - 1)
                lacking = rule.keys & ~(sure >> least)
                raised = 0 if lacking else rule.gives
                if not lacking & (lacking - 1):  # of its keys all are sure enough, or all but one, which it confirms
                    raised |= rule.confirms & ~rule.gives & sure & (lacking or -1)
                if raised := raised & ~(sure >> n):
                    sure |= raised << n
                    trying |= force & self.reading(raised)
        return sure

    def reading(self, levels: Levels) -> Set:
        """Return the rules that some facts are keys of, or that confirm them."""
        return self._some(self._reading, levels)

    def giving(self, levels: Levels) -> Set:
        """Return the rules that give or confirm some facts."""
        return self._some(self._giving, levels)

    def resting(self, roots: Set) -> Set:
        """Return facts and all that rests on them by any rule of the procedure."""
        found = waiting = roots
        while waiting:
            rules = (self.every[n] for n in each(self.reading(waiting)))
            waiting = union(rule.about for rule in rules if rule.keys & found) & ~found
            found |= waiting
        return found

    def known_from(self, facts: Set, rules: Set) -> Set:
        """Return facts and all that they may be known from by some rules."""
        found = waiting = facts
        while waiting:
            waiting = union(self.every[n].keys for n in each(self.giving(waiting) & rules)) & ~found
            found |= waiting
        return found
