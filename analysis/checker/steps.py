"""The checker holds the steps of a redesign against those of today: what is gone, new or not the same; weighs no fact."""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from analysis.certificate import COMPLETES, consent_to
from analysis.checker import words as says
from analysis.checker.flow import END, TOP, Gap, Node, Within, lists, reach
from analysis.checker.ways import NONE, Facts, Way, act_of, given_by, log_in_facts, name_of
from processes.part import Part, placeless
from processes.procedure import (
    Approve,
    Back,
    Carry,
    Check,
    Choose,
    Decide,
    Derive,
    Document,
    FormStep,
    Identify,
    Issue,
    Item,
    Lookup,
    Parallel,
    Procedure,
    Refuse,
    Step,
    Steps,
    Wait,
    actor,
    inside,
    walk,
)
from processes.resolved import Paper, Question

ROUNDED = 0.01  # by how many minutes a sum of rounded ones may be off
# What must be the same of a question or a document that stays, besides what it costs.
ALIKE = ("fact", "act", "label", "ground", "declares", "consents_to", "same", "about", "facts", "documented", "share")


class Comparison:
    """Holds the steps of the redesign against those of today: what is gone, what is new, and what is not the same [2]."""

    def __init__(self, before: Way, after: Way, day: date, refuse: Callable[..., None]) -> None:
        self.before, self.after, self.day, self.refuse = before, after, day, refuse
        self.old, self.now = before.model.procedure, after.model.procedure
        self.gaps: dict[str, Gap] = {}  # by form, log-in and check of today: right behind where it stands, or stood
        self.gone: list[str] = []
        self.dropped: list[tuple[str, str, str, Facts]] = []  # step, kind, subject, facts
        self.new: dict[str, Step] = {}
        self.conditions: list[tuple[FormStep, Question | Paper]] = []
        self.consents: list[tuple[FormStep, Question]] = []
        self.behind: dict[str, set[str]] = {}  # by step that is gone: what follows where it stood
        self.returns: list[tuple[Back, Back]] = []
        self.residual: set[str] = set()  # steps taken where a new look-up finds nothing
        today = {form.id for form, _ in _before_returns(self.old)}
        # by form that stays just on a return: which one of today's it is, as far as that is known yet
        self.on_return = {form.id: "" for form, _ in _before_returns(self.now) if form.id not in today}
        self._same(self.old, self.now, {"id", "title", "steps"}, self.now)
        self._sequence(self.old.steps, self.now.steps, TOP)
        for was, back in self.returns:
            allowed = self.behind.get(was.target, {was.target})
            if back.target not in allowed or back.target not in self.now.step_by_id:
                self.refuse(place_of(self.now, back), says.OTHER_RETURN, back.target, was.target)
        self._on_returns()
        self._signed()

    def filled_in(self, form: str) -> bool:
        """Whether all who come to a form of the redesign fill it in anyway: the request, or one that asks them more than new consents."""
        consents = {id(one) for _, one in self.consents}
        asked = [one for one in self.after.asked[form] if one.condition is None and id(one) not in consents]
        return form in self.after.requests or any(isinstance(one, Question) or one.share >= 1 for one in asked)

    def _is_new(self, item: Item) -> bool:
        """Whether a step of the redesign is none of today's that stands where it stood."""
        if not isinstance(item, Step):
            return False
        return item.id in self.on_return or type(self.old.step_by_id.get(item.id)) is not type(item)

    def _is_gone(self, item: Item) -> bool:
        if not isinstance(item, Step):
            return False
        return item.id in self.on_return or type(self.now.step_by_id.get(item.id)) is not type(item)

    def _on_returns(self) -> None:
        """Ask that a form which stays just on a return is one of today's that is gone, on the return that led to it [9]."""
        led = {id(back): was.target for was, back in self.returns}
        right = {form.id: led.get(id(back)) for form, back in _before_returns(self.now)}
        for name in self.on_return:
            form, was = self.now.step_by_id[name], self.old.step_by_id.get(right.get(name) or "")
            same = {"title", "by", "rests_on"}
            if (
                not isinstance(was, FormStep)
                or not self._is_gone(was)
                or was.by is None
                or actor(was.by).whom not in self.old.role_by_id
                or form.model_dump(include=same) != was.model_dump(include=same)
            ):
                self.refuse(place_of(self.now, form), says.WRONG_ON_RETURN, name)
            else:
                self.on_return[name] = was.id

    def _signed(self) -> None:
        """Ask that every case that passed a signature that is gone passes one that stays, unless it is refused [9]."""
        flow, steps = self.before.flow, self.old.step_by_id.values()
        stay: set[Node] = {step.id for step in steps if isinstance(step, Approve) and step.id not in self.gone}
        refused = {step.id for step in steps if isinstance(step, Refuse)}
        for name in self.gone:
            if isinstance(step := self.old.step_by_id[name], Approve):
                without = name in reach(flow.then, [(TOP, 0)], stay)
                if without and END in reach(flow.then, flow.then[name], stay | refused):
                    self.refuse(place_of(self.old, step), says.GONE_THOUGH, name, says.ONLY_SIGNATURE)

    def _sequence(self, old: Steps, new: Steps, within: Within) -> None:
        kept, stays = (
            [item for item in old if not self._is_gone(item)],
            [item for item in new if not self._is_new(item)],
        )
        for item in new:
            if self._is_new(item):
                self._put_in(item)
        places = [number for number, item in enumerate(new) if not self._is_new(item)] + [len(new)]
        passed = 0  # of those that are kept
        for number, item in enumerate(old):
            gone, here = self._is_gone(item), min(passed, len(stays))
            passed += not gone
            for step in walk((item,)) if gone else (item,):
                if isinstance(step, FormStep | Identify | Check):
                    self.gaps[step.id] = within, places[min(passed, len(stays))]
            if gone and isinstance(item, Step):
                self._leave_out(item, old[number + 1 :])
                between = new[places[here - 1] + 1 if here else 0 : places[here] + 1]
                self.behind[item.id] = {one.id for one in between if isinstance(one, Step)}
        for was, item in zip(kept, stays, strict=False):
            if type(was) is not type(item) or (isinstance(was, Step) and was.id != getattr(item, "id", "")):
                self.refuse(place_of(self.now, item), says.OTHER_PLACE, shown(item), shown(was))
                return
            self._pair(was, item)
        for item in (*kept[len(stays) :], *stays[len(kept) :]):
            was_here = any(item is one for one in kept)
            words = says.NOT_HERE_NOW if was_here else says.NOT_HERE_TODAY
            self.refuse(place_of(self.old if was_here else self.now, item), words, shown(item))

    def _put_in(self, step: Any) -> None:
        self.new[step.id] = step
        for item in (item for inner in inside(step) for item in inner):
            if isinstance(item, Step) and self._is_new(item):
                self.residual.add(item.id)
                self._put_in(item)
            else:
                self.refuse(place_of(self.now, item), says.NOT_HERE_TODAY, shown(item))

    def _leave_out(self, step: Any, following: Steps) -> None:
        """Note what goes with a step, and refuse where it may not go [2, 9]."""
        reads, known = step.records or (step.needs and not isinstance(step, Decide | Approve)), self.before.naming.known
        why = says.READS_OR_RECORDS if reads else None
        match step:
            case FormStep():
                self._items(step, None)
                why = says.IS_THE_REQUEST if step.id in self.before.requests else why
            case Check():
                self.dropped += [(step.id, "check", fact, frozenset([fact])) for fact in known(step.verifies)]
                why = says.READS_OR_RECORDS if step.gives else why
            case Identify():
                self.dropped.append((step.id, "log-in", step.id, frozenset(log_in_facts(self.before.model, step))))
            case Lookup():
                for inner in walk(step.not_found):
                    if not isinstance(inner, FormStep | Check | Lookup | Derive):
                        why = says.NOT_REPLACED
                    elif self._is_gone(inner):
                        self._leave_out(inner, ())
                gives = NONE.union(*(rule.gives | rule.confirms for rule in self.before.rules[step.id]))
                self.dropped.append((step.id, "look-up", step.id, gives))
            case Issue():
                self.dropped.append((step.id, "letter", step.id, frozenset(known(need.fact for need in step.carries))))
                forms = [form for form in self.now.step_by_id.values() if isinstance(form, FormStep)]
                papers = {
                    self._paper(one) for form in forms for paper in form.documents for one in (paper, *paper.either)
                }
                if step.document and self._paper(step) in papers:
                    why = says.MAKES_A_DOCUMENT
                if not step.letter or step.gives or step.changes or step.starts:
                    why = says.NOT_REPLACED
            case Carry():
                why = why or (None if self._nobody_there(step, following) else says.CARRIES_PAPERS)
            case Approve() if step.needs == () and not (step.ways or step.gives or step.silence_approves):
                ground = step.rests_on
                if ground is not None and ground.law and (ground.until is None or self.day <= ground.until):
                    why = says.NAMED_BY_LAW
            case _:
                why = says.NOT_REPLACED
        if why:
            self.refuse(place_of(self.old, step), says.GONE_THOUGH, step.id, why)
        self.gone.append(step.id)
        self.dropped.append((step.id, "step", step.id, NONE))

    def _paper(self, one: Document | Issue) -> tuple[str, str]:
        """Return which paper it is, by its kind and whom it is about, however that is written."""
        kind, _, whom = (one.document or "").partition(" of ")
        subject = self.before.naming.subject(whom)
        return kind, subject.name if subject is not None else whom

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
        """Compare what stands at the same place: everything but what may go must be as it was [2]."""
        self._branches(_parts(was), _parts(item), item)
        without = {"branches", "ways", "not_found"}
        match was, item:
            case Lookup(), Lookup():
                self._sequence(was.not_found, item.not_found, (id(item), 0))
                if was.not_found and not item.not_found:
                    self.refuse(place_of(self.now, item), says.STUCK_WHERE_NOT_FOUND, item.id)
            case Back(), Back():
                self.returns.append((was, item))
                without = {"target"}
            case FormStep(), FormStep():
                asked = len(self.dropped) + len(self.conditions) + len(self.consents)
                minutes = self._items(was, item)
                without = {"uses", "asks", "only", "documents"}
                if len(self.dropped) + len(self.conditions) + len(self.consents) > asked:  # it takes less then
                    without.add("minutes")
                    if abs(item.minutes - (minutes if was.minutes else 0.0)) > ROUNDED:
                        self.refuse(place_of(self.now, item), says.FIELD_NOT_AS_TODAY, shown(item), "minutes")
            case Check(), Check():
                for name in was.verifies:
                    fact = self.before.naming.canonical(name)
                    if name not in item.verifies and fact:
                        self.dropped.append((was.id, "check", fact, frozenset([fact])))
                if not set(item.verifies) <= set(was.verifies):
                    self.refuse(place_of(self.now, item), says.ASKED_NEWLY, item.id)
                without = {"verifies"}
        self._same(was, item, without, item)

    def _branches(self, old: tuple[Any, ...], new: tuple[Any, ...], item: Item) -> None:
        if len(old) != len(new):
            self.refuse(place_of(self.now, item), says.OTHER_WAYS, shown(item), len(new), len(old))
        for number, (was, one) in enumerate(zip(old, new, strict=False)):
            self._same(was, one, {"steps"}, item)
            self._sequence(was.steps, one.steps, (id(item), number))

    def _same(self, was: Part, one: Part, without: set[str], item: Part) -> None:
        for name in unlike(was, one, without):
            where = place_of(self.now, one if one.where.file else item)
            self.refuse(where, says.FIELD_NOT_AS_TODAY, shown(item), type(one).model_fields[name].alias or name)

    def _items(self, was: FormStep, form: FormStep | None) -> float:
        """Compare what a form asks: nothing more than today but consents, everything that stays as it was [2, 9].

        Returns the minutes that the questions which stay take today.
        """
        if was is form:
            return was.minutes
        new = self.after.asked[form.id] if form else []
        where = place_of(self.now, form) if form else place_of(self.old, was)
        left, minutes = list(self.before.asked[was.id]), 0.0
        for one in new:
            same = [o for o in left if (type(o), name_of(o), act_of(o)) == (type(one), name_of(one), act_of(one))]
            fellow = max(same, key=lambda o: (o.condition == one.condition, _costs_alike(o, one)), default=None)
            if form is not None and fellow is not None:
                left.remove(fellow)
                minutes += fellow.minutes if isinstance(fellow, Question) else 0.0
                self._item(form, fellow, one, where)
            elif form is not None and isinstance(one, Question) and _just_consents(one):
                self.consents.append((form, one))
                minutes += one.minutes if was.minutes else 0.0
            else:
                self.refuse(where, says.ASKED_NEWLY, name_of(one))
        for gone in left:
            name, still = name_of(gone), any(name_of(one) == name_of(gone) for one in new)
            kind = "document" if isinstance(gone, Paper) else "question"
            self.dropped.append((was.id, kind, name, given_by(gone)))
            if isinstance(gone, Question) and gone.act:
                self.refuse(where, says.ACT_GONE, name)
            elif kind == "question" and not still and (was.id, name) in self.before.asked_anew:
                self.refuse(where, says.ASKED_ANEW, name)
        return minutes

    def _item(self, form: FormStep, was: Question | Paper, one: Question | Paper, where: str) -> None:
        if not _costs_alike(was, one):
            self.refuse(where, says.FIELD_NOT_AS_TODAY, name_of(one), "minutes")
        for name in ALIKE:
            then, now = getattr(was, name, None), getattr(one, name, None)
            if then is now:
                continue
            if isinstance(then, Part) and isinstance(now, Part):
                then, now = placeless(then), placeless(now)
            if then != now:
                self.refuse(where, says.FIELD_NOT_AS_TODAY, name_of(one), name)
        if was.condition == one.condition:
            return
        if was.condition is not None or act_of(was):
            self.refuse(where, says.OTHER_CONDITION, name_of(one))
            return
        if (form.id, name_of(one)) in self.before.asked_anew:
            self.refuse(where, says.ASKED_ANEW, name_of(one))
        self.conditions.append((form, one))


