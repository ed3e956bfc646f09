"""A procedure compiled to a program for batches: every item of its text gets a place, and what happens there; knows no store.

Segments are what lies between two places where a case can wait. A case is read from the store at one of them, goes as far
as it can, and is written back at the next, or at its end.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from analysis.demand import papers_before_checks, read_anywhere, seen_on_papers
from flows import steps as kinds
from flows.facts import Facts, Holds, computed_from
from flows.form_steps import form
from flows.law import Judge, everything_is_lawful
from flows.levels import Levels, Source
from flows.look_up_steps import LookUp
from flows.look_ups import Group, groups
from flows.moving import MOST_VISITS, NO_PAST, Asked, Moving, Op, Place, Wait, Work
from flows.past import Pasts
from flows.ports import Ask
from processes import condition
from processes.catalogue import Catalogue
from processes.element import level
from processes.procedure import (
    Approve,
    Back,
    Check,
    Choose,
    Decide,
    Derive,
    FormStep,
    Identify,
    Issue,
    Item,
    Lookup,
    Parallel,
    Pay,
    Procedure,
    Refuse,
    Step,
    Steps,
    inside,
    walk,
)
from processes.resolved import Resolved, Subject, resolved, service_fact


@dataclass
class Program:
    """A procedure made ready to move many cases."""

    model: Resolved
    facts: Facts
    levels: Levels
    wanted: frozenset[str]
    seen: frozenset[str]
    paper_bits: dict[str, int]
    documented: dict[int, frozenset[str]]
    groups: dict[str, Group]
    sources: dict[tuple[str, str], Source]
    twins: dict[str, list[tuple[Subject, Subject]]]
    checked_papers: dict[str, frozenset[str]]
    taken: tuple[str, ...] = ()  # facts that some step may take from what a case brings along
    parallel: bool = False
    pasts: Pasts = field(default_factory=Pasts)
    places: list[Place] = field(default_factory=list)
    ops: list[Op] = field(default_factory=list)
    by_label: dict[str, int] = field(default_factory=dict)
    around: dict[str, tuple["_Side", ...]] = field(default_factory=dict)  # by step: the parallel parts around it
    joins: dict[int, int] = field(default_factory=dict)  # where the sides of a parallel part meet, by its number

    def advance(
        self,
        cases: Sequence[Moving],
        today: date,
        ask: Ask,
        law: Judge = everything_is_lawful,
        asked: list[Asked] | None = None,
    ) -> list[Asked]:
        """Move cases from where they stand to where they end or wait, and return what registries were asked.

        Args:
            cases: Changed in place. One that has not begun stands at no place.
            today: The day on which conditions are read.
            ask: Answers look-ups.
            law: Says whether they may be made.
            asked: Where what registries were asked is put: so it is known also if something fails on the way.

        Complexity: linear in cases and steps; one question to a registry a look-up and batch.
        """
        self.pasts.renew()
        for case in cases:
            if not case.tokens and case.ended is None:
                case.tokens.add(0)
            if case.past is NO_PAST:
                case.past = self.pasts.first
            elif case.past.of is not self.pasts:
                case.past = self.pasts.past(case.marks, case.visits, case.handed_in)
        work = Work(len(self.ops), today, ask, law, [] if asked is None else asked, parallel=self.parallel)
        work.run(self.ops, cases)
        return work.asked

    def position(self, case: Moving) -> str:
        """Return where a case stands, in words that the store keeps: steps, and the numbers of choices."""
        return " ".join([self.places[token].label for token in sorted(case.tokens)]) if case.tokens else ""

    def tokens(self, position: str) -> set[int]:
        """Return the places of a position."""
        return {self.by_label[label] for label in position.split()}


def compiled(procedure: Procedure, catalogue: Catalogue) -> Program:
    """Compile a well-formed procedure.

    Complexity: linear in the length of the procedure; some milliseconds.
    """
    return _Compiler(resolved(procedure, catalogue)).compile()


# --- places ---------------------------------------------------------------------------------------------------------

_Side = tuple[int, int]  # the number of a parallel part, and which of its sides


@dataclass
class _Node:
    """An item of the text with its number, and those inside it."""

    item: Item
    number: int
    sides: tuple[_Side, ...]  # the parallel parts around it, outermost first
    inner: "list[list[_Node]]" = field(default_factory=list)
    join: int = 0  # of a parallel part


class _Compiler:
    def __init__(self, model: Resolved) -> None:
        self.model = model
        procedure = model.procedure
        papers = [paper for step in _forms(procedure.steps) for paper in model.papers(step)]
        bits = {name: 1 << number for number, name in enumerate(dict.fromkeys(paper.id for paper in papers))}
        self.size = 0
        self.nodes: dict[str, _Node] = {}  # steps by name
        self.joins: dict[int, int] = {}
        self.tree = self._numbered(procedure.steps, ())
        self.end = self.size
        self.loops = list(self._loops(self.tree))
        sources: dict[tuple[str, str], Source] = {}
        twins: dict[str, list[tuple[Subject, Subject]]] = {}
        levels = Levels(sources, twins, lambda name: computed_from(model.naming, name))
        self.program = Program(
            model=model,
            facts=Facts(model.naming),
            levels=levels,
            wanted=read_anywhere(model),
            seen=seen_on_papers(model),
            paper_bits=bits,
            documented={bits[paper.id]: frozenset(map(str, paper.documented)) for paper in papers},
            groups=groups(model, lambda step: self._again(self.nodes[step.id].number)),
            sources=sources,
            twins=twins,
            checked_papers=papers_before_checks(model),
            parallel=bool(self.joins),
            around={name: node.sides for name, node in self.nodes.items()},
            joins=self.joins,
        )

    def compile(self) -> Program:
        program = self.program
        program.taken = tuple(sorted(self._taken()))
        for step in walk(self.model.procedure.steps):
            self._note_sources(step)
        program.ops = [_nothing] * (self.end + 1)
        program.places = [Place(number, "") for number in range(self.end + 1)]
        self._sequence(self.tree, self.end)
        program.ops[self.end] = _end
        if program.twins:
            program.ops = [_twins_told(program.levels, op) for op in program.ops]
        program.by_label = {place.label: place.number for place in program.places if place.label}
        return program

    def _numbered(self, items: Steps, sides: tuple[_Side, ...]) -> list[_Node]:
        """Number the items in the order of the text; a parallel part gets a second number, where its sides meet."""
        found = []
        for item in items:
            node = _Node(item, self.size, sides)
            self.size += 1
            if isinstance(item, Step):
                self.nodes[item.id] = node
            for number, inner in enumerate(inside(item)):
                around = (*sides, (node.number, number)) if isinstance(item, Parallel) else sides
                node.inner.append(self._numbered(inner, around))
            if isinstance(item, Parallel):
                node.join = self.joins[node.number] = self.size
                self.size += 1
            found.append(node)
        return found

    def _loops(self, nodes: list[_Node]) -> Iterator[tuple[int, int]]:
        """Yield the stretches of the text that returns lead through again; parallel parts that one leaves included."""
        for node in nodes:
            if isinstance(node.item, Back) and node.item.target in self.nodes:
                last = max([node.number, *(self.joins[number] for number, _ in node.sides)])
                yield self.nodes[node.item.target].number, last
            for inner in node.inner:
                yield from self._loops(inner)

    def _again(self, number: int) -> bool:
        return any(first <= number <= last for first, last in self.loops)

    # --- what the whole text says

    def _taken(self) -> set[str]:
        """Return the facts that steps take from what a case brings along: answers, papers, what agencies find or give."""
        naming, taken = self.model.naming, set[str]()
        for item in walk(self.model.procedure.steps):
            match item:
                case FormStep():
                    taken |= {question.fact for question in self.model.questions(item) if question.fact}
                    taken |= {fact for paper in self.model.papers(item) for fact in paper.facts}
                case Check() | Decide() | Approve() | Issue():
                    taken |= set(naming.known(item.gives))
                case Identify():
                    taken |= set(kinds.told_by_log_in(self.model, item))
                case _:
                    pass
        return set(map(str, taken))

    def _note_sources(self, item: Item) -> None:
        """Note where a step has facts from, if from others."""
        naming, sources = self.model.naming, self.program.sources
        match item:
            case Lookup() if (service := self.model.service(item)) is not None:
                subjects = self.model.subjects(item)
                keys = frozenset(naming.known(service_fact(subjects, word) for word in service.needs))
                most = int(level(service.assurance))
                for name in self.model.looked_up(item):
                    sources[str(item.id), str(name)] = Source(most, keys - {name})
            case Derive():
                for one in item.computes:
                    parsed, derived = naming.expression(one.expression), naming.canonical(one.id)
                    if parsed is not None and derived is not None:
                        sources[str(item.id), str(derived)] = Source(3, frozenset(condition.facts_read(parsed)))
            case FormStep():
                pairs = [question.same for question in self.model.questions(item) if question.same]
                if pairs:
                    self.program.twins[str(item.id)] = pairs
            case _:
                pass

    # --- what happens where

    def _sequence(self, nodes: list[_Node], after: int) -> None:
        for number, node in enumerate(nodes):
            self._item(node, nodes[number + 1].number if number + 1 < len(nodes) else after)

    def _put(self, node: _Node, op: Op, label: str = "") -> None:
        self.program.ops[node.number] = op
        self.program.places[node.number] = Place(node.number, label)

    def _item(self, node: _Node, after: int) -> None:
        entries = [inner[0].number if inner else None for inner in node.inner]
        for inner in node.inner:
            self._sequence(inner, node.join or after)
        ways = [after if entry is None else entry for entry in entries]
        match node.item:
            case Choose():
                self._put(node, self._choose(node.number, node.item, ways), f"choose:{node.number}")
            case Parallel():
                self._put(node, _split(node.number, [node.join if entry is None else entry for entry in entries]))
                self.program.ops[node.join] = _join(node.number, node.join, after)
            case Back():
                self._put(node, self._back(node, node.item))
            case Refuse():
                self._put(node, _refuse(node.item.id), node.item.id)
            case _:
                self._step(node, node.item, ways, after)

    def _step(self, node: _Node, step: Step, ways: list[int], after: int) -> None:
        place = Place(node.number, str(step.id), str(step.id), self._again(node.number))
        op = self._op(step, place, ways, after)
        self.program.ops[node.number] = _visits_counted(place, op) if place.counted else op
        self.program.places[node.number] = place

    def _op(self, step: Step, place: Place, ways: list[int], after: int) -> Op:
        program = self.program
        match step:
            case FormStep():
                return _straight(form(program, step, place), place, after)
            case Identify():
                return _straight(kinds.identify(program, step, place), place, after)
            case Check():
                return _straight(kinds.check(program, step, place), place, after)
            case Derive():
                return _straight(kinds.derive(program, step, place), place, after)
            case Issue():
                return _straight(kinds.issue(program, step, place), place, after)
            case Pay():
                return _straight(kinds.decide(program, step, place), place, after)
            case Decide() | Approve():
                leads = {str(way.id): ways[number] for number, way in enumerate(step.ways)}
                return _decided(kinds.decide(program, step, place), place, leads, after)
            case Lookup() if self.model.service(step) is not None:
                return _looked_up(LookUp(program, step, place), place, ways[0], after)
            case _:
                return _straight(lambda work, cases: cases, place, after)

    def _choose(self, here: int, item: Choose, ways: list[int]) -> Op:
        branches: list[tuple[Holds | None, int]] = []
        for branch, entry in zip(item.branches, ways, strict=True):
            parsed = self.model.naming.expression(branch.condition) if branch.condition else None
            branches.append((None if parsed is None else self.program.facts.holds(parsed), entry))
        return _chosen(Place(here, f"choose:{here}"), branches)

    def _back(self, node: _Node, item: Back) -> Op:
        target = self.nodes.get(item.target)
        there = target.number if target else node.number
        left = left_by(node.sides, target.sides if target else (), self.joins)
        anew = tuple(map(str, self.model.naming.known(item.anew)))
        levels = self.program.levels
        here = node.number

        def op(work: Work, cases: list[Moving]) -> None:
            for case in cases:
                levels.forget(case, anew)
                if case.answered:
                    # somebody is there to answer anew; else what was prepared for the case is all there will be
                    for fact in anew:
                        if fact in case.facts:
                            del case.facts[fact]
                            case.given_changed = True
                if left is not None:
                    case.tokens.difference_update(left)
                    case.waits = [wait for wait in case.waits if not self._within(wait.step, left)]
            work.forward(cases, here, there)

        return op

    def _within(self, label: str, places: range) -> bool:
        return self.program.by_label[label] in places


def _forms(steps: Steps) -> Iterator[FormStep]:
    return (item for item in walk(steps) if isinstance(item, FormStep))


def left_by(here: tuple[_Side, ...], there: tuple[_Side, ...], joins: Mapping[int, int]) -> range | None:
    """Return the places of the parallel part that a return leaves, with all its sides; nothing, if it stays within one side."""
    for number, side in enumerate(here):
        if there[number : number + 1] != (side,):
            return range(side[0], joins[side[0]] + 1)
    return None


# --- what happens at a place ----------------------------------------------------------------------------------------


def _nothing(work: Work, cases: list[Moving]) -> None:
    raise AssertionError("no case can be here")


_ISSUED = ("issued", "")


def _end(work: Work, cases: list[Moving]) -> None:
    for case in cases:
        work.end(case, _ISSUED)


def _straight(do: kinds.Do, place: Place, after: int) -> Op:
    def op(work: Work, cases: list[Moving]) -> None:
        work.done(do(work, cases), place, after)

    return op


def _twins_told(levels: Levels, op: Op) -> Op:
    """Let what a step has brought of one person be known under both names before the next begins."""

    def told(work: Work, cases: list[Moving]) -> None:
        for case in cases:
            levels.tell_twins(case)
        op(work, cases)

    return told


def _visits_counted(place: Place, op: Op) -> Op:
    def counted(work: Work, cases: list[Moving]) -> None:
        few = []
        for case in cases:
            if case.visits.get(place.step, 0) < MOST_VISITS * case.rounds:
                few.append(case)
            else:
                work.park(case, place, Wait(place.step, "nobody", why="rounds"))
        op(work, few)

    return counted


def _decided(do: kinds.Do, place: Place, leads: Mapping[str, int], after: int) -> Op:
    def op(work: Work, cases: list[Moving]) -> None:
        by_way: dict[int, list[Moving]] = {}
        for case in do(work, cases):
            by_way.setdefault(leads.get(kinds.decision(case, place.step), after), []).append(case)
        for there, some in by_way.items():
            work.done(some, place, there)

    return op


def _looked_up(look_up: LookUp, place: Place, not_found: int, after: int) -> Op:
    def op(work: Work, cases: list[Moving]) -> None:
        found, none = look_up(work, cases)
        work.done(found, place, after)
        work.done(none, place, not_found)

    return op


def _chosen(place: Place, branches: list[tuple[Holds | None, int]]) -> Op:
    def op(work: Work, cases: list[Moving]) -> None:
        taken: dict[int, list[Moving]] = {}
        for case in cases:
            for holds, entry in branches:
                if holds is None or holds(case, work.today):
                    taken.setdefault(entry, []).append(case)
                    break
            else:
                work.park(case, place, Wait(place.label, "nobody", why="no way"))
        for there, some in taken.items():
            work.forward(some, place.number, there)

    return op


def _refuse(step: str) -> Op:
    def op(work: Work, cases: list[Moving]) -> None:
        work.pass_step(cases, Place(-1, step, step))
        for case in cases:
            work.end(case, ("refused", step))

    return op


def _split(here: int, entries: list[int]) -> Op:
    def op(work: Work, cases: list[Moving]) -> None:
        for entry in dict.fromkeys(entries):
            work.forward(list(cases), here, entry)

    return op


def _join(split: int, here: int, after: int) -> Op:
    """Let a case go on when none of its sides is under way any more."""
    sides = range(split, here)

    def op(work: Work, cases: list[Moving]) -> None:
        done = []
        for case in cases:
            if here in case.tokens:  # not seen before: each side that ends brings the case here
                case.tokens.discard(here)
                if not any(token in sides for token in case.tokens):
                    done.append(case)
        work.forward(done, here, after)

    return op
