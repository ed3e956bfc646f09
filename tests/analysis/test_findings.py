"""What needs more than one example: the kinds of findings at their edges, ids, what leans on what, and reviewers' decisions."""

from itertools import combinations

import pytest

from analysis.compiling import compiled
from analysis.finding import Finding
from analysis.findings.asked_elsewhere import asked_elsewhere
from analysis.findings.decisions import items_kept, items_of, judged, steps_kept
from analysis.findings.leaning import GOING, leaning
from analysis.findings.narrowing import narrowings
from analysis.findings.redundancy import findings
from analysis.removal import Today
from processes.policy import Decision, Policy
from processes.procedure import Procedure
from processes.words import Words
from processes.yaml_text import parse
from tests.generating import POLICY, tiny
from tests.seeds import blocks
from tests.sketching import ROLES, Sketch, agreement, sketch

DEED = """
- issue: deed
  by: office
  carries: [{}]
"""
LATE = """
- choose:
    - if: {condition}
      steps:
        - approve: late
          by: office
          needs: [{needs}]
    - else: []
"""


def deed(*facts: str) -> str:
    return DEED.format(", ".join(facts))


def of_kind(one: Sketch, kind: str) -> set[tuple[str, str]]:
    return {(step, subject) for found, step, subject in one.found if found == kind}


# --- only some need it


def asked_late(
    asks: str, condition: str = "child.age_days > 60", before: str = "", needs: str = "mother.phone"
) -> Sketch:
    form = f"- form: apply\n  asks: [{asks}]\n"
    return sketch(form + before + LATE.format(condition=condition, needs=needs) + deed("child.birth_date"))


def test_what_one_way_needs_is_asked_of_those_who_take_it() -> None:
    assert of_kind(asked_late("child.birth_date, mother.phone"), "only some need it") == {("apply", "mother.phone")}


def test_a_condition_asked_further_down_the_form_is_not_known_in_time() -> None:
    assert of_kind(asked_late("mother.phone, child.birth_date"), "only some need it") == set()


def test_what_is_needed_after_the_choice_too_is_asked_of_all() -> None:
    steps = "- form: apply\n  asks: [child.birth_date, mother.phone]\n"
    late = LATE.format(condition="child.age_days > 60", needs="mother.phone")
    assert of_kind(sketch(steps + late + deed("mother.phone", "child.birth_date")), "only some need it") == set()


def test_a_condition_that_a_check_makes_surer_is_not_known_well_enough_before_it() -> None:
    check = "- check: papers\n  by: office\n  verifies: [child.birth_date]\n"
    assert of_kind(asked_late("child.birth_date, mother.phone", before=check), "only some need it") == set()
    after = "- form: apply\n  asks: [child.birth_date]\n" + check + "- form: more\n  asks: [mother.phone]\n"
    steps = after + LATE.format(condition="child.age_days > 60", needs="mother.phone") + deed("child.birth_date")
    assert of_kind(sketch(steps), "only some need it") == {("more", "mother.phone")}


def test_a_judgement_is_not_known_beforehand() -> None:
    steps = """
- form: apply
  asks: [child.name, mother.phone]
- decide: hard
  by: office
  needs: [child.name]
  ways:
    - way: easy
    - way: hard
      steps:
        - approve: late
          by: office
          needs: [mother.phone]
"""
    assert of_kind(sketch(steps + deed("child.name")), "only some need it") == set()


def test_all_ways_but_one() -> None:
    steps = """
- form: apply
  asks: [child.income, mother.phone]
- choose:
    - if: child.income > 100
      steps: [{approve: rich, by: office, needs: [mother.phone]}]
    - if: child.income > 50
      steps: []
    - else: [{approve: poor, by: office, needs: [mother.phone]}]
"""
    (found,) = [
        one for one in sketch(steps + deed("child.income")).analysis.findings if one.kind == "only some need it"
    ]
    assert "only if not (not (child.income > 100) and child.income > 50)" in found.says.en


def test_a_return_that_asks_the_condition_anew_leaves_the_question_to_all() -> None:
    back = """
- decide: complete
  by: office
  needs: [child.birth_date]
  ways:
    - way: yes-it-is
    - way: no-it-is-not
      steps: [{back to: apply, anew: [child.birth_date]}]
"""
    assert of_kind(asked_late("child.birth_date, mother.phone", before=back), "only some need it") == set()


