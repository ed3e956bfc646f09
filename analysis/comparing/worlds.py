"""Made-up worlds for comparing two procedures: one true value for each fact, registries that tell it; runs nothing.

A `Recipe` says how a world differs from a plain one. It is small and can be made smaller, so that a case in which two procedures
differ can be shown to people with nothing in it but what matters.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal

from analysis.comparing.plain_values import Candidates
from analysis.demand import read_anywhere
from analysis.interpreter import Interpreter, Record
from processes import condition
from processes.case import DONE, Case, Value
from processes.condition_value import Single
from processes.element import DataElement
from processes.procedure import Approve, Back, Choose, Decide, Derive, FormStep, Lookup, Refuse, Steps, inside, walk
from processes.resolved import Fact, Resolved, Subject, service_fact

Answer = Literal["found", "none", "several"]
MOST_MEMBERS = 3  # of a many-role
USUAL_MEMBERS = 2


@dataclass(frozen=True)
class Recipe:
    """How a world and a case in it differ from the plain ones."""

    values: Mapping[str, Value] = field(default_factory=dict)  # of a many-role: more than enough, for its first members
    corrected: Mapping[str, Value] = field(default_factory=dict)  # the truth, where the first answer was wrong
    members: Mapping[str, int] = field(default_factory=dict)
    ways: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)  # of a service about somebody
    without: frozenset[str] = frozenset()  # papers that not everybody has

    def but(self, kind: str, name: str, new: object) -> "Recipe":
        """Return the recipe with one thing otherwise."""
        changed: dict[str, Any] = {kind: {**getattr(self, kind), name: new}}
        return replace(self, **changed)

    def simpler(self) -> "Iterator[Recipe]":
        """Yield the recipes with one thing less."""
        for kind in ("answers", "ways", "corrected", "members", "values"):
            for name in getattr(self, kind):
                changed: dict[str, Any] = {
                    kind: {other: v for other, v in getattr(self, kind).items() if other != name}
                }
                yield replace(self, **changed)
        for paper in sorted(self.without):
            yield replace(self, without=self.without - {paper})

    @property
    def size(self) -> int:
        """How many things are otherwise."""
        kinds = (self.values, self.corrected, self.members, self.ways, self.answers, self.without)
        return sum(len(kind) for kind in kinds)


class Setting:
    """Two procedures over one catalogue, and what a world for both needs to know of them."""

    def __init__(self, before: Resolved, after: Resolved, today: date) -> None:
        self.before, self.after, self.today = before, after, today
        # a judgement that does not say what it reads finds the same on the papers, whatever else is read or asked
        looked_for = frozenset[str]().union(*(read_anywhere(model) | _asked(model) for model in (before, after)))
        book = Interpreter(before, looked_for)
        self.books = (book, Interpreter(after, looked_for, book.papered))
        self.catalogue = before.catalogue
        self._facts: dict[str, Fact | None] = {}
        self._lists: dict[str, str | None] = {}

    @property
    def models(self) -> tuple[Resolved, Resolved]:
        """Both procedures."""
        return self.before, self.after

    def fact(self, name: str) -> Fact | None:
        """Return what a fact of either procedure is."""
        if name not in self._facts:
            self._facts[name] = self.before.naming.fact(name) or self.after.naming.fact(name)
        return self._facts[name]

    def list_of(self, name: str) -> str | None:
        """Return the many-role, or the many-relation, whose members a fact is about."""
        if name not in self._lists:
            self._lists[name] = self._list_of(name)
        return self._lists[name]

    def _list_of(self, name: str) -> str | None:
        parts = name.split(".")
        for number in range(1, len(parts) + 1):
            path = ".".join(parts[:number])
            subject = self.before.naming.subject(path) or self.after.naming.subject(path)
            if subject is not None and subject.many:
                return path
        return None

    def whole_of(self, many: str) -> str | None:
        """Return the many-role of which another is a part."""
        role = self.before.naming.roles.get(many) or self.after.naming.roles.get(many)
        return role.some_of if role is not None else None

    @cached_property
    def derived(self) -> dict[str, condition.Expression]:
        """How steps derive facts: the truth, wherever else they are asked; a value that is just set says something of the case.

        Of facts that are derived from each other one is the case's own.
        """
        found: dict[str, condition.Expression] = {}
        for model in self.models:
            for step in model.procedure.step_by_id.values():
                for one in step.computes if isinstance(step, Derive) else ():
                    name, parsed = model.naming.canonical(one.id), model.naming.expression(one.expression)
                    if name is None or parsed is None or not condition.facts_read(parsed):
                        continue
                    if name not in self._rested_on(parsed, found):
                        found.setdefault(name, parsed)
        return found

    def _rested_on(self, expression: condition.Expression, derived: Mapping[str, condition.Expression]) -> set[str]:
        """Return the facts an expression rests on, however far, if these are derived besides those always computed."""
        reached: set[str] = set()
        ahead = [expression]
        while ahead:
            for name in condition.facts_read(ahead.pop()) - reached:
                reached.add(name)
                parsed = self.books[0].computed(name) or self.books[1].computed(name) or derived.get(name)
                ahead += [parsed] if parsed is not None else []
        return reached

    def computed(self, name: str) -> condition.Expression | None:
        """Return what a fact is computed from, always or by a step."""
        return self.books[0].computed(name) or self.books[1].computed(name) or self.derived.get(name)

    def base(self, expression: condition.Expression) -> condition.Expression:
        """Return an expression with computed facts replaced by what they are computed from."""
        for _ in range(50):
            if not any(self.computed(name) for name in condition.facts_read(expression)):
                break
            expression = condition.substituted(expression, self.computed)
        return expression

    @cached_property
    def candidates(self) -> Candidates:
        """The values that facts may take which conditions read."""
        found = Candidates(self.fact, self._codes, self.today)
        for model, book in zip(self.models, self.books, strict=True):
            for text in conditions(model, book):
                found.add(self.base(text))
        return found

    def _codes(self, element: DataElement) -> tuple[str, ...]:
        codes = self.catalogue.code_list.get(element.codes or "")
        return tuple(str(one.id) for one in codes.codes) if codes is not None else ()

    @cached_property
    def varied(self) -> tuple[str, ...]:
        """Facts that no condition reads, but of which so few values are possible that two people often have the same."""
        few = [name for name in self._named if name not in self.candidates.by_fact and self.computed(name) is None]
        return tuple(name for name in few if (fact := self.fact(name)) and fact.element.type in ("yes/no", "choice"))

    @cached_property
    def deciding(self) -> tuple[str, ...]:
        """The facts of which values are tried."""
        return tuple(self.candidates.by_fact)

    @cached_property
    def anew(self) -> tuple[str, ...]:
        """Those of them that a return asks anew."""
        asked = {
            name
            for model in self.models
            for item in walk(model.procedure.steps)
            if isinstance(item, Back)
            for name in model.naming.known(item.anew)
        }
        return tuple(name for name in self.deciding if name in asked)

    @cached_property
    def lists(self) -> tuple[str, ...]:
        """The many-roles and many-relations that either procedure knows facts of."""
        return tuple(dict.fromkeys(many for name in self._named if (many := self.list_of(name))))

    @cached_property
    def _named(self) -> tuple[str, ...]:
        """All facts that questions and papers of either procedure are about, and that conditions read."""
        found: dict[str, None] = dict.fromkeys(self.deciding)
        for model in self.models:
            for step in model.procedure.step_by_id.values():
                if isinstance(step, FormStep):
                    found |= dict.fromkeys(question.fact for question in model.questions(step) if question.fact)
                    found |= dict.fromkeys(fact for paper in model.papers(step) for fact in sorted(paper.facts))
                if isinstance(step, Lookup) and (service := model.service(step)):
                    words = (*service.needs, *service.gives, *service.confirms)
                    found |= dict.fromkeys(model.naming.known(service_fact(model.subjects(step), w) for w in words))
        return tuple(found)

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """Everybody and everything whose facts occur, by name."""
        found: dict[str, Subject] = {}
        for name in self._named:
            fact = self.fact(name)
            if fact is not None:
                found.setdefault(fact.owner.name, fact.owner)
                if fact.relation is not None and (reached := self.before.naming.subject(name)):
                    found.setdefault(name, reached)
        for model in self.models:
            for role in model.procedure.roles:
                if subject := model.naming.subject(role.id):
                    found.setdefault(subject.name, subject)
        return tuple(found.values())

    @cached_property
    def asked(self) -> dict[str, tuple[dict[str, Subject], ...]]:
        """By service: whom it can be asked about, those first about whom look-ups ask."""
        found: dict[str, dict[str, dict[str, Subject]]] = {}
        for model in self.models:
            for step in model.procedure.step_by_id.values():
                if isinstance(step, Lookup):
                    asked = model.subjects(step)
                    found.setdefault(step.service, {})[_told(asked)] = asked
        for service, abouts in found.items():
            entity = self.catalogue.service[service].about if service in self.catalogue.service else ""
            for subject in self.subjects if isinstance(entity, str) else ():
                if subject.entity.id == entity:
                    abouts.setdefault(_told({"": subject}), {"": subject})
        return {service: tuple(abouts.values()) for service, abouts in found.items()}

    @cached_property
    def ways(self) -> dict[str, tuple[str, ...]]:
        """By judgement: its ways."""
        return {
            step.id: tuple(way.id for way in step.ways)
            for model in self.models
            for step in model.procedure.step_by_id.values()
            if isinstance(step, Decide | Approve) and step.ways
        }

    @cached_property
    def lasting(self) -> dict[str, str]:
        """By judgement: the first way that neither refuses nor returns; else one that does not return."""
        found: dict[str, str] = {}
        for model in self.models:
            for step in model.procedure.step_by_id.values():
                if isinstance(step, Decide | Approve) and step.ways:
                    ways = sorted(step.ways, key=lambda way: (_has(way.steps, Back), _has(way.steps, Refuse)))
                    found.setdefault(step.id, ways[0].id)
        return found

    @cached_property
    def spare_papers(self) -> tuple[str, ...]:
        """The papers that are brought by some people only."""
        return tuple(
            dict.fromkeys(
                paper.id
                for model in self.models
                for step in model.procedure.step_by_id.values()
                for paper in (model.papers(step) if isinstance(step, FormStep) else ())
                if paper.share < 1
            )
        )

    @cached_property
    def papers(self) -> frozenset[str]:
        """All papers of either procedure, each alternative by itself."""
        return frozenset(
            one
            for model in self.models
            for step in model.procedure.step_by_id.values()
            for paper in (model.papers(step) if isinstance(step, FormStep) else ())
            for one in paper.id.split(" | ")
        )

    @cached_property
    def ones(self) -> tuple[tuple[str, str, condition.Expression | None], ...]:
        """Pairs of roles that an act says are one person, with the condition on the act."""
        return tuple(
            dict.fromkeys(
                (question.same[0].name, question.same[1].name, question.condition)
                for model in self.models
                for step in model.procedure.step_by_id.values()
                for question in (model.questions(step) if isinstance(step, FormStep) else ())
                if question.same
            )
        )


class World:
    """One case and what is true of it."""

    def __init__(self, setting: Setting, recipe: Recipe) -> None:
        self.setting, self.recipe = setting, recipe
        self._true: dict[str, Value] = {}
        self._real: dict[str, str] = {}
        for one, other, under in setting.ones:
            if other not in self._real and (
                under is None or setting.books[0].evaluate(under, self.value, setting.today)
            ):
                self._true = {}
                self._real[other] = one
        for one, other in self._same_keys():
            self._true = {}
            self._real[other] = one

    def _same_keys(self) -> Iterator[tuple[str, str]]:
        """Yield subjects that have the same key, and so are the same."""
        by_key: dict[tuple[str, Value], str] = {}
        for subject in self.setting.subjects:
            if subject.key in self.recipe.values and subject.name not in self._real and not subject.many:
                value = self.value(subject.key)
                for other in self.setting.subjects:
                    same = other.entity.id == subject.entity.id and other.name != subject.name and not other.many
                    if same and value is not None and self.value(other.key) == value:
                        by_key.setdefault((subject.entity.id, value), min(subject.name, other.name, key=len))
        for (entity, value), first in by_key.items():
            for subject in self.setting.subjects:
                if subject.entity.id == entity and subject.name != first and self.value(subject.key) == value:
                    yield first, subject.name

    def _called(self, name: str) -> str:
        """Return the one name of a fact where two are one person."""
        for other, one in self._real.items():
            if name.startswith(other + "."):
                return one + name[len(other) :]
            if name == other and (subject := self.setting.before.naming.subject(one)) is not None:
                return subject.key
        return name

    def value(self, name: str) -> Value:
        """Return the true value of a canonical fact."""
        if name not in self._true:
            self._true[name] = self._find(self._called(name) if self._real else name, said=False)
        return self._true[name]

    def said(self, name: str) -> Value:
        """Return what is answered first, when a fact is asked: seldom another value than the true one."""
        called = self._called(name) if self._real else name
        return self._find(called, said=True) if called in self.recipe.corrected else self.value(name)

    def _find(self, name: str, *, said: bool) -> Value:
        recipe, many = self.recipe, self.setting.list_of(name)
        whole = self.setting.whole_of(many) if many else None
        if many and whole and name not in recipe.values:
            all_of_them = self.value(whole + name[len(many) :])
            return all_of_them[: self._count(many)] if isinstance(all_of_them, tuple) else all_of_them
        if (parsed := self.setting.computed(name)) is not None:
            return self.setting.books[0].evaluate(parsed, self.value, self.setting.today)
        given = recipe.corrected.get(name, recipe.values.get(name)) if not said else recipe.values.get(name)
        if given is None and name not in recipe.values:
            given = self.setting.candidates.usual(name)
        if many is None:
            return given
        count = self._count(many)
        if isinstance(given, tuple):
            return given[:count]
        return tuple(_numbered(given, number) for number in range(count))

    def _count(self, many: str) -> int:
        whole = self.setting.whole_of(many)
        most = self._count(whole) if whole else MOST_MEMBERS
        return min(self.recipe.members.get(many, 1 if whole else USUAL_MEMBERS), most)

    # --- the case, and registries

    @cached_property
    def case(self) -> Case:
        """What people answer and decide."""
        papers = None
        if self.recipe.without:
            gone = {one for paper in self.recipe.without for one in paper.split(" | ")}
            papers = self.setting.papers - gone
        decided = {**{step: (way,) for step, way in self.setting.lasting.items()}, **self.recipe.ways}
        return Case("case", _Answers(self), _Decisions(decided), papers)

    @property
    def corrected(self) -> dict[str, Value]:
        """What is answered where a return asks anew."""
        return {name: self.value(name) for name in self.recipe.corrected}

    def registries(self, service: str, keys: Record) -> Sequence[Record]:
        """Answer as registries do: by the values of the keys, without knowing whom they are asked about.

        A service that finds everybody finds those too whose key was answered wrongly at first: else whoever asks before a return
        has it answered anew would be stuck.
        """
        found = self._found(service, keys, self.value)
        if not found and self.setting.catalogue.service[service].coverage >= 1:
            found = self._found(service, keys, self.said)
        if len(found) != 1:
            return [record for _, record in found]
        [(told, record)] = found
        match self.recipe.answers.get(f"{service} about {told}"):
            case "none":
                return []
            case "several":
                return [record, record]
        return [record]

    def _found(self, service: str, keys: Record, value_of: Callable[[str], Value]) -> list[tuple[str, Record]]:
        """Return whom a service finds by the values of keys, with what it tells."""
        offered, found = self.setting.catalogue.service[service], list[tuple[str, Record]]()
        for about in self.setting.asked.get(service, ()):
            if all(self._about(about, word, value_of) == value for word, value in keys.items()):
                words = (*offered.gives, *offered.confirms)
                record: Record = {word: self._about(about, word, self.value) for word in words}
                if all(record != other for _, other in found):
                    found.append((_told(about), record))
        return found

    def _about(self, about: dict[str, Subject], word: str, value_of: Callable[[str], Value]) -> Value:
        fact = self.setting.fact(service_fact(about, word))
        return value_of(fact.name) if fact is not None else None


def _told(about: dict[str, Subject]) -> str:
    return ", ".join(subject.name for _, subject in sorted(about.items()))


def _numbered(value: Value, number: int) -> Single:
    """Return the value of one of several members: plain texts and numbers tell them apart."""
    assert not isinstance(value, tuple)  # noqa: S101  # lists are dealt with before
    if isinstance(value, str):
        return f"{value} {number + 1}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value + number
    return value


class _Answers(Mapping[str, Value]):
    """What people answer: whatever is asked, and what is true, or what they first say of it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __getitem__(self, name: str) -> Value:
        return self._world.said(name)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._world.setting.fact(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._world.setting.deciding)

    def __len__(self) -> int:
        return len(self._world.setting.deciding)


class _Decisions(dict[str, tuple[str, ...]]):
    """Decisions on steps; whatever is not among them is done."""

    def get(self, step: str, default: Any = None) -> tuple[str, ...]:
        return super().get(step, (DONE,))


def conditions(model: Resolved, book: Interpreter) -> Iterator[condition.Expression]:
    """Yield the conditions of a procedure: of choices, questions and papers."""
    for item in walk(model.procedure.steps):
        if isinstance(item, Choose):
            for branch in item.branches:
                if branch.condition and (parsed := book.expression(branch.condition)) is not None:
                    yield parsed
        elif isinstance(item, FormStep):
            conditional = [one.condition for one in model.questions(item)] + [
                one.condition for one in model.papers(item)
            ]
            yield from (one for one in conditional if one is not None)


def _has(steps: Steps, kind: type) -> bool:
    return any(isinstance(item, kind) or any(_has(inner, kind) for inner in inside(item)) for item in steps)


def _asked(model: Resolved) -> frozenset[str]:
    """Return the facts that forms ask."""
    forms = [step for step in model.procedure.step_by_id.values() if isinstance(step, FormStep)]
    return frozenset(question.fact for form in forms for question in model.questions(form) if question.fact)
