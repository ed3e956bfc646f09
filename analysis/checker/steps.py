"""The steps of a redesign beside those of today: what is gone, what is new, and that all else is as it was [2, 9]; weighs no fact."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from functools import cached_property
from itertools import pairwise, takewhile
from typing import Any

from analysis.certificate import COMPLETES, Dropped, consent_to, level_words
from analysis.checker import words as says
from analysis.checker.flow import END, TOP, Gap, Node, Within, reach, turned
from analysis.checker.rules import union
from analysis.checker.things import ALIKE, Asked, act_of, given_by, log_in_facts, name_of, said
from analysis.checker.ways import Way
from processes.part import Part
from processes.procedure import (
    Approve,
    Back,
    Carry,
    Check,
    Decide,
    Derive,
    Document,
    FormStep,
    Identify,
    Issue,
    Item,
    Lookup,
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
from processes.words import Words, same

ROUNDED = 0.01  # by how many minutes a sum of rounded ones may be off
# What of a step may not be as today: the steps in it, and what may be less, which is looked at apart.
INSIDE = {"steps", "branches", "ways", "not_found"}
LESS = {"back to": {"target"}, "form": {"uses", "asks", "only", "documents"}, "check": {"verifies", "inspects"}}


class Comparison:
    """Holds the steps of the redesign against those of today: what is gone, what is new, and what is not the same [2]."""

    def __init__(self, before: Way, after: Way, day: date, refuse: says.Refusals) -> None:
        self.before, self.after, self.day, self.refuse = before, after, day, refuse
        self.old, self.now = before.model.procedure, after.model.procedure
        self.gaps: dict[str, Gap] = {}  # by form, log-in and check of today: right behind where it stands, or stood
        self.gone: set[str] = set()
        self.dropped: list[Dropped] = []
        self.new: dict[str, Step] = {}
        self.conditions: list[tuple[FormStep, Asked]] = []
        self.consents: list[tuple[FormStep, Question]] = []
        self.behind: dict[str, set[str]] = {}  # by step that is gone: what follows where it stood
        self.returns: list[tuple[Back, Back]] = []
        self.residual: set[str] = set()  # steps taken where a new look-up finds nothing
        today = {form.id for form, _ in _before_returns(before)}
        # by form that stays just on a return: which one of today's it is, as far as that is known yet
        self.on_return = {form.id: "" for form, _ in _before_returns(after) if form.id not in today}
        self._same(self.old, self.now, {"id", "title", "steps"}, self.now)
        self._sequence(self.old.steps, self.now.steps, TOP)
        self.bare = {back.target for _, back in self.returns}  # steps that may do nothing: a return leads there, or
        for one in self.now.step_by_id.values():
            match one:
                case Lookup(not_found=[Wait(id=name)]):
                    self.bare.add(name)  # nothing else is left where it finds nothing
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

    # --- side by side: what is in both stands in the same order [2]

    def _only_in(self, item: Item, other: Procedure) -> bool:
        """Whether a step of one procedure is none of the other, which knows it by its name and kind."""
        if not isinstance(item, Step):
            return False
        return item.id in self.on_return or type(other.step_by_id.get(item.id)) is not type(item)

    def _sequence(self, old: Steps, new: Steps, within: Within) -> None:
        kept = [item for item in old if not self._only_in(item, self.now)]
        places = [number for number, item in enumerate(new) if not self._only_in(item, self.old)]
        stays = [new[number] for number in places]
        for item in new:
            if self._only_in(item, self.old):
                self._put_in(item)
        edges, passed = [-1, *places, len(new)], 0  # of those that are kept
        for number, item in enumerate(old):
            gone = self._only_in(item, self.now)
            passed += not gone
            last, following = edges[min(passed, len(stays)) :][:2]
            for step in walk((item,)) if gone else (item,):
                if isinstance(step, FormStep | Identify | Check):
                    self.gaps[step.id] = within, following
            if gone and isinstance(item, Step):
                self._leave_out(item, old[number + 1 :])
                self.behind[item.id] = {one.id for one in new[last + 1 : following + 1] if isinstance(one, Step)}
        for was, item in zip(kept, stays, strict=False):
            if type(was) is not type(item) or (isinstance(was, Step) and was.id != getattr(item, "id", "")):
                self.refuse(place_of(self.now, item), says.OTHER_PLACE, shown(item), shown(was))
                return
            self._pair(was, item)
        for item in kept[len(stays) :]:
            self.refuse(place_of(self.old, item), says.NOT_HERE_NOW, shown(item))
        for item in stays[len(kept) :]:
            self.refuse(place_of(self.now, item), says.NOT_HERE_TODAY, shown(item))

    def _put_in(self, step: Any) -> None:
        self.new[step.id] = step
        for item in (item for inner in inside(step) for item in inner):
            if isinstance(item, Step) and self._only_in(item, self.old):
                self.residual.add(item.id)
                self._put_in(item)
            else:
                self.refuse(place_of(self.now, item), says.NOT_HERE_TODAY, shown(item))

    def _pair(self, was: Any, item: Any) -> None:
        """Compare what stands at the same place: everything but what may go must be as it was."""
        self._branches(_parts(was), _parts(item), item)
        without = INSIDE | LESS.get(item.kind, set())
        match was, item:
            case Lookup(), Lookup():
                self._sequence(was.not_found, item.not_found, (id(item), 0))
                if was.not_found and not item.not_found:
                    self.refuse(place_of(self.now, item), says.STUCK_WHERE_NOT_FOUND, item.id)
            case Back(), Back():
                self.returns.append((was, item))
            case FormStep(), FormStep():
                if not {use.id for use in item.uses} <= {use.id for use in was.uses}:
                    self.refuse(place_of(self.now, item), says.FIELD_NOT_AS_TODAY, shown(item), "uses")
                asked = len(self.dropped) + len(self.conditions) + len(self.consents)
                minutes = self._items(was, item)
                if len(self.dropped) + len(self.conditions) + len(self.consents) > asked:  # it takes less then
                    without.add("minutes")
                    if abs(item.minutes - (minutes if was.minutes else 0.0)) > ROUNDED:
                        self.refuse(place_of(self.now, item), says.FIELD_NOT_AS_TODAY, shown(item), "minutes")
            case Check(), Check():
                self._verified(was, [name for name in was.verifies if name not in item.verifies])
                if not set(item.verifies) <= set(was.verifies):
                    self.refuse(place_of(self.now, item), says.ASKED_NEWLY, item.id)
                inspects = self.before.facts.of(self.before.naming.known(item.inspects))
                if {*was.inspects} & {*item.verifies} - {*item.inspects} or inspects & self.before.shown.get(was.id, 0):
                    self.refuse(place_of(self.now, item), says.FIELD_NOT_AS_TODAY, shown(item), "inspects")
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

    def _verified(self, check: Check, names: Iterable[str]) -> None:
        for fact in self.before.naming.known(names):
            self._drop(check, "check", fact, [fact])

    def _drop(self, step: Step, kind: Any, subject: str, facts: Iterable[str] = ()) -> None:
        self.dropped.append(Dropped(step=step.id, kind=kind, subject=subject, facts=tuple(sorted(facts))))

    # --- forms: nothing more than today but consents, everything that stays as it was [2, 9]

    def _items(self, was: FormStep, form: FormStep | None) -> float:
        """Compare what a form asks; return the minutes that the questions which stay take today."""
        if was is form:
            return was.minutes
        new, where = (self.after.asked[form.id], place_of(self.now, form)) if form else ([], place_of(self.old, was))
        left, minutes = list(self.before.asked[was.id]), 0.0
        for one in new:
            same = [o for o in left if (type(o), name_of(o), act_of(o)) == (type(one), name_of(one), act_of(one))]
            if len(same) > 1:  # asked several times
                same = [max(same, key=lambda o: (o.condition == one.condition, -len(_differing(o, one))))]
            fellow = same[0] if same else None
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
            name, kind = name_of(gone), "document" if isinstance(gone, Paper) else "question"
            self._drop(was, kind, name, given_by(gone))
            if act_of(gone):
                self.refuse(where, says.ACT_GONE, name)
            elif kind == "question" and name not in map(name_of, new) and (was.id, name) in self.before.asked_anew:
                self.refuse(where, says.ASKED_ANEW, name)
        return minutes

    def _item(self, form: FormStep, was: Asked, one: Asked, where: str) -> None:
        for name in _differing(was, one):
            self.refuse(where, says.FIELD_NOT_AS_TODAY, name_of(one), name)
        if was.condition == one.condition:
            return
        if was.condition is not None or act_of(was):
            self.refuse(where, says.OTHER_CONDITION, name_of(one))
            return
        if (form.id, name_of(one)) in self.before.asked_anew:
            self.refuse(where, says.ASKED_ANEW, name_of(one))
        self.conditions.append((form, one))

    # --- what may go [2, 9]

    def _leave_out(self, step: Any, following: Steps) -> None:
        """Note what goes with a step, and refuse where it may not go."""
        why = self._why_not(step, following)
        if why is not None:
            self.refuse(place_of(self.old, step), says.GONE_THOUGH, step.id, why)
        self.gone.add(step.id)
        self._drop(step, "step", step.id)

    def _why_not(self, step: Any, following: Steps) -> Words | None:
        """Return why a step may not go, and note what goes with it."""
        judges = isinstance(step, Decide | Approve)
        reads = says.READS_OR_RECORDS if step.records or (step.needs and not judges) else None
        match step:
            case FormStep():
                self._items(step, None)
                return says.IS_THE_REQUEST if step.id in self.before.requests else reads
            case Check():
                self._verified(step, step.verifies)
                return says.READS_OR_RECORDS if step.gives else reads
            case Identify():
                self._drop(step, "log-in", step.id, {*log_in_facts(self.before.model, step)})
                return reads
            case Lookup():
                for inner in walk(step.not_found):
                    if not isinstance(inner, FormStep | Check | Lookup | Derive):
                        reads = says.NOT_REPLACED
                    elif self._only_in(inner, self.now):
                        self._leave_out(inner, ())
                about = union(rule.about for rule in self.before.rules.of[step.id])
                self._drop(step, "look-up", step.id, self.before.facts.names(about))
                return reads
            case Issue():
                self._drop(step, "letter", step.id, {*self.before.naming.known(need.fact for need in step.carries)})
                if not step.letter or step.gives or step.changes or step.starts:
                    return says.NOT_REPLACED
                return says.MAKES_A_DOCUMENT if step.document and self._paper(step) in self._papers else reads
            case Carry():
                return reads or (None if self._nobody_there(step, following) else says.CARRIES_PAPERS)
            case Approve() if step.needs == () and not (step.ways or step.gives or step.silence_approves):
                ground = step.rests_on
                named = ground is not None and ground.law and (ground.until is None or self.day <= ground.until)
                return says.NAMED_BY_LAW if named else reads
        return says.NOT_REPLACED

    @cached_property
    def _papers(self) -> set[tuple[str, str]]:
        """The papers that the redesign still asks for."""
        forms = [form for form in self.now.step_by_id.values() if isinstance(form, FormStep)]
        return {self._paper(one) for form in forms for paper in form.documents for one in (paper, *paper.either)}

    def _paper(self, one: Document | Issue) -> tuple[str, str]:
        """Return which paper it is, by its kind and whom it is about, however that is written."""
        kind, _, whom = (one.document or "").partition(" of ")
        subject = self.before.naming.subject(whom)
        return kind, subject.name if subject is not None else whom

    def _nobody_there(self, carry: Carry, following: Steps) -> bool:
        """Whether all that is done where papers are carried to are letters that are gone."""
        done = [item for item in following if not isinstance(item, Wait)]
        there = [*takewhile(lambda item: isinstance(item, Step) and works_at(item, carry.to), done)]
        return bool(there) and all(
            isinstance(one, Issue) and one.letter and self._only_in(one, self.now) for one in there
        )

    def _on_returns(self) -> None:
        """Ask that a form which stays just on a return is one of today's that is gone, on the return that led to it [9]."""
        led = {id(back): was.target for was, back in self.returns}
        right = {form.id: led.get(id(back)) for form, back in _before_returns(self.after)}
        for name in self.on_return:
            form, was = self.now.step_by_id[name], self.old.step_by_id.get(right.get(name) or "")
            gone = isinstance(was, FormStep) and self._only_in(was, self.now)
            asked = was is not None and was.by is not None and actor(was.by).whom in self.old.role_by_id
            if was is None or not gone or not asked or {"title", "by", "rests_on"} & {*unlike(was, form)}:
                self.refuse(place_of(self.now, form), says.WRONG_ON_RETURN, name)
            else:
                self.on_return[name] = was.id

    def _signed(self) -> None:
        """Ask that every case that passed a signature that is gone passes one that stays, unless it is refused [9]."""
        flow, steps = self.before.flow, self.old.step_by_id.values()
        gone = {step.id: step for step in steps if isinstance(step, Approve) and step.id in self.gone}
        stay: set[Node] = {step.id for step in steps if isinstance(step, Approve) and step.id not in gone}
        refused = {step.id for step in steps if isinstance(step, Refuse)}
        unsigned = reach(flow.then, [(TOP, 0)], stay)  # so far
        to_the_end = reach({node: {*came} - stay - refused for node, came in turned(flow.then).items()}, [END])
        for name in gone if gone else ():
            if name in unsigned and name in to_the_end:
                self.refuse(place_of(self.old, gone[name]), says.GONE_THOUGH, name, says.ONLY_SIGNATURE)


