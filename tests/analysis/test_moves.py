"""Moves beyond leaving out, one small procedure for each thing that may or may not be moved, and published examples."""

from itertools import permutations
from random import Random

import pytest

from analysis.compiling import compiled
from analysis.finding import Finding, Witness
from analysis.moves import Moved, left_as_it_is, moved
from analysis.moves.effects import Effects, Surroundings
from analysis.moves.measuring import elapsed, measure, spent
from analysis.moves.refusing import Block, Piece, best_order, bonds, expected_cost
from analysis.redesign import lacks
from processes.part import NOWHERE
from processes.procedure import Check, FormStep, Parallel, Wait, walk
from processes.words import Words
from tests.analysis.moving import EVERY
from tests.sketching import Sketch, agreement, sketch

OFFICERS = """
agencies:
  office: {title: office, officers: {head: head, counter: counter, verifier: verifier, cashier: cashier}}
"""
EVENT = """
registry: hospital-births
title: births
agency: hospital
events:
  birth: {about: person, carries: [name, birth_date], coverage: 0.5}
"""
PERSON = """
entity: person
key: nik
elements:
  nik: text
  name: text
  address: text
  photo: text
  debt: money
  verdict: text
  good: yes/no
  rich: yes/no
  old: yes/no
relations: {mother: person}
"""


def moves_of(
    steps: str, *more: str, only: tuple[str, ...] = EVERY, policy: str = "", **named: str
) -> tuple[Sketch, Moved]:
    """Move the steps of a procedure as it is, and see that the result is well-made: it lacks nothing, and stays as it is."""
    made = sketch(steps, OFFICERS, *more, policy=f"moves: [{', '.join(only)}]\n{policy}", **named)
    found = moved(made.today, made.procedure)
    if not any(move.kind == "knock out first" for move in found.moves):
        assert not lacks(made.today, compiled(found.procedure, made.catalogue, made.policy, offers=False))
    assert not moved(made.today, found.procedure).moves
    return made, found


def order(found: Moved) -> list[str]:
    """The names of the steps after the moves, in the order of the text."""
    return list(found.procedure.step_by_id)


# --- merge

CHECKS = """
- form: apply
  asks: [child.name, child.phone]
- check: one
  by: {by}
  minutes: 4
  waits: 20
  verifies: [child.name]
- check: two
  by: counter of office
  minutes: 3
  waits: 1 hour
  {more}
- issue: deed
  by: office
  carries: [child.name, child.phone]
"""
MERGES = [
    ("two checks of one desk", "counter of office", "verifies: [child.phone]", True),
    ("of two desks", "verifier of office", "verifies: [child.phone]", False),
    ("that rest on different laws", "counter of office", "{verifies: [child.phone], rests_on: {law: UU 1}}", False),
    ("with time limits of their own", "counter of office", "{verifies: [child.phone], within: 1 day}", False),
    ("the second reads what the first finds out", "counter of office", "{needs: [child.name at documented]}", False),
]


@pytest.mark.parametrize(("by", "more", "merged"), [pytest.param(*row[1:], id=row[0]) for row in MERGES])
def test_neighbouring_checks_become_one(by: str, more: str, merged: bool) -> None:
    lines = more.strip("{}").replace("}, ", "},\n  ").replace("], ", "],\n  ").replace(",\n", "\n")
    if "rests_on" in more:
        lines += "}"
    _, found = moves_of(CHECKS.replace("{by}", by).replace("{more}", lines), only=("merge",))

    assert [move.steps for move in found.moves] == ([("one", "two")] if merged else [])
    if merged:
        check = found.procedure.step_by_id["one"]
        assert isinstance(check, Check)
        assert (check.verifies, check.minutes, check.waits and check.waits.minutes) == (
            ("child.name", "child.phone"),
            7.0,
            60.0,
        )
        [move] = found.moves
        assert (move.gain.citizen, move.gain.agency, move.gain.elapsed) == (0.0, 0.0, 20.0)


def test_a_check_that_two_became_inspects_what_either_did() -> None:
    two = "verifies: [child.phone]\n  inspects: [child.phone]"
    steps = CHECKS.replace("{by}", "counter of office").replace("{more}", two)
    made, found = moves_of(steps, only=("merge",))

    check = found.procedure.step_by_id["one"]
    assert isinstance(check, Check)
    assert (check.verifies, check.inspects) == (("child.name", "child.phone"), ("child.phone",))
    assert made.analysis.redesign.certificate is not None


