"""What would free what stays, things that the same would free together: values to show; knows no page."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from analysis.drawing.wording import small
from analysis.explaining.freeing import Freeing, Way
from analysis.explaining.supposing import Concluded, InForce, NewService, Supposition
from analysis.papers.telling import agency_words, listed
from flows.review.looked import Looked
from processes.words import Words, same


class Told(NamedTuple):
    """One set of suppositions that is enough."""

    parts: tuple[Words, ...]
    asked: bool  # it would still be asked, because that is lighter
    minutes: float | None


class Freed(NamedTuple):
    """Things that stay, and what would free each of them."""

    things: tuple[tuple[str, Words], ...]  # question, document or act, and what it is called
    ways: tuple[Told, ...]  # any of them is enough
    only: Words | None  # why there is none


def freed(found: Iterable[Freeing], looked: Looked) -> tuple[Freed, ...]:
    """Return what stays by what would free it: the fewest suppositions first, then what nobody knows the minutes of, then what nothing frees.

    Complexity: linear in things and ways, but for the order.
    """
    groups: dict[tuple[tuple[Told, ...], Words | None], dict[tuple[str, Words], None]] = {}
    for one in found:
        ways = tuple(_told(way, looked) for way in one.ways)
        only = looked.worded(one.only) if one.only is not None else None
        groups.setdefault((ways, only), {})[one.kind, looked.worded.name(one.subject)] = None
    told = [Freed(tuple(things), ways, only) for (ways, only), things in groups.items()]
    return tuple(sorted(told, key=_order))


def _order(one: Freed) -> tuple[bool, float, int]:
    known = [len(way.parts) for way in one.ways if way.minutes is not None and not way.asked]
    return not one.ways, min(known, default=float("inf")), -len(one.things)


def _told(way: Way, looked: Looked) -> Told:
    return Told(tuple(_words(one, looked) for one in way.suppositions), way.asked, way.citizen_minutes)


def _words(one: Supposition, looked: Looked) -> Words:
    """Return a supposition in words: agreements, agencies and purposes by their titles, the facts of a new service as they are called."""
    catalogue, tell = looked.catalogue, looked.worded
    if isinstance(one, NewService):
        return _new_service(one, looked)
    says = tell(one.says)
    if isinstance(one, InForce):
        title = next((each.title for each in catalogue.agreements if each.id == one.agreement), None)
        return Words(f"{says.id} ({title.id})", f"{says.en} ({title.en})") if title is not None else says
    if isinstance(one, Concluded):
        who, what = agency_words(catalogue, one.consumer), tell.name(one.service)
        why = next((each.title for each in catalogue.purposes if each.id == one.purpose), same(one.purpose))
        return Words(
            f"perjanjian baru: {who.id} boleh menanyakan “{small(what.id)}” untuk {small(why.id)}, tanpa persetujuan orangnya",
            f"a new agreement: the {small(who.en)} may ask “{small(what.en)}” for {small(why.en)}, without consents",
        )
    return says


def _new_service(one: NewService, looked: Looked) -> Words:
    naming = looked.before.naming

    def called(whom: str, names: Sequence[str]) -> Words:
        facts = (naming.canonical(f"{whom}.{name}") for name in names)
        return listed(looked.worded.name(fact) if fact else same(name) for fact, name in zip(facts, names, strict=True))

    facts, keys = called(one.shown, one.gives), called(one.by_shown or one.shown, one.needs)
    return Words(
        f"layanan baru yang memberikan {facts.id}, dicari dengan {keys.id}",
        f"a new service that gives {facts.en}, looked up by {keys.en}",
    )
