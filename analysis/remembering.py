"""Answers about procedures, remembered: after an edit only what depends on it is computed again."""

from collections.abc import Callable, Iterable
from typing import Generic, NamedTuple, TypeVar

from processes.catalogue import Catalogue
from processes.policy import Policy
from processes.procedure import Procedure
from processes.reaching import reached

Answer = TypeVar("Answer")


class Told(NamedTuple, Generic[Answer]):
    """An answer about a procedure."""

    procedure: Procedure
    catalogue: Catalogue  # what the answer was computed from
    policy: Policy
    answer: Answer
    again: bool  # whether it was computed just now


def afresh(
    compute: Callable[[Procedure, Catalogue, Policy], Answer],
    procedures: Iterable[Procedure],
    catalogue: Catalogue,
    policy: Policy,
) -> list[Told[Answer]]:
    """Return the answers about some procedures, all computed now, from the whole catalogue."""
    return [Told(one, catalogue, policy, compute(one, catalogue, policy), again=True) for one in procedures]


class Remembered(Generic[Answer]):
    """A pure function of a procedure, what it can reach of a catalogue, and a policy, with its last answer for each procedure.

    An answer is computed from what the procedure can reach and nothing else, so that it can never be out of date. What is
    compared is what the files say and where: witnesses tell lines, and these move.
    """

    def __init__(self, compute: Callable[[Procedure, Catalogue, Policy], Answer]) -> None:
        self.compute = compute
        self._told: dict[str, Told[Answer]] = {}

    def about(self, procedures: Iterable[Procedure], catalogue: Catalogue, policy: Policy) -> list[Told[Answer]]:
        """Return the answers about some procedures; those about others are forgotten.

        Complexity: that of comparing what is reached, and of what is computed again.
        """
        told = [self._one(procedure, reached(procedure, catalogue), policy) for procedure in procedures]
        self._told = {one.procedure.id: one for one in told}
        return told

    def _one(self, procedure: Procedure, catalogue: Catalogue, policy: Policy) -> Told[Answer]:
        last = self._told.get(procedure.id)
        if last is not None and (last.procedure, last.catalogue, last.policy) == (procedure, catalogue, policy):
            return last._replace(again=False)
        return Told(procedure, catalogue, policy, self.compute(procedure, catalogue, policy), again=True)
