"""Moves beyond leaving out: today and a redesign -> the redesign with its steps better placed; decides nothing about what is asked."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from analysis.certain import certain
from analysis.compiling import compiled
from analysis.finding import Finding
from analysis.findings.decisions import judged
from analysis.instance import Instance
from analysis.move import RESTS_ON, Left, Measure, Move
from analysis.moves.automating import automations, left_to_people
from analysis.moves.beside import stand_beside
from analysis.moves.candidate import Candidate
from analysis.moves.carrying import needless_carrying
from analysis.moves.effects import Surroundings
from analysis.moves.measuring import better, measure, no_worse, spent
from analysis.moves.merging import merges
from analysis.moves.proving import Readings, falls_short, readings
from analysis.moves.refusing import knock_outs
from analysis.moves.splitting import asked_once
from analysis.moves.starting import possible_starts
from analysis.of_some import beside
from analysis.removal import Today
from processes.catalogue import Catalogue
from processes.policy import Decision, MoveKind, Policy
from processes.procedure import Choose, Procedure, Step, walk

_GROUNDS = frozenset(RESTS_ON.values())  # the kinds of findings that moves rest on
MOST_MOVES = 1000  # of one procedure; each saves something or leaves a step less, so that this is never come to


@dataclass(frozen=True, slots=True)
class Moved:
    """A procedure after all moves that hold and pay, the moves in their order."""

    procedure: Procedure
    moves: tuple[Move, ...] = ()
    stale: tuple[Decision, ...] = ()  # what reviewers rejected that was not found any more
    instance: Instance | None = field(default=None, repr=False)  # the procedure compiled


def moved(today: Today, after: Procedure, findings: Iterable[Finding] = (), instance: Instance | None = None) -> Moved:
    """Return a redesign (or today's procedure) with its steps better placed.

    One move after the other is made, each only if
    - the policy switches its kind on, and no reviewer has rejected it, or a finding it rests on;
    - nobody pays for it: expected minutes of citizens, of agencies and until the end do not rise, and one of them falls, or
      as many steps or questions as before become fewer;
    - every step has what it had, as surely as before (so what met every demand of today meets them still).
    When none is left that does, it ends: so to move again changes nothing.

    Args:
        today: The procedure as it is.
        after: What is to be moved: a well-formed procedure that meets every demand of today.
        findings: What was found of today's procedure: what the moves rest on.
        instance: What is to be moved, compiled without offers, if it is at hand.

    Returns:
        The procedure and the moves that led to it; the gain of each is what it added to those before.

    Complexity: where nothing can be moved, linear in steps and cubic in the length of a row of steps that could stand side by
    side; else a supply analysis a candidate: about one candidate a move, and one for each that does not hold.
    """
    grounds = _Grounds(today, findings)
    state = _state(today, after, instance)
    made: list[Move] = []
    while len(made) < MOST_MOVES:
        step = next(_steps(today, state, grounds), None)
        if step is None:
            break
        move, state = step
        made.append(move)
    return Moved(state.instance.procedure, tuple(made), grounds.stale, state.instance)


def left_as_it_is(procedure: Procedure, catalogue: Catalogue, policy: Policy) -> tuple[Left, ...]:
    """Return what no move may change though it was looked for: judgements left to people, starts the law does not name.

    Args:
        procedure: A redesign.
        catalogue: What it refers to.
        policy: The date, and what counts.

    Complexity: one supply analysis.
    """
    instance = compiled(procedure, catalogue, policy, offers=False)
    return (*left_to_people(Surroundings(instance), certain(instance)), *possible_starts(instance))


class _Grounds:
    """The findings that moves rest on, and what reviewers decided about both."""

    def __init__(self, today: Today, findings: Iterable[Finding]) -> None:
        policy = today.instance.policy
        self.found = tuple(findings)
        self.steps = {one.id: _steps_of(one, today.instance.procedure) for one in self.found if one.kind in _GROUNDS}
        self.standing = today.instance.standing
        rejected = (one for one in judged(self.found, policy).rejected if one.kind in _GROUNDS)
        self.rejected = {(step, one.kind) for one in rejected for step in self.steps[one.id]}
        name = today.instance.procedure.id
        self.decisions = {
            str(one.finding): one for one in policy.decisions if one.of_a_move and one.procedure in (None, name)
        }
        self.met: set[str] = set()  # the decisions that speak of a move that was found

    def of(self, candidate: Candidate) -> tuple[str, ...]:
        """Return the ids of the findings that a move rests on."""
        kind = RESTS_ON.get(candidate.kind)
        steps = {*candidate.steps, *candidate.over}
        return tuple(
            dict.fromkeys(one.id for one in self.found if one.kind == kind and not steps.isdisjoint(self.steps[one.id]))
        )

    def allow(self, move: Move) -> bool:
        """Return whether no reviewer has rejected a move, or a finding it rests on."""
        decision = self.decisions.get(move.id)
        if decision is not None:
            self.met.add(move.id)
        kind = RESTS_ON.get(move.kind)
        if any(step in self.standing or (step, kind) in self.rejected for step in (*move.steps, *move.over)):
            return False
        return decision is None or decision.decision == "accepted"

    @property
    def stale(self) -> tuple[Decision, ...]:
        """The decisions about moves of this procedure that were not found, or not on that ground."""
        return tuple(one for number, one in self.decisions.items() if number not in self.met and one.procedure)


def _steps_of(finding: Finding, procedure: Procedure) -> frozenset[str]:
    """Return the steps that a finding speaks of: of a choice, those in it."""
    chosen = [one for one in walk(procedure.steps) if isinstance(one, Choose) and one.where == finding.where]
    inner = {step.id for one in chosen for step in walk((one,)) if isinstance(step, Step)}
    return frozenset(inner) or frozenset([finding.step])


@dataclass(frozen=True)
class _State:
    """A procedure compiled, and what it costs; found where it is asked for."""

    instance: Instance

    @cached_property
    def around(self) -> Surroundings:
        return Surroundings(self.instance)

    @cached_property
    def passing(self) -> tuple[float, ...]:
        """By point, the minutes that pass there."""
        return spent(self.instance)

    @cached_property
    def measure(self) -> Measure:
        return measure(self.instance, self.passing)

    @cached_property
    def read(self) -> Readings:
        return readings(self.instance, certain(self.instance))

    @property
    def size(self) -> int:
        """How many steps, questions and papers it has."""
        return len(self.instance.procedure.step_by_id) + len(self.instance.items)


def _state(today: Today, procedure: Procedure, instance: Instance | None = None) -> _State:
    if instance is None:
        model = today.instance.model
        instance = compiled(procedure, model.catalogue, today.instance.policy, offers=False, like=model)
    return _State(beside(today, instance))


def _steps(today: Today, state: _State, grounds: _Grounds) -> Iterator[tuple[Move, _State]]:
    """Yield the moves that hold and pay, each with the state after it."""
    old = state.instance.procedure
    for candidate in _candidates(state, today.instance.policy.moves):
        behind = grounds.of(candidate)
        if not grounds.allow(_move(today, old, candidate, behind, Measure(0.0, 0.0, 0.0))):
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
            yield _move(today, old, candidate, behind, gain), new


def _candidates(state: _State, kinds: Collection[MoveKind]) -> Iterator[Candidate]:
    """Yield what could be moved: first what leaves less to be done, then order, then what stands side by side."""
    around = state.around
    if "drop carrying" in kinds or "share papers" in kinds:
        yield from (one for one in needless_carrying(around) if one.kind in kinds)
    if "automate" in kinds:
        yield from automations(around, lambda: certain(state.instance))
    if "ask before the split" in kinds:
        yield from asked_once(around)
    if "merge" in kinds:
        yield from merges(around, around.instance.inspected)
    if "knock out first" in kinds:
        yield from knock_outs(around)
    if "side by side" in kinds:
        yield from stand_beside(around, state.passing)


def _move(today: Today, made_in: Procedure, candidate: Candidate, findings: tuple[str, ...], gain: Measure) -> Move:
    return Move(
        procedure=today.instance.procedure.id,
        kind=candidate.kind,
        steps=candidate.steps,
        into=candidate.into,
        over=candidate.over,
        why=candidate.why,
        gain=gain,
        made_in=made_in,
        findings=findings,
    )
