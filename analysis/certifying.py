"""Makes the certificate of a finished redesign, from the two procedures alone; checks nothing and knows no search."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count, pairwise
from typing import Literal

from analysis.burden import burden
from analysis.certain import certain
from analysis.certificate import (
    COMPLETES,
    GROUNDS,
    Added,
    Certificate,
    Counterpart,
    DemandMet,
    Dropped,
    Move,
    Named,
    NeededFact,
    Optimum,
    Source,
    Spoken,
    Supplier,
    SureFact,
    Weight,
    fingerprint,
    reached_fingerprint,
)
from analysis.change import Burden, Redesign
from analysis.checker.verifying import verify
from analysis.checker.words import Refusal
from analysis.compiling import compiled
from analysis.instance import Instance, Item, Rule, bits
from analysis.lawful import permissions
from analysis.of_some import beside
from analysis.once import once
from analysis.removal import Today
from analysis.supply import State, Supply
from processes import condition
from processes.catalogue import Agreement
from processes.part import placeless
from processes.policy import Policy
from processes.procedure import (
    Approve,
    Back,
    Check,
    Choose,
    Decide,
    FormStep,
    Issue,
    Lookup,
    Notify,
    Pay,
    Procedure,
    Refuse,
    Step,
    actor,
    inside,
    walk,
)
from processes.resolved import Paper, Question

FAMILY = Spoken(
    id="rancangan yang mempertahankan isian, dokumen, dan pemeriksaan di tempatnya, meminta sesuatu dari sebagian kasus hanya "
    "menurut satu pilihan lain, dan mencari setiap fakta pada satu pemasok",
    en="redesigns that keep questions, documents and checks where they stand, ask something of some cases only by one other "
    "choice, and look each fact up with one supplier",
)


def certified(
    today: Today, redesign: Redesign, unmoved: Instance | None = None
) -> tuple[Certificate, tuple[Refusal, ...]]:
    """Return the certificate of a redesign, and why the checker refuses it: nothing, if the redesign may be shown, written and run.

    Args:
        today: The procedure as it is.
        redesign: A redesign that was built.
        unmoved: The redesign before any move, compiled without offers, if it is at hand.
    """
    certificate = certify(today, redesign, unmoved)
    instance = today.instance
    assert redesign.after is not None  # noqa: S101  # certify has asked
    return certificate, verify(redesign.before, redesign.after, instance.model.catalogue, instance.policy, certificate)


def certify(today: Today, redesign: Redesign, unmoved: Instance | None = None) -> Certificate:
    """Return the certificate of a redesign that was built; whether it holds is for the checker to say.

    Args:
        today: The procedure as it is.
        redesign: Its redesign, which is there.
        unmoved: The redesign before any move, compiled without offers, if it is at hand.

    Raises:
        ValueError: If the redesign was refused.

    Complexity: a supply analysis of the redesign, and a closure over its suppliers.
    """
    if redesign.after is None:
        raise ValueError("there is no redesign to certify")
    new = redesign.moves[0].made_in if redesign.moves else redesign.after
    return _Certifying(today, redesign, redesign.before, new, unmoved).certificate()


@dataclass
class _Certifying:
    today: Today
    redesign: Redesign
    before: Procedure
    new: Procedure  # before any move
    compiled: Instance | None

    def certificate(self) -> Certificate:
        instance = self.today.instance
        then = self.redesign.burden_before or burden(instance)
        now = self.redesign.burden_after or burden(self.after)
        last = self.redesign.after or self.new
        return Certificate(
            before=Named(procedure=self.before.id, sha256=fingerprint(self.before)),
            after=Named(procedure=last.id, sha256=fingerprint(last)),
            catalogue=reached_fingerprint(self.before, instance.model.catalogue),
            policy=_placeless_policy(instance.policy),
            dropped=tuple(self.dropped()),
            added=tuple(self.added()),
            facts=self.facts,
            sources=self.sources.of((one.fact, one.needed) for one in self.facts),
            suppliers=self.suppliers,
            counterparts=tuple(_counterparts(self.new)),
            demands=tuple(self.demands),
            weight_before=_weight(then),
            weight_after=_weight(now),
            moves=tuple(
                Move(
                    kind=one.kind,
                    steps=one.steps,
                    into=one.into,
                    over=one.over,
                    because=GROUNDS[one.kind],
                    made_in=one.made_in,
                )
                for one in self.redesign.moves
            ),
            optimum=self.best(now),
        )

    def best(self, now: Burden) -> Optimum:
        """Return what is claimed of how good it is: in minutes of all that is asked, what no choice changes included."""
        unchanged = not (self.gone or self.dropped_items or self.new_steps or any(self.conditions()))
        best = self.redesign.optimum
        if best is None or (unchanged and best.proven and not self.redesign.moves):
            return Optimum(status="as today" if unchanged else "best found", family=FAMILY)
        minutes = float((burden(self.after) if self.redesign.moves else now).citizen_minutes)
        status: Literal["optimal", "best found"] = "optimal" if best.proven else "best found"
        return Optimum(status=status, bound=minutes - best.gap, gap=best.gap, weighed=minutes, family=FAMILY)

    # --- the redesign, compiled

    @cached_property
    def after(self) -> Instance:
        model, policy = self.today.instance.model, self.today.instance.policy
        made = self.compiled or compiled(self.new, model.catalogue, policy, offers=False, like=model)
        return beside(self.today, made)

    @cached_property
    def supplied(self) -> Supply:
        return certain(self.after)

    @cached_property
    def node(self) -> dict[str, int]:
        """By step of the redesign: its point."""
        return {
            place.step.id: node
            for node, place in enumerate(self.after.points)
            if place.step is not None and place.kind in ("step", "refused")
        }

    def level(self, step: str, fact: str) -> int:
        """Return how sure a fact is before a step of the redesign."""
        state: State | None = self.supplied.before[self.node[step]]
        return state.level(self.after.index[fact]) if state is not None and fact in self.after.index else 0

    # --- steps

    @cached_property
    def on_return(self) -> dict[str, str]:
        """By form that stays just on a return: the form of today to which that return led."""
        returns = [item for item in walk(self.before.steps) if isinstance(item, Back)]
        found: dict[str, str] = {}
        made = 0
        inner = (steps for item in walk(self.new.steps) for steps in inside(item))
        standing = {
            id(back): form
            for steps in (self.new.steps, *inner)
            for form, back in pairwise(steps)
            if isinstance(back, Back) and isinstance(form, FormStep) and form.asks == (COMPLETES,)
        }
        for item in walk(self.new.steps):
            if isinstance(item, Back):
                form = standing.get(id(item))
                if form is not None and made < len(returns) and self.before.step_by_id.get(form.id) != form:
                    found[form.id] = returns[made].target
                made += 1
        return found

    def _new(self, step: Step) -> bool:
        return step.id in self.on_return or type(self.before.step_by_id.get(step.id)) is not type(step)

    @cached_property
    def new_steps(self) -> tuple[Step, ...]:
        return tuple(step for step in self.new.step_by_id.values() if self._new(step))

    @cached_property
    def gone(self) -> tuple[str, ...]:
        now = self.new.step_by_id
        return tuple(
            name
            for name, step in self.before.step_by_id.items()
            if name in self.on_return or type(now.get(name)) is not type(step)
        )

    # --- what is gone

    @cached_property
    def dropped_items(self) -> tuple[Item, ...]:
        """The items of today that have no fellow in the redesign."""
        left = Counter((_kept_as(self.after, item), _is_act(item)) for item in self.after.items)
        found: dict[tuple[str, str, str], Item] = {}
        for item in self.today.instance.items:
            name = _kept_as(self.today.instance, item)
            left[name, _is_act(item)] -= 1
            if left[name, _is_act(item)] < 0:
                found.setdefault(name, item)  # of a question that a form asks twice, once
        return tuple(found.values())

    def dropped(self) -> Iterator[Dropped]:
        instance = self.today.instance
        kinds = {"paper": "document", "lookup": "look-up"}
        for item in self.dropped_items:
            _, kind, name = _kept_as(instance, item)
            subject = item.step.id if kind in ("log-in", "letter", "lookup") else name
            facts = tuple(sorted(instance.names(item.facts)))
            yield Dropped(step=item.step.id, kind=kinds.get(kind, kind), subject=subject, facts=facts)  # type: ignore[arg-type]
        for step in self.gone:
            yield Dropped(step=step, kind="step", subject=step)

    @cached_property
    def facts(self) -> tuple[NeededFact, ...]:
        """What is needed of that."""
        lost = {fact for item in self.dropped_items for fact in self.today.instance.names(item.facts)}
        return tuple(NeededFact(fact=fact, needed=n) for fact in sorted(lost) if (n := self.needed.get(fact, 0)))

    @cached_property
    def needed(self) -> dict[str, int]:
        """By fact: the highest level at which anybody needs it."""
        facts = self.today.instance.facts
        needs = [(one.fact, one.needed) for one in self.demands]
        needs += [(facts[o.demand.fact], o.level) for o in self.today.needs.stated if o.demand.what == "behind"]
        return dict(sorted(needs))  # the highest comes last

    @cached_property
    def demands(self) -> list[DemandMet]:
        found: dict[tuple[str, str, str], DemandMet] = {}
        now: dict[tuple[str, str, str], int] = {}
        for demand in self.after.demands:
            read = self._reading(self.after, demand.node, demand.what, demand.fact, demand.item)
            now[read] = min(self.supplied.read[demand.number], now.get(read, 3))
        instance = self.today.instance
        for one in self.today.needs.stated:
            read = self._reading(instance, one.demand.node, one.demand.what, one.demand.fact, one.demand.item)
            if one.demand.what in ("key", "confirmed", "behind") or read not in now:
                continue
            place, what, fact = read
            least = max(one.level, found[read].needed) if read in found else max(one.level, 0)
            found[read] = DemandMet(place=place, what=what, fact=fact, needed=least, level=max(now[read], 0))
        for node, state in self.today.needs.silent:
            step = instance.points[node].step
            assert step is not None  # noqa: S101  # judgements are steps
            for number in bits(state.all1):
                fact, level = instance.facts[number], state.level(number)
                met = self.level(step.id, fact)
                found[step.id, "silent judgement", fact] = DemandMet(
                    place=step.id, what="silent judgement", fact=fact, needed=level, level=met
                )
        return [found[read] for read in sorted(found)]

    def _reading(self, instance: Instance, node: int, what: str, fact: int, item: int) -> tuple[str, str, str]:
        if what == "field":
            what = f"condition of {_kept_as(instance, instance.items[item])[2]}"
        return _place(instance, node), what, instance.facts[fact]

    # --- suppliers

    @cached_property
    def sources(self) -> "_Sources":
        return _Sources(self)

    @cached_property
    def suppliers(self) -> tuple[Supplier, ...]:
        return tuple(self._supplier(rule, step) for rule, step in self.sources.found)

    def steps_of(self, rule: Rule) -> tuple[str, ...]:
        """Return the steps that put a rule in force; none, if it holds everywhere."""
        return self._steps_of_rules.get(id(rule), ())

    @cached_property
    def _steps_of_rules(self) -> dict[int, tuple[str, ...]]:
        found: dict[int, dict[str, None]] = {}
        for node, work in enumerate(self.after.work):
            for kind, operand, _ in work:
                if kind == "rule":
                    place = self.after.points[node].item
                    assert isinstance(place, Step)  # noqa: S101  # rules are put in force by steps
                    found.setdefault(id(self.after.rules[operand]), {})[place.id] = None
        return {rule: tuple(steps) for rule, steps in found.items()}

    def _supplier(self, rule: Rule, name: str) -> Supplier:
        after, step = self.after, self.new.step_by_id.get(name)
        service = rule.kind == "service"
        asked = step if isinstance(step, Lookup) and self._new(step) else None
        return Supplier(
            step=name,
            kind=rule.kind,  # type: ignore[arg-type]  # what is due is no supplier
            name=rule.service if service else rule.name if rule.kind == "same" else after.names(rule.gives)[0],
            about=dict(rule.about),
            keys=tuple(
                SureFact(fact=fact, level=self.level(name, fact) if service else 1)
                for fact in sorted(after.names(rule.keys))
            ),
            gives=tuple(sorted(after.names(rule.gives))),
            confirms=tuple(sorted(after.names(rule.confirms))),
            level=rule.level,
            key_level=rule.key_level,
            coverage=rule.coverage,
            agreements=self._agreements(asked) if asked else (),
            fetches=tuple(sorted(after.names(rule.gives | rule.confirms))) if asked else (),
        )

    def _agreements(self, step: Lookup) -> tuple[Agreement, ...]:
        """Return the fewest agreements, those without consent first, that cover what a new look-up fetches."""
        left, chosen, policy = set(step.gets), list[Agreement](), self.today.instance.policy
        catalogue, consumer = self.today.instance.model.catalogue, frozenset([self.new.agency])
        for one in permissions(catalogue, policy, step.service, consumer, self.new.purpose):
            if left & one.facts and one.agreement not in chosen:
                chosen.append(one.agreement)
            left -= one.facts
        return tuple(_placeless(one) for one in chosen)

    # --- what is new

    def added(self) -> Iterator[Added]:
        for step in self.new_steps:
            subject = getattr(step, "using", "") or getattr(step, "service", "") or self.on_return.get(step.id, "")
            yield Added(step=step.id, kind=step.kind, subject=subject)
        yield from self.consents()
        yield from self.conditions()

    def consents(self) -> Iterator[Added]:
        model, old = self.after.model, self.today.instance.model
        for step in self.new.step_by_id.values():
            was = self.before.step_by_id.get(step.id)
            if not isinstance(step, FormStep) or not isinstance(was, FormStep):
                continue
            asked = {one.id for one in old.questions(was)}
            for one in model.questions(step):
                subject = model.naming.subject(actor(step.by or "").whom)
                if one.act == "consent" and one.consents_to and one.id not in asked and subject is not None:
                    says = f"{one.consents_to} by {subject.name}"
                    yield Added(step=step.id, kind="consent", subject=one.id, says=says)

    def conditions(self) -> Iterator[Added]:
        today = self.today.instance
        then = {(_kept_as(today, item), _condition(item)) for item in today.items}
        for item in self.after.items:
            asked: Question | Paper | None = item.question or item.paper
            if asked is None or asked.condition is None or (_kept_as(self.after, item), _condition(item)) in then:
                continue
            _, _, name = _kept_as(self.after, item)
            levels = {
                self.after.facts[demand.fact]: self.supplied.read[demand.number]
                for demand in self.after.demands
                if demand.item == item.number and demand.what == "field"
            }
            yield Added(
                step=item.step.id,
                kind="condition",
                subject=name,
                says=condition.to_text(asked.condition),
                reads=tuple(SureFact(fact=fact, level=max(n, 0)) for fact, n in sorted(levels.items())),
            )


class _Sources:
    """Where each fact of the redesign has each level from: the first source found, suppliers in rounds."""

    def __init__(self, making: _Certifying) -> None:
        self.after = making.after
        residual = {
            item.id
            for step in making.new_steps
            if isinstance(step, Lookup)
            for item in walk(step.not_found)
            if isinstance(item, Step)
        }
        self.asked: dict[
            int, list[tuple[str, int]]
        ] = {}  # by step, its identity: what is asked there, and the facts of that
        for item in self.after.items:
            if item.kind in ("question", "paper", "log-in"):
                self.asked.setdefault(id(item.step), []).append((item.kind, item.facts))
        self.by: dict[tuple[str, int], tuple[Source, tuple[tuple[str, int], ...]]] = {}
        self.reached: dict[str, int] = {}
        self.found: list[tuple[Rule, str]] = []  # in the order in which their keys are there
        again = {repaired for _, repaired in self.after.repaired.values()}  # what a look-up says, once more
        rules = [rule for number, rule in enumerate(self.after.rules) if number not in again and rule.kind != "due"]
        waiting = [(rule, step) for rule in rules for step in making.steps_of(rule) or ("",)]
        steps = [step for step in making.new.step_by_id.values() if step.id not in residual]
        if (start := self.after.model.event_start) is not None and start.of_all:
            for fact in start.facts:
                self._note(fact, start.level)
        self._close(steps, waiting)
        self._close([step for step in making.new.step_by_id.values() if step.id in residual], waiting)
        self.found += [one for one in waiting if one[0].kind == "service"]  # of today, that cannot be asked any more

    def _close(self, steps: list[Step], waiting: list[tuple[Rule, str]]) -> None:
        """Take what steps give themselves, and what suppliers and checks make of it; residual forms come last, as they repair only."""
        for step in steps:
            self._steps_own(step)
        checks = [step for step in steps if isinstance(step, Check)]
        grown = True
        while grown:
            grown = False
            for one in list(waiting):
                if {*self.after.names(one[0].keys)} <= self.reached.keys():
                    waiting.remove(one)
                    self.found.append(one)
                    grown = True
            for number, (rule, _) in enumerate(self.found):
                grown |= self._supplied(number, rule)
            for step in checks:
                grown |= self._checked(step)

    def _steps_own(self, step: Step) -> None:
        for kind, facts in self.asked.get(id(step), ()):
            for fact in self.after.names(facts):
                self._note(fact, 3 if kind == "log-in" else 1, step.id)
        for fact in self.after.model.naming.known(getattr(step, "gives", ())):
            self._note(fact, 3, step.id)

    def _checked(self, step: Check) -> bool:
        grown = False
        for fact in self.after.model.naming.known(step.verifies):
            if fact in self.reached:
                grown |= self._note(fact, 2, step.id, ((fact, 1),))
        return grown

    def _supplied(self, number: int, rule: Rule) -> bool:
        grown, keys = False, self.after.names(rule.keys)
        for fact_number in bits(rule.gives | rule.confirms):
            fact, given = self.after.facts[fact_number], rule.gives >> fact_number & 1
            others = keys if given else [key for key in keys if key != fact]
            sure = min([self.reached.get(key, 0) for key in others], default=3)
            level = min(rule.level, sure)
            if not level or sure < rule.key_level or (not given and fact not in self.reached):
                continue
            needs = tuple((key, level if level >= rule.key_level else rule.key_level) for key in others)
            grown |= self._note(fact, level, number, needs if given else (*needs, (fact, 1)))
        return grown

    def _note(
        self, fact: str, level: int, by: str | int | None = None, needs: tuple[tuple[str, int], ...] = ()
    ) -> bool:
        """Note that a step, a supplier by its number, or else the event that starts every case brings a fact to a level; whether that is news."""
        before = self.reached.get(fact, 0)
        if level <= before:
            return False
        step, supplier = (by, None) if isinstance(by, str) else (None, by)
        source = Source(fact=fact, level=level, step=step, supplier=supplier)
        for n in range(before + 1, level + 1):
            self.by[fact, n] = source, needs
        self.reached[fact] = level
        return True

    def of(self, needed: Iterable[tuple[str, int]]) -> tuple[Source, ...]:
        """Return how facts come to levels, what must come first first; as far as it goes, if one does not come there."""
        made: dict[Source, None] = {}

        def add(fact: str, least: int) -> None:
            found = self.by.get((fact, min(least, self.reached.get(fact, 0))))
            if found is not None and found[0] not in made:
                for key, n in found[1]:
                    add(key, n)
                made[found[0]] = None

        for fact, level in needed:
            add(fact, level)
        return self._settled(made)

    def _settled(self, made: Iterable[Source]) -> tuple[Source, ...]:
        """Return sources at just the level they have from those before them."""
        reached: dict[str, int] = {}
        settled = []
        for one in made:
            level, names = one.level, self.after.names
            if one.supplier is not None:
                rule, _ = self.found[one.supplier]
                keys = [key for key in names(rule.keys) if one.fact in names(rule.gives) or key != one.fact]
                level = min([rule.level, *(reached.get(key, 0) for key in keys)])
            if level > reached.get(one.fact, 0):  # else it adds nothing to what stands before it
                settled.append(one if one.level == level else one.model_copy(update={"level": level}))
                reached[one.fact] = level
        return tuple(settled)


def _kept_as(instance: Instance, item: Item) -> tuple[str, str, str]:
    """Name an item by what stays the same in a redesign."""
    if item.paper is not None:
        return item.step.id, "paper", item.paper.id
    if item.question is not None:
        question = item.question
        named = question.fact if question.fact and not question.act else question.id.partition("#")[0]
        return item.step.id, "question", named
    return item.step.id, item.kind, instance.names(item.facts)[0] if item.kind == "check" else ""


def _is_act(item: Item) -> bool:
    return item.question is not None and item.question.act is not None


def _condition(item: Item) -> condition.Expression | None:
    asked: Question | Paper | None = item.question or item.paper
    return asked.condition if asked is not None else None


def _place(instance: Instance, node: int) -> str:
    return _places(instance)[node]


@once
def _places(instance: Instance) -> tuple[str, ...]:
    """Return the names of all points: their steps, or the numbers of their choices."""
    chooses = [item for item in walk(instance.procedure.steps) if isinstance(item, Choose)]
    numbers = {id(item): number for number, item in enumerate(chooses)}
    return tuple(
        point.step.id if point.step is not None else f"choose {numbers.get(id(point.item), -1)}"
        for point in instance.points
    )


@once
def _placeless(one: Agreement) -> Agreement:
    return placeless(one)


@once
def _placeless_policy(one: Policy) -> Policy:
    return placeless(one)


def _weight(one: Burden) -> Weight:
    return Weight(
        questions=float(one.questions),
        documents=float(one.documents),
        contacts=float(one.contacts),
        citizen_minutes=float(one.citizen_minutes),
        agency_minutes=float(one.agency_minutes),
    )


def _counterparts(procedure: Procedure) -> Iterator[Counterpart]:
    """Yield the decisions and outcomes of a procedure: they are those of today."""
    chooses = count()
    for item in walk(procedure.steps):
        match item:
            case Choose():
                yield Counterpart(place=f"choose {next(chooses)}", kind=item.kind)
            case Step() if (
                isinstance(item, Decide | Approve | Notify | Refuse | Pay)
                or item.records
                or (isinstance(item, Issue) and not item.letter)
            ):
                yield Counterpart(place=item.id, kind=item.kind)
