"""What would free each question and document that stays: the smallest sets of agreements, services, coverage and law."""

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass

from analysis.change import Redesign
from analysis.compiling import compiled
from analysis.demand import meets_silently, unmet
from analysis.explaining.supposing import (
    REGISTRY,
    Concluded,
    FindsAll,
    InForce,
    Lowered,
    NewService,
    Supposition,
    allowing,
    registry_of,
    service_of,
    supposed,
)
from analysis.instance import Instance, Item, bits, union
from analysis.lawful import counts, permissions
from analysis.optional import log_ins_offered, with_options
from analysis.redesign import decided_today, redesigned
from analysis.remaining import in_place_of, kept_in, new_log_ins, remaining, still_asked
from analysis.removal import Today
from analysis.supply import State, Supply, supply, supply_meeting
from processes.catalogue import Agreement, Catalogue, DataService
from processes.policy import Policy
from processes.procedure import Lookup, Procedure
from processes.resolved import Subject
from processes.words import Words

MOST = 3  # suppositions in a set
MOST_KEYS = 3  # of a supposed service
_NEW = Concluded | NewService  # what nobody has thought of yet
STATES_A_LEVEL = ("judgement", "need", "output", "record")


@dataclass(frozen=True, slots=True)
class Way:
    """A smallest set of suppositions that frees something, and the redesign that there would be.

    Of a service that is not there nobody knows what it costs: then nothing is said of the redesign.
    """

    suppositions: tuple[Supposition, ...]
    asked: bool = False  # whether that redesign would still ask it, because something else is lighter
    citizen_minutes: float | None = None  # that it would take of a citizen


@dataclass(frozen=True, slots=True)
class Freeing:
    """What would free one thing that stays: any one of these ways, or nothing, with the reason."""

    step: str
    subject: str
    kind: str
    ways: tuple[Way, ...]
    only: Words | None = None  # why no way is given


def freeing(
    procedure: Procedure, catalogue: Catalogue, policy: Policy, redesign: Redesign, most: int = MOST
) -> tuple[Freeing, ...]:
    """Return, for every question and document that a redesign keeps, all smallest sets of suppositions that free it.

    Something is freed if it can go from the redesign, with every requirement still met and nothing asked in its place that the
    redesign does not ask. A supposition only adds ways to learn a fact, or asks for less: so a set that holds a freeing set frees
    as well, and only the smallest are worth telling. Each is proven on the procedure, catalogue and policy in which it is really so.

    Args:
        procedure: A well-formed procedure.
        catalogue: What it refers to.
        policy: The date, and what counts.
        redesign: What it is redesigned to with these.
        most: The most suppositions in a set.

    Returns:
        Nothing where there is no redesign.

    Complexity: for each thing, a supply analysis for each set looked at, which are those that hit every set seen to be needed;
    at most (number of suppositions) to the power of `most`, and seldom more than a few dozen. A redesign for each set found
    of things that are known.
    """
    if redesign.unmoved is None:
        return ()
    return tuple(_Freeing(procedure, catalogue, policy, redesign.unmoved, most).all_of_them())


