"""A procedure that an event starts for a share of its cases has two starts, each with its weight."""

from dataclasses import replace
from random import Random

import pytest

from analysis.burden import burden
from analysis.certificate import fingerprint
from analysis.checker.verifying import verify
from analysis.comparing.comparison import compared
from analysis.compiling import compiled
from analysis.explaining.sources import sources
from analysis.fewest.choosing import Scales, chosen
from analysis.interpreter import Interpreter, Run
from analysis.moves import left_as_it_is
from analysis.redesign import analysed
from analysis.removal import Choice, Today
from processes.case import Case, Value
from processes.procedure import Start
from processes.resolved import resolved
from tests.analysis.properties import Examined, least, read_below
from tests.analysis.test_choosing import built, weighs_as_it_costs
from tests.generating import POLICY, TODAY, Made, cases, few, tiny
from tests.seeds import blocks
from tests.sketching import Sketch, sketch

EVENT = """
registry: hospital-births
title: births
agency: hospital
events:
  birth: {about: person, carries: [name, birth_date, mother, mother.name], coverage: 97%}
  move: {about: person, carries: [phone], assurance: declared}
"""
CONTACT = "contact_minutes: 10"
APPLY = "- form: apply\n  asks: [{asks: child.name, minutes: 4}, {asks: child.birth_date, minutes: 6}%s]\n"
DEED = "- issue: deed\n  by: office\n  carries: [child.name, child.birth_date]\n"


def started(steps: str, share: float = 0.25, event: str = "birth", **named: str) -> Sketch:
    """Return a procedure that an event starts for a share of its cases."""
    one = sketch(steps, EVENT, **{"policy": CONTACT, **named})
    start = Start(event=f"hospital-births.{event}", about="child", share=share)
    return replace(one, procedure=one.procedure.model_copy(update={"starts_from": start}))


def minutes(one: Sketch) -> float:
    return burden(one.instance).citizen_minutes


@pytest.mark.parametrize(
    ("more", "documents", "expected"),
    [
        ("", "", 0.75 * (10 + 4 + 6)),  # nobody has anything to do with a case that the event starts
        (", {asks: child.phone, minutes: 2}", "", 0.75 * (4 + 6) + 10 + 2),
        (", {act: signature, id: signed, minutes: 1}", "", 0.75 * (4 + 6) + 10 + 1),
        (
            "",
            "  documents: [birth-notice of child]\n",
            0.75 * (10 + 4 + 6 + 8),
        ),  # it carries just what the event brings
        ("", "  documents: [ktp of child]\n", 0.75 * (4 + 6) + 10 + 5),  # that shows a number, too
    ],
    ids=["nothing else", "another question", "an act", "a paper of the same", "a paper of more"],
)
def test_nobody_is_asked_what_the_event_brings(more: str, documents: str, expected: float) -> None:
    """By hand: each start by its weight, a contact where anything is asked."""
    assert minutes(started(APPLY % more + documents + DEED)) == pytest.approx(expected, abs=0.002)


def test_an_event_starts_no_more_cases_than_it_is_announced_of() -> None:
    assert minutes(started(APPLY % "" + DEED, share=1.0)) == pytest.approx(0.03 * 20, abs=0.002)


def test_a_paper_proves_more_than_an_event_that_only_declares() -> None:
    """The statement shows what the event brings; but the event is no surer than what people say."""
    steps = (
        "- form: apply\n  asks: [{asks: child.phone, minutes: 4}]\n"
        + "- issue: deed\n  by: office\n  carries: [child.phone]\n"
    )
    assert minutes(started(steps, event="move")) == pytest.approx(0.75 * 14, abs=0.002)


def test_what_a_return_asks_anew_is_counted_in_full() -> None:
    judged = "- decide: fine\n  by: office\n  needs: [child.name]\n  ways:\n    - {way: good, share: 100%}\n"
    judged += "    - {way: bad, share: 0%, steps: [{back to: apply, anew: [child.name]}]}\n"

    assert minutes(started(APPLY % "" + judged + DEED)) == pytest.approx(4 + 10 + 0.75 * 6, abs=0.002)


