"""What reviewers suppose for once: agreements switched on or off, another day; as it stands in an address; edits no file."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from processes.catalogue import Agreement
from processes.policy import Policy


class Supposed(NamedTuple):
    """What is otherwise than the policy says; nothing, as a rule."""

    on: date | None = None
    with_agreements: tuple[str, ...] = ()
    without_agreements: tuple[str, ...] = ()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What stands of it in an address."""
        return [
            *([("on", self.on.isoformat())] if self.on else []),
            *(("with", one) for one in self.with_agreements),
            *(("without", one) for one in self.without_agreements),
        ]

    def over(self, policy: Policy) -> Policy:
        """Return a policy with it.

        >>> Supposed(without_agreements=("a1",)).over(Policy(with_agreements=("a1", "a2"))).with_agreements
        ('a2',)
        """
        if not any(self):
            return policy
        taken, left = self.with_agreements, self.without_agreements
        update: dict[str, Any] = {
            "with_agreements": (*(one for one in policy.with_agreements if one not in (*left, *taken)), *taken),
            "without_agreements": (*(one for one in policy.without_agreements if one not in (*taken, *left)), *left),
        }
        if self.on is not None:
            update["date"] = self.on
        return policy.model_copy(update=update)


USUALLY = Supposed()


def is_supposing(name: str) -> bool:
    """Whether a name in an address is one by which something is supposed."""
    return name in ("on", "with", "without") or name.startswith("as-")


def supposed(asked: Mapping[str, Sequence[str]], agreements: Iterable[Agreement], policy: Policy) -> Supposed:
    """Return what an address supposes; what is not known, or is so anyway, is left out.

    Args:
        asked: The values of each name; `as-AGREEMENT` with `on` or `off` is how a form says `with` and `without`.
        agreements: Those of the catalogue.
        policy: The one that counts otherwise.
    """
    known = [one.id for one in agreements]
    how = dict.fromkeys(asked.get("with", ()), "on") | dict.fromkeys(asked.get("without", ()), "off")
    how |= {name: values[-1] for name in known if (values := asked.get(f"as-{name}"))}
    return Supposed(
        _day((asked.get("on") or [""])[-1], policy.date),
        tuple(one for one in known if how.get(one) == "on" and one not in policy.with_agreements),
        tuple(one for one in known if how.get(one) == "off" and one not in policy.without_agreements),
    )


def _day(text: str, usual: date) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return None if day == usual else day
