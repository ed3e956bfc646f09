"""Procedures whose redesign was worked out by hand from the definitions, to the hundredth of a minute; each says how."""

from dataclasses import replace
from datetime import date
from typing import NamedTuple

import pytest

from analysis.certifying import certified, certify
from analysis.change import Redesign
from analysis.checker.verifying import verify
from analysis.comparing.comparison import compared
from analysis.interpreter import Run, run
from processes.case import Case, Value
from processes.procedure import Back, FormStep, Item, Lookup, Notify, Procedure, walk
from tests.sketching import DATE, Sketch, sketch
from tests.tampering import edited

ROLES = "{applicant: person, child: person, mother: {is: child.mother}}"
PEOPLE = """
entity: person
key: nik
elements:
  nik: {minutes: 2}
  name: {minutes: 1}
  birth: {type: date, minutes: 1}
  phone: {minutes: 1}
  sex: {minutes: 1}
  income: {type: number, minutes: 3}
  job: {minutes: 2}
  addr: {minutes: 4}
  a: {type: number, minutes: 1}
  b: {type: number, minutes: 1}
relations:
  mother: {entity: person, minutes: 2}
  family: {entity: family, minutes: 3}
---
entity: family
key: kk_no
elements:
  kk_no: {minutes: 3}
  address: {minutes: 4}
---
agencies:
  office: {title: office}
  village: {title: village}
purposes: {registration: registration, tax: tax}
evidence:
  ktp: {title: identity card, about: person, carries: [nik, name, birth], minutes: 5}
  kk: {title: family card, about: person, carries: [name, family, family.address], minutes: 5}
  payslip: {title: payslip, about: person, carries: [income, job], minutes: 6}
"""
LOG_IN = "identification:\n  eid: {title: digital identity, about: person, minutes: 1}"
PLAIN = "contact_minutes: 10\nconsent_minutes: 0.5\nmoves: []"

BY_LOG_IN = """
- identify: log-in
  by: applicant
  with: eid
"""
APPLY = """
- form: apply
  by: applicant
  asks: [{}]
"""
WITH_CARD = """
- form: apply
  by: applicant
  asks: [child.nik, {}]
  documents: [ktp of child]
- check: papers
  by: office
  minutes: 3
  verifies: [child.nik]
"""
INSPECTED = """
- form: apply
  by: applicant
  asks: [child.name, child.nik]
  documents: [ktp of child]
- check: look
  by: office
  verifies: [child.name, child.nik]
  inspects: [{}]
- issue: deed
  by: office
  carries: [child.name, child.nik]
"""
DEED = """
- issue: deed
  by: office
  carries: [{}]
"""
RETURNING = """
- decide: fine
  by: office
  needs: [child.addr]
  ways:
    - {way: good, share: 80%}
    - {way: wrong, steps: [{back to: apply, anew: [child.nik]}]}
"""
REFUSING = """
- decide: fine
  by: office
  {}
  ways:
    - {{way: good, share: 90%}}
    - {{way: bad, steps: [{{refuse: not-fine}}]}}
"""


ONE_WAY = """
- choose:
    - {{if: child.{0} = "1", share: {1}%, steps: [{2}]}}
    - else: []
"""
HOME = "home: {about: person, needs: [nik], gives: [addr], coverage: 90%}"


def tell(name: str, *facts: str) -> str:
    return f"{{notify: {name}, whom: applicant, needs: [{', '.join(facts)}]}}"


class Worked(NamedTuple):
    """A procedure, and what must come of it."""

    steps: str
    services: str  # one a line; for each there is an agreement, unless `agreed` says it otherwise
    minutes: float  # of the citizen
    look_ups: tuple[str, ...]
    asks: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    log_ins: bool = False
    agreed: str = ""
    roles: str = ROLES

    def sketch(self) -> Sketch:
        names = [line.partition(":")[0] for line in self.services.strip().split("\n") if line]
        registry = f"registry: r\ntitle: r\nagency: village\nservices:\n{indented(self.services)}" if names else ""
        agreements = [
            f"{name}: {{consumer: office, services: [r.{name}], purposes: [registration]}}"
            for name in names
            if f"r.{name}]" not in self.agreed
        ]
        agreed = "agreements:\n" + indented("\n".join([*agreements, *self.agreed.strip().split("\n")]))
        more = [text for text in (registry, agreed if names else "", LOG_IN if self.log_ins else "") if text]
        return sketch(self.steps, *more, roles=self.roles, policy=PLAIN, base=PEOPLE)


def indented(text: str) -> str:
    return "\n".join("  " + line for line in text.strip().split("\n") if line)


