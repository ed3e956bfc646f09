"""An office whose cases wait for a form, a decision, a consent and a registry, with a page and an API in front; for tests."""

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.testclient import TestClient

from flows.worklist.app import application
from flows.worklist.desk import Desk
from processes.case import Case
from processes.catalogue import Catalogue
from processes.policy import Policy
from processes.procedure import Procedure
from tests.flows.fakes import FakeServices
from tests.flows.running import Office
from tests.flows.test_pipeline import PEOPLE
from tests.sketching import catalogue, parts_of

CATALOGUE = (
    """
entity: person
title: {id: Orang, en: Person}
key: nik
elements:
  nik: {title: {id: NIK, en: identity number}, pattern: '[1-9][0-9]{3}'}
  name: {title: {id: Nama, en: name}, max: 30}
  birth_date: {title: {id: Tanggal lahir, en: date of birth}, type: date}
  sex: {title: {id: Jenis kelamin, en: sex}, type: choice, codes: sexes}
  poor: {title: {id: Miskin, en: poor}, type: yes/no}
  income: {title: {id: Penghasilan, en: income}, type: money, min: 0, max: 1000000}
relations:
  mother: person
""",
    """
codes:
  sexes:
    "1": {id: Laki-laki, en: male}
    "2": {id: Perempuan, en: female}
agencies:
  office: {title: {id: Kantor, en: Office}, officers: {head: {id: Kepala, en: head}, counter: {id: Loket, en: counter}}}
purposes: {registration: registration}
evidence:
  ktp: {title: {id: KTP-el, en: identity card}, about: person, carries: [nik]}
""",
    """
registry: people
title: people
agency: office
services:
  by-nik: {about: person, needs: [nik], gives: [name, birth_date], key_level: declared}
""",
    """
agreements:
  a1: {consumer: office, services: [people.by-nik], purposes: [registration], consent: true, legal_basis: [UU 24/2013]}
""",
)
PROCEDURE = """
procedure: card
title: {id: Kartu, en: Card}
agency: office
purpose: registration
objection: {id: Ajukan keberatan dalam 21 hari kerja, en: Object within 21 working days}
roles:
  applicant: {entity: person, title: {id: Pemohon, en: Applicant}}
  child: {entity: person, title: {id: Anak, en: Child}}
  mother: {is: child.mother, title: {id: Ibu, en: Mother}}
  movers: {entity: many person, title: {id: Yang pindah, en: Those who move}}
steps:
  - form: apply
    title: {id: Mengisi formulir, en: Fill in the form}
    by: applicant
    asks:
      - mother.name
      - applicant.birth_date
      - applicant.nik
      - child.sex
      - applicant.poor
      - applicant.income
      - movers.name
      - mother.nik
      - {act: declaration, id: truth, label: {id: Semua benar, en: All of it is true}}
      - {act: consent, id: ask-people, consents_to: people.by-nik, label: {id: Registri boleh ditanya, en: The registry may be asked}}
    documents: [ktp of applicant]
  - decide: enough
    title: {id: Cukup?, en: Enough?}
    by: head of office
    needs: [applicant.nik, child.sex]
    ways:
      - {way: enough, title: {id: Cukup, en: It is enough}}
      - way: not-enough
        title: {id: Tidak cukup, en: It is not enough}
        steps:
          - refuse: too-little
            title: {id: Kurang, en: Too little}
  - lookup: data
    title: {id: Mencari data, en: Look up the data}
    service: people.by-nik
    about: applicant
  - check: desk
    title: {id: Memeriksa, en: Check}
    by: counter of office
    verifies: [applicant.nik]
  - issue: card
    carries: [applicant.name]
"""
WHOLE = {
    "applicant.birth_date": "1995-07-24",
    "applicant.nik": "1234",
    "applicant.poor": "false",
    "applicant.income": "1200.50",
    "child.sex": "2",
    "movers.name": "ANI\r\n-\r\nBUDI",
    "mother.nik": "4321",
    "mother.name": "SITI <script>alert(1)</script>",
}
JSON = WHOLE | {
    "movers.name": ["ANI", None, "BUDI"],
    "applicant.poor": False,
    "applicant.income": 1200.5,
    "mother.name": "SITI",
}
TODAY = date(2026, 11, 2)
FACTS = {
    "applicant.birth_date": date(1995, 7, 24),
    "applicant.nik": "1234",
    "applicant.poor": False,
    "applicant.income": 5,
    "child.sex": "2",
    "movers.name": ("ANI",),
    "child.mother": "4321",
    "child.mother.name": "SITI",
}


