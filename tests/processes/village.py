"""A small catalogue without a fault, to put one fault at a time into."""

from pathlib import Path
from typing import NamedTuple

FILES = {
    "person.yaml": """\
entity: person
key: nik
elements:
  nik: {title: {id: NIK, en: national identity number}, pattern: '[1-9][0-9]{15}'}
  name: {title: {id: Nama, en: name}, max: 100}
  birth_date: {title: {id: Tanggal lahir, en: date of birth}, type: date}
  age_days: {title: {id: Umur, en: age in days}, type: number, computed: today() - birth_date}
  sex: {title: {id: Jenis kelamin, en: sex}, type: choice, codes: sexes}
  phone: {title: Telepon}
  poor: {title: Miskin, type: yes/no}
relations:
  mother: person
  family: family
""",
    "family.yaml": """\
entity: family
key: kk_no
elements:
  kk_no: {title: {id: Nomor KK, en: family-card number}, pattern: '[0-9]{16}'}
  address: {title: {id: Alamat, en: address}}
  income: {title: {id: Penghasilan, en: income}, type: money, min: 0, max: 1000000000}
relations:
  head: person
  members: many person
""",
    "lists.yaml": """\
codes:
  sexes:
    "1": {id: Laki-laki, en: male}
    "2": {id: Perempuan, en: female}
agencies:
  dukcapil:
    title: {id: Dinas Dukcapil, en: Civil registry office}
    officers:
      head: {id: Kepala Dinas, en: head of the office}
  desa: {title: {id: Pemerintah desa, en: village office}}
registers:
  birth-statistics: {title: Statistik kelahiran, agency: dukcapil}
purposes:
  civil-registration: {id: Pencatatan sipil, en: civil registration}
evidence:
  ktp:
    title: {id: KTP-el, en: identity card}
    about: person
    carries: [nik, name, birth_date]
    issuer: dukcapil
  kk:
    title: {id: Kartu Keluarga, en: family card}
    about: family
    carries: [kk_no, address, head.name]
identification:
  ikd: {title: Identitas Kependudukan Digital, about: person, gives: [name]}
agreements:
  a01:
    consumer: dukcapil
    services: [siak.person-by-nik, siak.couple]
    purposes: [civil-registration]
    facts: [name, mother.name, wife.name]
    from: 2025-01-01
    until: 2026-12-31
  a02:
    consumer: desa
    services: [siak.verify]
    purposes: [civil-registration]
    consent: true
""",
    "form.yaml": """\
form: F-2.01
title: {id: Formulir pelaporan, en: Report}
agency: dukcapil
parts:
  informant:
    about: person
    role: applicant
    fields:
      - name
      - {asks: phone, if: sex = "2"}
      - {act: signature, id: report, declares: [name]}
  person:
    about: person
    fields: [name, mother.name]
""",
    "siak.yaml": """\
registry: siak
title: {id: SIAK, en: population registry}
agency: dukcapil
services:
  person-by-nik:
    about: person
    needs: [nik]
    gives: [name, birth_date, mother, mother.name]
  verify:
    about: person
    needs: [nik]
    confirms: [name]
  couple:
    about: {husband: person, wife: person}
    needs: [husband.nik, wife.nik]
    gives: [wife.name]
events:
  birth: {about: person, carries: [birth_date]}
""",
    "policy.yaml": """\
policy: usual
date: 2026-11-01
with_agreements: [a01]
""",
    "birth.yaml": """\
procedure: birth
title: {id: Akta kelahiran, en: Birth certificate}
agency: dukcapil
purpose: civil-registration
volume: 14200 per year
time_limit: 2 working days
channels:
  counter: {share: 70%, minutes: 60}
  village: {share: 30%, minutes: 10}
starts_from: {event: siak.birth, about: child, share: 1%}
roles:
  applicant: person
  child: person
  mother: {is: child.mother}
  household: family
  movers: {many: person, expected: 2.5}
  pupils: {some of: movers}
steps:
  - identify: log-in
    with: ikd
  - form: apply
    by: applicant
    minutes: 35
    uses:
      F-2.01: {informant: [], person: [child, mother]}
    asks:
      - household.kk_no
      - {asks: movers.name, if: count(movers.nik) > 0}
      - pupils.birth_date
      - {act: consent, id: may-ask, consents_to: siak.verify}
    documents:
      - ktp of mother
      - either: [kk of household, ktp of applicant]
  - lookup: mother-data
    service: siak.person-by-nik
    about: mother
    gets: [name, birth_date]
    not_found:
      - form: by-hand
        asks: [mother.birth_date]
  - lookup: pair
    service: siak.couple
    about: {husband: applicant, wife: mother}
  - check: verify
    by: head of dukcapil
    verifies: [mother.nik, child.name]
    records: {birth-statistics: [child.sex]}
  - derive: money
    computes: {household.income: 1000 * count(movers.nik)}
  - choose:
      - if: child.age_days > 60
        share: 15%
        steps:
          - decide: late
            by: head of dukcapil
            needs: [child.birth_date at documented]
            ways:
              - {way: allowed, share: 95%}
              - way: incomplete
                steps:
                  - back to: apply
                    anew: [child.name]
      - else: []
  - parallel:
      - branch: money
        steps:
          - {pay: fee, fee: 25000}
      - branch: site
        steps:
          - {check: visit, by: desa, gives: [household.address]}
  - {wait: a-day, for: 1 day}
  - {carry: papers, by: applicant, to: desa}
  - issue: certificate
    by: dukcapil
    carries: [child.name, mother.name]
    document: ktp of child
    changes: [siak]
    starts: [birth]
  - {notify: done, whom: applicant, carries: [child.name]}
""",
}


class Fault(NamedTuple):
    """A fault to put into the catalogue: what it stands instead of, and where it is to be told."""

    code: str
    old: str
    new: str  # with a mark right before the place that is told

    @property
    def file(self) -> str:
        """The file it is put into."""
        (name,) = [name for name, text in FILES.items() if self.old in text]
        return name


MARK = "⟨"


def village(folder: Path, fault: Fault | None = None) -> dict[str, tuple[int, int]]:
    """Write the catalogue into a folder, with a fault if one is given; return where the marks stand, by file."""
    places = {}
    for name, text in FILES.items():
        if fault is not None and fault.file == name:
            assert text.count(fault.old) == 1, f"{fault.old!r} must stand once in {name}"
            text = text.replace(fault.old, fault.new)
        if MARK in text:
            before = text.partition(MARK)[0].splitlines() or [""]
            at_start = text.partition(MARK)[0].endswith("\n")
            places[name] = (len(before) + at_start, 1 if at_start else len(before[-1]) + 1)
            text = text.replace(MARK, "")
        (folder / name).write_text(text, encoding="utf-8")
    return places
