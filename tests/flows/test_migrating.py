"""Open cases that go on under another procedure: they end as new cases would; and those that may not, stay."""

from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from random import Random

import orjson
import pytest

from analysis.redesign import redesigned
from flows import answering
from flows.answering import NotTakenError
from flows.keeping import Dates, outcome
from flows.law import everything_is_lawful
from flows.migrating import judged, moving_over
from flows.outcomes import TO_SIGN
from flows.pipeline import Run
from flows.store.case_store import CaseStore
from flows.store.definitions import Definition
from flows.store.rows import Kept
from flows.store.standing import standing
from processes.case import DONE, Case, Outcome
from processes.checking import Known, procedure_problems
from processes.policy import Policy
from processes.problem import Severity
from processes.procedure import Procedure
from processes.resolved import resolved
from tests.flows.fakes import Clock, WorldServices
from tests.flows.test_pipeline import in_one_world, typed
from tests.generating import TODAY, Made, World, parts, without

POLICY = Policy(date=TODAY)


class Bureau:
    """A store with cases of a made-up procedure, and people who answer as things are."""

    def __init__(self, folder: Path, made: Made, world: World) -> None:
        folder.mkdir()
        self.store = CaseStore.open(folder / "cases.sqlite", clock=Clock())
        self.made, self.world = made, world
        self.services = WorldServices(world.registries, made.catalogue)

    def pin(self, procedure: Procedure) -> int:
        return self.store.pin("made-up", Definition(procedure, self.made.catalogue, POLICY))

    def take(self, procedure: Procedure, given: Mapping[str, bytes]) -> None:
        self.store.take_in("made-up", self.pin(procedure), list(given.items()))

    def run(self) -> None:
        Run(self.store, lambda _: self.services, TODAY, "made-up", law=everything_is_lawful).run()

    def kept(self) -> dict[str, Kept]:
        return {case.key: case for case in self.store.all_cases()}

    def to_the_end(self, decisions: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        """Answer whatever is waited for, until nothing moves any more."""
        for _ in range(60):
            self.run()
            if not self.answer({key: decisions[key] for key in self.kept()}):
                return

    def answer(self, decisions: Mapping[str, Mapping[str, tuple[str, ...]]]) -> int:
        """Answer one thing that each of these cases waits for; return how many there were."""
        return sum(self._answered(self.kept()[key], decided) for key, decided in decisions.items())

    def _answered(self, kept: Kept, decisions: Mapping[str, tuple[str, ...]]) -> bool:
        pinned = self.store.definition(kept.definition)
        naming = resolved(pinned.procedure, pinned.catalogue).naming
        for wait in self.store.waiting(case=kept.id):
            if wait.waits_for == "decision":
                visits = orjson.loads(kept.held or b"{}").get("visits", {}).get(wait.step, 0)
                decided = decisions.get(wait.step, (DONE,))
                ways = [way.id for way in getattr(pinned.procedure.step_by_id[wait.step], "ways", ())]
                way = decided[min(visits, len(decided) - 1)] if ways else DONE
                told, way = {}, way if not ways or way in ways else ways[-1]
            elif wait.why == TO_SIGN:
                told, way = {}, DONE
            elif wait.waits_for == "answer":
                facts = self.world.facts
                told = {naming.shown(name): typed(facts[name]) for name in wait.missing if name in facts}
                way = None
                if not told or all(name in orjson.loads(kept.given)["facts"] for name in wait.missing):
                    continue
            else:
                continue
            try:
                answering.answer(self.store, kept, wait.step, told, way, "")
            except NotTakenError:
                continue
            return True
        return False

    def ends(self) -> dict[str, Outcome]:
        dates = Dates(resolved(self.made.procedure, self.made.catalogue).naming)
        found = {}
        for key, case in self.kept().items():
            ended = outcome(case, dates)
            waits = sorted((wait.step.partition(":")[0], wait.waits_for) for wait in self.store.waiting(case=case.id))
            found[key] = ended or Outcome("waiting", str(waits))
        return found

    def migrate(self, new: Procedure) -> dict[str, str]:
        """Move what may move; return what becomes of which case."""
        number, definition = self.pin(new), Definition(new, self.made.catalogue, POLICY)
        told = list(
            judged(
                standing(self.store, "made-up", number), self.store.definition, definition, TODAY, everything_is_lawful
            )
        )
        moved = [one.moved for one in told if one.moved is not None]
        assert self.store.repin(number, moved, moving_over(new, ""))
        return {one.key: one.lot for one in told}


def some_given(random: Random, whole: Case) -> bytes:
    """What a case brings along at first: some of the answers, some of the decisions."""
    share = random.choice([0.3, 0.6, 0.9, 1])
    facts = {name: value for name, value in whole.facts.items() if random.random() < share}
    decisions = {name: ways for name, ways in whole.decisions.items() if random.random() < share}
    papers = None if whole.papers is None else sorted(whole.papers)
    return orjson.dumps({"facts": facts, "decisions": decisions, "papers": papers})


def changed(made: Made, random: Random) -> Procedure | None:
    """The same procedure with something less in it, as somebody may have written it anew; nothing, if it does not stand."""
    data = deepcopy(made.steps_of)
    for _ in range(random.randint(1, 3)):
        paths = [path for path in parts(data["steps"]) if path]
        if not paths or not without(data["steps"], random.choice(paths)):
            return None
    try:
        found = Procedure.model_validate(data)
        problems = procedure_problems(Known(made.catalogue), found)
        if any(one.severity is Severity.PROBLEM for one in problems):
            return None
    except (ValueError, KeyError, AttributeError):  # whatever is wrong with it, it is no procedure
        return None
    return found if found.steps else None


def news(made: Made, random: Random, others: int) -> list[Procedure]:
    """Return other procedures for the same cases: the redesign, and some that were written anew."""
    redesign = redesigned(made.procedure, made.catalogue, POLICY).after
    return [one for one in (redesign, *(changed(made, random) for _ in range(others))) if one is not None]


def moves_right(folder: Path, seed: int, others: int = 4) -> Counter[str]:
    """Assert that cases that move end as new cases would, and all others as if nothing had been."""
    made, world, wholes = in_one_world(seed, 6)
    random, seen = Random(seed), Counter[str]()
    given = {one.id: some_given(random, one) for one in wholes}
    decisions = {one.id: one.decisions for one in wholes}
    ends = {}

    def new_cases(procedure: Procedure, name: str) -> dict[str, Outcome]:
        bureau = Bureau(folder / name, made, world)
        bureau.take(procedure, given)
        bureau.to_the_end(decisions)
        return bureau.ends()

    stayed = new_cases(made.procedure, "old")
    for number, new in enumerate(news(made, random, others)):
        ends = new_cases(new, f"new-{number}")
        for rounds in (0, 1, 2):
            bureau = Bureau(folder / f"moved-{number}-{rounds}", made, world)
            bureau.take(made.procedure, given)
            for _ in range(rounds):
                bureau.run()
                bureau.answer({key: decided for key, decided in decisions.items() if random.random() < 0.5})
            if rounds:
                bureau.run()
            told = bureau.migrate(new)
            bureau.to_the_end(decisions)
            for key, found in bureau.ends().items():
                lot = told.get(key, "closed")
                expected = ends[key] if lot == "moves" else stayed[key]
                assert found == expected, (seed, number, rounds, key, lot, made.yaml(), new)
                seen[lot] += 1
    return seen


def test_what_moves_ends_as_a_new_case_would_and_what_stays_as_before(tmp_path: Path) -> None:
    assert moves_right(tmp_path, 4, others=1)["moves"] > 5


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 16))
def test_whatever_the_procedures_what_moves_ends_as_a_new_case_would(tmp_path: Path, seed: int) -> None:
    moves_right(tmp_path, seed)
