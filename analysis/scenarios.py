"""Supply under many scenarios at once, a bit a scenario: which of them meet every demand; says nothing of their cost."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from analysis.demand import Requirements
from analysis.instance import Instance, bits, union
from analysis.supply import State

Masks = list[int]  # by fact: the scenarios in which something holds


class Supplier(NamedTuple):
    """One fact taken from one offered rule, used at most at a level."""

    rule: int
    fact: int
    level: int
    confirms: bool = False


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What came of some scenarios, as bits of them."""

    feasible: int  # every demand is met
    failing: tuple[int, ...]  # by number of the stated requirement: where it is not met
    silently: int  # a judgement that does not say what it reads has less than today
    before: tuple["_State | None", ...] = field(repr=False)  # by point; none where it is never reached

    def only_by_rules(self, node: int, fact: int) -> int:
        """Return the scenarios in which a fact is there before a point, and not by itself."""
        found = self.before[node]
        return found.level[0][fact] & ~found.own[0][fact] if found is not None else 0

    def at(self, node: int, scenario: int) -> State | None:
        """Return what is certain before a point in one of the scenarios, as `supply` has it.

        Complexity: linear in the facts.
        """
        found = self.before[node]
        if found is None:
            return None
        bit = 1 << scenario
        sure = [_where(enumerate(masks), bit) for masks in (*found.own, *found.level)]
        papers = union(paper for paper, mask in found.papers.items() if mask & bit)
        given = [papers, *(_where(gathered.items(), bit) for gathered in (found.rules, found.folded))]
        return State(*sure, *given)


class _State:
    """What is certain at a point, by fact a bit a scenario. `own` is known without any rule; `level` is closed under the rules."""

    __slots__ = ("folded", "level", "own", "papers", "rules")

    def __init__(
        self,
        own: tuple[Masks, Masks, Masks],
        level: tuple[Masks, Masks, Masks],
        papers: dict[int, int],
        rules: dict[int, int],
        folded: dict[int, int],
    ) -> None:
        self.own, self.level, self.papers, self.rules, self.folded = own, level, papers, rules, folded

    def copy(self) -> "_State":
        own1, own2, own3 = self.own
        one, two, three = self.level
        return _State(
            (own1[:], own2[:], own3[:]),
            (one[:], two[:], three[:]),
            self.papers.copy(),
            self.rules.copy(),
            self.folded.copy(),
        )

    def same(self, other: "_State") -> bool:
        return (
            self.level == other.level
            and self.own == other.own
            and self.papers == other.papers
            and self.rules == other.rules
            and self.folded == other.folded
        )


def outcomes(
    instance: Instance,
    needs: Requirements,
    number: int,
    kept: Sequence[int],
    offered: Mapping[Supplier, int],
    lost_by: Mapping[Supplier, int] | None = None,
) -> Outcomes:
    """Return which scenarios meet every requirement; the same as `supply` says of each alone.

    Args:
        instance: The compiled procedure.
        needs: What must be met.
        number: How many scenarios there are.
        kept: By item, the scenarios that keep it, as bits.
        offered: The suppliers, and in which scenarios each is used.
        lost_by: The suppliers by whom alone facts rest on what a return asks anew, so that they are lost with it; else those used,
            and the look-ups of today that are kept. The more, the less is certain: so with none all is here that is certain in truth.

    Complexity: that of `supply`, once, with integers of a bit a scenario in the place of single bits.
    """
    return _Scenarios(instance, needs, number, kept, offered, lost_by).result()


def answers_of(instance: Instance, rules: int) -> Iterator[Supplier]:
    """Yield all that some rules, as bits, answer, as sure as they are."""
    for number in bits(rules):
        rule = instance.rules[number]
        yield from (Supplier(number, fact, rule.level) for fact in bits(rule.gives))
        yield from (Supplier(number, fact, rule.level, confirms=True) for fact in bits(rule.confirms))


Output = tuple[int, int, int]  # a fact, the scenarios in which it is taken, and how sure it is at most


