"""What does not fit the language is told once, at its place, and hides nothing else; files belong together as the page says."""

# ruff: noqa: E501  # a row a fault

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processes.fitting import fit
from processes.part import Part
from processes.policy import Policy
from processes.problem import Severity
from processes.procedure import FormStep, Procedure, walk
from processes.reading import catalogue_around, read
from processes.yaml_text import parse
from tests.processes.test_checking import assert_reads_well
from tests.processes.village import FILES, MARK, Fault, village

KEYS = [
    Fault("unknown-key", "    minutes: 35\n", "    ⟨minuts: 35\n"),
    Fault("unknown-key", "    minutes: 35\n", "    ⟨where: there\n"),
    Fault("unknown-key", "volume: 14200 per year\n", "⟨volum: 14200 per year\n"),
    Fault("unknown-key", "{many: person, expected: 2.5}", "{many: person, ⟨expects: 2.5}"),
    Fault("unknown-key", "{way: allowed, share: 95%}", "{way: allowed, ⟨shares: 95%}"),
    Fault("unknown-key", "{asks: movers.name, if: count(movers.nik) > 0}", "{asks: movers.name, ⟨condition: count(movers.nik) > 0}"),
    Fault("unknown-key", "name: {title: {id: Nama, en: name}, max: 100}", "name: {title: {id: Nama, en: name}, ⟨maximum: 100}"),
    Fault("unknown-key", "relations:\n  head", "⟨relation:\n  head: person\nrelations:\n  head"),
    Fault("unknown-key", "    from: 2025-01-01\n", "    ⟨since: 2025-01-01\n"),
    Fault("unknown-key", "with_agreements: [a01]\n", "with_agreements: [a01]\n⟨consent_minute: 1\n"),
    Fault("unknown-key", "registers:\n", "⟨register:\n  x: {title: x, agency: desa}\nregisters:\n"),
    Fault("unknown-key", "    role: applicant\n", "    ⟨roles: applicant\n    role: applicant\n"),
    Fault("name-twice", "  ikd: {title", "  ikd: {⟨id: ikd, title"),
    Fault("missing-key", "procedure: birth\ntitle: {id: Akta kelahiran, en: Birth certificate}\nagency: dukcapil\n", "⟨procedure: birth\ntitle: {id: Akta kelahiran, en: Birth certificate}\n"),
    Fault("missing-key", "  - lookup: mother-data\n    service: siak.person-by-nik\n", "  - ⟨lookup: mother-data\n"),
    Fault("missing-key", "  - identify: log-in\n    with: ikd\n", "  - ⟨identify: log-in\n"),
    Fault("missing-key", "entity: family\nkey: kk_no\n", "⟨entity: family\n"),
    Fault("missing-key", "  kk:\n    title: {id: Kartu Keluarga, en: family card}\n", "  ⟨kk:\n"),
    Fault("missing-key", "- way: incomplete\n                steps", "- ⟨steps"),
    Fault("missing-key", "- branch: site\n        steps", "- ⟨steps"),
    Fault("no-step", "  - {wait: a-day, for: 1 day}", "  - ⟨{waits: a-day, for: 1 day}"),
    Fault("no-step", "  - {wait: a-day, for: 1 day}", "  - ⟨wait a day"),
    Fault("no-step", "  - {wait: a-day, for: 1 day}", "  - ⟨{}"),
]  # fmt: skip

