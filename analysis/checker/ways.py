"""What is certain at each place of one procedure, on every way to it [3]; knows no redesign."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

from analysis.checker.conditions import alternatives, holds, only_tested
from analysis.checker.flow import END, TOP, Chosen, Flow, Gap, Within, reach, turned
from analysis.checker.rules import Facts, Rules, Set, at, each, level_of, union
from analysis.checker.states import State, States, Token, meet
from analysis.checker.things import (
    Asked,
    act_of,
    asked_by,
    condition_facts,
    consent,
    consenting,
    given_by,
    gives_of,
    known_as,
    log_in_facts,
    name_of,
    stated,
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

OUT = ("record", "output")  # what is read once the step has been done, if it finds it itself
Answers = Mapping[condition.Expression, bool]


class Read(NamedTuple):
    """That a place reads a fact; of a question's or document's condition, `what` says which."""

    place: str
    what: str
    fact: str


def conditional(form: str, item: Asked) -> list[Read]:
    """Return what the condition of a question or document reads on a form."""
    return [Read(form, f"condition of {name_of(item)}", fact) for fact in sorted(condition_facts(item))]


@dataclass(slots=True)
class Level:
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


class Beside(NamedTuple):
    """What of today's procedure a redesign is looked at beside."""

    of_some: frozenset[Hashable]  # what the redesign asks of some only, and today of all
    papers: Mapping[str, Set]  # by check of today: what papers may show before it
    wanted: Mapping[tuple[Chosen, str], int]  # by choice and fact it reads: how sure today wants that


ALONE = Beside(frozenset(), {}, {})  # today's procedure is looked at


