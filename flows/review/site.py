"""Where each page is found: on the server, or as a file of a site that opens from disk; knows no page."""

import hashlib
from typing import Literal, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

from flows.review.supposing import USUALLY, Supposed, is_supposing
from processes.words import LANGUAGES, Language

PageName = Literal[
    "overview",
    "decisions",
    "what-if",
    "papers",
    "procedure",
    "forms",
    "walk",
    "frees",
    "fact",
    "decide",
    "paper",  # a file, about one procedure if that is named
]
LONGEST = 80  # letters of a name within the name of a file


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
        ('/p/akta/walk?case=2', 'akta.walk.2.html')
        """
        if not self.served:
            return self._file(page, procedure, **asked)
        file = f"papers/{asked.pop('file')}" if page == "paper" else page
        pairs = [(name, str(value)) for name, value in asked.items() if value != ""]
        pairs += self.supposed.pairs if page not in ("decisions", "decide") else []
        if page == "procedure":
            path = f"/p/{quote(procedure)}"
        elif procedure:
            path = f"/p/{quote(procedure)}/{file}"
        else:
            path = "/" if page == "overview" else f"/{file}"
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def _file(self, page: PageName, procedure: str, **asked: str | int) -> str:
        """Return a page's file; names of procedures hold no dot and begin with a letter, so no two pages have the same."""
        if page == "paper":
            return f"papers/{procedure or '_'}.{asked['file']}"
        if page == "overview":
            supposed = ".".join(("_what-if", *self.supposed.with_agreements, *self.supposed.without_agreements))
            return f"{supposed}.html" if any(self.supposed) else "index.html"
        if not procedure:
            return f"_{page}.html"
        if page == "procedure":
            return f"{procedure}.html" if procedure != "index" else "index.procedure.html"
        more = {"walk": str(asked.get("case", 1)), "fact": _short(str(asked.get("name", "")))}.get(page, "")
        return ".".join(filter(None, (procedure, page, more, "html")))

    def without_supposing(self, here: str) -> str:
        """Return where the same page is with nothing supposed.

        >>> Site("en").without_supposing("/p/akta/walk?case=2&with=a07")
        '/p/akta/walk?case=2'
        """
        if not self.served:
            return self._replace(supposed=USUALLY).to("overview")
        path, _, query = here.partition("?")
        pairs = [(name, value) for name, value in parse_qsl(query) if not is_supposing(name)]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def asset(self, name: str) -> str:
        """Return the address of a style sheet or script."""
        return f"/assets/{name}" if self.served else f"../assets/{name}"

    def in_other_language(self, here: str) -> str:
        """Return where the same page is in the other language."""
        return f"/lang/{self.other}?{urlencode({'to': here})}" if self.served else f"../{self.other}/{here}"


def _short(name: str) -> str:
    """Return a name that is short enough for the name of a file."""
    return name if len(name) <= LONGEST else hashlib.sha256(name.encode()).hexdigest()[:16]
