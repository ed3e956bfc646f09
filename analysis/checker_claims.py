"""The checker holds what a certificate says against what it found out by itself: suppliers, law, levels, counterparts."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from analysis import checker_words as says
from analysis.certificate import Certificate, Claim, Counterpart, Source, Supplier
from analysis.checker_steps import Comparison, place_of, where
from analysis.checker_ways import NONE, Facts, Levels, Read, Way, consenting, given_by, gives_of, log_in_facts, name_of
from processes import condition
from processes.catalogue import Agreement, Catalogue
from processes.policy import Policy
from processes.procedure import (
    Approve,
    Check,
    Choose,
    Decide,
    FormStep,
    Identify,
    Issue,
    Lookup,
    Notify,
    Pay,
    Procedure,
    Refuse,
    Step,
    walk,
)
from processes.resolved import service_fact
from processes.words import Words


@dataclass
class Claims:
    """What a certificate says, line by line, held against what the checker found out by itself."""

    said: Certificate
    new: Procedure
    catalogue: Catalogue
    policy: Policy
    before: Way
    after: Way
    pairs: Comparison
    needed: dict[Read, int]  # what must stay as sure, by who reads it
    stands: Callable[[Read], bool]  # whether who reads it is still there
    seen: Callable[[str], Iterator[tuple[str, int]]]  # by a judgement that does not say what it reads
    behind: dict[tuple[str, str], int]  # what it is taken to read behind steps before it: step, fact, and how sure
    refuse: Callable[..., None]

    def check(self) -> None:
        """Refuse every line that does not hold, and tell what is not said."""
        self._suppliers()
        self._claims()
        self._derivations()

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
            path, key = (
                f"suppliers[{number}]",
                _supplier_key(one.kind, one.name, one.about, frozenset(one.gives), one.steps),
            )
            if key not in expected or key in seen:
                self.refuse(path, says.NO_SUCH_SUPPLIER, one.name)
                continue
            seen[key] = number
            said = one.model_dump()
            said["keys"] = tuple(sorted((key.fact, key.level) for key in one.keys))
            for name, value in expected[key].items():
                if said[name] != value:
                    self.refuse(f"{path}.{name}", says.SAYS_OTHERWISE, _text(said[name]), _text(value))
            for fact in sorted({key.fact for key in one.keys if key.level} - there):  # a look-up of today may lack one
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
                return NONE.union(*(given_by(item) for (form, _), item in self.after.items.items() if form == step.id))
            case Identify():
                return log_in_facts(self.after.model, step)
        return self.after.naming.known(gives_of(step))

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
            elif why := self.no_permission(real, supplier.name):
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
        if service not in one.services or one.consumer != self.new.agency or self.new.purpose not in one.purposes:
            return says.FOR_OTHERS
        return None

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
            if r.what not in ("key", "confirmed") and self.stands(r)
        }
        for place in self.before.silent:
            for fact, n in self.seen(place):
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
                self.refuse(where(self.new, one.place.partition(":")[0]), says.NO_COUNTERPART, one.place)
        conditions: dict[tuple[Any, ...], dict[str, Any]] = {}
        for form, item in pairs.conditions:
            assert item.condition is not None  # noqa: S101  # as above
            reads = tuple(
                {"fact": f, "level": self.after.reads[Read(form.id, f"condition of {name_of(item)}", f)]}
                for f in sorted(condition.facts_read(item.condition))
            )
            conditions[form.id, name_of(item)] = {"condition": condition.to_text(item.condition), "reads": reads}
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
        returns = {(step,): {"form": form} for step, form in pairs.on_return.items()}
        self._lines("returns", self.said.returns, ("step",), returns)
        self._look_up_lines()
        best = self.said.optimum
        figures = [one for one in (best.bound, best.gap, best.weighed) if one is not None]
        if figures and (len(figures) < 3 or abs(figures[2] - figures[0] - figures[1]) > 0.01):
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
            key = tuple(getattr(line, one) for one in keys)
            if key not in expected or key in seen:
                self.refuse(f"{name}[{number}]", says.NO_SUCH_LINE, _text(key))
            for part, value in expected.get(key, {}).items():
                told = getattr(line, part)
                if told == value:
                    continue
                told = _plain(told)
                told = (views or {}).get(part, lambda one: one)(told)
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
            if self.stands(read) and read.what not in ("key", "confirmed"):
                needs[read.fact] = max(n, needs.get(read.fact, 0))
        for place in self.before.silent:
            for fact, n in self.seen(place):
                needs[fact] = max(n, needs.get(fact, 0))
        for (_, fact), n in self.behind.items():
            needs[fact] = max(n, needs.get(fact, 0))
        for step, rules in self.after.rules.items():
            then = None if step in self.pairs.how and self.pairs.how[step] == "new" else self.before.before.get(step)
            for rule in rules if rules and rules[0].kind == "service" else ():
                for fact in rule.keys:  # a look-up of today may lack one
                    least = rule.least if then is None else min(rule.least, then.get(fact, 0))
                    needs[fact] = max(least, needs.get(fact, 0))
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


def _supplier_key(
    kind: str, name: str, about: dict[str, str], gives: Facts, steps: tuple[str, ...]
) -> tuple[object, ...]:
    """Return what tells one supplier from another: a service is one for all steps that ask it about the same.

    So is an act that says of two that they are one, for all forms that ask it; what a step computes is its own.
    """
    told = {"service": (), "same": (tuple(sorted(gives)),)}.get(kind, (tuple(sorted(gives)), steps))
    return kind, name, tuple(sorted(about.items())), *told


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(_plain(one) for one in value)
    return value.model_dump() if isinstance(value, Claim) else value


def _visible(way: Way) -> list[Counterpart]:
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
