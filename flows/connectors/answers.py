"""What is answered over HTTP, made into values of a case, or refused; trusts nothing of it and knows no connection."""

from datetime import date
from typing import Any

import orjson

from flows.connectors.http import Reply
from flows.connectors.kinds import CONVERT, Kind, MalformedError
from flows.connectors.openapi import Field
from processes.case import Value

MOST_OF_KEY, MOST_OF_TEXT = 500, 10_000  # characters
UNFIT = frozenset({400, 422})  # statuses: asked so, it cannot answer
Json = Any  # what orjson makes


def text_of(value: object) -> str | None:
    """Return a key as text; nothing if no registry can hold it."""
    match value:
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case str() | int() | float():
            text = str(value)
            try:
                text.encode()
            except UnicodeEncodeError:
                return None
            return text if len(text) <= MOST_OF_KEY else None
        case _:
            return None


def records_of(reply: Reply, path: str) -> list[Json]:
    """Return what is found.

    Raises:
        MalformedError: If that cannot be read.
    """
    if reply.content is None or reply.status in UNFIT:
        raise MalformedError
    try:
        found = orjson.loads(reply.content)  # which bounds its depth
    except orjson.JSONDecodeError:
        raise MalformedError from None
    for name in path.split(".") if path else ():
        if not isinstance(found, dict) or name not in found:
            raise MalformedError
        if (found := found[name]) is None:
            return []
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def said_of(record: Json, echo: tuple[Field, ...]) -> tuple[str, ...]:
    """Return whom a record is about, as texts; nothing if it does not say so."""
    try:
        values = [picked(record, field.steps) for field in echo] if isinstance(record, dict) else []
    except MalformedError:
        return ()
    told = [text_of(value) for value in values]
    return tuple(value for value in told if value is not None) if None not in told else ()


def picked(value: Json, steps: tuple[Any, ...]) -> Json:
    """Return what stands at the end of a way; a list, if there is one on it."""
    for number, step in enumerate(steps):
        if value is None:
            return None
        if isinstance(value, list):
            if any(isinstance(one, list) for one in value):
                raise MalformedError
            return [picked(one, steps[number:]) for one in value]
        if not isinstance(value, dict):
            raise MalformedError
        if step.name not in value:
            if step.required:
                raise MalformedError  # half an answer
            return None
        value = value[step.name]
        if value is None and not step.nullable:
            raise MalformedError
    return value


def value_of(value: Json, kind: Kind) -> Value:
    """Return what stands in an answer as a fact has it.

    Raises:
        MalformedError: If it is not of the fact's type.
    """
    if kind.many:
        if value is not None and not isinstance(value, list):
            raise MalformedError
        return None if value is None else tuple([_single(one, kind) for one in value])  # type: ignore[misc]
    return _single(value, kind)


def _single(value: Json, kind: Kind) -> Value:
    type_ = kind.element.type
    if value is None:
        return None
    if isinstance(value, str):
        if len(value) > MOST_OF_TEXT or "\0" in value or (type_ == "date" and value[10:11] not in ("", "T")):
            raise MalformedError
    elif not isinstance(value, bool | int | float) or (
        type_ != "yes/no"
        and (isinstance(value, bool) or (isinstance(value, float) and type_ not in ("number", "money")))
    ):
        raise MalformedError
    return CONVERT[type_](value)
