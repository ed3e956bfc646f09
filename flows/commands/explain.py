"""`sekali explain`: one fact of a procedure, where it comes from, who needs it, what else could bring it; and as a drawing."""

import json
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from analysis.drawing.derivation import derivation
from analysis.explaining.explanation import Explanation, Reader, explained, known_facts
from analysis.explaining.options import Key, Option
from analysis.explaining.sources import Source
from analysis.explaining.wording import OPTION_WORDS, READER_WORDS, SOURCE_WORDS
from analysis.redesign import decided_today, redesigned
from flows.commands.catalogues import Chosen, WhatIf, chosen, neighbours, what_if
from flows.commands.speaking import USAGE_FAULT, language, option, say, stop
from flows.commands.speaking import command as made
from flows.commands.tables import heading, table
from flows.pictures import FORMS, PictureError, render
from processes.element import Assurance
from processes.words import Words

HELP = Words(
    "Menjelaskan satu fakta dalam prosedur: dari mana asalnya, siapa membutuhkannya dan seberapa pasti, apa lagi yang "
    "dapat memberikannya, apa yang dipilih rancang ulang, dan mengapa yang lain tidak. Dengan --draw juga sebagai gambar.",
    "Explains one fact of a procedure: where it comes from, who needs it and how sure, what else could bring it, what "
    "the redesign chose, and why not the others. With --draw also as a picture.",
)

RESIDUAL = Words("hanya bila penelusuran tidak menemukan apa pun", "only where a look-up finds nothing")
CONDITIONAL = Words("hanya bila syaratnya terpenuhi", "only where its condition holds")


@made(
    "explain", HELP, "sekali explain processes/purbalingga/procedures/akta-kelahiran.yaml mother.name --draw name.svg"
)
@click.argument("path", metavar="PROCEDURE")
@click.argument("fact", metavar="FACT")
@option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    words=Words("Bentuk keluaran.", "How to print it."),
)
@option(
    "--draw",
    "picture",
    metavar="FILE",
    words=Words("Gambar juga ke berkas .svg, .png, .pdf atau .dot.", "Draw it too: a file .svg, .png, .pdf or .dot."),
)
@what_if
def command(path: str, fact: str, form: str, picture: str | None, assumed: WhatIf) -> int:
    """Explain a fact of the one procedure at a path."""
    found = chosen(path, *assumed)
    told = explanation(found, path, fact)
    click.echo(json.dumps(as_data(told), ensure_ascii=False, indent=2) if form == "json" else as_text(told))
    if picture is not None:
        services = {str(one.id): one.title for one in neighbours(path, found)}
        click.echo(_drawn(told, services, Path(picture)), err=form == "json")
    return 0


def explanation(found: Chosen, path: str, fact: str) -> Explanation:
    """Return what there is to say about a fact.

    Raises:
        click.exceptions.Exit: After saying why, if there are several procedures, or no such fact.
    """
    if len(found.procedures) != 1:
        names = ", ".join(one.id for one in found.procedures[:5])
        raise stop(
            Words(f"Pilih satu prosedur. '{path}' memuat: {names}.", f"Choose one procedure. '{path}' holds: {names}."),
            USAGE_FAULT,
        )
    (procedure,) = found.procedures
    today, _ = decided_today(procedure, found.catalogue, found.policy)
    told = explained(today, redesigned(procedure, found.catalogue, found.policy), fact)
    if told is None:
        known = known_facts(today)
        near = get_close_matches(fact, known, n=3) or [one for one in known if one.endswith("." + fact)][:3]
        listed = ", ".join(f"'{one}'" for one in near)
        mend = Words(f" Yang mirip: {listed}.", f" Like it: {listed}.") if near else _roles(list(procedure.role_by_id))
        raise stop(
            Words(
                f"Prosedur '{procedure.id}' tidak mengenal fakta '{fact}'.{mend.id}",
                f"The procedure '{procedure.id}' knows no fact '{fact}'.{mend.en}",
            ),
            USAGE_FAULT,
        )
    return told


def _roles(roles: list[str]) -> Words:
    listed = ", ".join(roles)
    return Words(f" Tulis peran.elemen; peran: {listed}.", f" Write role.element; the roles are {listed}.")


