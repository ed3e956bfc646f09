"""Moves one by one: what stands elsewhere than before, and whether it may [11]; knows no certificate's other lines.

A move changes one list of steps. What is the same at its beginning and its end is put aside; what is left, the *window*, must have
become what the kind of move says. At the end of all moves everybody must read what he read before them, as surely.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from analysis.certificate import GROUNDS, Move
from analysis.checker import words as says
from analysis.checker.flow import Flow, reach, turned
from analysis.checker.order import reordered
from analysis.checker.rules import at, level_of
from analysis.checker.stage import Stage, alike, window
from analysis.checker.steps import INSIDE, ROUNDED, as_sure, place_of, shown, unlike, works_at
from analysis.checker.things import asked_on, said_by
from analysis.checker.ways import Read, Way
from processes.procedure import (
    Approve,
    Carry,
    Check,
    Decide,
    Derive,
    FormStep,
    Identify,
    Issue,
    Lookup,
    Notify,
    Parallel,
    Pay,
    Step,
    Steps,
)
from processes.resolved import Question, Resolved
from processes.words import same

ASKING = {"uses", "asks", "only", "documents", "minutes"}  # where a form's questions and documents come from
# In what two steps that become one may differ; else they are done by the same hands, on the same ground, in the same time.
EACH_ITS_OWN = {"id", "title", "waits", "needs", "records", "note", "verifies", "inspects", "gives", "carries"} | ASKING


def check_moves(stage: Stage, moves: Sequence[Move], end: Way, answered: Iterable[tuple[Way, Way]]) -> None:
    """Refuse every move that may not be made, and what is less sure at the end than at the start [11].

    `answered` is the same start and end, each for an answer to conditions that choices share.
    """
    new = end.model.procedure
    procedures = [*(one.made_in for one in moves), new]
    told = {name for move in moves for name in (*move.steps, move.into)}
    for name, step in new.step_by_id.items():  # so that the line is named, besides the move
        was = procedures[0].step_by_id.get(name)
        if was is None or type(was) is not type(step):
            stage.refuse(place_of(new, step), says.UNEXPLAINED_STEP, name)
        elif name not in told and unlike(was, step, INSIDE):
            stage.refuse(place_of(new, step), says.MOVED_MORE, name)
    for number, move in enumerate(moves):
        stage.at(f"moves[{number}]", move, *procedures[number : number + 2])
        _check_move(stage, move)
    for then, now in ((stage.start, end), *answered):
        _as_sure(stage, then, now)


def _check_move(stage: Stage, move: Move) -> None:
    if move.kind not in GROUNDS:
        return stage.no(says.UNKNOWN_MOVE, move.kind, part=".kind")
    if move.kind not in stage.law.policy.moves:
        stage.no(says.MOVE_SWITCHED_OFF, move.kind, part=".kind")
    if move.because != GROUNDS[move.kind]:
        stage.no(says.SAYS_OTHERWISE, move.because, GROUNDS[move.kind], part=".because")
    kinds = {"merge": _merged, "automate": _automated, "ask before the split": _asked_before}
    kinds |= {"drop carrying": _not_carried, "share papers": _not_carried}
    old, new = window(stage.was.steps, stage.now.steps)
    made = kinds.get(move.kind, reordered)(stage, old, new)  # what must stand there now
    if made is None or not alike(made, new) or unlike(stage.was, stage.now, {"steps"}):
        return stage.no(says.MOVED_MORE, move.kind)
    then, now = stage.returns
    if [(stage.led.get(one.target, one.target), one.anew) for one in then] != [(one.target, one.anew) for one in now]:
        stage.no(says.MOVED_MORE, "back to")
    return None


# --- the end against the start


def _as_sure(stage: Stage, start: Way, end: Way) -> None:
    """Ask that whoever reads a fact reads it at the end as surely as at the start, wherever that is now."""
    now = _readings(end)
    for (place, what, fact), wanted in _readings(start).items():
        home = stage.homes.get(place, place)
        as_sure(stage.refuse, end, home, fact, now.get(Read(home, what, fact), -1), wanted)
    asked = {place: start.at[place].sure for place in start.silent}
    verified = {one.id: start.facts.of(start.naming.known(one.verifies)) for one in stage.automated}
    asked |= {place: at(2, facts) for place, facts in verified.items() if place in end.at}
    for place, levels in asked.items():
        for fact in start.facts.names(levels):
            as_sure(stage.refuse, end, place, fact, end.sure(place, fact), level_of(levels, start.facts[fact]))


def _readings(way: Way) -> dict[Read, int]:
    """Return how sure each fact is where it is read; a choice is named by its conditions, as its place is no name of it."""
    found: dict[Read, int] = {}
    for read, one in way.reads.items():
        key = read._replace(place=way.flow.choice.get(read.place, (read.place,))[0])
        found[key] = min(one.sure, one.enough, found.get(key, 3))
    return found


# --- two become one


def _merged(stage: Stage, old: Steps, new: Steps) -> Steps | None:
    """Return one step that stands for two neighbours; refuse, unless both are done alike and for the same reason."""
    steps: tuple[Any, ...] = (*old, *new)
    kinds = {type(item) for item in steps}
    if (len(old), len(new)) != (2, 1) or len(kinds) > 1 or not kinds <= {Check, Approve, Notify, FormStep}:
        return None
    first, second, one = steps
    if first.by is None or {*unlike(first, second)} - EACH_ITS_OWN or not _can_be_one(stage, first, second):
        stage.no(says.NOT_ALIKE, first.id, second.id)
    if second.id in stage.targets:
        stage.no(says.RETURN_BETWEEN, second.id)
    if _spoken(one) != [f"{a}; {b}" for a, b in zip(_spoken(first), _spoken(second), strict=True)]:
        stage.no(says.FIELD_NOT_AS_TODAY, one.id, "title")
    if isinstance(first, FormStep) and isinstance(second, FormStep):
        questions = [question for form in (first, second) for question in stage.then.questions(form)]
        minutes = sum(each.minutes for each in questions) if first.minutes or second.minutes else 0.0
        _asks(stage, one, _asked_on(stage.then, first) + _asked_on(stage.then, second), minutes)
    elif one.minutes != round(first.minutes + second.minutes, 3):
        stage.no(says.FIELD_NOT_AS_TODAY, one.id, "minutes")
    stage.into(second.id, first.id)
    stage.told((first.id, second.id), first.id)
    as_looked_at = {name: getattr(one, name) for name in (ASKING | {"title"}) & type(one).model_fields.keys()}
    return (first.model_copy(update=_both(first, second) | as_looked_at),)


def _can_be_one(stage: Stage, first: Step, second: Step) -> bool:
    """Whether neither decides, both enter other registers, and papers come before both checks or before neither."""
    if {record.id for record in first.records} & {record.id for record in second.records}:
        return False
    if isinstance(first, Approve):
        return not any(one.ways or one.silence_approves or one.needs is None for one in (first, second))  # type: ignore[attr-defined]
    names = (name for one in (first, second) for name in getattr(one, "verifies", ()))
    verified = stage.start.facts.of(stage.start.naming.known(names))
    return not (stage.papers.get(first.id, 0) ^ stage.papers.get(second.id, 0)) & verified


def _both(first: Step, second: Step) -> dict[str, object]:
    """Return what one step says that stands for two, but for its title and what a form asks."""
    waits = [one.waits for one in (first, second) if one.waits is not None]
    made: dict[str, object] = {
        "waits": max(waits, key=lambda time: time.minutes, default=None),
        "records": (*first.records, *second.records),
        "note": "; ".join(str(one.note) for one in (first, second) if one.note) or None,
    }
    for name in {"needs", "verifies", "inspects", "gives", "carries"} & type(first).model_fields.keys():
        both = [getattr(one, name) for one in (first, second)]
        made[name] = None if both == [None, None] else tuple(dict.fromkeys(one for some in both for one in some or ()))
    return made | ({"needs": made["needs"] or None} if isinstance(first, FormStep) else {})


def _spoken(step: Step) -> list[str]:
    return [text.lower() for text in (step.title or (step.id, step.id))]


def _asked_on(model: Resolved, form: Step) -> Counter[Hashable]:
    return Counter(map(said_by, asked_on(model, form) if isinstance(form, FormStep) else ()))


def _asks(stage: Stage, form: Step, asked: Counter[Hashable], minutes: float) -> None:
    """Refuse, unless a form asks something, in as many minutes."""
    if asked != _asked_on(stage.after, form):
        stage.no(says.ASKS_OTHERWISE, form.id)
    if abs(form.minutes - minutes) > ROUNDED:
        stage.no(says.FIELD_NOT_AS_TODAY, form.id, "minutes")


# --- papers are not carried


def _not_carried(stage: Stage, old: Steps, _: Steps) -> Steps | None:
    """Return nothing in place of carrying; refuse, unless nothing is done there, there are no papers, or nobody there looks at them."""
    if len(old) != 1 or not isinstance(carry := old[0], Carry) or carry.needs or carry.records:
        return None
    steps, flow = stage.was.step_by_id, Flow(stage.was)
    others = {name for name, step in steps.items() if isinstance(step, Carry)}
    there = [steps[str(n)] for n in reach(flow.then, flow.then[carry.id], others) - others if n in steps]
    earlier = reach(came := turned(flow.then), came[carry.id])
    at_place = [one for one in there if carry.to is None or works_at(one, carry.to)]
    fetched = any(isinstance(one, Issue) and one.document for one in at_place)
    judged = any(isinstance(one, Decide | Approve) and one.needs is None for one in at_place)
    looked_at = judged or any(isinstance(one, Check) and one.verifies for one in at_place)
    before = [step for name, step in steps.items() if name in earlier]
    papers = any(
        one.documents if isinstance(one, FormStep) else isinstance(one, Issue) and one.document for one in before
    )
    shared = stage.move.kind == "share papers" and carry.to is not None and not looked_at
    needless = (carry.to is not None and not at_place) or (not fetched and (not papers or shared))
    if not needless or any(isinstance(one, FormStep | Identify | Pay) for one in there):
        stage.no(says.CARRIED_FOR_SOMETHING, carry.id)
    [behind] = flow.then[flow.behind[carry.id]]
    if behind in steps:
        stage.led[carry.id] = str(behind)
    elif carry.id in stage.targets:
        stage.no(says.KEEPS_ITS_PLACE, shown(carry))
    stage.told([carry.id])
    return ()


# --- a machine does it


def _automated(stage: Stage, old: Steps, _: Steps) -> Steps | None:
    """Return a step as nobody does it; refuse, unless whoever did it judged nothing."""
    if len(old) != 1 or not isinstance(was := old[0], Lookup | Check | Derive):
        return None
    judged = was.by is None or bool(was.needs)
    if isinstance(was, Lookup):
        judged |= not _may_be_asked(stage, was)
    if isinstance(was, Check):
        judged |= bool(was.gives) or not was.verifies or was.id in stage.start.before_silent
        stage.automated.append(was)
    if judged:
        stage.no(says.STILL_JUDGED, was.id)
    stage.told([was.id])
    return (was.model_copy(update={"by": None, "minutes": 0.0, "waits": None}),)


def _may_be_asked(stage: Stage, step: Lookup) -> bool:
    service, purpose = stage.start.model.service(step), step.purpose or stage.was.purpose
    wanted = set(step.gets or (*service.gives, *service.confirms)) if service else set()
    return any(
        not stage.law.no_permission(one, step.service)
        and purpose in one.purposes
        and not one.consent
        and (one.facts == "all" or wanted <= set(one.facts))
        for one in stage.law.agreements.values()
    )


# --- several sides ask it, and so it is asked once, before them


def _asked_before(stage: Stage, old: Steps, _: Steps) -> Steps | None:
    """Return what stands there if a fact went from forms in several sides of a split to one form before it; refuse where that is not the same."""
    names, into = stage.move.steps, stage.now.step_by_id.get(stage.move.into)
    if not old or not isinstance(split := old[-1], Parallel) or not isinstance(into, FormStep):
        return None
    found = [[one for one in side.steps if isinstance(one, FormStep) and one.id in names] for side in split.branches]
    forms = [one for side in found for one in side]
    ahead = [one for one in forms if one.id == into.id] if len(old) == 1 else []
    left = {one.id: stage.now.step_by_id.get(one.id) for one in forms if one not in ahead}
    [home] = ahead or old[:1]
    if not isinstance(home, FormStep) or home.id != into.id or len(forms) < 2 or max(map(len, found)) > 1:
        return None
    asked = [{one.fact: one for one in stage.then.questions(form) if one.fact} for form in forms]
    staying = {q.fact for form in left.values() if isinstance(form, FormStep) for q in stage.after.questions(form)}
    moved = {*asked[0]}.intersection(*asked[1:]) - staying
    if len(moved) != 1:
        return None
    [fact] = moved
    questions, start = [one[fact] for one in asked], stage.start
    anew = start.facts.of(start.naming.known(name for back in stage.returns[0] for name in back.anew))
    if (
        {form.by for form in forms} != {into.by}
        or len({one.label for one in questions}) > 1
        or any(one.condition is not None or one.act for one in questions)
        or start.facts[fact] & (start.rules.resting(anew) | stage.tested)
    ):
        stage.no(says.ASKS_OTHERWISE, into.id)
    for form, question in zip(forms, questions, strict=True):
        if form.id in left:
            if left[form.id] is None:
                stage.into(form.id, into.id)
                if form.id in stage.targets or form.needs or form.records:
                    stage.no(says.RETURN_BETWEEN, form.id)
            _asks_but(stage, form, left[form.id], less=[question])
    _asks_but(stage, home, into, more=[] if ahead else [questions[0]._replace(block=same(""))])
    stage.told([one.id for one in forms], into.id)
    return (into, *old[1:-1], *_without(split, {**left, into.id: None}))


def _asks_but(
    stage: Stage, was: Step, now: Step | None, *, less: Sequence[Question] = (), more: Sequence[Question] = ()
) -> None:
    """Refuse, unless a form asks what it asked but for one question less or more, and says the same else."""
    asked, minutes = _asked_on(stage.then, was), was.minutes
    asked.subtract(map(said_by, less))
    asked.update(map(said_by, more))
    if minutes:
        minutes += sum(one.minutes for one in more) - sum(one.minutes for one in less)
    if now is None:
        if asked.total():
            stage.no(says.ASKS_OTHERWISE, was.id)
        return
    if unlike(was, now, {"asks", "only", "minutes"}):
        stage.no(says.MOVED_MORE, was.id)
    _asks(stage, now, asked, minutes)


def _without(split: Parallel, left: dict[str, Step | None]) -> Steps:
    """Return a split with other forms in its sides: no side that is empty; if one is left, that instead of the split."""
    branches = []
    for branch in split.branches:
        steps = tuple(left.get(getattr(one, "id", ""), one) for one in branch.steps)
        branches.append(branch.model_copy(update={"steps": tuple(one for one in steps if one is not None)}))
    full = [one for one in branches if one.steps]
    return (split.model_copy(update={"branches": tuple(full)}),) if len(full) > 1 else full[0].steps if full else ()
