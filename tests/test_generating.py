"""What is generated is well-formed, the same for the same seed, and has all that the language can say."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest
import yaml

from benchmarks import generated
from processes.problem import Severity
from processes.procedure import (
    Approve,
    Check,
    Choose,
    Decide,
    FormStep,
    Issue,
    Lookup,
    Parallel,
    Step,
    walk,
)
from processes.reading import read
from tests.generating import Made, cases, smallest, tiny


def written(made: Made, folder: Path) -> Path:
    """Write a generated catalogue with its procedure as files."""
    folder.mkdir()
    for number, data in enumerate([*made.files, made.steps_of]):
        (folder / f"{number}.yaml").write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return folder


@pytest.mark.parametrize("seeds", [range(0, 20), range(20, 40)], ids=str)
def test_tiny_procedures_are_well_formed(seeds: range, tmp_path: Path) -> None:
    for seed in seeds:
        made = tiny(seed)
        found = read([written(made, tmp_path / str(seed))])

        problems = [problem for problem in found.problems if problem.severity is Severity.PROBLEM]
        assert not problems, f"{problems}\n{made.yaml()}"
        assert [one.model_dump() for one in found.procedures] == [made.procedure.model_dump()]


def test_the_same_seed_makes_the_same_procedure_and_cases() -> None:
    one, other = tiny(7), tiny(7)

    assert (one.files, one.steps_of) == (other.files, other.steps_of)
    assert one.steps_of != tiny(8).steps_of
    first, again = ([case for case, _ in cases(made, Random(1), 3)] for made in (one, other))
    assert first == again


def test_among_a_few_hundred_everything_occurs() -> None:
    kinds: Counter[str] = Counter()
    for seed in range(300):
        made = tiny(seed)
        for item in walk(made.procedure.steps):
            kinds[item.kind] += 1
            match item:
                case FormStep():
                    kinds["condition"] += any(q.condition is not None for q in made.model.questions(item))
                    kinds["either"] += any(document.either for document in item.documents)
                    kinds["act"] += any(q.act is not None for q in made.model.questions(item))
                    kinds["of a form"] += bool(item.uses)
                case Lookup():
                    kinds["not found"] += bool(item.not_found)
                case Decide() | Approve():
                    kinds["silent"] += item.needs is None
                case Issue():
                    kinds["letter"] += item.letter
                    kinds["given"] += bool(item.gives)
        kinds["anew"] += "anew" in str(made.steps_of)
        kinds["expired"] += "until" in str(made.files)
        kinds["several subjects"] += "pair" in str(made.files)

    rare = [kind for kind, number in kinds.items() if number < 3]
    assert not rare, kinds
    assert len(kinds) >= 26, kinds


def test_a_failing_procedure_is_made_smaller() -> None:
    made = tiny(3)

    small = smallest(made, lambda other: any(isinstance(item, FormStep) for item in walk(other.procedure.steps)))

    assert len(list(walk(small.procedure.steps))) == 1


def test_procedures_of_the_benchmark_are_as_stated(tmp_path: Path) -> None:
    generated.write(tmp_path / "catalogue", range(30))
    found = read([tmp_path / "catalogue"])

    assert not [problem for problem in found.problems if problem.severity is Severity.PROBLEM]
    assert len(found.procedures) == 30
    services = found.catalogue.service.values()
    assert (len(services), {len(one.needs) for one in services}) == (100, {1, 2})
    assert {len(one.gives) + len(one.confirms) for one in services} == {2, 3, 4, 5, 6}
    for procedure in found.procedures:
        items = list(walk(procedure.steps))
        forms = [item for item in items if isinstance(item, FormStep)]
        assert 29 <= sum(isinstance(item, Step) for item in items) <= 31
        assert 54 <= sum(len(form.asks) for form in forms) <= 60
        assert sum(isinstance(item, Choose) for item in items) == 2
        assert sum(isinstance(item, Parallel) for item in items) == 1
        assert all(1 <= len(item.verifies) <= 2 for item in items if isinstance(item, Check))
