"""What is certain at each place of one procedure, on every way to it (definitions §2-3) [3]; knows no redesign.

A state is a set of what is certain: that a fact is there, at a level; that a rule is in force, a paper handed in, a condition
known to hold. Where ways meet, what is certain on both stays: the intersection. Where parallel sides join, what is certain on
any: the union. What is asked anew is taken out, with all that rests on it. A set is one integer, a bit a thing.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

from analysis.checker.flow import END, TOP, Chosen, Flow, Gap, Within, reach, turned
from analysis.checker.rules import Bits, Facts, Levels, Rules, Set, at, each, level_of, union
from analysis.checker.things import (
    Asked,
    act_of,
    alternatives,
    carries_of,
    condition_facts,
    consent,
    consenting,
    given_by,
    gives_of,
    holds,
    known_as,
    log_in_facts,
    name_of,
    only_tested,
    parts_of,
)
from processes import condition
from processes.element import level
from processes.procedure import (
    Approve,
    Back,
    Branch,
    Check,
    Choose,
    Decide,
    Derive,
    FormStep,
    Identify,
    Item,
    Lookup,
    Need,
    Parallel,
    Refuse,
    Step,
    Steps,
    actor,
    inside,
    walk,
)
from processes.resolved import Paper, Question, Resolved

Token = tuple[str, int]  # a question or document: its form, and its number there


class State(NamedTuple):
    """What is certain at a place; and, last, what may have been before it."""

    own: Levels = 0  # said, shown, checked, found
    sure: Levels = 0  # that closed under the rules in force
    certain: Set = 0  # rules in force, papers handed in, and what is known of conditions
    tried: Set = 0  # rules that may be in force
    shown: Set = 0  # what papers may have shown
    anew: Set = 0  # what a return may ask anew, and nobody has asked since


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

    @property
    def wanted(self) -> int:
        """The level at which it must stay: as the law states, else as it is here."""
        return max(self.law, min(self.sure, self.enough) if self.open else 0)


def _meet(one: State | None, other: State | None) -> State | None:
    """Where ways meet: what is certain on both, what may have been on either."""
    if one is None or other is None:
        return one or other
    may = (a | b for a, b in zip(one[3:], other[3:], strict=True))
    return State(one.own & other.own, one.sure & other.sure, one.certain & other.certain, *may)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a redesign asks of some only, and today of all; and how sure today's choices want what they read."""

    asked: frozenset[Hashable]
    sure: Mapping[tuple[Chosen, str], int]  # by choice and fact

    @classmethod
    def of(cls, today: "Way", redesign: Resolved) -> "Narrowed":
        """Return it of a redesign before any move; a move keeps what is asked under which condition."""
        then = {name: {known_as(one) for one in asked} for name, asked in today.asked.items()}
        now = ((known_as(one), name) for name, asked in asked_by(redesign).items() for one in asked if one.condition)
        return cls(frozenset(one for one, name in now if one not in then.get(name, ())), {}).beside(today)

    def beside(self, today: "Way") -> "Narrowed":
        """Return it with what choices want on some ways of today only."""
        choices = {read: one for read, one in today.reads.items() if read.what == "condition"}
        sure = {
            (today.flow.choice[read.place], read.fact): one.wanted or 3 * (not one.tested)
            for read, one in choices.items()
        }
        return Narrowed(self.asked, sure)


