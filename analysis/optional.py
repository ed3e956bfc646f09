"""What a redesign may have that today has not: questions under a condition, and log-ins; decides nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from analysis.branches import chooses, expression, ways_beside
from analysis.dues import Dues
from analysis.instance import Instance, Item, Operation, Rule, Ways, bits, union
from analysis.removal import Today
from processes import condition
from processes.catalogue import Identification
from processes.procedure import FormStep, actor

GIVING = frozenset({"give", "log in", "rule", "fold"})  # operations that bring facts besides asking


def with_options(today: Today) -> Today:
    """Return the same procedure, needing what it needs, with everything a redesign may have besides.

    A question or document that can go may be asked under a condition instead: one way of a choice by condition that does not hold
    it (with the ways around it), or all its ways but one. It then counts as given from where a case takes these ways; if the choice
    is over, from where it is asked, of those who took them. Its form needs what the condition reads, as sure as the choice reads
    it. A return asks none of it anew.

    Somebody who fills in a form may log in before it, where the catalogue offers a log-in that everybody can use.

    Complexity: for each question, a look at the choices before and behind it; of what has it already, none.
    """
    return today if today.instance.options else _Optional(today).result()


class _Optional:
    def __init__(self, today: Today) -> None:
        self.today, self.instance = today, today.instance
        self.options: list[Item] = []
        self.work: list[list[Operation]] = [list(operations) for operations in self.instance.work]
        self.conditional = dict(self.instance.conditional)
        self.fold_levels = dict(self.instance.fold_levels)
        self.reads: dict[Ways, tuple[int, int, int] | None] = {}
        self.useful: dict[Ways, int] = {}
        self.brought_by: dict[int, dict[int, int]] = {}
        self.asked_ahead: dict[tuple[int, int], list[Item]] = {}
        self.names = list(self.instance.facts)
        self.chooses = chooses(self.instance.points)
        self.dues = Dues(self.instance.points, self.instance.graph, self._number)
        self.asked: list[Rule] = []  # that hold where something is asked under a condition of a choice that is over
        self.anew = 0
        for edges in self.instance.before:
            for _, facts in edges:
                self.anew |= facts

    def result(self) -> Today:
        for node in range(len(self.instance.points)):
            self._conditions(node)
        self._log_ins()
        if not self.options:
            return self.today
        for entry, dues in self.dues.taking.items():
            self.work[entry].insert(0, ("take", dues, 0))
        rules, today = self.instance.rules, len(self.instance.today)
        some = len(rules) + len(self.asked)
        extended = replace(
            self.instance,
            facts=tuple(self.names),
            rules=(*rules[:today], *self.asked, *rules[today:], *self.dues.had),
            today=tuple(range(today + len(self.asked))),
            computed=self.instance.computed << len(self.asked) | (1 << len(self.dues.had)) - 1 << some,
            options=tuple(self.options),
            work=tuple(tuple(operations) for operations in self.work),
            conditional=self.conditional,
            fold_levels=self.fold_levels,
            dues={
                fact: self.instance.dues.get(fact, 0) | self.dues.by_fact.get(fact, 0)
                for fact in (*self.instance.dues, *self.dues.by_fact)
            },
        )
        return self.today.extended(extended)

    def _number(self, name: str) -> int:
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)

    # --- questions under a condition

    def _conditions(self, node: int) -> None:
        instance = self.instance
        mine = [
            item
            for kind, number, _ in instance.work[node]
            if kind in ("ask", "paper")
            and (item := instance.items[number]).facts
            and not item.facts & self.anew
            and number not in self.today.bound
        ]
        for ways in ways_beside(instance.points, self.chooses, node) if mine else ():
            reads = self._read_by(ways)
            if reads is not None and self._known(node, reads):
                for item in mine:
                    of_use = self._of_use_behind(ways) if ways.over else self._of_use(ways)
                    if item.facts & ~reads[0] and (item.facts & of_use or self._stands_in(item, ways)):
                        self._offer(item, ways, reads)

    def _read_by(self, ways: Ways) -> tuple[int, int, int] | None:
        """Return the facts a condition reads, at each level; nothing, if it cannot be read, or a return asks some of it anew."""
        if ways not in self.reads:
            tree = expression(self.instance.points, self.instance.model.naming, ways)
            facts = self.instance.mask(condition.facts_read(tree)) if tree is not None else 0
            self.reads[ways] = None
            if facts and not any(self.instance.resting(anew) & facts for anew in {self.anew} - {0}):
                choices = {ways.choose, *(at for at, _ in ways.around)}
                two = three = 0
                for one in self.today.needs.stated:
                    if one.demand.what != "behind" and one.demand.node in choices and facts >> one.demand.fact & 1:
                        two |= 1 << one.demand.fact if one.level > 1 else 0
                        three |= 1 << one.demand.fact if one.level > 2 else 0
                self.reads[ways] = (facts, two, three)
        return self.reads[ways]

    def _known(self, node: int, reads: tuple[int, int, int]) -> bool:
        """Whether what a condition reads can be certain at a form at all."""
        state = self.today.with_all(self.today.offered).after[node]
        return state is not None and not any(
            facts & ~there for facts, there in zip(reads, (state.all1, state.all2, state.all3), strict=True)
        )

    def _of_use(self, ways: Ways) -> int:
        """Return the facts that it can be enough to ask where a case takes these ways: what is read there, or behind the choice.

        Behind it a fact is certain only if every other way that goes on brings it too, or what it is looked up or computed with.
        """
        if ways not in self.useful:
            read = union(self._read_on(ways.choose, way) for way in ways.taken)
            behind = self._read_behind(ways.choose)
            for way in self._ends(ways.choose).keys() - ways.taken:
                behind &= self.instance.outputs(self._brought_on(ways.choose, way))
            self.useful[ways] = self._inputs(read | behind)
        return self.useful[ways]

    def _stands_in(self, item: Item, ways: Ways) -> bool:
        """Whether an item may be asked where a case takes these ways because on the others something else brings as much.

        That is read on those others, and so may be asked of them only: a card of whoever needs its number, which tells the name
        as well, and the name of everybody else.
        """
        if ways.over:
            brought = self._brought_by(ways.choose).items()
            by_way = {way: facts | self._asked_ahead_of(item, ways.choose, way) for way, facts in brought}
            return bool(item.facts & _by_all_others(ways, by_way))
        behind = self._inputs(self._read_behind(ways.choose))
        for way in self._ends(ways.choose).keys() - ways.taken:
            others = self._asked_ahead_of(item, ways.choose, way)
            behind &= self.instance.outputs(others | self._brought_on(ways.choose, way))
        return bool(item.facts & behind)

    def _asked_ahead_of(self, item: Item, choose: int, way: int) -> int:
        return union(one.facts for one in self._asked_of(choose, way) if one.number != item.number)

    def _asked_of(self, choose: int, way: int) -> list[Item]:
        """Return what is asked before a choice and could be asked of one of its ways only, for something is read there."""
        if (choose, way) not in self.asked_ahead:
            read, points = self._inputs(self._read_on(choose, way)), self.instance.points
            self.asked_ahead[choose, way] = [
                item
                for item in self.instance.items
                if item.kind in ("question", "paper")
                and item.facts & read
                and item.number not in self.today.bound
                and self.instance.reachable[item.node] >> choose & 1
                and choose not in dict(points[item.node].ways_around)
            ]
        return self.asked_ahead[choose, way]

    def _on(self, choose: int, way: int) -> list[int]:
        """Return the points on a way of a choice."""
        return [n for n, place in enumerate(self.instance.points) if (choose, way) in place.ways_around]

    def _read_on(self, choose: int, way: int) -> int:
        return union(self.read_at.get(node, 0) for node in self._on(choose, way))

    def _brought_on(self, choose: int, way: int) -> int:
        return union(self._brought(node) for node in self._on(choose, way))

    def _read_behind(self, choose: int) -> int:
        return union(self.read_at.get(node, 0) for node in bits(self.instance.reachable[choose]))

    def _of_use_behind(self, ways: Ways) -> int:
        """Return the facts that it can be enough to ask, behind a choice, where a case took these ways: what every other way brings.

        What could be known before the choice just as well is brought by a way if it is asked there.
        """
        if ways not in self.useful:
            self.useful[ways] = _by_all_others(ways, self._brought_by(ways.choose))
        return self.useful[ways]

    def _brought_by(self, choose: int) -> dict[int, int]:
        """Return, by way of a choice that a case can come out of, the facts that are asked on it or get surer on it."""
        if choose not in self.brought_by:
            supplied = self.today.with_all(self.today.offered)
            before = supplied.before[choose]
            found = {}
            for way, end in self._ends(choose).items() if before is not None else ():
                after = supplied.after[end]
                if before is not None and after is not None:
                    surer = (now & ~then for now, then in zip(after[3:6], before[3:6], strict=True))
                    found[way] = self._asked_on(choose, way) | union(surer)
            self.brought_by[choose] = found
        return self.brought_by[choose]

    def _asked_on(self, choose: int, way: int) -> int:
        around = ((node, dict(place.ways_around)) for node, place in enumerate(self.instance.points))
        return union(self._asked(node) for node, ways in around if ways.get(choose) == way)

    @cached_property
    def read_at(self) -> dict[int, int]:
        """By point, the facts that are read there."""
        found: dict[int, int] = {}
        for one in self.today.needs.stated:
            if one.level > 0:
                found[one.demand.node] = found.get(one.demand.node, 0) | 1 << one.demand.fact
        for node, then in self.today.needs.silent:
            found[node] = found.get(node, 0) | then.all1
        return found

    def _brought(self, node: int) -> int:
        """Return the facts that a point may bring; whatever there is, if a rule or what an officer finds may bring more."""
        return -1 if any(kind in GIVING for kind, _, _ in self.instance.work[node]) else self._asked(node)

    def _asked(self, node: int) -> int:
        """Return the facts that a point asks, or lets count as asked."""
        found = 0
        for kind, number, _ in self.instance.work[node]:
            if kind in ("ask", "paper"):
                found |= self.instance.item(number).facts
            elif kind == "unfold":
                found |= union(self.instance.item(one).facts for one in bits(self.instance.conditional_items[number]))
        return found

    def _inputs(self, facts: int) -> int:
        """Add what some facts may rest on, by whatever rule."""
        grown = True
        while grown:
            more = facts | union(
                rule.keys | rule.confirms | rule.consent
                for rule in self.instance.rules
                if (rule.gives | rule.confirms) & facts
            )
            facts, grown = more, more != facts
        return facts

    def _ends(self, choose: int) -> dict[int, int]:
        """Return the points at which the ways of a choice end that come to where its ways meet."""
        points, graph = self.instance.points, self.instance.graph
        meeting = [n for n, place in enumerate(points) if place.kind == "merge" and place.at == choose]
        ends = [end for node in meeting for end in graph.predecessors(node)]
        return {dict(points[end].ways_around)[choose]: end for end in ends}

    def _offer(self, item: Item, ways: Ways, reads: tuple[int, int, int]) -> None:
        number = len(self.instance.items) + len(self.options)
        self.options.append(item._replace(number=number, under=ways, instead_of=item.number))
        self.fold_levels[number] = reads[1:]
        work = self.work[item.node]
        asking = next(at for at, one in enumerate(work) if one[0] in ("ask", "paper") and one[1] == item.number)
        work.insert(asking + 1, ("fold", number, reads[0]))
        if ways.over:
            for rule in self.dues.asked(ways, item.facts, self.names):
                work.insert(asking + 2, ("due", len(self.instance.today) + len(self.asked), number))
                self.asked.append(rule)
            return
        name = f"{ways.choose}: {sorted(ways.taken)}"
        self.conditional[name] = self.conditional.get(name, 0) | 1 << number
        place = list(self.conditional).index(name)
        for entry in self.instance.graph.successors(ways.choose):
            if self.instance.points[entry].way in ways.taken and ("unfold", place, 0) not in self.work[entry]:
                self.work[entry].insert(0, ("unfold", place, 0))

    # --- log-ins

    def _log_ins(self) -> None:
        instance = self.instance
        for one in log_ins_offered(instance):
            facts = instance.mask(one.names)
            if facts:
                number = len(instance.items) + len(self.options)
                minutes = one.log_in.minutes * instance.model.expected(one.who)
                self.options.append(
                    Item(number, "log-in", one.node, one.step, facts, minutes, log_in=one.log_in, where=one.step.where)
                )
                self.work[one.node][:0] = [("log in", number, facts), ("between", 0, 0)]


def _by_all_others(ways: Ways, by_way: Mapping[int, int]) -> int:
    """Return the facts that every way brings but those of a condition; none, where no case comes out of some of the two."""
    others = by_way.keys() - ways.taken
    found = -1 if others and by_way.keys() & ways.taken else 0
    for way in others:
        found &= by_way[way]
    return found


class LogInOffered(NamedTuple):
    """That whoever fills in a form may log in before it."""

    node: int  # the form
    step: FormStep
    log_in: Identification
    who: str  # logs in, canonical
    names: tuple[str, ...]  # the facts it tells


def log_ins_offered(instance: Instance) -> Iterator[LogInOffered]:
    """Yield the log-ins that the policy lets a redesign add, and that everybody can use."""
    naming = instance.model.naming
    offered = [one for one in instance.model.catalogue.identification if one.offered and one.coverage >= 1]
    for node, place in enumerate(instance.points if instance.policy.new_log_ins else ()):
        step = place.step
        if not isinstance(step, FormStep) or place.kind != "step" or step.by is None:
            continue
        subject = naming.subject(actor(step.by).whom)
        for log_in in offered:
            if subject is not None and subject.entity.id == log_in.about:
                names = naming.known([subject.key, *(f"{subject.name}.{name}" for name in log_in.gives)])
                yield LogInOffered(node, step, log_in, subject.name, tuple(names))


def kept_options(instance: Instance, kept: int) -> list[Item]:
    """Return what a choice has that today has not."""
    return [instance.item(number) for number in bits(kept >> len(instance.items) << len(instance.items))]
