"""Faults in files and how they are worded; knows no rule that finds them."""

from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from processes.part import Location
from processes.words import Language, Words


class Severity(StrEnum):
    """Whether a file must be mended before it can be used, or had better be."""

    PROBLEM = "problem"
    ADVICE = "advice"


class Problem(BaseModel):
    """One fault in a file: where it is, what is wrong, and how to mend it."""

    model_config = ConfigDict(frozen=True)

    code: str
    where: Location
    fault: Words
    mend: Words
    severity: Severity = Severity.PROBLEM

    def in_language(self, language: Language) -> str:
        """Return the one line shown to people: place, fault, mend and code."""
        return f"{self.where}: {self.fault.in_language(language)} {self.mend.in_language(language)} [{self.code}]"

    def __str__(self) -> str:
        return self.in_language("en")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that looks most like `name`, if one does.

    >>> nearest("chlid", ["child", "mother"])
    'child'
    """
    candidates = sorted(known)
    if len(candidates) > _MOST_COMPARED:  # comparing is dear: those that are about as long are the likeliest
        candidates = sorted(candidates, key=lambda other: abs(len(other) - len(name)))[:_MOST_COMPARED]
    near = get_close_matches(name, candidates, n=1)
    return near[0] if near else None


_MOST_COMPARED = 300
