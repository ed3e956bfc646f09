"""How facts are said to people: whose they are, and of a relation, what it is itself."""

from pathlib import Path

import pytest

from processes.reading import read
from processes.resolved import Naming

FILES = {
    "person.yaml": """\
entity: person
key: nik
elements:
  nik: {title: {id: NIK, en: NIK}}
  name: {title: {id: Nama, en: name}}
relations:
  mother: {entity: person, title: {id: Ibu, en: mother}}
  father: person
  diploma: diploma
  licence: {entity: diploma, title: {id: Nomor SIM, en: licence number}}
""",
    "diploma.yaml": """\
entity: diploma
key: number
elements: {number: {title: {id: Nomor, en: number}}, year: number}
""",
    "lists.yaml": "agencies: {office: {title: Office}}\npurposes: {care: care}\n",
    "visit.yaml": """\
procedure: visit
title: Visit
agency: office
purpose: care
roles:
  applicant: {entity: person, title: {id: Pemohon, en: applicant}}
  mother: {is: applicant.mother}
  other: {is: applicant.father}
  guardian: {is: mother.mother, title: {id: Wali, en: guardian}}
  movers: {many: person, title: {id: Yang pindah, en: Those who move}}
steps:
  - {form: ask, asks: [applicant.diploma, applicant.licence, movers.name, mother.name, other.nik, guardian.nik]}
""",
}

FACTS = [
    ("applicant.name", "name of the applicant", "Nama pemohon"),
    ("applicant.licence", "licence number of the applicant", "Nomor SIM pemohon"),
    ("applicant.diploma", "number of the diploma of the applicant", "Nomor diploma pemohon"),
    ("applicant.diploma.year", "year of the diploma of the applicant", "year diploma pemohon"),
    ("mother.name", "name of the mother", "Nama ibu"),
    ("mother.nik", "NIK of the mother", "NIK ibu"),
    ("mother.father", "NIK of the father of the mother", "NIK father ibu"),
    ("other.nik", "NIK of the other", "NIK other"),
    ("guardian.name", "name of the guardian", "Nama wali"),
    ("movers.name", "name of those who move", "Nama yang pindah"),
    ("guardian.mother.name", "name of the mother of the guardian", "Nama ibu wali"),
]


@pytest.mark.parametrize(("fact", "english", "indonesian"), FACTS, ids=[fact for fact, *_ in FACTS])
def test_a_fact_is_said_with_whose_it_is(fact: str, english: str, indonesian: str, tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    found = read([tmp_path])
    catalogue, (procedure,), problems = found.catalogue, found.procedures, found.problems

    words = Naming(catalogue, procedure.roles).words(fact)

    assert problems == ()
    assert (words.en, words.id) == (english, indonesian)
