"""Says which events of registries could start a case and what that would spare, and what it spares where the law names one; starts nothing."""

from collections.abc import Iterator

from analysis.burden import burden
from analysis.compiling import compiled
from analysis.instance import Instance
from analysis.move import Left
from processes.procedure import FormStep, Procedure, Start
from processes.words import Words


def possible_starts(instance: Instance) -> Iterator[Left]:
    """Yield, for each event that carries facts which the request asks, what it would spare, and what is wanting for it.

    That a case starts without a request is for the law to say, and the language says it in the procedure (`starts_from`):
    so it is proposed and never done. Where it is said, it is told what each of the two starts asks of people. The acts of
    the request remain in any case.

    Complexity: events times roles times questions of the requests, and a compilation for each event that would spare something.
    """
    procedure, model = instance.procedure, instance.model
    for node in sorted(instance.requests):
        step = instance.points[node].step
        if not isinstance(step, FormStep):
            continue
        if procedure.starts_from is not None:
            yield from _both_starts(instance, step)
            continue
        asked = {question.fact for question in model.questions(step) if question.fact and not question.act}
        for registry in model.catalogue.registries:
            for event in registry.events:
                for role in procedure.role_by_id:
                    subject = model.naming.subject(role)
                    if subject is None or subject.entity.id != event.about or subject.many:
                        continue
                    names = model.naming.known(f"{role}.{one}" for one in event.carries)
                    carried = [name for name in names if name in asked]
                    if carried:
                        shown = ", ".join(model.naming.shown(name) for name in carried)
                        name = f"{registry.id}.{event.id}"
                        start = Start(event=name, about=role, share=event.coverage)
                        minutes = _minutes(instance, None) - _minutes(instance, start)
                        yield Left(
                            step.id,
                            Words(
                                f"peristiwa {name} tentang {role} membawa {shown}: bila hukum mengizinkan permohonan dimulai "
                                f"dari peristiwa itu ('starts_from'), rata-rata {minutes:.3g} menit warga per kasus dapat dihemat",
                                f"the event {name} about {role} carries {shown}: if the law lets the procedure start from it "
                                f"('starts_from'), {minutes:.3g} citizen minutes a case could be spared on average",
                            ),
                        )


def _both_starts(instance: Instance, step: FormStep) -> Iterator[Left]:
    """Yield what people are asked on each of the two starts of a case: the burden is the mean of both, by their weights."""
    start, by = instance.model.event_start, instance.procedure.starts_from
    if start is None or by is None or not start.share:
        return
    if start.of_all:
        minutes = _minutes(instance, by)
        yield Left(
            step.id,
            Words(
                f"setiap kasus dimulai peristiwa {by.event} dan meminta {minutes:.4g} menit warga",
                f"the event {by.event} starts every case, which asks {minutes:.4g} minutes of people",
            ),
        )
        return
    asked = _minutes(instance, None)
    started = asked - (asked - _minutes(instance, by)) / start.share
    yield Left(
        step.id,
        Words(
            f"kasus yang dimulai peristiwa {by.event} ({100 * start.share:.3g} %) meminta {started:.4g} menit warga, "
            f"yang dimohonkan {asked:.4g}",
            f"cases that the event {by.event} starts ({100 * start.share:.3g} %) ask {started:.4g} minutes of people, "
            f"those that somebody asks for {asked:.4g}",
        ),
    )


def _minutes(instance: Instance, start: Start | None) -> float:
    """Return the expected citizen minutes of a procedure if it has such a start."""
    procedure: Procedure = instance.procedure.model_copy(update={"starts_from": start})
    model = instance.model
    return burden(compiled(procedure, model.catalogue, instance.policy, offers=False)).citizen_minutes