def test_a_step_that_a_return_leads_to_alone_is_not_merged() -> None:
    steps = CHECKS.replace("{by}", "counter of office").replace("{more}", "verifies: [child.phone]")
    steps = steps.replace(
        "- issue",
        "- decide: fine\n  by: office\n  needs: []\n  ways:\n    - {way: yes-fine}\n    - way: no-not\n"
        "      share: 10%\n      steps: [{back to: two}]\n- issue",
    )

    assert not moves_of(steps, only=("merge",))[1].moves
    assert moves_of(steps.replace("back to: two", "back to: one"), only=("merge",))[1].moves


def test_two_forms_in_a_row_are_one_contact_less() -> None:
    made, found = moves_of(
        """
- form: apply
  asks: [child.name]
- form: more
  asks: [child.phone]
  documents: [ktp of mother]
- issue: deed
  by: office
  carries: [child.name, child.phone, mother.nik]
""",
        only=("merge",),
    )

    [move] = found.moves
    assert (move.into, move.gain.citizen) == ("apply", made.policy.contact_minutes)
    after = Sketch(found.procedure, made.catalogue, made.policy)
    assert (after.asks(), after.papers()) == (["child.name", "child.phone"], ["ktp of mother"])


def test_of_printed_forms_just_what_was_asked_remains_when_they_become_one() -> None:
    forms = """
form: F
title: F
parts:
  all: {about: person, role: child, fields: [name, phone, birth_date]}
---
form: G
title: G
parts:
  all: {about: person, role: child, fields: [name, nik, phone]}
"""
    made, found = moves_of(
        """
- form: apply
  uses: F
  only: [child.name]
- form: more
  uses: G
  only: [child.phone, child.nik]
- issue: deed
  by: office
  carries: [child.name, child.phone, child.nik]
""",
        forms,
        only=("merge",),
    )

    assert Sketch(found.procedure, made.catalogue, made.policy).asks() == ["child.name", "child.nik", "child.phone"]
    form = found.procedure.step_by_id["apply"]
    assert isinstance(form, FormStep) and form.only == ("child.name", "child.nik", "child.phone#2")


# --- side by side


def test_worked_example_31_what_may_stand_side_by_side() -> None:
    """Bernstein 1966: 33 minutes one after the other, 18 with all side by side that may be."""
    services = """
registry: r
title: r
agency: village
services:
  person: {about: person, needs: [nik], gives: [name], key_level: declared}
"""
    checks = [
        ("lookup-address", 3, "counter of office", "needs: [applicant.name]", "gives: [applicant.address]"),
        ("check-photo", 10, "verifier of office", "verifies: [applicant.photo]", ""),
        ("check-debt", 4, "cashier of office", "needs: [applicant.nik]", "gives: [applicant.debt]"),
    ]
    steps = "- form: apply\n  asks: [applicant.nik, applicant.photo]\n"
    steps += "- lookup: lookup-person\n  by: village\n  minutes: 2\n  service: r.person\n  about: applicant\n"
    for name, minutes, by, one, other in checks:
        steps += f"- check: {name}\n  by: {by}\n  minutes: {minutes}\n  {one}\n" + (f"  {other}\n" if other else "")
    steps += """- pay: pay
  minutes: 5
- check: decide
  by: head of office
  minutes: 6
  needs: [applicant.address, applicant.debt, applicant.photo]
  gives: [applicant.verdict]
- notify: log
  by: counter of office
  minutes: 1
  carries: [applicant.name]
- issue: issue
  by: office
  minutes: 2
  carries: [applicant.verdict, applicant.name]
"""
    made, found = moves_of(
        steps,
        PERSON,
        services,
        agreement("a", "r.person"),
        only=("side by side",),
        policy="contact_minutes: 0",
        roles="{applicant: person}",
    )

    before, after = (_work_time(made, one) for one in (made.procedure, found.procedure))
    assert (before, after) == (33.0, 18.0)
    assert [move.kind for move in found.moves] == ["side by side"]


def _work_time(made: Sketch, procedure: object) -> float:
    """The expected time of a procedure without the request itself."""
    instance = compiled(procedure, made.catalogue, made.policy, offers=False)  # type: ignore[arg-type]  # a procedure
    minutes = [
        0.0 if isinstance(place.step, FormStep) else passing
        for place, passing in zip(instance.points, spent(instance), strict=True)
    ]
    return elapsed(instance, minutes)


