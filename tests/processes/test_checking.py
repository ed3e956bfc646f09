"""A table of faults: each is put into a small catalogue without one, and told once, at its place, and nothing else."""

from pathlib import Path

import pytest

from processes.problem import Problem, Severity
from processes.reading import read
from tests.processes.village import FILES, Fault, village

NAMES = [
    Fault("unknown-agency", "agency: dukcapil\npurpose", "agency: ⟨dukcapl\npurpose"),
    Fault("unknown-purpose", "purpose: civil-registration\nvolume", "purpose: ⟨civil-registraton\nvolume"),
    Fault("unknown-entity", "  applicant: person\n", "  applicant: ⟨persn\n"),
    Fault("unknown-entity", "movers: {many: person", "movers: {many: ⟨persons"),
    Fault("unknown-entity", "mother: person\n  family", "mother: ⟨parson\n  family"),
    Fault(
        "unknown-entity",
        "ktp:\n    title: {id: KTP-el, en: identity card}\n    about: person",
        "ktp:\n    title: {id: KTP-el, en: identity card}\n    about: ⟨parcel",
    ),
    Fault("unknown-entity", "{husband: person, wife: person}\n    needs", "{husband: person, wife: ⟨woman}\n    needs"),
    Fault("unknown-agency", "issuer: dukcapil", "issuer: ⟨dukcapils"),
    Fault("unknown-agency", "Statistik kelahiran, agency: dukcapil", "Statistik kelahiran, agency: ⟨bps"),
    Fault("unknown-agency", "agency: dukcapil\nparts", "agency: ⟨nobody\nparts"),
    Fault("unknown-agency", "agency: dukcapil\nservices", "agency: ⟨siak\nservices"),
    Fault("unknown-agency", "consumer: desa", "consumer: ⟨deso"),
    Fault("unknown-agency", "to: desa", "to: ⟨desaa"),
    Fault("unknown-service", "services: [siak.verify]", "services: [⟨siak.verfy]"),
    Fault("unknown-service", "service: siak.couple", "service: ⟨siak.couples"),
    Fault("unknown-service", "consents_to: siak.verify", "consents_to: ⟨siak.veryfi"),
    Fault(
        "unknown-purpose",
        "services: [siak.verify]\n    purposes: [civil-registration]",
        "services: [siak.verify]\n    purposes: [⟨health]",
    ),
    Fault("unknown-service-fact", "facts: [name, mother.name, wife.name]", "facts: [name, ⟨phone, wife.name]"),
    Fault("unknown-service-fact", "gets: [name, birth_date]", "gets: [name, ⟨birthdate]"),
    Fault("unknown-agreement", "with_agreements: [a01]", "with_agreements: [⟨a1]"),
    Fault("unknown-event", "event: siak.birth", "event: ⟨siak.brith"),
    Fault("unknown-log-in", "with: ikd", "with: ⟨idk"),
    Fault("unknown-register", "{birth-statistics: [child.sex]}", "{⟨birth-statistic: [child.sex]}"),
    Fault("unknown-registry", "changes: [siak]", "changes: [⟨siek]"),
    Fault("unknown-procedure", "starts: [birth]", "starts: [⟨brith]"),
    Fault("unknown-form", "F-2.01: {informant", "⟨F-2.1: {informant"),
    Fault("unknown-part", "{informant: [], person", "{⟨informants: [], person"),
    Fault("unknown-evidence", "- ktp of mother", "- ⟨ktb of mother"),
    Fault("unknown-evidence", "document: ktp of child", "document: ⟨ktps of child"),
    Fault("unknown-evidence", "[kk of household, ktp of applicant]", "[kk of household, ⟨kt of applicant]"),
    Fault("unknown-codes", "type: choice, codes: sexes", "type: choice, codes: ⟨sex"),
    Fault("unknown-actor", "by: applicant\n    minutes", "by: ⟨applicants\n    minutes"),
    Fault("unknown-actor", "whom: applicant", "whom: ⟨aplicant"),
    Fault("unknown-agency", "by: head of dukcapil\n    verifies", "by: ⟨head of dukcapi\n    verifies"),
    Fault("unknown-officer", "by: head of dukcapil\n    verifies", "by: ⟨heed of dukcapil\n    verifies"),
    Fault("unknown-officer", "by: desa, gives", "by: ⟨head of desa, gives"),
    Fault("unknown-step", "back to: apply", "back to: ⟨aply"),
]

