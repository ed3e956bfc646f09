import sqlite3
from collections import Counter
from contextlib import closing
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from flows.demo import codes, shares
from flows.demo.numbers import age_on, nik_says
from flows.demo.places import villages
from flows.demo.population import Population, populate
from flows.demo.settings import SERVICES
from processes.reading import read
from tests.flows.demo.conftest import TODAY

REGISTRIES = ("siak", "faskes", "simkah", "dtsen", "bpjs", "pbb")
People = dict[str, sqlite3.Row]


def asked(population: Population, registry: str, question: str, *values: object) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(population.path(registry))) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute(question, values).fetchall()


def contents(folder: Path) -> dict[str, list[str]]:
    found = {}
    for registry in REGISTRIES:
        with closing(sqlite3.connect(folder / f"{registry}.sqlite")) as connection:
            found[registry] = list(connection.iterdump())
    return found


@pytest.fixture(scope="session")
def people(population: Population) -> People:
    return {row["nik"]: row for row in asked(population, "siak", "SELECT * FROM person")}


@pytest.fixture(scope="session")
def odd_niks(population: Population, people: People) -> frozenset[str]:
    """The people of the families made by hand, whose serials begin at 9001."""
    return frozenset(nik for nik in people if nik[12] == "9")


def born(person: sqlite3.Row) -> date:
    return date.fromisoformat(person["birth_date"])


def share(found: int, of: int) -> float:
    return found / of


def test_the_same_seed_gives_the_same_tables(tmp_path: Path) -> None:
    first = populate(tmp_path / "first", people=600, seed=11, today=TODAY, newborn_babies=10)
    second = populate(tmp_path / "second", people=600, seed=11, today=TODAY, newborn_babies=10)

    assert contents(first.folder) == contents(second.folder)
    assert first._replace(folder=second.folder) == second


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    first = populate(tmp_path / "first", people=300, seed=11, today=TODAY)
    second = populate(tmp_path / "second", people=300, seed=12, today=TODAY)

    assert contents(first.folder) != contents(second.folder)


def test_more_newborns_do_not_change_who_is_registered(tmp_path: Path) -> None:
    few = populate(tmp_path / "few", people=600, seed=11, today=TODAY, newborn_babies=5)
    many = populate(tmp_path / "many", people=600, seed=11, today=TODAY, newborn_babies=25)

    assert [contents(few.folder)[name] for name in ("dtsen", "bpjs", "pbb", "simkah")] == [
        contents(many.folder)[name] for name in ("dtsen", "bpjs", "pbb", "simkah")
    ]


def test_making_them_again_replaces_what_was_there(tmp_path: Path) -> None:
    populate(tmp_path, people=400, seed=1, today=TODAY)
    again = populate(tmp_path, people=200, seed=1, today=TODAY)

    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.sqlite" for name in REGISTRIES}
    [[rows]] = asked(again, "siak", "SELECT count(*) FROM person")
    assert rows == again.counts[0].rows < 300


@pytest.mark.parametrize("few", [0, 1, 2, 30])
def test_very_few_people_are_possible(tmp_path: Path, few: int) -> None:
    population = populate(tmp_path, people=few, seed=3, today=TODAY)

    odd_people = asked(population, "siak", "SELECT nik FROM person WHERE substr(nik, 13, 1) = '9'")
    assert population.counts[0].rows == few + len(odd_people)


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2025, 1, 1), date(2040, 12, 31)], ids=str)
def test_any_day_can_be_today(tmp_path: Path, today: date) -> None:
    population = populate(tmp_path, people=800, seed=3, today=today, newborn_babies=10)

    persons = asked(population, "siak", "SELECT * FROM person")
    assert all(born(person) <= today for person in persons)
    assert all(person["marriage_date"] is None or person["marriage_date"] < today.isoformat() for person in persons)
    assert len(population.newborns) == 10


def test_there_are_no_fewer_than_no_people(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="-1 people"):
        populate(tmp_path, people=-1, seed=1, today=TODAY)


