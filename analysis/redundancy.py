"""The detectors: one function a kind of finding, each looking at one thing alone; none changes anything.

Whether findings hold together is asked by `analysis.removal`.
"""

from collections.abc import Iterator

from analysis.demand import in_use, wanted
from analysis.faults import faults
from analysis.finding import Finding, FindingKind, Witness
from analysis.instance import Instance, Item, bits
from analysis.removal import Today
from analysis.support import support
from analysis.witnessing import asks, finding, gives, rule_witness
from processes.procedure import Approve, Check, Decide, Issue, Step
from processes.words import Words

MOST_WITNESSES = 3  # that say the same of one finding


def findings(today: Today) -> tuple[Finding, ...]:
    """Return everything there is to say about a procedure: its faults first, then what is needless, in the order of the text.

    Needless things are looked for only where nothing is missing, for what a redesign keeps is measured by what today guarantees.
    """
    found = faults(today)
    needless: list[Finding] = []
    if not any(fault.kind in ("missing", "unsound") for fault in found):
        for detect in (questions_needless, documents_needless, checks_needless, letters_needless):
            needless += detect(today)
    order = {name: number for number, name in enumerate(today.instance.procedure.step_by_id)}
    return (*found, *sorted(needless, key=lambda one: (order.get(one.step, -1), one.where.line, one.where.column)))


def questions_needless(today: Today) -> Iterator[Finding]:
    """Yield questions that are never used, asked again, derivable or held by a registry, whichever of them is said first.

    *Never used*: nothing that can still come reads the fact, nor anything computed or looked up from it today. *Asked again*
    (WCAG 2.2, 3.3.7 Redundant Entry): the fact is certain to be there already, at the level at which it is read.
    *Derivable* and *held by a registry*: without the question, facts that are there give it, at the level at which it is read.
    """
    instance = today.instance
    read = wanted(instance, today.needs, in_use(instance))
    for item in instance.items:
        if item.kind != "question" or not item.facts or item.number in today.bound:
            continue
        fact = item.facts.bit_length() - 1
        name = instance.shown(fact)
        if not read[item.node] >> fact & 1:
            says = Words(
                f"'{name}' tidak dibaca oleh langkah mana pun setelahnya", f"nothing that can still come reads '{name}'"
            )
            yield finding(instance, "never used", item.step.id, name, says, [asks(item)])
        elif not today.sole & item.bit:
            yield from _question_held(today, item, fact, name)


def _question_held(today: Today, item: Item, fact: int, name: str) -> Iterator[Finding]:
    instance, without = today.instance, today.instance.everything & ~item.bit
    if today.alone(0) & item.bit:
        earlier = _earlier(today, item)
        if earlier:
            says = Words(
                f"'{name}' sudah pasti ada sebelum ditanyakan di sini",
                f"'{name}' is certain to be there before it is asked here",
            )
            yield finding(
                instance, "asked again", item.step.id, name, says, [asks(item), *(gives(one) for one in earlier)]
            )
            return
        rules = _chain(today, without, 0, fact)
        if rules:
            yield _by_rules(instance, item, name, rules)
        elif given := _given_elsewhere(instance, item):
            says = Words(
                f"'{name}' sudah ada tanpa isian ini sebelum dibaca",
                f"'{name}' is there without this question before anybody reads it",
            )
            yield finding(instance, "asked again", item.step.id, name, says, [asks(item), *given])
    elif today.alone(today.offered) & item.bit:
        yield _by_rules(instance, item, name, _chain(today, without, today.offered, fact))


