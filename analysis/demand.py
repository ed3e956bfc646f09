"""What each point needs, and at which level; knows no redesign."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.agreeing import agreeing
from analysis.instance import Demand, Instance, bits, union
from analysis.supply import State, Supply, supply
from processes import condition
from processes.graph import forms_before
from processes.procedure import Approve, Check, Choose, Decide, Derive, FormStep, Issue, Lookup, Notify, Step, walk
from processes.resolved import Naming, Resolved, service_fact


@dataclass(frozen=True, slots=True)
class Requirement:
    """A demand with the level at which it must be met: the law's, or else the one that today guarantees there."""

    demand: Demand
    level: int
    today: int  # what today guarantees
    agreed: bool = False  # whether it is met wherever choices with the same condition go the same way, and only there

    @property
    def short(self) -> bool:
        """Whether today's procedure does not meet it on every way."""
        return self.today < max(self.demand.stated, 0) or (self.today == 0 and self.demand.stated >= 0)

    @property
    def missing(self) -> bool:
        """Whether today's procedure itself does not meet it."""
        return self.short and not self.agreed


@dataclass(frozen=True, slots=True)
class Requirements:
    """Everything a redesign must go on meeting."""

    stated: tuple[Requirement, ...]
    silent: tuple[tuple[int, State], ...]  # a silent judgement's point, and all that is certain there today

    @property
    def missing(self) -> tuple[Requirement, ...]:
        """Those that today does not meet."""
        return tuple(one for one in self.stated if one.missing)

    @property
    def agreed(self) -> tuple[Requirement, ...]:
        """Those that today meets only if choices with the same condition go the same way."""
        return tuple(one for one in self.stated if one.agreed)


def requirements(instance: Instance, today: Supply) -> Requirements:
    """Return what every point needs, at the level stated by law or else guaranteed there today.

    A judgement that does not say what it reads needs everything that is certain there; and what each question, document,
    log-in and check before it brings, right behind the step it stands in, as sure as it is there today, by whatever means.

    The keys of a look-up and the inputs of a derivation that somebody uses are needed where the step stands, as sure as
    they are there today, so that it can still be done.

    What is met wherever choices with the same condition go the same way, and only there, is needed on no other way: whoever
    gives it stays as it is (`removal.Today.bound`), and what has come of that is asked for each answer (`redesign.lacks`).

    Complexity: linear in demands; a pass over the items for each silent judgement. If something is missing, a supply analysis
    for each answer to repeated conditions.
    """
    stated = [
        _requirement(demand, level)
        for demand in instance.demands
        if (level := today.read[demand.number])
        >= (demand.what == "behind")  # what is not certain is not demanded there
    ]
    if any(one.short for one in stated):
        stated = [*_where_conditions_agree(instance, stated)]
    silent = tuple(
        (node, _read_silently(instance, state))
        for node in silent_judgements(instance)
        if (state := today.before[node]) is not None
    )
    used = wanted(instance, Requirements(tuple(stated), silent), in_use(instance))
    return Requirements(
        tuple(one for one in stated if not _of_no_use(instance, one.demand, used)),
        silent,
    )


def _requirement(demand: Demand, today: int) -> Requirement:
    return Requirement(demand, demand.stated if demand.stated > 0 else min(today, demand.enough), today)


def _where_conditions_agree(instance: Instance, stated: Sequence[Requirement]) -> Iterator[Requirement]:
    """Yield requirements, noting of those that are not met on every way whether they are wherever conditions agree."""
    with_answers = [supply(one, one.everything) for one in agreeing(instance)]
    for one in stated:
        number, least = one.demand.number, max(one.demand.stated, 1)
        agreed = one.short and any(there.read[number] >= least for there in with_answers)
        agreed = agreed and all(there.read[number] < 0 or there.read[number] >= least for there in with_answers)
        yield replace(one, level=0, agreed=True) if agreed else one


def _read_silently(instance: Instance, state: State) -> State:
    """Return what a judgement reads of all that is certain: no consents, and what is computed everywhere goes without saying."""
    consents = union(instance.consents_at)
    computed = union(instance.rules[number].gives for number in bits(instance.computed))
    hidden = consents | computed & ~state.own1
    return State._make((*(mask & ~hidden for mask in state[:6]), *state[6:]))


def _of_no_use(instance: Instance, demand: Demand, used: tuple[int, ...]) -> bool:
    """Whether it is an input of a derivation that nobody uses, or said only to be confirmed."""
    if demand.what == "confirmed":
        return not used[demand.node] >> demand.fact & 1
    if demand.what != "key" or demand.item >= 0:
        return False
    rules = [instance.rules[number] for kind, number, _ in instance.work[demand.node] if kind == "rule"]
    return not any(rule.keys >> demand.fact & 1 and rule.gives & used[demand.node] for rule in rules)


def in_use(instance: Instance) -> int:
    """Return the rules through which today's facts are read as keys: those of its steps and what is computed everywhere."""
    return sum(1 << number for number in instance.today) | instance.computed


def silent_judgements(instance: Instance) -> tuple[int, ...]:
    """Return the points of judgements that do not say what they read."""
    return tuple(node for node, work in enumerate(instance.work) if work and work[0][0] == "silent")


