"""Consents and new log-ins: on forms filled in anyway, on the ways that need them, for each member; worked out by hand."""

import pytest

from analysis.certificate import consent_to
from analysis.certifying import certify
from analysis.change import Redesign
from analysis.checker.verifying import verify
from analysis.explaining.explanation import explained
from processes.procedure import FormStep, Identify, Procedure
from processes.words import same
from tests.analysis.test_by_hand import DEED, ROLES, WITH_CARD, Worked, tell
from tests.sketching import Sketch
from tests.tampering import before, changed

TAX = "tax: {about: person, needs: [nik], gives: [income]}"
CONSENT = "tax: {consumer: office, services: [r.tax], purposes: [registration], consent: true}"
HOME = "home: {about: person, needs: [nik], gives: [addr]}"
CARD = """
- form: apply
  by: applicant
  asks: [{}]
  documents: [ktp of mother]
- check: papers
  by: office
  minutes: 3
  verifies: [mother.nik]
"""
OF_MOTHER = """
- form: {}
  by: mother
  asks: [{}]
"""
SOME = """
- choose:
    - if: child.sex = "1"
      share: 40%
      steps:
        - {{form: m1, by: {}, asks: [{}]}}
        - {}
    - else: {}
"""
OF_ALL = f"""
        - {{form: m2, by: mother, asks: [mother.job]}}
        - {tell("u", "mother.job")}
"""
MANY = "{applicant: person, movers: {many: person, expected: 3}}"
APPLY = """
- form: apply
  by: applicant
  asks: [{}]
"""


def taxed(steps: str, minutes: float, look_ups: tuple[str, ...], asks: tuple[str, ...], roles: str = ROLES) -> Worked:
    paper = "ktp of applicant" if "ktp of applicant" in steps else "ktp of mother"
    papers = ("ktp of movers" if "movers" in steps else paper,)
    return Worked(steps, TAX, minutes, look_ups, asks, papers, agreed=CONSENT, roles=roles)


