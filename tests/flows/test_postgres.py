"""The case store on PostgreSQL: what holds on SQLite holds there."""

from collections.abc import Callable, Iterator
from threading import Thread, Timer

import orjson
import pytest
from sqlalchemy import Engine, create_engine

from flows import answering, erasing, working
from flows.audit import escalated
from flows.audit_verifier import verify
from flows.law import everything_is_lawful
from flows.metrics import metrics
from flows.migrating import judged, moving_over
from flows.store.case_store import CaseStore
from flows.store.definitions import Definition
from flows.store.errors import StoreError
from flows.store.standing import standing
from flows.store.trail import Trail, append
from processes.case import DONE
from processes.words import same
from tests.flows.conftest import Postgres
from tests.flows.fakes import Clock, FakeServices, WorldServices
from tests.flows.running import Office
from tests.flows.test_audit import entry
from tests.flows.test_migrations import shape
from tests.flows.test_pipeline import DECIDE, KNOWS_MARI, LOOK_UP, MAI, MARI, PEOPLE, case, expected, in_one_world

pytestmark = pytest.mark.postgres


@pytest.fixture
def store(postgres: str) -> Iterator[CaseStore]:
    store = CaseStore.open(postgres, clock=Clock())
    yield store
    store.close()


def test_a_worker_that_opens_the_store_while_its_server_is_started_anew_waits(
    store: CaseStore, postgres: str, postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(DECIDE, PEOPLE, store)
    office.take([case("mari", applicant__nik=MARI, applicant__name="Mari")])
    run = office.new_run()
    run.begin()
    began = store.began(run.number)
    assert began is not None
    [chunk] = run.chunks()
    store.close()
    postgres_server.stop("immediate")
    back = Timer(1, postgres_server.start)
    back.start()
    monkeypatch.setenv("SEKALI_STORE", postgres)
    try:
        world, again = working.run_of(working.Errand.of(run, began[1], 2, chunk))
        assert working.move(world, again, working.Errand.of(run, began[1], 2, chunk)).cases == 1
    finally:
        back.join()
        working.forget()


def test_what_is_late_goes_up_once(store: CaseStore) -> None:
    office = Office(DECIDE, PEOPLE, store)
    office.take([case("mari", applicant__nik=MARI, applicant__name="Mari"), case("mai", applicant__nik=MAI)])
    office.run()
    up = escalated(DECIDE, [1, 2], "enough", "office-head", same("late"))
    assert (store.escalate([up]), store.escalate([up])) == (1, 0)
    assert [(one.key, one.escalated) for one in store.waiting(who="office-head")] == [("mari", "office-head")]
    assert store.waiting_by_role() == [("applicant", 1), ("office", 1), ("office-head", 1)]
    assert store.times([1, 2])[2].came


def test_cases_are_taken_in_run_answered_and_told(store: CaseStore) -> None:
    office = Office(DECIDE, PEOPLE, store)
    office.take([case("mari", applicant__nik=MARI, applicant__name="Mari"), case("mai", applicant__nik=MAI)])
    office.take([case("mari", applicant__nik=MARI, applicant__name="Mari")])
    office.run()
    assert sorted((wait.key, wait.waits_for) for wait in store.waiting()) == [("mai", "answer"), ("mari", "decision")]
    answering.answer(store, office.kept()["mai"], "ask", {"applicant.name": "Mai"}, None, "")
    answering.answer(store, office.kept()["mari"], "enough", {}, "enough", "office")
    office.run()

    assert {key: one.kind for key, one in office.outcomes().items()} == {"mari": "issued", "mai": "waiting"}
    assert store.counts() == [("sample", "done", "issued", "", 1), ("sample", "waiting", "", "", 1)]


@pytest.mark.parametrize("seed", range(4))
def test_cases_end_as_the_interpreter_says(store: CaseStore, seed: int) -> None:
    made, world, cases = in_one_world(seed, 8)
    services = WorldServices(world.registries, made.catalogue)
    office = Office(made.procedure, made.catalogue, store, services, law=everything_is_lawful)
    office.take(cases)
    office.run(3)

    assert office.outcomes() == expected(made, world, cases), made.yaml()


def test_runs_that_write_at_once_do_every_case_once_and_make_one_chain(postgres: str, store: CaseStore) -> None:
    office = Office(LOOK_UP, PEOPLE, store, FakeServices(KNOWS_MARI))
    office.take([case(f"case-{number}", applicant__nik=MARI) for number in range(120)])
    runs = [office.new_run(batch=3) for _ in range(3)]
    for run in runs:
        run.store = CaseStore.open(postgres, clock=Clock())
    threads = [Thread(target=run.run) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for run in runs:
        run.store.close()

    assert sum(run.moved for run in runs) == 120
    assert {one.outcome for one in store.all_cases()} == {"issued"}
    trail = Trail(store.engine)
    lines = list(trail.export())
    assert verify(lines).faults == ()
    assert sorted(orjson.loads(line)["case"] for line in lines[1:-1]) == sorted(one.id for one in store.all_cases())
    assert trail.misplaced(trail.head().entry) is None


def test_who_writes_while_another_is_writing_waits_and_goes_on_from_its_hash(postgres: str, store: CaseStore) -> None:
    def put_in(engine: Engine, meanwhile: Callable[[], None]) -> None:
        with engine.begin() as connection:
            append(connection, "2026-11-02T08:00:00+00:00", [entry([1])])
            meanwhile()

    other = create_engine(postgres)
    second = Thread(target=put_in, args=(other, lambda: None))

    def start_second() -> None:
        second.start()
        second.join(0.5)
        assert second.is_alive()

    put_in(store.engine, start_second)
    second.join()
    other.dispose()

    verdict = verify(Trail(store.engine).export())
    assert (verdict.faults, verdict.head.entry) == ((), 2)


def test_a_hand_on_the_trail_is_found(store: CaseStore) -> None:
    office = Office(LOOK_UP, PEOPLE, store, FakeServices(KNOWS_MARI))
    office.take([case("mari", applicant__nik=MARI), case("mai", applicant__nik=MAI)])
    office.run()
    trail = Trail(store.engine)
    assert verify(trail.export()).faults == ()
    assert [said["outcome"] for said in trail.of_case(office.kept()["mai"].id)] == ["none"]

    with store.engine.begin() as connection:
        connection.exec_driver_sql("delete from audited where case_id = 1")
    assert trail.misplaced(trail.head().entry) == (1, 1)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("update audit set hash = repeat('0', 64) where number = 1")
    assert [fault.kind for fault in verify(trail.export()).faults] == ["changed"]


def test_a_write_that_comes_too_late_writes_nothing(store: CaseStore) -> None:
    office = Office(LOOK_UP, PEOPLE, store, FakeServices(KNOWS_MARI))
    office.take([case("mari", applicant__nik=MARI)])
    slow = office.new_run()
    rows = store.ready_batch(store.ready("sample")[0], 0, 10)
    moved, entries = slow.pipeline(1).advance(rows, "", office.today, [])
    office.run()

    assert not store.write(1, "start", moved, entries)
    assert len(list(Trail(store.engine).export())) == 3


def test_closed_cases_are_erased(store: CaseStore) -> None:
    office = Office(LOOK_UP, PEOPLE, store, FakeServices(KNOWS_MARI))
    office.take([case("mari", applicant__nik=MARI), case("mai", applicant__nik=MAI)])
    office.run()
    assert [one.key for one in store.closed_before("2026-11-03")] == ["mari"]
    assert len(erasing.erase(store, office.kept().values(), "kept long enough")) == 1

    kept = office.kept()["mari"]
    assert (orjson.loads(kept.given)["facts"], kept.held) == ({}, None)
    assert verify(Trail(store.engine).export()).faults == ()


def test_a_registry_that_waits_is_asked_again_and_done_works(store: CaseStore) -> None:
    services = FakeServices(KNOWS_MARI, down={"people.person-by-nik"})
    office = Office(LOOK_UP, PEOPLE, store, services)
    office.take([case("mari", applicant__nik=MARI)])
    office.run()
    services.down.clear()
    answering.answer(store, office.kept()["mari"], "data", {}, DONE, "")
    office.run()

    assert office.outcomes()["mari"].kind == "issued"


def test_it_has_the_same_tables_as_on_sqlite(store: CaseStore, tmp_path: object) -> None:
    here, there = shape(store), shape(CaseStore.open(f"{tmp_path}/cases.sqlite"))
    assert {name: [column[0] for column in columns] for name, (columns, _, _) in here.items()} == {
        name: [column[0] for column in columns] for name, (columns, _, _) in there.items()
    }


def test_stores_that_are_made_at_once_are_made_once(postgres: str) -> None:
    stores: list[CaseStore] = []
    threads = [Thread(target=lambda: stores.append(CaseStore.open(postgres))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stores) == 4
    for store in stores:
        store.close()


def test_a_database_that_cannot_be_reached_is_told_without_its_password() -> None:
    with pytest.raises(StoreError, match="cannot be opened") as error:
        CaseStore.open("postgresql+psycopg://somebody:secret@/sekali?host=/nowhere")
    assert "secret" not in error.value.words.en


def test_cases_go_over_to_another_procedure_and_are_counted(store: CaseStore) -> None:
    office = Office(LOOK_UP, PEOPLE, store, FakeServices(KNOWS_MARI))
    office.take([case("mari", applicant__nik=MARI), case("mai", applicant__nik=MAI), case("open")])
    office.run()
    new = Definition(LOOK_UP.model_copy(update={"title": same("anew")}), PEOPLE, office.policy)
    number = store.pin("sample", new)

    told = list(judged(standing(store, "sample", number), store.definition, new, office.today, everything_is_lawful))
    moved = [one.moved for one in told if one.moved is not None]
    assert [(one.key, one.lot) for one in told] == [("mai", "moves"), ("open", "moves")]
    assert store.repin(number, moved, moving_over(new.procedure, ""))
    assert not store.repin(number, moved, moving_over(new.procedure, ""))

    assert {case.key: case.definition for case in store.all_cases()} == {"mari": 1, "mai": number, "open": number}
    assert verify(Trail(store.engine).export()).faults == ()
    text = metrics(store)
    assert 'sekali_cases{procedure="sample",state="waiting",step="ask",waits_for="answer"} 1' in text
    assert 'sekali_look_ups_total{service="people.person-by-nik",outcome="none"} 1' in text
