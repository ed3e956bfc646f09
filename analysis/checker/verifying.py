"""The independent checker: whether a redesign decides every case as today; shares no code with whoever makes redesigns.

It reads both procedures, the catalogue, the policy and the certificate, finds out by itself what is certain where, and holds
the claims against that. Of the folder around it imports the shape of certificates alone, of `processes/` what the language
means: values, the names of facts, the reading of conditions.

Why what it accepts decides every case as today is told on one page, "Certificate and checker" in `analysis/README.md`. Numbers in
brackets are the steps of that argument: `[4]`.

Read in this order: `steps.py` holds the steps of both side by side [2, 9]; `flow.py` says what may come after what,
`ways.py` goes all ways of one procedure and notes how sure each fact is where it is read [3], `agreeing.py` once more
for each answer to conditions that several choices share [4]; this module asks what must
follow [4-8]; `claims.py` holds the certificate against all that [8, 10]; `moves.py` goes from there through the
moves, one by one [11]. `words.py` has the sentences.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from analysis.certificate import Certificate, behind, fingerprint, level_words, reached_fingerprint
from analysis.checker import words as says
from analysis.checker.agreeing import by_answers, short
from analysis.checker.claims import Claims
from analysis.checker.flow import Node, sides
from analysis.checker.moves import Moves
from analysis.checker.steps import Comparison, place_of, where
from analysis.checker.ways import NONE, Read, Rule, Way, act_of, condition_facts, given_by, log_in_facts, name_of
from analysis.checker.words import Refusal
from processes.catalogue import Catalogue
from processes.part import placeless
from processes.policy import Policy
from processes.procedure import (
    Back,
    Check,
    Derive,
    FormStep,
    Identify,
    Lookup,
    Procedure,
    Step,
    Wait,
    actor,
    walk,
)
from processes.resolved import Paper, Question, Resolved, resolved
from processes.words import Words


def verify(
    before: Procedure, after: Procedure, catalogue: Catalogue, policy: Policy, certificate: Certificate
) -> tuple[Refusal, ...]:
    """Return why a redesign and its certificate are refused: nothing, if they hold.

    What is proven then: as long as suppliers tell the truth, declared facts are true or corrected, and a judgement depends on
    nothing but what its step declares, the redesign comes to the same outcome as today for every case, with the same facts on what
    is issued, each at least as sure. What services cover and what people are asked for in minutes is not proven.

    Args:
        before: Today's procedure, well-formed.
        after: The redesigned one, well-formed.
        catalogue: What both refer to.
        policy: The date, and what counts.
        certificate: What is claimed.

    Complexity: linear in steps, at each of them in the facts that are there and the rules in force; one more pass for each return
    that lowers what is certain.

    Source:
        Translation validation: Pnueli, A., Siegel, M., Singerman, E. (1998), https://doi.org/10.1007/BFb0054170. Certifying
        algorithms: McConnell, R., Mehlhorn, K., Näher, S., Schweitzer, P. (2011), https://doi.org/10.1016/j.cosrev.2010.09.009.
    """
    verification = _Verification(before, _unmoved(after, certificate), after, catalogue, policy, certificate)
    try:
        return verification.refusals()
    except (KeyError, IndexError, AttributeError, ValueError, StopIteration):
        if not certificate.moves:
            raise
        # what moves were made in comes with the certificate, and nobody has looked yet whether it names what there is
        return (*verification.found, Refusal("moves[0].made_in", says.UNREADABLE_STAGE))


def _unmoved(after: Procedure, certificate: Certificate) -> Procedure:
    """Return the redesign before any move: about that speak all lines but the moves."""
    return certificate.moves[0].made_in if certificate.moves else after


@dataclass
class _Verification:
    old: Procedure
    new: Procedure  # before any move
    moved: Procedure  # the redesign
    catalogue: Catalogue
    policy: Policy
    said: Certificate
    found: list[Refusal] = field(default_factory=list)

    def refuse(self, where: str, words: Words, *parts: object) -> None:
        refusal = Refusal(where, says.filled(words, *parts))
        if refusal not in self.found:
            self.found.append(refusal)

    def refusals(self) -> tuple[Refusal, ...]:
        """Return what is found, in the order of the argument; what is not about these files is looked at no further."""
        self._about_these()
        if self.found:
            return tuple(self.found)
        self._lay_side_by_side()
        self._met()
        self._only_if_known()
        self._sound(self.new, self.after)
        self._put_in()
        claims = Claims(
            *(self.said, self.new, self.catalogue, self.policy, self.before, self.after, self.pairs),
            *(self.needed, self.seen, self.behind, self.refuse),
        )
        claims.check()
        if self.said.moves and not self.found:
            self._moved(claims)
        return tuple(self.found)

    def _about_these(self) -> None:
        """Ask whether the certificate is about these procedures, catalogue and policy, and names tell steps apart [1]."""
        for path, named, procedure in (("before", self.said.before, self.old), ("after", self.said.after, self.moved)):
            if (named.procedure, named.sha256) != (procedure.id, fingerprint(procedure)):
                self.refuse(f"{path}.sha256", says.OTHER_PROCEDURE, procedure.id)
        if self.said.catalogue != reached_fingerprint(self.old, self.catalogue):
            self.refuse("catalogue", says.OTHER_CATALOGUE)
        if fingerprint(self.said.policy) != fingerprint(self.policy):
            self.refuse("policy", says.OTHER_POLICY)
        for procedure in (self.old, self.new, self.moved, *(move.made_in for move in self.said.moves)):
            names = Counter(item.id for item in walk(procedure.steps) if isinstance(item, Step))
            for name in sorted(name for name, times in names.items() if times > 1):
                self.refuse(f"{procedure.id}: {name}", says.NAMED_TWICE, name)

    def _lay_side_by_side(self) -> None:
        """Go all ways of both procedures [3], compare them step by step [2], and find what must be as sure as today."""
        then = resolved(self.old, self.catalogue)
        alike = [placeless(one) for one in self.old.roles] == [placeless(one) for one in self.new.roles]
        self.before = Way(then, None)
        self.after = Way(_like(then, self.new) if alike else resolved(self.new, self.catalogue), self.before.shown)
        self.pairs = Comparison(self.before, self.after, self.policy.date, self.refuse)
        self.seen = {place: dict(self._seen(place)) for place in self.before.silent}
        for place, facts in self.seen.items():
            self.before.readers += [(place, fact, place) for fact in self.before.at[place].sure]
            self.after.readers += [(place, fact, place) for fact in facts if place in self.after.silent]
        self.behind = dict(self._read_behind())
        self.agreed = self._agreed()
        self.needed = self._needed()

    def _moved(self, claims: Claims) -> None:
        """Go from the redesign before any move, of which all else speaks, to the one that is to hold [11]."""
        end = Way(_like(self.after.model, self.moved), self.before.shown)
        self._sound(self.moved, end)
        Moves(
            moves=self.said.moves,
            new=self.moved,
            start=self.after,
            shown=self.before.shown,
            policy=self.policy,
            refuses=claims.no_permission,
            refuse=self.refuse,
            answered=[(new, last) for _, new, last in by_answers(self.before, self.after, end)] if self.agreed else [],
        ).check(end)

    # --- what is read is there [4]

    def _needed(self) -> dict[Read, int]:
        """Return how sure each fact must be where it is read still: as the law states, else as it is there today [4]."""
        needed = {}
        for read in short(self.before) - self.agreed:
            self.refuse(where(self.old, read.place), says.MISSING_TODAY, read.fact)
        for read, today in self.before.reads.items():
            if self._stands(read) and (read.what not in ("key", "confirmed") or self._of_use(read)):
                sure = max(today.law, min(today.sure, today.enough) if today.open else 0)
                needed[read] = 0 if read in self.agreed else sure
        return needed

    def _agreed(self) -> set[Read]:
        """Return what is there today only if choices with the same condition agree (definitions §2); ask that it stays so.

        Every case has one answer to such a condition, so it is enough that each answer by itself leaves every reader what it has
        today with that answer [4].
        """
        found, told = short(self.before), [*by_answers(self.before, self.after)] if short(self.before) else []
        for then, _ in told:
            found -= short(then)
        found &= {read for then, _ in told for read in then.reads}
        for then, now in told:
            for read in found & then.reads.keys():
                today = then.reads[read]
                if self._stands(read) and read.place in now.at:
                    sure = max(today.law, min(today.sure, today.enough) if today.open else 0)
                    self._least(read.place, read.fact, now.read(read), sure)
        return found

    def _stands(self, read: Read) -> bool:
        """Whether what reads a fact today still stands: a step that is gone reads nothing, nor the condition of a question that is."""
        here = read.place in self.new.step_by_id and read.place not in self.pairs.gone
        return (here or read.place.startswith("choose ")) and (
            not read.what.startswith("condition of ") or read in self.after.reads
        )

    def _of_use(self, read: Read) -> bool:
        """Whether somebody reads what is derived from an input, or what a look-up confirms."""
        step = self.old.step_by_id[read.place]
        if isinstance(step, Lookup) and read.what == "key":
            return True
        outputs = [rule.gives for rule in self.before.rules[step.id] if read.fact in rule.keys]
        facts = NONE.union(*outputs) if isinstance(step, Derive) else frozenset([read.fact])
        return any(self.before.readers_of(fact, step.id) for fact in facts)

    def _met(self) -> None:
        """Ask whether every fact that is needed is there, surely enough, also for judgements that do not say what they read [4, 6]."""
        for read, wanted in self.needed.items():
            self._least(read.place, read.fact, self.after.read(read), wanted)
        for place, facts in self.seen.items():
            for fact, wanted in facts.items() if place in self.after.at else ():
                self._least(place, fact, self.after.sure(place, fact), wanted)
        for (name, fact), wanted in self.behind.items():
            there = self.after.gaps.get(self.pairs.gaps[name])
            self._least(name, fact, there.sure.get(fact, 0) if there is not None else wanted, wanted)

    def _least(self, place: str, fact: str, now: int, wanted: int) -> None:
        if now < wanted:
            procedure = self.old if place not in self.new.step_by_id and place in self.old.step_by_id else self.new
            self.refuse(where(procedure, place), says.TOO_LOW, fact, level_words(now), level_words(wanted))

    # --- of what is there on some ways only, the same is known [5]

    def _only_if_known(self) -> None:
        """Ask that whoever gives a fact, of which a condition asks whether it is known, goes on giving it, and nobody else does [5]."""
        unsure = {read for read, one in self.before.reads.items() if not one.sure and one.tested and not one.law}
        rules = [*self.before.everywhere, *(rule for rules in self.before.rules.values() for rule in rules)]
        tested, grown = {read.fact for read in unsure if read.what == "condition" or self._stuck_without(read)}, -1
        while len(tested) > grown:
            grown = len(tested)
            for read in unsure:
                for item in self.before.asked.get(read.place, ()):
                    decides = act_of(item) is not None or not given_by(item).isdisjoint(tested)
                    under = read.what == f"condition of {name_of(item)}" and read.fact in condition_facts(item)
                    if under and decides:
                        tested.add(read.fact)
            keys = {Read(rule.step, "key", key) for rule in rules if rule.gives & tested for key in rule.keys}
            tested |= {key.fact for key in keys if key in unsure or key not in self.before.reads}
        for form, one in self.pairs.conditions:
            for fact in sorted(given_by(one) & tested):
                self.refuse(place_of(self.new, form), says.ONLY_IF_KNOWN, fact)
        then, now = (Counter(self._givers(way, tested)) for way in (self.before, self.after))
        for place, fact, _ in sorted((then - now) + (now - then)):
            self.refuse(where(self.new if place in self.new.step_by_id else self.old, place), says.ONLY_IF_KNOWN, fact)

    def _stuck_without(self, read: Read) -> bool:
        """Whether a case comes to a stop where a look-up that stays lacks a key, as on some ways it does today [7]."""
        step = self.old.step_by_id.get(read.place)
        return read.what == "key" and isinstance(step, Lookup) and read.place not in self.pairs.gone

    def _givers(self, way: Way, facts: set[str]) -> Iterator[tuple[str, str, str]]:
        for step in way.model.procedure.step_by_id.values() if facts else ():
            given = [(name_of(item), fact) for item in way.asked.get(step.id, ()) for fact in given_by(item)]
            given += [("", fact) for fact in (log_in_facts(way.model, step) if isinstance(step, Identify) else ())]
            given += [("", fact) for rule in way.rules[step.id] for fact in rule.gives]
            yield from ((step.id, fact, name) for name, fact in given if fact in facts)

    # --- judgements see what they saw [6]

    def _seen(self, place: str) -> Iterator[tuple[str, int]]:
        """Yield what a silent judgement sees today: consents left out, and what is computed unless somebody said it [6]."""
        state, computed = self.before.at[place], NONE.union(*(rule.gives for rule in self.before.everywhere))
        for fact, sure in sorted(state.sure.items()):
            if not fact.startswith("consent to ") and (fact not in computed or state.own.get(fact)):
                yield fact, sure

    def _read_behind(self) -> Iterator[tuple[tuple[str, str], int]]:
        """Yield what each form, log-in and check before a silent judgement brings, and how sure it is right behind that step today [6]."""
        earlier = {name for place in self.before.silent for name in self.before.flow.before(place)}
        for name in (one for one in sorted(self.pairs.gaps) if one in earlier):
            there, gap = self.before.flow.behind[name], self.pairs.gaps[name]
            for fact in sorted(self.before.brings(self.old.step_by_id[name]) if there in self.before.gaps else ()):
                if sure := self.before.gaps[there].sure.get(fact, 0):
                    yield (name, fact), sure
                    self.before.readers.append((behind(name), fact, there))
                    self.after.readers.append((behind(name), fact, gap))

    # --- no run comes to a stop, and what is put in is for something [7, 8]

    def _sound(self, procedure: Procedure, way: Way) -> None:
        """Ask whether every step is reached, a case can end from each, and returns stay in their side of parallel parts [7]."""
        for name, step in procedure.step_by_id.items():
            if name not in way.at:
                self.refuse(place_of(procedure, step), says.NEVER_REACHED, name)
            elif name not in way.ended:
                self.refuse(place_of(procedure, step), says.NEVER_ENDS, name)
        within = {id(item): side for item, side in sides(procedure.steps)}
        for item in walk(procedure.steps):
            if isinstance(item, Back) and within[id(item)] != within.get(id(procedure.step_by_id.get(item.target))):
                self.refuse(place_of(procedure, item), says.CROSSES_PARALLEL)

    def _put_in(self) -> None:
        """Ask of all that is put in whether it may be, is needed, and does no more than it is for [8]."""
        for step in self.pairs.new.values():
            where = place_of(self.new, step)
            works = isinstance(step, Identify | Lookup | Wait) and step.minutes
            if works or step.needs is not None or any((step.records, step.purpose, step.waits, step.within, step.note)):
                self.refuse(where, says.NEW_STEP_DOES_MORE, step.id)
            if step.id in self.pairs.residual or self.pairs.on_return.get(step.id):
                continue  # with the look-up it belongs to; held against today's form already
            match step:
                case Lookup():
                    self._look_up(step, where)
                case Identify():
                    self._log_in(step, where)
                case Wait() if not (step.lasts or step.by or step.minutes) and step.id in self.pairs.gone:
                    pass  # where a return led to a step that is gone
                case _:
                    self.refuse(where, says.UNEXPLAINED_STEP, step.id)
        for form, item in self.pairs.conditions:
            self._condition(form, item)

    def _log_in(self, step: Identify, where: str) -> None:
        """Ask whether everybody can log in, where he fills in a form anyway, and somebody needs it [8]."""
        log_in, who = self.catalogue.log_in.get(step.using), self.after.naming.subject(actor(step.by or "").whom)
        everybody = log_in is not None and log_in.offered and log_in.coverage >= 1 and self.policy.new_log_ins
        if log_in is None or not everybody or who is None or who.entity.id != log_in.about:
            self.refuse(where, says.NO_LOG_IN, step.id)
        if not any(self.after.readers_of(fact, step.id) for fact in log_in_facts(self.after.model, step)):
            self.refuse(where, says.FOR_NOBODY, step.id)
        forms = {one.id for one in self.old.step_by_id.values() if isinstance(one, FormStep) and one.by == step.by}
        [behind] = self.after.flow.then[self.after.flow.behind[step.id]]
        while behind in self.pairs.new:
            [behind] = self.after.flow.then[self.after.flow.behind[str(behind)]]
        if behind not in forms:
            self.refuse(where, says.NOT_AT_FORM, step.id)
        elif not self.pairs.filled_in(str(behind)):
            self.refuse(where, says.NOT_ANYWAY, str(behind))

    def _condition(self, form: FormStep, item: Question | Paper) -> None:
        """Ask whether a new condition can be told where it stands, as surely as where the choice is made [4]."""
        asked = list(self.after.model.questions(form))
        earlier = asked[: asked.index(item)] if isinstance(item, Question) else asked
        said = {one.fact for one in earlier if one.condition is None or isinstance(item, Paper)}
        choices = {read.fact: n for read, n in self.needed.items() if read.what == "condition"}
        for fact in sorted(condition_facts(item)):
            now = self.after.read(Read(form.id, f"condition of {name_of(item)}", fact))
            self._least(form.id, fact, now, 1 if now and fact in said else max(choices.get(fact, 3), 1))
        if given_by(item) <= condition_facts(item):  # a paper may show besides what its condition reads
            self.refuse(place_of(self.new, form), says.CONDITION_OF_ITSELF, name_of(item))

    def _look_up(self, step: Lookup, where: str) -> None:
        """Ask whether a look-up is about the right one, has its keys [7], and brings what every case it is made for needs [8]."""
        service, who, after = self.catalogue.service.get(step.service), self.after.model.subjects(step), self.after
        if service is None or not after.rules[step.id] or not step.gets:
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
        rule, places = after.rules[step.id][0], set[Node]()
        for fact in sorted(rule.keys | rule.confirms):
            self._least(step.id, fact, after.sure(step.id, fact), rule.least if fact in rule.keys else 1)
        for fact in sorted(rule.gives | rule.confirms):
            gaining = after.gaining_by(fact, step.id)
            places |= {node for _, node in gaining}
            if not gaining:
                self.refuse(where, says.FOR_NOBODY, fact)
        if not after.flow.comes_to(places, after.flow.behind[step.id]):
            self.refuse(where, says.FETCHED_TOO_EARLY, step.id)
        self._residual(step, rule, service.coverage, where)

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
        about, here = rule.gives | rule.confirms, place_of(self.new, form)
        questions, papers = self.after.model.questions(form), self.after.model.papers(form)
        asked = NONE.union(*map(given_by, questions))
        items: list[Question | Paper] = [*questions, *papers]
        whole = all(given_by(one) and one.condition is None for one in items)
        whole = whole and all(paper.share >= 1 for paper in papers) and all(map(self._as_usual, questions))
        people = {self.old.step_by_id[name].by for name in self.before.requests} or {self.old.agency}
        for fact in sorted(rule.gives - asked.union(*(paper.documented for paper in papers))):
            self.refuse(here, says.NOT_REPAIRED, fact, step.service)
        if not whole or asked - rule.gives or form.by not in people or form.uses:
            self.refuse(here, says.RESIDUAL_ASKS_MORE, form.id)
        for paper in papers:
            if not paper.facts & about:
                self.refuse(here, says.RESIDUAL_ASKS_MORE, paper.id)
        if check is not None:
            others = set(self.after.naming.known(check.verifies)) - about
            if others or check.gives or check.by is None or actor(check.by).whom != self.new.agency:
                self.refuse(place_of(self.new, check), says.RESIDUAL_ASKS_MORE, check.id)

    def _as_usual(self, one: Question) -> bool:
        """Whether a question of a residual form asks a fact and nothing else, in words of today or of the catalogue."""
        today = {
            asked.label
            for form in self.before.asked.values()
            for asked in form
            if isinstance(asked, Question) and asked.fact == one.fact
        }
        worded = one.fact is not None and one.label in {self.after.naming.words(one.fact), *today}
        return worded and not (one.act or one.declares or one.consents_to or one.same)


def _like(model: Resolved, procedure: Procedure) -> Resolved:
    """Return a procedure with the same roles, read against the same catalogue: forms that are the same value ask the same."""
    same = {name for name, step in procedure.step_by_id.items() if step is model.procedure.step_by_id.get(name)}
    questions = {name: asked for name, asked in model._questions.items() if name in same}
    papers = {name: taken for name, taken in model._papers.items() if name in same}
    return Resolved(procedure, model.catalogue, model.naming, questions, papers)
