"""What does not fit the language, told to people: why and how to mend it; knows no file and finds no fault itself."""

import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as AnyMapping
from typing import Any, NamedTuple, get_args

from processes.element import LevelName
from processes.part import Location
from processes.problem import Problem, nearest
from processes.procedure import KINDS
from processes.words import Words


class Misfit(NamedTuple):
    """A value that does not fit where it stands."""

    reason: str  # pydantic's word for it, or one of our own
    details: dict[str, Any]  # what the reason says besides
    key: str  # the nearest key around or before the value
    is_item: bool  # whether the value is one of a list
    value: object
    keys: tuple[str, ...]  # the keys that may stand here


Said = tuple[str, Words, Words]  # code, fault, mend


def problem_of(misfit: Misfit, where: Location) -> Problem:
    """Return the problem that a misfit is, in our words.

    >>> misfit = Misfit("extra_forbidden", {}, "minuts", False, 3, ("by", "minutes"))
    >>> print(problem_of(misfit, Location("akta.yaml", 3, 5)))
    akta.yaml:3:5: The key 'minuts' is not known here. Write 'minutes'. [unknown-key]
    """
    code, fault, mend = _SAYING.get(misfit.reason, _other)(misfit)
    return Problem(code=code, where=where, fault=fault, mend=mend)


def more_problems(most: int, where: Location) -> Problem:
    """Return the problem that from here on there are more of them than are told at once."""
    return Problem(
        code="more-problems",
        where=where,
        fault=Words(
            f"Masih ada masalah lain; hanya {most} yang pertama disebutkan.",
            f"There are more problems; only the first {most} are told.",
        ),
        mend=Words("Perbaiki dahulu yang sudah disebutkan, lalu periksa lagi.", "Mend those first, then check again."),
    )


def listed(names: Iterable[str]) -> str:
    """Return names in quotes, for a sentence.

    >>> listed(["a", "b"])
    "'a', 'b'"
    """
    return ", ".join(f"'{name}'" for name in names)


def shown(value: object) -> Words:
    """Return what kind of value it is, and the value itself if it is short."""
    match value:
        case bool():
            return Words(f"nilai benar/salah {str(value).lower()}", f"the yes/no value {str(value).lower()}")
        case int() | float():
            return Words(f"bilangan {short(str(value))}", f"the number {short(str(value))}")
        case str():
            return Words(f"teks '{short(value)}'", f"the text '{short(value)}'")
        case AnyMapping():
            return Words("kumpulan 'kunci: nilai'", "a mapping of 'key: value'")
        case list() | tuple():
            return Words("daftar", "a list")
        case _:
            return Words("kosong", "nothing")


