"""Redesigns by hand that look right and are not, each with an honest certificate: the checker names what is wrong."""

from collections.abc import Callable
from datetime import date

import pytest

from analysis.certificate import consent_to
from analysis.certifying import certify
from analysis.change import Redesign
from analysis.checker.verifying import verify
from processes.catalogue import FormField
from processes.procedure import Document, FormStep, FormUse, Identify, Issue, Lookup, PartUse, Procedure, Wait
from processes.shapes import Ground
from processes.words import same
from tests.sketching import Sketch, agreement, sketch
from tests.tampering import before, changed, without

Tampers = Callable[[Procedure], Procedure]


def refusals(made: Sketch, after: Procedure) -> list[str]:
    certificate = certify(made.today, Redesign(made.procedure, after))
    return [one.says.en for one in verify(made.procedure, after, made.catalogue, made.policy, certificate)]


def unmoved(made: Sketch) -> Procedure:
    redesign = made.analysis.redesign.unmoved or made.after
    assert not refusals(made, redesign)
    return redesign


# --- who gives a fact of which a condition asks whether it is known ---------------------------------------------------

SOME = """
- form: apply
  asks: [child.name, child.sex]
- choose:
    - if: child.sex = "m"
      steps:
        - form: more
          asks: [{asked}]
    - else: []
{known}
- choose:
    - if: child.name = "a"
      steps: [{{notify: told}}]
    - else: []
- choose:
    - if: {tested} is known
      steps: [{{refuse: reachable}}]
    - else: []
- issue: deed
  by: office
  carries: [child.name, child.sex]
"""
BY_NAME = agreement("people", "people.nik-by-name")
FOUND = "- lookup: find\n  service: people.nik-by-name\n  about: child\n  gets: [nik]"
COMPUTED = "- derive: compute\n  computes: {child.phone: child.birth_date}"
ONE = "- form: twins\n  asks: [child.income, {act: declaration, id: one, same: [applicant, child]}]"


def under_a_condition(after: Procedure) -> Procedure:
    form = after.step_by_id["more"]
    assert isinstance(form, FormStep)
    return changed(after, "more", asks=(form.asks[0].model_copy(update={"condition": 'child.name = "a"'}),))


@pytest.mark.parametrize("tampers", [under_a_condition, lambda after: without(after, "more")], ids=["of some", "gone"])
@pytest.mark.parametrize(
    ("asked", "known", "tested"),
    [
        ("child.phone", "", "child.phone"),
        ("child.birth_date", FOUND, "child.nik"),
        ("child.birth_date", COMPUTED, "child.phone"),
        ("applicant.phone", ONE, "child.phone"),
    ],
    ids=["itself", "the key of a look-up", "what it is computed from", "that of who is the same"],
)
def test_what_is_known_only_on_some_ways_is_given_as_today(
    asked: str, known: str, tested: str, tampers: Tampers
) -> None:
    made = sketch(SOME.format(asked=asked, known=known, tested=tested), BY_NAME)

    found = refusals(made, tampers(unmoved(made)))

    assert f"a condition asks whether '{asked}' is known, so whoever gives it must be as today" in found


def test_a_look_up_keeps_a_key_that_only_some_cases_have() -> None:
    """The others come to a stop there today; those that have it go on."""
    made = sketch(SOME.format(asked="child.birth_date", known=FOUND, tested="applicant.phone"), BY_NAME)

    assert any("'child.birth_date' is known" in one for one in refusals(made, without(made.procedure, "more")))
    assert not refusals(made, without(without(made.procedure, "more"), "find"))  # then nobody comes to a stop


def test_of_what_is_asked_twice_under_two_conditions_both_stay() -> None:
    asked = "{asks: child.phone, if: child.sex = 'm'}, {asks: child.phone, if: child.name = 'b'}"
    made = sketch(SOME.format(asked=asked, known="", tested="child.phone").replace("'", '"'))
    after = unmoved(made)
    form = after.step_by_id["more"]
    assert isinstance(form, FormStep)

    found = refusals(made, changed(after, "more", asks=form.asks[:1]))

    assert "a condition asks whether 'child.phone' is known, so whoever gives it must be as today" in found


ACT_OF_SOME = """
- form: apply
  asks: [child.name, child.sex]
- choose:
    - if: child.sex = "m"
      steps:
        - form: more
          asks: [child.income]
    - else: []
- form: last
  asks: [child.phone, {act: declaration, id: rich, if: child.income > 50}]
- issue: deed
  by: office
  carries: [child.name, child.sex, child.phone]
"""


