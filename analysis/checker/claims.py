"""The checker holds what a certificate says against what it found out by itself: suppliers, law, levels, counterparts."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from analysis.certificate import (
    Added,
    Certificate,
    Claim,
    Counterpart,
    DemandMet,
    Dropped,
    Fetched,
    NeededFact,
    Source,
    Supplier,
    SureFact,
)
from analysis.checker import words as says
from analysis.checker.steps import ROUNDED, Comparison, place_of
from analysis.checker.ways import NONE, Levels, Read, Way, consenting, given_by, gives_of, log_in_facts, name_of
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
from processes.words import Words

Line = TypeVar("Line", bound=Claim)


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
    seen: dict[str, dict[str, int]]  # by judgement that does not say what it reads: what it sees today, and how sure
    behind: dict[tuple[str, str], int]  # what it is taken to read behind steps before it: step, fact, and how sure
    refuse: Callable[..., None]
    consents: set[tuple[str, str]] = field(default_factory=set)  # that the law asks for: to which service, by whom

    def check(self) -> None:
        """Refuse every line that does not hold, and tell what is not said [10]."""
        said, needs = self.said, self._needs()
        lost = NONE.union(*(facts for *_, facts in self.pairs.dropped))
        facts = [NeededFact(fact=fact, needed=needs[fact]) for fact in lost if needs.get(fact)]
        dropped = [
            Dropped(step=step, kind=kind, subject=subject, facts=tuple(sorted(facts)))  # type: ignore[arg-type]  # as named there
            for step, kind, subject, facts in self.pairs.dropped
        ]
        self._held("dropped", said.dropped, dropped, lambda one: (one.step, one.kind, one.subject))
        self._held("added", said.added, self._added(), lambda one: (one.step, one.kind, one.subject))
        self._held("facts", said.facts, facts, lambda one: (one.fact,), but="derivation")
        self._held("suppliers", said.suppliers, self._suppliers(), _supplier, but="agreements")
        self._held("demands", said.demands, self._demands(), lambda one: (one.place, one.what, one.fact))
        self._held("counterparts", said.counterparts, self._counterparts(), lambda one: (one.place, one.kind))
        for number, one in enumerate(said.suppliers):
            step = self.new.step_by_id.get(one.step)
            if isinstance(step, Lookup) and one.step in self.pairs.new:
                self._lawful(one, step, f"suppliers[{number}].agreements")
            elif one.agreements:
                self.refuse(f"suppliers[{number}].agreements", says.AGREEMENT_FOR_NOTHING)
        for form, act in self.pairs.consents:
            consent = act.consents_to or "", consenting(self.after.model, form, act)
            if consent not in self.consents or self.after.sure(form.id, _consent(*consent)):
                self.refuse(place_of(self.new, form), says.FOR_NOBODY, act.id)
            if not self.pairs.filled_in(form.id):
                self.refuse(place_of(self.new, form), says.NOT_ANYWAY, form.id)
        self._derivations()
        self._arithmetic(changed=bool(dropped or self.pairs.new or self.pairs.conditions))

    def _arithmetic(self, *, changed: bool) -> None:
        """Ask whether what is said of minutes fits together; whether it is true nobody asks here."""
        best, before, after = self.said.optimum, self.said.weight_before, self.said.weight_after
        if best.bound is None or best.gap is None or best.weighed is None:
            fits = best.bound is best.gap is best.weighed
        else:
            more = after.citizen_minutes - best.weighed  # than before the moves, which ask for no more
            fits = abs(best.weighed - best.bound - best.gap) <= ROUNDED and best.gap >= 0
            fits = fits and (more if self.said.moves else abs(more)) <= ROUNDED
        if not fits:
            self.refuse("optimum", says.OPTIMUM_DOES_NOT_FIT)
        if best.status == "optimal" and best.gap != 0:
            self.refuse("optimum.gap", says.OPTIMUM_DOES_NOT_FIT)
        if best.status == "as today" and (changed or (before != after and not self.said.moves)):
            self.refuse("optimum.status", says.OPTIMUM_DOES_NOT_FIT)

    def _held(
        self, name: str, said: Sequence[Line], found: Iterable[Line], key: Callable[[Line], object], but: str = ""
    ) -> None:
        """Hold lines of the certificate against what was found, whatever their order; one field may be looked at elsewhere."""
        expected, seen = {key(one): one for one in found}, set[object]()
        for number, line in enumerate(said):
            true = expected.get(key(line))
            if true is None or key(line) in seen:
                self.refuse(f"{name}[{number}]", says.NO_SUCH_LINE, _text(key(line)))
                continue
            seen.add(key(line))
            for part, told in line if line != true else ():
                if part != but and told != (value := getattr(true, part)):
                    self.refuse(f"{name}[{number}].{part}", says.SAYS_OTHERWISE, _text(told), _text(value))
        for one in expected.keys() - seen:
            if getattr(expected[one], "kind", "") not in (
                "computed",
                "derive",
                "same",
            ):  # named where a fact comes from them
                self.refuse(name, says.LINE_LACKING, _text(one))

    # --- what must stand there

    def _added(self) -> Iterator[Added]:
        for step in self.pairs.new.values():
            subject = (
                getattr(step, "using", "") or getattr(step, "service", "") or self.pairs.on_return.get(step.id, "")
            )
            yield Added(step=step.id, kind=step.kind, subject=subject)
        for form, act in self.pairs.consents:
            who = consenting(self.after.model, form, act)
            yield Added(step=form.id, kind="consent", subject=act.id, says=f"{act.consents_to} by {who}")
        for form, item in self.pairs.conditions:
            if item.condition is not None:
                reads = {
                    f: Read(form.id, f"condition of {name_of(item)}", f) for f in condition.facts_read(item.condition)
                }
                sure = tuple(SureFact(fact=fact, level=self.after.read(read)) for fact, read in sorted(reads.items()))
                text = condition.to_text(item.condition)
                yield Added(step=form.id, kind="condition", subject=name_of(item), says=text, reads=sure)

    def _suppliers(self) -> Iterator[Supplier]:
        for rule in (*(rule for rules in self.after.rules.values() for rule in rules), *self.after.everywhere):
            step = self.new.step_by_id.get(rule.step)
            service = self.catalogue.service[rule.name] if isinstance(step, Lookup) else None
            subjects = self.after.model.subjects(step) if isinstance(step, Lookup) else {}
            fetched = rule.gives | rule.confirms if service and rule.step in self.pairs.new else NONE
            yield Supplier(
                step=rule.step,
                kind=rule.kind,  # type: ignore[arg-type]  # one of those
                name=rule.name,
                about={name: subject.name for name, subject in subjects.items()},
                keys=tuple(
                    SureFact(fact=key, level=self.after.sure(rule.step, key) if service else 1)
                    for key in sorted(rule.keys)
                ),
                gives=tuple(sorted(rule.gives)),
                confirms=tuple(sorted(rule.confirms)),
                level=rule.most,
                key_level=rule.least,
                coverage=service.coverage if service else 1.0,
                fetches=tuple(
                    Fetched(fact=fact, read_at=tuple(sorted(self.after.readers_of(fact, rule.step))))
                    for fact in sorted(fetched)
                ),
            )

    def _demands(self) -> Iterator[DemandMet]:
        for read, n in self.needed.items():
            if read.what not in ("key", "confirmed"):
                now = self.after.read(read)
                yield DemandMet(place=read.place, what=read.what, fact=read.fact, needed=n, level=now)
        for place, facts in self.seen.items():
            for fact, n in facts.items():
                now = self.after.sure(place, fact)
                yield DemandMet(place=place, what="silent judgement", fact=fact, needed=n, level=now)

    def _counterparts(self) -> Iterator[Counterpart]:
        """Yield decisions and outcomes; that they are today's was asked already, step by step."""
        for item in walk(self.new.steps):
            told = isinstance(item, Decide | Approve | Notify | Refuse | Pay) or (
                isinstance(item, Issue) and not item.letter
            )
            if isinstance(item, Choose):
                yield Counterpart(place=self.after.flow.name[id(item)], kind=item.kind)
            elif isinstance(item, Step) and (told or item.records):
                yield Counterpart(place=item.id, kind=item.kind)

    def _needs(self) -> dict[str, int]:
        """Return, for each fact, the highest level at which anybody needs it."""
        needs = [(read.fact, n) for read, n in self.needed.items() if read.what not in ("key", "confirmed")]
        needs += [one for facts in self.seen.values() for one in facts.items()]
        return dict(sorted([*needs, *((fact, n) for (_, fact), n in self.behind.items())]))  # the highest comes last

    # --- law

    def _lawful(self, supplier: Supplier, step: Lookup, path: str) -> None:
        """Ask whether the agreements named are those of the catalogue, count, and cover what is fetched, with consent where needed [8]."""
        by_id = {one.id: one for one in self.catalogue.agreements}
        good: list[Agreement] = []
        for number, copy in enumerate(supplier.agreements):
            at, real = f"{path}[{number}]", by_id.get(copy.id)
            if real in good:
                self.refuse(at, says.NAMED_TWICE, copy.id)
            elif real is None or (then := copy.model_dump()) != (now := real.model_dump()):
                part = "" if real is None else "." + next(name for name in now if then[name] != now[name])
                self.refuse(at + part, says.OTHER_AGREEMENT, copy.id)
            elif why := self.no_permission(real, supplier.name):
                self.refuse(at, why, real.id, self.policy.date)
            else:
                good.append(real)
        where = place_of(self.new, step)
        if step.rests_on is not None and not any(step.rests_on.law in one.legal_basis for one in good):
            self.refuse(where, says.OTHER_LEGAL_BASIS, step.id)
        for word in step.gets:
            covering = [one for one in good if one.facts == "all" or word in one.facts]
            if not covering:
                self.refuse(where, says.NOT_COVERED, word)
            elif all(one.consent for one in covering):
                for subject in self.after.model.subjects(step).values():
                    self.consents.add((step.service, subject.name))
                    if not self.after.sure(step.id, _consent(step.service, subject.name)):
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

    # --- where what was dropped comes from now

    def _derivations(self) -> None:
        """Go through how each fact of something dropped is said to come now: nothing may rest on what stands behind it [10]."""
        for number, one in enumerate(self.said.facts):
            path, reached = f"facts[{number}].derivation", Levels()
            for k, source in enumerate(one.derivation):
                if source.level != self._level(source, reached) or source.level <= reached.get(source.fact, 0):
                    self.refuse(f"{path}[{k}]", says.NOT_FROM_HERE, source.fact)
                reached[source.fact] = max(source.level, reached.get(source.fact, 0))
            if reached.get(one.fact, 0) < one.needed or one.derivation[-1].fact != one.fact:
                self.refuse(path, says.DERIVED_TOO_LOW, one.fact)

    def _level(self, source: Source, reached: Levels) -> int:
        """Return the level that a source has a fact at, given what stands before it."""
        fact, step = source.fact, self.new.step_by_id.get(source.step or "")
        if source.supplier is not None:
            one = self.said.suppliers[source.supplier] if source.supplier < len(self.said.suppliers) else None
            if one is None or not (fact in one.gives or (fact in one.confirms and reached.get(fact))):
                return 0
            sure = min([reached.get(k.fact, 0) for k in one.keys if fact in one.gives or k.fact != fact], default=3)
            return min(one.level, sure) if sure >= one.key_level else 0
        match step:
            case Check() if fact in self.after.naming.known(step.verifies):
                return 2 if reached.get(fact) else 0
            case FormStep():
                return int(any(fact in given_by(item) for item in self.after.asked[step.id]))
            case Identify():
                return 3 if fact in log_in_facts(self.after.model, step) else 0
        return 3 if step is not None and fact in self.after.naming.known(gives_of(step)) else 0


def _consent(service: str, who: str) -> str:
    return f"consent to {service} by {who}"


def _supplier(one: Supplier) -> object:
    """Return what tells one supplier from another; who are one by an act is told by what it makes of one of them."""
    return one.step, one.kind, one.name, one.kind == "same" and (one.keys, one.gives)


def _text(value: object) -> str:
    """Return a value as people read it."""
    if isinstance(value, Claim):
        return " ".join(_text(one) for _, one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {one}" for key, one in sorted(value.items())) or "-"
    return ", ".join(map(_text, value)) or "-" if isinstance(value, tuple) else str(value)
