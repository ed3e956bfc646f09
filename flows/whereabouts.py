"""Where the cases of a procedure are, as a table and as a picture of it: numbers alone; knows no Prefect and no page."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from analysis import drawing
from flows.case_files import title_of
from flows.outcomes import WAITS_FOR, told
from flows.pictures import render
from flows.store.case_store import CaseStore
from flows.store.counting import Stand
from flows.store.definitions import Definition
from processes.procedure import Procedure, Step
from processes.resolved import resolved
from processes.words import Language, Words, same

STATES = {
    "ready": Words("siap dilanjutkan", "ready to go on"),
    "waiting": Words("menunggu", "waiting"),
    "issued": Words("diterbitkan", "issued"),
    "refused": Words("ditolak", "refused"),
}
HEADS = {
    "step": Words("langkah", "step"),
    "state": Words("keadaan", "state"),
    "why": Words("menunggu", "waits for"),
    "cases": Words("kasus", "cases"),
    "since": Words("terlama sejak", "longest since"),
}


def newest(store: CaseStore, procedure: str) -> Definition | None:
    """Return the newest definition that open cases of a procedure are pinned to; nothing, if none is open."""
    numbers = store.open_definitions(procedure)
    return store.definition(numbers[-1]) if numbers else None


def rows(found: Iterable[Stand], definition: Definition | None, language: Language) -> list[dict[str, str | int]]:
    """Return where cases are as rows of a table, those with the most cases first.

    Args:
        found: The cases of one procedure.
        definition: What gives steps their names for people; if there is none, they have their own.
        language: Of what is written.
    """
    model = resolved(definition.procedure, definition.catalogue) if definition else None
    made = []
    for one in sorted(found, key=lambda stand: -stand.cases):
        step = one.step.partition(":")[0]
        why = WAITS_FOR.get(one.waits_for, same(""))
        if one.why:
            why = Words(f"{why.id}: {told(one.why).id}", f"{why.en}: {told(one.why).en}")
        values: dict[str, Words | int] = {
            "step": title_of(model, step) if model and step in model.procedure.step_by_id else same(step),
            "state": STATES.get(one.state, same(one.state)),
            "why": why,
            "cases": one.cases,
            "since": same(one.since[:10]),
        }
        made.append(
            {
                HEADS[name].in_language(language): value if isinstance(value, int) else value.in_language(language)
                for name, value in values.items()
            }
        )
    return made


def picture(found: Sequence[Stand], definition: Definition, language: Language) -> bytes:
    """Return the procedure as SVG, each step with how many cases stand there.

    Raises:
        PictureError: If it cannot be drawn here.
    """
    numbers = Counter[tuple[str, str]]()
    for one in found:
        for step in one.step.split():
            numbers[step, one.state] += one.cases
    return render(drawing.today(_counted(definition.procedure, numbers), definition.catalogue, language, "none"), "svg")


def _counted(procedure: Procedure, numbers: Counter[tuple[str, str]]) -> Procedure:
    """Return a procedure in which the title of each step says how many cases are there."""
    by_step: dict[str, list[Words]] = {}
    for (step, state), number in sorted(numbers.items()):
        words = STATES.get(state, same(state))
        by_step.setdefault(step, []).append(Words(f"{number} {words.id}", f"{number} {words.en}"))

    def counted(data: Any) -> Any:
        if isinstance(data, list):
            return [counted(one) for one in data]
        if not isinstance(data, dict):
            return data
        data = {key: counted(value) for key, value in data.items()}
        name = next((data[kind] for kind in KINDS if isinstance(data.get(kind), str)), None)
        if name in by_step and name in procedure.step_by_id:
            title = procedure.step_by_id[name].title or same(name.replace("-", " "))
            said = by_step[name]
            data["title"] = {
                "id": f"{title.id} · {', '.join(one.id for one in said)}",
                "en": f"{title.en} · {', '.join(one.en for one in said)}",
            }
        return data

    whole = procedure.model_dump(mode="json", by_alias=True)
    return Procedure.model_validate({**whole, "steps": counted(whole["steps"])})


KINDS = tuple(one.kind for one in Step.__subclasses__())  # the key under which a step has its name
