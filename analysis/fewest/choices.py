"""What a redesign may choose, as atoms: which items are kept and which suppliers used; says neither what it brings nor what it costs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce

from analysis.consents import asking_everybody, filled_in, needs_form
from analysis.fewest.answer_sets import Program
from analysis.fewest.presolving import Presolved
from analysis.instance import bits, union
from analysis.remaining import in_place_of
from analysis.removal import Today
from analysis.scenarios import Supplier


@dataclass(frozen=True, slots=True)
class Plan:
    """What a redesign keeps of today, as bits of items, and who brings the rest."""

    kept: int
    suppliers: tuple[Supplier, ...]


class Choices:
    """The atoms of what can be chosen, and which choices go together."""

    def __init__(self, program: Program, today: Today, settled: Presolved) -> None:
        """Write down what can be chosen.

        Args:
            program: Where to.
            today: The procedure.
            settled: What is not left open.
        """
        self.program, self.today, self.instance = program, today, today.instance
        self.absent, self.forced, self.suppliers = settled.needless, settled.forced, settled.suppliers
        self.gone = set[int]()  # items that nobody needs
        decided = {*today.staying, *self.absent, *self.forced}
        items = (*self.instance.items, *self.instance.options)
        self.free = [item.number for item in items if item.number not in decided]
        self.keep = {number: program.told() for number in self.free}
        self.use = {one: program.told() for one in self.suppliers}
        program.choice([*self.keep.values(), *self.use.values()])
        self._one_a_fact()
        self._of_all_or_of_some()
        self._together()
        self._on_forms()

    def kept(self, number: int) -> int:
        """Return the atom that an item is kept; 0 of one that is needless."""
        return 0 if number in self.absent else self.keep.get(number, self.program.true)

    def _one_a_fact(self) -> None:
        """Take one supplier, and one confirming service, a fact."""
        by_fact: dict[tuple[int, bool], list[int]] = {}
        for one, atom in self.use.items():
            by_fact.setdefault((one.fact, one.confirms), []).append(atom)
        for atoms in by_fact.values():
            if len(atoms) > 1:
                self.program.at_most_one(atoms)

    def _of_all_or_of_some(self) -> None:
        """Ask something of all, or under one condition."""
        instead: dict[int, list[int]] = {}
        for option in self.instance.options:
            if option.instead_of >= 0 and option.number not in self.absent:
                instead.setdefault(option.instead_of, []).append(self.keep[option.number])
        for number, atoms in instead.items():
            self.program.at_most_one(atom for atom in (*atoms, self.kept(number)) if atom)

    def _together(self) -> None:
        """Keep no paper without its letter, nothing by hand without its look-up, a question in all sides of a parallel part or in none."""
        for letter, papers in self.today.letters.items():
            for paper in bits(papers):
                if paper not in self.absent:
                    self.program.never([self.kept(paper), -self.kept(letter)])
        for look_up, by_hand in self.today.by_hand.items():
            for one in bits(by_hand):
                if one not in self.absent:
                    self.program.never([self.kept(one), -self.kept(look_up)])
                if one in self.keep and self.today.bound.get(one) == "repair":
                    for same in self._asking_again(look_up, self.instance.item(one).facts):
                        self.program.never(
                            [self.kept(look_up), -self.keep[one], self.use[same]]
                        )  # finds nothing either
        for sides in self.today.asked_beside:
            asking = [self._asked_somehow(asked) for asked in sides]
            for first, second in zip(asking, [*asking[1:], *asking[:1]], strict=True):
                if first:
                    self.program.never([first, *([-second] if second else [])])

    def _asked_somehow(self, questions: int) -> int:
        """Return the atom that one of some questions of today is asked, of all or of some; 0 if none is."""
        numbers = (*bits(questions), *bits(in_place_of(self.instance, questions)))
        return reduce(self.program.either, map(self.kept, numbers))

    def _on_forms(self) -> None:
        """Ask for a consent, or bring in a log-in, only at a form that whoever comes there fills in anyway."""
        instance = self.instance
        anyway = filled_in(instance, union(1 << number for number in self.today.staying | self.forced))
        asking: dict[int, list[int]] = {}
        everybody = asking_everybody(instance)
        for number, atom in self.keep.items():
            if everybody >> number & 1:
                asking.setdefault(instance.item(number).node, []).append(-atom)
        for number, atom in self.keep.items():
            node = instance.item(number).node
            if needs_form(instance.item(number)) and node not in anyway:
                self.program.never([atom, *asking.get(node, ())])

    def _asking_again(self, look_up: int, facts: int) -> Iterator[Supplier]:
        """Yield the suppliers of some facts that are the service of a look-up of today."""
        step, rules = self.instance.item(look_up).step, self.instance.rules
        for one in self.use:
            if facts >> one.fact & 1 and rules[one.rule].service == getattr(step, "service", ""):
                yield one

    # --- plans

    def plan(self, held: frozenset[int]) -> Plan:
        """Return what an answer chose."""
        kept = sum(1 << number for number in self.today.staying | self.forced)
        kept += sum(1 << number for number, atom in self.keep.items() if atom in held)
        return Plan(kept, tuple(one for one, atom in self.use.items() if atom in held))

    def drop(self, useful: set[int], needed: int) -> None:
        """Use no supplier whose atom is not useful, and keep nothing that brings no needed fact."""
        for one, atom in list(self.use.items()):
            if atom not in useful:
                self.program.never([atom])
                del self.use[one]
        for number, atom in self.keep.items():
            item = self.instance.item(number)
            if item.kind in ("question", "paper", "log-in", "check", "consent") and not item.facts & needed:
                self.program.never([atom])
                self.gone.add(number)

    def require(
        self, reader: int | None, items: Iterable[int], suppliers: Iterable[Supplier], unless: Iterable[Supplier]
    ) -> None:
        """Forbid whatever takes none of some items and suppliers, and all of some others; if a reader is named, only where it is kept."""
        none = [*(-self.keep[n] for n in items), *(-self.use[one] for one in suppliers if one in self.use)]
        none += [self.use[one] for one in unless]
        with self.program.writing():
            self.program.never(none if reader is None else [self.keep[reader], *none])

    def leave_out(self, some: Iterable[Supplier]) -> None:
        """Forbid some suppliers."""
        with self.program.writing():
            for one in some:
                self.program.never([self.use[one]])

    def forbid(self, plan: Plan) -> None:
        """Forbid just this plan."""
        kept = [atom if plan.kept >> number & 1 else -atom for number, atom in self.keep.items()]
        used = [atom if one in plan.suppliers else -atom for one, atom in self.use.items()]
        with self.program.writing():
            self.program.never(kept + used)
