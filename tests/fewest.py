"""The fewest questions of a tiny procedure, by trying every redesign; shares nothing with the engine but the reading of names.

A redesign (definitions, "A redesign") says which of today's fields, documents, log-ins and checks are kept, each
where it stands or under a condition, which new log-ins there are, and for each fact at most one supplier and at most one
confirming service. All redesigns are gone through from the cheapest to the dearest; the first that meets every demand of today is the
answer, with all others that cost the same.

Where the definitions leave a choice, this is what is done here, and why:

 1. *Items.* A question, a document, a log-in, a check is one item each; a check of two facts is kept or dropped whole. Acts stay, and so
    does a check, approval or other step that gives or records something.
 2. *Asked anew.* "The question of a fact that a return asks anew stays, on that return": the first question of it on every way
    from the return's target on stays, unconditionally; questions of it further on, or only before the target, may go.
 3. *Conditions.* Of a choice that does not hold the form and can still come after it, or stands before it. To know that a branch is taken, the conditions of
    it and of the branches above it must be known; so these facts are what the condition reads. Outer branches that hold the form are known anyway. All
    branches but one is another condition only where there are three or more.
    A fact that a computed element reads is read too: a return must not ask it anew. Only fields that are kept without condition count as "earlier fields".
 4. *A choice that is over.* What is asked under a condition of a choice that stands before the form is there from the form on, on those
    ways that took the branches: counting it from the entry that is past would let the branch read what nobody had asked yet. So it
    is certain behind the form if it is there before the form on every way that did not take them. How often such a condition holds
    is the share of the branches among the cases that come out of the choice, for others do not come to the form.
 5. *Rules of the catalogue* (computed elements) are in force everywhere and are not chosen; only services are suppliers to choose among.
 6. *Kept items and suppliers.* A fact may have both: the supplier is called, and weighed, where the fact is missing.
 7. *Called.* The chance that a case comes, on its own way, to a demand that would not be met there without the service. That is the
    least that "only on the ways where the fact is missing" allows. Levels on that way count, not the least of all ways.
 8. *Residual form.* One a service (about somebody), with everything that the service is to bring anywhere; its chance is that
    of the call. For each fact the level that it brings is part of the redesign: *declared* by a question or a document, *documented*
    by a document of the catalogue with its check. The service counts as no surer than that. So "at the level needed" is the least
    level that is enough. Documents are the cheapest set that carries what must be documented; a question that these
    documents answer is not asked.
 9. *A check of a looked-up fact* that nobody said raises it only if all keys it rests on are as sure as what the check gives. It raises
    nothing that a residual form is to bring at declared: what is needed at *documented* it brings at documented, and where
    no document carries the fact "it comes from coverage 1 or goes today's way".
10. *Consent* is an act: its minutes times the reach of its form. It can stand on several forms of the person the data are about,
    each of which that person fills in anyway: the request, one with an act, or one that asks a question or document of everybody,
    of a fact that somebody needs: that is demanded, or leads to such by what is computed and by suppliers of the redesign that
    are called. A service is in force where those it is asked about have consented on every way. Not under a condition: on a way
    that comes to two such forms it is asked, and counted, twice.
11. *Contacts*: each passage of a form that keeps something is one (visits). The request is the first form of a citizen.
12. *A new log-in* can stand before each form that the one who logs in fills in anyway (see 10), as often as that form is reached;
    under a condition, of a choice that is still to come, also before a form that asks something under the same condition.
13. *Documents* are the same document where kind and person are the same, wherever they are handed in.
14. *The check of a residual form* takes as long as the quickest check today that verifies one of its facts, else five minutes.
15. *Facts fetched* are counted once for each fact and service, confirmed ones too, whatever the ways.
16. *A silent judgement*: what a form before it asks must be there *behind* that form, as sure as today, by whatever means.
17. *In the middle of a form* nobody can be asked: an act and a condition read what was there before the form (log-ins before
    it included), what the form has asked so far, and what is computed from these.
18. *Siblings*: what several sides of a parallel part ask stays in each of them, of all or of some, or goes from all; a second question
    of it in the same side may go.
19. *Weights and chances* are exact fractions, or rounded to 9 digits; a burden is rounded to thousandths of a minute once for
    what is kept and once for what suppliers cost.

Not covered (NotCoveredError): look-ups and derivations of today, conditions and shares on today's questions and documents, `either`,
many-roles, `is known`, refusals inside parallel parts, events.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from math import prod
from typing import Literal, NamedTuple

from processes import condition
from processes.catalogue import Catalogue, DataService
from processes.policy import Policy
from processes.procedure import (
    Approve,
    Back,
    Check,
    Choose,
    Decide,
    Derive,
    FormStep,
    Identify,
    Item,
    Lookup,
    Parallel,
    Procedure,
    Refuse,
    Step,
    Steps,
    actor,
    walk,
)
from processes.resolved import Question, Resolved, Subject, resolved
from tests import oracle

MOST_REDESIGNS = 100_000  # sets of items; beyond that a procedure is not tiny
MOST_TRIES = 4_000  # supply computed for a redesign
FINE = 10**9  # parts of a minute, before all is added up
Levels = dict[str, int]


class NotCoveredError(Exception):
    """The procedure has something that this answer does not speak of."""


class NotTinyError(Exception):
    """There are more redesigns than a test should try."""


# --- what a redesign is made of -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Thing:
    """Something of today, or a new log-in, that a redesign keeps or not."""

    kind: Literal["field", "document", "log-in", "check", "consent"]
    step: str  # the form, log-in or check; of a new log-in the form it stands before
    name: str
    facts: frozenset[str]  # given, or verified
    minutes: Fraction = Fraction(0)
    new: bool = False


@dataclass(frozen=True)
class Under:
    """A condition: a choice takes one of these branches, inside these outer ones."""

    choice: int
    branches: frozenset[int]
    around: tuple[tuple[int, int], ...]
    reads: frozenset[tuple[int, str]]  # (choice, fact): as sure as that choice demands it
    over: bool = False  # the choice stands before what is asked


Keeping = tuple[Thing, Under | None]


@dataclass(frozen=True)
class Supplier:
    """That a service about somebody gives or confirms one fact, and how sure its residual form makes it."""

    service: str
    about: tuple[str, ...]  # canonical subjects
    fact: str
    keys: frozenset[str]
    confirms: bool
    level: int
    key_level: int
    repaired: int  # 3: the service finds everybody
    consents: frozenset[str]  # that it takes, as facts

    @property
    def call(self) -> tuple[str, tuple[str, ...]]:
        """What is called: a service about somebody."""
        return self.service, self.about


@dataclass(frozen=True)
class Redesign:
    """What is kept, and who supplies the rest."""

    kept: frozenset[Keeping]
    suppliers: frozenset[Supplier]

    def __str__(self) -> str:
        """Show it in a few lines."""
        lines = sorted(f"keep {t.kind} {t.step}: {t.name}" + (f" under {_shown(u)}" if u else "") for t, u in self.kept)
        lines += sorted(
            f"{'confirm' if s.confirms else 'get'} {s.fact} by {s.service} of {', '.join(s.about)}, repaired at {s.repaired}"
            for s in self.suppliers
        )
        return "\n".join(lines)


def _shown(under: Under) -> str:
    return f"choice {under.choice} branches {sorted(under.branches)}" + (f" in {under.around}" if under.around else "")


class Cost(NamedTuple):
    """The burden: compared from left to right."""

    citizen: int  # thousandths of a minute
    agency: int
    fetched: int


@dataclass(frozen=True)
class Fewest:
    """The least burden, and all redesigns that have it; nothing where today's procedure lacks something."""

    cost: Cost | None
    redesigns: tuple[Redesign, ...] = ()
    missing: tuple[str, ...] = ()


def fewest(procedure: Procedure, catalogue: Catalogue, policy: Policy) -> Fewest:
    """Return the least burden among all redesigns of a tiny procedure, and those that have it.

    Raises:
        NotCoveredError: There is something in it that is not spoken of here.
        NotTinyError: There are too many redesigns.
    """
    return Search(Plan(resolved(procedure, catalogue), policy)).answer()


