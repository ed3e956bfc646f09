"""What the words of a service are, and values as registries write them made into those of a case; knows no registry."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from processes.case import Value
from processes.catalogue import Catalogue, DataService
from processes.element import DataElement


class MalformedError(ValueError):
    """A value of a registry is not of the type its fact has."""


class Kind(NamedTuple):
    """What a word of a service is: a data element (of a relation, the key of what it reaches), one or many."""

    element: DataElement
    many: bool


class Kinds:
    """Finds what the words of a service mean."""

    def __init__(self, catalogue: Catalogue, service: DataService) -> None:
        self.catalogue = catalogue
        self.service = service

    def of(self, word: str) -> Kind:
        """Return what a word is.

        Raises:
            KeyError: If it is nothing; `check` would have said so.
        """
        *path, last = word.split(".")
        if isinstance(self.service.about, str):
            entity = self.catalogue.entity[self.service.about]
        else:
            entity = self.catalogue.entity[next(one.entity for one in self.service.about if one.id == path[0])]
            path = path[1:]
        many = False
        for name in path:
            relation = entity.relation(name)
            if relation is None:
                raise KeyError(word)
            entity, many = self.catalogue.entity[relation.entity], many or relation.many
        element = entity.element(last)
        if element is not None:
            return Kind(element, many)
        relation = entity.relation(last)
        other = self.catalogue.entity[relation.entity] if relation else None
        key = other.element(other.key) if other else None
        if relation is None or key is None:
            raise KeyError(word)
        return Kind(key, many or relation.many)


_TRUE = frozenset({"1", "true", "t", "yes", "y", "ya"})
_FALSE = frozenset({"0", "false", "f", "no", "n", "tidak"})


def _text(value: object) -> Value:
    if isinstance(value, str):
        return value
    if isinstance(value, int | Decimal | date):
        return str(value)
    raise MalformedError


def _number(value: object) -> Value:
    if isinstance(value, int | float):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            pass
    raise MalformedError


def _day(value: object) -> Value:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            pass
    raise MalformedError


def _yes_no(value: object) -> Value:
    said = str(value).strip().lower()
    if said in _TRUE or said in _FALSE:
        return said in _TRUE
    raise MalformedError


CONVERT: dict[str, Callable[[object], Value]] = {
    "text": _text,
    "choice": _text,
    "number": _number,
    "money": _number,
    "date": _day,
    "yes/no": _yes_no,
}
