"""What a step reads and writes, whether it shows outside and whether a case may end in it; moves nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from analysis.instance import Instance, bits
from processes.covering import covers
from processes.procedure import (
    Approve,
    Back,
    Carry,
    Choose,
    Decide,
    Issue,
    Item,
    Lookup,
    Notify,
    Pay,
    Refuse,
    Step,
    Steps,
    Wait,
    inside,
    walk,
)

EVERYTHING = "everything"  # what a judgement reads that does not say what it reads


@dataclass(frozen=True, slots=True)
class Effects:
    """What a step, or a choice or parallel part with all in it, does that others can notice."""

    reads: frozenset[str]  # facts, and registries that are asked
    writes: frozenset[str]  # facts that become known or surer, registers that are written, money, people told
    hands: frozenset[str]  # who does it
    may_end: bool  # whether a case can end in it, go back from it, or get stuck
    steady: bool  # whether it keeps its place: what is signed, issued, carried or waited for stands on all before it
    visible: bool  # whether somebody outside notices it

    def conflicts(self, other: "Effects") -> bool:
        """Return whether the order of two steps matters: one writes what the other reads or writes.

        Nobody does two things at once either, so what the same desk or person does counts as in conflict.

        Source: Bernstein, A. J. (1966). Analysis of programs for parallel processing.
        https://doi.org/10.1109/PGEC.1966.264565
        """
        return bool(self.hands & other.hands) or self.disturbs(other)

    def disturbs(self, other: "Effects") -> bool:
        """Return whether one of the two writes what the other reads or writes."""
        if (EVERYTHING in self.reads and other.writes) or (EVERYTHING in other.reads and self.writes):
            return True
        return bool(self.writes & (other.reads | other.writes) or other.writes & self.reads)


@dataclass(frozen=True)
class Surroundings:
    """A procedure with what is asked about its steps when some of them are to move."""

    instance: Instance

    @cached_property
    def lists(self) -> tuple[Steps, ...]:
        """All lists of steps that hang together, the outermost first; empty ones are left out."""
        procedure = self.instance.procedure
        inner = (steps for item in walk(procedure.steps) for steps in inside(item) if steps)
        return (procedure.steps, *inner)

    @cached_property
    def targets(self) -> frozenset[str]:
        """The steps that returns lead to."""
        return frozenset(item.target for item in walk(self.instance.procedure.steps) if isinstance(item, Back))

    @cached_property
    def nodes(self) -> dict[int, list[int]]:
        """The points of each step, choice or parallel part, by its identity."""
        found: dict[int, list[int]] = {}
        for node, place in enumerate(self.instance.points):
            if place.item is not None:
                found.setdefault(id(place.item), []).append(node)
        return found

    def node(self, item: Item) -> int:
        """Return the point at which an item begins."""
        return self.nodes[id(item)][0]

    @cached_property
    def asked_anew(self) -> int:
        """The facts that some return asks anew, with all that rests on them."""
        facts = 0
        for edges in self.instance.before:
            for _, lost in edges:
                facts |= lost
        return self.instance.resting(facts)

    @cached_property
    def _reads_at(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for demand in self.instance.demands:
            if demand.what == "behind":
                continue  # that is what a judgement further on reads
            found[demand.node] = found.get(demand.node, 0) | 1 << demand.fact
        return found

    def returned_to(self, item: Item) -> bool:
        """Whether some return leads to an item or into it."""
        return any(isinstance(one, Step) and one.id in self.targets for one in walk((item,)))

    def movable(self, item: Item) -> bool:
        """Whether an item may stand beside others: no case ends in it or comes back to it, and nothing in it keeps its place."""
        if id(item) not in self._movable:
            parts = list(walk((item,)))
            self._movable[id(item)] = not (
                any(isinstance(one, Refuse | Back | Approve | Issue | Carry | Wait) for one in parts)
                or self.returned_to(item)
                or any(self.may_get_stuck(one) or self._asks_first(one) for one in parts)
            )
        return self._movable[id(item)]

    @cached_property
    def _movable(self) -> dict[int, bool]:
        return {}

    @cached_property
    def _consenting(self) -> dict[int, int]:
        """By point: the consents that are given there."""
        found: dict[int, int] = {}
        for node, bit in self.instance.consents:
            found[node] = found.get(node, 0) | bit
        return found

    @cached_property
    def _found(self) -> dict[int, Effects]:
        return {}

    def effects(self, item: Item) -> Effects:
        """Return what an item of the procedure does, with all that lies in it.

        What becomes known or surer takes with it all that rests on it.

        Complexity: linear in its points, and in the rules of the procedure for each of them; once for each item.
        """
        if id(item) not in self._found:
            self._found[id(item)] = self._effects(item)
        return self._found[id(item)]

    def _effects(self, item: Item) -> Effects:
        reads = writes = 0
        named_reads: set[str] = set()
        named_writes: set[str] = set()
        hands: set[str] = set()
        parts = list(walk((item,)))
        for one in parts:
            for node in self.nodes.get(id(one), ()):
                reads |= self._reads_at.get(node, 0)
                more_read, more_written = self._work(node)
                reads, writes = reads | more_read, writes | more_written
            if isinstance(one, Step):
                hands |= {one.by} if one.by else set()
                named_writes |= {f"register {record.id}" for record in one.records}
            more = self._beside_facts(one)
            named_reads |= more[0]
            named_writes |= more[1]
        instance = self.instance
        return Effects(
            reads=frozenset((*instance.names(reads), *named_reads)),
            writes=frozenset((*instance.names(instance.resting(writes)), *named_writes)),
            hands=frozenset(hands),
            may_end=any(isinstance(one, Refuse | Back) or self.may_get_stuck(one) for one in parts),
            steady=any(isinstance(one, Approve | Issue | Carry | Wait) or self._asks_first(one) for one in parts),
            visible=any(isinstance(one, Pay | Notify | Issue | Carry) or self._asks_somebody(one) for one in parts),
        )

    def _work(self, node: int) -> tuple[int, int]:
        """Return the facts that a point reads and those that it gives, besides its demands."""
        reads = writes = 0
        for kind, number, operand in self.instance.work[node]:
            match kind:
                case "ask" | "paper" | "perhaps" | "fold":
                    writes |= self.instance.items[number].facts
                case "check":
                    writes |= 1 << operand
                    reads |= 1 << operand
                case "give":
                    writes |= number
                case "log in":
                    writes |= operand
                case "rule":
                    rule = self.instance.rules[number]
                    reads |= rule.keys | rule.consent
                    writes |= rule.gives | rule.confirms
                case "unfold":
                    for item in bits(self.instance.conditional_items[number]):
                        writes |= self.instance.items[item].facts
                case _:
                    pass
        return reads, writes | self._consenting.get(node, 0)

    def _beside_facts(self, item: Item) -> tuple[set[str], set[str]]:
        """Return what an item reads and writes that is no fact of the case."""
        match item:
            case Lookup():
                consents = {name for name in self.instance.facts if name.startswith(f"consent to {item.service} by")}
                return {f"registry {item.service.partition('.')[0]}", *consents}, set()
            case Issue():
                return set(), {"outputs", *(f"registry {name}" for name in item.changes)}
            case Pay():
                return set(), {"payments"}
            case Notify():
                return set(), {f"told {item.whom}"}
            case Decide() | Approve() if item.needs is None and item.by is not None:
                return {EVERYTHING}, set()
            case _:
                return set(), set()

    def may_get_stuck(self, item: Item) -> bool:
        """Whether a case may meet none of a choice's conditions."""
        return isinstance(item, Choose) and not covers(self.instance.model.naming, item.branches)

    def _asks_first(self, item: Item) -> bool:
        """Whether it is the request, or a judgement that reads whatever there is."""
        silent = isinstance(item, Decide | Approve) and item.needs is None and item.by is not None
        return silent or any(node in self.instance.requests for node in self.nodes.get(id(item), ()))

    def _asks_somebody(self, item: Item) -> bool:
        by = item.by if isinstance(item, Step) and item.kind in ("form", "identify") else None
        return by is not None and by in self.instance.procedure.role_by_id


def steps_in(item: Item) -> Iterator[Step]:
    """Yield the steps of an item, itself included."""
    for one in walk((item,)):
        if isinstance(one, Step):
            yield one
