"""What a paper only assumes: agreements that count by the policy and are not in force; knows no paper."""

from collections.abc import Iterable

from analysis.lawful import counts
from processes.catalogue import Catalogue
from processes.policy import Policy
from processes.words import Words


def assumed(catalogue: Catalogue, policy: Policy) -> tuple[str, ...]:
    """Return the agreements that a policy takes as in force though on its day they are not, in the order of the catalogue."""
    bare = policy.model_copy(update={"with_agreements": (), "agreements": "in force"})
    return tuple(str(one.id) for one in catalogue.agreements if counts(one, policy) and not counts(one, bare))


def assuming_words(agreements: Iterable[str]) -> Words | None:
    """Return that a paper assumes agreements; nothing, if it assumes none.

    >>> assuming_words(["a07", "a08"]).en
    'assumes that these agreements are in force: a07, a08'
    """
    names = ", ".join(agreements)
    if not names:
        return None
    return Words(
        f"mengandaikan perjanjian ini berlaku: {names}", f"assumes that these agreements are in force: {names}"
    )
