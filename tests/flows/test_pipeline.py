"""Cases moved through the store: the same outcomes as the interpreter, whatever happens to the run."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from analysis.interpreter import run as by_the_book
from flows import answering
from flows.law import everything_is_lawful
from flows.outcomes import TO_SIGN
from flows.store.case_store import CaseStore
from flows.store.rows import Kept
from processes.case import DONE, Case, Value
from processes.procedure import Procedure
from processes.resolved import resolved
from tests.flows.fakes import FakeServices, WorldServices
from tests.flows.running import Office, plain
from tests.flows.test_compiling import some_cases
from tests.generating import TODAY, Made, World, tiny
from tests.sketching import CATALOGUE, catalogue, parts_of

SERVICES = """
registry: people
title: people
agency: village
services:
  person-by-nik: {about: person, needs: [nik], gives: [name, birth_date, mother, family], key_level: declared}
  confirm: {about: person, needs: [nik], confirms: [name, birth_date], key_level: declared}
"""
AGREEMENTS = """
agreements:
  a1:
    consumer: office
    services: [people.person-by-nik, people.confirm]
    purposes: [registration]
    legal_basis: [UU 24/2013 Art. 79]
"""
PEOPLE = catalogue(CATALOGUE, SERVICES, AGREEMENTS)
MARI, MAI = "3303012407959001", "3303014506920002"
KNOWS_MARI = {("people.person-by-nik", (MARI,)): [{"name": "Mari", "birth_date": date(1995, 7, 24), "mother": MAI}]}


def procedure(steps: str) -> Procedure:
    text = f"procedure: sample\ntitle: sample\nagency: office\npurpose: registration\nroles: {{applicant: person, child: person}}\nsteps:\n{steps}"
    [(_, found)] = parts_of(text)
    assert isinstance(found, Procedure)
    return found


LOOK_UP = procedure("""
  - form: ask
    asks: [applicant.nik]
  - lookup: data
    service: people.person-by-nik
    about: applicant
    gets: [name]
  - issue: card
    carries: [applicant.name]
""")
DECIDE = procedure("""
  - form: ask
    asks: [applicant.nik, applicant.name]
  - decide: enough
    by: office
    needs: [applicant.name]
    ways:
      - {way: enough}
      - way: not-enough
        steps:
          - back to: ask
            anew: [applicant.name]
      - way: hopeless
        steps:
          - refuse: too-poor
  - issue: card
    carries: [applicant.name]
