"""What is demanded, put to the solver: each fact at its place and level must come from what is known there; weighs nothing."""

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import NamedTuple

from analysis.fewest.answer_sets import Program
from analysis.fewest.bringing import Brought
from analysis.fewest.choices import Choices
from analysis.fewest.known import Known, KnownByPlace
from analysis.instance import bits
from analysis.removal import Today


class Read(NamedTuple):
    """That a fact is read at a place, at a level."""

    state: Known  # what is known there
    node: int
    fact: int
    level: int
    item: int  # without which nobody reads it, or -1


Sought = tuple[Known, int, int]  # where, fact, level


class There:
    """How facts come to be there at a level, as atoms: written down as far as is asked for."""

    def __init__(self, program: Program, known: KnownByPlace, without: Brought = frozenset()) -> None:
        """Write down nothing yet; the facts `without` no supplier will bring."""
        self.program, self.known, self.without = program, known, without
        self.have: dict[Sought, int] = {}  # -> atom; 0 where it never is
        self.useful = set[int]()  # the atoms of what brings something that was asked for

    def there(self, sought: Sought) -> int:
        """Return the atom that a fact is there at a level where a state holds, or 0 if it never is."""
        waiting = list[Sought]()
        there = self._atom(sought, waiting)
        while waiting:
            self._sources(waiting.pop(), waiting)
        return there

    def _atom(self, sought: Sought, waiting: list[Sought]) -> int:
        """Return the atom that a fact is there at a level; if it is new, its sources are wanted."""
        atom = self.have.get(sought)
        if atom is None:
            state, fact, level = sought
            if not state.most[level - 1] >> fact & 1:
                atom = 0
            elif any(own[fact] == self.program.true for own in state.own[level - 1 :]):
                atom = self.program.true
            else:
                atom = self.program.atom()
                waiting.append(sought)
            self.have[sought] = atom
        return atom

    def _sources(self, sought: Sought, waiting: list[Sought]) -> None:
        """Say how a fact comes to be there at a level; what that rests on and is new is wanted."""
        rule, (state, fact, level) = self.program.rule, sought
        head = self.have[sought]
        if state.met:  # it is certain if it is on every way; what no way alone can look up is looked up behind them
            look_up = state.by_ways >> fact & 1 and not state.bare
            met = state.met if look_up else [one.without_look_ups() for one in state.met]
            body = [self._atom((one, fact, level), waiting) for one in met]
            if all(body):
                rule(head, body)
        for one in state.beside:
            if there := self._atom((one, fact, level), waiting):
                rule(head, [there])
        for own in state.own[level - 1 :]:
            if own[fact]:
                rule(head, [own[fact]])
        for atom, keys in self.known.ways(state, fact, level, self.without):
            body = [atom, *(self._atom((state, *key), waiting) for key in keys)]
            if all(body):
                rule(head, body)
                self.useful.add(atom)


class Demanded:
    """Every demand met."""

    def __init__(self, program: Program, choices: Choices, known: KnownByPlace) -> None:
        """Write down that every demand must be met, and leave out what brings nothing that anybody needs.

        Complexity: linear in the facts at places on which some demand may rest, and what brings them.
        """
        self.program, self.known = program, known
        facts = There(program, known)
        self.have, self.reads = facts.have, list(_reads(choices.today, choices, known))
        for one in self.reads:
            if_kept = [choices.kept(one.item)] if one.item >= 0 else []
            there = facts.there((one.state, one.fact, one.level))
            program.never([*if_kept, -there] if there else if_kept)
        for (back, sure), atom in known.anew.arrived.items():
            if there := facts.there((known.arriving[back], *sure)):
                program.rule(atom, [there])
        choices.drop(facts.useful, reduce(or_, (1 << fact for _, fact, _ in self.have), 0))

    def without(self, brought: Brought) -> There:
        """Return how facts come to be there if no supplier brings some of them."""
        return There(self.program, self.known, brought)


def _reads(today: Today, choices: Choices, known: KnownByPlace) -> Iterator[Read]:
    """Yield what stated demands read, then conditions of ours, then judgements that do not say what they read."""
    instance = today.instance
    for need in today.needs.stated:
        demand, state = need.demand, known.read.get(need.demand.number)
        if need.level > 0 and state is not None and demand.item not in choices.absent:
            seen = _seen(known, demand.node, state, demand.fact, need.level)
            yield Read(seen, demand.node, demand.fact, need.level, demand.item)
    for number, (state, facts) in known.folded.items():
        if number >= len(instance.items) and number not in choices.absent:
            two, three = instance.fold_levels.get(number, (0, 0))
            for fact in bits(facts):
                level = 3 if three >> fact & 1 else 2 if two >> fact & 1 else 1
                node = instance.item(number).node
                yield Read(_seen(known, node, state, fact, level), node, fact, level, number)
    for node, then in today.needs.silent:
        if (state := known.before[node]) is not None:
            for level, facts in enumerate(then[3:6], start=1):
                yield from (Read(state, node, fact, level, -1) for fact in bits(facts))


def _seen(known: KnownByPlace, node: int, within: Known, fact: int, level: int) -> Known:
    """Return what is known where a fact is read: of what is looked up at the ends of ways, only what no case is asked for in vain."""
    state = _known_there(known, node, within, fact, level)
    return state if state.merge < 0 or known.read_behind(state.merge, fact) else state.without_ends()


def _known_there(known: KnownByPlace, node: int, within: Known, fact: int, level: int) -> Known:
    """Return what is known where a fact is read within a step: what was before it, if the step says nothing of the fact until there.

    Nobody is asked in the middle of a step, so just what is computed, or was looked up by a step of today, comes in within it.
    """
    before = known.before[node]
    if before is None or known.bringers.computing[fact] or known.brought_today(within, fact):
        return within
    same = all(
        mine[fact] == then[fact] for mine, then in zip(within.own[level - 1 :], before.own[level - 1 :], strict=True)
    )
    return before if same else within