BESIDE = """
- form: apply
  asks: [child.name, child.phone]
- check: one
  by: counter of office
  waits: 1 hour
  verifies: [child.name]
{between}
- check: two
  by: verifier of office
  waits: 1 hour
  verifies: [child.phone]
- issue: deed
  by: office
  carries: [child.name, child.phone]
"""
REFUSAL = """
- decide: fine
  by: office
  needs: []
  ways:
    - {way: well}
    - {way: not-well, share: 10%, steps: [{refuse: unfit}]}
"""
BETWEEN = [
    ("nothing", "", True),
    ("a decision that may end the case", REFUSAL, False),
    ("a signature", "- approve: seen\n  by: head of office\n  needs: []\n", False),
    ("a wait the law prescribes", "- wait: objections\n  for: 3 days\n", False),
]


@pytest.mark.parametrize(("between", "beside"), [pytest.param(*row[1:], id=row[0]) for row in BETWEEN])
def test_neighbours_stand_side_by_side_unless_something_holds_them(between: str, beside: bool) -> None:
    _, found = moves_of(BESIDE.replace("{between}\n", between.lstrip("\n")), only=("side by side",))

    assert [move.steps for move in found.moves] == ([("one", "two")] if beside else [])
    assert any(isinstance(item, Parallel) for item in walk(found.procedure.steps)) == beside
    if beside:
        assert found.moves[0].gain.elapsed == 60.0


DEPENDING = [
    ("the same desk", "by: counter of office\n  verifies: [child.phone]"),
    ("the second verifies the same", "by: verifier of office\n  verifies: [child.name]"),
    ("the second reads what the first makes surer", "by: verifier of office\n  needs: [child.name]"),
]


@pytest.mark.parametrize("second", [pytest.param(row[1], id=row[0]) for row in DEPENDING])
def test_steps_that_depend_on_each_other_stay_in_order(second: str) -> None:
    steps = BESIDE.replace("{between}\n", "").replace(
        "by: verifier of office\n  waits: 1 hour\n  verifies: [child.phone]", second + "\n  waits: 1 hour"
    )

    assert not moves_of(steps, only=("side by side",))[1].moves


def test_what_a_return_leads_to_alone_is_not_put_beside() -> None:
    again = (
        "- decide: fine\n  by: office\n  needs: []\n  ways:\n    - {way: well}\n    - way: again\n      share: 10%\n"
    )
    again += "      steps: [{back to: one}]\n- issue"
    steps = BESIDE.replace("{between}\n", "").replace("- issue", again)

    assert not moves_of(steps, only=("side by side",))[1].moves


def test_what_shortens_nothing_stays_as_it_is() -> None:
    steps = BESIDE.replace("{between}\n", "").replace("  waits: 1 hour\n", "", 1)

    assert not moves_of(steps, only=("side by side",))[1].moves


# --- time


def test_worked_example_22_time_of_structured_procedures() -> None:
    """Dumas and others: 29 h with a choice, 30 h side by side; 8.65 days with rework."""
    choice = "- check: a\n  by: office\n  minutes: 600\n- decide: which\n  by: office\n  needs: []\n  ways:\n"
    choice += "    - {way: b, share: 90%, steps: [{check: b, by: office, minutes: 1200}]}\n"
    choice += "    - {way: c, share: 10%, steps: [{check: c, by: office, minutes: 600}]}\n"
    beside = "- check: a\n  by: office\n  minutes: 600\n- parallel:\n"
    beside += "    - {branch: b, steps: [{check: b, by: office, minutes: 1200}]}\n"
    beside += "    - {branch: c, steps: [{check: c, by: office, minutes: 600}]}\n"
    credit = """
- check: completeness
  by: office
  minutes: 1000
- decide: complete
  by: office
  needs: []
  ways:
    - {way: complete, share: 80%}
    - {way: incomplete, share: 20%, steps: [{back to: completeness}]}
- parallel:
    - {branch: history, steps: [{check: history, by: office, minutes: 1000}]}
    - {branch: income, steps: [{check: income, by: office, minutes: 3000}]}
- check: assess
  by: office
  minutes: 3000
- decide: granted
  by: office
  needs: []
  ways:
    - {way: offer, share: 60%, steps: [{check: offer, by: office, minutes: 1000}]}
    - {way: rejection, share: 40%, steps: [{check: reject, by: office, minutes: 2000}]}
"""
    hours = [_time(steps) / 60 for steps in (choice, beside)]

    assert hours == pytest.approx([29.0, 30.0])
    assert _time(credit) / 1000 == pytest.approx(8.65)


