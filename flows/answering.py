"""An answer to a waiting case, checked against what is asked there; knows no command and no page."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

import orjson

from flows.case_files import Answers
from flows.form_steps import WITHHELD
from flows.look_up_steps import NOT_LISTED, REGISTRY, SAID
from flows.look_ups import by_hand, looked_up
from flows.outcomes import CHOOSE, CONSENT_AGAIN, CONTESTED, TO_SIGN
from flows.signing import signed_twice, signs
from flows.store.case_store import CaseStore
from flows.store.rows import Kept, Waiting
from processes.case import DONE
from processes.problem import nearest
from processes.procedure import Approve, Decide, FormStep, Lookup, Step
from processes.resolved import Resolved, resolved
from processes.values import WrongValueError
from processes.words import Words, same

RETURNED = "sent back"  # why an answer is waited for: an officer has found something to be mended, see `returning`
SENT_BACK = "rounds"  # why nobody is waited for: the same answers would only send the case back once more


# One fact as somebody says it: typed, as `sekali answer` takes it; or as JSON has it. Nothing: there is none.
Typed = str | int | float | bool | Sequence[str | int | float | bool | None] | None

Why = Literal["wrong", "role", "changed", "not waiting"]


class NotTakenError(Exception):
    """An answer cannot be taken.

    `faults` say why, each in both languages; `of_facts` the same of single facts, by the names under which they were said;
    `why` tells programs what kind of fault it is, the one that people cannot mend there first.
    """

    def __init__(
        self, *faults: Words, of_facts: Mapping[str, Words] = MappingProxyType({}), why: Why = "wrong"
    ) -> None:
        self.faults = (*(Words(f"{name}: {said.id}", f"{name}: {said.en}") for name, said in of_facts.items()), *faults)
        self.of_facts = dict(of_facts)
        self.why = why
        super().__init__("; ".join(fault.en for fault in self.faults))


def answer(
    store: CaseStore,
    case: Kept,
    step: str,
    facts: Mapping[str, Typed],
    decision: str | None,
    who: str,
    *,
    consents: Mapping[str, bool] = MappingProxyType({}),
    name: str = "",
    why: str = "",
    also: Mapping[str, Words] = MappingProxyType({}),
    by_silence: bool = False,
) -> tuple[str, ...]:
    """Take an answer: facts that are asked at a step, or the decision on it. The case can then move again.

    Args:
        store: Where the case is.
        case: As just read.
        step: Where it waits.
        facts: What is said, as typed, under any name that the procedure has for a fact. An empty text: there is none.
        decision: The way of a judgement, or `done`.
        who: Who answers, as in `by`; empty if nobody has said.
        consents: By act: whether it is consented. An act that is not named here is as before.
        name: Who that is by name.
        why: In their words.
        also: What whoever calls has found wrong with single fields, so that all is told at once.
        by_silence: Whether nobody has answered, and the law takes that for an answer.

    Returns:
        The facts that are still missing at the step, as people write them.

    Raises:
        NotTakenError: With all that is wrong with it; then nothing is changed.
    """
    pinned = store.definition(case.definition)
    model = resolved(pinned.procedure, pinned.catalogue)
    wait = wait_of(store, case, step, model)
    data = orjson.loads(case.given)
    faults: list[Words] = []
    wrong: dict[str, Words] = {}
    kind: Why = "wrong"
    if who and wait.who and who not in wait.answerable_by:
        kind, whom = "role", ", ".join(wait.answerable_by)
        faults.append(Words(f"Yang dapat menjawab: {whom}, bukan {who}.", f"{whom} can answer this, not {who}."))
    if not by_silence and (twice := signed_twice(store, case, wait, model, name)) is not None:
        faults.append(twice)
    what = _take_facts(data, Answers(model), wait, model, facts, wrong, _told(case, wait, model))
    if decision is not None:
        _take_decision(data, wait, model, decision, case, faults)
        what.append(decision)
    _take_consents(data, model, step, consents, faults)
    if wait.why in (TO_SIGN, CONSENT_AGAIN):
        what += map(str, consents)
    if not what and not faults and not wrong and not also:
        faults.append(_expected(wait, model))
    if wait.why == SENT_BACK:
        _again(data, step)
    if faults or wrong or also:
        raise NotTakenError(*faults, of_facts={**wrong, **also}, why=kind)
    known = data["facts"]
    look_up = model.procedure.step_by_id.get(step)
    if decision is not None:
        left = []
    elif isinstance(look_up, Lookup) and wait.waits_for == "registry":
        left = _said_by_hand(data, step, what, by_hand(model, look_up))
    else:
        left = [name for name in wait.missing if name not in known]
    signed = set(data.get("signed", ())) | ({step} if signs(look_up, model) and not left else set())
    data["signed"] = sorted(signed)
    why = why if by_silence else why.strip()
    if not store.answer(case, orjson.dumps(data), step, what, who or wait.who, left, name=name, why=why):
        raise NotTakenError(CHANGED, why="changed")
    return tuple(model.naming.shown(name) for name in left)


CHANGED = Words("Kasus ini baru saja berubah. Periksa lagi.", "The case has just changed. Look at it again.")


def wait_of(store: CaseStore, case: Kept, step: str, model: Resolved) -> Waiting:
    """Return what a case waits for at a step.

    Raises:
        NotTakenError: If it does not wait there, or for nobody.
    """
    if case.state != "waiting":
        state = {
            "ready": Words("siap dilanjutkan; jalankan 'sekali run'", "ready to go on; call 'sekali run'"),
            "done": Words("sudah selesai", "closed"),
        }[case.state]
        raise NotTakenError(
            Words(
                f"Kasus '{case.key}' tidak menunggu: {state.id}.",
                f"The case '{case.key}' does not wait: it is {state.en}.",
            ),
            why="not waiting",
        )
    waits = list(store.waiting(case=case.id))
    found = next((wait for wait in waits if wait.step == step), None)
    if found is None:
        steps = [wait.step for wait in waits]
        known = step in model.procedure.step_by_id
        there = ", ".join(f"'{one}'" for one in steps)
        raise NotTakenError(
            Words(
                f"Kasus '{case.key}' menunggu pada {there}, bukan '{step}'.",
                f"The case '{case.key}' waits at {there}, not '{step}'.",
            )
            if known
            else Words(
                f"Tidak ada langkah '{step}'. Kasus '{case.key}' menunggu pada {there}.",
                f"There is no step '{step}'. The case '{case.key}' waits at {there}.",
            ),
            why="not waiting",
        )
    if found.waits_for == "nobody" and found.why != SENT_BACK:
        raise NotTakenError(
            Words("Kasus ini tidak dapat berlanjut; jawaban tidak membantu.", "The case is stuck; no answer helps it."),
            why="not waiting",
        )
    return found


def _take_facts(
    data: dict[str, object],
    answers: Answers,
    wait: Waiting,
    model: Resolved,
    facts: Mapping[str, Typed],
    wrong: dict[str, Words],
    told: frozenset[str],
) -> list[str]:
    """Put what is said among what the case brings along; return the names of the facts."""
    taken: list[str] = []
    asked = asked_at(model, wait)
    known = data["facts"]
    assert isinstance(known, dict)  # noqa: S101  # as it was written
    for name, raw in facts.items():
        try:
            canonical, many, _ = answers.fact(name)
            if canonical not in asked:
                raise WrongValueError(_not_asked(name, asked, model))
            if canonical in told:
                raise WrongValueError(_TOLD)
            _, read = answers.value(name, typed_out(raw, many=many) if isinstance(raw, str) else raw)
            if canonical in taken and known[canonical] != read:
                raise WrongValueError(
                    Words("dikatakan dua kali dengan nilai berbeda.", "is said twice, and differently.")
                )
        except WrongValueError as error:
            wrong[name] = error.words
            continue
        known[canonical] = read
        taken.append(canonical)
    return taken


_TOLD = Words(
    "sudah diketahui dari registri, dan tidak dapat diganti begitu saja; bila salah, bantah (--contest).",
    "a registry has told it, and it cannot just be altered; if it is wrong, contest it (--contest).",
)


def _told(case: Kept, wait: Waiting, model: Resolved) -> frozenset[str]:
    """Return what cannot be said on a form, because a registry has told it."""
    form = isinstance(model.procedure.step_by_id.get(wait.step), FormStep) and wait.waits_for == "answer"
    return registry_told(case) - set(wait.missing) if form else frozenset()


def typed_out(text: str, *, many: bool) -> list[str] | str | None:
    """Return what somebody has typed: nothing, if that is empty; of many, a list."""
    text = text.strip()
    return None if not text else text.split("|") if many else text


def _take_consents(
    data: dict[str, object], model: Resolved, step: str, consents: Mapping[str, bool], faults: list[Words]
) -> None:
    """Note which consents of a form are given and which withheld."""
    decisions, form = data["decisions"], model.procedure.step_by_id.get(step)
    assert isinstance(decisions, dict)  # noqa: S101  # as it was written
    there = [one.id for one in model.questions(form) if one.consents_to] if isinstance(form, FormStep) else []
    for act, given in consents.items():
        if act not in there:
            faults.append(Words(f"{act}: tidak ada persetujuan ini di sini.", f"{act}: there is no such consent here."))
        elif not given:
            decisions[str(act)] = [WITHHELD]
        else:
            decisions.pop(act, None)


def asked_at(model: Resolved, wait: Waiting) -> frozenset[str]:
    """Return the facts that can be said at the step where a case waits.

    Those that are missing, all a form asks, and all that a registry would tell which cannot be asked or does not know; where a
    case was sent back, just what is marked; where just a consent is asked for, nothing.
    """
    step = model.procedure.step_by_id.get(wait.step)
    asked = set(wait.missing)
    if wait.why in (RETURNED, CONSENT_AGAIN):
        return frozenset(asked)
    if isinstance(step, FormStep):
        asked |= {str(question.fact) for question in model.questions(step) if question.fact}
    if isinstance(step, Lookup) and wait.waits_for == "registry":
        asked |= set(looked_up(model, step))
    return frozenset(asked)


def _said_by_hand(data: dict[str, object], step: str, said: Iterable[str], needed: Iterable[str]) -> list[str]:
    """Note what a person says in place of a registry; return what of it is still to be said."""
    by_hand = data.setdefault("by_hand", {})
    assert isinstance(by_hand, dict)  # noqa: S101  # as it was written
    by_hand[step] = sorted({*by_hand.get(step, ()), *said})
    return [name for name in needed if name not in by_hand[step]]


def _not_asked(name: str, asked: Iterable[str], model: Resolved) -> Words:
    shown = sorted(model.naming.shown(one) for one in asked)
    if not shown:
        return Words("tidak ada fakta yang ditanyakan di sini.", "no fact is asked here.")
    near = nearest(name, shown)
    mend = (
        Words(f"Maksud Anda '{near}'?", f"Did you mean '{near}'?")
        if near
        else Words(f"Yang ditanyakan: {', '.join(shown)}.", f"Asked are {', '.join(shown)}.")
    )
    return Words(f"tidak ditanyakan di sini. {mend.id}", f"it is not asked here. {mend.en}")


# Decisions on what is contested: whose value holds.
SETTLED = {"registry-right": REGISTRY, "citizen-right": SAID}


def _settle(data: dict[str, object], step: str, decision: str, faults: list[Words]) -> None:
    """Note whose value holds of what is contested at a look-up."""
    contested = data.get("contested", {})
    assert isinstance(contested, dict)  # noqa: S101  # as it was written
    if decision in SETTLED:
        for one in contested.get(step, {}).values():
            one["settled"] = one["settled"] or SETTLED[decision]
    else:
        there = ", ".join(SETTLED)
        faults.append(
            Words(f"'{decision}' bukan pilihan di sini ({there}).", f"'{decision}' is no choice here ({there}).")
        )


def registry_told(case: Kept) -> frozenset[str]:
    """Return the facts of a case that registries told, and nobody has said."""
    held = orjson.loads(case.held or b"{}")
    alone = [not mark[0] and len(mark) > 1 for mark in held.get("marks", ())]
    return frozenset(
        name for name, number in zip(held.get("values", ()), held.get("of", ()), strict=True) if alone[number]
    )


NONE_OF_THEM = "not-listed"  # the decision on several records of a registry that none of them is meant


def offered(case: Kept, step: str) -> int:
    """Return how many records somebody can choose among at a look-up."""
    offer = orjson.loads(case.held or b"{}").get("offered", {}).get(step)
    return len(offer[2]) if offer else 0


def _take_choice(data: dict[str, object], case: Kept, step: str, decision: str, faults: list[Words]) -> None:
    """Note which of the records on offer is meant."""
    ways = [*(str(number + 1) for number in range(offered(case, step))), NONE_OF_THEM]
    if decision in ways:
        chosen = data.setdefault("chosen", {})
        assert isinstance(chosen, dict)  # noqa: S101  # as it was written
        chosen[step] = NOT_LISTED if decision == NONE_OF_THEM else ways.index(decision)
    else:
        there = ", ".join(ways)
        faults.append(
            Words(f"'{decision}' bukan pilihan di sini ({there}).", f"'{decision}' is no choice here ({there}).")
        )


def _take_decision(
    data: dict[str, object], wait: Waiting, model: Resolved, decision: str, case: Kept, faults: list[Words]
) -> None:
    """Put a decision among what the case brings along, for this visit of the step alone."""
    if (wait.waits_for == "registry" or wait.why == SENT_BACK) and decision == DONE:
        chosen = data.get("chosen", {})
        assert isinstance(chosen, dict)  # noqa: S101  # as it was written
        chosen.pop(wait.step, None)
        return  # only to try again
    if wait.why == CONTESTED:
        _settle(data, wait.step, decision, faults)
        return
    if wait.why == CHOOSE:
        _take_choice(data, case, wait.step, decision, faults)
        return
    if wait.why in (RETURNED, TO_SIGN, CONSENT_AGAIN) and not wait.missing and decision == DONE:
        return  # the papers are mended; it is signed
    if wait.waits_for != "decision":
        faults.append(Words("Di sini tidak ada yang diputuskan.", "Nothing is decided here."))
        return
    ways = ways_of(model.procedure.step_by_id[wait.step])
    if decision not in ways:
        near = nearest(decision, ways)
        mend = Words(f" Maksud Anda '{near}'?", f" Did you mean '{near}'?") if near else same("")
        there = ", ".join(ways)
        faults.append(
            Words(
                f"'{decision}' bukan pilihan di sini ({there}).{mend.id}",
                f"'{decision}' is no choice here ({there}).{mend.en}",
            )
        )
        return
    decisions, answered = data["decisions"], data.get("answered", [])
    assert isinstance(decisions, dict)  # noqa: S101  # as it was written
    assert isinstance(answered, list)  # noqa: S101
    visit = orjson.loads(case.held or b"{}").get("visits", {}).get(wait.step, 0) + 1
    before = list(decisions.get(wait.step, ()))
    before += before[-1:] * (visit - 1 - len(before))  # the last one stood for all visits after it
    decisions[wait.step] = [*before[: visit - 1], decision]
    data["answered"] = sorted({*answered, wait.step})


def _again(data: dict[str, object], step: str) -> None:
    """Let a case that was sent back again and again go on: from now on people say and decide anew what was prepared for it."""
    rounds, decisions, answered = data.get("rounds", 1), data["decisions"], data.get("answered", [])
    assert isinstance(rounds, int)  # noqa: S101  # as it was written
    assert isinstance(decisions, dict)  # noqa: S101
    assert isinstance(answered, list)  # noqa: S101
    data["rounds"] = rounds + 1
    data["answered"] = sorted({*answered, *decisions, step})


def ways_of(step: Step) -> tuple[str, ...]:
    """Return what can be decided at a step: the ways of a judgement, or just that it is done."""
    if isinstance(step, Decide | Approve) and step.ways:
        return tuple(str(way.id) for way in step.ways)
    return (DONE,)


def _expected(wait: Waiting, model: Resolved) -> Words:
    """Say what is waited for, to somebody who has said nothing."""
    if wait.waits_for == "decision":
        ways = ways_of(model.procedure.step_by_id[wait.step])
        how = "--done" if ways == (DONE,) else f"--way {'|'.join(ways)}"
        return Words(f"Ditunggu sebuah keputusan: {how}.", f"A decision is waited for: {how}.")
    if wait.why == CONTESTED:
        either = "|".join(SETTLED)
        return Words(
            f"Isi registri dibantah ('sekali cases --show'): --way {either}, atau --done untuk bertanya lagi.",
            f"What the registry told is contested ('sekali cases --show'): --way {either}, or --done asks it again.",
        )
    if wait.why == CHOOSE:
        return Words(
            f"Registri menyimpan beberapa data ('sekali cases --show'): pilih dengan --way NOMOR, atau --way {NONE_OF_THEM}; "
            "--done untuk bertanya lagi.",
            f"The registry holds several records ('sekali cases --show'): choose with --way NUMBER, or --way {NONE_OF_THEM}; "
            "--done asks it again.",
        )
    if wait.waits_for == "registry":
        names = " ".join(f"{model.naming.shown(name)}=…" for name in sorted(asked_at(model, wait)))
        return Words(
            f"Ditunggu registri; --done untuk bertanya lagi, atau jawab sebagai gantinya: {names}",
            f"A registry is waited for; --done asks it again, or say in its place: {names}",
        )
    if wait.why == SENT_BACK:
        asked = ", ".join(sorted(model.naming.shown(name) for name in asked_at(model, wait)))
        return Words(
            f"Kasus ini dikembalikan berulang kali. Jawab lagi dengan fakta=nilai ({asked}), atau --done untuk mencoba lagi.",
            f"The case was sent back again and again. Answer anew with fact=value ({asked}), or --done to try again.",
        )
    names = " ".join(f"{model.naming.shown(name)}=…" for name in wait.missing) or "--done"
    return Words(f"Ditunggu: {names}", f"Waited for: {names}")