FACTS = [
    Fault("unknown-fact", "[mother.nik, child.name]", "[⟨mother.nikk, child.name]"),
    Fault("unknown-fact", "carries: [child.name]}", "carries: [⟨child.mother.nme]}"),
    Fault("unknown-role", "[mother.nik, child.name]", "[mother.nik, ⟨chld.name]"),
    Fault("over-an-element", "[mother.nik, child.name]", "[mother.nik, ⟨child.name.first]"),
    Fault("role-not-fact", "[mother.nik, child.name]", "[mother.nik, ⟨child]"),
    Fault("fact-without-role", "[mother.nik, child.name]", "[mother.nik, ⟨name]"),
    Fault("unknown-fact", "[mother.nik, child.name]", "[mother.nik, ⟨nonsense]"),
    Fault("unknown-fact", "anew: [child.name]", "anew: [⟨child.nmae]"),
    Fault("unknown-fact", "{birth-statistics: [child.sex]}", "{birth-statistics: [⟨child.weight]}"),
    Fault("unknown-fact", "gives: [household.address]", "gives: [⟨household.addres]"),
    Fault("unknown-fact", "- household.kk_no", "- ⟨household.kkno"),
    Fault("unknown-fact", "{household.income: 1000", "{⟨household.incom: 1000"),
    Fault(
        "unknown-fact", "carries: [nik, name, birth_date]\n    issuer", "carries: [nik, ⟨nama, birth_date]\n    issuer"
    ),
    Fault("unknown-fact", "carries: [kk_no, address, head.name]", "carries: [kk_no, address, ⟨head.nme]"),
    Fault("unknown-fact", "      - name\n", "      - ⟨nme\n"),
    Fault("unknown-fact", "declares: [name]", "declares: [⟨names]"),
    Fault(
        "unknown-fact",
        "gives: [name, birth_date, mother, mother.name]",
        "gives: [name, birth_date, ⟨mothr, mother.name]",
    ),
    Fault("unknown-fact", "confirms: [name]", "confirms: [⟨nme]"),
    Fault("unknown-fact", "carries: [birth_date]}", "carries: [⟨birthday]}"),
    Fault("unknown-fact", "gives: [name]}", "gives: [⟨nam]}"),
    Fault("unknown-subject", "needs: [husband.nik, wife.nik]", "needs: [husband.nik, ⟨nik]"),
    Fault("unknown-fact", "needs: [husband.nik, wife.nik]", "needs: [husband.nik, ⟨wife.nikk]"),
    Fault("unknown-key-element", "key: nik", "key: ⟨nick"),
]

ENTITIES = [
    Fault(
        "choice-without-codes",
        "sex: {title: {id: Jenis kelamin, en: sex}, type: choice, codes: sexes}",
        "⟨sex: {title: {id: Jenis kelamin, en: sex}, type: choice}",
    ),
    Fault("codes-without-choice", "phone: {title: Telepon}", "phone: {title: Telepon, codes: ⟨sexes}"),
    Fault("bad-pattern", "pattern: '[1-9][0-9]{15}'", "pattern: '[1-9]⟨[0-9{15}'"),
    Fault("slow-pattern", "pattern: '[0-9]{16}'", "pattern: '⟨([0-9]+)*'"),
    Fault("slow-pattern", "pattern: '[0-9]{16}'", "pattern: 'x⟨(a|ab)+'"),
    Fault(
        "min-above-max",
        "income: {title: {id: Penghasilan, en: income}, type: money, min: 0, max: 1000000000}",
        "⟨income: {title: {id: Penghasilan, en: income}, type: money, min: 5, max: 1}",
    ),
    Fault(
        "bounds-without-number",
        "birth_date: {title: {id: Tanggal lahir, en: date of birth}, type: date}",
        "⟨birth_date: {title: {id: Tanggal lahir, en: date of birth}, type: date, max: 3}",
    ),
    Fault(
        "pattern-without-text",
        "poor: {title: Miskin, type: yes/no}",
        "poor: {title: Miskin, type: yes/no, pattern: ⟨'a'}",
    ),
    Fault("reserved-word", "phone: {title: Telepon}", "phone: {title: Telepon}\n  ⟨in: {title: Masuk}"),
    Fault("reserved-word", "mother: person\n  family", "⟨then: person\n  mother: person\n  family"),
    Fault("element-and-relation", "mother: person\n  family", "⟨name: person\n  mother: person\n  family"),
    Fault("circular-computation", "computed: today() - birth_date", "computed: ⟨age_days + 1"),
    Fault("unknown-fact", "computed: today() - birth_date", "computed: today() - ⟨birthdate"),
    Fault("unknown-fact", "computed: today() - birth_date", "computed: today() - ⟨mother.birth_date"),
    Fault("wrong-result", "computed: today() - birth_date", "computed: ⟨birth_date"),
    Fault("gives-and-confirms", "confirms: [name]", "gives: [name]\n    confirms: [⟨name]"),
    Fault("needs-and-confirms", "confirms: [name]", "confirms: [⟨nik, name]"),
    Fault("needless-consent", "consents_to: siak.verify", "consents_to: ⟨siak.couple"),
    Fault(
        "consent-without-act",
        "{act: consent, id: may-ask, consents_to: siak",
        "{act: signature, id: may-ask, consents_to: ⟨siak",
    ),
    Fault("not-an-act", "{asks: phone, if", "⟨{asks: phone, declares: [name], if"),
    Fault("with-and-without", "with_agreements: [a01]", "with_agreements: [⟨a01]\nwithout_agreements: [a01]"),
]

