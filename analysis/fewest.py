"""The fewest questions: the least burdensome choice, with proof, or the best found and the gap; builds no procedure.

What a choice costs and what it must bring is put to an answer set solver. An answer set is a least fixpoint, so nothing in it
supports itself. The solver does not see where on its way a case learns something: whether every demand is met at its place is
asked of the analysis of supply, and what it finds wanting is told the solver as a cut, a set of which something must be taken.
"""

import time
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import prod
from typing import NamedTuple

import clingo

from analysis.branches import union_share
from analysis.burden import times
from analysis.chain import chance_of_any
from analysis.instance import Instance, Item, Rule, Ways, bits
from analysis.letters import letters_behind
from analysis.placing import Call
from analysis.presolving import Presolved, presolved
from analysis.removal import Today
from analysis.residual import Residuals
from analysis.scenarios import Supplier, outcomes
from analysis.suppliers import is_free, suppliers
from analysis.supply import supply
from analysis.weighing import asks_citizen, only_checks, step_minutes, thousandths

CITIZEN, AGENCY, FETCHED = 3, 2, 1  # what is least first
A_FACT = 10_000  # weighs a fact fetched against a thing kept, of which of two alike plans has fewer
# Lower bounds from unsatisfiable cores, the heaviest weights first: some 20 times as quick here as branch and bound.
SOLVER = [
    "--opt-strategy=usc,stratify",
    "--configuration=handy",
    "--heuristic=Vmtf",
    "--opt-heuristic=model",
    "--warn=none",
]
MOST_CONDITIONS = 4  # under which one form asks, of which every set is weighed; else pairs
TINY = 1e-9
MOST_TOGETHER = 3  # groups of places that read what one look-up brings, of which every set is weighed
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
        self.model = _Model(today, presolved(today, suppliers(today)))
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

    def learn(self, plan: Plan, looked_up: Sequence[Call], called: Sequence[float]) -> bool:
        """Take note of how often a plan's look-ups are asked; return whether that is more often than was counted."""
        return self.model.learn(plan, looked_up, called)

    def leave_out(self, plan: Plan, facts: frozenset[int]) -> None:
        """Give no plan again with those who bring some facts in this one; this plan itself in any case."""
        self.model.leave_out([one for one in plan.suppliers if one.fact in facts])
        self.model.forbid(plan)

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
            *(n for n in model.free if not plan.kept >> n & 1 and not instance.item(n).facts >> max(0, fact) & 1),
            *(one for one in model.suppliers if one not in plan.suppliers and one.fact == fact),
            *(n for n in model.free if not plan.kept >> n & 1 and instance.item(n).facts >> max(0, fact) & 1),
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
    return [mask if kept >> number & 1 else 0 for number in range(len(instance.items) + len(instance.options))]


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
Bringing = tuple[
    int, int, bool, int
]  # a rule, how sure it makes at most, whether it confirms, and the atom that it is used


