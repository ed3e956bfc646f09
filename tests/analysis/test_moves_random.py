"""What must hold of all moves, tried on random procedures with much to move; a failing one is shown with its seed."""

from random import Random

import pytest

from analysis.compiling import compiled
from analysis.interpreter import run
from analysis.moves import moved
from analysis.moves.measuring import measure, no_worse
from analysis.redesign import lacks
from analysis.removal import Today
from processes.case import Outcome
from processes.problem import Severity
from processes.procedure import Procedure, Refuse
from processes.reading import read
from processes.resolved import resolved
from processes.writing import procedure_text
from tests.analysis.moving import EVERY, SAFE, Tried, lively
from tests.generating import TODAY, cases
from tests.seeds import blocks, many
from tests.test_generating import written

of_few_seeds = pytest.mark.parametrize("seeds", blocks(60, 30), ids=str)
of_many_seeds = pytest.mark.parametrize("seeds", many(300, 100), ids=str)


def end(outcome: Outcome) -> object:
    return outcome.kind, outcome.step, outcome.outputs


def hold(tried: Tried, *, reasons: bool) -> set[str]:
    """Assert of one procedure that its moves cost nobody anything, lack nothing, end alike and are made but once.

    Args:
        tried: The procedure.
        reasons: Whether a refused case is refused for the same reason.

    Returns:
        The kinds of moves that were made.
    """
    assert tried.before is not None
    found = tried.moved()
    shown = (
        f"seed {tried.made.seed}: {[(one.kind, one.steps) for one in found.moves]}\n{procedure_text(found.procedure)}"
    )
    before, after = tried.compiled(tried.before), tried.compiled(found.procedure)
    assert no_worse(measure(after), measure(before)), shown
    gained = [sum(one.gain.__getattribute__(name) for one in found.moves) for name in ("citizen", "agency", "elapsed")]
    then, now = measure(before), measure(after)
    assert gained == pytest.approx(
        [then.citizen - now.citizen, then.agency - now.agency, then.elapsed - now.elapsed], abs=0.1
    )
    if (
        reasons
    ):  # what a form brings for a silent judgement is asked for behind it where it stood; a moved one stands elsewhere
        lacking = [one for one in lacks(tried.today, after) if one.demand.what != "behind"]
        assert not lacking, (lacking, shown)
    again = moved(tried.today, found.procedure)
    assert (again.procedure, again.moves) == (found.procedure, ()), shown
    models = [resolved(one, tried.made.catalogue) for one in (tried.before, found.procedure)]
    for case, world in cases(tried.made, Random(tried.made.seed), 6):
        one, other = (run(model, case, TODAY, world.registries).outcome for model in models)
        if one.kind == "waiting":
            continue
        if reasons or one.kind != "refused":
            assert end(one) == end(other), (one, other, shown)
        else:
            assert other.kind == "refused" and isinstance(found.procedure.step_by_id[other.step], Refuse), (
                other,
                shown,
            )
    return {move.kind for move in found.moves}


def every(seeds: range, kinds: tuple, *, reasons: bool) -> set[str]:
    made: set[str] = set()
    for seed in seeds:
        tried = Tried(lively(seed), kinds)
        if tried.before is not None:
            made |= hold(tried, reasons=reasons)
    return made


@of_few_seeds
def test_moves_cost_nobody_anything_and_every_case_ends_alike(seeds: range) -> None:
    assert {"merge", "side by side"} <= every(seeds, SAFE, reasons=True)


@pytest.mark.slow
def test_knock_outs_refuse_the_same_cases_perhaps_for_another_reason() -> None:
    assert "knock out first" in every(range(60), ("knock out first",), reasons=False)


def test_all_moves_together() -> None:
    assert len(every(range(120, 140), EVERY, reasons=False)) > 3


@pytest.mark.slow
@of_many_seeds
def test_moves_many_times(seeds: range) -> None:
    every(seeds, SAFE, reasons=True)
    every(seeds, EVERY, reasons=False)


@pytest.mark.parametrize("seeds", blocks(215, 8, start=200), ids=str)
def test_what_was_moved_is_well_formed(seeds: range, tmp_path) -> None:
    for seed in seeds:
        made = lively(seed)
        tried = Tried(made, EVERY)
        if tried.before is None:
            continue
        folder = written(made, tmp_path / str(seed))
        for number, procedure in enumerate((tried.before, tried.moved().procedure)):
            text = procedure_text(procedure.model_copy(update={"id": f"moved-{number}"}))
            (folder / f"moved-{number}.yaml").write_text(text, encoding="utf-8")
        found = read([folder])
        problems = [one for one in found.problems if one.severity is Severity.PROBLEM and "moved-1" in str(one.where)]
        assert not problems, (seed, [str(one) for one in problems], text)


def test_the_sample_catalogue_is_moved_but_once() -> None:
    found = read(["processes/purbalingga"])
    for procedure in found.procedures:
        policy = found.policies[0].model_copy(update={"moves": EVERY})
        today = Today(compiled(procedure, found.catalogue, policy))
        once = moved(today, procedure)
        assert _costs(once.procedure, today) <= _costs(procedure, today)
        assert moved(today, once.procedure).moves == ()


def _costs(procedure: Procedure, today: Today) -> tuple[float, float]:
    found = measure(compiled(procedure, today.instance.model.catalogue, today.instance.policy, offers=False))
    return round(found.citizen, 1), round(found.agency, 1)
