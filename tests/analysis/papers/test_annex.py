"""Annexes of agreements: which are used, which are wanted, and that each fact in them is one that somebody reads."""

from functools import lru_cache

import pytest

from analysis.lawful import counts
from analysis.papers.annex import Annex, annex, yearly
from analysis.papers.sharing import Sharing, accesses, sharings
from processes.procedure import Lookup
from processes.words import LANGUAGES
from tests.catalogue import NAMES, policy, redesign, sample


@lru_cache(maxsize=1)
def all_of_them() -> tuple[Sharing, ...]:
    chosen = [one for one in sample().procedures if one.id in ("akta-kelahiran", "pbi-apbd", "kia")]
    return sharings(chosen, sample().catalogue, policy(), [redesign(one.id) for one in chosen])


def told(name: str) -> Annex:
    (found,) = (one for one in all_of_them() if one.agreement.id == name)
    return annex(found, sample().catalogue, policy())


def test_used_agreements_are_in_force_and_wanted_ones_are_not():
    assert [(one.agreement.id, one.wanted) for one in all_of_them()] == [
        ("a01", False),
        ("a09", False),
        ("a21", False),
        ("a03", True),  # over since June: the look-up of today asks without leave
        ("a07", True),
        ("a08", True),
        ("a10", True),
    ]
    for one in all_of_them():
        assert counts(one.agreement, policy()) is not one.wanted


@pytest.mark.parametrize("name", NAMES)
def test_what_is_asked_is_what_the_look_ups_of_the_redesign_ask(name):
    found = accesses(redesign(name), sample().catalogue, policy())
    unmoved = redesign(name).unmoved
    steps = {one.id for one in unmoved.step_by_id.values() if isinstance(one, Lookup)}
    assert {one.step for one in found} == steps
    for one in found:
        step = unmoved.step_by_id[one.step]
        assert one.service == step.service
        if step.gets:
            assert {fact.word for fact in one.facts} <= set(step.gets)
        if one.agreement is not None:
            assert one.service in one.agreement.services
            assert one.purpose in one.agreement.purposes
            assert one.agreement.facts == "all" or {fact.word for fact in one.facts} <= set(one.agreement.facts)


def test_an_annex_names_each_data_element_its_use_and_its_ground():
    birth = told("a07")
    assert (birth.giver.en, birth.user.en, birth.own) == ("Health facility", "Civil registry office", False)
    assert [one.en for one in birth.legal_basis][:2] == ["UU 24/2013 Art. 27", "UU 17/2023"]
    weight = next(one for one in birth.data if one.data.en.startswith("Weight"))
    assert (weight.service, weight.kind.en) == ("faskes.birth-by-mother", "special category")
    assert [one.en for one in weight.uses] == ["Birth certificate: Birth certificate"]
    assert [one.en for one in weight.about] == ["Child"]
    assert [one.en for one in birth.term][:2] == ["From: 1 October 2026", "Until: [to be filled in by the agency]"]
    (service,) = birth.services
    assert yearly(service).en == "≈ 16,000 a year"


def test_an_annex_says_why_an_agreement_is_not_there_and_whether_it_wants_consent():
    assert "it ended on 30 June 2026" in told("a03").state.en
    assert "(over); extended to" in told("a03").term[1].en
    assert told("a10").consent.en.startswith("Each time")
    assert told("a01").own
    assert told("a01").state.en == "In force on 1 November 2026, and used"


def test_every_cell_speaks_both_languages():
    for one in all_of_them():
        paper = annex(one, sample().catalogue, policy())
        words = [paper.title, paper.state, paper.giver, paper.user, *paper.purposes, *paper.legal_basis, *paper.term]
        for row in paper.data:
            words += [row.data, row.kind, *row.about, *row.uses]
        assert all(each.in_language(language).strip() for each in words for language in LANGUAGES)
