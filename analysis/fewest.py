"""The fewest questions: the least burdensome choice, with proof, or the best found and the gap; builds no procedure.

What a choice costs and what it must bring is put to an answer set solver. An answer set is a least fixpoint, so nothing in it
supports itself. The solver does not see where on its way a case learns something: whether every demand is met at its place is
asked of the analysis of supply, and what it finds wanting is told the solver as a cut, a set of which something must be taken.
"""

import time
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import clingo

from analysis.burden import times
from analysis.chain import chance_of_any
from analysis.instance import Instance, Item, bits
from analysis.removal import Today
from analysis.residual import Residuals
from analysis.scenarios import outcomes
from analysis.suppliers import Supplier, is_free, suppliers
from analysis.weighing import asks_citizen, only_checks, thousandths

CITIZEN, AGENCY, FETCHED = 3, 2, 1  # what is least first
WIDEST = 9  # elements of a cut that are tried in every combination


@dataclass(frozen=True, slots=True)
class Plan:
    """What a redesign keeps of today, as bits of items, and who brings the rest."""

    kept: int
    suppliers: tuple[Supplier, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan that meets every demand, and what it costs by the solver's count: never more than it really does."""

    plan: Plan
    citizen: int  # thousandths of a minute, above what cannot change
    agency: int
    fetched: int


class Cut(NamedTuple):
    """Of these items and suppliers at least one is taken by every plan that meets all demands."""

    reader: int | None  # if it keeps this item, whose condition or key is read
    items: tuple[int, ...]
    suppliers: tuple[Supplier, ...]


class Search:
    """Plans from the least burdensome on."""

    def __init__(self, today: Today, *, seconds: float = 10.0) -> None:
        """Put the question to the solver.

        Args:
            today: The procedure, with its requirements met.
            seconds: How long to look for the best; then the best found so far is given.
        """
        self.today, self.instance = today, today.instance
        self.until = time.monotonic() + seconds
        self.model = _Model(today)
        self.cuts = 0
        self.bound: tuple[int, int, int] | None = None  # no plan costs less
        self.proven = True

    def next(self) -> Offer | None:
        """Return the least burdensome plan that has not been given yet; nothing, if there is none, or none in time."""
        while True:
            left = self.until - time.monotonic()
            answer = self.model.solve(max(0.05, left))
            if answer is None:
                return None
            plan, cost, proven = answer
            self.proven = self.proven and proven
            self.bound = cost if proven else self.bound
            cuts = list(self._cuts(plan))
            if not cuts:
                return Offer(plan, *cost)
            if left <= 0:
                self.proven = False
                return None
            for cut in cuts:
                self.model.require(cut)
            self.cuts += len(cuts)

    def forbid(self, plan: Plan) -> None:
        """Do not give a plan again."""
        self.model.forbid(plan)

    # --- what a plan lacks

    def _cuts(self, plan: Plan) -> Iterable["Cut"]:
        """Yield, for the demands a plan does not meet, items and suppliers of which one must be taken to meet it.

        A cut is what is left out of a largest set, around the plan, with which the demand is still not met: what could not
        matter is added first, all at once where that holds.
        """
        instance = self.instance
        found = outcomes(instance, self.today.needs, 1, _kept(instance, plan.kept, 1), dict.fromkeys(plan.suppliers, 1))
        if found.feasible:
            return
        wanting = [at for at, failing in enumerate(found.failing) if failing]
        if not wanting:
            yield from self._cut(plan, None)
            return
        told: set[int] = set()
        for at in wanting:
            one = self.today.needs.stated[at]
            if one.demand.fact not in told and len(told) < 3:
                told.add(one.demand.fact)
                yield from self._cut(plan, at)

    def _cut(self, plan: Plan, at: int | None) -> Iterable["Cut"]:
        instance, model = self.instance, self.model
        fact = -1 if at is None else self.today.needs.stated[at].demand.fact
        reader = -1 if at is None else self.today.needs.stated[at].demand.item
        elements: list[int | Supplier] = [
            *(one for one in model.suppliers if one not in plan.suppliers and one.fact != fact),
            *(n for n in model.free if not plan.kept >> n & 1 and not instance.items[n].facts >> max(0, fact) & 1),
            *(one for one in model.suppliers if one not in plan.suppliers and one.fact == fact),
            *(n for n in model.free if not plan.kept >> n & 1 and instance.items[n].facts >> max(0, fact) & 1),
        ]
        inside: list[int | Supplier] = []
        outside: list[int | Supplier] = []
        while elements:
            if len(elements) <= WIDEST:
                best = max(
                    self._failing(plan, at, inside, elements, every=True), key=lambda mask: (mask.bit_count(), -mask)
                )
                outside += [one for number, one in enumerate(elements) if not best >> number & 1]
                break
            longest = max(self._failing(plan, at, inside, elements, every=False))
            inside += elements[:longest]
            if longest < len(elements):
                outside.append(elements[longest])
            elements = elements[longest + 1 :]
        yield Cut(
            reader if reader in model.keep else None,
            tuple(one for one in outside if isinstance(one, int)),
            tuple(one for one in outside if not isinstance(one, int)),
        )

    def _failing(
        self,
        plan: Plan,
        at: int | None,
        inside: Sequence[int | Supplier],
        elements: Sequence[int | Supplier],
        *,
        every: bool,
    ) -> list[int]:
        """Return which scenarios do not meet a demand: every subset of some elements, or the first few of them."""
        number = 1 << len(elements) if every else len(elements) + 1
        everywhere = (1 << number) - 1
        kept = _kept(self.instance, plan.kept, everywhere)
        used: dict[Supplier, int] = dict.fromkeys(plan.suppliers, everywhere)
        for one in inside:
            _set(kept, used, one, everywhere)
        for place, one in enumerate(elements):
            _set(kept, used, one, _pattern(place, number) if every else everywhere & ~((2 << place) - 1))
        found = outcomes(self.instance, self.today.needs, number, kept, used)
        return list(bits(found.silently if at is None else found.failing[at]))


def _kept(instance: Instance, kept: int, mask: int) -> list[int]:
    return [mask if kept >> number & 1 else 0 for number in range(len(instance.items))]


def _set(kept: list[int], used: dict[Supplier, int], one: int | Supplier, mask: int) -> None:
    if isinstance(one, int):
        kept[one] = mask
    else:
        used[one] = mask


def _pattern(place: int, number: int) -> int:
    """Return the subsets, numbered by their bits, that hold the element at a place.

    >>> bin(_pattern(1, 8))
    '0b11001100'
    """
    half = 1 << place
    return ((1 << number) - 1) // ((1 << half) + 1) << half


Answer = tuple[Plan, tuple[int, int, int], bool]


class _Model:
    """The choices, what they bring and what they cost, as a program for the solver."""

    def __init__(self, today: Today) -> None:
        self.today, self.instance = today, today.instance
        self.times = times(today.instance)
        self.residuals = Residuals(today.instance)
        self.suppliers = suppliers(today)
        self.control = clingo.Control(["--opt-strategy=usc,stratify", "--warn=none"])
        self.keep: dict[int, int] = {}  # item -> atom
        self.use: dict[Supplier, int] = {}
        self.free = [item.number for item in self.instance.items if item.number not in today.bound]
        self.least = self._least_chance()
        self.said_by: dict[tuple[int, int], int] = {}
        self.weights: dict[int, list[tuple[int, int]]] = {CITIZEN: [], AGENCY: [], FETCHED: []}
        with self.control.backend() as backend:
            self.backend = backend
            self.true: int = backend.add_atom()
            backend.add_rule([self.true])
            self._choices()
            self._facts()
            self._demands()
            self._costs()
            for priority, weights in self.weights.items():
                backend.add_minimize(priority, weights)
        self.chosen = (*self.keep.values(), *self.use.values())

    # --- asking

    def solve(self, seconds: float) -> Answer | None:
        """Return the best answer, what it costs, and whether that is proven; nothing, if there is none."""
        true: set[int] | None = None
        cost: Sequence[int] = ()
        with self.control.solve(yield_=True, async_=True) as handle:
            while True:
                handle.resume()
                if not handle.wait(seconds):
                    handle.cancel()
                    break
                model = handle.model()
                if model is None:
                    break
                true = {atom for atom in self.chosen if model.is_true(atom)}
                cost = model.cost
            proven = bool(handle.get().exhausted)
        if true is None:
            return None
        kept = sum(1 << number for number in self.today.bound)
        kept += sum(1 << number for number, atom in self.keep.items() if atom in true)
        return Plan(kept, tuple(one for one, atom in self.use.items() if atom in true)), self._cost(cost), proven

    def _cost(self, cost: Sequence[int]) -> tuple[int, int, int]:
        found = iter(cost)
        citizen, agency, fetched = (next(found, 0) if self.weights[p] else 0 for p in (CITIZEN, AGENCY, FETCHED))
        return citizen, agency, fetched

    def require(self, cut: Cut) -> None:
        """Forbid whatever takes none of a cut."""
        with self.control.backend() as backend:
            none = [*(-self.keep[n] for n in cut.items), *(-self.use[one] for one in cut.suppliers)]
            backend.add_rule([], none if cut.reader is None else [self.keep[cut.reader], *none])

    def forbid(self, plan: Plan) -> None:
        """Forbid just this plan."""
        with self.control.backend() as backend:
            backend.add_rule(
                [],
                [
                    *(atom if plan.kept >> number & 1 else -atom for number, atom in self.keep.items()),
                    *(atom if one in plan.suppliers else -atom for one, atom in self.use.items()),
                ],
            )

    # --- what can be chosen

    def _choices(self) -> None:
        add = self.backend
        self.keep = {number: add.add_atom() for number in self.free}
        self.use = {one: add.add_atom() for one in self.suppliers}
        add.add_rule([*self.keep.values(), *self.use.values()], [], True)
        by_fact: dict[tuple[int, bool], list[int]] = {}
        for one, atom in self.use.items():
            by_fact.setdefault((one.fact, one.confirms), []).append(atom)
        for atoms in by_fact.values():  # one supplier, and one confirming service, a fact
            if len(atoms) > 1:
                two = add.add_atom()
                add.add_weight_rule([two], 2, [(atom, 1) for atom in atoms])
                add.add_rule([], [two])
        for letter, papers in self.today.letters.items():
            for paper in bits(papers):
                add.add_rule([], [self.kept(paper), -self.kept(letter)])
        for asked in self.today.asked_beside:
            numbers = list(bits(asked))
            for first, second in zip(numbers, [*numbers[1:], numbers[0]], strict=True):
                add.add_rule([], [self.kept(first), -self.kept(second)])

    def kept(self, number: int) -> int:
        """Return the atom that an item is kept."""
        return self.keep.get(number, self.true)

    # --- what it brings

    def _facts(self) -> None:
        instance, add = self.instance, self.backend
        size = len(instance.facts)
        self.have = [[add.add_atom() for _ in range(size)] for _ in range(3)]  # by level less one, by fact
        self.own = [add.add_atom() for _ in range(size)]  # said or shown
        self.come = [add.add_atom() for _ in range(size)]  # by a rule, or found by an agency
        for fact in range(size):
            one, two, three = (self.have[level][fact] for level in range(3))
            add.add_rule([one], [two])
            add.add_rule([two], [three])
            add.add_rule([one], [self.own[fact]])
            add.add_rule([one], [self.come[fact]])
        for _, consent in instance.consents:
            add.add_rule([self.own[consent.bit_length() - 1]])
        for node, work in enumerate(instance.work):
            for kind, number, operand in work:
                if kind in ("ask", "paper", "fold"):
                    for fact in bits(instance.items[number].facts):
                        add.add_rule([self.own[fact]], [self.kept(number)])
                elif kind == "check":
                    self._check(node, number, operand)
                elif kind == "give" or kind == "log in":
                    body = [] if kind == "give" else [self.kept(number)]
                    for fact in bits(number if kind == "give" else operand):
                        add.add_rule([self.have[2][fact]], body)
                        add.add_rule([self.come[fact]], body)
                elif kind == "rule":
                    self._rule(number, [] if operand < 0 else [self.kept(operand)])
        for number in bits(instance.computed):
            self._rule(number, [])
        for one, atom in self.use.items():
            self._supply(one, atom)

    def _check(self, node: int, number: int, fact: int) -> None:
        instance, add = self.instance, self.backend
        body = [self.kept(number), self.own[fact]]
        if not instance.papered[node] >> fact & 1:
            add.add_rule([self.have[1][fact]], body)
            return
        for paper in bits(instance.papers_proving[fact]):
            if instance.reachable[instance.items[paper].node] >> node & 1:
                add.add_rule([self.have[1][fact]], [*body, self.kept(paper)])

    def _rule(self, number: int, body: list[int]) -> None:
        rule = self.instance.rules[number]
        for fact in bits(rule.gives):
            self._brings(number, fact, rule.level, body, confirms=False)
        for fact in bits(rule.confirms):
            self._brings(number, fact, rule.level, body, confirms=True)

    def _supply(self, one: Supplier, atom: int) -> None:
        self._brings(one.rule, one.fact, one.level, [atom], confirms=one.confirms)

    def _brings(self, number: int, fact: int, most: int, body: list[int], *, confirms: bool) -> None:
        rule, add = self.instance.rules[number], self.backend
        keys = [key for key in bits(rule.keys) if not (confirms and key == fact)]
        body = [*body, *(self.own[consent] for consent in bits(rule.consent))]
        for level in range(2 if confirms else 1, most + 1):
            at = max(level, rule.key_level)
            needed = [self.have[at - 1][key] for key in keys]
            said = [self.have[0][fact]] if confirms else []
            add.add_rule([self.have[level - 1][fact]], [*body, *needed, *said])
            if not confirms and level == 1:
                add.add_rule([self.come[fact]], [*body, *needed])

    # --- what is demanded

    def _demands(self) -> None:
        add = self.backend
        for one in self.today.needs.stated:
            if one.level <= 0:
                continue
            fact = one.demand.fact
            if_kept = [self.kept(one.demand.item)] if one.demand.item >= 0 else []
            add.add_rule([], [*if_kept, -self.have[one.level - 1][fact]])
            there = add.add_atom()  # and at its place: a question that comes later is too late
            add.add_rule([there], [self.come[fact]])
            for item in self._before(fact, one.demand.node):
                add.add_rule([there], [self.kept(item.number)])
            add.add_rule([], [*if_kept, -there])
        for _, then in self.today.needs.silent:
            for level, facts in enumerate(then[3:6]):
                for fact in bits(facts):
                    add.add_rule([], [-self.have[level][fact]])

    def _before(self, fact: int, node: int) -> list[Item]:
        return [
            item
            for item in self.instance.items
            if item.facts >> fact & 1
            and item.kind in ("question", "paper", "log-in")
            and (item.node == node or self.instance.reachable[item.node] >> node & 1)
        ]

    # --- what it costs

    def _costs(self) -> None:
        instance, policy = self.instance, self.instance.policy
        staying = instance.requests | {instance.items[number].node for number in self.today.bound}
        contacts: dict[int, list[int]] = {}
        checks: dict[int, list[int]] = {}
        for number, atom in self.keep.items():
            item = instance.items[number]
            often = self.times.item[number]
            self._weigh(CITIZEN, atom, item.minutes * often)
            self._weigh(AGENCY, atom, item.officer_minutes * often)
            if item.kind in ("question", "paper") and asks_citizen(instance, item.node) and item.node not in staying:
                contacts.setdefault(item.node, []).append(atom)
            elif item.kind == "check" and only_checks(item) and item.node not in staying:
                checks.setdefault(item.node, []).append(atom)
            elif item.kind == "lookup":
                self.weights[FETCHED].append((atom, item.facts.bit_count()))
                if policy.shows:
                    self._weigh(CITIZEN, atom, policy.look_over_minutes * item.facts.bit_count() * often)
        for node, atoms in contacts.items():
            self._weigh(CITIZEN, self._any(atoms), policy.contact_minutes * self.times.visits[node])
        for node, atoms in checks.items():
            step = instance.points[node].step
            assert step is not None  # noqa: S101  # checks are steps
            self._weigh(AGENCY, self._any(atoms), step.minutes * self.times.visits[node])
        self._reading()
        calls: dict[tuple[object, ...], list[tuple[Supplier, int]]] = {}
        for one, atom in self.use.items():
            rule = instance.rules[one.rule]
            self.weights[FETCHED].append((atom, 1))
            if policy.shows or not is_free(rule):
                calls.setdefault((rule.service, rule.about), []).append((one, atom))
        for used in calls.values():
            self._call(used)

    def _weigh(self, priority: int, atom: int, minutes: float, before: float = 0.0) -> None:
        """Let an atom cost minutes, less those that another costs already."""
        weight = thousandths(minutes) - thousandths(before)
        if weight > 0:
            self.weights[priority].append((atom, weight))

    def _any(self, atoms: Iterable[int]) -> int:
        found = int(self.backend.add_atom())
        for atom in atoms:
            self.backend.add_rule([found], [atom])
        return found

    def _reading(self) -> None:
        """Tell how often a fact is read that nobody says: where it is demanded, and where what it is a key of is read.

        So often at least is called who brings it. How often is a number of steps, each a chance to come to some place.
        """
        instance, add, needs = self.instance, self.backend, self.today.needs
        read_at: dict[int, set[int]] = {}
        for need in needs.stated:
            if need.level > 0 and need.demand.item < 0:
                read_at.setdefault(need.demand.fact, set()).add(need.demand.node)
        somewhere = {(fact, frozenset([node])) for fact, nodes in read_at.items() for node in nodes}
        somewhere |= {(fact, frozenset(nodes)) for fact, nodes in read_at.items() if len(nodes) > 1}
        for node, then in needs.silent:
            somewhere |= {(fact, frozenset([node])) for fact in bits(then.all1)}
        chances = {nodes: self._chance(nodes) for _, nodes in somewhere}
        self.steps = sorted({self.least, *chances.values()} - {0.0})
        self.read = [[add.add_atom() for _ in instance.facts] for _ in self.steps]
        for fact, nodes in sorted(somewhere, key=lambda one: (one[0], sorted(one[1]))):
            said = {item.number for node in nodes for item in self._before(fact, node)}
            body = [-self.kept(number) for number in sorted(said)]
            highest = bisect_right(self.steps, chances[nodes]) - 1
            if highest >= 0:
                add.add_rule([self.read[highest][fact]], body)
        for step in range(1, len(self.steps)):
            for fact in range(len(instance.facts)):
                add.add_rule([self.read[step - 1][fact]], [self.read[step][fact]])
        nodes_of = [[node for fact, some in somewhere for node in some if chances[some] >= step] for step in self.steps]
        for one, atom in self.use.items():
            if not one.confirms:
                for key in bits(instance.rules[one.rule].keys):
                    for step, behind in enumerate(nodes_of):
                        add.add_rule(
                            [self.read[step][key]], [atom, self.read[step][one.fact], -self.said(key, step, behind)]
                        )

    def said(self, fact: int, step: int, nodes: Iterable[int]) -> int:
        """Return the atom that a fact is said on the way to some place that is come to as often as a step says."""
        if (fact, step) not in self.said_by:
            there = 0
            for node in nodes:
                there |= 1 << node
            items = [
                self.kept(item.number)
                for item in self.instance.items
                if item.facts >> fact & 1
                and item.kind in ("question", "paper", "log-in")
                and (self.instance.reachable[item.node] | 1 << item.node) & there
            ]
            self.said_by[fact, step] = self._any(items)
        return self.said_by[fact, step]

    def _chance(self, nodes: frozenset[int]) -> float:
        if len(nodes) == 1:
            return self.times.reach[next(iter(nodes))]
        return chance_of_any(self.instance, nodes)

    def _call(self, used: list[tuple[Supplier, int]]) -> None:
        """Tell what a look-up costs: its residual form, as often as it finds nothing, and its consents."""
        rule = self.instance.rules[used[0][0].rule]
        add, residuals, missed = self.backend, self.residuals, 1 - rule.coverage
        called = self._any(atom for _, atom in used)
        for consent in bits(rule.consent):
            self._weigh(CITIZEN, called, residuals.consent(consent))
        if not missed and not self.instance.policy.shows:
            return
        often = [called]
        for step in range(1, len(self.steps)):
            often.append(int(add.add_atom()))
            for one, atom in used:
                add.add_rule([often[step]], [atom, self.read[step][one.fact]])
        if self.instance.policy.shows:
            for _, atom in used:
                seen = [self._both(atom, step) for step in often]
                self._each_step(CITIZEN, seen, self.instance.policy.look_over_minutes)
        if not missed:
            return
        self._each_step(CITIZEN, often, missed * residuals.contact)
        showing = {name for one, _ in used if one.level > 1 for name in residuals.papers(one.fact)}
        brought = {name: int(add.add_atom()) for name in sorted(showing)}
        if brought:
            add.add_rule(list(brought.values()), [called], True)
            for name, atom in brought.items():
                self._each_step(CITIZEN, [self._both(atom, step) for step in often], missed * residuals.minutes(name))
            proving = {one.fact: atom for one, atom in used if one.level > 1}
            check = self._any(proving.values())
            least = min(residuals.checking([fact]) for fact in proving)
            self._each_step(AGENCY, [self._both(check, step) for step in often], missed * least)
        for one, atom in used:
            papers = [brought[name] for name in residuals.papers(one.fact) if name in brought]
            if one.level > 1:
                add.add_rule([], [atom, *(-paper for paper in papers)])
                continue
            asked = atom
            if papers:
                asked = int(add.add_atom())
                add.add_rule([asked], [atom, *(-paper for paper in papers)])
            self._each_step(CITIZEN, [self._both(asked, step) for step in often], missed * residuals.question(one.fact))

    def _both(self, one: int, other: int) -> int:
        found = int(self.backend.add_atom())
        self.backend.add_rule([found], [one, other])
        return found

    def _each_step(self, priority: int, atoms: list[int], minutes: float) -> None:
        before = 0.0
        for atom, chance in zip(atoms, self.steps, strict=True):
            self._weigh(priority, atom, minutes * chance, minutes * before)
            before = chance

    def _least_chance(self) -> float:
        """Return the least chance to come to a place that demands something: so often at least is called whoever is used."""
        nodes = [one.demand.node for one in self.today.needs.stated if one.level > 0]
        return min(
            (self.times.reach[node] for node in (*nodes, *(node for node, _ in self.today.needs.silent))), default=0.0
        )