def test_a_redesign_weighs_both_starts() -> None:
    """A look-up that asks nobody costs the number; where the event brings the name to nearly all, its question is less."""
    registry = """
registry: people
title: people
agency: village
services: {by-nik: {about: person, needs: [nik], gives: [name], key_level: declared}}
"""
    agreed = "agreements:\n  a: {consumer: office, services: [people.by-nik], purposes: [registration]}"
    steps = "- form: apply\n  asks: [{asks: child.nik, minutes: 3}, {asks: child.name, minutes: 5}]\n"
    steps += "- issue: deed\n  by: office\n  carries: [child.name]\n"
    for share, kept in [(0.05, {"child.nik"}), (0.8, {"child.name"})]:
        one = sketch(steps, EVENT, registry, agreed, policy=CONTACT)
        start = Start(event="hospital-births.birth", about="child", share=share)
        procedure = one.procedure.model_copy(update={"starts_from": start})
        redesign = analysed(procedure, one.catalogue, one.policy).redesign

        assert redesign.optimum is not None and redesign.optimum.proven
        assert {stay.subject for stay in redesign.stays} == kept
        assert redesign.after is not None and redesign.after.starts_from == start


@pytest.mark.parametrize(("share", "kept"), [(0.6, "child.phone"), (0.8, "child.name")])
def test_a_form_of_its_own_is_a_contact_of_those_who_are_asked_there(share: float, kept: str) -> None:
    """By hand: 12 minutes for those whom no event brought the name, 4.8 or 2.4; or 3 for the number by which it is looked up."""
    registry = """
registry: people
title: people
agency: village
services: {by-phone: {about: person, needs: [phone], gives: [name], key_level: declared}}
"""
    agreed = "agreements:\n  a: {consumer: office, services: [people.by-phone], purposes: [registration]}"
    steps = "- form: apply\n  asks: [child.sex, {asks: child.phone, minutes: 3}]\n- form: more\n  asks: [{asks: child.name, minutes: 2}]\n"
    steps += "- issue: deed\n  by: office\n  carries: [child.name, child.sex]\n"
    one = sketch(steps, EVENT, registry, agreed, policy=CONTACT)
    start = Start(event="hospital-births.birth", about="child", share=share)

    redesign = analysed(one.procedure.model_copy(update={"starts_from": start}), one.catalogue, one.policy).redesign

    assert redesign.optimum is not None and redesign.optimum.proven
    assert {stay.subject for stay in redesign.stays} == {"child.sex", kept}


def with_start(made: Made) -> Made | None:
    """Return a random procedure that an event about somebody starts for a third of its cases."""
    role = next((role for role in ("child", "applicant") if role in made.procedure.role_by_id), None)
    if role is None:
        return None
    event = {"about": "person", "carries": ["name", "phone", "income", "nik", "mother.nik"]}
    registry = {"registry": "events", "title": "events", "agency": "village", "events": {"one": event}}
    starts_from = {"event": "events.one", "about": role, "share": 0.3}
    return Made(made.seed, [*made.files, registry], {**made.steps_of, "starts_from": starts_from})


@pytest.mark.parametrize("seed", range(40))
def test_redesigns_of_random_procedures_with_two_starts_hold_and_decide_every_case_alike(seed: int) -> None:
    made = with_start(few(seed) if seed % 4 == 0 else tiny(seed))
    if made is None:
        return
    redesign = analysed(made.procedure, made.catalogue, POLICY).redesign
    if redesign.after is not None:
        result = compared(made.model, resolved(redesign.after, made.catalogue), POLICY, 30, seed)
        assert result.is_alike, (result.differences, made.yaml())


def test_a_choice_weighs_both_starts_as_the_redesign_costs() -> None:
    made = [found for seed in range(60) if (found := with_start(tiny(seed))) is not None]

    assert sum(weighs_as_it_costs(one) for one in made) > 10