# --- a procedure as places that follow each other -------------------------------------------------------------------


class Place:
    """Where a case can stand: before an item, or at the entry of a branch."""

    def __init__(self, item: Item | None = None, entering: tuple[int, int] | None = None) -> None:
        self.item = item
        self.entering = entering
        self.next: list[tuple[Place, Fraction]] = []
        self.sides: list[tuple[Place, Place]] = []  # of a parallel part: where each begins and stops


def _spread(stated: Sequence[float | None]) -> list[Fraction]:
    """Return the shares of ways: what the stated ones leave is spread evenly over the others."""
    said = sum((Fraction(str(one)) for one in stated if one is not None), Fraction(0))
    silent = sum(one is None for one in stated)
    rest = max(Fraction(0), 1 - said) / silent if silent else Fraction(0)
    shares = [rest if one is None else Fraction(str(one)) for one in stated]
    return [one / sum(shares) for one in shares]


class Plan:
    """Everything about a procedure that no redesign changes."""

    def __init__(self, model: Resolved, policy: Policy) -> None:
        self.model, self.policy, self.naming = model, policy, model.naming
        self.procedure, self.catalogue = model.procedure, model.catalogue
        self._only_what_is_covered()
        self.choices = [item for item in walk(self.procedure.steps) if isinstance(item, Choose)]
        self.number = {id(item): number for number, item in enumerate(self.choices)}
        self.shares = [_spread([branch.share for branch in one.branches]) for one in self.choices]
        self.around: dict[object, tuple[tuple[int, int], ...]] = {}  # by step or number of a choice
        self._note_around(self.procedure.steps, ())
        self.places: list[Place] = []
        self.leaving: dict[
            tuple[int, int], Place
        ] = {}  # by choice and branch: where what follows the choice is come to
        self.of_step: dict[str, Place] = {}
        self.end = self._place(Place())
        self.start = self._steps(self.procedure.steps, self.end)
        for place in self.places:
            if isinstance(place.item, Back):
                place.next = [(self.of_step[place.item.target], Fraction(1))]
        self.visits, self.reach = self._weights()
        self.computed = tuple(oracle.computed(model))
        self.inspected = oracle.inspections(model)
        self.backs = [item for item in walk(self.procedure.steps) if isinstance(item, Back)]
        self.anew = frozenset(fact for back in self.backs for fact in self.naming.known(back.anew))
        self._orders: dict[int, list[Place]] = {}

    def _only_what_is_covered(self) -> None:
        if self.procedure.starts_from or any(role.many or role.some_of for role in self.procedure.roles):
            raise NotCoveredError
        for item in walk(self.procedure.steps):
            match item:
                case Lookup() | Derive():
                    raise NotCoveredError
                case FormStep():
                    papers = self.model.papers(item)
                    if any(q.condition is not None or q.same or (q.act and q.fact) for q in self.model.questions(item)):
                        raise NotCoveredError
                    if any(p.condition is not None or p.share < 1 or p.document.either for p in papers):
                        raise NotCoveredError
                case Parallel():
                    if any(isinstance(one, Refuse) for side in item.branches for one in walk(side.steps)):
                        raise NotCoveredError
                case Choose():
                    if any(branch.condition and "is known" in branch.condition for branch in item.branches):
                        raise NotCoveredError

    # --- places

    def _place(self, place: Place) -> Place:
        self.places.append(place)
        return place

    def _steps(self, steps: Steps, after: Place) -> Place:
        for item in reversed(steps):
            after = self._item(item, after)
        return after

    def _item(self, item: Item, after: Place) -> Place:
        place = self._place(Place(item))
        match item:
            case Choose():
                for branch, (one, share) in enumerate(
                    zip(item.branches, self.shares[self.number[id(item)]], strict=True)
                ):
                    entry = self._place(Place(entering=(self.number[id(item)], branch)))
                    leaving = self.leaving[self.number[id(item)], branch] = self._place(Place())
                    leaving.next = [(after, Fraction(1))]
                    entry.next = [(self._steps(one.steps, leaving), Fraction(1))]
                    place.next.append((entry, share))
            case Decide() | Approve() if item.ways:
                for way, share in zip(item.ways, _spread([way.share for way in item.ways]), strict=True):
                    place.next.append((self._steps(way.steps, after), share))
            case Parallel():
                for side in item.branches:
                    stop = self._place(Place())
                    place.sides.append((self._steps(side.steps, stop), stop))
                place.next = [(after, Fraction(1))]
            case Refuse() | Back():
                pass
            case _:
                place.next = [(after, Fraction(1))]
        if isinstance(item, Step):
            self.of_step[item.id] = place
        return place

    def _note_around(self, steps: Steps, around: tuple[tuple[int, int], ...]) -> None:
        for item in steps:
            if isinstance(item, Step):
                self.around[item.id] = around
            match item:
                case Choose():
                    number = self.number[id(item)]
                    self.around[number] = around
                    for branch, one in enumerate(item.branches):
                        self._note_around(one.steps, (*around, (number, branch)))
                case Decide() | Approve():
                    for way in item.ways:
                        self._note_around(way.steps, around)
                case Parallel():
                    for side in item.branches:
                        self._note_around(side.steps, around)

    def order(self, start: Place) -> list[Place]:
        """Return the places from one on, each behind all that come before it, returns left out."""
        if id(start) not in self._orders:
            found: list[Place] = []
            self._order(start, found, set())
            self._orders[id(start)] = found[::-1]
        return self._orders[id(start)]

    def _order(self, place: Place, found: list[Place], seen: set[int]) -> None:
        seen.add(id(place))
        for other, _ in () if isinstance(place.item, Back) else place.next:
            if id(other) not in seen:
                self._order(other, found, seen)
        found.append(place)

    # --- how likely

    def _follows(self) -> dict[int, list[tuple[int, Fraction]]]:
        """Return the places as a chain, by their numbers: all sides of a parallel part are gone through, one after the other."""
        index = {id(place): number for number, place in enumerate(self.places)}
        arcs: dict[int, list[tuple[int, Fraction]]] = {n: [] for n in range(len(self.places))}
        for number, place in enumerate(self.places):
            if place.sides:
                entries = [index[id(entry)] for entry, _ in place.sides]
                stops = [index[id(stop)] for _, stop in place.sides]
                after = index[id(place.next[0][0])]
                for here, there in zip([number, *stops], [*entries, after], strict=True):
                    arcs[here] = [(there, Fraction(1))]
            elif place.next:
                arcs[number] = [(index[id(other)], share) for other, share in place.next]
        return arcs

    def _weights(self) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
        """Return by step how often a case is expected there, and how likely it comes there at all."""
        arcs, size = self._follows(), len(self.places)
        rest = [[Fraction(int(i == j)) for j in range(size)] for i in range(size)]
        for source, ways in arcs.items():
            for target, share in ways:
                rest[source][target] -= share
        often = _inverse(rest)  # from a place to a place
        start = self.places.index(self.start)
        self.came_out = {key: often[start][self.places.index(place)] for key, place in self.leaving.items()}
        index = {step: self.places.index(place) for step, place in self.of_step.items()}
        visits = {step: often[start][n] for step, n in index.items()}
        return visits, {step: often[start][n] / often[n][n] for step, n in index.items()}

    def after(self, step: str, without: frozenset[str] = frozenset()) -> list[Place]:
        """Return the places that can come after a step, those of its own included only over a return.

        No further than the steps `without`, which are among them where they are come to.
        """
        found: list[Place] = []
        waiting = [other for other, _ in self._onward(self.of_step[step])]
        while waiting:
            place = waiting.pop()
            if place in found:
                continue
            found.append(place)
            if not (isinstance(place.item, Step) and place.item.id in without):
                waiting += [other for other, _ in self._onward(place)]
        return found

    def _onward(self, place: Place) -> list[tuple[Place, Fraction]]:
        number = self.places.index(place)
        return [(self.places[other], share) for other, share in self.arcs[number]]

    @cached_property
    def arcs(self) -> dict[int, list[tuple[int, Fraction]]]:
        """What follows what, in one row."""
        return self._follows()

    # --- names

    def reads(self, text: str) -> frozenset[str]:
        """Return the facts that a condition reads."""
        parsed = self.naming.expression(text)
        assert parsed is not None
        return condition.facts_read(parsed)

    def by_citizen(self, step: Step) -> bool:
        """Return whether a citizen does a step."""
        return step.by is not None and actor(step.by).whom in self.procedure.role_by_id

    def filler(self, step: Step) -> str:
        """Return the canonical subject that does a step."""
        subject = self.naming.subject(actor(step.by or "").whom)
        return subject.name if subject else ""

    @cached_property
    def forms(self) -> list[FormStep]:
        """The form steps, in the order of the text."""
        return [item for item in walk(self.procedure.steps) if isinstance(item, FormStep)]

    @cached_property
    def request(self) -> FormStep | None:
        """The first form of a citizen, in the order of the text."""
        return next((form for form in self.forms if self.by_citizen(form)), None)

    # --- things

    @cached_property
    def things(self) -> list[Thing]:
        """All fields, documents, log-ins and checks of today, and the new log-ins."""
        found: list[Thing] = []
        for item in walk(self.procedure.steps):
            match item:
                case FormStep():
                    found += [
                        Thing("field", item.id, q.id, frozenset([q.fact]), _minutes(q.minutes))
                        for q in self.model.questions(item)
                        if q.fact and not q.act
                    ]
                    found += [
                        Thing("document", item.id, p.id, p.facts, _minutes(p.minutes)) for p in self.model.papers(item)
                    ]
                    found += self._new_log_ins(item)
                case Identify():
                    log_in = self.catalogue.log_in[item.using]
                    facts = self._log_in_facts(log_in.id, self.filler(item))
                    found.append(Thing("log-in", item.id, log_in.id, facts, _minutes(item.minutes or log_in.minutes)))
                case Check():
                    found.append(
                        Thing(
                            "check",
                            item.id,
                            item.id,
                            frozenset(self.naming.known(item.verifies)),
                            _minutes(item.minutes),
                        )
                    )
        return found

    def _new_log_ins(self, form: FormStep) -> Iterator[Thing]:
        if not self.policy.new_log_ins or not self.by_citizen(form):
            return
        subject = self.naming.subject(self.filler(form))
        for log_in in self.catalogue.identification:
            if subject and log_in.offered and log_in.about == subject.entity.id and log_in.coverage >= 1:
                facts = self._log_in_facts(log_in.id, subject.name)
                yield Thing("log-in", form.id, log_in.id, facts, _minutes(log_in.minutes), new=True)

    def _log_in_facts(self, log_in: str, whose: str) -> frozenset[str]:
        subject = self.naming.subject(whose)
        assert subject is not None
        gives = self.catalogue.log_in[log_in].gives
        return frozenset([subject.key, *self.naming.known(f"{subject.name}.{one}" for one in gives)])

    def stays(self, thing: Thing) -> bool:
        """Return whether a thing must be kept."""
        step = self.procedure.step_by_id[thing.step]
        if thing.kind == "check":
            return bool(step.needs or step.records or getattr(step, "gives", ()))
        if thing.kind != "field":
            return False
        return thing in self._asked_anew

    @cached_property
    def _asked_anew(self) -> list[Thing]:
        """The questions of what returns ask anew, each on its return."""
        return [
            thing
            for back in self.backs
            for fact in self.naming.known(back.anew)
            for thing in self._first_questions(fact, back.target)
        ]

    def _first_questions(self, fact: str, target: str) -> list[Thing]:
        """Return the first questions of a fact on the ways from a step on, that step included."""
        asking = [one for one in self.things if one.kind == "field" and fact in one.facts]
        steps = frozenset(one.step for one in asking)
        come = {target} | {
            place.item.id
            for place in (self.after(target, steps) if target not in steps else ())
            if isinstance(place.item, Step)
        }
        first: list[Thing] = []
        for step in come & steps:
            first.append(next(one for one in asking if one.step == step))
        return first

    @cached_property
    def asked_beside(self) -> list[list[set[Thing]]]:
        """The questions that ask the same in several sides of one parallel part: those of each of these sides."""
        found: list[list[set[Thing]]] = []
        for part in (item for item in walk(self.procedure.steps) if isinstance(item, Parallel)):
            steps = [{step.id for step in walk(side.steps) if isinstance(step, Step)} for side in part.branches]
            fields = [[one for one in self.things if one.kind == "field" and one.step in mine] for mine in steps]
            for fact in {fact for mine in fields for one in mine for fact in one.facts}:
                asking = [{one for one in mine if fact in one.facts} for mine in fields]
                found.append([one for one in asking if one])
        return [sides for sides in found if len(sides) > 1]

    def ways_to_keep(self, thing: Thing, demanded: Mapping[tuple[int, str], int]) -> list[Under | None]:
        """Return how a thing can be kept: as it is, or under a condition."""
        found: list[Under | None] = [None]
        if thing.kind == "check" or self.stays(thing):
            return found
        holding = {choice for choice, _ in self.around[thing.step]}
        later = {place.entering[0] for place in self.after(thing.step) if place.entering}
        over = {n for n in range(len(self.choices)) if self.stands_before(n, thing.step)}
        for choice in sorted((later if thing.kind == "log-in" else later | over) - holding):
            count = len(self.choices[choice].branches)
            sets = [frozenset([branch]) for branch in range(count)]
            if count > 2:
                sets += [frozenset(range(count)) - one for one in sets]
            around = tuple(one for one in self.around[choice] if one not in self.around[thing.step])
            if any(outer in holding for outer, _ in around):
                continue  # the form lies in another branch of the same choice
            for branches in sets:
                if reads := self._read_for(choice, branches, around):
                    assert all(one in demanded for one in reads)
                    found.append(Under(choice, branches, around, reads, choice in over and thing.kind != "log-in"))
        return found

    def stands_before(self, choice: int, step: str) -> bool:
        """Return whether what follows a choice comes to a step without a return."""
        places = [self.leaving[choice, branch] for branch in range(len(self.choices[choice].branches))]
        seen = list[Place]()
        while places:
            place = places.pop()
            if place in seen or isinstance(place.item, Back):
                continue
            seen.append(place)
            places += [other for other, _ in self._onward(place)]
        return self.of_step[step] in seen

    def _read_for(
        self, choice: int, branches: frozenset[int], around: tuple[tuple[int, int], ...]
    ) -> frozenset[tuple[int, str]] | None:
        """Return what a condition reads, by choice; nothing if a return asks any of it anew."""
        count = len(self.choices[choice].branches)
        told = max(branches) if len(branches) == 1 else max(frozenset(range(count)) - branches)
        reads = {
            (number, fact)
            for number, last in (*around, (choice, told))
            for branch in self.choices[number].branches[: last + 1]
            if branch.condition
            for fact in self.reads(branch.condition)
        }
        rests = _resting(self.anew, ((rule.keys, rule.gives | rule.confirms) for rule in self.computed))
        return None if any(fact in rests for _, fact in reads) else frozenset(reads)

    def chance(self, unders: Iterable[Under | None]) -> Fraction:
        """Return how likely at least one of some conditions holds, choices being independent."""
        told = list(unders)
        if None in told:
            return Fraction(1)
        given = [one for one in told if one is not None]
        involved = sorted({n for one in given for n in (one.choice, *(outer for outer, _ in one.around))})
        total = Fraction(0)
        over = {n for one in given if one.over for n in (one.choice, *(outer for outer, _ in one.around))}
        for taken in product(*(range(len(self.shares[n])) for n in involved)):
            takes = dict(zip(involved, taken, strict=True))
            if any(
                takes[one.choice] in one.branches and all(takes[n] == branch for n, branch in one.around)
                for one in given
            ):
                likely = Fraction(1)
                for number, branch in takes.items():
                    likely *= self.share_of_those_out(number, branch) if number in over else self.shares[number][branch]
                total += likely
        return total

    def share_of_those_out(self, choice: int, branch: int) -> Fraction:
        """Return which share of the cases that come out of a choice took a branch."""
        out = [self.came_out[choice, n] for n in range(len(self.choices[choice].branches))]
        return out[branch] / sum(out)

    # --- suppliers

    def wanted(self, needed: Iterable[str], suppliers: Iterable[Supplier] | None = None) -> set[str]:
        """Return facts that are needed or lead to such, by whatever may supply them or by these suppliers."""
        wanted, leading = set(needed), self._leading(self.lawful if suppliers is None else suppliers)
        while more := {key for keys, gives in leading if gives & wanted for key in keys} - wanted:
            wanted |= more
        return wanted

    def _leading(self, suppliers: Iterable[Supplier]) -> list[tuple[frozenset[str], frozenset[str]]]:
        """What leads to what: keys, and the facts that are known from them."""
        return [(one.keys, frozenset([one.fact])) for one in suppliers] + [(r.keys, r.gives) for r in self.computed]

    def suppliers(self, needed: Iterable[str]) -> list[Supplier]:
        """Return what lawful services could supply, of facts that are needed or lead to such, from facts that can be there."""
        wanted, rules = self.wanted(needed), self._leading(self.lawful)
        there = {fact for thing in self.things for fact in thing.facts}
        there |= {f for s in self.procedure.step_by_id.values() for f in self.naming.known(getattr(s, "gives", ()))}
        while more := {fact for keys, gives in rules if keys <= there for fact in gives} - there:
            there |= more
        return [
            one
            for one in self.lawful
            if one.fact in wanted and (one.keys - {one.fact} if one.confirms else one.keys) <= there
        ]

    @cached_property
    def lawful(self) -> list[Supplier]:
        """Everything that services may be asked for."""
        return list(self._lawful())

    def _lawful(self) -> Iterator[Supplier]:
        subjects = [one for path in oracle.subjects_of(self.model) if (one := self.naming.subject(path))]
        for name, service in self.catalogue.service.items():
            if service.coverage < self.policy.least_coverage or service.coverage <= 0:
                continue
            granted = oracle.allowed(self.catalogue, self.policy, self.procedure.agency, self.procedure.purpose, name)
            for about in _whom(service, subjects):
                yield from self._of_service(name, service, about, granted)

    def _of_service(
        self, name: str, service: DataService, about: dict[str, Subject], granted: list[tuple[frozenset[str], bool]]
    ) -> Iterator[Supplier]:
        people = tuple(subject.name for subject in about.values())
        for word in (*service.gives, *service.confirms):
            agreed = [consent for facts, consent in granted if word in facts]
            if not agreed:
                continue
            consents = frozenset(_consent(name, one) for one in people) if all(agreed) else frozenset()
            rule = oracle.service_rule(self.model, service, about, frozenset([word]))
            for fact in rule.gives | rule.confirms:
                if fact in rule.gives and fact in rule.keys:
                    continue
                for repaired in self._repairs(fact, service):
                    yield Supplier(
                        name,
                        people,
                        fact,
                        rule.keys,
                        fact in rule.confirms,
                        rule.level,
                        rule.key_level,
                        repaired,
                        consents,
                    )

    def _repairs(self, fact: str, service: DataService) -> list[int]:
        if service.coverage >= 1:
            return [3]
        return [1, 2] if self.papers_of(fact) else [1]

    def consents(self, needed: frozenset[str]) -> list[Thing]:
        """Return the consents that can be asked, each on each form of whoever gives it, where today does not."""
        return [
            Thing("consent", form.id, name, frozenset([name]), _minutes(self.policy.consent_minutes), new=True)
            for form in self.forms
            for name in sorted(needed)
            if name.rpartition(" ")[2] == self.filler(form) and name not in self.consented(form)
        ]

    def consented(self, form: FormStep) -> list[str]:
        """Return the consents that are given on a form today."""
        who = self.filler(form)
        acts = [q for q in self.model.questions(form) if q.consents_to and q.about in ("", who)]
        return [_consent(q.consents_to, who) for q in acts if q.consents_to]

    def papers_of(self, fact: str) -> list[tuple[str, Fraction, frozenset[str]]]:
        """Return the documents of the catalogue that prove a fact: name, minutes, all that they prove."""
        found = []
        for path in oracle.subjects_of(self.model):
            subject = self.naming.subject(path)
            for kind in self.catalogue.evidence if subject else ():
                if subject and kind.about == subject.entity.id and kind.assurance == "documented":
                    facts = frozenset(self.naming.known(f"{subject.name}.{element}" for element in kind.carries))
                    if fact in facts:
                        found.append((f"{kind.id} of {subject.name}", _minutes(kind.minutes), facts))
        return found

    def residual(self, brought: Mapping[str, int]) -> tuple[Fraction, Fraction]:
        """Return the minutes of the citizen and the agency for a residual form that brings facts at levels."""
        shown = {fact for fact, level in brought.items() if level == 2}
        papers = list(dict.fromkeys(paper for fact in sorted(brought) for paper in self.papers_of(fact)))
        least: Fraction | None = None
        for number in range(len(papers) + 1):
            for some in combinations(papers, number):
                carried = {fact for _, _, facts in some for fact in facts}
                if shown <= carried:
                    asked = [fact for fact in brought if fact not in carried]
                    minutes = sum((m for _, m, _ in some), Fraction(0)) + sum(map(self.question, asked), Fraction(0))
                    least = minutes if least is None else min(least, minutes)
        assert least is not None
        checks = [
            _minutes(step.minutes)
            for step in self.procedure.step_by_id.values()
            if isinstance(step, Check) and shown & set(self.naming.known(step.verifies))
        ]
        contact = _minutes(self.policy.contact_minutes)
        return least + contact, (min(checks, default=Fraction(5)) if shown else Fraction(0))

    def question(self, fact: str) -> Fraction:
        """Return the minutes of a question: as it is asked today, else as the data element says."""
        today = [thing.minutes for thing in self.things if thing.kind == "field" and fact in thing.facts]
        if today:
            return min(today)
        known = self.naming.fact(fact)
        assert known is not None
        if known.relation is not None and known.relation.minutes is not None:
            return _minutes(known.relation.minutes)
        return _minutes(known.element.usual_minutes)


