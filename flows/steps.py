"""What each kind of step does to a batch of cases; knows no store, no registry's address and not where a step stands.

Says the same as `analysis.interpreter`, which does it for one case at a time: there is the meaning, here the speed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import islice, product, zip_longest
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

import orjson

from analysis.demand import read_anywhere
from flows.facts import Facts, ValueOf, Whom, computing
from flows.law import consent, consents_to
from flows.levels import SAME, Levels, brought
from flows.moving import Asked, Moving, Offer, Place, Source, Wait, Work
from flows.outcomes import CHOOSE, CONTESTED, TO_SIGN, down
from flows.past import MOST, Mark, Past
from flows.ports import Answer, Ask, Down, Keys, Record, RegistryUnreachableError
from processes import condition
from processes.case import Output, Value
from processes.element import level
from processes.procedure import (
    Approve,
    Check,
    Decide,
    Derive,
    FormStep,
    Identify,
    Issue,
    Lookup,
    Pay,
    Step,
    actor,
    walk,
)
from processes.resolved import Naming, Resolved, Subject, service_fact

SIGNS = ("signature", "consent")  # acts that a person answers for
WITHHELD = "withheld"  # the decision on a consent that is not given; else whoever fills in its form gives it
BY_HAND = " by hand"  # after a look-up's name: what a person has said in its place
CHOSEN = " chosen"  # after a look-up's name: one of several records that somebody has chosen
CORRECTED = (
    " corrected"  # after a look-up's name: what somebody has said in place of its answer, and an officer found right
)
SAID, REGISTRY = "said", "registry"  # whose value holds of what is contested
NOT_LISTED = -1  # the choice of none of them
MOST_OFFERED = 20  # records among which somebody may choose; more show too many people's data to whoever looks for one
PARTLY: Mark = (0,)  # of a fact that only some members of a many-role have been asked

Do = Callable[[Work, list[Moving]], list[Moving]]  # does the step and returns the cases that have it behind them


class Program(Protocol):
    """What steps want to know of the whole procedure."""

    model: Resolved
    facts: Facts
    wanted: frozenset[str]  # facts that some step reads: papers are looked at for these
    seen: frozenset[str]  # and for what people see there for themselves: no case waits for it
    paper_bits: dict[str, int]
    documented: dict[int, frozenset[str]]  # by the bit of a paper: what a check can rest on
    groups: "dict[str, Group]"  # of look-ups
    levels: Levels
    twins: dict[str, list[tuple[Subject, Subject]]]  # by step: subjects that an act there says are one
    checked_papers: dict[str, frozenset[str]]  # by check: the facts that papers before it show


class Group(NamedTuple):
    """Look-ups of one service about the same subjects, for the same purpose: the later ones are answered from the first."""

    id: str
    service: str
    words: tuple[str, ...]  # all that any of them wants
    facts: tuple[str, ...]  # what these are in the procedure
    kept: bool  # whether an answer may be wanted again


# --- people ---------------------------------------------------------------------------------------------------------


_Changed = list[tuple[str, Value]]  # facts that were there before, as they were


class _Paper(NamedTuple):
    bit: int
    whom: Whom | None
    options: frozenset[str]
    facts: tuple[str, ...]
    by_event: frozenset[str]  # all that it shows, if an event that starts cases brings that


def form(program: Program, step: FormStep, place: Place) -> Do:
    """Take the answers to the questions that are asked, and the papers."""
    # under which condition, whether that is as it was for the one before; the fact, or else which two roles are one
    asks: list[tuple[Whom | None, bool, str, int]] = []
    consents: list[tuple[Whom | None, str, str]] = []  # under which condition, the act, to what
    twins = program.twins.get(step.id, [])
    filling = program.model.naming.subject(actor(step.by or "").whom)
    before: condition.Expression | None = None
    said_since = set[str]()
    for question in program.model.questions(step):
        under = program.facts.whom(question.condition) if question.condition is not None else None
        if question.consents_to and filling is not None and question.about in ("", filling.name):
            consents.append((under, question.id, consent(question.consents_to, filling)))
        if not question.fact and not question.same:
            continue
        unchanged = question.condition is not None and question.condition == before
        if not unchanged or not said_since.isdisjoint(_with_inputs(program.model, question.condition)):
            unchanged, before, said_since = False, question.condition, set()
        if question.fact:
            asks.append((under, unchanged, str(question.fact), 0))
            said_since.add(str(question.fact))
        if question.same:
            asks.append((under, unchanged, "", twins.index(question.same)))
    start = program.model.event_start
    papers = [
        _Paper(
            program.paper_bits[paper.id],
            program.facts.whom(paper.condition) if paper.condition is not None else None,
            frozenset(paper.id.split(" | ")),
            tuple(sorted(paper.facts & (program.wanted | program.seen))),
            paper.facts if start is not None and start.stands_for(paper) else frozenset(),
        )
        for paper in program.model.papers(step)
    ]
    who = str(step.by or program.model.procedure.agency)
    personal = [
        program.facts.whom(one.condition) if one.condition is not None else None
        for one in program.model.questions(step)
        if one.act in SIGNS and filling is not None
    ]
    said: Mark = (1, place.step)
    trails: dict[tuple[Past, frozenset[str] | None], _Trail] = {}

    def fill(case: Moving, today: date, trail: _Trail) -> list[str]:
        """Take what a case answers, one by one, and return what is missing; the trail notes how it was done."""
        facts, values, past = case.facts, case.values, case.past
        marks, before, missing = dict(past.marks), len(values), list[str]()
        again: _Changed = []
        acts: list[int] = []
        shown_too: list[str] = []  # what a registry has told before, and a paper shows now
        asked: bool | tuple[bool, ...] = True

        def say(fact: str) -> None:
            values[fact] = facts[fact]
            marks[fact] = _confirmed(case, fact, said) if fact in case.confirmed else said
            trail.take(fact)

        for whom, unchanged, fact, act in asks:
            if whom is not None and not unchanged:
                asked = whom(case, today)
                trail.turn(whom, asked)
            if whom is not None and asked is not True:
                if asked is not False and fact:
                    again += _of_some(case, marks, fact, asked, said, missing)
                    trail.odd = True
            elif not fact:
                acts.append(act)
            elif fact in marks:
                if marks[fact][0] < 1:
                    trail.turn(_answers(fact), fact in facts)
                    trail.odd = trail.odd or marks[fact] == PARTLY
                again += _said_again(case, marks, fact, place.step, missing)
            elif fact in facts:
                say(fact)
            else:
                missing.append(fact)
        handed_in = past.handed_in
        for bit, whom, options, shown, by_event in papers:
            if by_event and all(marks.get(fact, PARTLY)[0] >= 2 for fact in by_event):  # none of it is asked anew since
                stands_for_it = _event_brought(by_event)
                trail.turn(stands_for_it, came := stands_for_it(case, today))
                if came:
                    continue
            asked = True
            if whom is not None:
                asked = whom(case, today)
                trail.turn(whom, asked)
            if asked and (case.papers is None or not options.isdisjoint(case.papers)):
                if asked is True:
                    handed_in |= bit
                for fact in shown:
                    if fact not in marks:
                        if fact not in program.wanted:
                            trail.turn(_answers(fact), fact in facts)
                            if fact not in facts:
                                continue
                        if asked is not True:
                            again += _of_some(case, marks, fact, asked, said, missing)
                            trail.odd = True
                        elif fact in facts:
                            say(fact)
                        else:
                            missing.append(fact)
                    elif asked is True and marks[fact][0] < 1:
                        shown_too.append(fact)
        if missing:
            _undo(case, before, again)
            return missing
        for fact in shown_too:
            marks[fact] = (1, *marks[fact][1:])
        case.past = past.but(marks, handed_in=handed_in)
        for act in acts:
            program.levels.make_same(case, f"{place.step}{SAME}{act}")
        trail.odd = trail.odd or bool(acts or again)
        trail.end(case.past)
        return []

    def unsigned(case: Moving) -> bool:
        return case.signed is not None and place.step not in case.signed

    def do(work: Work, cases: list[Moving]) -> list[Moving]:
        done, today = [], work.today
        if len(trails) > MOST:
            trails.clear()
        for case in cases:
            key = (case.past, case.papers)
            if (trail := trails.get(key)) is None:
                trail = trails[key] = _Trail()
            if case.confirmed or not trail.followed(case, today):
                own = _Trail()
                if missing := fill(case, today, own):
                    work.park(case, place, Wait(place.step, "answer", who, tuple(dict.fromkeys(missing))))
                    continue
                if not (own.odd or case.confirmed):
                    trail.learn(own)
            if personal and unsigned(case) and any(whom is None or whom(case, today) is not False for whom in personal):
                work.park(case, place, Wait(place.step, "answer", who, why=TO_SIGN))
                continue
            for whom, name, to in consents:
                if (whom is None or whom(case, today) is True) and WITHHELD not in case.decisions.get(name, ()):
                    case.consents |= {to}
            done.append(case)
        return done

    return do


def _answers(fact: str) -> Whom:
    """Return whether a case answers a question."""
    return lambda case, today: fact in case.facts


class _Trail:
    """How a form was filled in: which facts were taken, one after the other, up to where it depends on the case how it goes on.

    Cases with the same past that come the same way after each turn take the same facts, and have the same past afterwards. So
    those that come after the first one follow its trail.
    """

    __slots__ = ("after", "names", "odd", "pick", "turns", "ways", "whom")

    def __init__(self) -> None:
        self.names: list[str] = []
        self.pick: Callable[[Mapping[str, Value]], Iterable[Value]] | None = (
            None  # their values; made when there are some
        )
        self.whom: Whom | None = None  # what the way depends on
        self.ways: dict[bool | tuple[bool, ...], _Trail] = {}
        self.after: Past | None = None  # at its end
        self.turns: list[_Trail] = [self]  # while it is laid
        self.odd = False  # whether it is only for this one case

    def take(self, fact: str) -> None:
        self.turns[-1].names.append(fact)

    def turn(self, whom: Whom, came: bool | tuple[bool, ...]) -> None:
        here, there = self.turns[-1], _Trail()
        here.whom, here.ways = whom, {came: there}
        self.turns.append(there)

    def end(self, after: Past) -> None:
        self.turns[-1].after = after

    def learn(self, other: "_Trail") -> None:
        """Know the trail of a case as well."""
        self.names, self.whom, self.after = other.names, other.whom, other.after
        self.pick = picking(self.names)
        for came, there in other.ways.items():
            self.ways.setdefault(came, _Trail()).learn(there)

    def followed(self, case: Moving, today: date) -> bool:
        """Fill the form in as those before; return whether that could be done. If not, nothing is changed."""
        facts, values, here = case.facts, case.values, self
        before = len(values)
        while True:
            if here.names:
                try:
                    values.update(zip(here.names, here.pick(facts), strict=True))  # type: ignore[misc]
                except KeyError:
                    break
            if here.after is not None:
                case.past = here.after
                return True
            there = here.ways.get(here.whom(case, today)) if here.whom is not None else None
            if there is None:
                break
            here = there
        while len(values) > before:
            values.popitem()
        return False


def picking(names: Sequence[str]) -> Callable[[Mapping[str, Value]], Sequence[Value]]:
    """Return what picks the values of some names, all of which must be there."""
    if len(names) == 1:
        (only,) = names
        return lambda values: (values[only],)
    return itemgetter(*names) if names else lambda values: ()


def _with_inputs(model: Resolved, parsed: condition.Expression | None) -> frozenset[str]:
    """Return the facts that a condition reads, and those that these are computed from."""
    found = set(condition.facts_read(parsed)) if parsed is not None else set()
    waiting = list(found)
    while waiting:
        computed = computing(model.naming, waiting.pop())
        new = condition.facts_read(computed) - found if computed is not None else set()
        found |= new
        waiting += new
    return frozenset(found)


def _event_brought(shown: frozenset[str]) -> Whom:
    """Return whether the event that started a case brought all that a paper shows."""
    return lambda case, today: case.event is not None and shown <= case.event.keys()


def _confirmed(case: Moving, fact: str, said: Mark) -> Mark:
    """Return the mark of what is said now, and has been held in a registry before: it is confirmed, if both are the same."""
    value, step = case.confirmed[fact]
    return brought(said, step) if plain(value) == plain(case.facts[fact]) else said


def _said_again(case: Moving, marks: dict[str, Mark], fact: str, step: str, missing: list[str]) -> _Changed:
    """Note that somebody says what is there already; it keeps its level, and is now also said by itself."""
    mark, value = marks[fact], case.values.get(fact)
    if fact not in case.facts:
        if mark == PARTLY:
            missing.append(fact)
        return []
    if mark[0] >= 1:
        return []
    marks[fact] = (1, *brought(mark, step)[1:])
    if mark != PARTLY:
        return []
    case.values[fact] = case.facts[fact]
    return [(fact, value)]


def _of_some(
    case: Moving, marks: dict[str, Mark], fact: str, whom: bool | tuple[bool, ...], said: Mark, missing: list[str]
) -> _Changed:
    """Take the answers of those members of a many-role who are asked; without members, everything is known of them."""
    mark, value = marks.get(fact), case.values.get(fact)
    if not whom or isinstance(whom, bool):
        if mark is None:
            case.values[fact], marks[fact] = (), (3,)
        return []
    if fact not in case.facts:
        if mark is None or mark == PARTLY:
            missing.append(fact)
        return []
    answer = case.facts[fact]
    if mark is not None and mark != PARTLY:
        return []
    if isinstance(answer, tuple):
        had = value if isinstance(value, tuple) else ()
        pairs = zip_longest(whom[: len(answer)], answer, had[: len(answer)])
        case.values[fact] = tuple([new if asked else old for asked, new, old in pairs])
        marks[fact] = PARTLY
    else:
        case.values[fact], marks[fact] = answer, said
    return [] if mark is None else [(fact, value)]


def _undo(case: Moving, before: int, again: _Changed) -> None:
    """Take back what a form that cannot be finished yet has changed."""
    while len(case.values) > before:
        case.values.popitem()
    for fact, value in reversed(again):
        if fact in case.values:
            case.values[fact] = value


def identify(program: Program, step: Identify, place: Place) -> Do:
    """Take who somebody is from a log-in."""
    return _finding_out(program, step, place, told_by_log_in(program.model, step))


def told_by_log_in(model: Resolved, step: Identify) -> tuple[str, ...]:
    """Return the facts that a log-in tells: the key of whoever logs in, and what it gives besides."""
    subject = model.naming.subject(actor(step.by or "").whom)
    log_in = model.catalogue.log_in.get(step.using)
    if subject is None or log_in is None:
        return ()
    return model.naming.known((subject.key, *(f"{subject.name}.{name}" for name in log_in.gives)))


def check(program: Program, step: Check, place: Place) -> Do:
    """Let an officer compare facts with papers, and find things out."""
    decide = _deciding(program, step, place)
    find_out = _finding_out(program, step, place, step.gives)
    verified = [str(name) for name in program.model.naming.known(step.verifies)]
    papered = program.checked_papers[step.id]
    raised_by: dict[int, list[str]] = {}  # papers handed in -> facts that they prove

    def proven(handed_in: int) -> list[str]:
        shown = {fact for bit, facts in program.documented.items() if handed_in & bit for fact in facts}
        return [name for name in verified if name in shown or name not in papered]

    raises = f" raised by {place.step}"

    def raised(past: Past) -> Past:
        if (facts := raised_by.get(past.handed_in)) is None:
            facts = raised_by[past.handed_in] = proven(past.handed_in)
        marks = dict(past.marks)
        for name in facts:
            mark = marks.get(name)
            if mark is not None and mark[0] == 1:
                marks[name] = (2, *brought(mark, place.step)[1:])
        after = past.plans[raises] = past.but(marks)
        return after

    def do(work: Work, cases: list[Moving]) -> list[Moving]:
        done = decide(work, cases)
        for case in done:
            past = case.past
            case.past = past.plans.get(raises) or raised(past)
        return find_out(work, done)

    return do


def decide(program: Program, step: Decide | Approve | Pay, place: Place) -> Do:
    """Let a person decide, pay, agree; which way it goes is read from the decision afterwards."""
    deciding = _deciding(program, step, place)
    gives = () if isinstance(step, Pay) else step.gives
    if not gives:
        return deciding
    find_out = _finding_out(program, step, place, gives)
    return lambda work, cases: find_out(work, deciding(work, cases))


def decision(case: Moving, step: str) -> str:
    """Return what was decided at a step on this visit; empty if nothing was.

    Prepared decisions are used one a visit, and the last one stays; one that a person gave counts for its visit alone.
    """
    decided = case.decisions.get(step)
    if not decided:
        return ""
    visit = case.visits.get(step, 0) + 1
    if visit > len(decided):
        return "" if step in case.answered else decided[-1]
    return decided[visit - 1]


def _deciding(program: Program, step: Check | Decide | Approve | Pay, place: Place) -> Do:
    if step.by is None:
        return lambda work, cases: cases
    ways = frozenset(str(way.id) for way in getattr(step, "ways", ()))
    wait = Wait(place.step, "decision", str(step.by))

    def do(work: Work, cases: list[Moving]) -> list[Moving]:
        done, step = [], place.step
        for case in cases:
            if place.counted:
                decided = decision(case, step)
            else:  # this is the only visit
                prepared = case.decisions.get(step)
                decided = prepared[0] if prepared else ""
            if not decided or (ways and decided not in ways):
                work.park(case, place, wait)
            else:
                done.append(case)
        return done

    return do


def _finding_out(program: Program, step: Step, place: Place, facts: Iterable[str]) -> Do:
    """Take what an agency finds or gives out, or a log-in tells: at level authoritative."""
    names = [str(name) for name in program.model.naming.known(facts)]
    who = str(step.by or program.model.procedure.agency)
    found: Mark = (3, place.step)
    if not names:
        return lambda work, cases: cases
    finds = f" found out by {place.step}"

    def plan(past: Past, has: tuple[bool, ...]) -> tuple[list[str], Past | None]:
        """Return the facts that are taken from the case, and its past afterwards; or those that are missing."""
        pairs = list(zip(names, has, strict=True))
        if missing := [name for name, there in pairs if not there and name not in past.marks]:
            made: tuple[list[str], Past | None] = (missing, None)
        else:
            marks = dict(past.marks)
            for name, there in pairs:
                marks[name] = found if there else (3, *brought(marks[name], place.step)[1:])
            made = ([name for name, there in pairs if there], past.but(marks))
        past.plans[finds, has] = made
        return made

    def do(work: Work, cases: list[Moving]) -> list[Moving]:
        done = []
        for case in cases:
            facts, values, past = case.facts, case.values, case.past
            has = tuple([name in facts for name in names])
            taken, after = past.plans.get((finds, has)) or plan(past, has)
            if after is None:
                work.park(case, place, Wait(place.step, "answer", who, tuple(taken)))
                continue
            for name in taken:
                values[name] = facts[name]
            case.past = after
            done.append(case)
        return done

    return do


# --- machines -------------------------------------------------------------------------------------------------------


def derive(program: Program, step: Derive, place: Place) -> Do:
    """Compute facts from others."""
    naming, facts = program.model.naming, program.facts
    made = []
    for one in step.computes:
        parsed, name = naming.expression(one.expression), naming.canonical(one.id)
        if parsed is not None and name is not None:
            made.append((str(name), facts.expression(parsed), frozenset(condition.facts_read(parsed))))
    level_in = program.levels.level_in

    derives = f" derived by {place.step}"

    def plan(past: Past) -> tuple[list[tuple[str, ValueOf]], Past]:
        """Return what is computed, and the past afterwards."""
        computed, after = [], past
        for name, value, inputs in made:
            reached = min([level_in(after, one) for one in inputs], default=3)
            if reached and level_in(after, name) <= reached:
                computed.append((name, value))
                after = after.but({**after.marks, name: brought(after.marks.get(name), place.step)})
        past.plans[derives] = computed, after
        return computed, after

    def do(work: Work, cases: list[Moving]) -> list[Moving]:
        for case in cases:
            past = case.past
            computed, after = past.plans.get(derives) or plan(past)
            for name, value in computed:
                case.values[name] = value(case, work.today)
            case.past = after
        return cases

    return do


def issue(program: Program, step: Issue, place: Place) -> Do:
    """Make an output that carries facts."""
    find_out = _finding_out(program, step, place, step.gives)
    if step.letter:
        return find_out
    names = [str(name) for need in step.carries if (name := program.model.naming.canonical(need.fact))]
    values_of = program.facts.values(names)

    def do(work: Work, cases: list[Moving]) -> list[Moving]:
        today, done = work.today, find_out(work, cases)
        for case in done:
            case.outputs.append(Output(place.step, tuple(zip(names, values_of(case, today), strict=True))))
        return done

    return do


# --- look-ups -------------------------------------------------------------------------------------------------------


def wanted_words(model: Resolved, step: Lookup) -> tuple[str, ...]:
    """Return what a look-up wants to know, as its service names it: what it says that it gets, else what anybody reads of it.

    What a service only confirms is always wanted: it may be held against what somebody says.

    Complexity: of what says nothing, linear in the procedure.
    """
    service = model.service(step)
    if service is None:
        return ()
    if step.gets:
        return tuple(map(str, step.gets))
    read = _read_of_look_ups(model)
    given = [str(word) for word in service.gives if read is None or _name_of(model, step, word) in read]
    return (*given, *map(str, service.confirms))


def _read_of_look_ups(model: Resolved) -> frozenset[str] | None:
    """Return the facts that somebody reads or asks, or that stand on a paper; nothing, where everything may be read.

    Whoever decides without saying by what may read all that the case holds; and of two roles that an act says are one person,
    what is known of either is read of the other.
    """
    known = set[str]()
    for item in walk(model.procedure.steps):
        if isinstance(item, Decide | Approve) and item.needs is None and item.by:
            return None
        for question in model.questions(item) if isinstance(item, FormStep) else ():
            if question.same:
                return None
            known |= {str(question.fact)} if question.fact else set()
        for paper in model.papers(item) if isinstance(item, FormStep) else ():
            known |= paper.may_show
    return read_anywhere(model) | known


def group_of(model: Resolved, step: Lookup) -> str:
    """Return what look-ups have in common of which the later are answered from the first: service, subjects, purpose, who asks."""
    purpose = step.purpose or model.procedure.purpose
    consumer = actor(step.by).whom if step.by else model.procedure.agency
    subjects = (subject.name for _, subject in sorted(model.subjects(step).items()))
    return " ".join([step.service, *subjects, "for", str(purpose), "by", str(consumer)])


def groups(model: Resolved, again: Callable[[Lookup], bool]) -> dict[str, Group]:
    """Return the groups of look-ups of a procedure.

    Args:
        model: The procedure.
        again: Whether a case can come to a look-up more than once.
    """
    found: dict[str, Group] = {}
    for step in walk(model.procedure.steps):
        if isinstance(step, Lookup):
            name = group_of(model, step)
            before = found.get(name)
            words = dict.fromkeys([*(before.words if before else ()), *wanted_words(model, step)])
            facts = tuple(_name_of(model, step, word) for word in words)
            found[name] = Group(name, str(step.service), tuple(words), facts, before is not None or again(step))
    return found


def _name_of(model: Resolved, step: Lookup, word: str) -> str:
    """Return the fact that a word of a look-up's service means in the procedure."""
    name = service_fact(model.subjects(step), word)
    return str(model.naming.canonical(name) or name)