def _by_rules(instance: Instance, item: Item, name: str, rules: tuple[int, ...]) -> Finding:
    used = [instance.rules[number] for number in rules]
    if all(rule.kind in ("computed", "derive", "same") for rule in used):
        says = Words(
            f"'{name}' dapat dihitung dari fakta yang ada", f"'{name}' can be computed from facts that are there"
        )
        kind: FindingKind = "derivable"
    else:
        services = ", ".join(rule.name for rule in used if rule.kind == "service")
        says = Words(f"'{name}' tersedia di registri: {services}", f"'{name}' is held by a registry: {services}")
        kind = "held by a registry"
    witnesses = [asks(item)]
    for rule in used:
        keys = ", ".join(instance.shown(key) for key in bits(rule.keys))
        witnesses.append(
            Witness(
                where=rule.where,
                role=Words(f"{rule.name} memberikannya dari {keys}", f"{rule.name} gives it from {keys}"),
            )
        )
        if rule.agreement is not None:
            witnesses.append(
                Witness(
                    where=rule.agreement.where,
                    role=Words(
                        f"perjanjian {rule.agreement.id} mengizinkannya", f"agreement {rule.agreement.id} allows it"
                    ),
                )
            )
    return finding(instance, kind, item.step.id, name, says, witnesses)


def _chain(today: Today, kept: int, rules: int, fact: int) -> tuple[int, ...]:
    """Return the rules by which the fact comes at the first place that reads it, without some item."""
    instance, found = today.instance, today.supply_without(kept, rules)
    reading = {one.demand.node: max(one.level, 1) for one in today.needs.stated if one.demand.fact == fact}
    elsewhere = {one.demand.node: 1 for one in today.needs.stated}  # read only as the key of something else
    for node, level in (*reading.items(), *elsewhere.items()):
        state = found.before[node]
        if state is not None and state.level(fact) and not state.own1 >> fact & 1:
            chain = support(instance, state, rules | instance.computed, fact, min(level, state.level(fact)))
            if chain:
                return chain
    return ()


def _earlier(today: Today, item: Item) -> list[Item]:
    """Return what gives the question's fact before it, if it is certain to be there by then."""
    instance, fact = today.instance, item.facts
    before = [
        one
        for one in instance.items
        if one.facts & fact and one.kind in ("question", "paper", "log-in", "lookup") and one.number != item.number
    ]
    on_the_form = [
        one
        for one in before
        if one.node == item.node and one.number < item.number and one.kind == "question" and not _conditional(one)
    ]
    state = today.supplied.before[item.node]
    if not on_the_form and (state is None or not state.all1 & fact or _only_computed(today, item)):
        return []
    elsewhere = [one for one in before if one.node != item.node and instance.reachable[one.node] >> item.node & 1]
    certain = [one for one in elsewhere if not _conditional(one)]
    return (on_the_form + (certain or elsewhere))[:MOST_WITNESSES]


def _given_elsewhere(instance: Instance, item: Item) -> list[Witness]:
    """Return papers of the same form that show the fact, and agencies that find it out or give it: no need to ask for it."""
    papers = [
        gives(one)
        for one in instance.items
        if one.kind == "paper" and one.node == item.node and one.facts & item.facts and not _conditional(one)
    ]
    agencies = [
        Witness(where=step.where, role=Words(f"'{step.id}' sendiri memberikannya", f"'{step.id}' gives it itself"))
        for node, work in enumerate(instance.work)
        for kind, facts, _ in work
        if kind == "give" and facts & item.facts and (step := instance.points[node].step) is not None
    ]
    return (papers + agencies)[:MOST_WITNESSES]


def _only_computed(today: Today, item: Item) -> bool:
    state = today.supplied.before[item.node]
    fact = item.facts.bit_length() - 1
    return (
        state is not None
        and not state.own1 & item.facts
        and bool(support(today.instance, state, today.instance.computed, fact, 1))
    )


def _conditional(item: Item) -> bool:
    asked = item.question or item.paper
    return asked is not None and (asked.condition is not None or (item.paper is not None and item.paper.share < 1))


