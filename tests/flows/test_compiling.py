"""Programs for batches mean what the interpreter says, case by case."""

from collections.abc import Iterator
from random import Random

import pytest

from analysis.interpreter import Interpreter
from flows.compiling import Program, compiled
from flows.moving import Moving
from processes.case import Case
from tests.flows.fakes import WorldServices
from tests.generating import TODAY, Made, World, cases, tiny


def some_cases(made: Made, random: Random, number: int) -> Iterator[tuple[Case, World]]:
    """Cases of which some lack answers, decisions or papers."""
    papers = [name for step in made.procedure.step_by_id.values() for name in _papers(made, step)]
    for case, world in cases(made, random, number):
        facts = dict(case.facts)
        lacking = random.choice([0, 0, 0.02, 0.2])
        for fact in list(facts):
            if random.random() < lacking:
                del facts[fact]
        undecided = random.random() < 0.2
        decisions = {
            step: decided for step, decided in case.decisions.items() if not (undecided and random.random() < 0.3)
        }
        has = frozenset(name for name in papers if random.random() < 0.5)
        yield (
            Case(
                case.id,
                facts,
                decisions if undecided else case.decisions,
                has if random.random() < 0.3 else None,
            ),
            world,
        )


def _papers(made: Made, step: object) -> list[str]:
    documents = made.model.papers(step) if hasattr(step, "documents") else ()  # type: ignore[arg-type]
    return [name for paper in documents for name in paper.id.split(" | ")]


def moved(program: Program, case: Case, world: World) -> Moving:
    moving = Moving(1, dict(case.facts), case.decisions, case.papers)
    program.advance([moving], TODAY, WorldServices(world.registries, world.made.catalogue).ask)
    return moving


def end_of(moving: Moving) -> tuple[object, ...]:
    if moving.ended is not None:
        kind, step = moving.ended
        return kind, step, moving.outputs if kind == "issued" else []
    wait = moving.waits[0]
    return "waiting", wait.step.partition(":")[0], wait.waits_for, wait.who, wait.missing


@pytest.mark.parametrize("seed", range(40))
def test_a_program_does_what_the_interpreter_does(seed: int) -> None:
    made = tiny(seed, steps=4 + seed % 9)
    program, book = compiled(made.procedure, made.catalogue), Interpreter(made.model)
    for case, world in some_cases(made, Random(seed), 8):
        by_the_book = book.run(case, TODAY, world.registries)
        outcome = by_the_book.outcome
        expected: tuple[object, ...]
        if outcome.kind == "waiting":
            missing = tuple(dict.fromkeys(outcome.missing))
            expected = ("waiting", outcome.step, outcome.waits_for, outcome.who, missing)
        else:
            expected = (outcome.kind, outcome.step, [(one.step, dict(one.facts)) for one in outcome.outputs])
        moving = moved(program, case, world)

        assert end_of(moving) == expected, made.yaml()
        if outcome.kind == "issued":
            values = by_the_book.values
            expected_values = {
                name: (known.value, known.by_itself, book.level(values, name)) for name, known in values.items()
            }
            held = {
                name: (value, moving.marks[name][0], program.levels.level(moving, name))
                for name, value in moving.values.items()
            }
            assert held == expected_values, made.yaml()


@pytest.mark.parametrize("seed", range(100, 120))
def test_cases_moved_together_end_as_each_of_them_alone(seed: int) -> None:
    made = tiny(seed, steps=10)
    program = compiled(made.procedure, made.catalogue)
    world = World(made, Random(seed))
    together = []
    for number, (case, _) in enumerate(some_cases(made, Random(seed), 12)):
        # all of them live in one world, so that the registries are asked about all at once
        facts = {name: value for name, value in world.facts.items() if name in case.facts}
        together.append(Case(str(number), facts, case.decisions, case.papers))
    alone = [end_of(moved(program, case, world)) for case in together]

    batch = [Moving(n, dict(case.facts), case.decisions, case.papers) for n, case in enumerate(together)]
    program.advance(batch, TODAY, WorldServices(world.registries, made.catalogue).ask)

    assert [end_of(one) for one in batch] == alone