EXPRESSIONS = [
    Fault("condition-syntax", "if: child.age_days > 60", "if: child.age_days ⟨>> 60"),
    Fault("unknown-fact", "if: child.age_days > 60", "if: ⟨child.age > 60"),
    Fault("unknown-fact", "if: child.age_days > 60", "if: '⟨child.age > 60'"),
    Fault("wrong-type", "if: child.age_days > 60", "if: child.birth_date ⟨> 60"),
    Fault("wrong-result", "if: child.age_days > 60", "if: ⟨child.age_days"),
    Fault("unknown-code", 'if: sex = "2"', 'if: sex = ⟨"3"'),
    Fault("many-outside", "if: count(movers.nik) > 0", "if: ⟨movers.age_days > 0"),
    Fault("unknown-function", "if: count(movers.nik) > 0", "if: ⟨cuont(movers.nik) > 0"),
    Fault("wrong-result", "1000 * count(movers.nik)", "⟨child.birth_date"),
    Fault("unknown-fact", 'if: sex = "2"', 'if: ⟨sexx = "2"'),
    Fault("condition-syntax", "if: child.age_days > 60", "if: child.age_days >⟨"),
    Fault("condition-syntax", "if: child.age_days > 60", "if: 'child.age_days >⟨'"),
    Fault("condition-syntax", "if: child.age_days > 60", "if: child.age_days > 60 ⟨at 2"),
    Fault("condition-syntax", "if: child.age_days > 60", "if: child.poor or\n          child.age_days > 60 ⟨at 2"),
    Fault(
        "condition-syntax",
        "if: child.age_days > 60",
        "if: >\n          child.poor or\n          child.age_days > 60 ⟨at 2",
    ),
    Fault("condition-syntax", "if: child.age_days > 60", "if: '\"it''s\" = child.name ⟨at 2'"),
    Fault("condition-syntax", "if: child.age_days > 60", 'if: "\\"it\\" = child.name ⟨at 2"'),
    Fault("not-a-choice", "[child.birth_date at documented]", "[child.birth_date at ⟨2]"),
    Fault("not-a-choice", "[child.birth_date at documented]", "['child.birth_date at ⟨documentd']"),
    Fault("missing-comma", "[child.birth_date at documented]", "[child.birth_date at ⟨documented child.name]"),
    Fault("missing-comma", "[mother.nik, child.name]", "[⟨mother.nik child.name]"),
    Fault("bad-title", "title: {id: Akta kelahiran, en: Birth certificate}", "title: ⟨[Akta, Deed]"),
]

ROLES = [
    Fault(
        "roles-in-a-circle",
        "  mother: {is: child.mother}\n",
        "  mother: {is: ⟨other.mother}\n  other: {is: mother.mother}\n",
    ),
    Fault("unknown-role", "mother: {is: child.mother}", "mother: {is: ⟨chld.mother}"),
    Fault("unknown-fact", "mother: {is: child.mother}", "mother: {is: ⟨child.mothr}"),
    Fault("not-a-relation", "mother: {is: child.mother}", "mother: {is: ⟨child.name}"),
    Fault("unknown-role", "pupils: {some of: movers}", "pupils: {some of: ⟨mover}"),
    Fault("not-many", "pupils: {some of: movers}", "pupils: {some of: ⟨child}"),
    Fault("role-and-agency", "  household: family\n", "  household: family\n  ⟨desa: person\n"),
    Fault("reserved-word", "  household: family\n", "  household: family\n  ⟨is: person\n"),
    Fault("unused-role", "  household: family\n", "  household: family\n  ⟨father: person\n"),
    Fault(
        "same-role-twice",
        "  mother: {is: child.mother}\n  household: family\n  movers: {many: person, expected: 2.5}\n"
        "  pupils: {some of: movers}\nsteps:\n",
        "  mother: {is: child.mother}\n  mum: {is: ⟨child.mother}\n  household: family\n"
        "  movers: {many: person, expected: 2.5}\n  pupils: {some of: movers}\nsteps:\n  - {notify: hello, whom: mum}\n",
    ),
    Fault("unknown-role", "about: child, share: 1%", "about: ⟨chil, share: 1%"),
    Fault("wrong-entity", "about: child, share: 1%", "about: ⟨household, share: 1%"),
    Fault("wrong-entity", "- ktp of mother", "- ⟨ktp of household"),
    Fault("unknown-role", "- ktp of mother", "- ⟨ktp of mothr"),
    Fault("wrong-entity", "about: mother\n", "about: ⟨household\n"),
    Fault("wrong-entity", "{husband: applicant, wife: mother}", "{husband: ⟨household, wife: mother}"),
    Fault("wrong-entity", "person: [child, mother]}", "person: [child, ⟨household]}"),
    Fault("unknown-role", "person: [child, mother]}", "person: [child, ⟨mohter]}"),
]

