"""What is said on each way out of a choice, a judgement or a look-up; knows no picture."""

from dataclasses import dataclass

from analysis.drawing.alignment import Piece
from analysis.drawing.wording import FOUND, NOT_FOUND, OTHERWISE, condition_words, title_of
from processes.graph import shares
from processes.procedure import Approve, Back, Choose, Decide, Item, Lookup, Parallel, Steps
from processes.resolved import Naming
from processes.words import Words, same


@dataclass(frozen=True, slots=True)
class WayLabel:
    """One way: what it is called, under which condition it is taken, how likely, and whether it only leads back."""

    title: Words | None
    condition: Words | None
    share: float | None
    back: Back | None = None


def labels_of(piece: Piece, naming: Naming) -> tuple[WayLabel, ...]:
    """Return what is said on the ways out of a piece, in their order; nothing for a step that has but one."""
    found = [said_on_ways(item, naming) for item in (piece.after, piece.before) if item is not None]
    return next((labels for labels in found if len(labels) == len(piece.ways)), ())


def said_on_ways(item: Item, naming: Naming) -> tuple[WayLabel, ...]:
    """Return what is said on the ways out of a step, a choice or a parallel part; nothing if it has but one."""
    match item:
        case Choose():
            chances = _chances([branch.share for branch in item.branches])
            return tuple(
                WayLabel(
                    branch.title or (None if branch.condition else OTHERWISE),
                    _told(branch.condition, naming),
                    chance,
                    _only_back(branch.steps),
                )
                for branch, chance in zip(item.branches, chances, strict=True)
            )
        case Decide() | Approve():
            chances = _chances([way.share for way in item.ways])
            return tuple(
                WayLabel(title_of(way), None, chance, _only_back(way.steps))
                for way, chance in zip(item.ways, chances, strict=True)
            )
        case Lookup() if item.not_found:
            service = naming.catalogue.service.get(item.service)
            found = service.coverage if service is not None and service.coverage < 1 else None
            return (
                WayLabel(FOUND, None, found),
                WayLabel(NOT_FOUND, None, None if found is None else 1 - found, _only_back(item.not_found)),
            )
        case Parallel():
            return tuple(WayLabel(branch.title, None, None, _only_back(branch.steps)) for branch in item.branches)
    return ()


def _chances(stated: list[float | None]) -> list[float] | list[None]:
    """Return how likely each way is, if the procedure says so of any."""
    return [None] * len(stated) if all(share is None for share in stated) else shares(stated)


def _told(text: str | None, naming: Naming) -> Words | None:
    if text is None:
        return None
    expression = naming.expression(text)
    return condition_words(expression, naming) if expression is not None else same(text)


def _only_back(steps: Steps) -> Back | None:
    return steps[0] if len(steps) == 1 and isinstance(steps[0], Back) else None
