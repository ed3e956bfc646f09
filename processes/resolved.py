"""A procedure read against its catalogue: canonical facts, and what each form really asks; judges nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

from processes import condition
from processes.catalogue import Catalogue, DataService, EvidenceType, FormField
from processes.element import Assurance, DataElement, Entity, Relation, level
from processes.part import Location, Same, placeless
from processes.procedure import Document, FormStep, Lookup, Procedure, Role, actor
from processes.shapes import Ground
from processes.words import Words, same

ACT_MINUTES = {"choice": 0.17, "declaration": 0.5, "signature": 0.33, "consent": 0.33, "presence": 5.0}
ACT_WORDS = {
    "choice": Words("pilihan", "choice"),
    "declaration": Words("pernyataan", "declaration"),
    "signature": Words("tanda tangan", "signature"),
    "consent": Words("persetujuan", "consent"),
    "presence": Words("kehadiran", "presence"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """Who or what facts are about: a role, or what its relations reach."""

    name: str  # canonical: a role that is not reached from another, then relations
    entity: Entity
    many: bool
    reached: bool  # over at least one relation

    def fact(self, element: str) -> str:
        """Return the canonical name of one of its facts; the key of what a relation reaches is the relation itself."""
        return self.name if self.reached and element == self.entity.key else f"{self.name}.{element}"

    @property
    def key(self) -> str:
        """The fact that tells which one it is."""
        return self.fact(self.entity.key)


@dataclass(frozen=True, slots=True)
class EventStart:
    """What a case has from the start that an event started."""

    share: float  # of the cases
    facts: tuple[str, ...]  # canonical
    level: int

    @property
    def of_all(self) -> bool:
        """Whether every case starts so, and nobody asks for one."""
        return self.share >= 1

    def stands_for(self, paper: "Paper") -> bool:
        """Return whether it brings all that a paper shows, as surely as a check of that would make it."""
        return self.level >= Assurance.DOCUMENTED and paper.facts <= frozenset(self.facts)


@dataclass(frozen=True, slots=True)
class Fact:
    """What one fact is: whose, and which element or relation."""

    name: str  # canonical
    owner: Subject
    element: DataElement  # of a relation, the key of what it reaches
    relation: Relation | None
    many: bool


class Naming:
    """Finds what the names in a procedure mean: one canonical name for each fact, however it is written."""

    def __init__(self, catalogue: Catalogue, roles: Iterable[Role]) -> None:
        self.catalogue = catalogue
        self.roles = {str(role.id): role for role in roles}
        self._subjects: dict[str, Subject | None] = {}
        self._facts: dict[str, Fact | None] = {}
        self._canonical: dict[str, str | None] = {}
        self._shown: dict[str, str] = {}
        self._words: dict[str, Words] = {}

    def subject(self, path: str) -> Subject | None:
        """Return whom `mother` or `child.mother` means; nothing, if the path leads nowhere or in a circle."""
        if path not in self._subjects:
            self._subjects[path] = None  # so that a circle of roles ends
            self._subjects[path] = self._find_subject(path)
        return self._subjects[path]

    def _find_subject(self, path: str) -> Subject | None:
        owner, dot, last = path.rpartition(".")
        if not dot:
            return self._role(path)
        start = self.subject(owner)
        relation = start.entity.relation(last) if start else None
        entity = self.catalogue.entity.get(relation.entity) if relation else None
        if start is None or relation is None or entity is None:
            return None
        return Subject(f"{start.name}.{last}", entity, start.many or relation.many, reached=True)

    def _role(self, name: str) -> Subject | None:
        role, name = self.roles.get(name), str(name)  # without the place of whoever asked first
        if role is None:
            return None
        if role.reached:
            return self.subject(role.reached)
        if role.some_of:
            whole = self.subject(role.some_of)
            return Subject(name, whole.entity, many=True, reached=False) if whole else None
        entity = self.catalogue.entity.get(role.entity or role.many or "")
        return Subject(name, entity, many=role.many is not None, reached=False) if entity else None

    def fact(self, path: str) -> Fact | None:
        """Return what `mother.name` means; nothing, if there is no such fact."""
        if path not in self._facts:
            self._facts[path] = self._find_fact(path)
        return self._facts[path]

    def _find_fact(self, path: str) -> Fact | None:
        owner, dot, last = path.rpartition(".")
        subject = self.subject(owner) if dot else None
        if subject is None:
            reached = self.subject(path)  # a reached role alone means its relation
            if reached is None or not reached.reached:
                return None
            return self._relation_fact(reached)
        if element := subject.entity.element(last):
            if subject.reached and last == subject.entity.key:
                return self._relation_fact(subject)
            return Fact(f"{subject.name}.{last}", subject, element, None, subject.many)
        reached = self.subject(path)
        return self._relation_fact(reached) if reached else None

    def _relation_fact(self, reached: Subject) -> Fact | None:
        owner = self._canonical_subject(reached.name.rpartition(".")[0])
        relation = owner.entity.relation(reached.name.rpartition(".")[2]) if owner else None
        key = reached.entity.element(reached.entity.key)
        if owner is None or relation is None or key is None:
            return None
        return Fact(reached.name, owner, key, relation, reached.many)

    def _canonical_subject(self, name: str) -> Subject | None:
        return self.subject(name)

    def canonical(self, path: str) -> str | None:
        """Return the one name of a fact, or nothing if there is no such fact.

        Complexity: constant for a fact seen before, else linear in the length of the path.
        """
        if path not in self._canonical:
            fact = self.fact(path)
            self._canonical[path] = fact.name if fact else None
        return self._canonical[path]

    def known(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Return the canonical names of those paths that mean something; `check` has reported the others."""
        canonical = self.canonical
        return tuple([name for path in paths if (name := canonical(path)) is not None])

    @cached_property
    def _aliases(self) -> list[tuple[str, str]]:
        """Reached roles as (canonical prefix, role), longest prefix first."""
        found = [
            (subject.name, role) for role, r in self.roles.items() if r.reached and (subject := self.subject(role))
        ]
        return sorted(found, key=lambda pair: (-len(pair[0]), pair[1]))

    def shown(self, name: str) -> str:
        """Return how people write a canonical fact: by the role that reaches it, where there is one."""
        if name not in self._shown:
            self._shown[name] = self._show(name)
        return self._shown[name]

    def _show(self, name: str) -> str:
        for prefix, role in self._aliases:
            if name == prefix and (subject := self.subject(role)) and subject.reached:
                return f"{role}.{subject.entity.key}"
            if name.startswith(prefix + "."):
                return role + name[len(prefix) :]
        return str(name)

    def shown_subject(self, subject: Subject) -> str:
        """Return how people write a subject: by the role that reaches it, where there is one."""
        shown = self.shown(subject.name)
        return shown.removesuffix(f".{subject.entity.key}") if subject.reached else shown

    def words(self, name: str) -> Words:
        """Return a fact in words: "nama ibu", "mother's name"."""
        if name not in self._words:
            self._words[name] = self._put_into_words(name)
        return self._words[name]

    def _put_into_words(self, name: str) -> Words:
        fact = self.fact(name)
        if fact is None:
            return same(name)
        owner, _, last = self.shown(name).rpartition(".")
        if fact.relation is None or last != fact.relation.id:
            return of_whom(fact.element.title or same(fact.element.id.replace("_", " ")), self.role_words(owner))
        if fact.relation.title is not None:
            return of_whom(fact.relation.title, self.role_words(owner))
        key = fact.element.title or same(fact.element.id.replace("_", " "))
        return of_whom(key, self.role_words(f"{owner}.{last}"))  # the number of the diploma, not of whoever has it

    def role_words(self, role: str) -> Words:
        """Return a role, or what its relations reach, in words."""
        if (declared := self.roles.get(role)) is not None:
            return declared.title or self._reached_words(declared) or same(role.replace("_", " "))
        owner, dot, last = role.rpartition(".")
        subject = self.subject(owner) if dot else None
        relation = subject.entity.relation(last) if subject else None
        if relation is None:
            return same(role.replace("_", " "))
        return of_whom(relation.title or same(last.replace("_", " ")), self.role_words(owner))

    def _reached_words(self, role: Role) -> Words | None:
        """Return the title of the relation that reaches a role of the relation's own name, if it has one."""
        if role.reached is None or role.reached.rpartition(".")[2] != role.id or self.subject(role.id) is None:
            return None
        owner = self.subject(role.reached.rpartition(".")[0])
        relation = owner.entity.relation(role.id) if owner else None
        return relation.title if relation else None

    def expression(self, text: str, about: Subject | None = None) -> condition.Expression | None:
        """Return a condition with canonical facts; its names are seen from `about`, if that is given.

        A text that is no expression gives nothing: `check` has reported it.
        """
        return _renamed(self, text, about)