def test_the_counts_are_those_of_the_tables(population: Population) -> None:
    for registry, table, rows in population.counts:
        [[found]] = asked(population, registry, f"SELECT count(*) FROM {table}")
        assert found == rows, (registry, table)


def test_there_are_as_many_people_as_asked_for(people: People, odd_niks: frozenset[str]) -> None:
    assert len(people) - len(odd_niks) == 3_000


# --- Numbers


def test_every_nik_tells_sex_and_a_birth_date_that_is_nearly_always_right(people: People) -> None:
    wrong_dates = 0
    for nik, person in people.items():
        district_code, day, sex = nik_says(nik)
        assert len(nik) == 16 and nik.isdigit()
        assert sex == person["sex"]
        assert "01" <= district_code[4:] <= "18"
        assert "01" <= day[:2] <= "31" and "01" <= day[2:4] <= "12"
        assert nik[12:] >= "0001"
        wrong_dates += day != born(person).strftime("%d%m%y")
    assert share(wrong_dates, len(people)) == pytest.approx(shares.NIK_DATE_DIFFERS, abs=0.005)


def test_most_were_registered_first_in_the_regency_and_children_all(people: People) -> None:
    from_here = [nik for nik in people if nik.startswith("3303")]
    assert 0.93 < share(len(from_here), len(people)) < 0.99


def test_numbers_of_a_day_and_district_count_from_one(people: People, odd_niks: frozenset[str]) -> None:
    by_day: dict[str, list[int]] = {}
    for nik in people.keys() - odd_niks:
        by_day.setdefault(nik[:12], []).append(int(nik[12:]))
    assert all(sorted(serials) == list(range(1, len(serials) + 1)) for serials in by_day.values())


def test_every_family_card_tells_its_district_and_a_day_before_today(population: Population) -> None:
    codes_of = {village.district: village.district_code for village in villages()}
    for family in asked(population, "siak", "SELECT * FROM family"):
        kk_no = family["kk_no"]
        assert len(kk_no) == 16 and kk_no.isdigit()
        assert kk_no[:6] == codes_of[family["district"]]
        assert date(2000 + int(kk_no[10:12]), int(kk_no[8:10]), int(kk_no[6:8])) < TODAY


# --- Families


def test_every_family_has_exactly_one_head_who_is_on_its_card(population: Population, people: People) -> None:
    heads = Counter(person["kk_no"] for person in people.values() if person["family_relation"] == codes.HEAD)
    families = asked(population, "siak", "SELECT * FROM family")

    assert heads == Counter(family["kk_no"] for family in families)
    assert {person["kk_no"] for person in people.values()} == set(heads)
    for family in families:
        head = people[family["head_nik"]]
        assert (head["kk_no"], head["family_relation"]) == (family["kk_no"], codes.HEAD)


def test_every_family_lives_in_a_village_of_the_regency(population: Population) -> None:
    known = {(village.name, village.district, village.postcode) for village in villages()}
    for family in asked(population, "siak", "SELECT * FROM family"):
        assert (family["village"], family["district"], family["postcode"]) in known
        assert (family["regency"], family["province"]) == ("PURBALINGGA", "JAWA TENGAH")
        assert len(family["rt"]) == len(family["rw"]) == 3


def test_every_mother_and_father_named_by_number_is_registered(people: People) -> None:
    for person in people.values():
        for parent, sex in (("mother_nik", codes.FEMALE), ("father_nik", codes.MALE)):
            assert person[parent] is None or people[person[parent]]["sex"] == sex
        assert person["mother_name"] and person["father_name"]


def test_the_mothers_number_is_missing_as_often_as_stated(people: People) -> None:
    missing = {True: Counter[bool](), False: Counter[bool]()}
    for person in people.values():
        age = age_on(TODAY, born(person).toordinal())
        if age < 17 or age >= shares.OLD_SINCE:
            missing[age < 17][person["mother_nik"] is None] += 1

    assert share(missing[True][True], missing[True].total()) == pytest.approx(shares.PARENTS_NIK_MISSING, abs=0.05)
    assert share(missing[False][True], missing[False].total()) >= shares.PARENTS_NIK_MISSING_OLD - 0.02