def test_an_act_of_some_goes_on_being_done_by_them() -> None:
    """Its condition reads what only some are asked; where that is not known the act is not done."""
    made = sketch(ACT_OF_SOME)

    assert "more" in unmoved(made).step_by_id
    found = refusals(made, without(made.procedure, "more"))
    assert "a condition asks whether 'child.income' is known, so whoever gives it must be as today" in found


MISSES = """
registry: people
title: people
agency: village
services:
  person-by-nik: {about: person, needs: [nik], gives: [birth_date, family], coverage: 0.9}
"""
FINDS_OR_NOT = """
- form: apply
  asks: [child.nik]
  documents: [ktp of child]
- check: papers
  by: office
  verifies: [child.nik]
- lookup: find
  service: people.person-by-nik
  about: child
  gets: [birth_date]
  not_found:
    - form: by-hand
      asks: [child.birth_date]
- choose:
    - if: child.birth_date is known
      steps: []
    - else: []
- issue: deed
  by: office
  carries: [child.nik, child.birth_date]
"""


def test_where_a_look_up_of_today_finds_nothing_cases_still_go_on() -> None:
    made = sketch(FINDS_OR_NOT.replace("child.nik, child.birth_date", "child.nik"), MISSES)
    after = changed(made.procedure, "find", not_found=())

    assert "'find' has no way on any more where it finds nothing" in refusals(made, after)


MAYBE_KNOWN = """
- form: apply
  asks: [child.name]
- choose:
    - if: child.name = "a"
      steps: [{form: some, asks: [child.sex]}]
    - else: []
- choose:
    - if: child.sex is known
      steps: [{form: there, asks: [child.phone]}]
    - else: []
- form: second
  asks: [child.sex]
- form: third
  asks: [child.phone]
- issue: deed
  by: office
  carries: [child.name, child.sex, child.phone]
"""


@pytest.mark.parametrize("condition", ["not(child.sex is known)", "child.sex is not known"])
def test_a_condition_that_may_have_another_answer_later_asks_nobody_for_what_is_owed(condition: str) -> None:
    """Whose sex was not known at the choice has told it by the third form, which would then ask them nothing."""
    made = sketch(MAYBE_KNOWN)
    form = made.procedure.step_by_id["third"]
    assert isinstance(form, FormStep)
    some = form.asks[0].model_copy(update={"condition": condition})

    found = refusals(made, changed(made.procedure, "third", asks=(some,)))

    assert "'child.phone' is absent here, but needed declared" in found


ASKED_AGAIN = """
- form: apply
  asks: [child.sex]
- choose:
    - if: child.sex = "m"
      steps:
        - {between}
        - decide: fine
          by: office
          needs: [child.sex]
          ways:
            - way: good
            - way: bad
              steps: [{{back to: {target}, anew: [child.sex]}}]
    - else:
        - form: there
          asks: [child.phone]
- form: third
  asks: [{{asks: child.phone, if: child.sex = "m"}}]
- issue: deed
  by: office
  carries: [child.sex, child.phone]
"""


@pytest.mark.parametrize(
    ("between", "target", "found"),
    [
        ("wait: a-while", "apply", []),
        ("{form: again, asks: [child.sex]}", "again", ["'child.phone' is not certain to be there even today"]),
    ],
    ids=["the choice is made again", "on its side"],
)
def test_the_answer_to_a_condition_stays_unless_it_is_asked_anew_on_its_side(
    between: str, target: str, found: list[str]
) -> None:
    made = sketch(ASKED_AGAIN.format(between=between, target=target))

    assert refusals(made, made.procedure)[:1] == found


# --- signatures -------------------------------------------------------------------------------------------------------

SIGNED = """
- form: apply
  asks: [child.name]
- approve: clerk
  by: office
  needs: []
- choose:
    - if: child.name = "a"
      steps:
        - approve: deputy
          by: office
          needs: []
    - else:
        - approve: head
          by: office
          needs: []
          {ground}
- issue: deed
  by: office
  carries: [child.name]
"""
LAW, REPEALED = "rests_on: {law: UU 30/2014}", "rests_on: {law: UU 30/2014, until: 2026-06-14}"


@pytest.mark.parametrize(
    ("gone", "ground", "why"),
    [
        (["clerk"], LAW, ""),
        (["deputy", "head"], "", ""),
        (["deputy", "head"], REPEALED, ""),
        (["head"], LAW, "the step 'head' is gone, though it is a signature that a law names"),
        (["clerk", "head"], "", "the step 'clerk' is gone, though it is the only signature on some way"),
        (["clerk", "head", "deputy"], "", "the step 'deputy' is gone, though it is the only signature on some way"),
    ],
    ids=str,
)
def test_a_signature_goes_only_where_another_stays_and_no_law_names_it(gone: list[str], ground: str, why: str) -> None:
    made = sketch(SIGNED.format(ground=ground))
    after = made.procedure
    for name in gone:
        after = without(after, name)

    found = refusals(made, after)

    assert why in found if why else not found, found