def naming_of(catalogue: Catalogue, procedure: Procedure) -> Naming:
    """Return what the names in a procedure mean; procedures with the same roles share it."""
    return _naming(Same(catalogue), tuple(placeless(role) for role in procedure.roles))


@lru_cache(maxsize=8)
def _naming(catalogue: Same[Catalogue], roles: tuple[Role, ...]) -> Naming:
    return Naming(catalogue.it, roles)


def of_whom(what: Words, whose: Words) -> Words:
    """Return a thing with whose it is.

    >>> of_whom(Words("Nama", "name"), Words("Ibu", "Mother")).en
    'name of the mother'
    >>> of_whom(Words("Nama", "name"), Words("Yang pindah", "Those who move")).en
    'name of those who move'
    """
    article = "" if whose.en.lower().startswith(("those ", "the ", "a ", "an ")) else "the "
    return Words(f"{what.id} {_lower(whose.id)}", f"{what.en} of {article}{_lower(whose.en)}")


def _lower(text: str) -> str:
    """Begin a noun phrase small, unless it is an abbreviation."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


@lru_cache(maxsize=4096)
def _parsed(text: str) -> condition.Expression | None:
    try:
        return condition.parse(text)
    except condition.ConditionError:
        return None


def _renamed(naming: Naming, text: str, about: Subject | None) -> condition.Expression | None:
    parsed = _parsed(str(text))
    if parsed is None:
        return None

    def new_name(path: str) -> str:
        full = f"{about.name}.{path}" if about else path
        return naming.canonical(full) or full

    return condition.renamed(parsed, new_name)


class Question(NamedTuple):
    """One question or act of a form step, about one subject."""

    id: str  # unique within its step: the canonical fact, or the name of the act
    fact: str | None
    act: str | None
    label: Words
    minutes: float  # a case, all members of a many-role together
    weight: float  # of the step's minutes, before they are shared out
    condition: condition.Expression | None
    ground: Ground | None
    declares: tuple[str, ...]
    consents_to: str | None
    same: tuple[Subject, Subject] | None
    about: str  # canonical subject, or "" for an act about nobody
    block: Words  # the heading it stands under on the form; empty, if the procedure asks it by itself
    where: Location


@dataclass(frozen=True, slots=True)
class Paper:
    """A document to hand in, or a choice of several."""

    id: str
    kinds: tuple[EvidenceType, ...]
    facts: frozenset[str]  # what it shows whichever alternative is brought
    may_show: frozenset[str]  # what some alternative shows
    documented: frozenset[str]  # of these, what a check can rest on
    minutes: float  # a case, all members of a many-role together
    share: float
    condition: condition.Expression | None
    ground: Ground | None
    where: Location
    document: Document


@dataclass(frozen=True)
class Resolved:
    """A procedure with its catalogue, and the answers to what its names mean."""

    procedure: Procedure
    catalogue: Catalogue
    naming: Naming = field(repr=False)
    _questions: dict[str, tuple[Question, ...]] = field(default_factory=dict, repr=False)
    _papers: dict[str, tuple[Paper, ...]] = field(default_factory=dict, repr=False)
    _fields: "_Fields" = field(default_factory=dict, repr=False)

    def questions(self, step: FormStep) -> tuple[Question, ...]:
        """Return what a form step asks, in the order of the form; each with its share of the step's minutes."""
        if step.id not in self._questions:
            selected = _selected(self.naming, step, _unique(_all_questions(self, step)))
            self._questions[step.id] = _shared_out(step, [self._of_each(step, one) for one in selected])
        return self._questions[step.id]

    def _of_each(self, step: FormStep, question: Question) -> Question:
        """Return an act about nobody as long as all take for it who fill in the form, if several do."""
        if not question.act or question.about or step.by is None:
            return question
        subject = self.naming.subject(actor(step.by).whom)
        times = self.expected(subject.name) if subject is not None else 1.0
        return question._replace(weight=question.weight * times) if times != 1.0 else question

    def papers(self, step: FormStep) -> tuple[Paper, ...]:
        """Return the documents a form step takes."""
        if step.id not in self._papers:
            self._papers[step.id] = tuple(paper for document in step.documents if (paper := _paper(self, document)))
        return self._papers[step.id]

    def expected(self, subject: str) -> float:
        """Return how many there are in a usual case of whoever a canonical name means."""
        role = self.procedure.role_by_id.get(subject.partition(".")[0])
        found = self.naming.subject(subject)
        if role is None or found is None or not found.many:
            return 1.0
        named = (
            r for r in self.procedure.roles if r.reached and (s := self.naming.subject(r.id)) and s.name == found.name
        )
        return next(named, role).expected

    @property
    def event_start(self) -> EventStart | None:
        """What cases have that the event of `starts_from` starts: for at most as many as the event is announced of."""
        start = self.procedure.starts_from
        event = self.catalogue.event.get(start.event) if start is not None else None
        subject = self.naming.subject(start.about) if start is not None else None
        if start is None or event is None or subject is None or subject.many:
            return None
        facts = self.naming.known(f"{start.about}.{fact}" for fact in event.carries)
        return EventStart(min(start.share, event.coverage), facts, int(level(event.assurance)))

    def service(self, step: Lookup) -> DataService | None:
        """Return the service a look-up asks."""
        return self.catalogue.service.get(step.service)

    def subjects(self, step: Lookup) -> dict[str, Subject]:
        """Return who stands for each subject of the look-up's service; the only subject of a service has no name."""
        if isinstance(step.about, tuple):
            named = {about.id: self.naming.subject(about.role) for about in step.about}
        else:
            named = {"": self.naming.subject(step.about or "")}
        return {name: subject for name, subject in named.items() if subject is not None}

    def looked_up(self, step: Lookup) -> tuple[str, ...]:
        """Return the canonical facts a look-up step gets, confirmed ones included."""
        service = self.service(step)
        if service is None:
            return ()
        wanted = step.gets or (*service.gives, *service.confirms)
        return self.naming.known(service_fact(self.subjects(step), fact) for fact in wanted)


