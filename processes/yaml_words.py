"""How faults in the writing of YAML are told to people; knows no way of finding them."""

from processes.part import Location
from processes.problem import Problem, Severity
from processes.words import Words

# --- faults that stop the reader ---


def no_colon(where: Location, line: str) -> Problem:
    """Tell of a line that ought to be 'key: value' and has no colon."""
    first, _, rest = line.partition(" ")
    example = f"{first.rstrip(':')}: {_short(rest)}".strip()
    return Problem(
        code="missing-colon",
        where=where,
        fault=Words(
            id=f"Baris '{_short(line)}' tidak memuat titik dua.", en=f"The line '{_short(line)}' has no colon."
        ),
        mend=Words(
            id=f"Tulis kunci, titik dua, spasi, lalu nilainya: '{example}'.",
            en=f"Write the key, a colon, a space and the value: '{example}'.",
        ),
    )


def no_space_after(where: Location, before: str, after: str) -> Problem:
    """Tell of a sign at the end of `before` that needs a space to be read as a sign."""
    after = _short(after)
    return Problem(
        code="missing-space",
        where=where,
        fault=Words(
            id=f"Tidak ada spasi setelah '{before[-1:]}' pada '{before}{after}'.",
            en=f"No space follows the '{before[-1:]}' in '{before}{after}'.",
        ),
        mend=Words(id=f"Tulis '{before} {after}'.", en=f"Write '{before} {after}'."),
    )


def odd_space(where: Location, before: str) -> Problem:
    """Tell of a space that looks like one but is another character."""
    return Problem(
        code="missing-space",
        where=where,
        fault=Words(
            id=f"Setelah '{before}' ada spasi tak-putus (no-break space), bukan spasi biasa.",
            en=f"After '{before}' stands a no-break space, not an ordinary one.",
        ),
        mend=Words(
            id="Hapus dan ketik satu spasi biasa; spasi seperti ini sering terbawa saat menyalin dari dokumen lain.",
            en="Delete it and type an ordinary space; such spaces often come with text copied from other papers.",
        ),
    )


def colon_in_brackets(where: Location) -> Problem:
    """Tell of a colon in a list or mapping in brackets that is followed by a bracket or comma."""
    return Problem(
        code="missing-space",
        where=where,
        fault=Words(
            id="Setelah titik dua di dalam kurung ini tidak ada spasi.",
            en="No space follows this colon in brackets.",
        ),
        mend=Words(
            id="Tulis spasi dan nilainya setelah titik dua; jika bagian dari teks, apit teks itu dengan tanda kutip.",
            en="Write a space and the value after it; if it is part of a text, put the text in quotation marks.",
        ),
    )


def colon_in_text(where: Location, text: str) -> Problem:
    """Tell of unquoted text with a colon and a space in it."""
    plain = text.strip().strip("“”„‘’«»")
    mend = Words(
        id=f"Apit teks itu dengan tanda kutip: {_quoted(plain)}.",
        en=f"Put the text in quotation marks: {_quoted(plain)}.",
    )
    if plain != text.strip():
        mend = Words(
            id=f"Ganti tanda kutip melengkung dengan yang lurus: {_quoted(plain)}.",
            en=f"Replace the curly quotation marks by straight ones: {_quoted(plain)}.",
        )
    return Problem(
        code="colon-in-text",
        where=where,
        fault=Words(
            id="Teks tanpa tanda kutip memuat titik dua yang diikuti spasi, sehingga terbaca sebagai kunci baru.",
            en="Text without quotation marks holds a colon and a space, which reads as a new key.",
        ),
        mend=mend,
    )


def no_key(where: Location) -> Problem:
    """Tell of a colon with nothing before it."""
    return Problem(
        code="missing-key",
        where=where,
        fault=Words(id="Tidak ada kunci di depan titik dua ini.", en="No key stands before this colon."),
        mend=Words(
            id="Tulis kuncinya di depan titik dua, atau apit teks dengan tanda kutip.",
            en="Write the key before the colon, or put the text in quotation marks.",
        ),
    )


