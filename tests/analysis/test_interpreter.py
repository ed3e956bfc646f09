"""What running a case means, step by step."""

from collections.abc import Mapping
from datetime import date

import pytest

from analysis.demand import papers_before_checks
from analysis.interpreter import Interpreter, Record, Registries, Run, run
from processes.case import Case, Value
from tests.sketching import Sketch, sketch

TODAY = date(2026, 6, 15)
LOOSE = """
registry: loose
title: loose
agency: village
services:
  by-nik: {about: person, needs: [nik], gives: [name, phone, mother], key_level: declared}
  by-phone: {about: person, needs: [phone], gives: [income], key_level: documented}
  confirm: {about: person, needs: [nik], confirms: [name], key_level: declared}
"""


class Everyone(dict[str, tuple[str, ...]]):
    """Whoever is not told otherwise does what there is to do."""

    def get(self, step: str, default: object = None) -> tuple[str, ...]:
        return super().get(step, ("done",))


def went(
    one: Sketch,
    facts: Mapping[str, Value],
    registries: Registries = lambda service, keys: [],
    papers: frozenset[str] | None = None,
    **decisions: str,
) -> Run:
    named = {one.model.naming.canonical(fact) or fact: value for fact, value in facts.items()}
    decided = Everyone({step.replace("_", "-"): tuple(ways.split()) for step, ways in decisions.items()})
    return run(one.model, Case("case", named, decided, papers), TODAY, registries)


def level(ran: Run, fact: str, step: str = "deed") -> int:
    return next(one.level for one in ran.read if (one.step, one.fact) == (step, fact))


def always(**record: Value) -> Registries:
    return lambda service, keys: [record]


def made(steps: str) -> Sketch:
    return sketch(steps, LOOSE)


KEYED = """
- form: apply
  asks: [child.nik]
- lookup: data
  service: loose.by-nik
  about: child
  gets: [name]
{}
- issue: deed
  by: office
  carries: [child.name]
"""


@pytest.mark.parametrize(
    ("between", "sure"),
    [
        ("- notify: nothing", 1),
        ("- check: look\n  by: office\n  verifies: [child.nik]", 2),
        ("- check: look\n  by: office\n  gives: [child.nik]", 3),
    ],
    ids=["said", "inspected", "found out"],
)
def test_a_looked_up_fact_becomes_surer_when_its_key_does(between: str, sure: int) -> None:
    assert level(went(made(KEYED.format(between)), {"child.nik": "1"}, always(name="Siti")), "child.name") == sure


def test_a_derived_fact_follows_what_it_is_derived_from() -> None:
    found = made("""
- form: apply
  asks: [child.income]
- derive: double
  computes: {mother.income: child.income * 2}
- check: look
  by: office
  verifies: [child.income]
- issue: deed
  by: office
  carries: [mother.income]
""")
    ran = went(found, {"child.income": 4})

    assert ran.outcome.outputs[0].facts == (("child.mother.income", 8),)
    assert level(ran, "child.mother.income") == 2


PAPERS = """
- form: apply
  asks: [child.phone]
  documents: [ktp of child]
- check: papers
  by: office
  verifies: [child.nik]
- issue: deed
  by: office
  carries: [child.nik]
"""


@pytest.mark.parametrize(
    ("papers", "sure"), [(None, 2), (frozenset(["ktp of child"]), 2)], ids=["all that are asked for", "this one"]
)
def test_a_paper_that_is_handed_in_brings_what_is_read_and_can_be_checked(
    papers: frozenset[str] | None, sure: int
) -> None:
    ran = went(made(PAPERS), {"child.nik": "1", "child.phone": "2"}, papers=papers)

    assert (ran.outcome.kind, level(ran, "child.nik")) == ("issued", sure)
    assert "child.birth_date" not in ran.values, "nobody reads it"