class _Freeing:
    def __init__(self, procedure: Procedure, catalogue: Catalogue, policy: Policy, after: Procedure, most: int) -> None:
        self.procedure, self.catalogue, self.policy, self.most = procedure, catalogue, policy, most
        today, _ = decided_today(procedure, catalogue, policy)
        self.today = with_options(today)
        self.log_ins = tuple(log_ins_offered(today.instance))
        self.kept = remaining(self.today.instance, compiled(after, catalogue, policy, offers=False))
        self.worlds: dict[frozenset[Supposition], Today] = {}
        self.redesigns: dict[frozenset[Supposition], Redesign] = {}

    def all_of_them(self) -> Iterator[Freeing]:
        instance = self.today.instance
        asked = [one for one in instance.items if one.kind in ("question", "paper")]
        stay = [one for one in asked if self.kept & (one.bit | in_place_of(instance, one.bit))]
        services = {
            item.number: list(self._new_services(item)) for item in stay if item.number not in self.today.staying
        }
        supposing = _Supposing(self, [one for found in services.values() for one in found])
        for item in stay:
            subject = item.paper.id if item.paper else _question(instance, item)
            kind = "document" if item.paper else "act" if item.bound == "act" else "question"
            if item.number in self.today.staying:
                yield Freeing(item.step.id, subject, kind, (), _ONLY.get(self.today.bound[item.number], _BOUND))
                continue
            kept, again = self._left(item), self._asked_before(item)
            universe = [*supposing.shared, *services[item.number], *self._laws(item)]

            def frees(
                chosen: frozenset[int],
                kept: int = kept,
                universe: list[Supposition] = universe,
                again: frozenset[str] = again,
            ) -> bool:
                return supposing.holds(kept, frozenset(universe[number] for number in chosen), again)

            if frees(frozenset()):
                yield Freeing(item.step.id, subject, kind, tuple(self._lighter(item, supposing)), _HEAVIER)
                continue
            found = [frozenset(universe[number] for number in one) for one in smallest(len(universe), frees, self.most)]
            ways = tuple(self._way(one, item) for one in _weakest(found) if self._proven(one, kept, again))
            yield Freeing(item.step.id, subject, kind, ways, None if ways else self._nothing(item))

    def _left(self, item: Item) -> int:
        """Return what is kept without an item; what several sides of a parallel part ask goes from all of them or from none.

        What is asked only of some stays for these, and goes with what it takes the place of; what is asked where a look-up of today
        finds nothing goes with that look-up and all that is done by hand there. New log-ins are there.
        """
        beside = union((item.bit, *(self.today.by_hand[number] | 1 << number for number in self._look_ups(item))))
        for sides in self.today.asked_beside:
            if item.bit in [asked & self.kept for asked in sides]:  # else its side goes on asking
                beside |= union(sides)
        return self.kept & ~(beside | in_place_of(self.today.instance, beside)) | new_log_ins(self.today.instance)

    def _look_ups(self, item: Item) -> list[int]:
        """Return the look-ups of today for which an item does by hand what they do not find, and without which it would not."""
        if self.today.bound.get(item.number) != "repair":
            return []
        return [number for number, by_hand in self.today.by_hand.items() if by_hand & item.bit]

    def _asked_before(self, item: Item) -> frozenset[str]:
        """Return the services that have found nothing where an item is asked: they would find nothing again."""
        steps = (self.today.instance.items[number].step for number in self._look_ups(item))
        return frozenset(step.service for step in steps if isinstance(step, Lookup))

    # --- what may be supposed for one thing

    def _new_services(self, item: Item) -> Iterator[NewService]:
        """Yield a service for each of those whose facts are lacking without an item, asked with what is there."""
        instance = self.today.instance
        lacking, first, there, level = self._lacking(item)
        told = {
            name
            for one in self.log_ins
            if one.node == first or instance.reachable[one.node] >> first & 1
            for name in one.names
        }
        owners: dict[str, tuple[Subject, list[str]]] = {}
        for fact in lacking:
            known = instance.model.naming.fact(instance.facts[fact])
            if known is not None:
                word = known.relation.id if known.relation else known.element.id
                owners.setdefault(known.owner.name, (known.owner, []))[1].append(word)
        for owner, words in owners.values():
            keys, by = _keys(instance, owner, words, _Sure(instance, there, told), level)
            if keys:
                shown = instance.model.naming.shown_subject
                made = (self.procedure.agency, self.procedure.purpose, shown(owner))
                other = (by.entity.id, shown(by)) if by is not None else ("", "")
                yield NewService(owner.entity.id, keys, tuple(words), *made, *other)

    def _lacking(self, item: Item) -> tuple[list[int], int, State, int]:
        """Return the facts of an item that are lacking without it, where the first of them is, what is there, and how sure it must be."""
        supplied = self._supplied(item)
        missed = list(unmet(self.today.needs, supplied))
        mine = [one for one in missed if item.facts >> one.demand.fact & 1]
        first = min((one.demand.node for one in missed), default=0)
        level = max((one.level for one in mine), default=1)
        own = sorted({one.demand.fact for one in mine})
        return own or list(bits(item.facts)), first, supplied.before[first] or State(), level

    def _supplied(self, item: Item) -> Supply:
        """Return what is certain without an item."""
        offered = without(self.today.instance, self.today.offered, self._asked_before(item))
        return supply(self.today.instance, self._left(item), offered)

    def _laws(self, item: Item) -> Iterator[Lowered]:
        """Yield every lower level at which the law could ask for a fact that is lacking without an item."""
        instance = self.today.instance
        for fact in self._lacking(item)[0]:
            stating = [
                one
                for one in self.today.needs.stated
                if one.demand.fact == fact and one.demand.what in STATES_A_LEVEL and one.demand.where.line
            ]
            highest = max((one.level for one in stating), default=0)
            for level in range(1, highest):
                places = tuple(dict.fromkeys(one.demand.where for one in stating if one.level > level))
                yield Lowered(instance.facts[fact], level, places, instance.shown(fact))

    # --- what came out

    def _lighter(self, item: Item, supposing: "_Supposing") -> Iterator[Way]:
        """Yield what would make it lighter to leave out what could go already: an agreement, or that a service finds everybody."""
        for one in supposing.shared:
            if supposing.gives(one, item.facts):
                way = self._way(frozenset([one]), item)
                if not way.asked:
                    yield way

    def _nothing(self, item: Item) -> Words:
        """Say that nothing frees an item; and where it is so, that it is declared on the very form that asks it."""
        supplied = self._supplied(item)
        if any(one.demand.what == "act" and one.demand.node == item.node for one in unmet(self.today.needs, supplied)):
            return Words(
                "tindakan pada formulir yang sama menyatakannya: hanya bila sudah diketahui sebelum formulir itu",
                "an act on the same form declares it: only if it were known before that form",
            )
        return Words(
            f"tidak ada yang membebaskannya, dengan paling banyak {self.most} perubahan sekaligus",
            f"nothing frees it, with at most {self.most} changes together",
        )

    def _proven(self, suppositions: frozenset[Supposition], kept: int, again: frozenset[str]) -> bool:
        """Whether it holds where everything supposed is really so."""
        if suppositions not in self.worlds:
            made = supposed(self.procedure, self.catalogue, self.policy, in_order(suppositions))
            self.worlds[suppositions] = with_options(Today(compiled(*made)))
        today = self.worlds[suppositions]
        there = kept_in(self.today.instance, kept, today.instance) | new_log_ins(today.instance)
        return today.holding(there, without(today.instance, today.offered, again)) is not None

    def _way(self, suppositions: frozenset[Supposition], item: Item) -> Way:
        if any(isinstance(one, NewService) for one in suppositions):
            return Way(in_order(suppositions))
        if suppositions not in self.redesigns:
            made = supposed(self.procedure, self.catalogue, self.policy, in_order(suppositions))
            self.redesigns[suppositions] = redesigned(*made)
        found = self.redesigns[suppositions]
        if found.unmoved is None:
            return Way(in_order(suppositions), asked=True)
        after = compiled(found.unmoved, self.catalogue, self.policy, offers=False)
        asked = still_asked(self.today.instance, item, after)
        return Way(in_order(suppositions), asked, found.burden_after.citizen_minutes if found.burden_after else None)