WORKED = {
    # The card gives the number (declared) and its check makes it sure; mother, family and address follow: 10 + 5. To ask
    # name, mother's name and address is 10 + 1 + 1 + 4.
    "a chain of keys over two roles": Worked(
        WITH_CARD.format("child.name, child.mother, mother.name, mother.family, mother.family.address")
        + DEED.format("child.name, mother.name, mother.family.address"),
        """
person: {about: person, needs: [nik], gives: [name, mother]}
family: {about: person, needs: [nik], gives: [name, family]}
address: {about: family, needs: [kk_no], gives: [address]}
""",
        15,
        ("r.person child", "r.person mother", "r.family mother", "r.address mother.family"),
        papers=("ktp of child",),
    ),
    # Where the family is not found it must be proven, for it is a key: the family card (5) gives the name as well.
    # 10 + 1 + 0.04 * (5 + 10) + 0.1 * (4 + 10)
    "what a residual form brings is a key": Worked(
        BY_LOG_IN
        + APPLY.format("applicant.name, applicant.family, applicant.family.address")
        + DEED.format("applicant.name, applicant.family.address"),
        """
person: {about: person, needs: [nik], gives: [name, family], coverage: 96%}
address: {about: family, needs: [kk_no], gives: [address], coverage: 90%}
""",
        13,
        ("r.person applicant", "r.address applicant.family"),
        asks=("applicant.family.address",),
        papers=("kk of applicant",),
        log_ins=True,
    ),
    # A new log-in (1), the name still asked (1), confirmed; where nobody is found the card of today, not the family card
    # that is as cheap: 10 + 1 + 1 + 0.1 * (5 + 10). With the card as today it is 15.
    "a confirming service that does not find everybody": Worked(
        """
- form: apply
  by: applicant
  asks: [applicant.nik, applicant.name]
  documents: [ktp of applicant]
- check: papers
  by: office
  verifies: [applicant.name]
"""
        + DEED.format("applicant.name"),
        "names: {about: person, needs: [nik], confirms: [name], coverage: 90%}",
        13.5,
        ("r.names applicant",),
        asks=("applicant.name",),
        papers=("ktp of applicant",),
        log_ins=True,
    ),
    # The agreement on sex is for another purpose, that on income wants a consent and leaves out the job.
    # 10 + card 5 + sex 1 + log-in 1 + consent 0.5 + income 0.9 * 0.2 * (6 + 10) + address 0.9 * 0.4 * 0.1 * (4 + 10)
    "everything together": Worked(
        """
- form: apply
  by: applicant
  asks: [child.nik, applicant.nik, applicant.income, child.addr, mother.name, child.sex]
  documents: [ktp of child, payslip of applicant]
- check: papers
  by: office
  minutes: 3
  verifies: [child.nik, applicant.income]
"""
        + REFUSING.format("needs: [child.nik]")
        + f"""
- choose:
    - {{if: child.sex = "1", share: 40%, steps: [{tell("branch", "child.addr")}]}}
    - else: []
- parallel:
    - {{branch: one, steps: [{tell("mother-told", "mother.name")}]}}
    - {{branch: two, steps: [{{check: visit, by: village, gives: [child.job]}}]}}
"""
        + DEED.format("child.nik, mother.name, applicant.income, child.job"),
        """
person: {about: person, needs: [nik], gives: [mother, name]}
home: {about: person, needs: [nik], gives: [addr], coverage: 90%}
tax: {about: person, needs: [nik], gives: [income, job], coverage: 80%}
sex: {about: person, needs: [nik], gives: [sex]}
""",
        20.884,
        ("r.home child", "r.person child", "r.person mother", "r.tax applicant"),
        asks=("child.sex", "consent-r-tax", "child.addr"),
        papers=("ktp of child", "payslip of applicant"),
        log_ins=True,
        agreed="""
tax: {consumer: office, services: [r.tax], purposes: [registration], facts: [income], consent: true}
sex: {consumer: office, services: [r.sex], purposes: [tax]}
""",
    ),
    # The card would have to come again with each return, as the number is asked anew: to ask the address once is less.
    # 1.25 * (10 + 2) + 4; with card and look-up 1.25 * (10 + 2 + 5 + 0.1 * 14).
    "a key that is asked anew": Worked(
        WITH_CARD.format("child.addr") + RETURNING + DEED.format("child.addr"),
        "home: {about: person, needs: [nik], gives: [addr], coverage: 90%}",
        19,
        (),
        asks=("child.nik", "child.addr"),
    ),
    # The judge holds the job right behind the form, where the number is but declared: no look-up is in time. Name and birth
    # stand on the card. 10 + 5 + 1 + 2
    "a judgement that does not say what it reads": Worked(
        WITH_CARD.format("child.name, child.phone, child.job")
        + REFUSING.format("minutes: 1")
        + DEED.format("child.nik"),
        "jobs: {about: person, needs: [nik], gives: [job]}",
        18,
        (),
        asks=("child.phone", "child.job"),
        papers=("ktp of child",),
    ),
    # What the act says holds of what is learnt later, too: 10 + 0.5, and one of the two forms, 10 + 1.
    "two roles that are one person": Worked(
        """
- form: who
  by: applicant
  asks: [{act: declaration, id: i-am-the-mother, minutes: 0.5, same: [applicant, mother]}]
"""
        + APPLY.format("applicant.phone")
        + APPLY.format("mother.phone").replace("apply", "again")
        + DEED.format("applicant.phone, mother.phone"),
        "",
        21.5,
        (),
        asks=("i-am-the-mother", "applicant.phone"),
    ),
    # The mother fills in a form, so she can log in (1) and consent (0.5): 10 + 10 + 1 + 1 + 0.5. Her card would be 5.
    "a consent of somebody else": Worked(
        """
- form: apply
  by: applicant
  asks: [mother.income]
  documents: [ktp of mother]
- form: of-mother
  by: mother
  asks: [mother.phone]
- check: papers
  by: office
  verifies: [mother.nik]
"""
        + DEED.format("mother.income, mother.nik, mother.phone"),
        "tax: {about: person, needs: [nik], gives: [income]}",
        22.5,
        ("r.tax mother",),
        asks=("mother.phone", "consent-r-tax"),
        log_ins=True,
        agreed="tax: {consumer: office, services: [r.tax], purposes: [registration], consent: true}",
    ),
    # Needed on two of three ways of one choice: asked there and nowhere else, 10 + 5 + 1 + 0.5 * 0.1 * (4 + 10).
    "a look-up on two of three ways": Worked(
        WITH_CARD.format("child.addr, child.sex")
        + f"""
- choose:
    - {{if: child.sex = "1", share: 30%, steps: [{tell("one", "child.addr")}]}}
    - {{if: child.sex = "2", share: 20%, steps: [{tell("two", "child.addr")}]}}
    - else: []
"""
        + DEED.format("child.nik"),
        "home: {about: person, needs: [nik], gives: [addr], coverage: 90%}",
        16.7,
        ("r.home child", "r.home child"),
        asks=("child.sex", "child.addr", "child.addr"),
        papers=("ktp of child",),
    ),
    # To know the inner way the job must have been asked of everybody (2); of the outer way alone it is 0.4 * (2 + 4 + 1).
    "a choice within a choice": Worked(
        APPLY.format("child.sex, child.job, child.addr, child.phone")
        + f"""
- choose:
    - if: child.sex = "1"
      share: 40%
      steps:
        - choose:
            - {{if: child.job = "x", share: 50%, steps: [{tell("one", "child.addr")}]}}
            - else: [{tell("two", "child.phone")}]
    - else: []
"""
        + DEED.format("child.sex"),
        "",
        13.8,
        (),
        asks=("child.sex", "child.job", "child.addr", "child.phone"),
    ),
    # Looked up before the number is checked, the job grows sure with it: the payslip goes.
    "a check of the key behind the look-up": Worked(
        f"""
- form: apply
  by: applicant
  asks: [child.nik, child.job]
  documents: [ktp of child, payslip of child]
- check: pay
  by: office
  minutes: 2
  verifies: [child.job]
- {tell("told", "child.job at declared")}
- check: papers
  by: office
  minutes: 3
  verifies: [child.nik]
"""
        + DEED.format("child.job, child.nik"),
        "jobs: {about: person, needs: [nik], gives: [job], key_level: declared}",
        15,
        ("r.jobs child",),
        papers=("ktp of child",),
    ),
    # Each is computed from the other: one of them is asked.
    "two derivations in a circle": Worked(
        APPLY.format("child.a, child.b")
        + """
- derive: there
  computes: {child.a: child.b * 2}
- derive: back-again
  computes: {child.b: child.a / 2}
"""
        + DEED.format("child.a, child.b"),
        "",
        11,
        (),
        asks=("child.b",),
    ),
    # Those who went the first way have told the address there: 10 + 1 + 0.4 * (10 + 4) + 0.6 * (10 + 4).
    "asked behind a choice of those only who took the other way": Worked(
        APPLY.format("child.sex")
        + f"""
- choose:
    - if: child.sex = "1"
      share: 40%
      steps:
        - {{form: here, by: applicant, asks: [child.addr]}}
        - {tell("told", "child.addr")}
    - else: []
"""
        + APPLY.format("child.addr").replace("apply", "more")
        + DEED.format("child.sex, child.addr"),
        "",
        25,
        (),
        asks=("child.sex", "child.addr", "child.addr"),
    ),
    # Of ten that go the first way three are refused there: of those who come to the second form 28 in 88 have shown the card.
    # 10 + 1 + 0.4 * (10 + 5) + 0.6 * (10 + 5), and its check raises what either card shows.
    "a document behind a choice of those only who took the other way": Worked(
        APPLY.format("child.sex")
        + """
- choose:
    - if: child.sex = "1"
      share: 40%
      steps:
        - {form: here, by: applicant, documents: [ktp of child]}
        - {check: look, by: office, minutes: 1, verifies: [child.nik]}
        - decide: fine
          by: office
          needs: [child.nik]
          ways:
            - {way: good, share: 70%}
            - {way: bad, steps: [{refuse: not-fine}]}
    - else: []
- {form: more, by: applicant, documents: [ktp of child]}
- {check: papers, by: office, minutes: 2, verifies: [child.nik]}
"""
        + DEED.format("child.sex, child.nik"),
        "",
        26,
        (),
        asks=("child.sex",),
        papers=("ktp of child", "ktp of child"),
    ),
    # Who was sent back may have told another sex than the one by which the way was chosen: the address is asked of all behind.
    # 10 + 1 + 0.4 * (10 + 4) + 1.25 * (10 + 1) + 1 + 10 + 4
    "asked behind a choice whose condition a return asks anew": Worked(
        APPLY.format("child.sex")
        + f"""
- choose:
    - if: child.sex = "1"
      share: 40%
      steps:
        - {{form: here, by: applicant, asks: [child.addr]}}
        - {tell("told", "child.addr")}
    - else: []
"""
        + APPLY.format("child.sex, child.phone").replace("apply", "again")
        + RETURNING.replace("child.addr", "child.phone").replace("child.nik", "child.sex").replace("apply", "again")
        + APPLY.format("child.addr").replace("apply", "more")
        + DEED.format("child.sex, child.addr"),
        "",
        45.35,
        (),
        asks=("child.sex", "child.addr", "child.sex", "child.phone", "child.addr"),
    ),
    # The one way knows the number, the other the address: it is looked up at the end of the first, and nobody is asked behind.
    # 10 + 1 + 0.4 * (10 + 2 + 0.1 * (10 + 4)) + 0.6 * (10 + 4)
    "looked up on one way for who reads behind the choice": Worked(
        APPLY.format("child.sex")
        + f"""
- choose:
    - if: child.sex = "1"
      share: 40%
      steps:
        - {{form: number, by: applicant, asks: [child.nik]}}
        - {tell("one", "child.nik")}
    - else:
        - {{form: home, by: applicant, asks: [child.addr]}}
        - {tell("two", "child.addr")}
"""
        + APPLY.format("child.addr").replace("apply", "more")
        + DEED.format("child.sex, child.addr"),
        "home: {about: person, needs: [nik], gives: [addr], key_level: declared, coverage: 90%}",
        24.76,
        ("r.home child",),
        asks=("child.sex", "child.nik", "child.addr", "child.addr"),
    ),
    # As before, but who went the other way is asked only behind the choice: 10 + 1 + 0.4 * (10 + 2 + 0.1 * (10 + 4)) + 0.6 * (10 + 4).
    "looked up on one way, and asked behind the choice of who went the other": Worked(
        APPLY.format("child.sex")
        + f"""
- choose:
    - if: child.sex = "1"
      share: 40%
      steps:
        - {{form: number, by: applicant, asks: [child.nik]}}
        - {tell("one", "child.nik")}
    - else: []
"""
        + APPLY.format("child.addr").replace("apply", "more")
        + DEED.format("child.sex, child.addr"),
        "home: {about: person, needs: [nik], gives: [addr], key_level: declared, coverage: 90%}",
        24.76,
        ("r.home child",),
        asks=("child.sex", "child.nik", "child.addr", "child.addr"),
    ),
    # What the form on the way brings is read right behind it by a judge who does not say so: there the job is looked up.
    # 10 + 1 + 0.4 * (10 + 2)
    "looked up at the end of a way for a judgement that does not say what it reads": Worked(
        APPLY.format("child.sex")
        + """
- choose:
    - if: child.sex = "1"
      share: 40%
      steps:
        - {form: number, by: applicant, asks: [child.nik, child.job]}
    - else: []
"""
        + REFUSING.format("minutes: 1")
        + DEED.format("child.sex"),
        "jobs: {about: person, needs: [nik], gives: [job], key_level: declared}",
        15.8,
        ("r.jobs child",),
        asks=("child.sex", "child.nik"),
    ),
    # Two choices, each with ways of its own, though they have one condition: 10 + 1 + 0.3 * 4.
    "the same condition again where the first choice has refused": Worked(
        APPLY.format("child.sex, child.addr")
        + f"""
- choose:
    - {{if: child.sex = "1", share: 30%, steps: [{{refuse: not-so}}]}}
    - else: []
- choose:
    - {{if: child.sex = "1", share: 30%, steps: [{tell("one", "child.addr")}]}}
    - else: []
"""
        + DEED.format("child.sex"),
        "",
        12.2,
        (),
        asks=("child.sex", "child.addr"),
    ),
    # All three forms stay, and to ask the phone costs the same on each: the first asks it. 10 + 1 + 1, 10 + 4 and 10 + 2.
    "asked on three forms, each as good as the others": Worked(
        APPLY.format("child.sex, child.phone")
        + APPLY.format("child.addr, child.phone").replace("apply", "more")
        + APPLY.format("child.phone, child.job").replace("apply", "last")
        + DEED.format("child.sex, child.addr, child.phone, child.job"),
        "",
        38,
        (),
        asks=("child.sex", "child.phone", "child.addr", "child.job"),
    ),
    # The condition reads what was looked up before the form: 10 + 5, and 10 + 1 + 0.3 * 4.
    "a condition over what is looked up": Worked(
        WITH_CARD.format("child.sex")
        + APPLY.format("child.phone, child.addr").replace("apply", "more")
        + f"""
- choose:
    - {{if: child.sex = "1", share: 30%, steps: [{tell("one", "child.addr")}]}}
    - else: []
"""
        + DEED.format("child.nik, child.phone"),
        "sex: {about: person, needs: [nik], gives: [sex]}",
        27.2,
        ("r.sex child",),
        asks=("child.phone", "child.addr"),
        papers=("ktp of child",),
    ),
    # Address on a way of 40 % and on one of 50 %, so for 1 - 0.6 * 0.5 = 0.7 of all; a tenth of them is asked: 10 + 5 + 1 + 2 + 0.98.
    "on ways of two choices the same is looked up": Worked(
        WITH_CARD.format("child.sex, child.job, child.addr")
        + ONE_WAY.format("sex", 40, tell("one", "child.addr"))
        + ONE_WAY.format("job", 50, tell("two", "child.addr"))
        + DEED.format("child.nik, child.sex, child.job"),
        HOME,
        18.98,
        ("r.home child", "r.home child"),
        asks=("child.sex", "child.job", "child.addr", "child.addr"),
        papers=("ktp of child",),
    ),
    # On a way of 40 %, and behind a refusal for those of the others who come so far, 0.6 * 0.7: 10 + 5 + 1 + 0.82 * 1.4.
    "on a way and behind it the same is looked up": Worked(
        WITH_CARD.format("child.sex, child.addr")
        + ONE_WAY.format("sex", 40, tell("one", "child.addr"))
        + REFUSING.format("needs: [child.nik]").replace("90%", "70%")
        + DEED.format("child.nik, child.addr, child.sex"),
        HOME,
        17.148,
        ("r.home child", "r.home child"),
        asks=("child.sex", "child.addr", "child.addr"),
        papers=("ktp of child",),
    ),
    # Two of three sides need it, so it is looked up on both, and whoever is not found is asked once: 10 + 5 + 0.1 * 14.
    "beside each other the same is looked up": Worked(
        WITH_CARD.format("child.addr")
        + "\n- parallel:\n"
        + "".join(
            f"    - {{branch: b{number}, steps: [{tell(f't{number}', fact)}]}}\n"
            for number, fact in enumerate(["child.addr", "child.addr", "child.nik"])
        )
        + DEED.format("child.nik"),
        HOME,
        16.4,
        ("r.home child", "r.home child"),
        asks=("child.addr", "child.addr"),
        papers=("ktp of child",),
    ),
    # On one way the number is there and opens the address, on the other the address is asked: 10 + 1 + 0.6 * 4 + 0.4 * (10 + 2).
    "looked up on one way, asked on the other": Worked(
        APPLY.format("child.sex, child.addr")
        + """
- choose:
    - if: child.sex = "1"
      share: 40%
      steps:
        - form: more
          by: applicant
          asks: [child.nik]
        - {notify: more-told, whom: applicant, needs: [child.nik]}
    - else: []
"""
        + DEED.format("child.addr"),
        "home: {about: person, needs: [nik], gives: [addr], key_level: declared}",
        18.2,
        ("r.home child",),
        asks=("child.sex", "child.addr", "child.nik"),
    ),
    # The same with a paper, which those need not bring whose number opens what it shows: 10 + 1 + 0.6 * 6 + 0.4 * (10 + 2).
    "looked up on one way, shown on the other": Worked(
        APPLY.format("child.sex")
        + "  documents: [payslip of child]\n"
        + ONE_WAY.format("sex", 40, "{form: more, by: applicant, asks: [child.nik]}, " + tell("more-told", "child.nik"))
        + DEED.format("child.income"),
        "pay: {about: person, needs: [nik], gives: [income], key_level: declared}",
        19.4,
        ("r.pay child",),
        asks=("child.sex", "child.nik"),
        papers=("payslip of child",),
    ),
    # What siblings ask stays in both, though only one reads it; what one of them asks twice need not: 10 + 1 + 2 * (10 + 4).
    "siblings that ask the same, one of them twice": Worked(
        APPLY.format("child.sex")
        + """
- parallel:
    - branch: reading
      steps:
        - {form: mine, by: applicant, asks: [child.addr]}
        - {form: again, by: applicant, asks: [child.addr]}
        - {notify: told, whom: applicant, needs: [child.addr]}
    - branch: not-reading
      steps:
        - {form: other, by: applicant, asks: [child.addr]}
        - {notify: other-told, whom: applicant, needs: [child.sex]}
"""
        + DEED.format("child.sex"),
        "",
        39,
        (),
        asks=("child.sex", "child.addr", "child.addr"),
    ),
    # One of the siblings needs it only on one way, and asks it of those: 10 + 1 + 10 + 4 + 0.4 * (10 + 4).
    "siblings that ask the same, one of them of some only": Worked(
        APPLY.format("child.sex")
        + """
- parallel:
    - branch: reading
      steps:
        - {form: mine, by: applicant, asks: [child.addr]}
        - {notify: told, whom: applicant, needs: [child.addr]}
    - branch: on-one-way
      steps:
        - {form: other, by: applicant, asks: [child.addr]}
        - choose:
            - {if: child.sex = "1", share: 40%, steps: [{notify: other-told, whom: applicant, needs: [child.addr]}]}
            - else: []
"""
        + DEED.format("child.sex"),
        "",
        30.6,
        (),
        asks=("child.sex", "child.addr", "child.addr"),
    ),
    # The card is for those whose name is read, and shows besides what its condition reads, which is said: 10 + 1 + 0.6 * 5.
    "a paper that shows what its condition reads": Worked(
        """
- form: apply
  by: applicant
  asks: [child.birth]
  documents: [ktp of child]
- choose:
    - {if: child.birth > date("2010-01-01"), share: 60%, steps: [{notify: told, whom: applicant, needs: [child.name]}]}
    - else: []
"""
        + DEED.format("child.birth"),
        "",
        14,
        (),
        asks=("child.birth",),
        papers=("ktp of child",),
    ),
    # The number stands on one of the two cards only, so it stays as it was said, and opens nothing; the name stands on both:
    # 10 + 2 + 4 + 5.
    "a check of one card or the other": Worked(
        WITH_CARD.replace("ktp of child", "{{either: [ktp of child, kk of child]}}")
        .replace("verifies: [child.nik]", "verifies: [child.nik, child.name]")
        .format("child.addr, child.name")
        + DEED.format("child.nik, child.addr, child.name"),
        "address: {about: person, needs: [nik], gives: [addr]}",
        21,
        (),
        asks=("child.nik", "child.addr"),
        papers=("ktp of child | kk of child",),
    ),
    # The officer looks at both himself, so nobody brings the card: 10 + 1 + 2. Of the name alone, the card stays and tells both: 10 + 5.
    "what an officer inspects": Worked(
        INSPECTED.format("child.name, child.nik"), "", 13, (), asks=("child.name", "child.nik")
    ),
    "of two facts an officer inspects one": Worked(
        INSPECTED.format("child.name"), "", 15, (), papers=("ktp of child",)
    ),
    # 10 + 2, and a second form as often as either condition holds: 10 (1 - 0.8 x 0.7), 0.2 x 4, 0.3 x 2.
    "a form that asks under two conditions": Worked(
        APPLY.format("child.a, child.b")
        + APPLY.replace("apply", "more").format("child.addr, child.job")
        + "".join(
            f"- choose:\n    - {{if: {fact} > 5, share: {share}%, steps: [{told}]}}\n    - else: []\n"
            for fact, share, told in (
                ("child.a", 20, tell("one", "child.addr")),
                ("child.b", 30, tell("two", "child.job")),
            )
        )
        + DEED.format("child.a"),
        "",
        17.8,
        (),
        asks=("child.a", "child.b", "child.addr", "child.job"),
    ),
    # 0.1 (10 + 2) + 0.2 (10 + 4) for two that miss is as much as the question takes, and fetches two facts: 1 + 10 + 4.
    "two registries that miss as much as a question costs": Worked(
        BY_LOG_IN
        + APPLY.format("applicant.job, applicant.addr")
        + DEED.format("applicant.addr, applicant.nik at authoritative"),
        "job: {about: person, needs: [nik], gives: [job], coverage: 90%}\n"
        "addr: {about: person, needs: [job], gives: [addr], coverage: 80%, key_level: declared}",
        15,
        (),
        asks=("applicant.addr",),
        log_ins=True,
    ),
    # Nobody reads what is looked up, so the look-up goes, and with it the question that told its key on some ways only: 10 + 1.
    "the key of a look-up that goes": Worked(
        APPLY.format("child.name")
        + """
- decide: helped
  by: office
  needs: []
  ways:
    - {way: helped, share: 80%}
    - {way: alone, steps: [{form: number, by: applicant, asks: [child.nik]}]}
- {lookup: unread, service: r.income, about: child}
"""
        + DEED.format("child.name"),
        "income: {about: person, needs: [nik], gives: [income]}",
        11,
        (),
        asks=("child.name",),
    ),
    # Only two in ten have the number when the registry is asked for the name, which everybody has said: 10 + 1. With the look-up
    # goes the form that asks the number, 0.2 * (10 + 2).
    "the number that a look-up has of some, when everybody has said what it is asked for": Worked(
        APPLY.format("child.name")
        + """
- decide: help
  by: office
  needs: []
  ways:
    - {way: helped, share: 80%}
    - {way: alone, steps: [{form: number, by: applicant, asks: [child.nik]}]}
- {lookup: name, service: r.name, about: child}
"""
        + DEED.format("child.name"),
        "name: {about: person, needs: [nik], gives: [name]}",
        11,
        (),
        asks=("child.name",),
    ),
    # Nine in ten bring the card, for its number is read of them, and it tells the name as well; who need not bring it says the
    # name: 10 + 1 + 0.9 * 5 + 0.1 * 1. The card of everybody is 10 + 1 + 5; the name of everybody and the card of nine in ten 10 + 1 + 1 + 4.5.
    "a paper of some, and of the others a question that it would answer": Worked(
        APPLY.format("child.sex, child.name")
        + "  documents: [ktp of child]\n"
        + ONE_WAY.format("sex", 90, tell("told", "child.nik"))
        + DEED.format("child.name"),
        "",
        15.6,
        (),
        asks=("child.sex", "child.name"),
        papers=("ktp of child",),
    ),
    # The same where the choice is over when the others are asked: 10 + 1 + 0.9 * 5, and 10 + 1 + 0.1 * 2. The card of everybody
    # is 10 + 1 + 5 + 10 + 1, the number of everybody 10 + 1 + 4.5 + 10 + 1 + 2.
    "a paper of some, and of the others, behind the choice, a question that it would answer": Worked(
        APPLY.format("child.sex")
        + "  documents: [ktp of child]\n"
        + ONE_WAY.format("sex", 90, tell("told", "child.name"))
        + APPLY.replace("apply", "more").format("child.phone, child.nik")
        + DEED.format("child.phone, child.nik"),
        "",
        26.7,
        (),
        asks=("child.sex", "child.phone", "child.nik"),
        papers=("ktp of child",),
    ),
}


