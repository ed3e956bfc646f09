"""The independent checker: whether a redesign decides every case as today; shares no code with whoever makes redesigns.

It reads both procedures, the catalogue, the policy and the certificate, finds out by itself what is certain where, and holds
the claims against that. Of this folder it imports the shape of certificates alone, of `processes/` what the language means:
values, the names of facts, the reading of conditions.

In this order: `_Way` goes all ways of one procedure and notes how sure each fact is where it is read (definitions §2-3);
`_Comparison` holds the steps of both procedures side by side; `_Verification` asks what follows (§4-5, §9) and what the certificate says of it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from analysis import checker_words as says
from analysis.certificate import Certificate, Claim, Counterpart, Source, Supplier, fingerprint, level_words
from analysis.checker_words import Refusal
from processes import condition
from processes.catalogue import Agreement, Catalogue
from processes.element import level
from processes.part import Part, placeless
from processes.policy import Policy
from processes.procedure import (
    Approve,
    Back,
    Carry,
    Check,
    Choose,
    Decide,
    Derive,
    FormStep,
    Identify,
    Issue,
    Item,
    Lookup,
    Notify,
    Parallel,
    Pay,
    Procedure,
    Refuse,
    Step,
    Steps,
    Wait,
    actor,
    inside,
    walk,
)
from processes.resolved import Paper, Question, Resolved, resolved, service_fact
from processes.words import Words

Levels = dict[str, int]
Facts = frozenset[str]
_Token = tuple[str, int]  # a question or document: its form, and its number there
NONE: Facts = frozenset()


def verify(
    before: Procedure, after: Procedure, catalogue: Catalogue, policy: Policy, certificate: Certificate
) -> tuple[Refusal, ...]:
    """Return why a redesign and its certificate are refused: nothing, if they hold.

    What is proven then: as long as suppliers tell the truth, declared facts are true or corrected, and a judgement depends on
    nothing but what its step declares, the redesign comes to the same outcome as today for every case, with the same facts on what
    is issued, each at least as sure. Neither the stated coverage of services nor the burden is proven.

    Args:
        before: Today's procedure, well-formed.
        after: The redesigned one, well-formed.
        catalogue: What both refer to.
        policy: The date, and what counts.
        certificate: What is claimed.

    Complexity: linear in steps, fields and services in use, but for a closure over few rules at each step, and one more pass for each
    return that lowers what is certain.

    Source:
        Translation validation: Pnueli, A., Siegel, M., Singerman, E. (1998), https://doi.org/10.1007/BFb0054170. Certifying
        algorithms: McConnell, R., Mehlhorn, K., Näher, S., Schweitzer, P. (2011), https://doi.org/10.1016/j.cosrev.2010.09.009.
    """
    return _Verification(before, after, catalogue, policy, certificate).refusals()


# --- going all ways: what is certain where ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Rule:
    """Facts from facts."""

    step: str  # that puts it in force; none, if it holds everywhere
    kind: str
    name: str
    keys: Facts
    gives: Facts
    confirms: Facts = NONE
    most: int = 3
    least: int = 1  # level of its keys


class _State(NamedTuple):
    """What is certain at a place, and what may have been."""

    own: Levels  # said, shown, checked, found
    sure: Levels  # that closed under the rules in force
    rules: frozenset[_Rule] = frozenset()  # in force
    papers: frozenset[_Token] = frozenset()  # handed in
    folded: frozenset[_Token] = frozenset()  # asked under a condition
    known: frozenset[tuple[str, bool]] = frozenset()  # conditions that hold, and that do not
    passed: Facts = NONE  # steps that may have been passed
    anew: Facts = NONE  # facts that a return may have asked anew and nobody has asked yet
    fresh: bool = True  # whether nobody may have asked for anything yet


class _Read(NamedTuple):
    """That a place reads a fact; of a question's or document's condition, `what` says which."""

    place: str
    what: str
    fact: str


@dataclass(frozen=True, slots=True)
class _Stated:
    """What is said of how sure a fact must be where it is read."""

    law: int  # the level that the law states, or 0
    open: bool  # whether it is read at today's level
    tested: bool  # whether it is only asked whether it is known
    enough: int  # the level above which it is no surer for the reader


def _meet(one: _State | None, other: _State | None) -> _State | None:
    """Where ways meet: the least of what is certain, all of what may be."""
    if one is None or other is None:
        return one or other
    return _State(
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


class _Way:
    """All ways of one procedure, gone again until no return lowers anything: along ways the greatest solution."""

    def __init__(self, model: Resolved, papered: dict[str, Facts]) -> None:
        self.model, self.naming = model, model.naming
        self.papered = papered  # by check: what papers of today show before it, which their going does not change
        self.rules: dict[str, list[_Rule]] = {}
        self.everywhere: list[_Rule] = []
        self.items: dict[_Token, Question | Paper] = {}
        self.rest: dict[Facts, Facts] = {}
        self.known_from: dict[tuple[str, Facts], Facts] = {}
        self.chooses = [item for item in walk(model.procedure.steps) if isinstance(item, Choose)]
        self.place = {id(item): f"choose {number}" for number, item in enumerate(self.chooses)}
        for step in model.procedure.step_by_id.values():
            self._prepare(step)
        self._compute()
        self.back: dict[str, _State | None] = {}
        while True:
            self.before: dict[str, Levels] = {}
            self.at: dict[str, _State] = {}
            self.reads: dict[_Read, int] = {}
            self.readers: list[tuple[str, str, Facts]] = []  # place, fact, and the steps that may have been passed
            self.stated: dict[_Read, _Stated] = {}
            self.shown: dict[str, Facts] = {}
            self.ended: Facts = NONE
            self.requests: set[str] = set()
            self.asked_anew: set[tuple[str, str]] = set()
            self.silent: dict[str, Facts] = {}  # by judgement: the steps that may come before it
            self.returning: dict[str, _State | None] = {}
            start = _State({}, self._closed({}, frozenset()))
            end = self._sequence(model.procedure.steps, start, NONE, NONE)
            self.ended |= end.passed if end else NONE
            if self.returning == self.back:
                return
            self.back = self.returning

    # --- what there is

    def _prepare(self, step: Step) -> None:
        """Note what can be asked at a step, and the rules it puts in force."""
        rules = self.rules.setdefault(step.id, [])
        match step:
            case FormStep():
                for number, one in enumerate(_asked(self.model, step)):
                    self.items[step.id, number] = one
                    if isinstance(one, Question) and one.same and one.condition is None:
                        name = " is ".join(subject.name for subject in one.same)
                        for a, b in (one.same, one.same[::-1]):
                            rules += [
                                _Rule(
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
                    most, least = int(level(service.assurance)), int(level(service.key_level or "documented"))
                    rules.append(_Rule(step.id, "service", step.service, frozenset(keys), gives, confirms, most, least))
            case Derive():
                for made_by in step.computes:
                    made, parsed = self.naming.canonical(made_by.id), self.naming.expression(made_by.expression)
                    if made and parsed:
                        rules.append(
                            _Rule(step.id, "derive", made, frozenset(condition.facts_read(parsed)), frozenset([made]))
                        )

    def _compute(self) -> None:
        """Add a rule for every computed fact that this procedure names, or that another is computed from."""
        names = [fact for rules in self.rules.values() for rule in rules for fact in rule.keys | rule.confirms]
        for step in self.model.procedure.step_by_id.values():
            paths = [need.fact for need in (*(step.needs or ()), *getattr(step, "carries", ()))]
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
                self.everywhere.append(_Rule("", "computed", name, keys, frozenset([name])))
                names += keys

    def _facts_in(self, text: str | None) -> Facts:
        parsed = self.naming.expression(text) if text else None
        return frozenset(fact for fact in condition.facts_read(parsed) if self.naming.fact(fact)) if parsed else NONE

    # --- levels

    def _closed(self, sure: Levels, rules: Iterable[_Rule]) -> Levels:
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

    def _lost(self, state: _State | None, roots: Facts) -> _State | None:
        """Forget what is asked anew; what rests on it keeps the level it has by itself, without answers about the old value."""
        if state is None or not roots:
            return state
        rest = self.resting(roots)
        own = {fact: n for fact, n in state.own.items() if fact not in roots}
        rules = frozenset(r for r in state.rules if not r.keys & rest and not (r.gives | r.confirms) & roots)
        sure = {fact: n for fact, n in state.sure.items() if fact not in rest} | {f: own[f] for f in rest if f in own}
        folded = frozenset(f for f in state.folded if not _gives(self.items[f]) & roots and not self._under(f) & rest)
        known = frozenset(one for one in state.known if not self._facts_in(one[0]) & rest)
        return state._replace(own=own, sure=self._closed(sure, rules), rules=rules, folded=folded, known=known)

    def _under(self, item: _Token) -> Facts:
        under = self.items[item].condition
        return frozenset(condition.facts_read(under)) if under else NONE

    # --- along the steps

    def _sequence(self, steps: Steps, state: _State | None, held: Facts, beside: Facts) -> _State | None:
        """Go through a list of steps; `held` nobody here can count on, `beside` stands on papers asked for at the same time."""
        for item in steps:
            if isinstance(item, Step):
                state = _meet(state, self.back.get(item.id))
            state = self._lost(self._item(item, self._lost(state, held), held, beside), held)
        return state

    def _item(self, item: Item, state: _State | None, held: Facts, beside: Facts) -> _State | None:
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
        ways = [self._sequence(steps, done, held, beside) for steps in inside(item)]
        if isinstance(item, Lookup):
            found = _Doing.found(self, item, done) if done is not None else None
            return _meet(found, ways[0]) if item.not_found else found
        if isinstance(item, Refuse):
            self.ended |= done.passed if done else NONE
            return None
        if not getattr(item, "ways", ()):
            return done
        met = None
        for way in ways:
            met = _meet(met, way)
        return met

    def _choose(self, item: Choose, state: _State | None, held: Facts, beside: Facts) -> _State | None:
        place, met, known = self.place[id(item)], None, frozenset[tuple[str, bool]]()
        if state is not None:
            self.at[place] = state
            self.before[place] = state.sure
            for branch in item.branches:
                for fact in self._facts_in(branch.condition):
                    tested = fact in _only_tested(self.naming.expression(branch.condition or ""))
                    self.note(_Read(place, "condition", fact), state.sure.get(fact, 0), state.passed, tested=tested)
        for branch in item.branches:
            parsed = self.naming.expression(branch.condition) if branch.condition else None
            text = condition.to_text(parsed) if parsed else ""
            entering = state
            if state is not None:
                entering = self._unfolded(state, known | ({(text, True)} if text else set()))
            met = _meet(met, self._sequence(branch.steps, entering, held, beside))
            known |= {(text, False)} if text else set()
        return met

    def _unfolded(self, state: _State, known: frozenset[tuple[str, bool]]) -> _State:
        """Count as given what was asked under a condition that is now known to hold."""
        state = state._replace(known=state.known | known)
        if not state.folded:
            return state
        truths, own, sure, papers = dict(state.known), dict(state.own), dict(state.sure), state.papers
        for token in state.folded:
            item = self.items[token]
            if item.condition is not None and holds(item.condition, truths):
                for fact in _gives(item):
                    own[fact], sure[fact] = max(1, own.get(fact, 0)), max(1, sure.get(fact, 0))
                papers |= {token} if isinstance(item, Paper) else set()
        return state._replace(own=own, sure=self._closed(sure, state.rules), papers=papers)

    def _parallel(self, item: Parallel, state: _State | None, held: Facts, beside: Facts) -> _State | None:
        """All sides; at the join the most of them, save for what a return inside one asks anew (definitions §3)."""
        kills, papers = [], []
        for branch in item.branches:
            inner = list(walk(branch.steps))
            kills.append(
                self.resting(frozenset(f for i in inner if isinstance(i, Back) for f in self.naming.known(i.anew)))
            )
            papers.append(self._papers_in(i.id for i in inner if isinstance(i, FormStep)))
        ends: list[_State] = []
        for number, branch in enumerate(item.branches):
            others = held.union(*(kill for n, kill in enumerate(kills) if n != number))
            around = beside.union(*(paper for n, paper in enumerate(papers) if n != number))
            end = self._sequence(branch.steps, self._lost(state, others), others, around)
            ends += [end] if end is not None else []
        if len(ends) < len(item.branches):
            return None  # a side that never ends never joins
        own, sure = _most(end.own for end in ends), _most(end.sure for end in ends)
        for number, kill in enumerate(kills):
            for fact in kill:  # whoever asks it anew has the last word; if two do, nobody has
                alone = not any(fact in other for n, other in enumerate(kills) if n != number)
                own[fact] = ends[number].own.get(fact, 0) if alone else 0
                sure[fact] = ends[number].sure.get(fact, 0) if alone else 0
        rules = frozenset[_Rule]().union(*(end.rules for end in ends))
        return _State(
            own={fact: n for fact, n in own.items() if n},
            sure=self._closed({fact: n for fact, n in sure.items() if n}, rules),
            rules=rules,
            papers=frozenset[_Token]().union(*(end.papers for end in ends)),
            folded=frozenset[_Token]().union(*(end.folded for end in ends)),
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
        self, read: _Read, found: int, passed: Facts, *, stated: int = 0, tested: bool = False, enough: int = 3
    ) -> None:
        """Note that a fact is read at a level."""
        self.reads[read] = min(found, self.reads.get(read, 3))
        before = self.stated.get(read, _Stated(0, open=False, tested=True, enough=0))
        self.stated[read] = _Stated(
            max(before.law, stated),
            open=before.open or not stated,
            tested=before.tested and tested,
            enough=max(before.enough, enough),
        )
        self.readers.append((read.place, read.fact, passed))

    def readers_of(self, fact: str, step: str) -> set[str]:
        """Return the places that may come after a step and read a fact; where none does, those that read what is known from it."""
        behind = [one for one in self.readers if step in one[2] and one[0] != step]
        itself = {place for place, read, _ in behind if read == fact}
        return itself or {place for place, read, passed in behind if fact in self._behind(read, passed)}

    def comes_to(self, places: set[str], step: str) -> bool:
        """Return whether every way from a step comes to one of some places: the greatest solution, as ways that end do not."""
        comes: dict[str, bool] = {}

        def through(steps: Steps, after: bool) -> bool:
            for item in reversed(steps):
                name = item.id if isinstance(item, Step) else self.place.get(id(item), "")
                if name == step:
                    after_it[step] = after
                inner = [through(one, after) for one in inside(item)]
                if isinstance(item, Parallel):
                    after = any(inner)
                elif isinstance(item, Back):
                    after = comes.get(item.target, True)
                elif isinstance(item, Lookup):
                    after = after and all(inner)
                elif inner or isinstance(item, Refuse):
                    after = bool(inner) and all(inner)
                after = found[name] = after or name in places
            return after

        found: dict[str, bool] = {}
        after_it: dict[str, bool] = {}
        while True:
            through(self.model.procedure.steps, after=False)
            now = {item.target: found[item.target] for item in walk(self.model.procedure.steps) if isinstance(item, Back)}
            if now == comes:
                return after_it[step]
            comes = now

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

    def __init__(self, way: _Way, step: Step, state: _State, beside: Facts) -> None:
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
        made = set(naming.known(getattr(step, "gives", ())))
        self.demand("judgement" if isinstance(step, Decide | Approve) else "need", step.needs or ())
        takes = [need for record in step.records for need in record.takes]
        self.demand("record", [need for need in takes if naming.canonical(need.fact) not in made])
        self.do(step, made, beside)
        self.demand("record", [need for need in takes if naming.canonical(need.fact) in made])
        citizen = isinstance(step, FormStep) and step.by is not None and actor(step.by).whom in naming.roles
        if citizen and state.fresh:
            way.requests.add(step.id)
        self.state = state._replace(
            own=self.own, sure=self.levels(), rules=frozenset(self.rules), papers=frozenset(self.papers),
            folded=frozenset(self.folded), passed=state.passed | {step.id}, anew=self.anew, fresh=state.fresh and not citizen,
        )  # fmt: skip

    @staticmethod
    def found(way: _Way, step: Lookup, state: _State) -> _State:
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
        self.way.note(_Read(self.step.id, what, fact), found, self.passed, stated=stated, tested=tested, enough=enough)

    def give(self, facts: Iterable[str], sure: int) -> None:
        for fact in facts:
            self.own[fact] = max(sure, self.own.get(fact, 0))
            if self.sure.get(fact, 0) < sure:
                self.sure[fact], self.changed = sure, True

    def force(self, rules: Iterable[_Rule]) -> None:
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
        for number, one in enumerate(_asked(model, step)):
            if one.condition is not None:
                facts = condition.facts_read(one.condition)
                for fact in sorted(facts):
                    self.read(f"condition of {_name(one)}", fact, tested=True)
                if all(self.levels().get(fact, 0) for fact in facts):  # else who knows whether it was asked
                    self.folded.add((step.id, number))
            elif isinstance(one, Paper) and one.share >= 1:
                self.give(one.facts, 1)
                self.papers.add((step.id, number))
            elif isinstance(one, Question) and one.fact:
                self.give([one.fact], 1)
            if isinstance(one, Question) and one.fact in self.anew and (one.act or one.fact not in anew):
                anew[one.fact] = _name(one)
        self.way.asked_anew |= {(step.id, name) for name in anew.values()}
        self.anew -= anew.keys()
        self.force(self.way.rules[step.id])
        for one in model.questions(step):  # acts come last: whoever signs has filled in the rest
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


def _asked(model: Resolved, step: FormStep) -> list[Question | Paper]:
    return [*model.questions(step), *model.papers(step)]


def _name(item: Question | Paper) -> str:
    """Name a question or document by what stays the same in a redesign; of a fact asked twice on a form, both alike."""
    if isinstance(item, Paper):
        return item.id
    return item.fact if item.fact and not item.act else item.id.partition("#")[0]


def _act(item: Question | Paper) -> str | None:
    return item.act if isinstance(item, Question) else None


def _gives(item: Question | Paper) -> Facts:
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


# --- the steps of both, side by side ----------------------------------------------------------------------------------


class _Comparison:
    """Holds the steps of the redesign against those of today: what is gone, what is new, and what is not the same."""

    def __init__(self, before: _Way, after: _Way, refuse: Callable[..., None]) -> None:
        self.before, self.after, self.refuse = before, after, refuse
        self.old, self.now = before.model.procedure, after.model.procedure
        self.bound = NONE.union(
            *before.silent.values()
        )  # steps that a judgement which does not say what it reads may look back to
        self.how: dict[str, str] = {}  # by step of the redesign
        self.gone: list[str] = []
        self.dropped: list[tuple[str, str, str, Facts]] = []  # step, kind, subject, facts
        self.new: list[Step] = []
        self.conditions: list[tuple[FormStep, Question | Paper]] = []
        self.consents: list[tuple[FormStep, Question]] = []
        self.behind: dict[str, set[str]] = {}  # by step that is gone: what follows where it stood
        self.returns: list[tuple[Back, Back]] = []
        self.residual: set[str] = set()  # steps taken where a new look-up finds nothing
        self._same(self.old, self.now, {"id", "title", "steps"}, "procedure", place_of(self.now, self.now))
        self._sequence(self.old.steps, self.now.steps)
        for was, back in self.returns:
            allowed = self.behind.get(was.target, {was.target})
            if back.target not in allowed or back.target not in self.now.step_by_id:
                self.refuse(place_of(self.now, back), says.OTHER_RETURN, back.target, was.target)

    def _is_new(self, item: Item) -> bool:
        return isinstance(item, Step) and type(self.old.step_by_id.get(item.id)) is not type(item)

    def _is_gone(self, item: Item) -> bool:
        return isinstance(item, Step) and type(self.now.step_by_id.get(item.id)) is not type(item)

    def _sequence(self, old: Steps, new: Steps) -> None:
        kept = [item for item in old if not self._is_gone(item)]
        stays = [item for item in new if not self._is_new(item)]
        for item in new:
            if self._is_new(item):
                self._put_in(item)
        for number, item in enumerate(old):
            if isinstance(item, Step) and self._is_gone(item):
                self._leave_out(item, old[number + 1 :])
                self.behind[item.id] = self._follows(sum(not self._is_gone(one) for one in old[:number]), new)
        for was, item in zip(kept, stays, strict=False):
            if type(was) is not type(item) or (isinstance(was, Step) and was.id != getattr(item, "id", "")):
                self.refuse(place_of(self.now, item), says.OTHER_PLACE, _shown(item), _shown(was))
                return
            self._pair(was, item)
        for item in (*kept[len(stays) :], *stays[len(kept) :]):
            was_here = any(item is one for one in kept)
            words = says.NOT_HERE_NOW if was_here else says.NOT_HERE_TODAY
            self.refuse(place_of(self.old if was_here else self.now, item), words, _shown(item))

    def _follows(self, number: int, new: Steps) -> set[str]:
        """Return what a return to a step that is gone may lead to: what stands between the kept steps around it, and the next."""
        found, passed = set(), 0
        for item in new:
            if not self._is_new(item):
                passed += 1
            if isinstance(item, Step) and (
                passed == number and self._is_new(item) or passed == number + 1 and not self._is_new(item)
            ):
                found.add(item.id)
        return found

    def _put_in(self, step: Any) -> None:
        self.how[step.id] = "new"
        self.new.append(step)
        for inner in inside(step):
            for item in inner:
                if not isinstance(item, Step) or not self._is_new(item):
                    self.refuse(place_of(self.now, item), says.INSIDE_NEW_STEP, _shown(item))
                else:
                    self.residual.add(item.id)
                    self._put_in(item)

    def _leave_out(self, step: Any, following: Steps) -> None:
        """Note what goes with a step, and refuse where it may not go."""
        why: Words | None = None
        if step.records or (step.needs and not isinstance(step, Decide | Approve)):
            why = says.READS_OR_RECORDS
        match step:
            case FormStep():
                self._items(step, None)
                if step.id in self.before.requests:
                    why = says.IS_THE_REQUEST
            case Check():
                for name in self.before.naming.known(step.verifies):
                    self.dropped.append((step.id, "check", name, frozenset([name])))
                why = why or (says.FINDS_FACTS if step.gives else None)
            case Identify():
                self.dropped.append((step.id, "log-in", step.id, frozenset(log_in_facts(self.before.model, step))))
            case Lookup():
                for inner in walk(step.not_found):
                    if not isinstance(inner, FormStep | Check | Lookup | Derive):
                        why = says.DECIDES
                    elif self._is_gone(inner):
                        self._leave_out(inner, ())
                gives = [rule.gives | rule.confirms for rule in self.before.rules[step.id]]
                self.dropped.append((step.id, "look-up", step.id, NONE.union(*gives)))
            case Issue():
                carried = self.before.naming.known(need.fact for need in step.carries)
                self.dropped.append((step.id, "letter", step.id, frozenset(carried)))
                papers = {
                    option.document
                    for form in self.now.step_by_id.values()
                    if isinstance(form, FormStep)
                    for paper in form.documents
                    for option in (paper, *paper.either)
                }
                if not step.letter or step.gives or step.changes or step.starts:
                    why = says.NO_LETTER
                elif step.document in papers - {None}:
                    why = says.MAKES_A_DOCUMENT
            case Carry():
                idle = self._nobody_there(step, following)
                why = why or (None if idle else says.CARRIES_PAPERS)
            case Approve() if step.needs is not None and not (step.needs or step.ways or step.gives):
                pass
            case _:
                why = says.NOT_REPLACED
        if isinstance(step, FormStep | Identify | Check) and step.id in self.bound:
            why = says.MAY_BE_READ
        if why:
            self.refuse(place_of(self.old, step), says.GONE_THOUGH, step.id, why)
        self.gone.append(step.id)
        self.dropped.append((step.id, "step", step.id, NONE))

    def _nobody_there(self, carry: Carry, following: Steps) -> bool:
        letters = 0
        for item in following:
            at = isinstance(item, Step) and item.by is not None and actor(item.by).whom == carry.to
            if isinstance(item, Issue) and item.letter and at:
                if not self._is_gone(item):
                    return False
                letters += 1
            elif not isinstance(item, Wait):
                return letters > 0 and not at
        return letters > 0

    def _pair(self, was: Any, item: Any) -> None:
        """Compare what stands at the same place: everything but what may go must be as it was."""
        dropped, added = len(self.dropped), len(self.conditions) + len(self.consents)
        without = {"steps"}
        match was, item:
            case Choose(), Choose():
                self._branches(was.branches, item.branches, item)
                without = {"branches"}
            case Parallel(), Parallel():
                self._branches(was.branches, item.branches, item)
                without = {"branches"}
            case (Decide(), Decide()) | (Approve(), Approve()):
                self._branches(was.ways, item.ways, item)
                without = {"ways"}
            case Lookup(), Lookup():
                self._sequence(was.not_found, item.not_found)
                without = {"not_found"}
            case Back(), Back():
                self.returns.append((was, item))
                without = {"target"}
            case FormStep(), FormStep():
                self._items(was, item)
                less = len(self.dropped) > dropped or len(self.conditions) + len(self.consents) > added
                without = {"uses", "asks", "only", "documents", *(["minutes"] if less else [])}
            case Check(), Check():
                for name in was.verifies:
                    fact = self.before.naming.canonical(name)
                    if name not in item.verifies and fact:
                        self.dropped.append((was.id, "check", fact, frozenset([fact])))
                        self._bound(was, fact)
                if not set(item.verifies) <= set(was.verifies):
                    self.refuse(place_of(self.now, item), says.VERIFIES_MORE, item.id)
                without = {"verifies"}
        self._same(was, item, without, _shown(item), place_of(self.now, item))
        if isinstance(item, Step):
            own = isinstance(item, FormStep | Check)
            less = len(self.dropped) > dropped or len(self.conditions) + len(self.consents) > added
            self.how[item.id] = "changed" if own and less else "kept"

    def _branches(self, old: tuple[Any, ...], new: tuple[Any, ...], item: Item) -> None:
        if len(old) != len(new):
            self.refuse(place_of(self.now, item), says.OTHER_WAYS, _shown(item), len(new), len(old))
        for was, one in zip(old, new, strict=False):
            self._same(was, one, {"steps"}, _shown(item), place_of(self.now, one if one.where.file else item))
            self._sequence(was.steps, one.steps)

    def _same(self, was: Part, one: Part, without: set[str], shown: str, where: str) -> None:
        if was is one:
            return
        then, now = (part.model_dump(exclude=without) for part in (was, one))
        for name in sorted(then.keys() | now.keys()):
            if then.get(name) != now.get(name):
                key = type(one).model_fields[name].alias or name if name in type(one).model_fields else name
                self.refuse(where, says.FIELD_NOT_AS_TODAY, shown, key)

    def _items(self, was: FormStep, form: FormStep | None) -> None:
        """Compare what a form asks: nothing more than today but consents, everything that stays as it was."""
        old = _asked(self.before.model, was)
        new = _asked(self.after.model, form) if form else []
        where = place_of(self.now, form) if form else place_of(self.old, was)
        left = list(old)
        for one in new:
            same = [o for o in left if (type(o), _name(o), _act(o)) == (type(one), _name(one), _act(one))]
            fellow = next((o for o in same if o.condition == one.condition), same[0] if same else None)
            if fellow is not None:
                left.remove(fellow)
                self._item(was, fellow, form, one, where)
            elif (
                form
                and isinstance(one, Question)
                and one.act == "consent"
                and one.consents_to
                and not (one.fact or one.declares or one.same or one.condition)
            ):
                self.consents.append((form, one))
            else:
                self.refuse(where, says.ASKED_NEWLY, _name(one))
        for gone in left:
            name, still = _name(gone), any(_name(one) == _name(gone) for one in new)
            kind = "document" if isinstance(gone, Paper) else "question"
            self.dropped.append((was.id, kind, name, _gives(gone)))
            self._bound(was, name)
            if isinstance(gone, Question) and gone.act:
                self.refuse(where, says.ACT_GONE, name)
            elif kind == "question" and not still and (was.id, name) in self.before.asked_anew:
                self.refuse(where, says.ANEW_GONE, name)

    def _bound(self, step: Step, name: str) -> None:
        if step.id in self.bound:
            self.refuse(place_of(self.old, step), says.READ_SILENTLY, name)

    def _item(
        self, step: FormStep, was: Question | Paper, form: FormStep | None, one: Question | Paper, where: str
    ) -> None:
        named = (
            "fact",
            "act",
            "label",
            "ground",
            "declares",
            "consents_to",
            "same",
            "facts",
            "documented",
            "share",
            "about",
        )
        for name in named:
            then, now = getattr(was, name, None), getattr(one, name, None)
            if isinstance(then, Part) and isinstance(now, Part):
                then, now = placeless(then), placeless(now)
            if then != now:
                self.refuse(where, says.ITEM_NOT_AS_TODAY, _name(one), name)
        if was.condition == one.condition or form is None:
            return
        if was.condition is not None or one.condition is None or _act(was) or step.id in self.bound:
            self.refuse(where, says.OTHER_CONDITION, _name(one))
            return
        if (step.id, _name(one)) in self.before.asked_anew:
            self.refuse(where, says.ANEW_UNDER_CONDITION, _name(one))
        self.conditions.append((form, one))


def place_of(procedure: Procedure, part: Part) -> str:
    """Return the line a part was read from; the procedure and the step, if it was made by code."""
    if part.where.file:
        return str(part.where)
    return f"{procedure.id}: {_shown(part)}"


def _shown(part: Part) -> str:
    name = getattr(part, "id", None) or getattr(part, "target", None)
    kind = str(getattr(part, "kind", type(part).__name__.lower()))
    return f"{kind} '{name}'" if name else kind


# --- what follows, and what the certificate says of it ----------------------------------------------------------------


@dataclass
class _Verification:
    old: Procedure
    new: Procedure
    catalogue: Catalogue
    policy: Policy
    said: Certificate
    found: list[Refusal] = field(default_factory=list)

    def refuse(self, where: str, words: Words, *parts: object) -> None:
        refusal = Refusal(where, says.filled(words, *parts))
        if refusal not in self.found:
            self.found.append(refusal)

    def refusals(self) -> tuple[Refusal, ...]:
        self._fingerprints()
        for number, move in enumerate(self.said.moves):  # the place where kinds of moves will be told apart
            self.refuse(f"moves[{number}].kind", says.UNKNOWN_MOVE, move.kind)
        for procedure in (self.old, self.new):
            names = [item.id for item in walk(procedure.steps) if isinstance(item, Step)]
            for name in sorted({name for name in names if names.count(name) > 1}):
                self.refuse(f"{procedure.id}: {name}", says.NAMED_TWICE, name)
        if self.found:
            return tuple(self.found)
        then = resolved(self.old, self.catalogue)
        alike = [placeless(one) for one in self.old.roles] == [placeless(one) for one in self.new.roles]
        now = Resolved(self.new, self.catalogue, then.naming) if alike else resolved(self.new, self.catalogue)
        self.before = _Way(then, {})
        self.after = _Way(now, self.before.shown)
        for place, passed in self.before.silent.items():
            self.before.readers += [(place, fact, passed) for fact in self.before.before[place]]
            if place in self.after.silent:
                seen = self._seen(place)
                self.after.readers += [(place, fact, self.after.silent[place]) for fact, _ in seen]
        self.pairs = _Comparison(self.before, self.after, self.refuse)
        self._sound()
        self.needed = self._needed()
        self._met()
        self._silent()
        self._only_if_known()
        self._put_in()
        self._suppliers()
        self._claims()
        self._derivations()
        return tuple(self.found)

    # --- what it is about

    def _fingerprints(self) -> None:
        for path, named, procedure in (("before", self.said.before, self.old), ("after", self.said.after, self.new)):
            if (named.procedure, named.sha256) != (procedure.id, fingerprint(procedure)):
                self.refuse(f"{path}.sha256", says.OTHER_PROCEDURE, procedure.id)
        if self.said.catalogue != fingerprint(self.catalogue):
            self.refuse("catalogue", says.OTHER_CATALOGUE)
        if fingerprint(self.said.policy) != fingerprint(self.policy):
            self.refuse("policy", says.OTHER_POLICY)

    def _sound(self) -> None:
        """Ask whether every step is reached and from each a case can end, and whether returns stay in their side of parallel parts."""
        for name, step in self.new.step_by_id.items():
            if name not in self.after.before:
                self.refuse(place_of(self.new, step), says.NEVER_REACHED, name)
            elif name not in self.after.ended and not isinstance(step, Refuse):
                self.refuse(place_of(self.new, step), says.NEVER_ENDS, name)
        sides = dict(_sides(self.new.steps, ()))
        for item in walk(self.new.steps):
            if isinstance(item, Back) and sides.get(id(item)) != sides.get(id(self.new.step_by_id.get(item.target))):
                self.refuse(place_of(self.new, item), says.CROSSES_PARALLEL)

    # --- levels

    def _needed(self) -> dict[_Read, int]:
        """Return how sure each fact must be where it is read: as the law states, else as it is there today (definitions §4)."""
        needed = {}
        for read, today in self.before.reads.items():
            stated = self.before.stated[read]
            if today < max(stated.law, 0 if stated.tested else 1):
                self.refuse(self._where(self.old, read.place), says.MISSING_TODAY, read.fact)
            step = self.old.step_by_id.get(read.place)
            if read.what in ("key", "confirmed") and not self._of_use(step, read):
                continue
            needed[read] = max(stated.law, min(today, stated.enough) if stated.open else 0)
        return needed

    def _of_use(self, step: Step | None, read: _Read) -> bool:
        """Whether somebody reads what is derived from an input, or what a look-up confirms."""
        if step is None or (isinstance(step, Lookup) and read.what == "key"):
            return True
        outputs = [rule.gives for rule in self.before.rules[step.id] if read.fact in rule.keys]
        facts = NONE.union(*outputs) if isinstance(step, Derive) else frozenset([read.fact])
        return any(self.before.readers_of(fact, step.id) for fact in facts)

    def _where(self, procedure: Procedure, place: str) -> str:
        part: Part | None = procedure.step_by_id.get(place)
        if part is None and place.startswith("choose "):
            chooses = [item for item in walk(procedure.steps) if isinstance(item, Choose)]
            part = chooses[int(place.split()[1])] if int(place.split()[1]) < len(chooses) else None
        return place_of(procedure, part) if part is not None else f"{procedure.id}: {place}"

    def _stands(self, read: _Read) -> bool:
        """Whether what reads a fact today still stands: a step that is gone reads nothing, nor the condition of a question that is."""
        if read.place in self.pairs.gone or (
            not read.place.startswith("choose ") and read.place not in self.new.step_by_id
        ):
            return False
        return not read.what.startswith("condition of ") or read in self.after.reads

    def _met(self) -> None:
        for read, wanted in self.needed.items():
            if self._stands(read) and (now := self.after.reads.get(read, 0)) < wanted:
                self._short(read.place, read.fact, now, wanted)

    def _short(self, place: str, fact: str, now: int, wanted: int) -> None:
        self.refuse(self._where(self.new, place), says.TOO_LOW, fact, level_words(now), level_words(wanted))

    def _seen(self, place: str) -> Iterator[tuple[str, int]]:
        """Yield what a silent judgement sees today: consents left out, and what is computed unless somebody said it."""
        state = self.before.at[place]
        computed = NONE.union(*(rule.gives for rule in self.before.everywhere))
        for fact, sure in sorted(state.sure.items()):
            if not fact.startswith("consent to ") and (fact not in computed or state.own.get(fact)):
                yield fact, sure

    def _silent(self) -> None:
        for place in self.before.silent:
            for fact, wanted in self._seen(place) if place in self.after.before else ():
                if (now := self.after.before[place].get(fact, 0)) < wanted:
                    self._short(place, fact, now, wanted)

    def _only_if_known(self) -> None:
        """Ask that whoever gives a fact, of which a condition asks whether it is known, goes on giving it, and nobody else does."""
        unsure = {
            r
            for r, n in self.before.reads.items()
            if not n and self.before.stated[r].tested and not self.before.stated[r].law
        }
        tested = {read.fact for read in unsure if read.what == "condition"}
        grown = -1
        while len(tested) > grown:
            grown = len(tested)
            for read in unsure:
                for (form, _), item in self.before.items.items():
                    if read.place == form and read.what == f"condition of {_name(item)}" and _gives(item) & tested:
                        tested.add(read.fact)
            tested |= {key for rule in self.before.everywhere if rule.gives & tested for key in rule.keys}
        if not tested:
            return
        then, now = self._givers(self.before, tested), self._givers(self.after, tested)
        for place, fact, _ in sorted(then ^ now):
            self.refuse(
                self._where(self.new if place in self.new.step_by_id else self.old, place), says.ONLY_IF_KNOWN, fact
            )

    def _givers(self, way: _Way, facts: set[str]) -> set[tuple[str, str, str]]:
        asked = {(form, fact, _name(i)) for (form, _), i in way.items.items() for fact in _gives(i) & facts}
        log_ins = {
            (s.id, f, "")
            for s in way.model.procedure.step_by_id.values()
            if isinstance(s, Identify)
            for f in log_in_facts(way.model, s)
            if f in facts
        }
        return (
            asked
            | log_ins
            | {(rule.step, f, "") for rules in way.rules.values() for rule in rules for f in rule.gives & facts}
        )

    # --- what was put in

    def _put_in(self) -> None:
        for step in self.pairs.new:
            where = place_of(self.new, step)
            if step.needs is not None or step.records or step.purpose is not None or step.waits is not None:
                self.refuse(where, says.NEW_STEP_DOES_MORE, step.id)
            if step.id in self.pairs.residual:
                continue  # with the look-up it belongs to
            match step:
                case Lookup():
                    self._look_up(step, where)
                case Identify():
                    self._log_in(step, where)
                case Wait() if not (step.lasts or step.by or step.minutes) and step.id in self.pairs.gone:
                    pass  # where a return led to a step that is gone
                case _:
                    self.refuse(where, says.UNEXPLAINED_STEP, step.id)
        for form, one in self.pairs.consents:
            who, service = consenting(self.after.model, form, one), one.consents_to
            asked = [step for step in self.pairs.new if isinstance(step, Lookup) and step.service == service]
            if not any(who in {subject.name for subject in self.after.model.subjects(step).values()} for step in asked):
                self.refuse(place_of(self.new, form), says.CONSENT_NOT_NEEDED, one.id)
        for form, item in self.pairs.conditions:
            self._condition(form, item)

    def _log_in(self, step: Identify, where: str) -> None:
        log_in, who = self.catalogue.log_in.get(step.using), self.after.naming.subject(actor(step.by or "").whom)
        if (
            log_in is None
            or who is None
            or who.entity.id != log_in.about
            or not log_in.offered
            or log_in.coverage < 1
            or not self.policy.new_log_ins
        ):
            self.refuse(where, says.NO_LOG_IN, step.id)
        if not any(self.after.readers_of(fact, step.id) for fact in log_in_facts(self.after.model, step)):
            self.refuse(where, says.LOG_IN_FOR_NOTHING, step.id)

    def _condition(self, form: FormStep, item: Question | Paper) -> None:
        """Ask whether a new condition can be told where it stands, as surely as where the choice is made."""
        assert item.condition is not None  # noqa: S101  # it was put among these for its condition
        asked = list(self.after.model.questions(form))
        earlier = (
            {one.fact for one in asked[: asked.index(item)] if one.condition is None}
            if isinstance(item, Question)
            else {one.fact for one in asked}
        )
        choices = {read.fact: n for read, n in self.needed.items() if read.what == "condition"}
        for fact in sorted(condition.facts_read(item.condition)):
            now, wanted = self.after.reads[_Read(form.id, f"condition of {_name(item)}", fact)], choices.get(fact, 3)
            if now < (1 if fact in earlier else max(wanted, 1)):
                self._short(form.id, fact, now, max(wanted, 1))
        if any(fact in _gives(item) for fact in condition.facts_read(item.condition)):
            self.refuse(place_of(self.new, form), says.CONDITION_OF_ITSELF, _name(item))

    def _look_up(self, step: Lookup, where: str) -> None:
        service, who = self.catalogue.service.get(step.service), self.after.model.subjects(step)
        rules = self.after.rules[step.id]
        if service is None or not rules or not step.gets:
            self.refuse(where, says.ASKS_NOTHING, step.id)
            return
        kinds = {"": service.about} if isinstance(service.about, str) else {one.id: one.entity for one in service.about}
        if {name: subject.entity.id for name, subject in who.items()} != kinds or len(
            {s.name for s in who.values()}
        ) < len(who):
            self.refuse(where, says.WRONG_ONE, step.id)
        if step.by is not None or step.minutes:
            self.refuse(where, says.DONE_BY_NOBODY, step.id)
        late = (
            service.fresh is not None
            and self.policy.most_age is not None
            and service.fresh.minutes > self.policy.most_age.minutes
        )
        if late or service.coverage <= 0 or service.coverage < self.policy.least_coverage:
            self.refuse(where, says.FINDS_TOO_FEW, step.service)
        before, rule = self.after.before.get(step.id, {}), rules[0]
        for fact in sorted(rule.keys | rule.confirms):
            least = rule.least if fact in rule.keys else 1
            if before.get(fact, 0) < least:
                self._short(step.id, fact, before.get(fact, 0), least)
        places: set[str] = set()
        for fact in sorted(rule.gives | rule.confirms):
            places |= (found := self.after.readers_of(fact, step.id))
            if not found:
                self.refuse(where, says.FETCHED_FOR_NOBODY, fact)
        if not self.after.comes_to(places, step.id):
            self.refuse(where, says.FETCHED_TOO_EARLY, step.id)
        self._residual(step, rule, service.coverage, where)

    def _residual(self, step: Lookup, rule: _Rule, coverage: float, where: str) -> None:
        """Ask that where a service finds nothing, a form brings just what it was to give, and a check proves it with papers."""
        steps = [item for item in step.not_found if isinstance(item, Step)]
        if coverage >= 1 and steps:
            self.refuse(where, says.NOTHING_TO_REPAIR, step.service)
        if coverage >= 1 or not rule.gives:
            if coverage < 1 and not steps:
                self.refuse(where, says.NO_WAY_ON, step.service)
            if coverage >= 1:
                return
        form, check = steps[0] if steps else None, steps[1] if len(steps) > 1 else None
        if not isinstance(form, FormStep) or (check is not None and not isinstance(check, Check)) or len(steps) > 2:
            self.refuse(where, says.NO_RESIDUAL_FORM, step.id)
            return
        asked = NONE.union(*(_gives(item) for item in self.after.model.questions(form)))
        carried = NONE.union(*(paper.documented for paper in self.after.model.papers(form)))
        whole = all(
            _gives(one)
            and one.condition is None and not getattr(one, "act", None) and getattr(one, "share", 1) >= 1
            for one in _asked(self.after.model, form)
        )
        people = {
            one.by
            for one in self.old.step_by_id.values()
            if isinstance(one, FormStep) and one.id in self.before.requests
        } or {self.old.agency}
        for fact in sorted(rule.gives - asked - carried):
            self.refuse(place_of(self.new, form), says.NOT_REPAIRED, fact, step.service)
        if not whole or asked - rule.gives or form.by not in people or form.uses:
            self.refuse(place_of(self.new, form), says.RESIDUAL_ASKS_MORE, form.id)
        if check is not None:
            verified = set(self.after.naming.known(check.verifies))
            if (
                check.gives
                or check.by is None
                or actor(check.by).whom != self.new.agency
                or not verified <= rule.gives | rule.confirms
            ):
                self.refuse(place_of(self.new, check), says.RESIDUAL_CHECK, check.id)
        for paper in self.after.model.papers(form):
            if not paper.facts & (rule.gives | rule.confirms):
                self.refuse(place_of(self.new, form), says.PROVES_NOTHING, paper.id)

    # --- suppliers and the law

    def _expected(self) -> dict[tuple[object, ...], dict[str, Any]]:
        """Return what each supplier of the redesign is, as the catalogue and the steps have it."""
        found: dict[tuple[object, ...], dict[str, Any]] = {}
        for rule in (*(rule for rules in self.after.rules.values() for rule in rules), *self.after.everywhere):
            step = self.new.step_by_id.get(rule.step)
            about = (
                {name: subject.name for name, subject in self.after.model.subjects(step).items()}
                if isinstance(step, Lookup)
                else {}
            )
            service = self.catalogue.service.get(rule.name) if isinstance(step, Lookup) else None
            before = self.after.before.get(rule.step, {})
            keys = {fact: before.get(fact, 0) if service else 1 for fact in rule.keys}
            one = found.setdefault(
                _supplier_key(rule.kind, rule.name, about, rule.gives, (rule.step,) if rule.step else ()),
                {
                    "steps": (),
                    "keys": keys,
                    "gives": NONE,
                    "confirms": NONE,
                    "level": rule.most,
                    "key_level": rule.least,
                    "coverage": service.coverage if service else 1.0,
                },
            )
            one["steps"] += (rule.step,) if rule.step else ()
            one["keys"] = {fact: min(n, one["keys"].get(fact, 3)) for fact, n in keys.items()}
            one["gives"] |= rule.gives
            one["confirms"] |= rule.confirms
        for one in found.values():
            one["keys"] = tuple(sorted(one["keys"].items()))
            one["gives"], one["confirms"] = tuple(sorted(one["gives"])), tuple(sorted(one["confirms"]))
        return found

    def _suppliers(self) -> None:
        expected = self._expected()
        there = {
            fact
            for step in self.new.step_by_id.values()
            if step.id not in self.pairs.residual
            for fact in self._given_by(step)
        }
        self.index: dict[int, Supplier] = dict(enumerate(self.said.suppliers))
        seen: dict[tuple[object, ...], int] = {}
        for number, one in self.index.items():
            path, key = f"suppliers[{number}]", _supplier_key(one.kind, one.name, one.about, frozenset(one.gives), one.steps)
            if key not in expected or key in seen:
                self.refuse(path, says.NO_SUCH_SUPPLIER, one.name)
                continue
            seen[key] = number
            said = one.model_dump()
            said["keys"] = tuple(sorted((key.fact, key.level) for key in one.keys))
            for name, value in expected[key].items():
                if said[name] != value:
                    self.refuse(f"{path}.{name}", says.SAYS_OTHERWISE, _text(said[name]), _text(value))
            for fact in sorted({key.fact for key in one.keys} - there):
                self.refuse(f"{path}.keys", says.KEY_NOT_THERE, fact)
            there |= {*one.gives, *one.confirms}
            new = [step for step in self.pairs.new if isinstance(step, Lookup) and step.id in one.steps]
            if new:
                self._lawful(one, new, path)
            elif one.agreements:
                self.refuse(f"{path}.agreements", says.AGREEMENT_FOR_NOTHING)
        for key in expected:
            if key[0] == "service" and key not in seen:
                self.refuse("suppliers", says.SUPPLIER_LACKING, key[1])

    def _given_by(self, step: Step) -> Iterable[str]:
        match step:
            case FormStep():
                return NONE.union(*(_gives(item) for (form, _), item in self.after.items.items() if form == step.id))
            case Identify():
                return log_in_facts(self.after.model, step)
        return self.after.naming.known(getattr(step, "gives", ()))

    def _lawful(self, supplier: Supplier, steps: list[Lookup], path: str) -> None:
        """Ask whether the agreements named are those of the catalogue, count, and cover what is fetched, with consent where needed."""
        by_id = {one.id: one for one in self.catalogue.agreements}
        good: list[Agreement] = []
        for number, copy in enumerate(supplier.agreements):
            at, real = f"{path}.agreements[{number}]", by_id.get(copy.id)
            if real in good:
                self.refuse(at, says.NAMED_TWICE_HERE, copy.id)
            elif real is None or (then := copy.model_dump()) != (now := real.model_dump()):
                field_ = "" if real is None else "." + next(name for name in now if then[name] != now[name])
                self.refuse(at + field_, says.OTHER_AGREEMENT, copy.id)
            elif why := self._no_permission(real, supplier.name):
                self.refuse(at, why, real.id, self.policy.date)
            else:
                good.append(real)
        for step in steps:
            where = place_of(self.new, step)
            grounds = {law for one in good for law in one.legal_basis}
            if step.rests_on is not None and step.rests_on.law not in grounds:
                self.refuse(where, says.OTHER_LEGAL_BASIS, step.id)
            for word in step.gets:
                covering = [one for one in good if one.facts == "all" or word in one.facts]
                if not covering:
                    self.refuse(where, says.NOT_COVERED, word)
                elif all(one.consent for one in covering):
                    for subject in self.after.model.subjects(step).values():
                        if not self.after.before.get(step.id, {}).get(f"consent to {step.service} by {subject.name}"):
                            self.refuse(where, says.NOT_CONSENTED, subject.name, step.id)

    def _no_permission(self, one: Agreement, service: str) -> Words | None:
        day = self.policy.date
        if one.id in self.policy.without_agreements:
            return says.LEFT_OUT
        states = ("in force",) if self.policy.agreements == "in force" else ("in force", "planned")
        begun = one.since <= day if one.since else one.state != "planned"
        in_force = one.state in states and begun and (one.until is None or day <= one.until)
        if not in_force and one.id not in self.policy.with_agreements and self.policy.agreements != "all":
            return says.NOT_IN_FORCE
        if service not in one.services or one.consumer != self.new.agency or self.new.purpose not in one.purposes:
            return says.FOR_OTHERS
        return None

    # --- claims

    def _claims(self) -> None:
        pairs = self.pairs
        steps = {(name,): {"today": name if how != "new" else None, "how": how} for name, how in pairs.how.items()}
        self._lines("steps", self.said.steps, ("step",), steps)
        if sorted(self.said.gone) != sorted(pairs.gone):
            self.refuse("gone", says.OTHERS_GONE, _text(sorted(pairs.gone)))
        needs = self._needs_by_fact()
        dropped: dict[tuple[Any, ...], dict[str, Any]] = {}
        for step, kind, subject, facts in pairs.dropped:
            dropped[step, kind, subject] = {"facts": tuple((fact, needs.get(fact, 0)) for fact in sorted(facts))}
        self._lines(
            "dropped",
            self.said.dropped,
            ("step", "kind", "subject"),
            dropped,
            {"facts": lambda facts: tuple((f["fact"], f["needed"]) for f in facts)},
        )
        demands = {
            (r.place, r.what, r.fact): {"needed": n, "level": self.after.reads.get(r, 0)}
            for r, n in self.needed.items()
            if r.what not in ("key", "confirmed") and self._stands(r)
        }
        for place in self.before.silent:
            for fact, n in self._seen(place):
                demands[place, "silent judgement", fact] = {
                    "needed": n,
                    "level": self.after.before.get(place, {}).get(fact, 0),
                }
        self._lines("demands", self.said.demands, ("place", "what", "fact"), demands)
        visible, today = _visible(self.after), {(one.what, one.place): one for one in _visible(self.before)}
        mirrored = {
            (one.what, one.place): {"today": one.today, "text": one.text, "facts": one.facts} for one in visible
        }
        self._lines("counterparts", self.said.counterparts, ("what", "place"), mirrored)
        for one in visible:
            if today.get((one.what, one.place)) != one:
                self.refuse(self._where(self.new, one.place.partition(":")[0]), says.NO_COUNTERPART, one.place)
        conditions: dict[tuple[Any, ...], dict[str, Any]] = {}
        for form, item in pairs.conditions:
            assert item.condition is not None  # noqa: S101  # as above
            reads = tuple(
                {"fact": f, "level": self.after.reads[_Read(form.id, f"condition of {_name(item)}", f)]}
                for f in sorted(condition.facts_read(item.condition))
            )
            conditions[form.id, _name(item)] = {"condition": condition.to_text(item.condition), "reads": reads}
        self._lines("conditions", self.said.conditions, ("step", "subject"), conditions)
        consents = {
            (form.id, one.id): {"service": one.consents_to, "person": consenting(self.after.model, form, one)}
            for form, one in pairs.consents
        }
        self._lines("consents", self.said.consents, ("step", "act"), consents)
        log_ins = {
            (step.id,): {"using": step.using, "person": step.by} for step in pairs.new if isinstance(step, Identify)
        }
        self._lines("log_ins", self.said.log_ins, ("step",), log_ins)
        self._look_up_lines()
        best, after = self.said.optimum, self.said.weight_after.citizen_minutes
        if (best.bound is None) != (best.gap is None) or (
            best.bound is not None and best.gap is not None and abs(after - best.bound - best.gap) > 0.01
        ):
            self.refuse("optimum", says.BOUND_AND_GAP)
        if best.status == "optimal" and best.gap != 0:
            self.refuse("optimum.gap", says.OPTIMAL_WITH_GAP)
        if best.status == "as today" and (pairs.gone or pairs.dropped or pairs.new):
            self.refuse("optimum.status", says.CHANGED_THOUGH_AS_TODAY)

    def _lines(
        self, name: str, lines: Iterable[Claim], keys: tuple[str, ...], expected: dict[tuple[Any, ...], dict[str, Any]],
        views: dict[str, Callable[[Any], Any]] | None = None,
    ) -> None:  # fmt: skip
        """Hold lines of the certificate against what was found, whatever their order."""
        seen = set()
        for number, line in enumerate(lines):
            said = line.model_dump()
            key = tuple(said[one] for one in keys)
            if key not in expected or key in seen:
                self.refuse(f"{name}[{number}]", says.NO_SUCH_LINE, _text(key))
            for part, value in expected.get(key, {}).items():
                told = (views or {}).get(part, lambda one: one)(said[part])
                if told != value:
                    self.refuse(f"{name}[{number}].{part}", says.SAYS_OTHERWISE, _text(told), _text(value))
            seen.add(key)
        for key in expected.keys() - seen:
            self.refuse(name, says.LINE_LACKING, _text(key))

    def _look_up_lines(self) -> None:
        new = {step.id: step for step in self.pairs.new if isinstance(step, Lookup) and self.after.rules[step.id]}
        expected: dict[tuple[Any, ...], dict[str, Any]] = {}
        for name, step in new.items():
            before, rule = self.after.before.get(name, {}), self.after.rules[name][0]
            keys = tuple({"fact": fact, "level": before.get(fact, 0)} for fact in sorted(rule.keys))
            residual = tuple(item.id for item in step.not_found if isinstance(item, Step))
            expected[name,] = {"purpose": self.new.purpose, "keys": keys, "residual": residual}
        self._lines("look_ups", self.said.look_ups, ("step",), expected)
        for number, line in enumerate(self.said.look_ups):
            path, asked = f"look_ups[{number}]", new.get(line.step)
            supplier = self.index.get(line.supplier)
            if asked is None:
                continue
            if supplier is None or supplier.name != asked.service or line.step not in supplier.steps:
                self.refuse(f"{path}.supplier", says.OTHER_SUPPLIER, asked.service)
            who = self.after.model.subjects(asked)
            words = {name: word for word in asked.gets for name in self.after.naming.known([service_fact(who, word)])}
            if {one.fact: one.word for one in line.fetches} != words or len(line.fetches) != len(words):
                self.refuse(f"{path}.fetches", says.OTHERS_FETCHED, _text(words))
            for n, one in enumerate(line.fetches):
                there = self.after.readers_of(one.fact, line.step)
                if set(one.read_at) != there or len(one.read_at) != len(there):
                    self.refuse(f"{path}.fetches[{n}].read_at", says.NOT_READ, one.fact, _text(there))

    def _needs_by_fact(self) -> dict[str, int]:
        """Return, for each fact, the highest level at which the redesign needs it anywhere, also to know another from it."""
        needs: dict[str, int] = {}
        for read, n in self.needed.items():
            if self._stands(read) and read.what not in ("key", "confirmed"):
                needs[read.fact] = max(n, needs.get(read.fact, 0))
        for place in self.before.silent:
            for fact, n in self._seen(place):
                needs[fact] = max(n, needs.get(fact, 0))
        for rules in self.after.rules.values():
            for rule in rules if rules and rules[0].kind == "service" else ():
                for fact in rule.keys:
                    needs[fact] = max(rule.least, needs.get(fact, 0))
        rules_ = [*self.after.everywhere, *(rule for rules in self.after.rules.values() for rule in rules)]
        grown = True
        while grown:
            grown = False
            for rule in rules_:
                wanted = min(rule.most, max((needs.get(fact, 0) for fact in rule.gives | rule.confirms), default=0))
                for fact in rule.keys if rule.kind != "service" else ():
                    if wanted > needs.get(fact, 0):
                        needs[fact], grown = wanted, True
        return needs

    def _derivations(self) -> None:
        """Go through how each dropped fact is said to come now: nothing may rest on what stands behind it."""
        for number, one in enumerate(self.said.dropped):
            for n, lost in enumerate(one.facts):
                path, reached = f"dropped[{number}].facts[{n}]", Levels()
                for k, source in enumerate(lost.derivation):
                    most = self._source_level(source, reached)
                    if source.level != most or most <= reached.get(source.fact, 0):
                        self.refuse(f"{path}.derivation[{k}]", says.NOT_FROM_HERE, source.fact)
                    reached[source.fact] = max(source.level, reached.get(source.fact, 0))
                if reached.get(lost.fact, 0) < lost.needed or (
                    lost.derivation and lost.derivation[-1].fact != lost.fact
                ):
                    self.refuse(f"{path}.derivation", says.DERIVED_TOO_LOW, lost.fact)

    def _source_level(self, source: Source, reached: Levels) -> int:
        """Return the level that a source has a fact at, given what stands before it."""
        fact = source.fact
        if source.supplier is not None:
            one = self.index.get(source.supplier)
            if (
                one is None
                or fact not in (*one.gives, *one.confirms)
                or (fact not in one.gives and not reached.get(fact))
            ):
                return 0
            keys = [reached.get(key.fact, 0) for key in one.keys if fact in one.gives or key.fact != fact]
            sure = min(keys, default=3)
            return min(one.level, sure) if sure >= one.key_level else 0
        step = self.new.step_by_id.get(source.step or "")
        if step is None:
            return 0
        if isinstance(step, Check) and fact in self.after.naming.known(step.verifies):
            return 2 if reached.get(fact) else 0
        return (1 if isinstance(step, FormStep) else 3) if fact in self._given_by(step) else 0


def _supplier_key(kind: str, name: str, about: dict[str, str], gives: Facts, steps: tuple[str, ...]) -> tuple[object, ...]:
    """Return what tells one supplier from another: a service is one for all steps that ask it about the same."""
    return kind, name, tuple(sorted(about.items())), *((tuple(sorted(gives)), steps) if kind != "service" else ())


def _sides(steps: Steps, within: tuple[int, ...]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield the parallel sides in which each item lies."""
    for item in steps:
        yield id(item), within
        for number, inner in enumerate(inside(item)):
            side = (id(item), number) if isinstance(item, Parallel) else ()
            yield from _sides(inner, (*within, *side))


