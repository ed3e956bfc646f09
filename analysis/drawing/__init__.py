"""Procedures and redesigns as pictures: DOT text for Graphviz, lanes by agency; never runs Graphviz."""

from analysis.change import Redesign
from analysis.drawing.alignment import Side, aligned
from analysis.drawing.content import Content, Facts, Links
from analysis.drawing.course import course
from analysis.drawing.dot import dot_text
from analysis.drawing.header import header, lane_title
from analysis.drawing.picture import Header, Picture
from analysis.drawing.tooltips import Tooltips
from processes.catalogue import Catalogue
from processes.procedure import Procedure
from processes.resolved import resolved
from processes.words import Language, Words

__all__ = ["Facts", "Links", "after", "both", "one_side", "today"]


def today(procedure: Procedure, catalogue: Catalogue, language: Language, facts: Facts = "short") -> str:
    """Return DOT text of a procedure as it is.

    Args:
        procedure: A well-formed one.
        catalogue: What it refers to.
        language: Of everything that is written on it.
        facts: How many of the questions, documents and facts are listed: none, the first of each group, or all.

    Returns:
        The same text for the same values, always.

    Complexity: linear in the number of steps and questions.
    """
    return _picture(procedure, procedure, catalogue, language, facts, TODAY, None)


def after(redesign: Redesign, catalogue: Catalogue, language: Language, facts: Facts = "short") -> str:
    """Return DOT text of what a redesign comes to, by itself; see `today`.

    Raises:
        ValueError: If the redesign was refused; its reasons are in `refused`.
    """
    new = _after(redesign)
    return _picture(new, new, catalogue, language, facts, REDESIGNED, redesign)


def both(redesign: Redesign, catalogue: Catalogue, language: Language, facts: Facts = "short") -> str:
    """Return DOT text of today and redesign in one: what goes is struck out, what comes stands out; see `today`.

    Raises:
        ValueError: If the redesign was refused; its reasons are in `refused`.
    """
    return _picture(redesign.before, _after(redesign), catalogue, language, facts, BOTH, redesign)


def one_side(
    redesign: Redesign,
    catalogue: Catalogue,
    language: Language,
    side: Side,
    facts: Facts = "short",
    links: Links | None = None,
) -> str:
    """Return DOT text of today, with what goes struck out, or of the redesign, with what comes standing out: to stand side by side.

    Args:
        redesign: Both.
        catalogue: What they refer to.
        language: Of everything that is written on it.
        side: Which of the two.
        facts: How many of the questions, documents and facts are listed.
        links: Where clicks on steps, and on what forms ask, lead.

    Raises:
        ValueError: If the redesign was refused; its reasons are in `refused`.

    Complexity: linear in the number of steps and questions.
    """
    what = TODAY if side == "before" else REDESIGNED
    return _picture(redesign.before, _after(redesign), catalogue, language, facts, what, redesign, side, links)


TODAY = Words("Kondisi saat ini", "As it is today")
REDESIGNED = Words("Rancang ulang", "Redesigned")
BOTH = Words("Kondisi saat ini dan rancang ulang", "Today and redesigned")


def _after(redesign: Redesign) -> Procedure:
    if redesign.after is None:
        raise ValueError("a refused redesign cannot be drawn: " + "; ".join(reason.en for reason in redesign.refused))
    return redesign.after


def _picture(
    before: Procedure,
    new: Procedure,
    catalogue: Catalogue,
    language: Language,
    facts: Facts,
    what: Words,
    redesign: Redesign | None,
    side: Side | None = None,
    links: Links | None = None,
) -> str:
    old_model, new_model = resolved(before, catalogue), resolved(new, catalogue)
    content = Content(old_model, new_model, language, facts, side, links or (lambda step, name: ""))
    seen = course(aligned(before.steps, new.steps), Tooltips(content, _reasons(redesign)))
    called = redesign.before.title if redesign else before.title
    title = f"{called.in_language(language)} – {what.in_language(language)}"
    return dot_text(
        Picture(
            title=title,
            header=header(content, called, what, redesign, changes=what is BOTH) if side is None else Header("", ""),
            lanes=tuple(lane_title(lane, content) for lane in seen.lanes),
            boxes=seen.boxes,
            arrows=seen.arrows,
        )
    )


def _reasons(redesign: Redesign | None) -> dict[str, tuple[Words, ...]]:
    """Return what a redesign says of each step: why it changes, and why a question stays."""
    told: dict[str, tuple[Words, ...]] = {}
    for change in redesign.changes if redesign else ():
        if change.kind not in ("question dropped", "document dropped", "check dropped"):  # the label shows those
            told[change.step] = (*told.get(change.step, ()), change.says)
    for stay in redesign.stays if redesign else ():
        why = Words(f"{stay.subject} tetap: {stay.why.id}", f"{stay.subject} stays: {stay.why.en}")
        told[stay.step] = (*told.get(stay.step, ()), why)
    return told