def without(instance: Instance, rules: int, services: Set[str]) -> int:
    """Return rules, as bits, without those of some services, unless these find everybody."""
    gone = (n for n in bits(rules) if instance.rules[n].service in services and instance.rules[n].coverage < 1)
    return rules & ~union(1 << number for number in gone)


def in_order(suppositions: frozenset[Supposition]) -> tuple[Supposition, ...]:
    """Return suppositions in a fixed order."""
    return tuple(sorted(suppositions, key=lambda one: (type(one).__name__, one.says.en)))


def _question(instance: Instance, item: Item) -> str:
    assert item.question is not None  # noqa: S101  # as the kind says
    return instance.model.naming.shown(item.question.fact) if item.question.fact else item.question.id


@dataclass(frozen=True, slots=True)
class _Sure:
    """How sure facts about people are at a place: as certain as they are there, or as a new log-in tells them."""

    instance: Instance
    there: State
    told: Set[str]

    def of(self, who: Subject, word: str) -> int:
        name = self.instance.model.naming.canonical(f"{who.name}.{word}")
        if name in self.told:
            return 3
        return self.there.level(self.instance.index[name]) if name in self.instance.index else 0


def _keys(
    instance: Instance, owner: Subject, words: list[str], sure: _Sure, level: int
) -> tuple[tuple[str, ...], Subject | None]:
    """Return by what a service about somebody could be asked, and about whom that is if it is somebody else.

    Their key, if it is sure enough; else other facts about them that are; else the key of another role; else the surest there is.
    """
    naming = instance.model.naming
    own = [owner.entity.key, *(one.id for one in owner.entity.elements if one.type in ("text", "date"))]
    known = [word for word in dict.fromkeys(own) if word not in words and sure.of(owner, word)]
    for enough in (level, 1):
        found = [word for word in known if sure.of(owner, word) >= enough]
        if found:
            return (tuple(found[:1]) if found[0] == owner.entity.key else tuple(found[:MOST_KEYS])), None
        others = (naming.subject(role) for role in naming.roles)
        other = next((one for one in others if one and one != owner and sure.of(one, one.entity.key) >= enough), None)
        if other is not None:
            return (other.entity.key,), other
    return (), None