def _visible(way: _Way) -> list[Counterpart]:
    """Return what a procedure decides and what comes out of it, in the order of the text."""
    naming, found = way.naming, list[Counterpart]()

    def add(what: Any, place: str, text: str, needs: Iterable[Any]) -> None:
        facts = tuple(f"{naming.canonical(need.fact)}{f' at {need.at}' if need.at else ''}" for need in needs)
        found.append(Counterpart(what=what, place=place, today=place, text=text, facts=facts))

    for item in walk(way.model.procedure.steps):
        match item:
            case Choose():
                for number, branch in enumerate(item.branches):
                    parsed = naming.expression(branch.condition) if branch.condition else None
                    place = f"{way.place[id(item)]}: {number}"
                    facts = tuple(sorted(condition.facts_read(parsed))) if parsed else ()
                    text = condition.to_text(parsed) if parsed else "else"
                    found.append(Counterpart(what="condition", place=place, today=place, text=text, facts=facts))
            case Decide() | Approve():
                add("judgement", item.id, " | ".join(one.id for one in item.ways), item.needs or ())
            case Issue() if not item.letter:
                add("issue", item.id, item.document or "", item.carries)
            case Notify():
                add("notice", item.id, item.whom or "", item.carries)
            case Refuse():
                add("refusal", item.id, "", ())
            case Pay():
                add("payment", item.id, f"{item.fee:g}", ())
        if isinstance(item, Step):
            for record in item.records:
                add("record", f"{item.id}: {record.id}", "", record.takes)
    return found


def _text(value: object) -> str:
    """Return a value as people read it."""
    if isinstance(value, frozenset | set):
        value = sorted(value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {one}" for key, one in sorted(value.items())) or "-"
    if isinstance(value, list | tuple):
        return ", ".join(_text(one) for one in value) or "-"
    return str(value)
