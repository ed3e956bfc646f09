"""What can be certain at a place of a procedure, and how that changes; goes no way.

What is asked *under a condition* comes by two things. *Asked*: whoever meets the condition has been asked. *Owed*: whoever has it not
yet meets the condition. Where both are certain, everybody has it. All who take a way on which the condition holds owe it; so where such
a way meets another on which everybody has it, it is owed behind both.
"""

from collections.abc import Hashable, Iterator, Mapping
from typing import NamedTuple

from analysis.checker.conditions import parts_of
from analysis.checker.rules import Bits, Levels, Rules, Set, at, each, union
from analysis.checker.things import Asked, condition_facts, given_by
from processes import condition
from processes.resolved import Paper

Token = tuple[str, int]  # a question or document: its form, and its number there


class State(NamedTuple):
    """What is certain at a place; and, last, what may have been before it."""

    own: Levels = 0  # said, shown, checked, found
    sure: Levels = 0  # that closed under the rules in force
    certain: Set = 0  # rules in force, papers handed in, what was asked and is owed under conditions
    tried: Set = 0  # rules that may be in force
    shown: Set = 0  # what papers may have shown
    anew: Set = 0  # what a return may ask anew, and nobody has asked since


class Owed(NamedTuple):
    """Something that a question or document brings which is asked under a condition, and what it is to have it."""

    atom: Set  # that whoever has it not meets the condition
    part: str  # of a state
    having: Set  # in that part