class Way:
    """All ways of one procedure, gone again until no return lowers anything: along ways the greatest solution [3]."""

    def __init__(
        self,
        model: Resolved,
        facts: Facts,  # the same bits for all procedures that are compared
        papered: Mapping[str, Set] | None,  # of a redesign, by check of today: what papers may show before it
        answers: Mapping[condition.Expression, bool]
        | None = None,  # if only the ways are gone on which these hold, or not
        narrowed: "Narrowed | None" = None,  # of a redesign: what it asks of some only, and today of all
    ) -> None:
        self.model, self.naming, self.facts, self.flow = model, model.naming, facts, Flow(model.procedure)
        self.papered, self.answers, self.rules, self.narrowed = papered, answers or {}, Rules(model, facts), narrowed
        steps = model.procedure.step_by_id
        self.asked = asked_by(model)
        self._number()
        self.reads: dict[Read, Reading] = {}
        self.shown: dict[str, Set] = {}  # by check: what papers before it may show
        self.asked_anew: set[tuple[str, str]] = set()  # questions that come first after a return that asks for them
        self._back: dict[str, State | None] = {}
        event, always = model.event_start, self.rules.always
        every = event is not None and event.share >= 1  # an event that starts every case brings facts to all
        self.brought = at(event.level, facts.of(event.facts)) if event is not None and every else 0
        start = State(self.brought, self.rules.closed(self.brought, always, always), tried=always)
        while True:  # what was noted the time before holds all the more: there was more certain
            self.at: dict[str, State] = {}  # by step and choice: what is certain before it
            self.gaps: dict[Gap, State] = {}  # what comes there from before it in its list, not by a return
            self._returning: dict[str, State | None] = {}
            self._sequence(model.procedure.steps, start, 0, 0, TOP)
            lower = [
                name for name, state in self._returning.items() if _meet(self.at.get(name), state) != self.at.get(name)
            ]
            if not lower or self._returning == self._back:
                break
            self._back = self._returning
        self.silent = [  # judgements that do not say what they read
            name
            for name, step in steps.items()
            if isinstance(step, Decide | Approve) and step.needs is None and step.by is not None and name in self.at
        ]
        came = turned(self.flow.then)
        self.ended = reach(came, [END])  # places from which a case can end
        self.before_silent = reach(came, [node for place in self.silent for node in came[place]])
        citizens = {name for name in self.asked if actor(steps[name].by or "").whom in self.naming.roles}
        self.requests = citizens & reach(self.flow.then, [(TOP, 0)], citizens)  # nobody was asked before, on some way

    # --- what can be certain besides facts

    def _number(self) -> None:
        """Give a bit to rules, to papers, to conditions, and to what is asked under them."""
        self.atoms, self._lost_with = Bits(), dict[Set, tuple[Set, Set]]()
        self._resting, self._about = dict[int, Set](), dict[int, Set]()  # by fact
        for rule in self.rules.every:
            self._atom(rule, rule.keys, rule.about)
        self.proving: dict[int, Set] = {}  # by fact: papers that a check of it can rest on
        for paper in (one for asked in self.asked.values() for one in asked if isinstance(one, Paper)):
            for fact in each(self.facts.of(paper.documented)):
                self.proving[fact] = self.proving.get(fact, 0) | self._atom(_handed_in(paper))
        self.conditional: dict[Token, Asked] = {}
        self.counted = set[Token]()  # those that are counted as given somewhere
        concerned: dict[condition.Expression, list[Token]] = {}  # by condition, or part of one
        for name, asked in self.asked.items():
            for token, one in (((name, number), one) for number, one in enumerate(asked)):
                if one.condition is not None:
                    self.conditional[token], rests_on = one, self.facts.of(condition_facts(one))
                    self._atom((token, "asked"), rests_on, self.facts.of(given_by(one)))
                    self._atom((token, "handed in"), rests_on)
                    for said in sorted(given_by(one)):
                        self._atom((token, said, "said"), rests_on, self.facts[said])
                        self._atom((token, said, "known"), rests_on | self.facts[said])
                    for part in parts_of(one.condition):
                        concerned.setdefault(part, []).append(token)
        self._truths: dict[condition.Expression, bool] = {}  # of the choices around
        self._wanted: dict[str, int] = {}  # by fact: how sure they want it
        self._concerned: dict[int, dict[Token, None]] = {}  # by item: what is asked under conditions of choices in it
        self._changing: dict[int, Set] = {}  # by item: what may be asked anew by returns that lead into it
        items, returns = [*walk(self.model.procedure.steps)] if self.conditional else [], dict[str, Set]()
        for back in (item for item in items if isinstance(item, Back)):
            lost = self.rules.resting(self.facts.of(self.naming.known(back.anew)))
            returns[back.target] = returns.get(back.target, 0) | lost
        for item in reversed(items):
            found, anew = dict[Token, None](), returns.get(getattr(item, "id", ""), 0)
            for branch in item.branches if isinstance(item, Choose) else ():
                if (chosen := self.expression(branch)) is not None:
                    for part in (chosen, *alternatives(chosen)):
                        found |= dict.fromkeys(concerned.get(part, ()))
            for inner in (inner for steps in inside(item) for inner in steps):
                found, anew = found | self._concerned[id(inner)], anew | self._changing[id(inner)]
            self._concerned[id(item)], self._changing[id(item)] = found, anew

    def expression(self, branch: Branch) -> condition.Expression | None:
        """Return the condition of a branch with canonical facts; nothing, if it has none."""
        return self.naming.expression(branch.condition) if branch.condition else None

    def _atom(self, thing: Hashable, rests_on: Set = 0, about: Set = 0) -> Set:
        """Number what can be certain; it is lost with what it rests on, and where what it is about is asked anew."""
        for facts, table in ((rests_on, self._resting), (about, self._about)):
            for fact in each(facts):
                table[fact] = table.get(fact, 0) | self.atoms[thing]
        return self.atoms[thing]

    # --- how a state changes

    def _force(self, state: State) -> Set:
        return state.certain & self.rules.all | self.rules.always

    def _given(self, state: State, facts: Set, n: int, own: int | None = None) -> State:
        """Return a state in which somebody has said, shown or found some facts."""
        new, said = at(n, facts) & ~state.sure, state.own | at(n if own is None else own, facts)
        sure = self.rules.closed(state.sure | new, self._force(state), self.rules.reading(new)) if new else state.sure
        return state._replace(own=said, sure=sure)

    def _forced(self, state: State, step: str) -> State:
        """Return a state in which the rules of a step are in force."""
        rules = union(rule.bit for rule in self.rules.of[step])
        state = state._replace(certain=state.certain | rules, tried=state.tried | rules)
        return state._replace(sure=self.rules.closed(state.sure, self._force(state), rules)) if rules else state

    def _lost(self, state: State | None, roots: Set) -> State | None:
        """Forget what is asked anew; what rests on it keeps the level it has by itself, without answers about the old value."""
        if state is None or not roots:
            return state
        if roots not in self._lost_with:
            rest = self.rules.resting(roots)
            lost = union(self._resting.get(fact, 0) for fact in each(rest))
            self._lost_with[roots] = rest, lost | union(self._about.get(fact, 0) for fact in each(roots))
        rest, atoms = self._lost_with[roots]
        own, certain = state.own & ~at(3, roots), state.certain & ~atoms
        state = state._replace(own=own, sure=state.sure & ~at(3, rest) | own & at(3, rest), certain=certain)
        return state._replace(sure=self.rules.closed(state.sure, self._force(state), self.rules.giving(rest)))

    # --- along the steps

    def _sequence(self, steps: Steps, state: State | None, held: Set, beside: Set, within: Within) -> State | None:
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

    def _item(self, item: Item, state: State | None, held: Set, beside: Set) -> State | None:
        match item:
            case Choose():
                return self._choose(item, state, held, beside)
            case Parallel():
                return self._parallel(item, state, held, beside)
            case Back():
                anew = self.facts.of(self.naming.known(item.anew))
                if (gone := self._lost(state, anew)) is not None:
                    gone = gone._replace(anew=gone.anew | anew)
                    self._returning[item.target] = _meet(self._returning.get(item.target), gone)
                return None
        done = self._done(item, state, beside) if state is not None else None
        ends = [self._sequence(steps, done, held, beside, (id(item), n)) for n, steps in enumerate(inside(item))]
        ends = [self._owing(end, item) for end in ends]
        if isinstance(item, Lookup):
            found = self._forced(done, item.id) if done else None
            if not item.not_found:
                return found
            return _meet(self._owing(self._on_paper(item, found), item), self._on_paper(item, ends[0]))
        return None if isinstance(item, Refuse) else reduce(_meet, ends) if ends else done

    def _on_paper(self, step: Lookup, state: State | None) -> State | None:
        """Let what a look-up says be in force behind it, whichever way was taken, as far as others had it checked on paper."""
        for rule in self.rules.on_paper[step.id]:
            if state is not None:
                found = state.certain & union(one.bit for one in self.rules.of[step.id])
                documented = not rule.about & ~(state.own >> 1)
                state = state._replace(certain=state.certain | (rule.bit if found or documented else 0))
        return state

    def _choose(self, item: Choose, state: State | None, held: Set, beside: Set) -> State | None:
        place, ends, told = self.flow.name[id(item)], list[State | None](), dict[condition.Expression, bool]()
        around = self._truths, self._wanted
        for number, branch in enumerate(item.branches):
            one, entering = self.expression(branch), state
            told |= {one: True} if one else {}
            if state is not None:
                self.at[place], tested = state, only_tested(one)
                for fact in self.rules.facts_in(branch.condition):
                    self._note(Read(place, "condition", fact), state, tested=fact in tested)
                shut = any(self.answers.get(other, answer) != answer for other, answer in told.items())
                entering = None if shut else self._told(state, item, told)
            end = self._owing(self._sequence(branch.steps, entering, held, beside, (id(item), number)), item)
            self._truths, self._wanted = around
            ends.append(end)
            told |= {one: False} if one else {}
        return reduce(_meet, ends)

    def _parallel(self, item: Parallel, state: State | None, held: Set, beside: Set) -> State | None:
        """All sides; at the join the most of them, save for what a return inside one asks anew [3]."""
        inner = [list(walk(branch.steps)) for branch in item.branches]
        anew = [self.naming.known(f for one in side if isinstance(one, Back) for f in one.anew) for side in inner]
        kills = [self.rules.resting(self.facts.of(facts)) for facts in anew]
        papers = [self._may_show(one for one in side if isinstance(one, FormStep)) for side in inner]
        ends, refused = list[State](), False  # whether a case always ends in one
        for number, branch in enumerate(item.branches):
            others, around = held | _but(kills, number), beside | _but(papers, number)
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
        kept = [
            ~at(3, _but(kills, n)) for n in range(len(kills))
        ]  # whoever asks it anew has the last word; of two nobody
        ends = [end._replace(own=end.own & kept[n], sure=end.sure & kept[n]) for n, end in enumerate(ends)]
        state = State(*map(union, zip(*ends, strict=True)))
        return state._replace(sure=self.rules.closed(state.sure, self._force(state), self._force(state)))

    # --- what is asked under conditions

    def _told(self, state: State, item: Choose, told: Mapping[condition.Expression, bool]) -> State:
        """Count as given what was asked under a condition that is now known to hold: this one, and not those before it.

        What is not known of everybody here, or may be asked anew by a return to this side of the choice, may be known otherwise
        later: that has no answer that stays.
        """
        changing = ~state.sure | self._changing.get(id(item), 0)
        stay = {one: told[one] for one in told if not self.facts.of(condition.facts_read(one)) & changing}
        self._truths = {one: answer for one, answer in self._truths.items() if one not in told} | stay
        if self.narrowed is not None:
            here, read = (
                self.flow.choice[self.flow.name[id(item)]],
                frozenset[str]().union(*map(condition.facts_read, told)),
            )
            wanted = {fact: max(self.narrowed.sure.get((here, fact), 3), self._wanted.get(fact, 0)) for fact in read}
            self._wanted = self._wanted | wanted
        for token in self._concerned.get(id(item), ()):
            if state.certain & self.atoms[token, "asked"] and self._taken(token) and self._as_sure(token):
                self.counted.add(token)
                state = self._having(state, self.conditional[token])
        return state

    def _as_sure(self, token: Token) -> bool:
        """Whether what a condition reads was as sure where something was asked as the choices around want it.

        Else it may have been corrected in between, and have another answer. What today asks of some counts as it does today.
        """
        one = self.conditional[token]
        if self.narrowed is None or known_as(one) not in self.narrowed.asked:
            return True
        reads = {fact: Read(token[0], f"condition of {name_of(one)}", fact) for fact in condition_facts(one)}
        return all(self.reads[read].sure >= self._wanted.get(fact, 0) for fact, read in reads.items())

    def _taken(self, token: Token) -> bool:
        """Whether a condition under which something is asked is known to hold."""
        one = self.conditional[token].condition
        return one is not None and holds(one, self._truths) is True

    def _having(self, state: State, one: Asked) -> State:
        state = self._given(state, self.facts.of(given_by(one)), 1)
        return state._replace(certain=state.certain | self._atom(_handed_in(one))) if isinstance(one, Paper) else state

    def _owing(self, state: State | None, item: Item) -> State | None:
        """Note what a case has, or will be asked for, of what is asked under conditions: where ways meet that is not to be seen."""
        for token in self._concerned.get(id(item), ()):
            if state is not None:
                state = state._replace(certain=state.certain | self._due(state, token))
        return state

    def _due(self, state: State, token: Token) -> Set:
        one, taken, due = self.conditional[token], self._taken(token), 0
        for fact in given_by(one):
            due |= self.atoms[token, fact, "said"] if taken or state.own & self.facts[fact] else 0
            due |= self.atoms[token, fact, "known"] if taken or state.sure & self.facts[fact] else 0
        handed_in = isinstance(one, Paper) and (taken or state.certain & self._atom(_handed_in(one)))
        return due | (self.atoms[token, "handed in"] if handed_in else 0)

    def _asked_of_some(self, state: State, token: Token, one: Asked) -> State:
        """Count as given what is asked here of all who have not got it yet."""
        due = state.certain | self._due(state, token)
        state = state._replace(certain=state.certain | self.atoms[token, "asked"])
        for fact in given_by(one):
            said, known = (int(bool(due & self.atoms[token, fact, what])) for what in ("said", "known"))
            self.counted |= {token} if known else set()  # of a choice that is over: what it read is no less sure since
            state = self._given(state, self.facts[fact], known, own=said)
        if isinstance(one, Paper) and due & self.atoms[token, "handed in"]:
            state = state._replace(certain=state.certain | self._atom(_handed_in(one)))
        return state

    # --- what a step does

    def _done(self, step: Step, state: State, beside: Set) -> State:
        """Return what is certain behind a step; what it reads is noted on the way."""
        self.at[step.id] = state
        made, judges = {*self.naming.known(gives_of(step))}, isinstance(step, Decide | Approve)
        out = [("record", need) for record in step.records for need in record.takes]
        out += [("output", need) for need in carries_of(step)]
        self._demand(step, state, [("judgement" if judges else "need", need) for need in step.needs or ()])
        self._demand(step, state, [one for one in out if self.naming.canonical(one[1].fact) not in made])
        match step:
            case FormStep():
                state = self._filled_in(step, state)
            case Identify():
                state = self._given(state, self.facts.of(log_in_facts(self.model, step)), 3)
            case Check():
                state = self._checked(step, state, beside)
            case Lookup() | Derive():
                for rule in self.rules.of[step.id]:
                    for what, facts, least in (
                        ("key", rule.keys, rule.least),
                        ("confirmed", rule.confirms & ~rule.keys, 1),
                    ):
                        for fact in self.facts.names(facts):
                            self._note(Read(step.id, what, fact), state, tested=True, enough=least)
                    state = state._replace(tried=state.tried | rule.bit)
                state = self._forced(state, step.id) if isinstance(step, Derive) else state
        state = self._given(state, self.facts.of(made), 3) if made else state
        self._demand(step, state, [one for one in out if self.naming.canonical(one[1].fact) in made])
        return state

    def _demand(self, step: Step, state: State, needs: Iterable[tuple[str, Need]]) -> None:
        for what, need in needs:
            if name := self.naming.canonical(need.fact):
                self._note(Read(step.id, what, name), state, stated=int(level(need.at)) if need.at else 0)

    def _note(self, read: Read, state: State, *, stated: int = 0, tested: bool = False, enough: int = 3) -> None:
        """Note that a fact is read at a level."""
        one = self.reads.setdefault(read, Reading())
        one.sure, one.law = min(level_of(state.sure, self.facts[read.fact]), one.sure), max(stated, one.law)
        one.enough, one.open, one.tested = max(enough, one.enough), one.open or not stated, one.tested and tested

    def _filled_in(self, step: FormStep, state: State) -> State:
        of = self.facts.of
        for number, one in enumerate(self.asked[step.id]):
            if isinstance(one, Question) and state.anew & of(given_by(one)):
                asking = [
                    other for other in self.asked[step.id] if isinstance(other, Question) and other.fact == one.fact
                ]
                first = next((other for other in asking if act_of(other)), asking[0])
                self.asked_anew.add((step.id, name_of(first)))
                state = state._replace(anew=state.anew & ~of(given_by(one)))
            if one.condition is not None:
                facts = condition_facts(one)
                for fact in sorted(facts):
                    self._note(Read(step.id, f"condition of {name_of(one)}", fact), state, tested=True)
                if not of(facts) & ~state.sure:  # else who knows whether it was asked
                    state = self._asked_of_some(state, (step.id, number), one)
            elif isinstance(one, Question) or one.share >= 1:
                state = self._having(state, one)
        state = self._forced(state._replace(shown=state.shown | self._may_show([step])), step.id)
        for one in self.asked[step.id]:  # acts come last: whoever signs has filled in the rest
            if isinstance(one, Question):
                for fact in one.declares:
                    self._note(Read(step.id, "act", fact), state)
                if one.consents_to and one.condition is None and (who := consenting(self.model, step, one)):
                    state = self._given(state, of([consent(one.consents_to, who)]), 1)
        return state

    def _checked(self, step: Check, state: State, beside: Set) -> State:
        """Raise what was said, if a paper that shows it was handed in on every way, or it is inspected: none comes before, or it says so."""
        verified = self.facts.of(self.naming.known(step.verifies))
        today = self.papered.get(step.id, verified) if self.papered is not None else 0  # what is new is no inspection
        looked_at = self.facts.of(self.naming.known(step.inspects))
        before = self.shown[step.id] = (state.shown | beside | today) & ~looked_at
        proven = union(1 << fact for fact in each(verified) if self.proving.get(fact, 0) & state.certain)
        return self._given(state, verified & state.own & (proven | ~before), 2)

    # --- what is asked of it

    def sure(self, place: str, fact: str) -> int:
        """Return how sure a fact is before a step or a choice."""
        return level_of(self.at[place].sure, self.facts[fact]) if place in self.at else 0

    def read(self, read: Read) -> int:
        """Return how sure a fact is where it is read."""
        return self.reads[read].sure if read in self.reads else 0

    def brings(self, step: Step) -> Set:
        """Return what a form, a log-in or a check is about: the facts it asks for, tells or verifies."""
        match step:
            case FormStep():
                return self.facts.of(fact for one in self.asked.get(step.id, ()) for fact in given_by(one))
            case Identify():
                return self.facts.of(log_in_facts(self.model, step))
            case Check():
                return self.facts.of(self.naming.known(step.verifies))
        return 0

    def _may_show(self, forms: Iterable[Step]) -> Set:
        asked = (one for form in forms for one in self.asked[form.id] if isinstance(one, Paper))
        return union(self.facts.of(one.may_show) for one in asked)


def asked_by(model: Resolved) -> dict[str, list[Asked]]:
    """Return what each form of a procedure asks."""
    forms = (step for step in model.procedure.step_by_id.values() if isinstance(step, FormStep))
    return {form.id: [*model.questions(form), *model.papers(form)] for form in forms}


def _handed_in(one: Paper) -> Hashable:
    return one.id, one.documented


def _but(sets: list[Set], number: int) -> Set:
    """Return all sets but one, together."""
    return union(one for n, one in enumerate(sets) if n != number)