def test_nobody_is_older_than_the_mother_minus_fourteen_years(people: People) -> None:
    for person in people.values():
        for parent in ("mother_nik", "father_nik"):
            if person[parent] is not None:
                years = (born(person) - born(people[person[parent]])).days / 365.25
                assert years >= 14, person["nik"]


def test_children_under_age_live_with_a_parent(people: People, odd_niks: frozenset[str]) -> None:
    for nik in people.keys() - odd_niks:
        child = people[nik]
        if child["mother_nik"] is not None and age_on(TODAY, born(child).toordinal()) < 17:
            assert child["kk_no"] == people[child["mother_nik"]]["kk_no"]
        if age_on(TODAY, born(child).toordinal()) < 17:
            assert child["family_relation"] in (codes.CHILD, codes.GRANDCHILD)
            assert child["marital_status"] == codes.SINGLE


def test_brothers_and_sisters_are_not_born_within_a_year(people: People, odd_niks: frozenset[str]) -> None:
    by_mother: dict[str, list[date]] = {}
    for nik in people.keys() - odd_niks:
        if people[nik]["mother_nik"] is not None:
            by_mother.setdefault(people[nik]["mother_nik"], []).append(born(people[nik]))
    for births in by_mother.values():
        births.sort()
        assert all((later - earlier).days > 365 for earlier, later in pairwise(births))


def test_husband_and_wife_are_on_the_same_card_with_the_same_deed(people: People) -> None:
    spouses = {codes.HUSBAND, codes.WIFE}
    heads = {person["kk_no"]: person for person in people.values() if person["family_relation"] == codes.HEAD}
    for person in people.values():
        if person["family_relation"] in spouses:
            head = heads[person["kk_no"]]
            assert {person["sex"], head["sex"]} == {codes.MALE, codes.FEMALE}
            assert person["family_relation"] == (codes.HUSBAND if person["sex"] == codes.MALE else codes.WIFE)
            for fact in ("marriage_deed_no", "marriage_date", "marital_status"):
                assert person[fact] == head[fact]
            assert person["marital_status"] == codes.MARRIED


# --- Shares


def test_the_age_pyramid_is_that_of_the_census(people: People) -> None:
    ages = Counter(shares.age_group(age_on(TODAY, born(person).toordinal())) for person in people.values())
    for group in shares.AGE_GROUPS:
        assert 100 * share(ages[group], len(people)) == pytest.approx(group.percent, abs=1), group


@pytest.mark.parametrize(
    ("fact", "value", "expected"),
    [
        ("sex", codes.MALE, 0.506),
        ("marital_status", codes.SINGLE, 0.41),
        ("marital_status", codes.MARRIED, 0.52),
        ("marital_status", codes.WIDOWED, 0.05),
        ("marital_status", codes.DIVORCED, 0.02),
        ("religion", codes.ISLAM, 0.993),
        ("birth_place", "PURBALINGGA", 0.88),
        ("blood_type", codes.UNKNOWN_BLOOD, 0.85),
        ("life_status", codes.NOT_VALID, shares.NIK_NOT_VALID),
    ],
)
def test_the_people_are_as_the_registry_counts_them(people: People, fact: str, value: str, expected: float) -> None:
    found = sum(person[fact] == value for person in people.values())
    assert share(found, len(people)) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(
    ("size", "percent"), [(1, 12), (2, 21), (3, 28), (4, 24), (5, 10), (6, 3.5), (7, 1.5)], ids=str
)
def test_families_are_as_large_as_on_the_cards_of_the_regency(people: People, size: int, percent: float) -> None:
    sizes = Counter(min(members, 7) for members in Counter(person["kk_no"] for person in people.values()).values())
    assert 100 * share(sizes[size], sizes.total()) == pytest.approx(percent, abs=5)


