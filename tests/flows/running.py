"""A store with cases of a procedure, and runs over them, in a line or two; for tests."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from flows.keeping import Dates, given, outcome
from flows.law import Judge
from flows.pipeline import Run
from flows.ports import DataServices
from flows.store.case_store import CaseStore
from flows.store.definitions import Definition
from flows.store.rows import Kept
from processes.case import Case, Outcome, Output
from processes.catalogue import Catalogue
from processes.policy import Policy
from processes.procedure import Procedure
from processes.resolved import Naming
from tests.flows.fakes import Clock, FakeServices


@dataclass
class Office:
    """A procedure, a store, and registries."""

    procedure: Procedure
    catalogue: Catalogue
    store: CaseStore
    services: DataServices = field(default_factory=FakeServices)
    today: date = date(2026, 6, 15)
    policy: Policy = field(default_factory=Policy)
    law: Judge | None = None

    @classmethod
    def opened(
        cls,
        folder: Path,
        procedure: Procedure,
        catalogue: Catalogue,
        services: DataServices | None = None,
        law: Judge | None = None,
    ) -> "Office":
        """Open an office with a store in a folder."""
        store = CaseStore.open(folder / "cases.sqlite", clock=Clock())
        return cls(procedure, catalogue, store, services or FakeServices(), law=law)

    def take(self, cases: Iterable[Case]) -> tuple[int, ...]:
        """Take cases in, and return their numbers."""
        pinned = self.store.pin(self.procedure.id, Definition(self.procedure, self.catalogue, self.policy))
        return self.store.take_in(self.procedure.id, pinned, [(case.id, given(case)) for case in cases]).ids

    def new_run(self, batch: int = 1000) -> Run:
        """Return a run over all cases."""
        return Run(self.store, lambda _: self.services, self.today, self.procedure.id, batch=batch, law=self.law)

    def run(self, batch: int = 1000) -> Run:
        """Move all cases as far as they go."""
        run = self.new_run(batch)
        run.run()
        return run

    def kept(self) -> dict[str, Kept]:
        """Return all cases by their keys."""
        return {case.key: case for case in self.store.all_cases()}

    def outcomes(self) -> dict[str, Outcome]:
        """Return the outcomes of the cases, by their keys; what they wait for, for those that wait."""
        dates = Dates(Naming(self.catalogue, self.procedure.roles))
        kept = list(self.store.all_cases())
        waits = self.store.first_waits([case.id for case in kept])
        found: dict[str, Outcome] = {}
        for case in kept:
            ended = outcome(case, dates)
            if ended is None:
                wait = waits[case.id]
                step = wait.step.partition(":")[0]
                ended = Outcome("waiting", step, (), wait.waits_for, wait.missing, wait.who)
            found[case.key] = ended
        return found


def plain(outcome: Outcome) -> Outcome:
    """Return an outcome as two runs are compared: what a waiting case has issued so far does not count."""
    missing = tuple(dict.fromkeys(outcome.missing))
    # a fact that an output carries under two names is carried once
    outputs = tuple(Output(one.step, tuple(dict(one.facts).items())) for one in outcome.outputs)
    outputs = outputs if outcome.kind == "issued" else ()
    return Outcome(outcome.kind, outcome.step, outputs, outcome.waits_for, missing, outcome.who)
