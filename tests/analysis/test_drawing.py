"""Drawings: what is seen of a procedure and of what becomes of it; approved ones stand in tests/drawings as DOT.

After a wanted change: SEKALI_APPROVE=1 pytest tests/analysis/test_drawing.py, then look at the pictures.
"""

import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import drawing
from analysis.change import Burden, Change, Redesign, Stay
from analysis.drawing import look
from analysis.drawing.alignment import aligned, walk_pieces
from analysis.drawing.content import Content
from analysis.drawing.course import Course, course
from analysis.drawing.facts import Line
from analysis.drawing.layout import layout
from analysis.drawing.text import clean, lines, width
from analysis.drawing.tooltips import Tooltips
from processes.catalogue import Catalogue
from processes.part import Part
from processes.procedure import Procedure, Steps, inside
from processes.resolved import resolved
from processes.words import LANGUAGES, Words, same
from tests.generating import tiny
from tests.sketching import Sketch, sketch

APPROVED = Path(__file__).parent.parent / "drawings"

BIRTH = """
- form: apply
  title: {id: Mengisi formulir, en: Fill in the form}
  minutes: 35
  asks: [applicant.name, mother.nik, mother.name, child.name, {asks: child.phone, if: child.age_days > 60}]
  documents: [ktp of mother, {document: birth-notice of child, share: 90%}]
- carry: to-village
  title: {id: Ke balai desa, en: To the village office}
  minutes: 16
  to: village
- issue: village-letter
  title: {id: Surat pengantar desa, en: Letter of the village}
  by: village
  waits: 1 working day
  letter: true
  carries: [child.name]
- check: verify
  title: {id: Memeriksa berkas, en: Check the papers}
  by: head of office
  minutes: 12.5
  verifies: [mother.nik, mother.name]
- decide: complete
  by: office
  needs: []
  ways:
    - {way: complete, title: {id: Lengkap, en: Complete}, share: 85%}
    - way: incomplete
      title: {id: Tidak lengkap, en: Incomplete}
      steps:
        - back to: apply
- choose:
    - if: child.age_days > 60
      title: {id: Terlambat, en: Late}
      share: 15%
      steps:
        - refuse: too-late
    - else: []
- issue: birth-certificate
  title: {id: Kutipan akta, en: Certificate}
  by: office
  carries: [child.name]
"""
AFTER = """
- form: apply
  title: {id: Mengisi formulir, en: Fill in the form}
  minutes: 10
  asks: [applicant.name, mother.nik, mother.name, child.name, {asks: child.phone, if: child.age_days > 60}]
  only: [mother.nik, child.name]
  documents: [ktp of mother]
- check: verify
  title: {id: Memeriksa berkas, en: Check the papers}
  by: head of office
  minutes: 12.5
  verifies: [mother.nik]
- decide: complete
  by: office
  needs: []
  ways:
    - {way: complete, title: {id: Lengkap, en: Complete}, share: 85%}
    - way: incomplete
      title: {id: Tidak lengkap, en: Incomplete}
      steps:
        - back to: apply
- choose:
    - if: child.age_days > 60
      title: {id: Terlambat, en: Late}
      share: 15%
      steps:
        - refuse: too-late
    - else: []
- lookup: mother-data
  title: {id: "Cari data: ibu", en: "Look up: mother"}
  service: people.person-by-nik
  about: mother
  gets: [name, birth_date]
  not_found:
    - form: by-hand
      title: {id: Formulir sisa, en: Residual form}
      asks: [mother.name]
- issue: birth-certificate
  title: {id: Kutipan akta, en: Certificate}
  by: office
  carries: [child.name]
"""
NESTED = """
- form: apply
  asks: [child.name]
- parallel:
    - branch: money
      steps:
        - pay: fee
          fee: 25000
          minutes: 5
    - branch: site
      title: {id: Di lapangan, en: On the spot}
      steps:
        - choose:
            - if: child.age_days > 60
              steps:
                - decide: fine
                  by: village
                  needs: []
                  ways:
                    - way: good
                    - way: bad
                      steps:
                        - wait: pause
                          for: 3 days
                        - back to: apply
                          anew: [child.name]
            - else:
                - check: visit
                  by: hospital
                  gives: [child.income]
- identify: log-in
  with: eid
- derive: count
  computes: {child.income: "1 + 1"}
- approve: sign
  by: head of office
  needs: []
- notify: tell
  by: office
  whom: applicant
"""
TITLES = """
  applicant: {entity: person, title: {id: Pemohon, en: Applicant}}
  child: {entity: person, title: {id: Anak, en: Child}}
  mother: {is: child.mother, title: {id: Ibu, en: Mother}}"""
