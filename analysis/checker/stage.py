"""One move between two procedures: what it says, what is the same in both and what not, and what forms say there; allows nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile

from analysis.certificate import Move
from analysis.checker import words as says
from analysis.checker.additions import Law
from analysis.checker.rules import Set
from analysis.checker.steps import INSIDE
from analysis.checker.ways import Way
from processes.procedure import Back, Check, Item, Procedure, Steps, inside, walk
from processes.resolved import resolved
from processes.words import Words


@dataclass
class Stage:
    """One move, with what those before it have done."""

    start: Way  # all ways of the redesign before any move
    papers: dict[str, Set]  # by check of today: what papers may show before it
    law: Law
    refuse: says.Refusals
    path: str = ""  # of the move in the certificate
    homes: dict[str, str] = field(default_factory=dict)  # steps that have gone into another -> that one
    automated: list[Check] = field(default_factory=list)

    def at(self, path: str, move: Move, was: Procedure, now: Procedure) -> None:
        """Go on to another move."""
        self.path, self.move, self.was, self.now = path, move, was, now
        self.then, self.after = (resolved(it, self.start.model.catalogue, self.start.model) for it in (was, now))
        self.returns = [[one for one in walk(it.steps) if isinstance(one, Back)] for it in (was, now)]
        self.targets, self.led = {back.target for back in self.returns[0]}, dict[str, str]()  # and where they lead now

    def no(self, words: Words, *parts: object, part: str = "") -> None:
        """Refuse the move, or what it says in one part."""
        self.refuse(self.path + part, words, *parts)

    def told(self, steps: Iterable[str], into: str = "", over: Iterable[str] = ()) -> None:
        """Ask that the move says what was moved, into what, over what."""
        move, true = self.move, {"steps": [*steps], "into": [into], "over": [*over]}
        for part, said in {"steps": move.steps, "into": [move.into], "over": move.over}.items():
            if sorted(said) != sorted(true[part]):
                self.no(says.SAYS_OTHERWISE, ", ".join(said) or "-", ", ".join(true[part]) or "-", part=f".{part}")

    def into(self, step: str, home: str) -> None:
        """Note that a step has gone into another."""
        self.homes = {name: home if one == step else one for name, one in self.homes.items()} | {step: home}

    @cached_property
    def tested(self) -> Set:
        """The facts of which a condition asks whether they are known, and all that they may be known from."""
        facts = (read.fact for read, how in self.start.reads.items() if how.tested and "condition" in read.what)
        return self.start.rules.known_from(self.start.facts.of(facts), -1)


# --- what is the same, and what not


def window(old: Steps, new: Steps) -> tuple[Steps, Steps]:
    """Return what is not the same of two lists between what is; of one item that says the same, that inside it."""
    front = len(list(takewhile(lambda pair: alike(pair[:1], pair[1:]), zip(old, new, strict=False))))
    old, new = old[front:], new[front:]
    back = len(list(takewhile(lambda pair: alike(pair[:1], pair[1:]), zip(old[::-1], new[::-1], strict=False))))
    old, new = old[: len(old) - back], new[: len(new) - back]
    if len(old) == len(new) == 1 and _head(old[0]) == _head(new[0]):
        inner = [pair for pair in zip(inside(old[0]), inside(new[0]), strict=True) if not alike(*pair)]
        if len(inner) == 1:
            return window(*inner[0])
    return old, new


def alike(old: Steps, new: Steps) -> bool:
    """Whether two lists of steps say the same; where returns lead to is not looked at."""
    return len(old) == len(new) and all(
        one is other or (_head(one) == _head(other) and all(map(alike, inside(one), inside(other))))
        for one, other in zip(old, new, strict=True)
    )


def _head(item: Item) -> object:
    """Return what an item says but for the steps in it; of a return, that it is one."""
    parts = [part.model_dump(exclude={"steps"}) for part in getattr(item, "branches", getattr(item, "ways", ()))]
    return type(item), {} if isinstance(item, Back) else item.model_dump(exclude=INSIDE), parts
