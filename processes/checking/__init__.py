"""The rules of a well-formed catalogue, one function each, giving Problems; reads no file, judges no quality."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from processes.catalogue import Catalogue
from processes.policy import Policy
from processes.problem import Problem
from processes.procedure import Procedure


class Known(NamedTuple):
    """All that names can mean."""

    catalogue: Catalogue
    procedures: frozenset[str]
    lost: frozenset[str] = frozenset()


def first_of_each(kind: str, parts: list[Any], problems: list[Problem]) -> tuple[Any, ...]:
    return tuple({part.id: part for part in reversed(parts)}.values())[::-1]


def catalogue_problems(known: Known) -> Iterable[Problem]:
    return ()


def procedure_problems(known: Known, procedure: Procedure) -> Iterable[Problem]:
    return ()


def policy_problems(known: Known, policy: Policy) -> Iterable[Problem]:
    return ()
