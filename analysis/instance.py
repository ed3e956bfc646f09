"""A procedure compiled for analysis: facts as bits, points with what they do, rules and items; judges nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import networkx as nx

from analysis.lawful import permissions, usable
from processes import condition
from processes.catalogue import Agreement, Catalogue, DataService
from processes.element import Assurance, level
from processes.graph import Point, flow_graph, point
from processes.part import Location
from processes.policy import Policy
from processes.procedure import (
    Approve,
    Check,
    Choose,
    Decide,
    Derive,
    FormStep,
    Identify,
    Issue,
    Lookup,
    Need,
    Notify,
    Procedure,
    Step,
    actor,
)
from processes.resolved import Paper, Question, Resolved, Subject, resolved, service_fact

MOST_RELATIONS = 3  # how far over relations rules are looked for, beyond the facts a procedure names

RuleKind = Literal["service", "computed", "derive", "same"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A way to learn facts from other facts: once the keys are there, the rest is."""

    kind: RuleKind
    name: str  # as people read it: `siak.person-by-nik about mother`
    keys: int
    gives: int
    confirms: int = 0
    level: int = 3  # how sure its answers are, at most
    key_level: int = 1  # the least level of its keys
    coverage: float = 1.0
    consent: int = 0  # a bit that is set where the consent it needs was given
    service: str = ""
    about: tuple[tuple[str, str], ...] = ()  # subject of the service -> canonical subject
    words: tuple[tuple[int, str], ...] = ()  # bit -> the service's own word for the fact
    agreement: Agreement | None = None
    where: Location = Location("", 0, 0)


ItemKind = Literal["question", "paper", "check", "log-in", "letter", "lookup"]


@dataclass(frozen=True, slots=True)
class Item:
    """Something of today's procedure that a redesign keeps or drops."""

    number: int
    kind: ItemKind
    node: int
    step: Step
    facts: int  # what it gives, shows, verifies or carries
    minutes: float = 0.0  # the citizen's, each time
    officer_minutes: float = 0.0
    question: Question | None = None
    paper: Paper | None = None
    bound: str = ""  # why it cannot go, as a word: act, request, ...
    where: Location = Location("", 0, 0)

    @property
    def bit(self) -> int:
        """Its place in a set of items."""
        return 1 << self.number


@dataclass(frozen=True, slots=True)
class Demand:
    """That a point reads a fact."""

    number: int
    node: int
    fact: int  # index
    stated: int  # the level the law states, or 0
    law: bool  # whether it rests on a law
    what: Literal["condition", "judgement", "silent judgement", "output", "record", "need", "act", "field"]
    item: int = -1  # of a condition on an item: the item, without which nobody reads it
    where: Location = Location("", 0, 0)


# What a point does, in order. An operation is a tuple of its kind and its operands.
Operation = tuple[str, int, int]


