"""Babies whose birth still has to be recorded, as their parents and the midwife know them; knows no registry's file."""

from datetime import date
from random import Random
from typing import NamedTuple

from flows.demo import codes, shares
from flows.demo.codes import FEMALE, MALE
from flows.demo.households import Resident
from flows.demo.names import newborn_name
from flows.demo.people import Family
from flows.demo.places import OTHER_PLACES, REGENCY, Village
from flows.demo.registries import Row

WITNESS_SINCE = 21  # years
_PLACE_KINDS = shares.Shares((codes.HOSPITAL, 42), (codes.HEALTH_CENTRE, 41), (codes.MIDWIFE, 17))
_PLACES = shares.Shares((REGENCY, 94), *((place, 1) for place, _, _ in OTHER_PLACES[:6]))


class Birth(NamedTuple):
    """The facts of a birth that a facility notes down; the codes are those of form F-2.01."""

    sex: str
    day: date
    time: str  # hh:mm
    kind: str
    order: int
    place: str
    place_kind: str
    attendant: str
    weight_g: int
    length_cm: int

    def row(self, mother_nik: str) -> Row:
        """Return the birth as the facilities' registry holds it."""
        return (
            mother_nik, self.day.isoformat(), self.sex, self.time, self.kind, self.order, self.place, self.place_kind,
            self.attendant, self.weight_g, self.length_cm,
        )  # fmt: skip


class Newborn(NamedTuple):
    """A baby that is in no population registry yet, and who reports the birth."""

    name: str
    birth: Birth
    mother_nik: str
    father_nik: str | None
    informant_nik: str  # the mother's or the father's
    witness_niks: tuple[str, str]
    in_facility: bool  # so that the facilities' registry knows of the birth

    def is_late(self, today: date) -> bool:
        """Return whether reporting it takes a decision of the head of the office: after 60 days."""
        return (today - self.birth.day).days > shares.LATE_AFTER_DAYS


def newborns(chance: Random, families: list[Family], count: int, today: date) -> tuple[Newborn, ...]:
    """Return newborn babies of mothers and fathers about whom the registry is right.

    Args:
        chance: The only source of chance.
        families: Everybody, with names and numbers.
        count: How many babies; fewer come back if there are not enough mothers.
        today: The babies were born in the 90 days before.
    """
    neighbours = _witnesses_by_village(families)
    mothers = [
        (person, family)
        for family in families
        for person in family.members
        if _may_give_birth(person, chance, today.toordinal())
    ]
    chosen = chance.sample(mothers, min(count, len(mothers)))
    found = []
    for mother, family in chosen:
        near = [person for person in neighbours[family.village] if person not in family.members]
        if len(near) < 2:  # a village with hardly anybody in it
            near = [person for village in neighbours.values() for person in village if person not in family.members]
        if len(near) >= 2:
            found.append(_newborn(chance, mother, chance.sample(near, 2), today))
    return tuple(found)


def recorded_births(chance: Random, families: list[Family], today: date) -> list[Row]:
    """Return the births of the last two years in a facility whose children are in the population registry already."""
    since = today.toordinal() - 730
    rows = []
    for family in families:
        for child in family.members:
            if child.born > since and child.mother is not None and chance.random() < shares.DELIVERED_IN_FACILITY:
                order = 1 + sum(sibling.born < child.born for sibling in child.mother.children)
                birth = birth_facts(chance, child.sex, date.fromordinal(child.born), order, in_facility=True)
                rows.append(birth._replace(place=child.birth_place).row(child.mother.nik))
    return rows


def birth_facts(chance: Random, sex: str, day: date, order: int, in_facility: bool) -> Birth:
    """Return how a birth went: a usual one, in a facility or at home."""
    if in_facility:
        place_kind = _PLACE_KINDS.draw(chance)
        attendant = codes.DOCTOR if place_kind == codes.HOSPITAL and chance.random() < 0.7 else codes.NURSE
    else:
        place_kind = codes.HOME
        attendant = codes.TRADITIONAL_ATTENDANT if chance.random() < 0.6 else codes.NURSE
    weight_g = min(max(10 * round(chance.gauss(308, 42)), 1_500), 4_600)
    length_cm = min(max(round(chance.gauss(49, 1.7)), 42), 55)
    time = f"{int(chance.random() * 24):02d}:{int(chance.random() * 60):02d}"
    place = _PLACES.draw(chance) if in_facility else REGENCY
    return Birth(sex, day, time, codes.SINGLE_BIRTH, order, place, place_kind, attendant, weight_g, length_cm)


def _may_give_birth(person: Resident, chance: Random, today: int) -> bool:
    """A clean record, the age, no child of the last fifteen months; few have no husband."""
    if person.sex != FEMALE or not 18 <= person.age <= 42 or not person.clean:
        return False
    if person.spouse is None:
        if chance.random() >= shares.WOMAN_ALONE_GIVES_BIRTH:
            return False
    elif not (person.spouse.clean and person.married < today - 300):
        return False
    if chance.random() >= shares.GIVES_BIRTH_AGAIN[len(person.children)]:
        return False
    return all(child.born < today - 457 - shares.NEWBORN_DAYS for child in person.children)


def _newborn(chance: Random, mother: Resident, witnesses: list[Resident], today: date) -> Newborn:
    sex = MALE if chance.random() < 105 / 205 else FEMALE
    late = chance.random() < shares.LATE
    days = (
        shares.LATE_AFTER_DAYS + 1 + int(chance.random() * (shares.NEWBORN_DAYS - shares.LATE_AFTER_DAYS))
        if late
        else 1 + int(chance.random() * shares.LATE_AFTER_DAYS)
    )
    in_facility = chance.random() < shares.DELIVERED_IN_FACILITY
    day = date.fromordinal(today.toordinal() - days)
    birth = birth_facts(chance, sex, day, len(mother.children) + 1, in_facility)
    father = mother.spouse
    informant = mother if father is None or chance.random() < shares.MOTHER_REPORTS else father
    first, second = witnesses
    return Newborn(
        name=newborn_name(chance, sex),
        birth=birth,
        mother_nik=mother.nik,
        father_nik=None if father is None else father.nik,
        informant_nik=informant.nik,
        witness_niks=(first.nik, second.nik),
        in_facility=in_facility,
    )


def _witnesses_by_village(families: list[Family]) -> dict[Village, list[Resident]]:
    """Return the grown-up people of each village whose record is in order."""
    found: dict[Village, list[Resident]] = {}
    for family in families:
        of_age = (person for person in family.members if person.age >= WITNESS_SINCE and person.clean)
        found.setdefault(family.village, []).extend(of_age)
    return found