class _Model:
    """The choices, what they bring and what they cost, as a program for the solver."""

    def __init__(self, today: Today, settled: Presolved) -> None:
        self.today, self.instance = today, today.instance
        self.times = times(today.instance)
        self.absent, self.forced = settled.needless, settled.forced
        self.residuals = Residuals(today.instance)
        self.suppliers = settled.suppliers
        self.control = clingo.Control(SOLVER)
        self.keep: dict[int, int] = {}  # item -> atom
        self.use: dict[Supplier, int] = {}
        self.gone: set[int] = set()  # items that nobody needs
        self.of_use: set[int] = set()  # the atoms of suppliers that bring something somebody needs
        self.have: dict[tuple[_Known, int, int], int] = {}  # (where, fact, level) -> atom
        items = (*self.instance.items, *self.instance.options)
        settled_items = {*today.bound, *self.absent, *self.forced}
        self.free = [item.number for item in items if item.number not in settled_items]
        self.least = self._least_chance()
        self.calls: dict[tuple[object, ...], tuple[dict[int, int], list[tuple[int, float]]]] = {}
        self.told: list[int] = []  # the atoms that answers tell of
        self.held: set[int] = set()  # of the atoms how often look-ups are asked, those of the last answer
        self.weights: dict[int, list[tuple[int, int]]] = {CITIZEN: [], AGENCY: [], FETCHED: []}
        with self.control.backend() as backend:
            self.backend = backend
            self.true: int = backend.add_atom()
            backend.add_rule([self.true])
            self._choices()
            self.computing = self._computing()
            self.bringing = [[*more] for more in self.computing]
            for one, atom in self.use.items():
                self.bringing[one.fact].append((one.rule, one.level, one.confirms, atom))
            self._demands()
            self._leave_out()
            self._costs()
            for priority, weights in self.weights.items():
                if weights:
                    backend.add_minimize(priority, weights)

    # --- asking

    def solve(self, seconds: float) -> Answer | None:
        """Return the best answer, what it costs, and whether that is proven; nothing, if there is none."""
        with self.control.solve(yield_=False, async_=True) as handle:
            if not handle.wait(seconds):
                handle.cancel()
            proven = bool(handle.get().exhausted) or not any(self.weights.values())
            last = handle.last()
            if last is None:
                return None
            true, cost = {atom for atom in self.told if last.is_true(atom)}, last.cost
        self.held = true
        kept = sum(1 << number for number in self.today.bound.keys() | self.forced)
        kept += sum(1 << number for number, atom in self.keep.items() if atom in true)
        return Plan(kept, tuple(one for one, atom in self.use.items() if atom in true)), self._cost(cost), proven

    def _cost(self, cost: Sequence[int]) -> tuple[int, int, int]:
        found = iter(cost)
        citizen, agency, fetched = (next(found, 0) if self.weights[p] else 0 for p in (CITIZEN, AGENCY, FETCHED))
        return citizen, agency, fetched // A_FACT

    def require(self, cut: Cut) -> None:
        """Forbid whatever takes none of a cut."""
        with self.control.backend() as backend:
            none = [*(-self.keep[n] for n in cut.items), *(-self.use[one] for one in cut.suppliers if one in self.use)]
            backend.add_rule([], none if cut.reader is None else [self.keep[cut.reader], *none])

    def leave_out(self, some: Iterable[Supplier]) -> None:
        """Forbid some suppliers."""
        with self.control.backend() as backend:
            for one in some:
                backend.add_rule([], [self.use[one]])

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
        self.keep = {number: self._told() for number in self.free}
        self.use = {one: self._told() for one in self.suppliers}
        add.add_rule([*self.keep.values(), *self.use.values()], [], True)
        by_fact: dict[tuple[int, bool], list[int]] = {}
        for one, atom in self.use.items():
            by_fact.setdefault((one.fact, one.confirms), []).append(atom)
        for atoms in by_fact.values():  # one supplier, and one confirming service, a fact
            if len(atoms) > 1:
                two = add.add_atom()
                add.add_weight_rule([two], 2, [(atom, 1) for atom in atoms])
                add.add_rule([], [two])
        instead: dict[int, list[int]] = {}
        for option in self.instance.options:
            if option.instead_of >= 0 and option.number not in self.absent:
                instead.setdefault(option.instead_of, []).append(self.keep[option.number])
        for number, atoms in instead.items():  # asked of all, or under one condition
            two = add.add_atom()
            add.add_weight_rule([two], 2, [(atom, 1) for atom in (*atoms, self.kept(number)) if atom])
            add.add_rule([], [two])
        for letter, papers in self.today.letters.items():
            for paper in bits(papers):
                if paper not in self.absent:
                    add.add_rule([], [self.kept(paper), -self.kept(letter)])
        for asked in self.today.asked_beside:
            numbers = [number for number in bits(asked) if number not in self.absent]
            for first, second in zip(numbers, [*numbers[1:], *numbers[:1]], strict=True):
                add.add_rule([], [self.kept(first), -self.kept(second)])

    def _told(self) -> int:
        """Return a new atom that answers tell of."""
        self.told.append(int(self.backend.add_atom()))
        return self.told[-1]

    def kept(self, number: int) -> int:
        """Return the atom that an item is kept; 0 of one that is needless."""
        return 0 if number in self.absent else self.keep.get(number, self.true)

    # --- what it brings, and what is demanded

    def _demands(self) -> None:
        """Let every demand be met by what is known at its place, and by what suppliers bring from there."""
        flow = self.flow = _Flow(self)
        for need in self.today.needs.stated:
            state = flow.read.get(need.demand.number)
            if need.level > 0 and state is not None and need.demand.item not in self.absent:
                reader = need.demand.item
                if_kept = [self.kept(reader)] if reader >= 0 else []
                there = self._have(state, need.demand.fact, need.level)
                self.backend.add_rule([], [*if_kept, -there] if there else if_kept)
        for number, (state, facts) in flow.folded.items():
            if (
                number >= len(self.instance.items) and number not in self.absent
            ):  # a condition of ours needs what it reads
                for fact in bits(facts):
                    there = self._have(state, fact, self._folded_at(number, fact))
                    self.backend.add_rule([], [self.kept(number), -there] if there else [self.kept(number)])
        for node, then in self.today.needs.silent:
            state = flow.before[node]
            if state is None:
                continue
            for level, facts in enumerate(then[3:6]):
                for fact in bits(facts):
                    there = self._have(state, fact, level + 1)
                    self.backend.add_rule([], [-there] if there else [])

    def _leave_out(self) -> None:
        """Leave out what brings nothing that anybody needs, directly or as a key."""
        needed = _union(1 << fact for _, fact, _ in self.have)
        for one, atom in list(self.use.items()):
            if atom not in self.of_use:
                self.backend.add_rule([], [atom])
                del self.use[one]
        for number, atom in list(self.keep.items()):
            item = self.instance.item(number)
            if item.kind in ("question", "paper", "log-in", "check") and not item.facts & needed:
                self.backend.add_rule([], [atom])
                self.gone.add(number)

    def _folded_at(self, number: int, fact: int) -> int:
        """Return the level at which a condition needs a fact."""
        two, three = self.instance.fold_levels.get(number, (0, 0))
        return 3 if three >> fact & 1 else 2 if two >> fact & 1 else 1

    def _have(self, state: "_Known", fact: int, level: int) -> int:
        """Return the atom that a fact is there at a level where a state holds, or 0 if it never is."""
        found = self.have.get((state, fact, level))
        if found is not None:
            return found
        waiting = [(state, fact, level)] if self._name(state, fact, level) else []
        while waiting:
            waiting += self._sources(*waiting.pop())
        return self.have[state, fact, level]

    def _name(self, state: "_Known", fact: int, level: int) -> bool:
        """Give an atom to a fact at a level; return whether it is new, so that its sources are wanted."""
        if (state, fact, level) in self.have:
            return False
        if not state.most[level - 1] >> fact & 1:
            self.have[state, fact, level] = 0
            return False
        if any(own[fact] == self.true for own in state.own[level - 1 :]):
            self.have[state, fact, level] = self.true
            return False
        self.have[state, fact, level] = int(self.backend.add_atom())
        return True

    def _sources(self, state: "_Known", fact: int, level: int) -> list[tuple["_Known", int, int]]:
        """Say how a fact comes to be there at a level; return what that rests on and is new."""
        add, head, new = self.backend, self.have[state, fact, level], list[tuple[_Known, int, int]]()
        if state.met:  # it is certain if it is on every way, unless a look-up would have to stand on each
            ways = [one.without_look_ups() for one in state.met]
            new += [(one, fact, level) for one in ways if self._name(one, fact, level)]
            body = [self.have[one, fact, level] for one in ways]
            if all(body):
                add.add_rule([head], body)
        for one in state.beside:
            if self._name(one, fact, level):
                new.append((one, fact, level))
            if there := self.have[one, fact, level]:
                add.add_rule([head], [there])
        for own in state.own[level - 1 :]:
            if own[fact]:
                add.add_rule([head], [own[fact]])
        brought = self.computing[fact] if state.bare else self.bringing[fact]
        for number, most, confirms, atom in (*brought, *state.bringing(fact)):
            if most < level or (confirms and level < 2):
                continue
            rule = self.instance.rules[number]
            at = max(level, rule.key_level)
            needed = [(key, at) for key in bits(rule.keys) if not (confirms and key == fact)]
            if confirms:
                needed.append((fact, 1))
            needed += [(consent, 1) for consent in bits(rule.consent)]
            new += [(state, key, least) for key, least in needed if self._name(state, key, least)]
            body = [self.have[state, key, least] for key, least in needed]
            if all(body):
                add.add_rule([head], [atom, *body])
                self.of_use.add(atom)
        return new

    def _computing(self) -> list[list[Bringing]]:
        """Return, by fact, what the catalogue computes."""
        found: list[list[Bringing]] = [[] for _ in self.instance.facts]
        for number in bits(self.instance.computed):
            for fact in bits(self.instance.rules[number].gives):
                found[fact].append((number, self.instance.rules[number].level, False, self.true))
        return found

    # --- what it costs

    def _costs(self) -> None:
        instance, policy = self.instance, self.instance.policy
        staying = instance.requests | {instance.items[number].node for number in self.today.bound}
        contacts: dict[int, list[Item]] = {}
        checks: dict[int, list[int]] = {}
        for number, atom in (*((number, self.true) for number in sorted(self.forced)), *self.keep.items()):
            if number in self.gone:
                continue
            item = instance.item(number)
            often = self.times.item[number]
            if item.kind != "lookup":  # rather than the same look-up anew
                self.weights[FETCHED].append((atom, 1))
            self._weigh(CITIZEN, atom, item.minutes * often)
            self._weigh(AGENCY, atom, item.officer_minutes * often)
            if item.kind in ("question", "paper") and asks_citizen(instance, item.node) and item.node not in staying:
                contacts.setdefault(item.node, []).append(item)
            elif item.kind == "check" and only_checks(item) and item.node not in staying:
                checks.setdefault(item.node, []).append(atom)
            elif item.kind == "letter":
                self._step(item.node, atom)
            elif item.kind == "lookup":
                self._step(item.node, atom)
                self.weights[FETCHED].append((atom, A_FACT * item.facts.bit_count()))
                if policy.shows:
                    self._weigh(CITIZEN, atom, policy.look_over_minutes * item.facts.bit_count() * often)
        for node, asked in contacts.items():
            self._contact(asked, policy.contact_minutes * self.times.visits[node])
        for node, atoms in checks.items():
            self._step(node, self._any(atoms))
        for node, letters in letters_behind(instance).items():
            if not any(letter in self.today.bound for letter in letters):
                self._step(node, self._any(self.kept(letter) for letter in letters))
        self._reading()
        calls: dict[tuple[object, ...], list[tuple[Supplier, int]]] = {}  # by service and whom it is asked about
        for one, atom in self.use.items():
            rule = instance.rules[one.rule]
            self.weights[FETCHED].append((atom, A_FACT + 1))
            if policy.shows or not is_free(rule):
                calls.setdefault((rule.service, rule.about), []).append((one, atom))
        for used in calls.values():
            self._call(used)

    def _step(self, node: int, atom: int) -> None:
        """Tell what a step costs that is done as long as an atom holds."""
        citizen, agency = step_minutes(self.instance, node)
        self._weigh(CITIZEN, atom, citizen * self.times.visits[node])
        self._weigh(AGENCY, atom, agency * self.times.visits[node])

    def _contact(self, asked: list[Item], minutes: float) -> None:
        """Tell what a form costs for being one: as often as any of the conditions holds under which it asks something."""
        groups: dict[tuple[Ways | None, float], list[int]] = {}
        for item in asked:
            chance = 0.0 if item.under is not None else self.times.chance[item.number]
            groups.setdefault((item.under, chance), []).append(self.kept(item.number))
        any_of = {key: self._any(atoms) for key, atoms in groups.items()}
        most = MOST_CONDITIONS if len(any_of) <= MOST_CONDITIONS else 2
        likely: dict[float, list[int]] = {}
        for number in range(1, min(most, len(any_of)) + 1):
            for some in combinations(any_of, number):
                none = prod(1.0 - chance for _, chance in some)
                ways = [under for under, _ in some if under is not None]
                chance = 1.0 - none * (1.0 - union_share(self.instance, ways))
                likely.setdefault(chance, []).append(self.flow.all_of([any_of[one] for one in some]))
        before = 0.0
        for chance in sorted(likely):
            at_least = self._any(atom for other, atoms in likely.items() if other >= chance for atom in atoms)
            self._weigh(CITIZEN, at_least, minutes * chance, minutes * before)
            before = chance

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
        """Tell how often a fact is read that only a supplier brings: where it is demanded, and where what it is a key of is read.

        So often at least is called who brings it. How often is a number of steps, each a chance to come to some place.
        """
        read_at: dict[
            int, dict[int, tuple[_Known, int]]
        ] = {}  # fact -> point -> what is known there, and the level needed
        by_item: dict[tuple[_Known, int, int], dict[int, int]] = {}  # what is read only if an item is kept
        for need in self.today.needs.stated:
            state = self.flow.read.get(need.demand.number)
            if need.level > 0 and state is not None and need.demand.item < 0:
                read_at.setdefault(need.demand.fact, {})[need.demand.node] = (state, need.level)
            elif need.level > 0 and state is not None and need.demand.item not in self.absent:
                by_item.setdefault((state, need.demand.node, need.demand.item), {})[need.demand.fact] = need.level
        for number, (there, facts) in self.flow.folded.items():
            if number >= len(self.instance.items) and number not in self.absent:
                levels = {fact: self._folded_at(number, fact) for fact in bits(facts)}
                by_item[there, self.instance.item(number).node, number] = levels
        for node, then in self.today.needs.silent:
            state = self.flow.before[node]
            for level, facts in enumerate(then[3:6]):
                for fact in bits(facts) if state is not None else ():
                    assert state is not None  # noqa: S101  # as just asked
                    read_at.setdefault(fact, {})[node] = (state, level + 1)
        read = [node for nodes in read_at.values() for node in nodes] + [node for _, node, _ in by_item]
        self.groups = self._grouped(read)
        self.together = self._together()
        chances = [chance for _, chance in self.groups] + list(self.together.values())
        self.steps = sorted({self.least, *chances} - {0.0}) or [1.0]
        self.read = [dict[int, list[int]]() for _ in self.groups]  # by group, by fact: atoms any of which says so
        wanted = [n for n, (_, chance) in enumerate(self.groups) if chance > self.steps[0]]
        wanted = sorted({*wanted, *(n for some in self.together for n in some)})
        places: dict[tuple[_Known, int], dict[int, int]] = {}
        for fact, nodes in read_at.items():
            for node, (state, level) in nodes.items():
                known = places.setdefault((state, self.group[node]), {})
                known[fact] = min(level, known.get(fact, level))
        for (known_there, group), demanded in places.items():
            if group in wanted:
                self._read_through(known_there, group, demanded, [])
        for (known_there, node, item), demanded in by_item.items():
            if self.group[node] in wanted:
                self._read_through(known_there, self.group[node], demanded, [self.kept(item)])

    def _grouped(self, nodes: Iterable[int]) -> list[tuple[int, float]]:
        """Put places together to which just the same cases come; return one of each group, and the chance to come there."""
        groups: dict[tuple[object, float], int] = {}
        found: list[tuple[int, float]] = []
        self.group: dict[int, int] = {}
        for node in sorted(set(nodes)):
            reach = self.times.reach[node]
            key = (self.instance.points[node].ways_around, reach)
            if key not in groups:
                groups[key] = len(found)
                found.append((node, reach))
            self.group[node] = groups[key]
        return found

    def _together(self) -> dict[tuple[int, ...], float]:
        """Return the chance that a case comes to any of some groups of places, where that is more than to some of them."""
        found: dict[tuple[int, ...], float] = {}
        chances: dict[tuple[int, ...], float] = {(n,): chance for n, (_, chance) in enumerate(self.groups)}
        smaller = list(chances)
        for _ in range(MOST_TOGETHER - 1):
            larger = []
            for some in smaller:
                for n in range(some[-1] + 1, len(self.groups)):
                    parts = [(*some[:k], *some[k + 1 :], n) for k in range(len(some))]
                    if any(part not in chances for part in parts):
                        continue
                    nodes = frozenset(self.groups[one][0] for one in (*some, n))
                    chance = chance_of_any(self.instance, nodes)
                    if chance > max(chances[some], *(chances[part] for part in parts)) + TINY:
                        chances[*some, n] = found[*some, n] = chance
                        larger.append((*some, n))
            smaller = larger
        return found

    def _by_supplier(self, state: "_Known", fact: int, level: int) -> list[int] | None:
        """Return what must not be, so that a fact comes from a supplier if it comes at all; nothing, if it may come anyway."""
        others = [atom for one in state.bringing(fact) if (atom := self._fires(state, fact, one))]
        others += [own[fact] for own in state.own[level - 1 :] if own[fact]]
        if self.true in others or self._computed >> fact & 1:
            return None
        return [-atom for atom in dict.fromkeys(others)]

    def _fires(self, state: "_Known", fact: int, one: Bringing) -> int:
        """Return the atom that a rule of today brings a fact, in force and its keys there; 0 if never."""
        number, _, confirms, atom = one
        rule = self.instance.rules[number]
        keys = [
            self.have.get((state, key, max(1, rule.key_level)), self.true)
            for key in bits(rule.keys | rule.consent)
            if not (confirms and key == fact)
        ]
        return self.flow.all_of([atom, *keys]) if all(keys) else 0

    def _read_through(self, state: "_Known", group: int, facts: dict[int, int], reader: list[int]) -> None:
        """Note what is read at a place: facts, and the keys of what brings them, each as sure as needed."""
        add, atoms = self.backend, dict[tuple[int, int], int]()
        for fact, level in facts.items():
            body = self._by_supplier(state, fact, level) if self._costly >> fact & 1 else None
            if body is not None:
                atoms[fact, level] = int(add.add_atom())
                add.add_rule([atoms[fact, level]], [*reader, *body])
        found = list(atoms)
        while found:
            fact, level = found.pop()
            for number, most, confirms, atom in self.bringing[fact]:
                if atom == self.true or most < level or (confirms and level < 2):
                    continue
                at = max(level, self.instance.rules[number].key_level)
                needed = [(key, at) for key in bits(self.instance.rules[number].keys) if not (confirms and key == fact)]
                for key, least in [*needed, *([(fact, 1)] if confirms else [])]:
                    if not state.most[least - 1] >> key & 1 & self._costly >> key:
                        continue
                    body = self._by_supplier(state, key, least)
                    if body is None:
                        continue
                    if (key, least) not in atoms:
                        atoms[key, least] = int(add.add_atom())
                        found.append((key, least))
                    add.add_rule([atoms[key, least]], [atom, atoms[fact, level], *body])
        for (fact, _), atom in atoms.items():
            self.read[group].setdefault(fact, []).append(atom)

    @cached_property
    def _costly(self) -> int:
        """The facts that somebody may bring whose calls cost something, or by whose keys or what they confirm he does."""
        rules = self.instance.rules
        used = [(1 << one.fact, rules[one.rule]) for one in self.use]
        found = _union(fact for fact, rule in used if self.instance.policy.shows or not is_free(rule))
        grown = True
        while grown:
            more = found | _union(fact for fact, rule in used if (rule.keys | rule.confirms & fact) & found)
            found, grown = more, more != found
        return found

    @cached_property
    def _computed(self) -> int:
        return _union(self.instance.rules[number].gives for number in bits(self.instance.computed))

    def _call(self, used: list[tuple[Supplier, int]]) -> None:
        """Tell what a look-up costs: its residual form, as often as it finds nothing, and its consents."""
        rule = self.instance.rules[used[0][0].rule]
        add, residuals, missed = self.backend, self.residuals, 1 - rule.coverage
        called = self._any(atom for _, atom in used)
        for consent in bits(rule.consent):
            self._weigh(CITIZEN, called, residuals.consent(consent))
        if not missed and not self.instance.policy.shows:
            return
        often = self._often(used, called)
        spent: list[tuple[int, float]] = []  # what is spent each time, if an atom holds
        if self.instance.policy.shows:
            spent += [(atom, self.instance.policy.look_over_minutes) for _, atom in used]
        if missed:
            spent.append((called, missed * residuals.contact))
            showing = {name for one, _ in used for name in residuals.papers(one.fact)}
            brought = {name: int(add.add_atom()) for name in sorted(showing)}
            if brought:
                add.add_rule(list(brought.values()), [called], True)
                spent += [(atom, missed * residuals.minutes(name)) for name, atom in brought.items()]
                proving = {one.fact: atom for one, atom in used if one.level > 1}
                if proving:
                    check = self._any(proving.values())
                    least = min(residuals.checking([fact]) for fact in proving)
                    self._each_step(AGENCY, check, often, missed * least)
            for one, atom in used:
                papers = [brought[name] for name in residuals.papers(one.fact) if name in brought]
                if one.level > 1:
                    add.add_rule([], [atom, *(-paper for paper in papers)])
                    continue
                asked = atom
                if papers:
                    asked = int(add.add_atom())
                    add.add_rule([asked], [atom, *(-paper for paper in papers)])
                spent.append((asked, missed * residuals.question(one.fact)))
        for atom, minutes in spent:
            self._each_step(CITIZEN, atom, often, minutes)
        self.calls[rule.service, rule.about] = (often, spent)

    def _often(self, used: list[tuple[Supplier, int]], called: int) -> dict[int, int]:
        """Return, by step, the atom that a look-up is asked at least as often."""
        reading: dict[tuple[int, ...], int] = {}
        likely: dict[int, list[int]] = {}
        for group, (_, chance) in enumerate(self.groups):
            read = [(atom, said) for one, atom in used for said in self.read[group].get(one.fact, ())]
            if read:
                reading[group,] = int(self.backend.add_atom())
                for body in read:
                    self.backend.add_rule([reading[group,]], body)
                likely.setdefault(self._step_of(chance), []).append(reading[group,])
        for some, chance in self.together.items():
            first, last = reading.get(some[:-1]), reading.get(some[-1:])
            if first and last:
                reading[some] = self._both(first, last)
                likely.setdefault(self._step_of(chance), []).append(reading[some])
        often = {0: called}
        above = 0
        for step in sorted(likely, reverse=True):
            if step:
                often[step] = self._told()
                for atom in (*likely[step], *([above] if above else [])):
                    self.backend.add_rule([often[step]], [atom])
                above = often[step]
        return often

    def _step_of(self, chance: float) -> int:
        return bisect_right(self.steps, chance) - 1

    # --- what it costs more than was told

    def learn(self, plan: Plan, looked_up: Sequence[Call], called: Sequence[float]) -> bool:
        """Tell how often look-ups of a plan are really asked, where that is more often than was told; return whether it was.

        The reason holds for other plans too: whoever takes the same suppliers for what is behind a look-up, keeps what
        reads it, and keeps nothing more that would bring it otherwise.
        """
        told = False
        with self.control.backend() as backend:
            self.backend = self.flow.backend = backend
            for number, (call, chance) in enumerate(zip(looked_up, called, strict=True)):
                known = self.calls.get((call.first.service, call.first.about))
                if known is None:
                    continue
                often, spent = known
                step = max(at for at, atom in often.items() if atom in self.held or at == 0)
                if chance <= self.steps[step] + TINY:
                    continue
                told = True
                body = self._reason(plan, looked_up, number, chance)
                body += [-often[min(above)]] if (above := [at for at in often if at > step]) else []
                more = int(backend.add_atom())
                backend.add_rule([more], body)
                weights = [
                    (self._both(atom, more), weight)
                    for atom, minutes in spent
                    if (weight := thousandths(minutes * chance) - thousandths(minutes * self.steps[step])) > 0
                ]
                backend.add_minimize(CITIZEN, weights)
        return told

    def _reason(self, plan: Plan, looked_up: Sequence[Call], number: int, chance: float) -> list[int]:
        """Return why a look-up is asked so often: who brings what to the places that read it, and that nothing else does."""
        read = _union(looked_up[number].readers.values())
        places = sorted(bits(read), key=lambda node: (-self.times.reach[node], node))
        enough: list[int] = []
        for node in places:
            enough.append(node)
            alone = self.times.reach[node]
            if (alone if len(enough) == 1 else chance_of_any(self.instance, frozenset(enough))) >= chance - TINY:
                break
        body: set[int] = set()
        facts = 0
        for node in enough:
            for call, fact, reader in self._chain(looked_up, number, node, frozenset()):
                facts |= 1 << fact
                body |= {
                    atom
                    for one, atom in self.use.items()
                    if one in plan.suppliers
                    and one.fact == fact
                    and self.instance.rules[one.rule].service == call.first.service
                }
                if reader in self.keep:
                    body.add(self.keep[reader])
        for item_number, atom in self.keep.items():
            if not plan.kept >> item_number & 1 and self.instance.item(item_number).facts & facts:
                body.add(-atom)
        return sorted(body)

    def _chain(
        self, looked_up: Sequence[Call], number: int, node: int, seen: frozenset[int]
    ) -> list[tuple[Call, int, int]]:
        """Return the look-ups through which a place reads what one brings, each with the fact, and what of the form reads it."""
        call = looked_up[number]
        for fact in sorted(fact for fact, readers in call.readers.items() if readers >> node & 1):
            for need in self.today.needs.stated:
                if need.level > 0 and (need.demand.node, need.demand.fact) == (node, fact):
                    return [(call, fact, need.demand.item)]
            for later, other in enumerate(looked_up):
                keyed = any(rule.keys >> fact & 1 for rule in other.rules)
                if (
                    keyed
                    and later != number
                    and later not in seen
                    and any(r >> node & 1 for r in other.readers.values())
                ):
                    rest = self._chain(looked_up, later, node, seen | {number})
                    if rest:
                        return [(call, fact, -1), *rest]
        return [(call, min(call.facts, default=0), -1)] if not seen else []

    def _both(self, one: int, other: int) -> int:
        found = int(self.backend.add_atom())
        self.backend.add_rule([found], [one, other])
        return found

    def _each_step(self, priority: int, atom: int, often: dict[int, int], minutes: float) -> None:
        """Let minutes be spent as often as a look-up is asked, if an atom holds."""
        before = 0.0
        for step in sorted(often):
            both = atom if step == 0 or atom == often[step] else self._both(atom, often[step])
            if thousandths(minutes * self.steps[step]) > thousandths(minutes * before):
                self._weigh(priority, both, minutes * self.steps[step], minutes * before)
            before = self.steps[step]

    def _least_chance(self) -> float:
        """Return the least chance to come to a place that demands something: so often at least is called whoever is used."""
        nodes = [one.demand.node for one in self.today.needs.stated if one.level > 0]
        return min(
            (self.times.reach[node] for node in (*nodes, *(node for node, _ in self.today.needs.silent))), default=0.0
        )


