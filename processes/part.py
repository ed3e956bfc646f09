"""The frozen base of every value in the language, and the place it was read from; knows no kind of value."""

import re
from collections.abc import Mapping as AnyMapping
from functools import cache, cached_property
from typing import Any, Generic, NamedTuple, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError


class Location(NamedTuple):
    """A place in a file; lines and columns count from 1, columns in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


P = TypeVar("P", bound="Part")
T = TypeVar("T")

_NAME, _WORD = re.compile(r"[\w-]+"), re.compile(r"\w+")

NOWHERE = Location("", 0, 0)  # of values made by code, not read from a file


class Text(str):
    """Text read from a file; behaves like `str` and remembers its place."""

    __slots__ = ("where",)  # a catalogue holds hundreds of thousands of these

    where: Location

    def __new__(cls, value: str, where: Location) -> Self:
        """Return `value` as a text that stands at `where`."""
        text = super().__new__(cls, value)
        text.where = where
        return text

    def __reduce__(self) -> tuple[type["Text"], tuple[str, Location]]:
        """Let it go to another process."""
        return Text, (str(self), self.where)


class Mapping(dict[Any, Any]):
    """A mapping read from a file; behaves like `dict` and remembers its place."""

    where: Location = NOWHERE


class Part(BaseModel):
    """A value of the language: never changed after it is made, and wrong if it has a field too many.

    Its `where` is the place it was read from; it is not part of what the value says, so writing leaves it out.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, strict=True, hide_input_in_errors=True
    )

    where: SkipJsonSchema[Location] = Field(default=NOWHERE, exclude=True, repr=False)

    @model_validator(mode="before")
    @classmethod
    def _take_place(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        read = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
        if not isinstance(data, Mapping):
            return read
        if wrong := next((key for key in data if key in cls._names_of_code()), None):
            raise PydanticCustomError("no-key", "'{key}' is not a key of the language", {"key": str(wrong)})
        return {**read, "where": data.where}

    @classmethod
    @cache
    def _names_of_code(cls) -> frozenset[str]:
        """Return the names of fields that are written otherwise in files, or not at all."""
        fields = cls.model_fields.items()
        return frozenset({"where"}).union(name for name, field in fields if field.alias) - {f.alias for _, f in fields}

    @cached_property
    def texts(self) -> frozenset[str]:
        """All texts in it, however deep; made once, as parts never change."""
        found: set[str] = set()
        waiting: list[object] = [self]
        while waiting:
            one = waiting.pop()
            if isinstance(one, str):
                found.add(str(one))
            elif isinstance(one, Part):
                said = one.__dict__
                waiting += [value for name in type(one)._said() if (value := said[name])]
            elif isinstance(one, tuple):
                waiting += one
        return frozenset(found)

    @cached_property
    def names(self) -> frozenset[str]:
        """Everything in it that could be a name, in whatever text it stands; made once."""
        words = (word for text in self.texts for word in (*_NAME.findall(text), *_WORD.findall(text)))
        return self.texts.union(words)

    @classmethod
    @cache
    def _said(cls) -> tuple[str, ...]:
        """Return the names of the fields that are part of what a value says."""
        return tuple(name for name in cls.model_fields if name != "where")

    def model_copy(self, *, update: AnyMapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with some fields changed; what was computed from the old fields is forgotten."""
        copy = super().model_copy(update=update, deep=deep)
        for name in copy.__dict__.keys() - type(self).model_fields.keys():
            del copy.__dict__[name]
        return copy


class Same(Generic[T]):
    """A value as a key of a table of what was computed from it: equal to itself alone, so that nothing has to be compared."""

    __slots__ = ("it",)

    def __init__(self, it: T) -> None:
        self.it = it

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.it is other.it

    def __hash__(self) -> int:
        return id(self.it)


def placeless(part: P) -> P:
    """Return a part as code would have made it, without where it was read from: what it says, for comparing.

    >>> from processes.procedure import Wait
    >>> here = Wait(id="pause", where=Location("akta.yaml", 3, 5))
    >>> here == Wait(id="pause"), placeless(here) == Wait(id="pause")
    (False, True)
    """
    said = {name: _placeless(value) for name, value in part if name != "where"}
    return part.model_copy(update={**said, "where": NOWHERE})


def _placeless(value: Any) -> Any:
    if isinstance(value, Part):
        return placeless(value)
    if type(value) is tuple:  # and not one with names, which holds no place
        return tuple(map(_placeless, value))
    return str(value) if isinstance(value, Text) else value
