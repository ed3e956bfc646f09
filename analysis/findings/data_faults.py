"""The data-flow faults of a procedure: facts that are missing, lost or in conflict, each with a way on which it shows."""

from collections import deque
from collections.abc import Iterable, Iterator

from analysis.agreeing import MOST_REPEATED, agreeing, repeated
from analysis.dataflow import conflicts, data_faults
from analysis.demand import Requirement
from analysis.finding import Finding, Witness
from analysis.findings.using import given, overwriting, read_aloud, side_by_side
from analysis.findings.witnessing import asks, choice_name, finding, gives, level_words
from analysis.instance import Instance, Rule, bits
from analysis.removal import Today
from analysis.supply import Supply, supply
from analysis.ways import decides_something, told, way_to
from processes.graph import Point
from processes.procedure import Back, Lookup, Step
from processes.words import Words


def missing(today: Today) -> Iterator[Finding]:
    """Yield demands that today's procedure does not meet on every way: Trčka, van der Aalst, Sidorova (CAiSE 2009), "missing data".

    Those that it meets wherever choices with the same condition agree are advice.
    """
    instance = today.instance
    lacking = [one for one in today.needs.stated if one.short]
    answers = [(one, supply(one, one.everything)) for one in agreeing(instance)] if lacking else []
    for one in lacking:
        demand = one.demand
        step = instance.points[demand.node].step
        name = instance.shown(demand.fact)
        if one.today:
            says = Words(
                f"'{name}' dibutuhkan pada tingkat {level_words(demand.stated).id}, tetapi hanya {level_words(one.today).id} di sini",
                f"'{name}' is needed {level_words(demand.stated).en}, but is only {level_words(one.today).en} here",
            )
        else:
            says = Words(
                f"'{name}' dibutuhkan, tetapi tidak pasti ada pada setiap jalur",
                f"'{name}' is needed, but not certain to be there on every way",
            )
        asked = [
            item for item in instance.items if item.facts >> demand.fact & 1 and item.kind in ("question", "paper")
        ]
        needs_it = Witness(where=demand.where, role=Words("membutuhkannya", "needs it"))
        weak = _keys_too_weak(today, one)
        witnesses = [needs_it, *_way_lacking(today, one, answers), *weak, *(asks(item) for item in asked)]
        told = finding(instance, "missing", step.id if step else "choose", name, says, witnesses)
        yield told.model_copy(update={"advice": one.agreed})


def _way_lacking(today: Today, one: Requirement, answers: list[tuple[Instance, Supply]]) -> list[Witness]:
    """Return the witness of a way on which the fact is not there, or not as sure, if a case could go another way.

    The way is one on which choices with the same condition agree; where there is none, that is told too.
    """
    demand, least = one.demand, max(one.demand.stated, 1)
    so = next(((with_answer, there) for with_answer, there in answers if -1 < there.read[demand.number] < least), None)
    found = _way_told(*(so or (today.instance, today.supplied)), one)
    if one.agreed:
        texts = ", ".join(f"'{text}'" for text in repeated(today.instance))
        role = Words(
            "hanya jika pilihan dengan syarat yang sama berbeda hasilnya: satukan pilihan itu, yang kedua di dalam yang "
            f"pertama ({texts})",
            "only if choices with the same condition went different ways: make them one choice, the second within the "
            f"first ({texts})",
        )
        found.append(Witness(where=demand.where, role=role))
    elif len(repeated(today.instance)) > MOST_REPEATED:
        role = Words(
            f"lebih dari {MOST_REPEATED} syarat berulang: apakah pilihannya sejalan tidak diperiksa",
            f"more than {MOST_REPEATED} conditions are repeated: whether their choices agree was not looked at",
        )
        found.append(Witness(where=demand.where, role=role))
    return found


