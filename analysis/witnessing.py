"""How findings and their witnesses are worded, alike for every detector; finds nothing."""

from collections.abc import Iterable

from analysis.finding import Finding, FindingKind, Witness
from analysis.instance import Instance, Item, bits
from processes.element import Assurance
from processes.words import Words


def level_words(level: int) -> Words:
    """Return how sure something is, in words."""
    return Assurance(level).words


def finding(
    instance: Instance, kind: FindingKind, step: str, subject: str, says: Words, witnesses: Iterable[Witness]
) -> Finding:
    """Return a finding with its witnesses, each once."""
    unique = tuple(dict.fromkeys(witnesses))
    return Finding(kind=kind, procedure=instance.procedure.id, step=step, subject=subject, says=says, witnesses=unique)


def asks(item: Item) -> Witness:
    """Return the witness that an item asks for something."""
    step = item.step.id
    role = Words(f"'{step}' memintanya", f"'{step}' asks for it")
    return Witness(where=item.where if item.where.line else item.step.where, role=role)


def gives(item: Item) -> Witness:
    """Return the witness that an item gives something."""
    step = item.step.id
    role = Words(f"'{step}' memberikannya", f"'{step}' gives it")
    if item.paper is not None:
        role = Words(
            f"dokumen '{item.paper.id}' pada '{step}' memuatnya", f"the document '{item.paper.id}' at '{step}' shows it"
        )
    return Witness(where=item.where if item.where.line else item.step.where, role=role)


def rule_witness(instance: Instance, number: int) -> Witness:
    """Return the witness that a rule gives something."""
    rule = instance.rules[number]
    keys = ", ".join(instance.shown(key) for key in bits(rule.keys))
    return Witness(
        where=rule.where, role=Words(f"{rule.name} memberikannya dari {keys}", f"{rule.name} gives it from {keys}")
    )
