"""A procedure step by step, today and redesigned, with why each thing goes, stays or comes: values to show; knows no page."""

from collections.abc import Iterator
from typing import NamedTuple

from analysis.certificate import Supplier
from analysis.change import Change, Stay
from analysis.drawing.alignment import Piece, aligned, walk_pieces
from analysis.drawing.content import Content
from analysis.drawing.facts import FactsOf, merged, same_question
from analysis.drawing.look import Mark
from analysis.drawing.wording import condition_words, duration_words, ground_words, title_of, whom_words
from analysis.explaining.sources import Source, sources
from analysis.instance import Instance
from flows.review.judging import Judged, Matter
from flows.review.looked import Looked
from processes.part import Location
from processes.procedure import FormStep, Lookup, Step
from processes.resolved import Paper, Question
from processes.words import Words, same

DROPPED = frozenset(
    {
        "question dropped",
        "document dropped",
        "check dropped",
        "letter dropped",
        "signature dropped",
        "log-in dropped",
        "look-up dropped",
        "step dropped",
    }
)
NARROWED = frozenset({"question narrowed", "document narrowed"})


class Brought(NamedTuple):
    """From where a fact comes in the redesign."""

    source: Source
    step: Words  # what the step is called
    keys: tuple[Words, ...]
    service: Words | None
    agreements: tuple[str, ...]  # under which it may be asked, with their legal basis


class Line(NamedTuple):
    """A question, act or document of a form, or a fact that a check looks at."""

    anchor: str
    kind: str  # question, act, document, check
    says: Words
    subject: str  # as people write it
    mark: Mark
    narrowed: bool  # asked of some only, in the redesign
    where: Location
    under: Words | None  # the condition under which it is asked today
    rests_on: Words | None
    why: tuple[Words, ...]
    matters: tuple[Matter, ...]
    brought: tuple[Brought, ...]  # what brings its fact instead


class StepView(NamedTuple):
    """A step of today, of the redesign, or of both."""

    anchor: str
    id: str
    title: Words
    kind: str
    info: tuple[Words, ...]  # what kind, who, how long
    facts: tuple[tuple[str, Words], ...]  # what else there is to know: a name of a text, and what it is
    mark: Mark
    where: Location
    why: tuple[Words, ...]
    matters: tuple[Matter, ...]
    lines: tuple[Line, ...]

    @property
    def open(self) -> int:
        """How much of it nobody has decided."""
        told = [*self.matters, *(one for line in self.lines for one in line.matters)]
        return len({one.id for one in told if one.open})


class Detail(NamedTuple):
    """All steps, in the order of the text."""

    steps: tuple[StepView, ...]
    anchors: dict[tuple[str, str], str]  # a step and a question or document of it, or nothing -> where it is told

    def link(self, step: str, name: str) -> str:
        """Return where a step, or what it asks, is told, for pictures of either side."""
        return "#" + (
            self.anchors.get((step, name)) or self.anchors.get(("", name)) or self.anchors.get((step, ""), "steps")
        )


def detail(looked: Looked, judged: Judged) -> Detail:
    """Return a procedure step by step.

    Complexity: linear in steps, questions and changes; for what goes, a look at everything that brings it.
    """
    return _Detail(looked, judged).whole()