@pytest.mark.parametrize("name", WORKED)
def test_the_redesign_is_the_one_found_by_hand(name: str) -> None:
    worked = WORKED[name]
    made = worked.sketch()
    after, redesign = made.redesigned, made.analysis.redesign

    assert redesign.burden_after is not None and redesign.optimum is not None
    assert (redesign.burden_after.citizen_minutes, redesign.optimum.proven) == (worked.minutes, True)
    assert tuple(f"{service} {about}" for service, about, _ in after.look_ups) == worked.look_ups
    assert (tuple(after.asks()), tuple(after.papers())) == (worked.asks, worked.papers)
    assert compared(made.model, after.model, made.policy, 100).is_alike


def test_the_checker_refuses_the_other_condition() -> None:
    made = WORKED["asked behind a choice of those only who took the other way"].sketch()
    right = made.redesigned.procedure

    def other(item: Item) -> tuple[Item, ...]:
        if not isinstance(item, FormStep) or item.id != "more":
            return (item,)
        asks = tuple(one.model_copy(update={"condition": 'child.sex = "1"'}) for one in item.asks)
        return (item.model_copy(update={"asks": asks}),)

    wrong = edited(right, other)
    certificate = certify(made.today, Redesign(made.procedure, wrong))
    found = verify(made.procedure, wrong, made.catalogue, made.policy, certificate)

    assert made.stays("more", "child.addr").startswith('asked only if not(child.sex = "1"); ')
    assert any("'child.addr' is absent here, but needed declared" in one.says.en for one in found), found


