"""The derivation of one fact as DOT text: what brings it, from what, who needs it, what comes of it; never runs Graphviz."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from analysis.drawing.label import TABLE, row, rows, stacked
from analysis.drawing.look import BORDERS, FILLS, FONT, INK, LINE, PAPER, QUIET, SMALL, TITLE, Mark, arrow, box
from analysis.drawing.outcomes import Outcome, OutcomeKind, Place, place_of
from analysis.drawing.text import named, quoted, shortened
from analysis.drawing.worded import Worded
from analysis.drawing.wording import large, share_words
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


class _Line(NamedTuple):
    """What a box says in one or more lines; where they are too short for it, all of it is told where the mouse rests."""

    text: str
    size: float = SMALL
    mark: Mark = "stays"
    bold: bool = False
    colour: str | None = None
    most: int = 3  # lines


def derivation(told: Explanation, language: Language, services: Mapping[str, Words] = MappingProxyType({})) -> str:
    """Return DOT text of where a fact comes from and what it comes to.

    What brings it stands on the left, who needs it on the right, behind them the papers, registers and refusals that follow.

    What the redesign takes away is struck out and dashed, what it puts in is thick with a plus, as on other pictures; what
    could bring the fact and is not used stands below with dotted lines and the reason.

    Args:
        told: What there is to say of the fact.
        language: Of all that is written on it.
        services: What other procedures are called, for those that follow this one.

    Returns:
        The same text for the same values, always.

    Complexity: linear in what there is to draw.
    """
    return _Derivation(told, language, services).text()


@dataclass
class _Derivation:
    told: Explanation
    language: Language
    services: Mapping[str, Words]
    boxes: list[str] = field(default_factory=list)
    arrows: list[str] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)  # of keys, numbered as they are met

    def said(self, words: Words) -> str:
        return words.in_language(self.language)

    @cached_property
    def worded(self) -> Worded:
        """Tells names in words, those of the redesign too."""
        return Worded([one for one in (self.told.before, self.told.after) if one is not None])

    def called(self, name: str) -> str:
        """Return what a fact, step, document or service is called, as a box begins with it."""
        return large(self.said(self.worded.name(name)))

    def _key(self, fact: str) -> str:
        """Return the name of a key's box."""
        return f"key_{self.names.setdefault(fact, len(self.names))}"

    def level(self, level: int) -> str:
        return self.said(Assurance(level).words)

    # --- the whole

    def text(self) -> str:
        self._box(
            "fact",
            "form",
            "stays",
            [_Line(self._title, 12, bold=True)],
            FACT_WIDE,
            color=INK,
            penwidth="2.4",
            margin="0.16,0.12",
        )
        self._sources("fact", self.told.today, self.told.redesigned)
        self._keys()
        self._options()
        self._readers()
        return "\n".join(
            [
                f"digraph {named(self._title)} {{",
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

    @property
    def _title(self) -> str:
        return large(self.said(self.told.words))

    def _head(self) -> str:
        title = row(shortened(self._title), 16, bold=True)
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

    def _box(self, name: str, kind: str, mark: Mark, told: Sequence[_Line], wide: float, **more: str) -> None:
        drawn = {**box(kind, mark), **more}
        if kind == "form":
            drawn["margin"] = more.get("margin", "0.11,0.06")
        label = stacked(
            line
            for one in told
            for line in rows(one.text, wide, one.size, mark=one.mark, bold=one.bold, colour=one.colour, most=one.most)
        ).html
        if kind == "lookup":  # its upper edge is round
            label = label.replace(TABLE, f'{TABLE}<TR><TD HEIGHT="10"></TD></TR>', 1)
        said = ", ".join(f'{key}="{value}"' for key, value in drawn.items())
        tooltip = quoted("\n".join(one.text for one in told))
        self.boxes.append(f"  {name} [{said}, label=<{label}>, tooltip={tooltip}]")

    def _arrow(self, tail: str, head: str, mark: Mark, **more: str) -> None:
        drawn = {**arrow(mark), **more}
        said = ", ".join(f'{key}="{value}"' for key, value in drawn.items())
        self.arrows.append(f"  {tail} -> {head} [{said}]")

    def _sources(self, fact: str, now: tuple[Source, ...], then: tuple[Source, ...]) -> None:
        for number, (source, mark) in enumerate(self._merged(now, then)):
            name = f"{fact}_source_{number}"
            self._box(name, SHAPE_OF[source.kind], mark, list(self._source(source, mark)), SOURCE_WIDE, width=COLUMN)
            self._arrow(f"{name}:e", fact, mark)
            for key in source.keys:
                self._arrow(f"{self._key(key)}:e", f"{name}:w", mark)

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

    def _place(self, one: Reader) -> Place | None:
        """Return where a reader stands: in the redesign, if it is new in it."""
        model = self.told.after if one.fate == "added" else self.told.before
        return place_of(one.step, one.where, one.what, model) if model is not None else None

    def _source(self, one: Source, mark: Mark) -> Iterator[_Line]:
        plus = "+ " if mark == "added" else ""
        yield _Line(plus + self.said(SOURCE_WORDS[one.kind]), TITLE, mark, bold=True)
        step = self.called(one.step)
        if one.step:
            yield _Line(self.said(Words(f"di: {step}", f"at: {step}")), mark=mark)
        if one.what not in (self.told.fact, one.step) and self.called(one.what) != step:
            yield _Line(self.called(one.what), mark=mark)
        sure = self.said(Words("memberi: {}", "brings it: {}")).format(self.level(one.level))
        yield _Line(sure, mark="removed" if mark == "removed" else "stays")
        if one.residual:
            says = Words("hanya bila penelusuran tidak menemukan apa pun", "only where a look-up finds nothing")
            yield _Line(self.said(says), colour=QUIET)
        if one.conditional:
            yield _Line(
                self.said(Words("hanya bila syaratnya terpenuhi", "only where its condition holds")), colour=QUIET
            )

    def _keys(self) -> None:
        """Draw the keys of what brings the fact, with what brings them in the redesign."""
        behind = dict(self.told.behind)
        of_today = [key for one in self.told.today for key in one.keys if key not in behind]
        for key, brought in (*behind.items(), *((key, ()) for key in dict.fromkeys(of_today))):
            self._key_box(key)
            self._sources(self._key(key), brought, brought)

    def _key_box(self, key: str) -> None:
        line = _Line(self.called(key), TITLE, bold=True)
        self._box(self._key(key), "form", "stays", [line], FACT_WIDE, color=INK, penwidth="1.6")

    def _options(self) -> None:
        """Draw what is not used and why, services first; documents are many and all alike, and left out."""
        unused = [one for one in self.told.options if not one.used and one.kind != "document"]
        drawn = {key for key, _ in self.told.behind} | {key for one in self.told.today for key in one.keys}
        for number, one in enumerate(unused[:MOST_OPTIONS]):
            name = f"option_{number}"
            told = list(self._option(one))
            self._box(name, _shape(one), "stays", told, WHY_WIDE, style="dashed", color=QUIET, width=COLUMN)
            self._arrow(f"{name}:e", "fact", "stays", style="dotted", color=QUIET)
            if one.keys and not {key.fact for key in one.keys} & drawn:
                self._loose_keys(name, one)
        if len(unused) > MOST_OPTIONS:
            more = len(unused) - MOST_OPTIONS
            self._more("option_more", Words(f"… dan {more} lainnya", f"… and {more} more"))
            self._arrow("option_more:e", "fact", "stays", style="dotted", color=QUIET)

    def _loose_keys(self, name: str, one: Option) -> None:
        """Draw the keys of something unused, one box for them all."""
        keys = [_Line(self.called(key.fact), colour=QUIET) for key in one.keys]
        self._box(f"{name}_keys", "form", "stays", keys, FACT_WIDE, color=QUIET, style="dashed")
        self._arrow(f"{name}_keys:e", f"{name}:w", "stays", style="dotted", color=QUIET)

    def _option(self, one: Option) -> Iterator[_Line]:
        agreement = Words(f" (perjanjian {one.agreement})", f" (agreement {one.agreement})")
        yield _Line(self.called(one.name) + (self.said(agreement) if one.agreement else ""), TITLE)
        sure = self.level(one.level)
        says = Words(f"memberi: {sure}", f"brings it: {sure}")
        if one.coverage < 1:
            share = share_words(one.coverage)
            says = Words(f"{says.id}; menemukan {share.id}", f"{says.en}; finds {share.en}")
        yield _Line(self.said(says), colour=QUIET)
        if one.why_not is not None:
            why = self.worded(one.why_not)
            yield _Line(self.said(Words(f"tidak dipakai: {why.id}", f"not used: {why.en}")), most=6)

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
            told = list(self._reader(one, place))
            self._box(name, _READER_SHAPES.get(kind, kind), one.fate, told, READER_WIDE, width=COLUMN)
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
            words = self.services.get(one.words.en, one.words) if one.kind == "follows" else one.words
            told = [
                _Line(large(self.said(words)), TITLE, mark, bold=True),
                _Line(self.said(OUTCOME_WORDS[one.kind]), mark=mark),
            ]
            self._box(name, OUTCOME_SHAPES[one.kind], mark, told, READER_WIDE, width=COLUMN)
            for leads, fate in zip(numbers, fates, strict=True):
                self._arrow(f"reader_{leads}:e", f"{name}:w", fate)

    def _reader(self, one: Reader, place: Place | None) -> Iterator[_Line]:
        called = self.called(one.step) if place is None else self.said(place.title)
        plus = "+ " if one.fate == "added" else ""
        yield _Line(plus + called, TITLE, one.fate, bold=True)
        sure = self.level(one.level)
        needs = Words(f"butuh: {sure}", f"needs it: {sure}") if one.level else Words("tidak pasti", "not for certain")
        yield _Line(f"{self.said(NEEDED[one.what])} · {self.said(needs)}", mark=one.fate)
        if one.because == "law":
            yield _Line(self.said(Words(f"hukum: {one.ground}", f"the law: {one.ground}")), bold=True)
        elif one.ground:
            yield _Line(one.ground, colour=QUIET)

    def _more(self, name: str, words: Words) -> None:
        label = row(self.said(words), TITLE, colour=QUIET)
        self.boxes.append(f"  {name} [shape=plaintext, label=<{label.html}>]")


def _shape(one: Option) -> str:
    return {"log-in": "identify", "computation": "derive"}.get(one.kind, "lookup")
