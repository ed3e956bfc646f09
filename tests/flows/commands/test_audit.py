"""`sekali audit` as people call it: export, verify, and what a citizen is told."""

import json
import os
import sqlite3
from contextlib import chdir, closing
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.flows.commands.calling import Said, sekali

FILES = (
    """
entity: person
key: nik
elements:
  nik: {title: {id: NIK, en: identity number}, pattern: '[0-9]{4}'}
  name: {title: {id: Nama, en: name}, max: 30}
""",
    """
agencies:
  office: {title: {id: Kantor, en: Office}}
purposes:
  registration: {title: {id: Pendaftaran, en: registration}}
agreements:
  a1: {consumer: office, services: [people.by-nik], purposes: [registration], legal_basis: [UU 24/2013 Art. 79]}
""",
    """
registry: people
title: {id: Kependudukan, en: Population}
agency: office
services:
  by-nik: {title: {id: Data diri, en: Personal data}, about: person, needs: [nik], gives: [name], key_level: declared}
""",
    """
procedure: card
title: {id: Kartu, en: Card}
agency: office
purpose: registration
roles: {applicant: person}
steps:
  - form: apply
    asks: [applicant.nik]
  - lookup: data
    title: {id: Mengambil data diri, en: Fetch personal data}
    service: people.by-nik
    about: applicant
    gets: [name]
  - issue: card
    carries: [applicant.name]
""",
)


class Desk:
    """A folder with a procedure, a registry and cases, where commands are called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for number, text in enumerate(FILES):
            (folder / f"{number}.yaml").write_text(text)
        with closing(sqlite3.connect(folder / "people.sqlite")) as people, people:
            people.execute("create table person (nik text primary key, name text)")
            people.executemany("insert into person values (?, ?)", [("0001", "SITI"), ("0002", "ANI")])
        (folder / "sekali.toml").write_text(
            '[services."people.by-nik"]\ndatabase = "sqlite:///people.sqlite"\ntable = "person"\n'
        )

    def call(self, *arguments: str, lang: str = "en") -> Said:
        """Call the command line, standing in the folder."""
        with chdir(self.folder), patch.dict(os.environ):
            for name in list(os.environ):
                if name.startswith(("SEKALI_", "PREFECT_")):
                    del os.environ[name]
            return sekali(*arguments, lang=lang)

    def run(self, *niks: str) -> Said:
        """Run the procedure for people."""
        lines = [json.dumps({"case": f"K-{nik}", "facts": {"applicant.nik": nik}}) for nik in niks]
        (self.folder / "cases.jsonl").write_text("\n".join(lines) + "\n")
        return self.call("run", "3.yaml", "--cases", "cases.jsonl", "--no-prefect", "--date", "2026-11-01")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    said = desk.run("0001", "0003")
    assert said.exit_code == 0, said.stderr
    return desk


def head_of(said: Said) -> str:
    return said.stderr.removeprefix("Head: ").removesuffix(". Keep it elsewhere.\n")


def test_the_trail_is_exported_and_verified_with_and_without_the_store(desk: Desk) -> None:
    exported = desk.call("audit", "export")
    assert exported.exit_code == 0, exported.stderr
    assert [json.loads(line)["outcome"] for line in exported.stdout.splitlines()[1:-1]] == ["found", "none"]
    head = head_of(exported)
    (desk.folder / "trail.jsonl").write_text(exported.stdout)

    for arguments in (["trail.jsonl"], [], ["trail.jsonl", "--head", head], ["--head", head]):
        said = desk.call("audit", "verify", *arguments)
        assert (said.exit_code, said.stdout) == (0, f"Nothing is wrong: 2 lines. Head: {head}\n")
    assert desk.call("audit", "verify", lang="id").stdout.startswith("Tidak ada yang salah: 2 baris. Ujung: 2-")


def test_what_is_wrong_is_told_with_its_line(desk: Desk) -> None:
    exported = desk.call("audit", "export").stdout
    (desk.folder / "trail.jsonl").write_text(exported.replace('"none"', '"found"'))

    said = desk.call("audit", "verify", "trail.jsonl")
    assert said.exit_code == 1
    assert said.stdout.startswith("trail.jsonl:3: the hash of entry 2 is not that of its lines")
    assert "telah diubah" in desk.call("audit", "verify", "trail.jsonl", lang="id").stdout


def test_an_end_that_is_gone_shows_by_the_head_that_was_kept(desk: Desk) -> None:
    head = head_of(desk.call("audit", "export"))
    with closing(sqlite3.connect(desk.folder / "sekali.sqlite")) as store, store:
        store.execute("delete from audit where number = 2")
        store.execute("delete from audited where case_id = 2")

    assert desk.call("audit", "verify").exit_code == 0
    said = desk.call("audit", "verify", "--head", head)
    assert (said.exit_code, "is cut off" in said.stdout) == (1, True)


def test_an_entry_that_a_citizen_would_not_be_told_shows(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.folder / "sekali.sqlite")) as store, store:
        store.execute("delete from audited where case_id = 2")

    said = desk.call("audit", "verify")
    assert said.exit_code == 1
    assert "what the case with number 2 is told is not what the trail says at entry 1" in said.stdout


TOLD = {
    "en": """
