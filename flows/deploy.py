"""What Prefect loads for deployments: a run over the cases of one procedure; decides nothing.

Its parameters are stored by Prefect in clear, and so are names and numbers alone. Store, settings and catalogue come from the
environment of whoever runs it: SEKALI_STORE, SEKALI_SETTINGS and, for look-ups, the databases that the settings name.
"""

import os
from datetime import date
from typing import Annotated

from prefect import flow
from pydantic import Field

from flows import logs
from flows.prefect_flows import RunFailedError, moved_and_told
from flows.settings import SettingsError, settings_of, store_of
from flows.store.case_store import CaseStore
from flows.store.errors import StoreError
from flows.world import World


@flow(
    name="sekali-run",
    flow_run_name="{procedure}, {reason}",
    description="Moves every ready case of one procedure as far as it goes.",
    persist_result=False,
)
def run_procedure(
    procedure: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=100)],
    batch: Annotated[int, Field(ge=1, le=10_000)] = 1_000,
    reason: Annotated[str, Field(pattern=r"^[a-z ]{1,40}$")] = "by schedule",
) -> int:
    """Move every ready case of one procedure as far as it goes.

    Args:
        procedure: The procedure's name, such as akta-kelahiran.
        batch: Cases in one transaction.
        reason: Why it runs, for the run's name.
    """
    logs.set_up(os.environ)
    world = _world()
    try:
        pinned = [world.store.definition(number) for number in world.store.open_definitions(procedure)]
        if problems := world.problems(pinned):
            raise RunFailedError("; ".join(map(str, problems)))
        run = world.run(procedure, reason, lambda cases: None, batch)
        return moved_and_told(run)
    finally:
        world.close()


def _world() -> World:
    address = store_of(os.environ)
    try:
        store = CaseStore.open(address, must_exist=True, named_by="SEKALI_STORE")
        return World(store, settings_of(os.environ, address), date.today())  # noqa: DTZ011  # the day of the run
    except (StoreError, SettingsError) as error:
        told = str(error)
    raise RunFailedError(told)


if __name__ == "__main__":  # `python -m flows.deploy`: without a work pool
    run_procedure.serve(name="local")