def _keys_too_weak(today: Today, one: Requirement) -> Iterator[Witness]:
    """Yield the look-ups before a reader that would bring what it lacks, if their keys were there, or as sure as the service wants."""
    instance, fact = today.instance, one.demand.fact
    for node, work in enumerate(instance.work):
        state, step = today.supplied.before[node], instance.points[node].step
        if state is None or not isinstance(step, Lookup) or not instance.reachable[node] >> one.demand.node & 1:
            continue
        for kind, number, _ in work:
            rule = instance.rules[number] if kind == "rule" else None
            if rule is None or not (rule.gives | rule.confirms) >> fact & 1:
                continue
            stated = one.demand.stated if rule.level >= one.demand.stated else 0  # it is as sure as its keys
            for key in bits(rule.keys & ~(1 << fact)):
                if state.level(key) < max(rule.key_level, stated):
                    role = _mend_of_key(instance, rule, key, state.level(key), max(rule.key_level, stated))
                    yield Witness(where=step.where, role=role)


def _mend_of_key(instance: Instance, rule: Rule, key: int, sure: int, wanted: int) -> Words:
    name, has, wants = instance.shown(key), level_words(sure), level_words(wanted)
    if not sure:
        return Words(
            f"'{rule.name}' akan memberikannya, tetapi kuncinya '{name}' tidak pasti ada di sini: tanyakan atau cari dulu sebelumnya",
            f"'{rule.name}' would bring it, but its key '{name}' is not certain to be there: ask it or look it up before",
        )
    of_service = wanted == rule.key_level
    told = Words(
        f"'{rule.name}' akan memberikannya, tetapi kuncinya '{name}' hanya {has.id} di sini, padahal harus {wants.id}: "
        "periksa dengan dokumen yang memuatnya, atau minta log masuk, sebelumnya",
        f"'{rule.name}' would bring it, but its key '{name}' is only {has.en} here, and must be {wants.en}: "
        "check it against a paper that carries it, or ask for a log-in, before",
    )
    or_else = Words("; atau tulis 'key_level' pada layanannya", "; or state 'key_level' at the service")
    return Words(told.id + or_else.id, told.en + or_else.en) if of_service else told


def _way_told(instance: Instance, supplied: Supply, one: Requirement) -> list[Witness]:
    demand, least = one.demand, one.today + 1
    behind: dict[int, int] = {}  # by point: the one after it on the way
    waiting = deque([demand.node])
    start = demand.node
    while waiting:
        start = here = waiting.popleft()
        lost_here = False
        for source, anew in instance.before[here]:
            after = supplied.after[source]
            if after is None or source in behind:
                continue
            lost_here = bool(anew) and bool(instance.answers_resting(anew) >> demand.fact & 1)
            if lost_here or after.level(demand.fact) < least:
                behind[source] = here
                waiting.append(source)
                if lost_here:
                    start = source
                    break
        if lost_here or here == 0:
            break
    way = [*way_to(instance, start)]
    while way[-1] in behind:
        way.append(behind[way[-1]])
        if way[-1] == demand.node:
            break
    if not decides_something(instance, way):
        return []
    words = told(instance, way)
    return [Witness(where=demand.where, role=Words(f"jalur tanpanya: {words.id}", f"way without it: {words.en}"))]