@pytest.mark.parametrize(
    ("registry", "question", "expected"),
    [
        ("bpjs", "SELECT count(*) / 3000.0 FROM member", shares.INSURED),
        ("bpjs", "SELECT avg(jkn_status = 'AKTIF') FROM member", shares.INSURANCE_ACTIVE),
        ("pbb", "SELECT avg(pbb_paid) FROM taxpayer", shares.LAND_TAX_PAID),
        ("dtsen", "SELECT avg(decile <= 5) FROM family", 0.6),
    ],
)
def test_the_other_registries_cover_what_they_do_in_life(
    population: Population, registry: str, question: str, expected: float
) -> None:
    [[found]] = asked(population, registry, question)
    assert found == pytest.approx(expected, abs=0.03)


def test_the_other_registries_know_only_people_of_the_population_registry(
    population: Population, people: People
) -> None:
    kk_nos = {row["kk_no"] for row in asked(population, "siak", "SELECT kk_no FROM family")}
    births = asked(population, "faskes", "SELECT * FROM birth")
    marriages = asked(population, "simkah", "SELECT * FROM marriage")

    assert {row["nik"] for row in asked(population, "bpjs", "SELECT nik FROM member")} <= people.keys()
    assert {row["nik"] for row in asked(population, "pbb", "SELECT nik FROM taxpayer")} <= people.keys()
    assert {row["nik"] for row in asked(population, "faskes", "SELECT nik FROM diagnosis")} <= people.keys()
    assert {row["mother_nik"] for row in births} <= people.keys()
    unknown_cards = {row["kk_no"] for row in asked(population, "dtsen", "SELECT kk_no FROM family")} - kk_nos
    assert len(unknown_cards) == 1  # the old card of the family that moved last week
    for marriage in marriages:
        for nik in (marriage["wife_nik"], marriage["husband_nik"]):
            assert people[nik]["marriage_deed_no"] == marriage["marriage_deed_no"]
            assert people[nik]["marriage_date"] == marriage["marriage_date"]


def test_who_has_died_in_a_facility_is_not_reported_yet_and_reports_no_birth(
    population: Population, people: People
) -> None:
    deaths = asked(population, "faskes", "SELECT * FROM death")
    babies = [*population.newborns, *(baby for oddity in population.oddities for baby in oddity.newborns)]
    needed = {nik for b in babies for nik in (b.mother_nik, b.father_nik, b.informant_nik, *b.witness_niks)}

    assert 0 < share(len(deaths), len(people)) < 0.004
    for death in deaths:
        person = people[death["nik"]]
        assert person["life_status"] == codes.ALIVE and death["nik"] not in needed
        assert person["birth_date"] <= death["death_date"] < TODAY.isoformat()
        assert (TODAY - date.fromisoformat(death["death_date"])).days <= shares.UNREPORTED_DEATH_DAYS + 1
    births = {row["mother_nik"]: row["birth_date"] for row in asked(population, "faskes", "SELECT * FROM birth")}
    assert all(births.get(death["nik"], "") <= death["death_date"] for death in deaths), "nobody gives birth afterwards"


def test_every_service_of_the_sample_catalogue_is_answered_from_a_table() -> None:
    assert read(["processes/purbalingga"]).catalogue.service.keys() <= SERVICES.keys()


def test_recent_marriages_are_nearly_all_in_their_registry_and_old_ones_not(
    population: Population, people: People
) -> None:
    registered = {row["wife_nik"] for row in asked(population, "simkah", "SELECT wife_nik FROM marriage")}
    wives = {recent: Counter[bool]() for recent in (True, False)}
    for nik, person in people.items():
        if person["sex"] == codes.FEMALE and person["marriage_date"] is not None:
            wives[person["marriage_date"] >= "2010"][nik in registered] += 1

    assert share(wives[True][True], wives[True].total()) > 0.95
    assert share(wives[False][True], wives[False].total()) == pytest.approx(0.4, abs=0.08)


