"""What a procedure is: roles, steps in order, choices, parallel parts, returns and outcomes; knows no file format."""

from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from functools import cached_property
from typing import Annotated, Any, ClassVar, NamedTuple, Self

from pydantic import Discriminator, Field, Tag, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from processes.catalogue import FormField
from processes.element import LevelName
from processes.part import Part
from processes.shapes import (
    Code,
    Dotted,
    Dotteds,
    Expression,
    Free,
    Ground,
    KeptPlace,
    Minutes,
    Name,
    Named,
    Rupiah,
    ServiceName,
    Share,
    Time,
    Title,
    Word,
    placed,
    placed_text,
)

# --- who and what ---------------------------------------------------------------------------------------------------


class Role(Part):
    """Who or what a case is about.

    Exactly one of `entity` (one of that kind), `many` (any number of them), `reached` (over relations of
    another role) and `some_of` (a part of a many-role) is given.
    """

    id: Word
    entity: Word | None = None
    many: Word | None = None
    reached: Dotted | None = Field(default=None, alias="is")
    some_of: Word | None = Field(default=None, alias="some of")
    expected: Annotated[float, Field(ge=0)] = 1.0  # how many of them a usual case has
    title: Title | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_many(cls, value: object) -> object:
        if isinstance(value, dict) and str(value.get("entity", "")).startswith("many "):
            entity = value["entity"]
            rest = {key: item for key, item in value.items() if key != "entity"}
            return placed(value, {**rest, "many": placed_text(entity, entity.removeprefix("many ").strip())})
        return value

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum(kind is not None for kind in (self.entity, self.many, self.reached, self.some_of)) != 1:
            raise PydanticCustomError("role", "a role is an entity, or 'many', 'is' or 'some of', and only one of them")
        return self


class Actor(NamedTuple):
    """Who does a step: a role, an agency, or an officer of one."""

    whom: str
    officer: str | None = None


def actor(text: str) -> Actor:
    """Read who does a step.

    >>> actor("head of disdukcapil"), actor("applicant")
    (Actor(whom='disdukcapil', officer='head'), Actor(whom='applicant', officer=None))
    """
    officer, of, whom = text.partition(" of ")
    return Actor(whom, officer) if of else Actor(text)


By = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*( of [a-z][a-z0-9_-]*)?$", max_length=200), KeptPlace]


class Need(Part):
    """A fact that a step reads, and how sure it must be if the law says so: `child.name at documented`."""

    fact: Dotted
    at: LevelName | None = None
    rests_on: Ground | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_level(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        fact, at, name = value.partition(" at ")
        return placed(value, {"fact": placed_text(value, fact), **({"at": name} if at else {})})

    @model_serializer
    def _short(self) -> object:
        text = f"{self.fact} at {self.at}" if self.at else str(self.fact)
        return {"fact": text, "rests_on": self.rests_on} if self.rests_on and not self.at else self._long(text)

    def _long(self, text: str) -> object:
        return {"fact": self.fact, "at": self.at, "rests_on": self.rests_on} if self.rests_on else text


Needs = tuple[Need, ...]
PaperName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]* of [a-z][a-z0-9_.]*$", max_length=300), KeptPlace]
ActName = PaperName  # of an act that is done about several roles: `report of witness_1`


class Document(Part):
    """A paper to hand in with a form: `ktp of mother`; or `either` one or another."""

    document: PaperName | None = None
    either: tuple["Document", ...] = ()
    condition: Expression | None = Field(default=None, alias="if")
    share: Share = 1.0  # of the cases that meet no condition known here and yet bring it
    minutes: Minutes | None = None  # where it costs other than its kind says
    rests_on: Ground | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_name(cls, value: object) -> object:
        return placed(value, {"document": value}) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_or_either(self) -> Self:
        if (self.document is None) == (len(self.either) < 2):
            raise PydanticCustomError(
                "document", "write 'document: ktp of applicant', or 'either:' with two or more of them"
            )
        if any(option.condition or option.share < 1 or option.either for option in self.either):
            raise PydanticCustomError("either", "conditions and shares stand at 'either', not at its alternatives")
        return self

    @property
    def kind(self) -> str:
        """The evidence type, for a document that is not a choice."""
        return (self.document or "").partition(" of ")[0]

    @property
    def of(self) -> str:
        """The role it is about, for a document that is not a choice."""
        return (self.document or "").partition(" of ")[2]