def service_fact(subjects: dict[str, Subject], fact: str) -> str:
    """Return the fact of a service in a procedure's words: `name` about the mother is `child.mother.name`."""
    if "" in subjects:
        return f"{subjects[''].name}.{fact}"
    first, _, rest = fact.partition(".")
    return f"{subjects[first].name}.{rest}" if first in subjects else fact


def resolved(procedure: Procedure, catalogue: Catalogue, like: Resolved | None = None) -> Resolved:
    """Return a procedure read against its catalogue.

    Args:
        procedure: The procedure.
        catalogue: What it refers to.
        like: Another one, such as the one it is a redesign of: where roles and catalogue are the same, what its names mean and
            its fields ask is not found out again.
    """
    if like is not None and like.catalogue is catalogue and like.procedure.roles == procedure.roles:
        return Resolved(procedure, catalogue, like.naming, _fields=like._fields)
    return Resolved(procedure, catalogue, naming_of(catalogue, procedure))


# By field (its address, for which it is kept), about whom, under which heading, and whether others are asked it too.
_Fields = dict[tuple[int, str, Words, bool], tuple[FormField, Question]]


def _all_questions(model: Resolved, step: FormStep) -> list[Question]:
    found: list[Question] = []
    for use in step.uses:
        form = model.catalogue.form.get(use.id)
        if form is None:
            continue
        chosen = {part.id: part.roles for part in use.parts}
        for part in form.parts:
            if chosen and part.id not in chosen:
                continue
            for role in chosen.get(part.id) or ((part.role,) if part.role else ()):
                if subject := model.naming.subject(role):
                    block = part.title or model.naming.role_words(role)
                    if part.title and part.role != role:  # the same part may return for another role
                        whom = model.naming.role_words(role)
                        block = Words(f"{block.id}: {_lower(whom.id)}", f"{block.en}: {_lower(whom.en)}")
                    found += [_question(model, one, subject, block, several=part.role != role) for one in part.fields]
    found += [_question(model, one, None, same(""), several=False) for one in step.asks]
    return found


