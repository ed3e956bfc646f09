"""What a procedure costs a case: minutes of citizens and agencies, and the time until it ends; moves nothing."""

from collections.abc import Sequence

from analysis.burden import Times, burden, times
from analysis.instance import Instance
from analysis.move import Measure
from processes.procedure import FormStep, Identify, Step, Wait, actor

CLOSE = 0.01  # minutes that are no difference: sums are rounded part by part


def measure(instance: Instance, passing: Sequence[float] = ()) -> Measure:
    """Return the expected minutes of citizens and agencies, and the expected time until a case ends.

    Args:
        instance: The procedure.
        passing: By point, the minutes that pass there, if they are at hand: see `spent`.

    Complexity: that of the burden.
    """
    asked = burden(instance)
    return Measure(asked.citizen_minutes, asked.agency_minutes, elapsed(instance, passing or spent(instance)))


def no_worse(now: Measure, before: Measure) -> bool:
    """Return whether nobody pays for a change: neither citizens nor agencies nor by waiting."""
    return (
        now.citizen <= before.citizen + CLOSE
        and now.agency <= before.agency + CLOSE
        and now.elapsed <= before.elapsed + CLOSE
    )


def better(now: Measure, before: Measure) -> bool:
    """Return whether a change saves something that counts."""
    return (
        now.citizen < before.citizen - CLOSE
        or now.agency < before.agency - CLOSE
        or now.elapsed < before.elapsed - CLOSE
    )


def spent(instance: Instance) -> tuple[float, ...]:
    """Return, for each point, the minutes that pass there in an expected case: the work, and the queue before it."""
    often = times(instance)
    return tuple(
        _each(instance, node, place.step, often) if place.step is not None and place.kind == "step" else 0.0
        for node, place in enumerate(instance.points)
    )


def _each(instance: Instance, node: int, step: Step, often: Times) -> float:
    minutes = often.visits[node] * (step.waits.minutes if step.waits else 0.0)
    if isinstance(step, Wait):
        minutes += often.visits[node] * (step.lasts.minutes if step.lasts else 0.0)
    if not isinstance(step, FormStep | Identify):
        return minutes + often.visits[node] * step.minutes
    mine = [item for item in instance.items if item.node == node and item.kind in ("question", "paper", "log-in")]
    minutes += sum((item.minutes + item.officer_minutes) * often.item[item.number] for item in mine)
    by_citizen = step.by is not None and actor(step.by).whom in instance.procedure.role_by_id
    if isinstance(step, FormStep) and by_citizen and (mine or node in instance.requests):
        minutes += instance.policy.contact_minutes * often.visits[node]
    return minutes


def elapsed(instance: Instance, minutes: Sequence[float]) -> float:
    """Return the expected time from the request to the end of a case.

    One after the other adds up, and of sides that run beside each other the longest counts: the greatest of the means,
    as is the convention for structured procedures. Returns count through the expected visits.

    Args:
        instance: The procedure.
        minutes: What passes at each point, expected over its visits.

    Complexity: linear in points.

    Source:
        Dumas, La Rosa, Mendling, Reijers: Fundamentals of Business Process Management (2018), flow analysis,
        https://doi.org/10.1007/978-3-662-56509-4. With times that vary, the mean of the longest side is greater.
    """
    sides: dict[tuple[tuple[int, int], ...], float] = {}
    for node, place in enumerate(instance.points):
        sides[place.sides] = sides.get(place.sides, 0.0) + minutes[node]
    parts: dict[int, list[tuple[tuple[int, int], ...]]] = {}  # by split: its sides
    for around in sides:
        if around:
            parts.setdefault(around[-1][0], []).append(around)
    for _, beside in sorted(parts.items(), reverse=True):  # inner ones first
        sides[beside[0][:-1]] += max(sides[one] for one in beside)
    return sides.get((), 0.0)