WORKED = {
    # Nobody reads her phone: to keep her form (10) for a consent (0.5) is no less than to ask the income (3). 10 + 5 + 3.
    "a form that is there for the consent alone": taxed(
        CARD.format("mother.nik, mother.income")
        + OF_MOTHER.format("m", "mother.phone")
        + DEED.format("mother.nik, mother.income"),
        18,
        (),
        ("mother.income",),
    ),
    # Her first form asks what nobody reads; so on the second: 10 + 5 + 10 + 2 + 0.5.
    "the first form goes": taxed(
        CARD.format("mother.nik, mother.income")
        + OF_MOTHER.format("m1", "mother.phone")
        + OF_MOTHER.format("m2", "mother.job")
        + DEED.format("mother.nik, mother.income, mother.job"),
        27.5,
        ("r.tax mother",),
        ("mother.job", "consent-r-tax"),
    ),
    # The first stands on one way only, so on the second: 10 + 5 + 1 + 0.4 * (10 + 1) + 10 + 2 + 0.5.
    "the first form is not for all": taxed(
        CARD.format("child.sex, mother.nik, mother.income")
        + SOME.format("mother", "mother.phone", tell("t", "mother.phone"), "[]")
        + OF_MOTHER.format("m2", "mother.job")
        + DEED.format("mother.nik, mother.income, mother.job"),
        32.9,
        ("r.tax mother",),
        ("child.sex", "mother.phone", "mother.job", "consent-r-tax"),
    ),
    # On the form of either way: 10 + 5 + 1 + 0.4 * (10 + 1 + 0.5) + 0.6 * (10 + 2 + 0.5).
    "a form on each of two ways": taxed(
        CARD.format("child.sex, mother.nik, mother.income")
        + SOME.format("mother", "mother.phone", tell("t", "mother.phone"), OF_ALL)
        + DEED.format("mother.nik, mother.income"),
        28.1,
        ("r.tax mother",),
        ("child.sex", "mother.phone", "consent-r-tax", "mother.job", "consent-r-tax"),
    ),
    # Read on one way only, where that person fills in a form too: 10 + 5 + 1 + 0.4 * (10 + 1 + 0.5).
    "on the way that needs it": taxed(
        CARD.format("child.sex, applicant.nik, applicant.income").replace("mother", "applicant")
        + SOME.format("applicant", "applicant.phone", tell("t", "applicant.phone", "applicant.income"), "[]")
        + DEED.format("applicant.nik"),
        20.6,
        ("r.tax applicant",),
        ("child.sex", "applicant.phone", "consent-r-tax"),
    ),
    # Each of three brings a card, tells a phone and consents: 10 + 15 + 10 + 3 + 1.5.
    "each member consents": taxed(
        CARD.format("movers.nik, movers.income").replace("mother", "movers")
        + OF_MOTHER.format("m", "movers.phone").replace("mother", "movers")
        + DEED.format("movers.nik, movers.income, movers.phone"),
        39.5,
        ("r.tax movers",),
        ("movers.phone", "consent-r-tax"),
        roles=MANY,
    ),
    # Each of three logs in, as today, and tells a phone: 10 + 1 + 3 + 10 + 3.
    "each member logs in": Worked(
        APPLY.format("applicant.name")
        + "- {identify: log-in, by: movers, with: eid}"
        + OF_MOTHER.format("m", "movers.addr, movers.phone").replace("mother", "movers")
        + DEED.format("applicant.name, movers.addr, movers.phone"),
        HOME,
        27,
        ("r.home movers",),
        ("applicant.name", "movers.phone"),
        log_ins=True,
        roles=MANY,
    ),
    # The same, and new: 12 for the addresses before, 3 now.
    "each member logs in anew": Worked(
        APPLY.format("applicant.name")
        + OF_MOTHER.format("m", "movers.addr, movers.phone").replace("mother", "movers")
        + DEED.format("applicant.name, movers.addr, movers.phone"),
        HOME,
        27,
        ("r.home movers",),
        ("applicant.name", "movers.phone"),
        log_ins=True,
        roles=MANY,
    ),
    # Nobody reads her phone, so her form goes, and with it where she could log in (1): 10 + 4 + 1.
    "a form that is there for the log-in alone": Worked(
        APPLY.format("mother.addr, child.name")
        + OF_MOTHER.format("m", "mother.phone")
        + DEED.format("mother.addr, child.name"),
        HOME,
        15,
        (),
        ("mother.addr", "child.name"),
        log_ins=True,
    ),
    # Her second form stays: 10 + 10 + 2 + 1.
    "a log-in where the first form goes": Worked(
        APPLY.format("mother.addr")
        + OF_MOTHER.format("m1", "mother.phone")
        + OF_MOTHER.format("m2", "mother.job")
        + DEED.format("mother.addr, mother.job"),
        HOME,
        23,
        ("r.home mother",),
        ("mother.job",),
        log_ins=True,
    ),
    # A form whose minutes are told takes as much longer as a consent does: 4 for the phone, 0.5. 10 + 5 + 10 + 4 + 0.5.
    "a form that tells its minutes": taxed(
        CARD.format("mother.nik, mother.income")
        + OF_MOTHER.format("m", "mother.phone").rstrip()
        + "\n  minutes: 4\n"
        + DEED.format("mother.nik, mother.income, mother.phone"),
        29.5,
        ("r.tax mother",),
        ("mother.phone", "consent-r-tax"),
    ),
}


@pytest.mark.parametrize("name", WORKED)
def test_it_is_asked_where_least_is_asked(name: str) -> None:
    worked = WORKED[name]
    made = worked.sketch()
    redesign, found = made.analysis.redesign, made.redesigned

    assert redesign.burden_after is not None, redesign.refused
    assert redesign.burden_after.citizen_minutes == worked.minutes
    assert redesign.optimum is not None and redesign.optimum.proven
    assert redesign.optimum.minutes == pytest.approx(worked.minutes, abs=0.002)
    assert tuple(f"{service} {about}" for service, about, _ in found.look_ups) == worked.look_ups
    assert (tuple(found.asks()), tuple(found.papers())) == (worked.asks, worked.papers)


