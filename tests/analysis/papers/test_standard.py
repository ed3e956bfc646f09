"""The service standard as values: 14 components, each from the model, or said to be lacking."""

import pytest

from analysis.papers.standard import standard
from analysis.papers.telling import NOT_KNOWN
from processes.words import LANGUAGES
from tests.analysis.papers.test_sop import version
from tests.catalogue import NAMES


def lines(name: str, what: str = "today") -> dict[int, list[str]]:
    return {one.number: [words.en for words in one.lines] for one in standard(version(name, what)).components}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("what", ["today", "redesign"])
def test_there_are_fourteen_and_none_is_empty(name, what):
    told = standard(version(name, what))
    assert [one.number for one in told.components] == list(range(1, 15))
    assert [one.part for one in told.components] == ["delivery"] * 6 + ["organisation"] * 8
    for one in told.components:
        assert one.lines
        assert all(words.in_language(language).strip() for words in one.lines for language in LANGUAGES)


def test_what_the_model_does_not_know_is_to_be_filled_in():
    told = standard(version("akta-kelahiran", "today")).components
    assert [one.number for one in told if one.lines == (NOT_KNOWN,)] == [6, 9, 14]
    assert all(one.lines[-1].en.startswith("[") for one in told if not one.known)
    assert not any(words.en.startswith("[") for one in told if one.known for words in one.lines)


def test_requirements_are_the_questions_acts_and_papers_that_are_asked():
    today, after = lines("akta-kelahiran")[1], lines("akta-kelahiran", "redesign")[1]
    assert "Fill in form F-2.01 (39 questions)" in today
    assert "Fill in form F-2.01 (15 questions)" in after
    assert "Identity card of the witness 1" in today
    assert not any("witness 1" in one for one in after)


def test_the_procedure_names_each_step_with_whoever_does_it():
    told = lines("sktm")[2]
    assert told[0] == "Applicant: fill in application and statement"
    assert "Village head: approve: signature of the village head" in told
    assert len(told) == len(version("sktm", "today").procedure.step_by_id)


def test_time_and_guarantee_are_those_of_the_law():
    assert lines("akta-kelahiran")[3][0] == "At most 1 working day by law"
    assert lines("akta-kelahiran")[12][0] == "Completed within 1 working day"
    assert lines("akta-kelahiran", "redesign")[12][1].startswith("Every case is decided as before")


def test_fees_are_those_of_payments_and_of_papers():
    assert lines("akta-kelahiran")[4][0] == "Stamp duty: Rp10,000 (in some cases only)"
    assert lines("sktm")[4][0] == "Nothing is charged in this procedure"


def test_products_are_what_is_issued_for_good():
    assert lines("akta-kelahiran")[5] == ["Child: national identity number", "Birth certificate"]
    assert lines("sktm")[5] == ["Poverty letter"]


def test_staff_is_reckoned_from_volume_and_minutes():
    told = version("akta-kelahiran", "today")
    posts = told.procedure.volume * told.asks.agency_minutes / 75_000
    assert lines("akta-kelahiran")[11][0].endswith(f"= {posts:.1f} people")
