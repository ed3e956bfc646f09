"""The head of a picture: title, figures, legend, and the titles of lanes; knows no box and no arrow."""

from analysis.change import Redesign
from analysis.drawing import look
from analysis.drawing.content import Content
from analysis.drawing.lanes import CITIZENS, REGISTRIES
from analysis.drawing.text import clean, escaped, lines, shortened
from analysis.drawing.wording import CITIZENS as CITIZENS_WORDS
from analysis.drawing.wording import REGISTRIES as REGISTRIES_WORDS
from analysis.drawing.wording import joined, rounded_words, yearly_words
from processes.procedure import FormStep, Step, actor, walk
from processes.resolved import Resolved
from processes.words import Words, same

Figure = tuple[Words, Words]


def lane_title(lane: str, content: Content) -> str:
    """Return the HTML-like title of a lane, and under it who acts in it."""
    naming = content.before.naming
    under: list[Words] = []
    if lane == CITIZENS:
        title = CITIZENS_WORDS
        acting = [
            actor(step.by).whom
            for model in (content.before, content.after)
            for step in walk(model.procedure.steps)
            if isinstance(step, Step) and step.by
        ]
        under = [
            naming.role_words(role) for role in dict.fromkeys(acting) if role in content.before.procedure.role_by_id
        ]
    elif lane == REGISTRIES:
        title = REGISTRIES_WORDS
    else:
        agency = naming.catalogue.agency.get(lane)
        title = agency.title if agency else same(lane)
    rows = [
        look.font(escaped(line), size=look.HEAD, bold=True)
        for line in lines(content.said(title), look.LANE_WIDE, look.HEAD * 1.06)
    ]
    if under:
        rows += [
            look.font(escaped(line), size=look.SMALL, colour=look.QUIET)
            for line in lines(content.said(joined(under, ", ")), look.LANE_WIDE, look.SMALL, most=2)
        ]
    return "<BR/>".join(rows)


def header(content: Content, what: Words, redesign: Redesign | None) -> str:
    """Return the HTML-like head of a picture: what it shows, its figures, and what its marks mean."""
    cells = [_title_cell(content, what)]
    cells += [_figure_cell(content, *figure) for figure in figures(content, redesign)]
    cells.append(_legend_cell(content, changes=redesign is not None))
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="8" CELLPADDING="4"><TR>{"".join(cells)}</TR></TABLE>'


def _title_cell(content: Content, what: Words) -> str:
    procedure = content.before.procedure
    agency = content.before.catalogue.agency.get(procedure.agency)
    said = [agency.title if agency else same(procedure.agency)]
    said += [one for one in (yearly_words(procedure),) if one is not None]
    laws = "; ".join(procedure.legal_basis)
    rows = [
        *(
            look.font(escaped(line), size=22, bold=True)
            for line in lines(content.said(procedure.title), 420, 23, most=2)
        ),
        look.font(escaped(content.said(what)), size=13, bold=True, colour=look.QUIET),
        look.font(escaped(shortened(content.said(joined(said)))), size=10, colour=look.QUIET),
        *(
            look.font(escaped(line), size=look.SMALL, colour=look.QUIET)
            for line in lines(clean(laws), 420, 8, most=3)
            if laws
        ),
    ]
    left = '<BR ALIGN="LEFT"/>'
    return f'<TD ALIGN="LEFT" BALIGN="LEFT" VALIGN="TOP" WIDTH="440">{left.join(rows)}{left}</TD>'


def figures(content: Content, redesign: Redesign | None) -> list[tuple[Words, Words]]:
    """Return what is counted, before and after."""
    old, new = content.before, content.after
    told: list[tuple[Words, float, float]] = []
    burden, then = (redesign.burden_before, redesign.burden_after) if redesign else (None, None)
    (questions, documents), (questions_then, documents_then) = structural(old), structural(new)
    if burden is not None and then is not None:
        questions, documents, questions_then, documents_then = (
            burden.questions,
            burden.documents,
            then.questions,
            then.documents,
        )
    told.append((Words("isian", "questions"), questions, questions_then))
    told.append((Words("dokumen", "documents"), documents, documents_then))
    told.append((Words("langkah", "steps"), len(old.procedure.step_by_id), len(new.procedure.step_by_id)))
    if burden is not None and then is not None:
        told.append((Words("menit pemohon", "citizen minutes"), burden.citizen_minutes, then.citizen_minutes))
    made = []
    for name, one, other in told:
        before, after = rounded_words(round(one)), rounded_words(round(other))
        made.append((name, before if redesign is None else joined([before, after], " → ")))
    return made


def structural(model: Resolved) -> tuple[float, float]:
    """Return how many questions and documents stand on the forms of a procedure."""
    forms = [step for step in walk(model.procedure.steps) if isinstance(step, FormStep)]
    questions = sum(one.fact is not None for form in forms for one in model.questions(form))
    return questions, sum(len(model.papers(form)) for form in forms)


def _figure_cell(content: Content, name: Words, value: Words) -> str:
    return (
        f'<TD VALIGN="TOP">{look.font(escaped(content.said(value)), size=20, bold=True)}<BR/>'
        f"{look.font(escaped(content.said(name)), size=10, colour=look.QUIET)}</TD>"
    )


def _legend_cell(content: Content, *, changes: bool) -> str:
    rows = []
    if changes:
        for mark, words in (
            ("removed", Words("dihapus", "removed")),
            ("added", Words("baru", "new")),
            ("stays", Words("tetap", "stays")),
        ):
            text = ("+ " if mark == "added" else "") + content.said(words)
            style = ' STYLE="dashed"' if mark == "removed" else ""
            border = 2 if mark == "added" else 1
            colour = {"removed": look.GONE, "added": look.NEW, "stays": look.LINE}[mark]
            rows.append(
                f'<TD BORDER="{border}"{style} COLOR="{colour}" BGCOLOR="{look.FILLS[mark]}" WIDTH="80">'
                f"{look.marked(escaped(text), mark, size=10)}</TD>"
            )
    cells = "".join(rows)
    note = escaped(content.said(Words("* hanya bila syaratnya terpenuhi", "* only where its condition holds")))
    inner = f"<TR>{cells}</TR>" if cells else ""
    span = max(1, len(rows))
    return (
        f'<TD VALIGN="TOP"><TABLE BORDER="0" CELLBORDER="0" CELLSPACING="4" CELLPADDING="4">{inner}'
        f'<TR><TD COLSPAN="{span}" ALIGN="LEFT">{look.font(note, size=look.SMALL, colour=look.QUIET)}</TD></TR></TABLE></TD>'
    )
