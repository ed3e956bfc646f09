"""What the benchmarks measure with is no softer than they say."""

from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest

from analysis import redesign
from analysis.compiling import compiled
from analysis.instance import bits
from analysis.removal import Today
from benchmarks import redesigning
from benchmarks.__main__ import main
from benchmarks.births import CATALOGUE, TEN, TEN_STEPS
from benchmarks.generated import EVERYDAY, HARD, LARGE, Kind, write
from benchmarks.peers import peers
from processes.policy import Policy
from processes.problem import Severity
from processes.procedure import (
    Approve,
    Back,
    Check,
    Choose,
    Decide,
    FormStep,
    Issue,
    Lookup,
    Parallel,
    Refuse,
    Step,
    walk,
)
from processes.reading import Read, read

POLICY: Policy = redesigning.POLICY
NUMBER = 60  # of procedures


@cache
def made(kind: Kind, number: int = NUMBER) -> Read:
    with TemporaryDirectory() as folder:
        write(Path(folder) / "made", range(number), 0, kind)
        found = read([Path(folder) / "made"])
    assert not [problem for problem in found.problems if problem.severity is Severity.PROBLEM]
    return found


def share(of: int, among: int, stated: float) -> bool:
    """Whether a count is what chance makes of a stated share, give or take three standard deviations."""
    return abs(of - stated * among) <= 3 * (among * stated * (1 - stated)) ** 0.5


def test_everyday_procedures_have_what_is_stated() -> None:
    found = made(EVERYDAY)
    with_document = silent = judgements = 0
    for procedure in found.procedures:
        items = list(walk(procedure.steps))
        forms = [item for item in items if isinstance(item, FormStep)]
        checks = [item for item in items if isinstance(item, Check)]
        decisions = [item for item in items if isinstance(item, Decide) and item.ways]
        asked = {fact for form in forms for fact in (one.asks for one in form.asks)}
        assert sum(isinstance(item, Step) for item in items) == 30
        assert (len(forms), sum(len(form.asks) for form in forms)) == (10, 60)
        assert {str(fact).partition(".")[0] for fact in asked} == {"applicant", "child", "household"}
        assert len(checks) + sum(isinstance(item, Lookup) for item in items) == 8
        assert all(1 <= len(check.verifies) <= 2 for check in checks)
        assert all(one.needs is None or len(one.needs) == 2 for one in items if isinstance(one, Decide | Approve))
        counted = Counter(type(item) for item in items)
        assert (counted[Choose], counted[Parallel], counted[Back], counted[Refuse]) == (2, 1, 1, 2)
        assert len(decisions) == 4
        issued = next(item for item in items if isinstance(item, Issue) and not item.letter)
        assert any(need.fact.endswith(("nik", "kk_no")) for need in issued.carries)
        assert forms[0].documents
        with_document += sum(bool(form.documents) for form in forms[1:])
        silent += sum(one.needs is None for one in decisions)
        judgements += len(decisions)
    assert share(with_document, 9 * NUMBER, 1 / 3)
    assert share(silent, judgements, 1 / 20)


def test_the_catalogue_has_what_is_stated() -> None:
    found = made(EVERYDAY, 1)
    services = found.catalogue.service
    assert len(services) == 100
    assert {len(one.needs) for one in services.values()} == {1, 2}
    assert len({key for one in services.values() for key in one.needs}) == 12
    assert all(2 <= len(one.gives) + len(one.confirms) <= 6 for one in services.values())
    assert all(one.coverage == 1 or 0.7 <= one.coverage <= 0.98 for one in services.values())
    assert share(sum(one.coverage == 1 for one in services.values()), 100, 0.4)
    assert share(sum(not one.gives for one in services.values()), 100, 1 / 8)
    lawful = {
        name
        for agreement in found.catalogue.agreements
        if agreement.consumer == "office" and "registration" in agreement.purposes and agreement.until is None
        for name in agreement.services
    }
    assert share(100 - len(lawful), 100, 1 / 8)


@pytest.mark.parametrize("kind", [EVERYDAY, HARD], ids=lambda kind: kind.name)
def test_every_procedure_has_alternatives_and_circles_and_lacks_nothing(kind: Kind) -> None:
    found = made(kind)
    for procedure in found.procedures:
        today = Today(compiled(procedure, found.catalogue, POLICY))
        assert not today.needs.missing
        offered = [today.instance.rules[number] for number in bits(today.offered)]
        given = Counter(fact for rule in offered for fact in bits(rule.gives))
        assert max(given.values()) > 1
        assert any(one.gives & other.keys and other.gives & one.keys for one in offered for other in offered)


