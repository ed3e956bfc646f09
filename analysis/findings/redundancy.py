"""The detectors: one function a kind of finding, each looking at one thing alone; none changes anything.

Here stand those of single questions, documents, checks and letters; the others have a module each. Which findings lean on
each other is told by `analysis.findings.leaning`; what goes together is settled by `analysis.fewest.search`.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from analysis.finding import Finding, FindingKind, Witness, told_apart
from analysis.findings.carrying import carries_needless
from analysis.findings.faults import faults
from analysis.findings.legal import asked_surer_than_the_law, without_legal_basis
from analysis.findings.narrowing import needed_by_some
from analysis.findings.ordering import out_of_order, side_by_side
from analysis.findings.signing import signatures_without_a_fact
from analysis.findings.witnessing import asks, finding, gives, rule_witnesses
from analysis.instance import Instance, Item, bits
from analysis.removal import Today
from analysis.support import support
from processes.procedure import Approve, Check, Decide, Issue, Start, Step
from processes.words import Words

MOST_WITNESSES = 3  # that say the same of one finding


def findings(today: Today) -> tuple[Finding, ...]:
    """Return everything there is to say about a procedure: its faults first, then what is needless, in the order of the text.

    Needless things are looked for only where nothing is missing, for what a redesign keeps is measured by what today
    guarantees; what rests on no law is told in any case. No two findings have the same id.
    """
    found = faults(today)
    needless: list[Finding] = [*without_legal_basis(today.instance)]
    if not any(fault.blocks for fault in found):
        for detect in (questions_needless, documents_needless, checks_needless, letters_needless, needed_by_some):
            needless += detect(today)
        needless += signatures_without_a_fact(today.instance)
        needless += carries_needless(today.instance, needless)
        needless += (*out_of_order(today.instance), *side_by_side(today.instance), *asked_surer_than_the_law(today))
    order = {name: number for number, name in enumerate(today.instance.procedure.step_by_id)}
    told = sorted(needless, key=lambda one: (order.get(one.step, -1), one.where.line, one.where.column))
    return tuple(told_apart((*found, *told)))


def questions_needless(today: Today) -> Iterator[Finding]:
    """Yield questions that are never used, asked again, derivable or held by a registry, whichever of them is said first.

    *Never used*: nothing that can still come reads the fact, nor anything computed or looked up from it today. *Asked again*
    (WCAG 2.2, 3.3.7 Redundant Entry): the fact is certain to be there already, at the level at which it is read.
    *Derivable* and *held by a registry*: without the question, facts that are there give it, at the level at which it is read.
    """
    instance = today.instance
    read = today.read_later
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
        elif today.sole & item.bit:
            yield from _part_of_the_whole(today, item, fact, name)
        else:
            yield from _question_held(today, item, fact, name)


def _question_held(today: Today, item: Item, fact: int, name: str) -> Iterator[Finding]:
    instance = today.instance
    if today.alone(0) & item.bit:
        if (event := _brought_to_all(instance, item)) is not None:
            says = Words(
                f"'{name}' sudah dibawa peristiwa {event.event} yang memulai setiap kasus",
                f"'{name}' is brought by the event {event.event}, which starts every case",
            )
            starts = Words(f"peristiwa {event.event} memulainya", f"the event {event.event} starts it")
            witnesses = [asks(item), Witness(where=event.where, role=starts, ground=f"starts from {event.event}")]
            yield finding(instance, "asked again", item.step.id, name, says, witnesses, _needed(today, item.facts))
            return
        earlier = _earlier(today, item)
        if earlier:
            says = Words(
                f"'{name}' sudah pasti ada sebelum ditanyakan di sini",
                f"'{name}' is certain to be there before it is asked here",
            )
            witnesses = [asks(item), *(gives(one) for one in earlier)]
            yield finding(instance, "asked again", item.step.id, name, says, witnesses, _needed(today, item.facts))
            return
        rules = _chain(today, item.bit, 0, fact)
        if rules:
            yield _by_rules(today, item, name, rules)
        else:
            says, witnesses = _given_elsewhere(instance, item, name)
            if witnesses:
                witnesses.insert(0, asks(item))
                yield finding(instance, "asked again", item.step.id, name, says, witnesses, _needed(today, item.facts))
    elif today.alone(today.offered) & item.bit:
        yield _by_rules(today, item, name, _chain(today, item.bit, today.offered, fact))
    else:
        yield from _part_of_the_whole(today, item, fact, name)


def _brought_to_all(instance: Instance, item: Item) -> Start | None:
    """Return the event that starts every case, if it brings what a question asks."""
    start = instance.model.event_start
    if start is None or not start.of_all or item.facts & ~instance.mask(start.facts):
        return None
    return instance.procedure.starts_from


def _part_of_the_whole(today: Today, item: Item, fact: int, name: str) -> Iterator[Finding]:
    """Yield that some of a many-role are asked what all of them were: it is enough to say who they are."""
    instance, naming = today.instance, today.instance.model.naming
    known = naming.fact(instance.facts[fact])
    role = instance.procedure.role_by_id.get(known.owner.name) if known is not None else None
    whole = naming.subject(role.some_of) if role is not None and role.some_of else None
    if known is None or whole is None or known.relation is not None or known.name == known.owner.key:
        return
    same = whole.fact(known.element.id)
    keys = [instance.index.get(one, -1) for one in (same, whole.key, known.owner.key)]
    for one in today.needs.stated:
        if one.demand.fact == fact and one.level > 0:
            state = today.supplied.before[one.demand.node]
            if state is None or min(keys) < 0 or min(state.level(key) for key in keys) < one.level:
                return
    all_of_them = naming.shown(same)
    says = Words(
        f"'{name}' adalah bagian dari '{all_of_them}' yang sudah ada: cukup menyebut siapa saja",
        f"'{name}' is part of '{all_of_them}', which is there: it is enough to say who they are",
    )
    givers = [one for one in instance.items if one.facts >> keys[0] & 1 and one.kind in ("question", "paper", "lookup")]
    witnesses = [asks(item), *(gives(one) for one in givers[:MOST_WITNESSES])]
    yield finding(instance, "asked again", item.step.id, name, says, witnesses, _needed(today, item.facts))


def _by_rules(today: Today, item: Item, name: str, rules: tuple[int, ...]) -> Finding:
    instance = today.instance
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
    witnesses = [asks(item), *_behind(instance, rules)]
    return finding(instance, kind, item.step.id, name, says, witnesses, _needed(today, item.facts))


def _behind(instance: Instance, rules: Iterable[int]) -> list[Witness]:
    return [witness for number in rules for witness in rule_witnesses(instance, number)]


def _needed(today: Today, facts: int) -> list[str]:
    """Say how sure facts are needed anywhere: what a finding rests on."""
    levels = dict.fromkeys(bits(facts), 0)
    for one in today.needs.stated:
        if one.demand.fact in levels:
            levels[one.demand.fact] = max(levels[one.demand.fact], one.level)
    return [f"{today.instance.facts[fact]} needed at {level}" for fact, level in levels.items() if level]


def _chain(today: Today, going: int, rules: int, fact: int) -> tuple[int, ...]:
    """Return the rules by which the fact comes at the first place that reads it, without some items."""
    instance = today.instance
    reading = {one.demand.node: max(one.level, 1) for one in today.needs.stated if one.demand.fact == fact}
    elsewhere = ((node, 1) for node in today.reading)  # read only as the key of something else
    for node, level in chain(reading.items(), elsewhere):
        state = today.by_rules_without(going, rules, node, fact)
        if state is not None:
            found = support(instance, state, rules | instance.computed, fact, min(level, state.level(fact)))
            if found:
                return found
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


def _given_elsewhere(instance: Instance, item: Item, name: str) -> tuple[Words, list[Witness]]:
    """Return papers of the same form that show the fact, or agencies that find it out or give it: no need to ask for it."""
    papers = [
        one
        for one in instance.items
        if one.kind == "paper" and one.node == item.node and one.facts & item.facts and not _conditional(one)
    ]
    if papers:
        shown = papers[0].paper.id if papers[0].paper else ""
        says = Words(
            f"'{name}' sudah tertulis pada '{shown}' yang diserahkan bersama isian ini",
            f"'{name}' stands on '{shown}', which is handed in with this form",
        )
        return says, [gives(one) for one in papers][:MOST_WITNESSES]
    steps = [
        step
        for node, work in enumerate(instance.work)
        for kind, facts, _ in work
        if kind == "give" and facts & item.facts and (step := instance.points[node].step) is not None
    ]
    says = Words(
        f"'{name}' ditetapkan oleh instansi sendiri pada {_quoted(steps)}",
        f"'{name}' is found out or given by the agency itself at {_quoted(steps)}",
    )
    agencies = [
        Witness(
            where=step.where,
            role=Words(f"'{step.id}' sendiri memberikannya", f"'{step.id}' gives it itself"),
            ground=f"gives {step.id}",
        )
        for step in steps
    ]
    return says, agencies[:MOST_WITNESSES]


def _quoted(steps: list[Step]) -> str:
    return ", ".join(f"'{name}'" for name in dict.fromkeys(step.id for step in steps))


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
    read = today.read_later
    for item in instance.items:
        if item.paper is None or item.number in today.bound or today.sole & item.bit:
            continue
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
        chains = dict.fromkeys(number for fact in used for number in _chain(today, item.bit, rules, fact))
        facts = ", ".join(instance.shown(fact) for fact in used)
        says = Words(
            f"yang dibuktikan '{name}' ({facts}) sudah cukup pasti tanpa dokumen itu",
            f"what '{name}' proves ({facts}) is sure enough without it",
        )
        witnesses = [asks(item), *_behind(instance, chains)]
        if not chains:
            witnesses += [
                gives(one)
                for one in instance.items
                if one.facts & item.facts and one.number != item.number and one.kind in ("question", "paper")
            ]
        needed = _needed(today, item.facts)
        yield finding(instance, "document needless", item.step.id, name, says, witnesses, needed)


def checks_needless(today: Today) -> Iterator[Finding]:
    """Yield checks all of whose facts are at the level at which they are read without them; to be verified is no use by itself."""
    instance = today.instance
    steps = {item.node: item.step for item in instance.items if item.kind == "check"}
    for node, step in steps.items():
        mine = [item for item in instance.items if item.kind == "check" and item.node == node]
        if any(item.number in today.bound for item in mine) or step.needs or step.records or _finds(step):
            continue
        going = sum(item.bit for item in mine)
        alone = today.goes(going, 0)
        if not alone and not today.goes(going, today.offered):
            continue
        facts = ", ".join(instance.shown(item.facts.bit_length() - 1) for item in mine)
        says = Words(
            f"tidak ada yang membutuhkan {facts} lebih pasti daripada tanpa pemeriksaan ini",
            f"nobody needs {facts} surer than without this check",
        )
        rules = 0 if alone else today.offered
        chains = dict.fromkeys(
            number for item in mine for number in _chain(today, going, rules, item.facts.bit_length() - 1)
        )
        witnesses = [
            Witness(where=step.where, role=Words("memeriksanya", "checks it"), ground=f"checks {facts}"),
            *_behind(instance, chains),
        ]
        needed = _needed(today, sum(item.facts for item in mine))
        yield finding(instance, "check needless", step.id, step.id, says, witnesses, needed)


def letters_needless(today: Today) -> Iterator[Finding]:
    """Yield letters that carry only facts that are there without them. One that carries a judgement brings a fact of its own."""
    instance = today.instance
    for item in instance.items:
        if item.kind != "letter" or item.number in today.bound or _finds(item.step):
            continue
        papers = today.letters.get(item.number, 0)
        if any(number in today.bound for number in bits(papers)):
            continue
        going = item.bit | papers
        if not today.goes(going, 0) and not today.goes(going, today.offered):
            continue
        facts = ", ".join(instance.shown(fact) for fact in bits(item.facts)) or "-"
        says = Words(
            f"surat hanya membawa fakta yang sudah ada: {facts}",
            f"the letter carries only facts that are there: {facts}",
        )
        role = Words("membuat surat", "writes the letter")
        witness = Witness(where=item.step.where, role=role, ground=f"letter {facts}")
        papered = [asks(instance.items[number]) for number in bits(papers)]
        yield finding(instance, "letter needless", item.step.id, item.step.id, says, [witness, *papered])


def _finds(step: Step) -> bool:
    """Whether an officer finds something out at a step, or something comes into being there."""
    return isinstance(step, Check | Decide | Approve | Issue) and bool(step.gives)