@pytest.mark.parametrize("seeds", blocks(60, 20), ids=str)
def test_on_the_start_by_an_event_nothing_is_less_sure_than_the_analysis_promises(seeds: range) -> None:
    """Which looks at the start by request alone; neither today nor in the redesign."""
    runs = 0
    for made in filter(None, map(with_start, map(tiny, seeds))):
        examined, start = Examined(made), made.model.event_start
        if examined.today.needs.missing or start is None:
            continue
        readings = examined.readings(examined.today.supplied)
        in_the_middle = {(reading.place, reading.fact) for reading in readings if reading.what == "field"}
        promised, needed = least(readings, in_the_middle), least(examined.needed, in_the_middle)
        for case, world in cases(made, Random(made.seed), 3):
            by_event = replace(case, event={name: world.facts[name] for name in start.facts})
            book = Interpreter(made.model)
            before = book.run(by_event, TODAY, world.registries)
            assert not (low := read_below(before, promised)), (low, made.yaml())
            if examined.after is not None and before.outcome.kind != "waiting":
                after = Interpreter(examined.after_model, inspected=book.papered)
                assert not (low := read_below(after.run(by_event, TODAY, world.registries), needed)), (low, made.yaml())
            runs += 1
    assert runs > 15


@pytest.mark.parametrize("seeds", blocks(60, 20), ids=str)
def test_the_least_of_both_starts_is_found(seeds: range) -> None:
    """Every choice of very small procedures tried, weighed as the redesign costs."""
    tried = 0
    for seed in seeds:
        made = with_start(tiny(seed, steps=3, rules=False))
        today = Today(compiled(made.procedure, made.catalogue, POLICY)).without_offers() if made is not None else None
        if made is None or today is None or today.needs.missing:
            continue
        free = [number for number in range(len(today.instance.items)) if number not in today.bound]
        scales, best = Scales(today.instance), chosen(today, built, options=False)
        if len(free) > 11 or best is None:
            continue
        least = best.weight.citizen
        for some in range(1 << len(free)):
            kept = today.bound_items | sum(1 << number for at, number in enumerate(free) if some >> at & 1)
            if any(len({bool(kept & asked) for asked in sides}) > 1 for sides in today.asked_beside):
                continue
            weight = scales.weight(Choice(kept, 0), []).citizen
            assert weight >= least or not today.feasible(kept, 0), made.yaml()
        assert best.bound.citizen <= least
        tried += 1
    assert tried > 8


# --- cases


def ran(
    one: Sketch, facts: dict[str, Value], event: dict[str, Value] | None, decisions: dict[str, tuple[str, ...]]
) -> Run:
    return Interpreter(one.model).run(Case("case", facts, decisions, event=event), TODAY, lambda service, keys: [])


def test_a_case_that_an_event_started_waits_for_nothing_that_it_brought() -> None:
    one = started(APPLY % ", {act: signature, id: signed}" + DEED)
    brought: dict[str, Value] = {"child.name": "SITI", "child.birth_date": "2026-06-01"}

    by_event, by_request = ran(one, {}, brought, {}), ran(one, {}, None, {})

    assert by_event.outcome.kind == "issued"
    assert by_event.acts == {"signed"}
    assert {read.level for read in by_event.read} == {3}
    assert (by_request.outcome.waits_for, by_request.outcome.missing) == ("answer", ("child.name", "child.birth_date"))


def test_what_a_return_asks_anew_is_asked_of_whoever_the_event_is_about_as_well() -> None:
    judged = "- decide: fine\n  by: office\n  needs: [child.name]\n  ways:\n    - {way: good}\n"
    judged += "    - {way: bad, steps: [{back to: apply, anew: [child.name]}]}\n"
    one = started(APPLY % "" + judged + DEED)
    brought: dict[str, Value] = {"child.name": "SITI", "child.birth_date": "2026-06-01"}

    assert ran(one, {}, brought, {"fine": ("bad", "good")}).outcome.missing == ("child.name",)