def test_a_question_under_the_told_condition_leaves_every_step_what_it_needs() -> None:
    """The finding tried as a procedure of the language, not as a change of the compiled one."""
    one = asked_late("child.birth_date, mother.phone")
    form = one.procedure.steps[0].model_copy(
        update={
            "asks": tuple(
                field.model_copy(update={"condition": "child.age_days > 60" if field.asks == "mother.phone" else None})
                for field in one.procedure.steps[0].asks  # type: ignore[union-attr]  # the form
            )
        }
    )
    after = one.procedure.model_copy(update={"steps": (form, *one.procedure.steps[1:])})
    assert not Today(compiled(after, one.catalogue, one.policy)).needs.missing


@pytest.mark.parametrize("seeds", blocks(400, 100), ids=str)
def test_narrowings_of_random_procedures_leave_every_demand_met(seeds: range) -> None:
    """Each alone, and written as a condition of the question where it stands first among the ways."""
    for seed in seeds:
        made = tiny(seed)
        today = Today(compiled(made.procedure, made.catalogue, POLICY))
        if today.needs.missing:
            continue
        for found in narrowings(today):
            assert not any(today.bound_items & item.bit for item in found.items), seed
            for item, nodes in zip(found.items, found.readers, strict=True):
                around = [dict(today.instance.points[node].ways_around) for node in nodes]
                assert all(ways[found.condition.choose] in found.condition.taken for ways in around), (seed, item)


# --- signatures, grounds, carrying


def signatures(*approvals: str) -> set[str]:
    """Return the signatures that are found needless, which are those that the redesign leaves out."""
    steps = "- form: apply\n  asks: [child.name]\n" + "\n".join(f"- {{{one}}}" for one in approvals)
    one = sketch(steps + deed("child.name"), policy="moves: []")
    found = {step for step, _ in of_kind(one, "signature without a fact")}
    assert set(one.steps) - set(one.redesigned.steps) == found
    assert {change.step for change in one.analysis.redesign.changes if change.findings} >= found
    return found


@pytest.mark.parametrize(
    ("approvals", "needless"),
    [
        (["approve: a, by: office, needs: []"], set()),
        (["approve: a, by: office, needs: []", "approve: b, by: office, needs: []"], {"a"}),
        (["approve: a, by: office, needs: []", "approve: b, by: office"], {"a"}),
        (["approve: a, by: office, needs: []", "approve: b, by: office, needs: [], rests_on: habit"], {"b"}),
        (["approve: a, by: office, needs: []", "approve: b, by: office, needs: [], rests_on: {law: L}"], {"a"}),
        (
            ["approve: a, by: office, needs: [], rests_on: {law: L}", "approve: b, by: office, needs: [child.name]"],
            set(),
        ),
        (
            [
                "approve: a, by: office, needs: [], rests_on: {law: L, until: 2020-01-01}",
                "approve: b, by: office, needs: []",
            ],
            {"a"},
        ),
        (
            [
                "approve: a, by: office, needs: [], gives: [child.tax_paid]",
                "approve: b, by: office, needs: [child.name]",
            ],
            set(),
        ),
        (["approve: a, by: office, needs: [], records: {statistics: [child.name]}", "approve: b, by: office"], set()),
    ],
)
def test_a_signature_goes_if_another_stays(approvals: list[str], needless: set[str]) -> None:
    assert signatures(*approvals) == needless


def test_a_signature_on_one_way_only_is_no_other_signature() -> None:
    steps = "- form: apply\n  asks: [child.birth_date]\n- {approve: head, by: office, needs: []}\n"
    late = LATE.format(condition="child.age_days > 60", needs="child.birth_date")
    assert of_kind(sketch(steps + late + deed("child.birth_date")), "signature without a fact") == set()


@pytest.mark.parametrize(
    ("ground", "told"),
    [
        ("habit", True),
        ("{law: L}", False),
        ("{local: L}", False),
        ("{law: L, until: 2026-06-14}", True),
        ("{law: L, until: 2026-06-15}", False),
        ("{local: L, until: 2026-06-14}", True),
    ],
)
def test_a_ground_counts_up_to_its_last_day(ground: str, told: bool) -> None:
    steps = f"- form: apply\n  asks: [{{asks: child.name, rests_on: {ground}}}]\n"
    assert bool(of_kind(sketch(steps + deed("child.name")), "no legal basis")) is told