def _consent(service: str, who: str) -> str:
    """Return as a fact that somebody has consented to a look-up."""
    return f"consent to {service} by {who}"


def _minutes(value: float) -> Fraction:
    return Fraction(round(1000 * value), 1000)


def _whom(service: DataService, subjects: Sequence[Subject]) -> Iterator[dict[str, Subject]]:
    if isinstance(service.about, str):
        yield from ({"": one} for one in subjects if one.entity.id == service.about)
        return
    names = [one.id for one in service.about]
    for chosen in product(*([s for s in subjects if s.entity.id == one.entity] for one in service.about)):
        yield dict(zip(names, chosen, strict=True))


def _inverse(matrix: list[list[Fraction]]) -> list[list[Fraction]]:
    """Return the inverse of a matrix, by elimination.

    Raises:
        NotCoveredError: There is none: some cases never end.
    """
    size = len(matrix)
    rows = [[*row, *(Fraction(int(i == j)) for j in range(size))] for i, row in enumerate(matrix)]
    for column in range(size):
        pivot = next((n for n in range(column, size) if rows[n][column]), None)
        if pivot is None:
            raise NotCoveredError
        rows[column], rows[pivot] = rows[pivot], rows[column]
        by = rows[column][column]
        rows[column] = [value / by for value in rows[column]]
        for other in range(size):
            if other != column and (times := rows[other][column]):
                rows[other] = [a - times * b if b else a for a, b in zip(rows[other], rows[column], strict=True)]
    return [row[size:] for row in rows]