SHAPES = [
    Fault("wrong-type", "roles:\n  applicant: person\n  child: person\n  mother: {is: child.mother}\n  household: family\n  movers: {many: person, expected: 2.5}\n  pupils: {some of: movers}\n", "roles:\n  ⟨- applicant: person\n  - child: person\n"),
    Fault("looks-like-thousands", "fee: 25000", "fee: ⟨25.000"),
    Fault("unknown-key", "policy: usual\n", "policy: usual\n⟨agencies: {}\n"),
    Fault("unknown-key", "policy: usual\n", "policy: usual\n⟨forms: []\n"),
    Fault("unknown-key", "- household.kk_no", "- {⟨household.kk_no: text}"),
    Fault("bad-question", "    documents:\n      - ktp of mother", "    only: [⟨The name]\n    documents:\n      - ktp of mother"),
    Fault("wrong-type", "by: applicant\n    minutes", "by: ⟨3\n    minutes"),
    Fault("wrong-type", "by: applicant\n    minutes", "by: ⟨[applicant]\n    minutes"),
    Fault("wrong-type", "minutes: 35", "minutes: ⟨many"),
    Fault("wrong-type", "minutes: 35", 'minutes: ⟨"35"'),
    Fault("wrong-type", "consent: true", "consent: ⟨yess"),
    Fault("wrong-type", "documents:\n      - ktp of mother\n      - either: [kk of household, ktp of applicant]", "documents: ⟨ktp of mother"),
    Fault("wrong-type", "changes: [siak]", "changes: [⟨3]"),
    Fault("wrong-type", "changes: [siak]", "changes: ⟨{siak: true}"),
    Fault("wrong-type", "channels:\n  counter: {share: 70%, minutes: 60}\n  village: {share: 30%, minutes: 10}\n", "channels: ⟨counter\n"),
    Fault("wrong-type", "roles:\n  applicant: person\n", "roles:\n  applicant: person\n  other: ⟨7\n"),
    Fault("wrong-type", "birth: {about: person, carries: [birth_date]}", "birth: ⟨person"),
    Fault("wrong-type", "about: {husband: applicant, wife: mother}", "about: ⟨3"),
    Fault("wrong-type", "about: {husband: applicant, wife: mother}", "about: {husband: ⟨3, wife: mother}"),
    Fault("wrong-type", "fee: 25000", "fee: ⟨Rp25.000"),
    Fault("wrong-type", "starts: [birth]", "starts: [birth]\n    letter: ⟨yes-it-is"),
    Fault("bad-name", "identify: log-in", "identify: ⟨Log In"),
    Fault("bad-name", "  household: family\n", "  household: family\n  ⟨other-one: person\n"),
    Fault("bad-name", "phone: {title: Telepon}", "phone: {title: Telepon}\n  ⟨Faks: {title: Faks}"),
    Fault("bad-fact", "[mother.nik, child.name]", "[mother.nik, ⟨child name]"),
    Fault("bad-fact", "is: child.mother", "is: ⟨child-mother"),
    Fault("bad-document", "- ktp of mother", "- ⟨ktp"),
    Fault("bad-document", "- either: [kk of household, ktp of applicant]", "- ⟨either: [kk of household]"),
    Fault("bad-actor", "by: head of dukcapil\n    verifies", "by: ⟨the head of dukcapil\n    verifies"),
    Fault("bad-service-name", "service: siak.couple", "service: ⟨couple"),
    Fault("not-a-choice", "act: signature", "act: ⟨sign"),
    Fault("not-a-choice", "type: money", "type: ⟨rupiah"),
    Fault("not-a-choice", "[child.birth_date at documented]", "[child.birth_date at ⟨document]"),
    Fault("not-a-choice", "    until: 2026-12-31\n", "    until: 2026-12-31\n    state: ⟨active\n"),
    Fault("out-of-range", "{way: allowed, share: 95%}", "{way: allowed, share: ⟨1.5}"),
    Fault("out-of-range", "{way: allowed, share: 95%}", "{way: allowed, share: ⟨150%}"),
    Fault("out-of-range", "minutes: 35", "minutes: ⟨-1"),
    Fault("out-of-range", "minutes: 35", "minutes: ⟨99999999"),
    Fault("empty-value", "if: child.age_days > 60", "if: ⟨\"\""),
    Fault("too-long", "if: child.age_days > 60", f"if: ⟨child.age_days > 60 {'and true ' * 120}"),
    Fault("too-few", "ways:\n              - {way: allowed, share: 95%}\n              - way: incomplete\n                steps:\n                  - back to: apply\n                    anew: [child.name]\n", "ways: ⟨[]\n"),
    Fault("too-few", "services: [siak.verify]", "services: ⟨[]"),
    Fault("bad-title", "title: {id: Akta kelahiran, en: Birth certificate}", "title: ⟨{id: Akta kelahiran}"),
    Fault("bad-title", "title: {id: Akta kelahiran, en: Birth certificate}", "title: ⟨7"),
    Fault("bad-title", "head: {id: Kepala Dinas, en: head of the office}", "head: ⟨{en: head of the office}"),
    Fault("bad-date", "date: 2026-11-01", "date: ⟨1 November 2026"),
    Fault("bad-date", "from: 2025-01-01", "from: ⟨2025-02-30"),
    Fault("bad-date", "from: 2025-01-01", "from: ⟨2025"),
    Fault("bad-time", "for: 1 day", "for: ⟨a day"),
    Fault("bad-time", "time_limit: 2 working days", "time_limit: ⟨2 hari kerja"),
    Fault("bad-period", "  a01:\n    consumer: dukcapil\n    services: [siak.person-by-nik, siak.couple]\n    purposes: [civil-registration]\n    facts: [name, mother.name, wife.name]\n    from: 2025-01-01\n", "  ⟨a01:\n    consumer: dukcapil\n    services: [siak.person-by-nik, siak.couple]\n    purposes: [civil-registration]\n    facts: [name, mother.name, wife.name]\n    from: 2027-01-01\n"),
    Fault("bad-ground", "fee: 25000", "fee: 25000, rests_on: ⟨{law: UU 24/2013, habit: true}"),
    Fault("bad-ground", "fee: 25000", "fee: 25000, rests_on: ⟨{until: 2026-01-01}"),
    Fault("wrong-type", "fee: 25000", "fee: 25000, rests_on: ⟨UU 24/2013"),
    Fault("listed-twice", "gets: [name, birth_date]", "gets: ⟨[name, name]"),
    Fault("listed-twice", "services: [siak.verify]", "services: ⟨[siak.verify, siak.verify]"),
    Fault("empty-field", "{asks: phone, if: sex = \"2\"}", "⟨{label: Telepon}"),
    Fault("empty-service", "  verify:\n    about: person\n    needs: [nik]\n    confirms: [name]\n", "  ⟨verify:\n    about: person\n    needs: [nik]\n"),
    Fault("bad-role", "  household: family\n", "  household: family\n  ⟨x: {is: child.mother, many: person}\n"),
    Fault("bad-parts", "uses:\n      F-2.01: {informant: [], person: [child, mother]}", "uses: ⟨{F-2.01: 3}"),
    Fault("bad-branch", "      - else: []\n", "      - ⟨steps: []\n"),
    Fault("bad-branch", "      - else: []\n", "      - ⟨else: []\n        steps: []\n"),
    Fault("bad-volume", "volume: 14200 per year", "volume: ⟨14200 a year"),
    Fault("unknown-kind", "policy: usual\n", "⟨polcy: usual\n"),
    Fault("duplicate-key", "    minutes: 35\n", "    minutes: 35\n    ⟨minutes: 40\n"),
    Fault("looks-like-truth", "phone: {title: Telepon}", "phone: {title: ⟨no}"),
    Fault("reserved-start", "changes: [siak]", "changes: [⟨*siak]"),
]  # fmt: skip

