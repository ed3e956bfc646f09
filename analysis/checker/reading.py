"""What is read is there, as sure as today; who could ask whether it is known finds it known as today; judgements see what they saw [4-6]."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from analysis.certificate import behind
from analysis.checker import words as says
from analysis.checker.agreeing import by_answers, short
from analysis.checker.flow import Node
from analysis.checker.rules import Bits, Rule, Set, each, level_of, union
from analysis.checker.steps import Comparison, as_sure, place_of, where
from analysis.checker.things import act_of, brought, given_by
from analysis.checker.ways import Read, Way, conditional
from processes.procedure import Derive, FormStep, Identify, Lookup


class Reading:
    """How sure each fact must be where it is read still, and whether it is."""

    def __init__(self, before: Way, after: Way, pairs: Comparison, refuse: says.Refusals) -> None:
        self.before, self.after, self.pairs, self.refuse = before, after, pairs, refuse
        self.old, self.new = before.model.procedure, after.model.procedure
        # By judgement that does not say what it reads: what it sees today, and how sure; and for such judgements, by step before
        # them and fact: how sure it is right behind that step.
        self.seen = {place: dict(self._seen(place)) for place in before.silent}
        self.behind = dict(self._read_behind())
        self.agreed = self._agreed()
        self.needed = self._needed()  # by who reads it

    def check(self) -> None:
        """Refuse where something is not as sure as it must be, or is not known as today."""
        self._met()
        self._only_if_known()

    # --- what is read is there [4]

    def _needed(self) -> dict[Read, int]:
        """Return how sure each fact must be where it is read still: as the law states, else as it is there today [4]."""
        for read in short(self.before) - self.agreed:
            self.refuse(where(self.before, read.place), says.MISSING_TODAY, read.fact)
        reads = [read for read in self.before.reads if self._stands(read)]
        of_no_use = self._of_no_use(reads)
        return {
            read: 0 if read in self.agreed else self.before.reads[read].wanted
            for read in reads
            if read not in of_no_use
        }

    def _stands(self, read: Read) -> bool:
        """Whether what reads a fact today still stands: a step that is gone reads nothing, nor the condition of a question that is."""
        here = read.place in self.new.step_by_id and read.place not in self.pairs.gone
        return (here or read.place.startswith("choose ")) and (
            not read.what.startswith("condition of ") or read in self.after.reads
        )

    def _of_no_use(self, reads: Iterable[Read]) -> set[Read]:
        """Return what is derived from or confirmed, if nobody reads what comes of it."""
        brought: dict[Read, Set] = {}
        for read in reads:
            key, rules = self.before.facts[read.fact], self.before.rules.of.get(read.place, ())
            if isinstance(self.old.step_by_id.get(read.place), Derive):
                brought[read] = union(rule.gives for rule in rules if rule.keys & key)
            elif read.what == "confirmed":
                brought[read] = key
        watched: dict[str, Set] = {}
        for read, facts in brought.items():
            watched[read.place] = watched.get(read.place, 0) | facts
        used = used_behind(self.before, watched, self.readers(self.before))
        return {read for read, facts in brought.items() if not used[read.place][0] & facts}

    def _agreed(self) -> set[Read]:
        """Return what is there today only if choices with the same condition agree; ask that it stays so.

        Every case has one answer to such a condition, so it is enough that each answer by itself leaves every reader what it has
        today with that answer [4].
        """
        found, told = short(self.before), [*by_answers(self.before, self.after)] if short(self.before) else []
        for then, _ in told:
            found -= short(then)
        found &= {read for then, _ in told for read in then.reads}
        for then, now in told:
            for read in found & then.reads.keys():
                if self._stands(read) and read.place in now.at:
                    self.least(read.place, read.fact, now.read(read), then.reads[read].wanted)
        return found

    def _met(self) -> None:
        """Ask whether every fact that is needed is there, surely enough, also for judgements that do not say what they read [4, 6]."""
        for read, wanted in self.needed.items():
            self.least(read.place, read.fact, self.after.read(read), wanted)
        for place, facts in self.seen.items():
            for fact, wanted in facts.items() if place in self.after.at else ():
                self.least(place, fact, self.after.sure(place, fact), wanted)
        for (name, fact), wanted in self.behind.items():
            there = self.after.gaps.get(self.pairs.gaps[name])
            now = level_of(there.sure, self.after.facts[fact]) if there is not None else wanted
            self.least(name, fact, now, wanted)

    def least(self, place: str, fact: str, now: int, wanted: int) -> None:
        """Refuse, if a fact is less sure at a place than is wanted."""
        as_sure(self.refuse, self.holding(place), place, fact, now, wanted)

    def holding(self, place: str) -> Way:
        """Return the redesign; of a step that is gone, today's procedure."""
        return self.before if place in self.old.step_by_id.keys() - self.new.step_by_id.keys() else self.after

    # --- of what is there on some ways only, the same is known [5]

    def _only_if_known(self) -> None:
        """Ask that whoever gives a fact, of which a condition asks whether it is known, goes on giving it, and nobody else does [5]."""
        before, facts = self.before, self.before.facts
        unsure = {read for read, one in before.reads.items() if not one.sure and one.tested and not one.law}
        tested = facts.of(read.fact for read in unsure if read.what == "condition" or self._stuck_without(read))
        under = [read for read in unsure if read.what.startswith("condition of ")]
        known_by = [(rule.gives, facts.of(self._perhaps(rule, unsure))) for rule in before.rules.every]
        grown = True
        while grown:
            more = union(keys for gives, keys in known_by if gives & tested)
            for read in under:
                for item in before.asked[read.place]:
                    decides = act_of(item) is not None or facts.of(given_by(item)) & tested
                    if decides and read in conditional(read.place, item):
                        more |= facts[read.fact]
            grown, tested = bool(more & ~tested), tested | more
        for form, one in self.pairs.conditions:
            for fact in facts.names(facts.of(given_by(one)) & tested):
                self.refuse(place_of(self.new, form), says.ONLY_IF_KNOWN, fact)
        then, now = (Counter(self._givers(way, tested)) for way in (self.before, self.after))
        for place, fact, _ in sorted((then - now) + (now - then)):
            self.refuse(where(self.holding(place), place), says.ONLY_IF_KNOWN, fact)

    def _perhaps(self, rule: Rule, unsure: Collection[Read]) -> Iterator[str]:
        """Yield the keys of a rule that are there on some ways only."""
        for key in self.before.facts.names(rule.keys):
            read = Read(rule.step, "key", key)
            if read in unsure or read not in self.before.reads:
                yield key

    def _stuck_without(self, read: Read) -> bool:
        """Whether a case comes to a stop where a look-up that stays lacks a key, as on some ways it does today [7]."""
        step = self.old.step_by_id.get(read.place)
        return read.what == "key" and isinstance(step, Lookup) and read.place not in self.pairs.gone

    def _givers(self, way: Way, facts: Set) -> Iterator[tuple[str, str, str]]:
        """Yield who gives some facts: the step, the fact, and by which question or document, if by one."""
        for step in way.model.procedure.step_by_id.values() if facts else ():
            if isinstance(step, FormStep | Identify):
                given = ((fact, name) for fact, _, name in brought(way.model, step))
                yield from ((step.id, fact, name) for fact, name in given if way.facts[fact] & facts)
            for rule in way.rules.of[step.id]:
                yield from ((step.id, fact, "") for fact in way.facts.names(rule.gives & facts))

    # --- judgements see what they saw [6]

    def _seen(self, place: str) -> Iterator[tuple[str, int]]:
        """Yield what a silent judgement sees today: consents left out, and what is computed unless somebody said it [6]."""
        state, facts = self.before.at[place], self.before.facts
        computed = union(rule.gives for rule in self.before.rules.everywhere)
        for fact in facts.names(state.sure):
            if not fact.startswith("consent to ") and not facts[fact] & computed & ~state.own:
                yield fact, level_of(state.sure, facts[fact])

    def _read_behind(self) -> Iterator[tuple[tuple[str, str], int]]:
        """Yield what each form, log-in and check before a silent judgement brings, and how sure it is right behind that step today [6]."""
        for name in sorted(self.pairs.gaps.keys() & self.before.before_silent):
            if (state := self.before.gaps.get(self.before.flow.behind[name])) is not None:
                for fact in sorted(
                    {fact for fact, _, _ in brought(self.before.model, self.old.step_by_id[name], finds=False)}
                ):
                    if sure := level_of(state.sure, self.before.facts[fact]):
                        yield (name, fact), sure

    def readers(self, way: Way, *, moved: bool = False) -> Iterator[tuple[str, Node, Set]]:
        """Yield who reads what, and where: places, and what judgements are taken to read behind the steps before them.

        The last is not told where steps were moved, for each takes along what it brings.
        """
        for read in way.reads:
            yield read.place, read.place, way.facts[read.fact]
        for place, facts in self.seen.items():
            if place in way.silent:
                yield place, place, way.at[place].sure if way is self.before else way.facts.of(facts)
        gaps = self.before.flow.behind if way is self.before else self.pairs.gaps
        for name, fact in self.behind if not moved else ():
            yield behind(name), gaps[name], way.facts[fact]