STEPS = [
    Fault(
        "wrong-entity",
        "      - pupils.birth_date\n",
        "      - pupils.birth_date\n      - {act: declaration, id: one, same: [applicant, ⟨household]}\n",
    ),
    Fault(
        "unknown-role",
        "      - pupils.birth_date\n",
        "      - pupils.birth_date\n      - {act: declaration, id: one, same: [⟨aplicant, mother]}\n",
    ),
    Fault("part-without-role", "person: [child, mother]}", "⟨person: []}"),
    Fault(
        "not-on-the-form",
        "    documents:\n      - ktp of mother",
        "    only: [applicant.name, report, ⟨applicant.poor]\n    documents:\n      - ktp of mother",
    ),
    Fault("empty-form", "      - form: by-hand\n        asks: [mother.birth_date]\n", "      - ⟨form: by-hand\n"),
    Fault("log-in-by-agency", "    with: ikd\n", "    with: ikd\n    by: ⟨desa\n"),
    Fault(
        "wrong-about",
        "  - lookup: mother-data\n    service: siak.person-by-nik\n    about: mother\n",
        "  - ⟨lookup: mother-data\n    service: siak.person-by-nik\n",
    ),
    Fault("wrong-about", "about: {husband: applicant, wife: mother}", "about: ⟨mother"),
    Fault("missing-subject", "about: {husband: applicant, wife: mother}", "about: {⟨husband: applicant}"),
    Fault(
        "unknown-subject",
        "about: {husband: applicant, wife: mother}",
        "about: {husband: applicant, wife: mother, ⟨wive: mother}",
    ),
    Fault("check-by-nobody", "  - check: verify\n    by: head of dukcapil\n", "  - ⟨check: verify\n"),
    Fault("check-by-citizen", "by: head of dukcapil\n    verifies", "by: ⟨applicant\n    verifies"),
    Fault(
        "inspects-what-it-does-not-verify",
        "{check: visit, by: desa, gives: [household.address]}",
        "{check: visit, by: desa, gives: [household.address], inspects: [⟨household.address]}",
    ),
    Fault("empty-check", "{check: visit, by: desa, gives: [household.address]}", "⟨{check: visit, by: desa}"),
    Fault(
        "silent-judgement",
        "          - decide: late\n            by: head of dukcapil\n            needs: [child.birth_date at documented]\n",
        "          - ⟨decide: late\n            by: head of dukcapil\n",
    ),
    Fault(
        "decided-by-nobody",
        "          - decide: late\n            by: head of dukcapil\n",
        "          - ⟨decide: late\n",
    ),
    Fault("empty-issue", "  - {notify: done", "  - ⟨{issue: letter}\n  - {notify: done"),
    Fault("empty-wait", "  - {wait: a-day, for: 1 day}", "  - ⟨{wait: a-day}"),
    Fault("escalated-to-citizen", "- check: verify\n", "- check: verify\n    escalates_to: ⟨applicant\n"),
    Fault("escalated-to-citizen", "time_limit: 2 working days", "time_limit: 2 working days\nescalates_to: ⟨applicant"),
    Fault("escalated-never", "time_limit: 2 working days", "escalates_to: ⟨head of dukcapil"),
    Fault("unknown-actor", "- check: verify\n", "- check: verify\n    escalates_to: ⟨boss\n"),
    Fault("unknown-agency", "time_limit: 2 working days", "time_limit: 2 working days\nescalates_to: ⟨head of dukcapi"),
]

