"""A few families made by hand, each with one thing about it that a case must survive; knows nothing of the others.

| id | what is odd | what a birth certificate makes of it |
| --- | --- | --- |
| `twins` | two babies of one mother on one day | the facilities' registry answers with several births |
| `one-letter-name` | the parents want to call the baby A | the rules on names want two words: back to the applicant |
| `nik-not-valid` | the mother's number is not valid | must be settled before anything is recorded |
| `mother-recorded-twice` | the mother has two numbers | found by name, birth and mother, she is two people |
| `already-recorded` | the baby is in the registry already | refused |
| `moved-last-week` | the family came from Banyumas a week ago | the poverty registry knows it by its old card only |
| `young-mother` | the mother is 16 and not married | she has no identity card; the deed names her alone |

Their numbers have serials from 9001, which no other number reaches.
"""

from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from flows.demo import codes
from flows.demo.codes import FEMALE, MALE
from flows.demo.newborns import Birth, Newborn, birth_facts
from flows.demo.numbers import day_before, iso, long_digits, man_digits, woman_digits
from flows.demo.people import family_row, marriage_deed_no
from flows.demo.places import Village, villages
from flows.demo.registries import Row
from processes.words import Words

FIRST_SERIAL = 9001


class Oddity(NamedTuple):
    """A family with one thing odd about it, and the babies whose birth it reports."""

    id: str
    words: Words
    newborns: tuple[Newborn, ...]


class OddFamilies(NamedTuple):
    """The families made by hand, and what the registries hold about them."""

    oddities: tuple[Oddity, ...]
    persons: list[Row]
    families: list[Row]
    births: list[Row]
    marriages: list[Row]
    deciles: list[Row]
    members: list[Row]
    taxpayers: list[Row]


class _Builder:
    """Collects the rows of the odd families; every family lives in another village."""

    def __init__(self, chance: Random, today: date, witness_niks: tuple[str, str]) -> None:
        self.chance = chance
        self.today = today
        self.witness_niks = witness_niks
        self.made = OddFamilies((), [], [], [], [], [], [], [])
        self._families = 0
        self._people = 0

    def family(self, since: int, district_code: str = "") -> "_Family":
        """Start a family whose card was given out on a day; its people's numbers are of the district if told."""
        village = villages()[7 + 17 * self._families]
        serial = FIRST_SERIAL + self._families
        self._families += 1
        kk_no = f"{village.district_code}{man_digits(since)}{serial}"
        return _Family(self, village, kk_no, district_code or village.district_code)

    def next_serial(self) -> int:
        """Return a serial that no other person has, so that numbers differ whatever the days."""
        self._people += 1
        return FIRST_SERIAL - 1 + self._people


