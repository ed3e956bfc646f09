"""The SOP as values: rows, symbols and arrows say what the procedure says, cells hold what the model holds."""

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.compiling import compiled
from analysis.papers.flowchart import YES, Flowchart, flowchart
from analysis.papers.sop import Sop, sop
from analysis.papers.version import Version, after, before
from processes.policy import Policy
from processes.procedure import Parallel, Procedure, Refuse, Step, walk
from processes.resolved import resolved
from processes.words import LANGUAGES
from tests.analysis.test_drawing import BIRTH
from tests.catalogue import NAMES, policy, procedure, redesign, sample
from tests.generating import tiny
from tests.sketching import sketch

VERSIONS = [(name, what) for name in NAMES for what in ("today", "redesign")]


def version(name: str, what: str) -> Version:
    found = sample()
    if what == "today":
        return before(procedure(name), found.catalogue, policy(), found.procedures)
    return after(redesign(name), found.catalogue, policy(), found.procedures)


def birth() -> Sop:
    drawn = sketch(BIRTH)
    return sop(before(drawn.procedure, drawn.catalogue, Policy()))


# --- rows and arrows --------------------------------------------------------------------------------------------------


def test_each_step_is_a_row_with_its_symbol_in_the_column_of_whoever_does_it():
    told = birth()
    rows = [(line.step, line.symbol, told.doers[line.doer].en) for line in told.lines]
    assert rows == [
        ("apply", "terminal", "applicant"),
        ("to-village", "activity", "applicant"),
        ("village-letter", "activity", "village"),
        ("verify", "activity", "Head of the office"),
        ("complete", "decision", "office"),
        ("", "decision", "office"),
        ("too-late", "terminal", "office"),
        ("birth-certificate", "terminal", "office"),
    ]


def test_arrows_go_on_come_back_and_jump_over_what_is_not_taken():
    drawn = {(one.tail + 1, one.head + 1, one.label.en if one.label else "") for one in birth().arrows}
    assert drawn == {
        *((1, 2, ""), (2, 3, ""), (3, 4, ""), (4, 5, "")),
        *((5, 6, "Yes"), (5, 1, "No")),
        *((6, 7, "Yes"), (6, 8, "No")),
    }


def test_a_choice_of_three_ways_is_a_chain_of_diamonds():
    steps = """
- form: apply
  asks: [child.name, child.income]
- choose:
    - {if: child.income < 10, title: poor, steps: [{notify: help, by: office}]}
    - {if: child.income < 20, title: middle, share: 30%, steps: [{pay: half, fee: 5}]}
    - else: [{pay: all, fee: 10}]
- issue: done
  by: office
"""
    drawn = sketch(steps)
    told = sop(before(drawn.procedure, drawn.catalogue, Policy()))
    assert [(one.symbol, one.activity[0].en) for one in told.lines] == [
        ("terminal", "Fill in: apply"),
        ("decision", "See whether: poor"),
        ("activity", "Tell: help"),
        ("decision", "See whether: middle"),
        ("activity", "Pay: half"),
        ("activity", "Pay: all"),
        ("terminal", "Issue: done"),
    ]
    arrows = {(one.tail + 1, one.head + 1, one.label.en if one.label else "") for one in told.arrows}
    assert arrows == {
        *((1, 2, ""), (2, 3, "Yes"), (2, 4, "No"), (4, 5, "Yes"), (4, 6, "No")),
        *((3, 7, ""), (5, 7, ""), (6, 7, "")),
    }
    assert "Yes (middle, 30%): no. 5" in [one.en for one in told.lines[3].notes]


def test_what_may_be_done_side_by_side_says_with_which_rows():
    steps = """
- form: apply
  asks: [child.name]
- parallel:
    - branch: money
      steps: [{pay: fee, fee: 5}]
    - branch: site
      steps: [{check: visit, by: office, gives: [child.income]}, {notify: told, by: office}]
- issue: done
  by: office
"""
    drawn = sketch(steps)
    told = sop(before(drawn.procedure, drawn.catalogue, Policy()))
    beside = {number: [n.en for n in line.notes if "side by side" in n.en] for number, line in enumerate(told.lines, 1)}
    assert beside[2] == ["May be done side by side with no. 3–4"]
    assert beside[3] == ["May be done side by side with no. 2"]
    assert beside[4] == []


def test_what_ends_with_a_choice_has_a_capsule_of_its_own_at_the_end():
    steps = """
- form: apply
  asks: [child.income]
- choose:
    - {if: child.income < 10, steps: [{refuse: poor}]}
    - else: []
"""
    told = sop(before((drawn := sketch(steps)).procedure, drawn.catalogue, Policy()))
    assert [line.symbol for line in told.lines] == ["terminal", "decision", "terminal", "terminal"]
    assert told.lines[-1].activity[0].en == "End"
    assert {(one.tail, one.head) for one in told.arrows} == {(0, 1), (1, 2), (1, 3)}


def chart_of(one: Procedure, catalogue) -> Flowchart:
    return flowchart(one.steps, resolved(one, catalogue).naming)


