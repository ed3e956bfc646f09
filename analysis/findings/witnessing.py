"""How findings and their witnesses are worded, alike for every detector; finds nothing."""

from collections.abc import Iterable

from analysis.finding import Finding, FindingKind, Witness
from analysis.instance import Instance, Item, bits
from analysis.once import once
from processes.element import Assurance
from processes.part import Location, Part
from processes.procedure import Choose
from processes.words import Words


def level_words(level: int) -> Words:
    """Return how sure something is, in words."""
    return Assurance(level).words


def finding(
    instance: Instance,
    kind: FindingKind,
    step: str,
    subject: str,
    says: Words,
    witnesses: Iterable[Witness],
    ground: Iterable[str] = (),
) -> Finding:
    """Return a finding with its witnesses, each once, and what else it rests on."""
    unique = tuple(dict.fromkeys(witnesses))
    return Finding(
        kind=kind,
        procedure=instance.procedure.id,
        step=step,
        subject=subject,
        says=says,
        witnesses=unique,
        ground=tuple(ground),
    )


def choice_name(item: object) -> str:
    """Return what a choice is called where it is spoken of: by its first condition."""
    branches = item.branches if isinstance(item, Choose) else ()
    return next((str(branch.condition) for branch in branches if branch.condition), "choose")


def asks(item: Item) -> Witness:
    """Return the witness that an item asks for something."""
    step = item.step.id
    role = Words(f"'{step}' memintanya", f"'{step}' asks for it")
    asked = item.question or item.paper  # a question's name is unique on its form: `child.name#2` is asked further down
    return Witness(where=place_of(item), role=role, ground=f"asks {step} {asked.id if asked else ''}")


def gives(item: Item) -> Witness:
    """Return the witness that an item gives something."""
    step = item.step.id
    role, ground = Words(f"'{step}' memberikannya", f"'{step}' gives it"), f"gives {step}"
    if item.paper is not None:
        role = Words(
            f"dokumen '{item.paper.id}' pada '{step}' memuatnya", f"the document '{item.paper.id}' at '{step}' shows it"
        )
        ground += f" {item.paper.id}"
    return Witness(where=place_of(item), role=role, ground=ground)


def place_of(item: Item) -> Location:
    """Return where an item stands in its file; its step, if it has no place of its own."""
    return item.where if item.where.line else item.step.where


def rule_witnesses(instance: Instance, number: int) -> list[Witness]:
    """Return the witnesses that a rule gives something: what gives it, and the agreement that allows to ask."""
    rule = instance.rules[number]
    keys = ", ".join(instance.shown(key) for key in bits(rule.keys))
    said = [rule.name, keys]
    service = instance.model.catalogue.service.get(rule.service)
    if service is not None:
        said.append(_said_by(service))
    elif rule.kind == "computed":
        said += [_expression(instance, fact) for fact in bits(rule.gives)]
    found = [
        Witness(
            where=rule.where,
            role=Words(f"{rule.name} memberikannya dari {keys}", f"{rule.name} gives it from {keys}"),
            ground=" ".join(said),
        )
    ]
    if rule.agreement is not None:
        allows = Words(f"perjanjian {rule.agreement.id} mengizinkannya", f"agreement {rule.agreement.id} allows it")
        found.append(Witness(where=rule.agreement.where, role=allows, ground=_said_by(rule.agreement)))
    return found


@once
def _said_by(part: Part) -> str:
    return part.model_dump_json(exclude_defaults=True)


def _expression(instance: Instance, fact: int) -> str:
    known = instance.model.naming.fact(instance.facts[fact])
    return known.element.computed or "" if known is not None else ""