def test_all_ways_but_the_last_are_said_by_their_conditions() -> None:
    steps = f"""
- choose:
    - {{if: child.sex = "1", share: 30%, steps: [{tell("one", "child.addr")}]}}
    - {{if: child.sex = "2", share: 50%, steps: [{tell("two", "child.addr")}]}}
    - else: []
"""
    made = Worked(APPLY.format("child.sex, child.addr") + steps + DEED.format("child.sex"), "", 14.2, ()).sketch()

    assert made.stays("apply", "child.addr").startswith('asked only if child.sex = "1" or child.sex = "2"; ')
    burden = made.analysis.redesign.burden_after
    assert burden is not None and burden.citizen_minutes == 14.2  # 10 + 1 + 0.8 * 4


def test_why_a_question_goes_is_not_told_by_a_paper_that_goes_as_well() -> None:
    """The payslip shows the income, and so nobody need ask it; but in the redesign a registry brings it."""
    why = {
        (one.kind, one.subject): one.says.en for one in WORKED["everything together"].sketch().analysis.redesign.changes
    }

    assert why["question dropped", "applicant.income"] == "'applicant.income' comes from r.tax about applicant"
    assert (
        why["question dropped", "child.nik"]
        == "'child.nik' stands on 'ktp of child', which is handed in with this form"
    )


