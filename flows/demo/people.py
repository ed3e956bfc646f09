"""Names, numbers and addresses for the homes, as rows of the population registry; knows no file and no other registry.

The faults of `shares` are put in here, so that what a registry answers is as good as in real life and no better.
"""

from datetime import date
from random import Random
from typing import NamedTuple

from flows.demo import codes, shares
from flows.demo.codes import FEMALE, MALE
from flows.demo.households import Home, Member, Resident
from flows.demo.names import full_name, other_spelling
from flows.demo.numbers import ROMAN_MONTHS, Numbers, iso, year_of
from flows.demo.places import DISTRICTS, OTHER_PLACES, PROVINCE, REGENCY, STREETS, Village, village_weights, villages
from flows.demo.registries import Row

FIRST_CARDS = date(2005, 1, 1).toordinal()  # older family cards have been replaced
_OTHERS = shares.Shares(*(((place, code), weight) for place, code, weight in OTHER_PLACES))


class Family(NamedTuple):
    """The people on one family card."""

    kk_no: str
    village: Village
    members: tuple[Resident, ...]  # the head first
    row: Row  # as the registry holds it

    @property
    def head(self) -> Resident:
        """Who the card is in the name of."""
        return self.members[0]


def registered(chance: Random, homes: list[Home], numbers: Numbers, today: date) -> list[Family]:
    """Give every home an address and a card, and everybody in it a name, a number and a marriage deed."""
    places = chance.choices(villages(), weights=village_weights(), k=len(homes))
    religions = shares.RELIGIONS.draws(chance, len(homes))
    return [
        _family(chance, home, village, religion, numbers, today)
        for home, village, religion in zip(homes, places, religions, strict=True)
    ]


def person_rows(chance: Random, families: list[Family], numbers: Numbers, today: date) -> list[Row]:
    """Return what the population registry holds about everybody; all must have been given names and numbers before."""
    people = [person for family in families for person in family.members]
    blood_types = shares.BLOOD_TYPES.draws(chance, len(people))
    return [
        _person_row(chance, person, blood_type, numbers, today)
        for person, blood_type in zip(people, blood_types, strict=True)
    ]


def family_row(kk_no: str, head_nik: str, address: str, rt: str, rw: str, hamlet: str, village: Village) -> Row:
    """Return a family as the population registry holds it."""
    return (
        kk_no, head_nik, address, rt, rw, hamlet, village.name, village.district, REGENCY, PROVINCE, village.postcode,
    )  # fmt: skip


def marriage_deed_no(chance: Random, married: int) -> str:
    """Return the number of a marriage book, of the older kind: number, page, month, year."""
    day = date.fromordinal(married)
    number = 1 + int(chance.random() * 900)
    return f"{number:04d}/{number % 200 + 1:03d}/{ROMAN_MONTHS[day.month - 1]}/{day.year}"


def _family(chance: Random, home: Home, village: Village, religion: str, numbers: Numbers, today: date) -> Family:
    for member in home:
        _name_and_number(chance, member, village, religion, numbers)
    for member in home:
        _record_marriage(chance, member.resident, numbers)
    kk_no = numbers.kk_no(village.district_code, _issued(chance, home, today))
    for member in home:
        member.resident.kk_no = kk_no
    hamlet_no = int(chance.random() * len(village.hamlets))
    hamlet = village.hamlets[hamlet_no]
    rw, rt = 2 * hamlet_no + 1 + int(chance.random() * 2), 1 + int(chance.random() * 4)
    street = _address(chance, village, hamlet)
    row = family_row(kk_no, home[0].resident.nik, street, f"{rt:03d}", f"{rw:03d}", hamlet, village)
    return Family(kk_no, village, tuple(member.resident for member in home), row)


def _address(chance: Random, village: Village, hamlet: str) -> str:
    if village.urban:
        return f"{STREETS[int(chance.random() * len(STREETS))]} NO. {1 + int(chance.random() * 180)}"
    if chance.random() < 0.2:
        return f"JL. RAYA {village.name} NO. {1 + int(chance.random() * 180)}"
    return hamlet


def _issued(chance: Random, home: Home, today: date) -> int:
    """A card is as old as its marriage, or as the head's coming of age, at most."""
    head, latest = home[0].resident, today.toordinal() - 1
    earliest = max(head.married or head.born + shares.CHILD_OF_AGE * 365, FIRST_CARDS)
    return latest if earliest >= latest else earliest + int(chance.random() * (latest - earliest))


def _name_and_number(chance: Random, member: Member, village: Village, religion: str, numbers: Numbers) -> None:
    person = member.resident
    person.family_relation = member.relation
    person.religion = religion
    christian = religion in codes.CHRISTIANS
    year = year_of(person.born)
    person.name = full_name(chance, person.sex, year, christian)
    if person.children and person.spouse is None:
        other_sex = MALE if person.sex == FEMALE else FEMALE
        person.other_parent_name = full_name(chance, other_sex, year, christian)
    person.birth_place, district_code = REGENCY, village.district_code
    married_in = member.relation not in (codes.CHILD, codes.GRANDCHILD)
    if chance.random() >= shares.BORN_IN_PURBALINGGA:
        person.birth_place, regency_code = _OTHERS.draw(chance)
        if married_in and chance.random() < shares.REGISTERED_FIRST_ELSEWHERE:
            district_code = f"{regency_code}{1 + int(chance.random() * 15):02d}"
    elif married_in and chance.random() < shares.REGISTERED_IN_OTHER_DISTRICT:
        district_code = chance.choice(DISTRICTS).code
    in_number = person.born
    if chance.random() < shares.NIK_DATE_DIFFERS:
        in_number -= 1 + int(chance.random() * 400)
        person.clean = False
    person.nik = numbers.nik(district_code, in_number, person.sex)
    if chance.random() < shares.NIK_NOT_VALID:
        person.life_status = codes.NOT_VALID
        person.clean = False


