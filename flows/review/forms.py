"""The forms of a procedure as a citizen sees them, today and redesigned: values to show; knows no page."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from analysis.drawing.alignment import aligned, walk_pieces
from analysis.drawing.facts import FactsOf
from analysis.drawing.look import Mark
from analysis.drawing.wording import condition_words, title_of
from flows.review.looked import Looked
from processes.procedure import FormStep
from processes.resolved import ACT_WORDS, Paper, Question, Resolved
from processes.words import Words

Box = Literal["text", "date", "number", "tick", "choices", "sign", "paper"]
MOST_CHOICES = 8  # that are printed one by one


class Entry(NamedTuple):
    """Something to fill in, to do or to hand in."""

    label: Words
    box: Box
    choices: tuple[Words, ...]
    mark: Mark  # whether it stays, goes, or is new
    under: Words | None  # only where that holds


class Block(NamedTuple):
    """What stands under one heading."""

    heading: Words
    entries: tuple[Entry, ...]


class Sheet(NamedTuple):
    """One form on one side: today or redesigned."""

    blocks: tuple[Block, ...]
    asked: int  # what there is to fill in or do
    papers: int


class FormView(NamedTuple):
    """A form today and redesigned; nothing on the side that has none."""

    id: str
    title: Words
    names: tuple[Words, ...]  # of the printed forms that it uses
    by_hand: bool  # it is asked only where a look-up finds nothing
    today: Sheet | None
    then: Sheet | None


def forms(looked: Looked) -> tuple[FormView, ...]:
    """Return all forms of a procedure, those of today beside what becomes of them.

    Complexity: linear in questions and documents.
    """
    redesign, before = looked.redesign, looked.before
    after = looked.after or before
    new = redesign.after or redesign.before
    by_hand = {one.step for one in redesign.changes if one.kind == "residual form added"}
    told = []
    for piece in walk_pieces(aligned(redesign.before.steps, new.steps)):
        if not isinstance(piece.item, FormStep):
            continue
        old_step = piece.before if isinstance(piece.before, FormStep) else None
        new_step = piece.after if isinstance(piece.after, FormStep) else None
        first = _entries(before, old_step) if old_step is not None else []
        second = _entries(after, new_step) if new_step is not None else []
        told.append(
            FormView(
                piece.item.id,
                title_of(piece.item),
                tuple(_names(looked, old_step or new_step)),
                piece.item.id in by_hand,
                _sheet(first, {key for key, *_ in second}, "removed") if old_step is not None else None,
                _sheet(second, {key for key, *_ in first}, "added") if new_step is not None else None,
            )
        )
    return tuple(told)


_Keyed = tuple[tuple[object, ...], Words, Entry]


def _names(looked: Looked, step: FormStep | None) -> Iterator[Words]:
    by_id = {one.id: one for one in looked.catalogue.forms}
    for use in step.uses if step is not None else ():
        if (form := by_id.get(use.id)) is not None:
            yield Words(f"{form.id} {form.title.id}", f"{form.id} {form.title.en}")


def _sheet(entries: list[_Keyed], other: set[tuple[object, ...]], mark: Mark) -> Sheet:
    """Return one side, with what the other side does not have marked."""
    blocks: dict[Words, list[Entry]] = {}
    for key, heading, entry in entries:
        blocks.setdefault(heading, []).append(entry if key in other else entry._replace(mark=mark))
    papers = sum(entry.box == "paper" for _, _, entry in entries)
    return Sheet(tuple(Block(name, tuple(told)) for name, told in blocks.items()), len(entries) - papers, papers)


QUESTIONS, PAPERS = Words("Isian", "Questions"), Words("Dokumen yang diserahkan", "Documents to hand in")


def _entries(model: Resolved, step: FormStep) -> list[_Keyed]:
    facts = FactsOf(model, model)
    told: list[_Keyed] = []
    for one in model.questions(step):
        key = (one.id.partition("#")[0], one.act, one.label)
        box, choices = _box(model, one)
        told.append(
            (
                key,
                one.block if one.block.en else QUESTIONS,
                Entry(_label(one), box, choices, "stays", _under(model, one)),
            )
        )
    for paper in model.papers(step):
        entry = Entry(facts.paper_words(paper), "paper", (), "stays", _under(model, paper))
        told.append(((paper.id,), PAPERS, entry))
    return told


def _label(one: Question) -> Words:
    if one.fact is None and one.act is not None and one.label == ACT_WORDS.get(one.act):
        return ACT_WORDS[one.act]
    return one.label


def _under(model: Resolved, one: Question | Paper) -> Words | None:
    return condition_words(one.condition, model.naming) if one.condition is not None else None


def _box(model: Resolved, one: Question) -> tuple[Box, tuple[Words, ...]]:
    fact = model.naming.fact(one.fact) if one.fact is not None else None
    if fact is None:
        return ("sign" if one.act == "signature" else "tick"), ()
    match fact.element.type:
        case "yes/no":
            return "choices", (Words("Ya", "Yes"), Words("Tidak", "No"))
        case "choice":
            codes = model.catalogue.code_list.get(fact.element.codes or "")
            titles = tuple(code.title for code in codes.codes) if codes is not None else ()
            return ("choices", titles) if len(titles) <= MOST_CHOICES else ("text", ())
        case "date":
            return "date", ()
        case "number" | "money":
            return "number", ()
    return "text", ()
