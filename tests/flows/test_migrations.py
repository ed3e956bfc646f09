"""A store that an older version has made is brought up to date, whole or not at all."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import inspect

from flows import answering
from flows.audit_verifier import verify
from flows.pipeline import Run
from flows.store import tables
from flows.store.case_store import CaseStore
from flows.store.errors import StoreError
from flows.store.migrations import MIGRATIONS
from flows.store.trail import Trail
from tests.flows.fakes import FakeServices
from tests.flows.test_pipeline import KNOWS_MARI

OLD = {
    "1": Path("tests/flows/store_1.sql"),
    "2": Path("tests/flows/store_2.sql"),
    "3": Path("tests/flows/store_3.sql"),
    "4": Path("tests/flows/store_4.sql"),
    "5": Path("tests/flows/store_5.sql"),
    "6": Path("tests/flows/store_6.sql"),
}  # as made then: one case is closed, one waits for a decision, one was not found


def made(folder: Path, version: str, *more: str) -> Path:
    path = folder / "cases.sqlite"
    with closing(sqlite3.connect(path)) as store:
        store.executescript(OLD[version].read_text(encoding="utf-8"))
        for statement in more:
            store.execute(statement)
        store.commit()
    return path


def shape(store: CaseStore) -> dict[str, Any]:
    """Return tables, columns and indices."""
    found = inspect(store.engine)
    return {
        name: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(name)],
            sorted(str(index["column_names"]) for index in found.get_indexes(name)),
            found.get_pk_constraint(name)["constrained_columns"],
        )
        for name in sorted(found.get_table_names())
    }


def test_there_is_an_old_store_of_each_version() -> None:
    assert OLD.keys() == MIGRATIONS.keys()


@pytest.mark.parametrize("version", OLD)
def test_a_store_that_was_brought_up_to_date_is_like_a_new_one(tmp_path: Path, version: str) -> None:
    new = CaseStore.open(tmp_path / "new.sqlite")
    old = CaseStore.open(made(tmp_path, version))

    assert shape(old) == shape(new)
    CaseStore.open(tmp_path / "cases.sqlite").close()  # and opens again


@pytest.mark.parametrize("version", OLD)
def test_its_cases_are_as_they_were_and_go_on(tmp_path: Path, version: str) -> None:
    store = CaseStore.open(made(tmp_path, version))
    cases = {case.key: case for case in store.all_cases()}
    assert {key: (case.state, case.outcome) for key, case in cases.items()} == {
        "done": ("done", "issued"),
        "waits": ("waiting", None),
        "unknown": ("waiting", None),
    }
    assert [one[1:] for one in store.counts()] == [("done", "issued", "", 1), ("waiting", "", "", 2)]
    answering.answer(store, cases["waits"], "enough", {}, "hopeless", "office")
    Run(store, lambda _: FakeServices(KNOWS_MARI), date(2026, 6, 15), "sample").run()

    assert {case.key: case.outcome for case in store.all_cases()} == {
        "done": "issued",
        "waits": "refused",
        "unknown": None,
    }


def test_the_audit_trail_of_version_1_says_the_same_case_by_case(tmp_path: Path) -> None:
    trail = Trail(CaseStore.open(made(tmp_path, "1")).engine)
    lines = list(trail.export())

    assert verify(lines).faults == ()
    assert trail.misplaced(trail.head().entry) is None
    told = [orjson.loads(line) for line in lines[1:-1]]
    assert [(one["case"], one["step"], one["outcome"], one["at"][11:19]) for one in told] == [
        (1, "data", "found", "08:00:02"),
        (2, "data", "found", "08:00:02"),
        (3, "data", "none", "08:00:02"),
        (3, "data", "none", "08:00:05"),
    ]
    assert {(one["procedure"], one["service"], one["consumer"]) for one in told} == {
        ("sample", "people.person-by-nik", "office")
    }


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("update meta set value = '99'", "made by another version of Sekali (tables of version 99"),
        ("update audit set row = replace(row, 'none', 'found') where number = 1", "was changed at row 1"),
        ("delete from audit where number = 1", "was changed at row 2"),
    ],
)
def test_what_cannot_be_brought_up_to_date_is_told_and_left_alone(tmp_path: Path, statement: str, says: str) -> None:
    path = made(tmp_path, "1", statement)
    with closing(sqlite3.connect(path)) as store:
        before = "\n".join(store.iterdump())
    with pytest.raises(StoreError) as error:
        CaseStore.open(path)

    assert says in error.value.words.en
    assert error.value.words.id != error.value.words.en
    with closing(sqlite3.connect(path)) as store:
        assert "\n".join(store.iterdump()) == before


def test_a_store_of_a_version_to_come_says_what_to_do(tmp_path: Path) -> None:
    CaseStore.open(tmp_path / "cases.sqlite").close()
    with closing(sqlite3.connect(tmp_path / "cases.sqlite")) as newer, newer:
        newer.execute("update meta set value = '99' where name = 'version'")
    with pytest.raises(StoreError, match=f"version 99, here {tables.VERSION}.*bring Sekali up to date"):
        CaseStore.open(tmp_path / "cases.sqlite")
