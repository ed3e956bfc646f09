"""On which forms a redesign may ask for a consent, or have somebody log in before: those filled in anyway; weighs nothing."""

from dataclasses import replace

from analysis.instance import Instance, Item, bits, union
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
    """Return the points of the forms that are filled in by whoever comes there: the request, and those that ask something of everybody.

    Args:
        instance: The procedure.
        kept: What is kept of it, as bits.
    """
    return instance.requests | {item.node for item in map(instance.item, bits(kept)) if asks_everybody(item)}


def asks_everybody(item: Item) -> bool:
    """Whether it is a question or document for all who come to its form: then they fill in the form anyway."""
    if item.question is not None:
        return item.under is None and item.question.condition is None
    return item.paper is not None and item.under is None and item.paper.condition is None and item.paper.share >= 1


def needs_form(item: Item) -> bool:
    """Whether it can only be on, or before, a form that is there anyway: a consent or a log-in that today has not."""
    return item.kind == "consent" or item.log_in is not None


def could_be_asked(instance: Instance, kept: int) -> int:
    """Return the consents, as bits of options, that could be asked on the forms that are filled in anyway."""
    anyway = filled_in(instance, kept)
    return union(option.bit for option in instance.options if option.kind == "consent" and option.node in anyway)
