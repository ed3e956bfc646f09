"""Official papers as files to be made: what each is called, in which forms there is it, and how it is made; decides no text."""

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple, get_args

from analysis.papers.annex import Annex
from analysis.papers.briefing import Briefing
from analysis.papers.sop import sop
from analysis.papers.standard import standard
from analysis.papers.version import Version
from flows.papers.annex_document import annex_document
from flows.papers.briefing_document import briefing_pdf
from flows.papers.document import Document, document_pdf
from flows.papers.document_workbook import document_workbook
from flows.papers.sheet import as_data
from flows.papers.sop_pages import sop_pages
from flows.papers.sop_workbook import sop_workbook
from flows.papers.standard_document import standard_document
from flows.papers.typesetting import pdf
from processes.words import Language, Words

Form = Literal["pdf", "xlsx"]
TYPES: dict[Form, str] = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Paper(NamedTuple):
    """One file that can be made; all that it says is found out already."""

    name: str  # of the file, without its ending
    content: Callable[[Form], bytes]  # raises PictureError, if it cannot be made here
    forms: tuple[Form, ...] = get_args(Form)


def sop_paper(version: Version, name: str, language: Language) -> Paper:
    """Return the SOP of a procedure, as it is or redesigned."""
    told = sop(version)

    def content(form: Form) -> bytes:
        if form == "xlsx":
            return sop_workbook(told, language)
        title = f"SOP {version.title.in_language(language)}"
        return pdf("sheet.typ", as_data(sop_pages(told, language), title, language))

    return Paper(name, content)


def standard_paper(version: Version, name: str, language: Language) -> Paper:
    """Return the service standard of a procedure, as it is or redesigned."""
    sheet = Words("Standar pelayanan", "Service standard")
    return _document(standard_document(standard(version), language), sheet, name)


def annex_paper(annexes: Iterable[Annex], name: str, language: Language) -> Paper:
    """Return draft annexes as one paper."""
    return _document(annex_document(annexes, language), Words("Lampiran", "Annex"), name)


def briefing_paper(told: Briefing, name: str, language: Language) -> Paper:
    """Return the briefing for leadership."""
    return Paper(name, lambda _: briefing_pdf(told, language), ("pdf",))


def _document(told: Document, sheet: Words, name: str) -> Paper:
    title = sheet.in_language(told.language)
    return Paper(name, lambda form: document_workbook(told, title) if form == "xlsx" else document_pdf(told))