def _before_returns(procedure: Procedure) -> Iterator[tuple[FormStep, Back]]:
    """Yield the forms right before a return on which nothing is asked but whether what was lacking is complete now."""
    for steps in lists(procedure.steps):
        for form, back in pairwise(steps):
            if isinstance(form, FormStep) and isinstance(back, Back) and len(form.asks) == 1:
                bare = FormStep(id=form.id, title=form.title, by=form.by, asks=(COMPLETES,), rests_on=form.rests_on)
                if form.model_dump() == bare.model_dump():
                    yield form, back


def _parts(item: Item) -> tuple[Any, ...]:
    match item:
        case Choose() | Parallel():
            return item.branches
        case Decide() | Approve():
            return item.ways
    return ()


def _just_consents(one: Question) -> bool:
    """Whether an act is the consent to ask a service and says nothing else."""
    worded = one.act == "consent" and one.consents_to and one.label == consent_to(one.consents_to).label
    return bool(worded) and not (one.fact or one.declares or one.same or one.condition)


def _costs_alike(was: Question | Paper, one: Question | Paper) -> bool:
    """Whether two that are alike take as long; of a question, before its form's minutes are shared out."""
    if isinstance(was, Question) and isinstance(one, Question):
        return abs(was.weight - one.weight) <= ROUNDED
    return isinstance(was, Paper) and isinstance(one, Paper) and (was.share, was.minutes) == (one.share, one.minutes)


def unlike(was: Part, one: Part, but: Collection[str] = ()) -> list[str]:
    """Return the fields in which two parts do not say the same."""
    if was is one:
        return []
    then, now = (part.model_dump(exclude={*but}) for part in (was, one))
    return sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))


def place_of(procedure: Procedure, part: Part) -> str:
    """Return the line a part was read from; the procedure and the step, if it was made by code."""
    if part.where.file:
        return str(part.where)
    return f"{procedure.id}: {shown(part)}"


def shown(part: Part) -> str:
    """Return what a part is called in refusals: its kind, and its name if it has one."""
    name = getattr(part, "id", None) or getattr(part, "target", None)
    kind = str(getattr(part, "kind", type(part).__name__.lower()))
    return f"{kind} '{name}'" if name else kind


def where(procedure: Procedure, place: str) -> str:
    """Return the line of a step or a choice by the name of its place."""
    part: Part | None = procedure.step_by_id.get(place)
    if part is None and place.startswith("choose "):
        chooses = [item for item in walk(procedure.steps) if isinstance(item, Choose)]
        part = chooses[int(place.split()[1])] if int(place.split()[1]) < len(chooses) else None
    return place_of(procedure, part) if part is not None else f"{procedure.id}: {place}"
