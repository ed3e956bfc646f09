"""What a redesign may have that today has not: questions under a condition, and log-ins; decides nothing."""

from dataclasses import replace
from functools import cached_property

from analysis.branches import expression, ways_after
from analysis.instance import Instance, Item, Operation, Ways, bits, union
from analysis.removal import Today
from processes import condition
from processes.procedure import FormStep, actor

GIVING = frozenset({"give", "log in", "rule", "fold"})  # operations that bring facts besides asking


def with_options(today: Today) -> Today:
    """Return the same procedure, needing what it needs, with everything a redesign may have besides.

    A question or document that can go may be asked under a condition instead: one way of a choice by condition that is still to
    come (with the ways around it), or all its ways but one. It then counts as given from where a case takes these ways, and
    its form needs what the condition reads, as sure as the choice reads it. A return asks none of it anew.

    Somebody who fills in a form may log in before it, where the catalogue offers a log-in that everybody can use.

    Complexity: for each question, a look at the choices behind it.
    """
    return _Optional(today).result()


class _Optional:
    def __init__(self, today: Today) -> None:
        self.today, self.instance = today, today.instance
        self.options: list[Item] = []
        self.work: list[list[Operation]] = [list(operations) for operations in self.instance.work]
        self.conditional = dict(self.instance.conditional)
        self.fold_levels = dict(self.instance.fold_levels)
        self.reads: dict[Ways, tuple[int, int, int] | None] = {}
        self.useful: dict[Ways, int] = {}
        self.anew = 0
        for edges in self.instance.before:
            for _, facts in edges:
                self.anew |= facts

    def result(self) -> Today:
        for node in range(len(self.instance.points)):
            self._conditions(node)
        if self.instance.policy.new_log_ins:
            self._log_ins()
        if not self.options:
            return self.today
        extended = replace(
            self.instance,
            options=tuple(self.options),
            work=tuple(tuple(operations) for operations in self.work),
            conditional=self.conditional,
            fold_levels=self.fold_levels,
        )
        return self.today.extended(extended)

    # --- questions under a condition

    def _conditions(self, node: int) -> None:
        instance = self.instance
        mine = [
            item
            for item in instance.items
            if item.node == node
            and item.kind in ("question", "paper")
            and item.facts
            and not item.facts & self.anew
            and item.number not in self.today.bound
            and any(kind in ("ask", "paper") and number == item.number for kind, number, _ in instance.work[node])
        ]
        for ways in ways_after(instance.points, node) if mine else ():
            reads = self._read_by(ways)
            if reads is not None and self._known(node, reads):
                for item in mine:
                    if not item.facts & reads[0] and item.facts & self._of_use(ways):
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

        Behind it a fact is certain only if every other way that goes on brings it too, or what it is computed from.
        """
        if ways not in self.useful:
            instance, read = self.instance, 0
            brought: dict[int, int] = dict.fromkeys(self._going_on(ways.choose) - ways.taken, 0)
            for node, place in enumerate(instance.points):
                way = dict(place.ways_around).get(ways.choose)
                if way in ways.taken:
                    read |= self.read_at.get(node, 0)
                elif way in brought:
                    brought[way] |= self._brought(node)
            behind = union(self.read_at.get(node, 0) for node in bits(instance.reachable[ways.choose]))
            for facts in brought.values():
                behind &= facts
            self.useful[ways] = self._inputs(read | behind)
        return self.useful[ways]

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
        found = 0
        for kind, number, _ in self.instance.work[node]:
            if kind in GIVING:
                return -1
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

    def _going_on(self, choose: int) -> frozenset[int]:
        """Return the ways of a choice that come to where its ways meet."""
        points, graph = self.instance.points, self.instance.graph
        meeting = [n for n, place in enumerate(points) if place.kind == "merge" and place.at == choose]
        ends = [end for node in meeting for end in graph.predecessors(node)]
        return frozenset(dict(points[end].ways_around)[choose] for end in ends)

    def _offer(self, item: Item, ways: Ways, reads: tuple[int, int, int]) -> None:
        number = len(self.instance.items) + len(self.options)
        self.options.append(replace(item, number=number, under=ways, instead_of=item.number))
        self.fold_levels[number] = reads[1:]
        work = self.work[item.node]
        asking = next(at for at, one in enumerate(work) if one[0] in ("ask", "paper") and one[1] == item.number)
        work.insert(asking + 1, ("fold", number, reads[0]))
        name = f"{ways.choose}: {sorted(ways.taken)}"
        self.conditional[name] = self.conditional.get(name, 0) | 1 << number
        place = list(self.conditional).index(name)
        for entry in self.instance.graph.successors(ways.choose):
            if self.instance.points[entry].way in ways.taken and ("unfold", place, 0) not in self.work[entry]:
                self.work[entry].insert(0, ("unfold", place, 0))

    # --- log-ins

    def _log_ins(self) -> None:
        instance, naming = self.instance, self.instance.model.naming
        offered = [one for one in instance.model.catalogue.identification if one.offered and one.coverage >= 1]
        for node, place in enumerate(instance.points):
            step = place.step
            if not isinstance(step, FormStep) or place.kind != "step" or step.by is None:
                continue
            subject = naming.subject(actor(step.by).whom)
            for log_in in offered:
                if subject is None or subject.entity.id != log_in.about or subject.many:
                    continue
                names = naming.known([subject.key, *(f"{subject.name}.{name}" for name in log_in.gives)])
                facts = instance.mask(names)
                if facts:
                    number = len(instance.items) + len(self.options)
                    self.options.append(
                        Item(number, "log-in", node, step, facts, log_in.minutes, log_in=log_in, where=step.where)
                    )
                    self.work[node][:0] = [("log in", number, facts), ("between", 0, 0)]


def kept_options(instance: Instance, kept: int) -> list[Item]:
    """Return what a choice has that today has not."""
    return [instance.item(number) for number in bits(kept >> len(instance.items) << len(instance.items))]
