"""Random procedures in which there is something to move, and how two procedures are compared; knows no single move."""

from copy import deepcopy
from random import Random
from typing import Any

from analysis.compiling import compiled
from analysis.instance import Instance
from analysis.moves import Moved, moved
from analysis.redesign import analysed
from analysis.removal import Today
from processes.policy import MoveKind, Policy
from processes.procedure import Procedure
from tests.generating import POLICY, Data, Made, tiny

EVERY: tuple[MoveKind, ...] = (
    *("merge", "side by side", "drop carrying", "share papers", "automate", "ask before the split", "knock out first"),
)
SAFE = tuple(kind for kind in EVERY if kind != "knock out first")
DESKS = ("office", "head of office", "counter of office", "verifier of office", "village")
WAITS = (None, None, 10, "1 hour", "1 day")


def lively(seed: int) -> Made:
    """Return a small procedure with many desks, queues, carrying, refusing decisions and things to do twice.

    Args:
        seed: The same gives the same.
    """
    random = Random(seed)
    made = tiny(seed)
    files, steps_of = deepcopy(made.files), deepcopy(made.steps_of)
    for one in files:
        if "agencies" in one:
            one["agencies"]["office"]["officers"] |= {"counter": "counter", "verifier": "verifier"}
    _Enlivened(random, steps_of).make()
    return Made(seed, files, steps_of)


class _Enlivened:
    """A procedure as data that is made livelier in place."""

    def __init__(self, random: Random, steps_of: Data) -> None:
        self.random, self.steps_of = random, steps_of
        self.number = 0

    def make(self) -> None:
        self._desks(self.steps_of["steps"])
        steps = self.steps_of["steps"]
        for _ in range(self.random.randint(1, 5)):
            at = self.random.randint(1, len(steps) - 1) if len(steps) > 1 else 1
            steps[at:at] = self._more()

    def _desks(self, steps: list[Any]) -> None:
        for step in steps:
            if step.get("by") == "office" and "letter" not in step:
                step["by"] = self.random.choice(DESKS)
            if "form" not in step and (wait := self.random.choice(WAITS)) and "by" in step:
                step["waits"] = wait
            for inner in _lists(step):
                self._desks(inner)

    def _more(self) -> list[Data]:
        by = self.random.choice(DESKS)
        match self.random.choice(["checks", "forms", "refusals", "carry", "sides", "visits", "notices", "sides"]):
            case "checks":
                pair = self.random.choice([("applicant.name", "applicant.phone"), ("child.age", "applicant.age")])
                return [
                    {"check": self._name("one"), "by": by, "minutes": 4, "waits": 20, "verifies": [pair[0]]},
                    {"check": self._name("two"), "by": by, "minutes": 3, "waits": "1 hour", "verifies": [pair[1]]},
                ]
            case "forms":
                some = self.random.sample(["applicant.phone", "child.phone", "child.income", "mother.phone"], 2)
                return [
                    {"form": self._name("more"), "asks": [fact], "documents": ["statement of child"][:n]}
                    for n, fact in enumerate(some)
                ]
            case "refusals":
                return [item for _ in range(self.random.randint(2, 3)) for item in self._refusal()]
            case "carry":
                to = self.random.choice(["office", "village"])
                return [{"carry": self._name("carry"), "minutes": 15, "to": to}, *self._visit(by)]
            case "sides":
                asked = self.random.choice(["applicant.phone", "child.phone", "mother.age"])
                return [
                    {
                        "parallel": [
                            {"branch": "one", "steps": [{"form": self._name("side"), "asks": [asked, "child.score"]}]},
                            {
                                "branch": "two",
                                "steps": [{"form": self._name("side"), "asks": [asked]}, *self._visit(by)],
                            },
                        ]
                    }
                ]
            case "visits":
                return [item for desk in self.random.sample(DESKS, 3) for item in self._visit(desk)]
            case _:
                return [
                    {"notify": self._name("tell"), "by": by, "whom": "applicant"},
                    {"notify": self._name("tell"), "by": by, "whom": "applicant"},
                ]

    def _visit(self, by: str) -> list[Data]:
        found = self.random.choice(["applicant.finding", "child.finding", "mother.finding", "applicant.score"])
        return [
            {
                "check": self._name("visit"),
                "by": by,
                "minutes": self.random.randint(1, 40),
                "waits": 30,
                "gives": [found],
            }
        ]

    def _refusal(self) -> list[Data]:
        name, by = self._name("judged"), self.random.choice(DESKS)
        [visit] = self._visit(by)
        share = self.random.choice([0.05, 0.2, 0.5])
        decide = {
            "decide": name,
            "by": by,
            "minutes": self.random.randint(1, 9),
            "needs": visit["gives"],
            "ways": [
                {"way": "well", "share": 1 - share},
                {"way": "not", "share": share, "steps": [{"refuse": self._name("refused")}]},
            ],
        }
        return [visit, decide] if self.random.random() < 0.8 else [decide | {"needs": []}]

    def _name(self, what: str) -> str:
        self.number += 1
        return f"{what}-{self.number}"


def _lists(step: Data) -> list[list[Any]]:
    found = [step.get("not_found", []), step.get("else") or []]
    for key in ("choose", "parallel", "ways"):
        for part in step.get(key, []):
            found += [part.get("steps", []), part.get("else") or []]
    return found


class Tried:
    """A procedure, its redesign, and the redesign with its steps moved."""

    def __init__(self, made: Made, kinds: tuple[MoveKind, ...], across: bool = True) -> None:
        self.made = made
        self.policy: Policy = POLICY.model_copy(update={"moves": kinds, "knock_outs_across_agencies": across})
        self.analysis = analysis = analysed(made.procedure, made.catalogue, self.policy)
        self.before: Procedure | None = analysis.redesign.unmoved
        self.today = Today(compiled(made.procedure, made.catalogue, self.policy))

    def moved(self) -> Moved:
        """Move the redesign."""
        assert self.before is not None
        return moved(self.today, self.before)

    def compiled(self, procedure: Procedure) -> Instance:
        """Compile a procedure as redesigns are."""
        return compiled(procedure, self.made.catalogue, self.policy, offers=False)
