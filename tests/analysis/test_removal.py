"""What could go is looked at all at once: the same as removing one thing after the other, on random procedures."""

from collections.abc import Callable, Iterator

import pytest

from analysis.compiling import compiled
from analysis.removal import Today
from processes.policy import Policy
from tests.analysis.properties import POLICY, thirty_steps
from tests.generating import Made, few, few_policy, tiny


def todays(make: Callable[[int], Made], seeds: range, policy: Callable[[int], Policy]) -> Iterator[tuple[int, Today]]:
    for seed in seeds:
        made = make(seed)
        today = Today(compiled(made.procedure, made.catalogue, policy(seed)))
        if not today.needs.missing:  # else nothing could go
            yield seed, today


def sets_of(today: Today) -> Iterator[int]:
    """Yield what findings ask about, as bits of items: single ones, the checks of a step, letters with their papers."""
    checks: dict[int, int] = {}
    for item in today.instance.items:
        yield item.bit
        if item.kind == "check":
            checks[item.node] = checks.get(item.node, 0) | item.bit
    yield from checks.values()
    yield from (1 << letter | papers for letter, papers in today.letters.items())


@pytest.mark.parametrize(
    ("make", "seeds", "policy"),
    [
        (tiny, range(60), lambda _: POLICY),
        (few, range(100), few_policy),
        (thirty_steps, range(6), lambda _: POLICY),
        pytest.param(tiny, range(60, 150), lambda _: POLICY, marks=pytest.mark.slow),
        pytest.param(few, range(100, 300), few_policy, marks=pytest.mark.slow),
        pytest.param(thirty_steps, range(6, 12), lambda _: POLICY, marks=pytest.mark.slow),
    ],
    ids=["tiny", "few", "thirty steps", "more tiny", "more few", "more of thirty steps"],
)
def test_what_goes_at_once_goes_by_itself(
    make: Callable[[int], Made], seeds: range, policy: Callable[[int], Policy]
) -> None:
    went = stayed = 0
    for seed, today in todays(make, seeds, policy):
        everything = today.instance.everything
        for rules in (0, today.offered):
            for items in sets_of(today):
                alone = today.feasible(everything & ~items, rules)
                assert today.goes(items, rules) == alone, f"seed {seed}: {items:b} with {rules:b}"
                went, stayed = went + alone, stayed + (not alone)
    assert went > 100 and stayed > 100


@pytest.mark.parametrize(
    ("make", "seeds", "policy"),
    [
        (tiny, range(200, 230), lambda _: POLICY),
        (few, range(300, 340), few_policy),
        pytest.param(tiny, range(230, 280), lambda _: POLICY, marks=pytest.mark.slow),
        pytest.param(few, range(340, 400), few_policy, marks=pytest.mark.slow),
    ],
    ids=["tiny", "few", "more tiny", "more few"],
)
def test_what_is_certain_without_it_is_what_supply_says(
    make: Callable[[int], Made], seeds: range, policy: Callable[[int], Policy]
) -> None:
    tried = 0
    for seed, today in todays(make, seeds, policy):
        for rules in (0, today.offered):
            for items in sets_of(today):
                without = today.supply_without(today.instance.everything & ~items, rules)
                for node in range(len(today.instance.points)):
                    found = today.state_without(items, rules, node)
                    assert found == without.before[node], f"seed {seed}: {items:b} with {rules:b} at {node}"
                    tried += 1
    assert tried > 1000