# --- what is put in says what it is for, and no more ------------------------------------------------------------------

LOOKED_UP = """
- form: apply
  asks: [applicant.nik, applicant.name]
  documents: [ktp of applicant]
- check: verify
  by: office
  verifies: [applicant.nik]
- form: later
  asks: [applicant.phone]
- issue: deed
  by: office
  carries: [applicant.name, applicant.nik, applicant.phone]
"""
PEOPLE = "people.person-by-nik"


def asks_more(after: Procedure, step: str, field: FormField) -> Procedure:
    form = after.step_by_id[step]
    assert isinstance(form, FormStep)
    only = None if form.only is None else (*form.only, field.id)
    return changed(after, step, asks=(*form.asks, field), only=only)


def test_nobody_consents_to_what_the_law_asks_no_consent_for() -> None:
    made = sketch(LOOKED_UP, agreement("people", PEOPLE))
    after = asks_more(unmoved(made), "apply", consent_to(PEOPLE))

    assert "nobody needs 'consent-people-person-by-nik' from here" in refusals(made, after)


def test_a_service_is_asked_once() -> None:
    made = sketch(LOOKED_UP, agreement("people", PEOPLE))
    after = unmoved(made)
    [look_up] = [step for step in after.step_by_id.values() if isinstance(step, Lookup)]
    twice = before(after, look_up.id, look_up.model_copy(update={"id": "again"}))

    assert "nobody needs 'applicant.name' from here" in refusals(made, twice)


def test_nobody_logs_in_twice() -> None:
    made = sketch(JUDGED, LOG_IN, policy="new_log_ins: true")
    after = unmoved(made)
    [log_in] = [step for step in after.step_by_id.values() if isinstance(step, Identify)]
    twice = before(after, log_in.id, log_in.model_copy(update={"id": "again"}))

    assert f"nobody needs '{log_in.id}' from here" in refusals(made, twice)


def test_a_consent_is_given_once_and_says_nothing_else() -> None:
    steps = LOOKED_UP.replace("applicant.name", "applicant.name, applicant.birth_date")
    steps = steps.replace("  documents: [ktp of applicant]\n", "")
    steps = steps.replace("- form: later", "- {notify: told, by: office, carries: [applicant.name]}\n- form: later")
    made = sketch(steps, agreement("people", PEOPLE, consent="true"))
    after = unmoved(made)
    assert any(isinstance(step, Lookup) for step in after.step_by_id.values())
    [consent] = [one for one in after.step_by_id["apply"].asks if one.consents_to]  # type: ignore[attr-defined]  # a form

    assert "nobody needs 'consent-people-person-by-nik' from here" in refusals(made, asks_more(after, "later", consent))
    [form] = [one for one in after.step_by_id.values() if isinstance(one, FormStep) and consent in one.asks]
    twice = changed(after, form.id, asks=(*form.asks, consent), only=(*(form.only or ()), f"{consent.id}#2"))
    assert "nobody needs 'consent-people-person-by-nik#2' from here" in refusals(made, twice)
    for update in (
        {"label": same("I waive my rights")},
        {"declares": ("applicant.nik",)},
        {"rests_on": Ground(habit=True)},
    ):
        form = after.step_by_id["apply"]
        assert isinstance(form, FormStep)
        asks = tuple(one.model_copy(update=update) if one is consent else one for one in form.asks)
        assert any("but not today" in one for one in refusals(made, changed(after, "apply", asks=asks))), update


RESIDUAL = """
- form: apply
  asks: [child.nik]
- form: other
  asks: [child.birth_date, child.sex]
- issue: deed
  by: office
  carries: [child.nik, child.birth_date, child.sex]
"""
MADE_UP = Ground(law="UU 1/2000")
HARDLY_MISSES = MISSES.replace("0.9}", "0.99, key_level: declared}")


@pytest.mark.parametrize(
    "update",
    [
        {"label": same("your password")},
        {"act": "choice"},
        {"declares": ("child.nik",)},
        {"consents_to": PEOPLE},
        {"condition": 'child.nik = "1"'},
        {"rests_on": MADE_UP},
    ],
    ids=str,
)
def test_a_residual_form_asks_a_fact_and_nothing_else(update: dict[str, object]) -> None:
    made = sketch(RESIDUAL, HARDLY_MISSES, agreement("people", PEOPLE), policy="contact_minutes: 0")
    after = unmoved(made)
    [form] = [one for one in after.step_by_id.values() if one.id.endswith("-by-hand")]
    assert isinstance(form, FormStep)
    asks = (form.asks[0].model_copy(update=update), *form.asks[1:])

    found = refusals(made, changed(after, form.id, asks=asks))

    assert any("is about more than what was not found" in one for one in found), found


