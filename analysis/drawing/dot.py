"""A picture as DOT text for Graphviz, every box in its place; knows no procedure."""

from analysis.drawing.layout import Layout, Spot, layout
from analysis.drawing.look import FONT, HEADER, INK, LANE, PAPER, RULE, SMALL, TITLE, arrow
from analysis.drawing.picture import Box, Picture
from analysis.drawing.text import named, quoted

WIDE_HEADER = 1150.0  # points it takes in one row


def dot_text(picture: Picture) -> str:
    """Return a picture as DOT text; the same picture always gives the same text.

    Graphviz is told where every box stands (`layout=nop2`), and finds the way of the arrows between them. Its own layout of clusters
    keeps lanes neither in order nor straight.

    Complexity: that of `layout`.
    """
    placed = layout(picture.boxes, picture.arrows, len(picture.lanes))
    header = picture.header.wide if placed.wide >= WIDE_HEADER else picture.header.narrow
    header = f"<{header}>" if header else '""'
    lines = [
        f"digraph {named(picture.title)} {{",
        f'  graph [layout=nop2, splines=ortho, fontname="{FONT}", fontcolor="{INK}", fontsize={TITLE}, bgcolor="{PAPER}",',
        f"         pad=0.3, outputorder=edgesfirst, labelloc=t, labeljust=l, label={header}]",
        f'  node [fontname="{FONT}", fontcolor="{INK}", fontsize={TITLE}, fixedsize=true, margin=0, label=""]',
        f'  edge [fontname="{FONT}", fontsize={SMALL}, arrowsize=0.7, {_attributes(arrow("stays"))}]',
    ]
    for number, title in enumerate(picture.lanes):
        fill = LANE if number % 2 else PAPER
        lines += [
            f"  subgraph cluster_{number} {{",
            f'    graph [style=filled, fillcolor="{fill}", color="{RULE}", label="", bb="{_bounds(placed, number)}", '
            f"tooltip={quoted(title.plain)}]",
            f'    head_{number} [shape=box, style=filled, fillcolor="{HEADER}", color="{RULE}", label=<{title.label.html}>, '
            f"{_place(placed, placed.heads[number])}, tooltip={quoted(title.plain)}]",
            *(_box(one, placed) for one in picture.boxes if one.lane == number),
            "  }",
        ]
    called = {one.name: one.tooltip.partition("\n")[0] for one in picture.boxes}
    lines += [
        f"  {one.tail} -> {one.head} [{_attributes(one.drawn)}, tooltip={quoted(f'{called[one.tail]} → {called[one.head]}')}]"
        for one in picture.arrows
    ]
    return "\n".join([*lines, "}", ""])


def _box(one: Box, placed: Layout) -> str:
    said = [_place(placed, placed.boxes[one.name]), _attributes(one.drawn)]
    if one.grows:
        said.append("fixedsize=false")
    if one.link:
        said.append(f"href={quoted(one.link)}")
    if one.label.html:
        said.append(f"label=<{one.label.html}>")
    said.append(f"tooltip={quoted(one.tooltip)}")
    return f"    {one.name} [{', '.join(said)}]"


def _place(placed: Layout, spot: Spot) -> str:
    """Return where a box stands and how large it is: points from the lower left for its middle, inches for its sides."""
    across, up = spot.left + spot.wide / 2, placed.high - spot.top - spot.high / 2
    return f'pos="{across:.1f},{up:.1f}", width={spot.wide / 72:.3f}, height={spot.high / 72:.3f}'


def _bounds(placed: Layout, number: int) -> str:
    spot = placed.lanes[number]
    return f"{spot.left:.1f},{placed.high - spot.top - spot.high:.1f},{spot.left + spot.wide:.1f},{placed.high - spot.top:.1f}"


def _attributes(drawn: dict[str, str]) -> str:
    return ", ".join(f'{name}="{value}"' for name, value in drawn.items())
