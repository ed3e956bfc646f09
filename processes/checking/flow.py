"""Rules of how steps hang together: order, ways, shares, returns; knows no fact but those of conditions."""

import itertools
from collections.abc import Iterable, Iterator, Sequence

from processes import condition
from processes.checking.expressions import facts_in
from processes.checking.names import advice, one_of, place, problem, reference
from processes.checking.scope import Scope
from processes.covering import covers, opposites
from processes.part import Location
from processes.problem import Problem
from processes.procedure import (
    Approve,
    Back,
    Branch,
    Check,
    Choose,
    Decide,
    Derive,
    FormStep,
    Identify,
    Issue,
    Item,
    Lookup,
    Parallel,
    Refuse,
    Step,
    Steps,
    walk,
)
from processes.words import Words


def flow_problems(scope: Scope) -> Iterator[Problem]:
    """Yield what is wrong with the order of a procedure's steps."""
    items = list(walk(scope.procedure.steps))
    yield from _step_names(items)
    yield from _never_reached(scope, scope.procedure.steps)
    yield from _returns(scope, items)
    for item in items:
        match item:
            case Choose():
                yield from _choice(scope, item)
            case Parallel():
                yield from _parallel(item)
            case Decide() | Approve():
                yield from _twice([(way.id, way.where) for way in item.ways], Words("Jalur", "The way"))
                yield from shares([way.share for way in item.ways], item.where)
    yield from _same_conditions(scope, items)


def _step_names(items: Iterable[Item]) -> Iterator[Problem]:
    steps = [(item.id, item.where) for item in items if isinstance(item, Step)]
    yield from _twice(steps, Words("Langkah", "The step"))


def _twice(named: Iterable[tuple[str, Location]], what: Words) -> Iterator[Problem]:
    first: dict[str, Location] = {}
    for name, where in named:
        if first.setdefault(name, where) != where and not name.startswith("unread"):
            yield problem(
                "same-name-twice",
                where,
                Words(
                    f"{what.id} '{name}' sudah ada di baris {first[name].line}.",
                    f"{what.en} '{name}' is there already, in line {first[name].line}.",
                ),
                Words("Beri nama lain.", "Give it another name."),
            )


def shares(given: Sequence[float | None], where: Location) -> Iterator[Problem]:
    """Yield the problem of shares that do not make a whole.

    >>> [found] = shares([0.6, 0.5], Location("a.yaml", 1, 1))
    >>> print(found)
    a.yaml:1:1: The shares of these ways are 110% together. They must not exceed 100%. [shares-not-whole]
    """
    said = [share for share in given if share is not None]
    whole = sum(said)
    percent = f"{whole * 100:.4g}%"
    if whole > 1 + 1e-6:
        yield problem(
            "shares-not-whole",
            where,
            Words(f"Porsi jalur-jalur ini berjumlah {percent}.", f"The shares of these ways are {percent} together."),
            Words("Jumlahnya tidak boleh lebih dari 100%.", "They must not exceed 100%."),
        )
    elif given and len(said) == len(given) and whole < 1 - 1e-6:
        yield problem(
            "shares-not-whole",
            where,
            Words(
                f"Porsi jalur-jalur ini hanya berjumlah {percent}.",
                f"The shares of these ways are only {percent} together.",
            ),
            Words(
                "Jumlahkan sampai 100%, atau kosongkan satu: sisanya menjadi porsinya.",
                "Make them 100%, or leave one out: it gets what is left.",
            ),
        )


# --- order ----------------------------------------------------------------------------------------------------------


def _never_reached(scope: Scope, steps: Steps) -> Iterator[Problem]:
    for item, following in itertools.pairwise(steps):
        if _ends(scope, item):
            yield problem(
                "never-reached",
                following.where,
                Words(
                    "Langkah ini tidak pernah tercapai: jalurnya sudah berakhir sebelumnya.",
                    "This can never be reached: the way ends before it.",
                ),
                Words(
                    "Hapus, atau pindahkan ke jalur yang masih berlanjut.",
                    "Remove it, or move it to a way that goes on.",
                ),
            )
            break
    for item in steps:
        for inner in lists_in(item):
            yield from _never_reached(scope, inner)


def lists_in(item: Item) -> list[Steps]:
    """Return the lists of steps right inside an item."""
    match item:
        case Choose() | Parallel():
            return [branch.steps for branch in item.branches]
        case Decide() | Approve():
            return [way.steps for way in item.ways]
        case Lookup():
            return [item.not_found]
    return []