def _resting(roots: Iterable[str], rules: Iterable[tuple[frozenset[str], frozenset[str]]]) -> frozenset[str]:
    """Return facts and all that can be known from them."""
    rest, known = set(roots), list(rules)
    while more := {fact for keys, gives in known if keys & rest for fact in gives} - rest:
        rest |= more
    return frozenset(rest)


# --- supply of one redesign -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class State:
    """What is there: said, shown or found by itself; known, rules applied; documents handed in; asked under conditions."""

    said: Levels = field(default_factory=dict)
    known: Levels = field(default_factory=dict)
    shown: frozenset[Thing] = frozenset()  # by kind and person: see `_same`
    waiting: frozenset[tuple[Thing, Under]] = frozenset()
    due: frozenset["Due"] = frozenset()

    def key(self) -> object:
        """Return the same for the same."""
        return frozenset(self.said.items()), frozenset(self.known.items()), self.shown, self.waiting, self.due


class Due(NamedTuple):
    """That a case will be asked something under a condition of a choice that is over, or has it already."""

    thing: Thing
    under: Under
    fact: str  # nothing: the document itself
    how: Literal["said", "known", "shown"]  # what it has, if it has it: known may be by a rule alone


HOW: tuple[Literal["said", "known"], ...] = ("said", "known")


