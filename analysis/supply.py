"""What is certain to be there, and how sure, before each point; knows no demand and judges nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from analysis.instance import Instance, bits
from analysis.losing import losing


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
    papers: int = 0  # documents that were handed in
    rules: int = 0  # rules that steps have put in force
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
    kept: int  # the items, as bits, and
    rules: int  # the rules for which this holds


def supply(
    instance: Instance, kept: int, rules: int = 0, start: Supply | None = None, *, by: int | None = None
) -> Supply:
    """Return what is certain before and after each point if only these items are kept and these rules hold everywhere.

    Where ways meet the least counts, over closed states; where parallel sides join the most does, save for facts that
    a return inside a side asks anew. Rules are closed by the least fixpoint, so that nothing supports itself;
    along the ways the greatest is taken.

    Args:
        instance: The compiled procedure.
        kept: The items that are kept, as bits.
        rules: Rules in force from the start, as bits; those of the catalogue's computed elements always are. The
            rules of today's steps come into force where their step stands, if it is kept.
        start: What is certain with more items kept and the same rules; only what differs is done again. For what is
            certain now is no more than that, and of all solutions below it the greatest is the greatest.
        by: The rules by which facts rest on what a return asks anew, so that they are lost with it: else those of kept steps and
            those in force.

    Complexity: each point once, and again as often as what comes back to it lowers what is there, which is seldom; a
    few operations on integers of a bit a fact, and a closure where something changed.

    Source:
        Kildall, G. A. (1973). A unified approach to global program optimization. POPL '73. The join of parallel
        sides follows Knoop, J., Steffen, B., Vollmer, J. (1996), https://doi.org/10.1145/229542.229545.
    """
    found = _Walk(instance, kept, rules, by).result(start, ())
    assert found is not None  # noqa: S101  # only demands make it give up
    return found


def supply_meeting(
    instance: Instance, kept: int, rules: int, needed: Sequence[int], start: Supply | None = None
) -> Supply | None:
    """Return what is certain, as `supply` does, or nothing as soon as a demand reads less than is needed.

    Args:
        instance: The compiled procedure.
        kept: The items that are kept.
        rules: The rules in force from the start.
        needed: By demand, the least level at which its fact must be there.
        start: What is certain with more items kept and the same rules.
    """
    return _Walk(instance, kept, rules).result(start, needed)


def closed_under(instance: Instance, state: State, rules: int) -> tuple[int, int, int]:
    """Return what is there, at each level, where a state holds, if these rules are in force besides.

    Complexity: that of a closure.
    """
    walk = _Walk(instance, 0, rules)
    return walk._closed(*state[3:6], 0, state.rules | walk.everywhere, rules)  # of this module


class _Walk:
    """One look at all ways; states only ever get less on it."""

    def __init__(self, instance: Instance, kept: int, rules: int, by: int | None = None) -> None:
        self.instance, self.kept = instance, kept
        self.losing = losing(instance, rules | instance.known_by(kept) if by is None else by)
        self.given_rules = rules
        self.within = instance.computed  # rules that hold in the middle of a step
        self.everywhere = rules | instance.computed
        self.by_fact = instance.rules_reading
        self.read: list[int] = []
        self.needed: Sequence[int] = ()

    def result(self, start: Supply | None, needed: Sequence[int]) -> Supply | None:
        instance, self.needed = self.instance, needed
        if start is not None and instance.known_by(start.kept) != instance.known_by(self.kept):
            start = None  # without a look-up less is lost
        if start is None:
            before: list[State | None] = [None] * len(instance.points)
            after: list[State | None] = [None] * len(instance.points)
            self.read = [-1] * len(instance.demands)
            waiting = again = 1  # points to be looked at, as bits; and those to be passed whatever comes there
        else:
            assert start.rules == self.given_rules and not self.kept & ~start.kept  # noqa: S101  # else it is no start
            before, after, self.read = list(start.before), list(start.after), list(start.read)
            waiting = again = self._touched(start.kept & ~self.kept)
        while waiting:
            here = waiting & -waiting
            waiting ^= here
            node = here.bit_length() - 1
            arriving = self._arriving(node, after)
            if arriving is None or (arriving == before[node] and not again & here):
                continue
            again &= ~here
            before[node] = arriving
            leaving = self._through(node, arriving)
            if leaving is None:
                return None
            if leaving != after[node]:
                after[node] = leaving
                waiting |= instance.following[node]
        return Supply(tuple(before), tuple(after), tuple(self.read), self.kept, self.given_rules)

    def _touched(self, dropped: int) -> int:
        """Return the points that do something else without some items, as bits."""
        found = 0
        for number in bits(dropped):
            found |= self.instance.touched_by[number]
        return found

    # --- where ways meet

    def _arriving(self, node: int, after: list[State | None]) -> State | None:
        instance = self.instance
        met: State | None = None
        if node == 0:
            force = self.everywhere
            met = State(0, 0, 0, *self._closed(0, 0, 0, 0, force, force & instance.keyless))
        elif instance.points[node].kind == "join":
            met = self._joined(node, after)
            if met is None:
                return None  # a side that is not through yet
        else:
            for source, anew in instance.before[node]:
                state = after[source]
                if state is None:
                    continue
                if anew:
                    state = self._lost(state, anew)
                elif node in instance.repaired:
                    state = self._repaired(state, *instance.repaired[node])
                if met is None:
                    met = state
                elif state != met:
                    met = State._make([a & b for a, b in zip(met, state, strict=True)])
        hold = self.losing.held[node]
        return self._lost(met, hold) if hold and met is not None else met

    def _repaired(self, state: State, found: int, repaired: int) -> State:
        """Let a rule be in force behind a look-up: where it found something, or all that it says was checked on paper."""
        rule = self.instance.rules[repaired]
        if state.rules >> found & 1 or not (rule.gives | rule.confirms) & ~state.own2:
            return state._replace(rules=state.rules | 1 << repaired)
        return state

    def _joined(self, node: int, after: list[State | None]) -> State | None:
        states: list[State] = []
        for source, _ in self.instance.before[node]:
            state = after[source]
            if state is None:
                return None
            states.append(state)
        met = State._make([_or(masks) for masks in zip(*states, strict=True)])
        fewest = State._make([_and(masks) for masks in zip(*states, strict=True)])
        kills = self.losing.killed_in[node]
        for number, state in enumerate(states):
            for fact in bits(kills[number]):
                others = any(kill >> fact & 1 for n, kill in enumerate(kills) if n != number)
                met = _with_fact(met, fact, State() if others else state)
        one, two, three = met[3:6]
        changed = _raised(fewest[3:6], one, two, three)  # each side is closed: only what they do not share says more
        closed = self._closed(one, two, three, changed, met.rules | self.everywhere, met.rules & ~fewest.rules)
        return State._make((*met[:3], *closed, *met[6:]))

    def _lost(self, state: State, roots: int) -> State:
        """Forget facts that are asked anew; what rests on them keeps the level it has by itself."""
        own = (state.own1 & ~roots, state.own2 & ~roots, state.own3 & ~roots)
        rest, gone = self.losing.resting_on[roots], 0
        for number in bits(state.rules & ~self.everywhere):
            rule = self.instance.rules[number]
            if rule.keys & rest or (rule.gives | rule.confirms) & roots:
                gone |= 1 << number  # its answer was about the value that is asked anew
        folded = state.folded
        for number, facts, reads in self.instance.asked_under if folded else ():
            if facts & roots or reads & rest:
                folded &= ~(1 << number)  # asked under what the condition was then
        one, two, three = (mask & ~rest | mine for mask, mine in zip(state[3:6], own, strict=True))
        rules = state.rules & ~gone
        force = rules | self.everywhere
        closed = self._closed(one, two, three, 0, force, force & self.losing.giving_again[rest])
        return State(*own, *closed, state.papers, rules, folded)

    # --- through a point

    def _through(self, node: int, state: State) -> State | None:
        """Do what a point does; nothing, if a demand reads too little. States are closed only before something reads them.

        Look-ups of the catalogue stand before and behind a step, never within: they answer nothing from what a step has
        only just been told.
        """
        instance, kept = self.instance, self.kept
        work, consents, hold = instance.work[node], instance.consents_at[node], self.losing.held[node]
        if not work and not consents and not hold:
            return state
        own1, own2, own3, one, two, three, papers, rules, folded = state
        come = before = state[3:6]  # the levels come with, and those last closed
        new_rules = 0  # rules that came into force here
        for kind, number, operand in work:
            if kind == "demand" or kind == "fold":
                if new_rules or (one, two, three) != before:
                    raised = _raised(before, one, two, three)
                    before = one, two, three = self._closed(one, two, three, raised, rules | self.within, new_rules)
                if kind == "fold":
                    two_of, three_of = instance.fold_levels.get(number, (0, 0))
                    known = not (operand & ~one or two_of & ~two or three_of & ~three)
                    if kept >> number & 1 and known:  # else who knows whether it was asked
                        folded |= 1 << number
                    continue
                demand = instance.demands[number]
                if demand.item < 0 or kept >> demand.item & 1:
                    fact = demand.fact
                    level = (one >> fact & 1) + (two >> fact & 1) + (three >> fact & 1)
                    self.read[number] = level
                    if self.needed and level < self.needed[number]:
                        return None
            elif kind == "ask" or kind == "paper":
                if kept >> number & 1:
                    own1, one = own1 | operand, one | operand
                    if kind == "paper":
                        papers |= instance.document[number]
            elif kind == "check":
                if kept >> number & 1 and own1 >> operand & 1 and self._proves(node, operand, papers):
                    bit = 1 << operand  # what is known by a rule only is as sure as its key, whoever looks at it
                    own2, two = own2 | bit, two | bit
            elif kind == "unfold":
                for one_of in bits(instance.conditional_items[number] & folded & kept):
                    item = instance.item(one_of)
                    own1, one = own1 | item.facts, one | item.facts
                    if item.kind == "paper":
                        papers |= instance.document[one_of]
            elif kind == "give" or kind == "log in":
                facts = number if kind == "give" else operand
                level = operand if kind == "give" else 3
                if kind == "give" or kept >> number & 1:
                    own1, one = own1 | facts, one | facts
                    if level > 1:
                        own2, two = own2 | facts, two | facts
                    if level > 2:
                        own3, three = own3 | facts, three | facts
            elif kind == "between":  # steps: look-ups can stand here
                if new_rules or (one, two, three) != before:
                    raised = _raised(before, one, two, three)
                    before = one, two, three = self._closed(one, two, three, raised, rules | self.everywhere, new_rules)
            elif kind == "rule" and (operand < 0 or kept >> operand & 1):
                rules |= 1 << number
                new_rules |= 1 << number
            elif kind == "due" and (folded & kept) >> operand & 1:
                rules |= 1 << number
                new_rules |= 1 << number
                rule, document = instance.rules[number], instance.document.get(operand, 0)
                own1 |= (
                    rule.gives if own1 & rule.keys else 0
                )  # whoever has it already was asked for it, or showed it, too
                for paper, due, bit in instance.documents_due:
                    papers |= paper if papers & bit and (paper, due) == (document, rule.keys) else 0
            elif kind == "take":
                own1, one = own1 | number, one | number
                for _, due, bit in instance.documents_due:
                    papers |= bit if number & due else 0
        own1, one = own1 | consents, one | consents
        for fact, due in instance.dues.items():
            own1 |= due if own1 >> fact & 1 else 0
        for paper, _, bit in instance.documents_due:
            papers |= bit if papers & paper else 0
        if new_rules or (one, two, three) != come:
            raised = _raised(come, one, two, three)
            one, two, three = self._closed(one, two, three, raised, rules | self.everywhere, new_rules)
        passed = State(own1, own2, own3, one, two, three, papers, rules, folded)
        return self._lost(passed, hold) if hold else passed

    def _proves(self, node: int, fact: int, papers: int) -> bool:
        """Whether a paper that shows a fact was handed in, or none is asked for, so that the check is an inspection."""
        instance = self.instance
        return not instance.papered[node] >> fact & 1 or bool(papers & instance.papers_proving[fact])

    # --- rules

    def _closed(self, one: int, two: int, three: int, changed: int, force: int, rules: int = 0) -> tuple[int, int, int]:
        """Close levels under the rules in force: only these rules, and those that read changed facts, have anything to say."""
        compiled = self.instance.rules_compiled
        batch = [compiled[number] for number in bits(rules)] if rules else []
        while True:
            for bit, keys, least, most, gives, confirms, consent in batch:
                if not bit & force or consent & ~one:
                    continue
                if gives & ~three and not keys & ~one:
                    level = 3 if not keys & ~three else 2 if not keys & ~two else 1
                    if level >= least:
                        new = gives & ~one
                        one |= gives
                        if level > 1 and most > 1:
                            new |= gives & ~two
                            two |= gives
                            if level > 2 and most > 2:
                                new |= gives & ~three
                                three |= gives
                        changed |= new
                said = confirms & one & ~three  # a confirming service gives no value
                if said and most > 1:
                    for some in (
                        (said,) if not said & keys else (said & ~keys, *(1 << fact for fact in bits(said & keys)))
                    ):
                        others = keys & ~some
                        if others & ~one:
                            continue
                        level = 3 if not others & ~three else 2 if not others & ~two else 1
                        if level < least or level < 2:
                            continue
                        changed |= some & ~two
                        two |= some
                        if level > 2 and most > 2:
                            changed |= some & ~three
                            three |= some
            if not changed:
                return one, two, three
            fact_bit = changed & -changed
            changed ^= fact_bit
            batch = self.by_fact[fact_bit.bit_length() - 1]


def _raised(before: tuple[int, int, int], one: int, two: int, three: int) -> int:
    """Return the facts that are surer than before."""
    return one & ~before[0] | two & ~before[1] | three & ~before[2]


def _or(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _and(masks: Iterable[int]) -> int:
    found = -1
    for mask in masks:
        found &= mask
    return found


def _with_fact(state: State, fact: int, of: State) -> State:
    """Return a state in which one fact has the level it has in another."""
    bit = 1 << fact
    levels = [mine & ~bit | theirs & bit for mine, theirs in zip(state[:6], of[:6], strict=True)]
    return State._make((*levels, *state[6:]))
