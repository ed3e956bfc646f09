"""The SOP as files: pages with their heads and connectors, a workbook with its symbols, and texts that stay texts."""

import itertools
import shutil
import time
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from analysis.papers.flowchart import Arrow
from analysis.papers.sop import Sop, sop
from analysis.papers.version import after, before
from flows.papers.routes import Grid, Place, routed
from flows.papers.sheet import Shape, Stroke, Text, as_data
from flows.papers.sop_pages import sop_pages
from flows.papers.sop_workbook import sop_workbook
from flows.papers.typesetting import pdf
from processes.policy import Policy
from processes.procedure import Wait
from processes.words import LANGUAGES, Language, same
from tests.analysis.test_drawing import BIRTH, EVIL
from tests.catalogue import policy, procedure, redesign, sample
from tests.flows.commands.calling import sekali
from tests.flows.papers.reading import cells, drawn, pages, part, sizes
from tests.sketching import sketch

SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
KELAHIRAN = "processes/purbalingga/procedures/akta-kelahiran.yaml"


@lru_cache(maxsize=2)
def birth(what: str = "today") -> Sop:
    found = sample()
    if what == "today":
        return sop(before(procedure("akta-kelahiran"), found.catalogue, policy(), found.procedures))
    return sop(after(redesign("akta-kelahiran"), found.catalogue, policy(), found.procedures))


def called(*texts: str) -> Sop:
    """A small SOP in which texts of somebody else stand wherever one can: of the steps, one after the other."""
    drawn = sketch(BIRTH)
    titles = itertools.cycle(texts)
    steps = (*drawn.procedure.steps, *(Wait(id=f"wait-{number}") for number in range(len(texts))))
    titled = tuple(one.model_copy(update={"title": same(next(titles))}) for one in steps)
    named = drawn.procedure.model_copy(update={"title": same(texts[0]), "steps": titled, "legal_basis": texts})
    return sop(before(named, drawn.catalogue, Policy()))


def visible(text: str) -> str:
    """A text as it is found again: without signs that cannot be seen."""
    return "".join(sign for sign in text if sign.isprintable()).replace(" ", "")


@lru_cache(maxsize=8)
def as_pdf(told: Sop, language: Language = "en") -> bytes:
    return pdf("sheet.typ", as_data(sop_pages(told, language), told.identity.name.en, language))


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("what", "language"), [("today", "id"), ("redesign", "en")])
def test_every_page_lies_has_the_head_of_the_table_and_its_number(what, language):
    told = as_pdf(birth(what), language)
    assert set(sizes(told)) == {(842, 595)}
    text = pages(told)
    heads = {"id": ["Pelaksana", "Mutu baku", "Kelengkapan", "Waktu"], "en": ["Done by", "Quality standard", "Needed"]}
    numbers = {"id": "halaman {} dari {}", "en": "page {} of {}"}
    for number, page in enumerate(text, start=1):
        if number > 1:  # the first may have room for the identity block alone
            assert all(head in page for head in heads[language])
        assert numbers[language].format(number, len(text)) in page


@pytest.mark.parametrize(("what", "language"), [("today", "id"), ("redesign", "en")])
def test_every_cell_is_on_the_pages(what, language):
    told = birth(what)
    text = "".join(" ".join(pages(as_pdf(told, language))).split())
    for line in told.lines:
        for words in (*line.activity, *line.needs, line.time, *line.output, *line.notes):
            assert "".join(words.in_language(language).split()) in text
    for box in (*told.identity.lines, *told.identity.boxes):
        for words in (box.label, *box.lines):
            assert "".join(words.in_language(language).split()) in text


def test_the_same_sop_makes_the_same_files():
    assert as_pdf(birth()) == as_pdf.__wrapped__(birth())
    assert sop_workbook(birth(), "id") == sop_workbook(birth(), "id")


def test_no_row_runs_over_a_page_and_none_is_left_out():
    told = birth()
    for sheet in sop_pages(told, "id"):
        for item in sheet.items:
            if isinstance(item, Text) and not item.turned:
                assert item.x >= 0
                assert item.y + item.size <= sheet.high
    symbols = Counter(item.form for sheet in sop_pages(told, "id") for item in sheet.items if isinstance(item, Shape))
    wanted = Counter(line.symbol for line in told.lines)
    assert symbols["diamond"] == wanted["decision"]
    assert symbols["capsule"] == wanted["terminal"]


