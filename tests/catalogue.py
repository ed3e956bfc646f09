"""The sample catalogue, read once for the tests that ask about all of it."""

from functools import lru_cache
from pathlib import Path

from analysis.change import Redesign
from analysis.redesign import redesigned
from processes.policy import Policy
from processes.procedure import Procedure
from processes.reading import Read, read

PURBALINGGA = Path(__file__).parent.parent / "processes" / "purbalingga"
NAMES = sorted(file.stem for file in (PURBALINGGA / "procedures").glob("*.yaml"))


@lru_cache(maxsize=1)
def sample() -> Read:
    """What stands in it."""
    return read([PURBALINGGA])


def policy() -> Policy:
    """Its one policy."""
    (found,) = sample().policies
    return found


def procedure(name: str) -> Procedure:
    """One of its procedures."""
    return next(one for one in sample().procedures if one.id == name)


@lru_cache(maxsize=16)
def redesign(name: str) -> Redesign:
    """What one of them is redesigned to."""
    return redesigned(procedure(name), sample().catalogue, policy())
