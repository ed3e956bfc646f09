"""Who signs or consents in a case: what different persons must do cannot be done twice by one and the same. Knows no page."""

import orjson

from flows.form_steps import SIGNS
from flows.store.case_store import CaseStore
from flows.store.rows import Kept, Waiting
from processes.procedure import Approve, FormStep, Step, actor
from processes.resolved import Resolved
from processes.words import Words


def signs(step: Step | None, model: Resolved) -> bool:
    """Whether whoever does a step signs or consents by it: an approval, or a form with such an act."""
    if isinstance(step, FormStep):
        return any(one.act in SIGNS for one in model.questions(step))
    return isinstance(step, Approve)


def signed_twice(store: CaseStore, case: Kept, wait: Waiting, model: Resolved, name: str) -> Words | None:
    """Return what is wrong where somebody would sign or consent who has done so in another role; nothing, if all is well.

    Two roles that are one person (their keys are the same) are no two persons. Names are compared without regard to case and spaces.

    Args:
        store: Where the case is.
        case: As just read.
        wait: What it waits for.
        model: Its procedure.
        name: Of whoever answers; empty if nobody has said.
    """
    steps = model.procedure.step_by_id
    if not signs(steps.get(wait.step), model):
        return None
    # by the roles of the steps: where it is late, somebody else may do what is another's to do
    signed = ((steps.get(one.step), one) for one in store.said(case.id))
    others = {
        plain_name(one.name): str(step.by or model.procedure.agency)
        for step, one in signed
        if step is not None and one.name and signs(step, model)
    }
    others = {other: who for other, who in others.items() if who != wait.who}
    others = {other: who for other, who in others.items() if not _one_person(case, who, wait.who, model)}
    if others and not plain_name(name):
        return Words(
            "Tulis nama yang menjawab (--name): tanda tangan dan persetujuan ini tidak boleh dari orang yang sama.",
            "Say who answers (--name): one person must not sign or consent here twice.",
        )
    who = others.get(plain_name(name))
    if who is None:
        return None
    return Words(
        f"{name.strip()} sudah menandatangani atau menyetujui sebagai {who}. Untuk {wait.who} diperlukan orang lain.",
        f"{name.strip()} has already signed or consented as {who}. For {wait.who} it takes somebody else.",
    )


def plain_name(name: str) -> str:
    """Return a name to be compared.

    >>> plain_name("  Siti  Aminah ") == plain_name("SITI AMINAH")
    True
    """
    return " ".join(name.casefold().split())


def _one_person(case: Kept, one: str, other: str, model: Resolved) -> bool:
    """Whether two roles are one person, by what the case knows of them."""
    subjects = [model.naming.subject(actor(role).whom) for role in (one, other)]
    values = orjson.loads(case.held or b"{}").get("values", {})
    keys = [values.get(str(subject.key)) if subject is not None else None for subject in subjects]
    return keys[0] is not None and keys[0] == keys[1]