def lost(instance: Instance) -> Iterator[Finding]:
    """Yield answers that another replaces before anybody reads them: on every way (*strongly lost*), or on some (*weakly lost*).

    What an agency found or a registry holds is not replaced by what somebody says; a return asks nothing that is there and not
    asked anew. To be verified is to be read. Trčka, van der Aalst, Sidorova (CAiSE 2009), "lost data".
    """
    uses = given(instance)
    seen: set[tuple[int, int]] = set()
    for sure in (False, True):
        flow = overwriting(instance, uses, sure=sure)
        if not any(one.writes for one in flow.uses):
            continue
        for fault in data_faults(flow, ["strongly lost", "weakly lost"]):
            where = (fault.node, fault.datum)
            is_sure = bool(uses.found[fault.node] >> fault.datum & 1)
            step = _step_at(instance, fault.node)
            if where in seen or sure != is_sure or step is None:
                continue
            seen.add(where)
            name = instance.shown(fault.datum)
            if fault.pattern == "strongly lost":
                says = Words(
                    f"'{name}' yang diberikan di '{step.id}' diberikan lagi sebelum ada yang membacanya",
                    f"'{name}', given at '{step.id}', is given again before anybody reads it",
                )
            else:
                says = Words(
                    f"'{name}' yang diberikan di '{step.id}' pada suatu jalur diberikan lagi sebelum ada yang membacanya",
                    f"'{name}', given at '{step.id}', is on some way given again before anybody reads it",
                )
            way = told(instance, fault.way[fault.way.index(fault.node) :])
            witnesses = [
                _gives_at(instance, fault.node, fault.datum),
                _gives_at(instance, fault.other, fault.datum),
                Witness(where=step.where, role=Words(f"jalur: {way.id}", f"way: {way.en}")),
            ]
            yield finding(instance, "lost", step.id, name, says, witnesses, [fault.pattern])


def in_conflict(instance: Instance) -> Iterator[Finding]:
    """Yield facts that one side of a parallel part gives, verifies or asks anew while another uses them: which comes first is chance.

    Trčka, van der Aalst, Sidorova (CAiSE 2009), "inconsistent data".
    """
    if not any(place.kind == "split" for place in instance.points):
        return
    uses = given(instance)
    flow, reads = side_by_side(instance), read_aloud(instance, uses)
    given_there = [
        _union(one) for one in zip(uses.asked, uses.perhaps, uses.found, uses.computed, uses.lost, strict=True)
    ]
    looked_at = [_union(one) for one in zip(given_there, uses.raised, reads, strict=True)]
    seen: set[tuple[int, int]] = set()
    for changed, used in ((given_there, looked_at), (uses.raised, reads)):
        for fault in conflicts(flow, changed, used):
            here, there = instance.points[fault.node], instance.points[fault.other]
            split = next(one for one, other in zip(here.sides, there.sides, strict=False) if one != other)[0]
            if (split, fault.datum) in seen:
                continue
            seen.add((split, fault.datum))
            name, step, other = instance.shown(fault.datum), _name_at(here), _name_at(there)
            says = Words(
                f"'{name}' diubah di '{step}' selagi '{other}' di cabang sebelahnya memakainya",
                f"'{name}' is changed at '{step}' while '{other}' in a branch beside it uses it",
            )
            way = told(instance, fault.way)
            witnesses = [
                _gives_at(instance, fault.node, fault.datum),
                Witness(where=there.where, role=Words(f"'{other}' memakainya", f"'{other}' uses it")),
                Witness(where=here.where, role=Words(f"jalur: {way.id}", f"way: {way.en}")),
            ]
            yield finding(instance, "in conflict", step, name, says, witnesses)


def _name_at(place: Point) -> str:
    """Return what a point is called: its step, where it returns to, or the choice."""
    item = place.item
    if isinstance(item, Step):
        return item.id
    return item.target if isinstance(item, Back) else choice_name(item)


def _step_at(instance: Instance, node: int) -> Step | None:
    """Return the step of a point: of the way on which a look-up found something, the look-up."""
    item = instance.points[node].item
    return item if isinstance(item, Step) else None


def _gives_at(instance: Instance, node: int, fact: int) -> Witness:
    """Return the witness that a point changes a fact."""
    place = instance.points[node]
    name = _name_at(place)
    items = [item for item in instance.items if item.node == node and item.facts >> fact & 1]
    if items and items[0].kind != "check":
        return gives(items[0])
    if items:
        return Witness(where=place.where, role=Words(f"'{name}' memeriksanya", f"'{name}' verifies it"))
    if place.kind == "back":
        return Witness(where=place.where, role=Words("ditanyakan kembali sejak di sini", "is asked anew from here on"))
    return Witness(where=place.where, role=Words(f"'{name}' memberikannya", f"'{name}' gives it"))


def _union(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found
