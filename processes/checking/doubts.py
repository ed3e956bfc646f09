"""Advice on what can be meant and seldom is: checks, look-ups, log-ins and returns that do nothing for some; judges no redesign."""

from collections.abc import Iterator

from processes import condition
from processes.catalogue import Agreement
from processes.checking.flow import condition_text, given_by, lists_in
from processes.checking.names import advice, place
from processes.checking.scope import Scope
from processes.part import Location
from processes.problem import Problem
from processes.procedure import (
    Back,
    Check,
    Choose,
    FormStep,
    Identify,
    Item,
    Lookup,
    Parallel,
    Procedure,
    Step,
    Steps,
    actor,
    walk,
)
from processes.resolved import Paper
from processes.wording import listed
from processes.words import Words

FEW = 0.2  # of the people: a log-in that fewer have cannot be the only way


def doubts(scope: Scope) -> Iterator[Problem]:
    """Yield advice on the steps of a procedure without problems, each seen with those before it in the text.

    Complexity: linear in the number of steps, times the number of returns and of checks.
    """
    items = list(walk(scope.procedure.steps))
    holding = dict(_conditions_around(scope, scope.procedure.steps, frozenset()))
    for number, item in enumerate(items):
        match item:
            case Check():
                yield from _papers_of_some(scope, item, items[:number], holding[id(item)])
            case Lookup():
                yield from _nothing_found(scope, item)
            case Back():
                yield from _never_asked_anew(scope, item, items[:number])
            case FormStep():
                yield from _consents(scope, item)
    yield from _log_ins_of_few(scope, scope.procedure.steps)


def _conditions_around(scope: Scope, steps: Steps, around: frozenset[str]) -> Iterator[tuple[int, frozenset[str]]]:
    """Yield each item's identity with the conditions of the branches around it."""
    for item in steps:
        yield id(item), around
        if isinstance(item, Choose):
            for branch in item.branches:
                own = condition_text(scope, branch)
                yield from _conditions_around(scope, branch.steps, around | {own} if own else around)
        else:
            for inner in lists_in(item):
                yield from _conditions_around(scope, inner, around)


def _papers_of_some(scope: Scope, check: Check, before: list[Item], holding: frozenset[str]) -> Iterator[Problem]:
    """Yield advice for each paper that shows facts of a check, but only of those who must bring it."""
    papers: list[Paper] = []
    for item in before:
        papers += scope.model.papers(item) if isinstance(item, FormStep) else ()
    found: dict[Location, list[str]] = {}
    for path in check.verifies:
        fact = scope.naming.canonical(path)
        showing = [paper for paper in papers if fact in paper.documented]
        if showing and path not in check.inspects and not any(_of_all(paper, holding) for paper in showing):
            found.setdefault(showing[0].where, []).append(path)
    for where, paths in found.items():
        yield advice(
            "paper-of-some",
            place(paths[0], check),
            Words(
                f"{listed(paths)} hanya tertulis di dokumen yang diminta dari sebagian orang (baris {where.line}), "
                "jadi pemeriksaan ini tidak menaikkan tingkatnya.",
                f"Only a paper that is asked of some (line {where.line}) shows {listed(paths)}, "
                "so this check does not raise the level.",
            ),
            Words(
                "Minta dokumen itu dari semua, atau tulis pemeriksaan ini di cabang 'choose' dengan syarat yang sama.",
                "Ask everybody for the paper, or put the check into a branch of a 'choose' with the same condition.",
            ),
        )


def _of_all(paper: Paper, holding: frozenset[str]) -> bool:
    """Whether all who come to where these conditions hold must bring a paper."""
    return paper.share >= 1 and (paper.condition is None or condition.to_text(paper.condition) in holding)


def _nothing_found(scope: Scope, step: Lookup) -> Iterator[Problem]:
    service = scope.model.service(step)
    if service is None or service.coverage >= 1 or step.not_found:
        return
    missed = f"{(1 - service.coverage) * 100:.3g}%"
    yield advice(
        "nothing-found",
        step.where,
        Words(
            f"'{step.service}' tidak menemukan {missed} dari yang ditanyakan; kasusnya menunggu di sini.",
            f"'{step.service}' does not find {missed} of those asked about; their cases wait here.",
        ),
        Words(
            "Tulis 'not_found:' dengan langkah untuk kasus itu, misalnya formulir yang menanyakannya.",
            "Write 'not_found:' with the steps of such a case, such as a form that asks it.",
        ),
    )