def used_behind(
    way: Way, brought: Mapping[str, Set], readers: Iterable[tuple[str, Node, Set]]
) -> dict[str, tuple[Set, bool]]:
    """Return, by step, which of the facts it brings are read behind it, or what is known from them; and whether on every way.

    What a fact may be known from at a place are the rules that steps before it put in force. A way that never ends counts as one
    on which something is read.

    Complexity: linear in steps and reads, at each of them in what the fact may be known from.
    """
    atoms, by_fact = Bits(), dict[int, Set]()
    for step, facts in brought.items():
        for fact in each(facts):
            by_fact[fact] = by_fact.get(fact, 0) | atoms[step] | atoms[step, fact]
    met: dict[Node, Set] = {}
    mine = {step: atoms[step] | union(atoms[step, fact] for fact in each(facts)) for step, facts in brought.items()}
    for name, node, facts in readers if by_fact else ():
        state = way.at.get(node) if isinstance(node, str) else way.gaps.get(node)
        known = way.rules.known_from(facts, state.tried if state is not None else way.rules.always)
        read = union(by_fact.get(fact, 0) for fact in each(known))
        met[node] = met.get(node, 0) | read & ~mine.get(name, 0)
    some, every = way.flow.ahead(met)
    return {
        step: (
            union(1 << fact for fact in each(facts) if some[step] & atoms[step, fact]),
            bool(every[way.flow.behind[step]] & atoms[step]),
        )
        for step, facts in brought.items()
    }
