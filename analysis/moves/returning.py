"""What a return is for whose form has gone: the form stays on that return; knows no other move."""

from collections.abc import Iterator

from analysis.certificate import COMPLETES
from processes.procedure import (
    Approve,
    Back,
    Choose,
    Decide,
    FormStep,
    Item,
    Lookup,
    Parallel,
    Procedure,
    Steps,
    actor,
    walk,
)


def kept_on_returns(before: Procedure, after: Procedure) -> tuple[Procedure, tuple[str, ...]]:
    """Let whoever is sent back to a form that a redesign leaves out be asked on that return to complete what is lacking.

    A return to a form means that its person is to mend something. Led to whatever follows the form, it would send the case
    round and round with nobody asked; led to an earlier form, it would repeat what was signed, paid or issued since. So the
    form stays on the return, and only there: one act and one contact for those who are sent back, none for the others.

    Args:
        before: Today's procedure.
        after: Its redesign, with the returns of today in their order.

    Returns:
        The redesign, and the names of the forms that stay on returns; the first has the name it has today.

    Complexity: linear in steps.
    """
    returns = [item for item in walk(before.steps) if isinstance(item, Back)]
    if len(returns) != sum(isinstance(item, Back) for item in walk(after.steps)):
        return after, ()  # the returns are not those of today
    keeping = _Keeping(before, after, iter(returns))
    return after.model_copy(update={"steps": keeping.sequence(after.steps)}), tuple(keeping.made)


class _Keeping:
    def __init__(self, before: Procedure, after: Procedure, returns: Iterator[Back]) -> None:
        self.before, self.returns = before, returns
        self.names = {*before.step_by_id, *after.step_by_id}
        self.gone = before.step_by_id.keys() - after.step_by_id.keys()
        self.made: list[str] = []

    def sequence(self, steps: Steps) -> Steps:
        made: list[Item] = []
        for item in steps:
            if isinstance(item, Back) and (form := self._form(next(self.returns))) is not None:
                made.append(form)
            made.append(self._inside(item))
        return tuple(made)

    def _inside(self, item: Item) -> Item:
        match item:
            case Choose() | Parallel():
                branches = tuple(one.model_copy(update={"steps": self.sequence(one.steps)}) for one in item.branches)
                return item.model_copy(update={"branches": branches})
            case Decide() | Approve() if item.ways:
                ways = tuple(one.model_copy(update={"steps": self.sequence(one.steps)}) for one in item.ways)
                return item.model_copy(update={"ways": ways})
            case Lookup() if item.not_found:
                return item.model_copy(update={"not_found": self.sequence(item.not_found)})
            case _:
                return item

    def _form(self, back: Back) -> FormStep | None:
        """Return the form that a return of today led to, asking nothing but that what is lacking is complete now."""
        form = self.before.step_by_id.get(back.target)
        if not isinstance(form, FormStep) or form.id not in self.gone:
            return None
        if form.by is None or actor(form.by).whom not in self.before.role_by_id:
            return None
        name, number = form.id, 2
        while name in self.made or (name != form.id and name in self.names):
            name, number = f"{form.id}-{number}", number + 1
        self.made.append(name)
        return FormStep(id=name, title=form.title, by=form.by, asks=(COMPLETES,), rests_on=form.rests_on)
