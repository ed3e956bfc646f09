"""Registries that answer from a dictionary, and a clock that ticks when told; for tests of whatever runs cases."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from flows.ports import Answer, Keys, RegistryUnreachableError
from processes.case import Value
from processes.catalogue import Catalogue


@dataclass
class FakeServices:
    """Knows records by service and keys; what it does not know it does not find.

    `records` maps (service, keys) to a list of records, in the words of the service. `down` names services that do not
    answer. `asked` notes what was asked, so that a test can count.
    """

    records: Mapping[tuple[str, Keys], Sequence[Mapping[str, Value]]] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    asked: list[tuple[str, tuple[str, ...], tuple[Keys, ...]]] = field(default_factory=list)

    def ask(self, service: str, words: tuple[str, ...], keys: Sequence[Keys]) -> Mapping[Keys, Answer]:
        self.asked.append((service, words, tuple(keys)))
        if service in self.down:
            raise RegistryUnreachableError(service)
        return {
            one: tuple(tuple(record.get(word) for word in words) for record in self.records.get((service, one), ()))
            for one in keys
        }


class WorldServices:
    """Registries that answer one subject at a time, asked about many."""

    def __init__(
        self, registries: Callable[[str, Mapping[str, Value]], Sequence[Mapping[str, Value]]], catalogue: Catalogue
    ) -> None:
        self.registries = registries
        self.catalogue = catalogue

    def ask(self, service: str, words: tuple[str, ...], keys: Sequence[Keys]) -> Mapping[Keys, Answer]:
        needs = [str(word) for word in self.catalogue.service[service].needs]
        found: dict[Keys, Answer] = {}
        for one in keys:
            records = self.registries(service, dict(zip(needs, one, strict=True)))
            found[one] = tuple(tuple(record.get(word) for word in words) for record in records)
        return found


class Clock:
    """A clock that goes on by a second each time it is looked at."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now
