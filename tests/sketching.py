"""A catalogue and a procedure in a few lines of YAML, for tests; knows no file and judges nothing."""

from dataclasses import dataclass
from functools import cached_property

from analysis.compiling import compiled
from analysis.finding import Finding
from analysis.instance import Instance
from analysis.redesign import Analysis, analysed
from analysis.removal import Today
from processes.catalogue import Catalogue, Form, Registry
from processes.element import Entity
from processes.fitting import fit
from processes.part import Part
from processes.policy import Policy
from processes.procedure import FormStep, Issue, Lookup, Procedure, Step, walk
from processes.reading import Lists
from processes.resolved import Resolved, resolved
from processes.yaml_text import parse

KINDS: dict[str, type[Part]] = {
    "procedure": Procedure,
    "form": Form,
    "entity": Entity,
    "registry": Registry,
    "policy": Policy,
}
FIELDS = {"form": "forms", "entity": "entities", "registry": "registries"}

CATALOGUE = """
entity: person
key: nik
elements:
  nik: text
  name: text
  birth_date: date
  age_days: {type: number, computed: today() - birth_date}
  phone: text
  income: money
  tax_paid: yes/no
  sex: text
relations:
  mother: person
  family: family
---
entity: family
key: kk_no
elements:
  kk_no: text
  address: text
  poor: yes/no
relations:
  head: person
---
agencies:
  office: {title: office, officers: {head: head of the office}}
  village: {title: village}
  hospital: {title: hospital}
registers:
  statistics: {title: statistics, agency: office, rests_on: {law: UU 16/1997}}
purposes: {registration: registration, tax: tax, care: care}
evidence:
  ktp: {title: identity card, about: person, carries: [nik, name, birth_date], minutes: 5}
  kk: {title: family card, about: person, carries: [name, family, family.address], minutes: 5}
  birth-notice: {title: birth notice, about: person, carries: [birth_date, mother.name], minutes: 8}
  introduction: {title: introduction, about: person, carries: [name], minutes: 10, visits: 1}
  statement: {title: statement, about: person, carries: [income], assurance: declared, minutes: 3}
identification:
  eid: {title: digital identity, about: person, minutes: 1}
---
registry: people
title: people
agency: village
services:
  person-by-nik:
    about: person
    needs: [nik]
    gives: [name, birth_date, mother, family]
  nik-by-name:
    about: person
    needs: [name, birth_date]
    gives: [nik]
    key_level: declared
  family-by-number:
    about: family
    needs: [kk_no]
    gives: [address, head]
  confirm:
    about: person
    needs: [nik]
    confirms: [name, birth_date]
"""
"""What most tests share; a test adds to it, or says a thing again that should be otherwise."""

ROLES = "{applicant: person, child: person, mother: {is: child.mother}}"
DATE = "2026-06-15"


def agreement(name: str, *services: str, **otherwise: str) -> str:
    """Return the YAML of one agreement: with the office, for registration, in force, unless it is said otherwise.

    A trailing underscore keeps Python's own words apart: `from_`.
    """
    said = {"consumer": "office", "purposes": "[registration]", **otherwise}
    fields = "".join(f"\n    {key.rstrip('_')}: {value}" for key, value in said.items())
    return f"agreements:\n  {name}:\n    services: [{', '.join(services)}]{fields}\n"


def parts_of(text: str) -> list[tuple[str, Part]]:
    """Return what YAML files say, one after the other, divided by lines of `---`."""
    found: list[tuple[str, Part]] = []
    for number, chunk in enumerate(text.split("\n---\n")):
        document = parse(chunk, f"sketch-{number}.yaml")
        if document.data is None:
            continue
        kind = next((key for key in document.data if key in KINDS), "lists")
        fitted = fit(KINDS.get(kind, Lists), document)
        problems = (*document.problems, *fitted.problems)
        assert not problems and fitted.value is not None, "\n".join(map(str, problems))
        found.append((kind, fitted.value))
    return found


def catalogue(*texts: str) -> Catalogue:
    """Return a catalogue of YAML texts; what a later one says again counts."""
    found: dict[str, dict[str, Part]] = {}
    for text in texts:
        for kind, part in parts_of(text):
            if isinstance(part, Lists):
                for name in Lists.model_fields:
                    if name in Catalogue.model_fields and name != "where":
                        found.setdefault(name, {}).update({one.id: one for one in getattr(part, name)})
            else:
                found.setdefault(FIELDS[kind], {})[part.id] = part  # type: ignore[attr-defined]  # each of these kinds has one
    return Catalogue(**{name: tuple(parts.values()) for name, parts in found.items()})  # type: ignore[arg-type]  # by kind


