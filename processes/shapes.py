"""The small shapes that fields of the language share: names, titles, shares, durations, legal grounds; knows no step."""

import re
from collections.abc import Callable
from collections.abc import Mapping as AnyMapping
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError, core_schema

from processes.part import Mapping, Part, Text
from processes.words import Words


def _keep_place(value: object, check: ValidatorFunctionWrapHandler) -> str:
    checked: str = check(value)
    return Text(checked, value.where) if isinstance(value, Text) else checked


KeptPlace = WrapValidator(_keep_place)

# Names come in three strengths: those that stand in expressions, those that do not, and codes as printed on forms.
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=100), KeptPlace]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=100), KeptPlace]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]*$", max_length=100), KeptPlace]
Dotted = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$", max_length=200), KeptPlace]
ServiceName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$", max_length=200), KeptPlace]
Expression = Annotated[str, Field(min_length=1, max_length=1000), KeptPlace]
Free = Annotated[str, Field(min_length=1, max_length=10_000), KeptPlace]


def _words(value: object) -> object:
    if isinstance(value, str):
        return Words(str(value), str(value))
    if isinstance(value, AnyMapping):
        if set(value) == {"id", "en"} and all(isinstance(text, str) for text in value.values()):
            return Words(str(value["id"]), str(value["en"]))
        raise PydanticCustomError("title", "a title is a text, or {id: ..., en: ...}")
    if isinstance(value, list | tuple) and [type(text) for text in value] != [str, str]:  # as JSON keeps a pair
        raise PydanticCustomError("title", "a title is a text, or {id: ..., en: ...}")
    return value


Title = Annotated[
    Words,
    BeforeValidator(_words),
    WithJsonSchema(
        {
            "description": "A text, or the same text in Indonesian and English",
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {"id": {"type": "string"}, "en": {"type": "string"}},
                    "required": ["id", "en"],
                    "additionalProperties": False,
                },
            ],
        }
    ),
]


def _share(value: object) -> object:
    if isinstance(value, str) and (match := re.fullmatch(r"(\d+(?:\.\d+)?) ?%", value)):
        return float(match[1]) / 100
    return value


Share = Annotated[
    float,
    Field(ge=0, le=1),
    BeforeValidator(_share),
    WithJsonSchema(
        {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "string", "pattern": r"^\d+(\.\d+)? ?%$"}]}
    ),
]
Minutes = Annotated[float, Field(ge=0, le=1_000_000)]
Rupiah = Annotated[float, Field(ge=0, le=1e15)]


def _date(value: object) -> object:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("day", "a date is written as year-month-day") from None
    return value


Day = Annotated[date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]

Unit = Literal["minutes", "hours", "days", "working days", "weeks", "months", "years"]
MINUTES_IN: dict[Unit, int] = {
    "minutes": 1,
    "hours": 60,
    "days": 1440,
    "working days": 450,  # 37 h 30 min a week of five days: Perpres 21/2023
    "weeks": 7 * 1440,
    "months": 30 * 1440,
    "years": 365 * 1440,
}
_DURATION = re.compile(r"(\d+(?:\.\d+)?) (minute|hour|day|working day|week|month|year)s?")


class Duration(NamedTuple):
    """A length of time as the law or the office states it.

    >>> str(Duration(3, "working days")), Duration(2, "hours").minutes
    ('3 working days', 120.0)
    """

    amount: float
    unit: Unit

    @property
    def minutes(self) -> float:
        """The length in minutes; a working day is a day at the office, the other units are of the calendar."""
        return float(self.amount * MINUTES_IN[self.unit])

    def __str__(self) -> str:
        amount = int(self.amount) if self.amount == int(self.amount) else self.amount
        return f"{amount} {self.unit if self.amount != 1 else self.unit[:-1]}"