BURDENS = (Burden(5, 2, 2, 120.4, 30), Burden(2, 1, 1, 61, 30))


def birth() -> Sketch:
    return sketch(BIRTH, roles=TITLES, head="volume: 14200 per year\nlegal_basis: [UU 24/2013 Art. 27]")


def birth_redesign() -> Redesign:
    changes = (Change("letter dropped", "village-letter", "village-letter", Words("surat tidak perlu", "needless")),)
    stays = (Stay("apply", "child.name", Words("tindakan pemohon", "an act")),)
    return Redesign(birth().procedure, sketch(AFTER, roles=TITLES).procedure, changes, stays, (), *BURDENS)


DRAWINGS = {
    "today-id": lambda: drawing.today(birth().procedure, birth().catalogue, "id"),
    "both-en": lambda: drawing.both(birth_redesign(), birth().catalogue, "en"),
    "nested-en": lambda: drawing.today(sketch(NESTED, roles=TITLES).procedure, birth().catalogue, "en"),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_the_one_that_was_approved(name):
    drawn = DRAWINGS[name]()
    approved = APPROVED / f"{name}.dot"
    if os.environ.get("SEKALI_APPROVE"):
        approved.write_text(drawn, encoding="utf-8")
    assert drawn == approved.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_drawing_is_the_same_whatever_the_order_of_hashes():
    call = "from tests.analysis.test_drawing import DRAWINGS; print(DRAWINGS['both-en'](), end='')"
    drawn = [
        subprocess.run(
            [sys.executable, "-c", call], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert drawn[0] == drawn[1] == DRAWINGS["both-en"]().encode()


# --- what goes and what comes ---------------------------------------------------------------------------------------


def line_of(drawn: str, text: str) -> str:
    """Return the line of DOT in which a text stands first."""
    return next(line for line in drawn.split("\n") if text in line)


def told(drawn: str, box: str) -> list[str]:
    """Return the lines written in the box that a text stands in."""
    return re.findall(r"<TD[^>]*>((?:<FONT|<B>|&#160;).*?)</TD>", line_of(drawn, box))


@pytest.mark.parametrize(
    ("box", "text"),
    [
        ("Fill in the form", "name of the applicant"),
        ("Fill in the form", "name of the mother"),
        ("Fill in the form", "phone of the child *"),
        ("Fill in the form", "birth notice of the child *"),
        ("Check the papers", "name of the mother"),
        ("Letter of the village", "Letter of the village"),
        ("To the village office", "To the village office"),
    ],
)
def test_what_goes_is_struck_out_in_its_colour(box, text):
    line = next(line for line in told(DRAWINGS["both-en"](), f">{box}<") if text in line)
    assert re.search(rf'COLOR="{look.GONE}"><S>(<B>)?{re.escape(text)}', line)


@pytest.mark.parametrize("text", ["name of the child", "identity card of the mother", "nik of the mother"])
def test_what_stays_is_neutral(text):
    line = next(line for line in told(DRAWINGS["both-en"](), ">Fill in the form<") if text in line)
    assert "COLOR" not in line and "<S>" not in line and "<B>" not in line


@pytest.mark.parametrize(
    ("box", "text"), [("+ Look up: mother", "+ name of the mother"), ("+ Residual form", "+ name of the mother")]
)
def test_what_comes_stands_out_in_its_colour_and_with_a_plus(box, text):
    drawn = DRAWINGS["both-en"]()
    assert f'color="{look.NEW}", penwidth="2.4"' in line_of(drawn, f">{box}<")
    line = next(line for line in told(drawn, f">{box}<") if text in line)
    assert f'COLOR="{look.NEW}"><B>+ ' in line


def test_a_step_that_goes_has_a_dashed_border_and_one_that_stays_does_not():
    drawn = DRAWINGS["both-en"]()
    assert 'style="filled,dashed"' in line_of(drawn, ">Letter of the village<")
    assert "dashed" not in line_of(drawn, ">Certificate<").partition("tooltip")[0]


@pytest.mark.parametrize("says", ["Questions (5 → 2)", "Documents (2 → 1)", "form · 35 → 10 min"])
def test_a_form_tells_its_questions_documents_and_minutes_before_and_after(says):
    assert f">{says}<" in DRAWINGS["both-en"]()


def test_the_head_tells_the_figures_before_and_after():
    drawn = line_of(DRAWINGS["both-en"](), ">questions a case<")
    figures = (("5", "2", "questions a case"), ("2", "1", "documents a case"), ("120", "61", "citizen minutes a case"))
    for before, after, name in figures:
        assert re.search(rf">{before} →<.*?<B>{after}</B>.*?>{name}<", drawn)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("id", ["dihapus", "+ baru", "tetap", "dikembalikan", "Kondisi saat ini dan rancang ulang", "Masyarakat"]),
        ("en", ["removed", "+ new", "stays", "returned", "Today and redesigned", "Citizens"]),
    ],
)
def test_the_legend_speaks_the_language_of_the_drawing(language, words):
    drawn = drawing.both(birth_redesign(), birth().catalogue, language)
    assert [word for word in words if f">{word}<" not in drawn] == []


def test_why_a_question_stays_is_told_where_the_mouse_rests():
    assert "child.name stays: an act" in line_of(DRAWINGS["both-en"](), ">Fill in the form<")


def test_a_redesign_alone_shows_nothing_struck_out():
    drawn = drawing.after(birth_redesign(), birth().catalogue, "en")
    assert "<S>" not in drawn and "Letter of the village" not in drawn and "Look up: mother" in drawn


@pytest.mark.parametrize("draw", [drawing.after, drawing.both])
def test_a_refused_redesign_is_not_drawn(draw):
    refused = replace(birth_redesign(), after=None, refused=(Words("kurang", "a fact is missing"),))
    with pytest.raises(ValueError, match="a fact is missing"):
        draw(refused, birth().catalogue, "en")


def arrows(drawn: str) -> dict[tuple[str, str], str]:
    """Return how each arrow is drawn, by the titles of what it leads from and to."""
    found = re.findall(r'^  n\d+ -> n\d+ \[(.*), tooltip="(.*) → (.*)"\]$', drawn, re.MULTILINE)
    return {(tail, head): how for how, tail, head in found}


@pytest.mark.parametrize(
    ("tail", "head", "how"),
    [
        ("Fill in the form", "To the village office", "dotted"),
        ("To the village office", "Letter of the village", "dotted"),
        ("Letter of the village", "Check the papers", "dotted"),
        ("Fill in the form", "Check the papers", "plain"),
        ("Check the papers", "Complete", "plain"),
        ("otherwise", "Look up: mother", "new"),
        ("otherwise", "Certificate", "dotted"),
        ("found", "Certificate", "new"),
        ("Incomplete", "Fill in the form", "dashed"),
    ],
)
def test_an_arrow_shows_who_takes_it_only_todays_cases_or_those_of_the_redesign(tail, head, how):
    signs = {
        "dotted": f'color="{look.GONE}", style="dotted"',
        "plain": f'color="{look.LINE}"',
        "new": f'color="{look.NEW}"',
        "dashed": f'color="{look.LINE}", style="dashed"',
    }
    drawn = arrows(DRAWINGS["both-en"]())[tail, head]
    assert drawn.startswith(signs[how]) and ("style" in drawn) == (how in ("dotted", "dashed"))


# --- two procedures as one --------------------------------------------------------------------------------------------


def kept(steps: Steps, chosen: set[int]) -> Steps:
    """Return steps without those that are not chosen, also inside others."""
    return tuple(_inner(item, chosen) for number, item in enumerate(steps) if number in chosen)


def _inner(item: Part, chosen: set[int]) -> Part:
    if hasattr(item, "branches"):
        return item.model_copy(
            update={
                "branches": tuple(one.model_copy(update={"steps": kept(one.steps, chosen)}) for one in item.branches)
            }
        )
    return item


@settings(max_examples=60)
@given(seed=st.integers(0, 400), chosen=st.sets(st.integers(0, 5)))
def test_both_procedures_are_whole_in_what_is_drawn_of_them(seed, chosen):
    before = tiny(seed).procedure.steps
    after = kept(before, chosen)
    pieces = aligned(before, after)
    for steps, name in ((before, "before"), (after, "after")):
        found = [getattr(piece, name) for piece in walk_pieces(pieces) if getattr(piece, name) is not None]
        assert Counter(map(id, found)) == Counter(map(id, flat(steps)))


def flat(steps: Steps) -> list[object]:
    return [one for item in steps for one in (item, *(inner for way in inside(item) for inner in flat(way)))]


# --- places -----------------------------------------------------------------------------------------------------------


def seen(procedure: Procedure, after: Procedure, catalogue: Catalogue) -> Course:
    content = Content(resolved(procedure, catalogue), resolved(after, catalogue), "en")
    return course(aligned(procedure.steps, after.steps), Tooltips(content))


@settings(max_examples=60)
@given(seed=st.integers(0, 400), chosen=st.sets(st.integers(0, 5), min_size=1))
def test_boxes_stand_apart_in_their_lanes_and_arrows_lead_down(seed, chosen):
    made = tiny(seed, steps=10)
    after = made.procedure.model_copy(update={"steps": kept(made.procedure.steps, chosen) or made.procedure.steps[:1]})
    drawn = seen(made.procedure, after, made.catalogue)
    placed = layout(drawn.boxes, drawn.arrows, len(drawn.lanes))
    for box in drawn.boxes:
        spot, lane = placed.boxes[box.name], placed.lanes[box.lane]
        assert lane.left < spot.left and spot.left + spot.wide < lane.left + lane.wide
        assert lane.top < spot.top and spot.top + spot.high < lane.top + lane.high
        for other in drawn.boxes:
            there = placed.boxes[other.name]
            assert (
                box is other
                or spot.left + spot.wide <= there.left
                or there.left + there.wide <= spot.left
                or spot.top + spot.high <= there.top
                or there.top + there.high <= spot.top
            )
    for arrow in drawn.arrows:
        if not arrow.back:
            tail, head = placed.boxes[arrow.tail], placed.boxes[arrow.head]
            assert tail.top + tail.high < head.top


def test_lanes_stand_citizens_first_then_agencies_as_they_appear_then_registries():
    drawn = seen(birth().procedure, sketch(AFTER).procedure, birth().catalogue)
    assert drawn.lanes == ("the citizens", "village", "office", "the registries")


def test_what_stays_is_on_the_straight_line_and_what_goes_steps_aside():
    drawn = seen(birth().procedure, sketch(AFTER).procedure, birth().catalogue)
    columns = {box.tooltip.partition("\n")[0]: box.column for box in drawn.boxes}
    assert columns["Certificate"] == columns["Check the papers"] == columns["Complete"] == 0
    assert columns["To the village office"] == columns["Letter of the village"] == 1


# --- every text -------------------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(
    seed=st.integers(0, 400),
    language=st.sampled_from(LANGUAGES),
    facts=st.sampled_from(["none", "short", "all"]),
    known=st.booleans(),
)
def test_any_procedure_can_be_drawn_even_if_its_names_mean_nothing(seed, language, facts, known):
    made = tiny(seed)
    drawn = drawing.today(made.procedure, made.catalogue if known else Catalogue(), language, facts)
    assert all(f">{title}<" in drawn for title in ("Mulai", "Selesai") if language == "id")