def _before_returns(way: Way) -> Iterator[tuple[FormStep, Back]]:
    """Yield the forms right before a return on which nothing is asked but whether what was lacking is complete now."""
    for steps in way.flow.lists:
        for form, back in pairwise(steps):
            if isinstance(form, FormStep) and isinstance(back, Back) and len(form.asks) == 1:
                bare = FormStep(id=form.id, title=form.title, by=form.by, asks=(COMPLETES,), rests_on=form.rests_on)
                if not unlike(form, bare):
                    yield form, back


def _parts(item: Item) -> tuple[Any, ...]:
    return item.ways if isinstance(item, Decide | Approve) else getattr(item, "branches", ())


def _just_consents(one: Question) -> bool:
    """Whether an act is the consent to ask a service and says nothing else."""
    worded = (
        one.act == "consent" and not one.ground and one.consents_to and one.label == consent_to(one.consents_to).label
    )
    return bool(worded) and not (one.fact or one.declares or one.same or one.condition)


def _differing(was: Asked, one: Asked) -> list[str]:
    """Return in what two questions or documents of one name differ, but for their condition."""
    if isinstance(was, Paper) and isinstance(one, Paper):
        then, now = ([(option.minutes, said(option.rests_on)) for option in it.document.either] for it in (was, one))
        return unlike(was.document, one.document, {"condition", "document", "either"}) + ["either"] * (then != now)
    if isinstance(was, Question) and isinstance(one, Question) and one.block == same(""):
        was = was._replace(block=one.block)  # it may stand by itself behind the others, under no other heading
    found = []
    for name in (*ALIKE, "weight"):  # of the minutes, before those of its form are shared out
        then, now = getattr(was, name), getattr(one, name)
        if then is not now and (abs(then - now) > ROUNDED if name == "weight" else said(then) != said(now)):
            found.append("minutes" if name == "weight" else name)
    return found