def key_too_long(where: Location) -> Problem:
    """Tell of a key longer than YAML allows on one line."""
    return Problem(
        code="key-too-long",
        where=where,
        fault=Words(
            id="Kunci ini lebih panjang dari 1.024 karakter yang diizinkan YAML.",
            en="The key is longer than the 1,024 characters YAML allows.",
        ),
        mend=Words(
            id="Pendekkan kuncinya; jika ini teks biasa, apit dengan tanda kutip.",
            en="Shorten the key; if it is plain text, put it in quotation marks.",
        ),
    )


def too_far_in(where: Location, key: str, column: int) -> Problem:
    """Tell of a line that is indented under a key that has its value already."""
    return Problem(
        code="indentation",
        where=where,
        fault=Words(
            id=f"Baris ini menjorok ke dalam di bawah '{key}', padahal '{key}' sudah mempunyai nilai.",
            en=f"The line is indented under '{key}', which has a value already.",
        ),
        mend=Words(
            id=f"Mulai di kolom {column}, sejajar dengan '{key}'; jika milik '{key}', hapus nilai setelah '{key}:'.",
            en=f"Begin it in column {column} like '{key}'; if it belongs to '{key}', remove the value after '{key}:'.",
        ),
    )


def out_of_line(where: Location, columns: list[int]) -> Problem:
    """Tell of a line that begins where no group of lines above it begins, and of the columns where they do."""
    return Problem(
        code="indentation",
        where=where,
        fault=Words(
            id=f"Baris ini dimulai di kolom {where.column}, tidak sejajar dengan kelompok baris mana pun di atasnya.",
            en=f"The line begins in column {where.column}, in line with no group of lines above it.",
        ),
        mend=Words(
            id=f"Mulai di kolom {' atau '.join(map(str, columns))}, sejajar dengan baris-baris sekelompoknya.",
            en=f"Begin it in column {' or '.join(map(str, columns))}, in line with the lines it belongs to.",
        ),
    )


def item_among_keys(where: Location) -> Problem:
    """Tell of a list item among lines of 'key: value'."""
    return Problem(
        code="list-among-keys",
        where=where,
        fault=Words(
            id="Butir daftar ('- ') berdiri sejajar dengan baris-baris 'kunci: nilai'.",
            en="A list item ('- ') stands among lines of 'key: value'.",
        ),
        mend=Words(
            id="Tulis kunci daftar itu di atasnya, misalnya 'steps:', atau masukkan butir ini ke daftar yang dimaksud.",
            en="Write the key of the list above it, such as 'steps:', or move the item into its list.",
        ),
    )


def key_among_items(where: Location, first_line: int) -> Problem:
    """Tell of a line among list items that is no item."""
    return Problem(
        code="key-among-items",
        where=where,
        fault=Words(
            id=f"Di antara butir daftar ('- ') yang dimulai di baris {first_line} ada baris yang bukan butir.",
            en=f"Among the list items ('- ') that begin in line {first_line} stands a line that is no item.",
        ),
        mend=Words(
            id="Awali dengan '- ' jika ini butir baru; geser dua spasi ke kanan jika milik butir di atasnya.",
            en="Begin it with '- ' if it is a new item; move it two spaces right if it belongs to the item above.",
        ),
    )


def item_after_key(where: Location) -> Problem:
    """Tell of a list that begins on the line of its key."""
    return Problem(
        code="list-after-key",
        where=where,
        fault=Words(
            id="Daftar tidak dapat dimulai di baris yang sama dengan kuncinya.",
            en="A list cannot begin on the line of its key.",
        ),
        mend=Words(
            id="Tulis setiap butir '- ' di barisnya sendiri di bawah kunci; jika ini teks, apit dengan tanda kutip.",
            en="Write each item '- ' on its own line below the key; if this is text, put it in quotation marks.",
        ),
    )


def quote_not_closed(where: Location, mark: str) -> Problem:
    """Tell of a quotation mark without its counterpart."""
    return Problem(
        code="unclosed-quote",
        where=where,
        fault=Words(
            id=f"Tanda kutip ({mark}) yang dibuka di sini tidak ditutup.",
            en=f"The quotation mark ({mark}) opened here is not closed.",
        ),
        mend=Words(
            id=f"Tutup teks dengan {mark} ; tanda {mark} yang menjadi bagian teks ditulis {_inside(mark)} .",
            en=f"Close the text with {mark} ; write a {mark} that belongs to the text as {_inside(mark)} .",
        ),
    )


