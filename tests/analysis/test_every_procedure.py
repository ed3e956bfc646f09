"""What must hold of every procedure, tried on random ones; a failing one is shown in its smallest form, with its seed."""

from functools import partial

import pytest

from tests.analysis import properties
from tests.analysis.properties import hold, thirty_steps
from tests.generating import tiny
from tests.seeds import many

WITHOUT_RULES = partial(tiny, rules=False)
FEW = [range(25)]
of_few_seeds = pytest.mark.parametrize("seeds", FEW, ids=str)
of_many_seeds = pytest.mark.parametrize("seeds", many(1000, 250), ids=str)

SUPPLY = (properties.supply_is_never_above_what_some_way_has, properties.keeping_more_never_has_less)
REDESIGN = (
    properties.a_redesign_lacks_nothing,
    properties.a_redesign_decides_every_case_alike,
    properties.a_redesign_costs_no_more,
    properties.a_look_up_that_is_put_in_may_and_can_be_asked,
)


@of_few_seeds
def test_without_rules_supply_is_just_what_all_ways_have(seeds: range) -> None:
    hold(seeds, properties.supply_is_what_all_ways_have, make=WITHOUT_RULES)


@of_few_seeds
def test_supply_promises_nothing_that_some_way_lacks(seeds: range) -> None:
    hold(seeds, *SUPPLY)


@of_few_seeds
def test_a_redesign_keeps_what_today_has_and_decides_alike(seeds: range) -> None:
    hold(seeds, *REDESIGN)


def test_a_redesign_of_a_redesign_drops_nothing_more() -> None:
    hold(range(30), properties.redesigning_again_drops_nothing_more)


def test_procedures_of_thirty_steps_hold_too() -> None:
    hold(range(0, 200, 50), *SUPPLY, *REDESIGN, make=thirty_steps)


@pytest.mark.slow
@pytest.mark.parametrize("seeds", many(60, 30), ids=str)
def test_procedures_of_thirty_steps_hold_too_many_times(seeds: range) -> None:
    hold(seeds, *SUPPLY, *REDESIGN, make=thirty_steps)


@pytest.mark.slow
@of_many_seeds
def test_without_rules_supply_is_just_what_all_ways_have_many_times(seeds: range) -> None:
    hold(seeds, properties.supply_is_what_all_ways_have, make=WITHOUT_RULES)


@pytest.mark.slow
@of_many_seeds
def test_supply_promises_nothing_that_some_way_lacks_many_times(seeds: range) -> None:
    hold(seeds, *SUPPLY)


@pytest.mark.slow
@of_many_seeds
def test_a_redesign_keeps_what_today_has_and_decides_alike_many_times(seeds: range) -> None:
    hold(seeds, *REDESIGN)
