"""Whether a service may be asked: dates, consumer, purpose, facts, consent, and what a policy makes of them."""

from datetime import date

import pytest

from analysis.lawful import counts, permissions, refusal, usable, why_not
from processes.catalogue import Agreement, DataService
from processes.policy import Policy
from processes.shapes import Duration
from tests.sketching import CATALOGUE, agreement, catalogue

OFFICE = frozenset(["office"])


def said(**fields: object) -> Agreement:
    return Agreement.model_validate(
        {"id": "a", "consumer": "office", "services": ("people.person-by-nik",), "purposes": ("tax",), **fields}
    )


def on(day: str = "2026-06-15", /, **fields: object) -> Policy:
    return Policy.model_validate({"policy": "p", "date": date.fromisoformat(day), **fields})


@pytest.mark.parametrize(
    ("fields", "day", "counting"),
    [
        ({}, "2026-06-15", True),
        ({"from": "2026-06-15"}, "2026-06-15", True),
        ({"from": "2026-06-15"}, "2026-06-14", False),
        ({"until": "2026-06-15"}, "2026-06-15", True),
        ({"until": "2026-06-15"}, "2026-06-16", False),
        ({"state": "none"}, "2026-06-15", False),
        ({"state": "planned", "from": "2026-01-01"}, "2026-06-15", False),
    ],
    ids=["no dates", "first day", "day before", "last day", "day after", "none", "planned only"],
)
def test_an_agreement_counts_from_its_first_day_to_its_last(
    fields: dict[str, object], day: str, counting: bool
) -> None:
    assert counts(said(**fields), on(day)) is counting


@pytest.mark.parametrize(
    ("fields", "counting"),
    [
        ({"state": "planned", "from": "2026-06-15"}, True),
        ({"state": "planned", "from": "2026-06-16"}, False),
        ({"state": "planned"}, False),
        ({"state": "planned", "from": "2026-01-01", "until": "2026-06-01"}, False),
        ({}, True),
        ({"until": "2026-06-14"}, False),
        ({"state": "none"}, False),
    ],
    ids=["begun", "not yet", "nobody said when", "over again", "in force", "expired", "none"],
)
def test_a_policy_may_count_what_is_planned_to_begin_by_its_date(fields: dict[str, object], counting: bool) -> None:
    assert counts(said(**fields), on(agreements="planned")) is counting


def test_a_policy_may_count_every_agreement_as_if_it_were_concluded() -> None:
    assert counts(said(state="none", until="2020-01-01"), on(agreements="all"))


def test_a_policy_may_take_or_leave_an_agreement_whatever_its_dates() -> None:
    expired, running = said(until="2020-01-01"), said()

    assert counts(expired, on(with_agreements=("a",)))
    assert not counts(running, on(without_agreements=("a",)))
    assert not counts(running, on(agreements="all", without_agreements=("a",)))


def test_consumer_purpose_and_facts_must_all_be_covered() -> None:
    made = catalogue(
        CATALOGUE,
        agreement("all", "people.person-by-nik"),
        agreement("some", "people.person-by-nik", facts="[name, phone]", purposes="[tax]"),
        agreement("theirs", "people.person-by-nik", consumer="village"),
        agreement("other", "people.confirm"),
        agreement("asks", "people.person-by-nik", consent="true", facts="[mother]"),
    )

    def facts(consumers: frozenset[str], purpose: str) -> list[tuple[str, list[str]]]:
        found = permissions(made, on(), "people.person-by-nik", consumers, purpose)
        return [(one.agreement.id, sorted(one.facts)) for one in found]

    everything = ["birth_date", "family", "mother", "name"]
    assert facts(OFFICE, "registration") == [("all", everything), ("asks", ["mother"])], "consent comes last"
    assert facts(OFFICE, "tax") == [("some", ["name"])], "what the service does not give cannot be allowed"
    assert facts(frozenset(["village"]), "registration") == [("theirs", everything)]
    assert facts(OFFICE, "care") == []


