"""What names mean inside one procedure, and how it is told that one means nothing; knows no rule of steps."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from processes.checking.expressions import YES_NO, expression_problems, type_of_element
from processes.checking.names import (
    Astray,
    Known,
    follow,
    names_of,
    one_of,
    place,
    problem,
    reference,
    strayed,
)
from processes.condition_types import FactType
from processes.part import Location, Part
from processes.problem import Problem, nearest
from processes.procedure import Approve, Decide, Procedure, actor
from processes.resolved import Naming, Resolved, naming_of
from processes.wording import short
from processes.words import Words


@dataclass
class Scope:
    """One procedure under check."""

    known: Known
    procedure: Procedure
    used: set[str] = field(default_factory=set)  # roles that something is said about

    @cached_property
    def model(self) -> Resolved:
        """The procedure read against the catalogue."""
        return Resolved(self.procedure, self.known.catalogue, self.naming)

    @cached_property
    def naming(self) -> Naming:
        """What facts and roles mean."""
        return naming_of(self.known.catalogue, self.procedure)

    # --- facts ---

    def fact(self, path: str, where: Location) -> Iterator[Problem]:
        """Yield the problem that there is no such fact, if there is none."""
        names = path.split(".")
        self.used.add(names[0])
        if self.naming.fact(path) is not None or self.known.is_lost(*names):
            return
        if names[0] not in self.naming.roles:
            yield self._no_role(path, names, where)
        elif subject := self.naming.subject(names[0]):
            if len(names) == 1:
                key = f"{path}.{subject.entity.key}"
                yield problem(
                    "role-not-fact",
                    where,
                    Words(f"'{path}' adalah peran, bukan fakta.", f"'{path}' is a role, not a fact."),
                    Words(f"Tulis '{key}' atau fakta lain dari peran itu.", f"Write '{key}' or another of its facts."),
                )
                return
            astray = follow(self.known.catalogue, subject.entity, names[1:])
            if isinstance(astray, Astray):
                yield from strayed(self.known, astray, names[1:], where, f"{names[0]}.")

    def _no_role(self, path: str, names: list[str], where: Location) -> Problem:
        fault = Words(f"Tidak ada peran '{short(names[0])}'.", f"There is no role '{short(names[0])}'.")
        if len(names) > 1:
            if near := nearest(names[0], self.naming.roles):
                better = ".".join([near, *names[1:]])
                return problem("unknown-role", where, fault, Words(f"Tulis '{better}'.", f"Write '{better}'."))
            return problem("unknown-role", where, fault, one_of(names[0], self.naming.roles))
        owners = [role for role in self.naming.roles if (s := self.naming.subject(role)) and path in names_of(s.entity)]
        if owners:
            fault = Words(f"'{path}' tidak menyebut perannya.", f"'{path}' does not say whose it is.")
            better = f"{owners[0]}.{path}"
            return problem(
                "fact-without-role",
                where,
                fault,
                Words(f"Tulis misalnya '{better}'.", f"Write, for example, '{better}'."),
            )
        fault = Words(f"Tidak ada fakta '{short(path)}'.", f"There is no fact '{short(path)}'.")
        return problem("unknown-fact", where, fault, one_of(path, self.paths()))

    def paths(self) -> list[str]:
        """Return what can be said of the roles."""
        return self._paths

    @cached_property
    def _paths(self) -> list[str]:
        """What can be said of the roles: their elements, relations, and what is one relation away."""
        paths = []
        for role in self.naming.roles:
            if subject := self.naming.subject(role):
                paths += [f"{role}.{name}" for name in names_of(subject.entity)]
                for relation in subject.entity.relations:
                    if target := self.known.catalogue.entity.get(relation.entity):
                        paths += [f"{role}.{relation.id}.{name}" for name in names_of(target)]
        return paths

    # --- roles ---

    def subject(self, path: str, where: Location) -> Iterator[Problem]:
        """Yield the problem that a path leads to nobody, if so: it must be a role, or a relation of one."""
        names = path.split(".")
        self.used.add(names[0])
        if self.naming.subject(path) is not None or self.known.is_lost(*names):
            return
        if names[0] not in self.naming.roles:
            if len(names) == 1:
                yield from reference(self.known, "role", path, where, self.naming.roles)
            else:
                yield self._no_role(path, names, where)
        elif self.naming.fact(path) is not None:
            yield problem(
                "not-a-relation",
                where,
                Words(
                    f"'{path}' adalah elemen data, bukan peran atau hubungan.",
                    f"'{path}' is an element, not a role or a relation.",
                ),
                Words(
                    "Tulis peran, atau hubungan seperti 'child.mother'.",
                    "Write a role, or a relation such as 'child.mother'.",
                ),
            )
        elif len(names) > 1 and self.naming.subject(names[0]):
            yield from self.fact(path, where)

    def fits(self, path: str, entity: str, what: str, where: Location) -> Iterator[Problem]:
        """Yield the problem that whoever a path leads to is not of the entity that `what` is about, if so."""
        yield from self.subject(path, where)
        found = self.naming.subject(path)
        if found is None or found.entity.id == entity or entity not in self.known.catalogue.entity:
            return
        fitting = [role for role in self.naming.roles if (s := self.naming.subject(role)) and s.entity.id == entity]
        yield problem(
            "wrong-entity",
            where,
            Words(
                f"'{what}' menyangkut entitas '{entity}', sedangkan '{path}' adalah '{found.entity.id}'.",
                f"'{what}' is about the entity '{entity}', but '{path}' is of '{found.entity.id}'.",
            ),
            one_of(path, fitting) if fitting else Words("Pilih peran lain.", "Choose another role."),
        )

    # --- who ---

    def actor(self, by: str, part: Part, field_name: str = "by") -> Iterator[Problem]:
        """Yield the problem that nobody of that name could do a step, if so."""
        done_by = actor(by)
        agencies = self.known.catalogue.agency
        where = place(by, part)
        if done_by.officer is not None:
            yield from reference(self.known, "agency", done_by.whom, where, agencies)
            if agency := agencies.get(done_by.whom):
                officers = [officer.id for officer in agency.officers]
                yield from self._officer(done_by.officer, done_by.whom, officers, where)
            return
        self.used.add(by)
        if by in self.naming.roles or by in agencies or self.known.is_lost(by):
            return
        if field_name in part.model_fields_set:
            fault = Words(f"Tidak ada peran atau instansi '{short(by)}'.", f"There is no role or agency '{short(by)}'.")
        else:
            fault = Words(
                f"Pelakunya tidak disebut; maka dimaksudkan peran '{by}', tetapi peran itu tidak ada.",
                f"It does not say by whom, which means the role '{by}', but there is no such role.",
            )
            yield problem("unknown-actor", where, fault, Words("Tulis 'by: PERAN'.", "Write 'by: ROLE'."))
            return
        posts = [f"{by} of {agency.id}" for agency in agencies.values() if by in {post.id for post in agency.officers}]
        mend = one_of(by, [*self.naming.roles, *agencies])
        if posts:
            mend = Words(f"Tulis '{posts[0]}'.", f"Write '{posts[0]}'.")
        yield problem("unknown-actor", where, fault, mend)

    def _officer(self, officer: str, agency: str, officers: list[str], where: Location) -> Iterator[Problem]:
        if officer in officers or self.known.is_lost(officer):
            return
        mend = one_of(officer, officers)
        if not officers:
            mend = Words(
                f"Daftarkan dalam 'officers:' instansi '{agency}'.", f"Declare it in 'officers:' of '{agency}'."
            )
        yield problem(
            "unknown-officer",
            where,
            Words(
                f"Instansi '{agency}' tidak mempunyai pejabat '{short(officer)}'.",
                f"'{agency}' has no officer '{short(officer)}'.",
            ),
            mend,
        )

    # --- expressions ---

    def condition(self, text: str, part: Part) -> Iterator[Problem]:
        """Yield what is wrong with a condition."""
        return self.expression(text, part, YES_NO)

    def expression(self, text: str, part: Part, expected: FactType | None) -> Iterator[Problem]:
        """Yield what is wrong with an expression over the procedure's facts."""
        return expression_problems(
            self.known, text, part, self.type_of, self.paths, expected, self._unread, self._not_a_fact
        )

    def _not_a_fact(self, path: str) -> Words | None:
        """Return the mend where a condition asks what a judgement has said, or names a role."""
        if path in self.naming.roles and (subject := self.naming.subject(path)) is not None:
            key = f"{path}.{subject.entity.key}"
            return Words(
                f"'{path}' adalah peran; tulis '{key}' atau fakta lain dari peran itu.",
                f"'{path}' is a role; write '{key}' or another of its facts.",
            )
        step = self.procedure.step_by_id.get(path.replace("_", "-")) or self.procedure.step_by_id.get(path)
        if isinstance(step, Decide | Approve):
            return Words(
                f"Penilaian memilih jalurnya sendiri: tulis langkahnya dalam 'ways:' '{step.id}'.",
                f"A judgement picks its way itself: write the steps in 'ways:' of '{step.id}'.",
            )
        return None

    def type_of(self, path: str) -> FactType | None:
        """Return the type of a fact in expressions."""
        self.used.add(path.partition(".")[0])
        fact = self.naming.fact(path)
        if fact is None:
            return None
        members = ""
        if fact.many:
            names = fact.name.split(".")
            starts = [".".join(names[:n]) for n in range(1, len(names) + 1)]
            members = next((start for start in starts if (s := self.naming.subject(start)) and s.many), "")
        return type_of_element(self.known, fact.element, many=fact.many, members=members)

    def _unread(self, path: str) -> bool:
        role = path.partition(".")[0]
        return self.known.is_lost_path(path) or (role in self.naming.roles and self.naming.subject(role) is None)
