"""What the paths in pydantic's errors mean: which fields may stand at a place, and which of several errors counts; knows no data."""

from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from processes.part import Part
from processes.procedure import KINDS

Path = tuple[int | str, ...]


def fields_beside(model: type[Part], loc: Path) -> dict[str, FieldInfo]:
    """Return the fields that may stand beside the last element of a path, by the keys they are written with.

    >>> from processes.element import Entity
    >>> sorted(fields_beside(Entity, ("relations", 0, "entitty")))
    ['entity', 'many', 'minutes', 'title']
    """
    return _follow(model, loc)[0]


def fields_inside(model: type[Part], loc: Path) -> dict[str, FieldInfo]:
    """Return the fields that may stand in what a path leads to."""
    return _follow(model, (*loc, ""))[0]


def is_required(model: type[Part], loc: Path) -> bool:
    """Whether the field at the end of a path must be there."""
    info = _follow(model, loc)[1]
    return info is not None and info.is_required()


def _follow(model: type[Part], loc: Path) -> tuple[dict[str, FieldInfo], FieldInfo | None]:
    models: tuple[type[Part], ...] = (model,)
    fields: dict[str, FieldInfo] = {}
    info: FieldInfo | None = None
    for element in loc:
        if isinstance(element, int):
            continue
        if len(models) > 1 and (kind := KINDS.get(element)) in models and kind is not None:
            models = (kind,)
            continue
        fields = {key: field for one in models for key, field in _keys(one).items()}
        info = fields.get(element)
        if info is not None:
            models = _parts(info.annotation)
    return fields, info


@cache
def _keys(model: type[Part]) -> dict[str, FieldInfo]:
    """Return the fields of a part by their keys; a name that stands before the colon is none of them."""
    written = {field.alias or name: field for name, field in model.model_fields.items() if name != "where"}
    return {key: field for key, field in written.items() if key != "id" or not field.is_required()}


def _parts(annotation: Any) -> tuple[type[Part], ...]:
    """Return the parts that an annotation speaks of, inside tuples and unions."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return (annotation,)
    if get_origin(annotation) is Annotated:
        return _parts(get_args(annotation)[0])
    if get_origin(annotation) in (tuple, Union, UnionType):
        return tuple(part for inner in get_args(annotation) for part in _parts(inner))
    return ()


def one_each(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Return one error for each place.

    Where a value may be of several shapes, each shape complains: the one that got furthest into the value is kept.
    """
    chosen: dict[Path, ErrorDetails] = {}
    for error in errors:
        plain = tuple(element for element in error["loc"] if not _names_a_shape(element))
        if plain not in chosen or len(plain) == len(error["loc"]):
            chosen[plain] = error
        elif (chosen[plain]["type"], error["type"]) == ("string_type", "mapping"):
            chosen[plain] = {**chosen[plain], "type": "name_or_mapping"}
    shaped = {plain for plain, error in chosen.items() if len(plain) < len(error["loc"])}
    outdone = {plain[:n] for plain in shaped for n in range(len(plain))} & shaped
    return [error for plain, error in chosen.items() if plain not in outdone]


def _names_a_shape(element: int | str) -> bool:
    """Whether an element of a path is pydantic's name for one shape of several."""
    return isinstance(element, str) and ("[" in element or element.startswith("constrained-"))