def unmet(needs: Requirements, supplied: Supply) -> Iterator[Requirement]:
    """Yield the requirements that a supply does not meet; demands of items that are gone ask for nothing."""
    for one in needs.stated:
        if -1 < supplied.read[one.demand.number] < one.level:
            yield one


def meets_silently(needs: Requirements, supplied: Supply) -> bool:
    """Return whether a supply has everything that silent judgements are taken to read."""
    for node, state in needs.silent:
        now = supplied.before[node]
        if now is None or any(then & ~mask for then, mask in zip(state[3:6], now[3:6], strict=True)):
            return False
    return True


def wanted(instance: Instance, needs: Requirements, rules: int) -> tuple[int, ...]:
    """Return, for each point, the facts that some point that can still come, or itself, reads; or reads by one of the rules.

    Args:
        instance: The compiled procedure.
        needs: What its points read.
        rules: The rules through which facts are read as keys, as bits.

    Complexity: a pass over the points, and one over the rules for each.
    """
    here = [0] * len(instance.points)
    for one in needs.stated:
        if one.demand.what not in ("key", "confirmed"):
            here[one.demand.node] |= 1 << one.demand.fact
    for node, state in needs.silent:
        here[node] |= state.all1
    readers = [(node, facts) for node, facts in enumerate(here) if facts]
    with_keys: dict[int, int] = {}  # many points have the same before them
    found = []
    for node, later in enumerate(instance.reachable):
        facts = here[node] | union(read for at, read in readers if later >> at & 1)
        if facts not in with_keys:
            with_keys[facts] = _with_keys(instance, facts, rules)
        found.append(with_keys[facts])
    return tuple(found)


def read_anywhere(model: Resolved) -> frozenset[str]:
    """Return the facts that some step of a procedure reads: as a need, in a condition, as an output or as a key."""
    naming = model.naming
    texts: list[str] = []
    paths: list[str] = []
    read: set[str] = set()
    for item in walk(model.procedure.steps):
        match item:
            case Choose():
                texts += [branch.condition for branch in item.branches if branch.condition]
            case Lookup() if (service := model.service(item)) is not None:
                paths += [service_fact(model.subjects(item), word) for word in service.needs]
            case Derive():
                texts += [one.expression for one in item.computes]
            case Issue() | Notify():
                paths += [need.fact for need in item.carries]
            case FormStep():
                for question in model.questions(item):
                    paths += question.declares
                conditions = [
                    *(one.condition for one in model.questions(item)),
                    *(one.condition for one in model.papers(item)),
                ]
                for under in conditions:
                    read |= condition.facts_read(under) if under is not None else set()
        if isinstance(item, Step):
            paths += [
                need.fact for need in (*(item.needs or ()), *(take for record in item.records for take in record.takes))
            ]
    read |= set(naming.known(paths))
    for text in texts:
        if (parsed := naming.expression(text)) is not None:
            read |= condition.facts_read(parsed)
    return frozenset(read | _inputs(naming, read))


def seen_on_papers(model: Resolved) -> frozenset[str]:
    """Return the facts on papers that a judgement which does not say what it reads may see: on those asked for before it.

    Complexity: a search of the graph for each such judgement.
    """
    silent = (step for step in walk(model.procedure.steps) if isinstance(step, Decide | Approve))
    before = forms_before(model.procedure, (step.id for step in silent if step.needs is None and step.by))
    return frozenset(
        fact for forms in before.values() for form in forms for paper in model.papers(form) for fact in paper.facts
    )


def papers_before_checks(
    model: Resolved, inspected: Mapping[str, frozenset[str]] | None = None
) -> dict[str, frozenset[str]]:
    """Return, by check, the facts that it looks for in papers: some paper may show them which is asked for before it.

    Args:
        model: A procedure.
        inspected: Of a redesign, the same of today's procedure: a check of papers stays one though the papers are gone, and one that is
            new is no inspection, so it shows nothing that no paper does.

    Complexity: a search of the graph for each check.
    """
    checks = {step.id: step for step in walk(model.procedure.steps) if isinstance(step, Check)}
    found: dict[str, frozenset[str]] = {}
    for check, forms in forms_before(model.procedure, checks).items():
        shown = {fact for form in forms for paper in model.papers(form) for fact in paper.may_show}
        if inspected is not None:
            shown |= inspected.get(check, frozenset(model.naming.known(checks[check].verifies)))
        found[check] = frozenset(shown.difference(model.naming.known(checks[check].inspects)))
    return found


def _inputs(naming: Naming, facts: set[str]) -> set[str]:
    """Return what computed facts are computed from, however far."""
    found: set[str] = set()
    waiting = list(facts)
    while waiting:
        fact = naming.fact(waiting.pop())
        if (
            fact is not None
            and fact.element.computed
            and (parsed := naming.expression(fact.element.computed, fact.owner))
        ):
            new = condition.facts_read(parsed) - found
            found |= new
            waiting += new
    return found


def _with_keys(instance: Instance, facts: int, rules: int) -> int:
    grown = True
    while grown:
        grown = False
        for number in bits(rules):
            rule = instance.rules[number]
            if (rule.gives | rule.confirms) & facts and rule.keys & ~facts:
                facts |= rule.keys
                grown = True
    return facts