def _question(model: Resolved, one: FormField, about: Subject | None, block: Words, *, several: bool) -> Question:
    key = (id(one), about.name if about else "", block, several)
    if key not in model._fields:
        model._fields[key] = (one, _asked_of(model, one, about, block, several=several))
    return model._fields[key][1]


def _asked_of(model: Resolved, one: FormField, about: Subject | None, block: Words, *, several: bool) -> Question:
    naming = model.naming

    def full(path: str) -> str:
        return f"{about.name}.{path}" if about else path

    fact = naming.fact(full(one.asks)) if one.asks else None
    if fact is None:
        name = one.id or one.act or str(one.asks)
        identity = f"{name} of {naming.shown_subject(about)}" if several and about else name
        label = one.label or (ACT_WORDS[one.act] if one.act else same(name))
        usual = ACT_MINUTES.get(one.act or "", 0.0)
        owner = about.name if about else ""
    else:
        identity, owner = fact.name, fact.owner.name
        label = one.label or naming.words(fact.name)
        usual = (
            fact.relation.minutes if fact.relation and fact.relation.minutes is not None else fact.element.usual_minutes
        )
    times = model.expected(owner) if owner else 1.0
    pair = tuple(subject for path in one.same or () if (subject := naming.subject(path)))
    return Question(
        id=identity,
        fact=fact.name if fact else None,
        act=one.act,
        label=label,
        minutes=0.0,
        weight=(usual if one.minutes is None else one.minutes) * times,
        condition=naming.expression(one.condition, about) if one.condition else None,
        ground=one.rests_on,
        declares=naming.known(full(path) for path in one.declares),
        consents_to=one.consents_to,
        same=pair if len(pair) == 2 else None,
        about=owner,
        block=block,
        where=one.where,
    )