def test_what_leads_to_another_page_has_the_same_letter_on_both():
    told = birth()
    sheets = sop_pages(told, "en")
    letters = [
        {item.text for item in sheet.items if isinstance(item, Text) and item.bold and item.text in "ABCDEFGHIJKL"}
        for sheet in sheets
    ]
    number = Counter(letter for page in letters for letter in page)
    assert number
    assert set(number.values()) == {2}
    said = [item.text for item in sheets[0].items if isinstance(item, Text)]
    assert "p. 2" in said


def test_a_name_of_ten_thousand_letters_fits_the_page():
    told = called("Akta " * 2_000)
    assert len(pages(as_pdf(told))) < 12


def test_what_people_wrote_is_text_and_never_part_of_the_template():
    texts = [*EVIL, "#text(red)[x]", "$x^2$", "*bold* `raw` @label", "\\u{41}", "#panic()"]
    told = "".join("".join(pages(as_pdf(called(*texts)))).split())
    for text in texts:
        assert visible(text) in told


# --- arrows -----------------------------------------------------------------------------------------------------------


def crossed(stroke: Stroke, symbol: Shape) -> bool:
    """Whether a line goes through the inside of a symbol."""
    for (x, y), (a, b) in zip(stroke.points, stroke.points[1:], strict=False):
        if (
            min(x, a) < symbol.x + symbol.wide - 1
            and max(x, a) > symbol.x + 1
            and min(y, b) < symbol.y + symbol.high - 1
            and max(y, b) > symbol.y + 1
        ):
            return True
    return False


@pytest.mark.parametrize("name", ["akta-kelahiran", "akta-kematian", "pbi-apbd", "pindah-keluar", "sktm"])
def test_no_arrow_runs_through_a_symbol(name):
    found = sample()
    told = sop(before(procedure(name), found.catalogue, policy(), found.procedures))
    for sheet in sop_pages(told, "en"):
        symbols = [one for one in sheet.items if isinstance(one, Shape) and one.form != "pentagon" and one.thick == 0.9]
        arrows = [one for one in sheet.items if isinstance(one, Stroke) and one.thick == 0.7]
        assert symbols
        for arrow in arrows:
            assert not any(crossed(arrow, symbol) for symbol in symbols)


def test_arrows_to_different_rows_do_not_run_on_one_line():
    places = [Place(0, 40.0 * number, 40.0, 0, "decision") for number in range(8)]
    arrows = [Arrow(0, 5), Arrow(1, 6), Arrow(2, 7), Arrow(3, 7)]
    drawn = routed(Grid(0, 60, 3, [0], [320]), places, arrows, {})[0]
    upright = [
        (x, min(y, b), max(y, b), one.points[-1])
        for one in drawn
        if isinstance(one, Stroke)
        for (x, y), (a, b) in zip(one.points, one.points[1:], strict=False)
        if x == a and abs(y - b) > 20
    ]
    assert len(upright) == 4
    for number, (x, low, high, to) in enumerate(upright):
        for a, other_low, other_high, other_to in upright[:number]:
            assert x != a or high < other_low or other_high < low or to == other_to


# --- the workbook -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_holds_every_cell(language):
    told = birth("redesign")
    rows = cells(sop_workbook(told, language))
    text = [cell for row in rows for cell in row if cell]
    for line in told.lines:
        for lines in (line.activity, line.needs, line.output, line.notes):
            if lines:
                assert "\n".join(one.in_language(language) for one in lines) in text
    table = [row for row in rows if str(row[0]).isdigit()]
    assert [row[0] for row in table] == [str(number) for number in range(1, len(told.lines) + 1)]
    signs = {"terminal": "⬭", "activity": "▭", "decision": "◇"}
    for row, line in zip(table, told.lines, strict=True):
        doers = row[2 : 2 + len(told.doers)]
        assert doers == [signs[line.symbol] if place == line.doer else "" for place in range(len(told.doers))]


def test_the_symbols_are_drawn_over_the_cells():
    told = birth()
    shapes = Counter(drawn(sop_workbook(told, "en")))
    wanted = Counter(line.symbol for line in told.lines)
    assert shapes["flowChartTerminator"] == wanted["terminal"]
    assert shapes["diamond"] == wanted["decision"]
    arrows = part(sop_workbook(told, "en"), "xl/drawings/drawing1.xml").iter(
        "{http://schemas.openxmlformats.org/drawingml/2006/main}tailEnd"
    )
    assert len(list(arrows)) == len({(one.tail, one.head, one.label) for one in told.arrows})