""")


def case(key: str, decisions: dict[str, tuple[str, ...]] | None = None, **facts: Value) -> Case:
    return Case(key, {name.replace("__", "."): value for name, value in facts.items()}, decisions or {})


# --- the same as the interpreter ------------------------------------------------------------------------------------


def in_one_world(seed: int, number: int) -> tuple[Made, World, list[Case]]:
    made = tiny(seed, steps=5 + seed % 8)
    random = Random(seed)
    world = World(made, random)
    cases = []
    for n, (one, _) in enumerate(some_cases(made, random, number)):
        facts = {name: value for name, value in world.facts.items() if name in one.facts}
        decisions = {
            step: one.decisions.get(step, ("done",))
            for step in made.procedure.step_by_id
            if one.decisions.get(step, ("done",))
        }
        cases.append(Case(f"case-{n}", facts, decisions, one.papers))
    return made, world, cases


def expected(made: Made, world: World, cases: list[Case]) -> dict[str, Any]:
    return {one.id: plain(by_the_book(made.model, one, TODAY, world.registries).outcome) for one in cases}


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("batch", [1, 1000])
def test_cases_end_as_the_interpreter_says(tmp_path: Path, seed: int, batch: int) -> None:
    made, world, cases = in_one_world(seed, 8)
    office = Office.opened(
        tmp_path,
        made.procedure,
        made.catalogue,
        services=WorldServices(world.registries, made.catalogue),
        law=everything_is_lawful,
    )
    office.take(cases)
    office.run(batch)

    assert office.outcomes() == expected(made, world, cases), made.yaml()


@pytest.mark.parametrize("seed", range(200, 212))
def test_answers_that_come_one_by_one_lead_where_all_at_once_do(tmp_path: Path, seed: int) -> None:
    made, world, _ = in_one_world(seed, 1)
    [*_, whole] = in_one_world(seed, 1)[2]
    whole = Case("all", dict(world.facts), whole.decisions)
    services = WorldServices(world.registries, made.catalogue)
    office = Office.opened(tmp_path, made.procedure, made.catalogue, services=services, law=everything_is_lawful)
    office.take([Case("all", {}, {})])
    for _ in range(200):
        office.run()
        kept = office.kept()["all"]
        waits = list(office.store.waiting(case=kept.id))
        open_waits = [wait for wait in waits if wait.waits_for in ("answer", "decision")]
        if kept.state == "done" or not open_waits or not answered(office, kept, whole, world):
            break

    found = office.outcomes()["all"]
    by_book = expected(made, world, [whole])["all"]
    assert (found.kind, found.step, found.outputs) == (by_book.kind, by_book.step, by_book.outputs), made.yaml()


def answered(office: Office, kept: Kept, whole: Case, world: World) -> bool:
    """Answer what a case waits for, as people would who know the truth; return whether anything could be answered."""
    naming = resolved(office.procedure, office.catalogue).naming
    wait = next(wait for wait in office.store.waiting(case=kept.id) if wait.waits_for in ("answer", "decision"))
    if wait.waits_for == "decision":
        visits = orjson.loads(kept.held or b"{}").get("visits", {}).get(wait.step, 0)
        decided = whole.decisions.get(wait.step, (DONE,))
        ways = [way.id for way in getattr(office.procedure.step_by_id[wait.step], "ways", ())]
        decision = decided[min(visits, len(decided) - 1)]
        if ways and decision not in ways:
            return False
        answering.answer(office.store, kept, wait.step, {}, decision if ways else DONE, "")
        return True
    if wait.why == TO_SIGN:
        answering.answer(office.store, kept, wait.step, {}, DONE, "")
        return True
    facts = {naming.shown(name): typed(world.facts[name]) for name in wait.missing if name in world.facts}
    known = orjson.loads(kept.given)["facts"]
    if not facts or all(name in known for name in wait.missing):
        return False  # a key that no answer makes sure enough
    answering.answer(office.store, kept, wait.step, facts, None, "")
    return True


def typed(value: Value) -> str:
    if isinstance(value, tuple):
        return "|".join(typed(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


# --- whatever happens to the run ------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process is gone."""


class DyingStore(CaseStore):
    """A store whose process dies at one of its writings, before or after it."""

    dies_at = 0
    before = True

    def write(self, *arguments: Any) -> bool:
        self.dies_at -= 1
        if self.dies_at == 0 and self.before:
            raise Killed
        written = super().write(*arguments)
        if self.dies_at == 0:
            raise Killed
        return written


@pytest.mark.parametrize("before", [True, False], ids=["before writing", "after writing"])
@pytest.mark.parametrize("dies_at", [1, 2, 3, 5])
def test_a_run_that_dies_is_taken_up_again(tmp_path: Path, dies_at: int, before: bool) -> None:
    office = Office.opened(tmp_path, LOOK_UP, PEOPLE, services=FakeServices(KNOWS_MARI))
    office.take([case(f"case-{n}", applicant__nik=MARI) for n in range(50)])
    dying = DyingStore(office.store.engine, office.store.clock)
    dying.dies_at, dying.before = dies_at, before
    run = office.new_run(batch=10)
    run.store = dying
    with pytest.raises(Killed):
        run.run()
    moved_before = sum(one.state == "done" for one in office.kept().values())

    office.run(batch=10)

    assert moved_before == (dies_at - before) * 10
    assert {outcome.kind for outcome in office.outcomes().values()} == {"issued"}
    assert {one.moves for one in office.kept().values()} == {1}