def _selected(naming: Naming, step: FormStep, questions: list[Question]) -> list[Question]:
    if step.only is None:
        return questions
    wanted = {naming.canonical(name) or name for name in step.only} | set(step.only)
    for name in step.only:
        fact, again, number = name.partition("#")
        if again:
            wanted.add(f"{naming.canonical(fact) or fact}#{number}")
    return [question for question in questions if question.id in wanted]


def _unique(questions: list[Question]) -> list[Question]:
    """Tell a question from the same question further up on the same form: the second one is `child.name#2`."""
    seen: dict[str, int] = {}
    made = []
    for question in questions:
        times = seen[question.id] = seen.get(question.id, 0) + 1
        made.append(question if times == 1 else question._replace(id=f"{question.id}#{times}"))
    return made


def _shared_out(step: FormStep, questions: list[Question]) -> tuple[Question, ...]:
    whole = sum(question.weight for question in questions)
    scale = step.minutes / whole if step.minutes and whole else 1.0
    return tuple([question._replace(minutes=question.weight * scale) for question in questions])


def _paper(model: Resolved, document: Document) -> Paper | None:
    naming = model.naming
    if document.either:
        options = [paper for option in document.either if (paper := _paper(model, option))]
        if not options:
            return None
        return replace(
            options[0],
            id=" | ".join(option.id for option in options),
            kinds=tuple(kind for option in options for kind in option.kinds),
            facts=frozenset.intersection(*(option.facts for option in options)),
            may_show=frozenset[str]().union(*(option.facts for option in options)),
            documented=frozenset.intersection(*(option.documented for option in options)),
            minutes=min(option.minutes for option in options),
            share=document.share,
            condition=naming.expression(document.condition) if document.condition else None,
            ground=document.rests_on,
            where=document.where,
            document=document,
        )
    kind, about = naming.catalogue.paper.get(document.kind), naming.subject(document.of)
    if kind is None or about is None:
        return None
    facts = frozenset(naming.known(f"{about.name}.{element}" for element in kind.carries))
    return Paper(
        id=f"{document.kind} of {naming.shown_subject(about)}",
        kinds=(kind,),
        facts=facts,
        may_show=facts,
        documented=facts if level(kind.assurance) >= Assurance.DOCUMENTED else frozenset(),
        minutes=(kind.minutes if document.minutes is None else document.minutes) * model.expected(about.name),
        share=document.share,
        condition=naming.expression(document.condition) if document.condition else None,
        ground=document.rests_on,
        where=document.where,
        document=document,
    )
