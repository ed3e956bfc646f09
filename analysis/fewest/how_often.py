"""How often a look-up is asked at least, whatever else is chosen, put to the solver: as often as its answer is surely read.

How often is a number of steps, each a chance to come to some places. Places to which just the same cases come are a group. Where a
plan asks more often than is counted here, that is learnt of the plan (`analysis.fewest.learning`).
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_

from analysis.burden import times
from analysis.chain import chance_of_any
from analysis.fewest.answer_sets import Program
from analysis.fewest.bringing import Bringing, Sure
from analysis.fewest.choices import Choices
from analysis.fewest.demanded import Demanded, Read
from analysis.fewest.known import Known
from analysis.fewest.suppliers import is_free
from analysis.instance import bits
from analysis.scenarios import Supplier

MOST_TOGETHER = 3  # groups of places that read what one look-up brings, of which every set is weighed
MANY_GROUPS = 8  # of which no set is weighed: there are too many
TINY = 1e-9


class HowOften:
    """At which groups of places a fact is read that only a supplier brings."""

    def __init__(self, program: Program, choices: Choices, demanded: Demanded) -> None:
        """Write down what is read where: what is demanded, and the keys of what brings it.

        Complexity: linear in the facts at places that rest on costly suppliers; cubic in the groups.
        """
        self.program, self.choices, self.demanded = program, choices, demanded
        self.known, self.instance = demanded.known, choices.instance
        self.reach = times(self.instance).reach
        self.costly, self.computed = self._costly(), self._computed()
        self._group_of: dict[int, int] = {}
        self.groups = self._grouped(one.node for one in demanded.reads)
        self.together = self._together()
        chances = [chance for _, chance in self.groups] + list(self.together.values())
        self.steps = sorted({self._least_chance(), *chances} - {0.0}) or [1.0]
        self.read = [dict[int, int]() for _ in self.groups]  # by group, by fact: the atom that says so
        self._note(demanded.reads)

    def asked(self, used: Sequence[tuple[Supplier, int]], called: int) -> dict[int, int]:
        """Return, by step, the atom that a look-up is asked at least as often.

        Args:
            used: What it may bring, each with its atom.
            called: The atom that it is asked at all.
        """
        program, reading = self.program, dict[tuple[int, ...], int]()
        likely: dict[int, list[list[int]]] = {}
        for group, (_, chance) in enumerate(self.groups):
            read = [(atom, self.read[group][one.fact]) for one, atom in used if one.fact in self.read[group]]
            if read:
                reading[group,] = program.due(read)
                likely.setdefault(self._step(chance), []).append([reading[group,]])
        for some, chance in self.together.items():
            first, last = reading.get(some[:-1]), reading.get(some[-1:])
            if first and last:
                reading[some] = program.due([[first, last]])
                likely.setdefault(self._step(chance), []).append([reading[some]])
        often, above = {0: called}, list[list[int]]()
        for step in sorted(likely, reverse=True):
            if step:
                often[step] = program.open(told=True)
                for body in (*likely[step], *above):
                    program.must(often[step], body)
                above = [[often[step]]]
        return often

    def _step(self, chance: float) -> int:
        return bisect_right(self.steps, chance) - 1

    # --- groups of places

    def _least_chance(self) -> float:
        """Return the least chance to come to a place that demands something: so often at least is called whoever is used."""
        needs = self.choices.today.needs
        nodes = [one.demand.node for one in needs.stated if one.level > 0] + [node for node, _ in needs.silent]
        return min((self.reach[node] for node in nodes), default=0.0)

    def _grouped(self, nodes: Iterable[int]) -> list[tuple[int, float]]:
        """Put places together to which just the same cases come; return one of each group, and the chance to come there."""
        groups: dict[tuple[object, float], int] = {}
        found: list[tuple[int, float]] = []
        for node in sorted(set(nodes)):
            key = (self.instance.points[node].ways_around, self.reach[node])
            if key not in groups:
                groups[key] = len(found)
                found.append((node, self.reach[node]))
            self._group_of[node] = groups[key]
        return found

    def _together(self) -> dict[tuple[int, ...], float]:
        """Return the chance that a case comes to any of some groups of places, where that is more than to some of them."""
        found: dict[tuple[int, ...], float] = {}
        chances: dict[tuple[int, ...], float] = {(n,): chance for n, (_, chance) in enumerate(self.groups)}
        smaller = list(chances)
        for _ in range(MOST_TOGETHER - 1 if len(self.groups) <= MANY_GROUPS else 0):
            larger = []
            for some in smaller:
                for n in range(some[-1] + 1, len(self.groups)):
                    parts = [some, *((*some[:k], *some[k + 1 :], n) for k in range(len(some)))]
                    if any(chances.get(part, 1.0) > 1.0 - TINY for part in parts):
                        continue
                    chance = chance_of_any(self.instance, frozenset(self.groups[one][0] for one in (*some, n)))
                    if chance > max(chances[part] for part in parts) + TINY:
                        chances[*some, n] = found[*some, n] = chance
                        larger.append((*some, n))
            smaller = larger
        return found

    # --- what is read there

    def _note(self, reads: Iterable[Read]) -> None:
        """Note what is read at the places of each group that is likelier than the least, or counts together with others."""
        wanted = {n for n, (_, chance) in enumerate(self.groups) if chance > self.steps[0]}
        wanted |= {n for some in self.together for n in some}
        places: dict[tuple[Known, int], dict[Sure, list[list[int]]]] = {}  # what is known, group -> by fact, if kept
        for one in reads:
            group = self._group_of[one.node]
            if group in wanted:
                if_kept = [self.choices.kept(one.item)] if one.item >= 0 else []
                places.setdefault((one.state, group), {}).setdefault((one.fact, one.level), []).append(if_kept)
        found: dict[tuple[int, int], list[int]] = {}  # group, fact -> atoms any of which says that it is read there
        for (state, group), read in places.items():
            for (fact, _), atom in self._read_through(state, read).items():
                found.setdefault((group, fact), []).append(atom)
        for (group, fact), atoms in found.items():
            self.read[group][fact] = self.program.due([atom] for atom in atoms)

    def _read_through(self, state: Known, read: Mapping[Sure, Sequence[list[int]]]) -> dict[Sure, int]:
        """Return the atoms that facts are read at a place, as sure as needed: perhaps if an item is kept, or as keys of others."""
        program, most, atoms = self.program, state.most, dict[Sure, int]()
        unless: dict[Sure, list[int] | None] = {}
        waiting = [(sure, if_kept) for sure, bodies in read.items() for if_kept in bodies]
        while waiting:
            sure, body = waiting.pop()
            if sure not in unless:
                unless[sure] = self._unless_otherwise(state, *sure)
                if unless[sure] is not None:
                    atoms[sure] = program.open()
                    waiting += [
                        (key, [atom, atoms[sure]])
                        for atom, keys in self.known.supplied(*sure)
                        for key in keys
                        if (self.costly & most[key[1] - 1]) >> key[0] & 1
                    ]
            otherwise = unless[sure]
            if otherwise is not None:
                program.must(atoms[sure], [*body, *otherwise])
        return atoms

    def _unless_otherwise(self, state: Known, fact: int, level: int) -> list[int] | None:
        """Return what must not be, so that a fact comes from a supplier if it comes at all; nothing, if it may come anyway."""
        if not (self.costly & ~self.computed) >> fact & 1:
            return None
        others = list(self._otherwise(state, fact, level))
        if self.program.true in others:
            return None
        return [-atom for atom in dict.fromkeys(others)]

    def _otherwise(self, state: Known, fact: int, level: int) -> Iterator[int]:
        """Yield the atoms that a fact comes otherwise, on all ways or on some."""
        for one in self.known.brought_today(state, fact) if state.rules else ():
            if atom := self._fires(state, fact, one):
                yield atom
        yield from (own[fact] for own in state.own[level - 1 :] if own[fact])
        for way in state.met if state.by_ways >> fact & 1 else ():
            yield from self._otherwise(way, fact, level)

    def _fires(self, state: Known, fact: int, one: Bringing) -> int:
        """Return the atom that a rule of today brings a fact, in force and its keys there; 0 if never."""
        rule = self.instance.rules[one.rule]
        keys = [
            self.demanded.have.get((state, key, max(1, rule.key_level)), self.program.true)
            for key in bits(rule.keys | rule.consent)
            if not (one.confirms and key == fact)
        ]
        return self.program.all_of([one.atom, *keys]) if all(keys) else 0

    def _costly(self) -> int:
        """Return the facts that somebody may bring whose calls cost something, or by whose keys or what they confirm he does."""
        rules, policy = self.instance.rules, self.instance.policy
        used = [(1 << one.fact, rules[one.rule]) for one in self.choices.use]
        found = reduce(or_, (fact for fact, rule in used if policy.shows or not is_free(rule)), 0)
        grown = True
        while grown:
            keys = (fact for fact, rule in used if (rule.keys | rule.confirms & fact) & found)
            more = reduce(or_, keys, found)
            found, grown = more, more != found
        return found

    def _computed(self) -> int:
        return reduce(or_, (self.instance.rules[number].gives for number in bits(self.instance.computed)), 0)
