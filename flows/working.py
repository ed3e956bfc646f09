"""What a worker does: told names and numbers alone, it opens store and registries by itself, and moves a chunk of cases.

Knows neither Prefect nor Dask. Where the store and the settings are it reads from its own environment, as a deployment does: so
no address and no secret travels.
"""

import os
from collections.abc import Iterable
from datetime import date
from threading import local
from typing import NamedTuple

from flows import logs
from flows.pipeline import Chunk, Run
from flows.settings import RestService, Settings, SettingsError, settings_of, store_of
from flows.store.case_store import CaseStore
from flows.store.definitions import Definition
from flows.store.errors import StoreError
from flows.store.patience import patiently
from flows.store.rows import Group
from flows.world import World
from processes.words import Words


class CannotWorkError(Exception):
    """Store or registries cannot be used from here; what it says names nobody. `away`: whether the store's server may be back soon."""

    away = False


class Errand(NamedTuple):
    """All that a worker is told."""

    procedure: str
    run: int
    started: str  # as the store has it: by this a worker knows that its store is the run's
    today: str
    batch: int
    among: int  # how many work at once
    definition: int
    position: str
    after: int
    last: int

    @classmethod
    def of(cls, run: Run, started: str, among: int, chunk: Chunk) -> "Errand":
        """Return the errand of moving a chunk of a run."""
        group = chunk.group
        today = run.today.isoformat()
        where = (group.definition, group.position, chunk.after, group.last)
        return cls(str(run.procedure), run.number, started, today, run.batch, among, *where)

    @property
    def chunk(self) -> Chunk:
        """The cases."""
        return Chunk(Group(self.definition, self.position, 0, self.last), self.after, 0, 0)


class Report(NamedTuple):
    """What came of an errand."""

    cases: int  # that were moved
    troubles: dict[str, Words]  # services that did not answer, and why


def world_here(today: date, named_by: str = "SEKALI_STORE") -> World:
    """Return the world as this process's environment names it.

    Raises:
        CannotWorkError: If there is no such store, or the settings cannot be used.
    """
    address = store_of(os.environ)
    try:
        return World(
            CaseStore.open(address, must_exist=True, named_by=named_by), settings_of(os.environ, address), today
        )
    except (StoreError, SettingsError) as error:
        cannot = CannotWorkError(str(error))
        cannot.away = getattr(error, "away", False)
    raise cannot


def look_at_registries(world: World, definitions: Iterable[Definition]) -> None:
    """Look whether all registries are there that will be asked.

    Raises:
        CannotWorkError: With all that is wrong.
    """
    if problems := world.problems(definitions):
        raise CannotWorkError("; ".join(map(str, problems)))


_kept = local()  # the world and the run of the last errand: the next is mostly of the same


def run_of(errand: Errand) -> tuple[World, Run]:
    """Return the run of an errand, in the world of this worker; made for the first of them, and kept for those that follow.

    Raises:
        CannotWorkError: If there is another store here than the run's, or a registry cannot be asked from here.
    """
    key = errand[:6]
    if getattr(_kept, "key", None) != key:
        forget()
        logs.set_up(os.environ)
        today = date.fromisoformat(errand.today)
        world = patiently(lambda: world_here(today))  # it may be started just while its server is started anew
        try:
            if patiently(lambda: world.store.began(errand.run)) != (errand.procedure, errand.started):
                raise CannotWorkError(f"the store of this worker has no run {errand.run} of {errand.procedure}")
            world.settings = shared(world.settings, errand.among)
            look_at_registries(world, [patiently(lambda: world.store.definition(errand.definition))])
        except BaseException:
            world.close()
            raise
        run = world.run(errand.procedure, "", lambda cases: None, errand.batch)
        run.number = errand.run
        _kept.key, _kept.world, _kept.run = key, world, run
    return _kept.world, _kept.run


def forget() -> None:
    """Let go of what was kept for the last errand of this thread."""
    if getattr(_kept, "key", None) is not None:
        _kept.key = None
        _kept.world.close()


def move(world: World, run: Run, errand: Errand) -> Report:
    """Move the cases of an errand."""
    return Report(run.move(errand.chunk), world.troubles())


def shared(settings: Settings, among: int) -> Settings:
    """Return settings of which each of some workers has its share: what registries bear, they bear from all together.

    >>> from flows.settings import RestService
    >>> siak = RestService(openapi="https://siak.example.go.id/openapi.json", operation="person", at_once=4, per_second=50)
    >>> one = shared(Settings({"siak.person": siak}), 8).services["siak.person"]
    >>> one.at_once, one.per_second
    (1, 6.25)
    """
    services = {
        name: service.model_copy(
            update={
                "at_once": max(1, service.at_once // among),
                "per_second": None if service.per_second is None else service.per_second / among,
            }
        )
        if isinstance(service, RestService)
        else service
        for name, service in settings.services.items()
    }
    return settings._replace(services=services)