def _duration(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9:
        return Duration(value, "minutes")
    if isinstance(value, str) and (match := _DURATION.fullmatch(value)):
        return Duration(float(match[1]), f"{match[2]}s")  # type: ignore[arg-type]  # the pattern admits only units
    if isinstance(value, Duration):
        return value
    raise PydanticCustomError("duration", "a length of time is minutes as a number, or like '2 hours'")


Time = Annotated[
    Duration,
    BeforeValidator(_duration),
    PlainSerializer(str, when_used="json"),  # as it is written in files, so that it reads back
    WithJsonSchema(
        {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": f"^{_DURATION.pattern}$"}]}
    ),
]


class Ground(Part):
    """On what a requirement rests: a law, a standard of the office, or mere habit."""

    law: Free | None = None
    local: Free | None = None
    habit: Literal[True] | None = None
    until: Day | None = None  # the last day on which the rule was in force

    @model_validator(mode="before")
    @classmethod
    def _habit(cls, value: object) -> object:
        return placed(value, {"habit": True}) if value == "habit" else value

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        if sum(ground is not None for ground in (self.law, self.local, self.habit)) != 1:
            raise PydanticCustomError("ground", "a ground is a law, a local standard or habit, and only one of them")
        return self

    @model_serializer
    def _short(self) -> object:
        if self.habit:
            return "habit"
        said = {"law": self.law} if self.law else {"local": self.local}
        return {**said, "until": self.until.isoformat()} if self.until else said


def placed(place: object, data: AnyMapping[Any, Any]) -> dict[Any, Any]:
    """Return `data` as a mapping that stands where `place` stands; plain, if code made `place`."""
    if isinstance(place, dict) and not isinstance(place, Mapping):
        return dict(data)
    mapping = Mapping(data)
    if isinstance(place, Text | Mapping):
        mapping.where = place.where
    return mapping


def placed_text(place: object, text: str) -> str:
    """Return `text` as a text that stands where `place` stands."""
    return Text(text, place.where) if isinstance(place, Text) else text


def from_text(key: str) -> Callable[[object], object]:
    """Return a validator that reads a bare text as a mapping with that one key, as in `needs: [child.name]`."""

    def expand(value: object) -> object:
        return placed(value, {key: value}) if isinstance(value, str) else value

    return expand


class Named:
    """Marks a tuple of parts that is written as a mapping from their names, as in `agencies: {desa: {...}}`.

    The key goes into the field `name`; a value that is a bare text goes into the field `short`, if there is one.
    """

    def __init__(self, name: str = "id", short: str | None = None) -> None:
        self.name = name
        self.short = short

    def _expand(self, value: object) -> object:
        if not isinstance(value, AnyMapping):
            if isinstance(value, tuple) and not any(isinstance(item, Mapping | Text) for item in value):
                return value  # made by code
            raise PydanticCustomError("mapping", "a mapping from names is needed here")
        return tuple(self._item(key, item) for key, item in value.items())

    def _item(self, key: object, item: object) -> object:
        if item is None:
            return placed(key, {self.name: key})
        if isinstance(item, AnyMapping) and not (self.short == "title" and item.keys() <= {"id", "en"}):
            if self.name in item:
                raise PydanticCustomError("name-twice", "the name stands before the colon already", {"item": str(key)})
            return placed(key, {self.name: key, **item})
        if self.short is not None:
            return placed(key, {self.name: key, self.short: item})
        return item

    def __get_pydantic_core_schema__(
        self, source: Any, handler: Callable[[Any], core_schema.CoreSchema]
    ) -> core_schema.CoreSchema:
        inner = handler(source)
        return core_schema.no_info_before_validator_function(self._expand, inner)

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        inner = handler.resolve_ref_schema(handler(schema))
        item = dict(handler.resolve_ref_schema(dict(inner.get("items", {}))))
        properties = {key: value for key, value in item.get("properties", {}).items() if key != self.name}
        required = [key for key in item.get("required", []) if key != self.name]
        body: dict[str, Any] = {"type": ["object", "null"], "properties": properties, "additionalProperties": False}
        if required:
            body |= {"type": "object", "required": required}
        short = [properties[self.short]] if self.short else []
        return {"type": "object", "additionalProperties": {"anyOf": [body, *short]}}


def no_twice(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse a list that names the same thing twice."""
    if len(set(values)) < len(values):
        twice = next(value for n, value in enumerate(values) if value in values[:n])
        raise PydanticCustomError("twice", "'{value}' is listed twice", {"value": str(twice)})
    return values


Dotteds = Annotated[tuple[Dotted, ...], AfterValidator(no_twice)]
