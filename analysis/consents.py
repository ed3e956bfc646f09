"""On which forms a redesign may ask for a consent, or have somebody log in before: those filled in anyway; weighs nothing."""

from dataclasses import replace

from analysis.burden import from_event
from analysis.instance import Instance, Item, bits, union
from analysis.once import once
from analysis.removal import Today
from processes.procedure import FormStep, actor


def with_consents(today: Today) -> Today:
    """Return the same procedure, needing what it needs, with each consent on each form where it can be asked as an option.

    Without it, each is taken to be given on every form of the person the data are about: that is enough to tell what could be
    had at all.

    Complexity: linear in the forms of those whose consent some service needs.
    """
    instance = today.instance
    if not instance.consentable:
        return today
    options, work = list(instance.options), list(instance.work)
    for node, bit in instance.consentable:
        step, number = instance.points[node].step, len(instance.items) + len(options)
        assert isinstance(step, FormStep) and step.by is not None  # noqa: S101  # a form of somebody
        subject = instance.model.naming.subject(actor(step.by).whom)
        each = instance.model.expected(subject.name) if subject is not None else 1.0
        minutes = instance.policy.consent_minutes * each
        options.append(Item(number, "consent", node, step, bit, minutes, where=step.where))
        work[node] = (*work[node], ("ask", number, bit))
    return today.extended(replace(instance, options=tuple(options), work=tuple(work), consentable=()))


def filled_in(instance: Instance, kept: int) -> frozenset[int]:
    """Return the points of the forms that are filled in by all who come there: the request, and those that ask everybody something.

    Args:
        instance: The procedure.
        kept: What is kept of it, as bits.
    """
    asking = frozenset(instance.item(number).node for number in bits(kept & asking_everybody(instance)))
    started, _ = from_event(instance)
    return asking if started else asking | instance.requests


@once
def asking_everybody(instance: Instance) -> int:
    """Return the questions and documents, as bits, that are asked of all who come to their form: then they fill it in anyway."""
    _, brought = from_event(instance)
    return union(item.bit for item in instance.items if not _of_some(item) and not brought & item.bit)


def _of_some(item: Item) -> bool:
    """Whether something is asked of some only, or nobody."""
    if item.question is not None:
        return item.question.condition is not None
    return item.paper is None or item.paper.condition is not None or item.paper.share < 1


def needs_form(item: Item) -> bool:
    """Whether it can only be on, or before, a form that is there anyway: a consent or a log-in that today has not."""
    return item.kind == "consent" or item.log_in is not None


def could_be_asked(instance: Instance, kept: int) -> int:
    """Return the consents, as bits of options, that could be asked on the forms that are filled in anyway."""
    anyway = filled_in(instance, kept)
    return union(option.bit for option in instance.options if option.kind == "consent" and option.node in anyway)
