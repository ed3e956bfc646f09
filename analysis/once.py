"""What was found out about a value is found once for as long as it lives; knows no value."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import ref

Value = TypeVar("Value")
Answer = TypeVar("Answer")


def once(function: Callable[[Value], Answer]) -> Callable[[Value], Answer]:
    """Return a function that computes its answer about one and the same value, which never changes, only once.

    The value is known by its identity, since to compare two catalogues takes longer than most answers.

    Complexity: constant for a value asked about before.
    """
    known: dict[int, tuple[ref[Value], Answer]] = {}

    @wraps(function)
    def asked(value: Value) -> Answer:
        found = known.get(id(value))
        if found is not None and found[0]() is value:
            return found[1]
        answer = function(value)
        place = id(value)
        known[place] = ref(value, lambda _: known.pop(place, None)), answer
        return answer

    return asked