FLOW = [
    Fault("same-name-twice", "{wait: a-day,", "⟨{wait: fee,"),
    Fault("same-name-twice", "- way: incomplete", "- ⟨way: allowed"),
    Fault("same-name-twice", "- branch: site", "- ⟨branch: money"),
    Fault("never-reached", "  - {notify: done", "  - {refuse: too-late}\n  - ⟨{notify: done"),
    Fault("never-reached", "      - else: []\n", "      - else: [{refuse: too-late}, ⟨{wait: x, for: 1 day}]\n"),
    Fault("back-to-later", "back to: apply", "back to: ⟨fee"),
    Fault(
        "back-into-parallel",
        "{check: visit, by: desa, gives: [household.address]}",
        "{decide: look, by: desa, needs: [], ways: [{way: good}, {way: bad, steps: [{back to: ⟨fee}]}]}",
    ),
    Fault(
        "shares-not-whole",
        "  - choose:\n      - if: child.age_days > 60\n        share: 15%",
        "  - ⟨choose:\n      - if: child.poor\n        share: 95%\n        steps: []\n      - if: child.age_days > 60\n        share: 15%",
    ),
    Fault("shares-not-whole", "counter: {share: 70%", "⟨counter: {share: 60%"),
    Fault("else-not-last", "      - else: []\n", "      - ⟨else: []\n      - if: child.poor\n"),
    Fault("else-not-last", "      - else: []\n", "      - ⟨else: []\n      - else: []\n"),
    Fault(
        "may-get-stuck",
        "  - {wait: a-day, for: 1 day}",
        "  - ⟨choose:\n      - {if: child.poor, steps: [{wait: a-day, for: 1 day}]}",
    ),
    Fault("never-taken", "      - else: []\n", "      - if: ⟨child.age_days > 60\n      - else: []\n"),
    Fault(
        "same-condition",
        "  - {wait: a-day, for: 1 day}",
        "  - choose:\n      - if: ⟨child.age_days > 60\n        steps: [{wait: a-day, for: 1 day}]\n      - else: []",
    ),
    Fault(
        "opposite-condition",
        "  - {wait: a-day, for: 1 day}",
        "  - choose:\n      - if: ⟨child.age_days <= 60\n        steps: [{wait: a-day, for: 1 day}]\n      - else: []",
    ),
    Fault(
        "opposite-condition",
        "  - {wait: a-day, for: 1 day}",
        "  - choose:\n      - if: ⟨not(child.age_days > 60)\n        steps: [{wait: a-day, for: 1 day}]\n      - else: []",
    ),
    Fault(
        "parallel-of-one",
        "  - {wait: a-day, for: 1 day}",
        "  - ⟨parallel:\n      - {branch: one, steps: [{wait: a-day, for: 1 day}]}",
    ),
    Fault("choice-of-one", "  - {wait: a-day, for: 1 day}", "  - ⟨choose:\n      - else: [{wait: a-day, for: 1 day}]"),
]

DOUBTS = [
    Fault(
        "paper-of-some",
        "  - {wait: a-day, for: 1 day}",
        "  - {form: extra, documents: [{document: kk of household, if: child.poor}]}\n"
        "  - {check: household, by: desa, verifies: [⟨household.address]}",
    ),
    Fault(
        "paper-of-some",
        "  - {wait: a-day, for: 1 day}",
        "  - {form: extra, documents: [{document: kk of household, share: 80%}]}\n"
        "  - {check: household, by: desa, verifies: [⟨household.address, household.kk_no]}",
    ),
    Fault("never-asked-anew", "anew: [child.name]", "anew: [⟨household.address]"),
    Fault("planned-for-no-day", "  a02:\n    consumer: desa", "  ⟨a02:\n    state: planned\n    consumer: desa"),
]

TABLE = DOUBTS + NAMES + FACTS + ENTITIES + EXPRESSIONS + ROLES + STEPS + FLOW
ADVICE = {
    *(fault.code for fault in DOUBTS),
    "choice-of-one",
    "decided-by-nobody",
    "empty-check",
    "empty-form",
    "empty-issue",
    "empty-wait",
    "escalated-never",
    "gives-and-confirms",
    "may-get-stuck",
    "needless-consent",
    "needs-and-confirms",
    "opposite-condition",
    "parallel-of-one",
    "same-condition",
    "same-role-twice",
    "silent-judgement",
    "unused-role",
}


