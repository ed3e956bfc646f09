"""What each kind of step does to a batch of cases; knows no store, no registry's address and not where a step stands.

Says the same as `analysis.interpreter`, which does it for one case at a time: there is the meaning, here the speed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple, Protocol

import orjson

from analysis.demand import read_anywhere
from flows.facts import Facts, Whom, computing
from flows.law import consent, consents_to
from flows.levels import SAME, Levels, brought
from flows.moving import Asked, Mark, Moving, Offer, Place, Source, Wait, Work
from flows.outcomes import CHOOSE, down
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
from processes.resolved import Resolved, Subject, service_fact

WITHHELD = "withheld"  # the decision on a consent that is not given; else whoever fills in its form gives it
BY_HAND = " by hand"  # after a look-up's name: what a person has said in its place
CHOSEN = " chosen"  # after a look-up's name: one of several records that somebody has chosen
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


_Changed = list[tuple[str, Value, Mark]]  # facts that were there before, as they were


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
    said: Mark = (1, place.step)

    def do(work: Work, cases: list[Moving]) -> list[Moving]:
        done = []
        for case in cases:
            facts, values, marks, today = case.facts, case.values, case.marks, work.today
            before, missing = len(values), list[str]()
            again: _Changed = []
            acts: list[int] = []
            shown_too: list[str] = []  # what a registry has told before, and a paper shows now
            asked: bool | tuple[bool, ...] = True
            for whom, unchanged, fact, act in asks:
                if whom is not None and not unchanged:
                    asked = whom(case, today)
                if whom is not None and asked is not True:
                    if asked is not False and fact:
                        again += _of_some(case, fact, asked, said, missing)
                elif not fact:
                    acts.append(act)
                elif fact in marks:
                    again += _said_again(case, fact, place.step, missing)
                elif fact in facts:
                    values[fact] = facts[fact]
                    marks[fact] = _confirmed(case, fact, said) if fact in case.confirmed else said
                else:
                    missing.append(fact)
            handed_in = case.handed_in
            for bit, whom, options, shown, by_event in papers:
                if by_event and _stands_for(case, by_event):
                    continue
                asked = True if whom is None else whom(case, today)
                if asked and (case.papers is None or not options.isdisjoint(case.papers)):
                    if asked is True:
                        handed_in |= bit
                    for fact in shown:
                        if fact not in marks:
                            if fact not in facts and fact not in program.wanted:
                                continue
                            if asked is not True:
                                again += _of_some(case, fact, asked, said, missing)
                            elif fact in facts:
                                values[fact] = facts[fact]
                                marks[fact] = _confirmed(case, fact, said) if fact in case.confirmed else said
                            else:
                                missing.append(fact)
                        elif asked is True and marks[fact][0] < 1:
                            shown_too.append(fact)
            if missing:
                _undo(case, before, again)
                work.park(case, place, Wait(place.step, "answer", who, tuple(dict.fromkeys(missing))))
                continue
            case.handed_in = handed_in
            for fact in shown_too:
                marks[fact] = (1, *marks[fact][1:])
            for act in acts:
                program.levels.make_same(case, f"{place.step}{SAME}{act}")
            for whom, name, to in consents:
                if (whom is None or whom(case, today) is True) and WITHHELD not in case.decisions.get(name, ()):
                    case.consents.add(to)
            done.append(case)
        return done

    return do


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


def _stands_for(case: Moving, shown: frozenset[str]) -> bool:
    """Whether the event that started a case brought all that a paper shows, and none of it is asked anew since."""
    event, marks = case.event, case.marks
    return event is not None and all(fact in event and marks.get(fact, PARTLY)[0] >= 2 for fact in shown)


def _confirmed(case: Moving, fact: str, said: Mark) -> Mark:
    """Return the mark of what is said now, and has been held in a registry before: it is confirmed, if both are the same."""
    value, step = case.confirmed[fact]
    return brought(said, step) if _plain(value) == _plain(case.facts[fact]) else said


def _said_again(case: Moving, fact: str, step: str, missing: list[str]) -> _Changed:
    """Note that somebody says what is there already; it keeps its level, and is now also said by itself."""
    mark, value = case.marks[fact], case.values.get(fact)
    if fact not in case.facts:
        if mark == PARTLY:
            missing.append(fact)
        return []
    if mark[0] >= 1:
        return []
    if mark == PARTLY:
        case.values[fact] = case.facts[fact]
    case.marks[fact] = (1, *brought(mark, step)[1:])
    return [(fact, value, mark)]


def _of_some(case: Moving, fact: str, whom: bool | tuple[bool, ...], said: Mark, missing: list[str]) -> _Changed:
    """Take the answers of those members of a many-role who are asked; without members, everything is known of them."""
    mark, value = case.marks.get(fact), case.values.get(fact)
    if not whom or isinstance(whom, bool):
        if mark is None:
            case.values[fact], case.marks[fact] = (), (3,)
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
        case.marks[fact] = PARTLY
    else:
        case.values[fact], case.marks[fact] = answer, said
    return [] if mark is None else [(fact, value, mark)]


def _undo(case: Moving, before: int, again: _Changed) -> None:
    """Take back what a form that cannot be finished yet has changed."""
    while len(case.values) > before:
        case.values.popitem()
        case.marks.popitem()
    for fact, value, mark in reversed(again):
        if fact in case.values:
            case.values[fact], case.marks[fact] = value, mark


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

    def do(work: Work, cases: list[Moving]) -> list[Moving]:
        done = decide(work, cases)
        for case in done:
            if (facts := raised_by.get(case.handed_in)) is None:
                facts = raised_by[case.handed_in] = proven(case.handed_in)
            for name in facts:
                mark = case.marks.get(name)
                if mark is not None and mark[0] == 1:
                    case.marks[name] = (2, *brought(mark, place.step)[1:])
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

    def do(work: Work, cases: list[Moving]) -> list[Moving]:
        done = []
        for case in cases:
            missing = [name for name in names if name not in case.facts and name not in case.values]
            if missing:
                work.park(case, place, Wait(place.step, "answer", who, tuple(missing)))
                continue
            for name in names:
                if name in case.facts:
                    case.values[name] = case.facts[name]
                    case.marks[name] = found
                else:
                    case.marks[name] = (3, *brought(case.marks[name], place.step)[1:])
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
            inputs = facts.least_level(frozenset(condition.facts_read(parsed)))
            made.append((str(name), facts.expression(parsed), inputs, facts.level(name)))

    def do(work: Work, cases: list[Moving]) -> list[Moving]:
        for case in cases:
            for name, value, inputs, level_of in made:
                reached = inputs(case)
                if reached and level_of(case) <= reached:
                    case.values[name] = value(case, work.today)
                    case.marks[name] = brought(case.marks.get(name), place.step)
        return cases

    return do


def issue(program: Program, step: Issue, place: Place) -> Do:
    """Make an output that carries facts."""
    find_out = _finding_out(program, step, place, step.gives)
    if step.letter:
        return find_out
    names = [str(name) for need in step.carries if (name := program.model.naming.canonical(need.fact))]
    carried = [(name, program.facts.value(name)) for name in names]

    def do(work: Work, cases: list[Moving]) -> list[Moving]:
        today, done = work.today, find_out(work, cases)
        for case in done:
            case.outputs.append(Output(place.step, tuple([(name, value(case, today)) for name, value in carried])))
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
        self.key_values = [program.facts.value(name) for name in self.keys]
        self.key_levels = [program.facts.level(name) for name in self.keys]
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
        self.who = str(step.by or program.model.procedure.agency)
        self.has_else = bool(step.not_found)
        self.mark: Mark = (0, place.step)
        self.level = program.levels.level

    def __call__(self, work: Work, cases: list[Moving]) -> tuple[list[Moving], list[Moving]]:
        """Return the cases of which the registry knew, and those for which the residual steps are."""
        found, left = self._said_by_hand(cases)
        allowed, unknown = self._allowed(work, left)
        wanted, kept = self._at_once(work)
        asking, keyless = self._keys(work, allowed)
        asking, not_listed = self._take_chosen(asking, found)
        answers = self._answers(work, asking, wanted, kept=kept)
        outcomes: dict[tuple[str, Source], list[int]] = {}
        if asking:
            work.asked.append(Asked(self.place.step, self.group.service, wanted.words, wanted.facts, outcomes))
        unknown += [(case, "none") for case in (*keyless, *not_listed)]
        for case, keys, sure in asking:
            records, source = self._records(case, keys, answers, kept=kept)
            outcome: str
            if isinstance(records, Down):
                outcome = "down"
            elif isinstance(records, str):
                outcome = records
            elif not records:
                outcome = "none"
            elif len(records) > 1:
                outcome = "several"
            elif self._take(work, case, records[0], sure, wanted):
                outcome = "found"
                found.append(case)
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
        if self.has_else:
            return found, [case for case, _ in unknown]
        for case, why in unknown:
            self._park(work, case, why)
        return found, []

    def _park(self, work: Work, case: Moving, why: str) -> None:
        work.park(case, self.place, Wait(self.place.step, "registry", self.who, why=why))

    def _offered(self, case: Moving, keys: Keys, records: Sequence[Record], wanted: _Wanted) -> bool:
        """Offer several records to whoever answers, and return whether that can be done."""
        if self.many or len(records) > MOST_OFFERED:
            return False
        case.offered[self.place.step] = Offer(orjson.dumps(keys).decode(), wanted.facts, tuple(map(tuple, records)))
        return True

    def _take_chosen(
        self, asking: list[tuple[Moving, Keys, int]], found: list[Moving]
    ) -> tuple[list[tuple[Moving, Keys, int]], list[Moving]]:
        """Take the records that somebody has chosen, as sure as what somebody has looked at; nobody is asked again.

        Returns:
            The others, and the cases of which somebody has said that none of the records is meant.
        """
        left, none, step = list[tuple[Moving, Keys, int]](), list[Moving](), self.place.step
        gives = {name for _, name in self.alone.gives}
        for case, keys, sure in asking:
            chosen = case.chosen.get(step) if case.chosen else None
            offer = case.offered.get(step)
            if chosen is None or offer is None or offer.keys != orjson.dumps(keys).decode():
                left.append((case, keys, sure))
            elif chosen == NOT_LISTED:
                none.append(case)
            else:
                reached = min(2, self.most, sure)
                mark: Mark = (reached, step + CHOSEN)
                for name, value in zip(offer.facts, offer.records[chosen], strict=True):
                    if name in gives and name not in self.computed and self.level(case, name) <= reached:
                        case.values[name], case.marks[name] = value, mark
                found.append(case)
        return left, none

    def _said_by_hand(self, cases: list[Moving]) -> tuple[list[Moving], list[Moving]]:
        """Take what a person has said in place of the registry, as sure as what somebody has looked at; return who is left."""
        found, left = list[Moving](), list[Moving]()
        mark: Mark = (2, self.place.step + BY_HAND)
        for case in cases:
            said = case.by_hand.get(self.place.step, ()) if case.by_hand else ()
            if said and all(name in said and name in case.facts for name in self.by_hand):
                for name in said:
                    if name in case.facts:
                        case.values[name], case.marks[name] = case.facts[name], mark
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
        for case in cases:
            keys = tuple([value(case, today) for value in self.key_values])
            levels = [level_of(case) for level_of in self.key_levels]
            sure = min(levels, default=3)
            if sure < self.least:
                short = tuple(name for name, reached in zip(self.keys, levels, strict=True) if reached < self.least)
                work.park(case, self.place, Wait(self.place.step, "answer", self.who, short))
            elif any(key is None or (isinstance(key, tuple) and None in key) for key in keys):
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

    def _records(
        self, case: Moving, keys: Keys, answers: Mapping[Keys, Answer], *, kept: bool
    ) -> tuple[Answer, Source]:
        """Return what is known of one subject: the answer that the case has had before, or the new one; and which it is."""
        if kept and (name := self._kept_as(keys)) in case.asked:
            return case.asked[name], "case"
        records = answers[keys]
        if kept and not isinstance(records, str | Down):
            case.asked[self._kept_as(keys)] = records
        return records, "registry"

    def _take(self, work: Work, case: Moving, record: Record, sure: int, wanted: _Wanted) -> bool:
        """Take what the registry says; return whether it agrees with what was said before, where it only confirms."""
        values, marks = case.values, case.marks
        for index, name in wanted.confirms:
            if name in values and _plain(values[name]) != _plain(record[index]):
                work.park(case, self.place, Wait(self.place.step, "registry", self.who, (name,), "mismatch"))
                return False
        reached, step = min(self.most, sure), self.place.step
        for index, name in wanted.gives:
            before = marks.get(name)
            if before is None and name not in self.computed:
                values[name] = record[index]
                marks[name] = self.mark
            elif self.level(case, name) <= reached:
                values[name] = record[index]
                marks[name] = brought(before, step)
        for index, name in wanted.confirms:
            if (before := marks.get(name)) is not None:
                marks[name] = brought(before, step)
            else:  # it gives no value, but is held against what will be said
                case.confirmed[name] = (record[index], step)
        return True


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

    Where one of the members is not found, or found twice, so is the whole; and where about one there is no answer.
    """
    members = {one: list(zip(*_columns(one), strict=True)) for one in keys}
    singles = list(dict.fromkeys([single for rows in members.values() for single in rows]))
    answers = ask(service, words, singles) if singles else {}
    found: dict[Keys, Answer] = {}
    for one, rows in members.items():
        answered = [answers[single] for single in rows]
        odd = [answer for answer in answered if isinstance(answer, str | Down) or len(answer) != 1]
        if odd:
            found[one] = min(odd, key=_weight)
        else:
            columns = list(zip(*(answer[0] for answer in answered), strict=True)) or [()] * len(words)  # type: ignore[index]
            found[one] = (tuple(columns),)
    return found


def _weight(answer: Answer) -> int:
    """Return what of several answers stands for all: first what cannot be known yet, then what cannot be read."""
    return 0 if isinstance(answer, Down) else 1 if isinstance(answer, str) else 2


def _columns(keys: Keys) -> list[tuple[Value, ...]]:
    """Return the keys as columns of the same length: what is not a list is the same for all members."""
    size = max((len(key) for key in keys if isinstance(key, tuple)), default=1)
    return [key if isinstance(key, tuple) else (key,) * size for key in keys]


def _plain(value: Value) -> object:
    """Compare as registries do: without regard to case and spaces."""
    return " ".join(value.upper().split()) if isinstance(value, str) else value
