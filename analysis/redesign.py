"""Procedure, catalogue and policy -> findings and the redesign that holds together; proves its result before giving it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from analysis.burden import burden
from analysis.change import Change, Redesign, Stay
from analysis.compiling import compiled
from analysis.demand import Requirement
from analysis.finding import BLOCKING, Finding, Witness
from analysis.instance import Demand, Instance, bits
from analysis.instance import Item as Kept
from analysis.lawful import why_not
from analysis.placing import Call, calls
from analysis.redundancy import findings
from analysis.removal import Choice, Today, together
from analysis.rewriting import rewritten
from analysis.supply import supply
from processes.catalogue import Catalogue
from processes.element import Assurance
from processes.policy import Policy
from processes.procedure import Choose, Procedure, walk
from processes.words import Words

TRIES = 6  # other sets of services, before a redesign is given up


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

    Complexity: a supply analysis for each question, document, check and service.
    """
    today = Today(compiled(procedure, catalogue, policy))
    found = findings(today)
    blocking = [finding for finding in found if finding.kind in BLOCKING]
    before = burden(today.instance)
    if blocking:
        return Analysis(
            found, Redesign(procedure, None, refused=tuple(finding.says for finding in blocking), burden_before=before)
        )
    redesign = replace(_best(today), burden_before=before)
    empty = tuple(empty_steps(procedure, redesign))
    changes = tuple(_with_findings(change, (*found, *empty)) for change in redesign.changes)
    return Analysis((*found, *empty), replace(redesign, changes=changes))


def redesigned(procedure: Procedure, catalogue: Catalogue, policy: Policy) -> Redesign:
    """Return the redesign of a procedure; see `analysed`."""
    return analysed(procedure, catalogue, policy).redesign


def empty_steps(procedure: Procedure, redesign: Redesign) -> Iterator[Finding]:
    """Yield the steps of which the redesign leaves nothing; what a letter, look-up or log-in of its own was is told as such."""
    told = {
        change.step
        for change in redesign.changes
        if change.kind in ("letter dropped", "look-up dropped", "log-in dropped")
    }
    for change in redesign.changes:
        if change.kind == "step dropped" and change.step not in told:
            step = procedure.step_by_id[change.step]
            says = Words(f"tidak ada lagi yang dikerjakan pada '{step.id}'", f"nothing is left to do at '{step.id}'")
            emptied = [
                other.says for other in redesign.changes if other.step == step.id and other.kind != "step dropped"
            ]
            witnesses = [
                Witness(where=step.where, role=role)
                for role in emptied or [Words("tidak meminta apa pun", "asks for nothing")]
            ]
            yield Finding(
                kind="empty step",
                procedure=procedure.id,
                step=step.id,
                subject=step.id,
                says=says,
                witnesses=tuple(witnesses),
            )


def _best(today: Today) -> Redesign:
    """Return the least burdensome of a few redesigns: with all services, then without those that do more harm than good.

    A service that does not find everybody costs its residual form. The better of all services and only those that find
    everybody is where it starts; then each of the others is left out, or taken in, and stays so if that is better. The proven minimum over all choices has its place here: another way to come to a `Choice`.
    """
    best, used = _redesign(today, 0)
    if best.after is None:
        return best
    rules_of_partial = [number for number in bits(today.offered) if today.instance.rules[number].coverage < 1]
    partial = sum(1 << number for number in rules_of_partial)
    without = 0
    doubtful = [_rules_of(today, call) for call in used if call.first.coverage < 1]
    if doubtful:
        sure, _ = _redesign(today, partial)
        if sure.after is not None and _weight(sure) < _weight(best):
            best, without = sure, partial
    for rules in doubtful:
        other, _ = _redesign(today, without ^ rules)
        if other.after is not None and _weight(other) < _weight(best):
            best, without = other, without ^ rules
    unchanged = Redesign(
        today.instance.procedure,
        today.instance.procedure,
        stays=_stays(today, _nothing(today), []),
        burden_after=burden(today.instance),
    )
    return best if _weight(best) <= _weight(unchanged) else unchanged


def _rules_of(today: Today, call: Call) -> int:
    """Return every offered rule of a look-up's service about its subject, as bits."""
    rules = [(number, today.instance.rules[number]) for number in bits(today.offered)]
    return sum(1 << n for n, rule in rules if (rule.service, rule.about) == (call.first.service, call.first.about))


def _nothing(today: Today) -> Choice:
    return Choice(today.instance.everything, 0)


def _weight(redesign: Redesign) -> tuple[float, float]:
    after = redesign.burden_after
    assert after is not None  # noqa: S101  # only finished redesigns are weighed
    return after.citizen_minutes, after.agency_minutes


def _redesign(today: Today, without: int) -> tuple[Redesign, list[Call]]:
    """Choose, place, build and prove; where the proof fails, try again without the services it fails on."""
    lacking: list[Requirement] = []
    for _ in range(TRIES):
        choice = together(today, without)
        looked_up = calls(today, choice)
        made = rewritten(today.instance, choice, looked_up)
        after = compiled(made.procedure, today.instance.model.catalogue, today.instance.policy)
        lacking = lacks(today, after)
        if not lacking:
            stays = _stays(today, choice, looked_up)
            whole = Redesign(today.instance.procedure, made.procedure, tuple(made.changes), stays)
            return replace(whole, burden_after=burden(after)), looked_up
        concerned = sum(1 << one.demand.fact for one in lacking)
        failed = [call for call in looked_up if any(concerned >> fact & 1 for fact in call.facts)] or looked_up
        if not failed:
            break
        without |= sum(
            1 << number
            for number, rule in enumerate(today.instance.rules)
            if any(rule in call.rules for call in failed)
        )
    return Redesign(today.instance.procedure, None, refused=tuple(_lack(today.instance, one) for one in lacking)), []