def unlike(was: Part, one: Part, but: Collection[str] = ()) -> list[str]:
    """Return the fields in which two parts do not say the same."""
    if was is one:
        return []
    then, now = (part.model_dump(exclude={*but}) for part in (was, one))
    return sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))


def place_of(procedure: Procedure, part: Part) -> str:
    """Return the line a part was read from; the procedure and the step, if it was made by code."""
    return str(part.where) if part.where.file else f"{procedure.id}: {shown(part)}"


def shown(part: Part) -> str:
    """Return what a part is called in refusals: its kind, and its name if it has one."""
    name = getattr(part, "id", None) or getattr(part, "target", None)
    kind = str(getattr(part, "kind", type(part).__name__.lower()))
    return f"{kind} '{name}'" if name else kind


def works_at(step: Step, place: str | None) -> bool:
    """Whether a step is done at a place to which papers are carried."""
    return step.by is not None and actor(step.by).whom == place


def where(way: Way, place: str) -> str:
    """Return the line of a step or a choice by the name of its place."""
    procedure, item = way.model.procedure, way.flow.item.get(place)
    return place_of(procedure, item) if item is not None else f"{procedure.id}: {place}"


def as_sure(refuse: says.Refusals, way: Way, place: str, fact: str, now: int, wanted: int) -> None:
    """Refuse, if a fact is less sure at a place of a procedure than is wanted."""
    if now < wanted:
        refuse(where(way, place), says.TOO_LOW, fact, level_words(max(now, 0)), level_words(wanted))
