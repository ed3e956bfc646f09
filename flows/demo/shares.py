"""How often things are so among the people of the demo: ages, families, work, faults of the registries; draws nothing.

The ages, religions, single people and insured are official figures for Purbalingga (census of 2020, registry of 2022,
insurer of October 2025); most others are estimates that look right for Central Java.
"""

from itertools import accumulate
from random import Random
from typing import Generic, NamedTuple, TypeVar

from flows.demo import codes

Drawn = TypeVar("Drawn")


class Shares(Generic[Drawn]):
    """Values and how often each occurs; the weights need not add up to anything."""

    def __init__(self, *weighted: tuple[Drawn, float]) -> None:
        self.values = tuple(value for value, _ in weighted)
        self.cumulative = tuple(accumulate(weight for _, weight in weighted))

    def draw(self, chance: Random) -> Drawn:
        """Return one of the values by its weight.

        >>> Shares(("rare", 1), ("usual", 99)).draw(Random(1))
        'usual'
        """
        point = chance.random() * self.cumulative[-1]
        for value, upper in zip(self.values, self.cumulative, strict=True):
            if point < upper:
                return value
        return self.values[-1]

    def draws(self, chance: Random, count: int) -> list[Drawn]:
        """Return `count` values, each drawn by its weight."""
        return chance.choices(self.values, cum_weights=self.cumulative, k=count)


class AgeGroup(NamedTuple):
    """Five years of age: how many live in them, and how they live."""

    first: int
    last: int
    percent: float  # of all people
    men_per_100_women: int
    women_married: float  # percent of the women, and so on
    women_widowed: float
    women_divorced: float
    men_married: float
    men_widowed: float
    men_divorced: float
    mother_alive: float  # percent whose mother is still in the registry


# fmt: off
AGE_GROUPS = (
    #                        women: married, widowed, divorced; men;    mother alive
    AgeGroup(0, 4, 7.6, 105,        0, 0, 0,                    0, 0, 0,            99.5),
    AgeGroup(5, 9, 7.8, 105,        0, 0, 0,                    0, 0, 0,            99.4),
    AgeGroup(10, 14, 8.0, 105,      0, 0, 0,                    0, 0, 0,            99),
    AgeGroup(15, 19, 7.8, 104,      6, 0, 0.1,                  0.5, 0, 0,          98.5),
    AgeGroup(20, 24, 7.8, 104,      47, 0.1, 2.5,               15, 0, 0.5,         98),
    AgeGroup(25, 29, 7.7, 104,      79, 0.4, 4,                 55.5, 0.1, 1.5,     96),
    AgeGroup(30, 34, 7.6, 104,      88, 0.8, 4.5,               79.5, 0.2, 3,       94),
    AgeGroup(35, 39, 7.4, 104,      90, 1.5, 4.5,               88, 0.4, 3,         90),
    AgeGroup(40, 44, 7.1, 104,      89, 3, 4.5,                 91, 0.7, 3,         82),
    AgeGroup(45, 49, 6.7, 104,      87, 5, 4.5,                 92, 1, 3,           73),
    AgeGroup(50, 54, 6.2, 100,      84.5, 8, 4,                 92.5, 2, 2.5,       60),
    AgeGroup(55, 59, 5.5, 100,      80, 13, 3.5,                92, 4, 2.5,         45),
    AgeGroup(60, 64, 4.5, 100,      72, 22, 3,                  90, 6, 2,           28),
    AgeGroup(65, 69, 3.4, 88,       62, 32, 3,                  86, 10, 2,          14),
    AgeGroup(70, 74, 2.2, 88,       49, 46, 2,                  80, 17, 2,          5),
    AgeGroup(75, 94, 2.7, 88,       32, 64, 1,                  68, 30, 1,          0),
)
# fmt: on
YOUNGEST_WIFE, YOUNGEST_HUSBAND = 17, 19
HUSBAND_OLDER_YEARS, HUSBAND_OLDER_SPREAD = 3.8, 3.0
WIFE_MARRIES_AT, WIFE_MARRIES_SPREAD = 21.5, 3.0

