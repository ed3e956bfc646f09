"""The head of a picture: title, figures, legend, and the titles of lanes; knows no box and no arrow."""

from typing import NamedTuple

from analysis.change import Redesign
from analysis.drawing import look
from analysis.drawing.content import Content
from analysis.drawing.label import Label, Row, beside, row, rows, stacked
from analysis.drawing.lanes import CITIZENS, REGISTRIES
from analysis.drawing.look import Mark
from analysis.drawing.picture import Header, Lane
from analysis.drawing.wording import CITIZENS as CITIZENS_WORDS
from analysis.drawing.wording import REGISTRIES as REGISTRIES_WORDS
from analysis.drawing.wording import rounded_words, yearly_words
from processes.procedure import FormStep, Step, actor, walk
from processes.resolved import Resolved
from processes.words import Words, same

WIDE = 420.0  # points of the title
HIGH = 92.0  # and of its cells, so that none is stretched


class Figure(NamedTuple):
    """Something counted, before and after."""

    name: Words
    before: float
    after: float


def lane_title(lane: str, content: Content) -> Lane:
    """Return the title of a lane, and under it who acts in it."""
    naming = content.before.naming
    if lane == CITIZENS:
        title, under = CITIZENS_WORDS, [naming.role_words(role) for role in _acting(content)]
    elif lane == REGISTRIES:
        title, under = REGISTRIES_WORDS, []
    else:
        agency = naming.catalogue.agency.get(lane)
        title, under = (agency.title if agency else same(lane)), []
    told = rows(content.said(title), look.LANE_WIDE, look.HEAD, bold=True, most=2)
    if under:
        told += rows(", ".join(map(content.said, under)), look.LANE_WIDE, look.SMALL, colour=look.QUIET, most=1)
    return Lane(stacked(told), content.said(title))


def _acting(content: Content) -> list[str]:
    """Return the roles that do steps, in their order."""
    both = (content.before.procedure, content.after.procedure)
    steps = [step for procedure in both for step in walk(procedure.steps) if isinstance(step, Step)]
    doing = dict.fromkeys(actor(step.by).whom for step in steps if step.by is not None)
    return [whom for whom in doing if any(whom in procedure.role_by_id for procedure in both)]


def header(content: Content, title_words: Words, what: Words, redesign: Redesign | None, *, changes: bool) -> Header:
    """Return the head of a picture: what it shows, its figures, and what its marks mean.

    Args:
        content: What is written on it.
        title_words: What the procedure is called.
        what: Whether it is today's or the redesign's.
        redesign: Where there is one, with its figures.
        changes: Whether the picture shows what goes and what comes.
    """
    title = _cell(_title(content, title_words, what), wide=WIDE)
    told = [_cell(_figure(content, one, changes=changes)) for one in figures(content, redesign)]
    rest = "".join([*told, f'<TD VALIGN="TOP">{_legend(content, changes=changes)}</TD>'])
    below = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="8" CELLPADDING="0"><TR>{rest}</TR></TABLE>'
    return Header(
        wide=f"{_OUTER}<TR>{title}{rest}</TR></TABLE>",
        narrow=f'{_OUTER}<TR>{title}</TR><TR><TD ALIGN="LEFT">{below}</TD></TR></TABLE>',
    )


_OUTER = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="12" CELLPADDING="0">'


def _cell(label: Label, *, wide: float = 0) -> str:
    room = f' WIDTH="{wide:.0f}"' if wide else ""
    left = ' ALIGN="LEFT"' if wide else ""
    return f'<TD VALIGN="TOP"{left}{room}>{label.html}</TD>'


def _title(content: Content, title: Words, what: Words) -> Label:
    procedure = content.before.procedure
    agency = content.before.catalogue.agency.get(procedure.agency)
    said = [agency.title if agency else same(procedure.agency), yearly_words(procedure)]
    facts = [content.said(one) for one in said if one is not None]
    told = [
        *rows(content.said(title), WIDE, 24, bold=True, most=2),
        *rows(content.said(what), WIDE, 14, bold=True, colour=look.QUIET, most=1),
        *rows(facts, WIDE, look.TITLE, colour=look.QUIET, most=2),
    ]
    if procedure.legal_basis:
        told += rows("; ".join(procedure.legal_basis), WIDE, look.SMALL, colour=look.QUIET, most=2)
    return stacked(told, left=True, high=HIGH)


