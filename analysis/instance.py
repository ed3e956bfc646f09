"""A procedure compiled for analysis: facts as bits, points with what they do, rules and items; judges nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, NamedTuple

import networkx as nx

from processes.catalogue import Agreement, Identification
from processes.graph import Point
from processes.part import Location
from processes.policy import Policy
from processes.procedure import (
    Check,
    Lookup,
    Procedure,
    Step,
)
from processes.resolved import Paper, Question, Resolved

MOST_RELATIONS = 3  # how far over relations rules are looked for, beyond the facts a procedure names

RuleKind = Literal["service", "computed", "derive", "same", "due"]


class Rule(NamedTuple):
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

    @property
    def outputs(self) -> int:
        """The facts that it gives or confirms."""
        return self.gives | self.confirms

    def used_for(self, gives: int, confirms: int, level: int) -> "Rule":
        """Return it used for some of its facts only, at most at a level."""
        return self._replace(gives=self.gives & gives, confirms=self.confirms & confirms, level=min(self.level, level))


@dataclass(frozen=True, slots=True)
class Ways:
    """Some ways of a choice by condition: a condition under which something may be asked."""

    choose: int  # the point of the choice
    taken: frozenset[int]  # one of its ways, or all but one
    around: tuple[tuple[int, int], ...] = ()  # the ways it stands in, from the outside in, as far as the item does not
    over: bool = False  # whether the choice stands before the item, which is asked of those only who took these ways


ItemKind = Literal["question", "paper", "check", "log-in", "letter", "lookup", "consent"]


class Item(NamedTuple):
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
    under: Ways | None = None  # the ways on which its condition holds, as far as a choice says so
    instead_of: int = -1  # of a choice that today has not: the item that it may take the place of
    log_in: Identification | None = None  # of a log-in that today has not

    @property
    def bit(self) -> int:
        """Its place in a set of items."""
        return 1 << self.number


DemandKind = Literal[
    "condition",
    "judgement",
    "silent judgement",
    "output",
    "record",
    "need",
    "act",
    "field",
    "key",  # of a look-up or a derivation, which must have it where it stands
    "confirmed",  # by a look-up, which needs it to have been said
    "behind",  # a form, log-in or check that brings it today, for a silent judgement further on
]


class Demand(NamedTuple):
    """That a point reads a fact."""

    number: int
    node: int
    fact: int  # index
    stated: int  # the level the law states, or 0
    law: bool  # whether it rests on a law
    what: DemandKind
    item: int = -1  # of a condition on an item: the item, without which nobody reads it
    where: Location = Location("", 0, 0)
    enough: int = 3  # the level above which it is no surer for the reader
    behind: int = -1  # of what a silent judgement is taken to read behind a step: the point of that step


# What is prepared once of points, facts and items, whatever the rules are.
OF_POINTS = frozenset(
    {
        "index",
        "documented",
        "papered",
        "asked_under",
        "following",
        "node_of",
        "within",
        "ends_of_ways",
        "asked_anew",
        "silent",
        "returning",
        "touched_by",
        "conditional_items",
        "consents_at",
        "reachable",
    }
)

# A rule as a tuple of its bit, keys, least level of its keys, own level, what it gives and confirms, the consent it needs.
CompiledRule = tuple[int, int, int, int, int, int, int]

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
    consents: tuple[tuple[int, int], ...] = ()  # (point of a form, consent bit) of the acts of today
    consentable: tuple[tuple[int, int], ...] = ()  # the same where a consent can be asked that nobody asks there today
    requests: frozenset[int] = frozenset()  # the points of the forms by which a person asks for it: they stay
    options: tuple[
        Item, ...
    ] = ()  # what a redesign may have and today has not: conditions, log-ins, consents; numbered on from the items
    fold_levels: Mapping[int, tuple[int, int]] = field(
        default_factory=dict, repr=False
    )  # facts needed surer than declared
    repaired: Mapping[int, tuple[int, int]] = field(
        default_factory=dict, repr=False
    )  # where ways behind a look-up meet: its rule, and the rule that stays in force if papers were checked on the other
    dues: Mapping[int, int] = field(
        default_factory=dict, repr=False
    )  # by fact: what says that a case has it or will be asked for it, under a condition of a choice that is over
    inspected: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)  # of a redesign: see `papered`
    standing: frozenset[str] = frozenset()  # the steps that reviewers decided to keep, whatever is left to do there

    @property
    def procedure(self) -> Procedure:
        """The procedure."""
        return self.model.procedure

    def item(self, number: int) -> Item:
        """Return an item, or something a redesign may have instead."""
        return self.items[number] if number < len(self.items) else self.options[number - len(self.items)]

    @cached_property
    def index(self) -> dict[str, int]:
        """The index of each fact."""
        return {name: number for number, name in enumerate(self.facts)}

    def with_offers(self, rules: Iterable[Rule]) -> "Instance":
        """Return the same procedure with other rules offered than the catalogue's; its points and facts are looked at once only."""
        kept = (*self.rules[: len(self.today)], *(self.rules[number] for number in bits(self.computed)))
        computed = ((1 << len(kept)) - 1) & ~((1 << len(self.today)) - 1)
        other = replace(self, rules=(*kept, *rules), computed=computed)
        other.__dict__.update({name: value for name, value in self.__dict__.items() if name in OF_POINTS})
        return other

    def coming(self, reading: int) -> int:
        """Return the points from which every way comes to one of some points, as bits: the greatest solution, as ways that end do not.

        Complexity: a pass over the points, again as long as returns change something.
        """
        following, splits = self.following, {n for n, place in enumerate(self.points) if place.kind == "split"}
        coming, wrong = (1 << len(self.points)) - 1, True
        while wrong:
            for node in reversed(range(len(self.points))):
                if not reading >> node & 1 and not _comes(following[node], coming, any_way=node in splits):
                    coming &= ~(1 << node)
            wrong = any(
                coming & ~reading & 1 << node and not _comes(following[node], coming, any_way=node in splits)
                for node in self.returning
            )
        return coming

    def outputs(self, facts: int) -> int:
        """Add what may rest on some facts, by whatever rule, whether all that it needs is there or not."""
        grown = True
        while grown:
            more = facts | union(rule.gives | rule.confirms for rule in self.rules if rule.keys & facts)
            facts, grown = more, more != facts
        return facts

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
        papers = (item for item in (*self.items, *self.options) if item.paper is not None)
        return {item.number: self.mask(item.paper.documented) for item in papers if item.paper is not None}

    @cached_property
    def document(self) -> dict[int, int]:
        """By item of a document: its bit, which it has in common with the same document of the same person elsewhere."""
        papers = [item for item in (*self.items, *self.options) if item.paper is not None]
        names = {
            item.number: (item.paper.id, self.documented[item.number]) for item in papers if item.paper is not None
        }
        numbers = {name: number for number, name in enumerate(dict.fromkeys(names.values()))}
        return {item: 1 << numbers[name] for item, name in names.items()}

    @cached_property
    def papers_proving(self) -> tuple[int, ...]:
        """By fact: the documents that prove it, as bits."""
        proving = [0] * len(self.facts)
        for number, facts in self.documented.items():
            for fact in bits(facts):
                proving[fact] |= self.document[number]
        return tuple(proving)

    @cached_property
    def documents_due(self) -> tuple["DocumentDue", ...]:
        """What says that a case has handed in a document, or will be asked for it, under a condition of a choice that is over."""
        asked = [(self.document.get(item, 0), self.rules[rule].keys) for kind, rule, item in self._operations("due")]
        first = max(self.document.values(), default=0).bit_length()
        pairs = dict.fromkeys((document, dues) for document, dues in asked if document)
        return tuple(DocumentDue(*pair, 1 << first + number) for number, pair in enumerate(pairs))

    def _operations(self, kind: str) -> Iterator[Operation]:
        return (one for work in self.work for one in work if one[0] == kind)

    @cached_property
    def papered(self) -> tuple[int, ...]:
        """By point: the facts that some document may show which is asked for on some way to it, or beside it.

        In a redesign also those that documents of today's procedure show before the same check (`inspected`): to leave
        out the documents makes no inspection of what was a check of papers. What a check says that it inspects, it does not
        look for in papers.
        """
        found = [0] * len(self.points)
        for node, place in enumerate(self.points):
            if place.step is not None:
                found[node] = self.mask(self.inspected.get(place.step.id, ()))
        for item in self.items:
            if item.paper is not None:
                sides, shown, where = dict(self.points[item.node].sides), self.mask(item.paper.may_show), 0
                for node, place in enumerate(self.points) if sides else ():
                    if any(sides.get(split, side) != side for split, side in place.sides):
                        where |= 1 << node
                for node in bits(where | self.reachable[item.node]):
                    found[node] |= shown
        for node, place in enumerate(self.points):
            if isinstance(place.step, Check) and place.step.inspects:
                found[node] &= ~self.mask(self.model.naming.known(place.step.inspects))
        return tuple(found)

    @cached_property
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
            (number, self.item(number).facts, reads)
            for work in self.work
            for kind, number, reads in work
            if kind == "fold"
        )

    # --- prepared for going the ways many times

    @cached_property
    def node_of(self) -> dict[int, int]:
        """By identity of a step or choice: its point."""
        kinds = ("step", "choose", "split", "back", "refused")
        return {id(place.item): node for node, place in enumerate(self.points) if place.kind in kinds}

    @cached_property
    def within(self) -> tuple[int, ...]:
        """By point of a step or choice: all points that belong to it or lie inside it, itself too, as bits."""
        last = list(range(len(self.points)))
        for node, place in enumerate(self.points):
            for at, _ in (*place.ways_around, *place.sides, *([(place.at, 0)] if place.at else [])):
                last[at] = node
        return tuple((2 << end) - (1 << node) for node, end in enumerate(last))

    @cached_property
    def ends_of_ways(self) -> dict[int, dict[int, int]]:
        """By choice, or what is decided: the last points of its ways that come to where they meet, by way."""
        found: dict[int, dict[int, int]] = {}
        for merge, place in enumerate(self.points):
            if place.kind == "merge" and not isinstance(place.item, Lookup):
                ends = [end for end, _ in self.before[merge]]
                found[place.at] = {dict(self.points[end].ways_around)[place.at]: end for end in ends}
        return found

    @cached_property
    def silent(self) -> int:
        """The points of judgements that do not say what they read, as bits."""
        return union(1 << node for node, work in enumerate(self.work) if work and work[0][0] == "silent")

    @cached_property
    def asked_anew(self) -> tuple[tuple[int, int, int], ...]:
        """The returns that ask facts anew: from where, where to, these facts."""
        edges = ((source, target, anew) for target, into in enumerate(self.before) for source, anew in into)
        return tuple(one for one in edges if one[2])

    @cached_property
    def returning(self) -> tuple[int, ...]:
        """The points from which something leads back."""
        return tuple({source: 0 for node, edges in enumerate(self.before) for source, _ in edges if source >= node})

    @cached_property
    def following(self) -> tuple[int, ...]:
        """By point: the points right after it, as bits."""
        return tuple(union(1 << later for later in self.graph.successors(node)) for node in range(len(self.points)))

    def ends_way(self, node: int) -> bool:
        """Whether a point is the last of a way of a choice, so that something can be put in behind it."""
        following = [self.points[later] for later in self.graph.successors(node)]
        return any(place.kind == "merge" and not isinstance(place.item, Lookup) for place in following)

    @cached_property
    def touched_by(self) -> tuple[int, ...]:
        """By item: the points that do something with it, as bits."""
        found = [1 << item.node for item in (*self.items, *self.options)]
        for node, work in enumerate(self.work):
            for kind, number, operand in work:
                for item in bits(self.conditional_items[number]) if kind == "unfold" else ():
                    found[item] |= 1 << node
                if kind == "rule" and operand >= 0:
                    found[operand] |= 1 << node
        return tuple(found)

    @cached_property
    def conditional_items(self) -> tuple[int, ...]:
        """By number of a condition: the items that stand under it."""
        return tuple(self.conditional.values())

    @cached_property
    def consents_at(self) -> tuple[int, ...]:
        """By point: the consents that are given there, or can be."""
        found = [0] * len(self.points)
        for node, bit in (*self.consents, *self.consentable):
            found[node] |= bit
        return tuple(found)

    @cached_property
    def rules_compiled(self) -> tuple[CompiledRule, ...]:
        """The rules as closing needs them."""
        return tuple(
            (1 << number, rule.keys, rule.key_level, rule.level, rule.gives, rule.confirms, rule.consent)
            for number, rule in enumerate(self.rules)
        )

    @cached_property
    def rules_reading(self) -> tuple[list[CompiledRule], ...]:
        """By fact: the rules that have something to say when it becomes surer."""
        reading: tuple[list[CompiledRule], ...] = tuple([] for _ in self.facts)
        for rule, short in zip(self.rules, self.rules_compiled, strict=True):
            for fact in bits(rule.keys | rule.confirms | rule.consent):
                reading[fact].append(short)
        return reading

    def resting(self, facts: int, by: int = -1) -> int:
        """Return those facts and all that rests on them by some rules, as bits, or any: what is lost when they are asked anew."""
        rules, grown = [rule for number, rule in enumerate(self.rules) if by >> number & 1], True
        while grown:
            grown = False
            for rule in rules:
                if rule.keys & facts and (rule.gives | rule.confirms) & ~facts:
                    facts |= rule.gives | rule.confirms
                    grown = True
        return facts

    def answers_resting(self, facts: int) -> int:
        """Return those facts and all that rests on them by today's rules: what was looked up with it is lost with them.

        What is offered is left out of account, as it rests on them only where it is used: the procedure that uses it is asked
        when it is built.
        """
        return self.resting(facts, self.known_by(self.everything))

    def known_by(self, kept: int) -> int:
        """Return the rules by which something is known with these items kept, whoever else is used: the steps' and what is computed."""
        found = 0
        for item, rules in self.rules_of_items.items():
            if item < 0 or kept >> item & 1:
                found |= rules
        return found

    @cached_property
    def rules_of_items(self) -> dict[int, int]:
        """By item without which nobody puts them in force, or -1: the rules of today's steps and what is computed, as bits."""
        item_of = dict.fromkeys((*self.today, *bits(self.computed)), -1)
        for work in self.work:
            item_of |= {number: operand for kind, number, operand in work if kind in ("rule", "due")}
        item_of |= {repaired: item_of[found] for found, repaired in self.repaired.values()}
        rules: dict[int, int] = {}
        for number, item in item_of.items():
            rules[item] = rules.get(item, 0) | 1 << number
        return rules

    @cached_property
    def keyless(self) -> int:
        """The rules that need nothing to be known, as bits."""
        return union(1 << number for number, rule in enumerate(self.rules) if not rule.keys)

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
                now = following = self.following[node]
                for successor in bits(following):
                    now |= later[successor]
                if now != later[node]:
                    later[node], changed = now, True
            changed = changed and bool(self.returning)
        return tuple(later)


def _comes(after: int, coming: int, *, any_way: bool) -> bool:
    """Whether every case comes where it should that may go on to some points: any of them is enough where it goes on to all."""
    return bool(after & coming if any_way else after and not after & ~coming)


class DocumentDue(NamedTuple):
    """That a case has handed in a document, or will be asked for it."""

    document: int  # a bit
    due: int  # the bit of a fact that says that it has, or will be asked for, what stands on it
    bit: int


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


def union(masks: Iterable[int]) -> int:
    """Return what is in any of some sets of bits."""
    found = 0
    for mask in masks:
        found |= mask
    return found
