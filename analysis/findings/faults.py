"""Faults of today's procedure: what a redesign cannot build on, and what is reported beside it; looks for nothing needless."""

from collections.abc import Iterator

import networkx as nx

from analysis.finding import Finding, Witness
from analysis.findings.data_faults import in_conflict, lost, missing
from analysis.findings.flow_faults import stuck, unsound
from analysis.findings.witnessing import finding, level_words
from analysis.instance import Instance
from analysis.lawful import counts, permissions
from analysis.removal import Today
from processes.procedure import FormStep, Lookup, actor
from processes.resolved import Subject
from processes.words import Words


def faults(today: Today) -> tuple[Finding, ...]:
    """Return the faults of today's procedure, in a fixed order of kinds."""
    return (
        *missing(today),
        *unsound(today.instance),
        *stuck(today.instance),
        *lost(today.instance),
        *in_conflict(today.instance),
        *unlawful_today(today.instance),
        *asked_too_early(today),
    )


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
        silent = _silent(instance, step) if any(one.agreement.consent for one in granted) else []
        allowed = frozenset().union(*(one.facts for one in granted if not (silent and one.agreement.consent)))
        refused = [fact for fact in step.gets or (*service.gives, *service.confirms) if fact not in allowed]
        if not refused:
            continue
        facts, fitting = ", ".join(refused), {one.agreement.id: one.facts for one in granted if one.facts & {*refused}}
        says = Words(
            f"tidak ada perjanjian yang berlaku untuk menanyakan {facts} kepada {step.service}",
            f"no agreement in force allows to ask {step.service} for {facts}",
        )
        lacking = _no_consent(instance, silent)
        if frozenset().union(*fitting.values()).issuperset(refused):
            says = Words(
                f"{step.service} ditanya tentang {facts} berdasarkan {', '.join(fitting)}, tetapi {lacking.id}",
                f"{step.service} is asked for {facts} under {', '.join(fitting)}, but {lacking.en}",
            )
        witnesses = [Witness(where=step.where, role=Words("menanyakannya", "asks it"))]
        for one in catalogue.agreements:
            if step.service in one.services:
                state = lacking if one.id in fitting else _state(in_force=counts(one, policy))
                role = Words(f"perjanjian {one.id}: {state.id}", f"agreement {one.id}: {state.en}")
                witnesses.append(Witness(where=one.where, role=role))
        yield finding(instance, "unlawful today", step.id, step.service, says, witnesses)


def asked_too_early(today: Today) -> Iterator[Finding]:
    """Yield look-ups of today whose keys are not there where they stand, or less sure than the service wants: they get no answer.

    What they bring counts once the keys are sure enough; but until then a case waits, and a number that somebody just typed
    may open nobody's file.
    """
    instance = today.instance
    for demand in instance.demands:
        sure, step = today.supplied.read[demand.number], instance.points[demand.node].step
        if demand.what != "key" or not isinstance(step, Lookup) or not -1 < sure < demand.enough:
            continue
        name, has, wants = instance.shown(demand.fact), level_words(sure), level_words(demand.enough)
        says = Words(
            f"{step.service} ditanya dengan '{name}', yang "
            + (f"hanya {has.id} di sini, padahal harus {wants.id}" if sure else "tidak pasti ada di sini"),
            f"{step.service} is asked with '{name}', which is "
            + (f"only {has.en} here, and must be {wants.en}" if sure else "not certain to be there"),
        )
        witnesses = [Witness(where=step.where, role=Words("menanyakannya", "asks it"))]
        yield finding(instance, "unlawful today", step.id, name, says, witnesses)


def _silent(instance: Instance, step: Lookup) -> list[Subject]:
    """Return those a look-up is about who have not consented to it on every way to it."""
    model = instance.model
    graph, found = instance.graph, list[Subject]()
    here = next(node for node, place in enumerate(instance.points) if place.item is step)
    for subject in model.subjects(step).values():
        asked_at = [
            item.node
            for item in instance.items
            if item.question is not None
            and item.question.consents_to == step.service
            and item.question.condition is None
            and model.naming.subject(actor(item.step.by or "").whom) == subject
            and item.question.about in ("", subject.name)
        ]
        if here in nx.descendants(nx.restricted_view(graph, asked_at, []), 0):
            found.append(subject)
    return found


def _no_consent(instance: Instance, silent: list[Subject]) -> Words:
    """Say of some that they have not consented, and of whom no form asks anything."""
    naming = instance.model.naming
    who = ", ".join(naming.shown_subject(one) for one in silent)
    says = Words(
        f"belum ada persetujuan {who} pada setiap jalur sebelumnya", f"{who} has not consented before, on every way"
    )
    forms = [one for one in instance.procedure.step_by_id.values() if isinstance(one, FormStep) and one.by]
    filling = {naming.subject(actor(one.by or "").whom) for one in forms}
    if none := ", ".join(naming.shown_subject(one) for one in silent if one not in filling):
        says = Words(f"{says.id} ({none} tidak mengisi formulir)", f"{says.en} ({none} fills in no form)")
    return says


def _state(*, in_force: bool) -> Words:
    if in_force:
        return Words(
            "berlaku, tetapi untuk pihak, tujuan atau fakta lain",
            "counts, but for others, other purposes or other facts",
        )
    return Words("tidak berlaku", "is not in force")
