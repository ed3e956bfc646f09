"""Names and labels that would do harm if they were not escaped: in pages, in drawings, in addresses."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.flows.review.reviewing import Reviewer, desk_of

EVIL = [
    "<script>alert(1)</script>",
    "\"quoted\" 'twice'",
    "a -> b; c [label=x] }",
    "<B>bold</B> <TABLE><TR>",
    "\\N \\G \\",
    "x" * 10_000,
    "{{ 7 * 7 }} {% raw %}",
    "&lt;img src=x onerror=alert(1)&gt;",
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
  by-nik: {title: %(evil)s, about: person, needs: [nik], gives: [name], key_level: declared}
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
    carries: [applicant.name]
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
    for name, text in {
        "person": CATALOGUE,
        "lists": LISTS,
        "people": REGISTRY,
        "agreements": AGREEMENTS,
        "card": PROCEDURE,
    }.items():
        said = evil[:2000] if name == "card" else evil
        (tmp_path / f"{name}.yaml").write_text(text % {"evil": quoted(said)}, encoding="utf-8")
    reviewer = Reviewer(desk_of(tmp_path), name='Ibu "Rini" <b>')
    pages = [
        reviewer.get(address)
        for address in (
            "/",
            "/p/card",
            "/p/card/forms",
            "/p/card/walk",
            "/p/card/frees",
            "/p/card/fact?name=applicant.name",
            "/what-if",
        )
    ]
    finding = re.search(r"<code>(f[0-9a-f]{11})</code>", pages[1])
    assert finding is not None
    status, decided = reviewer.decide("card", reviewer.form(pages[1], finding[1]), "rejected", evil[:2000])
    assert status == 303
    pages += [decided, reviewer.get("/decisions"), reviewer.get(f"/?q={evil[:50]}")]

    assert pages[1].count("<svg id=") == 2
    for page in pages:
        seen = Seen()
        seen.feed(page)
        assert seen.scripts == ["/assets/review.js"]
        assert not {"img", "iframe", "object", "base"} & seen.tags
        assert not [one for one in seen.attributes if one.startswith("on") or one == "style"]
        assert "7 * 7" in page or "49 {" not in page