def _same(paper: Thing) -> Thing:
    """Return a document without the place where it is handed in."""
    return replace(paper, step="", minutes=Fraction(0))


class Reading(NamedTuple):
    """That a place reads a fact: a step, or the number of a choice."""

    place: str | int
    what: str
    fact: str


class Rule(NamedTuple):
    """One fact from its keys."""

    keys: frozenset[str]
    fact: str
    confirms: bool
    level: int
    key_level: int
    consents: frozenset[str] = frozenset()
    repaired: int = 3


class Supply:
    """What is certain in a redesign, before each place and on single ways."""

    def __init__(self, plan: Plan, kept: Iterable[Keeping], suppliers: Iterable[Supplier]) -> None:
        self.plan = plan
        self.kept: dict[str, list[Keeping]] = {}
        for thing, under in kept:
            self.kept.setdefault(thing.step, []).append((thing, under))
        self.rules = [Rule(r.keys, fact, False, r.level, r.key_level) for r in plan.computed for fact in r.gives]
        self.computed = len(self.rules)  # the first of them
        self.rules += [
            Rule(
                s.keys - {s.fact} if s.confirms else s.keys,
                s.fact,
                s.confirms,
                min(s.level, s.repaired),
                s.key_level,
                s.consents,
                s.repaired,
            )
            for s in suppliers
        ]
        self.read: dict[Reading, int] = {}  # the level at which each place reads each fact
        self.known_at: dict[str, Levels] = {}  # before each step
        self.known_after: dict[str, Levels] = {}
        self.asked_under: list[tuple[Under, Levels]] = []  # what is known where a thing is asked under a condition
        self.held: frozenset[str] = frozenset()  # what a side beside this one asks anew
        self.over = [(thing, under) for things in self.kept.values() for thing, under in things if under and under.over]

    def certain(self) -> "Supply":
        """Find what is certain on all ways, and note what is read."""
        self.greatest(self.plan.start, self.plan.end, self.closed(State()))
        return self

    def greatest(self, start: Place, stop: Place, state: State) -> State | None:
        """Return what is certain at a stop: of all solutions the greatest; nothing if nobody comes there.

        Begins as if nobody ever returned, and goes through again with what the returns brought until they bring nothing less.
        """
        returned: dict[Place, State] = {}
        noted = self.asked_under
        while True:
            self.asked_under = list(noted)
            coming, before = dict[Place, State](), {start: state}
            for place, less in returned.items():
                before[place] = self.meet(before[place], less) if place in before else less
            for place in self.plan.order(start):
                if place in before and place is not stop:
                    into = coming if isinstance(place.item, Back) else before
                    for other, after in self.onward(place, before[place]):
                        into[other] = self.meet(into[other], after) if other in into else after
            if coming == returned:
                return before.get(stop)
            returned = coming

    def onward(self, place: Place, state: State) -> list[tuple[Place, State]]:
        """Return what comes after a place, with what is there then."""
        if place.sides:
            joined = self.joined(place, state)
            return [(place.next[0][0], joined)] if joined else []
        after = self.passed(place, state)
        return [(other, after) for other, _ in place.next]

    # --- levels

    def closed(self, state: State) -> State:
        """Let rules add what they can, the least that comes to, one after the other until nothing changes."""
        known = {fact: level for fact, level in state.known.items() if fact not in self.held}
        for fact, level in state.said.items():
            if fact not in self.held and level > known.get(fact, 0):
                known[fact] = level
        growing = True
        while growing:
            growing = False
            for rule in self.rules:
                if rule.fact in self.held or (rule.confirms and not known.get(rule.fact)):
                    continue
                if not all(known.get(one) for one in rule.consents):
                    continue
                sure = min((known.get(key, 0) for key in rule.keys), default=3)
                level = min(rule.level, sure)
                if sure >= max(1, rule.key_level) and level > known.get(rule.fact, 0):
                    known[rule.fact] = level
                    growing = True
        return replace(state, known=known)

    def meet(self, one: State, other: State) -> State:
        """Return what two ways have in common."""

        def least(a: Levels, b: Levels) -> Levels:
            return {fact: min(level, b[fact]) for fact, level in a.items() if fact in b}

        return State(
            least(one.said, other.said),
            least(one.known, other.known),
            one.shown & other.shown,
            one.waiting & other.waiting,
            self.due(one) & self.due(other),
        )

    def due(self, state: State) -> frozenset[Due]:
        """Return what a case will be asked under conditions of choices that are over, or has already."""
        has = set(state.due)
        for thing, under in self.over:
            has |= {Due(thing, under, fact, "said") for fact in thing.facts if state.said.get(fact)}
            has |= {Due(thing, under, fact, "known") for fact in thing.facts if state.known.get(fact)}
            has |= {Due(thing, under, "", "shown")} if _same(thing) in state.shown else set()
        return frozenset(has)

    def joined(self, place: Place, state: State) -> State | None:
        """Return what is there after a parallel part."""
        parts = [side.steps for side in place.item.branches] if isinstance(place.item, Parallel) else []
        anew = [
            frozenset(
                fact for item in walk(steps) if isinstance(item, Back) for fact in self.plan.naming.known(item.anew)
            )
            for steps in parts
        ]
        held, ends = self.held, []
        for number, (start, stop) in enumerate(place.sides):
            others = frozenset(fact for n, one in enumerate(anew) if n != number for fact in one)
            self.held = held | others
            end = self.greatest(start, stop, self.lost(state, others))
            self.held = held
            if end is None:
                return None
            ends.append(end)
        return self.put_together(ends, anew)

    def put_together(self, ends: Sequence[State], anew: Sequence[frozenset[str]]) -> State:
        """Return what the sides of a parallel part have together."""

        def most(each: Sequence[Levels]) -> Levels:
            found: Levels = {}
            for number, levels in enumerate(each):
                for fact, level in levels.items():
                    asking = [n for n, facts in enumerate(anew) if fact in facts]
                    if not asking or asking == [number]:
                        found[fact] = max(level, found.get(fact, 0))
            return found

        return self.closed(
            State(
                most([end.said for end in ends]),
                most([end.known for end in ends]),
                frozenset().union(*(end.shown for end in ends)),
                frozenset().union(*(end.waiting for end in ends)),
                frozenset().union(*(end.due for end in ends)),
            )
        )

    def given(self, state: State, facts: Iterable[str], level: int) -> State:
        """Return a state in which facts are there at least at a level."""
        more = {fact: level for fact in facts if fact not in self.held and state.said.get(fact, 0) < level}
        return self.closed(replace(state, said={**state.said, **more})) if more else state

    def lost(self, state: State, roots: frozenset[str]) -> State:
        """Return what is left when facts are asked anew: all that rests on them goes."""
        if not roots:
            return self.closed(state)
        rest = _resting(roots, ((rule.keys, frozenset([rule.fact])) for rule in self.rules))
        return self.closed(
            State(
                {fact: level for fact, level in state.said.items() if fact not in roots},
                {fact: level for fact, level in state.known.items() if fact not in rest},
                state.shown,
                frozenset((thing, under) for thing, under in state.waiting if not thing.facts & roots),
                frozenset(one for one in state.due if one.fact not in (rest if one.how == "known" else roots)),
            )
        )

    # --- passing by a place

    def passed(self, place: Place, state: State) -> State:
        """Return what is there after a place, noting what it reads."""
        if place.entering:
            return self.entered(place.entering, state)
        item = place.item
        if isinstance(item, Choose):
            number = self.plan.number[id(item)]
            texts = [branch.condition for branch in item.branches if branch.condition]
            self.reads(number, "condition", [fact for text in texts for fact in self.plan.reads(text)], state)
        elif isinstance(item, Back):
            return self.lost(state, frozenset(self.plan.naming.known(item.anew)))
        elif isinstance(item, Step):
            self.known_at[item.id] = state.known
            state = self.done(item, state)
            self.known_after[item.id] = state.known
        return state

    def entered(self, entering: tuple[int, int], state: State) -> State:
        """Count as given what was asked under the condition of the branch that is entered."""
        for thing, under in state.waiting:
            if entering[0] == under.choice and entering[1] in under.branches:
                state = self.gained(thing, replace(state, waiting=state.waiting - {(thing, under)}))
        for thing, under in self.over:
            if entering[0] == under.choice and entering[1] in under.branches:
                more = {Due(thing, under, fact, how) for fact in thing.facts for how in HOW}
                state = replace(state, due=state.due | more | {Due(thing, under, "", "shown")})
        return state

    def gained(self, thing: Thing, state: State) -> State:
        """Return a state in which a thing was asked, handed in or logged in with."""
        if thing.kind == "document" and _proves(self.plan, thing):
            state = replace(state, shown=state.shown | {_same(thing)})
        return self.given(state, thing.facts, 3 if thing.kind == "log-in" else 1)

    def reads(self, place: str | int, what: str, facts: Iterable[str], state: State) -> None:
        """Note that a place reads facts."""
        for fact in facts:
            self.read[Reading(place, what, fact)] = state.known.get(fact, 0)

    def done(self, step: Step, state: State) -> State:
        """Return what is there after a step."""
        naming = self.plan.naming
        gives = set(naming.known(getattr(step, "gives", ())))
        self.reads(step.id, "need", naming.known(need.fact for need in step.needs or ()), state)
        taken = naming.known(need.fact for record in step.records for need in record.takes)
        carried = naming.known(need.fact for need in getattr(step, "carries", ()))
        self.reads(step.id, "record", [fact for fact in taken if fact not in gives], state)
        self.reads(step.id, "output", [fact for fact in carried if fact not in gives], state)
        if isinstance(step, FormStep | Identify):
            state = self.asked(step, state)
        if isinstance(step, Check):
            state = self.checked(step, state)
        if gives:
            state = self.given(state, gives, 3)
        self.reads(step.id, "record", [fact for fact in taken if fact in gives], state)
        self.reads(step.id, "output", [fact for fact in carried if fact in gives], state)
        return state

    def asked(self, step: Step, state: State) -> State:
        """Return what is there after a form or a log-in: log-ins first, then fields and documents in the order of the form."""
        things = self.kept.get(step.id, ())
        for thing, under in things:
            if thing.kind == "log-in":
                state = self.asked_one(thing, under, state, state.known)
        before = state.known
        for thing, under in things:
            if thing.kind != "log-in":
                state = self.asked_one(thing, under, state, self.on_the_form(before, state))
        if isinstance(step, FormStep):
            there = replace(state, known=self.on_the_form(before, state))
            for question in self.plan.model.questions(step):
                self.reads(step.id, "act", question.declares, there)
            state = self.given(state, self.plan.consented(step), 1)
        return state

    def asked_one(self, thing: Thing, under: Under | None, state: State, known: Levels) -> State:
        """Return a state in which a thing was asked, or waits for the branch of its condition."""
        if under is None:
            return self.gained(thing, state)
        self.asked_under.append((under, known))
        due = self.due(state) if under.over else ()
        for one in due:
            if (one.thing, one.under) == (thing, under):
                state = self.had(state, one)
        return replace(state, waiting=state.waiting | {(thing, under)})

    def had(self, state: State, due: Due) -> State:
        """Return a state in which what is due has been asked of all who had not got it."""
        if due.how == "said":
            return self.given(state, [due.fact], 1)
        if due.how == "known":
            return self.closed(replace(state, known={**state.known, due.fact: max(1, state.known.get(due.fact, 0))}))
        proves = due.thing.kind == "document" and _proves(self.plan, due.thing)
        return replace(state, shown=state.shown | {_same(due.thing)}) if proves else state

    def on_the_form(self, before: Levels, state: State) -> Levels:
        """Return what can be read in the middle of a form: what was there before it, what it said, and what is computed from both."""
        rules, self.rules = self.rules, self.rules[: self.computed]
        known = self.closed(State(state.said, before)).known
        self.rules = rules
        return known

    def checked(self, check: Check, state: State) -> State:
        """Return what is there after a check, if it is kept."""
        for thing, _ in self.kept.get(check.id, ()):
            for fact in sorted(thing.facts):
                if (check.id, fact) in self.plan.inspected or any(fact in paper.facts for paper in state.shown):
                    if state.said.get(fact, 0):
                        state = self.given(state, [fact], 2)
                    elif state.known.get(fact, 0) and self.rests_on_sure_keys(fact, state):
                        state = self.closed(replace(state, known={**state.known, fact: max(2, state.known[fact])}))
        return state

    def rests_on_sure_keys(self, fact: str, state: State) -> bool:
        """Return whether a fact that nobody said is given from keys that are documented."""
        return any(
            rule.fact == fact
            and not rule.confirms
            and rule.repaired >= 2
            and min((state.known.get(k, 0) for k in rule.keys), default=3) >= 2
            and all(state.known.get(one) for one in rule.consents)
            for rule in self.rules
        )