TABLE = KEYS + SHAPES


@pytest.mark.parametrize("fault", TABLE, ids=[f"{fault.code}: {fault.new.strip()[:60]}" for fault in TABLE])
def test_what_does_not_fit_is_told_once_and_at_its_place(fault: Fault, tmp_path: Path) -> None:
    [(file, place)] = village(tmp_path, fault).items()

    problems = read([tmp_path]).problems

    assert [(problem.code, Path(problem.where.file).name, *problem.where[1:]) for problem in problems] == [
        (fault.code, file, *place)
    ], "\n".join(map(str, problems))
    assert_reads_well(problems[0])


def test_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    village(tmp_path)
    bad = (
        FILES["birth.yaml"]
        .replace("volume:", "volum:")
        .replace("ktp of mother", "ktp")
        .replace("mother.nik", "mother.nick")
    )
    (tmp_path / "birth.yaml").write_text(bad)
    (tmp_path / "policy.yaml").write_text("polcy: usual\n")
    (tmp_path / "form.yaml").write_text("form: [F-2.01\n")

    problems = read([tmp_path]).problems

    assert {(Path(problem.where.file).name, problem.code) for problem in problems} == {
        ("birth.yaml", "unknown-key"),
        ("birth.yaml", "bad-document"),
        ("birth.yaml", "unknown-fact"),
        ("form.yaml", "unclosed-bracket"),
        ("policy.yaml", "unknown-kind"),
    }
    assert [problem.where for problem in problems] == sorted(problem.where for problem in problems)


@pytest.mark.parametrize("name", [name for name in FILES if name != "birth.yaml"])
def test_a_file_that_cannot_be_read_makes_no_problem_elsewhere(name: str, tmp_path: Path) -> None:
    village(tmp_path)
    (tmp_path / name).write_text(FILES[name] + "\n  - : [")

    problems = read([tmp_path]).problems

    assert {Path(problem.where.file).name for problem in problems} == {name}, "\n".join(map(str, problems))