class _Wanted(NamedTuple):
    """What is asked of a registry at once, and where in its answer stands what a look-up wants."""

    words: tuple[str, ...]
    facts: tuple[str, ...]
    gives: list[tuple[int, str]]
    confirms: list[tuple[int, str]]


class LookUp:
    """A look-up step: asks a registry about all cases at once, and takes what it answers."""

    def __init__(self, program: Program, step: Lookup, place: Place) -> None:
        service = program.model.service(step)
        assert service is not None  # noqa: S101  # the caller has looked
        self.place = place
        self.group = program.groups[group_of(program.model, step)]
        self.keys = [_name_of(program.model, step, word) for word in service.needs]
        self.key_values = program.facts.values(self.keys)
        self.least = int(level(program.model.catalogue.key_level(service)))
        self.most = int(level(service.assurance))
        words = wanted_words(program.model, step)
        mine = tuple([_name_of(program.model, step, word) for word in words])

        def wanted(asked: tuple[str, ...], facts: tuple[str, ...]) -> _Wanted:
            index = {word: (number, facts[number]) for number, word in enumerate(asked)}
            gives = [index[word] for word in words if word in service.gives]
            return _Wanted(asked, facts, gives, [index[word] for word in words if word not in service.gives])

        self.alone = wanted(words, mine)
        self.together = wanted(self.group.words, self.group.facts)  # with what later look-ups want
        self.computed = {name for name in self.group.facts if computing(program.model.naming, name) is not None}
        self.by_hand = by_hand(program.model, step)
        self.consents = consents_to(program.model, step)
        self.many = any(subject.many for subject in program.model.subjects(step).values())
        facts = [program.model.naming.fact(name) for name in self.keys]
        self.lists = self.many or any(fact is None or fact.many for fact in facts)  # whether a key can be a list
        self.who = str(step.by or program.model.procedure.agency)
        self.has_else = bool(step.not_found)
        self.mark: Mark = (0, place.step)
        self.level_in = program.levels.level_in
        self.takes = {
            wanted: f" taken at {place.step}, {wanted}" for wanted in (True, False)
        }  # by whether for later ones, too
        self.naming = program.model.naming

    def __call__(self, work: Work, cases: list[Moving]) -> tuple[list[Moving], list[Moving]]:
        """Return the cases of which the registry knew, and those for which the residual steps are."""
        found, left = self._said_by_hand(cases)
        allowed, unknown = self._allowed(work, left)
        wanted, kept = self._at_once(work)
        asking, keyless = self._keys(work, allowed)
        asking, not_listed = self._take_chosen(work, asking, found)
        answers = self._answers(work, asking, wanted, kept=kept)
        outcomes: dict[tuple[str, Source], list[int]] = {}
        if asking:
            work.asked.append(Asked(self.place.step, self.group.service, wanted.words, wanted.facts, outcomes))
        unknown += [(case, "none") for case in (*keyless, *not_listed)]
        registry = outcomes.setdefault(("found", "registry"), [])
        for case, keys, sure in asking:
            if kept:
                records, source = self._records(case, keys, answers)
            else:
                records, source = answers[keys], "registry"
            outcome: str
            if isinstance(records, Down):
                outcome = "down"
            elif isinstance(records, str):
                outcome = records
            elif not records:
                outcome = "none"
            elif len(records) > 1:
                outcome = "several"
            elif case.contested and self._contested(work, case, dict(zip(wanted.facts, records[0], strict=True))):
                outcome = "found"
            elif self._take(work, case, records[0], sure, wanted):
                if case.contested:
                    self._correct(case)
                found.append(case)
                if source == "registry":
                    registry.append(case.id)
                    continue
                outcome = "found"
            else:
                outcome = "mismatch"
            if outcome == "none":
                unknown.append((case, outcome))
            elif outcome not in ("found", "mismatch"):
                why = down(records.until) if isinstance(records, Down) else outcome
                if outcome == "several" and self._offered(case, keys, records, wanted):  # type: ignore[arg-type]
                    why = CHOOSE
                self._park(work, case, why)
            outcomes.setdefault((outcome, source), []).append(case.id)
        if not registry:
            del outcomes["found", "registry"]
        if self.has_else:
            return found, [case for case, _ in unknown]
        for case, why in unknown:
            self._park(work, case, why)
        return found, []

    def _park(self, work: Work, case: Moving, why: str) -> None:
        work.park(case, self.place, Wait(self.place.step, "registry", self.who, why=why))

    def _offered(self, case: Moving, keys: Keys, records: Sequence[Record], wanted: _Wanted) -> bool:
        """Offer several records to whoever answers, and return whether that can be done."""
        if len(records) > MOST_OFFERED:
            return False
        case.offered[self.place.step] = Offer(orjson.dumps(keys).decode(), wanted.facts, tuple(map(tuple, records)))
        return True

    def _take_chosen(
        self, work: Work, asking: list[tuple[Moving, Keys, int]], found: list[Moving]
    ) -> tuple[list[tuple[Moving, Keys, int]], list[Moving]]:
        """Take the records that somebody has chosen, as sure as what somebody has looked at; nobody is asked again.

        Returns:
            The others, and the cases of which somebody has said that none of the records is meant.
        """
        left, none, step = list[tuple[Moving, Keys, int]](), list[Moving](), self.place.step
        if not any(case.chosen for case, _, _ in asking):
            return asking, none
        gives = {name for _, name in self.alone.gives}
        for case, keys, sure in asking:
            chosen = case.chosen.get(step) if case.chosen else None
            offer = case.offered.get(step)
            if chosen is None or offer is None or offer.keys != orjson.dumps(keys).decode():
                left.append((case, keys, sure))
            elif chosen == NOT_LISTED:
                none.append(case)
            elif case.contested and self._contested(
                work, case, dict(zip(offer.facts, offer.records[chosen], strict=True))
            ):
                pass
            else:
                reached = min(2, self.most, sure)
                mark: Mark = (reached, step + CHOSEN)
                for name, value in zip(offer.facts, offer.records[chosen], strict=True):
                    if name in gives and name not in self.computed and self.level_in(case.past, name) <= reached:
                        case.values[name] = value
                        case.past = case.past.but({**case.marks, name: mark})
                self._correct(case)
                found.append(case)
        return left, none

    def _contested(self, work: Work, case: Moving, record: Mapping[str, Value]) -> bool:
        """Let a case wait that contests what the registry tells, until that is settled or the registry tells what was said."""
        open_still = tuple(
            name
            for name, one in case.contested.get(self.place.step, {}).items()
            if not one["settled"] and name in record and as_json(record[name]) != as_json(one["said"])
        )
        if open_still:
            work.park(case, self.place, Wait(self.place.step, "registry", self.who, open_still, CONTESTED))
        return bool(open_still)

    def _correct(self, case: Moving) -> None:
        """Put what somebody has said, and an officer has found right, in place of what the registry tells."""
        for name, one in case.contested.get(self.place.step, {}).items():
            if one["settled"] == SAID and name in case.values and as_json(case.values[name]) != as_json(one["said"]):
                case.values[name] = revived(self.naming, name, one["said"])
                case.past = case.past.but({**case.marks, name: (2, self.place.step + CORRECTED)})

    def _said_by_hand(self, cases: list[Moving]) -> tuple[list[Moving], list[Moving]]:
        """Take what a person has said in place of the registry, as sure as what somebody has looked at; return who is left."""
        found, left = list[Moving](), list[Moving]()
        if not any(case.by_hand for case in cases):
            return found, cases
        mark: Mark = (2, self.place.step + BY_HAND)
        for case in cases:
            said = case.by_hand.get(self.place.step, ()) if case.by_hand else ()
            if said and all(name in said and name in case.facts for name in self.by_hand):
                there = [name for name in said if name in case.facts]
                case.values |= {name: case.facts[name] for name in there}
                case.past = case.past.but({**case.marks, **dict.fromkeys(there, mark)})
                found.append(case)
            else:
                left.append(case)
        return found, left

    def _allowed(self, work: Work, cases: list[Moving]) -> tuple[list[Moving], list[tuple[Moving, str]]]:
        """Return the cases about which the registry may be asked; and the others, each with why not. Nobody is asked for these."""
        says = work.law(self.place.step, self.alone.words, work.today)
        if says.lawful and not says.consent:
            return cases, []
        allowed, refused = list[Moving](), list[tuple[Moving, str]]()
        for case in cases:
            if says.lawful and case.consents.issuperset(self.consents):
                allowed.append(case)
            else:
                refused.append((case, "no consent" if says.lawful else "not lawful"))
        if refused:
            numbers = {(refused[0][1], "nobody"): [case.id for case, _ in refused]}
            work.asked.append(
                Asked(self.place.step, self.group.service, self.alone.words, self.alone.facts, numbers)  # type: ignore[arg-type]
            )
        return allowed, refused

    def _at_once(self, work: Work) -> tuple[_Wanted, bool]:
        """Return what is asked at once, and whether the answer is kept for later look-ups: only if all of it is lawful alike."""
        if not self.group.kept:
            return self.alone, False
        alone = work.law(self.place.step, self.alone.words, work.today)
        together = work.law(self.place.step, self.together.words, work.today)
        both = (together.lawful, together.consent) == (alone.lawful, alone.consent)
        return (self.together, True) if both else (self.alone, False)

    def _keys(self, work: Work, cases: list[Moving]) -> tuple[list[tuple[Moving, Keys, int]], list[Moving]]:
        """Return each case with its keys and their level, and those without such a key; what lacks one waits for it.

        Where it is known that there is no key, nobody can be found by it, and nobody is asked.
        """
        today, asking, none = work.today, list[tuple[Moving, Keys, int]](), list[Moving]()
        values, sure_by = self.key_values, dict[Past, int]()
        for case in cases:
            keys = values(case, today)
            past = case.past
            if (sure := sure_by.get(past)) is None:
                sure = sure_by[past] = min([self.level_in(past, name) for name in self.keys], default=3)
            if sure < self.least:
                short = tuple([name for name in self.keys if self.level_in(past, name) < self.least])
                work.park(case, self.place, Wait(self.place.step, "answer", self.who, short))
            elif None in keys or (self.lists and any(isinstance(key, tuple) and None in key for key in keys)):
                none.append(case)
            else:
                asking.append((case, keys, sure))
        return asking, none

    def _answers(
        self, work: Work, asking: list[tuple[Moving, Keys, int]], wanted: _Wanted, *, kept: bool
    ) -> Mapping[Keys, Answer]:
        """Ask about all that no earlier look-up of the same case has asked."""
        if kept:
            keys = {keys: None for case, keys, _ in asking if self._kept_as(keys) not in case.asked}
        else:
            keys = dict.fromkeys([keys for _, keys, _ in asking])
        try:
            if self.many:
                return ask_members(work.ask, self.group.service, wanted.words, list(keys))
            return work.ask(self.group.service, wanted.words, list(keys)) if keys else {}
        except RegistryUnreachableError:
            return dict.fromkeys(keys, Down())

    def _kept_as(self, keys: Keys) -> tuple[str, str]:
        return self.group.id, orjson.dumps(keys).decode()

    def _records(self, case: Moving, keys: Keys, answers: Mapping[Keys, Answer]) -> tuple[Answer, Source]:
        """Return what is known of one subject: the answer that the case has had before, or the new one; and which it is."""
        name = self._kept_as(keys)
        if name in case.asked:
            return case.asked[name], "case"
        records = answers[keys]
        if not isinstance(records, str | Down):
            case.asked[name] = records
        return records, "registry"

    def _take(self, work: Work, case: Moving, record: Record, sure: int, wanted: _Wanted) -> bool:
        """Take what the registry says; return whether it agrees with what was said before, where it only confirms."""
        values, past = case.values, case.past
        for index, name in wanted.confirms:
            if name in values and plain(values[name]) != plain(record[index]):
                work.park(case, self.place, Wait(self.place.step, "registry", self.who, (name,), "mismatch"))
                return False
        given, held, after = past.plans.get(self.takes[wanted is self.together]) or self._plan(past, sure, wanted)
        for index, name in given:
            values[name] = record[index]
        for index, name in held:
            case.confirmed[name] = (record[index], self.place.step)
        case.past = after
        return True

    def _plan(
        self, past: Past, sure: int, wanted: _Wanted
    ) -> tuple[list[tuple[int, str]], list[tuple[int, str]], Past]:
        """Return what of an answer becomes values, what is held against what will be said, and the past afterwards."""
        reached, step, after = min(self.most, sure), self.place.step, past
        given, held = list[tuple[int, str]](), list[tuple[int, str]]()
        for index, name in wanted.gives:
            before = after.marks.get(name)
            if before is None and name not in self.computed:
                given.append((index, name))
                after = after.but({**after.marks, name: self.mark})
            elif self.level_in(after, name) <= reached:
                given.append((index, name))
                after = after.but({**after.marks, name: brought(before, step)})
        for index, name in wanted.confirms:
            if (before := after.marks.get(name)) is not None:
                after = after.but({**after.marks, name: brought(before, step)})
            else:  # it gives no value
                held.append((index, name))
        past.plans[self.takes[wanted is self.together]] = given, held, after
        return given, held, after