def test_what_each_start_asks_is_told() -> None:
    one = started(APPLY % "" + DEED)

    [told] = [left.why.en for left in left_as_it_is(one.procedure, one.catalogue, one.policy)]

    assert (
        told
        == "cases that the event hospital-births.birth starts (25 %) ask 0 minutes of people, those that somebody asks for 20"
    )


def test_an_event_that_the_law_does_not_name_is_proposed_with_all_that_it_would_spare() -> None:
    one = sketch(APPLY % "" + DEED, EVENT, policy=CONTACT)

    told = [left.why.en for left in left_as_it_is(one.procedure, one.catalogue, one.policy)]

    assert any("child carries child.name, child.birth_date" in text and "19.4 citizen minutes" in text for text in told)


def test_a_redesign_that_starts_otherwise_is_refused_by_the_checker() -> None:
    one = started(APPLY % "" + DEED)
    redesign = analysed(one.procedure, one.catalogue, one.policy).redesign
    assert redesign.after is not None and redesign.certificate is not None
    other = redesign.after.model_copy(update={"starts_from": None})
    named = redesign.certificate.after.model_copy(update={"sha256": fingerprint(other)})
    forged = redesign.certificate.model_copy(update={"after": named})

    told = [str(refusal.says.en) for refusal in verify(one.procedure, other, one.catalogue, one.policy, forged)]

    assert any("starts_from" in text for text in told), told


EVERYBODY = EVENT.replace("97%", "100%")
CHECKED = (
    APPLY % ", {asks: child.phone, minutes: 2}"
    + "- check: papers\n  by: office\n  verifies: [child.name]\n- lookup: data\n  service: hall.name\n  about: child\n"
    + "- issue: deed\n  by: office\n  carries: [child.name, child.birth_date, child.phone]\n"
)
HALL = "registry: hall\ntitle: hall\nagency: village\nservices: {name: {about: person, needs: [phone], gives: [name], key_level: declared}}"
AGREED = "agreements:\n  hall: {consumer: office, services: [hall.name], purposes: [registration]}"


def of_all(steps: str, share: float = 1.0) -> Sketch:
    """Return a procedure that an event starts for all of its cases, or so many."""
    one = sketch(steps, EVERYBODY, HALL, AGREED, policy=CONTACT)
    start = Start(event="hospital-births.birth", about="child", share=share)
    return replace(one, procedure=one.procedure.model_copy(update={"starts_from": start}))


def test_what_an_event_brings_that_starts_every_case_is_asked_checked_and_looked_up_no_more() -> None:
    one = of_all(CHECKED)
    redesign = one.analysis.redesign
    gone = {(change.kind, change.subject) for change in redesign.changes}
    told = {finding.subject: finding for finding in one.analysis.findings if finding.kind == "asked again"}

    assert {("question dropped", "child.name"), ("question dropped", "child.birth_date")} <= gone
    assert {kind for kind, _ in gone} >= {"check dropped", "look-up dropped"}
    assert "hospital-births.birth" in told["child.name"].says.en
    assert [stay.subject for stay in redesign.stays] == ["child.phone"]
    assert redesign.after is not None and redesign.burden_after is not None
    assert redesign.burden_after.citizen_minutes == 10 + 2
    assert compared(one.model, resolved(redesign.after, one.catalogue), one.policy, 50).is_alike


def test_the_checker_refuses_the_same_if_somebody_asks_for_some_of_the_cases() -> None:
    redesign, other = of_all(CHECKED).analysis.redesign, of_all(CHECKED, 0.9)
    assert redesign.after is not None and redesign.certificate is not None
    after = redesign.after.model_copy(update={"starts_from": other.procedure.starts_from})
    said = redesign.certificate.model_copy(
        update={
            "before": redesign.certificate.before.model_copy(update={"sha256": fingerprint(other.procedure)}),
            "after": redesign.certificate.after.model_copy(update={"sha256": fingerprint(after)}),
        }
    )
    told = [one.says.en for one in verify(other.procedure, after, other.catalogue, other.policy, said)]

    assert any("child.name" in one for one in told), told
    assert not compared(other.model, resolved(after, other.catalogue), other.policy, 50).is_alike


