"""What a return that asks facts anew leaves of what is known, as atoms: by whom who is used makes it rest on them, and who not.

Both follow from what is known when a case first comes to where the return leads, and from who is used and what is asked from there to
the return, at whatever point of it: what is left so is never less than what really is.
"""

from collections.abc import Iterator
from typing import NamedTuple

from analysis.fewest.answer_sets import Program
from analysis.fewest.bringing import Bringers, Sure
from analysis.fewest.choices import Choices
from analysis.instance import bits
from analysis.supply import supply

SAYING = {"question": 1, "paper": 1, "consent": 1, "log-in": 3}  # kinds of items -> how sure they make their facts
CHECKED = 2  # how sure a check makes a fact that has been said

Own = tuple[list[int], list[int], list[int]]  # by level, by fact: the atom that it is known so sure by itself


class Said(NamedTuple):
    """That a fact becomes known by itself."""

    node: int
    atom: int
    level: int  # how sure at most


class Back(NamedTuple):
    """A return."""

    source: int  # the point from which it leads
    target: int
    anew: int  # the facts it asks anew, as bits


class Anew:
    """What rests on facts that are asked anew, and what is known without them."""

    def __init__(self, program: Program, choices: Choices, bringers: Bringers) -> None:
        """Write down nothing yet; only what is asked for."""
        self.program, self.choices, self.instance, self.bringers = program, choices, choices.instance, bringers
        self.always = self.instance.known_by(choices.today.staying_items)  # by these something rests whatever is chosen
        everything = (1 << len(self.instance.items) + len(self.instance.options)) - 1
        self.at_most = supply(self.instance, everything, choices.today.offered, by=self.always)  # whatever is chosen
        self._rests: dict[int, dict[int, int]] = {}  # by what is asked anew, by fact: the atom that it rests on that
        self._apart: dict[Back, dict[Sure, int]] = {}  # and, by the return, that it is known otherwise
        self._said: list[list[Said]] = [[] for _ in self.instance.facts]
        self.arrived: dict[
            tuple[Back, Sure], int
        ] = {}  # the atom that a fact is there where it leads, when a case first comes
        self._checked: list[list[Said]] = [[] for _ in self.instance.facts]  # if it was said before
        self._note()

    def _note(self) -> None:
        """Note who says, shows, gives or checks a fact, wherever."""
        for item in (*self.instance.items, *self.instance.options):
            kept = self.choices.kept(item.number)
            for fact in bits(item.facts) if kept else ():
                if item.kind in SAYING:
                    self._say(item.node, kept, fact, SAYING[item.kind])
                elif item.kind == "check":
                    self._checked[fact].append(Said(item.node, kept, CHECKED))
        for node, (work, consents) in enumerate(zip(self.instance.work, self.instance.consents_at, strict=True)):
            given = [(facts, level) for kind, facts, level in work if kind == "give"]
            given += [(facts, 1) for kind, facts, _ in work if kind == "take"]
            said = [(self.program.true, facts, level) for facts, level in (*given, (consents, 1))]
            rules = self.instance.rules  # what is asked of some has been said of all others
            said += [(self.choices.kept(item), rules[rule].gives, 1) for kind, rule, item in work if kind == "due"]
            for atom, facts, level in said:
                for fact in bits(facts) if atom else ():
                    self._say(node, atom, fact, level)

    def _say(self, node: int, atom: int, fact: int, level: int) -> None:
        for one in (fact, *bits(self.instance.dues.get(fact, 0))):
            self._said[one].append(Said(node, atom, level))

    def answers(self, roots: int) -> int:
        """Return some facts, and what rests on them whatever is chosen."""
        return self.instance.resting(roots, self.always)

    def standing(self, rule: int, roots: int) -> list[int]:
        """Return the atoms that the keys of a rule do not rest on facts that are asked anew: what it has said goes on."""
        return [-rests for key in bits(self.instance.rules[rule].keys) if (rests := self._resting(key, roots))]

    def brought_back(self, fact: int, level: int, first: Own, back: Back) -> int:
        """Return the atom that a fact is there which a return asks anew, if it was `first`.

        What does not rest on it has brought it before the return leaves its point.
        """
        was = first[level - 1][fact]
        bringing = (*self.bringers.computing[fact], *self.bringers.supplying[fact]) if was else ()
        ways = self.bringers.ways((one for one in bringing if not one.confirms), fact, level)
        bodies = [[atom, was, *(self._known_apart(key, first, back) for key in keys)] for atom, keys in ways]
        return self.program.any_of(bodies) if bodies else 0

    def _known_apart(self, sure: Sure, first: Own, back: Back) -> int:
        """Return the atom that a fact is known so sure, anywhere before a return, by what that does not ask anew."""
        known, waiting = self._apart.setdefault(back, {}), list[Sure]()

        def atom(sure: Sure) -> int:
            if sure not in known:
                known[sure] = self.program.atom()
                waiting.append(sure)
            return known[sure]

        found = atom(sure)
        while waiting:
            fact, level = waiting.pop()
            head, bringing = known[fact, level], (*self.bringers.supplying[fact], *self.bringers.today[fact])
            for by, keys in self.bringers.ways(bringing, fact, level):
                self.program.rule(head, [by, *map(atom, keys)])
            if not back.anew >> fact & 1:
                for body in self._itself(fact, level, first, back):
                    self.program.rule(head, body)
        return found

    def _itself(self, fact: int, level: int, first: Own, back: Back) -> Iterator[list[int]]:
        """Yield by what a fact stays known so sure that is not asked anew.

        What rests on what is asked anew stays only where it is certain by itself: at the target, or by what stands behind it, which
        is certain at least where all is kept. All else stays as it was at the target, or came behind it.
        """
        state, own, rests = self.at_most.after[back.source], first[level - 1][fact], self._resting(fact, back.anew)
        if own:
            yield [own]
        if state is None or not state[2 + level] >> fact & 1:
            return
        if rests != self.program.true:
            yield [*([-rests] if rests else []), self.arrived.setdefault((back, (fact, level)), self.program.atom())]
        for body in self._said_behind(fact, level, back):
            if not rests or state[level - 1] >> fact & 1:
                yield body
            elif rests != self.program.true:
                yield [*body, -rests]

    def _said_behind(self, fact: int, level: int, back: Back) -> Iterator[list[int]]:
        """Yield by what a fact becomes known so sure by itself between the target of a return and its source."""
        behind = range(back.target, back.source + 1)
        said = self._said[fact]
        yield from ([one.atom] for one in said if one.node in behind and one.level >= level)
        for check in self._checked[fact] if level == CHECKED else ():
            if check.node in behind:
                yield from ([one.atom, check.atom] for one in said if one.node <= check.node)

    def _resting(self, fact: int, roots: int) -> int:
        """Return the atom that a fact rests on some that are asked anew, through those who are used; 0 if it never does."""
        if roots not in self._rests:
            self._rests[roots] = dict.fromkeys(bits(self.answers(roots)), self.program.true)
        rests, perhaps, waiting = self._rests[roots], self.instance.resting(roots), list[int]()

        def atom(fact: int) -> int:
            if perhaps >> fact & 1 and fact not in rests:
                rests[fact] = self.program.atom()
                waiting.append(fact)
            return rests.get(fact, 0)

        found = atom(fact)
        while waiting:
            made = waiting.pop()
            for one in (*self.bringers.supplying[made], *self.bringers.today[made]):
                for key in bits(self.instance.rules[one.rule].keys):
                    if on := atom(key):
                        self.program.rule(rests[made], [one.atom, on])
        return found
