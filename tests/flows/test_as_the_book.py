"""What only small procedures made for it show: the pipeline holds the same values at the same levels as the interpreter."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from analysis.interpreter import Interpreter, Known, Record
from flows.answering import answer
from flows.compiling import compiled
from flows.keeping import start
from flows.law import everything_is_lawful
from flows.moving import Moving
from processes.case import Case, Value
from processes.procedure import Lookup, Start
from tests.flows.fakes import WorldServices
from tests.flows.running import Office
from tests.generating import TODAY
from tests.sketching import Sketch, sketch

SERVICES = """
registry: loose
title: loose
agency: village
services:
  by-nik: {about: person, needs: [nik], gives: [name, phone, mother], key_level: declared}
  by-phone: {about: person, needs: [phone], gives: [income], assurance: documented, key_level: declared}
  confirm: {about: person, needs: [nik], confirms: [name], key_level: declared}
  by-name: {about: person, needs: [name], gives: [phone], key_level: documented}
  confirm-two: {about: person, needs: [nik, phone], confirms: [name], key_level: declared}
"""
ROLES = "{applicant: person, child: person, mother: {is: child.mother}, movers: {many: person, expected: 2}}"


def agree(
    made: Sketch,
    facts: Mapping[str, Value],
    record: Record,
    decisions: Mapping[str, str] | None = None,
    event: Mapping[str, Value] | None = None,
) -> None:
    """Assert that a case comes to the same, with the same facts at the same levels, by the book and in the pipeline."""
    decided = dict.fromkeys(made.procedure.step_by_id, ("done",)) | {
        step: tuple(ways.split()) for step, ways in (decisions or {}).items()
    }
    case = Case("case", dict(facts), decided, event=event)
    book = Interpreter(made.model)
    ran = book.run(case, TODAY, lambda service, keys: [record])
    program = compiled(made.procedure, made.catalogue)
    moving = Moving(1, dict(case.facts), case.decisions, case.papers)
    if event is not None:
        start(moving, event, made.model)
    program.advance([moving], TODAY, WorldServices(lambda service, keys: [record], made.catalogue).ask)

    look_ups = [step for step in made.procedure.step_by_id.values() if isinstance(step, Lookup)]
    unread = {str(name) for step in look_ups for name in made.model.looked_up(step)} - program.wanted
    names = sorted({*ran.values, *moving.values} - unread)  # the pipeline does not ask for what nobody reads
    by_the_book = {name: (_value(ran.values, name), book.level(ran.values, name)) for name in names}
    held = {name: (moving.values.get(name), program.levels.level(moving, name)) for name in names}
    if ran.outcome.kind == "waiting":  # what a form has taken so far does not count, until it has everything
        [wait, *_] = moving.waits
        assert (wait.step, wait.waits_for, wait.missing) == (
            ran.outcome.step,
            ran.outcome.waits_for,
            tuple(dict.fromkeys(ran.outcome.missing)),
        )
    else:
        assert held == by_the_book
        issued = [(one.step, dict(one.facts)) for one in ran.outcome.outputs]
        assert (moving.ended, moving.outputs) == ((ran.outcome.kind, ran.outcome.step), issued)


def _value(values: Mapping[str, Known], name: str) -> Value:
    return values[name].value if name in values else None


def made(*steps: str) -> Sketch:
    issue = "- issue: deed\n  by: office\n  carries: [child.name]"
    return sketch("\n".join([*steps, issue]), SERVICES, roles=ROLES)


# --- what is known follows its keys ---------------------------------------------------------------------------------

SAID = "- form: apply\n  asks: [child.nik]"
SURER = {
    "not at all": "- notify: nothing",
    "by a look": "- check: look\n  by: office\n  verifies: [child.nik]",
    "by what is found out": "- check: look\n  by: office\n  gives: [child.nik]",
}
FOUND = "- lookup: data\n  service: loose.by-nik\n  about: child\n  gets: [{}]"
BY_PHONE = "- lookup: money\n  service: loose.by-phone\n  about: child"
DERIVED = "- derive: double\n  computes: {applicant.income: child.income * 2}"
RECORD: dict[str, Value] = {"name": "SITI", "phone": "2", "mother": "9", "income": 5}


@pytest.mark.parametrize("how", SURER)
@pytest.mark.parametrize("when", range(5))
def test_levels_follow_their_keys_along_a_chain_whenever_the_first_becomes_surer(how: str, when: int) -> None:
    chain = [SAID, FOUND.format("name, phone"), BY_PHONE, DERIVED]
    chain.insert(when, SURER[how])

    agree(made(*chain), {"child.nik": "1"}, RECORD)


def test_a_key_that_is_forgotten_takes_along_what_rests_on_it() -> None:
    back = """- decide: fine
  by: office
  needs: [child.nik]
  ways:
    - way: good
    - way: bad
      steps:
        - back to: apply
          anew: [child.nik]"""

    agree(
        made(SAID, FOUND.format("phone"), BY_PHONE, SURER["by a look"], back),
        {"child.nik": "1"},
        RECORD,
        {"fine": "bad good"},
    )
    agree(
        made(SAID, FOUND.format("phone"), back, BY_PHONE, SURER["by a look"]),
        {"child.nik": "1"},
        RECORD,
        {"fine": "bad good"},
    )


@pytest.mark.parametrize(
    "facts", [{}, {"child.birth_date": "2026-06-01"}, {"child.nik": "1"}], ids=["neither", "one", "another"]
)
@pytest.mark.parametrize("where", ["before", "behind"])
def test_what_is_seen_on_papers_is_taken_where_the_case_has_it(where: str, facts: dict[str, Value]) -> None:
    handed_in = "- form: papers\n  asks: [child.name]\n  documents: [ktp of child]"
    judge = "- decide: judge\n  by: office\n  ways: [{way: done}]"
    steps = [handed_in, judge] if where == "before" else [judge, handed_in]

    agree(made(*steps), {"child.name": "SITI", **facts}, RECORD)


@pytest.mark.parametrize("inspects", ["", "\n  inspects: [child.name]"], ids=["papers", "the thing"])
@pytest.mark.parametrize("share", ["0", "1"])
def test_who_inspects_looks_for_no_paper(inspects: str, share: str) -> None:
    apply = f"- form: apply\n  asks: [child.name]\n  documents: [{{document: ktp of child, share: {share}}}]"
    look = f"- check: look\n  by: office\n  verifies: [child.name]{inspects}"

    agree(made(apply, look), {"child.name": "SITI"}, RECORD)


# --- what a registry confirms ---------------------------------------------------------------------------------------

CONFIRM = "- lookup: right\n  service: loose.{}\n  about: child"
NAMED = "- form: name\n  asks: [child.name]"
PHONED = "- form: phone\n  asks: [child.phone]"


@pytest.mark.parametrize("name", ["siti ", "Mari"], ids=["as said", "otherwise"])
@pytest.mark.parametrize("how", SURER)
@pytest.mark.parametrize(("named", "checked"), list(product(range(1, 3), range(1, 4))))
def test_what_is_confirmed_is_as_sure_as_its_key_whenever_it_is_said(
    name: str, how: str, named: int, checked: int
) -> None:
    steps = [SAID, CONFIRM.format("confirm")]
    steps.insert(named, NAMED)
    steps.insert(checked, SURER[how])

    agree(made(*steps), {"child.nik": "1", "child.name": name}, RECORD)


@pytest.mark.parametrize("named", [1, 2, 3])
def test_what_is_confirmed_with_two_keys_is_as_sure_as_the_less_sure_one(named: int) -> None:
    steps = [SAID, PHONED, CONFIRM.format("confirm-two"), SURER["by what is found out"]]
    steps.insert(named, NAMED)

    agree(made(*steps), {"child.nik": "1", "child.phone": "2", "child.name": "Siti"}, RECORD)


def test_what_was_confirmed_before_a_return_asks_it_anew_counts_no_more() -> None:
    back = """- decide: fine
  by: office
  needs: [child.nik]
  ways:
    - way: good
    - way: bad
      steps:
        - back to: name
          anew: [child.name]"""
    steps = [SAID, CONFIRM.format("confirm"), NAMED, SURER["by what is found out"], back]

    agree(made(*steps), {"child.nik": "1", "child.name": "Siti"}, RECORD, {"fine": "bad good"})


def test_what_was_confirmed_is_still_known_after_the_case_has_waited(tmp_path: Path) -> None:
    found = made(SAID, SURER["by what is found out"], CONFIRM.format("confirm"), NAMED, CONFIRM.format("by-name"))
    services = WorldServices(lambda service, keys: [RECORD], found.catalogue)
    office = Office.opened(tmp_path, found.procedure, found.catalogue, services, law=everything_is_lawful)
    office.take([Case("case", {"child.nik": "1"}, {"look": ("done",)})])
    office.run()
    assert office.outcomes()["case"].step == "name"

    answer(office.store, office.kept()["case"], "name", {"child.name": "Siti"}, None, "")
    office.run()

    assert office.outcomes()["case"].kind == "issued", "the name is sure enough to be a key"


# --- members of a many-role, and acts under a condition -------------------------------------------------------------

EACH = "- form: each\n  asks: [movers.income, {asks: movers.phone, if: movers.income > 5}]\n  documents: [{document: ktp of movers, if: movers.income > 6}]"
AGAIN = "- form: again\n  asks: [movers.phone]"
PROVED = "- check: proved\n  by: office\n  verifies: [movers.nik, movers.phone]"
READS = "- notify: reads\n  needs: [movers.nik]"
INCOMES: list[Value] = [(), (9,), (1,), (9, 4, 7), (9, None, 6), (7, 8)]


@pytest.mark.parametrize("incomes", INCOMES, ids=str)
@pytest.mark.parametrize("again", [False, True], ids=["once", "twice"])
@pytest.mark.parametrize("lacking", ["", "movers.phone", "movers.nik"])
def test_members_are_asked_one_by_one(incomes: Value, again: bool, lacking: str) -> None:
    assert isinstance(incomes, tuple)
    facts: dict[str, Value] = {"movers.income": incomes, "child.name": "Siti"}
    for name in ("phone", "nik"):
        facts[f"movers.{name}"] = tuple(f"{name} {number}" for number in range(len(incomes)))
    facts.pop(lacking, None)

    agree(made(NAMED, EACH, *([AGAIN] if again else []), PROVED, READS), facts, {})


@pytest.mark.parametrize("income", [1, 9, None])
def test_an_act_is_done_only_where_its_condition_holds(income: Value) -> None:
    form = """- form: whose
  asks:
    - applicant.income
    - {act: declaration, id: i-am-the-child, if: applicant.income > 5, same: [applicant, child]}
    - {act: declaration, id: i-am-the-mother, if: applicant.income <= 5, same: [applicant, mother]}"""
    facts: dict[str, Value] = {"applicant.income": income, "applicant.nik": "1", "child.name": "Siti"}

    agree(made("- form: nik\n  asks: [applicant.nik]", NAMED, form, FOUND.format("phone")), facts, RECORD)


@pytest.mark.parametrize("anew", ["applicant.phone", "mother.phone", "applicant.nik"])
def test_what_is_learnt_after_two_roles_are_said_to_be_one_is_known_of_both(anew: str) -> None:
    act = "- form: who\n  asks: [{act: declaration, id: i-am-the-mother, same: [applicant, mother]}]"
    asked = "- form: asked\n  asks: [applicant.nik, applicant.phone, mother.income]"
    facts: dict[str, Value] = {"applicant.nik": "1", "applicant.phone": "2", "child.mother.income": 5}
    again = f"""- decide: fine
  by: office
  needs: [mother.nik]
  ways: [{{way: good}}, {{way: wrong, steps: [{{back to: fine, anew: [{anew}]}}]}}]"""

    agree(made(act, asked, again), facts, RECORD, {"fine": "wrong good"})


def test_what_is_computed_of_members_is_a_list() -> None:
    derived = "- derive: double\n  computes: {movers.phone: movers.income * 2}"

    agree(
        made(NAMED, "- form: income\n  asks: [movers.income]", derived),
        {"child.name": "S", "movers.income": (1, None)},
        {},
    )


@pytest.mark.parametrize("otherwise", ["", "\n  not_found:\n    - form: by-hand\n      asks: [child.income]"])
@pytest.mark.parametrize(
    ("role", "phone"),
    [("child", None), ("child", "2"), ("movers", ("2", None))],
)
def test_nobody_is_found_by_a_key_of_which_it_is_known_that_there_is_none(
    role: str, phone: Value, otherwise: str
) -> None:
    """A registry told of somebody that there is no phone: then nobody is asked by it, and the residual form asks."""
    asked = f"- form: apply\n  asks: [{role}.phone, child.name]"
    money = f"- lookup: money\n  service: loose.by-phone\n  about: {role}" + otherwise.replace("child", role)
    one = made(asked, money)
    income: Value = (1, 2) if role == "movers" else 1
    facts: dict[str, Value] = {f"{role}.phone": phone, f"{role}.income": income, "child.name": "SITI"}

    agree(one, facts, RECORD)
    ran = Interpreter(one.model).run(Case("case", facts, {}), TODAY, lambda service, keys: [RECORD])

    none = phone != "2"
    assert bool(ran.asked) is not none
    if none and not otherwise:
        assert (ran.outcome.step, ran.outcome.waits_for, ran.outcome.missing) == ("money", "registry", ())
    else:
        assert ran.outcome.kind == "issued"
        assert ("by-hand" in ran.passed) is none


# --- cases that an event started

EVENTS = """
registry: births
title: births
agency: village
events:
  sure: {about: person, carries: [name, birth_date, mother.name, nik]}
  said: {about: person, carries: [name, birth_date, mother.name, nik], assurance: declared}