def looked_up(model: Resolved, step: Lookup) -> tuple[str, ...]:
    """Return the facts that a look-up is about, without those that are always computed."""
    names = dict.fromkeys(_name_of(model, step, word) for word in wanted_words(model, step))
    return tuple(name for name in names if computing(model.naming, name) is None)


def by_hand(model: Resolved, step: Lookup) -> tuple[str, ...]:
    """Return the facts that a person must say to stand in for a registry: what it gives; if it gives nothing, what it confirms."""
    service = model.service(step)
    given = [word for word in wanted_words(model, step) if service is not None and word in service.gives]
    names = {_name_of(model, step, word) for word in given}
    return tuple(name for name in looked_up(model, step) if name in names or not names)


def ask_members(ask: Ask, service: str, words: tuple[str, ...], keys: Sequence[Keys]) -> Mapping[Keys, Answer]:
    """Ask about subjects of which a case has many, one by one, and put the members' records together.

    Where one of the members is not found, so is the whole; and where about one there is no answer. Where of some there are several
    records, of the whole there are as many as they can be put together in; of more than can be chosen among, some.
    """
    members = {one: list(zip(*_columns(one), strict=True)) for one in keys}
    singles = list(dict.fromkeys([single for rows in members.values() for single in rows]))
    answers = ask(service, words, singles) if singles else {}
    found: dict[Keys, Answer] = {}
    for one, rows in members.items():
        answered = [answers[single] for single in rows]
        odd = [answer for answer in answered if isinstance(answer, str | Down) or not answer]
        if odd:
            found[one] = min(odd, key=_weight)
        else:
            together = islice(product(*answered), MOST_OFFERED + 1)  # type: ignore[arg-type]  # none of them is odd
            found[one] = tuple(tuple(zip(*records, strict=True)) or ((),) * len(words) for records in together)
    return found


