"""What was said in a case and with what it was sent back, in the words of the procedure; knows no page."""

from collections.abc import Iterable
from typing import NamedTuple

from analysis.drawing.wording import whom_words
from flows.answering import NONE_OF_THEM
from flows.case_files import title_of
from flows.consenting import ASKED_AGAIN
from flows.contesting import CONTESTS
from flows.returning import KINDS
from flows.silence import reason
from flows.store.rows import Returned, Said
from processes.case import DONE
from processes.procedure import Approve, Decide, FormStep, Lookup, Step
from processes.resolved import Paper, Resolved, of_whom
from processes.words import Words, same

_DONE = {
    "check": Words("Sudah diperiksa", "It is checked"),
    "pay": Words("Sudah dibayar", "It is paid"),
    "approve": Words("Disetujui", "Approved"),
}
SETTLED_IN_WORDS = {
    "registry-right": Words("Isi registri benar", "What the registry tells is right"),
    "citizen-right": Words("Yang membantah benar", "What was said instead is right"),
}
NOT_LISTED = Words("Tidak ada dalam daftar ini", "Not in the list")


class Happened(NamedTuple):
    """What somebody said, or with what they sent the case back, in words, and as it is kept."""

    what: tuple[Words, ...]
    step: Words
    who: Words
    why: Words
    kept: Said | Returned

    @property
    def back(self) -> bool:
        """Whether the case was sent back."""
        return isinstance(self.kept, Returned)


def history(said: Iterable[Said], returned: Iterable[Returned], model: Resolved) -> tuple[Happened, ...]:
    """Return what people answered and decided, and with what the case was sent back, in the order of time."""
    both: list[Said | Returned] = [*said, *returned]
    return tuple(happened(one, model) for one in sorted(both, key=lambda one: one.at))


def happened(one: Said | Returned, model: Resolved) -> Happened:
    """Return what somebody said, or sent back with, in words."""
    if isinstance(one, Returned):
        marks = [(name_words(model, name), KINDS[kind]) for name, kind in one.marks.items()]
        what = tuple(Words(f"{name.id} ({kind.id})", f"{name.en} ({kind.en})") for name, kind in marks)
    else:
        what = tuple(_what(name, one.step, model) for name in one.what)
    step = title_of(model, one.step) if one.step in model.procedure.step_by_id else same(one.step)
    who = whom_words(one.who, model.naming) if one.who else same("")
    return Happened(what, step, who, reason(one.why), one)


def done_words(step: Step | None) -> Words:
    """Return that there is nothing more to do at a step."""
    return _DONE.get(step.kind if step else "", Words("Sudah selesai", "It is done"))


def name_words(model: Resolved, name: str) -> Words:
    """Return a fact in words, or a paper."""
    if model.naming.fact(name) is not None:
        return model.naming.words(name)
    forms = (step for step in model.procedure.step_by_id.values() if isinstance(step, FormStep))
    papers = (paper for form in forms for paper in model.papers(form) if paper.id == name)
    return next((paper_words(one, model) for one in papers), same(name))


def paper_words(paper: Paper, model: Resolved) -> Words:
    """Return a document in words."""
    each = []
    for kind, name in zip(paper.kinds, paper.id.split(" | "), strict=True):
        each.append(of_whom(kind.title, model.naming.role_words(name.partition(" of ")[2])))
    return Words(" atau ".join(one.id for one in each), " or ".join(one.en for one in each))


def _what(name: str, at: str, model: Resolved) -> Words:
    """Return one thing that was said at a step: a fact, a decision, or what was signed or consented to."""
    step = model.procedure.step_by_id.get(at)
    if name.endswith(CONTESTS):
        fact = name_words(model, name.removesuffix(CONTESTS))
        return Words(f"{fact.id}: dibantah", f"{fact.en}: contested")
    if name.endswith(ASKED_AGAIN):
        act = act_words(model, name.removesuffix(ASKED_AGAIN))
        return Words(f"{act.id}: ditanyakan sekali lagi", f"{act.en}: asked for once more")
    if name == DONE:
        return Words("Tanyakan lagi", "Ask again") if isinstance(step, Lookup) else done_words(step)
    if isinstance(step, Lookup) and name in SETTLED_IN_WORDS:
        return SETTLED_IN_WORDS[name]
    if isinstance(step, Lookup) and name == NONE_OF_THEM:
        return NOT_LISTED
    if isinstance(step, Lookup) and name.isdecimal():
        return Words(f"Data nomor {name}", f"Record {name}")
    if isinstance(step, Decide | Approve):
        way = next((one for one in step.ways if str(one.id) == name), None)
        if way is not None:
            return way.title or same(name.replace("-", " "))
    return act_words(model, name) if isinstance(step, FormStep) else name_words(model, name)


def act_words(model: Resolved, name: str) -> Words:
    """Return what is declared, signed or consented to on some form, in words; else a fact or a paper."""
    forms = (step for step in model.procedure.step_by_id.values() if isinstance(step, FormStep))
    labels = (one.label for form in forms for one in model.questions(form) if one.act and one.id == name)
    return next(labels, None) or name_words(model, name)
