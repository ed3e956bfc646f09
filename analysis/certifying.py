"""Makes the certificate of a finished redesign, from the two procedures alone; checks nothing and knows no search."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

from analysis.behind import Behind
from analysis.burden import burden
from analysis.certain import certain
from analysis.certificate import (
    COMPLETES,
    GROUNDS,
    Certificate,
    ConsentAct,
    Counterpart,
    DemandMet,
    Dropped,
    Fetched,
    KeptUnder,
    LogIn,
    LookUp,
    LostSource,
    Move,
    Named,
    OnReturn,
    Optimum,
    Source,
    Spoken,
    StepOrigin,
    Supplier,
    SureFact,
    Weight,
    behind,
    fingerprint,
    reached_fingerprint,
)
from analysis.change import Burden, Redesign
from analysis.change import Optimum as Best
from analysis.checker import verify
from analysis.checker_words import Refusal
from analysis.compiling import compiled
from analysis.instance import Instance, Item, Rule, bits
from analysis.lawful import permissions
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
    Identify,
    Issue,
    Lookup,
    Need,
    Notify,
    Pay,
    Procedure,
    Refuse,
    Step,
    actor,
    inside,
    walk,
)
from processes.resolved import Paper, Question, Resolved, service_fact

FAMILY = Spoken(
    id="rancangan yang mempertahankan isian, dokumen, dan pemeriksaan di tempatnya, dengan satu pemasok untuk setiap fakta",
    en="redesigns that keep questions, documents and checks where they stand, with one supplier a fact",
)


def certified(
    today: Today, redesign: Redesign, optimum: Optimum | None = None, unmoved: Instance | None = None
) -> tuple[Certificate, tuple[Refusal, ...]]:
    """Return the certificate of a redesign, and why the checker refuses it: nothing, if the redesign may be shown, written and run.

    Args:
        today: The procedure as it is.
        redesign: A redesign that was built.
        optimum: What is claimed of how good it is; that it is the best found, where nothing is said.
        unmoved: The redesign before any move, compiled without offers, if it is at hand.
    """
    certificate = certify(today, redesign, optimum, unmoved)
    instance = today.instance
    assert redesign.after is not None  # noqa: S101  # certify has asked
    return certificate, verify(redesign.before, redesign.after, instance.model.catalogue, instance.policy, certificate)


def certify(
    today: Today, redesign: Redesign, optimum: Optimum | None = None, unmoved: Instance | None = None
) -> Certificate:
    """Return the certificate of a redesign that was built; whether it holds is for the checker to say.

    Args:
        today: The procedure as it is.
        redesign: Its redesign, which is there.
        optimum: What is claimed of how good it is.
        unmoved: The redesign before any move, compiled without offers, if it is at hand.

    Raises:
        ValueError: If the redesign was refused.

    Complexity: a supply analysis of the redesign, and a closure over its suppliers.
    """
    if redesign.after is None:
        raise ValueError("there is no redesign to certify")
    new = redesign.moves[0].made_in if redesign.moves else redesign.after
    best = optimum or _claimed(redesign.optimum)
    return _Certifying(today, redesign, redesign.before, new, best, unmoved).certificate()


@dataclass
class _Certifying:
    today: Today
    redesign: Redesign
    before: Procedure
    new: Procedure  # before any move
    optimum: Optimum | None
    compiled: Instance | None

    def certificate(self) -> Certificate:
        instance = self.today.instance
        then = self.redesign.burden_before or burden(instance)
        now = self.redesign.burden_after or burden(self.after)
        last = self.redesign.after or self.new
        unchanged = not (self.gone or self.dropped_items or self.new_steps)
        best = self.optimum
        if best is None or (unchanged and best.status == "optimal" and not self.redesign.moves):
            best = Optimum(status="as today" if unchanged else "best found", family=FAMILY)
        return Certificate(
            before=Named(procedure=self.before.id, sha256=fingerprint(self.before)),
            after=Named(procedure=last.id, sha256=fingerprint(last)),
            catalogue=reached_fingerprint(self.before, instance.model.catalogue),
            policy=_placeless_policy(instance.policy),
            steps=tuple(self.origins()),
            gone=self.gone,
            dropped=tuple(self.dropped()),
            suppliers=self.suppliers,
            look_ups=tuple(self.look_ups()),
            consents=tuple(self.consents()),
            log_ins=tuple(
                LogIn(step=step.id, using=step.using, person=step.by or "")
                for step in self.new_steps
                if isinstance(step, Identify)
            ),
            returns=tuple(OnReturn(step=step, form=form) for step, form in self.on_return.items()),
            counterparts=tuple(_visible(self.after.model)),
            demands=tuple(self.demands),
            conditions=tuple(self.conditions()),
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
            optimum=best,
        )

    # --- the redesign, compiled

    @cached_property
    def after(self) -> Instance:
        instance = self.today.instance
        if self.compiled is not None and self.compiled.inspected == instance.papers_before_checks:
            return self.compiled
        made = self.compiled or compiled(
            self.new, instance.model.catalogue, instance.policy, offers=False, like=instance.model
        )
        return replace(made, inspected=instance.papers_before_checks)

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

    def _level_today(self, step: str, fact: str) -> int:
        """Return how sure a fact is today before a look-up, which may lack a key; what is put in may not."""
        if self._new(self.new.step_by_id[step]):
            return 3
        instance = self.today.instance
        node = next(n for n, point in enumerate(instance.points) if point.step is not None and point.step.id == step)
        state = self.today.supplied.before[node]
        return state.level(instance.index[fact]) if state is not None and fact in instance.index else 0

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

    def origins(self) -> Iterator[StepOrigin]:
        changed = {item.step.id for item in self.dropped_items}
        changed |= {one.step for one in self.consents()} | {one.step for one in self.conditions()}
        for step in self.new.step_by_id.values():
            new = self._new(step)
            how = "new" if new else "changed" if step.id in changed else "kept"
            yield StepOrigin(step=step.id, today=None if new else step.id, how=how)  # type: ignore[arg-type]

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
            facts = tuple(self._lost(fact) for fact in sorted(instance.names(item.facts)))
            yield Dropped(step=item.step.id, kind=kinds.get(kind, kind), subject=subject, facts=facts)  # type: ignore[arg-type]
        for step in self.gone:
            yield Dropped(step=step, kind="step", subject=step)

    def _lost(self, fact: str) -> LostSource:
        if fact not in self.lost:
            self.lost[fact] = self._lost_source(fact)
        return self.lost[fact]

    @cached_property
    def lost(self) -> dict[str, LostSource]:
        """By fact: how the redesign comes to it, where that was asked for already."""
        return {}

    def _lost_source(self, fact: str) -> LostSource:
        needed = self.needed.get(fact, 0)
        return LostSource(fact=fact, needed=needed, derivation=self.sources.of(fact, needed) if needed else ())

    @cached_property
    def needed(self) -> dict[str, int]:
        """By fact: the highest level at which the redesign needs it anywhere, also to know another from it."""
        needs: dict[str, int] = {}
        for one in self.demands:
            needs[one.fact] = max(one.needed, needs.get(one.fact, 0))
        for one_behind in self.today.needs.stated:
            if one_behind.demand.what == "behind":
                fact = self.today.instance.facts[one_behind.demand.fact]
                needs[fact] = max(one_behind.level, needs.get(fact, 0))
        after = self.after
        for rule in after.rules:
            for step in self.steps_of(rule) if rule.kind == "service" else ():
                for fact in after.names(rule.keys):
                    least = min(rule.key_level, self._level_today(step, fact))
                    needs[fact] = max(least, needs.get(fact, 0))
        grown = True
        while grown:
            grown = False
            for rule in after.rules:
                made = after.names(rule.gives | rule.confirms)
                level = min(rule.level, max((needs.get(fact, 0) for fact in made), default=0))
                for fact in after.names(rule.keys) if rule.kind != "service" else ():
                    if needs.get(fact, 0) < level:
                        needs[fact], grown = level, True
        return needs

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
        return tuple(self._supplier(group) for group in self.sources.groups)

    def steps_of(self, rule: Rule) -> tuple[str, ...]:
        number = next(n for n, one in enumerate(self.after.rules) if one is rule)
        return tuple(
            dict.fromkeys(
                self._step_at(node)
                for node, work in enumerate(self.after.work)
                for kind, operand, _ in work
                if kind == "rule" and operand == number
            )
        )

    def _step_at(self, node: int) -> str:
        place = self.after.points[node]
        assert isinstance(place.item, Step)  # noqa: S101  # rules are put in force by steps
        return place.item.id

    def _supplier(self, rules: list[Rule]) -> Supplier:
        after, first = self.after, rules[0]
        steps = tuple(step for rule in rules for step in self.steps_of(rule))
        gives, confirms, keys = 0, 0, 0
        for rule in rules:
            gives, confirms, keys = gives | rule.gives, confirms | rule.confirms, keys | rule.keys
        service = first.kind == "service"
        name = first.service if service else first.name
        if first.kind in ("computed", "derive"):
            name = after.names(first.gives)[0]
        return Supplier(
            kind=first.kind,
            name=name,
            steps=steps,
            about=dict(first.about),
            keys=tuple(
                SureFact(fact=fact, level=min(self.level(step, fact) for step in steps) if service else 1)
                for fact in sorted(after.names(keys))
            ),
            gives=tuple(sorted(after.names(gives))),
            confirms=tuple(sorted(after.names(confirms))),
            level=first.level,
            key_level=first.key_level,
            coverage=first.coverage,
            agreements=self._agreements(steps) if service else (),
        )

    def _agreements(self, steps: tuple[str, ...]) -> tuple[Agreement, ...]:
        """Return the fewest agreements, those without consent first, that cover what new look-ups fetch."""
        instance, chosen = self.today.instance, list[Agreement]()
        for name in steps:
            step = self.new.step_by_id[name]
            if not isinstance(step, Lookup) or not self._new(step):
                continue
            left = set(step.gets)
            granted = permissions(
                instance.model.catalogue,
                instance.policy,
                step.service,
                frozenset([self.new.agency]),
                self.new.purpose,
            )
            for one in granted:
                if left & one.facts:
                    left -= one.facts
                    chosen += [] if one.agreement in chosen else [one.agreement]
        return tuple(_placeless(one) for one in chosen)

    # --- what is new

    def look_ups(self) -> Iterator[LookUp]:
        model = self.after.model
        for step in self.new_steps:
            if not isinstance(step, Lookup):
                continue
            number = next((n for n, one in enumerate(self.suppliers) if step.id in one.steps), None)
            if number is None:
                continue  # its keys mean nothing here
            about = model.subjects(step)
            words = {name: word for word in step.gets for name in model.naming.known([service_fact(about, word)])}
            yield LookUp(
                step=step.id,
                supplier=number,
                purpose=self.new.purpose,
                keys=tuple(
                    SureFact(fact=key.fact, level=self.level(step.id, key.fact)) for key in self.suppliers[number].keys
                ),
                fetches=tuple(
                    Fetched(fact=fact, word=word, read_at=self._read_at(step, fact))
                    for fact, word in sorted(words.items())
                ),
                residual=tuple(item.id for item in step.not_found if isinstance(item, Step)),
            )

    def _read_at(self, step: Lookup, fact: str) -> tuple[str, ...]:
        """Return the places behind a look-up that read a fact or what is known from it, directly where any does."""
        after, here = self.after, self.node[step.id]
        today = self.today.instance.mask([fact])
        direct, known = list[str](), list[str]()
        for demand in after.demands:
            place = _place(after, demand.node)
            if demand.what == "behind":
                continue  # what is read so is asked for behind the steps of today
            if not after.reachable[here] >> demand.node & 1 or place == step.id:
                continue
            if after.facts[demand.fact] == fact:
                direct.append(place)
            elif self._behind[demand.fact] >> after.index[fact] & 1:
                known.append(place)
        for node, seen in self.today.needs.silent:
            place = _place(self.today.instance, node)
            if seen.all1 & today and place in self.node and after.reachable[here] >> self.node[place] & 1:
                direct.append(place)
        for place, read, node in self.read_behind:
            if node == here or after.reachable[here] >> node & 1:
                if read == fact:
                    direct.append(place)
                elif read in after.index and self._behind[after.index[read]] >> after.index[fact] & 1:
                    known.append(place)
        return tuple(dict.fromkeys(direct or known))

    @cached_property
    def read_behind(self) -> tuple[tuple[str, str, int], ...]:
        """What silent judgements read behind steps of today: the name of that place, the fact, and the point of the redesign before it."""
        before, found = self.today.instance, []
        standing = Behind(before, self.after)
        for one in self.today.needs.stated:
            if one.demand.what == "behind" and (node := standing.point(one.demand.behind)) is not None:
                step = before.points[one.demand.behind].step
                assert step is not None  # noqa: S101  # they are forms, log-ins and checks
                found.append((behind(step.id), before.facts[one.demand.fact], node))
        return tuple(found)

    @cached_property
    def _behind(self) -> dict[int, int]:
        """By fact: what it is known from, as bits."""
        found = {}
        for fact in range(len(self.after.facts)):
            behind, grown = 1 << fact, True
            while grown:
                grown = False
                for rule in self.after.rules:
                    if (rule.gives | rule.confirms) & behind and rule.keys & ~behind:
                        behind, grown = behind | rule.keys, True
            found[fact] = behind
        return found

    def consents(self) -> Iterator[ConsentAct]:
        model, old = self.after.model, self.today.instance.model
        for step in self.new.step_by_id.values():
            was = self.before.step_by_id.get(step.id)
            if not isinstance(step, FormStep) or not isinstance(was, FormStep):
                continue
            asked = {one.id for one in old.questions(was)}
            for one in model.questions(step):
                subject = model.naming.subject(actor(step.by or "").whom)
                if one.act == "consent" and one.consents_to and one.id not in asked and subject is not None:
                    yield ConsentAct(step=step.id, act=one.id, service=one.consents_to, person=subject.name)

    def conditions(self) -> Iterator[KeptUnder]:
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
            yield KeptUnder(
                step=item.step.id,
                subject=name,
                condition=condition.to_text(asked.condition),
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
        self.by: dict[tuple[str, int], tuple[Source, tuple[tuple[str, int], ...]]] = {}
        self.reached: dict[str, int] = {}
        self.groups: list[list[Rule]] = []
        grouped: dict[tuple[object, ...], list[Rule]] = {}
        for rule in self.after.rules:
            key = (
                ("service", rule.service, rule.about)
                if rule.kind == "service"
                else (rule.kind, rule.name, rule.gives, rule.keys)
            )
            grouped.setdefault(key, []).append(rule)
        waiting = list(grouped.values())
        steps = [step for step in making.new.step_by_id.values() if step.id not in residual]
        self._close(steps, waiting)
        self._close([step for step in making.new.step_by_id.values() if step.id in residual], waiting)
        self.groups += [
            group for group in waiting if group[0].kind == "service"
        ]  # of today, that cannot be asked any more

    def _close(self, steps: list[Step], waiting: list[list[Rule]]) -> None:
        """Take what steps give themselves, and what suppliers and checks make of it; residual forms come last, as they repair only."""
        for step in steps:
            self._steps_own(step)
        grown = True
        while grown:
            grown = False
            for group in list(waiting):
                keys = {fact for rule in group for fact in self.after.names(rule.keys)}
                if keys <= self.reached.keys():
                    waiting.remove(group)
                    self.groups.append(group)
                    grown = True
            for number, group in enumerate(self.groups):
                for rule in group:
                    grown |= self._supplied(number, rule)
            for step in steps:
                if isinstance(step, Check):
                    grown |= self._checked(step)

    def _steps_own(self, step: Step) -> None:
        naming = self.after.model.naming
        for item in self.after.items:
            if item.step is step and item.kind in ("question", "paper", "log-in"):
                for fact in self.after.names(item.facts):
                    self._note(
                        fact,
                        3 if item.kind == "log-in" else 1,
                        Source(fact=fact, level=3 if item.kind == "log-in" else 1, step=step.id),
                        (),
                    )
        for fact in naming.known(getattr(step, "gives", ())):
            self._note(fact, 3, Source(fact=fact, level=3, step=step.id), ())

    def _checked(self, step: Check) -> bool:
        grown = False
        for fact in self.after.model.naming.known(step.verifies):
            if fact in self.reached:
                grown |= self._note(fact, 2, Source(fact=fact, level=2, step=step.id), ((fact, 1),))
        return grown

    def _supplied(self, number: int, rule: Rule) -> bool:
        grown, names = False, self.after.names
        for fact in names(rule.gives | rule.confirms):
            given = fact in names(rule.gives)
            keys = [key for key in names(rule.keys) if given or key != fact]
            sure = min([self.reached.get(key, 0) for key in keys], default=3)
            level = min(rule.level, sure)
            if not level or sure < rule.key_level or (not given and fact not in self.reached):
                continue
            needs = tuple((key, level if level >= rule.key_level else rule.key_level) for key in keys)
            needs += () if given else ((fact, 1),)
            grown |= self._note(fact, level, Source(fact=fact, level=level, supplier=number), needs)
        return grown

    def _note(self, fact: str, level: int, source: Source, needs: tuple[tuple[str, int], ...]) -> bool:
        if level <= self.reached.get(fact, 0):
            return False
        for n in range(self.reached.get(fact, 0) + 1, level + 1):
            self.by[fact, n] = source, needs
        self.reached[fact] = level
        return True

    def of(self, fact: str, level: int) -> tuple[Source, ...]:
        """Return how a fact comes to a level, what must come first first; as far as it goes, if it does not come there."""
        made: list[Source] = []

        def add(one: str, least: int) -> None:
            found = self.by.get((one, min(least, self.reached.get(one, 0))))
            if found is not None and found[0] not in made:
                for key, n in found[1]:
                    add(key, n)
                made.append(found[0])

        add(fact, level)
        return self._settled(made)

    def _settled(self, made: list[Source]) -> tuple[Source, ...]:
        """Return sources at just the level they have from those before them."""
        reached: dict[str, int] = {}
        settled = []
        for one in made:
            level, names = one.level, self.after.names
            for rule in self.groups[one.supplier] if one.supplier is not None else ():
                given = one.fact in names(rule.gives)
                if given or one.fact in names(rule.confirms):
                    keys = [key for key in names(rule.keys) if given or key != one.fact]
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


def _claimed(best: Best | None) -> Optimum | None:
    """Return what a redesign says of how good it is, as a claim."""
    if best is None:
        return None
    status: Literal["optimal", "best found"] = "optimal" if best.proven else "best found"
    return Optimum(status=status, bound=best.minutes - best.gap, gap=best.gap, weighed=best.minutes, family=FAMILY)


def _weight(one: Burden) -> Weight:
    return Weight(
        questions=float(one.questions),
        documents=float(one.documents),
        contacts=float(one.contacts),
        citizen_minutes=float(one.citizen_minutes),
        agency_minutes=float(one.agency_minutes),
    )


def _visible(model: Resolved) -> Iterator[Counterpart]:
    """Yield the decisions and outcomes of a procedure, each its own counterpart: they stay as they are today."""
    naming, chooses = model.naming, 0

    def of(needs: tuple[Need, ...]) -> tuple[str, ...]:
        return tuple(f"{naming.canonical(need.fact)}" + (f" at {need.at}" if need.at else "") for need in needs)

    def line(what: Any, place: str, text: str, facts: tuple[str, ...]) -> Counterpart:
        return Counterpart(what=what, place=place, today=place, text=text, facts=facts)

    for item in walk(model.procedure.steps):
        match item:
            case Choose():
                for number, branch in enumerate(item.branches):
                    parsed = naming.expression(branch.condition) if branch.condition else None
                    text = condition.to_text(parsed) if parsed is not None else "else"
                    facts = tuple(sorted(condition.facts_read(parsed))) if parsed is not None else ()
                    yield line("condition", f"choose {chooses}: {number}", text, facts)
                chooses += 1
            case Decide() | Approve():
                yield line("judgement", item.id, " | ".join(way.id for way in item.ways), of(item.needs or ()))
            case Issue() if not item.letter:
                yield line("issue", item.id, item.document or "", of(item.carries))
            case Notify():
                yield line("notice", item.id, item.whom or "", of(item.carries))
            case Refuse():
                yield line("refusal", item.id, "", ())
            case Pay():
                yield line("payment", item.id, f"{item.fee:g}", ())
        if isinstance(item, Step):
            for record in item.records:
                yield line("record", f"{item.id}: {record.id}", "", of(record.takes))
