"""All registries at once, each asked as its settings say; decides nothing."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from flows import logs
from flows.connectors.sql import SqlServices
from flows.ports import Answer, DataServices, Down, Keys
from flows.settings import RestService, Settings
from processes.catalogue import Catalogue
from processes.problem import Problem
from processes.words import Words


def _kind(answer: Answer) -> str:
    if isinstance(answer, Down):
        return "down"
    if isinstance(answer, str):
        return answer
    return "found" if len(answer) == 1 else "several" if answer else "none"


class Connector(DataServices, Protocol):
    """Registries of one kind."""

    troubles: dict[str, Words]  # services that did not answer, and why

    def problems(self, services: Iterable[str]) -> list[Problem]:
        """Return what keeps services from being asked."""
        ...

    def close(self) -> None:
        """Let go of all of them."""
        ...


class Registries:
    """Answers look-ups from the registries of a settings file."""

    def __init__(self, settings: Settings, catalogue: Catalogue, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self.sql = SqlServices(settings, catalogue)
        self.connectors: list[Connector] = [self.sql]
        self.rest: Connector = self.sql
        self.reach: Callable[[str], None] = lambda service: (
            None
        )  # notes a registry that cannot be reached; SQL is opened anyway
        if any(isinstance(one, RestService) for one in settings.services.values()):
            from flows.connectors.rest import RestServices  # a second, which only those wait for who need it

            self.rest = rest = RestServices(settings, catalogue, clock)
            self.connectors.append(rest)
            self.reach = rest.reach

    def ask(self, service: str, words: tuple[str, ...], keys: Sequence[Keys]) -> Mapping[Keys, Answer]:
        """Return what a registry holds about many subjects; see `flows.ports.DataServices`."""
        begun = time.perf_counter()
        answers = self._connector(service).ask(service, words, keys)
        if logs.heard():
            seconds, kinds = time.perf_counter() - begun, Counter(map(_kind, answers.values()))
            logs.tell("asked", service=service, subjects=len(keys), seconds=seconds, **kinds)
        return answers

    def problems(self, services: Iterable[str]) -> list[Problem]:
        """Return what keeps services from being asked."""
        return [problem for one in services for problem in self._connector(one).problems([one])]

    @property
    def troubles(self) -> dict[str, Words]:
        """Services that did not answer, and why."""
        return {name: why for one in self.connectors for name, why in one.troubles.items()}

    def close(self) -> None:
        """Let go of all of them."""
        for one in self.connectors:
            one.close()

    def _connector(self, service: str) -> Connector:
        return self.rest if isinstance(self.settings.services.get(service), RestService) else self.sql
