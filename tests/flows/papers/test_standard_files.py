"""The service standard as files: all of it on portrait pages, and in a workbook of texts."""

from dataclasses import replace
from functools import lru_cache

import pytest

from analysis.papers.standard import Standard, standard
from flows.papers.document import document_pdf
from flows.papers.document_workbook import document_workbook
from flows.papers.standard_document import standard_document
from processes.words import LANGUAGES, Language, same
from tests.analysis.papers.test_sop import version
from tests.analysis.test_drawing import EVIL
from tests.flows.commands.calling import sekali
from tests.flows.papers.reading import cells, pages, part, sizes


@lru_cache(maxsize=4)
def birth(what: str) -> Standard:
    return standard(version("akta-kelahiran", what))


def joined(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(("what", "language"), [("today", "id"), ("redesign", "en")])
def test_every_line_is_on_the_pages_and_in_the_cells(what: str, language: Language):
    told = birth(what)
    made = standard_document(told, language)
    drawn = document_pdf(made)
    text = joined(" ".join(pages(drawn)))
    table = "\n".join(str(cell) for row in cells(document_workbook(made, "Standard")) for cell in row)
    assert set(sizes(drawn)) == {(595, 842)}
    for one in told.components:
        for words in (one.title, *one.lines):
            assert joined(words.in_language(language)) in text
            assert words.in_language(language) in table
    for number, page in enumerate(pages(drawn), start=1):
        said = {"id": f"halaman {number} dari {len(pages(drawn))}", "en": f"page {number} of {len(pages(drawn))}"}
        assert said[language] in page


def test_the_head_is_repeated_on_each_page():
    for language, head in zip(LANGUAGES, ("Uraian", "Description"), strict=True):
        told = pages(document_pdf(standard_document(birth("today"), language)))
        assert len(told) > 1
        assert all(head in page for page in told)


def test_what_people_wrote_is_text_in_both_files():
    texts = [*EVIL, "#text(red)[x]", "$x^2$", "*bold* `raw` @label", "#panic()", "=1+1", "@SUM(A1)"]
    one = birth("today")
    lines = tuple(same(text) for text in texts)
    first, *others = one.components
    made = standard_document(replace(one, service=lines[0], components=(replace(first, lines=lines), *others)), "en")
    text = joined(" ".join(pages(document_pdf(made))))
    book = document_workbook(made, "Standard")
    table = joined("".join(str(cell) for row in cells(book) for cell in row))
    for each in texts:
        shown = joined("".join(sign for sign in each if sign.isprintable()))
        assert shown in text
        assert shown in table
    formula = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}f"
    assert list(part(book, "xl/worksheets/sheet1.xml").iter(formula)) == []


def test_a_title_with_signs_that_no_xml_admits_makes_a_workbook():
    made = standard_document(replace(birth("today"), service=same("\x07 Akta")), "en")
    assert "Akta" in str(cells(document_workbook(made, "Standard")))


def test_the_same_standard_makes_the_same_files():
    made = standard_document(birth("today"), "id")
    assert document_pdf(made) == document_pdf(made)
    assert document_workbook(made, "S") == document_workbook(made, "S")


def test_the_command_writes_it(tmp_path):
    file = tmp_path / "standar.pdf"
    told = sekali("paper", "standard", "processes/purbalingga/procedures/sktm.yaml", "-o", file, lang="id")
    assert (told.exit_code, told.stdout.strip()) == (0, str(file))
    assert "STANDAR PELAYANAN" in pages(file.read_bytes())[0]
