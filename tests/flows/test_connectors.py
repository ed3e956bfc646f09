"""Registries in SQL: the fake and the real one keep the same promises; and what settings can say of tables."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from flows.connectors.sql import SqlServices
from flows.ports import Answer, DataServices, Keys, RegistryUnreachableError
from flows.settings import SettingsError, read_settings
from processes.catalogue import Catalogue
from tests.flows.fakes import FakeServices
from tests.sketching import CATALOGUE, catalogue

MARI, MAI, JAAN = "3303012407950001", "3303014506920002", "3303010101900003"
KNOWN = catalogue(
    CATALOGUE,
    """
entity: person
key: nik
elements:
  nik: text
  name: text
  sex: text
  birth_date: date
  income: money
  tax_paid: yes/no
  has_deed: yes/no
relations:
  mother: person
  family: family
---
entity: family
key: kk_no
elements: {kk_no: text, address: text}
relations: {members: many person, head: person}
---
registry: people
title: people
agency: village
services:
  by-nik: {about: person, needs: [nik], gives: [name, birth_date, mother, family, family.address, income, tax_paid]}
  births: {about: person, needs: [mother, birth_date], gives: [name]}
  deed: {about: person, needs: [name, birth_date], gives: [has_deed]}
  family: {about: family, needs: [kk_no], gives: [address, members, members.name]}
  rows: {about: family, needs: [kk_no], gives: [members, address]}
  couple: {about: {husband: person, wife: person}, needs: [husband.nik, wife.nik], gives: [wife.name]}
""",
)
SETTINGS = """
[services."people.by-nik"]
database = "people.sqlite"
table = "person"
columns = {mother = "mother_nik", family = "kk_no"}
join = {table = "family", on = {kk_no = "kk_no"}}
where = {valid = 1}

[services."people.births"]
database = "sqlite:///people.sqlite"
table = "person"
columns = {mother = "mother_nik"}

[services."people.deed"]
database = "people.sqlite"
table = "person"
exists = "has_deed"
where = {deed_no = true}

[services."people.family"]
database = "people.sqlite"
table = "family"
[services."people.family".join]
table = "person"
on = {kk_no = "kk_no"}
of = "members"
columns = {members = "nik"}
many = true
order = "nik"

[services."people.rows"]
database = "people.sqlite"
table = "listing"
columns = {members = "nik"}
many = true
order = "nik"

[services."people.couple"]
database = "people.sqlite"
table = "marriage"
columns = {"husband.nik" = "husband", "wife.nik" = "wife", "wife.name" = "name"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "people.sqlite")) as made, made:
        made.executescript(f"""
            create table person (nik text primary key, kk_no text, name text, birth_date text, mother_nik text, income integer,
                                 tax_paid integer, valid integer, deed_no text);
            create index by_mother on person (mother_nik);
            create table family (kk_no text primary key, address text);
            create table marriage (husband text, wife text, name text);
            create view listing as select person.nik, person.kk_no, address from person join family using (kk_no);
            insert into family values ('33', 'Jl. Melati'), ('34', null);
            insert into person values
                ('{MARI}', '33', 'Mari', '1995-07-24', '{MAI}', 2000000, 1, 1, 'D-1'),
                ('{MAI}', '33', 'Mai', '1970-06-05', null, null, 0, 1, null),
                ('{JAAN}', '35', 'Jaan', 'long ago', '{MAI}', 5, 1, 1, null),
                ('9', '33', 'Nobody', '1995-07-24', '{MAI}', 0, 0, 0, null);
            insert into marriage values ('{JAAN}', '{MARI}', 'Mari'), ('{JAAN}', '{MAI}', 'Mai');
        """)
    (tmp_path / "sekali.toml").write_text(SETTINGS)
    return tmp_path


@pytest.fixture
def sql(folder: Path) -> Iterator[SqlServices]:
    services = SqlServices(read_settings(folder / "sekali.toml", {}), KNOWN)
    yield services
    services.close()