class _Family:
    """One odd family while it is being made; the first person added is the head."""

    def __init__(self, builder: _Builder, village: Village, kk_no: str, district_code: str) -> None:
        self.builder = builder
        self.village = village
        self.kk_no = kk_no
        self.district_code = district_code
        self.dtsen_kk_no = kk_no
        self.marriage: tuple[str, int] | None = None

    def marries(self, day: int) -> None:
        """Let the head and the wife, who are added afterwards, be married."""
        self.marriage = (marriage_deed_no(self.builder.chance, day), day)

    def add(
        self,
        name: str,
        sex: str,
        born: int,
        relation: str,
        *,
        occupation: str = "9",
        parents: tuple[str | None, str, str | None, str] = (None, "KASINEM", None, "KARSIDI"),
        life_status: str = codes.ALIVE,
        birth_deed_no: str | None = None,
        insured: bool = True,
    ) -> str:
        """Add somebody and return the number; `parents` are the mother's number and name and the father's."""
        made = self.builder.made
        digits = woman_digits(born) if sex == FEMALE else man_digits(born)
        nik = f"{self.district_code}{digits}{self.builder.next_serial()}"
        in_couple = self.marriage is not None and relation in (codes.HEAD, codes.WIFE)
        deed_no, married = self.marriage if self.marriage is not None and in_couple else (None, 0)
        education = "5" if occupation != "3" else "4"
        made.persons.append(
            (nik, self.kk_no, name, sex, "PURBALINGGA", iso(born), codes.UNKNOWN_BLOOD, codes.ISLAM,
             codes.MARRIED if in_couple else codes.SINGLE, relation, education, occupation, codes.CITIZEN,
             *parents, birth_deed_no, deed_no, iso(married) if married else None, life_status)
        )  # fmt: skip
        if relation == codes.HEAD:
            hamlet = self.village.hamlets[0]
            made.families.append(family_row(self.kk_no, nik, hamlet, "002", "001", hamlet, self.village))
            made.deciles.append((self.dtsen_kk_no, 4))
            made.taxpayers.append((nik, 1))
            self.head_nik = nik
        if relation == codes.WIFE and deed_no is not None:
            made.marriages.append((nik, self.head_nik, deed_no, iso(married)))
        if insured:
            made.members.append((nik, f"0000{len(made.members) + 1:09d}", "PBI-JK", "AKTIF", "3"))
        return nik

    def baby(self, name: str, birth: Birth, mother_nik: str, father_nik: str | None, informant_nik: str) -> Newborn:
        """Report a birth, which the facilities' registry knows of."""
        self.builder.made.births.append(birth.row(mother_nik))
        return Newborn(name, birth, mother_nik, father_nik, informant_nik, self.builder.witness_niks, in_facility=True)


def odd_families(chance: Random, today: date, witness_niks: tuple[str, str]) -> OddFamilies:
    """Return the families of the table above.

    Args:
        chance: The source of chance for how the births went.
        today: Their babies were born in the last weeks before.
        witness_niks: Two people of the population who are witnesses of all.
    """
    builder = _Builder(chance, today, witness_niks)
    oddities = tuple(
        make(builder)
        for make in (
            _twins, _one_letter_name, _nik_not_valid, _mother_recorded_twice, _already_recorded, _moved_last_week,
            _young_mother,
        )
    )  # fmt: skip
    return builder.made._replace(oddities=oddities)


def _couple(
    builder: _Builder, his_name: str, her_name: str, *, her_status: str = codes.ALIVE
) -> tuple[_Family, str, str]:
    """Return a family of a husband of 31 and a wife of 28, married for four years, and the numbers of the two."""
    married = day_before(builder.today, 4) + 40
    family = builder.family(since=married + 20)
    family.marries(married)
    father_nik = family.add(his_name, MALE, day_before(builder.today, 31) - 100, codes.HEAD, occupation="19")
    mother_nik = family.add(
        her_name, FEMALE, day_before(builder.today, 28) - 50, codes.WIFE, occupation="2", life_status=her_status
    )
    return family, father_nik, mother_nik


def _born(builder: _Builder, days_ago: int, sex: str, order: int = 1) -> Birth:
    day = builder.today - timedelta(days=days_ago)
    return birth_facts(builder.chance, sex, day, order, in_facility=True)._replace(place="PURBALINGGA")


def _twins(builder: _Builder) -> Oddity:
    family, father_nik, mother_nik = _couple(builder, "AGUS WALUYO", "RINI ASTUTI")
    elder = _born(builder, 12, FEMALE)._replace(kind=codes.TWIN_BIRTH, time="04:10", weight_g=2_450, length_cm=46)
    younger = elder._replace(sex=MALE, order=2, time="04:22", weight_g=2_380)
    return Oddity(
        "twins",
        Words(id="Anak kembar dua", en="Twins"),
        (
            family.baby("NAURA KHUMAIRA", elder, mother_nik, father_nik, father_nik),
            family.baby("DAFFA PRADIPTA", younger, mother_nik, father_nik, father_nik),
        ),
    )


def _one_letter_name(builder: _Builder) -> Oddity:
    family, father_nik, mother_nik = _couple(builder, "EKO SANTOSO", "YULI WULANDARI")
    return Oddity(
        "one-letter-name",
        Words(id="Nama anak hanya satu huruf", en="A name of one letter"),
        (family.baby("A", _born(builder, 20, MALE), mother_nik, father_nik, mother_nik),),
    )


