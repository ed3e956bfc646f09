"""What a look-up does to a batch of cases: a registry is asked about all of them at once, under the law; knows no store and no address."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import islice, product
from typing import Any, NamedTuple

import orjson

from flows.facts import computing
from flows.law import consents_to
from flows.levels import brought
from flows.look_ups import by_hand, group_of, name_of, wanted_words
from flows.moving import NO_PAST, Asked, Moving, Offer, Place, Source, Wait, Work
from flows.outcomes import CHOOSE, CONTESTED, down
from flows.past import Mark, Past
from flows.ports import Answer, Ask, Down, Keys, Record, RegistryUnreachableError
from flows.steps import Program, plain
from processes.case import Value
from processes.element import level
from processes.procedure import Lookup
from processes.resolved import Naming

BY_HAND = " by hand"  # after a look-up's name: what a person has said in its place
CHOSEN = " chosen"  # after a look-up's name: one of several records that somebody has chosen
CORRECTED = (
    " corrected"  # after a look-up's name: what somebody has said in place of its answer, and an officer found right
)
SAID, REGISTRY = "said", "registry"  # whose value holds of what is contested
NOT_LISTED = -1  # the choice of none of them
MOST_OFFERED = 20  # records among which somebody may choose; more show too many people's data to whoever looks for one


class _Wanted(NamedTuple):
    """What is asked of a registry at once, and where in its answer stands what a look-up wants."""

    words: tuple[str, ...]
    facts: tuple[str, ...]
    gives: list[tuple[int, str]]
    confirms: list[tuple[int, str]]


_Plan = tuple[list[tuple[int, str]], list[tuple[int, str]], Past]


class LookUp:
    """A look-up step: asks a registry about all cases at once, and takes what it answers."""

    def __init__(self, program: Program, step: Lookup, place: Place) -> None:
        service = program.model.service(step)
        assert service is not None  # noqa: S101  # the caller has looked
        self.place = place
        self.group = program.groups[group_of(program.model, step)]
        self.keys = [name_of(program.model, step, word) for word in service.needs]
        self.key_values = program.facts.values(self.keys)
        self.least = int(level(program.model.catalogue.key_level(service)))
        self.most = int(level(service.assurance))
        words = wanted_words(program.model, step)
        mine = tuple([name_of(program.model, step, word) for word in words])

        def wanted(asked: tuple[str, ...], facts: tuple[str, ...]) -> _Wanted:
            index = {word: (number, facts[number]) for number, word in enumerate(asked)}
            gives = [index[word] for word in words if word in service.gives]
            return _Wanted(asked, facts, gives, [index[word] for word in words if word not in service.gives])

        self.alone = wanted(words, mine)
        self.together = wanted(self.group.words, self.group.facts)  # with what later look-ups want
        self.computed = {name for name in self.group.facts if computing(program.model.naming, name) is not None}
        self.by_hand = by_hand(program.model, step)
        self.consents = consents_to(program.model, step)
        self.many = any(subject.many for subject in program.model.subjects(step).values())
        facts = [program.model.naming.fact(name) for name in self.keys]
        self.lists = self.many or any(fact is None or fact.many for fact in facts)  # whether a key can be a list
        self.who = str(step.by or program.model.procedure.agency)
        self.has_else = bool(step.not_found)
        self.mark: Mark = (0, place.step)
        self.level_in = program.levels.level_in
        self.takes = {
            wanted: f" taken at {place.step}, {wanted}" for wanted in (True, False)
        }  # by whether for later ones, too
        self.naming = program.model.naming

    def __call__(self, work: Work, cases: list[Moving]) -> tuple[list[Moving], list[Moving]]:
        """Return the cases of which the registry knew, and those for which the residual steps are."""
        found, left = self._said_by_hand(cases)
        allowed, unknown = self._allowed(work, left)
        wanted, kept = self._at_once(work)
        asking, keyless = self._keys(work, allowed)
        asking, not_listed = self._take_chosen(work, asking, found)
        answers = self._answers(work, asking, wanted, kept=kept)
        outcomes: dict[tuple[str, Source], list[int]] = {}
        if asking:
            work.asked.append(Asked(self.place.step, self.group.service, wanted.words, wanted.facts, outcomes))
        unknown += [(case, "none") for case in (*keyless, *not_listed)]
        registry = outcomes.setdefault(("found", "registry"), [])
        given, before, after = list[tuple[int, str]](), NO_PAST, NO_PAST
        for case, keys, sure in asking:
            source: Source = "registry"
            if kept:
                records, source = self._records(case, keys, answers)
            else:
                records = answers[keys]
            if wanted.confirms or case.contested or not isinstance(records, tuple) or len(records) != 1:
                outcome = self._came_to(work, (case, keys, sure), records, wanted, found)
                if outcome == "none":
                    unknown.append((case, outcome))
            else:  # by far the commonest, so without a call
                if case.past is not before:
                    before = case.past
                    given, _, after = self._plan(before, sure, wanted)
                values, record, outcome = case.values, records[0], "found"
                for index, name in given:
                    values[name] = record[index]
                case.past = after
                found.append(case)
            if source == "registry" and outcome == "found":
                registry.append(case.id)
            else:
                outcomes.setdefault((outcome, source), []).append(case.id)
        if not registry:
            del outcomes["found", "registry"]
        if self.has_else:
            return found, [case for case, _ in unknown]
        for case, why in unknown:
            self._park(work, case, why)
        return found, []

    def _came_to(
        self, work: Work, asking: tuple[Moving, Keys, int], records: Answer, wanted: _Wanted, found: list[Moving]
    ) -> str:
        """Take what was answered about one case, or let it wait; return what came of it. Who can go on is put to those found."""
        case, keys, sure = asking
        if isinstance(records, Down):
            self._park(work, case, down(records.until))
            return "down"
        if isinstance(records, str):
            self._park(work, case, records)
            return records
        if not records:
            return "none"
        if len(records) > 1:
            self._park(work, case, CHOOSE if self._offered(case, keys, records, wanted) else "several")
            return "several"
        if case.contested and self._contested(work, case, dict(zip(wanted.facts, records[0], strict=True))):
            return "found"
        if not self._take(work, case, records[0], sure, wanted):
            return "mismatch"
        if case.contested:
            self._correct(case)
        found.append(case)
        return "found"

    def _park(self, work: Work, case: Moving, why: str) -> None:
        work.park(case, self.place, Wait(self.place.step, "registry", self.who, why=why))

    def _offered(self, case: Moving, keys: Keys, records: Sequence[Record], wanted: _Wanted) -> bool:
        """Offer several records to whoever answers, and return whether that can be done."""
        if len(records) > MOST_OFFERED:
            return False
        case.offered[self.place.step] = Offer(orjson.dumps(keys).decode(), wanted.facts, tuple(map(tuple, records)))
        return True

    def _take_chosen(
        self, work: Work, asking: list[tuple[Moving, Keys, int]], found: list[Moving]
    ) -> tuple[list[tuple[Moving, Keys, int]], list[Moving]]:
        """Take the records that somebody has chosen, as sure as what somebody has looked at; nobody is asked again.

        Returns:
            The others, and the cases of which somebody has said that none of the records is meant.
        """
        left, none, step = list[tuple[Moving, Keys, int]](), list[Moving](), self.place.step
        if not any(case.chosen for case, _, _ in asking):
            return asking, none
        gives = {name for _, name in self.alone.gives}
        for case, keys, sure in asking:
            chosen = case.chosen.get(step) if case.chosen else None
            offer = case.offered.get(step)
            if chosen is None or offer is None or offer.keys != orjson.dumps(keys).decode():
                left.append((case, keys, sure))
            elif chosen == NOT_LISTED:
                none.append(case)
            elif case.contested and self._contested(
                work, case, dict(zip(offer.facts, offer.records[chosen], strict=True))
            ):
                pass
            else:
                reached = min(2, self.most, sure)
                mark: Mark = (reached, step + CHOSEN)
                for name, value in zip(offer.facts, offer.records[chosen], strict=True):
                    if name in gives and name not in self.computed and self.level_in(case.past, name) <= reached:
                        case.values[name] = value
                        case.past = case.past.but({**case.marks, name: mark})
                self._correct(case)
                found.append(case)
        return left, none

    def _contested(self, work: Work, case: Moving, record: Mapping[str, Value]) -> bool:
        """Let a case wait that contests what the registry tells, until that is settled or the registry tells what was said."""
        open_still = tuple(
            name
            for name, one in case.contested.get(self.place.step, {}).items()
            if not one["settled"] and name in record and as_json(record[name]) != as_json(one["said"])
        )
        if open_still:
            work.park(case, self.place, Wait(self.place.step, "registry", self.who, open_still, CONTESTED))
        return bool(open_still)

    def _correct(self, case: Moving) -> None:
        """Put what somebody has said, and an officer has found right, in place of what the registry tells."""
        for name, one in case.contested.get(self.place.step, {}).items():
            if one["settled"] == SAID and name in case.values and as_json(case.values[name]) != as_json(one["said"]):
                case.values[name] = revived(self.naming, name, one["said"])
                case.past = case.past.but({**case.marks, name: (2, self.place.step + CORRECTED)})

    def _said_by_hand(self, cases: list[Moving]) -> tuple[list[Moving], list[Moving]]:
        """Take what a person has said in place of the registry, as sure as what somebody has looked at; return who is left."""
        found, left = list[Moving](), list[Moving]()
        if not any(case.by_hand for case in cases):
            return found, cases
        mark: Mark = (2, self.place.step + BY_HAND)
        for case in cases:
            said = case.by_hand.get(self.place.step, ()) if case.by_hand else ()
            if said and all(name in said and name in case.facts for name in self.by_hand):
                there = [name for name in said if name in case.facts]
                case.values |= {name: case.facts[name] for name in there}
                case.past = case.past.but({**case.marks, **dict.fromkeys(there, mark)})
                found.append(case)
            else:
                left.append(case)
        return found, left

    def _allowed(self, work: Work, cases: list[Moving]) -> tuple[list[Moving], list[tuple[Moving, str]]]:
        """Return the cases about which the registry may be asked; and the others, each with why not. Nobody is asked for these."""
        says = work.law(self.place.step, self.alone.words, work.today)
        if says.lawful and not says.consent:
            return cases, []
        allowed, refused = list[Moving](), list[tuple[Moving, str]]()
        for case in cases:
            if says.lawful and case.consents.issuperset(self.consents):
                allowed.append(case)
            else:
                refused.append((case, "no consent" if says.lawful else "not lawful"))
        if refused:
            numbers = {(refused[0][1], "nobody"): [case.id for case, _ in refused]}
            work.asked.append(
                Asked(self.place.step, self.group.service, self.alone.words, self.alone.facts, numbers)  # type: ignore[arg-type]
            )
        return allowed, refused

    def _at_once(self, work: Work) -> tuple[_Wanted, bool]:
        """Return what is asked at once, and whether the answer is kept for later look-ups: only if all of it is lawful alike."""
        if not self.group.kept:
            return self.alone, False
        alone = work.law(self.place.step, self.alone.words, work.today)
        together = work.law(self.place.step, self.together.words, work.today)
        both = (together.lawful, together.consent) == (alone.lawful, alone.consent)
        return (self.together, True) if both else (self.alone, False)

    def _keys(self, work: Work, cases: list[Moving]) -> tuple[list[tuple[Moving, Keys, int]], list[Moving]]:
        """Return each case with its keys and their level, and those without such a key; what lacks one waits for it.

        Where it is known that there is no key, nobody can be found by it, and nobody is asked.
        """
        today, asking, none = work.today, list[tuple[Moving, Keys, int]](), list[Moving]()
        values, past, sure = self.key_values, None, 0
        for case in cases:
            keys = values(case, today)
            if case.past is not past:
                past = case.past
                sure = min([self.level_in(past, name) for name in self.keys], default=3)
            if sure < self.least:
                short = tuple([name for name in self.keys if self.level_in(past, name) < self.least])
                work.park(case, self.place, Wait(self.place.step, "answer", self.who, short))
            elif None in keys or (self.lists and any(isinstance(key, tuple) and None in key for key in keys)):
                none.append(case)
            else:
                asking.append((case, keys, sure))
        return asking, none

    def _answers(
        self, work: Work, asking: list[tuple[Moving, Keys, int]], wanted: _Wanted, *, kept: bool
    ) -> Mapping[Keys, Answer]:
        """Ask about all that no earlier look-up of the same case has asked."""
        if kept:
            keys = {keys: None for case, keys, _ in asking if self._kept_as(keys) not in case.asked}
        else:
            keys = dict.fromkeys([keys for _, keys, _ in asking])
        try:
            if self.many:
                return ask_members(work.ask, self.group.service, wanted.words, list(keys))
            return work.ask(self.group.service, wanted.words, list(keys)) if keys else {}
        except RegistryUnreachableError:
            return dict.fromkeys(keys, Down())

    def _kept_as(self, keys: Keys) -> tuple[str, str]:
        return self.group.id, orjson.dumps(keys).decode()

    def _records(self, case: Moving, keys: Keys, answers: Mapping[Keys, Answer]) -> tuple[Answer, Source]:
        """Return what is known of one subject: the answer that the case has had before, or the new one; and which it is."""
        name = self._kept_as(keys)
        if name in case.asked:
            return case.asked[name], "case"
        records = answers[keys]
        if not isinstance(records, str | Down):
            case.asked[name] = records
        return records, "registry"

    def _take(self, work: Work, case: Moving, record: Record, sure: int, wanted: _Wanted) -> bool:
        """Take what the registry says; return whether it agrees with what was said before, where it only confirms."""
        values, past = case.values, case.past
        for index, name in wanted.confirms:
            if name in values and plain(values[name]) != plain(record[index]):
                work.park(case, self.place, Wait(self.place.step, "registry", self.who, (name,), "mismatch"))
                return False
        given, held, after = self._plan(past, sure, wanted)
        for index, name in given:
            values[name] = record[index]
        for index, name in held:
            case.confirmed[name] = (record[index], self.place.step)
        case.past = after
        return True

    def _plan(self, past: Past, sure: int, wanted: _Wanted) -> _Plan:
        """Return what of an answer becomes values, what is held against what will be said, and the past afterwards."""
        name_of_plan = self.takes[wanted is self.together]
        if (known := past.plans.get(name_of_plan)) is not None:
            return known  # type: ignore[no-any-return]
        reached, step, after = min(self.most, sure), self.place.step, past
        given, held = list[tuple[int, str]](), list[tuple[int, str]]()
        for index, name in wanted.gives:
            before = after.marks.get(name)
            if before is None and name not in self.computed:
                given.append((index, name))
                after = after.but({**after.marks, name: self.mark})
            elif self.level_in(after, name) <= reached:
                given.append((index, name))
                after = after.but({**after.marks, name: brought(before, step)})
        for index, name in wanted.confirms:
            if (before := after.marks.get(name)) is not None:
                after = after.but({**after.marks, name: brought(before, step)})
            else:  # it gives no value
                held.append((index, name))
        plan = past.plans[name_of_plan] = given, held, after
        return plan


def ask_members(ask: Ask, service: str, words: tuple[str, ...], keys: Sequence[Keys]) -> Mapping[Keys, Answer]:
    """Ask about subjects of which a case has many, one by one, and put the members' records together.

    Where one of the members is not found, so is the whole; and where about one there is no answer. Where of some there are several
    records, of the whole there are as many as they can be put together in; of more than can be chosen among, some.
    """
    members = {one: list(zip(*_columns(one), strict=True)) for one in keys}
    singles = list(dict.fromkeys([single for rows in members.values() for single in rows]))
    answers = ask(service, words, singles) if singles else {}
    found: dict[Keys, Answer] = {}
    for one, rows in members.items():
        answered = [answers[single] for single in rows]
        odd = [answer for answer in answered if isinstance(answer, str | Down) or not answer]
        if odd:
            found[one] = min(odd, key=_weight)
        else:
            together = islice(product(*answered), MOST_OFFERED + 1)  # type: ignore[arg-type]  # none of them is odd
            found[one] = tuple(tuple(zip(*records, strict=True)) or ((),) * len(words) for records in together)
    return found


def _weight(answer: Answer) -> int:
    """Return what of several answers stands for all: first what cannot be known yet, then what cannot be read."""
    return 0 if isinstance(answer, Down) else 1 if isinstance(answer, str) else 2


def _columns(keys: Keys) -> list[tuple[Value, ...]]:
    """Return the keys as columns of the same length: what is not a list is the same for all members."""
    size = max((len(key) for key in keys if isinstance(key, tuple)), default=1)
    return [key if isinstance(key, tuple) else (key,) * size for key in keys]


def revived(naming: Naming, name: str, value: Any) -> Value:
    """Return a value of a fact as it was before it became JSON."""
    fact = naming.fact(name)
    if isinstance(value, list):
        return tuple([revived(naming, name, one) for one in value])  # type: ignore[misc]  # no list within a list
    return date.fromisoformat(value) if fact and fact.element.type == "date" and isinstance(value, str) else value


def as_json(value: Value) -> object:
    """Return a value as JSON has it, to compare without regard to case and spaces."""
    kept = value.isoformat() if isinstance(value, date) else value
    return [as_json(one) for one in kept] if isinstance(kept, list | tuple) else plain(kept)
