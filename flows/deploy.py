"""What Prefect loads for deployments: a run over the cases of one procedure; decides nothing.

Its parameters are stored by Prefect in clear, and so are names and numbers alone. Store, settings and catalogue come from the
environment of whoever runs it: SEKALI_STORE, SEKALI_SETTINGS and, for look-ups, the databases that the settings name.
"""

import os
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Annotated

from prefect import flow
from pydantic import Field

from flows import logs
from flows.pipeline import Run
from flows.prefect_flows import RunFailedError, moved_and_told
from flows.workers import Workers, WorkersError, workers_for
from flows.working import CannotWorkError, look_at_registries, world_here


@flow(
    name="sekali-run",
    flow_run_name="{procedure}, {reason}",
    description="Moves every ready case of one procedure as far as it goes.",
    persist_result=False,
    retries=2,  # begun anew it goes on where it stopped: the case store knows where
    retry_delay_seconds=60,
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
    try:
        world = world_here(date.today())  # noqa: DTZ011  # the day of the run
        try:
            look_at_registries(world, map(world.store.definition, world.store.open_definitions(procedure)))
            workers = workers_for(os.environ, world.settings.workers, store_is_file=world.store.is_file)
            run = world.run(procedure, reason, lambda cases: None, batch)
            return moved_and_told(run, at_workers(run, workers) if workers else None)
        finally:
            world.close()
    except (CannotWorkError, WorkersError) as error:
        told = str(error)
    raise RunFailedError(told)


def at_workers(run: Run, workers: Workers) -> Callable[[], int]:
    """Return what makes a run with workers; they find store and settings in their own environment."""
    from flows.dask_flows import run_at  # where it is installed

    return partial(run_at, workers, run)


if __name__ == "__main__":  # `python -m flows.deploy`: without a work pool
    run_procedure.serve(name="local")