def _nik_not_valid(builder: _Builder) -> Oddity:
    family, father_nik, mother_nik = _couple(builder, "TEGUH PRIYANTO", "SITI KHASANAH", her_status=codes.NOT_VALID)
    return Oddity(
        "nik-not-valid",
        Words(id="NIK ibu tidak valid", en="The mother's NIK is not valid"),
        (family.baby("AZKA HABIBIE", _born(builder, 9, MALE), mother_nik, father_nik, father_nik),),
    )


def _mother_recorded_twice(builder: _Builder) -> Oddity:
    family, father_nik, mother_nik = _couple(builder, "SIGIT NUGROHO", "DEWI LESTARI")
    before = builder.family(since=day_before(builder.today, 12))
    before.add("KASINEM", FEMALE, day_before(builder.today, 55), codes.HEAD)
    before.add("DEWI LESTARI", FEMALE, day_before(builder.today, 28) - 50, codes.CHILD, occupation="3", insured=False)
    return Oddity(
        "mother-recorded-twice",
        Words(id="Ibu tercatat dengan dua NIK", en="The mother is recorded under two NIKs"),
        (family.baby("KIRANA MAHESWARI", _born(builder, 33, FEMALE), mother_nik, father_nik, father_nik),),
    )


def _already_recorded(builder: _Builder) -> Oddity:
    family, father_nik, mother_nik = _couple(builder, "BUDI SETIAWAN", "INDAH RAHAYU")
    birth = _born(builder, 41, FEMALE)
    family.add(
        "INARA SAFARINA", FEMALE, birth.day.toordinal(), codes.CHILD, occupation="1",
        parents=(mother_nik, "INDAH RAHAYU", father_nik, "BUDI SETIAWAN"), insured=False,
        birth_deed_no=f"3303-LU-{long_digits(birth.day.toordinal() + 9)}-{FIRST_SERIAL}",
    )  # fmt: skip
    return Oddity(
        "already-recorded",
        Words(id="Anak sudah tercatat", en="The baby is recorded already"),
        (family.baby("INARA SAFARINA", birth, mother_nik, father_nik, father_nik),),
    )


def _moved_last_week(builder: _Builder) -> Oddity:
    married = day_before(builder.today, 3)
    family = builder.family(since=builder.today.toordinal() - 7, district_code="330211")
    family.dtsen_kk_no = f"330211{man_digits(married + 30)}{FIRST_SERIAL}"
    family.marries(married)
    father_nik = family.add("HERI PURNOMO", MALE, day_before(builder.today, 29), codes.HEAD, occupation="15")
    mother_nik = family.add("FITRI HANDAYANI", FEMALE, day_before(builder.today, 26), codes.WIFE, occupation="15")
    birth = _born(builder, 15, MALE)._replace(place="BANYUMAS")
    return Oddity(
        "moved-last-week",
        Words(id="Keluarga pindah datang minggu lalu", en="The family moved here last week"),
        (family.baby("RAYYAN ALFARIZQI", birth, mother_nik, father_nik, mother_nik),),
    )


def _young_mother(builder: _Builder) -> Oddity:
    family = builder.family(since=day_before(builder.today, 15))
    family.marries(day_before(builder.today, 20))
    grandfather_nik = family.add("MUJIONO", MALE, day_before(builder.today, 47), codes.HEAD)
    grandmother_nik = family.add("TITIN NINGSIH", FEMALE, day_before(builder.today, 42), codes.WIFE, occupation="2")
    mother_nik = family.add(
        "ANISA PRATIWI", FEMALE, day_before(builder.today, 16) - 120, codes.CHILD, occupation="3",
        parents=(grandmother_nik, "TITIN NINGSIH", grandfather_nik, "MUJIONO"),
    )  # fmt: skip
    return Oddity(
        "young-mother",
        Words(id="Ibu belum berumur 17 tahun", en="The mother is under 17"),
        (family.baby("ALESHA ZAHRANI", _born(builder, 18, FEMALE), mother_nik, None, mother_nik),),
    )
