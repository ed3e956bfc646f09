"""What is certain to be there, and how sure, before each point; knows no demand and judges nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from analysis.instance import Instance, bits


class State(NamedTuple):
    """What is certain at a place. Facts are bits; `own2` are those at level 2 or more, and so on.

    `own` is what was said, shown, checked and found; `all` is that closed under the rules in force.
    """

    own1: int = 0
    own2: int = 0
    own3: int = 0
    all1: int = 0
    all2: int = 0
    all3: int = 0
    papers: int = 0  # items of documents that were handed in
    rules: int = 0  # rules in force
    folded: int = 0  # items asked under a condition, waiting for it to be known

    def level(self, fact: int) -> int:
        """Return the level of a fact, by its index."""
        return (self.all1 >> fact & 1) + (self.all2 >> fact & 1) + (self.all3 >> fact & 1)


@dataclass(frozen=True, slots=True)
class Supply:
    """The states before and after every point; none where a point is never reached."""

    before: tuple[State | None, ...]
    after: tuple[State | None, ...]
    read: tuple[int, ...]  # by demand: the level its fact has where it is read; -1 where that place is never reached


def supply(instance: Instance, kept: int, rules: int = 0) -> Supply:
    """Return what is certain before and after each point if only these items are kept and these rules hold everywhere.

    Where ways meet the least counts, over closed states; where parallel sides join the most does, save for facts that
    a return inside a side asks anew. Rules are closed by the least fixpoint, so that nothing supports itself;
    along the ways the greatest is taken.

    Args:
        instance: The compiled procedure.
        kept: The items that are kept, as bits.
        rules: Rules in force from the start, as bits; those of the catalogue's computed elements always are. The
            rules of today's steps come into force where their step stands, if it is kept.

    Complexity: two rounds over the points where nothing returns, rarely more than three; each a few operations on
    integers of a bit a fact, a closure where something changed.

    Source:
        Kildall, G. A. (1973). A unified approach to global program optimization. POPL '73. The join of parallel
        sides follows Knoop, J., Steffen, B., Vollmer, J. (1996), https://doi.org/10.1145/229542.229545.
    """
    return _Walk(instance, kept, rules | instance.computed).result()


def resting(instance: Instance, facts: int) -> int:
    """Return those facts and all that rests on them by any rule: what is lost when they are asked anew."""
    grown = True
    while grown:
        grown = False
        for rule in instance.rules:
            if rule.keys & facts and (rule.gives | rule.confirms) & ~facts:
                facts |= rule.gives | rule.confirms
                grown = True
    return facts


class _Walk:
    def __init__(self, instance: Instance, kept: int, rules: int) -> None:
        self.instance, self.kept, self.rules = instance, kept, rules
        self.offered = rules & ~instance.computed  # those that no step of today puts in force
        self.anew = {facts: resting(instance, facts) for edges in instance.before for _, facts in edges if facts}
        self.held = _held(instance, self.anew)
        self.texts = list(instance.conditional)
        self.read = [-1] * len(instance.demands)

    def result(self) -> Supply:
        points = range(len(self.instance.points))
        before: list[State | None] = [None] * len(points)
        after: list[State | None] = [None] * len(points)
        first = self._closed(State(rules=self.rules))
        changed = True
        while changed:
            changed = False
            for node in points:
                arriving = first if node == 0 else self._arriving(node, after)
                if arriving is None or (arriving == before[node] and after[node] is not None):
                    continue
                before[node] = arriving
                leaving = self._through(node, arriving)
                if leaving != after[node]:
                    after[node], changed = leaving, True
        return Supply(tuple(before), tuple(after), tuple(self.read))

    # --- where ways meet

    def _arriving(self, node: int, after: list[State | None]) -> State | None:
        point = self.instance.points[node]
        states = []
        for source, anew in self.instance.before[node]:
            state = after[source]
            if state is not None:
                states.append(self._lost(state, anew, self.anew[anew]) if anew else state)
            elif point.kind == "join":
                return None  # a side that is not through yet
        if not states:
            return None
        met = self._closed(self._joined(node, states)) if point.kind == "join" else _least(states)
        hold = self.held[node]
        return self._lost(met, hold, resting(self.instance, hold)) if hold else met

    def _joined(self, node: int, states: list[State]) -> State:
        split = self.instance.points[node].at
        kills = _kills(self.instance, split, len(states), self.anew)
        met = State(*(_or(state[field] for state in states) for field in range(len(State._fields))))
        for number, state in enumerate(states):
            for fact in bits(kills[number]):
                others = any(kill >> fact & 1 for n, kill in enumerate(kills) if n != number)
                met = _with_fact(met, fact, State() if others else state)
        return met

    def _lost(self, state: State, roots: int, rest: int) -> State:
        """Forget facts that are asked anew; what rests on them keeps the level it has by itself."""
        own = (state.own1 & ~roots, state.own2 & ~roots, state.own3 & ~roots)
        kept_levels = (
            state.all1 & ~rest | own[0],
            state.all2 & ~rest | own[1],
            state.all3 & ~rest | own[2],
        )
        gone = 0
        for number in bits(state.rules & ~self.rules):
            rule = self.instance.rules[number]
            if rule.keys & rest or (rule.gives | rule.confirms) & roots:
                gone |= 1 << number  # its answer was about the value that is asked anew
        folded = state.folded
        for number, facts, reads in self.instance.asked_under if folded else ():
            if facts & roots or reads & rest:
                folded &= ~(1 << number)  # asked under what the condition was then
        lost = State(*own, *kept_levels, state.papers, state.rules & ~gone, folded)
        return self._closed(lost)

    # --- through a point

    def _through(self, node: int, state: State) -> State:
        """Do what a point does; states are closed only before something reads them.

        Look-ups of the catalogue stand before and behind a step, never within: they answer nothing from what a step has
        only just been told.
        """
        changed = 0  # the facts given since the state was last closed; -1 if rules came into force
        told = 0  # the same, since the point was come to
        for kind, number, operand in self.instance.work[node]:
            if changed and kind in _READING:
                state, told, changed = self._closed(state, changed, within=True), told | changed, 0
            match kind:
                case "demand":
                    demand = self.instance.demands[number]
                    if demand.item < 0 or self.kept >> demand.item & 1:
                        self.read[number] = state.level(demand.fact)
                case "ask":
                    if self.kept >> number & 1:
                        state, changed = _given(state, operand, 1), changed | operand
                case "paper":
                    if self.kept >> number & 1:
                        state = _given(state, operand, 1)._replace(papers=state.papers | 1 << number)
                        changed |= operand
                case "fold":
                    if self.kept >> number & 1 and not operand & ~state.all1:  # else who knows whether it was asked
                        state = state._replace(folded=state.folded | 1 << number)
                case "unfold":
                    items = self.instance.conditional[self.texts[number]] & state.folded & self.kept
                    for one in bits(items):
                        state, changed = self._unfolded(state, one), changed | self.instance.items[one].facts
                case "check":
                    if self.kept >> number & 1:
                        state, changed = self._checked(node, state, operand), changed | 1 << operand
                case "give":
                    state, changed = _given(state, number, 3), changed | number
                case "log in":
                    if self.kept >> number & 1:
                        state, changed = _given(state, operand, 3), changed | operand
                case "rule":
                    if operand < 0 or self.kept >> operand & 1:
                        state, changed = state._replace(rules=state.rules | 1 << number), -1
        for place, bit in self.instance.consents:
            if place == node:
                state, changed = _given(state, bit, 1), changed | bit
        if changed | told:
            state = self._closed(state, changed | told)
        hold = self.held[node]
        return self._lost(state, hold, resting(self.instance, hold)) if hold else state

    def _unfolded(self, state: State, number: int) -> State:
        """Count a question or a document as given, now that its condition is known to hold."""
        item = self.instance.items[number]
        state = _given(state, item.facts, 1)
        return state._replace(papers=state.papers | item.bit) if item.kind == "paper" else state

    def _checked(self, node: int, state: State, fact: int) -> State:
        """Raise a fact to documented, if it was said and a paper that shows it was handed in, or none is asked for."""
        bit = 1 << fact
        if not state.own1 & bit:
            return state  # not there, or only by a rule: then it is as sure as its key, whoever looks at it
        documented = self.instance.documented
        if any(bit & documented[number] for number in bits(state.papers)) or not self.instance.papered[node] & bit:
            return _given(state, bit, 2)
        return state

    # --- rules

    def _closed(self, state: State, changed: int = -1, *, within: bool = False) -> State:
        """Close a state under the rules in force, given that only what rests on the changed facts is not closed yet."""
        one, two, three = state.all1, state.all2, state.all3
        in_force = self.instance.in_force(state.rules & ~self.offered if within else state.rules)
        while changed:
            touched, changed = changed, 0
            for reads, keys, least, most, gives, confirms, consent in in_force:
                if (not reads & touched and touched > 0) or consent & ~one:
                    continue
                if gives & ~three and (level := _reached(keys, least, most, one, two, three)):
                    grown = _raised(gives, level, one, two, three)
                    changed |= grown[0] ^ one | grown[1] ^ two | grown[2] ^ three
                    one, two, three = grown
                for fact in bits(confirms & one & ~three) if confirms else ():
                    bit = 1 << fact
                    if level := _reached(keys & ~bit, least, most, one, two, three):
                        grown = _raised(bit, level, one, two, three)
                        changed |= grown[0] ^ one | grown[1] ^ two | grown[2] ^ three
                        one, two, three = grown
        if (one, two, three) == state[3:6]:
            return state
        return State(*state[:3], one, two, three, *state[6:])


# Operations that read levels: what was given before must be closed by then.
_READING = frozenset({"demand", "check"})


def _given(state: State, facts: int, level: int) -> State:
    """Give facts at a level; what follows from them is left to closing."""
    levels = [mask | facts if level > number else mask for number, mask in enumerate(state[:3])]
    closed = [mask | facts if level > number else mask for number, mask in enumerate(state[3:6])]
    return State._make((*levels, *closed, *state[6:]))


def _reached(keys: int, least: int, most: int, one: int, two: int, three: int) -> int:
    """Return how sure a rule's answer is: the least level of its keys, at most its own; 0 if they are not sure enough."""
    if keys & ~one:
        return 0
    sure = 3 if not keys & ~three else 2 if not keys & ~two else 1
    return min(sure, most) if sure >= least else 0


