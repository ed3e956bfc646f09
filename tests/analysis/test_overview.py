"""The map of a catalogue: who asks which registry what; approved ones stand in tests/drawings as DOT.

After a wanted change: SEKALI_APPROVE=1 pytest tests/analysis/test_overview.py, then look at the pictures.
"""

import os
import re
import time
from dataclasses import replace

import pytest

from analysis.overview import overview, seen
from analysis.papers.sharing import sharings
from analysis.redesign import redesigned
from processes.catalogue import Catalogue
from processes.policy import Policy
from processes.procedure import Procedure
from processes.words import Language, same
from tests.analysis.test_drawing import APPROVED, EVIL, skeleton
from tests.catalogue import policy, procedure, redesign, sample
from tests.sketching import CATALOGUE, agreement, catalogue, parts_of

FIRST = """
procedure: birth
title: {id: Akta kelahiran, en: Birth certificate}
agency: office
purpose: registration
volume: 1200 per year
roles: {applicant: person, child: person}
steps:
- form: apply
  asks: [child.nik, child.name, child.birth_date, applicant.nik, applicant.income]
  documents: [ktp of child]
- check: verify
  by: office
  verifies: [child.nik]
- lookup: mother
  service: people.person-by-nik
  about: child
  gets: [mother]
  not_found:
    - refuse: nobody
- decide: enough
  by: office
  needs: [child.name, child.birth_date, child.mother]
  ways: [{way: fine}]
- issue: certificate
  by: office
  carries: [child.name, child.birth_date]
  starts: [card]
"""
SECOND = """
procedure: card
title: {id: Kartu, en: Card}
agency: village
purpose: registration
roles: {applicant: person}
steps:
- form: ask
  asks: [applicant.nik, applicant.name]
  documents: [ktp of applicant]
- check: verify
  by: village
  verifies: [applicant.nik]
- issue: card
  by: village
  carries: [applicant.name]
"""


def two() -> tuple[Catalogue, list[Procedure]]:
    """A catalogue of two procedures of two agencies, and one registry."""
    first, second = (part for text in (FIRST, SECOND) for _, part in parts_of(text.strip()))
    shared = agreement("own", "people.person-by-nik", consumer="office")
    later = agreement("later", "people.person-by-nik", consumer="village", state="planned")
    return catalogue(CATALOGUE, shared, later), [first, second]


def drawn(language: Language, what: str) -> str:
    held, procedures = two()
    if what == "today":
        return overview([seen(one, held, Policy()) for one in procedures], held, language)
    made = [redesigned(one, held, Policy()) for one in procedures]
    shown = [seen(one, held, Policy(), redesign) for one, redesign in zip(procedures, made, strict=True)]
    return overview(shown, held, language, sharings(procedures, held, Policy(), made))


@pytest.mark.parametrize(("language", "what"), [("id", "today"), ("en", "redesign")])
def test_the_map_is_the_approved_one(language, what):
    file = APPROVED / f"map-{what}-{language}.dot"
    text = drawn(language, what)
    if os.environ.get("SEKALI_APPROVE"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
    assert text == drawn(language, what)


def arrows(text: str) -> list[tuple[str, str, str]]:
    """Return who asks whom, and what is written there, one after the other."""
    found = re.findall(r"(\w+) -> (\w+) \[.*?label=<(.*?)>, tooltip", text)
    return [(tail, head, " ".join(re.sub(r"<[^>]*>", " ", label).split())) for tail, head, label in found]


def sample_map(language: Language, *names: str) -> str:
    shown = [seen(procedure(name), sample().catalogue, policy(), redesign(name)) for name in names]
    wanted = sharings(
        [procedure(name) for name in names], sample().catalogue, policy(), [redesign(name) for name in names]
    )
    return overview(shown, sample().catalogue, language, wanted)


def test_what_is_asked_under_which_agreement_and_what_would_be_with_another_is_told():
    registries = {str(one.id): f"registry_{n}" for n, one in enumerate(sample().catalogue.registries)}
    told = arrows(sample_map("en", "akta-kelahiran", "pbi-apbd"))
    assert ("procedure_0", registries["siak"], "has a birth deed a01") in told
    assert any(head == registries["faskes"] and "a07" in said and said.startswith("?") for _, head, said in told)
    assert any(tail == "procedure_1" and "not lawful on this day" in said for tail, _, said in told)


def test_every_agency_with_a_procedure_or_a_registry_has_its_lane():
    held, procedures = two()
    text = overview([seen(one, held, Policy()) for one in procedures], held, "en")
    lanes = re.findall(r"subgraph cluster_(\w+) \{", text)
    names = [str(one.id) for one in held.agencies]
    wanted = {f"serves_{names.index(one.agency)}" for one in procedures}
    wanted |= {f"keeps_{names.index(one.agency)}" for one in held.registries}
    assert set(lanes) == wanted


@pytest.mark.parametrize("text", EVIL)
def test_no_text_of_a_file_is_taken_for_a_sign_of_the_map(text):
    def of(name: str) -> str:
        held, procedures = two()
        named = procedures[0].model_copy(update={"title": same(name)})
        agencies = tuple(one.model_copy(update={"title": same(name)}) for one in held.agencies)
        registries = tuple(one.model_copy(update={"title": same(name)}) for one in held.registries)
        evil = held.model_copy(update={"agencies": agencies, "registries": registries})
        return overview([seen(one, evil, Policy()) for one in (named, procedures[1])], evil, "en")

    assert skeleton(of(text)) == skeleton(of("plain"))
    assert re.search("<script|[\u202e\x07]", of(text)) is None


def test_what_is_no_longer_asked_and_what_is_new_stand_out():
    held, procedures = two()
    one = seen(procedures[0], held, Policy())
    asked = one.asks["people"]
    gone = overview([replace(one, then={}, after=one.before)], held, "en")
    come = overview([replace(one, asks={}, then={"people": asked}, after=one.before)], held, "en")
    assert 'procedure_0 -> registry_0 [color="#A61B1B", style="dotted"' in gone
    assert 'procedure_0 -> registry_0 [color="#0B4F8A", penwidth="2.2"' in come
    assert ("procedure_0", "registry_0", "+ mother own") in arrows(come)


def test_a_map_of_two_hundred_procedures_is_made_in_a_moment():
    held, procedures = two()
    one = seen(procedures[0], held, Policy())
    many = [replace(one, procedure=procedures[0].model_copy(update={"id": f"birth-{n}"})) for n in range(200)]
    started = time.process_time()
    text = overview(many, held, "en")
    assert time.process_time() - started < 1
    assert len(arrows(text)) == 200
