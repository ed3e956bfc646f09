"""Faults of today's procedure: what a redesign cannot build on, and what is reported beside it; looks for nothing needless."""

from collections.abc import Iterator

import networkx as nx

from analysis.finding import Finding, Witness
from analysis.instance import Instance, bits
from analysis.lawful import counts, permissions
from analysis.removal import Today
from analysis.witnessing import asks, finding, level_words
from processes.covering import covers
from processes.procedure import Back, Choose, Lookup, actor
from processes.words import Words


def faults(today: Today) -> tuple[Finding, ...]:
    """Return the faults of today's procedure, in a fixed order of kinds."""
    return (
        *missing(today),
        *unsound(today.instance),
        *stuck(today.instance),
        *never_ending(today.instance),
        *unlawful_today(today.instance),
    )


def missing(today: Today) -> Iterator[Finding]:
    """Yield demands that today's procedure does not meet on every way: Trčka, van der Aalst, Sidorova (CAiSE 2009), "missing data"."""
    instance = today.instance
    for one in today.needs.missing:
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
        yield finding(
            instance,
            "missing",
            step.id if step else "choose",
            name,
            says,
            [Witness(where=demand.where, role=Words("membutuhkannya", "needs it")), *(asks(item) for item in asked)],
        )


def unsound(instance: Instance) -> Iterator[Finding]:
    """Yield returns that leave or enter a side of a parallel part: each turn would start or skip its siblings again.

    Source: van der Aalst, W. M. P. (1997). Verification of workflow nets. https://doi.org/10.1007/3-540-63139-9_48.
    """
    for node, place in enumerate(instance.points):
        if place.kind != "back" or not isinstance(place.item, Back):
            continue
        for target in instance.graph.successors(node):
            if instance.points[target].sides != place.sides:
                says = Words(
                    f"kembali ke '{place.item.target}' melompati batas bagian paralel: cabang di sebelahnya akan dijalankan lagi atau terlewat",
                    f"the return to '{place.item.target}' crosses the edge of a parallel part: the branches beside it would run again or be skipped",
                )
                witness = Witness(where=place.where, role=Words("kembali", "returns"))
                yield finding(instance, "unsound", place.item.target, place.item.target, says, [witness])


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


def never_ending(instance: Instance) -> Iterator[Finding]:
    """Yield the first steps from which no case comes to an end, and steps that no case comes to.

    Source: as for `unsound`: option to complete, and no dead step.
    """
    points = instance.points
    ends = 0  # where a side beside it always ends the case, the end of a side leads nowhere
    for node, place in enumerate(points):
        if place.kind in ("end", "refused") or (place.kind == "side end" and not instance.following[node]):
            ends |= 1 << node
    come_to = instance.reachable[0] | 1
    endless = [node for node in bits(come_to) if not (instance.reachable[node] | 1 << node) & ends]
    caught = {node for node in endless if points[node].step is not None}
    for node in sorted(caught)[:1]:
        step = points[node].step
        assert step is not None  # noqa: S101  # as just asked
        says = Words(
            f"kasus yang sampai di '{step.id}' tidak pernah selesai", f"a case that comes to '{step.id}' never ends"
        )
        role = Words("dari sini tidak ada jalan keluar", "there is no way out from here")
        yield finding(instance, "unsound", step.id, step.id, says, [Witness(where=step.where, role=role)])
    for node, place in enumerate(points):
        step = place.step
        if step is not None and place.kind in ("step", "refused") and not come_to >> node & 1:
            says = Words(f"tidak ada kasus yang sampai di '{step.id}'", f"no case comes to '{step.id}'")
            role = Words("tidak pernah tercapai", "is never reached")
            yield finding(instance, "unsound", step.id, step.id, says, [Witness(where=step.where, role=role)])


def unlawful_today(instance: Instance) -> Iterator[Finding]:
    """Yield look-ups of today that no agreement in force covers: consumer, purpose, facts, and the consent it asks for.

    The consent must have been given before, on every way, by whoever the data are about.
    """
    catalogue, policy, procedure = instance.model.catalogue, instance.policy, instance.procedure
    for step in procedure.step_by_id.values():
        if not isinstance(step, Lookup) or (service := catalogue.service.get(step.service)) is None:
            continue
        consumers = frozenset([procedure.agency, *([actor(step.by).whom] if step.by else [])])
        granted = permissions(catalogue, policy, step.service, consumers, step.purpose or procedure.purpose)
        consented = _consented(instance, step)
        allowed = frozenset().union(*(one.facts for one in granted if consented or not one.agreement.consent))
        refused = [fact for fact in step.gets or (*service.gives, *service.confirms) if fact not in allowed]
        if refused:
            facts = ", ".join(refused)
            says = Words(
                f"tidak ada perjanjian yang berlaku untuk menanyakan {facts} kepada {step.service}",
                f"no agreement in force allows to ask {step.service} for {facts}",
            )
            related = [one for one in catalogue.agreements if step.service in one.services]
            witnesses = [
                Witness(where=step.where, role=Words("menanyakannya", "asks it")),
                *(Witness(where=one.where, role=_state(one.id, counts(one, policy))) for one in related),
            ]
            yield finding(instance, "unlawful today", step.id, step.service, says, witnesses)


def _consented(instance: Instance, step: Lookup) -> bool:
    """Whether everybody a look-up is about has consented to it on every way to it."""
    model = instance.model
    graph = instance.graph
    here = next(node for node, place in enumerate(instance.points) if place.item is step)
    for subject in model.subjects(step).values():
        asked_at = [
            item.node
            for item in instance.items
            if item.question is not None
            and item.question.consents_to == step.service
            and item.question.condition is None
            and (item.question.about or model.naming.subject(actor(item.step.by or "").whom)) in (subject.name, subject)
        ]
        if here in nx.descendants(nx.restricted_view(graph, asked_at, []), 0):
            return False
    return True


def _state(name: str, in_force: bool) -> Words:
    if in_force:
        return Words(
            f"perjanjian {name} berlaku, tetapi untuk pihak, tujuan atau fakta lain",
            f"agreement {name} counts, but for others, other purposes or other facts",
        )
    return Words(f"perjanjian {name} tidak berlaku", f"agreement {name} is not in force")