def test_an_act_of_several_takes_as_long_as_for_all_of_them() -> None:
    signed = OF_MOTHER.format("m", "{act: signature, id: sign, minutes: 2}").replace("mother", "movers")
    made = Worked(
        APPLY.format("applicant.name") + signed + DEED.format("applicant.name"), "", 0, (), roles=MANY
    ).sketch()

    burden = made.analysis.redesign.burden_before
    assert burden is not None and burden.citizen_minutes == 10 + 1 + 10 + 3 * 2


def test_why_a_question_stays_where_no_form_is_left_for_the_consent() -> None:
    made = WORKED["a form that is there for the consent alone"].sketch()

    [why] = [stay.why.en for stay in made.analysis.redesign.stays if stay.subject == "mother.income"]
    assert why.endswith("the person fills in no other form before on which to consent")


def test_a_consent_can_be_asked_on_any_form() -> None:
    worked = WORKED["the first form is not for all"]
    dear = worked._replace(agreed=worked.agreed, services=TAX.replace("gives", "coverage: 10%, gives")).sketch()
    found = explained(dear.today, dear.analysis.redesign, "mother.income")

    assert found is not None
    [service] = [one for one in found.options if one.kind == "service"]
    assert service.why_not is not None
    assert "consent it takes" not in service.why_not.en


# --- what is not lawful ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("consents", "purpose", "says"),
    [
        ("", "registration", "under tax, but child has not consented before, on every way (child fills in no form)"),
        (
            ", {act: consent, id: ok, consents_to: r.tax}",
            "registration",
            "under tax, but child has not consented before, on every way (child fills in no form)",
        ),
        ("", "tax", "no agreement in force allows to ask r.tax for income"),
    ],
    ids=["nobody consents", "somebody else consents", "for another purpose"],
)
def test_what_is_lacking_is_the_consent_where_the_agreement_fits(consents: str, purpose: str, says: str) -> None:
    steps = WITH_CARD.format("child.phone").replace("child.phone", f"child.phone{consents}")
    look_up = "- {lookup: tax, service: r.tax, about: child}"
    agreed = CONSENT.replace("registration", purpose)
    made = Worked(steps + look_up + DEED.format("child.income"), TAX, 0, (), agreed=agreed).sketch()

    [found] = [one for one in made.analysis.findings if one.kind == "unlawful today"]
    assert found.says.en.endswith(says)
    lawful = [one.role.en for one in found.witnesses if "other purposes" in one.role.en]
    assert len(lawful) == (purpose == "tax")


# --- the checker -----------------------------------------------------------------------------------------------------


def refusals(made: Sketch, after: Procedure) -> list[str]:
    certificate = certify(made.today, Redesign(made.procedure, after))
    return [one.says.en for one in verify(made.procedure, after, made.catalogue, made.policy, certificate)]


def test_a_form_with_a_consent_alone_is_refused() -> None:
    made = WORKED["the first form goes"].sketch()
    after = made.analysis.redesign.unmoved or made.after
    form = after.step_by_id["m2"]
    assert isinstance(form, FormStep)
    assert not refusals(made, after)
    was = made.procedure.step_by_id["m1"]
    assert isinstance(was, FormStep)
    first = was.model_copy(update={"asks": (consent_to("r.tax", 0.5),), "only": ("consent-r-tax",)})
    moved = changed(before(after, "m2", first), "m2", only=("mother.job",))

    assert "not everybody fills in the form 'm1' for something else" in refusals(made, moved)


def test_a_log_in_where_a_form_stood_is_refused() -> None:
    made = WORKED["a log-in where the first form goes"].sketch()
    after = made.analysis.redesign.unmoved or made.after
    [log_in] = [one for one in after.step_by_id.values() if isinstance(one, Identify)]
    assert not refusals(made, after)
    at_none = before(after, "deed", log_in.model_copy(update={"id": "another", "title": same("log in")}))

    assert any("does not stand where a form of that person stands" in one for one in refusals(made, at_none))