def lacks(today: Today, after: Instance) -> list[Requirement]:
    """Return what a redesigned procedure's points lack of what they have today: nothing, if the redesign holds.

    Each point is found again by its step, or its number among the choices; points of steps that are gone need nothing.

    Complexity: one supply analysis of the redesign.
    """
    supplied = supply(after, after.everything)
    now = {
        (_place(after, demand.node), after.facts[demand.fact], demand.what): supplied.read[demand.number]
        for demand in after.demands
    }
    steps = after.procedure.step_by_id
    found = []
    for one in today.needs.stated:
        place, fact = _place(today.instance, one.demand.node), today.instance.facts[one.demand.fact]
        if one.demand.what == "field" or (isinstance(place, str) and place not in steps):
            continue  # the condition of a question goes with it
        if now.get((place, fact, one.demand.what), 0) < one.level:
            found.append(one)
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


def _with_findings(change: Change, found: tuple[Finding, ...]) -> Change:
    """Tie a change to the findings it rests on."""
    kinds = {
        "question dropped": ("asked again", "never used", "held by a registry", "derivable"),
        "document dropped": ("document needless",),
        "check dropped": ("check needless",),
        "letter dropped": ("letter needless",),
        "step dropped": ("empty step",),
    }.get(change.kind, ())
    ids = tuple(
        one.id
        for one in found
        if one.kind in kinds
        and one.step == change.step
        and (one.subject == change.subject or change.kind == "check dropped")
    )
    return replace(change, findings=ids)


# --- why questions stay ---------------------------------------------------------------------------------------------


def _stays(today: Today, choice: Choice, looked_up: list[Call]) -> tuple[Stay, ...]:
    """Return, for every question, document and log-in that stays, why it does."""
    instance = today.instance
    found = []
    for item in instance.items:
        if choice.kept >> item.number & 1 and item.kind in ("question", "paper", "log-in"):
            found.append(Stay(item.step.id, _subject(instance, item), _why(today, choice, looked_up, item)))
    return tuple(found)


def _subject(instance: Instance, item: Kept) -> str:
    if item.paper is not None:
        return item.paper.id
    if item.question is not None:
        return instance.model.naming.shown(item.question.fact) if item.question.fact else item.question.id
    return item.step.id


def _why(today: Today, choice: Choice, looked_up: list[Call], item: Kept) -> Words:
    match today.bound.get(item.number):
        case "act":
            return Words("tindakan yang hanya dapat dilakukan orang itu sendiri", "an act that only that person can do")
        case "silent":
            return Words(
                "penilaian petugas sesudahnya tidak menyebut apa yang dibacanya, jadi dianggap membaca semuanya",
                "a judgement after it does not say what it reads, and so is taken to read everything",
            )
        case "anew":
            return Words("ditanyakan lagi bila kasus dikembalikan", "it is asked anew when a case is returned")
    keys = [call.first.name for call in looked_up if any(rule.keys & item.facts for rule in call.rules)]
    if keys:
        names = ", ".join(keys)
        return Words(f"kunci untuk {names}", f"it is the key of {names}")
    if item.kind == "log-in":
        return Words("memastikan siapa pemohonnya", "it makes sure who it is")
    reasons = dict.fromkeys(
        _no_supplier(today, choice, item, fact) for fact in bits(item.facts) if _read(today, item, fact)
    )
    if not reasons:
        return Words("dasar pemeriksaan petugas", "an officer's check rests on it")
    return Words("; ".join(one.id for one in reasons), "; ".join(one.en for one in reasons))


def _read(today: Today, item: Kept, fact: int) -> bool:
    return any(
        one.demand.fact == fact and one.level > 0 and today.instance.reachable[item.node] >> one.demand.node & 1
        for one in today.needs.stated
    )


def _no_supplier(today: Today, choice: Choice, item: Kept, fact: int) -> Words:
    instance = today.instance
    name = instance.shown(fact)
    bit = 1 << fact
    offered = [rule for rule in instance.rules[len(instance.today) :] if rule.gives & bit]
    if not offered:
        return _no_service(instance, fact, name)
    level = max((one.level for one in today.needs.stated if one.demand.fact == fact), default=1)
    short = [rule for rule in offered if rule.level < level]
    if len(short) == len(offered):
        return Words(
            f"'{name}' harus {Assurance(level).words.id}, padahal {short[0].name} tidak menemukan semua orang atau kurang pasti",
            f"'{name}' must be {Assurance(level).words.en}, and {short[0].name} does not find everybody or is less sure",
        )
    keys = ", ".join(dict.fromkeys(instance.shown(key) for rule in offered for key in bits(rule.keys)))
    return Words(
        f"'{name}' ada di {offered[0].name}, tetapi kuncinya ({keys}) belum cukup pasti pada saat dibutuhkan",
        f"'{name}' is held by {offered[0].name}, but its keys ({keys}) are not sure enough where it is needed",
    )


def _no_service(instance: Instance, fact: int, name: str) -> Words:
    """Say whether no service holds the fact, or one that may not be asked."""
    model, procedure = instance.model, instance.procedure
    known = model.naming.fact(instance.facts[fact])
    for service, offer in model.catalogue.service.items():
        if known is None or not isinstance(offer.about, str) or offer.about != known.owner.entity.id:
            continue
        word = known.relation.id if known.relation else known.element.id
        if word in offer.gives:
            consumers = frozenset([procedure.agency])
            reason = why_not(model.catalogue, instance.policy, service, consumers, procedure.purpose, word)
            return Words(f"'{name}': {reason.id}", f"'{name}': {reason.en}")
    return Words(f"tidak ada layanan data yang memiliki '{name}'", f"no service holds '{name}'")
