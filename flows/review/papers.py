"""The papers that pages offer: of one procedure, and of all together, with the map of the catalogue; writes no page."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, get_args

from analysis.change import Redesign
from analysis.overview import overview, seen
from analysis.papers.annex import Annex, annex
from analysis.papers.briefing import Briefing, briefing
from analysis.papers.sharing import sharings
from analysis.papers.version import after, before
from analysis.redesign import redesigned
from flows.papers.files import Paper, annex_paper, briefing_paper, sop_paper, standard_paper
from flows.pictures import render
from flows.review.looked import Looked
from flows.review.report import report_data, report_pdf
from processes.catalogue import Catalogue
from processes.policy import Policy
from processes.procedure import Procedure
from processes.words import LANGUAGES, Language

PaperName = Literal["review", "sop-today", "sop-redesign", "standard-today", "standard-redesign"]
PAPERS: tuple[PaperName, ...] = get_args(PaperName)
WITHOUT_REDESIGN = tuple(one for one in PAPERS if not one.endswith("-redesign"))


def offered(redesign: Redesign) -> tuple[PaperName, ...]:
    """Return the papers that there are of a procedure: of a redesign only if it has a certificate."""
    return WITHOUT_REDESIGN if redesign.after is None or redesign.certificate is None else PAPERS


def paper(looked: Looked, name: PaperName, others: Sequence[Procedure], language: Language) -> Paper:
    """Return a paper of a procedure: one of those that are offered.

    Args:
        looked: What it is about.
        name: Which one.
        others: The procedures of the catalogue, for what papers say of related ones.
        language: Of all that is written on it.

    Raises:
        PictureError: If it needs a drawing that cannot be made here.
    """
    file = f"{looked.procedure.id}-{name}"
    if name == "review":
        data = report_data(looked, language)
        return Paper(file, lambda _: report_pdf(data), ("pdf",))
    if name.endswith("-redesign"):
        version = after(looked.redesign, looked.catalogue, looked.policy, tuple(others))
    else:
        version = before(looked.procedure, looked.catalogue, looked.policy, tuple(others))
    make = sop_paper if name.startswith("sop") else standard_paper
    return make(version, file, language)


class Together(NamedTuple):
    """What there is to say of all procedures together."""

    annexes: tuple[Annex, ...]
    briefing: Briefing
    maps: dict[Language, str]  # as DOT text

    def papers(self, language: Language) -> Iterator[Paper]:
        """Yield all papers: the briefing, the map, all annexes together, and each by itself."""
        yield briefing_paper(self.briefing, "briefing", language)
        yield Paper("map", lambda _: render(self.maps[language], "pdf"), ("pdf",))
        if self.annexes:
            yield annex_paper(self.annexes, "annexes", language)
        for one in self.annexes:
            yield annex_paper([one], f"annex-{one.agreement}", language)


def together(
    procedures: Sequence[Procedure], catalogue: Catalogue, policy: Policy, known: Sequence[Redesign | None]
) -> Together:
    """Return what there is to say of all procedures together.

    Args:
        procedures: Well-formed ones.
        catalogue: What they refer to.
        policy: The day, and what counts.
        known: The redesigns of these, in their order, as far as they are at hand.

    Complexity: a redesign for each agreement and procedure that wants it; see `briefing`.
    """
    made = [redesign or redesigned(one, catalogue, policy) for one, redesign in zip(procedures, known, strict=True)]
    shared = sharings(procedures, catalogue, policy, made)
    shown = [seen(one, catalogue, policy, redesign) for one, redesign in zip(procedures, made, strict=True)]
    return Together(
        tuple(annex(one, catalogue, policy) for one in shared),
        briefing(made, shared, catalogue, policy),
        {one: overview(shown, catalogue, one, shared) for one in LANGUAGES},
    )