def _raised(facts: int, level: int, one: int, two: int, three: int) -> tuple[int, int, int]:
    return one | facts, two | facts if level >= 2 else two, three | facts if level >= 3 else three


def _least(states: list[State]) -> State:
    met = states[0]
    for state in states[1:]:
        met = State(*(a & b for a, b in zip(met, state, strict=True)))
    return met


def _or(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _with_fact(state: State, fact: int, of: State) -> State:
    """Return a state in which one fact has the level it has in another."""
    bit = 1 << fact
    levels = [mine & ~bit | theirs & bit for mine, theirs in zip(state[:6], of[:6], strict=True)]
    return State._make((*levels, *state[6:]))


def _kills(instance: Instance, split: int, sides: int, anew: dict[int, int]) -> list[int]:
    """Return, for each side of a parallel part, the facts that a return inside it asks anew, with what rests on them."""
    kills = [0] * sides
    for edges in instance.before:
        for source, facts in edges:
            if facts:
                for where, side in instance.points[source].sides:
                    if where == split:
                        kills[side] |= anew[facts]
    return kills


def _held(instance: Instance, anew: dict[int, int]) -> list[int]:
    """Return, for each point, the facts that nobody there can count on, because a side running beside it asks them anew."""
    held = [0] * len(instance.points)
    if not any(point.kind == "split" for point in instance.points) or not anew:
        return held
    for node, point in enumerate(instance.points):
        for split, side in point.sides:
            sides = sum(other.kind == "side" and other.at == split for other in instance.points)
            kills = _kills(instance, split, sides, anew)
            held[node] |= _or(kill for number, kill in enumerate(kills) if number != side)
    return held
