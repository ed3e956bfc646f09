"""No run comes to a stop, and what is put in may be, is needed, and does no more than it is for [7, 8]; knows no move."""

from collections.abc import Iterable
from functools import cached_property

from analysis.certificate import Supplier
from analysis.checker import words as says
from analysis.checker.reading import Reading, used_behind
from analysis.checker.rules import EACH_LEVEL, Rule, Set, union
from analysis.checker.states import State
from analysis.checker.steps import Comparison, place_of
from analysis.checker.things import Asked, condition_facts, consent, consenting, given_by, log_in_facts, name_of, said
from analysis.checker.ways import Way, conditional
from processes.catalogue import Agreement, Catalogue
from processes.policy import Policy
from processes.procedure import Back, Check, FormStep, Identify, Lookup, Procedure, Step, Wait, actor, walk
from processes.resolved import Question
from processes.words import Words

# What no step that is put in says: whatever a step can say besides its name, title, doer and minutes.
ONLY_TODAY = {
    name: field.default
    for name, field in Step.model_fields.items()
    if name not in ("where", "id", "title", "by", "minutes", "rests_on")
}


def sound(way: Way, refuse: says.Refusals) -> None:
    """Ask whether every step is reached, a case can end from each, and returns stay in their side of parallel parts [7]."""
    procedure = way.model.procedure
    for name, step in procedure.step_by_id.items():
        if name not in way.at:
            refuse(place_of(procedure, step), says.NEVER_REACHED, name)
        elif name not in way.ended:
            refuse(place_of(procedure, step), says.NEVER_ENDS, name)
    side = way.flow.side
    for item in walk(procedure.steps):
        if isinstance(item, Back) and side[way.flow.name[id(item)]] != side.get(item.target):
            refuse(place_of(procedure, item), says.CROSSES_PARALLEL)


class Law:
    """Which agreements of a catalogue count under a policy, for one consumer and purpose."""

    def __init__(self, procedure: Procedure, catalogue: Catalogue, policy: Policy) -> None:
        self.agency, self.purpose, self.policy = procedure.agency, procedure.purpose, policy
        self.agreements = {one.id: one for one in catalogue.agreements}

    def no_permission(self, one: Agreement, service: str) -> Words | None:
        """Return why an agreement allows nobody here to ask a service: nothing, if it does."""
        day = self.policy.date
        if one.id in self.policy.without_agreements:
            return says.LEFT_OUT
        states = ("in force",) if self.policy.agreements == "in force" else ("in force", "planned")
        begun = one.since <= day if one.since else one.state != "planned"
        in_force = one.state in states and begun and (one.until is None or day <= one.until)
        if not in_force and one.id not in self.policy.with_agreements and self.policy.agreements != "all":
            return says.NOT_IN_FORCE
        if service not in one.services or one.consumer != self.agency or self.purpose not in one.purposes:
            return says.FOR_OTHERS
        return None


