"""The papers of a procedure that its page links to: the review itself, SOP and service standard, today and redesigned; as PDF."""

from collections.abc import Sequence
from typing import Literal, get_args

from analysis.papers.sop import sop
from analysis.papers.standard import standard
from analysis.papers.version import after, before
from flows.papers.document import document_pdf
from flows.papers.sheet import as_data
from flows.papers.sop_pages import sop_pages
from flows.papers.standard_document import standard_document
from flows.papers.typesetting import pdf
from flows.review.looked import Looked
from flows.review.report import report
from processes.procedure import Procedure
from processes.words import Language

PaperName = Literal["review", "sop-today", "sop-redesign", "standard-today", "standard-redesign"]
PAPERS: tuple[PaperName, ...] = get_args(PaperName)


def paper(looked: Looked, name: PaperName, others: Sequence[Procedure], language: Language) -> bytes | None:
    """Return a paper as PDF; nothing, if it would be about a redesign that there is not.

    Args:
        looked: What it is about.
        name: Which one.
        others: The procedures of the catalogue, for what papers say of related ones.
        language: Of all that is written on it.

    Raises:
        PictureError: If it cannot be set here.
    """
    if name == "review":
        return report(looked, language)
    if name.endswith("-redesign"):
        if looked.redesign.after is None or looked.redesign.certificate is None:
            return None
        version = after(looked.redesign, looked.catalogue, looked.policy, tuple(others))
    else:
        version = before(looked.procedure, looked.catalogue, looked.policy, tuple(others))
    if name.startswith("sop"):
        title = f"SOP {version.title.in_language(language)}"
        return pdf("sheet.typ", as_data(sop_pages(sop(version), language), title, language))
    return document_pdf(standard_document(standard(version), language))