@cache
def parts() -> tuple[Procedure, Catalogue]:
    """Return the procedure and its catalogue."""
    [(_, procedure)] = parts_of(PROCEDURE)
    assert isinstance(procedure, Procedure)
    return procedure, catalogue(*CATALOGUE)


def office_in(folder: Path) -> Office:
    """Return an office where A-1 waits for its form, D-1 and D-2 for a decision, R-1 for a registry."""
    (folder / "cases.sqlite").write_bytes(_store())
    return Office.opened(folder, *parts())


@cache
def _store() -> bytes:
    """Return the file of its store, which is made once."""
    with TemporaryDirectory() as folder:
        office = _opened(Path(folder))
        office.store.close()
        return (Path(folder) / "cases.sqlite").read_bytes()


def _opened(folder: Path) -> Office:
    office = Office.opened(folder, *parts())
    decided = {"enough": ("enough",)}
    office.take(
        [
            Case("A-1", {}),
            Case("D-1", FACTS),
            Case("D-2", FACTS),
            Case("R-1", FACTS, decided | {"ask-people": ("withheld",)}),
            Case("A-2", {"applicant.nik": "1234"}),
        ]
    )
    office.run()
    return office


class Browser:
    """A browser of somebody who works there."""

    def __init__(self, office: Office, *, token: str = "", role: str = "applicant", name: str = "Ratna") -> None:
        self.office = office
        self.lines: list[str] = []
        self.app = application(
            Desk(office.store, token=token, language="en", today=lambda: TODAY), tell=self.lines.append
        )
        self.client = TestClient(
            self.app, base_url="http://localhost", follow_redirects=False, raise_server_exceptions=False
        )  # type: ignore[arg-type]
        if role:
            self.sign_in(role, name)

    def sign_in(self, role: str, name: str, **more: str) -> int:
        """Sign in, and return the status."""
        data = {"token": token_in(self.client.get("/").text), "role": role, "name": name, **more}
        return self.client.post("/sign-in", data=data).status_code

    def number(self, key: str) -> int:
        """Return the number of a case."""
        return self.office.kept()[key].id

    def get(self, key: str, step: str) -> str:
        """Return the page of a task."""
        answer = self.client.get(f"/tasks/{self.number(key)}/{step}")
        assert answer.status_code == 200, answer.text
        return answer.text

    def page_of(self, key: str, step: str) -> dict[str, str]:
        """Return what the form of a task sends along."""
        page = self.get(key, step)
        return {"token": token_in(page), "moves": page.split('name="moves" value="')[1].split('"')[0]}


def token_in(page: str) -> str:
    """Return the token of the first form of a page."""
    return page.split('name="token" value="')[1].split('"')[0]


def whole_form(**more: str) -> dict[str, str]:
    """Return what a browser sends for the whole form."""
    facts = {f"fact:{name}": value for name, value in WHOLE.items()}
    return facts | {"act:truth": "done", "act:ask-people": "given", "do": "send"} | more


REGISTRY_STEPS = """
procedure: sample
title: {id: Contoh, en: Sample}
agency: office
purpose: registration
time_limit: 1 minute
roles: {applicant: person, child: person}
steps:
  - form: apply
    asks: [applicant.nik]
  - lookup: data
    title: {id: Mencari data, en: Look up the data}
    by: office
    service: people.person-by-nik
    about: applicant
  - form: more
    title: {id: Melengkapi, en: Complete it}
    asks: [child.name]
  - issue: card
    carries: [applicant.name, applicant.birth_date, child.name]
"""


def registry_of(folder: Path) -> None:
    """Make a store where K-1 waits for a choice among two records, and K-2 for a form that shows what a registry told."""
    [(_, procedure)] = parts_of(REGISTRY_STEPS)
    assert isinstance(procedure, Procedure)
    people = [{"name": name, "birth_date": date(1995, 7, 24)} for name in ("MARI MAASIKAS", "MAI MAASIKAS")]
    records = {("people.person-by-nik", ("0001",)): people, ("people.person-by-nik", ("0002",)): people[:1]}
    office = Office.opened(folder, procedure, PEOPLE, FakeServices(records))  # type: ignore[arg-type]
    office.policy = Policy(shows=True)
    office.take([Case("K-1", {"applicant.nik": "0001"}), Case("K-2", {"applicant.nik": "0002"})])
    office.run()
    office.store.close()
