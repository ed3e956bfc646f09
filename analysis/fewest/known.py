"""What is known at each place whatever is chosen, as atoms: said, shown, checked, and the rules in force; derives nothing from it.

It is what `analysis.supply` finds for one choice, for all of them at once, and never less than what is certain: exact but for what a
side beside takes away, and what comes round a return.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_

from analysis.fewest.anew import Anew, Back
from analysis.fewest.answer_sets import Program
from analysis.fewest.bringing import Bringers, Bringing, Brought, Sure, Way
from analysis.fewest.choices import Choices
from analysis.instance import bits, union
from processes.procedure import Lookup


class Known:
    """What has been said, checked and found at a place, as atoms by fact, and the papers and rules there; 0 where never."""

    __slots__ = ("_bare", "_narrowed", "bare", "beside", "by_ways", "merge", "met", "most", "own", "papers", "rules")

    def __init__(
        self, own: tuple[list[int], list[int], list[int]], papers: dict[int, int], rules: dict[int, int]
    ) -> None:
        self.own, self.papers, self.rules = own, papers, rules
        self.met: list[Known] = []  # of a place where ways meet that all bring something: what is known on each
        self.by_ways = (
            0  # the facts that look-ups may bring at the ends of these ways, as some way knows more than the others
        )
        self.merge = -1  # the point where they meet
        self.beside: list[Known] = []  # of a join: what is known on those sides of which `own` does not say all
        self.bare = False  # whether look-ups of ours are left out of account
        self._bare: Known | None = None
        self._narrowed: Known | None = None
        self.most = (0, 0, 0)  # what can be there at most, at each level

    def copy(self) -> "Known":
        """Return another that may be changed."""
        one, two, three = self.own
        other = Known((one[:], two[:], three[:]), self.papers.copy(), self.rules.copy())
        other.met, other.by_ways, other.merge, other.beside = self.met, self.by_ways, self.merge, self.beside
        return other

    def without_look_ups(self) -> "Known":
        """Return the same, but that look-ups of ours bring nothing."""
        if self.bare:
            return self
        if self._bare is None:
            self._bare = self.copy()
            self._bare.bare, self._bare.most = True, self.most
            self._bare.beside = [one.without_look_ups() for one in self.beside]
        return self._bare

    def without_ends(self) -> "Known":
        """Return the same, but that nothing is looked up at the ends of ways."""
        if not self.by_ways:
            return self
        if self._narrowed is None:
            self._narrowed = self.copy()
            self._narrowed.by_ways, self._narrowed.bare, self._narrowed.most = 0, self.bare, self.most
        return self._narrowed


class KnownByPlace:
    """What is known before each point, and where each demand and each condition of a question reads it."""

    def __init__(self, program: Program, choices: Choices) -> None:
        """Go through the procedure once.

        Complexity: linear in points and facts.
        """
        self.program, self.choices, self.instance = program, choices, choices.instance
        self.bringers = Bringers(program, choices)
        self.anew = Anew(program, choices, self.bringers)
        self._coming: dict[int, int] = {}
        self._supplied: dict[Sure, list[Way]] = {}
        self._computed: dict[Sure, list[Way]] = {}
        self.before: list[Known | None] = []
        self.after: list[Known | None] = []
        self.at_most = at_most = self.anew.at_most
        self.read: dict[int, Known] = {}  # by demand
        self.arriving: dict[Back, Known] = {}  # what is known when a case first comes to where a return leads
        self.folded: dict[int, tuple[Known, int]] = {}  # by item asked under a condition: what is known, what it reads
        for node in range(len(self.instance.points)):
            self._made: list[Known] = []
            arriving = self._arriving(node)
            self.before.append(arriving)
            self.after.append(None if arriving is None else self._through(node, arriving))
            levels = [(s.all1, s.all2, s.all3) for s in (at_most.before[node], at_most.after[node]) if s]
            for state in (*([arriving] if arriving is not None else []), *self._made):
                one, two, three = (reduce(or_, masks) for masks in zip(state.most, *levels, strict=True))
                state.most = (one, two, three)

    def read_behind(self, node: int, fact: int) -> bool:
        """Whether every case that is at a point comes to one that reads a fact."""
        if fact not in self._coming:
            reading = (one.demand for one in self.choices.today.needs.stated if one.level > 0)
            self._coming[fact] = self.instance.coming(union(1 << one.node for one in reading if one.fact == fact))
        return bool(self._coming[fact] >> node & 1)

    def ways(self, state: Known, fact: int, level: int, without: Brought = frozenset()) -> Iterator[Way]:
        """Yield how rules may make a fact so sure at a place, but for some facts that no supplier is to bring."""
        sure = (fact, level)
        if sure not in self._computed:
            self._computed[sure] = self.bringers.ways(self.bringers.computing[fact], fact, level)
        yield from self._computed[sure]
        if not state.bare and not without:
            yield from self.supplied(fact, level)
        elif not state.bare:
            yield from self.bringers.ways(
                (one for one in self.bringers.supplying[fact] if (fact, one.confirms) not in without), fact, level
            )
        if state.rules:
            yield from self.bringers.ways(self.brought_today(state, fact), fact, level)

    def supplied(self, fact: int, level: int) -> list[Way]:
        """Return how suppliers may make a fact so sure."""
        sure = (fact, level)
        if sure not in self._supplied:
            self._supplied[sure] = self.bringers.ways(self.bringers.supplying[fact], fact, level)
        return self._supplied[sure]

    def brought_today(self, state: Known, fact: int) -> list[Bringing]:
        """Return the rules of today's steps that bring a fact at a place."""
        rules = self.instance.rules
        return [
            Bringing(number, rule.level, bool(rule.confirms >> fact & 1), atom)
            for number, atom in state.rules.items()
            if ((rule := rules[number]).gives | rule.confirms) >> fact & 1
        ]

    # --- where ways meet

    def _arriving(self, node: int) -> Known | None:
        size = len(self.instance.facts)
        if node == 0:
            return Known(([0] * size, [0] * size, [0] * size), {}, {})
        place = self.instance.points[node]
        onward = [state for source, _ in self.instance.before[node] if source < node and (state := self.after[source])]
        if not onward:
            return None
        start = self.after[place.at] if place.kind == "merge" else None
        if len(onward) == 1:
            met = onward[0]
        elif place.kind == "join":
            met = self._gathered(onward)
        elif start is not None and any(state is start for state in onward):
            met = start
        else:
            met = self._shared(onward)
            met.by_ways, met.merge = self._by_ways(node), node
        returns = [Back(source, node, anew) for source, anew in self.instance.before[node] if source >= node and anew]
        if not returns:
            return met
        for back in returns:
            self.arriving[back] = met
        if met.most == (0, 0, 0):
            ahead = [
                come
                for source, _ in self.instance.before[node]
                if source < node and (come := self.at_most.after[source])
            ]
            one, two, three = (reduce(or_, masks) for masks in zip(*(come[3:6] for come in ahead), strict=True))
            met.most = (one, two, three)
        return self._without(met, returns)

    def _gathered(self, states: Sequence[Known]) -> Known:
        """Gather what is known on any side."""
        either, met = self.program.either, states[0].copy()
        met.met, met.beside = [], [state for state in states if state.met or state.beside]
        for other in states[1:]:
            for mine, theirs in zip(met.own, other.own, strict=True):
                for fact, atom in enumerate(theirs):
                    if atom != mine[fact]:
                        mine[fact] = either(mine[fact], atom)
            for gathered, more in ((met.papers, other.papers), (met.rules, other.rules)):
                for number, atom in more.items():
                    gathered[number] = either(gathered.get(number, 0), atom)
        return met

    def _shared(self, states: list[Known]) -> Known:
        """Keep what is known on every way."""
        every, size = self.program.every, range(len(self.instance.facts))
        one, two, three = ([every(state.own[level][fact] for state in states) for fact in size] for level in range(3))
        papers = {n: every(state.papers.get(n, 0) for state in states) for n in states[0].papers}
        rules = {n: every(state.rules.get(n, 0) for state in states) for n in states[0].rules}
        met = Known((one, two, three), papers, {n: atom for n, atom in rules.items() if atom})
        met.met = states
        return met

    def _by_ways(self, node: int) -> int:
        """Return the facts that some way brings which end at a place, and none need bring before."""
        instance, at_most, place = self.instance, self.at_most, self.instance.points[node]
        before, found = at_most.before[place.at], 0
        if before is None or isinstance(place.item, Lookup):
            return 0
        for end, _ in instance.before[node]:
            if (after := at_most.after[end]) is not None:
                found |= union(now & ~then for now, then in zip(after[3:6], before[3:6], strict=True))
        for inner, work in enumerate(instance.work):
            if any(at == place.at for at, _ in instance.points[inner].ways_around):
                found |= union(instance.item(one).facts for kind, one, _ in work if kind in ("ask", "paper"))
        return instance.outputs(found)

    def _without(self, state: Known, returns: Sequence[Back]) -> Known:
        """Forget what returns ask anew, save where a supplier may bring it on the way back."""
        lost, rules, roots = state.copy(), self.instance.rules, union(back.anew for back in returns)
        answers = self.anew.answers(roots)
        lost.by_ways &= ~answers
        for fact in bits(roots):
            for level, own in enumerate(lost.own, start=1):
                own[fact] = self.program.every(
                    self.anew.brought_back(fact, level, state.own, back) for back in returns if back.anew >> fact & 1
                )
        for number, atom in list(lost.rules.items()):
            if rules[number].keys & answers or rules[number].outputs & roots:
                del lost.rules[number]
            else:
                lost.rules[number] = self.program.all_of([atom, *self.anew.standing(number, roots)])
        return lost

    # --- through a point

    def _through(self, node: int, arriving: Known) -> Known:
        state, shared = arriving, True  # shared: something else keeps it, and it may not be changed
        for kind, number, operand in self.instance.work[node]:
            if kind == "demand":
                self.read[number], shared = state, True
            elif kind == "fold":
                self.folded[number], shared = (state, operand), True
            elif kind in ("ask", "paper", "unfold", "check", "give", "log in", "rule", "due", "take"):
                state, shared = self._copy(state) if shared else state, False
                self._done(state, node, kind, number, operand)
        if consents := self.instance.consents_at[node]:
            state = self._copy(state) if shared else state
            for fact in bits(consents):
                state.own[0][fact] = self.program.true
        return state

    def _copy(self, state: Known) -> Known:
        self._made.append(state.copy())
        return self._made[-1]

    def _done(self, state: Known, node: int, kind: str, number: int, operand: int) -> None:
        """Add what one thing that a step does makes known."""
        true, kept = self.program.true, self.choices.kept
        match kind:
            case "ask" | "paper":
                self._given(state, [number])
            case "unfold":
                before = self.at_most.before[node]  # what stands on another way was not asked
                folded = before.folded if before is not None else 0
                self._given(state, bits(self.instance.conditional_items[number] & folded))
            case "check":
                self._checked(state, node, number, operand)
            case "give":
                self._certain(state, number, true, operand)
            case "log in":
                self._certain(state, operand, kept(number))
            case "rule":
                atom = true if operand < 0 else kept(operand)
                state.rules[number] = self.program.either(state.rules.get(number, 0), atom)
            case "due":
                state.rules[number] = kept(operand)
                self._asked_before(state, number, operand)
            case "take":
                for due in bits(number):
                    state.own[0][due] = true
                state.papers.update((bit, true) for _, due, bit in self.instance.documents_due if number & due)

    def _given(self, state: Known, numbers: Iterable[int]) -> None:
        """Add what questions and papers say."""
        said = state.own[0]
        for number in numbers:
            if number in self.choices.absent:
                continue
            item, atom = self.instance.item(number), self.choices.kept(number)
            for fact in bits(item.facts):
                for one in (fact, *bits(self.instance.dues.get(fact, 0))):
                    said[one] = self.program.either(said[one], atom)
            paper = self.instance.document.get(number, 0)
            bits_of = (bit for other, _, bit in self.instance.documents_due if other == paper)
            for bit in (paper, *bits_of) if paper else ():
                state.papers[bit] = self.program.either(state.papers.get(bit, 0), atom)

    def _checked(self, state: Known, node: int, number: int, fact: int) -> None:
        """Add that a fact was checked, with a paper where there is one today."""
        said, proven, _ = state.own
        if not said[fact]:
            return
        body = [self.choices.kept(number), said[fact]]
        if self.instance.papered[node] >> fact & 1:
            shown = 0
            for paper in bits(self.instance.papers_proving[fact]):
                shown = self.program.either(shown, state.papers.get(1 << paper, 0))
            if not shown:
                return
            body.append(shown)
        proven[fact] = self.program.either(proven[fact], self.program.all_of(body))

    def _asked_before(self, state: Known, rule: int, item: int) -> None:
        """Add that what is asked of some only has been said, if all others said it before."""
        program, kept, rules = self.program, self.choices.kept(item), self.instance.rules
        said, papers, document = state.own[0], state.papers, self.instance.document.get(item, 0)
        for due, fact in zip(bits(rules[rule].keys), bits(rules[rule].gives), strict=True):
            if said[due]:
                said[fact] = program.either(said[fact], program.all_of([kept, said[due]]))
        for paper, dues, bit in self.instance.documents_due:
            if (paper, dues) == (document, rules[rule].keys) and papers.get(bit):
                papers[paper] = program.either(papers.get(paper, 0), program.all_of([kept, papers[bit]]))

    def _certain(self, state: Known, facts: int, atom: int, level: int = 3) -> None:
        for fact in bits(facts | union(self.instance.dues.get(fact, 0) for fact in bits(facts))):
            for own in state.own[:level]:
                own[fact] = self.program.either(own[fact], atom)