class PartUse(Part):
    """A part of a form, and the roles it is filled in about; none means the role the form names."""

    id: Name
    roles: tuple[Word, ...] = ()


class FormUse(Part):
    """A form of the catalogue, and which of its parts; none means all of them."""

    id: Code
    parts: tuple[PartUse, ...] = ()


def _uses(value: object) -> object:
    """Read `F-2.01`, `{F-2.01: [informant, child]}` and `{F-2.01: {person: [child, mother]}}`."""
    if isinstance(value, str):
        return (placed(value, {"id": value}),)
    if isinstance(value, AnyMapping):
        return tuple(placed(key, {"id": key, "parts": _parts(parts)}) for key, parts in value.items())
    return value


def _parts(value: object) -> object:
    if value is None:
        return ()
    if isinstance(value, list | tuple):
        return tuple(placed(name, {"id": name}) if isinstance(name, str) else name for name in value)
    if isinstance(value, AnyMapping):
        return tuple(placed(name, {"id": name, "roles": _roles(roles)}) for name, roles in value.items())
    raise PydanticCustomError("parts", "parts of a form are a list of names, or a mapping from names to roles")


def _roles(value: object) -> object:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)


# --- steps ----------------------------------------------------------------------------------------------------------


class Record(Part):
    """Facts that a step enters in a register or hands to a statistic."""

    id: Name
    takes: Needs


class Step(Part):
    """One piece of work; every kind of step has these fields."""

    kind: ClassVar[str]
    human: ClassVar[bool] = True  # whether a person is needed where `by` is given

    id: Name
    title: Title | None = None
    by: By | None = None
    minutes: Minutes = 0.0  # of work, by whoever does it
    waits: Time | None = None  # in the queue before it
    needs: Needs | None = None
    records: Annotated[tuple[Record, ...], Named(short="takes")] = ()
    rests_on: Ground | None = None
    within: Time | None = None  # the legal limit
    escalates_to: By | None = None  # who may do it, too, when that is over; else whom the procedure names
    purpose: Name | None = None  # where it is not the procedure's
    note: Free | None = None


Again = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_. -]*#[0-9]+$", max_length=300), KeptPlace]
"""A question that the form asks again further down: `child.name#2`."""


