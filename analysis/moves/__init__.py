"""Moves beyond leaving out: today and a redesign -> the redesign with its steps better placed; knows no file and no catalogue."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from analysis.compiling import compiled
from analysis.moves.automating import automations, left_to_people
from analysis.moves.beside import stand_beside
from analysis.moves.candidate import Candidate
from analysis.moves.carrying import needless_carrying
from analysis.moves.effects import Surroundings
from analysis.moves.measuring import better, measure, no_worse, spent
from analysis.moves.merging import merges
from analysis.moves.move import Left, Measure, Move
from analysis.moves.proving import Inspected, Readings, falls_short, readings
from analysis.moves.refusing import knock_outs
from analysis.moves.splitting import asked_once
from analysis.moves.starting import possible_starts
from analysis.removal import Today
from analysis.supply import supply
from processes.policy import MoveKind
from processes.procedure import Procedure

MOST_MOVES = 1000  # of one procedure; each saves something or leaves a step less, so that this is never come to


@dataclass(frozen=True, slots=True)
class Moved:
    """A procedure after all moves that hold and pay, the moves in their order, and what was left to people."""

    procedure: Procedure
    moves: tuple[Move, ...] = ()
    left: tuple[Left, ...] = ()


def moved(today: Today, after: Procedure, rejected: Collection[str] = ()) -> Moved:
    """Return a redesign (or today's procedure) with its steps better placed.

    One move after the other is made, each only if
    - the policy switches its kind on, and no reviewer has rejected it;
    - nobody pays for it: expected minutes of citizens, of agencies and until the end do not rise, and one of them falls, or
      as many steps or questions as before become fewer;
    - every step has what it had, as surely as before (so what met every demand of today meets them still).
    When none is left that does, it ends: so to move again changes nothing.

    Args:
        today: The procedure as it is.
        after: What is to be moved: a well-formed procedure that meets every demand of today.
        rejected: The ids of moves that reviewers have rejected.

    Returns:
        The procedure and the moves that led to it; the gain of each is what it added to those before.

    Complexity: two supply analyses a candidate; about one candidate a move, and one for each that does not hold.
    """
    state = _state(today, after)
    made: list[Move] = []
    while len(made) < MOST_MOVES:
        step = next(_steps(today, state, rejected), None)
        if step is None:
            break
        move, state = step
        made.append(move)
    supplied = supply(state.around.instance, state.around.instance.everything)
    left = (*left_to_people(state.around, supplied), *possible_starts(state.around.instance))
    return Moved(state.around.instance.procedure, tuple(made), left)


@dataclass(frozen=True, slots=True)
class _State:
    """A procedure compiled, and what it costs."""

    around: Surroundings
    measure: Measure
    passing: tuple[float, ...]  # by point, the minutes that pass there
    read: Readings
    size: int  # steps, questions and papers


def _state(today: Today, procedure: Procedure) -> _State:
    instance = compiled(procedure, today.instance.model.catalogue, today.instance.policy, offers=False)
    size = len(procedure.step_by_id) + len(instance.items)
    read = readings(instance, today.instance.papers_before_checks)
    passing = spent(instance)
    return _State(Surroundings(instance), measure(instance, passing), passing, read, size)


def _steps(today: Today, state: _State, rejected: Collection[str]) -> Iterator[tuple[Move, _State]]:
    """Yield the moves that hold and pay, each with the state after it."""
    inspected = today.instance.papers_before_checks
    for candidate in _candidates(state, today.instance.policy.moves, inspected):
        move = _move(today, candidate, Measure(0.0, 0.0, 0.0))
        if move.id in rejected:
            continue
        new = _state(today, candidate.procedure)
        if not no_worse(new.measure, state.measure):
            continue
        if not better(new.measure, state.measure) and new.size >= state.size:
            continue
        if falls_short(state.read, new.read, candidate.names) is None:
            gain = Measure(
                round(state.measure.citizen - new.measure.citizen, 3),
                round(state.measure.agency - new.measure.agency, 3),
                round(state.measure.elapsed - new.measure.elapsed, 3),
            )
            yield _move(today, candidate, gain), new


def _candidates(state: _State, kinds: Collection[MoveKind], inspected: Inspected) -> Iterator[Candidate]:
    """Yield what could be moved: first what leaves less to be done, then order, then what stands side by side."""
    around = state.around
    if "drop carrying" in kinds or "share papers" in kinds:
        yield from (one for one in needless_carrying(around) if one.kind in kinds)
    if "automate" in kinds:
        yield from automations(around, supply(around.instance, around.instance.everything))
    if "ask before the split" in kinds:
        yield from asked_once(around)
    if "merge" in kinds:
        yield from merges(around, inspected)
    if "knock out first" in kinds:
        yield from knock_outs(around)
    if "side by side" in kinds:
        yield from stand_beside(around, state.passing)


def _move(today: Today, candidate: Candidate, gain: Measure) -> Move:
    return Move(
        procedure=today.instance.procedure.id,
        kind=candidate.kind,
        steps=candidate.steps,
        into=candidate.into,
        over=candidate.over,
        why=candidate.why,
        gain=gain,
    )
