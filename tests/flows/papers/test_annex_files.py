"""Annexes as files: every row of every agreement, each agreement on pages of its own."""

import pytest

from analysis.papers.annex import annex
from flows.papers.annex_document import annex_document
from flows.papers.document import document_pdf
from flows.papers.document_workbook import document_workbook
from tests.analysis.papers.test_annex import all_of_them
from tests.catalogue import policy, sample
from tests.flows.commands.calling import sekali
from tests.flows.papers.reading import cells, pages

DINSOS = "processes/purbalingga/procedures/pbi-apbd.yaml"


@pytest.mark.parametrize("language", ["id", pytest.param("en", marks=pytest.mark.slow)])
def test_every_row_is_in_the_files(language):
    told = [annex(one, sample().catalogue, policy()) for one in all_of_them()]
    made = annex_document(told, language)
    text = "".join(" ".join(pages(document_pdf(made))).split())
    table = "\n".join(str(cell) for row in cells(document_workbook(made, "Annex")) for cell in row)
    for one in told:
        for row in one.data:
            for words in (row.data, row.kind, *row.about, *row.uses):
                assert "".join(words.in_language(language).split()) in text
                assert words.in_language(language) in table


def test_each_agreement_begins_on_a_new_page():
    told = [annex(one, sample().catalogue, policy()) for one in all_of_them()]
    text = pages(document_pdf(annex_document(told, "en")))
    starts = [page for page in text if page.startswith("ANNEX TO A DATA-SHARING AGREEMENT (DRAFT) a")]
    assert len(starts) == len(told)
    for page, one in zip(starts, told, strict=True):
        assert f"{one.agreement}: {one.title.en}" in page


def test_the_command_makes_one_annex_or_says_which_there_are(tmp_path):
    file = tmp_path / "a10.pdf"
    told = sekali("paper", "annex", DINSOS, "--agreement", "a10", "-o", file)
    assert (told.exit_code, told.stdout.strip()) == (0, str(file))
    assert len(pages(file.read_bytes())) == 1
    lacking = sekali("paper", "annex", DINSOS, "--agreement", "a99", "-o", file)
    assert lacking.exit_code == 2
    assert "There is no annex for a99. Used or wanted: a09, a21, a03, a10." in lacking.stderr
