"""Makes the pages of reviewers: values in, HTML out; the same for the server and for files. Knows no request."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from analysis.drawing.alignment import Side
from analysis.drawing.derivation import derivation
from analysis.drawing.wording import day_words, rounded_words, share_words, title_of
from analysis.explaining.wording import OPTION_WORDS, READER_WORDS, SOURCE_WORDS
from analysis.finding import Witness
from analysis.lawful import counts
from flows.papers.files import Paper
from flows.pictures import PictureError
from flows.review import overview as over
from flows.review.decided import decisions
from flows.review.deciding import NONE, ConflictError
from flows.review.desk import Desk, State, binding
from flows.review.detail import Detail, detail
from flows.review.forms import forms
from flows.review.freed import freed
from flows.review.judging import Judged, Matter, judged
from flows.review.later import Later
from flows.review.looked import Looked
from flows.review.overview import Row, View
from flows.review.papers import PAPERS, Together, offered, paper, together
from flows.review.picture import inlined, svgs_of
from flows.review.site import Site
from flows.review.summing import summary
from flows.review.supposing import USUALLY, Supposed
from flows.review.texts import TEXTS
from flows.review.walking import Walk, walks
from processes.condition_words import number_words
from processes.element import Assurance
from processes.part import Location
from processes.policy import Policy
from processes.procedure import Procedure
from processes.words import Words, same

MOST_WITNESSES = 8  # of a finding, on a page
MOST_TOGETHER = 2  # what was found out of all procedures together, under so many suppositions


class Visitor(NamedTuple):
    """Whoever looks at a page."""

    token: str = ""  # what their forms send along; empty, where nothing can be sent
    name: str = ""
    may_leave: bool = False  # they signed in, and may sign out


NOBODY = Visitor()


class Pages:
    """The pages of a desk."""

    def __init__(self, desk: Desk, patience: float | None = None) -> None:
        """Say of which desk.

        Args:
            desk: What is reviewed.
            patience: Seconds that a page waits for what takes long, before it says that this is being computed; without it, it
                waits until it is there.
        """
        self.desk, self.patience = desk, patience
        self._details: WeakKeyDictionary[Looked, tuple[Judged, Detail]] = WeakKeyDictionary()
        self._rows: WeakKeyDictionary[Looked, Row] = WeakKeyDictionary()
        self._walks: WeakKeyDictionary[Looked, tuple[Walk, ...]] = WeakKeyDictionary()
        self._inside: dict[str, str] = {}  # files as they are told: seen from the folder of the catalogue
        self._together: list[tuple[tuple[int, Policy], Later[Together]]] = []
        self.templates = Environment(
            loader=PackageLoader("flows.review"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    # --- about all procedures

    def overview(self, site: Site, visitor: Visitor, view: View, here: str = "/") -> tuple[str, bool]:
        """Return the page of all procedures, and whether all of it is known."""
        state = self.desk.state()
        rows = [self.row(state, one, site) for one in state.procedures]
        usual = rows
        if any(site.supposed):
            usual = [self.row(state, one, site._replace(supposed=USUALLY)) for one in state.procedures]
        agencies = {one.agency: one.agency_title for one in rows}
        compared = all(one.known or one.refused for one in usual)
        whole = compared and all(one.known or one.refused for one in rows)
        page = self.page(
            "overview.html",
            site,
            visitor,
            here,
            state,
            rows=over.rows_seen(rows, view, site.language),
            all_rows=rows,
            totals=over.totals(rows),
            view=view,
            computing=not whole,
            usual={one.id: one for one in usual},
            usual_totals=over.totals(usual) if compared else None,
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

    def decisions(self, site: Site, visitor: Visitor, here: str = "") -> str:
        """Return the page of all decisions, those without ground first."""
        state = self.desk.state()
        with self.desk.lock:
            made = decisions(self.desk, state)
        return self.page("decisions.html", site, visitor, here, state, decisions=made)

    def what_if(
        self, site: Site, visitor: Visitor, here: str = "", shown: Mapping[str, str] = MappingProxyType({})
    ) -> str:
        """Return the page on which agreements are switched on or off, or another day is chosen.

        Args:
            site: Where the page stands.
            visitor: Who looks at it.
            here: Its address.
            shown: Of a site without a server: where each agreement is supposed otherwise.
        """
        state = self.desk.state()
        services = state.catalogue.service
        return self.page(
            "what-if.html",
            site,
            visitor,
            here,
            state,
            agreements=state.catalogue.agreements,
            counts=lambda one: counts(one, state.policy),
            shown=shown,
            service=lambda name: title_of(services[name]) if name in services else same(name),
            usual_day=state.policy.date,
        )

    def papers(self, site: Site, visitor: Visitor, here: str = "") -> str:
        """Return the page of all papers; while what stands in them is being found out, it says so."""
        state = self.desk.state()
        found = self.together(state, site.supposed)
        known = [self.desk.if_known(state, one, site.supposed) for one in state.procedures]
        return self.page(
            "papers.html",
            site,
            visitor,
            here,
            state,
            together=found,
            procedures=[(one.procedure, offered(one.redesign)) for one in known if one is not None],
            computing=found is None or None in known,
        )

    def shared_paper(self, site: Site, name: str) -> Paper | None:
        """Return a paper about all procedures together; nothing, if there is none of that name, or not yet."""
        found = self.together(self.desk.state(), site.supposed)
        return next((one for one in found.papers(site.language) if one.name == name), None) if found else None

    def together(self, state: State, supposed: Supposed = USUALLY) -> Together | None:
        """Return what there is to say of all procedures together; nothing, if that is still being found out."""
        with self.desk.lock:
            policy = binding(supposed.over(state.policy))
            key = (state.number, policy)
            later = next((one for known, one in self._together if known == key), None)
            if later is None:
                looked = [self.desk.if_known(state, one, supposed) for one in state.procedures]
                known = [one.redesign if one is not None else None for one in looked]
                later = Later(together, state.procedures, state.catalogue, policy, known)
                self._together = [*self._together, (key, later)][-MOST_TOGETHER:]
        return later.now() if self.patience is None else later.get(self.patience)

    # --- about one procedure

    def procedure(self, site: Site, visitor: Visitor, name: str, here: str = "", kept: str = "") -> str | None:
        """Return the page of one procedure; nothing, if there is none of that name."""

        def told(state: State, looked: Looked) -> dict[str, Any]:
            with self.desk.lock:
                matters, steps = self._detail(state, looked)
                changes = summary(looked)
            pictures = self._pictures(looked, site, steps) if looked.redesign.after is not None else None
            agency = state.catalogue.agency.get(looked.procedure.agency)
            decided = {one.finding for one in looked.policy.decisions}
            return {
                "judged": matters,
                "detail": steps,
                "figures": over.figures_of(looked.redesign),
                "pictures": pictures,
                "summary": changes,
                "agency": agency.title if agency else same(looked.procedure.agency),
                "kept": next((one for one in looked.policy.decisions if one.finding == kept), None),
                "version": lambda one: self.version(looked.procedure, one) if one in decided else NONE,
                "may": self._may(site, visitor),
                "may_undo": lambda one: bool(visitor.token) and not any(site.supposed) and self.desk.is_own_file(one),
                "papers": offered(looked.redesign),
            }

        return self.about("procedure", site, visitor, name, here, told)

    def forms(self, site: Site, visitor: Visitor, name: str, here: str = "") -> str | None:
        """Return the page of a procedure's forms."""

        def told(_: State, looked: Looked) -> dict[str, Any]:
            with self.desk.lock:
                return {"forms": forms(looked)}

        return self.about("forms", site, visitor, name, here, told)

    def walk(self, site: Site, visitor: Visitor, name: str, case: int = 1, at: int = 0, here: str = "") -> str | None:
        """Return the page of one made-up case; up to a row of it, if one is given."""

        def told(_: State, looked: Looked) -> dict[str, Any]:
            cases = self._cases(looked)
            chosen = next((one for one in cases if one.number == case), cases[0] if cases else None)
            until = max(0, min(at, len(chosen.rows))) if chosen is not None else 0
            return {"walks": cases, "walk": chosen, "at": until}

        return self.about("walk", site, visitor, name, here, told)

    def cases(self, name: str) -> int:
        """Return how many made-up cases there are of a procedure."""
        found = self._found(Site("en"), name)
        return len(self._cases(found[1])) if found is not None else 0

    def facts(self, name: str) -> tuple[str, ...]:
        """Return the facts of a procedure that its pages lead to."""
        found = self._found(Site("en"), name)
        if found is None:
            return ()
        with self.desk.lock:
            steps = self._detail(*found)[1].steps
        return tuple(dict.fromkeys(line.subject for one in steps for line in one.lines if line.kind == "question"))

    def frees(self, site: Site, visitor: Visitor, name: str, here: str = "") -> str | None:
        """Return the page of what would free each question that stays; while that is being found out, it says so."""

        def told(_: State, looked: Looked) -> dict[str, Any]:  # which may wait, so it holds no lock
            found = looked.frees.now() if self.patience is None else looked.frees.get(self.patience)
            with self.desk.lock:
                groups = freed(found, looked) if found is not None else ()
            return {"frees": groups, "computing": found is None}

        return self.about("frees", site, visitor, name, here, told)

    def fact(self, site: Site, visitor: Visitor, name: str, fact: str, here: str = "") -> str | None:
        """Return the page of one fact: whence, for whom, what else; nothing, if there is no such fact."""

        def told(state: State, looked: Looked) -> dict[str, Any] | None:
            services = {str(one.id): one.title for one in state.procedures}
            with self.desk.lock:
                explained = looked.explained(fact)
                if explained is None:
                    return None
                # a site has hundreds of facts
                dot = derivation(explained, site.language, services) if site.served else ""
            label = explained.words.in_language(site.language)
            picture = self._drawn([("lineage", label, dot)])[0] if dot else None
            return {
                "told": explained,
                "picture": picture,
                "kinds": SOURCE_WORDS,
                "readers": READER_WORDS,
                "options": OPTION_WORDS,
            }

        return self.about("fact", site, visitor, name, here, told)

    def paper(self, site: Site, name: str, wanted: str) -> Paper | None:
        """Return a paper of a procedure; nothing, if there is none of that name.

        Raises:
            PictureError: If it needs a drawing that cannot be made here.
        """
        found = self._found(site, name)
        which = next((one for one in PAPERS if one == wanted), None)
        if found is None or which is None or which not in offered(found[1].redesign):
            return None
        with self.desk.lock:
            return paper(found[1], which, found[0].procedures, site.language)

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
        matters = self.desk.judged(state, looked).of(tuple(one.partition("@")[0] for one in what))
        return self.page(
            "decide.html",
            site,
            visitor,
            "",
            state,
            looked,
            typed=typed,
            matters=matters,
            fault=fault,
            conflict=conflict,
            version=lambda one: self.version(procedure, one),
        )

    # --- that say one thing

    def message(self, site: Site, visitor: Visitor, text: Words | str, number: str = "") -> str:
        """Return a page that says one thing."""
        return self.page("message.html", site, visitor, "/", text=text, number=number)

    def sign_in(self, site: Site, visitor: Visitor, fault: str = "", name: str = "") -> str:
        """Return the page that asks for the password."""
        return self.page("sign-in.html", site, visitor, "/", fault=fault, typed=name)

    # --- what they share

    def about(
        self,
        page: str,
        site: Site,
        visitor: Visitor,
        name: str,
        here: str,
        told: Callable[[State, Looked], dict[str, Any] | None],
    ) -> str | None:
        """Return a page about one procedure; nothing, if there is none of that name, or nothing to tell."""
        found = self._found(site, name)
        more = told(*found) if found is not None else None
        if found is None or more is None:
            return None
        return self.page(f"{page}.html", site, visitor, here, *found, tab=page, **more)

    def page(
        self,
        template: str,
        site: Site,
        visitor: Visitor,
        here: str,
        state: State | None = None,
        looked: Looked | None = None,
        **more: Any,
    ) -> str:
        """Return a page."""
        language = site.language

        def say(words: Words | str) -> str:
            return (TEXTS[words] if isinstance(words, str) else words).in_language(language)

        def tell(words: Words) -> str:
            return (looked.worded(words) if looked is not None else words).in_language(language)

        def name(name: str) -> str:
            return (looked.worded.name(name) if looked is not None else same(name)).in_language(language)

        with self.desk.lock:  # names are found in tables that grow meanwhile
            return self.templates.get_template(template).render(
                say=say,
                tell=tell,
                name=name,
                site=site,
                to=site.to,
                visitor=visitor,
                here=here,
                procedure=looked.procedure if looked is not None else None,
                redesign=looked.redesign if looked is not None else None,
                supposed=self._supposed_words(site, state) if state is not None else (),
                problems=self.desk.problems,
                num=lambda number: rounded_words(number).in_language(language),
                whole=lambda number: number_words(round(number)).in_language(language),
                per_cent=lambda share: share_words(round(share, 2)).in_language(language),
                level=lambda number: Assurance(number).words.in_language(language),
                day=lambda day: day_words(day).in_language(language),
                witnesses=self._witnesses,
                place=self.place,
                **{"computing": False, **more},
            )

    def place(self, where: Location) -> str:
        """Return a place in the catalogue's files, seen from its folder."""
        inside = self._inside.get(where.file)
        if inside is None:
            file = Path(where.file)
            seen = file.relative_to(self.desk.root) if file.is_relative_to(self.desk.root) else file
            inside = self._inside[where.file] = seen.as_posix()
        return f"{inside}:{where.line}"

    def version(self, procedure: Procedure, finding: str) -> str:
        """Return the version of a decision, for the form that changes it."""
        return self.desk.decisions.kept(procedure.id, finding).version

    def _found(self, site: Site, name: str) -> tuple[State, Looked] | None:
        state = self.desk.state()
        procedure = state.procedure(name)
        return (state, self.desk.looked(state, procedure, site.supposed)) if procedure is not None else None

    def _detail(self, state: State, looked: Looked) -> tuple[Judged, Detail]:
        told = self.desk.judged(state, looked)
        known = self._details.get(looked)
        if known is None or known[0] != told:
            known = self._details[looked] = (told, detail(looked, told))
        return known

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
        title = looked.procedure.title.in_language(site.language)
        with self.desk.lock:
            wanted = [
                (f"picture-{side}", f"{title} – {TEXTS[text].in_language(site.language)}", dot)
                for side, text in sides
                for dot in [looked.dot(side, site.language, steps.link)]
            ]
        try:
            return dict(zip((side for side, _ in sides), self._drawn(wanted), strict=True))
        except PictureError as error:
            return error.words

    def _drawn(self, wanted: Sequence[tuple[str, str, str]]) -> list[Markup]:
        """Return pictures for a page: of each, what it is named, what it is called, and its DOT text.

        Raises:
            PictureError: If they cannot be drawn here.
        """
        drawn = svgs_of([dot for _, _, dot in wanted])
        named = [inlined(svg, name, str(escape(label))) for svg, (name, label, _) in zip(drawn, wanted, strict=True)]
        return [Markup(one) for one in named]  # noqa: S704  # Graphviz escapes what it draws

    def _witnesses(self, matter: Matter) -> list[tuple[Witness, str]]:
        """Return the places that make a finding true, with what stands there."""
        told = matter.finding.witnesses if matter.finding is not None else ()
        return [(one, self.desk.line(one.where.file, one.where.line)) for one in told[:MOST_WITNESSES]]

    def _supposed_words(self, site: Site, state: State) -> tuple[Words, ...]:
        """Return what is supposed, in words."""
        by_id = {one.id: one for one in state.catalogue.agreements}
        day = day_words(site.supposed.on) if site.supposed.on else None
        told = [Words(f"tanggal {day.id}", f"date {day.en}")] if day else []
        for name in site.supposed.with_agreements:
            title = by_id[name].title or same(name)
            told.append(Words(f"{name} berlaku ({title.id})", f"{name} in force ({title.en})"))
        for name in site.supposed.without_agreements:
            title = by_id[name].title or same(name)
            told.append(Words(f"{name} tidak ada ({title.id})", f"no {name} ({title.en})"))
        return tuple(told)