@pytest.mark.parametrize(
    ("registry", "question"),
    [
        ("siak", "SELECT * FROM person WHERE nik = ?1"),
        ("siak", "SELECT * FROM person WHERE kk_no = ?1"),
        ("siak", "SELECT * FROM person WHERE name = ?1 AND birth_date = ?1 AND mother_name = ?1"),
        ("siak", "SELECT * FROM family WHERE kk_no = ?1"),
        ("faskes", "SELECT * FROM birth WHERE mother_nik = ?1"),
        ("faskes", "SELECT * FROM birth WHERE mother_nik = ?1 AND birth_date = ?1"),
        ("faskes", "SELECT * FROM diagnosis WHERE nik = ?1"),
        ("faskes", "SELECT * FROM death WHERE nik = ?1"),
        ("simkah", "SELECT * FROM marriage WHERE wife_nik = ?1"),
        ("simkah", "SELECT * FROM marriage WHERE husband_nik = ?1"),
        ("dtsen", "SELECT * FROM family WHERE kk_no = ?1"),
        ("bpjs", "SELECT * FROM member WHERE nik = ?1"),
        ("pbb", "SELECT * FROM taxpayer WHERE nik = ?1"),
    ],
)
def test_no_registry_reads_all_its_rows_to_answer(population: Population, registry: str, question: str) -> None:
    plan: list[Any] = asked(population, registry, f"EXPLAIN QUERY PLAN {question}", "")
    assert all(row["detail"].startswith("SEARCH") for row in plan)


# --- Newborns and oddities


def test_newborns_are_of_the_last_ninety_days_and_some_are_late(population: Population) -> None:
    days = [(TODAY - baby.birth.day).days for baby in population.newborns]

    assert len(days) == 60
    assert all(1 <= age <= 90 for age in days)
    assert 0 < sum(baby.is_late(TODAY) for baby in population.newborns) < 25


def test_newborns_are_not_registered_yet(population: Population) -> None:
    for baby in population.newborns:
        day = baby.birth.day.isoformat()
        question = "SELECT nik FROM person WHERE mother_nik = ? AND birth_date = ?"
        assert asked(population, "siak", question, baby.mother_nik, day) == []


def test_their_parents_are_registered_alive_and_right(population: Population, people: People) -> None:
    for baby in population.newborns:
        for nik in (baby.mother_nik, baby.father_nik):
            if nik is not None:
                parent = people[nik]
                assert parent["life_status"] == codes.ALIVE
                assert nik_says(nik)[1] == born(parent).strftime("%d%m%y")
        assert people[baby.mother_nik]["sex"] == codes.FEMALE
        assert 17 <= age_on(TODAY, born(people[baby.mother_nik]).toordinal()) <= 43
        assert (baby.father_nik is None) == (people[baby.mother_nik]["marital_status"] != codes.MARRIED)


def test_no_mother_bears_again_within_a_year(population: Population, people: People) -> None:
    days = {baby.mother_nik: baby.birth.day for baby in population.newborns}
    assert len(days) == len(population.newborns)
    for person in people.values():
        if person["mother_nik"] in days:
            assert (days[person["mother_nik"]] - born(person)).days > 365


def test_they_are_reported_by_a_parent_before_two_grown_up_neighbours(population: Population, people: People) -> None:
    families = {row["kk_no"]: row for row in asked(population, "siak", "SELECT * FROM family")}
    near = 0
    for baby in population.newborns:
        assert baby.informant_nik in (baby.mother_nik, baby.father_nik)
        assert len({baby.mother_nik, baby.father_nik, *baby.witness_niks}) == 4
        for nik in baby.witness_niks:
            assert age_on(TODAY, born(people[nik]).toordinal()) >= 21
            home, theirs = families[people[nik]["kk_no"]], families[people[baby.mother_nik]["kk_no"]]
            near += (home["village"], home["district"]) == (theirs["village"], theirs["district"])
    assert near > 0.8 * 2 * len(population.newborns)  # there are villages with hardly anybody in them


