"""The rules of a well-formed catalogue, giving Problems; reads no file and judges no quality.

One module a subject: `names` and `scope` say what names can mean, `entities`, `sharing`, `roles`, `steps` and `flow` hold the rules,
one function each; `doubts` holds most of the advice; `expressions` and `patterns` look into texts, `chains` at names that lead to names.
"""

from collections.abc import Iterator

from processes.checking.doubts import doubts
from processes.checking.entities import entity_problems
from processes.checking.flow import flow_problems, shares
from processes.checking.names import Known, first_of_each, place, reference
from processes.checking.roles import role_problems, too_many_in_a_row, unused_roles
from processes.checking.scope import Scope
from processes.checking.sharing import (
    agreement_problems,
    evidence_problems,
    form_problems,
    log_in_problems,
    policy_problems,
    register_problems,
    registry_problems,
)
from processes.checking.steps import escalation_problems, step_problems
from processes.problem import Problem, Severity
from processes.procedure import Procedure, Step, walk

__all__ = ["Known", "catalogue_problems", "first_of_each", "policy_problems", "procedure_problems"]


def catalogue_problems(known: Known) -> Iterator[Problem]:
    """Yield what is wrong with what procedures share."""
    catalogue = known.catalogue
    for entity in catalogue.entities:
        yield from entity_problems(known, entity)
    yield from register_problems(known)
    for paper in catalogue.evidence:
        yield from evidence_problems(known, paper)
    for form in catalogue.forms:
        yield from form_problems(known, form)
    for registry in catalogue.registries:
        yield from registry_problems(known, registry)
    for log_in in catalogue.identification:
        yield from log_in_problems(known, log_in)
    for agreement in catalogue.agreements:
        yield from agreement_problems(known, agreement)


def procedure_problems(known: Known, procedure: Procedure) -> Iterator[Problem]:
    """Yield what is wrong with a procedure, given what it can name.

    Complexity: linear in the size of the procedure, but for the conditions, each of which is held against the others.
    """
    scope = Scope(known, procedure)
    if too_long := too_many_in_a_row(scope):
        yield too_long
        return
    told = [*_whole(scope, procedure), *role_problems(scope)]
    for item in walk(procedure.steps):
        if isinstance(item, Step):
            told += step_problems(scope, item)
    told += flow_problems(scope)
    yield from told
    is_whole = not known.lost and procedure.where.file not in known.faulty
    if is_whole and all(problem.severity is Severity.ADVICE for problem in told):
        yield from doubts(scope)
    yield from unused_roles(scope)


def _whole(scope: Scope, procedure: Procedure) -> Iterator[Problem]:
    known, catalogue = scope.known, scope.known.catalogue
    yield from reference(known, "agency", procedure.agency, place(procedure.agency, procedure), catalogue.agency)
    purposes = [purpose.id for purpose in catalogue.purposes]
    yield from reference(known, "purpose", procedure.purpose, place(procedure.purpose, procedure), purposes)
    if procedure.escalates_to is not None:
        limited = procedure.time_limit or any(one.within for one in procedure.step_by_id.values())
        yield from escalation_problems(scope, procedure, limited=bool(limited))
    if procedure.channels:
        yield from shares([channel.share for channel in procedure.channels], procedure.channels[0].where)
    if (start := procedure.starts_from) is not None:
        yield from reference(known, "event", start.event, place(start.event, start), catalogue.event)
        if event := catalogue.event.get(start.event):
            yield from scope.fits(start.about, event.about, start.event, place(start.about, start))
        else:
            yield from scope.subject(start.about, place(start.about, start))
