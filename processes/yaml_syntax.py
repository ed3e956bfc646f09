"""What the YAML reader could not read, told to people; knows neither the tree nor the language written in it."""

import re
from collections.abc import Callable
from typing import NamedTuple

from yaml import MarkedYAMLError, YAMLError

from processes.part import Location
from processes.problem import Problem
from processes.words import Words


class _Mark(NamedTuple):
    line: int  # from 0, as the reader counts
    column: int
    index: int


class _Stop(NamedTuple):
    """Where the reader stopped, and the text around it."""

    text: str
    lines: list[str]
    file: str
    at: _Mark  # the character it could not go on with
    since: _Mark  # the beginning of what it was reading then

    def place(self, mark: _Mark) -> Location:
        return Location(self.file, mark.line + 1, mark.column + 1)

    def line(self, number: int) -> str:
        return self.lines[number] if 0 <= number < len(self.lines) else ""

    @property
    def character(self) -> str:
        return self.text[self.at.index : self.at.index + 1]

    @property
    def before(self) -> str:
        """The line up to the character."""
        return self.line(self.at.line)[: self.at.column]

    @property
    def after(self) -> str:
        """The line from the character on."""
        return self.line(self.at.line)[self.at.column :]

    def line_above(self, number: int) -> tuple[int, str]:
        """The nearest line above that says something, with its number."""
        for above in range(min(number, len(self.lines)) - 1, -1, -1):
            if self.line(above).strip() and not self.line(above).lstrip().startswith("#"):
                return above, self.line(above)
        return -1, ""


def syntax_problem(error: YAMLError, text: str, file: str) -> Problem:
    """Return the problem that stopped the YAML reader, in words an analyst can act on.

    Args:
        error: What the reader raised; its English text is used to tell the causes apart.
        text: The text that was read, without characters YAML forbids.
        file: The name of the file, as people know it.

    Returns:
        One problem at the place where the mend is to be made, which need not be where the reader stopped.

    Examples:
        >>> import yaml
        >>> text = "title: Akta: kutipan"
        >>> try:
        ...     yaml.compose(text, Loader=yaml.CSafeLoader)
        ... except yaml.YAMLError as error:
        ...     print(syntax_problem(error, text, "akta.yaml").mend.en)
        Put the text in quotation marks: "Akta: kutipan".
    """
    if not isinstance(error, MarkedYAMLError):
        return _unreadable(_Stop(text, text.splitlines(), file, _Mark(0, 0, 0), _Mark(0, 0, 0)), str(error))
    at = _mark(error.problem_mark) or _mark(error.context_mark) or _Mark(0, 0, 0)
    stop = _Stop(text, text.splitlines(), file, at, _mark(error.context_mark) or at)
    reason = error.problem or ""
    for beginning, explain in _EXPLANATIONS:
        if reason.startswith(beginning) or (error.context or "").startswith(beginning):
            return explain(stop)
    return _unreadable(stop, reason)


def _mark(mark: object) -> _Mark | None:
    if mark is None:
        return None
    return _Mark(getattr(mark, "line", 0), getattr(mark, "column", 0), getattr(mark, "index", 0))


# --- what stands at the place, decided by the reader's complaint ---


def _colon_too_many(stop: _Stop) -> Problem:
    """Tell apart the reasons why a colon may not stand where it stands."""
    written = re.match(r"\s*(?:- +)*[^\s:#'\"\[{][^:#]*: +(\S.*)$", stop.line(stop.at.line))
    if written and ": " in stop.before:
        return _colon_in_text(stop, written[1])
    number, above = stop.line_above(stop.at.line)
    if not stop.before.strip() or number < 0:
        return _no_key(stop)
    if tight := _TIGHT_COLON.match(above):
        return _no_space_after_colon(Location(stop.file, number + 1, tight.end(1) + 1), tight)
    key = _KEY.match(above)
    if key is None:
        return _no_colon(Location(stop.file, number + 1, _indent(above) + 1), above.strip())
    return _too_far_in(stop, key)