def test_their_names_obey_the_rules_for_names(population: Population) -> None:
    for baby in population.newborns:
        assert len(baby.name.split()) >= 2
        assert len(baby.name) <= 60
        assert baby.name.replace(" ", "").isalpha() and baby.name.isupper()


def test_the_facilities_know_the_births_that_were_there(population: Population) -> None:
    question = "SELECT * FROM birth WHERE mother_nik = ? AND birth_date = ?"
    babies = [baby for odd in population.oddities for baby in odd.newborns] + list(population.newborns)
    for baby in babies:
        rows = [
            tuple(row) for row in asked(population, "faskes", question, baby.mother_nik, baby.birth.day.isoformat())
        ]
        assert (baby.birth.row(baby.mother_nik) in rows) == baby.in_facility
        assert baby.in_facility == (baby.birth.place_kind != codes.HOME)


def test_births_in_facilities_reach_back_two_years(population: Population, people: People) -> None:
    days = [row["birth_date"] for row in asked(population, "faskes", "SELECT birth_date FROM birth")]
    assert min(days) >= "2024-11-01"
    children = sum(person["birth_date"] >= "2024-11-02" for person in people.values())
    assert share(len(days) - len(population.newborns), children) == pytest.approx(0.97, abs=0.1)


def odd(population: Population, name: str) -> tuple[Any, ...]:
    [found] = [oddity for oddity in population.oddities if oddity.id == name]
    return found.newborns


def test_the_twins_make_the_facilities_answer_twice(population: Population) -> None:
    elder, younger = odd(population, "twins")
    question = "SELECT * FROM birth WHERE mother_nik = ? AND birth_date = ?"

    assert (elder.mother_nik, elder.birth.day) == (younger.mother_nik, younger.birth.day)
    assert len(asked(population, "faskes", question, elder.mother_nik, elder.birth.day.isoformat())) == 2


def test_the_one_letter_name_has_one_letter(population: Population) -> None:
    assert [baby.name for baby in odd(population, "one-letter-name")] == ["A"]


def test_the_mother_with_the_invalid_number_is_not_valid(population: Population, people: People) -> None:
    [baby] = odd(population, "nik-not-valid")
    assert people[baby.mother_nik]["life_status"] == codes.NOT_VALID


def test_the_mother_recorded_twice_is_found_twice(population: Population, people: People) -> None:
    [baby] = odd(population, "mother-recorded-twice")
    mother = people[baby.mother_nik]
    question = "SELECT nik FROM person WHERE name = ? AND birth_date = ? AND mother_name = ?"

    found = asked(population, "siak", question, mother["name"], mother["birth_date"], mother["mother_name"])

    assert len(found) == 2


def test_the_baby_recorded_already_is_found(population: Population, people: People) -> None:
    [baby] = odd(population, "already-recorded")
    question = "SELECT birth_deed_no FROM person WHERE name = ? AND birth_date = ? AND mother_name = ?"

    [found] = asked(
        population, "siak", question, baby.name, baby.birth.day.isoformat(), people[baby.mother_nik]["name"]
    )

    assert found["birth_deed_no"].startswith("3303-LU-")


def test_the_family_that_moved_last_week_is_known_to_the_poverty_registry_by_its_old_card(
    population: Population, people: People
) -> None:
    [baby] = odd(population, "moved-last-week")
    kk_no = people[baby.mother_nik]["kk_no"]

    assert kk_no[6:12] == "251026"
    assert asked(population, "dtsen", "SELECT * FROM family WHERE kk_no = ?", kk_no) == []


def test_the_young_mother_is_under_seventeen_and_has_a_grown_up_parent(population: Population, people: People) -> None:
    [baby] = odd(population, "young-mother")
    mother = people[baby.mother_nik]

    assert age_on(TODAY, born(mother).toordinal()) == 16
    assert baby.father_nik is None
    assert people[mother["mother_nik"]]["kk_no"] == mother["kk_no"]


def test_every_oddity_is_told_in_both_languages(population: Population) -> None:
    assert len(population.oddities) == 7
    assert all(oddity.words.id and oddity.words.en for oddity in population.oddities)
