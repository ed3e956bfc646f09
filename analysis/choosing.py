"""Which choice of removals and services is taken: a few are weighed against each other; builds nothing."""

from dataclasses import dataclass

from analysis.instance import bits
from analysis.placing import Call, calls
from analysis.removal import Choice, Today, together
from analysis.weighing import Scales


@dataclass(frozen=True, slots=True)
class Weighed:
    """A choice, the look-ups it comes to, and what it asks of people."""

    choice: Choice
    looked_up: list[Call]
    weight: tuple[int, int]  # of the citizen and of agencies, in thousandths of a minute


def best_choice(today: Today, without: int = 0) -> Weighed:
    """Return the least burdensome of a few choices.

    A service that does not find everybody costs its residual form. The better of all services and only those that find
    everybody is where it starts; then each doubtful one is left out, or taken in, and stays so if that is better. The
    proven minimum over all choices has its place here.

    Args:
        today: The procedure, with its requirements met.
        without: Rules not to be used, as bits.

    Complexity: what can go `together` once with the sure services; for each doubtful one only what lies between.
    """
    scales = Scales(today.instance)
    usable = today.offered & ~without
    doubtful = sum(1 << number for number in bits(usable) if today.instance.rules[number].coverage < 1)
    sure = _weighed(today, scales, together(today, without | doubtful))
    if not doubtful:
        return sure
    most = sure.choice.kept
    every = _weighed(today, scales, together(today, without, most))
    best, out = (every, without) if every.weight < sure.weight else (sure, without | doubtful)
    for call in every.looked_up:
        if call.first.coverage < 1:
            tried = out ^ rules_of(today, call) & usable
            other = _weighed(today, scales, together(today, tried, most, every.choice.kept))
            if other.weight < best.weight:
                best, out = other, tried
    return best


def _weighed(today: Today, scales: Scales, choice: Choice) -> Weighed:
    looked_up = calls(today, choice)
    return Weighed(choice, looked_up, scales.weight(choice, looked_up))


def rules_of(today: Today, call: Call) -> int:
    """Return every offered rule of a look-up's service about its subject, as bits."""
    rules = [(number, today.instance.rules[number]) for number in bits(today.offered)]
    return sum(1 << n for n, rule in rules if (rule.service, rule.about) == (call.first.service, call.first.about))