def _drawn(told: Explanation, services: Mapping[str, Words], file: Path) -> str:
    form = file.suffix.removeprefix(".")
    if form not in (*FORMS, "dot"):
        kinds = ", ".join(f".{one}" for one in (*FORMS, "dot"))
        raise stop(
            Words(
                f"Gambar ditulis ke berkas {kinds}, bukan '{file}'.", f"A picture is written to {kinds}, not '{file}'."
            ),
            USAGE_FAULT,
        )
    text = derivation(told, language(), services)
    try:
        drawn = text.encode() if form == "dot" else render(text, form)  # type: ignore[arg-type]  # as just asked
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(drawn)
    except PictureError as error:
        raise stop(error.words) from error
    except OSError as error:
        why = error.strerror or str(error)
        raise stop(Words(f"'{file}' tidak dapat ditulis: {why}.", f"'{file}' cannot be written: {why}.")) from error
    return say(Words(f"digambar: {file}", f"drawn: {file}"))


# --- as text --------------------------------------------------------------------------------------------------------


def as_text(told: Explanation) -> str:
    """Return an explanation as people read it."""
    title = heading(f"{told.words.in_language(language())} ({told.fact})")
    now, then = [_source(one) for one in told.today], [_source(one) for one in told.redesigned]
    parts = [title, say(Words("Asalnya saat ini", "Where it comes from today")) + "\n" + _sources(now)]
    parts.append(say(Words("Siapa membutuhkannya", "Who needs it")) + "\n" + _readers(told.readers))
    parts.append(say(Words("Apa lagi yang dapat memberikannya", "What could bring it")) + "\n" + _options(told.options))
    head = say(Words("Asalnya dalam rancang ulang", "Where it comes from in the redesign"))
    if told.refused:
        says = say(Words("Tidak ada rancang ulang:", "There is no redesign:"))
        parts.append("\n".join([head, f"  {says}", *(f"  - {one.in_language(language())}" for one in told.refused)]))
    else:
        lines = [head, _sources(then)]
        if told.stays:
            says = say(
                Words("Yang tetap diminta untuk itu tetap, karena:", "What is still asked for it stays, because:")
            )
            lines += [f"  {says}", *(f"  - {one.in_language(language())}" for one in told.stays)]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))


def _nothing(words: Words) -> str:
    return _indented(say(words))


def level_said(level: int) -> str:
    """Return a level in words, in the language of the command."""
    return Assurance(level).words.in_language(language())


def _source(one: Source) -> list[str]:
    what = one.what
    if one.keys:
        what += say(Words(f", dari {', '.join(one.keys)}", f", from {', '.join(one.keys)}"))
    more = [
        words.in_language(language())
        for words, holds in ((RESIDUAL, one.residual), (CONDITIONAL, one.conditional))
        if holds
    ]
    if more:
        what += f" ({', '.join(more)})"
    step = one.step or say(Words("(di mana saja)", "(everywhere)"))
    return [step, say(SOURCE_WORDS[one.kind]), what, level_said(one.level), _place(one.where)]


def _place(where: Any) -> str:
    return f"{where.file}:{where.line}" if where.line else ""


def _sources(rows: list[list[str]]) -> str:
    if not rows:
        return _nothing(Words("Tidak ada yang memberikannya.", "Nothing brings it."))
    heads = [
        say(Words("langkah", "step")),
        say(Words("cara", "how")),
        say(Words("apa", "what")),
        say(Words("paling tinggi", "at most")),
        say(Words("tempat", "place")),
    ]
    return _indented(table(heads, rows))


def _readers(readers: tuple[Reader, ...]) -> str:
    if not readers:
        return _nothing(Words("Tidak ada yang membutuhkannya.", "Nobody needs it."))
    heads = [
        say(Words("langkah", "step")),
        say(Words("untuk", "for")),
        say(Words("seberapa pasti", "how sure")),
        say(Words("mengapa sepasti itu", "why so sure")),
        say(Words("tempat", "place")),
    ]
    rows = [
        [_step(one), say(READER_WORDS[one.what]), level_said(one.level), say(why_level(one)), _place(one.where)]
        for one in readers
    ]
    return _indented(table(heads, list(dict.fromkeys(map(tuple, rows))), wide=50))


def _step(one: Reader) -> str:
    fate = {
        "stays": Words("", ""),
        "removed": Words(" (dihapus rancang ulang)", " (the redesign drops it)"),
        "added": Words(" (baru dalam rancang ulang)", " (new in the redesign)"),
    }[one.fate]
    return one.step + say(fate)


