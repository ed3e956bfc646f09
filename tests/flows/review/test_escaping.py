"""Names and labels that would do harm if they were not escaped: in pages, in drawings, in addresses."""

import io
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.flows.papers.reading import pages as pages_of
from tests.flows.review.reviewing import Reviewer, desk_of

LONG = "x" * 10_000
EVIL = [
    "<script>alert(1)</script>",
    "\"quoted\" 'twice'",
    "a -> b; c [label=x] }",
    "<B>bold</B> <TABLE><TR>",
    "\\N \\G \\",
    LONG,
    "{{ 7 * 7 }} {% raw %}",
    "&lt;img src=x onerror=alert(1)&gt;",
    '=HYPERLINK("http://x.example","y")',
    "@SUM(A1) #panic() $x$",
]
CATALOGUE = """
entity: person
key: nik
elements:
  nik: {title: %(evil)s}
  name: {title: %(evil)s}
  phone: {title: %(evil)s}
"""
LISTS = """
agencies:
  office: {title: %(evil)s, officers: {head: %(evil)s}}
purposes: {registration: %(evil)s}
evidence:
  ktp: {title: %(evil)s, about: person, carries: [nik, name]}
"""
REGISTRY = """
registry: people
title: %(evil)s
agency: office
services:
  by-nik: {title: %(evil)s, about: person, needs: [nik], gives: [name, phone], key_level: declared}
"""
AGREEMENTS = """
agreements:
  a1: {title: %(evil)s, consumer: office, services: [people.by-nik], purposes: [registration], legal_basis: [%(evil)s]}
"""
PROCEDURE = """
procedure: card
title: %(evil)s
agency: office
purpose: registration
legal_basis: [%(evil)s]
volume: 100 per year
roles:
  applicant: {entity: person, title: %(evil)s}
steps:
  - form: apply
    title: %(evil)s
    asks: [applicant.nik, applicant.name, {asks: applicant.phone, label: %(evil)s}]
    documents: [ktp of applicant]
    minutes: 10
    rests_on: {law: %(evil)s}
  - decide: enough
    title: %(evil)s
    by: head of office
    needs: [applicant.name]
    note: %(evil)s
    ways:
      - {way: enough, title: %(evil)s}
      - {way: not-enough, title: %(evil)s, steps: [{refuse: too-little, title: %(evil)s}]}
  - issue: card
    title: %(evil)s
    carries: [applicant.name, applicant.phone]
"""


class Seen(HTMLParser):
    """The tags and attributes of a page, as a browser sees them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags, self.attributes, self.scripts = set[str](), set[str](), list[str | None]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "script":
            self.scripts.append(dict(attrs).get("src"))


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@pytest.mark.parametrize("evil", EVIL, ids=range(len(EVIL)))
def test_no_label_does_harm(tmp_path: Path, evil: str) -> None:
    reviewer = Reviewer(desk_of(written(tmp_path, evil)), name='Ibu "Rini" <b>')
    pages = [reviewer.get(address) for address in ADDRESSES]
    finding = re.search(r"<code>(f[0-9a-f]{11})</code>", pages[1])
    assert finding is not None
    status, decided = reviewer.decide("card", reviewer.form(pages[1], finding[1]), "rejected", evil[:2000])
    assert status == 303
    pages += [decided, reviewer.get("/decisions"), reviewer.get(f"/?q={quote(evil[:50])}")]

    assert pages[1].count("<svg id=") == 2
    for page in pages:
        seen = Seen()
        seen.feed(page)
        assert seen.scripts == ["/assets/review.js"]
        assert not {"img", "iframe", "object", "base"} & seen.tags
        assert not [one for one in seen.attributes if one.startswith("on") or one == "style"]
        assert "7 * 7" in page or "49 {" not in page


@pytest.mark.parametrize(
    "evil",
    [" ".join(sorted(EVIL, key=lambda one: (one[0] != "=", len(one)))[:-1]), LONG],
    ids=["signs", "long"],
)
def test_every_paper_tells_a_label_as_a_text(tmp_path: Path, evil: str) -> None:
    reviewer = Reviewer(desk_of(written(tmp_path, evil)))
    reviewer.get("/p/card")  # papers are offered of what is known
    papers = [unescape(one) for one in re.findall(r'href="([^"]*\.(?:pdf|xlsx))"', reviewer.get("/papers"))]
    assert {one.rpartition("/")[2] for one in papers} >= {
        *("briefing.pdf", "map.pdf", "annexes.pdf", "annexes.xlsx", "annex-a1.pdf", "review.pdf"),
        *("sop-today.xlsx", "sop-redesign.pdf", "standard-today.pdf", "standard-redesign.xlsx"),
    }
    begins = without_spaces(" ".join(evil.split())[:20])
    if evil == LONG:  # each takes a while, and they share how they are set
        papers = [one for one in papers if one.endswith(("/briefing.pdf", "/map.pdf", "/review.pdf", "/annex-a1.xlsx"))]
    for paper in papers:
        answer = reviewer.client.get(paper)
        assert answer.status_code == 200, paper
        assert re.search(r'filename="[\w-]+\.(pdf|xlsx)"$', answer.headers["content-disposition"])
        if paper.endswith(".pdf"):
            told = "".join(pages_of(answer.content))
            assert not active(answer.content), paper
        else:
            written_cells = list(load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows())
            texts = [one for row in written_cells for one in row if one.value is not None]
            assert {one.data_type for one in texts} <= {"s"}, paper
            assert all(one.quotePrefix for one in texts if str(one.value).startswith(("=", "+", "-", "@"))), paper
            assert not [one for one in texts if one.hyperlink], paper
            told = "".join(str(one.value) for one in texts)
        assert begins in without_spaces(told), paper


def without_spaces(text: str) -> str:
    return "".join(text.split())


def active(pdf: bytes) -> set[str]:
    """What a PDF does by itself or when it is clicked."""
    reader = PdfReader(io.BytesIO(pdf))
    found = {name for name in ("/OpenAction", "/AA") if name in reader.trailer["/Root"]}
    for page in reader.pages:
        for note in page.get("/Annots") or ():
            action = note.get_object().get("/A")
            found |= {str(action.get_object().get("/S"))} if action is not None else set()
    return found


ADDRESSES = (
    *("/", "/p/card", "/p/card/forms", "/p/card/walk", "/p/card/frees", "/p/card/fact?name=applicant.name"),
    *("/what-if", "/papers"),
)


def written(folder: Path, evil: str) -> Path:
    """Write a catalogue in which a text stands wherever one can."""
    for name, text in {
        "person": CATALOGUE,
        "lists": LISTS,
        "people": REGISTRY,
        "agreements": AGREEMENTS,
        "card": PROCEDURE,
    }.items():
        (folder / f"{name}.yaml").write_text(text % {"evil": quoted(evil)}, encoding="utf-8")
    return folder
