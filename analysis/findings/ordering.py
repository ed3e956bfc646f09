"""Steps that stand in an order that costs: what refuses often behind what is dear, and rows that could stand side by side.

Only says so; moves nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.finding import Finding, Witness
from analysis.findings.witnessing import choice_name, finding
from analysis.footprint import Footprint, footprint
from analysis.instance import Instance
from processes.graph import shares
from processes.procedure import (
    Approve,
    Branch,
    Check,
    Choose,
    Decide,
    Derive,
    FormStep,
    Issue,
    Item,
    Lookup,
    Refuse,
    Step,
    Steps,
    Way,
    actor,
    inside,
    walk,
)
from processes.words import Words

LEAST_GAIN = 0.05  # minutes a case, below which an order is not worth a word


@dataclass(frozen=True, slots=True)
class Element:
    """One piece of a row of steps: what it costs, how often the case ends there, and what it reads and writes."""

    node: int
    item: Item
    minutes: float  # of citizens and officers, each time
    refuses: float  # the share of its cases that end here
    foot: Footprint
    agency: str  # whose officers do it, or "" if nobody's

    @property
    def name(self) -> str:
        """What it is called: a step by its name, a choice by its conditions."""
        return self.item.id if isinstance(self.item, Step) else choice_name(self.item)


# --- what refuses often and costs little ----------------------------------------------------------------------------


def out_of_order(instance: Instance) -> Iterator[Finding]:
    """Yield decisions that refuse cases and stand behind work that those cases would then have been spared (knock-out).

    Of two neighbouring blocks *i*, *j* with costs *c* and shares of refusals *r*, *j* belongs before *i* iff
    *r_j c_i > r_i c_j*; a block of several costs and refuses as one after the other does: *c_1 + (1 − r_1) c_2*. The
    decision moves with the checks and look-ups right before it that it reads; the place with the greatest gain is told.

    Offered only where its assumptions can be seen to hold: the shares are stated; neither block writes what the other
    reads or writes, and so no question is shared; all officers are of one agency, unless the policy lets agencies swap; all stand in one row of steps, so
    that they are done in the same cases; nothing that is seen outside or recorded is passed. That they refuse
    independently of each other nobody can see here, and the finding says so. The reason a refused case is told first may change.

    Complexity: quadratic in the length of a row of such steps.

    Source: van der Aalst, W. M. P. (2001). Re-engineering knock-out processes. Decision Support Systems 30(4).
        https://doi.org/10.1016/S0167-9236(00)00136-6.
    """
    for row in _rows(instance):
        for last in range(1, len(row)):
            if row[last].refuses > 0 and not row[last].foot.silent:
                told = _earlier_place(row, last, across=instance.policy.knock_outs_across_agencies)
                if told is not None:
                    yield _knock_out(instance, *told)


def _earlier_place(row: list[Element], last: int, *, across: bool) -> tuple[list[Element], list[Element], float] | None:
    """Return the work that a decision should stand before, the decision with what it needs, and what that gains a case."""
    first = last
    needed = row[last].foot
    while first > 0 and _prepares(row[first - 1]) and row[first - 1].foot.feeds(needed):
        first -= 1
        needed = needed | row[first].foot
    moved = row[first : last + 1]
    cost, refuses = _as_one(moved)
    best: tuple[list[Element], list[Element], float] | None = None
    for start in range(first - 1, -1, -1):
        passed = row[start:first]
        agencies = {one.agency for one in (*passed, *moved)} - {""}
        if (len(agencies) > 1 and not across) or row[start].foot.silent or not row[start].foot.independent_of(needed):
            break
        their_cost, their_refusals = _as_one(passed)
        gain = refuses * their_cost - their_refusals * cost
        if gain > max(LEAST_GAIN, best[2] if best else 0.0):
            best = passed, moved, gain
    return best


def _prepares(one: Element) -> bool:
    return one.refuses == 0 and isinstance(one.item, Check | Lookup | Derive)


def _as_one(block: list[Element]) -> tuple[float, float]:
    """Return what a block costs on average, and the share of cases that end in it."""
    cost, reaching = 0.0, 1.0
    for one in block:
        cost += reaching * one.minutes
        reaching *= 1 - one.refuses
    return cost, 1 - reaching


def _knock_out(instance: Instance, passed: list[Element], moved: list[Element], gain: float) -> Finding:
    name, before = moved[-1].name, ", ".join(f"'{one.name}'" for one in passed)
    share = f"{100 * moved[-1].refuses:.3g} %"
    cost, _ = _as_one(moved)
    dear, _ = _as_one(passed)
    says = Words(
        f"'{name}' menolak {share} kasus dengan {cost:.3g} menit, tetapi berada setelah {before} ({dear:.3g} menit); bila didahulukan "
        f"menghemat sekitar {gain:.2g} menit per kasus, asalkan penolakannya tidak saling bergantung",
        f"'{name}' refuses {share} of its cases at {cost:.3g} minutes, but stands behind {before} ({dear:.3g} minutes); put first it would "
        f"save about {gain:.2g} minutes a case, provided that they refuse independently",
    )
    refusing = Words(f"menolak {share} kasus", f"refuses {share} of its cases")
    witnesses = [
        Witness(where=moved[-1].item.where, role=refusing, ground=f"refuses {share} at {cost:.4g}"),
        *(
            Witness(
                where=one.item.where,
                role=Words(f"'{one.name}' didahulukan saat ini", f"'{one.name}' comes first today"),
                ground=f"{one.name} {one.minutes:.4g} {one.refuses:.4g}",
            )
            for one in passed
        ),
    ]
    step = moved[-1].item.id if isinstance(moved[-1].item, Step) else "choose"
    return finding(instance, "order", step, name, says, witnesses)


def _rows(instance: Instance) -> Iterator[list[Element]]:
    """Yield the rows of steps that follow each other in every case that comes to them and is not refused on the way."""
    nodes = _node_of(instance)
    for steps in _lists(instance.procedure.steps):
        row: list[Element] = []
        for item in steps:
            element = _element(instance, nodes[id(item)], item) if id(item) in nodes else None
            if element is None:
                yield row
                row = []
            else:
                row.append(element)
        yield row


def _lists(steps: Steps) -> Iterator[Steps]:
    """Yield every list of steps of a procedure."""
    yield steps
    for item in walk(steps):
        yield from inside(item)


def _node_of(instance: Instance) -> dict[int, int]:
    """Return the point of each item, by the item's identity: two choices may be equal."""
    return {
        id(place.item): node
        for node, place in enumerate(instance.points)
        if place.kind in ("step", "choose") and place.item
    }