def documents_needless(today: Today) -> Iterator[Finding]:
    """Yield documents each of whose facts is there anyway at the level at which it is read, or read by nobody."""
    instance = today.instance
    read = wanted(instance, today.needs, in_use(instance))
    for item in instance.items:
        if item.paper is None or item.number in today.bound or today.sole & item.bit:
            continue
        without = instance.everything & ~item.bit
        name = item.paper.id
        alone = bool(today.alone(0) & item.bit)
        if not alone and not today.alone(today.offered) & item.bit:
            continue
        used = list(bits(item.facts & read[item.node]))
        if not used:
            says = Words(f"tidak ada langkah yang membaca isi '{name}'", f"nobody reads what '{name}' shows")
            yield finding(instance, "document needless", item.step.id, name, says, [asks(item)])
            continue
        rules = 0 if alone else today.offered
        chains = dict.fromkeys(number for fact in used for number in _chain(today, without, rules, fact))
        facts = ", ".join(instance.shown(fact) for fact in used)
        says = Words(
            f"yang dibuktikan '{name}' ({facts}) sudah cukup pasti tanpa dokumen itu",
            f"what '{name}' proves ({facts}) is sure enough without it",
        )
        witnesses = [asks(item), *(rule_witness(instance, number) for number in chains)]
        if not chains:
            witnesses += [
                gives(one)
                for one in instance.items
                if one.facts & item.facts and one.number != item.number and one.kind in ("question", "paper")
            ]
        yield finding(instance, "document needless", item.step.id, name, says, witnesses)


def checks_needless(today: Today) -> Iterator[Finding]:
    """Yield checks all of whose facts are at the level at which they are read without them; to be verified is no use by itself."""
    instance = today.instance
    steps = {item.node: item.step for item in instance.items if item.kind == "check"}
    for node, step in steps.items():
        mine = [item for item in instance.items if item.kind == "check" and item.node == node]
        if any(item.number in today.bound for item in mine) or step.needs or step.records or _finds(step):
            continue
        without = instance.everything & ~sum(item.bit for item in mine)
        alone = today.feasible(without, 0)
        if not alone and not today.feasible(without, today.offered):
            continue
        facts = ", ".join(instance.shown(item.facts.bit_length() - 1) for item in mine)
        says = Words(
            f"tidak ada yang membutuhkan {facts} lebih pasti daripada tanpa pemeriksaan ini",
            f"nobody needs {facts} surer than without this check",
        )
        rules = 0 if alone else today.offered
        chains = dict.fromkeys(
            number for item in mine for number in _chain(today, without, rules, item.facts.bit_length() - 1)
        )
        witness = Witness(where=step.where, role=Words("memeriksanya", "checks it"))
        yield finding(
            instance,
            "check needless",
            step.id,
            step.id,
            says,
            [witness, *(rule_witness(instance, number) for number in chains)],
        )


def letters_needless(today: Today) -> Iterator[Finding]:
    """Yield letters that carry only facts that are there without them. One that carries a judgement brings a fact of its own."""
    instance = today.instance
    for item in instance.items:
        if item.kind != "letter" or item.number in today.bound or _finds(item.step):
            continue
        papers = today.letters.get(item.number, 0)
        if any(number in today.bound for number in bits(papers)):
            continue
        without = instance.everything & ~item.bit & ~papers
        if not today.feasible(without, 0) and not today.feasible(without, today.offered):
            continue
        facts = ", ".join(instance.shown(fact) for fact in bits(item.facts)) or "-"
        says = Words(
            f"surat hanya membawa fakta yang sudah ada: {facts}",
            f"the letter carries only facts that are there: {facts}",
        )
        witness = Witness(where=item.step.where, role=Words("membuat surat", "writes the letter"))
        papered = [asks(instance.items[number]) for number in bits(papers)]
        yield finding(instance, "letter needless", item.step.id, item.step.id, says, [witness, *papered])


def _finds(step: Step) -> bool:
    """Whether an officer finds something out at a step, or something comes into being there."""
    return isinstance(step, Check | Decide | Approve | Issue) and bool(step.gives)