class Way:
    """All ways of one procedure, gone again until no return lowers anything: along ways the greatest solution [3]."""

    def __init__(self, model: Resolved, facts: Facts, beside: Beside = ALONE, answers: Answers | None = None) -> None:
        """Go all ways; given answers to conditions, those only on which they hold.

        Args:
            model: The procedure.
            facts: The same bits for all procedures that are compared.
            beside: Of a redesign: what of today it is looked at beside.
            answers: Conditions that hold, or do not.
        """
        self.model, self.naming, self.facts, self.flow = model, model.naming, facts, Flow(model.procedure)
        self.beside, self.answers, self.rules, self.asked = beside, answers or {}, Rules(model, facts), asked_by(model)
        self.states = States(self.rules, self.asked)
        backs = [one for one in walk(model.procedure.steps) if isinstance(one, Back) and one.anew and self.states.under]
        self._lost_to = [(one.target, self.rules.resting(self._facts(one.anew))) for one in backs]
        self.reads: dict[Read, Level] = {}
        self.shown: dict[str, Set] = {}  # by check: what papers before it may show
        self.asked_anew: set[tuple[str, str]] = set()  # questions that come first after a return that asks for them
        self._truths: dict[condition.Expression, bool] = {}  # what holds, by the choices around
        self._wanted: dict[str, int] = {}  # by fact: how sure they want it
        self._back: dict[str, State | None] = {}
        event, always = model.event_start, self.rules.always
        self.brought = at(event.level, facts.of(event.facts)) if event is not None and event.of_all else 0
        start = State(self.brought, self.rules.closed(self.brought, always, always), tried=always)
        while True:  # what was noted the time before holds all the more: there was more certain
            self.at: dict[str, State] = {}  # by step and choice: what is certain before it
            self.gaps: dict[Gap, State] = {}  # what comes there from before it in its list, not by a return
            self._returning: dict[str, State | None] = {}
            self._sequence(model.procedure.steps, start, 0, 0, TOP)
            here = self.at
            lower = any(meet(here.get(name), state) != here.get(name) for name, state in self._returning.items())
            if not lower or self._returning == self._back:
                break
            self._back = self._returning
        steps, came = model.procedure.step_by_id, turned(self.flow.then)
        judges = (one for one in steps.values() if isinstance(one, Decide | Approve) and one.id in self.at)
        # judgements that do not say what they read
        self.silent = [one.id for one in judges if one.needs is None and one.by is not None]
        self.ended = reach(came, [END])  # places from which a case can end
        self.before_silent = reach(came, [node for place in self.silent for node in came[place]])
        citizens = {name for name in self.asked if actor(steps[name].by or "").whom in self.naming.roles}
        self.requests = citizens & reach(self.flow.then, [(TOP, 0)], citizens)  # nobody was asked before, on some way

    def seen(self, of_some: frozenset[Hashable], papers: Mapping[str, Set] | None = None) -> Beside:
        """Return what a redesign is looked at beside, if this is today's procedure."""
        choices = ((read, one) for read, one in self.reads.items() if read.what == "condition")
        wanted = {(self.flow.choice[r.place], r.fact): one.wanted or 3 * (not one.tested) for r, one in choices}
        return Beside(of_some, self.shown if papers is None else papers, wanted)

    def _facts(self, names: Iterable[str]) -> Set:
        return self.facts.of(self.naming.known(names))

    def expression(self, branch: Branch) -> condition.Expression | None:
        """Return the condition of a branch with canonical facts; nothing, if it has none."""
        return self.naming.expression(branch.condition) if branch.condition else None

    # --- along the steps

    def _sequence(self, steps: Steps, state: State | None, held: Set, beside: Set, within: Within) -> State | None:
        """Go through a list of steps; `held` nobody here can count on, `beside` stands on papers asked for at the same time."""
        self._note_gap((within, 0), self.states.lost(state, held))
        for number, item in enumerate(steps, 1):
            if isinstance(item, Step):
                state = meet(state, self._back.get(item.id))
            state = self.states.lost(self._item(item, self.states.lost(state, held), held, beside), held)
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
                if (gone := self.states.lost(state, anew := self._facts(item.anew))) is not None:
                    gone = gone._replace(anew=gone.anew | anew)
                    self._returning[item.target] = meet(self._returning.get(item.target), gone)
                return None
        done = self._done(item, state, beside) if state is not None else None
        ends = [self._sequence(steps, done, held, beside, (id(item), n)) for n, steps in enumerate(inside(item))]
        if isinstance(item, Lookup):
            found = self.states.forced(done, item.id) if done else None
            if not item.not_found:
                return found
            return self.states.joined(self._on_paper(item, found), self._on_paper(item, ends[0]))
        return None if isinstance(item, Refuse) else reduce(self.states.joined, ends) if ends else done

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
            ends.append(self._sequence(branch.steps, entering, held, beside, (id(item), number)))
            self._truths, self._wanted = around
            told |= {one: False} if one else {}
        return reduce(self.states.joined, ends)

    def _parallel(self, item: Parallel, state: State | None, held: Set, beside: Set) -> State | None:
        """All sides; at the join the most of them, save for what a return inside one asks anew [3]."""
        inner = [list(walk(branch.steps)) for branch in item.branches]
        anew = [[fact for one in side if isinstance(one, Back) for fact in one.anew] for side in inner]
        kills = [self.rules.resting(self._facts(facts)) for facts in anew]
        papers = [union(map(self._may_show, side)) for side in inner]
        ends, refused = list[State](), False  # whether a case always ends in one
        for number, branch in enumerate(item.branches):
            others, around = held | _but(kills, number), beside | _but(papers, number)
            end = self._sequence(branch.steps, self.states.lost(state, others), others, around, (id(item), number))
            ends += [end] if end is not None else []
            refused |= end is None and any(isinstance(one, Refuse) and one.id in self.at for one in inner[number])
        joined = len(ends) == len(item.branches)  # a side that never ends never joins
        for number, branch in enumerate(item.branches):
            # where one always refuses, all sides end with the case: then it is no fault that theirs lead nowhere
            behind = self.flow.behind[self.flow.name[id(item)]]
            self.flow.then[(id(item), number), len(branch.steps)] = [behind] if joined else [END] if refused else []
        if not joined:
            return None
        # whoever asks it anew has the last word; of two nobody
        kept = [~at(3, _but(kills, number)) for number in range(len(kills))]
        ends = [end._replace(own=end.own & kept[n], sure=end.sure & kept[n]) for n, end in enumerate(ends)]
        state = State(*map(union, zip(*ends, strict=True)))
        return state._replace(sure=self.rules.closed(state.sure, self.states.force(state), self.states.force(state)))

    # --- what is asked under conditions

    def _told(self, state: State, item: Choose, told: Answers) -> State:
        """Let all owe what is asked under a condition that is now known to hold: this one, and not those before it.

        What is not known of everybody here, or may be asked anew by a return to this side of the choice, may be known otherwise
        later: that has no answer that stays.
        """
        names = {one.id for one in walk((item,)) if isinstance(one, Step)} if self._lost_to else ()
        changing = ~state.sure | union(lost for target, lost in self._lost_to if target in names)
        stay = {one: told[one] for one in told if not self.facts.of(condition.facts_read(one)) & changing}
        self._truths = {one: answer for one, answer in self._truths.items() if one not in told} | stay
        here = self.flow.choice[self.flow.name[id(item)]]
        for fact in {fact for one in told for fact in condition.facts_read(one)}:
            wanted = max(self.beside.wanted.get((here, fact), 3), self._wanted.get(fact, 0))
            self._wanted = self._wanted | {fact: wanted}
        parts = (part for one in told for part in (one, *alternatives(one)))
        for token in dict.fromkeys(token for part in parts for token in self.states.under.get(part, ())):
            under = self.states.conditional[token].condition
            if under is not None and holds(under, self._truths):
                state = self.states.owing(state, token)
                if self.states.was_asked(state, token) and self._as_sure(token):
                    self.states.counted.add(token)
                    state = self.states.having(state, self.states.conditional[token])
        return state

    def _as_sure(self, token: Token) -> bool:
        """Whether what a condition reads was as sure where something was asked as the choices around want it.

        Else it may have been corrected in between, and have another answer. What today asks of some counts as it does today.
        """
        one = self.states.conditional[token]
        return known_as(one) not in self.beside.of_some or all(
            self.reads[read].sure >= self._wanted.get(read.fact, 0) for read in conditional(token[0], one)
        )

    # --- what a step does

    def _done(self, step: Step, state: State, beside: Set) -> State:
        """Return what is certain behind a step; what it reads is noted on the way."""
        self.at[step.id] = state
        made, reads = {*self.naming.known(gives_of(step))}, [*stated(step)]
        after = [one for one in reads if one[0] in OUT and self.naming.canonical(one[1].fact) in made] if made else []
        self._demand(step, state, [one for one in reads if one not in after] if after else reads)
        match step:
            case FormStep():
                state = self._filled_in(step, state)
            case Identify():
                state = self.states.given(state, self.facts.of(log_in_facts(self.model, step)), 3)
            case Check():
                state = self._checked(step, state, beside)
            case Lookup() | Derive():
                for rule in self.rules.of[step.id]:
                    confirmed = rule.confirms & ~rule.keys
                    for what, facts, least in (("key", rule.keys, rule.least), ("confirmed", confirmed, 1)):
                        for fact in self.facts.names(facts):
                            self._note(Read(step.id, what, fact), state, tested=True, enough=least)
                    state = state._replace(tried=state.tried | rule.bit)
                state = self.states.forced(state, step.id) if isinstance(step, Derive) else state
        state = self.states.given(state, self.facts.of(made), 3) if made else state
        self._demand(step, state, after)
        return state

    def _demand(self, step: Step, state: State, needs: Iterable[tuple[str, Need]]) -> None:
        for what, need in needs:
            if name := self.naming.canonical(need.fact):
                self._note(Read(step.id, what, name), state, law=int(level(need.at)) if need.at else 0)

    def _note(self, read: Read, state: State, *, law: int = 0, tested: bool = False, enough: int = 3) -> None:
        """Note that a fact is read at a level."""
        one = self.reads.setdefault(read, Level())
        one.sure, one.law = min(level_of(state.sure, self.facts[read.fact]), one.sure), max(law, one.law)
        one.enough, one.open, one.tested = max(enough, one.enough), one.open or not law, one.tested and tested

    def _filled_in(self, step: FormStep, state: State) -> State:
        of, asked = self.facts.of, self.asked[step.id]
        for number, one in enumerate(asked):
            if isinstance(one, Question) and state.anew & of(given_by(one)):
                asking = [other for other in asked if isinstance(other, Question) and other.fact == one.fact]
                self.asked_anew.add((step.id, name_of(min(asking, key=lambda other: act_of(other) is None))))
                state = state._replace(anew=state.anew & ~of(given_by(one)))
            if one.condition is not None:
                for read in conditional(step.id, one):
                    self._note(read, state, tested=True)
                if not of(condition_facts(one)) & ~state.sure:  # else who knows whether it was asked
                    state = self.states.asked_of_some(state, (step.id, number))
            elif isinstance(one, Question) or one.share >= 1:
                state = self.states.having(state, one)
        state = self.states.forced(state._replace(shown=state.shown | self._may_show(step)), step.id)
        for one in asked:  # acts come last: whoever signs has filled in the rest
            if isinstance(one, Question):
                for fact in one.declares:
                    self._note(Read(step.id, "act", fact), state)
                if one.consents_to and one.condition is None and (who := consenting(self.model, step, one)):
                    state = self.states.given(state, of([consent(one.consents_to, who)]), 1)
        return state

    def _checked(self, step: Check, state: State, beside: Set) -> State:
        """Raise what was said, if a paper that shows it was handed in on every way, or it is inspected: none comes before, or it says so."""
        verified = self._facts(step.verifies)
        today = 0 if self.beside is ALONE else self.beside.papers.get(step.id, verified)  # what is new is no inspection
        before = self.shown[step.id] = (state.shown | beside | today) & ~self._facts(step.inspects)
        proven = union(1 << fact for fact in each(verified) if self.states.proving.get(fact, 0) & state.certain)
        return self.states.given(state, verified & state.own & (proven | ~before), 2)

    def _may_show(self, item: Item) -> Set:
        papers = self.asked[item.id] if isinstance(item, FormStep) else ()
        return union(self.facts.of(one.may_show) for one in papers if isinstance(one, Paper))

    # --- what is asked of it

    def sure(self, place: str, fact: str) -> int:
        """Return how sure a fact is before a step or a choice."""
        return level_of(self.at[place].sure, self.facts[fact]) if place in self.at else 0

    def read(self, read: Read) -> int:
        """Return how sure a fact is where it is read."""
        return self.reads[read].sure if read in self.reads else 0


def of_some(today: Way, redesign: Resolved) -> frozenset[Hashable]:
    """Return what a redesign asks of some only, and today of all; a move keeps what is asked under which condition."""
    then = {name: {known_as(one) for one in asked} for name, asked in today.asked.items()}
    now = ((known_as(one), name) for name, asked in asked_by(redesign).items() for one in asked if one.condition)
    return frozenset(one for one, name in now if one not in then.get(name, ()))


def _but(sets: list[Set], number: int) -> Set:
    """Return all sets but one, together."""
    return union(one for n, one in enumerate(sets) if n != number)