def test_no_ground_in_law_is_made_up_for_what_is_put_in() -> None:
    """A look-up may name the law of its agreement, as long as that is in force; what is asked by hand names today's grounds or none."""
    made = sketch(
        RESIDUAL, HARDLY_MISSES, agreement("people", PEOPLE, legal_basis="[UU 24/2013]"), policy="contact_minutes: 0"
    )
    after = unmoved(made)
    [look_up] = [one for one in after.step_by_id.values() if isinstance(one, Lookup)]
    [form] = [one for one in look_up.not_found if isinstance(one, FormStep)]
    assert look_up.rests_on == Ground(law="UU 24/2013")
    paper = Document(document="birth-notice of child")

    assert not refusals(made, changed(after, form.id, documents=(paper,)))
    for wrong, why in (
        (changed(after, look_up.id, rests_on=MADE_UP), "is not that of its agreement"),
        (
            changed(after, look_up.id, rests_on=Ground(law="UU 24/2013", until=date(2020, 1, 1))),
            "is not that of its agreement",
        ),
        (changed(after, form.id, rests_on=MADE_UP), "does more than it is for"),
        (changed(after, form.id, documents=(paper.model_copy(update={"rests_on": MADE_UP}),)), "is about more than"),
    ):
        assert any(why in one for one in refusals(made, wrong)), why


def test_of_several_papers_each_that_stays_is_as_it_was() -> None:
    steps = LONG.replace("[ktp of child]", "[{either: [ktp of child, {document: kk of child, minutes: 9}]}]")
    made = sketch(steps)
    after = unmoved(made)
    form = after.step_by_id["apply"]
    assert isinstance(form, FormStep)
    [paper] = form.documents
    for update in ({"rests_on": MADE_UP}, {"minutes": 99.0}):
        either = (paper.either[0], paper.either[1].model_copy(update=update))
        wrong = changed(after, "apply", documents=(paper.model_copy(update={"either": either}),))
        assert "ktp of child | kk of child: 'either' is not as it is today" in refusals(made, wrong), update


LOG_IN = "identification:\n  eid: {title: digital identity, about: person, minutes: 1, offered: true}\n"
JUDGED = """
- form: apply
  asks: [applicant.nik, applicant.phone]
  documents: [ktp of applicant]
- check: verify
  by: office
  verifies: [applicant.nik]
- decide: fine
  by: office
  needs: [applicant.nik]
  ways:
    - way: good
    - way: bad
      steps: [{refuse: unfit}]
- issue: deed
  by: office
  carries: [applicant.nik, applicant.phone]
"""


def test_somebody_logs_in_where_he_fills_in_a_form_and_does_nothing_else() -> None:
    made = sketch(JUDGED, LOG_IN, policy="new_log_ins: true")
    after = unmoved(made)
    [log_in] = [one for one in after.step_by_id.values() if isinstance(one, Identify)]
    late = before(without(after, log_in.id), "fine", log_in)

    assert any("does not stand where a form of that person stands" in one for one in refusals(made, late))
    for update in ({"minutes": 30.0}, {"note": "and waits"}, {"rests_on": MADE_UP}):
        found = refusals(made, changed(after, log_in.id, **update))
        assert any("does more than it is for" in one for one in found), update


# --- what stays takes as long as today --------------------------------------------------------------------------------

LONG = """
- form: apply
  minutes: 12
  asks: [child.name, {asks: child.sex, minutes: 3}, child.phone]
  documents: [ktp of child]
- check: verify
  by: office
  minutes: 7
  verifies: [child.name, child.sex]
- issue: deed
  by: office
  carries: [child.name, child.sex]
"""


def test_what_stays_takes_as_long_as_today() -> None:
    made = sketch(LONG)
    after = unmoved(made)
    form = after.step_by_id["apply"]
    assert isinstance(form, FormStep)
    quicker = tuple(one.model_copy(update={"minutes": 0.5}) if one.asks == "child.sex" else one for one in form.asks)

    assert "form 'apply': 'minutes' is not as it is today" in refusals(made, changed(after, "apply", minutes=1.0))
    assert "child.sex: 'minutes' is not as it is today" in refusals(made, changed(after, "apply", asks=quicker))
    assert "check 'verify': 'minutes' is not as it is today" in refusals(made, changed(after, "verify", minutes=1.0))