class _Supposing:
    """Everything that may be supposed, compiled into one procedure: a set of suppositions is a set of its rules."""

    def __init__(self, freeing: _Freeing, services: list[NewService]) -> None:
        self.freeing, self.needed = freeing, freeing.today.needed
        made = _Catalogue(freeing.procedure, freeing.catalogue, freeing.policy)
        for one in dict.fromkeys(services):
            made.add_new(one)
        self.today = with_options(Today(compiled(freeing.procedure, made.whole(), freeing.policy)))
        instance = self.today.instance
        self.copies = made.copies
        self.rests_on = {n: made.rests_on.get(instance.rules[n].service, frozenset()) for n in bits(self.today.offered)}
        self._forget_needless_agreements()
        own = {one for found in self.rests_on.values() for one in found if not isinstance(one, NewService)}
        self.shared = list(in_order(frozenset(own)))

    def _forget_needless_agreements(self) -> None:
        """Leave out new agreements for what one of the catalogue would allow as well: that one is told."""
        rules = self.today.instance.rules

        def answers(number: int) -> tuple[object, ...]:
            rule = rules[number]
            return rule.keys, rule.about, rule.gives, rule.confirms, rule.level, rule.consent

        said = {n: found for n, found in self.rests_on.items() if not any(isinstance(one, _NEW) for one in found)}
        there = {answers(number) for number in said}
        for number, found in list(self.rests_on.items()):
            if answers(number) in there and any(isinstance(one, Concluded) for one in found):
                del self.rests_on[number]

    def _copies(self, services: frozenset[str]) -> frozenset[str]:
        return services | {copy for copy, service in self.copies.items() if service in services}

    def gives(self, one: Supposition, facts: int) -> bool:
        """Whether a rule that rests on a supposition gives some facts."""
        rules = self.today.instance.rules
        return any(one in found and rules[number].gives & facts for number, found in self.rests_on.items())

    def holds(self, kept: int, chosen: frozenset[Supposition], again: frozenset[str] = frozenset()) -> bool:
        """Return whether every requirement is met with these items of today's kept and these things supposed.

        Nothing comes from services that have been asked already (`again`), unless they find everybody.
        """
        instance = self.today.instance
        kept = kept_in(self.freeing.today.instance, kept, instance) | new_log_ins(instance)
        rules = without(
            instance, sum(1 << n for n, found in self.rests_on.items() if found <= chosen), self._copies(again)
        )
        lowered = {one.fact: one for one in sorted(chosen, key=str) if isinstance(one, Lowered)}
        levels = self.needed
        if lowered:
            levels = tuple(
                min(level, lowered[name].level)
                if (name := instance.facts[demand.fact]) in lowered and demand.where in lowered[name].places
                else level
                for demand, level in zip(instance.demands, self.needed, strict=True)
            )
        found = supply_meeting(instance, kept, rules, levels)
        return found is not None and meets_silently(self.today.needs, found)


