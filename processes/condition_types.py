"""Whether an expression makes sense: the type of everything in it, and all faults at once; knows no values, no file.

A fault names the column it stands at and how to mend it, so that a date compared with a number, a code that is not in its
list, or a fact that nobody declared is told when a file is checked, not when a case runs.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal, NamedTuple

from processes.condition import to_text
from processes.condition_tree import COMPARISONS, OVER_MEMBERS, Constant, Expression, Fact, Operation
from processes.words import Words

Kind = Literal["text", "number", "money", "date", "yes/no", "choice"]


class FactType(NamedTuple):
    """The type of a fact, or of what an expression gives."""

    kind: Kind
    codes: tuple[str, ...] = ()  # of a choice; none where the list is not known
    many: bool = False  # a list, one value for each member of a many-role
    members: str = ""  # whose lists go together: the path of the many-role; its first part where nothing is said


class Fault(NamedTuple):
    """One thing that makes no sense: at which column (from 1, in characters), why, and how to mend it."""

    column: int
    code: str
    fault: Words
    mend: Words


Types = Mapping[str, FactType] | Callable[[str], FactType | None]


def check(
    expression: Expression, types: Types, expected: FactType | None = None, known: Iterable[str] = ()
) -> list[Fault]:
    """Return all faults of an expression, in the order of the text.

    Args:
        expression: What to check.
        types: The type of every fact by its path, or how to ask for one; None for what is no fact.
        expected: What the expression must give. Of a fact of a many-role (`many`), it is evaluated for each member, so
            that facts of that role may stand anywhere in it.
        known: The paths to choose the nearest name from; those of `types`, if it is a mapping.

    Examples:
        >>> from processes.condition import parse
        >>> types = {"child.birth_date": FactType("date"), "child.sex": FactType("choice", ("1", "2"))}
        >>> [fault] = check(parse("child.birth_dat > 60"), types)
        >>> print(fault.fault.en, fault.mend.en)
        There is no fact 'child.birth_dat'. Write child.birth_date.
        >>> for fault in check(parse('child.birth_date > 60 and child.sex = "3"'), types):
        ...     print(fault.column, fault.fault.en, fault.mend.en)
        18 A date is compared with a number. Write days_between(child.birth_date, today()) for a number of days.
        38 "3" is not a code of child.sex. Write one of "1", "2".
    """
    checking = _checking(types, known)
    checking.whole(expression, expected)
    return sorted(checking.faults, key=lambda fault: fault.column)


def type_of(expression: Expression, types: Types) -> FactType | None:
    """Return the type of what an expression gives, or None if it makes no sense.

    >>> from processes.condition import parse
    >>> type_of(parse("today() - child.birth_date"), {"child.birth_date": FactType("date")}).kind
    'number'
    """
    checking = _checking(types, ())
    found = checking.whole(expression, None)
    return None if checking.faults else found


KIND_WORDS: dict[Kind, Words] = {
    "text": Words("teks", "a text"),
    "number": Words("bilangan", "a number"),
    "money": Words("jumlah uang", "an amount of money"),
    "date": Words("tanggal", "a date"),
    "yes/no": Words("ya/tidak", "yes or no"),
    "choice": Words("pilihan dari daftar kode", "a choice from a code list"),
}

_TEXT, _NUMBER, _MONEY, _DATE, _YES_NO = (FactType(kind) for kind in ("text", "number", "money", "date", "yes/no"))
_FAMILY: dict[Kind, str] = {
    "text": "text",
    "choice": "text",
    "number": "number",
    "money": "number",
    "date": "date",
    "yes/no": "yes/no",
}  # what can be compared with each other
_ANY = frozenset(_FAMILY.values())

# What each plain function takes, by family, and gives.
_SIGNATURES: dict[str, tuple[tuple[frozenset[str], ...], FactType]] = {
    "today": ((), _DATE),
    "date": ((frozenset({"text"}),), _DATE),
    "years_between": ((frozenset({"date"}),) * 2, _NUMBER),
    "months_between": ((frozenset({"date"}),) * 2, _NUMBER),
    "days_between": ((frozenset({"date"}),) * 2, _NUMBER),
    "weekday": ((frozenset({"date"}),), _NUMBER),
    "length": ((frozenset({"text"}),), _NUMBER),
    "substring": ((frozenset({"text"}), frozenset({"number"}), frozenset({"number"})), _TEXT),
    "starts_with": ((frozenset({"text"}),) * 2, _YES_NO),
    "contains": ((frozenset({"text"}),) * 2, _YES_NO),
    "upper": ((frozenset({"text"}),), _TEXT),
    "lower": ((frozenset({"text"}),), _TEXT),
    "number": ((frozenset({"text"}),), _NUMBER),
    "text": ((_ANY,), _TEXT),
}
_COMBINED = {
    "any": frozenset({"yes/no"}),
    "all": frozenset({"yes/no"}),
    "sum": frozenset({"number"}),
    "min": frozenset({"number", "date"}),
    "max": frozenset({"number", "date"}),
}
_YES_WORDS = frozenset({"yes", "ya", "true", "benar", "y"})
_NO_WORDS = frozenset({"no", "tidak", "false", "salah", "n", "t"})