class FormStep(Step):
    """Someone fills in a form and hands in documents."""

    kind: ClassVar[str] = "form"
    id: Name = Field(alias="form")
    by: By | None = "applicant"
    uses: Annotated[tuple[FormUse, ...], Field(json_schema_extra={"shape": "uses"})] = ()
    asks: tuple[FormField, ...] = ()
    only: tuple[Word | Dotted | Name | ActName | Again, ...] | None = None  # of all its questions and acts, just these
    documents: tuple[Document, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _read_uses(cls, value: object) -> object:
        if isinstance(value, dict) and "uses" in value:
            return placed(value, {**value, "uses": _uses(value["uses"])})
        return value


class Identify(Step):
    """Someone logs in, which makes sure who it is."""

    kind: ClassVar[str] = "identify"
    id: Name = Field(alias="identify")
    by: By | None = "applicant"
    using: Name = Field(alias="with")


class Lookup(Step):
    """A registry is asked, by a machine unless `by` names an officer."""

    kind: ClassVar[str] = "lookup"
    id: Name = Field(alias="lookup")
    service: ServiceName
    about: Dotted | Annotated[tuple["About", ...], Named(short="role")] | None = None
    gets: Dotteds = ()  # of what the service gives or confirms, in its own words; none means all of it
    not_found: tuple["Item", ...] = ()  # what happens where it finds nothing


class About(Part):
    """Which role stands for which subject of the service."""

    id: Word
    role: Dotted


class Check(Step):
    """An officer compares facts with the papers or with the thing itself."""

    kind: ClassVar[str] = "check"
    id: Name = Field(alias="check")
    verifies: Dotteds = ()
    inspects: Dotteds = ()  # of these, what the officer looks at himself, whatever papers there are
    gives: Dotteds = ()  # what the officer finds out


class Derivation(Part):
    """A fact and the expression it is computed by."""

    id: Dotted
    expression: Expression


class Derive(Step):
    """Facts are computed from others."""

    kind: ClassVar[str] = "derive"
    id: Name = Field(alias="derive")
    computes: Annotated[tuple[Derivation, ...], Named(short="expression"), Field(min_length=1)]


class Way(Part):
    """One way a judgement can go."""

    id: Name = Field(alias="way")
    title: Title | None = None
    share: Share | None = None
    rests_on: Ground | None = None
    steps: tuple["Item", ...] = ()


class Decide(Step):
    """An officer judges, and the judgement picks the way."""

    kind: ClassVar[str] = "decide"
    id: Name = Field(alias="decide")
    gives: Dotteds = ()
    ways: Annotated[tuple[Way, ...], Field(min_length=1)]


class Approve(Step):
    """Someone in charge agrees or does not."""

    kind: ClassVar[str] = "approve"
    id: Name = Field(alias="approve")
    gives: Dotteds = ()
    ways: tuple[Way, ...] = ()
    silence_approves: Time | None = None


class Pay(Step):
    """Someone pays a fee."""

    kind: ClassVar[str] = "pay"
    id: Name = Field(alias="pay")
    by: By | None = "applicant"
    fee: Rupiah = 0.0


class Issue(Step):
    """An output is made that carries facts."""

    kind: ClassVar[str] = "issue"
    human: ClassVar[bool] = False
    id: Name = Field(alias="issue")
    carries: Needs = ()
    gives: Dotteds = ()  # facts that come into being here: a number given, a finding
    document: PaperName | None = None
    letter: bool = False  # it only carries facts to another office
    changes: tuple[Name, ...] = ()  # registries that are changed by it
    starts: tuple[Name, ...] = ()  # procedures that follow from it


class Notify(Step):
    """Someone is told."""

    kind: ClassVar[str] = "notify"
    human: ClassVar[bool] = False
    id: Name = Field(alias="notify")
    whom: By | None = None
    carries: Needs = ()


class Carry(Step):
    """Someone takes papers from one place to another."""

    kind: ClassVar[str] = "carry"
    id: Name = Field(alias="carry")
    by: By | None = "applicant"
    to: Name | None = None


class Wait(Step):
    """Nothing happens for a while."""

    kind: ClassVar[str] = "wait"
    human: ClassVar[bool] = False
    id: Name = Field(alias="wait")
    lasts: Time | None = Field(default=None, alias="for")


class Refuse(Step):
    """The case ends here, refused for this reason."""

    kind: ClassVar[str] = "refuse"
    human: ClassVar[bool] = False
    id: Name = Field(alias="refuse")


# --- how steps hang together ----------------------------------------------------------------------------------------


class Branch(Part):
    """One way of a choice: taken if its condition holds and none before it did, or else."""

    condition: Expression | None = Field(default=None, alias="if")
    title: Title | None = None
    share: Share | None = None
    rests_on: Ground | None = None
    steps: tuple["Item", ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _read_else(cls, value: object) -> object:
        if not isinstance(value, dict) or "else" not in value:
            if isinstance(value, dict) and "if" not in value and "condition" not in value:
                raise PydanticCustomError("branch", "a branch begins with 'if' or 'else'")
            return value
        if "if" in value or "steps" in value:
            raise PydanticCustomError("branch", "the steps of 'else' stand right behind it, without 'if' or 'steps'")
        rest = {key: item for key, item in value.items() if key != "else"}
        return placed(value, {**rest, "steps": value["else"] or ()})


class Choose(Part):
    """Exactly one way is taken: the first whose condition holds."""

    kind: ClassVar[str] = "choose"
    branches: Annotated[tuple[Branch, ...], Field(alias="choose", min_length=1)]
    title: Title | None = None


class ParallelBranch(Part):
    """One of several ways taken together."""

    id: Name = Field(alias="branch")
    title: Title | None = None
    steps: tuple["Item", ...] = ()


class Parallel(Part):
    """All ways are taken, in any order, and meet again."""

    kind: ClassVar[str] = "parallel"
    branches: Annotated[tuple[ParallelBranch, ...], Field(alias="parallel", min_length=1)]
    title: Title | None = None


class Back(Part):
    """The case returns to an earlier step; the facts in `anew` are asked again, and all that rests on them."""

    kind: ClassVar[str] = "back to"
    target: Name = Field(alias="back to")
    anew: Dotteds = ()
    title: Title | None = None


KINDS: dict[str, type[Part]] = {
    kind.kind: kind
    for kind in (
        FormStep,
        Identify,
        Lookup,
        Check,
        Derive,
        Decide,
        Pay,
        Approve,
        Issue,
        Notify,
        Carry,
        Wait,
        Refuse,
        Choose,
        Parallel,
        Back,
    )
}


def kind_of(item: Any) -> str | None:
    """Return which kind of step a mapping or a part is, or nothing if it is none."""
    if isinstance(item, Part):
        return str(getattr(item, "kind", "")) or None
    if isinstance(item, AnyMapping):
        return next((kind for kind in KINDS if kind in item), None)
    return None


Item = Annotated[
    Annotated[FormStep, Tag("form")]
    | Annotated[Identify, Tag("identify")]
    | Annotated[Lookup, Tag("lookup")]
    | Annotated[Check, Tag("check")]
    | Annotated[Derive, Tag("derive")]
    | Annotated[Decide, Tag("decide")]
    | Annotated[Pay, Tag("pay")]
    | Annotated[Approve, Tag("approve")]
    | Annotated[Issue, Tag("issue")]
    | Annotated[Notify, Tag("notify")]
    | Annotated[Carry, Tag("carry")]
    | Annotated[Wait, Tag("wait")]
    | Annotated[Refuse, Tag("refuse")]
    | Annotated[Choose, Tag("choose")]
    | Annotated[Parallel, Tag("parallel")]
    | Annotated[Back, Tag("back to")],
    Discriminator(kind_of, custom_error_type="kind", custom_error_message="no kind of step"),
]
Steps = tuple[Item, ...]


# --- the whole ------------------------------------------------------------------------------------------------------


class Channel(Part):
    """A way to the counter: how many take it, and what it costs them."""

    id: Name
    title: Title | None = None
    share: Share
    minutes: Minutes = 0.0


class Start(Part):
    """An event that starts cases by itself, for a share of them."""

    event: ServiceName
    about: Word
    share: Share = 1.0


class Procedure(Part):
    """Everything an applicant and the agencies do, from the request to the outcome."""

    id: Name = Field(alias="procedure")
    title: Title
    agency: Name
    purpose: Name
    legal_basis: tuple[Free, ...] = ()
    life_event: Title | None = None
    volume: Annotated[float, Field(ge=0)] = 0.0  # cases a year
    time_limit: Time | None = None
    escalates_to: By | None = None  # to whom goes up what officers have let lie beyond a limit
    silence_approves: Time | None = None
    objection: Title | None = None  # how whoever does not agree with a decision can object
    abandoned: Share = 0.0
    channels: Annotated[tuple[Channel, ...], Named()] = ()
    starts_from: Start | None = None
    roles: Annotated[tuple[Role, ...], Named(short="entity"), Field(min_length=1)]
    note: Free | None = None
    steps: Annotated[Steps, Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _read_volume(cls, value: object) -> object:
        if isinstance(value, dict) and isinstance(text := value.get("volume"), str):
            number, _, rest = text.replace(",", "").partition(" ")
            if not number.isdecimal() or rest != "per year":
                raise PydanticCustomError("volume", "a volume is a number, or like '14200 per year'")
            return placed(value, {**value, "volume": int(number)})
        return value

    @cached_property
    def step_by_id(self) -> dict[str, Step]:
        """The steps by name, those inside choices and parallel parts included."""
        return {step.id: step for step in walk(self.steps) if isinstance(step, Step)}

    @cached_property
    def role_by_id(self) -> dict[str, Role]:
        """The roles by name."""
        return {role.id: role for role in self.roles}


_NESTING = (Choose, Parallel, Decide, Approve, Lookup)


def walk(steps: Steps) -> Iterator[Item]:
    """Yield every item of a procedure in the order of the text, outer before inner."""
    for item in steps:
        yield item
        if isinstance(item, _NESTING):
            for inner in inside(item):
                yield from walk(inner)


def inside(item: Item) -> tuple[Steps, ...]:
    """Return the lists of steps nested in an item, in the order of the text."""
    match item:
        case Choose() | Parallel():
            return tuple(branch.steps for branch in item.branches)
        case Decide() | Approve():
            return tuple(way.steps for way in item.ways)
        case Lookup():
            return (item.not_found,)
        case _:
            return ()


for _model in (Document, Lookup, About, Way, Decide, Approve, Branch, Choose, ParallelBranch, Parallel, Procedure):
    _model.model_rebuild()