@dataclass(frozen=True)
class Instance:
    """Everything analysis needs to know of one procedure under one policy."""

    model: Resolved
    policy: Policy
    graph: "nx.DiGraph[int]"
    points: tuple[Point, ...]
    facts: tuple[str, ...]  # canonical names, by index
    rules: tuple[Rule, ...]  # first those of today's steps, then what the catalogue offers
    today: tuple[int, ...]  # the rules that today's steps put in force
    computed: int  # the rules that hold everywhere, as bits
    items: tuple[Item, ...]
    demands: tuple[Demand, ...]
    work: tuple[tuple[Operation, ...], ...]  # by point
    before: tuple[tuple[tuple[int, int], ...], ...]  # by point: (point before it, facts asked anew on that edge)
    conditional: dict[str, int] = field(repr=False)  # condition -> the items that stand under it
    consents: tuple[tuple[int, int], ...] = ()  # (point of a form, consent bit)
    _in_force: dict[int, list[tuple[int, ...]]] = field(default_factory=dict, repr=False)
    request: int = -1  # the point of the first form of a person: it stays

    @property
    def procedure(self) -> Procedure:
        """The procedure."""
        return self.model.procedure

    @cached_property
    def index(self) -> dict[str, int]:
        """The index of each fact."""
        return {name: number for number, name in enumerate(self.facts)}

    def mask(self, names: Iterable[str]) -> int:
        """Return a set of facts as bits; unknown names are left out."""
        return sum(1 << self.index[name] for name in dict.fromkeys(names) if name in self.index)

    def names(self, mask: int) -> tuple[str, ...]:
        """Return the facts of a set of bits, in their fixed order."""
        return tuple(self.facts[number] for number in bits(mask))

    def shown(self, fact: int) -> str:
        """Return a fact as people write it in this procedure."""
        return self.model.naming.shown(self.facts[fact])

    @cached_property
    def documented(self) -> dict[int, int]:
        """By item of a document: the facts a check can rest on."""
        return {item.number: self.mask(item.paper.documented) for item in self.items if item.paper is not None}

    @cached_property
    def papered(self) -> tuple[int, ...]:
        """By point: the facts that some document shows which is asked for on some way to it, or beside it."""
        found = [0] * len(self.points)
        for item in self.items:
            if item.paper is not None:
                sides = dict(self.points[item.node].sides)
                for node, place in enumerate(self.points):
                    beside = any(sides.get(split, side) != side for split, side in place.sides)
                    if beside or self.reachable[item.node] >> node & 1:
                        found[node] |= item.facts
        return tuple(found)

    @cached_property
    def asked_under(self) -> tuple[tuple[int, int, int], ...]:
        """The items under a condition: number, the facts it gives, the facts the condition reads."""
        return tuple(
            (number, self.items[number].facts, reads)
            for work in self.work
            for kind, number, reads in work
            if kind == "fold"
        )

    def in_force(self, rules: int) -> list[tuple[int, ...]]:
        """Return what closing needs to know of some rules, remembered for the next time.

        For each: what it reads, its keys, the least level of its keys, its own level, what it gives, confirms, and
        the consent it needs.
        """
        found = self._in_force.get(rules)
        if found is None:
            chosen = [self.rules[number] for number in bits(rules)]
            found = self._in_force[rules] = [
                (r.keys | r.confirms | r.consent, r.keys, r.key_level, r.level, r.gives, r.confirms, r.consent)
                for r in chosen
            ]
        return found

    @property
    def everything(self) -> int:
        """The set of all items."""
        return (1 << len(self.items)) - 1

    @cached_property
    def offered(self) -> int:
        """The rules the catalogue offers lawfully beyond today's steps, as bits."""
        return ((1 << len(self.rules)) - 1) & ~((1 << len(self.today)) - 1)

    @cached_property
    def reachable(self) -> tuple[int, ...]:
        """By point: the points that can come after it, as bits."""
        later = [0] * len(self.points)
        changed = True
        while changed:
            changed = False
            for node in reversed(range(len(self.points))):
                now = 0
                for successor in self.graph.successors(node):
                    now |= later[successor] | 1 << successor
                if now != later[node]:
                    later[node], changed = now, True
        return tuple(later)