@pytest.mark.parametrize("fault", TABLE, ids=[f"{fault.code}: {fault.new.strip()[:60]}" for fault in TABLE])
def test_a_fault_is_told_once_and_at_its_place(fault: Fault, tmp_path: Path) -> None:
    [(file, place)] = village(tmp_path, fault).items()

    problems = read([tmp_path]).problems

    assert [(problem.code, Path(problem.where.file).name, *problem.where[1:]) for problem in problems] == [
        (fault.code, file, *place)
    ], "\n".join(map(str, problems))


@pytest.mark.parametrize("fault", TABLE, ids=[f"{fault.code}: {fault.new.strip()[:60]}" for fault in TABLE])
def test_what_can_stay_is_advice_and_all_else_a_problem(fault: Fault, tmp_path: Path) -> None:
    village(tmp_path, fault)

    [problem] = read([tmp_path]).problems

    assert (problem.severity is Severity.ADVICE) == (fault.code in ADVICE)
    assert_reads_well(problem)


def assert_reads_well(problem: Problem) -> None:
    """See that fault and mend are sentences in both languages."""
    for words in (problem.fault, problem.mend):
        assert words.id != words.en
        assert all(text.endswith((".", "?")) and "  " not in text for text in words)
        assert all(text[0].isupper() or text[0] in "'\"{0123456789" or "." in text.split()[0] for text in words)


def test_a_catalogue_without_a_fault_gets_no_word(tmp_path: Path) -> None:
    village(tmp_path)

    assert read([tmp_path]).problems == ()


def test_what_is_declared_in_two_files_names_the_first_place(tmp_path: Path) -> None:
    village(tmp_path)
    (tmp_path / "zz.yaml").write_text("agencies:\n  desa: {title: Desa}\npurposes:\n  civil-registration: x\n")
    (tmp_path / "zz-person.yaml").write_text(FILES["person.yaml"])

    problems = read([tmp_path]).problems

    assert [(Path(problem.where.file).name, problem.where.line, problem.code) for problem in problems] == [
        ("zz-person.yaml", 1, "declared-twice"),
        ("zz.yaml", 2, "declared-twice"),
        ("zz.yaml", 4, "declared-twice"),
    ]
    assert f"{tmp_path / 'lists.yaml'}:10:3" in problems[1].fault.en


def test_roles_in_a_very_long_row_are_told_and_not_followed(tmp_path: Path) -> None:
    row = "".join(f"  r{n}: {{is: r{n + 1}.mother}}\n" for n in range(3000))
    village(tmp_path, Fault("", "  household: family\n", f"  household: family\n{row}  r3000: person\n"))

    assert [problem.code for problem in read([tmp_path]).problems] == ["too-many-roles-in-a-row"]


def test_computations_in_a_very_long_row_are_told_and_not_followed(tmp_path: Path) -> None:
    row = "".join(f"  e{n}: {{title: x, type: number, computed: e{n + 1} + 1}}\n" for n in range(60))
    village(tmp_path, Fault("", "  phone: {title", f"{row}  e60: {{title: x, type: number}}\n  phone: {{title"))

    [problem] = read([tmp_path]).problems

    assert (problem.code, problem.where.line) == ("too-many-computations-in-a-row", 9)


def test_a_circle_of_several_computations_is_told_once(tmp_path: Path) -> None:
    circle = "  a: {title: x, type: number, computed: b}\n  b: {title: x, type: number, computed: c}\n  c: {title: x, type: number, computed: a}\n"
    village(tmp_path, Fault("", "  phone: {title", f"{circle}  phone: {{title"))

    [problem] = read([tmp_path]).problems

    assert problem.code == "circular-computation"
    assert "a → b → c → a" in problem.fault.en


COVERED = [
    ("both of yes and no", ["child.poor", "not(child.poor)"], True),
    ("true and false", ["child.poor = true", "child.poor = false"], True),
    ("every code", ['child.sex = "1"', 'child.sex = "2"'], True),
    ("every code in a list", ['child.sex in ["1", "2"]'], True),
    ("one code of two", ['child.sex = "1"'], False),
    ("a comparison and its opposite", ["child.age_days > 90", "child.age_days <= 90"], True),
    ("a gap between comparisons", ["child.age_days > 90", "child.age_days < 90"], False),
    ("known and not known", ["child.name is known", "child.name is not known"], True),
    ("under two names", ['mother.sex = "1"', 'child.mother.sex = "2"'], True),
    ("codes of two people", ['mother.sex = "1"', 'child.sex = "2"'], False),
]