Office
Population (Personal data)
name of the applicant
Card: Fetch personal data (purpose: registration)
a1: UU 24/2013 Art. 79
it was found
""",
    "id": """
Kantor
Kependudukan (Data diri)
Nama applicant
Kartu: Mengambil data diri (tujuan: Pendaftaran)
a1: UU 24/2013 Art. 79
ditemukan
""",
}


@pytest.mark.parametrize("lang", TOLD)
def test_a_citizen_is_told_who_looked_at_what_and_why(desk: Desk, lang: str) -> None:
    said = desk.call("audit", "case", "K-0001", lang=lang)
    assert said.exit_code == 0, said.stderr
    for text in TOLD[lang].split("\n"):
        assert text in said.stdout
    assert desk.call("audit", "case", "K-0001", "--html", "page.html", lang=lang).exit_code == 0
    page = (desk.folder / "page.html").read_text()
    for text in TOLD[lang].split("\n"):
        assert text in page
    assert "SITI" not in said.stdout + page


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["case", "K-9"], 1, "There is no case 'K-9'."),
        (["verify", "--head", "nonsense"], 2, "'nonsense' is no head"),
        (["verify", "nowhere.jsonl"], 2, "nowhere.jsonl"),
        (["export", "--after", "7"], 2, "There is no entry 7."),
        (["exprot"], 2, "There is no command 'exprot'. Did you mean 'export'?"),
        (["verify", "--store", "nowhere.sqlite"], 1, "There is no case store"),
    ],
)
def test_what_cannot_be_is_told(desk: Desk, arguments: list[str], code: int, says: str) -> None:
    said = desk.call("audit", *arguments)
    assert said.exit_code == code
    assert says in said.stderr


@pytest.mark.parametrize("lang", ["en", "id"])
def test_help_speaks_both_languages(desk: Desk, lang: str) -> None:
    whole = " ".join(desk.call("audit", "--help", lang=lang).stdout.split())
    assert ("The audit trail: each time" if lang == "en" else "Jejak audit: setiap permintaan") in whole
    assert ("Tells who looked" if lang == "en" else "Memberi tahu siapa") in whole
    for name in ("export", "verify", "case"):
        assert f"sekali audit {name}" in desk.call("audit", name, "--help", lang=lang).stdout


# --- where values come from -----------------------------------------------------------------------------------------


def test_a_case_is_shown_with_where_its_data_come_from(desk: Desk) -> None:
    lines = desk.call("cases", "--show", "K-0001").stdout.splitlines()
    assert lines[0].split("  ")[0] == "fact"
    [name] = [line for line in lines if "SITI" in line]
    assert "looked up in people.by-nik" in name
    said = json.loads(desk.call("cases", "--show", "K-0001", "--format", "json").stdout)
    assert [(one["fact"], one["value"], one["assurance"]) for one in said] == [
        ("applicant.nik", "0001", "declared"),
        ("applicant.name", "SITI", "declared"),
    ]
    assert "diambil dari people.by-nik" in desk.call("cases", "--show", "K-0001", lang="id").stdout

    desk.call("cases", "--show", "K-0001", "--by", "front desk", "--why", "the applicant called")
    told = desk.call("audit", "case", "K-0001").stdout.split("\n\n")
    assert len(told) == 6  # a heading, the look-up, and four who looked
    assert "front desk" in told[-1] and "looked at: the applicant called" in told[-1]
    assert "Data         identity number of the applicant, name of the applicant" in told[-1]
    assert desk.call("audit", "verify").exit_code == 0

    desk.call("erase", "K-0001", "--why", "asked for")
    assert desk.call("cases", "--show", "K-0001").stdout == "The case holds no data.\n"
    assert desk.call("cases", "--show", "K-9").exit_code == 1


# --- sekali erase ---------------------------------------------------------------------------------------------------


def test_a_closed_case_is_erased_and_what_stays_says_so(desk: Desk) -> None:
    said = desk.call("erase", "K-0001", "--why", "asked for")
    assert (said.exit_code, said.stdout) == (0, "The data of 1 case was erased.\n")

    assert "its data erased" in desk.call("cases", "--all").stdout
    assert "The data of the case were erased: asked for" in desk.call("audit", "case", "K-0001").stdout
    assert desk.call("audit", "verify").exit_code == 0
    with closing(sqlite3.connect(desk.folder / "sekali.sqlite")) as store:
        assert store.execute("select count(*) from held where case_id = 1").fetchone() == (0,)


def test_cases_closed_before_a_day_are_counted_before_they_are_erased(desk: Desk) -> None:
    asked = ("erase", "--closed-before", "2100-01-01", "--why", "retention")
    assert desk.call(*asked).stdout == "To be erased: 1 cases. Call it again with --yes.\n"
    assert desk.call(*asked, "--yes").stdout == "The data of 1 case was erased.\n"
    assert desk.call(*asked, "--yes", lang="id").stdout == "Data 0 kasus dihapus.\n"


def test_cases_are_erased_that_were_kept_for_as_long_as_the_settings_say(desk: Desk) -> None:
    settings = desk.folder / "sekali.toml"
    settings.write_text(settings.read_text() + '\n[retention]\ncard = 30\n"*" = 7\n')
    late = (date.today() + timedelta(31)).isoformat()  # noqa: DTZ011  # cases were closed by the machine's clock

    soon = ("erase", "--due", "--date", (date.today() + timedelta(29)).isoformat(), "--yes")  # noqa: DTZ011
    assert desk.call(*soon).stdout == "The data of 0 cases were erased.\n"
    assert desk.call("erase", "--due", "--date", late).stdout == "To be erased: 1 cases. Call it again with --yes.\n"
    assert desk.call("erase", "--due", "--date", late, "--yes").stdout == "The data of 1 case was erased.\n"

    assert "were erased: they were kept for 30 days, as the settings say" in desk.call("audit", "case", "K-0001").stdout
    assert desk.call("audit", "verify").exit_code == 0


@pytest.mark.parametrize(
    ("said", "told"),
    [("card = -1", "The value of 'card' does not fit."), ('card = "5 years"', "The value of 'card' does not fit.")],
)
def test_how_long_cases_are_kept_is_a_number_of_days(desk: Desk, said: str, told: str) -> None:
    settings = desk.folder / "sekali.toml"
    lines = len(settings.read_text().splitlines())
    settings.write_text(settings.read_text() + f"\n[retention]\n{said}\n")

    assert f"sekali.toml:{lines + 3}:1: {told}" in desk.call("erase", "--due").stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["K-0003", "--why", "x"], 1, "The case 'K-0003' is not closed"),
        (["K-9", "--why", "x"], 1, "There is no case 'K-9'"),
        (["--why", "x"], 2, "Name a case, --closed-before, or --due."),
        (["K-0001", "--closed-before", "2026-01-01", "--why", "x"], 2, "Name a case, --closed-before, or --due."),
        (["--closed-before", "soon", "--why", "x"], 2, "'soon' is not a date."),
        (["K-0001"], 2, "--why is missing"),
        (["K-0001", "--due"], 2, "Name a case, --closed-before, or --due."),
        (["--due"], 1, "The settings do not say how long cases are kept. Write in sekali.toml: [retention]"),
    ],
)
def test_what_cannot_be_erased_is_told(desk: Desk, arguments: list[str], code: int, says: str) -> None:
    said = desk.call("erase", *arguments)
    assert (said.exit_code, says in said.stderr) == (code, True), said.stderr


def test_nothing_is_erased_twice(desk: Desk) -> None:
    desk.call("erase", "K-0001", "--why", "asked for")
    assert "are erased already" in desk.call("erase", "K-0001", "--why", "again").stderr
