"""What people read, in both languages; knows no message."""

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