def _weight(answer: Answer) -> int:
    """Return what of several answers stands for all: first what cannot be known yet, then what cannot be read."""
    return 0 if isinstance(answer, Down) else 1 if isinstance(answer, str) else 2


def _columns(keys: Keys) -> list[tuple[Value, ...]]:
    """Return the keys as columns of the same length: what is not a list is the same for all members."""
    size = max((len(key) for key in keys if isinstance(key, tuple)), default=1)
    return [key if isinstance(key, tuple) else (key,) * size for key in keys]


def revived(naming: Naming, name: str, value: Any) -> Value:
    """Return a value of a fact as it was before it became JSON."""
    fact = naming.fact(name)
    if isinstance(value, list):
        return tuple([revived(naming, name, one) for one in value])  # type: ignore[misc]  # no list within a list
    return date.fromisoformat(value) if fact and fact.element.type == "date" and isinstance(value, str) else value


def as_json(value: Value) -> object:
    """Return a value as JSON has it, to compare without regard to case and spaces."""
    kept = value.isoformat() if isinstance(value, date) else value
    return [as_json(one) for one in kept] if isinstance(kept, list | tuple) else plain(kept)


def plain(value: Value) -> object:
    """Compare as registries do: without regard to case and spaces."""
    return " ".join(value.upper().split()) if isinstance(value, str) else value
