"""Pictures of a page: drawn side by side, kept while they are the same, and made fit to stand in it; knows no procedure."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from flows.pictures import render

_HEAD = re.compile(r'<svg width="(?P<wide>[\d.]+)pt" height="(?P<high>[\d.]+)pt"\s+viewBox="(?P<box>[\d. -]+)"[^>]*>')
_AWAY = re.compile(
    r'<!--.*?-->\n?|<title>[^<]*</title>\n?| font-family="[^"]*"| xml:space="preserve"| text-anchor="start"'
    r"|<text [^>]*>\s*</text>\n?",  # only keeps lines apart where Graphviz lays them out
    re.DOTALL,
)
_TEXT, _USUAL = re.compile(r"<text [^>]*>"), re.compile(r' font-size="8\.00"| fill="#1f2933"')

_PLACES, _TENTHS = re.compile(r' (?:points|d|x|y)="[^"]*"'), re.compile(r"(\d\.\d)\d+")


@lru_cache(maxsize=64)
def svg_of(dot: str) -> str:
    """Return DOT text as SVG; the same text is drawn once, as far as it is remembered.

    Raises:
        PictureError: If it cannot be drawn here.
    """
    return render(dot, "svg").decode()


def svgs_of(dots: Sequence[str]) -> list[str]:
    """Return several pictures, drawn at the same time; see `svg_of`."""
    with ThreadPoolExecutor(max(1, len(dots))) as pool:
        return list(pool.map(svg_of, dots))


@lru_cache(maxsize=64)
def inlined(svg: str, prefix: str, label: str) -> str:
    """Return a picture as an element of a page.

    Args:
        svg: As Graphviz wrote it.
        prefix: Of the names in it, so that two pictures of a page have none in common.
        label: What it is called for those who cannot see it; escaped already.
    """
    head = _HEAD.search(svg)
    assert head is not None  # noqa: S101  # as Graphviz writes it
    body = svg[head.end() :]
    body = _AWAY.sub("", body).replace(' xlink:title="?"', "")
    body = re.sub(r' (?:id|class)="(?:a_)?(?:edge|clust|graph)[^"]*"', "", body)
    body = re.sub(r' id="(?:a_)?[^"]*"', "", body)
    body = _PLACES.sub(lambda found: _TENTHS.sub(r"\1", found[0]), body)
    body = re.sub(
        r'<g><a xlink:title="[^"]*">\n(<(?:path|polygon)[^>]*/>\n(?:<polygon[^>]*/>\n)?)</a>\n</g>', r"\1", body
    )
    body = _TEXT.sub(lambda found: _USUAL.sub("", found[0]), body)  # as the whole picture says
    size = f'width="{float(head["wide"]):.0f}" height="{float(head["high"]):.0f}" viewBox="{head["box"]}"'
    return (
        f'<svg id="{prefix}" class="drawing" {size} font-size="8" fill="#1f2933" role="group" aria-label="{label}" '
        f'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{body}'
    )