def text_after_end(where: Location, mark: str, rest: str) -> Problem:
    """Tell of something written behind the end of a quoted text or of a list in brackets."""
    mend = Words(
        id="Apit seluruh nilai dengan tanda kutip jika ini teks; jika bukan, hapus kelebihannya.",
        en="Put the whole value in quotation marks if it is text; else remove what is too much.",
    )
    if mark in ("'", '"'):
        mend = Words(
            id=f"Apit seluruh nilai dengan sepasang tanda kutip; {mark} di dalamnya ditulis {_inside(mark)} .",
            en=f"Put the whole value in one pair of quotation marks; write a {mark} inside it as {_inside(mark)} .",
        )
    return Problem(
        code="text-after-end",
        where=where,
        fault=Words(
            id=f"Nilai sudah berakhir dengan {mark} tetapi masih ada tulisan: {_short(rest)}.",
            en=f"The value has ended with {mark} but more follows: {_short(rest)}.",
        ),
        mend=mend,
    )


def bracket_not_closed(where: Location, opened: str) -> Problem:
    """Tell of a bracket without its counterpart."""
    closing = "]" if opened == "[" else "}"
    return Problem(
        code="unclosed-bracket",
        where=where,
        fault=Words(
            id=f"Kurung '{opened}' yang dibuka di sini tidak ditutup.",
            en=f"The bracket '{opened}' opened here is not closed.",
        ),
        mend=Words(
            id=f"Tulis '{closing}' di akhir isinya dan koma di antara butir; apit teks yang memuat kurung dengan "
            "tanda kutip.",
            en=f"Write '{closing}' after its last entry and commas between entries; put text with brackets in "
            "quotation marks.",
        ),
    )


def stray_sign(where: Location, sign: str) -> Problem:
    """Tell of a comma or a closing bracket with nothing before it."""
    return Problem(
        code="stray-sign",
        where=where,
        fault=Words(
            id=f"Tanda '{sign}' di sini tidak mempunyai isi atau pasangan di depannya.",
            en=f"The '{sign}' here has nothing before it that it could end.",
        ),
        mend=Words(
            id=f"Hapus '{sign}', lengkapi isi di depannya, atau apit teks dengan tanda kutip.",
            en=f"Remove the '{sign}', write what is missing before it, or put the text in quotation marks.",
        ),
    )


def reserved_start(where: Location, text: str) -> Problem:
    """Tell of unquoted text that begins with a sign of YAML's own."""
    return Problem(
        code="reserved-start",
        where=where,
        fault=Words(
            id=f"Teks tanpa tanda kutip tidak boleh dimulai dengan '{text[:1]}', yang punya arti sendiri dalam YAML.",
            en=f"Text without quotation marks cannot begin with '{text[:1]}', which has a meaning of its own in YAML.",
        ),
        mend=Words(
            id=f"Apit teks itu dengan tanda kutip: {_quoted(text)}.",
            en=f"Put the text in quotation marks: {_quoted(text)}.",
        ),
    )


def block_text(where: Location, text: str) -> Problem:
    """Tell of something written behind '>' or '|', which begin a text on the lines below."""
    return Problem(
        code="reserved-start",
        where=where,
        fault=Words(
            id=f"'{text[:1]}' memulai teks panjang di baris berikutnya; di baris ini tidak boleh ada tulisan lagi.",
            en=f"'{text[:1]}' begins a long text on the lines below; nothing may follow it on its own line.",
        ),
        mend=Words(
            id=f"Apit dengan tanda kutip: {_quoted(text)}; atau mulai teks panjang di baris berikutnya, menjorok.",
            en=f"Put it in quotation marks: {_quoted(text)}; or begin the long text on the next line, indented.",
        ),
    )


def tab(where: Location, lines: int) -> Problem:
    """Tell of a tab where YAML takes only spaces, and on how many lines of the file tabs stand in front."""
    return Problem(
        code="tab",
        where=where,
        fault=Words(
            id="Di sini ada tab, padahal YAML hanya menerima spasi.",
            en="A tab stands where YAML takes only spaces.",
        ),
        mend=Words(
            id=f"Ganti tab dengan spasi (baris yang diawali tab di berkas ini: {lines}).",
            en=f"Replace it by spaces (lines that begin with a tab in this file: {lines}).",
        ),
    )