EVIL = ["<script>alert(1)</script>", 'a" -> b [x="', "]>];}", "&lt;b&gt;", "back\\N\\", "\u202eevil", "\x07", "{a|b}"]


def skeleton(drawn: str) -> str:
    """Return DOT without what is written, and without numbers."""
    bare, depth = [], 0
    for sign in re.sub(r'"(?:[^"\\]|\\.)*"', '""', drawn.replace("->", "to")):
        depth += (sign == "<") - (sign == ">")
        if not depth:
            bare.append(sign)
    return re.sub(r"[\d.]+", "0", "".join(bare))


@pytest.mark.parametrize("text", EVIL)
def test_no_text_of_a_file_is_taken_for_a_sign_of_the_drawing(text):
    def drawn(text: str) -> str:
        steps = birth().procedure.steps
        first = steps[0].model_copy(update={"title": Words(text, text), "note": text})
        named = birth().procedure.model_copy(update={"title": Words(text, text), "steps": (first, *steps[1:])})
        return drawing.today(named, birth().catalogue, "en")

    assert skeleton(drawn(text)) == skeleton(drawn("plain"))
    assert re.search("<script|[\u202e\x07]", drawn(text)) is None


def test_a_long_name_is_shortened_in_its_box_and_whole_where_the_mouse_rests():
    long = "Pemberitahuan " * 700
    s = sketch(f"- form: apply\n  title: {long}\n  asks: [child.name]")
    line = line_of(drawing.today(s.procedure, s.catalogue, "id"), "Pemberitahuan")
    assert clean(long) in line.partition("tooltip=")[2]
    assert len(line.partition("tooltip=")[0]) < 2000