ON_PAPER = """
form: {form}
title: a form
parts:
  person: {{title: {{id: {whose}, en: {whose}}}, about: person, fields: [{{asks: name, label: {{id: Nama, en: Name}}}}]}}
"""
PRINTED = """
- form: apply
  uses: {F-1: {person: child}}
  asks: [child.sex]
- issue: deed
  by: office
  carries: [child.name, child.sex]
"""


@pytest.mark.parametrize(("whose", "heading"), [("the child", set()), ("the father", {"child.name: 'block'"})])
def test_a_question_comes_on_no_other_form_and_under_no_other_heading(whose: str, heading: set[str]) -> None:
    made = sketch(PRINTED, *(ON_PAPER.format(form=n, whose=who) for n, who in (("F-1", "the child"), ("F-2", whose))))
    after = changed(made.procedure, "apply", uses=(FormUse(id="F-2", parts=(PartUse(id="person", roles=("child",)),)),))

    assert {one.removesuffix(" is not as it is today") for one in refusals(made, after)} == {
        "form 'apply': 'uses'",
        *heading,
    }


def test_nothing_is_waited_for_but_where_a_return_leads() -> None:
    made = sketch(LONG)
    after = before(without(made.procedure, "verify"), "deed", Wait(id="verify"))

    assert "there is no step 'verify' today, and nothing explains it" in refusals(made, after)


# --- letters ----------------------------------------------------------------------------------------------------------

LETTER = """
- form: first
  asks: [child.name, mother.name]
- issue: introduction
  by: village
  letter: true
  carries: [mother.name]
  document: introduction of child.mother
- form: apply
  asks: [child.sex]
  documents: [introduction of mother]
- check: papers
  by: office
  verifies: [mother.name]
- issue: deed
  by: office
  carries: [child.name, child.sex, mother.name at documented]
"""


def test_a_letter_stays_if_its_document_is_asked_for_under_another_name() -> None:
    made = sketch(LETTER)
    assert isinstance(made.procedure.step_by_id["introduction"], Issue)

    found = refusals(made, without(made.procedure, "introduction"))

    assert "the step 'introduction' is gone, though it makes a document that is still asked for" in found


# --- what is claimed of minutes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("optimum", "minutes", "where"),
    [
        ({"weighed": 1.0, "bound": 1.0}, 0.0, "optimum"),
        ({}, 1.0, "optimum"),
        ({"gap": None}, 0.0, "optimum"),
        ({"gap": -1.0, "bound": None, "weighed": None}, 0.0, "optimum"),
        ({"gap": 1.0}, 0.0, "optimum.gap"),
        ({"status": "as today"}, 0.0, "optimum.status"),
    ],
    ids=str,
)
def test_what_is_claimed_of_minutes_fits_together(optimum: dict[str, object], minutes: float, where: str) -> None:
    made = sketch(LONG, policy="moves: []")
    certificate = made.analysis.redesign.certificate
    assert certificate is not None and certificate.optimum.status == "optimal"
    after = certificate.weight_after
    forged = certificate.model_copy(
        update={
            "optimum": certificate.optimum.model_copy(update=optimum),
            "weight_after": after.model_copy(update={"citizen_minutes": after.citizen_minutes + minutes}),
        }
    )

    found = verify(made.procedure, made.after, made.catalogue, made.policy, forged)

    assert where in [one.where for one in found]
    assert not verify(made.procedure, made.after, made.catalogue, made.policy, certificate)


# --- what is inspected ------------------------------------------------------------------------------------------------

PAPERS = """
- form: apply
  asks: [child.phone]
  documents: [ktp of child]
- check: papers
  by: office
  verifies: [child.name, child.phone]
  {}
- issue: deed
  by: office
  carries: [child.name, child.phone]
"""


@pytest.mark.parametrize(
    ("today", "now", "refused"),
    [
        ((), (), False),
        ((), ("child.phone",), False),  # no paper shows it, so it is inspected
        ((), ("child.name",), True),
        (("child.name",), ("child.name",), False),
        (("child.name",), (), True),
    ],
    ids=["nothing", "what no paper shows", "what papers show", "as today", "no more"],
)
def test_only_what_is_inspected_today_is_inspected(today: tuple[str, ...], now: tuple[str, ...], refused: bool) -> None:
    made = sketch(PAPERS.format(f"inspects: [{', '.join(today)}]" if today else ""))
    after = changed(made.procedure, "papers", inspects=now)

    found = [one for one in refusals(made, after) if "'inspects'" in one]
    assert bool(found) == refused
