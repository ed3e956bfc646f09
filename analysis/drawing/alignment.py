"""Two procedures as one sequence of pieces: what stays, what goes, what comes; knows no picture."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal

from analysis.drawing.look import Mark
from processes.procedure import Choose, Item, Lookup, Parallel, Step, Steps, inside

Side = Literal["before", "after"]
SIDES: tuple[Side, ...] = ("before", "after")


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """One step, choice or parallel part as it was and as it will be."""

    before: Item | None
    after: Item | None
    ways: tuple[tuple["Piece", ...], ...]  # what is nested in it, way by way
    as_it_was: bool = False  # it is looked at as it is today

    @property
    def item(self) -> Item:
        """It as it will be, or as it was if it goes, or is looked at so."""
        found = self.before if self.as_it_was else self.after or self.before
        assert found is not None  # noqa: S101  # a piece is at least one of them
        return found

    @property
    def mark(self) -> Mark:
        """Whether it stays, goes or comes."""
        return "removed" if self.after is None else "added" if self.before is None else "stays"


def aligned(before: Steps, after: Steps) -> tuple[Piece, ...]:
    """Return two sequences of steps as one that holds both in their order.

    Steps are the same if their names are; choices and parallel parts if their conditions or branches are. What goes
    stands before what comes in its place.

    Complexity: the product of both lengths, for each list of steps.
    """
    names, new_names = [_name(item) for item in before], [_name(item) for item in after]
    common = _common(names, new_names)
    pieces: list[Piece] = []
    at = new_at = 0
    for old, new in [*common, (len(before), len(after))]:
        pieces += [_piece(item, None) for item in before[at:old]]
        pieces += [_piece(None, item) for item in after[new_at:new]]
        if old < len(before):
            pieces.append(_piece(before[old], after[new]))
        at, new_at = old + 1, new + 1
    return tuple(pieces)


def of_one_side(pieces: tuple[Piece, ...], side: Side) -> tuple[Piece, ...]:
    """Return the pieces that one of the two sequences has, each as it is there; they still know what becomes of them."""
    return tuple(
        replace(
            one,
            ways=tuple(of_one_side(way, side) for way in one.ways[: len(_nested(getattr(one, side)))]),
            as_it_was=side == "before",
        )
        for one in pieces
        if getattr(one, side) is not None
    )


def walk_pieces(pieces: tuple[Piece, ...]) -> Iterator[Piece]:
    """Yield every piece in the order of the text, outer before inner."""
    for piece in pieces:
        yield piece
        for way in piece.ways:
            yield from walk_pieces(way)


def _piece(before: Item | None, after: Item | None) -> Piece:
    old, new = _nested(before), _nested(after)
    ways = tuple(aligned(one, other) for one, other in zip_longest(old, new, fillvalue=()))
    return Piece(before, after, ways)


def _nested(item: Item | None) -> tuple[Steps, ...]:
    """Return what follows on each way out of an item; of a look-up, where it finds something and where it does not."""
    if isinstance(item, Lookup):
        return ((), item.not_found) if item.not_found else ()
    return inside(item) if item is not None else ()


def _name(item: Item) -> tuple[object, ...]:
    match item:
        case Choose():
            return ("choose", *(branch.condition for branch in item.branches))
        case Parallel():
            return ("parallel", *(branch.id for branch in item.branches))
        case Step():
            return (item.kind, item.id)
    return (item.kind,)


def _common(old: list[tuple[object, ...]], new: list[tuple[object, ...]]) -> list[tuple[int, int]]:
    """Return the places of a longest common subsequence."""
    longest = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            longest[i][j] = longest[i + 1][j + 1] + 1 if old[i] == new[j] else max(longest[i + 1][j], longest[i][j + 1])
    places, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        if old[i] == new[j]:
            places.append((i, j))
            i, j = i + 1, j + 1
        elif longest[i + 1][j] >= longest[i][j + 1]:
            i += 1
        else:
            j += 1
    return places
