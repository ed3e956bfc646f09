"""Procedure, catalogue and policy -> findings and the redesign that holds together; proves its result before giving it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from analysis.agreeing import answered, answers, repeated
from analysis.behind import Behind
from analysis.burden import burden
from analysis.certain import certain
from analysis.certifying import certified
from analysis.change import Burden, Change, Optimum, Redesign, Stay
from analysis.compiling import compiled
from analysis.demand import Requirement
from analysis.fewest.choosing import DoesNotHoldError, chosen
from analysis.finding import Finding, Witness
from analysis.findings.decisions import items_kept, judged, steps_kept
from analysis.findings.redundancy import findings
from analysis.instance import Demand, Instance, bits
from analysis.moves import moved
from analysis.moves.returning import kept_on_returns
from analysis.of_some import beside
from analysis.placing import Call
from analysis.reasons import tied, with_reasons
from analysis.removal import Choice, Today
from analysis.rewriting import rewritten
from analysis.staying import stays
from analysis.supply import Supply
from processes.catalogue import Catalogue
from processes.element import Assurance
from processes.policy import Decision, Policy
from processes.procedure import Choose, Procedure, walk
from processes.words import Words


@dataclass(frozen=True, slots=True)
class Analysis:
    """What there is to say about a procedure, and its redesign."""

    findings: tuple[Finding, ...]
    redesign: Redesign


def analysed(procedure: Procedure, catalogue: Catalogue, policy: Policy) -> Analysis:
    """Return the findings about a procedure and the redesign they come to.

    A redesign is refused, with the reasons, where today's procedure itself lacks a fact that a step needs, or is
    unsound; and where what was built does not give every step what it needs (which would be a fault of ours).

    Args:
        procedure: A well-formed procedure.
        catalogue: What it refers to.
        policy: The date, and what counts.

    What reviewers rejected stays as it is; moves they rejected are not made. A redesign that the checker refuses is
    refused here, with the checker's reasons.

    Complexity: a supply analysis for each question, document, check and service; the search for the least; a few supply
    analyses for each move; the certificate and its check.
    """
    today, found = decided_today(procedure, catalogue, policy)
    blocking = [finding for finding in found if finding.blocks]
    before = burden(today.instance)
    if blocking:
        return Analysis(
            found, Redesign(procedure, None, refused=tuple(_placed(one) for one in blocking), burden_before=before)
        )
    redesign = with_reasons(today.instance, _best(today, found, before), found)
    empty = tuple(empty_steps(procedure, redesign))
    unlawful = tuple(
        Stay(
            one.step,
            one.subject,
            Words(f"tetap seperti saat ini, walaupun {one.says.id}", f"as it is today, although {one.says.en}"),
        )
        for one in found
        if one.kind == "unlawful today" and redesign.after is not None and one.step in redesign.after.step_by_id
    )
    ids = {one.id for one in empty}
    redesign = replace(
        redesign,
        changes=tied(redesign.changes, empty),
        stays=(*redesign.stays, *unlawful),
        stale=tuple(one for one in redesign.stale if one.finding not in ids),
    )
    return Analysis((*found, *empty), redesign)


def _placed(finding: Finding) -> Words:
    """Return what a finding says, with its place in the file."""
    return Words(f"{finding.where}: {finding.says.id}", f"{finding.where}: {finding.says.en}")


def decided_today(procedure: Procedure, catalogue: Catalogue, policy: Policy) -> tuple[Today, tuple[Finding, ...]]:
    """Return a procedure as it is, bound to what reviewers decided, and the findings that they decided about.

    Args:
        procedure: A well-formed procedure.
        catalogue: What it refers to.
        policy: The date, what counts, and the decisions.

    Complexity: that of the findings; a redesign, if something was rejected that is not found of today, and one more for each
    step among it that would be empty and then is not.
    """
    today = Today(compiled(procedure, catalogue, policy))
    found = findings(today)
    if not policy.decisions:
        return today, found
    bound = _bound(today, found)
    while not any(one.blocks for one in found) and _rejected(judged(found, policy, [procedure.id]).stale):
        # it may be of a step that would be empty: that is only found on the redesign
        redesign = with_reasons(bound.instance, _best(bound, found, burden(today.instance)), found)
        if not (more := judged(empty_steps(procedure, redesign), policy).rejected):
            break
        found = (*found, *more)
        bound = _bound(today, found)
    return bound, found


def _bound(today: Today, found: tuple[Finding, ...]) -> Today:
    """Return a procedure as it is, bound to what reviewers decided about some findings."""
    kept = items_kept(today.instance, found, today.instance.policy)
    standing = steps_kept(found, today.instance.policy)
    if not kept and not standing:
        return today
    return Today(replace(today.instance, standing=standing), kept)


def _rejected(decisions: Iterable[Decision]) -> bool:
    return any(one.decision == "rejected" for one in decisions)


def redesigned(procedure: Procedure, catalogue: Catalogue, policy: Policy) -> Redesign:
    """Return the redesign of a procedure; see `analysed`."""
    return analysed(procedure, catalogue, policy).redesign


def empty_steps(procedure: Procedure, redesign: Redesign) -> Iterator[Finding]:
    """Yield the steps of which the redesign leaves nothing; what a letter, look-up or log-in of its own was is told as such."""
    told = {*redesign.on_returns} | {
        change.step
        for change in redesign.changes
        if change.kind in ("letter dropped", "look-up dropped", "log-in dropped", "signature dropped")
    }
    for change in redesign.changes:
        if change.kind == "step dropped" and change.step not in told:
            step = procedure.step_by_id[change.step]
            says = Words(f"tidak ada lagi yang dikerjakan pada '{step.id}'", f"nothing is left to do at '{step.id}'")
            emptied = [
                Witness(where=step.where, role=other.says, ground=f"{other.kind} {other.subject}")
                for other in redesign.changes
                if other.step == step.id and other.kind != "step dropped"
            ]
            witnesses = emptied or [
                Witness(where=step.where, role=Words("tidak ada yang dikerjakan", "nothing is done"), ground="empty")
            ]
            yield Finding(
                kind="empty step",
                procedure=procedure.id,
                step=step.id,
                subject=step.id,
                says=says,
                witnesses=tuple(witnesses),
            )


@dataclass(frozen=True, slots=True)
class _Built:
    """A redesign before any move."""

    instance: Instance  # compiled without offers
    changes: tuple[Change, ...]
    on_returns: tuple[str, ...]  # the forms that stay just on the return to them


def _best(today: Today, found: tuple[Finding, ...], before: Burden) -> Redesign:
    """Return the least burdensome redesign that holds, moved and certified; today's procedure, if nothing is better.

    What the checker does not follow is left out, and the gap is said: first what is asked of some only, then look-ups.
    """
    first: Redesign | None = None
    bound: float | None = None
    for mine, options in ((today, True), (today, False), (today.without_offers(), False)):
        made = _made(mine, found, before, options=options, bound=bound)
        if made.after is not None or made.optimum is None:
            return first if made.after is None and first is not None else made
        first, bound = first or made, made.optimum.minutes - made.optimum.gap if bound is None else bound
    assert first is not None  # noqa: S101  # of the first of these
    return first


def _made(
    today: Today, found: tuple[Finding, ...], before: Burden, *, options: bool, bound: float | None = None
) -> Redesign:
    """Return the least burdensome redesign, moved and certified, or refused with the reasons."""
    failed: list[Requirement] = []

    def build(using: Today, choice: Choice, looked_up: list[Call]) -> _Built:
        rewrite = rewritten(using.instance, choice, looked_up)
        after, on_returns = kept_on_returns(procedure, rewrite.procedure)
        model = today.instance.model
        instance = beside(today, compiled(after, model.catalogue, policy, offers=False, like=model))
        lacking = lacks(today, instance)
        if lacking:
            failed[:] = lacking
            raise DoesNotHoldError(_first_lacking(lacking))
        return _Built(instance, tuple(_kept_on(rewrite.changes, on_returns)), on_returns)

    procedure, policy = today.instance.procedure, today.instance.policy
    best = chosen(today, build, options=options)
    if best is None:
        reasons = failed or list(today.needs.missing)
        refused = tuple(_lack(today.instance, one) for one in reasons)
        return Redesign(procedure, None, refused=refused, burden_before=before)
    least = best.weight.citizen / 1000
    unmoved = best.built.instance
    end = moved(today, unmoved.procedure, found, unmoved)
    redesign = Redesign(
        before=procedure,
        after=end.procedure,
        changes=best.built.changes,
        stays=stays(best.among, best.choice, best.looked_up),
        burden_before=before,
        burden_after=burden(end.instance or unmoved),
        optimum=Optimum(best.optimal, (best.weight.citizen - best.bound.citizen) / 1000, least)
        if bound is None
        else Optimum(proven=False, gap=round(least - bound, 3), minutes=least),
        moves=end.moves,
        on_returns=best.built.on_returns,
        stale=(*judged(found, policy, [procedure.id]).stale, *end.stale),
    )
    return _certified(today, redesign, unmoved)


def _kept_on(changes: Iterable[Change], on_returns: Collection[str]) -> Iterator[Change]:
    """Say of a form that stays just on the return to it that it does."""
    for one in changes:
        if one.kind == "step dropped" and one.step in on_returns:
            says = Words(
                f"'{one.step}' hanya tetap bagi yang dikembalikan ke sana: menyatakan bahwa yang kurang sudah dilengkapi",
                f"'{one.step}' stays just for those who are sent back to it: to say that what was lacking is complete",
            )
            one = replace(one, says=says)  # the same change, said otherwise
        yield one


def _certified(today: Today, redesign: Redesign, unmoved: Instance) -> Redesign:
    """Return a redesign with its certificate; refused, if the checker refuses it."""
    certificate, refusals = certified(today, redesign, unmoved=unmoved)
    if not refusals:
        return replace(redesign, certificate=certificate)
    reasons = tuple(
        Words(f"pemeriksa menolak: {one.where}: {one.says.id}", f"the checker refuses: {one.where}: {one.says.en}")
        for one in refusals
    )
    return Redesign(
        redesign.before, None, refused=reasons, burden_before=redesign.burden_before, optimum=redesign.optimum
    )


def lacks(today: Today, after: Instance) -> list[Requirement]:
    """Return what a redesigned procedure's points lack of what they have today: nothing, if the redesign holds.

    Each point is found again by its step, or its number among the choices; points of steps that are gone need nothing.
    What was brought today for silent judgements is asked for behind where the step that brought it stands, or stood.
    A look-up that was put in lacks what it brings, if its keys are not sure enough where it stands.

    What today has only where choices with the same condition agree, it must have there too, for each answer to them.

    Complexity: one supply analysis of the redesign; two for each answer to such conditions, if that matters.
    """
    after = beside(today, after)
    supplied = certain(after)
    now: dict[tuple[str | int, str, str], int] = {}
    for demand in after.demands:
        reading = (_place(after, demand.node), after.facts[demand.fact], demand.what)
        now[reading] = min(supplied.read[demand.number], now.get(reading, 3))
    steps = after.procedure.step_by_id
    found = list(_asked_too_early(today.instance, after, supplied))
    behind = Behind(today.instance, after)
    for one in today.needs.stated:
        if one.demand.what == "behind":
            if _level(today.instance, one.demand.fact, after, supplied, behind.point(one.demand.behind)) < one.level:
                found.append(one)
            continue
        place, fact = _place(today.instance, one.demand.node), today.instance.facts[one.demand.fact]
        if one.demand.what == "field" or (isinstance(place, str) and place not in steps):
            continue  # the condition of a question goes with it
        if now.get((place, fact, one.demand.what), 0) < one.level:
            found.append(one)
    found += _lacking_where_conditions_agree(today, after)
    points = {_place(after, node): node for node, point in enumerate(after.points) if point.kind == "step"}
    for node, then in today.needs.silent:
        state = supplied.before[points[_place(today.instance, node)]]
        for fact_number in bits(then.all1):
            name = today.instance.facts[fact_number]
            level = state.level(after.index[name]) if state is not None and name in after.index else 0
            if level < then.level(fact_number):
                demand = Demand(-1, node, fact_number, 0, law=False, what="silent judgement")
                found.append(Requirement(demand, then.level(fact_number), then.level(fact_number)))
    return found


def _lacking_where_conditions_agree(today: Today, after: Instance) -> Iterator[Requirement]:
    """Yield what is met today only if choices with the same condition agree, and in a redesign not even then.

    Of the conditions those count that have one answer in the redesign too.
    """
    left = list(today.needs.agreed)
    if not left:
        return
    now = repeated(after)
    told = list(answers([text for text in repeated(today.instance) if text in now]))
    for answer in told:
        then, there = answered(today.instance, answer), answered(after, answer)
        supplied, supplied_now = certain(then), certain(there)
        for one in left:
            least = one.demand.stated or min(supplied.read[one.demand.number], one.demand.enough)
            reached = _level_read(today.instance, one.demand, there, supplied_now)
            if -1 < reached < max(least, 1):
                yield replace(one, level=max(least, 1))
    if not told:
        yield from (replace(one, level=max(one.demand.stated, 1)) for one in left)


def _level_read(before: Instance, demand: Demand, after: Instance, supplied: Supply) -> int:
    """Return how sure a fact is where a demand of today's procedure reads it in a redesign; -1 where no case comes."""
    place, fact = _place(before, demand.node), before.facts[demand.fact]
    if isinstance(place, str) and place not in after.procedure.step_by_id:
        return -1
    reading = (place, fact, demand.what)
    read = [
        supplied.read[one.number]
        for one in after.demands
        if (_place(after, one.node), after.facts[one.fact], one.what) == reading
    ]
    return min(read, default=0)


