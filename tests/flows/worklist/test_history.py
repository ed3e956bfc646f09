"""What was said in a case is told in words, in both languages; names of the procedure do not show."""

import pytest

from flows.store.rows import Returned, Said
from flows.worklist.history import happened, history
from processes.procedure import Procedure
from processes.resolved import Resolved, resolved
from processes.words import Words
from tests.flows.worklist.office import CATALOGUE
from tests.sketching import catalogue, parts_of

STEPS = """
procedure: card
title: card
agency: office
purpose: registration
roles:
  applicant: {entity: person, title: {id: Pemohon, en: Applicant}}
steps:
  - form: apply
    title: {id: Mengisi formulir, en: Fill in the form}
    asks: [applicant.nik]
  - lookup: data
    by: office
    service: people.by-nik
    about: applicant
  - check: desk
    by: counter of office
    verifies: [applicant.nik]
  - decide: fits
    by: head of office
    needs: [applicant.name]
    ways:
      - {way: fits, title: {id: Sesuai, en: It fits}}
      - way: not-at-all
  - issue: card
    carries: [applicant.name]
"""


@pytest.fixture(scope="module")
def model() -> Resolved:
    [(_, found)] = parts_of(STEPS)
    assert isinstance(found, Procedure)
    return resolved(found, catalogue(*CATALOGUE))


# Where, what is kept, and what is told.
TOLD = {
    "a fact": ("apply", "applicant.name", "nama pemohon", "name of the applicant"),
    "contested": ("data", "applicant.name contested", "nama pemohon: dibantah", "name of the applicant: contested"),
    "a way": ("fits", "fits", "Sesuai", "It fits"),
    "a way without a title": ("fits", "not-at-all", "not at all", "not at all"),
    "checked": ("desk", "done", "Sudah diperiksa", "It is checked"),
    "asked again": ("data", "done", "Tanyakan lagi", "Ask again"),
    "settled": ("data", "citizen-right", "Yang membantah benar", "What was said instead is right"),
    "chosen": ("data", "2", "Data nomor 2", "Record 2"),
    "none chosen": ("data", "not-listed", "Tidak ada dalam daftar ini", "Not in the list"),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_was_said_is_told_in_words(model: Resolved, name: str) -> None:
    step, kept, indonesian, english = TOLD[name]
    [what] = happened(Said(step, (kept,), "counter of office", "Ratna", "", "2026-11-02"), model).what
    assert (what.id.lower(), what.en.lower()) == (indonesian.lower(), english.lower())


def test_what_was_sent_back_stands_among_it_by_time(model: Resolved) -> None:
    said = [Said("apply", ("applicant.nik",), "applicant", "Siti", "", at) for at in ("2026-11-02", "2026-11-04")]
    back = Returned("desk", "apply", {"applicant.nik": "wrong"}, "counter of office", "Ratna", "look", "2026-11-03")
    first, second, third = history(said, [back], model)

    assert (first.kept.at, third.kept.at, second.back, first.back) == ("2026-11-02", "2026-11-04", True, False)
    assert first.step == Words("Mengisi formulir", "Fill in the form")
    assert [one.en.endswith("(wrong)") for one in second.what] == [True]
    assert [one.id.lower() for one in second.what] == ["nik pemohon (salah)"]
    assert (second.who.en, second.why.en) == ("counter, Office", "look")