def test_without_the_paper_the_case_goes_on_to_the_officer() -> None:
    ran = went(made(PAPERS), {"child.nik": "1", "child.phone": "2"}, papers=frozenset())

    assert (ran.outcome.kind, level(ran, "child.nik")) == ("issued", 0)


@pytest.mark.parametrize(("inspects", "sure"), [("", 1), ("inspects: [child.nik]", 2)], ids=["papers", "the thing"])
def test_who_inspects_looks_for_no_paper(inspects: str, sure: int) -> None:
    steps = PAPERS.replace("asks: [child.phone]", "asks: [child.nik]").replace("- issue", f"  {inspects}\n- issue")
    ran = went(made(steps), {"child.nik": "1"}, papers=frozenset())

    assert level(ran, "child.nik") == sure


PAPERS_BESIDE = """
- form: apply
  asks: [child.nik]
- parallel:
    - branch: one
      steps:
        - check: papers
          by: office
          verifies: [child.nik]
    - branch: other
      steps:
        - form: bring
          documents: [{document: ktp of child, share: 50%}]
- issue: deed
  by: office
  carries: [child.nik]
"""


PAPER = "documents: [{document: ktp of child, share: 50%}]"


@pytest.mark.parametrize(("beside", "sure"), [(PAPER, 1), ("asks: [child.sex]", 2)], ids=["a paper", "no paper"])
def test_a_paper_asked_for_beside_a_check_may_come_before_it_so_nobody_inspects(beside: str, sure: int) -> None:
    one = made(PAPERS_BESIDE.replace(PAPER, beside))

    assert level(went(one, {"child.nik": "1", "child.sex": "f"}, papers=frozenset()), "child.nik") == sure
    assert one.instance.papers_before_checks == papers_before_checks(one.model)


def test_who_does_not_say_what_he_reads_sees_what_stands_on_the_papers_and_no_case_waits_for_it() -> None:
    before = PAPERS.partition("- check")[0]
    judge = "- decide: judge\n  by: office\n  ways: [{way: done}]\n"
    seen = made(before + judge + "- issue: deed\n  by: office\n  carries: [child.phone]")
    said = {"child.phone": "2", "child.birth_date": date(2026, 6, 1)}

    assert level(went(seen, said), "child.birth_date", "judge") == 1
    assert went(seen, {"child.phone": "2"}).outcome.kind == "issued", "it stands on the paper"
    unseen = made(judge + before + "- issue: deed\n  by: office\n  carries: [child.phone]")
    assert "child.birth_date" not in went(unseen, said).values, "it was handed in behind"


def test_a_form_waits_for_all_that_is_missing_at_once() -> None:
    ran = went(made(PAPERS), {})

    assert (ran.outcome.kind, ran.outcome.step, ran.outcome.waits_for) == ("waiting", "apply", "answer")
    assert (set(ran.outcome.missing), ran.outcome.who) == ({"child.phone", "child.nik"}, "applicant")


def test_there_is_none_is_an_answer() -> None:
    found = made("""
- form: apply
  asks: [child.phone]
- choose:
    - if: child.phone is known
      steps:
        - refuse: has-one
    - else: []
- issue: deed
  by: office
  carries: [child.phone]
""")

    assert went(found, {"child.phone": None}).outcome.outputs[0].facts == (("child.phone", None),)
    assert went(found, {"child.phone": "1"}).outcome.step == "has-one"


def test_a_look_up_waits_for_a_key_that_is_not_sure_enough() -> None:
    found = made("""
- form: apply
  asks: [child.phone]
- lookup: money
  service: loose.by-phone
  about: child
- issue: deed
  by: office
  carries: [child.income]
""")
    ran = went(found, {"child.phone": "1"}, always(income=5))

    assert (ran.outcome.step, ran.outcome.waits_for, ran.outcome.missing) == ("money", "answer", ("child.phone",))