NET = {
    **{"a": (2, ""), "b": (4, "a"), "c": (10, "b"), "d": (6, "c"), "e": (4, "c"), "f": (5, "e"), "g": (7, "d")},
    **{"h": (9, "eg"), "i": (7, "c"), "j": (8, "fi"), "k": (4, "j"), "l": (5, "j"), "m": (2, "h"), "n": (6, "kl")},
}


def test_worked_example_22_c_the_longest_path_bounds_what_stands_side_by_side() -> None:
    """Hillier, Lieberman: 79 weeks one after the other, 44 by the longest path A, B, C, E, F, J, L, N.

    That path is found from what steps read and write alone. Sides nest in each other, and E before H and F, with G before H
    alone, is no nest: 48 is the shortest that keeps the order of the text.
    """
    elements = ", ".join(f"w{name}: text" for name in NET)
    hands = ", ".join(f"of-{name}: hand {name}" for name in NET)
    steps = "- form: apply\n  asks: [applicant.nik]\n"
    for name, (weeks, after) in NET.items():
        needs = ", ".join(f"applicant.w{one}" for one in after)
        steps += f"- check: work-{name}\n  by: of-{name} of builder\n  minutes: {weeks}\n  needs: [{needs}]\n  gives: [applicant.w{name}]\n"
    steps += "- issue: handed-over\n  by: office\n  carries: [applicant.wm, applicant.wn]\n"
    made, found = moves_of(
        steps,
        f"entity: person\nkey: nik\nelements: {{nik: text, {elements}}}",
        f"agencies:\n  builder: {{title: builder, officers: {{{hands}}}}}",
        only=("side by side",),
        policy="contact_minutes: 0",
        roles="{applicant: person}",
    )

    around = Surroundings(made.instance)
    works = [item for item in made.procedure.steps if isinstance(item, Check)]
    does = {step.id.removeprefix("work-"): around.effects(step) for step in works}
    earliest = dict.fromkeys(NET, 0)
    for later in NET:
        for name, (weeks, _) in NET.items():
            if name < later and does[name].conflicts(does[later]):
                earliest[later] = max(earliest[later], earliest[name] + weeks)
    assert list(earliest.values()) == [0, 2, 6, 16, 16, 20, 22, 29, 16, 25, 33, 33, 38, 38]
    assert max(earliest[name] + weeks for name, (weeks, _) in NET.items()) == 44
    assert [_work_time(made, one) for one in (made.procedure, found.procedure)] == [79.0, 48.0]


def _time(steps: str) -> float:
    made = sketch(steps)
    return elapsed(made.instance, spent(made.instance))


# --- knock out first


def piece(place: int, cost: float, refuses: float = 0.0, *, reads: str = "", writes: str = "") -> Piece:
    """A refusing decision, or work that refuses nobody."""
    does = Effects(
        frozenset(reads.split()), frozenset(writes.split()), frozenset(), may_end=True, steady=False, visible=False
    )
    return Piece(place, Wait(id="work"), cost, refuses, does, decides=bool(refuses))


def block(cost: float, refuses: float, *rests_on: Piece, reads: str = "", writes: str = "", place: int = 0) -> Block:
    """A refusing decision with the work it rests on."""
    return Block((piece(place, cost, refuses, reads=reads, writes=writes),), rests_on)


def test_worked_example_21_knock_out_order() -> None:
    """Rising cost / refusing share; where one must precede the other the pair acts as one check."""
    row = [block(10, 0.10), block(20, 0.40), block(5, 0.05), block(40, 0.50)]

    assert expected_cost(row, (0, 1, 2, 3)) == pytest.approx(51.22)
    assert expected_cost(row, (2, 0, 3, 1)) == pytest.approx(57.25)
    assert best_order(row, frozenset()) == (1, 3, 0, 2)
    assert expected_cost(row, (1, 3, 0, 2)) == pytest.approx(48.35)

    row = [row[0], row[3], row[1], row[2]]  # A, D, B, C, of which D must precede B
    bound = best_order(row, frozenset({(1, 2)}))
    assert bound == (1, 2, 0, 3) and expected_cost(row, bound) == pytest.approx(54.35)