@pytest.mark.parametrize(("facts", "told_of"), [("none", 0), ("short", 6), ("all", 30)])
def test_a_long_form_lists_no_more_than_is_wanted(facts, told_of):
    fields = ", ".join(
        f"{{act: choice, id: number-{number}, label: Question {number} of many}}" for number in range(30)
    )
    s = sketch(f"- form: apply\n  asks: [{fields}]")
    line = line_of(drawing.today(s.procedure, s.catalogue, "en", facts), ">Apply<").partition("tooltip=")[0]
    assert len(re.findall(r"Question \d+ of many", line)) == told_of
    assert "Questions (30)" in line and ("+ 24 more" in line) == (facts == "short")


def test_of_a_long_form_what_is_rare_is_shown_first():
    """Of ten questions that go and two that stay, the two are among the six that are listed."""
    group = [Line(same(f"Question {number}"), "removed" if number < 10 else "stays") for number in range(12)]
    model = resolved(birth().procedure, birth().catalogue)
    shown, rest = Content(model, model, "en")._few(group)
    assert [one.says.en for one in shown] == [f"Question {number}" for number in (0, 1, 2, 3, 10, 11)]
    assert {one.mark for one in rest} == {"removed"}


@given(text=st.text(max_size=60), wide=st.floats(30, 300), size=st.sampled_from([8.0, 10.0, 24.0]))
@settings(max_examples=100)
def test_every_line_fits(text, wide, size):
    for line in lines(text, wide, size, most=2):
        assert width(line, size) <= wide or len(line) <= 1


# --- colours ----------------------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Return how light a colour is. Source: WCAG 2.2, relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        (look.INK, look.PAPER),
        (look.INK, look.LANE),
        (look.INK, look.HEADER),
        (look.QUIET, look.LANE),
        (look.QUIET, look.HEADER),
        (look.PAPER, look.INK),
        (look.GONE, look.GONE_FILL),
        (look.GONE, look.LANE),
        (look.NEW, look.NEW_FILL),
        (look.NEW, look.NEW_HEADER),
        (look.LINE, look.LANE),
    ],
)
def test_every_colour_can_be_read_on_what_it_stands_on(ink, paper):
    light, dark = sorted([luminance(ink), luminance(paper)], reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
