"""A picture of lanes, boxes and arrows as DOT text for Graphviz; knows no procedure."""

from dataclasses import dataclass, field

from analysis.drawing.look import FONT, HEADER, INK, LANE, PAPER, RULE, SMALL, TITLE, arrow
from analysis.drawing.text import clean, quoted, shortened

STRAIGHT = 40  # how much harder than others the arrows down a lane are pulled straight


@dataclass(frozen=True, slots=True)
class Box:
    """One node: its name is ours, its label is HTML-like, escaped already."""

    name: str
    lane: int
    label: str
    drawn: dict[str, str]
    tooltip: str = ""
    main: bool = True  # on the straight line of its lane


@dataclass(frozen=True, slots=True)
class Arrow:
    """One edge between two boxes."""

    tail: str
    head: str
    drawn: dict[str, str]
    tooltip: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that is to be seen; labels are HTML-like, escaped already."""

    title: str  # plain
    header: str
    lanes: tuple[str, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    starts: tuple[str, ...] = field(default=())  # boxes that stand on top
    ends: tuple[str, ...] = field(default=())  # boxes that nothing follows


def dot_text(picture: Picture) -> str:
    """Return a picture as DOT text; the same picture always gives the same text.

    Lanes are clusters, each with its title on top and an unseen foot at the bottom, so that all are of one height;
    unseen arrows keep them in order.

    Complexity: linear in boxes and arrows.
    """
    lines = [
        f"digraph {quoted(shortened(clean(picture.title)))} {{",
        f'  graph [fontname="{FONT}", bgcolor="{PAPER}", rankdir=TB, newrank=true, compound=false, splines=ortho,',
        '         nodesep=0.22, ranksep="0.2", pad=0.3, labelloc=t, labeljust=l, fontsize=10, outputorder=edgesfirst,',
        f"         label=<{picture.header}>]",
        f'  node [fontname="{FONT}", fontsize={TITLE}, fontcolor="{INK}", shape=box, margin="0.08,0.05", height=0.1]',
        f'  edge [fontname="{FONT}", fontsize={SMALL}, arrowsize=0.7, {_attributes(arrow("stays"))}]',
    ]
    for number, title in enumerate(picture.lanes):
        lines += _lane(number, title, [one for one in picture.boxes if one.lane == number])
    lines += _frame(picture)
    lines += _arrows(picture)
    return "\n".join([*lines, "}", ""])


def _lane(number: int, title: str, boxes: list[Box]) -> list[str]:
    fill = LANE if number % 2 else PAPER
    lines = [
        f"  subgraph cluster_{number} {{",
        f'    graph [style=filled, fillcolor="{fill}", color="{RULE}", label="", margin=10]',
        f'    head_{number} [label=<{title}>, shape=box, style=filled, fillcolor="{HEADER}", color="{HEADER}", '
        f"width=2.6, height=0.62, group=lane_{number}]",
    ]
    for one in boxes:
        group = {"group": f"lane_{number}"} if one.main else {}
        lines.append(f"    {one.name} [label=<{one.label}>, {_attributes({**one.drawn, **group}, one.tooltip)}]")
    lines += [f'    foot_{number} [label="", shape=point, style=invis, group=lane_{number}]', "  }"]
    return lines


def _frame(picture: Picture) -> list[str]:
    numbers = range(len(picture.lanes))
    lines = []
    for row in ("head", "foot"):
        lines.append(f"  {{ rank=same; {'; '.join(f'{row}_{number}' for number in numbers)} }}")
    if len(picture.lanes) > 1:
        for row in ("head", "foot"):
            lines.append(f"  {' -> '.join(f'{row}_{number}' for number in numbers)} [style=invis]")
    lane_of = {one.name: one.lane for one in picture.boxes}
    lines += [f"  head_{lane_of[name]} -> {name} [style=invis]" for name in picture.starts]
    lines += [f"  {name} -> foot_{lane_of[name]} [style=invis]" for name in picture.ends]
    drawn = {(one.tail, one.head) for one in picture.arrows}
    for number in numbers:
        line = [
            f"head_{number}",
            *(one.name for one in picture.boxes if one.lane == number and one.main),
            f"foot_{number}",
        ]
        pairs = zip(line, line[1:], strict=False)
        lines += [
            f"  {one} -> {other} [style=invis, weight={STRAIGHT}]" for one, other in pairs if (one, other) not in drawn
        ]
    return lines


def _arrows(picture: Picture) -> list[str]:
    """Return the arrows; those down the line of a lane pull straight, those across pull at nothing."""
    box = {one.name: one for one in picture.boxes}
    lines = []
    for one in picture.arrows:
        tail, head = box[one.tail], box[one.head]
        weight = 0 if tail.lane != head.lane else STRAIGHT if tail.main and head.main else 4
        lines.append(f"  {one.tail} -> {one.head} [{_attributes({**one.drawn, 'weight': str(weight)}, one.tooltip)}]")
    return lines


def _attributes(drawn: dict[str, str], tooltip: str = "") -> str:
    said = [f'{name}="{value}"' for name, value in drawn.items()]
    return ", ".join([*said, *([f"tooltip={quoted(tooltip)}"] if tooltip else [])])