def test_worked_example_21_c_where_two_rest_on_the_same_work_no_ratio_tells_the_best_order() -> None:
    """X and Y both need f, which costs 6 the first time: the ratio rule gives Z, X, Y = 11.32, the best is Y, X, Z."""
    f = piece(0, 6)
    row = [block(4, 0.6, f, place=1), block(1, 0.4, f, place=2), block(3, 0.2, place=3)]

    best = best_order(row, bonds(row))

    assert expected_cost(row, (2, 0, 1)) == pytest.approx(11.32)
    assert best == (1, 0, 2)
    assert expected_cost(row, best) == pytest.approx(10.12)


def test_worked_example_20_a_product_data_model() -> None:
    """Fit to be a helicopter pilot? Three ways to an answer, of which two use F: whoever has the answer stops."""
    f = piece(0, 60)
    row = [block(5, 0.4, f, place=1), block(10 + 10, 0.1, place=3), block(150 + 60 + 50 + 80, 1.0, f, place=7)]

    costs = {order: expected_cost(row, order) for order in permutations(range(3))}

    assert costs[0, 1, 2] == pytest.approx(260.6)
    assert costs[1, 0, 2] == pytest.approx(262.1)
    assert costs[0, 2, 1] == pytest.approx(269.0)
    assert costs[2, 0, 1] == pytest.approx(400.0)
    assert best_order(row, bonds(row)) == (0, 1, 2)


def test_without_bonds_the_best_order_is_that_of_rising_ratios() -> None:
    random = Random(4)
    for _ in range(50):
        row = [
            block(random.randint(1, 60), random.choice([0.05, 0.1, 0.3, 0.5, 0.8])) for _ in range(random.randint(2, 5))
        ]
        least = min(expected_cost(row, one) for one in permutations(range(len(row))))
        by_ratio = sorted(range(len(row)), key=lambda n: row[n].cost / row[n].refuses)

        assert expected_cost(row, best_order(row, frozenset())) == pytest.approx(least)
        assert expected_cost(row, by_ratio) == pytest.approx(least)


def test_more_decisions_than_can_be_tried_in_every_order_swap_as_neighbours() -> None:
    random = Random(9)
    row = [block(random.randint(1, 60), random.choice([0.05, 0.1, 0.3, 0.5])) for _ in range(9)]
    by_ratio = sorted(range(9), key=lambda n: row[n].cost / row[n].refuses)

    assert expected_cost(row, best_order(row, frozenset())) == pytest.approx(expected_cost(row, by_ratio))


def test_what_shares_a_fact_keeps_its_order() -> None:
    one, other = block(40, 0.1, reads="f", writes="a"), block(1, 0.5, reads="a", place=1)

    assert bonds([one, other]) == {(0, 1)}
    assert best_order([one, other], bonds([one, other])) == (0, 1)


KNOCK_OUTS = """
- form: apply
  asks: [child.name, mother.income]
- check: visit
  by: office
  minutes: 60
  gives: [child.finding]
- decide: fit
  by: office
  minutes: 5
  needs: [child.finding]
  ways:
    - {way: well, share: 90%}
    - {way: not-fit, share: 10%, steps: [{refuse: unfit}]}
{between}- decide: poor
  by: {by}
  minutes: 2
  needs: [{reads}]
  ways:
    - {way: is-poor, share: 50%}
    - {way: not-poor, share: 50%, steps: [{refuse: rich}]}
- issue: deed
  by: office
  carries: [child.name]
"""
FINDING = "entity: person\nkey: nik\nelements: {nik: text, name: text, income: money, finding: text, phone: text}\nrelations: {mother: person}\n"
KNOCKED = [
    ("dear before cheap", "", "office", "mother.income", "", True),
    ("of another agency", "", "village", "mother.income", "", False),
    (
        "of another agency, where the policy lets them",
        "",
        "village",
        "mother.income",
        "knock_outs_across_agencies: true",
        True,
    ),
    ("that judge the same fact", "", "office", "child.finding", "", False),
    ("with a payment between", "- pay: fee\n", "office", "mother.income", "", False),
    ("with a form between", "- form: more\n  asks: [mother.phone]\n", "office", "mother.income", "", False),
]


