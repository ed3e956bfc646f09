"""The faults of how steps hang together: dead ends, work left or done twice, steps nobody comes to; looks at no fact."""

from collections.abc import Iterator

from analysis.finding import Finding, Witness
from analysis.findings.witnessing import finding
from analysis.instance import Instance, bits
from analysis.soundness import Net, Verdict, come_to, net_of, soundness, without_dead
from analysis.ways import nearest, told
from processes.covering import covers
from processes.part import Location
from processes.procedure import Back, Choose, Step
from processes.words import Words


def unsound(instance: Instance) -> Iterator[Finding]:
    """Yield steps that no case comes to, and ways after which a case cannot end, ends with work left, or does work twice at once.

    A return that crosses the edge of a parallel part is judged by what comes of it; once it is told, the rest is judged as if the
    case ended there, so that each fault is told by itself.

    Complexity and source: see `soundness`; once more for each return that is at fault.
    """
    net = net_of(instance.graph)
    alive = come_to(net)
    for node, place in enumerate(instance.points):
        step = place.step
        if step is not None and place.kind in ("step", "refused") and node not in alive:
            says = Words(f"tidak ada kasus yang sampai di '{step.id}'", f"no case comes to '{step.id}'")
            role = Words("tidak pernah tercapai", "is never reached")
            yield finding(instance, "unsound", step.id, step.id, says, [Witness(where=step.where, role=role)])
    while True:
        verdict = soundness(without_dead(net))
        if verdict.answer == "sound":
            return
        crossing = next((node for node in verdict.way if _crosses(instance, node)), None)
        if crossing is None:
            yield _not_sound(instance, verdict)
            return
        back = instance.points[crossing].item
        assert isinstance(back, Back)  # noqa: S101  # only a return crosses
        says = Words(
            f"kembali ke '{back.target}' melompati batas bagian paralel: cabang di sebelahnya akan dijalankan lagi atau terlewat",
            f"the return to '{back.target}' crosses the edge of a parallel part: the branches beside it would run again or be skipped",
        )
        witnesses = [Witness(where=back.where, role=Words("kembali", "returns")), _shown(instance, verdict, back.where)]
        yield finding(instance, "unsound", back.target, back.target, says, witnesses)
        net = Net(
            tuple("stop" if node == crossing else kind for node, kind in enumerate(net.kinds)),
            tuple(() if node == crossing else later for node, later in enumerate(net.following)),
        )


def _crosses(instance: Instance, node: int) -> bool:
    """Whether a point is a return into or out of a side of a parallel part."""
    points = instance.points
    return points[node].kind == "back" and any(
        points[target].sides != points[node].sides for target in instance.graph.successors(node)
    )


def _shown(instance: Instance, verdict: Verdict, where: Location) -> Witness:
    """Return the way on which a fault shows, and what comes of it."""
    step = nearest(instance, verdict.node)
    comes_of_it = {
        "lack of synchronisation": Words(
            f"lalu '{step}' dikerjakan dua kali sekaligus", f"then '{step}' is done twice at once"
        ),
        "proper completion": Words(
            "lalu kasus berakhir selagi pekerjaan lain berjalan", "then the case ends while other work is under way"
        ),
        "option to complete": Words("lalu kasus tidak dapat selesai lagi", "then the case can end no more"),
    }[verdict.fault or ""]
    way = told(instance, verdict.way)
    return Witness(where=where, role=Words(f"jalur: {way.id}; {comes_of_it.id}", f"way: {way.en}; {comes_of_it.en}"))


def _not_sound(instance: Instance, verdict: Verdict) -> Finding:
    """Return the finding that a flow is not sound, or not known to be, for another reason than a return that crosses."""
    if verdict.answer == "unknown":
        says = Words(
            f"tidak dapat dipastikan apakah setiap kasus selesai: {verdict.states} keadaan telah dicoba",
            f"whether every case comes to an end is not known: {verdict.states} states were tried",
        )
        role = Words("alurnya terlalu kusut", "its flow is too entangled")
        name, where = instance.procedure.id, instance.procedure.where
        return finding(instance, "unsound", name, name, says, [Witness(where=where, role=role)])
    if verdict.fault == "dead step":
        name, where = nearest(instance, verdict.node), instance.points[verdict.node].where
        says = Words(f"tidak ada kasus yang sampai di '{name}'", f"no case comes to '{name}'")
        role = Words("tidak pernah tercapai", "is never reached")
        return finding(instance, "unsound", name, name, says, [Witness(where=where, role=role)])
    step = _endless(instance) or next(
        (step for node in reversed(verdict.way) if (step := instance.points[node].step) is not None), None
    )
    name = step.id if step is not None else instance.procedure.id
    where = step.where if step is not None else instance.procedure.where
    if verdict.fault == "option to complete":
        says = Words(f"kasus yang sampai di '{name}' tidak pernah selesai", f"a case that comes to '{name}' never ends")
    else:
        says = Words(
            f"di '{name}' pekerjaan berjalan dua kali atau tersisa", f"at '{name}' work runs twice or is left behind"
        )
    role = Words("dari sini tidak ada jalan keluar", "there is no way out from here")
    return finding(
        instance, "unsound", name, name, says, [Witness(where=where, role=role), _shown(instance, verdict, where)]
    )


def _endless(instance: Instance) -> Step | None:
    """Return the first step from which no edges lead to an end."""
    points = instance.points
    ends = 0  # where a side beside it always ends the case, the end of a side leads nowhere
    for node, place in enumerate(points):
        if place.kind in ("end", "refused") or (place.kind == "side end" and not instance.following[node]):
            ends |= 1 << node
    for node in bits(instance.reachable[0] | 1):
        if not (instance.reachable[node] | 1 << node) & ends and (step := points[node].step) is not None:
            return step
    return None


def stuck(instance: Instance) -> Iterator[Finding]:
    """Yield choices that leave a case with nowhere to go: no `else`, and conditions that do not cover every answer."""
    for place in instance.points:
        item = place.item
        if place.kind == "choose" and isinstance(item, Choose) and not covers(instance.model.naming, item.branches):
            says = Words(
                "kasus yang tidak memenuhi satu pun syarat pilihan ini berhenti di sini",
                "a case that meets none of the conditions of this choice gets stuck",
            )
            witness = Witness(where=item.where, role=Words("pilihan tanpa 'else'", "a choice without 'else'"))
            yield finding(instance, "unsound", "choose", "choose", says, [witness])
