"""What a redesign changes in a few sentences, the weightiest first: values to show; knows no page."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from analysis.change import Change, ChangeKind
from analysis.drawing.wording import title_of
from flows.review.looked import Looked
from processes.policy import MoveKind
from processes.procedure import Lookup, walk
from processes.words import Words, same

MOST_NAMED = 6  # steps or documents in a sentence


class _Counted(NamedTuple):
    """Something that is counted, in words for one and for several."""

    id: str
    one: str
    several: str

    def told(self, number: int) -> Words:
        return Words(f"{number} {self.id}", f"{number} {self.one if number == 1 else self.several}")


_QUESTIONS = _Counted("isian tidak lagi ditanyakan", "question is asked no more", "questions are asked no more")
_CHANGES: dict[ChangeKind, _Counted] = {
    "question narrowed": _Counted(
        "isian ditanyakan hanya kepada sebagian", "question is asked of some only", "questions are asked of some only"
    ),
    "document narrowed": _Counted(
        "dokumen diminta hanya dari sebagian", "document is asked of some only", "documents are asked of some only"
    ),
    "check dropped": _Counted(
        "hal tidak lagi diperiksa petugas",
        "thing is checked by officers no more",
        "things are checked by officers no more",
    ),
    "log-in added": _Counted("log masuk baru", "new log-in", "new log-ins"),
    "consent added": _Counted("persetujuan baru", "new consent", "new consents"),
}
_MOVES: dict[MoveKind, _Counted] = {
    "merge": _Counted("penggabungan langkah", "merger of steps", "mergers of steps"),
    "automate": _Counted("pekerjaan diotomatiskan", "piece of work automated", "pieces of work automated"),
}
_OTHERS = _Counted("perubahan urutan lain", "other change of order", "other changes of order")


def summary(looked: Looked) -> tuple[Words, ...]:
    """Return what changes, a sentence each.

    Complexity: linear in the changes.
    """
    return tuple(_sentences(looked))


def _sentences(looked: Looked) -> Iterator[Words]:
    redesign = looked.redesign
    count = Counter(one.kind for one in redesign.changes)
    if count["question dropped"]:
        yield _QUESTIONS.told(count["question dropped"])
    documents = [one for one in redesign.changes if one.kind == "document dropped"]
    if documents:
        yield _named(
            Words("Dokumen yang tidak lagi dibawa", "Documents no longer brought"),
            [_paper(looked, one) for one in documents],
        )
    steps = redesign.before.step_by_id
    gone = [title_of(steps[one.step]) for one in redesign.changes if one.kind == "step dropped" and one.step in steps]
    if gone:
        yield _named(Words("Langkah yang hilang", "Steps that go"), gone)
    for kind, words in _CHANGES.items():
        if count[kind]:
            yield words.told(count[kind])
    yield from _look_ups(looked)
    moves = Counter(one.kind for one in redesign.moves)
    for move, words in _MOVES.items():
        if moves[move]:
            yield words.told(moves.pop(move))
    if others := sum(moves.values()):
        yield _OTHERS.told(others)


def _named(head: Words, named: list[Words]) -> Words:
    first, rest = named[:MOST_NAMED], len(named) - MOST_NAMED
    more = Words(f" dan {rest} lainnya", f" and {rest} more") if rest > 0 else Words("", "")
    return Words(
        f"{head.id} ({len(named)}): {', '.join(one.id for one in first)}{more.id}",
        f"{head.en} ({len(named)}): {', '.join(one.en for one in first)}{more.en}",
    )


def _paper(looked: Looked, change: Change) -> Words:
    kind, _, whose = change.subject.partition(" of ")
    paper = looked.catalogue.paper.get(kind)
    if paper is None or not whose:
        return same(change.subject)
    role = looked.before.naming.role_words(whose)
    return Words(f"{paper.title.id} {role.id.lower()}", f"{paper.title.en} of the {role.en.lower()}")


def _look_ups(looked: Looked) -> Iterator[Words]:
    """Yield which registries are asked anew, under which agreements."""
    redesign = looked.redesign
    certificate = redesign.certificate
    if redesign.after is None or certificate is None:
        return
    for step in walk(redesign.after.steps):
        if isinstance(step, Lookup) and step.id not in redesign.before.step_by_id:
            service = looked.catalogue.service.get(step.service)
            title = service.title if service is not None and service.title is not None else same(step.service)
            names = dict.fromkeys(a.id for one in certificate.suppliers if one.step == step.id for a in one.agreements)
            under = ", ".join(names)
            law = Words(f" (perjanjian {under})", f" (under agreement {under})") if names else same("")
            yield Words(f"Registri ditanya: {title.id}{law.id}", f"A registry is asked: {title.en}{law.en}")