class _Known:
    """What has been said, shown, checked and found at a place, as atoms by fact; 0 where never."""

    __slots__ = ("_bare", "bare", "beside", "met", "most", "own", "papers", "rules")

    def __init__(
        self, own: tuple[list[int], list[int], list[int]], papers: dict[int, int], rules: dict[int, tuple[Rule, int]]
    ) -> None:
        self.own, self.papers, self.rules = own, papers, rules
        self.met: list[_Known] = []  # of a place where ways meet that all bring something: what is known on each
        self.beside: list[_Known] = []  # of a join: what is known on those sides of which `own` does not say all
        self.bare = False  # whether look-ups of ours are left out of account
        self._bare: _Known | None = None
        self.most = (0, 0, 0)  # what can be there at most, at each level

    def copy(self) -> "_Known":
        one, two, three = self.own
        other = _Known((one[:], two[:], three[:]), self.papers.copy(), self.rules.copy())
        other.met, other.beside = self.met, self.beside
        return other

    def without_look_ups(self) -> "_Known":
        """Return the same, but that look-ups of ours bring nothing."""
        if self.bare:
            return self
        if self._bare is None:
            self._bare = self.copy()
            self._bare.bare, self._bare.most = True, self.most
            self._bare.beside = [one.without_look_ups() for one in self.beside]
        return self._bare

    def bringing(self, fact: int) -> list[Bringing]:
        """Return the rules of today's steps that bring a fact here."""
        return [
            (number, rule.level, bool(rule.confirms >> fact & 1), atom)
            for number, (rule, atom) in self.rules.items()
            if (rule.gives | rule.confirms) >> fact & 1
        ]


