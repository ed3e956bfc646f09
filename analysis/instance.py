"""A procedure compiled for analysis: facts as bits, points with what they do, rules and items; judges nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import networkx as nx

from processes.catalogue import Agreement
from processes.graph import Point
from processes.part import Location
from processes.policy import Policy
from processes.procedure import (
    Check,
    Procedure,
    Step,
)
from processes.resolved import Paper, Question, Resolved

MOST_RELATIONS = 3  # how far over relations rules are looked for, beyond the facts a procedure names

RuleKind = Literal["service", "computed", "derive", "same"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A way to learn facts from other facts: once the keys are there, the rest is."""

    kind: RuleKind
    name: str  # as people read it: `siak.person-by-nik about mother`
    keys: int
    gives: int
    confirms: int = 0
    level: int = 3  # how sure its answers are, at most
    key_level: int = 1  # the least level of its keys
    coverage: float = 1.0
    consent: int = 0  # a bit that is set where the consent it needs was given
    service: str = ""
    about: tuple[tuple[str, str], ...] = ()  # subject of the service -> canonical subject
    words: tuple[tuple[int, str], ...] = ()  # bit -> the service's own word for the fact
    agreement: Agreement | None = None
    where: Location = Location("", 0, 0)


ItemKind = Literal["question", "paper", "check", "log-in", "letter", "lookup"]


@dataclass(frozen=True, slots=True)
class Item:
    """Something of today's procedure that a redesign keeps or drops."""

    number: int
    kind: ItemKind
    node: int
    step: Step
    facts: int  # what it gives, shows, verifies or carries
    minutes: float = 0.0  # the citizen's, each time
    officer_minutes: float = 0.0
    question: Question | None = None
    paper: Paper | None = None
    bound: str = ""  # why it cannot go, as a word: act, request, ...
    where: Location = Location("", 0, 0)

    @property
    def bit(self) -> int:
        """Its place in a set of items."""
        return 1 << self.number


@dataclass(frozen=True, slots=True)
class Demand:
    """That a point reads a fact."""

    number: int
    node: int
    fact: int  # index
    stated: int  # the level the law states, or 0
    law: bool  # whether it rests on a law
    what: Literal["condition", "judgement", "silent judgement", "output", "record", "need", "act", "field", "key"]
    item: int = -1  # of a condition on an item: the item, without which nobody reads it
    where: Location = Location("", 0, 0)
    enough: int = 3  # the level above which it is no surer for the reader


# What a point does, in order. An operation is a tuple of its kind and its operands.
Operation = tuple[str, int, int]


