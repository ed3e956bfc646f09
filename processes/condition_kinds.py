"""The types of facts and of what expressions give, and how people call them; knows no expression."""

from typing import Literal, NamedTuple

from processes.words import Words

Kind = Literal["text", "number", "money", "date", "yes/no", "choice"]


class FactType(NamedTuple):
    """The type of a fact, or of what an expression gives."""

    kind: Kind
    codes: tuple[str, ...] = ()  # of a choice; none where the list is not known
    many: bool = False  # a list, one value for each member of a many-role
    members: str = ""  # whose lists go together: the path of the many-role; its first part where nothing is said


KIND_WORDS: dict[Kind, Words] = {
    "text": Words("teks", "a text"),
    "number": Words("bilangan", "a number"),
    "money": Words("jumlah uang", "an amount of money"),
    "date": Words("tanggal", "a date"),
    "yes/no": Words("ya/tidak", "yes or no"),
    "choice": Words("pilihan dari daftar kode", "a choice from a code list"),
}
FAMILY: dict[Kind, str] = {
    "text": "text",
    "choice": "text",
    "number": "number",
    "money": "number",
    "date": "date",
    "yes/no": "yes/no",
}  # what can be compared with each other
