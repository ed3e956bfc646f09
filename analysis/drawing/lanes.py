"""Which lane each step stands in: with whoever does it, else where the case is; knows no box and no arrow."""

from analysis.drawing.alignment import Piece, walk_pieces
from processes.procedure import Back, Lookup, Procedure, Refuse, Step, actor

CITIZENS, REGISTRIES = "the citizens", "the registries"  # no agency has such a name: it has a space


def lane_of_each(pieces: tuple[Piece, ...], procedure: Procedure) -> dict[int, str]:
    """Return the lane of every piece by its `id`: an agency's name, the citizens or the registries.

    What nobody does in particular stands where the case came from: a choice behind the step before it, a wait and a
    refusal too. Look-ups by a machine stand with the registries, other work of machines with the procedure's agency.

    Complexity: linear in the number of pieces.
    """
    own = {id(piece): _own(piece, procedure) for piece in walk_pieces(pieces)}
    first = next((lane for lane in own.values() if lane not in (None, REGISTRIES)), None) or procedure.agency
    found: dict[int, str] = {}
    _place(pieces, first, own, found)
    return found


def in_order(lanes: dict[int, str]) -> tuple[str, ...]:
    """Return the lanes from left to right: citizens, agencies as they appear, registries."""
    used = dict.fromkeys(lanes.values())
    agencies = [lane for lane in used if lane not in (CITIZENS, REGISTRIES)]
    return (*[CITIZENS] * (CITIZENS in used), *agencies, *[REGISTRIES] * (REGISTRIES in used))


def _own(piece: Piece, procedure: Procedure) -> str | None:
    step = piece.item
    if not isinstance(step, Step):
        return None
    if step.by is not None:
        whom = actor(step.by).whom
        return CITIZENS if whom in procedure.role_by_id else whom
    if isinstance(step, Lookup):
        return REGISTRIES
    return None if step.kind in ("wait", "refuse") else procedure.agency


def _place(pieces: tuple[Piece, ...], lane: str, own: dict[int, str | None], found: dict[int, str]) -> str:
    """Place pieces that are reached from a lane; return the lane where the case is after them."""
    for piece in pieces:
        here = found[id(piece)] = own[id(piece)] or lane
        ends = [_place(way, lane if here == REGISTRIES else here, own, found) for way in piece.ways]
        if piece.mark == "removed" or here == REGISTRIES:
            continue
        lane = next((end for way, end in zip(piece.ways, ends, strict=True) if way and not _stops(way)), here)
    return lane


def _stops(pieces: tuple[Piece, ...]) -> bool:
    """Whether nothing follows these pieces."""
    return isinstance(pieces[-1].item, Back | Refuse)