def test_an_event_that_only_declares_makes_nothing_surer() -> None:
    """What it brings is not asked; but that a statement shows it is still checked."""
    event = EVERYBODY.replace("carries: [phone], assurance: declared", "carries: [name], assurance: declared")
    steps = "- form: apply\n  asks: [child.name]\n  documents: [ktp of child]\n- check: papers\n  by: office\n  verifies: [child.name]\n"
    one = sketch(steps + "- issue: deed\n  by: office\n  carries: [child.name]\n", event, policy=CONTACT)
    start = Start(event="hospital-births.move", about="child")
    one = replace(one, procedure=one.procedure.model_copy(update={"starts_from": start}))
    redesign = one.analysis.redesign

    assert [(change.kind, change.subject) for change in redesign.changes] == [("question dropped", "child.name")]
    assert redesign.after is not None
    assert compared(one.model, resolved(redesign.after, one.catalogue), one.policy, 50).is_alike


def test_a_request_that_asks_only_of_some_what_the_event_does_not_bring_is_proven_least() -> None:
    """By hand: the form is a contact of those who are asked: 0.4 * (10 + 2)."""
    steps = (
        APPLY % ", {asks: child.phone, minutes: 2}"
        + '- choose:\n    - if: child.birth_date > date("2020-01-01")\n      share: 40%\n'
        + "      steps: [{notify: told, by: office, carries: [child.phone]}]\n    - else: []\n"
        + DEED
    )
    redesign = of_all(steps).analysis.redesign

    assert redesign.optimum is not None and redesign.burden_after is not None
    assert (redesign.optimum.minutes, redesign.optimum.proven) == (pytest.approx(0.4 * (10 + 2)), True)
    assert redesign.burden_after.citizen_minutes == pytest.approx(0.4 * (10 + 2))


def test_what_a_request_costs_that_asks_only_of_some_is_counted_before_it_is_built() -> None:
    """Else plan after plan looks better than it is, and none is proven."""
    made = with_start(few(332))
    assert made is not None
    starts_from = made.procedure.starts_from
    assert starts_from is not None
    everybody = made.procedure.model_copy(update={"starts_from": starts_from.model_copy(update={"share": 1.0})})
    redesign = analysed(everybody, made.catalogue, POLICY).redesign

    assert redesign.optimum is not None and redesign.optimum.proven


def test_whoever_logs_in_is_who_they_are_whatever_was_answered_first() -> None:
    one = sketch(
        "- form: apply\n  asks: [applicant.nik]\n- decide: fine\n  by: office\n  needs: [applicant.nik]\n  ways:\n    - way: good\n"
        "    - {way: bad, steps: [{back to: apply, anew: [applicant.nik]}]}\n"
        "- identify: log-in\n  by: applicant\n  with: eid\n- issue: deed\n  by: office\n  carries: [applicant.nik]\n"
    )
    found = Interpreter(one.model).run(
        Case("case", {"applicant.nik": "wrong"}, {"fine": ("bad", "good")}),
        TODAY,
        lambda *_: [],
        {"applicant.nik": "right"},
    )

    assert [dict(output.facts) for output in found.outcome.outputs] == [{"applicant.nik": "right"}]


@pytest.mark.parametrize(("share", "of_some"), [(1.0, False), (0.5, True)])
def test_an_event_is_told_among_what_brings_a_fact(share: float, of_some: bool) -> None:
    one = of_all(CHECKED, share)
    told = [source for source in sources(one.instance, "child.birth_date") if source.kind == "event"]

    assert [(source.what, source.level, source.conditional) for source in told] == [
        ("hospital-births.birth", 3, of_some)
    ]
