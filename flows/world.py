"""Settings -> the world a run works in: where ports meet connectors and store; decides nothing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from flows.connectors import SqlServices
from flows.pipeline import BATCH, Run, Tell
from flows.ports import DataServices
from flows.settings import Settings, SettingsError, problems_with
from flows.steps import Group, ask_members
from flows.store.case_store import CaseStore
from processes.case import Value
from processes.catalogue import Catalogue
from processes.problem import Problem


@dataclass
class World:
    """Store, registries and day of a run."""

    store: CaseStore
    services: DataServices
    today: date

    def run(self, procedure: str, reason: str, tell: Tell, batch: int = BATCH) -> Run:
        """Return a run over the cases of a procedure."""
        return Run(self.store, self.services, self.today, procedure, reason, batch, tell)


def opened_services(settings: Settings, catalogue: Catalogue, needed: Iterable[str]) -> SqlServices:
    """Return the registries, after looking whether those that will be asked are there.

    Raises:
        SettingsError: With all that is wrong with the settings of the services that are needed.
    """
    needed = list(needed)
    problems: list[Problem] = list(problems_with(settings, catalogue, needed))
    services = SqlServices(settings, catalogue)
    if not problems:
        problems = services.problems(needed)
    if problems:
        services.close()
        raise SettingsError(problems)
    return services


def registries_of(
    services: DataServices, catalogue: Catalogue
) -> Callable[[str, Mapping[str, Value]], list[dict[str, Value]]]:
    """Return registries as `analysis.interpreter` asks them: about one subject, by names of facts."""

    def ask(service: str, keys: Mapping[str, Value]) -> list[dict[str, Value]]:
        offered = catalogue.service[service]
        words = tuple(str(word) for word in (*offered.gives, *offered.confirms))
        told = tuple(keys.values())
        if any(isinstance(value, tuple) for value in told):
            answer = ask_members(services.ask, Group("", service, words, (), kept=False), [told])[told]
        else:
            answer = services.ask(service, words, [told])[told]
        return [] if isinstance(answer, str) else [dict(zip(words, record, strict=True)) for record in answer]

    return ask