class Additions:
    """All that a redesign has and today has not: look-ups with their residual forms, log-ins, consents, conditions [7, 8]."""

    def __init__(self, reading: Reading, pairs: Comparison, law: Law, refuse: says.Refusals) -> None:
        self.reading, self.pairs, self.law, self.refuse = reading, pairs, law, refuse
        self.before, self.after, self.policy = reading.before, reading.after, law.policy
        self.old, self.new, self.catalogue = reading.old, reading.new, self.after.model.catalogue
        self.consents = set[tuple[str, str]]()  # that the law asks for: to which service, by whom
        self._given = set[tuple[str, tuple[str, str]]]()  # on which form
        self.used = self._used(self.after, pairs.new.values())

    def _used(self, way: Way, steps: Iterable[Step], *, moved: bool = False) -> dict[str, tuple[Set, bool]]:
        """Return what is read of what some look-ups and log-ins bring, and whether on every way."""
        brought = {}
        for step in steps:
            if isinstance(step, Lookup) and (rules := way.rules.of[step.id]):
                brought[step.id] = rules[0].about
            elif isinstance(step, Identify):
                brought[step.id] = way.facts.of(log_in_facts(way.model, step))
        return used_behind(way, brought, self.reading.readers(way, moved=moved))

    def not_earlier(self, end: Way) -> None:
        """Refuse look-ups that moves have put where a case comes by that does not need them [11]."""
        then, now = (self._used(way, way.model.procedure.step_by_id.values(), moved=True) for way in (self.after, end))
        for name in (name for name, (_, always) in then.items() if always and name in now and not now[name][1]):
            step = end.model.procedure.step_by_id[name]
            self.refuse(place_of(end.model.procedure, step), says.FETCHED_TOO_EARLY, name)

    def check(self, suppliers: Iterable[Supplier]) -> None:
        """Refuse what may not be put in, is needed by nobody, or does more than it is for."""
        for step in self.pairs.new.values():
            where = place_of(self.new, step)
            kept = bool(self.pairs.on_return.get(step.id))  # held against today's form already
            works = isinstance(step, Identify | Lookup | Wait) and step.minutes
            grounded = step.rests_on is not None and not isinstance(step, Lookup) and not kept
            if works or grounded or any(getattr(step, name) != usual for name, usual in ONLY_TODAY.items()):
                self.refuse(where, says.NEW_STEP_DOES_MORE, step.id)
            if step.id in self.pairs.residual or kept:
                continue  # with the look-up it belongs to
            match step:
                case Lookup():
                    self._look_up(step, where)
                case Identify():
                    self._log_in(step, where)
                case Wait(by=None, minutes=0, lasts=None) if step.id in self.pairs.bare & self.pairs.gone:
                    pass  # in the place of a step that is gone
                case _:
                    self.refuse(where, says.UNEXPLAINED_STEP, step.id)
        for form, item in self.pairs.conditions:
            self._condition(form, item)
        for number, one in enumerate(suppliers):
            if isinstance(look_up := self.pairs.new.get(one.step), Lookup):
                self._lawful(one, look_up, f"suppliers[{number}].agreements")
            elif one.agreements:
                self.refuse(f"suppliers[{number}].agreements", says.AGREEMENT_FOR_NOTHING)
        for form, act in self.pairs.consents:
            self._consent(form, act)

    # --- look-ups

    def _look_up(self, step: Lookup, where: str) -> None:
        """Ask whether a look-up is about the right one, has its keys [7], and brings what every case it is made for needs [8]."""
        service, who, after = self.catalogue.service.get(step.service), self.after.model.subjects(step), self.after
        if service is None or not after.rules.of[step.id] or not step.gets:
            self.refuse(where, says.ASKS_NOTHING, step.id)
            return
        kinds = {"": service.about} if isinstance(service.about, str) else {one.id: one.entity for one in service.about}
        found = {name: subject.entity.id for name, subject in who.items()}
        if found != kinds or len({subject.name for subject in who.values()}) < len(who):
            self.refuse(where, says.WRONG_ONE, step.id)
        if step.by is not None or step.minutes:
            self.refuse(where, says.DONE_BY_NOBODY, step.id)
        fresh, most = service.fresh, self.policy.most_age
        late = fresh is not None and most is not None and fresh.minutes > most.minutes
        if late or service.coverage <= 0 or service.coverage < self.policy.least_coverage:
            self.refuse(where, says.FINDS_TOO_FEW, step.service)
        [rule] = after.rules.of[step.id]
        for fact in after.facts.names(rule.keys | rule.confirms):
            least = rule.least if after.facts[fact] & rule.keys else 1
            self.reading.least(step.id, fact, after.sure(step.id, fact), least)
        read, on_every_way = self.used[step.id]
        read &= ~self._there(step.id, rule)
        for fact in after.facts.names(rule.about & ~read):
            self.refuse(where, says.FOR_NOBODY, fact)
        if not on_every_way:
            self.refuse(where, says.FETCHED_TOO_EARLY, step.id)
        self._residual(step, rule, service.coverage, where)

    def _there(self, step: str, rule: Rule) -> Set:
        """Return what is as sure before a look-up as it can make it, or comes from the same service with the same keys already."""
        state, rules = self.after.at.get(step, State()), self.after.rules.every
        same = [one for one in rules if one.bit & state.certain and (one.name, one.keys) == (rule.name, rule.keys)]
        return state.sure >> rule.most - 1 | union(one.gives for one in same if one.kind == rule.kind)

    def _residual(self, step: Lookup, rule: Rule, coverage: float, where: str) -> None:
        """Ask that where a service finds nothing, a form brings just what it was to give, and a check proves it with papers [7]."""
        steps = [item for item in step.not_found if isinstance(item, Step)]
        if coverage >= 1:
            if steps:
                self.refuse(where, says.NOTHING_TO_REPAIR, step.service)
            return
        form, check = (*steps, None, None)[:2]
        if not isinstance(form, FormStep) or not isinstance(check, Check | None) or len(steps) > 2:
            self.refuse(where, says.NO_RESIDUAL_FORM, step.id)
            return
        facts, here = self.after.facts, place_of(self.new, form)
        questions, papers = self.after.model.questions(form), self.after.model.papers(form)
        asked = facts.of(one.fact for one in questions if one.fact)
        whole = all(given_by(one) and one.condition is None for one in self.after.asked[form.id])
        whole = whole and all(map(self._as_usual, questions))
        grounded = any(one.rests_on for paper in papers for one in (paper.document, *paper.document.either))
        whole = whole and not grounded and all(paper.share >= 1 for paper in papers)
        people = {self.old.step_by_id[name].by for name in self.before.requests} or {self.old.agency}
        shown = facts.of(fact for paper in papers for fact in paper.documented)
        for fact in facts.names(rule.gives & ~asked & ~shown):
            self.refuse(here, says.NOT_REPAIRED, fact, step.service)
        if not whole or asked & ~rule.gives or form.by not in people or form.uses:
            self.refuse(here, says.RESIDUAL_ASKS_MORE, form.id)
        for paper in papers:
            if not facts.of(paper.facts) & rule.about:
                self.refuse(here, says.RESIDUAL_ASKS_MORE, paper.id)
        if check is not None:
            others = facts.of(self.after.naming.known(check.verifies)) & ~rule.about
            if others or check.gives or check.inspects or check.by is None or actor(check.by).whom != self.new.agency:
                self.refuse(place_of(self.new, check), says.RESIDUAL_ASKS_MORE, check.id)

    def _as_usual(self, one: Question) -> bool:
        """Whether a question of a residual form asks a fact and nothing else, in words and on the ground of today, or in the catalogue's words."""
        if one.fact is None or one.act or one.declares or one.consents_to or one.same:
            return False
        usual = one.label == self.after.naming.words(one.fact) and one.ground is None
        return usual or (one.fact, one.label, said(one.ground)) in self._worded

    @cached_property
    def _worded(self) -> set[tuple[object, ...]]:
        asked = (one for form in self.before.asked.values() for one in form if isinstance(one, Question))
        return {(one.fact, one.label, said(one.ground)) for one in asked}

    # --- law [8]

    def _lawful(self, supplier: Supplier, step: Lookup, path: str) -> None:
        """Ask whether the agreements named are those of the catalogue, count, and cover what is fetched, with consent where needed."""
        good: list[Agreement] = []
        for number, copy in enumerate(supplier.agreements):
            at, real = f"{path}[{number}]", self.law.agreements.get(copy.id)
            if real in good:
                self.refuse(at, says.NAMED_TWICE, copy.id)
            elif real is None or (then := copy.model_dump()) != (now := real.model_dump()):
                part = "" if real is None else "." + next(name for name in now if then[name] != now[name])
                self.refuse(at + part, says.OTHER_AGREEMENT, copy.id)
            elif why := self.law.no_permission(real, supplier.name):
                self.refuse(at, why, real.id, self.policy.date)
            else:
                good.append(real)
        where = place_of(self.new, step)
        ground = step.rests_on
        if ground is not None and (ground.until or not any(ground.law in one.legal_basis for one in good)):
            self.refuse(where, says.OTHER_LEGAL_BASIS, step.id)
        for word in step.gets:
            covering = [one for one in good if one.facts == "all" or word in one.facts]
            if not covering:
                self.refuse(where, says.NOT_COVERED, word)
            elif all(one.consent for one in covering):
                for subject in self.after.model.subjects(step).values():
                    self.consents.add((step.service, subject.name))
                    if not self.after.sure(step.id, consent(step.service, subject.name)):
                        self.refuse(where, says.NOT_CONSENTED, subject.name, step.id)

    def _consent(self, form: FormStep, act: Question) -> None:
        """Ask whether the law asks for a consent that is new, not given yet, on a form that is filled in anyway."""
        given = act.consents_to or "", consenting(self.after.model, form, act)
        if given not in self.consents or self.after.sure(form.id, consent(*given)) or (form.id, given) in self._given:
            self.refuse(place_of(self.new, form), says.FOR_NOBODY, act.id)
        self._given.add((form.id, given))
        if not self.pairs.filled_in(form.id):
            self.refuse(place_of(self.new, form), says.NOT_ANYWAY, form.id)

    # --- log-ins, conditions

    def _log_in(self, step: Identify, where: str) -> None:
        """Ask whether everybody can log in, where he fills in a form anyway, and somebody needs it [8]."""
        log_in, who = self.catalogue.log_in.get(step.using), self.after.naming.subject(actor(step.by or "").whom)
        everybody = log_in is not None and log_in.offered and log_in.coverage >= 1 and self.policy.new_log_ins
        if log_in is None or not everybody or who is None or who.entity.id != log_in.about:
            self.refuse(where, says.NO_LOG_IN, step.id)
        if not self.used[step.id][0] & ~(self.after.at.get(step.id, State()).sure >> EACH_LEVEL - 1):
            self.refuse(where, says.FOR_NOBODY, step.id)
        flow, behind = self.after.flow, step.id
        while behind in self.pairs.new:  # it may stand before others that were put in
            behind = str(next(iter(flow.then[flow.behind[behind]]), ""))
        form = self.new.step_by_id.get(behind)
        if (
            not isinstance(form, FormStep)
            or form.id not in self.old.step_by_id
            or self.old.step_by_id[form.id].by != step.by
        ):
            self.refuse(where, says.NOT_AT_FORM, step.id)
        elif not self.pairs.filled_in(form.id):
            self.refuse(where, says.NOT_ANYWAY, form.id)

    def _condition(self, form: FormStep, item: Asked) -> None:
        """Ask whether a new condition can be told where it stands, as surely as where the choice is made [4]."""
        asked = list(self.after.model.questions(form))
        earlier = asked[: asked.index(item)] if isinstance(item, Question) else asked
        said = {one.fact for one in earlier if one.condition is None or not isinstance(item, Question)}
        after = self.after
        # where it counts, it was as sure as the choices want it
        counted = any(name == form.id and after.states.conditional[name, n] is item for name, n in after.states.counted)
        for read in conditional(form.id, item):
            now, fact = after.read(read), read.fact
            chosen_by = (n for one, n in self.reading.needed.items() if (one.what, one.fact) == ("condition", fact))
            least = 1 if counted or (now and fact in said) else max(1, max(chosen_by, default=3))
            self.reading.least(form.id, fact, now, least)
        if given_by(item) <= condition_facts(item):  # a paper may show besides what its condition reads
            self.refuse(place_of(self.new, form), says.CONDITION_OF_ITSELF, name_of(item))
