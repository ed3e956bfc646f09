"""Kinds of things and the single pieces of information about them; knows no procedure."""

from enum import IntEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from processes.part import Part
from processes.shapes import Code, Expression, Minutes, Name, Named, Title, Word, placed, placed_text
from processes.words import Words

ElementType = Literal["text", "number", "money", "date", "yes/no", "choice"]

# Seconds a person takes to fill in one answer, where nobody has measured it: choices 10, dates 15, numbers 20, words 30.
USUAL_MINUTES: dict[ElementType, float] = {
    "text": 0.5,
    "number": 0.33,
    "money": 0.33,
    "date": 0.25,
    "yes/no": 0.17,
    "choice": 0.17,
}


class Assurance(IntEnum):
    """How sure a fact is; each level includes those below it."""

    ABSENT = 0
    DECLARED = 1  # someone said so
    DOCUMENTED = 2  # a document shows it and someone looked
    AUTHORITATIVE = 3  # the registry that the law calls the source says so

    @property
    def words(self) -> Words:
        """The level's name for people."""
        return _ASSURANCE_WORDS[self]


_ASSURANCE_WORDS = {
    Assurance.ABSENT: Words("tidak ada", "absent"),
    Assurance.DECLARED: Words("dinyatakan", "declared"),
    Assurance.DOCUMENTED: Words("dibuktikan dokumen", "documented"),
    Assurance.AUTHORITATIVE: Words("bersumber resmi", "authoritative"),
}

LevelName = Literal["declared", "documented", "authoritative"]
_LEVELS: dict[LevelName, Assurance] = {
    "declared": Assurance.DECLARED,
    "documented": Assurance.DOCUMENTED,
    "authoritative": Assurance.AUTHORITATIVE,
}


def level(name: LevelName) -> Assurance:
    """Return the level of that name."""
    return _LEVELS[name]


class CodeLabel(Part):
    """One code of a list and what it means."""

    id: Code
    title: Title


class CodeList(Part):
    """The answers a choice admits."""

    id: Name
    codes: Annotated[tuple[CodeLabel, ...], Named(short="title"), Field(min_length=1)]


class DataElement(Part):
    """One piece of information about an entity."""

    id: Word
    title: Title | None = None
    type: ElementType = "text"
    codes: Name | None = None  # the code list, for a choice
    pattern: Expression | None = None  # a regular expression that the whole text must fit
    min: float | None = None
    max: float | None = None  # for texts, the most characters
    minutes: Minutes | None = None  # to fill it in
    computed: Expression | None = None  # from other elements of the same entity
    sensitive: bool = False  # special-category data: health, biometrics, crime, children, money

    @property
    def usual_minutes(self) -> float:
        """Minutes to fill it in, where a form does not say."""
        return USUAL_MINUTES[self.type] if self.minutes is None else self.minutes


class Relation(Part):
    """How an entity is tied to another: `mother: person`, or to many: `members: many person`."""

    id: Word
    entity: Word
    many: bool = False
    title: Title | None = None
    minutes: Minutes | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_many(cls, value: object) -> object:
        if isinstance(value, dict) and str(value.get("entity", "")).startswith("many "):
            entity = value["entity"]
            return placed(
                value, {**value, "entity": placed_text(entity, entity.removeprefix("many ").strip()), "many": True}
            )
        return value


class Entity(Part):
    """A kind of thing that cases are about: a person, a family, a parcel."""

    id: Word = Field(alias="entity")
    title: Title | None = None
    thing: bool = False  # such as a parcel or a vehicle: what is known of it is not about people
    key: Word
    elements: Annotated[tuple[DataElement, ...], Named(short="type"), Field(min_length=1)]
    relations: Annotated[tuple[Relation, ...], Named(short="entity")] = ()

    def element(self, name: str) -> DataElement | None:
        """Return the element of that name, if the entity has it."""
        return next((element for element in self.elements if element.id == name), None)

    def relation(self, name: str) -> Relation | None:
        """Return the relation of that name, if the entity has it."""
        return next((relation for relation in self.relations if relation.id == name), None)
