"""Papers that somebody carries to an agency that could have what they say without them; judges no paper."""

from collections.abc import Callable, Iterable, Iterator

from analysis.finding import Finding, FindingKind, Witness
from analysis.findings.witnessing import finding, place_of
from analysis.instance import Instance
from analysis.lawful import counts
from processes.catalogue import Agreement
from processes.procedure import Approve, Carry, Issue, Step, actor
from processes.words import Words

NEEDLESS_THERE: tuple[FindingKind, ...] = ("letter needless", "signature without a fact")


def carries_needless(instance: Instance, found: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the steps that carry papers to an agency for nothing, with the first reason that holds of three.

    - All that the agency does before the next carrying are letters and signatures that are needless.
    - All papers handed in between the carrying before it and the next are needless: what they prove is there.
    - The agency and the one that had the case before have an agreement in force on the policy's date, one as the consumer
      of a registry of the other: they could share what is carried.

    Args:
        instance: The compiled procedure.
        found: What was found of letters, signatures and documents.

    Complexity: a search of the graph for each step that carries.

    Source: once only, Regulation (EU) 2018/1724 Art. 14; for Indonesia Perpres 39/2019 on *Satu Data*.
    """
    needless = {(one.kind, one.step, one.subject) for one in found}
    for node, place in enumerate(instance.points):
        step = place.step
        if not isinstance(step, Carry) or step.to is None or place.kind != "step":
            continue
        for reason in (_for_needless_work, _with_needless_papers, _between_sharers):
            told = reason(instance, node, step.to, needless)
            if told is not None:
                says, witnesses = told
                carries = Words(f"membawa berkas ke {step.to}", f"carries papers to {step.to}")
                witnesses.insert(0, Witness(where=step.where, role=carries, ground=f"carries to {step.to}"))
                yield finding(instance, "carry needless", step.id, step.id, says, witnesses)
                break


Told = tuple[Words, list[Witness]]
Needless = set[tuple[FindingKind, str, str]]


def _for_needless_work(instance: Instance, node: int, agency: str, needless: Needless) -> Told | None:
    steps = [step for at in _after(instance, node) if (step := instance.points[at].step) is not None]
    work = [step for step in steps if step.by is not None and actor(step.by).whom == agency]
    if not work or not all(_is_needless(step, needless) for step in work):
        return None
    names = ", ".join(f"'{step.id}'" for step in work)
    says = Words(
        f"yang dikerjakan {agency} setelahnya tidak perlu: {names}", f"what {agency} does after it is needless: {names}"
    )
    role = Words("tidak perlu", "is needless")
    return says, [Witness(where=step.where, role=role, ground=f"needless {step.id}") for step in work]


def _is_needless(step: Step, needless: Needless) -> bool:
    return isinstance(step, Issue | Approve) and any((kind, step.id, step.id) in needless for kind in NEEDLESS_THERE)


def _with_needless_papers(instance: Instance, node: int, agency: str, needless: Needless) -> Told | None:
    near = _up_to_the_next(instance.graph.predecessors, instance, node) | _after(instance, node)
    papers = [(item, item.paper) for item in instance.items if item.paper is not None and item.node in near]
    if not papers or not all(("document needless", item.step.id, paper.id) in needless for item, paper in papers):
        return None
    names = ", ".join(dict.fromkeys(f"'{paper.id}'" for _, paper in papers))
    says = Words(
        f"yang dibuktikan berkas yang dibawa ke {agency} sudah ada: {names}",
        f"what the papers carried to {agency} prove is there: {names}",
    )
    role = Words("dokumennya tidak perlu", "the document is needless")
    return says, [Witness(where=place_of(item), role=role, ground=f"needless {paper.id}") for item, paper in papers]


def _between_sharers(instance: Instance, node: int, agency: str, _: Needless) -> Told | None:
    before = _agency_before(instance, node)
    shared = _agreement(instance, before, agency) if before != agency else None
    if shared is None:
        return None
    says = Words(
        f"{before} dan {agency} memiliki perjanjian berbagi data yang berlaku: {shared.id}",
        f"{before} and {agency} have an agreement in force to share data: {shared.id}",
    )
    role = Words(f"perjanjian {shared.id} mengizinkan berbagi", f"agreement {shared.id} allows to share")
    return says, [Witness(where=shared.where, role=role, ground=shared.model_dump_json(exclude_defaults=True))]


def _after(instance: Instance, node: int) -> set[int]:
    """Return the points that come after a carrying and before the next one."""
    return _up_to_the_next(instance.graph.successors, instance, node)


def _up_to_the_next(neighbours: Callable[[int], Iterable[int]], instance: Instance, node: int) -> set[int]:
    found: set[int] = set()
    waiting = list(neighbours(node))
    while waiting:
        one = waiting.pop()
        if one not in found and not isinstance(instance.points[one].step, Carry):
            found.add(one)
            waiting += neighbours(one)
    return found


def _agency_before(instance: Instance, node: int) -> str:
    """Return the agency that had the case last before a point, in the order of the text; else the procedure's."""
    agencies = instance.model.catalogue.agency
    for one in reversed(range(node)):
        step = instance.points[one].step
        if step is not None and instance.reachable[one] >> node & 1:
            whom = step.to if isinstance(step, Carry) else actor(step.by).whom if step.by else None
            if whom in agencies:
                return str(whom)
    return instance.procedure.agency


def _agreement(instance: Instance, one: str, other: str) -> Agreement | None:
    catalogue = instance.model.catalogue
    holder = {
        f"{registry.id}.{service.id}": registry.agency
        for registry in catalogue.registries
        for service in registry.services
    }
    for agreement in catalogue.agreements:
        for service in agreement.services:
            pair = {agreement.consumer, holder.get(service, "")}
            if pair == {one, other} and counts(agreement, instance.policy):
                return agreement
    return None
