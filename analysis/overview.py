"""A whole catalogue on one picture as DOT text: agencies, their procedures and registries, and who asks whom what; never runs Graphviz."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from analysis.burden import burden
from analysis.change import Burden, Redesign
from analysis.compiling import compiled
from analysis.drawing.content import Facts
from analysis.drawing.label import TABLE, Row, row, rows, stacked
from analysis.drawing.look import (
    BORDERS,
    FILLS,
    FONT,
    HEADER,
    INK,
    LANE,
    LINE,
    PAPER,
    QUIET,
    RULE,
    SMALL,
    TITLE,
    Mark,
    box,
)
from analysis.drawing.look import arrow as line
from analysis.drawing.text import named, quoted
from analysis.drawing.wording import minutes_words, small, title_of, yearly_words
from analysis.lawful import permissions
from analysis.papers.sharing import Sharing
from processes.catalogue import Catalogue
from processes.policy import Policy
from processes.procedure import Issue, Lookup, Procedure, actor
from processes.resolved import Naming, resolved, service_fact
from processes.words import Language, Words

WIDE = 168.0  # points of text in a box
LABEL_WIDE = 150.0
MOST: dict[Facts, int] = {"none": 0, "short": 3, "all": 10_000}  # names of facts at an arrow


@dataclass(frozen=True, slots=True)
class Asked:
    """What one procedure asks one registry."""

    facts: tuple[Words, ...]  # data elements, each once
    agreements: tuple[str, ...]
    lawful: bool  # whether all of it is allowed on the policy's day


@dataclass(frozen=True, slots=True)
class Seen:
    """One procedure on the map."""

    procedure: Procedure  # of today
    before: Burden
    after: Burden | None  # none where no redesign is shown
    asks: dict[str, Asked]  # by registry, today
    then: dict[str, Asked] | None  # redesigned


def seen(procedure: Procedure, catalogue: Catalogue, policy: Policy, redesign: Redesign | None = None) -> Seen:
    """Return what a map shows of a procedure; of its redesign too, if there is one to be shown.

    Complexity: that of the burden; linear in look-ups.
    """
    before = burden(compiled(procedure, catalogue, policy, offers=False))
    asks = dict(_asked(procedure, catalogue, policy))
    if redesign is None or redesign.after is None:
        return Seen(procedure, before, None, asks, None)
    return Seen(procedure, before, redesign.burden_after, asks, dict(_asked(redesign.after, catalogue, policy)))


def _asked(procedure: Procedure, catalogue: Catalogue, policy: Policy) -> Iterator[tuple[str, Asked]]:
    """Yield by registry what the look-ups of a procedure ask."""
    model = resolved(procedure, catalogue)
    found: dict[str, list[Lookup]] = {}
    for step in procedure.step_by_id.values():
        if isinstance(step, Lookup) and step.service in catalogue.service:
            found.setdefault(step.service.partition(".")[0], []).append(step)
    for registry, steps in found.items():
        facts: dict[Words, None] = {}
        agreements: dict[str, None] = {}
        lawful = True
        for step in steps:
            consumers = frozenset({str(procedure.agency), *([actor(step.by).whom] if step.by else [])})
            allowed = permissions(catalogue, policy, step.service, consumers, str(step.purpose or procedure.purpose))
            offer, subjects = catalogue.service[step.service], model.subjects(step)
            words = step.gets or (*offer.gives, *offer.confirms)
            names = {word: model.naming.canonical(service_fact(subjects, word)) for word in words}
            left = set(words)
            for permission in allowed:
                if mine := left & permission.facts:
                    agreements[str(permission.agreement.id)] = None
                    left -= mine
            lawful = lawful and not left
            facts |= dict.fromkeys(_element(model.naming, name) for name in names.values() if name is not None)
        yield registry, Asked(tuple(facts), tuple(agreements), lawful)


def _element(naming: Naming, name: str) -> Words:
    """Return what a fact is called, without whose it is."""
    fact = naming.fact(name)
    if fact is None:
        return Words(name, name)
    title = title_of(fact.relation or fact.element)
    return Words(small(title.id), small(title.en))


def overview(
    shown: Sequence[Seen],
    catalogue: Catalogue,
    language: Language,
    wanted: Iterable[Sharing] = (),
    facts: Facts = "short",
) -> str:
    """Return DOT text of a map: procedures by agency on the left, registries by agency on the right, arrows for what is asked.

    Args:
        shown: The procedures; those with a redesign show what becomes of it.
        catalogue: Where agencies and registries stand.
        language: Of everything that is written on it.
        wanted: Agreements that redesigns want, for arrows that would be there with them.
        facts: How many of the data elements are named at an arrow.

    Returns:
        The same text for the same values, always.

    Complexity: linear in procedures and arrows.
    """
    return _Map(shown, catalogue, language, facts).text([one for one in wanted if one.wanted])


class _Map:
    def __init__(self, shown: Sequence[Seen], catalogue: Catalogue, language: Language, facts: Facts) -> None:
        self.shown, self.catalogue, self.language, self.most = shown, catalogue, language, MOST[facts]
        self.procedure = {str(one.procedure.id): f"procedure_{number}" for number, one in enumerate(shown)}
        self.registry = {str(one.id): f"registry_{number}" for number, one in enumerate(catalogue.registries)}

    def said(self, words: Words) -> str:
        return words.in_language(self.language)

    def text(self, wanted: Sequence[Sharing]) -> str:
        arrows = [*self.asking(), *self.wanting(wanted), *self.starting(), *self.aside()]
        title = self.said(Words("Peta layanan dan registri", "Map of services and registries"))
        return "\n".join(
            [
                f"digraph {named(title)} {{",
                f'  graph [rankdir=LR, fontname="{FONT}", fontcolor="{INK}", fontsize={TITLE}, bgcolor="{PAPER}", pad=0.3,',
                f"         nodesep=0.16, ranksep=2.6, labelloc=t, labeljust=l, label=<{self.head(title)}>]",
                f'  node [fontname="{FONT}", fontcolor="{INK}", fontsize={TITLE}, margin="0.11,0.06"]',
                f'  edge [fontname="{FONT}", fontsize={SMALL}, fontcolor="{INK}", arrowsize=0.7, color="{LINE}"]',
                *self.lanes(),
                *arrows,
                "}",
                "",
            ]
        )

    def head(self, title: str) -> str:
        redesigned = any(one.then is not None for one in self.shown)
        told = [
            row(title, 16, bold=True),
            row(
                self.said(
                    Words(
                        "Layanan (kiri) menanyakan data kepada registri (kanan)",
                        "Services (left) ask registries (right)",
                    )
                ),
                TITLE,
                colour=QUIET,
            ),
        ]
        samples: list[tuple[Mark, str, Words]] = [("stays", "", Words("ditanyakan", "asked"))]
        if redesigned:
            samples += [
                ("removed", 'STYLE="dashed" ', Words("tidak lagi", "no longer")),
                ("added", "", Words("+ baru dalam rancang ulang", "+ new in the redesign")),
            ]
        cells = ""
        for mark, style, words in samples:
            colour, thick = BORDERS[mark]
            sample = row(self.said(words), TITLE, mark=mark)
            cells += f'<TD BORDER="{thick:.0f}" {style}COLOR="{colour}" BGCOLOR="{FILLS[mark]}">{sample.html}</TD>'
        if redesigned:
            later = self.said(Words("? bila perjanjian ini berlaku", "? with this agreement in force"))
            cells += f'<TD BORDER="1" STYLE="dashed" COLOR="{QUIET}">{row(later, TITLE, colour=QUIET).html}</TD>'
        if any(True for _ in self.starting()):
            follows = self.said(Words("titik-titik: layanan yang mengikuti", "dotted: a service that follows"))
            cells += f'<TD BORDER="0">{row(follows, TITLE, colour=QUIET).html}</TD>'
        lines = "".join(f'<TR><TD ALIGN="LEFT">{one.html}</TD></TR>' for one in told)
        legend = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="8" CELLPADDING="4"><TR>{cells}</TR></TABLE>'
        return (
            '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3">'
            f'{lines}<TR><TD ALIGN="LEFT">{legend}</TD></TR></TABLE>'
        )

    # --- boxes

    def lanes(self) -> Iterator[str]:
        """Yield a cluster for each agency with procedures, and one for each with registries."""
        asked = {name for one in self.shown for name in (*one.asks, *(one.then or ()))}
        for number, agency in enumerate(self.catalogue.agencies):
            title, fill = self.said(agency.title), LANE if number % 2 else PAPER
            mine = [one for one in self.shown if one.procedure.agency == agency.id]
            keeps = [one for one in self.catalogue.registries if one.agency == agency.id]
            for kind, boxes in (
                ("serves", [self.service(one) for one in mine]),
                ("keeps", [self.keeper(str(one.id), one.id in asked) for one in keeps]),
            ):
                if boxes:
                    label = stacked(rows(title, WIDE, TITLE, bold=True)).html
                    yield f"  subgraph cluster_{kind}_{number} {{"
                    yield f'    graph [style=filled, fillcolor="{fill}", color="{RULE}", margin=10, label=<{label}>, labeljust=c, tooltip={quoted(title)}]'
                    yield from boxes
                    yield "  }"

    def service(self, one: Seen) -> str:
        told = rows(self.said(one.procedure.title), WIDE, TITLE, bold=True)
        info = [yearly_words(one.procedure), minutes_words(one.before.citizen_minutes)]
        if one.after is not None:
            info[1] = minutes_words(one.after.citizen_minutes, one.before.citizen_minutes)
        told += rows([self.said(words) for words in info if words is not None], WIDE, SMALL, colour=QUIET)
        drawn = {**box("check", "stays"), "fillcolor": HEADER, "width": "2.6"}
        return self.box(self.procedure[str(one.procedure.id)], drawn, told, str(one.procedure.id))

    def keeper(self, name: str, asked: bool) -> str:
        registry = next(one for one in self.catalogue.registries if one.id == name)
        told = rows(self.said(title_of(registry)), WIDE, TITLE, bold=True)
        number = len(registry.services)
        services = Words(f"{number} layanan data", f"{number} service{'s' if number != 1 else ''}")
        told += rows(self.said(services), WIDE, SMALL, colour=QUIET)
        drawn = {**box("lookup", "stays"), "width": "2.6"}
        if not asked:
            drawn |= {"style": "filled,dashed"}
        return self.box(self.registry[name], drawn, told, name, lid=True)

    def box(self, name: str, drawn: dict[str, str], told: Sequence[Row], tooltip: str, *, lid: bool = False) -> str:
        label = stacked(told).html
        if lid:  # the upper edge of a cylinder is round
            label = label.replace(TABLE, f'{TABLE}<TR><TD HEIGHT="10"></TD></TR>', 1)
        return f"    {name} [{_attributes(drawn)}, label=<{label}>, tooltip={quoted(tooltip)}]"

    # --- arrows

    def asking(self) -> Iterator[str]:
        for one in self.shown:
            then = one.asks if one.then is None else one.then
            for registry in dict.fromkeys((*one.asks, *then)):
                now, later = one.asks.get(registry), then.get(registry)
                mark: Mark = "removed" if later is None else "added" if now is None else "stays"
                said = later or now
                assert said is not None  # noqa: S101  # it is one of them
                yield self.arrow(one, registry, mark, self.label(said, mark), self.tooltip(said))

    def label(self, said: Asked, mark: Mark) -> list[Row]:
        """Return what stands at an arrow: what is asked, under which agreement, and if it may not be."""
        plus = "+ " if mark == "added" else ""
        few = [self.said(words) for words in said.facts[: self.most]]
        rest = len(said.facts) - len(few)
        what = ", ".join(few) + (f" + {rest}" if rest and few else "")
        if not few:
            number = len(said.facts)
            what = self.said(Words(f"{number} data", f"{number} fact{'s' if number != 1 else ''}"))
        told = rows(plus + what, LABEL_WIDE, SMALL, mark=mark, most=3)
        if said.agreements:
            told += rows(", ".join(said.agreements), LABEL_WIDE, SMALL, bold=True, mark=mark)
        if not said.lawful:
            told += rows(
                self.said(Words("tanpa izin pada hari ini", "not lawful on this day")), LABEL_WIDE, SMALL, bold=True
            )
        return told

    def tooltip(self, said: Asked) -> str:
        return "\n".join(self.said(words) for words in said.facts)

    def arrow(self, one: Seen, registry: str, mark: Mark, told: Sequence[Row], tooltip: str) -> str:
        label = stacked(told).html
        tail, head = self.procedure[str(one.procedure.id)], self.registry[registry]
        return f"  {tail} -> {head} [{_attributes(line(mark))}, label=<{label}>, tooltip={quoted(tooltip)}]"

    def wanting(self, wanted: Sequence[Sharing]) -> Iterator[str]:
        """Yield an arrow for each registry that a procedure would ask under an agreement that is not in force."""
        for sharing in wanted:
            found: dict[tuple[str, str], dict[Words, None]] = {}
            for access in sharing.accesses:
                facts = found.setdefault((str(access.procedure.id), str(access.registry.id)), {})
                naming = resolved(access.procedure, self.catalogue).naming
                facts |= dict.fromkeys(_element(naming, fact.name) for fact in access.facts)
            for (procedure, registry), facts in found.items():
                if procedure in self.procedure:
                    few = [self.said(words) for words in list(facts)[: self.most]]
                    rest = len(facts) - len(few)
                    what = ", ".join(few) + (f" + {rest}" if rest else "")
                    told = [
                        *rows(f"? {what}", LABEL_WIDE, SMALL, colour=QUIET),
                        *rows(str(sharing.agreement.id), LABEL_WIDE, SMALL, bold=True, colour=QUIET),
                    ]
                    drawn = {"style": "dashed", "color": QUIET, "arrowhead": "vee"}
                    names = self.procedure[procedure], self.registry[registry]
                    tip = quoted("\n".join(map(self.said, facts)))
                    yield f"  {names[0]} -> {names[1]} [{_attributes(drawn)}, label=<{stacked(told).html}>, tooltip={tip}]"

    def aside(self) -> Iterator[str]:
        """Yield arrows that are not seen, so that registries nobody asks stand on the right, too."""
        asked = {name for one in self.shown for name in (*one.asks, *(one.then or ()))}
        for name, registry in self.registry.items():
            if name not in asked and self.shown:
                yield f"  procedure_0 -> {registry} [style=invis]"

    def starting(self) -> Iterator[str]:
        """Yield an arrow from each procedure to those that follow from it."""
        for one in self.shown:
            steps = one.procedure.step_by_id.values()
            for name in dict.fromkeys(name for step in steps if isinstance(step, Issue) for name in step.starts):
                if name in self.procedure and name != one.procedure.id:
                    tip = quoted(self.said(Words("memulai", "starts")))
                    drawn = _attributes({"style": "dotted", "arrowhead": "vee", "color": LINE, "constraint": "false"})
                    yield f"  {self.procedure[str(one.procedure.id)]} -> {self.procedure[name]} [{drawn}, tooltip={tip}]"


def _attributes(drawn: dict[str, str]) -> str:
    return ", ".join(f'{name}="{value}"' for name, value in drawn.items())