@pytest.mark.parametrize(
    ("records", "kind", "waits_for"),
    [([{"name": "Siti"}], "issued", None), ([], "waiting", "registry"), ([{}, {}], "waiting", "registry")],
    ids=["found", "none", "several"],
)
def test_what_a_registry_finds(records: list[Record], kind: str, waits_for: str | None) -> None:
    ran = went(made(KEYED.format("- notify: nothing")), {"child.nik": "1"}, lambda service, keys: records)

    assert (ran.outcome.kind, ran.outcome.waits_for) == (kind, waits_for)


def test_one_registry_is_asked_once_about_the_same_key() -> None:
    again = "- lookup: more\n  service: loose.by-nik\n  about: child\n  gets: [phone]"
    ran = went(made(KEYED.format(again)), {"child.nik": "1"}, always(name="Siti", phone="2"))

    assert ran.asked == [("loose.by-nik", "child")]
    assert ran.values["child.phone"].value == "2"


CONFIRMED = """
- form: apply
  asks: [child.nik{first}]
- lookup: right
  service: loose.confirm
  about: child
- check: nik
  by: office
  gives: [child.nik]
- form: then
  asks: [child.phone{then}]
- issue: deed
  by: office
  carries: [child.name]
"""


@pytest.mark.parametrize("when", ["first", "then"])
def test_what_a_registry_confirms_is_as_sure_as_its_key_whenever_it_is_said(when: str) -> None:
    names = {"first": "", "then": ""} | {when: ", child.name"}
    facts = {"child.nik": "1", "child.name": "siti ", "child.phone": "2"}
    ran = went(made(CONFIRMED.format(**names)), facts, always(name="SITI"))

    assert (ran.outcome.kind, level(ran, "child.name"), ran.values["child.name"].value) == ("issued", 3, "siti ")


def test_a_confirming_registry_gives_no_value() -> None:
    ran = went(made(CONFIRMED.format(first="", then="")), {"child.nik": "1", "child.phone": "2"}, always(name="SITI"))

    assert "child.name" not in ran.values


SIDES = """
- form: apply
  asks: [child.name]
- parallel:
    - branch: one
      steps:
        - form: phone
          asks: [child.phone]
    - branch: other
      steps:
        - decide: fine
          by: office
          needs: [child.name]
          ways:
            - way: good
            - way: bad
              steps:
                - refuse: not-fine
- issue: deed
  by: office
  carries: [child.name]
"""


@pytest.mark.parametrize(("fine", "kind", "step"), [("good", "waiting", "phone"), ("bad", "refused", "not-fine")])
def test_a_side_that_waits_stops_no_other_and_a_refusal_ends_them_all(fine: str, kind: str, step: str) -> None:
    ran = went(made(SIDES), {"child.name": "Siti"}, fine=fine)

    assert (ran.outcome.kind, ran.outcome.step) == (kind, step)
    assert "fine" in ran.passed


BACK = """
- form: apply
  asks: [child.name]
- check: look
  by: office
  verifies: [child.name]
- form: again
  asks: [child.name]
- decide: fine
  by: office
  needs: [child.name]
  ways:
    - way: good
    - way: bad
      steps:
        - back to: again
          anew: [child.name]
- issue: deed
  by: office
  carries: [child.name]
"""


@pytest.mark.parametrize(("ways", "sure", "times"), [("good", 2, 1), ("bad good", 1, 2), ("bad bad good", 1, 3)])
def test_a_return_forgets_what_it_asks_anew_and_each_visit_has_its_decision(ways: str, sure: int, times: int) -> None:
    ran = went(made(BACK), {"child.name": "Siti"}, fine=ways)

    assert (level(ran, "child.name"), ran.passed.count("again")) == (sure, times)


def test_a_case_that_always_returns_is_given_up() -> None:
    ran = went(made(BACK), {"child.name": "Siti"}, fine="bad")

    assert (ran.outcome.kind, ran.outcome.waits_for) == ("waiting", "nobody")