@dataclass(frozen=True)
class Instance:
    """Everything analysis needs to know of one procedure under one policy."""

    model: Resolved
    policy: Policy
    graph: "nx.DiGraph[int]"
    points: tuple[Point, ...]
    facts: tuple[str, ...]  # canonical names, by index
    rules: tuple[Rule, ...]  # first those of today's steps, then what the catalogue offers
    today: tuple[int, ...]  # the rules that today's steps put in force
    computed: int  # the rules that hold everywhere, as bits
    items: tuple[Item, ...]
    demands: tuple[Demand, ...]
    work: tuple[tuple[Operation, ...], ...]  # by point
    before: tuple[tuple[tuple[int, int], ...], ...]  # by point: (point before it, facts asked anew on that edge)
    conditional: dict[str, int] = field(repr=False)  # condition -> the items that stand under it
    consents: tuple[tuple[int, int], ...] = ()  # (point of a form, consent bit)
    _in_force: dict[int, list[tuple[int, ...]]] = field(default_factory=dict, repr=False)
    request: int = -1  # the point of the first form of a person: it stays
    inspected: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)  # of a redesign: see `papered`

    @property
    def procedure(self) -> Procedure:
        """The procedure."""
        return self.model.procedure

    @cached_property
    def index(self) -> dict[str, int]:
        """The index of each fact."""
        return {name: number for number, name in enumerate(self.facts)}

    def mask(self, names: Iterable[str]) -> int:
        """Return a set of facts as bits; unknown names are left out."""
        return sum(1 << self.index[name] for name in dict.fromkeys(names) if name in self.index)

    def names(self, mask: int) -> tuple[str, ...]:
        """Return the facts of a set of bits, in their fixed order."""
        return tuple(self.facts[number] for number in bits(mask))

    def shown(self, fact: int) -> str:
        """Return a fact as people write it in this procedure."""
        return self.model.naming.shown(self.facts[fact])

    @cached_property
    def documented(self) -> dict[int, int]:
        """By item of a document: the facts a check can rest on."""
        return {item.number: self.mask(item.paper.documented) for item in self.items if item.paper is not None}

    @cached_property
    def papered(self) -> tuple[int, ...]:
        """By point: the facts that some document shows which is asked for on some way to it, or beside it.

        In a redesign also those that documents of today's procedure show before the same check (`inspected`): to leave
        out the documents makes no inspection of what was a check of papers.
        """
        found = [0] * len(self.points)
        for node, place in enumerate(self.points):
            if place.step is not None:
                found[node] = self.mask(self.inspected.get(place.step.id, ()))
        for item in self.items:
            if item.paper is not None:
                sides = dict(self.points[item.node].sides)
                for node, place in enumerate(self.points):
                    beside = any(sides.get(split, side) != side for split, side in place.sides)
                    if beside or self.reachable[item.node] >> node & 1:
                        found[node] |= item.facts
        return tuple(found)

    @property
    def papers_before_checks(self) -> dict[str, frozenset[str]]:
        """By check: the facts that some document shows which comes before it."""
        return {
            place.step.id: frozenset(self.names(self.papered[node]))
            for node, place in enumerate(self.points)
            if isinstance(place.step, Check)
        }

    @cached_property
    def asked_under(self) -> tuple[tuple[int, int, int], ...]:
        """The items under a condition: number, the facts it gives, the facts the condition reads."""
        return tuple(
            (number, self.items[number].facts, reads)
            for work in self.work
            for kind, number, reads in work
            if kind == "fold"
        )

    def in_force(self, rules: int) -> list[tuple[int, ...]]:
        """Return what closing needs to know of some rules, remembered for the next time.

        For each: what it reads, its keys, the least level of its keys, its own level, what it gives, confirms, and
        the consent it needs.
        """
        found = self._in_force.get(rules)
        if found is None:
            chosen = [self.rules[number] for number in bits(rules)]
            found = self._in_force[rules] = [
                (r.keys | r.confirms | r.consent, r.keys, r.key_level, r.level, r.gives, r.confirms, r.consent)
                for r in chosen
            ]
        return found

    @property
    def everything(self) -> int:
        """The set of all items."""
        return (1 << len(self.items)) - 1

    @cached_property
    def offered(self) -> int:
        """The rules the catalogue offers lawfully beyond today's steps, as bits."""
        return ((1 << len(self.rules)) - 1) & ~((1 << len(self.today)) - 1)

    @cached_property
    def reachable(self) -> tuple[int, ...]:
        """By point: the points that can come after it, as bits."""
        later = [0] * len(self.points)
        changed = True
        while changed:
            changed = False
            for node in reversed(range(len(self.points))):
                now = 0
                for successor in self.graph.successors(node):
                    now |= later[successor] | 1 << successor
                if now != later[node]:
                    later[node], changed = now, True
        return tuple(later)


class FactIndex:
    """Numbers facts as they are met; a set of facts is an integer with their bits."""

    def __init__(self) -> None:
        self.index: dict[str, int] = {}

    def number(self, name: str) -> int:
        """Return the number of a fact, a new one if it has none."""
        return self.index.setdefault(name, len(self.index))

    def mask(self, names: Iterable[str]) -> int:
        """Return facts as bits."""
        found = 0
        for name in names:
            found |= 1 << self.number(name)
        return found

    def consent(self, service: str, about: str) -> int:
        """Return the bit that stands for somebody's consent to be asked about by a service."""
        return 1 << self.number(f"consent to {service} by {about}")


def bits(mask: int) -> Iterator[int]:
    """Yield the positions of the set bits, lowest first.

    >>> list(bits(0b1010))
    [1, 3]
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