def _never_asked_anew(scope: Scope, back: Back, before: list[Item]) -> Iterator[Problem]:
    """Yield advice for each fact that a return loses and nothing from its target on gives again."""
    names = [item.id if isinstance(item, Step) else "" for item in before]
    if back.target not in names:
        return  # told as a problem
    again = frozenset[str]().union(*(given_by(scope, item) for item in before[names.index(back.target) :]))
    for path in back.anew:
        fact = scope.naming.canonical(path)
        if fact is not None and fact not in again:
            yield advice(
                "never-asked-anew",
                place(path, back),
                Words(
                    f"'{path}' hilang saat kembali, tetapi '{back.target}' dan langkah sesudahnya tidak menanyakannya lagi.",
                    f"'{path}' is lost on this return, but neither '{back.target}' nor what follows it asks it again.",
                ),
                Words(
                    "Kembali ke langkah yang menanyakannya, atau hapus dari 'anew'.",
                    "Return to the step that asks it, or leave it out of 'anew'.",
                ),
            )


def _consents(scope: Scope, form: FormStep) -> Iterator[Problem]:
    """Yield advice for each consent to a service that only others must have a consent for."""
    if not form.uses and not any(one.consents_to for one in form.asks):
        return
    for question in scope.model.questions(form):
        services = scope.known.catalogue.agreements_on
        asking = [one for one in services.get(question.consents_to or "", ()) if one.consent]
        if not asking or any(_concerns(scope.procedure, one) or not _is_known(scope, one) for one in asking):
            continue
        who = asking[0].consumer
        yield advice(
            "needless-consent",
            _here(question.where, form),
            Words(
                f"Persetujuan untuk '{question.consents_to}' hanya disyaratkan dari '{who}' atau untuk tujuan lain, "
                "bukan dalam prosedur ini.",
                f"A consent to '{question.consents_to}' is asked for only of '{who}' or for another purpose, "
                "not in this procedure.",
            ),
            Words(
                "Hapus tindakan ini, atau periksa 'consumer' dan 'purposes' perjanjiannya.",
                "Leave the act out, or see 'consumer' and 'purposes' of the agreement.",
            ),
        )


def _concerns(procedure: Procedure, agreement: Agreement) -> bool:
    """Whether an agreement is one that some step of a procedure can ask under."""
    steps = [item for item in walk(procedure.steps) if isinstance(item, Step)]
    agencies = {procedure.agency, *(actor(step.by).whom for step in steps if step.by)}
    purposes = {procedure.purpose, *(step.purpose for step in steps)}
    return agreement.consumer in agencies and not purposes.isdisjoint(agreement.purposes)


def _is_known(scope: Scope, agreement: Agreement) -> bool:
    """Whether what an agreement names is declared; else that is told, and nothing can be said of it."""
    catalogue = scope.known.catalogue
    return agreement.consumer in catalogue.agency and set(agreement.purposes) <= {one.id for one in catalogue.purposes}


def _here(where: Location, step: Step) -> Location:
    """Return a place of a question in the file of its step: questions of a printed form stand elsewhere."""
    return where if where.file == step.where.file else step.where


def _log_ins_of_few(scope: Scope, steps: Steps) -> Iterator[Problem]:
    """Yield advice for each log-in that every case must pass and that few people have."""
    for item in steps:
        if isinstance(item, Parallel):
            for branch in lists_in(item):
                yield from _log_ins_of_few(scope, branch)
        log_in = scope.known.catalogue.log_in.get(item.using) if isinstance(item, Identify) else None
        if not isinstance(item, Identify) or log_in is None or log_in.coverage >= FEW:
            continue
        yield advice(
            "log-in-of-few",
            place(item.using, item),
            Words(
                f"Hanya {log_in.coverage * 100:.3g}% orang dapat masuk dengan '{item.using}', tetapi setiap kasus melewatinya.",
                f"Only {log_in.coverage * 100:.3g}% of people can log in with '{item.using}', but every case must.",
            ),
            Words(
                "Beri jalan lain: tulis langkah ini di salah satu cabang 'choose' atau 'decide'.",
                "Give the others a way: put the step into one branch of a 'choose' or one way of a 'decide'.",
            ),
        )