class States:
    """What can be certain in one procedure besides facts, and how states change."""

    def __init__(self, rules: Rules, asked: Mapping[str, list[Asked]]) -> None:
        """Give a bit to rules, to papers, and to what is asked and owed under conditions.

        Args:
            rules: Those of the procedure.
            asked: By form, what it asks.
        """
        self.rules, self.facts, self.atoms, self._lost_with = rules, rules.facts, Bits(), dict[Set, tuple[Set, Set]]()
        self._resting, self._about = dict[int, Set](), dict[int, Set]()  # by fact
        for rule in rules.every:
            self._atom(rule, rule.keys, rule.about)
        self.proving: dict[int, Set] = {}  # by fact: papers that a check of it can rest on
        self.conditional: dict[Token, Asked] = {}  # what is asked under a condition
        self.counted: set[Token] = set()  # of that, what counts as given somewhere
        self.under: dict[condition.Expression, list[Token]] = {}  # the same, by its condition and each part of that
        self.owed: dict[Token, list[Owed]] = {}
        for token, one in (((name, n), one) for name, items in asked.items() for n, one in enumerate(items)):
            if isinstance(one, Paper):
                for fact in each(self.facts.of(one.documented)):
                    self.proving[fact] = self.proving.get(fact, 0) | self._atom(handed_in(one))
            if one.condition is not None:
                self.conditional[token], self.owed[token] = one, [*self._can_be_owed(token, one)]
                for part in parts_of(one.condition):
                    self.under.setdefault(part, []).append(token)
        self._having = {owed.atom: owed for some in self.owed.values() for owed in some}
        self._owing = union(self._having)

    def _can_be_owed(self, token: Token, one: Asked) -> Iterator[Owed]:
        rests_on, given = self.facts.of(condition_facts(one)), given_by(one)
        self._atom((token, "asked"), rests_on, self.facts.of(given))
        for name in sorted(given):
            fact = self.facts[name]
            yield Owed(self._atom((token, name, "said"), rests_on, fact), "own", fact)
            yield Owed(self._atom((token, name, "known"), rests_on | fact), "sure", fact)
        if isinstance(one, Paper):
            yield Owed(self._atom((token, "handed in"), rests_on), "certain", self._atom(handed_in(one)))

    def _atom(self, thing: Hashable, rests_on: Set = 0, about: Set = 0) -> Set:
        """Number what can be certain; it is lost with what it rests on, and where what it is about is asked anew."""
        for facts, table in ((rests_on, self._resting), (about, self._about)):
            for fact in each(facts):
                table[fact] = table.get(fact, 0) | self.atoms[thing]
        return self.atoms[thing]

    # --- how a state changes

    def force(self, state: State) -> Set:
        """Return the rules in force."""
        return state.certain & self.rules.all | self.rules.always

    def given(self, state: State, facts: Set, n: int, own: Levels | None = None) -> State:
        """Return a state in which somebody has said, shown or found some facts."""
        new = at(n, facts) & ~state.sure
        sure = self.rules.closed(state.sure | new, self.force(state), self.rules.reading(new)) if new else state.sure
        return state._replace(own=state.own | (at(n, facts) if own is None else own), sure=sure)

    def forced(self, state: State, step: str) -> State:
        """Return a state in which the rules of a step are in force."""
        rules = union(rule.bit for rule in self.rules.of[step])
        state = state._replace(certain=state.certain | rules, tried=state.tried | rules)
        return state._replace(sure=self.rules.closed(state.sure, self.force(state), rules)) if rules else state

    def lost(self, state: State | None, roots: Set) -> State | None:
        """Forget what is asked anew; what rests on it keeps the level it has by itself, without answers about the old value."""
        if state is None or not roots:
            return state
        if roots not in self._lost_with:
            rest = self.rules.resting(roots)
            lost = union(self._resting.get(fact, 0) for fact in each(rest))
            self._lost_with[roots] = rest, lost | union(self._about.get(fact, 0) for fact in each(roots))
        rest, atoms = self._lost_with[roots]
        own, certain = state.own & ~at(3, roots), state.certain & ~atoms
        state = state._replace(own=own, sure=state.sure & ~at(3, rest) | own & at(3, rest), certain=certain)
        return state._replace(sure=self.rules.closed(state.sure, self.force(state), self.rules.giving(rest)))

    def joined(self, one: State | None, other: State | None) -> State | None:
        """Return what is certain where two ways of an item meet: what all on one have and all on the other owe, all owe."""
        met = meet(one, other)
        if one is not None and other is not None and met is not None:
            for atom in (1 << n for n in each((one.certain ^ other.certain) & self._owing)):
                owed, others = self._having[atom], other if one.certain & atom else one
                if getattr(others, owed.part) & owed.having:
                    met = met._replace(certain=met.certain | atom)
        return met

    def asked_of_some(self, state: State, token: Token) -> State:
        """Count as given what is asked here of some, as far as all others have it."""
        had = dict.fromkeys(("own", "sure", "certain"), 0)
        for atom, part, having in self.owed[token]:
            had[part] |= having if state.certain & atom or getattr(state, part) & having else 0
        if had["sure"]:  # of a choice that is over: what it read is no less sure since
            self.counted.add(token)
        state = state._replace(certain=state.certain | self.atoms[token, "asked"] | had["certain"])
        return self.given(state, had["sure"], 1, own=had["own"])

    def owing(self, state: State, token: Token) -> State:
        """Return a state in which everybody meets the condition of something."""
        return state._replace(certain=state.certain | union(owed.atom for owed in self.owed[token]))

    def was_asked(self, state: State, token: Token) -> bool:
        """Whether everybody who meets the condition of something was asked for it."""
        return bool(state.certain & self.atoms[token, "asked"])

    def having(self, state: State, one: Asked) -> State:
        """Return a state in which everybody was asked for something."""
        state = self.given(state, self.facts.of(given_by(one)), 1)
        return state._replace(certain=state.certain | self._atom(handed_in(one))) if isinstance(one, Paper) else state


def meet(one: State | None, other: State | None) -> State | None:
    """Where ways meet: what is certain on both, what may have been on either."""
    if one is None or other is None:
        return one or other
    may = (a | b for a, b in zip(one[3:], other[3:], strict=True))
    return State(one.own & other.own, one.sure & other.sure, one.certain & other.certain, *may)


def handed_in(one: Paper) -> Hashable:
    """Return what is certain where a paper was handed in."""
    return one.id, one.documented
