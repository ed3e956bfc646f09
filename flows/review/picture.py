"""Graphviz's SVG made fit to stand in a page: names of its own, nothing that a page says itself, no more than is seen; draws nothing."""

import re

_HEAD = re.compile(r'<svg width="(?P<wide>[\d.]+)pt" height="(?P<high>[\d.]+)pt"\s+viewBox="(?P<box>[\d. -]+)"[^>]*>')
_AWAY = re.compile(
    r'<!--.*?-->\n?|<title>[^<]*</title>\n?| font-family="[^"]*"| xml:space="preserve"| text-anchor="start"',
    re.DOTALL,
)

_PLACES, _TENTHS = re.compile(r' (?:points|d|x|y)="[^"]*"'), re.compile(r"(\d\.\d)\d+")


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
    size = f'width="{float(head["wide"]):.0f}" height="{float(head["high"]):.0f}" viewBox="{head["box"]}"'
    return (
        f'<svg id="{prefix}" class="drawing" {size} role="group" aria-label="{label}" '
        f'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{body}'
    )
