"""What a form does to a batch of cases: answers and papers are taken, consents given; knows no store and not where a form stands."""

from datetime import date
from itertools import zip_longest
from typing import NamedTuple

from flows.facts import Whom, computing
from flows.law import consent
from flows.levels import SAME, brought
from flows.moving import Moving, Place, Wait, Work
from flows.outcomes import TO_SIGN
from flows.past import MOST, Mark, Past
from flows.steps import Do, Program, plain
from processes import condition
from processes.case import Value
from processes.procedure import FormStep, actor
from processes.resolved import Resolved

SIGNS = ("signature", "consent")  # acts that a person answers for
WITHHELD = "withheld"  # the decision on a consent that is not given; else whoever fills in its form gives it
PARTLY: Mark = (0,)  # of a fact that only some members of a many-role have been asked

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

    __slots__ = ("after", "names", "odd", "turns", "ways", "whom")

    def __init__(self) -> None:
        self.names: list[str] = []
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
        for came, there in other.ways.items():
            self.ways.setdefault(came, _Trail()).learn(there)

    def followed(self, case: Moving, today: date) -> bool:
        """Fill the form in as those before; return whether that could be done. If not, nothing is changed."""
        facts, values, here = case.facts, case.values, self
        before = len(values)
        while True:
            try:
                for name in here.names:
                    values[name] = facts[name]
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
