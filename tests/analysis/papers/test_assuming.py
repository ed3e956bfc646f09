"""A paper about what is only assumed says so: nobody shall sign a supposition for a fact."""

from analysis.papers.annex import annex
from analysis.papers.assuming import assumed
from analysis.papers.briefing import briefing
from analysis.papers.sharing import sharings
from analysis.papers.version import after
from analysis.redesign import redesigned
from tests.catalogue import policy, procedure, sample

BIRTH = procedure("akta-kelahiran")
SUPPOSED = policy().model_copy(update={"with_agreements": ("a01", "a07", "a20")})
SAYS = "assumes that these agreements are in force: a07"


def test_agreements_that_are_in_force_by_themselves_are_not_assumed():
    assert assumed(sample().catalogue, policy()) == ()
    assert assumed(sample().catalogue, SUPPOSED) == ("a07", "a20")
    planned = policy().model_copy(update={"agreements": "planned"})
    assert assumed(sample().catalogue, planned) == ("a07",)  # to begin in October


def test_papers_of_a_redesign_name_what_it_rests_on_and_assumes():
    redesign = redesigned(BIRTH, sample().catalogue, SUPPOSED)
    assert after(redesign, sample().catalogue, SUPPOSED).state.en.endswith(f"; {SAYS}")
    plain = redesigned(BIRTH, sample().catalogue, policy())
    assert "assumes" not in after(plain, sample().catalogue, policy()).state.en


def test_annex_and_briefing_say_it_too():
    made = [redesigned(BIRTH, sample().catalogue, SUPPOSED)]
    shared = sharings([BIRTH], sample().catalogue, SUPPOSED, made)
    (found,) = (one for one in shared if one.agreement.id == "a07")
    assert annex(found, sample().catalogue, SUPPOSED).state.en == "Assumed to be in force on 1 November 2026"
    risks = [one.en for one in briefing(made, shared, sample().catalogue, SUPPOSED).risks]
    assert any(SAYS in one for one in risks)
