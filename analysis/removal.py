"""What can go together: the items a redesign keeps and the rules it uses; knows no wording and builds nothing."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from analysis.agreeing import repeated
from analysis.demand import Requirements, in_use, meets_silently, requirements, wanted
from analysis.instance import Demand, Instance, Item, Rule, bits, union
from analysis.scenarios import Outcomes, answers_of, outcomes
from analysis.supply import State, Supply, supply, supply_meeting
from processes import condition
from processes.procedure import Issue, Lookup

MOST_WITHOUT = 3  # look-ups of today, of those that stop cases which lack a key, that are left out in all combinations


@dataclass(frozen=True)
class Today:
    """A procedure as it is, with what its points have and need: what every question about removing starts from."""

    instance: Instance
    decided: int = 0  # the items, as bits, that a reviewer decided to keep
    without: int = 0  # the look-ups of today, as bits, that no redesign is to keep
    _alone: dict[int, int] = field(default_factory=dict, repr=False)
    _with_all: dict[int, Supply] = field(default_factory=dict, repr=False)

    @cached_property
    def supplied(self) -> Supply:
        """What is certain today."""
        return self.with_all(0)

    @cached_property
    def needs(self) -> Requirements:
        """What must go on being met."""
        return requirements(self.instance, self.supplied)

    @cached_property
    def reading(self) -> tuple[int, ...]:
        """The points that read something, in the order of what is needed."""
        return tuple(dict.fromkeys(one.demand.node for one in self.needs.stated))

    @cached_property
    def read_later(self) -> tuple[int, ...]:
        """By point: the facts that it or some point that can still come reads, or reads by today's rules."""
        return wanted(self.instance, self.needs, in_use(self.instance))

    @cached_property
    def bound(self) -> dict[int, str]:
        """The items that stay whatever shares their data, each with the reason as a word."""
        found = {item.number: item.bound for item in self.instance.items if item.bound}
        for item in self.instance.items:
            if self._repairs(item):
                found.setdefault(item.number, "repair")
            elif self.asked_anew >> item.number & 1:
                found.setdefault(item.number, "anew")
            elif item.facts & self.tested and item.kind in ("question", "paper", "log-in", "lookup"):
                found.setdefault(item.number, "tested")
            elif self.decided & item.bit:
                found.setdefault(item.number, "decided")
            elif item.facts & self.agreed:
                found.setdefault(item.number, "agreed")
        for number, by_hand in self.by_hand.items():
            if any(found.get(one, "repair") != "repair" for one in bits(by_hand)):
                found.setdefault(number, "does more")  # with it would go what stays where it finds nothing
        return found

    @cached_property
    def staying(self) -> frozenset[int]:
        """The items that every redesign keeps: those that are bound, but for what is asked by hand, which goes with its look-up."""
        by_hand = union(items for look_up, items in self.by_hand.items() if look_up not in self.bound)
        return frozenset(n for n, why in self.bound.items() if why != "repair" or not by_hand >> n & 1)

    @property
    def staying_items(self) -> int:
        """The items that every redesign keeps, as bits."""
        return union(1 << number for number in self.staying)

    @cached_property
    def by_hand(self) -> dict[int, int]:
        """By look-up of today: the items where it finds nothing, as bits; they go with it."""
        return {
            look_up.number: union(
                one.bit
                for one in (*self.instance.items, *self.instance.options)
                if any(at == look_up.node for at, _ in self.instance.points[one.node].ways_around)
            )
            for look_up in self.instance.items
            if look_up.kind == "lookup"
        }

    @cached_property
    def agreed(self) -> int:
        """The facts that are needed where they are there only if choices with the same condition agree, with all they rest on.

        How sure they are nobody looks at way by way, so whoever gives or verifies them goes on doing it, as today.
        """
        instance = self.instance
        facts, before = union(1 << one.demand.fact for one in self.needs.agreed), 0
        if facts and any(anew for edges in instance.before for _, anew in edges):
            # what is asked anew must go on being nothing that these conditions rest on
            texts = [condition.parse(text) for text in repeated(instance)]
            facts |= instance.mask(sorted({name for one in texts for name in condition.facts_read(one)}))
        while facts != before:
            before = facts
            for number in bits(in_use(instance)):
                rule = instance.rules[number]
                facts |= rule.keys if (rule.gives | rule.confirms) & facts else 0
            for number, gives, reads in instance.asked_under:
                facts |= reads if number < len(instance.items) and gives & facts else 0
        return facts

    def _repairs(self, item: Item) -> bool:
        """Whether it brings what somebody reads and a look-up of today was to give, which cannot replace it: it found nothing."""
        instance = self.instance
        looked_up = union(instance.items[one].facts for one, by_hand in self.by_hand.items() if by_hand & item.bit)
        return bool(looked_up & item.facts & self.read_later[item.node]) if looked_up else False

    @cached_property
    def asked_beside(self) -> tuple[tuple[int, ...], ...]:
        """The questions that ask the same fact in several sides of one parallel part: those of each of these sides, as bits."""
        found: dict[tuple[int, int], dict[int, int]] = {}
        for item in self.instance.items:
            if item.kind == "question" and item.facts:
                for split, side in self.instance.points[item.node].sides:
                    by_side = found.setdefault((split, item.facts), {})
                    by_side[side] = by_side.get(side, 0) | item.bit
        return tuple(tuple(sides.values()) for sides in found.values() if len(sides) > 1)

    @cached_property
    def tested(self) -> int:
        """The facts of which a condition asks whether they are known, where that differs from way to way.

        Whoever gives them goes on giving them, and nobody else may: else cases would go another way than today.
        """
        facts, before = 0, -1
        unsure = [one.demand for one in self.needs.stated if one.demand.stated < 0 and one.level == 0]
        while facts != before:
            before = facts
            for demand in unsure:
                under = self.instance.items[demand.item] if demand.what == "field" else None
                asked_under_it = under is not None and (
                    under.facts & facts or bool(under.question and under.question.act)
                )
                if demand.what == "condition" or asked_under_it or self._is_key(demand, facts):
                    facts |= 1 << demand.fact
            for rule in self.instance.rules:
                if rule.kind in ("computed", "same"):
                    facts |= rule.keys if rule.gives & facts else 0
        return facts

    def _is_key(self, demand: Demand, facts: int) -> bool:
        """Whether without a key a look-up of today comes to a stop, or nobody knows any of some facts."""
        if demand.what != "key":
            return False
        if isinstance(self.instance.points[demand.node].step, Lookup):
            look_ups = (one for one in self.instance.items if one.node == demand.node and one.kind == "lookup")
            return any(self._may_stay(one, facts) for one in look_ups)
        work = self.instance.work[demand.node]
        return any(kind == "rule" and self.instance.rules[number].gives & facts for kind, number, _ in work)

    def _may_stay(self, look_up: Item, tested: int) -> bool:
        """Whether some redesign may keep a look-up of today: somebody reads what it brings, or it stays for another reason."""
        if self.without & look_up.bit:
            return False
        binding, stay = tested | self.agreed, self.decided | self.asked_anew
        with_it = [one for one in self.instance.items if (look_up.bit | self.by_hand[look_up.number]) & one.bit]
        return bool(look_up.facts & self.read_later[look_up.node]) or any(
            one.bound or one.facts & binding or one.bit & stay for one in with_it
        )

    def doing_without(self) -> Iterator["Today"]:
        """Yield the same procedure without look-ups of today whose keys only some have, for each way to do without some of them.

        As long as such a look-up stays, its keys must be known in the same cases as today, so whoever gives them goes on doing so:
        with it gone, they may go as well.
        """
        lacking = {one.demand.node for one in self.needs.stated if one.demand.what == "key" and one.level == 0}
        stopping = [
            one
            for one in self.instance.items
            if one.kind == "lookup"
            and one.node in lacking
            and not (one.bound or self.decided & one.bit or one.facts & self.agreed or self.by_hand[one.number])
            and self._may_stay(one, 0)
        ][:MOST_WITHOUT]
        for count in range(1, len(stopping) + 1):
            for some in combinations(stopping, count):
                gone = union(one.bit for one in some)
                other = replace(self, without=gone, _alone={}, _with_all={})
                other.__dict__["needs"] = self.needs
                if not gone & other.bound_items and other.feasible(self.instance.everything & ~gone, other.offered):
                    yield other

    @cached_property
    def asked_anew(self) -> int:
        """The questions, as bits, that a return which asks their fact anew comes to first; an act before a plain question."""
        found = 0
        for target, edges in enumerate(self.instance.before):
            for fact in {fact for _, anew in edges for fact in bits(anew)}:
                asking: dict[int, Item] = {}
                for item in self.instance.items:
                    if item.kind == "question" and item.facts == 1 << fact and (item.bound or item.node not in asking):
                        asking[item.node] = item
                found |= sum(asking[node].bit for node in self._first_of(asking.keys(), target))
        return found

    def _first_of(self, wanted: Collection[int], start: int) -> set[int]:
        """Return which of some points are come to from a point without passing another of them."""
        found, seen, waiting = set(), {start}, [start]
        while waiting:
            node = waiting.pop()
            if node in wanted:
                found.add(node)
                continue
            later = [one for one in self.instance.graph.successors(node) if one not in seen]
            seen.update(later)
            waiting += later
        return found

    @cached_property
    def bound_items(self) -> int:
        """The items that stay, as bits."""
        return sum(1 << number for number in self.bound)

    def alone(self, rules: int) -> int:
        """Return the items each of which could go by itself, with these rules in force, as bits; look-ups and letters not tried.

        Complexity: as for `goes`.
        """
        if rules not in self._alone:
            self._alone[rules] = sum(item.bit for item in self._tried if self.goes(item.bit, rules))
        return self._alone[rules]

    def goes(self, items: int, rules: int) -> bool:
        """Return whether some items, as bits, could go together, with these rules in force.

        Complexity: one look at all ways for everything that is usually asked, with nothing offered or all; else a supply analysis.
        """
        scenario = self._scenario(items, rules)
        if scenario < 0:
            return self.feasible(self.instance.everything & ~items, rules)
        return bool(self._usual.outcomes.feasible >> scenario & 1)

    def state_without(self, items: int, rules: int, node: int) -> State | None:
        """Return what is certain before a point without some items, as bits, and with these rules in force.

        Complexity: as for `goes`.
        """
        scenario = self._scenario(items, rules)
        if scenario < 0:
            return self.supply_without(self.instance.everything & ~items, rules).before[node]
        return self._usual.outcomes.at(node, scenario)

    def by_rules_without(self, items: int, rules: int, node: int, fact: int) -> State | None:
        """Return what `state_without` does, if a fact is there then, and only by rules; else nothing."""
        scenario = self._scenario(items, rules)
        if scenario >= 0 and not self._usual.outcomes.only_by_rules(node, fact) >> scenario & 1:
            return None
        state = self.state_without(items, rules, node)
        return state if state is not None and state.all1 & ~state.own1 & 1 << fact else None

    def _scenario(self, items: int, rules: int) -> int:
        """Return the number of the usual scenario without some items, or -1 if it is none."""
        places = self._usual.places
        if items not in places or rules not in (0, self.offered):
            return -1
        return places[items] + (len(places) if rules else 0)

    @cached_property
    def _tried(self) -> list[Item]:
        never = self.bound_items | self.sole
        return [i for i in self.instance.items if not never & i.bit and i.kind not in ("lookup", "letter")]

    @cached_property
    def _usual(self) -> "_Usual":
        """What findings ask: what if an item goes by itself, all checks of a step, a letter with its papers."""
        instance = self.instance
        checks: dict[int, int] = {}
        for item in instance.items:
            if item.kind == "check":
                checks[item.node] = checks.get(item.node, 0) | item.bit
        letters = (1 << number | papers for number, papers in self.letters.items())
        sets = dict.fromkeys([*(item.bit for item in self._tried), *checks.values(), *letters])
        places = {items: place for place, items in enumerate(sets)}
        half = (1 << len(sets)) - 1  # the scenarios with nothing offered; as many with all that is offered
        kept = [half << len(sets) | half for _ in instance.items]
        for items, place in places.items():
            for number in bits(items):
                kept[number] &= ~(1 << place | 1 << place + len(sets))
        offered = {one: half << len(sets) for one in answers_of(instance, self.offered)}
        return _Usual(places, outcomes(instance, self.needs, 2 * len(sets), kept, offered))

    @cached_property
    def offered(self) -> int:
        """The rules a redesign may use beyond today's."""
        allowed = self.instance.offered & ~self.instance.computed
        for number in bits(allowed) if self.tested else ():
            if self.instance.rules[number].gives & self.tested:
                allowed &= ~(1 << number)
        return allowed

    @cached_property
    def needed(self) -> tuple[int, ...]:
        """By demand: the level its fact must have."""
        levels = [0] * len(self.instance.demands)
        for one in self.needs.stated:
            levels[one.demand.number] = one.level
        return tuple(levels)

    def with_all(self, rules: int) -> Supply:
        """Return what is certain with everything kept and these rules in force, found once."""
        if rules not in self._with_all:
            self._with_all[rules] = supply(self.instance, self.instance.everything, rules)
        return self._with_all[rules]

    def with_offers(self, rules: Iterable[Rule]) -> "Today":
        """Return the same procedure, needing what it needs, with other rules offered."""
        return self.extended(self.instance.with_offers(rules))

    def without_offers(self) -> "Today":
        """Return the same procedure where nothing is offered, with what it needs found anew."""
        return Today(self.instance.with_offers(()), self.decided)

    def extended(self, instance: Instance) -> "Today":
        """Return the same procedure, needing what it needs, compiled with more or other that a redesign may have."""
        other = Today(instance, without=self.without)
        shared = ("needs", "bound", "tested", "letters")
        other.__dict__.update({name: getattr(self, name) for name in shared})
        return other

    @cached_property
    def needing(self) -> tuple[int, ...]:
        """The points that need something."""
        nodes = {one.demand.node for one in self.needs.stated if one.level > 0}
        return tuple(sorted(nodes | {node for node, _ in self.needs.silent}))

    def holding(self, kept: int, rules: int, start: Supply | None = None) -> Supply | None:
        """Return what is certain with these items kept and these rules in force if every requirement is met; else nothing.

        `start` may be what is certain with more items and the same rules: then only what differs is done again.
        """
        found = supply_meeting(self.instance, kept, rules, self.needed, start)
        return found if found is not None and meets_silently(self.needs, found) else None

    def feasible(self, kept: int, rules: int) -> bool:
        """Return whether every requirement is met with these items kept and these rules in force."""
        return self.holding(kept, rules, self.with_all(rules)) is not None

    def supply_without(self, kept: int, rules: int) -> Supply:
        """Return what is certain with these items kept and these rules in force."""
        start = self._with_all.get(rules)
        return supply(self.instance, kept, rules, start if start is not None and not kept & ~start.kept else None)

    @cached_property
    def letters(self) -> dict[int, int]:
        """By letter: the items of documents that it makes, as bits."""
        made: dict[int, int] = {}
        for letter in self.instance.items:
            if letter.kind == "letter" and isinstance(letter.step, Issue):
                made[letter.number] = sum(
                    paper.bit
                    for paper in self.instance.items
                    if paper.paper is not None
                    and letter.step.document
                    and paper.paper.document.document == letter.step.document
                )
        return made

    @cached_property
    def sole(self) -> int:
        """Items without which some fact that is read has no source at all, as bits: no need to try to drop them."""
        instance = self.instance
        read = 0
        for one in self.needs.stated:
            if one.level > 0 and one.demand.item < 0:
                read |= 1 << one.demand.fact
        sources: dict[int, int] = {}
        for item in instance.items:
            if item.kind in ("question", "paper", "log-in"):
                for fact in bits(item.facts & read):
                    sources[fact] = sources.get(fact, 0) | item.bit
        given = 0
        for rule in instance.rules:
            given |= rule.gives
        for work in instance.work:
            for kind, facts, _ in work:
                if kind == "give":
                    given |= facts
        alone = 0
        for fact, items in sources.items():
            if not given >> fact & 1 and items & (items - 1) == 0:
                alone |= items
        return alone


class _Usual(NamedTuple):
    """Scenarios in which something goes, first with nothing offered, then as many with all that is offered."""

    places: dict[int, int]  # by what goes, as bits of items: its number
    outcomes: Outcomes


@dataclass(frozen=True, slots=True)
class Choice:
    """What a redesign keeps of today and which offered rules it uses."""

    kept: int
    rules: int
