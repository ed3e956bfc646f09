"""What the analysis says, with the names of the model told as people say them; knows no page."""

import re
from collections.abc import Sequence

from analysis.drawing.facts import FactsOf
from analysis.drawing.wording import condition_words, dated, small, title_of
from processes.part import Part
from processes.procedure import FormStep
from processes.resolved import Resolved, of_whom
from processes.words import Language, Words, same

_WORD = r"[a-z][a-z0-9_-]*"
_DOTTED = rf"{_WORD}(?:\.{_WORD})+"
_CONDITIONS = re.compile(r"\b(only if|jika) ([^;“]+?)(?=$|;)")
_ABOUT = re.compile(rf"\b({_DOTTED}) (about|tentang) ({_WORD}(?:\.{_WORD})*)\b")
_NAMES = re.compile(rf"(?<!\w)'([^'\n]{{1,300}})'(?!\w)|\b({_DOTTED})\b|\b({_WORD} of {_WORD})\b")
"""What may be a name in a sentence: something in quotes, words with dots between them, or a document of somebody."""


class Worded:
    """Tells the names of one procedure in words; what it does not know stays as it is written."""

    def __init__(self, models: Sequence[Resolved]) -> None:
        """Say whose names.

        Args:
            models: The procedure as it is, and redesigned if it is.
        """
        self._models = tuple(models)
        catalogue = models[0].catalogue
        self._titles: dict[str, Part] = {}
        self._asked: dict[str, Words] = {}  # documents and acts
        for model in reversed(self._models):
            self._titles |= model.procedure.step_by_id
            told = FactsOf(model, model)
            for step in model.procedure.step_by_id.values():
                if isinstance(step, FormStep):
                    self._asked |= {one.id: one.label for one in model.questions(step) if one.fact is None}
                    self._asked |= {paper.id: told.paper_words(paper) for paper in model.papers(step)}
        self._services: dict[str, Part] = {**catalogue.service}
        self._others: dict[str, Part] = {**catalogue.log_in, **catalogue.event}
        self._known: dict[str, Words | None] = {}
        self._said: dict[Words, Words] = {}

    def __call__(self, words: Words) -> Words:
        """Return a sentence with the names, conditions and days in it in words; names that are titles in marks of speech.

        Complexity: linear in its length.
        """
        if words not in self._said:
            self._said[words] = dated(Words(self._told(words.id, "id"), self._told(words.en, "en")))
        return self._said[words]

    def _told(self, text: str, language: Language) -> str:
        def condition(found: re.Match[str]) -> str:
            expression = self._models[0].naming.expression(found[2])
            if expression is None:
                return found[0]
            return f"{found[1]} {condition_words(expression, self._models[0].naming).in_language(language)}"

        def about(found: re.Match[str]) -> str:
            if found[1] not in self._services or self._models[0].naming.subject(found[3]) is None:
                return found[0]
            whom = self._models[0].naming.role_words(found[3]).in_language(language)
            the = "the " if language == "en" and not whom.lower().startswith(("the ", "those ")) else ""
            of = "about" if language == "en" else "tentang"
            return f"{self._quoted(found[1], language)} {of} {the}{small(whom)}"

        def named(found: re.Match[str]) -> str:
            known = self.known(found[1] or found[0]) if not found[3] or self._is_document(found[3]) else None
            if known is None:
                return found[0]
            title = found[1] or found[2] in self._services
            return self._quoted(found[1] or found[0], language) if title else small(known.in_language(language))

        return _NAMES.sub(named, _ABOUT.sub(about, _CONDITIONS.sub(condition, text)))

    def _quoted(self, name: str, language: Language) -> str:
        return f"“{small(self.name(name).in_language(language))}”"

    def _is_document(self, name: str) -> bool:
        return name in self._asked or name.partition(" of ")[0] in self._models[0].catalogue.paper

    def name(self, name: str) -> Words:
        """Return what a name means; itself, if nobody knows."""
        return self.known(name) or same(name)

    def known(self, name: str) -> Words | None:
        """Return what a step, document, act, fact, service, log-in or event is called; nothing, if the name is none of them."""
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def _find(self, name: str) -> Words | None:
        if name in self._titles:
            return title_of(self._titles[name])
        if name in self._asked:
            return self._asked[name]
        for model in self._models:
            if model.naming.fact(name) is not None:
                return model.naming.words(name)
        if (part := self._services.get(name) or self._others.get(name)) is not None:
            return title_of(part)
        naming = self._models[0].naming
        what, about, whom = name.partition(" about ")  # a service, and whom it is asked about
        if about and what in self._services:
            return of_whom(title_of(self._services[what]), naming.role_words(whom))
        kind, of, whose = name.partition(" of ")  # a document that nobody is asked for
        paper = naming.catalogue.paper.get(kind)
        return of_whom(paper.title, naming.role_words(whose)) if of and paper is not None else None