@dataclass(frozen=True)
class Sketch:
    """A procedure with its catalogue and policy, and what analysis says of them."""

    procedure: Procedure
    catalogue: Catalogue
    policy: Policy

    @cached_property
    def instance(self) -> Instance:
        """The compiled procedure."""
        return compiled(self.procedure, self.catalogue, self.policy)

    @cached_property
    def today(self) -> Today:
        """The procedure as it is."""
        return Today(self.instance)

    @cached_property
    def model(self) -> Resolved:
        """The procedure read against its catalogue."""
        return resolved(self.procedure, self.catalogue)

    @cached_property
    def analysis(self) -> Analysis:
        """Findings and redesign."""
        return analysed(self.procedure, self.catalogue, self.policy)

    @cached_property
    def found(self) -> set[tuple[str, str, str]]:
        """The findings, as (kind, step, subject)."""
        return {(one.kind, one.step, one.subject) for one in self.analysis.findings}

    def finding(self, kind: str, subject: str) -> Finding:
        """Return the first finding of a kind about a subject."""
        return next(one for one in self.analysis.findings if (one.kind, one.subject) == (kind, subject))

    @property
    def after(self) -> Procedure:
        """The redesigned procedure."""
        redesign = self.analysis.redesign
        assert redesign.after is not None, [words.en for words in redesign.refused]
        return redesign.after

    @cached_property
    def redesigned(self) -> "Sketch":
        """The redesigned procedure, as a sketch of its own."""
        return Sketch(self.after, self.catalogue, self.policy)

    def stays(self, step: str, subject: str) -> str:
        """Return why a question, act or document stays."""
        return next(s.why.en for s in self.analysis.redesign.stays if (s.step, s.subject) == (step, subject))

    def asks(self, step: str | None = None) -> list[str]:
        """Return what forms ask, as people write it, acts by their names; of one form or of all."""
        return [
            self.model.naming.shown(question.fact) if question.fact else question.id
            for form in self._forms(step)
            for question in self.model.questions(form)
        ]

    def papers(self, step: str | None = None) -> list[str]:
        """Return the documents that forms take, of one form or of all."""
        return [paper.id for form in self._forms(step) for paper in self.model.papers(form)]

    def _forms(self, step: str | None) -> list[FormStep]:
        return [s for s in walk(self.procedure.steps) if isinstance(s, FormStep) and step in (None, s.id)]

    @property
    def steps(self) -> list[str]:
        """The names of all steps, in the order of the text."""
        return [item.id for item in walk(self.procedure.steps) if isinstance(item, Step)]

    @property
    def look_ups(self) -> list[tuple[str, object, tuple[str, ...]]]:
        """The look-ups as (service, about, facts), in the order of the text."""
        return [(s.service, s.about, tuple(s.gets)) for s in walk(self.procedure.steps) if isinstance(s, Lookup)]

    def carried(self, step: str) -> list[str]:
        """Return what an issue step carries."""
        issue = self.procedure.step_by_id[step]
        assert isinstance(issue, Issue)
        return [str(need.fact) for need in issue.carries]

    def before(self, step: str, fact: str) -> int:
        """Return the level at which a fact is certain before a step."""
        instance = self.instance
        node = next(n for n, p in enumerate(instance.points) if p.step is not None and p.step.id == step)
        state = self.today.supplied.before[node]
        assert state is not None, f"{step} is never reached"
        name = instance.model.naming.canonical(fact)
        return state.level(instance.index[name]) if name in instance.index else 0


def sketch(
    steps: str,
    *more: str,
    roles: str = ROLES,
    policy: str = "",
    head: str = "",
    base: str = CATALOGUE,
) -> Sketch:
    """Return a procedure of a few steps.

    Args:
        steps: The YAML of its steps, a list.
        more: What the catalogue has besides, or otherwise: YAML files divided by lines of `---`.
        roles: The YAML of its roles.
        policy: Lines of a policy.
        head: Lines of the procedure besides steps and roles.
        base: The catalogue that is there.
    """
    lines = "\n".join("  " + line for line in steps.strip("\n").split("\n"))
    text = f"procedure: sketch\ntitle: sketch\nagency: office\npurpose: registration\nroles: {roles}\n{head}\nsteps:\n{lines}\n"
    (_, made), (_, chosen) = *parts_of(text), *parts_of(f"policy: sketch\ndate: {DATE}\n{policy}")
    assert isinstance(made, Procedure) and isinstance(chosen, Policy)
    return Sketch(made, catalogue(base, *more), chosen)
