"""Whether a service may be asked: agreements judged by date, consumer, purpose and facts; knows no procedure's steps."""

from dataclasses import dataclass
from typing import NamedTuple

from processes.catalogue import Agreement, Catalogue, DataService
from processes.policy import Policy
from processes.words import Words, same


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

    Complexity: linear in the number of agreements that name the service.
    """
    offered = catalogue.service[service]
    facts = frozenset((*offered.gives, *offered.confirms))
    found = [
        Permission(agreement, facts if agreement.facts == "all" else facts & frozenset(agreement.facts))
        for agreement in catalogue.agreements_on.get(service, ())
        if agreement.consumer in consumers and purpose in agreement.purposes and counts(agreement, policy)
    ]
    return sorted((one for one in found if one.facts), key=lambda one: one.agreement.consent)


def usable(service: DataService, policy: Policy) -> bool:
    """Return whether a service finds enough, and its answers are young enough, for the policy."""
    if service.coverage <= 0 or service.coverage < policy.least_coverage:
        return False
    return policy.most_age is None or service.fresh is None or service.fresh.minutes <= policy.most_age.minutes


class Refusal(NamedTuple):
    """Why a fact of a service may not be asked, and how far it is from being lawful."""

    far: int  # 1: an agreement that does not count; 2: one that lacks the fact; 3: the purpose; 4: none at all; 5: the policy
    says: Words
    agreements: tuple[str, ...] = ()  # those that are nearest to allowing it


def refusal(
    catalogue: Catalogue, policy: Policy, service: str, consumers: frozenset[str], purpose: str, fact: str
) -> Refusal | None:
    """Return why a fact of a service may not be asked, by what the nearest agreement lacks; nothing, if it may.

    Args:
        catalogue: Where services and agreements stand.
        policy: The date, and which agreements count.
        service: As `registry.service`.
        consumers: The agencies in whose name it would be asked.
        purpose: What the answers are used for.
        fact: In the service's own words.

    Complexity: linear in the number of agreements that name the service.
    """
    concerned = [one for one in catalogue.agreements_on.get(service, ()) if one.consumer in consumers]
    if not usable(catalogue.service[service], policy):
        return Refusal(5, _of_no_use(catalogue.service[service], service, policy))
    if not concerned:
        agencies = [catalogue.agency[one].title if one in catalogue.agency else same(one) for one in sorted(consumers)]
        who = Words(", ".join(one.id for one in agencies), ", ".join(one.en for one in agencies))
        return Refusal(
            4, Words(f"tidak ada perjanjian {who.id} dengan {service}", f"{who.en} has no agreement for {service}")
        )
    fitting = [one for one in concerned if purpose in one.purposes]
    if not fitting:
        what_for = next((one.title for one in catalogue.purposes if one.id == purpose), None) or same(purpose)
        says = Words(
            f"perjanjian untuk {service} bukan untuk tujuan {what_for.id}",
            f"the agreement for {service} is not for the purpose {what_for.en}",
        )
        return Refusal(3, says, _names(concerned))
    covering = [one for one in fitting if one.facts == "all" or fact in one.facts]
    if not covering:
        says = Words(
            f"perjanjian untuk {service} tidak mencakup {fact}", f"the agreement for {service} does not cover {fact}"
        )
        return Refusal(2, says, _names(fitting))
    if any(counts(one, policy) for one in covering):
        return None
    told = [_not_in_force(one, policy) for one in covering]
    return Refusal(1, Words("; ".join(one.id for one in told), "; ".join(one.en for one in told)), _names(covering))


def why_not(
    catalogue: Catalogue, policy: Policy, service: str, consumers: frozenset[str], purpose: str, fact: str
) -> Words:
    """Return in words why a fact of a service may not be asked; see `refusal`."""
    found = refusal(catalogue, policy, service, consumers, purpose, fact)
    return found.says if found else Words(f"{service} boleh ditanyakan", f"{service} may be asked")


def _of_no_use(service: DataService, name: str, policy: Policy) -> Words:
    """Return why a service is not usable for a policy."""
    finds, least = f"{100 * service.coverage:.4g} %", f"{100 * policy.least_coverage:.4g} %"
    if service.coverage <= 0:
        return Words(f"{name} tidak menemukan siapa pun", f"{name} finds nobody")
    if service.coverage < policy.least_coverage:
        return Words(
            f"{name} hanya menemukan {finds}, kurang dari {least} menurut kebijakan",
            f"{name} finds only {finds}, and the policy asks for at least {least}",
        )
    return Words(f"data {name} lebih tua daripada batas kebijakan", f"what {name} says is older than the policy allows")


def _names(agreements: list[Agreement]) -> tuple[str, ...]:
    return tuple(one.id for one in agreements)


def _not_in_force(agreement: Agreement, policy: Policy) -> Words:
    """Return why an agreement does not count: it is left out, over, still to come, or not concluded."""
    name = agreement.id
    if name in policy.without_agreements:
        return Words(f"perjanjian {name} dikesampingkan oleh kebijakan", f"the policy leaves out the agreement {name}")
    says = Words(
        f"perjanjian {name} tidak berlaku pada {policy.date}", f"the agreement {name} is not in force on {policy.date}"
    )
    if agreement.until is not None and agreement.until < policy.date:
        why = Words(f"berakhir {agreement.until}", f"it ended on {agreement.until}")
    elif agreement.state == "none":
        why = Words("belum dibuat", "it is not concluded")
    elif agreement.state == "planned" and agreement.since is None:
        why = Words("baru direncanakan", "it is only planned")
    elif agreement.state == "planned":
        why = Words(f"baru direncanakan, mulai {agreement.since}", f"it is only planned, from {agreement.since}")
    else:
        why = Words(f"mulai {agreement.since}", f"it begins on {agreement.since}")
    return Words(f"{says.id} ({why.id})", f"{says.en} ({why.en})")