def test_a_file_in_another_encoding_makes_no_problem_elsewhere(tmp_path: Path) -> None:
    village(tmp_path)
    (tmp_path / "lists.yaml").write_bytes(FILES["lists.yaml"].replace("Kepala", "Képala").encode("latin-1"))

    assert [problem.code for problem in read([tmp_path]).problems] == ["not-utf-8"]


def test_what_is_left_of_a_faulty_procedure_is_still_checked(tmp_path: Path) -> None:
    village(tmp_path)
    (tmp_path / "birth.yaml").write_text(
        FILES["birth.yaml"].replace("purpose: civil", "purpos: civil").replace("back to: apply", "back to: aply")
    )

    found = read([tmp_path])

    assert [(problem.code, problem.where.line) for problem in found.problems] == [
        ("unknown-key", 4),
        ("unknown-step", 61),
    ]
    assert [procedure.id for procedure in found.procedures] == ["birth"]


def test_everything_keeps_its_place(tmp_path: Path) -> None:
    village(tmp_path)

    [procedure] = read([tmp_path]).procedures
    form = next(item for item in walk(procedure.steps) if isinstance(item, FormStep))

    assert (form.where.line, form.where.column) == (21, 5)
    assert (form.documents[0].where.line, form.documents[0].where.column) == (32, 9)
    assert (procedure.roles[2].where.line, procedure.roles[2].where.column) == (14, 3)


# --- which files belong together ---


def test_a_file_alone_is_read_within_its_catalogue(tmp_path: Path) -> None:
    village(tmp_path)
    (tmp_path / "procedures").mkdir()
    (tmp_path / "birth.yaml").rename(tmp_path / "procedures" / "birth.yaml")

    found = read([tmp_path / "procedures" / "birth.yaml"])

    assert found.problems == ()
    assert [procedure.id for procedure in found.procedures] == ["birth"]
    assert len(found.catalogue.entities) == 2
    assert len(found.files) == 1
    assert [policy.id for policy in found.policies] == ["usual"]


def test_of_the_catalogue_around_a_file_only_that_it_has_problems_is_told(tmp_path: Path) -> None:
    village(tmp_path, Fault("unknown-agency", "consumer: desa", "consumer: deso"))
    (tmp_path / "other.yaml").write_text(FILES["birth.yaml"].replace("procedure: birth", "procedure: other"))

    found = read([tmp_path / "birth.yaml"])

    assert [(problem.code, problem.severity) for problem in found.problems] == [
        ("catalogue-has-problems", Severity.PROBLEM)
    ]
    assert "lists.yaml" in found.problems[0].fault.en
    assert [procedure.id for procedure in found.procedures] == ["birth"]


def test_names_of_procedures_beside_a_file_are_known(tmp_path: Path) -> None:
    village(tmp_path, Fault("", "starts: [birth]", "starts: [other]"))
    (tmp_path / "other.yaml").write_text(
        FILES["birth.yaml"]
        .replace("procedure: birth", "procedure: other")
        .replace("starts: [birth]", "starts: [other]")
    )

    assert read([tmp_path / "birth.yaml"]).problems == ()


def test_a_file_alone_without_a_catalogue_stands_alone(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "family.yaml").write_text(FILES["family.yaml"])

    found = read([tmp_path / "family.yaml"])

    assert {problem.code for problem in found.problems} == {"unknown-entity"}
    assert catalogue_around(tmp_path / "family.yaml") is None