# --- what the comparison sees of a redesign by somebody else -----------------------------------------------------------


def differences(made: Sketch, after: Procedure) -> set[tuple[str, str, str]]:
    other = Sketch(after, made.catalogue, made.policy)
    found = compared(made.model, other.model, made.policy, 100)
    return {(one.difference.kind, one.difference.step, one.difference.subject) for one in found.differences}


def test_a_check_of_papers_is_no_inspection_because_the_papers_are_gone() -> None:
    made = Worked(WITH_CARD.format("child.phone") + DEED.format("child.nik"), "", 15, ()).sketch()
    without = edited(
        made.procedure, lambda one: (one.model_copy(update={"documents": ()}) if one.kind == "form" else one,)
    )

    assert differences(made, without) == {("level", "deed", "child.nik")}


def test_a_check_that_is_new_is_no_inspection() -> None:
    """The form of those who are not found takes no card any more, and the check behind it looks at nothing."""
    steps = BY_LOG_IN + WITH_CARD.replace("child.nik, {}", "applicant.name").replace("ktp of child", "kk of applicant")
    made = Worked(
        steps.replace("child.nik", "applicant.name") + DEED.format("applicant.name"),
        "names: {about: person, needs: [nik], confirms: [name], coverage: 90%}",
        13.5,
        (),
        log_ins=True,
    ).sketch()
    redesign = made.analysis.redesign
    assert redesign.after is not None
    [look_up] = (one for one in walk(redesign.after.steps) if isinstance(one, Lookup))
    by_hand = {one.id for one in look_up.not_found if isinstance(one, FormStep)}
    without = edited(
        redesign.after,
        lambda one: (one.model_copy(update={"documents": ()}) if getattr(one, "id", "") in by_hand else one,),
    )

    assert differences(made, without) == {("level", "deed", "applicant.name")}
    _, refusals = certified(made.today, replace(redesign, after=without, burden_after=None, moves=()))
    assert any("'applicant.name'" in one.says.en for one in refusals)