class _Catalogue:
    """A catalogue with a copy of each service for each way in which it could be asked."""

    def __init__(self, procedure: Procedure, catalogue: Catalogue, policy: Policy) -> None:
        self.procedure, self.catalogue, self.policy = procedure, catalogue, policy
        self.services: list[DataService] = []
        self.agreements: list[Agreement] = []
        self.rests_on: dict[str, frozenset[Supposition]] = {}
        self.copies: dict[str, str] = {}  # of which service each is one
        for name, offer in catalogue.service.items():
            self._add_copies(name, offer)

    def _add_copies(self, name: str, offer: DataService) -> None:
        consumer, purpose = self.procedure.agency, self.procedure.purpose
        most_age, fresh = self.policy.most_age, offer.fresh
        if most_age is not None and fresh is not None and fresh.minutes > most_age.minutes:
            return  # too old for the policy, whoever agrees
        lawful = permissions(self.catalogue, self.policy, name, frozenset([consumer]), purpose)
        ways: list[tuple[frozenset[Supposition], Agreement | None]] = [
            (frozenset(), permission.agreement) for permission in lawful
        ]
        ways += [
            (frozenset([InForce(one.id)]), one)
            for one in self.catalogue.agreements
            if name in one.services
            and one.consumer == consumer
            and purpose in one.purposes
            and not counts(one, self.policy)
        ]
        ways.append((frozenset([Concluded(name, consumer, purpose)]), None))
        for found, agreement in ways:
            if found and offer.coverage > 0 and offer.coverage >= self.policy.least_coverage:
                self.copies[self._add(offer, found, agreement)] = name
            if offer.coverage < 1:
                self._add(offer.model_copy(update={"coverage": 1.0}), found | {FindsAll(name)}, agreement)

    def add_new(self, one: NewService) -> None:
        self._add(service_of(one, "new"), frozenset([one]), None)

    def _add(self, offer: DataService, found: frozenset[Supposition], agreement: Agreement | None) -> str:
        name = f"s{len(self.services)}"
        registry = f"{REGISTRY}-all"
        self.services.append(offer.model_copy(update={"id": name}))
        self.agreements.append(
            allowing(
                f"{REGISTRY}-{name}", f"{registry}.{name}", self.procedure.agency, self.procedure.purpose, agreement
            )
        )
        self.rests_on[f"{registry}.{name}"] = found
        return f"{registry}.{name}"

    def whole(self) -> Catalogue:
        return self.catalogue.model_copy(
            update={
                "registries": (*self.catalogue.registries, registry_of("all", self.services)),
                "agreements": (*self.catalogue.agreements, *self.agreements),
            }
        )


# --- the search -------------------------------------------------------------------------------------------------------


