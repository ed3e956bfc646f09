"""Makes the pages of reviewers: values in, HTML out; the same for the server and for files. Knows no request."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from analysis.drawing.alignment import Side
from analysis.drawing.wording import rounded_words, share_words
from analysis.explaining.wording import OPTION_WORDS, READER_WORDS, SOURCE_WORDS
from analysis.finding import Witness
from analysis.lawful import counts
from flows.pictures import PictureError
from flows.review import overview as over
from flows.review.deciding import ConflictError
from flows.review.desk import Desk, State
from flows.review.detail import Detail, detail
from flows.review.forms import forms
from flows.review.judging import Judged, Matter, judged
from flows.review.looked import Looked
from flows.review.overview import Row, View
from flows.review.papers import PAPERS, paper
from flows.review.picture import inlined
from flows.review.site import Site
from flows.review.summing import summary
from flows.review.supposing import USUALLY
from flows.review.texts import TEXTS
from flows.review.walking import Walk, walks
from processes.catalogue import Agreement
from processes.condition_words import number_words
from processes.element import Assurance
from processes.part import Location
from processes.policy import Policy
from processes.procedure import Procedure
from processes.words import Words, same

MOST_WITNESSES = 8  # of a finding, on a page


class Visitor(NamedTuple):
    """Whoever looks at a page."""

    token: str = ""  # what their forms send along; empty, where nothing can be sent
    name: str = ""
    may_leave: bool = False  # they signed in, and may sign out


NOBODY = Visitor()


class Pages:
    """The pages of a desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._details: WeakKeyDictionary[Looked, tuple[Judged, Detail]] = WeakKeyDictionary()
        self._rows: WeakKeyDictionary[Looked, Row] = WeakKeyDictionary()
        self._walks: WeakKeyDictionary[Looked, tuple[Walk, ...]] = WeakKeyDictionary()
        self.templates = Environment(
            loader=PackageLoader("flows.review"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    # --- pages

    def overview(self, site: Site, visitor: Visitor, view: View, here: str = "/") -> tuple[str, bool]:
        """Return the page of all procedures, and whether all of it is known."""
        state = self.desk.state()
        rows = [self.row(state, one, site) for one in state.procedures]
        usual = (
            [self.row(state, one, site._replace(supposed=USUALLY)) for one in state.procedures]
            if any(site.supposed)
            else rows
        )
        agencies = {one.agency: one.agency_title for one in rows}
        whole = all(one.known or one.refused for one in rows)
        seen = over.rows_seen(rows, view, site.language)
        page = self.page(
            "overview.html",
            site,
            visitor,
            here,
            state,
            rows=seen,
            all_rows=rows,
            totals=over.totals(rows),
            view=view,
            whole=whole,
            usual={one.id: one for one in usual},
            usual_totals=over.totals(usual),
            agencies=sorted(agencies.items(), key=lambda one: one[1].in_language(site.language)),
            sorts=over.SORTS,
            figures=over.FIGURES,
        )
        return page, whole

    def row(self, state: State, procedure: Procedure, site: Site) -> Row:
        """Return a procedure's row, as far as it is known."""
        looked = self.desk.if_known(state, procedure, site.supposed)
        if looked is None:
            return over.row(procedure, state.catalogue, None)
        if looked not in self._rows:
            undecided = judged(looked.analysis, looked.policy).open
            self._rows[looked] = over.row(procedure, state.catalogue, looked.redesign, undecided)
        return self._rows[looked]

    def procedure(self, site: Site, visitor: Visitor, name: str, here: str = "", kept: str = "") -> str | None:
        """Return the page of one procedure; nothing, if there is none of that name."""
        found = self._found(site, name)
        if found is None:
            return None
        state, looked = found
        with self.desk.lock:
            told, steps = self._detail(looked)
            pictures = self._pictures(looked, site, steps) if looked.redesign.after is not None else None
            agency = state.catalogue.agency.get(looked.procedure.agency)
            return self.page(
                "procedure.html",
                site,
                visitor,
                here,
                state,
                looked=looked,
                procedure=looked.procedure,
                redesign=looked.redesign,
                judged=told,
                detail=steps,
                figures=over.figures_of(looked.redesign),
                pictures=pictures,
                summary=summary(looked),
                elsewhere=self.desk.elsewhere(state, looked.procedure),
                agency=agency.title if agency else same(looked.procedure.agency),
                kept=next((one for one in looked.policy.decisions if one.finding == kept), None),
                kept_version=self.version(looked.procedure, kept) if kept else "",
                version=lambda one: self.version(looked.procedure, one),
                may=self._may(site, visitor),
                tab="procedure",
                papers=[one for one in PAPERS if looked.redesign.after is not None or not one.endswith("-redesign")],
            )

    def forms(self, site: Site, visitor: Visitor, name: str, here: str = "") -> str | None:
        """Return the page of a procedure's forms."""
        found = self._found(site, name)
        if found is None:
            return None
        state, looked = found
        with self.desk.lock:
            told = forms(looked)
        return self.page(
            "forms.html",
            site,
            visitor,
            here,
            state,
            procedure=looked.procedure,
            redesign=looked.redesign,
            forms=told,
            tab="forms",
        )

    def walk(self, site: Site, visitor: Visitor, name: str, case: int = 1, at: int = 0, here: str = "") -> str | None:
        """Return the page of one made-up case; up to a row of it, if one is given."""
        found = self._found(site, name)
        if found is None:
            return None
        state, looked = found
        told = self._cases(looked)
        chosen = next((one for one in told if one.number == case), told[0] if told else None)
        until = max(0, min(at, len(chosen.rows))) if chosen is not None else 0
        return self.page(
            "walk.html",
            site,
            visitor,
            here,
            state,
            procedure=looked.procedure,
            redesign=looked.redesign,
            walks=told,
            walk=chosen,
            at=until,
            tab="walk",
        )

    def frees(self, site: Site, visitor: Visitor, name: str, here: str = "") -> str | None:
        """Return the page of what would free each question that stays."""
        found = self._found(site, name)
        if found is None:
            return None
        state, looked = found
        with self.desk.lock:
            told = looked.frees
            titles = {one.id: one.title for one in self._detail(looked)[1].steps}
        return self.page(
            "frees.html",
            site,
            visitor,
            here,
            state,
            procedure=looked.procedure,
            redesign=looked.redesign,
            frees=told,
            titles=titles,
            tab="frees",
        )

    def fact(self, site: Site, visitor: Visitor, name: str, fact: str, here: str = "") -> str | None:
        """Return the page of one fact: whence, for whom, what else; nothing, if there is no such fact."""
        found = self._found(site, name)
        if found is None:
            return None
        state, looked = found
        with self.desk.lock:
            told = looked.explained(fact)
        if told is None:
            return None
        return self.page(
            "fact.html",
            site,
            visitor,
            here,
            state,
            procedure=looked.procedure,
            redesign=looked.redesign,
            told=told,
            tab="fact",
            kinds=SOURCE_WORDS,
            readers=READER_WORDS,
            options=OPTION_WORDS,
        )

    def paper(self, site: Site, name: str, wanted: str) -> bytes | None:
        """Return a paper of a procedure as PDF; nothing, if there is none of that name.

        Raises:
            PictureError: If it cannot be set here.
        """
        found = self._found(site, name)
        which = next((one for one in PAPERS if one == wanted), None)
        if found is None or which is None:
            return None
        with self.desk.lock:
            return paper(found[1], which, found[0].procedures, site.language)

    def decisions(self, site: Site, visitor: Visitor, here: str = "") -> str:
        """Return the page of all decisions, those without ground first."""
        state = self.desk.state()
        stale, known = set[str](), set[str]()
        for procedure in state.procedures:
            if any(one.procedure in (None, procedure.id) for one in state.policy.decisions):
                told, _ = self._detail(self.desk.looked(state, procedure))
                stale |= {one.finding for one in told.stale}
                known |= {one.id for one in told.matters}
        stale |= {one.finding for one in state.policy.decisions if one.procedure is None} - known
        titles = {one.id: one.title for one in state.procedures}
        ordered = sorted(
            state.policy.decisions,
            key=lambda one: (one.finding not in stale, one.procedure or "", str(one.on), one.finding),
        )
        return self.page("decisions.html", site, visitor, here, state, decisions=ordered, stale=stale, titles=titles)

    def what_if(self, site: Site, visitor: Visitor, here: str = "") -> str:
        """Return the page on which agreements are switched on or off, or another day is chosen."""
        state = self.desk.state()
        return self.page(
            "what-if.html",
            site,
            visitor,
            here,
            state,
            agreements=state.catalogue.agreements,
            counts=lambda one: _counts(one, state.policy),
            usual_day=state.policy.date,
        )

    def decide(
        self,
        site: Site,
        visitor: Visitor,
        procedure: Procedure,
        typed: dict[str, str],
        what: Sequence[str],
        fault: str,
        conflict: ConflictError | None = None,
    ) -> str:
        """Return the page on which a decision is asked for again: something is lacking, or somebody else has decided."""
        state = self.desk.state()
        looked = self.desk.looked(state, procedure)
        told = judged(looked.analysis, looked.policy)
        matters = told.of(tuple(one.partition("@")[0] for one in what))
        return self.page(
            "decide.html",
            site,
            visitor,
            "",
            state,
            procedure=procedure,
            typed=typed,
            matters=matters,
            fault=fault,
            conflict=conflict,
            version=lambda one: self.version(procedure, one),
        )

    def message(self, site: Site, visitor: Visitor, text: Words | str, number: str = "") -> str:
        """Return a page that says one thing."""
        return self.page("message.html", site, visitor, "/", None, text=text, number=number)

    def sign_in(self, site: Site, visitor: Visitor, fault: str = "", name: str = "") -> str:
        """Return the page that asks for the password."""
        return self.page("sign-in.html", site, visitor, "/", None, fault=fault, typed=name)

    # --- what they share

    def page(self, template: str, site: Site, visitor: Visitor, here: str, state: State | None, **more: Any) -> str:
        """Return a page."""
        language = site.language

        def say(words: Words | str) -> str:
            return (TEXTS[words] if isinstance(words, str) else words).in_language(language)

        return self.templates.get_template(template).render(
            say=say,
            site=site,
            to=site.to,
            visitor=visitor,
            here=here,
            supposed=self._supposed_words(site, state) if state is not None else (),
            problems=self.desk.problems,
            num=lambda number: rounded_words(number).in_language(language),
            whole=lambda number: number_words(round(number)).in_language(language),
            per_cent=lambda share: share_words(round(share, 2)).in_language(language),
            level=lambda number: Assurance(number).words.in_language(language),
            witnesses=self._witnesses,
            place=self.place,
            **({"whole_page": more.pop("whole")} if "whole" in more else {}),
            **more,
        )

    def place(self, where: Location) -> str:
        """Return a place in the catalogue's files, seen from its folder."""
        file = Path(where.file)
        inside = file.relative_to(self.desk.root) if file.is_relative_to(self.desk.root) else file
        return f"{inside.as_posix()}:{where.line}"

    def version(self, procedure: Procedure, finding: str) -> str:
        """Return the version of a decision, for the form that changes it."""
        return self.desk.decisions.kept(procedure.id, finding).version

    def _found(self, site: Site, name: str) -> tuple[State, Looked] | None:
        state = self.desk.state()
        procedure = state.procedure(name)
        return (state, self.desk.looked(state, procedure, site.supposed)) if procedure is not None else None

    def _detail(self, looked: Looked) -> tuple[Judged, Detail]:
        if looked not in self._details:
            told = judged(looked.analysis, looked.policy)
            self._details[looked] = (told, detail(looked, told))
        return self._details[looked]

    def cases(self, name: str) -> int:
        """Return how many made-up cases there are of a procedure."""
        found = self._found(Site("en"), name)
        return len(self._cases(found[1])) if found is not None else 0

    def _cases(self, looked: Looked) -> tuple[Walk, ...]:
        with self.desk.lock:
            if looked not in self._walks:
                self._walks[looked] = walks(looked)
            return self._walks[looked]

    def _may(self, site: Site, visitor: Visitor) -> Callable[[Matter], bool]:
        """Return whether a matter can be decided on this page: not while something is supposed, nor what stands in another file."""

        def may(one: Matter) -> bool:
            changeable = one.decision is None or self.desk.is_own_file(one.decision)
            return bool(visitor.token) and not any(site.supposed) and changeable

        return may

    def _pictures(self, looked: Looked, site: Site, steps: Detail) -> dict[Side, Markup] | Words:
        sides: tuple[tuple[Side, str], ...] = (("before", "today"), ("after", "then"))
        made: dict[Side, Markup] = {}
        try:
            for side, text in sides:
                svg = looked.drawn(side, site.language, steps.link)
                title = looked.procedure.title.in_language(site.language)
                label = escape(f"{title} – {TEXTS[text].in_language(site.language)}")
                made[side] = Markup(inlined(svg, f"picture-{side}", str(label)))  # noqa: S704  # Graphviz escapes what it draws
        except PictureError as error:
            return error.words
        return made

    def _witnesses(self, matter: Matter) -> list[tuple[Witness, str]]:
        """Return the places that make a finding true, with what stands there."""
        told = matter.finding.witnesses if matter.finding is not None else ()
        return [(one, self.desk.line(one.where.file, one.where.line)) for one in told[:MOST_WITNESSES]]

    def _supposed_words(self, site: Site, state: State) -> tuple[Words, ...]:
        """Return what is supposed, in words."""
        by_id = {one.id: one for one in state.catalogue.agreements}
        told = [Words(f"tanggal {site.supposed.on}", f"date {site.supposed.on}")] if site.supposed.on else []
        for name in site.supposed.with_agreements:
            title = by_id[name].title or same(name)
            told.append(Words(f"{name} berlaku ({title.id})", f"{name} in force ({title.en})"))
        for name in site.supposed.without_agreements:
            title = by_id[name].title or same(name)
            told.append(Words(f"{name} tidak ada ({title.id})", f"no {name} ({title.en})"))
        return tuple(told)


def _counts(agreement: Agreement, policy: Policy) -> bool:
    """Whether an agreement counts under a policy as it is."""
    return counts(agreement, policy)
