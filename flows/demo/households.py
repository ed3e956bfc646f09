"""People of the right ages married to each other, born to each other and living together; knows no name and no number.

The ages come first, exactly as the census has them, and the families are built out of them: couples by age, then a
mother for everybody whose mother is still in the registry, then homes. So the pyramid is right however small the
population, and no child can be older than its mother.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import NamedTuple

from flows.demo import codes, shares
from flows.demo.codes import FEMALE, MALE
from flows.demo.numbers import day_before, year_of


@dataclass(slots=True, eq=False, repr=False)
class Resident:
    """One person while the population is being built; filled in from top to bottom, module by module.

    Days are counted as `date.toordinal`.
    """

    sex: str
    age: int
    born: int
    marital_status: str = codes.SINGLE
    spouse: "Resident | None" = None
    married: int = 0  # the day; 0 for none that is recorded
    marriage_deed_no: str | None = None
    mother: "Resident | None" = None
    father: "Resident | None" = None
    children: "list[Resident]" = field(default_factory=list)
    other_parent_name: str = ""  # of a lone parent's children
    family_relation: str = codes.HEAD
    name: str = ""
    birth_place: str = ""
    nik: str = ""
    kk_no: str = ""
    religion: str = codes.ISLAM
    occupation: str = shares.NOT_WORKING
    life_status: str = codes.ALIVE
    clean: bool = True  # nothing wrong with what the registry holds about them


class Member(NamedTuple):
    """Somebody on a family card, and how they are related to its head."""

    resident: Resident
    relation: str


Home = tuple[Member, ...]  # the head first


@dataclass(slots=True, eq=False, repr=False)
class _Nest:
    """A couple or somebody alone, with the unmarried children who live there and whom they have taken in."""

    adults: tuple[Resident, ...]  # the head first
    children: list[Resident] = field(default_factory=list)
    elders: list[Resident] = field(default_factory=list)
    young: "list[_Nest]" = field(default_factory=list)
    moved_in_elsewhere: bool = False


def homes(chance: Random, people: int, today: date) -> list[Home]:
    """Return the homes of a population, each with its members.

    Args:
        chance: The only source of chance.
        people: How many live in all the homes together.
        today: The day on which they have their ages.
    """
    residents = _residents(chance, people, today)
    _marry(chance, residents)
    _give_parents(chance, residents)
    _date_marriages(chance, residents, today)
    return _live_together(chance, residents)


def _residents(chance: Random, people: int, today: date) -> list[Resident]:
    residents: list[Resident] = []
    for group, count in zip(shares.AGE_GROUPS, _apportioned(people), strict=True):
        men = round(count * group.men_per_100_women / (group.men_per_100_women + 100))
        for place in range(count):
            sex = MALE if place < men else FEMALE
            age = _age(chance, group)
            residents.append(
                Resident(sex, age, _birth_day(chance, age, today), _marital_status(chance, group, sex, age))
            )
    return residents


def _apportioned(people: int) -> list[int]:
    """Share people out over the age groups by largest remainder."""
    total = sum(group.percent for group in shares.AGE_GROUPS)
    exact = [people * group.percent / total for group in shares.AGE_GROUPS]
    counts = [int(count) for count in exact]
    by_remainder = sorted(range(len(exact)), key=lambda place: counts[place] - exact[place])
    for place in by_remainder[: people - sum(counts)]:
        counts[place] += 1
    return counts


def _age(chance: Random, group: shares.AgeGroup) -> int:
    if group.last - group.first == 4:
        return group.first + int(chance.random() * 5)
    # the oldest grow fewer with the years
    return min(group.first + int(chance.expovariate(1 / 5)), group.last)


def _birth_day(chance: Random, age: int, today: date) -> int:
    earliest, latest = day_before(today, age + 1) + 1, day_before(today, age)
    born = earliest + int(chance.random() * (latest - earliest + 1))
    if age >= shares.GUESSED_SINCE and chance.random() < shares.BIRTH_DAY_GUESSED:
        guessed = date(year_of(born), 7, 1) if chance.random() < 0.5 else date(year_of(born), 12, 31)
        return guessed.toordinal()
    return born


def _marital_status(chance: Random, group: shares.AgeGroup, sex: str, age: int) -> str:
    if age < (shares.YOUNGEST_HUSBAND if sex == MALE else shares.YOUNGEST_WIFE):
        return codes.SINGLE
    point = chance.random() * 100
    if sex == MALE:
        married, widowed, divorced = group.men_married, group.men_widowed, group.men_divorced
    else:
        married, widowed, divorced = group.women_married, group.women_widowed, group.women_divorced
    if point < married:
        return codes.MARRIED
    if point < married + widowed:
        return codes.WIDOWED
    return codes.DIVORCED if point < married + widowed + divorced else codes.SINGLE


def _marry(chance: Random, residents: list[Resident]) -> None:
    """Make couples in the order of their ages, a husband usually some years the older."""
    women = [person for person in residents if person.sex == FEMALE and person.marital_status == codes.MARRIED]
    men = [person for person in residents if person.sex == MALE and person.marital_status == codes.MARRIED]
    for surplus in (women, men):
        chance.shuffle(surplus)
        for person in surplus[min(len(women), len(men)) :]:
            person.marital_status = codes.SINGLE if person.age < 40 else codes.WIDOWED
    couples = min(len(women), len(men))
    women = sorted(women[:couples], key=lambda wife: -wife.born)
    noise = [chance.gauss(shares.HUSBAND_OLDER_YEARS, shares.HUSBAND_OLDER_SPREAD) * 365.25 for _ in range(couples)]
    by_age = sorted(zip(men, noise, strict=False), key=lambda pair: -pair[0].born - pair[1])
    for wife, (husband, _) in zip(women, by_age, strict=True):
        wife.spouse, husband.spouse = husband, wife


def _give_parents(chance: Random, residents: list[Resident]) -> None:
    mothers: list[list[Resident]] = [[] for _ in range(200)]
    widowers: list[Resident] = []
    for person in residents:
        if person.marital_status != codes.SINGLE:
            if person.sex == FEMALE:
                mothers[person.age].append(person)
            elif person.spouse is None and person.age < 65:
                widowers.append(person)
    drawn = (round(chance.gauss(shares.MOTHER_OLDER_YEARS, shares.MOTHER_OLDER_SPREAD)) for _ in range(1_000))
    years_older = [years for years in drawn if shares.YOUNGEST_MOTHER <= years <= shares.OLDEST_MOTHER]
    for child in residents:  # the youngest first, who must have somebody to live with
        if chance.random() * 100 < shares.age_group(child.age).mother_alive:
            mother = _mother(chance, child, mothers, years_older)
        else:
            mother = None
        if mother is not None:
            child.mother = mother
            child.father = mother.spouse
            mother.children.append(child)
        elif child.age < shares.CHILD_OF_AGE:
            child.father = _widower(chance, child, widowers)
            if child.father is not None:
                child.father.children.append(child)


def _mother(chance: Random, child: Resident, mothers: list[list[Resident]], years_older: list[int]) -> Resident | None:
    """Return a mother of a fitting age with room for the child, the better of two; none after many have been seen."""
    draw = chance.random
    for _ in range(12):
        of_age = mothers[child.age + years_older[int(draw() * len(years_older))]]
        if not of_age:
            continue
        one = of_age[int(draw() * len(of_age))]
        other = of_age[int(draw() * len(of_age))] if draw() < shares.CHILDREN_SPREAD_EVENLY else one
        mother = other if len(other.children) < len(one.children) else one
        if _has_room(mother, child):
            return mother
    if child.age >= shares.CHILD_OF_AGE:
        return None
    for older in range(shares.YOUNGEST_MOTHER, shares.OLDEST_MOTHER + 1):
        for mother in mothers[child.age + older]:
            if _has_room(mother, child):
                return mother
    return None


def _has_room(mother: Resident, child: Resident) -> bool:
    father = mother.spouse
    if father is not None and father.age < child.age + shares.YOUNGEST_FATHER:
        return False
    if len(mother.children) >= shares.MOST_CHILDREN:
        return False
    return all(abs(sibling.born - child.born) >= shares.DAYS_BETWEEN_BIRTHS for sibling in mother.children)


def _widower(chance: Random, child: Resident, widowers: list[Resident]) -> Resident | None:
    for _ in range(12):
        if widowers:
            father = widowers[int(chance.random() * len(widowers))]
            if father.age >= child.age + shares.YOUNGEST_FATHER and _has_room(father, child):
                return father
    return None


def _date_marriages(chance: Random, residents: list[Resident], today: date) -> None:
    """Marry every couple some time before its first child, and when both were old enough."""
    hers, his = shares.YOUNGEST_MARRIED_DAYS
    for wife in residents:
        husband = wife.spouse
        if husband is None or wife.sex != FEMALE:
            continue
        at_age = chance.gauss(shares.WIFE_MARRIES_AT, shares.WIFE_MARRIES_SPREAD)
        wished = wife.born + int(at_age * 365.25)
        if wife.children:
            wished = min(wished, min(child.born for child in wife.children) - 250 - int(chance.random() * 400))
        both_old_enough = max(wife.born + hers, husband.born + his)
        day = max(wished, both_old_enough)
        if day >= today.toordinal():
            day = today.toordinal() - 1 - int(chance.random() * 300)
        wife.married = husband.married = day


def _live_together(chance: Random, residents: list[Resident]) -> list[Home]:
    nests = _nests(chance, residents)
    for nest in nests.values():
        if len(nest.adults) == 2:
            _maybe_join_parents(chance, nest, nests)
    for nest in nests.values():
        if len(nest.adults) == 1 and not nest.children and not nest.young:
            _maybe_join_child(chance, nest, nests)
    found: list[Home] = []
    for nest in nests.values():
        if not nest.moved_in_elsewhere:
            found.append(tuple(_members(nest)))
    chance.shuffle(found)
    return found


def _nests(chance: Random, residents: list[Resident]) -> "dict[Resident, _Nest]":
    """Return who lives with whom before anybody moves in with relatives, by the wife or the one who is alone."""
    nests: dict[Resident, _Nest] = {}
    at_home: list[tuple[Resident, Resident]] = []
    for person in residents:
        parent = person.mother or person.father
        if person.spouse is not None:
            if person.sex == FEMALE:
                couple = (person, person.spouse) if chance.random() < shares.WIFE_IS_HEAD else (person.spouse, person)
                nests[person] = _Nest(couple)
        elif (
            parent is not None
            and (
                person.marital_status == codes.SINGLE
                or (person.marital_status == codes.DIVORCED and not person.children)
            )
            and (
                person.age < shares.CHILD_OF_AGE
                or chance.random() < shares.by_age(shares.STAYS_WITH_PARENTS, person.age)
            )
        ):
            at_home.append((person, parent))
        else:
            nests[person] = _Nest((person,))
    for person, parent in at_home:
        nests[parent].children.append(person)
    return nests


def _maybe_join_parents(chance: Random, nest: _Nest, nests: "dict[Resident, _Nest]") -> None:
    """A young couple may stay with the parents of one of them, who must not have moved or taken in others."""
    wife = next(adult for adult in nest.adults if adult.sex == FEMALE)
    if wife.age > shares.YOUNG_COUPLE_UNTIL or nest.young or chance.random() >= shares.COUPLE_JOINS_PARENTS:
        return
    for partner in nest.adults if chance.random() < 0.4 else reversed(nest.adults):
        parents = nests.get(partner.mother) if partner.mother is not None else None
        if parents is not None and not parents.young and not parents.moved_in_elsewhere:
            parents.young.append(nest)
            nest.moved_in_elsewhere = True
            return


def _maybe_join_child(chance: Random, nest: _Nest, nests: "dict[Resident, _Nest]") -> None:
    """A widow or widower without children at home may live with a married child."""
    elder = nest.adults[0]
    if chance.random() >= shares.LONE_PARENT_JOINS_CHILD:
        return
    for child in elder.children:
        couple = child.spouse and nests[child if child.sex == FEMALE else child.spouse]
        if couple and not (couple.moved_in_elsewhere or couple.young or couple.elders):
            couple.elders.append(elder)
            nest.moved_in_elsewhere = True
            return


def _members(nest: _Nest) -> Iterator[Member]:
    head, *others = nest.adults
    yield Member(head, codes.HEAD)
    for spouse in others:
        yield Member(spouse, codes.HUSBAND if spouse.sex == MALE else codes.WIFE)
    for child in sorted(nest.children, key=lambda one: one.born):
        yield Member(child, codes.CHILD)
    for couple in nest.young:
        for partner in couple.adults:
            ours = partner.mother in nest.adults
            yield Member(partner, codes.CHILD if ours else codes.IN_LAW)
        for grandchild in sorted(couple.children, key=lambda one: one.born):
            yield Member(grandchild, codes.GRANDCHILD)
    for elder in nest.elders:
        yield Member(elder, codes.PARENT if elder in (head.mother, head.father) else codes.PARENT_IN_LAW)