class Promises:
    """Inherit, supply `services` that know Mari, and be tested."""

    @pytest.fixture
    def services(self) -> DataServices:
        raise NotImplementedError

    def test_gives_what_is_held_in_the_order_of_the_words(self, services: DataServices) -> None:
        found = services.ask("people.by-nik", ("birth_date", "name"), [(MARI,)])
        assert found == {(MARI,): ((date(1995, 7, 24), "Mari"),)}

    def test_answers_about_each_of_many(self, services: DataServices) -> None:
        found = services.ask("people.by-nik", ("name",), [(MARI,), ("000",)])
        assert {key: list(answer) for key, answer in found.items()} == {(MARI,): [("Mari",)], ("000",): []}

    def test_says_that_there_is_none_where_the_registry_says_so(self, services: DataServices) -> None:
        assert services.ask("people.by-nik", ("mother",), [(MAI,)]) == {(MAI,): ((None,),)}

    def test_raises_where_no_answer_comes(self, services: DataServices) -> None:
        with pytest.raises(RegistryUnreachableError):
            services.ask("people.nowhere", ("name",), [(MARI,)])


class TestFake(Promises):
    @pytest.fixture
    def services(self) -> DataServices:
        records = {
            ("people.by-nik", (MARI,)): [{"name": "Mari", "birth_date": date(1995, 7, 24)}],
            ("people.by-nik", (MAI,)): [{"mother": None}],
        }
        return FakeServices(records, down={"people.nowhere"})


class TestSql(Promises):
    @pytest.fixture
    def services(self, sql: SqlServices) -> DataServices:
        return sql


def answer(sql: SqlServices, service: str, words: tuple[str, ...], *key: object) -> Answer:
    return sql.ask(f"people.{service}", words, [key])[key]  # type: ignore[list-item,index]  # values, as in cases


ALL = ("name", "birth_date", "mother", "family", "family.address", "income", "tax_paid")


@pytest.mark.parametrize(
    ("service", "words", "key", "expected"),
    [
        ("by-nik", ALL, (MARI,), (("Mari", date(1995, 7, 24), MAI, "33", "Jl. Melati", 2_000_000, True),)),
        ("by-nik", ALL, (MAI,), (("Mai", date(1970, 6, 5), None, "33", "Jl. Melati", None, False),)),
        ("by-nik", ("family.address",), (JAAN,), ((None,),)),  # a family that the other table has not
        ("by-nik", ("birth_date",), (JAAN,), "malformed"),
        ("by-nik", ("name",), (JAAN,), (("Jaan",),)),  # what is not asked cannot be malformed
        ("by-nik", ("name",), ("9",), ()),  # not valid any more
        ("births", ("name",), (MAI, date(1995, 7, 24)), (("Mari",), ("Nobody",))),
        ("births", ("name",), (MAI, date(1995, 7, 25)), ()),
        ("deed", ("has_deed",), ("Mari", date(1995, 7, 24)), ((True,),)),
        ("deed", ("has_deed",), ("Mai", date(1970, 6, 5)), ((False,),)),
        ("deed", ("has_deed",), ("Nobody", date(2001, 1, 1)), ((False,),)),
        ("family", ("address",), ("33",), (("Jl. Melati",),)),
        ("family", ("address", "members"), ("33",), (("Jl. Melati", (MARI, MAI, "9")),)),
        ("family", ("members.name", "members"), ("33",), ((("Mari", "Mai", "Nobody"), (MARI, MAI, "9")),)),
        ("family", ("members",), ("34",), (((),),)),
        ("family", ("members",), ("36",), ()),
        ("rows", ("members", "address"), ("33",), (((MARI, MAI, "9"), "Jl. Melati"),)),
        ("rows", ("members",), ("34",), ()),
        ("couple", ("wife.name",), (JAAN, MAI), (("Mai",),)),
        ("couple", ("wife.name",), (MARI, MAI), ()),
    ],
)
def test_a_table_answers(
    sql: SqlServices, service: str, words: tuple[str, ...], key: tuple[object, ...], expected: object
) -> None:
    assert answer(sql, service, words, *key) == expected


