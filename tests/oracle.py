"""Supply by going every way, step by step, as the definitions tell it; shares nothing with the engine but the reading of names.

Levels are plain dictionaries, rules are applied one after the other until nothing changes, sides of a parallel part are
interleaved in every order, and a return is followed as often as it leads to anything new. So what is found at a place is the
least over all ways, never below what the engine promises, which is the greatest solution of equations.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from processes import condition
from processes.catalogue import Agreement, Catalogue, DataService
from processes.policy import Policy
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
    Procedure,
    Refuse,
    Step,
    Steps,
    actor,
    walk,
)
from processes.resolved import Paper, Question, Resolved, Subject

MOST_CONFIGURATIONS = 20_000
LEVELS = {"declared": 1, "documented": 2, "authoritative": 3}
Levels = dict[str, int]


class TooManyWaysError(Exception):
    """There are more ways than a test should go."""


@dataclass(frozen=True)
class OracleRule:
    """Facts from facts."""

    keys: frozenset[str]
    gives: frozenset[str]
    confirms: frozenset[str] = frozenset()
    level: int = 3
    key_level: int = 1


@dataclass(frozen=True)
class State:
    """What one way has brought so far."""

    own: tuple[tuple[str, int], ...] = ()  # said, shown, checked, found: without any rule
    rules: frozenset[OracleRule] = frozenset()  # in force because of a step
    shown: frozenset[str] = frozenset()  # facts on documents that were handed in and prove something
    waiting: frozenset[tuple[str, int]] = (
        frozenset()
    )  # (form, number of the item) asked under a condition not known yet
    told: frozenset[str] = frozenset()  # conditions that hold, as a choice has shown
    past: tuple[tuple[str, int], ...] = ()  # what rules gave that are not in force for the answer any more


@dataclass(frozen=True)
class Reading:
    """That a place reads a fact."""

    place: str  # a step, or `choose 3` for the third choice
    what: str  # need, output, record, condition, field, act
    fact: str


@dataclass
class Found:
    """What is certain, by place: the least over all ways."""

    before: dict[str, Levels] = field(default_factory=dict)  # by place
    read: dict[Reading, int] = field(default_factory=dict)
    ended: bool = False  # whether some way comes to the end

    def at(self, place: str, levels: Levels) -> None:
        """Note the levels on one way to a place."""
        known = self.before.get(place)
        self.before[place] = (
            dict(levels) if known is None else {f: min(n, levels[f]) for f, n in known.items() if f in levels}
        )

    def reads(self, reading: Reading, level: int) -> None:
        """Note the level of a fact that is read on one way."""
        self.read[reading] = min(level, self.read.get(reading, 3))


def ways(
    model: Resolved, rules: Iterable[OracleRule] = (), inspected: "frozenset[tuple[str, str]] | None" = None
) -> Found:
    """Go every way of a procedure.

    Args:
        model: The procedure.
        rules: Rules that hold everywhere, besides the computed elements.
        inspected: The (check, fact) that no document comes before, if that is not to be found out from this procedure.

    Raises:
        TooManyWaysError: There are more than a test should go.
    """
    return _Walk(model, frozenset(rules), inspected).go()


def closed(own: Levels, rules: Iterable[OracleRule]) -> Levels:
    """Return the least levels that the rules come to, one rule after the other until nothing changes."""
    levels, rules = dict(own), list(rules)
    while True:
        grown = dict(levels)
        for rule in rules:
            for fact in rule.gives | rule.confirms:
                keys = rule.keys if fact in rule.gives else rule.keys - {fact}
                sure = min([grown.get(key, 0) for key in keys], default=3)
                said = fact in rule.gives or grown.get(fact, 0) >= 1
                if said and sure >= max(rule.key_level, 1):
                    grown[fact] = max(grown.get(fact, 0), min(rule.level, sure))
        if grown == levels:
            return levels
        levels = grown


# --- a procedure as places that follow each other -------------------------------------------------------------------


class Place:
    """Where a case can stand: before an item."""

    def __init__(self, item: Item | None = None, follows: "list[Place] | None" = None, entering: str = "") -> None:
        self.item = item
        self.follows = follows or []  # what can come next
        self.entering = entering  # the condition of a way that begins here
        self.known: frozenset[str] = frozenset()  # other conditions that say that it is taken
        self.sides: list[Place] = []  # of a parallel part
        self.found: bool | None = None  # of a look-up's ways: whether something was found
        self.stops = False  # the end of a side, or of the case


Position = Place | tuple[Place, tuple["Position", ...]]


class _Map:
    """Flattens a procedure from its end to its beginning."""

    def __init__(self, procedure: Procedure) -> None:
        self.labels: dict[str, Place] = {}
        self.around: list[str] = []  # the conditions of the ways of choices that an item stands in
        self.backs: list[Place] = []
        self.end = Place()
        self.end.stops = True
        self.chooses = {id(item): n for n, item in enumerate(i for i in walk(procedure.steps) if isinstance(i, Choose))}
        self.start = self.steps(procedure.steps, self.end)
        for place in self.backs:
            assert isinstance(place.item, Back)
            place.follows = [self.labels[place.item.target]]

    def steps(self, steps: Steps, after: Place) -> Place:
        for item in reversed(steps):
            after = self.item(item, after)
        return after

    def item(self, item: Item, after: Place) -> Place:
        place = Place(item)
        match item:
            case Choose():
                whole = [_taken([one.condition for one in item.branches], way) for way in range(len(item.branches))]
                outer = self.around
                for way, one in enumerate(item.branches):
                    self.around = [*outer, whole[way]]
                    entry = Place(None, [self.steps(one.steps, after)], entering=one.condition or "")
                    said = [
                        whole[way],
                        *(f"not({text})" for n, text in enumerate(whole) if n != way and len(whole) > 2),
                    ]
                    paths = [outer[start:] for start in range(len(outer) + 1)]
                    entry.known = frozenset(
                        " and ".join(f"({part})" for part in (*path, text)) for path in paths for text in said if text
                    )
                    place.follows.append(entry)
                self.around = outer
            case Decide() | Approve() if item.ways:
                outer, self.around = self.around, []  # nobody knows beforehand what an officer will find
                place.follows = [self.steps(way.steps, after) for way in item.ways]
                self.around = outer
            case Lookup() if item.not_found:
                yes, no = Place(item, [after]), Place(None, [self.steps(item.not_found, after)])
                yes.found = True
                place.follows = [yes, no]
            case Parallel():
                for branch in item.branches:
                    stop = Place()
                    stop.stops = True
                    place.sides.append(self.steps(branch.steps, stop))
                place.follows = [after]
            case Back():
                self.backs.append(place)
            case Refuse():
                pass
            case _:
                place.follows = [after]
        if isinstance(item, Step):
            self.labels[item.id] = place
        return place


def _taken(conditions: list[str | None], way: int) -> str:
    """Write that one way of a choice is taken, and none before it."""
    parts = [f"not({text})" for text in conditions[:way]] + [f"({text})" for text in conditions[way : way + 1] if text]
    return " and ".join(parts)


# --- going -----------------------------------------------------------------------------------------------------------


class _Walk:
    def __init__(
        self, model: Resolved, rules: frozenset[OracleRule], inspected: frozenset[tuple[str, str]] | None
    ) -> None:
        self.model, self.naming = model, model.naming
        self.map = _Map(model.procedure)
        self.always = rules | frozenset(computed(model))
        self.inspected = inspections(model) if inspected is None else inspected
        self.found = Found()
        self.seen: set[tuple[Position, State]] = set()

    def go(self) -> Found:
        stack: list[tuple[Position, State]] = [(self.map.start, State())]
        while stack:
            here = stack.pop()
            if here in self.seen:
                continue
            self.seen.add(here)
            if len(self.seen) > MOST_CONFIGURATIONS:
                raise TooManyWaysError
            position, state = here
            if position is self.map.end:
                self.found.ended = True
                continue
            stack.extend(self.next(position, state))
        return self.found

    def next(self, position: Position, state: State) -> list[tuple[Position, State]]:
        """Return where a case can come to by one item, in any of the sides it stands in."""
        if isinstance(position, Place):
            if position.stops:
                return []
            return self.pass_by(position, state)
        whole, sides = position
        if all(isinstance(side, Place) and side.stops for side in sides):
            return [(whole.follows[0], state)]
        return [
            ((whole, (*sides[:number], new, *sides[number + 1 :])), after)
            for number, side in enumerate(sides)
            for new, after in self.next(side, state)
        ]

    def pass_by(self, place: Place, state: State) -> list[tuple[Position, State]]:
        if place.entering or place.known:
            state = self.known_now(place.entering, state, place.known)
        item = place.item
        if place.found:
            assert isinstance(item, Lookup)
            state = self.answered(item, state)
        elif isinstance(item, Parallel):
            return [((place, tuple(place.sides)), state)]
        elif isinstance(item, Choose):
            name = f"choose {self.map.chooses[id(item)]}"
            self.found.at(name, self.levels(state))
            for branch in item.branches:
                if branch.condition:
                    self.read(name, "condition", self.facts_in(branch.condition), state)
        elif isinstance(item, Back):
            state = self.lost(state, frozenset(self.naming.known(item.anew)))
        elif isinstance(item, Step):
            self.found.at(item.id, self.levels(state))
            state = self.done(item, state)
        return [(following, state) for following in place.follows]

    # --- levels

    def levels(self, state: State) -> Levels:
        own = dict(state.past)
        for fact, level in state.own:
            own[fact] = max(level, own.get(fact, 0))
        return closed(own, self.always | state.rules)

    def given(self, state: State, facts: Iterable[str], level: int) -> State:
        own = dict(state.own)
        for fact in facts:
            own[fact] = max(level, own.get(fact, 0))
        return replace(state, own=tuple(sorted(own.items())))

    def lost(self, state: State, roots: frozenset[str]) -> State:
        """Lose facts that are asked anew, and whatever rests on them; what was said or found by itself stays."""
        if not roots:
            return state
        before = self.levels(state)
        rest = set(roots)
        while True:
            more = {
                fact
                for rule in self.always | state.rules
                if rule.keys & rest
                for fact in rule.gives | rule.confirms
                if fact not in rest
            }
            if not more:
                break
            rest |= more
        stay = frozenset(
            rule for rule in state.rules if not rule.keys & rest and not (rule.gives | rule.confirms) & roots
        )
        # the answers of rules that are not in force any more are kept, as far as they rest on nothing that was lost
        answered = {
            fact: before[fact]
            for rule in state.rules - stay
            for fact in (rule.gives | rule.confirms) - rest
            if fact in before
        }
        past = {fact: level for fact, level in state.past if fact not in rest} | answered
        waiting = frozenset(
            (form, item)
            for form, item in state.waiting
            if not roots & self.item_facts(form, item) and not rest & self.item_reads(form, item)
        )
        told = frozenset(text for text in state.told if not rest & self.facts_in(text))
        own = tuple((fact, level) for fact, level in state.own if fact not in roots)
        return replace(state, own=own, rules=stay, past=tuple(sorted(past.items())), waiting=waiting, told=told)

    def read(self, place: str, what: str, facts: Iterable[str], state: State) -> None:
        levels = self.levels(state)
        for fact in facts:
            self.found.reads(Reading(place, what, fact), levels.get(fact, 0))

    def facts_in(self, text: str) -> frozenset[str]:
        parsed = self.naming.expression(text)
        assert parsed is not None
        return condition.facts_read(parsed)

    # --- steps

    def done(self, step: Step, state: State) -> State:
        self.read(step.id, "need", self.naming.known(need.fact for need in step.needs or ()), state)
        made = set(self.naming.known(getattr(step, "gives", ())))  # is read after the step, all else before
        taken = self.naming.known(need.fact for record in step.records for need in record.takes)
        self.read(step.id, "record", [fact for fact in taken if fact not in made], state)
        match step:
            case FormStep():
                state = self.filled_in(step, state)
            case Identify():
                state = self.given(state, self.log_in_facts(step), 3)
            case Check():
                for fact in self.naming.known(step.verifies):
                    said = dict(state.own).get(fact, 0) >= 1
                    if said and (fact in state.shown or (step.id, fact) in self.inspected):
                        state = self.given(state, [fact], 2)
                state = self.given(state, self.naming.known(step.gives), 3)
            case Lookup():
                if not step.not_found:
                    state = self.answered(step, state)
            case Derive():
                for one in step.computes:
                    name = self.naming.canonical(one.id)
                    assert name is not None
                    rule = OracleRule(self.facts_in(one.expression), frozenset([name]))
                    state = replace(state, rules=state.rules | {rule})
            case Decide() | Approve():
                state = self.given(state, self.naming.known(step.gives), 3)
            case Issue():
                carried = self.naming.known(need.fact for need in step.carries)
                self.read(step.id, "output", [fact for fact in carried if fact not in made], state)
                state = self.given(state, made, 3)
                self.read(step.id, "output", [fact for fact in carried if fact in made], state)
            case Notify():
                self.read(step.id, "output", self.naming.known(need.fact for need in step.carries), state)
        self.read(step.id, "record", [fact for fact in taken if fact in made], state)
        return state

    def log_in_facts(self, step: Identify) -> tuple[str, ...]:
        subject = self.naming.subject(actor(step.by or "").whom)
        log_in = self.model.catalogue.log_in[step.using]
        assert subject is not None
        return (subject.key, *self.naming.known(f"{subject.name}.{one}" for one in log_in.gives))

    def filled_in(self, step: FormStep, state: State) -> State:
        questions = self.model.questions(step)
        for number, question in enumerate(questions):
            if question.condition is not None:
                read = condition.facts_read(question.condition)
                self.read(step.id, "field", read, state)
                levels = self.levels(state)
                if condition.to_text(question.condition) in state.told:
                    state = self.given(state, [question.fact] if question.fact else [], 1)
                elif all(levels.get(fact, 0) for fact in read):
                    state = replace(state, waiting=state.waiting | {(step.id, number)})
            elif question.fact:
                state = self.given(state, [question.fact], 1)
        for number, paper in enumerate(self.model.papers(step), start=len(questions)):
            if paper.condition is not None:
                read = condition.facts_read(paper.condition)
                self.read(step.id, "field", read, state)
                levels = self.levels(state)
                if condition.to_text(paper.condition) in state.told:
                    state = self.handed_in(state, paper)
                elif all(levels.get(fact, 0) for fact in read):
                    state = replace(state, waiting=state.waiting | {(step.id, number)})
            elif paper.share >= 1:
                state = self.handed_in(state, paper)
        for question in questions:
            self.read(step.id, "act", question.declares, state)
            if question.same:
                state = self.same(state, question.same)
        return state

    def handed_in(self, state: State, paper: Paper) -> State:
        state = self.given(state, paper.facts, 1)
        return replace(state, shown=state.shown | paper.documented)

    def same(self, state: State, pair: tuple[Subject, Subject]) -> State:
        rules = set(state.rules)
        for element in pair[0].entity.elements:
            one, other = pair[0].fact(element.id), pair[1].fact(element.id)
            rules |= {OracleRule(frozenset([a]), frozenset([b]), level=1) for a, b in ((one, other), (other, one))}
        return replace(state, rules=frozenset(rules))

    def answered(self, step: Lookup, state: State) -> State:
        service = self.model.catalogue.service[step.service]
        wanted = step.gets or (*service.gives, *service.confirms)
        subjects = self.model.subjects(step)
        rule = service_rule(self.model, service, subjects, frozenset(wanted))
        return replace(state, rules=state.rules | {rule})

    # --- questions under a condition

    def known_now(self, text: str, state: State, also: frozenset[str] = frozenset()) -> State:
        """Count as given what was asked under the condition of the way that begins, or under others that mean it."""
        parsed = self.naming.expression(text) if text else None
        shown = condition.to_text(parsed) if parsed is not None else ""
        also = frozenset(condition.to_text(tree) for one in also if (tree := self.naming.expression(one)) is not None)
        levels = self.levels(state)
        sure = {one for one in also if all(levels.get(fact, 0) for fact in self.facts_in(one))}
        state = replace(state, told=state.told | sure | ({shown} if shown else set()))
        for form, number in sorted(state.waiting):
            item = self.item(form, number)
            assert item.condition is not None
            if condition.to_text(item.condition) in {shown, *also}:
                if isinstance(item, Paper):
                    state = self.handed_in(state, item)
                elif item.fact:
                    state = self.given(state, [item.fact], 1)
        return state

    def item(self, form: str, number: int) -> Question | Paper:
        step = self.model.procedure.step_by_id[form]
        assert isinstance(step, FormStep)
        items: list[Question | Paper] = [*self.model.questions(step), *self.model.papers(step)]
        return items[number]

    def item_facts(self, form: str, number: int) -> frozenset[str]:
        item = self.item(form, number)
        return item.facts if isinstance(item, Paper) else frozenset([item.fact] if item.fact else [])

    def item_reads(self, form: str, number: int) -> frozenset[str]:
        under = self.item(form, number).condition
        return condition.facts_read(under) if under is not None else frozenset()


# --- what does not depend on the way --------------------------------------------------------------------------------


def service_rule(
    model: Resolved, service: DataService, subjects: dict[str, Subject], wanted: frozenset[str]
) -> OracleRule:
    """Return a service about somebody as a rule, for the wanted of its facts."""

    def name(word: str) -> str:
        if "" in subjects:
            full = f"{subjects[''].name}.{word}"
        else:
            first, _, rest = word.partition(".")
            full = f"{subjects[first].name}.{rest}"
        return model.naming.canonical(full) or full

    return OracleRule(
        frozenset(name(word) for word in service.needs),
        frozenset(name(word) for word in service.gives if word in wanted),
        frozenset(name(word) for word in service.confirms if word in wanted),
        LEVELS[service.assurance],
        LEVELS[model.catalogue.key_level(service)],
    )


def computed(model: Resolved) -> Iterator[OracleRule]:
    """Yield a rule for each computed element of whoever the procedure can speak of, three relations far."""
    for path in subjects_of(model):
        subject = model.naming.subject(path)
        for element in subject.entity.elements if subject else ():
            if element.computed and subject is not None:
                parsed = model.naming.expression(element.computed, subject)
                assert parsed is not None
                yield OracleRule(condition.facts_read(parsed), frozenset([subject.fact(element.id)]))


def subjects_of(model: Resolved) -> list[str]:
    """Return the canonical names of roles and of what their relations reach, three relations far."""
    found: dict[str, None] = {}
    waiting = [role.id for role in model.procedure.roles]
    while waiting:
        path = waiting.pop()
        subject = model.naming.subject(path)
        if subject is None or subject.name in found:
            continue
        found[subject.name] = None
        if subject.name.count(".") < 3:
            waiting += [f"{subject.name}.{relation.id}" for relation in subject.entity.relations]
    return list(found)


def inspections(model: Resolved) -> frozenset[tuple[str, str]]:
    """Return the (check, fact) that the check says it inspects, or for which no document that carries it can come before on any way."""
    flow = flattened(model.procedure)
    before: dict[str, set[str]] = {}
    items = [item for item in walk(model.procedure.steps) if isinstance(item, Step)]
    reach = {item.id: flow.reached(item.id) for item in items}
    beside = list(_beside(model.procedure.steps))
    for check in items:
        if not isinstance(check, Check):
            continue
        facts: set[str] = set()
        for form in items:
            if isinstance(form, FormStep) and (
                check.id in reach[form.id] or any({form.id, check.id} == {a, b} for a, b in beside)
            ):
                for paper in model.papers(form):
                    facts |= paper.may_show
        before[check.id] = facts
    return frozenset(
        (check.id, fact)
        for check in items
        if isinstance(check, Check)
        for fact in model.naming.known(check.verifies)
        if fact not in before[check.id] or fact in model.naming.known(check.inspects)
    )


def flattened(procedure: Procedure) -> "Flow":
    """Return what can come after what in a procedure."""
    return Flow(_Map(procedure))


class Flow:
    """What can come after what."""

    def __init__(self, world: _Map) -> None:
        self.world = world
        self.ups = _ups(world)

    def reached(self, start: str) -> set[str]:
        """Return the steps that can come after a step."""
        return {place.item.id for place in self._places(start) if isinstance(place.item, Step)}

    def conditions_reached(self, start: str) -> set[str]:
        """Return the conditions that can be asked after a step."""
        return {
            branch.condition
            for place in self._places(start)
            if isinstance(place.item, Choose)
            for branch in place.item.branches
            if branch.condition
        }

    def _places(self, start: str) -> list[Place]:
        found: dict[int, Place] = {}
        waiting = [*self.world.labels[start].follows]
        while waiting:
            place = waiting.pop()
            if id(place) not in found:
                found[id(place)] = place
                waiting += [*place.follows, *place.sides, *self.ups.get(id(place), ())]
        return list(found.values())


def _ups(world: _Map) -> dict[int, list[Place]]:
    """Return what comes after the end of each side."""
    found: dict[int, list[Place]] = {}
    seen: set[int] = set()
    waiting = [(world.start, tuple[Place, ...]())]
    while waiting:
        place, around = waiting.pop()
        if (id(place)) in seen:
            continue
        seen.add(id(place))
        if place.stops and around:
            found[id(place)] = around[-1].follows
        waiting += [(one, around) for one in place.follows]
        waiting += [(one, (*around, place)) for one in place.sides]
    return found


def _beside(steps: Steps) -> Iterator[tuple[str, str]]:
    """Yield pairs of steps that stand in different sides of one parallel part."""
    for item in walk(steps):
        if isinstance(item, Parallel):
            sides = [[one.id for one in walk(branch.steps) if isinstance(one, Step)] for branch in item.branches]
            for n, side in enumerate(sides):
                for other in sides[n + 1 :]:
                    yield from ((a, b) for a in side for b in other)


# --- law, dates and all ----------------------------------------------------------------------------------------------


def allowed(
    catalogue: Catalogue, policy: Policy, consumer: str, purpose: str, service: str
) -> list[tuple[frozenset[str], bool]]:
    """Return what may be asked of a service, agreement by agreement: the facts, and whether a consent is needed."""
    offered = catalogue.service[service]
    found = []
    for agreement in catalogue.agreements:
        fits = service in agreement.services and agreement.consumer == consumer and purpose in agreement.purposes
        if fits and _in_force(agreement, policy.date):
            every = frozenset((*offered.gives, *offered.confirms))
            facts = every if agreement.facts == "all" else every & frozenset(agreement.facts)
            found.append((facts, agreement.consent))
    return found


def _in_force(agreement: Agreement, day: date) -> bool:
    """Return whether an agreement is in force on a day; both its dates are included."""
    if agreement.state != "in force":
        return False
    return (agreement.since or day) <= day <= (agreement.until or day)
