"""Draft annexes of data-sharing agreements as one paper, each on pages of its own; decides no row's text."""

from collections.abc import Iterable, Iterator

from analysis.papers.annex import Annex, yearly
from flows.papers.document import Block, Cell, Document, Heading, NewPage, Paragraph, Signatures, Table, said
from processes.words import Language, Words

TITLE = Words("LAMPIRAN PERJANJIAN KERJA SAMA (RANCANGAN)", "ANNEX TO A DATA-SHARING AGREEMENT (DRAFT)")
NUMBER = Words("Nomor: [diisi para pihak]", "Number: [to be filled in by the parties]")
FACTS = (
    Words("Pemberi data", "Gives data"),
    Words("Pengguna data", "Uses data"),
    Words("Keadaan", "State"),
    Words("Tujuan pemanfaatan", "Purpose"),
    Words("Dasar hukum", "Legal basis"),
    Words("Layanan publik yang memakai", "Used by the procedures"),
    Words("Persetujuan", "Consent"),
    Words("Jangka waktu", "Term"),
)
DATA = Words("A. Data yang dibagipakaikan", "A. Data that are shared")
DATA_HEADS = (
    Words("No.", "No."),
    Words("Data", "Data"),
    Words("Tentang", "About"),
    Words("Sifat", "Kind"),
    Words("Layanan data", "Service"),
    Words("Dipakai dalam prosedur: langkah", "Used in procedure: step"),
)
ONLY = Words(
    "Hanya data dalam tabel ini yang diakses; setiap akses dicatat dalam jejak audit dengan langkah, tujuan, dan dasar hukumnya.",
    "Only the data in this table are looked up; each look-up is entered in the audit trail with its step, purpose and legal basis.",
)
SERVICES = Words("B. Layanan data", "B. Services")
SERVICE_HEADS = (
    Words("Layanan data", "Service"),
    Words("Ditanya dengan", "Asked with"),
    Words("Jawaban", "Answers"),
    Words("Perkiraan akses", "Expected look-ups"),
)
OWN = Words(
    "Pengguna mengelola registri ini sendiri: cukup ditetapkan secara internal.",
    "The user keeps this registry itself: an internal decision is enough.",
)
SIGNED = (Words("[nama]", "[name]"), Words("[jabatan, NIP]", "[post, staff number]"))


def annex_document(annexes: Iterable[Annex], language: Language) -> Document:
    """Return draft annexes as one paper in one language."""
    blocks: list[Block] = []
    for number, one in enumerate(annexes):
        blocks += [NewPage()] if number else []
        blocks += _blocks(one, language)
    title = TITLE.in_language(language)
    return Document(title, language, tuple(blocks), title, size=8.5)


def _blocks(one: Annex, language: Language) -> Iterator[Block]:
    def told(words: Words) -> str:
        return words.in_language(language)

    yield Heading(told(TITLE), 1)
    yield Paragraph(f"{one.agreement}: {told(one.title)}", bold=True, align="center")
    yield Paragraph(told(NUMBER), align="center", small=True)
    cells: tuple[Cell, ...] = (
        (told(one.giver),),
        (told(one.user), *([told(OWN)] if one.own else [])),
        (told(one.state),),
        said(one.purposes, language),
        said(one.legal_basis, language),
        said(one.procedures, language),
        (told(one.consent),),
        said(one.term, language),
    )
    yield Table((), (3, 9), tuple(((told(label),), cell) for label, cell in zip(FACTS, cells, strict=True)))
    yield Heading(told(DATA))
    rows = tuple(
        (
            (str(number),),
            (told(row.data),),
            said(row.about, language),
            (told(row.kind),),
            (row.service,),
            said(row.uses, language),
        )
        for number, row in enumerate(one.data, start=1)
    )
    yield Table(said(DATA_HEADS, language), (0.7, 2.4, 1.9, 1.5, 2.2, 4.6), rows, sides=("center",))
    yield Paragraph(told(ONLY), small=True)
    yield Heading(told(SERVICES))
    services = tuple(
        (
            (told(row.title), row.service),
            said(row.asked_with, language),
            said(row.answers, language),
            (told(yearly(row)),),
        )
        for row in one.services
    )
    yield Table(said(SERVICE_HEADS, language), (3.4, 3.4, 3.4, 2), services)
    if not one.own:
        yield Signatures(((told(one.giver), *said(SIGNED, language)), (told(one.user), *said(SIGNED, language))))
