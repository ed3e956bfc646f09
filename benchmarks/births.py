"""The births that `running.py` runs: their registries, procedures and case files, made anew in a folder."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from sqlalchemy import select

from flows.case_files import Answers
from flows.demo.births import write_births
from flows.demo.population import DEMO_DATE, DEMO_PEOPLE, DEMO_SEED, populate
from flows.demo.settings import demo_settings
from flows.intake import take_in
from flows.pipeline import Run
from flows.settings import Settings, read_settings
from flows.store import tables
from flows.store.case_store import CaseStore
from flows.store.definitions import Definition
from flows.world import World
from processes.procedure import Procedure
from processes.reading import Read, read
from processes.resolved import resolved

CATALOGUE = Path(__file__).parents[1] / "processes" / "purbalingga"
TEN_STEPS = Path(__file__).with_name("akta-sepuluh.yaml")
TEN, SAMPLE = "akta-sepuluh", "akta-kelahiran"
BABIES = 1_500  # of whom the last thousand are run again and again, under other keys

# What the parents answer in ten steps, what stands on the papers they bring, and what the office finds out and decides.
ANSWERS = (
    "child.name", "child.sex", "child.birth_place", "child.birth_date", "child.birth_order", "mother.nik", "applicant.nik",
    "mother.name", "mother.birth_date", "child.birth_time", "child.birth_kind", "child.birth_attendant", "child.birth_place_kind",
    "child.birth_weight_g", "child.birth_length_cm", "child.nik",
)  # fmt: skip
DECISIONS = ("counter", "complete", "signature")

Seconds = tuple[float, float]  # on the wall, and of our processor


@dataclass
class Measured:
    """One run over cases of a kind."""

    cases: int
    seconds: Seconds
    steps: float  # that a case passed
    look_ups: int  # that were made for a case and are in the audit trail


@dataclass
class Births:
    """Registries of 100,000 people, and births of which the registries know all that is asked."""

    folder: Path
    settings: Settings = field(init=False)
    definitions: dict[str, Definition] = field(init=False)
    answers: dict[str, Answers] = field(init=False)
    lines: list[dict[str, Any]] = field(init=False)
    stores: int = 0

    def __post_init__(self) -> None:
        registries = self.folder / "registries"
        if not registries.exists():
            people = populate(registries, DEMO_PEOPLE, DEMO_SEED, DEMO_DATE, newborn_babies=BABIES)
            write_births(people, self.folder / "births.jsonl", BABIES, DEMO_SEED, DEMO_DATE)
            (self.folder / "sekali.toml").write_text(demo_settings(registries))
        self.settings = read_settings(self.folder / "sekali.toml", {})
        found = read([CATALOGUE, TEN_STEPS])
        sample, ten = (next(one for one in found.procedures if one.id == name) for name in (SAMPLE, TEN))
        after = _redesigned(sample, found)
        self.definitions = {
            TEN: Definition(ten, found.catalogue, found.policies[0]),
            SAMPLE: Definition(after, found.catalogue, found.policies[0], redesigned=True),
        }
        self.answers = {
            name: Answers(resolved(today, found.catalogue), resolved(then, found.catalogue))
            for name, today, then in ((TEN, ten, ten), (SAMPLE, sample, after))
        }
        lines = (self.folder / "births.jsonl").read_text().splitlines()
        self.lines = [json.loads(line) for line in lines[-1_000:]]

    def cases(self, procedure: str, number: int, first: int = 0) -> Iterator[dict[str, Any]]:
        """Yield as many births as wanted."""
        for key, line in enumerate(islice(cycle(self.lines), number), first):
            facts = line["facts"]
            decisions = {**line["decisions"], "complete": "complete", "late-registration": "allowed"}
            if procedure == TEN:
                facts = {name: facts[name] for name in ANSWERS}
                decisions = {name: decisions[name] for name in DECISIONS}
            yield {"case": f"B-{key}", "facts": facts, "decisions": decisions}

    def world(self, told: Settings | None = None, store: str | None = None) -> World:
        """Return a world with an empty store."""
        self.stores += 1
        return World(CaseStore.open(store or self.folder / f"{self.stores}.sqlite"), told or self.settings, DEMO_DATE)

    def take(self, world: World, procedure: str, number: int, first: int = 0) -> Seconds:
        """Take births in, as from a file, and return how long that took."""
        file = self.folder / "cases.jsonl"
        with file.open("w") as lines:
            lines.writelines(json.dumps(case) + "\n" for case in self.cases(procedure, number, first))
        pinned = world.store.pin(procedure, self.definitions[procedure])
        answers = self.answers[procedure]
        return timed(lambda: take_in(file, answers, world.store, procedure, pinned, lambda fault: None))

    def run(self, world: World, procedure: str, how: Callable[[Run], Any], batch: int = 1_000) -> Measured:
        """Run the births that were taken in, and see that it was what it says."""
        run = world.run(procedure, "benchmark", lambda more: None, batch)
        seconds = timed(lambda: how(run))
        segments, batches, audit = tables.segments, tables.batches, tables.audit
        mine = select(batches.c.number).where(batches.c.run == run.number)
        with world.store.engine.connect() as connection:
            steps = (
                connection.execute(select(segments.c.steps).where(segments.c.batch.in_(mine)).limit(1000))
                .scalars()
                .all()
            )
            last = (
                connection.execute(select(audit.c.content).order_by(audit.c.number.desc()).limit(100)).scalars().all()
            )
        issued = sum(n for _, _, outcome, _, n in world.store.counts() if outcome == "issued")
        assert run.moved
        assert issued > 0.9 * run.moved, "not what this benchmark is about"
        passed = sum(len(json.loads(bytes(one))) for one in steps) / len(steps)
        entries = [json.loads(bytes(one)) for one in last]
        look_ups = Counter(case for entry in entries for case in entry["cases"])
        return Measured(run.moved, seconds, passed, max(look_ups.values(), default=0))


def _redesigned(procedure: Procedure, found: Read) -> Procedure:
    from analysis.redesign import redesigned

    after = redesigned(procedure, found.catalogue, found.policies[0]).after
    assert after is not None
    return after


def timed(do: Callable[[], Any]) -> Seconds:
    """Return how long something takes."""
    start, used = time.perf_counter(), time.process_time()
    do()
    return time.perf_counter() - start, time.process_time() - used