def test_two_runs_at_once_do_nothing_twice(tmp_path: Path) -> None:
    office = Office.opened(tmp_path, LOOK_UP, PEOPLE, services=FakeServices(KNOWS_MARI))
    office.take([case(f"case-{n}", applicant__nik=MARI) for n in range(30)])
    others: list[int] = []

    class Overtaken(CaseStore):
        def write(self, *arguments: Any) -> bool:
            if not others:  # between our reading and our writing, another run moves everything
                others.append(office.run(batch=7).moved)
            return super().write(*arguments)

    run = office.new_run(batch=10)
    run.store = Overtaken(office.store.engine, office.store.clock)
    run.run()

    assert (others, run.moved) == ([30], 0)
    assert {one.moves for one in office.kept().values()} == {1}


def test_a_case_that_cannot_be_worked_with_is_parked_and_the_others_go_on(tmp_path: Path) -> None:
    steps = """
  - form: ask
    asks: [child.birth_date]
  - choose:
      - if: child.age_days > 60
        steps:
          - refuse: late
      - else: []
  - issue: card
    carries: [child.birth_date]
"""
    office = Office.opened(tmp_path, procedure(steps), PEOPLE)
    office.take([case(f"case-{n}", child__birth_date=date(2026, 6, 1)) for n in range(40)])
    with closing(sqlite3.connect(tmp_path / "cases.sqlite")) as spoilt, spoilt:
        spoilt.execute('update given set content = \'{"facts": {"child.birth_date": "yesterday"}}\' where case_id = 17')

    office.run()

    outcomes = office.outcomes()
    waiting = [key for key, outcome in outcomes.items() if outcome.kind == "waiting"]
    assert waiting == ["case-16"]
    assert outcomes["case-16"].waits_for == "nobody"
    assert [wait.why for wait in office.store.waiting()] == ["failure"]
    with closing(sqlite3.connect(tmp_path / "cases.sqlite")) as told:
        assert told.execute("select case_id, kind from failures").fetchall() == [(17, "KeyError")]


# --- registries -----------------------------------------------------------------------------------------------------


def test_a_registry_that_does_not_answer_is_asked_again_by_the_next_run(tmp_path: Path) -> None:
    services = FakeServices(KNOWS_MARI, down={"people.person-by-nik"})
    office = Office.opened(tmp_path, LOOK_UP, PEOPLE, services=services)
    office.take([case("mari", applicant__nik=MARI)])
    office.run()
    assert [(wait.waits_for, wait.why) for wait in office.store.waiting()] == [("registry", "down")]

    services.down.clear()
    office.run()

    assert office.outcomes()["mari"].kind == "issued"
    assert list(office.store.waiting()) == []


@pytest.mark.parametrize(
    ("records", "why"),
    [([], "none"), ([{"name": "Mari"}, {"name": "Maria"}], "choose")],
    ids=["none", "several"],
)
def test_what_a_registry_cannot_tell_parks_the_case(tmp_path: Path, records: list[dict[str, Value]], why: str) -> None:
    services = FakeServices({("people.person-by-nik", (MARI,)): records})
    office = Office.opened(tmp_path, LOOK_UP, PEOPLE, services=services)
    office.take([case("mari", applicant__nik=MARI)])
    office.run()

    assert [(wait.step, wait.waits_for, wait.why) for wait in office.store.waiting()] == [("data", "registry", why)]


def test_what_a_registry_does_not_confirm_parks_the_case(tmp_path: Path) -> None:
    steps = """
  - form: ask
    asks: [applicant.nik, applicant.name]
  - lookup: same
    service: people.confirm
    about: applicant
    gets: [name]
  - issue: card
    carries: [applicant.name]
"""
    services = FakeServices({("people.confirm", (MARI,)): [{"name": "MARI  MAASIKAS"}]})
    office = Office.opened(tmp_path, procedure(steps), PEOPLE, services=services)
    office.take(
        [
            case("written otherwise", applicant__nik=MARI, applicant__name="Mari Maasikas"),
            case("another", applicant__nik=MARI, applicant__name="Maria"),
        ]
    )
    office.run()

    assert {key: outcome.kind for key, outcome in office.outcomes().items()} == {
        "written otherwise": "issued",
        "another": "waiting",
    }
    assert [wait.why for wait in office.store.waiting()] == ["mismatch"]


