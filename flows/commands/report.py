"""`sekali report`: a procedure today and redesigned as a paper: figures, drawings, and why each thing goes, stays or comes."""

from pathlib import Path

import click

from analysis.redesign import analysed
from flows.commands.catalogues import WhatIf, chosen, what_if
from flows.commands.speaking import USAGE_FAULT, language, option, say, stop
from flows.commands.speaking import command as made
from flows.pictures import PictureError
from flows.review.looked import Looked
from flows.review.report import report
from flows.saving import save_parts
from processes.words import Words

HELP = Words(
    "Menulis tinjauan satu prosedur sebagai PDF A4: angka, gambar saat ini dan rancang ulang, dan mengapa setiap hal hilang, tetap, atau "
    "baru, dengan keputusan peninjau; sama dengan halamannya pada 'sekali review'.",
    "Writes the review of a procedure as PDF on A4: figures, drawings of today and redesign, and why each thing goes, stays or comes, "
    "with the reviewers' decisions; the same as its page in 'sekali review'.",
)


@made("report", HELP, "sekali report processes/purbalingga/procedures/akta-kelahiran.yaml --pdf akta.pdf")
@click.argument("path", metavar="PROCEDURE")
@option(
    "--pdf",
    "file",
    metavar="FILE",
    words=Words("Berkas PDF; jika tidak disebut: NAMA-review.pdf.", "The PDF; without it: NAME-review.pdf."),
)
@what_if
def command(path: str, file: str | None, assumed: WhatIf) -> int:
    """Write the report on the one procedure at a path."""
    found = chosen(path, *assumed)
    if len(found.procedures) != 1:
        names = ", ".join(one.id for one in found.procedures[:5])
        raise stop(
            Words(f"Pilih satu prosedur. '{path}' memuat: {names}.", f"Choose one procedure. '{path}' holds: {names}."),
            USAGE_FAULT,
        )
    (procedure,) = found.procedures
    looked = Looked(procedure, found.catalogue, found.policy, analysed(procedure, found.catalogue, found.policy))
    to = Path(file or f"{procedure.id}-review.pdf")
    try:
        save_parts(to, [report(looked, language())])
    except PictureError as error:
        raise stop(error.words) from error
    except OSError as error:
        why = error.strerror or str(error)
        raise stop(Words(f"'{to}' tidak dapat ditulis: {why}.", f"'{to}' cannot be written: {why}.")) from error
    click.echo(say(Words(f"ditulis: {to}", f"written: {to}")))
    return 0 if looked.redesign.after is not None else 1
