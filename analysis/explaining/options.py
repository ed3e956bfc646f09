"""What could bring a fact besides today's questions, and what speaks against each; chooses nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from analysis.demand import unmet
from analysis.explaining.sources import sources
from analysis.holders import Holder, holders, refused
from analysis.instance import Instance, Item, Operation, Rule, bits, union
from analysis.remaining import in_place_of, remaining
from analysis.removal import Today
from analysis.supply import State, supply, supply_meeting
from processes.element import Assurance, level
from processes.part import Location
from processes.words import Words

OptionKind = Literal["service", "confirming service", "computation", "document", "log-in"]


@dataclass(frozen=True, slots=True)
class Key:
    """A fact that something is looked up by: how sure it must be, and is without what is explained."""

    fact: str
    needed: int
    there: int


@dataclass(frozen=True, slots=True)
class Option:
    """Something that could bring a fact: whether the redesign uses it, or why not."""

    kind: OptionKind
    name: str
    keys: tuple[Key, ...]
    level: int  # of its answers, at most
    coverage: float
    agreement: str  # what allows it
    used: bool
    why_not: Words | None
    where: Location = Location("", 0, 0)


def options(today: Today, after: Instance | None, name: str, needed: int, *, proven: bool) -> Iterator[Option]:
    """Yield lawful services and computations, then services that may not be asked, then documents and log-ins of the catalogue.

    Args:
        today: The procedure as it is, with what a redesign may have besides.
        after: Its redesign, compiled; nothing, if there is none.
        name: The fact, canonical.
        needed: How sure it must be where it must be surest; 0 where nobody needs it.
        proven: Whether it is known that no redesign asks less.

    Complexity: two supply analyses for each service that gives the fact.
    """
    yield from _Options(today, after, name, needed, proven=proven).all_of_them()


class _Options:
    """What could bring one fact, and what speaks against each."""

    def __init__(self, today: Today, after: Instance | None, name: str, needed: int, *, proven: bool) -> None:
        self.today, self.after, self.name = today, after, name
        self.instance = today.instance
        self.fact = self.instance.index.get(name, -1)
        self.needed, self.proven = needed, proven
        self.own = self._bringing()
        self.node = -max(self._places(), default=(0, 0))[1]

    def all_of_them(self) -> Iterator[Option]:
        """Yield lawful services and computations, then services that may not be asked, documents and log-ins."""
        lawful = set()
        for number in bits(self.instance.offered | self.instance.computed) if self.fact >= 0 else ():
            rule = self.instance.rules[number]
            if (rule.gives | rule.confirms) >> self.fact & 1:
                lawful.add(rule.service)
                yield self._of_rule(rule)
        for holder in holders(self.instance.model, self.name):
            if holder.service not in lawful:
                yield self._of_holder(holder)
        yield from self._documents()
        yield from self._log_ins()

    def _places(self) -> Iterator[tuple[int, int]]:
        """Yield (level, - point) of what reads the fact: the first of those that need it surest is the greatest."""
        for one in self.today.needs.stated:
            if one.demand.fact == self.fact:
                yield one.level, -one.demand.node
        for node, state in self.today.needs.silent:
            if self.fact >= 0 and state.level(self.fact):
                yield state.level(self.fact), -node

    def _bringing(self) -> int:
        """Return the items that bring the fact today, as bits."""
        if self.fact < 0:
            return 0
        kinds = ("question", "paper", "log-in", "check", "lookup")
        return sum(item.bit for item in self.instance.items if item.facts >> self.fact & 1 and item.kind in kinds)

    @cached_property
    def without(self) -> Instance:
        """The procedure in which nothing brings the fact itself."""
        return _without(self.instance, self.fact) if self.fact >= 0 else self.instance

    @cached_property
    def there(self) -> State:
        """What is certain where the fact is needed first and surest, with all that may be used but nothing that brings it."""
        return self._at(self.without)

    @cached_property
    def there_with_it(self) -> State:
        """The same with what brings the fact."""
        return self._at(self.instance)

    def _at(self, instance: Instance) -> State:
        log_ins = sum(option.bit for option in instance.options if option.log_in is not None)
        return supply(instance, instance.everything | log_ins, self.today.offered).before[self.node] or State()

    def _of_rule(self, rule: Rule) -> Option:
        confirms = not rule.gives >> self.fact & 1
        kind: OptionKind = "computation" if rule.kind == "computed" else "confirming service" if confirms else "service"
        enough = max(self.needed, rule.key_level)
        keys = tuple(
            Key(self.instance.shown(key), enough, self.there.level(key))
            for key in bits(rule.keys)
            if not (confirms and key == self.fact)
        )
        used = self._used(rule)
        why = None if used else self._why_not(rule, keys, confirms=confirms)
        name = rule.name if rule.service else self.instance.shown(self.fact)
        agreement = rule.agreement.id if rule.agreement else ""
        return Option(kind, name, keys, rule.level, rule.coverage, agreement, used, why, rule.where)

    def _used(self, rule: Rule) -> bool:
        if self.after is None or self.name not in self.after.index:
            return False
        fact = self.after.index[self.name]
        if not rule.service:
            return not any(s.kind != "computed" for s in sources(self.after, self.name))
        mine = [one for one in self.after.rules if (one.service, one.about) == (rule.service, rule.about)]
        return any((one.gives | one.confirms) >> fact & 1 for one in mine)

    def _why_not(self, rule: Rule, keys: tuple[Key, ...], *, confirms: bool) -> Words:
        """Return the first of these that holds: not needed, not sure enough, no keys, a circle, no consent, or not chosen."""
        if not self.needed:
            return Words("tidak ada yang membutuhkannya", "nobody needs it")
        if confirms and self.needed <= Assurance.DECLARED:
            return Words("tidak perlu lebih pasti", "nobody needs it any surer")
        if rule.level < self.needed:
            at_most, needed = Assurance(rule.level).words, Assurance(self.needed).words
            found = Words("", "")
            if rule.coverage < 1:
                found = Words(
                    f", karena tidak ditemukan pada {1 - rule.coverage:.0%} kasus",
                    f", as it finds nothing in {1 - rule.coverage:.0%} of cases",
                )
            return Words(
                f"paling tinggi {at_most.id}{found.id}; dibutuhkan {needed.id}",
                f"at most {at_most.en}{found.en}; needed {needed.en}",
            )
        lacking = [key for key in keys if key.there < key.needed]
        if lacking:
            return self._no_keys(lacking)
        if rule.consent & ~self.there.all1:
            return Words(
                "persetujuannya tidak dapat diminta sebelumnya pada setiap jalur",
                "the consent it takes cannot be asked before, on every way",
            )
        return self._not_chosen(rule, confirms=confirms)

    def _no_keys(self, lacking: list[Key]) -> Words:
        circle = [key.fact for key in lacking if self.there_with_it.level(self._number(key.fact)) >= key.needed]
        if len(circle) == len(lacking):
            facts = ", ".join(circle)
            return Words(
                f"berputar: kuncinya ({facts}) sendiri baru ada, atau cukup pasti, dengan fakta ini",
                f"a circle: its key ({facts}) is itself there, or sure enough, only with this fact",
            )
        told = [_short_of(key) for key in lacking]
        return Words("; ".join(one.id for one in told), "; ".join(one.en for one in told))

    def _number(self, shown: str) -> int:
        return self.instance.index[self.instance.model.naming.canonical(shown) or shown]

    def _not_chosen(self, rule: Rule, *, confirms: bool) -> Words:
        """Say why something that could bring the fact is not used: by what is used instead."""
        if self.after is None:
            return Words("tidak ada rancang ulang", "there is no redesign")
        then = list(sources(self.after, self.name))
        looked_up = next((source.what for source in then if source.kind == "look-up"), "")
        if looked_up and not self.proven:
            return Words(f"{looked_up} dipilih", f"{looked_up} was chosen")
        if looked_up:
            return Words(
                f"{looked_up} dipilih: bebannya tidak lebih besar", f"{looked_up} was chosen: it asks no more of people"
            )
        kept = remaining(self.instance, self.after)
        own = self.own | in_place_of(self.instance, self.own)
        bringing = [self.instance.item(number) for number in bits(kept & own)]
        if any(item.bit & self.today.bound_items for item in bringing):
            return Words("yang memintanya saat ini terikat (lihat di bawah)", "what asks it today is bound (see below)")
        needs, needed = self.today.needs, self.today.needed
        alone = _without(self.instance, self.fact, save=rule)
        if not confirms and supply_meeting(alone, kept, self.today.offered, needed) is None:
            then_there = supply(alone, kept, self.today.offered)
            steps = (self.instance.points[one.demand.node].step for one in unmet(needs, then_there))
            step = next((one.id for one in steps if one is not None), "")
            return Words(
                f"dengannya fakta ini tidak ada, atau kurang pasti, di '{step}'",
                f"with it the fact would not be there, or not as sure, at '{step}'",
            )
        papers = [item.paper.id for item in bringing if item.paper is not None and self._asked_anyway(item)]
        if papers:
            return Words(
                f"sudah ada pada {', '.join(papers)}, yang tetap diminta",
                f"it comes with {', '.join(papers)}, asked anyway",
            )
        if bringing and not confirms and not self.proven:
            return Words(
                "dapat, tetapi tidak ditemukan rancangan yang lebih ringan dengannya",
                "it could, but no lighter redesign was found that uses it",
            )
        if bringing and not confirms:
            return Words(
                "dapat, tetapi rancangan yang dipilih lebih ringan: formulir sisa, persetujuan atau kunci lain akan diminta",
                "it could, but the redesign that was chosen asks less: residual forms, consents or other keys would be asked",
            )
        return Words("sudah ada tanpa ini", "it is there without it")

    def _asked_anyway(self, item: Item) -> bool:
        """Whether a paper is asked for something else besides the fact."""
        needed = self.today.needs.stated
        reads = {one.demand.fact for one in needed if one.level > 0}
        silently = union(state.all1 for _, state in self.today.needs.silent)
        return any(fact != self.fact and (fact in reads or silently >> fact & 1) for fact in bits(item.facts))

    def _of_holder(self, holder: Holder) -> Option:
        instance = self.instance
        needed = max(self.needed, int(level(instance.model.catalogue.key_level(holder.offer))))
        there = self.there
        keys = []
        for key in holder.keys:
            number = instance.index.get(key)
            known = instance.model.naming.fact(key) is not None
            keys.append(
                Key(
                    instance.model.naming.shown(key) if known else key,
                    needed,
                    there.level(number) if number is not None else 0,
                )
            )
        number = self.fact if self.fact >= 0 else len(instance.facts)
        barrier = refused(instance, number, holder)
        why = barrier.says if barrier else Words("tidak ada yang membutuhkannya", "nobody needs it")
        about = instance.model.naming.subject(holder.subject)
        shown = instance.model.naming.shown_subject(about) if about else holder.subject
        kind: OptionKind = "confirming service" if holder.confirms else "service"
        return Option(
            kind,
            f"{holder.service} about {shown}",
            tuple(keys),
            int(level(holder.offer.assurance)),
            holder.offer.coverage,
            "",
            used=False,
            why_not=why,
            where=holder.offer.where,
        )

    def _documents(self) -> Iterator[Option]:
        """Yield the kinds of documents that show the fact and are not asked for today."""
        model = self.instance.model
        parts = self.name.split(".")
        subjects = [model.naming.subject(".".join(parts[:end])) for end in range(1, len(parts) + 1)]
        today = {s.what for s in sources(self.instance, self.name) if s.kind == "document"}
        then = {s.what for s in sources(self.after, self.name) if s.kind == "document"} if self.after else set()
        asked = {one for what in today for one in what.split(" | ")}
        for kind in model.catalogue.evidence:
            for subject in subjects:
                if subject is None or subject.entity.id != kind.about:
                    continue
                name = f"{kind.id} of {model.naming.shown_subject(subject)}"
                carried = (model.naming.canonical(f"{subject.name}.{element}") for element in kind.carries)
                if self.name in carried and name not in asked:
                    why = Words(
                        "dokumen baru tidak diminta, kecuali bila penelusuran tidak menemukan apa pun",
                        "a redesign asks for no new document, save where a look-up finds nothing",
                    )
                    used = name in then
                    yield Option(
                        "document",
                        name,
                        (),
                        int(level(kind.assurance)),
                        1.0,
                        "",
                        used,
                        None if used else why,
                        kind.where,
                    )

    def _log_ins(self) -> Iterator[Option]:
        """Yield the log-ins that would tell the fact and are not used today."""
        model, policy = self.instance.model, self.instance.policy
        fact = model.naming.fact(self.name)
        today = {s.what for s in sources(self.instance, self.name) if s.kind == "log-in"}
        then = {s.what for s in sources(self.after, self.name) if s.kind == "log-in"} if self.after else set()
        for log_in in model.catalogue.identification:
            owner = model.naming.subject(self.name) if fact and fact.relation else fact.owner if fact else None
            if owner is None or owner.entity.id != log_in.about or log_in.id in today:
                continue
            told = {owner.key, *model.naming.known(f"{owner.name}.{one}" for one in log_in.gives)}
            if self.name not in told:
                continue
            if not log_in.offered:
                why = Words("hanya untuk prosedur yang sudah memakainya", "only for procedures that have it today")
            elif not policy.new_log_ins:
                why = Words("kebijakan tidak menambah cara masuk", "the policy adds no log-in")
            elif log_in.coverage < 1:
                why = Words(
                    f"hanya {log_in.coverage:.0%} orang yang dapat memakainya",
                    f"only {log_in.coverage:.0%} of people can use it",
                )
            else:
                why = Words(
                    "rancangan yang dipilih tidak membutuhkannya", "the redesign that was chosen does without it"
                )
            used = log_in.id in then
            yield Option("log-in", log_in.id, (), 3, log_in.coverage, "", used, None if used else why, log_in.where)


def _without(instance: Instance, fact: int, save: Rule | None = None) -> Instance:
    """Return a procedure in which nothing brings a fact, or makes it surer, save one rule; whoever needs it still does."""
    mask = ~(1 << fact)

    def left(operation: Operation) -> Operation:
        kind, one, other = operation
        if kind == "give":
            return kind, one & mask, other
        return (kind, one, other & mask) if kind in ("ask", "paper", "perhaps", "log in") else operation

    work = tuple(
        tuple(left(one) for one in operations if one[0] != "check" or one[2] != fact) for operations in instance.work
    )
    items, choices = (
        tuple(item._replace(facts=item.facts & mask) for item in several)
        for several in (instance.items, instance.options)
    )
    rules = tuple(
        rule if rule is save else rule._replace(gives=rule.gives & mask, confirms=rule.confirms & mask)
        for rule in instance.rules
    )
    return replace(instance, work=work, items=items, options=choices, rules=rules)


def _short_of(key: Key) -> Words:
    if not key.there:
        return Words(f"kuncinya {key.fact} belum ada di sana", f"its key {key.fact} is not there")
    there, needed = Assurance(key.there).words, Assurance(key.needed).words
    return Words(
        f"kuncinya {key.fact} hanya {there.id}; dibutuhkan {needed.id}",
        f"its key {key.fact} is only {there.en}; needed {needed.en}",
    )
