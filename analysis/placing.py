"""Where look-ups stand: before the facts are read, only on ways that read them, as late as can be; chooses no supplier."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from analysis.instance import Instance, Rule, bits, union
from analysis.removal import Choice, Today
from analysis.supply import State, Supply, supply
from analysis.support import Sources, Sure
from processes.procedure import Back, Item, Lookup, Refuse, Steps, inside


class Spot(NamedTuple):
    """Right before a point; or right behind the last point of a way, where what the way alone knows is asked with."""

    node: int
    behind: bool = False


@dataclass
class Call:
    """One look-up: a service asked about one subject, for the facts that somebody reads."""

    rules: tuple[Rule, ...]
    facts: dict[int, int] = field(default_factory=dict)  # fact -> the level at which it is needed
    readers: dict[int, int] = field(default_factory=dict)  # fact -> the points that read it, as bits
    ends: dict[int, int] = field(default_factory=dict)  # fact -> the ends of ways behind which it is read, as bits
    keys_of: dict[int, set[Spot]] = field(
        default_factory=dict
    )  # the calls, by number, whose keys it gives -> for what reads where
    places: set[Spot] = field(default_factory=set)  # where it is asked
    followed_by: list["Call"] = field(default_factory=list, repr=False)  # the calls whose keys it gives

    @property
    def first(self) -> Rule:
        """What its rules have in common: service, subject, agreement."""
        return self.rules[0]

    def need(self, fact: int, level: int, spot: Spot) -> None:
        """Note that a fact is read somewhere at a level."""
        self.facts[fact] = max(level, self.facts.get(fact, 0))
        reading = self.ends if spot.behind else self.readers
        reading[fact] = reading.get(fact, 0) | 1 << spot.node

    @property
    def read_at(self) -> set[Spot]:
        """Where some of it is read."""
        found = {Spot(node) for readers in self.readers.values() for node in bits(readers)}
        return found | {Spot(node, behind=True) for ends in self.ends.values() for node in bits(ends)}

    def wanted_at(self, spot: Spot, reachable: int) -> dict[int, int]:
        """Return the facts, with their levels, that are read at a place or at some that can come after it."""
        here = 1 << spot.node
        points = reachable if spot.behind else reachable | here
        return {
            fact: level
            for fact, level in self.facts.items()
            if self.readers.get(fact, 0) & points or self.ends.get(fact, 0) & (reachable | here)
        }


def calls(today: Today, choice: Choice, *, together: bool = True) -> list[Call]:
    """Return the look-ups a choice of rules comes to, each after those that give its keys, with the places they stand.

    A look-up stands right before the first point on each way that reads one of its facts; before a choice, if its ways all
    read them and its keys are there; before no point that it would be asked at twice. Where its keys are not there any more, as
    only some way knew them, it stands at the end of each way that comes there and has not got the fact otherwise.

    Args:
        today: The procedure, with just the rules that are used.
        choice: What is kept and used.
        together: Whether a look-up stands before a choice too if not all ways need the keys that another one brings it, at a cost.

    Complexity: for each look-up a pass over the procedure.

    Source: after Knoop, J., Rüthing, O., Steffen, B. (1992). Lazy code motion. https://doi.org/10.1145/143095.143136; whole
    choices instead of single edges, because look-ups are steps that people read.
    """
    supplied = today.supply_without(choice.kept, choice.rules)
    found = _Reading(today, choice, supplied).calls()
    ordered = _keys_first(found)
    for number in reversed(ordered):
        call = found[number]
        call.followed_by = [found[later] for later in sorted(call.keys_of)]
        spots = call.read_at.union(
            *(
                _wanted_at(today.instance, supplied, call, found[later].places, reading)
                for later, reading in call.keys_of.items()
            )
        )
        apart = not together and any(
            number in other.keys_of and (other.first.coverage < 1 or other.first.consent) for other in found
        )
        call.places = _Placing(today.instance, supplied, call, spots, apart=apart).places()
    return [found[number] for number in ordered if found[number].places]


def _wanted_at(
    instance: Instance, supplied: Supply, call: Call, places: Iterable[Spot], reading: Iterable[Spot]
) -> Iterator[Spot]:
    """Yield where a look-up whose answer is a key of another is wanted: there, or, if it cannot be asked yet, where the other is read.

    What is read right where the other stands is read of what it answers there, not of what it answered before.
    """
    standing = set(places)
    for place in standing:
        read = [
            spot for spot in reading if spot == place or (spot not in standing and _comes_to(instance, place, spot))
        ]
        state = (supplied.after if place.behind else supplied.before)[place.node]
        if read and state is not None and any(_may_be_asked(rule, state) for rule in call.rules):
            yield place
        else:
            yield from read


def _may_be_asked(rule: Rule, state: State) -> bool:
    """Whether the keys of a rule are there, as sure as it wants them."""
    return all(state.level(key) >= rule.key_level for key in bits(rule.keys))


def _comes_to(instance: Instance, spot: Spot, other: Spot) -> bool:
    """Whether a case that is at a place may still come to another, or is there."""
    return (
        spot == other
        or bool(instance.reachable[spot.node] >> other.node & 1)
        or (spot.node == other.node and not spot.behind)
    )


class _Reading:
    """What each place really reads through the chosen rules."""

    def __init__(self, today: Today, choice: Choice, supplied: Supply) -> None:
        self.today, self.choice, self.instance, self.supplied = today, choice, today.instance, supplied
        by_call: dict[tuple[object, ...], list[int]] = {}
        for number in bits(choice.rules):
            rule = self.instance.rules[number]
            by_call.setdefault((rule.service, rule.about), []).append(number)
        self.found = [Call(tuple(self.instance.rules[number] for number in numbers)) for numbers in by_call.values()]
        self.of_rule = {number: call for call, numbers in enumerate(by_call.values()) for number in numbers}
        self.bare = _bare(today, choice)
        self.made: dict[tuple[Spot, int, int], set[int]] = {}
        self.sources: dict[Spot, Sources | None] = {}
        self.logged_in: dict[int, int] = {}  # by form, what somebody who logs in before it makes sure
        for option in self.instance.options:
            if option.log_in is not None and choice.kept >> option.number & 1:
                self.logged_in[option.node] = self.logged_in.get(option.node, 0) | option.facts

    def calls(self) -> list[Call]:
        """Return all look-ups, with who reads what of them."""
        for spot, fact, level in (
            *self._lacking(),
            *_conditions_lacking(self.instance, self.choice, self.bare),
        ):
            self._read(spot, fact, level)
        return self.found

    def _lacking(self) -> Iterator[tuple[Spot, int, int]]:
        """Yield where a fact is needed, and how sure, for everything that is not there without look-ups."""
        for one in self.today.needs.stated:
            demand = one.demand
            if one.level > 0 and -1 < self.bare.read[demand.number] < one.level:
                at_end = demand.behind == demand.node and self.instance.ends_way(demand.node)
                yield Spot(demand.node, at_end), demand.fact, one.level
        for node, then in self.today.needs.silent:
            now = self.bare.before[node]
            for fact in bits(then.all1):
                if now is not None and now.level(fact) < then.level(fact):
                    yield Spot(node), fact, then.level(fact)

    def _read(self, spot: Spot, fact: int, level: int) -> set[int]:
        """Note who brings a fact to a place; return the look-ups, by number, that make it so sure."""
        if (spot, fact, level) in self.made:
            return self.made[spot, fact, level]
        self.made[spot, fact, level] = set()
        if spot not in self.sources:
            self.sources[spot] = self._sources(spot)
        sources = self.sources[spot]
        if sources is None:
            return set()
        behind: dict[Sure, set[int]] = {}  # by what is sure: the look-ups that made it so

        def made(some: Iterable[Sure]) -> set[int]:
            return set[int]().union(*(behind[one] if one in behind else self._on_each_way(spot, *one) for one in some))

        for use in sources.uses(fact, level):  # what comes first first
            behind[use.fact, use.level] = made(use.needs)
            if use.rule in self.of_rule:
                call = self.of_rule[use.rule]
                behind[use.fact, use.level].add(call)
                self.found[call].need(use.fact, use.level, spot)
                for earlier in made(use.before) - {call}:
                    self.found[earlier].keys_of.setdefault(call, set()).add(spot)
        self.made[spot, fact, level] = made([(fact, level)])
        return self.made[spot, fact, level]

    def _sources(self, spot: Spot) -> Sources | None:
        """Return where facts come from at a place: what only the ways that come there bring is there, as little of it as can be."""
        bare, with_rules = (found.after if spot.behind else found.before for found in (self.bare, self.supplied))
        state, certain = bare[spot.node], with_rules[spot.node]
        if state is None or certain is None:
            return None
        there = _levels(state, 0 if spot.behind else self.logged_in.get(spot.node, 0))
        rules = list(bits(self.choice.rules | self.instance.computed | state.rules))
        found = Sources(self.instance, there, rules)
        one, two, three = (now & ~mine for now, mine in zip(certain[3:6], found.there, strict=True))
        for fact in bits(one | two | three):  # of what follows from one another, the last is taken as given
            less = one & ~(1 << fact), two & ~(1 << fact), three & ~(1 << fact)
            without = Sources(self.instance, _with(there, less), rules)
            if all(now >> fact & 1 <= mine >> fact & 1 for now, mine in zip(certain[3:6], without.there, strict=True)):
                one, two, three = less
        return Sources(self.instance, _with(there, (one, two, three)), rules) if one | two | three else found

    def _on_each_way(self, spot: Spot, fact: int, level: int) -> set[int]:
        """Let each way that comes to a place bring a fact which is not there otherwise."""
        state = (self.bare.after if spot.behind else self.bare.before)[spot.node]
        if state is None or _levels(state, self.logged_in.get(spot.node, 0))[level - 1] >> fact & 1:
            return set()
        return set[int]().union(
            *(self._read(Spot(end, behind=True), fact, level) for end in self._ends(spot.node, fact))
        )

    def _ends(self, node: int, fact: int) -> list[int]:
        """Return the ends of the ways that meet last before a place."""
        while True:
            coming = [source for source, _ in self.instance.before[node] if source < node]
            place = self.instance.points[node]
            if place.kind == "merge":
                return [] if isinstance(place.item, Lookup) else coming
            states = ((source, self.supplied.after[source]) for source in coming)
            node = next((source for source, state in states if state is not None and state.level(fact)), -1)
            if node < 0:
                return []


def _levels(state: State, logged_in: int) -> tuple[int, int, int]:
    return state.all1 | logged_in, state.all2 | logged_in, state.all3 | logged_in


def _with(levels: tuple[int, int, int], more: tuple[int, int, int]) -> tuple[int, int, int]:
    return levels[0] | more[0], levels[1] | more[1], levels[2] | more[2]


def _bare(today: Today, choice: Choice) -> Supply:
    """Return what is certain without look-ups; that conditions of kept questions are known when they are asked is for them to see to."""
    instance = today.instance
    if not any(option.instead_of >= 0 and choice.kept >> option.number & 1 for option in instance.options):
        return today.supply_without(choice.kept, 0)
    first = len(instance.items)
    work = tuple(
        tuple(
            ("fold", number, 0) if kind == "fold" and number >= first else (kind, number, facts)
            for kind, number, facts in one
        )
        for one in instance.work
    )
    known = replace(instance, work=work, fold_levels={})
    return supply(known, choice.kept)


def _conditions_lacking(instance: Instance, choice: Choice, bare: Supply) -> Iterator[tuple[Spot, int, int]]:
    """Yield where a fact is needed, and how sure, for what the conditions of kept questions read and their forms do not ask before."""
    for option in instance.options:
        if option.instead_of < 0 or not choice.kept >> option.number & 1:
            continue
        state = bare.before[option.node]
        reads = next(
            facts for kind, number, facts in instance.work[option.node] if (kind, number) == ("fold", option.number)
        )
        two, three = instance.fold_levels.get(option.number, (0, 0))
        for fact in bits(reads):
            level = 3 if three >> fact & 1 else 2 if two >> fact & 1 else 1
            asked = any(
                item.node == option.node and item.number < option.instead_of and item.facts >> fact & 1
                for item in (instance.item(number) for number in bits(choice.kept))
                if item.under is None
            )
            if state is not None and state.level(fact) < level and not (asked and level == 1):
                yield Spot(option.node), fact, level


def _keys_first(found: list[Call]) -> list[int]:
    ordered: list[int] = []

    def visit(number: int, under: frozenset[int]) -> None:
        if number in ordered or number in under:
            return
        for other, call in enumerate(found):
            if number in call.keys_of:
                visit(other, under | {number})
        ordered.append(number)

    for number in range(len(found)):
        visit(number, frozenset())
    return ordered


class _Placing:
    def __init__(
        self, instance: Instance, supplied: Supply, call: Call, read_at: set[Spot], *, apart: bool = False
    ) -> None:
        self.instance, self.supplied, self.call, self.apart = instance, supplied, call, apart
        self.read_at = union(1 << spot.node for spot in read_at if not spot.behind)
        self.read_behind = union(1 << spot.node for spot in read_at if spot.behind)
        by = instance.known_by(supplied.kept) | supplied.rules
        keys, facts = union(rule.keys for rule in call.rules), union(1 << fact for fact in call.facts)
        self.asked_anew_at = union(
            1 << target for _, target, anew in instance.asked_anew if instance.resting(anew, by) & keys or anew & facts
        )
        self.matter = self.read_at | self.read_behind | self.asked_anew_at
        self.found: set[Spot] = set()

    @cached_property
    def coming(self) -> int:
        """The points from which every case comes to one that reads something of it."""
        return self.instance.coming(self.read_at | self.read_behind)

    def places(self) -> set[Spot]:
        self._sequence(self.instance.procedure.steps, -1, asked=False)
        return self.found

    def _sequence(self, steps: Steps, end: int, *, asked: bool) -> bool:
        """Place the look-up in a list of steps; return whether it has been asked at its end, if the end is reached."""
        for item in steps:
            asked = self._item(item, asked)
        if not asked and end >= 0 and self.read_behind >> end & 1:
            self.found.add(Spot(end, behind=True))
            asked = True
        return asked

    def _item(self, item: Item, asked: bool) -> bool:
        node = self.instance.node_of[id(item)]
        if not self.matter & self.instance.within[node]:
            return asked
        if self.asked_anew_at >> node & 1:
            asked = False
        lists = inside(item)
        if not asked and (self.read_at >> node & 1 or (lists and self._all_read(node, item))):
            self.found.add(Spot(node))
            asked = True
        if not lists:
            return asked
        last = self.instance.ends_of_ways.get(node, {})
        ends = [
            (self._sequence(steps, last.get(way, -1), asked=asked), _ends(steps)) for way, steps in enumerate(lists)
        ]
        if item.kind == "parallel":
            return any(done for done, _ in ends)
        if item.kind == "lookup":
            return asked
        return all(done for done, ended in ends if not ended)

    def _all_read(self, node: int, item: Item) -> bool:
        """Whether all ways of a choice read a fact, one of them inside it, and the keys are there in front of it."""
        if self.apart:
            return False
        if item.kind == "parallel" or not self.coming >> node & 1 or not self._read_inside(item):
            return item.kind == "parallel" and self._read_on_all_sides(item) and self._there(node)
        return self._there(node)

    def _there(self, node: int) -> bool:
        state = self.supplied.before[node]
        return state is not None and all(state.level(fact) >= level for fact, level in self.call.facts.items())

    def _read_inside(self, item: Item) -> bool:
        return any(self._reads(steps) for steps in inside(item))

    def _read_on_all_sides(self, item: Item) -> bool:
        return all(self._reads(steps) for steps in inside(item))

    def _reads(self, steps: Steps) -> bool:
        return any(self.read_at & self.instance.within[self.instance.node_of[id(item)]] for item in steps)


def _ends(steps: Steps) -> bool:
    """Whether a list of steps never comes to its end."""
    return any(
        isinstance(item, Back | Refuse)
        or (bool(inside(item)) and item.kind != "lookup" and all(_ends(one) for one in inside(item)))
        for item in steps
    )
