"""The sample catalogue, read once for the tests that ask about all of it."""

from functools import cache
from pathlib import Path

from analysis.change import Redesign
from analysis.redesign import Analysis, analysed
from processes.policy import Policy
from processes.procedure import Procedure
from processes.reading import Read, read

PURBALINGGA = Path(__file__).parent.parent / "processes" / "purbalingga"
NAMES = sorted(file.stem for file in (PURBALINGGA / "procedures").glob("*.yaml"))


@cache
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


@cache
def analysis(name: str) -> Analysis:
    """What analysis says of one of them."""
    return analysed(procedure(name), sample().catalogue, policy())


def redesign(name: str) -> Redesign:
    """What one of them is redesigned to."""
    return analysis(name).redesign
