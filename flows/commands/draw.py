"""`sekali draw`: procedures and redesigns as pictures."""

from pathlib import Path
from typing import Literal, get_args

import click

from analysis import drawing
from analysis.change import Redesign
from analysis.drawing import Facts
from analysis.overview import overview, seen
from analysis.papers.sharing import Sharing, sharings
from analysis.redesign import redesigned
from flows.commands.catalogues import Chosen, WhatIf, chosen, what_if
from flows.commands.redesign import certificate_for, refusal
from flows.commands.speaking import command as made
from flows.commands.speaking import language, option, stop
from flows.pictures import FORMS, PictureError, render
from processes.procedure import Procedure
from processes.words import Words

What = Literal["today", "redesign", "both"]

HELP = Words(
    "Menggambar prosedur dengan satu lajur untuk setiap instansi: kondisi saat ini, rancang ulang, atau keduanya dalam "
    "satu gambar, dengan yang dihapus dicoret dan yang baru ditebalkan. Dengan --map: seluruh katalog dalam satu gambar. "
    "Gambar ditulis ke berkas, dan namanya dicetak.",
    "Draws procedures with a lane for each agency: as they are today, redesigned, or both in one picture, where what "
    "goes is struck out and what comes stands out. With --map the whole catalogue in one picture. Writes pictures to files, and prints their names.",
)


@made("draw", HELP, "sekali draw processes/purbalingga/procedures/akta-kelahiran.yaml --both --format pdf")
@click.argument("path")
@option(
    "--redesign", "what", flag_value="redesign", words=Words("Gambar rancang ulang saja.", "Draw the redesign alone.")
)
@option("--both", "what", flag_value="both", words=Words("Gambar keduanya menjadi satu.", "Draw both in one picture."))
@option(
    "--today", "what", flag_value="today", default=True, words=Words("Gambar kondisi saat ini.", "Draw it as it is.")
)
@option(
    "--format",
    "form",
    type=click.Choice([*FORMS, "dot"]),
    words=Words(
        "Jenis berkas; jika tidak disebut: akhir nama berkas, atau svg.",
        "Kind of file; without it, what the name of the file ends in, else svg.",
    ),
)
@option(
    "--facts",
    type=click.Choice(get_args(Facts)),
    default="short",
    show_default=True,
    words=Words("Berapa banyak isian yang ditulis.", "How many of the questions to list."),
)
@option(
    "--map",
    "whole",
    is_flag=True,
    words=Words(
        "Gambar seluruh katalog: siapa menanyakan apa kepada registri mana.",
        "Draw the catalogue as a whole: who asks which registry what.",
    ),
)
@option("--output", "-o", metavar="FILE|FOLDER", words=Words("Ke mana ditulis.", "Where to write it."))
@what_if
def command(
    path: str, what: What, form: str | None, facts: Facts, whole: bool, output: str | None, assumed: WhatIf
) -> int:
    """Draw every procedure at a path."""
    ending = Path(output or "").suffix.removeprefix(".")
    form = form or (ending if ending in (*FORMS, "dot") else "svg")
    found = chosen(path, *assumed)
    if whole:
        return drawn_map(found, what, form, facts, output)
    code = 0
    for procedure in found.procedures:
        subject = procedure if what == "today" else redesigned(procedure, found.catalogue, found.policy)
        if isinstance(subject, Redesign) and subject.after is None:
            click.echo(refusal(subject), err=True)
            code = 1
            continue
        if isinstance(subject, Redesign):
            certificate_for(subject)
        try:
            drawn = picture(subject, found, what, form, facts)
        except PictureError as error:
            raise stop(error.words) from error
        click.echo(written(drawn, procedure.id, what, form, output, alone=len(found.procedures) == 1))
    return code


def drawn_map(found: Chosen, what: What, form: str, facts: Facts, output: str | None) -> int:
    """Draw all procedures and the registries they ask on one picture; return the exit code.

    What cannot be redesigned is drawn as it is today, and said.
    """
    redesigns: list[Redesign | None] = [None for _ in found.procedures]
    wanted: tuple[Sharing, ...] = ()
    if what != "today":
        made = [redesigned(one, found.catalogue, found.policy) for one in found.procedures]
        for one in made:
            if one.after is None:
                click.echo(refusal(one), err=True)
        redesigns = list(made)
        wanted = sharings(found.procedures, found.catalogue, found.policy, made)
    shown = [
        seen(one, found.catalogue, found.policy, redesign)
        for one, redesign in zip(found.procedures, redesigns, strict=True)
    ]
    text = overview(shown, found.catalogue, language(), wanted, facts)
    try:
        drawn = text.encode() if form == "dot" else render(text, form)  # type: ignore[arg-type]  # click admits no other
    except PictureError as error:
        raise stop(error.words) from error
    click.echo(written(drawn, "map", what, form, output, alone=True))
    return 1 if any(one is not None and one.after is None for one in redesigns) else 0


def picture(subject: Procedure | Redesign, found: Chosen, what: What, form: str, facts: Facts = "short") -> bytes:
    """Return a picture of a procedure or of its redesign as a file of a form.

    Raises:
        PictureError: If it cannot be drawn here.
    """
    if isinstance(subject, Procedure):
        text = drawing.today(subject, found.catalogue, language(), facts)
    else:
        draw = drawing.both if what == "both" else drawing.after
        text = draw(subject, found.catalogue, language(), facts)
    return text.encode() if form == "dot" else render(text, form)  # type: ignore[arg-type]  # click admits no other


def written(drawn: bytes, of: str, what: What, form: str, output: str | None, *, alone: bool) -> Path:
    """Write a picture: to the file that is named, into the folder that is named, else here; return where it is.

    Raises:
        click.exceptions.Exit: After saying why, if it cannot be written.
    """
    name = f"{of}-{what}.{form}"
    to = Path(output or ".")
    file = to if output and alone and to.suffix == f".{form}" and not to.is_dir() else to / name
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(drawn)
    except OSError as error:
        why = error.strerror or str(error)
        raise stop(Words(f"'{file}' tidak dapat ditulis: {why}.", f"'{file}' cannot be written: {why}.")) from error
    return file
