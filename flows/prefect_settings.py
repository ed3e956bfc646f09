"""Makes Prefect quiet and keeps it at home, before it is imported; imports nothing of Prefect."""

from collections.abc import MutableMapping
from pathlib import Path

QUIET = {
    # nothing leaves the machine: the one is for Prefect's client, the other for its server
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # what goes wrong is told by us
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "DASK_LOGGING__DISTRIBUTED": "critical",
    # when the server is gone a run ends in seconds, not in minutes; the store knows what was done
    "PREFECT_CLIENT_MAX_RETRIES": "1",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90",
    # without these a short-lived server forgets most task runs
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "0.5",
    # keeps the writers of its database out of each other's way: else the client now and then waits for two seconds
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
}


def prepare(environment: MutableMapping[str, str], home: Path) -> None:
    """Make Prefect quiet and keep its files in a folder of ours; what the engineer has set stays.

    Call it before Prefect is imported.

    >>> environment = {"PREFECT_LOGGING_LEVEL": "INFO"}
    >>> prepare(environment, Path("data/.prefect"))
    >>> environment["PREFECT_LOGGING_LEVEL"], environment["DO_NOT_TRACK"], environment["PREFECT_HOME"]
    ('INFO', '1', 'data/.prefect')
    """
    for name, value in QUIET.items():
        environment.setdefault(name, value)
    if not environment.keys() & {"PREFECT_HOME", "PREFECT_PROFILE", "PREFECT_API_URL"}:
        environment["PREFECT_HOME"] = str(home)
