"""Where each page is found: on the server, or as a file of a site that opens from disk; knows no page."""

from typing import Literal, NamedTuple
from urllib.parse import quote, urlencode

from flows.review.supposing import USUALLY, Supposed
from processes.words import LANGUAGES, Language

PageName = Literal[
    "overview", "procedure", "forms", "walk", "frees", "fact", "decisions", "what-if", "decide", "papers"
]


class Site(NamedTuple):
    """In which language, under which assumptions, and whether served."""

    language: Language
    supposed: Supposed = USUALLY
    served: bool = True

    @property
    def other(self) -> Language:
        """The other language."""
        return next(one for one in LANGUAGES if one != self.language)

    def to(self, page: PageName, procedure: str = "", **asked: str | int) -> str:
        """Return the address of a page, what is supposed included.

        >>> Site("en").to("walk", "akta", case=2), Site("en", served=False).to("walk", "akta", case=2)
        ('/p/akta/walk?case=2', 'akta-walk-2.html')
        """
        if not self.served:
            return self._file(page, procedure, **asked)
        inner = f"papers/{asked.pop('file')}.pdf" if page == "papers" else page
        pairs = [(name, str(value)) for name, value in asked.items() if value != ""]
        pairs += self.supposed.pairs if page not in ("decisions", "decide") else []
        where = {
            "overview": "/",
            "decisions": "/decisions",
            "what-if": "/what-if",
            "procedure": f"/p/{quote(procedure)}",
        }
        path = where.get(page) or f"/p/{quote(procedure)}/{inner}"
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def _file(self, page: PageName, procedure: str, **asked: str | int) -> str:
        if page == "overview":
            return "index.html"
        if page == "procedure":
            return f"{procedure}.html"
        number = f"-{asked.get('case', 1)}" if page == "walk" else ""
        return f"{procedure}-{page}{number}.html" if procedure else f"{page}.html"

    def asset(self, name: str) -> str:
        """Return the address of a style sheet or script."""
        return f"/assets/{name}" if self.served else f"../assets/{name}"

    def in_other_language(self, here: str) -> str:
        """Return where the same page is in the other language."""
        return f"/lang/{self.other}?{urlencode({'to': here})}" if self.served else f"../{self.other}/{here}"