@pytest.mark.parametrize(("conditions", "covered"), [pytest.param(*row, id=title) for title, *row in COVERED])
def test_a_choice_without_else_must_cover_every_answer(conditions: list[str], covered: bool, tmp_path: Path) -> None:
    branches = "".join(
        f"      - {{if: '{text}', steps: [{{wait: w{n}, for: 1 day}}]}}\n" for n, text in enumerate(conditions)
    )
    village(tmp_path, Fault("", "  - {wait: a-day, for: 1 day}\n", f"  - choose:\n{branches}"))

    codes = [problem.code for problem in read([tmp_path]).problems]

    assert codes == ([] if covered else ["may-get-stuck"])


def test_the_same_condition_over_changed_facts_is_another(tmp_path: Path) -> None:
    again = "  - {form: weigh, asks: [child.birth_date]}\n  - choose:\n      - if: child.age_days > 60\n        steps: []\n      - else: []\n"
    village(tmp_path, Fault("", "  - {wait: a-day, for: 1 day}\n", again))

    assert read([tmp_path]).problems == ()


FAR = [  # what is told stands in another file than what makes it so
    ("nothing-found", "[husband.nik, wife.nik]", "[husband.nik, wife.nik]\n    coverage: 98%", "lookup: pair"),
    ("log-in-of-few", "about: person, gives: [name]}", "about: person, gives: [name], coverage: 4%}", "ikd\n"),
    (
        "needless-consent",
        "[siak.verify]\n    purposes: [civil-registration]",
        "[siak.verify]\n    purposes: [health]",
        "{act: consent, id: may-ask",
    ),
]


@pytest.mark.parametrize(("code", "old", "new", "at"), [pytest.param(*row, id=row[0]) for row in FAR])
def test_advice_is_told_where_the_procedure_can_be_mended(
    code: str, old: str, new: str, at: str, tmp_path: Path
) -> None:
    village(tmp_path, Fault("", old, new))
    (tmp_path / "health.yaml").write_text("purposes:\n  health: {id: Kesehatan, en: health}\n")
    before = FILES["birth.yaml"].partition(at)[0]

    [problem] = read([tmp_path]).problems

    assert (problem.code, problem.severity) == (code, Severity.ADVICE)
    assert (Path(problem.where.file).name, problem.where.line) == ("birth.yaml", before.count("\n") + 1)
    assert_reads_well(problem)


SENSIBLE = [
    (
        "a check where the paper's condition holds",
        "  - {wait: a-day, for: 1 day}",
        "  - {form: extra, documents: [{document: kk of household, if: child.poor}]}\n"
        "  - choose:\n      - if: child.poor\n        steps: [{check: h, by: desa, verifies: [household.address]}]\n      - else: []",
    ),
    (
        "a check of what nobody brings a paper of",
        "  - {wait: a-day, for: 1 day}",
        "  - {check: household, by: desa, verifies: [household.address]}",
    ),
    ("a log-in of few for those who have it", "  - identify: log-in\n    with: ikd\n",
     "  - decide: has-it\n    by: desa\n    needs: []\n    ways:\n      - {way: has, steps: [{identify: log-in, with: few}]}\n      - {way: has-not}\n"),
    ("what a paper shows anew", "anew: [child.name]", "anew: [mother.birth_date]"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), [pytest.param(*row, id=title) for title, *row in SENSIBLE])
def test_what_makes_sense_gets_no_advice(old: str, new: str, tmp_path: Path) -> None:
    village(tmp_path, Fault("", old, new))
    (tmp_path / "few.yaml").write_text("identification:\n  few: {title: Few, about: person, coverage: 1%}\n")

    assert read([tmp_path]).problems == ()


def test_an_alias_of_a_role_is_no_second_role(tmp_path: Path) -> None:
    village(tmp_path, Fault("", "  applicant: person\n", "  applicant: {is: mother}\n"))

    assert read([tmp_path]).problems == ()


def test_only_may_name_a_question_asked_again_and_an_act_about_one_of_several(tmp_path: Path) -> None:
    form = FILES["form.yaml"] + "  witness:\n    about: person\n    fields: [name, name, {act: signature, id: seen}]\n"
    procedure = FILES["birth.yaml"].replace(
        "        asks: [mother.birth_date]\n",
        "        uses: {F-2.01: {witness: [child, mother]}}\n        only: [mother.name, mother.name#2, seen of mother]\n",
    )
    village(tmp_path)
    (tmp_path / "form.yaml").write_text(form)
    (tmp_path / "birth.yaml").write_text(procedure)

    assert read([tmp_path]).problems == ()