@pytest.mark.parametrize(
    ("service", "policy", "fits"),
    [
        ({}, {}, True),
        ({"coverage": 0}, {}, False),
        ({"coverage": 0.5}, {"least_coverage": 0.5}, True),
        ({"coverage": 0.49}, {"least_coverage": 0.5}, False),
        ({"fresh": "1 day"}, {"most_age": "1 day"}, True),
        ({"fresh": "2 days"}, {"most_age": "1 day"}, False),
        ({}, {"most_age": "1 day"}, True),
    ],
    ids=["whole", "nobody", "enough", "too few", "young enough", "too old", "age not said"],
)
def test_a_service_must_find_enough_and_be_fresh_enough_for_the_policy(
    service: dict[str, object], policy: dict[str, object], fits: bool
) -> None:
    offered = DataService.model_validate(
        {"id": "s", "about": "person", "needs": ("nik",), "gives": ("name",), **service}
    )

    assert usable(offered, on(**policy)) is fits


@pytest.mark.parametrize(
    ("fields", "policy", "reason"),
    [
        ({"consumer": "village"}, {}, "office has no agreement for people.person-by-nik"),
        ({"purposes": "[tax]"}, {}, "the agreement for people.person-by-nik is not for the purpose registration"),
        ({"facts": "[mother]"}, {}, "the agreement for people.person-by-nik does not cover name"),
        ({"until": "2026-06-14"}, {}, "the agreement a is not in force on 2026-06-15 (it ended on 2026-06-14)"),
        ({"from": "2026-06-16"}, {}, "the agreement a is not in force on 2026-06-15 (it begins on 2026-06-16)"),
        (
            {"state": "planned", "from": "2027-01-01"},
            {},
            "the agreement a is not in force on 2026-06-15 (it is only planned, from 2027-01-01)",
        ),
        ({"state": "planned"}, {}, "the agreement a is not in force on 2026-06-15 (it is only planned)"),
        ({"state": "none"}, {}, "the agreement a is not in force on 2026-06-15 (it is not concluded)"),
        ({}, {"without_agreements": ("a",)}, "the policy leaves out the agreement a"),
        ({"until": "2026-06-14"}, {"without_agreements": ("a",)}, "the policy leaves out the agreement a"),
        ({}, {"least_coverage": 1.0}, "people.person-by-nik finds only 90 %, and the policy asks for at least 100 %"),
        (
            {},
            {"most_age": Duration(1, "days")},
            "what people.person-by-nik says is older than the policy allows",
        ),
    ],
    ids=[
        "consumer",
        "purpose",
        "fact",
        "over",
        "to come",
        "planned",
        "planned some day",
        "none",
        "left out",
        "over and left out",
        "coverage",
        "age",
    ],
)
def test_why_a_fact_may_not_be_asked_is_told_by_what_is_missing(
    fields: dict[str, str], policy: dict[str, object], reason: str
) -> None:
    partly = """
registry: people
title: people
agency: village
services:
  person-by-nik: {about: person, needs: [nik], gives: [name, mother], coverage: 0.9, fresh: 2 days}
"""
    made = catalogue(CATALOGUE, partly, agreement("a", "people.person-by-nik", **fields))

    assert why_not(made, on(**policy), "people.person-by-nik", OFFICE, "registration", "name").en == reason


def test_what_may_be_asked_is_not_refused_and_the_nearest_to_lawful_is_told() -> None:
    def told(*agreements: str, **policy: object) -> tuple[int, tuple[str, ...]] | None:
        made = catalogue(CATALOGUE, *agreements)
        found = refusal(made, on(**policy), "people.person-by-nik", OFFICE, "registration", "name")
        return (found.far, found.agreements) if found else None

    lawful = agreement("a", "people.person-by-nik")
    over = agreement("b", "people.person-by-nik", until="2020-01-01")
    taxing = agreement("c", "people.person-by-nik", purposes="[tax]")
    assert told(lawful) is None
    assert told(lawful, over) is None
    assert told(over, taxing) == (1, ("b",))
    assert told(taxing) == (3, ("c",))
    assert told(lawful, without_agreements=("a",)) == (1, ("a",))
    assert told() == (4, ())