def test_more_subjects_than_a_statement_takes_are_asked_about_in_parts(sql: SqlServices) -> None:
    keys: list[Keys] = [(str(number),) for number in range(2500)]
    found = sql.ask("people.by-nik", ("name",), [*keys, (MARI,)])
    assert len(found) == 2501
    assert [key for key, one in found.items() if one] == [(MARI,)]


def test_values_are_never_read_as_sql(sql: SqlServices) -> None:
    odd = "' or 1=1; drop table person; --"
    assert answer(sql, "by-nik", ("name",), odd) == ()
    assert answer(sql, "by-nik", ("name",), MARI) == (("Mari",),)


def test_registries_cannot_be_written(sql: SqlServices) -> None:
    answer(sql, "by-nik", ("name",), MARI)
    source = sql._source("people.by-nik")
    with source.engine.connect() as connection, pytest.raises(Exception, match="readonly"):
        connection.exec_driver_sql("delete from person")


# --- settings that cannot be ----------------------------------------------------------------------------------------


def problems(folder: Path, text: str, known: Catalogue = KNOWN) -> list[str]:
    (folder / "sekali.toml").write_text(text)
    try:
        services = SqlServices(read_settings(folder / "sekali.toml", {"WHERE": "people.sqlite"}), known)
        return [str(problem).replace(str(folder), "") for problem in services.problems(services.settings.services)]
    except SettingsError as error:
        return [str(problem).replace(str(folder), "") for problem in error.problems]


HEAD = '[services."people.by-nik"]\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            HEAD + 'database = "people.sqlite"\ntable = "persons"\n',
            "/sekali.toml:3:1: Its database has no table 'persons'. Did you mean 'person'? [settings-database]",
        ),
        (
            HEAD + 'database = "people.sqlite"\ntable = "person"\ncolumns = {mother = "mother_nk"}\n',
            "Its table has no column 'mother_nk' for 'mother'. Say which column it is: columns = {\"mother\" = \"mother_nik\"}.",
        ),
        (HEAD + 'database = "peple.sqlite"\ntable = "person"\n', "cannot be opened: unable to open database file."),
        (HEAD + 'database = "nonsense://x"\ntable = "person"\n', "The address of the database cannot be read."),
        (
            HEAD + 'database = "${NOWHERE}"\ntable = "person"\n',
            "/sekali.toml:2:1: 'NOWHERE' is not in the environment.",
        ),
        (HEAD + 'database = "people.sqlite"\n', "/sekali.toml:1:1: 'table' is missing at 'people.by-nik'."),
        (
            HEAD + 'databse = "people.sqlite"\ntable = "person"\n',
            "/sekali.toml:2:1: The key 'databse' is not known here. Did you mean 'database'?",
        ),
        (HEAD + 'database = 5\ntable = "person"\n', "/sekali.toml:2:1: The value of 'database' does not fit."),
        (HEAD + "database = people\n", "/sekali.toml:2:12: This is no TOML: Invalid value."),
    ],
)
def test_settings_that_cannot_be_are_told_with_their_place(folder: Path, text: str, said: str) -> None:
    assert any(said in problem for problem in problems(folder, text)), problems(folder, text)


def test_what_the_environment_says_goes_into_the_address(folder: Path) -> None:
    text = HEAD + 'database = "${WHERE}"\ntable = "person"\ncolumns = {mother = "mother_nik", family = "kk_no"}\n'
    assert problems(folder, text + 'join = {table = "family", on = {kk_no = "kk_no"}}\n') == []


def test_a_password_is_not_told(folder: Path) -> None:
    text = HEAD + 'database = "sqlite://user:secret@host/people.sqlite"\ntable = "person"\n'
    told = problems(folder, text)
    assert told and not any("secret" in one for one in told)