def test_agencies_that_have_an_agreement_need_nobody_to_carry() -> None:
    steps = "- form: apply\n  asks: [child.name]\n- {carry: to-village, to: village}\n- check: look\n  by: village\n  verifies: [child.name]\n"
    carried = steps + deed("child.name at documented")
    ended = agreement("a", "people.person-by-nik", until="2026-06-14")
    assert of_kind(sketch(carried, agreement("a", "people.person-by-nik")), "carry needless") == {
        ("to-village", "to-village")
    }
    assert of_kind(sketch(carried, ended), "carry needless") == set()
    assert of_kind(sketch(carried), "carry needless") == set()


# --- order


CHECKED = """
- form: apply
  asks: [child.name, child.income, mother.phone]
- decide: first
  by: {first}
  minutes: {minutes}
  needs: [child.name]
  ways:
    - {{way: fine, share: {fine}}}
    - way: bad
      steps: [{{refuse: first-no}}]
- decide: second
  by: office
  minutes: 10
  needs: [{needs}]
  ways:
    - {{way: fine, share: 80%}}
    - way: bad
      steps: [{{refuse: second-no}}]
"""


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, True),  # 30/0.1 against 10/0.2
        ({"minutes": "5", "fine": "90%"}, False),  # 5/0.1 = 10/0.2: as good
        ({"minutes": "4"}, False),
        ({"minutes": "30", "fine": "20%"}, False),  # 30/0.8 against 50
        ({"first": "village"}, False),
        ({"needs": "child.income"}, True),
    ],
)
def test_the_rule_of_cost_and_refusals(changed: dict[str, str], told: bool) -> None:
    usual = {"first": "office", "minutes": "30", "fine": "90%", "needs": "child.income"}
    steps = CHECKED.format(**{**usual, **changed}) + deed("child.name", "mother.phone")
    assert of_kind(sketch(steps), "order") == ({("second", "second")} if told else set())


def test_other_agencies_may_swap_if_the_policy_says_so() -> None:
    steps = CHECKED.format(first="village", minutes="30", fine="90%", needs="child.income") + deed("child.name")
    assert of_kind(sketch(steps, policy="knock_outs_across_agencies: true"), "order") == {("second", "second")}


def test_what_a_decision_reads_of_the_work_before_it_keeps_it_behind() -> None:
    steps = """
- form: apply
  asks: [child.name]
- check: visit
  by: office
  minutes: 30
  gives: [child.income]
- choose:
    - {if: child.income > 50, share: 20%, steps: [{refuse: rich}]}
    - else: []
"""
    assert of_kind(sketch(steps + deed("child.name")), "order") == set()


def test_what_one_decision_finds_out_for_another_comes_first() -> None:
    steps = CHECKED.format(first="office", minutes="30", fine="90%", needs="mother.sex")
    steps = steps.replace("  needs: [child.name]", "  needs: [child.name]\n  gives: [mother.sex]")
    assert of_kind(sketch(steps + deed("child.name")), "order") == set()


def test_a_decision_takes_its_own_check_along() -> None:
    steps = """
- form: apply
  asks: [child.name, child.income]
- check: visit
  by: office
  minutes: 60
  verifies: [child.name]
- check: money
  by: office
  minutes: 5
  verifies: [child.income]
- decide: poor
  by: office
  needs: [child.income]
  ways:
    - {way: fine, share: 50%}
    - {way: bad, steps: [{refuse: rich}]}
"""
    (found,) = [
        one for one in sketch(steps + deed("child.name")).analysis.findings if (one.kind, one.step) == ("order", "poor")
    ]
    assert (
        "at 5 minutes" in found.says.en
        and "'visit' (60 minutes)" in found.says.en
        and "about 30 minutes" in found.says.en
    )


def test_shares_nobody_stated_refuse_nothing_for_sure() -> None:
    steps = CHECKED.replace(", share: 80%", "").format(first="office", minutes="30", fine="90%", needs="child.income")
    assert of_kind(sketch(steps + deed("child.name")), "order") == set()


def test_steps_of_different_people_without_data_between_them_stand_in_a_row() -> None:
    row = """
- form: apply
  asks: [child.name, child.income]
- {check: one, by: office, minutes: 5, verifies: [child.name]}
- {check: two, by: village, minutes: 5, verifies: [%s]}
"""
    assert of_kind(sketch(row % "child.income" + deed("child.name", "child.income")), "order") == {("one", "one, two")}
    assert of_kind(sketch(row % "child.name" + deed("child.name", "child.income")), "order") == set()
    same = row.replace("village", "office") % "child.income"
    assert of_kind(sketch(same + deed("child.name", "child.income")), "order") == set()


