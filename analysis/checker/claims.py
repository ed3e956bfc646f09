"""What a certificate says, line by line, beside what the checker found out by itself [10]; finds nothing out."""

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from analysis.certificate import (
    Added,
    Certificate,
    Claim,
    Counterpart,
    DemandMet,
    NeededFact,
    Source,
    Supplier,
    SureFact,
)
from analysis.checker import words as says
from analysis.checker.reading import Reading
from analysis.checker.rules import level_of
from analysis.checker.steps import ROUNDED, Comparison
from analysis.checker.things import brought, consenting, name_of
from analysis.checker.ways import Read, conditional
from processes import condition
from processes.procedure import Approve, Choose, Decide, Issue, Lookup, Notify, Pay, Refuse, Step, walk

VERIFIED = 2  # what a check raises to that which was said


class Claims:
    """What a certificate says, held against what was found."""

    def __init__(self, said: Certificate, reading: Reading, pairs: Comparison, refuse: says.Refusals) -> None:
        self.said, self.reading, self.pairs, self.refuse = said, reading, pairs, refuse
        self.new, self.after = reading.new, reading.after

    def check(self) -> None:
        """Refuse every line that does not hold, and tell what is not said [10]."""
        dropped, demands = self.pairs.dropped, [*self._demands()]
        self._held("dropped", dropped, "step", "kind", "subject")
        self._held("added", self._added(), "step", "kind", "subject")
        self._held("facts", self._facts(demands), "fact")
        self._held("suppliers", self._suppliers(), "step", "kind", "name", "who")
        self._held("demands", demands, "place", "what", "fact")
        self._held("counterparts", self._counterparts(), "place", "kind")
        self._sources()
        self._arithmetic(changed=bool(dropped or self.pairs.new or self.pairs.conditions))

    def _held(self, name: str, found: Iterable[Claim], *named_by: str) -> None:
        """Hold lines against what was found, whatever their order: each says it, none is lacking, none stands twice."""
        key = attrgetter(*named_by)
        expected, seen = {key(one): one for one in found}, set[object]()
        for number, line in enumerate(getattr(self.said, name)):
            true = expected.get(key(line))
            if true is None or key(line) in seen:
                self.refuse(f"{name}[{number}]", says.NO_SUCH_LINE, _text(key(line)))
                continue
            seen.add(key(line))
            for part, told in line if line != true else ():
                # agreements are held against the catalogue where it is asked whether they count
                if part != "agreements" and told != (value := getattr(true, part)):
                    self.refuse(f"{name}[{number}].{part}", says.SAYS_OTHERWISE, _text(told), _text(value))
        for one in expected.keys() - seen:
            if getattr(expected[one], "kind", "") not in ("computed", "derive", "same"):  # named where a fact comes so
                self.refuse(name, says.LINE_LACKING, _text(one))

    # --- what must stand there

    def _added(self) -> Iterator[Added]:
        for step in self.pairs.new.values():
            made_with = getattr(step, "using", "") or getattr(step, "service", "")
            yield Added(step=step.id, kind=step.kind, subject=made_with or self.pairs.on_return.get(step.id, ""))
        for form, act in self.pairs.consents:
            who = consenting(self.after.model, form, act)
            yield Added(step=form.id, kind="consent", subject=act.id, says=f"{act.consents_to} by {who}")
        for form, item in self.pairs.conditions:
            sure = tuple(SureFact(fact=one.fact, level=self.after.read(one)) for one in conditional(form.id, item))
            text = condition.to_text(item.condition) if item.condition is not None else ""
            yield Added(step=form.id, kind="condition", subject=name_of(item), says=text, reads=sure)

    def _facts(self, demands: Sequence[DemandMet]) -> Iterator[NeededFact]:
        """Yield what of that which is gone somebody reads, and the highest level at which anybody does."""
        needs = [(one.fact, one.needed) for one in demands]
        needs += [(fact, n) for (_, fact), n in self.reading.behind.items()]
        lost, highest = {fact for one in self.pairs.dropped for fact in one.facts}, dict(sorted(needs))
        return (NeededFact(fact=fact, needed=n) for fact, n in highest.items() if n and fact in lost)

    def _suppliers(self) -> Iterator[Supplier]:
        names, rules = self.after.facts.names, self.after.rules
        for rule in (*(rule for rules in rules.of.values() for rule in rules), *rules.everywhere):
            step = self.new.step_by_id.get(rule.step)
            asked = step if isinstance(step, Lookup) else None
            service = self.after.model.service(asked) if asked else None
            yield Supplier(
                step=rule.step,
                kind=rule.kind,  # type: ignore[arg-type]  # one of those
                name=rule.name,
                about={name: who.name for name, who in self.after.model.subjects(asked).items()} if asked else {},
                keys=tuple(
                    SureFact(fact=key, level=self.after.sure(rule.step, key) if asked else 1)
                    for key in names(rule.keys)
                ),
                gives=tuple(names(rule.gives)),
                confirms=tuple(names(rule.confirms)),
                level=rule.most,
                key_level=rule.least,
                coverage=service.coverage if service else 1.0,
                fetches=tuple(names(rule.about)) if asked and rule.step in self.pairs.new else (),
            )

    def _demands(self) -> Iterator[DemandMet]:
        for (place, what, fact), n in self.reading.needed.items():
            if what not in ("key", "confirmed"):
                now = self.after.read(Read(place, what, fact))
                yield DemandMet(place=place, what=what, fact=fact, needed=n, level=now)
        for place, facts in self.reading.seen.items():
            for fact, n in facts.items():
                now = self.after.sure(place, fact)
                yield DemandMet(place=place, what="silent judgement", fact=fact, needed=n, level=now)

    def _counterparts(self) -> Iterator[Counterpart]:
        """Yield decisions and outcomes; that they are today's was asked already, step by step."""
        for item in walk(self.new.steps):
            outcome = isinstance(item, Issue) and not item.letter
            if isinstance(item, Choose):
                yield Counterpart(place=self.after.flow.name[id(item)], kind=item.kind)
            elif isinstance(item, Decide | Approve | Notify | Refuse | Pay) or (
                isinstance(item, Step) and (outcome or item.records)
            ):
                yield Counterpart(place=item.id, kind=item.kind)

    # --- where what was dropped comes from now

    def _sources(self) -> None:
        """Go through where facts are said to come from now: nothing may rest on what stands behind it [10]."""
        reached: dict[str, int] = {}
        for number, source in enumerate(self.said.sources):
            if source.level != self._level(source, reached) or source.level <= reached.get(source.fact, 0):
                self.refuse(f"sources[{number}]", says.NOT_FROM_HERE, source.fact)
            reached[source.fact] = max(source.level, reached.get(source.fact, 0))
        for number, one in enumerate(self.said.facts):
            if reached.get(one.fact, 0) < one.needed:
                self.refuse(f"facts[{number}]", says.DERIVED_TOO_LOW, one.fact)

    def _level(self, source: Source, reached: dict[str, int]) -> int:
        """Return the level that a source has a fact at, given what stands before it."""
        fact, step = source.fact, self.new.step_by_id.get(source.step or "")
        if source.supplier is not None:
            one = dict(enumerate(self.said.suppliers)).get(source.supplier)
            if one is None or not (fact in one.gives or (fact in one.confirms and reached.get(fact))):
                return 0
            sure = min([reached.get(k.fact, 0) for k in one.keys if fact in one.gives or k.fact != fact], default=3)
            return min(one.level, sure) if sure >= one.key_level else 0
        if source.step is None:
            return level_of(self.after.brought, self.after.facts[fact])
        levels = (n for one, n, _ in brought(self.after.model, step) if one == fact) if step is not None else iter(())
        found = next(levels, 0)
        return 0 if found == VERIFIED and not reached.get(fact) else found

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


def _text(value: object) -> str:
    """Return a value as people read it."""
    if isinstance(value, Claim):
        return " ".join(_text(one) for _, one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {one}" for key, one in sorted(value.items())) or "-"
    return ", ".join(map(_text, value)) or "-" if isinstance(value, tuple) else str(value)
