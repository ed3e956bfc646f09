"""What there is to say about one procedure, each thing computed when it is first asked for; knows no page and no file."""

from copy import copy
from dataclasses import dataclass
from functools import cached_property

from analysis import drawing
from analysis.change import Redesign
from analysis.compiling import compiled
from analysis.drawing import Links
from analysis.drawing.alignment import Side
from analysis.drawing.worded import Worded
from analysis.explaining.explanation import Explanation, explained
from analysis.explaining.freeing import Freeing, freeing
from analysis.instance import Instance
from analysis.optional import with_options
from analysis.redesign import Analysis, decided_today
from analysis.removal import Today
from flows.review.later import Later
from processes.catalogue import Catalogue
from processes.policy import Policy
from processes.procedure import Procedure
from processes.resolved import Resolved, resolved
from processes.words import Language


@dataclass(frozen=True, eq=False)
class Looked:
    """What there is to say about a procedure; each thing is computed when it is first asked for."""

    procedure: Procedure
    catalogue: Catalogue
    policy: Policy
    analysis: Analysis

    def under(self, policy: Policy) -> "Looked":
        """Return the same under a policy that differs just in what was accepted: nothing of it need be computed again."""
        _ = self.frees  # one for both
        same = copy(self)
        object.__setattr__(same, "policy", policy)
        return same

    @property
    def redesign(self) -> Redesign:
        """The redesign, or why there is none."""
        return self.analysis.redesign

    @cached_property
    def before(self) -> Resolved:
        """Today's procedure, read against its catalogue."""
        return resolved(self.procedure, self.catalogue)

    @cached_property
    def after(self) -> Resolved | None:
        """The redesigned one, if there is one."""
        return resolved(self.redesign.after, self.catalogue) if self.redesign.after is not None else None

    @cached_property
    def instance_after(self) -> Instance | None:
        """The redesigned one, compiled."""
        if self.redesign.after is None:
            return None
        return compiled(self.redesign.after, self.catalogue, self.policy, offers=False)

    @cached_property
    def worded(self) -> Worded:
        """Tells names of the procedure in words."""
        return Worded([self.before, *([self.after] if self.after is not None else [])])

    @cached_property
    def frees(self) -> Later[tuple[Freeing, ...]]:
        """What would free each thing that stays: seconds or minutes, for a large procedure."""
        return Later(freeing, self.procedure, self.catalogue, self.policy, self.redesign)

    def explained(self, fact: str) -> Explanation | None:
        """Return where a fact comes from, today and redesigned."""
        if fact not in self._explained:
            self._explained[fact] = explained(self._today, self.redesign, fact, self.instance_after)
        return self._explained[fact]

    @cached_property
    def _today(self) -> Today:
        return with_options(decided_today(self.procedure, self.catalogue, self.policy)[0])  # once for all facts

    @cached_property
    def _explained(self) -> dict[str, Explanation | None]:
        return {}

    def dot(self, side: Side, language: Language, links: Links) -> str:
        """Return one of the two pictures as DOT text."""
        if (side, language) not in self._dots:
            self._dots[side, language] = drawing.one_side(self.redesign, self.catalogue, language, side, "all", links)
        return self._dots[side, language]

    @cached_property
    def _dots(self) -> dict[tuple[Side, Language], str]:
        return {}
