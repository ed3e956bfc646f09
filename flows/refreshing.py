"""What registries told a while ago is asked again before somebody goes on with a form; knows no page.

The case goes back to the look-up and on to where it waited, by the code that moves cases: so the law is asked, the audit trail
written, and where a value has changed, whatever was decided on the old one is decided anew.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from flows.audit import Entry
from flows.compiling import Program
from flows.keeping import moved, moving
from flows.look_ups import group_of, looked_up
from flows.moving import Asked, Moving
from flows.outcomes import DOWN_UNTIL
from flows.pipeline import Pipeline
from flows.returning import beside, rewind, still_waiting
from flows.store.case_store import CaseStore
from flows.store.rows import Kept, Ready, Waiting
from processes.case import Value
from processes.procedure import FormStep, Lookup

STALE = timedelta(days=1)  # what was looked up longer ago is asked again, unless the policy wants it younger
NOT_YET = (
    "down",
    "malformed",
)  # why a case would wait for a registry that had answered before: it is then left as it is


class Refreshed(NamedTuple):
    """What came of asking again."""

    asked: tuple[str, ...]  # look-ups
    silent: bool  # whether a registry did not answer: all is as it was
    changed: dict[str, tuple[Value, Value]]  # facts -> what was told before, and now


NOTHING = Refreshed((), silent=False, changed={})


def stale(store: CaseStore, pipeline: Pipeline, case: Moving, step: str, now: datetime) -> list[str]:
    """Return the look-ups before a form whose answers are old, in the order of the text.

    Args:
        store: Where the case is.
        pipeline: Its definition.
        case: As it is kept.
        step: The form where it waits.
        now: The time.
    """
    model, passed = pipeline.program.model, store.passed(case.id)
    age = pipeline.definition.policy.most_age
    oldest = now - min(STALE, timedelta(minutes=age.minutes) if age else STALE)
    form = model.procedure.step_by_id.get(step)
    if not isinstance(form, FormStep):
        return []
    said = {name for mark in case.marks.values() for name in mark[1:]}
    return [
        str(name)
        for name, one in model.procedure.step_by_id.items()
        if isinstance(one, Lookup)
        and name in passed
        and name in said
        and datetime.fromisoformat(passed[name]) < oldest
        and not beside(pipeline.program.around[name], pipeline.program.around[step])
    ]


def refresh(store: CaseStore, pipeline: Pipeline, kept: Kept, wait: Waiting) -> Refreshed:
    """Ask again what registries told a case a while ago.

    Args:
        store: Where it is.
        pipeline: Its definition, with registries and law.
        kept: The case, as just read.
        wait: The form where it waits.

    Returns:
        What came of it. The case waits where it waited, unless a changed value leads it elsewhere.
    """
    now = store.clock()
    before = _moving(kept, pipeline)
    old = stale(store, pipeline, before, wait.step, now)
    if not old:
        return NOTHING
    case, entries = _asked_again(store, pipeline, kept, wait, old, now.astimezone().date(), decided=True)
    if any(one.waits_for == "registry" and _not_yet(one.why) for one in case.waits):
        for entry in entries:
            store.note(entry)
        return Refreshed(tuple(old), silent=True, changed={})
    changed = _changed(before, case, pipeline, old)
    if changed:  # what was decided since was decided on another value
        case, more = _asked_again(store, pipeline, kept, wait, old, now.astimezone().date(), decided=False)
        entries += more
    written = store.put_back(moved(case, pipeline.program), entries)
    return Refreshed(tuple(old), silent=False, changed=changed) if written else NOTHING


def _asked_again(
    store: CaseStore, pipeline: Pipeline, kept: Kept, wait: Waiting, old: list[str], today: date, *, decided: bool
) -> tuple[Moving, list[Entry]]:
    """Bring a case back to the first of some look-ups, and on from there; return it with what goes into the audit trail."""
    program, case, asked = pipeline.program, _moving(kept, pipeline), list[Asked]()
    case.waits = still_waiting(store, kept)
    rewind(case, program, wait.step, old[0], (), decided=decided)
    case.waits.clear()  # whatever waits beside comes to wait again
    brought = [name for name, mark in case.marks.items() if not mark[0] and mark[1:] and set(mark[1:]) <= set(old)]
    program.levels.forget(case, brought)
    groups = {group_of(program.model, _lookup(program, name)) for name in old}
    case.asked = {key: records for key, records in case.asked.items() if key[0] not in groups}
    program.advance([case], today, pipeline.services.ask, pipeline.law, asked)
    return case, list(pipeline.entries(asked, today))


def _changed(before: Moving, case: Moving, pipeline: Pipeline, old: list[str]) -> dict[str, tuple[Value, Value]]:
    """Return what look-ups tell otherwise than before: what they told, and tell now."""
    names = [name for one in old for name in looked_up(pipeline.program.model, _lookup(pipeline.program, one))]
    both = {name: (before.values[name], case.values.get(name)) for name in names if name in before.values}
    return {name: (was, now) for name, (was, now) in both.items() if was != now}


def _moving(kept: Kept, pipeline: Pipeline) -> Moving:
    ready = Ready(kept.id, kept.key, kept.moves, kept.given, kept.held)
    return moving(ready, pipeline.program, kept.position, pipeline.dates)


def _not_yet(why: str) -> bool:
    return why in NOT_YET or why.startswith(DOWN_UNTIL)


def _lookup(program: Program, name: str) -> Lookup:
    step = program.model.procedure.step_by_id[name]
    assert isinstance(step, Lookup)  # noqa: S101  # `stale` returns no others
    return step