def _no_colon_found(stop: _Stop) -> Problem:
    line = stop.line(stop.since.line)
    if tight := _TIGHT_COLON.match(line):
        return _no_space_after_colon(Location(stop.file, stop.since.line + 1, tight.end(1) + 1), tight)
    if re.match(r"\s*-[^\s-]", line):
        return _no_space_after_hyphen(stop)
    return _no_colon(stop.place(stop.since), line[stop.since.column :].strip())


def _no_key_found(stop: _Stop) -> Problem:
    before = stop.before.rstrip()
    if before:
        return _goes_on(stop, before)
    if stop.character in (":", "]", "}", ","):
        return _no_key(stop) if stop.character == ":" else _stray(stop)
    if stop.character == "-" and stop.at.column == stop.since.column:
        return _item_among_keys(stop)
    return _out_of_line(stop)


def _no_item_found(stop: _Stop) -> Problem:
    before = stop.before.rstrip()
    if before.strip(" -"):
        return _goes_on(stop, before)
    if stop.at.column == stop.since.column:
        return _key_among_items(stop)
    return _out_of_line(stop)


def _not_a_start(stop: _Stop) -> Problem:
    return _tab(stop) if stop.character == "\t" else _reserved(stop, stop.at)


def _flow_not_closed(stop: _Stop) -> Problem:
    before = stop.before.rstrip()
    same_line = stop.at.line == stop.since.line
    if stop.character == ":" and same_line:
        return _colon_in_text(stop, re.split(r"[,\[{]|: ", before)[-1].strip() + stop.after.rstrip().rstrip("]}"))
    if before[-1:] in ("'", '"') and same_line and stop.after.strip():
        return _goes_on(stop, before)
    return _bracket_not_closed(stop)


def _goes_on(stop: _Stop, before: str) -> Problem:
    mark = before[-1]
    if mark in ("'", '"') and before.count(mark) % 2 == 1:
        opened = stop.at.line - 1
        while opened > 0 and stop.line(opened).count(mark) % 2 == 0:
            opened -= 1
        if stop.line(opened).count(mark) % 2 == 1:
            column = stop.line(opened).rindex(mark)
            return _quote_not_closed(stop, Location(stop.file, opened + 1, column + 1), mark)
    return _text_after_end(stop, mark)


def _quote(stop: _Stop) -> Problem:
    return _quote_not_closed(stop, stop.place(stop.since), stop.text[stop.since.index : stop.since.index + 1])


# --- one function a problem ---


def _no_colon(where: Location, line: str) -> Problem:
    first, _, rest = line.partition(" ")
    example = f"{first.rstrip(':')}: {_short(rest)}".strip()
    return Problem(
        code="missing-colon",
        where=where,
        fault=Words(
            id=f"Baris '{_short(line)}' tidak memuat titik dua.",
            en=f"The line '{_short(line)}' has no colon.",
        ),
        mend=Words(
            id=f"Tulis kunci, titik dua, spasi, lalu nilainya: '{example}'.",
            en=f"Write the key, a colon, a space and the value: '{example}'.",
        ),
    )


def _no_space_after_colon(where: Location, tight: re.Match[str]) -> Problem:
    key, value = tight[1].strip(), _short(tight[2].strip())
    if tight[2][0] in _ODD_SPACES:
        return Problem(
            code="missing-space",
            where=where,
            fault=Words(
                id=f"Setelah titik dua pada '{key}:' ada spasi tak-putus (no-break space), bukan spasi biasa.",
                en=f"The colon of '{key}:' is followed by a no-break space, not by an ordinary one.",
            ),
            mend=Words(
                id="Hapus tanda itu dan ketik satu spasi biasa; tanda itu sering terbawa saat menyalin dari dokumen lain.",
                en="Delete it and type an ordinary space; such spaces often come with text copied from other papers.",
            ),
        )
    return Problem(
        code="missing-space",
        where=where,
        fault=Words(
            id=f"Tidak ada spasi setelah titik dua pada '{key}:{value}'.",
            en=f"No space follows the colon in '{key}:{value}'.",
        ),
        mend=Words(id=f"Tulis '{key}: {value}'.", en=f"Write '{key}: {value}'."),
    )


