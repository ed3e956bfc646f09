"""Waits for a store whose server is away for a moment: started anew, or replaced by its stand-in; knows no statement."""

from collections.abc import Callable
from typing import TypeVar

import stamina
from sqlalchemy.exc import DBAPIError

SECONDS = 60.0  # for which it is waited for

Done = TypeVar("Done")

# What PostgreSQL says when trying again may help: no connection, shutting down or starting, deadlock or conflict, too many.
_AWAY = ("08", "57P", "40", "53300")


def is_away(error: Exception) -> bool:
    """Return whether a store's server is away, and may be back soon; a file is never away."""
    if getattr(error, "away", False):  # whoever opened it has looked
        return True
    told = error.orig if isinstance(error, DBAPIError) else error  # streams tell what the driver says, as it is
    if not {"OperationalError", "InterfaceError"} & {kind.__name__ for kind in type(told).__mro__}:
        return False
    state = getattr(told, "sqlstate", "of no server")
    return state is None or state.startswith(_AWAY)


def patiently(do: Callable[[], Done], seconds: float = SECONDS) -> Done:
    """Do something with a store, and again if its server was away.

    Args:
        do: What can be done again without harm, also if it was done, and only its answer got lost.
        seconds: For how long.

    Raises:
        Exception: What was raised, if it is away for longer, or is not away.
    """
    attempts = stamina.retry_context(
        on=is_away, attempts=None, timeout=seconds, wait_initial=0.2, wait_max=5.0, wait_jitter=0.5
    )
    for attempt in attempts:
        with attempt:
            return do()
    raise AssertionError("there is always an attempt")
