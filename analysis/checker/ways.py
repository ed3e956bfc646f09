"""The checker goes all ways of one procedure: how sure each fact is where it is read (definitions §2-3); knows no redesign."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import NamedTuple

from analysis.checker.flow import END, TOP, Flow, Gap, Node, Within, reach, turned
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
Handed = tuple[str, Facts]  # a document, and what a check can rest on it for
Due = tuple[Token, str, str]  # that a case has a fact, or a document, or will be asked for it: one of these
SAID, SHOWN, SURE = "said", "shown", "sure"
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
    """What is certain at a place."""

    own: Levels  # said, shown, checked, found
    sure: Levels  # that closed under the rules in force
    rules: frozenset[Rule] = frozenset()  # in force
    papers: frozenset[Handed] = frozenset()  # handed in
    folded: frozenset[Token] = frozenset()  # asked under a condition
    known: frozenset[tuple[str, bool]] = frozenset()  # conditions that hold, and that do not
    due: frozenset[Due] = frozenset()  # under conditions that are known before what stands under them is asked


class Read(NamedTuple):
    """That a place reads a fact; of a question's or document's condition, `what` says which."""

    place: str
    what: str
    fact: str


@dataclass(slots=True)
class Reading:
    """How sure a fact is where it is read, and what is said of how sure it must be."""

    sure: int = 3
    law: int = 0  # the level that the law states
    open: bool = False  # whether it is read at today's level
    tested: bool = True  # whether it is only asked whether it is known
    enough: int = 0  # the level above which it is no surer for the reader


def _meet(one: State | None, other: State | None) -> State | None:
    """Where ways meet: the least of what is certain [3]."""
    if one is None or other is None:
        return one or other
    own = {fact: min(n, other.own[fact]) for fact, n in one.own.items() if fact in other.own}
    sure = {fact: min(n, other.sure[fact]) for fact, n in one.sure.items() if fact in other.sure}
    rules, papers, folded = one.rules & other.rules, one.papers & other.papers, one.folded & other.folded
    return State(own, sure, rules, papers, folded, one.known & other.known, one.due & other.due)


class Way:
    """All ways of one procedure, gone again until no return lowers anything: along ways the greatest solution [3]."""

    def __init__(
        self, model: Resolved, papered: dict[str, Facts] | None, answers: Mapping[str, bool] | None = None
    ) -> None:
        self.model, self.naming, self.flow = model, model.naming, Flow(model.procedure)
        self.answers = (
            answers or {}
        )  # by condition: whether it holds, if only the ways are gone on which it does, or does not
        self.papered = (
            papered  # of a redesign, by check of today: what papers may show before it, whether they go or not
        )
        self.asked: dict[str, list[Question | Paper]] = {}  # by form
        self.rules: dict[str, list[Rule]] = {}  # by step
        for step in model.procedure.step_by_id.values():
            if isinstance(step, FormStep):
                self.asked[step.id] = [*model.questions(step), *model.papers(step)]
            self.rules[step.id] = list(self._rules(step))
        asked = ((name, number, one) for name, items in self.asked.items() for number, one in enumerate(items))
        self.conditional = {(name, number): one for name, number, one in asked if one.condition is not None}
        self.repaired = {step.id: rule for step in model.procedure.step_by_id.values() for rule in self._by_paper(step)}
        self.everywhere = self._computed()
        self.requests = self._first_forms()
        self.asked_anew = set(self._asked_anew())
        self.reads: dict[Read, Reading] = {}
        self.shown: dict[str, Facts] = {}  # by check: what papers before it may show
        self._rest: dict[Facts, Facts] = {}
        self._known_from: dict[tuple[str, Node], Facts] = {}
        self._back: dict[str, State | None] = {}
        while True:  # what was noted the time before holds all the more: there was more certain
            self.at: dict[str, State] = {}  # by step and choice: what is certain before it
            self.gaps: dict[Gap, State] = {}  # what comes there from before it in its list, not by a return
            self._returning: dict[str, State | None] = {}
            self._sequence(model.procedure.steps, State({}, self._closed({}, ())), NONE, NONE, TOP)
            if self._returning == self._back or all(
                target in self.at and _meet(self.at[target], state) == self.at[target]
                for target, state in self._returning.items()
            ):
                break
            self._back = self._returning
        self.silent = [  # judgements that do not say what they read
            step.id
            for step in model.procedure.step_by_id.values()
            if isinstance(step, Decide | Approve) and step.needs is None and step.by is not None and step.id in self.at
        ]
        self.ended = reach(turned(self.flow.then), [END])
        self.readers: list[tuple[str, str, Node]] = []  # name, fact, where
        self.readers += [(read.place, read.fact, read.place) for read in self.reads]

    # --- what there is

    def _rules(self, step: Step) -> Iterator[Rule]:
        """Yield the rules that a step puts in force."""
        match step:
            case FormStep():
                for one in self.asked[step.id]:
                    if isinstance(one, Question) and one.same and one.condition is None:
                        name = " is ".join(subject.name for subject in one.same)
                        for a, b in (one.same, one.same[::-1]):
                            for element in a.entity.elements:
                                key, made = frozenset([a.fact(element.id)]), frozenset([b.fact(element.id)])
                                yield Rule(step.id, "same", name, key, made, most=1)
            case Lookup() if service := self.model.service(step):
                who, wanted = self.model.subjects(step), step.gets or (*service.gives, *service.confirms)
                keys, gives, confirms = (
                    frozenset(self.naming.known(service_fact(who, word) for word in words))
                    for words in (
                        service.needs,
                        [word for word in service.gives if word in wanted],
                        [word for word in service.confirms if word in wanted],
                    )
                )
                if len(keys) == len(service.needs):
                    most, least = int(level(service.assurance)), int(level(self.model.catalogue.key_level(service)))
                    yield Rule(step.id, "service", step.service, keys, gives, confirms, most, least)
            case Derive():
                for derived in step.computes:
                    fact, parsed = self.naming.canonical(derived.id), self.naming.expression(derived.expression)
                    if fact and parsed:
                        yield Rule(step.id, "derive", fact, condition.facts_read(parsed), frozenset([fact]))

    def _computed(self) -> list[Rule]:
        """Return a rule for every computed fact that this procedure names, or that another is computed from."""
        needs = (need.fact for step in self.model.procedure.step_by_id.values() for need in needs_of(step))
        names = {*self.naming.known(needs)}
        names.update(*(rule.keys | rule.confirms for rules in self.rules.values() for rule in rules))
        names.update(*(condition_facts(one) for items in self.asked.values() for one in items))
        names.update(*(getattr(one, "declares", ()) for items in self.asked.values() for one in items))
        names.update(*(self.facts_in(branch.condition) for one in self.flow.chooses for branch in one.branches))
        made: dict[str, Rule] = {}
        while names:
            name = names.pop()
            fact = self.naming.fact(name)
            if name in made or fact is None or fact.relation is not None or not fact.element.computed:
                continue
            if parsed := self.naming.expression(fact.element.computed, fact.owner):
                made[name] = Rule("", "computed", name, condition.facts_read(parsed), frozenset([name]))
                names |= made[name].keys
        return list(made.values())

    def facts_in(self, text: str | None) -> Facts:
        """Return the facts that a condition reads."""
        parsed = self.naming.expression(text) if text else None
        return frozenset(fact for fact in condition.facts_read(parsed) if self.naming.fact(fact)) if parsed else NONE

    def _first_forms(self) -> set[str]:
        """Return the forms before which nobody may have been asked for anything yet."""
        steps = self.model.procedure.step_by_id
        citizens = {name for name in self.asked if actor(steps[name].by or "").whom in self.naming.roles}
        reached = reach(self.flow.then, [(TOP, 0)], citizens)
        return {name for name in citizens if name in reached}

    def _asked_anew(self) -> Iterator[tuple[str, str]]:
        """Yield the questions that come first, on some way, after a return that asks their fact anew."""
        for item in walk(self.model.procedure.steps):
            if isinstance(item, Back):
                for fact in self.naming.known(item.anew):
                    asking = {form: [one for one in items if _asks(one, fact)] for form, items in self.asked.items()}
                    asking = {form: items for form, items in asking.items() if items}
                    reached = reach(self.flow.then, [item.target], asking)
                    for form in (one for one in asking if one in reached):
                        yield form, name_of(next((one for one in asking[form] if act_of(one)), asking[form][0]))

    # --- levels

    def _closed(self, sure: Levels, rules: Iterable[Rule]) -> Levels:
        """Raise levels by the rules in force until nothing changes: among rules the least solution [3]."""
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
        if facts not in self._rest:
            rules, found = [*self.everywhere, *(rule for rules in self.rules.values() for rule in rules)], facts
            while more := {f for r in rules if r.keys & found for f in r.gives | r.confirms} - found:
                found |= more
            self._rest[facts] = found
        return self._rest[facts]

    def _lost(self, state: State | None, roots: Facts) -> State | None:
        """Forget what is asked anew; what rests on it keeps the level it has by itself, without answers about the old value [3]."""
        if state is None or not roots:
            return state
        rest = self.resting(roots)
        own = {fact: n for fact, n in state.own.items() if fact not in roots}
        rules = frozenset(r for r in state.rules if not r.keys & rest and not (r.gives | r.confirms) & roots)
        sure = {fact: n for fact, n in state.sure.items() if fact not in rest} | {f: own[f] for f in rest if f in own}
        folded = {t: self.asked[t[0]][t[1]] for t in state.folded}
        return state._replace(
            own=own,
            sure=self._closed(sure, rules),
            rules=rules,
            folded=frozenset(t for t, i in folded.items() if not given_by(i) & roots and not condition_facts(i) & rest),
            known=frozenset(one for one in state.known if not self.facts_in(one[0]) & rest),
            due=frozenset(
                (token, fact, how)
                for token, fact, how in state.due
                if not condition_facts(self.conditional[token]) & rest and fact not in (rest if how == SURE else roots)
            ),
        )

    # --- along the steps

    def _sequence(self, steps: Steps, state: State | None, held: Facts, beside: Facts, within: Within) -> State | None:
        """Go through a list of steps; `held` nobody here can count on, `beside` stands on papers asked for at the same time."""
        self._note_gap((within, 0), self._lost(state, held))
        for number, item in enumerate(steps, 1):
            if isinstance(item, Step):
                state = _meet(state, self._back.get(item.id))
            state = self._lost(self._item(item, self._lost(state, held), held, beside), held)
            self._note_gap((within, number), state)
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
                if (gone := self._lost(state, frozenset(self.naming.known(item.anew)))) is not None:
                    self._returning[item.target] = _meet(self._returning.get(item.target), gone)
                return None
        done = _Doing(self, item, state, beside).state if state is not None else None
        ends = [self._sequence(steps, done, held, beside, (id(item), n)) for n, steps in enumerate(inside(item))]
        ends = [self._owing(end) for end in ends]
        if isinstance(item, Lookup):
            rules = frozenset(self.rules[item.id]) | (done.rules if done else frozenset())
            found = done._replace(rules=rules, sure=self._closed(dict(done.sure), rules)) if done else None
            return (
                _meet(self._owing(self._repaired(item, found)), self._repaired(item, ends[0]))
                if item.not_found
                else found
            )
        return None if isinstance(item, Refuse) else reduce(_meet, ends) if ends else done

    def _by_paper(self, step: Step) -> Iterator[Rule]:
        """Yield what a look-up says as far as those it did not find have had it checked on paper."""
        checks = [one for one in walk(step.not_found) if isinstance(one, Check)] if isinstance(step, Lookup) else []
        checked = NONE.union(*(self.naming.known(one.verifies) for one in checks))
        for rule in self.rules[step.id]:
            if (rule.gives | rule.confirms) & checked:
                most = min(rule.most, 2)
                yield replace(rule, gives=rule.gives & checked, confirms=rule.confirms & checked, most=most)

    def _repaired(self, step: Lookup, state: State | None) -> State | None:
        """Let that be in force behind a look-up, whichever way was taken: so it grows surer with its keys for everybody."""
        rule = self.repaired.get(step.id)
        if state is None or rule is None:
            return state
        found = state.rules.intersection(self.rules[step.id])
        if found or all(state.own.get(fact, 0) >= 2 for fact in rule.gives | rule.confirms):  # documented
            return state._replace(rules=state.rules | {rule})
        return state

    def _choose(self, item: Choose, state: State | None, held: Facts, beside: Facts) -> State | None:
        place, ends, known = self.flow.name[id(item)], list[State | None](), frozenset[tuple[str, bool]]()
        for number, branch in enumerate(item.branches):
            parsed = self.naming.expression(branch.condition) if branch.condition else None
            text, entering = condition.to_text(parsed) if parsed else "", state
            if state is not None:
                self.at[place] = state
                tested = _only_tested(parsed) if parsed else set()
                for fact in self.facts_in(branch.condition):
                    self.note(Read(place, "condition", fact), state.sure.get(fact, 0), tested=fact in tested)
                shut = self.answers.get(text) is False or any(self.answers.get(earlier) for earlier, _ in known)
                entering = None if shut else self._unfolded(state, known | ({(text, True)} if text else set()))
            ends.append(self._sequence(branch.steps, entering, held, beside, (id(item), number)))
            known |= {(text, False)} if text else set()
        return reduce(_meet, map(self._owing, ends))

    def _owing(self, state: State | None) -> State | None:
        """Note what a case has, or will be asked for, of what is asked under conditions: where ways meet that is not to be seen."""
        return state._replace(due=self.due(state)) if state is not None and self.conditional else state

    def due(self, state: State) -> frozenset[Due]:
        """Return what a case has, or will be asked for, of what is asked under conditions."""
        truths, found = dict(state.known), set(state.due)
        for token, item in self.conditional.items():
            taken = item.condition is not None and holds(item.condition, truths)
            found |= {(token, fact, SAID) for fact in given_by(item) if taken or state.own.get(fact)}
            found |= {(token, fact, SURE) for fact in given_by(item) if taken or state.sure.get(fact)}
            if isinstance(item, Paper) and (taken or (item.id, item.documented) in state.papers):
                found.add((token, "", SHOWN))
        return frozenset(found)

    def _unfolded(self, state: State, known: frozenset[tuple[str, bool]]) -> State:
        """Count as given what was asked under a condition that is now known to hold."""
        told = {text for text, _ in known}  # what another choice said of the same condition: each takes its own way
        state = state._replace(known=frozenset(one for one in state.known if one[0] not in told) | known)
        truths, own, sure, papers = dict(state.known), dict(state.own), dict(state.sure), state.papers
        for token in state.folded:
            item = self.asked[token[0]][token[1]]
            if item.condition is not None and holds(item.condition, truths):
                for fact in given_by(item):
                    own[fact], sure[fact] = max(1, own.get(fact, 0)), max(1, sure.get(fact, 0))
                papers |= {(item.id, item.documented)} if isinstance(item, Paper) else set()
        return state._replace(own=own, sure=self._closed(sure, state.rules), papers=papers) if state.folded else state

    def _parallel(self, item: Parallel, state: State | None, held: Facts, beside: Facts) -> State | None:
        """All sides; at the join the most of them, save for what a return inside one asks anew [3]."""
        inner = [list(walk(branch.steps)) for branch in item.branches]
        anew = [self.naming.known(f for one in side if isinstance(one, Back) for f in one.anew) for side in inner]
        kills = [self.resting(frozenset(facts)) for facts in anew]
        papers = [self.papers_in(one.id for one in side if isinstance(one, FormStep)) for side in inner]
        ends: list[State] = []
        refused = False  # in a side that has no other end
        for number, branch in enumerate(item.branches):
            others = held.union(*(kill for n, kill in enumerate(kills) if n != number))
            around = beside.union(*(paper for n, paper in enumerate(papers) if n != number))
            end = self._sequence(branch.steps, self._lost(state, others), others, around, (id(item), number))
            ends += [end] if end is not None else []
            refused |= end is None and any(isinstance(one, Refuse) and one.id in self.at for one in inner[number])
        joined = len(ends) == len(item.branches)  # a side that never ends never joins
        for number, branch in enumerate(item.branches):
            # where one always refuses, all sides end with the case: then it is no fault that theirs lead nowhere
            behind = self.flow.behind[self.flow.name[id(item)]]
            self.flow.then[(id(item), number), len(branch.steps)] = [behind] if joined else [END] if refused else []
        if not joined:
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
            papers=frozenset[Handed]().union(*(end.papers for end in ends)),
            folded=frozenset[Token]().union(*(end.folded for end in ends)),
            known=frozenset.intersection(*(end.known for end in ends)),
            due=frozenset.intersection(*(end.due for end in ends)),
        )

    # --- what is asked of it

    def note(self, read: Read, found: int, *, stated: int = 0, tested: bool = False, enough: int = 3) -> None:
        """Note that a fact is read at a level."""
        one = self.reads.setdefault(read, Reading())
        one.sure, one.law, one.enough = min(found, one.sure), max(stated, one.law), max(enough, one.enough)
        one.open, one.tested = one.open or not stated, one.tested and tested

    def sure(self, place: str, fact: str) -> int:
        """Return how sure a fact is before a step or a choice."""
        return self.at[place].sure.get(fact, 0) if place in self.at else 0

    def read(self, read: Read) -> int:
        """Return how sure a fact is where it is read."""
        return self.reads[read].sure if read in self.reads else 0

    def brings(self, step: Step) -> Facts:
        """Return what a form, a log-in or a check is about: the facts it asks for, tells or verifies."""
        match step:
            case FormStep():
                return NONE.union(*map(given_by, self.asked.get(step.id, ())))
            case Identify():
                return frozenset(log_in_facts(self.model, step))
            case Check():
                return frozenset(self.naming.known(step.verifies))
        return NONE

    def papers_in(self, places: Iterable[Node]) -> Facts:
        """Return what the papers may show that some forms ask for."""
        asked = [one for place in places for one in self.asked.get(str(place), ())]
        return NONE.union(*(one.may_show for one in asked if isinstance(one, Paper)))

    def readers_of(self, fact: str, step: str) -> set[str]:
        """Return the places that may come after a step and read a fact; where none does, those that read what is known from it."""
        after = self.flow.after(step)
        direct = {name for name, read, node in self.readers if read == fact and node in after and name != step}
        return direct or {name for name, _ in self.gaining_by(fact, step)}

    def gaining_by(self, fact: str, step: str) -> set[tuple[str, Node]]:
        """Return the places that may come after a step and read a fact or what is known from it, which is surer if it is."""
        after = self.flow.after(step)
        readers = ((name, read, node) for name, read, node in self.readers if node in after and name != step)
        return {(name, node) for name, read, node in readers if fact in self._comes_from(read, node)}

    def _comes_from(self, fact: str, node: Node) -> Facts:
        """Return a fact and what it may be known from at a place, by rules that steps before have put in force."""
        if (fact, node) not in self._known_from:
            before = self.flow.before(node)
            rules = [rule for step, rules in self.rules.items() if step in before for rule in rules]
            self._known_from[fact, node] = known_from(frozenset([fact]), [*self.everywhere, *rules])
        return self._known_from[fact, node]


class _Doing:
    """What one step does to a state, in order; reads are noted on the way."""

    def __init__(self, way: Way, step: Step, state: State, beside: Facts) -> None:
        self.way, self.step, self.changed = way, step, False  # since it was closed
        self.own, self.sure, self.rules = dict(state.own), dict(state.sure), set(state.rules)
        self.papers, self.folded = set(state.papers), set(state.folded)
        way.at[step.id] = state
        made = set(way.naming.known(gives_of(step)))
        if step.needs:
            self.demand("judgement" if isinstance(step, Decide | Approve) else "need", step.needs)
        takes = [need for record in step.records for need in record.takes]
        self.demand("record", takes, but=made)
        match step:
            case FormStep():
                self.fill_in(step, state)
            case Identify():
                self.give(log_in_facts(way.model, step), 3)
            case Check():
                self.check(step, beside)
            case Lookup() | Derive():
                for rule in way.rules[step.id]:
                    for fact in rule.keys:
                        self.read("key", fact, tested=True, enough=rule.least)
                    for fact in rule.confirms - rule.keys:
                        self.read("confirmed", fact, tested=True, enough=1)
                    self.force([rule] if isinstance(step, Derive) else [])
            case Issue() | Notify():
                self.demand("output", step.carries, but=made)
        self.give(made, 3)
        self.demand("output", carries_of(step), of=made)
        self.demand("record", takes, of=made)
        self.state = state._replace(
            own=self.own, sure=self.levels(), rules=frozenset(self.rules), papers=frozenset(self.papers), folded=frozenset(self.folded)
        )  # fmt: skip

    def levels(self) -> Levels:
        if self.changed:
            self.way._closed(self.sure, self.rules)
            self.changed = False
        return self.sure

    def demand(
        self, what: str, needs: Iterable[Need], but: Collection[str] = (), of: Collection[str] | None = None
    ) -> None:
        for need in needs:
            name = self.way.naming.canonical(need.fact)
            if name and name not in but and (of is None or name in of):
                self.read(what, name, stated=int(level(need.at)) if need.at else 0)

    def read(self, what: str, fact: str, *, stated: int = 0, tested: bool = False, enough: int = 3) -> None:
        found = self.levels().get(fact, 0)
        self.way.note(Read(self.step.id, what, fact), found, stated=stated, tested=tested, enough=enough)

    def give(self, facts: Iterable[str], sure: int) -> None:
        for fact in facts:
            self.own[fact] = max(sure, self.own.get(fact, 0))
            if self.sure.get(fact, 0) < sure:
                self.sure[fact], self.changed = sure, True

    def have(self, dues: Iterable[Due]) -> None:
        """Count as given what is asked here of all who have not got it yet."""
        for (form, number), fact, how in dues:
            paper = self.way.asked[form][number]
            if how == SHOWN and isinstance(paper, Paper):
                self.papers.add((paper.id, paper.documented))
            if how == SAID:
                self.own[fact] = max(1, self.own.get(fact, 0))
            if how == SURE and not self.sure.get(fact):
                self.sure[fact], self.changed = 1, True

    def force(self, rules: Collection[Rule]) -> None:
        self.rules.update(rules)
        self.changed |= bool(rules)

    def fill_in(self, step: FormStep, before: State) -> None:
        for number, one in enumerate(self.way.asked[step.id]):
            if one.condition is not None:
                facts = condition_facts(one)
                for fact in sorted(facts):
                    self.read(f"condition of {name_of(one)}", fact, tested=True)
                if all(self.levels().get(fact, 0) for fact in facts):  # else who knows whether it was asked
                    self.folded.add((step.id, number))
                    here = before._replace(own=self.own, sure=self.sure, papers=frozenset(self.papers))
                    self.have(due for due in self.way.due(here) if due[0] == (step.id, number))
            elif isinstance(one, Question):
                self.give(given_by(one), 1)
            elif one.share >= 1:
                self.give(one.facts, 1)
                self.papers.add((one.id, one.documented))
        self.force(self.way.rules[step.id])
        for one in self.way.asked[step.id]:  # acts come last: whoever signs has filled in the rest
            if isinstance(one, Question):
                for fact in one.declares:
                    self.read("act", fact)
                if one.consents_to and one.condition is None and (who := consenting(self.way.model, step, one)):
                    self.give([f"consent to {one.consents_to} by {who}"], 1)

    def check(self, step: Check, beside: Facts) -> None:
        """Raise what was said, if a paper that shows it was handed in on every way, or none comes before: an inspection."""
        way = self.way
        verified = frozenset(way.naming.known(step.verifies))
        today = way.papered.get(step.id, verified) if way.papered is not None else NONE  # what is new is no inspection
        before = way.papers_in(way.flow.before(step.id)) | beside | today
        way.shown[step.id] = before
        proven = NONE.union(*(documented for _, documented in self.papers))
        self.give([f for f in sorted(verified) if self.own.get(f) and (f in proven or f not in before)], 2)


def known_from(facts: Facts, rules: Sequence[Rule]) -> Facts:
    """Return facts and all that they may be known from by some rules."""
    while more := {key for rule in rules if (rule.gives | rule.confirms) & facts for key in rule.keys} - facts:
        facts |= more
    return facts


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


def needs_of(step: Step) -> list[Need]:
    """Return the facts that a step reads itself."""
    return [*(step.needs or ()), *carries_of(step), *(need for record in step.records for need in record.takes)]


def name_of(item: Question | Paper) -> str:
    """Name a question or document by what stays the same in a redesign; of a fact asked twice on a form, both alike."""
    if isinstance(item, Paper):
        return item.id
    return item.fact if item.fact and not item.act else item.id.partition("#")[0]


def _asks(item: Question | Paper, fact: str) -> bool:
    return isinstance(item, Question) and item.fact == fact


def act_of(item: Question | Paper) -> str | None:
    """Return which kind of act a question is, if it is one."""
    return item.act if isinstance(item, Question) else None


def given_by(item: Question | Paper) -> Facts:
    """Return the facts that a question or document gives."""
    return item.facts if isinstance(item, Paper) else frozenset([item.fact] if item.fact else [])


def condition_facts(item: Question | Paper) -> Facts:
    """Return the facts that the condition of a question or document reads, if it has one."""
    return condition.facts_read(item.condition) if item.condition is not None else NONE


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
    ) in truths.items():  # a conjunction that holds, an alternative that does not, tells of each of its parts
        match condition.parse(text):
            case condition.Operation("and" | "or" as operator, parts) if one in parts and operator == (
                "and" if told else "or"
            ):
                return told
    return None


def _only_tested(one: condition.Expression) -> set[str]:
    """Return the facts of which a condition asks only whether they are known."""
    tested, read, waiting = set[str](), set[str](), [one]
    while waiting:
        match waiting.pop():
            case condition.Fact(path):
                read.add(path)
            case condition.Operation("is known" | "is not known", (condition.Fact(path),)):
                tested.add(path)
            case condition.Operation(_, operands):
                waiting.extend(operands)
    return tested - read
