"""Takes the cases of a file into the store, some at a time; knows no command and prints nothing."""

from array import array
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from flows.case_files import Answers, LineFault, read_cases
from flows.compiling import compiled
from flows.keeping import given
from flows.store.case_store import CaseStore
from flows.store.database import CHUNK
from processes.words import Words


class TakenIn(NamedTuple):
    """What became of a case file."""

    ids: "array[int]"  # the numbers of its cases in the store, in the order of the file
    new: int  # of them, those that were not there before
    faults: int  # lines that are no cases


def take_in(
    file: Path, answers: Answers, store: CaseStore, procedure: str, definition: int, tell: Callable[[LineFault], None]
) -> TakenIn:
    """Take the cases of a file into the store; a line that is no case is told, and the others go on.

    Args:
        file: JSON Lines or CSV.
        answers: What answers can be.
        store: Where cases go. A case that is there already, by its own key, stays as it is.
        procedure: Whose cases they are.
        definition: What new cases are pinned to.
        tell: Is told of each line that is no case.

    Raises:
        FileError: If the file as a whole cannot be read.
    """
    pinned = store.definition(definition)
    taken_facts = frozenset(compiled(pinned.procedure, pinned.catalogue).taken)
    ids, new, faults = array("q"), 0, 0
    seen: dict[str, int] = {}
    waiting: list[tuple[str, bytes]] = []
    for one in read_cases(file, answers):
        if not isinstance(one, LineFault) and (first := seen.setdefault(one[1].id, one[0])) != one[0]:
            one = LineFault(one[0], _twice(one[1].id, first))
        if isinstance(one, LineFault):
            faults += 1
            tell(one)
            continue
        waiting.append((one[1].id, given(one[1], taken_facts)))
        if len(waiting) == CHUNK:
            taken = store.take_in(procedure, definition, waiting)
            ids.extend(taken.ids)
            new += taken.new
            waiting.clear()
    if waiting:
        taken = store.take_in(procedure, definition, waiting)
        ids.extend(taken.ids)
        new += taken.new
    return TakenIn(ids, new, faults)


def _twice(key: str, first: int) -> Words:
    return Words(f"Kasus '{key}' sudah ada pada baris {first}.", f"The case '{key}' stands in line {first} already.")
