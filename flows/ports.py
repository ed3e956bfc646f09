"""What is needed from outside, as protocols: whoever answers look-ups; knows nobody who does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from processes.case import Value

Record = tuple[Value, ...]  # in the order of the words that were asked for
Keys = tuple[Value, ...]  # in the order of the service's `needs`


@dataclass(frozen=True, slots=True)
class Down:
    """No answer came; asking again later may help."""

    until: datetime | None = None  # before which it does not, where the registry or what it has published says so


# What a registry holds about one subject: no record, one, or several; or one that cannot be read.
Held = Sequence[Record] | Literal["malformed"]
Answer = Held | Down

Ask = Callable[[str, tuple[str, ...], Sequence[Keys]], Mapping[Keys, Answer]]


class RegistryUnreachableError(ConnectionError):
    """The registry did not answer; asking again later may help."""


class DataServices(Protocol):
    """Answers look-ups from registries."""

    def ask(self, service: str, words: tuple[str, ...], keys: Sequence[Keys]) -> Mapping[Keys, Answer]:
        """Return what a registry holds about many subjects at once.

        Args:
            service: As `registry.service`.
            words: The facts that are wanted, as the service names them; nothing else is fetched.
            keys: Of each subject, the values of the facts that the service needs.

        Returns:
            The answer for each of the keys.

        Raises:
            RegistryUnreachableError: If no answer came about any of them, and nobody knows when one will.
        """
        ...