def _record_marriage(chance: Random, wife: Resident, numbers: Numbers) -> None:
    husband = wife.spouse
    if husband is None or wife.sex != FEMALE:
        return
    unrecorded = shares.MARRIAGE_UNRECORDED_OLD if wife.age >= shares.OLD_SINCE else shares.MARRIAGE_UNRECORDED
    if chance.random() < unrecorded:
        wife.married = husband.married = 0
        return
    if wife.religion == codes.ISLAM:
        deed_no = marriage_deed_no(chance, wife.married)
    else:
        deed_no = numbers.deed_no("KW", wife.married)
    wife.marriage_deed_no = husband.marriage_deed_no = deed_no


def _person_row(chance: Random, person: Resident, blood_type: str, numbers: Numbers, today: date) -> Row:
    mother_nik, mother_name, father_nik, father_name = _parents(chance, person)
    occupation, education = _work_and_schooling(chance, person)
    person.occupation = occupation
    return (
        person.nik,
        person.kk_no,
        person.name,
        person.sex,
        person.birth_place,
        iso(person.born),
        blood_type,
        person.religion,
        person.marital_status,
        person.family_relation,
        education,
        occupation,
        codes.CITIZEN,
        mother_nik,
        mother_name,
        father_nik,
        father_name,
        _birth_deed_no(chance, person, numbers, today),
        person.marriage_deed_no,
        iso(person.married) if person.married else None,
        person.life_status,
    )


def _parents(chance: Random, person: Resident) -> tuple[str | None, str, str | None, str]:
    """Return the parents' numbers and names as they stand on the child's row, faults included."""
    mother, father = person.mother, person.father
    christian = person.religion in codes.CHRISTIANS
    mother_name = _told_name(mother, father) or full_name(chance, FEMALE, year_of(person.born) - 26, christian)
    father_name = _told_name(father, mother) or full_name(chance, MALE, year_of(person.born) - 30, christian)
    if chance.random() < shares.PARENT_SPELLED_OTHERWISE:
        mother_name = other_spelling(mother_name)
    if chance.random() < shares.PARENT_SPELLED_OTHERWISE:
        father_name = other_spelling(father_name)
    old = person.age >= shares.OLD_SINCE
    if chance.random() < (shares.PARENTS_NIK_MISSING_OLD if old else shares.PARENTS_NIK_MISSING):
        return None, mother_name, None, father_name
    mother_nik = None if mother is None else mother.nik
    father_nik = None if father is None else father.nik
    return mother_nik, mother_name, father_nik, father_name


def _told_name(parent: Resident | None, other: Resident | None) -> str:
    """Return a parent's name, or what the other one says it was; nothing if neither is in the registry."""
    if parent is not None:
        return parent.name
    return "" if other is None else other.other_parent_name


def _work_and_schooling(chance: Random, person: Resident) -> tuple[str, str]:
    """Return occupation and education; both are as they were some years ago where nobody has reported since."""
    draw, age = chance.random, person.age
    age_at_work = age - (shares.OCCUPATION_OUTDATED_YEARS if draw() < shares.OCCUPATION_OUTDATED else 0)
    age_at_school = age - (shares.EDUCATION_OUTDATED_YEARS if draw() < shares.EDUCATION_OUTDATED else 0)
    occupation = _occupation(chance, person, age_at_work)
    if occupation in shares.GRADUATES:
        return occupation, "8"
    if age_at_school <= shares.EDUCATION_OF_CHILDREN[-1][0]:
        return occupation, shares.by_age(shares.EDUCATION_OF_CHILDREN, age_at_school)
    return occupation, shares.by_age(shares.EDUCATION_OF_ADULTS, age).draw(chance)


def _occupation(chance: Random, person: Resident, age: int) -> str:
    if age < 6:
        return shares.NOT_WORKING
    if age <= 16 or (age <= 23 and person.spouse is None and chance.random() < (0.8 if age <= 18 else 0.25)):
        return shares.PUPIL
    if age >= 65:
        old = shares.OCCUPATIONS_OF_OLD_MEN if person.sex == MALE else shares.OCCUPATIONS_OF_OLD_WOMEN
        return old.draw(chance)
    if person.sex == FEMALE and person.spouse is None:
        occupation = shares.OCCUPATIONS_OF_WOMEN.draw(chance)
        return "15" if occupation == shares.HOUSEHOLD and age < 40 else occupation
    return (shares.OCCUPATIONS_OF_MEN if person.sex == MALE else shares.OCCUPATIONS_OF_WOMEN).draw(chance)


def _birth_deed_no(chance: Random, person: Resident, numbers: Numbers, today: date) -> str | None:
    if chance.random() >= (shares.CHILD_HAS_DEED if person.age < 18 else shares.ADULT_HAS_DEED):
        return None
    late = person.age >= 18 or chance.random() < shares.LATE
    days = shares.LATE_AFTER_DAYS + 1 + int(chance.random() * 2_000) if late else 1 + int(chance.random() * 60)
    if person.age >= 18:
        days += 6_000
    if person.born + days >= today.toordinal():
        return None
    return numbers.deed_no("LT" if late else "LU", person.born + days)
