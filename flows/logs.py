"""What runs do, as lines of JSON for whoever collects logs: names and numbers alone; silent unless the environment asks for it."""

import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

VARIABLE = "SEKALI_LOG"  # `json`: to stderr; anything else: the file to add to
LOG = logging.getLogger("sekali")
LOG.propagate = False  # else Prefect's own handlers would tell it as well
LOG.setLevel(logging.CRITICAL)


class _Json(logging.Formatter):
    """Makes a line of JSON of a record."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told: Mapping[str, Any] = getattr(record, "told", {})
        return orjson.dumps({"at": at, "event": record.getMessage(), **told}).decode()


def set_up(environment: Mapping[str, str]) -> None:
    """Let what runs do be told as the environment says.

    Raises:
        OSError: If the file cannot be written.
    """
    said = environment.get(VARIABLE)
    for handler in list(LOG.handlers):
        LOG.removeHandler(handler)
        handler.close()
    LOG.setLevel(logging.INFO if said else logging.CRITICAL)
    if said:
        to = logging.StreamHandler(sys.stderr) if said == "json" else logging.FileHandler(said, encoding="utf-8")
        to.setFormatter(_Json())
        LOG.addHandler(to)


def heard() -> bool:
    """Return whether anybody hears what is told."""
    return LOG.isEnabledFor(logging.INFO)


def tell(event: str, **told: str | float) -> None:
    """Tell that something was done; names of procedures, steps and services, and numbers, and nothing else.

    Args:
        event: What it was.
        told: About it; seconds to the millisecond.
    """
    if heard():
        short = {key: round(value, 3) if isinstance(value, float) else value for key, value in told.items()}
        LOG.info(event, extra={"told": short})
