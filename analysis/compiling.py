"""Compiles a procedure, read against its catalogue, into an instance: points, items, demands, rules; judges nothing."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Literal

import networkx as nx

from analysis.branches import all_ways, chooses, expression, ways_beside
from analysis.dues import Dues
from analysis.instance import Demand, FactIndex, Instance, Item, Operation, Rule, Ways, bits
from analysis.offers import Offers
from processes import condition
from processes.catalogue import Catalogue
from processes.element import level
from processes.graph import Point, edges_into, flow_graph, point
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
    Steps,
    actor,
    walk,
)
from processes.resolved import Question, Resolved, Subject, resolved

STARTS_AT_ONCE = ("step", "choose", "split", "back", "refused")  # points before which a look-up can stand


def compiled(
    procedure: Procedure, catalogue: Catalogue, policy: Policy, *, offers: bool = True, like: Resolved | None = None
) -> Instance:
    """Compile a well-formed procedure against its catalogue and a policy.

    Args:
        procedure: A well-formed procedure.
        catalogue: What it refers to.
        policy: The date, and what counts.
        offers: Whether the services of the catalogue are wanted as well, not only what it computes.
        like: A procedure that has much in common with it, read against the same catalogue; it only saves time.

    Complexity: linear in steps, fields and papers, and in services times subjects of the fitting kind.
    """
    return _Compiler(resolved(procedure, catalogue, like), policy).instance(offers=offers)


class _Compiler:
    def __init__(self, model: Resolved, policy: Policy) -> None:
        self.model, self.policy = model, policy
        self.naming = model.naming
        self.catalogue = model.catalogue
        self.graph = flow_graph(model.procedure, self._coverage)
        self.points = tuple(point(self.graph, node) for node in range(len(self.graph)))
        self.facts = FactIndex()
        self.items: list[Item] = []
        self.demands: list[Demand] = []
        self.work: list[list[Operation]] = [[] for _ in self.points]
        self.rules: list[Rule] = []
        self.conditional: dict[str, int] = {}
        self.consents: list[tuple[int, int]] = []
        self.consentless: set[tuple[int, int]] = set()  # forms that ask for a consent today, if only of some
        self.offers = Offers(model, policy, self.facts, self._forms_by())
        self.requests = self._first_forms()
        self.repaired: dict[int, tuple[int, int]] = {}
        self.unfolding: dict[int, list[int]] = {}  # way -> numbers of conditions that hold on it
        self.dues = Dues(self.points, self.graph, self.facts.number)
        self.written: dict[tuple[int, frozenset[int], tuple[tuple[int, int], ...]], str] = {}  # conditions of ways

    # --- small helpers

    def _coverage(self, step: Lookup) -> float:
        service = self.model.service(step)
        return service.coverage if service else 1.0

    def _by_person(self, step: Step) -> bool:
        return step.by is not None and actor(step.by).whom in self.naming.roles

    # --- the whole

    def instance(self, *, offers: bool) -> Instance:
        if (start := self.model.event_start) is not None and start.of_all:
            self.work[0].append(("give", self.facts.mask(start.facts), start.level))
        for node, place in enumerate(self.points):
            self._compile(node, place)
        self._silences()
        for entry, dues in self.dues.taking.items():
            self.work[entry].insert(0, ("take", dues, 0))
        before = tuple(
            tuple([(source, self._anew(edge["anew"])) for source, edge in edges_into(self.graph, node)])
            for node in range(len(self.points))
        )
        today = len(self.rules)
        offered = self.offers.add(self._read_facts(), services=offers)
        return Instance(
            model=self.model,
            policy=self.policy,
            graph=self.graph,
            points=self.points,
            facts=tuple(self.facts.index),
            rules=(*self.rules, *offered.rules, *self.dues.had),
            today=tuple(range(today)),
            computed=offered.computed << today | (1 << len(self.dues.had)) - 1 << today + len(offered.rules),
            items=tuple(self.items),
            demands=tuple(self.demands),
            work=tuple(tuple(operations) for operations in self.work),
            before=before,
            conditional=self.conditional,
            consents=tuple(self.consents),
            consentable=tuple(one for one in offered.consentable if one not in self.consentless),
            requests=self.requests,
            repaired=self.repaired,
            dues=self.dues.by_fact,
        )

    def _read_facts(self) -> set[str]:
        """Return what somebody reads: everything, if a judgement does not say."""
        names = list(self.facts.index)
        if any(operation[0] == "silent" for operations in self.work for operation in operations):
            return set(names)
        keys = {names[number] for rule in self.rules for number in bits(rule.keys)}
        return {names[demand.fact] for demand in self.demands} | keys

    def _first_forms(self) -> frozenset[int]:
        """Return the points of the first form of a person on each way: the request."""
        found, seen, waiting = set(), {0}, [0]
        while waiting:
            node = waiting.pop()
            step = self.points[node].step
            if isinstance(step, FormStep) and self._by_person(step):
                found.add(node)
                continue
            later = [one for one in self.graph.successors(node) if one not in seen]
            seen.update(later)
            waiting += later
        return frozenset(found)

    def _forms_by(self) -> dict[str, list[int]]:
        """Return the points of the forms that each person fills in."""
        found: dict[str, list[int]] = {}
        for node, place in enumerate(self.points):
            if isinstance(place.step, FormStep) and (subject := self.naming.subject(actor(place.step.by or "").whom)):
                found.setdefault(subject.name, []).append(node)
        return found

    def _anew(self, facts: tuple[str, ...]) -> int:
        return self.facts.mask(self.naming.known(facts)) if facts else 0

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
        self.work[node] += [("unfold", number, 0) for number in self.unfolding.get(node, ())]
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
                    number = self._item(
                        Item(len(self.items), "check", node, step, self.facts.mask([name]), where=step.where)
                    )
                    self.work[node].append(("check", number, self.facts.number(name)))
                self._give(node, step.gives)
            case Lookup():
                self._lookup(node, step)
            case Derive():
                for one in step.computes:
                    if (parsed := self.naming.expression(one.expression)) and (made := self.naming.canonical(one.id)):
                        keys = self.facts.mask(sorted(condition.facts_read(parsed)))
                        self._keys(node, keys, 1, -1, one.where)
                        self._force(
                            node, Rule("derive", f"{step.id}: {one.id}", keys, self.facts.mask([made]), where=one.where)
                        )
            case Decide() | Approve():
                self._give(node, step.gives)
            case Issue():
                number = -1
                if step.letter:
                    number = len(self.items)
                    carried, bound = self._carried(step), self._does_more(step)
                    self._item(Item(number, "letter", node, step, carried, bound=bound, where=step.where))
                coming = set(self.naming.known(step.gives))
                self._demand_all(node, self._of(step.carries, coming, among=False), "output", item=number)
                self._give(node, step.gives)
                self._demand_all(node, self._of(step.carries, coming, among=True), "output", item=number)
            case Notify():
                self._demand_all(node, step.carries, "output")
            case _:
                pass

    def _carried(self, step: Issue) -> int:
        return self.facts.mask(self.naming.known(need.fact for need in step.carries))

    def _item(self, item: Item) -> int:
        self.items.append(item)
        return item.number

    def _give(self, node: int, facts: tuple[str, ...]) -> None:
        if facts:
            self.work[node].append(("give", self.facts.mask(self.naming.known(facts)), 3))

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
            self._demand(Demand(len(self.demands), node, self.facts.number(name), stated, law, what, item, need.where))

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
                number = self.facts.number(name)
                only_tested = name in tested or (what == "field" and any(one.facts >> number & 1 for one in self.items))
                self._demand(Demand(len(self.demands), node, number, -1 if only_tested else 0, law, what, item, where))

    def _silences(self) -> None:
        """Let every silent judgement read what is certain there, and what each form, log-in and check before it brings right behind that step."""
        judgements = set[int]()
        for node, place in enumerate(self.points):
            step = place.step
            if (
                isinstance(step, Decide | Approve)
                and step.needs is None
                and place.kind == "step"
                and step.by is not None
            ):
                self.work[node].insert(0, ("silent", node, 0))
                judgements.add(node)
        if not judgements:
            return
        brought: dict[int, int] = {}
        for item in self.items:
            if isinstance(item.step, FormStep | Identify | Check):
                brought[item.node] = brought.get(item.node, 0) | item.facts
        for node, facts in brought.items():
            if any(nx.has_path(self.graph, node, judgement) for judgement in judgements):
                self._demand_behind(node, facts)

    def _demand_behind(self, step: int, facts: int) -> None:
        """Demand facts behind a step: where what follows begins, for look-ups can answer there; at the step's end, if others come there too."""
        (follows,) = self.graph.successors(step)
        alone = self.graph.in_degree(follows) == 1 and self.points[follows].kind in STARTS_AT_ONCE
        node = follows if alone else step
        meeting = self.points[follows].kind == "merge" and not isinstance(self.points[follows].item, Lookup)
        read: list[Operation] = [("between", 0, 0)] if meeting else []  # there look-ups can stand at the end of the way
        for fact in bits(facts):
            where = self.points[step].where
            self.demands.append(
                Demand(len(self.demands), node, fact, -1, law=False, what="behind", where=where, behind=step)
            )
            read.append(("demand", self.demands[-1].number, 0))
        begins = 1 if self.work[node] and self.work[node][0][0] == "silent" else 0
        at = begins if alone else len(self.work[node])
        self.work[node][at:at] = read

    # --- steps that give

    def _form(self, node: int, step: FormStep) -> None:
        citizen = self._by_person(step)
        declared: list[tuple[int, str, Location]] = []
        for question in self.model.questions(step):
            facts = self.facts.mask([question.fact]) if question.fact else 0
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
                asked = node, self.facts.consent(question.consents_to, about)
                self.consentless.add(asked)
                if question.condition is None:
                    self.consents.append(asked)
            if question.same and question.condition is None:  # else it holds on some ways only: nothing is certain
                self._same(node, question.same, number, question.where)
        for paper in self.model.papers(step):
            number = len(self.items)
            if paper.condition is not None:
                self._read(node, paper.condition, "field", paper.where, item=number)
            mine, theirs = (paper.minutes, 0.0) if citizen else (0.0, paper.minutes)
            facts = self.facts.mask(sorted(paper.facts))
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
                Demand(
                    len(self.demands), node, self.facts.number(fact), 0, law=False, what="act", item=number, where=where
                )
            )

    def _gift(
        self, kind: str, node: int, number: int, facts: int, under: condition.Expression | None, *, certain: bool
    ) -> None:
        if under is not None:
            text = condition.to_text(under)
            self.conditional[text] = self.conditional.get(text, 0) | 1 << number
            self.work[node].append(("fold", number, self.facts.mask(sorted(condition.facts_read(under)))))
            for place, ways in enumerate(self._ways(node, text)):
                if not place:
                    self.items[number] = self.items[number]._replace(under=ways)
                if ways.over:
                    for rule in self.dues.asked(ways, facts, list(self.facts.index)):
                        self.rules.append(rule)
                        self.work[node].append(("due", len(self.rules) - 1, number))
                else:
                    self._unfold(ways, number)
        elif certain:
            self.work[node].append((kind, number, facts))
        else:
            self.work[node].append(("perhaps", number, facts))

    def _ways(self, node: int, text: str) -> Iterator[Ways]:
        """Yield the ways of other choices that a condition picks, if it is written as these ways are; first of those still to come."""
        if text not in self.under:
            return
        for whole in sorted(ways_beside(self.points, self.under[text], node), key=lambda ways: ways.over):
            for start in range(len(whole.around) + 1):  # whoever takes them has met the inner conditions as well
                ways = whole if not start else replace(whole, around=whole.around[start:])
                if self._condition_of(ways) == text:
                    yield ways

    @cached_property
    def under(self) -> dict[str, list[int]]:
        """By condition, as it is written: the choices that have ways which are taken under it."""
        found: dict[str, dict[int, None]] = {}
        for ways in all_ways(self.points, chooses(self.points)):
            found.setdefault(self._condition_of(ways), {})[ways.choose] = None
        return {text: list(choices) for text, choices in found.items()}

    def _condition_of(self, ways: Ways) -> str:
        """Return how the condition of some ways is written, found once; nothing, if it cannot be read."""
        key = (ways.choose, ways.taken, ways.around)
        if key not in self.written:
            tree = expression(self.points, self.naming, ways)
            self.written[key] = "" if tree is None else condition.to_text(tree)
        return self.written[key]

    def _unfold(self, ways: Ways, number: int) -> None:
        """Let what is asked under a condition count from where a case takes its ways."""
        name = f"{ways.choose}: {sorted(ways.taken)}"
        self.conditional[name] = self.conditional.get(name, 0) | 1 << number
        for entry in self.graph.successors(ways.choose):
            if self.points[entry].way in ways.taken:
                known = self.unfolding.setdefault(entry, [])
                if self._condition_number(name) not in known:
                    known.append(self._condition_number(name))

    def _consenting(self, step: FormStep, question: Question) -> str:
        """Return who consents by an act: whoever fills in the form, if the act is about nobody else; else nobody."""
        subject = self.naming.subject(actor(step.by or "").whom)
        return subject.name if subject and question.about in ("", subject.name) else ""

    def _same(self, node: int, pair: tuple[Subject, Subject], number: int, where: Location) -> None:
        one, other = pair
        for element in one.entity.elements:
            here, there = self.facts.number(one.fact(element.id)), self.facts.number(other.fact(element.id))
            for a, b in ((here, there), (there, here)):
                self._force(
                    node, Rule("same", f"{one.name} is {other.name}", 1 << a, 1 << b, level=1, where=where), number
                )

    def _log_in(self, node: int, step: Identify) -> None:
        log_in = self.catalogue.log_in.get(step.using)
        subject = self.naming.subject(actor(step.by or "").whom)
        if log_in is None or subject is None:
            return
        facts = self.facts.mask([subject.key, *self.naming.known(f"{subject.name}.{name}" for name in log_in.gives)])
        number = self._item(
            Item(
                len(self.items),
                "log-in",
                node,
                step,
                facts,
                (step.minutes or log_in.minutes) * self.model.expected(subject.name),
                bound=self._does_more(step),
                where=step.where,
            )
        )
        self.work[node].append(("log in", number, facts))

    def _lookup(self, node: int, step: Lookup) -> None:
        service = self.model.service(step)
        if service is None:
            return
        rule = self.offers.service_rule(step.service, service, self.model.subjects(step), None, None)
        if rule is None:
            return
        wanted = self.facts.mask(self.model.looked_up(step))
        rule = rule._replace(gives=rule.gives & wanted, confirms=rule.confirms & wanted, where=step.where)
        bound = self._decides(step.not_found) or self._does_more(step)
        number = self._item(Item(len(self.items), "lookup", node, step, wanted, bound=bound, where=step.where))
        self._keys(node, rule.keys, rule.key_level, number, step.where)
        self._keys(node, rule.confirms & ~rule.keys, 1, number, step.where, "confirmed")
        if step.not_found:
            found = next(
                successor
                for successor in self.graph.successors(node)
                if self.points[successor].kind == "way" and self.points[successor].way == 0
            )
            self.rules.append(rule)
            self.work[found].append(("rule", len(self.rules) - 1, number))
            self._repaired(node, step, rule)
        else:
            self._force(node, rule, number)

    def _repaired(self, node: int, step: Lookup, rule: Rule) -> None:
        """Let what a look-up found go on growing surer with its keys where those not found had it checked on paper.

        Where its two ways meet the rule itself holds no longer; but as far as the papers go, it does for everybody.
        """
        checks = [item for item in walk(step.not_found) if isinstance(item, Check)]
        checked = self.facts.mask(self.naming.known(fact for one in checks for fact in one.verifies))
        some = rule.used_for(checked, checked, 2)
        meeting = [n for n, place in enumerate(self.points) if place.kind == "merge" and place.at == node]
        if meeting and (some.gives | some.confirms):
            self.rules.append(some)
            self.repaired[meeting[0]] = (len(self.rules) - 2, len(self.rules) - 1)

    def _keys(
        self, node: int, keys: int, enough: int, item: int, where: Location, what: Literal["key", "confirmed"] = "key"
    ) -> None:
        """Demand what a step of today asks or computes with: it is not left where it could not be done any more."""
        for fact in bits(keys):
            self._demand(Demand(len(self.demands), node, fact, -1, False, what, item, where, enough))

    def _decides(self, not_found: Steps) -> str:
        """Whether to find nothing leads to more than asking by hand, so that the look-up is a decision of its own."""
        by_hand = FormStep | Check | Lookup | Derive
        if not all(isinstance(item, by_hand) for item in walk(not_found)):
            return "decides"
        return (
            "does more"
            if any(isinstance(item, Check) and (item.gives or item.records) for item in walk(not_found))
            else ""
        )

    def _does_more(self, step: Step) -> str:
        """Whether a step does something besides what its item stands for, that would be lost with it."""
        made = isinstance(step, Issue) and (step.gives or step.changes or step.starts)
        return "does more" if step.records or made else ""


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
