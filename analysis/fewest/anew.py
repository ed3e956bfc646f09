"""What a return that asks facts anew leaves of what is known, as atoms: by whom who is used makes it rest on them, and who not.

Both follow from who is used, wherever that stands, so they say nothing of places: what is left so is never less than what really is.
"""

from analysis.fewest.answer_sets import Program
from analysis.fewest.bringing import Bringers, Sure
from analysis.fewest.choices import Choices
from analysis.instance import bits

SAYING = {"question": 1, "paper": 1, "consent": 1, "log-in": 3}  # kinds of items -> how sure they make their facts
CHECKED = 2  # how sure a check makes a fact that has been said


class Anew:
    """What rests on facts that are asked anew, and what is known without them."""

    def __init__(self, program: Program, choices: Choices, bringers: Bringers) -> None:
        """Write down nothing yet; only what is asked for."""
        self.program, self.choices, self.instance, self.bringers = program, choices, choices.instance, bringers
        self.always = self.instance.known_by(choices.today.staying_items)  # by these something rests whatever is chosen
        self._rests: dict[int, dict[int, int]] = {}  # by what is asked anew, by fact: the atom that it rests on that
        self._apart: dict[int, dict[Sure, int]] = {}  # and that it is known otherwise
        self._said: list[list[tuple[int, int]]] = [[] for _ in self.instance.facts]  # by atoms, at most so sure
        self._checked: list[list[int]] = [[] for _ in self.instance.facts]
        self._note()

    def _note(self) -> None:
        """Note who says, shows, gives or checks a fact, wherever."""
        for item in (*self.instance.items, *self.instance.options):
            kept = self.choices.kept(item.number)
            for fact in bits(item.facts) if kept else ():
                if item.kind in SAYING:
                    self._said[fact].append((kept, SAYING[item.kind]))
                elif item.kind == "check":
                    self._checked[fact].append(kept)
        work = [one for some in self.instance.work for one in some]
        given = [(facts, level) for kind, facts, level in work if kind == "give"]
        given += [(facts, 1) for kind, facts, _ in work if kind == "take"]
        for facts, level in (*given, *((consents, 1) for consents in self.instance.consents_at)):
            for fact in bits(facts):
                self._said[fact].append((self.program.true, level))

    def answers(self, roots: int) -> int:
        """Return some facts, and what rests on them whatever is chosen."""
        return self.instance.resting(roots, self.always)

    def standing(self, rule: int, roots: int) -> list[int]:
        """Return the atoms that the keys of a rule do not rest on facts that are asked anew: what it has said goes on."""
        return [-rests for key in bits(self.instance.rules[rule].keys) if (rests := self._resting(key, roots))]

    def brought_back(self, fact: int, level: int, first: int, roots: int) -> int:
        """Return the atom that a fact asked anew is there, if it was `first`: brought on the way back by what does not rest on it."""
        bringing = (*self.bringers.computing[fact], *self.bringers.supplying[fact]) if first else ()
        ways = self.bringers.ways((one for one in bringing if not one.confirms), fact, level)
        bodies = [[atom, first, *(self._known_apart(key, roots) for key in keys)] for atom, keys in ways]
        return self.program.any_of(bodies) if bodies else 0

    def _known_apart(self, sure: Sure, roots: int) -> int:
        """Return the atom that a fact is known so sure, anywhere, by what is not asked anew."""
        known, waiting = self._apart.setdefault(roots, {}), list[Sure]()

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
            if roots >> fact & 1:
                continue
            for by, most in self._said[fact]:
                if most >= level:
                    self.program.rule(head, [by])
            for by in self._checked[fact] if level == CHECKED else ():
                self.program.rule(head, [by, atom((fact, 1))])
        return found

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