def test_a_decision_that_is_no_way_of_the_step_is_none() -> None:
    ran = went(made(BACK), {"child.name": "Siti"}, fine="perhaps")

    assert (ran.outcome.step, ran.outcome.waits_for, ran.outcome.who) == ("fine", "decision", "office")


def test_letters_are_no_outcome() -> None:
    found = made("""
- form: apply
  asks: [child.name]
- issue: note
  by: village
  letter: true
  carries: [child.name]
- issue: deed
  by: office
  carries: [child.name]
  gives: [child.nik]
""")
    ran = went(found, {"child.name": "Siti", "child.nik": "1"})

    assert [output.step for output in ran.outcome.outputs] == ["deed"]
    assert ran.values["child.nik"].by_itself == 3


def test_computed_elements_are_there_wherever_they_are_read() -> None:
    found = made("""
- form: apply
  asks: [child.birth_date]
- choose:
    - if: child.age_days > 60
      steps:
        - refuse: late
    - else: []
- issue: deed
  by: office
  carries: [child.birth_date]
""")

    assert went(found, {"child.birth_date": date(2026, 1, 1)}).outcome.step == "late"
    assert went(found, {"child.birth_date": date(2026, 6, 1)}).outcome.kind == "issued"


def test_a_question_under_a_condition_that_is_not_known_is_not_asked() -> None:
    found = made("""
- form: apply
  asks: [child.income, {asks: child.phone, if: child.income > 5}]
- issue: deed
  by: office
  carries: [child.income]
""")

    assert went(found, {"child.income": None}).outcome.kind == "issued"
    assert went(found, {"child.income": 6}).outcome.missing == ("child.phone",)


# --- each member of a many-role -------------------------------------------------------------------------------------

MOVING = "{applicant: person, child: person, movers: {many: person, expected: 2}}"
EACH = """
- form: apply
  asks: [movers.income, {asks: movers.phone, if: movers.income > 5}, {asks: applicant.phone, if: any(movers.income > 5)}]
- issue: deed
  by: office
  carries: [movers.phone]
"""


def moving(steps: str) -> Sketch:
    return sketch(steps, LOOSE, roles=MOVING)


@pytest.mark.parametrize(
    ("incomes", "phones", "carried", "sure"),
    [
        ((9, 4, 7), ("1", "2", "3"), ("1", None, "3"), 0),
        ((9, None, 7), ("1", "2", "3"), ("1", None, "3"), 0),
        ((9, 8), ("1", "2"), ("1", "2"), 1),
        ((1, 2), ("1", "2"), None, 0),
        ((), (), (), 3),
    ],
    ids=["some of them", "one of whom it is unknown", "all of them", "none of them", "nobody there"],
)
def test_a_question_under_a_condition_is_asked_of_each_member_for_whom_it_holds(
    incomes: Value, phones: Value, carried: Value, sure: int
) -> None:
    ran = went(moving(EACH), {"movers.income": incomes, "movers.phone": phones, "applicant.phone": "0"})

    assert ran.outcome.outputs[0].facts == (("movers.phone", carried),)
    assert level(ran, "movers.phone") == sure
    asked_applicant = any(one is not None and one > 5 for one in incomes)  # type: ignore[union-attr,operator]  # a list of numbers
    assert ("applicant.phone" in ran.values) == asked_applicant


def test_what_some_members_must_say_is_waited_for() -> None:
    ran = went(moving(EACH), {"movers.income": (9, 4), "applicant.phone": "0"})

    assert (ran.outcome.step, ran.outcome.missing) == ("apply", ("movers.phone",))


def test_who_was_left_out_is_asked_by_the_next_form_that_asks_them_all() -> None:
    then = "- form: then\n  asks: [movers.phone]\n- issue: deed"
    ran = went(
        moving(EACH.replace("- issue: deed", then)),
        {"movers.income": (9, 4), "movers.phone": ("1", "2"), "applicant.phone": "0"},
    )

    assert ran.outcome.outputs[0].facts == (("movers.phone", ("1", "2")),)
    assert level(ran, "movers.phone") == 1