def _proves(plan: Plan, paper: Thing) -> bool:
    form = plan.procedure.step_by_id[paper.step]
    assert isinstance(form, FormStep)
    return any(one.id == paper.name and one.documented for one in plan.model.papers(form))


# --- demand ---------------------------------------------------------------------------------------------------------


class Demand:
    """What every redesign has to meet: what today's places read, at the level the law states or else at today's."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.today = Supply(plan, [(thing, None) for thing in plan.things if not thing.new], ()).certain()
        stated = self._stated()
        self.levels = {reading: stated.get(reading, level) for reading, level in self.today.read.items()}
        self.missing = [
            f"{reading.place} {reading.fact}"
            for reading, level in self.levels.items()
            if self.today.read[reading] == 0 or level > self.today.read[reading]
        ]
        self.before: dict[str, Levels] = {}  # by step: what a silent judgement reads
        self.after: dict[str, Levels] = {}  # by step: what must be there behind what comes before one
        self._silent()
        self._leave_out_what_nobody_computes()
        self.of_choice = {
            (reading.place, reading.fact): level
            for reading, level in self.levels.items()
            if isinstance(reading.place, int)
        }

    def _stated(self) -> dict[Reading, int]:
        """Return the levels that the law states."""
        found: dict[Reading, int] = {}
        for step in self.plan.procedure.step_by_id.values():
            stated = [("need", need) for need in step.needs or ()]
            stated += [("output", need) for need in getattr(step, "carries", ())]
            stated += [("record", need) for record in step.records for need in record.takes]
            for what, need in stated:
                for fact in self.plan.naming.known([need.fact]) if need.at else ():
                    reading = Reading(step.id, what, fact)
                    found[reading] = max(oracle.LEVELS[need.at or "declared"], found.get(reading, 0))
        return found

    def _silent(self) -> None:
        flow = oracle.flattened(self.plan.procedure)
        for step in self.plan.procedure.step_by_id.values():
            judges = isinstance(step, Approve | Decide) and step.needs is None
            if not judges or step.id not in self.today.known_at:
                continue
            known_at = self.today.known_at[step.id].items()
            self.before[step.id] = {fact: level for fact, level in known_at if not fact.startswith("consent to ")}
            for thing in self.plan.things:
                if not thing.new and step.id in flow.reached(thing.step) and thing.step in self.today.known_after:
                    known = self.today.known_after[thing.step]
                    mine = {fact: known[fact] for fact in thing.facts if fact in known}
                    self.after[thing.step] = {**self.after.get(thing.step, {}), **mine}

    def _leave_out_what_nobody_computes(self) -> None:
        """Forget computed facts that only silent judgements read: they are as sure as what they are computed from."""
        plan = self.plan
        read = {reading.fact for reading in self.levels}
        read |= {key for one in plan.lawful for key in one.keys} | {
            fact for thing in plan.things for fact in thing.facts
        }
        while more := {key for rule in plan.computed if rule.gives & read for key in rule.keys} - read:
            read |= more
        unread = {fact for rule in plan.computed for fact in rule.gives - read}
        plan.computed = tuple(rule for rule in plan.computed if not rule.gives & unread)
        for levels in (self.before, self.after):
            for step, known in levels.items():
                levels[step] = {fact: level for fact, level in known.items() if fact not in unread}

    def facts(self) -> set[str]:
        """Return all facts that are demanded."""
        found = {reading.fact for reading in self.levels}
        return found.union(*self.before.values(), *self.after.values())

    def met(self, supply: Supply) -> bool:
        """Return whether what is certain in a redesign is enough."""
        return (
            all(supply.read.get(reading, 0) >= level for reading, level in self.levels.items())
            and all(self._enough(supply.known_at.get(step, {}), levels) for step, levels in self.before.items())
            and all(self._enough(supply.known_after.get(step, {}), levels) for step, levels in self.after.items())
            and all(self.known_for(under, known) for under, known in supply.asked_under)
        )

    def known_for(self, under: Under, known: Levels) -> bool:
        """Return whether a condition can be told from what is known, as surely as its choice tells it."""
        return all(known.get(fact, 0) >= self.of_choice[choice, fact] for choice, fact in under.reads)

    @staticmethod
    def _enough(known: Levels, levels: Levels) -> bool:
        return all(known.get(fact, 0) >= level for fact, level in levels.items())

    # --- on single ways

    def lacks_at(self, supply: Supply, place: Place, state: State) -> tuple[bool, State]:
        """Pass by a place on a single way: whether something it demands is not there, and what is there behind it."""
        supply.read, supply.asked_under = {}, []
        after = supply.passed(place, state)
        lacking = any(level < self.levels.get(reading, 0) for reading, level in supply.read.items())
        lacking |= any(not self.known_for(under, known) for under, known in supply.asked_under)
        if isinstance(place.item, Step):
            lacking |= not self._enough(state.known, self.before.get(place.item.id, {}))
            lacking |= not self._enough(after.known, self.after.get(place.item.id, {}))
        return lacking, after


def chance_called(demand: Demand, kept: Iterable[Keeping], others: Iterable[Supplier]) -> float:
    """Return the chance that a case comes, on its own way, to a demand that is not met without a service.

    All cases begin together and go on step by step; those that stand at the same place with the same are one heap. A case that
    lacks something is counted and taken away. What still goes round after long enough is too little to matter.
    """
    supply = Supply(demand.plan, kept, others)
    called, _ = _followed(demand, supply, demand.plan.start, demand.plan.end, supply.closed(State()))
    return called


def _followed(
    demand: Demand, supply: Supply, start: Place, stop: Place, state: State
) -> tuple[float, list[tuple[float, State]]]:
    """Follow cases from a place to another: the chance that something was lacking, and else how they come to the end."""
    called, ends = 0.0, dict[object, tuple[float, State]]()
    heaps: dict[object, tuple[float, Place, State]] = {0: (1.0, start, state)}
    while heaps:
        onward: dict[object, tuple[float, Place, State]] = {}
        for share, place, here in heaps.values():
            if place is stop:
                ends[here.key()] = (share + ends.get(here.key(), (0.0, here))[0], here)
                continue
            if share < 1e-12:
                continue
            if place.sides:
                lacking, behind = _sides_followed(demand, supply, place, here)
            else:
                lacks, after = demand.lacks_at(supply, place, here)
                lacking, behind = (1.0, []) if lacks else (0.0, [(1.0, after)])
            called += share * lacking
            for part, after in behind:
                for other, taken in place.next:
                    key = (id(other), after.key())
                    before = onward.get(key, (0.0, other, after))[0]
                    onward[key] = (before + share * part * float(taken), other, after)
        heaps = onward
    return called, list(ends.values())


def _sides_followed(
    demand: Demand, supply: Supply, place: Place, state: State
) -> tuple[float, list[tuple[float, State]]]:
    assert isinstance(place.item, Parallel)
    anew = [
        frozenset(f for item in walk(side.steps) if isinstance(item, Back) for f in supply.plan.naming.known(item.anew))
        for side in place.item.branches
    ]
    held, sides = supply.held, []
    for number, (start, stop) in enumerate(place.sides):
        others = frozenset(fact for n, one in enumerate(anew) if n != number for fact in one)
        supply.held = held | others
        sides.append(_followed(demand, supply, start, stop, supply.lost(state, others)))
        supply.held = held
    fine = 1.0
    for lacking, _ in sides:
        fine *= 1 - lacking
    behind = []
    for chosen in product(*(ends for _, ends in sides)):
        share = 1.0
        for part, _ in chosen:
            share *= part
        behind.append((share, supply.put_together([end for _, end in chosen], anew)))
    return 1 - fine, behind


# --- the search -----------------------------------------------------------------------------------------------------


class Search:
    """Goes through all redesigns from the cheapest on."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.demand = Demand(plan)
        self.best: Cost | None = None
        self.found: list[Redesign] = []
        self.tries = 0
        self.chances: dict[tuple[frozenset[Keeping], frozenset[Supplier]], Fraction] = {}
        self.options = self._options()
        self.wanted = plan.wanted(self.demand.facts())
        taken = (name for options in self.options.values() for one in options for name in one.consents)
        self.consents = plan.consents(frozenset(taken))

    def answer(self) -> Fewest:
        """Return the least cost, and all redesigns that have it."""
        if self.demand.missing:
            return Fewest(None, missing=tuple(self.demand.missing))
        every = [one for options in self.options.values() for one in options]
        for citizen, agency, kept in self._sets(every):
            if self.best is not None and (citizen, agency) > self.best[:2]:
                break
            if self.goes_together(kept) and self.feasible([*kept, *self.consents_on(kept)], every):
                self.supplied(kept, (citizen, agency), list(self.options.values()), [])
        assert self.best is not None, "today's procedure is a redesign of itself"
        return Fewest(self.best, tuple(self.found))

    def feasible(self, kept: Sequence[Keeping], suppliers: Sequence[Supplier]) -> bool:
        """Return whether every demand of today is met."""
        self.tries += 1
        if self.tries > MOST_TRIES:
            raise NotTinyError
        return self.demand.met(Supply(self.plan, kept, suppliers).certain())

    def _options(self) -> dict[tuple[str, bool], list[Supplier]]:
        """Return who could give, and who could confirm, each fact."""
        found: dict[tuple[str, bool], list[Supplier]] = {}
        for one in self.plan.suppliers(self.demand.facts()):
            found.setdefault((one.fact, one.confirms), []).append(one)
        return found

    # --- what is kept

    def _sets(self, every: Sequence[Supplier]) -> list[tuple[int, int, list[Keeping]]]:
        """Return all sets of kept things with what they cost, the cheapest first.

        A way to keep a thing, or to leave it, that is not enough with all else kept and all suppliers in force is never enough.
        """
        things: dict[str, list[list[list[Keeping]]]] = {step: [] for step in self.plan.procedure.step_by_id}
        for thing in self.plan.things:
            things[thing.step].append(self._ways(thing, every))
        if prod(len(ways) for mine in things.values() for ways in mine) > MOST_REDESIGNS:
            raise NotTinyError
        each: list[list[tuple[int, int, list[Keeping]]]] = []
        for step, mine in things.items():
            kept_here = [[one for way in chosen for one in way] for chosen in product(*mine)]
            weights = [self.weighed(step, kept) for kept in kept_here]
            each.append([(round(FINE * c), round(FINE * a), k) for (c, a), k in zip(weights, kept_here, strict=True)])
        sets = []
        for together in product(*each):
            citizen, agency = sum(one[0] for one in together), sum(one[1] for one in together)
            kept = [keeping for one in together for keeping in one[2]]
            sets.append((round(Fraction(citizen, FINE // 1000)), round(Fraction(agency, FINE // 1000)), kept))
        return sorted(sets, key=lambda one: one[:2])

    def _ways(self, thing: Thing, every: Sequence[Supplier]) -> list[list[Keeping]]:
        """Return the ways to keep a thing, or not to, that can be enough: with all else kept, all suppliers in force."""
        others: list[Keeping] = [(one, None) for one in self.plan.things if one != thing]
        tried: list[list[Keeping]] = [[(thing, u)] for u in self.plan.ways_to_keep(thing, self.demand.of_choice)]
        tried += [] if self.plan.stays(thing) else [[]]
        consents = [(one, None) for one in self.consents]
        return [way for way in tried if self.feasible([*others, *way, *consents], every)]

    # --- what goes only together

    def goes_together(self, kept: Sequence[Keeping]) -> bool:
        """Return whether siblings ask the same all or none, and new log-ins can stand before forms that are filled in anyway."""
        asked = {thing for thing, _ in kept}
        alike = all(len({bool(mine & asked) for mine in sides}) == 1 for sides in self.plan.asked_beside)
        return alike and self.on_forms(kept, self.wanted)

    def holds_together(self, kept: Sequence[Keeping], chosen: Sequence[Supplier]) -> bool:
        """Return whether new log-ins and consents stand on forms that are filled in anyway if these suppliers are chosen."""
        if not any(one.new for one, _ in kept):
            return True
        called = [one for one in chosen if self.called(kept, [other for other in chosen if other.call != one.call])]
        return self.on_forms(kept, self.plan.wanted(self.demand.facts(), called))

    def filled_in(self, kept: Iterable[Keeping], wanted: Set[str], under: Under | None = None) -> set[str]:
        """Return the forms that are filled in by everybody who comes there, or by all under a condition, for facts that are wanted."""
        plan = self.plan
        found = {form.id for form in plan.forms if any(q.act for q in plan.model.questions(form))}
        found |= {plan.request.id} if plan.request else set()
        asking = [(one, when) for one, when in kept if one.kind in ("field", "document") and one.facts & wanted]
        return found | {one.step for one, when in asking if when is None or when == under}

    def on_forms(self, kept: Sequence[Keeping], wanted: Set[str]) -> bool:
        """Return whether new log-ins and consents stand just before, or on, forms that are filled in anyway for facts that are wanted."""
        new = [(one, under) for one, under in kept if one.kind in ("log-in", "consent") and one.new]
        return all(one.step in self.filled_in(kept, wanted, under) for one, under in new)

    def consents_on(self, kept: Iterable[Keeping]) -> list[Keeping]:
        """Return the consents that can be asked on forms that are filled in anyway."""
        forms = self.filled_in(kept, self.wanted)
        return [(one, None) for one in self.consents if one.step in forms]

    def weighed(self, name: str, kept: Sequence[Keeping]) -> tuple[Fraction, Fraction]:
        """Return what a step costs citizens and the agency, with the things that are kept of it."""
        plan, step = self.plan, self.plan.procedure.step_by_id[name]
        visits, reach = plan.visits[name], plan.reach[name]
        cost, asks = Fraction(0), list[Under | None]()
        for thing, under in kept:
            often = visits if thing.facts & plan.anew or thing.kind == "check" else reach
            cost += thing.minutes * often * plan.chance([under])
            asks += [under] if thing.kind in ("field", "document") else []
        if isinstance(step, FormStep):
            for question in plan.model.questions(step):
                if question.act or not question.fact:
                    cost += _minutes(question.minutes) * self._act_often(question, name)
                    asks.append(None)
            if plan.by_citizen(step) and (asks or step is plan.request):
                likely = Fraction(1) if step is plan.request else plan.chance(asks)
                cost += _minutes(plan.policy.contact_minutes) * visits * likely
        elif not isinstance(step, Check | Identify) and step.by is not None:
            cost += _minutes(step.minutes) * visits
        return (cost, Fraction(0)) if plan.by_citizen(step) else (Fraction(0), cost)

    def _act_often(self, question: Question, step: str) -> Fraction:
        anew = question.fact is not None and question.fact in self.plan.anew
        return self.plan.visits[step] if anew else self.plan.reach[step]

    # --- who supplies the rest

    def supplied(
        self,
        kept: list[Keeping],
        base: tuple[int, int],
        open_: Sequence[Sequence[Supplier]],
        chosen: list[Supplier],
    ) -> None:
        """Try, for one set of kept things, all choices of suppliers: for each fact none, or one of them."""
        if self.best is not None and (*base, len(chosen)) > self.best:
            return
        consents = self.consents_on(kept)
        if not self.feasible([*kept, *consents], [*chosen, *(one for options in open_ for one in options)]):
            return  # with all that is still open in force it is not enough
        if open_:
            for one in (None, *open_[0]):
                self.supplied(kept, base, open_[1:], [*chosen, one] if one else chosen)
            return
        for asked in self.asking(kept, chosen):
            everything = [*kept, *asked]
            if self.holds_together(everything, chosen) and (not consents or self.feasible(everything, chosen)):
                self.weigh(everything, base, chosen)

    def asking(self, kept: Iterable[Keeping], chosen: Iterable[Supplier]) -> Iterator[tuple[Keeping, ...]]:
        """Yield all sets of consents that some suppliers may need."""
        needed = frozenset(name for one in chosen for name in one.consents)
        consents = [(one, under) for one, under in self.consents_on(kept) if one.facts <= needed]
        for number in range(len(consents) + 1):
            yield from combinations(consents, number)

    def weigh(self, kept: list[Keeping], base: tuple[int, int], chosen: list[Supplier]) -> None:
        """Note a redesign, if none is known that costs less."""
        cost = self.whole_cost(kept, base, chosen)
        if self.best is None or cost < self.best:
            self.best, self.found = cost, []
        if cost == self.best:
            self.found.append(Redesign(frozenset(kept), frozenset(chosen)))

    def whole_cost(self, kept: list[Keeping], base: tuple[int, int], chosen: list[Supplier]) -> Cost:
        """Return the burden of a redesign: what is kept, and what its suppliers and their consents cost."""
        policy, citizen, agency = self.plan.policy, Fraction(0), Fraction(0)
        citizen += sum(one.minutes * self.plan.reach[one.step] for one, _ in kept if one.kind == "consent")
        for service, about in sorted({one.call for one in chosen}):
            mine = [one for one in chosen if one.call == (service, about)]
            coverage = Fraction(str(self.plan.catalogue.service[service].coverage))
            if coverage >= 1 and not policy.shows:
                continue
            others = [one for one in chosen if one.call != (service, about)]
            called = self.called(kept, others)
            if policy.shows:
                citizen += _minutes(policy.look_over_minutes) * len(mine) * called
            if coverage < 1:
                theirs, ours = self.plan.residual({one.fact: one.repaired for one in mine})
                citizen += (1 - coverage) * called * theirs
                agency += (1 - coverage) * called * ours
        return Cost(base[0] + round(1000 * citizen), base[1] + round(1000 * agency), len(chosen))

    def called(self, kept: Sequence[Keeping], others: Sequence[Supplier]) -> Fraction:
        """Return the chance that a service is called, all others being in force."""
        key = (frozenset(kept), frozenset(others))
        if key not in self.chances:
            self.chances[key] = Fraction(round(FINE * chance_called(self.demand, kept, others)), FINE)
        return self.chances[key]