YOUNGEST_MARRIED_DAYS = 16 * 365, 18 * 365  # wife, husband; the law has wanted 19 of both only since 2019

# By how many completed years a parent is older than the child.
YOUNGEST_MOTHER, OLDEST_MOTHER, YOUNGEST_FATHER = 18, 43, 20
MOTHER_OLDER_YEARS, MOTHER_OLDER_SPREAD = 26.8, 4.8
DAYS_BETWEEN_BIRTHS = 420
MOST_CHILDREN = 6
CHILDREN_SPREAD_EVENLY = 0.8  # how often the woman with fewer children is the mother

# Families
CHILD_OF_AGE = 17
STAYS_WITH_PARENTS = ((22, 0.985), (30, 0.95), (40, 0.86), (200, 0.72))  # single people up to this age
COUPLE_JOINS_PARENTS = 0.2
YOUNG_COUPLE_UNTIL = 32  # the wife's age
LONE_PARENT_JOINS_CHILD = 0.42
WIFE_IS_HEAD = 0.012

# Civil status
MARRIAGE_UNRECORDED = 0.012
MARRIAGE_UNRECORDED_OLD = 0.055  # wives of over 50
MARRIAGE_REGISTRY_SINCE = 2010  # the year the registry of Muslim marriages began
MARRIAGE_IN_REGISTRY, OLD_MARRIAGE_IN_REGISTRY = 0.985, 0.40
CHILD_HAS_DEED, ADULT_HAS_DEED = 0.97, 0.45
BORN_IN_PURBALINGGA = 0.88
REGISTERED_FIRST_ELSEWHERE = 0.45  # of the heads and spouses born elsewhere
REGISTERED_IN_OTHER_DISTRICT = 0.3  # of those born in the regency

RELIGIONS = Shares(
    (codes.ISLAM, 99.28), (codes.PROTESTANT, 0.49), (codes.CATHOLIC, 0.22), (codes.HINDU, 0.002),
    (codes.BUDDHIST, 0.004), (codes.CONFUCIAN, 0.002), (codes.TRADITIONAL, 0.002),
)  # fmt: skip
BLOOD_TYPES = Shares(
    (codes.UNKNOWN_BLOOD, 85), ("A", 3.8), ("B", 4.2), ("AB", 1.1), ("O", 5.3), ("A+", 0.1), ("B+", 0.1), ("AB+", 0.1),
    ("O+", 0.3),
)  # fmt: skip

# Schooling by age, as the registry would have it: 1 none, 2 primary not finished, 3 primary, 4 junior, 5 senior high
# school, 6 to 10 diploma to doctorate.
EDUCATION_OF_CHILDREN = ((6, "1"), (12, "2"), (15, "3"), (18, "4"))  # up to this age
EDUCATION_OF_ADULTS = (
    (39, Shares(("1", 0.5), ("2", 2.5), ("3", 33), ("4", 29), ("5", 26.5), ("6", 0.6),
                ("7", 1.6), ("8", 6), ("9", 0.3))),
    (59, Shares(("1", 5), ("2", 14), ("3", 48), ("4", 16), ("5", 12.5), ("6", 0.5),
                ("7", 0.9), ("8", 2.9), ("9", 0.2))),
    (200, Shares(("1", 26), ("2", 27), ("3", 38), ("4", 4), ("5", 3.5), ("6", 0.2),
                ("7", 0.3), ("8", 0.9), ("9", 0.1))),
)  # fmt: skip