def _element(instance: Instance, node: int, item: Item) -> Element | None:
    """Return a step or choice as one piece of a row; nothing, if nobody may pass it."""
    if node in instance.requests or not isinstance(
        item, Check | Lookup | Derive | Decide | Approve | Choose | FormStep
    ):
        return None
    refuses = _refusing(item)
    if refuses is None or (isinstance(item, Step) and item.records):
        return None
    whom = actor(item.by).whom if isinstance(item, Step) and item.by else ""
    agency = whom if whom in instance.model.catalogue.agency else ""
    return Element(node, item, _minutes(instance, node, item), refuses, footprint(instance, node), agency)


def _refusing(item: Item) -> float | None:
    """Return the share of cases that end at an item; nothing, if it does more than to refuse, or its shares are not stated."""
    if isinstance(item, Lookup):
        return None if item.not_found else 0.0
    if not isinstance(item, Decide | Approve | Choose):
        return 0.0
    ways: tuple[Branch | Way, ...] = item.branches if isinstance(item, Choose) else item.ways
    ends = [bool(way.steps) and isinstance(way.steps[0], Refuse) for way in ways]
    if any(way.steps and not end for way, end in zip(ways, ends, strict=True)):
        return None
    stated = [way.share for way in ways]
    silent_on_refusals = any(end and share is None for end, share in zip(ends, stated, strict=True))
    if silent_on_refusals and sum(share is None for share in stated) > 1:
        return None
    return sum(share for share, end in zip(shares(stated), ends, strict=True) if end) if ways else 0.0


def _minutes(instance: Instance, node: int, item: Item) -> float:
    if isinstance(item, FormStep):
        asked = sum(one.minutes + one.officer_minutes for one in instance.items if one.node == node)
        by_agency = item.by is not None and actor(item.by).whom in instance.model.catalogue.agency
        return asked + (0.0 if by_agency else instance.policy.contact_minutes)
    return item.minutes if isinstance(item, Step) else 0.0


# --- rows that could stand side by side -----------------------------------------------------------------------------


def side_by_side(instance: Instance) -> Iterator[Finding]:
    """Yield rows of steps done by different people, none of which reads or writes what another one writes.

    They end no case and change no registry, so that nobody outside can tell the order; and all stand in one list of
    steps, so that they are done in the same cases. Side by side a case waits only for the longest of them; the work stays the same.

    Complexity: quadratic in the length of such a row.

    Source: Bernstein (1966), see `footprint`; control dependence: Ferrante, J., Ottenstein, K. J., Warren, J. D. (1987),
        https://doi.org/10.1145/24039.24041; "parallelism" of Reijers, Liman Mansar (2005).
    """
    nodes = _node_of(instance)
    for steps in _lists(instance.procedure.steps):
        row: list[tuple[Step, Footprint]] = []
        for item in steps:
            if not (isinstance(item, Step) and _can_stand_beside(item) and id(item) in nodes):
                yield from _in_a_row(instance, row)
                row = []
                continue
            foot = footprint(instance, nodes[id(item)])
            if not all(foot.independent_of(other) and item.by != step.by for step, other in row):
                yield from _in_a_row(instance, row)
                row = []
            row.append((item, foot))
        yield from _in_a_row(instance, row)


def _can_stand_beside(item: Step) -> bool:
    """Whether a step takes somebody's time, ends no case, and nobody outside sees when it is done."""
    if not (item.minutes or item.waits) or item.by is None or item.records:
        return False
    match item:
        case Check():
            return True
        case Lookup():
            return not item.not_found
        case Approve():
            return bool(item.needs) and not item.ways
        case Issue():
            return not item.changes and not item.starts
        case _:
            return False


def _in_a_row(instance: Instance, row: list[tuple[Step, Footprint]]) -> Iterator[Finding]:
    if len(row) < 2:
        return
    steps = [step for step, _ in row]
    names = ", ".join(f"'{step.id}'" for step in steps)
    says = Words(
        f"{names} dikerjakan berurutan, padahal tidak ada yang membaca hasil yang lain: dapat dikerjakan bersamaan",
        f"{names} stand in a row, though none reads what another brings: they could be done side by side",
    )
    role = Words("tidak menunggu data dari yang lain", "waits for no data of the others")
    witnesses = [Witness(where=step.where, role=role, ground=f"{step.id} by {step.by}") for step in steps]
    yield finding(instance, "order", steps[0].id, ", ".join(step.id for step in steps), says, witnesses)