def _no_space_after_hyphen(stop: _Stop) -> Problem:
    item = _short(stop.line(stop.since.line).strip()[1:])
    return Problem(
        code="missing-space",
        where=stop.place(stop.since),
        fault=Words(
            id=f"Tidak ada spasi setelah tanda hubung pada '-{item}'.",
            en=f"No space follows the hyphen in '-{item}'.",
        ),
        mend=Words(id=f"Tulis '- {item}'.", en=f"Write '- {item}'."),
    )


def _colon_in_text(stop: _Stop, written: str) -> Problem:
    quoted = _quoted(written)
    return Problem(
        code="colon-in-text",
        where=stop.place(stop.at),
        fault=Words(
            id="Teks tanpa tanda kutip memuat titik dua yang diikuti spasi, sehingga terbaca sebagai kunci baru.",
            en="Text without quotation marks holds a colon and a space, which reads as a new key.",
        ),
        mend=Words(
            id=f"Apit teks itu dengan tanda kutip: {quoted}.",
            en=f"Put the text in quotation marks: {quoted}.",
        ),
    )


def _no_key(stop: _Stop) -> Problem:
    return Problem(
        code="missing-key",
        where=stop.place(stop.at),
        fault=Words(id="Tidak ada kunci di depan titik dua ini.", en="No key stands before this colon."),
        mend=Words(
            id="Tulis kuncinya di depan titik dua, atau apit teks dengan tanda kutip.",
            en="Write the key before the colon, or put the text in quotation marks.",
        ),
    )


def _too_far_in(stop: _Stop, key: re.Match[str]) -> Problem:
    name, column = key[2].strip(), len(key[1]) + 1
    where = Location(stop.file, stop.at.line + 1, _indent(stop.line(stop.at.line)) + 1)
    return Problem(
        code="indentation",
        where=where,
        fault=Words(
            id=f"Baris ini menjorok ke dalam di bawah '{name}', padahal '{name}' sudah mempunyai nilai.",
            en=f"This line is indented under '{name}', which has a value already.",
        ),
        mend=Words(
            id=f"Mulai baris ini di kolom {column}, sejajar dengan '{name}'; jika isinya milik '{name}', hapus nilai setelah '{name}:'.",
            en=f"Begin it in column {column}, in line with '{name}'; or, if it belongs to '{name}', remove the value after '{name}:'.",
        ),
    )


def _out_of_line(stop: _Stop) -> Problem:
    columns = _open_columns(stop)
    return Problem(
        code="indentation",
        where=stop.place(stop.at),
        fault=Words(
            id=f"Baris ini dimulai di kolom {stop.at.column + 1}, tidak sejajar dengan kelompok baris mana pun di atasnya.",
            en=f"This line begins in column {stop.at.column + 1}, in line with no group of lines above it.",
        ),
        mend=Words(
            id=f"Mulai baris ini di kolom {' atau '.join(columns)}, sejajar dengan baris-baris sekelompoknya.",
            en=f"Begin it in column {' or '.join(columns)}, in line with the lines it belongs to.",
        ),
    )


def _item_among_keys(stop: _Stop) -> Problem:
    return Problem(
        code="list-among-keys",
        where=stop.place(stop.at),
        fault=Words(
            id="Butir daftar ('- ') berdiri sejajar dengan baris-baris 'kunci: nilai'.",
            en="A list item ('- ') stands among lines of 'key: value'.",
        ),
        mend=Words(
            id="Tulis kunci daftar itu di baris sebelumnya, misalnya 'steps:', atau masukkan butir ini ke daftar yang dimaksud.",
            en="Write the key of the list on the line before, such as 'steps:', or move the item into its list.",
        ),
    )


