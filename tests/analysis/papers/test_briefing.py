"""The briefing: each of its numbers is computed again from the model, by other means than its own."""

from collections import Counter
from functools import lru_cache
from random import Random

import pytest

from analysis.burden import burden
from analysis.compiling import compiled
from analysis.papers.briefing import Briefing, briefing
from analysis.papers.sharing import sharings
from analysis.redesign import redesigned
from processes.procedure import Lookup
from processes.words import LANGUAGES
from tests.catalogue import policy, procedure, redesign, sample

NAMES = ("akta-kelahiran", "pbi-apbd", "sktm", "kia")


@lru_cache(maxsize=1)
def told() -> Briefing:
    chosen, made = [procedure(name) for name in NAMES], [redesign(name) for name in NAMES]
    return briefing(made, sharings(chosen, sample().catalogue, policy(), made), sample().catalogue, policy())


def today(name: str):
    return burden(compiled(procedure(name), sample().catalogue, policy(), offers=False))


def after(name: str):
    """What the redesign asks, from its certificate: the checker has compared it."""
    return redesign(name).certificate.weight_after


def test_each_service_has_its_burden_today_and_that_of_its_certificate():
    assert {one.procedure for one in told().services} == set(NAMES)
    for one in told().services:
        assert one.before == today(one.procedure)
        for name in ("questions", "documents", "contacts", "citizen_minutes", "agency_minutes"):
            assert getattr(one.after, name) == pytest.approx(getattr(after(one.procedure), name))
        assert one.volume == procedure(one.procedure).volume
        spared = one.volume * (today(one.procedure).citizen_minutes - after(one.procedure).citizen_minutes) / 60
        assert one.hours == pytest.approx(spared)
    assert [one.hours for one in told().services] == sorted((one.hours for one in told().services), reverse=True)


def test_the_totals_are_volumes_times_burdens():
    each = {
        "Questions asked": ("questions", 1),
        "Documents asked for": ("documents", 1),
        "Dealings with a form": ("contacts", 1),
        "Hours of citizens": ("citizen_minutes", 1 / 60),
        "Hours of officers": ("agency_minutes", 1 / 60),
        "Citizens' time (million rupiah)": ("citizen_minutes", 238 / 1e6),
    }
    assert [one.name.en for one in told().totals] == list(each)
    for one in told().totals:
        field, times = each[one.name.en]
        assert one.before == pytest.approx(
            times * sum(procedure(name).volume * getattr(today(name), field) for name in NAMES)
        )
        assert one.after == pytest.approx(
            times * sum(procedure(name).volume * getattr(after(name), field) for name in NAMES)
        )


def minutes_with(name: str, *agreements: str) -> float:
    with_them = policy().model_copy(update={"with_agreements": agreements})
    return redesigned(procedure(name), sample().catalogue, with_them).burden_after.citizen_minutes


def test_what_an_agreement_spares_is_what_the_redesign_with_it_spares():
    signed = {one.agreement: one for one in told().signings}
    assert set(signed) == {"a03", "a07", "a08", "a10"}
    for agreement, name in (
        ("a07", "akta-kelahiran"),
        ("a08", "akta-kelahiran"),
        ("a10", "pbi-apbd"),
        ("a03", "pbi-apbd"),
    ):
        more = after(name).citizen_minutes - minutes_with(name, agreement)
        assert signed[agreement].hours == pytest.approx(procedure(name).volume * more / 60)
        takes = next(one.takes for one in sample().catalogue.agreements if one.id == agreement)
        assert (signed[agreement].months, signed[agreement].cost) == (takes.months, takes.cost)
    assert [one.agreement for one in told().signings if one.mends] == ["a03"]
    assert [one.agreement for one in told().signings if one.consent] == ["a10"]
    both = (("akta-kelahiran", ("a03", "a07", "a08", "a10")), ("pbi-apbd", ("a03", "a07", "a08", "a10")))
    together = sum(
        procedure(name).volume * (after(name).citizen_minutes - minutes_with(name, *agreements)) / 60
        for name, agreements in both
    )
    assert told().together == pytest.approx(together)


def lines(agency: str) -> list[str]:
    return next([line.en for line in one.lines] for one in told().tasks if one.agency.en == agency)


def test_each_agency_is_told_what_falls_away_and_what_it_signs():
    mine = [redesign(name) for name in ("akta-kelahiran", "kia")]
    questions = sum(change.kind == "question dropped" for one in mine for change in one.changes)
    documents = sum(change.kind == "document dropped" for one in mine for change in one.changes)
    registry = lines("Civil registry office")
    assert f"No longer asks {questions} questions and {documents} documents" in registry
    assert "Signs a03, a07, a08" in registry
    assert lines("Neighbourhood heads") == ["No longer issues: Introduction letter of the neighbourhood"]


def test_look_ups_that_find_nothing_are_told_by_coverage_and_volume():
    asked = missed = 0.0
    for name in NAMES:
        instance = compiled(redesign(name).unmoved, sample().catalogue, policy(), offers=False)
        walked = random_walks(instance)
        for node, place in enumerate(instance.points):
            if isinstance(place.step, Lookup) and place.kind == "step":
                often = procedure(name).volume * walked[node]
                asked += often
                missed += often * (1 - sample().catalogue.service[place.step.service].coverage)
    (risk,) = (one.en for one in told().risks if "find nothing" in one.en)
    said = [int(word.replace(",", "")) for word in risk.split() if word.replace(",", "").isdigit()]
    assert said == [pytest.approx(asked, rel=0.02), pytest.approx(missed, rel=0.06)]


def random_walks(instance, number: int = 3_000) -> dict[int, float]:
    """How many of some walks through the points come to each of them."""
    chance = Random(1)
    seen: Counter[int] = Counter()
    for _ in range(number):
        waiting, passed = [0], set()
        while waiting:
            node = waiting.pop()
            passed.add(node)
            after = list(instance.graph.successors(node))
            if instance.points[node].kind == "split":
                waiting += after
            elif after:
                shares = [instance.graph.edges[node, other]["share"] for other in after]
                waiting += chance.choices(after, shares)
        seen.update(passed)
    return {node: times / number for node, times in seen.items()}


def test_what_is_not_lawful_today_and_what_the_proof_rests_on_are_told():
    said = [one.en for one in told().risks]
    assert said[0].startswith("The proof assumes that every fact has one true value")
    assert any("look-up of today is not lawful" in one and "a03" in one for one in said)


def test_everything_is_said_in_both_languages():
    words = [one.title for one in told().services]
    words += [words for task in told().tasks for words in (task.agency, *task.lines)]
    words += [*told().risks, *(one.title for one in told().signings)]
    assert all(each.in_language(language).strip() for each in words for language in LANGUAGES)