def why_level(one: Reader) -> Words:
    """Return why a reader needs a fact as sure as it does."""
    match one.because:
        case "law":
            return Words(f"hukum: {one.ground}", f"the law: {one.ground}") if one.ground else Words("hukum", "the law")
        case "stated":
            return Words("prosedur menyebutnya", "the procedure states it")
        case "key":
            return Words("yang mencarinya dengan fakta ini memintanya", "whatever looks up by it asks for that")
        case "today":
            if one.level == 0:
                return Words("saat ini pun tidak pasti ada", "today it is not certain to be there either")
            law = Words(f"; {one.ground} memintanya", f"; {one.ground} asks for it") if one.ground else Words("", "")
            return Words(f"sepasti saat ini{law.id}", f"as sure as it is today{law.en}")


def _options(options: tuple[Option, ...]) -> str:
    if not options:
        return _nothing(Words("Tidak ada yang lain.", "Nothing else."))
    heads = [
        say(Words("apa", "what")),
        say(Words("dari", "from")),
        say(Words("paling tinggi", "at most")),
        say(Words("ditemukan", "finds")),
        say(Words("perjanjian", "agreement")),
        say(Words("dipakai rancang ulang", "used by the redesign")),
    ]
    rows = [
        [
            f"{say(OPTION_WORDS[one.kind])} {one.name}",
            ", ".join(key.fact for key in one.keys),
            level_said(one.level),
            f"{one.coverage:.0%}" if one.kind in ("service", "confirming service", "log-in") else "",
            one.agreement,
            _used(one.why_not),
        ]
        for one in options
        if one.kind != "document" or one.used
    ]
    unused: dict[tuple[Words | None, int], list[str]] = {}
    for one in options:
        if one.kind == "document" and not one.used:
            unused.setdefault((one.why_not, one.level), []).append(one.name)
    for (why, level), names in unused.items():
        rows.append([f"{say(OPTION_WORDS['document'])} {', '.join(names)}", "", level_said(level), "", "", _used(why)])
    return _indented(table(heads, rows, right=frozenset({3}), wide=48))


def _used(why_not: Words | None) -> str:
    if why_not is None:
        return say(Words("ya", "yes"))
    return say(Words(f"tidak: {why_not.id}", f"no: {why_not.en}"))


# --- as data --------------------------------------------------------------------------------------------------------


def as_data(told: Explanation) -> dict[str, Any]:
    """Return an explanation as plain data, texts in both languages."""
    return {
        "procedure": told.procedure,
        "fact": told.fact,
        "words": told.words._asdict(),
        "today": [_source_data(one) for one in told.today],
        "readers": [_reader_data(one) for one in told.readers],
        "options": [_option_data(one) for one in told.options],
        "redesign": [_source_data(one) for one in told.redesigned],
        "keys": {key: [_source_data(one) for one in brought] for key, brought in told.behind},
        "stays": [one._asdict() for one in told.stays],
        "refused": [one._asdict() for one in told.refused],
    }


def _level_data(level: int) -> str:
    return Assurance(level).name.lower()


def _where(where: Any) -> dict[str, Any]:
    return {"file": where.file, "line": where.line, "column": where.column}


def _source_data(one: Source) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "step": one.step,
        "what": one.what,
        "level": _level_data(one.level),
        "keys": list(one.keys),
        "residual": one.residual,
        "conditional": one.conditional,
        **_where(one.where),
    }


def _reader_data(one: Reader) -> dict[str, Any]:
    return {
        "step": one.step,
        "for": one.what,
        "level": _level_data(one.level),
        "today": _level_data(one.today),
        "because": one.because,
        "ground": one.ground,
        "fate": one.fate,
        **_where(one.where),
    }


def _option_data(one: Option) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "name": one.name,
        "keys": [_key_data(key) for key in one.keys],
        "level": _level_data(one.level),
        "coverage": one.coverage,
        "agreement": one.agreement,
        "used": one.used,
        "why_not": one.why_not._asdict() if one.why_not else None,
        **_where(one.where),
    }


def _key_data(one: Key) -> dict[str, Any]:
    return {"fact": one.fact, "needed": _level_data(one.needed), "there": _level_data(one.there)}