def _key_among_items(stop: _Stop) -> Problem:
    return Problem(
        code="key-among-items",
        where=stop.place(stop.at),
        fault=Words(
            id=f"Di antara butir daftar ('- ') yang dimulai di baris {stop.since.line + 1} ada baris yang bukan butir.",
            en=f"Among the list items ('- ') that begin in line {stop.since.line + 1} stands a line that is no item.",
        ),
        mend=Words(
            id="Awali dengan '- ' jika baris ini butir baru; geser dua spasi ke kanan jika milik butir di atasnya.",
            en="Begin it with '- ' if it is a new item; move it two spaces to the right if it belongs to the item above.",
        ),
    )


def _item_after_key(stop: _Stop) -> Problem:
    return Problem(
        code="list-after-key",
        where=stop.place(stop.at),
        fault=Words(
            id="Daftar tidak dapat dimulai di baris yang sama dengan kuncinya.",
            en="A list cannot begin on the line of its key.",
        ),
        mend=Words(
            id="Tulis setiap butir '- ' di barisnya sendiri di bawah kunci; jika ini teks, apit dengan tanda kutip.",
            en="Write each item '- ' on its own line below the key; if this is text, put it in quotation marks.",
        ),
    )


def _quote_not_closed(stop: _Stop, where: Location, mark: str) -> Problem:
    inside = "''" if mark == "'" else '\\"'
    return Problem(
        code="unclosed-quote",
        where=where,
        fault=Words(
            id=f"Tanda kutip ({mark}) yang dibuka di sini tidak ditutup.",
            en=f"The quotation mark ({mark}) opened here is not closed.",
        ),
        mend=Words(
            id=f"Tutup teks dengan {mark}; tanda {mark} yang merupakan bagian dari teks ditulis {inside}.",
            en=f"Close the text with {mark}; write a {mark} that belongs to the text as {inside}.",
        ),
    )


def _text_after_end(stop: _Stop, mark: str) -> Problem:
    if mark in ("'", '"'):
        inside = "''" if mark == "'" else '\\"'
        mend = Words(
            id=f"Apit seluruh nilai dengan satu pasang tanda kutip; tanda {mark} di dalam teks ditulis {inside}.",
            en=f"Put the whole value in one pair of quotation marks; write a {mark} inside the text as {inside}.",
        )
    else:
        mend = Words(
            id="Apit seluruh nilai dengan tanda kutip jika ini teks; jika bukan, hapus kelebihannya.",
            en="Put the whole value in quotation marks if it is text; else remove what is too much.",
        )
    return Problem(
        code="text-after-end",
        where=stop.place(stop.at),
        fault=Words(
            id=f"Masih ada tulisan setelah nilai berakhir dengan {mark}: '{_short(stop.after)}'.",
            en=f"Something follows after the value has ended with {mark}: '{_short(stop.after)}'.",
        ),
        mend=mend,
    )


def _bracket_not_closed(stop: _Stop) -> Problem:
    opened = stop.text[stop.since.index : stop.since.index + 1]
    closing = "]" if opened == "[" else "}"
    return Problem(
        code="unclosed-bracket",
        where=stop.place(stop.since),
        fault=Words(
            id=f"Kurung '{opened}' yang dibuka di sini tidak ditutup.",
            en=f"The bracket '{opened}' opened here is not closed.",
        ),
        mend=Words(
            id=f"Tulis '{closing}' di akhir isinya; antarbutir diberi koma; teks yang memuat tanda kurung atau koma diapit tanda kutip.",
            en=f"Write '{closing}' after its last entry, commas between entries, and quotation marks round text with brackets or commas.",
        ),
    )


def _stray(stop: _Stop) -> Problem:
    sign = stop.character
    if not sign or sign not in ",]}":
        return _unreadable(stop, "did not find expected node content")
    return Problem(
        code="stray-sign",
        where=stop.place(stop.at),
        fault=Words(
            id=f"Tanda '{sign}' di sini tidak mempunyai isi atau pasangan di depannya.",
            en=f"The '{sign}' here has nothing before it that it could end.",
        ),
        mend=Words(
            id=f"Hapus '{sign}', lengkapi isi di depannya, atau apit teks dengan tanda kutip.",
            en=f"Remove the '{sign}', write what is missing before it, or put the text in quotation marks.",
        ),
    )