def _ends(scope: Scope, item: Item) -> bool:
    """Whether no case goes on behind an item."""
    match item:
        case Refuse() | Back():
            return True
        case Choose():
            whole = covers(scope.naming, item.branches)
            return whole and all(_end(scope, branch.steps) for branch in item.branches)
        case Decide() | Approve():
            return bool(item.ways) and all(_end(scope, way.steps) for way in item.ways)
        case Parallel():
            return any(_end(scope, branch.steps) for branch in item.branches)
    return False


def _end(scope: Scope, steps: Steps) -> bool:
    return any(_ends(scope, item) for item in steps)


def _returns(scope: Scope, items: list[Item]) -> Iterator[Problem]:
    """Yield what is wrong with returns: each must lead to a step further up, and not into a parallel branch from outside."""
    places: dict[str | int, _Around] = {}
    _note_parallel(scope.procedure.steps, (), places)
    seen: set[str] = set()
    names = {item.id for item in items if isinstance(item, Step)}
    for item in items:
        if isinstance(item, Step):
            seen.add(item.id)
        if not isinstance(item, Back):
            continue
        where = place(item.target, item)
        yield from reference(scope.known, "step", item.target, where, names)
        for path in item.anew:
            yield from scope.fact(path, place(path, item))
        if item.target not in names:
            continue
        if item.target not in seen:
            yield problem(
                "back-to-later",
                where,
                Words(
                    f"Langkah '{item.target}' baru datang sesudah ini.",
                    f"The step '{item.target}' comes only after this.",
                ),
                one_of(item.target, seen) if seen else Words("Hapus.", "Remove it."),
            )
        elif places[item.target] != places[id(item)][: len(places[item.target])]:
            yield problem(
                "back-into-parallel",
                where,
                Words(
                    f"Langkah '{item.target}' ada di cabang paralel lain.",
                    f"The step '{item.target}' lies in another parallel branch.",
                ),
                Words("Kembali ke langkah sebelum bagian paralel.", "Go back to a step before the parallel part."),
            )


_Around = tuple[tuple[int, int], ...]  # the parallel branches around an item, from the outside in


def _note_parallel(steps: Steps, around: _Around, places: dict[str | int, _Around]) -> None:
    """Note the parallel branches around each step, by its name, and around each return, by its identity."""
    for item in steps:
        if isinstance(item, Step):
            places.setdefault(item.id, around)
        elif isinstance(item, Back):
            places[id(item)] = around
        for number, inner in enumerate(lists_in(item)):
            _note_parallel(inner, (*around, (id(item), number)) if isinstance(item, Parallel) else around, places)


# --- choices --------------------------------------------------------------------------------------------------------


def _choice(scope: Scope, choice: Choose) -> Iterator[Problem]:
    for branch in choice.branches:
        if branch.condition is not None:
            yield from scope.condition(branch.condition, branch)
    yield from shares([branch.share for branch in choice.branches], choice.where)
    yield from _else(scope, choice)
    yield from _taken_before(scope, choice.branches)


def _else(scope: Scope, choice: Choose) -> Iterator[Problem]:
    branches = choice.branches
    without = [number for number, branch in enumerate(branches) if branch.condition is None]
    for number in without[:1]:
        if number < len(branches) - 1:
            yield problem(
                "else-not-last",
                branches[number].where,
                Words(
                    "'else' bukan cabang terakhir; cabang sesudahnya tidak pernah diambil.",
                    "'else' is not the last branch; those behind it are never taken.",
                ),
                Words(
                    "Pindahkan 'else' ke akhir, dan tulis hanya satu.", "Move 'else' to the end, and write only one."
                ),
            )
    if without == [0] and len(branches) == 1:
        yield advice(
            "choice-of-one",
            choice.where,
            Words("Pilihan ini hanya mempunyai satu cabang.", "This choice has only one branch."),
            Words("Tulis langkahnya tanpa 'choose'.", "Write its steps without 'choose'."),
        )
    if not without and not covers(scope.naming, branches) and not scope.known.lost:
        yield advice(
            "may-get-stuck",
            choice.where,
            Words(
                "Tanpa 'else', kasus yang tidak memenuhi satu pun syarat ini berhenti di sini.",
                "Without 'else', a case that meets none of these conditions gets stuck.",
            ),
            Words(
                "Tambahkan '- else: []', atau langkah untuk kasus itu.",
                "Add '- else: []', or the steps for such a case.",
            ),
        )


def _taken_before(scope: Scope, branches: Sequence[Branch]) -> Iterator[Problem]:
    seen: dict[str, Branch] = {}
    for branch in branches:
        text = condition_text(scope, branch)
        if text is None:
            continue
        first = seen.setdefault(text, branch)
        if first is not branch:
            yield problem(
                "never-taken",
                place(branch.condition, branch),
                Words(
                    f"Syarat ini sudah ada di baris {first.where.line}; cabang ini tidak pernah diambil.",
                    f"This condition stands in line {first.where.line} already; the branch is never taken.",
                ),
                Words("Hapus cabang ini, atau ubah syaratnya.", "Remove the branch, or change its condition."),
            )