class _Detail:
    def __init__(self, looked: Looked, judged: Judged) -> None:
        self.looked, self.judged = looked, judged
        self.before, self.after = looked.before, looked.after or looked.before
        self.instance: Instance | None = looked.instance_after
        redesign = looked.redesign
        self.changes: dict[tuple[str, str], list[Change]] = {}
        for change in redesign.changes:
            self.changes.setdefault((change.step, change.subject), []).append(change)
        self.of_step: dict[str, list[Change]] = {}
        for change in redesign.changes:
            if change.subject == change.step or change.kind not in (*DROPPED, *NARROWED):
                self.of_step.setdefault(change.step, []).append(change)
        self.stays: dict[tuple[str, str], list[Stay]] = {}
        for stay in redesign.stays:
            self.stays.setdefault((stay.step, stay.subject), []).append(stay)
        certificate = redesign.certificate
        self.suppliers: dict[str, list[Supplier]] = {}
        for one in certificate.suppliers if certificate else ():
            self.suppliers.setdefault(one.step, []).append(one)
        self.content = Content(self.before, self.after, "en", "all")
        self.matters: dict[tuple[str, str], list[Matter]] = {}
        for matter in judged.matters:
            subject = matter.finding.subject if matter.finding is not None else ""
            self.matters.setdefault((matter.step, subject), []).append(matter)
        self.anchors: dict[tuple[str, str], str] = {}

    def whole(self) -> Detail:
        redesign = self.looked.redesign
        after = redesign.after or redesign.before
        pieces = aligned(redesign.before.steps, after.steps)
        steps = tuple(self._step(one) for one in walk_pieces(pieces) if isinstance(one.item, Step))
        return Detail(steps, self.anchors)

    def _step(self, piece: Piece) -> StepView:
        step = piece.before if isinstance(piece.before, Step) else piece.item
        assert isinstance(step, Step)  # noqa: S101  # callers have asked
        anchor = f"s-{step.id}"
        self.anchors[step.id, ""] = anchor
        told = self.of_step.get(step.id, [])
        why = tuple(dict.fromkeys(one.says for one in told))
        ids = tuple(name for one in told for name in one.findings)
        found = [*self.judged.of(ids), *self.matters.get((step.id, step.id), [])]
        found += [one for one in self.judged.matters if one.move is not None and one.step == step.id]
        if isinstance(step, Lookup) and not why:
            why = tuple(stay.why for stay in self.stays.get((step.id, step.id), ()))
        lines = tuple(self._lines(piece, step))
        shown = {one.id for line in lines for one in line.matters}
        found += [one for one in self.judged.matters if one.step == step.id and one.id not in shown]
        return StepView(
            anchor,
            step.id,
            title_of(step),
            step.kind,
            tuple(self.content.info(piece)),
            tuple(self._facts(step)),
            piece.mark,
            step.where,
            why,
            _each_once(*found),
            lines,
        )

    def _facts(self, step: Step) -> Iterator[tuple[str, Words]]:
        naming = self.before.naming
        if step.by is not None:
            yield "by", whom_words(step.by, naming)
        if step.rests_on is not None:
            yield "rests-on", ground_words(step.rests_on)
        if step.within is not None:
            yield "within", duration_words(step.within)
        if isinstance(step, Lookup):
            yield "service", self._service(step.service)
        if step.needs is not None:
            names = [naming.words(name) for name in naming.known(need.fact for need in step.needs)]
            if names:
                yield "needs", Words(", ".join(one.id for one in names), ", ".join(one.en for one in names))
        if step.note:
            yield "note", same(step.note)

    def _service(self, name: str) -> Words:
        service = self.before.catalogue.service.get(name)
        return service.title if service is not None and service.title is not None else same(name)

    # --- what a step asks

    def _lines(self, piece: Piece, step: Step) -> Iterator[Line]:
        count = 0
        for item, mark in self._items(piece):
            if (
                mark != "added" or ("", item.id) not in self.anchors
            ):  # else it was asked elsewhere today, and is told there
                count += 1
                yield self._line(step, item, f"q-{step.id}-{count}", mark)
        if not isinstance(step, FormStep):
            facts = FactsOf(self.before, self.after)
            for one in facts.step_facts(piece):
                count += 1
                shown = self.before.naming.shown(one.name)
                anchor = f"q-{step.id}-{count}"
                self.anchors[step.id, one.name] = anchor
                changes = self.changes.get((step.id, shown), [])
                ids = tuple(name for change in changes for name in change.findings)
                matters = _each_once(*self.judged.of(ids), *self.matters.get((step.id, shown), []))
                why = tuple(dict.fromkeys(change.says for change in changes))
                yield Line(anchor, "check", one.says, shown, one.mark, False, step.where, None, None, why, matters, ())

    def _items(self, piece: Piece) -> Iterator[tuple[Question | Paper, Mark]]:
        """Yield what a form asks today and then, with what becomes of it; what has moved to another form stays."""
        old = piece.before if isinstance(piece.before, FormStep) else None
        new = piece.after if isinstance(piece.after, FormStep) else None
        yield from merged(
            self.before.questions(old) if old is not None else (),
            self.after.questions(new) if new is not None else (),
            same_question,
        )
        yield from merged(
            self.before.papers(old) if old is not None else (),
            self.after.papers(new) if new is not None else (),
            lambda paper: paper.id,
        )

    def _line(self, step: Step, item: Question | Paper, anchor: str, mark: Mark) -> Line:
        naming = self.before.naming
        self.anchors[step.id, item.id] = anchor
        self.anchors.setdefault(("", item.id), anchor)
        if isinstance(item, Paper):
            kind, says, subject = "document", FactsOf(self.before, self.after).paper_words(item), item.id
        else:
            kind, says = "act" if item.fact is None else "question", item.label
            subject = naming.shown(item.fact) if item.fact is not None else item.id
        changes = self.changes.get((step.id, subject), []) if mark != "added" else []
        dropped = any(one.kind in ("question dropped", "document dropped") for one in changes)
        gone = mark == "removed" and (dropped or step.id in self.after.procedure.step_by_id)
        mark = "removed" if gone else "stays" if mark == "removed" else mark
        if not gone:
            changes = [one for one in changes if one.kind in NARROWED]
        narrowed = any(one.kind in NARROWED for one in changes)
        ids = tuple(name for one in changes for name in one.findings)
        matters = _each_once(*self.judged.of(ids), *self.matters.get((step.id, subject), []))
        told = [one.says for one in changes if one.kind in (*DROPPED, *NARROWED)]
        if not gone:
            told += [stay.why for stay in self.stays.get((step.id, subject), ())]
        if mark == "added":
            told += [one.says for one in self.of_step.get(step.id, ())]
        brought = tuple[Brought, ...]()
        if gone and isinstance(item, Question) and item.fact is not None:
            brought = tuple(self._brought(item.fact))
        return Line(
            anchor,
            kind,
            says,
            subject,
            mark,
            narrowed,
            item.where if item.where.line else step.where,
            condition_words(item.condition, naming) if item.condition is not None else None,
            ground_words(item.ground) if item.ground is not None else None,
            tuple(dict.fromkeys(told)),
            matters,
            brought,
        )

    def _brought(self, fact: str) -> Iterator[Brought]:
        """Yield what brings a fact in the redesign, and what asks it where a look-up finds nothing."""
        after = self.looked.redesign.after
        if self.instance is None or after is None:
            return
        for one in sources(self.instance, fact):
            step = after.step_by_id.get(one.step)
            service, agreements = None, list[str]()
            if isinstance(step, Lookup):
                service = self._service(step.service)
                for supplier in self.suppliers.get(step.id, ()):
                    for agreement in supplier.agreements:
                        law = "; ".join(agreement.legal_basis)
                        agreements.append(f"{agreement.id}" + (f" ({law})" if law else ""))
            keys = tuple(self.before.naming.words(self.before.naming.canonical(key) or key) for key in one.keys)
            yield Brought(
                one,
                title_of(step) if step is not None else same(one.what),
                keys,
                service,
                tuple(dict.fromkeys(agreements)),
            )


def _each_once(*matters: Matter) -> tuple[Matter, ...]:
    return tuple({one.id: one for one in matters}.values())
