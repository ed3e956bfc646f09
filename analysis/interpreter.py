"""Runs one case of a procedure by the book: the meaning of every step, with no store, no batch and no clock.

Whatever else runs procedures, and every redesign, is tested against it. It reckons levels beside the values, because
values do not see levels, and notes what was read, recorded and which way was taken, so that two procedures can be compared.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import zip_longest

from analysis.demand import papers_before_checks, read_anywhere, seen_on_papers
from processes import condition
from processes.case import DONE, Case, Outcome, Output, Value, WaitingFor
from processes.catalogue import DataService
from processes.condition_value import Compiled, Single, about_each, compiled, compiled_for_each
from processes.element import Assurance, level
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
    Notify,
    Parallel,
    Pay,
    Refuse,
    Step,
    Steps,
    Way,
    actor,
    inside,
    walk,
)
from processes.resolved import Paper, Resolved, Subject, service_fact

Record = Mapping[str, Value]  # what a registry holds of one subject, in the service's words
Registries = Callable[[str, Record], Sequence[Record]]  # service and keys -> the records found

MOST_VISITS = 100  # of one step, before a case that always returns is given up


@dataclass(frozen=True, slots=True)
class Known:
    """A value of a case, and why it is how sure."""

    value: Value
    by_itself: int = 0  # how sure it is without any look-up or derivation
    sources: frozenset[tuple[int, frozenset[str]]] = frozenset()  # (the most they can tell, the facts they rest on)

    @property
    def partly(self) -> bool:
        """Whether only some members of a many-role were asked for it."""
        return not self.by_itself and not self.sources


@dataclass(frozen=True, slots=True)
class Read:
    """That a step read a fact, at this level; a choice by condition is `choose` and its number in the text."""

    step: str
    fact: str
    level: int
    value: Value = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A way that a case took, where there are several: at a choice, a judgement, a look-up, a question with a condition."""

    place: str
    way: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a step entered in a register."""

    step: str
    register: str
    facts: tuple[tuple[str, Value], ...]


@dataclass
class Run:
    """How a case went: the values it has, the steps it passed, what they read, and where it came to."""

    values: dict[str, Known] = field(default_factory=dict)
    passed: list[str] = field(default_factory=list)
    read: list[Read] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    recorded: list[Recorded] = field(default_factory=list)
    anew: set[str] = field(default_factory=set)  # facts that a return has asked anew
    acts: set[str] = field(default_factory=set)  # that were done, by the names forms have for them
    confirmed: dict[str, tuple[Value, int, frozenset[str]]] = field(default_factory=dict)  # before anybody said it
    asked: list[tuple[str, str]] = field(default_factory=list)  # (service, subject)
    outcome: Outcome = field(default_factory=lambda: Outcome("waiting"))


def run(model: Resolved, case: Case, today: date, registries: Registries) -> Run:
    """Run a case from its first step to where it ends or waits; for many cases, make one `Interpreter`.

    Args:
        model: The procedure, read against its catalogue.
        case: What people answer and decide.
        today: The day on which conditions are read.
        registries: Answers look-ups; several records mean that the key did not tell one from another.

    Complexity: linear in the steps passed.
    """
    return Interpreter(model).run(case, today, registries)


class Interpreter:
    """Runs cases of one procedure; what does not depend on the case is found once."""

    def __init__(
        self,
        model: Resolved,
        looked_for: frozenset[str] = frozenset(),
        inspected: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        """Make what runs cases of a procedure.

        Args:
            model: The procedure, read against its catalogue.
            looked_for: Facts for which papers are looked at besides those that some step reads.
            inspected: Of a redesign, by check of today: what papers may show before it today.
        """
        self.model, self.looked_for, self.inspected = model, looked_for, inspected
        self.naming = model.naming
        kinds: dict[type, int] = {}
        self.places: dict[int, str] = {}
        for item in walk(model.procedure.steps):
            if isinstance(item, Choose | Parallel):
                number = kinds[type(item)] = kinds.get(type(item), -1) + 1
                self.places[id(item)] = f"{item.kind} {number}"
        self._compiled: dict[condition.Expression, tuple[tuple[str, ...], Compiled]] = {}
        self._expressions: dict[str, condition.Expression | None] = {}
        self._computed: dict[str, condition.Expression | None] = {}

    def run(
        self,
        case: Case,
        today: date,
        registries: Registries,
        corrected: Mapping[str, Value] | None = None,
        *,
        last_side_first: bool = False,
    ) -> Run:
        """Run a case from its first step to where it ends or waits.

        Args:
            case: What people answer and decide.
            today: The day on which conditions are read.
            registries: Answers look-ups; several records mean that the key did not tell one from another.
            corrected: What is answered where a return asks facts anew, if that is another answer than the first.
            last_side_first: Whether the sides of parallel parts are run from the last to the first, not in the order of the text.
        """
        return _Running(self, case, today, registries, corrected or {}, last_side_first).run()

    @cached_property
    def wanted(self) -> frozenset[str]:
        """The facts some step of the procedure reads: papers are looked at for no others."""
        return read_anywhere(self.model) | self.looked_for

    @cached_property
    def seen(self) -> frozenset[str]:
        """The facts that people see on papers for themselves: taken where the case has them, and never waited for."""
        return seen_on_papers(self.model)

    @cached_property
    def papered(self) -> dict[str, frozenset[str]]:
        """By check: the facts it looks for in papers; see `papers_before_checks`."""
        return papers_before_checks(self.model, self.inspected)

    def expression(self, text: str) -> condition.Expression | None:
        """Return a condition with canonical facts."""
        if text not in self._expressions:
            self._expressions[text] = self.naming.expression(text)
        return self._expressions[text]

    def computed(self, name: str) -> condition.Expression | None:
        """Return how an element is computed that always is."""
        if name not in self._computed:
            fact = self.naming.fact(name)
            always = fact is not None and fact.element.computed is not None and fact.relation is None
            self._computed[name] = (
                self.naming.expression(str(fact.element.computed), fact.owner) if fact is not None and always else None
            )
        return self._computed[name]

    def level(self, values: Mapping[str, Known], name: str, under: frozenset[str] = frozenset()) -> int:
        """Return how sure a fact is now: what is known from other facts follows them when they become surer."""
        known = values.get(name)
        level = known.by_itself if known else int(Assurance.ABSENT)
        if name in under:
            return level  # nothing is the surer for itself
        sources = set(known.sources) if known else set()
        if (parsed := self.computed(name)) is not None:
            sources.add((3, frozenset(condition.facts_read(parsed))))
        for most, keys in sources:
            level = max(level, min([most, *(self.level(values, key, under | {name}) for key in keys)]))
        return level

    def evaluate(self, parsed: condition.Expression, value: Callable[[str], Value], today: date) -> Value:
        """Return what an expression comes to: of facts of a many-role outside of `any` and the like, one for each member."""
        if parsed not in self._compiled:
            each = self.about_each(parsed)
            names = tuple(sorted(condition.facts_read(parsed)))
            self._compiled[parsed] = (names, compiled_for_each(parsed) if each else compiled(parsed))
        names, run = self._compiled[parsed]
        return run({name: value(name) for name in names}, today)

    def about_each(self, parsed: condition.Expression) -> bool:
        """Whether an expression is about each member of a many-role by itself."""
        return about_each(parsed, lambda name: (fact := self.naming.fact(name)) is not None and fact.many)


class _Ended(Exception):  # noqa: N818  # not an error: how an end reaches the outside of nested steps
    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


class _Returned(Exception):  # noqa: N818  # not an error: how a return reaches the list its target stands in
    def __init__(self, target: str) -> None:
        self.target = target


class _Running:
    """One case under way."""

    def __init__(
        self,
        book: Interpreter,
        case: Case,
        today: date,
        registries: Registries,
        corrected: Mapping[str, Value],
        last_side_first: bool,
    ) -> None:
        self.last_side_first = last_side_first
        self.book, self.case, self.today, self.registries, self.corrected = book, case, today, registries, corrected
        self.model, self.naming = book.model, book.naming
        self.now = Run()
        self.visits: dict[str, int] = {}
        self.handed_in: set[str] = set()
        self.outputs: list[Output] = []
        self.answers: dict[tuple[str, tuple[Value, ...]], Sequence[Record]] = {}
        self.twins: set[tuple[str, str]] = set()  # (fact, the same fact under the other role), as an act has said

    def run(self) -> Run:
        self._start()
        try:
            self._sequence(self.model.procedure.steps)
            self.now.outcome = Outcome("issued", outputs=tuple(self.outputs))
        except _Ended as end:
            self.now.outcome = end.outcome
        return self.now

    def _start(self) -> None:
        """Let a case that an event started have what that brought: it is there where it is asked, and nobody need answer it."""
        start, brought = self.model.event_start, self.case.event
        if start is not None and brought is not None:
            self.now.values |= {name: Known(brought[name], start.level) for name in start.facts if name in brought}

    # --- how steps hang together

    def _sequence(self, steps: Steps, start: int = 0) -> None:
        number = start
        while number < len(steps):
            try:
                self._item(steps[number])
                number += 1
            except _Returned as back:
                here = self._position(steps, back.target)
                if here is None:
                    raise
                number, inner = here
                if inner:
                    self._into(steps[number], back.target)
                    number += 1

    def _position(self, steps: Steps, target: str) -> tuple[int, bool] | None:
        """Return which item of a list the target is, or lies in."""
        for number, item in enumerate(steps):
            if isinstance(item, Step) and item.id == target:
                return number, False
            if any(self._position(inner, target) is not None for inner in inside(item)):
                return number, True
        return None

    def _into(self, item: Item, target: str) -> None:
        """Go on at a step inside a choice or a parallel part, then after it."""
        for steps in inside(item):
            here = self._position(steps, target)
            if here is not None:
                number, inner = here
                if inner:
                    self._into(steps[number], target)
                    number += 1
                self._sequence(steps, number)

    def _item(self, item: Item) -> None:
        match item:
            case Choose():
                self._choose(item)
            case Parallel():
                self._parallel(item)
            case Back():
                anew = set(self.naming.known(item.anew))
                self._forget(anew)
                self.now.anew |= anew
                raise _Returned(item.target)
            case Refuse():
                raise _Ended(Outcome("refused", item.id))
            case _:
                self._step(item)

    def _choose(self, item: Choose) -> None:
        here = self.book.places[id(item)]
        for number, branch in enumerate(item.branches):
            parsed = self.book.expression(branch.condition) if branch.condition else None
            if parsed is None or self._holds(parsed, here):
                self._take_way(here, str(number))
                self._sequence(branch.steps)
                return
        self._take_way(here, "none")
        raise _Ended(Outcome("waiting", "choose", waits_for="nobody"))

    def _take_way(self, place: str, way: str) -> None:
        self.now.taken.append(Taken(place, way))

    def _parallel(self, item: Parallel) -> None:
        """Run every side to its end; if one waits the others still run, and a refusal ends them all."""
        waiting: Outcome | None = None
        for branch in reversed(item.branches) if self.last_side_first else item.branches:
            try:
                self._sequence(branch.steps)
            except _Ended as end:
                if end.outcome.kind != "waiting":
                    raise
                waiting = waiting or end.outcome
        if waiting is not None:
            raise _Ended(waiting)

    # --- steps

    def _step(self, step: Step) -> None:
        visit = self.visits[step.id] = self.visits.get(step.id, 0) + 1
        if visit > MOST_VISITS:
            raise _Ended(Outcome("waiting", step.id, waits_for="nobody"))
        if isinstance(step, Decide | Approve) and step.needs is None and step.by:
            for name in sorted(self.now.values):
                self._reads(step.id, name)
        for need in step.needs or ():
            self._reads(step.id, need.fact)
        way = self._do(step, visit)
        self._tell_twins()
        for record in step.records:
            entered = tuple((need.fact, self._reads(step.id, need.fact)) for need in record.takes)
            self.now.recorded.append(Recorded(step.id, record.id, entered))
        self.now.passed.append(step.id)
        if way is not None:
            self._sequence(way.steps)

    def _do(self, step: Step, visit: int) -> Way | None:
        match step:
            case FormStep():
                self._form(step)
            case Identify():
                self._identify(step)
            case Check():
                self._decision(step, visit)
                self._check(step)
                self._find_out(step, step.gives)
            case Lookup():
                self._look_up(step)
            case Derive():
                for one in step.computes:
                    self._derive(one.id, one.expression)
            case Decide() | Approve():
                chosen = self._decision(step, visit)
                if step.ways:
                    self._take_way(step.id, chosen)
                self._find_out(step, step.gives)
                return next((way for way in step.ways if way.id == chosen), None)
            case Pay():
                self._decision(step, visit)
            case Issue():
                self._find_out(step, step.gives)
                carried = tuple(
                    (name, self._reads(step.id, name))
                    for need in step.carries
                    if (name := self.naming.canonical(need.fact))
                )
                if not step.letter:
                    self.outputs.append(Output(step.id, carried))
            case Notify():
                for need in step.carries:
                    self._reads(step.id, need.fact)
            case _:
                pass
        return None

    def _form(self, step: FormStep) -> None:
        missing: list[str] = []
        done = []
        for question in self.model.questions(step):
            whom = self._whom(step, question.id, question.condition)
            if any(whom):
                done.append(question)
            if question.fact and (any(whom) or not whom):
                self._take(question.fact, missing, whom)
        for paper in self.model.papers(step):
            whom = self._whom(step, paper.id, paper.condition)
            if self._stands_for(paper):
                continue
            if any(whom) and (
                self.case.papers is None or any(one in self.case.papers for one in paper.id.split(" | "))
            ):
                if all(whom):
                    self.handed_in |= paper.documented
                for fact in sorted(paper.facts & (self.book.wanted | self.book.seen)):
                    if fact not in self.now.values:
                        if fact in self.case.facts or fact in self.book.wanted:
                            self._take(fact, missing, whom)
                    elif all(whom):  # a paper gives what stands on it, though a registry has told it before
                        known = self.now.values[fact]
                        self.now.values[fact] = replace(known, by_itself=max(known.by_itself, 1))
        if missing:
            self._wait(step, "answer", missing)
        for question in done:
            if question.act:
                self.now.acts.add(question.id.partition("#")[0])  # the number depends on what else the form asks
            for fact in question.declares:
                self._reads(step.id, fact)
            if question.same:
                self._make_same(*question.same)

    def _stands_for(self, paper: Paper) -> bool:
        """Whether the event that started the case brought all that a paper shows, and none of it is asked anew since."""
        start, brought = self.model.event_start, self.case.event
        known = brought is not None and all(
            name in brought and name in self.now.values and self.now.values[name].by_itself >= Assurance.DOCUMENTED
            for name in paper.facts
        )
        return known and start is not None and start.stands_for(paper)

    def _whom(self, step: FormStep, what: str, under: condition.Expression | None) -> tuple[bool, ...]:
        """Return whether something is asked: one answer, or one for each member that the condition is about."""
        if under is None:
            return (True,)
        for name in sorted(condition.facts_read(under)):
            self._reads(step.id, name)
        found = self.book.evaluate(under, self._value, self.today)
        whom = tuple(one is True for one in found) if isinstance(found, tuple) else (found is True,)
        self._take_way(f"{step.id}: {what}", "asked" if any(whom) else "not asked")
        return whom

    def _make_same(self, one: Subject, other: Subject) -> None:
        """Let what is known of one person be known of the other, now and later, as it was said that they are one."""
        for here, there in ((one, other), (other, one)):
            self.twins |= {(here.fact(element.id), there.fact(element.id)) for element in here.entity.elements}
            for name in self.now.values:
                if name.startswith(here.name + "."):
                    twin = there.name + name[len(here.name) :]
                    self.twins.add((name, self.naming.canonical(twin) or twin))

    def _tell_twins(self) -> None:
        """Let what is known under one role be known under the other."""
        known = -1
        while self.twins and known < len(self.now.values):
            known = len(self.now.values)
            for name, twin in sorted(self.twins):
                if name in self.now.values:
                    self._learn(twin, self.now.values[name].value, 1, frozenset([name]))

    def _take(self, fact: str, missing: list[str], whom: tuple[bool, ...]) -> None:
        """Take an answer; what is there already keeps its level, and a surer value is not replaced by a mere saying.

        Of a many-role, perhaps only some members are asked: then the fact is there for them, and absent as a whole,
        because a fact of several is as sure as of the one of whom least is known. Of none, everything is known.
        """
        before = self.now.values.get(fact)
        if not whom:
            self.now.values.setdefault(fact, Known((), 3))
            return
        if fact not in self.case.facts:
            if before is None or before.partly:
                missing.append(fact)
            return
        answer = self._answer(fact)
        if isinstance(answer, tuple) and not all(whom):
            if before is None or before.partly:
                self.now.values[fact] = Known(_of_some(answer, whom, before))
        elif before is None:
            value, most, keys = self.now.confirmed.get(fact, (None, 0, frozenset()))
            confirmed = most and _plain(value) == _plain(answer)
            self.now.values[fact] = Known(answer, 1, frozenset([(most, keys)] if confirmed else []))
        elif before.by_itself < 1:
            self.now.values[fact] = replace(before, value=answer if before.partly else before.value, by_itself=1)

    def _answer(self, fact: str) -> Value:
        if fact in self.now.anew and fact in self.corrected:
            return self.corrected[fact]
        return self.case.facts[fact]

    def _identify(self, step: Identify) -> None:
        subject = self.naming.subject(actor(step.by or "").whom)
        log_in = self.model.catalogue.log_in.get(step.using)
        if subject is None or log_in is None:
            return
        self._find_out(step, (subject.key, *(f"{subject.name}.{name}" for name in log_in.gives)))

    def _check(self, step: Check) -> None:
        """Raise what was said to documented, where a paper that shows it was handed in, or none is asked for before."""
        for name in self.naming.known(step.verifies):
            known = self.now.values.get(name)
            if known is None or known.by_itself < 1:
                continue
            if name in self.handed_in or name not in self.book.papered[step.id]:
                self.now.values[name] = replace(known, by_itself=max(known.by_itself, 2))

    def _find_out(self, step: Step, facts: Sequence[str]) -> None:
        """Take what an agency finds, gives out, or a log-in tells: at level authoritative."""
        missing: list[str] = []
        for name in self.naming.known(facts):
            if name in self.case.facts:  # whoever looks finds what is so, though it was answered otherwise at first
                self.now.values[name] = Known(self.corrected.get(name, self.case.facts[name]), 3)
            elif name in self.now.values:
                self.now.values[name] = replace(self.now.values[name], by_itself=3)
            else:
                missing.append(name)
        if missing:
            self._wait(step, "answer", missing)

    def _decision(self, step: Check | Decide | Approve | Pay, visit: int) -> str:
        """Return what was decided; a step that no person does decides itself."""
        if step.by is None:
            return DONE
        decided = self.case.decisions.get(step.id)
        ways = {way.id for way in getattr(step, "ways", ())}
        if not decided or (ways and decided[min(visit, len(decided)) - 1] not in ways):
            self._wait(step, "decision")
        assert decided is not None  # noqa: S101  # else it waits
        return decided[min(visit, len(decided)) - 1]

    # --- look-ups and derivations

    def _look_up(self, step: Lookup) -> None:
        service = self.model.service(step)
        subjects = self.model.subjects(step)
        if service is None:
            return
        names = {
            word: self.naming.canonical(service_fact(subjects, word)) or word
            for word in (*service.needs, *service.gives, *service.confirms)
        }
        keys = {word: self._value(names[word]) for word in service.needs}
        sure = min((self._level(names[word]) for word in service.needs), default=3)
        least = int(level(self.model.catalogue.key_level(service)))
        if sure < least:
            self._wait(step, "answer", [names[word] for word in service.needs if self._level(names[word]) < least])
        asked = (step.service, tuple(keys.values()))
        if any(map(_has_none, keys.values())):
            self.answers[
                asked
            ] = ()  # that there is no such key is known: nobody can be found by it, and nobody is asked
        elif asked not in self.answers:
            self.answers[asked] = self.registries(step.service, keys)
            self.now.asked.append((step.service, ",".join(subject.name for subject in subjects.values())))
        records = self.answers[asked]
        self._take_way(step.id, "found" if len(records) == 1 else "several" if records else "none")
        if len(records) > 1:
            self._wait(step, "registry")
        if not records:
            if not step.not_found:
                self._wait(step, "registry")
            self._sequence(step.not_found)
            return
        self._take_answer(step, service, names, records[0], sure)

    def _take_answer(
        self, step: Lookup, service: DataService, names: Mapping[str, str], record: Record, sure: int
    ) -> None:
        most = int(level(service.assurance))
        keys = frozenset(names[word] for word in service.needs)
        for word in step.gets or (*service.gives, *service.confirms):
            name = names[word]
            before = self.now.values.get(name)
            if word in service.gives:
                replacing = self._level(name) <= min(most, sure)
                self._learn(name, record.get(word), most, keys - {name}, replacing=replacing)
            elif before is None:  # it gives no value, but is held against what will be said
                self.now.confirmed[name] = (record.get(word), most, keys - {name})
            else:
                if _plain(before.value) != _plain(record.get(word)):
                    self._wait(step, "registry", [name])
                self._learn(name, before.value, most, keys - {name})

    def _learn(self, name: str, value: Value, most: int, keys: frozenset[str], *, replacing: bool = False) -> None:
        """Note that a fact is known from others, and so is as sure as they are, at most as sure as their source."""
        before = self.now.values.get(name)
        if before is None:
            self.now.values[name] = Known(value, 0, frozenset([(most, keys)]))
        else:
            kept = value if replacing else before.value
            self.now.values[name] = replace(before, value=kept, sources=before.sources | {(most, keys)})

    def _derive(self, fact: str, expression: str) -> None:
        parsed = self.book.expression(expression)
        name = self.naming.canonical(fact)
        if parsed is None or name is None:
            return
        inputs = frozenset(condition.facts_read(parsed))
        reached = min((self._level(one) for one in inputs), default=3)
        if reached:
            value = self.book.evaluate(parsed, self._value, self.today)
            self._learn(name, value, 3, inputs, replacing=self._level(name) <= reached)

    # --- values

    def _value(self, name: str) -> Value:
        known = self.now.values.get(name)
        if known is not None:
            return known.value
        parsed = self.book.computed(name)
        return self.book.evaluate(parsed, self._value, self.today) if parsed is not None else None

    def _level(self, name: str) -> int:
        return self.book.level(self.now.values, name)

    def _reads(self, step: str, fact: str) -> Value:
        name = self.naming.canonical(fact) or fact
        value = self._value(name)
        self.now.read.append(Read(step, name, self._level(name), value))
        return value

    def _holds(self, parsed: condition.Expression, step: str) -> bool:
        for name in sorted(condition.facts_read(parsed)):
            self._reads(step, name)
        return self.book.evaluate(parsed, self._value, self.today) is True

    def _forget(self, facts: set[str]) -> None:
        """Lose facts that are asked anew, and all that rests on them."""
        lost = set(facts)
        for name in facts:
            self.now.values.pop(name, None)
            self.now.confirmed.pop(name, None)
        while resting := [
            name
            for name, known in self.now.values.items()
            if name not in lost and any(keys & lost for _, keys in known.sources)
        ]:
            for name in resting:
                known = self.now.values[name]
                lost.add(name)
                if known.by_itself:
                    self.now.values[name] = Known(known.value, known.by_itself)
                else:
                    del self.now.values[name]
        for name in [name for name, (_, _, keys) in self.now.confirmed.items() if keys & lost]:
            del self.now.confirmed[name]
        self.twins = {pair for pair in self.twins if not lost & set(pair)}  # that was said of the old answer

    def _wait(self, step: Step, what: WaitingFor, missing: Sequence[str] = ()) -> None:
        raise _Ended(
            Outcome(
                "waiting", step.id, waits_for=what, missing=tuple(missing), who=step.by or self.model.procedure.agency
            )
        )


def _plain(value: Value) -> object:
    """Compare as registries do: without regard to case and spaces."""
    return " ".join(value.upper().split()) if isinstance(value, str) else value


def _has_none(key: Value) -> bool:
    """Whether there is no such key: of somebody, or of one of several."""
    return key is None or (isinstance(key, tuple) and None in key)


def _of_some(answer: tuple[Single, ...], whom: tuple[bool, ...], before: Known | None) -> tuple[Single, ...]:
    """Return the answers of the members who are asked, and of the others what they have said before."""
    had = before.value if before is not None and isinstance(before.value, tuple) else ()
    pairs = zip_longest(whom[: len(answer)], answer, had[: len(answer)])
    return tuple(new if asked else old for asked, new, old in pairs)
