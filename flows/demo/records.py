"""What the other registries hold about the people of the population registry; knows no file and no newborn."""

from datetime import date
from random import Random
from typing import NamedTuple

from flows.demo import codes, shares
from flows.demo.codes import FEMALE
from flows.demo.numbers import iso, year_of
from flows.demo.people import Family
from flows.demo.places import REGENCY
from flows.demo.registries import Row

POOREST_DECILES = range(1, 6)

# Kinds of membership of the health insurance: paid by the state, by the regency, by the employer, by oneself.
PAID_BY_STATE, PAID_BY_REGENCY, EMPLOYEE, SELF_EMPLOYED, NOT_WORKING = "PBI-JK", "PBPU-PEMDA", "PPU", "PBPU", "BP"
ACTIVE, INACTIVE = "AKTIF", "NONAKTIF"
_KINDS_OF_POOR = shares.Shares((PAID_BY_STATE, 74), (PAID_BY_REGENCY, 12), (SELF_EMPLOYED, 14))
_KINDS_OF_OTHERS = shares.Shares((PAID_BY_STATE, 22), (PAID_BY_REGENCY, 8), (SELF_EMPLOYED, 58), (NOT_WORKING, 12))
_CLASSES_OF_EMPLOYEES = shares.Shares(("1", 35), ("2", 65))
_CLASSES_OF_OTHERS = shares.Shares(("1", 8), ("2", 14), ("3", 78))


class Ranked(NamedTuple):
    """A family and its place among the ten tenths of the nation, the poorest first."""

    family: Family
    decile: int


def ranked(chance: Random, families: list[Family]) -> list[Ranked]:
    """Return every family with its true decile, which the poverty registry may or may not hold."""
    deciles = shares.DECILES.draws(chance, len(families))
    return [Ranked(family, decile) for family, decile in zip(families, deciles, strict=True)]


def poverty_rows(chance: Random, ranks: list[Ranked]) -> list[Row]:
    """Return the families in the poverty registry: number of the family card, decile."""
    return [(family.kk_no, decile) for family, decile in ranks if chance.random() < shares.IN_POVERTY_REGISTRY]


def insurance_rows(chance: Random, ranks: list[Ranked]) -> list[Row]:
    """Return the members of the health insurance, insured family by family and each with a card of their own."""
    people = sum(len(family.members) for family, _ in ranks)
    numbers = iter(chance.sample(range(1_000_000_000, 3_600_000_000), people))
    rows: list[Row] = []
    for family, decile in ranks:
        kind, its_class = _insurance(chance, family, decile)
        active = chance.random() < shares.INSURANCE_ACTIVE
        for person in family.members:
            if chance.random() < shares.INSURED:
                status = ACTIVE if active and person.life_status == codes.ALIVE else INACTIVE
                rows.append((person.nik, f"000{next(numbers)}", kind, status, its_class))
    return rows


def land_tax_rows(chance: Random, families: list[Family]) -> list[Row]:
    """Return the heads of families as taxpayers, and 1 for those who have paid."""
    return [(family.head.nik, int(chance.random() < shares.LAND_TAX_PAID)) for family in families]


def marriage_rows(chance: Random, families: list[Family]) -> list[Row]:
    """Return the recorded marriages of Muslims which the registry of marriages holds."""
    rows: list[Row] = []
    for family in families:
        for wife in family.members:
            husband = wife.spouse
            if wife.sex != FEMALE or husband is None or wife.religion != codes.ISLAM or not wife.married:
                continue
            recent = year_of(wife.married) >= shares.MARRIAGE_REGISTRY_SINCE
            if chance.random() < (shares.MARRIAGE_IN_REGISTRY if recent else shares.OLD_MARRIAGE_IN_REGISTRY):
                rows.append((wife.nik, husband.nik, wife.marriage_deed_no, iso(wife.married)))
    return rows


def diagnosis_rows(chance: Random, families: list[Family], today: date) -> list[Row]:
    """Return who has one of the diseases for which the regency insures also those who are not poor."""
    rows: list[Row] = []
    for family in families:
        for person in family.members:
            if chance.random() < shares.by_age(shares.HAS_LISTED_DISEASE, person.age):
                day = max(today.toordinal() - 1 - int(chance.random() * 1_500), person.born)
                rows.append((person.nik, shares.DISEASES.draw(chance), iso(day)))
    return rows


def death_rows(chance: Random, families: list[Family], busy: frozenset[str], today: date) -> list[Row]:
    """Return who has died in a health facility of late, and is alive yet in the population registry.

    Args:
        chance: The source of chance.
        families: Everybody.
        busy: Numbers of people who are needed alive: those who report births, and witnesses.
        today: Deaths are of the months before.
    """
    rows: list[Row] = []
    share = shares.DIES_IN_FACILITY * shares.UNREPORTED_DEATH_DAYS / 365
    since = today.toordinal() - 1 - shares.UNREPORTED_DEATH_DAYS
    for family in families:
        babies = [person for person in family.members if person.born >= since]
        parents = [parent.nik for baby in babies for parent in (baby.mother, baby.father) if parent is not None]
        for person in family.members:
            dies = chance.random() < shares.by_age(shares.DIES_IN_A_YEAR, person.age) * share
            if dies and person.nik not in busy and person.nik not in parents and person.life_status == codes.ALIVE:
                day = max(today.toordinal() - 1 - int(chance.random() * shares.UNREPORTED_DEATH_DAYS), person.born)
                time = f"{int(chance.random() * 24):02d}:{int(chance.random() * 60):02d}"
                cause, certifier = shares.DEATH_CAUSES.draw(chance), shares.DEATH_CERTIFIERS.draw(chance)
                rows.append((person.nik, iso(day), time, REGENCY, cause, certifier))
    return rows


def _insurance(chance: Random, family: Family, decile: int) -> tuple[str, str]:
    """Return kind and class; an employee's whole family is insured by the employer."""
    head = family.head
    if head.occupation in shares.EMPLOYEES and chance.random() < 0.75:
        return EMPLOYEE, _CLASSES_OF_EMPLOYEES.draw(chance)
    kind = (_KINDS_OF_POOR if decile in POOREST_DECILES else _KINDS_OF_OTHERS).draw(chance)
    return kind, "3" if kind in (PAID_BY_STATE, PAID_BY_REGENCY) else _CLASSES_OF_OTHERS.draw(chance)
