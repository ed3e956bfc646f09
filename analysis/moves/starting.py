"""Says which events of registries could start a case, and what that would spare; starts nothing the law does not name."""

from collections.abc import Iterator

from analysis.instance import Instance
from analysis.move import Left
from processes.procedure import FormStep
from processes.words import Words


def possible_starts(instance: Instance) -> Iterator[Left]:
    """Yield, for each event that carries facts which the request asks, what it would spare, and what is wanting for it.

    That a case starts without a request is for the law to say, and the language says it in the procedure (`starts_from`):
    so it is proposed and never done. The acts of the request remain in any case.

    Complexity: events times roles times questions of the requests.
    """
    procedure, model = instance.procedure, instance.model
    if procedure.starts_from is not None:
        return
    for node in sorted(instance.requests):
        step = instance.points[node].step
        if not isinstance(step, FormStep):
            continue
        asked = {question.fact: question for question in model.questions(step) if question.fact}
        for registry in model.catalogue.registries:
            for event in registry.events:
                for role in procedure.role_by_id:
                    subject = model.naming.subject(role)
                    if subject is None or subject.entity.id != event.about or subject.many:
                        continue
                    carried = [
                        name for name in model.naming.known(f"{role}.{one}" for one in event.carries) if name in asked
                    ]
                    if carried:
                        shown = ", ".join(model.naming.shown(name) for name in carried)
                        minutes = event.coverage * sum(asked[name].minutes for name in carried)
                        name = f"{registry.id}.{event.id}"
                        yield Left(
                            step.id,
                            Words(
                                f"peristiwa {name} tentang {role} membawa {shown}: bila hukum mengizinkan permohonan dimulai "
                                f"dari peristiwa itu ('starts_from'), {minutes:.3g} menit pertanyaan per kasus dapat dihemat",
                                f"the event {name} about {role} carries {shown}: if the law lets the procedure start from it "
                                f"('starts_from'), {minutes:.3g} minutes of questions a case could be spared",
                            ),
                        )
