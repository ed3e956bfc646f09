"""What must hold of every procedure, each as a function that asserts it of one; knows no seed."""

import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import NoReturn

import networkx as nx

from analysis.compiling import compiled
from analysis.demand import read_anywhere
from analysis.instance import Instance
from analysis.interpreter import Run, run
from analysis.redesign import Analysis, analysed
from analysis.removal import Today
from analysis.supply import Supply, supply
from benchmarks import generated
from processes import condition
from processes.case import Outcome
from processes.graph import flow_graph
from processes.graph import point as point_of
from processes.policy import Policy
from processes.procedure import (
    Approve,
    Check,
    Choose,
    Decide,
    Derive,
    FormStep,
    Identify,
    Issue,
    Lookup,
    Procedure,
    Step,
    walk,
)
from processes.resolved import Paper, Resolved, resolved
from tests import oracle
from tests.generating import POLICY, TODAY, Made, cases, smallest, tiny

UNMOVED = POLICY.model_copy(
    update={"moves": ()}
)  # the oracle finds a place by its name today; moves are tried by themselves
READ_AS = {"judgement": "need", "need": "need"}  # what the oracle calls what the engine calls by two names


def thirty_steps(seed: int) -> Made:
    """Return a procedure of the size that the benchmarks measure."""
    files = generated.catalogue_files(seed // 10)
    return Made(seed, list(files.values()), generated.procedure(seed, files["registry"]["services"]))


def hold(seeds: Iterable[int], *properties: Callable[["Examined"], None], make: Callable[[int], Made] = tiny) -> None:
    """Assert properties of the procedures of some seeds; of one that fails, its smallest form is shown."""
    for seed in seeds:
        made = make(seed)
        examined = Examined(made)
        for says in properties:
            try:
                says(examined)
            except oracle.TooManyWaysError:
                continue
            except Exception as fault:  # noqa: BLE001  # whatever it is, it is shown
                _show(made, says, fault)


def _show(made: Made, says: Callable[["Examined"], None], first: Exception) -> NoReturn:
    def fails(other: Made) -> bool:
        try:
            says(Examined(other))
        except type(first) as fault:
            return _where(fault) == _where(first)
        return False

    smaller = smallest(made, fails)
    shown = first
    try:
        says(Examined(smaller))
    except type(first) as again:
        shown = again
    raise AssertionError(f"{says.__name__}: {type(shown).__name__} {shown}\n{smaller.yaml()}") from shown


def _where(fault: Exception) -> tuple[str, int]:
    """Return the place where a fault was raised."""
    frames = traceback.extract_tb(fault.__traceback__)
    return frames[-1].filename, frames[-1].lineno or 0


@dataclass(frozen=True)
class Examined:
    """A procedure with all that is asked about it."""

    made: Made
    policy: Policy = UNMOVED

    @cached_property
    def instance(self) -> Instance:
        """It compiled."""
        return compiled(self.made.procedure, self.made.catalogue, self.policy)

    @cached_property
    def today(self) -> Today:
        """What it has and needs."""
        return Today(self.instance)

    @cached_property
    def analysis(self) -> Analysis:
        """What analysis says of it."""
        return analysed(self.made.procedure, self.made.catalogue, self.policy)

    @property
    def after(self) -> Procedure | None:
        """The redesign, if there is one."""
        return self.analysis.redesign.after

    @cached_property
    def after_model(self) -> Resolved:
        """The redesign, read against its catalogue."""
        assert self.after is not None
        return resolved(self.after, self.made.catalogue)

    @property
    def blocked(self) -> bool:
        """Whether today's procedure has a fault that leaves no redesign."""
        return self.after is None and any(one.kind in ("missing", "unsound") for one in self.analysis.findings)

    def readings(self, supplied: Supply) -> dict[oracle.Reading, int]:
        """Return the level at which each place reads each fact, the least where it reads it more than once."""
        found: dict[oracle.Reading, int] = {}
        for demand in self.instance.demands:
            if demand.what not in ("key", "confirmed", "behind"):
                reading = self.reading(demand.node, demand.what, demand.fact)
                found[reading] = min(found.get(reading, 3), supplied.read[demand.number])
        return found

    def reading(self, node: int, what: str, fact: int) -> oracle.Reading:
        """Return what the oracle calls a demand."""
        return oracle.Reading(place(self.instance, node), READ_AS.get(what, what), self.instance.facts[fact])

    @cached_property
    def needed(self) -> dict[oracle.Reading, int]:
        """The level at which each place must go on having each fact, conditions on questions left out: they may go."""
        found: dict[oracle.Reading, int] = {}
        for one in self.today.needs.stated:
            if one.demand.what not in ("key", "confirmed", "field", "behind"):
                reading = self.reading(one.demand.node, one.demand.what, one.demand.fact)
                found[reading] = max(found.get(reading, 0), one.level)
        return found


def place(instance: Instance, node: int) -> str:
    """Return the name of a point as the oracle has it: its step, or the number of its choice."""
    point = instance.points[node]
    if point.step is not None:
        return point.step.id
    chooses = [item for item in walk(instance.procedure.steps) if isinstance(item, Choose)]
    return f"choose {next(number for number, item in enumerate(chooses) if item is point.item)}"


def _made_up(fact: str) -> bool:
    """Whether something is no fact of people, but says that they have consented, or were or will be asked."""
    return fact.startswith("consent to ") or " asked or had: " in fact


# --- supply ---------------------------------------------------------------------------------------------------------


def supply_is_never_above_what_some_way_has(examined: Examined) -> None:
    """The engine promises no more than the least over all ways."""
    above, _ = _compared(examined)
    assert not above, above


def supply_is_what_all_ways_have(examined: Examined) -> None:
    """Without rules the engine promises just the least over all ways, save where the definitions say less.

    They do where different ways bring different papers of one fact (only the papers common to all count where ways
    meet), where one fact of a paper asked for under a condition is asked anew, and where a question stands on a way of the choice
    that has its condition.
    """
    above, below = _compared(examined)
    verified = {
        name
        for step in examined.made.procedure.step_by_id.values()
        if isinstance(step, Check)
        for name in examined.made.model.naming.known(step.verifies)
    }
    under_conditions = {
        fact
        for step in examined.made.procedure.step_by_id.values()
        if isinstance(step, FormStep)
        for asked in (*examined.made.model.questions(step), *examined.made.model.papers(step))
        if asked.condition is not None
        for fact in (asked.facts if isinstance(asked, Paper) else [asked.fact])
    }
    assert not above, above
    less = [one for one in below if one[1] not in verified | under_conditions]
    assert not less, less


def _compared(examined: Examined) -> tuple[list[tuple[str, str, int, int]], list[tuple[str, str, int, int]]]:
    """Return where the engine's level is above and below the oracle's: (place, fact, ours, theirs)."""
    instance, supplied = examined.instance, examined.today.supplied
    found = oracle.ways(examined.made.model)
    compared: list[tuple[str, str, int, int]] = []
    for node, point in enumerate(instance.points):
        if point.kind in ("step", "refused", "choose"):
            where, state = place(instance, node), supplied.before[node]
            assert (state is None) == (where not in found.before), f"{where} is reached by one only"
            if state is not None:
                compared += [
                    (where, fact, state.level(number), found.before[where].get(fact, 0))
                    for number, fact in enumerate(instance.facts)
                    if not _made_up(fact)
                ]
    for reading, level in examined.readings(supplied).items():
        compared.append((f"{reading.place} reads", reading.fact, level, found.read.get(reading, -1)))
    return [one for one in compared if one[2] > one[3]], [one for one in compared if one[2] < one[3]]


def keeping_more_never_has_less(examined: Examined) -> None:
    """Supply grows with the questions, documents and checks that are kept, and with the rules in force, if these lose nothing else."""
    random = Random(examined.made.seed)
    instance, today = examined.instance, examined.today
    fewer = random.getrandbits(len(instance.items) + 1) & instance.everything
    more = fewer | random.getrandbits(len(instance.items) + 1) & instance.everything
    rules = random.getrandbits(len(instance.rules) + 1) & today.offered
    by = random.getrandbits(len(instance.rules) + 1) | instance.computed
    less, grown = supply(instance, fewer, rules, by=by), supply(instance, more, rules | today.offered, by=by)
    for node, (a, b) in enumerate(zip(less.before, grown.before, strict=True)):
        assert (a is None) == (b is None)
        if a is not None and b is not None:
            lost = [fact for number, fact in enumerate(instance.facts) if a.level(number) > b.level(number)]
            assert not lost, (place(instance, node), lost)


# --- redesigns ------------------------------------------------------------------------------------------------------


def a_redesign_lacks_nothing(examined: Examined) -> None:
    """Every demand of today is met in the redesign, at its place and at today's level, on all ways that the oracle goes."""
    if examined.after is None:
        assert examined.blocked, [one.en for one in examined.analysis.redesign.refused]
        return
    inspected = oracle.inspections(examined.made.model)
    found = oracle.ways(examined.after_model, inspected=inspected)
    for reading, level in examined.needed.items():
        if reading.place.startswith("choose ") or reading.place in examined.after.step_by_id:
            assert found.read.get(reading, 0) >= level, (reading, found.read.get(reading), level)
    for node, state in examined.today.needs.silent:
        where = place(examined.instance, node)
        for number, fact in enumerate(examined.instance.facts):
            assert found.before[where].get(fact, 0) >= state.level(number), (where, fact)


def a_redesign_decides_every_case_alike(examined: Examined) -> None:
    """Cases that come to an end today come to the same end in the redesign, with the same facts on what is issued.

    And nowhere does the interpreter read a fact at a lower level than the engine promises there.
    """
    if examined.after is None:
        return
    readings = examined.readings(examined.today.supplied)
    in_the_middle = {(reading.place, reading.fact) for reading in readings if reading.what == "field"}
    promised, needed = least(readings, in_the_middle), least(examined.needed, in_the_middle)
    for case, world in cases(examined.made, Random(examined.made.seed), 6):
        before = run(examined.made.model, case, TODAY, world.registries)
        after = run(examined.after_model, case, TODAY, world.registries)
        assert not (low := read_below(before, promised)), low
        if before.outcome.kind != "waiting":
            assert _end(before.outcome) == _end(after.outcome), (case.decisions, before.outcome, after.outcome)
            assert not (low := read_below(after, needed)), low


def least(levels: dict[oracle.Reading, int], left_out: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Bring levels together by place and fact, all choices as one place, as the interpreter tells what was read.

    Left out is what a form reads for its conditions: it may be asked further down on the same form.
    """
    found: dict[tuple[str, str], int] = {}
    for reading, level in levels.items():
        if (reading.place, reading.fact) not in left_out and level >= 0:
            key = (reading.place.partition(" ")[0], reading.fact)
            found[key] = min(level, found.get(key, 3))
    return found


def read_below(ran: Run, levels: dict[tuple[str, str], int]) -> list[object]:
    return [one for one in ran.read if one.level < levels.get((one.step.partition(" ")[0], one.fact), 0)]


def _end(outcome: Outcome) -> object:
    return outcome.kind, outcome.step, outcome.outputs


def a_redesign_costs_no_more(examined: Examined) -> None:
    """A redesign asks the citizen for no more minutes than today."""
    redesign = examined.analysis.redesign
    if redesign.after is not None:
        assert redesign.burden_before is not None and redesign.burden_after is not None
        before, after = redesign.burden_before, redesign.burden_after
        assert (after.citizen_minutes, after.agency_minutes) <= (before.citizen_minutes, before.agency_minutes)


def a_look_up_that_is_put_in_may_and_can_be_asked(examined: Examined) -> None:
    """New look-ups are lawful, fetch only what is read behind them, and have their keys where they stand."""
    if examined.after is None:
        return
    old = examined.made.procedure.step_by_id
    new = [s for s in walk(examined.after.steps) if isinstance(s, Lookup) and s.id not in old]
    if not new:
        return
    model, catalogue, procedure = examined.after_model, examined.made.catalogue, examined.after
    found = oracle.ways(model, inspected=oracle.inspections(examined.made.model))
    read = _read_behind(model)
    for step in new:
        assert step.gets, f"{step.id} does not say what it gets"
        granted = oracle.allowed(catalogue, examined.policy, procedure.agency, procedure.purpose, step.service)
        assert any(set(step.gets) <= facts for facts, _ in granted), f"{step.id} may not ask {step.gets}"
        service = catalogue.service[step.service]
        rule = oracle.service_rule(model, service, model.subjects(step), frozenset(step.gets))
        levels = found.before[step.id]
        assert all(levels.get(key, 0) >= rule.key_level for key in rule.keys), f"{step.id} lacks a key"
        for fact in rule.gives | rule.confirms:
            assert fact in read[step.id] or _read_silently(model, step), f"nobody behind {step.id} reads {fact}"
        if all(consent for facts, consent in granted if set(step.gets) <= facts):
            _is_consented(model, step)


def _read_silently(model: Resolved, look_up: Lookup) -> bool:
    """Return whether some judgement that does not say what it reads can come after a look-up."""
    graph = flow_graph(model.procedure)
    silent = {
        node
        for node in graph
        if isinstance(step := point_of(graph, node).step, Decide | Approve)
        and step.needs is None
        and step.by is not None
    }
    here = next(node for node in graph if point_of(graph, node).item is look_up)
    return not silent.isdisjoint(nx.descendants(graph, here))


def _is_consented(model: Resolved, look_up: Lookup) -> None:
    about = {subject.name for subject in model.subjects(look_up).values()}
    given = {
        (question.consents_to, model.naming.subject(step.by).name)  # type: ignore[union-attr]  # of a role
        for step in walk(model.procedure.steps)
        if isinstance(step, FormStep) and step.by in model.procedure.role_by_id
        for question in model.questions(step)
        if question.consents_to
    }
    assert all((look_up.service, subject) in given for subject in about), f"nobody consents to {look_up.id}"


def _read_behind(model: Resolved) -> dict[str, set[str]]:
    """Return, by step, the facts that some step on a way from it reads, computed facts by what they are computed from.

    And the keys of all look-ups: what makes a key surer makes the answer surer, though it was asked before.
    """
    world = oracle.flattened(model.procedure)
    reads = {step.id: _reads(model, step) for step in walk(model.procedure.steps) if isinstance(step, Step)}
    keys = {fact for step in walk(model.procedure.steps) if isinstance(step, Lookup) for fact in _reads(model, step)}
    found: dict[str, set[str]] = {}
    for step in reads:
        facts = set(keys)
        for other in world.reached(step):
            facts |= reads[other]
        for text in world.conditions_reached(step):
            parsed = model.naming.expression(text)
            assert parsed is not None
            facts |= condition.facts_read(parsed)
        found[step] = facts | _computed_from(model, facts)
    return found


def _reads(model: Resolved, step: Step) -> set[str]:
    naming = model.naming
    paths = [need.fact for need in step.needs or ()]
    paths += [need.fact for record in step.records for need in record.takes]
    facts: set[str] = set()
    match step:
        case Issue():
            paths += [need.fact for need in step.carries]
        case Lookup():
            rule = oracle.service_rule(
                model, model.catalogue.service[step.service], model.subjects(step), frozenset(step.gets)
            )
            facts |= rule.keys | rule.confirms
        case Derive():
            for one in step.computes:
                parsed = naming.expression(one.expression)
                assert parsed is not None
                facts |= condition.facts_read(parsed)
        case FormStep():
            for question in model.questions(step):
                paths += question.declares
                facts |= condition.facts_read(question.condition) if question.condition else set()
            for paper in model.papers(step):
                facts |= condition.facts_read(paper.condition) if paper.condition else set()
        case Identify():
            pass
        case _:
            paths += [need.fact for need in getattr(step, "carries", ())]
    if getattr(step, "ways", ()) and step.needs is None:
        facts |= read_anywhere(model) | {q.fact for f in _forms(model) for q in model.questions(f) if q.fact}
    return facts | set(naming.known(paths))


def _forms(model: Resolved) -> list[FormStep]:
    return [step for step in walk(model.procedure.steps) if isinstance(step, FormStep)]


def _computed_from(model: Resolved, facts: set[str]) -> set[str]:
    found: set[str] = set()
    for rule in oracle.computed(model):
        if rule.gives & facts:
            found |= rule.keys
    return found


def redesigning_again_drops_nothing_more(examined: Examined) -> None:
    """A redesign that is analysed again keeps its questions and documents."""
    if examined.after is None:
        return
    again = analysed(examined.after, examined.made.catalogue, examined.policy)
    assert again.redesign.after is not None, [one.en for one in again.redesign.refused]
    dropped = [
        (change.step, change.subject)
        for change in again.redesign.changes
        if change.kind in ("question dropped", "document dropped")
    ]
    assert not dropped, dropped