@pytest.mark.parametrize(
    ("between", "by", "reads", "policy", "swapped"), [pytest.param(*row[1:], id=row[0]) for row in KNOCKED]
)
def test_what_refuses_much_at_little_cost_comes_first(
    between: str, by: str, reads: str, policy: str, swapped: bool
) -> None:
    steps = KNOCK_OUTS.replace("{between}", between).replace("{by}", by).replace("{reads}", reads)
    _, found = moves_of(steps, FINDING, only=("knock out first",), policy=policy)

    assert (order(found).index("poor") < order(found).index("visit")) == swapped
    if swapped:
        [move] = found.moves
        assert (move.steps, move.over) == (("poor", "rich"), ("visit", "fit", "unfit"))
        assert "perhaps for another of the reasons" in move.why.en and "'unfit', 'rich'" in move.why.en
        assert move.gain.agency == pytest.approx((65 + 0.9 * 2) - (2 + 0.5 * 65), abs=0.01)


# --- carrying

CARRYING = """
- form: apply
  asks: [child.name]
{papers}- carry: to-village
  minutes: 20
  to: village
{there}
- issue: deed
  by: office
  carries: [child.name]
"""
PAPER = "  documents: [ktp of mother]\n"
CARRIED = [
    ("nothing is done there", PAPER, "", "drop carrying"),
    ("no paper is left", "", "- approve: seen\n  by: village\n  needs: []", "drop carrying"),
    ("nobody there looks at the papers", PAPER, "- approve: seen\n  by: village\n  needs: []", "share papers"),
    ("a judgement that does not say what it reads", PAPER, "- approve: seen\n  by: village", ""),
    ("papers are checked there", PAPER, "- check: papers\n  by: village\n  verifies: [mother.nik]", ""),
    ("a form is filled in there", PAPER, "- form: there\n  asks: [child.phone]", ""),
    ("a letter is fetched there", "", "- issue: letter\n  by: village\n  document: introduction of child", ""),
]


@pytest.mark.parametrize(("papers", "there", "kind"), [pytest.param(*row[1:], id=row[0]) for row in CARRIED])
def test_papers_are_carried_only_where_somebody_looks_at_them(papers: str, there: str, kind: str) -> None:
    _, found = moves_of(
        CARRYING.replace("{papers}", papers).replace("{there}\n", there + "\n" if there else ""),
        only=("drop carrying", "share papers"),
    )

    assert [move.kind for move in found.moves] == ([kind] if kind else [])
    assert ("to-village" in order(found)) == (not kind)
    if kind:
        assert found.moves[0].gain.citizen == 20.0


# --- automate

LOOKED_UP = """
- form: apply
  asks: [mother.nik]
  documents: [ktp of mother]
- check: papers
  by: office
  verifies: [mother.nik]
- lookup: record
  by: verifier of office
  minutes: 3
  waits: 1 hour
  service: people.person-by-nik
  about: mother
  gets: [birth_date]
- derive: age
  by: verifier of office
  minutes: 2
  computes: {child.birth_date: mother.birth_date}
- issue: deed
  by: office
  carries: [child.birth_date]
"""


def test_a_machine_asks_and_computes_what_the_language_states() -> None:
    _, found = moves_of(LOOKED_UP, agreement("a", "people.person-by-nik"), only=("automate",))

    assert [move.steps for move in found.moves] == [("record",), ("age",)]
    assert all(found.procedure.step_by_id[name].by is None for name in ("record", "age"))
    assert [move.gain.agency for move in found.moves] == [3.0, 2.0]


@pytest.mark.parametrize(
    "agreed",
    [(), ({"consumer": "village"},), ({"purposes": "[tax]"},), ({"until": "2026-06-14"},), ({"consent": "true"},)],
    ids=["no agreement", "of another agency", "for another purpose", "that ended the day before", "with a consent"],
)
def test_a_look_up_is_left_to_the_officer_where_the_system_may_not_ask(agreed: tuple[dict[str, str], ...]) -> None:
    more = [agreement("a", "people.person-by-nik", **one) for one in agreed]
    _, found = moves_of(LOOKED_UP, *more, only=("automate",))

    assert [move.steps for move in found.moves] == [("age",)]


def test_a_judgement_whose_facts_are_all_sure_is_left_to_people_and_said_so() -> None:
    steps = LOOKED_UP.replace("- form: apply", "- identify: me\n  by: mother\n  with: eid\n- form: apply").replace(
        "- issue",
        "- decide: old\n  by: office\n  needs: [mother.nik]\n  ways: [{way: is-old}, {way: not-old}]\n- issue",
    )
    made, found = moves_of(steps, agreement("a", "people.person-by-nik"))
    left = left_as_it_is(found.procedure, made.catalogue, made.policy)

    assert ("old", True) in [(one.step, "write it as 'choose'" in one.why.en) for one in left]