def figures(content: Content, redesign: Redesign | None) -> list[Figure]:
    """Return what is counted, before and after: expected a case where the burden is known, else what forms print."""
    old, new = content.before, content.after
    steps = Figure(Words("langkah", "steps"), len(old.procedure.step_by_id), len(new.procedure.step_by_id))
    before, after = (redesign.burden_before, redesign.burden_after) if redesign else (None, None)
    if before is None or after is None:
        (asked, papers), (asked_then, papers_then) = _printed(old), _printed(new)
        return [
            Figure(Words("isian pada formulir", "questions on forms"), asked, asked_then),
            Figure(Words("dokumen yang diminta", "documents asked for"), papers, papers_then),
            steps,
        ]
    return [
        Figure(Words("isian per kasus", "questions a case"), before.questions, after.questions),
        Figure(Words("dokumen per kasus", "documents a case"), before.documents, after.documents),
        steps,
        Figure(
            Words("menit pemohon per kasus", "citizen minutes a case"), before.citizen_minutes, after.citizen_minutes
        ),
    ]


def _printed(model: Resolved) -> tuple[int, int]:
    """Return how many questions and documents stand on the forms of a procedure."""
    forms = [step for step in walk(model.procedure.steps) if isinstance(step, FormStep)]
    questions = sum(one.fact is not None for form in forms for one in model.questions(form))
    return questions, sum(len(model.papers(form)) for form in forms)


def _figure(content: Content, figure: Figure, *, changes: bool) -> Label:
    now = row(content.said(rounded_words(round(figure.after))), 24, bold=True)
    if changes:
        then = row(f"{content.said(rounded_words(round(figure.before)))} →", 24, colour=look.QUIET)
        now = beside([then, now])
    return stacked([now, row(content.said(figure.name), look.TITLE, colour=look.QUIET)], high=HIGH)


def _legend(content: Content, *, changes: bool) -> str:
    """Return what the marks mean: boxes, then lines, then the star."""
    told = []
    if changes:
        samples: list[tuple[Mark, Words]] = [
            ("removed", Words("dihapus", "removed")),
            ("added", Words("baru", "new")),
            ("stays", Words("tetap", "stays")),
        ]
        told.append("".join(_sample(content, mark, words) for mark, words in samples))
    meant = [
        _line(content, "solid", look.LINE, Words("alur", "the way of a case")),
        *([_line(content, "dotted", look.GONE, Words("alur yang dihapus", "no longer taken"))] if changes else []),
        _line(content, "dashed", look.LINE, Words("dikembalikan", "returned")),
    ]
    told.append("".join(meant))
    star = row(content.said(STAR), look.SMALL, colour=look.QUIET)
    told.append(f'<TD COLSPAN="{len(meant)}" ALIGN="LEFT">{star.html}</TD>')
    inside = "".join(f"<TR>{one}</TR>" for one in told)
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="6" CELLPADDING="3">{inside}</TABLE>'


STAR = Words("* hanya bila syaratnya terpenuhi", "* only where its condition holds")


def _sample(content: Content, mark: Mark, words: Words) -> str:
    text: Row = row(("+ " if mark == "added" else "") + content.said(words), look.TITLE, mark=mark)
    colour, _ = look.BORDERS[mark]
    drawn = {"removed": 'BORDER="1" STYLE="dashed"', "added": 'BORDER="2"', "stays": 'BORDER="1"'}[mark]
    return f'<TD {drawn} COLOR="{colour}" BGCOLOR="{look.FILLS[mark]}" WIDTH="92">{text.html}</TD>'


def _line(content: Content, style: str, colour: str, words: Words) -> str:
    said = row(content.said(words), look.SMALL, colour=look.QUIET)
    return f'<TD BORDER="1" SIDES="B" STYLE="{style}" COLOR="{colour}">{said.html}</TD>'
