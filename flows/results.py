"""What became of cases, for people and programs: lines of JSON and a summary; knows no command."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from flows.case_files import result, title_of
from flows.keeping import Dates, outcome
from flows.store.case_store import CaseStore
from flows.store.database import CHUNK
from flows.store.rows import Waiting
from processes.case import Outcome
from processes.resolved import Resolved, resolved
from processes.words import Language


@dataclass
class Results:
    """Reads results from the store, and counts them as they go by."""

    store: CaseStore
    language: Language
    issued: int = 0
    refused: Counter[str] = field(default_factory=Counter)  # by the title of the reason
    waiting: Counter[str] = field(default_factory=Counter)  # by the title of the step
    ready: int = 0
    _models: dict[int, tuple[Resolved, Dates]] = field(default_factory=dict)

    def lines(self, ids: Sequence[int]) -> Iterator[bytes]:
        """Yield a line for each case, in the order given; none for one that can still move."""
        for start in range(0, len(ids), CHUNK):
            some = list(ids[start : start + CHUNK])
            waits = self.store.first_waits(some)
            for row in self.store.by_id(some):
                model, dates = self._model(row.definition)
                found = None if row.state == "ready" else outcome(row, dates) or _waiting(waits.get(row.id))
                if found is None:
                    self.ready += 1
                else:
                    self._count(found, model)
                    yield result(row.key, found, model, self.language)

    def _count(self, found: Outcome, model: Resolved) -> None:
        match found.kind:
            case "issued":
                self.issued += 1
            case "refused":
                self.refused[title_of(model, found.step).in_language(self.language)] += 1
            case _:
                self.waiting[title_of(model, found.step).in_language(self.language)] += 1

    def _model(self, number: int) -> tuple[Resolved, Dates]:
        if number not in self._models:
            definition = self.store.definition(number)
            model = resolved(definition.procedure, definition.catalogue)
            self._models[number] = (model, Dates(model.naming))
        return self._models[number]


def _waiting(wait: Waiting | None) -> Outcome | None:
    if wait is None:
        return None
    step = wait.step.partition(":")[0]  # of a choice, the word alone
    return Outcome("waiting", step, waits_for=wait.waits_for, missing=wait.missing, who=wait.who)
