"""The questions, documents and facts each step is about, and what becomes of them; knows no label and no picture."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from analysis.drawing.alignment import Piece, Side
from analysis.drawing.look import Mark
from analysis.drawing.wording import DOCUMENTS, QUESTIONS
from processes.procedure import Approve, Check, Decide, Derive, FormStep, Issue, Lookup, Notify, Step
from processes.resolved import Paper, Question, Resolved, of_whom
from processes.words import Words, same

T = TypeVar("T")


class Line(NamedTuple):
    """One question, document or fact, and whether it stays."""

    says: Words
    mark: Mark
    sometimes: bool = False  # only where a condition holds
    name: str = ""  # of the question, document or fact


class Group(NamedTuple):
    """Lines under a heading."""

    heading: Words
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class FactsOf:
    """Tells what steps of a procedure before and after a redesign are about."""

    before: Resolved
    after: Resolved
    every: bool = False  # also what steps read and carry that ask, check and fetch nothing
    side: Side | None = None  # only what that procedure has

    def form_groups(self, piece: Piece) -> list[Group]:
        """Return the questions of a form by their heading, then its documents, with what becomes of each."""
        old, new = (
            model.questions(one) if isinstance(one, FormStep) else ()
            for model, one in ((self.before, piece.before), (self.after, piece.after))
        )
        groups: dict[Words, list[Line]] = {}
        for question, mark in self._seen(merged(old, new, same_question)):
            line = Line(question.label, mark, sometimes=question.condition is not None, name=question.id)
            heading = question.block if question.block.en else QUESTIONS
            groups.setdefault(heading, []).append(line)
        old_papers, new_papers = (
            model.papers(one) if isinstance(one, FormStep) else ()
            for model, one in ((self.before, piece.before), (self.after, piece.after))
        )
        for paper, mark in self._seen(merged(old_papers, new_papers, lambda paper: paper.id)):
            sometimes = paper.condition is not None or paper.share < 1
            groups.setdefault(DOCUMENTS, []).append(Line(self.paper_words(paper), mark, sometimes, paper.id))
        return [Group(heading, tuple(told)) for heading, told in groups.items()]

    def paper_words(self, paper: Paper) -> Words:
        """Return a document, or a choice of several, in words."""
        options = paper.document.either or (paper.document,)
        told = []
        for option in options:
            kind = self.before.catalogue.paper.get(option.kind)
            what, whose = kind.title if kind else same(option.kind), self.before.naming.role_words(option.of)
            told.append(of_whom(what, whose))
        return Words(" atau ".join(one.id for one in told), " or ".join(one.en for one in told))

    def step_facts(self, piece: Piece) -> list[Line]:
        """Return the facts that a step other than a form is about, with what becomes of each."""
        old, new = (
            self._names(model, step) if isinstance(step, Step) else ()
            for model, step in ((self.before, piece.before), (self.after, piece.after))
        )
        told = self._seen(merged(old, new, lambda name: name))
        return [Line(self.before.naming.words(name), mark, name=name) for name, mark in told]

    def _seen(self, told: list[tuple[T, Mark]]) -> list[tuple[T, Mark]]:
        hidden = {"before": "added", "after": "removed", None: ""}[self.side]
        return [(one, mark) for one, mark in told if mark != hidden]

    def _names(self, model: Resolved, step: Step) -> tuple[str, ...]:
        match step:
            case Check():
                return model.naming.known((*step.verifies, *step.gives))
            case Lookup():
                return model.looked_up(step)
            case Derive():
                return model.naming.known(one.id for one in step.computes)
            case Issue() | Notify() if self.every:
                return model.naming.known(need.fact for need in step.carries)
            case Decide() | Approve() if self.every:
                return model.naming.known(need.fact for need in step.needs or ())
        return ()


def same_question(question: Question) -> tuple[object, ...]:
    """Return what two questions have in common that are the same, today and redesigned."""
    return question.id.partition("#")[0], question.act, question.label


def merged(old: Iterable[T], new: Iterable[T], key: Callable[[T], Hashable]) -> list[tuple[T, Mark]]:
    """Return what was and what comes, in order, each with what becomes of it.

    >>> merged(["a", "b"], ["b", "c"], str)
    [('a', 'removed'), ('b', 'stays'), ('c', 'added')]
    """
    new = list(new)
    left = Counter(map(key, new))
    merged: list[tuple[T, Mark]] = []
    for one in old:
        stays = left[key(one)] > 0
        left[key(one)] -= stays
        merged.append((one, "stays" if stays else "removed"))
    for one in new:
        if left[key(one)] > 0:
            left[key(one)] -= 1
            merged.append((one, "added"))
    return merged
