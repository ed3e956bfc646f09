"""What a citizen is told of who looked at the data of a case and why: as text and as a page; reads no store."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any, NamedTuple

from flows.outcomes import OUTCOMES
from processes.resolved import Resolved
from processes.words import Language, Words, same

HEADING = Words("Siapa melihat data kasus ini, dan mengapa", "Who looked at the data of this case, and why")
NOBODY = Words("Belum ada registri yang ditanyai untuk kasus ini.", "No registry has been asked for this case.")
AGAIN = Words("; dipakai lagi dari jawaban sebelumnya", "; used again from the answer before")
LABELS = {
    "at": Words("Waktu", "When"),
    "who": Words("Siapa", "Who"),
    "registry": Words("Registri", "Registry"),
    "facts": Words("Data", "Data"),
    "why": Words("Untuk apa", "What for"),
    "basis": Words("Dasar hukum", "Legal basis"),
    "outcome": Words("Hasil", "Outcome"),
}
ABOUT = Words(
    "Daftar ini berasal dari jejak audit. Setiap barisnya dikunci dengan baris sebelumnya, sehingga perubahan akan ketahuan. "
    "Isi data tidak disimpan di sini.",
    "This list comes from the audit trail. Each of its rows is locked to the row before, so that a change shows. "
    "What the data say is not kept here.",
)
STYLE = (
    "body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#111}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.4rem .6rem;text-align:left;"
    "vertical-align:top}th{background:#eee}footer{margin-top:1.5rem;color:#444}"
    "@media(max-width:45rem){table,tbody,tr,td{display:block}thead{display:none}td::before{content:attr(data-label) ': ';font-weight:bold}}"
)


class Look(NamedTuple):
    """One look at somebody's data, in words."""

    at: Words
    who: Words
    registry: Words
    facts: Words
    why: Words
    basis: Words
    outcome: Words


def looks(entries: Iterable[Mapping[str, Any]], model: Resolved) -> Iterator[Look]:
    """Yield what entries of the audit trail say of a case, in words.

    Args:
        entries: Of one case, as exported.
        model: The procedure that the case is pinned to.
    """
    catalogue, naming = model.catalogue, model.naming
    agencies = {str(one.id): one.title for one in catalogue.agencies}
    services = {
        f"{registry.id}.{service.id}": Words(
            *(f"{a} ({b})" for a, b in zip(registry.title, service.title or same(str(service.id)), strict=True))
        )
        for registry in catalogue.registries
        for service in registry.services
    }
    outcomes = OUTCOMES | {
        "erased": Words("data kasus dihapus", "the data of the case were erased"),
        "sent back": Words("dikembalikan untuk diperbaiki", "sent back to be mended"),
        "contested": Words("dibantah", "contested"),
        "escalated": Words(
            "batas waktunya lewat; data tidak dilihat", "over its time limit; nobody looked at the data"
        ),
        "shown": Words("data ditampilkan", "the data were shown"),
        "moved": Words("kasus dipindahkan; data tidak dilihat", "the case was moved; nobody looked at its data"),
    }
    for said in entries:
        facts = [naming.words(str(name)) for name in said["facts"]]
        outcome = outcomes.get(said["outcome"], same(said["outcome"]))
        if said["what"] == "look-up" and said["source"] == "case":
            outcome = Words(outcome.id + AGAIN.id, outcome.en + AGAIN.en)
        yield Look(
            at=same(_day_and_time(said["at"])),
            who=agencies.get(said["consumer"], same(said["consumer"])),
            registry=services.get(said["service"], same(said["service"])),
            facts=Words(", ".join(one.id for one in facts), ", ".join(one.en for one in facts)),
            why=Words(said["reason"]["id"], said["reason"]["en"]),
            basis=same("; ".join(said["basis"])),
            outcome=outcome,
        )


def _day_and_time(text: str) -> str:
    """Return a time as people read it.

    >>> _day_and_time("2026-11-02T08:00:01+00:00")
    '2026-11-02 08:00 UTC'
    """
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def as_text(case: str, procedure: Words, told: Iterable[Look], language: Language) -> str:
    """Return the list as text.

    Args:
        case: The case's own number.
        procedure: What it is about.
        told: What is listed.
        language: In which language.
    """
    width = max(len(label.in_language(language)) for label in LABELS.values())
    blocks = [
        "\n".join(f"{label:<{width}}  {value}" for label, value in _cells(look, language) if value) for look in told
    ]
    head = f"{HEADING.in_language(language)}: {case}, {procedure.in_language(language)}"
    return "\n\n".join([head, *(blocks or [NOBODY.in_language(language)])])


def as_page(case: str, procedure: Words, told: Iterable[Look], language: Language) -> str:
    """Return the list as a page that needs nothing else; whatever comes from outside is escaped. Arguments as for `as_text`."""
    rows = [
        "<tr>" + "".join(f'<td data-label="{escape(a)}">{escape(b)}</td>' for a, b in _cells(look, language)) + "</tr>"
        for look in told
    ]
    heads = "".join(f"<th>{escape(label.in_language(language))}</th>" for label in LABELS.values())
    listed = (
        f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        if rows
        else f"<p>{escape(NOBODY.in_language(language))}</p>"
    )
    title = escape(HEADING.in_language(language))
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}: {escape(case)}</title><style>{STYLE}</style></head>\n<body><h1>{title}</h1>"
        f"<p>{escape(procedure.in_language(language))}, {escape(case)}</p>\n{listed}\n"
        f"<footer>{escape(ABOUT.in_language(language))}</footer></body></html>\n"
    )


def _cells(look: Look, language: Language) -> list[tuple[str, str]]:
    """Return what a look says, each with its label."""
    return [
        (label.in_language(language), value.in_language(language))
        for label, value in zip(LABELS.values(), look, strict=True)
    ]