# --- ask before the split

SIDES = """
{before}- parallel:
    - branch: one
      steps:
        - form: left
          asks: [child.phone{more}]
        - check: first
          by: office
          waits: 1 hour
          verifies: [child.phone]
    - branch: two
      steps:
        - form: right
          asks: [child.phone, child.income]
- issue: deed
  by: office
  carries: [child.phone, child.income]
"""


def test_what_two_sides_ask_is_asked_once_before_they_part() -> None:
    apply = "- form: apply\n  asks: [child.name]\n"
    made, found = moves_of(SIDES.replace("{before}", apply).replace("{more}", ""), only=("ask before the split",))

    [move] = found.moves
    after = Sketch(found.procedure, made.catalogue, made.policy)
    assert (move.steps, move.into) == (("left", "right"), "apply")
    assert [(name, after.asks(name)) for name in ("apply", "right")] == [
        ("apply", ["child.name", "child.phone"]),
        ("right", ["child.income"]),
    ]
    assert "left" not in order(found)


def test_a_form_more_is_no_gain() -> None:
    _, found = moves_of(
        SIDES.replace("{before}", "- check: start\n  by: office\n").replace("{more}", ", child.name"),
        only=("ask before the split",),
    )

    assert not found.moves


def test_a_fact_that_a_side_asks_anew_stays_in_its_side() -> None:
    apply = "- form: apply\n  asks: [child.name]\n"
    steps = (
        SIDES.replace("{before}", apply)
        .replace("{more}", "")
        .replace("        - form: right", "        - form: right")
        .replace(
            "    - branch: two",
            "        - decide: fine\n          by: office\n          needs: []\n          ways:\n"
            "            - {way: well}\n            - {way: again, share: 10%, steps: [{back to: left, anew: [child.phone]}]}\n"
            "    - branch: two",
        )
    )

    assert not moves_of(steps, only=("ask before the split",))[1].moves


@pytest.mark.parametrize("asked", ["child.phone, child.phone", "{asks: child.phone, act: choice}"])
def test_what_a_form_asks_twice_or_as_an_act_stays_in_its_side(asked: str) -> None:
    steps = SIDES.replace("{before}", "- form: apply\n  asks: [child.name]\n").replace("child.phone{more}", asked)

    assert not moves_of(steps, only=("ask before the split",))[1].moves


# --- all together


def test_a_policy_that_switches_all_off_moves_nothing() -> None:
    steps = BESIDE.replace("{between}\n", "")
    assert not moves_of(steps, only=())[1].moves


def test_a_rejected_move_is_not_made() -> None:
    steps = BESIDE.replace("{between}\n", "")
    _, found = moves_of(steps, only=("side by side",))
    rejecting = 'decisions:\n- {finding: %s, procedure: sketch, decision: %s, by: a reviewer, "on": 2026-06-01}'

    assert not moves_of(steps, policy=rejecting % (found.moves[0].id, "rejected"))[1].moves
    assert moves_of(steps, policy=rejecting % (found.moves[0].id, "accepted"))[1].moves
    _, other = moves_of(steps, policy=rejecting % ("m00000000000", "rejected"))
    assert other.moves and [one.finding for one in other.stale] == ["m00000000000"]


def test_a_move_rests_on_its_finding_and_is_not_made_where_that_was_rejected() -> None:
    steps = CARRYING.replace("{papers}", "").replace("{there}", "- approve: seen\n  by: village\n  needs: []")
    made = sketch(steps, OFFICERS)
    needless = Finding(
        kind="carry needless",
        procedure="sketch",
        step="to-village",
        subject="to-village",
        says=Words("", ""),
        witnesses=(Witness(where=NOWHERE, role=Words("", "")),),
    )

    [move] = moved(made.today, made.procedure, [needless]).moves
    assert move.findings == (needless.id,)

    decided = f'decisions:\n- {{finding: {needless.id}, decision: rejected, by: a reviewer, "on": 2026-06-01}}'
    made = sketch(steps, OFFICERS, policy=decided)
    assert not moved(made.today, made.procedure, [needless]).moves


def test_an_event_that_could_start_the_case_is_proposed_and_never_taken() -> None:
    steps = "- form: apply\n  asks: [child.name, child.phone]\n- issue: deed\n  by: office\n  carries: [child.name]\n"
    made, found = moves_of(steps, EVENT)

    [left] = left_as_it_is(found.procedure, made.catalogue, made.policy)
    assert left.step == "apply" and "hospital-births.birth about child carries child.name" in left.why.en
    assert found.procedure == made.procedure


