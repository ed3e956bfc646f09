"""The derivation of one fact as DOT text: what brings it, from what, who needs it, what comes of it; never runs Graphviz."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from analysis.drawing.label import TABLE, Label, Row, row, rows, stacked
from analysis.drawing.look import BORDERS, FILLS, FONT, INK, LINE, PAPER, QUIET, SMALL, TITLE, Mark, arrow, box
from analysis.drawing.outcomes import Outcome, OutcomeKind, Place, place_of
from analysis.drawing.text import named, quoted
from analysis.drawing.wording import title_of
from analysis.explaining.explanation import Explanation, Reader
from analysis.explaining.options import Option
from analysis.explaining.sources import Source, SourceKind
from processes.element import Assurance
from processes.words import Language, Words

SHAPE_OF: dict[SourceKind, str] = {
    "question": "form",
    "act": "approve",
    "document": "issue",
    "log-in": "identify",
    "check": "check",
    "look-up": "lookup",
    "confirmed": "lookup",
    "computed": "derive",
    "made": "decide",
    "event": "notify",
}
SOURCE_WORDS: dict[SourceKind, Words] = {
    "question": Words("isian", "question"),
    "act": Words("tindakan", "act"),
    "document": Words("dokumen", "document"),
    "log-in": Words("log masuk", "log-in"),
    "check": Words("pemeriksaan", "check"),
    "look-up": Words("penelusuran data", "look-up"),
    "confirmed": Words("pencocokan data", "confirmation"),
    "computed": Words("perhitungan", "computation"),
    "made": Words("dibuat di sini", "made here"),
    "event": Words("peristiwa", "event"),
}
SOURCE_WIDE, READER_WIDE, FACT_WIDE, WHY_WIDE = 176.0, 170.0, 150.0, 176.0
COLUMN = "2.7"  # inches that boxes are wide at least, so that they stand in columns
MOST_READERS, MOST_OPTIONS = 10, 6  # drawn one by one; of the rest the number is told
NEEDED = {
    "condition": Words("syarat sebuah pilihan", "condition of a choice"),
    "judgement": Words("penilaian", "judgement"),
    "silent judgement": Words("penilaian tanpa keterangan", "judgement that does not say"),
    "behind": Words("penilaian sesudahnya tanpa keterangan", "later judgement that does not say"),
    "output": Words("dimuat", "stands on it"),
    "record": Words("dicatat", "recorded"),
    "need": Words("dibutuhkan", "needed"),
    "act": Words("dinyatakan", "declared"),
    "field": Words("syarat isian", "condition of a question"),
    "key": Words("kunci", "key"),
    "confirmed": Words("dicocokkan", "compared"),
}


OUTCOME_WORDS: dict[OutcomeKind, Words] = {
    "paper": Words("diterbitkan", "issued"),
    "register": Words("register atau statistik", "register or statistics"),
    "registry": Words("registri diubah", "registry changed"),
    "refused": Words("ditolak", "refused"),
    "told": Words("diberi tahu", "told"),
    "follows": Words("layanan yang mengikuti", "service that follows"),
}
OUTCOME_SHAPES: dict[OutcomeKind, str] = {
    "paper": "issue",
    "register": "lookup",
    "registry": "lookup",
    "refused": "refuse",
    "told": "notify",
    "follows": "check",
}
_READER_SHAPES = {"choose": "decide"}  # a diamond with so much in it would be too large


def derivation(told: Explanation, language: Language) -> str:
    """Return DOT text of where a fact comes from and what it comes to.

    What brings it stands on the left, who needs it on the right, behind them the papers, registers and refusals that follow.

    What the redesign takes away is struck out and dashed, what it puts in is thick with a plus, as on other pictures; what
    could bring the fact and is not used stands below with dotted lines and the reason.

    Returns:
        The same text for the same values, always.

    Complexity: linear in what there is to draw.
    """
    return _Derivation(told, language).text()


@dataclass
class _Derivation:
    told: Explanation
    language: Language
    boxes: list[str] = field(default_factory=list)
    arrows: list[str] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)  # of keys, numbered as they are met

    def said(self, words: Words) -> str:
        return words.in_language(self.language)

    def _name(self, fact: str) -> str:
        """Return the name of a key's box."""
        return f"key_{self.names.setdefault(fact, len(self.names))}"

    def level(self, level: int) -> str:
        return self.said(Assurance(level).words)

    # --- the whole

    def text(self) -> str:
        self._fact("fact", self.told.fact, self.said(self.told.words))
        self._sources("fact", self.told.today, self.told.redesigned)
        self._keys()
        self._options()
        self._readers()
        return "\n".join(
            [
                f"digraph {named(self.told.fact)} {{",
                f'  graph [rankdir=LR, fontname="{FONT}", fontcolor="{INK}", fontsize={TITLE}, bgcolor="{PAPER}", pad=0.3,',
                f"         nodesep=0.14, ranksep=1.25, labelloc=t, labeljust=l, label=<{self._head()}>]",
                f'  node [fontname="{FONT}", fontcolor="{INK}", fontsize={TITLE}, margin="0.11,0.06"]',
                f'  edge [fontname="{FONT}", fontsize={SMALL}, fontcolor="{QUIET}", arrowsize=0.7, color="{LINE}"]',
                *self.boxes,
                *self.arrows,
                "}",
                "",
            ]
        )

    def _head(self) -> str:
        title = row(f"{self.said(self.told.words)} ({self.told.fact})", 16, bold=True)
        what = Words(
            "Dari mana fakta ini berasal, siapa membutuhkannya, dan apa hasilnya",
            "Where this fact comes from, who needs it, and what comes of it",
        )
        samples: list[tuple[Mark, str, Words]] = [
            ("stays", "", Words("tetap", "stays")),
            ("removed", 'STYLE="dashed" ', Words("dihapus rancang ulang", "removed by the redesign")),
            ("added", "", Words("+ baru dalam rancang ulang", "+ new in the redesign")),
        ]
        cells = ""
        for mark, style, words in samples:
            colour, thick = BORDERS[mark]
            sample = row(self.said(words), TITLE, mark=mark)
            cells += f'<TD BORDER="{thick:.0f}" {style}COLOR="{colour}" BGCOLOR="{FILLS[mark]}">{sample.html}</TD>'
        dotted = Words(
            "garis putus abu-abu: dapat memberikannya, tetapi tidak dipakai",
            "grey and dashed: could bring it, and is not used",
        )
        cells += (
            f'<TD BORDER="1" STYLE="dashed" COLOR="{QUIET}">{row(self.said(dotted), TITLE, colour=QUIET).html}</TD>'
        )
        return (
            '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3">'
            f'<TR><TD ALIGN="LEFT">{title.html}</TD></TR>'
            f'<TR><TD ALIGN="LEFT">{row(self.said(what), TITLE, colour=QUIET).html}</TD></TR>'
            f'<TR><TD ALIGN="LEFT"><TABLE BORDER="0" CELLBORDER="0" CELLSPACING="8" CELLPADDING="4"><TR>{cells}</TR></TABLE></TD></TR>'
            "</TABLE>"
        )

    # --- the pieces

    def _box(self, name: str, kind: str, mark: Mark, label: Label, tooltip: str, **more: str) -> None:
        drawn = {**box(kind, mark), **more}
        if kind == "form":
            drawn["margin"] = more.get("margin", "0.11,0.06")
        if kind == "lookup":  # its upper edge is round
            label = label._replace(html=label.html.replace(TABLE, f'{TABLE}<TR><TD HEIGHT="10"></TD></TR>', 1))
        said = ", ".join(f'{key}="{value}"' for key, value in drawn.items())
        self.boxes.append(f"  {name} [{said}, label=<{label.html}>, tooltip={quoted(tooltip)}]")

    def _arrow(self, tail: str, head: str, mark: Mark, **more: str) -> None:
        drawn = {**arrow(mark), **more}
        said = ", ".join(f'{key}="{value}"' for key, value in drawn.items())
        self.arrows.append(f"  {tail} -> {head} [{said}]")

    def _fact(self, name: str, fact: str, words: str) -> None:
        lines = [*rows(words, FACT_WIDE, 12, bold=True), *rows(fact, FACT_WIDE, SMALL, colour=QUIET)]
        self._box(name, "form", "stays", stacked(lines), fact, color=INK, penwidth="2.4", margin="0.16,0.12")

    def _sources(self, fact: str, now: tuple[Source, ...], then: tuple[Source, ...]) -> None:
        for number, (source, mark) in enumerate(self._merged(now, then)):
            name = f"{fact}_source_{number}"
            lines = list(self._source(source, mark))
            self._box(name, SHAPE_OF[source.kind], mark, stacked(lines), str(source.where), width=COLUMN)
            self._arrow(f"{name}:e", fact, mark)
            for key in source.keys:
                self._arrow(f"{self._name(key)}:e", f"{name}:w", mark)

    def _merged(self, now: tuple[Source, ...], then: tuple[Source, ...]) -> Iterator[tuple[Source, Mark]]:
        """Yield what brings it today and redesigned, each once: what stays, then what comes, then what goes."""
        before = {(one.kind, one.step, one.what): one for one in now}
        after = {(one.kind, one.step, one.what): one for one in then}
        if self.told.refused:
            yield from ((one, "stays") for one in before.values())
            return
        yield from ((one, "stays") for key, one in before.items() if key in after)
        yield from ((one, "added") for key, one in after.items() if key not in before)
        yield from ((one, "removed") for key, one in before.items() if key not in after)

    def _title(self, name: str) -> Words:
        """Return what a step of today or of the redesign is called."""
        for model in (self.told.before, self.told.after):
            if model is not None and name in model.procedure.step_by_id:
                return title_of(model.procedure.step_by_id[name])
        return Words(name, name)

    def _place(self, one: Reader) -> Place | None:
        """Return where a reader stands: in the redesign, if it is new in it."""
        model = self.told.after if one.fate == "added" else self.told.before
        return place_of(one.step, one.where, one.what, model) if model is not None else None

    def _source(self, one: Source, mark: Mark) -> Iterator[Row]:
        plus = "+ " if mark == "added" else ""
        yield from rows(plus + self.said(SOURCE_WORDS[one.kind]), SOURCE_WIDE, TITLE, mark=mark, bold=True)
        if one.step:
            title = self._title(one.step)
            at = Words(f"di: {title.id}", f"at: {title.en}")
            yield from rows(self.said(at), SOURCE_WIDE, SMALL, mark=mark)
        if one.what not in (self.told.fact, one.step):
            yield from rows(one.what, SOURCE_WIDE, SMALL, mark=mark)
        sure = Words(f"memberi: {self.level(one.level)}", f"brings it: {self.level(one.level)}")
        yield from rows(self.said(sure), SOURCE_WIDE, SMALL, mark=mark if mark == "removed" else "stays")
        if one.residual:
            says = Words("hanya bila penelusuran tidak menemukan apa pun", "only where a look-up finds nothing")
            yield from rows(self.said(says), SOURCE_WIDE, SMALL, colour=QUIET)
        if one.conditional:
            says = Words("hanya bila syaratnya terpenuhi", "only where its condition holds")
            yield from rows(self.said(says), SOURCE_WIDE, SMALL, colour=QUIET)

    def _keys(self) -> None:
        """Draw the keys of what brings the fact, with what brings them in the redesign."""
        behind = dict(self.told.behind)
        of_today = [key for one in self.told.today for key in one.keys if key not in behind]
        for key, brought in (*behind.items(), *((key, ()) for key in dict.fromkeys(of_today))):
            self._key_box(key)
            self._sources(self._name(key), brought, brought)

    def _key_box(self, key: str) -> None:
        lines = [*rows(key, FACT_WIDE, TITLE, bold=True)]
        self._box(self._name(key), "form", "stays", stacked(lines), key, color=INK, penwidth="1.6")

    def _options(self) -> None:
        """Draw what is not used and why, services first; documents are many and all alike, and left out."""
        unused = [one for one in self.told.options if not one.used and one.kind != "document"]
        drawn = {key for key, _ in self.told.behind} | {key for one in self.told.today for key in one.keys}
        for number, one in enumerate(unused[:MOST_OPTIONS]):
            name = f"option_{number}"
            self._box(
                name,
                _shape(one),
                "stays",
                stacked(self._option(one)),
                one.name,
                style="dashed",
                color=QUIET,
                width=COLUMN,
            )
            self._arrow(f"{name}:e", "fact", "stays", style="dotted", color=QUIET)
            if one.keys and not {key.fact for key in one.keys} & drawn:
                self._loose_keys(name, one)
        if len(unused) > MOST_OPTIONS:
            more = len(unused) - MOST_OPTIONS
            self._more("option_more", Words(f"… dan {more} lainnya", f"… and {more} more"))
            self._arrow("option_more:e", "fact", "stays", style="dotted", color=QUIET)

    def _loose_keys(self, name: str, one: Option) -> None:
        """Draw the keys of something unused, one box for them all."""
        keys = [line for key in one.keys for line in rows(key.fact, FACT_WIDE, SMALL, colour=QUIET)]
        self._box(
            f"{name}_keys",
            "form",
            "stays",
            stacked(keys),
            ", ".join(key.fact for key in one.keys),
            color=QUIET,
            style="dashed",
        )
        self._arrow(f"{name}_keys:e", f"{name}:w", "stays", style="dotted", color=QUIET)

    def _option(self, one: Option) -> list[Row]:
        agreement = f" ({one.agreement})" if one.agreement else ""
        lines = rows(one.name + agreement, WHY_WIDE, TITLE)
        sure = self.level(one.level)
        says = Words(f"memberi: {sure}", f"brings it: {sure}")
        if one.coverage < 1:
            says = Words(f"{says.id}; menemukan {one.coverage:.0%}", f"{says.en}; finds {one.coverage:.0%}")
        lines += rows(self.said(says), WHY_WIDE, SMALL, colour=QUIET)
        if one.why_not is not None:
            why = Words(f"tidak dipakai: {one.why_not.id}", f"not used: {one.why_not.en}")
            lines += rows(self.said(why), WHY_WIDE, SMALL, most=6)
        return lines

    def _readers(self) -> None:
        """Draw who needs the fact, by the shapes of their steps, and behind them what comes of it."""
        first: dict[tuple[object, ...], Reader] = {}
        for one in self.told.readers:
            titled = None if (place := self._place(one)) is None else place.title
            first.setdefault((one.step, one.what, one.level, one.ground, one.because, titled), one)
        shown = list(first.values())[:MOST_READERS]
        for number, one in enumerate(shown):
            name, place = f"reader_{number}", self._place(one)
            kind = place.kind if place is not None else "check"
            self._box(
                name,
                _READER_SHAPES.get(kind, kind),
                one.fate,
                stacked(self._reader(one, place)),
                str(one.where),
                width=COLUMN,
            )
            self._arrow("fact", f"{name}:w", one.fate)
        if len(first) > MOST_READERS:
            more = len(first) - MOST_READERS
            self._more("reader_more", Words(f"… dan {more} lainnya", f"… and {more} more"))
            self._arrow("fact", "reader_more:w", "stays")
        if not first:
            self._more("reader_none", Words("tidak ada yang membutuhkannya", "nobody needs it"))
            self._arrow("fact", "reader_none:w", "stays", style="dotted")
        self._outcomes(shown)

    def _outcomes(self, readers: Sequence[Reader]) -> None:
        """Draw what comes of it, each thing once; it goes if all that lead to it go."""
        leading: dict[Outcome, list[int]] = {}
        for number, reader in enumerate(readers):
            place = self._place(reader)
            for one in place.outcomes if place is not None else ():
                leading.setdefault(one, []).append(number)
        for number, (one, numbers) in enumerate(leading.items()):
            fates = [readers[leads].fate for leads in numbers]
            mark: Mark = "removed" if set(fates) == {"removed"} else "stays"
            name = f"outcome_{number}"
            called = self.said(one.words)
            lines = rows(called[:1].upper() + called[1:], READER_WIDE, TITLE, bold=True, mark=mark)
            lines += rows(self.said(OUTCOME_WORDS[one.kind]), READER_WIDE, SMALL, mark=mark)
            self._box(name, OUTCOME_SHAPES[one.kind], mark, stacked(lines), called, width=COLUMN)
            for leads, fate in zip(numbers, fates, strict=True):
                self._arrow(f"reader_{leads}:e", f"{name}:w", fate)

    def _reader(self, one: Reader, place: Place | None) -> list[Row]:
        called = self._title(one.step) if place is None else place.title
        plus = "+ " if one.fate == "added" else ""
        lines = rows(plus + self.said(called), READER_WIDE, TITLE, bold=True, mark=one.fate)
        sure = self.level(one.level)
        needs = Words(f"butuh: {sure}", f"needs it: {sure}") if one.level else Words("tidak pasti", "not for certain")
        lines += rows([self.said(NEEDED[one.what]), self.said(needs)], READER_WIDE, SMALL, mark=one.fate)
        if one.because == "law":
            says = Words(f"hukum: {one.ground}", f"the law: {one.ground}")
            lines += rows(self.said(says), READER_WIDE, SMALL, bold=True)
        elif one.ground:
            lines += rows(one.ground, READER_WIDE, SMALL, colour=QUIET)
        return lines

    def _more(self, name: str, words: Words) -> None:
        label = row(self.said(words), TITLE, colour=QUIET)
        self.boxes.append(f"  {name} [shape=plaintext, label=<{label.html}>]")


def _shape(one: Option) -> str:
    return {"log-in": "identify", "computation": "derive"}.get(one.kind, "lookup")
