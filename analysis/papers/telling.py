"""How papers name what the model holds: facts by whom they are about, documents, laws; knows no paper."""

from collections.abc import Iterable

from analysis.drawing.wording import condition_words, ground_words, large, share_words, small, title_of
from processes.catalogue import Catalogue
from processes.part import Part
from processes.policy import Policy
from processes.procedure import Procedure, Step
from processes.resolved import Naming, Paper, of_whom
from processes.shapes import Ground
from processes.words import Words, same

TO_FILL = Words("[diisi instansi]", "[to be filled in by the agency]")
NOT_KNOWN = Words("[belum ada dalam model; diisi instansi]", "[not in the model yet; to be filled in by the agency]")


def facts_words(naming: Naming, facts: Iterable[str]) -> tuple[Words, ...]:
    """Return facts by whom they are about, each person or thing with a line: "Ibu: NIK, nama".

    Args:
        naming: What names in the procedure mean.
        facts: Canonical, or as the procedure writes them; those it does not know are left out.

    Complexity: linear in the number of facts.
    """
    groups: dict[str, list[Words]] = {}
    for name in dict.fromkeys(naming.known(facts)):
        fact = naming.fact(name)
        if fact is not None:
            owner, _, last = naming.shown(name).rpartition(".")
            own = fact.relation is not None and last == fact.relation.id
            part: Part = fact.relation if own and fact.relation is not None else fact.element
            words = groups.setdefault(owner, [])
            if (told := _small(title_of(part))) not in words:
                words.append(told)
    return tuple(
        Words(f"{large(whose.id)}: {what.id}", f"{large(whose.en)}: {what.en}")
        for whose, what in ((naming.role_words(owner), listed(words)) for owner, words in groups.items())
    )


def listed(parts: Iterable[Words], between: str = ", ") -> Words:
    """Return words one after the other.

    >>> listed([Words("satu", "one"), Words("dua", "two")]).id
    'satu, dua'
    """
    told = list(parts)
    return Words(between.join(one.id for one in told), between.join(one.en for one in told))


def _small(words: Words) -> Words:
    return Words(small(words.id), small(words.en))


def begun(told: Iterable[Words]) -> tuple[Words, ...]:
    """Return the lines of a cell, each begun large."""
    return tuple(Words(large(one.id), large(one.en)) for one in told)


def paper_name(naming: Naming, paper: Paper) -> Words:
    """Return a document to hand in, or a choice of several: "Kartu Keluarga ibu"."""
    told = []
    for option in paper.document.either or (paper.document,):
        kind = naming.catalogue.paper.get(option.kind)
        told.append(of_whom(kind.title if kind else same(option.kind), naming.role_words(option.of)))
    words = Words(" atau ".join(one.id for one in told), " or ".join(one.en for one in told))
    return Words(large(words.id), large(words.en))


def paper_words(naming: Naming, paper: Paper) -> Words:
    """Return a document to hand in, and who hands it in if not everybody does."""
    words = paper_name(naming, paper)
    if paper.condition is not None:
        when = condition_words(paper.condition, naming)
        words = Words(f"{words.id} (bila {when.id})", f"{words.en} (if {when.en})")
    if paper.share < 1:
        share = share_words(paper.share)
        words = Words(f"{words.id} (pada {share.id} permohonan)", f"{words.en} (in {share.en} of the cases)")
    return words


def laws_of(procedure: Procedure, policy: Policy) -> tuple[Words, ...]:
    """Return the laws that a procedure names and those that its steps rest on, each once, those no longer in force left out."""
    named: list[str] = [str(law) for law in procedure.legal_basis]
    for ground in _grounds(procedure):
        if ground.law is not None and (ground.until is None or ground.until >= policy.date):
            named.append(str(ground.law))
    return tuple(same(law) for law in dict.fromkeys(named))


def _grounds(value: object) -> Iterable[Ground]:
    """Yield the grounds in a part, however deep, in the order of the text."""
    if isinstance(value, Ground):
        yield value
    elif isinstance(value, Part):
        for name, one in value:
            if name != "where":
                yield from _grounds(one)
    elif isinstance(value, tuple):
        for one in value:
            yield from _grounds(one)


def rests_words(step: Step) -> Words | None:
    """Return what a step rests on, if it says so."""
    return ground_words(step.rests_on) if step.rests_on is not None else None


def count_words(number: float, digits: int = 0) -> Words:
    """Return a number with so many digits behind the decimal sign, thousands set apart.

    >>> count_words(1057750.4), count_words(207.06, 1)
    (Words(id='1.057.750', en='1,057,750'), Words(id='207,1', en='207.1'))
    """
    english = f"{number:,.{digits}f}"
    return Words(english.translate(str.maketrans(",.", ".,")), english)


def agency_words(catalogue: Catalogue, name: str) -> Words:
    """Return what an agency is called."""
    found = catalogue.agency.get(name)
    return found.title if found else same(name)
