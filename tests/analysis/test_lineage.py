"""The drawing of one fact from its source to what comes of it; approved ones stand in tests/drawings as DOT.

After a wanted change: SEKALI_APPROVE=1 pytest tests/analysis/test_lineage.py, then look at the pictures.
"""

import os
import re

import pytest

from analysis.drawing.derivation import derivation
from analysis.drawing.outcomes import place_of
from analysis.explaining.explanation import Explanation, explained
from analysis.redesign import decided_today
from processes.words import Language, Words
from tests.analysis.test_drawing import APPROVED, EVIL, skeleton
from tests.catalogue import policy, procedure, redesign, sample
from tests.sketching import Sketch, agreement, sketch

STEPS = """
- form: apply
  title: {id: Mengisi formulir, en: Fill in the form}
  asks: [child.nik, child.name, child.birth_date]
  documents: [ktp of child]
- check: verify
  title: {id: Memeriksa, en: Check the papers}
  by: office
  verifies: [child.nik]
- choose:
    - if: child.birth_date is known and child.age_days > 60
      title: {id: Terlambat, en: Late}
      steps: [{refuse: too-late, title: {id: Terlambat mendaftar, en: Registered too late}}]
    - else: []
- decide: complete
  title: {id: Lengkap?, en: Complete?}
  by: office
  needs: [child.birth_date]
  ways:
    - {way: fine}
    - {way: wrong, steps: [{refuse: wrong-day, title: {id: Tanggal salah, en: The day is wrong}}]}
- issue: card
  title: {id: Kartu anak, en: Card of the child}
  by: office
  document: ktp of child
  carries: [child.birth_date]
  changes: [people]
  starts: [sketch]
  records: {statistics: [child.birth_date at declared]}
- notify: handed-over
  title: {id: Diserahkan, en: Handed over}
  by: office
  whom: applicant
  carries: [child.birth_date]
"""


def made() -> Sketch:
    return sketch(STEPS, agreement("own", "people.person-by-nik"))


def told(fact: str = "child.birth_date") -> Explanation:
    drawn = made()
    found = explained(drawn.today, drawn.analysis.redesign, fact)
    assert found is not None
    return found


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_lineage_is_the_approved_one(language: Language) -> None:
    file = APPROVED / f"fact-{language}.dot"
    text = derivation(told(), language)
    if os.environ.get("SEKALI_APPROVE"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def comes_of(step: str) -> set[tuple[str, str]]:
    (one,) = {each for each in told().readers if each.step == step and each.what != "record"}
    place = place_of(one.step, one.where, one.what, told().before)
    assert place is not None
    return {(each.kind, each.words.en) for each in place.outcomes}


def test_what_comes_of_each_reader_is_told() -> None:
    assert comes_of("complete") == {("refused", "The day is wrong")}
    assert comes_of("card") == {("paper", "identity card"), ("registry", "people"), ("follows", "sketch")}
    assert comes_of("handed-over") == {("told", "applicant")}


def test_what_is_only_recorded_comes_to_its_register_alone() -> None:
    (one,) = (each for each in told().readers if each.what == "record")
    place = place_of(one.step, one.where, one.what, told().before)
    assert place is not None
    assert {(each.kind, each.words.en) for each in place.outcomes} == {("register", "statistics")}


def test_a_choice_by_condition_is_found_again_and_leads_to_its_refusal() -> None:
    found = [each for each in told().readers if each.what == "condition"]
    places = [place_of(each.step, each.where, each.what, told().before) for each in found]
    assert places and all(place is not None for place in places)
    assert {each.words.en for place in places if place for each in place.outcomes} == {"Registered too late"}
    assert {place.title.en for place in places if place} == {"Late"}


def test_each_outcome_is_drawn_once_with_an_arrow_from_each_that_leads_to_it() -> None:
    text = derivation(told(), "en")
    boxes = re.findall(r"  (outcome_\d+) \[", text)
    assert len(boxes) == len(set(boxes)) == 7
    arrows = re.findall(r"reader_\d+:e -> (outcome_\d+):w", text)
    assert set(arrows) == set(boxes)


@pytest.mark.parametrize("text", EVIL)
def test_no_title_is_taken_for_a_sign_of_the_drawing(text: str) -> None:
    def drawn(name: str) -> str:
        base = made().procedure
        steps = tuple(
            one.model_copy(update={"title": Words(name, name)}) if "title" in type(one).model_fields else one
            for one in base.steps
        )
        one = Sketch(base.model_copy(update={"steps": steps}), made().catalogue, made().policy)
        found = explained(one.today, one.analysis.redesign, "child.birth_date")
        assert found is not None
        return derivation(found, "en")

    assert skeleton(drawn(text)) == skeleton(drawn("plain"))
    assert re.search("<script|[\u202e\x07]", drawn(text)) is None


@pytest.mark.parametrize("language", ["id", "en"])
def test_it_speaks_in_words_of_people_alone(language: Language) -> None:
    for fact in ("mother.name", "mother.nik", "child.birth_date"):
        today, _ = decided_today(procedure("akta-kelahiran"), sample().catalogue, policy())
        found = explained(today, redesign("akta-kelahiran"), fact)
        assert found is not None
        text = derivation(found, language, {one.id: one.title for one in sample().procedures})
        assert re.findall(r"\b[a-z_]+\.[a-z]+[-_a-z]*\b|\b[\w-]+\.yaml", re.sub(r"<[^>]*>|<!--.*?-->", " ", text)) == []
        if fact == "mother.name":
            assert procedure("kia").title.in_language(language) in text