def _reserved(stop: _Stop, mark: _Mark) -> Problem:
    sign = stop.text[mark.index : mark.index + 1]
    value = stop.line(mark.line)[mark.column :].strip()
    return Problem(
        code="reserved-start",
        where=stop.place(mark),
        fault=Words(
            id=f"Teks tanpa tanda kutip tidak boleh dimulai dengan '{sign}', karena tanda itu berarti lain dalam YAML.",
            en=f"Text without quotation marks cannot begin with '{sign}', which has a meaning of its own in YAML.",
        ),
        mend=Words(
            id=f"Apit teks itu dengan tanda kutip: {_quoted(value)}.",
            en=f"Put the text in quotation marks: {_quoted(value)}.",
        ),
    )


def _reserved_there(stop: _Stop) -> Problem:
    return _reserved(stop, stop.at)


def _reserved_since(stop: _Stop) -> Problem:
    return _reserved(stop, stop.since)


def _block_text(stop: _Stop) -> Problem:
    sign = stop.text[stop.since.index : stop.since.index + 1]
    value = stop.line(stop.since.line)[stop.since.column :].strip()
    return Problem(
        code="reserved-start",
        where=stop.place(stop.since),
        fault=Words(
            id=f"Tanda '{sign}' memulai teks panjang di baris-baris berikutnya; di baris ini tidak boleh ada tulisan setelahnya.",
            en=f"The sign '{sign}' begins a long text on the lines below; nothing may follow it on its own line.",
        ),
        mend=Words(
            id=f"Apit dengan tanda kutip: {_quoted(value)}; atau tulis teks panjang itu menjorok mulai baris berikutnya.",
            en=f"Put the value in quotation marks: {_quoted(value)}; or write the long text indented from the next line on.",
        ),
    )


def _tab(stop: _Stop) -> Problem:
    tabbed = sum(1 for line in stop.lines if "\t" in line[: len(line) - len(line.lstrip())])
    return Problem(
        code="tab",
        where=stop.place(stop.at),
        fault=Words(
            id="Baris ini menjorok dengan tab; YAML hanya menerima spasi.",
            en="The line is indented with a tab; YAML takes only spaces.",
        ),
        mend=Words(
            id=f"Ganti tab dengan spasi (baris yang diawali tab di berkas ini: {tabbed}).",
            en=f"Replace the tab by spaces (lines that begin with a tab in this file: {tabbed}).",
        ),
    )


def _escape(stop: _Stop) -> Problem:
    return Problem(
        code="backslash",
        where=stop.place(stop.at),
        fault=Words(
            id="Garis miring terbalik (\\) dalam tanda kutip ganda tidak diikuti kode yang dikenal.",
            en="The backslash (\\) in double quotation marks is not followed by a known code.",
        ),
        mend=Words(
            id="Tulis \\\\ untuk garis miring terbalik, atau pakai tanda kutip tunggal (').",
            en="Write \\\\ for a backslash, or use single quotation marks (').",
        ),
    )


def _after_document(stop: _Stop) -> Problem:
    return Problem(
        code="several-documents",
        where=stop.place(stop.at),
        fault=Words(
            id="Setelah '...' dokumen sudah berakhir, tetapi masih ada tulisan.",
            en="The document has ended with '...', but more follows.",
        ),
        mend=Words(
            id="Hapus baris '...', atau pindahkan bagian ini ke berkas tersendiri.",
            en="Remove the line '...', or move this part to a file of its own.",
        ),
    )


def _directive(stop: _Stop) -> Problem:
    return Problem(
        code="yaml-directive",
        where=Location(stop.file, stop.since.line + 1, 1),
        fault=Words(
            id="Baris yang diawali '%' adalah perintah untuk pembaca YAML dan tidak dapat dipakai di sini.",
            en="A line that begins with '%' is an order to the YAML reader, which cannot be followed here.",
        ),
        mend=Words(
            id="Hapus baris ini; jika ini teks, apit dengan tanda kutip.",
            en="Remove the line; if it is text, put it in quotation marks.",
        ),
    )