def test_a_registry_is_asked_once_about_all_cases_of_a_batch_and_only_for_what_is_wanted(tmp_path: Path) -> None:
    services = FakeServices(KNOWS_MARI)
    office = Office.opened(tmp_path, LOOK_UP, PEOPLE, services=services)
    office.take([case(f"case-{n}", applicant__nik=MARI) for n in range(25)])
    office.run()

    assert services.asked == [("people.person-by-nik", ("name",), ((MARI,),))]


def test_a_second_look_up_is_answered_from_the_first_also_after_a_pause(tmp_path: Path) -> None:
    steps = """
  - form: ask
    asks: [applicant.nik]
  - lookup: first
    service: people.person-by-nik
    about: applicant
    gets: [name]
  - pay: fee
  - lookup: second
    service: people.person-by-nik
    about: applicant
    gets: [birth_date]
  - issue: card
    carries: [applicant.name, applicant.birth_date]
"""
    services = FakeServices(KNOWS_MARI)
    office = Office.opened(tmp_path, procedure(steps), PEOPLE, services=services)
    office.take([case("mari", applicant__nik=MARI)])
    office.run()
    answering.answer(office.store, office.kept()["mari"], "fee", {}, DONE, "applicant")
    office.run()

    assert dict(office.outcomes()["mari"].outputs[0].facts) == {
        "applicant.name": "Mari",
        "applicant.birth_date": date(1995, 7, 24),
    }
    assert services.asked == [("people.person-by-nik", ("name", "birth_date"), ((MARI,),))]


# --- people ---------------------------------------------------------------------------------------------------------


def test_a_decision_that_a_person_gives_counts_for_its_visit_and_what_is_asked_anew_is_asked_again(
    tmp_path: Path,
) -> None:
    office = Office.opened(tmp_path, DECIDE, PEOPLE)
    office.take([case("mari", applicant__nik=MARI, applicant__name="Mari")])

    def waits() -> list[tuple[str, str, tuple[str, ...]]]:
        return [(wait.step, wait.waits_for, wait.missing) for wait in office.store.waiting()]

    def answer(step: str, facts: dict[str, str], decision: str | None) -> None:
        answering.answer(office.store, office.kept()["mari"], step, facts, decision, "")
        office.run()

    office.run()
    assert waits() == [("enough", "decision", ())]
    answer("enough", {}, "not-enough")
    assert waits() == [("ask", "answer", ("applicant.name",))]
    answer("ask", {"applicant.name": "Mari Maasikas"}, None)
    assert waits() == [("enough", "decision", ())]  # the earlier decision was about what was said before
    answer("enough", {}, "enough")

    assert dict(office.outcomes()["mari"].outputs[0].facts) == {"applicant.name": "Mari Maasikas"}


def test_prepared_decisions_are_used_visit_by_visit(tmp_path: Path) -> None:
    office = Office.opened(tmp_path, DECIDE, PEOPLE)
    facts = {"applicant__nik": MARI, "applicant__name": "Mari"}
    office.take(
        [
            case("one", {"enough": ("not-enough", "enough")}, **facts),
            case("two", {"enough": ("not-enough", "hopeless")}, **facts),
            case("for ever", {"enough": ("not-enough",)}, **facts),
        ]
    )
    office.run()

    outcomes = office.outcomes()
    assert (outcomes["one"].kind, outcomes["two"].kind, outcomes["two"].step) == ("issued", "refused", "too-poor")
    assert (outcomes["for ever"].kind, outcomes["for ever"].waits_for) == ("waiting", "nobody")


def test_a_case_finishes_on_the_procedure_it_began_with(tmp_path: Path) -> None:
    office = Office.opened(tmp_path, DECIDE, PEOPLE)
    office.take([case("old", applicant__nik=MARI, applicant__name="Mari")])
    office.run()
    office.procedure = procedure("  - issue: nothing")  # the analyst has changed the file
    office.take([case("new")])
    answering.answer(office.store, office.kept()["old"], "enough", {}, "hopeless", "")
    office.run()

    outcomes = {one.key: (one.outcome, one.reason) for one in office.store.all_cases()}
    assert outcomes == {"old": ("refused", "too-poor"), "new": ("issued", None)}
