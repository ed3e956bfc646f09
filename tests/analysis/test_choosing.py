"""What a choice weighs before it is built is what the redesign costs; and the best of a search is proven or has a gap."""

from dataclasses import replace

import pytest

from analysis.burden import burden
from analysis.compiling import compiled
from analysis.fewest.choosing import chosen
from analysis.fewest.how_often import HowOften
from analysis.placing import Call
from analysis.removal import Choice, Today
from analysis.rewriting import rewritten
from analysis.weighing import Scales
from processes.procedure import Procedure
from tests.analysis.properties import thirty_steps
from tests.generating import POLICY, Made, tiny
from tests.seeds import blocks


def built(today: Today, choice: Choice, looked_up: list[Call]) -> Procedure:
    """Build whatever is asked for."""
    return rewritten(today.instance, choice, looked_up).procedure


def weighs_as_it_costs(made: Made) -> bool:
    """Assert it of one procedure; return whether there was something to choose."""
    today = Today(compiled(made.procedure, made.catalogue, POLICY))
    if today.needs.missing:
        return False
    best = chosen(today, built)
    assert best is not None
    after = compiled(best.built, made.catalogue, POLICY, offers=False)
    everything = Scales(today.instance).weight(Choice(today.instance.everything, 0), [])
    before = burden(today.instance)
    told = before.citizen_minutes + (best.weight.citizen - everything.citizen) / 1000
    officers = before.agency_minutes + (best.weight.agency - everything.agency) / 1000
    real = burden(after)
    assert abs(told - real.citizen_minutes) < 0.05, (made.seed, told, real)
    assert abs(officers - real.agency_minutes) < 0.05, (made.seed, officers, real)
    assert best.bound <= best.weight
    assert best.optimal == (best.bound == best.weight)
    return bool(today.offered)


@pytest.mark.parametrize("seeds", blocks(120, 60), ids=str)
def test_what_is_weighed_is_what_the_redesign_costs(seeds: range) -> None:
    assert sum(weighs_as_it_costs(tiny(seed)) for seed in seeds) > 10


def test_so_it_is_with_thirty_steps() -> None:
    for seed in range(4):
        weighs_as_it_costs(thirty_steps(seed))


def test_a_search_without_time_gives_what_it_found_and_the_gap() -> None:
    made = thirty_steps(0)
    today = Today(compiled(made.procedure, made.catalogue, POLICY))
    best, hurried = chosen(today, built), chosen(today, built, seconds=0.0)
    assert best is not None
    assert hurried is not None
    assert best.optimal
    assert hurried.weight >= best.weight
    assert hurried.bound <= best.weight
    assert replace(hurried, bound=hurried.weight).optimal


@pytest.mark.slow
def test_what_is_learnt_of_a_plan_lets_no_other_cost_more_than_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    learnt = 0
    for seed in range(12):
        made = thirty_steps(seed)
        today = Today(compiled(made.procedure, made.catalogue, POLICY))
        best = chosen(today, built)
        with monkeypatch.context() as patched:
            patched.setattr(HowOften, "_note", lambda _, reads: None)  # so that all of how often has to be learnt
            slow = chosen(today, built)
        assert best is not None
        assert slow is not None
        assert slow.bound <= best.weight, seed
        assert best.bound <= slow.weight, seed
        learnt += slow.weight == best.weight
    assert learnt > 5