def backslash(where: Location) -> Problem:
    """Tell of a backslash in double quotation marks that begins no code YAML knows."""
    return Problem(
        code="backslash",
        where=where,
        fault=Words(
            id="Garis miring terbalik (\\) dalam tanda kutip ganda tidak diikuti kode yang dikenal.",
            en="The backslash (\\) in double quotation marks is not followed by a known code.",
        ),
        mend=Words(
            id="Tulis \\\\ untuk garis miring terbalik, atau pakai tanda kutip tunggal (').",
            en="Write \\\\ for a backslash, or use single quotation marks (').",
        ),
    )


def directive(where: Location) -> Problem:
    """Tell of a line that begins with '%'."""
    return Problem(
        code="yaml-directive",
        where=where,
        fault=Words(
            id="Baris yang diawali '%' adalah perintah untuk pembaca YAML dan tidak dapat dipakai di sini.",
            en="A line that begins with '%' is an order to the YAML reader, which cannot be followed here.",
        ),
        mend=Words(
            id="Hapus baris ini; jika ini teks, apit dengan tanda kutip.",
            en="Remove the line; if it is text, put it in quotation marks.",
        ),
    )


def after_document(where: Location) -> Problem:
    """Tell of something behind the line '...'."""
    return Problem(
        code="several-documents",
        where=where,
        fault=Words(
            id="Isi berkas sudah berakhir dengan '...', tetapi masih ada tulisan.",
            en="The document has ended with '...', but more follows.",
        ),
        mend=Words(
            id="Hapus baris '...', atau pindahkan bagian ini ke berkas tersendiri.",
            en="Remove the line '...', or move this part to a file of its own.",
        ),
    )


def unreadable(where: Location, reason: str) -> Problem:
    """Tell of a fault that has no words of ours, with the reader's own."""
    return Problem(
        code="yaml-syntax",
        where=where,
        fault=Words(
            id=f"Berkas tidak dapat dibaca sebagai YAML mulai dari sini (pesan pembaca YAML: {reason}).",
            en=f"The file cannot be read as YAML from here on (the YAML reader says: {reason}).",
        ),
        mend=Words(
            id="Bandingkan dengan baris-baris di atasnya; apit teks yang memuat tanda khusus dengan tanda kutip.",
            en="Compare with the lines above; put text with special signs in quotation marks.",
        ),
    )


# --- faults in what can be read ---


def too_deep(where: Location, most: int) -> Problem:
    """Tell of lists and mappings in each other on too many levels."""
    return Problem(
        code="too-deep",
        where=where,
        fault=Words(
            id=f"Isi berkas bersarang lebih dari {most} tingkat.",
            en=f"The file is nested more than {most} levels deep.",
        ),
        mend=Words(
            id="Kurangi tingkatnya; periksa apakah ada kurung '[' atau '{' yang berlebih.",
            en="Use fewer levels; see whether there are brackets '[' or '{' too many.",
        ),
    )


def hidden_character(where: Location, sign: str, times: int) -> Problem:
    """Tell of a character that YAML forbids or that nobody sees."""
    number = f"U+{ord(sign):04X}"
    return Problem(
        code="hidden-character",
        where=where,
        fault=Words(
            id=f"Di sini ada karakter tak terlihat {number} (jumlahnya di berkas ini: {times}).",
            en=f"Here stands the invisible character {number} (times in this file: {times}).",
        ),
        mend=Words(
            id="Hapus karakter itu; biasanya terbawa saat menyalin dari dokumen lain.",
            en="Delete it; such characters usually come with text copied from other papers.",
        ),
    )


def strange_space(where: Location, sign: str) -> Problem:
    """Advise on a space in front of a key or a dash that is a letter to YAML."""
    number = f"U+{ord(sign):04X}"
    return Problem(
        code="strange-space",
        where=where,
        fault=Words(
            id=f"Spasi {number} di depan baris ini bukan spasi biasa; YAML membacanya sebagai huruf.",
            en=f"The space {number} in front of this line is no ordinary one; to YAML it is a letter.",
        ),
        mend=Words(id="Ganti dengan spasi biasa.", en="Replace it by ordinary spaces."),
        severity=Severity.ADVICE,
    )


