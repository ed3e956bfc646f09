"""Whether a service may be asked: agreements judged by date, consumer, purpose and facts; knows no procedure's steps."""

from dataclasses import dataclass

from processes.catalogue import Agreement, Catalogue, DataService
from processes.policy import Policy
from processes.words import Words


@dataclass(frozen=True, slots=True)
class Permission:
    """Which facts of a service may be asked under which agreement; facts are in the service's own words."""

    agreement: Agreement
    facts: frozenset[str]


def counts(agreement: Agreement, policy: Policy) -> bool:
    """Return whether an agreement counts on the policy's date; its first and its last day are included.

    An agreement that the policy names is taken or left whatever its dates. `planned` also counts those planned to
    begin by the date; `all` counts every one.

    Source: the rules of access of UU 24/2013 Art. 79 and Permendagri 102/2019: what is not agreed is not allowed.
    """
    if agreement.id in policy.without_agreements:
        return False
    if agreement.id in policy.with_agreements or policy.agreements == "all":
        return True
    states = {"in force"} if policy.agreements == "in force" else {"in force", "planned"}
    begun = agreement.since is None or agreement.since <= policy.date
    if agreement.state == "planned" and agreement.since is None:
        begun = False  # nobody has said when
    ended = agreement.until is not None and agreement.until < policy.date
    return agreement.state in states and begun and not ended


def permissions(
    catalogue: Catalogue, policy: Policy, service: str, consumers: frozenset[str], purpose: str
) -> list[Permission]:
    """Return what one of the consumers may ask of a service for a purpose, those without consent first.

    Args:
        catalogue: Where services and agreements stand.
        policy: The date, and which agreements count.
        service: As `registry.service`.
        consumers: The agencies in whose name it may be asked.
        purpose: What the answers are used for.

    Returns:
        A permission for each agreement that counts, in the order of the catalogue, those that ask for a consent last.

    Complexity: linear in the number of agreements.
    """
    offered = catalogue.service[service]
    facts = frozenset((*offered.gives, *offered.confirms))
    found = [
        Permission(agreement, facts if agreement.facts == "all" else facts & frozenset(agreement.facts))
        for agreement in catalogue.agreements
        if service in agreement.services
        and agreement.consumer in consumers
        and purpose in agreement.purposes
        and counts(agreement, policy)
    ]
    return sorted((one for one in found if one.facts), key=lambda one: one.agreement.consent)


def usable(service: DataService, policy: Policy) -> bool:
    """Return whether a service finds enough, and its answers are young enough, for the policy."""
    if service.coverage <= 0 or service.coverage < policy.least_coverage:
        return False
    return policy.most_age is None or service.fresh is None or service.fresh.minutes <= policy.most_age.minutes


def why_not(
    catalogue: Catalogue, policy: Policy, service: str, consumers: frozenset[str], purpose: str, fact: str
) -> Words:
    """Return in words why a fact of a service may not be asked, to tell what an agreement would have to change."""
    who = ", ".join(sorted(consumers))
    concerned = [one for one in catalogue.agreements if service in one.services and one.consumer in consumers]
    if not usable(catalogue.service[service], policy):
        return Words(
            f"cakupan atau kemutakhiran {service} tidak memenuhi kebijakan",
            f"{service} does not find enough, or is too old, for the policy",
        )
    if not concerned:
        return Words(f"tidak ada perjanjian {who} dengan {service}", f"{who} has no agreement for {service}")
    fitting = [one for one in concerned if purpose in one.purposes]
    if not fitting:
        return Words(
            f"perjanjian untuk {service} bukan untuk tujuan {purpose}",
            f"the agreement for {service} is not for the purpose {purpose}",
        )
    allowed = [one for one in fitting if one.facts == "all" or fact in one.facts]
    if not allowed:
        return Words(
            f"perjanjian untuk {service} tidak mencakup {fact}", f"the agreement for {service} does not cover {fact}"
        )
    names = ", ".join(one.id for one in allowed)
    return Words(
        f"perjanjian {names} tidak berlaku pada {policy.date}",
        f"the agreement {names} is not in force on {policy.date}",
    )
