"""A consent that was withheld is asked for again, by whoever waits for want of it. Knows no command and no page.

The case goes back to the form that asks for the consent, and waits there for that alone; what was said and decided since stays. Until
it is given nobody is asked about anybody; whoever withholds it once more is where they were before.
"""

from collections.abc import Iterator

from flows.answering import CHANGED, NotTakenError
from flows.compiling import Program
from flows.form_steps import WITHHELD
from flows.keeping import Dates, moved, moving
from flows.law import consent, consents_to
from flows.moving import Moving, Wait
from flows.outcomes import CONSENT_AGAIN
from flows.returning import Sender, beside, rewind, still_waiting
from flows.signing import signs
from flows.store.case_store import CaseStore
from flows.store.rows import Kept, Ready, Said, Waiting
from processes.procedure import FormStep, Lookup, Step, actor, walk
from processes.resolved import Resolved
from processes.words import Words

ASKED_AGAIN = " asked again"  # after a consent, where it is kept what was said
NOT_WITHHELD = Words(
    "Di sini tidak ada yang menunggu persetujuan yang ditolak.", "Nothing waits here for want of a consent."
)


def withheld(case: Moving, program: Program, wait: Waiting) -> dict[str, tuple[str, ...]]:
    """Return the consents for want of which a case waits somewhere, by the form that asks for them, in the order of the text.

    That is where a registry may not be asked without them, and all that is done in its place because it was not.

    Args:
        case: As it is kept.
        program: Its procedure.
        wait: What it waits for.
    """
    model = program.model
    wanted = {name for look_up in _not_made(wait, model) for name in consents_to(model, look_up)}
    found = dict[str, tuple[str, ...]]()
    for form in (step for step in model.procedure.step_by_id.values() if isinstance(step, FormStep)):
        by = model.naming.subject(actor(form.by or "").whom)
        acts = tuple(
            one.id
            for one in model.questions(form)
            if by is not None
            and one.consents_to
            and one.about in ("", by.name)
            and consent(one.consents_to, by) in wanted
            and WITHHELD in case.decisions.get(one.id, ())
        )
        if acts and not beside(program.around[form.id], program.around[wait.step]):
            found[str(form.id)] = acts
    return found


def _not_made(wait: Waiting, model: Resolved) -> Iterator[Lookup]:
    """Yield the look-ups that were not made where a case waits: the one it waits for, and those in whose place something is done."""
    for step in model.procedure.step_by_id.values():
        if isinstance(step, Lookup):
            instead = (one.id for one in walk(step.not_found) if isinstance(one, Step))
            if (wait.step == step.id and wait.why == "no consent") or wait.step in instead:
                yield step


def ask_again(store: CaseStore, program: Program, dates: Dates, kept: Kept, wait: Waiting, by: Sender) -> str:
    """Ask for consents once more; the case then waits for whoever withheld them.

    Args:
        store: Where the case is.
        program: Its procedure.
        dates: What tells its dates.
        kept: The case, as just read.
        wait: Where it waits for want of them.
        by: Who wants that.

    Returns:
        The form where it waits now.

    Raises:
        NotTakenError: If nothing was withheld, or somebody else is waited for; then nothing is changed.
    """
    model = program.model
    if by.role and by.role not in wait.answerable_by:
        says = Words(f"Tugas ini untuk {wait.who}, bukan {by.role}.", f"This is for {wait.who}, not for {by.role}.")
        raise NotTakenError(says, why="role")
    case = moving(Ready(kept.id, kept.key, kept.moves, kept.given, kept.held), program, kept.position, dates)
    forms = withheld(case, program, wait)
    if not forms:
        raise NotTakenError(NOT_WITHHELD)
    first, steps = next(iter(forms)), model.procedure.step_by_id
    case.waits = still_waiting(store, kept)
    rewind(case, program, wait.step, first, (), decided=True)
    if case.signed is None:  # what a case brings along is signed, but for this
        case.signed = frozenset(name for name in store.passed(kept.id) if signs(steps.get(name), model))
    case.signed -= forms.keys()
    case.waits.append(Wait(first, "answer", str(steps[first].by), why=CONSENT_AGAIN))
    at = store.clock().isoformat(timespec="seconds")
    what = tuple(f"{act}{ASKED_AGAIN}" for acts in forms.values() for act in acts)
    said = Said(wait.step, what, by.role or wait.who, by.name.strip(), "", at)
    if not store.put_back(moved(case, program), [], said=said):
        raise NotTakenError(CHANGED, why="changed")
    return first