"""
BIRTH = """- form: apply
  asks: [child.name, child.birth_date, child.phone]
  documents: [birth-notice of child]
- check: papers
  by: office
  verifies: [child.birth_date, child.phone]
- decide: fine
  by: office
  needs: [child.name]
  ways:
    - way: good
    - way: bad
      steps:
        - back to: apply
          anew: [child.birth_date]
- issue: copy
  by: office
  carries: [child.birth_date at documented, child.phone]"""


@pytest.mark.parametrize("event", ["sure", "said"])
@pytest.mark.parametrize("ways", ["good", "bad good"])
@pytest.mark.parametrize("answered", [(), ("child.phone",), ("child.phone", "child.birth_date", "child.mother.name")])
@pytest.mark.parametrize(
    "brought", [None, (), ("child.name",), ("child.name", "child.birth_date", "child.mother.name")]
)
def test_what_the_event_brought_is_there_from_the_start(
    event: str, ways: str, answered: tuple[str, ...], brought: tuple[str, ...] | None
) -> None:
    one = sketch(f"{BIRTH}\n- issue: deed\n  by: office\n  carries: [child.name]", SERVICES, EVENTS, roles=ROLES)
    begins = Start(event=f"births.{event}", about="child", share=0.5)
    made_so = replace(one, procedure=one.procedure.model_copy(update={"starts_from": begins}))
    truth: dict[str, Value] = {
        "child.name": "SITI",
        "child.birth_date": "2026-06-01",
        "child.phone": "2",
        "child.mother.name": "ANI",
    }
    facts = {name: truth[name] for name in answered}
    event_of = None if brought is None else {name: truth[name] for name in brought}

    agree(made_so, facts, RECORD, {"fine": ways}, event_of)
    agree(made_so, truth, RECORD, {"fine": ways}, event_of)


def test_what_the_event_brought_outlives_that_the_case_waits(tmp_path: Path) -> None:
    """The case waits at the form for its phone; then the paper, all of which the event brought, is still not asked for."""
    one = sketch(f"{BIRTH}\n- issue: deed\n  by: office\n  carries: [child.name]", SERVICES, EVENTS, roles=ROLES)
    begins = Start(event="births.sure", about="child", share=0.5)
    procedure = one.procedure.model_copy(update={"starts_from": begins})
    office = Office.opened(tmp_path, procedure, one.catalogue)
    brought: dict[str, Value] = {"child.name": "SITI", "child.birth_date": date(2026, 6, 1), "child.mother.name": "ANI"}
    decided = {"papers": ("done",), "fine": ("good",)}
    office.take([Case("B-1", {}, decided, frozenset(), brought)])
    office.run()
    assert office.outcomes()["B-1"].missing == ("child.phone",)

    answer(office.store, office.kept()["B-1"], "apply", {"child.phone": "2"}, None, "")
    office.run()

    [copy, _] = office.outcomes()["B-1"].outputs
    assert dict(copy.facts) == {"child.birth_date": date(2026, 6, 1), "child.phone": "2"}
    office.store.close()


CHANGES = "{asks: applicant.phone, if: applicant.phone is not known}"
SAME_CONDITION = {
    "what it reads is asked under it": f"{CHANGES}, {{asks: child.phone, if: applicant.phone is not known}}",
    "what it reads is asked between": "{asks: child.phone, if: applicant.income > 5}, applicant.income, {asks: mother.phone, if: applicant.income > 5}",
    "an act between": "{asks: child.phone, if: 5 < child.income}, {act: signature, id: me, if: 4 < child.income}, {asks: mother.phone, if: 4 < child.income}",
    "what it is computed from": "{asks: applicant.birth_date, if: applicant.age_days is not known}, {asks: child.phone, if: applicant.age_days is not known}",
}  # fmt: skip


@pytest.mark.parametrize("asks", SAME_CONDITION.values(), ids=SAME_CONDITION)
@pytest.mark.parametrize("income", [3, 5, 7, None])
def test_a_condition_is_read_anew_where_what_it_reads_may_have_changed(asks: str, income: Value) -> None:
    facts: dict[str, Value] = {"applicant.phone": "1", "child.phone": "2", "child.mother.phone": "3"}
    facts |= {"applicant.income": income, "child.income": income, "applicant.birth_date": date(1990, 1, 1)}

    agree(made(f"- form: ask\n  asks: [{asks}]"), facts, RECORD)
