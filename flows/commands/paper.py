"""`sekali paper`: the official papers of a procedure, as it is or redesigned, as PDF and XLSX."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, get_args

import click

from analysis.papers.annex import annex
from analysis.papers.briefing import briefing
from analysis.papers.sharing import sharings
from analysis.papers.version import Version, after, before
from analysis.redesign import redesigned
from flows.commands.catalogues import Chosen, WhatIf, chosen, neighbours, what_if
from flows.commands.redesign import certificate_for, refusal
from flows.commands.speaking import USAGE_FAULT, language, option, stop
from flows.commands.speaking import command as made
from flows.papers.files import Form, Paper, annex_paper, briefing_paper, sop_paper, standard_paper
from flows.pictures import PictureError
from flows.saving import save_parts
from processes.procedure import Procedure
from processes.words import Language, Words

Kind = Literal["sop", "standard", "annex", "briefing"]
What = Literal["today", "redesign"]

HELP = Words(
    "Membuat naskah resmi dari model, tentang kondisi saat ini atau rancang ulang, sebagai PDF atau XLSX: sop (SOP menurut "
    "PermenPANRB 35/2012), standard (standar pelayanan menurut PermenPANRB 15/2014); atau tentang semua prosedur bersama: annex "
    "(rancangan lampiran setiap perjanjian berbagi data yang dipakai atau diperlukan rancang ulang), briefing (nota dinas "
    "dua halaman untuk pimpinan). Yang tidak diketahui model ditulis "
    "sebagai hal yang harus diisi. Nama berkasnya dicetak.",
    "Makes official papers from the model, of a procedure as it is or redesigned, as PDF or XLSX: sop (the SOP of "
    "PermenPANRB 35/2012), standard (the service standard of PermenPANRB 15/2014); or of all procedures together: annex (the draft "
    "annex of each data-sharing agreement that redesigns use or want), briefing (two pages for leadership). What the model does not know is written "
    "as a thing to fill in. Prints the names of the files.",
)


@made("paper", HELP, "sekali paper sop processes/purbalingga/procedures/akta-kelahiran.yaml --redesign -o sop.pdf")
@click.argument("kind", metavar="KIND", type=click.Choice(get_args(Kind)))
@click.argument("path")
@option("--redesign", "what", flag_value="redesign", words=Words("Tentang rancang ulang.", "Of the redesign."))
@option(
    "--today", "what", flag_value="today", default=True, words=Words("Tentang kondisi saat ini.", "Of it as it is.")
)
@option(
    "--format",
    "form",
    type=click.Choice(get_args(Form)),
    words=Words(
        "Jenis berkas; jika tidak disebut: akhir nama berkas, atau pdf.",
        "Kind of file; without it, what the name of the file ends in, else pdf.",
    ),
)
@option(
    "--agreement",
    "agreements",
    multiple=True,
    metavar="AGREEMENT",
    words=Words("Hanya lampiran perjanjian ini; boleh diulang.", "The annex of this agreement only; repeatable."),
)
@option("--output", "-o", metavar="FILE|FOLDER", words=Words("Ke mana ditulis.", "Where to write it."))
@what_if
def command(
    kind: Kind,
    path: str,
    what: What,
    form: Form | None,
    agreements: tuple[str, ...],
    output: str | None,
    assumed: WhatIf,
) -> int:
    """Make a paper of every procedure at a path."""
    ending = Path(output or "").suffix.removeprefix(".")
    form = form or ("xlsx" if ending == "xlsx" else "pdf")
    found = chosen(path, *assumed)
    if kind in _TOGETHER:
        papers = [_TOGETHER[kind](found, agreements)]
    else:
        papers = list(_papers(kind, found, what, neighbours(path, found)))
    for paper in papers:
        if form not in paper.forms:
            raise stop(
                Words(
                    f"Naskah ini hanya ada sebagai {', '.join(paper.forms)}.", f"This paper is {paper.forms[0]} only."
                ),
                USAGE_FAULT,
            )
        try:
            content = paper.content(form)
        except PictureError as error:
            raise stop(error.words) from error
        click.echo(_written(content, f"{paper.name}.{form}", form, output, alone=len(papers) == 1))
    return 0 if kind in _TOGETHER or len(papers) == len(found.procedures) else 1


def _papers(kind: Kind, found: Chosen, what: What, others: tuple[Procedure, ...]) -> Iterator[Paper]:
    for version in _versions(found, what, others):
        yield _PAPERS[kind](version, f"{kind}-{version.name}-{what}", language())


def _versions(found: Chosen, what: What, others: tuple[Procedure, ...]) -> Iterator[Version]:
    """Yield what the papers are about; say of what cannot be redesigned that it cannot."""
    for procedure in found.procedures:
        if what == "today":
            yield before(procedure, found.catalogue, found.policy, others)
            continue
        redesign = redesigned(procedure, found.catalogue, found.policy)
        if redesign.after is None:
            click.echo(refusal(redesign), err=True)
            continue
        certificate_for(redesign)
        yield after(redesign, found.catalogue, found.policy, others)


def _annex(found: Chosen, names: tuple[str, ...]) -> Paper:
    """Return the annexes of the agreements that are named, else of all that are used or wanted.

    Raises:
        click.exceptions.Exit: After saying so, if there are none.
    """
    there = sharings(found.procedures, found.catalogue, found.policy)
    known = [str(one.agreement.id) for one in there]
    lacking = [name for name in names if name not in known]
    if lacking or not known:
        listed = ", ".join(known) or "–"
        raise stop(
            Words(
                f"Tidak ada lampiran untuk {', '.join(lacking) or 'prosedur ini'}. Dipakai atau diperlukan: {listed}.",
                f"There is no annex for {', '.join(lacking) or 'these procedures'}. Used or wanted: {listed}.",
            ),
            USAGE_FAULT,
        )
    wanted = [one for one in there if not names or one.agreement.id in names]
    told = [annex(one, found.catalogue, found.policy) for one in wanted]
    return annex_paper(told, "-".join(["annex", *names]), language())


def _briefing(found: Chosen, _: tuple[str, ...]) -> Paper:
    redesigns = [redesigned(one, found.catalogue, found.policy) for one in found.procedures]
    shared = sharings(found.procedures, found.catalogue, found.policy, redesigns)
    return briefing_paper(briefing(redesigns, shared, found.catalogue, found.policy), "briefing", language())


_TOGETHER: dict[Kind, Callable[[Chosen, tuple[str, ...]], Paper]] = {"annex": _annex, "briefing": _briefing}
_PAPERS: dict[Kind, Callable[[Version, str, Language], Paper]] = {"sop": sop_paper, "standard": standard_paper}


def _written(content: bytes, name: str, form: Form, output: str | None, *, alone: bool) -> Path:
    """Write a file: to the one that is named, into the folder that is named, else here; return where it is."""
    to = Path(output or ".")
    file = to if output and alone and to.suffix == f".{form}" and not to.is_dir() else to / name
    try:
        save_parts(file, [content])
    except OSError as error:
        why = error.strerror or str(error)
        raise stop(Words(f"'{file}' tidak dapat ditulis: {why}.", f"'{file}' cannot be written: {why}.")) from error
    return file
