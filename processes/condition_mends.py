"""How to mend expressions whose types do not fit: what to write instead; knows no fault and finds none."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from processes.condition import to_text
from processes.condition_kinds import FAMILY, FactType
from processes.condition_tree import Constant, Expression
from processes.words import Words

Typed = tuple[Expression, FactType]

YES_WORDS = frozenset({"yes", "ya", "true", "benar", "y"})
NO_WORDS = frozenset({"no", "tidak", "false", "salah", "n"})
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGITS = re.compile(r"[0-9]{1,15}(\.[0-9]+)?")


def comparable(left: Typed, right: Typed, for_equality: bool) -> Words:
    """Return how to write two things of different families so that they can be compared."""
    for (one, one_type), (other, other_type) in ((left, right), (right, left)):
        match FAMILY[one_type.kind], FAMILY[other_type.kind]:
            case "date", "number":
                days = f"days_between({short(one)}, today())"
                return Words(f"Tulis {days} untuk jumlah hari.", f"Write {days} for a number of days.")
            case "text", "number" if for_equality and isinstance(other, Constant) and not isinstance(one, Constant):
                return write(quoted(to_text(other)))
            case ("date" | "number" | "yes/no") as family, "text":
                return converted(other, other_type, family)
            case "yes/no", "number" if isinstance(other, Constant) and other.value in (0, 1):
                return write("true" if other.value else "false")
    return Words("Bandingkan nilai dari jenis yang sama.", "Compare values of one kind.")


def computable(operator: str, left: Typed, right: Typed) -> Words:
    """Return how to write two things so that the operator works between them."""
    families = {FAMILY[left[1].kind], FAMILY[right[1].kind]}
    if families == {"date"}:
        return Words(
            "Kurangkan: tanggal dikurangi tanggal adalah jumlah hari.",
            "Subtract them: a date minus a date is a number of days.",
        )
    if families == {"number", "date"}:
        return write(f"… {operator if operator in '+-' else '-'} P60D")
    if families == {"text", "number"} and operator == "+":
        number = left[0] if FAMILY[left[1].kind] == "number" else right[0]
        return write(f"text({short(number)})")
    for expression, found in (left, right):
        if FAMILY[found.kind] == "text":
            return converted(expression, found, "date" if "date" in families else "number")
    return Words("Hitung dengan bilangan atau tanggal.", "Compute with numbers or dates.")


def converted(expression: Expression, found: FactType, family: str) -> Words:
    """Return how to write what stands there as a value of another family."""
    said = str(expression.value) if isinstance(expression, Constant) and found.kind == "text" else None
    match FAMILY[found.kind], family:
        case "text", "date":
            if said is None:
                return write(f"date({short(expression)})")
            return write(f'date("{said if _DAY.fullmatch(said) else "2020-01-31"}")')
        case "text", "number":
            if said is None:
                return write(f"number({short(expression)})")
            if _DIGITS.fullmatch(said):
                return write(said)
            return Words("Tulis bilangan tanpa tanda kutip.", "Write a number, without quotes.")
        case "text", "yes/no":
            if said is None:
                return write(f'{short(expression)} = "…"')
            small = said.lower()
            known = "true" if small in YES_WORDS else "false" if small in NO_WORDS else None
            return write(known) if known else Words("Tulis true atau false.", "Write true or false.")
        case "number", "yes/no":
            return write(f"{short(expression)} > 0")
        case "date", "yes/no":
            return write(f'{short(expression)} >= date("2020-01-31")')
        case "date", "number":
            return write(f"days_between({short(expression)}, today())")
        case "number", "text" if isinstance(expression, Constant):
            return write(quoted(to_text(expression)))
        case "number" | "date" | "yes/no", "text":
            return write(f"text({short(expression)})")
        case "yes/no", "number":
            return write(f"if {short(expression)} then 1 else 0")
    return Words("Tulis tanggal.", "Write a date.") if family == "date" else write("true")


def short(expression: Expression) -> str:
    """Return the expression's text, cut where it is long."""
    text = to_text(expression)
    return text if len(text) <= 60 else f"{text[:57]}…"


def listed_codes(codes: tuple[str, ...]) -> str:
    """Return the first codes of a list as they are written."""
    return ", ".join(quoted(code) for code in codes[:8]) + (", …" if len(codes) > 8 else "")


def quoted(text: str) -> str:
    """Return a text as it stands in expressions."""
    return to_text(Constant("text", text))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like this one; letters large or small make no difference."""
    by_small = {one.lower(): one for one in sorted(known, reverse=True)}
    near = get_close_matches(name.lower(), by_small, n=1)
    return by_small[near[0]] if near else None


def large(text: str) -> str:
    """Begin a sentence."""
    return text[:1].upper() + text[1:]


def write(what: str) -> Words:
    """Return the advice to write this."""
    return Words(f"Tulis {what}.", f"Write {what}.")