class _Flow:
    """What is known before each point, for the solver: never less than what is certain there.

    It is exact but for what a side beside takes away, and what comes round a return: the analysis of supply finds that out, and
    makes a cut of it.
    """

    def __init__(self, model: _Model) -> None:
        self.model, self.instance = model, model.instance
        self.true, self.backend = model.true, model.backend
        self.either: dict[tuple[int, int], int] = {}
        self.every: dict[tuple[int, ...], int] = {}
        self.before: list[_Known | None] = []
        self.after: list[_Known | None] = []
        self.read: dict[int, _Known] = {}  # by demand
        self.folded: dict[
            int, tuple[_Known, int]
        ] = {}  # by what is asked under a condition: what is known, what it reads
        instance = self.instance
        everything = supply(instance, (1 << len(instance.items) + len(instance.options)) - 1, model.today.offered)
        for node in range(len(self.instance.points)):
            self.made: list[_Known] = []
            arriving = self._arriving(node)
            self.before.append(arriving)
            self.after.append(None if arriving is None else self._through(node, arriving))
            levels = [(s.all1, s.all2, s.all3) for s in (everything.before[node], everything.after[node]) if s]
            for state in (*([arriving] if arriving is not None else []), *self.made):
                at_most = [state.most, *levels]
                one, two, three = (_union(masks) for masks in zip(*at_most, strict=True))
                state.most = (one, two, three)

    def _or(self, one: int, other: int) -> int:
        if one == other or not other or one == self.true:
            return one
        if not one or other == self.true:
            return other
        pair = (min(one, other), max(one, other))
        if pair not in self.either:
            atom = self.either[pair] = int(self.backend.add_atom())
            self.backend.add_rule([atom], [one])
            self.backend.add_rule([atom], [other])
        return self.either[pair]

    def all_of(self, body: list[int]) -> int:
        """Return the atom that all of these hold."""
        rest = [atom for atom in dict.fromkeys(body) if atom != self.true]
        if not rest:
            return self.true
        if len(rest) == 1:
            return rest[0]
        atom = int(self.backend.add_atom())
        self.backend.add_rule([atom], rest)
        return atom

    # --- where ways meet

    def _arriving(self, node: int) -> _Known | None:
        size = len(self.instance.facts)
        if node == 0:
            return _Known(([0] * size, [0] * size, [0] * size), {}, {})
        place = self.instance.points[node]
        onward = [state for source, _ in self.instance.before[node] if source < node and (state := self.after[source])]
        if not onward:
            return None
        met = onward[0]
        if len(onward) > 1:
            start = self.after[place.at] if place.kind == "merge" else None
            if place.kind == "join":
                met = self._gathered(onward)
            elif start is not None and any(state is start for state in onward):
                met = start
            else:
                met = self._shared(onward)
        lost = _union(anew for source, anew in self.instance.before[node] if source >= node)
        return self._without(met, lost) if lost else met

    def _gathered(self, states: list[_Known]) -> _Known:
        met = states[0].copy()
        met.met, met.beside = [], [state for state in states if state.met or state.beside]
        for other in states[1:]:
            for mine, theirs in zip(met.own, other.own, strict=True):
                for fact, atom in enumerate(theirs):
                    if atom != mine[fact]:
                        mine[fact] = self._or(mine[fact], atom)
            for paper, atom in other.papers.items():
                met.papers[paper] = self._or(met.papers.get(paper, 0), atom)
            for number, (rule, atom) in other.rules.items():
                met.rules[number] = (rule, self._or(met.rules[number][1] if number in met.rules else 0, atom))
        return met

    def _shared(self, states: list[_Known]) -> _Known:
        """Keep what is known on every way."""
        size = range(len(self.instance.facts))
        own = [[self._every(state.own[level][fact] for state in states) for fact in size] for level in range(3)]
        first, rest = states[0], states[1:]
        papers = {n: self._every((atom, *(one.papers.get(n, 0) for one in rest))) for n, atom in first.papers.items()}
        rules = {
            n: (rule, self._every((atom, *(one.rules[n][1] if n in one.rules else 0 for one in rest))))
            for n, (rule, atom) in first.rules.items()
        }
        met = _Known((own[0], own[1], own[2]), papers, {n: one for n, one in rules.items() if one[1]})
        met.met = states
        return met

    def _every(self, atoms: Iterable[int]) -> int:
        several = tuple(dict.fromkeys(atoms))
        if 0 in several:
            return 0
        if several not in self.every:
            self.every[several] = self.all_of(list(several))
        return self.every[several]

    def _without(self, state: _Known, roots: int) -> _Known:
        """Forget what a return asks anew, save where a supplier may bring it on the way back."""
        lost, rest = state.copy(), self.instance.resting(roots)
        for fact in bits(roots):
            suppliers = [atom for _, _, confirms, atom in self.model.bringing[fact] if not confirms]
            for own in lost.own:
                if own[fact] and suppliers:
                    brought = int(self.backend.add_atom())
                    for atom in suppliers:
                        self.backend.add_rule([brought], [atom, own[fact]])
                    own[fact] = brought
                else:
                    own[fact] = 0
        for number, (rule, _) in list(lost.rules.items()):
            if rule.keys & rest or (rule.gives | rule.confirms) & roots:
                del lost.rules[number]
        return lost

    # --- through a point

    def _through(self, node: int, arriving: _Known) -> _Known:
        instance, model, state, shared = self.instance, self.model, arriving, True
        for kind, number, operand in instance.work[node]:
            if kind == "demand" or kind == "fold":
                if kind == "demand":
                    self.read[number] = state
                else:
                    self.folded[number] = (state, operand)
                shared = True
                continue
            if shared and kind in ("ask", "paper", "unfold", "check", "give", "log in", "rule"):
                state, shared = state.copy(), False
                self.made.append(state)
            one, two, _ = state.own
            if kind in ("ask", "paper", "unfold"):
                for item_number in bits(instance.conditional_items[number]) if kind == "unfold" else (number,):
                    if item_number in model.absent:
                        continue
                    item, atom = instance.item(item_number), model.kept(item_number)
                    for fact in bits(item.facts):
                        one[fact] = self._or(one[fact], atom)
                    if item.kind == "paper":
                        state.papers[item_number] = atom
            elif kind == "check" and one[operand]:
                body = [model.kept(number), one[operand]]
                if instance.papered[node] >> operand & 1:
                    shown = 0
                    for paper in bits(instance.papers_proving[operand]):
                        shown = self._or(shown, state.papers.get(paper, 0))
                    if not shown:
                        continue
                    body.append(shown)
                two[operand] = self._or(two[operand], self.all_of(body))
            elif kind == "give" or kind == "log in":
                atom = self.true if kind == "give" else model.kept(number)
                for fact in bits(number if kind == "give" else operand):
                    for own in state.own:
                        own[fact] = self._or(own[fact], atom)
            elif kind == "rule":
                atom = self.true if operand < 0 else model.kept(operand)
                before = state.rules[number][1] if number in state.rules else 0
                state.rules[number] = (instance.rules[number], self._or(before, atom))
        if consents := instance.consents_at[node]:
            state = state.copy() if shared else state
            self.made.append(state)
            for fact in bits(consents):
                state.own[0][fact] = self.true
        return state


def _union(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found
