"""The case store: cases come in once, and what is no store of ours is left alone."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from analysis.redesign import redesigned
from flows.store.batches import ALIKE
from flows.store.case_store import CaseStore
from flows.store.counting import stands
from flows.store.definitions import Definition, pinned, restored
from flows.store.errors import StoreError
from flows.store.rows import Moved
from processes.catalogue import Catalogue
from processes.part import placeless
from processes.policy import Policy
from processes.procedure import Procedure
from processes.reading import read
from tests.flows.fakes import Clock
from tests.flows.test_pipeline import DECIDE, LOOK_UP, PEOPLE


@pytest.fixture
def store(tmp_path: Path) -> CaseStore:
    return CaseStore.open(tmp_path / "cases.sqlite", clock=Clock())


def test_a_case_comes_in_once_by_its_own_key(store: CaseStore) -> None:
    pinned = store.pin("sample", Definition(LOOK_UP, PEOPLE, Policy()))
    first = store.take_in("sample", pinned, [("a", b"{}"), ("b", b"{}")])
    second = store.take_in("sample", pinned, [("c", b"{}"), ("b", b'{"another": 1}'), ("a", b"{}")])

    assert (first.new, second.new) == (2, 1)
    assert second.ids == (second.ids[0], first.ids[1], first.ids[0])
    assert {case.key: case.given for case in store.all_cases()} == {"a": b"{}", "b": b"{}", "c": b"{}"}


def test_the_same_definition_is_kept_once_and_comes_back_equal(tmp_path: Path, store: CaseStore) -> None:
    numbers = [
        store.pin("sample", Definition(LOOK_UP, PEOPLE, Policy())),
        store.pin("sample", Definition(DECIDE, PEOPLE, Policy())),
        store.pin("sample", Definition(LOOK_UP, PEOPLE, Policy())),
        store.pin("sample", Definition(LOOK_UP, PEOPLE, Policy(shows=True))),
    ]
    assert numbers == [1, 2, 1, 3]
    again = CaseStore.open(tmp_path / "cases.sqlite").definition(1)
    assert again.procedure.model_dump() | {"where": 0} == LOOK_UP.model_dump() | {"where": 0}
    assert again.catalogue.model_dump() == PEOPLE.model_dump()


def test_nothing_is_lost_when_the_machine_loses_its_power(store: CaseStore) -> None:
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("pragma journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("pragma synchronous").scalar() == 2


def test_a_database_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.sqlite")) as other, other:
        other.execute("create table letters (text)")
    with pytest.raises(StoreError, match="holds something else"):
        CaseStore.open(tmp_path / "other.sqlite")


@pytest.mark.parametrize(
    ("store", "said"),
    [
        ("nowhere/cases.sqlite", "There is no case store"),
        (".", "is a folder"),
        ("text.sqlite", "cannot be opened: file is not a database"),
        ("nonsense", "There is no case store"),
        ("nonsense://somewhere", "cannot be opened"),
        ("postgresql+nothing://user:secret@host/db", "cannot be opened"),
    ],
)
def test_a_store_that_cannot_be_is_told(tmp_path: Path, store: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.sqlite").write_text("a letter " * 1000)
    with pytest.raises(StoreError) as error:
        CaseStore.open(store, must_exist=True)
    assert said in error.value.words.en
    assert "secret" not in error.value.words.en


def test_every_sample_procedure_and_its_redesign_come_back_equal() -> None:
    sample = read(["processes/purbalingga"])
    assert restored(Catalogue, pinned(sample.catalogue).content) == placeless(sample.catalogue)
    for procedure in sample.procedures:
        after = redesigned(procedure, sample.catalogue, sample.policies[0]).after
        assert after is not None
        for one in (procedure, after):
            assert restored(Procedure, pinned(one).content) == placeless(one), one.id


@pytest.mark.parametrize("cases", [ALIKE - 1, 3 * ALIKE])
def test_a_batch_of_which_one_was_moved_meanwhile_is_not_written_at_all(store: CaseStore, cases: int) -> None:
    ids = store.take_in("p", 1, [(f"K-{n}", b"{}") for n in range(cases)]).ids
    moved = [Moved(n, 0, "done", "", b"{}", "issued", None, b"[]", "first", 1, b'["first"]', ()) for n in ids]

    assert not store.write(1, "start", [*moved[:-1], moved[-1]._replace(moves=1)], [])
    assert {case.state for case in store.all_cases()} == {"ready"}
    assert not store.passed(ids[0])

    assert store.write(1, "start", moved, [])
    assert not store.write(1, "start", [one._replace(first="") for one in moved], [])
    assert {(case.state, case.outcome, case.held, case.moves) for case in store.all_cases()} == {
        ("done", "issued", b"{}", 1)
    }
    assert all(list(store.passed(case)) == ["first"] for case in ids)


def test_closed_cases_are_counted_once_as_they_are_closed(store: CaseStore) -> None:
    number, run = store.pin("p", Definition(LOOK_UP, PEOPLE, Policy())), store.begin_run("p", "by hand")
    ids = store.take_in("p", number, [(f"K-{n}", b"{}") for n in range(5)]).ids
    issued = Moved(ids[0], 0, "done", "", b"{}", "issued", None, b"[]", "first", 1, b'["first"]', ())
    refused = issued._replace(outcome="refused", reason="no", outputs=None)
    waits = (("first", "answer", "office", "[]", ""),)
    waiting = issued._replace(state="waiting", outcome=None, outputs=None, waits=waits)

    first = [issued, refused._replace(id=ids[1]), waiting._replace(id=ids[2])]
    assert store.write(run, "start", first, [])
    assert not store.write(run, "start", [issued, issued._replace(id=ids[3])], []), (
        "nothing is written, nothing counted"
    )
    assert store.write(run, "start", [issued._replace(id=ids[3])], [])

    assert store.counts() == [
        ("p", "done", "issued", "", 2), ("p", "done", "refused", "no", 1), ("p", "ready", "", "", 1), ("p", "waiting", "", "", 1),
    ]  # fmt: skip
    assert [(one.state, one.step, one.cases) for one in stands(store)] == [
        ("issued", "", 2), ("ready", "", 1), ("refused", "no", 1), ("waiting", "first", 1),
    ]  # fmt: skip
    assert store.counts("other") == stands(store, "other") == []


LOOKED_AT: dict[str, Callable[[CaseStore], object]] = {
    "a run begins": lambda store: store.begin_run("p", "by hand"),
    "what can move": lambda store: store.ready("p"),
    "what is open": lambda store: store.open_definitions("p"),
    "what a run moved": lambda store: (store.moved_in(1), store.ids_of_run(1)),
    "how much waits": lambda store: store.waiting_by_role(),
    "what waits for somebody": lambda store: list(store.waiting(who="office", most=25)),
    "what waits in a procedure": lambda store: list(store.waiting("p", most=25)),
    "since when": lambda store: store.times([1, 2, 3]),
    "how many are where": lambda store: (stands(store), stands(store, "p"), store.counts(), store.counts("p")),
}


@pytest.mark.parametrize("name", LOOKED_AT)
def test_however_many_cases_there_are_just_those_are_looked_at_that_matter(tmp_path: Path, name: str) -> None:
    store, told = CaseStore.open(tmp_path / "cases.sqlite"), list[tuple[str, object]]()
    event.listen(store.engine, "before_cursor_execute", lambda *said: told.append((said[2], said[3])))
    LOOKED_AT[name](store)
    plans = []
    with closing(sqlite3.connect(tmp_path / "cases.sqlite")) as beside:
        for statement, parameters in told:
            if statement.startswith(("SELECT", "UPDATE")):
                plans += [row[3] for row in beside.execute(f"explain query plan {statement}", parameters)]
    store.close()
    slow = ("SCAN cases", "SCAN segments", "SCAN batches", "SCAN audit", "sqlite_autoindex_cases_1")
    plans = [plan for plan in plans if "INDEX cases_waiting" not in plan]  # in which just those stand that wait
    assert [plan for plan in plans if plan.startswith(slow) or plan.endswith("waits") or slow[-1] in plan] == []