MENDS = [
    (
        "a title in brackets",
        "title: {id: Akta kelahiran, en: Birth certificate}",
        "title: [Akta]",
        "Write 'Akta' without brackets.",
    ),
    (
        "a title as a list of two",
        "title: {id: Akta kelahiran, en: Birth certificate}",
        "title: [Akta, Deed]",
        "Write {id: Akta, en: Deed}.",
    ),
    ("a text without quotes", "if: child.age_days > 60", "if: child.name = Ali", 'Write "Ali".'),
    ("a small text without quotes", "if: child.age_days > 60", "if: child.name = ali", 'Write "ali".'),
    ("a text without quotes in front", "if: child.age_days > 60", "if: Ali = child.name", 'Write "Ali".'),
    ("two words without quotes", "if: child.age_days > 60", "if: child.name = Siti Aminah", 'Write "Siti Aminah".'),
    ("what is no code", "if: child.age_days > 60", "if: child.sex = Female", 'Write one of "1", "2".'),
    ("a role in large letters", "if: child.age_days > 60", "if: Child.age_days > 60", "Write child.age_days."),
    (
        "a level in a condition",
        "if: child.age_days > 60",
        "if: child.age_days at documented > 60",
        "A condition reads values, not how sure they are; write 'at' in 'needs' of a step.",
    ),
    (
        "a fact that says whose it is, on a form",
        "      - name\n      - {asks",
        "      - applicant.name\n      - {asks",
        "Write 'name': facts are seen from a 'person' here.",
    ),
    (
        "a fact that says whose it is, in a form's condition",
        'if: sex = "2"',
        'if: applicant.sex = "2"',
        "Write 'sex': facts are seen from a 'person' here.",
    ),
    (
        "a fact that says whose it is, on a paper",
        "carries: [kk_no, address, head.name]",
        "carries: [kk_no, address, household.head.name]",
        "Write 'head.name': facts are seen from a 'family' here.",
    ),
    ("no comma", "[mother.nik, child.name]", "[mother.nik child.name]", "Write mother.nik, child.name, or one a line."),
    (
        "no comma and no brackets",
        "verifies: [mother.nik, child.name]",
        "verifies: mother.nik child.name",
        "Write [mother.nik, child.name], with a comma between the names.",
    ),
    (
        "a level without 'at'",
        "birth_date at documented]",
        "birth_date documented]",
        "Write 'child.birth_date at documented'.",
    ),
    (
        "a post without its agency",
        "by: head of dukcapil\n    verifies",
        "by: head\n    verifies",
        "Write 'head of dukcapil'.",
    ),
    (
        "a day without quotes",
        "if: child.age_days > 60",
        "if: child.birth_date < 1990-01-01",
        'Write date("1990-01-01").',
    ),
    (
        "a judgement asked like a fact",
        "      - else: []\n",
        "      - if: late\n      - else: []\n",
        "A judgement picks its way itself: write the steps in 'ways:' of 'late'.",
    ),
    ("the nearest fact", "[mother.nik, child.name]", "[mother.nik, child.nmae]", "Write 'child.name'."),
    ("the nearest role", "[mother.nik, child.name]", "[mother.nik, chidl.name]", "Write 'child.name'."),
    ("a fact of whom", "[mother.nik, child.name]", "[mother.nik, name]", "Write, for example, 'applicant.name'."),
    (
        "the key of a role",
        "[mother.nik, child.name]",
        "[mother.nik, child]",
        "Write 'child.nik' or another of its facts.",
    ),
    (
        "the key of a role that a condition names",
        "if: count(movers.nik) > 0",
        "if: count(movers) > 0",
        "'movers' is a role; write 'movers.nik' or another of its facts.",
    ),
    (
        "all of a few, and where to declare it",
        "issuer: dukcapil",
        "issuer: bps",
        "Write one of 'desa', 'dukcapil', or declare it in 'agencies:'.",
    ),
    (
        "a code that is no name",
        '  "1": {',
        '  "12:30 WIB": {',
        "Write '12-30-WIB': names are letters, digits, '.', '-', '_' and '+'.",
    ),
    (
        "a code of signs",
        '  "1": {',
        '  "~": {',
        "Names are letters, digits, '.', '-', '_' and '+', and begin with a letter or a digit.",
    ),
    (
        "an element nobody declared",
        "[mother.nik, child.name]",
        "[mother.nik, child.vaccinated]",
        "Declare it in 'elements:' of the entity 'person'.",
    ),
]


@pytest.mark.parametrize(("old", "new", "mend"), [pytest.param(*row, id=title) for title, *row in MENDS])
def test_the_mend_says_what_to_write(old: str, new: str, mend: str, tmp_path: Path) -> None:
    village(tmp_path, Fault("", old, new))

    [problem] = read([tmp_path]).problems

    assert problem.mend.en == mend