def short(text: str) -> str:
    """Return the beginning of a text, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"


# --- one function a reason ------------------------------------------------------------------------------------------


def _it(misfit: Misfit) -> Words:
    """Return what the misfit is, as the subject of a sentence."""
    if misfit.is_item:
        return Words(f"Butir dalam '{misfit.key}'", f"An item of '{misfit.key}'")
    return Words(f"Nilai '{misfit.key}'", f"'{misfit.key}'")


def _unknown_key(misfit: Misfit) -> Said:
    key = short(misfit.details.get("key", misfit.key))
    fault = Words(f"Kunci '{key}' tidak dikenal di sini.", f"The key '{key}' is not known here.")
    if near := nearest(key, misfit.keys):
        return "unknown-key", fault, Words(f"Tulis '{near}'.", f"Write '{near}'.")
    if "." in key and "asks" in misfit.keys:
        return "unknown-key", fault, Words(f"Tulis 'asks: {key}'.", f"Write 'asks: {key}'.")
    names = listed(misfit.keys)
    return "unknown-key", fault, Words(f"Yang boleh ditulis: {names}.", f"What may stand here: {names}.")


def _key_of_another_file(misfit: Misfit) -> Said:
    """Tell a key at the left edge that would begin a file of its own."""
    key = misfit.key
    if single := _SINGULAR.get(key):
        code, fault, _ = _unknown_key(misfit)
        mend = Words(
            f"Tulis satu berkas untuk masing-masing, yang diawali '{single}: …'.",
            f"Write a file for each, which begins with '{single}: …'.",
        )
        return code, fault, mend
    if key in ROOTS and key not in misfit.keys:
        return (
            "unknown-key",
            Words(
                f"Kunci '{key}' tidak boleh ada di berkas seperti ini.", f"The key '{key}' cannot stand in such a file."
            ),
            Words("Pindahkan ke berkas tersendiri.", "Move it to a file of its own."),
        )
    return _unknown_key(misfit)


ROOTS = (
    *("procedure", "form", "entity", "registry", "policy"),
    *("codes", "agencies", "registers", "purposes", "evidence", "identification", "agreements"),
)  # what may stand at the left edge of a file and tells what it holds
_SINGULAR = {
    "procedures": "procedure",
    "forms": "form",
    "entities": "entity",
    "registries": "registry",
    "policies": "policy",
}


def _missing(misfit: Misfit) -> Said:
    key = misfit.details["key"]
    line = f"{key}: {_EXAMPLES.get(key, '…')}"
    return (
        "missing-key",
        Words(f"Kunci '{key}' belum ada di sini.", f"The key '{key}' is missing here."),
        Words(f"Tambahkan, misalnya '{line}'.", f"Add it, as in '{line}'."),
    )


_EXAMPLES = {
    "title": "{id: Akta kelahiran, en: Birth certificate}",
    "agency": "disdukcapil",
    "purpose": "civil-registration",
    "roles": "{applicant: person}",
    "key": "nik",
    "about": "person",
    "service": "siak.person-by-nik",
    "with": "ikd",
    "consumer": "disdukcapil",
    "way": "complete",
    "branch": "site",
    "carries": "[name]",
    "needs": "[nik]",
    "share": "50%",
    "entity": "person",
    "fact": "child.name",
}


def _wrong_type(indonesian: str, english: str, mend: Callable[[Misfit], Words]) -> Callable[[Misfit], Said]:
    def say(misfit: Misfit) -> Said:
        it, value = _it(misfit), shown(misfit.value)
        fault = Words(
            f"{it.id} harus berupa {indonesian}, bukan {value.id}.", f"{it.en} must be {english}, not {value.en}."
        )
        return "wrong-type", fault, mend(misfit)

    return say


def _as_text(misfit: Misfit) -> Words:
    if misfit.value is None:
        return Words("Tulis setelah titik dua.", "Write it after the colon.")
    if misfit.key == "codes":
        return Words(
            "Tulis nama daftar kode yang didaftarkan dalam 'codes:'.", "Write the name of a list declared in 'codes:'."
        )
    if isinstance(misfit.value, bool | int | float):
        value = str(misfit.value).lower() if isinstance(misfit.value, bool) else misfit.value
        return Words(f'Tulis "{value}" dengan tanda kutip.', f'Write "{value}" in quotation marks.')
    if isinstance(misfit.value, list) and len(misfit.value) == 1 and isinstance(misfit.value[0], str):
        return Words(f"Tulis '{misfit.value[0]}' tanpa kurung.", f"Write '{misfit.value[0]}' without brackets.")
    return Words("Tulis satu teks saja.", "Write one text only.")


def _as_number(misfit: Misfit) -> Words:
    digits = re.fullmatch(r"([0-9.]{1,15})[ %a-zA-Z]*", misfit.value) if isinstance(misfit.value, str) else None
    if digits and re.fullmatch(r"\d+(?:\.\d+)?", digits[1]):
        return Words(f"Tulis bilangan saja: {digits[1]}.", f"Write the number alone: {digits[1]}.")
    return Words("Tulis bilangan, misalnya 12 atau 0.5.", "Write a number, such as 12 or 0.5.")


def _as_truth(misfit: Misfit) -> Words:
    near = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
    word = near.get(str(misfit.value).lower())
    return (
        Words(f"Tulis {word}.", f"Write {word}.") if word else Words("Tulis true atau false.", "Write true or false.")
    )


_LISTED = {
    "choose": "- if: …",
    "parallel": "- branch: …",
    "ways": "- way: …",
    "steps": "- form: apply",
    "asks": "- child.name",
    "documents": "- ktp of mother",
}


def _as_list(misfit: Misfit) -> Words:
    if misfit.key in _LISTED and not isinstance(misfit.value, str):
        line = _LISTED[misfit.key]
        return Words(
            f"Tulis butir-butirnya di bawahnya, seperti '{line}'.", f"Write its items below it, as in '{line}'."
        )
    if isinstance(misfit.value, str):
        if (apart := _with_commas(misfit.value)) and misfit.key != "legal_basis":
            return Words(
                f"Tulis [{apart}], dengan koma di antara nama-namanya.",
                f"Write [{apart}], with a comma between the names.",
            )
        return Words(f"Tulis [{short(misfit.value)}].", f"Write [{short(misfit.value)}].")
    return Words(
        "Tulis butir-butirnya dalam kurung siku, atau satu per baris dengan '- '.",
        "Write the items in square brackets, or one a line with '- '.",
    )


_ITEM = r"(?!(?:at|of|and|dan)\b)[A-Za-z0-9][\w.#-]*(?: at [a-z]+\b| of [a-z][\w.]*)?"
_ITEMS = re.compile(rf"{_ITEM}(?:(?:[ ;]| and | dan )+{_ITEM})+")


def _with_commas(text: str) -> str | None:
    """Return names that stand in a row with the commas they lack, if it is names that stand there.

    >>> _with_commas("mother.nik child.name at documented"), _with_commas("child.name"), _with_commas("UU 24/2013")
    ('mother.nik, child.name at documented', None, None)
    """
    if not _ITEMS.fullmatch(text):
        return None
    return short(", ".join(re.findall(_ITEM, text)))


def _as_mapping(misfit: Misfit) -> Words:
    if misfit.key == "rests_on" and isinstance(misfit.value, str):
        if nearest(str(misfit.value), ["habit"]):
            return Words("Tulis habit.", "Write habit.")
        return Words(f"Tulis {{law: {short(misfit.value)}}}.", f"Write {{law: {short(misfit.value)}}}.")
    if misfit.is_item and misfit.value is None:
        return Words("Tulis isinya setelah '-', atau hapus.", "Write something after the '-', or remove it.")
    keys = listed(misfit.keys[:8])
    if not keys:
        return Words("Tulis baris-baris 'nama: …' di bawahnya.", "Write lines of 'name: …' below it.")
    return Words(
        f"Tulis baris-baris 'kunci: nilai' di bawahnya; kuncinya: {keys}.",
        f"Write lines of 'key: value' below it; keys are {keys}.",
    )


def _as_names(misfit: Misfit) -> Words:
    if isinstance(misfit.value, list | tuple):
        return Words("Tulis 'nama: …' di setiap baris, tanpa '- '.", "Write 'name: …' on each line, without '- '.")
    return Words("Tulis baris-baris 'nama: …' di bawahnya.", "Write lines of 'name: …' below it.")


# The names of the language by their pattern: what they are made of, and how a name like it would be written.
_CODE = r"^[A-Za-z0-9][A-Za-z0-9._+-]*$"
_NAMES: dict[str, tuple[Words, str]] = {
    r"^[a-z][a-z0-9_]*$": (Words("huruf kecil, angka dan '_'", "small letters, digits and '_'"), "_"),
    r"^[a-z][a-z0-9_-]*$": (Words("huruf kecil, angka, '-' dan '_'", "small letters, digits, '-' and '_'"), "-"),
    _CODE: (Words("huruf, angka, '.', '-', '_' dan '+'", "letters, digits, '.', '-', '_' and '+'"), "-"),
}


FINDING_ID = r"^[fm][0-9a-f]{11}$"  # or of a move


def _bad_name(misfit: Misfit) -> Said:
    pattern, value = misfit.details.get("pattern", ""), str(misfit.value)
    if near := _level_meant(misfit.key, value):
        return (
            "bad-fact",
            Words(f"'{short(value)}' bukan nama fakta.", f"'{short(value)}' is not the name of a fact."),
            Words(f"Tulis '{near}'.", f"Write '{near}'."),
        )
    if misfit.is_item and re.search(r"\.| of ", value) and (apart := _with_commas(value)):
        return (
            "missing-comma",
            Words(f"Di antara nama-nama '{short(value)}' tidak ada koma.", f"A comma is missing in '{short(value)}'."),
            Words(f"Tulis {apart}, atau satu per baris.", f"Write {apart}, or one a line."),
        )
    if misfit.key == "only":
        return (
            "bad-question",
            Words(f"'{short(value)}' bukan nama isian.", f"'{short(value)}' is not the name of a question."),
            Words(
                "Tulis fakta seperti 'child.name', atau nama sebuah tindakan.",
                "Write a fact such as 'child.name', or the name of an act.",
            ),
        )
    if pattern in _NAMES:
        made_of, joint = _NAMES[pattern]
        fault = Words(f"'{short(value)}' bukan nama yang sah.", f"'{short(value)}' is not a name.")
        better = re.sub(r"[^a-z0-9]+", joint, value.lower()).strip("-_0123456789")
        first = Words("huruf", "a letter")
        if pattern == _CODE:
            better = re.sub(r"[^A-Za-z0-9._+]+", joint, value).strip("-_.+")
            first = Words("huruf atau angka", "a letter or a digit")
        if len(better) > 1:
            return (
                "bad-name",
                fault,
                Words(
                    f"Tulis '{better}': nama terdiri atas {made_of.id}.", f"Write '{better}': names are {made_of.en}."
                ),
            )
        return (
            "bad-name",
            fault,
            Words(
                f"Nama terdiri atas {made_of.id}, diawali {first.id}.",
                f"Names are {made_of.en}, and begin with {first.en}.",
            ),
        )
    if " of " in pattern and "?" not in pattern:
        return (
            "bad-document",
            Words(f"'{short(value)}' bukan dokumen seseorang.", f"'{short(value)}' is not somebody's document."),
            Words("Tulis JENIS of PERAN, misalnya 'ktp of mother'.", "Write KIND of ROLE, as in 'ktp of mother'."),
        )
    if " of " in pattern:
        return (
            "bad-actor",
            Words(f"'{short(value)}' bukan pelaku.", f"'{short(value)}' cannot do a step."),
            Words("Tulis peran, instansi, atau 'head of desa'.", "Write a role, an agency, or 'head of desa'."),
        )
    if r"\." in pattern and "(" not in pattern:
        return (
            "bad-service-name",
            Words(
                f"'{short(value)}' bukan nama layanan atau peristiwa.",
                f"'{short(value)}' is not the name of a service or an event.",
            ),
            Words(
                "Tulis REGISTRI.LAYANAN, misalnya 'siak.person-by-nik'.",
                "Write REGISTRY.SERVICE, as in 'siak.person-by-nik'.",
            ),
        )
    if pattern == FINDING_ID:
        return (
            "bad-finding",
            Words(f"'{short(value)}' bukan kode temuan.", f"'{short(value)}' is not the id of a finding."),
            Words(
                "Salin kodenya dari 'sekali analyse' atau 'sekali redesign': f atau m, lalu sebelas angka atau huruf a-f.",
                "Copy the id from 'sekali analyse' or 'sekali redesign': f or m, then eleven digits or letters a-f.",
            ),
        )
    return (
        "bad-fact",
        Words(f"'{short(value)}' bukan nama fakta.", f"'{short(value)}' is not the name of a fact."),
        Words(
            "Tulis nama-nama dengan titik di antaranya, misalnya 'child.birth_date': huruf kecil, angka dan '_'.",
            "Write names with dots between them, as in 'child.birth_date': small letters, digits and '_'.",
        ),
    )


def _level_meant(key: str, value: str) -> str | None:
    """Return a need as it is written, where only the word before its level is missing."""
    said = re.fullmatch(r"([\w.]+)[ :@=]+([A-Za-z]+)", value)
    if said is None or key not in ("needs", "carries", "takes"):
        return None
    near = nearest(said[2].lower(), get_args(LevelName))
    return f"{said[1]} at {near}" if near else None


def _not_a_choice(misfit: Misfit) -> Said:
    allowed = re.findall(r"'((?:[^'\\]|\\.)*)'", str(misfit.details.get("expected", "")))
    if not allowed:  # true is the only value that is a choice and no text
        return _wrong_type("true", "true", lambda _: Words("Tulis true.", "Write true."))(misfit)
    value = shown(misfit.value)
    fault = Words(f"{_it(misfit).id} tidak boleh {value.id}.", f"{_it(misfit).en} cannot be {value.en}.")
    if misfit.details.get("level"):
        written = short(str(misfit.value))
        fault = Words(f"'{written}' bukan tingkat keyakinan.", f"'{written}' is not a level of assurance.")
        name, *others = str(misfit.value).split()
        if name in allowed and others:
            fault = Words(
                f"Setelah '{name}' tidak boleh '{short(' '.join(others))}'.",
                f"'{short(' '.join(others))}' cannot follow '{name}'.",
            )
            mend = Words("Tulis koma di antara dua fakta.", "Write a comma between two facts.")
            return "missing-comma", fault, mend
    meant = _MEANT.get(str(misfit.value).lower())
    near = meant if meant in allowed else nearest(str(misfit.value), allowed)
    names = listed(allowed)
    if near:
        return (
            "not-a-choice",
            fault,
            Words(f"Tulis '{near}' (pilihannya {names}).", f"Write '{near}' (the choices are {names})."),
        )
    return "not-a-choice", fault, Words(f"Tulis salah satu dari {names}.", f"Write one of {names}.")


_MEANT = {
    **dict.fromkeys(["string", "str", "varchar", "teks"], "text"),
    **dict.fromkeys(["integer", "int", "float", "decimal", "numeric", "angka", "bilangan"], "number"),
    **dict.fromkeys(["boolean", "bool", "true/false", "ya/tidak"], "yes/no"),
    **dict.fromkeys(["datetime", "timestamp", "tanggal"], "date"),
    **dict.fromkeys(["enum", "select", "pilihan", "codes"], "choice"),
    **dict.fromkeys(["1", "said", "dinyatakan"], "declared"),
    **dict.fromkeys(["2", "checked", "dokumen"], "documented"),
    **dict.fromkeys(["3", "resmi"], "authoritative"),
    **dict.fromkeys(["currency", "rupiah", "uang"], "money"),
}  # what people write who come from elsewhere


def _range(misfit: Misfit) -> Said:
    low, high = misfit.details.get("ge"), misfit.details.get("le")
    if misfit.key in ("share", "coverage", "least_coverage", "abandoned"):
        bound = Words("antara 0 dan 1", "between 0 and 1")
        mend = Words(
            "Tulis bilangan dari 0 sampai 1, atau persen seperti 15%.",
            "Write a number from 0 to 1, or a percentage such as 15%.",
        )
    elif low is not None:
        bound, mend = (
            Words(f"paling sedikit {low:g}", f"at least {low:g}"),
            Words(f"Tulis {low:g} atau lebih.", f"Write {low:g} or more."),
        )
    elif high is not None:
        bound, mend = (
            Words(f"paling banyak {high:g}", f"at most {high:g}"),
            Words(f"Tulis {high:g} atau kurang.", f"Write {high:g} or less."),
        )
    else:
        bound, mend = (
            Words("bilangan biasa", "an ordinary number"),
            Words("Tulis bilangan lain.", "Write another number."),
        )
    it, value = _it(misfit), shown(misfit.value)
    return (
        "out-of-range",
        Words(f"{it.id} harus {bound.id}, bukan {value.id}.", f"{it.en} must be {bound.en}, not {value.en}."),
        mend,
    )


def _empty(misfit: Misfit) -> Said:
    it = _it(misfit)
    return (
        "empty-value",
        Words(f"{it.id} kosong.", f"{it.en} is empty."),
        Words("Tulis isinya, atau hapus kuncinya.", "Write something, or leave the key out."),
    )


def _few(misfit: Misfit) -> Said:
    it = _it(misfit)
    many = misfit.details.get("min_length", 1)
    return (
        "too-few",
        Words(f"{it.id} harus berisi paling sedikit {many}.", f"{it.en} must hold at least {many}."),
        Words("Tulis isinya.", "Write what belongs there."),
    )


def _long(misfit: Misfit) -> Said:
    it, most = _it(misfit), misfit.details.get("max_length", 2)
    return (
        "too-long",
        Words(f"{it.id} terlalu panjang; paling banyak {most}.", f"{it.en} is too long; {most} are the most."),
        Words("Persingkat.", "Make it shorter."),
    )


def _kind(misfit: Misfit) -> Said:
    if not isinstance(misfit.value, AnyMapping):
        value = shown(misfit.value)
        return (
            "no-step",
            Words(
                f"Langkah ditulis sebagai 'jenis: nama', bukan {value.id}.",
                f"A step is written as 'kind: name', not as {value.en}.",
            ),
            Words("Tulis misalnya '- form: apply'.", "Write, for example, '- form: apply'."),
        )
    names = [str(key) for key in misfit.value]
    fault = Words(
        f"Di sini tidak ada jenis langkah; yang tertulis {listed(map(short, names[:5]))}.",
        f"No kind of step stands here, only {listed(map(short, names[:5]))}." if names else "This step is empty.",
    )
    for name in names:
        if near := nearest(name, KINDS):
            return (
                "no-step",
                fault,
                Words(f"Tulis '{near}' sebagai ganti '{short(name)}'.", f"Write '{near}' for '{short(name)}'."),
            )
    kinds = listed(KINDS)
    return "no-step", fault, Words(f"Jenis langkah: {kinds}.", f"The kinds of steps are {kinds}.")


def _bad_title(misfit: Misfit) -> Said:
    texts = [str(text) for text in misfit.value if isinstance(text, str)] if isinstance(misfit.value, list) else []
    mend = Words("Tulis {id: …, en: …}, keduanya teks.", "Write {id: …, en: …}, both of them texts.")
    if len(texts) == 1:
        mend = Words(f"Tulis '{short(texts[0])}' tanpa kurung.", f"Write '{short(texts[0])}' without brackets.")
    elif len(texts) == 2:
        pair = f"{{id: {short(texts[0])}, en: {short(texts[1])}}}"
        mend = Words(f"Tulis {pair}.", f"Write {pair}.")
    fault = Words(
        "Judul ini tidak berupa satu teks atau pasangan id dan en.",
        "This title is neither one text nor a pair of id and en.",
    )
    return "bad-title", fault, mend


def _said(code: str, fault: Words, mend: Words) -> Callable[[Misfit], Said]:
    def say(misfit: Misfit) -> Said:
        known = {"value": short(str(misfit.value)), **misfit.details}
        return code, Words(fault.id.format(**known), fault.en.format(**known)), mend

    return say


def _other(misfit: Misfit) -> Said:
    it, value = _it(misfit), shown(misfit.value)
    return (
        "does-not-fit",
        Words(f"{it.id} tidak sesuai: {value.id}.", f"{it.en} does not fit: {value.en}."),
        Words("Lihat halaman bahasa tentang kunci ini.", "See the page of the language on this key."),
    )


_SAYING: dict[str, Callable[[Misfit], Said]] = {
    "extra_forbidden": _unknown_key,
    "extra_at_root": _key_of_another_file,
    "no-key": _unknown_key,
    "missing": _missing,
    "string_type": _wrong_type("teks", "a text", _as_text),
    "float_type": _wrong_type("bilangan", "a number", _as_number),
    "float_parsing": _wrong_type("bilangan", "a number", _as_number),
    "int_type": _wrong_type("bilangan bulat", "a whole number", _as_number),
    "int_from_float": _wrong_type("bilangan bulat", "a whole number", _as_number),
    "int_parsing_size": _wrong_type("bilangan bulat", "a whole number", _as_number),
    "bool_type": _wrong_type("true atau false", "true or false", _as_truth),
    "tuple_type": _wrong_type("daftar", "a list", _as_list),
    "model_type": _wrong_type("kumpulan 'kunci: nilai'", "a mapping of 'key: value'", _as_mapping),
    "text_or_model": _wrong_type(
        "teks, atau kumpulan 'kunci: nilai'", "a text, or a mapping of 'key: value'", _as_mapping
    ),
    "mapping": _wrong_type("kumpulan 'nama: …'", "a mapping of 'name: …'", _as_names),
    "is_instance_of": _wrong_type("teks", "a text", _as_text),
    "name_or_mapping": _wrong_type("nama, atau kumpulan 'nama: …'", "a name, or a mapping of 'name: …'", _as_names),
    "string_pattern_mismatch": _bad_name,
    "literal_error": _not_a_choice,
    "greater_than_equal": _range,
    "less_than_equal": _range,
    "finite_number": _range,
    "string_too_short": _empty,
    "too_short": _few,
    "string_too_long": _long,
    "too_long": _long,
    "kind": _kind,
    "title": _bad_title,
    "named_tuple_type": _bad_title,
    "day": _said(
        "bad-date",
        Words("'{value}' bukan tanggal.", "'{value}' is not a date."),
        Words("Tulis tahun-bulan-hari, misalnya 2026-01-31.", "Write year-month-day, as in 2026-01-31."),
    ),
    "date_type": _said(
        "bad-date",
        Words("'{value}' bukan tanggal.", "'{value}' is not a date."),
        Words("Tulis tahun-bulan-hari, misalnya 2026-01-31.", "Write year-month-day, as in 2026-01-31."),
    ),
    "duration": _said(
        "bad-time",
        Words("'{value}' bukan lama waktu.", "'{value}' is not a length of time."),
        Words(
            "Tulis menit sebagai bilangan, atau '2 hours', '3 days', '3 working days', '2 weeks', '1 month', '2 years'.",
            "Write minutes as a number, or '2 hours', '3 days', '3 working days', '2 weeks', '1 month', '2 years'.",
        ),
    ),
    "ground": _said(
        "bad-ground",
        Words(
            "Dasar ini harus tepat satu dari law, local dan habit.",
            "This ground must be exactly one of law, local and habit.",
        ),
        Words("Tulis {law: …}, {local: …} atau habit.", "Write {law: …}, {local: …} or habit."),
    ),
    "name-twice": _said(
        "name-twice",
        Words(
            "Nama '{item}' sudah berdiri di depan titik dua; 'id' tidak perlu lagi.",
            "The name '{item}' stands before the colon already; 'id' is too much.",
        ),
        Words("Hapus 'id'.", "Leave 'id' out."),
    ),
    "twice": _said(
        "listed-twice",
        Words("'{value}' ditulis dua kali dalam daftar ini.", "'{value}' stands twice in this list."),
        Words("Hapus salah satu.", "Leave one of them out."),
    ),
    "field": _said(
        "empty-field",
        Words("Isian ini tidak menanyakan fakta dan bukan tindakan.", "This field asks no fact and is no act."),
        Words("Tulis 'asks: FAKTA' atau 'act: …'.", "Write 'asks: FACT' or 'act: …'."),
    ),
    "answers": _said(
        "empty-service",
        Words(
            "Layanan ini tidak memberi dan tidak memastikan apa pun.",
            "This service gives nothing and confirms nothing.",
        ),
        Words("Tulis 'gives: […]' atau 'confirms: […]'.", "Write 'gives: […]' or 'confirms: […]'."),
    ),
    "period": _said(
        "bad-period",
        Words("Perjanjian ini berakhir sebelum mulai berlaku.", "This agreement ends before it begins."),
        Words("Periksa 'from' dan 'until'.", "See 'from' and 'until'."),
    ),
    "role": _said(
        "bad-role",
        Words(
            "Peran ini harus tepat satu dari: sebuah entitas, 'many', 'is', 'some of'.",
            "This role must be exactly one of: an entity, 'many', 'is', 'some of'.",
        ),
        Words(
            "Tulis misalnya 'child: person', 'mother: {is: child.mother}' atau 'movers: many person'.",
            "Write, for example, 'child: person', 'mother: {is: child.mother}' or 'movers: many person'.",
        ),
    ),
    "document": _said(
        "bad-document",
        Words(
            "Ini harus satu dokumen, atau pilihan dari dua atau lebih.",
            "This must be one document, or a choice of two or more.",
        ),
        Words(
            "Tulis 'document: ktp of applicant', atau 'either: […, …]'.",
            "Write 'document: ktp of applicant', or 'either: […, …]'.",
        ),
    ),
    "either": _said(
        "bad-either",
        Words(
            "Pilihan di dalam 'either' tidak boleh bersyarat: salah satunya selalu diminta.",
            "An alternative in 'either' cannot have a condition or a share: one of them is always asked for.",
        ),
        Words(
            "Tulis 'if' atau 'share' di sebelah 'either', atau dokumen tersendiri dengan 'if'.",
            "Write 'if' or 'share' beside 'either', or documents of their own with 'if'.",
        ),
    ),
    "parts": _said(
        "bad-parts",
        Words("Bagian formulir tidak ditulis seperti ini.", "Parts of a form are not written like this."),
        Words(
            "Tulis [informant, child], atau {person: [child, mother]}.",
            "Write [informant, child], or {person: [child, mother]}.",
        ),
    ),
    "branch": _said(
        "bad-branch",
        Words(
            "Cabang ini tidak diawali 'if' dengan 'steps', atau 'else' saja.",
            "This branch does not begin with 'if' and 'steps', or 'else' alone.",
        ),
        Words(
            "Tulis '- if: …' lalu 'steps:', atau '- else:' yang langsung diikuti langkahnya.",
            "Write '- if: …' and then 'steps:', or '- else:' with its steps right behind it.",
        ),
    ),
    "volume": _said(
        "bad-volume",
        Words("Jumlah per tahun tidak ditulis seperti ini.", "A volume is not written like this."),
        Words("Tulis bilangan, atau seperti '14200 per year'.", "Write a number, or like '14200 per year'."),
    ),
}
