"""What is told where the mouse rests on a box: everything there is to know about it; knows no label."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from analysis.drawing.alignment import Piece
from analysis.drawing.content import Content
from analysis.drawing.facts import Line
from analysis.drawing.ways import WayLabel
from analysis.drawing.wording import condition_words, duration_words, ground_words, joined, title_of, whom_words
from processes.procedure import Carry, Choose, FormStep, Identify, Issue, Lookup, Notify, Step
from processes.words import Words, same


@dataclass(frozen=True)
class Tooltips:
    """Tells of steps, choices and ways, line by line, what it is first."""

    content: Content
    reasons: dict[str, tuple[Words, ...]] = field(default_factory=dict)  # of what becomes of a step, by its name

    def step(self, piece: Piece) -> str:
        """Return what there is to know about a step."""
        step = piece.item
        assert isinstance(step, Step)  # noqa: S101  # only steps have tooltips
        told = [title_of(step), joined(self.content.info(piece))]
        naming, facts_of = self.content.before.naming, self.content.facts_of
        if step.by is not None:
            told.append(_labelled(Words("oleh", "by"), whom_words(step.by, naming)))
        if step.rests_on is not None:
            told.append(_labelled(Words("dasar hukum", "rests on"), ground_words(step.rests_on)))
        if step.within is not None:
            told.append(_labelled(Words("paling lama", "within"), duration_words(step.within)))
        if step.escalates_to is not None:
            told.append(_labelled(Words("lalu naik kepada", "then goes up to"), whom_words(step.escalates_to, naming)))
        match step:
            case Identify(using=using):
                log_in = naming.catalogue.log_in.get(using)
                told.append(_labelled(Words("dengan", "with"), log_in.title if log_in else same(using)))
            case Carry(to=to) if to is not None:
                told.append(_labelled(Words("ke", "to"), whom_words(to, naming)))
            case Lookup(service=service):
                told.append(_labelled(Words("layanan data", "service"), same(service)))
        if step.needs is not None:
            names = naming.known(need.fact for need in step.needs)
            told.append(_labelled(Words("memerlukan", "needs"), _listed(map(naming.words, names))))
        if isinstance(step, Issue | Notify) and step.carries:
            names = naming.known(need.fact for need in step.carries)
            told.append(_labelled(Words("memuat", "carries"), _listed(map(naming.words, names))))
        if isinstance(step, FormStep):
            told += [
                _labelled(group.heading, _listed(map(_with_mark, group.lines))) for group in facts_of.form_groups(piece)
            ]
            told += self._conditions(piece)
        elif facts := facts_of.step_facts(piece):
            told.append(_labelled(Words("fakta", "facts"), _listed(map(_with_mark, facts))))
        if step.note:
            told.append(same(step.note))
        told += self.reasons.get(step.id, ())
        return "\n".join(self.content.said(one) for one in told)

    def _conditions(self, piece: Piece) -> list[Words]:
        """Return which questions and documents are wanted only sometimes, and when."""
        model, step = (
            (self.content.after, piece.after)
            if piece.after is not None and not piece.as_it_was
            else (self.content.before, piece.before)
        )
        if not isinstance(step, FormStep):
            return []
        told = []
        for label, under in [
            *((one.label, one.condition) for one in model.questions(step)),
            *((self.content.facts_of.paper_words(one), one.condition) for one in model.papers(step)),
        ]:
            if under is not None:
                when = condition_words(under, model.naming)
                told.append(Words(f"* {label.id}: jika {when.id}", f"* {label.en}: if {when.en}"))
        return told

    def choice(self, choice: Choose) -> str:
        """Return what a choice is."""
        return self.content.said(choice.title or Words("percabangan", "choice"))

    def way(self, label: WayLabel) -> str:
        """Return all there is to say of a way."""
        told = [one for one in (label.title, label.condition) if one is not None]
        if label.back is not None and label.back.anew:
            naming = self.content.after.naming
            facts = _listed(naming.words(name) for name in naming.known(label.back.anew))
            told.append(_labelled(Words("ditanyakan lagi", "asked anew"), facts))
        return "\n".join(self.content.said(one) for one in told)


def _labelled(label: Words, what: Words) -> Words:
    return Words(f"{label.id}: {what.id}", f"{label.en}: {what.en}")


def _listed(words: Iterable[Words]) -> Words:
    told = list(words)
    return joined(told, ", ") if told else Words("tidak ada", "nothing")


def _with_mark(line: Line) -> Words:
    sign = {"stays": "", "removed": "− ", "added": "+ "}[line.mark]
    star = " *" if line.sometimes else ""
    return Words(f"{sign}{line.says.id}{star}", f"{sign}{line.says.en}{star}")