@pytest.mark.parametrize(("incomes", "sure"), [((9, 8), 2), ((9, 4), 0)], ids=["of all of them", "of some"])
def test_a_paper_of_some_members_proves_nothing_of_them_all(incomes: Value, sure: int) -> None:
    found = moving("""
- form: apply
  asks: [movers.income]
  documents: [{document: ktp of movers, if: movers.income > 5}]
- check: papers
  by: office
  verifies: [movers.nik]
- issue: deed
  by: office
  carries: [movers.nik]
""")

    assert level(went(found, {"movers.income": incomes, "movers.nik": ("1", "2")}), "movers.nik") == sure


def test_what_is_computed_of_members_is_a_list() -> None:
    found = moving("""
- form: apply
  asks: [movers.birth_date, movers.income]
- derive: double
  computes: {movers.phone: movers.income * 2}
- choose:
    - if: any(movers.age_days > 60)
      steps:
        - refuse: late
    - else: []
- issue: deed
  by: office
  carries: [movers.phone]
""")
    incomes: Value = (1, 2)

    born = went(found, {"movers.birth_date": (TODAY, date(2026, 1, 1)), "movers.income": incomes})
    assert born.outcome.step == "late"
    assert went(found, {"movers.birth_date": (TODAY, TODAY), "movers.income": incomes}).outcome.outputs[0].facts == (
        ("movers.phone", (2, 4)),
    )


def test_an_act_under_a_condition_is_done_only_where_it_holds() -> None:
    found = sketch(
        """
- form: apply
  asks: [applicant.nik, applicant.income, {act: declaration, id: i-am-the-child, if: applicant.income > 5, same: [applicant, child],
         declares: [applicant.income]}]
- notify: nothing
  needs: [child.nik]
""",
        LOOSE,
    )

    assert went(found, {"applicant.nik": "1", "applicant.income": 9}).values["child.nik"].value == "1"
    assert "child.nik" not in went(found, {"applicant.nik": "1", "applicant.income": 2}).values


# --- what is noted for comparing ------------------------------------------------------------------------------------


def test_the_ways_that_are_taken_and_what_is_recorded_are_noted() -> None:
    found = made("""
- form: apply
  asks: [child.income, {asks: child.phone, if: child.income > 5}]
- choose:
    - if: child.income > 7
      steps:
        - refuse: rich
    - else: []
- decide: fine
  by: office
  needs: [child.income]
  ways:
    - way: good
    - way: bad
- notify: told
  carries: [child.income]
  records: {statistics: [child.income]}
""")
    ran = went(found, {"child.income": 4, "child.phone": "1"}, fine="bad")

    assert [(one.place, one.way) for one in ran.taken] == [
        ("apply: child.phone", "not asked"),
        ("choose 0", "1"),
        ("fine", "bad"),
    ]
    assert [(one.step, one.register, one.facts) for one in ran.recorded] == [
        ("told", "statistics", (("child.income", 4),))
    ]
    assert [one.value for one in ran.read if one.step == "told"] == [4, 4]


def test_a_return_may_be_answered_otherwise_than_the_first_time() -> None:
    found = made("""
- form: apply
  asks: [child.name]
- choose:
    - if: length(child.name) > 5
      steps:
        - back to: apply
          anew: [child.name]
    - else: []
- issue: deed
  by: office
  carries: [child.name]
""")
    case = Case("case", {"child.name": "Siti Aminah"})
    ran = Interpreter(found.model).run(case, TODAY, lambda service, keys: [], corrected={"child.name": "Siti"})

    assert ran.outcome.outputs[0].facts == (("child.name", "Siti"),)
    assert [one.way for one in ran.taken] == ["0", "1"]
