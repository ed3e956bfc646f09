"""What is settled before anything is weighed: it makes no redesign dearer, and spares the solver something."""

import pytest

from analysis.compiling import compiled
from analysis.consents import with_consents
from analysis.fewest import search as fewest
from analysis.fewest.presolving import Presolved, presolved
from analysis.fewest.search import Offer, Search
from analysis.fewest.suppliers import suppliers
from analysis.optional import with_options
from analysis.removal import Today
from analysis.scenarios import Supplier, answers_of
from tests.analysis.properties import thirty_steps
from tests.generating import POLICY, Made, few, few_policy, tiny
from tests.seeds import blocks
from tests.sketching import sketch

UNSETTLED = Presolved(frozenset(), frozenset(), ())


def costs(found: Offer | None) -> tuple[int, int, int] | None:
    """Return what a plan costs."""
    return None if found is None else (found.citizen, found.agency, found.fetched)


def everybody(today: Today) -> tuple[Supplier, ...]:
    """Return all that offered services may bring at whatever level, needed or not."""
    return tuple(
        one._replace(level=level)
        for one in answers_of(today.instance, today.offered)
        for level in range(2 if one.confirms else 1, one.level + 1)
        if level == one.level or today.instance.rules[one.rule].coverage < 1
    )


def the_same_with_everybody(made: Made, policy: object, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Assert that the least costs as much where no supplier is left out; return whether any was."""
    today = with_consents(with_options(Today(compiled(made.procedure, made.catalogue, policy))))  # type: ignore[arg-type]  # a policy
    if today.needs.missing:
        return False
    quick = costs(Search(today).next())
    with monkeypatch.context() as patched:
        patched.setattr(fewest, "suppliers", everybody)
        assert quick == costs(Search(today).next()), made.seed
    return len(suppliers(today)) < len(everybody(today))


def the_same_without(made: Made, policy: object, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Assert that the least costs as much where nothing is settled before; return whether anything was."""
    today = with_consents(with_options(Today(compiled(made.procedure, made.catalogue, policy))))  # type: ignore[arg-type]  # a policy
    if today.needs.missing:
        return False
    some = suppliers(today)
    settled = presolved(today, some)
    quick = costs(Search(today).next())
    with monkeypatch.context() as patched:
        patched.setattr(fewest, "presolved", lambda _, all_of_them: UNSETTLED._replace(suppliers=all_of_them))
        assert quick == costs(Search(today).next()), (made.seed, settled)
    return bool(settled.forced and settled.needless and len(settled.suppliers) < len(some))


@pytest.mark.parametrize("seeds", blocks(100, 25), ids=str)
def test_no_supplier_that_is_left_out_would_make_it_less(seeds: range, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sum(the_same_with_everybody(tiny(seed), POLICY, monkeypatch) for seed in seeds) > 3
    assert sum(the_same_with_everybody(few(seed), few_policy(seed), monkeypatch) for seed in seeds) > 3


@pytest.mark.parametrize("seeds", blocks(100, 25), ids=str)
def test_the_least_is_the_same_as_if_nothing_had_been_settled(seeds: range, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sum(the_same_without(tiny(seed), POLICY, monkeypatch) for seed in seeds) > 3
    for seed in seeds:
        the_same_without(few(seed), few_policy(seed), monkeypatch)


def test_so_it_is_with_thirty_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sum(the_same_without(thirty_steps(seed), POLICY, monkeypatch) for seed in range(0, 40, 10)) > 0


def test_what_nothing_replaces_is_forced_and_what_nobody_reads_is_needless() -> None:
    found = sketch("""
- form: apply
  asks: [child.nik, child.name, child.phone]
- notify: told
  by: office
  whom: applicant
  carries: [child.phone]
""")
    today = Today(found.instance)
    settled = presolved(today, suppliers(today))
    assert [found.instance.items[number].facts for number in settled.forced] == [found.instance.mask(["child.phone"])]
    assert {found.instance.items[number].facts for number in settled.needless} == {
        found.instance.mask(["child.nik"]),
        found.instance.mask(["child.name"]),
    }