SHARED = """
- form: apply
  asks: [applicant.nik, applicant.photo]
- check: visit
  by: office
  minutes: 6
  gives: [applicant.address, applicant.debt]
- decide: roof
  by: office
  minutes: 4
  needs: [applicant.address]
  ways:
    - {way: x-well, share: 40%}
    - {way: x-not, share: 60%, steps: [{refuse: no-x}]}
- decide: debts
  by: office
  minutes: 1
  needs: [applicant.debt]
  ways:
    - {way: y-well, share: 60%}
    - {way: y-not, share: 40%, steps: [{refuse: no-y}]}
- decide: photo
  by: office
  minutes: 3
  needs: [applicant.photo]
  ways:
    - {way: z-well, share: 80%}
    - {way: z-not, share: 20%, steps: [{refuse: no-z}]}
- issue: deed
  by: office
  carries: [applicant.nik]
"""


def test_worked_example_21_c_as_a_procedure() -> None:
    """The visit finds what two of the decisions read: it stays before both, and the cheaper of the two goes first."""
    made, found = moves_of(SHARED, PERSON, only=("knock out first",), roles="{applicant: person}")

    before, after = (
        measure(compiled(one, made.catalogue, made.policy, offers=False)) for one in (made.procedure, found.procedure)
    )
    assert [one for one in order(found) if not one.startswith("no-")] == [
        "apply",
        "visit",
        "debts",
        "roof",
        "photo",
        "deed",
    ]
    assert (round(before.agency, 2), round(after.agency, 2)) == (11.12, 10.12)
    [move] = found.moves
    assert (move.steps, move.over) == (("debts", "no-y"), ("roof", "no-x"))


def test_work_on_which_no_decision_rests_comes_after_those_that_refuse() -> None:
    stays = "- check: dear\n  by: office\n  minutes: 60\n  verifies: [applicant.nik]\n"
    steps = SHARED.replace("- check: visit", stays + "- check: visit").replace(
        "[applicant.nik]\n", "[applicant.nik at documented]\n"
    )
    steps = steps.replace("verifies: [applicant.nik at documented]", "verifies: [applicant.nik]")

    _, found = moves_of(steps, PERSON, only=("knock out first",), roles="{applicant: person}")

    names = [one for one in order(found) if not one.startswith("no-")]
    assert names == ["apply", "visit", "debts", "roof", "photo", "dear", "deed"]


def test_what_a_decision_reads_before_it_is_made_surer_keeps_its_order() -> None:
    """The check comes after the decision that reads what it verifies; what rests on the check does not come before that."""
    steps = SHARED.replace(
        "- decide: debts",
        "- check: records\n  by: office\n  verifies: [applicant.address]\n  gives: [applicant.rich]\n- decide: debts",
    )
    steps = steps.replace("needs: [applicant.debt]", "needs: [applicant.rich]")

    _, found = moves_of(steps, PERSON, only=("knock out first",), roles="{applicant: person}")

    assert order(found).index("roof") < order(found).index("records") < order(found).index("debts")


def test_in_one_row_each_agency_s_decisions_change_their_order_among_themselves() -> None:
    """A move of two agencies' decisions at once would look as if they had changed places with each other."""
    row = "- form: apply\n  asks: [applicant.nik, applicant.name, applicant.photo, applicant.debt, applicant.address]\n"
    for name, by, reads, minutes, refused in [
        ("dear", "office", "name", 30, 10),
        ("cheap", "office", "photo", 1, 50),
        ("dear-there", "village", "debt", 30, 10),
        ("cheap-there", "village", "address", 1, 50),
    ]:
        row += f"- decide: {name}\n  by: {by}\n  minutes: {minutes}\n  needs: [applicant.{reads}]\n  ways:\n"
        row += f"    - {{way: {name}-well, share: {100 - refused}%}}\n"
        row += f"    - {{way: {name}-not, share: {refused}%, steps: [{{refuse: no-{name}}}]}}\n"
    row += "- issue: deed\n  by: office\n  carries: [applicant.nik]\n"
    policy = "moves: [knock out first]"

    redesign = sketch(row, OFFICERS, PERSON, policy=policy, roles="{applicant: person}").analysis.redesign

    assert not redesign.refused
    assert [move.steps[0] for move in redesign.moves] == ["cheap", "cheap-there"]