def test_a_folder_of_several_catalogues_is_none(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        village(tmp_path / name)
    (tmp_path / "three").mkdir()

    assert catalogue_around(tmp_path / "three") is None
    assert catalogue_around(tmp_path / "one" / "birth.yaml") == tmp_path / "one"


def test_a_folder_within_a_catalogue_is_read_within_it(tmp_path: Path) -> None:
    village(tmp_path)
    (tmp_path / "procedures").mkdir()
    (tmp_path / "birth.yaml").rename(tmp_path / "procedures" / "birth.yaml")

    assert read([tmp_path / "procedures"]).problems == ()


def test_relative_paths_stay_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    village(tmp_path, Fault("unknown-agency", "to: desa", "to: desaa"))
    monkeypatch.chdir(tmp_path.parent)

    [problem] = read([tmp_path.name]).problems

    assert problem.where.file == f"{tmp_path.name}/birth.yaml"


# --- whatever stands in a file, it is told ---


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a file of the village with some lines deleted, doubled, exchanged or changed."""
    name = draw(st.sampled_from(sorted(FILES)))
    lines = FILES[name].splitlines()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        other = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["delete", "double", "exchange", "indent", "replace", "key", "value"])):
            case "delete" if len(lines) > 1:
                del lines[at]
            case "double":
                lines.insert(at, lines[at])
            case "exchange":
                lines[at], lines[other] = lines[other], lines[at]
            case "indent":
                lines[at] = " " * draw(st.integers(0, 6)) + lines[at].lstrip()
            case "key" if ":" in lines[at]:
                lines[at] = (
                    draw(st.sampled_from(["id", "where", "steps", "form", "- if", "x"]))
                    + ":"
                    + lines[at].partition(":")[2]
                )
            case "value":
                value = draw(
                    st.sampled_from(
                        [
                            "3",
                            "[]",
                            "{}",
                            "null",
                            "true",
                            '""',
                            "[[]]",
                            "{id: x}",
                            "[a, 3, {b: c}]",
                            "-1",
                            "x.y.z",
                            "1e999",
                            "a of b",
                        ]
                    )
                )
                lines[at] = lines[at].partition(":")[0] + ": " + value
            case "replace":
                lines[at] = lines[at].replace(
                    draw(st.sampled_from("abc:-[]{},'\"")),
                    draw(st.sampled_from(["", "é", ":", "  ", "&a ", "*a", "!x "])),
                )
            case _:
                pass
    return name, "\n".join(lines) + "\n"


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mutations())
def test_no_change_to_a_file_makes_reading_fail(tmp_path: Path, mutation: tuple[str, str]) -> None:
    village(tmp_path)
    (tmp_path / mutation[0]).write_text(mutation[1], encoding="utf-8")

    found = read([tmp_path])

    lines = {str(tmp_path / name): (tmp_path / name).read_text().splitlines() for name in FILES}
    for problem in found.problems:
        text = ["", *lines[problem.where.file], ""][problem.where.line]
        assert problem.where.line >= 1
        assert 1 <= problem.where.column <= len(text) + 1
        assert problem.fault.id and problem.fault.en and problem.mend.id and problem.mend.en


_anything = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10) | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(["x", "child.name", "ktp of child", "2 days"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "title", "form", "steps", "if", "else", "choose", "uses", "roles", "where", "act", "ways", "about"]), inner, max_size=4),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=150)
@given(st.sampled_from([Procedure, Policy]), _anything, _anything)
def test_any_data_can_be_fitted(model: type[Part], steps: object, roles: object) -> None:
    text = json.dumps({"procedure": "x", "title": "x", "agency": "x", "purpose": "x", "steps": steps, "roles": roles})

    fitted = fit(model, parse(text, "x.yaml"))

    assert fitted.value is not None or fitted.problems


def test_marks_are_not_part_of_the_village() -> None:
    assert not any(MARK in text for text in FILES.values())


def test_more_faults_than_anybody_reads_are_not_all_told(tmp_path: Path) -> None:
    village(tmp_path)
    (tmp_path / "birth.yaml").write_text(FILES["birth.yaml"] + "  - 1\n" * 5000)

    assert 100 <= len(read([tmp_path]).problems) <= 501


def test_whoever_has_more_problems_than_are_told_is_told_so(tmp_path: Path) -> None:
    village(tmp_path)
    many = "".join(f"  - {{form: f{n}, asks: [applicant.zz]}}\n" for n in range(1100))
    (tmp_path / "birth.yaml").write_text(FILES["birth.yaml"] + many)
    (tmp_path / "form.yaml").write_text(FILES["form.yaml"] + "".join(f"k{n}: 1\n" for n in range(600)))

    problems = read([tmp_path]).problems

    more = [(problem.where.line, problem.fault.en) for problem in problems if problem.code == "more-problems"]
    first_form, first_key = FILES["birth.yaml"].count("\n") + 1, FILES["form.yaml"].count("\n") + 1
    assert more == [
        (first_form + 1000, "There are more problems; only the first 1000 are told."),
        (first_key + 500, "There are more problems; only the first 500 are told."),
    ]
    assert len(problems) == 1502