def _first_lacking(lacking: list[Requirement]) -> frozenset[int]:
    """Return the facts of the first look-up that lacks a key, which the others may lack for want of it; else all that is lacking."""
    early = [one.demand for one in lacking if one.demand.what in ("key", "confirmed") and one.demand.item >= 0]
    first = min((one.item for one in early), default=-1)
    return frozenset(one.fact for one in early if one.item == first) or frozenset(one.demand.fact for one in lacking)


def _level(before: Instance, fact: int, after: Instance, supplied: Supply, node: int | None) -> int:
    """Return how sure a fact of today's procedure is behind a point of the redesign."""
    state, name = supplied.after[node] if node is not None else None, before.facts[fact]
    return state.level(after.index[name]) if state is not None and name in after.index else 0


def _asked_too_early(before: Instance, after: Instance, supplied: Supply) -> Iterator[Requirement]:
    """Yield what look-ups bring that were put in where their keys are not sure enough."""
    for demand in after.demands:
        step = after.points[demand.node].step
        new = step is not None and step.id not in before.procedure.step_by_id
        if demand.what in ("key", "confirmed") and new and -1 < supplied.read[demand.number] < demand.enough:
            for name in after.names(after.items[demand.item].facts):
                late = demand._replace(node=0, fact=before.index[name])
                yield Requirement(late, demand.enough, demand.enough)


def _place(instance: Instance, node: int) -> str | int:
    """Name a point by what stays the same in a redesign: its step, or its number among the choices."""
    point = instance.points[node]
    if point.step is not None:
        return point.step.id
    chooses = [item for item in walk(instance.procedure.steps) if isinstance(item, Choose)]
    return next((number for number, item in enumerate(chooses) if item is point.item), -1)


def _lack(instance: Instance, one: Requirement) -> Words:
    place, name = _place(instance, one.demand.node), instance.shown(one.demand.fact)
    level = Assurance(max(one.level, 0)).words
    return Words(
        f"'{place}' tidak lagi memiliki '{name}' pada tingkat {level.id}",
        f"'{place}' would no longer have '{name}' {level.en}",
    )