def empty(where: Location) -> Problem:
    """Tell of a file that says nothing."""
    return Problem(
        code="empty-file",
        where=where,
        fault=Words(id="Berkas ini kosong atau hanya berisi komentar.", en="The file is empty or holds only comments."),
        mend=Words(id="Isi berkas ini, atau hapus.", en="Write something in it, or remove it."),
    )


def not_a_mapping(where: Location) -> Problem:
    """Tell of a file that is one text or one list."""
    return Problem(
        code="not-a-mapping",
        where=where,
        fault=Words(
            id="Isi berkas ini bukan baris-baris 'kunci: nilai'.",
            en="The file does not consist of lines of 'key: value'.",
        ),
        mend=Words(
            id="Mulai dengan kunci di tepi kiri, misalnya 'procedure: akta-kelahiran'.",
            en="Begin with a key at the left edge, such as 'procedure: akta-kelahiran'.",
        ),
    )


def second_document(where: Location) -> Problem:
    """Tell of a second document in the file."""
    return Problem(
        code="several-documents",
        where=where,
        fault=Words(
            id="Di sini mulai dokumen kedua, padahal satu berkas hanya boleh memuat satu.",
            en="A second document begins here; a file may hold only one.",
        ),
        mend=Words(
            id="Pindahkan bagian setelah '---' ke berkas tersendiri, atau hapus baris '---'.",
            en="Move what follows '---' to a file of its own, or remove the line '---'.",
        ),
    )


def second_key(where: Location, key: str, first: Location) -> Problem:
    """Tell of a key that its mapping has already."""
    return Problem(
        code="duplicate-key",
        where=where,
        fault=Words(
            id=f"Kunci '{key}' ditulis lagi di sini; yang pertama ada di baris {first.line}, kolom {first.column}.",
            en=f"The key '{key}' is written again here; the first is in line {first.line}, column {first.column}.",
        ),
        mend=Words(
            id="Hapus salah satu, atau gabungkan isinya; hanya yang pertama yang dipakai.",
            en="Remove one, or join what they say; only the first is used.",
        ),
    )


def merge_key(where: Location) -> Problem:
    """Tell of the key '<<', by which older YAML takes over the keys of another mapping."""
    return Problem(
        code="merge-key",
        where=where,
        fault=Words(
            id="Kunci gabung '<<' tidak dapat dipakai di sini.",
            en="The merge key '<<' cannot be used here.",
        ),
        mend=Words(id="Tulis semua kunci secara lengkap di tempat ini.", en="Write all the keys out in this place."),
    )


def key_not_text(where: Location) -> Problem:
    """Tell of a list or mapping where a key ought to be."""
    return Problem(
        code="key-not-text",
        where=where,
        fault=Words(
            id="Kunci di sini berupa daftar atau kumpulan kunci, padahal harus berupa teks.",
            en="The key here is a list or a mapping, but a key must be text.",
        ),
        mend=Words(
            id="Tulis teks sebagai kunci; jika '[' atau '{' bagian dari teks, apit dengan tanda kutip.",
            en="Write text as the key; if '[' or '{' is part of it, put it in quotation marks.",
        ),
    )


def anchor(where: Location, written: str) -> Problem:
    """Tell of an anchor, which names a part of the file so that it can be repeated."""
    return Problem(
        code="anchor",
        where=where,
        fault=Words(
            id=f"'{_short(written)}' adalah jangkar (anchor) YAML, yang tidak dapat dipakai di sini.",
            en=f"'{_short(written)}' is a YAML anchor, which cannot be used here.",
        ),
        mend=_REMOVE_OR_QUOTE,
    )


def tag(where: Location, written: str) -> Problem:
    """Tell of a tag, which gives a value a type of YAML's."""
    return Problem(
        code="tag",
        where=where,
        fault=Words(
            id=f"'{_short(written)}' adalah penanda jenis (tag) YAML, yang tidak dapat dipakai di sini.",
            en=f"'{_short(written)}' is a YAML tag, which cannot be used here.",
        ),
        mend=_REMOVE_OR_QUOTE,
    )


_REMOVE_OR_QUOTE = Words(
    id="Hapus tanda itu; jika bagian dari teks, apit seluruh teks dengan tanda kutip.",
    en="Remove it; if it is part of a text, put the whole text in quotation marks.",
)


