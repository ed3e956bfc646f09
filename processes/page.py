"""What the language's page says of each key, so that editors show the same words; knows no value and checks nothing."""

import re
from functools import cache
from pathlib import Path

_HEADING = re.compile(r"^#{2,3} (.+)$", re.MULTILINE)
_CODE = re.compile(r"```.*?```", re.DOTALL)
_ROW = re.compile(r"^\| (.+?) \| (.+) \|$", re.MULTILINE)
_KIND = re.compile(r"\*\*`([a-z ]+)`\*\*: ")
_LINK = re.compile(r"\[([^]]+)\]\([^)]+\)")


def said_of(key: str, section: str, table: str = "field") -> str | None:
    """Return what the page says of a key, in a few words.

    Args:
        key: As it is written in files.
        section: The heading below which the page speaks of it; or a kind of step.
        table: What the first column of the table is called, where a section has several.

    Returns:
        What stands beside it in the table; else the clause that speaks of it; else nothing.

    Examples:
        >>> said_of("valid", "`evidence`")
        'for how long'
        >>> said_of("verifies", "check")
        '`verifies: […]` raises them to *documented*, if a paper that carries them was handed in'
    """
    rows, text = _sections().get(section, ({}, ""))
    return rows.get((table, key)) or _in_brackets(key, text) or _clause(key, text)


@cache
def _sections() -> dict[str, tuple[dict[tuple[str, str], str], str]]:
    """Return of each section its tables, by what the first column is called and key, and its text."""
    page = _CODE.sub("", Path(__file__).with_name("README.md").read_text(encoding="utf-8"))
    _, *parts = _HEADING.split(_LINK.sub(r"\1", page))
    found = {}
    for heading, text in zip(parts[::2], parts[1::2], strict=True):
        found[heading] = (_rows(text), text)
        _, *kinds = _KIND.split(text)
        found |= {kind: ({}, about.split("\n\n**")[0]) for kind, about in zip(kinds[::2], kinds[1::2], strict=True)}
    return found


def _rows(text: str) -> dict[tuple[str, str], str]:
    rows: dict[tuple[str, str], str] = {}
    table = ""
    for cells, means in _ROW.findall(text):
        if means == "means":
            table = cells
        keys = re.findall(r"`([^`]+)`", cells)
        signs = ("; ", ", ") if len(keys) > 2 else ("; ",)
        each = next((parts for sign in signs if len(parts := means.split(sign)) == len(keys)), None)
        rows |= {(table, key): each[n] if each else means for n, key in enumerate(keys)}
    return rows


def _in_brackets(key: str, text: str) -> str | None:
    """Return what stands in brackets behind a key in a list of keys."""
    found = re.search(rf"`{re.escape(key)}` \(([^()]+)\)", text)
    return found[1] if found else None


def _clause(key: str, text: str) -> str | None:
    """Return the part of a sentence that begins with a key."""
    begins = rf"(?:^|(?<=[.;,:] )|(?<=and ))`{re.escape(key)}(?:`|: )"
    found = re.search(rf"{begins}[^.;(|]*(?:\.\w[^.;(|]*)*", " ".join(text.split()))
    return found[0].strip() if found else None