def condition_text(scope: Scope, branch: Branch) -> str | None:
    """Return the condition of a branch with canonical facts, in one way of writing; nothing for `else`."""
    tree = scope.naming.expression(branch.condition) if branch.condition else None
    return condition.to_text(tree) if tree is not None else None


def _same_conditions(scope: Scope, items: list[Item]) -> Iterator[Problem]:
    """Yield advice for each condition that stood in an earlier choice, or its opposite did, and nothing between gives its facts."""
    seen: dict[str, tuple[int, Branch]] = {}
    given: dict[int, frozenset[str]] = {}
    for number, item in enumerate(items):
        own: dict[str, tuple[int, Branch]] = {}
        for branch in item.branches if isinstance(item, Choose) else ():
            if (text := condition_text(scope, branch)) is None or text in own:
                continue
            own[text] = (number, branch)
            said = next((one for one in (text, *_opposite_texts(text)) if one in seen), None)
            if said is None:
                continue
            before, first = seen[said]
            read = _read(scope, text)
            for between in range(before + 1, number):
                if between not in given:
                    given[between] = given_by(scope, items[between])
            if not any(read & given[between] for between in range(before + 1, number)):
                yield (_same_condition if said == text else _opposite_condition)(branch, first)
        seen |= own


def _opposite_texts(text: str) -> list[str]:
    return [condition.to_text(one) for one in opposites(condition.parse(text))]


def _same_condition(branch: Branch, first: Branch) -> Problem:
    line = first.where.line
    return advice(
        "same-condition",
        place(branch.condition, branch),
        Words(
            f"Syarat ini sama dengan yang di baris {line}, dan tidak ada yang mengubahnya di antaranya.",
            f"This condition is the one in line {line}, and nothing between changes it.",
        ),
        Words(
            "Jika keduanya selalu searah, gabungkan kedua pilihan itu.",
            "If both always go the same way, make one choice of the two.",
        ),
    )


def _opposite_condition(branch: Branch, first: Branch) -> Problem:
    line = first.where.line
    return advice(
        "opposite-condition",
        place(branch.condition, branch),
        Words(
            f"Syarat ini kebalikan dari yang di baris {line}, dan tidak ada yang mengubahnya di antaranya.",
            f"This condition is the opposite of the one in line {line}, and nothing between changes it.",
        ),
        Words(
            "Jika satu 'choose' cukup, gabungkan; jalur dua pilihan dihitung seolah-olah tidak berkaitan.",
            "If one 'choose' will do, make one of the two: ways of two choices are reckoned as if they were unrelated.",
        ),
    )


def _read(scope: Scope, text: str) -> frozenset[str]:
    """Return the facts that a condition reads, and those that computed ones among them are computed from."""
    read, waiting = set[str](), list(facts_in(text))
    while waiting:
        name = waiting.pop()
        fact = scope.naming.fact(name)
        if name not in read and fact is not None and fact.element.computed and fact.relation is None:
            tree = scope.naming.expression(fact.element.computed, fact.owner)
            waiting.extend(condition.facts_read(tree) if tree is not None else ())
        read.add(name)
    return frozenset(read)


def given_by(scope: Scope, item: Item) -> frozenset[str]:
    """Return the facts that a step may give a value."""
    naming = scope.naming
    match item:
        case FormStep():
            asked = {question.fact for question in scope.model.questions(item) if question.fact}
            return frozenset(asked).union(*(paper.facts for paper in scope.model.papers(item)))
        case Lookup():
            return frozenset(scope.model.looked_up(item))
        case Identify():
            subject = naming.subject(item.by or "")
            log_in = scope.known.catalogue.log_in.get(item.using)
            return frozenset([subject.key, *map(subject.fact, log_in.gives)]) if subject and log_in else frozenset()
        case Check() | Decide() | Approve() | Issue():
            return frozenset(naming.known(item.gives))
        case Derive():
            return frozenset(naming.known(one.id for one in item.computes))
    return frozenset()


def _parallel(parallel: Parallel) -> Iterator[Problem]:
    yield from _twice([(branch.id, branch.where) for branch in parallel.branches], Words("Cabang", "The branch"))
    if len(parallel.branches) == 1:
        yield advice(
            "parallel-of-one",
            parallel.where,
            Words("Bagian paralel ini hanya mempunyai satu cabang.", "This parallel part has only one branch."),
            Words("Tulis langkahnya tanpa 'parallel'.", "Write its steps without 'parallel'."),
        )