# --- the law, and other agencies


def test_a_level_that_a_law_states_is_not_asked_about() -> None:
    steps = "- form: apply\n  asks: [mother.nik]\n  documents: [ktp of mother]\n- {check: papers, by: office, verifies: [mother.nik]}\n"
    plain = sketch(steps + deed("mother.nik"))
    lawful = sketch(steps + deed("{fact: mother.nik, at: documented, rests_on: {law: L}}"))
    assert of_kind(plain, "does the law ask less?") == {("deed", "deed")}
    assert of_kind(lawful, "does the law ask less?") == set()


def other(procedure: Procedure, **changed: object) -> Procedure:
    return procedure.model_copy(update={"id": "other", **changed})


def test_another_procedure_counts_by_agency_event_and_order() -> None:
    one = sketch("- form: apply\n  asks: [child.name]\n" + deed("child.name"))
    birth = parse("title: {id: lahir, en: birth}", "x").data
    assert birth is not None
    asked = lambda procedure, *others: [f.subject for f in asked_elsewhere(procedure, one.catalogue, others)]  # noqa: E731
    assert asked(one.procedure, one.procedure) == []
    assert asked(one.procedure, other(one.procedure)) == []
    assert asked(one.procedure, other(one.procedure, agency="village")) == ["child.name"]
    issue = one.procedure.steps[-1].model_copy(update={"starts": ("sketch",)})
    assert asked(one.procedure, other(one.procedure, steps=(one.procedure.steps[0], issue))) == ["child.name"]
    follows = one.procedure.model_copy(
        update={"steps": (one.procedure.steps[0], issue.model_copy(update={"starts": ("other",)}))}
    )
    assert asked(follows, other(one.procedure, agency="village")) == []


def test_a_role_of_another_name_is_another_person() -> None:
    one = sketch("- form: apply\n  asks: [child.name]\n" + deed("child.name"))
    two = sketch("- form: apply\n  asks: [applicant.name]\n" + deed("applicant.name"))
    assert asked_elsewhere(one.procedure, one.catalogue, [other(two.procedure, agency="village")]) == ()


def test_some_of_many_are_not_asked_what_all_of_them_were() -> None:
    roles = "{applicant: person, movers: many person, pupils: {some of: movers}}"
    steps = "- form: apply\n  asks: [movers.nik, movers.name]\n- form: school\n  asks: [{}]\n" + deed(
        "pupils.name", "movers.name", "pupils.nik"
    )
    known = sketch(steps.format("pupils.nik, pupils.name"), roles=roles)
    assert of_kind(known, "asked again") == {("school", "pupils.name")}
    unknown = sketch(steps.format("pupils.nik, pupils.name").replace("movers.nik, ", ""), roles=roles)
    assert of_kind(unknown, "asked again") == set()


# --- ids


AGAIN = "- form: apply\n  asks: [mother.nik, mother.name]\n  documents: [ktp of mother]\n- {check: papers, by: office, verifies: [mother.nik]}\n"


def held(*more: str) -> Finding:
    return sketch(AGAIN + deed("mother.nik", "mother.name"), *more).finding("held by a registry", "mother.name")


def plain(steps: str) -> tuple[Finding, ...]:
    return sketch(steps).analysis.findings


def test_an_id_stays_when_lines_move() -> None:
    steps = AGAIN + deed("mother.nik", "mother.name")
    before, after = plain(steps), plain("\n\n# a remark\n" + steps.replace("- issue", "\n\n# another\n- issue"))
    assert [one.where for one in before] != [one.where for one in after]
    assert [one.id for one in before] == [one.id for one in after]


NO_PAPER = "evidence:\n  ktp: {title: identity card, about: person, carries: [nik]}\n"


def test_an_id_changes_with_the_agreement_and_the_service_it_rests_on() -> None:
    usual = held(NO_PAPER, agreement("a", "people.person-by-nik"))
    assert usual.id == held(NO_PAPER, agreement("a", "people.person-by-nik")).id
    longer = held(NO_PAPER, agreement("a", "people.person-by-nik", until="2030-12-31"))
    service = "registry: people\ntitle: people\nagency: village\nservices:\n  person-by-nik: {about: person, needs: [nik], gives: [name], coverage: 95%}\n"
    doubtful = held(NO_PAPER, service, agreement("a", "people.person-by-nik"))
    assert len({usual.id, longer.id, doubtful.id}) == 3