def test_who_is_sent_back_is_asked_anew() -> None:
    returning = RETURNING.replace("child.addr", "child.phone").replace("child.nik", "child.phone")
    made = Worked(APPLY.format("child.phone, child.addr") + returning + DEED.format("child.phone"), "", 14, ()).sketch()
    no_mend = edited(
        made.procedure, lambda one: (one.model_copy(update={"anew": ()}) if isinstance(one, Back) else one,)
    )
    no_return = edited(made.procedure, lambda one: () if isinstance(one, Back) else (one,))

    assert {kind for kind, _, _ in differences(made, no_mend)} == {"output", "value"}
    assert {kind for kind, _, _ in differences(made, no_return)} == {"output", "value"}
    assert differences(made, made.procedure) == set()


def test_who_is_told_no_more_is_seen() -> None:
    steps = (
        APPLY.format("child.sex")
        + f'\n- choose:\n    - {{if: child.sex = "1", steps: [{tell("one")}]}}\n    - else: []\n'
    )
    made = Worked(steps + DEED.format("child.sex"), "", 11, ()).sketch()
    other = Worked(steps.replace('"1"', '"2"') + DEED.format("child.sex"), "", 11, ()).sketch()

    assert any(isinstance(one, Notify) for one in walk(made.procedure.steps))
    assert ("step", "one", "") in differences(made, other.procedure)


