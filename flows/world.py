"""Settings -> the world a run works in: where ports meet connectors and store; decides nothing."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from flows.connectors.registries import Registries
from flows.look_up_steps import ask_members
from flows.pipeline import BATCH, Pipeline, Run, Tell, services_needed
from flows.ports import DataServices, Down
from flows.settings import Settings, problems_with
from flows.store.case_store import CaseStore
from flows.store.definitions import Definition
from processes.case import Value
from processes.catalogue import Catalogue
from processes.problem import Problem
from processes.words import Words


class World:
    """Store, registries and day of a run."""

    def __init__(self, store: CaseStore, settings: Settings, today: date) -> None:
        self.store = store
        self.settings = settings
        self.today = today
        self.opened: dict[int, Registries] = {}  # by the catalogue they speak of

    def run(self, procedure: str, reason: str, tell: Tell, batch: int = BATCH) -> Run:
        """Return a run over the cases of a procedure."""
        holidays = self.settings.holidays
        return Run(self.store, self.services_of, self.today, procedure, reason, batch, tell, holidays=holidays)

    def pipeline(self, procedure: str, definition: int) -> Pipeline:
        """Return what asks registries for the cases of a procedure that are pinned to a definition."""
        return self.run(procedure, "", lambda _: None).pipeline(definition)

    def services_of(self, definition: Definition) -> Registries:
        """Return the registries, as the catalogue of a definition knows them."""
        catalogue = definition.catalogue
        if id(catalogue) not in self.opened:
            self.opened[id(catalogue)] = Registries(self.settings, catalogue, self.store.clock)
        return self.opened[id(catalogue)]

    def problems(self, definitions: Iterable[Definition]) -> list[Problem]:
        """Return what keeps the look-ups of definitions from being made: nothing set up, no such database, table, column."""
        found: dict[Problem, None] = {}
        for definition in definitions:
            needed = services_needed(definition.procedure)
            problems = list(problems_with(self.settings, definition.catalogue, needed))
            found |= dict.fromkeys(problems or self.services_of(definition).problems(needed))
        return list(found)

    def troubles(self) -> dict[str, Words]:
        """Return the services that did not answer, and why."""
        return {name: why for services in self.opened.values() for name, why in services.troubles.items()}

    def close(self) -> None:
        """Let go of store and registries."""
        for services in self.opened.values():
            services.close()
        self.store.close()


def registries_of(
    services: DataServices, catalogue: Catalogue
) -> Callable[[str, Mapping[str, Value]], list[dict[str, Value]]]:
    """Return registries as `analysis.interpreter` asks them: about one subject, by names of facts."""

    def ask(service: str, keys: Mapping[str, Value]) -> list[dict[str, Value]]:
        offered = catalogue.service[service]
        words = tuple(str(word) for word in (*offered.gives, *offered.confirms))
        told = tuple(keys.values())
        if any(isinstance(value, tuple) for value in told):
            answer = ask_members(services.ask, service, words, [told])[told]
        else:
            answer = services.ask(service, words, [told])[told]
        return [] if isinstance(answer, str | Down) else [dict(zip(words, record, strict=True)) for record in answer]

    return ask