def test_no_two_findings_share_an_id() -> None:
    steps = """
- form: apply
  asks: [child.name, child.name, mother.phone]
- issue: deed
  by: office
  carries: [child.name, mother.sex, mother.sex at documented]
  records: {statistics: [mother.sex]}
"""
    found = plain(steps)
    assert len([one for one in found if one.kind == "missing"]) == 3
    assert len({one.id for one in found}) == len(found)


@pytest.mark.parametrize("seeds", blocks(300, 75), ids=str)
def test_no_two_findings_of_random_procedures_share_an_id(seeds: range) -> None:
    for seed in seeds:
        made = tiny(seed)
        found = findings(Today(compiled(made.procedure, made.catalogue, POLICY)))
        assert len({one.id for one in found}) == len(found), seed


def test_an_id_is_text_in_yaml() -> None:
    for seed in range(50):
        made = tiny(seed)
        for one in findings(Today(compiled(made.procedure, made.catalogue, POLICY))):
            document = parse(f"policy: usual\nid: {one.id}\n", "x")
            assert document.data is not None and document.data["id"] == one.id and not document.problems


# --- what leans on what


def test_a_ring_of_three_is_one_conflict_of_three() -> None:
    ring = """
registry: ring
title: ring
agency: office
services:
  a: {about: person, needs: [phone], gives: [sex], key_level: declared}
  b: {about: person, needs: [sex], gives: [income], key_level: declared}
  c: {about: person, needs: [income], gives: [phone], key_level: declared}
"""
    steps = "- form: apply\n  asks: [child.phone, child.sex, child.income]\n" + deed(
        "child.phone", "child.sex", "child.income"
    )
    one = sketch(steps, ring, agreement("a", "ring.a", "ring.b", "ring.c"))
    leans = leaning(one.today, one.analysis.findings)
    by_id = {found.id: found.subject for found in one.analysis.findings}
    assert leans.complete
    assert [{by_id[name] for name in conflict} for conflict in leans.conflicts] == [
        {"child.phone", "child.sex", "child.income"}
    ]
    told = leans.told(one.analysis.findings)
    assert all(len(ids) == 2 for found in told for ids in found.leans_on) and any(found.leans_on for found in told)


def slowly(today: Today, found: tuple[Finding, ...]) -> set[frozenset[str]]:
    """Return all minimal conflicts by trying every set of findings."""
    removes = {one.id: items_of(today.instance, one) for one in found if one.kind in GOING}
    conflicts: set[frozenset[str]] = set()
    for size in range(1, len(removes) + 1):
        for some in combinations(removes, size):
            gone = 0
            for name in some:
                gone |= removes[name]
            smaller = any(known <= set(some) for known in conflicts)
            if not smaller and not today.feasible(today.instance.everything & ~gone, today.offered):
                conflicts.add(frozenset(some))
    return {one for one in conflicts if len(one) > 1}


@pytest.mark.slow
def test_conflicts_of_random_procedures_are_those_found_by_trying_every_set() -> None:
    tried = some = 0
    for seed in range(600):
        made = tiny(seed)
        today = Today(compiled(made.procedure, made.catalogue, POLICY))
        found = findings(today)
        going = [one for one in found if one.kind in GOING]
        if today.needs.missing or not 2 <= len(going) <= 9:
            continue
        tried += 1
        leans = leaning(today, found)
        assert leans.complete, seed
        assert set(leans.conflicts) == slowly(today, found), f"seed {seed}\n{made.yaml()}"
        some += bool(leans.conflicts)
    assert tried > 50 and some > 5, (tried, some)


# --- decisions


def decision(one: str, word: str = "rejected", procedure: str | None = None) -> Decision:
    return Decision.model_validate(
        {"finding": one, "decision": word, "by": "a lawyer", "on": "2026-06-01", "procedure": procedure}
    )


def deciding(*decisions: Decision) -> Policy:
    return Policy(id="usual", decisions=decisions)


