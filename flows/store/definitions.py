"""What cases are pinned to, as bytes: procedure, catalogue and policy; knows no database."""

import hashlib
import zlib
from typing import NamedTuple, TypeVar

import orjson

from processes.catalogue import Catalogue
from processes.part import Part
from processes.policy import Policy
from processes.procedure import Procedure

Kind = TypeVar("Kind", bound=Part)


class Definition(NamedTuple):
    """A procedure with all it rests on."""

    procedure: Procedure
    catalogue: Catalogue
    policy: Policy
    redesigned: bool = False


class Pinned(NamedTuple):
    """A value as the store keeps it: compressed, under the hash of what it says."""

    hash: str
    content: bytes


def pinned(part: Part) -> Pinned:
    """Return a value of the language as bytes, and the hash of what it says; where it was read from does not count.

    >>> pinned(Policy()).hash == pinned(Policy(id="usual")).hash
    True
    """
    text = orjson.dumps(part.model_dump(mode="json", by_alias=True), option=orjson.OPT_SORT_KEYS)
    return Pinned(hashlib.sha256(text).hexdigest(), zlib.compress(text, 6))


def restored(kind: type[Kind], content: bytes) -> Kind:
    """Return what `pinned` made bytes of.

    >>> restored(Policy, pinned(Policy(shows=True)).content).shows
    True
    """
    return kind.model_validate(orjson.loads(zlib.decompress(content)))