def alias(where: Location, name: str, first: Location) -> Problem:
    """Tell of an alias, which repeats a part of the file."""
    return Problem(
        code="alias",
        where=where,
        fault=Words(
            id=f"'*{_short(name)}' mengulang isi di baris {first.line}, yang tidak dapat dilakukan di sini.",
            en=f"'*{_short(name)}' repeats what stands in line {first.line}, which cannot be done here.",
        ),
        mend=Words(id="Tulis isinya secara lengkap di tempat ini.", en="Write it out in this place."),
    )


def no_value(where: Location, key: str) -> Problem:
    """Tell of a word in braces that is neither key nor value."""
    mend = Words(
        id="Jika koma di sebelahnya bagian dari teks, apit teks dengan tanda kutip; jika ini kunci, tulis nilainya.",
        en="If the comma beside it is part of a text, put the text in quotation marks; if it is a key, write a value.",
    )
    if ":" in key:
        name, _, value = key.partition(":")
        mend = Words(id=f"Tulis '{name}: {value}' dengan spasi.", en=f"Write '{name}: {value}' with a space.")
    return Problem(
        code="no-value-in-braces",
        where=where,
        fault=Words(
            id=f"'{_short(key)}' berdiri di dalam kurung kurawal tanpa titik dua dan nilai.",
            en=f"'{_short(key)}' stands in braces without a colon and a value.",
        ),
        mend=mend,
    )


def truth_elsewhere(where: Location, text: str) -> Problem:
    """Advise to quote a word that YAML 1.1 takes for true or false."""
    return Problem(
        code="looks-like-truth",
        where=where,
        fault=Words(
            id=f"'{text}' tanpa tanda kutip dibaca sebagai teks di sini, tetapi perangkat lain membacanya sebagai "
            "benar atau salah.",
            en=f"'{text}' without quotation marks is read as text here, but as true or false by other tools.",
        ),
        mend=Words(id=f'Tulis "{text}" dengan tanda kutip.', en=f'Write "{text}" in quotation marks.'),
        severity=Severity.ADVICE,
    )


def leading_zero(where: Location, written: str, number: float) -> Problem:
    """Advise to quote a code that is read as a number and so loses its zeros."""
    return Problem(
        code="leading-zero",
        where=where,
        fault=Words(
            id=f"{written} tanpa tanda kutip dibaca sebagai bilangan {number}; nol di depannya hilang.",
            en=f"{written} without quotation marks is read as the number {number}; its leading zeros are lost.",
        ),
        mend=Words(
            id=f'Tulis "{written}" dengan tanda kutip jika ini kode; hapus nol di depan jika ini bilangan.',
            en=f'Write "{written}" in quotation marks if it is a code; drop the zeros if it is a number.',
        ),
        severity=Severity.ADVICE,
    )


def thousands(where: Location, written: str) -> Problem:
    """Advise on a number whose point may part the thousands."""
    whole = written.replace(".", "")
    return Problem(
        code="looks-like-thousands",
        where=where,
        fault=Words(
            id=f"{written} dibaca sebagai bilangan pecahan: titik memisahkan desimal, bukan ribuan.",
            en=f"{written} is read as a fraction: the point parts decimals, not thousands.",
        ),
        mend=Words(
            id=f"Tulis {whole} jika itu maksudnya, atau hapus nol di belakangnya.",
            en=f"Write {whole} if that is meant; else fewer decimals.",
        ),
        severity=Severity.ADVICE,
    )


def list_in_text(where: Location) -> Problem:
    """Advise on a text of several lines that looks like a list."""
    return Problem(
        code="list-in-text",
        where=where,
        fault=Words(
            id="Tulisan di beberapa baris ini dibaca sebagai satu teks, bukan sebagai daftar.",
            en="What stands here on several lines is read as one text, not as a list.",
        ),
        mend=Words(
            id="Awali setiap butir dengan '- ' (ada spasi) di bawah kuncinya; jika ini teks, apit dengan tanda kutip.",
            en="Begin each item with '- ' (with a space) below its key; if it is text, put it in quotation marks.",
        ),
        severity=Severity.ADVICE,
    )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else f"{text[:39]}…"


def _quoted(text: str) -> str:
    return f"'{_short(text)}'" if '"' in text or "\\" in text else f'"{_short(text)}"'


def _inside(mark: str) -> str:
    return "''" if mark == "'" else '\\"'