def test_a_rejected_finding_keeps_what_it_speaks_of() -> None:
    one = sketch("- form: apply\n  asks: [child.name, mother.phone]\n" + deed("child.name"))
    found = one.finding("never used", "mother.phone")
    policy = deciding(decision(found.id))
    assert steps_kept(one.analysis.findings, policy) == set()
    (item,) = [item for item in one.instance.items if one.instance.shown(item.facts.bit_length() - 1) == "mother.phone"]
    assert items_kept(one.instance, one.analysis.findings, policy) == item.bit
    assert items_kept(one.instance, one.analysis.findings, deciding(decision(found.id, "accepted"))) == 0


def test_of_a_fact_asked_twice_on_a_form_one_question_is_spoken_of() -> None:
    one = sketch("- form: apply\n  asks: [child.name, child.name]\n" + deed("child.name"))
    told = [found for found in one.analysis.findings if found.kind == "asked again"]
    spoken_of = [items_of(one.instance, found) for found in told]
    assert spoken_of and all(mask.bit_count() == 1 for mask in spoken_of)
    assert len(set(spoken_of)) == len(told)


def test_a_decision_about_a_move_is_no_stale_decision_about_a_finding() -> None:
    assert judged([], deciding(decision("m00000000000")), ["sketch"]).stale == ()


def test_a_decision_on_a_ground_that_is_gone_is_stale_and_not_applied() -> None:
    one = sketch("- form: apply\n  asks: [child.name, mother.phone]\n" + deed("child.name"))
    gone, elsewhere = decision("f00000000000"), decision("f00000000001", procedure="another")
    known = decision(one.finding("never used", "mother.phone").id, procedure="sketch")
    review = judged(one.analysis.findings, deciding(gone, elsewhere, known), ["sketch"])
    assert review.stale == (gone,)
    assert [found.subject for found in review.rejected] == ["mother.phone"]
    assert judged(one.analysis.findings, deciding(elsewhere), ["sketch", "another"]).stale == (elsewhere,)


@pytest.mark.parametrize("seeds", blocks(200, 50), ids=str)
def test_every_finding_that_takes_something_away_speaks_of_items(seeds: range) -> None:
    for seed in seeds:
        made = tiny(seed)
        today = Today(compiled(made.procedure, made.catalogue, POLICY))
        for one in findings(today):
            if one.kind in GOING:
                assert items_of(today.instance, one), (seed, str(one))


def test_a_letter_goes_with_its_paper() -> None:
    steps = """
- form: ask-village
  asks: [child.name]
- issue: introduction
  by: village
  letter: true
  carries: [child.name]
  document: introduction of child
- form: apply
  documents: [introduction of child]
"""
    one = sketch(steps + deed("child.name"), roles=ROLES)
    letter = one.finding("letter needless", "introduction")
    kinds = {item.kind for item in one.instance.items if items_of(one.instance, letter) & item.bit}
    assert kinds == {"letter", "paper"}


@pytest.mark.parametrize(
    ("order", "told"),
    [
        (["form", "lookup", "check"], "is only declared here, and must be documented"),
        (["lookup", "form", "check"], "is not certain to be there"),
        (["form", "check", "lookup"], ""),
    ],
    ids=["a typed number", "nothing yet", "sure enough"],
)
def test_a_look_up_of_today_is_asked_with_keys_that_are_sure_enough(order: list[str], told: str) -> None:
    steps = {
        "form": "- form: apply\n  asks: [child.nik]\n  documents: [ktp of child]\n",
        "check": "- check: papers\n  by: office\n  verifies: [child.nik]\n",
        "lookup": "- lookup: person\n  service: people.person-by-nik\n  about: child\n",
    }
    one = sketch("".join(steps[kind] for kind in order) + deed("child.name"), agreement("own", "people.person-by-nik"))

    says = [found.says.en for found in one.analysis.findings if found.kind == "unlawful today"]
    assert says == ([f"people.person-by-nik is asked with 'child.nik', which {told}"] if told else [])
    assert one.analysis.redesign.after is not None or order[0] == "lookup"


def test_another_procedure_is_told_by_its_title_and_agency() -> None:
    one = sketch("- form: apply\n  asks: [child.name]\n" + deed("child.name"))
    titled = other(one.procedure, agency="village", title=Words("Kartu lain", "Other card"))
    (found,) = asked_elsewhere(one.procedure, one.catalogue, [titled])
    assert found.says == Words(
        "'child.name' juga ditanyakan oleh village pada “Kartu lain”",
        "village asks for 'child.name' too, for “Other card”",
    )
    assert found.witnesses[-1].role == Words("“Kartu lain” memintanya juga", "“Other card” asks for it too")
