"""What is written in the box of each step and on each way; knows neither where it stands nor what leads to it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from analysis.drawing import look
from analysis.drawing.alignment import Piece, Side
from analysis.drawing.facts import FactsOf, Group, Line
from analysis.drawing.label import EMPTY, TABLE, Label, Row, beside, gap, row, rows, stacked
from analysis.drawing.look import Mark
from analysis.drawing.text import clean
from analysis.drawing.ways import WayLabel
from analysis.drawing.wording import (
    END,
    EVENT,
    KIND_WORDS,
    START,
    by_words,
    duration_words,
    minutes_words,
    money_words,
    share_words,
    title_of,
    whom_words,
)
from processes.procedure import (
    Carry,
    Choose,
    FormStep,
    Issue,
    Lookup,
    Notify,
    Pay,
    Step,
    Wait,
)
from processes.resolved import Resolved
from processes.words import Language, Words, same

Facts = Literal["none", "short", "all"]
Links = Callable[[str, str], str]  # a step, and what is asked there (or nothing) -> where a click leads, or nothing
MOST: dict[Facts, int] = {"none": 0, "short": 6, "all": 10_000}  # lines of one group
INDENT = 6.0  # points
INSET = f'<FONT POINT-SIZE="{look.SMALL}">&#160;&#160;</FONT>'
PAD = 4  # of the cells of a form
COLUMNS = ((9, 1), (26, 2))  # up to so many lines, so many columns; else three


T = TypeVar("T")


@dataclass(frozen=True)
class Content:
    """Writes labels, in one language."""

    before: Resolved
    after: Resolved
    language: Language
    facts: Facts = "short"
    side: Side | None = None  # only what that procedure has
    links: Links = lambda step, name: ""

    @property
    def facts_of(self) -> FactsOf:
        """What steps are about."""
        return FactsOf(self.before, self.after, every=self.facts == "all", side=self.side)

    def said(self, words: Words) -> str:
        """Return words in the language, cleaned."""
        return clean(words.in_language(self.language))

    # --- labels

    def label(self, piece: Piece) -> Label:
        """Return what is written in the box of a step."""
        step = piece.item
        assert isinstance(step, Step)  # noqa: S101  # only steps have labels
        if isinstance(step, FormStep):
            return self._form_label(piece)
        wide = look.WIDTHS.get(step.kind, look.STEP_WIDE)
        told = [*self._head(piece, wide), *self._running(self.facts_of.step_facts(piece), wide)]
        if isinstance(step, Lookup):  # the lid of a cylinder takes the upper part
            told = [gap(2 + sum(one.height for one in told) * 0.1), *told]
        label = stacked(told)
        if isinstance(step, Carry):  # the tip of an arrow takes the right side
            return label._replace(html=f'{TABLE}<TR><TD>{label.html}</TD><TD WIDTH="{look.TIP}"></TD></TR></TABLE>')
        return label

    def _head(self, piece: Piece, wide: float) -> list[Row]:
        """Return the title of a step, and under it what kind it is, who does it and how long it takes."""
        step, mark = piece.item, piece.mark
        title = ("+ " if mark == "added" else "") + self.said(title_of(step))
        info = [self.said(part) for part in self.info(piece)]
        return [
            *rows(title, wide, look.TITLE, mark=mark, bold=True),
            *rows(info, wide, look.SMALL, colour=look.QUIET if mark == "stays" else look.INKS[mark]),
        ]

    def info(self, piece: Piece) -> list[Words]:
        """Return what kind of step it is, who does it where the lane does not say it, and how long it takes."""
        step = piece.item
        assert isinstance(step, Step)  # noqa: S101  # only steps have it
        kind = "letter" if isinstance(step, Issue) and step.letter else step.kind
        parts = [KIND_WORDS[kind]]
        if officer := by_words(step, self.before.naming):
            parts.append(officer)
        match step:
            case Lookup():
                if registry := self._registry(step):
                    parts.append(registry)
            case Pay(fee=fee) if fee:
                parts.append(money_words(fee))
            case Wait(lasts=lasts) if lasts is not None:
                parts.append(duration_words(lasts))
            case Notify(whom=whom) if whom is not None:
                parts.append(whom_words(whom, self.before.naming))
        old = piece.before.minutes if isinstance(piece.before, Step) and self.side is None else step.minutes
        if step.minutes or old:
            parts.append(minutes_words(step.minutes, old))
        if step.waits is not None and step.waits.amount:
            time = duration_words(step.waits)
            parts.append(Words(f"menunggu {time.id}", f"waits {time.en}"))
        return parts

    def _registry(self, step: Lookup) -> Words | None:
        name = step.service.partition(".")[0]
        return next((one.title for one in self.before.catalogue.registries if one.id == name), None)

    def _running(self, group: Sequence[Line], wide: float) -> list[Row]:
        """Return facts one after the other, broken over lines."""
        if not group or not MOST[self.facts]:
            return []
        shown, rest = self._few(group)
        told: list[list[Row]] = [[]]
        for one in shown:
            comma = "," if one is not shown[-1] or rest else ""
            text = ("+ " if one.mark == "added" else "") + self.said(one.says) + comma
            for part in rows(text, wide, look.SMALL, mark=one.mark, most=2):
                if told[-1] and beside([*told[-1], part]).width > wide:
                    told.append([])
                told[-1].append(part)
        more = [self._more(rest)] if rest else []
        return [*map(beside, told), *more]

    def _few(self, group: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line]]:
        """Return the lines of a group that are shown, and the others: of what goes, stays or comes, the rarer first."""
        most = MOST[self.facts]
        if len(group) <= most + 1:
            return group, ()
        often = Counter(one.mark for one in group)
        order = sorted(range(len(group)), key=lambda number: (often[group[number].mark], number))
        return [group[number] for number in sorted(order[:most])], [group[number] for number in sorted(order[most:])]

    def _more(self, rest: Sequence[Line]) -> Row:
        gone, new = (sum(one.mark == mark for one in rest) for mark in ("removed", "added"))
        more = Words(f"+ {len(rest)} lagi", f"+ {len(rest)} more")
        if 0 < gone < len(rest):
            more = Words(f"{more.id} ({gone} dihapus)", f"{more.en} ({gone} removed)")
        elif gone:
            more = Words(f"+ {gone} lagi dihapus", f"+ {gone} more removed")
        elif new == len(rest):
            more = Words(f"+ {new} lagi yang baru", f"+ {new} more new")
        return row(self.said(more), look.SMALL, colour=look.QUIET)

    def _form_label(self, piece: Piece) -> Label:
        """Return a form as a table: its title on top, its questions and documents in columns."""
        mark, groups = piece.mark, self.facts_of.form_groups(piece)
        rough = sum(2 + min(len(group.lines), MOST[self.facts]) for group in groups)
        wanted = min(next((columns for most, columns in COLUMNS if rough <= most), 3), len(groups))
        wide = max(look.COLUMN_WIDE, look.STEP_WIDE / max(1, wanted))
        blocks = _balanced([self._block(one, piece, wide) for one in groups], wanted)
        tall = max((sum(one.height for one in told) for told in blocks), default=-2 * PAD)
        columns = [stacked(told, left=True, high=tall) for told in blocks]
        cell = wide + 2 * PAD + 2
        whole = max(look.STEP_WIDE + 18, cell * len(columns))
        head = stacked(one._replace(link=self.link(piece)) for one in self._head(piece, whole - 2 * PAD))
        top = (
            f'<TR><TD COLSPAN="{max(1, len(columns))}" BGCOLOR="{look.HEADERS[mark]}" '
            f'WIDTH="{whole:.0f}" HEIGHT="{head.height + 2 * PAD:.0f}">{head.html}</TD></TR>'
        )
        cells = "".join(
            f'<TD ALIGN="LEFT" VALIGN="TOP" WIDTH="{whole / len(columns):.0f}" '
            f'HEIGHT="{tall + 2 * PAD:.0f}">{one.html}</TD>'
            for one in columns
        )
        body = f"<TR>{cells}</TR>" if cells else ""
        table = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="{PAD}">{top}{body}</TABLE>'
        return Label(table, whole, head.height + tall + 4 * PAD)

    def link(self, piece: Piece, name: str = "") -> str:
        """Return where a click on a step, or on what it asks, leads."""
        return self.links(piece.item.id, name) if isinstance(piece.item, Step) else ""

    def _block(self, group: Group, piece: Piece, wide: float) -> list[Row]:
        """Return the lines of a group: its heading with a count, then up to a number of its questions."""
        mark = piece.mark
        before = sum(one.mark != "added" for one in group.lines)
        after = sum(one.mark != "removed" for one in group.lines)
        count = f"{before} → {after}" if before != after and mark == "stays" else f"{before or after}"
        if self.side is not None:
            count = str(len(group.lines))
        heading: Mark = "removed" if not after else mark
        told = rows(f"{self.said(group.heading)} ({count})", wide, look.SMALL, mark=heading, bold=True, most=2)
        if MOST[self.facts]:
            shown, rest = self._few(group.lines)
            told += [part._replace(link=self.link(piece, one.name)) for one in shown for part in self._line(one, wide)]
            if rest:
                told.append(self._more(rest))
        return [*told, gap(4)]

    def _line(self, one: Line, wide: float) -> list[Row]:
        """Return a question in one line, or in two with the second set in."""
        text = ("+ " if one.mark == "added" else "") + self.said(one.says) + (" *" if one.sometimes else "")
        first, *more = rows(text, wide - INDENT, look.SMALL, mark=one.mark, most=2)
        return [first, *(part._replace(html=f"{INSET}{part.html}") for part in more)]

    # --- what is no step

    def start(self) -> tuple[Label, str]:
        """Return what is written on the beginning, and its tooltip."""
        return stacked([row(self.said(START), look.TITLE, colour=look.PAPER)]), self.said(START)

    def end(self) -> tuple[Label, str]:
        """Return what is written on the end, and its tooltip."""
        return stacked([row(self.said(END), look.TITLE, colour=look.PAPER)]), self.said(END)

    def event(self) -> tuple[Label, str] | None:
        """Return what is written on the event that starts cases by itself, if one does, and its tooltip."""
        start = self.after.procedure.starts_from
        if start is None:
            return None
        event = self.after.catalogue.event.get(start.event)
        title = self.said(title_of(event) if event is not None else same(start.event))
        info = [self.said(EVENT), *([self.said(share_words(start.share))] if start.share < 1 else [])]
        told = [*rows(title, look.STEP_WIDE, look.TITLE, bold=True), *rows(info, look.STEP_WIDE, look.SMALL)]
        return stacked([gap(4), *told]), title

    def choice(self, choice: Choose, mark: Mark) -> Label:
        """Return what is written on a choice: its title, if it has one."""
        if choice.title is None:
            return EMPTY
        return stacked(rows(self.said(choice.title), look.WAY_WIDE, look.TITLE, mark=mark))

    def way(self, label: WayLabel, mark: Mark) -> Label:
        """Return what is written on a way: its title or condition, and how likely it is."""
        first = label.title or label.condition
        if first is None:
            return EMPTY
        units = [self.said(first), *([self.said(share_words(label.share))] if label.share is not None else [])]
        colour = look.QUIET
        told = rows(units, look.WAY_WIDE, look.SMALL, mark=mark, bold=True, colour=colour)
        if label.title is not None and label.condition is not None:
            told += rows(self.said(label.condition), look.WAY_WIDE, look.SMALL, mark=mark, colour=colour, most=2)
        return stacked(told)


def _balanced(blocks: Sequence[list[T]], columns: int) -> list[list[T]]:
    """Return blocks in their order in so many columns of about one height.

    >>> _balanced([["a"] * 3, ["b"] * 2, ["c"] * 4], 2)
    [['a', 'a', 'a', 'b', 'b'], ['c', 'c', 'c', 'c']]
    """
    if not blocks:
        return []
    for height in range(max(map(len, blocks)), sum(map(len, blocks)) + 1):
        made: list[list[T]] = [[]]
        for block in blocks:
            if len(made[-1]) + len(block) > height and made[-1]:
                made.append([])
            made[-1] += block
        if len(made) <= columns:
            return made
    return [[line for block in blocks for line in block]]