def test_of_the_hard_kind_many_facts_are_read_by_nobody_and_keys_of_something() -> None:
    found = made(HARD)
    assert len({key for one in found.catalogue.service.values() for key in one.needs}) > 20
    for procedure in found.procedures:
        today = Today(compiled(procedure, found.catalogue, POLICY))
        keys = read_by_somebody = asked = 0
        for rule in today.instance.rules:
            keys |= rule.keys
        for one in today.needs.stated:
            read_by_somebody |= 1 << one.demand.fact
        for item in today.instance.items:
            asked |= item.facts if item.kind == "question" else 0
        assert (asked & keys & ~read_by_somebody).bit_count() >= 4 or today.needs.silent


def test_a_large_procedure_is_as_large_as_stated() -> None:
    found = made(LARGE, 1)
    steps = found.procedures[0].step_by_id.values()
    assert len(steps) == 300
    assert sum(len(step.asks) for step in steps if isinstance(step, FormStep)) == 600
    assert len(found.catalogue.service) == 200
    assert not Today(compiled(found.procedures[0], found.catalogue, POLICY)).needs.missing


def test_a_row_is_measured() -> None:
    row = redesigning._row(EVERYDAY, 2, processes=1, seed=0)

    assert row[:3] == ["everyday", "2", "1"]
    assert float(row[4]) > 0


@pytest.mark.parametrize(
    ("number", "least"),
    [
        # a silent judgement reads what is known from the second of three look-ups in a chain
        (358, True),
        # the residual form of a look-up asks for a document that shows what is inspected later: it is inspected all the same
        (429, True),
        # a look-up keyed by another stands at two places, and needs that key at one
        (548, True),
        # the same; and a look-up answers more surely once a number is checked, behind the papers of its residual form too
        (1397, True),
        # a look-up of today would bring what another does, by a key that rests on it
        (561, True),
        # the same, where services that only confirm could be used besides
        (570, True),
        # a look-up that both ways of a choice need wants a key that just one of them has to look up
        (641, True),
        # a look-up brings two facts, and each may come by the other
        (846, True),
        (978, True),
        # a question under a condition that two choices have, of which the first wants what it reads just declared
        (1046, True),
    ],
)
def test_what_once_came_to_nothing_is_redesigned(number: int, least: bool, tmp_path: Path) -> None:
    write(tmp_path / "made", [number])
    found = read([tmp_path / "made"])

    made = redesign.redesigned(found.procedures[0], found.catalogue, POLICY)

    assert made.certificate is not None, made.refused
    assert made.optimum is not None
    assert made.optimum.proven or not least
    assert made.burden_after is not None
    assert made.burden_after.citizen_minutes < 0.6 * made.burden_before.citizen_minutes


def test_what_is_run_are_ten_steps_of_which_three_are_look_ups() -> None:
    found = read([CATALOGUE, TEN_STEPS])
    assert not [one for one in found.problems if one.severity is Severity.PROBLEM]
    procedure = next(one for one in found.procedures if one.id == TEN)
    passed = [item for item in walk(procedure.steps) if isinstance(item, Step) and not isinstance(item, Refuse)]

    assert (len(passed), sum(isinstance(item, Lookup) for item in passed)) == (10, 3)


def test_what_follows_the_name_of_a_benchmark_is_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    called = list[tuple[str, list[str]]]()

    def imported(name: str) -> SimpleNamespace:
        return SimpleNamespace(main=lambda arguments: called.append((name, arguments)))

    monkeypatch.setattr("benchmarks.__main__.import_module", imported)

    assert main(["running", "300"]) == 0
    assert main(["starting", "running"]) == 0
    assert called == [("benchmarks.running", ["300"]), ("benchmarks.starting", []), ("benchmarks.running", [])]
    assert main(["starting", "running", "300"]) == 2
    assert main(["nothing"]) == 2


def test_peers_that_are_not_there_are_skipped_aloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.peers.find_spec", lambda name: None)
    told = {what: how for what, _, how in peers(tmp_path, None)}

    assert {what: how for what, how in told.items() if isinstance(how, str)} == {
        what: f"{'dbos' if what.startswith('DBOS') else 'SpiffWorkflow'} is not installed"
        for what in told
        if not what.startswith("a Prefect task")
    }
    assert len(told) == 5
