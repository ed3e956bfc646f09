"""A move that could be made, with the procedure after it; and how lists of steps are exchanged; judges nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from processes.policy import MoveKind
from processes.procedure import Approve, Back, Choose, Decide, Item, Lookup, Parallel, Procedure, Steps
from processes.words import Words


@dataclass(frozen=True, slots=True)
class Candidate:
    """A procedure after a move that could be made, and the move as far as it is known before it is weighed."""

    procedure: Procedure
    kind: MoveKind
    steps: tuple[str, ...]
    why: Words
    into: str = ""
    over: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)  # steps that have gone into another -> that one


def exchanged(procedure: Procedure, old: Steps, new: Steps, returns: Mapping[str, str] | None = None) -> Procedure:
    """Return a procedure with one of its lists of steps exchanged, and returns led elsewhere.

    Args:
        procedure: A procedure.
        old: One of its lists, that very object, not empty.
        new: What takes its place.
        returns: Where returns lead that led to a step that is gone.

    Complexity: linear in steps.
    """

    def steps(those: Steps) -> Steps:
        return tuple(one(item) for item in (new if those is old else those))

    def one(item: Item) -> Item:
        match item:
            case Choose() | Parallel():
                branches = tuple(branch.model_copy(update={"steps": steps(branch.steps)}) for branch in item.branches)
                return item.model_copy(update={"branches": branches})
            case Decide() | Approve() if item.ways:
                ways = tuple(way.model_copy(update={"steps": steps(way.steps)}) for way in item.ways)
                return item.model_copy(update={"ways": ways})
            case Lookup() if item.not_found:
                return item.model_copy(update={"not_found": steps(item.not_found)})
            case Back() if returns and item.target in returns:
                return item.model_copy(update={"target": returns[item.target]})
            case _:
                return item

    return procedure.model_copy(update={"steps": steps(procedure.steps)})