def next_steps_drawn(chart: Flowchart) -> set[tuple[str, str]]:
    """Which step can follow which, by the arrows; rows that are no steps are passed through."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(chart.rows)))
    graph.add_edges_from((one.tail, one.head) for one in chart.arrows)

    def name(number: int) -> str:
        item = chart.rows[number].item
        return item.id if isinstance(item, Step) and chart.rows[number].branch == 0 else ""

    return _pairs(graph, name)


def next_steps_of(one: Procedure, catalogue) -> set[tuple[str, str]]:
    """Which step can follow which, by the procedure's graph."""
    instance = compiled(one, catalogue, Policy(), offers=False)
    points = instance.points

    def name(node: int) -> str:
        place = points[node]
        return place.step.id if place.kind in ("step", "refused") and place.step is not None else ""

    return _pairs(instance.graph, name)


def _pairs(graph: nx.DiGraph, name) -> set[tuple[str, str]]:
    found = set()
    for node in graph:
        if not name(node):
            continue
        seen, waiting = set(), list(graph.successors(node))
        while waiting:
            other = waiting.pop()
            if name(other):
                found.add((name(node), name(other)))
            elif other not in seen:
                seen.add(other)
                waiting += graph.successors(other)
    return found


def sound(chart: Flowchart) -> None:
    """Every diamond has its two ways, every row is come to and comes to an end, and ends lead nowhere."""
    graph = nx.DiGraph([(one.tail, one.head) for one in chart.arrows])
    assert nx.descendants(graph, 0) | {0} == set(range(len(chart.rows)))
    for number, row in enumerate(chart.rows):
        leaving = [one for one in chart.arrows if one.tail == number]
        if row.symbol == "decision":
            assert [one.label for one in leaving].count(YES) == 1
            assert len(leaving) == 2
        elif isinstance(row.item, Refuse) or number == len(chart.rows) - 1:
            assert leaving == []
        else:
            assert len(leaving) == 1
            assert leaving[0].label is None


@pytest.mark.parametrize(("name", "what"), VERSIONS)
def test_the_arrows_lead_where_the_procedure_leads(name, what):
    told = version(name, what)
    chart = chart_of(told.procedure, told.catalogue)
    if not any(isinstance(one, Parallel) for one in walk(told.procedure.steps)):
        assert next_steps_drawn(chart) == next_steps_of(told.procedure, told.catalogue)
    sound(chart)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 100_000))
def test_the_arrows_of_any_procedure_lead_where_it_leads(seed):
    made = tiny(seed)
    chart = chart_of(made.procedure, made.catalogue)
    drawn = [row.item.id for row in chart.rows if isinstance(row.item, Step) and row.branch == 0]
    assert drawn == [one.id for one in walk(made.procedure.steps) if isinstance(one, Step)]
    if not any(isinstance(one, Parallel) for one in walk(made.procedure.steps)):
        assert next_steps_drawn(chart) == next_steps_of(made.procedure, made.catalogue)


# --- cells ------------------------------------------------------------------------------------------------------------


def test_the_cells_say_what_the_model_says():
    first, _, letter, check, *_ = birth().lines
    assert [one.en for one in first.needs] == [
        "5 questions",
        "Identity card of the mother",
        "Birth notice of the child (in 90% of the cases)",
    ]
    assert first.time.en == "47.2 min"  # 35 for the questions, 5 for the card, 90 % of 8 for the notice
    assert [one.en for one in letter.notes] == ["1 working day wait before it"]
    assert [one.en for one in check.needs] == ["Identity card of the mother", "Birth notice of the child"]
    assert [one.en for one in check.output] == ["Verified:", "Mother: nik, name"]
    assert check.time.en == "12.5 min"


def test_the_identity_block_fills_in_what_is_known_and_says_what_is_not():
    told = sop(version("akta-kelahiran", "today")).identity
    lines = {box.label.en: [one.en for one in box.lines] for box in told.lines}
    boxes = {box.label.en: [one.en for one in box.lines] for box in told.boxes}
    assert lines["SOP number"] == ["[to be filled in by the agency]"]
    assert lines["Approved by"][0] == "Head of the office"
    assert lines["Name of the SOP"] == ["Birth certificate"]
    assert "UU 24/2013 Art. 32" in boxes["Legal basis"]
    assert "Perpres 25/2008" not in boxes["Legal basis"]  # no longer in force
    assert boxes["Related SOPs"] == [
        "Family card with a child added (started by this one)",
        "Child identity card (started by this one)",
    ]
    assert boxes["Recording"] == ["Register of births", "Vital statistics of births", "Population registry"]
    assert boxes["Qualifications of those who do it"] == ["[not in the model yet; to be filled in by the agency]"]
    back = sop(version("kia", "redesign")).identity.boxes[2]
    assert [one.en for one in back.lines] == ["Birth certificate (starts this one)"]


@pytest.mark.parametrize(
    ("what", "minutes"), [("today", "207.1 minutes of the applicant"), ("redesign", "92.6 minutes of the applicant")]
)
def test_the_totals_are_the_burden(what, minutes):
    assert minutes in sop(version("akta-kelahiran", what)).totals[0].en


@pytest.mark.parametrize(("name", "what"), VERSIONS)
def test_every_row_can_be_traced_to_its_step_and_every_cell_speaks_both_languages(name, what):
    told = version(name, what)
    paper = sop(told)
    steps = told.procedure.step_by_id
    assert {line.step for line in paper.lines if line.step} == steps.keys()
    for line in paper.lines:
        if line.step and what == "today":
            assert line.where == steps[line.step].where
        for cell in (line.activity, line.needs, (line.time,), line.output, line.notes):
            for words in cell:
                assert all(words.in_language(language).strip() for language in LANGUAGES)
