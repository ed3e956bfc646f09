"""What the page of a procedure shows, as a paper on A4; knows no page and no command."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis.drawing.alignment import Side
from analysis.drawing.text import clean
from analysis.drawing.wording import rounded_words, share_words
from flows.papers.typesetting import pdf
from flows.review.detail import Line, StepView, detail
from flows.review.judging import Matter, judged
from flows.review.looked import Looked
from flows.review.overview import figures_of
from flows.review.picture import svg_of
from flows.review.summing import summary
from flows.review.texts import TEXTS
from processes.condition_words import number_words
from processes.policy import Decision
from processes.words import Language, Words, same

TEMPLATE = Path(__file__).with_name("report.typ")
LONGEST = 2000  # characters of one text


def report(looked: Looked, language: Language) -> bytes:
    """Return the report on a procedure as PDF; the same of the same, always.

    Raises:
        PictureError: If it cannot be drawn or set here.
    """
    return report_pdf(report_data(looked, language))


def report_pdf(data: dict[str, Any]) -> bytes:
    """Return what `report_data` says as PDF.

    Raises:
        PictureError: If it cannot be set here.
    """
    return pdf(str(TEMPLATE), data)


def report_data(looked: Looked, language: Language) -> dict[str, Any]:
    """Return all that the report says, ready to be set: plain texts, and drawings as SVG.

    Raises:
        PictureError: If it cannot be drawn here.
    """
    return _Report(looked, language).data()


class _Report:
    def __init__(self, looked: Looked, language: Language) -> None:
        self.looked, self.language = looked, language
        self.judged = judged(looked.analysis, looked.policy)
        self.detail = detail(looked, self.judged)

    def say(self, words: Words | str) -> str:
        told = (TEXTS[words] if isinstance(words, str) else words).in_language(self.language)
        told = clean(told)
        return told if len(told) <= LONGEST else told[: LONGEST - 1] + "…"

    def tell(self, words: Words) -> str:
        """Say what the analysis says, names in words."""
        return self.say(self.looked.worded(words))

    def data(self) -> dict[str, Any]:
        looked, redesign = self.looked, self.looked.redesign
        procedure = looked.procedure
        agency = looked.catalogue.agency.get(procedure.agency)
        lead = [self.say(agency.title if agency else same(procedure.agency))]
        if procedure.volume:
            lead.append(f"{self.say(number_words(round(procedure.volume)))} {self.say('cases')}")
        lead += [self.say(same(one)) for one in procedure.legal_basis]
        sides: tuple[tuple[Side, str], ...] = (("before", "today"), ("after", "then"))
        drawings = [
            {"name": self.say(name), "svg": svg_of(looked.dot(side, self.language, self.detail.link))}
            for side, name in sides
            if redesign.after is not None
        ]
        return {
            "language": self.language,
            "title": self.say(procedure.title),
            "lead": " · ".join(lead),
            "figures": list(self._figures()) if redesign.after is not None else [],
            "proof": self._proof(),
            "refused": [self.tell(one) for one in redesign.refused],
            "summary": [self.say(one) for one in summary(looked)],
            "drawings": drawings,
            "steps": [self._step(one) for one in self.detail.steps],
            "moves": [self._matter(one) for one in self.judged.matters if one.move is not None],
            "stale": [f"{one.about or one.finding}: {self._decision(one)}" for one in self.judged.stale],
            "words": {
                name: self.say(name)
                for name in (
                    "figures",
                    "changes",
                    "step-by-step",
                    "moves",
                    "stale",
                    "goes",
                    "new",
                    "refused-why",
                    "estimates",
                )
            },
            "page": [self.say("page"), f" {self.say('of')} "],
        }

    def _figures(self) -> Iterator[dict[str, Any]]:
        figures = figures_of(self.looked.redesign)
        for name in ("minutes", "questions", "documents", "contacts", "steps"):
            pair = figures[name]
            if pair.after is not None:
                told = [self.say(rounded_words(one)) for one in (pair.before, pair.after)]
                less = self.say(share_words(round(1 - pair.share, 2))) if pair.less > 0 else ""
                yield {
                    "name": self.say(name),
                    "said": " → ".join(told),
                    "less": f"−{less}" if less else "",
                    "share": pair.share,
                }

    def _proof(self) -> str:
        best = self.looked.redesign.optimum
        if best is None:
            return ""
        first = self.say("proven") if best.proven else f"{self.say('gap')} {self.say(rounded_words(best.gap))}."
        return f"{first} {self.say('same-outcome')}"

    def _step(self, step: StepView) -> dict[str, Any]:
        matters = [self._matter(one) for one in step.matters if one.move is None and (one.used or one.decision)]
        return {
            "title": self.say(step.title),
            "mark": step.mark,
            "info": " · ".join(self.say(one) for one in step.info),
            "facts": [f"{self.say(name)}: {self.say(what)}" for name, what in step.facts],
            "why": [*(self.tell(one) for one in step.why), *matters],
            "lines": [self._line(one) for one in step.lines],
        }

    def _line(self, line: Line) -> dict[str, Any]:
        why = [self.tell(one) for one in line.why]
        for one in line.matters:
            if one.decision is not None:
                why.append(self._decision(one.decision))
        about = [self.say(f"kind-{line.kind}")]
        if line.narrowed:
            about.append(self.say("some-only"))
        if line.under is not None:
            about.append(f"{self.say('only-if')} {self.say(line.under)}")
        return {"says": self.say(line.says), "mark": line.mark, "about": " · ".join(about), "why": why}

    def _matter(self, one: Matter) -> str:
        decided = f" – {self._decision(one.decision)}" if one.decision is not None else ""
        return f"{self.say(one.kind)}: {self.tell(one.says)} [{one.id}]{decided}"

    def _decision(self, one: Decision) -> str:
        why = f": {one.why}" if one.why else ""
        sign = "✓" if one.decision == "accepted" else "×"
        said = f"{sign} {self.say(one.decision)} {self.say('by').lower()} {one.by} {self.say('on-day')} {one.on}{why}"
        return self.say(same(said))