def too_deep(where: Location, limit: int) -> Problem:
    """Return the problem of lists and mappings nested deeper than `limit`."""
    return Problem(
        code="too-deep",
        where=where,
        fault=Words(
            id=f"Isi berkas bersarang lebih dari {limit} tingkat.",
            en=f"The file is nested more than {limit} levels deep.",
        ),
        mend=Words(
            id="Kurangi tingkat di dalamnya; periksa apakah ada kurung '[' atau '{' yang berlebih.",
            en="Use fewer levels; see whether there are brackets '[' or '{' too many.",
        ),
    )


def _nesting(stop: _Stop) -> Problem:
    return too_deep(stop.place(stop.at), 1000)


def _unreadable(stop: _Stop, reason: str) -> Problem:
    return Problem(
        code="yaml-syntax",
        where=stop.place(stop.at),
        fault=Words(
            id=f"Berkas tidak dapat dibaca sebagai YAML mulai dari sini (pesan pembaca YAML: {reason}).",
            en=f"The file cannot be read as YAML from here on (the YAML reader says: {reason}).",
        ),
        mend=Words(
            id="Bandingkan dengan baris-baris di atasnya; apit teks yang memuat tanda khusus dengan tanda kutip.",
            en="Compare with the lines above; put text with special signs in quotation marks.",
        ),
    )


# The beginning of the reader's complaint, or of what it says it was doing; the first that fits is taken.
_EXPLANATIONS: tuple[tuple[str, Callable[[_Stop], Problem]], ...] = (
    ("mapping values are not allowed", _colon_too_many),
    ("could not find expected ':'", _no_colon_found),
    ("found a tab character", _tab),
    ("found character that cannot start", _not_a_start),
    ("found unexpected end of stream", _quote),
    ("found unexpected document indicator", _quote),
    ("found unknown escape", _escape),
    ("did not find expected hexdecimal", _escape),
    ("found invalid Unicode character escape", _escape),
    ("did not find expected ',' or", _flow_not_closed),
    ("did not find expected node content", _stray),
    ("did not find expected key", _no_key_found),
    ("did not find expected '-'", _no_item_found),
    ("block sequence entries are not allowed", _item_after_key),
    ("mapping keys are not allowed", _reserved_there),
    ("found undefined alias", _reserved_there),
    ("found undefined tag", _reserved_there),
    ("while scanning an alias", _reserved_since),
    ("while scanning an anchor", _reserved_since),
    ("while scanning a tag", _reserved_since),
    ("while parsing a tag", _reserved_since),
    ("while scanning a block scalar", _block_text),
    ("did not find expected <document start>", _after_document),
    ("while scanning a directive", _directive),
    ("while scanning a %", _directive),
    ("while parsing a %", _directive),
    ("found incompatible YAML", _directive),
    ("found duplicate %", _directive),
    ("exceeded maximum nesting depth", _nesting),
)

_KEY = re.compile(r"([ ]*(?:- +)*)([^\s:#'\"\[{][^:#]*):(?= |$)")
_TIGHT_COLON = re.compile(r"\s*(?:- +)*([A-Za-z_][\w-]*):([^\s/:].*|[\u00a0\u202f\u3000].*)$")
_ODD_SPACES = "\u00a0\u202f\u3000"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _open_columns(stop: _Stop) -> list[str]:
    """Return the columns in which the groups of lines above begin, the nearest last."""
    columns: set[int] = set()
    least = 10**9
    for line in reversed(stop.lines[: stop.at.line]):
        indent = _indent(line)
        if not line.strip() or line.lstrip().startswith("#") or indent >= least:
            continue
        item = re.match(r"(?:- +)+", line[indent:])
        columns |= {indent + 1, indent + 1 + (item.end() if item else 0)}
        least = indent
    return [str(column) for column in sorted(columns)] or ["1"]


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 40 else f"{text[:39]}…"


def _quoted(text: str) -> str:
    return "'" + _short(text) + "'" if '"' in text or "\\" in text else '"' + _short(text) + '"'
