"""What people read, in both languages; knows no message."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")


class Words(NamedTuple):
    """The same text in Indonesian and in English, written side by side so that neither is forgotten."""

    id: str
    en: str

    def in_language(self, language: Language) -> str:
        """Return the text in one language.

        >>> Words(id="Akta kelahiran", en="Birth certificate").in_language("en")
        'Birth certificate'
        """
        return self.id if language == "id" else self.en


def same(text: str) -> Words:
    """Return words that read the same in both languages, as names and identifiers do."""
    return Words(text, text)


def language_from(environment: Mapping[str, str]) -> Language:
    """Return the language of an environment: `SEKALI_LANG`, else what the system speaks, else English.

    >>> language_from({"LANG": "id_ID.UTF-8"}), language_from({"LANG": "id_ID", "SEKALI_LANG": "en"})
    ('id', 'en')
    """
    for name in ("SEKALI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")[:2].lower()
        if value in LANGUAGES:
            return "id" if value == "id" else "en"
        if value and name != "SEKALI_LANG":
            return "en"
    return "en"
