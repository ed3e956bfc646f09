"""Text for pictures: cleaned, escaped, and broken into lines that fit; knows no procedure and no picture."""

import html
import unicodedata
from collections.abc import Sequence

LONGEST = 160  # characters of one text on a picture; the rest stands in the tooltip
LONGEST_TOOLTIP = 12_000

# Advance widths of Arimo (and of Arial and Liberation Sans, which are as wide), from the space to the tilde, in
# thousandths of the size of the letters.
_REGULAR = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 "
    "278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 "
    "611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 "
    "556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"
)
_BOLD = (
    "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 "
    "333 333 584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 "
    "611 722 667 944 667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 556 278 889 "
    "611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584"
)
_WIDTHS = tuple(
    {chr(32 + place): int(told) for place, told in enumerate(table.split())} | dict.fromkeys("…→—", 1000)
    for table in (_REGULAR, _BOLD)
)
_OTHER, _SQUARE = 600, 1000  # of other signs; those of East Asia and small pictures fill a square


def clean(text: str) -> str:
    r"""Return a text on one line, without signs that cannot be drawn or that turn the direction of writing.

    >>> clean("Akta\n  kelahiran\x07 ")
    'Akta kelahiran'
    """
    drawable = "".join(" " if unicodedata.category(sign) in _UNDRAWABLE else sign for sign in text)
    return " ".join(drawable.split())


_UNDRAWABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def shortened(text: str, longest: int = LONGEST) -> str:
    """Return a text that is no longer than so many characters, with … for what is left out.

    >>> shortened("Kartu keluarga", 6)
    'Kartu…'
    """
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a text is in points.

    >>> width("Akta", 10), width("Akta", 10, bold=True)
    (20.01, 21.67)
    """
    known = _WIDTHS[bold]
    thousandths = sum(known.get(sign) or (_OTHER if sign < "\u2e80" else _SQUARE) for sign in text)
    return thousandths * size / 1000


def lines(text: str, wide: float, size: float, *, most: int = 3, bold: bool = False) -> list[str]:
    """Return a text broken into at most so many lines of at most so many points.

    Words that are longer than a line are broken too; what does not fit is left out with ….

    >>> lines("Dinas Kependudukan dan Pencatatan Sipil", 110, 10)
    ['Dinas Kependudukan', 'dan Pencatatan Sipil']
    >>> lines("Dinas Kependudukan dan Pencatatan Sipil", 110, 10, most=1)
    ['Dinas Kependudukan…']
    """
    longest = int(most * wide / size) * 5  # more would never fit, however narrow its signs
    whole = clean(text)
    broken = _filled(_pieces(shortened(whole, longest), wide, size, bold), wide, size, bold)
    if len(broken) > most or len(whole) > longest:
        broken = broken[:most]
        while broken[-1] and width(broken[-1] + "…", size, bold=bold) > wide:
            broken[-1] = broken[-1].rpartition(" ")[0] or broken[-1][:-1]
        broken[-1] = broken[-1].rstrip("…,;: ") + "…"
    return broken


def lines_of(
    units: Sequence[str], wide: float, size: float, *, between: str = " · ", most: int = 3, bold: bool = False
) -> list[str]:
    """Return texts one after the other, broken over lines between them where that is possible, else inside them.

    >>> lines_of(["pemeriksaan", "petugas loket", "8 menit"], 90, 8)
    ['pemeriksaan', 'petugas loket · 8 menit']
    """
    broken: list[str] = []
    for unit in units:
        first, *more = lines(unit, wide, size, most=most, bold=bold)
        longer = f"{broken[-1]}{between}{first}" if broken else first
        if broken and not more and width(longer, size, bold=bold) <= wide:
            broken[-1] = longer
        else:
            broken += [first, *more]
    return broken


def _filled(parts: Sequence[str], wide: float, size: float, bold: bool) -> list[str]:
    """Return parts put into lines, as many to each as fit."""
    broken = [""]
    for part in parts:
        longer = f"{broken[-1]} {part}" if broken[-1] else part
        if not broken[-1] or width(longer, size, bold=bold) <= wide:
            broken[-1] = longer
        else:
            broken.append(part)
    return broken


def _pieces(text: str, wide: float, size: float, bold: bool) -> list[str]:
    """Return the words of a text, those too long for a line cut into pieces that fit."""
    pieces = []
    for word in text.split():
        piece = ""
        for sign in word:
            if piece and width(piece + sign, size, bold=bold) > wide:
                pieces.append(piece)
                piece = ""
            piece += sign
        pieces.append(piece)
    return pieces


def escaped(text: str) -> str:
    r"""Return a text that stands for itself in an HTML-like label; a backslash would begin one of DOT's own signs.

    >>> print(escaped(r'<script> "a" & b\N'))
    &lt;script&gt; &quot;a&quot; &amp; b\\N
    """
    return html.escape(clean(text)).replace("\\", "\\\\")


def quoted(text: str) -> str:
    r"""Return a text of one or more lines as a quoted tooltip of DOT that stands for itself.

    >>> print(quoted('a "b" -> c\\N'))
    "a &quot;b&quot; -&gt; c\\\\N"
    """
    lines_told = shortened(text, LONGEST_TOOLTIP).split("\n")
    return '"' + "\\n".join(escaped(line).replace("\\", "\\\\") for line in lines_told) + '"'  # read twice


def named(text: str) -> str:
    r"""Return a text as the quoted name of a graph, in which a backslash has no meaning but may not end it.

    >>> print(named('C:\\'))
    "C:/"
    """
    return f'"{html.escape(clean(shortened(text))).replace(chr(92), "/")}"'
