"""A service standard as a paper to be read and signed; decides no component's text."""

from analysis.papers.standard import PARTS, Standard
from flows.papers.document import Block, Document, Heading, Paragraph, Signatures, Table, said
from processes.words import Language, Words

TITLE = Words("STANDAR PELAYANAN", "SERVICE STANDARD")
HEADS = (Words("No.", "No."), Words("Komponen", "Component"), Words("Uraian", "Description"))
BASIS = Words(
    "Empat belas komponen menurut PermenPANRB 15/2014 (UU 25/2009 Pasal 21).",
    "The fourteen components of PermenPANRB 15/2014 (Law 25/2009 Art. 21).",
)
NOTICE = Words("Maklumat pelayanan", "Service pledge")
PLEDGE = Words(
    "“Dengan ini kami menyatakan sanggup menyelenggarakan pelayanan sesuai standar pelayanan yang telah ditetapkan dan "
    "apabila tidak menepati janji ini, kami siap menerima sanksi sesuai peraturan perundang-undangan yang berlaku.”",
    "“We hereby declare that we will serve according to the service standard that has been set, and that we are ready to "
    "accept sanctions under the law if we do not keep this promise.”",
)
SIGNED = (
    Words("Kepala {}", "Head of the {}"),
    Words("[nama]", "[name]"),
    Words("[pangkat]", "[rank]"),
    Words("[NIP]", "[staff number]"),
)


def standard_document(told: Standard, language: Language) -> Document:
    """Return a service standard as a paper in one language."""
    rows: list[tuple[tuple[str, ...], ...]] = []
    bands: list[int] = []
    for part, words in PARTS.items():
        bands.append(len(rows))
        rows.append((said([words], language),))
        for one in told.components:
            if one.part == part:
                rows.append((((str(one.number),)), said([one.title], language), said(one.lines, language)))
    service, unit, state = said([told.service, told.unit, told.state], language)
    title = TITLE.in_language(language)
    head, *names = said(SIGNED, language)
    blocks: tuple[Block, ...] = (
        Heading(title, 1),
        Paragraph(service, bold=True, align="center"),
        Paragraph(unit, align="center"),
        Paragraph(state, align="center", small=True),
        Table(
            said(HEADS, language),
            (0.6, 3, 8.4),
            tuple(rows),
            sides=("center", "left", "left"),
            bands=tuple(bands),
            numbered=True,
        ),
        Paragraph(BASIS.in_language(language), small=True),
        Heading(NOTICE.in_language(language)),
        Paragraph(PLEDGE.in_language(language)),
        Signatures((("", ""), (head.format(unit if language == "id" else unit[:1].lower() + unit[1:]), *names))),
    )
    return Document(f"{title}: {service}", language, blocks, f"{title} – {service} – {state} – {told.source[:12]}")
