"""The checker goes all ways of one procedure: how sure each fact is where it is read (definitions §2-3); knows no redesign."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from processes import condition
from processes.element import level
from processes.procedure import (
    Approve,
    Back,
    Check,
    Choose,
    Decide,
    Derive,
    FormStep,
    Identify,
    Issue,
    Item,
    Lookup,
    Need,
    Notify,
    Parallel,
    Refuse,
    Step,
    Steps,
    actor,
    inside,
    walk,
)
from processes.resolved import Paper, Question, Resolved, service_fact

Levels = dict[str, int]
Facts = frozenset[str]
Token = tuple[str, int]  # a question or document: its form, and its number there
May = tuple[Facts, Facts]  # the steps that may have been passed, the facts that may be asked anew
Tree = tuple[tuple[str, type, tuple["Tree", ...], str], ...]
Within = tuple[int, int]  # a list of steps: the choice, split or step it lies in, and its number there
Gap = tuple[Within, int]  # right before an item of a list, by its number; behind all of them, by how many they are
TOP: Within = (0, 0)
NONE: Facts = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """Facts from facts."""

    step: str  # that puts it in force; none, if it holds everywhere
    kind: str
    name: str
    keys: Facts
    gives: Facts
    confirms: Facts = NONE
    most: int = 3
    least: int = 1  # level of its keys


class State(NamedTuple):
    """What is certain at a place, and what may have been."""

    own: Levels  # said, shown, checked, found
    sure: Levels  # that closed under the rules in force
    rules: frozenset[Rule] = frozenset()  # in force
    papers: frozenset[Token] = frozenset()  # handed in
    folded: frozenset[Token] = frozenset()  # asked under a condition
    known: frozenset[tuple[str, bool]] = frozenset()  # conditions that hold, and that do not
    passed: Facts = NONE  # steps that may have been passed
    anew: Facts = NONE  # facts that a return may have asked anew and nobody has asked yet
    fresh: bool = True  # whether nobody may have asked for anything yet


class Read(NamedTuple):
    """That a place reads a fact; of a question's or document's condition, `what` says which."""

    place: str
    what: str
    fact: str


@dataclass(frozen=True, slots=True)
class Stated:
    """What is said of how sure a fact must be where it is read."""

    law: int  # the level that the law states, or 0
    open: bool  # whether it is read at today's level
    tested: bool  # whether it is only asked whether it is known
    enough: int  # the level above which it is no surer for the reader


def _meet(one: State | None, other: State | None) -> State | None:
    """Where ways meet: the least of what is certain, all of what may be."""
    if one is None or other is None:
        return one or other
    return State(
        own={fact: min(n, other.own[fact]) for fact, n in one.own.items() if fact in other.own},
        sure={fact: min(n, other.sure[fact]) for fact, n in one.sure.items() if fact in other.sure},
        rules=one.rules & other.rules,
        papers=one.papers & other.papers,
        folded=one.folded & other.folded,
        known=one.known & other.known,
        passed=one.passed | other.passed,
        anew=one.anew | other.anew,
        fresh=one.fresh or other.fresh,
    )


class Way:
    """All ways of one procedure, gone again until no return lowers anything: along ways the greatest solution."""

    def __init__(self, model: Resolved, papered: dict[str, Facts], like: "Way | None" = None) -> None:
        self.model, self.naming = model, model.naming
        self.papered = papered  # by check: what papers of today show before it, which their going does not change
        self.rules: dict[str, list[Rule]] = {}
        self.everywhere: list[Rule] = []
        self.items: dict[Token, Question | Paper] = {}
        self.asked: dict[str, list[Question | Paper]] = {}  # by form
        self.rest: dict[Facts, Facts] = {}
        self.known_from: dict[tuple[str, Facts], Facts] = {}
        self.chooses = [item for item in walk(model.procedure.steps) if isinstance(item, Choose)]
        self.place = {id(item): f"choose {number}" for number, item in enumerate(self.chooses)}
        for step in model.procedure.step_by_id.values():
            if like is not None and like.model.procedure.step_by_id.get(step.id) is step:
                self._take(step, like)  # the same step, read with the same names
            else:
                self._prepare(step)
        self._compute()
        self.places_in: dict[Gap, list[str]] = {}  # names of what is read between steps
        self.back: dict[str, State | None] = {}
        self.before: dict[str, Levels] = {}
        self.at: dict[str, State] = {}
        self.reads: dict[Read, int] = {}
        self.passing: dict[Read, Facts] = {}  # by who reads a fact: the steps that may have been passed
        self.stated: dict[Read, Stated] = {}
        self.shown: dict[str, Facts] = {}
        self.ended: Facts = NONE
        self.requests: set[str] = set()
        self.asked_anew: set[tuple[str, str]] = set()
        self.silent: dict[str, Facts] = {}  # by judgement: the steps that may come before it
        self.gaps: dict[Gap, State] = {}  # what comes there from before it in its list, not by a return
        self.behind: dict[str, State] = {}  # by step: what is certain right behind it
        self.returning: dict[str, State | None] = {}
        self.coming: dict[str, May] = {}  # by step that returns lead to: what may have been, foreseen
        steps = model.procedure.steps
        first = next((n for n, item in enumerate(steps) if self._returned_to(item)), len(steps))
        entering = self._sequence(steps[:first], State({}, self._closed({}, frozenset())), NONE, NONE, TOP)
        self.coming = self._may_come_back() if self.targets else {}
        while True:  # what was noted the time before holds all the more: there was more certain, and less passed
            self.returning = {}
            end = self._sequence(steps[first:], entering, NONE, NONE, TOP, first)
            if self.returning == self.back or (self.coming and not self._lowers()):
                break
            self.back, self.coming = self.returning, {}
        self.ended |= end.passed if end else NONE
        self.readers = [(read.place, read.fact, passed) for read, passed in self.passing.items()]

    def _lowers(self) -> bool:
        """Whether a return makes less certain where it leads to, or not just those steps were passed that had been foreseen."""
        for target, state in self.returning.items():
            there = self.at.get(target)
            if state is None or there is None or (state.passed, state.anew) != self.coming.get(target):
                return True
            met = _meet(there, state)
            assert met is not None  # noqa: S101  # both are there
            if (*met[:6], met.fresh) != (*there[:6], there.fresh):
                return True
        return self.coming.keys() != self.returning.keys()

    def _may_come_back(self) -> dict[str, May]:
        """Return, by step that returns lead to, the steps that may have been passed then and what is asked anew on the way.

        That can be told without any levels; so where a return lowers none, all ways are gone but once.
        """
        asked: dict[str, set[str]] = {}
        for (form, _), item in self.items.items():
            if isinstance(item, Question) and item.fact:
                asked.setdefault(form, set()).add(item.fact)
        found: dict[str, May] = {}

        def met(ways: Iterable[May | None]) -> May | None:
            there = [way for way in ways if way is not None]
            return (NONE.union(*(p for p, _ in there)), NONE.union(*(a for _, a in there))) if there else None

        def through(steps: Steps, may: May | None) -> May | None:
            for item in steps:
                if isinstance(item, Step):
                    may = met((may, before.get(item.id))) if may is not None else before.get(item.id)
                if may is None:
                    continue
                if isinstance(item, Back):
                    gone = (may[0], may[1] | frozenset(self.naming.known(item.anew)))
                    found[item.target] = met((found.get(item.target), gone)) or gone
                    may = None
                    continue
                if isinstance(item, Step):
                    may = (may[0] | {item.id}, may[1] - asked.get(item.id, set()))
                ends = [through(inner, may) for inner in inside(item)]
                if isinstance(item, Refuse):
                    may = None
                elif isinstance(item, Parallel):
                    may = met(ends) if None not in ends else None
                elif isinstance(item, Lookup):
                    may = met((may, *ends))
                elif ends:
                    may = met(ends)
            return may

        before: dict[str, May] = {}
        while True:
            found = {}
            through(self.model.procedure.steps, (NONE, NONE))
            if found == before:
                return found
            before = found

    def _returned_to(self, item: Item) -> bool:
        """Whether a return leads to an item or into it: then nothing before it needs to be gone through again."""
        return any(isinstance(one, Step) and one.id in self.targets for one in walk((item,)))

    # --- what there is

    def _take(self, step: Step, like: "Way") -> None:
        self.rules[step.id] = like.rules[step.id]
        if step.id in like.asked:
            self.asked[step.id] = like.asked[step.id]
            self.items.update({(step.id, number): one for number, one in enumerate(self.asked[step.id])})

    def _prepare(self, step: Step) -> None:
        """Note what can be asked at a step, and the rules it puts in force."""
        rules = self.rules.setdefault(step.id, [])
        match step:
            case FormStep():
                self.asked[step.id] = asked_at(self.model, step)
                for number, one in enumerate(self.asked[step.id]):
                    self.items[step.id, number] = one
                    if isinstance(one, Question) and one.same and one.condition is None:
                        name = " is ".join(subject.name for subject in one.same)
                        for a, b in (one.same, one.same[::-1]):
                            rules += [
                                Rule(
                                    step.id, "same", name, frozenset([a.fact(e.id)]), frozenset([b.fact(e.id)]), most=1
                                )
                                for e in a.entity.elements
                            ]
            case Lookup() if service := self.model.service(step):
                who = self.model.subjects(step)
                keys = self.naming.known(service_fact(who, word) for word in service.needs)
                wanted = step.gets or (*service.gives, *service.confirms)
                gives, confirms = (
                    frozenset(self.naming.known(service_fact(who, word) for word in words if word in wanted))
                    for words in (service.gives, service.confirms)
                )
                if len(keys) == len(service.needs):
                    most, least = int(level(service.assurance)), int(level(self.model.catalogue.key_level(service)))
                    rules.append(Rule(step.id, "service", step.service, frozenset(keys), gives, confirms, most, least))
            case Derive():
                for made_by in step.computes:
                    made, parsed = self.naming.canonical(made_by.id), self.naming.expression(made_by.expression)
                    if made and parsed:
                        rules.append(
                            Rule(step.id, "derive", made, frozenset(condition.facts_read(parsed)), frozenset([made]))
                        )

    def _compute(self) -> None:
        """Add a rule for every computed fact that this procedure names, or that another is computed from."""
        names = [fact for rules in self.rules.values() for rule in rules for fact in rule.keys | rule.confirms]
        for step in self.model.procedure.step_by_id.values():
            paths = [need.fact for need in (*(step.needs or ()), *carries_of(step))]
            paths += [need.fact for record in step.records for need in record.takes]
            names += self.naming.known(paths)
        for item in self.items.values():
            names += getattr(item, "declares", ())
            names += condition.facts_read(item.condition) if item.condition else ()
        for choose in self.chooses:
            names += [fact for one in choose.branches for fact in self._facts_in(one.condition)]
        seen: set[str] = set()
        while names:
            name = names.pop()
            fact = self.naming.fact(name)
            if name in seen or fact is None or fact.relation is not None or not fact.element.computed:
                continue
            seen.add(name)
            if parsed := self.naming.expression(fact.element.computed, fact.owner):
                keys = frozenset(condition.facts_read(parsed))
                self.everywhere.append(Rule("", "computed", name, keys, frozenset([name])))
                names += keys

    def _facts_in(self, text: str | None) -> Facts:
        parsed = self.naming.expression(text) if text else None
        return frozenset(fact for fact in condition.facts_read(parsed) if self.naming.fact(fact)) if parsed else NONE

    # --- levels

    def _closed(self, sure: Levels, rules: Iterable[Rule]) -> Levels:
        """Raise levels by the rules in force until nothing changes: among rules the least solution."""
        force, grown = [*self.everywhere, *rules], True
        while grown:
            grown = False
            for rule in force:
                for fact in rule.gives | rule.confirms:
                    have = sure.get(fact, 0)
                    if have >= rule.most or (not have and fact not in rule.gives):
                        continue
                    keys = rule.keys if fact in rule.gives else rule.keys - {fact}
                    reached = min([sure.get(key, 0) for key in keys], default=3)
                    if reached >= max(rule.least, 1) and min(rule.most, reached) > have:
                        sure[fact], grown = min(rule.most, reached), True
        return sure

    def resting(self, facts: Facts) -> Facts:
        """Return facts and all that rests on them by any rule of the procedure."""
        if facts not in self.rest:
            rules = [*self.everywhere, *(rule for rules in self.rules.values() for rule in rules)]
            all_of_it = facts
            while more := {f for r in rules if r.keys & all_of_it for f in r.gives | r.confirms} - all_of_it:
                all_of_it |= more
            self.rest[facts] = all_of_it
        return self.rest[facts]

    def _lost(self, state: State | None, roots: Facts) -> State | None:
        """Forget what is asked anew; what rests on it keeps the level it has by itself, without answers about the old value."""
        if state is None or not roots:
            return state
        rest = self.resting(roots)
        own = {fact: n for fact, n in state.own.items() if fact not in roots}
        rules = frozenset(r for r in state.rules if not r.keys & rest and not (r.gives | r.confirms) & roots)
        sure = {fact: n for fact, n in state.sure.items() if fact not in rest} | {f: own[f] for f in rest if f in own}
        folded = frozenset(f for f in state.folded if not given_by(self.items[f]) & roots and not self._under(f) & rest)
        known = frozenset(one for one in state.known if not self._facts_in(one[0]) & rest)
        return state._replace(own=own, sure=self._closed(sure, rules), rules=rules, folded=folded, known=known)

    def _under(self, item: Token) -> Facts:
        under = self.items[item].condition
        return frozenset(condition.facts_read(under)) if under else NONE

    # --- along the steps

    def _sequence(
        self, steps: Steps, state: State | None, held: Facts, beside: Facts, within: Within, first: int = 0
    ) -> State | None:
        """Go through a list of steps; `held` nobody here can count on, `beside` stands on papers asked for at the same time."""
        self._note_gap((within, first), self._lost(state, held))
        for number, item in enumerate(steps, first):
            if isinstance(item, Step):
                state = _meet(state, self.back.get(item.id))
                if state is not None and item.id in self.coming:
                    passed, anew = self.coming[item.id]
                    state = state._replace(passed=state.passed | passed, anew=state.anew | anew)
            state = self._lost(self._item(item, self._lost(state, held), held, beside), held)
            self._note_gap((within, number + 1), state)
            if state is not None and isinstance(item, Step):
                self.behind[item.id] = state
        return state

    def _note_gap(self, gap: Gap, state: State | None) -> None:
        if state is not None:
            self.gaps[gap] = state

    def _item(self, item: Item, state: State | None, held: Facts, beside: Facts) -> State | None:
        match item:
            case Choose():
                return self._choose(item, state, held, beside)
            case Parallel():
                return self._parallel(item, state, held, beside)
            case Back():
                anew = frozenset(self.naming.known(item.anew))
                if (gone := self._lost(state, anew)) is not None:
                    gone = gone._replace(anew=gone.anew | anew)
                    self.returning[item.target] = _meet(self.returning.get(item.target), gone)
                return None
        done = _Doing(self, item, state, beside).state if state is not None else None
        ways = [
            self._sequence(steps, done, held, beside, (id(item), number)) for number, steps in enumerate(inside(item))
        ]
        if isinstance(item, Lookup):
            found = _Doing.found(self, item, done) if done is not None else None
            return _meet(found, ways[0]) if item.not_found else found
        if isinstance(item, Refuse):
            self.ended |= done.passed if done else NONE
            return None
        if not isinstance(item, Decide | Approve) or not item.ways:
            return done
        met = None
        for way in ways:
            met = _meet(met, way)
        return met

    def _choose(self, item: Choose, state: State | None, held: Facts, beside: Facts) -> State | None:
        place, met, known = self.place[id(item)], None, frozenset[tuple[str, bool]]()
        if state is not None:
            self.at[place] = state
            self.before[place] = state.sure
            for branch in item.branches:
                for fact in self._facts_in(branch.condition):
                    tested = fact in _only_tested(self.naming.expression(branch.condition or ""))
                    self.note(Read(place, "condition", fact), state.sure.get(fact, 0), state.passed, tested=tested)
        for number, branch in enumerate(item.branches):
            parsed = self.naming.expression(branch.condition) if branch.condition else None
            text = condition.to_text(parsed) if parsed else ""
            entering = state
            if state is not None:
                entering = self._unfolded(state, known | ({(text, True)} if text else set()))
            met = _meet(met, self._sequence(branch.steps, entering, held, beside, (id(item), number)))
            known |= {(text, False)} if text else set()
        return met

    def _unfolded(self, state: State, known: frozenset[tuple[str, bool]]) -> State:
        """Count as given what was asked under a condition that is now known to hold."""
        state = state._replace(known=state.known | known)
        if not state.folded:
            return state
        truths, own, sure, papers = dict(state.known), dict(state.own), dict(state.sure), state.papers
        for token in state.folded:
            item = self.items[token]
            if item.condition is not None and holds(item.condition, truths):
                for fact in given_by(item):
                    own[fact], sure[fact] = max(1, own.get(fact, 0)), max(1, sure.get(fact, 0))
                papers |= {token} if isinstance(item, Paper) else set()
        return state._replace(own=own, sure=self._closed(sure, state.rules), papers=papers)

    def _parallel(self, item: Parallel, state: State | None, held: Facts, beside: Facts) -> State | None:
        """All sides; at the join the most of them, save for what a return inside one asks anew (definitions §3)."""
        kills, papers = [], []
        for branch in item.branches:
            inner = list(walk(branch.steps))
            kills.append(
                self.resting(frozenset(f for i in inner if isinstance(i, Back) for f in self.naming.known(i.anew)))
            )
            papers.append(self._papers_in(i.id for i in inner if isinstance(i, FormStep)))
        ends: list[State] = []
        refused = False  # in a side that has no other end
        for number, branch in enumerate(item.branches):
            others = held.union(*(kill for n, kill in enumerate(kills) if n != number))
            around = beside.union(*(paper for n, paper in enumerate(papers) if n != number))
            end = self._sequence(branch.steps, self._lost(state, others), others, around, (id(item), number))
            ends += [end] if end is not None else []
            refused |= end is None and any(isinstance(i, Refuse) and i.id in self.ended for i in walk(branch.steps))
        if len(ends) < len(item.branches):  # a side that never ends never joins
            # where it always refuses, all sides end with the case: then it is no fault that theirs lead nowhere
            self.ended |= NONE.union(*(end.passed for end in ends if refused))
            return None
        own, sure = _most(end.own for end in ends), _most(end.sure for end in ends)
        for number, kill in enumerate(kills):
            for fact in kill:  # whoever asks it anew has the last word; if two do, nobody has
                alone = not any(fact in other for n, other in enumerate(kills) if n != number)
                own[fact] = ends[number].own.get(fact, 0) if alone else 0
                sure[fact] = ends[number].sure.get(fact, 0) if alone else 0
        rules = frozenset[Rule]().union(*(end.rules for end in ends))
        return State(
            own={fact: n for fact, n in own.items() if n},
            sure=self._closed({fact: n for fact, n in sure.items() if n}, rules),
            rules=rules,
            papers=frozenset[Token]().union(*(end.papers for end in ends)),
            folded=frozenset[Token]().union(*(end.folded for end in ends)),
            known=frozenset.intersection(*(end.known for end in ends)),
            passed=NONE.union(*(end.passed for end in ends)),
            anew=NONE.union(*(end.anew for end in ends)),
            fresh=any(end.fresh for end in ends),
        )

    def _papers_in(self, forms: Iterable[str]) -> Facts:
        wanted = set(forms)
        return NONE.union(
            *(item.facts for (form, _), item in self.items.items() if form in wanted and isinstance(item, Paper))
        )

    def note(
        self, read: Read, found: int, passed: Facts, *, stated: int = 0, tested: bool = False, enough: int = 3
    ) -> None:
        """Note that a fact is read at a level."""
        self.reads[read] = min(found, self.reads.get(read, 3))
        before = self.stated.get(read, Stated(0, open=False, tested=True, enough=0))
        self.stated[read] = Stated(
            max(before.law, stated),
            open=before.open or not stated,
            tested=before.tested and tested,
            enough=max(before.enough, enough),
        )
        self.passing[read] = passed

    def readers_of(self, fact: str, step: str) -> set[str]:
        """Return the places that may come after a step and read a fact; where none does, those that read what is known from it."""
        behind = [one for one in self.readers if step in one[2] and one[0] != step]
        return {place for place, read, _ in behind if read == fact} or self.gaining_by(fact, step)

    def gaining_by(self, fact: str, step: str) -> set[str]:
        """Return the places that may come after a step and read a fact or what is known from it, which is surer if it is."""
        return {
            place
            for place, read, passed in self.readers
            if step in passed and place != step and fact in self._behind(read, passed)
        }

    def comes_to(self, places: set[str], step: str) -> bool:
        """Return whether every way from a step comes to one of some places: the greatest solution, as ways that end do not."""
        comes: dict[str, bool] = {}
        found: dict[str, bool] = {}
        after_it: dict[str, bool] = {}

        def through(tree: Tree, after: bool) -> bool:
            for name, kind, inside_it, target in tree:
                if name == step:
                    after_it[step] = after
                inner = [through(one, after) for one in inside_it]
                if kind is Parallel:
                    after = any(inner)
                elif kind is Back:
                    after = comes.get(target, True)
                elif kind is Lookup:
                    after = after and all(inner)
                elif inner or kind is Refuse:
                    after = bool(inner) and all(inner)
                after = found[name] = after or name in places
            return after

        while True:
            through(self.tree, after=False)
            now = {target: found[target] for target in self.targets}
            if now == comes:
                return after_it[step]
            comes = now

    @cached_property
    def tree(self) -> Tree:
        """All items from the last to the first, each with its name, its kind, what is in it, and where it returns to."""
        return self._tree(self.model.procedure.steps, TOP)

    def _tree(self, steps: Steps, within: Within) -> Tree:
        found: list[tuple[str, type, tuple[Tree, ...], str]] = [
            (name, type(None), (), "") for name in self.places_in.get((within, len(steps)), ())
        ]
        for number, item in reversed(list(enumerate(steps))):
            name = item.id if isinstance(item, Step) else self.place.get(id(item), "")
            inner = tuple(self._tree(one, (id(item), way)) for way, one in enumerate(inside(item)))
            found.append((name, type(item), inner, item.target if isinstance(item, Back) else ""))
            found += [(name, type(None), (), "") for name in self.places_in.get((within, number), ())]
        return tuple(found)

    @cached_property
    def targets(self) -> frozenset[str]:
        """The steps that returns lead to."""
        return frozenset(item.target for item in walk(self.model.procedure.steps) if isinstance(item, Back))

    def _behind(self, fact: str, passed: Facts) -> Facts:
        """Return a fact and what it may be known from, by rules that steps before have put in force."""
        if (fact, passed) not in self.known_from:
            rules = [*self.everywhere, *(rule for one in passed for rule in self.rules.get(one, ()))]
            behind = frozenset([fact])
            while more := {k for r in rules if (r.gives | r.confirms) & behind for k in r.keys} - behind:
                behind |= more
            self.known_from[fact, passed] = behind
        return self.known_from[fact, passed]


class _Doing:
    """What one step does to a state, in order; reads are noted on the way."""

    def __init__(self, way: Way, step: Step, state: State, beside: Facts) -> None:
        self.way, self.step, self.rules = way, step, set(state.rules)
        self.own, self.sure, self.papers, self.folded = (
            dict(state.own),
            dict(state.sure),
            set(state.papers),
            set(state.folded),
        )
        self.passed, self.anew, self.changed = state.passed, state.anew, False  # since it was closed
        way.at[step.id], way.before[step.id] = state, state.sure
        if isinstance(step, Decide | Approve) and step.needs is None and step.by is not None:
            way.silent[step.id] = state.passed
        naming = way.naming
        made = set(naming.known(gives_of(step)))
        if step.needs:
            self.demand("judgement" if isinstance(step, Decide | Approve) else "need", step.needs)
        takes = [need for record in step.records for need in record.takes]
        if takes:
            self.demand("record", [need for need in takes if naming.canonical(need.fact) not in made])
        self.do(step, made, beside)
        if takes:
            self.demand("record", [need for need in takes if naming.canonical(need.fact) in made])
        citizen = isinstance(step, FormStep) and step.by is not None and actor(step.by).whom in naming.roles
        if citizen and state.fresh:
            way.requests.add(step.id)
        self.state = state._replace(
            own=self.own, sure=self.levels(), rules=frozenset(self.rules), papers=frozenset(self.papers),
            folded=frozenset(self.folded), passed=state.passed | {step.id}, anew=self.anew, fresh=state.fresh and not citizen,
        )  # fmt: skip

    @staticmethod
    def found(way: Way, step: Lookup, state: State) -> State:
        """Return what is known where a look-up has found something."""
        rules = state.rules | frozenset(way.rules[step.id])
        return state._replace(rules=rules, sure=way._closed(dict(state.sure), rules))

    def levels(self) -> Levels:
        if self.changed:
            self.way._closed(self.sure, self.rules)
            self.changed = False
        return self.sure

    def demand(self, what: str, needs: Iterable[Any]) -> None:
        for need in needs:
            if name := self.way.naming.canonical(need.fact):
                self.read(what, name, stated=int(level(need.at)) if need.at else 0)

    def read(self, what: str, fact: str, *, stated: int = 0, tested: bool = False, enough: int = 3) -> None:
        found = self.levels().get(fact, 0)
        self.way.note(Read(self.step.id, what, fact), found, self.passed, stated=stated, tested=tested, enough=enough)

    def give(self, facts: Iterable[str], sure: int) -> None:
        for fact in facts:
            self.own[fact] = max(sure, self.own.get(fact, 0))
            if self.sure.get(fact, 0) < sure:
                self.sure[fact], self.changed = sure, True

    def force(self, rules: Iterable[Rule]) -> None:
        self.rules.update(rules)
        self.changed = True

    def do(self, step: Step, made: set[str], beside: Facts) -> None:
        match step:
            case FormStep():
                self.fill_in(step)
            case Identify():
                self.give(log_in_facts(self.way.model, step), 3)
            case Check():
                self.check(step, beside)
                self.give(made, 3)
            case Lookup() | Derive():
                for rule in self.way.rules[step.id]:
                    for fact in rule.keys:
                        self.read("key", fact, tested=True, enough=rule.least)
                    for fact in rule.confirms - rule.keys:
                        self.read("confirmed", fact, tested=True, enough=1)
                    if isinstance(step, Derive):
                        self.force([rule])
            case Decide() | Approve():
                self.give(made, 3)
            case Issue():
                self.demand(
                    "output", [need for need in step.carries if self.way.naming.canonical(need.fact) not in made]
                )
                self.give(made, 3)
                self.demand("output", [need for need in step.carries if self.way.naming.canonical(need.fact) in made])
            case Notify():
                self.demand("output", step.carries)

    def fill_in(self, step: FormStep) -> None:
        model = self.way.model
        anew: dict[str, str] = {}
        for number, one in enumerate(self.way.asked[step.id]):
            if one.condition is not None:
                facts = condition.facts_read(one.condition)
                for fact in sorted(facts):
                    self.read(f"condition of {name_of(one)}", fact, tested=True)
                if all(self.levels().get(fact, 0) for fact in facts):  # else who knows whether it was asked
                    self.folded.add((step.id, number))
            elif isinstance(one, Paper) and one.share >= 1:
                self.give(one.facts, 1)
                self.papers.add((step.id, number))
            elif isinstance(one, Question) and one.fact:
                self.give([one.fact], 1)
            if isinstance(one, Question) and one.fact in self.anew and (one.act or one.fact not in anew):
                anew[one.fact] = name_of(one)
        self.way.asked_anew |= {(step.id, name) for name in anew.values()}
        self.anew -= anew.keys()
        self.force(self.way.rules[step.id])
        for one in self.way.asked[step.id]:  # acts come last: whoever signs has filled in the rest
            if isinstance(one, Paper):
                continue
            for fact in one.declares:
                self.read("act", fact)
            if one.consents_to and one.condition is None and (who := consenting(model, step, one)):
                self.give([f"consent to {one.consents_to} by {who}"], 1)

    def check(self, step: Check, beside: Facts) -> None:
        """Raise what was said, if a paper that shows it was handed in on every way, or none comes before: an inspection."""
        way = self.way
        papered = way._papers_in(self.passed) | beside | way.papered.get(step.id, NONE)
        way.shown[step.id] = papered
        proven = {
            fact for token in self.papers if isinstance(paper := way.items[token], Paper) for fact in paper.documented
        }
        for fact in way.naming.known(step.verifies):
            if self.own.get(fact) and (fact in proven or fact not in papered):
                self.give([fact], 2)


def _most(many: Iterable[Levels]) -> Levels:
    found: Levels = {}
    for levels in many:
        for fact, n in levels.items():
            found[fact] = max(n, found.get(fact, 0))
    return found


def gives_of(step: Step) -> tuple[str, ...]:
    """Return the facts that a step says it finds."""
    return step.gives if isinstance(step, Check | Decide | Approve | Issue) else ()


def carries_of(step: Step) -> tuple[Need, ...]:
    """Return the facts that a step puts on what goes out."""
    return step.carries if isinstance(step, Issue | Notify) else ()


def asked_at(model: Resolved, step: FormStep) -> list[Question | Paper]:
    """Return what a form asks for, questions first."""
    return [*model.questions(step), *model.papers(step)]


def name_of(item: Question | Paper) -> str:
    """Name a question or document by what stays the same in a redesign; of a fact asked twice on a form, both alike."""
    if isinstance(item, Paper):
        return item.id
    return item.fact if item.fact and not item.act else item.id.partition("#")[0]


def act_of(item: Question | Paper) -> str | None:
    """Return which kind of act a question is, if it is one."""
    return item.act if isinstance(item, Question) else None


def given_by(item: Question | Paper) -> Facts:
    """Return the facts that a question or document gives."""
    return item.facts if isinstance(item, Paper) else frozenset([item.fact] if item.fact else [])


def log_in_facts(model: Resolved, step: Identify) -> tuple[str, ...]:
    """Return what a log-in tells of whoever logs in."""
    log_in, who = model.catalogue.log_in.get(step.using), model.naming.subject(actor(step.by or "").whom)
    if log_in is None or who is None:
        return ()
    return (who.key, *model.naming.known(f"{who.name}.{element}" for element in log_in.gives))


def consenting(model: Resolved, step: FormStep, question: Question) -> str:
    """Return who consents by an act: whoever fills in the form, if the act is about nobody else; else nobody."""
    who = model.naming.subject(actor(step.by or "").whom)
    return who.name if who is not None and question.about in ("", who.name) else ""


def holds(one: condition.Expression, truths: dict[str, bool]) -> bool | None:
    """Return whether a condition holds, given that some do and some do not; nothing, if that does not say."""
    if (told := truths.get(condition.to_text(one))) is not None:
        return told
    match one:
        case condition.Operation("not", (inner,)):
            known = holds(inner, truths)
            return None if known is None else not known
        case condition.Operation("and" | "or" as operator, parts):
            decided, found = operator == "or", [holds(part, truths) for part in parts]
            return decided if decided in found else None if None in found else not decided
    for (
        text,
        told,
    ) in truths.items():  # a conjunction that holds, or an alternative that does not, tells of each of its parts
        parsed = condition.parse(text)
        if (
            isinstance(parsed, condition.Operation)
            and parsed.operator == ("and" if told else "or")
            and one in parsed.operands
        ):
            return told
    return None


def _only_tested(one: condition.Expression | None) -> set[str]:
    """Return the facts of which a condition asks only whether they are known."""
    tested: set[str] = set()
    read: set[str] = set()
    waiting = [one] if one else []
    while waiting:
        match waiting.pop():
            case condition.Fact(path):
                read.add(path)
            case condition.Operation("is known" | "is not known", (condition.Fact(path),)):
                tested.add(path)
            case condition.Operation(_, operands):
                waiting.extend(operands)
    return tested - read