def bits(mask: int) -> Iterator[int]:
    """Yield the positions of the set bits, lowest first.

    >>> list(bits(0b1010))
    [1, 3]
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def compiled(procedure: Procedure, catalogue: Catalogue, policy: Policy) -> Instance:
    """Compile a well-formed procedure against its catalogue and a policy.

    Complexity: linear in steps, fields and papers, and in services times subjects of the fitting kind.
    """
    return _Compiler(resolved(procedure, catalogue), policy).instance()


class _Compiler:
    def __init__(self, model: Resolved, policy: Policy) -> None:
        self.model, self.policy = model, policy
        self.naming = model.naming
        self.catalogue = model.catalogue
        self.graph = flow_graph(model.procedure, self._coverage)
        self.points = tuple(point(self.graph, node) for node in range(len(self.graph)))
        self.index: dict[str, int] = {}
        self.items: list[Item] = []
        self.demands: list[Demand] = []
        self.work: list[list[Operation]] = [[] for _ in self.points]
        self.rules: list[Rule] = []
        self.conditional: dict[str, int] = {}
        self.consents: list[tuple[int, int]] = []
        self.request = next(
            (n for n, p in enumerate(self.points) if isinstance(p.step, FormStep) and self._by_person(p.step)), -1
        )

    # --- small helpers

    def _coverage(self, step: Lookup) -> float:
        service = self.model.service(step)
        return service.coverage if service else 1.0

    def _by_person(self, step: Step) -> bool:
        return step.by is not None and actor(step.by).whom in self.naming.roles

    def fact(self, name: str) -> int:
        return self.index.setdefault(name, len(self.index))

    def mask(self, names: Iterable[str]) -> int:
        found = 0
        for name in names:
            found |= 1 << self.fact(name)
        return found

    # --- the whole

    def instance(self) -> Instance:
        for node, place in enumerate(self.points):
            self._compile(node, place)
        self._silences()
        today = tuple(range(len(self.rules)))
        computed = self._offer()
        return Instance(
            model=self.model,
            policy=self.policy,
            graph=self.graph,
            points=self.points,
            facts=tuple(self.index),
            rules=tuple(self.rules),
            today=today,
            computed=computed,
            items=tuple(self.items),
            demands=tuple(self.demands),
            work=tuple(tuple(operations) for operations in self.work),
            before=tuple(
                tuple(
                    (source, self._anew(self.graph.edges[source, node]["anew"]))
                    for source in self.graph.predecessors(node)
                )
                for node in range(len(self.points))
            ),
            conditional=self.conditional,
            consents=tuple(self.consents),
            request=self.request,
        )

    def _anew(self, facts: tuple[str, ...]) -> int:
        return self.mask(self.naming.known(facts))

    def _compile(self, node: int, place: Point) -> None:
        item = place.item
        if place.kind == "choose" and isinstance(item, Choose):
            for branch in item.branches:
                if branch.condition and (parsed := self.naming.expression(branch.condition)):
                    self._read(
                        node,
                        parsed,
                        "condition",
                        branch.where,
                        law=branch.rests_on is not None and branch.rests_on.law is not None,
                    )
        if place.kind == "way" and isinstance(item, Choose) and (text := item.branches[place.way].condition):
            parsed = self.naming.expression(text)
            if parsed is not None:
                self.work[node].append(("unfold", self._condition_number(condition.to_text(parsed)), 0))
        step = place.step
        if step is None or place.kind not in ("step", "refused"):
            return
        self._demand_all(node, step.needs or (), "judgement" if isinstance(step, Decide | Approve) else "need")
        made = set(self.naming.known(getattr(step, "gives", ())))
        for record in step.records:  # what a step makes itself is read after it, everything else is there before
            self._demand_all(node, self._of(record.takes, made, among=False), "record", register=record.id)
        self._compile_step(node, step)
        for record in step.records:
            self._demand_all(node, self._of(record.takes, made, among=True), "record", register=record.id)

    def _of(self, needs: tuple[Need, ...], facts: set[str], *, among: bool) -> tuple[Need, ...]:
        return tuple(need for need in needs if (self.naming.canonical(need.fact) in facts) == among)

    def _condition_number(self, text: str) -> int:
        self.conditional.setdefault(text, 0)
        return list(self.conditional).index(text)

    def _compile_step(self, node: int, step: Step) -> None:
        match step:
            case FormStep():
                self._form(node, step)
            case Identify():
                self._log_in(node, step)
            case Check():
                for name in self.naming.known(step.verifies):
                    number = self._item(Item(len(self.items), "check", node, step, self.mask([name]), where=step.where))
                    self.work[node].append(("check", number, self.fact(name)))
                self._give(node, step.gives)
            case Lookup():
                self._lookup(node, step)
            case Derive():
                for one in step.computes:
                    if (parsed := self.naming.expression(one.expression)) and (made := self.naming.canonical(one.id)):
                        keys = self.mask(sorted(condition.facts_read(parsed)))
                        self._force(
                            node, Rule("derive", f"{step.id}: {one.id}", keys, self.mask([made]), where=one.where)
                        )
            case Decide() | Approve():
                self._give(node, step.gives)
            case Issue():
                number = -1
                if step.letter:
                    letter = Item(len(self.items), "letter", node, step, self._carried(step), where=step.where)
                    number = self._item(letter)
                coming = set(self.naming.known(step.gives))
                self._demand_all(node, self._of(step.carries, coming, among=False), "output", item=number)
                self._give(node, step.gives)
                self._demand_all(node, self._of(step.carries, coming, among=True), "output", item=number)
            case Notify():
                self._demand_all(node, step.carries, "output")
            case _:
                pass

    def _carried(self, step: Issue) -> int:
        return self.mask(self.naming.known(need.fact for need in step.carries))

    def _item(self, item: Item) -> int:
        self.items.append(item)
        return item.number

    def _give(self, node: int, facts: tuple[str, ...]) -> None:
        if facts:
            self.work[node].append(("give", self.mask(self.naming.known(facts)), 3))

    def _force(self, node: int, rule: Rule, item: int = -1) -> None:
        self.rules.append(rule)
        self.work[node].append(("rule", len(self.rules) - 1, item))

    # --- demands

    def _demand(self, demand: Demand) -> None:
        self.demands.append(demand)
        self.work[demand.node].append(("demand", demand.number, 0))

    def _demand_all(
        self,
        node: int,
        needs: tuple[Need, ...],
        what: Literal["judgement", "need", "output", "record"],
        *,
        item: int = -1,
        register: str = "",
    ) -> None:
        rests = next((r.rests_on for r in self.catalogue.registers if r.id == register), None) if register else None
        step = self.points[node].step
        for need in needs:
            name = self.naming.canonical(need.fact)
            if name is None:
                continue
            ground = need.rests_on or rests or (step.rests_on if step else None)
            stated = int(level(need.at)) if need.at else 0
            law = ground is not None and ground.law is not None
            self._demand(Demand(len(self.demands), node, self.fact(name), stated, law, what, item, need.where))

    def _read(
        self,
        node: int,
        parsed: condition.Expression,
        what: Literal["condition", "field"],
        where: Location,
        *,
        law: bool = False,
        item: int = -1,
    ) -> None:
        tested = _only_tested(parsed)
        for name in sorted(condition.facts_read(parsed)):
            if self.naming.fact(name) is not None:
                number = self.fact(name)
                only_tested = name in tested
                self._demand(Demand(len(self.demands), node, number, -1 if only_tested else 0, law, what, item, where))

    def _silences(self) -> None:
        """Let every silent judgement read all that the forms and checks before it ask; what else is certain there is added by demand."""
        for node, place in enumerate(self.points):
            step = place.step
            if (
                isinstance(step, Decide | Approve)
                and step.needs is None
                and place.kind == "step"
                and step.by is not None
            ):
                self.work[node].insert(0, ("silent", node, 0))

    # --- steps that give

    def _form(self, node: int, step: FormStep) -> None:
        citizen = self._by_person(step)
        declared: list[tuple[int, str, Location]] = []
        for question in self.model.questions(step):
            facts = self.mask([question.fact]) if question.fact else 0
            number = len(self.items)
            if question.condition is not None:
                self._read(node, question.condition, "field", question.where, item=number)
            bound = "act" if question.act else ""
            mine, theirs = (question.minutes, 0.0) if citizen else (0.0, question.minutes)
            self._item(
                Item(number, "question", node, step, facts, mine, theirs, question, bound=bound, where=question.where)
            )
            self._gift("ask", node, number, facts, question.condition, certain=True)
            declared += [(number, fact, question.where) for fact in question.declares]
            if question.consents_to and (about := self._consenting(step, question)):
                self.consents.append((node, self._consent(question.consents_to, about)))
            if question.same:
                self._same(node, question.same, number)
        for paper in self.model.papers(step):
            number = len(self.items)
            if paper.condition is not None:
                self._read(node, paper.condition, "field", paper.where, item=number)
            mine, theirs = (paper.minutes, 0.0) if citizen else (0.0, paper.minutes)
            facts = self.mask(sorted(paper.facts))
            self._item(
                Item(
                    number,
                    "paper",
                    node,
                    step,
                    facts,
                    mine * paper.share,
                    theirs * paper.share,
                    paper=paper,
                    where=paper.where,
                )
            )
            self._gift("paper", node, number, facts, paper.condition, certain=paper.share >= 1)
        for number, fact, where in declared:  # acts come last: whoever signs has filled in the rest
            self._demand(
                Demand(len(self.demands), node, self.fact(fact), 0, law=False, what="act", item=number, where=where)
            )

    def _gift(
        self, kind: str, node: int, number: int, facts: int, under: condition.Expression | None, *, certain: bool
    ) -> None:
        if under is not None:
            text = condition.to_text(under)
            self.conditional[text] = self.conditional.get(text, 0) | 1 << number
            self.work[node].append(("fold", number, self.mask(sorted(condition.facts_read(under)))))
        elif certain:
            self.work[node].append((kind, number, facts))
        else:
            self.work[node].append(("perhaps", number, facts))

    def _consenting(self, step: FormStep, question: Question) -> str:
        if question.about:
            return question.about
        subject = self.naming.subject(actor(step.by or "").whom)
        return subject.name if subject else ""

    def _consent(self, service: str, about: str) -> int:
        return 1 << self.fact(f"consent to {service} by {about}")

    def _same(self, node: int, pair: tuple[Subject, Subject], number: int) -> None:
        one, other = pair
        for element in one.entity.elements:
            here, there = self.fact(one.fact(element.id)), self.fact(other.fact(element.id))
            for a, b in ((here, there), (there, here)):
                self._force(node, Rule("same", f"{one.name} is {other.name}", 1 << a, 1 << b, level=1), number)

    def _log_in(self, node: int, step: Identify) -> None:
        log_in = self.catalogue.log_in.get(step.using)
        subject = self.naming.subject(actor(step.by or "").whom)
        if log_in is None or subject is None:
            return
        facts = self.mask([subject.key, *self.naming.known(f"{subject.name}.{name}" for name in log_in.gives)])
        number = self._item(
            Item(len(self.items), "log-in", node, step, facts, step.minutes or log_in.minutes, where=step.where)
        )
        self.work[node].append(("log in", number, facts))

    def _lookup(self, node: int, step: Lookup) -> None:
        service = self.model.service(step)
        if service is None:
            return
        rule = self._service_rule(step.service, service, self.model.subjects(step), None, None)
        if rule is None:
            return
        wanted = self.mask(self.model.looked_up(step))
        rule = replace(rule, gives=rule.gives & wanted, confirms=rule.confirms & wanted, where=step.where)
        number = self._item(Item(len(self.items), "lookup", node, step, wanted, where=step.where))
        if step.not_found:
            found = next(
                successor
                for successor in self.graph.successors(node)
                if self.points[successor].kind == "way" and self.points[successor].way == 0
            )
            self.rules.append(rule)
            self.work[found].append(("rule", len(self.rules) - 1, number))
        else:
            self._force(node, rule, number)

    # --- rules

    def _offer(self) -> int:
        """Add what the catalogue computes and what its services offer lawfully; return the computed ones as bits.

        Only rules that give something somebody reads, or the key of such a rule, are added: backwards from the demands.
        """
        self._forms_by: dict[str, list[int]] = {}
        for node, place in enumerate(self.points):
            if isinstance(place.step, FormStep) and (subject := self.naming.subject(actor(place.step.by or "").whom)):
                self._forms_by.setdefault(subject.name, []).append(node)
        names = list(self.index)
        silent = any(operation[0] == "silent" for operations in self.work for operation in operations)
        read = {names[demand.fact] for demand in self.demands} | {
            names[n] for rule in self.rules for n in bits(rule.keys)
        }
        relevant = set(names) if silent else read
        offers = self._offers()
        candidates: dict[str, _Candidate] = {}
        before = -1
        while len(relevant) > before:
            before = len(relevant)
            for candidate in self._candidates(relevant, offers, candidates):
                if not relevant.isdisjoint(candidate.answers):
                    candidates[candidate.name] = candidate
                    relevant.update(candidate.needed)
        return self._add_candidates(candidates.values(), relevant)

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

    def _add_candidates(self, candidates: Iterable["_Candidate"], relevant: set[str]) -> int:
        computed = 0
        offered: dict[tuple[str, tuple[tuple[str, str], ...]], int] = {}
        for candidate in candidates:
            if candidate.service is None:
                computed |= 1 << len(self.rules)
                keys, gives = self.mask(candidate.needed), self.mask(candidate.answers)
                self.rules.append(
                    Rule(
                        "computed",
                        candidate.name,
                        keys,
                        gives,
                        where=candidate.rule.where if candidate.rule else Location("", 0, 0),
                    )
                )
                continue
            rule = self._service_rule(*candidate.service, only=relevant)
            if rule is None:
                continue
            have = offered.get((rule.service, rule.about), 0)
            if (rule.gives | rule.confirms) & ~have:  # another agreement for the same facts adds nothing
                offered[rule.service, rule.about] = have | rule.gives | rule.confirms
                self.rules.extend(self._repairable(rule))
        return computed

    def _repairable(self, rule: Rule) -> Iterator[Rule]:
        """Cap what a service that does not find everybody gives at the level that a residual form can bring instead.

        A question brings a fact at declared, a document that carries it at documented, nothing at authoritative.
        """
        if rule.coverage >= 1 or rule.level < Assurance.DOCUMENTED:
            yield rule
            return
        provable = rule.gives & self._provable()
        for facts, most in ((provable, 2), (rule.gives & ~provable, 1)):
            if facts:
                yield replace(rule, gives=facts, confirms=0, level=most)
        if rule.confirms:
            yield replace(rule, gives=0, level=1)  # what nobody confirms is as sure as it was said

    @cached_property
    def _provable_facts(self) -> frozenset[str]:
        subjects = self._subjects(set(self.index))
        return frozenset(
            name
            for kind in self.catalogue.evidence
            if kind.assurance == "documented"
            for subject in subjects
            if subject.entity.id == kind.about
            for name in self.naming.known(f"{subject.name}.{element}" for element in kind.carries)
        )

    def _provable(self) -> int:
        return sum(1 << self.index[name] for name in self._provable_facts if name in self.index)

    def _service_rule(
        self,
        name: str,
        offer: DataService,
        about: dict[str, Subject],
        agreement: Agreement | None,
        facts: frozenset[str] | None,
        only: set[str] | None = None,
    ) -> Rule | None:
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
            bit = 1 << self.fact(canonical)
            words[bit] = fact
            if fact in offer.gives:
                gives |= bit
            else:
                confirms |= bit
        consent = 0
        if agreement is not None and agreement.consent:
            for subject in about.values():
                forms = self._forms_by.get(subject.name, [])
                consent |= self._consent(name, subject.name)
                if not any(bit == self._consent(name, subject.name) for _, bit in self.consents) and forms:
                    self.consents.append((forms[0], self._consent(name, subject.name)))
        shown = " and ".join(
            self.naming.shown(one.name).removesuffix("." + one.entity.key) if one.reached else one.name
            for one in about.values()
        )
        return Rule(
            kind="service",
            name=f"{name} about {shown}",
            keys=self.mask(needed),
            gives=gives,
            confirms=confirms,
            level=int(level(offer.assurance)),
            key_level=int(level(offer.key_level)) if offer.key_level else int(Assurance.DOCUMENTED),
            coverage=offer.coverage,
            consent=consent,
            service=name,
            about=tuple((subject_name, subject.name) for subject_name, subject in about.items()),
            words=tuple(words.items()),
            agreement=agreement,
            where=offer.where,
        )


def _only_tested(expression: condition.Expression) -> frozenset[str]:
    """Return the facts of which an expression only asks whether they are known; not to know them is no fault."""
    tested: set[str] = set()
    read: set[str] = set()
    waiting = [expression]
    while waiting:
        match waiting.pop():
            case condition.Fact(path):
                read.add(path)
            case condition.Operation(operator, (condition.Fact(path),)) if operator.startswith("is "):
                tested.add(path)
            case condition.Operation(_, operands):
                waiting.extend(operands)
            case _:
                pass
    return frozenset(tested - read)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A rule that may be added, if somebody reads what it gives."""

    name: str
    needed: tuple[str, ...]
    answers: tuple[str, ...]
    service: tuple[str, DataService, dict[str, Subject], Agreement, frozenset[str]] | None = None
    rule: Rule | None = None


def _pairings(offer: DataService, subjects: list[Subject]) -> Iterator[dict[str, Subject]]:
    """Yield every way to let different subjects of the procedure stand for those of the service."""
    assert not isinstance(offer.about, str)  # noqa: S101  # callers have asked
    wanted = list(offer.about)

    def choose(number: int, chosen: dict[str, Subject]) -> Iterator[dict[str, Subject]]:
        if number == len(wanted):
            yield dict(chosen)
            return
        for subject in subjects:
            if subject.entity.id == wanted[number].entity and subject not in chosen.values():
                yield from choose(number + 1, {**chosen, wanted[number].id: subject})

    yield from choose(0, {})
