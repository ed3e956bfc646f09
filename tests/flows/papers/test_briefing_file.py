"""The briefing as a file: two pages at most, whatever the catalogue, and no number on them that the model does not have."""

import re
from dataclasses import replace

import pytest

from analysis.papers.briefing import Briefing
from analysis.papers.telling import count_words
from flows.papers.briefing_document import briefing_document, briefing_pdf
from flows.papers.document import document_pdf, pages_of
from processes.words import LANGUAGES, Words, same
from tests.analysis.papers.test_briefing import told
from tests.analysis.test_drawing import EVIL
from tests.flows.commands.calling import sekali
from tests.flows.papers.reading import pages, sizes


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_two_pages_on_upright_a4(language):
    made = briefing_pdf(told(), language)
    assert sizes(made) == [(595, 842)] * 2
    assert pages_of(made) == 2


def numbers(found: Briefing) -> set[str]:
    """Every number that the model has for the pages, as it is written in English."""
    exact = [len(found.services), found.together]
    for one in found.services:
        exact += [one.volume, one.hours, one.volume * one.before.citizen_minutes / 60]
        exact.append(one.volume * one.after.citizen_minutes / 60)
        for each in (one.before, one.after):
            exact += [each.questions, each.documents, each.contacts, each.citizen_minutes]
    exact += [value for one in found.totals for value in (one.before, one.after, one.before - one.after)]
    exact += [value for one in found.signings for value in (one.hours, one.months, one.cost / 1e6)]
    exact.append(sum(one.cost for one in found.signings) / 1e6)
    written = {count_words(value, digits).en for value in exact for digits in (0, 1)}
    words = [
        *found.risks,
        *(line for one in found.tasks for line in one.lines),
    ]  # see tests/analysis/papers/test_briefing.py
    return written | {number for one in words for number in re.findall(r"\d[\d,.]*\d|\d", one.en)}


def test_every_number_on_the_pages_is_one_of_the_model():
    text = " ".join(pages(briefing_pdf(told(), "en")))
    names = [*(one.title.en for one in told().services), *(one.title.en for one in told().signings)]
    for name in names:
        text = text.replace(name, "")
    ours = {"1", "2", "3", "4", "5"} | {str(number) for number in range(len(told().signings) + 1)}  # parts, rows, pages
    ours |= {"2026"}  # the day of the policy
    found = set(re.findall(r"(?<![a-z\d])\d[\d,.]*\d|(?<![a-z\d.,])\d", text))
    assert found - numbers(told()) - ours == set()
    assert len(found) > 60


def long(times: int, text: str = "Layanan yang namanya sangat panjang ") -> Briefing:
    """A briefing of very many things with very long names."""
    found = told()
    named = same(text * 300)
    services = tuple(replace(found.services[0], title=named, procedure=str(n)) for n in range(times))
    signings = tuple(replace(found.signings[0], title=named, procedures=(named,) * 20) for _ in range(times))
    tasks = tuple(replace(found.tasks[0], agency=named, lines=(named,) * 4) for _ in range(times))
    risks = tuple(Words(f"{n} {named.id}", f"{n} {named.en}") for n in range(times))
    return replace(found, services=services, signings=signings, tasks=tasks, risks=risks)


def test_two_hundred_services_fit_two_pages_and_the_others_are_counted():
    made = briefing_pdf(long(200), "en")
    assert pages_of(made) <= 2
    assert re.search(r"1\d\d more", " ".join(pages(made)))


def test_what_people_wrote_is_text():
    services = tuple(replace(told().services[0], title=same(text)) for text in EVIL)
    made = document_pdf(briefing_document(replace(told(), services=services), "en"))
    text = "".join("".join(pages(made)).split())
    for each in EVIL:
        assert "".join(sign for sign in each if sign.isprintable()).replace(" ", "") in text


def test_the_command_writes_it_as_pdf_only(tmp_path):
    file = tmp_path / "nota.pdf"
    sktm = "processes/purbalingga/procedures/sktm.yaml"
    made = sekali("paper", "briefing", sktm, "-o", file, lang="id")
    assert (made.exit_code, made.stdout.strip()) == (0, str(file))
    assert "NOTA DINAS" in pages(file.read_bytes())[0]
    other = sekali("paper", "briefing", sktm, "-o", tmp_path / "nota.xlsx")
    assert other.exit_code == 2
    assert "This paper is pdf only." in other.stderr