class _Scenarios:
    def __init__(
        self,
        instance: Instance,
        needs: Requirements,
        number: int,
        kept: Sequence[int],
        offered: Mapping[Supplier, int],
        lost_by: Mapping[Supplier, int] | None,
    ) -> None:
        self.instance, self.needs, self.kept = instance, needs, kept
        self.lost_by, self.only_by_these = (offered, False) if lost_by is None else (lost_by, True)
        self.all = (1 << number) - 1
        everything = self.all
        self.outputs: dict[int, tuple[list[Output], list[Output]]] = {}
        for one, mask in offered.items():
            if mask:
                given, confirmed = self.outputs.setdefault(one.rule, ([], []))
                (confirmed if one.confirms else given).append((one.fact, mask, one.level))
        self.offered = frozenset(self.outputs) - frozenset(bits(instance.computed))
        for rule_number in (*instance.today, *bits(instance.computed)):
            rule = instance.rules[rule_number]
            self.outputs[rule_number] = (
                [(fact, everything, rule.level) for fact in bits(rule.gives)],
                [(fact, everything, rule.level) for fact in bits(rule.confirms)],
            )
        self.keys = {n: tuple(bits(instance.rules[n].keys)) for n in self.outputs}
        self.reading: list[list[int]] = [[] for _ in instance.facts]
        for rule_number in self.outputs:
            rule = instance.rules[rule_number]
            for fact in bits(rule.keys | rule.confirms | rule.consent):
                self.reading[fact].append(rule_number)
        self.today = frozenset(instance.today)
        self.by_demand = {one.demand.number: (at, one.level) for at, one in enumerate(needs.stated) if one.level > 0}
        self.silent = dict(needs.silent)
        self.failing = [0] * len(needs.stated)
        self.silently = 0
        self._lost_with: dict[tuple[tuple[int, int], ...], dict[int, int]] = {}

    def result(self) -> Outcomes:
        instance = self.instance
        after: list[_State | None] = [None] * len(instance.points)
        before: list[_State | None] = [None] * len(instance.points)
        waiting = 1
        while waiting:
            here = waiting & -waiting
            waiting ^= here
            node = here.bit_length() - 1
            arriving = self._arriving(node, after)
            known = before[node]
            if arriving is None or (known is not None and (arriving is known or arriving.same(known))):
                continue
            before[node] = arriving
            after[node] = self._through(node, arriving)
            waiting |= instance.following[node]
        bad = self.silently
        for failing in self.failing:
            bad |= failing
        return Outcomes(self.all & ~bad, tuple(self.failing), self.silently, tuple(before))

    # --- where ways meet

    def _arriving(self, node: int, after: list[_State | None]) -> _State | None:
        instance = self.instance
        if node == 0:
            size = len(instance.facts)
            met = _State(([0] * size, [0] * size, [0] * size), ([0] * size, [0] * size, [0] * size), {}, {}, {})
            self._close(met, 0, [n for n in self.outputs if not self.keys[n] and n not in self.today])
        elif instance.points[node].kind == "join":
            joined = self._joined(node, after)
            if joined is None:
                return None
            met = joined
        else:
            found: _State | None = None
            for source, anew in instance.before[node]:
                state = after[source]
                if state is None:
                    continue
                if anew:
                    state = self._lost(state, self._anew(anew))
                elif node in instance.repaired:
                    state = self._repaired(state, *instance.repaired[node])
                found = state if found is None or found is state else _met(found, state)
            if found is None:
                return None
            met = found
        hold = self._held[node]
        return self._lost(met, hold) if hold else met

    def _repaired(self, state: _State, found: int, repaired: int) -> _State:
        rule = self.instance.rules[repaired]
        checked = self.all
        for fact in bits(rule.gives | rule.confirms):
            checked &= state.own[1][fact]
        mask = state.rules.get(found, 0) | checked
        if mask & ~state.rules.get(repaired, 0):
            state = state.copy()
            state.rules[repaired] = state.rules.get(repaired, 0) | mask
        return state

    def _joined(self, node: int, after: list[_State | None]) -> _State | None:
        states = []
        for source, _ in self.instance.before[node]:
            state = after[source]
            if state is None:
                return None
            states.append(state)
        met = states[0].copy()
        for other in states[1:]:
            for mine, theirs in zip((*met.own, *met.level), (*other.own, *other.level), strict=True):
                for fact, mask in enumerate(theirs):
                    mine[fact] |= mask
            for gathered, more in (
                (met.papers, other.papers),
                (met.rules, other.rules),
                (met.folded, other.folded),
            ):
                for number, mask in more.items():
                    gathered[number] = gathered.get(number, 0) | mask
        kills = self._killed[self.instance.points[node].at]
        for number, state in enumerate(states):
            for fact, where in kills[number].items():
                alone = where
                for kill in (kill for n, kill in enumerate(kills) if n != number):
                    alone &= ~kill.get(fact, 0)
                for mine, theirs in zip((*met.own, *met.level), (*state.own, *state.level), strict=True):
                    mine[fact] = mine[fact] & ~where | theirs[fact] & alone
        changed = 0
        for fact in range(len(self.instance.facts)):
            if any(met.level[n][fact] != state.level[n][fact] for state in states for n in range(3)):
                changed |= 1 << fact
        new = [n for n, mask in met.rules.items() if any(state.rules.get(n, 0) != mask for state in states)]
        self._close(met, changed, new)
        return met

    def _lost(self, state: _State, roots: dict[int, int]) -> _State:
        """Forget facts that are asked anew, each in some scenarios; what rests on them keeps the level it has by itself."""
        known = tuple(roots.items())
        if known not in self._lost_with:
            self._lost_with[known] = self._resting(roots)
        rest = self._lost_with[known]
        lost = state.copy()
        for fact, where in known:
            for own in lost.own:
                own[fact] &= ~where
        for number in list(lost.rules):
            rule, gone = self.instance.rules[number], 0
            for fact in bits(rule.keys):
                gone |= rest.get(fact, 0)
            for fact in bits(rule.gives | rule.confirms):
                gone |= roots.get(fact, 0)
            if gone:
                lost.rules[number] &= ~gone  # its answer was about the value that is asked anew
        for number, facts, reads in self.instance.asked_under if lost.folded else ():
            if number in lost.folded:
                for some, gone_in in ((facts, roots), (reads, rest)):
                    for fact in bits(some):
                        lost.folded[number] &= ~gone_in.get(fact, 0)
        for fact, where in rest.items():
            for own, level in zip(lost.own, lost.level, strict=True):
                level[fact] = level[fact] & ~where | own[fact] & where
        again = union(1 << fact for fact in rest)
        self._close(
            lost,
            0,
            [
                n
                for n in self.outputs
                if self.instance.rules[n].outputs & again and (n not in self.today or n in lost.rules)
            ],
        )
        return lost

    def _resting(self, roots: Mapping[int, int]) -> dict[int, int]:
        """Return some facts, and what rests on them, each with the scenarios in which it does."""
        rest, waiting = dict(roots), list(roots)
        while waiting:
            fact = waiting.pop()
            for made, by in self._made_of.get(fact, ()):
                more = rest[fact] & by & ~rest.get(made, 0)
                if more:
                    rest[made] = rest.get(made, 0) | more
                    waiting.append(made)
        return rest

    @cached_property
    def _made_of(self) -> dict[int, list[tuple[int, int]]]:
        """By fact: what rests on it, with the scenarios in which it does."""
        rules, made = self.instance.rules, dict[int, list[tuple[int, int]]]()
        outputs = [
            (rule, fact, self.all if item < 0 else self.kept[item])
            for item, some in self.instance.rules_of_items.items()
            if item < 0 or not self.only_by_these
            for rule in bits(some)
            for fact in bits(rules[rule].outputs)
        ]
        for rule, fact, where in (*outputs, *((one.rule, one.fact, mask) for one, mask in self.lost_by.items())):
            for key in bits(rules[rule].keys):
                made.setdefault(key, []).append((fact, where))
        return made

    def _anew(self, facts: int) -> dict[int, int]:
        return dict.fromkeys(bits(facts), self.all)

    @cached_property
    def _killed(self) -> dict[int, list[dict[int, int]]]:
        """By split, for each side: the facts that a return inside it asks anew, with what rests on them, in which scenarios."""
        points = self.instance.points
        sides = Counter(place.at for place in points if place.kind == "side")
        killed: dict[int, list[dict[int, int]]] = {split: [{} for _ in range(n)] for split, n in sides.items()}
        for source, _, facts in self.instance.asked_anew:
            for split, side in points[source].sides:
                for fact, where in self._resting(self._anew(facts)).items():
                    killed[split][side][fact] = killed[split][side].get(fact, 0) | where
        return killed

    @cached_property
    def _held(self) -> list[dict[int, int]]:
        """By point: the facts that nobody there can count on, because a side running beside it asks them anew, in which scenarios."""
        found: list[dict[int, int]] = []
        for place in self.instance.points:
            found.append({})
            for split, side in place.sides:
                for number, facts in enumerate(self._killed[split]):
                    for fact, where in facts.items() if number != side else ():
                        found[-1][fact] = found[-1].get(fact, 0) | where
        return found

    # --- through a point

    def _through(self, node: int, arriving: _State) -> _State:
        """Do what a point does, as `supply` does it."""
        instance, kept = self.instance, self.kept
        then = self.silent.get(node)
        if then is not None:
            for level, facts in zip(arriving.level, then[3:6], strict=True):
                for fact in bits(facts):
                    self.silently |= self.all & ~level[fact]
        work, consents = instance.work[node], instance.consents_at[node]
        hold = self._held[node]
        if not work and not consents and not hold:
            return arriving
        state = arriving.copy()
        own1, own2, own3 = state.own
        one, two, three = state.level
        changed = settled = (
            0  # facts that are surer than when the step began, and those of them already closed within it
        )
        new: list[int] = []
        fresh: list[int] = []
        for kind, number, operand in work:
            if kind == "demand" or kind == "fold":
                if changed & ~settled or fresh:
                    changed |= self._close(state, changed, fresh, within=True)
                    settled, fresh = changed, []
                if kind == "fold":
                    certain = kept[number]
                    for level, facts in zip(
                        state.level, (operand, *instance.fold_levels.get(number, ())), strict=False
                    ):
                        for fact in bits(facts):
                            certain &= level[fact]
                    state.folded[number] = state.folded.get(number, 0) | certain
                elif number in self.by_demand:
                    at, least = self.by_demand[number]
                    demand = instance.demands[number]
                    lacking = self.all & ~state.level[least - 1][demand.fact]
                    if demand.item >= 0:
                        lacking &= kept[demand.item]
                    self.failing[at] |= lacking
            elif kind == "ask" or kind == "paper":
                mask = kept[number]
                if mask:
                    for fact in bits(operand):
                        own1[fact] |= mask
                        if mask & ~one[fact]:
                            one[fact] |= mask
                            changed |= 1 << fact
                            settled &= ~(1 << fact)
                    if kind == "paper":
                        paper = instance.document[number]
                        state.papers[paper] = state.papers.get(paper, 0) | mask
            elif kind == "check":
                mask = kept[number] & own1[operand]
                if instance.papered[node] >> operand & 1:
                    shown = 0
                    for paper in bits(instance.papers_proving[operand]):
                        shown |= state.papers.get(1 << paper, 0)
                    mask &= shown
                own2[operand] |= mask
                if mask & ~two[operand]:
                    two[operand] |= mask
                    changed |= 1 << operand
                    settled &= ~(1 << operand)
            elif kind == "unfold":
                for item_number in bits(instance.conditional_items[number]):
                    mask = state.folded.get(item_number, 0) & kept[item_number]
                    if mask:
                        item = instance.item(item_number)
                        for fact in bits(item.facts):
                            own1[fact] |= mask
                            one[fact] |= mask
                        changed |= item.facts
                        settled &= ~item.facts
                        if item.kind == "paper":
                            paper = instance.document[item_number]
                            state.papers[paper] = state.papers.get(paper, 0) | mask
            elif kind == "give" or kind == "log in":
                facts, mask = (number, self.all) if kind == "give" else (operand, kept[number])
                sure = operand if kind == "give" else 3
                if mask:
                    for fact in bits(facts):
                        for masks in (*(own1, own2, own3)[:sure], *(one, two, three)[:sure]):
                            masks[fact] |= mask
                    changed |= facts
                    settled &= ~facts
            elif kind == "between":
                changed |= self._close(state, changed, fresh)
                settled, fresh = changed, []
            elif kind == "rule":
                mask = self.all if operand < 0 else kept[operand]
                if mask & ~state.rules.get(number, 0):
                    state.rules[number] = state.rules.get(number, 0) | mask
                    new.append(number)
                    fresh.append(number)
            elif kind == "due":
                mask = state.folded.get(operand, 0) & kept[operand]
                if mask:
                    state.rules[number] = mask
                    new.append(number)
                    fresh.append(number)
                    for due, fact in zip(self.keys[number], bits(instance.rules[number].gives), strict=True):
                        own1[fact] |= own1[due] & mask
                    for paper, dues, bit in instance.documents_due:
                        if (paper, dues) == (instance.document.get(operand, 0), instance.rules[number].keys):
                            state.papers[paper] = state.papers.get(paper, 0) | state.papers.get(bit, 0) & mask
            elif kind == "take":
                for due in bits(number):
                    own1[due] = one[due] = self.all
                for _, dues, bit in instance.documents_due:
                    if number & dues:
                        state.papers[bit] = self.all
                changed |= number
        for fact in bits(consents):
            own1[fact] = one[fact] = self.all
        changed |= consents
        for fact, dues in instance.dues.items():
            for due in bits(dues):
                own1[due] |= own1[fact]
        for paper, _, bit in instance.documents_due:
            if paper in state.papers:
                state.papers[bit] = state.papers.get(bit, 0) | state.papers[paper]
        if changed or new:
            self._close(state, changed, new)
        return self._lost(state, hold) if hold else state

    # --- rules

    def _close(self, state: _State, changed: int, batch: Sequence[int], *, within: bool = False) -> int:
        """Close levels under the rules in force; return the facts that became surer than they were, with those given."""
        rules, reading, outputs, offered = self.instance.rules, self.reading, self.outputs, self.offered
        one, two, three = state.level
        force = state.rules
        waiting, surer = changed, changed
        numbers: Sequence[int] = batch
        while True:
            for number in numbers:
                if number in offered:
                    if within:
                        continue
                    enabled = self.all
                else:
                    enabled = force.get(number, 0) if number in self.today else self.all
                rule = rules[number]
                if rule.consent:
                    for fact in bits(rule.consent):
                        enabled &= one[fact]
                if not enabled:
                    continue
                given, confirmed = outputs[number]
                if given:
                    sure1 = sure2 = sure3 = enabled
                    for key in self.keys[number]:
                        sure1 &= one[key]
                        sure2 &= two[key]
                        sure3 &= three[key]
                    least = rule.key_level
                    usable = sure1 if least <= 1 else sure2 if least == 2 else sure3
                    if usable:
                        for fact, where, most in given:
                            more = usable & where
                            grown = more & ~one[fact]
                            if grown:
                                one[fact] |= more
                            if most > 1:
                                some = more & sure2 & ~two[fact]
                                if some:
                                    two[fact] |= some
                                    grown |= some
                                some = more & sure3 & ~three[fact] if most > 2 else 0
                                if some:
                                    three[fact] |= some
                                    grown |= some
                            if grown:
                                waiting |= 1 << fact
                if confirmed:
                    for fact, where, most in confirmed:
                        said = enabled & where & one[fact] & ~three[fact]
                        if not said:
                            continue
                        sure1 = sure2 = sure3 = said
                        for key in self.keys[number]:
                            if key != fact:
                                sure1 &= one[key]
                                sure2 &= two[key]
                                sure3 &= three[key]
                        usable = sure1 if rule.key_level <= 1 else sure2 if rule.key_level == 2 else sure3
                        grown = usable & sure2 & ~two[fact] if most > 1 else 0
                        if grown:
                            two[fact] |= grown
                        some = usable & sure3 & ~three[fact] if most > 2 else 0
                        if some:
                            three[fact] |= some
                            grown |= some
                        if grown:
                            waiting |= 1 << fact
            surer |= waiting
            if not waiting:
                return surer
            lowest = waiting & -waiting
            waiting ^= lowest
            numbers = reading[lowest.bit_length() - 1]


def _met(one: _State, other: _State) -> _State:
    def both(mine: Masks, theirs: Masks) -> Masks:
        return [a & b for a, b in zip(mine, theirs, strict=True)]

    def shared(mine: dict[int, int], theirs: dict[int, int]) -> dict[int, int]:
        return {number: mask & theirs[number] for number, mask in mine.items() if theirs.get(number, 0) & mask}

    return _State(
        (both(one.own[0], other.own[0]), both(one.own[1], other.own[1]), both(one.own[2], other.own[2])),
        (both(one.level[0], other.level[0]), both(one.level[1], other.level[1]), both(one.level[2], other.level[2])),
        shared(one.papers, other.papers),
        shared(one.rules, other.rules),
        shared(one.folded, other.folded),
    )


def _where(masks: Iterable[tuple[int, int]], bit: int) -> int:
    """Return, as bits, the numbers whose scenarios include one."""
    found = 0
    for number, mask in masks:
        if mask & bit:
            found |= 1 << number
    return found