def smallest(number: int, holds: Callable[[frozenset[int]], bool], most: int) -> list[frozenset[int]]:
    """Return all smallest sets of at most so many of 0 … number − 1 for which something holds, the smaller first.

    Whatever holds for a set must hold for every larger one. A set for which it does not hold is grown until nothing more can be
    added; what is left over then is *needed*: every set for which it holds has one of them. So only sets that hit all that was seen
    to be needed are tried, in the order of their size.

    Args:
        number: Of what sets are made.
        holds: Whether it holds for a set; monotone.
        most: The largest set looked for.

    Complexity: a set that is found needs at most |set| steps on its way; each step that finds something new needed takes
    some log(number) tests for each thing needed, all others none.

    Source: Reiter, R. (1987). A theory of diagnosis from first principles. Artificial Intelligence 32, 57-95 (hitting-set tree, here
    breadth first and with the sets used again); Junker, U. (2004). QuickXplain. AAAI-04, 167-172 (adding by halves).

    >>> smallest(4, lambda chosen: {0} <= chosen or {1, 2} <= chosen, 2) == [frozenset({0}), frozenset({1, 2})]
    True
    """
    everything = frozenset(range(number))
    if not holds(everything):
        return []
    needed: list[frozenset[int]] = []
    found: list[frozenset[int]] = []
    seen = {frozenset[int]()}
    level = [frozenset[int]()]
    for size in range(most + 1):
        later: list[frozenset[int]] = []
        for chosen in level:
            if any(one <= chosen for one in found):
                continue
            lacking = next((one for one in needed if not one & chosen), None)
            if lacking is None:
                if holds(chosen):
                    found.append(chosen)
                    continue
                lacking = everything - _grown(chosen, sorted(everything - chosen), holds)
                needed.append(lacking)
            for one in sorted(lacking) if size < most else ():
                if (larger := chosen | {one}) not in seen:
                    seen.add(larger)
                    later.append(larger)
        level = later
    return found


def _grown(chosen: frozenset[int], others: Sequence[int], holds: Callable[[frozenset[int]], bool]) -> frozenset[int]:
    """Return a set for which it does not hold, grown by as many others as can be added, halves at once where that goes."""
    if not others:
        return chosen
    if not holds(chosen | frozenset(others)):
        return chosen | frozenset(others)
    if len(others) == 1:
        return chosen
    half = len(others) // 2
    return _grown(_grown(chosen, others[:half], holds), others[half:], holds)


def _weakest(found: list[frozenset[Supposition]]) -> list[frozenset[Supposition]]:
    """Leave out sets that lower the law further than another that is the same otherwise."""

    def lower(one: frozenset[Supposition], other: frozenset[Supposition]) -> bool:
        mine, theirs = one - other, other - one
        law = [(a, b) for a in mine for b in theirs if isinstance(a, Lowered) and isinstance(b, Lowered)]
        return (
            len(mine) == len(theirs) == len(law) == 1
            and law[0][0].fact == law[0][1].fact
            and (law[0][0].level < law[0][1].level)
        )

    return [one for one in found if not any(lower(one, other) for other in found)]


_ONLY = {
    "act": Words("suatu tindakan: hanya hukum yang dapat membebaskannya", "an act: only the law can free it"),
    "tested": Words(
        "suatu syarat menanyakan apakah ini diketahui: hanya bila syarat itu ditulis lain",
        "a condition asks whether it is known: only if that is written otherwise",
    ),
    "anew": Words("ditanyakan lagi bila kasus dikembalikan", "it is asked anew when a case is returned"),
    "repair": Words(
        "hanya diminta bila penelusuran hari ini tidak menemukan apa pun",
        "it is asked only where a look-up of today finds nothing",
    ),
    "decided": Words("keputusan peninjau", "a reviewer's decision"),
    "agreed": Words(
        "hanya pasti bila pilihan dengan syarat yang sama searah: bila pilihan itu disatukan",
        "it is certain only if choices with the same condition agree: if they are made one choice",
    ),
}
_BOUND = Words("terikat", "it is bound")
_HEAVIER = Words(
    "sudah dapat dihapus, tetapi formulir sisa, persetujuan, log masuk atau kunci lain akan lebih berat",
    "it could go already, but residual forms, consents, log-ins or other keys would ask more",
)
