"""What the law says of each look-up of a procedure on a day: who may ask, on which basis, with whose consent; asks nobody.

It is judged by the code that judges designs (`analysis.lawful`), with the day of the run in place of the day of the design, and
without what a design may suppose: an agreement that is only planned, or assumed, allows nobody to ask a registry.
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from analysis.lawful import Permission, permissions, why_not
from processes.catalogue import Agreement, Catalogue
from processes.policy import Policy
from processes.procedure import Lookup, actor
from processes.resolved import Resolved, Subject
from processes.words import Words, same

# How much a service must find, and how young its answers must be, is for whoever designs to choose: the law does not ask.
NO_CHOICE = {"least_coverage": 0.0, "most_age": None}


class Verdict(NamedTuple):
    """What the law says of a look-up."""

    lawful: bool
    consent: bool  # whether those whom the data are about must have consented
    consumer: str  # the agency in whose name is asked
    purpose: str
    basis: tuple[str, ...]  # agreements, each with the law it rests on
    reason: Words  # what it is asked for; of what is not lawful, why it is not


Judge = Callable[[str, tuple[str, ...], date], Verdict]  # of a look-up's step, the words it asks for, and the day


def everything_is_lawful(step: str, words: tuple[str, ...], today: date) -> Verdict:
    """Judge nothing: for whoever runs a procedure on registries that are made up."""
    return Verdict(True, False, "", "", (), same(""))


def consents_to(model: Resolved, step: Lookup) -> tuple[str, ...]:
    """Return the consents to a look-up: one of each whom its data are about."""
    return tuple(consent(step.service, subject) for subject in model.subjects(step).values())


def consent(service: str, subject: Subject) -> str:
    """Return the name of somebody's consent to be asked about by a service."""
    return f"{service} by {subject.name}"


class Law:
    """Judges the look-ups of one procedure."""

    def __init__(self, model: Resolved, policy: Policy, agreements: tuple[Agreement, ...] | None = None) -> None:
        """Make a judge.

        Args:
            model: The procedure with the catalogue that a case is pinned to.
            policy: What was chosen for it.
            agreements: Those of today, if others are known than the case is pinned to: what was taken back allows nothing any more.
        """
        self.model, self.policy, self.catalogue = model, policy, model.catalogue
        if agreements is not None:
            # made anew, not copied: a copy would keep what was found of the old agreements
            parts = {name: getattr(model.catalogue, name) for name in Catalogue.model_fields}
            self.catalogue = Catalogue(**(parts | {"agreements": agreements}))
        self._verdicts: dict[tuple[str, tuple[str, ...], date], Verdict] = {}

    def __call__(self, step: str, words: tuple[str, ...], today: date) -> Verdict:
        """Return what the law says of a look-up.

        Args:
            step: Its name.
            words: The facts it asks for, in the words of its service.
            today: The day on which it asks.

        Complexity: linear in the agreements, once a look-up and day.
        """
        if (step, words, today) not in self._verdicts:
            self._verdicts[step, words, today] = self._verdict(step, words, today)
        return self._verdicts[step, words, today]

    def _verdict(self, name: str, words: tuple[str, ...], today: date) -> Verdict:
        procedure, catalogue = self.model.procedure, self.catalogue
        step = procedure.step_by_id[name]
        assert isinstance(step, Lookup)  # noqa: S101  # nothing else asks a registry
        policy = self.policy.model_copy(
            update={"date": today, "agreements": "in force", "with_agreements": (), **NO_CHOICE}
        )
        consumers = frozenset([procedure.agency, *([actor(step.by).whom] if step.by else [])])
        purpose = step.purpose or procedure.purpose
        granted = permissions(catalogue, policy, step.service, consumers, purpose)
        used, lacking = _used(granted, words)
        if lacking:
            whom = actor(step.by).whom if step.by else ""
            who = whom if whom in catalogue.agency else str(procedure.agency)
            reason = why_not(catalogue, policy, step.service, consumers, purpose, lacking[0])
            return Verdict(False, False, who, str(purpose), (), reason)
        asking = ", ".join(dict.fromkeys(str(one.consumer) for one in used)) or str(procedure.agency)
        basis = tuple([_basis(one, catalogue, purpose) for one in used])
        return Verdict(True, any(one.consent for one in used), asking, str(purpose), basis, self._why(step, purpose))

    def _why(self, step: Lookup, purpose: str) -> Words:
        """Return what a look-up is made for, as people say it."""
        procedure = self.model.procedure
        title = step.title or same(step.id.replace("-", " "))
        whole = procedure.title
        to = next((one.title for one in self.catalogue.purposes if one.id == purpose), same(str(purpose)))
        return Words(
            f"{whole.id}: {title.id} (tujuan: {to.id})",
            f"{whole.en}: {title.en} (purpose: {to.en})",
        )


def _used(granted: list[Permission], words: tuple[str, ...]) -> tuple[list[Agreement], list[str]]:
    """Return the agreements by which words may be asked, those without consent first; and the words that none allows."""
    used, lacking = list[Agreement](), list(words)
    for one in granted:
        if covered := one.facts.intersection(lacking):
            used.append(one.agreement)
            lacking = [word for word in lacking if word not in covered]
    return used, lacking


def _basis(agreement: Agreement, catalogue: Catalogue, purpose: str) -> str:
    """Return an agreement with the law it rests on; if it names none, that of the purpose."""
    law = agreement.legal_basis or next((one.legal_basis for one in catalogue.purposes if one.id == purpose), ())
    return f"{agreement.id}: {', '.join(law)}" if law else str(agreement.id)