# --- one person in two roles -------------------------------------------------------------------------------------------


def went(made: Sketch, facts: dict[str, Value]) -> Run:
    case = Case("case", facts, {"fine": ("wrong", "good")})
    return run(made.model, case, date.fromisoformat(DATE), lambda service, keys: ())


ONE = APPLY.format(
    "applicant.nik, applicant.phone, {act: declaration, id: i-am-the-mother, minutes: 0.5, same: [applicant, mother]}"
)


def test_the_key_of_a_role_that_is_reached_is_known_with_the_others() -> None:
    made = Worked(ONE + DEED.format("mother.nik, mother.phone"), "", 0, ()).sketch()

    known = went(made, {"applicant.nik": "1", "applicant.phone": "2"})
    assert known.outcome.outputs[0].facts == (("child.mother", "1"), ("child.mother.phone", "2"))


def test_what_is_asked_anew_of_one_is_not_known_of_the_other_any_more() -> None:
    again = RETURNING.replace("child.addr", "mother.phone").replace("child.nik", "applicant.phone")
    made = Worked(ONE + again.replace("to: apply", "to: fine") + DEED.format("mother.nik"), "", 0, ()).sketch()

    phones = [
        one.value for one in went(made, {"applicant.nik": "1", "applicant.phone": "2"}).read if "phone" in one.fact
    ]
    assert phones == ["2", None]
