"""Rules of roles; knows no step."""

from collections.abc import Iterator

from processes.checking.chains import circles, longest
from processes.checking.names import RESERVED, advice, one_of, place, problem, reference, reserved
from processes.checking.scope import Scope
from processes.problem import Problem
from processes.procedure import Role
from processes.words import Words


def role_problems(scope: Scope) -> Iterator[Problem]:
    """Yield what is wrong with the roles of a procedure, each by itself and together."""
    entities = scope.known.catalogue.entity
    circular = _circles(scope)
    yield from circular.values()
    for role in scope.procedure.roles:
        yield from reserved(role.id, role.where)
        if role.id in scope.known.catalogue.agency:
            yield _also_an_agency(role)
        if (entity := role.entity or role.many) is not None:
            yield from reference(scope.known, "entity", entity, place(entity, role), entities)
        if role.id not in circular:
            yield from _reached(scope, role)
    yield from _same_twice(scope)


MOST_ROLES_IN_A_ROW = 50  # each reached from the next; no procedure has five


def too_many_in_a_row(scope: Scope) -> Problem | None:
    """Return the problem of roles that are reached from each other too often to be followed, if there are such."""
    length, first = longest(_begins(scope))
    if length <= MOST_ROLES_IN_A_ROW:
        return None
    role = scope.procedure.role_by_id[first]
    return problem(
        "too-many-roles-in-a-row",
        place(role.reached or role.some_of, role),
        Words(
            f"'{role.id}' dicapai melalui {length - 1} peran lain; paling banyak {MOST_ROLES_IN_A_ROW}.",
            f"'{role.id}' is reached over {length - 1} other roles; {MOST_ROLES_IN_A_ROW} are the most.",
        ),
        Words("Tulis jalur yang lebih pendek.", "Write a shorter way."),
    )


def _begins(scope: Scope) -> dict[str, list[str]]:
    """Return the role that each role is reached from."""
    return {role.id: [(role.reached or role.some_of or "").partition(".")[0]] for role in scope.procedure.roles}


def _also_an_agency(role: Role) -> Problem:
    return problem(
        "role-and-agency",
        role.where,
        Words(
            f"'{role.id}' adalah peran dan sekaligus instansi; 'by: {role.id}' berarti keduanya.",
            f"'{role.id}' is a role and an agency; 'by: {role.id}' would mean either.",
        ),
        Words("Beri peran ini nama lain.", "Give the role another name."),
    )


def _reached(scope: Scope, role: Role) -> Iterator[Problem]:
    """Yield the problem of a role that nobody can reach."""
    used = set(scope.used)
    if role.reached is not None:
        yield from scope.subject(role.reached, place(role.reached, role))
    if role.some_of is not None:
        where = place(role.some_of, role)
        yield from scope.subject(role.some_of, where)
        whole = scope.naming.subject(role.some_of)
        if whole is not None and not whole.many:
            many = [
                name for name in scope.naming.roles if name != role.id and (s := scope.naming.subject(name)) and s.many
            ]
            yield problem(
                "not-many",
                where,
                Words(
                    f"'{role.some_of}' hanya satu, jadi tidak mempunyai bagian.",
                    f"'{role.some_of}' is one alone, so there is no part of it.",
                ),
                one_of(role.some_of, many)
                if many
                else Words("Tulis peran jamak ('many').", "Name a role that is 'many'."),
            )
    scope.used = used  # what a role is reached from is used only if the role itself is


def _circles(scope: Scope) -> dict[str, Problem]:
    """Return a problem for each circle of roles, by all the roles in it; the first of them is where it is told."""
    found: dict[str, Problem] = {}
    for way in circles(_begins(scope)):
        role = scope.procedure.role_by_id[way[0]]
        round_ = " → ".join([*way[:10], *["…"] * (len(way) > 10), way[0]])
        told = problem(
            "roles-in-a-circle",
            place(role.reached or role.some_of, role),
            Words(
                f"Peran '{role.id}' dicapai dari dirinya sendiri: {round_}.",
                f"The role '{role.id}' is reached from itself: {round_}.",
            ),
            Words(
                "Tulis salah satunya sebagai entitas, misalnya 'child: person'.",
                "Write one of them as an entity, as in 'child: person'.",
            ),
        )
        found |= dict.fromkeys(way, told)
    return found


def _same_twice(scope: Scope) -> Iterator[Problem]:
    first: dict[str, Role] = {}
    for role in scope.procedure.roles:
        if role.reached is None or "." not in role.reached:
            continue  # `applicant: {is: mother}` says on purpose that two are one
        subject = scope.naming.subject(role.id)
        if subject is None:
            continue
        other = first.setdefault(subject.name, role)
        if other is not role:
            yield advice(
                "same-role-twice",
                place(role.reached, role),
                Words(
                    f"'{role.id}' dan '{other.id}' adalah orang yang sama ({subject.name}).",
                    f"'{role.id}' and '{other.id}' are the same ({subject.name}).",
                ),
                Words("Cukup satu peran; hapus yang lain.", "One role is enough; remove the other."),
            )


def unused_roles(scope: Scope) -> Iterator[Problem]:
    """Yield advice for each role that nothing is said about; to be asked after all steps were checked."""
    used, waiting = set[str](), list(scope.used)
    while waiting:
        name = waiting.pop()
        role = scope.procedure.role_by_id.get(name)
        if role is not None and name not in used:
            used.add(name)
            waiting.append((role.reached or role.some_of or "").partition(".")[0])
    for role in scope.procedure.roles:
        if role.id not in used and role.id not in RESERVED and not scope.known.lost:
            yield advice(
                "unused-role",
                role.where,
                Words(
                    f"Peran '{role.id}' tidak dipakai di langkah mana pun.",
                    f"No step says anything about the role '{role.id}'.",
                ),
                Words("Hapus, atau pakai di langkahnya.", "Remove it, or use it in a step."),
            )
