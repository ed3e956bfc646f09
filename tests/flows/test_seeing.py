"""A step sees the facts that it declares, and no others of the case."""

from random import Random
from typing import Any

import pytest

from flows.compiling import Program, compiled
from flows.facts import computing
from flows.moving import Moving
from processes import condition
from processes.case import Value
from processes.procedure import Check, Choose, Derive, FormStep, Identify, Issue, Lookup, Step, actor, walk
from processes.resolved import Resolved, service_fact
from tests.flows.fakes import WorldServices
from tests.flows.test_compiling import some_cases
from tests.generating import TODAY, tiny


class Watched(dict[str, Value]):
    """Values of a case that note who looks at which."""

    def __init__(self) -> None:
        super().__init__()
        self.where = ""
        self.seen: set[tuple[str, str]] = set()

    def __getitem__(self, name: str) -> Value:
        self.seen.add((self.where, name))
        return super().__getitem__(name)

    def get(self, name: str, other: Any = None) -> Any:
        self.seen.add((self.where, name))
        return super().get(name, other)

    def __contains__(self, name: object) -> bool:
        self.seen.add((self.where, str(name)))
        return super().__contains__(name)

    def items(self) -> Any:
        raise AssertionError("whoever looks at all values sees more than it declares")

    values = __iter__ = keys = items


def watching(program: Program) -> None:
    """Let the values of cases know at which place they are looked at."""
    for number, op in enumerate(program.ops):
        label = program.places[number].label

        def told(work: Any, cases: list[Moving], op: Any = op, label: str = label) -> None:
            for case in cases:
                case.values.where = label  # type: ignore[attr-defined]
            op(work, cases)

        program.ops[number] = told


def declared(model: Resolved) -> dict[str, set[str]]:
    """Return, by place, the facts that the text of the procedure names there, and what these are computed from."""
    naming, found = model.naming, dict[str, set[str]]()
    for number, item in enumerate(_numbered(model)):
        facts, texts = set[str](), list[str]()
        match item:
            case Choose():
                texts = [branch.condition for branch in item.branches if branch.condition]
            case FormStep():
                for asked in (*model.questions(item), *model.papers(item)):
                    facts |= condition.facts_read(asked.condition) if asked.condition else set()
                facts |= {str(one.fact) for one in model.questions(item) if one.fact}
                facts |= {fact for paper in model.papers(item) for fact in paper.may_show}
            case Lookup() if (service := model.service(item)) is not None:
                facts |= set(naming.known(service_fact(model.subjects(item), word) for word in service.needs))
                facts |= set(model.looked_up(item))
            case Derive():
                texts = [one.expression for one in item.computes]
                facts |= set(naming.known(one.id for one in item.computes))
            case Identify():
                subject = naming.subject(actor(item.by or "").whom)
                log_in = model.catalogue.log_in[item.using]
                if subject is not None:
                    facts |= {subject.key, *naming.known(f"{subject.name}.{name}" for name in log_in.gives)}
        if isinstance(item, Check | Issue):
            facts |= set(naming.known(getattr(item, "verifies", ())))
            facts |= set(naming.known(need.fact for need in getattr(item, "carries", ())))
        facts |= set(naming.known(getattr(item, "gives", ())))
        for text in texts:
            parsed = naming.expression(text)
            facts |= condition.facts_read(parsed) if parsed is not None else set()
        label = str(item.id) if isinstance(item, Step) else f"choose:{number}"
        found[label] = _with_inputs(model, facts)
    return found


def _numbered(model: Resolved) -> list[Any]:
    """Return the items as the program numbers them: a parallel part has a second number, where its sides meet."""
    found = list[Any]()

    def put(items: Any) -> None:
        for item in items:
            found.append(item)
            sides = [branch.steps for branch in getattr(item, "branches", ())]
            sides += [way.steps for way in getattr(item, "ways", ())]
            for inner in [*sides, *([item.not_found] if isinstance(item, Lookup) else [])]:
                put(inner)
            if item.__class__.__name__ == "Parallel":
                found.append(item)

    put(model.procedure.steps)
    return found


def _with_inputs(model: Resolved, facts: set[str]) -> set[str]:
    found, waiting = set(facts), list(facts)
    while waiting:
        parsed = computing(model.naming, waiting.pop())
        new = condition.facts_read(parsed) - found if parsed is not None else set()
        found |= new
        waiting += new
    return found


@pytest.mark.parametrize("seed", range(60))
def test_a_step_sees_the_facts_it_declares_and_no_others(seed: int) -> None:
    made = tiny(seed, steps=4 + seed % 9)
    forms = [step for step in walk(made.procedure.steps) if isinstance(step, FormStep)]
    if any(question.same for form in forms for question in made.model.questions(form)):
        pytest.skip("what is known of one of two roles that are one person is known of the other")
    program, allowed = compiled(made.procedure, made.catalogue), declared(made.model)
    watching(program)
    for case, world in some_cases(made, Random(seed), 4):
        moving = Moving(1, dict(case.facts), case.decisions, case.papers)
        moving.values = watched = Watched()
        program.advance([moving], TODAY, WorldServices(world.registries, made.catalogue).ask)

        beyond = {(where, fact) for where, fact in watched.seen if where and fact not in allowed[where]}
        assert beyond == set(), made.yaml()
