"""Where look-ups stand: before the facts are read, only on ways that read them, as late as can be; chooses no supplier."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from analysis.instance import Instance, Rule, bits
from analysis.removal import Choice, Today, lacking
from analysis.supply import Supply, supply
from analysis.support import Sources, Sure
from processes.procedure import Back, Item, Refuse, Steps, inside


@dataclass
class Call:
    """One look-up: a service asked about one subject, for the facts that somebody reads."""

    rules: tuple[Rule, ...]
    facts: dict[int, int] = field(default_factory=dict)  # fact -> the level at which it is needed
    readers: dict[int, int] = field(default_factory=dict)  # fact -> the points that read it, as bits
    keys_of: set[int] = field(default_factory=set)  # the calls, by number, whose keys it gives
    before: set[int] = field(default_factory=set)  # the points right before which it is asked
    followed_by: list["Call"] = field(default_factory=list, repr=False)  # the calls whose keys it gives

    @property
    def first(self) -> Rule:
        """What its rules have in common: service, subject, agreement."""
        return self.rules[0]

    def need(self, fact: int, level: int, node: int) -> None:
        """Note that a point needs a fact at a level."""
        self.facts[fact] = max(level, self.facts.get(fact, 0))
        self.readers[fact] = self.readers.get(fact, 0) | 1 << node

    @property
    def read_at(self) -> set[int]:
        """The points that read some of it."""
        return {node for readers in self.readers.values() for node in bits(readers)}

    def wanted_at(self, node: int, reachable: int) -> dict[int, int]:
        """Return the facts, with their levels, that are read at a point or at some that can come after it."""
        behind = reachable | 1 << node
        return {fact: level for fact, level in self.facts.items() if self.readers[fact] & behind}


def calls(today: Today, choice: Choice) -> list[Call]:
    """Return the look-ups a choice of rules comes to, each after those that give its keys, with the places they stand.

    A look-up stands right before the first point on each way that reads one of its facts; before a choice, if its ways all
    read them and its keys are there; before no point that it would be asked at twice.

    Complexity: for each look-up a pass over the procedure.

    Source: after Knoop, J., Rüthing, O., Steffen, B. (1992). Lazy code motion. https://doi.org/10.1145/143095.143136; whole
    choices instead of single edges, because look-ups are steps that people read.
    """
    found = _read(today, choice)
    ordered = _keys_first(found)
    supplied = today.supply_without(choice.kept, choice.rules)
    for number in reversed(ordered):
        call = found[number]
        call.followed_by = [found[later] for later in sorted(call.keys_of)]
        points = call.read_at | {point for later in call.keys_of for point in found[later].before}
        call.before = _Placing(today.instance, supplied, call, points).places()
    return [found[number] for number in ordered if found[number].before]


def _read(today: Today, choice: Choice) -> list[Call]:
    """Find what each point really reads through the chosen rules."""
    instance = today.instance
    by_call: dict[tuple[object, ...], list[int]] = {}
    for number in bits(choice.rules):
        rule = instance.rules[number]
        by_call.setdefault((rule.service, rule.about), []).append(number)
    found = [Call(tuple(instance.rules[number] for number in numbers)) for numbers in by_call.values()]
    of_rule = {number: call for call, numbers in enumerate(by_call.values()) for number in numbers}
    bare = _bare(today, choice)
    sources: dict[int, Sources] = {}
    logged_in: dict[int, int] = {}  # by form, what somebody who logs in before it makes sure
    for option in instance.options:
        if option.log_in is not None and choice.kept >> option.number & 1:
            logged_in[option.node] = logged_in.get(option.node, 0) | option.facts
    for node, fact, level in (*lacking(today, bare), *_conditions_lacking(instance, choice, bare)):
        state = bare.before[node]
        if state is None:
            continue
        if node not in sources:
            before = tuple(levels | logged_in.get(node, 0) for levels in state[3:6])
            rules = bits(choice.rules | instance.computed | state.rules)
            sources[node] = Sources(instance, (before[0], before[1], before[2]), rules)
        behind: dict[Sure, set[int]] = {}  # by what is sure: the look-ups that made it so
        for use in sources[node].uses(fact, level):  # what comes first first
            made = behind[use.fact, use.level] = set[int]().union(*(behind.get(one, ()) for one in use.needs))
            if use.rule in of_rule:
                call = of_rule[use.rule]
                made.add(call)
                found[call].need(use.fact, use.level, node)
                for earlier in set[int]().union(*(behind.get(one, ()) for one in use.before)) - {call}:
                    found[earlier].keys_of.add(call)
    return found


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


def _conditions_lacking(instance: Instance, choice: Choice, bare: Supply) -> Iterator[tuple[int, int, int]]:
    """Yield (point, fact, level) for what the conditions of kept questions read and their forms do not ask before."""
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
                yield option.node, fact, level


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
    def __init__(self, instance: Instance, supplied: Supply, call: Call, read_at: set[int]) -> None:
        self.instance, self.supplied, self.call, self.read_at = instance, supplied, call, read_at
        self.node = {
            id(place.item): node
            for node, place in enumerate(instance.points)
            if place.kind in ("step", "choose", "split", "back", "refused")
        }
        self.coming = self._coming()
        keys = 0
        for rule in call.rules:
            keys |= rule.keys
        self.asked_anew_at = {
            target
            for target, edges in enumerate(instance.before)
            for _, anew in edges
            if anew and (instance.resting_on[anew] & keys or anew & sum(1 << fact for fact in call.facts))
        }
        self.found: set[int] = set()

    def places(self) -> set[int]:
        self._sequence(self.instance.procedure.steps, asked=False)
        return self.found

    def _coming(self) -> int:
        """The points from which every way comes to one that reads, as bits: the greatest solution, as ways that end do not."""
        points, following = self.instance.points, self.instance.following
        reading = sum(1 << node for node in self.read_at)
        coming, before = (1 << len(points)) - 1, -1
        while coming != before:
            before = coming
            for node in reversed(range(len(points))):
                after = following[node]
                all_ways = after & coming if points[node].kind == "split" else after and not after & ~coming
                if not reading >> node & 1 and not all_ways:
                    coming &= ~(1 << node)
        return coming

    def _sequence(self, steps: Steps, *, asked: bool) -> bool:
        """Place the look-up in a list of steps; return whether it has been asked at its end, if the end is reached."""
        for item in steps:
            asked = self._item(item, asked)
        return asked

    def _item(self, item: Item, asked: bool) -> bool:
        node = self.node[id(item)]
        if node in self.asked_anew_at:
            asked = False
        if not asked and (node in self.read_at or (inside(item) and self._all_read(node, item))):
            self.found.add(node)
            asked = True
        lists = inside(item)
        if not lists:
            return asked
        ends = [(self._sequence(steps, asked=asked), _ends(steps)) for steps in lists]
        if item.kind == "parallel":
            return any(done for done, _ in ends)
        if item.kind == "lookup":
            return asked
        return all(done for done, ended in ends if not ended)

    def _all_read(self, node: int, item: Item) -> bool:
        """Whether all ways of a choice read a fact, one of them inside it, and the keys are there in front of it."""
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
        return any(self.node[id(item)] in self.read_at or self._read_inside(item) for item in steps)


def _ends(steps: Steps) -> bool:
    """Whether a list of steps never comes to its end."""
    return any(
        isinstance(item, Back | Refuse)
        or (bool(inside(item)) and item.kind != "lookup" and all(_ends(one) for one in inside(item)))
        for item in steps
    )