def test_no_text_becomes_a_formula():
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://a","b")', *EVIL]
    made = sop_workbook(called(*texts), "en")
    assert list(part(made, "xl/worksheets/sheet1.xml").iter(f"{SPREADSHEET}f")) == []
    told = "".join(str(cell) for row in cells(made) for cell in row).replace(" ", "")
    for text in texts:
        assert visible(text) in told


def test_a_text_like_a_formula_stays_text_when_it_is_edited():
    def quoted(text: str) -> list[str]:
        styles = part(sop_workbook(called(text), "en"), "xl/styles.xml").iter(f"{SPREADSHEET}xf")
        return [one.get("quotePrefix") for one in styles if one.get("quotePrefix") == "1"]

    assert quoted("=1+1")
    assert quoted("1+1") == []


def test_the_head_of_the_table_is_printed_on_every_page():
    book = part(sop_workbook(birth(), "en"), "xl/workbook.xml")
    (titles,) = (one for one in book.iter() if one.get("name") == "_xlnm.Print_Titles")
    first, last = titles.text.partition("!")[2].replace("$", "").split(":")
    head = cells(sop_workbook(birth(), "en"))[int(first) - 1]
    assert head[0] == "No."
    assert int(last) == int(first) + 1


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_the_command_writes_the_file_that_is_named(tmp_path, form):
    file = tmp_path / f"deep/sop.{form}"
    told = sekali("paper", "sop", KELAHIRAN, "--redesign", "-o", file)
    assert (told.exit_code, told.stdout.strip()) == (0, str(file))
    text = " ".join(pages(file.read_bytes())) if form == "pdf" else str(cells(file.read_bytes()))
    assert "proven to decide as today" in text


@pytest.mark.slow
def test_of_a_folder_each_procedure_has_its_file(tmp_path):
    told = sekali("paper", "sop", "processes/purbalingga/procedures", "-o", tmp_path, lang="id")
    assert told.exit_code == 0
    assert len(list(tmp_path.glob("sop-*-today.pdf"))) == 9


def test_what_cannot_be_redesigned_says_why_and_has_no_paper(tmp_path):
    lacking = Path(KELAHIRAN).read_text(encoding="utf-8") + "  - notify: more\n    carries: [applicant.phone]\n"
    shutil.copytree("processes/purbalingga", tmp_path / "office")
    file = tmp_path / "office/procedures/akta-kelahiran.yaml"
    file.write_text(lacking, encoding="utf-8")
    told = sekali("paper", "sop", file, "--redesign", "-o", tmp_path)
    assert told.exit_code == 1
    assert "cannot be redesigned" in told.stderr
    assert not list(tmp_path.glob("*.pdf"))


# --- how long it takes ------------------------------------------------------------------------------------------------


def test_what_leads_to_the_same_row_of_another_page_shares_a_connector():
    places = [Place(0, 40.0, 40.0, 0, "activity"), *(Place(1, 40.0 * n, 40.0, 0, "decision") for n in range(1, 5))]
    arrows = [Arrow(0, 1), *(Arrow(n, 0) for n in range(1, 5))]
    drawn = routed(Grid(0, 60, 3, [40, 40], [80, 200]), places, arrows, {}, "p. {}")
    for page in (0, 1):
        letters = [item.text for item in drawn[page] if isinstance(item, Text) and item.bold]
        assert sorted(letters) == ["A", "B"]


def test_an_sop_of_sixty_steps_takes_less_than_two_seconds():
    steps = "".join(
        f"- check: step-{n}\n  by: {'head of office' if n % 3 else 'village'}\n  minutes: 3\n  verifies: [child.name]\n"
        f"- decide: way-{n}\n  by: office\n  needs: [child.name]\n  ways:\n    - {{way: good, share: 90%}}\n"
        f"    - way: bad\n      steps:\n        - back to: {'apply' if n % 2 else f'step-{n}'}\n"
        for n in range(30)
    )
    drawn = sketch("- form: apply\n  asks: [child.name]\n  documents: [kk of child]\n" + steps)
    told = sop(before(drawn.procedure, drawn.catalogue, Policy()))
    started = time.process_time()
    as_pdf(told)
    sop_workbook(told, "en")
    assert len(told.lines) == 62
    assert time.process_time() - started < 2