NOT_WORKING, HOUSEHOLD, PUPIL, PENSIONER = "1", "2", "3", "4"
OCCUPATIONS_OF_MEN = Shares(
    ("19", 21), ("9", 19), ("15", 18), ("88", 14), ("20", 10), ("1", 4), ("8", 2.5), ("84", 2.5), ("81", 2.6),
    ("26", 1.6), ("27", 0.8), ("13", 0.6), ("12", 0.8), ("5", 1.0), ("6", 0.2), ("7", 0.2), ("65", 0.8), ("85", 0.5),
    ("89", 1.2),
)  # fmt: skip
OCCUPATIONS_OF_WOMEN = Shares(
    (HOUSEHOLD, 49), ("15", 19), ("9", 9), ("20", 6), ("19", 5), ("88", 3), ("84", 2.5), ("8", 1.5), ("1", 2.2),
    ("23", 0.6), ("30", 0.4), ("65", 1.2), ("5", 0.8), ("73", 0.15), ("74", 0.2), ("89", 0.5),
)  # fmt: skip
OCCUPATIONS_OF_OLD_MEN = Shares(("9", 47), ("20", 14), ("1", 16), (PENSIONER, 5), ("88", 8), ("19", 8), ("8", 2))
OCCUPATIONS_OF_OLD_WOMEN = Shares((HOUSEHOLD, 47), ("9", 20), ("20", 10), ("1", 18), (PENSIONER, 2), ("84", 3))
GRADUATES = frozenset({"5", "65", "73", "74"})  # occupations one does not have without a degree
EMPLOYEES = frozenset({"5", "6", "7", "15", "65", "73", "74", "85"})  # insured by their employer

# Other registries
DELIVERED_IN_FACILITY = 0.97
IN_POVERTY_REGISTRY = 0.97
DECILES = Shares((1, 13.5), (2, 13), (3, 12), (4, 11), (5, 10.5), (6, 10), (7, 9), (8, 8), (9, 7), (10, 6))
INSURED = 0.98
INSURANCE_ACTIVE = 0.7571 / 0.98
LAND_TAX_PAID = 0.86
DISEASES = Shares(
    ("jantung", 22), ("stroke", 20), ("kanker", 13), ("gagal-ginjal", 11), ("tbc", 24), ("sirosis-hati", 4),
    ("hiv", 3), ("thalasemia", 1.5), ("hemofilia", 0.5), ("malaria", 1),
)  # fmt: skip
HAS_LISTED_DISEASE = ((39, 0.003), (64, 0.022), (200, 0.065))  # up to this age

# Deaths that nobody has reported yet: many families take months, so the population registry still has them alive.
UNREPORTED_DEATH_DAYS = 180
DIES_IN_A_YEAR = ((0, 0.012), (14, 0.0005), (39, 0.0012), (59, 0.005), (74, 0.025), (200, 0.085))  # up to this age
DIES_IN_FACILITY = 0.35  # as the registry's coverage says: most people die at home
DEATH_CAUSES = Shares(("1", 94), ("2", 1), ("3", 4), ("6", 1))
DEATH_CERTIFIERS = Shares(("1", 80), ("2", 20))

# Faults of the registries: what really stands in them, so that a case can meet it.
PARENT_SPELLED_OTHERWISE = 0.06  # the parent's name on the child's row
PARENTS_NIK_MISSING, PARENTS_NIK_MISSING_OLD, OLD_SINCE = 0.20, 0.90, 50
BIRTH_DAY_GUESSED, GUESSED_SINCE = 0.12, 60  # 1 July or 31 December
NIK_DATE_DIFFERS = 0.006
NIK_NOT_VALID = 0.008
OCCUPATION_OUTDATED, OCCUPATION_OUTDATED_YEARS = 0.40, 8
EDUCATION_OUTDATED, EDUCATION_OUTDATED_YEARS = 0.25, 5

# Births still to be recorded
NEWBORN_DAYS = 90  # the oldest of them
LATE_AFTER_DAYS = 60
LATE = 0.16
WOMAN_ALONE_GIVES_BIRTH = 0.011  # as against 1 of a wife; 1.5 % of the babies
GIVES_BIRTH_AGAIN = (1.0, 0.45, 0.13, 0.06, 0.03, 0.02, 0.0)  # by how many children there are, as against the first
MOTHER_REPORTS = 0.3


def age_group(age: int) -> AgeGroup:
    """Return the group an age falls into; the last one has no end.

    >>> age_group(17).first, age_group(101).first
    (15, 75)
    """
    return AGE_GROUPS[min(age // 5, len(AGE_GROUPS) - 1)]


def by_age(table: tuple[tuple[int, Drawn], ...], age: int) -> Drawn:
    """Return the row of the first age that is not passed.

    >>> by_age(EDUCATION_OF_CHILDREN, 12)
    '2'
    """
    return next(value for last, value in table if age <= last)
