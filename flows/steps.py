"""What each kind of step does to a batch of cases, but forms and look-ups (`form_steps`, `look_up_steps`); knows no store and no place.

Says the same as `analysis.interpreter`, which does it for one case at a time: there is the meaning, here the speed.
"""

from collections.abc import Callable, Iterable
from typing import Protocol

from flows.facts import Facts, ValueOf
from flows.levels import Levels, brought
from flows.look_ups import Group
from flows.moving import NO_PAST, Moving, Place, Wait, Work
from flows.past import Mark, Past
from processes import condition
from processes.case import Value
from processes.procedure import Approve, Check, Decide, Derive, Identify, Issue, Pay, Step, actor
from processes.resolved import Resolved, Subject

Do = Callable[[Work, list[Moving]], list[Moving]]  # does the step and returns the cases that have it behind them


class Program(Protocol):
    """What steps want to know of the whole procedure."""

    model: Resolved
    facts: Facts
    wanted: frozenset[str]  # facts that some step reads: papers are looked at for these
    seen: frozenset[str]  # and for what people see there for themselves: no case waits for it
    paper_bits: dict[str, int]
    documented: dict[int, frozenset[str]]  # by the bit of a paper: what a check can rest on
    groups: dict[str, Group]  # of look-ups
    levels: Levels
    twins: dict[str, list[tuple[Subject, Subject]]]  # by step: subjects that an act there says are one
    checked_papers: dict[str, frozenset[str]]  # by check: the facts that papers before it show


# --- people ---------------------------------------------------------------------------------------------------------


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
        before = after = NO_PAST
        for case in done:
            if case.past is not before:
                before = case.past
                after = before.plans.get(raises) or raised(before)
            case.past = after
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
    if len(decided) == 1 and not case.answered:
        return decided[0]
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
            has = tuple(map(facts.__contains__, names))
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
    carried = program.facts.named(names)

    def do(work: Work, cases: list[Moving]) -> list[Moving]:
        today, done = work.today, find_out(work, cases)
        for case in done:
            case.outputs.append((place.step, carried(case, today)))
        return done

    return do


def plain(value: Value) -> object:
    """Compare as registries do: without regard to case and spaces."""
    return " ".join(value.upper().split()) if isinstance(value, str) else value
