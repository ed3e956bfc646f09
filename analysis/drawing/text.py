"""Text for pictures: cleaned, escaped, and broken into lines that fit; knows no procedure and no picture."""

import html
import unicodedata
from collections.abc import Sequence

LONGEST = 160  # characters of one text on a picture; the rest stands in the tooltip
LONGEST_TOOLTIP = 4000

# Advance widths of Arimo in thousandths of its size, near enough to break lines by.
_NARROW = dict.fromkeys("ijl'|", 222) | dict.fromkeys(" .,:;!ftI[]/\\-()r·", 300)
_WIDE = dict.fromkeys("mwMW%@—…", 880) | dict.fromkeys("ABCDEFGHKNOPQRSTUVXYZ&", 690)
_USUAL = 556


def clean(text: str) -> str:
    """Return a text on one line, without signs that cannot be drawn or that turn the direction of writing.

    >>> clean("Akta\\n  kelahiran\\x07 ")
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


def width(text: str, size: float) -> float:
    """Return about how wide a text is in points.

    >>> width("Akta", 10) < width("AKTA", 10)
    True
    """
    thousandths = sum(_NARROW.get(sign) or _WIDE.get(sign) or _sign_width(sign) for sign in text)
    return thousandths * size / 1000


def _sign_width(sign: str) -> int:
    return _USUAL if sign < "\u2e80" else 1000  # signs of East Asia and pictures fill a square


def lines(text: str, wide: float, size: float, most: int = 3) -> list[str]:
    """Return a text broken into at most so many lines of at most so many points.

    Words that are longer than a line are broken too; what does not fit is left out with ….

    >>> lines("Dinas Kependudukan dan Pencatatan Sipil", 110, 10)
    ['Dinas Kependudukan', 'dan Pencatatan Sipil']
    >>> lines("Dinas Kependudukan dan Pencatatan Sipil", 110, 10, most=1)
    ['Dinas…']
    """
    broken = [""]
    for word in _pieces(shortened(clean(text), 40 * most), wide, size):
        longer = f"{broken[-1]} {word}".strip()
        if width(longer, size) <= wide:
            broken[-1] = longer
        else:
            broken.append(word)
    if len(broken) > most or len(clean(text)) > 40 * most:
        broken = broken[:most]
        while broken[-1] and width(broken[-1] + "…", size) > wide:
            broken[-1] = broken[-1].rpartition(" ")[0] or broken[-1][:-1]
        broken[-1] = broken[-1].rstrip("…,;: ") + "…"
    return broken


def _pieces(text: str, wide: float, size: float) -> Sequence[str]:
    """Return the words of a text, those too long for a line cut into pieces that fit."""
    pieces = []
    for word in text.split():
        while width(word, size) > wide and len(word) > 1:
            fits = next(end for end in range(len(word), 0, -1) if width(word[:end], size) <= wide or end == 1)
            pieces.append(word[:fits])
            word = word[fits:]
        pieces.append(word)
    return pieces


def escaped(text: str) -> str:
    """Return a text that stands for itself in an HTML-like label.

    >>> escaped('<script> "a" & b\\\\N')
    '&lt;script&gt; &quot;a&quot; &amp; b&#92;N'
    """
    return html.escape(clean(text)).replace("\\", "&#92;")


def quoted(text: str) -> str:
    """Return a text of one or more lines as a quoted value of DOT that stands for itself.

    >>> quoted('a "b" -> c')
    '"a &quot;b&quot; -&gt; c"'
    """
    told = "\\n".join(escaped(line) for line in shortened(text, LONGEST_TOOLTIP).split("\n"))
    return f'"{told}"'
